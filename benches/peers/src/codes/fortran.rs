//! RADAU5 (Hairer & Wanner) and LSODA (Petzold & Hindmarsh), from the library that Debian's r-cran-desolve brings.

use super::{MOST_STEPS, Outcome, Run, within};
use crate::problems::Problem;
use libloading::os::unix::{Library, RTLD_GLOBAL, RTLD_NOW, Symbol};
use std::ffi::c_void;

type Any = *mut c_void;
type Contr5 = unsafe extern "C" fn(*const i32, *const f64, *const f64, *const i32, *mut f64);

/// The two codes, as Fortran calls them: everything by reference.
pub struct Fortran {
    radau5: Symbol<unsafe extern "C" fn()>,
    contr5: Symbol<Contr5>,
    lsoda: Symbol<unsafe extern "C" fn()>,
    _libraries: [Library; 2],
}

#[allow(clippy::type_complexity)]
type Radau5 = unsafe extern "C" fn(
    *mut i32,
    Any,
    *mut f64,
    *mut f64,
    *const f64,
    *mut f64,
    *mut f64,
    *mut f64,
    *mut i32,
    Any,
    *mut i32,
    *mut i32,
    *mut i32,
    Any,
    *mut i32,
    *mut i32,
    *mut i32,
    Any,
    *mut i32,
    *mut f64,
    *const i32,
    *mut i32,
    *const i32,
    Any,
    Any,
    *mut i32,
);
#[allow(clippy::type_complexity)]
type Lsoda = unsafe extern "C" fn(
    Any,
    *const i32,
    *mut f64,
    *mut f64,
    *const f64,
    *const i32,
    *const f64,
    *const f64,
    *const i32,
    *mut i32,
    *const i32,
    *mut f64,
    *const i32,
    *mut i32,
    *const i32,
    Any,
    *const i32,
    Any,
    Any,
);

/// What the functions that the codes call need; it travels as their `rpar`.
struct Context<'a, P> {
    problem: &'a P,
    parameters: &'a [f64],
    n: usize,
    /// How many rows before the main diagonal's the matrix holds, where it is banded.
    above: Option<usize>,
    output: Output<'a>,
}

/// What the output routine of RADAU5 writes to.
struct Output<'a> {
    times: &'a [f64],
    rows: Vec<Vec<f64>>,
    contr5: Contr5,
}

unsafe extern "C" fn rhs<P: Problem>(_: *const i32, _: *const f64, y: *const f64, d: *mut f64, context: Any, _: Any) {
    unsafe {
        let context = &*context.cast::<Context<P>>();
        let y = std::slice::from_raw_parts(y, context.n);
        context.problem.rhs(context.parameters, y, std::slice::from_raw_parts_mut(d, context.n));
    }
}

/// Both codes take it in this form: in this library RADAU5 has the form of LSODA. What has no entry is zero already.
unsafe extern "C" fn jacobian<P: Problem>(
    _: *const i32,
    _: *const f64,
    y: *const f64,
    _: *const i32,
    _: *const i32,
    values: *mut f64,
    rows: *const i32,
    context: Any,
    _: Any,
) {
    unsafe {
        let context = &*context.cast::<Context<P>>();
        let (y, rows) = (std::slice::from_raw_parts(y, context.n), *rows as usize);
        context.problem.entries(context.parameters, y, |i, j, value| {
            let row = context.above.map_or(i, |above| i + above - j);
            *values.add(j * rows + row) = value;
        });
    }
}

#[allow(clippy::too_many_arguments)]
unsafe extern "C" fn output<P>(
    _: *const i32,
    _: *const f64,
    t: *const f64,
    _: *const f64,
    cont: *const f64,
    lrc: *const i32,
    n: *const i32,
    context: Any,
    _: Any,
    _: *mut i32,
) {
    unsafe {
        let output = &mut (*context.cast::<Context<P>>()).output;
        while output.times.get(output.rows.len()).is_some_and(|time| *time <= *t) {
            let time = output.times[output.rows.len()];
            let mut row = vec![0.0; *n as usize];
            (output.contr5)(n, &time, cont, lrc, row.as_mut_ptr());
            output.rows.push(row);
        }
    }
}

impl Fortran {
    /// Loads the library; none where it is not installed.
    pub fn load() -> Option<Self> {
        unsafe {
            let r = ["/usr/lib/R/lib/libR.so", "libR.so"]
                .iter()
                .find_map(|path| Library::open(Some(path), RTLD_NOW | RTLD_GLOBAL).ok())?;
            let library = Library::open(Some("/usr/lib/R/site-library/deSolve/libs/deSolve.so"), RTLD_NOW).ok()?;
            Some(Fortran {
                radau5: library.get(b"radau5_\0").ok()?,
                contr5: library.get(b"contr5_\0").ok()?,
                lsoda: library.get(b"dlsoda_\0").ok()?,
                _libraries: [r, library],
            })
        }
    }

    fn context<'a, P: Problem>(&self, problem: &'a P, times: &'a [f64]) -> Context<'a, P> {
        let facts = problem.facts();
        let output = Output { times, rows: Vec::with_capacity(times.len()), contr5: *self.contr5 };
        let above = facts.band.map(|[_, above]| above);
        Context { problem, parameters: &[], n: facts.n(), above, output }
    }

    pub fn radau5<P: Problem>(&self, problem: &P, rtol: f64, times: &[f64]) -> Outcome {
        let radau5: Radau5 = unsafe { std::mem::transmute(*self.radau5) };
        let facts = problem.facts();
        let n = facts.n();
        let mut context = self.context(problem, times);
        let [below, above] = facts.band.unwrap_or([n, n]);
        let [jacobian_rows, factor_rows] =
            if facts.band.is_some() { [below + above + 1, 2 * below + above + 1] } else { [n, n] };
        let lwork = n * (jacobian_rows + 3 * factor_rows + 12) + 20;
        let (mut work, mut iwork) = (vec![0.0; lwork], vec![0; 3 * n + 20]);
        let (mut t, mut y, mut steps) = (0.0, facts.start.clone(), 0);
        for stretch in &facts.stretches {
            context.parameters = &stretch.parameters;
            let mut h = stretch.first_step(rtol, 4.0).unwrap_or(1e-6 * times[0].min(1.0));
            iwork[1] = MOST_STEPS as i32;
            // the code writes to some of what it is given: each has a place of its own
            let (mut rtols, mut atols) = (vec![rtol; n], facts.atol(rtol));
            let [mut n, mut mljac, mut mujac, mut mlmas, mut mumas] = [n, below, above, n, n].map(|x| x as i32);
            let [mut itol, mut ijac, mut imas, mut iout, mut idid] = [1, 1, 0, 1, 0];
            unsafe {
                radau5(
                    &mut n,
                    rhs::<P> as Any,
                    &mut t,
                    y.as_mut_ptr(),
                    &stretch.end,
                    &mut h,
                    rtols.as_mut_ptr(),
                    atols.as_mut_ptr(),
                    &mut itol,
                    jacobian::<P> as Any,
                    &mut ijac,
                    &mut mljac,
                    &mut mujac,
                    std::ptr::null_mut(),
                    &mut imas,
                    &mut mlmas,
                    &mut mumas,
                    output::<P> as Any,
                    &mut iout,
                    work.as_mut_ptr(),
                    &(lwork as i32),
                    iwork.as_mut_ptr(),
                    &(iwork.len() as i32),
                    (&raw mut context).cast(),
                    std::ptr::null_mut(),
                    &mut idid,
                );
            }
            if idid < 0 {
                return Err(format!("RADAU5 ended with {idid}"));
            }
            steps += iwork[16] as u64;
        }
        Ok(Run { rows: context.output.rows, steps })
    }

    pub fn lsoda<P: Problem>(&self, problem: &P, rtol: f64, times: &[f64]) -> Outcome {
        let lsoda: Lsoda = unsafe { std::mem::transmute(*self.lsoda) };
        let facts = problem.facts();
        let n = facts.n();
        let mut context = self.context(problem, times);
        let (rtols, atols) = (vec![rtol; n], facts.atol(rtol));
        let [below, above] = facts.band.unwrap_or([n, n]);
        let matrix_rows = if facts.band.is_some() { 2 * below + above + 1 } else { n };
        let lrw = (22 + n * (9 + matrix_rows)).max(20 + 16 * n);
        let (mut rwork, mut iwork) = (vec![0.0; lrw], vec![0; 20 + n]);
        let (mut t, mut y) = (0.0, facts.start.clone());
        let (mut rows, mut steps) = (Vec::with_capacity(times.len()), 0);
        for stretch in &facts.stretches {
            context.parameters = &stretch.parameters;
            let (mut state, until) = (1, within(times, t, stretch.end));
            (iwork[0], iwork[1], iwork[5]) = (below as i32, above as i32, MOST_STEPS as i32);
            (rwork[0], rwork[4]) = (stretch.end, stretch.first_step(rtol, 2.0).unwrap_or(0.0));
            let end = (until.last() != Some(&stretch.end)).then_some(&stretch.end);
            for time in until.iter().chain(end) {
                unsafe {
                    lsoda(
                        rhs::<P> as Any,
                        &(n as i32),
                        y.as_mut_ptr(),
                        &mut t,
                        time,
                        &4, // tolerances are vectors
                        rtols.as_ptr(),
                        atols.as_ptr(),
                        &4, // not beyond the end of the stretch
                        &mut state,
                        &1,
                        rwork.as_mut_ptr(),
                        &(lrw as i32),
                        iwork.as_mut_ptr(),
                        &(iwork.len() as i32),
                        jacobian::<P> as Any,
                        &if facts.band.is_some() { 4 } else { 1 },
                        (&raw mut context).cast(),
                        std::ptr::null_mut(),
                    );
                }
                if state < 0 {
                    return Err(format!("LSODA ended with {state}"));
                }
                if rows.len() < times.len() && *time == times[rows.len()] {
                    rows.push(y.clone());
                }
            }
            steps += iwork[10] as u64;
        }
        Ok(Run { rows, steps })
    }
}
