//! Ids, and texts without markup.

use sha2::{Digest, Sha256};

/// Letters and digits after an id's prefix.
const ID_LENGTH: usize = 14;

/// Whether a text is `prefix` and 14 letters or digits.
pub(super) fn is_id(prefix: &str, text: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|rest| rest.len() == ID_LENGTH && rest.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// A note's id that follows from a seed.
pub(super) fn note_id(seed: &str) -> String {
    id("not_", seed)
}

/// An id that follows from a seed.
pub(super) fn id(prefix: &str, seed: &str) -> String {
    const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let hash = Sha256::digest(format!("{prefix}\n{seed}"));
    let letters = hash.iter().take(ID_LENGTH).map(|b| char::from(LETTERS[usize::from(*b) % LETTERS.len()]));
    prefix.chars().chain(letters).collect()
}

/// A uuid that follows from a seed: a document's.
pub(super) fn uuid(seed: &str) -> String {
    let hash = Sha256::digest(format!("document\n{seed}"));
    let hex: String = hash.iter().take(16).map(|b| format!("{b:02x}")).collect();
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("{}-{}-4{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

/// A summary without its headings', bullets' and emphasis' signs.
pub(super) fn plain(markdown: &str) -> String {
    let line = |l: &str| {
        let trimmed = l.trim_start();
        let bare = trimmed.trim_start_matches('#');
        let bare = if bare.len() < trimmed.len() { bare.trim_start() } else { trimmed };
        let bare = ["- [ ] ", "- [x] ", "- ", "* "].iter().find_map(|b| bare.strip_prefix(b)).unwrap_or(bare);
        bare.replace("**", "")
    };
    markdown.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_vendors_form() {
        for seed in ["", "a", "b"] {
            assert!(is_id("not_", &note_id(seed)), "{}", note_id(seed));
            assert!(is_id("fol_", &id("fol_", seed)));
            assert_eq!(uuid(seed).len(), 36);
        }
        assert_ne!(note_id("a"), note_id("b"));
        assert_eq!(note_id("a"), note_id("a"));
        for bad in [
            "",
            "not_",
            "not_1d3tmYTlCICgj",
            "not_1d3tmYTlCICgjyy",
            "not_1d3tmYTlCICg-y",
            "not_1d3tmYTlCICgé",
            "NOT_1d3tmYTlCICgjy",
            "fol_1d3tmYTlCICgjy",
        ] {
            assert!(!is_id("not_", bad), "{bad}");
        }
        assert!(is_id("not_", "not_1d3tmYTlCICgjy"));
    }

    #[test]
    fn markup_goes() {
        assert_eq!(
            plain("### Next steps\n\n- **Ada** sends it\n* two\n- [ ] open\n#tag stays # here"),
            "Next steps\n\nAda sends it\ntwo\nopen\ntag stays # here"
        );
        assert_eq!(plain(""), "");
    }
}
