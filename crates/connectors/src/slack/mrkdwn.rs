//! Slack's `mrkdwn` to plain text with references.
//!
//! Decoding order: split on `<...>` first, then the three entities `&lt; &gt; &amp;`, so that text typed as `<@U1>` (sent as
//! `&lt;@U1&gt;`) stays text. Emoji stay `:name:`, formatting marks stay as typed. Malformed input is kept literally.

use jiff::Timestamp;
use sales_model::{RefKind, Text, TextRef};

/// Decodes a whole text.
pub(crate) fn decode(input: &str) -> Text {
    let mut out = Text { plain: String::with_capacity(input.len()), refs: Vec::new() };
    append(&mut out, input);
    out
}

/// Decodes onto the end of a text.
pub(crate) fn append(out: &mut Text, input: &str) {
    let mut rest = input;
    while let Some((before, after)) = rest.split_once('<') {
        unescape(&mut out.plain, before);
        // Up to the next bracket of either kind only, so that hostile text costs no more than its length.
        let token = after.find(['<', '>']).and_then(|at| Some((after.get(..at)?, after.get(at..)?.strip_prefix('>')?)));
        match token {
            Some((token, following)) if special(out, token) => rest = following,
            _ => {
                out.plain.push('<');
                rest = after;
            }
        }
    }
    unescape(&mut out.plain, rest);
}

/// Appends a reference with the name to show where the current one is not known.
pub(crate) fn reference(out: &mut Text, kind: RefKind, id: &str, name: &str) {
    let (Ok(start), Ok(end)) = (u32::try_from(out.plain.len()), u32::try_from(out.plain.len() + name.len())) else {
        out.plain.push_str(name);
        return;
    };
    out.plain.push_str(name);
    out.refs.push(TextRef { start, end, kind, key: format!("slack:{id}") });
}

/// Appends a link: its label and address, or one of them where they say the same.
pub(crate) fn link(out: &mut String, url: &str, label: &str) {
    let bare = |s: &str| {
        let s = s.trim();
        let s = s.split_once(':').filter(|(scheme, _)| matches!(*scheme, "http" | "https" | "mailto" | "tel")).map_or(s, |(_, r)| r);
        s.trim_start_matches('/').trim_end_matches('/').to_owned()
    };
    if label.trim().is_empty() {
        out.push_str(url);
    } else if bare(label) == bare(url) {
        out.push_str(label);
    } else {
        out.push_str(label);
        out.push_str(" (");
        out.push_str(url);
        out.push(')');
    }
}

/// Whether a text can be a Slack id: 2 to 32 capitals and digits.
pub(crate) fn is_id(s: &str) -> bool {
    (2..=32).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// A moment for people who see no date format of their own.
pub(crate) fn moment(unix: i64) -> Option<String> {
    Timestamp::from_second(unix).ok().map(|t| t.strftime("%Y-%m-%d %H:%M UTC").to_string())
}

/// Replaces the three entities; anything else beginning with `&` stays.
fn unescape(out: &mut String, mut s: &str) {
    while let Some((before, after)) = s.split_once('&') {
        out.push_str(before);
        let (c, rest) = match after {
            a if a.starts_with("lt;") => ('<', a.strip_prefix("lt;")),
            a if a.starts_with("gt;") => ('>', a.strip_prefix("gt;")),
            a if a.starts_with("amp;") => ('&', a.strip_prefix("amp;")),
            a => ('&', Some(a)),
        };
        out.push(c);
        s = rest.unwrap_or(after);
    }
    out.push_str(s);
}

fn unescaped(s: &str) -> String {
    let mut out = String::with_capacity(s.len());
    unescape(&mut out, s);
    out
}

/// Appends the meaning of what stood between `<` and `>`; `false` if it means nothing, and then nothing is appended.
fn special(out: &mut Text, token: &str) -> bool {
    let (head, label) = token.split_once('|').unwrap_or((token, ""));
    if let Some(id) = head.strip_prefix('@') {
        return mention(out, RefKind::Person, '@', id, label);
    }
    if let Some(id) = head.strip_prefix('#') {
        return mention(out, RefKind::Place, '#', id, label);
    }
    if let Some(command) = head.strip_prefix('!') {
        return order(out, command, label);
    }
    if !has_scheme(head) {
        return false;
    }
    link(&mut out.plain, &unescaped(head), &unescaped(label));
    true
}

fn mention(out: &mut Text, kind: RefKind, sign: char, id: &str, label: &str) -> bool {
    if !is_id(id) {
        return false;
    }
    let label = unescaped(label);
    let name = label.trim().trim_start_matches(sign);
    out.plain.push(sign);
    reference(out, kind, id, if name.is_empty() { id } else { name });
    true
}

/// `<!here>`, `<!subteam^S1|@grp>`, `<!date^unix^format^link|fallback>` and the like.
fn order(out: &mut Text, command: &str, label: &str) -> bool {
    let mut parts = command.split('^');
    let name = parts.next().unwrap_or_default();
    let label = unescaped(label);
    match name {
        "here" | "channel" | "everyone" | "group" => {
            out.plain.push('@');
            out.plain.push_str(name);
        }
        "subteam" => {
            let group = if label.trim().is_empty() { parts.next().unwrap_or_default() } else { label.trim() };
            if group.is_empty() {
                return false;
            }
            out.plain.push('@');
            out.plain.push_str(group.trim_start_matches('@'));
        }
        "date" => {
            let unix = parts.next().and_then(|u| u.parse().ok());
            let target = parts.nth(1).map(unescaped).filter(|t| has_scheme(t)).unwrap_or_default();
            let shown = if label.is_empty() { unix.and_then(moment).unwrap_or_default() } else { label };
            if shown.is_empty() {
                return false;
            }
            match target.is_empty() {
                true => out.plain.push_str(&shown),
                false => link(&mut out.plain, &target, &shown),
            }
        }
        _ if !label.is_empty() => out.plain.push_str(&label),
        _ => return false,
    }
    true
}

/// Whether a text begins with a URL scheme.
fn has_scheme(s: &str) -> bool {
    s.split_once(':').is_some_and(|(scheme, rest)| {
        !rest.is_empty()
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
    })
}

#[cfg(test)]
#[path = "mrkdwn_tests.rs"]
mod tests;
