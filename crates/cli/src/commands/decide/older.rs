//! How many older mails a change would bring, as the mailboxes say.

use std::sync::Arc;

use sales_engine::{Account, App, Older};
use sales_model::{CustomerId, Profile, Source};
use sales_transport::Timer;
use serde::Serialize;

use crate::{
    args::Integration,
    compose::{Accounts, Home},
    errors::Result,
    output::{Printer, count, grouped, line},
};

/// What was asked, and what came of it.
#[derive(Serialize)]
pub(super) struct Asked {
    #[serde(flatten)]
    older: Older,
    /// About how many the next sync would fetch; none where no mailbox said.
    #[serde(skip_serializing_if = "Option::is_none")]
    fetch: Option<u64>,
    /// Why no mailbox was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    unasked: Option<String>,
}

/// Asks, unless that is not wanted or there is nobody to ask.
pub(super) async fn ask(
    home: &Home,
    app: &App,
    timer: &Arc<dyn Timer>,
    profiles: &[(CustomerId, Profile)],
    offline: bool,
) -> Result<Option<Asked>> {
    let (accounts, unasked) = if offline { (Vec::new(), Some("--offline".to_owned())) } else { mailboxes(home, timer) };
    let Some(older) = app.older_mail(profiles, &accounts).await? else { return Ok(None) };
    let fetch = older.mailboxes.iter().any(|m| m.mails.is_some()).then(|| older.fetch());
    Ok(Some(Asked { older, fetch, unasked }))
}

/// The mailboxes that can be asked, or why there is none. What is not set up well is no reason to show no preview.
fn mailboxes(home: &Home, timer: &Arc<dyn Timer>) -> (Vec<Account>, Option<String>) {
    match Accounts::whatever(home, timer, &Integration::One(Source::EMAIL)) {
        Ok(found) if !found.connected.is_empty() => (found.connected, None),
        Ok(found) => {
            let why = found.problems.into_iter().next().map(|p| p.failure.why);
            (Vec::new(), Some(why.unwrap_or_else(|| "no mailbox is connected: docs/gmail-setup.md and docs/imap-setup.md show how".into())))
        }
        Err(e) => (Vec::new(), Some(e.why)),
    }
}

pub(super) fn show(p: &Printer, asked: &Asked) {
    let older = &asked.older;
    let terms = older.terms.join(", ");
    if let Some(why) = &asked.unasked {
        p.say(format_args!("Mailboxes were not asked for older mails of {} ({}); the next sync looks for them", line(&terms), line(why)));
    }
    for m in &older.mailboxes {
        match (m.mails, &m.why) {
            (Some(mails), _) => {
                let more = if m.more { "at least " } else { "" };
                p.say(format_args!("{} holds {more}{} of {}", line(&m.account), count(mails, "mail"), line(&terms)));
            }
            (None, why) => {
                let why = why.as_deref().unwrap_or_default();
                p.say(format_args!("{} did not say how many mails of {} it holds: {}", line(&m.account), line(&terms), line(why)));
            }
        }
    }
    if let Some(fetch) = asked.fetch {
        let here = if older.here == 0 { "" } else { "; the others are here, if only by their headers" };
        p.say(format_args!("The next sync fetches about {} of them{here}", grouped(fetch)));
    }
}
