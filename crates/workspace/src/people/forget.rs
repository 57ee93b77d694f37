use std::{borrow::Cow, path::Path};

use sales_model::Identity;
use toml_edit::{DocumentMut, Item, Table, value};

use super::edit::{named, retain, thin};
use crate::{Disk, DiskError, FileError, Workspace, toml_text};

/// Whom it is about.
pub struct Gone<'a> {
    /// Whether an identity is theirs.
    pub is: &'a dyn Fn(&Identity) -> bool,
    /// Whether a text names them.
    pub tells: &'a dyn Fn(&str) -> bool,
}

impl Workspace {
    /// Takes everything out of the file, and out of its last readable version, that names somebody who is to be forgotten: entries of theirs
    /// whole, and what reasons of others and comments say of them. A file that nobody can read is left to the user.
    ///
    /// # Errors
    /// A file can't be read or written.
    pub fn forget_links(&self, disk: &dyn Disk, gone: &Gone<'_>) -> Result<(), ForgetLinks> {
        for path in [self.people_path(), self.last_people_path()] {
            let Some(text) = toml_text::read_whole(disk, &path)? else { continue };
            match without(&text, gone) {
                Some(new) if new == text => {}
                Some(new) if new.trim().is_empty() => disk.remove(std::slice::from_ref(&path))?,
                Some(new) => disk.write_all(&[(path, Cow::Owned(new.into_bytes()))])?,
                // The copy is ours; it is made again from what can be read.
                None if path == self.last_people_path() && (gone.tells)(&text) => disk.remove(std::slice::from_ref(&path))?,
                None => {}
            }
        }
        Ok(())
    }

    /// Whether a file of the user still names somebody: what can't be read as it should is not changed.
    ///
    /// # Errors
    /// The file can't be read.
    pub fn links_tell(&self, disk: &dyn Disk, tells: &dyn Fn(&str) -> bool) -> Result<bool, FileError> {
        Ok(toml_text::read_whole(disk, &self.people_path())?.is_some_and(|text| tells(&text)))
    }
}

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum ForgetLinks {
    /// The file can't be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// It can't be written.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

/// The text without them; `None` if it can't be read.
fn without(text: &str, gone: &Gone<'_>) -> Option<String> {
    super::parse_links(Path::new("people.toml"), text.trim_start_matches(toml_text::BOM)).ok()?;
    let mut doc: DocumentMut = text.trim_start_matches(toml_text::BOM).parse().ok()?;
    for key in ["same", "apart"] {
        retain(&mut doc, key, |table| entry(key, table, gone));
    }
    let kept = doc.to_string();
    Some(kept.split_inclusive('\n').map(|line| uncommented(line, gone)).collect())
}

/// A line without a comment that tells of them.
fn uncommented(line: &str, gone: &Gone<'_>) -> String {
    match line.rsplit_once('#') {
        // A `#` in a text has the text's end behind it.
        Some((before, comment)) if (gone.tells)(line) && !comment.contains(['"', '\'']) => {
            let before = before.trim_end();
            if before.is_empty() { String::new() } else { format!("{before}\n") }
        }
        _ if line.trim_start().starts_with('#') && (gone.tells)(line) => String::new(),
        _ => line.to_owned(),
    }
}

/// Whether an entry stays, without them.
fn entry(list: &str, table: &mut Table, gone: &Gone<'_>) -> bool {
    let (one, many, least) = if list == "same" { ("", "who", 2) } else { ("who", "from", 1) };
    let had = named(table.get(many)).len();
    let left = thin(table, many, |identity| !(gone.is)(identity));
    if left < least || named(table.get(one)).iter().any(gone.is) {
        return false;
    }
    for key in ["reason", "by"] {
        let theirs = key == "reason" && left < had;
        if table.get(key).and_then(Item::as_str).is_some_and(|text| theirs || (gone.tells)(text)) {
            table.insert(key, value("[removed]"));
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_somebody_stays_and_all_of_others_does() {
        let text = "# who is whom\n# Kim is Kim\n[[same]]\nwho = [\"kim@a.example\", \"slack:U1\"]\nreason = \"she said so\"\n\n\
            [[same]] # three\nwho = [\"kim@a.example\", \"jo@a.example\", \"slack:U2\"]\nreason = \"one desk\"\n\n# kept\n\
            [[same]]\nwho = [\"jo@b.example\", \"slack:U3\"]\nreason = \"told by Kim\"\nby = \"jo\" # and not Kim\n\n\
            [[apart]]\nwho = \"jo@a.example\"\nfrom = [\"kim@a.example\"]\nreason = \"\"\n";
        let is = |identity: &Identity| identity.as_str() == "kim@a.example";
        let tells = |text: &str| text.to_lowercase().contains("kim");
        let expected = "# who is whom\n\n[[same]] # three\nwho = [\"jo@a.example\", \"slack:U2\"]\nreason = \"[removed]\"\n\n# kept\n\
            [[same]]\nwho = [\"jo@b.example\", \"slack:U3\"]\nreason = \"[removed]\"\nby = \"jo\"\n";
        assert_eq!(without(text, &Gone { is: &is, tells: &tells }).as_deref(), Some(expected));
        assert_eq!(without("[[same]]\nwho = 1", &Gone { is: &is, tells: &tells }), None);
    }
}
