#![expect(clippy::unwrap_used, reason = "a conformance suite asserts")]

use std::sync::Arc;

use sales_model::{Attribution, Detail, Mail, MailAddress, Record, RecordId, RecordState, Rule, Scope, Text};

use super::fixture::{Desk, Draft, customer, record, stream, take};
use crate::{Committed, HeldCopy, Joins, Orphan, PageCommit, Store};

const MAIL: &str = "mail";

fn mail(native: &str, subject: &str) -> Record {
    let from = MailAddress { name: String::new(), email: format!("{native}@acme.example") };
    let detail = Mail { subject: subject.into(), from: Some(from), labels: Vec::new(), ..Mail::default() };
    Record {
        native: native.into(),
        thread: native.into(),
        author: None,
        text: Text::plain(format!("text of {native}")),
        detail: Some(Box::new(Detail::Mail(detail))),
        ..record(MAIL, 1, 1, "")
    }
}

/// A mail that answers others.
fn with(draft: Draft, record: Record, ancestors: &[&str]) -> Draft {
    let own = record.native.clone();
    let root = ancestors.first().map_or(own.as_str(), |a| a).to_owned();
    let keys = std::iter::once(own.as_str()).chain(ancestors.iter().copied()).map(|k| format!("id:{k}")).collect();
    let salt = serde_json::to_string(&record.detail).unwrap();
    let mut draft = draft.with_in(record, &salt, "");
    draft.0.records.last_mut().unwrap().joins = Some(Joins { keys, root: format!("t:{root}"), subject: root, orphan: false });
    draft
}

fn copy(item: &str, native: &str, labels: &[&str]) -> HeldCopy {
    let labels = labels.iter().map(|l| (*l).to_owned()).collect();
    HeldCopy { item: item.into(), place: MAIL.into(), native: native.into(), labels }
}

async fn shown(desk: &Desk) -> Vec<(String, String)> {
    desk.all(MAIL).await.into_iter().map(|s| (s.record.thread, s.record.native)).collect()
}

async fn labels(desk: &Desk, native: &str) -> Option<Vec<String>> {
    let stored = desk.store.record(&RecordId::new(MAIL, native)).await.unwrap().into_iter().next()?.record;
    match stored.detail.as_deref() {
        Some(Detail::Mail(mail)) if stored.state == RecordState::Live => Some(mail.labels.clone()),
        _ => None,
    }
}

/// In whatever order they come, mails with a key in common are one conversation of the same name; whose it was is decided again.
pub async fn mails_with_a_key_in_common_are_one_conversation(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    // `c` names only `b`, which names `a`; `d` stands alone. The last to come brings them together.
    desk.commit(with(Draft::default(), mail("c", "Re: x"), &["b"])).await;
    desk.commit(with(with(Draft::default(), mail("a", "x"), &[]), mail("d", "y"), &[])).await;
    let apart = [("t:a", "a"), ("t:b", "c"), ("t:d", "d")].map(|(t, n)| (t.to_owned(), n.to_owned()));
    assert_eq!(shown(&desk).await, apart);
    let scope = |thread: &str| Scope::Thread { place: MAIL.into(), thread: thread.into() };
    let owner = Attribution { scope: scope("t:b"), customer: customer("acme_inc"), rule: Rule::Domain, reason: "of c".into() };
    let page = PageCommit { decided: vec![scope("t:b")], attribution: vec![owner], ..PageCommit::default() };
    desk.store.commit(&desk.lease, page).await.unwrap();
    let mut page = with(Draft::default(), mail("b", "Re: x"), &["a"]).0;
    page.at = Some(super::fixture::now());
    let outcome = desk.store.commit(&desk.lease, page).await.unwrap();
    assert_eq!(outcome.conversations, [(Arc::from(MAIL), "t:a".to_owned())]);
    let together = [("t:a", "a"), ("t:a", "b"), ("t:a", "c"), ("t:d", "d")].map(|(t, n)| (t.to_owned(), n.to_owned()));
    assert_eq!(shown(&desk).await, together);
    assert_eq!(desk.store.attributions().await.unwrap(), [], "nobody owns a conversation that is no more");
    let signs = desk.store.signs_of(MAIL, &["t:a".into(), "t:none".into()]).await.unwrap();
    let from: Vec<&str> = signs.iter().flat_map(|s| &s.signs.addresses).map(String::as_str).collect();
    assert_eq!(from, ["a@acme.example", "b@acme.example", "c@acme.example"]);
    let lists = [vec!["id:b".to_owned()], vec!["id:zz".to_owned()], vec!["id:c".to_owned(), "id:d".to_owned()]];
    let names = desk.store.conversations(MAIL, &lists).await.unwrap();
    assert_eq!(names, [vec!["t:a".to_owned()], vec![], vec!["t:a".to_owned(), "t:d".to_owned()]]);
    // An older name that comes late renames all of them.
    desk.commit(with(Draft::default(), mail("e", "Fwd: x"), &["0", "c"])).await;
    assert!(shown(&desk).await.iter().all(|(t, n)| t == if n == "d" { "t:d" } else { "t:0" }));
    desk.sound().await;
}

/// A reply that names no ancestor waits for one of the same subject, whichever comes first.
pub async fn an_orphan_is_brought_home(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let gap = jiff::SignedDuration::from_hours(1);
    let mut page = with(Draft::default(), mail("lost", "Re: x"), &[]);
    page.0.records[0].joins.as_mut().unwrap().subject = "x".into();
    page.0.records[0].joins.as_mut().unwrap().orphan = true;
    desk.commit(page).await;
    assert_eq!(desk.store.orphans(MAIL, gap).await.unwrap(), []);
    let mut late = mail("late", "x");
    late.at += jiff::SignedDuration::from_hours(2);
    for record in [mail("x", "x"), mail("y", "y"), late] {
        let mut page = with(Draft::default(), record, &[]);
        if page.0.records[0].record.native == "late" {
            page.0.records[0].joins.as_mut().unwrap().subject = "x".into();
        }
        desk.commit(page).await;
    }
    let found = desk.store.orphans(MAIL, gap).await.unwrap();
    let at = mail("x", "").at;
    let expected = Orphan { native: "lost".into(), thread: "t:lost".into(), at, like: vec![("t:x".into(), at)] };
    assert_eq!(found, [expected]);
    desk.store.unite(MAIL, &[("lost".into(), "t:x".into()), ("none".into(), "t:x".into()), ("y".into(), "t:none".into())]).await.unwrap();
    assert_eq!(
        shown(&desk).await,
        [("t:late", "late"), ("t:lost", "lost"), ("t:lost", "x"), ("t:y", "y")].map(|(t, n)| (t.to_owned(), n.to_owned()))
    );
    assert_eq!(desk.store.orphans(MAIL, jiff::SignedDuration::from_hours(9)).await.unwrap(), [], "it is at home");
    desk.sound().await;
}

/// A mail has the labels of all its copies, and lives as long as a stream holds one.
pub async fn a_mail_lives_while_a_copy_is_held(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let sent = Desk { store: desk.store.clone(), lease: take(&*desk.store, &stream("folder", "7/Sent"), 1).await };
    let mut page = with(Draft::default(), mail("a", "x"), &[]);
    page.0.held = vec![copy("1", "a", &["INBOX", "Deals"])];
    desk.commit(page).await;
    let mut page = with(Draft::default(), mail("a", "x"), &[]);
    page.0.held = vec![copy("1", "a", &["Sent"])];
    assert_eq!(sent.commit(page).await, Committed { unchanged: 1, ..Committed::default() });
    assert_eq!(labels(&desk, "a").await.unwrap(), ["Deals", "INBOX", "Sent"]);
    desk.clean().await;
    let again = Draft(PageCommit { held: vec![copy("1", "a", &["INBOX", "Deals"])], ..PageCommit::default() });
    desk.commit(again).await;
    assert_eq!(desk.store.dirty(None, 9).await.unwrap(), [], "the same copy changes nothing");
    desk.commit(Draft(PageCommit { held: vec![copy("1", "a", &["INBOX"])], ..PageCommit::default() })).await;
    assert_eq!(labels(&desk, "a").await.unwrap(), ["INBOX", "Sent"]);
    assert_eq!(desk.store.dirty(None, 9).await.unwrap().len(), 1, "other labels are shown");
    assert_eq!(desk.store.live(MAIL, &["a".into(), "b".into()]).await.unwrap().into_iter().collect::<Vec<_>>(), [("a".into(), true)]);
    desk.commit(Draft(PageCommit { dropped: vec!["1".into(), "2".into()], ..PageCommit::default() })).await;
    assert_eq!(labels(&desk, "a").await.unwrap(), ["Sent"]);
    // Another generation of the folder takes over before the old one is forgotten.
    let fresh = Desk { store: desk.store.clone(), lease: take(&*desk.store, &stream("folder", "8/Sent"), 1).await };
    let gone = Draft(PageCommit { retired: vec!["7/Sent".into(), "8/Sent".into(), "6/Sent".into()], ..PageCommit::default() });
    assert_eq!(fresh.commit(gone).await, Committed { gone: 1, ..Committed::default() });
    assert_eq!((labels(&desk, "a").await, shown(&desk).await), (None, Vec::new()));
    assert_eq!(desk.store.signs(MAIL).await.unwrap(), []);
    fresh.commit(Draft(PageCommit { held: vec![copy("9", "a", &["Sent"])], ..PageCommit::default() })).await;
    let lacking = [(stream("folder", "8/Sent"), "9".to_owned())];
    assert_eq!(desk.store.lacking(MAIL).await.unwrap(), lacking, "a copy of what is struck out is to be fetched");
    let mut page = with(Draft::default(), mail("a", "x"), &[]);
    page.0.held = vec![copy("9", "a", &["Sent"])];
    assert_eq!(fresh.commit(page).await, Committed { changed: 1, ..Committed::default() });
    assert_eq!(labels(&desk, "a").await.unwrap(), ["Sent"], "it is there again");
    assert_eq!(desk.store.lacking(MAIL).await.unwrap(), []);
}

/// A stream that told of all its copies holds no others; what the same page brings it holds too, and other streams' copies stay.
pub async fn copies_that_a_whole_list_lacks_are_gone(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let other = Desk { store: desk.store.clone(), lease: take(&*desk.store, &stream("folder", "7/Sent"), 1).await };
    for native in ["a", "b", "c"] {
        let mut page = with(Draft::default(), mail(native, native), &[]);
        page.0.held = vec![copy(&format!("i{native}"), native, &["INBOX"])];
        desk.commit(page).await;
    }
    let mut page = with(Draft::default(), mail("b", "b"), &[]);
    page.0.held = vec![copy("ib", "b", &["Sent"])];
    other.commit(page).await;
    let mut page = with(Draft::default(), mail("d", "d"), &[]);
    page.0.held = vec![copy("id", "d", &["INBOX"])];
    page.0.present = Some(["ia".to_owned(), "never".to_owned()].into());
    assert_eq!(desk.commit(page).await, Committed { new: 1, gone: 1, ..Committed::default() });
    let mut left = Vec::new();
    for native in ["a", "b", "c", "d"] {
        left.push(labels(&desk, native).await.map(|l| l.join(" ")));
    }
    let inbox = || Some("INBOX".to_owned());
    assert_eq!(left, [inbox(), Some("Sent".to_owned()), None, inbox()]);
    // An empty list is one; none says nothing.
    desk.commit(Draft(PageCommit { present: None, ..PageCommit::default() })).await;
    assert_eq!(labels(&desk, "a").await.unwrap(), ["INBOX"]);
    let none = Draft(PageCommit { present: Some([].into()), ..PageCommit::default() });
    assert_eq!(desk.commit(none).await, Committed { gone: 2, ..Committed::default() });
    desk.sound().await;
}

/// Two mails under one id have names of their own; who tells of one by the shared id tells of the one that it is.
pub async fn a_copy_stays_with_its_record(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    for (item, native) in [("1", "a"), ("2", "a~12345678")] {
        let mut page = with(Draft::default(), mail(native, native), &[]);
        page.0.held = vec![copy(item, native, &["INBOX"])];
        desk.commit(page).await;
    }
    let told = vec![copy("1", "a", &["Sent"]), copy("2", "a", &["Deals"])];
    assert_eq!(desk.commit(Draft(PageCommit { held: told, ..PageCommit::default() })).await, Committed::default());
    assert_eq!(
        (labels(&desk, "a").await.unwrap(), labels(&desk, "a~12345678").await.unwrap()),
        (vec!["Sent".into()], vec!["Deals".into()])
    );
    desk.commit(Draft(PageCommit { dropped: vec!["1".into()], ..PageCommit::default() })).await;
    assert_eq!((labels(&desk, "a").await, labels(&desk, "a~12345678").await), (None, Some(vec!["Deals".into()])));
    desk.sound().await;
}

/// Another copy of a mail says nothing new, but a whole one replaces a header.
pub async fn a_whole_mail_is_kept(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let header = Record { partial: true, ..mail("a", "x") };
    let mut page = with(Draft::default(), header, &[]);
    page.0.held = vec![copy("17", "a", &["INBOX"])];
    desk.commit(page).await;
    assert_eq!(desk.store.lacking(MAIL).await.unwrap(), [], "it is nobody's");
    assert_eq!(desk.store.partial(MAIL).await.unwrap(), []);
    assert_eq!(desk.store.held(MAIL, "a").await.unwrap(), [(stream("history", "C1"), "17".to_owned())]);
    let scope = Scope::Thread { place: MAIL.into(), thread: "t:a".into() };
    let owner = Attribution { scope, customer: customer("acme_inc"), rule: Rule::Domain, reason: "of a".into() };
    desk.store.commit(&desk.lease, PageCommit { attribution: vec![owner], ..PageCommit::default() }).await.unwrap();
    assert_eq!(desk.store.lacking(MAIL).await.unwrap(), [(stream("history", "C1"), "17".to_owned())]);
    assert_eq!(desk.store.partial(MAIL).await.unwrap(), [(customer("acme_inc"), 1)]);
    assert_eq!(desk.commit(with(Draft::default(), mail("a", "x"), &[])).await, Committed { changed: 1, ..Committed::default() });
    assert_eq!((desk.store.lacking(MAIL).await.unwrap(), desk.store.partial(MAIL).await.unwrap()), (Vec::new(), Vec::new()));
    let other = Record { text: Text::plain("by way of a list"), ..mail("a", "[list] x") };
    assert_eq!(desk.commit(with(Draft::default(), other, &[])).await, Committed { unchanged: 1, ..Committed::default() });
    let stored = desk.store.record(&RecordId::new(MAIL, "a")).await.unwrap();
    assert_eq!(stored.first().unwrap().record.text.plain, "text of a");
}
