//! Granola: the REST API, and files for those without a key.
//!
//! `api.rs` is the only file that knows Granola's paths, `wire.rs` the only one that knows its fields. What its objects mean stands in
//! `map.rs` and `turns.rs`, both pure. The streams are one file each: `folders`, `notes` (the list), `details` (notes one by one; `long` for
//! those whose transcript comes in pages).

mod api;
mod budget;
mod details;
mod errors;
mod estimate;
mod folders;
pub mod import;
mod lenient;
mod long;
mod map;
mod notes;
mod page;
mod turns;
mod url;
mod wait;
mod wire;

use async_trait::async_trait;
use jiff::SignedDuration;
use sales_model::{Checkpoint, Place, RawItem, Source, StreamKey};

use self::api::Api;
use crate::{
    Ability, Batch, Connector, ConnectorError, Cx, Descriptor, Estimate, FetchRequest, Grain, Identity, ItemFailure, Known, Link, Mapped,
    Mode, Plan, PlannedStream, Retry, ScopeState, StreamRoles,
};

/// The connector.
#[derive(Debug, Clone, Copy, Default)]
pub struct Granola;

static DESCRIPTOR: Descriptor = Descriptor {
    source: Source::GRANOLA,
    title: "Granola",
    variables: &[&[api::KEY]],
    sufficient: &[&[api::KEY]],
    login: None,
    base_url: ("GRANOLA_API_URL", api::BASE),
    addresses: &[],
    link_hosts: &url::DOMAINS,
    grain: Grain::Conversation,
    streams: StreamRoles { records: &[notes::STREAM], list: folders::STREAM, waiting: &[(map::DETAILS, "notes")] },
    abilities: &[
        Ability { does: "your own notes, and those shared with you, with their transcripts", needs: &["Personal notes"] },
        Ability { does: "notes that the whole workspace sees", needs: &["Public notes"] },
        Ability { does: "notes from a file, without a key", needs: &[] },
    ],
};

/// Folders are listed once in this time, a little early so that a daily schedule does not skip a day.
const FOLDERS_EVERY: SignedDuration = SignedDuration::from_hours(23);
/// Equal ranks run side by side; notes begin to be read as soon as some are listed.
const LIST: u32 = 10;
const DETAILS: u32 = 15;

#[async_trait]
impl Connector for Granola {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    /// No endpoint tells whose a key is or what it may: the cheapest request shows that Granola takes it.
    async fn authenticate(&self, cx: &Cx) -> Result<Identity, ConnectorError> {
        Api { cx }.probe().await.map_err(|f| f.told("Granola"))?;
        let scope = |name: &str, feature: &str| ScopeState { name: name.into(), feature: feature.into(), required: false, granted: None };
        Ok(Identity {
            team: format!("granola:{}", cx.account.name),
            enterprise: String::new(),
            team_name: "Granola".into(),
            user: String::new(),
            user_name: "the key's owner".into(),
            own_bots: Vec::new(),
            kind: "API key".into(),
            url: String::new(),
            stands: None,
            scopes: vec![
                scope("Personal notes", "your own notes, and those shared with you"),
                scope("Public notes", "notes that the whole workspace sees"),
            ],
        })
    }

    fn catalogue(&self, cx: &Cx, _me: &Identity, plan: &Plan, known: &Known) -> Vec<PlannedStream> {
        let key = key(cx, folders::STREAM);
        let due = known.finished.get(&key).is_none_or(|at| plan.now.duration_since(*at) >= FOLDERS_EVERY || *at > plan.now);
        let unknown = !known.places.iter().any(|p| p.key == map::PLACE && p.member);
        let wanted = due || unknown || plan.mode == Mode::Full;
        wanted.then_some(PlannedStream { key, rank: 0, requests: Some(1), share: None }).into_iter().collect()
    }

    /// The same whoever is synced: whose a note is shows only when it was read.
    fn streams(&self, cx: &Cx, _me: &Identity, _plan: &Plan, known: &Known) -> Vec<PlannedStream> {
        let details = key(cx, map::DETAILS);
        let waiting = known.waiting.get(&details).copied();
        vec![
            PlannedStream { key: key(cx, notes::STREAM), rank: LIST, requests: Some(1), share: None },
            PlannedStream { key: details, rank: DETAILS, requests: waiting, share: None },
        ]
    }

    async fn fetch(&self, cx: &Cx, _me: &Identity, request: FetchRequest<'_>) -> Result<Batch, ConnectorError> {
        let api = Api { cx };
        match request.key.stream.as_str() {
            folders::STREAM => folders::fetch(&api, &request).await,
            notes::STREAM => notes::fetch(&api, &request).await,
            map::DETAILS => details::fetch(&api, &request).await,
            other => Err(ConnectorError {
                what: format!("Granola stream `{other}`"),
                why: "there is no such stream".into(),
                hint: "update `sales`: the workspace was used with a newer version".into(),
                retry: Retry::Never,
                auth: false,
            }),
        }
    }

    fn process(&self, raw: &RawItem) -> Result<Mapped, ItemFailure> {
        map::process(raw)
    }

    fn recognise(&self, url: &::url::Url) -> Option<Link> {
        url::recognise(url)
    }

    fn estimate(&self, cx: &Cx, _me: &Identity, plan: &Plan, known: &Known) -> Option<Estimate> {
        Some(estimate::plan(cx, plan, known))
    }

    /// A note of the API does not have its page's address for an id: the note itself holds it.
    fn permalink(&self, _place: &Place, record: &str, _thread: &str) -> String {
        if url::is_uuid(record) { url::document(record) } else { String::new() }
    }
}

fn key(cx: &Cx, stream: &str) -> StreamKey {
    StreamKey { account: cx.account.clone(), stream: stream.into(), partition: String::new() }
}

/// A batch that brought nothing and ends the stream's turn.
fn empty_batch() -> Batch {
    Batch::empty(Checkpoint("{\"v\":1}".into()), false)
}
