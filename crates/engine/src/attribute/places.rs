//! The rules for a whole place; pure.

use sales_model::{Attribution, Doubt, Person, Place, Rule, Scope};

use super::rulebook::{Earlier, Rulebook, Teams, Votes, native};

/// What is known of a place.
pub(super) struct PlaceEvidence<'a> {
    pub(super) place: &'a Place,
    /// Who has spoken there.
    pub(super) people: &'a [&'a Person],
    /// Names that places had before.
    pub(super) earlier: &'a Earlier,
    /// Which team belongs to whom.
    pub(super) teams: &'a Teams,
}

/// What the rules say.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Decision {
    Owners(Vec<Attribution>),
    Doubt(Doubt),
}

/// Decides a place. What its people's addresses and domains say is trusted more than a team, a pattern or an alias: these give a place away
/// only if nobody of another customer speaks there. Otherwise it goes to the review list, and its conversations are decided one by one.
pub(super) fn place(evidence: &PlaceEvidence<'_>, rules: &Rulebook) -> Decision {
    let place = evidence.place;
    let scope = Scope::Place { place: place.key.clone() };
    let named = rules.channels.owners(place, evidence.earlier);
    if !named.is_empty() {
        return Decision::Owners(named.attributions(&scope, rules));
    }
    let (by_name, unproven) = by_name(evidence, rules);
    for votes in [shared_team(evidence, rules), by_name.pattern, by_name.alias] {
        let Some((owner, ..)) = votes.only() else {
            if votes.is_empty() {
                continue;
            }
            return doubt(scope, place, votes, rules);
        };
        let others = rules.people.others(owner, evidence.people);
        if others.is_empty() {
            return Decision::Owners(votes.attributions(&scope, rules));
        }
        return contradiction(scope, place, votes, others, rules);
    }
    doubt(scope, place, unproven, rules)
}

fn doubt(scope: Scope, place: &Place, votes: Votes, rules: &Rulebook) -> Decision {
    let id = native(place);
    let decide = match votes.customers().next().and_then(|n| rules.id(n)) {
        Some(first) => format!("if it is theirs, type `sales customer edit {first} --channel {id}`"),
        None => format!("to give it to a customer, type `sales customer edit CUSTOMER --channel {id}`"),
    };
    Decision::Doubt(Doubt { scope, candidates: votes.candidates(rules), decide })
}

fn contradiction(scope: Scope, place: &Place, mut votes: Votes, others: Votes, rules: &Rulebook) -> Decision {
    let owner = votes.customers().next().and_then(|n| rules.id(n)).map_or_else(String::new, ToString::to_string);
    let decide = format!(
        "people of another customer write there; if it is theirs all the same, type `sales customer edit {owner} --channel {}`",
        native(place)
    );
    votes.absorb(others);
    Decision::Doubt(Doubt { scope, candidates: votes.candidates(rules), decide })
}

fn shared_team(evidence: &PlaceEvidence<'_>, rules: &Rulebook) -> Votes {
    let mut votes = Votes::default();
    for team in &evidence.place.external_teams {
        for customer in rules.channels.of_team(team) {
            votes.add(*customer, Rule::SharedTeam, || format!("the channel is shared with the Slack team {team}, which the profile lists"));
        }
        for (customer, domain) in evidence.teams.get(team) {
            votes.add(customer, Rule::SharedTeam, || {
                format!("the channel is shared with the Slack team {team}, whose people write from {domain}")
            });
        }
    }
    votes.retain(|n| !rules.explicit.never(&evidence.place.key, n));
    votes
}

/// What a channel's name says.
#[derive(Default)]
struct ByName {
    pattern: Votes,
    alias: Votes,
}

/// A pattern is the user's word, an alias needs a second reason beside it; a name that says little by itself needs one more than others.
/// The second votes are those that lack reasons.
fn by_name(evidence: &PlaceEvidence<'_>, rules: &Rulebook) -> (ByName, Votes) {
    let (mut certain, mut unproven) = (ByName::default(), Votes::default());
    let place = evidence.place;
    for (customer, weak, reason) in rules.channels.by_pattern(&place.name, &rules.names) {
        if rules.excludes(customer, place) {
            continue;
        }
        match (weak, reasons(evidence, customer, rules).into_iter().next()) {
            (None, _) => certain.pattern.add(customer, Rule::ChannelPattern, || reason),
            (Some(_), Some(second)) => certain.pattern.add(customer, Rule::ChannelPattern, || format!("{reason}, and {second}")),
            (Some(weak), None) => unproven.add(customer, Rule::ChannelPattern, || format!("{reason}, {}", weak.reason(rules))),
        }
    }
    for hit in rules.names.hits(&place.name) {
        let customer = hit.customer;
        if rules.excludes(customer, place) {
            continue;
        }
        let first = format!("the channel's name has `{}` in it", hit.alias);
        let found = reasons(evidence, customer, rules);
        let needed = if hit.weak.is_some() { 2 } else { 1 };
        if found.len() >= needed {
            certain.alias.add(customer, Rule::AliasAndSecond, || format!("{first}, and {}", found.join(", and ")));
        } else {
            let weak = hit.weak.map(|w| format!(", {}", w.reason(rules))).unwrap_or_default();
            unproven.add(customer, Rule::AliasAndSecond, || format!("{first}{weak}"));
        }
    }
    (certain, unproven)
}

/// What speaks for a customer beside a name, each reason independent of the others.
fn reasons(evidence: &PlaceEvidence<'_>, customer: usize, rules: &Rulebook) -> Vec<String> {
    let handles = evidence.people.iter().map(|p| rules.people.linked.handle(p));
    let speaker = handles.filter(|email| rules.people.claim(email).is_some_and(|c| c.customers == [customer])).min();
    let topic = evidence.place.topic.to_lowercase();
    let domain = rules.profile(customer).and_then(|p| p.domains.iter().find(|d| has_word(&topic, d)));
    speaker.map(|email| format!("{email} writes there")).into_iter().chain(domain.map(|d| format!("its topic names {d}"))).collect()
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| c.is_whitespace() || "()<>,;|\"'".contains(c))
        .any(|w| w.trim_end_matches('.').trim_start_matches("https://") == word)
}

#[cfg(test)]
#[path = "places_tests.rs"]
mod tests;
