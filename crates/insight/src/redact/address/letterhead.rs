//! Who lives there: the lines right above an address.

use super::{
    super::{common::common, companies, hit::Hit, kinds::Kind, tokens::Tokens},
    words::unit,
};

/// Most lines, and most words of one.
const LINES: usize = 3;
const WORDS: usize = 4;

/// Finds people and companies on lines that hold nothing else, above an address that begins a line.
pub(in super::super) fn find(t: &Tokens<'_>, addresses: &[Hit], out: &mut Vec<Hit>) {
    for address in addresses.iter().filter(|h| h.kind == Kind::Address) {
        let first = t.list.partition_point(|token| token.start < address.range.start);
        if !t.begins_line(first) {
            continue;
        }
        let mut below = first;
        for _ in 0..LINES {
            let Some((from, to)) = line_above(t, below) else { break };
            let Some(kind) = named(t, from, to) else { break };
            out.extend(t.range(from, to).map(|r| Hit::new(r, kind)));
            below = from;
        }
    }
}

/// The tokens of the next line above that is not empty; marks of quotes left out.
fn line_above(t: &Tokens<'_>, below: usize) -> Option<(usize, usize)> {
    let mark = |n: usize| ['>', '?', '|', '*'].into_iter().any(|m| t.is_sign(n, m));
    let mut to = below;
    let mut lines = 0;
    while let Some(n) = to.checked_sub(1)
        && (t.is_newline(n) || mark(n))
    {
        lines += usize::from(t.is_newline(n));
        to = n;
    }
    if lines == 0 || lines > 3 {
        return None;
    }
    let mut from = to;
    while let Some(n) = from.checked_sub(1)
        && !t.is_newline(n)
        && !mark(n)
        && to - from <= 2 * WORDS
    {
        from = n;
    }
    (from < to && t.begins_line(from)).then_some((from, to))
}

/// What a line names, if it holds nothing but a name.
fn named(t: &Tokens<'_>, from: usize, to: usize) -> Option<Kind> {
    let words = (from..to).filter(|n| t.is_word(*n)).count();
    let name = |n: usize| {
        let capital = t.is_capital(n) || t.caseless && t.is_word(n);
        capital && (!common(t.fold(n)) || t.fold(n).len() == 1 || companies::suffix(t.fold(n))) && !unit(t.fold(n))
            || t.is_sign(n, '.')
            || t.is_sign(n, '&')
            || t.is_sign(n, ',')
    };
    if words == 0 || words > WORDS || !(from..to).all(name) {
        return None;
    }
    let form = (from..to).any(|n| companies::suffix(t.fold(n)));
    Some(if form || words == 1 { Kind::Organization } else { Kind::Person })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_above_an_address_name_who_lives_there() {
        let found = |text: &str| {
            super::super::super::hit::tests::found(
                |text, out| {
                    let t = Tokens::new(text);
                    let mut addresses = Vec::new();
                    super::super::find(&t, &mut addresses);
                    find(&t, &addresses, out);
                },
                text,
            )
        };
        assert_eq!(found("Xquill Zorba\nZorbly\n12 Main Street\nSpringfield, IL 62704"), ["Zorbly", "Xquill Zorba"]);
        assert_eq!(found("> Xquill Q Zorba\n>\n> 12 Main Street\n> Suite 5"), ["Xquill Q Zorba"]);
        assert!(found("Please send it to:\n12 Main Street, Springfield, IL 62704").is_empty());
        assert!(found("Thanks\n12 Main Street\nSuite 5").is_empty());
    }
}
