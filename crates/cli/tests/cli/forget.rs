//! `sales customer forget`: nothing of the customer stays in any byte of the workspace, everything else stays as it was, and nothing comes
//! back.

use jiff::SignedDuration;
use sales_engine::FORGET_FAILPOINTS;
use sales_ledger::{AuditEntry, Job, OpenOptions, SqliteStore, Store};
use sales_testkit::{Tree, differences, tree};
use serde_json::json;

use crate::{
    support::{Desk, Vendor},
    traces::traces,
};

/// Stands only in what belongs to ACME.
const CANARY: &str = "quokkazeit";
const CHANNEL: &str = "yourcompany-acme-poc";

/// All four sources with canaries in what is shown, in fields that nobody maps, in names and in attachments.
fn vendor() -> Vendor {
    let vendor = Vendor::all(None);
    let at = vendor.now.checked_sub(SignedDuration::from_hours(30)).unwrap();
    let ts = |n: i64| format!("{}.000100", at.as_second() + n);
    vendor.running.world().write(|world| {
        let user = json!({"id": "U07QUOKKA1", "team_id": "T07ACMEDEV1", "name": CANARY, "real_name": "Quokkazeit Jones",
            "profile": {"real_name": "Quokkazeit Jones", "email": "quokkazeit@acme.dev"}});
        world.add_user(user).unwrap();
        let first = json!({"ts": ts(0), "user": "U07QUOKKA1", "text": "we discuss QUOKKAZEIT and Quokkazeits now",
            "x_unmapped": {"deep": ["quokkazeit"]}, "files": [{"id": "F1", "name": "quokkazeit.pdf", "filetype": "pdf"}]});
        let reply =
            json!({"ts": ts(60), "thread_ts": ts(0), "user": "U07MICHAELC", "text": "The budget for quokkazeit is approved, says Qu\u{f6}kkazeit."});
        world.add_messages(CHANNEL, vec![first, reply]).unwrap();
    });
    vendor.running.gong().unwrap().write(|world| {
        let theirs =
            |w: &sales_simulator::GongWorld, id: &String| w.call(id).is_some_and(|c| c.to_string().contains("ACME security session"));
        let id = world.calls().into_iter().find(|id| theirs(world, id)).unwrap();
        let (mut call, mut transcript) = (world.call(&id).unwrap(), world.transcript(&id).unwrap());
        call["metaData"]["title"] = json!("ACME security session about quokkazeit");
        call["metaData"]["x_unmapped"] = json!("quokkazeit");
        if let Some(list) = transcript.get("transcript") {
            transcript = list.clone();
        }
        transcript.pointer_mut("/0/sentences/0").unwrap()["text"] = json!("So what about quokkazeit?");
        world.add_call(call, transcript).unwrap();
    });
    vendor.running.granola().unwrap().write(|world| {
        let id = world.notes().find(|n| n.title.as_deref() == Some("Executive Overview")).unwrap().id.clone();
        world.edit_note(&id, None, Some("# Executive Overview\n\n- [ ] buy a quokkazeit"), at).unwrap();
    });
    vendor.running.gmail().unwrap().write(|world| {
        let mailbox = world.mailbox().to_owned();
        // "Dear Quokkazeit," in Base64.
        let raw = format!(
            "From: Quokkazeit Jones <quokkazeit@acme.dev>\r\nTo: {mailbox}\r\nSubject: about quokkazeit\r\nDate: {}\r\n\
             Message-ID: <quokkazeit.1@acme.dev>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
             Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nRGVhciBRdW9r\r\na2F6ZWl0LA==\r\n--b\r\n\
             Content-Type: application/pdf; name=\"quokkazeit.pdf\"\r\nContent-Disposition: attachment; filename=\"quokkazeit.pdf\"\r\n\
             Content-Transfer-Encoding: base64\r\n\r\nUXVva2themVpdA==\r\n--b--\r\n",
            at.strftime("%a, %d %b %Y %H:%M:%S +0000")
        );
        world.add_raw((None, None), &["INBOX"], at, raw, at).unwrap();
    });
    vendor
}

/// A workspace in which all of it was pulled, and more was noted.
fn furnished(vendor: &Vendor) -> Desk {
    let mut desk = Desk::with_samples();
    desk.connect(vendor);
    let profile = "customers/profiles/acme_inc/profile.toml";
    desk.write(profile, desk.read(profile).replace("Contract review call", "talk about quokkazeit"));
    desk.run(&["sync"]).exit(0);
    desk.write("customers/profiles/acme_inc/notes/plan.md", "quokkazeit plan");
    noted(&desk);
    desk
}

/// What other commands may have noted about the customer.
fn noted(desk: &Desk) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let store = SqliteStore::open(&desk.path().join(".sales/ledger.db"), OpenOptions::default()).unwrap();
    let now = "2024-04-08T09:00:00Z".parse().unwrap();
    runtime.block_on(async {
        let about = json!({"customer": "acme_inc", "channel": CANARY}).to_string();
        store.audit(AuditEntry { at: now, action: "customer.edit".into(), detail: about.clone() }).await.unwrap();
        let job = Job { id: "j1".into(), kind: "sync".into(), started: now, ended: None, state: "done".into(), result: about };
        store.job(job).await.unwrap();
        store.set("draft/acme_inc", CANARY).await.unwrap();
    });
}

/// Files of the customers who stay that were made from records. Contexts are others where a person's side, or a doubt, was ACME's.
fn others(desk: &Desk) -> Tree {
    let mut all = tree(&desk.path().join("customers"));
    all.retain(|path, _| !path.contains("acme_inc") && !path.ends_with("/context_summary.md") && !path.ends_with("/insights.json"));
    all
}

fn forgotten(desk: &Desk, before: &Tree) {
    assert_eq!(traces(desk.path(), CANARY), Vec::<String>::new());
    let mut now = others(desk);
    now.retain(|path, _| before.contains_key(path));
    assert_eq!(differences(before, &now), Vec::<String>::new());
    assert!(!desk.path().join("customers/profiles/acme_inc").exists());
    desk.run(&["verify"]).exit(0);
}

#[test]
fn nothing_of_a_customer_stays_and_nothing_comes_back() {
    let vendor = vendor();
    let desk = furnished(&vendor);
    let before = others(&desk);
    let found = traces(desk.path(), CANARY);
    for place in [
        ".sales/ledger.db",
        "raw chunks",
        "findings",
        "search terms",
        "customers/profiles/acme_inc/notes/plan.md",
        ".sales/profiles/acme_inc.toml",
    ] {
        assert!(found.iter().any(|f| f == place), "{place} in {found:#?}");
    }
    for source in ["slack", "gong", "granola", "email"] {
        assert!(found.iter().any(|f| f.contains(&format!("/{source}/"))), "{source} in {found:#?}");
    }

    let refused = desk.run(&["customer", "forget", "acme-corp"]).exit(2);
    assert!(refused.err.contains("sales customer forget acme_inc --yes"), "{}", refused.err);
    let dry = desk.json(&["customer", "forget", "acme-corp", "--dry-run"]).1;
    assert_eq!(traces(desk.path(), CANARY), found, "a dry run changes nothing");
    let done = desk.json(&["customer", "forget", "acme-corp", "--yes"]).1;
    assert_eq!((&dry["ledger"], &dry["people"]), (&done["ledger"], &done["people"]));
    assert!(done["people"].as_array().unwrap().contains(&json!("Quokkazeit Jones")), "{done}");
    forgotten(&desk, &before);

    let rebuilt = desk.run(&["files", "rebuild"]).exit(0);
    assert!(rebuilt.out.starts_with("All files of 2 customers were right"), "{}", rebuilt.out);
    for again in [&["sync"][..], &["sync", "--full"], &["sync", "--audit"]] {
        desk.run(again).exit(0);
        forgotten(&desk, &before);
    }
    let export = desk.path().join("export.zip");
    crate::export::changed_export(&export, |name, value| {
        if name.starts_with(CHANNEL) {
            value.as_array_mut().unwrap().iter_mut().for_each(|m| m["text"] = json!("quokkazeit again"));
        }
    });
    desk.run(&["import", "export.zip"]).exit(0);
    std::fs::remove_file(&export).unwrap();
    assert_eq!(traces(desk.path(), CANARY), Vec::<String>::new());

    // By the user's wish they come back.
    let added = desk.run(&["customer", "add", "ACME Inc", "--domain", "acme.dev", "--channel", CHANNEL]).exit(0);
    assert!(added.err.contains("was forgotten before"), "{}", added.err);
    desk.run(&["sync", "--full"]).exit(0);
    let found = traces(desk.path(), CANARY);
    for source in ["slack", "gong", "granola", "email"] {
        assert!(found.iter().any(|f| f.contains(&format!("/{source}/"))), "{source} in {found:#?}");
    }
    desk.run(&["verify"]).exit(0);
}

#[test]
fn what_was_interrupted_is_completed() {
    let vendor = vendor();
    for point in FORGET_FAILPOINTS {
        let mut desk = furnished(&vendor);
        let before = others(&desk);
        desk.set("SALES_FAILPOINT", point);
        let killed = desk.run(&["customer", "forget", "acme_inc", "--yes"]);
        assert_eq!(killed.code, -1, "{point} is never reached: {}", killed.err);
        desk.unset("SALES_FAILPOINT");
        // Another command in between does no harm.
        desk.run(&["sync"]).exit(0);
        let again = desk.run(&["customer", "forget", "acme_inc", "--yes"]);
        if *point == "forget.scrubbed" {
            assert!(again.code == 1 && again.err.contains("acme_inc"), "it was over: {}", again.err);
        } else {
            again.exit(0);
        }
        forgotten(&desk, &before);
    }
}
