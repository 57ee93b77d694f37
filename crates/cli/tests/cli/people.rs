//! `sales person list|show|merge|split|undo`.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::{
    json::fits,
    support::{Desk, Vendor, shows},
};

/// ACME's CTO takes part in a call under his name only, alone in one that nothing else tells of, and writes from home; a colleague does, too.
fn vendor() -> Vendor {
    let vendor = Vendor::all(None);
    let at = vendor.now.checked_sub(SignedDuration::from_hours(30)).unwrap();
    vendor.running.gong().unwrap().write(|world| {
        let titled = |w: &sales_simulator::GongWorld, title: &str| {
            w.calls().into_iter().find(|id| w.call(id).is_some_and(|c| c["metaData"]["title"] == title)).unwrap()
        };
        let guest = json!({"id": "991", "name": "Michael Chen", "speakerId": "991", "affiliation": "External", "methods": ["Attendee"], "context": []});
        let id = titled(world, "ACME security session");
        let (mut call, transcript) = (world.call(&id).unwrap(), world.transcript(&id).unwrap());
        call["parties"].as_array_mut().unwrap().push(guest.clone());
        let inner = |transcript: Value| transcript.get("transcript").cloned().unwrap_or(transcript);
        world.add_call(call, inner(transcript)).unwrap();
        let id = titled(world, "Call to Omar Haddad");
        let (mut call, transcript) = (world.call(&id).unwrap(), world.transcript(&id).unwrap());
        call["metaData"]["id"] = json!("9990001112223334445");
        call["metaData"]["title"] = json!("Quick call");
        call["metaData"]["url"] = json!("https://app.gong.io/call?id=9990001112223334445");
        call["context"] = json!([]);
        let parties = call["parties"].as_array_mut().unwrap();
        parties.retain(|p| p["affiliation"] == "Internal");
        parties.push(guest);
        world.add_call(call, inner(transcript)).unwrap();
    });
    vendor.running.gmail().unwrap().write(|world| {
        let mailbox = world.mailbox().to_owned();
        let date = at.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string();
        let mail = |n: u32, head: String, subject: &str| {
            let body = "I will send the signed paper by Friday.";
            format!("{head}Subject: {subject}\r\nDate: {date}\r\nMessage-ID: <home.{n}@home.example>\r\nContent-Type: text/plain\r\n\r\n{body}\r\n")
        };
        let own = mail(1, format!("From: Mike <mc@home.example>\r\nTo: {mailbox}\r\n"), "the paper");
        let colleague = mail(2, format!("From: Jo R <jo@home.example>\r\nTo: lisa.thompson@acme.dev\r\nCc: {mailbox}\r\n"), "from home");
        for raw in [own, colleague] {
            world.add_raw((None, None), &["INBOX"], at, raw, at).unwrap();
        }
    });
    vendor
}

fn pulled(vendor: &Vendor) -> Desk {
    let mut desk = Desk::with_samples();
    desk.connect(vendor);
    desk.set("USER", "jo");
    desk.run(&["sync"]).exit(0);
    desk
}

fn customers(desk: &Desk) -> BTreeMap<String, Vec<u8>> {
    let all = sales_testkit::tree(desk.path());
    all.into_iter().filter(|(path, _)| path.starts_with("customers")).collect()
}

#[track_caller]
fn same(a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>) {
    assert_eq!(sales_testkit::differences(a, b), Vec::<String>::new());
}

fn sound(desk: &Desk) {
    desk.run(&["verify"]).exit(0);
    let before = customers(desk);
    desk.run(&["files", "rebuild"]).exit(0);
    same(&before, &customers(desk));
}

/// What is shown, without the days: the simulated vendors' story ends last week.
fn undated(shown: &str) -> String {
    let mut out = String::new();
    for word in shown.split_inclusive([' ', '\n', ';', ')', '(']) {
        let day = word.split_at_checked(10).filter(|(day, _)| day.parse::<jiff::civil::Date>().is_ok());
        let message = word.starts_with("slack:C") && word.contains('.');
        out.push_str(&match (day, message) {
            (Some((_, rest)), _) => format!("[DAY]{rest}"),
            (_, true) => "slack:[MESSAGE])".to_owned(),
            _ => word.to_owned(),
        });
    }
    out
}

/// The lines of a customer's context about people of a name.
fn lines(desk: &Desk, customer: &str, name: &str) -> Vec<String> {
    let insights: Value = serde_json::from_str(&desk.read(&format!("customers/profiles/{customer}/insights.json"))).unwrap();
    let people = insights["people"].as_array().unwrap();
    let counts = |p: &Value| ["messages", "calls", "notes", "mails"].map(|key| p[key].as_u64().unwrap());
    let line = |p: &Value| format!("{} {:?} {}", p["side"].as_str().unwrap(), counts(p), p["identities"]);
    people.iter().filter(|p| p["name"] == name).map(line).collect()
}

/// Michael's name in a call of ACME's, and in one of nobody's.
const GUEST: &str = "gong:7782342274025937938#Michael Chen";
const QUICK: &str = "gong:9990001112223334445#Michael Chen";
const MICHAEL: &str = "michael.chen@acme.dev";
const FILE: &str = "customers/people.toml";

fn owners(desk: &Desk, record: &str) -> Vec<String> {
    let told = desk.json(&["match", "explain", record]).1;
    told["attributions"].as_array().unwrap().iter().map(|a| a["customer"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_person_of_three_sources_is_one_and_a_name_makes_nobody_one() {
    let vendor = vendor();
    let desk = pulled(&vendor);
    shows!("person_list", undated(&desk.shown(&desk.run(&["person", "list", "--customer", "acme-corp", "--side", "theirs"]))));
    shows!("person_show", undated(&desk.shown(&desk.run(&["person", "show", MICHAEL]))));
    shows!("person_doubtful", desk.shown(&desk.run(&["person", "list", "--doubtful"])));
    let chen = "theirs [24, 2, 1, 2] [\"michael.chen@acme.dev\",\"slack:U07MICHAELC\"]";
    assert_eq!(lines(&desk, "acme_inc", "Michael Chen"), [chen, "theirs [0, 1, 0, 0] []"]);
    for (name, words) in [
        ("person_several", &["person", "show", "Michael Chen"][..]),
        ("person_nobody", &["person", "show", "Nobody Atall"]),
        ("person_no_reason", &["person", "merge", MICHAEL, "mc@home.example", "--reason", " "]),
        ("person_alone", &["person", "split", "fergal.quinn@acme.dev", "fergal.quinn@acme.dev", "--reason", "x"]),
        ("person_not_theirs", &["person", "split", MICHAEL, "lisa.thompson@acme.dev", "--reason", "x"]),
        ("person_merged_already", &["person", "merge", MICHAEL, "U07MICHAELC", "--reason", "x"]),
        ("person_undo_none", &["person", "undo"]),
    ] {
        shows!(name, undated(&desk.shown(&desk.run(words))));
    }
    assert!(!desk.path().join(FILE).exists(), "nothing was said");
}

#[test]
fn merged_and_back() {
    let vendor = vendor();
    let desk = pulled(&vendor);
    let before = customers(&desk);
    let merge = ["person", "merge", MICHAEL, "mc@home.example", GUEST, QUICK, "--reason", "he told me"];
    let dry = desk.run(&[&merge[..], &["--dry-run"]].concat());
    shows!("person_merge_dry", undated(&desk.shown(&dry)));
    same(&before, &customers(&desk));
    shows!("person_merged", undated(&desk.shown(&desk.run(&merge))));
    let told = desk.read(FILE);
    let at = told.lines().find_map(|l| l.strip_prefix("at = ")).unwrap();
    shows!("people_toml", told.replace(at, "[TIME]"));

    let chen = "[\"gong:7782342274025937938#Michael Chen\",\"gong:9990001112223334445#Michael Chen\",\"mc@home.example\",\"michael.chen@acme.dev\",\"slack:U07MICHAELC\"]";
    assert_eq!(owners(&desk, "gong:9990001112223334445"), ["acme_inc"]);
    // Nobody looked for mail from there before; the next sync does.
    desk.run(&["sync"]).exit(0);
    assert_eq!(owners(&desk, "mail:home.1@home.example"), ["acme_inc"]);
    assert_eq!(lines(&desk, "acme_inc", "Michael Chen"), [format!("theirs [24, 4, 1, 3] {chen}")]);
    let context = desk.read("customers/profiles/acme_inc/context_summary.md");
    assert!(context.contains("“Send the signed paper”: Michael Chen"), "what he wrote from home is his promise");
    let thread = customers(&desk).into_iter().find(|(path, _)| path.ends_with("_the_paper.md")).unwrap();
    assert!(String::from_utf8_lossy(&thread.1).contains("I will send the signed paper by Friday."));
    sound(&desk);

    desk.run(&["person", "undo", "--dry-run"]).exit(0);
    assert!(desk.path().join(FILE).exists());
    let merged = customers(&desk);
    shows!("person_undone", undated(&desk.shown(&desk.run(&["person", "undo"]))));
    same(&before, &customers(&desk));
    sound(&desk);
    // And once more, by undoing the undo.
    desk.run(&["person", "undo", "2"]).exit(0);
    same(&merged, &customers(&desk));
    shows!("person_undo_customer", {
        desk.run(&["customer", "edit", "acme-corp", "--stage", "negotiation"]).exit(0);
        desk.run(&["match", "apply", "acme-corp", "--domain", "acme.example"]).exit(0);
        desk.shown(&desk.run(&["person", "undo", "4"]))
    });
}

/// A colleague who writes from home is ours once somebody says so, and only what shows it is written again.
#[test]
fn a_colleague_from_home_is_ours() {
    let vendor = vendor();
    let desk = pulled(&vendor);
    let before = customers(&desk);
    assert_eq!(lines(&desk, "acme_inc", "Jo R"), ["other [0, 0, 0, 1] [\"jo@home.example\"]"]);
    let done = desk.json(&["person", "merge", "jo@home.example", "jo@yourcompany.com", "--reason", "hers"]).1;
    fits("person-change", &done);
    let now = customers(&desk);
    let changed: Vec<&str> = now.iter().filter(|(path, bytes)| before.get(*path) != Some(bytes)).map(|(path, _)| path.as_str()).collect();
    assert_eq!(
        changed,
        [FILE, "customers/profiles/acme_inc/context_summary.md", "customers/profiles/acme_inc/insights.json"],
        "the thread's own file tells of no sides"
    );
    assert_eq!(lines(&desk, "acme_inc", "Jo R"), [""; 0]);
    let jo = lines(&desk, "acme_inc", "Jo Rivera");
    assert!(jo.len() == 1 && jo[0].starts_with("ours ") && jo[0].contains("jo@home.example"), "{jo:?}");
    let insights: Value = serde_json::from_str(&desk.read("customers/profiles/acme_inc/insights.json")).unwrap();
    let promise = insights["findings"].as_array().unwrap().iter().find(|f| f["evidence"][0]["record"] == "mail:home.2@home.example");
    let promise = promise.unwrap_or_else(|| panic!("{:#}", insights["findings"]));
    assert_eq!(promise["evidence"][0]["side"], "ours", "{promise:#}");
    sound(&desk);
    desk.run(&["customer", "undo"]).exit(0);
    same(&before, &customers(&desk));
}

#[test]
fn split_and_back() {
    let vendor = vendor();
    let desk = pulled(&vendor);
    let before = customers(&desk);
    let split = ["person", "split", MICHAEL, "slack:U07MICHAELC", "--reason", "his assistant's account"];
    fits("person-change", &desk.json(&[&split[..], &["--dry-run"]].concat()).1);
    same(&before, &customers(&desk));
    shows!("person_split", undated(&desk.shown(&desk.run(&split))));
    assert_eq!(lines(&desk, "acme_inc", "Michael Chen").len(), 3);
    sound(&desk);
    // The later word counts.
    desk.run(&["person", "merge", MICHAEL, "slack:U07MICHAELC", "--reason", "no, his own"]).exit(0);
    assert!(!desk.read(FILE).contains("[[apart]]"), "{}", desk.read(FILE));
    assert_eq!(lines(&desk, "acme_inc", "Michael Chen").len(), 2);
    desk.run(&["person", "undo"]).exit(0);
    desk.run(&["person", "undo"]).exit(0);
    same(&before, &customers(&desk));
}

/// Killed anywhere on the way from the user's word to the last file, the next sync ends where an undisturbed command ends.
#[test]
fn killed_on_the_way() {
    let vendor = vendor();
    let mut desk = pulled(&vendor);
    let before = customers(&desk);
    let merge = ["person", "merge", MICHAEL, QUICK, "--reason", "his voice"];
    desk.set("SALES_TEST_NOW", "2024-04-08T09:00:00Z");
    desk.run(&merge).exit(0);
    let merged = customers(&desk);
    desk.run(&["person", "undo"]).exit(0);
    same(&before, &customers(&desk));
    let mut killed = 0;
    for nth in 1.. {
        desk.set("SALES_FAILPOINT", &format!("any:{nth}"));
        let done = desk.run(&merge);
        desk.unset("SALES_FAILPOINT");
        desk.run(&["files", "rebuild"]).exit(0);
        same(&merged, &customers(&desk));
        desk.run(&["person", "undo"]).exit(0);
        same(&before, &customers(&desk));
        if done.code == 0 {
            break;
        }
        killed += 1;
    }
    assert!(killed > 3, "{killed}");
}

/// A slip in the file does not take anybody apart.
#[test]
fn a_slip_in_the_file_is_told_and_the_last_readable_word_holds() {
    let vendor = vendor();
    let desk = pulled(&vendor);
    desk.run(&["person", "merge", MICHAEL, QUICK, "--reason", "his voice"]).exit(0);
    let merged = customers(&desk);
    let text = desk.read(FILE);
    desk.write(FILE, format!("{text}[[same]]\nwho = [\"Michael\"]\n"));
    let told = desk.run(&["sync"]);
    assert!(told.err.contains("people.toml") && told.err.contains("line "), "{}", told.err);
    assert_eq!(owners(&desk, "gong:9990001112223334445"), ["acme_inc"]);
    shows!("person_slip", desk.shown(&desk.run(&["person", "merge", MICHAEL, "x@home.example", "--reason", "x"])));
    desk.write(FILE, text);
    same(&merged, &customers(&desk));
    // Taken away, it says nothing any more.
    std::fs::remove_file(desk.path().join(FILE)).unwrap();
    desk.run(&["sync"]).exit(0);
    assert_eq!(owners(&desk, "gong:9990001112223334445"), [""; 0]);
}

#[test]
fn documents() {
    let vendor = vendor();
    let desk = pulled(&vendor);
    let check = |name: &str, code: i32, args: &[&str]| {
        let (found, document) = desk.json(args);
        assert_eq!(found, code, "{args:?}: {document:#}");
        fits(name, &document);
        document
    };
    check("person-list", 0, &["person", "list"]);
    let doubtful = check("person-list", 0, &["person", "list", "--doubtful"]);
    assert_eq!(doubtful["doubtful"][0]["who"], json!([GUEST, MICHAEL]));
    check("person-change", 0, &["person", "merge", MICHAEL, QUICK, "--reason", "x", "--dry-run"]);
    let merged = check("person-change", 0, &["person", "merge", MICHAEL, QUICK, "--reason", "x"]);
    assert_eq!((&merged["change"], &merged["undo"]), (&1.into(), &"sales person undo 1".into()));
    let shown = check("person-show", 0, &["person", "show", QUICK]);
    assert_eq!(shown["person"]["joins"][0]["why"], "told");
    check("person-change", 0, &["person", "merge", MICHAEL, QUICK, "--reason", "again"]);
    check("person-change", 0, &["person", "split", MICHAEL, QUICK, "--reason", "x"]);
    check("customer-changes", 0, &["customer", "changes"]);
    check("person-change", 0, &["person", "undo"]);
    check("error", 2, &["person", "undo", "99"]);
}

/// A person's and a customer's data tell who they are said to be.
#[test]
fn exported() {
    let vendor = vendor();
    let desk = pulled(&vendor);
    desk.run(&["person", "merge", MICHAEL, "mc@home.example", "--reason", "he told me"]).exit(0);
    desk.run(&["sync"]).exit(0);
    desk.run(&["export", "--person", "mc@home.example", "--out", "chen"]).exit(0);
    let out = sales_testkit::tree(&desk.path().join("chen"));
    let person: Value = serde_json::from_slice(&out["person.json"]).unwrap();
    assert_eq!(person["links"]["same"][0]["who"], json!(["mc@home.example", MICHAEL]));
    let records = String::from_utf8_lossy(&out["records.jsonl"]);
    assert!(records.contains("\"source\":\"slack\"") && records.contains("mail:home.1@home.example"), "all that he is known by");
    desk.run(&["export", "--customer", "acme-corp", "--out", "acme"]).exit(0);
    let out = sales_testkit::tree(&desk.path().join("acme"));
    let links: Value = serde_json::from_slice(&out["people.json"]).unwrap();
    assert_eq!(links["same"][0]["reason"], "he told me");
    desk.run(&["export", "--customer", "globex", "--out", "globex"]).exit(0);
    assert!(!sales_testkit::tree(&desk.path().join("globex")).contains_key("people.json"));
}
