//! What profiles and settings say about channels by name.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use globset::{Glob, GlobMatcher, GlobSet, GlobSetBuilder};
use sales_model::{CustomerId, Place, Profile, Rule, Settings};

use super::{Rulebook, names::Names, votes::Votes, weak::Weak};

/// The vendor's id of a place.
pub(in crate::attribute) fn native(place: &Place) -> &str {
    place.key.rsplit_once(':').map_or(place.key.as_str(), |(_, id)| id)
}

/// An entry of a profile's `[slack] channels`.
struct Entry {
    customer: usize,
    text: String,
}

/// A pattern of `workspace.toml`: what stands before and behind the alias.
struct Pattern {
    text: String,
    before: String,
    behind: String,
    /// Either of these has signs of its own in it.
    glob: bool,
}

/// Channels by name, id and pattern.
pub(in crate::attribute) struct Channels {
    named: HashMap<String, Vec<Entry>>,
    globs: GlobSet,
    entries: Vec<Entry>,
    patterns: Vec<Pattern>,
    /// Customers by their own teams at the vendor.
    teams: HashMap<String, Vec<usize>>,
}

impl Channels {
    pub(super) fn new(customers: &[(CustomerId, Profile)], settings: &Settings) -> Self {
        let (mut named, mut teams): (HashMap<String, Vec<Entry>>, HashMap<String, Vec<usize>>) = (HashMap::new(), HashMap::new());
        let (mut globs, mut entries) = (GlobSetBuilder::new(), Vec::new());
        for (customer, (_, profile)) in customers.iter().enumerate() {
            for text in &profile.slack.channels {
                let (name, entry) = (channel(text), Entry { customer, text: text.clone() });
                match Glob::new(name).ok().filter(|_| is_glob(name)) {
                    Some(glob) => {
                        globs.add(glob);
                        entries.push(entry);
                    }
                    None => named.entry(name.to_lowercase()).or_default().push(entry),
                }
            }
            for team in &profile.slack.team_ids {
                teams.entry(team.clone()).or_default().push(customer);
            }
        }
        let patterns = settings.slack.channel_patterns.iter().filter_map(|text| {
            let (before, behind) = text.split_once("{alias}")?;
            Some(Pattern { text: text.clone(), before: before.into(), behind: behind.into(), glob: is_glob(before) || is_glob(behind) })
        });
        Channels { named, globs: globs.build().unwrap_or_default(), entries, patterns: patterns.collect(), teams }
    }

    /// Customers whose profile names the place, by its name, its id, or a name that it alone had before.
    pub(in crate::attribute) fn owners(&self, place: &Place, earlier: &Earlier) -> Votes {
        let mut votes = Votes::default();
        let before = place.previous_names.iter().filter(|name| earlier.means(name, place)).map(String::as_str);
        let names = [native(place), place.name.as_str()].into_iter().chain(before);
        let named = names.filter_map(|name| self.named.get(&name.to_lowercase())).flatten();
        let by_glob = if self.globs.is_empty() { Vec::new() } else { self.globs.matches(&place.name) };
        for entry in named.chain(by_glob.into_iter().filter_map(|n| self.entries.get(n))) {
            votes.add(entry.customer, Rule::Explicit, || format!("the profile lists `{}` under [slack] channels", entry.text));
        }
        votes
    }

    /// Customers whose profile names a vendor's team.
    pub(in crate::attribute) fn of_team(&self, team: &str) -> &[usize] {
        self.teams.get(team).map_or(&[], Vec::as_slice)
    }

    /// Customers whose alias stands in a channel's name where one of the workspace's patterns has it, with the reason.
    pub(in crate::attribute) fn by_pattern(&self, name: &str, names: &Names) -> Vec<(usize, Option<Weak>, String)> {
        let mut out: Vec<(usize, Option<Weak>, String)> = Vec::new();
        for pattern in &self.patterns {
            let reason = |alias: &str| format!("the name matches the pattern `{}` with `{alias}`", pattern.text);
            if pattern.glob {
                let fits = names.all().filter(|a| matcher(pattern, &a.dashed).is_some_and(|g| g.is_match(name)));
                out.extend(fits.map(|a| (a.customer, a.weak, reason(&a.dashed))));
            } else if let Some(alias) = name.strip_prefix(&pattern.before).and_then(|rest| rest.strip_suffix(&pattern.behind)) {
                out.extend(names.called(alias).map(|(customer, weak)| (customer, weak, reason(alias))));
            }
        }
        out
    }
}

fn matcher(pattern: &Pattern, alias: &str) -> Option<GlobMatcher> {
    Some(Glob::new(&format!("{}{}{}", pattern.before, globset::escape(alias), pattern.behind)).ok()?.compile_matcher())
}

/// An entry of `[slack] channels` as channels are called: people write a `#` before it.
fn channel(text: &str) -> &str {
    text.trim().trim_start_matches('#')
}

fn is_glob(name: &str) -> bool {
    name.contains(['*', '?', '[', '{'])
}

/// Names that exactly one place had before and none has now. A name given to another channel since, or one that went from channel to
/// channel, no longer says which one is meant: it would put what is said in one into the folder of whoever named the other.
#[derive(Default)]
pub(in crate::attribute) struct Earlier(HashMap<String, String>);

impl Earlier {
    pub(in crate::attribute) fn of<'a>(places: impl Iterator<Item = &'a Place> + Clone) -> Self {
        let mut had: HashMap<&str, BTreeSet<&str>> = HashMap::new();
        for place in places.clone() {
            for name in &place.previous_names {
                had.entry(name).or_default().insert(&place.key);
            }
        }
        if !had.is_empty() {
            places.for_each(|place| _ = had.remove(place.name.as_str()));
        }
        let one = |(name, keys): (&str, BTreeSet<&str>)| (keys.len() == 1).then(|| (name.to_owned(), keys.into_iter().collect()));
        Earlier(had.into_iter().filter_map(one).collect())
    }

    fn means(&self, name: &str, place: &Place) -> bool {
        self.0.get(name) == Some(&place.key)
    }
}

/// Entries of a profile's `[slack] channels` that no channel answers to which the app is in. A glob is a wish for channels to come.
pub(crate) fn unseen<'a>(profile: &'a Profile, places: &BTreeMap<String, Place>) -> Vec<&'a str> {
    let seen = |name: &str| places.values().any(|p| p.member && (p.name == name || native(p).eq_ignore_ascii_case(name)));
    let mut out: Vec<&str> = profile.slack.channels.iter().map(|text| channel(text)).filter(|name| !is_glob(name) && !seen(name)).collect();
    if !out.is_empty() {
        let earlier = Earlier::of(places.values());
        out.retain(|name| earlier.0.get(*name).and_then(|key| places.get(key)).is_none_or(|place| !place.member));
    }
    out
}

impl Rulebook {
    /// Whether a phrase that means somebody else stands in a place's name or topic, or its profile says that it is not theirs.
    pub(in crate::attribute) fn excludes(&self, customer: usize, place: &Place) -> bool {
        self.explicit.never(&place.key, customer)
            || self.names.excludes(customer, &place.name)
            || self.names.excludes(customer, &place.topic)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(id: &str, name: &str, earlier: &[&str], member: bool) -> Place {
        let previous_names = earlier.iter().map(|n| (*n).to_owned()).collect();
        Place { key: format!("slack:{id}"), name: name.into(), previous_names, member, ..Place::default() }
    }

    fn acme(channels: &[&str]) -> Profile {
        let mut profile = Profile { name: "ACME".into(), ..Profile::default() };
        profile.slack.channels = channels.iter().map(|c| (*c).to_owned()).collect();
        profile
    }

    fn owned(entries: &[&str], places: &[Place]) -> Vec<String> {
        let channels = Channels::new(&[("acme".parse().unwrap(), acme(entries))], &Settings::default());
        let earlier = Earlier::of(places.iter());
        places.iter().filter(|p| !channels.owners(p, &earlier).is_empty()).map(|p| p.key.clone()).collect()
    }

    #[test]
    fn an_earlier_name_counts_only_while_it_means_one_channel() {
        let renamed = place("C1", "acme-live", &["acme-poc"], true);
        assert_eq!(owned(&["acme-poc"], std::slice::from_ref(&renamed)), ["slack:C1"]);
        // Given to another channel since: that one bears the name now, whoever had it.
        let reused = place("C2", "acme-poc", &[], true);
        assert_eq!(owned(&["acme-poc"], &[renamed.clone(), reused]), ["slack:C2"]);
        // Two had it, none has it.
        let second = place("C3", "globex-poc", &["acme-poc", "poc"], true);
        assert_eq!(owned(&["acme-poc"], &[renamed.clone(), second]), Vec::<String>::new());
        // Taken back by the channel itself.
        assert_eq!(owned(&["acme-poc"], &[place("C1", "acme-poc", &["acme-poc", "acme-live"], true)]), ["slack:C1"]);
    }

    #[test]
    fn entries_that_no_channel_answers_to_are_told() {
        let places: BTreeMap<String, Place> = [
            place("C1", "acme-live", &["acme-poc"], true),
            place("C2", "acme-export", &["acme-old"], false),
            place("C3", "reused", &[], true),
            place("C4", "renamed", &["reused"], false),
        ]
        .into_iter()
        .map(|p| (p.key.clone(), p))
        .collect();
        let profile = acme(&["#acme-live", " acme-poc", "c1", "acme-export", "acme-old", "C2", "acme-*", "reused", "nowhere"]);
        assert_eq!(unseen(&profile, &places), ["acme-export", "acme-old", "C2", "nowhere"]);
    }
}
