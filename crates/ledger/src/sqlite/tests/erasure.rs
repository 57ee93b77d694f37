//! Nothing of what was erased stands in the file's bytes, packed or not.

use std::fs;

use rusqlite::Connection;

use super::{desk, page, problems, take};
use crate::{AuditEntry, Erasure, Store, Subject};

/// The canary in any form in which it might stand in the folder; empty if it stands nowhere.
fn traces(path: &std::path::Path, canary: &str) -> Vec<String> {
    let mut traces = Vec::new();
    let mut look = |what: String, bytes: &[u8]| {
        if String::from_utf8_lossy(bytes).to_lowercase().contains(canary) {
            traces.push(what);
        }
    };
    for entry in fs::read_dir(path.parent().unwrap()).unwrap() {
        let entry = entry.unwrap();
        look(entry.path().display().to_string(), &fs::read(entry.path()).unwrap());
    }
    let conn = Connection::open(path).unwrap();
    let mut chunks = conn.prepare("SELECT size, body FROM chunk UNION ALL SELECT size, body FROM finding").unwrap();
    let mut chunks = chunks.query([]).unwrap();
    while let Some(row) = chunks.next().unwrap() {
        let bytes = zstd::bulk::decompress(&row.get::<_, Vec<u8>>(1).unwrap(), row.get::<_, u32>(0).unwrap() as usize).unwrap();
        look("a chunk".into(), &bytes);
    }
    conn.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab (main, search, row)", []).unwrap();
    let mut terms = conn.prepare("SELECT term FROM temp.terms").unwrap();
    for term in terms.query_map([], |r| r.get::<_, String>(0)).unwrap() {
        look("a term".into(), term.unwrap().as_bytes());
    }
    traces
}

#[tokio::test]
async fn no_byte_of_what_was_erased_stays() {
    let (store, _dir, path) = desk();
    let lease = take(&store, "C1").await;
    let other = take(&store, "C2").await;
    // Several pieces of the index, old versions, and pages that were freed before.
    for round in 0..4 {
        store.commit(&lease, page("slack:C1", 0..300, &format!("quokka{round} quokkas"))).await.unwrap();
        store.commit(&other, page("slack:C2", 0..300, &format!("neighbour{round}"))).await.unwrap();
    }
    store.audit(AuditEntry { at: super::now(), action: "x".into(), detail: r#"{"of":"quokka"}"#.into() }).await.unwrap();
    store.set("about", "quokka").await.unwrap();
    assert!(traces(&path, "quokka").len() > 3);
    let erasure = Erasure {
        subjects: vec![(Subject::Customer, "quokka".into())],
        places: vec!["slack:C1".into()],
        words: ["quokka".to_owned()].into(),
        ..Erasure::default()
    };
    store.erase(erasure).await.unwrap();
    store.scrub().await.unwrap();
    assert_eq!(traces(&path, "quokka"), Vec::<String>::new());
    assert_eq!(super::texts(&store, "slack:C2").await.len(), 300);
    assert_eq!(store.search("neighbour3", None, 1_000).await.unwrap().len(), 300);
    assert_eq!(problems(&store).await, Vec::<String>::new());
}

#[tokio::test]
async fn an_erasure_is_open_until_the_file_is_rewritten() {
    let (store, _dir, path) = desk();
    store.commit(&take(&store, "C1").await, page("slack:C1", 0..3, "quokka")).await.unwrap();
    let subjects = vec![(Subject::Customer, "quokka".to_owned())];
    store.erase(Erasure { subjects, places: vec!["slack:C1".into()], ..Erasure::default() }).await.unwrap();
    let open = async |store: &crate::SqliteStore| store.suppressions().await.unwrap().is_open(Subject::Customer, "quokka");
    assert!(open(&store).await);
    // As after a process that ended between the two.
    drop(store);
    let store = crate::SqliteStore::open(&path, crate::OpenOptions::default()).unwrap();
    assert!(open(&store).await);
    store.scrub().await.unwrap();
    assert!(!open(&store).await);
    assert_eq!(traces(&path, "quokka"), Vec::<String>::new());
}
