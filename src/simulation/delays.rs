//! Steps of a run that looks back at itself (the method of steps; Bellen and Zennaro 2003, section 4.3).
//!
//! What lies before the step is known. Where a delay is shorter than the step, what is looked at lies in the step itself: it is
//! then taken as the solution would go straight on, the step is tried, and tried again with what has come of it, until that
//! changes no more. A step that does not come to that is halved.

use super::Simulation;
use super::past::{Crossing, Past, Piece};
use super::running::{Running, system};
use super::scale::ATOL_PART;
use super::timetable::rounding;
use super::with_past::WithPast;
use crate::error::{Error, Problem};
use crate::solver::{Advance, Failure, FailureKind, Method, OdeSystem, Point};
use crate::system::{NativeSystem, System};
use std::sync::Arc;

/// A step is tried so often before it is halved.
const TRIES: usize = 12;
/// Two tries agree within this part of the tolerance.
const AGREE: f64 = 0.02;
/// Halvings of the search for where a delay leaves its stretch.
const HALVINGS: usize = 64;

/// What computes the rates, with the past at hand where one is kept.
pub(super) enum Seen<'a> {
    Plain(&'a dyn OdeSystem),
    WithPast(WithPast<'a>),
}

impl<'a> Seen<'a> {
    pub fn new(native: &'a Option<NativeSystem>, simulation: &'a Simulation, past: &'a Option<Past>) -> Self {
        let inner = system(native, simulation);
        match past {
            Some(past) => Seen::WithPast(WithPast::new(inner, &simulation.system, past)),
            None => Seen::Plain(inner),
        }
    }

    pub fn system(&self) -> &dyn OdeSystem {
        match self {
            Seen::Plain(system) => *system,
            Seen::WithPast(system) => system,
        }
    }

    /// Values of the past as they are seen from a point, where one is kept; no numbers where a delay is none (the next step
    /// says so).
    pub fn look(&self, at: &Point, y: &[f64], found: &mut [f64], room: &mut [f64]) {
        if let Seen::WithPast(with) = self
            && with.look((at, y), (with.system.delays(), true, true), found, room).is_err()
        {
            found.fill(f64::NAN);
        }
    }
}

impl Simulation {
    /// The same model without a past ([`Network::without_delays`](crate::network::Network::without_delays)), with the same
    /// numbers.
    pub(crate) fn without_delays(&self) -> Result<Simulation, Error> {
        let network = self.network.without_delays();
        let system = System::compile(&network)?;
        let mut parameters = self.parameters[..self.system.parameter_symbols().len()].to_vec();
        parameters.resize(system.shape().parameters, 0.0);
        system.prepare(&mut parameters);
        Ok(Simulation { network: Arc::new(network), system: Arc::new(system), parameters, ..self.clone() })
    }

    /// The past of a run that begins here, where it needs one.
    pub(super) fn past(&self, initial: &[f64], method: Method) -> Result<Option<Past>, Error> {
        let delays = self.system.delays();
        if delays == 0 {
            return Ok(None);
        }
        if matches!(method, Method::Dopri5 | Method::Dop853) {
            let message = "its steps are many in one, and cannot look back at one another: choose another method";
            return Err(Problem::error(["method", method.name()], message).into());
        }
        let is_lasting = (0..delays).all(|k| self.system.has_constant_delay(k)) && self.timetable.windows.is_empty();
        Ok(Some(Past::new(delays, initial, !is_lasting)))
    }
}

impl Running {
    /// One step, with the past at hand where one is kept.
    pub(super) fn advance_solver(&mut self, stop: f64) -> Result<Advance, Error> {
        if self.past.is_some() {
            return self.step_with_past(stop);
        }
        let taken = self.solver.advance(system(&self.native, &self.simulation), &self.parameters, stop);
        taken.map_err(|failure| self.named(failure))
    }

    fn step_with_past(&mut self, stop: f64) -> Result<Advance, Error> {
        let begun = self.solver.clone();
        let from = begun.t();
        let mut next = self.next_crossing()?;
        let end = |next: &Option<(f64, Crossing)>| next.map_or(stop, |(t, _)| t.min(stop));
        let (mut limit, mut tries) = (end(&next), 0);
        loop {
            let (advance, has_guessed) = self.try_step(limit)?;
            let to = self.solver.t();
            // a step that ends where it was found to cross is as exact as that was found
            let is_expected = |crossing: &Crossing| next.is_some_and(|(t, comes)| to >= t && comes == *crossing);
            if let Some((t, crossing)) = self.crossing_in_step(from, to)?.filter(|(_, crossing)| !is_expected(crossing))
            {
                self.solver = begun.clone();
                next = Some((t, crossing));
                if t <= from {
                    let passed = self.past.as_mut().and_then(|past| past.cross(&crossing, from));
                    self.look_on(passed)?;
                    next = self.next_crossing()?;
                }
                limit = end(&next);
                continue;
            }
            let piece = self.piece(from, to);
            if !has_guessed || self.distance(&piece) <= AGREE {
                let longest = self.longest_delay();
                let Some(past) = &mut self.past else { return Ok(advance) };
                past.push(piece, longest);
                let passed = next.filter(|(t, _)| to >= *t).and_then(|(_, crossing)| past.cross(&crossing, to));
                self.look_on(passed)?;
                return Ok(advance);
            }
            tries += 1;
            let is_hopeless = tries % TRIES == 0;
            if let Some(past) = &mut self.past {
                past.guess = Some(piece).filter(|_| !is_hopeless);
            }
            self.solver = begun.clone();
            limit = if is_hopeless { from + 0.5 * (to - from) } else { to };
        }
    }

    /// Where a constant delay comes to a break next.
    fn next_crossing(&mut self) -> Result<Option<(f64, Crossing)>, Error> {
        let t = self.solver.t();
        let y = self.solver.y().to_vec();
        let lengths = self.lengths(t, &y)?;
        let Some(past) = &self.past else { return Ok(None) };
        let system = &self.simulation.system;
        let constant = |(k, _): &(usize, &f64)| system.is_felt(*k) && system.has_constant_delay(*k);
        let times = lengths
            .iter()
            .enumerate()
            .filter(constant)
            .filter_map(|(k, by)| Some((past.next_crossing(k, *by), past.upward(k)?)));
        Ok(times.filter(|(time, _)| *time > t).min_by(|a, b| a.0.total_cmp(&b.0)))
    }

    fn try_step(&mut self, limit: f64) -> Result<(Advance, bool), Error> {
        let Running { native, simulation, past, solver, parameters, .. } = self;
        let seen = Seen::new(native, simulation, past);
        let taken = solver.advance(seen.system(), parameters, limit);
        let (has_guessed, refused) = match &seen {
            Seen::WithPast(with) => (with.has_guessed(), with.refused()),
            Seen::Plain(_) => (false, None),
        };
        self.refused = refused.or(self.refused);
        let is_ahead = |(_, t, _): &(usize, f64, f64)| *t >= self.solver.t();
        taken.map(|advance| (advance, has_guessed)).map_err(|failure| match self.refused.filter(is_ahead) {
            Some((delay, t, by)) if matches!(failure.kind, FailureKind::StepTooSmall | FailureKind::NotFinite) => {
                self.simulation.wrong_delay(delay, t, by)
            }
            _ => self.named(failure),
        })
    }

    /// How long ago each value of the past is of.
    fn lengths(&mut self, t: f64, y: &[f64]) -> Result<Vec<f64>, Error> {
        let Running { native, simulation, past, parameters, scratch, .. } = self;
        let Seen::WithPast(with) = Seen::new(native, simulation, past) else { return Ok(Vec::new()) };
        let all = simulation.system.delays();
        let (found, room) = scratch.split_at_mut(2 * all);
        let at = Point::new(t, parameters);
        let mut lengths = Vec::with_capacity(all);
        for k in 0..all {
            let looked = with.look((&at, y), (k, true, false), found, room);
            let by = looked.and_then(|()| with.by(k, &at.with_past(found), y, room));
            let wrong = |_| match with.refused() {
                Some((k, t, by)) => simulation.wrong_delay(k, t, by),
                None => simulation.wrong_delay(k, t, f64::NAN),
            };
            lengths.push(by.map_err(wrong)?);
        }
        Ok(lengths)
    }

    fn longest_delay(&mut self) -> f64 {
        let y = self.solver.y().to_vec();
        self.lengths(self.solver.t(), &y).map_or(f64::INFINITY, |all| all.into_iter().fold(0.0, f64::max))
    }

    /// Where in the last step a delay that is no constant has left its stretch first.
    fn crossing_in_step(&mut self, from: f64, to: f64) -> Result<Option<(f64, Crossing)>, Error> {
        let system = &self.simulation.system;
        let moving: Vec<usize> =
            (0..system.delays()).filter(|k| system.is_felt(*k) && !system.has_constant_delay(*k)).collect();
        let mut first: Option<(f64, Crossing)> = None;
        for delay in moving {
            let then = self.looks_at(delay, to)?;
            let Some(crossing) = self.past.as_ref().and_then(|past| past.crossing(delay, then)) else { continue };
            let (mut before, mut after) = (from, to);
            for _ in 0..HALVINGS {
                let middle = 0.5 * (before + after);
                let then = self.looks_at(delay, middle)?;
                let beyond = self.past.as_ref().map_or(0.0, |past| past.beyond(&crossing, then));
                if beyond < 0.0 { before = middle } else { after = middle }
            }
            if first.is_none_or(|(t, _)| after < t) {
                first = Some((after, crossing));
            }
        }
        // where it lies at the end of the step but for rounding, the step is as it should be
        Ok(first.filter(|(t, _)| to - t > 4.0 * rounding(to)).map(|(t, crossing)| {
            let is_at_once = t - from <= 4.0 * rounding(to);
            (if is_at_once { from } else { t }, crossing)
        }))
    }

    /// The time that a delay looks at from one in the last step.
    fn looks_at(&mut self, delay: usize, t: f64) -> Result<f64, Error> {
        let mut y = vec![0.0; self.solver.y().len()];
        self.read(t, &mut y);
        Ok(t - self.lengths(t, &y)?[delay])
    }

    /// The state in the last step.
    fn read(&mut self, t: f64, state: &mut [f64]) {
        let Running { native, simulation, past, solver, .. } = self;
        solver.interpolate(Seen::new(native, simulation, past).system(), t, state);
    }

    fn piece(&mut self, from: f64, to: f64) -> Piece {
        let number = self.past.as_mut().map_or(0, |past| past.number(&self.parameters));
        let n = self.solver.y().len();
        Piece::new((from, to), n, number, &mut |t, state| self.read(t, state))
    }

    /// How far two tries of the step are apart, in units of the tolerance.
    fn distance(&self, piece: &Piece) -> f64 {
        let rtol = self.run.settings.rtol;
        let atol = |i: usize| self.run.settings.atol.unwrap_or(ATOL_PART * rtol * self.scales[i]);
        self.past.as_ref().map_or(0.0, |past| past.distance(piece, &|i, y| atol(i) + rtol * y.abs()))
    }

    /// Delays that have come to the end of their stretch look at the next one, beside one that has passed a break already.
    fn look_on(&mut self, passed: Option<u8>) -> Result<(), Error> {
        let (t, y) = (self.solver.t(), self.solver.y().to_vec());
        let lengths = self.lengths(t, &y)?;
        let Some(past) = &mut self.past else { return Ok(()) };
        let felt = lengths.iter().enumerate().filter(|(k, _)| self.simulation.system.is_felt(*k));
        let passed = felt.filter_map(|(k, by)| past.arrive(k, t - by, t)).chain(passed).min();
        if passed == Some(0) {
            // rates jump: what a method remembers of them holds no more
            self.solver.restart(self.simulation.timetable.kinds() + self.simulation.system.events().count());
        }
        Ok(())
    }

    /// What has happened at this instant comes back: the state jumps here, or its rates do.
    pub(super) fn remember(&mut self) -> Result<(), Error> {
        let t = self.solver.t();
        let Some(past) = &mut self.past else { return Ok(()) };
        let is_quiet_start = t == 0.0 && past.before() == self.solver.y();
        past.add_break(t, u8::from(is_quiet_start));
        self.look_on(None)
    }

    /// Values of the past as they are seen from where the run stands.
    pub(super) fn look_back(&mut self) {
        let Running { native, simulation, past, solver, parameters, scratch, present, .. } = self;
        Seen::new(native, simulation, past).look(&Point::new(solver.t(), parameters), solver.y(), present, scratch);
    }
}

impl Simulation {
    fn wrong_delay(&self, delay: usize, t: f64, by: f64) -> Error {
        let (name, unit) = (self.network.name_of(self.system.delayed_symbol(delay)), self.network.units().time());
        let message = format!("its delay is {by} {unit} at t = {t} {unit}; expected zero or more");
        let failure = Failure::new(FailureKind::NotFinite, t);
        Error::Solver { failure, message: format!("{name}: {message}") }
    }
}
