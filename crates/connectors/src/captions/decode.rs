//! From bytes to text: meeting programs of 20 years write UTF-8, UTF-16 and Windows' own alphabet.

/// What Windows-1252 has at 0x80 to 0x9f, where Latin-1 has control characters (Unicode's CP1252.TXT; five are unassigned).
const WINDOWS: [char; 32] = [
    '€', '\u{fffd}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{fffd}', 'Ž', '\u{fffd}', '\u{fffd}', '‘', '’', '“', '”',
    '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{fffd}', 'ž', 'Ÿ',
];

/// A file's text without its byte order mark, and what to know of how it was read.
pub fn decode(bytes: &[u8]) -> (String, Option<&'static str>) {
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => narrow(rest),
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => match zeros(bytes) {
            Some(0) => wide(bytes, u16::from_be_bytes),
            Some(_) => wide(bytes, u16::from_le_bytes),
            None => narrow(bytes),
        },
    }
}

/// Whether each second byte at the file's beginning is 0, as in UTF-16 without a mark: 0 for the first of each pair, 1 for the second.
fn zeros(bytes: &[u8]) -> Option<usize> {
    let head = bytes.get(..bytes.len().min(64)).unwrap_or_default();
    let pairs = head.len() / 2;
    (0..2).find(|side| {
        let zero = |from: usize| head.iter().skip(from).step_by(2).take(pairs).filter(|b| **b == 0).count();
        pairs >= 4 && zero(*side) * 4 >= pairs * 3 && zero(1 - side) == 0
    })
}

fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> (String, Option<&'static str>) {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let mut broken = !odd.is_empty();
    let units = pairs.iter().map(|pair| unit(*pair));
    let mut text = String::with_capacity(bytes.len());
    for unit in char::decode_utf16(units) {
        broken |= unit.is_err();
        text.push(unit.unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    (text, broken.then_some("some of its characters are damaged; `\u{fffd}` stands in their place"))
}

fn narrow(bytes: &[u8]) -> (String, Option<&'static str>) {
    let lossy = String::from_utf8_lossy(bytes);
    let (mut good, mut bad) = (0_u64, 0_u64);
    let text = match lossy {
        std::borrow::Cow::Borrowed(text) => return (text.to_owned(), None),
        std::borrow::Cow::Owned(text) => text,
    };
    for c in text.chars().filter(|c| !c.is_ascii()) {
        *(if c == '\u{fffd}' { &mut bad } else { &mut good }) += 1;
    }
    if good > bad {
        return (text, Some("some of its characters are damaged; `\u{fffd}` stands in their place"));
    }
    let one = |b: &u8| WINDOWS.get(usize::from(b.wrapping_sub(0x80))).copied().unwrap_or(char::from(*b));
    (bytes.iter().map(one).collect(), Some("it is not in UTF-8; it was read as Windows-1252"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_alphabet_gives_the_same_words() {
        let words = "WEBVTT\n\nZoë: “Grüße” – 5 €\n";
        let utf16 = |bytes: fn(u16) -> [u8; 2]| words.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        let windows: Vec<u8> = b"WEBVTT\n\nZo\xeb: \x93Gr\xfc\xdfe\x94 \x96 5 \x80\n".to_vec();
        let told = "it is not in UTF-8; it was read as Windows-1252";
        for (bytes, note) in [
            (words.as_bytes().to_vec(), None),
            ([b"\xef\xbb\xbf", words.as_bytes()].concat(), None),
            ([b"\xff\xfe".to_vec(), utf16(u16::to_le_bytes)].concat(), None),
            ([b"\xfe\xff".to_vec(), utf16(u16::to_be_bytes)].concat(), None),
            (utf16(u16::to_le_bytes), None),
            (utf16(u16::to_be_bytes), None),
            (windows, Some(told)),
        ] {
            assert_eq!(decode(&bytes), (words.to_owned(), note), "{bytes:?}");
        }
        assert_eq!(decode(b""), (String::new(), None));
    }

    #[test]
    fn damage_is_told() {
        let told = Some("some of its characters are damaged; `\u{fffd}` stands in their place");
        assert_eq!(decode(b"Gr\xc3\xbc\xc3\x9fe \xc3"), ("Grüße \u{fffd}".to_owned(), told));
        assert_eq!(decode(b"\xff\xfea\0\0\xd8b\0"), ("a\u{fffd}b".to_owned(), told));
        assert_eq!(decode(b"\xff\xfea\0b"), ("a".to_owned(), told));
    }
}
