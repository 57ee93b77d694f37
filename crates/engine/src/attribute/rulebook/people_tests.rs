use sales_model::Contact;

use super::*;

fn people(settings: &Settings) -> People {
    let profile = |domains: &[&str], contacts: &[&str]| Profile {
        domains: domains.iter().map(|d| (*d).to_owned()).collect(),
        contacts: contacts.iter().map(|c| Contact { email: Some((*c).to_owned()), ..Contact::default() }).collect(),
        ..Profile::default()
    };
    let customers = [
        ("acme".parse().unwrap(), profile(&["acme.dev", "müller.example"], &["max@gmail.com", "jo@yourcompany.com"])),
        ("labs".parse().unwrap(), profile(&["labs.acme.dev", "reseller.example"], &[])),
        ("twin".parse().unwrap(), profile(&["acme.dev"], &["ann@acme.dev"])),
    ];
    People::new(&customers, settings)
}

fn settings() -> Settings {
    Settings { own_domains: vec!["YourCompany.com".into()], partners: vec!["reseller.example".into()], ..Settings::default() }
}

#[test]
fn an_address_then_the_narrowest_domain() {
    let settings = settings();
    let people = people(&settings);
    let of = |email: &str| people.claim(email).map(|c| (c.customers.to_vec(), c.rule, c.partner));
    let domain = |customers: &[usize]| Some((customers.to_vec(), Rule::Domain, false));
    let cases = [
        ("Lisa@ACME.dev", domain(&[0, 2])),
        ("lisa@eu.acme.dev", domain(&[0, 2])),
        ("lisa@labs.acme.dev", domain(&[1])),
        ("lisa@x.labs.acme.dev", domain(&[1])),
        ("ann@acme.dev", Some((vec![2], Rule::Address, false))),
        ("ann+deals@acme.dev", Some((vec![2], Rule::Address, false))),
        ("max@gmail.com", Some((vec![0], Rule::Address, false))),
        ("max+x@gmail.com", Some((vec![0], Rule::Address, false))),
        ("+max@gmail.com", None),
        ("other@gmail.com", None),
        ("j@xn--mller-kva.example", domain(&[0])),
        ("j@MÜLLER.example", domain(&[0])),
        ("lisa@notacme.dev", None),
        ("lisa@acme.dev.evil.example", None),
        ("lisa@alumni.acme.dev", None),
        ("pat@reseller.example", Some((vec![1], Rule::Domain, true))),
        ("jo@yourcompany.com", None),
        ("jo@eu.yourcompany.com", None),
        ("acme.dev", None),
        ("@acme.dev", None),
        ("", None),
    ];
    for (email, expected) in cases {
        assert_eq!(of(email), expected, "{email}");
    }
    assert!(people.is_ours("jo@eu.yourcompany.com") && !people.is_ours("jo@notyourcompany.com"));
}

#[test]
fn who_shares_an_address_is_unclear_and_a_partner_makes_nothing_theirs() {
    let settings = settings();
    let people = people(&settings);
    let votes = |emails: &[&str]| {
        let mut unclear = Votes::default();
        let votes = people.votes(emails.iter().copied(), &mut unclear);
        (votes.customers().collect::<Vec<_>>(), unclear.customers().collect::<Vec<_>>())
    };
    assert_eq!(votes(&["lisa@acme.dev"]), (vec![], vec![0, 2]));
    assert_eq!(votes(&["lisa@acme.dev", "ann@acme.dev"]), (vec![2], vec![0, 2]));
    assert_eq!(votes(&["pat@reseller.example", "max@gmail.com"]), (vec![0], vec![]));
    assert_eq!(votes(&["pat@reseller.example"]), (vec![1], vec![]), "alone they are the customer");
}

#[test]
fn kin_have_the_same_registered_name() {
    let settings = settings();
    let people = people(&settings);
    let kin = |email: &str| people.kin(email).map(|(domain, list)| (domain, list.iter().map(|(n, _)| *n).collect::<Vec<_>>()));
    assert_eq!(kin("lisa@mail.acme.co.uk"), Some(("acme.co.uk".to_owned(), vec![0, 1, 2])));
    assert_eq!(kin("lisa@alumni.acme.dev"), None, "it is theirs, and says nothing");
    assert_eq!(kin("lisa@acme-group.dev"), None);
    assert_eq!(kin("jo@yourcompany.com"), None);
    assert_eq!(kin("pat@reseller.example"), None, "a partner");
}
