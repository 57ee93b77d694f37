//! Text and people in content lines.

use sales_model::MailAddress;

use super::line::Line;

/// RFC 5321: 64 for the local part, `@`, 255 for the domain.
const ADDRESS: usize = 320;
const NAME: usize = 200;
/// Google's stand-in for an organiser that it does not know (events that were imported into a calendar).
const NOBODY: &str = "unknownorganizer@calendar.google.com";

/// A TEXT value on one line, its escapes (`\n`, `\,`, `\;`, `\\`) undone, without what cannot be seen, at most `most` characters.
pub(super) fn one_line(value: &str, most: usize) -> String {
    let mut out = String::with_capacity(value.len().min(most));
    let mut space = false;
    let mut length = 0;
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        let c = match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => ' ',
                Some(c) => c,
                None => '\\',
            },
            c => c,
        };
        if c.is_whitespace() || unseen(c) {
            space = true;
            continue;
        }
        if space && !out.is_empty() {
            out.push(' ');
            length += 1;
        }
        space = false;
        if length >= most {
            break;
        }
        out.push(c);
        length += 1;
    }
    out.truncate(out.trim_end().len());
    out
}

/// Control characters, and those that turn the direction of writing: a title could show as another one.
fn unseen(c: char) -> bool {
    c.is_control() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whom ORGANIZER or ATTENDEE names: `mailto:` in any case, else the EMAIL parameter (RFC 7986), which Apple and Google give where the
/// value is one of their own addresses. `None` without an address.
pub(super) fn person(line: &Line) -> Option<MailAddress> {
    let email = address(&line.value).or_else(|| address(line.param("EMAIL")?))?;
    let name = one_line(line.param("CN").unwrap_or_default(), NAME);
    // Outlook puts a name that looks like an address into quotes of its own.
    let name = name.strip_prefix('\'').and_then(|n| n.strip_suffix('\'')).unwrap_or(&name).trim();
    // Google gives the address where it has no name.
    let name = if name.eq_ignore_ascii_case(&email) { "" } else { name };
    Some(MailAddress { name: name.to_owned(), email })
}

fn address(value: &str) -> Option<String> {
    // Whatever stands before it belongs to a parameter that should have been in quotes (`CN=Sales: Jo:mailto:..`).
    let lower = value.to_ascii_lowercase();
    let plain = lower.rsplit("mailto:").next().unwrap_or(&lower);
    let plain = plain.split('?').next().unwrap_or(plain).trim();
    let email = decoded(plain.strip_prefix('<').and_then(|p| p.strip_suffix('>')).unwrap_or(plain)).to_lowercase();
    let (local, domain) = email.rsplit_once('@')?;
    let odd = |c: char| c.is_whitespace() || unseen(c) || matches!(c, '<' | '>' | '(' | ')' | ',' | ';' | '"' | '\\');
    let fine = !local.is_empty() && !domain.is_empty() && email.len() <= ADDRESS;
    (fine && !email.contains(odd) && !domain.contains([':', '/']) && !local.contains([':', '@']) && email != NOBODY).then_some(email)
}

/// Percent-encoding (RFC 6068) of what can be seen undone.
fn decoded(text: &str) -> String {
    let mut pieces = text.split('%');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let byte = piece.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(u8::is_ascii_graphic);
        match (byte, piece.get(2..)) {
            (Some(byte), Some(rest)) => {
                out.push(char::from(byte));
                out.push_str(rest);
            }
            _ => {
                out.push('%');
                out.push_str(piece);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::line::lines;

    #[test]
    fn texts() {
        assert_eq!(one_line(r"Kick-off\, Acme\; part 2\nRoom \\3\\", 100), r"Kick-off, Acme; part 2 Room \3\");
        assert_eq!(one_line("  a \u{7}\t b\u{202e}c \\", 100), "a b c \\");
        assert_eq!(one_line("abcdef", 3), "abc");
        assert_eq!(one_line("ab  cdef", 3), "ab");
        assert_eq!(one_line("", 3), "");
        assert_eq!(one_line(r"\n\n", 3), "");
    }

    fn of(line: &str) -> Option<(String, String)> {
        person(&lines(line.as_bytes()).next().unwrap()).map(|p| (p.name, p.email))
    }

    #[test]
    fn people() {
        let some = |name: &str, email: &str| Some((name.to_owned(), email.to_owned()));
        assert_eq!(of("ATTENDEE;CN=Jo Rivera:MailTo:Jo.Rivera@Acme.example"), some("Jo Rivera", "jo.rivera@acme.example"));
        assert_eq!(of("ATTENDEE;CN=\"'Rivera, Jo'\":mailto:jo@acme.example"), some("Rivera, Jo", "jo@acme.example"));
        assert_eq!(of("ATTENDEE;CN=JO@acme.example:mailto:jo@acme.example"), some("", "jo@acme.example"));
        assert_eq!(of("ATTENDEE:mailto:jo%2Bcrm@acme.example?x=y"), some("", "jo+crm@acme.example"));
        assert_eq!(of("ATTENDEE;CN=x:jo@acme.example"), some("x", "jo@acme.example"));
        assert_eq!(of("ATTENDEE;CN=Sales: Jo:mailto:jo@acme.example"), some("Sales", "jo@acme.example"));
        assert_eq!(of("ATTENDEE;CN=Jo;EMAIL=jo@acme.example:/aMjM/principal/"), some("Jo", "jo@acme.example"));
        assert_eq!(of("ATTENDEE;CN=Jo;EMAIL=jo@acme.example:urn:uuid:1"), some("Jo", "jo@acme.example"));
        for bad in ["invalid:nomail", "mailto:", "mailto:@", "mailto:a b@c", "mailto:a@", "http://a@b/c", "/o=org/cn=jo", ""] {
            assert_eq!(of(&format!("ORGANIZER;CN=Jo:{bad}")), None, "{bad}");
        }
        assert_eq!(of(&format!("ORGANIZER:mailto:{NOBODY}")), None);
        assert_eq!(of(&format!("ORGANIZER:mailto:{}@x.example", "a".repeat(400))), None);
        assert_eq!(decoded("%"), "%");
        assert_eq!(decoded("%4"), "%4");
        assert_eq!(decoded("%\u{fc}\u{fc}%00%41"), "%\u{fc}\u{fc}%00A");
    }
}
