//! `sales match explain`: a sentence for each rule.

use std::fmt::Write;

use sales_simulator::{GongWorld, GranolaWorld, SimOptions, World};
use serde_json::json;

use crate::{
    json::fits,
    support::{Desk, Vendor, shows, worlds},
};

/// The samples pulled into a workspace, with their own dates.
fn pulled(vendor: &Vendor) -> Desk {
    let mut desk = Desk::with_samples();
    desk.connect(vendor).set("SALES_TEST_NOW", "2024-04-08T09:00:00Z");
    let settings = desk.read("workspace.toml");
    desk.write("workspace.toml", format!("partners = [\"reseller.example\"]\n{settings}"));
    desk.run(&["sync"]).exit(0);
    desk
}

fn vendor() -> Vendor {
    let (gong, granola) = (GongWorld::sample().unwrap(), GranolaWorld::sample().unwrap());
    Vendor::of(None, SimOptions { gong: Some(gong), granola: Some(granola), ..worlds(World::sample().unwrap()) })
}

fn mail(id: &str, headers: &str) -> String {
    format!(
        "From MAILER-DAEMON Fri Apr  5 12:00:00 2024\r\nMessage-ID: <{id}@ids.example>\r\nDate: Tue, 2 Apr 2024 10:00:00 +0000\r\n{headers}\r\ntext\r\n\r\n"
    )
}

/// Mails of which one each is decided by another rule: name, headers.
const MAILS: &[(&str, &str)] = &[
    ("address", "From: Lisa Thompson <lisa.thompson@acme.dev>\r\nTo: jo@yourcompany.com\r\nSubject: Questionnaire\r\n"),
    (
        "domain",
        "From: Nils Berg <nils@northwind.example>\r\nTo: jo@yourcompany.com\r\nCc: Ida Berg <ida@northwind.example>\r\nSubject: Renewal\r\n",
    ),
    ("subdomain", "From: Rika <rika@labs.globex.example>\r\nTo: jo@yourcompany.com\r\nSubject: Labs\r\n"),
    (
        "partner",
        "From: Lisa Thompson <lisa.thompson@acme.dev>\r\nTo: jo@yourcompany.com\r\nCc: Pat <pat@reseller.example>\r\nSubject: Licences\r\n",
    ),
    ("both", "From: jo@yourcompany.com\r\nTo: lisa.thompson@acme.dev, Haruka Mori <haruka.mori@globex.example>\r\nSubject: Reference\r\n"),
    (
        "private branch",
        "From: Lisa Thompson <lisa.thompson@acme.dev>\r\nTo: jo@yourcompany.com\r\nReferences: <both@ids.example>\r\nSubject: Re: Reference\r\n",
    ),
    (
        "aside",
        "From: jo@yourcompany.com\r\nTo: ekow@yourcompany.com\r\nReferences: <both@ids.example> <private.branch@ids.example>\r\nSubject: Re: Reference\r\n",
    ),
    ("thread", "From: jo@yourcompany.com\r\nTo: ekow@yourcompany.com\r\nReferences: <subdomain@ids.example>\r\nSubject: Re: Labs\r\n"),
    ("own staff only", "From: jo@yourcompany.com\r\nTo: ekow@yourcompany.com\r\nSubject: Lunch\r\n"),
    ("strangers", "From: Sam <sam@stranger.example>\r\nTo: jo@yourcompany.com\r\nSubject: Hello\r\n"),
    (
        "noise",
        "From: News <news@letters.example>\r\nTo: jo@yourcompany.com\r\nList-Unsubscribe: <mailto:u@letters.example>\r\nPrecedence: bulk\r\nSubject: ACME in the news\r\n",
    ),
    ("called as theirs", "From: Lee <lee@acme.co.uk>\r\nTo: jo@yourcompany.com\r\nSubject: Offer\r\n"),
];

/// A call that names a customer twice and has nobody with an address.
fn call() -> String {
    let call = json!({"calls": [{
        "metaData": {"id": "4711", "title": "ACME weekly", "started": "2024-04-03T15:00:00Z", "duration": 600, "scope": "External",
            "url": "https://app.gong.io/call?id=4711"},
        "parties": [{"id": "1", "name": "Somebody", "affiliation": "External"}],
        "context": [{"system": "Salesforce", "objects": [
            {"objectType": "Opportunity", "objectId": "006A", "fields": [{"name": "Name", "value": "ACME expansion"}]}]}],
    }]});
    call.to_string()
}

#[test]
fn every_rule_is_told_in_a_sentence() {
    let vendor = vendor();
    let desk = pulled(&vendor);
    let id = |name: &str| format!("mail:{}@ids.example", name.replace(' ', "."));
    desk.write("in.mbox", MAILS.iter().map(|(name, headers)| mail(&name.replace(' ', "."), headers)).collect::<String>());
    desk.run(&["import", "in.mbox"]).exit(0);
    desk.write("call.json", call());
    desk.run(&["import", "call.json"]).exit(0);
    desk.run(&["match", "apply", "granola:not_f5ZqU9cXw7KaP1", "--to", "acme-corp"]).exit(0);
    let others = [
        ("a channel that the profile lists", "slack:C06ACMEINTL:1710256821.566989"),
        ("a conversation that the profile lists", "granola:not_f5ZqU9cXw7KaP1"),
        ("a link of Gong's", "gong:1234567890"),
        ("a shared team", "slack:C06NORTHREN:1707904920.315339"),
        ("a channel pattern", "slack:C06GLOBEXIN:1710754203.737739"),
        ("a name with a second reason", "gong:4711"),
        ("a meeting", "granola:not_3mWp8GxQe1LdN5"),
        ("a thread in a channel of nobody", "slack:C06PARTNERB:1710410438.150809"),
        ("an answer in it", "slack:C06PARTNERB:1710411343.215389"),
        ("doubtful", "gong:7782342274025938004"),
        ("a channel of nobody", "slack:C06GENERAL1:1709283637.499269"),
        ("a phrase that means somebody else", "slack:C06ACMEBRIC:1709561129.467189"),
    ];
    let mails = MAILS.iter().map(|(name, _)| (*name, id(name)));
    let mut shown = String::new();
    for (name, record) in others.map(|(name, record)| (name, record.to_owned())).into_iter().chain(mails) {
        let told = desk.run(&["match", "explain", &record]).exit(0).out;
        for jargon in ["rulebook", "scope", "the vendor", "attribution"] {
            assert!(!told.contains(jargon), "{jargon}: {told}");
        }
        writeln!(shown, "== {name}\n{told}").unwrap();
        fits("match-explain", &desk.json(&["match", "explain", &record]).1);
    }
    shows!("match_explained", shown);
}
