use serde::{Deserialize, Serialize};

/// What a reference inside a text points to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefKind {
    /// A person, by the key of [`crate::Person`] (`slack:U0123`).
    Person,
    /// A place, by the key of [`crate::Place`] (`slack:C0123`).
    Place,
}

/// A stretch of a [`Text`] that names somebody or some place by id; who renders it puts the current name there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextRef {
    /// First byte in the text.
    pub start: u32,
    /// First byte after it.
    pub end: u32,
    /// Person or place.
    pub kind: RefKind,
    /// The key of the person or place.
    pub key: String,
}

/// Plain text of a record with references by id, so that a renamed person or channel changes no record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// The text; each reference's stretch holds the name as the vendor gave it, or the bare id, without `@` or `#`.
    #[serde(rename = "t", default)]
    pub plain: String,
    /// References in ascending order, not overlapping, on character boundaries.
    #[serde(rename = "r", default, skip_serializing_if = "Vec::is_empty")]
    pub refs: Vec<TextRef>,
}

impl Text {
    /// A text without references.
    pub fn plain(s: impl Into<String>) -> Self {
        Text { plain: s.into(), refs: Vec::new() }
    }

    /// The text with each reference replaced by what `name` gives for it; its own stretch where `name` gives nothing.
    pub fn render(&self, mut name: impl FnMut(RefKind, &str) -> Option<String>) -> String {
        let mut out = String::with_capacity(self.plain.len() + 16 * self.refs.len());
        let mut at = 0;
        for r in &self.refs {
            let (start, end) = (r.start as usize, r.end as usize);
            let (Some(before), Some(own)) = (self.plain.get(at..start), self.plain.get(start..end)) else { continue };
            out.push_str(before);
            match name(r.kind, &r.key) {
                Some(n) => out.push_str(&n),
                None => out.push_str(own),
            }
            at = end;
        }
        out.push_str(self.plain.get(at..).unwrap_or_default());
        out
    }
}
