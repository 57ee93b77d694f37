use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Where a page starts: after the item of this place. Lists of notes and folders are followed by key, so that what comes and goes before
/// the place shifts nothing; a transcript by number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub(super) enum Place {
    /// After a note.
    Note { created_at: i64, id: String },
    /// After a folder.
    Folder { name: String, id: String },
    /// After so many items.
    Item { offset: usize },
    /// At the start.
    Start {},
}

/// What a cursor is good for: it is bound to all of this, and refused elsewhere.
pub(super) struct Binding<'a> {
    pub(super) seed: u64,
    pub(super) epoch: u64,
    pub(super) identity: &'a str,
    /// Operation and note.
    pub(super) asked: &'a str,
    pub(super) args: &'a str,
}

/// A cursor's contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Opened {
    pub(super) place: Place,
    pub(super) salt: u64,
    /// When it was given, in seconds.
    pub(super) issued: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sealed {
    /// First, so that a cursor looks as in the documentation's example.
    created: String,
    seal: String,
}

impl Binding<'_> {
    fn seal(&self, contents: &str) -> String {
        let Binding { seed, epoch, identity, asked, args } = self;
        let hash = Sha256::digest(format!("{seed}\n{epoch}\n{identity}\n{asked}\n{args}\n{contents}"));
        hash.iter().take(6).map(|b| format!("{b:02x}")).collect()
    }

    /// An opaque cursor. It may hold `+`, `/` and `=`, which a client must escape in a query.
    pub(super) fn cursor(&self, contents: &Opened) -> String {
        let created = serde_json::to_string(contents).unwrap_or_default();
        let seal = self.seal(&created);
        STANDARD.encode(serde_json::to_vec(&Sealed { created, seal }).unwrap_or_default())
    }

    /// The contents of a cursor that was given for exactly these arguments.
    pub(super) fn open(&self, cursor: &str) -> Option<Opened> {
        let Sealed { created, seal } = serde_json::from_slice(&STANDARD.decode(cursor).ok()?).ok()?;
        (self.seal(&created) == seal).then(|| serde_json::from_str(&created).ok())?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bound_to_everything() {
        let b = || Binding { seed: 1, epoch: 0, identity: "user a", asked: "granola.notes.list", args: "page_size=2\n" };
        let places = [
            Place::Note { created_at: -5, id: "not_1".into() },
            Place::Folder { name: "\u{1f600} \"x\"".into(), id: "fol_1".into() },
            Place::Item { offset: 50 },
            Place::Start {},
        ];
        for place in places {
            let contents = Opened { place, salt: 3, issued: 1_700_000_000 };
            let cursor = b().cursor(&contents);
            assert!(cursor.starts_with("eyJjcmVhdGVk"), "{cursor}");
            assert_eq!(b().open(&cursor), Some(contents));
            assert_eq!(Binding { args: "page_size=3\n", ..b() }.open(&cursor), None);
            assert_eq!(Binding { identity: "user b", ..b() }.open(&cursor), None);
            assert_eq!(Binding { asked: "granola.folders", ..b() }.open(&cursor), None);
            assert_eq!(Binding { epoch: 1, ..b() }.open(&cursor), None);
            assert_eq!(Binding { seed: 2, ..b() }.open(&cursor), None);
        }
        for junk in ["", "=", "abc", "eyJjcmVhdGVkX2F0Ijoi", "e30=", "\u{0}"] {
            assert_eq!(b().open(junk), None, "{junk}");
        }
    }
}
