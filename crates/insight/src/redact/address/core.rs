//! The core of an address: what its first line says.

use super::{
    super::tokens::Tokens,
    codes::code,
    words::{barred, compound, doubtful, first, small, street, unit},
};

/// What begins an address.
#[derive(Debug, Clone, Copy)]
pub(super) struct Core {
    /// The token behind it.
    pub(super) to: usize,
    pub(super) signs: u32,
    /// It is an address whatever follows.
    pub(super) strong: bool,
}

/// Most words of a street's name.
const LONGEST: usize = 6;

/// What stands before speaks for an address: 2 if somebody lives or something is sent there, 1 if a place is meant or a line begins.
pub(super) fn before(t: &Tokens<'_>, at: usize) -> u32 {
    let word = |back: usize| at.checked_sub(back).map(|n| t.fold(n)).unwrap_or_default();
    const SPEAKING: &[&str] = &[
        "address",
        "addresses",
        "lives",
        "live",
        "lived",
        "living",
        "located",
        "location",
        "sent",
        "send",
        "deliver",
        "delivered",
        "delivery",
        "ship",
        "shipped",
        "taxi",
        "meet",
        "arrived",
        "mail",
        "mailed",
        "moved",
        "offices",
        "office",
        "restaurant",
        "station",
        "corner",
        "drops",
        "side",
        "enter",
        "home",
        "house",
        "hq",
        "headquarters",
        "billing",
        "same",
        "resides",
        "visit",
        "user",
        "store",
        "shop",
        "apartment",
    ];
    let leads =
        matches!(word(1), "at" | "to" | "in" | "on" | "of" | "is" | "s" | ":" | "are" | "with" | "from" | "near" | "it" | "and" | "visit");
    let near = (1..=8).take_while(|back| at.checked_sub(*back).is_some()).any(|back| SPEAKING.contains(&word(back)));
    match (leads, near) {
        (true, true) => 2,
        (true, false) => 1,
        _ if t.begins_line(at) => 1,
        _ => 0,
    }
}

/// The core that begins with a token.
pub(super) fn core(t: &Tokens<'_>, at: usize, before: u32) -> Option<Core> {
    boxed(t, at)
        .or_else(|| corner(t, at))
        .or_else(|| military(t, at))
        .or_else(|| numbered(t, at, before))
        .or_else(|| named(t, at, before))
        .or_else(|| in_flat(t, at, before))
}

/// A house's number: digits, perhaps with a letter, as in `12b`. "70s" and "5x" are none.
fn digits(t: &Tokens<'_>, at: usize) -> bool {
    let raw = t.raw(at);
    let letters = raw.trim_start_matches(|c: char| c.is_ascii_digit());
    t.is_number(at) && raw.len() - letters.len() <= 6 && matches!(letters.as_bytes(), [] | [b'a'..=b'h' | b'A'..=b'H'])
}

/// "P.O. Box 210", "Postbox 53", "Unit 0800 Box 8800"; a number may stand before it.
fn boxed(t: &Tokens<'_>, at: usize) -> Option<Core> {
    let from = if digits(t, at) && t.is_apart(at + 1) { at + 1 } else { at };
    let mut n = from;
    let word = t.fold(n);
    let to = if matches!(word, "postbox" | "postboks" | "postfach" | "apartado" | "pobox") || word == "boks" {
        n + 1
    } else if word == "p" && t.is_sign(n + 1, '.') && t.fold(n + 2) == "o" {
        n += if t.is_sign(n + 3, '.') { 4 } else { 3 };
        (t.fold(n) == "box").then_some(n + 1)?
    } else if word == "po" && t.fold(n + 1) == "box" {
        n + 2
    } else if word == "unit" && digits(t, n + 1) && t.fold(n + 2) == "box" {
        n + 3
    } else {
        return None;
    };
    digits(t, to).then_some(Core { to: to + 1, signs: 2, strong: true })
}

/// "Suite 900 0500 Zorbet 91": the flat stands first.
fn in_flat(t: &Tokens<'_>, at: usize, before: u32) -> Option<Core> {
    if !(unit(t.fold(at)) && t.is_capital(at)) {
        return None;
    }
    let number = if t.is_sign(at + 1, '.') { at + 2 } else { at + 1 };
    let street = if t.is_sign(number + 1, ',') { number + 2 } else { number + 1 };
    if !digits(t, number) {
        return None;
    }
    let core = numbered(t, street, before.max(1)).or_else(|| named(t, street, before.max(1)))?;
    Some(Core { signs: core.signs + 1, strong: true, ..core })
}

/// "USNS Zorba\nFPO AE 25900", "PSC 123".
fn military(t: &Tokens<'_>, at: usize) -> Option<Core> {
    let mut n = at;
    if matches!(t.fold(at), "usns" | "uss" | "uscgc" | "usnv" | "psc" | "cmr") {
        n += 1;
        while n - at < 5 && (t.is_word(n) || t.is_number(n) || t.is_sign(n, ',')) && !post(t, n) {
            n += 1;
        }
        while t.is_newline(n) || t.is_sign(n, ',') {
            n += 1;
        }
    }
    (post(t, n) && n > at).then_some(Core { to: n, signs: 2, strong: true })
}

/// "FPO AE".
pub(super) fn post(t: &Tokens<'_>, at: usize) -> bool {
    matches!(t.fold(at), "fpo" | "apo" | "dpo") && matches!(t.fold(at + 1), "aa" | "ae" | "ap")
}

/// Words of a street's name from here on: how many tokens, and what they say.
fn name(t: &Tokens<'_>, from: usize, loose: bool) -> (usize, u32, bool) {
    let mut at = from;
    let (mut signs, mut capital, mut plain) = (0, false, 0);
    // Spanish: "C/ Mayor 5".
    if matches!(t.fold(from), "c" | "av" | "avda") && t.is_sign(from + 1, '/') && t.is_word(from + 2) {
        (at, signs) = (from + 2, 2);
    }
    while at - from < 2 * LONGEST && plain < LONGEST {
        let word = t.fold(at);
        let marks = t.is_sign(at, '.')
            && !t.is_apart(at)
            && at > from
            && (t.fold(at - 1).chars().count() <= 5 || compound(t.fold(at - 1)))
            && t.is_apart(at + 1)
            && !t.ends_line(at + 1)
            || t.is_sign(at, '\'') && !t.is_apart(at) && !t.is_apart(at + 1);
        if marks && at > from {
            at += 1;
            continue;
        }
        if !t.is_word(at)
            || !t.is_apart(at) && at > from && !t.is_sign(at - 1, '\'') && !t.is_sign(at - 1, '/')
            || barred(word)
            || unit(word) && (digits(t, at + 1) || t.is_sign(at + 1, '.'))
        {
            break;
        }
        // Small words join only what follows; single letters are initials.
        let joins = small(word) && (t.is_capital(at + 1) || small(t.fold(at + 1)) || loose && t.is_word(at + 1) || t.is_sign(at + 1, '\''));
        let begins = first(word) && at == from && (t.is_capital(at + 1) || small(t.fold(at + 1)) || t.is_sign(at + 1, '.') || loose);
        // Hungarian: "Zorba u. 49."
        let short = word == "u" && t.is_sign(at + 1, '.') && digits(t, at + 2);
        let kind = if begins || first(word) && first(t.fold(from)) && at > from || street(word) && at > from || short || compound(word) {
            2
        } else {
            u32::from(doubtful(word) && at > from)
        };
        let letter = loose && word.len() == 1;
        let lower_type = letter || kind > 0 && (at > from || compound(word) || first(word));
        if !(t.is_capital(at)
            || joins
            || lower_type
            || loose && !super::super::common::common(word)
            || first(t.fold(from)) && at > from && at - from <= 2 && !super::super::common::common(word))
        {
            break;
        }
        capital |= t.is_capital(at);
        signs = signs.max(kind);
        plain += 1;
        at += 1;
    }
    while at > from && t.is_sign(at - 1, '\'') {
        at -= 1;
    }
    (at, signs, capital || loose || signs == 2)
}

/// Where the house's number stands behind a type of street: "Via Roma, 12", "Calea Zorba nr. 5".
fn house(t: &Tokens<'_>, to: usize, signs: u32) -> usize {
    let mut n = to + usize::from(t.is_sign(to, ','));
    if matches!(t.fold(n), "nr" | "no" | "num" | "n") {
        n += if t.is_sign(n + 1, '.') { 2 } else { 1 };
    }
    if signs == 2 && digits(t, n) && t.raw(n).len() <= 4 && code(t, n).is_none_or(|c| !t.is_capital(c)) { n } else { to }
}

/// "the corner of 70 Main Street and Pass Road": both.
fn corner(t: &Tokens<'_>, at: usize) -> Option<Core> {
    let from = if t.fold(at) == "the" { at + 1 } else { at };
    if !(t.fold(from) == "corner" && t.fold(from + 1) == "of") {
        return None;
    }
    let street = |from: usize| {
        let from = if digits(t, from) { from + 1 } else { from };
        let mut to = from;
        while to - from < LONGEST && t.is_word(to) && t.fold(to) != "and" && (to == from || t.is_apart(to)) {
            to += 1;
        }
        let last = to.checked_sub(1).map(|n| t.fold(n)).unwrap_or_default();
        (to > from && (digits(t, to) || street(last) || doubtful(last) || compound(last) || first(t.fold(from))))
            .then(|| to + usize::from(digits(t, to)))
    };
    let one = street(from + 2)?;
    let two = if t.fold(one) == "and" { street(one + 1) } else { None };
    Some(Core { to: two.unwrap_or(one), signs: 2, strong: true })
}

/// "12 Main Street", "840 30 Rue Al Zorba", "580 Zorbavej 290".
fn numbered(t: &Tokens<'_>, at: usize, before: u32) -> Option<Core> {
    if !digits(t, at) || at > 0 && !t.is_apart(at) && !t.begins_line(at) && !t.is_sign(at - 1, '"') {
        return None;
    }
    let loose = t.caseless && before > 0;
    let mut from = at + 1;
    let mut numbers = 1;
    if digits(t, from) && t.is_apart(from) {
        from += 1;
        numbers += 1;
    }
    if !t.is_apart(from) || t.ends_line(from) {
        return None;
    }
    let (mut to, mut signs, capital) = name(t, from, loose);
    if to == from || !capital {
        return None;
    }
    let words = to - from;
    to = house(t, to, signs);
    let mut behind = false;
    if digits(t, to) && t.is_apart(to) {
        to += 1;
        numbers += 1;
        behind = true;
        // A second number: "Strada Nuova 65 22"; a second street: "Zorbgata 11 Zorba Crossroad".
        if digits(t, to) && t.is_apart(to) && t.raw(to).len() < 4 {
            to += 1;
        }
        let (more, kind, _) = name(t, to, false);
        if more > to && t.is_apart(to) && kind > 0 {
            (to, signs) = (more, 2);
        }
    }
    // "12 Place": a number and one word say nothing.
    if words < 2 && !behind && numbers < 2 && signs < 2 || words < 2 && signs == 1 && !behind {
        return None;
    }
    // "2 Close Plans", "3 Views": only where an address is spoken of.
    if signs == 1 {
        signs = if t.raw(at).len() >= 2 && doubtful(t.fold(to - 1)) && words >= 2 && before > 0 || numbers > 1 { 2 } else { 0 };
    }
    if numbers >= 2 && before > 0 {
        signs = signs.max(1);
    }
    if before == 2 && words >= 1 {
        signs = signs.max(1);
    }
    Some(Core { to, signs, strong: signs >= 2 })
}

/// "Musterstraße 12", "Via Roma 12", "Zorbacher Strasse 89".
fn named(t: &Tokens<'_>, at: usize, before: u32) -> Option<Core> {
    let loose = t.caseless && before == 2;
    if !(t.is_capital(at) || loose && t.is_word(at) || first(t.fold(at)) || compound(t.fold(at)))
        || at > 0 && t.is_capital(at - 1) && t.is_apart(at)
    {
        return None;
    }
    let (mut to, signs, capital) = name(t, at, loose);
    let named = to;
    to = house(t, to, signs);
    // "on the north side of Rua Zorba": where an address is spoken of, a type of street is enough.
    if before == 2 && signs == 2 && named > at && !digits(t, to) && (named - at > 1 || compound(t.fold(at))) {
        return Some(Core { to: named, signs: 1, strong: false });
    }
    if to == at || !capital || !digits(t, to) || !t.is_apart(to) || t.raw(to).len() > 5 {
        return None;
    }
    to += 1;
    let (more, kind, _) = name(t, to, false);
    let second = more > to && t.is_apart(to) && (kind > 0 || before == 2 && t.is_newline(more));
    // "Damrak 1, 1012 LG Amsterdam": a postal code and a city right behind.
    let coded =
        (t.is_sign(to, ',') || t.is_newline(to)) && code(t, to + 1).is_some_and(|n| t.is_capital(n) && t.is_apart(n) && !barred(t.fold(n)));
    let signs = match signs {
        2 => 2,
        _ if second && before == 2 || coded => 2,
        // "Phase 2", "Windows 11": a name and a number say nothing by themselves.
        _ if before == 2 => 0,
        _ => return None,
    };
    Some(Core { to: if second { more } else { to }, signs, strong: signs >= 2 })
}
