//! International Bank Account Numbers.

use super::{
    hit::{Hit, alone},
    kinds::Kind,
};

/// Countries and lengths: SWIFT's IBAN registry, release 99.
const LENGTHS: &str = "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 \
FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 \
MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 \
SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30";

/// Finds numbers whose checksum is right, with or without spaces.
pub(super) fn find(text: &str, out: &mut Vec<Hit>) {
    let bytes = text.as_bytes();
    let mut from = 0;
    for (at, four) in bytes.windows(4).enumerate() {
        let [a, b, c, d] = four else { continue };
        if at < from || !(a.is_ascii_alphabetic() && b.is_ascii_alphabetic() && c.is_ascii_digit() && d.is_ascii_digit()) {
            continue;
        }
        let Some(length) = length(*a, *b) else { continue };
        let mut digits = Vec::with_capacity(length);
        let mut end = at;
        let mut gap = false;
        for (n, b) in bytes.iter().enumerate().skip(at) {
            match b {
                b' ' | b'-' if !gap => gap = true,
                b if b.is_ascii_alphanumeric() => {
                    gap = false;
                    digits.push(b.to_ascii_uppercase());
                    end = n + 1;
                }
                _ => break,
            }
            if digits.len() == length {
                break;
            }
        }
        if digits.len() == length && mod97(&digits) && alone(text, &(at..end)) {
            out.push(Hit::new(at..end, Kind::IbanCode));
            from = end;
        }
    }
}

fn length(a: u8, b: u8) -> Option<usize> {
    let country = [a.to_ascii_uppercase(), b.to_ascii_uppercase()];
    let entry = LENGTHS.split_ascii_whitespace().find(|e| e.as_bytes().starts_with(&country))?;
    entry.get(2..)?.parse().ok()
}

/// ISO 7064, MOD 97-10, over the number with its first four characters behind it.
fn mod97(digits: &[u8]) -> bool {
    let (head, tail) = digits.split_at(4.min(digits.len()));
    let rest = tail.iter().chain(head).fold(0_u32, |rest, b| match b {
        b'0'..=b'9' => (rest * 10 + u32::from(b - b'0')) % 97,
        b => (rest * 100 + u32::from(b.saturating_sub(b'A')) + 10) % 97,
    });
    rest == 1
}

#[cfg(test)]
mod tests {
    use super::{super::hit::tests::found, *};

    #[test]
    fn numbers_with_a_right_checksum() {
        for (text, want) in [
            ("IBAN GB82WEST12345698765432.", "GB82WEST12345698765432"),
            ("gb82 west 1234 5698 7654 32", "gb82 west 1234 5698 7654 32"),
            ("DE89 3704 0044 0532 0130 00 thanks", "DE89 3704 0044 0532 0130 00"),
            ("DE89\u{A0}3704\u{200B}0044 0532 0130 00", "DE89 37040044 0532 0130 00"),
            ("NO9386011117947", "NO9386011117947"),
        ] {
            assert_eq!(found(find, text), [want], "{text}");
        }
    }

    #[test]
    fn near_misses_are_left_alone() {
        for text in [
            "GB82WEST12345698765433",
            "XX82WEST12345698765432",
            "GB82WEST1234569876543",
            "AGB82WEST12345698765432",
            "GB82WEST123456987654320",
            "DE89",
            "",
            "SE24",
        ] {
            assert!(found(find, text).is_empty(), "{text}");
        }
        assert!(found(find, &"DE89".repeat(20_000)).is_empty());
    }
}
