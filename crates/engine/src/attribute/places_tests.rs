use std::sync::Arc;

use sales_model::{CustomerId, Profile, Settings};

use super::*;

fn id(s: &str) -> CustomerId {
    s.parse().unwrap()
}

fn acme() -> (CustomerId, Profile) {
    let mut profile = Profile {
        name: "ACME Inc".into(),
        aliases: vec!["acme-corp".into(), "ACME Corp".into()],
        domains: vec!["acme.dev".into()],
        exclude: vec!["acme bricks".into()],
        ..Profile::default()
    };
    profile.slack.channels = vec!["yourcompany-acme-poc".into(), "C0123ABCD".into(), "deal-acme-*".into()];
    (id("acme_inc"), profile)
}

fn globex() -> (CustomerId, Profile) {
    let profile = Profile { name: "Globex".into(), domains: vec!["globex.example".into()], ..Profile::default() };
    (id("globex"), profile)
}

fn person(key: &str, email: &str, team: &str) -> Person {
    Person { key: key.into(), name: key.into(), email: Some(email.into()), team: Some(team.into()), ..Person::default() }
}

fn decide(place: &Place, speakers: &[Person], everybody: &[Person], patterns: &[&str]) -> Decision {
    let mut settings = Settings::default();
    settings.slack.channel_patterns = patterns.iter().map(|p| (*p).to_owned()).collect();
    let people: Vec<&Person> = speakers.iter().collect();
    let rules = Rulebook::new(Arc::new(vec![acme(), globex()]), &settings);
    let (earlier, teams) = (Earlier::of(std::iter::once(place)), Teams::of(&rules.people, everybody.iter()));
    super::place(&PlaceEvidence { place, people: &people, earlier: &earlier, teams: &teams }, &rules)
}

fn channel(name: &str) -> Place {
    Place { key: "slack:C9".into(), name: name.into(), ..Place::default() }
}

fn owner(d: Decision) -> Option<(String, Rule)> {
    match d {
        Decision::Owners(o) => o.into_iter().next().map(|a| (a.customer.to_string(), a.rule)),
        Decision::Doubt(_) => None,
    }
}

#[test]
fn explicit_by_name_id_glob_and_earlier_name() {
    let acme = Some(("acme_inc".to_owned(), Rule::Explicit));
    assert_eq!(owner(decide(&channel("yourcompany-acme-poc"), &[], &[], &[])), acme);
    assert_eq!(owner(decide(&channel("deal-acme-2024"), &[], &[], &[])), acme);
    let by_id = Place { key: "slack:C0123ABCD".into(), name: "whatever".into(), ..Place::default() };
    assert_eq!(owner(decide(&by_id, &[], &[], &[])), acme);
    let renamed = Place { previous_names: vec!["yourcompany-acme-poc".into()], ..channel("acme-live") };
    assert_eq!(owner(decide(&renamed, &[], &[], &[])), acme);
}

#[test]
fn a_name_alone_never_binds() {
    let d = decide(&channel("acme-chat"), &[], &[], &[]);
    let Decision::Doubt(Doubt { candidates, decide, .. }) = d else { panic!("bound by its name alone") };
    assert_eq!(candidates.len(), 1);
    assert_eq!(candidates[0].reason, "the channel's name has `acme` in it");
    assert_eq!(decide, "if it is theirs, type `sales customer edit acme_inc --channel C9`");
}

#[test]
fn an_alias_binds_with_a_speaker_or_a_topic_beside_it() {
    let lisa = person("slack:U1", "lisa@acme.dev", "T9");
    let bound = Some(("acme_inc".to_owned(), Rule::AliasAndSecond));
    assert_eq!(owner(decide(&channel("acme-chat"), std::slice::from_ref(&lisa), &[], &[])), bound);
    let topic = Place { topic: "everything about acme.dev".into(), ..channel("acme-chat") };
    assert_eq!(owner(decide(&topic, &[], &[], &[])), bound);
    let other = Place { topic: "notacme.dev".into(), ..channel("acme-chat") };
    assert_eq!(owner(decide(&other, &[], &[], &[])), None);
    assert_eq!(owner(decide(&channel("acmeville"), &[lisa], &[], &[])), None, "part of a word is not the alias");
}

#[test]
fn an_excluded_phrase_silences_the_alias() {
    let lisa = person("slack:U1", "lisa@acme.dev", "T9");
    let d = decide(&channel("acme-bricks-event"), &[lisa], &[], &["*{alias}*"]);
    assert_eq!(
        d,
        Decision::Doubt(Doubt {
            scope: Scope::Place { place: "slack:C9".into() },
            candidates: vec![],
            decide: "to give it to a customer, type `sales customer edit CUSTOMER --channel C9`".into()
        })
    );
}

#[test]
fn a_pattern_is_the_users_word() {
    assert_eq!(owner(decide(&channel("ext-acme"), &[], &[], &["ext-{alias}"])), Some(("acme_inc".to_owned(), Rule::ChannelPattern)));
    assert_eq!(owner(decide(&channel("ext-acme-2"), &[], &[], &["ext-{alias}"])), None);
}

#[test]
fn a_shared_team_is_known_by_its_people() {
    let shared = Place { shared: true, external_teams: vec!["T9".into()], ..channel("joint-work") };
    let everybody = [person("slack:U1", "ann@globex.example", "T9"), person("slack:U2", "bo@partner.example", "T9")];
    assert_eq!(owner(decide(&shared, &[], &everybody, &[])), Some(("globex".to_owned(), Rule::SharedTeam)));
    let both = [everybody[0].clone(), person("slack:U3", "cy@acme.dev", "T9")];
    let Decision::Doubt(Doubt { candidates, .. }) = decide(&shared, &[], &both, &[]) else { panic!("two customers, one owner") };
    assert_eq!(candidates.iter().map(|c| c.customer.to_string()).collect::<Vec<_>>(), ["acme_inc", "globex"]);
}

/// Customers and reasons of a doubt.
fn asked(d: Decision) -> Vec<(String, String)> {
    let Decision::Doubt(Doubt { candidates, .. }) = d else { panic!("given away: {d:?}") };
    candidates.into_iter().map(|c| (c.customer.to_string(), c.reason)).collect()
}

#[test]
fn whoever_speaks_there_is_trusted_more_than_a_team_a_pattern_or_an_alias() {
    let (lisa, eve) = (person("slack:U1", "lisa@acme.dev", "T9"), person("slack:U2", "eve@globex.example", "T8"));
    let jo = person("slack:U3", "jo@yourcompany.com", "T0");
    let globex = ("globex".to_owned(), "eve@globex.example takes part, who writes from a domain of the profile".to_owned());
    let acme = |reason: &str| ("acme_inc".to_owned(), reason.to_owned());
    let pattern = "the name matches the pattern `ext-{alias}` with `acme`";
    let alone = decide(&channel("ext-acme"), &[eve.clone(), jo.clone()], &[], &["ext-{alias}"]);
    let Decision::Doubt(Doubt { decide: next, .. }) = &alone else { panic!("{alone:?}") };
    assert_eq!(
        next,
        "people of another customer write there; if it is theirs all the same, type `sales customer edit acme_inc --channel C9`"
    );
    assert_eq!(asked(alone), [acme(pattern), globex.clone()]);
    // Both: nobody can say whose the rest is.
    let both = decide(&channel("ext-acme"), &[lisa.clone(), eve.clone()], &[], &["ext-{alias}"]);
    assert_eq!(asked(both), [acme(pattern), globex.clone()]);
    let own = decide(&channel("ext-acme"), &[lisa.clone(), jo], &[], &["ext-{alias}"]);
    assert_eq!(owner(own), Some(("acme_inc".to_owned(), Rule::ChannelPattern)));
    let alias = decide(&channel("acme-chat"), &[lisa.clone(), eve.clone()], &[], &[]);
    assert_eq!(asked(alias), [acme("the channel's name has `acme` in it, and lisa@acme.dev writes there"), globex.clone()]);
    let shared = Place { shared: true, external_teams: vec!["T9".into()], ..channel("joint-work") };
    let team = decide(&shared, std::slice::from_ref(&eve), &[lisa], &[]);
    assert_eq!(asked(team), [acme("the channel is shared with the Slack team T9, whose people write from acme.dev"), globex]);
    // The user's own words stand above all of it.
    let named = decide(&channel("yourcompany-acme-poc"), &[eve], &[], &[]);
    assert_eq!(owner(named), Some(("acme_inc".to_owned(), Rule::Explicit)));
}
