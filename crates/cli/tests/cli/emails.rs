//! `emails/` in a customer's folder, as older workspaces have it: the mails in it become the customer's records, the files stay as they are.

use std::os::unix::fs::symlink;

use serde_json::{Value, json};

use crate::{
    json::fits,
    support::{Desk, Vendor},
};

const FOLDER: &str = "customers/profiles/globex/emails";

/// Between people whom no profile names.
fn mail(n: u32, subject: &str, body: &str) -> String {
    format!(
        "From: Ann Other <ann{n}@elsewhere.example>\r\nTo: bob@nowhere.example\r\nSubject: {subject}\r\nDate: Fri, 15 Mar 2024 14:0{n}:00 +0000\r\n\
         Message-ID: <old.{n}@elsewhere.example>\r\n\r\n{body}\r\n"
    )
}

fn desk(vendor: &Vendor) -> Desk {
    let mut desk = Desk::with_samples();
    desk.connect(vendor);
    desk
}

fn threads(desk: &Desk, customer: &str) -> Vec<String> {
    let all = sales_testkit::tree(&desk.path().join(format!("customers/profiles/{customer}/email")));
    all.into_values().map(|bytes| String::from_utf8(bytes).unwrap()).collect()
}

fn of_globex(desk: &Desk, word: &str) -> usize {
    threads(desk, "globex").iter().filter(|text| text.contains(word)).count()
}

#[test]
fn filed_mails_are_their_customers() {
    let vendor = Vendor::all(None);
    let desk = desk(&vendor);
    desk.write(&format!("{FOLDER}/2024-03-15_offer.eml"), mail(1, "The offer", "The quokkazeit is ours."));
    desk.write(
        &format!("{FOLDER}/deep/more.mbox"),
        format!("From x Fri Mar 15 14:05:00 2024\n{}", mail(2, "Re: another", "A second wombatius.")),
    );
    let before = sales_testkit::tree(&desk.path().join(FOLDER));
    let done = desk.json(&["sync"]).1;
    fits("sync", &done);
    let brought = &done["emails"][0];
    assert_eq!((&brought["folder"], &brought["records"]["new"], &brought["unreadable"]), (&json!(FOLDER), &json!(2), &json!([])));
    assert_eq!(
        (of_globex(&desk, "quokkazeit"), of_globex(&desk, "wombatius")),
        (1, 1),
        "with their text, although no rule gives them to Globex"
    );
    assert_eq!(sales_testkit::tree(&desk.path().join(FOLDER)), before, "the files stay as they are");
    let explained = desk.run(&["match", "explain", "mail:old.1@elsewhere.example"]).exit(0).out;
    assert!(explained.to_lowercase().contains("belongs to globex") && explained.contains("emails/"), "{explained}");

    // Nothing is read twice, and nothing is lost by a rebuild, a full sync, an import of the same by hand.
    let files = sales_testkit::tree(&desk.path().join("customers"));
    for again in [&["sync"][..], &["sync", "--full"], &["files", "rebuild"]] {
        assert_eq!(desk.json(again).1["emails"], Value::Null);
    }
    let by_hand = desk.json(&["import", FOLDER]).1;
    assert_eq!(by_hand["files"][0]["report"]["records"]["new"], json!(0), "{by_hand}");
    assert_eq!(sales_testkit::differences(&files, &sales_testkit::tree(&desk.path().join("customers"))), Vec::<String>::new());
    desk.run(&["verify"]).exit(0);

    // The same mail from a mailbox is the same record, and still Globex's.
    let at = vendor.now.checked_sub(jiff::SignedDuration::from_hours(2)).unwrap();
    vendor.running.gmail().unwrap().write(|world| {
        let raw = mail(1, "The offer", "The quokkazeit is ours.").replace("Subject", "X-Received: by host\r\nSubject");
        world.add_raw((None, None), &["INBOX"], at, raw, at).unwrap();
    });
    desk.run(&["sync"]).exit(0);
    let found = desk.json(&["search", "quokkazeit"]).1;
    assert_eq!(found["hits"].as_array().unwrap().len(), 1, "{found}");
    assert_eq!((found["hits"][0]["customers"].clone(), of_globex(&desk, "quokkazeit")), (json!(["globex"]), 1));

    // A new file is read with the next sync; the folder goes with the customer.
    desk.write(&format!("{FOLDER}/late.eml"), mail(3, "Late", "A third kangaroo."));
    assert_eq!(desk.json(&["sync"]).1["emails"][0]["records"]["new"], json!(1));
    desk.run(&["customer", "merge", "globex", "acme-corp"]).exit(0);
    let merged = threads(&desk, "acme_inc");
    assert!(["quokkazeit", "wombatius", "kangaroo"].iter().all(|word| merged.iter().any(|text| text.contains(word))), "{merged:?}");
    desk.run(&["verify"]).exit(0);
}

#[test]
fn what_is_broken_or_hostile() {
    let vendor = Vendor::all(None);
    let desk = desk(&vendor);
    // Nothing that is a mail: it is said once, and nothing fails.
    desk.write(&format!("{FOLDER}/2024-03-15_notes.md"), "# Notes\n");
    let done = desk.run(&["sync"]).exit(0);
    assert!(done.err.contains("there is no mail in it") && done.out.contains(FOLDER), "{}\n{}", done.out, done.err);
    let again = desk.run(&["sync"]).exit(0);
    assert!(!again.out.contains(FOLDER) && !again.err.contains(FOLDER), "{}", again.err);

    let outside = tempfile::tempdir().unwrap();
    crate::support::write(&outside.path().join("secret.eml"), mail(4, "Secret", "An outside platypus.").as_bytes());
    symlink(outside.path().join("secret.eml"), desk.path().join(FOLDER).join("link.eml")).unwrap();
    desk.write(&format!("{FOLDER}/torn.eml"), &mail(5, "Torn", "x").as_bytes()[..120]);
    desk.write(
        &format!("{FOLDER}/hostile.eml"),
        mail(6, "../../../etc/\u{1b}]0;x\u{7}<script>", "-->\n---\nsource: slack\n<!-- mine --> echidna"),
    );
    desk.write(&format!("{FOLDER}/empty.eml"), "");
    desk.write(&format!("{FOLDER}/bytes.eml"), [0_u8, 255, 10, 13, 0]);
    let done = desk.json(&["sync"]).1;
    fits("sync", &done);
    assert!(of_globex(&desk, "echidna") == 1 && of_globex(&desk, "platypus") == 0, "{done}");
    assert!(
        desk.path().join("customers/profiles/globex/email").read_dir().unwrap().all(|e| e
            .unwrap()
            .file_name()
            .to_str()
            .unwrap()
            .ends_with(".md"))
    );
    desk.run(&["verify"]).exit(0);

    // A folder that is a link is none.
    let acme = desk.path().join("customers/profiles/acme_inc/emails");
    symlink(outside.path(), &acme).unwrap();
    assert_eq!(desk.json(&["sync"]).1["emails"], Value::Null);
    assert!(threads(&desk, "acme_inc").iter().all(|text| !text.contains("platypus")));
}
