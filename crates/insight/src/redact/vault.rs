//! What stands behind the masks. It stays on this machine.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::{Deserialize, Serialize};

use super::{
    fold::fold,
    kinds::Kind,
    mask::{mask, shapes},
};

/// Masks and what they stand for: one per customer, so that the same value has the same mask in all of a customer's texts.
///
/// It holds what was taken out: keep it where only its owner can read it, and show it nowhere.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "File", into = "File")]
pub struct Vault {
    entries: Vec<Entry>,
    /// By kind and key: where the entry stands.
    index: BTreeMap<(Kind, String), usize>,
    /// By entry and value: which spelling it is.
    spellings: BTreeMap<(usize, String), usize>,
    /// By mask: entry and spelling.
    masks: BTreeMap<String, (usize, usize)>,
    /// Next number of each kind.
    next: BTreeMap<Kind, u32>,
    /// What looked like a mask in a text and was left as it is: never given out.
    literal: BTreeSet<String>,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    kind: Kind,
    number: u32,
    key: String,
    spellings: Vec<String>,
}

/// The vault in a file.
#[derive(Serialize, Deserialize)]
struct File {
    version: u32,
    entries: Vec<Entry>,
    #[serde(default)]
    literal: BTreeSet<String>,
}

/// A vault that cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum VaultError {
    /// Of another version of the program.
    #[error("it has version {0}, this program reads version 1")]
    Version(u32),
    /// Two values have one mask, or a value has none.
    #[error("entry {0} stands there twice, or has no spelling")]
    Entry(usize),
}

const VERSION: u32 = 1;

impl TryFrom<File> for Vault {
    type Error = VaultError;

    fn try_from(file: File) -> Result<Vault, VaultError> {
        if file.version != VERSION {
            return Err(VaultError::Version(file.version));
        }
        let mut vault = Vault { literal: file.literal, ..Vault::default() };
        for (at, entry) in file.entries.into_iter().enumerate() {
            let masks: Vec<String> = (0..entry.spellings.len()).map(|n| mask(entry.kind, entry.number, n)).collect();
            if masks.is_empty() || masks.iter().any(|m| vault.masks.contains_key(m) || vault.literal.contains(m)) {
                return Err(VaultError::Entry(at));
            }
            vault.spellings.extend(entry.spellings.iter().enumerate().map(|(n, s)| ((at, s.clone()), n)));
            vault.masks.extend(masks.into_iter().enumerate().map(|(n, m)| (m, (at, n))));
            if vault.index.insert((entry.kind, entry.key.clone()), at).is_some() {
                return Err(VaultError::Entry(at));
            }
            let next = vault.next.entry(entry.kind).or_insert(1);
            *next = (*next).max(entry.number.saturating_add(1));
            vault.entries.push(entry);
        }
        Ok(vault)
    }
}

impl From<Vault> for File {
    fn from(vault: Vault) -> File {
        File { version: VERSION, entries: vault.entries, literal: vault.literal }
    }
}

/// Values appear in no log.
impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("masks", &self.masks.len()).finish_non_exhaustive()
    }
}

impl Vault {
    /// How many masks it holds.
    pub fn len(&self) -> usize {
        self.masks.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.masks.is_empty()
    }

    /// Puts the values back. What looks like a mask and is none of this vault's stays as it is.
    pub fn restore(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for range in shapes(text) {
            let value = text.get(range.clone()).and_then(|m| self.value(m));
            out.push_str(text.get(from..range.start).unwrap_or_default());
            out.push_str(value.unwrap_or_else(|| text.get(range.clone()).unwrap_or_default()));
            from = range.end;
        }
        out.push_str(text.get(from..).unwrap_or_default());
        out
    }

    fn value(&self, mask: &str) -> Option<&str> {
        let (entry, spelling) = self.masks.get(mask)?;
        self.entries.get(*entry)?.spellings.get(*spelling).map(String::as_str)
    }

    /// Whether a mask of this vault reads so.
    pub(super) fn has(&self, mask: &str) -> bool {
        self.masks.contains_key(mask)
    }

    /// Keeps a text that looks like a mask from being given out as one.
    pub(super) fn keep(&mut self, literal: &str) {
        self.literal.insert(literal.to_owned());
    }

    /// The mask of a value, a new one if it has none. `whose` is what the same person's other names lead to.
    pub(super) fn mask(&mut self, kind: Kind, value: &str, whose: Option<&str>) -> String {
        let key = whose.map_or_else(|| key(kind, value), str::to_owned);
        let at = match self.index.get(&(kind, key.clone())) {
            Some(at) => *at,
            None => {
                let number = self.number(kind);
                self.entries.push(Entry { kind, number, key: key.clone(), spellings: Vec::new() });
                self.index.insert((kind, key), self.entries.len() - 1);
                self.entries.len() - 1
            }
        };
        let Some(entry) = self.entries.get_mut(at) else { return mask(kind, 0, 0) };
        let known = self.spellings.get(&(at, value.to_owned())).copied();
        let spelling = known.unwrap_or_else(|| {
            entry.spellings.push(value.to_owned());
            entry.spellings.len() - 1
        });
        let mask = mask(kind, entry.number, spelling);
        if known.is_none() {
            if self.literal.contains(&mask) {
                // Somebody wrote this very mask: the value gets an identity of its own.
                if let Some(entry) = self.entries.get_mut(at) {
                    entry.spellings.pop();
                }
                return self.mask(kind, value, Some(&format!("{value}\u{0}{spelling}")));
            }
            self.spellings.insert((at, value.to_owned()), spelling);
            self.masks.insert(mask.clone(), (at, spelling));
        }
        mask
    }

    /// A number whose mask nobody wrote.
    fn number(&mut self, kind: Kind) -> u32 {
        let next = self.next.entry(kind).or_insert(1);
        while self.literal.contains(&mask(kind, *next, 0)) {
            *next = next.saturating_add(1);
        }
        let number = *next;
        *next = next.saturating_add(1);
        number
    }
}

/// What two spellings of the same have in common.
fn key(kind: Kind, value: &str) -> String {
    match kind {
        Kind::PhoneNumber => value.chars().filter_map(|c| c.to_digit(10)).filter_map(|d| char::from_digit(d, 10)).collect(),
        Kind::CreditCard | Kind::IbanCode | Kind::UsSsn => fold(value).chars().filter(|c| c.is_alphanumeric()).collect(),
        Kind::Secret | Kind::Url | Kind::Text => value.to_owned(),
        _ => fold(value).split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_has_the_same_mask() {
        let mut vault = Vault::default();
        assert_eq!(vault.mask(Kind::Person, "Ana Lima", None), "[PERSON_1]");
        assert_eq!(vault.mask(Kind::Person, "ana lima", None), "[PERSON_1.2]");
        assert_eq!(vault.mask(Kind::Person, "Bo", None), "[PERSON_2]");
        assert_eq!(vault.mask(Kind::Person, "Ana", Some("ana lima")), "[PERSON_1.3]");
        assert_eq!(vault.mask(Kind::Person, "Ana Lima", None), "[PERSON_1]");
        assert_eq!(vault.mask(Kind::PhoneNumber, "+1 415", None), vault.mask(Kind::PhoneNumber, "+1 415", None));
        assert_eq!(vault.restore("[PERSON_1.2] [PERSON_2] [PERSON_3] [PHONE_1]"), "ana lima Bo [PERSON_3] +1 415");
    }

    #[test]
    fn what_somebody_wrote_is_never_given_out() {
        let mut vault = Vault::default();
        vault.keep("[PERSON_1]");
        vault.keep("[PERSON_2.2]");
        assert_eq!(vault.mask(Kind::Person, "Ana", None), "[PERSON_2]");
        assert_eq!(vault.mask(Kind::Person, "ANA", None), "[PERSON_3]");
        assert_eq!(vault.mask(Kind::Person, "ANA", None), "[PERSON_3]");
        assert_eq!(vault.restore("[PERSON_1] [PERSON_2] [PERSON_3]"), "[PERSON_1] Ana ANA");
    }

    #[test]
    fn a_vault_comes_back_from_its_file() {
        let mut vault = Vault::default();
        vault.keep("[EMAIL_9]");
        vault.mask(Kind::Person, "Ana", None);
        vault.mask(Kind::EmailAddress, "ana@acme.dev", None);
        let file = serde_json::to_string(&vault).unwrap();
        assert_eq!(serde_json::from_str::<Vault>(&file).unwrap(), vault);
        assert_eq!(format!("{vault:?}"), "Vault { masks: 2, .. }");
        assert!(!vault.is_empty() && vault.len() == 2);
        let broken = [
            r#"{"version":2,"entries":[]}"#,
            r#"{"version":1,"entries":[{"kind":"PERSON","number":1,"key":"a","spellings":[]}]}"#,
            r#"{"version":1,"entries":[{"kind":"PERSON","number":1,"key":"a","spellings":["a"]},{"kind":"PERSON","number":1,"key":"b","spellings":["b"]}]}"#,
            r#"{"version":1,"entries":[{"kind":"PERSON","number":1,"key":"a","spellings":["a"]},{"kind":"PERSON","number":2,"key":"a","spellings":["b"]}]}"#,
            r#"{"version":1,"entries":[{"kind":"PERSON","number":1,"key":"a","spellings":["a"]}],"literal":["[PERSON_1]"]}"#,
        ];
        for file in broken {
            assert!(serde_json::from_str::<Vault>(file).is_err(), "{file}");
        }
    }
}
