//! Mail threads of two customers: what only one of them can know stands nowhere in what is the other's.

use std::fmt::Write;

use sales_testkit::{Tree, differences, tree};
use serde_json::Value;

use crate::{
    support::{Desk, shows},
    traces::traces,
};

/// The customers of the shapes, by the letters that stand for them.
const CUSTOMERS: [(char, &str); 2] = [('a', "acme_inc"), ('g', "globex")];

/// One mail: who wrote it and to whom (`a`: ACME, `g`: Globex, `u`: ours, `x`: a stranger; `?` before: in secret), the numbers of the mails
/// that it answers, the oldest first, and the customers to whom it is shown.
type Letter = (&'static str, &'static [usize], &'static str);

/// Threads by what happens in them; a new line is a new case. Mails are an hour apart.
const SHAPES: &[(&str, &[Letter])] = &[
    ("everybody to everybody", &[("u a g", &[], "ag"), ("a u g", &[0], "ag"), ("g a u", &[0, 1], "ag")]),
    ("one answers us alone", &[("u a g", &[], "ag"), ("a u", &[0], "a"), ("u a", &[0, 1], "a"), ("u a g", &[0, 1, 2], "ag")]),
    ("each answers us alone", &[("u a g", &[], "ag"), ("a u", &[0], "a"), ("g u", &[0], "g")]),
    ("we talk about one of them", &[("u a g", &[], "ag"), ("a u", &[0], "a"), ("u u2", &[0, 1], "a"), ("u2 u", &[0, 1, 2], "a")]),
    ("we talk about both", &[("u a g", &[], "ag"), ("u u2", &[0], "ag")]),
    ("it begins among ourselves", &[("u u2", &[], "ag"), ("u a g", &[0], "ag")]),
    ("a second customer joins", &[("a u", &[], "a"), ("u a", &[0], "a"), ("u a g", &[0, 1], "ag")]),
    ("passed on to the other", &[("a u", &[], "a"), ("u g", &[0], "g"), ("g u", &[0, 1], "g")]),
    ("somebody got it in secret", &[("u a ?g", &[], "ag"), ("a u", &[0], "a"), ("g u", &[0], "g")]),
    ("a partner answers", &[("u a g", &[], "ag"), ("a u x", &[0], "a"), ("x u", &[0, 1], "a"), ("x u", &[0], "ag")]),
    ("one customer alone", &[("u a", &[], "a"), ("u u2", &[0], "a"), ("x u", &[0], "a")]),
];

fn address(who: &str) -> String {
    let domain = match who.trim_start_matches('?').chars().next() {
        Some('a') => "acme.dev",
        Some('g') => "globex.example",
        Some('u') => "yourcompany.com",
        _ => "stranger.example",
    };
    format!("{}@{domain}", who.trim_start_matches('?'))
}

/// Stands in one mail only.
fn word(shape: usize, mail: usize) -> String {
    format!("qz{shape}m{mail}k")
}

fn id(shape: usize, mail: usize) -> String {
    format!("{shape}.{mail}@ids.example")
}

fn record(shape: usize, mail: usize) -> String {
    format!("mail:{}", id(shape, mail))
}

/// A mail of a shape in mbox form. Each tells of work, so that something is found in it.
fn mail(shape: usize, number: usize, (who, answers, _): &Letter) -> String {
    let mut people = who.split(' ');
    let from = address(people.next().unwrap());
    let list = |secret: bool| {
        let some = people.clone().filter(|p| p.starts_with('?') == secret).map(address);
        some.collect::<Vec<_>>().join(", ")
    };
    let references: Vec<String> = answers.iter().map(|mail| format!("<{}>", id(shape, *mail))).collect();
    let mut mail = String::from("From MAILER-DAEMON Fri Apr  5 12:00:00 2024\r\n");
    write!(
        mail,
        "From: {from}\r\nTo: {}\r\nBcc: {}\r\nMessage-ID: <{}>\r\nReferences: {}\r\nDate: Mon, 1 Apr 2024 1{number}:00:00 \
         +0000\r\nSubject: {}plan {shape}\r\n\r\nI will send you the {} report by Friday.\r\n\r\n",
        list(false),
        list(true),
        id(shape, number),
        references.join(" "),
        if answers.is_empty() { "" } else { "Re: " },
        word(shape, number),
    )
    .unwrap();
    mail
}

/// All mails of a shape.
fn mbox(shape: usize) -> String {
    SHAPES[shape].1.iter().enumerate().map(|(n, letter)| mail(shape, n, letter)).collect()
}

fn desk() -> Desk {
    let mut desk = Desk::with_samples();
    desk.set("SALES_TEST_NOW", "2024-04-08T09:00:00Z");
    desk
}

fn import(desk: &Desk, mails: &str) {
    desk.write("in.mbox", mails);
    desk.run(&["import", "in.mbox"]).exit(0);
    std::fs::remove_file(desk.path().join("in.mbox")).unwrap();
}

fn folder(desk: &Desk, customer: &str) -> Tree {
    tree(&desk.path().join("customers/profiles").join(customer))
}

/// Files of mail in which a word stands.
fn files_with(files: &Tree, word: &str) -> Vec<String> {
    let all = files.iter().filter(|(_, bytes)| String::from_utf8_lossy(bytes).contains(word));
    all.map(|(path, _)| path.clone()).collect()
}

/// Ids of the mails that stand in a customer's files.
fn message_ids(files: &Tree) -> Vec<String> {
    let mails = files.iter().filter(|(path, _)| path.starts_with("email/"));
    let lists = mails
        .filter_map(|(_, bytes)| String::from_utf8_lossy(bytes).lines().find_map(|l| l.strip_prefix("message_ids: ").map(str::to_owned)));
    lists.flat_map(|list| serde_json::from_str::<Vec<String>>(&list).unwrap()).collect()
}

#[test]
fn nobody_is_shown_what_is_only_anothers() {
    let desk = desk();
    import(&desk, &(0..SHAPES.len()).map(mbox).collect::<String>());
    for (letter, customer) in CUSTOMERS {
        let own = folder(&desk, customer);
        desk.run(&["export", "--customer", customer, "--out", customer, "--raw"]).exit(0);
        let export = tree(&desk.path().join(customer));
        let ids = message_ids(&own);
        for (shape, (name, mails)) in SHAPES.iter().enumerate() {
            for (number, (_, _, shown)) in mails.iter().enumerate() {
                let (word, shown) = (word(shape, number), shown.contains(letter));
                let why = format!("{name}, mail {number}, {customer}");
                let found = files_with(&own, &word);
                let kinds = ["email/", "context_summary.md", "insights.json"].map(|kind| found.iter().any(|path| path.starts_with(kind)));
                assert_eq!(kinds[0], shown, "{why}: {found:?}");
                assert!(shown || found.is_empty(), "{why}: {found:?}");
                assert_eq!(ids.contains(&id(shape, number)), shown, "{why}: message_ids");
                assert_eq!(files_with(&export, &word).is_empty(), !shown, "{why}: export");
                let (_, hits) = desk.json(&["search", &word, "--customer", customer]);
                assert_eq!(hits["hits"].as_array().unwrap().len(), usize::from(shown), "{why}: search");
            }
        }
    }
    for (shape, (name, mails)) in SHAPES.iter().enumerate() {
        for (number, (_, _, shown)) in mails.iter().enumerate() {
            let expected: Vec<&str> = CUSTOMERS.iter().filter(|(letter, _)| shown.contains(*letter)).map(|(_, id)| *id).collect();
            let (_, told) = desk.json(&["match", "explain", &record(shape, number)]);
            assert_eq!(told["shown"], Value::from(expected.clone()), "{name}, mail {number}");
            assert_eq!(told["files"].as_array().unwrap().len(), expected.len(), "{name}, mail {number}");
            let (_, hits) = desk.json(&["search", &word(shape, number)]);
            assert_eq!(hits["hits"][0]["customers"], Value::from(expected), "{name}, mail {number}");
        }
    }
    desk.run(&["verify"]).exit(0);
    let before = desk.customers();
    desk.run(&["files", "rebuild"]).exit(0);
    assert_eq!(differences(&before, &desk.customers()), Vec::<String>::new());
}

/// What a file says of its thread beside the mails comes from the mails that stand in it: names, ids, labels, the day and the title.
#[test]
fn a_files_head_tells_of_its_own_mails() {
    let desk = desk();
    let secret = SHAPES.iter().position(|(name, _)| name.contains("secret")).unwrap();
    let passed = SHAPES.iter().position(|(name, _)| name.contains("passed on")).unwrap();
    import(&desk, &(mbox(secret) + &mbox(passed)));
    let mut shown = String::new();
    for (_, customer) in CUSTOMERS {
        for (path, bytes) in folder(&desk, customer).iter().filter(|(path, _)| path.starts_with("email/")) {
            writeln!(shown, "===== {customer}/{path}\n{}", String::from_utf8_lossy(bytes)).unwrap();
        }
    }
    shows!("branches_files", shown);
}

/// A private thread becomes one of two customers, and theirs alone again; what is taken back is the same byte for byte.
#[test]
fn shared_and_back() {
    let desk = desk();
    let joins = SHAPES.iter().position(|(name, _)| name.contains("joins")).unwrap();
    let each = SHAPES.iter().position(|(name, _)| name.contains("each answers")).unwrap();
    let letters: Vec<String> = SHAPES[joins].1.iter().enumerate().map(|(n, letter)| mail(joins, n, letter)).collect();
    import(&desk, &letters[..2].concat());
    assert_eq!(files_with(&folder(&desk, "globex"), "qz"), Vec::<String>::new());
    // A mail to both, and whatever stands in another thread.
    import(&desk, &(letters[2].clone() + &mbox(each)));
    let before = desk.customers();
    assert_eq!(files_with(&folder(&desk, "globex"), &word(joins, 2)).iter().filter(|p| p.starts_with("email/")).count(), 1);
    assert_eq!(files_with(&folder(&desk, "globex"), &word(joins, 0)), Vec::<String>::new());

    // Whoever is no customer is a stranger, and what strangers write belongs to whom it answers.
    let change = ["globex", "--remove", "domains=globex.example"];
    let (_, preview) = desk.json(&[&["match", "preview"], &change[..]].concat());
    let (_, applied) = desk.json(&[&["match", "apply"], &change[..]].concat());
    assert_eq!(preview["moves"], applied["moves"]);
    let mut records: Vec<&str> =
        preview["moves"].as_array().unwrap().iter().flat_map(|m| m["records"].as_array().unwrap()).map(|r| r.as_str().unwrap()).collect();
    let mut expected = [record(joins, 2), record(each, 0), record(each, 2)];
    expected.sort();
    records.sort_unstable();
    assert_eq!(records, expected, "those of ACME alone stay where they are");
    assert_eq!(files_with(&folder(&desk, "globex"), "qz"), Vec::<String>::new());
    assert!(!files_with(&folder(&desk, "acme_inc"), &word(each, 2)).is_empty());
    desk.run(&["verify"]).exit(0);
    desk.run(&["match", "undo"]).exit(0);
    assert_eq!(differences(&before, &desk.customers()), Vec::<String>::new());

    // The user's word shows one mail of the other's, and no more.
    let word_of = ["match", "apply", &record(each, 1), "--to", "globex"];
    let (_, told) = desk.json(&word_of);
    assert_eq!(told["moves"][0]["records"], Value::from(vec![record(each, 1)]), "{told:#}");
    assert_eq!(told["moves"].as_array().unwrap().len(), 1);
    assert!(!files_with(&folder(&desk, "globex"), &word(each, 1)).is_empty());
    desk.run(&["match", "undo"]).exit(0);
    assert_eq!(differences(&before, &desk.customers()), Vec::<String>::new());

    // In another order, at once: the same.
    let other = self::desk();
    import(&other, &(mbox(each) + &letters[2] + &letters[1] + &letters[0]));
    assert_eq!(differences(&before, &other.customers()), Vec::<String>::new());
}

/// Of a forgotten customer goes what nobody else was shown, out of threads that stay.
#[test]
fn a_forgotten_customers_branches_go() {
    let desk = desk();
    let shapes = [2, 3, 6];
    import(&desk, &shapes.map(mbox).concat());
    let stays = folder(&desk, "globex");
    desk.run(&["customer", "forget", "acme_inc", "--yes"]).exit(0);
    for shape in shapes {
        for (number, (_, _, shown)) in SHAPES[shape].1.iter().enumerate() {
            let found = traces(desk.path(), &word(shape, number));
            assert_eq!(found.is_empty(), *shown == "a", "{shape} {number}: {found:?}");
        }
    }
    let mails = |files: Tree| files.into_iter().filter(|(path, _)| path.starts_with("email/")).collect::<Tree>();
    assert_eq!(differences(&mails(stays), &mails(folder(&desk, "globex"))), Vec::<String>::new());
    desk.run(&["verify"]).exit(0);
    // Nothing of it comes back.
    import(&desk, &shapes.map(mbox).concat());
    assert_eq!(traces(desk.path(), &word(2, 1)), Vec::<String>::new());
}
