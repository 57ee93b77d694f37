//! Content lines (RFC 5545, 3.1).

use std::borrow::Cow;

/// Longer lines are cut: descriptions in HTML and whole files stand in lines, and nothing that is read here is that long.
const LINE: usize = 64 * 1024;
/// A line has a handful; more say nothing.
const PARAMS: usize = 30;

/// One line: `DTSTART;TZID=Europe/Berlin:20240315T100000`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// In upper case.
    pub(super) name: String,
    /// Names in upper case; values without their quotes.
    params: Vec<(String, String)>,
    /// As it stands, escapes included.
    pub(super) value: String,
}

impl Line {
    /// A parameter's value; several values stay as they stand, with commas between them.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Whether a parameter has this value, in any case.
    pub(super) fn has(&self, name: &str, value: &str) -> bool {
        self.param(name).is_some_and(|v| v.eq_ignore_ascii_case(value))
    }
}

/// The lines that can be read, unfolded. Bytes and not text, since a fold may stand inside a character ("octets", 3.1).
pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = Line> {
    Unfolded { rest: bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes) }.filter_map(|line| parse(&text(&line)))
}

/// UTF-8, which iCalendar is; else Latin-1, letter by letter.
fn text(line: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(line) {
        Ok(text) => Cow::Borrowed(text),
        // Cut inside a character.
        Err(e) if e.error_len().is_none() => line.get(..e.valid_up_to()).map_or(Cow::Borrowed(""), String::from_utf8_lossy),
        Err(_) => Cow::Owned(line.iter().copied().map(char::from).collect()),
    }
}

struct Unfolded<'a> {
    rest: &'a [u8],
}

impl<'a> Unfolded<'a> {
    /// The next line as it stands in the file, without its end.
    fn physical(&mut self) -> &'a [u8] {
        let (line, rest) = match self.rest.iter().position(|b| *b == b'\n') {
            Some(at) => self.rest.split_at(at),
            None => (self.rest, &[][..]),
        };
        self.rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        let end = line.iter().rposition(|b| *b != b'\r').map_or(0, |at| at + 1);
        line.get(..end).unwrap_or(line)
    }
}

impl<'a> Iterator for Unfolded<'a> {
    type Item = Cow<'a, [u8]>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let mut line = Cow::Borrowed(cut(self.physical(), LINE));
        while let [b' ' | b'\t', ..] = self.rest {
            let more = self.physical().get(1..).unwrap_or_default();
            let room = LINE.saturating_sub(line.len());
            if room > 0 && !more.is_empty() {
                line.to_mut().extend_from_slice(cut(more, room));
            }
        }
        Some(line)
    }
}

fn cut(line: &[u8], most: usize) -> &[u8] {
    line.get(..most).unwrap_or(line)
}

/// `None` for what is no content line.
fn parse(text: &str) -> Option<Line> {
    let (name, mut rest) = text.split_at(text.find([';', ':'])?);
    // A group (`item1.`) belongs to address books; some programs write it all the same.
    let name = name.rsplit('.').next().unwrap_or(name).trim();
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_') {
        return None;
    }
    let mut params = Vec::new();
    loop {
        if let Some(value) = rest.strip_prefix(':') {
            return Some(Line { name: name.to_ascii_uppercase(), params, value: value.to_owned() });
        }
        rest = rest.strip_prefix(';')?;
        let (param, after) = rest.split_at(end(rest)?);
        if let Some((name, value)) = param.split_once('=')
            && params.len() < PARAMS
        {
            params.push((name.trim().to_ascii_uppercase(), plain(value)));
        }
        rest = after;
    }
}

/// Where a parameter ends: before the next `;` or `:` that no quotes enclose; where a quote is never closed, before any.
fn end(rest: &str) -> Option<usize> {
    let mut quoted = false;
    let outside = rest.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        !quoted && matches!(c, ';' | ':')
    });
    outside.map(|(at, _)| at).or_else(|| rest.find([';', ':']))
}

/// A parameter's value without quotes, its escapes (RFC 6868: `^n`, `^^`, `^'`) undone.
fn plain(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut chars = value.trim().chars().filter(|c| *c != '"').peekable();
    while let Some(c) = chars.next() {
        let escaped = match (c, chars.peek()) {
            ('^', Some('n' | 'N')) => '\n',
            ('^', Some('^')) => '^',
            ('^', Some('\'')) => '"',
            _ => {
                out.push(c);
                continue;
            }
        };
        chars.next();
        out.push(escaped);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8]) -> Vec<(String, String)> {
        lines(bytes).map(|l| (l.name, l.value)).collect()
    }

    fn pairs(lines: &[(&str, &str)]) -> Vec<(String, String)> {
        lines.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    }

    #[test]
    fn folds() {
        assert_eq!(all(b"SUMMARY:a\r\n b\r\n\tc\r\n  d\r\nUID:1"), pairs(&[("SUMMARY", "abc d"), ("UID", "1")]));
        assert_eq!(all(b"summary:a\n b\nuid:1\n"), pairs(&[("SUMMARY", "ab"), ("UID", "1")]), "LF only");
        assert_eq!(all(b"SUMMARY:a\r\r\n b\r\r\n"), pairs(&[("SUMMARY", "ab")]), "CR doubled on the way");
        assert_eq!(all("SUM\r\n MARY:J\u{fc}rg".as_bytes()), pairs(&[("SUMMARY", "J\u{fc}rg")]), "inside a name");
        assert_eq!(all(b"SUMMARY:J\xc3\r\n \xbcrg"), pairs(&[("SUMMARY", "J\u{fc}rg")]), "inside a character");
        assert_eq!(all(b"\xef\xbb\xbfUID:1"), pairs(&[("UID", "1")]), "a byte order mark");
        assert_eq!(all(b"SUMMARY:J\xfcrg"), pairs(&[("SUMMARY", "J\u{fc}rg")]), "Latin-1");
        assert_eq!(all(b""), []);
        assert_eq!(all(b"\n \n\r\n \r"), []);
    }

    #[test]
    fn broken_lines_are_left_out() {
        let text = b"nothing\n:no name\nBAD NAME:x\n;A=b:x\nUID;X=1\nX;A=\"b:never closed\nitem1.UID:1\nDTSTART;:2\n";
        assert_eq!(all(text), pairs(&[("X", "never closed"), ("UID", "1"), ("DTSTART", "2")]));
    }

    #[test]
    fn parameters() {
        let line = parse("ATTENDEE;CN=\"Doe; John: \"\"J\"\"\";role=CHAIR;X;EMAIL=a@b.example:MAILTO:a@b.example").unwrap();
        assert_eq!(line.param("CN"), Some("Doe; John: J"));
        assert!(line.has("ROLE", "chair") && !line.has("ROLE", "x") && !line.has("NONE", "x"));
        assert_eq!(line.param("X"), None);
        assert_eq!(line.value, "MAILTO:a@b.example");
        assert_eq!(parse("A;CN=x^ny ^^ ^'z^' ^q^:").unwrap().param("CN"), Some("x\ny ^ \"z\" ^q^"));
    }

    #[test]
    fn long_lines_are_cut() {
        let mut folded = b"SUMMARY:".to_vec();
        for _ in 0..5_000 {
            folded.extend_from_slice(format!("\r\n {}", "x".repeat(70)).as_bytes());
        }
        assert_eq!(all(&folded)[0].1.len(), LINE - 8);
        assert_eq!(all(&[b"SUMMARY: ".to_vec(), "\u{fc}".repeat(LINE).into_bytes()].concat())[0].1.chars().last(), Some('\u{fc}'));
    }
}
