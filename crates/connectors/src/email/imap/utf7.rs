//! Names of mailboxes: modified UTF-7 (RFC 3501, 5.1.3), where `&` begins UTF-16 in Base64 with `,` for `/`, and `&-` is `&` itself.

use base64::{
    Engine as _,
    alphabet::IMAP_MUTF7,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &IMAP_MUTF7,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// A name as people read it. What is no modified UTF-7 is taken as UTF-8, as servers of IMAP4rev2 send it; bytes that are neither become
/// U+FFFD.
pub(crate) fn decode(name: &[u8]) -> String {
    let text = String::from_utf8_lossy(name);
    if !text.is_ascii() {
        return text.into_owned();
    }
    let mut out = String::new();
    let mut rest = text.as_ref();
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let Some((coded, then)) = after.split_once('-') else { return text.into_owned() };
        rest = then;
        if coded.is_empty() {
            out.push('&');
            continue;
        }
        let Ok(bytes) = BASE64.decode(coded) else { return text.into_owned() };
        let units = bytes.chunks_exact(2).map(|pair| pair.iter().fold(0_u16, |n, b| (n << 8) | u16::from(*b)));
        out.extend(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
    }
    out.push_str(rest);
    out
}

/// A name as servers expect it.
#[cfg(test)]
pub(crate) fn encode(name: &str) -> String {
    let mut out = String::new();
    let mut wide: Vec<u8> = Vec::new();
    let flush = |wide: &mut Vec<u8>, out: &mut String| {
        if !wide.is_empty() {
            out.push('&');
            out.push_str(&BASE64.encode(&*wide));
            out.push('-');
            wide.clear();
        }
    };
    for c in name.chars() {
        if matches!(c, ' '..='~') {
            flush(&mut wide, &mut out);
            out.push(c);
            if c == '&' {
                out.push('-');
            }
        } else {
            let mut units = [0; 2];
            wide.extend(c.encode_utf16(&mut units).iter().flat_map(|u| u.to_be_bytes()));
        }
    }
    flush(&mut wide, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names() {
        for (wire, name) in [
            ("INBOX", "INBOX"),
            ("R&-D", "R&D"),
            ("Entw&APw-rfe", "Entwürfe"),
            ("[Gmail]/Alle Nachrichten", "[Gmail]/Alle Nachrichten"),
            // The example of RFC 3501.
            ("~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語"),
            ("&2D3eAA-", "😀"),
            ("", ""),
        ] {
            assert_eq!(decode(wire.as_bytes()), name);
            assert_eq!(encode(name), wire);
        }
        for (odd, name) in [
            (&b"a & b"[..], "a & b"),
            (b"&", "&"),
            (b"&***-", "&***-"),
            (b"&2D0-x", "\u{fffd}x"),
            (b"&AA-", ""),
            (b"Entw\xc3\xbcrfe", "Entwürfe"),
            (b"\xff&-", "\u{fffd}&-"),
        ] {
            assert_eq!(decode(odd), name);
        }
    }

    proptest! {
        #[test]
        fn there_and_back(name in "\\PC{0,30}") {
            prop_assert_eq!(decode(encode(&name).as_bytes()), name);
        }

        #[test]
        fn any_bytes(name in prop::collection::vec(any::<u8>(), 0..60)) {
            decode(&name);
        }
    }
}
