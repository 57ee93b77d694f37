//! Slack: the Web API, and exported files.
//!
//! `api.rs` is the only file that knows Slack's paths, `wire.rs` the only one that knows its fields. What Slack's objects mean stands in
//! `map.rs` and the text files beside it, all pure. The streams are one file each: `people` (catalogue and people), `history`, `threads`,
//! `audit` (daily and rotating pass), `search`.

mod api;
mod audit;
mod budget;
mod errors;
mod estimate;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod history;
pub mod import;
mod lenient;
mod map;
mod mrkdwn;
mod page;
mod people;
mod plan;
mod replies;
mod rich_text;
mod rotation;
mod scopes;
mod search;
mod share;
mod threads;
mod ts;
mod url;
mod window;
mod wire;

#[cfg(test)]
mod fields_tests;

use async_trait::async_trait;
use jiff::Timestamp;
use sales_model::{Checkpoint, Place, RawItem, Settings, Source, StreamKey, WorkItem};

use self::api::Api;
pub(crate) use self::lenient::mend;
use crate::{
    Ability, Batch, Connector, ConnectorError, Cx, Descriptor, Estimate, FetchRequest, Grain, Identity, ItemFailure, Known, Link, Mapped,
    Plan, PlannedStream, Retry, Standing, StreamRoles,
};

/// The connector.
#[derive(Debug, Clone, Copy, Default)]
pub struct Slack;

static DESCRIPTOR: Descriptor = Descriptor {
    source: Source::SLACK,
    title: "Slack",
    variables: &[
        &["SLACK_TOKEN", "SLACK_BOT_TOKEN", "SLACK_API_TOKEN"],
        &["SLACK_USER_TOKEN"],
        &["SLACK_CLIENT_ID"],
        &["SLACK_CLIENT_SECRET"],
        &["SLACK_REFRESH_TOKEN"],
    ],
    login: None,
    base_url: ("SLACK_API_URL", api::BASE),
    addresses: &[],
    sufficient: &[&["SLACK_TOKEN"], &["SLACK_USER_TOKEN"], &["SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_REFRESH_TOKEN"]],
    link_hosts: &["slack.com", "slack-gov.com"],
    grain: Grain::Place,
    streams: StreamRoles { records: &[history::STREAM], list: people::STREAM, waiting: &[(map::THREADS, "threads")] },
    abilities: &[
        Ability { does: "channels that the app was invited to", needs: &["channels:history", "channels:read"] },
        Ability { does: "private channels that the app was invited to", needs: &["groups:history", "groups:read"] },
        Ability { does: "names, mail addresses and sides of people", needs: &["users:read", "users:read.email"] },
        Ability { does: "direct messages, if workspace.toml asks for them", needs: &["im:history", "mpim:history"] },
        Ability { does: "late edits of old messages by search, with a user token", needs: &["search:read"] },
        Ability { does: "a Slack export without a token", needs: &[] },
    ],
};

#[async_trait]
impl Connector for Slack {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    async fn authenticate(&self, cx: &Cx) -> Result<Identity, ConnectorError> {
        let api = Api { cx, team: "" };
        let (me, held) = api.auth_test().await.map_err(|f| f.told("Slack"))?;
        let bot = me.bot_id.filter(|b| !b.is_empty());
        let user = format!("slack:{}", me.user_id);
        Ok(Identity {
            team: me.team_id.clone(),
            enterprise: me.enterprise_id,
            team_name: if me.team.is_empty() { me.team_id.clone() } else { me.team },
            own_bots: bot.iter().flat_map(|b| [user.clone(), format!("slack:{b}")]).collect(),
            user,
            user_name: if me.user.is_empty() { me.user_id } else { me.user },
            kind: if bot.is_some() { "bot token" } else { "user token" }.into(),
            url: me.url,
            scopes: scopes::states(held.as_deref(), bot.is_none(), &cx.settings),
            stands: None,
        })
    }

    fn catalogue(&self, cx: &Cx, _me: &Identity, plan: &Plan, known: &Known) -> Vec<PlannedStream> {
        plan::catalogue(cx, plan, known)
    }

    fn streams(&self, cx: &Cx, me: &Identity, plan: &Plan, known: &Known) -> Vec<PlannedStream> {
        let mut streams = plan::streams(cx, plan, known);
        share::give(cx, me, plan, known, &mut streams);
        streams
    }

    fn reads(&self, settings: &Settings, place: &Place) -> bool {
        plan::reads(&settings.slack, place)
    }

    fn standing(&self, key: &StreamKey, checkpoint: &Checkpoint) -> Standing {
        Standing { closed: key.stream == history::STREAM && history::State::read(Some(checkpoint)).settled, searched: None }
    }

    async fn fetch(&self, cx: &Cx, me: &Identity, request: FetchRequest<'_>) -> Result<Batch, ConnectorError> {
        let api = Api { cx, team: &me.team };
        match request.key.stream.as_str() {
            people::STREAM => people::catalogue(&api, me, &request).await,
            map::PEOPLE => people::people(&api, &request).await,
            history::STREAM => history::fetch(&api, &request).await,
            map::THREADS => threads::fetch(&api, &request).await,
            audit::WIDE | audit::ROTATING => audit::fetch(&api, &request).await,
            search::STREAM => search::fetch(&api, &request).await,
            other => Err(ConnectorError {
                what: format!("Slack stream `{other}`"),
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

    fn person_work(&self, key: &str, now: Timestamp) -> Option<WorkItem> {
        people::work(key, now)
    }

    fn replies_list(&self) -> Option<&'static str> {
        Some(map::THREADS)
    }

    fn place_url(&self, me: &Identity, place: &Place) -> String {
        let id = place.key.strip_prefix("slack:").unwrap_or(&place.key);
        if me.url.starts_with("https://") || me.url.starts_with("http://") {
            format!("{}/archives/{id}", me.url.trim_end_matches('/'))
        } else {
            String::new()
        }
    }

    fn estimate(&self, cx: &Cx, me: &Identity, plan: &Plan, known: &Known) -> Option<Estimate> {
        Some(estimate::plan(cx, me, plan, known))
    }

    fn permalink(&self, place: &Place, record: &str, thread: &str) -> String {
        url::permalink(place, record, thread)
    }
}

/// A batch that brought nothing and ends the stream's turn.
fn empty_batch() -> Batch {
    Batch::empty(Checkpoint("{}".into()), false)
}
