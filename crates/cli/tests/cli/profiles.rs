//! Profiles that are edited by several at once, or are missing for a moment.

use std::fs;

use crate::support::{Desk, Done, Vendor, shows};

const PROFILE: &str = "customers/profiles/globex/profile.toml";

/// Runs commands at the same time, each in a process of its own.
fn together(desk: &Desk, commands: &[Vec<String>]) -> Vec<Done> {
    let start = |args: &Vec<String>| {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let (out, err) = (std::process::Stdio::piped(), std::process::Stdio::piped());
        desk.command(&args).stdout(out).stderr(err).spawn().unwrap()
    };
    let running: Vec<_> = commands.iter().map(start).collect();
    running.into_iter().map(|child| Done::of(child.wait_with_output().unwrap())).collect()
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

#[test]
fn edits_of_twenty_processes_are_all_made() {
    let desk = Desk::with_samples();
    let before = format!("# mine\n{}", desk.read(PROFILE));
    desk.write(PROFILE, &before);
    let edits: Vec<Vec<String>> = (0..20).map(|n| words(&format!("customer edit globex --alias twenty-{n:02}"))).collect();
    for done in together(&desk, &edits) {
        done.exit(0);
    }
    let after = desk.read(PROFILE);
    for n in 0..20 {
        assert_eq!(after.matches(&format!("\"twenty-{n:02}\"")).count(), 1, "{after}");
    }
    for comment in before.lines().filter_map(|l| l.split_once('#')).map(|(_, c)| c) {
        assert!(after.contains(comment), "{comment} is gone from {after}");
    }
    assert!(after.starts_with("# mine\n"));
    let folder: Vec<_> = fs::read_dir(desk.path().join("customers/profiles/globex")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(folder, ["profile.toml"], "no temporary file stays");
}

#[test]
fn one_of_several_adds_the_customer() {
    let desk = Desk::with_samples();
    let adds: Vec<Vec<String>> = (0..8).map(|n| words(&format!("customer add Initech --alias initech-{n}"))).collect();
    let codes: Vec<i32> = together(&desk, &adds).into_iter().map(|done| done.code).collect();
    let winner = codes.iter().position(|c| *c == 0).unwrap();
    assert_eq!(codes.iter().filter(|c| **c == 1).count(), 7, "{codes:?}");
    let profile = desk.read("customers/profiles/initech/profile.toml");
    assert!(profile.contains(&format!("aliases = [\"initech-{winner}\"]")), "{profile}");
}

/// An editor takes the file away before it puts the new one there; only a folder that is gone is a customer that is gone.
#[test]
fn a_profile_that_is_missing_for_a_moment_takes_nothing_away() {
    let vendor = Vendor::start(None);
    let mut desk = Desk::with_samples();
    desk.connect(&vendor);
    desk.run(&["sync"]).exit(0);
    let tree = || sales_testkit::tree(&desk.path().join("customers"));
    let before = tree();
    let (profile, aside) = (desk.path().join(PROFILE), desk.path().join(format!("{PROFILE}~")));
    assert!(before.keys().any(|k| k.starts_with("profiles/globex/slack/")));

    fs::rename(&profile, &aside).unwrap();
    let done = desk.run(&["sync", "--quiet"]).exit(3);
    shows!("profile_missing", desk.shown(&done));
    desk.run(&["files", "rebuild"]).exit(3);
    fs::rename(&aside, &profile).unwrap();
    assert_eq!(sales_testkit::differences(&before, &tree()), Vec::<String>::new());
    let done = desk.run(&["sync"]).exit(0);
    assert!(done.out.contains("No customer's files changed"), "{}", done.out);

    // And a customer whose folder is gone is gone, also when a folder of that name comes back with other things in it.
    fs::remove_dir_all(profile.parent().unwrap()).unwrap();
    desk.run(&["sync"]).exit(0);
    desk.write("customers/profiles/globex/notes/own.md", "my notes");
    desk.run(&["sync"]).exit(0);
    assert_eq!(desk.read("customers/profiles/globex/notes/own.md"), "my notes");
    let left = tree().into_keys().filter(|k| k.starts_with("profiles/globex/")).collect::<Vec<_>>();
    assert_eq!(left, ["profiles/globex/notes/own.md"]);
}

/// A file that the program never wrote is the user's, wherever it stands; what has the program's shape is left over, and moves aside.
#[test]
fn a_rebuild_leaves_the_users_own_files_alone() {
    let vendor = Vendor::start(None);
    let mut desk = Desk::with_samples();
    desk.connect(&vendor);
    desk.run(&["sync"]).exit(0);
    let folder = "customers/profiles/globex/slack";
    let before = sales_testkit::tree(&desk.path().join("customers"));
    let ours = fs::read_dir(desk.path().join(folder)).unwrap().next().unwrap().unwrap().path();
    let left = desk.path().join(folder).join("2020-01-01_left_over.json");
    fs::copy(&ours, &left).unwrap();
    let own = [("mine.json", "{\"source\": \"slack\", \"channel_id\": 7}"), ("list.json", "[1, 2]"), ("torn.json", "{\"source\": \"sl")];
    for (name, text) in own {
        desk.write(&format!("{folder}/{name}"), text);
    }
    let done = desk.run(&["files", "rebuild"]).exit(0);
    shows!("rebuild_kept", desk.shown(&done));
    for (name, text) in own {
        assert_eq!(desk.read(&format!("{folder}/{name}")), text);
        fs::remove_file(desk.path().join(folder).join(name)).unwrap();
    }
    let copy = left.with_extension("json.local");
    assert_eq!(fs::read(&copy).unwrap(), fs::read(&ours).unwrap());
    fs::remove_file(copy).unwrap();
    assert_eq!(sales_testkit::differences(&before, &sales_testkit::tree(&desk.path().join("customers"))), Vec::<String>::new());
}

/// Two edits at once: whoever brings the ledger in line last knows both, however long it waited for its turn.
#[test]
fn a_refresh_that_waits_reads_profiles_when_its_turn_comes() {
    let vendor = Vendor::start(None);
    let mut desk = Desk::with_samples();
    desk.connect(&vendor);
    desk.run(&["sync"]).exit(0);
    // Of the channel that only the profile names.
    let of_channel = || sales_testkit::tree(&desk.path().join("customers")).keys().filter(|k| k.ends_with("_poc_planning.json")).count();
    assert!(of_channel() > 5);

    let turn = fs::File::create(desk.path().join(".sales/refresh.lock")).unwrap();
    turn.lock().unwrap();
    let mut edit = desk.command(&["customer", "edit", "globex", "--alias", "globex-later"]).spawn().unwrap();
    while !desk.read(PROFILE).contains("globex-later") {
        std::thread::yield_now();
        assert!(edit.try_wait().unwrap().is_none(), "it waits for its turn");
    }
    // Longer than it would need if it did not wait.
    desk.run(&["sync"]).exit(0);
    desk.write("customers/profiles/acme_inc/profile.toml", "name = \"ACME Inc\"\n");
    assert!(edit.try_wait().unwrap().is_none(), "it waits for its turn");
    turn.unlock().unwrap();
    assert!(edit.wait().unwrap().success());
    assert_eq!(of_channel(), 0, "the later change was applied too");
}
