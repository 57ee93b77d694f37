//! `sales import`: mail from files and folders.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use sales_simulator::{GmailWorld, SimOptions, World};
use serde_json::Value;

use crate::support::{Desk, Vendor, samples, shows, worlds};

/// The sample mails, oldest first: file, label ids, and bytes.
fn mails() -> Vec<(PathBuf, Vec<u8>)> {
    let root = samples().join("email");
    let list: Vec<Value> = serde_json::from_slice(&fs::read(root.join("messages.json")).unwrap()).unwrap();
    list.iter().map(|m| root.join(m["file"].as_str().unwrap())).map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

/// An mbox of them (mboxrd), with the line ends that they have.
fn mbox(mails: &[(PathBuf, Vec<u8>)]) -> Vec<u8> {
    let mut out = Vec::new();
    for (_, mail) in mails {
        out.extend_from_slice(b"From MAILER-DAEMON Fri Apr  5 12:00:00 2024\r\n");
        for line in mail.split_inclusive(|b| *b == b'\n') {
            let quoted = line.iter().position(|b| *b != b'>').is_some_and(|n| line[n..].starts_with(b"From "));
            out.extend(quoted.then_some(b'>'));
            out.extend_from_slice(line);
        }
        out.extend_from_slice(b"\r\n");
    }
    out
}

/// All files of mail threads, by path.
fn written(desk: &Desk) -> BTreeMap<String, String> {
    let all = sales_testkit::tree(&desk.path().join("customers/profiles"));
    let mails = all.into_iter().filter(|(path, _)| path.contains("/email/"));
    mails.map(|(path, bytes)| (path, String::from_utf8(bytes).unwrap())).collect()
}

/// Asserts that two workspaces have the same files, and names the first lines that differ.
#[track_caller]
fn same(found: &BTreeMap<String, String>, expected: &BTreeMap<String, String>) {
    let other =
        |a: &BTreeMap<String, String>, b: &BTreeMap<String, String>| a.keys().filter(|k| !b.contains_key(*k)).cloned().collect::<Vec<_>>();
    assert_eq!((other(found, expected), other(expected, found)), (vec![], vec![]));
    for (path, text) in found {
        let differs = text.lines().zip(expected[path].lines()).find(|(a, b)| a != b);
        assert_eq!(differs, None, "{path}");
        assert_eq!(text.len(), expected[path].len(), "{path}");
    }
}

/// Which mails stand together, per customer.
fn threads(files: &BTreeMap<String, String>) -> BTreeSet<(String, Vec<String>)> {
    let of = |(path, text): (&String, &String)| {
        let list = text.lines().find_map(|l| l.strip_prefix("message_ids: ")).unwrap();
        let mut list: Vec<String> = serde_json::from_str(list).unwrap();
        list.sort();
        (path.split('/').next().unwrap().to_owned(), list)
    };
    files.iter().map(of).collect()
}

/// Which mails each customer has, sorted; one that stands in two files is there twice.
fn ids(files: &BTreeMap<String, String>) -> Vec<(String, String)> {
    let threads = threads(files);
    let mut out: Vec<_> = threads.into_iter().flat_map(|(customer, ids)| ids.into_iter().map(move |id| (customer.clone(), id))).collect();
    out.sort();
    out
}

/// Whatever form an export has, the same comes of it.
#[test]
fn every_form_gives_the_same_files() {
    let mails = mails();
    let first = Desk::with_samples();
    first.write("all.mbox", mbox(&mails));
    first.run(&["import", "all.mbox"]).exit(0);
    let expected = written(&first);
    assert!(expected.len() > 55, "{}", expected.len());

    let folder = Desk::with_samples();
    let done = folder.run(&["import", samples().join("email/threads").to_str().unwrap()]).exit(0);
    assert!(done.out.contains("120 new"), "{}", done.out);
    same(&written(&folder), &expected);

    let maildir = Desk::with_samples();
    for (n, (_, mail)) in mails.iter().enumerate() {
        maildir.write(&format!("Maildir/cur/{}.M{n}P1.host:2,S", 1_720_000_000 + n), mail);
    }
    maildir.write("Maildir/new/.keep", "");
    maildir.write("Maildir/tmp/half", &mails[0].1);
    maildir.run(&["import", "Maildir"]).exit(0);
    same(&written(&maildir), &expected);

    // Line ends of Unix: files of text are a little smaller.
    let unix = Desk::with_samples();
    unix.write("all.mbox", mbox(&mails).into_iter().filter(|b| *b != b'\r').collect::<Vec<u8>>());
    unix.run(&["import", "all.mbox"]).exit(0);
    assert_eq!(ids(&written(&unix)), ids(&expected));

    // In two halves, the later first; then everything once more. A file keeps the name that it got first.
    let halves = Desk::with_samples();
    let (early, late) = mails.split_at(mails.len() / 2);
    halves.write("late.mbox", mbox(late));
    halves.write("early.mbox", mbox(early));
    halves.run(&["import", "late.mbox"]).exit(0);
    halves.run(&["import", "early.mbox"]).exit(0);
    let after = written(&halves);
    assert_eq!(threads(&after), threads(&expected));
    halves.write("all.mbox", mbox(&mails));
    let done = halves.run(&["import", "all.mbox"]).exit(0);
    assert!(done.out.contains("nothing new"), "{}", done.out);
    same(&written(&halves), &after);
    halves.run(&["verify"]).exit(0);
}

/// The mailbox that the export is of, read from the vendor: no mail is there twice.
#[test]
fn an_export_and_the_vendor_are_one_mailbox() {
    let mails = mails();
    let vendor = Vendor::of(None, SimOptions { gmail: Some(GmailWorld::sample().unwrap()), ..worlds(World::sample().unwrap()) });
    let mut synced = Desk::with_samples();
    synced.connect(&vendor);
    let email = ["sync", "--source", "email", "--since", "10y"];
    synced.run(&email).exit(0);
    let of_vendor = written(&synced);
    assert!(of_vendor.len() > 60, "{}", of_vendor.len());
    synced.write("all.mbox", mbox(&mails));
    let (code, document) = synced.json(&["import", "all.mbox"]);
    assert_eq!(code, 0);
    assert!(document["files"][0]["report"]["records"]["new"].as_u64().unwrap() < 15, "{document}");
    let after = written(&synced);
    assert_eq!(ids(&after), ids(&of_vendor), "no mail came twice");

    // The other way round: labels and the vendor's threads come to what was imported.
    let mut imported = Desk::with_samples();
    imported.write("all.mbox", mbox(&mails));
    imported.run(&["import", "all.mbox"]).exit(0);
    imported.connect(&vendor);
    imported.run(&email).exit(0);
    imported.run(&["verify"]).exit(0);
    let both = written(&imported);
    assert_eq!(threads(&both), threads(&after), "what stands together does not depend on what came first");
    let renamed: Vec<_> = both.keys().filter(|path| !of_vendor.contains_key(*path)).collect();
    assert_eq!(renamed, Vec::<&String>::new());
    assert!(both.values().filter(|text| !text.contains("\nlabels: []\n")).count() > 55);
}

/// A reply that names nothing it answers finds its conversation by subject and people, in whichever order both come.
#[test]
fn a_reply_without_references_finds_its_conversation() {
    let offer = b"Message-ID: <o1@yourcompany.com>\nDate: Tue, 2 Apr 2024 09:00:00 +0000\nFrom: jo@yourcompany.com\nTo: sarah@acme.dev\nSubject: The offer for ACME\n\nHere it is.\n";
    let reply = b"Message-ID: <r1@acme.dev>\nDate: Wed, 3 Apr 2024 09:00:00 +0000\nFrom: sarah@acme.dev\nTo: jo@yourcompany.com\nSubject: AW: The offer for ACME\n\nWe like it.\n";
    let read = |order: [&[u8]; 2]| {
        let desk = Desk::with_samples();
        for (n, mail) in order.iter().enumerate() {
            desk.write(&format!("{n}.eml"), mail);
            desk.run(&["import", &format!("{n}.eml")]).exit(0);
        }
        written(&desk)
    };
    let found = read([offer, reply]);
    assert_eq!(found.keys().collect::<Vec<_>>(), ["acme_inc/email/2024-04-02_the_offer_for_acme.md"]);
    assert!(found.values().all(|text| text.contains("We like it.")));
    same(&read([reply, offer]), &found);
}

#[test]
fn what_is_no_mail() {
    let desk = Desk::with_samples();
    desk.write("photos/beach.jpg", "not mail");
    desk.write("photos/readme", "words");
    desk.write("message.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on");
    desk.write("takeout.tgz", b"\x1f\x8b\x08 and so on");
    desk.write("outlook.pst", b"!BDN and so on");
    shows!("import_folder_without_mail", desk.shown(&desk.run(&["import", "photos"]).exit(1)));
    shows!("import_msg", desk.shown(&desk.run(&["import", "message.msg"]).exit(1)));
    shows!("import_packed", desk.shown(&desk.run(&["import", "takeout.tgz"]).exit(1)));
    shows!("import_pst", desk.shown(&desk.run(&["import", "outlook.pst"]).exit(1)));
}
