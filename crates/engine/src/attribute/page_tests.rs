use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use sales_files::{RealDisk, Workspace};
use sales_ledger::{Lease, LeaseOutcome, NewRecord, OpenOptions, Owner, SqliteStore, Store};
use sales_model::{
    AccountKey, Candidate, ContentHash, CustomerId, Place, Profile, RawItem, Record, RecordState, Route, Rule, Settings, Source, StreamKey,
    Text,
};
use sales_transport::virtual_time::VirtualTimer;

use super::*;
use crate::{NoFailpoints, Ports, Silent};

const PLACE: &str = "slack:C9";

fn now() -> Timestamp {
    "2024-04-08T09:00:00Z".parse().unwrap()
}

fn account() -> AccountKey {
    AccountKey { source: Source::SLACK, name: "default".into() }
}

fn customer(id: &str, domain: &str) -> (CustomerId, Profile) {
    (id.parse().unwrap(), Profile { name: id.into(), domains: vec![domain.into()], ..Profile::default() })
}

/// The use cases on a workspace, for two customers and a pattern that gives `ext-acme` to one.
async fn open(workspace: Workspace) -> App {
    let mut settings = Settings::default();
    settings.slack.channel_patterns = vec!["ext-{alias}".into()];
    let store = SqliteStore::open(&workspace.ledger_path(), OpenOptions::default()).unwrap();
    let ports = Ports {
        store: Arc::new(store),
        disk: Arc::new(workspace.disk()),
        timer: Arc::new(VirtualTimer::new(now())),
        workspace,
        settings: Arc::new(settings),
        customers: Arc::new(vec![customer("acme", "acme.dev"), customer("globex", "globex.example")]),
        unconnected: Arc::default(),
        owner: Owner { pid: 1, started: "test".into() },
        alive: |_| true,
        failpoints: Arc::new(NoFailpoints),
        progress: Arc::new(Silent),
    };
    App::open(ports).await.unwrap()
}

async fn lease(store: &dyn Store) -> Lease {
    let key = StreamKey { account: account(), stream: "history".into(), partition: "C9".into() };
    let owner = Owner { pid: 1, started: "test".into() };
    match store.lease(&key, &owner, now(), SignedDuration::from_mins(5), |_| true).await.unwrap() {
        LeaseOutcome::Leased(lease) => lease,
        LeaseOutcome::Busy(owner) => panic!("held by {owner:?}"),
    }
}

/// Adds a message that begins a conversation.
fn says(page: &mut PageCommit, thread: &str, author: &str) {
    let body = bytes::Bytes::from(format!("{thread} {author}"));
    let hash = ContentHash::of(&body);
    let raw = RawItem {
        account: account(),
        kind: "message",
        place: None,
        at: None,
        body,
        fetched_at: now(),
        route: Route::Simulated,
        partial: false,
    };
    let record = Record {
        place: PLACE.into(),
        native: thread.into(),
        thread: thread.into(),
        at: now(),
        state: RecordState::Live,
        partial: false,
        author: Some(author.into()),
        author_name: None,
        bot: false,
        text: Text::plain("Hello."),
        activity: false,
        edited: None,
        reactions: Vec::new(),
        files: Vec::new(),
        team: None,
        detail: None,
    };
    page.records.push(NewRecord { record, raw: page.raws.len() as u32, unit: "2024-04-08".into(), search: String::new(), joins: None });
    page.raws.push((raw, hash));
}

fn person(key: &str, email: &str) -> Person {
    Person { key: key.into(), name: key.into(), email: Some(email.into()), ..Person::default() }
}

#[tokio::test]
async fn a_place_is_taken_back_when_the_address_of_somebody_who_spoke_there_comes() {
    let dir = tempfile::tempdir().unwrap();
    let workspace = Workspace::init(&RealDisk::within(dir.path()), dir.path(), &Settings::default()).unwrap();
    let app = open(workspace.clone()).await;
    let store = app.ports.store.clone();
    let lease = lease(&*store).await;
    let mut first = PageCommit { people: vec![person("slack:ULISA", "lisa@acme.dev")], ..PageCommit::default() };
    first.places.push(Place { key: PLACE.into(), name: "ext-acme".into(), ..Place::default() });
    says(&mut first, "1712566800.000100", "slack:ULISA");
    store.commit(&lease, first).await.unwrap();
    drop(app);

    let app = open(workspace).await;
    let rules = |all: &[Attribution]| all.iter().map(|a| (a.scope.clone(), a.customer.to_string(), a.rule)).collect::<Vec<_>>();
    let place = Scope::Place { place: PLACE.into() };
    let pattern = [(place.clone(), "acme".to_owned(), Rule::ChannelPattern)];
    assert_eq!(rules(&store.attributions().await.unwrap()), pattern);

    // Somebody unknown speaks: nothing against the owner.
    let mut page = PageCommit::default();
    says(&mut page, "1712566900.000100", "slack:UEVE");
    attribute(&app, &mut page).await.unwrap();
    assert_eq!((page.attribution.as_slice(), page.doubts.as_slice()), (&[][..], &[][..]));
    store.commit(&lease, page).await.unwrap();

    // A page without any record says who that was.
    let mut page = PageCommit { people: vec![person("slack:UEVE", "eve@globex.example")], ..PageCommit::default() };
    app.directory.learn(&page.people, &[]);
    attribute(&app, &mut page).await.unwrap();
    let candidate = |id: &str, reason: &str| Candidate { customer: id.parse().unwrap(), reason: reason.into() };
    assert_eq!(
        page.doubts,
        [Doubt {
            scope: place,
            candidates: vec![
                candidate("acme", "the name matches the pattern `ext-{alias}` with `acme`"),
                candidate("globex", "eve@globex.example takes part, who writes from a domain of the profile"),
            ],
            decide: "people of another customer write there; if it is theirs all the same, type `sales customer edit acme --channel C9`"
                .into(),
        }]
    );
    let thread = |thread: &str| Scope::Thread { place: PLACE.into(), thread: thread.into() };
    let apart =
        [(thread("1712566800.000100"), "acme".to_owned(), Rule::Domain), (thread("1712566900.000100"), "globex".to_owned(), Rule::Domain)];
    assert_eq!(rules(&page.attribution), apart);
    store.commit(&lease, page).await.unwrap();
    assert_eq!(rules(&store.attributions().await.unwrap()), apart);
    let known = app.directory.read();
    assert_eq!((known.owners.len(), known.lent.len(), known.customers_of(PLACE).len()), (0, 0, 2));
}
