//! Gong: calls with what Gong says of them, and their transcripts, by the public API.
//!
//! `api.rs` is the only file that knows Gong's paths, `wire.rs` the only one that knows its fields. What Gong's objects mean stands in
//! `map.rs`, `call.rs` and `transcript.rs`, all pure. The streams are one file each: `catalogue` (workspaces, users, trackers), `calls`
//! (with `window.rs`, the pure part), `transcripts`.

mod api;
mod budget;
mod call;
mod calls;
mod catalogue;
mod errors;
mod estimate;
pub(crate) mod import;
mod lenient;
mod map;
mod page;
mod plan;
mod scopes;
mod transcript;
mod transcripts;
mod url;
mod window;
mod wire;

use async_trait::async_trait;
use sales_model::{Checkpoint, Place, RawItem, Source};

use self::{api::Api, budget::Share};
use crate::{
    Ability, Batch, Connector, ConnectorError, Cx, Descriptor, Estimate, FetchRequest, Grain, Identity, ItemFailure, Known, Link, Mapped,
    Plan, PlannedStream, Retry, ScopeState, StreamRoles,
};

/// The connector.
#[derive(Debug, Clone, Copy, Default)]
pub struct Gong;

static DESCRIPTOR: Descriptor = Descriptor {
    source: Source::GONG,
    title: "Gong",
    variables: &[
        &["GONG_API_KEY", "GONG_ACCESS_KEY"],
        &["GONG_API_SECRET", "GONG_ACCESS_SECRET", "GONG_ACCESS_KEY_SECRET"],
        &["GONG_ACCESS_TOKEN"],
    ],
    sufficient: &[&["GONG_API_KEY", "GONG_API_SECRET"], &["GONG_ACCESS_TOKEN"]],
    login: None,
    base_url: ("GONG_API_URL", api::BASE),
    addresses: &[],
    link_hosts: &[url::DOMAIN],
    grain: Grain::Conversation,
    streams: StreamRoles { records: &[calls::STREAM], list: catalogue::USERS, waiting: &[(map::TRANSCRIPTS, "transcripts")] },
    abilities: &[
        Ability { does: "calls and what Gong says of them", needs: &[scopes::CALLS] },
        Ability { does: "transcripts of calls", needs: &[scopes::TRANSCRIPTS] },
        Ability { does: "names, mail addresses and titles of your own people", needs: &[scopes::USERS] },
        Ability { does: "Gong workspaces, each read by itself", needs: &[scopes::WORKSPACES] },
        Ability { does: "names of trackers", needs: &[scopes::TRACKERS] },
        Ability { does: "call JSON and transcripts from files, without a key", needs: &[] },
    ],
};

#[async_trait]
impl Connector for Gong {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    async fn authenticate(&self, cx: &Cx) -> Result<Identity, ConnectorError> {
        let api = Api { cx, share: Share::User };
        let key = api::has_key(cx);
        let mut answer = scopes::attempt(&api, api::WORKSPACES).await;
        // A token may lack that one scope and be good for the others; a key has no scopes.
        for operation in [api::CALLS, api::USERS] {
            if !key && answer.as_ref().is_err_and(errors::Failure::denied) {
                answer = scopes::attempt(&api, operation).await;
            }
        }
        answer.map_err(|f| {
            let mut e = f.told("Gong");
            if e.auth {
                e.retry = Retry::StopAccount;
            }
            e
        })?;
        Ok(Identity {
            // Gong names no company: the account's own name stands for it.
            team: map::key(&cx.account.name),
            enterprise: String::new(),
            team_name: "Gong".into(),
            user: String::new(),
            user_name: cx.account.name.clone(),
            own_bots: Vec::new(),
            kind: if key { "access key" } else { "access token" }.into(),
            url: format!("https://{}/", url::DOMAIN),
            scopes: scopes::untried(),
            stands: None,
        })
    }

    fn catalogue(&self, cx: &Cx, _me: &Identity, plan: &Plan, known: &Known) -> Vec<PlannedStream> {
        plan::catalogue(cx, plan, known)
    }

    fn streams(&self, cx: &Cx, _me: &Identity, _plan: &Plan, known: &Known) -> Vec<PlannedStream> {
        plan::streams(cx, known)
    }

    async fn fetch(&self, cx: &Cx, _me: &Identity, request: FetchRequest<'_>) -> Result<Batch, ConnectorError> {
        match request.key.stream.as_str() {
            calls::STREAM => {
                let what = plan::calls_name(&cx.account, request.known, &request.key.partition);
                calls::fetch(cx, &request, &what).await
            }
            map::TRANSCRIPTS => transcripts::fetch(cx, &request).await,
            catalogue::WORKSPACES | catalogue::USERS | catalogue::TRACKERS => catalogue::fetch(cx, &request).await,
            other => Err(ConnectorError {
                what: format!("Gong stream `{other}`"),
                why: "there is no such stream".into(),
                hint: "update `sales`: the workspace was used with a newer version".into(),
                retry: Retry::Never,
                auth: false,
            }),
        }
    }

    async fn probe(&self, cx: &Cx, _me: &Identity) -> Result<Vec<ScopeState>, ConnectorError> {
        scopes::tried(&Api { cx, share: Share::User }).await
    }

    fn process(&self, raw: &RawItem) -> Result<Mapped, ItemFailure> {
        map::process(raw)
    }

    fn recognise(&self, url: &::url::Url) -> Option<Link> {
        url::recognise(url)
    }

    fn estimate(&self, cx: &Cx, _me: &Identity, _plan: &Plan, known: &Known) -> Option<Estimate> {
        Some(estimate::plan(cx, known))
    }

    /// A call's page stands in the call itself: its host differs from company to company.
    fn permalink(&self, _place: &Place, _record: &str, _thread: &str) -> String {
        String::new()
    }
}

/// A batch that brought nothing and ends the stream's turn.
fn empty_batch() -> Batch {
    Batch::empty(Checkpoint("{}".into()), false)
}
