//! A header's fields, as bytes and as text.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};

use super::{charset, param::Content, word};

/// Fields that are looked at.
const FIELDS: usize = 2_000;

/// A field, untouched.
struct Field<'a> {
    name: &'a [u8],
    /// With its line ends.
    value: &'a [u8],
}

/// The header of a message or a part, and what follows it.
pub(crate) struct Header<'a> {
    fields: Vec<Field<'a>>,
    /// What follows the empty line.
    pub(crate) body: &'a [u8],
    /// The encoding of bytes that are not UTF-8 in fields: that of the message's own text.
    eight_bit: Option<&'static str>,
}

impl<'a> Header<'a> {
    /// Reads the lines up to the first empty one. Lines that are no fields are left out; where already the first is none, there is no
    /// header. A line `From ` of a mailbox file may precede it.
    pub(crate) fn parse(bytes: &'a [u8]) -> Self {
        let mut fields: Vec<Field<'a>> = Vec::new();
        let mut rest = bytes;
        let (mut first, mut open) = (true, false);
        loop {
            let (line, after) = line(rest);
            let bare = line.strip_suffix(b"\r\n").or(line.strip_suffix(b"\n")).unwrap_or(line);
            if line.is_empty() || bare.is_empty() {
                rest = after;
                break;
            }
            if matches!(bare, [b' ' | b'\t', ..]) && !first {
                if open && let Some(field) = fields.last_mut() {
                    // Both lie in `bytes`, one behind the other.
                    let from = bytes.len() - rest.len() - field.value.len();
                    field.value = bytes.get(from..bytes.len() - after.len()).unwrap_or_default();
                }
            } else if let Some((name, value)) = field(bare, line) {
                open = fields.len() < FIELDS;
                if open {
                    fields.push(Field { name, value });
                }
            } else if first && !bare.starts_with(b"From ") && !bare.starts_with(b">From ") {
                break;
            } else {
                open = false;
            }
            first = false;
            rest = after;
        }
        let mut header = Header { fields, body: rest, eight_bit: None };
        header.eight_bit = header.own_encoding();
        header
    }

    fn own_encoding(&self) -> Option<&'static str> {
        if self.fields.iter().all(|f| f.value.is_ascii()) {
            return None;
        }
        let content = Content::parse(&self.text("Content-Type")?);
        let label = Encoding::for_label(content.param("charset")?.as_bytes())?;
        (label != UTF_8).then(|| label.name())
    }

    /// The first field of a name, untouched.
    fn raw(&self, name: &str) -> Option<&'a [u8]> {
        self.every(name).next()
    }

    fn every(&self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.fields.iter().filter(move |f| f.name.eq_ignore_ascii_case(name.as_bytes())).map(|f| f.value)
    }

    /// Whether there is a field of that name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// The first field of a name on one line, encoded words untouched.
    pub(crate) fn text(&self, name: &str) -> Option<Cow<'a, str>> {
        self.raw(name).map(|v| self.unfolded(v))
    }

    /// All fields of a name, each on one line, encoded words untouched.
    pub(crate) fn texts(&self, name: &str) -> Vec<Cow<'a, str>> {
        self.every(name).map(|v| self.unfolded(v)).collect()
    }

    /// The first field of a name, decoded.
    pub(crate) fn decoded(&self, name: &str) -> Option<String> {
        self.text(name).map(|t| word::decode(&t).into_owned())
    }

    /// The first field of a name, trimmed, in lower case; empty without one.
    pub(crate) fn lower(&self, name: &str) -> String {
        self.text(name).map(|t| t.trim().to_lowercase()).unwrap_or_default()
    }

    fn unfolded(&self, value: &'a [u8]) -> Cow<'a, str> {
        let value = value.strip_suffix(b"\n").unwrap_or(value);
        let value = value.strip_suffix(b"\r").unwrap_or(value);
        if !value.iter().any(|b| matches!(b, b'\r' | b'\n' | 0)) {
            return charset::decode(value, self.eight_bit);
        }
        let one: Vec<u8> = value.iter().copied().filter(|b| !matches!(b, b'\r' | b'\n' | 0)).collect();
        Cow::Owned(charset::decode(&one, self.eight_bit).into_owned())
    }
}

/// The first line of some bytes with its end, and what follows.
pub(crate) fn line(bytes: &[u8]) -> (&[u8], &[u8]) {
    match bytes.iter().position(|b| *b == b'\n') {
        Some(at) => bytes.split_at(at + 1),
        None => (bytes, &[]),
    }
}

/// Name and value of a field: the name is of visible ASCII, white space before the colon is common in the wild.
fn field<'a>(bare: &'a [u8], line: &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
    let colon = bare.iter().take(200).position(|b| *b == b':')?;
    let name = bare.get(..colon)?.trim_ascii_end();
    let fits = !name.is_empty() && name.iter().all(|b| (33..=126).contains(b));
    fits.then_some((name, line.get(colon + 1..)?))
}

/// How many bytes of a message its header takes, with the empty line.
pub(crate) fn length(raw: &[u8]) -> usize {
    raw.len() - Header::parse(raw).body.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(raw: &[u8]) -> (Vec<(String, String)>, String) {
        let h = Header::parse(raw);
        let name = |f: &Field<'_>| String::from_utf8(f.name.to_vec()).unwrap();
        (h.fields.iter().map(|f| (name(f), h.unfolded(f.value).into_owned())).collect(), String::from_utf8_lossy(h.body).into_owned())
    }

    fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
        of.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
    }

    #[test]
    fn fields() {
        type Case<'a> = (&'a [u8], &'a [(&'a str, &'a str)], &'a str);
        let cases: [Case<'_>; 12] = [
            (b"", &[], ""),
            (b"\r\nbody", &[], "body"),
            (b"A: 1\r\nB : 2\n\nbody\n", &[("A", " 1"), ("B", " 2")], "body\n"),
            (b"A: one\r\n two\n\tthree\r\n\r\nx", &[("A", " one two\tthree")], "x"),
            (b"A: one\n \n two\n\nx", &[("A", " one  two")], "x"),
            (b"From a@x Mon\nA: 1\n\nx", &[("A", " 1")], "x"),
            (b"A: 1\nno field\n with more\nB: 2\n\nx", &[("A", " 1"), ("B", " 2")], "x"),
            (b"no header at all\nA: 1\n", &[], "no header at all\nA: 1\n"),
            (b" leading\nA: 1\n\nx", &[], " leading\nA: 1\n\nx"),
            (b"A:", &[("A", "")], ""),
            (b"A: sch\xf6n\0\n\n", &[("A", " schön")], ""),
            (
                b"Content-Type: text/plain; charset=koi8-r\nA: \xf0\xd2\xc9\n\n",
                &[("Content-Type", " text/plain; charset=koi8-r"), ("A", " При")],
                "",
            ),
        ];
        for (raw, fields, body) in cases {
            assert_eq!(all(raw), (pairs(fields), body.to_owned()), "{:?}", String::from_utf8_lossy(raw));
        }
    }

    #[test]
    fn many_fields_are_cut() {
        let raw = "A: 1\n b\n".repeat(3_000);
        let h = Header::parse(raw.as_bytes());
        assert_eq!(h.fields.len(), FIELDS);
        assert!(h.fields.iter().all(|f| h.unfolded(f.value) == " 1 b"));
    }
}
