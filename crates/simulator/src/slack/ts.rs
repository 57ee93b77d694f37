use std::{fmt, str::FromStr};

use jiff::Timestamp;

/// A message's `ts`: its id within the channel, microseconds since 1970, written `seconds.micros` with 10 and 6 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ts(pub u64);

impl Ts {
    /// The instant's `ts`; times before 1970 give 0.
    pub fn of(at: Timestamp) -> Self {
        Ts(u64::try_from(at.as_microsecond()).unwrap_or(0))
    }

    /// Whole seconds since 1970.
    pub fn seconds(self) -> u64 {
        self.0 / 1_000_000
    }

    /// The digits of a permalink: `p1763800000000300`.
    pub(crate) fn digits(self) -> String {
        format!("{:016}", self.0)
    }

    /// A bound of a range as Slack takes it: seconds with up to six decimals; `0` is the beginning.
    pub(crate) fn bound(text: &str) -> Option<Self> {
        let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
        if seconds.is_empty() || seconds.len() > 12 || fraction.len() > 6 {
            return None;
        }
        if !seconds.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
            return None;
        }
        let micros: u64 = format!("{fraction:0<6}").parse().ok()?;
        Some(Ts(seconds.parse::<u64>().ok()?.checked_mul(1_000_000)?.checked_add(micros)?))
    }
}

impl fmt::Display for Ts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:010}.{:06}", self.0 / 1_000_000, self.0 % 1_000_000)
    }
}

impl FromStr for Ts {
    type Err = ();

    /// The exact form only: ten digits, a dot, six digits.
    fn from_str(s: &str) -> Result<Self, ()> {
        match s.split_once('.') {
            Some((a, b)) if a.len() == 10 && b.len() == 6 => Ts::bound(s).ok_or(()),
            _ => Err(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        let ts: Ts = "1710493200.000100".parse().unwrap();
        assert_eq!((ts.to_string().as_str(), ts.digits().as_str()), ("1710493200.000100", "1710493200000100"));
        for bad in ["", "1710493200", "1710493200.1", "171049320x.000100", "1710493200.0001000", "+710493200.000100"] {
            assert_eq!(bad.parse::<Ts>(), Err(()), "{bad}");
        }
        assert_eq!(Ts::bound("0"), Some(Ts(0)));
        assert_eq!(Ts::bound("1710493200.5"), Some(Ts(1_710_493_200_500_000)));
        for bad in ["", ".5", "-1", "now", "1e9", "9999999999999", "1.1234567"] {
            assert_eq!(Ts::bound(bad), None, "{bad}");
        }
    }
}
