//! Which record somebody asks about: by its id, or by a link to it.

use sales_connectors::{Grain, Link, pasted_link, registry::connectors};
use sales_ledger::Store;
use sales_model::{RecordId, Source};

use crate::errors::{Failure, Result};

/// Schemes of links to mails, which have no slashes.
const MAIL_LINKS: [&str; 2] = ["mid:", "message:"];

/// What is asked about.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Record(RecordId),
    /// A page that does not name its record.
    Page {
        place: String,
        page: String,
        hint: &'static str,
    },
}

impl Asked {
    /// A record's id as typed, or what a link leads to. `cannot` is said of a link that leads elsewhere, `example` of what is no record.
    pub(super) fn read(text: &str, cannot: &str, example: &str) -> Result<Asked> {
        let text = text.trim();
        if text.contains("://") || MAIL_LINKS.iter().any(|scheme| text.starts_with(scheme)) {
            return link(text, cannot);
        }
        let id = RecordId(text.into());
        match id.parts() {
            Some((place, native)) if !native.is_empty() && (place.contains(':') || by_conversation(place)) => Ok(Asked::Record(id)),
            _ => Err(Failure::usage(
                format!("`{text}` is not a record"),
                "a record's id has the form `slack:<channel>:<ts>`, `gong:<call>`, `granola:<note>` or `mail:<Message-ID>`",
                example,
            )),
        }
    }

    /// The record, where that can be told.
    pub(super) async fn find(&self, store: &dyn Store) -> Result<Option<RecordId>> {
        match self {
            Asked::Record(id) => Ok(Some(id.clone())),
            Asked::Page { place, page, .. } => Ok(store.page(place, page).await?),
        }
    }

    /// That there is none: what was typed, and what cannot be done.
    pub(super) fn unknown(&self, what: impl Into<String>) -> Failure {
        let next = match self {
            Asked::Record(_) => "find it with `sales search`, or read it first with `sales sync`",
            Asked::Page { hint, .. } => hint,
        };
        Failure::new(what, "the ledger holds no such record", next)
    }
}

fn link(text: &str, cannot: &str) -> Result<Asked> {
    match pasted_link(text).and_then(|u| connectors().iter().find_map(|c| c.recognise(&u))) {
        Some(Link::Record { id, .. }) => Ok(Asked::Record(id)),
        Some(Link::Page { place, page, hint }) => Ok(Asked::Page { place, page, hint }),
        Some(_) => Err(Failure::usage(
            format!("the link {cannot}"),
            "it leads to a place or a file, not to a message",
            "copy the link of a message in it",
        )),
        None => Err(Failure::usage(
            format!("the link {cannot}"),
            "it is not a link to a Slack message, a Gong call, a Granola note or a mail",
            "copy the link in the program that shows it",
        )),
    }
}

/// Whether a place holds calls, notes or mails, whose ids name no other.
fn by_conversation(place: &str) -> bool {
    let of = |source: &Source| if *source == Source::EMAIL { "mail".to_owned() } else { source.to_string() };
    connectors().iter().map(|c| c.descriptor()).any(|d| d.grain == Grain::Conversation && of(&d.source) == place)
}

#[cfg(test)]
mod tests {
    use sales_model::RecordId;

    use super::Asked;

    fn read(text: &str) -> Option<Asked> {
        Asked::read(text, "cannot be used", "").ok()
    }

    #[test]
    fn ids_are_taken_as_they_are() {
        for id in
            ["slack:C0123ABCD:1710493200.000100", "gong:1234567890", "granola:not_1d3tmYTlCICgjy", "mail:a:b@x.example", "mail:sha256-0"]
        {
            assert_eq!(read(&format!(" {id} ")), Some(Asked::Record(RecordId(id.into()))));
        }
        for bad in ["", "slack", "slack:C0123ABCD", "C1:", "mail:", "email:a@x.example", "https://example.com/x", "mid:", "message:x"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn links_lead_to_mails() {
        let mail = Some(Asked::Record(RecordId("mail:a@x.example".into())));
        for link in ["mid:a%40x.example", "message:<a@x.example>", "https://mail.google.com/mail/#search/rfc822msgid%3Aa%40x.example"] {
            assert_eq!(read(link), mail, "{link}");
        }
    }
}
