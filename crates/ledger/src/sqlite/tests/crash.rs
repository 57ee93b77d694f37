//! Killed at each named point: the file holds all of a page or none of it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Mutex},
};

use super::{page, problems, take, texts};
use crate::{FailHook, OpenOptions, SqliteStore, Store};

const POINTS: [(&str, &[&str]); 3] = [
    ("ledger.before_commit", &["old 0", "old 1"]),
    ("ledger.in_commit", &["old 0", "old 1"]),
    ("ledger.after_commit", &["old 0", "new 1", "new 2"]),
];

fn copy(from: &Path, to: &Path) -> PathBuf {
    fs::create_dir(to).unwrap();
    for ending in ["", "-wal"] {
        let name = format!("ledger.sqlite{ending}");
        if from.join(&name).exists() {
            fs::copy(from.join(&name), to.join(&name)).unwrap();
        }
    }
    to.join("ledger.sqlite")
}

async fn second_page(store: &SqliteStore) {
    let lease = take(store, "C1").await;
    store.commit(&lease, page("slack:C1", 1..3, "new")).await.unwrap();
}

/// What stands on the disk at each point is what a killed process leaves.
#[tokio::test]
async fn what_a_kill_leaves_is_whole() {
    let dir = tempfile::tempdir().unwrap();
    let live = dir.path().join("live");
    fs::create_dir(&live).unwrap();
    let path = live.join("ledger.sqlite");
    let store = SqliteStore::open(&path, OpenOptions::default()).unwrap();
    store.commit(&take(&store, "C1").await, page("slack:C1", 0..2, "old")).await.unwrap();
    drop(store);
    let copies = Arc::new(Mutex::new(Vec::new()));
    let hook: FailHook = {
        let (copies, live, root) = (Arc::clone(&copies), live.clone(), dir.path().to_owned());
        Arc::new(move |point| copies.lock().unwrap().push((point, copy(&live, &root.join(point)))))
    };
    let store = SqliteStore::open(&path, OpenOptions { fail: Some(hook) }).unwrap();
    second_page(&store).await;
    let copies = std::mem::take(&mut *copies.lock().unwrap());
    assert_eq!(copies.len(), POINTS.len());
    for ((point, copied), (expected_point, expected)) in copies.into_iter().zip(POINTS) {
        assert_eq!(point, expected_point);
        check(&copied, expected, point).await;
    }
}

/// After a kill: sound, the page there or not; the same page again ends in the same state as without a kill.
async fn check(path: &Path, expected: &[&str], point: &str) {
    let store = SqliteStore::open(path, OpenOptions::default()).unwrap();
    assert_eq!(problems(&store).await, Vec::<String>::new(), "{point}");
    assert_eq!(texts(&store, "slack:C1").await, expected, "{point}");
    second_page(&store).await;
    assert_eq!(texts(&store, "slack:C1").await, ["old 0", "new 1", "new 2"], "{point}");
    let counts = store.counts().await.unwrap();
    assert_eq!((counts.records, counts.versions, counts.chunks), (3, 4, 2), "{point}");
    assert_eq!(problems(&store).await, Vec::<String>::new(), "{point}");
}

const CHILD: &str = "SALES_LEDGER_TEST_CHILD";

/// The process that is killed: this test does nothing unless another one starts it.
#[tokio::test]
async fn child() {
    #[expect(clippy::disallowed_methods, reason = "how one test tells another, in its own process, what to do")]
    let Ok(told) = std::env::var(CHILD) else { return };
    let (point, path) = told.split_once('=').unwrap();
    let point = point.to_owned();
    let hook: FailHook = Arc::new(move |at| {
        if at == point {
            std::process::abort();
        }
    });
    let store = SqliteStore::open(Path::new(path), OpenOptions { fail: Some(hook) }).unwrap();
    second_page(&store).await;
}

#[tokio::test]
async fn a_process_may_die_anywhere() {
    for (point, expected) in POINTS {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ledger.sqlite");
        let store = SqliteStore::open(&path, OpenOptions::default()).unwrap();
        store.commit(&take(&store, "C1").await, page("slack:C1", 0..2, "old")).await.unwrap();
        // Still open here: the other process dies beside a living one.
        let died = Command::new(std::env::current_exe().unwrap())
            .args(["sqlite::tests::crash::child", "--exact", "--nocapture"])
            .env(CHILD, format!("{point}={}", path.display()))
            .output()
            .unwrap();
        assert!(!died.status.success(), "{point}: {died:?}");
        assert_eq!(texts(&store, "slack:C1").await, expected, "{point}");
        drop(store);
        check(&path, expected, point).await;
    }
}
