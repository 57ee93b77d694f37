//! What Google's export (Takeout) adds to each message: `X-GM-THRID: 1743273816487573842`, the same number that the API gives in hexadecimal,
//! and `X-Gmail-Labels: =?UTF-8?Q?Posteingang,Wichtig,Ge=C3=B6ffnet?=`, labels in the language of the account.

use sales_mail::mime;

use super::header::{self, Header};

const LABELS: &str = "X-Gmail-Labels";
/// Most labels of one message; Gmail allows 10,000 in a mailbox.
const MOST: usize = 500;

/// The labels of a message out of Google's export, as people see them, each once; none of other messages.
pub fn labels(message: &[u8]) -> Vec<String> {
    Header::of(message).labels.map(decoded).unwrap_or_default()
}

/// The id of its thread as Gmail's API has it: hexadecimal, without leading zeros.
pub fn thread(message: &[u8]) -> Option<String> {
    let (mut found, mut n) = (None, 0);
    header::fields(message, &mut |name, value| {
        n += 1;
        let ours = name.eq_ignore_ascii_case(b"x-gm-thrid");
        if ours {
            found = std::str::from_utf8(value.trim_ascii()).ok().and_then(|v| v.parse::<u64>().ok());
        }
        !ours && n < header::TOP
    });
    found.filter(|id| *id > 0).map(|id| format!("{id:x}"))
}

/// The labels of a header field's value.
pub(super) fn decoded(value: &[u8]) -> Vec<String> {
    let plain = value.iter().all(|b| b.is_ascii() && *b != b'=');
    if plain {
        return split(&String::from_utf8_lossy(value));
    }
    let field = [LABELS.as_bytes(), b":", value, b"\r\n\r\n"].concat();
    split(&mime::field(&field, LABELS).unwrap_or_else(|| String::from_utf8_lossy(value).into_owned()))
}

/// At commas; a label with a comma in it stands in quotes, and a quote in it is doubled or has a backslash.
fn split(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut label = String::new();
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    let mut put = |label: &mut String| {
        let clean = label.split_whitespace().collect::<Vec<_>>().join(" ");
        label.clear();
        if !clean.is_empty() && !out.contains(&clean) && out.len() < MOST {
            out.push(clean);
        }
    };
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => label.extend(chars.next()),
            '"' if quoted || label.trim().is_empty() => quoted = !quoted,
            '\\' if quoted && matches!(chars.peek(), Some('"' | '\\')) => label.extend(chars.next()),
            ',' if !quoted => put(&mut label),
            c if c.is_control() => label.push(' '),
            c => label.push(c),
        }
    }
    put(&mut label);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: &str) -> Vec<String> {
        labels(format!("Subject: x\r\nx-gmail-labels: {value}\r\nFrom: a@b\r\n\r\nbody").as_bytes())
    }

    #[test]
    fn labels_in_all_languages() {
        let table: [(&str, &[&str]); 12] = [
            ("Inbox,Important,Opened", &["Inbox", "Important", "Opened"]),
            ("Inbox, Important,,Inbox", &["Inbox", "Important"]),
            ("=?UTF-8?Q?Posteingang,Wichtig,Ge=C3=B6ffnet?=", &["Posteingang", "Wichtig", "Geöffnet"]),
            ("=?UTF-8?Q?Gesendet,Kategorie:_=E2=80=9EAllgemein=E2=80=9C?=", &["Gesendet", "Kategorie: „Allgemein“"]),
            // Folded between two words: what stands between them is nothing.
            ("=?UTF-8?Q?Posteingang,Kun?=\r\n =?UTF-8?Q?den/M=C3=BCller?=", &["Posteingang", "Kunden/Müller"]),
            ("=?utf-8?b?5Y+X5L+h44OI44Os44KkLOmHjeimgQ==?=", &["受信トレイ", "重要"]),
            ("=?ISO-8859-1?Q?Envoy=E9s?=,Deals", &["Envoyés", "Deals"]),
            ("\"Acme, Inc.\",Inbox", &["Acme, Inc.", "Inbox"]),
            ("\"the \"\"big\"\" one\",\"a \\\"b\\\"\"", &["the \"big\" one", "a \"b\""]),
            ("\"never closed,Inbox", &["never closed,Inbox"]),
            ("5\" disks,=?broken", &["5\" disks", "=?broken"]),
            ("", &[]),
        ];
        for (value, labels) in table {
            assert_eq!(of(value), labels, "{value}");
        }
        assert_eq!(labels(b"Subject: x\n\nX-Gmail-Labels: in the body\n"), Vec::<String>::new());
        assert_eq!(of(&(0..1_000).map(|n| n.to_string()).collect::<Vec<_>>().join(",")).len(), MOST);
    }

    #[test]
    fn threads_in_hexadecimal() {
        let of = |value: &str| thread(format!("X-GM-THRID: {value}\r\nSubject: x\r\n\r\n").as_bytes());
        assert_eq!(of("1743273816487573842").as_deref(), Some("18315a4cc1fb3952"));
        assert_eq!(of("255").as_deref(), Some("ff"));
        assert_eq!(of("18446744073709551615").as_deref(), Some("ffffffffffffffff"));
        for bad in ["", "0", "-1", "18446744073709551616", "ff", "1 2"] {
            assert_eq!(of(bad), None, "{bad}");
        }
        assert_eq!(thread(b"Subject: x\r\n\r\nX-GM-THRID: 1\r\n"), None);
    }
}
