//! How fast everything is attributed: `cargo bench -p sales-engine`.
//!
//! 1,000 customers, each with a name, an alias, two domains and three contacts; 200,000 mails of 50,000 threads: six in ten with somebody
//! of a customer's, the rest among ourselves or with strangers, one in fifty of these with a customer's name in the subject. First the
//! rules alone, then a ledger with all of it: opening after a profile has changed decides everything again.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints and may stop")]

use std::{sync::Arc, time::Instant};

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use sales_engine::{App, NoFailpoints, Ports, Rulebook, Silent};
use sales_files::{RealDisk, Workspace};
use sales_ledger::{Joins, LeaseOutcome, NewRecord, OpenOptions, Owner, PageCommit, SqliteStore, Store};
use sales_model::{
    AccountKey, Contact, ContentHash, CustomerId, Detail, Mail, MailAddress, Place, Profile, RawItem, Record, RecordState, Route, Scope,
    Settings, Source, StreamKey, Text,
};
use sales_transport::virtual_time::VirtualTimer;

const CUSTOMERS: u64 = 1_000;
const MAILS: u64 = 200_000;
const PER_PAGE: u64 = 500;

/// SplitMix64's mixing: the same numbers in each run.
fn mix(n: u64) -> u64 {
    let mut z = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Two syllables out of many: `bravotix`.
fn name(n: u64) -> String {
    const HEADS: [&str; 40] = [
        "alde", "bravo", "calo", "dexi", "ensu", "fero", "gala", "hexa", "indu", "juno", "kera", "lumi", "mora", "neva", "octo", "pira",
        "quil", "rado", "sola", "terra", "ultra", "veno", "wexo", "xylo", "yaro", "zeno", "arbo", "bexa", "cyra", "dova", "elmo", "flexi",
        "giga", "helio", "ivo", "jaxo", "kilo", "lano", "miro", "noro",
    ];
    const TAILS: [&str; 25] = [
        "tix", "soft", "works", "net", "line", "core", "data", "labs", "tek", "gate", "ware", "form", "grid", "mark", "point", "scan",
        "sys", "trade", "vault", "wave", "zone", "dyne", "flow", "med", "plan",
    ];
    format!("{}{}", HEADS[(n % 40) as usize], TAILS[(n / 40 % 25) as usize])
}

fn customers(extra: bool) -> Vec<(CustomerId, Profile)> {
    let mut all: Vec<(CustomerId, Profile)> = (0..CUSTOMERS)
        .map(|n| {
            let name = name(n);
            let contact = |who: u64| Contact { email: Some(format!("contact{who}@{name}.example")), ..Contact::default() };
            let mut domains = vec![format!("{name}.example"), format!("{name}-group.example")];
            if extra && n == 7 {
                domains.push("strangers.example".into());
            }
            let profile = Profile {
                name: format!("{name} Inc"),
                aliases: vec![format!("{name} global")],
                domains,
                contacts: (0..3).map(contact).collect(),
                ..Profile::default()
            };
            (name.parse().unwrap(), profile)
        })
        .collect();
    all.sort_by(|(a, _), (b, _)| a.cmp(b));
    all
}

fn settings() -> Settings {
    Settings { own_domains: vec!["yourcompany.com".into()], ..Settings::default() }
}

fn mail(n: u64) -> Mail {
    let (thread, r) = (n / 4, mix(n / 4));
    let address = |email: String| MailAddress { name: String::new(), email };
    let customer = name(r % CUSTOMERS);
    let (other, subject) = match r / 1_000 % 10 {
        0..6 => (format!("person{}@{customer}.example", r % 7), format!("Matter {thread}")),
        6..8 => ("ben@yourcompany.com".to_owned(), format!("Matter {thread}")),
        _ if r % 50 == 0 => (format!("x{}@strangers.example", r % 900), format!("About {customer}")),
        _ => (format!("x{}@strangers{}.example", r % 900, r % 5_000), format!("Matter {thread}")),
    };
    Mail {
        subject,
        from: Some(address(other)),
        to: vec![address("jo@yourcompany.com".into()), address(format!("colleague{}@yourcompany.com", r % 90))],
        message_id: format!("{n}@bench.example"),
        ..Mail::default()
    }
}

fn rules_alone() {
    let began = Instant::now();
    let rules = Rulebook::new(Arc::new(customers(false)), &settings());
    println!("rulebook of {CUSTOMERS} customers: {:.1} ms", began.elapsed().as_secs_f64() * 1e3);
    let signs: Vec<_> = (0..MAILS).map(|n| (n.to_string(), mail(n).signs())).collect();
    let began = Instant::now();
    let mut owned = 0;
    for (native, signs) in &signs {
        let scope = Scope::Thread { place: "mail".into(), thread: native.clone() };
        owned += rules.conversation(&scope, std::slice::from_ref(native), signs).0.len();
    }
    let each = began.elapsed().as_secs_f64() / MAILS as f64;
    println!("deciding one record: {:.2} µs ({owned} of {MAILS} owned)", each * 1e6);
}

fn page(from: u64) -> PageCommit {
    let now: Timestamp = "2024-04-08T09:00:00Z".parse().unwrap();
    let account = AccountKey { source: Source::EMAIL, name: "default".into() };
    let mut commit = PageCommit { at: Some(now), ..PageCommit::default() };
    if from == 0 {
        commit.places.push(Place { key: "mail".into(), name: "mail".into(), member: true, ..Place::default() });
    }
    for n in from..from + PER_PAGE {
        let body = Bytes::from(format!("Message-ID: <{n}@bench.example>\r\n\r\nText {n}.\r\n"));
        let hash = ContentHash::of(&body);
        let native = format!("{n}@bench.example");
        let record = Record {
            place: "mail".into(),
            native: native.clone(),
            thread: native.clone(),
            at: now - SignedDuration::from_mins((MAILS - n) as i64),
            state: RecordState::Live,
            partial: false,
            author: None,
            author_name: None,
            bot: false,
            text: Text::plain(format!("Text {n}.")),
            activity: false,
            edited: None,
            reactions: Vec::new(),
            files: Vec::new(),
            team: None,
            detail: Some(Box::new(Detail::Mail(mail(n)))),
        };
        let joins = Joins { keys: vec![native, format!("t{}", n / 4)], root: format!("t:{}", n / 4), ..Joins::default() };
        commit.records.push(NewRecord {
            record,
            raw: commit.raws.len() as u32,
            unit: "".into(),
            search: format!("text {n}"),
            joins: Some(joins),
        });
        let raw = RawItem {
            account: account.clone(),
            kind: "message",
            place: None,
            at: None,
            body,
            fetched_at: now,
            route: Route::Simulated,
            partial: false,
        };
        commit.raws.push((raw, hash));
    }
    commit
}

fn ports(workspace: &Workspace, store: Arc<dyn Store>, customers: Vec<(CustomerId, Profile)>) -> Ports {
    Ports {
        store,
        disk: Arc::new(workspace.disk()),
        timer: Arc::new(VirtualTimer::new("2024-04-08T09:00:00Z".parse().unwrap())),
        workspace: workspace.clone(),
        settings: Arc::new(settings()),
        customers: Arc::new(customers),
        unconnected: Arc::default(),
        owner: Owner { pid: 1, started: "bench".into() },
        alive: |_| true,
        failpoints: Arc::new(NoFailpoints),
        progress: Arc::new(Silent),
    }
}

#[tokio::main]
async fn main() {
    rules_alone();
    let dir = tempfile::tempdir().unwrap();
    let workspace = Workspace::init(&RealDisk::within(dir.path()), dir.path(), &settings()).unwrap();
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&workspace.ledger_path(), OpenOptions::default()).unwrap());
    let key = StreamKey {
        account: AccountKey { source: Source::EMAIL, name: "default".into() },
        stream: "mailbox".into(),
        partition: String::new(),
    };
    let owner = Owner { pid: 1, started: "bench".into() };
    let now: Timestamp = "2024-04-08T09:00:00Z".parse().unwrap();
    let LeaseOutcome::Leased(lease) = store.lease(&key, &owner, now, SignedDuration::from_mins(5), |_| true).await.unwrap() else { return };
    for from in (0..MAILS).step_by(PER_PAGE as usize) {
        store.commit(&lease, page(from)).await.unwrap();
    }
    let opened = |customers| App::open(ports(&workspace, store.clone(), customers));
    for (what, extra) in [("all for the first time", false), ("all again, nothing changed", false), ("all again, one domain more", true)] {
        let began = Instant::now();
        opened(customers(extra)).await.unwrap();
        let count = store.attributions().await.unwrap().len();
        println!("{what}: {:.2} s, {count} attributions", began.elapsed().as_secs_f64());
    }
}
