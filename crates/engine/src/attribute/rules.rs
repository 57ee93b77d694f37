//! The rules for a whole place; pure.

use std::collections::{BTreeMap, HashMap};

use sales_model::{Candidate, CustomerId, Person, Place, Profile, Rule};

use super::{
    names::{Names, contains_words, native, word_sequence},
    speakers::{covers, domain_of, others},
};

/// What is known of a place.
pub(super) struct PlaceEvidence<'a> {
    pub(super) place: &'a Place,
    /// Who has spoken there.
    pub(super) people: &'a [&'a Person],
    /// What profiles and settings say by name.
    pub(super) names: &'a Names,
    /// Everybody, to learn which team belongs to whom.
    pub(super) everybody: &'a HashMap<String, Person>,
}

/// What the rules say.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Decision {
    Owners(Vec<(CustomerId, Rule, String)>),
    Doubt { candidates: Vec<Candidate>, decide: String },
}

type Votes = BTreeMap<CustomerId, String>;

/// Decides a place. What its people's addresses and domains say is trusted more than a team, a pattern or an alias: these give a place away
/// only if nobody of another customer speaks there. Otherwise it goes to the review list, and its conversations are decided one by one.
pub(super) fn place(evidence: &PlaceEvidence<'_>, customers: &[(CustomerId, Profile)]) -> Decision {
    let place = evidence.place;
    let owners = evidence.names.owners(place);
    if !owners.is_empty() {
        return Decision::Owners(owners);
    }
    let id = native(place);
    let weaker: [(Rule, Votes); 3] = [
        (Rule::SharedTeam, shared_team(evidence, customers)),
        (Rule::ChannelPattern, pattern(place, evidence.names, customers)),
        (Rule::AliasAndSecond, alias_and_second(evidence, customers)),
    ];
    for (rule, votes) in weaker {
        if votes.len() > 1 {
            return doubt(id, votes);
        }
        if let Some((customer, reason)) = votes.into_iter().next() {
            let others = others(&customer, evidence.people, customers);
            if others.is_empty() {
                return Decision::Owners(vec![(customer, rule, reason)]);
            }
            return contradiction(id, customer, reason, others);
        }
    }
    doubt(id, alias(place, evidence.names, customers))
}

fn doubt(id: &str, votes: Votes) -> Decision {
    let decide = match votes.keys().next() {
        Some(first) => format!("if it is theirs, type `sales customer edit {first} --channel {id}`"),
        None => format!("to give it to a customer, type `sales customer edit CUSTOMER --channel {id}`"),
    };
    let candidates = votes.into_iter().map(|(customer, reason)| Candidate { customer, reason }).collect();
    Decision::Doubt { candidates, decide }
}

fn contradiction(id: &str, customer: CustomerId, reason: String, others: Votes) -> Decision {
    let decide = format!(
        "people of another customer write there; if it is theirs all the same, type `sales customer edit {customer} --channel {id}`"
    );
    let votes = others.into_iter().chain([(customer, reason)]).collect::<Votes>();
    let candidates = votes.into_iter().map(|(customer, reason)| Candidate { customer, reason }).collect();
    Decision::Doubt { candidates, decide }
}

fn shared_team(evidence: &PlaceEvidence<'_>, customers: &[(CustomerId, Profile)]) -> Votes {
    let mut votes = Votes::new();
    for team in &evidence.place.external_teams {
        for (customer, profile) in customers {
            if profile.slack.team_ids.contains(team) {
                votes.insert(customer.clone(), format!("the channel is shared with the Slack team {team}, which profile.toml names"));
                continue;
            }
            let member = evidence
                .everybody
                .values()
                .filter(|p| p.team.as_ref() == Some(team))
                .filter_map(|p| p.email.as_deref())
                .filter(|e| domain_of(e).is_some_and(|d| profile.domains.iter().any(|own| covers(own, d))));
            if let Some(email) = member.min() {
                let domain = domain_of(email).unwrap_or_default();
                votes.insert(
                    customer.clone(),
                    format!("the channel is shared with the Slack team {team}, whose people write from {domain}"),
                );
            }
        }
    }
    votes
}

fn pattern(place: &Place, names: &Names, customers: &[(CustomerId, Profile)]) -> Votes {
    let mut votes = Votes::new();
    for pattern in names.patterns.iter().filter(|p| p.glob.is_match(&place.name)) {
        if let Some((customer, _)) = customers.get(pattern.customer)
            && !names.excludes(pattern.customer, place)
        {
            votes.entry(customer.clone()).or_insert_with(|| pattern.why.clone());
        }
    }
    votes
}

/// Customers whose alias stands in the channel's name as a word of its own.
fn alias(place: &Place, names: &Names, customers: &[(CustomerId, Profile)]) -> Votes {
    let mut votes = Votes::new();
    let words = word_sequence(&place.name);
    for (n, ((customer, _), aliases)) in customers.iter().zip(&names.aliases).enumerate() {
        let hit = aliases.iter().find(|(_, alias)| contains_words(&words, alias));
        if let Some((alias, _)) = hit
            && !names.excludes(n, place)
        {
            votes.insert(customer.clone(), format!("the channel's name has `{alias}` in it"));
        }
    }
    votes
}

fn alias_and_second(evidence: &PlaceEvidence<'_>, customers: &[(CustomerId, Profile)]) -> Votes {
    let mut votes = Votes::new();
    for (customer, first) in alias(evidence.place, evidence.names, customers) {
        let Some((_, profile)) = customers.iter().find(|(id, _)| *id == customer) else { continue };
        if let Some(second) = second_reason(evidence, profile) {
            votes.insert(customer, format!("{first}, and {second}"));
        }
    }
    votes
}

fn second_reason(evidence: &PlaceEvidence<'_>, profile: &Profile) -> Option<String> {
    let speaker = evidence.people.iter().filter_map(|p| p.email.as_deref()).filter(|email| {
        profile.contacts.iter().any(|c| c.email.as_deref().is_some_and(|x| x.eq_ignore_ascii_case(email)))
            || domain_of(email).is_some_and(|d| profile.domains.iter().any(|own| covers(own, d)))
    });
    if let Some(email) = speaker.min() {
        return Some(format!("{email} writes there"));
    }
    let topic = evidence.place.topic.to_lowercase();
    profile.domains.iter().find(|d| has_word(&topic, d)).map(|d| format!("its topic names {d}"))
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| c.is_whitespace() || "()<>,;|\"'".contains(c))
        .any(|w| w.trim_end_matches('.').trim_start_matches("https://") == word)
}

#[cfg(test)]
mod tests {
    use sales_model::Settings;

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
        let everybody: HashMap<String, Person> = everybody.iter().map(|p| (p.key.clone(), p.clone())).collect();
        let customers = [acme(), globex()];
        let names = Names::new(&customers, &settings, std::iter::once(place));
        super::place(&PlaceEvidence { place, people: &people, names: &names, everybody: &everybody }, &customers)
    }

    fn channel(name: &str) -> Place {
        Place { key: "slack:C9".into(), name: name.into(), ..Place::default() }
    }

    fn owner(d: Decision) -> Option<(String, Rule)> {
        match d {
            Decision::Owners(o) => o.into_iter().next().map(|(c, r, _)| (c.to_string(), r)),
            Decision::Doubt { .. } => None,
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
        let Decision::Doubt { candidates, decide } = d else { panic!("bound by its name alone") };
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
            Decision::Doubt {
                candidates: vec![],
                decide: "to give it to a customer, type `sales customer edit CUSTOMER --channel C9`".into()
            }
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
        let Decision::Doubt { candidates, .. } = decide(&shared, &[], &both, &[]) else { panic!("two customers, one owner") };
        assert_eq!(candidates.iter().map(|c| c.customer.to_string()).collect::<Vec<_>>(), ["acme_inc", "globex"]);
    }

    /// Customers and reasons of a doubt.
    fn asked(d: Decision) -> Vec<(String, String)> {
        let Decision::Doubt { candidates, .. } = d else { panic!("given away: {d:?}") };
        candidates.into_iter().map(|c| (c.customer.to_string(), c.reason)).collect()
    }

    #[test]
    fn whoever_speaks_there_is_trusted_more_than_a_team_a_pattern_or_an_alias() {
        let (lisa, eve) = (person("slack:U1", "lisa@acme.dev", "T9"), person("slack:U2", "eve@globex.example", "T8"));
        let jo = person("slack:U3", "jo@yourcompany.com", "T0");
        let globex = ("globex".to_owned(), "eve@globex.example writes from a domain of the customer and takes part".to_owned());
        let acme = |reason: &str| ("acme_inc".to_owned(), reason.to_owned());
        let pattern = "the name matches the pattern `ext-{alias}` with `acme`";
        let alone = decide(&channel("ext-acme"), &[eve.clone(), jo.clone()], &[], &["ext-{alias}"]);
        let Decision::Doubt { decide: next, .. } = &alone else { panic!("{alone:?}") };
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
}
