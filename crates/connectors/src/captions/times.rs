//! Times inside a recording: `00:12:34.560`, `12:34`, `1:02:03,5`. Milliseconds.

/// Longest recording that is believed: a week.
const LONGEST: u64 = 7 * 86_400_000;

/// A time with at least minutes and seconds.
pub(super) fn parse(text: &str) -> Option<u64> {
    let text = text.trim();
    let (whole, part) = text.split_once(['.', ',']).map_or((text, ""), |(w, p)| (w, p));
    let fields: Vec<u64> = whole.split(':').map(number).collect::<Option<_>>()?;
    let (hours, minutes, seconds) = match *fields.as_slice() {
        [minutes, seconds] => (0, minutes, seconds),
        [hours, minutes, seconds] if minutes < 60 => (hours, minutes, seconds),
        _ => return None,
    };
    if seconds > 59 || (text.len() != whole.len() && part.is_empty()) {
        return None;
    }
    let all = ((hours * 60 + minutes) * 60 + seconds) * 1_000 + thousandths(part)?;
    (all <= LONGEST).then_some(all)
}

/// At most six digits, so that no sum overflows.
fn number(text: &str) -> Option<u64> {
    let fits = (1..=6).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if fits { text.parse().ok() } else { None }
}

/// Digits after the point; more than three are cut off.
fn thousandths(digits: &str) -> Option<u64> {
    if !digits.bytes().all(|b| b.is_ascii_digit()) || digits.len() > 9 {
        return None;
    }
    Some(digits.bytes().chain(std::iter::repeat(b'0')).take(3).fold(0, |sum, b| sum * 10 + u64::from(b - b'0')))
}

/// A line `start --> end`, with whatever settings follow. `None` if it has no arrow; else the times, or why there are none.
pub(super) fn span(line: &str) -> Option<Result<(u64, u64), String>> {
    let (start, rest) = line.split_once("-->")?;
    let end = rest.split_whitespace().next().unwrap_or_default();
    Some(match (parse(start), parse(end)) {
        (Some(start), Some(end)) if end < start => Err("it ends before it begins".to_owned()),
        (Some(start), Some(end)) => Ok((start, end)),
        (None, _) => Err(no_time(start)),
        (_, None) => Err(no_time(end)),
    })
}

fn no_time(text: &str) -> String {
    let shown: String = text.trim().chars().filter(|c| !c.is_control()).take(24).collect();
    format!("`{shown}` is no time")
}

/// Whether a text is nothing but a time, perhaps in brackets.
pub(super) fn alone(text: &str) -> Option<u64> {
    let text = text.trim();
    let inner = [('[', ']'), ('(', ')'), ('<', '>')].iter().find_map(|(open, close)| text.strip_prefix(*open)?.strip_suffix(*close));
    parse(inner.unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_programs_write_them() {
        for (text, time) in [
            ("00:00:01.000", Some(1_000)),
            ("00:12.345", Some(12_345)),
            ("1:02:03,5", Some(3_723_500)),
            ("100:00:00.000", Some(360_000_000)),
            ("75:10", Some(4_510_000)),
            (" 0:03 ", Some(3_000)),
            ("00:00:01.0009999", Some(1_000)),
            ("00:61", None),
            ("00:60:00", None),
            ("12", None),
            ("::", None),
            ("1:2:3:4", None),
            ("00:01.", None),
            ("00:01.5x", None),
            ("-1:00", None),
            ("+1:00", None),
            ("9999999:00", None),
            ("999999:00:00", None),
            ("٠٠:٠١", None),
            ("", None),
        ] {
            assert_eq!(parse(text), time, "{text}");
        }
        assert_eq!(span("00:01.000 --> 00:02.500 align:start line:0"), Some(Ok((1_000, 2_500))));
        assert_eq!(span("00:00:01,000-->00:00:02,500"), Some(Ok((1_000, 2_500))));
        assert_eq!(span("00:02.000 --> 00:01.000"), Some(Err("it ends before it begins".into())));
        assert_eq!(span("soon --> 00:01.000"), Some(Err("`soon` is no time".into())));
        assert_eq!(span("00:01.000 -->"), Some(Err("`` is no time".into())));
        assert_eq!(span("and then"), None);
        assert_eq!(
            (alone("[00:12]"), alone("(1:00:00)"), alone("0:05"), alone("[00:12"), alone("[x]")),
            (Some(12_000), Some(3_600_000), Some(5_000), None, None)
        );
    }
}
