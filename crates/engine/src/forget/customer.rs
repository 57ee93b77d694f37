//! A customer: what belongs to nobody else goes, what belongs to others too stays theirs.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};

use sales_files::{Change, FileChange, parse_links};
use sales_ledger::{Erasure, Subject, Words};
use sales_model::{CustomerId, Identity, OwnSide, Person, Profile, RecordId, Scope, Side};

use super::ForgetReport;
use crate::{
    App,
    attribute::Audience,
    error::Result,
    project::{FilesLease, disk_error},
    units::{MAIL, one_range},
};

impl App {
    /// Forgets a customer: in the ledger, in its folder, and in the bytes of both. With `dry_run` only counts what would fall.
    ///
    /// # Errors
    /// The ledger or a file cannot be written; what was done stays done, and asking again completes it.
    pub async fn forget_customer(&self, customer: &CustomerId, dry_run: bool) -> Result<ForgetReport> {
        let lease = FilesLease::take(self).await?;
        let done = self.erase_customer(customer, dry_run, &lease).await;
        let report = lease.done(done).await?;
        if !dry_run {
            self.finish("customer.forget", &report).await?;
        }
        Ok(report)
    }

    /// Lets a customer come back that was forgotten and is wanted again: whatever was kept away by its id, names, channels, domains or
    /// addresses. Whether anything was.
    ///
    /// # Errors
    /// The ledger cannot be written.
    pub async fn remember_customer(&self, customer: Option<&CustomerId>, profile: &Profile) -> Result<bool> {
        Ok(self.ports.store.lift(&subjects(customer, profile)).await? > 0)
    }

    async fn erase_customer(&self, customer: &CustomerId, dry_run: bool, lease: &FilesLease<'_>) -> Result<ForgetReport> {
        let ports = &self.ports;
        self.directory.catch_up(ports).await?;
        let (erasure, shared) = self.plan(customer, dry_run).await?;
        // Before it is forgotten what they are copies of, and whose links are.
        let copies = self.forget_copies_of(&erasure, customer, dry_run).await?;
        if !dry_run {
            self.forget_their_links(customer, &erasure).await?;
        }
        let mut report = ForgetReport::new(ports.store.erase(erasure).await?, dry_run);
        report.shared = shared;
        let (disk, workspace, id) = (ports.disk.clone(), ports.workspace.clone(), customer.clone());
        if dry_run {
            let files = tokio::task::spawn_blocking(move || workspace.customer_files(&*disk, &id)).await?;
            report.files = copies + files.map_err(|e| disk_error(&e))?.len() as u64;
            return Ok(report);
        }
        ports.failpoints.hit("forget.erased");
        let name = customer.to_string();
        let own = move |text: &str| text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|word| word == name);
        self.forget_changes(own).await?;
        let removed = tokio::task::spawn_blocking(move || workspace.remove_customer(&*disk, &id)).await?;
        report.files = copies + removed.map_err(|e| disk_error(&e))?;
        ports.failpoints.hit("forget.removed");
        report.edited = self.settle(lease).await?;
        ports.failpoints.hit("forget.settled");
        Ok(report)
    }

    /// Takes their people out of what the user says of who is whom, but for those whom another profile names.
    async fn forget_their_links(&self, customer: &CustomerId, erasure: &Erasure) -> Result<()> {
        let (mut theirs, mut others) = (Profile::default(), Profile::default());
        for (id, profile) in self.directory.customers().iter() {
            let into = if id == customer { &mut theirs } else { &mut others };
            into.domains.extend(profile.domains.iter().cloned());
            into.contacts.extend(profile.contacts.iter().cloned());
        }
        let (keys, words) = (erasure.people.clone(), Words::new(erasure.words.clone()));
        let records: BTreeSet<String> = erasure.conversations.iter().map(|(place, thread)| format!("{place}:{thread}")).collect();
        let of = |profile: &Profile, address: &str| {
            let person = Person { email: Some(address.to_owned()), ..Person::default() };
            OwnSide::default().side(&person, Some(profile), false) == Side::Theirs
        };
        let is = move |id: &Identity| match (id.address(), id.guest()) {
            (Some(address), _) => (of(&theirs, address) || keys.contains(&format!("mail:{address}"))) && !of(&others, address),
            (None, Some((record, _))) => records.contains(record),
            (None, None) => keys.contains(id.as_str()),
        };
        let (is, told) = (Arc::new(is), words.clone());
        let of_journal = is.clone();
        self.forget_changes(move |text| told_of(text, &*of_journal, &told)).await?;
        self.forget_links(move |id| is(id), move |text| words.are_in(text)).await
    }

    /// What goes, and how many places and conversations stay with others.
    async fn plan(&self, customer: &CustomerId, dry_run: bool) -> Result<(Erasure, u64)> {
        let mut owners: BTreeMap<Scope, BTreeSet<CustomerId>> = BTreeMap::new();
        for attribution in self.ports.store.attributions().await? {
            owners.entry(attribution.scope).or_default().insert(attribution.customer);
        }
        owners.retain(|_, all| all.contains(customer));
        let count = owners.values().filter(|all| all.len() > 1).count() as u64;
        let (mut places, mut conversations) = (Vec::new(), Vec::new());
        let (mut records, mut shared) = (Vec::new(), Vec::new());
        for (scope, all) in owners {
            match scope {
                Scope::Place { place } if all.len() == 1 => places.push(place),
                Scope::Thread { place, thread } if all.len() == 1 => conversations.push((place, thread)),
                // In a channel of several everybody read everything.
                Scope::Thread { place, thread } if place == MAIL => {
                    records.extend(self.shown_alone(customer, &place, &thread).await?);
                    shared.push((place, thread));
                }
                Scope::Thread { .. } | Scope::Place { .. } => {}
            }
        }
        let profile = self.directory.profile(customer).unwrap_or_default();
        let (people, outsiders) = self.people_of(&profile, &places);
        let erasure = Erasure {
            at: self.ports.timer.now(),
            subjects: subjects(Some(customer), &profile),
            customer: Some(customer.clone()),
            places,
            conversations,
            records,
            shared,
            people,
            outsiders,
            mask: None,
            expiry: None,
            words: words(customer, &profile),
            suppress: profile_addresses(&profile),
            dry_run,
        };
        Ok((erasure, count))
    }

    /// Records of a conversation of several customers that nobody else is shown.
    async fn shown_alone(&self, customer: &CustomerId, place: &str, thread: &str) -> Result<Vec<RecordId>> {
        let mut audience = Audience::new(self);
        let mut alone = Vec::new();
        for stored in self.ports.store.read(&[one_range(&Arc::from(place), thread)]).await?.into_iter().flatten() {
            let shown = audience.of(&stored.record).await?;
            if shown.len() == 1 && shown.contains(customer) {
                alone.push(stored.record.id());
            }
        }
        Ok(alone)
    }

    /// Keys of those who count to the customer, and of all who are not ours.
    fn people_of(&self, profile: &Profile, going: &[String]) -> (BTreeSet<String>, BTreeSet<String>) {
        let known = self.directory.read();
        let teams: Vec<String> = known.teams.iter().cloned().collect();
        let own = OwnSide { domains: &self.directory.domains, teams: &teams };
        let guests = |stays: bool| {
            let places = known.places.values().filter(move |p| going.contains(&p.key) != stays);
            places.flat_map(|p| &p.external_teams).collect::<BTreeSet<_>>()
        };
        let (foreign, elsewhere) = (guests(false), guests(true));
        let theirs = |p: &Person| {
            let team = p.team.as_ref().filter(|t| foreign.contains(t) && !elsewhere.contains(t));
            known.persons.side(&own, p, Some(profile), false) == Side::Theirs
                || p.team.iter().any(|t| profile.slack.team_ids.contains(t))
                || team.is_some()
        };
        let outside = known.people.values().filter(|p| known.persons.side(&own, p, None, false) != Side::Ours);
        let outsiders: BTreeSet<String> = outside.clone().map(|p| p.key.clone()).collect();
        let people = outside.filter(|p| theirs(p)).map(|p| p.key.clone()).collect();
        (people, outsiders)
    }
}

/// Whether a change of who is whom names somebody of theirs.
fn told_of(text: &str, is: &dyn Fn(&Identity) -> bool, words: &Words) -> bool {
    let Ok(change) = serde_json::from_str::<Change>(text) else { return false };
    let texts = change.plan.files.iter().filter_map(|file| match file {
        FileChange::People { before, after } => Some([before, after]),
        _ => None,
    });
    let mut texts = texts.flatten().flatten().peekable();
    let named = |text: &String| parse_links(Path::new("people.toml"), text).is_ok_and(|links| links.named().any(is));
    texts.peek().is_some() && (words.are_in(&change.plan.command) || texts.any(|text| words.are_in(text) || named(text)))
}

/// By what a customer is known again who is added anew.
fn subjects(customer: Option<&CustomerId>, profile: &Profile) -> Vec<(Subject, String)> {
    let channels = profile.slack.channels.iter().filter(|c| !c.contains('*')).map(|c| format!("#{}", c.trim_start_matches('#')));
    let names = customer.map(CustomerId::as_str).into_iter().chain([profile.name.as_str()]);
    let all = names.map(str::to_owned).chain(profile.aliases.iter().cloned()).chain(channels).filter(|n| !n.trim().is_empty());
    all.map(|name| (Subject::Customer, name)).chain(profile_addresses(profile)).collect()
}

fn profile_addresses(profile: &Profile) -> Vec<(Subject, String)> {
    let domains = profile.domains.iter().map(|d| (Subject::Domain, d.clone()));
    let contacts = profile.contacts.iter().filter_map(|c| c.email.clone()).map(|email| (Subject::Address, email));
    domains.chain(contacts).collect()
}

/// What says that a note, a job or a detail of the audit log is about the customer.
fn words(customer: &CustomerId, profile: &Profile) -> BTreeSet<String> {
    let contacts = profile.contacts.iter().flat_map(|c| c.email.iter().chain(Some(&c.name).filter(|n| n.contains(' '))));
    let lists = profile.aliases.iter().chain(&profile.domains).chain(&profile.slack.team_ids).chain(&profile.gong.crm_account_ids);
    let channels = profile.slack.channels.iter().filter(|c| !c.contains('*'));
    let all = lists.chain(channels).chain(contacts).chain([&profile.name]).cloned();
    all.chain([customer.as_str().to_owned()]).collect()
}
