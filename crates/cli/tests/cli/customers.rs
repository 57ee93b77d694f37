//! `sales customer add|list|show|edit`.

use crate::support::{Desk, Vendor, shows};

#[test]
fn a_customer_from_add_to_edit() {
    let desk = Desk::empty();
    desk.run(&["init"]).exit(0);
    shows!("customers_none", desk.shown(&desk.run(&["customer", "list"])));
    let add: &[&str] = &[
        "customer",
        "add",
        "ACME Inc",
        "--alias",
        "acme-corp",
        "--domain",
        "ACME.dev",
        "--channel",
        "yourcompany-acme-poc",
        "--channel",
        "ext-acme-*",
        "--contact",
        "Michael Chen <michael.chen@acme.dev>, CTO",
        "--stage",
        "negotiation",
        "--amount",
        "600000",
        "--currency",
        "usd",
        "--close-date",
        "2024-06-30",
        "--owner",
        "jo@yourcompany.com",
        "--competitor",
        "Vercel",
        "--exclude",
        "acme bricks",
        "--next-step",
        "Contract review",
    ];
    shows!("customer_added", desk.shown(&desk.run(add)));
    shows!("customer_added_twice", desk.shown(&desk.run(&["customer", "add", "Acme-Corp"])));
    shows!("customer_shown", desk.shown(&desk.run(&["customer", "show", "acme corp"])));

    let profile = "customers/profiles/acme_inc/profile.toml";
    desk.write(profile, format!("# my own remark\n{}", desk.read(profile)));
    let edit: &[&str] = &[
        "customer",
        "edit",
        "acme-corp",
        "--stage",
        "closed_won",
        "--remove",
        "exclude=acme bricks",
        "--remove",
        "owner",
        "--domain",
        "acme.example",
    ];
    shows!("customer_edited", desk.shown(&desk.run(edit)));
    shows!("customer_profile", desk.read(profile));
    shows!("customer_edited_nothing", desk.shown(&desk.run(edit)));
    shows!("customer_listed", desk.shown(&desk.run(&["customer", "list"])));
}

#[test]
fn what_makes_no_sense_changes_nothing() {
    let desk = Desk::with_samples();
    let before = sales_testkit::tree(desk.path());
    shows!("edit_bad_currency", desk.shown(&desk.run(&["customer", "edit", "globex", "--currency", "dollars"])));
    shows!("edit_bad_key", desk.shown(&desk.run(&["customer", "edit", "globex", "--remove", "hair=blue"])));
    shows!("edit_nothing", desk.shown(&desk.run(&["customer", "edit", "globex"])));
    shows!("edit_bad_contact", desk.shown(&desk.run(&["customer", "edit", "globex", "--contact", "Name <nothing>"])));
    shows!("add_bad_domain", desk.shown(&desk.run(&["customer", "add", "New One", "--domain", "not a domain"])));
    shows!("add_bad_id", desk.shown(&desk.run(&["customer", "add", "New One", "--id", "../../etc"])));
    assert_eq!(sales_testkit::differences(&before, &sales_testkit::tree(desk.path())), Vec::<String>::new());
}

/// A customer added after a sync gets what was already pulled, without a request; an edit takes it away again.
#[test]
fn a_late_customer_gets_what_is_there() {
    let vendor = Vendor::start(None);
    let mut desk = Desk::with_samples();
    std::fs::remove_dir_all(desk.path().join("customers/profiles/acme_inc")).unwrap();
    desk.connect(&vendor);
    desk.run(&["sync"]).exit(0);
    let requests = vendor.running.log().len();

    let done = desk.run(&["customer", "add", "ACME Inc", "--alias", "acme-corp", "--channel", "yourcompany-acme-poc"]).exit(0);
    assert!(done.out.contains("written from what was already pulled"), "{}", done.out);
    let slack = desk.path().join("customers/profiles/acme_inc/slack");
    let name = |e: std::io::Result<std::fs::DirEntry>| e.unwrap().file_name().into_string().unwrap();
    let files =
        |dir: &std::path::Path| std::fs::read_dir(dir).map_or(0, |d| d.map(name).filter(|n| n.ends_with("_poc_planning.json")).count());
    assert!(files(&slack) > 5);

    desk.run(&["customer", "edit", "acme-corp", "--remove", "slack.channels=yourcompany-acme-poc"]).exit(0);
    assert_eq!(files(&slack), 0, "nothing of it belongs there any more");
    assert_eq!(vendor.running.log().len(), requests, "not one request");
    desk.run(&["verify"]).exit(0);
}
