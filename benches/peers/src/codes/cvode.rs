//! CVODE: BDF, Newton, dense matrices, exact Jacobian.

use super::{Outcome, Run};
use crate::problems::Problem;
use std::ffi::{c_int, c_long, c_void};
use std::ptr;
use sundials_sys::*;

unsafe extern "C" fn rhs<P: Problem>(_: f64, y: N_Vector, d: N_Vector, _: *mut c_void) -> c_int {
    unsafe {
        let y = std::slice::from_raw_parts(N_VGetArrayPointer(y), P::N);
        let d = std::slice::from_raw_parts_mut(N_VGetArrayPointer(d), P::N);
        P::rhs(y, d);
    }
    0
}

unsafe extern "C" fn jacobian<P: Problem>(
    _: f64,
    y: N_Vector,
    _: N_Vector,
    matrix: SUNMatrix,
    _: *mut c_void,
    _: N_Vector,
    _: N_Vector,
    _: N_Vector,
) -> c_int {
    unsafe {
        let y = std::slice::from_raw_parts(N_VGetArrayPointer(y), P::N);
        let values = std::slice::from_raw_parts_mut(SUNDenseMatrix_Data(matrix), P::N * P::N);
        P::entries(y, |i, j, value| values[j * P::N + i] = value);
    }
    0
}

pub fn run<P: Problem>(rtol: f64, times: &[f64]) -> Outcome {
    let n = P::N as _;
    let good = |flag: c_int, what: &str| if flag < 0 { Err(format!("{what}: {flag}")) } else { Ok(()) };
    unsafe {
        let mut context: SUNContext = ptr::null_mut();
        SUNContext_Create(0, &mut context);
        SUNContext_ClearErrHandlers(context);
        let (y, atol) = (N_VNew_Serial(n, context), N_VNew_Serial(n, context));
        ptr::copy_nonoverlapping(P::start().as_ptr(), N_VGetArrayPointer(y), P::N);
        std::slice::from_raw_parts_mut(N_VGetArrayPointer(atol), P::N).fill(P::S * rtol);
        let mut memory = CVodeCreate(CV_BDF, context);
        let matrix = SUNDenseMatrix(n, n, context);
        let linear = SUNLinSol_Dense(y, matrix, context);
        let mut outcome = (|| {
            good(CVodeInit(memory, Some(rhs::<P>), 0.0, y), "CVodeInit")?;
            good(CVodeSVtolerances(memory, rtol, atol), "CVodeSVtolerances")?;
            good(CVodeSetLinearSolver(memory, linear, matrix), "CVodeSetLinearSolver")?;
            good(CVodeSetJacFn(memory, Some(jacobian::<P>)), "CVodeSetJacFn")?;
            good(CVodeSetMaxNumSteps(memory, 1_000_000), "CVodeSetMaxNumSteps")?;
            let mut rows = Vec::new();
            let mut t = 0.0;
            for &time in times {
                good(CVode(memory, time, y, &mut t, CV_NORMAL), "CVode")?;
                rows.push(std::slice::from_raw_parts(N_VGetArrayPointer(y), P::N).to_vec());
            }
            Ok(Run { rows, steps: 0 })
        })();
        if let Ok(run) = &mut outcome {
            let mut steps: c_long = 0;
            CVodeGetNumSteps(memory, &mut steps);
            run.steps = steps as u64;
        }
        CVodeFree(&mut memory);
        SUNLinSolFree(linear);
        SUNMatDestroy(matrix);
        N_VDestroy(y);
        N_VDestroy(atol);
        SUNContext_Free(&mut context);
        outcome
    }
}
