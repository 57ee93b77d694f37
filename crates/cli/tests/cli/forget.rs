//! `sales customer forget`: nothing of the customer stays in any byte of the workspace, everything else stays as it was, and nothing comes
//! back.

use jiff::SignedDuration;
use sales_engine::FORGET_FAILPOINTS;
use sales_ledger::{AuditEntry, FileEntry, Job, OpenOptions, Projected, SqliteStore, Store};
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
    // Who is whom, of ACME's people and of others.
    let told = ["--reason", "the quokkazeit list of acme.dev says so"];
    for who in [["U07QUOKKA1", "quokkazeit@home.example"], ["haruka.mori@globex.example", "haruka@home.example"]] {
        desk.run(&[&["person", "merge"][..], &who, &told].concat()).exit(0);
    }
    desk.write("customers/profiles/acme_inc/notes/plan.md", "quokkazeit plan");
    // An edit that was kept aside, one that was not yet, and one of a file that another customer had before.
    desk.write("customers/profiles/acme_inc/slack/2024-03-15_x.json.local.2", "quokkazeit edit");
    let summary = "customers/profiles/acme_inc/context_summary.md";
    desk.write(summary, desk.read(summary) + "quokkazeit remark");
    desk.write("customers/profiles/globex/slack/2024-03-15_before.json.local", "quokkazeit before");
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
        let places = store.attributions().await.unwrap();
        let place = places.into_iter().find(|a| a.customer.as_str() == "acme_inc" && a.scope.place().starts_with("slack:"));
        let place = place.map(|a| a.scope.place().to_owned()).unwrap();
        let path = "slack/2024-03-15_before.json".to_owned();
        let before = FileEntry { customer: "globex".parse().unwrap(), place, unit: "2024-03-15".into(), path: path.clone(), hash: None };
        let removed = vec![(before.customer.clone(), path)];
        store.projected(Projected { files: vec![before], ..Projected::default() }).await.unwrap();
        store.projected(Projected { removed, ..Projected::default() }).await.unwrap();
    });
}

/// Files of the customers who stay that were made from records. Contexts are others where a person's side, or a doubt, was ACME's.
fn others(desk: &Desk) -> Tree {
    let mut all = tree(&desk.path().join("customers"));
    all.retain(|path, _| {
        path != "people.toml"
            && !path.contains("acme_inc")
            && !path.contains(".local")
            && !path.ends_with("/context_summary.md")
            && !path.ends_with("/insights.json")
    });
    all
}

fn forgotten(desk: &Desk, before: &Tree) {
    assert_eq!(traces(desk.path(), CANARY), Vec::<String>::new());
    let mut now = others(desk);
    now.retain(|path, _| before.contains_key(path));
    assert_eq!(differences(before, &now), Vec::<String>::new());
    assert!(!desk.path().join("customers/profiles/acme_inc").exists());
    let links = desk.read("customers/people.toml");
    assert!(links.contains("haruka@home.example") && links.contains("[removed]") && !links.contains("U07QUOKKA1"), "{links}");
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
        "customers/people.toml",
        ".sales/people.toml",
        ".sales/changes/000001.json",
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

/// A person of ACME whom others name in each source: in texts, mentions, headers, quotations, attendee lists and names of files.
fn vendor_of_a_person() -> Vendor {
    let vendor = Vendor::all(None);
    let at = vendor.now.checked_sub(SignedDuration::from_hours(30)).unwrap();
    let ts = |n: i64| format!("{}.000100", at.as_second() + n);
    vendor.running.world().write(|world| {
        let user = json!({"id": "U07WOMBAT1", "team_id": "T07ACMEDEV1", "name": "wombatius", "real_name": "Quentin Wombatius",
            "profile": {"real_name": "Quentin Wombatius", "email": "q.wombatius@acme.dev"}});
        world.add_user(user).unwrap();
        let messages = vec![
            json!({"ts": ts(0), "user": "U07WOMBAT1", "text": "I am wombatius himself"}),
            json!({"ts": ts(60), "thread_ts": ts(0), "user": "U07MICHAELC", "text": "thanks <@U07WOMBAT1>, Quentin Wombatius that is"}),
            json!({"ts": ts(90), "user": "U07MICHAELC", "text": "mail <mailto:q.wombatius@acme.dev|q.wombatius@acme.dev> about it",
                "files": [{"id": "F2", "name": "offer_for_quentin_wombatius.pdf", "filetype": "pdf"}]}),
        ];
        world.add_messages(CHANNEL, messages).unwrap();
    });
    vendor.running.gong().unwrap().write(|world| {
        let theirs =
            |w: &sales_simulator::GongWorld, id: &String| w.call(id).is_some_and(|c| c.to_string().contains("ACME security session"));
        let id = world.calls().into_iter().find(|id| theirs(world, id)).unwrap();
        let (mut call, transcript) = (world.call(&id).unwrap(), world.transcript(&id).unwrap());
        call["metaData"]["title"] = json!("ACME security session with Quentin Wombatius");
        let party = json!({"id": "999", "emailAddress": "q.wombatius@acme.dev", "name": "Quentin Wombatius", "title": "Wombat",
            "speakerId": "7799", "affiliation": "External", "methods": ["Invitee", "Attendee"]});
        call["parties"].as_array_mut().unwrap().push(party);
        let mut transcript = transcript.get("transcript").cloned().unwrap_or(transcript);
        speaks(&mut transcript, "They call me Wombatius the silent.");
        world.add_call(call, transcript).unwrap();
    });
    vendor.running.granola().unwrap().write(|world| {
        let id = world.notes().find(|n| n.title.as_deref() == Some("Executive Overview")).unwrap().id.clone();
        let text = "# Executive Overview\n\n- [ ] Quentin Wombatius sends the paper\n- wombatius";
        world.edit_note(&id, None, Some(&text.replace("\n- wombatius", "")), at).unwrap();
    });
    vendor.running.gmail().unwrap().write(|world| {
        let mailbox = world.mailbox().to_owned();
        let date = at.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string();
        let mail = |n: u32, head: &str, body: &str| {
            format!(
                "{head}Subject: Re: wombats\r\nDate: {date}\r\nMessage-ID: <w.{n}@acme.dev>\r\nMIME-Version: 1.0\r\n\
                Content-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n"
            )
        };
        let own = mail(1, &format!("From: Quentin Wombatius <q.wombatius@acme.dev>\r\nTo: {mailbox}\r\n"), "from Wombatius");
        let head = format!(
            "From: Lisa Thompson <lisa.thompson@acme.dev>\r\nTo: {mailbox}\r\nCc: \"Wombatius, Quentin\" <Q.Wombatius@acme.dev>\r\n\
             In-Reply-To: <w.1@acme.dev>\r\n"
        );
        let body = "As Quentin Wombatius wrote:\r\n\r\nOn Monday Quentin Wombatius <q.wombatius@acme.dev> wrote:\r\n> the paper";
        let answer = mail(2, &head, body);
        for raw in [own, answer] {
            world.add_raw((None, Some("18e2c00000000001")), &["INBOX"], at, raw, at).unwrap();
        }
    });
    vendor
}

/// Adds a sentence of theirs to the transcript of a call.
fn speaks(transcript: &mut serde_json::Value, words: &str) {
    let turns = transcript.as_array_mut().unwrap();
    let end = turns.last().unwrap()["sentences"].as_array().unwrap().last().unwrap()["end"].as_u64().unwrap();
    let sentence = json!({"start": end + 1000, "end": end + 4000, "text": words});
    turns.push(json!({"speakerId": "7799", "topic": null, "sentences": [sentence]}));
}

#[test]
fn a_person_is_named_nowhere_any_more() {
    let vendor = vendor_of_a_person();
    let mut desk = Desk::with_samples();
    desk.connect(&vendor);
    let profile = "customers/profiles/acme_inc/profile.toml";
    let contact = "\n[[contacts]]\nname = \"Quentin Wombatius\"\nemail = \"q.wombatius@acme.dev\"\n";
    desk.write(profile, desk.read(profile) + contact);
    let globex = "customers/profiles/globex/profile.toml";
    desk.write(globex, desk.read(globex) + "\n[[contacts]]\nname = \"Michael Chen\"\nemail = \"mc@globex.example\"\n");
    desk.run(&["sync"]).exit(0);
    for who in [["q.wombatius@acme.dev", "wombatius@home.example"], ["lisa.thompson@acme.dev", "lisa@home.example"]] {
        desk.run(&[&["person", "merge"][..], &who, &["--reason", "Quentin Wombatius told me"]].concat()).exit(0);
    }
    let found = traces(desk.path(), "wombatius");
    for source in ["slack", "gong", "granola", "email"] {
        assert!(found.iter().any(|f| f.contains(&format!("/{source}/"))), "{source} in {found:#?}");
    }
    assert!(found.iter().any(|f| f.contains("the name of")), "{found:#?}");

    let several = desk.run(&["person", "forget", "Michael Chen", "--dry-run"]);
    assert!(several.code == 2 && several.err.contains("may be several people"), "{}", several.err);
    let nobody = desk.run(&["person", "forget", "Nobody Atall", "--yes"]).exit(1);
    assert!(nobody.err.contains("nobody is known as `Nobody Atall`"), "{}", nobody.err);
    desk.run(&["person", "forget", "quentin wombatius", "--dry-run"]).exit(0);
    assert_eq!(traces(desk.path(), "wombatius"), found);

    desk.write("customers/profiles/acme_inc/notes/own.md", "lunch with Quentin Wombatius");
    // Edits: kept aside already, and not yet; one that does not name them stays.
    let copies = ["acme_inc/slack/2024-03-15_x.json.local", "globex/insights.json.local.2", "northwind_labs/email/2024-03-15_y.md.local"];
    for (copy, text) in copies.iter().zip(["ask q.wombatius@acme.dev", "Wombatius, Quentin", "nothing of them"]) {
        desk.write(&format!("customers/profiles/{copy}"), text);
    }
    let summary = "customers/profiles/acme_inc/context_summary.md";
    desk.write(summary, desk.read(summary) + "ask Quentin Wombatius");
    let dry = desk.json(&["person", "forget", "quentin wombatius", "--dry-run"]).1;
    assert_eq!((&dry["files"], &dry["own_files"]), (&json!(2), &json!(["customers/profiles/acme_inc/notes/own.md"])));
    let done = desk.json(&["person", "forget", "quentin wombatius", "--yes"]).1;
    crate::json::fits("forget", &done);
    assert_eq!(done["edited"], json!(null), "what was kept aside had to go, too");
    assert_eq!(desk.read(&format!("customers/profiles/{}", copies[2])), "nothing of them");
    assert_eq!(done["own_files"], json!(["customers/profiles/acme_inc/notes/own.md"]));
    desk.write("customers/profiles/acme_inc/notes/own.md", "lunch");
    let gone = |desk: &Desk| {
        assert_eq!(traces(desk.path(), "wombatius"), Vec::<String>::new());
        let links = desk.read("customers/people.toml");
        assert!(links.contains("lisa@home.example") && links.contains("[removed]"), "{links}");
        desk.run(&["verify"]).exit(0);
        let rebuilt = desk.run(&["files", "rebuild"]).exit(0);
        assert!(rebuilt.out.starts_with("All files of 3 customers were right"), "{}", rebuilt.out);
    };
    gone(&desk);
    let day = tree(&desk.path().join("customers/profiles/acme_inc/slack"));
    let day = day.values().map(|b| String::from_utf8_lossy(b).into_owned()).find(|t| t.contains("that is")).unwrap();
    assert!(day.contains("[removed], [removed] that is") && day.contains("offer_for_[removed].pdf"), "{day}");
    let said = || {
        let calls = tree(&desk.path().join("customers/profiles/acme_inc/gong"));
        let turns = calls.values().map(|call| String::from_utf8_lossy(call).matches("\"text\": \"[removed]\"").count());
        turns.sum::<usize>()
    };
    assert_eq!(said(), 1, "that they spoke stays");
    for again in [&["sync"][..], &["sync", "--full"], &["sync", "--audit"]] {
        desk.run(again).exit(0);
        gone(&desk);
    }

    // Another version of the transcript, on a page of its own.
    vendor.running.gong().unwrap().write(|world| {
        let theirs =
            |w: &sales_simulator::GongWorld, id: &String| w.call(id).is_some_and(|c| c.to_string().contains("ACME security session"));
        let id = world.calls().into_iter().find(|id| theirs(world, id)).unwrap();
        let (call, transcript) = (world.call(&id).unwrap(), world.transcript(&id).unwrap());
        let mut transcript = transcript.get("transcript").cloned().unwrap_or(transcript);
        speaks(&mut transcript, "And again says wombatius.");
        world.add_call(call, transcript).unwrap();
    });
    desk.run(&["sync", "--full"]).exit(0);
    gone(&desk);
    assert_eq!(said(), 2);
}

#[test]
fn a_person_whose_forgetting_was_interrupted() {
    let vendor = vendor_of_a_person();
    for point in FORGET_FAILPOINTS {
        let mut desk = Desk::with_samples();
        desk.connect(&vendor);
        let profile = "customers/profiles/acme_inc/profile.toml";
        let contact = "\n[[contacts]]\nname = \"Quentin Wombatius\"\nemail = \"q.wombatius@acme.dev\"\n";
        desk.write(profile, desk.read(profile) + contact);
        desk.run(&["sync"]).exit(0);
        desk.write("customers/profiles/acme_inc/slack/2024-03-15_x.json.local", "ask Quentin Wombatius");
        desk.set("SALES_FAILPOINT", point);
        let killed = desk.run(&["person", "forget", "q.wombatius@acme.dev", "Quentin Wombatius", "--yes"]);
        assert_eq!(killed.code, -1, "{point} is never reached: {}", killed.err);
        desk.unset("SALES_FAILPOINT");
        // Another command in between does no harm.
        desk.run(&["sync"]).exit(0);
        desk.run(&["person", "forget", "q.wombatius@acme.dev", "Quentin Wombatius", "--yes"]).exit(0);
        assert_eq!(traces(desk.path(), "wombatius"), Vec::<String>::new(), "killed at {point}");
        desk.run(&["verify"]).exit(0);
        desk.run(&["sync"]).exit(0);
        assert_eq!(traces(desk.path(), "wombatius"), Vec::<String>::new(), "killed at {point}, and synced");
    }
}
