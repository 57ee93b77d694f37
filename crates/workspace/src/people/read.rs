use std::path::{Path, PathBuf};

use sales_model::{Identity, Links};
use toml_edit::{Document, Item, TableLike};

use crate::{Disk, FileError, Workspace, error::quoted, toml_text};

/// Keys of the file: (list, keys of its tables).
const KEYS: [(&str, &[&str]); 2] = [("same", &["who", "reason", "by", "at"]), ("apart", &["who", "from", "reason", "by", "at"])];

/// What the file says, and what it was read from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadLinks {
    /// What it says.
    pub links: Links,
    /// The very text; `None` if there is no file.
    pub text: Option<String>,
}

impl Workspace {
    /// `customers/people.toml`.
    pub fn people_path(&self) -> PathBuf {
        self.root().join("customers").join("people.toml")
    }

    /// Its last readable version, kept in the machine's state.
    pub fn last_people_path(&self) -> PathBuf {
        self.state_dir().join("people.toml")
    }

    /// Who is whom, in the user's words; nothing where there is no file.
    ///
    /// # Errors
    /// The file can't be read, is no TOML, or holds a value that makes no sense.
    pub fn links(&self, disk: &dyn Disk) -> Result<ReadLinks, FileError> {
        let path = self.people_path();
        match toml_text::read(disk, &path)? {
            None => Ok(ReadLinks::default()),
            Some(text) => Ok(ReadLinks { links: parse_links(&path, &text)?, text: Some(text) }),
        }
    }
}

/// Reads who is whom out of the text of a `people.toml`; `path` is for messages.
///
/// # Errors
/// As [`Workspace::links`].
pub fn parse_links(path: &Path, text: &str) -> Result<Links, FileError> {
    let doc = Document::parse(text).map_err(|e| toml_text::error(path, text, e.message(), e.span().map(|s| s.start)))?;
    let wrong = |item: Option<&Item>, reason: String| {
        let line = item.and_then(Item::span).map(|s| toml_text::line_of(text, s.start));
        Err(FileError::new(path, line, reason, format!("Correct it in your editor: {}", quoted(path))))
    };
    for (key, item) in doc.iter() {
        let Some((list, known)) = KEYS.iter().find(|(list, _)| *list == key) else {
            return wrong(Some(item), "it holds [[same]] and [[apart]] only".to_owned());
        };
        let Some(tables) = item.as_array_of_tables() else {
            return wrong(Some(item), format!("each entry stands under a line [[{list}]] of its own"));
        };
        for table in tables {
            if let Some((_, item)) = table.iter().find(|(key, _)| !known.contains(key)) {
                return wrong(Some(item), format!("[[{list}]] has the keys {} only", known.join(", ")));
            }
            let names = |key: &str| table.get(key).and_then(Item::as_array).map_or(0, toml_edit::Array::len);
            if *list == "same" && names("who") < 2 {
                return wrong(table.get("who"), "`who` of [[same]] names two or more".to_owned());
            }
            if let Some(item) = unclear(table) {
                return wrong(
                    Some(item),
                    "a person is named by an address (`jo@acme.dev`), an id (`slack:U0123`) or a name in a record (`gong:778#Jo Miller`)"
                        .to_owned(),
                );
            }
        }
    }
    toml::from_str(text).map_err(|e| toml_text::error(path, text, e.message(), e.span().map(|s| s.start)))
}

/// The first list or text of a table that names somebody as nobody is named.
fn unclear(table: &dyn TableLike) -> Option<&Item> {
    let bad = |text: &str| text.parse::<Identity>().is_err();
    ["who", "from"].into_iter().filter_map(|key| table.get(key)).find(|item| match item.as_array() {
        Some(list) => list.iter().any(|value| value.as_str().is_some_and(bad)),
        None => item.as_str().is_some_and(bad),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_named_with_their_line() {
        let read = |text: &str| parse_links(Path::new("people.toml"), text).map_err(|e| (e.line, e.reason));
        let good = "# mine\n[[same]]\nwho = [\"mail:Jo@acme.dev\", \"slack:U1\"]\n[[apart]]\nwho = \"gong:7#Jo  Miller\"\nfrom = [\"jo@acme.dev\"]\n";
        let links = read(good).unwrap();
        let named: Vec<&str> = links.named().map(Identity::as_str).collect();
        assert_eq!(named, ["jo@acme.dev", "slack:U1", "gong:7#Jo Miller", "jo@acme.dev"]);
        assert!(read("").unwrap().is_empty());
        for (text, line) in [
            ("[[same]]\nwho = [\"jo@acme.dev\"]", Some(2)),
            ("[[same]]\nreason = \"\"", None),
            ("[[same]]\nwho = [\"jo@acme.dev\", \"Jo Miller\"]", Some(2)),
            ("[[same]]\nwho = [\"jo@acme.dev\", 1]", Some(2)),
            ("[[apart]]\nwho = \"Jo\"\nfrom = []", Some(2)),
            ("[[apart]]\nwho = \"jo@acme.dev\"", Some(1)),
            ("[[apart]]\nwho = \"jo@acme.dev\"\nform = []", Some(3)),
            ("same = 1", Some(1)),
            ("same = [{ who = [\"jo@acme.dev\", \"slack:U1\"] }]", Some(1)),
            ("[same]\nwho = [\"jo@acme.dev\", \"slack:U1\"]", Some(1)),
            ("[[merge]]\n", Some(1)),
            ("[[same]\n", Some(1)),
        ] {
            let (found, reason) = read(text).unwrap_err();
            assert_eq!(found, line, "{text}: {reason}");
        }
    }
}
