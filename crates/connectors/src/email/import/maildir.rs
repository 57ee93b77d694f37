//! What the names in a maildir say (<https://cr.yp.to/proto/maildir.html>, and Dovecot's page on it for folders).

use base64::{
    Engine as _,
    alphabet::Alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use jiff::Timestamp;

/// What a message's file name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Named {
    /// When it was delivered.
    pub(super) at: Option<Timestamp>,
    /// `D`: it is a draft.
    pub(super) draft: bool,
    /// `T`: it is in the bin.
    pub(super) trashed: bool,
}

impl Named {
    /// `1710493500.M20046P2137.mail,S=4542,W=4642:2,RS`. Where a colon may not stand in a name, programs write `;` or `!`.
    pub(super) fn of(name: &str) -> Named {
        let (unique, flags) = [":2,", ";2,", "!2,"].iter().find_map(|sign| name.rsplit_once(sign)).unwrap_or((name, ""));
        let digits: String = unique.chars().take_while(char::is_ascii_digit).collect();
        // A counter or a hash is no time.
        let seconds = (unique.get(digits.len()..).is_some_and(|rest| rest.starts_with('.'))).then(|| digits.parse::<i64>().ok()).flatten();
        let at = seconds.filter(|s| (300_000_000..5_000_000_000).contains(s)).and_then(|s| Timestamp::from_second(s).ok());
        Named { at, draft: flags.contains('D'), trashed: flags.contains('T') }
    }
}

/// A folder's name as people see it: `.Archive.2024` is `Archive/2024`, in modified UTF-7 (RFC 3501 section 5.1.3).
pub(super) fn folder(name: &str) -> String {
    match name.strip_prefix('.') {
        Some(name) => decoded(name).replace('.', "/"),
        None => decoded(name),
    }
}

fn decoded(name: &str) -> String {
    let mut out = String::new();
    let mut rest = name;
    while let Some((plain, coded)) = rest.split_once('&') {
        out.push_str(plain);
        let Some((code, after)) = coded.split_once('-') else { return name.to_owned() };
        if code.is_empty() {
            out.push('&');
        } else {
            let Some(text) = utf7(code) else { return name.to_owned() };
            out.push_str(&text);
        }
        rest = after;
    }
    out + rest
}

fn utf7(code: &str) -> Option<String> {
    let alphabet = Alphabet::new("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,").ok()?;
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::RequireNone).with_decode_allow_trailing_bits(true);
    let bytes = GeneralPurpose::new(&alphabet, config).decode(code).ok()?;
    let units: Vec<u16> = bytes.chunks_exact(2).filter_map(|c| Some(u16::from_be_bytes([*c.first()?, *c.get(1)?]))).collect();
    String::from_utf16(&units).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_when_and_what() {
        let plain = Named { at: None, draft: false, trashed: false };
        let at = Some(Timestamp::from_second(1_710_493_500).unwrap());
        let table = [
            ("1710493500.M20046P2137.mail,S=4542,W=4642:2,RS", Named { at, ..plain }),
            ("1710493500.27c448b0_1.host:2,DS", Named { at, draft: true, ..plain }),
            ("1710493500.x;2,ST", Named { at, trashed: true, ..plain }),
            ("1710493500.x!2,DT", Named { at, draft: true, trashed: true }),
            ("1710493500.x", Named { at, ..plain }),
            ("1710493500", plain),
            ("12.x:2,", plain),
            ("99999999999999999999.x:2,S", plain),
            ("message.eml", plain),
            ("1710493500.DT:1,DT", Named { at, ..plain }),
            ("", plain),
        ];
        for (name, named) in table {
            assert_eq!(Named::of(name), named, "{name}");
        }
    }

    #[test]
    fn folders_as_people_see_them() {
        let table = [
            (".Sent", "Sent"),
            (".Archive.2024", "Archive/2024"),
            (".Entw&APw-rfe", "Entwürfe"),
            ("&2D3eAA-", "\u{1f600}"),
            ("R&-D", "R&D"),
            ("&AOk", "&AOk"),
            ("&!!-", "&!!-"),
            ("plain", "plain"),
        ];
        for (name, shown) in table {
            assert_eq!(folder(name), shown, "{name}");
        }
    }
}
