//! Trains of spikes in numbers.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

/// A train resolved against a system; times in the model's unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Train {
    /// The event of the system that happens at each spike.
    pub event: usize,
    pub course: Course,
    /// The time from which on there are none.
    pub until: Option<f64>,
    /// The most spikes in all.
    pub count: Option<u64>,
}

/// How spikes follow one another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum Course {
    /// At these times.
    List(Vec<f64>),
    /// Spike k comes at `from + k / rate`.
    Regular { from: f64, rate: f64 },
    /// Every so often `burst` spikes at this rate.
    Bursts { from: f64, rate: f64, burst: u64, every: f64 },
    /// Gaps are exponential: gap k is a function of the two seeds and of k alone.
    Poisson { from: f64, rate: f64, seed: u64 },
}

/// How far a train has come: its next spike.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Position {
    /// Spikes before the next.
    pub k: u64,
    /// The time of the next, while there is one.
    pub t: Option<f64>,
}

impl Train {
    /// The first spike.
    pub fn begin(&self, seed: u64) -> Position {
        let start = match self.course {
            Course::Poisson { from, .. } => from,
            _ => 0.0,
        };
        self.position(0, start, seed)
    }

    /// The spike after one.
    pub fn next(&self, now: Position, seed: u64) -> Position {
        self.position(now.k.saturating_add(1), now.t.unwrap_or(f64::INFINITY), seed)
    }

    /// Spike k, given the time of the one before (of a random train, where it begins).
    fn position(&self, k: u64, before: f64, seed: u64) -> Position {
        let time = match &self.course {
            Course::List(times) => usize::try_from(k).ok().and_then(|k| times.get(k).copied()),
            Course::Regular { from, rate } => Some(from + k as f64 / rate),
            Course::Bursts { from, rate, burst, every } => {
                Some(from + (k / burst) as f64 * every + (k % burst) as f64 / rate)
            }
            Course::Poisson { rate, seed: own, .. } => Some(before + gap(seed, *own, k) / rate),
        };
        let is_over = |t: &f64| self.until.is_some_and(|until| *t >= until) || self.count.is_some_and(|n| k >= n);
        Position { k, t: time.filter(|t| !is_over(t)) }
    }

    /// Whether its spikes follow one another.
    pub fn goes_on(&self) -> bool {
        match &self.course {
            Course::List(times) => times.is_sorted() && times.iter().all(|t| t.is_finite()),
            Course::Regular { from, rate } | Course::Poisson { from, rate, .. } => from.is_finite() && *rate > 0.0,
            Course::Bursts { from, rate, burst, every } => {
                from.is_finite() && *rate > 0.0 && *burst > 0 && *every > 0.0
            }
        }
    }

    /// How many spikes there are until the end, about.
    pub fn occasions(&self, end: f64) -> f64 {
        let end = self.until.map_or(end, |until| until.min(end));
        let spikes = match &self.course {
            Course::List(times) => times.len() as f64,
            Course::Regular { from, rate } | Course::Poisson { from, rate, .. } => (end - from) * rate,
            Course::Bursts { from, burst, every, .. } => ((end - from) / every).ceil() * *burst as f64,
        };
        spikes.min(self.count.map_or(f64::INFINITY, |n| n as f64)).max(0.0)
    }
}

/// Gap k of a random train of rate 1: exponential, by inversion.
fn gap(seed: u64, train: u64, k: u64) -> f64 {
    // 1 - u is exact and never 0
    -libm::log(1.0 - uniform(seed, train, k))
}

/// Number k of a stream of random ones: from 0 to 1, and never 1; of 53 bits. ChaCha's stream can be entered anywhere, so
/// that where a stream is says nothing but k.
pub(super) fn uniform(seed: u64, stream: u64, k: u64) -> f64 {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(stream);
    random.set_word_pos(2 * u128::from(k));
    (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(train: &Train, seed: u64, most: usize) -> Vec<f64> {
        let (mut position, mut times) = (train.begin(seed), Vec::new());
        while let Some(t) = position.t.filter(|_| times.len() < most) {
            times.push(t);
            position = train.next(position, seed);
        }
        times
    }

    fn train(course: Course) -> Train {
        Train { event: 0, course, until: None, count: None }
    }

    #[test]
    fn gaps_are_exponential_and_depend_on_the_seeds_alone() {
        let poisson = |seed| train(Course::Poisson { from: 2.0, rate: 5.0, seed });
        let n = 100_000;
        let t = times(&poisson(1), 7, n);
        let gaps: Vec<f64> = std::iter::once(2.0).chain(t.iter().copied()).zip(&t).map(|(a, b)| b - a).collect();
        let mean = gaps.iter().sum::<f64>() / n as f64;
        let variance = gaps.iter().map(|g| (g - mean).powi(2)).sum::<f64>() / n as f64;
        // the mean gap is 1/5 with standard error 0.2/sqrt(n); the variance 1/25 with error 0.04 sqrt(8/n)
        let root = (n as f64).sqrt();
        assert!((mean - 0.2).abs() < 5.0 * 0.2 / root, "{mean}");
        assert!((variance - 0.04).abs() < 5.0 * 0.04 * 8.0_f64.sqrt() / root, "{variance}");
        assert_eq!(t[..100], times(&poisson(1), 7, 100));
        assert_ne!(t[..100], times(&poisson(1), 8, 100));
        assert_ne!(t[..100], times(&poisson(2), 7, 100));
    }

    /// Same seeds, same bits: on every machine, and with every version of what makes the stream.
    #[test]
    fn gaps_are_pinned() {
        let gaps = |seed, train| [0, 1, 2, 1_000_000].map(|k| gap(seed, train, k).to_bits());
        // recomputed by a ChaCha8 written on its own, but for the last bit of a logarithm
        let zero = [4608239374023131114, 4603824650780085846, 4608088187336286200, 4604337110005324119];
        let last = [4601144983110565909, 4608725449534211224, 4605407959008823494, 4591031392449186361];
        assert_eq!((gaps(0, 0), gaps(7, u64::MAX)), (zero, last));
    }

    #[test]
    fn bursts_and_ends() {
        let bursts = train(Course::Bursts { from: 1.0, rate: 10.0, burst: 3, every: 2.0 });
        assert_eq!(times(&bursts, 0, 5), [1.0, 1.1, 1.2, 3.0, 3.1]);
        assert_eq!(times(&Train { count: Some(4), ..bursts.clone() }, 0, 9).len(), 4);
        assert_eq!(times(&Train { until: Some(3.1), ..bursts }, 0, 9).len(), 4);
        let regular = train(Course::Regular { from: 0.0, rate: 5.0 });
        assert_eq!(times(&regular, 0, 400)[300], 60.0); // nothing adds up
    }
}
