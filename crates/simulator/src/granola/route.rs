use http::Method;

use super::error::Refusal;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation<'a> {
    /// `GET /v1/notes`.
    Notes,
    /// `GET /v1/notes/{note_id}`.
    Note(&'a str),
    /// `GET /v1/notes/{note_id}/transcript`.
    Transcript(&'a str),
    /// `GET /v1/folders`.
    Folders,
}

impl<'a> Operation<'a> {
    /// What a path means. An id is taken as it stands: none that is one needs escapes.
    pub(super) fn of(path: &'a str) -> Option<Self> {
        let mut parts = path.split('/');
        let whole = (parts.next()?, parts.next()?, parts.next(), parts.next(), parts.next());
        match whole {
            ("v1", "notes", None, None, None) => Some(Operation::Notes),
            ("v1", "notes", Some(id), None, None) if !id.is_empty() => Some(Operation::Note(id)),
            ("v1", "notes", Some(id), Some("transcript"), None) if !id.is_empty() => Some(Operation::Transcript(id)),
            ("v1", "folders", None, None, None) => Some(Operation::Folders),
            _ => None,
        }
    }

    /// The same if it may be asked with this verb: all that is served is read.
    pub(super) fn asked(path: &'a str, verb: &Method) -> Result<Self, Refusal> {
        let operation = Operation::of(path).ok_or_else(Refusal::path)?;
        if *verb == Method::GET { Ok(operation) } else { Err(Refusal::verb()) }
    }

    /// Its name in scenarios and logs.
    pub(super) fn name(self) -> &'static str {
        match self {
            Operation::Notes => "granola.notes.list",
            Operation::Note(_) => "granola.notes.get",
            Operation::Transcript(_) => "granola.transcript",
            Operation::Folders => "granola.folders",
        }
    }

    /// The note it is about.
    pub(super) fn note(self) -> Option<&'a str> {
        match self {
            Operation::Note(id) | Operation::Transcript(id) => Some(id),
            Operation::Notes | Operation::Folders => None,
        }
    }

    /// The parameters it takes.
    pub(super) fn takes(self) -> &'static [&'static str] {
        match self {
            Operation::Notes => &["created_before", "created_after", "updated_after", "folder_id", "cursor", "page_size"],
            Operation::Note(_) => &["include"],
            Operation::Transcript(_) | Operation::Folders => &["cursor", "page_size"],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        assert_eq!(Operation::of("v1/notes"), Some(Operation::Notes));
        assert_eq!(Operation::of("v1/notes/not_x"), Some(Operation::Note("not_x")));
        assert_eq!(Operation::of("v1/notes/not_x/transcript"), Some(Operation::Transcript("not_x")));
        assert_eq!(Operation::of("v1/folders"), Some(Operation::Folders));
        for none in [
            "",
            "v1",
            "v1/",
            "v1/notes/",
            "v1/notes//transcript",
            "v2/notes",
            "v1/notes/a/b",
            "v1/notes/a/transcript/",
            "v1/folders/a",
            "v1/audit",
            "v1/webhook-endpoints",
        ] {
            assert_eq!(Operation::of(none), None, "{none}");
        }
    }
}
