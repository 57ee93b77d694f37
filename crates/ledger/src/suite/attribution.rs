#![expect(clippy::unwrap_used, reason = "a conformance suite asserts")]

use std::sync::Arc;

use sales_model::{Attribution, Doubt, Rule, Scope};

use super::fixture::{Desk, Draft, PLACE, customer, first, record, ts};
use crate::Store;

fn place(key: &str) -> Scope {
    Scope::Place { place: key.into() }
}

fn thread(n: u32) -> Scope {
    Scope::Thread { place: PLACE.into(), thread: ts(n) }
}

fn owned(scope: Scope, by: &str, rule: Rule, reason: &str) -> Attribution {
    Attribution { scope, customer: customer(by), rule, reason: reason.into() }
}

fn doubtful(scope: Scope) -> Doubt {
    Doubt { scope, candidates: Vec::new(), decide: "name the channel in a profile".into() }
}

async fn attribute(desk: &Desk, places: &[&str], attributions: &[Attribution], doubts: &[Doubt]) -> Vec<String> {
    desk.clean().await;
    let places: Vec<String> = places.iter().map(|&p| p.to_owned()).collect();
    desk.store.attribute(&places, attributions, doubts).await.unwrap();
    desk.dirty().await
}

/// What stands on a place is replaced; its units are dirty when its owners change, and only then.
pub async fn places_are_attributed(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    desk.commit(Draft::default().with(first(1, "a")).with(first(100, "b")).with(record("slack:C2", 200, 200, "c"))).await;
    let none: [String; 0] = [];
    let acme = owned(place(PLACE), "acme_inc", Rule::Explicit, "the profile names it");
    assert_eq!(attribute(&desk, &[PLACE], std::slice::from_ref(&acme), &[]).await, ["u0", "u1"]);
    assert_eq!(desk.store.attributions().await.unwrap(), vec![acme.clone()]);
    assert_eq!(attribute(&desk, &[PLACE, "slack:C2"], std::slice::from_ref(&acme), &[]).await, none);
    // Another reason for the same owner changes no file.
    let pattern = owned(place(PLACE), "acme_inc", Rule::ChannelPattern, "ext-acme");
    assert_eq!(attribute(&desk, &[PLACE], std::slice::from_ref(&pattern), &[]).await, none);
    assert_eq!(desk.store.attributions().await.unwrap(), vec![pattern]);
    // Two owners, in any order; a place that is not named keeps what it has.
    let globex = owned(place(PLACE), "globex", Rule::Domain, "globex.example");
    assert_eq!(attribute(&desk, &[PLACE], &[globex.clone(), acme.clone()], &[]).await, ["u0", "u1"]);
    assert_eq!(attribute(&desk, &["slack:C2"], &[], &[]).await, none);
    assert_eq!(desk.store.attributions().await.unwrap(), [acme.clone(), globex]);
    // Doubt takes the owners away, an owner the doubt.
    let doubt = doubtful(place(PLACE));
    assert_eq!(attribute(&desk, &[PLACE], &[], std::slice::from_ref(&doubt)).await, ["u0", "u1"]);
    assert_eq!((desk.store.attributions().await.unwrap(), desk.store.doubts().await.unwrap()), (vec![], vec![doubt.clone()]));
    assert_eq!(attribute(&desk, &[PLACE], &[], std::slice::from_ref(&doubt)).await, none);
    assert_eq!(attribute(&desk, &[PLACE], &[acme], &[]).await, ["u0", "u1"]);
    assert_eq!(desk.store.doubts().await.unwrap(), []);
    assert_eq!(attribute(&desk, &[PLACE, "slack:unknown"], &[], &[]).await, ["u0", "u1"]);
    assert_eq!(desk.store.attributions().await.unwrap(), []);
    desk.sound().await;
}

/// Conversations in a page get what the page says of them; and what is not named when the place is decided again is taken back.
pub async fn conversations_are_attributed(store: Arc<dyn Store>) {
    let desk = Desk::new(store).await;
    let none: [String; 0] = [];
    let records = || Draft::default().with(first(1, "a")).with(first(100, "b")).with(first(200, "c"));
    let page = |attribution: &[Attribution], doubts: &[Doubt]| {
        let mut page = records();
        page.0.attribution = attribution.to_vec();
        page.0.doubts = doubts.to_vec();
        page
    };
    let acme = owned(thread(1), "acme_inc", Rule::Address, "al@acme.example");
    let doubt = doubtful(thread(100));
    desk.commit(page(std::slice::from_ref(&acme), std::slice::from_ref(&doubt))).await;
    assert_eq!((desk.store.attributions().await.unwrap(), desk.store.doubts().await.unwrap()), (vec![acme.clone()], vec![doubt.clone()]));
    desk.clean().await;
    desk.commit(page(std::slice::from_ref(&acme), &[doubt])).await;
    assert_eq!(desk.dirty().await, none);
    // The doubtful one is decided, the decided one doubtful; the third stays as it is.
    let globex = owned(thread(100), "globex", Rule::Address, "bo@globex.example");
    desk.commit(page(std::slice::from_ref(&globex), &[doubtful(thread(1))])).await;
    assert_eq!(desk.dirty().await, ["u0", "u1"]);
    assert_eq!(
        (desk.store.attributions().await.unwrap(), desk.store.doubts().await.unwrap()),
        (vec![globex.clone()], vec![doubtful(thread(1))])
    );
    // Both said of one: an owner is no doubt.
    desk.commit(page(std::slice::from_ref(&globex), &[doubtful(thread(100)), doubtful(thread(1))])).await;
    assert_eq!(desk.store.doubts().await.unwrap(), [doubtful(thread(1))]);
    // A page that says nothing about them leaves them.
    desk.clean().await;
    desk.commit(records()).await;
    assert_eq!((desk.dirty().await, desk.store.attributions().await.unwrap()), (vec![], vec![globex.clone()]));
    // Places decided again: a conversation that is named keeps what it has, and so does one of a place that is not listed.
    let (kept, asked) = (std::slice::from_ref(&globex), &[doubtful(thread(1))]);
    assert_eq!(attribute(&desk, &[PLACE], kept, asked).await, none);
    assert_eq!(attribute(&desk, &["slack:C2"], &[], &[]).await, none);
    assert_eq!((desk.store.attributions().await.unwrap(), desk.store.doubts().await.unwrap()), (kept.to_vec(), asked.to_vec()));
    // One that is not named is taken back, and its files go; a doubt goes without a file.
    assert_eq!(attribute(&desk, &[PLACE], &[], asked).await, ["u1"]);
    assert_eq!((desk.store.attributions().await.unwrap(), desk.store.doubts().await.unwrap()), (vec![], asked.to_vec()));
    assert_eq!(attribute(&desk, &[PLACE], &[], &[]).await, none);
    assert_eq!(desk.store.doubts().await.unwrap(), []);
    // An owner of the whole place speaks for its conversations.
    assert_eq!(attribute(&desk, &[PLACE], kept, asked).await, ["u1"]);
    let whole = owned(place(PLACE), "acme_inc", Rule::Explicit, "named");
    assert_eq!(attribute(&desk, &[PLACE], std::slice::from_ref(&whole), &[]).await, ["u0", "u1", "u2"]);
    assert_eq!((desk.store.attributions().await.unwrap(), desk.store.doubts().await.unwrap()), (vec![whole], vec![]));
    desk.sound().await;
}
