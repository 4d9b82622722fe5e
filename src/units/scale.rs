//! The size of a unit, held exactly.

/// Largest power of ten of a scale, so that a scale alone never leaves the range of an `f64`.
const MAX_TENS: i32 = 300;
/// Largest integer up to which every integer is an `f64`.
const EXACT: u128 = 1 << 53;
/// Largest power of ten that is exactly an `f64`.
const EXACT_TENS: u32 = 22;

/// A unit's size in SI base units: `numerator / denominator * 10^tens`, held in integers because
/// 3600 and 10^-3 must not be rounded before they are combined. Neither integer exceeds [`EXACT`],
/// so that each is an `f64`, and the product of two fits with room to spare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scale {
    numerator: u128,
    denominator: u128,
    tens: i32,
}

impl Scale {
    pub(super) const ONE: Scale = Scale { numerator: 1, denominator: 1, tens: 0 };

    /// The scale in lowest terms, its tens moved into the exponent. Both integers must be positive.
    pub(super) fn new(numerator: u128, denominator: u128, tens: i32) -> Scale {
        let common = greatest_common_divisor(numerator, denominator);
        let (numerator, up) = strip_tens(numerator / common);
        let (denominator, down) = strip_tens(denominator / common);
        Scale { numerator, denominator, tens: tens + up - down }
    }

    /// The product, or `None` where it could no longer be held exactly.
    pub(super) fn times(self, other: Scale) -> Option<Scale> {
        let (numerator, denominator) = (self.numerator * other.numerator, self.denominator * other.denominator);
        let product = Scale::new(numerator, denominator, self.tens + other.tens);
        let exact = product.numerator <= EXACT && product.denominator <= EXACT;
        (exact && product.tens.abs() <= MAX_TENS).then_some(product)
    }

    fn inverse(self) -> Scale {
        Scale { numerator: self.denominator, denominator: self.numerator, tens: -self.tens }
    }

    pub(super) fn power(self, power: i32) -> Option<Scale> {
        let base = if power < 0 { self.inverse() } else { self };
        (0..power.unsigned_abs()).try_fold(Scale::ONE, |product, _| product.times(base))
    }

    /// `value`, measured in this scale, measured in `to` instead. One operation wherever the ratio
    /// of the scales is an integer or the reciprocal of one; none at all where it is one.
    pub(super) fn convert(self, value: f64, to: Scale) -> f64 {
        match self.exact_ratio(to) {
            Some((1, 1)) => value,
            Some((times, 1)) => value * times as f64,
            Some((1, over)) => value / over as f64,
            Some((times, over)) => fraction(value, times as f64, over as f64),
            None => self.convert_in_steps(value, to),
        }
    }

    /// The ratio in lowest terms, where both of its integers are exactly `f64`.
    fn exact_ratio(self, to: Scale) -> Option<(u128, u128)> {
        let ratio = self.times(to.inverse())?;
        let tens = 10u128.checked_pow(ratio.tens.unsigned_abs())?;
        let (up, down) = if ratio.tens >= 0 { (tens, 1) } else { (1, tens) };
        let times = ratio.numerator.checked_mul(up)?;
        let over = ratio.denominator.checked_mul(down)?;
        let common = greatest_common_divisor(times, over);
        let (times, over) = (times / common, over / common);
        let exact = |n: u128| n as f64 as u128 == n;
        (exact(times) && exact(over)).then_some((times, over))
    }

    /// For ratios beyond the exact integers: one factor after another, each of them exact.
    fn convert_in_steps(self, value: f64, to: Scale) -> f64 {
        let value = fraction(value, self.numerator as f64, self.denominator as f64);
        let mut value = fraction(value, to.denominator as f64, to.numerator as f64);
        let mut left = (self.tens - to.tens).unsigned_abs();
        while left > 0 {
            let step = left.min(EXACT_TENS);
            let ten = 10u128.pow(step) as f64;
            value = if self.tens > to.tens { value * ten } else { value / ten };
            left -= step;
        }
        value
    }
}

/// `value * times / over`, dividing first only where multiplying first would overflow.
fn fraction(value: f64, times: f64, over: f64) -> f64 {
    let product = value * times;
    if product.is_infinite() { value / over * times } else { product / over }
}

fn greatest_common_divisor(a: u128, b: u128) -> u128 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

fn strip_tens(n: u128) -> (u128, i32) {
    let (mut n, mut tens) = (n, 0);
    while n != 0 && n % 10 == 0 {
        (n, tens) = (n / 10, tens + 1);
    }
    (n, tens)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_are_kept_in_lowest_terms_with_their_tens_apart() {
        assert_eq!(Scale::new(3600, 60, 0), Scale { numerator: 6, denominator: 1, tens: 1 });
        assert_eq!(Scale::new(1, 3600, -3), Scale { numerator: 1, denominator: 36, tens: -5 });
        let hour = Scale::new(3600, 1, 0);
        assert_eq!(hour.times(hour.inverse()), Some(Scale::ONE));
        assert_eq!(hour.exact_ratio(Scale::ONE), Some((3600, 1)));
        assert_eq!(Scale::ONE.exact_ratio(hour), Some((1, 3600)));
    }

    #[test]
    fn powers_of_ten_beyond_the_exact_ones_go_in_exact_steps() {
        let (small, one) = (Scale::new(1, 1, -22), Scale::ONE);
        assert_eq!(small.exact_ratio(one), Some((1, 10u128.pow(22))));
        assert_eq!(Scale::new(1, 1, -23).exact_ratio(one), None);
        assert_eq!(Scale::new(1, 1, -44).convert(1e44, one), 1e44 / 1e22 / 1e22);
        assert_eq!(one.convert(1.0, Scale::new(1, 1, -23)), 1e22 * 10.0);
    }

    #[test]
    fn a_fraction_overflows_only_where_its_result_does() {
        assert_eq!(fraction(1e308, 5.0, 18.0), 1e308 / 18.0 * 5.0);
        assert_eq!(fraction(3.0, 5.0, 18.0), 15.0 / 18.0);
        assert_eq!(fraction(f64::INFINITY, 5.0, 18.0), f64::INFINITY);
    }
}
