//! Several numbers at a time, with the widest instructions that the processor has.
//!
//! The same code is compiled twice, for the baseline and for AVX2 with FMA: each number is computed by the same operations in
//! the same order, and products are fused with sums where that is written and nowhere else, so that the bits do not depend on
//! the processor. One without the instruction (x86-64 before 2013) takes a function for it, and is slow.

/// How many numbers are computed together.
pub(crate) const LANES: usize = 4;
/// So many numbers in memory.
pub(crate) type Wide = [f64; LANES];

/// So many numbers in a register. Compilers find that form by themselves only for long loops, and states are short.
pub(crate) trait Vector: Copy {
    fn load(x: &Wide) -> Self;
    fn store(self, x: &mut Wide);
    fn add(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;
    /// `self * b + c` with one rounding.
    fn fma(self, b: Self, c: Self) -> Self;
    fn div(self, other: Self) -> Self;
    fn abs(self) -> Self;
    /// The first where it is larger, else (also where one is NaN) the second.
    fn larger(self, other: Self) -> Self;
    #[inline(always)]
    fn splat(x: f64) -> Self {
        Self::load(&[x; LANES])
    }
    /// The sum of all.
    #[inline(always)]
    fn sum(self) -> f64 {
        let mut each = [0.0; LANES];
        self.store(&mut each);
        (each[0] + each[1]) + (each[2] + each[3])
    }
    /// The largest of numbers that are no NaN.
    #[inline(always)]
    fn largest(self) -> f64 {
        let mut each = [0.0; LANES];
        self.store(&mut each);
        let larger = |a: f64, b: f64| if a > b { a } else { b };
        larger(larger(each[0], each[1]), larger(each[2], each[3]))
    }
}

/// Something to do that is compiled for several processors. [`Work::run`] and what it calls has to be
/// `#[inline(always)]`: only what is inlined is compiled anew, and elsewhere [`f64::mul_add`] is a call of a function.
pub(crate) trait Work {
    type Output;
    fn run<V: Vector>(self) -> Self::Output;
}

/// Does the work with the widest instructions there are.
#[inline]
pub(crate) fn widest<W: Work>(work: W) -> W::Output {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma") {
        // SAFETY: the processor has AVX2 and FMA
        return unsafe { avx2::run(work) };
    }
    work.run::<Wide>()
}

impl Vector for Wide {
    #[inline(always)]
    fn load(x: &Wide) -> Self {
        *x
    }
    #[inline(always)]
    fn store(self, x: &mut Wide) {
        *x = self;
    }
    #[inline(always)]
    fn add(self, b: Self) -> Self {
        lanes(self, b, |a, b| a + b)
    }
    #[inline(always)]
    fn mul(self, b: Self) -> Self {
        lanes(self, b, |a, b| a * b)
    }
    #[inline(always)]
    fn fma(self, b: Self, c: Self) -> Self {
        [0, 1, 2, 3].map(|i| self[i].mul_add(b[i], c[i]))
    }
    #[inline(always)]
    fn div(self, b: Self) -> Self {
        lanes(self, b, |a, b| a / b)
    }
    #[inline(always)]
    fn abs(self) -> Self {
        lanes(self, self, |a, _| a.abs())
    }
    #[inline(always)]
    fn larger(self, b: Self) -> Self {
        lanes(self, b, |a, b| if a > b { a } else { b })
    }
}

#[inline(always)]
fn lanes(a: Wide, b: Wide, f: impl Fn(f64, f64) -> f64) -> Wide {
    [f(a[0], b[0]), f(a[1], b[1]), f(a[2], b[2]), f(a[3], b[3])]
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use super::{Vector, Wide, Work};
    use std::arch::x86_64::*;

    /// A register of AVX. Private, so that it stays within [`run`].
    #[derive(Clone, Copy)]
    struct Register(__m256d);

    #[target_feature(enable = "avx2,fma")]
    pub(super) fn run<W: Work>(work: W) -> W::Output {
        work.run::<Register>()
    }

    // SAFETY of all below: only `run` makes registers, and whoever calls it has made sure of AVX2 and FMA
    impl Vector for Register {
        #[inline(always)]
        fn load(x: &Wide) -> Self {
            // SAFETY: as above; the pointer is to four numbers
            Register(unsafe { _mm256_loadu_pd(x.as_ptr()) })
        }
        #[inline(always)]
        fn store(self, x: &mut Wide) {
            // SAFETY: as above; the pointer is to four numbers
            unsafe { _mm256_storeu_pd(x.as_mut_ptr(), self.0) }
        }
        #[inline(always)]
        fn add(self, b: Self) -> Self {
            // SAFETY: as above
            Register(unsafe { _mm256_add_pd(self.0, b.0) })
        }
        #[inline(always)]
        fn mul(self, b: Self) -> Self {
            // SAFETY: as above
            Register(unsafe { _mm256_mul_pd(self.0, b.0) })
        }
        #[inline(always)]
        fn fma(self, b: Self, c: Self) -> Self {
            // SAFETY: as above
            Register(unsafe { _mm256_fmadd_pd(self.0, b.0, c.0) })
        }
        #[inline(always)]
        fn div(self, b: Self) -> Self {
            // SAFETY: as above
            Register(unsafe { _mm256_div_pd(self.0, b.0) })
        }
        #[inline(always)]
        fn abs(self) -> Self {
            // SAFETY: as above
            Register(unsafe { _mm256_andnot_pd(_mm256_set1_pd(-0.0), self.0) })
        }
        #[inline(always)]
        fn larger(self, b: Self) -> Self {
            // SAFETY: as above; of two numbers that do not compare the instruction takes the second
            Register(unsafe { _mm256_max_pd(self.0, b.0) })
        }
    }
}
