//! What profiles and settings say about places by name.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use globset::{Glob, GlobMatcher};
use sales_model::{CustomerId, Place, Profile, Rule, Settings};

/// The vendor's id of a place.
pub(super) fn native(place: &Place) -> &str {
    place.key.rsplit_once(':').map_or(place.key.as_str(), |(_, id)| id)
}

/// One entry of a profile's `[slack] channels`: a name, an id or a glob.
struct Entry {
    customer: CustomerId,
    text: String,
    name: String,
    glob: Option<GlobMatcher>,
}

/// A workspace's channel pattern with one name of a customer put in.
pub(super) struct Pattern {
    pub(super) customer: usize,
    pub(super) why: String,
    pub(super) glob: GlobMatcher,
}

/// What profiles and settings say about places by name, made ready once: there may be thousands of places to hold against it.
pub(super) struct Names {
    entries: Vec<Entry>,
    /// By a name that one place had and none has now: the key of that place.
    earlier: HashMap<String, String>,
    pub(super) patterns: Vec<Pattern>,
    /// Per customer: its names as channel names spell them, with their words.
    pub(super) aliases: Vec<Vec<(String, Vec<String>)>>,
    /// Per customer: words of the phrases that mean somebody else.
    excluded: Vec<Vec<Vec<String>>>,
}

impl Names {
    pub(super) fn new<'a>(
        customers: &[(CustomerId, Profile)],
        settings: &Settings,
        places: impl Iterator<Item = &'a Place> + Clone,
    ) -> Self {
        let entry = |customer: &CustomerId, text: &String| {
            let name = channel(text);
            let glob = is_glob(name).then(|| Glob::new(name).ok()).flatten().map(|g| g.compile_matcher());
            Entry { customer: customer.clone(), text: text.clone(), name: name.to_owned(), glob }
        };
        let all = customers.iter().flat_map(|(customer, profile)| profile.slack.channels.iter().map(move |text| (customer, text)));
        let entries = all.map(|(customer, text)| entry(customer, text)).collect();
        let aliases: Vec<Vec<(String, Vec<String>)>> = customers
            .iter()
            .map(|(id, profile)| names(id, profile).into_iter().map(|n| (n.clone(), word_sequence(&n))).collect())
            .collect();
        let mut patterns = Vec::new();
        for pattern in &settings.slack.channel_patterns {
            for (customer, names) in aliases.iter().enumerate() {
                for (alias, _) in names {
                    if let Ok(glob) = Glob::new(&pattern.replace("{alias}", &globset::escape(alias))) {
                        let why = format!("the name matches the pattern `{pattern}` with `{alias}`");
                        patterns.push(Pattern { customer, why, glob: glob.compile_matcher() });
                    }
                }
            }
        }
        let excluded = customers.iter().map(|(_, p)| p.exclude.iter().map(|phrase| word_sequence(phrase)).collect()).collect();
        Names { entries, earlier: earlier(places), patterns, aliases, excluded }
    }

    /// Whether a phrase that means somebody else stands in the place's name or topic.
    pub(super) fn excludes(&self, customer: usize, place: &Place) -> bool {
        let phrases = self.excluded.get(customer).map_or(&[][..], Vec::as_slice);
        !phrases.is_empty() && {
            let (name, topic) = (word_sequence(&place.name), word_sequence(&place.topic));
            phrases.iter().any(|phrase| contains_words(&name, phrase) || contains_words(&topic, phrase))
        }
    }

    /// The same of any text.
    pub(super) fn excludes_text(&self, customer: usize, text: &str) -> bool {
        let phrases = self.excluded.get(customer).map_or(&[][..], Vec::as_slice);
        !phrases.is_empty() && {
            let words = word_sequence(text);
            phrases.iter().any(|phrase| contains_words(&words, phrase))
        }
    }

    /// Customers whose profile names the place, each once.
    pub(super) fn owners(&self, place: &Place) -> Vec<(CustomerId, Rule, String)> {
        let id = native(place);
        let mut out: Vec<(CustomerId, Rule, String)> = Vec::new();
        for e in &self.entries {
            let named = e.name.eq_ignore_ascii_case(id) || e.name == place.name || self.earlier.get(&e.name) == Some(&place.key);
            let is = named || e.glob.as_ref().is_some_and(|g| g.is_match(&place.name));
            if is && out.iter().all(|(customer, ..)| *customer != e.customer) {
                out.push((e.customer.clone(), Rule::Explicit, format!("profile.toml lists `{}` under [slack] channels", e.text)));
            }
        }
        out
    }
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
fn earlier<'a>(places: impl Iterator<Item = &'a Place> + Clone) -> HashMap<String, String> {
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
    had.into_iter().filter_map(one).collect()
}

/// Entries of a profile's `[slack] channels` that no channel answers to which the app is in. A glob is a wish for channels to come.
pub(crate) fn unseen<'a>(profile: &'a Profile, places: &BTreeMap<String, Place>) -> Vec<&'a str> {
    let seen = |name: &str| places.values().any(|p| p.member && (p.name == name || native(p).eq_ignore_ascii_case(name)));
    let mut out: Vec<&str> = profile.slack.channels.iter().map(|text| channel(text)).filter(|name| !is_glob(name) && !seen(name)).collect();
    if !out.is_empty() {
        let earlier = earlier(places.values());
        out.retain(|name| earlier.get(*name).and_then(|key| places.get(key)).is_none_or(|place| !place.member));
    }
    out
}

/// What reaches a customer in a channel's name: id and aliases, as channel names spell them. The company's full name counts too.
fn names(customer: &CustomerId, profile: &Profile) -> BTreeSet<String> {
    let mut out: BTreeSet<String> =
        profile.aliases.iter().map(String::as_str).chain([profile.name.as_str(), customer.as_str()]).map(dashed).collect();
    let short: Vec<String> = out.iter().filter_map(|n| strip_form(n)).collect();
    out.extend(short);
    out.retain(|n| n.len() >= 3);
    out
}

/// A company name without its legal form: `acme-inc` to `acme`.
fn strip_form(name: &str) -> Option<String> {
    const FORMS: [&str; 12] = ["inc", "corp", "ltd", "llc", "gmbh", "ag", "sa", "bv", "plc", "co", "company", "corporation"];
    let (head, tail) = name.rsplit_once('-')?;
    FORMS.contains(&tail).then(|| head.to_owned())
}

fn dashed(name: &str) -> String {
    word_sequence(name).join("-")
}

pub(super) fn word_sequence(text: &str) -> Vec<String> {
    text.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

pub(super) fn contains_words(words: &[String], wanted: &[String]) -> bool {
    !wanted.is_empty() && words.windows(wanted.len()).any(|w| w == wanted)
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

    fn owned(channels: &[&str], places: &[Place]) -> Vec<String> {
        let names = Names::new(&[("acme".parse().unwrap(), acme(channels))], &Settings::default(), places.iter());
        places.iter().filter(|p| !names.owners(p).is_empty()).map(|p| p.key.clone()).collect()
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
