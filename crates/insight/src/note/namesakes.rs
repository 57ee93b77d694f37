//! People who are called like a month or a day of the week: Jun Takeda, May Chen, Mark Sunday.

use crate::{
    lexicon::{
        foreign::{DATE_LABELS, DATE_WORDS},
        verbs,
    },
    owner::Cast,
};

/// Words beside a month or weekday that make it a date, however they are spelled.
const OF_TIME: &[&str] = &[
    "by",
    "due",
    "before",
    "until",
    "till",
    "on",
    "in",
    "at",
    "for",
    "from",
    "of",
    "the",
    "end",
    "early",
    "mid",
    "late",
    "later",
    "start",
    "begin",
    "beginning",
    "middle",
    "next",
    "this",
    "coming",
    "last",
    "first",
    "second",
    "third",
    "latest",
    "eod",
    "eob",
    "cob",
    "eow",
    "eom",
    "noon",
    "morning",
    "afternoon",
    "evening",
    "night",
    "week",
    "month",
    "quarter",
    "year",
    "or",
    "and",
    "anfang",
    "mitte",
    "sp\u{E4}testens",
    "vor",
    "im",
    "fin",
    "d\u{E9}but",
    "mi",
    "finales",
    "principios",
    "mediados",
    "antes",
    "avant",
];

/// A text with such names made unreadable as dates, byte for byte as long. `apart`: the text stands where owners stand, so that a month
/// alone and a capital beside a month or weekday are names; else only what belongs to a known name or stands before the line's colon is.
pub(crate) fn masked(text: &str, cast: &Cast<'_>, apart: bool) -> String {
    let mut tokens: Vec<(usize, &str)> = Vec::new();
    let mut at = 0;
    for token in text.split(' ') {
        if !token.is_empty() {
            tokens.push((at, token));
        }
        at += token.len() + 1;
    }
    let mut out = text.to_owned();
    for n in 0..tokens.len() {
        if is_meant(&tokens, n, cast, apart)
            && let Some((start, token)) = tokens.get(n)
        {
            out.replace_range(*start..start + token.len(), &"x".repeat(token.len()));
        }
    }
    out
}

/// Whether a token that reads like a month or weekday is somebody's name.
fn is_meant(tokens: &[(usize, &str)], n: usize, cast: &Cast<'_>, apart: bool) -> bool {
    let token = |n: Option<usize>| n.and_then(|n| tokens.get(n)).map_or("", |t| t.1);
    let this = token(Some(n));
    let (word, before, after) = (bare(this), token(n.checked_sub(1)), token(Some(n + 1)));
    let Some(unit) = unit(word).filter(|_| word.starts_with(char::is_uppercase)) else { return false };
    if [before, after].iter().any(|t| t.starts_with(|c: char| c.is_ascii_digit())) || this.contains(|c: char| c.is_ascii_digit()) {
        return false;
    }
    // Signs between two words part them: "Lisa, Friday".
    let follows = |t: &str, next: &str| !t.ends_with([',', ';', ':', ')', ']']) && !next.starts_with(['(', '[', '@']) && !next.is_empty();
    let joined = |a: &str, b: &str| follows(a, b) && cast.find(&format!("{} {}", bare(a), bare(b))).is_some();
    if joined(before, this) && !before.is_empty() || joined(this, after) {
        return true;
    }
    let limits = OF_TIME.contains(&bare(before).to_lowercase().as_str()) || meant_as_time(before);
    if limits && !before.is_empty() {
        return false;
    }
    let stranger = |t: &str| is_capital(t) && !meant_as_time(t) && cast.find(bare(t)).is_none();
    // May Chen has the last name of Michael Chen; "Tuesday Lisa" is Lisa's Tuesday.
    let first_name = cast.find(bare(after)).is_some_and(|(full, _)| full.split(' ').next() == Some(bare(after)));
    let surname = follows(this, after) && is_capital(after) && !meant_as_time(after) && !first_name;
    if !apart {
        return n == 0 && surname && after.ends_with(':');
    }
    let alone = tokens.len() == 1 || before.ends_with([',', ';', '&', '/']) && n + 1 == tokens.len();
    let known = alone && cast.find(word).is_some();
    // A weekday alone is a day, unless somebody is called so.
    known || alone && unit == Unit::Month || surname || !before.is_empty() && follows(before, this) && stranger(before)
}

/// A full name of which one word is a month or weekday: the other is a capitalised word that has nothing to do with time. A month alone too.
pub(crate) fn is_name(name: &str) -> bool {
    let words: Vec<&str> = name.split(' ').collect();
    let units = words.iter().filter(|w| unit(w).is_some()).count();
    let rest = words.iter().filter(|w| unit(w).is_none());
    match words.as_slice() {
        [one] => is_capital(one) && unit(one) == Some(Unit::Month),
        [_, _] | [_, _, _] => units == 1 && words.iter().all(|w| is_capital(w)) && rest.into_iter().all(|w| !meant_as_time(w)),
        _ => false,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Month,
    Weekday,
}

fn bare(token: &str) -> &str {
    token.trim_matches(|c: char| !c.is_alphanumeric())
}

fn unit(word: &str) -> Option<Unit> {
    let lower = word.to_lowercase();
    let plain = DATE_WORDS.iter().find(|w| w.0 == lower).map_or(lower.as_str(), |w| w.1);
    let list = |name: &str| verbs::LISTS.iter().any(|(n, words)| *n == name && words.split('|').any(|w| w == plain));
    match (list("{MONTH}"), list("{WEEKDAY}")) {
        (true, _) => Some(Unit::Month),
        (_, true) => Some(Unit::Weekday),
        _ => None,
    }
}

/// Capitalised as names are: not all in capitals, but for an initial.
fn is_capital(token: &str) -> bool {
    let word = bare(token);
    word.starts_with(char::is_uppercase)
        && (word.chars().count() == 1 || word.chars().any(char::is_lowercase))
        && word.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '\u{2019}' | '-'))
}

fn meant_as_time(token: &str) -> bool {
    let lower = bare(token).to_lowercase();
    OF_TIME.contains(&lower.as_str())
        || unit(&lower).is_some()
        || DATE_WORDS.iter().chain(DATE_LABELS).any(|w| w.0.trim_end_matches(':') == lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_beside_dates() {
        let cast = Cast::of_names(&["Lisa Thompson", "Mark Sunday", "April"]);
        for (text, apart, want) in [
            ("Jun Takeda", true, "xxx Takeda"),
            ("Jun", true, "xxx"),
            ("Mai Tran", true, "xxx Tran"),
            ("M\u{E4}rz Huber", true, "xxxxx Huber"),
            ("Domingo Perez by Friday", true, "xxxxxxx Perez by Friday"),
            ("Sunday Adeyemi", true, "xxxxxx Adeyemi"),
            ("Sunday Adeyemi: send it", false, "xxxxxx Adeyemi: send it"),
            ("Lisa, April", true, "Lisa, xxxxx"),
            ("ask Mark Sunday about it", false, "ask Mark xxxxxx about it"),
            // Dates.
            ("Friday", true, "Friday"),
            ("May Thompson", true, "xxx Thompson"),
            ("Lisa Monday", true, "Lisa Monday"),
            ("Monday Lisa", true, "Monday Lisa"),
            ("Lisa Thompson Monday", true, "Lisa Thompson Monday"),
            ("Lisa, Monday", true, "Lisa, Monday"),
            ("by May", true, "by May"),
            ("End May", true, "End May"),
            ("Ende Mai", true, "Ende Mai"),
            ("Next Monday", true, "Next Monday"),
            ("Monday Morning", true, "Monday Morning"),
            ("Friday EOD", true, "Friday EOD"),
            ("12 April", true, "12 April"),
            ("April 12", true, "April 12"),
            ("May 2025", true, "May 2025"),
            ("Friday: send it", false, "Friday: send it"),
            ("the demo on Sunday", false, "the demo on Sunday"),
        ] {
            let got = masked(text, &cast, apart);
            assert_eq!(got, want, "{text}");
        }
    }
}
