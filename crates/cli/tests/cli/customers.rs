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

/// With our own domain or a mail provider's a customer would get what is said with everybody.
#[test]
fn domains_that_are_no_customers_are_refused_and_not_used() {
    let vendor = Vendor::start(None);
    let mut desk = Desk::with_samples();
    let before = sales_testkit::tree(desk.path());
    shows!("domain_own", desk.shown(&desk.run(&["customer", "edit", "globex", "--domain", "YourCompany.com"])));
    shows!("domain_provider", desk.shown(&desk.run(&["customer", "add", "New", "--domain", "gmail.com"])));
    assert_eq!(sales_testkit::differences(&before, &sales_testkit::tree(desk.path())), Vec::<String>::new());
    shows!("init_provider", desk.shown(&desk.run(&["init", "other", "--own-domain", "gmail.com"])));
    assert!(!desk.path().join("other").exists());

    desk.connect(&vendor);
    desk.run(&["sync"]).exit(0);
    let files = || sales_testkit::tree(&desk.path().join("customers")).into_keys().filter(|k| k.contains("/slack/")).collect::<Vec<_>>();
    let slack = files();
    desk.write("customers/profiles/greedy/profile.toml", "name = \"Greedy\"\ndomains = [\"yourcompany.com\", \"gmail.com\"]\n");
    let done = desk.run(&["sync", "--quiet"]).exit(0);
    shows!("domain_unused", done.err);
    assert_eq!(files(), slack, "nothing is given away");
}

#[test]
fn a_name_of_two_customers() {
    let desk = Desk::with_samples();
    desk.write("customers/profiles/same_a/profile.toml", "name = \"Same\"\n");
    desk.write("customers/profiles/same_b/profile.toml", "name = \"Other\"\naliases = [\"same\"]\n");
    shows!("name_shared", desk.shown(&desk.run(&["customer", "show", "same"])));
    shows!("name_shared_list", desk.shown(&desk.run(&["customer", "list"])));
    let (code, listed) = desk.json(&["customer", "list"]);
    assert_eq!((code, listed["warnings"].as_array().unwrap().len()), (0, 1));
}

#[test]
fn empty_values_and_contacts_without_a_name() {
    let desk = Desk::with_samples();
    shows!("edit_empty_alias", desk.shown(&desk.run(&["customer", "edit", "globex", "--alias", ""])));
    shows!("edit_nameless_contact", desk.shown(&desk.run(&["customer", "edit", "globex", "--contact", "b@acme.dev"])));
    desk.run(&["customer", "add", "New", "--contact", "b@new.dev"]).exit(2);
    assert!(!desk.path().join("customers/profiles/new").exists());
    desk.write("customers/profiles/new/profile.toml", "name = \"New\"\n[[contacts]]\nname = \"\"\nemail = \"b@new.dev\"\n");
    shows!("show_nameless_contact", desk.shown(&desk.run(&["customer", "show", "new"])));
}

/// The alias stands in a profile that cannot be read: nobody can tell that there is no such customer.
#[test]
fn an_alias_in_an_unreadable_profile() {
    let desk = Desk::with_samples();
    desk.write("customers/profiles/acme_inc/profile.toml", "name = ");
    shows!("alias_unreadable", desk.shown(&desk.run(&["context", "acme-corp"])));
}
