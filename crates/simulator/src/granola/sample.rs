use serde::Deserialize;

use super::{Folder, Key, Note, World, WorldError};

macro_rules! notes {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/granola/notes/", $name, ".json")))),*]
    };
}

/// `samples/granola/account.json`.
const ACCOUNT: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/granola/account.json"));

/// The files of `samples/granola/notes/`, by name; a test compares this list with the folder.
static NOTES: &[(&str, &str)] = notes![
    "2024-02-07_globex_wave_1_halfway",
    "2024-02-22_pavel_ingrid",
    "2024-03-19_previews_fur_die_qa_in_graz",
    "2024-03-19_redirects_huddle",
    "2024-03-21_northwind_renewal_prep",
    "2024-03-22_executive_overview",
    "2024-03-25_acme_deal_review",
    "2024-03-28_northwind_root_cause_of_26_march_line_by_line",
    "2024-04-02_catch_up_after_easter",
    "2024-04-03_globex_customer_day_manchester",
];

/// Why sample files are not a world.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    /// A file is not JSON of the expected form.
    #[error("{file}: {source}")]
    Json {
        /// The file.
        file: String,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// A note or folder can't be taken.
    #[error("{file}: {source}")]
    World {
        /// The file.
        file: String,
        /// What is wrong.
        source: WorldError,
    },
    /// Two files have one note.
    #[error("{file}: the note {id} stands in another file already")]
    Twice {
        /// The file.
        file: String,
        /// The note.
        id: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Account {
    keys: Vec<Key>,
    #[serde(default)]
    folders: Vec<Folder>,
}

fn parse<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T, SampleError> {
    serde_json::from_str(text).map_err(|source| SampleError::Json { file: file.to_owned(), source })
}

impl World {
    /// The sample workspace of `samples/granola`, as it was told.
    ///
    /// # Errors
    /// The samples built in are broken, which a test of this crate excludes.
    pub fn sample() -> Result<World, SampleError> {
        World::from_files(ACCOUNT, NOTES)
    }

    /// A world from the texts of `account.json` and, by file name, of the notes: each as `GET /v1/notes/{id}?include=transcript` gives it
    /// to its owner, with what the double knows beside under `_sim`. A folder may be told before its parent.
    ///
    /// # Errors
    /// A text is not of that form, a note lies in a folder that is not there, or two have one id.
    pub fn from_files(account: &str, notes: &[(&str, &str)]) -> Result<World, SampleError> {
        let mut world = World::default();
        let Account { keys, mut folders } = parse("account.json", account)?;
        keys.into_iter().for_each(|k| world.add_key(k));
        // Parents first: each round takes those whose parent is in.
        while !folders.is_empty() {
            let before = folders.len();
            let mut refused = None;
            folders.retain(|f| match world.add_folder(f.clone()) {
                Ok(()) => false,
                Err(e) => {
                    refused = Some(e);
                    true
                }
            });
            if let (true, Some(source)) = (folders.len() == before, refused) {
                return Err(SampleError::World { file: "account.json".into(), source });
            }
        }
        for (name, text) in notes {
            let file = format!("notes/{name}.json");
            let note: Note = parse(&file, text)?;
            if world.note(&note.id).is_some() {
                return Err(SampleError::Twice { file, id: note.id });
            }
            world.add_note(note).map_err(|source| SampleError::World { file, source })?;
        }
        Ok(world)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_note_is_built_in() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/granola/notes");
        // No samples, nothing to build in.
        let files = std::fs::read_dir(folder).map(|d| d.map(|f| f.unwrap().path()).collect::<Vec<_>>()).unwrap_or_default();
        let mut names: Vec<String> = files.iter().map(|p| p.file_stem().unwrap().to_string_lossy().into_owned()).collect();
        names.sort();
        assert_eq!(names, NOTES.iter().map(|(n, _)| (*n).to_owned()).collect::<Vec<_>>());
    }

    #[test]
    fn the_samples_are_a_world() {
        let world = World::sample().unwrap();
        assert_eq!(world.notes().count(), NOTES.len());
    }

    const NOTE: &str = r#"{"id":"not_1d3tmYTlCICgjy","object":"note","title":null,"owner":{"name":null,"email":"a@us.example"},
        "created_at":"2024-03-04T15:30:00Z","updated_at":"2024-03-04T16:45:00Z","web_url":"https://notes.granola.ai/d/x","calendar_event":null,
        "attendees":[],"folder_membership":[{"id":"fol_4y6LduVdwSKC27","object":"folder","name":"Calls","parent_folder_id":null}],
        "summary_text":"","summary_markdown":null,"private_notes_text":null,"private_notes_markdown":null,"transcript":null,
        "_sim":{"shared_with":["b@us.example"],"public":true}}"#;
    const ACCOUNT: &str = r#"{"keys":[{"key":"grn_x","owner":{"name":"A","email":"a@us.example"},"kind":"personal","scopes":["personal","public"]}],
        "folders":[{"id":"fol_AAAAAAAAAAAAAA","object":"folder","name":"Inner","parent_folder_id":"fol_4y6LduVdwSKC27"},
            {"id":"fol_4y6LduVdwSKC27","object":"folder","name":"Calls","parent_folder_id":null}]}"#;

    #[test]
    fn files_become_a_world() {
        let world = World::from_files(ACCOUNT, &[("a", NOTE)]).unwrap();
        let note = world.note("not_1d3tmYTlCICgjy").unwrap();
        assert_eq!((note.sim.shared_with.as_slice(), note.sim.public), (&["b@us.example".to_owned()][..], true));
        assert_eq!(world.folders().count(), 2, "the order of folders does not matter");
        assert_eq!(world.keys().len(), 1);
    }

    #[test]
    fn broken_files_are_told_by_name() {
        let load = |account: &str, notes: &[(&str, &str)]| World::from_files(account, notes).unwrap_err().to_string();
        assert_eq!(load(ACCOUNT, &[("a", NOTE), ("b", NOTE)]), "notes/b.json: the note not_1d3tmYTlCICgjy stands in another file already");
        assert!(load(ACCOUNT, &[("a", "{")]).starts_with("notes/a.json: "));
        assert!(load("[]", &[]).starts_with("account.json: "));
        let wrong = NOTE.replace("not_1d3tmYTlCICgjy", "not_1");
        assert_eq!(load(ACCOUNT, &[("a", &wrong)]), "notes/a.json: `not_1` is no note's id");
        let typo = NOTE.replace("\"organiser\"", "\"organizer\"").replace("calendar_event", "calendar");
        assert!(load(ACCOUNT, &[("a", &typo)]).starts_with("notes/a.json: unknown field `calendar`"));
        assert_eq!(load(r#"{"keys":[]}"#, &[("a", NOTE)]), "notes/a.json: there is no folder `fol_4y6LduVdwSKC27`");
        let lost = ACCOUNT.replace(r#"parent_folder_id":null"#, r#"parent_folder_id":"fol_BBBBBBBBBBBBBB""#);
        assert_eq!(load(&lost, &[]), "account.json: there is no folder `fol_BBBBBBBBBBBBBB`");
    }
}
