//! Which curves share a panel, how far its axis reaches, and where its ticks lie.
//!
//! Values are brought to the order of magnitude one before anything is computed
//! with them, so that 1e300 and 1e-310 need no cases of their own: differences
//! neither overflow nor vanish.

use super::Curve;

/// Curves whose largest values differ by more than this factor do not share a
/// panel: the smaller one would lie flat on the bottom line.
const MAGNITUDE_FACTOR: f64 = 8.0;

/// A curve that moves by less than this part of the axis looks like a straight
/// line, so it is not put with curves that force such an axis on it.
const FLAT_FACTOR: f64 = 50.0;

/// Above this number of panels, panels of one unit are merged again.
const MOST_PANELS: usize = 6;

/// Movement below this part of a curve's size is taken as rounding noise: magnified
/// to the full height it would suggest changes that are not there.
const CONSTANT: f64 = 1e-9;

/// A linear axis from `lo` to `hi`, both in units of ten to the power `exp`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    exp: i32,
    lo: f64,
    hi: f64,
}

/// A marked place of an axis: where it is, from 0 to 1, and what is written there.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tick {
    pub(super) at: f64,
    pub(super) label: String,
}

/// Curves (by index) that share a vertical axis.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) unit: String,
    pub(super) curves: Vec<usize>,
    extent: Option<Extent>,
}

/// What has to be known of a set of curves to judge whether they fit one axis.
#[derive(Debug, Clone, Copy)]
struct Extent {
    min: f64,
    max: f64,
    /// The largest and the smallest among the curves' largest magnitudes; curves
    /// that are zero throughout fit any axis and are left out of the smallest.
    largest: f64,
    smallest: Option<f64>,
    /// Half the span of the curve that moves least among those that move.
    half_span: Option<f64>,
}

fn pow10(e: i32) -> f64 {
    10f64.powi(e)
}

/// `v` times ten to the power `-exp`, in two steps because the power alone may
/// overflow.
fn reduced(v: f64, exp: i32) -> f64 {
    let first = -exp / 2;
    v * pow10(first) * pow10(-exp - first)
}

fn order(magnitude: f64) -> i32 {
    if magnitude > 0.0 { magnitude.log10().floor() as i32 } else { 0 }
}

/// The smallest and largest finite value, if there is any.
pub(super) fn finite_range(values: &[f64]) -> Option<(f64, f64)> {
    values.iter().copied().filter(|v| v.is_finite()).fold(None, |range, v| match range {
        None => Some((v, v)),
        Some((lo, hi)) => Some((f64::min(lo, v), f64::max(hi, v))),
    })
}

impl Scale {
    /// An axis that reaches from `min` to `max` and no further, widened only where
    /// the two are the same but for rounding.
    pub(super) fn tight(min: f64, max: f64) -> Self {
        let magnitude = min.abs().max(max.abs());
        let exp = order(magnitude);
        let (lo, hi) = (reduced(min, exp), reduced(max, exp));
        if hi - lo > CONSTANT * lo.abs().max(hi.abs()) {
            return Self { exp, lo, hi };
        }
        let middle = lo / 2.0 + hi / 2.0;
        let half = if middle == 0.0 { 1.0 } else { middle.abs() * 0.1 };
        Self { exp, lo: middle - half, hi: middle + half }
    }

    /// An axis with room around `min` and `max`, starting at zero where zero is
    /// near enough to the values that starting there costs little height.
    pub(super) fn roomy(min: f64, max: f64) -> Self {
        let Self { exp, lo, hi } = Self::tight(min, max);
        let (lo, hi) = if lo > 0.0 && lo < 0.4 * hi {
            (0.0, hi)
        } else if hi < 0.0 && hi > 0.4 * lo {
            (lo, 0.0)
        } else {
            (lo, hi)
        };
        let pad = 0.06 * (hi - lo);
        Self { exp, lo: if lo == 0.0 { lo } else { lo - pad }, hi: if hi == 0.0 { hi } else { hi + pad } }
    }

    /// An axis with a little room around `min` and `max`, and no sense for zero.
    pub(super) fn loose(min: f64, max: f64) -> Self {
        let Self { exp, lo, hi } = Self::tight(min, max);
        let pad = 0.04 * (hi - lo);
        Self { exp, lo: lo - pad, hi: hi + pad }
    }

    /// Where a value lies: 0 at the lower end of the axis, 1 at the upper.
    pub(super) fn place(&self, v: f64) -> f64 {
        (reduced(v, self.exp) - self.lo) / (self.hi - self.lo)
    }

    /// The ticks of the finest round step that `fits`. The second argument of
    /// `fits` is how much tighter than usual the ticks may stand: a little when the
    /// next coarser step would leave fewer than two of them.
    ///
    /// Axes counted in hours, minutes or seconds are divided as clocks are.
    pub(super) fn ticks(&self, unit: &str, fits: impl Fn(&[Tick], f64) -> bool) -> Vec<Tick> {
        self.finest(&self.steps(unit), fits)
    }

    /// As [`Scale::ticks`], for an axis of exponents of ten: whole powers.
    pub(super) fn powers(&self, fits: impl Fn(&[Tick], f64) -> bool) -> Vec<Tick> {
        let power = |tick: &Tick| Tick { at: tick.at, label: format!("1e{}", tick.label) };
        let powers = |ticks: &[Tick]| ticks.iter().map(power).collect::<Vec<_>>();
        let steps = [1, 2, 3, 4, 5, 10, 20, 50, 100].map(|m| (m, 0));
        powers(&self.finest(&steps, |ticks, slack| fits(&powers(ticks), slack)))
    }

    fn finest(&self, steps: &[(i64, i32)], fits: impl Fn(&[Tick], f64) -> bool) -> Vec<Tick> {
        let mut found = Vec::new();
        for slack in [1.0, 0.6] {
            for &(m, e) in steps {
                let ticks = self.ticks_at(m, e);
                if !ticks.is_empty() && fits(&ticks, slack) {
                    if ticks.len() > found.len() {
                        found = ticks;
                    }
                    break;
                }
            }
            if found.len() >= 2 {
                break;
            }
        }
        found
    }

    /// Steps `m` times ten to the power `e`, from fine to coarse.
    fn steps(&self, unit: &str) -> Vec<(i64, i32)> {
        let span = (self.hi - self.lo) * pow10(self.exp);
        let clock: &[i64] = match unit {
            "h" if span > 4.0 && span <= 400.0 => &[1, 2, 3, 4, 6, 12, 24, 48, 72, 96, 120],
            "min" | "s" if span > 12.0 && span <= 3000.0 => &[1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 720],
            _ => &[],
        };
        if !clock.is_empty() {
            return clock.iter().map(|&m| (m, 0)).collect();
        }
        let top = order(self.hi - self.lo) + self.exp;
        (top - 2..=top + 1).flat_map(|e| [(1, e), (2, e), (5, e)]).collect()
    }

    /// Every multiple of a step on the axis; none when there are too many to label.
    fn ticks_at(&self, m: i64, e: i32) -> Vec<Tick> {
        let step = m as f64 * pow10(e - self.exp);
        // Both ends may carry a rounding error that would lose a tick on the very end.
        let (first, last) = ((self.lo / step - 1e-6).ceil(), (self.hi / step + 1e-6).floor());
        if !(last - first).is_finite() || last - first > 60.0 {
            return Vec::new();
        }
        let numbers: Vec<i64> = (first as i64..=last as i64).map(|i| i * m).collect();
        let labels = tick_labels(&numbers, e);
        numbers
            .iter()
            .zip(labels)
            .map(|(&n, label)| Tick { at: (n as f64 * pow10(e - self.exp) - self.lo) / (self.hi - self.lo), label })
            .collect()
    }
}

/// Writes whole numbers times ten to the power `e`, all in the same form. Working
/// from whole numbers keeps out digits that only come from rounding.
fn tick_labels(numbers: &[i64], e: i32) -> Vec<String> {
    let largest = numbers.iter().map(|n| n.unsigned_abs()).max().unwrap_or(0);
    // The decimal exponent of the largest number.
    let top = e + largest.checked_ilog10().map_or(0, |d| d as i32);
    let few_digits = e >= top - 2;
    let powers = largest > 0 && (!(-3..=12).contains(&top) || (top >= 6 && few_digits));
    numbers
        .iter()
        .map(|&n| match (n, powers) {
            (0, _) => "0".to_string(),
            (_, true) => format!("{}e{top}", decimal(n, e - top)),
            (_, false) => decimal(n, e),
        })
        .collect()
}

/// `n` times ten to the power `e` without an exponent.
fn decimal(n: i64, e: i32) -> String {
    let sign = if n < 0 { "-" } else { "" };
    let digits = n.unsigned_abs().to_string();
    if e >= 0 {
        return format!("{sign}{digits}{}", "0".repeat(e.unsigned_abs() as usize));
    }
    let places = e.unsigned_abs() as usize;
    let padded = format!("{digits:0>width$}", width = places + 1);
    let (whole, part) = padded.split_at(padded.len() - places);
    format!("{sign}{whole}.{part}")
}

impl Extent {
    fn of(values: &[f64]) -> Option<Self> {
        let (min, max) = finite_range(values)?;
        let largest = min.abs().max(max.abs());
        let half = max / 2.0 - min / 2.0;
        Some(Self {
            min,
            max,
            largest,
            smallest: (largest > 0.0).then_some(largest),
            half_span: (half > 1e-6 * largest).then_some(half),
        })
    }

    fn union(self, other: Self) -> Self {
        let least = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Self {
            min: self.min.min(other.min),
            max: self.max.max(other.max),
            largest: self.largest.max(other.largest),
            smallest: least(self.smallest, other.smallest),
            half_span: least(self.half_span, other.half_span),
        }
    }

    /// How badly the curves fit one axis: at most zero when they do, and growing
    /// with the logarithm of the worst disproportion.
    fn misfit(&self) -> f64 {
        let magnitude = self.smallest.map_or(0.0, |s| self.largest.ln() - s.ln() - MAGNITUDE_FACTOR.ln());
        let scale = Scale::roomy(self.min, self.max);
        let flat = self.half_span.map_or(0.0, |half| {
            let part = 2.0 * reduced(half, scale.exp) / (scale.hi - scale.lo);
            -part.ln() - FLAT_FACTOR.ln()
        });
        magnitude.max(flat)
    }
}

impl Group {
    /// The axis of the panel; from 0 to 1 when no curve has a finite value.
    pub(super) fn scale(&self) -> Scale {
        self.extent.map_or(Scale { exp: 0, lo: 0.0, hi: 1.0 }, |e| Scale::roomy(e.min, e.max))
    }

    /// The axis of the panel where values are exponents of ten.
    pub(super) fn scale_of_powers(&self) -> Scale {
        self.extent.map_or(Scale { exp: 0, lo: 0.0, hi: 1.0 }, |e| Scale::loose(e.min, e.max))
    }

    /// Whether any curve has a finite value.
    pub(super) fn has_values(&self) -> bool {
        self.extent.is_some()
    }

    fn misfit_with(&self, other: &Self) -> Option<f64> {
        match (self.extent, other.extent) {
            (Some(a), Some(b)) if self.unit == other.unit => Some(a.union(b).misfit()),
            _ => None,
        }
    }
}

/// Distributes the curves over panels, in the order of each panel's first curve.
pub(super) fn group(curves: &[Curve]) -> Vec<Group> {
    let mut groups: Vec<Group> = curves
        .iter()
        .enumerate()
        .map(|(i, c)| Group { unit: c.unit.clone(), curves: vec![i], extent: Extent::of(&c.y) })
        .collect();
    // Neighbours in this order are the closest in magnitude, so only they are ever
    // merged. Curves without values stand last within their unit.
    groups.sort_by(|a, b| {
        let largest = |g: &Group| g.extent.map_or(-1.0, |e| e.largest);
        a.unit.cmp(&b.unit).then(largest(b).total_cmp(&largest(a))).then(a.curves.cmp(&b.curves))
    });
    let mut i = 1;
    while i < groups.len() {
        if groups[i].extent.is_none() && groups[i - 1].unit == groups[i].unit {
            merge(&mut groups, i);
        } else {
            i += 1;
        }
    }
    loop {
        let best = (1..groups.len())
            .filter_map(|i| Some((i, groups[i - 1].misfit_with(&groups[i])?)))
            .min_by(|a, b| a.1.total_cmp(&b.1));
        match best {
            Some((i, misfit)) if misfit <= 0.0 || groups.len() > MOST_PANELS => {
                merge(&mut groups, i);
            }
            _ => break,
        }
    }
    groups.sort_by(|a, b| a.curves.cmp(&b.curves));
    groups
}

/// Distributes the curves over panels by their units alone, in the order of each panel's first curve.
pub(super) fn group_by_unit(curves: &[Curve]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (i, curve) in curves.iter().enumerate() {
        let group = Group { unit: curve.unit.clone(), curves: vec![i], extent: Extent::of(&curve.y) };
        match groups.iter().position(|g| g.unit == curve.unit) {
            Some(same) => {
                groups.insert(same + 1, group);
                merge(&mut groups, same + 1);
            }
            None => groups.push(group),
        }
    }
    groups
}

/// Merges group `i` into the one before it.
fn merge(groups: &mut Vec<Group>, i: usize) {
    let taken = groups.remove(i);
    let into = &mut groups[i - 1];
    into.curves.extend(taken.curves);
    into.curves.sort_unstable();
    into.extent = match (into.extent, taken.extent) {
        (Some(a), Some(b)) => Some(a.union(b)),
        (a, b) => a.or(b),
    };
}
