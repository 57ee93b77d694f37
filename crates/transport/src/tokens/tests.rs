//! Both stores, and the file through crashes.

use std::{
    fs::{self, File},
    io::Write as _,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use sales_model::{AccountKey, Source};
use secrecy::ExposeSecret as _;

use super::{FileTokenStore, MemoryTokenStore, lock_account};
use crate::{TokenPair, TokenStore};

fn account(name: &str) -> AccountKey {
    AccountKey { source: Source::SLACK, name: name.to_owned() }
}

fn pair(access: &str, refresh: Option<&str>) -> TokenPair {
    TokenPair {
        access: access.into(),
        refresh: refresh.map(Into::into),
        expires_at: "2024-03-15T21:00:00Z".parse().ok(),
        given: refresh.map(|r| format!("print of {r}")),
        scope: refresh.map(|r| format!("scope of {r}")),
        since: "2024-03-15T09:00:00Z".parse().ok(),
    }
}

fn content(pair: Option<TokenPair>) -> Option<(String, Option<String>, Option<String>)> {
    let text = |secret: &crate::Secret| secret.expose_secret().to_owned();
    pair.as_ref().into_iter().for_each(|p| assert_eq!(p.given, p.refresh.as_ref().map(|r| format!("print of {}", text(r)))));
    pair.map(|pair| (text(&pair.access), pair.refresh.as_ref().map(text), pair.expires_at.map(|at| at.to_string())))
}

#[test]
fn what_is_saved_is_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokens.json");
    let stores: [&dyn TokenStore; 2] = [&MemoryTokenStore::new(), &FileTokenStore::new(&path)];
    for store in stores {
        assert!(store.load(&account("default")).unwrap().is_none());
        store.save(&account("default"), &pair("xoxe.xoxb-1", Some("xoxe-1"))).unwrap();
        store.save(&account("../\"Ärger\"\n"), &pair("a\"\\\u{1f600}\0b", None)).unwrap();
        store.save(&account("default"), &pair("xoxe.xoxb-2", Some("xoxe-2"))).unwrap();
        let expected = |access: &str, refresh: Option<&str>| {
            Some((access.to_owned(), refresh.map(str::to_owned), Some("2024-03-15T21:00:00Z".to_owned())))
        };
        assert_eq!(content(store.load(&account("default")).unwrap()), expected("xoxe.xoxb-2", Some("xoxe-2")));
        assert_eq!(content(store.load(&account("../\"Ärger\"\n")).unwrap()), expected("a\"\\\u{1f600}\0b", None));
        assert!(store.load(&account("other")).unwrap().is_none());
        assert!(!store.remove(&account("other")).unwrap());
        assert!(store.remove(&account("../\"Ärger\"\n")).unwrap());
        assert!(!store.remove(&account("../\"Ärger\"\n")).unwrap() && store.load(&account("../\"Ärger\"\n")).unwrap().is_none());
        assert_eq!(store.load(&account("default")).unwrap().unwrap().scope.unwrap(), "scope of xoxe-2");
    }
    // Another process, later.
    assert!(FileTokenStore::new(&path).load(&account("default")).unwrap().is_some());
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_it_and_nothing_else_stays() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokens.json");
    // Left over from a crash, and readable by all: never reused.
    File::create(folder.path().join("tokens.json.new")).unwrap().write_all(b"half").unwrap();
    let store = FileTokenStore::new(&path);
    store.save(&account("default"), &pair("a", None)).unwrap();
    drop(store.exclusive(&account("../x")).unwrap());
    let mut found: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            (entry.file_name().into_string().unwrap(), entry.metadata().unwrap().permissions().mode() & 0o777)
        })
        .collect();
    found.sort();
    let names = ["tokens.json", "tokens.json.lock", "tokens.json.slack_3a_2e_2e_2fx.lock"];
    assert_eq!(found, names.map(|name| (name.to_owned(), 0o600)));
}

#[test]
fn a_file_that_is_not_understood_is_said_and_put_aside_not_lost() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokens.json");
    let store = FileTokenStore::new(&path);
    for broken in ["", "{", "[]", r#"{"accounts":"CANARY"}"#, r#"{"version":1,"accounts":{"slack:default":{"access":["CANARY"]}}}"#] {
        File::create(&path).unwrap().write_all(broken.as_bytes()).unwrap();
        let error = store.load(&account("default")).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(shown.starts_with(&format!("reading {}: line ", path.display())) && !shown.contains("CANARY"), "{shown}");
        store.save(&account("default"), &pair("new", None)).unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("tokens.json.broken")).unwrap(), broken);
        assert_eq!(content(store.load(&account("default")).unwrap()).unwrap().0, "new");
    }
    // A folder that is not there.
    let error = FileTokenStore::new(folder.path().join("x/tokens.json")).save(&account("default"), &pair("CANARY", None)).unwrap_err();
    assert!(error.to_string().starts_with("locking "), "{error}");
}

#[test]
fn processes_that_save_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokens.json");
    thread::scope(|scope| {
        for worker in 0..4 {
            let path = &path;
            scope.spawn(move || {
                for n in 0..10 {
                    FileTokenStore::new(path).save(&account(&format!("{worker}-{n}")), &pair("x", None)).unwrap();
                }
            });
        }
        // Whoever reads meanwhile sees a whole file.
        for _ in 0..200 {
            FileTokenStore::new(&path).load(&account("0-0")).unwrap();
        }
    });
    let store = FileTokenStore::new(&path);
    for worker in 0..4 {
        for n in 0..10 {
            assert!(store.load(&account(&format!("{worker}-{n}"))).unwrap().is_some());
        }
    }
}

#[test]
fn one_refresh_at_a_time_in_all_processes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokens.json");
    let memory = MemoryTokenStore::new();
    // One store for all in memory; one each, as processes have, on the file.
    let stores: [Vec<&dyn TokenStore>; 2] =
        [vec![&memory; 4], (0..4).map(|_| Box::leak(Box::new(FileTokenStore::new(&path))) as _).collect()];
    for stores in stores {
        let inside = AtomicUsize::new(0);
        let refreshes = AtomicUsize::new(0);
        thread::scope(|scope| {
            for store in stores {
                let (inside, refreshes) = (&inside, &refreshes);
                scope.spawn(move || {
                    for _ in 0..25 {
                        // Another account is not held up.
                        let _other = store.exclusive(&account("other")).map(drop);
                        let _lock = store.exclusive(&account("default")).unwrap();
                        assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                        if store.load(&account("default")).unwrap().is_none() {
                            thread::yield_now();
                            refreshes.fetch_add(1, Ordering::SeqCst);
                            store.save(&account("default"), &pair("new", None)).unwrap();
                        }
                        inside.fetch_sub(1, Ordering::SeqCst);
                    }
                });
            }
        });
        assert_eq!(refreshes.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn waiting_for_the_lock_does_not_hold_up_the_runtime() {
    let tokens: Arc<dyn TokenStore> = Arc::new(MemoryTokenStore::new());
    let lock = lock_account(tokens.clone(), account("default")).await.unwrap();
    let second = tokio::spawn(lock_account(tokens.clone(), account("default")));
    // On this one thread, so this line is only reached if the second waits elsewhere.
    tokio::task::yield_now().await;
    assert!(!second.is_finished());
    drop(lock);
    drop(second.await.unwrap().unwrap());
}

/// Not a test by itself: the process that [`a_kill_leaves_the_old_pair_or_the_new_one`] kills. It saves in its current folder.
#[test]
#[ignore = "started and killed by another test"]
fn saves_for_ever() {
    let store = FileTokenStore::new("tokens.json");
    for n in 0.. {
        store.save(&account("default"), &pair(&format!("access-{n}"), Some(&format!("refresh-{n}")))).unwrap();
    }
}

#[test]
fn a_kill_leaves_the_old_pair_or_the_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let store = FileTokenStore::new(folder.path().join("tokens.json"));
    for kill in 0..12_u32 {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "--ignored", "tokens::tests::saves_for_ever"])
            .current_dir(folder.path())
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        // Killed after a few saves, and some way into the next one.
        let seen = || content(store.load(&account("default")).unwrap());
        for _ in 0..=kill % 4 {
            let before = seen();
            while seen() == before {
                thread::yield_now();
            }
        }
        (0..kill * 40).for_each(|_| thread::yield_now());
        child.kill().unwrap();
        child.wait().unwrap();
        let (access, refresh, _) = seen().unwrap();
        assert_eq!(refresh.unwrap().strip_prefix("refresh-"), access.strip_prefix("access-"));
        // The lock died with its holder.
        store.save(&account("other"), &pair("x", None)).unwrap();
        assert_eq!(seen().unwrap().0, access);
        assert!(!folder.path().join("tokens.json.new").exists());
    }
}
