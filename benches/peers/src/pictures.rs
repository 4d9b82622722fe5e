//! Work-precision pictures.

use crate::results::Row;
use std::path::Path;

pub fn draw(_: &[Row], _: &[&str], _: &Path) -> Result<(), String> {
    Ok(())
}
