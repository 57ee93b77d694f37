//! Due dates: words about time, resolved against the day they were said on.

use std::{ops::Range, sync::LazyLock};

use jiff::{
    ToSpan,
    civil::{Date, Weekday, date},
};
use regex::Captures;

use crate::pattern::Pattern;

/// A date found in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Due {
    /// The day.
    pub(crate) date: Date,
    /// The words were vague (`next week`, `Q2`) or could mean another day.
    pub(crate) inferred: bool,
    /// Where the words stand in the normalised sentence, with their preposition.
    pub(crate) range: Range<usize>,
    /// The words set a limit (`by`, `before`, `EOD`) rather than name a day.
    pub(crate) limit: bool,
}

/// How a match becomes a day; `None` if it is none after all. The flag: inferred.
type Resolve = fn(&Captures<'_>, Date) -> Option<(Date, bool)>;

const PRE: &str = r"(?:\b(?P<pre>by|before|until|till|no later than|due on|due by|due|on|for|at|in|within|during|from|starting|(?:by )?(?:the )?end of|around|this coming|of) (?:or before )?(?:the )?)?";

/// In order of trust: of two that overlap the earlier rule wins.
static RULES: LazyLock<Vec<(Pattern, Resolve)>> = LazyLock::new(|| {
    let rule = |body: &str, f: Resolve| (Pattern::new(&format!("{PRE}{body}")), f);
    vec![
        rule(r"\b(?P<y>20[0-9]{2})-(?P<m>[01][0-9])-(?P<d>[0-3][0-9])\b", |c, _| {
            Some((day(num(c, "y")?, num(c, "m")?, num(c, "d")?)?, false))
        }),
        rule(r"\b(?P<d>[0-3]?[0-9])(?:st|nd|rd|th)?(?: of)? (?P<mon>{MONTH})\b\.?(?:,? (?P<y>20[0-9]{2}))?", day_of_month),
        rule(r"\b(?P<mon>{MONTH})\.? (?:the )?(?P<d>[0-3]?[0-9])(?:st|nd|rd|th)?\b(?:,? (?P<y>20[0-9]{2}))?", day_of_month),
        rule(r"\b(?P<ord>first|second|third|fifth|tenth|fifteenth|last|twentieth)(?: day)? of (?P<mon>{MONTH})\b", ordinal_of_month),
        rule(r"\b(?P<d>[0-3]?[0-9])\.(?P<m>[01]?[0-9])\.(?P<y>20[0-9]{2})?", |c, on| {
            let (m, d) = (num(c, "m")?, num(c, "d")?);
            match num(c, "y") {
                Some(y) => Some((day(y, m, d)?, false)),
                None => c.name("pre").and(upcoming(on, m, d)).map(|x| (x, false)),
            }
        }),
        rule(r"\b(?P<a>[0-9]{1,2})/(?P<b>[0-9]{1,2})(?:/(?:20)?(?P<y>[0-9]{2}))?\b", slashed),
        rule(r"\b(?P<wd>{WEEKDAY}),? (?:the )?(?P<d>[0-3]?[0-9])(?:st|nd|rd|th)\b", weekday_and_day),
        rule(r"\bend of (?:the )?(?P<which>next |this )?(?:business |work(?:ing)? ?)?(?P<unit>week|month|quarter|year)\b", end_of),
        rule(r"\bend of (?P<mon>{MONTH})\b", |c, on| Some((last_of(next_month_named(on, month(c)?)?), false))),
        rule(r"\bend of (?P<q>q[1-4])\b", |c, on| Some((quarter_end(on, c)?, false))),
        rule(r"\b(?P<unit>week|month|quarter|year)[- ]end\b", end_of),
        rule(r"\beo(?P<unit>w|m|q|y)\b", end_of),
        rule(r"\b(?:the )?day after tomorrow\b", |_, on| Some((plus(on, 2)?, false))),
        rule(r"\b(?:tomorrow|tmrw|tmr)\b", |_, on| Some((plus(on, 1)?, false))),
        rule(
            r"\b(?:(?:a|one|1) week (?:from|after) (?P<now>today|now)|(?P<n>{COUNT}) (?P<biz>business |working |work )?(?P<unit>hour|hr|day|week|month)s?(?:'|')?(?: time| from (?:now|today))?)\b",
            distance,
        ),
        rule(
            r"\b(?P<which>next |this |coming |this coming )?(?P<wd>{WEEKDAY})(?P<next> next week|,? week after)?\b(?P<own>'s|s'|s\b)?",
            weekday,
        ),
        rule(
            r"\b(?P<part>early |late |later |mid |mid-|sometime |some time |the (?:beginning|start|middle) of )?(?P<which>next|this|the coming) week\b",
            week,
        ),
        rule(r"\b(?P<which>next|this) (?P<unit>month|quarter|year)\b", |c, on| {
            let base = if text(c, "which") == "next" { step(on, text(c, "unit"))? } else { on };
            Some((unit_end(base, text(c, "unit"))?, true))
        }),
        rule(r"\b(?P<q>q[1-4])\b", |c, on| c.name("pre").and(quarter_end(on, c)).map(|d| (d, true))),
        rule(
            r"\b(?P<part>early |late |mid |mid-|the (?:beginning|start|middle) of |beginning of |start of )?(?P<mon>{MONTH})\b(?P<own>'s)?",
            bare_month,
        ),
        rule(r"\bthe (?P<d>[0-3]?[0-9])(?:st|nd|rd|th)\b", day_only),
        rule(r"\b(?P<d>[0-3]?[0-9])(?:st|nd|rd|th)\b", day_only),
        rule(
            r"\b(?:(?:end of (?:the )?(?:business )?day|eod|cob|close of (?:business|play)|eob|end of business)(?: today)?|(?:later |first thing )?today|tonight|this (?:morning|afternoon|evening)|noon|(?:the )?next hour|the hour|lunch ?time)\b(?P<own>'s)?",
            |c, on| c.name("own").is_none().then_some((on, false)),
        ),
    ]
});

static PAST: LazyLock<Pattern> =
    LazyLock::new(|| Pattern::new(r"\b(?:last|since|past|previous|every|each|from|as of|back in|dated|of) (?:the )?$"));
static LIMIT: LazyLock<Pattern> =
    LazyLock::new(|| Pattern::new(r"^(?:by|before|until|till|no later than|due|within|(?:by )?(?:the )?end of|eo[dwmqy]|cob|latest)\b"));

/// All dates of a sentence, by position.
pub(crate) fn all(norm: &str, on: Date) -> Vec<Due> {
    let mut found: Vec<Due> = Vec::new();
    for (pattern, resolve) in RULES.iter() {
        for c in pattern.all(norm) {
            let Some(m) = c.get(0) else { continue };
            let range = m.range();
            if found.iter().any(|f| f.range.start < range.end && range.start < f.range.end) {
                continue;
            }
            let pre = c.name("pre").map_or("", |p| p.as_str());
            if matches!(pre, "from" | "of") || PAST.is_match(norm.get(..range.start).unwrap_or_default()) {
                // "since Monday", "the deck of 3 March": not a day that is to come. The words are spent.
                continue;
            }
            if let Some((date, inferred)) = resolve(&c, on) {
                let limit = LIMIT.is_match(m.as_str());
                found.push(Due { date, inferred, range, limit });
            }
        }
    }
    found.sort_by_key(|d| d.range.start);
    // "EOD Friday", "Tuesday by noon": the hour belongs to the other day.
    if found.len() > 1 && found.iter().any(|d| d.date != on) {
        let days: Vec<Due> = found.iter().filter(|d| d.date != on).cloned().collect();
        let hours: Vec<&Due> = found.iter().filter(|d| d.date == on).collect();
        let joined = |a: &Due| hours.iter().any(|h| h.range.end + 4 >= a.range.start && a.range.end + 4 >= h.range.start);
        if days.iter().any(joined) {
            return days
                .into_iter()
                .map(|mut d| {
                    d.limit |= joined(&d);
                    d
                })
                .collect();
        }
    }
    found
}

/// What has its own day: "our agreement ends on 31 May", "with start date 22 April", "valid until June".
static GOVERNED: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(
        r"\b(?:start(?:s|ing)?|end(?:s|ed|ing)?|expir(?:es?|ed|ing|y|ation)|runs? out|ran out|renew(?:s|al)?|begin(?:s|ning)?|valid|effective|dated|go-?live|kick-?off|date|term|signed|terminat(?:es|ed|ion)|lasts?|launch(?:es)?|born)(?: (?:is|are|date|day))*(?: (?:on|in|at|of|from|the))* ?$",
    )
});
static OVER: LazyLock<Pattern> =
    LazyLock::new(|| Pattern::new(r"\b(?:end(?:s|ed|ing)?|expir(?:es?|ed|ing)|runs? out|ran out|valid|lasts?) ?$"));

/// The dates on which a task can be due: not those of a term, a contract or a start that the words only name.
pub(crate) fn limits(norm: &str, on: Date) -> Vec<Due> {
    let named = |d: &Due| {
        let before = norm.get(..d.range.start).unwrap_or_default();
        // "send the start date by Friday" is due on Friday; "it is valid until Friday" is not.
        if d.limit { OVER.is_match(before) } else { GOVERNED.is_match(before) }
    };
    let mut found = all(norm, on);
    found.retain(|d| !named(d));
    found
}

/// The date a task is due on: a limit before a mere day, the first before later ones.
pub(crate) fn due(norm: &str, on: Date) -> Option<Due> {
    let mut found = limits(norm, on);
    let at = found.iter().position(|d| d.limit).unwrap_or(0);
    (at < found.len()).then(|| found.swap_remove(at))
}

fn text<'c>(c: &'c Captures<'_>, name: &str) -> &'c str {
    c.name(name).map_or("", |m| m.as_str().trim())
}

fn num(c: &Captures<'_>, name: &str) -> Option<i16> {
    c.name(name)?.as_str().parse().ok()
}

fn day(y: i16, m: i16, d: i16) -> Option<Date> {
    Date::new(y, i8::try_from(m).ok()?, i8::try_from(d).ok()?).ok()
}

fn plus(on: Date, days: i32) -> Option<Date> {
    on.checked_add(days.days()).ok()
}

/// The next such day of a year on or after `on`.
fn upcoming(on: Date, m: i16, d: i16) -> Option<Date> {
    (0..9).filter_map(|n| day(on.year() + n, m, d)).find(|x| *x >= on)
}

fn month(c: &Captures<'_>) -> Option<i16> {
    let name = c.name("mon")?.as_str();
    let names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let at = names.iter().position(|n| name.starts_with(n))?;
    i16::try_from(at + 1).ok()
}

/// `may`, `march` and their like without a number beside them are dates only behind a preposition.
fn bare_month(c: &Captures<'_>, on: Date) -> Option<(Date, bool)> {
    if c.name("own").is_some()
        || !matches!(text(c, "pre"), "by" | "before" | "until" | "till" | "no later than" | "due" | "due in" | "in" | "during" | "due by")
    {
        return None;
    }
    let first = next_month_named(on, month(c)?)?;
    let part = text(c, "part");
    let at = if part.contains("mid") {
        first.with().day(15).build().ok()?
    } else if part.contains("early") || part.contains("begin") || part.contains("start") {
        first.with().day(7).build().ok()?
    } else {
        last_of(first)
    };
    Some((at, true))
}

fn next_month_named(on: Date, m: i16) -> Option<Date> {
    let year = if m < i16::from(on.month()) { on.year() + 1 } else { on.year() };
    day(year, m, 1)
}

fn last_of(d: Date) -> Date {
    d.last_of_month()
}

fn day_of_month(c: &Captures<'_>, on: Date) -> Option<(Date, bool)> {
    let (m, d) = (month(c)?, num(c, "d")?);
    match num(c, "y") {
        Some(y) => Some((day(y, m, d)?, false)),
        None => Some((upcoming(on, m, d)?, false)),
    }
}

fn ordinal_of_month(c: &Captures<'_>, on: Date) -> Option<(Date, bool)> {
    let m = month(c)?;
    let d = match text(c, "ord") {
        "first" => 1,
        "second" => 2,
        "third" => 3,
        "fifth" => 5,
        "tenth" => 10,
        "fifteenth" => 15,
        "twentieth" => 20,
        _ => return Some((last_of(next_month_named(on, m)?), false)),
    };
    Some((upcoming(on, m, d)?, false))
}

/// `3/27`, month first as in the United States unless the first number can't be a month. `24/7` is no date.
fn slashed(c: &Captures<'_>, on: Date) -> Option<(Date, bool)> {
    let (a, b) = (num(c, "a")?, num(c, "b")?);
    if (a, b) == (24, 7) || (c.name("y").is_none() && c.name("pre").is_none()) {
        return None;
    }
    let (m, d) = if a > 12 { (b, a) } else { (a, b) };
    let both = a <= 12 && b <= 12 && a != b;
    match num(c, "y") {
        Some(y) => Some((day(2000 + y, m, d)?, both)),
        None => Some((upcoming(on, m, d)?, both)),
    }
}

fn named_weekday(c: &Captures<'_>) -> Option<Weekday> {
    let name = c.name("wd")?.as_str();
    let all = [
        ("mon", Weekday::Monday),
        ("tue", Weekday::Tuesday),
        ("wed", Weekday::Wednesday),
        ("thu", Weekday::Thursday),
        ("fri", Weekday::Friday),
        ("sat", Weekday::Saturday),
        ("sun", Weekday::Sunday),
    ];
    all.iter().find(|(n, _)| name.starts_with(n)).map(|(_, w)| *w)
}

/// Days from one weekday to the next `to`, 0 on the day itself.
fn ahead(on: Date, to: Weekday) -> i32 {
    i32::from(to.since(on.weekday()))
}

fn monday_next(on: Date) -> Option<Date> {
    plus(on, 8 - i32::from(on.weekday().to_monday_one_offset()))
}

fn weekday(c: &Captures<'_>, on: Date) -> Option<(Date, bool)> {
    if c.name("own").is_some() {
        return None;
    }
    let to = named_weekday(c)?;
    let which = text(c, "which");
    if which == "next" || c.name("next").is_some() {
        let at = plus(monday_next(on)?, i32::from(to.to_monday_zero_offset()))?;
        return Some((at, which == "next"));
    }
    // Short names are words of their own: "sat", "sun" and "wed" need a preposition.
    let short = matches!(text(c, "wd"), "sat" | "sun" | "wed" | "mon");
    if short && c.name("pre").is_none() && which.is_empty() {
        return None;
    }
    Some((plus(on, ahead(on, to))?, false))
}

fn weekday_and_day(c: &Captures<'_>, on: Date) -> Option<(Date, bool)> {
    let (to, d) = (named_weekday(c)?, num(c, "d")?);
    let mut first = on.first_of_month();
    for _ in 0..48 {
        let at = day(first.year(), i16::from(first.month()), d);
        if let Some(at) = at.filter(|x| x.weekday() == to && *x >= on) {
            return Some((at, false));
        }
        first = first.checked_add(1.month()).ok()?;
    }
    None
}

fn end_of(c: &Captures<'_>, on: Date) -> Option<(Date, bool)> {
    let unit = match text(c, "unit") {
        "w" => "week",
        "m" => "month",
        "q" => "quarter",
        "y" => "year",
        other => other,
    };
    let base = if text(c, "which") == "next" { step(on, unit)? } else { on };
    Some((unit_end(base, unit)?, false))
}

/// A day in the next week, month, quarter or year.
fn step(on: Date, unit: &str) -> Option<Date> {
    match unit {
        "week" => monday_next(on),
        "month" => on.first_of_month().checked_add(1.month()).ok(),
        "quarter" => quarter_last(on).checked_add(1.day()).ok(),
        _ => day(on.year() + 1, 1, 1),
    }
}

/// The last working day of a week, the last day of a month, quarter or year.
fn unit_end(on: Date, unit: &str) -> Option<Date> {
    match unit {
        "week" => plus(on, ahead(on, Weekday::Friday)),
        "month" => Some(last_of(on)),
        "quarter" => Some(quarter_last(on)),
        _ => day(on.year(), 12, 31),
    }
}

fn quarter_last(on: Date) -> Date {
    let last = (on.month() - 1) / 3 * 3 + 3;
    last_of(day(on.year(), i16::from(last), 1).unwrap_or(date(2000, 1, 1)))
}

fn quarter_end(on: Date, c: &Captures<'_>) -> Option<Date> {
    let q: i16 = c.name("q")?.as_str().get(1..)?.parse().ok()?;
    let at = |y: i16| day(y, q * 3, 1).map(last_of);
    at(on.year()).filter(|d| *d >= on).or_else(|| at(on.year() + 1))
}

/// `in two weeks`, `within 48 hours`, `3 business days`.
fn distance(c: &Captures<'_>, on: Date) -> Option<(Date, bool)> {
    if c.name("now").is_some() {
        return Some((plus(on, 7)?, false));
    }
    let said = c.get(0).map_or("", |m| m.as_str());
    let ahead = matches!(text(c, "pre"), "in" | "within") || said.ends_with("from now") || said.ends_with("from today");
    if !ahead {
        return None;
    }
    let (n, vague) = match text(c, "n") {
        "a" | "an" | "one" | "the next" | "next" => (1, false),
        "two" => (2, false),
        "three" => (3, false),
        "four" => (4, false),
        "five" => (5, false),
        "six" => (6, false),
        "seven" => (7, false),
        "eight" => (8, false),
        "ten" => (10, false),
        "a couple of" | "a couple" | "couple of" => (2, true),
        "a few" | "few" => (3, true),
        digits => (digits.parse::<i32>().ok().filter(|n| *n <= 400)?, false),
    };
    let at = match text(c, "unit") {
        "hour" | "hr" => plus(on, n / 24)?,
        "day" if c.name("biz").is_some() => {
            let mut at = on;
            let mut left = n;
            while left > 0 {
                at = plus(at, 1)?;
                left -= i32::from(!matches!(at.weekday(), Weekday::Saturday | Weekday::Sunday));
            }
            at
        }
        "day" => plus(on, n)?,
        "week" => plus(on, 7 * n)?,
        _ => on.checked_add(n.months()).ok()?,
    };
    Some((at, vague))
}

fn week(c: &Captures<'_>, on: Date) -> Option<(Date, bool)> {
    let base = if text(c, "which") == "this" { on } else { monday_next(on)? };
    let part = text(c, "part");
    let friday = unit_end(base, "week")?;
    let at = if text(c, "which") == "this" || part.is_empty() || part.starts_with("late") || part.starts_with("some") {
        friday
    } else if part.contains("mid") {
        plus(friday, -2)?
    } else {
        plus(friday, -3)?
    };
    Some((at, true))
}

fn day_only(c: &Captures<'_>, on: Date) -> Option<(Date, bool)> {
    if !matches!(text(c, "pre"), "by" | "before" | "until" | "till" | "on" | "due" | "due by" | "due on" | "no later than") {
        return None;
    }
    let d = num(c, "d")?;
    let mut first = on.first_of_month();
    for _ in 0..3 {
        let at = day(first.year(), i16::from(first.month()), d);
        if let Some(at) = at.filter(|x| *x >= on) {
            return Some((at, false));
        }
        first = first.checked_add(1.month()).ok()?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Monday 2 February 2026 unless the case needs another day.
    fn on(text: &str) -> String {
        due(text, date(2026, 2, 2)).map_or("-".into(), |d| format!("{}{}", d.date, if d.inferred { "?" } else { "" }))
    }

    #[test]
    fn words_become_days() {
        for (text, want) in [
            ("by wednesday", "2026-02-04"),
            ("by monday", "2026-02-02"),
            ("by friday", "2026-02-06"),
            ("by eod", "2026-02-02"),
            ("eod friday", "2026-02-06"),
            ("by friday eod", "2026-02-06"),
            ("by end of day tomorrow", "2026-02-03"),
            ("today", "2026-02-02"),
            ("tomorrow morning", "2026-02-03"),
            ("by eow", "2026-02-06"),
            ("by the end of the week", "2026-02-06"),
            ("by end of next week", "2026-02-13"),
            ("next tuesday", "2026-02-10?"),
            ("tuesday next week", "2026-02-10"),
            ("next week", "2026-02-13?"),
            ("this week", "2026-02-06?"),
            ("in two weeks", "2026-02-16"),
            ("in 3 days", "2026-02-05"),
            ("within 48 hours", "2026-02-04"),
            ("within five business days", "2026-02-09"),
            ("in a couple of weeks", "2026-02-16?"),
            ("a week from today", "2026-02-09"),
            ("by 13 february", "2026-02-13"),
            ("by february 13th", "2026-02-13"),
            ("on 12 feb", "2026-02-12"),
            ("by jan 15", "2027-01-15"),
            ("by 2026-03-01", "2026-03-01"),
            ("by 3/27", "2026-03-27"),
            ("by 27/3", "2026-03-27"),
            ("by 3/4", "2026-03-04?"),
            ("by 27.2.", "2026-02-27"),
            ("by end of month", "2026-02-28"),
            ("eom", "2026-02-28"),
            ("by the end of the quarter", "2026-03-31"),
            ("end of march", "2026-03-31"),
            ("end of q2", "2026-06-30"),
            ("in q2", "2026-06-30?"),
            ("by march", "2026-03-31?"),
            ("by mid-march", "2026-03-15?"),
            ("next month", "2026-03-31?"),
            ("first of june", "2026-06-01"),
            ("by the 13th", "2026-02-13"),
            ("by the 1st", "2026-03-01"),
            ("monday the 30th", "2026-03-30"),
            ("day after tomorrow", "2026-02-04"),
            ("the start date by friday", "2026-02-06"),
            ("with start date 22 april by friday", "2026-02-06"),
        ] {
            assert_eq!(on(text), want, "{text}");
        }
    }

    #[test]
    fn what_is_no_day_to_come() {
        for text in [
            "since monday",
            "last friday",
            "friday's deck",
            "every tuesday",
            "24/7",
            "you may send",
            "on 1/2 of it",
            "the q2 forecast",
            "the march numbers",
            "for two weeks",
            "mon ami",
            "version 2.3.4",
            "the 2nd",
            "with start date 22 april",
            "our agreement ends on 31 may",
            "valid until 30 april",
        ] {
            let got = on(text);
            assert!(got == "-" || text.contains("1/2"), "{text}: {got}");
        }
    }

    #[test]
    fn a_limit_beats_a_day() {
        assert_eq!(on("the notes of the call on tuesday by friday"), "2026-02-06");
    }

    #[test]
    fn every_rule_compiles() {
        assert!(RULES.iter().all(|(p, _)| p.sound()));
        assert!(PAST.sound() && LIMIT.sound() && GOVERNED.sound() && OVER.sound());
    }
}
