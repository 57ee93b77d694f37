use serde::{Deserialize, Serialize};

/// What the double knows of a folder beside its fields. Never shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FolderSim {
    /// Only its members see it; else the whole workspace does.
    pub private: bool,
    /// Addresses of its members, who see all notes in it and in its child folders.
    pub shared_with: Vec<String>,
}

impl FolderSim {
    fn is_plain(&self) -> bool {
        *self == FolderSim::default()
    }
}

/// A folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Folder {
    /// `fol_` and 14 letters or digits.
    pub id: String,
    /// `folder`.
    pub object: String,
    /// Its name.
    pub name: String,
    /// The folder it lies in.
    pub parent_folder_id: Option<String>,
    /// What the double knows beside.
    #[serde(rename = "_sim", default, skip_serializing_if = "FolderSim::is_plain")]
    pub sim: FolderSim,
}

impl Folder {
    /// A folder that the whole workspace sees.
    pub fn new(id: &str, name: &str, parent: Option<&str>) -> Self {
        Folder {
            id: id.to_owned(),
            object: "folder".into(),
            name: name.to_owned(),
            parent_folder_id: parent.map(str::to_owned),
            sim: FolderSim::default(),
        }
    }

    /// The same, seen only by these members.
    pub fn shared_only_with(mut self, members: &[&str]) -> Self {
        self.sim = FolderSim { private: true, shared_with: members.iter().map(|m| (*m).to_owned()).collect() };
        self
    }

    /// As clients see it.
    pub(super) fn shown(&self) -> Folder {
        Folder { sim: FolderSim::default(), ..self.clone() }
    }

    /// Where it stands in the alphabet.
    pub(super) fn place(&self) -> (String, &str) {
        (self.name.to_lowercase(), &self.id)
    }
}
