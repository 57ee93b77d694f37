//! The workspace changes while it is read.

use jiff::SignedDuration;
use sales_simulator::{
    GranolaWorld, Scenario,
    granola::{Note, Order, User},
};
use serde_json::{Value, json};

use crate::common::{Lab, NOW, numbers, refused, tiny};

async fn pages_around(order: Order, change: impl FnOnce(&mut GranolaWorld)) -> (Vec<u64>, Vec<u64>) {
    let lab = Lab::mannered(|m| m.order = order).await;
    let first = lab.get("/v1/notes", &[("page_size", "6")]).await.json();
    lab.world().write(change);
    let mut cursor = first["cursor"].as_str().unwrap().to_owned();
    let mut rest = Vec::new();
    loop {
        let page = lab.get("/v1/notes", &[("page_size", "6"), ("cursor", &cursor)]).await.json();
        rest.extend(numbers(page["notes"].as_array().unwrap()));
        match page["cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => return (numbers(first["notes"].as_array().unwrap()), rest),
        }
    }
}

#[tokio::test]
async fn by_creation_an_edit_moves_nothing() {
    let edit = |w: &mut GranolaWorld| w.edit_note(&tiny(2), Some("Late"), None, NOW.parse().unwrap()).unwrap();
    assert_eq!(pages_around(Order::NewestFirst, edit).await, (vec![15, 14, 13, 12, 11, 10], vec![9, 6, 5, 4, 3, 2, 1]));
    // What comes new is ahead of the reader; what goes is missed by nobody, even if the page ended with it.
    let change = |w: &mut GranolaWorld| {
        let at = NOW.parse().unwrap();
        w.add_note(Note { id: tiny(99), ..Note::new("x", "New", User::new("Sam Rep", "sam@us.example"), at) }).unwrap();
        w.delete_note(&tiny(10)).unwrap();
        w.delete_note(&tiny(9)).unwrap();
    };
    assert_eq!(pages_around(Order::NewestFirst, change).await, (vec![15, 14, 13, 12, 11, 10], vec![6, 5, 4, 3, 2, 1]));
}

#[tokio::test]
async fn by_change_an_edit_moves_the_note() {
    let edit = |n: u64| move |w: &mut GranolaWorld| w.edit_note(&tiny(n), None, Some("- Late"), NOW.parse().unwrap()).unwrap();
    let (_, rest) = pages_around(Order::UpdatedNewestFirst, edit(2)).await;
    assert_eq!(rest, [9, 6, 5, 4, 3, 1], "missed: it moved ahead of the reader");
    let (first, rest) = pages_around(Order::UpdatedOldestFirst, edit(2)).await;
    assert_eq!((first, rest), (vec![1, 2, 3, 4, 5, 6], vec![9, 10, 11, 12, 13, 14, 15, 2]), "twice");
}

#[tokio::test]
async fn a_filter_by_change_sees_what_changed_since() {
    let lab = Lab::tiny().await;
    let since = [("updated_after", NOW)];
    assert_eq!(lab.listed("grn_tiny", &since).await, Vec::<u64>::new());
    lab.clock.forward(SignedDuration::from_secs(60));
    let edited = lab
        .event(json!({"do": "granola.edit_note", "note": tiny(3), "title": "Somebody does", "summary": "### Next steps\n- **Call**"}))
        .await;
    assert_eq!(edited.json(), json!({"ok": true, "note": tiny(3)}));
    assert_eq!(lab.listed("grn_tiny", &since).await, [3]);
    let note = lab.note(3, &[]).await.json();
    assert_eq!(
        (&note["title"], &note["summary_text"], &note["summary_markdown"], &note["created_at"], &note["updated_at"]),
        (
            &json!("Somebody does"),
            &json!("Next steps\nCall"),
            &json!("### Next steps\n- **Call**"),
            &json!("2024-03-14T09:00:00Z"),
            &json!("2024-04-08T09:01:00Z")
        )
    );
    // Sharing is no change of the content: no filter tells of it.
    lab.event(json!({"do": "granola.share", "note": tiny(8), "with": "sam@us.example"})).await.json();
    assert_eq!(lab.listed("grn_tiny", &since).await, [3]);
    assert!(lab.listed("grn_tiny", &[]).await.contains(&8));
    lab.event(json!({"do": "granola.unshare", "note": tiny(8), "with": "SAM@us.example"})).await.json();
    assert!(!lab.listed("grn_tiny", &[]).await.contains(&8));
    lab.event(json!({"do": "granola.share", "note": tiny(8)})).await.json();
    assert!(lab.listed("grn_tiny_workspace", &[]).await.contains(&8), "with everybody");
    lab.event(json!({"do": "granola.unshare", "note": tiny(8)})).await.json();
    assert!(!lab.listed("grn_tiny_workspace", &[]).await.contains(&8));
}

#[tokio::test]
async fn a_note_exists_when_it_is_ready() {
    let lab = Lab::tiny().await;
    assert_eq!(lab.note(7, &[]).await.refusal(), refused(404, "NOT_FOUND"));
    lab.event(json!({"do": "granola.set_ready", "note": tiny(7)})).await.json();
    assert_eq!(lab.note(7, &[]).await.json()["updated_at"], NOW);
    // By the clock alone: what appears was last changed long before.
    let ready = lab.clock.as_ref();
    lab.world().write(|w| w.change_note(&tiny(12), |n| n.sim.ready_at = Some("2024-04-08T09:10:00Z".parse().unwrap())).unwrap());
    assert_eq!(lab.note(12, &[]).await.status, 404);
    assert!(!lab.listed("grn_tiny", &[]).await.contains(&12));
    ready.forward(SignedDuration::from_mins(10));
    assert_eq!(lab.note(12, &[]).await.json()["updated_at"], "2024-03-23T10:15:00Z");
    assert!(lab.listed("grn_tiny", &[]).await.contains(&12));
    assert_eq!(lab.listed("grn_tiny", &[("updated_after", NOW)]).await, Vec::<u64>::new(), "nothing tells that it came");
}

#[tokio::test]
async fn notes_come_and_go() {
    let lab = Lab::tiny().await;
    lab.event(json!({"do": "granola.delete_note", "note": tiny(15)})).await.json();
    assert_eq!(lab.note(15, &[]).await.refusal(), refused(404, "NOT_FOUND"));
    assert!(!lab.listed("grn_tiny", &[]).await.contains(&15));
    let added = lab.event(json!({"do": "granola.add_note"})).await.json();
    let again = lab
        .event(json!({"do": "granola.add_note", "note": {"title": null, "owner": {"name": "Jo", "email": "jo@us.example"},
        "attendees": [{"name": null, "email": "a@acme.example"}], "created_at": "2024-04-07T08:00:00Z", "_sim": {"public": true}}}))
        .await
        .json();
    assert_ne!(added["note"], again["note"]);
    let note = async |answer: &Value| lab.get(&format!("/v1/notes/{}", answer["note"].as_str().unwrap()), &[]).await.json();
    let first = note(&added).await;
    assert_eq!(
        (&first["title"], &first["created_at"], &first["owner"]["email"]),
        (&json!("A new note"), &json!(NOW), &json!("sam@us.example"))
    );
    let second = note(&again).await;
    assert_eq!(
        (&second["title"], &second["created_at"], &second["attendees"][0]["email"]),
        (&Value::Null, &json!("2024-04-07T08:00:00Z"), &json!("a@acme.example"))
    );
    assert_eq!(second.get("_sim"), None, "what the double knows beside is never shown");
    // Things nobody expects.
    lab.event(json!({"do": "granola.set_field", "note": tiny(1), "field": "title", "value": {"text": ["x"]}})).await.json();
    lab.event(json!({"do": "granola.set_field", "note": tiny(1), "field": "attendees", "value": null})).await.json();
    let odd = lab.note(1, &[]).await.json();
    assert_eq!((&odd["title"], &odd["attendees"]), (&json!({"text": ["x"]}), &Value::Null));
    let list = lab.get("/v1/notes", &[("page_size", "30")]).await.json();
    let listed = list["notes"].as_array().unwrap().iter().find(|n| n["id"] == tiny(1)).unwrap().clone();
    assert_eq!((&listed["title"], listed.get("attendees")), (&json!({"text": ["x"]}), None));
}

#[tokio::test]
async fn bad_events_say_what_is_wrong() {
    let lab = Lab::tiny().await;
    for (bad, reason) in [
        (json!({"do": "granola.explode"}), "unknown variant `explode`"),
        (json!({"do": "granola.edit_note", "nota": "x"}), "unknown field `nota`"),
        (json!({"do": "granola.edit_note", "note": "not_00000000000000"}), "there is no note `not_00000000000000`"),
        (json!({"do": "granola.revoke_key", "key": "grn_secret_of_another"}), "there is no such key"),
        (json!({"do": "granola.set_scopes", "scopes": ["everything"]}), "unknown variant `everything`"),
        (json!({"do": "granola.add_note", "note": {"id": "1"}}), "`1` is no note's id"),
        (json!({"do": "granola.add_note", "note": {"titel": "1"}}), "not a note: unknown field `titel`"),
        (
            json!({"do": "granola.add_note", "note": {"folder_membership": [{"id": "fol_00000000000000", "object": "folder", "name": "x", "parent_folder_id": null}]}}),
            "there is no folder",
        ),
    ] {
        let answer = lab.event(bad).await;
        let error = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(answer.status == 400 && error.contains(reason), "{error}");
        assert!(!error.contains("grn_"), "{error}");
    }
    let none = Lab::with(|o| o.granola = None).await;
    let answer = none.event(json!({"do": "granola.expire_cursors"})).await;
    assert_eq!((answer.status, &answer.json()["error"]), (400, &json!("no Granola workspace is simulated")));
}

#[tokio::test]
async fn built_in_scenarios_change_the_world() {
    let named = async |name: &str| {
        let scenario = Scenario::named(name).unwrap();
        Lab::with(|o| o.scenario = Some(scenario)).await
    };
    let lab = named("granola-edit").await;
    let before = lab.get("/v1/notes", &[("page_size", "1")]).await.json()["notes"][0].clone();
    let after = lab.get("/v1/notes", &[("page_size", "1")]).await.json()["notes"][0].clone();
    assert_eq!((&before["id"], &after["id"]), (&json!(tiny(15)), &json!(tiny(15))));
    assert_eq!((&before["updated_at"], &after["updated_at"]), (&json!("2024-03-26T10:15:00Z"), &json!(NOW)));
    let lab = named("granola-few-notes").await;
    assert_eq!(lab.listed("grn_tiny", &[]).await, [4, 5, 12, 13, 14, 15], "personal notes are out of reach");
}

#[test]
fn shifting_moves_every_time_by_whole_weeks() {
    let original = GranolaWorld::tiny();
    let mut world = original.clone();
    world.change_note(&tiny(7), |n| n.sim.ready_at = Some(n.created_at)).unwrap();
    let now = "2026-11-22T10:00:00Z".parse().unwrap();
    world.shift_to(now);
    let moved = world.newest().unwrap().duration_since(original.newest().unwrap());
    assert_eq!(moved.as_secs() % (7 * 24 * 3600), 0);
    let age = now.duration_since(world.newest().unwrap());
    assert!(age >= SignedDuration::ZERO && age < SignedDuration::from_hours(7 * 24), "{age}");
    for (old, new) in original.notes().zip(world.notes()) {
        let by = |a: jiff::Timestamp, b: jiff::Timestamp| assert_eq!(b.duration_since(a), moved, "{}", old.id);
        by(old.created_at, new.created_at);
        by(old.updated_at, new.updated_at);
        if let (Some(a), Some(b)) = (&old.calendar_event, &new.calendar_event) {
            for (a, b) in [(a.scheduled_start_time, b.scheduled_start_time), (a.scheduled_end_time, b.scheduled_end_time)] {
                assert_eq!(a.is_some(), b.is_some());
                a.zip(b).into_iter().for_each(|(a, b)| by(a, b));
            }
        }
        for (a, b) in old.transcript.iter().flatten().zip(new.transcript.iter().flatten()) {
            by(a.start_time, b.start_time);
            by(a.end_time, b.end_time);
        }
    }
    assert_eq!(world.note(&tiny(7)).unwrap().sim.ready_at, Some(world.note(&tiny(7)).unwrap().created_at));
    let again = {
        let mut w = world.clone();
        w.shift_to(now);
        w
    };
    assert!(again.notes().eq(world.notes()), "once is enough");
}
