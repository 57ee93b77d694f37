use serde::{Serialize, Serializer};

/// Whole numbers from here on are not told apart by an `f64` any more.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A number with at most 3 decimals; without any where it is whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Number(f64);

impl Number {
    /// Seconds or a count; `None` for what can be neither.
    pub(super) fn of(value: f64) -> Option<Self> {
        (value.is_finite() && value >= 0.0).then(|| Number(if value < EXACT { (value * 1000.0).round() / 1000.0 } else { value }))
    }

    /// A share of something, from 0 to 1, with 2 decimals.
    pub(super) fn ratio(value: f64) -> Option<Self> {
        (0.0..=1.0).contains(&value).then(|| Number((value * 100.0).round() / 100.0))
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.fract() == 0.0 && self.0 < EXACT { serializer.serialize_u64(self.0 as u64) } else { serializer.serialize_f64(self.0) }
    }
}

/// Milliseconds as seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Millis(pub(super) u64);

impl Serialize for Millis {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_multiple_of(1000) { serializer.serialize_u64(self.0 / 1000) } else { serializer.serialize_f64(self.0 as f64 / 1000.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let json = |n: Option<Number>| serde_json::to_string(&n).unwrap();
        assert_eq!(json(Number::of(2460.0)), "2460");
        assert_eq!(json(Number::of(6.2)), "6.2");
        assert_eq!(json(Number::of(0.123_456)), "0.123");
        assert_eq!(json(Number::of(1.999_9)), "2");
        assert_eq!(json(Number::of(-0.0)), "0");
        assert_eq!(json(Number::of(1e300)), "1e+300");
        for none in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.1] {
            assert_eq!(json(Number::of(none)), "null", "{none}");
            assert_eq!(json(Number::ratio(none)), "null", "{none}");
        }
        assert_eq!(json(Number::ratio(0.684_9)), "0.68");
        assert_eq!(json(Number::ratio(0.685_1)), "0.69");
        assert_eq!(json(Number::ratio(0.0)), "0");
        assert_eq!(json(Number::ratio(1.0)), "1");
        assert_eq!(json(Number::ratio(1.01)), "null");
        let millis = |n: u64| serde_json::to_string(&Millis(n)).unwrap();
        assert_eq!((millis(0), millis(460_230), millis(3_000)), ("0".into(), "460.23".into(), "3".into()));
        assert_eq!(millis(u64::MAX), "1.844674407370955e+16");
    }
}
