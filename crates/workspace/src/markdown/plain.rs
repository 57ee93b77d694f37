//! Plain text on one line.

use crate::error::is_hidden;

/// Characters that show nothing and mean nothing to readers: those that steer terminals or the direction of text, and the tags and
/// selectors in which text can be hidden.
pub(super) fn is_invisible(c: char) -> bool {
    is_hidden(c) || matches!(c, '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whitespace collapsed to single spaces, invisible characters gone.
pub(crate) fn clean(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for c in raw.chars() {
        if c.is_whitespace() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if !is_invisible(c) {
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Plain text as Markdown on one line: it shows as it stands. Not for the beginning of a line or of a list's element.
pub(crate) fn text(raw: &str) -> String {
    let text = clean(raw);
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = None;
    for (at, c) in text.char_indices() {
        let after = text.get(at + c.len_utf8()..).unwrap_or_default();
        let next = after.chars().next();
        let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        match c {
            '\\' | '`' | '*' | '[' => push_escaped(&mut out, c),
            // Inside a word it is no emphasis: `snake_case`.
            '_' if !(word(before) && word(next)) => push_escaped(&mut out, c),
            '~' if next == Some('~') || before == Some('~') => push_escaped(&mut out, c),
            '$' if opens_formula(before, next) => push_escaped(&mut out, c),
            '<' if opens_tag(next) => out.push_str("&lt;"),
            '&' if is_entity(after) => out.push_str("&amp;"),
            _ => out.push(c),
        }
        before = Some(c);
    }
    out
}

/// The same for the beginning of a line.
pub(crate) fn line(raw: &str) -> String {
    let mut out = text(raw);
    if let Some(at) = opener(&out) {
        out.insert(at, '\\');
    }
    out
}

/// The same after `# `.
pub(crate) fn heading(raw: &str) -> String {
    as_heading(&text(raw))
}

/// Escapes what would not count as words of a heading: `#` at the end, and `{#id}`, by which some viewers let headings choose the fragment
/// that links find them by.
pub(super) fn as_heading(text: &str) -> String {
    // A backslash before the brace does not help everywhere.
    let mut out = text.strip_suffix('}').map_or_else(|| text.to_owned(), |t| format!("{t}&#125;"));
    let end = out.trim_end_matches('#').len();
    if end < out.len() && out.get(..end).is_some_and(|t| t.is_empty() || t.ends_with(' ')) {
        out.insert(end, '\\');
    }
    out
}

pub(super) fn push_escaped(out: &mut String, c: char) {
    out.push('\\');
    out.push(c);
}

/// Whether `<` with that after it begins a tag, a comment, or a link.
pub(super) fn opens_tag(next: Option<char>) -> bool {
    next.is_some_and(|n| n.is_ascii_alphabetic() || matches!(n, '/' | '!' | '?'))
}

/// Whether `$` may begin or end a formula, as some viewers have them. An amount does neither: what ends one has no blank before it.
pub(super) fn opens_formula(before: Option<char>, next: Option<char>) -> bool {
    before != Some(' ') || !next.is_some_and(|n| n.is_ascii_digit())
}

/// Whether `&` with that after it stands for another character: `&rlm;` for one that turns the direction of text.
pub(super) fn is_entity(after: &str) -> bool {
    let name = after.bytes().take_while(u8::is_ascii_alphanumeric).take(40).count();
    after.starts_with('#') || name > 0 && after.as_bytes().get(name) == Some(&b';')
}

/// Where a text at the beginning of a line needs a backslash so that it opens no block: lists, quotes, headings, lines across, code. (Signs
/// that are escaped wherever they stand are not looked for.)
pub(super) fn opener(text: &str) -> Option<usize> {
    let blank = |at: usize| text.as_bytes().get(at).is_none_or(|b| matches!(b, b' ' | b'\t'));
    let only = |sign: char| text.chars().all(|c| c == sign || c == ' ');
    match text.chars().next()? {
        // Some renderers take `#word` for a heading.
        '#' | '>' => Some(0),
        sign @ ('+' | '-' | '*') if blank(1) || only(sign) => Some(0),
        '=' if only('=') => Some(0),
        '~' if text.starts_with("~~~") => Some(0),
        // Some viewers have lists of definitions.
        ':' if blank(1) => Some(0),
        '0'..='9' => {
            let digits = text.bytes().take_while(u8::is_ascii_digit).count();
            let sign = matches!(text.as_bytes().get(digits), Some(b'.' | b')'));
            (digits <= 9 && sign && blank(digits + 1)).then_some(digits)
        }
        _ => None,
    }
}

/// The fragment that GitHub and others make of a heading: lower case, spaces as dashes, other signs gone.
pub(crate) fn heading_slug(text: &str) -> String {
    let kept = text.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}
