use serde::{Deserialize, Serialize};

use crate::{Profile, Settings};

/// On which side somebody stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Our own company.
    Ours,
    /// The customer.
    Theirs,
    /// A partner, or somebody whose company is not known.
    Other,
    /// A program.
    Bot,
}

/// Somebody who speaks in records, as a vendor knows them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// `slack:U0123`.
    pub key: String,
    /// The name people see.
    pub name: String,
    /// Mail address in lower case, if the vendor tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Job title, if the vendor tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The vendor's team they belong to (`T0123`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// The vendor's organisation that the team belongs to (Slack's Enterprise Grid, `E0123`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enterprise: Option<String>,
    /// A program.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub bot: bool,
    /// A guest in our own team (Slack single- and multi-channel guests): not one of ours by team.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guest: bool,
    /// Their account is closed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// The vendor refused to show them; asked again later.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unknown: bool,
}

/// Where records stand: a Slack channel; for other sources a mailbox or a workspace.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// `slack:C0123ABCD`.
    pub key: String,
    /// Its name without `#`.
    pub name: String,
    /// Earlier names, newest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub previous_names: Vec<String>,
    /// Its topic as plain text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub topic: String,
    /// Only invited people see it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub private: bool,
    /// A direct message or a group of them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub direct: bool,
    /// Closed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
    /// Other companies are in it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shared: bool,
    /// Vendor teams of other companies in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub external_teams: Vec<String>,
    /// Our token can read it now.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub member: bool,
    /// Where people open it: `https://yourcompany.slack.com/archives/C0123ABCD`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// When the vendor made it, seconds since 1970; 0 if unknown.
    #[serde(default)]
    pub created: i64,
}

/// What decides that somebody is ours.
#[derive(Debug, Clone, Default)]
pub struct OwnSide<'a> {
    /// Our mail domains in lower case.
    pub domains: &'a [String],
    /// Our teams at the vendor, and the organisations that they belong to.
    pub teams: &'a [String],
}

/// What tells on which side somebody stands, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sign {
    Bot,
    /// Address, contact or domain: what they write from.
    Address,
    /// Their account is in our team.
    Team,
    Nothing,
}

impl OwnSide<'_> {
    /// The side of a person towards one customer: bot; ours by domain; theirs by the profile's contacts and domains; ours by team
    /// (guests are not); a stranger of another team without a visible address is theirs in a place shared with the customer; else other.
    pub fn side(&self, person: &Person, profile: Option<&Profile>, foreign_is_theirs: bool) -> Side {
        self.side_of(person, &[], profile, foreign_is_theirs)
    }

    /// The same of somebody who is known otherwise, too. What they are known by here counts first; where it says nothing, the strongest
    /// sign of the others does.
    pub fn side_of(&self, person: &Person, others: &[Person], profile: Option<&Profile>, foreign_is_theirs: bool) -> Side {
        let own = self.sign(person, profile);
        if own.0 <= Sign::Address {
            return own.1;
        }
        let others = others.iter().filter(|other| !other.bot);
        let best = others.clone().map(|other| self.sign(other, profile)).chain([own]).min_by_key(|(sign, side)| (*sign, *side));
        let foreign = person.team.is_some() && !self.in_own_team(person);
        let hidden = person.email.is_none() && others.clone().all(|other| other.email.is_none());
        match best {
            Some((Sign::Nothing, _)) if foreign && foreign_is_theirs && hidden => Side::Theirs,
            Some((_, side)) => side,
            None => Side::Other,
        }
    }

    fn sign(&self, person: &Person, profile: Option<&Profile>) -> (Sign, Side) {
        if person.bot {
            return (Sign::Bot, Side::Bot);
        }
        let domain = person.email.as_deref().and_then(|e| e.rsplit_once('@')).map(|(_, d)| d);
        if domain.is_some_and(|d| self.domains.iter().any(|own| covers(own, d))) {
            return (Sign::Address, Side::Ours);
        }
        if let Some(p) = profile {
            let contact = person
                .email
                .as_deref()
                .is_some_and(|e| p.contacts.iter().any(|c| c.email.as_deref().is_some_and(|x| x.eq_ignore_ascii_case(e))));
            if contact || domain.is_some_and(|d| p.domains.iter().any(|own| covers(own, d))) {
                return (Sign::Address, Side::Theirs);
            }
        }
        if self.in_own_team(person) && !person.guest { (Sign::Team, Side::Ours) } else { (Sign::Nothing, Side::Other) }
    }

    fn in_own_team(&self, person: &Person) -> bool {
        person.team.iter().chain(&person.enterprise).any(|t| self.teams.contains(t))
    }

    /// The side of somebody of whom only the team is known, as the vendor names it on what they said.
    pub fn side_of_team(&self, team: &str, place: Option<&Place>) -> Side {
        if self.teams.iter().any(|own| own == team) {
            return Side::Ours;
        }
        // Other workspaces of our own organisation are in a channel as well, and are no companies of it.
        let foreign = |p: &Place| p.shared && (p.external_teams.is_empty() || p.external_teams.iter().any(|t| t == team));
        if place.is_some_and(foreign) { Side::Theirs } else { Side::Other }
    }
}

/// Whether `domain` is `own` or one of its subdomains; both in lower case.
pub(crate) fn covers(own: &str, domain: &str) -> bool {
    domain == own || domain.strip_suffix(own).is_some_and(|rest| rest.ends_with('.'))
}

impl Settings {
    /// Whether a mail address is one of ours.
    pub fn is_own_address(&self, email: &str) -> bool {
        email.rsplit_once('@').is_some_and(|(_, d)| self.own_domains.iter().any(|own| covers(own, &d.to_ascii_lowercase())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Contact;

    #[test]
    fn sides_by_the_strongest_sign() {
        let domains = ["yourcompany.com".to_owned()];
        let teams = ["T1".to_owned()];
        let own = OwnSide { domains: &domains, teams: &teams };
        let profile = Profile {
            domains: vec!["acme.dev".into()],
            contacts: vec![Contact { email: Some("Max@freemail.example".into()), ..Contact::default() }],
            ..Profile::default()
        };
        let who = |email: Option<&str>, team: Option<&str>, bot, guest| {
            let person = Person { email: email.map(str::to_owned), team: team.map(str::to_owned), bot, guest, ..Person::default() };
            own.side(&person, Some(&profile), true)
        };
        assert_eq!(who(Some("jo@yourcompany.com"), Some("T1"), false, false), Side::Ours);
        assert_eq!(who(Some("jo@eu.yourcompany.com"), None, false, false), Side::Ours);
        assert_eq!(who(Some("jo@notyourcompany.com"), None, false, false), Side::Other);
        assert_eq!(who(Some("lisa@acme.dev"), Some("T1"), false, true), Side::Theirs);
        assert_eq!(who(Some("max@freemail.example"), Some("T2"), false, false), Side::Theirs);
        assert_eq!(who(Some("pat@partner.example"), Some("T2"), false, false), Side::Other);
        assert_eq!(who(None, Some("T2"), false, false), Side::Theirs);
        assert_eq!(who(None, Some("T1"), false, true), Side::Other);
        assert_eq!(who(None, Some("T1"), false, false), Side::Ours);
        assert_eq!(who(Some("jo@yourcompany.com"), Some("T1"), true, false), Side::Bot);
        let place = |shared: bool, external: &[&str]| Place {
            shared,
            external_teams: external.iter().map(|t| (*t).to_owned()).collect(),
            ..Place::default()
        };
        let team = |team: &str, place: &Place| own.side_of_team(team, Some(place));
        assert_eq!(team("T1", &place(true, &["T9"])), Side::Ours);
        assert_eq!(team("T9", &place(true, &["T9"])), Side::Theirs);
        assert_eq!(team("T9", &place(true, &[])), Side::Theirs);
        assert_eq!(team("T2", &place(true, &["T9"])), Side::Other);
        assert_eq!(team("T9", &place(false, &[])), Side::Other);
        assert_eq!((own.side_of_team("T1", None), own.side_of_team("T9", None)), (Side::Ours, Side::Other));
        let grid = |enterprise: &str| Person { team: Some("T2".into()), enterprise: Some(enterprise.into()), ..Person::default() };
        let own = OwnSide { domains: &domains, teams: &["E1".to_owned(), "T1".to_owned()] };
        assert_eq!(own.side(&grid("E1"), Some(&profile), true), Side::Ours);
        assert_eq!(own.side(&grid("E9"), Some(&profile), true), Side::Theirs);
    }

    #[test]
    fn what_somebody_is_known_by_elsewhere_counts_where_nothing_is_known_here() {
        let domains = ["yourcompany.com".to_owned()];
        let teams = ["T1".to_owned()];
        let own = OwnSide { domains: &domains, teams: &teams };
        let profile = Profile { domains: vec!["acme.dev".into()], ..Profile::default() };
        let who = |email: Option<&str>, team: Option<&str>| Person {
            email: email.map(str::to_owned),
            team: team.map(str::to_owned),
            ..Person::default()
        };
        let (colleague, customer, member) =
            (who(Some("jo@yourcompany.com"), None), who(Some("lisa@acme.dev"), None), who(None, Some("T1")));
        let (private, hidden) = (who(Some("jo@home.example"), None), who(None, Some("T2")));
        let side = |person: &Person, others: &[&Person]| {
            let others: Vec<Person> = others.iter().map(|p| (*p).clone()).collect();
            own.side_of(person, &others, Some(&profile), true)
        };
        assert_eq!(side(&private, &[]), Side::Other);
        assert_eq!(side(&private, &[&private, &colleague]), Side::Ours);
        assert_eq!(side(&private, &[&member]), Side::Ours);
        assert_eq!(side(&private, &[&customer, &member]), Side::Theirs, "an address says more than a team");
        // What she wrote as a customer's employee was said on their side, wherever she works now.
        assert_eq!(side(&customer, &[&colleague]), Side::Theirs);
        assert_eq!(side(&colleague, &[&customer]), Side::Ours);
        assert_eq!((side(&hidden, &[]), side(&hidden, &[&private]), side(&hidden, &[&colleague])), (Side::Theirs, Side::Other, Side::Ours));
        let bot = Person { bot: true, ..who(Some("bot@yourcompany.com"), None) };
        assert_eq!((side(&private, &[&bot]), side(&bot, &[&colleague])), (Side::Other, Side::Bot));
    }
}
