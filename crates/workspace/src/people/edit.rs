use std::collections::BTreeSet;

use sales_model::{Apart, Identity, Same, Told};
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, RawString, Table, Value, value};

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
        let mut changed = false;
        for edit in edits {
            changed |= apply(&mut doc, edit);
        }
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
            let known = tables(doc, "apart")
                .into_iter()
                .flatten()
                .any(|t| named(t.get("who")).contains(&apart.who) && apart.from.iter().all(|from| named(t.get("from")).contains(from)));
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
        // In one place of the list after the other: removing moves those behind. What stands above an entry that goes stays, above the next one.
        let (mut at, mut above) = (0, String::new());
        while let Some(table) = list.get_mut(at) {
            let comment = prefix(table.decor().prefix());
            if keep(table) {
                if !above.is_empty() {
                    table.decor_mut().set_prefix(format!("{}{comment}", std::mem::take(&mut above)));
                }
                at += 1;
            } else {
                above.extend(Some(comment).filter(|c| c.contains('#')));
                list.remove(at);
            }
        }
        if list.is_empty() {
            doc.remove(key);
        }
        if !above.is_empty() {
            let below = prefix(Some(doc.trailing()));
            doc.set_trailing(format!("{above}{below}"));
        }
    }
    before != doc.to_string()
}

fn prefix(text: Option<&RawString>) -> String {
    text.and_then(RawString::as_str).unwrap_or_default().to_owned()
}

fn tables<'a>(doc: &'a DocumentMut, key: &str) -> Option<&'a ArrayOfTables> {
    doc.get(key).and_then(Item::as_array_of_tables)
}

/// Leaves of a list the elements for which that holds; gives how many are left.
pub(super) fn thin(table: &mut Table, key: &str, keep: impl Fn(&Identity) -> bool) -> usize {
    let Some(list) = table.get_mut(key).and_then(Item::as_array_mut) else { return 0 };
    list.retain(|value| value.as_str().and_then(|text| text.parse().ok()).is_none_or(|identity| keep(&identity)));
    // Behind the bracket stands no space that stood behind a comma.
    if let Some(first) = list.get_mut(0).filter(|first| first.decor().prefix().and_then(RawString::as_str) == Some(" ")) {
        first.decor_mut().set_prefix("");
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RealDisk;

    fn id(text: &str) -> Identity {
        text.parse().unwrap()
    }

    fn told(reason: &str) -> Told {
        Told { reason: reason.into(), by: Some("jo".into()), at: Some("2026-03-15T09:00:00Z".into()) }
    }

    /// What the file holds after edits, one after the other.
    fn edited(before: Option<&'static str>, edits: &[LinkEdit]) -> Option<String> {
        let dir = tempfile::tempdir().unwrap();
        let workspace = Workspace::at(dir.path());
        let disk = RealDisk::within(dir.path());
        let path = workspace.people_path();
        disk.create_dir_all(path.parent().unwrap(), crate::Access::Shared).unwrap();
        if let Some(text) = before {
            disk.write_all(&[(path, text.as_bytes().into())]).unwrap();
        }
        let plan = workspace.plan_links(&disk, "person merge", edits).unwrap();
        plan.files.into_iter().next().and_then(|file| if let FileChange::People { after, .. } = file { after } else { None })
    }

    #[test]
    fn entries_are_added_and_comments_stay() {
        let same = LinkEdit::Same(Same { who: vec![id("jo@a.example"), id("slack:U1")], told: told("she told \"me\"") }, Vec::new());
        let entry =
            "[[same]]\nwho = [\"jo@a.example\", \"slack:U1\"]\nreason = 'she told \"me\"'\nby = \"jo\"\nat = \"2026-03-15T09:00:00Z\"\n";
        assert_eq!(edited(None, std::slice::from_ref(&same)), Some(format!("{HEAD}{entry}")));
        let mine = "# mine\n[[same]] # by hand\nwho = [\"a@b.example\", \"slack:U2\"]\n";
        assert_eq!(edited(Some(mine), std::slice::from_ref(&same)), Some(format!("{mine}\n{entry}")));
        assert_eq!(edited(Some("[[same]]\nwho = [\"slack:U1\", \"jo@a.example\", \"slack:U3\"]\n"), &[same]), None, "it says so already");
    }

    #[test]
    fn the_later_word_takes_out_what_contradicts_it() {
        let text = "# who is whom\n[[same]]\nwho = [\"slack:U1\", \"jo@a.example\"]\n\n\
            [[same]]\nwho = [\"slack:U1\", \"jo@b.example\", \"slack:U2\"]\nreason = \"\"\n";
        let apart = Apart { who: id("slack:U1"), from: vec![id("jo@a.example"), id("slack:U2")], told: Told::default() };
        let expected = "# who is whom\n\n[[same]]\nwho = [\"jo@b.example\", \"slack:U2\"]\nreason = \"\"\n\n\
            [[apart]]\nwho = \"slack:U1\"\nfrom = [\"jo@a.example\", \"slack:U2\"]\nreason = \"\"\n";
        assert_eq!(edited(Some(text), &[LinkEdit::Apart(apart)]).as_deref(), Some(expected));

        let text = "[[apart]]\nwho = \"slack:U1\"\nfrom = [\"jo@a.example\", \"x@y.example\"]\n\n[[apart]]\nwho = \"jo@a.example\"\nfrom = [\"slack:U1\"]\n";
        let groups = vec![[id("slack:U1")].into(), [id("jo@a.example"), id("jo@c.example")].into()];
        let same = Same { who: vec![id("jo@c.example"), id("slack:U1")], told: Told::default() };
        let expected =
            "[[apart]]\nwho = \"slack:U1\"\nfrom = [\"x@y.example\"]\n\n[[same]]\nwho = [\"jo@c.example\", \"slack:U1\"]\nreason = \"\"\n";
        assert_eq!(edited(Some(text), &[LinkEdit::Same(same, groups)]).as_deref(), Some(expected));
    }

    #[test]
    fn a_file_that_nobody_can_read_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let workspace = Workspace::at(dir.path());
        let disk = RealDisk::within(dir.path());
        disk.create_dir_all(&dir.path().join("customers"), crate::Access::Shared).unwrap();
        disk.write_all(&[(workspace.people_path(), b"[[same]]\nwho = []\n"[..].into())]).unwrap();
        let same = Same { who: vec![id("jo@a.example"), id("slack:U1")], told: Told::default() };
        let refused = workspace.plan_links(&disk, "person merge", &[LinkEdit::Same(same, Vec::new())]).unwrap_err();
        assert!(matches!(refused, ChangeError::File(ref e) if e.line == Some(2)), "{refused:?}");
    }
}
