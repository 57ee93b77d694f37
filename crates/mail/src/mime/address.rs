//! Addresses in headers (RFC 5322, section 3.4), as they are in the wild.

use sales_model::MailAddress;
use url::Host;

use super::word;
use crate::clean;

/// Addresses of one field that are looked at, and of all fields of one name that are kept.
pub(crate) const ADDRESSES: usize = 2_000;
/// Characters of a display name that are kept.
const NAME: usize = 200;
/// The longest address (RFC 5321 allows 254).
const LONGEST: usize = 320;

/// The addresses in a field's text, in order; what has none is left out. Groups count for their members.
pub(crate) fn list(text: &str) -> Vec<MailAddress> {
    entries(text).into_iter().filter(|a| !a.email.is_empty()).collect()
}

/// As [`list`], with entries that have only a name.
pub(crate) fn entries(text: &str) -> Vec<MailAddress> {
    let mut reader = Reader::new(text);
    reader.run();
    reader.out
}

/// The entry at work.
#[derive(Default)]
struct Entry {
    /// What stands outside of angle brackets and comments, quotes taken off.
    phrase: String,
    /// The same with its quotes: an address without angle brackets needs them.
    bare: String,
    angle: Option<String>,
    comment: String,
}

struct Reader<'a> {
    rest: &'a str,
    entry: Entry,
    /// The last name without address: `Doe, John <j@x>` is one name.
    carry: String,
    /// Whether a quote, comment or bracket may still end, and where the last encoded word does; looked for once each.
    quotes: bool,
    comments: bool,
    words_until: usize,
    out: Vec<MailAddress>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        let words_until = text.rfind("?=").map_or(0, |at| text.len() - at);
        Reader { rest: text, entry: Entry::default(), carry: String::new(), quotes: true, comments: true, words_until, out: Vec::new() }
    }

    fn run(&mut self) {
        while let Some(c) = self.rest.chars().next() {
            if self.out.len() >= ADDRESSES {
                return;
            }
            let after = self.rest.get(c.len_utf8()..).unwrap_or_default();
            match c {
                '"' if self.quotes && self.quoted(after) => continue,
                '(' if self.comments && self.comment(after) => continue,
                '<' => {
                    // A route of old (`<@one,@two:user@domain>`) has commas; elsewhere one shows that the bracket was never closed.
                    let end = if after.starts_with('@') { after.find('>') } else { after.find(['>', ',']) };
                    let end = end.unwrap_or(after.len());
                    self.entry.angle = Some(after.get(..end).unwrap_or_default().to_owned());
                    let rest = after.get(end..).unwrap_or_default();
                    self.rest = rest.strip_prefix('>').unwrap_or(rest);
                    continue;
                }
                ',' | ';' => self.finish(),
                // What precedes is the name of a group, or `mailto`.
                ':' if self.entry.angle.is_none() && !self.entry.bare.contains('@') => self.entry = Entry::default(),
                '=' if self.rest.len() > self.words_until && self.encoded() => continue,
                '"' => {}
                c => {
                    self.entry.phrase.push(c);
                    self.entry.bare.push(c);
                }
            }
            self.rest = after;
        }
        self.finish();
    }

    /// An encoded word: commas and brackets in it are the name's.
    fn encoded(&mut self) -> bool {
        let Some(word) = word::first(self.rest) else { return false };
        let (word, rest) = self.rest.split_at_checked(word.len).unwrap_or((self.rest, ""));
        self.entry.phrase.push_str(word);
        self.entry.bare.push_str(word);
        self.rest = rest;
        true
    }

    fn quoted(&mut self, after: &'a str) -> bool {
        let mut escaped = false;
        let end = after.bytes().position(|b| {
            let closes = b == b'"' && !escaped;
            escaped = b == b'\\' && !escaped;
            closes
        });
        let Some(end) = end else {
            self.quotes = false;
            return false;
        };
        let inner = after.get(..end).unwrap_or_default();
        self.entry.phrase.push_str(&unescaped(inner));
        self.entry.bare.push('"');
        self.entry.bare.push_str(inner);
        self.entry.bare.push('"');
        self.rest = after.get(end + 1..).unwrap_or_default();
        true
    }

    fn comment(&mut self, after: &'a str) -> bool {
        let (mut depth, mut escaped) = (1u32, false);
        let end = after.bytes().position(|b| {
            match b {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        let Some(end) = end else {
            self.comments = false;
            return false;
        };
        if self.entry.comment.is_empty() {
            self.entry.comment = unescaped(after.get(..end).unwrap_or_default());
        }
        // White space, as the standard has it.
        self.entry.phrase.push(' ');
        self.entry.bare.push(' ');
        self.rest = after.get(end + 1..).unwrap_or_default();
        true
    }

    fn finish(&mut self) {
        let entry = std::mem::take(&mut self.entry);
        let carry = std::mem::take(&mut self.carry);
        if entry.angle.is_none() && entry.phrase.trim().is_empty() && entry.comment.is_empty() {
            return;
        }
        let in_angle = entry.angle.is_some();
        let mut found = match &entry.angle {
            Some(angle) => MailAddress { name: display(&entry.phrase), email: spec(angle).unwrap_or_default() },
            None => loose(&entry),
        };
        if found.email.is_empty() && (entry.phrase.contains("=?") || entry.bare.contains("=?")) {
            // Some encode the whole field, address included.
            let decoded = word::decode(&entry.bare);
            if decoded.contains('@') && !decoded.contains("=?") {
                self.out.extend(entries(&decoded));
                return;
            }
        }
        if found.name.is_empty() {
            found.name = display(&entry.comment);
        }
        if in_angle && !carry.is_empty() && !found.name.is_empty() {
            found.name = clean::line(&format!("{carry}, {}", found.name), NAME);
        }
        if found.name.to_lowercase() == found.email {
            found.name.clear();
        }
        let nobody = found.name.replace(['-', ' '], "").eq_ignore_ascii_case("undisclosedrecipients");
        match found {
            MailAddress { email, .. } if email.is_empty() && nobody => {}
            MailAddress { email, name } if email.is_empty() && !in_angle => {
                self.carry.clone_from(&name);
                self.out.extend((!name.is_empty()).then_some(MailAddress { name, email }));
            }
            found => {
                if in_angle && !carry.is_empty() {
                    self.out.pop_if(|last| last.email.is_empty() && last.name == carry);
                }
                self.out.extend((!found.email.is_empty() || !found.name.is_empty()).then_some(found));
            }
        }
    }
}

/// An entry without angle brackets: an address, maybe with a name before it.
fn loose(entry: &Entry) -> MailAddress {
    if let Some(email) = spec(&entry.bare) {
        return MailAddress { name: String::new(), email };
    }
    let word = entry.bare.split_whitespace().rev().find_map(|w| Some((w, spec(w)?)));
    match word {
        Some((word, email)) => MailAddress { name: display(&entry.phrase.replace(word, " ")), email },
        None => MailAddress { name: display(&entry.phrase), email: String::new() },
    }
}

/// A display name as it is shown.
fn display(phrase: &str) -> String {
    let name = clean::line(&word::decode(phrase), NAME);
    let bare = name.trim_matches('"').trim();
    let bare = bare.strip_prefix('\'').and_then(|n| n.strip_suffix('\'')).unwrap_or(bare);
    bare.trim().to_owned()
}

fn unescaped(text: &str) -> String {
    let mut chars = text.chars();
    let mut out = String::with_capacity(text.len());
    while let Some(c) = chars.next() {
        out.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    out
}

/// An address in its one form: lower case, without quotes that it does not need, its domain in A-labels.
pub(crate) fn spec(text: &str) -> Option<String> {
    if text.len() > 4 * LONGEST {
        return None;
    }
    let text = clean::text(text.trim());
    let text = text.trim_matches(['\'', ' ', '\n', '\t']);
    let text = text.get(..7).filter(|p| p.eq_ignore_ascii_case("mailto:")).map_or(text, |_| text.get(7..).unwrap_or_default());
    // A route of old: `@one,@two:user@domain`.
    let text = match text.strip_prefix('@') {
        Some(route) => route.split_once(':').map_or("", |(_, address)| address),
        None => text,
    };
    let (local, domain) = text.rsplit_once('@')?;
    let (local, domain) = (local.trim(), domain.trim().trim_end_matches('.'));
    let local = match local.strip_prefix('"').and_then(|l| l.strip_suffix('"')) {
        Some(inner) => {
            let inner = unescaped(inner);
            if inner.contains(char::is_control) {
                return None;
            }
            if is_atoms(&inner) { inner } else { format!("\"{}\"", inner.replace('\\', "\\\\").replace('"', "\\\"")) }
        }
        None if is_atoms(local) => local.to_owned(),
        None => return None,
    };
    let email = format!("{}@{}", local.to_lowercase(), host(domain)?);
    (local.len() > usize::from(local == "\"\"") * 2 && email.len() <= LONGEST).then_some(email)
}

/// Whether a local part needs no quotes. Dots at wrong places occur and do no harm.
fn is_atoms(local: &str) -> bool {
    let ends = |c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '(' | ')' | '<' | '>' | '[' | ']' | ':' | ';' | ',' | '\\' | '"' | '@')
    };
    !local.is_empty() && !local.contains(ends)
}

/// A domain in lower case and A-labels; `[192.0.2.1]` stays.
fn host(domain: &str) -> Option<String> {
    let literal = domain.starts_with('[') && domain.ends_with(']');
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') || (literal && matches!(c, '[' | ']' | ':'));
    if domain.is_ascii() {
        return (!domain.is_empty() && domain.chars().all(fits)).then(|| domain.to_ascii_lowercase());
    }
    match Host::parse(domain) {
        Ok(Host::Domain(name)) => Some(name),
        _ => None,
    }
}

#[cfg(test)]
#[path = "address_tests.rs"]
mod tests;
