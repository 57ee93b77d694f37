use std::path::{Component, Path};

use serde::Deserialize;

use crate::{email, granola};

/// Folders of a customer that hold files of records.
pub const SOURCE_FOLDERS: [&str; 4] = ["slack", "gong", "granola", "email"];

/// The compact context in a customer's folder; people's own blocks stand in it.
pub const SUMMARY: &str = "context_summary.md";
/// The findings in a customer's folder.
pub const INSIGHTS: &str = "insights.json";
/// The files of a customer's context.
pub(crate) const CONTEXTS: [&str; 2] = [SUMMARY, INSIGHTS];

/// What the head of our JSON files says.
#[derive(Deserialize)]
struct Head {
    source: String,
    channel_id: Option<String>,
    call_id: Option<String>,
    #[serde(rename = "customer")]
    _customer: String,
}

/// Whether the program wrote a file, of which it may have no note any more; `path` is relative to the customer's folder. Anything else
/// is the user's, and nothing that we may remove.
pub fn is_ours(path: &Path, content: &[u8]) -> bool {
    let mut parts = path.components().map(|c| if let Component::Normal(name) = c { name.to_str() } else { None });
    let (Some(Some(folder)), Some(Some(name)), None) = (parts.next(), parts.next(), parts.next()) else { return false };
    let extension = name.rsplit_once('.').map(|(_, e)| e);
    match (folder, extension) {
        ("slack", Some("json")) => head(content, "slack").is_some_and(|h| h.channel_id.is_some()),
        ("gong", Some("json")) => head(content, "gong").is_some_and(|h| h.call_id.is_some()),
        ("granola", Some("md")) => granola::is_note(content),
        ("email", Some("md")) => email::is_thread(content),
        _ => false,
    }
}

fn head(content: &[u8], source: &str) -> Option<Head> {
    serde_json::from_slice::<Head>(content).ok().filter(|head| head.source == source)
}
