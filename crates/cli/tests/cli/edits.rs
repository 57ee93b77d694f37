//! Files of the program that people edit: their version is kept aside as `.local`, told once, and nothing is lost.

use std::{collections::BTreeMap, fs, os::unix::fs::symlink};

use serde_json::{Value, json};

use crate::{
    json::fits,
    support::{Desk, Vendor},
};

const CHANNEL: &str = "yourcompany-acme-poc";
const ACME: &str = "customers/profiles/acme_inc";

/// A workspace with everything pulled, and a message of an hour before, whose day's file is given.
fn pulled(vendor: &Vendor) -> (Desk, String) {
    say(vendor, 0, "the first quokkazeit");
    let mut desk = Desk::with_samples();
    desk.connect(vendor).set("SALES_TEST_NOW", &vendor.now.to_string());
    desk.run(&["sync"]).exit(0);
    let day = customers(&desk).into_iter().find(|(path, bytes)| path.contains("acme_inc/slack/") && holds(bytes, "quokkazeit")).unwrap().0;
    (desk, day)
}

/// So many seconds after noon of the day before.
fn ts(vendor: &Vendor, n: i64) -> String {
    format!("{}.000100", vendor.now.as_second() / 86_400 * 86_400 - 43_200 + n)
}

/// Says something in ACME's channel, all on one day.
fn say(vendor: &Vendor, n: i64, text: &str) {
    let message = json!({"ts": ts(vendor, n), "user": "U07MICHAELC", "text": text});
    vendor.running.world().write(|world| world.add_message(CHANNEL, message).unwrap());
}

fn holds(bytes: &[u8], text: &str) -> bool {
    String::from_utf8_lossy(bytes).contains(text)
}

/// All files of customers: links by what they lead to.
fn customers(desk: &Desk) -> BTreeMap<String, Vec<u8>> {
    sales_testkit::tree(desk.path()).into_iter().filter(|(path, _)| path.starts_with("customers/")).collect()
}

fn copies(desk: &Desk) -> BTreeMap<String, Vec<u8>> {
    customers(desk).into_iter().filter(|(path, _)| path.contains(".local")).collect()
}

fn edit(desk: &Desk, path: &str, with: &str) -> Vec<u8> {
    let edited = format!("{}\n{with}", desk.read(path)).into_bytes();
    desk.write(path, &edited);
    edited
}

fn sound(desk: &Desk) {
    desk.run(&["verify"]).exit(0);
    let before = customers(desk);
    let rebuilt = desk.json(&["files", "rebuild"]).1;
    assert_eq!((&rebuilt["written"], &rebuilt["edited"]), (&json!(0), &Value::Null));
    assert_eq!(sales_testkit::differences(&before, &customers(desk)), Vec::<String>::new());
}

fn pair(file: &str, copy: &str) -> Value {
    json!({"file": file, "copy": copy})
}

#[test]
fn an_edit_is_kept_aside_and_told_once() {
    let vendor = Vendor::start(None);
    let (desk, day) = pulled(&vendor);
    let [summary, insights] = ["context_summary.md", "insights.json"].map(|name| format!("{ACME}/{name}"));
    let mut mine = BTreeMap::new();
    for path in [&day, &summary, &insights] {
        mine.insert(format!("{path}.local"), edit(&desk, path, "my remark"));
    }
    // Nothing new: nothing has to be written, so the edits stand.
    let idle = desk.json(&["sync"]).1;
    assert_eq!((&idle["report"]["files"], &idle["report"]["edited"]), (&json!(0), &Value::Null));
    let told = desk.run(&["verify"]).exit(1);
    assert_eq!(told.out.matches("was changed by somebody else").count(), 3, "{}", told.out);

    say(&vendor, 60, "the second quokkazeit");
    let done = desk.json(&["sync"]).1;
    fits("sync", &done);
    let expected = [&day, &summary, &insights].map(|path| pair(path, &format!("{path}.local")));
    assert_eq!(done["report"]["edited"], json!(expected));
    assert_eq!(copies(&desk), mine);
    assert!(desk.read(&day).contains("second quokkazeit") && !desk.read(&day).contains("my remark"));
    let verified = desk.json(&["verify"]).1;
    fits("verify", &verified);
    let named: Vec<&String> = mine.keys().collect();
    assert_eq!((&verified["ok"], &verified["copies"]), (&json!(true), &json!(named)));
    sound(&desk);

    // Once more: another edit stands beside the first, the same one is there already.
    let again = edit(&desk, &day, "my second remark");
    desk.write(&summary, &mine[&format!("{summary}.local")]);
    say(&vendor, 120, "the third quokkazeit");
    let done = desk.run(&["sync"]).exit(0);
    for (path, copy) in [(&day, format!("{day}.local.2")), (&summary, format!("{summary}.local"))] {
        let line = format!("warning: {path} was not as the program wrote it: what stood there is kept as {copy}\n");
        assert_eq!(done.err.matches(&line).count(), 1, "{}", done.err);
    }
    mine.insert(format!("{day}.local.2"), again);
    assert_eq!(copies(&desk), mine);
    say(&vendor, 180, "the fourth quokkazeit");
    assert_eq!(desk.json(&["sync"]).1["report"]["edited"], Value::Null, "it is told once");
    assert_eq!(copies(&desk), mine);
    sound(&desk);
}

/// Own blocks survive as they did; only what stands outside of them is an edit, and blank lines are none.
#[test]
fn own_blocks_are_no_edit() {
    let vendor = Vendor::start(None);
    let (desk, _) = pulled(&vendor);
    let summary = format!("{ACME}/context_summary.md");
    let text = desk.read(&summary);
    let (head, rest) = text.split_once('\n').unwrap();
    desk.write(&summary, format!("{head}\r\n\n\n<!-- mine -->\nnever forget\n<!-- /mine -->  \n{rest}\n\n"));
    say(&vendor, 60, "the second quokkazeit");
    assert_eq!(desk.json(&["sync"]).1["report"]["edited"], Value::Null);
    assert!(desk.read(&summary).ends_with("\n<!-- mine -->\nnever forget\n<!-- /mine -->\n"));
    sound(&desk);
    // A block that is no text cannot be kept in it byte for byte.
    let broken = [desk.read(&summary).replace("<!-- /mine -->\n", "").as_bytes(), b"\xff\n<!-- /mine -->\n"].concat();
    desk.write(&summary, &broken);
    let made = desk.json(&["context", "acme-corp"]).1;
    fits("context", &made);
    assert_eq!(made["edited"], json!([pair(&summary, &format!("{summary}.local"))]));
    assert_eq!(copies(&desk), BTreeMap::from([(format!("{summary}.local"), broken)]));
    assert!(desk.read(&summary).contains("never forget"), "what can be read of it is in its place, too");
    sound(&desk);
}

#[test]
fn an_edited_file_that_goes() {
    let vendor = Vendor::start(None);
    let (desk, _) = pulled(&vendor);
    // A day on which nothing else was said, so that its file goes with its message.
    let before = customers(&desk);
    let quiet = |n: &i64| {
        let seconds = ts(&vendor, *n).split('.').next().unwrap().parse().unwrap();
        let day = jiff::Timestamp::from_second(seconds).unwrap().strftime("%Y-%m-%d").to_string();
        !before.keys().any(|path| path.starts_with(&format!("{ACME}/slack/{day}")))
    };
    let n = (2..25).map(|days| -86_400 * days).find(quiet).unwrap();
    say(&vendor, n, "a wombatius");
    desk.run(&["sync", "--full"]).exit(0);
    let day = customers(&desk).into_keys().find(|path| path.starts_with(ACME) && !before.contains_key(path)).unwrap();
    let mine = edit(&desk, &day, "my remark");
    let deletion = serde_json::from_value(json!({"do": "delete", "channel": CHANNEL, "ts": ts(&vendor, n)})).unwrap();
    vendor.running.world().write(|world| world.apply(&deletion, vendor.now, None).unwrap());
    let done = desk.json(&["sync"]).1;
    assert_eq!(done["report"]["edited"], json!([pair(&day, &format!("{day}.local"))]));
    assert!(!desk.path().join(&day).exists(), "{day}");
    assert_eq!(copies(&desk), BTreeMap::from([(format!("{day}.local"), mine)]));
    sound(&desk);
}

#[test]
fn a_rebuild_keeps_edits_and_a_lost_ledger_loses_none() {
    let vendor = Vendor::start(None);
    let (desk, day) = pulled(&vendor);
    let before = customers(&desk);
    let mine = edit(&desk, &day, "my remark");
    let done = desk.json(&["files", "rebuild"]).1;
    fits("files-rebuild", &done);
    assert_eq!((&done["edited"], &done["written"]), (&json!([pair(&day, &format!("{day}.local"))]), &json!(1)));
    let mut expected = before;
    expected.insert(format!("{day}.local"), mine);
    assert_eq!(sales_testkit::differences(&expected, &customers(&desk)), Vec::<String>::new());

    // Nobody knows any more what was written: whatever does not come to the same may be an edit.
    let again = edit(&desk, &day, "another remark");
    fs::remove_dir_all(desk.path().join(".sales")).unwrap();
    desk.run(&["sync"]).exit(0);
    assert_eq!(desk.read(&format!("{day}.local.2")).into_bytes(), again);
    let ours = |mut all: BTreeMap<String, Vec<u8>>| {
        all.retain(|path, _| !path.contains(".local"));
        all
    };
    assert_eq!(sales_testkit::differences(&ours(expected), &ours(customers(&desk))), Vec::<String>::new());
    sound(&desk);
}

#[test]
fn what_is_no_file() {
    let vendor = Vendor::start(None);
    let (desk, day) = pulled(&vendor);
    let full = desk.path().join(&day);
    let outside = tempfile::tempdir().unwrap();
    let target = outside.path().join("theirs");
    fs::rename(&full, &target).unwrap();
    let theirs = fs::read(&target).unwrap();
    symlink(&target, &full).unwrap();
    let insights = desk.path().join(ACME).join("insights.json");
    fs::rename(&insights, insights.with_extension("bak")).unwrap();
    symlink("insights.bak", &insights).unwrap();
    say(&vendor, 60, "the second quokkazeit");
    let done = desk.json(&["sync"]).1;
    let names = [day.clone(), format!("{ACME}/insights.json")];
    assert_eq!(done["report"]["edited"], json!(names.clone().map(|path| pair(&path, &format!("{path}.local")))));
    assert_eq!(fs::read(&target).unwrap(), theirs, "a link is not followed");
    for path in names {
        assert!(fs::symlink_metadata(desk.path().join(&path)).unwrap().is_file(), "{path}");
        assert!(fs::symlink_metadata(desk.path().join(format!("{path}.local"))).unwrap().is_symlink(), "{path}");
    }
    sound(&desk);

    fs::remove_file(&full).unwrap();
    fs::create_dir(&full).unwrap();
    say(&vendor, 120, "the third quokkazeit");
    let refused = desk.run(&["sync"]).exit(1);
    assert!(refused.err.contains(&day) && refused.err.contains("ls -l"), "{}", refused.err);
    fs::remove_dir(&full).unwrap();
    desk.run(&["sync"]).exit(0);
    sound(&desk);
}

/// Killed anywhere on the way, an edit is kept once, and what the dead process wrote is not taken for one.
#[test]
#[cfg(debug_assertions)]
fn killed_on_the_way() {
    let vendor = Vendor::start(None);
    let (mut desk, day) = pulled(&vendor);
    let summary = format!("{ACME}/context_summary.md");
    let mut expected = BTreeMap::new();
    let points: Vec<&str> =
        sales_engine::FAILPOINTS.iter().copied().filter(|p| p.starts_with("project") || p.starts_with("summary")).collect();
    assert!(points.len() >= 8, "{points:?}");
    for (n, point) in points.into_iter().enumerate() {
        let number = if n == 0 { String::new() } else { format!(".{}", n + 1) };
        for path in [&day, &summary] {
            expected.insert(format!("{path}.local{number}"), edit(&desk, path, &format!("my remark at {point}")));
        }
        let second = 60 * i64::try_from(n).unwrap();
        say(&vendor, 60 + second, "another quokkazeit");
        desk.set("SALES_FAILPOINT", point);
        assert_eq!(desk.run(&["sync"]).code, -1, "{point} is never reached");
        desk.unset("SALES_FAILPOINT");
        // What comes meanwhile makes other bytes than those that the dead process wrote.
        say(&vendor, 90 + second, "one more quokkazeit");
        desk.run(&["sync"]).exit(0);
        assert_eq!(copies(&desk), expected, "killed at {point}");
        sound(&desk);
    }
}

#[test]
fn edits_go_with_their_customer() {
    let vendor = Vendor::start(None);
    let (desk, _) = pulled(&vendor);
    let globex = "customers/profiles/globex";
    let day = customers(&desk).into_keys().find(|path| path.starts_with(&format!("{globex}/slack/"))).unwrap();
    let name = day.strip_prefix(globex).unwrap().to_owned();
    let before = customers(&desk);
    let mine = edit(&desk, &day, "my remark");
    let context = edit(&desk, &format!("{globex}/context_summary.md"), "my remark\n<!-- mine -->never forget<!-- /mine -->");
    desk.write(&format!("{ACME}/context_summary.md.local"), "of mine");
    let merged = desk.json(&["customer", "merge", "globex", "acme-corp"]).1;
    fits("customer-change", &merged);
    let expected = BTreeMap::from([
        (format!("{ACME}{name}.local"), mine.clone()),
        (format!("{ACME}/context_summary.md.local"), b"of mine".to_vec()),
        (format!("{ACME}/context_summary.md.local.2"), context.clone()),
    ]);
    assert_eq!(copies(&desk), expected);
    assert!(!desk.path().join(globex).exists() && desk.read(&format!("{ACME}/context_summary.md")).contains("never forget"));
    sound(&desk);
    desk.run(&["customer", "undo"]).exit(0);
    let back = [(format!("{day}.local"), mine), (format!("{globex}/context_summary.md.local"), context)];
    let expected: BTreeMap<_, _> = back.into_iter().chain([(format!("{ACME}/context_summary.md.local"), b"of mine".to_vec())]).collect();
    assert_eq!(copies(&desk), expected);
    let mut now = customers(&desk);
    now.retain(|path, _| !path.contains(".local"));
    let block = "\n<!-- mine -->never forget<!-- /mine -->\n";
    let summary = format!("{globex}/context_summary.md");
    let stripped = String::from_utf8(now[&summary].clone()).unwrap().replace(block, "");
    now.insert(summary, stripped.into_bytes());
    assert_eq!(sales_testkit::differences(&before, &now), Vec::<String>::new());
    sound(&desk);
}

/// Hostile texts and names are only bytes; what nobody but the owner may read stays so.
#[test]
fn hostile_edits() {
    use std::os::unix::fs::PermissionsExt;
    let vendor = Vendor::start(None);
    let (desk, day) = pulled(&vendor);
    let full = desk.path().join(&day);
    let mine = b"\x1b]0;owned\x07{\xff\0\n".to_vec();
    desk.write(&day, &mine);
    fs::set_permissions(&full, fs::Permissions::from_mode(0o400)).unwrap();
    let folder = full.parent().unwrap();
    for name in ["\u{202e}nosj.local", "..local", ".local", "a\nb.json.local", "2024.json.local.99999999999999999999"] {
        desk.write(folder.join(name).strip_prefix(desk.path()).unwrap().to_str().unwrap(), "theirs");
    }
    say(&vendor, 60, "the second quokkazeit");
    desk.run(&["sync"]).exit(0);
    let copy = desk.path().join(format!("{day}.local"));
    assert_eq!(fs::read(&copy).unwrap(), mine);
    for path in [&copy, &full] {
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o400, "{}", path.display());
    }
    let told = desk.run(&["verify"]).exit(0);
    assert!(!told.out.contains('\u{202e}') && !told.err.contains('\u{202e}') && !told.err.contains("a\nb"), "{}", told.err);
    sound(&desk);
}
