//! Values with parameters (`Content-Type`, `Content-Disposition`), RFC 2045 and 2231.

use super::{charset, transfer, word};

/// Parameters that are looked at.
const PARAMS: usize = 200;

/// A value and its parameters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Content {
    /// In lower case: `text/plain`, `attachment`.
    pub(crate) value: String,
    pub(super) params: Vec<(String, String)>,
}

impl Content {
    /// Reads a field's text.
    pub(crate) fn parse(text: &str) -> Self {
        let mut pieces = Pieces(text);
        let value = pieces.next().unwrap_or_default();
        let value: String = value.trim().chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
        let mut params = Vec::new();
        let mut split: Vec<Piece> = Vec::new();
        for piece in pieces.take(PARAMS) {
            let Some((name, value)) = piece.split_once('=') else { continue };
            let (name, value) = (name.trim().to_ascii_lowercase(), unquoted(value));
            match name.split_once('*') {
                None => params.push((name, value)),
                Some((base, rest)) => {
                    let (index, escaped) = match rest.strip_suffix('*') {
                        Some(index) => (index.parse().unwrap_or(0), true),
                        None if rest.is_empty() => (0, true),
                        None => (rest.parse().unwrap_or(0), false),
                    };
                    split.push(Piece { name: base.to_owned(), index, escaped, value });
                }
            }
        }
        // What RFC 2231 wrote stands for the value that old programs understand.
        let mut joined = joined(split);
        joined.extend(params);
        Content { value, params: joined }
    }

    /// A parameter by its name in lower case.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// The part before the slash.
    pub(crate) fn main(&self) -> &str {
        self.value.split('/').next().unwrap_or_default()
    }

    /// The part behind the slash.
    pub(crate) fn sub(&self) -> &str {
        self.value.split_once('/').map_or("", |(_, sub)| sub)
    }
}

/// A part of a value that RFC 2231 splits.
struct Piece {
    name: String,
    index: u32,
    escaped: bool,
    value: String,
}

fn joined(mut pieces: Vec<Piece>) -> Vec<(String, String)> {
    pieces.sort_by(|a, b| (&a.name, a.index).cmp(&(&b.name, b.index)));
    let mut out = Vec::new();
    for of_one in pieces.chunk_by(|a, b| a.name == b.name) {
        let mut label = None;
        let mut bytes = Vec::new();
        for (i, piece) in of_one.iter().enumerate() {
            let mut value = piece.value.as_str();
            if i == 0 && piece.escaped {
                let mut head = value.splitn(3, '\'');
                if let (Some(name), Some(_), Some(rest)) = (head.next(), head.next(), head.next()) {
                    (label, value) = (Some(name).filter(|l| !l.is_empty()), rest);
                }
            }
            if piece.escaped { percent(value, &mut bytes) } else { bytes.extend_from_slice(value.as_bytes()) }
        }
        if let Some(piece) = of_one.first() {
            out.push((piece.name.clone(), charset::decode(&bytes, label).into_owned()));
        }
    }
    out
}

fn percent(value: &str, out: &mut Vec<u8>) {
    let mut rest = value.as_bytes();
    while let Some((b, tail)) = rest.split_first() {
        rest = tail;
        if let (b'%', [h, l, after @ ..]) = (b, tail)
            && let (Some(h), Some(l)) = (transfer::hex(*h), transfer::hex(*l))
        {
            out.push((h << 4) | l);
            rest = after;
            continue;
        }
        out.push(*b);
    }
}

/// A value without its quotes; encoded words in it are decoded, though they may not stand there. A backslash escapes only a quote or itself:
/// before other characters it is a path's.
fn unquoted(value: &str) -> String {
    let value = value.trim();
    let plain = match value.strip_prefix('"') {
        Some(inner) => {
            let mut out = String::with_capacity(inner.len());
            let mut chars = inner.chars().peekable();
            while let Some(c) = chars.next() {
                match c {
                    '\\' => out.push(chars.next_if(|c| matches!(c, '"' | '\\')).unwrap_or('\\')),
                    '"' => break,
                    c => out.push(c),
                }
            }
            out
        }
        None => value.to_owned(),
    };
    match plain.contains("=?") {
        true => word::decode(&plain).into_owned(),
        false => plain,
    }
}

/// A field's text between its semicolons, those in quotes left alone.
struct Pieces<'a>(&'a str);

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        if self.0.is_empty() {
            return None;
        }
        let (mut inside, mut escaped) = (false, false);
        let end = self.0.bytes().position(|b| {
            match b {
                _ if escaped => escaped = false,
                b'\\' if inside => escaped = true,
                b'"' => inside = !inside,
                b';' => return !inside,
                _ => {}
            }
            false
        });
        let (piece, rest) = match end {
            Some(at) => (self.0.get(..at)?, self.0.get(at + 1..)?),
            None => (self.0, ""),
        };
        self.0 = rest;
        Some(piece)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_parameters() {
        type Case<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)]);
        let cases: [Case<'_>; 14] = [
            ("", "", &[]),
            (" Text/Plain ", "text/plain", &[]),
            ("text/plain; charset=\"UTF-8\"; Format=flowed", "text/plain", &[("charset", "UTF-8"), ("format", "flowed")]),
            ("multipart/mixed; boundary=\"a;b\\\"c\"", "multipart/mixed", &[("boundary", "a;b\"c")]),
            ("attachment; filename=My file.pdf", "attachment", &[("filename", "My file.pdf")]),
            ("attachment; filename*=utf-8''M%C3%A4rz%20plan.pdf; filename=x.pdf", "attachment", &[("filename", "März plan.pdf")]),
            ("attachment; filename*=iso-8859-1'de'M%E4rz.pdf", "attachment", &[("filename", "März.pdf")]),
            ("a; filename*1=\"two.pdf\"; filename*0=\"one \"", "a", &[("filename", "one two.pdf")]),
            ("a; filename*0*=utf-8''M%C3; filename*1*=%A4rz; filename*2=\".pdf\"", "a", &[("filename", "März.pdf")]),
            ("a; filename=\"=?utf-8?Q?M=C3=A4rz.pdf?=\"", "a", &[("filename", "März.pdf")]),
            ("a; filename=\"=?utf-8?B?TcOk?= =?utf-8?B?cnoucGRm?=\"", "a", &[("filename", "März.pdf")]),
            ("a; filename=\"C:\\dir\\a \\\"b\\\".txt\"", "a", &[("filename", "C:\\dir\\a \"b\".txt")]),
            ("a; filename*=bad%ZZ%4", "a", &[("filename", "bad%ZZ%4")]),
            (";;; =x; y", "", &[("", "x")]),
        ];
        for (text, value, params) in cases {
            let content = Content::parse(text);
            assert_eq!(content.value, value, "{text}");
            for (name, want) in params {
                assert_eq!(content.param(name), Some(*want), "{text}");
            }
        }
    }
}
