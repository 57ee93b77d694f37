//! The table of cases, from what a mailbox or vendor shows to whose it is.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use sales_files::{domain::tidy_domain, keep_telling_domains, parse_profile, parse_settings};
use sales_mail::mime;
use sales_model::{Call, CrmObject, CustomerId, Note, Participant, Person, Place, Scope, Signs};
use serde::Deserialize;

use super::{
    places::{Decision, PlaceEvidence, place},
    rulebook::{Earlier, Rulebook, Teams},
    threads::threads,
};
use crate::directory::Known;

#[derive(Deserialize)]
struct Table {
    settings: toml::Table,
    customers: BTreeMap<CustomerId, toml::Table>,
    cases: BTreeMap<String, Vec<Case>>,
}

/// One line of the table; which keys say something depends on its kind.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct Case {
    is: String,
    /// Vendor id.
    id: String,
    from: String,
    to: String,
    cc: String,
    subject: String,
    /// Further header lines.
    headers: Vec<String>,
    title: String,
    /// Addresses of who took part.
    people: Vec<String>,
    /// Somebody without an address took part.
    unknown: bool,
    scope: String,
    accounts: Vec<String>,
    account_names: Vec<String>,
    site: String,
    named: Option<CustomerId>,
    folders: Vec<String>,
    name: String,
    topic: String,
    earlier: Vec<String>,
    /// Teams of other companies in the channel.
    shared: Vec<String>,
    /// Addresses of people in the first of them.
    members: Vec<String>,
    /// Addresses of who speaks; empty for somebody whose address nobody sees.
    speakers: Vec<String>,
    owner: Vec<String>,
    review: Vec<String>,
}

/// Owners and candidates.
type Whose = (Vec<String>, Vec<String>);

#[test]
fn everything_belongs_to_whom_it_should() {
    let table: Table = toml::from_str(include_str!("cases/cases.toml")).unwrap();
    let settings = parse_settings(Path::new("workspace.toml"), &table.settings.to_string()).unwrap();
    let customers: Vec<_> = table
        .customers
        .into_iter()
        .map(|(id, text)| {
            let mut profile = parse_profile(Path::new("profile.toml"), &text.to_string()).unwrap();
            keep_telling_domains(&mut profile, &settings);
            (id, profile)
        })
        .collect();
    let rules = Rulebook::new(Arc::new(customers), &settings);
    let (mut count, mut wrong, mut clear, mut told, mut unlisted, mut doubtful) = (0, 0, 0, 0, 0, 0);
    let mut differ = Vec::new();
    for (kind, case) in table.cases.iter().flat_map(|(kind, list)| list.iter().map(move |case| (kind.as_str(), case))) {
        let (owners, candidates) = match kind {
            "mail" => conversation(&rules, "mail", &case.native(), &mail(case)),
            "call" => conversation(&rules, "gong", &case.native(), &call(case).signs()),
            "note" => conversation(&rules, "granola", &case.native(), &note(case).signs()),
            "channel" => channel(&rules, case),
            "thread" => thread(&rules, case),
            other => panic!("no such kind: {other}"),
        };
        count += 1;
        wrong += owners.iter().filter(|o| !case.owner.contains(o)).count();
        clear += usize::from(!case.owner.is_empty());
        told += usize::from(!case.owner.is_empty() && owners == case.owner);
        doubtful += usize::from(!case.review.is_empty());
        unlisted += usize::from(!case.review.is_empty() && candidates != case.review);
        if owners != case.owner || candidates != case.review {
            differ.push(format!("{kind}: {}: owner {owners:?}, review {candidates:?}", case.is));
        }
    }
    assert_eq!(differ, Vec::<String>::new(), "{wrong} wrong, {told} of {clear} clear ones, {unlisted} of {doubtful} not asked about");
    assert!(count >= 200 && wrong == 0 && unlisted == 0 && told * 100 >= clear * 95, "{count} cases");
}

impl Case {
    fn native(&self) -> String {
        if self.id.is_empty() { "1@case.example".to_owned() } else { self.id.clone() }
    }
}

fn conversation(rules: &Rulebook, place: &str, native: &str, signs: &Signs) -> Whose {
    let scope = Scope::Thread { place: place.into(), thread: native.into() };
    let (owners, doubt) = rules.conversation(&scope, &[native.to_owned()], signs);
    let candidates = doubt.into_iter().flat_map(|d| d.candidates).map(|c| c.customer.to_string()).collect();
    (owners.into_iter().map(|a| a.customer.to_string()).collect(), candidates)
}

fn mail(case: &Case) -> Signs {
    let mut raw = format!("Message-ID: <{}>\r\nDate: Fri, 15 Mar 2024 09:00:00 +0000\r\n", case.native());
    for (field, value) in [("From", &case.from), ("To", &case.to), ("Cc", &case.cc), ("Subject", &case.subject)] {
        if !value.is_empty() {
            raw.push_str(&format!("{field}: {value}\r\n"));
        }
    }
    case.headers.iter().for_each(|line| raw.push_str(&format!("{line}\r\n")));
    raw.push_str("\r\nText.\r\n");
    mime::read(raw.as_bytes()).signs()
}

fn participants(case: &Case) -> Vec<Participant> {
    let of = |email: &String| Participant { email: Some(email.to_lowercase()), ..Participant::default() };
    let mut all: Vec<Participant> = case.people.iter().map(of).collect();
    if case.unknown {
        all.push(Participant { name: "Guest".into(), ..Participant::default() });
    }
    all
}

fn call(case: &Case) -> Call {
    let crm = case.accounts.iter().enumerate().map(|(n, id)| CrmObject {
        system: String::new(),
        kind: "Account".into(),
        id: id.clone(),
        name: case.account_names.get(n).cloned().unwrap_or_default(),
        fields: Some(("Website".to_owned(), case.site.clone().into())).into_iter().filter(|_| !case.site.is_empty()).collect(),
    });
    let further = case.account_names.iter().skip(case.accounts.len());
    let further = further.map(|name| CrmObject { kind: "Opportunity".into(), name: name.clone(), ..CrmObject::default() });
    Call {
        title: case.title.clone(),
        scope: case.scope.clone(),
        participants: participants(case),
        crm: crm.chain(further).collect(),
        named: case.named.iter().cloned().collect(),
        ..Call::default()
    }
}

fn note(case: &Case) -> Note {
    let folders = case.folders.iter().map(|name| (name.clone(), name.clone())).collect();
    Note { title: case.title.clone(), attendees: participants(case), folders, ..Note::default() }
}

fn person(n: usize, email: &str, team: Option<&String>) -> Person {
    let email = Some(email.to_owned()).filter(|e| !e.is_empty());
    Person { key: format!("slack:U{n}"), name: format!("Person {n}"), email, team: team.cloned(), ..Person::default() }
}

fn channel(rules: &Rulebook, case: &Case) -> Whose {
    let id = if case.id.is_empty() { "C0CASE" } else { &case.id };
    let channel = Place {
        key: format!("slack:{id}"),
        name: case.name.clone(),
        topic: case.topic.clone(),
        previous_names: case.earlier.clone(),
        external_teams: case.shared.clone(),
        shared: !case.shared.is_empty(),
        ..Place::default()
    };
    let members: Vec<Person> = case.members.iter().enumerate().map(|(n, email)| person(n, email, case.shared.first())).collect();
    let speakers: Vec<Person> = case.speakers.iter().enumerate().map(|(n, email)| person(n, email, None)).collect();
    let evidence = PlaceEvidence {
        place: &channel,
        people: &speakers.iter().collect::<Vec<_>>(),
        earlier: &Earlier::of(std::iter::once(&channel)),
        teams: &Teams::of(&rules.people, members.iter()),
    };
    match place(&evidence, rules) {
        Decision::Owners(owners) => (owners.into_iter().map(|a| a.customer.to_string()).collect(), Vec::new()),
        Decision::Doubt(doubt) => (Vec::new(), doubt.candidates.into_iter().map(|c| c.customer.to_string()).collect()),
    }
}

fn thread(rules: &Rulebook, case: &Case) -> Whose {
    let mut known = Known::default();
    for (n, email) in case.speakers.iter().enumerate() {
        let person = person(n, email, None);
        known.people.insert(person.key.clone(), person);
    }
    let id = if case.id.is_empty() { "1712048400.009900" } else { &case.id };
    let authors = BTreeMap::from([(id.to_owned(), known.people.keys().cloned().collect())]);
    let (owners, doubts) = threads("slack:C0NOBODY", &authors, &known, rules);
    let candidates = doubts.into_iter().flat_map(|d| d.candidates).map(|c| c.customer.to_string()).collect();
    (owners.into_iter().map(|a| a.customer.to_string()).collect(), candidates)
}

/// Every domain of the table's profiles is in the form that is compared.
#[test]
fn the_table_is_tidy() {
    let table: Table = toml::from_str(include_str!("cases/cases.toml")).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for (kind, case) in table.cases.iter().flat_map(|(kind, list)| list.iter().map(move |case| (kind, case))) {
        assert!(!case.is.is_empty() && seen.insert((kind, &case.is)), "{kind}: {}", case.is);
        assert!(case.owner.is_empty() || case.review.is_empty(), "{}", case.is);
    }
    assert_eq!(tidy_domain("müller.example"), "xn--mller-kva.example");
}
