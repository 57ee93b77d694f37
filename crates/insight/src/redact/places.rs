//! Countries, regions and cities.

use super::{
    common::common,
    hit::Hit,
    kinds::Kind,
    lists::{self, Place, SHARED},
    tokens::{Case, Sort, Tokens},
};

/// Most words of a place.
const LONGEST: usize = 4;

/// What is done to places: each with the small word behind it.
const MOVES: &[(&str, &[&str])] = &[
    (
        "from",
        &[
            "here",
            "moved",
            "originally",
            "come",
            "comes",
            "came",
            "am",
            "m",
            "travel",
            "travelling",
            "traveling",
            "shipped",
            "native",
            "people",
            "returned",
        ],
    ),
    (
        "to",
        &[
            "moved",
            "moving",
            "flew",
            "fly",
            "flying",
            "travel",
            "travelled",
            "traveled",
            "travelling",
            "traveling",
            "trip",
            "returned",
            "return",
            "relocated",
            "relocating",
            "drove",
            "back",
        ],
    ),
    (
        "in",
        &[
            "live",
            "lives",
            "lived",
            "living",
            "grew",
            "up",
            "based",
            "born",
            "headquartered",
            "resides",
            "am",
            "m",
            "are",
            "located",
            "arrived",
            "office",
            "offices",
            "raised",
            "stationed",
        ],
    ),
    ("at", &["arrived", "arrives"]),
    ("of", &["city", "town", "university", "village", "mayor", "republic", "suburb", "outskirts"]),
    ("near", &[]),
];

const LABELS: &[&str] = &["where", "city", "country", "town", "state", "birthplace", "hometown"];

const DAYS: &[&str] =
    &["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "the", "our", "my", "your", "his", "her", "their"];

/// A postal code that is no year.
fn coded(t: &Tokens<'_>, at: usize) -> bool {
    let raw = t.raw(at);
    let digits = t.is_number(at) && raw.bytes().all(|b| b.is_ascii_digit()) && t.is_apart(at);
    digits
        && (4..=5).contains(&raw.len())
        && !matches!(raw.parse::<u32>(), Ok(1900..=2100))
        && (1..=2).all(|back| at.checked_sub(back).is_some())
        && at.checked_sub(1).is_some_and(|b| t.is_capital(b) && !common(t.fold(b)) || t.fold(b) == "ext")
}

/// Finds places by their names and by what is said of them.
pub(super) fn find(t: &Tokens<'_>, out: &mut Vec<Hit>) {
    let mut taken = 0;
    for at in 0..t.list.len() {
        if at < taken || !t.is_word(at) {
            continue;
        }
        let Some(end) = spoken_of(t, at).or_else(|| known(t, at)) else { continue };
        if let Some(range) = t.range(at, end) {
            out.push(Hit::new(range, Kind::Location));
            taken = end;
        }
    }
}

/// A known name, the longest.
pub(super) fn known(t: &Tokens<'_>, at: usize) -> Option<usize> {
    let words = (1..=LONGEST).take_while(|n| t.is_word(at + n - 1) && (*n == 1 || t.is_apart(at + n - 1))).count();
    (1..=words).rev().find_map(|n| {
        let name = (at..at + n).map(|w| t.fold(w)).collect::<Vec<_>>().join(" ");
        let place = lists::place(&name)?;
        let capital = t.is_capital(at) || t.caseless && (n > 1 || place == Place::Country) && name.len() > 3;
        let short = name.len() <= 3 && t.sort(at) != Some(Sort::Word(Case::Upper));
        let shared = SHARED.contains(&name.as_str())
            && !matches!(at.checked_sub(1).map(|b| t.fold(b)), Some("in" | "from" | "to" | "of" | "near" | "at" | "across"));
        (capital && !short && !shared).then_some(at + n)
    })
}

/// An unknown name behind what is only said of places.
fn spoken_of(t: &Tokens<'_>, at: usize) -> Option<usize> {
    let word = |back: usize| at.checked_sub(back).map(|n| t.fold(n)).unwrap_or_default();
    let article = usize::from(word(1) == "the");
    let (one, mut two) = (word(1 + article), word(2 + article));
    // "I'm in", "we're in".
    if word(3 + article) == "'" && matches!(two, "m" | "re") {
        two = "am";
    }
    let moved = MOVES.iter().any(|(small, verbs)| *small == one && verbs.contains(&two));
    let home =
        one == "city" && two == "home" || matches!(one, "visit" | "visiting" | "visited" | "southern" | "northern" | "eastern" | "western");
    let label = at.checked_sub(1).is_some_and(|b| t.is_sign(b, ':')) && LABELS.contains(&word(2));
    // "in ZORBDAL": as towns are written in addresses.
    let shouted = !t.caseless
        && matches!(one, "in" | "from" | "at" | "to" | "near" | "of")
        && t.sort(at) == Some(Sort::Word(Case::Upper))
        && t.raw(at).chars().count() >= 6;
    // "in Zorba 1426": a town and its code.
    let coded = matches!(one, "in" | "from" | "at" | "near" | "to") && t.is_capital(at) && (1..3).any(|n| coded(t, at + n));
    if !(moved || home || label || shouted || coded) {
        return None;
    }
    let fair = |n: usize| (t.is_capital(n) || t.caseless && t.is_word(n)) && !common(t.fold(n)) && !super::companies::suffix(t.fold(n));
    // "Port Zorba": a word before a name.
    let name =
        |n: usize| fair(n) || n == at && !t.caseless && t.is_capital(n) && t.is_apart(n + 1) && fair(n + 1) && !DAYS.contains(&t.fold(n));
    let mut end = at;
    while end - at < LONGEST && (end == at || t.is_apart(end)) {
        let inner = end > at
            && (matches!(
                t.fold(end),
                "de" | "del" | "do" | "da" | "la" | "las" | "of" | "am" | "an" | "der" | "sur" | "le" | "upon" | "o"
            ) || t.is_sign(end, '\''))
            && t.is_capital(end + 1)
            || end > at && t.fold(end) == "o" && t.is_sign(end + 1, '\'');
        let later = end > at && t.is_capital(end) && t.fold(end).len() > 1 && (!common(t.fold(end)) || t.sort(end) == t.sort(at));
        if !(name(end) || inner || later) {
            break;
        }
        end += 1;
        if t.is_sign(end, '\'') && t.is_capital(end + 1) {
            end += 1;
        }
        if t.caseless {
            break;
        }
    }
    // An acronym is no place: "I'm in QA", "based in EMEA".
    let acronym = end == at + 1 && t.sort(at) == Some(Sort::Word(Case::Upper)) && t.fold(at).len() <= 4;
    // A postal code behind it.
    let code = end > at && t.is_number(end) && t.raw(end).len() >= 4 && t.raw(end).bytes().all(|b| b.is_ascii_digit()) && t.is_apart(end);
    (end > at && !acronym).then_some(if code { end + 1 } else { end })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        super::super::hit::tests::found(|text, out| find(&Tokens::new(text), out), text)
    }

    #[test]
    fn places_by_name_and_by_what_is_said() {
        for (text, want) in [
            ("We moved here from Zorbville.", vec!["Zorbville"]),
            ("South Africa and Lisbon", vec!["South Africa", "Lisbon"]),
            ("they moved here from kenya", vec!["kenya"]),
            ("grew up in PORT ZORBA.", vec!["PORT ZORBA"]),
            ("They flew to Vila de Zorba on Monday", vec!["Vila de Zorba"]),
            ("the office in Georgia", vec!["Georgia"]),
            ("from the USA", vec!["USA"]),
        ] {
            assert_eq!(found(text), want, "{text}");
        }
        for text in [
            "Jordan said no",
            "I'm in QA",
            "moved to Friday",
            "let us move",
            "turkey sandwich",
            "live in production",
            "of Course",
            "based in EMEA",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }
}
