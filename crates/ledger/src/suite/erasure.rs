#![expect(clippy::unwrap_used, reason = "a conformance suite asserts")]

use std::{collections::BTreeSet, sync::Arc};

use sales_model::{Attribution, Candidate, ContentHash, Doubt, Person, Place, Record, RecordState, Rule, Scope, Text};

use super::fixture::{Desk, Draft, PLACE, customer, first, id, now, record, reply, stream, take, ts, unit_of};
use crate::{
    AuditEntry, Dirty, Erasure, FileEntry, Job, Mask, Owner, PageCommit, Projected, Store, StoreError, Subject, UnitFindings, Verdict,
};

const OTHER: &str = "slack:C2";

fn person(key: &str, name: &str) -> Person {
    Person { key: key.into(), name: name.into(), email: Some(format!("{}@acme.dev", key.replace(':', "."))), ..Person::default() }
}

/// A page over two places, with people, owners and files of two customers.
async fn furnished(store: Arc<dyn Store>) -> Desk {
    let desk = Desk::new(store).await;
    let mut page = Draft::default()
        .with(first(1, "canary of acme"))
        .with(reply(1, 2, "a canary in an answer"))
        .with(record(OTHER, 3, 3, "of globex"))
        .with(record(OTHER, 3, 5, "globex answers"));
    page.0.people = vec![person("slack:U1", "Michael Canary"), person("slack:U2", "Gina Globex"), person("slack:U9", "Unheard Of")];
    let place = |key: &str, name: &str| Place { key: key.into(), name: name.into(), ..Place::default() };
    page.0.places = vec![place(PLACE, "canary-poc"), place(OTHER, "globex-poc")];
    page.0.raws.push(super::fixture::raw(r#"{"user":"U1","name":"Michael Canary"}"#));
    page.0.raws.push(super::fixture::raw(r#"{"user":"U2","name":"Gina Globex"}"#));
    page.0.failures = vec![(format!("{PLACE}:{}", ts(9)), "no canary".into()), ("line 3".into(), "torn".into())];
    page.0.read = vec![sales_model::Stretch::new(now(), now() + jiff::SignedDuration::from_secs(9))];
    desk.commit(page).await;
    desk.commit(Draft::default().with(first(1, "canary, edited"))).await;
    let owned = |place: &str, who: &str| Attribution {
        scope: Scope::Place { place: place.into() },
        customer: customer(who),
        rule: Rule::Explicit,
        reason: format!("{who} said so"),
    };
    let places = [PLACE.to_owned(), OTHER.to_owned()];
    let store = &desk.store;
    store.attribute(&places, &[owned(PLACE, "acme"), owned(OTHER, "globex")], &[]).await.unwrap();
    let file = |who: &str, place: &str, path: &str| FileEntry {
        customer: customer(who),
        place: place.into(),
        unit: unit_of(&ts(1)).to_string(),
        path: path.into(),
        hash: Some(ContentHash([1; 16])),
    };
    let finding = |who: &str, place: &str| UnitFindings {
        customer: customer(who),
        place: place.into(),
        unit: unit_of(&ts(1)).to_string(),
        rules: 1,
        findings: Vec::new(),
        digest: format!("digest of {who}"),
    };
    let change = Projected {
        files: vec![file("acme", PLACE, "slack/canary.json"), file("globex", OTHER, "slack/poc.json")],
        findings: vec![finding("acme", PLACE), finding("globex", OTHER)],
        stale: vec![customer("acme"), customer("globex")],
        ..Projected::default()
    };
    store.projected(change).await.unwrap();
    for who in ["acme", "globex"] {
        store.audit(AuditEntry { at: now(), action: "customer.add".into(), detail: format!(r#"{{"customer":"{who}"}}"#) }).await.unwrap();
        store.set(&format!("summary/{who}"), "hash").await.unwrap();
        let result = format!(r#"{{"customers":["{who}"],"note":"canary-poc of {who}"}}"#).replace("canary-poc of globex", "");
        let job = Job { id: who.into(), kind: "sync".into(), started: now(), ended: None, state: "done".into(), result };
        store.job(job).await.unwrap();
    }
    desk
}

fn acme() -> Erasure {
    Erasure {
        at: now(),
        subjects: vec![(Subject::Customer, "acme".into()), (Subject::Domain, "ACME.dev".into())],
        customer: Some(customer("acme")),
        places: vec![PLACE.into()],
        outsiders: ["slack:U1", "slack:U2", "slack:U9"].map(str::to_owned).into(),
        words: BTreeSet::from(["acme".to_owned()]),
        suppress: vec![(Subject::Domain, "acme.dev".into())],
        ..Erasure::default()
    }
}

/// Everything of a place goes, and nothing of its neighbours, with which it shares raw chunks.
pub async fn a_place_is_erased_with_all_that_was_made_of_it(store: Arc<dyn Store>) {
    let desk = furnished(store).await;
    let store = &desk.store;
    let before = (desk.all(OTHER).await, store.findings(&customer("globex"), ("", ""), 100).await.unwrap());
    let counted = store.erase(Erasure { dry_run: true, ..acme() }).await.unwrap();
    assert_eq!(desk.texts().await.len(), 2, "a dry run changes nothing");
    assert!(!store.suppressions().await.unwrap().has(Subject::Place, PLACE));
    let erased = store.erase(acme()).await.unwrap();
    assert_eq!(erased, counted);
    let names: Vec<_> = erased.people.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["Michael Canary"], "who stands in both places stays, and who stands in none");
    let count = |what: &str| erased.counts.get(what).copied().unwrap_or(0);
    let counts = ["records", "versions", "search rows", "attributions", "findings", "paths", "audit details", "job results", "failures"];
    assert_eq!(counts.map(count), [2, 1, 2, 1, 1, 1, 1, 1, 2], "{:?}", erased.counts);

    assert_eq!((desk.shown().await, desk.versions(1).await), (vec![], vec![]));
    let states = store.streams().await.unwrap();
    assert!(states.iter().all(|s| s.read.as_slice().is_empty()), "what was read is not here any more: {states:?}");
    assert_eq!(desk.found("canary").await, Vec::<String>::new());
    assert_eq!((desk.all(OTHER).await, store.findings(&customer("globex"), ("", ""), 100).await.unwrap()), before);
    let raw = store.raw(&sales_model::RecordId::new(OTHER, &ts(5))).await.unwrap().unwrap();
    assert!(String::from_utf8(raw).unwrap().contains("globex answers"));
    assert_eq!(store.places().await.unwrap().iter().map(|p| p.key.as_str()).collect::<Vec<_>>(), [OTHER]);
    assert_eq!(store.people().await.unwrap().iter().map(|p| p.key.as_str()).collect::<Vec<_>>(), ["slack:U2", "slack:U9"]);
    assert_eq!(store.files(None).await.unwrap().len(), 1);
    assert_eq!(store.stale().await.unwrap(), [customer("globex")]);
    assert_eq!((store.get("summary/acme").await.unwrap(), store.get("summary/globex").await.unwrap()), (None, Some("hash".into())));
    assert_eq!(store.failures().await.unwrap(), [], "they are of the place's own stream");
    desk.sound().await;

    // Who had the stream writes nothing any more; who takes it next knows what must not come back.
    let late = store.commit(&desk.lease, PageCommit::default()).await;
    assert!(matches!(late, Err(StoreError::Fenced(_))), "{late:?}");
    let list = store.suppressions().await.unwrap();
    let kept =
        [(Subject::Place, PLACE), (Subject::Domain, "Acme.Dev"), (Subject::Person, "slack:U1"), (Subject::Address, "SLACK.U1@acme.dev")];
    for (subject, text) in kept {
        assert!(list.has(subject, text), "{subject:?} {text}");
    }
    assert!(!list.has(Subject::Place, OTHER) && !list.has(Subject::Person, "slack:U2") && !list.has(Subject::Address, "acme.dev"));
    assert!(list.is_open(Subject::Customer, "ACME") && !list.is_open(Subject::Customer, "globex"));
    store.scrub().await.unwrap();
    assert!(!store.suppressions().await.unwrap().is_open(Subject::Customer, "acme"));
    let lease = take(&**store, &stream("history", "C2"), 1).await;
    store.commit(&lease, Draft::default().with(record(OTHER, 6, 6, "goes on")).0).await.unwrap();
    desk.sound().await;
}

/// A conversation of a place that stays goes with its records; each of them is kept away. The user may have it back.
pub async fn a_conversation_is_erased_and_may_be_had_again(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let store = &desk.store;
    desk.commit(Draft::default().with(first(1, "theirs")).with(reply(1, 2, "theirs too")).with(first(3, "of nobody"))).await;
    let doubt = |thread: u32, who: &str| Doubt {
        scope: Scope::Thread { place: PLACE.into(), thread: ts(thread) },
        candidates: vec![Candidate { customer: customer(who), reason: "a name".into() }],
        decide: String::new(),
    };
    store.attribute(&[PLACE.to_owned()], &[], &[doubt(1, "globex"), doubt(3, "acme")]).await.unwrap();
    desk.clean().await;
    let conversations = vec![(PLACE.to_owned(), ts(1))];
    store.erase(Erasure { places: vec![], outsiders: BTreeSet::new(), conversations, ..acme() }).await.unwrap();
    assert_eq!(desk.texts().await, ["of nobody"]);
    assert_eq!(desk.dirty().await, ["u0"], "its files are made again");
    assert_eq!(store.doubts().await.unwrap(), [], "about what is gone, and about who is forgotten");
    let list = store.suppressions().await.unwrap();
    assert!(list.has(Subject::Record, &id(1).0) && list.has(Subject::Record, &id(2).0) && !list.has(Subject::Record, &id(3).0));
    assert_eq!(store.lift(&[(Subject::Customer, "globex".into()), (Subject::Record, id(1).0.to_string())]).await.unwrap(), 0);
    assert_eq!(store.lift(&[(Subject::Domain, "acme.DEV".into()), (Subject::Customer, "acme".into())]).await.unwrap(), 1);
    assert!(store.suppressions().await.unwrap().is_empty());
    desk.sound().await;
}

/// Single records go out of a conversation that stays, and with them what deleted ones in it said.
pub async fn single_records_are_erased_out_of_a_conversation_that_stays(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let store = &desk.store;
    let page =
        Draft::default().with(first(1, "of both")).with(reply(1, 2, "theirs")).with(reply(1, 3, "once theirs")).with(first(5, "other"));
    desk.commit(page).await;
    let mut gone = Draft::default();
    gone.0.gone.push(crate::GoneItem { place: PLACE.into(), thread: None, native: ts(3) });
    desk.commit(gone).await;
    desk.clean().await;
    let records = vec![id(2)];
    let erasure = Erasure { places: vec![], outsiders: BTreeSet::new(), records, shared: vec![(PLACE.to_owned(), ts(1))], ..acme() };
    store.erase(erasure).await.unwrap();
    assert_eq!(desk.texts().await, ["of both", "other"]);
    assert_eq!(desk.versions(2).await, []);
    let texts: Vec<String> = desk.versions(3).await.into_iter().map(|v| v.record.text.plain).collect();
    assert_eq!(texts, ["", ""], "it is still known to be gone, and no more than that");
    assert_eq!(desk.dirty().await, ["u0"], "its files are made again");
    let list = store.suppressions().await.unwrap();
    assert!(list.has(Subject::Record, &id(2).0) && !list.has(Subject::Record, &id(3).0) && !list.has(Subject::Record, &id(1).0));
    desk.sound().await;
}

/// Whatever they wrote goes; whoever named them says `[removed]`.
struct Jo;

impl Mask for Jo {
    fn record(&self, record: &mut Record) -> Verdict {
        if record.author.as_deref() == Some("slack:U1") {
            return Verdict::Erase;
        }
        match self.text(&record.text.plain) {
            Some(text) => {
                record.text = Text::plain(text);
                Verdict::Masked
            }
            None => Verdict::Keep,
        }
    }

    fn voices(&self, _: &Record) -> Vec<String> {
        Vec::new()
    }

    fn silence(&self, _: &mut Record, _: &BTreeSet<String>) -> bool {
        false
    }

    fn text(&self, text: &str) -> Option<String> {
        text.contains("Jo").then(|| text.replace("Jo", "[removed]"))
    }

    fn search(&self, record: &Record) -> String {
        record.text.plain.clone()
    }
}

/// What a person said goes, a beginning that others answered becomes a stub, and what names them names nobody.
pub async fn a_person_is_taken_out(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let store = &desk.store;
    // Second `n` is said by `U(n % 3)`.
    let mut page = Draft::default()
        .with(first(1, "said by Jo"))
        .with(reply(1, 2, "thanks, Jo"))
        .with(reply(1, 4, "welcome, says Jo"))
        .with(first(3, "of somebody"));
    page.0.people = vec![person("slack:U1", "Jo"), person("slack:U2", "Gina")];
    desk.commit(page).await;
    desk.commit(Draft::default().with(first(3, "of Jo now"))).await;
    desk.commit(Draft::default().with(first(3, "of nobody now"))).await;
    desk.clean().await;
    let people = BTreeSet::from(["slack:U1".to_owned()]);
    let suppress = vec![(Subject::Author, "slack:U1".to_owned()), (Subject::Name, "jo rivera".to_owned())];
    let jo = Erasure { at: now(), mask: Some(Arc::new(Jo)), people, suppress, ..Erasure::default() };
    let erased = store.erase(jo).await.unwrap();
    assert_eq!((erased.counts["records"], erased.counts["masked records"], erased.counts["masked versions"]), (2, 1, 1));
    let shown: Vec<_> = desk.shown().await.into_iter().map(|(_, _, text, state)| (text, state)).collect();
    let live = RecordState::Live;
    let expected = [("", RecordState::Stub), ("thanks, [removed]", live), ("of nobody now", live)];
    assert_eq!(shown, expected.map(|(text, state)| (text.to_owned(), state)));
    let history: Vec<_> = desk.versions(3).await.into_iter().map(|v| v.record.text.plain).collect();
    assert_eq!(history, ["of nobody now", "of [removed] now", "of somebody"]);
    assert_eq!((desk.raw(2).await, desk.raw(3).await.is_some()), (None, true));
    assert_eq!((desk.found("Jo").await.len(), desk.found("thanks").await.len()), (0, 1));
    assert_eq!(desk.dirty().await, ["u0"]);
    assert_eq!(store.suppressions().await.unwrap().longest_name(), 2);
    assert_eq!(store.people().await.unwrap().len(), 1);
    desk.sound().await;

    // The same raw item again says nothing new; one without bytes stands without them.
    let lease = take(&**store, &stream("history", "C1"), 2).await;
    let again = store.commit(&lease, Draft::default().with(reply(1, 2, "thanks, Jo")).0).await.unwrap();
    assert_eq!((again.counts.changed, desk.texts().await[1].as_str()), (0, "thanks, [removed]"));
    let mut masked = Draft::default().with_raw(reply(1, 2, "thanks, [removed]"), "with a reaction");
    masked.0.raws[0].0.body = bytes::Bytes::new();
    store.commit(&lease, masked.0).await.unwrap();
    assert_eq!((desk.raw(2).await, desk.texts().await[1].as_str()), (None, "thanks, [removed]"));
    desk.sound().await;
}

/// What a process remembers of rows that another one erased is forgotten.
pub async fn a_stream_is_taken_anew_after_an_erasure(store: Arc<dyn Store>) {
    let desk = furnished(store).await;
    let store = &desk.store;
    store.erase(acme()).await.unwrap();
    let outcome = store
        .lease(&stream("history", "C1"), &Owner { pid: 9, started: "x".into() }, now(), jiff::SignedDuration::from_mins(1), |_| true)
        .await
        .unwrap();
    assert!(matches!(outcome, crate::LeaseOutcome::Leased(_)), "{outcome:?}");
    let lease = take(&**store, &stream("threads", "C1"), 1).await;
    store.commit(&lease, Draft::default().with(first(1, "had again")).0).await.unwrap();
    assert_eq!(desk.texts().await, ["had again"]);
    assert_eq!(store.units().await.unwrap().iter().filter(|u: &&Dirty| *u.place == *PLACE).count(), 1);
    desk.sound().await;
}

/// What is too old goes and is not kept away; the texts of deleted records go by a rule of their own. Twice is once.
pub async fn what_is_too_old_goes(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let store = &desk.store;
    let mut page =
        Draft::default().with(first(1, "old")).with(reply(1, 50, "a late answer")).with(first(2, "old too")).with(first(60, "new"));
    page = page.with(record("mail", 3, 3, "another source"));
    desk.commit(page).await;
    let mut gone = Draft::default();
    gone.0.gone = vec![crate::GoneItem { place: PLACE.into(), thread: None, native: ts(60) }];
    desk.commit(gone).await;
    desk.clean().await;
    let second = |n: i64| now() + jiff::SignedDuration::from_secs(n);
    let expiry = |slack: i64, deleted: Option<i64>| Erasure {
        expiry: Some(crate::Expiry { before: vec![("slack".into(), second(slack))], deleted: deleted.map(second), most: 100 }),
        ..Erasure::default()
    };
    // At the edge: what was said right then is kept, and so is what was deleted right then.
    assert_eq!(store.erase(expiry(1, Some(0))).await.unwrap().counts, std::collections::BTreeMap::new());
    let fell = store.erase(expiry(3, Some(1))).await.unwrap().counts;
    assert_eq!((fell["records"], fell["deleted versions"]), (2, 1), "{fell:?}");
    assert_eq!(desk.texts().await, ["-", "a late answer"]);
    let history: Vec<_> = desk.versions(60).await.into_iter().map(|v| v.record.text.plain).collect();
    assert_eq!(history, ["", ""]);
    assert_eq!(desk.all("mail").await.len(), 1);
    assert_eq!(store.erase(expiry(3, Some(1))).await.unwrap().counts, std::collections::BTreeMap::new());
    assert!(store.suppressions().await.unwrap().is_empty());
    // Nobody's stream was taken away.
    desk.commit(Draft::default().with(first(70, "newer"))).await;
    let fell = store.erase(expiry(51, None)).await.unwrap().counts;
    assert_eq!(fell["records"], 2, "with the last answer its beginning goes too");
    assert_eq!(desk.texts().await, ["newer"]);
    desk.sound().await;
}
