//! `[retention]` in `workspace.toml`.

use serde_json::json;

use crate::{
    support::{Desk, Vendor, samples},
    traces::traces,
};

/// A workspace whose clock stands at the end of the samples' story.
fn desk(vendor: &Vendor) -> Desk {
    let mut desk = Desk::with_samples();
    desk.connect(vendor);
    desk
}

fn keep(desk: &Desk, rules: &str) {
    let text = std::fs::read_to_string(samples().join("workspace.toml")).unwrap().replace("limits = \"on\"", "limits = \"off\"");
    desk.write("workspace.toml", format!("{text}\n[retention]\n{rules}\n"));
}

#[test]
fn what_is_too_old_falls_and_is_not_read_again() {
    let vendor = Vendor::all(None);
    let desk = desk(&vendor);
    desk.run(&["sync"]).exit(0);
    let of = |desk: &Desk| {
        let all = sales_testkit::tree(&desk.path().join("customers"));
        let count = |folder: &str| all.keys().filter(|p| p.contains(folder)).count();
        ["/slack/", "/gong/", "/granola/", "/email/"].map(count)
    };
    let before = of(&desk);
    let idle = desk.json(&["retention"]).1;
    assert_eq!(idle["overdue"], json!({}));
    keep(&desk, "slack = \"20d\"\ngong = \"20d\"\nemail = \"20d\"");
    let shown = desk.json(&["retention"]).1;
    let due = shown["overdue"]["records"].as_u64().unwrap();
    assert!(due > 50, "{shown}");
    assert_eq!(of(&desk), before, "showing changes nothing");

    // Copies of edited files are as old as what they show.
    let copies = [("slack/2020-01-01_x.json.local", "old"), ("insights.json.local", "{\"path\": \"email/2020-01-01_x.md\"}")];
    let stay =
        [("granola/2020-01-01_x.md.local.2", "old"), ("slack/2099-01-01_x.json.local", "new"), ("context_summary.md.local", "slack/x")];
    for (copy, text) in copies.into_iter().chain(stay) {
        desk.write(&format!("customers/profiles/globex/{copy}"), text);
    }
    let done = desk.json(&["sync"]).1;
    crate::json::fits("sync", &done);
    assert_eq!(done["report"]["expired"].as_u64(), Some(due), "{done}");
    assert_eq!(done["report"]["expired_copies"], json!(2));
    let left: Vec<_> = stay.iter().filter(|(copy, _)| desk.path().join("customers/profiles/globex").join(copy).exists()).collect();
    assert!(
        left.len() == 3 && copies.iter().all(|(copy, _)| !desk.path().join("customers/profiles/globex").join(copy).exists()),
        "{left:?}"
    );
    for (copy, _) in stay {
        std::fs::remove_file(desk.path().join("customers/profiles/globex").join(copy)).unwrap();
    }
    let after = of(&desk);
    assert!((0..4).all(|n| if n == 2 { after[n] == before[n] } else { 0 < after[n] && after[n] < before[n] }), "{before:?} {after:?}");
    for again in [&["sync"][..], &["sync", "--full"], &["sync", "--audit"]] {
        let done = desk.json(again).1;
        assert_eq!((done["report"]["expired"].as_u64(), of(&desk)), (None, after), "{again:?}: {done}");
    }
    desk.run(&["verify"]).exit(0);
    desk.run(&["files", "rebuild"]).exit(0);
    assert_eq!(of(&desk), after);
    keep(&desk, "slack = \"soon\"");
    assert!(desk.run(&["retention"]).exit(1).err.contains("write a number and"), "the error says what may stand there");
}

#[test]
fn texts_of_deleted_messages_fall() {
    let vendor = Vendor::start(None);
    let desk = desk(&vendor);
    let ts = format!("{}.000100", vendor.now.as_second() - 3_600);
    vendor.running.world().write(|world| {
        let message = json!({"ts": ts, "user": "U07MICHAELC", "text": "a quokkazeit to be deleted"});
        world.add_message("yourcompany-acme-poc", message).unwrap();
    });
    desk.run(&["sync"]).exit(0);
    let deletion = serde_json::from_value(json!({"do": "delete", "channel": "yourcompany-acme-poc", "ts": ts})).unwrap();
    vendor.running.world().write(|world| world.apply(&deletion, vendor.now, None).unwrap());
    desk.run(&["sync"]).exit(0);
    assert!(traces(desk.path(), "quokkazeit").contains(&"raw chunks".to_owned()), "it is kept in the history");
    keep(&desk, "deleted = \"0d\"");
    let done = desk.json(&["sync"]).1;
    assert_eq!(done["report"]["expired"], json!(1), "{done}");
    assert_eq!(traces(desk.path(), "quokkazeit"), Vec::<String>::new());
    desk.run(&["verify"]).exit(0);
}
