//! Text that was signed as text (RFC 9580, section 7): lines for programs above and below it.

use std::borrow::Cow;

const BEGIN: &str = "-----BEGIN PGP SIGNED MESSAGE-----";
const SIGNATURE: &str = "-----BEGIN PGP SIGNATURE-----";
const END: &str = "-----END PGP SIGNATURE-----";

/// Where a line stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Outside,
    /// Between the first line and the empty one below.
    Head,
    Text,
    Signature,
}

/// A text without the lines that sign it. Quoted ones stay: they are somebody else's.
pub(crate) fn taken_off(text: &str) -> Cow<'_, str> {
    if !text.lines().any(|l| l.trim_end() == BEGIN) {
        return Cow::Borrowed(text);
    }
    let mut place = Place::Outside;
    let mut kept: Vec<&str> = Vec::new();
    for line in text.lines() {
        place = match (place, line.trim_end()) {
            (Place::Outside, BEGIN) | (Place::Head, _) if !line.trim().is_empty() => Place::Head,
            (Place::Head, _) => Place::Text,
            (Place::Text, SIGNATURE) => Place::Signature,
            (Place::Signature, END) => Place::Outside,
            (place, _) => {
                match place {
                    Place::Outside => kept.push(line),
                    // A dash at a line's start was escaped.
                    Place::Text => kept.push(line.strip_prefix("- ").unwrap_or(line)),
                    Place::Head | Place::Signature => {}
                }
                place
            }
        };
    }
    Cow::Owned(kept.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signed_texts() {
        let signed = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\none\n- - two\n- -- \nAna\n-----BEGIN PGP SIGNATURE-----\n\niQ=\n-----END PGP SIGNATURE-----";
        let cases = [
            ("", ""),
            ("plain\n- item\n", "plain\n- item\n"),
            (signed, "one\n- two\n-- \nAna"),
            (&format!("above\n{signed}\nbelow"), "above\none\n- two\n-- \nAna\nbelow"),
            ("> -----BEGIN PGP SIGNED MESSAGE-----\n> x", "> -----BEGIN PGP SIGNED MESSAGE-----\n> x"),
            ("-----BEGIN PGP SIGNED MESSAGE-----\n\ntorn", "torn"),
            ("-----BEGIN PGP SIGNED MESSAGE-----", ""),
        ];
        for (text, want) in cases {
            assert_eq!(taken_off(text), want, "{text}");
        }
    }
}
