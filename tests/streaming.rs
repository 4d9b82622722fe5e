//! A run's memory does not grow with its length: rows and summaries are handed on as they arise.
//!
//! A binary of its own: the counting allocator serves every test in it.

use homeostat::library;
use homeostat::simulation::{Moment, Run, Simulation};
use std::alloc::{GlobalAlloc, Layout, System};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);
static CALLS: AtomicUsize = AtomicUsize::new(0);

struct Counting;

// SAFETY: every call goes to the system's allocator unchanged; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALLS.fetch_add(1, Ordering::Relaxed);
        let live = LIVE.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(live, Ordering::Relaxed);
        // SAFETY: the caller keeps the contract of `alloc`, which is that of the system's
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: `block` came from `alloc` above, hence from the system's
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// A day of spikes (432,000): memory stays below 50 MB, what it calls the allocator for does not grow with the spikes,
/// and the conserved sum is kept to 1e-12.
#[test]
fn a_day_of_spikes() {
    let mut simulation = Simulation::new(&library::load("best-2009-dopamine-spikes").unwrap().network()).unwrap();
    simulation.schedule_named("tonic").unwrap();
    let selection = simulation.select("bh2,bh4").unwrap();
    let calls = |hours: f64, steps: usize| {
        let run = Run { steps, selection: selection.clone(), summarise: true, ..Run::until(hours) };
        let before = CALLS.load(Ordering::Relaxed);
        let mut worst: f64 = 0.0;
        let trajectory = simulation
            .run_with(&run, &mut |moment| {
                if let Moment::Row { values, .. } = moment {
                    worst = worst.max(((values[0] + values[1]) / 360.0 - 1.0).abs());
                }
                ControlFlow::Continue(())
            })
            .unwrap();
        assert!(worst <= 1e-12, "the conserved sum is off by {worst:e}");
        (trajectory, CALLS.load(Ordering::Relaxed) - before)
    };
    let _ = calls(0.1, 10); // whatever is made once has been made
    let (_, short) = calls(0.1, 10);
    let (trajectory, long) = calls(24.0, 1000);
    assert_eq!(trajectory.statistics.spikes, 432_001);
    assert_eq!(trajectory.summaries.len(), 2);
    assert!(long <= short + 10, "{short} calls for 1,800 spikes and 11 rows, {long} for 432,001 and 1,001");
    let peak = PEAK.load(Ordering::Relaxed);
    assert!(peak < 50_000_000, "{peak} bytes");
}
