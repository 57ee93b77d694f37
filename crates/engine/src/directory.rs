//! People, places and owners in memory: what names, sides and attribution are decided from. Loaded once, kept up with each page.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, RwLock, RwLockReadGuard},
};

use sales_connectors::Identity;
use sales_ledger::{CATALOGUE, Store};
use sales_model::{Attribution, CustomerId, Links, OwnSide, Person, Place, Profile, RefKind, Rule, Scope, Settings, Side};

use crate::{
    Ports,
    attribute::Rulebook,
    changes::{self, Heirs},
    error::Result,
    persons::Persons,
};

/// What is known now.
#[derive(Default)]
pub(crate) struct Known {
    /// By key.
    pub(crate) people: HashMap<String, Person>,
    /// By key.
    pub(crate) places: BTreeMap<String, Place>,
    /// Owners of whole places, by place key.
    pub(crate) owners: HashMap<String, Vec<CustomerId>>,
    /// Places that a rule weaker than an address gave to their owner: somebody of another customer who speaks there takes them away again.
    pub(crate) lent: HashMap<String, CustomerId>,
    /// People of whom nothing is known but that they spoke in such places.
    strangers: HashMap<String, BTreeSet<String>>,
    /// Owners of single conversations, by place key and thread.
    pub(crate) threads: HashMap<String, Threads>,
    /// Our own teams at the vendors.
    pub(crate) teams: BTreeSet<String>,
    /// Who is known by more than one thing, as of when people were last loaded: whoever a page brings later is known by that alone until then.
    pub(crate) persons: Arc<Persons>,
}

/// Owners of the conversations of one place.
#[derive(Default)]
pub(crate) struct Threads {
    owners: BTreeMap<String, BTreeSet<CustomerId>>,
    /// How many conversations each of them has.
    customers: BTreeMap<CustomerId, u64>,
}

impl Threads {
    /// Whose a conversation is.
    pub(crate) fn of(&self, thread: &str) -> impl Iterator<Item = &CustomerId> {
        self.owners.get(thread).into_iter().flatten()
    }

    /// Whose any of them are.
    pub(crate) fn customers(&self) -> impl Iterator<Item = &CustomerId> {
        self.customers.keys()
    }

    /// Whether any of them is several customers'.
    pub(crate) fn has_shared(&self) -> bool {
        self.owners.values().any(|owners| owners.len() > 1)
    }

    fn add(&mut self, thread: &str, customer: &CustomerId) {
        if !self.owners.contains_key(thread) {
            self.owners.insert(thread.to_owned(), BTreeSet::new());
        }
        if self.owners.get_mut(thread).is_some_and(|owners| owners.insert(customer.clone())) {
            *self.customers.entry(customer.clone()).or_default() += 1;
        }
    }

    fn forget(&mut self, thread: &str) {
        for customer in self.owners.remove(thread).unwrap_or_default() {
            if let Some(count) = self.customers.get_mut(&customer) {
                *count -= 1;
                if *count == 0 {
                    self.customers.remove(&customer);
                }
            }
        }
    }
}

/// The shared directory.
pub(crate) struct Directory {
    inner: RwLock<Known>,
    pub(crate) domains: Vec<String>,
    customers: RwLock<(Customers, Arc<Rulebook>)>,
    links: RwLock<Arc<Links>>,
    settings: Arc<Settings>,
    /// State of the ledger's people, places and teams when they were loaded.
    version: Mutex<String>,
}

/// Customers with their profiles, sorted by id.
pub(crate) type Customers = Arc<Vec<(CustomerId, Profile)>>;

impl Directory {
    pub(crate) async fn load(ports: &Ports) -> Result<Self> {
        let heirs = changes::follow(ports).await?;
        let version = Mutex::new(version(&*ports.store).await?);
        let (customers, links) = said(ports).await?;
        let known = Known::load(&*ports.store, &links).await?;
        let domains = ports.settings.own_domains.iter().map(|d| d.to_ascii_lowercase()).collect();
        let rules = Rulebook::new(customers.clone(), &ports.settings).with_heirs(heirs).with_persons(&known.persons, &known.teams);
        let (customers, links) = (RwLock::new((customers, Arc::new(rules))), RwLock::new(Arc::new(links)));
        let settings = ports.settings.clone();
        Ok(Directory { inner: RwLock::new(known), domains, customers, links, settings, version })
    }

    /// Takes in profiles as they are now, and people and places if another process changed any.
    pub(crate) async fn catch_up(&self, ports: &Ports) -> Result<()> {
        let heirs = changes::follow(ports).await?;
        let (customers, links) = said(ports).await?;
        let version = version(&*ports.store).await?;
        let known = self.version.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        if links != *self.links() {
            *self.links.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(links);
            self.reload(&*ports.store).await?;
        }
        self.take_in(customers, heirs);
        if version != known {
            self.reload(&*ports.store).await?;
            *self.version.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = version;
        }
        Ok(())
    }

    fn take_in(&self, customers: Customers, heirs: Heirs) {
        if *customers != *self.customers() || heirs != *self.rules().heirs() {
            self.set_rules(customers, heirs);
        }
    }

    fn set_rules(&self, customers: Customers, heirs: Heirs) {
        let rules = {
            let known = self.read();
            Rulebook::new(customers.clone(), &self.settings).with_heirs(heirs).with_persons(&known.persons, &known.teams)
        };
        *self.customers.write().unwrap_or_else(std::sync::PoisonError::into_inner) = (customers, Arc::new(rules));
    }

    /// The rules as they would be with other profiles, and with other words of who is whom.
    pub(crate) fn rules_of(&self, customers: Customers, links: Option<&Links>) -> Rulebook {
        let known = self.read();
        let persons = links.map_or_else(|| known.persons.clone(), |links| Arc::new(Persons::new(known.people.values(), links)));
        Rulebook::new(customers, &self.settings).with_heirs(self.rules().heirs().clone()).with_persons(&persons, &known.teams)
    }

    /// Who is whom in the user's words, as last read.
    pub(crate) fn links(&self) -> Arc<Links> {
        self.links.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// The customers as last read.
    pub(crate) fn customers(&self) -> Customers {
        self.customers.read().unwrap_or_else(std::sync::PoisonError::into_inner).0.clone()
    }

    /// What tells whose something is, by the profiles as last read.
    pub(crate) fn rules(&self) -> Arc<Rulebook> {
        self.customers.read().unwrap_or_else(std::sync::PoisonError::into_inner).1.clone()
    }

    /// Loads everything again: another process brought places that this one has not heard of.
    pub(crate) async fn reload(&self, store: &dyn Store) -> Result<()> {
        let mut fresh = Known::load(store, &self.links()).await?;
        self.change(|known| {
            fresh.strangers = std::mem::take(&mut known.strangers);
            *known = fresh;
        });
        let (customers, heirs) = (self.customers(), self.rules().heirs().clone());
        self.set_rules(customers, heirs);
        Ok(())
    }

    pub(crate) fn read(&self) -> RwLockReadGuard<'_, Known> {
        self.inner.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn change(&self, f: impl FnOnce(&mut Known)) {
        f(&mut self.inner.write().unwrap_or_else(std::sync::PoisonError::into_inner));
    }

    /// Takes in what a page brought.
    pub(crate) fn learn(&self, people: &[Person], places: &[Place]) {
        if people.is_empty() && places.is_empty() {
            return;
        }
        self.change(|known| {
            known.people.extend(people.iter().map(|p| (p.key.clone(), p.clone())));
            known.places.extend(places.iter().map(|p| (p.key.clone(), p.clone())));
        });
    }

    /// Takes in that conversations were decided as a whole.
    pub(crate) fn decided_threads(&self, scopes: &[Scope], attributions: &[Attribution]) {
        self.change(|known| {
            for scope in scopes {
                if let Scope::Thread { place, thread } = scope
                    && let Some(threads) = known.threads.get_mut(place)
                {
                    threads.forget(thread);
                }
            }
            known.add_threads(attributions);
        });
    }

    /// Takes in new owners of conversations.
    pub(crate) fn learn_threads(&self, attributions: &[Attribution]) {
        if !attributions.is_empty() {
            self.change(|known| known.add_threads(attributions));
        }
    }

    /// Takes in that a place was decided again.
    pub(crate) fn decided(&self, place: &str, attributions: &[Attribution]) {
        self.change(|known| {
            known.owners.remove(place);
            known.lent.remove(place);
            known.threads.remove(place);
            known.add_owners(attributions);
        });
    }

    /// Notes who spoke in a place and is not known.
    pub(crate) fn strangers(&self, place: &str, people: Vec<&String>) {
        if !people.is_empty() {
            self.change(|known| {
                people.into_iter().for_each(|p| _ = known.strangers.entry(p.clone()).or_default().insert(place.to_owned()))
            });
        }
    }

    /// Those of these people who were strangers, with the places they spoke in.
    pub(crate) fn introduced(&self, people: &[Person]) -> Vec<(String, BTreeSet<String>)> {
        let mut out = Vec::new();
        if !people.is_empty() && !self.read().strangers.is_empty() {
            let known = people.iter().filter(|p| !p.unknown);
            self.change(|all| out.extend(known.filter_map(|p| Some((p.key.clone(), all.strangers.remove(&p.key)?)))));
        }
        out
    }

    /// Replaces all owners.
    pub(crate) fn set_owners(&self, attributions: Vec<Attribution>) {
        self.change(|known| known.set_owners(attributions));
    }

    /// Notes who we are at a vendor; gives all our teams if this one is new.
    pub(crate) fn learn_team(&self, identity: &Identity) -> Option<String> {
        let mut new = None;
        self.change(|known| {
            let own = [&identity.team, &identity.enterprise].into_iter().filter(|id| !id.is_empty());
            if own.filter(|id| known.teams.insert((*id).clone())).count() > 0 {
                new = Some(known.teams.iter().cloned().collect::<Vec<_>>().join(" "));
            }
        });
        new
    }

    /// The profile of a customer.
    pub(crate) fn profile(&self, customer: &CustomerId) -> Option<Profile> {
        self.customers().iter().find(|(id, _)| id == customer).map(|(_, p)| p.clone())
    }
}

/// What the user's files say of customers, and of who is whom.
async fn said(ports: &Ports) -> Result<(Customers, Links)> {
    let port = ports.customers.clone();
    let (customers, links) =
        tokio::task::spawn_blocking(move || port.read().and_then(|customers| Ok((customers, port.links()?)))).await??;
    Ok((Arc::new(customers), links))
}

/// Changes whenever the ledger's people, places or our teams do.
async fn version(store: &dyn Store) -> Result<String> {
    let (catalogue, teams) = (store.get(CATALOGUE).await?, store.get("own_teams").await?);
    Ok(format!("{} {}", catalogue.unwrap_or_default(), teams.unwrap_or_default()))
}

impl Known {
    async fn load(store: &dyn Store, links: &Links) -> Result<Self> {
        let mut known = Known::default();
        for person in store.people().await? {
            known.people.insert(person.key.clone(), person);
        }
        for place in store.places().await? {
            known.places.insert(place.key.clone(), place);
        }
        known.set_owners(store.attributions().await?);
        if let Some(teams) = store.get("own_teams").await? {
            known.teams = teams.split_whitespace().map(str::to_owned).collect();
        }
        known.persons = Arc::new(Persons::new(known.people.values(), links));
        Ok(known)
    }

    fn set_owners(&mut self, attributions: Vec<Attribution>) {
        self.owners.clear();
        self.lent.clear();
        self.threads.clear();
        self.add_owners(&attributions);
        self.add_threads(&attributions);
    }

    fn add_owners(&mut self, attributions: &[Attribution]) {
        for a in attributions {
            if let Scope::Place { place } = &a.scope {
                let owners = self.owners.entry(place.clone()).or_default();
                if !owners.contains(&a.customer) {
                    owners.push(a.customer.clone());
                    owners.sort();
                }
                if a.rule > Rule::Domain {
                    self.lent.insert(place.clone(), a.customer.clone());
                }
            }
        }
    }

    fn add_threads(&mut self, attributions: &[Attribution]) {
        for a in attributions {
            if let Scope::Thread { place, thread } = &a.scope {
                self.threads.entry(place.clone()).or_default().add(thread, &a.customer);
            }
        }
    }

    /// Whom anything of a place belongs to.
    pub(crate) fn customers_of(&self, place: &str) -> BTreeSet<CustomerId> {
        let mut out: BTreeSet<_> = self.owners.get(place).into_iter().flatten().cloned().collect();
        out.extend(self.threads.get(place).into_iter().flat_map(|t| t.customers().cloned()));
        out
    }

    /// Whether anything of a place belongs to a customer.
    pub(crate) fn belongs(&self, place: &str, customer: &CustomerId) -> bool {
        self.owners.get(place).is_some_and(|owners| owners.contains(customer))
            || self.threads.get(place).is_some_and(|threads| threads.customers.contains_key(customer))
    }

    /// Whether anything of a place belongs to anybody.
    pub(crate) fn is_owned(&self, place: &str) -> bool {
        self.owners.get(place).is_some_and(|owners| !owners.is_empty()) || self.threads.get(place).is_some_and(|t| !t.customers.is_empty())
    }

    /// The name to show for a reference, without `@` or `#`.
    pub(crate) fn label(&self, kind: RefKind, key: &str) -> Option<&str> {
        match kind {
            RefKind::Person => self.people.get(key).filter(|p| !p.unknown).map(|p| p.name.as_str()),
            RefKind::Place => self.places.get(key).map(|p| p.name.as_str()),
        }
    }

    /// The side of an author towards a customer.
    pub(crate) fn side(
        &self,
        domains: &[String],
        place: Option<&Place>,
        author: Option<&str>,
        bot: bool,
        profile: Option<&Profile>,
    ) -> Side {
        if bot {
            return Side::Bot;
        }
        let Some(person) = author.and_then(|a| self.people.get(a)) else { return Side::Other };
        let teams: Vec<String> = self.teams.iter().cloned().collect();
        self.persons.side(&OwnSide { domains, teams: &teams }, person, profile, place.is_some_and(|p| p.shared))
    }
}
