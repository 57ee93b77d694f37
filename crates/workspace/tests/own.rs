//! Files of the program that somebody edited: their version is kept aside, once, whatever happens.
#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
};

use sales_files::{Content, Disk, DiskError, DiskProblem, Fault, FaultDisk, Loss, Own, OwnFile, Put, RealDisk, Workspace, original_of};
use sales_model::ContentHash;
use tempfile::TempDir;

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn tree(root: &Path) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    let mut todo = vec![root.to_owned()];
    while let Some(dir) = todo.pop() {
        for entry in fs::read_dir(&dir).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            match fs::symlink_metadata(&path).unwrap() {
                facts if facts.is_dir() => todo.push(path),
                facts if facts.is_symlink() => _ = out.insert(name, format!("-> {}", fs::read_link(&path).unwrap().display())),
                _ => _ = out.insert(name, String::from_utf8(fs::read(&path).unwrap()).unwrap()),
            }
        }
    }
    out
}

fn files<const N: usize>(all: [(&str, &str); N]) -> BTreeMap<String, String> {
    all.map(|(name, text)| (name.to_owned(), text.to_owned())).into()
}

/// One file written or removed, where `own` are the program's own contents.
fn put(disk: &dyn Disk, path: &Path, content: Option<&str>, own: &[&str]) -> Result<Put, DiskError> {
    let own: Vec<ContentHash> = own.iter().map(|text| ContentHash::of(text.as_bytes())).collect();
    let content = content.map(|text| Content::Whole(text.as_bytes()));
    let mut done = Vec::new();
    disk.write_own(&[OwnFile { path: path.to_owned(), content, own: Own::Hashes(&own) }], &mut done)?;
    assert_eq!(done.len(), 1);
    Ok(done.remove(0))
}

fn aside(dir: &TempDir, name: &str) -> Put {
    Put::KeptAside(dir.path().join(name))
}

#[test]
fn what_is_not_ours_is_kept_once() {
    let dir = folder();
    let disk = RealDisk::within(dir.path());
    let path = dir.path().join("slack/a.json");
    let edit = |text: &str| fs::write(&path, text).unwrap();
    assert_eq!(put(&disk, &path, Some("1"), &[]).unwrap(), Put::Done);
    assert_eq!(put(&disk, &path, Some("2"), &["0", "1"]).unwrap(), Put::Done);
    assert_eq!(tree(dir.path()), files([("slack/a.json", "2")]));

    edit("mine");
    assert_eq!(put(&disk, &path, Some("3"), &["2"]).unwrap(), aside(&dir, "slack/a.json.local"));
    assert_eq!(tree(dir.path()), files([("slack/a.json", "3"), ("slack/a.json.local", "mine")]));
    // The same again is kept already; something else is kept beside it.
    edit("mine");
    assert_eq!(put(&disk, &path, Some("4"), &["3"]).unwrap(), aside(&dir, "slack/a.json.local"));
    edit("more");
    assert_eq!(put(&disk, &path, Some("5"), &["4"]).unwrap(), aside(&dir, "slack/a.json.local.2"));
    edit("");
    assert_eq!(put(&disk, &path, None, &["5"]).unwrap(), aside(&dir, "slack/a.json.local.3"));
    let kept = [("slack/a.json.local", "mine"), ("slack/a.json.local.2", "more"), ("slack/a.json.local.3", "")];
    assert_eq!(tree(dir.path()), files(kept));
    assert_eq!(put(&disk, &path, None, &[]).unwrap(), Put::Done, "there is nothing to remove");
    edit("more");
    assert_eq!(put(&disk, &path, None, &[]).unwrap(), aside(&dir, "slack/a.json.local.2"));
    edit("5");
    assert_eq!(put(&disk, &path, None, &["5"]).unwrap(), Put::Done);
    assert_eq!(tree(dir.path()), files(kept));
}

#[test]
fn links_pipes_and_folders_in_a_files_place() {
    let dir = folder();
    let disk = RealDisk::within(dir.path());
    let outside = folder();
    let target = outside.path().join("theirs");
    fs::write(&target, "old").unwrap();
    fs::write(dir.path().join("here"), "old").unwrap();
    // Not even where the link leads to what is ours.
    for (name, to) in [("a", target.clone()), ("b", dir.path().join("here")), ("c", PathBuf::from("nowhere"))] {
        symlink(&to, dir.path().join(name)).unwrap();
        assert_eq!(put(&disk, &dir.path().join(name), Some("new"), &["old"]).unwrap(), aside(&dir, &format!("{name}.local")));
        assert_eq!(fs::read_link(dir.path().join(format!("{name}.local"))).unwrap(), to);
        assert_eq!(tree(dir.path())[name], "new");
        fs::remove_file(dir.path().join(name)).unwrap();
        symlink(&to, dir.path().join(name)).unwrap();
        assert_eq!(put(&disk, &dir.path().join(name), None, &["old"]).unwrap(), aside(&dir, &format!("{name}.local.2")));
    }
    assert_eq!((fs::read(&target).unwrap(), fs::read(dir.path().join("here")).unwrap()), (b"old".to_vec(), b"old".to_vec()));
    // A name for a copy that is a link to nothing is taken, too.
    symlink("nowhere", dir.path().join("d.local")).unwrap();
    fs::write(dir.path().join("d"), "mine").unwrap();
    assert_eq!(put(&disk, &dir.path().join("d"), Some("new"), &[]).unwrap(), aside(&dir, "d.local.2"));

    let pipe = dir.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    assert_eq!(put(&disk, &pipe, Some("new"), &[]).unwrap(), aside(&dir, "pipe.local"));

    fs::create_dir(dir.path().join("folder")).unwrap();
    for content in [Some("new"), None] {
        let e = put(&disk, &dir.path().join("folder"), content, &[]).unwrap_err();
        assert_eq!((e.problem, e.path), (DiskProblem::WrongKind, dir.path().join("folder")));
        let e = put(&disk, &outside.path().join("x"), content, &[]).unwrap_err();
        assert_eq!(e.problem, DiskProblem::Outside);
    }
    assert!(fs::read_dir(dir.path()).unwrap().all(|e| !e.unwrap().file_name().to_str().unwrap().contains("sales-tmp")));
}

#[test]
fn what_was_seen_gives_way_and_nothing_else() {
    let dir = folder();
    let disk = RealDisk::within(dir.path());
    let path = dir.path().join("context_summary.md");
    let put = |seen: Option<&[u8]>| {
        let mut done = Vec::new();
        let file = OwnFile { path: path.clone(), content: Some(Content::Whole(b"new")), own: Own::Seen(seen) };
        disk.write_own(&[file], &mut done).unwrap();
        done.remove(0)
    };
    assert_eq!(put(Some(b"old")), Put::Changed, "it is gone");
    assert_eq!(tree(dir.path()), files([]));
    assert_eq!(put(None), Put::Done);
    assert_eq!(put(None), Put::Changed, "something came");
    fs::write(&path, "ol").unwrap();
    assert_eq!(put(Some(b"old")), Put::Changed);
    assert_eq!(tree(dir.path()), files([("context_summary.md", "ol")]));
    assert_eq!(put(Some(b"ol")), Put::Done);
    fs::remove_file(&path).unwrap();
    fs::write(dir.path().join("x"), "new").unwrap();
    symlink("x", &path).unwrap();
    assert_eq!(put(Some(b"new")), Put::Changed, "a link is not what was seen");
    assert_eq!(tree(dir.path()), files([("context_summary.md", "-> x"), ("x", "new")]));
}

#[test]
fn permissions_of_an_edited_file() {
    let dir = folder();
    let disk = RealDisk::within(dir.path());
    let path = dir.path().join("a");
    fs::write(&path, "mine").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
    put(&disk, &path, Some("new"), &[]).unwrap();
    for (name, text) in [("a", "new"), ("a.local", "mine")] {
        let path = dir.path().join(name);
        assert_eq!((fs::metadata(&path).unwrap().permissions().mode() & 0o777, tree(dir.path())[name].as_str()), (0o400, text));
    }
}

/// Whatever step fails, and whatever a power cut takes: the edit stands at the file or at its copy, and the next try ends well.
#[test]
fn an_edit_is_never_lost() {
    let writes = |disk: &dyn Disk, root: &Path, done: &mut Vec<Put>| {
        // What is written now was announced, so it counts as ours when it is tried again.
        let own = [ContentHash::of(b"old"), ContentHash::of(b"new")];
        let file = |name: &str, content| OwnFile { path: root.join(name), content, own: Own::Hashes(&own) };
        let new = Some(Content::Whole(b"new"));
        disk.write_own(&[file("s/a", new), file("s/b", new), file("s/c", None), file("s/d", None), file("s/e", new)], done)
    };
    let begin = || {
        let dir = folder();
        fs::create_dir(dir.path().join("s")).unwrap();
        for (name, text) in [("a", "mine a"), ("b", "old"), ("c", "mine c"), ("d", "old")] {
            fs::write(dir.path().join("s").join(name), text).unwrap();
        }
        dir
    };
    let expected = files([("s/a", "new"), ("s/a.local", "mine a"), ("s/b", "new"), ("s/c.local", "mine c"), ("s/e", "new")]);
    let sound = |found: &BTreeMap<String, String>, when: &str| {
        for (name, mine) in [("s/a", "mine a"), ("s/c", "mine c")] {
            let kept = [name.to_owned(), format!("{name}.local")].iter().any(|n| found.get(n).is_some_and(|text| text == mine));
            assert!(kept, "{when}: {found:?}");
        }
        let whole =
            |(name, text): (&String, &String)| name.contains(".sales-tmp-") || ["old", "new", "mine a", "mine c"].contains(&text.as_str());
        assert!(found.iter().all(whole), "{when}: {found:?}");
    };
    for n in 0.. {
        let dir = begin();
        let root = fs::canonicalize(dir.path()).unwrap();
        let disk = FaultDisk::within(&root).unwrap();
        disk.fail_at(n, Fault::Full);
        let mut done = Vec::new();
        let result = writes(&disk, &root, &mut done);
        disk.heal();
        sound(&tree(&root), &format!("step {n} failed"));
        let first = done.len();
        assert!(tree(&root).keys().all(|name| !name.contains(".sales-tmp-")), "step {n}");
        writes(&disk, &root, &mut done).unwrap();
        assert_eq!(tree(&root), expected, "after step {n}");
        if result.is_ok() {
            assert_eq!(first, 5);
            assert!(n > 15, "{n}");
            for step in 0..=disk.steps().len() {
                for loss in [Loss::Nothing, Loss::All, Loss::Contents, Loss::HalfContents, Loss::Names] {
                    let after = folder();
                    disk.after_power_loss(step, loss, after.path()).unwrap();
                    let when = format!("power lost after step {step}, {loss:?}");
                    sound(&tree(after.path()), &when);
                    let again = RealDisk::within(after.path());
                    Workspace::at(after.path()).sweep_temporaries(&again).unwrap();
                    writes(&again, after.path(), &mut Vec::new()).unwrap();
                    let left: BTreeMap<_, _> = tree(after.path()).into_iter().filter(|(name, _)| !name.contains(".sales-tmp-")).collect();
                    assert_eq!(left, expected, "{when}");
                }
            }
            break;
        }
    }
}

#[test]
fn names_of_copies() {
    for (copy, original) in [
        ("slack/2024-03-15_x.json.local", Some("slack/2024-03-15_x.json")),
        ("email/2024-03-15_x.md.local.2", Some("email/2024-03-15_x.md")),
        ("granola/a.local.local.17", Some("granola/a.local")),
        ("context_summary.md.local", Some("context_summary.md")),
        ("insights.json.local.10", Some("insights.json")),
        ("slack/x.json.local.1", None),
        ("slack/x.json.local.02", None),
        ("slack/x.json.local.", None),
        ("slack/x.json.local.2x", None),
        ("slack/x.json", None),
        ("slack/.local", None),
        ("slack/deep/x.json.local", None),
        ("notes/x.md.local", None),
        ("profile.toml.local", None),
        ("emails/x.eml.local", None),
        ("", None),
    ] {
        assert_eq!(original_of(copy), original, "{copy}");
    }
    let dir = folder();
    let ws = Workspace::at(dir.path());
    for path in [
        "acme_inc/slack/x.json.local.2",
        "acme_inc/insights.json.local",
        "acme_inc/slack/x.json",
        "globex/email/y.md.local",
        "Not An Id/slack/z.local",
    ] {
        fs::create_dir_all(ws.profiles_dir().join(path).parent().unwrap()).unwrap();
        fs::write(ws.profiles_dir().join(path), "").unwrap();
    }
    let found = ws.all_copies(&ws.disk()).unwrap();
    let found: Vec<String> = found.iter().map(|(customer, path)| format!("{customer}/{path}")).collect();
    assert_eq!(found, ["acme_inc/insights.json.local", "acme_inc/slack/x.json.local.2", "globex/email/y.md.local"]);
}
