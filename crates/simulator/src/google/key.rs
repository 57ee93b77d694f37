use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

/// Whether a text bears a signature of RS256 by the owner of a key.
pub(super) fn verifies(pem: &str, text: &str, signature: &[u8]) -> bool {
    let Some(der) = der(pem) else { return false };
    let key = bare(&der).unwrap_or(&der);
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key).verify(text.as_bytes(), signature).is_ok()
}

fn der(pem: &str) -> Option<Vec<u8>> {
    let lines: String = pem.lines().map(str::trim).filter(|l| !l.starts_with("-----")).collect();
    STANDARD.decode(lines).ok()
}

/// The key inside a `SubjectPublicKeyInfo`: a sequence of the algorithm's name and, as a string of bits, the key.
fn bare(der: &[u8]) -> Option<&[u8]> {
    let (tag, whole, _) = element(der)?;
    let (algorithm, _, rest) = element(whole)?;
    let (bits, content, _) = element(rest)?;
    // The first byte says how many bits of the last are not used.
    let (unused, key) = content.split_first()?;
    (tag == 0x30 && algorithm == 0x30 && bits == 0x03 && *unused == 0).then_some(key)
}

/// Tag and content of the first element, and what follows it.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = der.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = if *first < 0x80 {
        (usize::from(*first), rest)
    } else {
        let (bytes, rest) = rest.split_at_checked(usize::from(*first & 0x7f)).filter(|(b, _)| b.len() <= 4)?;
        (bytes.iter().fold(0_usize, |sum, b| sum << 8 | usize::from(*b)), rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((*tag, content, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_read_within_their_bounds() {
        assert_eq!(element(&[0x30, 2, 1, 2, 9]), Some((0x30, &[1, 2][..], &[9][..])));
        assert_eq!(element(&[0x03, 0x81, 1, 7]), Some((0x03, &[7][..], &[][..])));
        assert_eq!(element(&[0x30, 0x85, 0, 0, 0, 0, 1, 7]), None, "longer than anything here");
        assert_eq!((element(&[]), element(&[0x30]), element(&[0x30, 3, 1]), element(&[0x30, 0x82, 1])), (None, None, None, None));
        assert!(!verifies("", "x", b"y"));
        assert!(!verifies("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "x", b"y"));
    }
}
