//! Numbers and lengths of time in words.

use jiff::SignedDuration;

/// `12,345`.
pub(crate) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, d) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(d);
    }
    out
}

/// `1 file`, `2 files`: the plural is the word with `s`, or with `ies` for a `y` after a consonant.
pub(crate) fn count(n: u64, word: &str) -> String {
    let plural = match word.strip_suffix('y') {
        _ if n == 1 => word.to_owned(),
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{stem}ies"),
        _ => format!("{word}s"),
    };
    format!("{} {plural}", grouped(n))
}

/// `0.4 s`, `12 s`, `3 min`, `2 h 10 min`, `3 days`.
pub(crate) fn duration(d: SignedDuration) -> String {
    let seconds = d.as_secs().max(0);
    match seconds {
        0..10 => format!("{:.1} s", d.as_secs_f64().max(0.0)),
        10..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", (seconds + 30) / 60),
        7_200..172_800 => match (seconds % 3_600) / 60 {
            0 => format!("{} h", seconds / 3_600),
            m => format!("{} h {m} min", seconds / 3_600),
        },
        _ => format!("{} days", (seconds + 43_200) / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::{count, duration, grouped};

    #[test]
    fn numbers_are_grouped() {
        let cases = [(0, "0"), (999, "999"), (1_000, "1,000"), (12_345_678, "12,345,678"), (u64::MAX, "18,446,744,073,709,551,615")];
        for (n, text) in cases {
            assert_eq!(grouped(n), text);
        }
    }

    #[test]
    fn words_follow_their_number() {
        let cases =
            [(0, "file", "0 files"), (1, "file", "1 file"), (2, "reply", "2 replies"), (1, "reply", "1 reply"), (3, "day", "3 days")];
        for (n, word, text) in cases {
            assert_eq!(count(n, word), text);
        }
    }

    #[test]
    fn time_is_as_exact_as_it_is_useful() {
        let cases = [
            (-5_000, "0.0 s"),
            (340, "0.3 s"),
            (9_990, "10.0 s"),
            (12_000, "12 s"),
            (180_000, "3 min"),
            (7_200_000, "2 h"),
            (7_800_000, "2 h 10 min"),
            (259_200_000, "3 days"),
        ];
        for (millis, text) in cases {
            assert_eq!(duration(SignedDuration::from_millis(millis)), text);
        }
    }
}
