//! Transfer encodings (RFC 2045, section 6), also damaged ones.

use std::borrow::Cow;

/// How a part's bytes are wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transfer {
    /// They are not.
    Plain,
    /// Base64.
    Base64,
    /// Quoted-printable.
    Quoted,
}

impl Transfer {
    /// What a `Content-Transfer-Encoding` means.
    pub(crate) fn named(value: &str) -> Self {
        let word = value.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        let word = word.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next().unwrap_or_default();
        if word.eq_ignore_ascii_case("base64") {
            Transfer::Base64
        } else if word.eq_ignore_ascii_case("quoted-printable") {
            Transfer::Quoted
        } else {
            Transfer::Plain
        }
    }

    /// The bytes inside. What says that it is Base64 and is not stays as it is where it is text.
    pub(crate) fn decode(self, bytes: &[u8], text: bool) -> Cow<'_, [u8]> {
        match self {
            Transfer::Plain => Cow::Borrowed(bytes),
            Transfer::Base64 if text && !like_base64(bytes) => Cow::Borrowed(bytes),
            Transfer::Base64 => Cow::Owned(base64(bytes)),
            Transfer::Quoted => Cow::Owned(quoted(bytes, false)),
        }
    }
}

const NONE: u8 = 0xff;

const fn table() -> [u8; 256] {
    let mut t = [NONE; 256];
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut i = 0;
    while i < 64 {
        t[alphabet[i] as usize] = i as u8;
        i += 1;
    }
    t
}

static VALUES: [u8; 256] = table();

/// The value of a Base64 digit.
pub(crate) fn six_bits(b: u8) -> Option<u8> {
    VALUES.get(usize::from(b)).copied().filter(|v| *v != NONE)
}

/// Whether bytes are Base64 with at most a little junk in it: one in twenty.
fn like_base64(bytes: &[u8]) -> bool {
    let junk = bytes.iter().filter(|b| six_bits(**b).is_none() && !matches!(b, b'=' | b'\r' | b'\n')).count();
    junk * 20 <= bytes.len()
}

/// Base64, whatever else stands between its digits left out. Padding in the middle (pieces that were put together) starts anew.
pub(crate) fn base64(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3 + 3);
    let (mut word, mut count) = (0u32, 0u8);
    let mut rest = bytes;
    loop {
        while count == 0
            && let [a, b, c, d, tail @ ..] = rest
        {
            let of = |x: &u8| VALUES.get(usize::from(*x)).copied().unwrap_or(NONE);
            let (a, b, c, d) = (of(a), of(b), of(c), of(d));
            if (a | b | c | d) >= 64 {
                break;
            }
            let group = (u32::from(a) << 18) | (u32::from(b) << 12) | (u32::from(c) << 6) | u32::from(d);
            out.extend_from_slice(group.to_be_bytes().get(1..).unwrap_or_default());
            rest = tail;
        }
        let Some((b, tail)) = rest.split_first() else { break };
        rest = tail;
        if let Some(value) = six_bits(*b) {
            word = (word << 6) | u32::from(value);
            count += 1;
            if count == 4 {
                out.extend_from_slice(word.to_be_bytes().get(1..).unwrap_or_default());
                (word, count) = (0, 0);
            }
        } else if *b == b'=' {
            finish(&mut out, word, count);
            (word, count) = (0, 0);
        }
    }
    finish(&mut out, word, count);
    out
}

fn finish(out: &mut Vec<u8>, word: u32, count: u8) {
    match count {
        2 => out.push((word >> 4) as u8),
        3 => out.extend_from_slice(&[(word >> 10) as u8, (word >> 2) as u8]),
        _ => {}
    }
}

/// Quoted-printable; what is no escape stays. In the words of headers (`word`) `_` is a space.
pub(crate) fn quoted(bytes: &[u8], word: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((b, tail)) = rest.split_first() {
        rest = tail;
        match b {
            b'=' => {
                if let [h, l, after @ ..] = tail
                    && let (Some(h), Some(l)) = (hex(*h), hex(*l))
                {
                    out.push((h << 4) | l);
                    rest = after;
                } else if let Some(after) = soft_break(tail) {
                    rest = after;
                } else {
                    out.push(b'=');
                }
            }
            b'_' if word => out.push(b' '),
            // White space at the end of a line was put there on the way; only an escaped one counts.
            b' ' | b'\t' if !word => {
                let blank = tail.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
                let after = tail.get(blank..).unwrap_or_default();
                if !matches!(after, [] | [b'\n', ..] | [b'\r', b'\n', ..]) {
                    out.push(*b);
                    out.extend_from_slice(tail.get(..blank).unwrap_or_default());
                }
                rest = after;
            }
            b => out.push(*b),
        }
    }
    out
}

/// What follows a line end that counts for nothing: behind `=`, maybe with white space between.
fn soft_break(bytes: &[u8]) -> Option<&[u8]> {
    let blank = bytes.iter().take(80).take_while(|b| matches!(b, b' ' | b'\t')).count();
    match bytes.get(blank..).unwrap_or_default() {
        [b'\r', b'\n', rest @ ..] | [b'\n', rest @ ..] => Some(rest),
        [] => Some(&[]),
        _ => None,
    }
}

/// The value of a hexadecimal digit.
pub(crate) fn hex(b: u8) -> Option<u8> {
    (b as char).to_digit(16).and_then(|d| u8::try_from(d).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_with_junk() {
        let cases: [(&str, &str); 9] = [
            ("", ""),
            ("SGVsbG8=", "Hello"),
            ("SGVs\r\nbG8", "Hello"),
            ("SGVs!!bG8=\r\n-", "Hello"),
            ("SGk=SGk=", "HiHi"),
            ("S", ""),
            ("====", ""),
            ("SGVsbG8gd29ybGQ", "Hello world"),
            (" S G V s ", "Hel"),
        ];
        for (input, want) in cases {
            assert_eq!(String::from_utf8(base64(input.as_bytes())).unwrap(), want, "{input}");
        }
        assert_eq!(&*Transfer::Base64.decode(b"Dear all, this is no Base64.", true), b"Dear all, this is no Base64.");
        assert_eq!(&*Transfer::Base64.decode(b"SGVsbG8=\r\n", true), b"Hello");
    }

    #[test]
    fn quoted_printable_with_damage() {
        let cases: [(&str, &str); 12] = [
            ("", ""),
            ("a=3Db", "a=b"),
            ("sch=c3=b6n", "schön"),
            ("soft=\r\nbreak", "softbreak"),
            ("soft= \t\r\nbreak", "softbreak"),
            ("soft=\nbreak", "softbreak"),
            ("trailing  \r\nspace", "trailing\r\nspace"),
            ("kept=20\r\nspace", "kept \r\nspace"),
            ("a=b=ZZ=", "a=b=ZZ"),
            ("a_b", "a_b"),
            ("end =", "end "),
            ("a==41", "a=A"),
        ];
        for (input, want) in cases {
            assert_eq!(String::from_utf8(quoted(input.as_bytes(), false)).unwrap(), want, "{input}");
        }
        assert_eq!(quoted(b"a_=5F ", true), b"a _ ");
    }

    #[test]
    fn names() {
        for (name, want) in [
            ("base64", Transfer::Base64),
            (" BASE64;", Transfer::Base64),
            ("\"base64\"", Transfer::Base64),
            ("Quoted-Printable (x)", Transfer::Quoted),
            ("7bit", Transfer::Plain),
            ("", Transfer::Plain),
        ] {
            assert_eq!(Transfer::named(name), want, "{name}");
        }
    }
}
