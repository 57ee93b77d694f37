use std::sync::Arc;

use sales_model::{Contact, CustomerId, Profile, Settings};

use super::*;

fn id(s: &str) -> CustomerId {
    s.parse().unwrap()
}

fn rules() -> Rulebook {
    let mut acme = Profile {
        name: "ACME Inc".into(),
        aliases: vec!["acme-corp".into()],
        domains: vec!["acme.dev".into()],
        exclude: vec!["acme bricks".into()],
        ..Profile::default()
    };
    acme.gong.crm_account_ids = vec!["001Q00000uOHBplIAH".into()];
    let globex = Profile {
        name: "Globex".into(),
        domains: vec!["globex.example".into()],
        contacts: vec![Contact { email: Some("Max@Mail.example".into()), ..Contact::default() }],
        ..Profile::default()
    };
    let settings = Settings { own_domains: vec!["yourcompany.com".into()], ..Settings::default() };
    Rulebook::new(Arc::new(vec![(id("acme_inc"), acme), (id("globex"), globex)]), &settings)
}

fn signs(titles: &[&str], addresses: &[&str]) -> Signs {
    let list = |l: &[&str]| l.iter().map(|s| (*s).to_owned()).collect();
    Signs { titles: list(titles), addresses: list(addresses), ..Signs::default() }
}

fn scope() -> Scope {
    Scope::Thread { place: "gong".into(), thread: "1".into() }
}

/// Owners with their rules.
fn owners(signs: &Signs) -> Vec<(String, Rule)> {
    let (owners, doubt) = rules().conversation(&scope(), &["1".to_owned()], signs);
    assert_eq!(doubt, None);
    owners.into_iter().map(|a| (a.customer.to_string(), a.rule)).collect()
}

/// Candidates with their reasons.
fn candidates(signs: &Signs) -> Vec<(String, String)> {
    let (owners, doubt) = rules().conversation(&scope(), &["1".to_owned()], signs);
    assert_eq!(owners, []);
    doubt.into_iter().flat_map(|d| d.candidates).map(|c| (c.customer.to_string(), c.reason)).collect()
}

fn acme(rule: Rule) -> (String, Rule) {
    ("acme_inc".into(), rule)
}

fn globex(rule: Rule) -> (String, Rule) {
    ("globex".into(), rule)
}

#[test]
fn who_took_part_decides() {
    assert_eq!(owners(&signs(&["Sync"], &["jo@yourcompany.com", "lisa@acme.dev"])), [acme(Rule::Domain)]);
    assert_eq!(owners(&signs(&[], &["lisa@eu.acme.dev"])), [acme(Rule::Domain)]);
    assert_eq!(owners(&signs(&[], &["max@mail.example"])), [globex(Rule::Address)]);
    assert_eq!(owners(&signs(&["Sync"], &["lisa@notacme.dev", "jo@yourcompany.com"])), []);
}

#[test]
fn people_of_two_customers_make_it_both_of_theirs() {
    let both = signs(&["Peer call"], &["eve@globex.example", "jo@yourcompany.com", "lisa@acme.dev"]);
    assert_eq!(owners(&both), [acme(Rule::Domain), globex(Rule::Domain)]);
    // A link to one does not take it from the other, whose people were there.
    let linked = Signs { accounts: vec!["001Q00000uOHBpl".into()], ..signs(&[], &["eve@globex.example"]) };
    assert_eq!(owners(&linked), [acme(Rule::VendorLink), globex(Rule::Domain)]);
}

#[test]
fn a_link_to_the_customers_account_decides_without_anybodys_address() {
    let by_id = Signs { accounts: vec!["001Q00000uOHBplIAH".into()], strangers: true, ..Signs::default() };
    assert_eq!(owners(&by_id), [acme(Rule::VendorLink)]);
    let by_site = Signs { accounts: vec!["9".into()], sites: vec!["shop.globex.example".into()], strangers: true, ..Signs::default() };
    assert_eq!(owners(&by_site), [globex(Rule::VendorLink)]);
    let other = Signs { accounts: vec!["001Q00000uOHBplXXX".into()], strangers: true, ..Signs::default() };
    assert_eq!(owners(&other), [], "the same 15 characters in two forms of 18 are two accounts");
}

#[test]
fn what_is_among_ourselves_belongs_to_nobody_and_is_asked_about_where_it_is_about_a_customer() {
    let ours = ["jo@yourcompany.com", "ben@yourcompany.com"];
    let linked = |signs: Signs| Signs { accounts: vec!["001Q00000uOHBplIAH".into()], ..signs };
    let title = [("acme_inc".to_owned(), "its title has `acme` in it".to_owned())];
    assert_eq!(candidates(&signs(&["Standup"], &ours)), []);
    assert_eq!(candidates(&signs(&["ACME dry run"], &ours)), title);
    assert_eq!(candidates(&Signs { internal: true, strangers: true, ..signs(&["ACME"], &ours) }), title);
    let reason = "it is linked to the CRM account 001Q00000uOHBplIAH, which the profile lists".to_owned();
    let internal = linked(Signs { internal: true, ..signs(&["Dry run"], &ours) });
    assert_eq!(candidates(&internal), [("acme_inc".to_owned(), reason)]);
    let (_, doubt) = rules().conversation(&scope(), &["1".to_owned()], &internal);
    assert_eq!(
        doubt.unwrap().decide,
        "only people of ours took part; if it belongs in their folder, type `sales match apply gong:1 --to acme_inc`"
    );
    // Mail among ourselves names customers all day long.
    let mail = Scope::Thread { place: "mail".into(), thread: "t:1".into() };
    assert_eq!(rules().conversation(&mail, &["1".to_owned()], &signs(&["ACME dry run"], &ours)), (vec![], None));
    // The vendor's word is not believed against an address of theirs.
    assert_eq!(owners(&Signs { internal: true, ..signs(&[], &["jo@yourcompany.com", "lisa@acme.dev"]) }), [acme(Rule::Domain)]);
}

#[test]
fn a_name_alone_never_binds() {
    let named = Signs { strangers: true, ..signs(&["Call with ACME"], &["jo@yourcompany.com"]) };
    assert_eq!(candidates(&named), [("acme_inc".to_owned(), "its title has `acme` in it".to_owned())]);
    let filed = Signs { names: vec!["Customers: ACME".into()], ..named.clone() };
    assert_eq!(owners(&filed), [acme(Rule::AliasAndSecond)]);
    let folder = Signs { names: vec!["ACME".into()], strangers: true, ..signs(&["Weekly"], &[]) };
    assert_eq!(candidates(&folder), [("acme_inc".to_owned(), "what it is linked to or filed under has `acme` in its name".to_owned())]);
    let bricks = Signs { strangers: true, ..signs(&["ACME Bricks event"], &[]) };
    assert_eq!(candidates(&bricks), []);
    let two = Signs { names: vec!["ACME".into(), "Globex".into()], strangers: true, ..signs(&["ACME and Globex"], &[]) };
    assert_eq!(candidates(&two).len(), 2, "two names and nobody of either: a person has to say");
}

#[test]
fn the_users_word_at_an_import_stands_above_all() {
    let named = Signs { named: vec![id("globex")], internal: true, ..signs(&["ACME"], &["jo@yourcompany.com"]) };
    assert_eq!(owners(&named), [globex(Rule::Explicit)]);
}
