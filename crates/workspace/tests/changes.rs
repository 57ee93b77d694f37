//! Changes of people's files: made in whole or not at all, and taken back to the same bytes.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use proptest::prelude::*;
use sales_files::{
    Change, ChangeError, ChangeId, Disk, Edit, Fault, FaultDisk, FileChange, Loss, Plan, RealDisk, Workspace, parse_profile, undone,
};
use sales_model::{CustomerId, Settings};

const ACME: &str = "# ours\nname = \"ACME Inc\"\ndomains = [\"acme.dev\"]   # theirs\n";
const GLOBEX: &str = "\u{feff}name = \"Globex\"\r\nstage = \"discovery\"\r\n";

fn id(text: &str) -> CustomerId {
    text.parse().unwrap()
}

fn change_id(n: u64) -> ChangeId {
    n.to_string().parse().unwrap()
}

fn now() -> Timestamp {
    "2024-04-08T09:00:00Z".parse().unwrap()
}

fn put(ws: &Workspace, path: &str, text: &str) {
    let path = ws.profiles_dir().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn workspace() -> (tempfile::TempDir, Workspace) {
    let dir = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(dir.path()).unwrap();
    let ws = Workspace::init(&RealDisk::within(&root), &root, &Settings::default()).unwrap();
    put(&ws, "acme_inc/profile.toml", ACME);
    put(&ws, "globex/profile.toml", GLOBEX);
    put(&ws, "globex/notes/call.md", "my note\n");
    put(&ws, "globex/notes/deep/drawing.svg", "<svg/>\n");
    put(&ws, "globex/context_summary.md", "# Globex\n\n<!-- mine -->\nthink\n<!-- /mine -->\n");
    put(&ws, "acme_inc/context_summary.md", "# ACME\n");
    (dir, ws)
}

/// What people wrote: all files but those that the program makes.
fn people(root: &Path) -> BTreeMap<PathBuf, String> {
    let mut out = BTreeMap::new();
    let mut todo = vec![root.join("customers")];
    while let Some(dir) = todo.pop() {
        for entry in fs::read_dir(&dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                todo.push(path);
                continue;
            }
            let mut text = fs::read_to_string(&path).unwrap();
            if path.ends_with("context_summary.md") {
                text = sales_model::mine_blocks(&text).concat();
                if text.is_empty() {
                    continue;
                }
            }
            out.insert(path.strip_prefix(root).unwrap().to_owned(), text);
        }
    }
    out
}

fn set(key: &str, value: &str) -> Edit {
    Edit::Set { key: key.into(), value: value.into() }
}

fn own(customer: &str, before: &[&str], after: &[&str]) -> FileChange {
    let owned = |texts: &[&str]| texts.iter().map(|t| (*t).to_owned()).collect();
    FileChange::Own { customer: id(customer), before: owned(before), after: owned(after) }
}

/// Everything that a change can hold: Globex becomes a part of ACME.
fn everything(ws: &Workspace, disk: &dyn Disk) -> Plan {
    let mut plan = ws.plan_edits(disk, "customer merge globex acme_inc", &[(id("acme_inc"), vec![set("stage", "won")])]).unwrap();
    let block = "<!-- mine -->\nthink\n<!-- /mine -->";
    let moved = |from: &str, to: &str| FileChange::Move { from: (id("globex"), from.into()), to: (id("acme_inc"), to.into()) };
    plan.files.extend([
        moved("notes/call.md", "notes/call_2.md"),
        moved("notes/deep/drawing.svg", "notes/deep/drawing.svg"),
        own("acme_inc", &[], &[block]),
        own("globex", &[block], &[]),
        FileChange::Profile { customer: id("globex"), before: Some(GLOBEX.into()), after: None, mode: None },
    ]);
    plan.carries.push((id("globex"), id("acme_inc")));
    plan
}

fn make(ws: &Workspace, disk: &dyn Disk) -> Result<Change, ChangeError> {
    ws.make_change(disk, now(), &|| Ok(everything(ws, disk)))
}

#[test]
fn profiles_change_together_and_back() {
    let (_dir, ws) = workspace();
    let (disk, before) = (ws.disk(), people(ws.root()));
    let edits = [
        (id("globex"), vec![Edit::Add { key: "domains".into(), value: "globex.example".into() }]),
        (id("acme_inc"), vec![set("stage", "negotiation")]),
        (id("globex"), vec![set("stage", "negotiation")]),
    ];
    assert_eq!(ws.edited_profile(&disk, &id("acme_inc"), &edits[1].1).unwrap().stage.as_deref(), Some("negotiation"));
    assert_eq!(people(ws.root()), before, "a preview writes nothing");
    let change = ws.change(&disk, now(), "match apply", &edits).unwrap();
    assert_eq!((change.id.to_string(), change.customers()), ("1".to_owned(), vec![&id("acme_inc"), &id("globex")]));
    let globex = fs::read_to_string(ws.profile_path(&id("globex"))).unwrap();
    assert_eq!(globex, "\u{feff}name = \"Globex\"\r\nstage = \"negotiation\"\r\ndomains = [\"globex.example\"]\r\n");
    assert!(matches!(ws.change(&disk, now(), "match apply", &edits), Err(ChangeError::Nothing)));

    let back = ws.undo(&disk, now(), change.id).unwrap();
    assert_eq!(people(ws.root()), before);
    let (all, problems) = ws.changes(&disk).unwrap();
    assert_eq!((all.as_slice(), problems.len()), ([back.clone(), change.clone()].as_slice(), 0), "newest first");
    assert_eq!(undone(&all).into_iter().collect::<Vec<_>>(), [change.id]);
    assert!(matches!(ws.undo(&disk, now(), change.id), Err(ChangeError::Undone { .. })));
    ws.undo(&disk, now(), back.id).unwrap();
    assert_eq!(fs::read_to_string(ws.profile_path(&id("globex"))).unwrap(), globex);
    assert_eq!(undone(&ws.changes(&disk).unwrap().0).into_iter().collect::<Vec<_>>(), [back.id]);
}

#[test]
fn a_whole_customer_goes_and_comes_back() {
    let (_dir, ws) = workspace();
    let (disk, before) = (ws.disk(), people(ws.root()));
    put(&ws, "globex/insights.json", "{}");
    disk.write_private(&ws.last_profile_path(&id("globex")), GLOBEX.as_bytes()).unwrap();
    let change = make(&ws, &disk).unwrap();
    assert!(!ws.customer_dir(&id("globex")).exists(), "its folder is gone");
    assert_eq!(ws.customers(&disk).unwrap().len(), 1, "and nothing stands in for it");
    let acme: Vec<String> =
        people(ws.root()).into_keys().map(|p| p.strip_prefix("customers/profiles/acme_inc").unwrap().display().to_string()).collect();
    assert_eq!(acme, ["context_summary.md", "notes/call_2.md", "notes/deep/drawing.svg", "profile.toml"]);
    ws.undo(&disk, now(), change.id).unwrap();
    assert_eq!(people(ws.root()), before);
}

#[cfg(unix)]
#[test]
fn the_journal_is_for_the_user_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (_dir, ws) = workspace();
    let change = make(&ws, &ws.disk()).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&ws.changes_dir()), 0o700);
    assert_eq!(mode(&ws.changes_dir().join(format!("{:06}.json", 1))), 0o600);
    assert_eq!(ws.change_ids(&ws.disk()).unwrap(), [change.id]);
}

#[test]
fn what_somebody_changed_since_is_not_taken_back() {
    let (_dir, ws) = workspace();
    let disk = ws.disk();
    let shown = |e: ChangeError| format!("{e}\n-> {}", e.next()).replace(ws.root().to_str().unwrap(), "DIR");
    let stage = |to: &str| ws.change(&disk, now(), "x", &[(id("acme_inc"), vec![set("stage", to)])]).unwrap();
    let (first, second) = (stage("discovery"), stage("negotiation"));
    insta::assert_snapshot!(shown(ws.undo(&disk, now(), first.id).unwrap_err()), @r"
    the change 1 can't be taken back: DIR/customers/profiles/acme_inc/profile.toml is not as it left it
    -> sales customer undo 2 first
    ");
    put(&ws, "acme_inc/profile.toml", "name = \"Mine\"\n");
    insta::assert_snapshot!(shown(ws.undo(&disk, now(), second.id).unwrap_err()), @r"
    the change 2 can't be taken back: DIR/customers/profiles/acme_inc/profile.toml is not as it left it
    -> Put DIR/customers/profiles/acme_inc/profile.toml back as the change 2 left it, or change it by hand instead
    ");
    insta::assert_snapshot!(shown(ws.undo(&disk, now(), change_id(7)).unwrap_err()), @r"
    there is no change 7
    -> sales customer changes lists what was changed
    ");
    let third = make(&ws, &disk).unwrap();
    put(&ws, "globex/notes/call.md", "a new note with the old name\n");
    let before = people(ws.root());
    assert!(matches!(ws.undo(&disk, now(), third.id), Err(ChangeError::Changed { newer: None, .. })));
    assert_eq!(people(ws.root()), before);
}

#[test]
fn an_unreadable_entry_leaves_the_others() {
    let (_dir, ws) = workspace();
    let disk = ws.disk();
    let change = make(&ws, &disk).unwrap();
    for (name, bytes) in [("000002.json", "{\"id\": 2"), ("000003.json", ""), ("x.json", "{}"), ("notes.txt", "")] {
        fs::write(ws.changes_dir().join(name), bytes).unwrap();
    }
    let (all, problems) = ws.changes(&disk).unwrap();
    assert_eq!((all, problems.len()), (vec![change.clone()], 2));
    assert!(problems[0].next.contains("mv "), "{problems:?}");
    assert_eq!(ws.undo(&disk, now(), change.id).unwrap().id.to_string(), "4", "no number is given twice");
    assert!(matches!(ws.undo(&disk, now(), change_id(2)), Err(ChangeError::File(_))));
}

/// A process that is killed at any step, and the next command.
#[test]
fn killed_at_every_step() {
    for undo in [false, true] {
        let mut ends = [0, 0];
        for n in 0.. {
            let (_dir, ws) = workspace();
            let before = people(ws.root());
            let change = undo.then(|| make(&ws, &ws.disk()).unwrap());
            let (old, steps_from) = (people(ws.root()), FaultDisk::within(ws.root()).unwrap());
            steps_from.fail_from(n, Fault::Broken);
            let done = match &change {
                Some(change) => ws.undo(&steps_from, now(), change.id),
                None => make(&ws, &steps_from),
            };
            let whole = done.is_ok();
            ws.sweep_temporaries(&ws.disk()).unwrap();
            let finished = ws.finish_change(&ws.disk()).unwrap();
            assert!(ws.pending_change(&ws.disk()).unwrap().is_none());
            assert_eq!(ws.finish_change(&ws.disk()).unwrap(), None);
            let known = ws.changes(&ws.disk()).unwrap().0.len() - usize::from(undo);
            if known == 0 {
                assert!(!whole && finished.is_none());
                assert_eq!(people(ws.root()), old, "nothing, at step {n}");
                ends[0] += 1;
            } else {
                let last = ws.change_ids(&ws.disk()).unwrap().pop().unwrap();
                assert!(people(ws.root()) != old, "all, at step {n}");
                assert_eq!(ws.customer_dir(&id("globex")).exists(), undo, "at step {n}");
                ws.undo(&ws.disk(), now(), last).unwrap();
                assert_eq!(people(ws.root()), old, "taken back, at step {n}");
                ends[1] += 1;
            }
            if undo && known > 0 {
                ws.undo(&ws.disk(), now(), change_id(3)).unwrap();
                assert_eq!(people(ws.root()), before);
            }
            if whole {
                break;
            }
        }
        assert!(ends[0] > 3 && ends[1] > 12, "{ends:?}");
    }
}

/// A disk that fails once: the change is taken back at once, or stands.
#[test]
fn one_failing_step() {
    for n in 0.. {
        let (_dir, ws) = workspace();
        let old = people(ws.root());
        let disk = FaultDisk::within(ws.root()).unwrap();
        disk.fail_at(n, Fault::Full);
        let done = make(&ws, &disk);
        disk.heal();
        let finished = ws.finish_change(&disk).unwrap();
        let known = ws.changes(&disk).unwrap().0;
        if known.is_empty() {
            assert!(done.is_err() && finished.is_none());
            assert_eq!(people(ws.root()), old, "at step {n}");
        } else {
            assert!(!ws.customer_dir(&id("globex")).exists(), "at step {n}");
        }
        if done.is_ok() {
            break;
        }
    }
}

#[test]
fn power_loss_at_every_step() {
    let (_dir, ws) = workspace();
    let old = people(ws.root());
    let disk = FaultDisk::within(ws.root()).unwrap();
    make(&ws, &disk).unwrap();
    let new = people(ws.root());
    for done in 0..=disk.steps().len() {
        for loss in [Loss::Nothing, Loss::All, Loss::Contents, Loss::HalfContents, Loss::Names] {
            let dir = tempfile::tempdir().unwrap();
            let root = fs::canonicalize(dir.path()).unwrap();
            disk.after_power_loss(done, loss, &root).unwrap();
            let ws = Workspace::at(&root);
            ws.sweep_temporaries(&ws.disk()).unwrap();
            ws.finish_change(&ws.disk()).unwrap();
            let now = people(&root);
            let changes = ws.changes(&ws.disk()).unwrap();
            assert_eq!(changes.1, []);
            assert_eq!(now, if changes.0.is_empty() { old.clone() } else { new.clone() }, "{loss:?} after {done}");
        }
    }
}

#[test]
fn edited_while_it_was_interrupted() {
    let (_dir, ws) = workspace();
    let old = people(ws.root());
    // After the first profile, before the last one.
    let n = (0..)
        .find(|n| {
            let (_dir, ws) = workspace();
            let disk = FaultDisk::within(ws.root()).unwrap();
            disk.fail_from(*n, Fault::Broken);
            let _ = make(&ws, &disk);
            ws.customer_dir(&id("acme_inc")).join("notes/call_2.md").exists()
        })
        .unwrap();
    let disk = FaultDisk::within(ws.root()).unwrap();
    disk.fail_from(n, Fault::Broken);
    make(&ws, &disk).unwrap_err();
    put(&ws, "globex/profile.toml", "name = \"Mine\"\n");
    let disk = ws.disk();
    let e = ws.finish_change(&disk).unwrap_err();
    insta::assert_snapshot!(format!("{e}\n-> {}", e.next()).replace(ws.root().to_str().unwrap(), "DIR"), @r"
    the change 1 (sales customer merge globex acme_inc) was interrupted, and DIR/customers/profiles/globex/profile.toml was changed since
    -> sales customer undo 1 takes back what it did to the other files; then type it again
    ");
    let stage = [(id("acme_inc"), vec![set("stage", "x")])];
    assert!(matches!(ws.change(&disk, now(), "x", &stage), Err(ChangeError::Interrupted { .. })), "no other change goes on top");
    ws.undo(&disk, now(), change_id(1)).unwrap();
    let mut wanted = old;
    wanted.insert("customers/profiles/globex/profile.toml".into(), "name = \"Mine\"\n".into());
    assert_eq!(people(ws.root()), wanted);
    assert_eq!(ws.changes(&disk).unwrap().0, []);
    ws.change(&disk, now(), "x", &stage).unwrap();
}

fn any_edit() -> impl Strategy<Value = Edit> {
    let key = prop::sample::select(vec!["aliases", "domains", "slack.channels", "exclude"]);
    let text = "[a-z]{1,8}\\.dev";
    prop_oneof![
        (key.clone(), text).prop_map(|(key, value)| Edit::Add { key: key.into(), value }),
        (key, text).prop_map(|(key, value)| Edit::Set { key: key.into(), value }),
        "[a-z ]{0,8}\"?#?é?".prop_map(|value| Edit::Set { key: "next_step".into(), value }),
        "[A-Z][a-z]{1,6}".prop_map(|name| Edit::Contact(sales_model::Contact { name, ..Default::default() })),
        Just(Edit::Remove { key: "stage".into(), value: None }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    /// Any changes, taken back in reverse, end in the same bytes; each of them can be read as a profile in between.
    #[test]
    fn taken_back_is_as_before(all in prop::collection::vec(prop::collection::vec((any::<bool>(), any_edit()), 1..5), 1..5)) {
        let (_dir, ws) = workspace();
        let disk = ws.disk();
        let mut states = vec![people(ws.root())];
        for edits in all {
            let edits: Vec<_> = edits.into_iter().map(|(acme, e)| (id(if acme { "acme_inc" } else { "globex" }), vec![e])).collect();
            match ws.change(&disk, now(), "x", &edits) {
                Ok(_) => states.push(people(ws.root())),
                Err(ChangeError::Nothing) => prop_assert_eq!(states.last(), Some(&people(ws.root()))),
                Err(e) => return Err(TestCaseError::fail(e.to_string())),
            }
            for (path, text) in people(ws.root()).iter().filter(|(p, _)| p.ends_with("profile.toml")) {
                parse_profile(path, text.trim_start_matches('\u{feff}')).unwrap();
            }
        }
        for change in ws.changes(&disk).unwrap().0 {
            prop_assert_eq!(states.pop().unwrap(), people(ws.root()));
            ws.undo(&disk, now(), change.id).unwrap();
        }
        prop_assert_eq!(states.pop().unwrap(), people(ws.root()));
    }
}

/// A profile that only its owner may read comes back so, under another id too.
#[cfg(unix)]
#[test]
fn a_removed_profile_keeps_its_mode() {
    use std::os::unix::fs::PermissionsExt;
    let (_dir, ws) = workspace();
    let disk = ws.disk();
    let mode = |customer: &str| fs::metadata(ws.profile_path(&id(customer))).unwrap().permissions().mode() & 0o777;
    for wanted in [0o600, 0o640, 0o644] {
        fs::set_permissions(ws.profile_path(&id("globex")), fs::Permissions::from_mode(wanted)).unwrap();
        let merged = make(&ws, &disk).unwrap();
        assert!(!ws.profile_path(&id("globex")).exists());
        ws.undo(&disk, now(), merged.id).unwrap();
        assert_eq!(mode("globex"), wanted);
        let rename = sales_files::Rename { customer: id("globex"), name: "Other".into(), id: Some(id("other")), keep: true };
        let renamed = ws.make_change(&disk, now(), &|| Ok(ws.plan_rename(&disk, "customer rename", &rename)?.plan)).unwrap();
        assert_eq!(mode("other"), wanted);
        ws.undo(&disk, now(), renamed.id).unwrap();
        assert_eq!(mode("globex"), wanted);
    }
}
