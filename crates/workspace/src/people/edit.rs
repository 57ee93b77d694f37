use std::collections::BTreeSet;

use sales_model::{Apart, Identity, Same, Told};
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, Value, value};

use super::parse_links;
use crate::{
    ChangeError, Disk, FileChange, Plan, Workspace,
    error::quoted,
    toml_text::{self, BOM},
};

/// What stands above the first entry.
const HEAD: &str = "# Who is whom, where addresses and ids do not tell. Written by `sales person merge` and `sales person split`; edit it as you like.\n\n";

/// One change of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkEdit {
    /// These are one. What keeps people of different groups apart is taken out: the later word counts.
    Same(Same, Vec<BTreeSet<Identity>>),
    /// One is not the others. It is taken out of what makes it one with any of them.
    Apart(Apart),
}

impl Workspace {
    /// What a change of who is whom does to the file; nothing where it says so already.
    ///
    /// # Errors
    /// The file as it is can't be read.
    pub fn plan_links(&self, disk: &dyn Disk, command: &str, edits: &[LinkEdit]) -> Result<Plan, ChangeError> {
        let path = self.people_path();
        let before = toml_text::read_whole(disk, &path)?;
        let bare = before.as_deref().map(|text| text.strip_prefix(BOM).unwrap_or(text)).unwrap_or_default();
        parse_links(&path, bare)?;
        let mut doc: DocumentMut =
            bare.parse().map_err(|e: toml_edit::TomlError| toml_text::error(&path, bare, e.message(), e.span().map(|s| s.start)))?;
        let changed = edits.iter().fold(false, |changed, edit| apply(&mut doc, edit) || changed);
        let mut plan = Plan { command: command.to_owned(), ..Plan::default() };
        if changed {
            let mut text = doc.to_string();
            if before.is_none() {
                text.insert_str(0, HEAD);
            }
            // What could not be read again would be lost with the next command.
            parse_links(&path, &text).map_err(|e| ChangeError::Refused {
                reason: format!("{} would not be readable any more: {}", quoted(&path), e.reason),
                next: e.next,
            })?;
            plan.files.push(FileChange::People { before, after: Some(text) });
        }
        Ok(plan)
    }
}

fn apply(doc: &mut DocumentMut, edit: &LinkEdit) -> bool {
    match edit {
        LinkEdit::Same(same, groups) => {
            let parted = retain(doc, "apart", |table| {
                let Some(who) = named(table.get("who")).into_iter().next() else { return true };
                let others: BTreeSet<&Identity> = groups.iter().filter(|g| !g.contains(&who)).flatten().collect();
                if others.len() == groups.iter().map(BTreeSet::len).sum::<usize>() {
                    return true;
                }
                thin(table, "from", |from| !others.contains(from)) > 0
            });
            let known = tables(doc, "same").into_iter().flatten().any(|t| same.who.iter().all(|who| named(t.get("who")).contains(who)));
            if known {
                return parted;
            }
            let mut table = Table::new();
            table.insert("who", value(list(&same.who)));
            add(doc, "same", table, &same.told);
            true
        }
        LinkEdit::Apart(apart) => {
            let freed = retain(doc, "same", |table| {
                let who = named(table.get("who"));
                if !who.contains(&apart.who) || !who.iter().any(|w| apart.from.contains(w)) {
                    return true;
                }
                thin(table, "who", |w| *w != apart.who) > 1
            });
            let known = tables(doc, "apart").into_iter().flatten().any(|t| {
                named(t.get("who")).contains(&apart.who) && apart.from.iter().all(|from| named(t.get("from")).contains(from))
            });
            if known {
                return freed;
            }
            let mut table = Table::new();
            table.insert("who", value(apart.who.as_str()));
            table.insert("from", value(list(&apart.from)));
            add(doc, "apart", table, &apart.told);
            true
        }
    }
}

/// Keeps the tables of a list for which that holds; it may change them. True if anything is other than it was.
pub(super) fn retain(doc: &mut DocumentMut, key: &str, mut keep: impl FnMut(&mut Table) -> bool) -> bool {
    let before = doc.to_string();
    if let Some(list) = doc.get_mut(key).and_then(Item::as_array_of_tables_mut) {
        // In one place of the list after the other: removing moves those behind.
        let mut at = 0;
        while let Some(table) = list.get_mut(at) {
            if keep(table) {
                at += 1;
            } else {
                list.remove(at);
            }
        }
        if list.is_empty() {
            doc.remove(key);
        }
    }
    before != doc.to_string()
}

fn tables<'a>(doc: &'a DocumentMut, key: &str) -> Option<&'a ArrayOfTables> {
    doc.get(key).and_then(Item::as_array_of_tables)
}

/// Leaves of a list the elements for which that holds; gives how many are left.
pub(super) fn thin(table: &mut Table, key: &str, keep: impl Fn(&Identity) -> bool) -> usize {
    let Some(list) = table.get_mut(key).and_then(Item::as_array_mut) else { return 0 };
    list.retain(|value| value.as_str().and_then(|text| text.parse().ok()).is_none_or(|identity| keep(&identity)));
    list.len()
}

/// Whom a value names: one, or a list.
pub(super) fn named(item: Option<&Item>) -> Vec<Identity> {
    let parse = |value: &Value| value.as_str().and_then(|text| text.parse().ok());
    match item {
        Some(Item::Value(Value::Array(list))) => list.iter().filter_map(parse).collect(),
        Some(Item::Value(value)) => parse(value).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn list(who: &[Identity]) -> Array {
    who.iter().map(Identity::as_str).collect()
}

fn add(doc: &mut DocumentMut, key: &str, mut table: Table, told: &Told) {
    table.insert("reason", value(told.reason.as_str()));
    for (key, text) in [("by", &told.by), ("at", &told.at)] {
        if let Some(text) = text {
            table.insert(key, value(text.as_str()));
        }
    }
    // Apart from what stands before it, but not at the head of a file.
    if !doc.is_empty() {
        table.decor_mut().set_prefix("\n");
    }
    match doc.get_mut(key).and_then(Item::as_array_of_tables_mut) {
        Some(list) => list.push(table),
        None => {
            let mut list = ArrayOfTables::new();
            list.push(table);
            // A table where a list should be is not read at all.
            doc.insert(key, Item::ArrayOfTables(list));
        }
    }
}
