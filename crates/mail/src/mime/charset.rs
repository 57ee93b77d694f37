//! Bytes to text, by the labels that mail gives.

use std::borrow::Cow;

use encoding_rs::{Encoding, ISO_2022_JP, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// The text of some bytes. `label` is what the sender calls their encoding, read as the WHATWG does (`iso-8859-1` is windows-1252); it is often
/// wrong, so what is UTF-8 beyond doubt is read as that. Never fails: what has no meaning becomes U+FFFD.
pub(crate) fn decode<'a>(bytes: &'a [u8], label: Option<&str>) -> Cow<'a, str> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default()).0;
    }
    let named = label.and_then(encoding);
    if bytes.is_ascii() {
        // Seven bits: only encodings that shift between meanings say anything else than ASCII.
        match named {
            Some(Named::Utf7) => return Cow::Owned(utf7(bytes)),
            Some(Named::Of(e)) if e == ISO_2022_JP || e == UTF_16LE || e == UTF_16BE => return decode_by(bytes, e),
            None if shifts(bytes) => return decode_by(bytes, ISO_2022_JP),
            _ => {}
        }
    }
    let utf8 = std::str::from_utf8(bytes);
    match (named, utf8) {
        (Some(Named::Utf7), Err(_)) | (None, Err(_)) => decode_by(bytes, WINDOWS_1252),
        (Some(Named::Of(e)), Err(_)) if e == UTF_8 => String::from_utf8_lossy(bytes),
        (Some(Named::Of(e)), Err(_)) => decode_by(bytes, e),
        // Text of two-byte encodings may be UTF-8 by chance, but hardly with three bytes a character.
        (Some(Named::Of(e)), Ok(text)) if e != UTF_8 && !e.is_single_byte() => {
            let long = text.chars().any(|c| c.len_utf8() > 2);
            match e.decode_without_bom_handling_and_without_replacement(bytes) {
                Some(own) if !long => own,
                _ => Cow::Borrowed(text),
            }
        }
        (_, Ok(text)) => Cow::Borrowed(text),
    }
}

fn decode_by<'a>(bytes: &'a [u8], encoding: &'static Encoding) -> Cow<'a, str> {
    if encoding == ISO_2022_JP
        && let Some(bytes) = without_idle_shifts(bytes)
    {
        return Cow::Owned(ISO_2022_JP.decode_without_bom_handling(&bytes).0.into_owned());
    }
    encoding.decode_without_bom_handling(bytes).0
}

/// ISO-2022-JP without escape sequences that another one follows at once, as where two encoded words meet: browsers see an attack in them and
/// show U+FFFD. `None` if there are none.
fn without_idle_shifts(bytes: &[u8]) -> Option<Vec<u8>> {
    let idle = |at: &[u8]| matches!(at, [0x1b, b'(', b'B' | b'J' | b'I', 0x1b, ..] | [0x1b, b'$', b'@' | b'B', 0x1b, ..]);
    bytes.windows(4).any(idle).then(|| {
        let mut out = Vec::with_capacity(bytes.len());
        let mut rest = bytes;
        while let Some((b, tail)) = rest.split_first() {
            if idle(rest) {
                rest = rest.get(3..).unwrap_or_default();
            } else {
                out.push(*b);
                rest = tail;
            }
        }
        out
    })
}

/// Whether bytes hold the escape sequences of ISO-2022-JP (RFC 1468).
fn shifts(bytes: &[u8]) -> bool {
    bytes.windows(3).any(|w| matches!(w, [0x1b, b'$', b'@' | b'B'] | [0x1b, b'(', b'J']))
}

#[derive(Clone, Copy)]
enum Named {
    Utf7,
    Of(&'static Encoding),
}

/// What a label means. Some programs write names of their own.
fn encoding(label: &str) -> Option<Named> {
    let label = label.split([';', '*']).next().unwrap_or_default().trim_matches(['"', '\'', ' ', '\t']).to_ascii_lowercase();
    let known = match label.as_str() {
        "utf-7" | "utf7" | "unicode-1-1-utf-7" | "csunicode11utf7" => return Some(Named::Utf7),
        "utf8mb4" | "utf_8" | "cp65001" => "utf-8",
        "cp936" | "windows-936" | "ms936" => "gbk",
        "cp932" | "windows-932" => "shift_jis",
        "cp949" | "ks_c_5601" => "euc-kr",
        "cp950" | "windows-950" => "big5",
        "iso-8859-1-windows-1252" | "cp-1252" | "latin-1" | "win-1252" => "windows-1252",
        other => other,
    };
    // The replacement encoding (iso-2022-kr, hz-gb-2312) would leave one character of the whole text.
    Encoding::for_label(known.as_bytes()).filter(|e| *e != REPLACEMENT).map(Named::Of)
}

/// UTF-7 (RFC 2152): `+`, UTF-16 in Base64, `-`.
fn utf7(bytes: &[u8]) -> String {
    let mut units: Vec<u16> = Vec::with_capacity(bytes.len());
    let mut at = bytes.iter().copied().peekable();
    while let Some(b) = at.next() {
        if b != b'+' {
            units.push(u16::from(b));
            continue;
        }
        if at.next_if_eq(&b'-').is_some() {
            units.push(u16::from(b'+'));
            continue;
        }
        let (mut bits, mut count) = (0u32, 0);
        while let Some(value) = at.peek().and_then(|b| super::transfer::six_bits(*b)) {
            at.next();
            bits = ((bits << 6) | u32::from(value)) & 0x003f_ffff;
            count += 6;
            if count >= 16 {
                count -= 16;
                units.push((bits >> count) as u16);
            }
        }
        at.next_if_eq(&b'-');
    }
    String::from_utf16_lossy(&units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_bytes() {
        let cases: [(&[u8], Option<&str>, &str); 23] = [
            (b"plain", None, "plain"),
            ("schön".as_bytes(), None, "schön"),
            (b"sch\xf6n", None, "schön"),
            (b"sch\xf6n", Some("iso-8859-1"), "schön"),
            (b"\x93quoted\x94 \x80", Some("ISO-8859-1"), "“quoted” €"),
            (b"sch\xf6n", Some("utf-8"), "sch\u{fffd}n"),
            ("schön".as_bytes(), Some("iso-8859-1"), "schön"),
            ("schön".as_bytes(), Some("us-ascii"), "schön"),
            (b"sch\xf6n", Some("x-unknown"), "schön"),
            (b"\xc4\xe3\xba\xc3", Some("gb2312"), "你好"),
            ("你好".as_bytes(), Some("gb2312"), "你好"),
            (b"\x82\xb1\x82\xf1", Some("shift_jis"), "こん"),
            (b"\x1b$B$3$s\x1b(B", Some("iso-2022-jp"), "こん"),
            (b"\x1b$B$3$s\x1b(B", None, "こん"),
            (b"\x1b$B$3\x1b(B\x1b$B$s\x1b(B\x1b(B", Some("iso-2022-jp"), "こん"),
            (b"\xbe\xc8\xb3\xe7", Some("ks_c_5601-1987"), "안녕"),
            (b"\xf0\xd2\xc9", Some("koi8-r"), "При"),
            (b"Hi Mom +Jjo--!", Some("utf-7"), "Hi Mom \u{263a}-!"),
            (b"1 +- 1", Some("UTF-7"), "1 + 1"),
            (b"\xef\xbb\xbfmarked", Some("iso-8859-1"), "marked"),
            (b"\xff\xfea\0b\0", Some("utf-8"), "ab"),
            (b"plain", Some("hz-gb-2312"), "plain"),
            (b"\xe9t\xe9", Some("\"windows-1252\"; x"), "été"),
        ];
        for (bytes, label, want) in cases {
            assert_eq!(decode(bytes, label), want, "{bytes:?} as {label:?}");
        }
    }
}
