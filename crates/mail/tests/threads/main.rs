//! Which messages are one conversation.
#![expect(clippy::unwrap_used, reason = "tests")]

mod cases;
mod guards;
mod hostile;
mod keys;
mod order;

use jiff::{SignedDuration, Timestamp};
use sales_mail::thread;
use sales_model::{Mail, MailAddress};

const JO: &str = "jo@yourcompany.com";
const DEALS: &str = "deals@yourcompany.com";
const SARAH: &str = "sarah.rodriguez@acme.dev";
const ALEX: &str = "alex.kumar@acme.dev";
const HARUKA: &str = "haruka.mori@globex.example";

/// A message, its vendor id, and when it came.
type Sent = (String, Mail, Timestamp);

fn person(email: &str) -> MailAddress {
    MailAddress { name: String::new(), email: email.into() }
}

/// A message `<id@t>` from Sarah to Jo, `day` days after 1 March 2024. References are ids without `@t`, oldest first.
fn mail(id: &str, day: i64, subject: &str, references: &[&str]) -> Sent {
    let full = |id: &&str| if id.contains('@') { (*id).to_owned() } else { format!("{id}@t") };
    let mail = Mail {
        subject: subject.into(),
        message_id: full(&id),
        references: references.iter().map(full).collect(),
        from: Some(person(SARAH)),
        to: vec![person(JO)],
        body: "Fine.\n\n> Shall we?\n".into(),
        ..Mail::default()
    };
    (full(&id), mail, at(day))
}

fn at(day: i64) -> Timestamp {
    "2024-03-01T09:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(24 * day)
}

/// The same message between others: the author first.
fn between(mut sent: Sent, from: &str, to: &[&str]) -> Sent {
    sent.1.from = Some(person(from));
    sent.1.to = to.iter().map(|p| person(p)).collect();
    sent
}

/// The same message without a quote.
fn fresh(mut sent: Sent) -> Sent {
    sent.1.body = "Something else.".into();
    sent
}

/// The same message in a thread of Gmail's.
fn gmail(mut sent: Sent, thread: &str) -> Sent {
    sent.1.vendor_thread = thread.into();
    sent
}

/// Conversations as `a b | c`: each message by what stands before the `@` of its id.
fn grouped(messages: &[Sent]) -> String {
    let short = |at: &usize| messages[*at].0.split('@').next().unwrap().to_owned();
    let groups = thread::group(messages);
    let mut seen: Vec<usize> = groups.concat();
    seen.sort_unstable();
    assert_eq!(seen, (0..messages.len()).collect::<Vec<_>>(), "each once");
    let lists: Vec<String> = groups.iter().map(|g| g.iter().map(short).collect::<Vec<_>>().join(" ")).collect();
    lists.join(" | ")
}

/// The conversations, which every order of the messages has to give (up to six messages).
fn check(messages: &[Sent], expected: &str) {
    fn permute(messages: &mut [Sent], from: usize, expected: &str) {
        if from == messages.len() {
            assert_eq!(grouped(messages), expected);
            return;
        }
        for at in from..messages.len() {
            messages.swap(from, at);
            permute(messages, from + 1, expected);
            messages.swap(from, at);
        }
    }
    assert!(messages.len() <= 6);
    permute(&mut messages.to_vec(), 0, expected);
    names_are_apart(messages);
}

/// The names that the keys' conversations get are different: a name that two messages have ties them by a key as well.
fn names_are_apart(messages: &[Sent]) {
    let links: Vec<thread::Links> = messages.iter().map(|(native, mail, _)| thread::links(mail, native)).collect();
    let groups = thread::group(messages);
    let of = |at: usize| groups.iter().position(|g| g.contains(&at));
    for (a, one) in links.iter().enumerate() {
        for (b, other) in links.iter().enumerate() {
            assert!(one.root != other.root || of(a) == of(b), "{one:?} {other:?}");
        }
    }
}
