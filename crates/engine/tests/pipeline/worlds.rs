//! Random worlds: whose what is follows from the rules and the records, and from nothing else.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use sales_connectors::Mode;
use sales_files::Edit;
use sales_ledger::Range;
use sales_model::{Contact, CustomerId, RecordId, RecordState};
use sales_simulator::{GmailWorld, GoogleClient};
use sales_testkit::{Halt, Tree, differences};

use super::*;

const WORLDS: u64 = 4;
const THREADS: u64 = 12;
const BEGIN: &str = "2024-03-01T08:00:00Z";

/// Customers: id, and the profile without its name. Names within another, common words, a domain within another's, an address in two profiles.
const CUSTOMERS: [(&str, &str); 5] = [
    ("acme_inc", "aliases = [\"acme\"]\ndomains = [\"acme.dev\"]\nexclude = [\"acme bricks\"]\n"),
    ("acme_labs", "domains = [\"labs.acme.dev\"]\n"),
    ("globex", "domains = [\"globex.example\"]\n[[contacts]]\nname = \"Kim\"\nemail = \"kim@free.example\"\n"),
    ("target", "domains = [\"target.example\"]\n[slack]\nchannels = [\"target-*\"]\n"),
    ("initech", "[[contacts]]\nname = \"Kim\"\nemail = \"kim@free.example\"\n[[contacts]]\nname = \"Lee\"\nemail = \"lee@free.example\"\n"),
];

/// Who writes: id at Slack, address.
const PEOPLE: [(&str, &str); 9] = [
    (JO, "jo@yourcompany.com"),
    (PRIYA, "priya@yourcompany.com"),
    ("U0ANN00001", "ann@acme.dev"),
    ("U0LAB00001", "rika@labs.acme.dev"),
    ("U0GUS00001", "gus@globex.example"),
    ("U0TIM00001", "tim@target.example"),
    ("U0KIM00001", "kim@free.example"),
    ("U0LEE00001", "lee@free.example"),
    ("U0SAM00001", "sam@stranger.example"),
];

const CHANNELS: [(&str, &str, Option<&str>); 6] = [
    ("C0GENERAL1", "general", None),
    ("C0ACMEINT1", "acme-internal", None),
    ("C0ACMEBRK1", "acme-bricks", None),
    ("C0TARGET01", "target-launch", None),
    ("C0SHAREDA1", "joint-a", Some("T0ACME0001")),
    ("C0SHAREDG1", "joint-g", Some("T0GLOBEX01")),
];

/// The same numbers in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % sides
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[usize::try_from(self.roll(list.len() as u64)).unwrap()]
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for n in (1..list.len()).rev() {
            list.swap(n, usize::try_from(self.roll(n as u64 + 1)).unwrap());
        }
    }
}

/// A mail: its thread, when it was written, and its bytes.
struct Letter {
    thread: u64,
    at: Timestamp,
    raw: String,
}

/// Everything that is said in a world.
struct Said {
    mails: Vec<Letter>,
    /// Channel, thread, own time, author.
    messages: Vec<(&'static str, String, String, &'static str)>,
}

fn said(dice: &mut Dice) -> Said {
    let begin = instant(BEGIN);
    let (mut mails, mut messages) = (Vec::new(), Vec::new());
    for thread in 0..THREADS {
        let mut at = begin + SignedDuration::from_hours(i64::try_from(dice.roll(700)).unwrap());
        for n in 0..1 + dice.roll(5) {
            at += SignedDuration::from_mins(1 + i64::try_from(dice.roll(3_000)).unwrap());
            let who: Vec<&str> = (0..2 + dice.roll(3)).map(|_| dice.pick(&PEOPLE).1).collect();
            let answers = if n == 0 { String::new() } else { format!("<{thread}.0@ids.example> <{thread}.{}@ids.example>", dice.roll(n)) };
            let secret = if dice.roll(6) == 0 { dice.pick(&PEOPLE).1 } else { "" };
            let name = if thread % 4 == 0 { "acme " } else { "" };
            let raw = format!(
                "Message-ID: <{thread}.{n}@ids.example>\r\nReferences: {answers}\r\nDate: {}\r\nFrom: {}\r\nTo: {}\r\nBcc: {secret}\r\n\
                 Subject: {}{name}matter {thread}\r\n\r\nText {n} of {thread}. I will send the report by Friday.\r\n",
                at.to_zoned(jiff::tz::TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S +0000"),
                who[0],
                who[1..].join(", "),
                if n == 0 { "" } else { "Re: " },
            );
            mails.push(Letter { thread, at, raw });
        }
        let channel = dice.pick(&CHANNELS).0;
        let stamp = |minutes: u64| format!("{}.{:06}", begin.as_second() + i64::try_from(thread * 86_400 + minutes * 60).unwrap(), thread);
        for n in 0..1 + dice.roll(4) {
            messages.push((channel, stamp(0), stamp(n), dice.pick(&PEOPLE).0));
        }
    }
    Said { mails, messages }
}

fn slack(said: &Said) -> SlackWorld {
    let mut world = SlackWorld::new();
    for (id, email) in &PEOPLE[2..] {
        world = world.guest(id, email.split('@').next().unwrap(), email);
    }
    let members: Vec<&str> = PEOPLE[2..].iter().map(|(id, _)| *id).collect();
    for (id, name, team) in CHANNELS {
        world = match team {
            Some(team) => world.shared(id, name, team, &members),
            None => world.channel(id, name, &members),
        };
    }
    for (channel, thread, at, who) in &said.messages {
        world = match thread == at {
            true => world.says(channel, at, who, "We will decide by Friday."),
            false => world.replies(channel, thread, at, who, "I will send it."),
        };
    }
    world
}

/// The mailbox. Mails are read from the highest id on: `order` says which one gets which.
fn gmail(said: &Said, order: &[usize]) -> GmailWorld {
    let mut world = GmailWorld::new("deals@yourcompany.com");
    world.google_mut().add_client(GoogleClient { id: "client".into(), secret: "secret".into() });
    world.google_mut().add_refresh_token("refresh", &["gmail.readonly"]);
    let id = |n: u64| format!("{:016x}", 0x18e0_0000_0000_0000_u64 + n);
    for (n, letter) in order.iter().enumerate().map(|(n, at)| (n as u64, &said.mails[*at])) {
        let (own, thread) = (id(100 + n), id(letter.thread));
        world.add_raw((Some(&own), Some(&thread)), &["INBOX"], letter.at, letter.raw.clone(), letter.at).unwrap();
    }
    world
}

fn profile(id: &str, text: &str) -> String {
    format!("name = \"{}\"\n{text}", id.replace('_', " "))
}

async fn desk(said: &Said, order: &[usize], customers: &[(&str, &str)]) -> Sandbox {
    let mut options = Options::slack(slack(said)).with_gmail(gmail(said, order)).settings(|s| {
        s.slack.channel_patterns = vec!["{alias}-internal".into()];
        s.partners = vec!["labs.acme.dev".into()];
    });
    for (id, text) in customers {
        options = options.customer(id, &profile(id, text));
    }
    Sandbox::start(options).await
}

/// Whose everything is, as the ledger has it, and all files.
async fn outcome(sandbox: &Sandbox) -> (Vec<sales_model::Attribution>, Vec<sales_model::Doubt>, Tree) {
    let store = sandbox.store();
    (store.attributions().await.unwrap(), store.doubts().await.unwrap(), sandbox.tree())
}

#[track_caller]
fn same<T: PartialEq + std::fmt::Debug>(name: &str, a: &(T, Vec<sales_model::Doubt>, Tree), b: &(T, Vec<sales_model::Doubt>, Tree)) {
    assert_eq!((&a.0, &a.1), (&b.0, &b.1), "{name}");
    assert_eq!(differences(&a.2, &b.2), Vec::<String>::new(), "{name}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_order_of_arrival_plays_no_part() {
    let (mut owned, mut several) = (0, 0);
    for seed in 0..WORLDS {
        let mut dice = Dice(seed);
        let said = said(&mut dice);
        let mut order: Vec<usize> = (0..said.mails.len()).collect();
        let mut sandbox = desk(&said, &order, &CUSTOMERS).await;
        sandbox.sync_all(Mode::Default).await;
        let expected = outcome(&sandbox).await;
        sandbox.verified().await;
        owned += expected.0.len();
        several += expected.0.windows(2).filter(|w| w[0].scope == w[1].scope).count();

        // Other ids, and another process after each number of pages.
        dice.shuffle(&mut order);
        let mut restarted = desk(&said, &order, &CUSTOMERS).await;
        let mut pages = 0;
        while pages < 60 && restarted.sync_until(Mode::Default, pages + 1).await.1 {
            pages += 1;
        }
        assert!((5..60).contains(&pages), "{pages}");
        same(&format!("world {seed}, restarted"), &expected, &outcome(&restarted).await);

        // Half of what is said first, and customers one after the other, the last ones when all is there.
        let mut slow = desk(&said, &order, &CUSTOMERS[..1]).await;
        slow.set_time("2024-03-16T09:00:00Z");
        slow.sync_all(Mode::Default).await;
        for (id, text) in CUSTOMERS[1..].iter().rev() {
            slow.profile(id, &profile(id, text));
            slow.refresh().await;
        }
        slow.set_time("2024-04-08T09:00:00Z");
        slow.sync_all(Mode::Default).await;
        same(&format!("world {seed}, in parts"), &expected, &outcome(&slow).await);
    }
    assert!(owned > 60 && several > 5, "the worlds hold something: {owned}, {several}");
}

/// To which customers each live record is shown.
async fn shown(sandbox: &Sandbox) -> BTreeMap<RecordId, BTreeSet<CustomerId>> {
    let (app, ..) = sandbox.app(Halt::never()).await;
    let store = sandbox.store();
    let mut out = BTreeMap::new();
    for place in store.places().await.unwrap() {
        let whole = Range { place: place.key.as_str().into(), from: String::new(), to: String::new() };
        for stored in store.read(&[whole]).await.unwrap().into_iter().flatten().filter(|s| s.record.state == RecordState::Live) {
            let id = stored.record.id();
            let told = app.explain(&id).await.unwrap().unwrap();
            out.insert(id, told.shown);
        }
    }
    out
}

/// A change that somebody might make.
fn change(dice: &mut Dice, records: &[RecordId]) -> (CustomerId, Edit) {
    let customer = dice.pick(&CUSTOMERS).0;
    let add = |key: &str, value: &str| Edit::Add { key: key.into(), value: value.into() };
    let remove = |key: &str, value: &str| Edit::Remove { key: key.into(), value: Some(value.into()) };
    let domain = dice.pick(&["acme.dev", "labs.acme.dev", "globex.example", "target.example", "stranger.example"]);
    let record = dice.pick(records).0.to_string();
    let edit = match dice.roll(8) {
        0 | 1 => add("domains", domain),
        2 => add("match.records", &record),
        3 => add("match.never", &record),
        4 => add("exclude", "acme matter"),
        5 => add("slack.channels", dice.pick(&CHANNELS).1),
        6 => Edit::Contact(Contact { name: "Somebody".into(), email: Some(dice.pick(&PEOPLE).1.into()), ..Contact::default() }),
        _ => {
            return [("acme_inc", "acme.dev"), ("acme_labs", "labs.acme.dev"), ("globex", "globex.example")]
                .map(|(id, domain)| (id.parse().unwrap(), remove("domains", domain)))[usize::try_from(dice.roll(3)).unwrap()]
            .clone();
        }
    };
    (customer.parse().unwrap(), edit)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_preview_is_what_happens_and_an_undo_gives_the_same_bytes() {
    let mut moved = 0;
    for seed in 0..WORLDS {
        let mut dice = Dice(100 + seed);
        let said = said(&mut dice);
        let order: Vec<usize> = (0..said.mails.len()).collect();
        let mut sandbox = desk(&said, &order, &CUSTOMERS).await;
        sandbox.sync_all(Mode::Default).await;
        let (before, was) = (outcome(&sandbox).await, shown(&sandbox).await);
        let records: Vec<RecordId> = was.keys().cloned().collect();
        for n in 0..6 {
            let (customer, edit) = change(&mut dice, &records);
            let name = format!("world {seed}, change {n}: {customer} {edit:?}");
            let (disk, edits) = (sandbox.workspace.disk(), vec![edit]);
            let mut profiles: Vec<_> =
                sandbox.workspace.customers(&disk).unwrap().into_iter().map(|(id, profile)| (id, profile.unwrap())).collect();
            let edited = sandbox.workspace.edited_profile(&disk, &customer, &edits).unwrap();
            profiles.iter_mut().filter(|(id, _)| *id == customer).for_each(|(_, profile)| *profile = edited.clone());
            let preview = sandbox.app(Halt::never()).await.0.preview(profiles).await.unwrap();
            same(&name, &before, &outcome(&sandbox).await);

            let plan = sandbox.workspace.plan_edits(&disk, "match apply", &[(customer.clone(), edits.clone())]).unwrap();
            if plan.files.is_empty() {
                assert_eq!(preview.moves, [], "{name}");
                continue;
            }
            let made = sandbox.workspace.change(&disk, sandbox.now(), "match apply", &[(customer, edits)]).unwrap();
            sandbox.refresh().await;
            let mut expected = was.clone();
            for m in &preview.moves {
                for record in &m.records {
                    assert_eq!(
                        expected.insert(record.clone(), m.to.iter().cloned().collect()),
                        Some(m.from.iter().cloned().collect()),
                        "{name}"
                    );
                    moved += 1;
                }
            }
            assert_eq!(shown(&sandbox).await, expected, "{name}");
            sandbox.workspace.undo(&disk, sandbox.now(), made.id).unwrap();
            sandbox.refresh().await;
            same(&format!("{name}, undone"), &before, &outcome(&sandbox).await);
        }
    }
    assert!(moved > 60, "{moved}");
}
