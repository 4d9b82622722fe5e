//! CVODE: BDF, Newton, dense or banded matrices, exact Jacobian.

use super::{MOST_STEPS, Outcome, Run, within};
use crate::problems::{Facts, Problem};
use std::ffi::{c_int, c_long, c_void};
use std::ptr;
use sundials_sys::*;

/// What the functions that CVODE calls need.
struct Context<'a, P> {
    problem: &'a P,
    parameters: &'a [f64],
    n: usize,
}

unsafe extern "C" fn rhs<P: Problem>(_: f64, y: N_Vector, d: N_Vector, context: *mut c_void) -> c_int {
    unsafe {
        let context = &*context.cast::<Context<P>>();
        let y = std::slice::from_raw_parts(N_VGetArrayPointer(y), context.n);
        let d = std::slice::from_raw_parts_mut(N_VGetArrayPointer(d), context.n);
        context.problem.rhs(context.parameters, y, d);
    }
    0
}

unsafe extern "C" fn jacobian<P: Problem>(
    _: f64,
    y: N_Vector,
    _: N_Vector,
    matrix: SUNMatrix,
    context: *mut c_void,
    _: N_Vector,
    _: N_Vector,
    _: N_Vector,
) -> c_int {
    unsafe {
        let context = &*context.cast::<Context<P>>();
        let y = std::slice::from_raw_parts(N_VGetArrayPointer(y), context.n);
        // the matrix is zero when it comes
        let (values, rows, above) = match context.problem.facts().band {
            None => (SUNDenseMatrix_Data(matrix), context.n, None),
            Some(_) => {
                let above = SUNBandMatrix_StoredUpperBandwidth(matrix) as usize;
                (SUNBandMatrix_Data(matrix), SUNBandMatrix_LDim(matrix) as usize, Some(above))
            }
        };
        let values = std::slice::from_raw_parts_mut(values, rows * context.n);
        context.problem.entries(context.parameters, y, |i, j, value| {
            let row = above.map_or(i, |above| i + above - j);
            values[j * rows + row] = value;
        });
    }
    0
}

fn good(flag: c_int, what: &str) -> Result<(), String> {
    if flag < 0 { Err(format!("{what}: {flag}")) } else { Ok(()) }
}

/// CVODE's objects; they are freed with it.
struct Solver {
    context: SUNContext,
    memory: *mut c_void,
    y: N_Vector,
    atol: N_Vector,
    matrix: SUNMatrix,
    linear: SUNLinearSolver,
}

impl Solver {
    fn new(facts: &Facts, rtol: f64) -> Self {
        unsafe {
            let n = facts.n();
            let mut context: SUNContext = ptr::null_mut();
            SUNContext_Create(0, &mut context);
            SUNContext_ClearErrHandlers(context);
            let (y, atol) = (N_VNew_Serial(n as _, context), N_VNew_Serial(n as _, context));
            ptr::copy_nonoverlapping(facts.start.as_ptr(), N_VGetArrayPointer(y), n);
            ptr::copy_nonoverlapping(facts.atol(rtol).as_ptr(), N_VGetArrayPointer(atol), n);
            let memory = CVodeCreate(CV_BDF, context);
            let (matrix, linear) = match facts.band {
                None => {
                    let matrix = SUNDenseMatrix(n as _, n as _, context);
                    (matrix, SUNLinSol_Dense(y, matrix, context))
                }
                Some([below, above]) => {
                    let matrix = SUNBandMatrix(n as _, above as _, below as _, context);
                    (matrix, SUNLinSol_Band(y, matrix, context))
                }
            };
            Solver { context, memory, y, atol, matrix, linear }
        }
    }

    fn steps(&self) -> u64 {
        let mut steps: c_long = 0;
        unsafe { CVodeGetNumSteps(self.memory, &mut steps) };
        steps as u64
    }
}

impl Drop for Solver {
    fn drop(&mut self) {
        unsafe {
            CVodeFree(&mut self.memory);
            SUNLinSolFree(self.linear);
            SUNMatDestroy(self.matrix);
            N_VDestroy(self.y);
            N_VDestroy(self.atol);
            SUNContext_Free(&mut self.context);
        }
    }
}

pub fn run<P: Problem>(problem: &P, rtol: f64, times: &[f64]) -> Outcome {
    let facts = problem.facts();
    let solver = Solver::new(facts, rtol);
    let mut context = Context { problem, parameters: &facts.stretches[0].parameters, n: facts.n() };
    let (memory, y) = (solver.memory, solver.y);
    let (mut rows, mut steps, mut t) = (Vec::with_capacity(times.len()), 0, 0.0);
    unsafe {
        good(CVodeInit(memory, Some(rhs::<P>), 0.0, y), "CVodeInit")?;
        good(CVodeSVtolerances(memory, rtol, solver.atol), "CVodeSVtolerances")?;
        good(CVodeSetLinearSolver(memory, solver.linear, solver.matrix), "CVodeSetLinearSolver")?;
        good(CVodeSetJacFn(memory, Some(jacobian::<P>)), "CVodeSetJacFn")?;
        good(CVodeSetMaxNumSteps(memory, MOST_STEPS as c_long), "CVodeSetMaxNumSteps")?;
        for (i, stretch) in facts.stretches.iter().enumerate() {
            let begin = t;
            context.parameters = &stretch.parameters;
            good(CVodeSetUserData(memory, (&raw mut context).cast()), "CVodeSetUserData")?;
            if i > 0 {
                steps += solver.steps();
                good(CVodeReInit(memory, begin, y), "CVodeReInit")?;
            }
            good(CVodeSetInitStep(memory, stretch.first_step(rtol, 2.0).unwrap_or(0.0)), "CVodeSetInitStep")?;
            good(CVodeSetStopTime(memory, stretch.end), "CVodeSetStopTime")?;
            for &time in within(times, begin, stretch.end) {
                good(CVode(memory, time, y, &mut t, CV_NORMAL), "CVode")?;
                rows.push(std::slice::from_raw_parts(N_VGetArrayPointer(y), facts.n()).to_vec());
            }
            if t < stretch.end {
                good(CVode(memory, stretch.end, y, &mut t, CV_NORMAL), "CVode")?;
            }
        }
    }
    Ok(Run { rows, steps: steps + solver.steps() })
}
