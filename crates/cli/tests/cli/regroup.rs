//! `sales customer rename|merge|split|undo|changes`.

use sales_testkit::Tree;

use crate::{
    json::fits,
    support::{Desk, Vendor, pulled, shows},
};

/// A workspace with everything pulled, notes, and own blocks.
fn furnished(vendor: &Vendor) -> Desk {
    let desk = pulled(vendor);
    desk.write("customers/profiles/globex/notes/call.md", "what I think\n");
    desk.write("customers/profiles/acme_inc/notes/call.md", "what I know\n");
    let context = "customers/profiles/globex/context_summary.md";
    desk.write(context, format!("{}\n<!-- mine -->\nnever forget\n<!-- /mine -->\n", desk.read(context).trim_end()));
    // As the program writes it with the block in it.
    desk.run(&["context", "globex"]).exit(0);
    desk
}

#[track_caller]
fn same(a: &Tree, b: &Tree) {
    assert_eq!(sales_testkit::differences(a, b), Vec::<String>::new());
}

fn sound(desk: &Desk) {
    desk.run(&["verify"]).exit(0);
    let before = desk.customers();
    desk.run(&["files", "rebuild"]).exit(0);
    same(&before, &desk.customers());
}

#[test]
fn merged_and_back() {
    let vendor = Vendor::start(None);
    let desk = furnished(&vendor);
    let before = desk.customers();
    shows!("merge_dry", desk.shown(&desk.run(&["customer", "merge", "globex", "acme-corp", "--dry-run"])));
    same(&before, &desk.customers());
    shows!("merged", desk.shown(&desk.run(&["customer", "merge", "globex", "acme-corp"])));
    let merged = desk.customers();
    assert!(!merged.keys().any(|path| path.starts_with("customers/profiles/globex")), "its folder is gone");
    assert!(desk.read("customers/profiles/acme_inc/context_summary.md").contains("never forget"));
    sound(&desk);
    desk.run(&["customer", "show", "globex"]).exit(0);
    desk.run(&["sync"]).exit(0);
    same(&merged, &desk.customers());

    shows!("merge_undone", desk.shown(&desk.run(&["customer", "undo"])));
    same(&before, &desk.customers());
    sound(&desk);
    let listed = desk.run(&["customer", "changes"]).exit(0).out;
    let listed: Vec<&str> = listed.lines().filter_map(|l| l.split_once("  sales ")).map(|(_, command)| command).collect();
    assert_eq!(listed, ["customer undo 1", "customer merge globex acme_inc  taken back"]);
    // And once more, by undoing the undo.
    desk.run(&["customer", "undo", "2"]).exit(0);
    same(&merged, &desk.customers());
    desk.run(&["customer", "undo", "2"]).exit(1);
    shows!("undo_nothing_left", desk.shown(&desk.run(&["customer", "undo", "17"])));
}

/// Killed anywhere on the way from the changed profiles to the last file, the next sync ends where an undisturbed command ends.
#[test]
fn killed_on_the_way() {
    let vendor = Vendor::start(None);
    let mut desk = furnished(&vendor);
    let before = desk.customers();
    desk.run(&["customer", "merge", "globex", "acme-corp"]).exit(0);
    let merged = desk.customers();
    desk.run(&["customer", "undo"]).exit(0);
    let mut killed = 0;
    for nth in 1.. {
        desk.set("SALES_FAILPOINT", &format!("any:{nth}"));
        let done = desk.run(&["customer", "merge", "globex", "acme-corp"]);
        desk.unset("SALES_FAILPOINT");
        desk.run(&["sync"]).exit(0);
        same(&merged, &desk.customers());
        desk.run(&["customer", "undo"]).exit(0);
        same(&before, &desk.customers());
        if done.code == 0 {
            break;
        }
        killed += 1;
    }
    assert!(killed > 5, "{killed}");
    sound(&desk);
}

/// A new id gives what a fresh workspace with that id has, and goes back.
#[test]
fn renamed_and_back() {
    let vendor = Vendor::start(None);
    let desk = furnished(&vendor);
    let before = desk.customers();
    shows!("renamed", desk.shown(&desk.run(&["customer", "rename", "globex", "Globex Group", "--id", "globex_group"])));
    let renamed = desk.customers();
    desk.run(&["customer", "show", "globex"]).exit(0);
    sound(&desk);
    let mut fresh = Desk::with_samples();
    fresh.connect(&vendor);
    std::fs::remove_dir_all(fresh.path().join("customers/profiles/globex")).unwrap();
    for (path, bytes) in &renamed {
        if path.ends_with("profile.toml") || path.contains("/notes/") {
            fresh.write(path, bytes);
        }
    }
    fresh.write("customers/profiles/globex_group/context_summary.md", "<!-- mine -->\nnever forget\n<!-- /mine -->\n");
    fresh.run(&["sync"]).exit(0);
    same(&renamed, &fresh.customers());

    desk.run(&["customer", "undo"]).exit(0);
    same(&before, &desk.customers());
    sound(&desk);
}

#[test]
fn split_and_back() {
    let vendor = Vendor::start(None);
    let desk = furnished(&vendor);
    let before = desk.customers();
    shows!("split_nothing", desk.shown(&desk.run(&["customer", "split", "acme-corp", "ACME Labs"])));
    let split = &["customer", "split", "acme-corp", "ACME Labs", "--channel", "yourcompany-acme-poc"];
    let dry = [split.as_slice(), &["--dry-run"]].concat();
    let shown = desk.shown(&desk.run(&dry));
    // Days of the story move with the weeks.
    let dated = |line: &&str| {
        line.starts_with("  20") && line.ends_with("acme_inc -> acme_labs") || line.starts_with("    acme_labs: the profile lists")
    };
    assert_eq!(shown.lines().filter(dated).count(), 2 * 20, "{shown}");
    shows!("split_dry", shown.lines().filter(|line| !dated(line)).collect::<Vec<_>>().join("\n"));
    let document = desk.json(&dry).1;
    fits("customer-change", &document);
    let ids = document["preview"]["moves"].as_array().unwrap().iter().flat_map(|m| m["records"].as_array().unwrap()).count();
    assert!(ids > 100 && document["preview"]["records"] == ids, "{document}");
    same(&before, &desk.customers());
    shows!("split", desk.shown(&desk.run(split)));
    assert!(desk.customers().keys().any(|path| path.starts_with("customers/profiles/acme_labs/slack/")), "records followed");
    sound(&desk);
    desk.run(&["customer", "undo"]).exit(0);
    same(&before, &desk.customers());
}

/// What was imported for a customer by name is its heir's.
#[test]
fn imports_follow_their_customer() {
    let mut desk = Desk::with_samples();
    desk.set("SALES_TEST_NOW", "2024-04-08T09:00:00Z");
    desk.write("call.vtt", "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v Ann>Hello there\n");
    desk.run(&["import", "call.vtt", "-c", "globex", "--date", "2024-04-05T15:00"]).exit(0);
    let has_call = |desk: &Desk, id: &str| desk.customers().keys().any(|path| path.starts_with(&format!("customers/profiles/{id}/gong/")));
    assert!(has_call(&desk, "globex"));
    let before = desk.customers();
    desk.run(&["customer", "rename", "globex", "Globex", "--id", "globex_two", "--no-alias"]).exit(0);
    assert!(has_call(&desk, "globex_two") && !has_call(&desk, "globex"));
    desk.run(&["customer", "merge", "globex_two", "acme_inc"]).exit(0);
    assert!(has_call(&desk, "acme_inc"));
    desk.run(&["customer", "undo"]).exit(0);
    desk.run(&["customer", "undo"]).exit(0);
    same(&before, &desk.customers());
}

#[test]
fn what_makes_no_sense_is_told() {
    let desk = Desk::with_samples();
    let before = desk.customers();
    shows!("merge_itself", desk.shown(&desk.run(&["customer", "merge", "globex", "globex"])));
    shows!("rename_taken", desk.shown(&desk.run(&["customer", "rename", "globex", "acme-corp"])));
    shows!("undo_none", desk.shown(&desk.run(&["customer", "undo"])));
    desk.run(&["customer", "rename", "globex", "Globex", "--id", "../x"]).exit(2);
    same(&before, &desk.customers());
    desk.run(&["customer", "rename", "globex", "Globex Group"]).exit(0);
    let path = "customers/profiles/globex/profile.toml";
    desk.write(path, format!("{}# mine\n", desk.read(path)));
    shows!("undo_refused", desk.shown(&desk.run(&["customer", "undo"])));
    assert!(desk.read(path).ends_with("# mine\n"));
}

#[test]
fn documents() {
    let desk = Desk::with_samples();
    let check = |name: &str, code: i32, args: &[&str]| {
        let (found, document) = desk.json(args);
        assert_eq!(found, code, "{args:?}: {document:#}");
        fits(name, &document);
        document
    };
    check("customer-change", 0, &["customer", "merge", "globex", "acme-corp", "--dry-run"]);
    let merged = check("customer-change", 0, &["customer", "merge", "globex", "acme-corp"]);
    assert_eq!((&merged["change"], &merged["undo"]), (&1.into(), &"sales customer undo 1".into()));
    check("customer-change", 0, &["customer", "rename", "acme-corp", "ACME Group", "--id", "acme_group"]);
    check("customer-change", 0, &["customer", "rename", "acme-corp", "ACME Group"]);
    check("customer-change", 0, &["customer", "undo"]);
    let split = check("customer-change", 0, &["customer", "split", "acme-corp", "Globex Again", "--alias", "Globex"]);
    assert_eq!(split["customers"][1]["profile"], "added");
    let changes = check("customer-changes", 0, &["customer", "changes"]);
    assert_eq!(changes["changes"].as_array().map(Vec::len), Some(4));
    desk.write(".sales/changes/000009.json", "{");
    check("customer-changes", 3, &["customer", "changes"]);
    check("error", 2, &["customer", "undo", "99"]);
}
