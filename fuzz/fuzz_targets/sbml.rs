//! Whatever is in a file of SBML, reading, flattening, compiling and a short run of it end, in a value or an error.
//!
//! Ten minutes within 1 GB, from the root of the project, on the cases of the SBML Test Suite and the seeds here:
//!
//! ```text
//! cargo install cargo-fuzz
//! mkdir -p fuzz/corpus/sbml
//! cargo +nightly fuzz run sbml fuzz/corpus/sbml fuzz/seeds "$HOMEOSTAT_SHARED/sbml-test-suite" "$HOMEOSTAT_SHARED/models" -- \
//!     -max_total_time=600 -rss_limit_mb=1024 -timeout=5 -max_len=65536 -dict=fuzz/sbml.dict
//! ```
#![no_main]

#[path = "../../tests/common/short_run.rs"]
mod short_run;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    short_run::short_run(bytes);
});
