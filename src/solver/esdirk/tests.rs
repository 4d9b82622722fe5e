//! The coefficients against the order conditions.

use super::{ESDIRK54, Tableau};
use nalgebra::{DMatrix, DVector};

/// A with its diagonal, and c.
fn method(tableau: &Tableau) -> (DMatrix<f64>, DVector<f64>) {
    let c = DVector::from_column_slice(tableau.c);
    let entry = |i: usize, j: usize| match tableau.a[i].get(j) {
        Some(a) => *a,
        None if i == j && i > 0 => tableau.gamma,
        None => 0.0,
    };
    (DMatrix::from_fn(c.len(), c.len(), entry), c)
}

/// Each rooted tree to order 5: its order, its elementary weights before those of the method (a tree is a product of what
/// stands on its root), and its density. Hairer, Norsett & Wanner, Solving ODEs I, 2nd ed., II.2, tables 2.1 and 2.2.
fn trees(a: &DMatrix<f64>, c: &DVector<f64>) -> Vec<(usize, DVector<f64>, f64)> {
    let one = DVector::from_element(c.len(), 1.0);
    let times = |x: &DVector<f64>, y: &DVector<f64>| x.component_mul(y);
    let c2 = times(c, c);
    let (c3, ac) = (times(c, &c2), a * c);
    let (ac2, aac) = (a * &c2, a * &ac);
    vec![
        (1, one, 1.0),
        (2, c.clone(), 2.0),
        (3, c2.clone(), 3.0),
        (3, ac.clone(), 6.0),
        (4, c3.clone(), 4.0),
        (4, times(c, &ac), 8.0),
        (4, ac2.clone(), 12.0),
        (4, aac.clone(), 24.0),
        (5, times(&c2, &c2), 5.0),
        (5, times(&c2, &ac), 10.0),
        (5, times(c, &ac2), 15.0),
        (5, times(c, &aac), 30.0),
        (5, times(&ac, &ac), 20.0),
        (5, a * &c3, 20.0),
        (5, a * times(c, &ac), 40.0),
        (5, a * &ac2, 60.0),
        (5, a * &aac, 120.0),
    ]
}

#[test]
fn the_method_is_of_order_five_and_the_embedded_one_of_order_four() {
    let (a, c) = method(&ESDIRK54);
    let b = a.row(c.len() - 1).transpose();
    let embedded = &b - DVector::from_column_slice(ESDIRK54.estimate);
    let mut worst: f64 = 0.0;
    for (order, tree, density) in trees(&a, &c) {
        let error = b.dot(&tree) - 1.0 / density;
        assert!(error.abs() < 1e-15, "order {order}, density {density}: {error:e}");
        let error = embedded.dot(&tree) - 1.0 / density;
        if order <= 4 {
            assert!(error.abs() < 1e-15, "embedded, order {order}, density {density}: {error:e}");
        } else {
            worst = worst.max(error.abs());
        }
    }
    assert!(worst > 1e-3, "the embedded method would be of order 5, too");
}

#[test]
fn every_stage_is_of_order_two() {
    let (a, c) = method(&ESDIRK54);
    let sums = &a * DVector::from_element(c.len(), 1.0) - &c;
    let squares = &a * &c - c.component_mul(&c) / 2.0;
    assert!(sums.amax() < 1e-15 && squares.amax() < 1e-15, "{sums} {squares}");
    assert_eq!(ESDIRK54.a[0].len(), 0, "the first stage is explicit");
}

/// The stability function of weights b at z on the imaginary axis (squared) or the negative real one.
fn stability(a: &DMatrix<f64>, b: &DVector<f64>, z: nalgebra::Complex<f64>) -> nalgebra::Complex<f64> {
    let complex = |x: &f64| nalgebra::Complex::new(*x, 0.0);
    let one = DVector::from_element(b.len(), complex(&1.0));
    let matrix = DMatrix::identity(b.len(), b.len()) - a.map(|x| complex(&x) * z);
    let k = matrix.lu().solve(&one).unwrap();
    complex(&1.0) + z * b.map(|x| complex(&x)).dot(&k)
}

#[test]
fn the_method_is_stable_and_forgets_what_is_infinitely_stiff() {
    let (a, c) = method(&ESDIRK54);
    let b = a.row(c.len() - 1).transpose();
    let embedded = &b - DVector::from_column_slice(ESDIRK54.estimate);
    for k in 0..400 {
        let y = 10_f64.powf(f64::from(k) / 50.0 - 2.0);
        let size = stability(&a, &b, nalgebra::Complex::new(0.0, y)).norm();
        assert!(size <= 1.0 + 1e-12, "|R(i {y})| = {size}");
    }
    let far = nalgebra::Complex::new(-1e9, 0.0);
    assert!(stability(&a, &b, far).norm() < 1e-6, "R(inf) = 0");
    assert!((stability(&a, &embedded, far).re + 0.25).abs() < 1e-6, "the embedded method has R(inf) = -1/4");
}

#[test]
fn dense_output_is_of_order_four() {
    let (a, c) = method(&ESDIRK54);
    for k in 0..=20 {
        let s = f64::from(k) / 20.0;
        let weight = |i: usize| {
            let q = ESDIRK54.dense.iter().rev().fold(0.0, |q, row| row[i] + s * q);
            s * (1.0 - s) * q + if i == c.len() - 1 { s } else { 0.0 }
        };
        // of the Z, which are A times the D
        let b = a.tr_mul(&DVector::from_fn(c.len(), |i, _| weight(i)));
        for (order, tree, density) in trees(&a, &c).into_iter().filter(|(order, ..)| *order <= 4) {
            let error = b.dot(&tree) - s.powi(order as i32) / density;
            assert!(error.abs() < 2e-14, "at {s}, order {order}, density {density}: {error:e}");
        }
    }
}
