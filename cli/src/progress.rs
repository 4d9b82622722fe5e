//! A bar on a terminal for runs that last.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(1);
const PARTS: f64 = 1000.0;

/// A bar that appears on standard error after a second, where that is a terminal.
pub struct Progress {
    begun: Instant,
    bar: Option<ProgressBar>,
    end: f64,
    is_wanted: bool,
}

impl Progress {
    pub fn new(end: f64, is_wanted: bool) -> Self {
        Progress { begun: Instant::now(), bar: None, end, is_wanted }
    }

    /// The run has come to t.
    pub fn at(&mut self, t: f64) {
        if !self.is_wanted || (self.bar.is_none() && self.begun.elapsed() < PATIENCE) {
            return;
        }
        let part = if self.end > 0.0 { PARTS * t / self.end } else { PARTS };
        self.bar.get_or_insert_with(bar).set_position(part as u64);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(PARTS as u64), ProgressDrawTarget::stderr());
    match ProgressStyle::with_template("{bar:40} {percent}% {elapsed} left {eta}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
