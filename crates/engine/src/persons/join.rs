//! Which identities are one person; a pure function.
//!
//! Evidence: an account bears an address that others bear, too; two addresses lead to one mailbox. What the user says is one is one; what the user
//! says is apart stays apart, whatever the evidence. Names play no part: this does not even see them.
//!
//! An address that several people share makes nobody one: a job's or a list's (`info@`, `support-eu@`), and one that two accounts of the same team
//! bear. Each such address stands alone, unless the user says whose it is.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sales_model::{Identity, Links, Told};
use serde::Serialize;

use super::address::{is_role, mailbox};

/// An identity with what is evidence of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Face {
    /// It.
    pub id: Identity,
    /// The address that its source says is theirs, in lower case.
    pub address: Option<String>,
    /// The team in which nobody else has the same address: two accounts with one are two people with a shared mailbox.
    pub realm: Option<String>,
}

/// Why two identities are one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Why {
    /// The account's source says that this is its address.
    Address {
        /// The address.
        address: String,
    },
    /// Both addresses lead to one mailbox.
    Mailbox {
        /// The mailbox.
        mailbox: String,
    },
    /// The user says so.
    Told(Told),
}

/// Two identities that are one, and why. All joins of a person together lead from each identity to each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Join {
    /// One.
    pub a: Identity,
    /// The other.
    pub b: Identity,
    /// Why.
    #[serde(flatten)]
    pub why: Why,
}

/// A person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Joined {
    /// What they are known by; at least one.
    pub identities: BTreeSet<Identity>,
    /// Why these are one.
    pub joins: Vec<Join>,
    /// It is an address that several people share.
    pub shared: bool,
}

/// Joins identities to persons, sorted by their first identities. The order of what is given plays no part.
pub fn join(faces: &[Face], links: &Links) -> Vec<Joined> {
    let faces: BTreeSet<&Face> = faces.iter().collect();
    let mut graph = Graph::default();
    faces.iter().for_each(|face| graph.add(&face.id, face.address.as_deref()));
    links.same.iter().flat_map(|same| &same.who).for_each(|id| graph.add(id, None));
    for apart in &links.apart {
        apart.from.iter().for_each(|from| graph.part(&apart.who, from));
    }
    // The user's word first, so that no evidence is in its way.
    let same: BTreeSet<_> = links.same.iter().map(|same| (same.who.iter().collect::<BTreeSet<_>>(), &same.told)).collect();
    for (who, told) in same {
        let mut who = who.into_iter();
        let Some(first) = who.next() else { continue };
        who.for_each(|other| graph.unite(first, other, &Why::Told(told.clone())));
    }
    let shared = shared(&faces, &graph);
    for group in groups(&faces, &graph, &shared) {
        group.unite(&mut graph);
    }
    graph.persons(&shared)
}

/// Addresses that several people share.
fn shared(faces: &BTreeSet<&Face>, graph: &Graph) -> BTreeSet<String> {
    let mut bearers: BTreeMap<(&str, &str), BTreeSet<&Identity>> = BTreeMap::new();
    for face in faces {
        if let (Some(address), Some(realm)) = (&face.address, &face.realm) {
            bearers.entry((address, realm)).or_default().insert(&face.id);
        }
    }
    let twice = bearers.into_iter().filter(|(_, who)| who.len() > 1).map(|((address, _), _)| address.to_owned());
    twice.chain(graph.nodes.iter().filter_map(Identity::address).filter(|a| is_role(a)).map(str::to_owned)).collect()
}

/// Identities that evidence makes one.
struct Group {
    first: Identity,
    others: Vec<Identity>,
    why: Why,
}

impl Group {
    /// All with the first one. Where somebody is to stay apart from the first, the others are one all the same.
    fn unite(&self, graph: &mut Graph) {
        self.others.iter().for_each(|other| graph.unite(&self.first, other, &self.why));
        let all: Vec<&Identity> = std::iter::once(&self.first).chain(&self.others).collect();
        if all.iter().any(|id| graph.is_parted(id)) {
            for (n, one) in all.iter().enumerate() {
                all.iter().skip(n + 1).for_each(|other| graph.unite(one, other, &self.why));
            }
        }
    }
}

/// By address, then by mailbox.
fn groups(faces: &BTreeSet<&Face>, graph: &Graph, shared: &BTreeSet<String>) -> Vec<Group> {
    let mut bearers: BTreeMap<&str, Vec<Identity>> = BTreeMap::new();
    for face in faces {
        if let Some(address) = face.address.as_deref().filter(|address| !shared.contains(*address)) {
            bearers.entry(address).or_default().push(face.id.clone());
        }
    }
    let by_address = bearers.into_iter().map(|(address, mut others)| {
        others.dedup();
        let why = Why::Address { address: address.to_owned() };
        Group { first: Identity::of_address(address), others, why }
    });
    let mut mailboxes: BTreeMap<String, Vec<Identity>> = BTreeMap::new();
    for id in graph.nodes.iter().filter(|id| id.address().is_some_and(|a| !shared.contains(a))) {
        mailboxes.entry(mailbox(id.as_str()).into_owned()).or_default().push(id.clone());
    }
    let by_mailbox = mailboxes.into_iter().filter(|(mailbox, ids)| ids.len() > 1 && !is_role(mailbox)).map(|(mailbox, mut others)| {
        others.sort();
        let first = others.remove(0);
        Group { first, others, why: Why::Mailbox { mailbox } }
    });
    by_address.chain(by_mailbox).collect()
}

/// Identities and which of them are one so far.
#[derive(Default)]
struct Graph {
    nodes: Vec<Identity>,
    index: HashMap<Identity, usize>,
    /// Of each node the next one on the way to its person's first.
    up: Vec<usize>,
    /// Of a person's first node: all nodes.
    members: Vec<Vec<usize>>,
    /// Of each node: those that it is to stay apart from.
    apart: Vec<Vec<usize>>,
    joins: Vec<(usize, Join)>,
}

impl Graph {
    fn add(&mut self, id: &Identity, address: Option<&str>) {
        self.node(id);
        if let Some(address) = address {
            self.node(&Identity::of_address(address));
        }
    }

    fn node(&mut self, id: &Identity) -> usize {
        if let Some(known) = self.index.get(id) {
            return *known;
        }
        let n = self.nodes.len();
        self.nodes.push(id.clone());
        self.index.insert(id.clone(), n);
        self.up.push(n);
        self.members.push(vec![n]);
        self.apart.push(Vec::new());
        n
    }

    /// These are to stay apart; says nothing of somebody nobody knows.
    fn part(&mut self, a: &Identity, b: &Identity) {
        let (Some(a), Some(b)) = (self.index.get(a).copied(), self.index.get(b).copied()) else { return };
        if a != b {
            self.apart.get_mut(a).into_iter().for_each(|list| list.push(b));
            self.apart.get_mut(b).into_iter().for_each(|list| list.push(a));
        }
    }

    fn is_parted(&self, id: &Identity) -> bool {
        self.index.get(id).and_then(|n| self.apart.get(*n)).is_some_and(|list| !list.is_empty())
    }

    fn root(&mut self, node: usize) -> usize {
        let mut at = node;
        while let Some(up) = self.up.get(at).copied().filter(|up| *up != at) {
            let next = self.up.get(up).copied().unwrap_or(up);
            if let Some(slot) = self.up.get_mut(at) {
                *slot = next;
            }
            at = next;
        }
        at
    }

    /// Makes two one, unless somebody of the one is to stay apart from somebody of the other.
    fn unite(&mut self, a: &Identity, b: &Identity, why: &Why) {
        let (Some(node), Some(other)) = (self.index.get(a).copied(), self.index.get(b).copied()) else { return };
        let (mut big, mut small) = (self.root(node), self.root(other));
        let size = |graph: &Graph, root: usize| graph.members.get(root).map_or(0, Vec::len);
        if size(self, big) < size(self, small) {
            (big, small) = (small, big);
        }
        if big == small {
            return;
        }
        let moved = self.members.get(small).cloned().unwrap_or_default();
        let kept_off: Vec<usize> = moved.iter().filter_map(|n| self.apart.get(*n)).flatten().copied().collect();
        if kept_off.into_iter().any(|n| self.root(n) == big) {
            return;
        }
        if let Some(slot) = self.up.get_mut(small) {
            *slot = big;
        }
        self.members.get_mut(small).into_iter().for_each(Vec::clear);
        self.members.get_mut(big).into_iter().for_each(|list| list.extend(&moved));
        self.joins.push((node, Join { a: a.clone(), b: b.clone(), why: why.clone() }));
    }

    fn persons(mut self, shared: &BTreeSet<String>) -> Vec<Joined> {
        let mut persons: BTreeMap<usize, Joined> = BTreeMap::new();
        for (n, id) in self.nodes.clone().into_iter().enumerate() {
            persons.entry(self.root(n)).or_default().identities.insert(id);
        }
        for (node, join) in std::mem::take(&mut self.joins) {
            let root = self.root(node);
            persons.entry(root).or_default().joins.push(join);
        }
        let mut persons: Vec<Joined> = persons.into_values().collect();
        for person in &mut persons {
            person.joins.sort_by(|x, y| (&x.a, &x.b).cmp(&(&y.a, &y.b)));
            let mut ids = person.identities.iter();
            person.shared = ids.next().and_then(Identity::address).is_some_and(|a| shared.contains(a)) && ids.next().is_none();
        }
        persons.sort_by(|x, y| x.identities.first().cmp(&y.identities.first()));
        persons
    }
}

#[cfg(test)]
#[path = "join_tests.rs"]
mod tests;
