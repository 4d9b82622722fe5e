//! A Rosenbrock step, differentiated exactly.
//!
//! A stage solves `W u_i = R_i` with `W = I/(h gamma) - J` ([`Tableau`]). Along a direction, in which the state moves by s and
//! parameters by dp, it moves by the solution of
//! `W du_i = dR_i + dJ u_i`, `dR_i = J(Y_i) dY_i + df/dp(Y_i) dp + sum (c_ij / h) du_j + h dfdt_i d(df/dt)`,
//! where Y_i is the argument of the stage and dJ the derivative of the Jacobian at the start along the direction. The factors
//! are those of the step. What comes out is the derivative of what the step computes, its length held fixed (internal
//! differentiation: Bock 1981, Numerical treatment of inverse problems in chemical reaction kinetics).

use super::attempt::{ARGUMENT, Attempt};
use super::stepper::{Fault, Problem};
use super::tableau::Tableau;
use super::vector::{MOST_STAGES, Stages, add_scaled, combine, combine_scaled, keep, not_finite, padded};
use super::whole_tangent::Direction;
use super::{Along, OdeSystem, Point, Points, Reject, Shape, Statistics};
use crate::linalg::{LinearSolver, Pattern};
use crate::program::{Inputs, LANES, Native, Vector, Work, widest};

/// What is taken through a step: parameters that move, with their weights, and how the state moves at its ends, [`padded`].
#[derive(Clone, Debug)]
pub(super) struct Carried {
    pub parameters: Vec<(usize, f64)>,
    pub start: Vec<f64>,
    pub end: Vec<f64>,
}

/// A step that was taken, and what it was made of.
pub(super) struct Taken<'a> {
    pub n: usize,
    pub tableau: &'static Tableau,
    pub problem: &'a Problem<'a>,
    /// Time and length.
    pub at: (f64, f64),
    pub start: &'a [f64],
    /// At the start.
    pub jacobian: &'a [f64],
    pub stages: &'a [Stages],
    /// Whether it is time for native code.
    pub is_native: bool,
}

/// The derivatives of the last step along one direction.
#[derive(Clone, Debug)]
struct Tangent {
    made: Attempt,
    /// The state along it, dJ, and `df/dp dp + h dfdt_i d(df/dt)` at all stages, as [`Points`] lie.
    from: Direction,
    /// d(df/dt)
    time_derivative: Vec<f64>,
}

/// The stages of the step itself side by side, as [`Points`] lie.
#[derive(Clone, Debug, Default)]
struct AllStages {
    t: [f64; MOST_STAGES],
    arguments: Vec<f64>,
    solutions: Vec<f64>,
    /// J at each of them.
    jacobians: Vec<f64>,
}

/// Memory of the derivatives of steps.
#[derive(Clone, Debug, Default)]
pub(super) struct Tangents {
    each: Vec<Tangent>,
    all: AllStages,
    /// Of one stage.
    argument: Vec<f64>,
    rate: Vec<f64>,
    right_hand_side: Vec<f64>,
    jacobian: Vec<f64>,
    scratch: Vec<f64>,
}

impl Tangents {
    pub fn new(count: usize, shape: &Shape) -> Self {
        let n = padded(shape.n());
        let entries = shape.jacobian.len();
        let (zeros, all) = (|| vec![0.0; n], |count: usize| vec![0.0; MOST_STAGES * count]);
        let (made, from) = (Attempt::new(&shape.jacobian), Direction::new(&shape.jacobian));
        let tangent = Tangent { made, from, time_derivative: zeros() };
        let (arguments, solutions) = (all(shape.n()), all(shape.n()));
        Tangents {
            each: vec![tangent; count],
            all: AllStages { t: [0.0; MOST_STAGES], arguments, solutions, jacobians: all(entries) },
            argument: zeros(),
            rate: zeros(),
            right_hand_side: zeros(),
            jacobian: vec![0.0; entries],
            scratch: Vec::new(),
        }
    }

    /// The stages along direction k.
    pub fn stages(&self, k: usize) -> &[Stages] {
        self.each[k].made.stages()
    }

    pub fn carry_through(
        &mut self,
        taken: &Taken,
        linear: &mut LinearSolver,
        carried: &mut [Carried],
        statistics: &mut Statistics,
    ) -> Result<(), Fault> {
        let (n, system) = (taken.n, taken.problem.system);
        let (at, start) = (taken.problem.at(taken.at.0), &taken.start[..n]);
        // grows in the first step alone
        self.scratch.resize(system.sensitivity_scratch().max(system.shape().scratch), 0.0);
        self.evaluate_jacobians(taken)?;
        for k in 0..carried.len() {
            let (tangent, carried) = (&mut self.each[k], &carried[k]);
            let along = Along { t: 0.0, state: &carried.start[..n], parameters: &carried.parameters };
            let known = tangent.from.known();
            known.start.copy_from_slice(&carried.start);
            system.jacobian_along(&at, start, &along, known.jacobian, &mut self.scratch)?;
            if system.shape().is_forced {
                let slope = &mut tangent.time_derivative[..n];
                system.time_derivative_along(&at, start, &along, slope, &mut self.scratch)?;
            }
            self.evaluate_by_parameters(k, taken, &carried.parameters)?;
        }
        let whole = system.shape().whole.as_ref().filter(|_| taken.is_native);
        let code = whole.and_then(|whole| whole.tangent_code(&system.shape().jacobian, taken.tableau));
        match (code, linear.static_factors()) {
            (Some(code), Some(factors)) => self.run_native(code, factors, taken),
            _ => self.each.iter_mut().for_each(|tangent| {
                let room = (&mut self.rate[..], &mut self.right_hand_side[..]);
                widest(Pass { taken, all: &self.all, tangent, linear, room });
            }),
        }
        for (tangent, carried) in self.each.iter().zip(&mut *carried) {
            carried.end.copy_from_slice(tangent.made.part(ARGUMENT));
            if let Some(bad) = not_finite(&carried.end) {
                return Err(Fault::NotFinite(bad));
            }
        }
        statistics.jacobians += taken.tableau.stages as u64 - 1;
        statistics.solves += (taken.tableau.stages * carried.len()) as u64;
        Ok(())
    }

    /// Does what [`Pass`] does.
    fn run_native(&mut self, code: &Native, factors: &[f64], taken: &Taken) {
        let all = &self.all;
        for Tangent { from, made, .. } in &mut self.each {
            let inputs = Inputs {
                t: taken.at.0,
                state: &all.jacobians,
                parameter: factors,
                mode: &all.solutions,
                forcing: &from.memory,
                history: &[taken.at.1],
            };
            code.run(0, &inputs, &mut made.memory);
        }
    }

    /// Lays the stages of the step out side by side, and evaluates the Jacobian at each.
    fn evaluate_jacobians(&mut self, taken: &Taken) -> Result<(), Reject> {
        let (n, tableau) = (taken.n, taken.tableau);
        widest(LayOut { taken, argument: &mut self.argument, all: &mut self.all });
        let AllStages { t: times, arguments, jacobians, .. } = &mut self.all;
        let (system, scratch) = (taken.problem.system, &mut self.scratch);
        if let Some(system) = system.at_points() {
            let points = Points::new(times, taken.problem.parameters, taken.problem.modes);
            return system.jacobians(&points, arguments, jacobians, scratch);
        }
        for i in 0..tableau.stages {
            let argument = argument_of(arguments, i, &mut self.argument[..n]);
            let jacobian = &mut self.jacobian;
            match i {
                0 => jacobian.copy_from_slice(taken.jacobian),
                _ => system.jacobian(&taken.problem.at(times[i]), argument, jacobian, scratch)?,
            }
            for (values, value) in jacobians.chunks_exact_mut(MOST_STAGES).zip(jacobian) {
                values[i] = *value;
            }
        }
        Ok(())
    }

    /// Evaluates `df/dp dp + h dfdt_i d(df/dt)` at each stage along direction k.
    fn evaluate_by_parameters(&mut self, k: usize, taken: &Taken, parameters: &[(usize, f64)]) -> Result<(), Reject> {
        let (Tangent { from, time_derivative, .. }, all, problem) = (&mut self.each[k], &self.all, taken.problem);
        let known = from.known().rates;
        known.fill(0.0);
        if problem.system.shape().is_forced {
            for (known, slope) in known.chunks_exact_mut(MOST_STAGES).zip(time_derivative) {
                for (known, part) in known.iter_mut().zip(taken.tableau.dfdt) {
                    *known = taken.at.1 * part * *slope;
                }
            }
        }
        if let Some(system) = problem.system.at_points() {
            let points = Points::new(&all.t, problem.parameters, problem.modes);
            return parameters.iter().try_for_each(|&parameter| {
                system.add_parameter_derivative(&points, &all.arguments, parameter, known, &mut self.scratch)
            });
        }
        for i in 0..taken.tableau.stages {
            let argument = argument_of(&all.arguments, i, &mut self.argument[..taken.n]);
            let (rate, by) = (&mut self.rate[..taken.n], &mut self.right_hand_side[..taken.n]);
            rate.fill(0.0);
            add_parameters(
                problem.system,
                (&problem.at(all.t[i]), argument),
                parameters,
                rate,
                (by, &mut self.scratch),
            )?;
            for (known, rate) in known.chunks_exact_mut(MOST_STAGES).zip(rate) {
                known[i] += *rate;
            }
        }
        Ok(())
    }
}

/// Lays the stages of a step out side by side.
struct LayOut<'a> {
    taken: &'a Taken<'a>,
    argument: &'a mut [f64],
    all: &'a mut AllStages,
}

impl Work for LayOut<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(self) {
        let LayOut { taken, argument, all } = self;
        let ((t, h), tableau) = (taken.at, taken.tableau);
        for i in 0..MOST_STAGES {
            let stage = i.min(tableau.stages - 1);
            all.t[i] = t + tableau.times[stage] * h;
            combine::<V>(argument, taken.start, tableau.a[stage], taken.stages);
            for (of_component, argument) in all.arguments.as_chunks_mut::<MOST_STAGES>().0.iter_mut().zip(&*argument) {
                of_component[i] = *argument;
            }
        }
        for (stages, out) in taken.stages.iter().zip(all.solutions.chunks_mut(LANES * MOST_STAGES)) {
            for (lane, of_component) in out.as_chunks_mut::<MOST_STAGES>().0.iter_mut().enumerate() {
                *of_component = std::array::from_fn(|i| stages[i][lane]);
            }
        }
    }
}

/// Takes the argument of a stage out of all of them.
fn argument_of<'a>(arguments: &[f64], i: usize, out: &'a mut [f64]) -> &'a [f64] {
    for (out, of_component) in out.iter_mut().zip(arguments.chunks_exact(MOST_STAGES)) {
        *out = of_component[i];
    }
    out
}

/// Solves for the stages along one direction.
struct Pass<'a> {
    taken: &'a Taken<'a>,
    all: &'a AllStages,
    tangent: &'a mut Tangent,
    linear: &'a mut LinearSolver,
    /// For a rate and a right-hand side.
    room: (&'a mut [f64], &'a mut [f64]),
}

impl Work for Pass<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector>(mut self) {
        self.add_known::<V>();
        let Pass { taken, all, tangent, linear, room: (rate, right_hand_side) } = self;
        let (n, h, tableau) = (taken.n, taken.at.1, taken.tableau);
        let pattern = &taken.problem.system.shape().jacobian;
        let (known, parts) = (tangent.from.known(), tangent.made.parts());
        for i in 0..tableau.stages {
            if tableau.continues(i) {
                add_scaled::<V>(parts.argument, 1.0, parts.solution);
            } else {
                combine::<V>(parts.argument, known.start, tableau.a[i], parts.stages);
            }
            let mut entries = all.jacobians.as_chunks::<MOST_STAGES>().0.iter();
            for (row, (rate, known)) in rate.iter_mut().zip(known.rates.as_chunks::<MOST_STAGES>().0).enumerate() {
                let mut sum = known[i];
                for (&j, entry) in pattern.row(row).iter().zip(&mut entries) {
                    sum = entry[i].mul_add(parts.argument[j as usize], sum);
                }
                *rate = sum;
            }
            combine_scaled::<V>(right_hand_side, (rate, None), tableau.c[i], 1.0 / h, parts.stages);
            linear.solve(&right_hand_side[..n], &mut parts.solution[..n]);
            keep::<V>(parts.stages, i, parts.solution);
        }
        add_scaled::<V>(parts.argument, 1.0, parts.solution);
    }
}

impl Pass<'_> {
    /// Adds `dJ u_i` for all stages to what is known.
    #[inline(always)]
    fn add_known<V: Vector>(&mut self) {
        let known = self.tangent.from.known();
        let pattern = &self.taken.problem.system.shape().jacobian;
        let (mut entries, solutions) = (known.jacobian.iter(), self.all.solutions.as_chunks::<LANES>().0);
        for (i, rates) in known.rates.as_chunks_mut::<MOST_STAGES>().0.iter_mut().enumerate() {
            let (low, high) = rates.as_chunks_mut::<LANES>().0.split_at_mut(1);
            let mut sums = [V::load(&low[0]), V::load(&high[0])];
            for (&j, &entry) in pattern.row(i).iter().zip(&mut entries) {
                let entry = V::splat(entry);
                for (half, sum) in sums.iter_mut().enumerate() {
                    *sum = entry.fma(V::load(&solutions[2 * j as usize + half]), *sum);
                }
            }
            sums[0].store(&mut low[0]);
            sums[1].store(&mut high[0]);
        }
    }
}

/// `out += A x`
pub(super) fn add_product(pattern: &Pattern, a: &[f64], x: &[f64], out: &mut [f64]) {
    for i in 0..pattern.n() {
        let row = pattern.row(i).iter().zip(&a[pattern.row_start(i)..]);
        out[i] += row.map(|(j, a)| a * x[*j as usize]).sum::<f64>();
    }
}

/// Adds the derivative of the right-hand side by parameters, each with its weight.
pub(super) fn add_parameters(
    system: &dyn OdeSystem,
    (at, y): (&Point, &[f64]),
    parameters: &[(usize, f64)],
    rate: &mut [f64],
    (by, scratch): (&mut [f64], &mut [f64]),
) -> Result<(), Reject> {
    for &(k, weight) in parameters {
        system.parameter_derivative(at, y, k, by, scratch)?;
        for (rate, by) in rate.iter_mut().zip(&*by) {
            *rate += weight * by;
        }
    }
    Ok(())
}
