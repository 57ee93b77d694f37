//! Gmail's REST API.
//!
//! `api.rs` is the only file that knows its paths, `wire.rs` the only one that knows its fields; `batch.rs` puts several requests into one.
//! `oauth.rs`, `tokens.rs` and `service.rs` sign in. The one stream is `mailbox.rs`, with `history.rs` (what happened), `load.rs` (searches),
//! `mails.rs` (what was fetched) and `state.rs` (the checkpoint).

mod api;
mod batch;
mod budget;
mod count;
mod errors;
mod estimate;
mod history;
mod load;
mod mailbox;
mod mails;
pub(crate) mod oauth;
pub(crate) mod scopes;
pub(crate) mod service;
mod state;
mod tokens;
mod wire;

use jiff::Timestamp;
use sales_model::{Checkpoint, StreamKey};

use self::{api::Api, errors::Failure};
pub(crate) use self::{api::BASE, mailbox::STREAM};
use crate::{Batch, ConnectorError, Cx, Estimate, FetchRequest, Identity, Known, MailCount, Plan, PlannedStream, Retry, Standing, Wanted};

/// Prefix of the key of the person who signed in.
const PERSON: &str = "mail:";

/// Whose mailbox it is.
pub(crate) async fn authenticate(cx: &Cx) -> Result<Identity, ConnectorError> {
    let told = |f: Failure| f.told("Gmail");
    may_read(cx).await?;
    let profile = Api { cx }.profile().await.map_err(told)?;
    // A token of which Google did not say what it may is renewed now and then, and then it does.
    let scope = tokens::access(cx).await.map_err(told)?.scope;
    let address = profile.email_address.trim().to_lowercase();
    if !address.contains('@') {
        return Err(told(Failure::Shape { operation: budget::PROFILE, path: "emailAddress".into() }));
    }
    Ok(Identity {
        team: format!("gmail:{address}"),
        enterprise: String::new(),
        team_name: "Gmail".into(),
        user: format!("{PERSON}{address}"),
        user_name: address,
        own_bots: Vec::new(),
        kind: if service::file(cx).is_some() { "service account" } else { "sign-in" }.into(),
        url: "https://mail.google.com/".into(),
        scopes: scopes::states(scope.as_deref()),
        stands: profile.history_id.map(|id| id.to_string()),
    })
}

/// What was searched for.
pub(crate) fn standing(checkpoint: &Checkpoint) -> Standing {
    let since = |(term, at): (String, i64)| Some((term, Timestamp::from_second(at).ok()?));
    Standing { closed: false, searched: Some(state::State::read(Some(checkpoint)).covered.into_iter().filter_map(since).collect()) }
}

async fn may_read(cx: &Cx) -> Result<(), ConnectorError> {
    let access = tokens::access(cx).await.map_err(|f| f.told("Gmail"))?;
    match access.scope.as_deref().filter(|s| !scopes::can_read(s)) {
        Some(scope) => Err(unread(cx, scope)),
        None => Ok(()),
    }
}

/// A sign-in with which no bodies come.
fn unread(cx: &Cx, scope: &str) -> ConnectorError {
    let why = match scopes::headers_only(scope) {
        true => {
            "no bodies of mails come: the sign-in has the scope gmail.metadata, with which Gmail gives headers only and does not search"
        }
        false => "the sign-in does not allow reading mail",
    };
    ConnectorError {
        what: "Gmail".into(),
        why: why.into(),
        hint: format!("sign in again and leave the box for reading mail ticked: {}", tokens::login(cx)),
        retry: Retry::StopAccount,
        auth: true,
    }
}

/// The mailbox.
pub(crate) fn streams(cx: &Cx, plan: &Plan, known: &Known) -> Vec<PlannedStream> {
    let key = StreamKey { account: cx.account.clone(), stream: STREAM.into(), partition: String::new() };
    let requests = estimate::plan(cx, plan, known).requests.iter().map(|(_, n)| n.div_ceil(batch::MOST as u64)).sum::<u64>() + 2;
    vec![PlannedStream { key, rank: 10, requests: Some(requests), share: None }]
}

/// One step of the mailbox.
pub(crate) async fn fetch(cx: &Cx, me: &Identity, request: &FetchRequest<'_>) -> Result<Batch, ConnectorError> {
    let stands = me.stands.as_deref().and_then(|id| id.parse().ok());
    mailbox::fetch(cx, me.user.strip_prefix(PERSON).unwrap_or(&me.user), stands, request).await
}

/// Counts mails; see [`count`].
pub(crate) async fn count(cx: &Cx, since: Timestamp, wanted: &Wanted) -> Result<MailCount, ConnectorError> {
    may_read(cx).await?;
    count::count(&Api { cx }, wanted.terms(), since).await.map_err(|f| f.told("Gmail"))
}

/// See [`estimate`].
pub(crate) fn estimate(cx: &Cx, plan: &Plan, known: &Known) -> Estimate {
    estimate::plan(cx, plan, known)
}
