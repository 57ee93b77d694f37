//! What a key sees: its kind and scopes decide, and no parameter.

use sales_simulator::granola::{Folder, Scope};
use serde_json::{Value, json};

use crate::common::{Lab, refused, tiny};

#[tokio::test]
async fn kinds_and_scopes_decide() {
    let lab = Lab::tiny().await;
    let sam = async || lab.listed("grn_tiny", &[]).await;
    assert_eq!(sam().await, [1, 2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 14, 15], "own, shared, in a shared folder, public");
    assert_eq!(lab.listed("grn_tiny_personal", &[]).await, [5, 8, 9, 10], "Jo's own");
    assert_eq!(lab.listed("grn_tiny_workspace", &[]).await, [4, 5, 12, 13, 14, 15], "public ones only");
    lab.world().write(|w| w.set_scopes("grn_tiny", &[Scope::Public]).unwrap());
    assert_eq!(sam().await, [4, 5, 12, 13, 14, 15]);
    lab.world().write(|w| w.set_scopes("sam@us.example", &[Scope::Personal]).unwrap());
    assert_eq!(sam().await, [1, 2, 3, 4, 6, 9, 10, 11, 12, 13, 14, 15], "all but Jo's public one");
    lab.world().write(|w| w.set_scopes("grn_tiny", &[]).unwrap());
    assert_eq!(sam().await, Vec::<u64>::new(), "an empty list, no error");
    lab.world().write(|w| w.set_scopes("grn_tiny_workspace", &[Scope::Personal]).unwrap());
    assert_eq!(lab.listed("grn_tiny_workspace", &[]).await, Vec::<u64>::new(), "a workspace has nothing personal");
}

#[tokio::test]
async fn what_is_not_seen_is_not_there() {
    let lab = Lab::tiny().await;
    let missing = refused(404, "NOT_FOUND");
    let unknown = lab.get("/v1/notes/not_00000000000000", &[]).await;
    for (key, number) in [("grn_tiny", 8), ("grn_tiny", 7), ("grn_tiny_personal", 1), ("grn_tiny_workspace", 9)] {
        for tail in ["", "/transcript"] {
            let answer = lab.get_as(key, &format!("/v1/notes/{}{tail}", tiny(number)), &[]).await;
            assert_eq!(answer.refusal(), missing, "{key} {number}");
            assert_eq!(answer.body, unknown.body, "the same as for a note that never was");
        }
    }
}

#[tokio::test]
async fn private_notes_are_for_their_owner() {
    let lab = Lab::tiny().await;
    lab.world().write(|w| w.set_public(&tiny(1), true).unwrap());
    let private = async |key: &str, number: u64| {
        let note = lab.get_as(key, &format!("/v1/notes/{}", tiny(number)), &[]).await.json();
        (note["private_notes_text"].clone(), note["private_notes_markdown"].clone())
    };
    let none = (Value::Null, Value::Null);
    assert_eq!(private("grn_tiny", 1).await, (json!("They sounded unsure"), json!("They sounded **unsure**")));
    assert_eq!(private("grn_tiny_workspace", 1).await, none);
    assert_eq!(private("grn_tiny", 9).await, none, "shared, but Jo's");
    assert_eq!(private("grn_tiny_personal", 9).await.0, json!("Jo's own"));
    lab.world().write(|w| w.set_public(&tiny(9), true).unwrap());
    assert_eq!(private("grn_tiny_workspace", 9).await, none, "the admin's key of the workspace is not the admin's own");
}

#[tokio::test]
async fn folders_are_seen_by_their_members() {
    let lab = Lab::tiny().await;
    let names = async |key: &str| {
        let reply = lab.get_as(key, "/v1/folders", &[]).await.json();
        reply["folders"].as_array().unwrap().iter().map(|f| f["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("grn_tiny").await, ["Acme", "customers", "deal room", "\u{c9}tudes"]);
    assert_eq!(names("grn_tiny_workspace").await, ["Acme", "customers", "\u{c9}tudes"]);
    lab.world().write(|w| w.set_public(&tiny(10), true).unwrap());
    let membership = async |key: &str| lab.get_as(key, &format!("/v1/notes/{}", tiny(10)), &[]).await.json()["folder_membership"].clone();
    let room = json!([{"id": "fol_TinyDealRoom00", "object": "folder", "name": "deal room", "parent_folder_id": null}]);
    assert_eq!((membership("grn_tiny").await, membership("grn_tiny_workspace").await), (room, json!([])));
    assert_eq!(lab.listed("grn_tiny_workspace", &[("folder_id", "fol_TinyDealRoom00")]).await, Vec::<u64>::new());
}

#[tokio::test]
async fn a_private_folder_hides_what_lies_in_it() {
    let lab = Lab::tiny().await;
    let child = Folder::new("fol_TinyDealChild0", "drafts", Some("fol_TinyDealRoom00"));
    lab.world().write(|w| {
        w.add_folder(child.clone()).unwrap();
        w.change_note(&tiny(8), |n| n.folder_membership = vec![child]).unwrap();
    });
    assert!(lab.listed("grn_tiny", &[]).await.contains(&8), "a member of the outer folder sees what is in the inner one");
    let names = async |key: &str| {
        let reply = lab.get_as(key, "/v1/folders", &[]).await.json();
        reply["folders"].as_array().unwrap().iter().filter(|f| f["name"] == "drafts").count()
    };
    assert_eq!((names("grn_tiny").await, names("grn_tiny_workspace").await), (1, 0));
    assert_eq!(lab.listed("grn_tiny", &[("folder_id", "fol_TinyDealRoom00")]).await, [8, 10]);
    // Folders that lie in each other, which no vendor should have: still an answer.
    lab.world().write(|w| {
        w.add_folder(Folder::new("fol_TinyDealRoom00", "deal room", Some("fol_TinyDealChild0"))).unwrap();
    });
    assert_eq!(lab.listed("grn_tiny", &[("folder_id", "fol_TinyDealRoom00")]).await, Vec::<u64>::new(), "shared with nobody any more");
    let note = lab.get_as("grn_tiny_personal", &format!("/v1/notes/{}", tiny(10)), &[]).await.json();
    assert_eq!(note["folder_membership"].as_array().unwrap().len(), 2, "each once");
}

#[tokio::test]
async fn transcripts_may_be_forbidden() {
    let lab = Lab::tiny().await;
    lab.event(json!({"do": "granola.allow_transcripts", "key": "grn_tiny", "allowed": false})).await.json();
    let with = [("include", "transcript")];
    assert_eq!(lab.note(1, &with).await.json()["transcript"], Value::Null);
    assert_eq!(lab.note(6, &with).await.json()["transcript"], Value::Null, "too large plays no part");
    assert_eq!(lab.get(&format!("/v1/notes/{}/transcript", tiny(1)), &[]).await.refusal(), refused(404, "NOT_FOUND"));
    let jo = lab.get_as("grn_tiny_personal", &format!("/v1/notes/{}", tiny(5)), &with).await.json();
    assert_eq!(jo["transcript"].as_array().unwrap().len(), 4, "per key");
    lab.event(json!({"do": "granola.allow_transcripts", "allowed": true})).await.json();
    assert_eq!(lab.note(1, &with).await.json()["transcript"].as_array().unwrap().len(), 4);
}
