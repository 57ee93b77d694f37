//! `sales backup` and `sales restore`: the drill.

use sales_testkit::{Tree, differences, tree};

use crate::support::{Desk, Vendor};

/// The customers' files that were made from records, and those of people.
fn files(desk: &Desk, workspace: &str) -> Tree {
    let mut all = tree(&desk.path().join(workspace).join("customers"));
    all.retain(|path, _| !path.ends_with("/context_summary.md") && !path.ends_with("/insights.json"));
    all
}

/// A backup is taken while a sync is at work; what is restored of it is sound, and its next sync brings the rest.
#[test]
fn a_backup_during_a_sync_is_restored() {
    let vendor = Vendor::all(None);
    let mut desk = Desk::with_samples();
    desk.connect(&vendor);
    desk.run(&["sync", "--since", "30d"]).exit(0);
    desk.write("customers/profiles/acme_inc/notes/plan.md", "my own plan");
    desk.write(".env", "SLACK_TOKEN=xoxb-secret-of-mine\n");
    let mut running =
        desk.command(&["sync", "--full"]).stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
    desk.run(&["backup", "--out", "b.zip"]).exit(0);
    assert!(running.wait().unwrap().success());
    // What happens afterwards is not in it.
    desk.write("customers/profiles/acme_inc/notes/plan.md", "another plan");

    desk.run(&["restore", "b.zip", "restored"]).exit(0);
    let at = |args: &[&str]| desk.run(&[&["--workspace", "restored"], args].concat());
    assert_eq!(desk.read("restored/customers/profiles/acme_inc/notes/plan.md"), "my own plan");
    assert!(!desk.path().join("restored/.env").exists());
    at(&["verify"]).exit(0);
    let before = files(&desk, "restored");
    at(&["files", "rebuild"]).exit(0);
    assert_eq!(differences(&before, &files(&desk, "restored")), Vec::<String>::new());
    at(&["sync"]).exit(0);
    at(&["verify"]).exit(0);
    // In the end both hold the same.
    at(&["sync", "--full"]).exit(0);
    desk.write("restored/customers/profiles/acme_inc/notes/plan.md", "another plan");
    assert_eq!(differences(&files(&desk, ""), &files(&desk, "restored")), Vec::<String>::new());
    let idle = at(&["sync"]).exit(0);
    assert!(idle.out.contains("messages: nothing new"), "only what is new is fetched: {}", idle.out);
}

#[test]
fn what_is_there_is_never_written_over() {
    let mut desk = Desk::with_samples();
    desk.set("SALES_TEST_NOW", "2024-04-08T09:00:00Z");
    let made = desk.run(&["backup"]).exit(0);
    assert!(made.out.contains("sales-backup-20240408-090000.zip"), "{}", made.out);
    let again = desk.run(&["backup"]).exit(1);
    assert!(again.err.contains("is there already"), "{}", again.err);
    desk.write("full/file.txt", "mine");
    for dir in [".", "full"] {
        let refused = desk.run(&["restore", "sales-backup-20240408-090000.zip", dir]).exit(1);
        assert!(refused.err.contains("it was left as it is"), "{}", refused.err);
    }
    assert_eq!(desk.read("full/file.txt"), "mine");
    desk.write("torn.zip", &std::fs::read(desk.path().join("sales-backup-20240408-090000.zip")).unwrap()[..900]);
    desk.write("no.zip", "no archive");
    for file in ["torn.zip", "no.zip", "missing.zip"] {
        desk.run(&["restore", file, "new"]).exit(1);
        assert!(!desk.path().join("new").exists(), "{file}");
    }
    let left: Vec<_> = std::fs::read_dir(desk.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().contains("sales-tmp")), "{left:?}");
}

type NamedBytes = (String, Vec<u8>);

#[test]
fn a_changed_backup_is_refused() {
    let desk = Desk::with_samples();
    desk.run(&["backup", "--out", "b.zip"]).exit(0);
    let changed = |name: &str, change: &dyn Fn(&str, Vec<u8>) -> Option<NamedBytes>| {
        let mut old = zip::ZipArchive::new(std::fs::File::open(desk.path().join("b.zip")).unwrap()).unwrap();
        let mut new = zip::ZipWriter::new(std::fs::File::create(desk.path().join(name)).unwrap());
        for n in 0..old.len() {
            let mut entry = old.by_index(n).unwrap();
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
            if let Some((name, bytes)) = change(entry.name(), bytes) {
                new.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
                std::io::Write::write_all(&mut new, &bytes).unwrap();
            }
        }
        new.finish().unwrap();
        let refused = desk.run(&["restore", name, "new"]).exit(1);
        assert!(refused.err.contains("is no whole backup"), "{name}: {}", refused.err);
        assert!(!desk.path().join("new").exists() && !desk.path().join("../evil").exists());
    };
    let same = |name: &str, bytes: Vec<u8>| Some((name.to_owned(), bytes));
    let flip = |name: &str, bytes: Vec<u8>| {
        let with = if name == "workspace.toml" { [&b"?"[..], &bytes[1..]].concat() } else { bytes };
        same(name, with)
    };
    changed("flipped.zip", &flip);
    changed("less.zip", &|name, bytes| (name != "workspace.toml").then(|| same(name, bytes)).flatten());
    changed("no_manifest.zip", &|name, bytes| (name != "manifest.json").then(|| same(name, bytes)).flatten());
    let outside = |name: &str, bytes: Vec<u8>| {
        let text = String::from_utf8_lossy(&bytes).replace("workspace.toml", "customers/../../evil");
        if name == "manifest.json" {
            same(name, text.into_bytes())
        } else {
            same(&name.replace("workspace.toml", "customers/../../evil"), bytes)
        }
    };
    changed("outside.zip", &outside);
}
