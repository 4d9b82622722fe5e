//! Derivatives that a user has written, against differences.

use super::{OdeSystem, Point, Reject};

/// An entry of a Jacobian that differences do not confirm.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct WrongEntry {
    /// The component of f.
    pub row: usize,
    /// The component of y, or none for the time.
    pub column: Option<usize>,
    /// What the system gives; none where the pattern has no such entry.
    pub given: Option<f64>,
    /// What differences give.
    pub found: f64,
}

/// Differences agree with derivatives to about this part.
const AGREEMENT: f64 = 1e-4;

/// Compares df/dy (with its pattern) and df/dt of a system at a point with central differences of its right-hand side, and
/// gives the entries that differ by more than differences can err, by row. Steps of 6e-6 of each component (of the largest,
/// where one is 0) and half of that show how far they err; where a component has another scale altogether, check at a state
/// that has it. Of a [`Shape::differenced`](super::Shape::differenced) system there is only the pattern to be checked, and that
/// it is forced where the time matters.
///
/// ```
/// use homeostat::linalg::Pattern;
/// use homeostat::solver::{OdeSystem, Point, Reject, Shape, check_jacobian};
///
/// struct Binding(Shape);
/// impl OdeSystem for Binding {
///     fn shape(&self) -> &Shape {
///         &self.0
///     }
///     fn rhs(&self, _: &Point, y: &[f64], d: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
///         d[0] = -y[0] * y[1];
///         d[1] = -y[0] * y[1];
///         Ok(())
///     }
///     fn jacobian(&self, _: &Point, y: &[f64], v: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
///         v.copy_from_slice(&[-y[1], -y[0], -y[1], y[0]]); // the last should be -y[0]
///         Ok(())
///     }
/// }
/// let wrong = check_jacobian(&Binding(Shape::new(Pattern::dense(2))), &Point::new(0.0, &[]), &[2.0, 3.0]).unwrap();
/// assert_eq!((wrong.len(), wrong[0].row, wrong[0].column, wrong[0].given), (1, 1, Some(1), Some(2.0)));
/// assert!((wrong[0].found + 2.0).abs() < 1e-6);
/// ```
///
/// # Errors
/// [`Reject`] where the system gives no value at the point or close to it.
pub fn check_jacobian(system: &dyn OdeSystem, at: &Point, y: &[f64]) -> Result<Vec<WrongEntry>, Reject> {
    let shape = system.shape();
    let n = shape.n();
    let mut scratch = vec![0.0; shape.scratch];
    let mut values = vec![0.0; shape.jacobian.len()];
    let mut dfdt = vec![0.0; n];
    if !shape.is_differenced {
        system.jacobian(at, y, &mut values, &mut scratch)?;
    }
    if shape.is_forced && !shape.is_differenced {
        system.time_derivative(at, y, &mut dfdt, &mut scratch)?;
    }
    let largest = y.iter().fold(0.0_f64, |most, y| most.max(y.abs()));
    let mut wrong = Vec::new();
    for column in (0..n).map(Some).chain([None]) {
        let size = column.map_or(at.t, |j| y[j]).abs();
        let size = [size, if column.is_some() { largest } else { 0.0 }, 1.0].into_iter().find(|size| *size > 0.0);
        let step = f64::EPSILON.cbrt() * size.unwrap_or(1.0);
        let mut slope = |step| difference(system, at, y, column, step, &mut scratch);
        let (coarse, fine) = (slope(step)?, slope(0.5 * step)?);
        for (row, ((rough, _), (found, rounding))) in coarse.into_iter().zip(fine).enumerate() {
            let given = match column {
                Some(j) => shape.jacobian.position(row, j).map(|place| values[place]),
                None => shape.is_forced.then(|| dfdt[row]),
            };
            if shape.is_differenced && given.is_some() {
                continue;
            }
            let is = given.unwrap_or(0.0);
            let error = AGREEMENT * found.abs().max(is.abs()) + 4.0 * ((found - rough).abs() + rounding);
            // a NaN is wrong, too
            let agrees = (found - is).abs() <= error;
            if !agrees {
                wrong.push(WrongEntry { row, column, given, found });
            }
        }
    }
    wrong.sort_by_key(|entry| (entry.row, entry.column.unwrap_or(n)));
    Ok(wrong)
}

/// Central differences of f along one component or the time, each with what rounding may have done to it.
fn difference(
    system: &dyn OdeSystem,
    at: &Point,
    y: &[f64],
    column: Option<usize>,
    step: f64,
    scratch: &mut [f64],
) -> Result<Vec<(f64, f64)>, Reject> {
    let mut side = |step: f64| {
        let (mut at, mut y, mut rates) = (*at, y.to_vec(), vec![0.0; y.len()]);
        let place = match column {
            Some(j) => &mut y[j],
            None => &mut at.t,
        };
        *place += step;
        let moved = *place;
        system.rhs(&at, &y, &mut rates, scratch)?;
        Ok((moved, rates))
    };
    let ((right, above), (left, below)) = (side(step)?, side(-step)?);
    let width = right - left;
    let slope = |(a, b): (f64, f64)| ((a - b) / width, f64::EPSILON * (a.abs() + b.abs()) / width);
    Ok(above.into_iter().zip(below).map(slope).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::Pattern;
    use crate::solver::Shape;

    /// y0' = y0 y1 sin t, y1' = y0^3; what is wrong with its derivatives is chosen.
    struct Swing {
        shape: Shape,
        cube: f64,
    }

    impl OdeSystem for Swing {
        fn shape(&self) -> &Shape {
            &self.shape
        }
        fn rhs(&self, at: &Point, y: &[f64], d: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
            d[0] = y[0] * y[1] * at.t.sin();
            d[1] = y[0].powi(3);
            Ok(())
        }
        fn jacobian(&self, at: &Point, y: &[f64], v: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
            let entries = [y[1] * at.t.sin(), y[0] * at.t.sin(), self.cube * y[0] * y[0]];
            v.copy_from_slice(&entries[3 - v.len()..]);
            Ok(())
        }
        fn time_derivative(&self, at: &Point, y: &[f64], d: &mut [f64], _: &mut [f64]) -> Result<(), Reject> {
            d.copy_from_slice(&[y[0] * y[1] * at.t.cos(), 0.0]);
            Ok(())
        }
    }

    fn wrong(entries: &[(usize, usize)], is_forced: bool, cube: f64, y: [f64; 2]) -> Vec<(usize, Option<usize>)> {
        let shape = Shape::new(Pattern::new(2, entries.iter().copied()).unwrap());
        let system = Swing { shape: if is_forced { shape.forced() } else { shape }, cube };
        let found = check_jacobian(&system, &Point::new(0.7, &[]), &y).unwrap();
        found.into_iter().map(|entry| (entry.row, entry.column)).collect()
    }

    #[test]
    fn right_derivatives_pass_at_any_scale() {
        let all = [(0, 0), (0, 1), (1, 0)];
        for y in [[1.0, 2.0], [1e-9, 3e5], [0.0, 4.0], [-1e12, 1e-3]] {
            assert_eq!(wrong(&all, true, 3.0, y), [], "{y:?}");
        }
    }

    #[test]
    fn what_is_wrong_or_missing_is_named() {
        let all = [(0, 0), (0, 1), (1, 0)];
        assert_eq!(wrong(&all, true, 3.01, [1.0, 2.0]), [(1, Some(0))]);
        assert_eq!(wrong(&all, false, 3.0, [1.0, 2.0]), [(0, None)]);
        assert_eq!(wrong(&all[1..], true, 3.0, [1.0, 2.0]), [(0, Some(0))]);
        assert_eq!(wrong(&all, true, f64::NAN, [1.0, 2.0]), [(1, Some(0))]);
    }
}
