use jiff::{Timestamp, civil::Date, tz::Offset};

use super::error::Refusal;

/// A request's parameters.
#[derive(Debug, Clone, Default)]
pub(super) struct Args(Vec<(String, String)>);

impl Args {
    pub(super) fn read(query: &str) -> Self {
        let mut pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).map(|(k, v)| (k.into_owned(), v.into_owned())).collect();
        pairs.sort();
        Args(pairs)
    }

    /// Checks the names. The documentation does not say what becomes of a parameter that it does not know; whoever sends one expects it to
    /// work, so that it is refused here.
    pub(super) fn check(&self, takes: &[&str]) -> Result<(), Refusal> {
        for (i, (name, _)) in self.0.iter().enumerate() {
            if !takes.contains(&name.as_str()) {
                return Err(Refusal::validation(format!("Unrecognized parameter: {name}")));
            }
            if self.0.get(i + 1).is_some_and(|(next, _)| next == name) {
                return Err(Refusal::validation(format!("Parameter given twice: {name}")));
            }
        }
        Ok(())
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// `page_size` within 1 and `max`; anything else is refused, not cut.
    pub(super) fn page_size(&self, default: usize, max: usize) -> Result<usize, Refusal> {
        let Some(text) = self.text("page_size") else { return Ok(default) };
        let number = if text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None };
        number.filter(|n| (1..=max).contains(n)).ok_or_else(|| Refusal::validation(format!("page_size must be a number from 1 to {max}")))
    }

    /// A date, which means its first moment in UTC, or a date-time.
    pub(super) fn moment(&self, name: &str) -> Result<Option<Timestamp>, Refusal> {
        let Some(text) = self.text(name) else { return Ok(None) };
        moment(text).map(Some).ok_or_else(|| Refusal::validation(format!("{name} must be a date or a date-time in ISO 8601")))
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.0.iter().map(|(n, _)| n.clone()).collect()
    }

    /// All parameters but the cursor, in a fixed order: what a cursor is bound to.
    pub(super) fn without_cursor(&self) -> String {
        self.0.iter().filter(|(n, _)| n != "cursor").map(|(n, v)| format!("{n}={v}\n")).collect()
    }
}

/// `2026-01-27`, or RFC 3339: `2026-01-27T15:30:00Z`, with a fraction or an offset. What is lenient in jiff's parser is no date-time here.
fn moment(text: &str) -> Option<Timestamp> {
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    if shape == "9999-99-99" {
        let date: Date = text.parse().ok()?;
        return Offset::UTC.to_timestamp(date.at(0, 0, 0, 0)).ok();
    }
    let rest = shape.strip_prefix("9999-99-99T99:99:99")?;
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => {
            let zone = fraction.trim_start_matches('9');
            (fraction.len() - zone.len() > 0).then_some(zone)?
        }
        None => rest,
    };
    ["Z", "+99:99", "-99:99"].contains(&zone).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments() {
        let good = [
            ("2026-01-27", "2026-01-27T00:00:00Z"),
            ("2026-01-27T15:30:00Z", "2026-01-27T15:30:00Z"),
            ("2026-01-27T15:30:00.25Z", "2026-01-27T15:30:00.25Z"),
            ("2026-01-27T15:30:00+02:00", "2026-01-27T13:30:00Z"),
            ("2024-02-29T23:59:59-05:00", "2024-03-01T04:59:59Z"),
        ];
        for (text, means) in good {
            assert_eq!(moment(text), Some(means.parse().unwrap()), "{text}");
        }
        for bad in [
            "",
            "yesterday",
            "1769527800",
            "2026-1-27",
            "2026-13-01",
            "2026-02-30",
            "27.01.2026",
            "2026-01-27T15:30:00",
            "2026-01-27 15:30:00Z",
            "2026-01-27T15:30Z",
            "2026-01-27T15:30:00 02:00",
            "2026-01-27T15:30:00.Z",
            "2026-01-27T15:30:00z",
            "2026-01-27T25:30:00Z",
            "2026-01-27T15:30:00Z[UTC]",
            "+002026-01-27",
            "２０２６-01-27",
        ] {
            assert_eq!(moment(bad), None, "{bad}");
        }
    }

    #[test]
    fn sizes_and_names() {
        let size = |q: &str| Args::read(q).page_size(10, 30).map_err(|e| e.code.into_owned());
        let bad = || Err("VALIDATION_ERROR".to_owned());
        assert_eq!([size(""), size("page_size=1"), size("page_size=30")], [Ok(10), Ok(1), Ok(30)]);
        for text in ["0", "31", "-1", "%2B5", "5.0", "ten", "", "%205", "99999999999999999999999"] {
            assert_eq!(size(&format!("page_size={text}")), bad(), "{text}");
        }
        let check = |q: &str| Args::read(q).check(&["cursor", "page_size"]).map_err(|e| e.message);
        assert_eq!(check("page_size=1&cursor=x"), Ok(()));
        assert_eq!(check("pagesize=1"), Err("Unrecognized parameter: pagesize".into()));
        assert_eq!(check("cursor=x&page_size=1&cursor=y"), Err("Parameter given twice: cursor".into()));
        assert_eq!(Args::read("cursor=z&page_size=2").without_cursor(), Args::read("page_size=2&cursor=y").without_cursor());
    }
}
