//! Cells as values: web sites as domains, amounts and dates as people of several countries write them.

use jiff::civil::Date;

/// Where others keep pages of their own: such a host says nothing about whose mail is whose.
const SHARED: &[&str] = &[
    "blogspot.com",
    "business.site",
    "crunchbase.com",
    "facebook.com",
    "github.com",
    "github.io",
    "google.com",
    "instagram.com",
    "linkedin.com",
    "linktr.ee",
    "medium.com",
    "myshopify.com",
    "notion.site",
    "squarespace.com",
    "twitter.com",
    "webflow.io",
    "weebly.com",
    "wixsite.com",
    "wordpress.com",
    "x.com",
    "youtube.com",
];

/// Several values in one cell.
pub(super) fn several(cell: &str) -> impl Iterator<Item = &str> {
    cell.split([',', ';', '|', '\n']).map(str::trim).filter(|v| !v.is_empty())
}

/// The host of a web address or mail address, without `www.`.
pub(super) fn host(text: &str) -> String {
    let text = text.trim().to_lowercase();
    let text = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
    let text = text.split(['/', '?', '#']).next().unwrap_or_default();
    let text = text.rsplit_once('@').map_or(text, |(_, host)| host);
    let text = text.split(':').next().unwrap_or_default().trim_end_matches('.');
    text.strip_prefix("www.").unwrap_or(text).to_owned()
}

/// Whether a host is one where everybody can have a page.
pub(super) fn is_shared(host: &str) -> bool {
    SHARED.iter().any(|s| host.strip_suffix(s).is_some_and(|before| before.is_empty() || before.ends_with('.')))
}

/// An amount, and the currency if it stands with it: `$600,000.00`, `600.000,00 €`, `USD 1 250`.
pub(super) fn amount(cell: &str) -> Option<(String, Option<String>)> {
    let letters: String = cell.chars().filter(char::is_ascii_alphabetic).collect();
    let sign = [('€', "EUR"), ('£', "GBP")].into_iter().find(|(sign, _)| cell.contains(*sign)).map(|(_, code)| code.to_owned());
    let currency = if letters.len() == 3 { Some(letters.to_uppercase()) } else { sign };
    let odd = |c: char| !(c.is_ascii_digit() || c.is_ascii_alphabetic() || c.is_whitespace() || ".,'’$€£\u{a0}\u{202f}".contains(c));
    if cell.contains(odd) || !matches!(letters.len(), 0 | 3) {
        return None;
    }
    let digits: String = cell.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | ',')).collect();
    let groups = |c: char| digits.matches(c).count();
    let last = digits.rfind(['.', ',']);
    let after = last.map_or(0, |at| digits.len() - at - 1);
    let mark = last.and_then(|at| digits.get(at..)).and_then(|tail| tail.chars().next());
    // The last mark divides the cents off, unless it stands several times, or alone before three digits.
    let decimal = mark.is_some_and(|m| groups(m) == 1 && (after != 3 || groups('.') + groups(',') > 1));
    let whole: String =
        digits.chars().take(if decimal { last.unwrap_or_default() } else { usize::MAX }).filter(char::is_ascii_digit).collect();
    let cents: String = if decimal { digits.chars().skip(last.unwrap_or_default() + 1).collect() } else { String::new() };
    if whole.is_empty() || cents.contains(['.', ',']) {
        return None;
    }
    Some((if cents.chars().all(|c| c == '0') { whole } else { format!("{whole}.{cents}") }, currency))
}

/// Which of the numbers in `03/04/2024` is the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DayFirst {
    Yes,
    No,
    Unknown,
}

impl DayFirst {
    /// As the dates of one column tell together.
    pub(super) fn of<'a>(cells: impl Iterator<Item = &'a str>) -> Self {
        let (mut day, mut month) = (false, false);
        for (a, b, _) in cells.filter_map(slashed) {
            day |= a > 12;
            month |= b > 12;
        }
        match (day, month) {
            (true, false) => DayFirst::Yes,
            (false, true) => DayFirst::No,
            _ => DayFirst::Unknown,
        }
    }
}

fn slashed(cell: &str) -> Option<(i8, i8, i16)> {
    let mut parts = cell.split_whitespace().next()?.split('/');
    let found = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    parts.next().is_none().then_some(found)
}

/// A day: `2024-06-30` (with a time behind it, too), `30.6.2024`, `6/30/2024`.
pub(super) fn date(cell: &str, day_first: DayFirst) -> Result<Date, &'static str> {
    const NONE: &str = "it is no date, such as 2024-06-30";
    let first: String = cell.chars().take(10).collect();
    if let Ok(date) = first.parse::<Date>() {
        return Ok(date);
    }
    let day = cell.split_whitespace().next().unwrap_or_default();
    if let [d, m, y] = day.split('.').collect::<Vec<_>>().as_slice()
        && let (Ok(d), Ok(m), Ok(y)) = (d.parse(), m.parse(), y.parse::<i16>())
        && y > 99
    {
        return Date::new(y, m, d).map_err(|_| NONE);
    }
    let Some((a, b, year)) = slashed(cell).filter(|(_, _, year)| *year > 99) else { return Err(NONE) };
    match day_first {
        DayFirst::Yes => Date::new(year, b, a).map_err(|_| NONE),
        DayFirst::No => Date::new(year, a, b).map_err(|_| NONE),
        DayFirst::Unknown if a == b => Date::new(year, a, b).map_err(|_| NONE),
        DayFirst::Unknown => Err("the day and the month can't be told apart; write it as 2024-06-30"),
    }
}

#[cfg(test)]
mod tests {
    use super::{DayFirst, amount, date, host, is_shared};

    #[test]
    fn hosts() {
        for (text, wanted) in [
            ("https://www.ACME.dev/about?x=1", "acme.dev"),
            ("acme.dev.", "acme.dev"),
            ("HTTP://user:pass@shop.acme.dev:8080/", "shop.acme.dev"),
            ("jo@acme.dev", "acme.dev"),
            ("", ""),
        ] {
            assert_eq!(host(text), wanted);
        }
        assert!(is_shared("acme.github.io") && is_shared("linkedin.com") && !is_shared("notlinkedin.com"));
    }

    #[test]
    fn amounts() {
        for (cell, wanted) in [
            ("600000", Some(("600000", None))),
            ("$600,000.00", Some(("600000", None))),
            ("600.000,50 €", Some(("600000.50", Some("EUR")))),
            ("USD 1 250", Some(("1250", Some("USD")))),
            ("1'250.5", Some(("1250.5", None))),
            ("1.250", Some(("1250", None))),
            ("12.5", Some(("12.5", None))),
            ("1,234,567", Some(("1234567", None))),
            ("0.125,5", Some(("0125.5", None))),
            ("", None),
            ("-5", None),
            ("lots", None),
            ("=1+1", None),
            ("5%", None),
        ] {
            let wanted = wanted.map(|(a, c)| (a.to_owned(), c.map(str::to_owned)));
            assert_eq!(amount(cell), wanted, "{cell}");
        }
    }

    #[test]
    fn dates() {
        let read = |cell: &str, order| date(cell, order).map(|d| d.to_string()).ok();
        assert_eq!(read("2024-06-30 10:00:00", DayFirst::Unknown).as_deref(), Some("2024-06-30"));
        assert_eq!(read("30.6.2024", DayFirst::Unknown).as_deref(), Some("2024-06-30"));
        let column = ["3/4/2024", "6/30/2024"];
        assert_eq!(read(column[0], DayFirst::of(column.into_iter())).as_deref(), Some("2024-03-04"));
        let column = ["3/4/2024", "30/6/2024"];
        assert_eq!(read(column[0], DayFirst::of(column.into_iter())).as_deref(), Some("2024-04-03"));
        assert_eq!(read("3/4/2024", DayFirst::of(["3/4/2024"].into_iter())), None);
        assert_eq!(read("3/3/2024", DayFirst::Unknown).as_deref(), Some("2024-03-03"));
        for bad in ["soon", "2024-13-01", "1/2", "99999/1/1", "", "1.2.24"] {
            assert_eq!(read(bad, DayFirst::No), None, "{bad}");
        }
    }
}
