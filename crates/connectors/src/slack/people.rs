//! The catalogue: conversations and users, and people of other companies one by one when they turn up.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use sales_model::{Checkpoint, GapKind, RawItem, StreamKey, WorkItem};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{
    api::{self, Api},
    budget::{self, CONVERSATIONS, USERS},
    errors::{self, Failure},
    map, mrkdwn,
    page::{self, Origin},
    plan, rotation,
    wire::{BotPage, Page, Refused, UserPage},
};
use crate::{Batch, ConnectorError, FetchRequest, Identity, Mode, Plan, Retry};

/// Name of the catalogue's streams.
pub(crate) const STREAM: &str = "catalogue";
/// Partition of the catalogue that lists users; the empty one lists conversations.
pub(crate) const USERS_PART: &str = "users";
/// People fetched in one step; `users.info` allows 100 a minute.
const STEP: usize = 16;
/// The slow regime is looked for anew this seldom.
const PROBE_EVERY: SignedDuration = SignedDuration::from_hours(24);
/// More pages than this (a million users) go in a circle.
const MOST_PAGES: u32 = 5_000;

/// Where a listing stands.
#[derive(Debug, Default, Serialize, Deserialize)]
struct State {
    v: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    run: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
    /// Types of conversations that are asked for; fewer than wanted where a scope is missing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    types: String,
    #[serde(default)]
    pages: u32,
    /// How often the cursor died in this run.
    #[serde(default)]
    restarts: u32,
    /// When the slow regime was last found in force, or lifted to see whether it still holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    probed: Option<Timestamp>,
}

/// One page of conversations or users.
pub(crate) async fn catalogue(api: &Api<'_>, me: &Identity, request: &FetchRequest<'_>) -> Result<Batch, ConnectorError> {
    let mut state = request.from.and_then(|c| serde_json::from_str::<State>(&c.0).ok()).filter(|s| s.v == 1).unwrap_or_default();
    let mut batch = super::empty_batch();
    let users = request.key.partition == USERS_PART;
    if state.run != Some(request.plan.now) {
        state = State { v: 1, run: Some(request.plan.now), probed: state.probed, ..State::default() };
        if !users {
            probe(api, request.plan, &mut state)?;
        }
    }
    let method = if users { USERS } else { CONVERSATIONS };
    let mut answer = ask(api, me, users, &mut state).await;
    if answer.as_ref().is_err_and(|f| f.word() == "invalid_cursor") && state.restarts < 3 && state.cursor.take().is_some() {
        state.restarts += 1;
        answer = ask(api, me, users, &mut state).await;
    }
    let what = if users { "Slack's list of users" } else { "Slack's list of channels" };
    let body = answer.map_err(|f| f.told(what))?;
    let origin = Origin::now(api.cx);
    let (items, next) = page::work(api.cx, body.len(), move || {
        let page: Page<'_> = api::read(method, &body)?;
        let (kind, raws) = if users { (map::USER, page.members) } else { (map::CONVERSATION, page.channels) };
        let raws: Vec<&RawValue> = raws.ok_or(Failure::Shape { method, path: if users { "members" } else { "channels" }.to_owned() })?;
        let items = raws.into_iter().map(|r| origin.item(kind, None, page::slice(&body, r))).collect();
        Ok::<(Vec<RawItem>, Option<String>), Failure>((items, page::cursor(page.response_metadata)))
    })
    .await
    .map_err(|f| f.told(what))?;
    state.pages += 1;
    if next.is_some() && (next == state.cursor || state.pages > MOST_PAGES) {
        return Err(Failure::Loop(method).told(what));
    }
    batch.items = items;
    batch.more = next.is_some();
    state.cursor = next;
    if !batch.more {
        state.run = None;
        if !users {
            batch.gaps.extend(out_of_reach(api));
        }
    }
    // Gaps of a stream replace its earlier ones page by page, so each page says them.
    if !users {
        batch.gaps.extend(missing_types(api, &state.types));
    }
    batch.next = Checkpoint(serde_json::to_string(&state).unwrap_or_default());
    Ok(batch)
}

/// Lifts the slow regime once a day, and in a full sync: the app may have been replaced. If it still holds, the first page shows it.
fn probe(api: &Api<'_>, plan: &Plan, state: &mut State) -> Result<(), ConnectorError> {
    if !budget::is_slow(api.cx, api.team)? {
        state.probed = None;
        return Ok(());
    }
    let known = *state.probed.get_or_insert(plan.now);
    if plan.mode == Mode::Full || plan.now.duration_since(known) >= PROBE_EVERY {
        budget::set_slow(api.cx, api.team, false)?;
        state.probed = Some(plan.now);
    }
    Ok(())
}

async fn ask(api: &Api<'_>, me: &Identity, users: bool, state: &mut State) -> Result<bytes::Bytes, Failure> {
    if users {
        return api.users(state.cursor.as_deref()).await;
    }
    if state.types.is_empty() {
        state.types = wanted(api).into_iter().filter(|(_, scope)| granted(me, scope)).map(|(t, _)| t).collect::<Vec<_>>().join(",");
    }
    loop {
        match api.conversations(&state.types, state.cursor.as_deref()).await {
            Err(Failure::Word { word, needed, method }) if word == "missing_scope" => {
                // The token has less than Slack told at the start: go on without the types it may not list.
                let left: Vec<&str> = wanted(api)
                    .into_iter()
                    .filter(|(t, scope)| state.types.split(',').any(|x| x == *t) && !needed.split(',').any(|n| n.trim() == *scope))
                    .map(|(t, _)| t)
                    .collect();
                let left = left.join(",");
                if left.is_empty() || left == state.types {
                    return Err(Failure::Word { word, needed, method });
                }
                state.types = left;
                state.cursor = None;
            }
            other => return other,
        }
    }
}

/// Types of conversations that the settings ask for, with the scope that listing them takes.
fn wanted(api: &Api<'_>) -> Vec<(&'static str, &'static str)> {
    let mut types = vec![("public_channel", "channels:read"), ("private_channel", "groups:read")];
    if api.cx.settings.slack.direct_messages {
        types.extend([("mpim", "mpim:read"), ("im", "im:read")]);
    }
    types
}

/// Whether a scope is there; `true` where Slack does not say, or where nothing would be left.
fn granted(me: &Identity, scope: &str) -> bool {
    let says = |s: &str| me.scopes.iter().find(|x| x.name == s).and_then(|x| x.granted);
    let none = ["channels:read", "groups:read", "mpim:read", "im:read"].iter().all(|s| says(s) != Some(true));
    none || says(scope) != Some(false)
}

fn missing_types(api: &Api<'_>, types: &str) -> Vec<sales_model::Gap> {
    let names = |t: &str| match t {
        "public_channel" => "public channels",
        "private_channel" => "private channels",
        "mpim" => "group messages",
        _ => "direct messages",
    };
    let absent = wanted(api).into_iter().filter(|(t, _)| !types.split(',').any(|x| x == *t));
    absent
        .map(|(t, scope)| {
            errors::gap(
                GapKind::NoPermission,
                format!(
                    "Slack: {} are not read, because the app lacks the scope `{scope}`; add it under OAuth & Permissions and reinstall the app",
                    names(t)
                ),
            )
        })
        .collect()
}

/// What these settings and tokens cannot see at once.
fn out_of_reach(api: &Api<'_>) -> Vec<sales_model::Gap> {
    let s = &api.cx.settings.slack;
    let text = match rotation::can_search(api.cx) {
        true => format!(
            "Slack: edited replies, and edits and deletions of messages older than {}, show after the daily pass ({} back) or the pass over \
             everything ({}); replies found by search show without reactions and edits until then",
            s.look_back, s.wide, s.audit_every
        ),
        false => format!(
            "Slack: edited replies, and any change to threads and messages older than {}, show after the daily pass ({} back) or the pass \
             over everything ({}); `sales sync --audit` runs the daily pass now, a user token in SLACK_USER_TOKEN finds new replies at once",
            s.look_back, s.wide, s.audit_every
        ),
    };
    vec![errors::gap(GapKind::OutOfReach, text)]
}

/// People and bots that turned up in records and are not known.
pub(crate) async fn people(api: &Api<'_>, request: &FetchRequest<'_>) -> Result<Batch, ConnectorError> {
    let now = request.plan.now;
    let mut batch = super::empty_batch();
    let mut state = request.from.and_then(|c| serde_json::from_str::<Refusals>(&c.0).ok()).unwrap_or_default();
    state.odd.retain(|_, (_, at)| now.duration_since(*at) < ASKED_AGAIN);
    let known = state.refused.take();
    if let Some((run, _)) = known.as_ref().filter(|(run, _)| *run == now) {
        // Refused in this run already: whoever else turns up in it is not asked for.
        state.refused = known.as_ref().map(|(_, text)| (*run, text.clone()));
        return Ok(state.end(batch));
    }
    // After a refusal one is asked for, to see whether it still holds.
    let most = if known.is_some() { 1 } else { STEP };
    let jobs = request.work.iter().take(most).map(|w| async move { (w, one(api, &w.item).await) });
    let mut failed = None;
    let (mut odd, mut scope) = (None, false);
    for (work, result) in join_all(jobs).await {
        match result {
            Err(f) if f.unlisted() => {
                state.vain += 1;
                let told = f.told("Slack's users");
                let (n, at) = state.odd.entry(told.why.clone()).or_insert((0, now));
                (*n, *at) = (*n + 1, now);
                odd = Some(format!("{}; {}", told.why, told.hint));
                batch.items.push(refusal(&Origin::now(api.cx), &work.item, "unlisted"));
                batch.done.push(work.clone());
            }
            Ok(item) => {
                state.vain = 0;
                batch.items.push(item);
                batch.done.push(work.clone());
            }
            Err(f) => {
                scope |= f.word() == "missing_scope";
                failed = Some(f.told("Slack's users"));
            }
        }
    }
    if let Some(why) = odd.filter(|_| state.vain >= MOST_IN_VAIN) {
        state.refused = Some((now, format!("Slack's users: {why}")));
        return Ok(state.end(batch));
    }
    match failed.filter(|_| batch.done.is_empty()) {
        // No permission to see people at all: said once in a run, and not for each of them.
        Some(e) if e.auth && e.retry == Retry::Never => {
            // The list of users takes the same scope; if it was not listed in this run, that said so.
            let users = StreamKey { stream: STREAM.into(), partition: USERS_PART.into(), ..request.key.clone() };
            let said = scope && plan::due(request.known.finished.get(&users), now, plan::USERS_EVERY);
            state.refused = Some((now, if said { String::new() } else { format!("{}: {}; {}", e.what, e.why, e.hint) }));
            return Ok(state.end(batch));
        }
        Some(e) => return Err(e),
        None => {}
    }
    batch.more = !request.work.is_empty();
    if batch.more {
        batch.next = state.write();
        return Ok(batch);
    }
    Ok(state.end(batch))
}

/// So many people refused in a row for a reason that nobody knows, and it is not theirs.
const MOST_IN_VAIN: usize = 3 * STEP;
/// Whoever was refused is asked for again after this long, as [`work`] has it.
const ASKED_AGAIN: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Refusals to show people.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Refusals {
    /// Nobody is shown: the run in which Slack said so, and what it said; empty if another stream tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refused: Option<(Timestamp, String)>,
    /// Single people are not, for a reason that nobody knows: how many, and when the last of them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    odd: BTreeMap<String, (u64, Timestamp)>,
    /// How many of these came since somebody was shown.
    #[serde(default)]
    vain: usize,
}

impl Refusals {
    fn write(&self) -> Checkpoint {
        Checkpoint(serde_json::to_string(self).unwrap_or_default())
    }

    /// The stream's end in this run, with what is missing.
    fn end(&self, mut batch: Batch) -> Batch {
        batch.gaps.extend(
            self.refused.iter().filter(|(_, text)| !text.is_empty()).map(|(_, text)| errors::gap(GapKind::NoPermission, text.as_str())),
        );
        let odd = |(why, (n, _)): (&String, &(u64, Timestamp))| {
            errors::gap(GapKind::NoPermission, format!("Slack's users: {n} could not be read: {why}"))
        };
        batch.gaps.extend(self.odd.iter().map(odd));
        batch.next = self.write();
        batch
    }
}

async fn one(api: &Api<'_>, id: &str) -> Result<RawItem, Failure> {
    let origin = Origin::now(api.cx);
    if !mrkdwn::is_id(id) {
        return Ok(refusal(&origin, id, "not_an_id"));
    }
    let bot = id.starts_with('B');
    let answer = if bot { api.bot(id).await } else { api.user(id).await };
    match answer {
        Ok(body) if bot => {
            let page: BotPage<'_> = api::read(budget::BOT, &body)?;
            Ok(origin.item(map::BOT, None, page::slice(&body, page.bot)))
        }
        Ok(body) => {
            let page: UserPage<'_> = api::read(budget::USER, &body)?;
            Ok(origin.item(map::USER, None, page::slice(&body, page.user)))
        }
        Err(f) if matches!(f.word(), "user_not_found" | "user_not_visible" | "bot_not_found" | "bots_not_found" | "users_not_found") => {
            Ok(refusal(&origin, id, f.word()))
        }
        Err(f) => Err(f),
    }
}

/// A note that Slack refused to show somebody, so that nobody asks again at once.
fn refusal(origin: &Origin, id: &str, error: &str) -> RawItem {
    let note = Refused { id: id.to_owned(), error: error.to_owned() };
    origin.item(map::REFUSED, None, serde_json::to_vec(&note).unwrap_or_default().into())
}

/// The work item for somebody unknown. The marker changes weekly, so that a refusal is asked about again.
pub(crate) fn work(key: &str, now: Timestamp) -> Option<WorkItem> {
    let id = key.strip_prefix("slack:").filter(|id| mrkdwn::is_id(id) && id.starts_with(['U', 'W', 'B']))?;
    let week = now.as_second().div_euclid(7 * 86_400);
    Some(WorkItem::now(map::PEOPLE, "", id, format!("week {week}")))
}
