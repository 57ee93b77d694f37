//! `verify` sees each kind of damage.

use rusqlite::Connection;

use super::{desk, page, problems, take};
use crate::{AuditEntry, OpenOptions, Projected, SqliteStore, Store};

/// Changes the file behind the store's back; gives what `verify` says then.
async fn after(sql: &str) -> Vec<String> {
    let (store, _dir, path) = desk();
    let lease = take(&store, "C1").await;
    store.commit(&lease, page("slack:C1", 0..5, "old")).await.unwrap();
    store.commit(&lease, page("slack:C1", 0..2, "new")).await.unwrap();
    for n in 0..3 {
        store.audit(AuditEntry { at: super::now(), action: "sync".into(), detail: format!("{n}") }).await.unwrap();
    }
    let file = crate::FileEntry {
        customer: "acme_inc".parse().unwrap(),
        place: "slack:C1".into(),
        unit: "2023-11-14".into(),
        path: "slack/a.json".into(),
        hash: None,
    };
    store.projected(Projected { files: vec![file], ..Projected::default() }).await.unwrap();
    assert_eq!(problems(&store).await, Vec::<String>::new());
    drop(store);
    Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    let store = SqliteStore::open(&path, OpenOptions::default()).unwrap();
    problems(&store).await
}

#[tokio::test]
async fn every_damage_is_seen() {
    let append_only = "DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete;";
    let cases = [
        ("UPDATE chunk SET body = zeroblob(40) WHERE id = 1", "raw items: raw chunk 1: the ledger is damaged: cannot be unpacked"),
        ("UPDATE chunk SET size = 9e15 WHERE id = 1", "raw items: raw chunk 1: the ledger is damaged: impossible size"),
        ("UPDATE chunk SET codec = 9", "raw items: raw chunk 1: the ledger is damaged: unknown packing 9"),
        ("DELETE FROM chunk WHERE id = 1", "raw items: raw chunk 1 is missing"),
        ("DELETE FROM chunk WHERE id = 2", "raw items: raw chunk 2 is missing"),
        ("UPDATE record SET start = start + 1 WHERE id = 3", "raw items: raw chunk 1: the bytes at"),
        ("UPDATE record_version SET hash = zeroblob(16) WHERE record = 1", "raw items: raw chunk 1: the bytes at 0"),
        ("UPDATE record SET body = '{' WHERE id = 4", "records: record 4: the ledger is damaged"),
        ("UPDATE record SET place = 77 WHERE id = 4", "records: record 4 stands in no place"),
        ("UPDATE record SET unit = 77 WHERE id = 4", "records: record 4 stands in no unit"),
        ("UPDATE record SET state = 2 WHERE id = 4", "counts of places: slack:C1: 4 live records"),
        ("UPDATE place SET newest = 5", "counts of places: slack:C1"),
        ("DELETE FROM record_version WHERE record = 1", "history: record 1 has 1 versions, but version 2"),
        ("UPDATE record_version SET version = 9", "history: version 9 of record 1 has no newer one"),
        ("DELETE FROM search WHERE rowid = 3", "search rows: record 3 cannot be searched"),
        ("INSERT INTO search (rowid, text, tag) VALUES (99, 'x', 'p1')", "search rows: search row 99 belongs to no live record"),
        ("INSERT OR REPLACE INTO search (rowid, text, tag) VALUES (3, 'x', 'p2')", "search rows: slack:C1: 4 search rows for 5"),
        ("UPDATE audit_detail SET detail = 'other' WHERE seq = 2", "audit log: the details of entry 2 were changed"),
        ("UPDATE audit SET action = 'push' WHERE seq = 2", "audit log: entry 2 does not follow"),
        ("DELETE FROM audit WHERE seq = 2", "audit log: entry 2 is missing"),
        ("DELETE FROM audit WHERE seq = 3", "audit log: the last entry is not the one"),
        ("INSERT INTO attribution VALUES (77, '', 'acme_inc', 'explicit', 'x')", "attribution: attribution of the unknown place 77"),
        ("INSERT INTO attribution VALUES (1, '5', 'acme_inc', 'explicit', 'x')", "attribution: attribution of the unknown conversation 5"),
        ("INSERT INTO attribution VALUES (1, '', 'A', 'explicit', 'x')", "attribution: the ledger is damaged: `A`"),
        ("INSERT INTO work (stream, item, seen) VALUES (77, 'x', 'y')", "work lists: work: the unknown stream 77"),
        ("INSERT INTO unit (place, name) VALUES (77, 'x')", "dirty marks: unit x of the unknown place 77"),
        ("UPDATE unit SET mark = 1000", "dirty marks: unit 2023-11-14 has mark 1000"),
        ("UPDATE file SET path = '../../etc/passwd'", "path table: acme_inc: \"../../etc/passwd\" is not a path"),
        ("UPDATE file SET unit = 'none'", "path table: acme_inc: slack/a.json is of no unit"),
        ("INSERT INTO finding VALUES (9, 'acme_inc', 'p', 'u', 1, 3, x'00')", "findings: acme_inc p u"),
    ];
    for (sql, expected) in cases {
        let sql = if sql.contains("audit SET") || sql.contains("FROM audit ") { format!("{append_only}{sql}") } else { sql.to_owned() };
        let problems = after(&sql).await;
        assert!(problems.iter().any(|p| p.starts_with(expected)), "{sql}\n{problems:#?}");
    }
}

#[tokio::test]
async fn details_may_be_erased_and_the_log_stands() {
    assert_eq!(after("DELETE FROM audit_detail WHERE seq = 2").await, Vec::<String>::new());
}

#[tokio::test]
async fn the_audit_log_is_append_only() {
    let (store, _dir, path) = desk();
    store.audit(AuditEntry { at: super::now(), action: "sync".into(), detail: "{}".into() }).await.unwrap();
    let conn = Connection::open(&path).unwrap();
    for sql in ["UPDATE audit SET action = 'x'", "DELETE FROM audit"] {
        assert!(conn.execute(sql, []).unwrap_err().to_string().contains("append-only"), "{sql}");
    }
}
