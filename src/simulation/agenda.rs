//! What comes next: a queue of everything that happens at known times.

use super::timetable::{Timetable, rounding};
use super::train::Position;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// A source of things that happen, by its place in a timetable. At one instant they happen in this order: changes of
/// parameters, then doses, then spikes, each in the order of its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    Window(usize),
    Dose(usize),
    Train(usize),
}

/// When a source is next due.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Due {
    t: f64,
    source: Source,
}

impl Eq for Due {}

impl Ord for Due {
    fn cmp(&self, other: &Self) -> Ordering {
        self.t.total_cmp(&other.t).then(self.source.cmp(&other.source))
    }
}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The queue of a run. Asking and moving on cost the logarithm of the number of sources, and no memory.
#[derive(Clone, Debug)]
pub(super) struct Agenda {
    queue: BinaryHeap<Reverse<Due>>,
    /// The next spike of each train.
    positions: Vec<Position>,
    seed: u64,
    /// The instant up to which everything has been taken.
    taken: Option<f64>,
    /// What happens at the present instant.
    now: Vec<Source>,
}

impl Agenda {
    /// Everything from time 0 on.
    pub fn new(timetable: &Timetable, seed: u64) -> Self {
        let positions = timetable.trains.iter().map(|train| train.begin(seed)).collect();
        Agenda::at(timetable, seed, positions, None)
    }

    /// Everything after what was taken last, trains being where they are.
    pub fn at(timetable: &Timetable, seed: u64, positions: Vec<Position>, taken: Option<f64>) -> Self {
        let windows = (0..timetable.windows.len()).map(Source::Window);
        let doses = (0..timetable.doses.len()).map(Source::Dose);
        let trains = (0..timetable.trains.len()).map(Source::Train);
        let sources: Vec<Source> = windows.chain(doses).chain(trains).collect();
        let now = Vec::with_capacity(sources.len());
        let mut agenda = Agenda { queue: BinaryHeap::with_capacity(sources.len()), positions, seed, taken, now };
        for source in sources {
            let next = match source {
                Source::Window(i) => timetable.windows[i].next(taken),
                Source::Dose(i) => timetable.doses[i].times.next(taken),
                Source::Train(i) => agenda.positions[i].t,
            };
            agenda.queue.extend(next.map(|t| Reverse(Due { t, source })));
        }
        agenda
    }

    /// The next spike of each train.
    pub fn positions(&self) -> &[Position] {
        &self.positions
    }

    /// The instant up to which everything has been taken.
    pub fn taken(&self) -> Option<f64> {
        self.taken
    }

    /// The next time at which something happens.
    pub fn next(&self) -> Option<f64> {
        self.queue.peek().map(|Reverse(due)| due.t)
    }

    /// Takes off the queue what happens at the instant t, in order; it comes again at its next time.
    pub fn take(&mut self, t: f64, timetable: &Timetable) {
        self.taken = Some(t);
        self.now.clear();
        while let Some(&Reverse(due)) = self.queue.peek().filter(|due| due.0.t <= t + rounding(t)) {
            self.queue.pop();
            self.now.push(due.source);
            // what comes again at the same instant, times being too close to be told apart, comes only once
            let after = due.t.max(t);
            let next = match due.source {
                Source::Window(i) => timetable.windows[i].next(Some(after)),
                Source::Dose(i) => timetable.doses[i].times.next(Some(after)),
                Source::Train(i) => {
                    self.positions[i] = timetable.trains[i].next(self.positions[i], self.seed);
                    self.positions[i].t
                }
            };
            self.queue.extend(next.map(|t| Reverse(Due { t, source: due.source })));
        }
        self.now.sort_unstable();
    }

    /// What happens at the instant taken last, in order.
    pub fn now(&self) -> &[Source] {
        &self.now
    }
}

impl Timetable {
    /// What the solver learns steps by: each source is a kind of its own.
    pub fn kind(&self, source: Source) -> usize {
        match source {
            Source::Window(i) => i,
            Source::Dose(i) => self.windows.len() + i,
            Source::Train(i) => self.windows.len() + self.doses.len() + i,
        }
    }

    /// How many such kinds there are.
    pub fn kinds(&self) -> usize {
        self.windows.len() + self.doses.len() + self.trains.len()
    }
}
