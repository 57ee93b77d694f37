//! The tail of an address: flat, city, region, country, postal code.

use super::{
    super::{
        companies, lists, places,
        tokens::{Case, Sort, Tokens},
    },
    codes::code,
    core::post,
    words::{barred, small, unit},
};

/// Most parts of a tail, and most words of a city.
const PARTS: usize = 8;
const CITY: usize = 6;

/// What has been seen.
#[derive(Debug, Default, Clone, Copy)]
struct Seen {
    signs: u32,
    city: bool,
    region: bool,
    country: bool,
    code: bool,
}

/// Where the tail ends that begins here, and how much it speaks for an address.
pub(super) fn tail(t: &Tokens<'_>, from: usize, strong: bool) -> (usize, u32) {
    let mut end = from;
    let mut seen = Seen::default();
    for _ in 0..PARTS {
        let Some(start) = skip(t, end) else { break };
        let line = (end..start).any(|n| t.is_newline(n));
        let comma = (end..start).any(|n| t.is_sign(n, ','));
        let strong = strong || seen.signs > 0;
        let Some(to) = part(t, start, line, comma, strong, &mut seen) else { break };
        end = to;
    }
    (end, seen.signs)
}

/// The next token behind what parts are parted by: commas, at most two line breaks, marks of quotes.
fn skip(t: &Tokens<'_>, from: usize) -> Option<usize> {
    let mut at = from;
    let mut lines = 0;
    loop {
        match t.sort(at)? {
            Sort::Newline => lines += 1,
            Sort::Sign(',') => {}
            Sort::Sign('>' | '?' | '|') if lines > 0 => {}
            Sort::Sign('.') if unit(t.fold(at + 1)) || at > from && t.is_sign(at - 1, ',') => {}
            Sort::Sign('-') if code(t, at + 1).is_some() => {}
            _ => break,
        }
        if lines > 2 || at - from > 24 {
            return None;
        }
        at += 1;
    }
    Some(at)
}

fn part(t: &Tokens<'_>, at: usize, line: bool, comma: bool, strong: bool, seen: &mut Seen) -> Option<usize> {
    if let Some(to) = flat(t, at) {
        seen.signs += 2;
        return Some(to);
    }
    // A further street or estate right behind: "P.O. Box 210 Zorba Islands".
    if strong && !line && !comma && seen.signs == 0 && !seen.city && places::known(t, at).is_none() {
        let mut to = at;
        while to - at < 4 && t.is_capital(to) && !barred(t.fold(to)) && !unit(t.fold(to)) && (to == at || t.is_apart(to)) {
            to += 1;
        }
        let flat_follows = skip(t, to).is_some_and(|n| flat(t, n).is_some());
        if to > at && flat_follows {
            return Some(to);
        }
    }
    // "Zorbaland 07600": whatever stands on a line before a code.
    if line && seen.city && !seen.code && t.is_capital(at) && !barred(t.fold(at)) && !signs_off(t, at) {
        let words = (1..=3).find(|n| !t.is_capital(at + n)).unwrap_or(3);
        if let Some(to) = code(t, at + words).filter(|_| t.is_apart(at + words)) {
            seen.code = true;
            seen.signs += 1;
            return Some(to);
        }
    }
    if post(t, at) {
        seen.signs += 2;
        return Some(code(t, at + 2).unwrap_or(at + 2));
    }
    if !seen.country
        && let Some(to) = places::known(t, at).or_else(|| lower_country(t, at))
        && lists::place(&words(t, at, to)) == Some(lists::Place::Country)
    {
        seen.country = true;
        seen.signs += 1;
        // "Cyprus (Greek)".
        let note = t.is_sign(to, '(') && t.is_word(to + 1) && t.is_sign(to + 2, ')');
        return Some(if note { to + 3 } else { to });
    }
    if !seen.code
        && (strong || seen.city)
        && let Some(to) = code(t, at)
        && !(line && telephone(t, at))
    {
        seen.code = true;
        seen.signs += u32::from(seen.city || t.is_capital(to)) + u32::from(seen.region);
        return Some(to);
    }
    // A region's short name, or its number: "IL", "nan", "43" before a code.
    let short = region(t, at) || t.is_word(at) && (2..=3).contains(&t.raw(at).len()) && t.caseless && strong;
    let numbered = t.is_number(at) && t.raw(at).len() <= 3 && code(t, at + 1).is_some() && t.raw(at + 1).len() >= 4;
    let ends = t.ends_line(at + 1)
        || code(t, at + 1).is_some()
        || matches!(t.sort(at + 1), Some(Sort::Sign('.' | ',' | '?' | '!')))
        || matches!(t.fold(at + 1), "after" | "last" | "for" | "please" | "this");
    if !seen.region && strong && (seen.city || comma) && (short || numbered) && ends {
        seen.region = true;
        return Some(at + 1);
    }
    if seen.city && !line && !comma {
        return None;
    }
    city(t, at, line, comma, strong, seen)
}

/// A region's short name; "nan" is what programs write that had none.
fn region(t: &Tokens<'_>, at: usize) -> bool {
    t.is_word(at) && (2..=3).contains(&t.raw(at).len()) && (t.sort(at) == Some(Sort::Word(Case::Upper)) || t.fold(at) == "nan")
}

/// "Apt. 64", "Suite 37", "21st Floor", "#5".
fn flat(t: &Tokens<'_>, at: usize) -> Option<usize> {
    if unit(t.fold(at)) {
        let number = if t.is_sign(at + 1, '.') || t.is_sign(at + 1, '#') { at + 2 } else { at + 1 };
        let letter = t.is_word(number) && t.raw(number).len() == 1;
        return (t.is_number(number) || letter).then_some(number + 1);
    }
    let floor = t.is_number(at) && matches!(t.fold(at + 1), "floor" | "fl" | "etage" | "stock") && t.is_apart(at + 1);
    let hash = t.is_sign(at, '#') && t.is_number(at + 1);
    (floor || hash).then_some(at + 2)
}

fn lower_country(t: &Tokens<'_>, at: usize) -> Option<usize> {
    (1..=3).rev().map(|n| at + n).find(|to| t.caseless && lists::place(&words(t, at, *to)) == Some(lists::Place::Country))
}

fn words(t: &Tokens<'_>, from: usize, to: usize) -> String {
    (from..to).map(|n| t.fold(n)).collect::<Vec<_>>().join(" ")
}

/// A line of digits in groups is a telephone's, not a postal code.
fn telephone(t: &Tokens<'_>, at: usize) -> bool {
    t.is_number(at + 1) && t.raw(at).len() + t.raw(at + 1).len() > 5
}

/// A city: capital words up to a comma, a line's end, a code or a region.
fn city(t: &Tokens<'_>, at: usize, line: bool, comma: bool, strong: bool, seen: &mut Seen) -> Option<usize> {
    let name = |n: usize| {
        (t.is_capital(n) || t.caseless && t.is_word(n)) && !barred(t.fold(n)) && !companies::suffix(t.fold(n)) && !unit(t.fold(n))
    };
    let mut to = at;
    while to - at < CITY && (to == at || t.is_apart(to)) {
        let inner = to > at && small(t.fold(to)) && (name(to + 1) || small(t.fold(to + 1)) && name(to + 2)) && t.is_apart(to);
        if !(name(to) || inner) {
            break;
        }
        to += 1;
        if t.is_sign(to, '\'') && t.is_word(to + 1) && !t.is_apart(to) {
            to += if t.fold(to + 1) == "s" { 2 } else { 1 };
        }
        // "St. Gallen", "Frankfurt/Main".
        let short = t.is_sign(to, '.') && t.raw(to - 1).chars().count() <= 3 || t.is_sign(to, '/');
        if short && t.is_capital(to + 1) {
            to += 1;
            if t.is_sign(to - 1, '/') {
                to += 1;
            }
            continue;
        }
        // The region that follows is a part of its own.
        let region = to > at
            && t.sort(to) == Some(Sort::Word(Case::Upper))
            && t.raw(to).len() == 2
            && (t.ends_line(to + 1) || code(t, to + 1).is_some());
        if region
            || places::known(t, to).is_some_and(|end| lists::place(&words(t, to, end)) == Some(lists::Place::Country))
            || code(t, to).is_some()
        {
            break;
        }
    }
    if to == at {
        return None;
    }
    // "Wien 10".
    if t.is_number(to) && t.raw(to).len() <= 2 && t.is_apart(to) && (t.ends_line(to + 1) || t.is_sign(to + 1, ',')) {
        to += 1;
    }
    // "ΠΟΛΗ (ΠΟΛΗ)".
    if t.is_sign(to, '(') {
        let mut close = to + 1;
        while close - to < 5 && t.is_word(close) {
            close += 1;
        }
        to = if t.is_sign(close, ')') { close + 1 } else { to };
    }
    let goes_on = skip(t, to).is_some_and(|n| {
        code(t, n).is_some() && !t.is_newline(to)
            || places::known(t, n).is_some()
            || region(t, n)
            || code(t, n).is_some() && !telephone(t, n)
    });
    let known = lists::place(&words(t, at, to)).is_some();
    let ended = t.ends_line(to)
        || matches!(t.sort(to), Some(Sort::Sign(',' | '.' | '?' | '!' | ')')))
        || matches!(t.fold(to), "after" | "last" | "for" | "this" | "and");
    // On a line of its own, or behind a comma, or right behind a code or a flat.
    let fits = match (line, comma) {
        (true, _) => ended && (goes_on || known || seen.signs > 1 || strong && !seen.city) && !t.is_sign(to, ':') && !signs_off(t, at),
        (_, true) => ended || goes_on || known,
        _ => (seen.code || seen.signs > 0 || strong && (known || goes_on)) && (ended || goes_on || known || seen.code),
    };
    if !fits || !strong && !known && !goes_on {
        return None;
    }
    seen.city = true;
    seen.signs += u32::from(known || goes_on && line || seen.code);
    Some(to)
}

/// A greeting stands on a line of its own too.
fn signs_off(t: &Tokens<'_>, at: usize) -> bool {
    matches!(
        t.fold(at),
        "best"
            | "kind"
            | "regards"
            | "thanks"
            | "thank"
            | "cheers"
            | "sincerely"
            | "yours"
            | "warm"
            | "hi"
            | "hello"
            | "dear"
            | "please"
            | "let"
            | "see"
    )
}
