//! Writes are whole, durable, inside the workspace, and say what went wrong.
#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

use std::{
    borrow::Cow,
    collections::BTreeMap,
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
};

use sales_files::{Access, Disk, DiskProblem, Fault, FaultDisk, Kind, Loss, RealDisk, Step, Workspace};
use tempfile::TempDir;

const SLACK: &str = "customers/profiles/acme_inc/slack";

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn batch(root: &Path, version: &str) -> Vec<(PathBuf, Cow<'static, [u8]>)> {
    ["a", "b", "c"]
        .map(|n| (root.join(SLACK).join(format!("{n}.json")), Cow::Owned(format!("{n} {version} {}", "x".repeat(100)).into_bytes())))
        .into_iter()
        .chain([(root.join("customers/profiles/globex/context_summary.md"), Cow::Owned(format!("summary {version}").into_bytes()))])
        .collect()
}

fn tree(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut out = BTreeMap::new();
    let mut todo = vec![root.to_owned()];
    while let Some(dir) = todo.pop() {
        for entry in fs::read_dir(&dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                todo.push(path);
            } else {
                out.insert(path.strip_prefix(root).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    out
}

fn wanted(files: &[(PathBuf, Cow<'_, [u8]>)], root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    files.iter().map(|(p, c)| (p.strip_prefix(root).unwrap().to_owned(), c.to_vec())).collect()
}

#[test]
fn writes_reads_lists_and_removes() {
    let dir = folder();
    let disk = RealDisk::within(dir.path());
    let files = batch(dir.path(), "1");
    disk.write_all(&files).unwrap();
    disk.write_all(&batch(dir.path(), "2")).unwrap();
    assert_eq!(tree(dir.path()), wanted(&batch(dir.path(), "2"), dir.path()));
    assert_eq!(disk.read(&files[3].0).unwrap().unwrap(), b"summary 2");
    assert_eq!(disk.read(&dir.path().join("none")).unwrap(), None);
    assert_eq!(disk.stat(&dir.path().join("none/deeper")).unwrap(), None);
    let stat = disk.stat(&files[3].0).unwrap().unwrap();
    assert_eq!((stat.kind, stat.len), (Kind::File, 9));
    assert!(stat.modified.is_some());
    let names: Vec<_> = disk.list(&dir.path().join(SLACK)).unwrap().into_iter().map(|e| e.name).collect();
    assert_eq!(names, ["a.json", "b.json", "c.json"]);
    assert_eq!(disk.list(&dir.path().join("none")).unwrap(), []);
    disk.remove(&[files[0].0.clone(), dir.path().join("none"), files[0].0.clone()]).unwrap();
    assert_eq!(disk.read(&files[0].0).unwrap(), None);
    // The same path twice in a batch: the later one.
    disk.write_all(&[(files[0].0.clone(), Cow::Borrowed(b"one")), (files[0].0.clone(), Cow::Borrowed(b"two"))]).unwrap();
    assert_eq!(disk.read(&files[0].0).unwrap().unwrap(), b"two");
    disk.write_all(&[]).unwrap();
    // More files than are open at once.
    let many: Vec<_> = (0..600).map(|n| (dir.path().join(format!("many/{n}")), Cow::Owned(vec![b'x'; n]))).collect();
    disk.write_all(&many).unwrap();
    assert_eq!(disk.list(&dir.path().join("many")).unwrap().len(), 600);
}

#[test]
fn permissions() {
    let dir = folder();
    let disk = RealDisk::within(dir.path());
    let mode = |p: &Path| fs::metadata(p).unwrap().permissions().mode() & 0o777;
    let secret = dir.path().join(".sales/tokens.json");
    disk.create_dir_all(&dir.path().join(".sales"), Access::Private).unwrap();
    disk.write_private(&secret, b"{}").unwrap();
    assert_eq!((mode(&dir.path().join(".sales")), mode(&secret)), (0o700, 0o600));
    // A private file that somebody opened is closed again; another file keeps what its owner gave it.
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o644)).unwrap();
    disk.write_private(&secret, b"{}").unwrap();
    assert_eq!(mode(&secret), 0o600);
    let plain = dir.path().join("profile.toml");
    disk.write_all(&[(plain.clone(), Cow::Borrowed(b"1"))]).unwrap();
    assert_eq!(mode(&plain) & 0o600, 0o600);
    fs::set_permissions(&plain, fs::Permissions::from_mode(0o640)).unwrap();
    disk.write_all(&[(plain.clone(), Cow::Borrowed(b"2"))]).unwrap();
    assert_eq!(mode(&plain), 0o640);
    // An open state folder is closed.
    fs::set_permissions(dir.path().join(".sales"), fs::Permissions::from_mode(0o755)).unwrap();
    disk.create_dir_all(&dir.path().join(".sales"), Access::Private).unwrap();
    assert_eq!(mode(&dir.path().join(".sales")), 0o700);
}

#[test]
fn nothing_is_written_outside() {
    let (dir, outside) = (folder(), folder());
    let root = dir.path();
    let disk = RealDisk::within(root);
    fs::create_dir_all(root.join("customers/profiles")).unwrap();
    fs::write(outside.path().join("victim"), "old").unwrap();
    symlink(outside.path(), root.join("customers/profiles/acme_inc")).unwrap();
    symlink(outside.path().join("victim"), root.join("link")).unwrap();
    symlink(outside.path().join("not-there"), root.join("dangling")).unwrap();
    symlink(outside.path().join("no-folder"), root.join("dangling-folder")).unwrap();
    symlink("real", root.join("inner")).unwrap();
    fs::write(root.join("real"), "old").unwrap();
    for bad in [
        "customers/profiles/acme_inc/victim",
        "customers/profiles/acme_inc/new/deep.json",
        "link",
        "dangling",
        "dangling-folder/x",
        "../escape",
        "none/../../escape",
        "customers/../../escape",
    ] {
        let error = disk.write_all(&[(root.join(bad), Cow::Borrowed(b"new"))]).unwrap_err();
        assert!(matches!(error.problem, DiskProblem::Outside | DiskProblem::Other), "{bad}: {error}");
        assert!(error.to_string().contains(bad.rsplit('/').next().unwrap()), "{error}");
    }
    assert!(disk.create_dir_all(&root.join("customers/profiles/acme_inc/slack"), Access::Shared).is_err());
    assert!(disk.remove(&[root.join("customers/profiles/acme_inc/victim")]).is_err());
    assert!(disk.write_all(&[(outside.path().join("victim"), Cow::Borrowed(b"new"))]).is_err());
    assert_eq!(tree(outside.path()), BTreeMap::from([(PathBuf::from("victim"), b"old".to_vec())]));
    assert!(!root.parent().unwrap().join("escape").exists());
    // A link that stays inside is written through and stays a link; removing takes the link only.
    disk.write_all(&[(root.join("inner"), Cow::Borrowed(b"new"))]).unwrap();
    assert_eq!(fs::read(root.join("real")).unwrap(), b"new");
    assert!(fs::symlink_metadata(root.join("inner")).unwrap().is_symlink());
    disk.remove(&[root.join("link"), root.join("inner")]).unwrap();
    assert!(outside.path().join("victim").exists() && root.join("real").exists() && !root.join("inner").exists());
    let error = disk.write_all(&[(root.join("customers"), Cow::Borrowed(b"new"))]).unwrap_err();
    assert_eq!(error.problem, DiskProblem::WrongKind);
    // A workspace that is reached through a link is none of these.
    let door = outside.path().join("door");
    symlink(root, &door).unwrap();
    RealDisk::within(&door).write_all(&[(door.join("a/b"), Cow::Borrowed(b"new"))]).unwrap();
    assert_eq!(fs::read(root.join("a/b")).unwrap(), b"new");
}

#[test]
fn reads_refuse_what_is_no_file() {
    let dir = folder();
    let disk = RealDisk::within(dir.path());
    symlink("/dev/zero", dir.path().join("endless")).unwrap();
    assert!(disk.read(&dir.path().join("endless")).is_err());
    assert!(disk.read(dir.path()).is_err());
    fs::File::create(dir.path().join("huge")).unwrap().set_len(300 << 20).unwrap();
    assert!(disk.read(&dir.path().join("huge")).unwrap_err().to_string().contains("256 MB"));
}

/// Every step fails in every way: each file is old or new, the error names the file, no temporary file stays, and a second try mends all.
#[test]
fn a_failing_step_leaves_whole_files() {
    let total = {
        let dir = folder();
        let disk = FaultDisk::within(dir.path()).unwrap();
        disk.write_all(&batch(dir.path(), "1")).unwrap();
        disk.steps().len()
    };
    for fault in [Fault::Full, Fault::ReadOnly, Fault::Denied, Fault::Broken] {
        for (n, lasting) in (0..total).flat_map(|n| [(n, false), (n, true)]) {
            let dir = folder();
            let root = fs::canonicalize(dir.path()).unwrap();
            let old = batch(&root, "old");
            if n % 2 == 0 {
                RealDisk::within(&root).write_all(&old[..2]).unwrap();
            }
            let before = tree(&root);
            let disk = FaultDisk::within(&root).unwrap();
            let files = batch(&root, "new");
            if lasting {
                disk.fail_from(n, fault)
            } else {
                disk.fail_at(n, fault)
            }
            let Err(error) = disk.write_all(&files) else { continue };
            let problem = match fault {
                Fault::Full => DiskProblem::Full,
                Fault::ReadOnly => DiskProblem::ReadOnly,
                Fault::Denied => DiskProblem::Denied,
                Fault::Broken => DiskProblem::Other,
            };
            assert_eq!(error.problem, problem);
            assert!(!error.next().is_empty() && error.to_string().contains(root.to_str().unwrap()), "{error}");
            let new = wanted(&files, &root);
            for (path, content) in tree(&root) {
                if path.to_str().unwrap().contains(".sales-tmp-") {
                    assert!(lasting, "a temporary file stays: {path:?}");
                } else {
                    assert!(new.get(&path) == Some(&content) || before.get(&path) == Some(&content), "torn: {path:?}");
                }
            }
            disk.heal();
            Workspace::at(&root).sweep_temporaries(&disk).unwrap();
            disk.write_all(&files).unwrap();
            assert_eq!(tree(&root), new);
        }
    }
}

/// Power goes after each step, and takes what was not synced in each way: files are old or new, and a new run ends as an undisturbed one.
#[test]
fn power_loss_at_every_step() {
    let dir = folder();
    let root = fs::canonicalize(dir.path()).unwrap();
    RealDisk::within(&root).write_all(&batch(&root, "old")[..2]).unwrap();
    let disk = FaultDisk::within(&root).unwrap();
    let gone = root.join(SLACK).join("a.json");
    disk.write_all(&batch(&root, "new")).unwrap();
    let written = disk.steps().len();
    disk.remove(std::slice::from_ref(&gone)).unwrap();
    let steps = disk.steps().len();
    assert!(steps > 15, "{steps}");
    let (old, new) = (wanted(&batch(&root, "old")[..2], &root), wanted(&batch(&root, "new"), &root));
    for done in 0..=steps {
        for loss in [Loss::Nothing, Loss::All, Loss::Contents, Loss::HalfContents, Loss::Names] {
            let after = folder();
            disk.after_power_loss(done, loss, after.path()).unwrap();
            let found = tree(after.path());
            for (path, content) in &found {
                if !path.to_str().unwrap().contains(".sales-tmp-") {
                    assert!(old.get(path) == Some(content) || new.get(path) == Some(content), "torn after {done}, {loss:?}: {path:?}");
                }
            }
            for path in old.keys() {
                assert!(found.contains_key(path) || done > written, "lost after {done}, {loss:?}: {path:?}");
            }
            if done == written {
                assert_eq!(found, new, "written and not durable, {loss:?}");
            }
            if done == steps {
                assert!(!found.contains_key(gone.strip_prefix(&root).unwrap()), "removed and back, {loss:?}");
            }
            let again = RealDisk::within(after.path());
            Workspace::at(after.path()).sweep_temporaries(&again).unwrap();
            let files = batch(after.path(), "new");
            again.write_all(&files).unwrap();
            assert_eq!(tree(after.path()), wanted(&files, after.path()));
        }
    }
}

/// The model itself sees a missing sync: without one, contents or names are lost.
#[test]
fn the_model_of_power_loss_drops_what_is_not_synced() {
    let dir = folder();
    let root = fs::canonicalize(dir.path()).unwrap();
    let disk = FaultDisk::within(&root).unwrap();
    disk.write_all(&[(root.join("a"), Cow::Borrowed(b"content"))]).unwrap();
    let steps = disk.steps();
    let at = |what: fn(&Step) -> bool| steps.iter().position(what).unwrap();
    let show = |done: usize, loss: Loss| {
        let to = folder();
        disk.after_power_loss(done, loss, to.path()).unwrap();
        tree(to.path()).into_values().collect::<Vec<_>>()
    };
    let synced = at(|s| matches!(s, Step::SyncFile(_)));
    assert_eq!(show(synced, Loss::Contents), [b""]);
    assert_eq!(show(synced, Loss::HalfContents), [b"con"]);
    assert_eq!(show(synced + 1, Loss::Contents), [b"content"]);
    let named = at(|s| matches!(s, Step::SyncFolder(_)));
    assert!(show(named, Loss::All).is_empty() && show(named, Loss::Names).is_empty());
    assert_eq!(show(named + 1, Loss::All), [b"content"]);
}

#[test]
fn leftovers_of_dead_writers_are_swept() {
    let dir = folder();
    let root = dir.path();
    fs::create_dir_all(root.join(SLACK)).unwrap();
    let mut child = std::process::Command::new("true").spawn().unwrap();
    let dead = child.id();
    child.wait().unwrap();
    let (us, parent) = (std::process::id(), std::os::unix::process::parent_id());
    let put = |name: String| fs::write(root.join(name), "x").unwrap();
    put(format!("{SLACK}/a.json.sales-tmp-{dead}-0"));
    put(format!("{SLACK}/a.json.sales-tmp-{us}-999999"));
    put(format!("workspace.toml.sales-tmp-{dead}-7"));
    put(format!("{SLACK}/b.json.sales-tmp-{parent}-0"));
    put(format!("{SLACK}/c.json.sales-tmp-{dead}"));
    put(format!("{SLACK}/d.json.sales-tmp-0-x"));
    fs::create_dir(root.join(format!("{SLACK}/e.sales-tmp-{dead}-1"))).unwrap();
    assert_eq!(Workspace::at(root).sweep_temporaries(&RealDisk::within(root)).unwrap(), 3);
    let left: Vec<_> = tree(root).into_keys().map(|p| p.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    assert_eq!(left, [format!("b.json.sales-tmp-{parent}-0"), format!("c.json.sales-tmp-{dead}"), "d.json.sales-tmp-0-x".to_owned()]);
    assert_eq!(Workspace::at(root.join("none")).sweep_temporaries(&RealDisk::within(root)).unwrap(), 0);
}

#[test]
fn several_writers_at_once() {
    let dir = folder();
    let root = dir.path();
    std::thread::scope(|s| {
        for n in 0..4 {
            s.spawn(move || {
                let disk = RealDisk::within(root);
                for round in 0..20 {
                    disk.write_all(&batch(root, &format!("{n}-{round}"))).unwrap();
                    Workspace::at(root).sweep_temporaries(&disk).unwrap();
                }
            });
        }
    });
    let found = tree(root);
    assert_eq!(found.len(), 4);
    let a = String::from_utf8(found[Path::new(&format!("{SLACK}/a.json"))].clone()).unwrap();
    assert!(a.ends_with(&"x".repeat(100)) && a.contains("-19 "), "{a}");
}

#[test]
fn a_placed_file_takes_nobodys_place() {
    let dir = folder();
    let disk = FaultDisk::within(dir.path()).unwrap();
    let at = |name: &str| dir.path().join(name);
    assert!(disk.place_private(&at("new.pdf"), b"one", false).unwrap());
    assert_eq!(fs::metadata(at("new.pdf")).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!disk.place_private(&at("new.pdf"), b"two", false).unwrap());
    assert_eq!(fs::read(at("new.pdf")).unwrap(), b"one");
    assert!(disk.place_private(&at("new.pdf"), b"two", true).unwrap());
    assert_eq!(fs::read(at("new.pdf")).unwrap(), b"two");

    // Links: to a file here, to one elsewhere, to nothing. What they lead to stays as it is.
    let outside = folder();
    fs::write(outside.path().join("target"), "theirs").unwrap();
    for (name, to) in [("here", at("new.pdf")), ("there", outside.path().join("target")), ("nowhere", outside.path().join("none"))] {
        symlink(&to, at(name)).unwrap();
        assert!(!disk.place_private(&at(name), b"three", false).unwrap(), "{name}");
        assert!(fs::symlink_metadata(at(name)).unwrap().is_symlink());
        assert!(disk.place_private(&at(name), b"three", true).unwrap(), "{name}");
        assert!(fs::symlink_metadata(at(name)).unwrap().is_file());
        assert_eq!(fs::read(at(name)).unwrap(), b"three");
    }
    assert_eq!(fs::read(at("new.pdf")).unwrap(), b"two");
    assert_eq!(fs::read(outside.path().join("target")).unwrap(), b"theirs");
    assert!(!outside.path().join("none").exists());

    fs::create_dir(at("folder")).unwrap();
    for over in [false, true] {
        assert_eq!(disk.place_private(&at("folder"), b"x", over).unwrap_err().problem, DiskProblem::WrongKind);
        assert_eq!(disk.place_private(&outside.path().join("x"), b"x", over).unwrap_err().problem, DiskProblem::Outside);
    }
    let names: Vec<String> = fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    assert!(names.iter().all(|n| !n.contains("sales-tmp")), "{names:?}");
}

/// Whatever step fails: nothing is there, or all of it, and nothing of ours beside it.
#[test]
fn a_placed_file_is_whole_or_not_there() {
    for over in [false, true] {
        for n in 0.. {
            let dir = folder();
            let disk = FaultDisk::within(dir.path()).unwrap();
            disk.fail_at(n, Fault::Full);
            let placed = disk.place_private(&dir.path().join("a.pdf"), b"content", over);
            disk.heal();
            let left = tree(dir.path());
            match left.get(Path::new("a.pdf")) {
                Some(content) => assert_eq!(content, b"content"),
                None => assert!(placed.is_err()),
            }
            assert!(left.len() <= 1, "{left:?}");
            if placed.is_ok() {
                assert!(n >= 4, "steps failed before that: {n}");
                break;
            }
        }
    }
}
