//! What benches share.
#![allow(dead_code, reason = "each bench uses its own part")]

pub mod pollu;
