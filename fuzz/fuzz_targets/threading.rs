//! Messages that refer to each other: any subjects, ids, references and bodies. Their order changes nothing.
#![cfg_attr(not(feature = "drive"), no_main)]

use jiff::{SignedDuration, Timestamp};
use sales_fuzz::target;
use sales_mail::thread;
use sales_model::{Mail, MailAddress};

/// Subject, message id, references, body, author and recipient, vendor's thread, hours.
type Input<'a> = (&'a str, &'a str, Vec<&'a str>, &'a str, [u8; 2], Option<u8>, u8);

fn sent(n: usize, input: Input<'_>) -> (String, Mail, Timestamp) {
    let (subject, id, references, body, [from, to], thread, hours) = input;
    let person = |n: u8| MailAddress { name: String::new(), email: format!("{}@x.example", n % 4) };
    let mail = Mail {
        subject: subject.into(),
        message_id: id.into(),
        references: references.into_iter().map(str::to_owned).collect(),
        body: body.into(),
        from: Some(person(from)),
        to: vec![person(to)],
        vendor_thread: thread.map(|t| format!("{t:x}")).unwrap_or_default(),
        ..Mail::default()
    };
    let at = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours.into());
    // As a vendor id is: no other message has it.
    (format!("sha256-{n}"), mail, at)
}

fn natives(messages: &[(String, Mail, Timestamp)]) -> Vec<Vec<&str>> {
    thread::group(messages).iter().map(|g| g.iter().map(|at| messages[*at].0.as_str()).collect()).collect()
}

target!(|input: Vec<Input<'_>>| {
    let mut messages: Vec<_> = input.into_iter().take(50).enumerate().map(|(n, i)| sent(n, i)).collect();
    for (native, mail, _) in &messages {
        let base = thread::base_subject(&mail.subject);
        assert!(mail.subject.contains(base) && base.is_empty() == mail.subject.trim().is_empty(), "{:?}", mail.subject);
        let links = thread::links(mail, native);
        assert!(!links.own.is_empty() && links.joins.len() <= 101 && !links.root.is_empty(), "{links:?}");
        assert!(links.own.iter().chain(&links.joins).all(|k| k.len() <= 220), "{links:?}");
    }
    let groups: Vec<Vec<String>> = natives(&messages).into_iter().map(|g| g.into_iter().map(str::to_owned).collect()).collect();
    messages.reverse();
    assert_eq!(natives(&messages), groups);
});
