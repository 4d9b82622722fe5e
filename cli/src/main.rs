//! The command line of homeostat.
fn main() {}
