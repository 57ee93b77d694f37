//! Messages: any bytes. What comes out is bounded and safe to show, and a header alone says the same.
#![cfg_attr(not(feature = "drive"), no_main)]

use sales_fuzz::target;
use sales_mail::{mime, thread};
use sales_model::{Mail, MailAddress, Noise};

target!(|raw: &[u8]| {
    let mail = mime::read(raw);
    assert!(mail.body.len() <= mime::LONGEST_BODY + 100, "{}", mail.body.len());
    assert!(!mail.body.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\t')), "{:?}", mail.body);
    shown(&mail.subject, 1_000);
    for all in [&mail.to, &mail.cc, &mail.bcc, &mail.reply_to] {
        assert!(all.len() <= 2_000 && all.iter().all(|a| a.email.contains('@')), "{}", all.len());
        all.iter().for_each(person);
    }
    mail.from.iter().for_each(person);
    assert!(mail.references.len() <= 100 && !mail.references.contains(&mail.message_id));
    assert!(mail.files.len() <= mime::PARTS && mail.invitations.len() <= 100);
    for file in &mail.files {
        shown(&file.name, 200);
        shown(&file.kind, 200);
        assert!(!file.name.contains(['/', '\\']) && !matches!(file.name.as_str(), "." | ".."), "{file:?}");
        assert!(file.sha256.len() == 64 && file.size <= raw.len() as u64, "{file:?}");
    }
    if let Some(last) = mail.files.last() {
        let taken = mime::attachment(raw, mail.files.len() - 1);
        assert!(taken.is_some_and(|t| t.file == *last && t.content.len() as u64 == last.size));
    }
    let native = mime::native(&mail, raw);
    assert!((3..=200).contains(&native.len()) && native.bytes().all(|b| b.is_ascii_graphic()), "{native}");
    assert!(!native.contains(['<', '>', '"', '\\']), "{native}");
    assert!(!thread::links(&mail, &native).own.is_empty());

    let header = mime::header(raw);
    assert!(raw.starts_with(header));
    let mut read = mime::read_header(header);
    if mail.noise == Some(Noise::CalendarReply) && matches!(read.noise, None | Some(Noise::Notification)) {
        // An answer to an invitation may stand in a part.
        read.noise = mail.noise;
    }
    let (body, files, invitations) = (String::new(), Vec::new(), Vec::new());
    assert_eq!(read, Mail { body, files, invitations, absent_until: None, header_only: true, ..mail });
});

fn shown(text: &str, most: usize) {
    assert!(text.chars().count() <= most && !text.contains(char::is_control), "{text:?}");
}

fn person(one: &MailAddress) {
    shown(&one.name, 410);
    shown(&one.email, 320);
}
