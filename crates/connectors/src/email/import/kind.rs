//! Whether bytes are mail, by how they begin.

use super::{
    header::fields,
    separator::{FROM, Separator, field_name},
};

/// What a file of mail is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Many messages.
    Mbox,
    /// One.
    Eml,
    /// One as Apple Mail keeps it: its size before it, a property list behind it.
    Emlx,
}

/// As much of a file is enough to tell.
pub(crate) const HEAD: u64 = 64 << 10;
/// Fields that only mail has.
const SURE: [&[u8]; 8] =
    [b"received", b"message-id", b"mime-version", b"return-path", b"delivered-to", b"x-gm-thrid", b"x-mozilla-status", b"dkim-signature"];
/// Fields that a note or transcript may begin with too.
const LIKELY: [&[u8]; 5] = [b"to", b"cc", b"subject", b"date", b"content-type"];

/// What a file is that begins so; `None` if it is no mail.
pub(crate) fn kind(head: &[u8]) -> Option<Kind> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let start = head.iter().take_while(|b| matches!(b, b'\r' | b'\n' | 0)).count();
    let text = head.get(start..)?;
    if text.starts_with(FROM) {
        let separator = Separator::at(text, true)?;
        // Of one that holds nothing more than `From ` the header has to say it.
        let header = text.get(separator.len..)?;
        let empty = header.is_empty() || header.starts_with(b"\n") || header.starts_with(b"\r\n") || header.starts_with(FROM);
        return (is_header(header) || (!separator.bare && (empty || has_field(header)))).then_some(Kind::Mbox);
    }
    if start == 0 && is_header(head) {
        return Some(Kind::Eml);
    }
    let (_, at) = counted(head)?;
    is_header(head.get(at..)?).then_some(Kind::Emlx)
}

/// The number in the first line of Apple Mail's files, and where the second begins.
pub(super) fn counted(head: &[u8]) -> Option<(u64, usize)> {
    let end = head.iter().take(32).position(|b| *b == b'\n')?;
    let number = std::str::from_utf8(head.get(..end)?.trim_ascii()).ok()?;
    let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    Some((digits.then(|| number.parse().ok()).flatten()?, end + 1))
}

fn has_field(header: &[u8]) -> bool {
    let mut any = false;
    fields(header, &mut |_, _| {
        any = true;
        false
    });
    any
}

/// Whether it begins with the header of a mail: its first line is a field, and it says who sent it in a way that only mail does.
fn is_header(bytes: &[u8]) -> bool {
    if field_name(bytes).is_none() && !bytes.starts_with(b">From ") {
        return false;
    }
    let (mut sure, mut likely, mut sender, mut looked) = (false, 0, false, 0_u32);
    fields(bytes, &mut |name, value| {
        let is = |names: &[&[u8]]| names.iter().any(|n| name.eq_ignore_ascii_case(n));
        sure |= is(&SURE);
        sender |= is(&[b"from", b"sender"]) && value.contains(&b'@');
        likely += u32::from(is(&LIKELY));
        looked += 1;
        !(sure && (sender || likely > 0)) && looked < 200
    });
    (sure && (sender || likely > 0)) || (sender && likely > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_is_known_by_its_beginning() {
        let line = "From a@b Fri Mar 15 09:05:00 2024\n";
        let table = [
            (format!("{line}Subject: x\n"), Kind::Mbox),
            (format!("\u{feff}\r\n{line}Received: x\n"), Kind::Mbox),
            (format!("{line}\n{line}"), Kind::Mbox),
            (format!("{line}>From x\nSubject: x\n"), Kind::Mbox),
            ("From \r\nMessage-ID: <1@b>\r\nTo: a@b\r\n".into(), Kind::Mbox),
            ("From 1743273816487573842@xxx Sun Sep 05 12:34:56 +0000 2021\r\nX-GM-THRID: 1\r\n".into(), Kind::Mbox),
            ("Received: from x by y; Fri\n\tfolded\nSubject: x\n\n".into(), Kind::Eml),
            ("From: Jane <jane@acme.com>\r\nTo: x\r\n\r\nHello".into(), Kind::Eml),
            ("Subject: x\nFrom: jane@acme.com\n\nHello".into(), Kind::Eml),
            ("MIME-Version: 1.0\nX-A: b\nsubject : x\n\n".into(), Kind::Eml),
            ("\u{feff}Date: x\nMessage-ID: <1@b>\n\n".into(), Kind::Eml),
            ("1234      \nReceived: x\nSubject: x\n".into(), Kind::Emlx),
        ];
        for (head, expected) in table {
            assert_eq!(kind(head.as_bytes()), Some(expected), "{head}");
        }
    }

    #[test]
    fn others_are_not() {
        for head in [
            "",
            "\n\n",
            "From Monday on we ship.\nSubject: x\n",
            "From a@b Fri Mar 15 09:05:00 2024\nand so on\n",
            "From \nwords\n",
            "From \n",
            "WEBVTT\n\n00:01.000 --> 00:02.000\nFrom: a@b\nTo: c@d\n",
            "1\n00:00:01,000 --> 00:00:02,000\nhello\n",
            "Jane Doe: Good morning.\nJohn: Hello.\n",
            "Jane: to you.\nDate: the 5th.\nTo: whom?\n",
            "Title: POC review\nDate: 2024-04-05\nFrom: 10:00\nTo: 11:00\n\nJane Doe: hello\n",
            "Subject: Call with jane@acme.com\nDate: 2024-04-05\n\nJane: hello\n",
            "[00:12:34] Jane Doe: From: a@b\n",
            "{\"from\": \"a@b\", \"subject\": \"x\"}",
            "[{\"Message-ID\": 1}]",
            "PK\u{3}\u{4}Received: x\nSubject: x\n",
            "\nFrom: a@b\nTo: x\n",
            "12\n13\nReceived: x\nTo: y\n",
            "one\nReceived: x\nTo: y\n",
        ] {
            assert_eq!(kind(head.as_bytes()), None, "{head}");
        }
    }
}
