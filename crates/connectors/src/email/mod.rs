//! Email: Gmail by its REST API, any other mailbox by IMAP.
//!
//! `gmail/` and `imap/` fetch; what a mail means is the same for all (`map.rs`). `login` is what `sales auth login email` needs.

mod gmail;
mod imap;
pub mod import;
mod map;
mod url;

#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub use imap::fuzzing as imap_fuzzing;

use async_trait::async_trait;
use jiff::Timestamp;
use sales_model::{Checkpoint, Place, RawItem, Source, StreamKey};
use secrecy::ExposeSecret as _;

use crate::{
    Ability, Batch, Connector, ConnectorError, Cx, Descriptor, Estimate, FetchRequest, Grain, Identity, ItemFailure, Known, Link,
    MailCount, Mapped, Plan, PlannedStream, Retry, ScopeState, Standing, StreamRoles, Wanted,
};

/// Signing in at Google.
pub mod login {
    use secrecy::ExposeSecret as _;

    use crate::Cx;

    pub use super::gmail::{oauth::Ticket, scopes::Purpose};

    /// The variable because of which a sign-in would not be used: mail comes another way.
    pub fn overruled(cx: &Cx) -> Option<&'static str> {
        let set = |name: &&str| cx.credentials.secrets.get(*name).is_some_and(|s| !s.expose_secret().trim().is_empty());
        [super::imap::URL, super::gmail::service::FILE].into_iter().find(set)
    }
}

/// The connector.
#[derive(Debug, Clone, Copy, Default)]
pub struct Email;

static DESCRIPTOR: Descriptor = Descriptor {
    source: Source::EMAIL,
    title: "Email",
    variables: &[
        &["GMAIL_CLIENT_ID", "GOOGLE_CLIENT_ID"],
        &["GMAIL_CLIENT_SECRET", "GOOGLE_CLIENT_SECRET"],
        &["GMAIL_REFRESH_TOKEN"],
        &[gmail::service::FILE],
        &[gmail::service::USER],
        &[imap::URL],
        &[imap::PASSWORD],
        &[imap::TOKEN],
    ],
    sufficient: &[
        &["GMAIL_CLIENT_ID", "GMAIL_CLIENT_SECRET", "GMAIL_REFRESH_TOKEN"],
        &[gmail::service::FILE, gmail::service::USER],
        &[imap::URL, imap::PASSWORD],
        &[imap::URL, imap::TOKEN],
    ],
    login: Some("GMAIL_REFRESH_TOKEN"),
    base_url: ("GMAIL_API_URL", gmail::BASE),
    addresses: &[gmail::oauth::AUTH, gmail::oauth::TOKEN],
    link_hosts: &[url::HOST],
    grain: Grain::Conversation,
    streams: StreamRoles { records: &[gmail::STREAM, imap::FOLDER], list: imap::LIST, waiting: &[] },
    abilities: &[
        Ability { does: "mails with your customers, their threads and labels, in Gmail", needs: &["gmail.readonly"] },
        Ability { does: "the same in any mailbox with IMAP", needs: &[] },
        Ability { does: "mails from files, without a sign-in", needs: &[] },
    ],
};

/// How mails come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Gmail's API.
    Gmail,
    /// IMAP.
    Imap,
}

impl Way {
    /// Who says where an IMAP mailbox is wants that, and not Gmail's API.
    fn of(cx: &Cx) -> Self {
        let imap = cx.credentials.secrets.get(imap::URL).is_some_and(|url| !url.expose_secret().trim().is_empty());
        if imap { Way::Imap } else { Way::Gmail }
    }
}

#[async_trait]
impl Connector for Email {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    async fn authenticate(&self, cx: &Cx) -> Result<Identity, ConnectorError> {
        match Way::of(cx) {
            Way::Gmail => gmail::authenticate(cx).await,
            Way::Imap => imap::authenticate(cx).await,
        }
    }

    fn catalogue(&self, cx: &Cx, _me: &Identity, _plan: &Plan, _known: &Known) -> Vec<PlannedStream> {
        match Way::of(cx) {
            Way::Gmail => Vec::new(),
            Way::Imap => imap::catalogue(cx),
        }
    }

    fn streams(&self, cx: &Cx, me: &Identity, plan: &Plan, known: &Known) -> Vec<PlannedStream> {
        match Way::of(cx) {
            Way::Gmail => gmail::streams(cx, plan, known),
            Way::Imap => imap::streams(cx, me, plan, known),
        }
    }

    fn standing(&self, key: &StreamKey, checkpoint: &Checkpoint) -> Standing {
        match key.stream.as_str() {
            gmail::STREAM => gmail::standing(checkpoint),
            imap::FOLDER => imap::standing(checkpoint),
            _ => Standing::default(),
        }
    }

    async fn fetch(&self, cx: &Cx, me: &Identity, request: FetchRequest<'_>) -> Result<Batch, ConnectorError> {
        match (Way::of(cx), request.key.stream.as_str()) {
            (Way::Gmail, gmail::STREAM) => gmail::fetch(cx, me, &request).await,
            (Way::Imap, imap::FOLDER | imap::LIST) => imap::fetch(cx, me, request).await,
            (_, other) => Err(ConnectorError {
                what: format!("email stream `{other}`"),
                why: "there is no such stream".into(),
                hint: "update `sales`: the workspace was used with a newer version".into(),
                retry: Retry::Never,
                auth: false,
            }),
        }
    }

    async fn probe(&self, cx: &Cx, me: &Identity) -> Result<Vec<ScopeState>, ConnectorError> {
        match Way::of(cx) {
            // Google says what a sign-in may.
            Way::Gmail => Ok(me.scopes.clone()),
            Way::Imap => imap::probe(cx, me).await,
        }
    }

    fn process(&self, raw: &RawItem) -> Result<Mapped, ItemFailure> {
        map::process(raw)
    }

    fn recognise(&self, url: &::url::Url) -> Option<Link> {
        url::recognise(url)
    }

    fn estimate(&self, cx: &Cx, _me: &Identity, plan: &Plan, known: &Known) -> Option<Estimate> {
        (Way::of(cx) == Way::Gmail).then(|| gmail::estimate(cx, plan, known))
    }

    async fn count(&self, cx: &Cx, since: Timestamp, wanted: &Wanted) -> Result<Option<MailCount>, ConnectorError> {
        match Way::of(cx) {
            Way::Gmail => gmail::count(cx, since, wanted).await.map(Some),
            Way::Imap => imap::count(cx, since, wanted).await.map(Some),
        }
    }

    fn permalink(&self, _place: &Place, record: &str, thread: &str) -> String {
        url::permalink(record, thread)
    }
}
