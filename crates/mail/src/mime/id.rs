//! Message ids, and the id of the record.

use sales_model::Mail;
use sha2::{Digest, Sha256};

use super::header::Header;

/// Ancestors that are kept: the first, and the nearest.
const REFERENCES: usize = 100;
/// The longest id (a line of RFC 5322 has at most 998 bytes); longer ones are junk.
const LONGEST: usize = 998;

/// The ids in angle brackets in a field's text; junk between them is left out. White space in an id comes from folding.
fn bracketed(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('<') {
        let end = after.find(['<', '>']).unwrap_or(after.len());
        let closed = after.get(end..).is_some_and(|r| r.starts_with('>'));
        if closed {
            out.extend(after.get(..end).and_then(tidy));
        }
        rest = after.get(end..).unwrap_or_default();
    }
    out
}

/// An id without white space; `None` if it can be none.
fn tidy(text: &str) -> Option<String> {
    let id: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let fits = (1..=LONGEST).contains(&id.len()) && !id.contains(|c: char| c.is_control() || matches!(c, '<' | '>'));
    fits.then_some(id)
}

/// The message's own id: the first `Message-ID` that holds one, with brackets or (some programs) without.
pub(crate) fn own(header: &Header<'_>) -> String {
    let texts = header.texts("Message-ID");
    let in_brackets = texts.iter().find_map(|t| bracketed(t).into_iter().next());
    let bare = || texts.iter().find_map(|t| tidy(t.trim()).filter(|id| id.contains('@') && !t.trim().contains(char::is_whitespace)));
    in_brackets.or_else(bare).unwrap_or_default()
}

/// Ids of the ancestors, oldest first: `References`, then what `In-Reply-To` adds (phrases and dates may stand in it).
pub(crate) fn ancestors(header: &Header<'_>, own: &str) -> Vec<String> {
    let references = header.texts("References");
    let mut all: Vec<String> = references.iter().flat_map(|t| bracketed(t)).collect();
    if all.is_empty() {
        all = references.iter().flat_map(|t| t.split_whitespace()).filter(|t| t.contains('@')).filter_map(tidy).collect();
    }
    all.extend(header.texts("In-Reply-To").iter().flat_map(|t| bracketed(t)));
    let mut seen = std::collections::HashSet::new();
    all.retain(|id| id != own && seen.insert(id.clone()));
    if all.len() > REFERENCES {
        all.drain(1..=all.len() - REFERENCES);
    }
    all
}

/// See [`super::native`].
pub(crate) fn native(mail: &Mail, raw: &[u8]) -> String {
    let id = &mail.message_id;
    let visible = |b: u8| matches!(b, b'!'..=b'~') && !matches!(b, b'<' | b'>' | b'"' | b'\\');
    if (3..=200).contains(&id.len()) && id.bytes().all(visible) && id.matches('@').count() == 1 {
        return id.clone();
    }
    let digest = hex(&Sha256::digest(raw));
    format!("sha256-{}", digest.get(..32).unwrap_or(&digest))
}

/// Bytes in lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |d: u8| char::from_digit(u32::from(d), 16).unwrap_or('0');
    bytes.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(raw: &str) -> (String, Vec<String>) {
        let header = Header::parse(raw.as_bytes());
        let own = own(&header);
        let ancestors = ancestors(&header, &own);
        (own, ancestors)
    }

    #[test]
    fn ids_of_a_message_and_its_ancestors() {
        let cases: [(&str, &str, &[&str]); 11] = [
            ("Message-ID: <a@x>\n", "a@x", &[]),
            ("Message-Id: <a@\r\n x> (added)\n", "a@x", &[]),
            ("Message-ID: a@x\n", "a@x", &[]),
            ("Message-ID: \nMessage-ID: <b@x>\nMessage-ID: <c@x>\n", "b@x", &[]),
            ("Message-ID: none here\n", "", &[]),
            ("Message-ID: <no at>\n", "noat", &[]),
            ("Message-ID: <c@x>\nReferences: <a@x>\r\n <b@x><c@x> junk <a@x>\nIn-Reply-To: <d@x>\n", "c@x", &["a@x", "b@x", "d@x"]),
            ("References: <a@x> <b@x\n", "", &["a@x"]),
            ("References: a@x b@x junk\n", "", &["a@x", "b@x"]),
            ("In-Reply-To: Your message of Friday <a@x> from ana@acme.example\n", "", &["a@x"]),
            ("In-Reply-To: ana@acme.example\nReferences: <> < > <\u{1}@x>\n", "", &[]),
        ];
        for (raw, own, ancestors) in cases {
            assert_eq!(ids(raw), (own.to_owned(), ancestors.iter().map(|s| (*s).to_owned()).collect()), "{raw}");
        }
    }

    #[test]
    fn many_ancestors_keep_the_first_and_the_nearest() {
        let all: String = (0..250).map(|i| format!("<{i}@x> ")).collect();
        let kept = ids(&format!("References: {all}\n")).1;
        assert_eq!(kept.len(), 100);
        assert_eq!((kept[0].as_str(), kept[1].as_str(), kept[99].as_str()), ("0@x", "151@x", "249@x"));
    }

    #[test]
    fn native_ids() {
        let hash = "sha256-2d711642b726b04401627ca9fbac32f5";
        let with = |id: &str| native(&Mail { message_id: id.into(), ..Mail::default() }, b"x");
        assert_eq!(with("a@x"), "a@x");
        assert_eq!(with(&format!("{}@x", "a".repeat(198))), format!("{}@x", "a".repeat(198)));
        for id in ["", "a@", "nothing", "a@b@c", "a\"b@x", "a\\b@x", "ü@x", &format!("{}@x", "a".repeat(199))] {
            assert_eq!(with(id), hash, "{id}");
        }
    }
}
