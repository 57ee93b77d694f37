use std::collections::{BTreeMap, BTreeSet};

use sales_model::{CustomerId, Profile, Settings};

use super::{
    encoding::decode,
    row::{Row, rows},
};
use crate::{
    Customers, Disk, Edit, FileChange, NewCustomer, Plan, Workspace,
    customer::{add::profile_template, change::ChangeError, edit::with_edits, resolve::folded},
    error::harmless,
    id_from_name,
};

/// Something to tell of a line of a table.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Told {
    /// The line, counted from 1.
    pub line: usize,
    /// What.
    pub what: String,
}

impl Told {
    pub(super) fn new(line: usize, what: impl Into<String>) -> Self {
        Told { line, what: harmless(&what.into()) }
    }
}

/// What a table does to one customer.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Taken {
    /// Who.
    pub id: CustomerId,
    /// The name in the table.
    pub name: String,
    /// Lines that tell of it.
    pub lines: Vec<usize>,
    /// It was not there before.
    pub new: bool,
    /// Keys of the profile that get something: `domains`, `owner`.
    pub keys: Vec<String>,
}

/// A table as a change of profiles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TablePlan {
    /// What to do.
    pub plan: Plan,
    /// Whom it concerns, in the order of the table; those that it tells nothing new of have no keys.
    pub customers: Vec<Taken>,
    /// Lines and values that could not be taken; their neighbours are.
    pub problems: Vec<Told>,
    /// Values that make no sense for a customer, left out.
    pub warnings: Vec<Told>,
    /// Headers that nobody reads.
    pub ignored: Vec<String>,
}

/// A customer on its way in: what is known, with what the table adds.
struct Draft {
    id: CustomerId,
    name: String,
    /// `None`: it is new.
    known: Option<Profile>,
    lines: Vec<usize>,
    edits: Vec<Edit>,
    /// Keys that have a value by now.
    set: BTreeSet<&'static str>,
}

impl Workspace {
    /// Takes customers out of a table. Those that are there already, by id, CRM account, name, alias or domain, are completed: lists grow,
    /// and what the user wrote stays. Lines of the same customer become one.
    ///
    /// # Errors
    /// No column tells names; profiles can't be listed.
    pub fn plan_table(&self, disk: &dyn Disk, settings: &Settings, command: &str, bytes: &[u8]) -> Result<TablePlan, ChangeError> {
        let Some(rows) = rows(&decode(bytes), settings) else {
            return Err(ChangeError::Refused {
                reason: "no column of the table tells the customers' names".to_owned(),
                next: "Give the table a first line with a header such as: name,domain,owner".to_owned(),
            });
        };
        let customers = self.customers(disk)?;
        let mut out = TablePlan { problems: rows.problems, warnings: rows.warnings, ignored: rows.ignored, ..TablePlan::default() };
        let mut index = Index::of(&customers);
        let mut drafts: Vec<Draft> = Vec::new();
        for row in rows.rows {
            let placed = index.find(&row).and_then(|found| index.draft(&row, found, &customers, &mut drafts));
            match placed {
                Ok(at) => {
                    if let Some(draft) = drafts.get_mut(at) {
                        draft.take(&row);
                        index.learn(&row, &draft.id);
                    }
                }
                Err(why) => out.problems.push(Told::new(row.line, why)),
            }
        }
        out.plan.command = command.to_owned();
        for draft in drafts {
            match self.write_draft(disk, &draft) {
                Ok(file) => {
                    let changed = file.is_some();
                    out.plan.files.extend(file);
                    let keys = draft.edits.iter().filter_map(|e| match e {
                        Edit::Set { key, .. } | Edit::Add { key, .. } => Some(key.clone()),
                        _ => None,
                    });
                    let mut keys: Vec<String> = keys.filter(|_| changed).collect();
                    keys.sort();
                    keys.dedup();
                    out.customers.push(Taken { id: draft.id, name: draft.name, lines: draft.lines, new: draft.known.is_none(), keys });
                }
                Err(e) => out.problems.push(Told::new(draft.lines.first().copied().unwrap_or_default(), e.to_string())),
            }
        }
        out.problems.sort_by_key(|p| p.line);
        Ok(out)
    }

    fn write_draft(&self, disk: &dyn Disk, draft: &Draft) -> Result<Option<FileChange>, ChangeError> {
        let (before, after) = if draft.known.is_some() {
            let (before, after, _) = self.edited(disk, &draft.id, &draft.edits)?;
            (Some(before), after)
        } else {
            let new = NewCustomer { name: draft.name.clone(), ..NewCustomer::default() };
            (None, with_edits(&self.profile_path(&draft.id), &profile_template(&new), &draft.edits)?.0)
        };
        let changed = before.as_ref() != Some(&after);
        Ok(changed.then(|| FileChange::Profile { customer: draft.id.clone(), before, after: Some(after), mode: None }))
    }
}

/// Who is known by what.
#[derive(Default)]
struct Index {
    names: BTreeMap<String, BTreeSet<CustomerId>>,
    accounts: BTreeMap<String, BTreeSet<CustomerId>>,
    domains: BTreeMap<String, BTreeSet<CustomerId>>,
}

impl Index {
    fn of(customers: &Customers) -> Self {
        let mut index = Index::default();
        for (id, profile) in customers {
            index.name(id.as_str(), id);
            let Ok(profile) = profile else { continue };
            std::iter::once(&profile.name).chain(&profile.aliases).for_each(|name| index.name(name, id));
            profile.gong.crm_account_ids.iter().for_each(|a| _ = index.accounts.entry(a.clone()).or_default().insert(id.clone()));
            profile.domains.iter().for_each(|d| _ = index.domains.entry(d.clone()).or_default().insert(id.clone()));
        }
        index
    }

    fn name(&mut self, name: &str, id: &CustomerId) {
        self.names.entry(folded(name)).or_default().insert(id.clone());
    }

    fn learn(&mut self, row: &Row, id: &CustomerId) {
        self.name(&row.name, id);
        self.name(id.as_str(), id);
        for (key, value) in &row.elements {
            match *key {
                "aliases" => self.name(value, id),
                "gong.crm_account_ids" => _ = self.accounts.entry(value.clone()).or_default().insert(id.clone()),
                "domains" => _ = self.domains.entry(value.clone()).or_default().insert(id.clone()),
                _ => {}
            }
        }
    }

    /// The customer that a line is about, if it is known. What is surest speaks first, and a name never goes against it.
    fn find(&self, row: &Row) -> Result<Option<CustomerId>, String> {
        let of = |key: &str| row.elements.iter().filter(move |(k, _)| *k == key).map(|(_, v)| v.clone()).collect::<Vec<_>>();
        let by = |map: &BTreeMap<String, BTreeSet<CustomerId>>, keys: Vec<String>| -> BTreeSet<CustomerId> {
            keys.iter().filter_map(|k| map.get(k)).flatten().cloned().collect()
        };
        let names = std::iter::once(&row.name).chain(&row.id).map(|n| folded(n)).collect();
        let kinds = [
            ("CRM account", by(&self.accounts, of("gong.crm_account_ids"))),
            ("name", by(&self.names, names)),
            ("alias", by(&self.names, of("aliases").iter().map(|a| folded(a)).collect())),
            ("domain", by(&self.domains, of("domains"))),
        ];
        let mut found: Option<(&str, CustomerId)> = None;
        for (kind, ids) in kinds {
            let joined = || ids.iter().map(CustomerId::as_str).collect::<Vec<_>>().join(" and ");
            match (&found, ids.len()) {
                (_, 0) => {}
                (Some((_, known)), _) if ids.contains(known) => {}
                // Companies of one group share domains.
                (Some(_), _) if kind == "domain" => {}
                (Some((first, known)), _) => return Err(format!("its {first} is that of {known}, its {kind} that of {}", joined())),
                (None, 1) => found = ids.first().map(|id| (kind, id.clone())),
                (None, _) => return Err(format!("its {kind} is that of {}", joined())),
            }
        }
        Ok(found.map(|(_, id)| id))
    }

    /// The draft that a line goes into, made if there is none yet.
    fn draft(&self, row: &Row, found: Option<CustomerId>, customers: &Customers, drafts: &mut Vec<Draft>) -> Result<usize, String> {
        let id = match (found, &row.id) {
            (Some(id), _) => id,
            (None, Some(id)) => id.parse().map_err(|e: sales_model::IdError| e.to_string())?,
            (None, None) => id_from_name(&row.name),
        };
        if let Some(at) = drafts.iter().position(|d| d.id == id) {
            return Ok(at);
        }
        let known = match customers.iter().find(|(known, _)| *known == id) {
            Some((_, Ok(profile))) => Some(profile.clone()),
            Some((_, Err(e))) => return Err(format!("the profile of {id} can't be read: {}", e.reason)),
            None => None,
        };
        drafts.push(Draft { id, name: row.name.clone(), known, lines: Vec::new(), edits: Vec::new(), set: BTreeSet::new() });
        Ok(drafts.len() - 1)
    }
}

impl Draft {
    fn take(&mut self, row: &Row) {
        self.lines.push(row.line);
        let known = self.known.as_ref();
        let list = |key: &str| -> &[String] {
            known.map_or(&[], |p| match key {
                "aliases" => &p.aliases,
                "domains" => &p.domains,
                "slack.channels" => &p.slack.channels,
                _ => &p.gong.crm_account_ids,
            })
        };
        let has = |key: &str| {
            known.is_some_and(|p| match key {
                "owner" => p.owner.is_some(),
                "stage" => p.stage.is_some(),
                // One makes no sense with the other of somebody else.
                "amount" | "currency" => p.amount.is_some() || (key == "currency" && p.currency.is_some()),
                "close_date" => p.close_date.is_some(),
                _ => p.next_step.is_some(),
            })
        };
        let called: Vec<String> =
            known.map_or_else(|| vec![folded(&self.name)], |p| std::iter::once(&p.name).chain(&p.aliases).map(|n| folded(n)).collect());
        let mut edits = Vec::new();
        let other_name = Some(("aliases", row.name.clone()));
        for (key, value) in other_name.iter().chain(&row.elements) {
            let there = list(key).contains(value) || (*key == "aliases" && called.contains(&folded(value)));
            if !there {
                edits.push(Edit::Add { key: (*key).to_owned(), value: value.clone() });
            }
        }
        for (key, value) in &row.values {
            if !has(key) && self.set.insert(key) {
                edits.push(Edit::Set { key: (*key).to_owned(), value: value.clone() });
            }
        }
        edits.retain(|e| !self.edits.contains(e));
        self.edits.extend(edits);
    }
}
