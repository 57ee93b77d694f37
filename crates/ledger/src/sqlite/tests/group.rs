//! Pages that share a transaction, and processes that share a file.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
    mpsc,
};

use super::{desk, page, problems, take, texts};
use crate::{
    Committed, CoveredRange, FailHook, Lease, OpenOptions, PageCommit, Result, SqliteStore, Store, StoreError,
    sqlite::{pool::Pool, schema, writer::Writer},
};

/// One page that holds the writer up, then `others` that wait together; gives their outcomes and how many transactions there were.
async fn together(held: &Held, others: Vec<(Lease, PageCommit)>) -> Vec<Result<Committed>> {
    let store = &held.store;
    let plug = take(store, "plug").await;
    let plug = tokio::spawn({
        let store = Arc::clone(store);
        async move { store.commit(&plug, page("slack:plug", 0..1, "plug")).await }
    });
    while held.turns.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    let mut tasks = Vec::new();
    for (lease, page) in others {
        let task = Arc::clone(store);
        tasks.push(tokio::spawn(async move { task.commit(&lease, page).await }));
        while store.writer.waiting() < tasks.len() {
            tokio::task::yield_now().await;
        }
    }
    held.go.send(()).unwrap();
    plug.await.unwrap().unwrap();
    let mut outcomes = Vec::new();
    for task in tasks {
        outcomes.push(task.await.unwrap().map(|outcome| outcome.counts));
    }
    outcomes
}

/// A store whose first page waits for a word before its transaction begins.
struct Held {
    store: Arc<SqliteStore>,
    go: mpsc::Sender<()>,
    /// Transactions with pages so far.
    turns: Arc<AtomicUsize>,
    _dir: tempfile::TempDir,
}

fn held() -> Held {
    held_with("")
}

/// The same on a connection that was changed before it began to write.
fn held_with(pragma: &str) -> Held {
    let (store, dir, path) = desk();
    drop(store);
    let (go, word) = mpsc::channel();
    let word = Mutex::new(Some(word));
    let turns = Arc::new(AtomicUsize::new(0));
    let hook: FailHook = {
        let turns = Arc::clone(&turns);
        Arc::new(move |point| {
            if point == "ledger.before_commit" {
                turns.fetch_add(1, Ordering::SeqCst);
                if let Some(word) = word.lock().unwrap().take() {
                    word.recv().unwrap();
                }
            }
        })
    };
    let conn = schema::open(&path).unwrap();
    conn.execute_batch(pragma).unwrap();
    let store = Arc::new(SqliteStore { pool: Arc::new(Pool::new(path)), writer: Writer::start(conn, Some(hook)).unwrap() });
    Held { store, go, turns, _dir: dir }
}

#[tokio::test]
async fn a_fenced_page_takes_no_other_down() {
    let held = held();
    let store = &held.store;
    let (one, two) = (take(store, "C1").await, take(store, "C2").await);
    let old = Lease { generation: 0, ..one.clone() };
    let others = vec![
        (one.clone(), page("slack:C1", 0..3, "a")),
        (old, page("slack:C1", 0..5, "fenced")),
        (two, page("slack:C2", 0..4, "b")),
        (one, page("slack:C1", 1..4, "c")),
    ];
    let outcomes = together(&held, others).await;
    // The plug alone, the four of them together.
    assert_eq!(held.turns.load(Ordering::SeqCst), 2);
    let outcomes: Vec<_> = outcomes.into_iter().map(|o| o.map(|c| (c.new, c.changed))).collect();
    assert!(matches!(outcomes.as_slice(), [Ok((3, 0)), Err(StoreError::Fenced(_)), Ok((4, 0)), Ok((1, 2))]), "{outcomes:?}");
    assert_eq!(texts(store, "slack:C1").await, ["a 0", "c 1", "c 2", "c 3"]);
    assert_eq!(store.search("fenced", None, 9).await.unwrap().len(), 0);
    assert_eq!(store.search("c", None, 9).await.unwrap().len(), 3);
    assert_eq!(problems(store).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_page_without_room_takes_no_other_down() {
    let held = held_with("PRAGMA max_page_count = 400");
    let store = &held.store;
    let lease = take(store, "C1").await;
    let others = vec![
        (lease.clone(), page("slack:C1", 0..3, "a")),
        (lease.clone(), page("slack:C2", 0..4_000, &"far too much ".repeat(20))),
        (lease.clone(), page("slack:C2", 0..3, "b")),
    ];
    let outcomes = together(&held, others).await;
    assert!(matches!(outcomes.as_slice(), [Ok(_), Err(StoreError::Full { .. }), Ok(_)]), "{outcomes:?}");
    assert_eq!((texts(store, "slack:C1").await.len(), texts(store, "slack:C2").await), (3, vec!["b 0".into(), "b 1".into(), "b 2".into()]));
    assert_eq!(store.search("much", None, 9).await.unwrap().len(), 0);
    assert_eq!(problems(store).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_page_that_fails_half_way_leaves_nothing() {
    let held =
        held_with("CREATE TRIGGER refuse BEFORE INSERT ON record WHEN new.body LIKE '%half 9%' BEGIN SELECT RAISE(ABORT, 'refused'); END");
    let store = &held.store;
    let lease = take(store, "C1").await;
    let others = vec![
        (lease.clone(), page("slack:C1", 0..3, "a")),
        // Makes a place, a unit and nine records before it is refused.
        (lease.clone(), page("slack:C2", 0..12, "half")),
        (lease.clone(), page("slack:C3", 0..3, "other")),
        (lease.clone(), page("slack:C2", 0..2, "b")),
    ];
    let outcomes = together(&held, others).await;
    assert_eq!(held.turns.load(Ordering::SeqCst), 2);
    assert!(matches!(outcomes.as_slice(), [Ok(_), Err(StoreError::Other { .. }), Ok(_), Ok(_)]), "{outcomes:?}");
    assert_eq!(store.search("half", None, 9).await.unwrap().len(), 0);
    assert_eq!(texts(store, "slack:C2").await, ["b 0", "b 1"]);
    assert_eq!(texts(store, "slack:C3").await, ["other 0", "other 1", "other 2"]);
    assert_eq!(store.counts().await.unwrap().places, 4);
    assert_eq!(problems(store).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_page_may_undo_what_its_neighbour_did() {
    let held = held();
    let store = &held.store;
    let lease = take(store, "C1").await;
    let covered = |mut page: PageCommit| {
        let (from, to) = ("1700000000.000000".into(), "1800000000".into());
        page.covered.push(CoveredRange { place: "slack:C1".into(), thread: None, from, to });
        page
    };
    let others = vec![
        (lease.clone(), page("slack:C1", 0..4, "a")),
        (lease.clone(), covered(page("slack:C1", 0..1, "a"))),
        (lease.clone(), page("slack:C1", 2..3, "again")),
    ];
    let outcomes = together(&held, others).await;
    assert_eq!(held.turns.load(Ordering::SeqCst), 2);
    let told: Vec<_> = outcomes.into_iter().map(Result::unwrap).map(|c| (c.new, c.changed, c.unchanged, c.gone)).collect();
    assert_eq!(told, [(4, 0, 0, 0), (0, 0, 1, 3), (0, 1, 0, 0)]);
    assert_eq!(texts(store, "slack:C1").await, ["a 0", "again 2"]);
    assert_eq!(store.search("a", None, 9).await.unwrap().len(), 1);
    assert_eq!(problems(store).await, Vec::<String>::new());
}

#[tokio::test]
async fn two_processes_share_a_ledger() {
    let (first, _dir, path) = desk();
    let second = Arc::new(SqliteStore::open(&path, OpenOptions::default()).unwrap());
    let mut tasks = tokio::task::JoinSet::new();
    for (n, store) in [&first, &second, &first, &second].into_iter().enumerate() {
        let store = Arc::clone(store);
        tasks.spawn(async move {
            // Each its own stream; all bring the same place, as an import beside a sync does.
            let lease = take(&store, &format!("S{n}")).await;
            for part in 0..10 {
                store.commit(&lease, page("slack:C1", part * 20..part * 20 + 30, "m")).await.unwrap();
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    for store in [first, second] {
        let counts = store.counts().await.unwrap();
        assert_eq!((counts.records, counts.versions), (210, 210));
        assert_eq!(store.search("m", None, 1_000).await.unwrap().len(), 210);
        assert_eq!(problems(&store).await, Vec::<String>::new());
    }
}
