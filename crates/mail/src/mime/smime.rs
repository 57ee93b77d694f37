//! S/MIME messages whose signature wraps what it signs (RFC 8551, section 3.5.2): Outlook sends them so when it is not told otherwise.
//! Nothing is verified here; what is inside is as credible as any mail.

use std::borrow::Cow;

/// `1.2.840.113549.1.7.2`, signed data; `…7.1`, data (RFC 5652).
const SIGNED: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
const DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const INTEGER: u8 = 0x02;
const OBJECT: u8 = 0x06;
const OCTETS: u8 = 0x04;
const OCTETS_IN_PIECES: u8 = 0x24;
const EXPLICIT: u8 = 0xa0;

/// The message that a CMS structure signs; `None` where it signs none, or is none.
pub(crate) fn signed(bytes: &[u8]) -> Option<Cow<'_, [u8]>> {
    let info = Element::read(bytes)?.of(SEQUENCE)?;
    let (kind, after) = info.first(OBJECT)?;
    let inner = Element::read(after)?.of(EXPLICIT).filter(|_| kind == SIGNED)?;
    let data = Element::read(inner.content)?.of(SEQUENCE)?;
    let (_version, after) = data.first(INTEGER)?;
    let (_digests, after) = Element::read(after)?.of(SET)?.skip()?;
    let content = Element::read(after)?.of(SEQUENCE)?;
    let (kind, after) = content.first(OBJECT)?;
    let wrapped = Element::read(after)?.of(EXPLICIT).filter(|_| kind == DATA)?;
    octets(Element::read(wrapped.content)?)
}

fn octets(element: Element<'_>) -> Option<Cow<'_, [u8]>> {
    match element.tag {
        OCTETS if element.rest.is_some() => Some(Cow::Borrowed(element.content)),
        OCTETS_IN_PIECES => {
            let mut out = Vec::new();
            let mut rest = element.content;
            // Two zeros, or the content's end, end the pieces.
            while !rest.is_empty() && !rest.starts_with(&[0, 0]) {
                let (piece, after) = Element::read(rest)?.of(OCTETS)?.skip()?;
                out.extend_from_slice(piece);
                rest = after;
            }
            Some(Cow::Owned(out))
        }
        _ => None,
    }
}

/// An element of BER (X.690).
struct Element<'a> {
    tag: u8,
    /// What it holds; where its length is left open, all that follows.
    content: &'a [u8],
    /// What follows; `None` where its length is left open.
    rest: Option<&'a [u8]>,
}

impl<'a> Element<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let (tag, length, after) = match bytes {
            [tag, length, after @ ..] => (*tag, *length, after),
            _ => return None,
        };
        let (length, after) = match length {
            0x80 => return Some(Element { tag, content: after, rest: None }),
            0..0x80 => (usize::from(length), after),
            _ => {
                let (digits, after) = after.split_at_checked(usize::from(length & 0x7f)).filter(|(d, _)| d.len() <= 4)?;
                (digits.iter().fold(0, |n, d| (n << 8) | usize::from(*d)), after)
            }
        };
        let (content, rest) = after.split_at_checked(length)?;
        Some(Element { tag, content, rest: Some(rest) })
    }

    fn of(self, tag: u8) -> Option<Self> {
        (self.tag == tag).then_some(self)
    }

    /// What it holds and what follows it.
    fn skip(self) -> Option<(&'a [u8], &'a [u8])> {
        Some((self.content, self.rest?))
    }

    /// What its first element, with that tag, holds, and what follows that one.
    fn first(&self, tag: u8) -> Option<(&'a [u8], &'a [u8])> {
        Element::read(self.content)?.of(tag)?.skip()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[tag, 0x82, length[0], length[1]], content].concat()
    }

    fn open(tag: u8, content: &[u8]) -> Vec<u8> {
        [&[tag, 0x80], content, &[0, 0]].concat()
    }

    fn message(wrap: fn(u8, &[u8]) -> Vec<u8>, kind: &[u8], octets: &[u8]) -> Vec<u8> {
        let content = [element(OBJECT, DATA), wrap(EXPLICIT, octets)].concat();
        let data = [element(INTEGER, &[1]), element(SET, b"digests"), wrap(SEQUENCE, &content), element(SET, b"signers")].concat();
        wrap(SEQUENCE, &[element(OBJECT, kind), wrap(EXPLICIT, &wrap(SEQUENCE, &data))].concat())
    }

    #[test]
    fn what_is_signed_is_found() {
        let pieces = [element(OCTETS, b"Subject"), element(OCTETS, b": x")].concat();
        for (octets, want) in [
            (element(OCTETS, b"text"), Some(&b"text"[..])),
            (element(OCTETS_IN_PIECES, &pieces), Some(b"Subject: x")),
            (open(OCTETS_IN_PIECES, &pieces), Some(b"Subject: x")),
            (element(OCTETS, b""), Some(b"")),
            (open(OCTETS, b"text"), None),
            (element(SET, b"text"), None),
            (vec![], None),
        ] {
            assert_eq!(signed(&message(element, SIGNED, &octets)).as_deref(), want, "{octets:?}");
            assert_eq!(signed(&message(open, SIGNED, &octets)).as_deref(), want, "{octets:?}, lengths left open");
            assert_eq!(signed(&message(element, DATA, &octets)), None);
        }
    }

    #[test]
    fn what_is_torn_is_none() {
        let whole = message(element, SIGNED, &element(OCTETS, b"text"));
        assert!((0..whole.len()).all(|end| signed(&whole[..end]).is_none()));
        assert_eq!(signed(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 1]), None);
        assert_eq!(signed(&[0x30, 0x89, 1, 1, 1, 1, 1, 1, 1, 1, 1]), None);
        assert_eq!(signed(&[0x30, 0x80].repeat(100_000)), None);
    }
}
