//! Marks above a message that is forwarded, or repeated.

use super::{
    bare,
    words::{BEGIN_FORWARDED, FORWARDED, GREETINGS, INSIDE, ORIGINAL, PASSED_ON, REPLY_ABOVE},
};

const LONGEST: usize = 200;

/// The words between two rules: `---------- Forwarded message ---------` has "forwarded message".
fn between_rules(text: &str) -> Option<(String, bool)> {
    let ruled = |c: char| matches!(c, '-' | '_' | '=' | '—' | '–' | '─' | '*');
    if text.len() > LONGEST || !(text.starts_with(ruled) || text.ends_with([':', '：', '*'])) {
        return None;
    }
    let bare = bare(text);
    let inner = bare.trim_matches(|c: char| matches!(c, '-' | '_' | '=' | '—' | '–' | '─') || c == ' ');
    let ruled = bare.starts_with("--") || bare.starts_with("__") || bare.starts_with("==") || bare.starts_with(['—', '–', '─']);
    Some((inner.to_lowercase().replace('’', "'"), ruled))
}

/// A line that says that a forwarded message follows.
pub(super) fn is_mark(text: &str) -> bool {
    let Some((inner, ruled)) = between_rules(text) else { return false };
    if ruled {
        let plain = inner.trim_end_matches([':', '：']).trim_end();
        // Mutt names the author, Lotus Notes who forwards.
        return FORWARDED.has(plain) || inner.starts_with("forwarded message from ") || inner.starts_with("forwarded by ");
    }
    inner.strip_suffix([':', '：']).is_some_and(|inner| BEGIN_FORWARDED.has(inner.trim_end()))
}

/// A line that says that the message which is answered follows.
pub(super) fn is_original(text: &str) -> bool {
    is_reply_above(text)
        || is_notes_line(text)
        || between_rules(text).is_some_and(|(inner, ruled)| ruled && ORIGINAL.has(inner.trim_end_matches([':', '：']).trim_end()))
}

/// `##- Please type your reply above this line -##`: help desks.
fn is_reply_above(text: &str) -> bool {
    let edge = |c: char| !c.is_alphanumeric();
    text.len() <= LONGEST && text.starts_with(edge) && text.ends_with(edge) && REPLY_ABOVE.any_in(&text.to_lowercase())
}

/// `Michael Chen---02/04/2024 10:11:22---Dear Ruth, ...`: Lotus Notes, above the fields.
fn is_notes_line(text: &str) -> bool {
    let mut pieces = text.splitn(3, "---");
    let (name, moment, rest) = (pieces.next().unwrap_or_default(), pieces.next().unwrap_or_default(), pieces.next());
    rest.is_some()
        && !name.is_empty()
        && name.len() <= 80
        && moment.len() <= 40
        && super::intro::has_time(moment)
        && moment.starts_with(|c: char| c.is_ascii_digit())
}

/// What stands above a header says what the header is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Above {
    /// Nothing: the mail begins with it.
    Nothing,
    /// "FYI": it is passed on.
    PassedOn,
    /// "My answers below": somebody writes into it.
    Inside,
    /// A reply.
    Reply,
}

/// Reads the lines above a header.
pub(super) fn above<'a>(lines: impl Iterator<Item = &'a str>) -> Above {
    let mut above = Above::Nothing;
    for (n, text) in lines.filter(|t| !t.is_empty()).enumerate() {
        let lower = text.to_lowercase();
        if n < 12 && text.len() <= LONGEST && INSIDE.any_in(&lower) {
            return Above::Inside;
        }
        if above == Above::Nothing && !is_greeting(text) {
            above = if is_passed_on(&lower) { Above::PassedOn } else { Above::Reply };
        }
        if n >= 12 {
            break;
        }
    }
    above
}

fn is_passed_on(lower: &str) -> bool {
    let plain = lower.trim_end_matches(|c: char| !c.is_alphanumeric());
    PASSED_ON.iter().any(|words| {
        plain
            .strip_prefix(words)
            .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric) && rest.split_whitespace().count() <= 8 && !lower.contains('?'))
    })
}

/// "Hi Jo," and no more.
pub(super) fn is_greeting(text: &str) -> bool {
    if text.len() > 80 || text.split_whitespace().count() > 6 || text.contains(['?', '.']) || text.ends_with([':', '：']) {
        return false;
    }
    // "Hi Jo, the log is below" says more.
    if text.split(',').skip(1).any(|more| more.trim_start().starts_with(char::is_lowercase)) {
        return false;
    }
    let lower = text.to_lowercase();
    GREETINGS.iter().any(|words| lower.strip_prefix(words).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric)))
}
