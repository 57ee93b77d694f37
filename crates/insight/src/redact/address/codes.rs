//! Postal codes.

use super::super::tokens::{Case, Sort, Tokens};

/// Where a postal code ends that begins here: `12345`, `12345-6789`, `123 45`, `1234 AB`, `SW1A 1AA`, `K1A 0B1`, `75-002`.
pub(super) fn code(t: &Tokens<'_>, at: usize) -> Option<usize> {
    let digits = |n: usize| t.is_number(n) && t.raw(n).bytes().all(|b| b.is_ascii_digit());
    let length = |n: usize| t.raw(n).len();
    let upper = |n: usize, most: usize| matches!(t.sort(n), Some(Sort::Word(Case::Upper))) && t.raw(n).len() <= most;
    if british(t, at) {
        return Some(at + 2);
    }
    if !digits(at) || !(2..=7).contains(&length(at)) {
        return None;
    }
    if t.is_sign(at + 1, '-') && !t.is_apart(at + 1) && digits(at + 2) && !t.is_apart(at + 2) && (2..=4).contains(&length(at + 2)) {
        return Some(at + 3);
    }
    if length(at) < 3 {
        return None;
    }
    if length(at) == 3 {
        return (t.is_apart(at + 1) && digits(at + 1) && length(at + 1) == 2).then_some(at + 2);
    }
    let dutch = length(at) == 4 && upper(at + 1, 2) && t.raw(at + 1).len() == 2;
    Some(if dutch { at + 2 } else { at + 1 })
}

/// `SW1A 1AA`, `K1A 0B1`: a letter first, a digit somewhere, and a half that begins with a digit.
fn british(t: &Tokens<'_>, at: usize) -> bool {
    let outward = t.raw(at);
    let shape = |word: &str, from: usize, to: usize| {
        (from..=to).contains(&word.len())
            && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
            && word.bytes().any(|b| b.is_ascii_digit())
            && word.bytes().any(|b| b.is_ascii_uppercase())
    };
    t.is_word(at) && shape(outward, 2, 4) && t.is_number(at + 1) && t.is_apart(at + 1) && shape(t.raw(at + 1), 3, 3)
}

/// "my zip code is 35300", "ZIP: 1098".
pub(super) fn announced(t: &Tokens<'_>, at: usize) -> Option<usize> {
    let end = code(t, at).or_else(|| (t.is_number(at) && t.raw(at).len() >= 3).then_some(at + 1))?;
    let mut before = at;
    for _ in 0..4 {
        before = before.checked_sub(1)?;
        match t.fold(before) {
            "zip" | "zipcode" | "postcode" | "plz" | "postleitzahl" => return Some(end),
            "code" if matches!(before.checked_sub(1).map(|b| t.fold(b)), Some("postal" | "post" | "zip")) => return Some(end),
            ":" | "is" | "code" | "." | "=" | "#" | "my" | "to" => {}
            _ => return None,
        }
    }
    None
}
