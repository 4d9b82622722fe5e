//! RADAU5 (Hairer & Wanner) and LSODA (Petzold & Hindmarsh), from the library that Debian's r-cran-desolve brings.

use super::{Outcome, Run};
use crate::problems::Problem;
use libloading::os::unix::{Library, RTLD_GLOBAL, RTLD_NOW, Symbol};
use std::cell::RefCell;
use std::ffi::c_void;

type Any = *mut c_void;

/// The two codes, as Fortran calls them: everything by reference.
pub struct Fortran {
    radau5: Symbol<unsafe extern "C" fn()>,
    contr5: Symbol<unsafe extern "C" fn(*const i32, *const f64, *const f64, *const i32, *mut f64)>,
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

unsafe extern "C" fn rhs<P: Problem>(_: *const i32, _: *const f64, y: *const f64, d: *mut f64) {
    unsafe { P::rhs(std::slice::from_raw_parts(y, P::N), std::slice::from_raw_parts_mut(d, P::N)) }
}

unsafe fn fill<P: Problem>(y: *const f64, values: *mut f64, rows: usize) {
    unsafe {
        let values = std::slice::from_raw_parts_mut(values, rows * P::N);
        values.fill(0.0);
        P::entries(std::slice::from_raw_parts(y, P::N), |i, j, value| values[j * rows + i] = value);
    }
}

/// Both codes take it in this form: in this library RADAU5 has the form of LSODA.
unsafe extern "C" fn jacobian<P: Problem>(
    _: *const i32,
    _: *const f64,
    y: *const f64,
    _: *const i32,
    _: *const i32,
    values: *mut f64,
    rows: *const i32,
) {
    unsafe { fill::<P>(y, values, *rows as usize) }
}

/// What the output routine of RADAU5 writes to.
struct Output {
    times: Vec<f64>,
    rows: Vec<Vec<f64>>,
    contr5: unsafe extern "C" fn(*const i32, *const f64, *const f64, *const i32, *mut f64),
}

thread_local! {
    static OUTPUT: RefCell<Option<Output>> = const { RefCell::new(None) };
}

#[allow(clippy::too_many_arguments)]
unsafe extern "C" fn output(
    _: *const i32,
    _: *const f64,
    t: *const f64,
    _: *const f64,
    cont: *const f64,
    lrc: *const i32,
    n: *const i32,
) {
    OUTPUT.with_borrow_mut(|output| {
        let Some(output) = output else { return };
        unsafe {
            while output.times.get(output.rows.len()).is_some_and(|time| *time <= *t) {
                let time = output.times[output.rows.len()];
                let mut row = vec![0.0; *n as usize];
                (output.contr5)(n, &time, cont, lrc, row.as_mut_ptr());
                output.rows.push(row);
            }
        }
    });
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

    pub fn radau5<P: Problem>(&self, rtol: f64, times: &[f64]) -> Outcome {
        let n = P::N as i32;
        let (mut rtols, mut atols) = (vec![rtol; P::N], vec![P::S * rtol; P::N]);
        let lwork = 4 * P::N * P::N + 12 * P::N + 20;
        let (mut work, mut iwork) = (vec![0.0; lwork], vec![0; 3 * P::N + 20]);
        iwork[1] = 1_000_000;
        let (mut t, mut y, mut h, mut idid) = (0.0, P::start(), 1e-6 * times[0].min(1.0), 0);
        // the code writes to some of what it is given: each has a place of its own
        let [mut n, mut mljac, mut mujac, mut mlmas, mut mumas] = [n; 5];
        let [mut itol, mut ijac, mut imas, mut iout] = [1, 1, 0, 1];
        let end = times[times.len() - 1];
        OUTPUT.set(Some(Output { times: times.to_vec(), rows: Vec::new(), contr5: *self.contr5 }));
        unsafe {
            let radau5: Radau5 = std::mem::transmute(*self.radau5);
            radau5(
                &mut n,
                rhs::<P> as Any,
                &mut t,
                y.as_mut_ptr(),
                &end,
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
                output as Any,
                &mut iout,
                work.as_mut_ptr(),
                &(lwork as i32),
                iwork.as_mut_ptr(),
                &(iwork.len() as i32),
                std::ptr::null_mut(),
                std::ptr::null_mut(),
                &mut idid,
            );
        }
        let rows = OUTPUT.take().map(|output| output.rows).unwrap_or_default();
        if idid < 0 || rows.len() < times.len() {
            return Err(format!("RADAU5 ended with {idid}"));
        }
        Ok(Run { rows, steps: iwork[16] as u64 })
    }

    pub fn lsoda<P: Problem>(&self, rtol: f64, times: &[f64]) -> Outcome {
        let n = P::N as i32;
        let (rtols, atols) = (vec![rtol; P::N], vec![P::S * rtol; P::N]);
        let lrw = 22 + 9 * P::N + P::N * P::N + 16 * P::N + 100;
        let (mut rwork, mut iwork) = (vec![0.0; lrw], vec![0; 20 + P::N]);
        iwork[5] = 1_000_000;
        let (mut t, mut y, mut state) = (0.0, P::start(), 1);
        let mut rows = Vec::new();
        let lsoda: Lsoda = unsafe { std::mem::transmute(*self.lsoda) };
        for time in times {
            unsafe {
                lsoda(
                    rhs::<P> as Any,
                    &n,
                    y.as_mut_ptr(),
                    &mut t,
                    time,
                    &4,
                    rtols.as_ptr(),
                    atols.as_ptr(),
                    &1,
                    &mut state,
                    &1,
                    rwork.as_mut_ptr(),
                    &(lrw as i32),
                    iwork.as_mut_ptr(),
                    &(iwork.len() as i32),
                    jacobian::<P> as Any,
                    &1,
                    std::ptr::null_mut(),
                    std::ptr::null_mut(),
                );
            }
            if state < 0 {
                return Err(format!("LSODA ended with {state}"));
            }
            rows.push(y.clone());
        }
        Ok(Run { rows, steps: iwork[10] as u64 })
    }
}
