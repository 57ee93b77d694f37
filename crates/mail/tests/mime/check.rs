//! What holds for every message.

use sales_mail::mime;
use sales_model::{Mail, MailAddress, Noise};

fn shown(text: &str, most: usize) {
    assert!(text.chars().count() <= most && !text.contains(char::is_control), "{text:?}");
}

fn person(one: &MailAddress, named: bool) {
    shown(&one.name, 410);
    shown(&one.email, 320);
    assert!(one.email.contains('@') || (named && one.email.is_empty()), "{one:?}");
    assert!(one.email.starts_with('"') || !one.email.contains(' '), "{one:?}");
}

/// Reads a message and holds the result against what the rest of the product relies on.
#[track_caller]
pub(crate) fn read(raw: &[u8]) -> Mail {
    let mail = mime::read(raw);
    assert!(mail.body.len() <= mime::LONGEST_BODY + 100, "{}", mail.body.len());
    assert!(!mail.body.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\t')), "{:?}", mail.body);
    shown(&mail.subject, 1_000);
    for all in [&mail.to, &mail.cc, &mail.bcc, &mail.reply_to] {
        assert!(all.len() <= 2_000, "{}", all.len());
        all.iter().for_each(|a| person(a, false));
    }
    mail.from.iter().for_each(|a| person(a, true));
    shown(&mail.message_id, 998);
    assert!(mail.references.len() <= 100 && !mail.references.contains(&mail.message_id));
    mail.references.iter().for_each(|r| shown(r, 998));
    assert!(mail.files.len() <= mime::PARTS, "{}", mail.files.len());
    for file in &mail.files {
        shown(&file.name, 200);
        shown(&file.kind, 200);
        assert!(!file.name.contains(['/', '\\']) && file.name != "." && file.name != "..", "{file:?}");
        assert!(file.sha256.len() == 64 && file.size <= raw.len() as u64, "{file:?}");
    }
    files_are_there(raw, &mail);
    assert!(mail.invitations.len() <= 100, "{}", mail.invitations.len());
    let native = mime::native(&mail, raw);
    assert!((3..=200).contains(&native.len()) && native.bytes().all(|b| matches!(b, b'!'..=b'~')), "{native}");
    assert!(!native.contains(['<', '>', '"', '\\']), "{native}");
    header_agrees(raw, &mail, &native);
    mail
}

/// The first and the last file can be taken out, and there is none after it.
fn files_are_there(raw: &[u8], mail: &Mail) {
    let count = mail.files.len();
    for index in [0, count.saturating_sub(1)].into_iter().take(count) {
        let taken = mime::attachment(raw, index).unwrap();
        assert_eq!((&taken.file, taken.content.len() as u64), (&mail.files[index], mail.files[index].size));
    }
    assert_eq!(mime::attachment(raw, count), None);
}

fn header_agrees(raw: &[u8], whole: &Mail, native: &str) {
    let header = mime::header(raw);
    assert!(raw.starts_with(header));
    let mut read = mime::read_header(header);
    assert_eq!(read, mime::read_header(raw));
    if whole.noise != read.noise {
        // An answer to an invitation may stand in a part.
        assert_eq!(whole.noise, Some(Noise::CalendarReply));
        assert!(matches!(read.noise, None | Some(Noise::Notification)), "{:?}", read.noise);
        read.noise = whole.noise;
    }
    if !native.starts_with("sha256-") {
        assert_eq!(mime::native(&read, header), native);
    }
    let bare =
        Mail { body: String::new(), files: Vec::new(), invitations: Vec::new(), absent_until: None, header_only: true, ..whole.clone() };
    assert_eq!(read, bare);
}
