//! One name for each person: "Jo" in a chat and "Jo Rivera" on a call are one owner of one promise, if their mail address is one.

use std::collections::{BTreeMap, BTreeSet};

use sales_model::{Finding, Profile};

/// Names by which the same address is known, and the one that is shown.
#[derive(Default)]
pub(super) struct Names {
    /// By address: names seen.
    seen: BTreeMap<String, BTreeSet<String>>,
}

impl Names {
    /// Notes a name of an address.
    pub(super) fn add(&mut self, email: Option<&str>, name: &str) {
        if let Some(email) = email.filter(|e| !e.is_empty())
            && !name.trim().is_empty()
        {
            let names = self.seen.entry(email.to_lowercase()).or_default();
            // A list may name somebody by the address itself.
            names.extend([name.trim().to_owned(), email.to_lowercase()]);
        }
    }

    /// Notes the names that the user wrote.
    pub(super) fn contacts(&mut self, profile: &Profile) {
        profile.contacts.iter().for_each(|c| self.add(c.email.as_deref(), &c.name));
    }

    /// By name in lower case: the name to show. Names that more than one address bears stay as they are.
    pub(super) fn shown(self) -> Shown {
        let mut bearers: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        for (email, names) in &self.seen {
            for name in names {
                bearers.entry(name.to_lowercase()).or_default().insert(email);
            }
        }
        let mut out = BTreeMap::new();
        for (name, emails) in &bearers {
            let mut emails = emails.iter();
            if let (Some(email), None) = (emails.next(), emails.next()) {
                let full = self
                    .seen
                    .get(*email)
                    .into_iter()
                    .flatten()
                    .filter(|n| !n.contains('@'))
                    .max_by_key(|n| (n.split_whitespace().count().min(3), n.len(), *n));
                out.extend(full.map(|full| (name.clone(), full.clone())));
            }
        }
        Shown(out)
    }
}

/// What [`Names::shown`] gives.
pub(super) struct Shown(BTreeMap<String, String>);

impl Shown {
    /// The name to show.
    pub(super) fn of<'a>(&'a self, name: &'a str) -> &'a str {
        self.0.get(&name.trim().to_lowercase()).map_or(name, String::as_str)
    }

    /// Puts it on the owners of what is to be done; several stand with commas between.
    pub(super) fn owners(&self, finding: &mut Finding) {
        if let Some(owner) = &mut finding.detail.owner {
            let shown = owner.split(", ").map(|name| self.of(name)).collect::<Vec<_>>().join(", ");
            if *shown != **owner {
                *owner = shown.into();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_name() {
        let mut names = Names::default();
        names.add(Some("Jo@us.example"), "Jo");
        names.add(Some("jo@us.example"), "Jo Rivera");
        names.add(Some("alex@us.example"), "alex");
        names.add(Some("alex@them.example"), "alex");
        names.add(Some("alex@them.example"), "Alex Kumar");
        names.add(None, "Sam");
        let shown = names.shown();
        assert_eq!(
            ["jo", "Jo Rivera", "alex", "Alex Kumar", "Sam"].map(|n| shown.of(n)),
            ["Jo Rivera", "Jo Rivera", "alex", "Alex Kumar", "Sam"]
        );
    }
}
