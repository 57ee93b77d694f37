//! Mails as Gmail gives them, to raw items and to what the stream holds.

use std::collections::BTreeMap;

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use bytes::Bytes;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use jiff::Timestamp;
use sales_mail::mime;
use sales_model::{Gap, GapKind, RawItem};

use super::{
    api::{Api, Format, Outcome},
    errors::{self, Failure},
    state::State,
    wire,
};
use crate::{Batch, ConnectorError, Cx, FetchRequest, Held, ItemFailure, Retry, email::map};

/// Padded or not: Gmail was seen to do both.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true),
);
/// Labels of what is no mail, or is not to be read.
const HIDDEN: [&str; 4] = ["CHAT", "DRAFT", "SPAM", "TRASH"];
/// A label that says nothing of the mail, and changes whenever somebody opens it: it would write files anew.
const UNREAD: &str = "UNREAD";
/// A page above this is read on another thread.
const LARGE: usize = 256 << 10;
/// Most bytes of a mail's header that are kept where only that is read.
const MOST_HEADER: usize = 256 << 10;

/// How labels are called and which are not read.
#[derive(Debug, Clone)]
pub(crate) struct Labels {
    names: BTreeMap<String, String>,
    ignored: GlobSet,
}

impl Labels {
    /// `names`: user labels by id. `ignored`: names or globs, in any case.
    pub(crate) fn new(names: &BTreeMap<String, String>, ignored: &[String]) -> Self {
        let mut globs = GlobSetBuilder::new();
        for pattern in ignored {
            if let Ok(glob) = GlobBuilder::new(pattern.trim()).case_insensitive(true).build() {
                globs.add(glob);
            }
        }
        Labels { names: names.clone(), ignored: globs.build().unwrap_or_else(|_| GlobSet::empty()) }
    }

    fn name<'l>(&'l self, id: &'l str) -> Option<&'l str> {
        match self.names.get(id) {
            Some(name) => Some(name),
            // System labels are called what they are; a user's label that was made a moment ago has no name yet.
            None => (!id.starts_with("Label_")).then_some(id),
        }
    }

    /// Whether a mail with these labels is left out.
    pub(crate) fn hide<S: AsRef<str>>(&self, ids: &[S]) -> bool {
        ids.iter().map(AsRef::as_ref).any(|id| HIDDEN.contains(&id) || self.name(id).is_some_and(|name| self.ignored.is_match(name)))
    }

    /// Names, sorted.
    fn names(&self, ids: &[String]) -> Vec<String> {
        let mut names: Vec<String> = ids.iter().filter(|id| *id != UNREAD).filter_map(|id| self.name(id)).map(str::to_owned).collect();
        names.sort();
        names.dedup();
        names
    }
}

/// How labels are called, asked for once in a run and only where a mail is read: the history tells of labels by their ids.
pub(crate) struct Names<'s> {
    known: &'s mut BTreeMap<String, String>,
    fresh: &'s mut bool,
}

impl<'s> Names<'s> {
    pub(crate) fn of(state: &'s mut State) -> Self {
        Names { known: &mut state.labels, fresh: &mut state.named }
    }

    /// The labels as they are called in this run.
    pub(crate) async fn labels(&mut self, api: &Api<'_>) -> Result<Labels, Failure> {
        if !*self.fresh {
            *self.known = label_names(api.labels().await?);
            *self.fresh = true;
        }
        Ok(Labels::new(self.known, &api.cx.settings.email.ignore_folders))
    }
}

/// Whether a change of these labels changes what is kept.
pub(crate) fn tells(ids: &[String]) -> bool {
    ids.iter().any(|id| id != UNREAD)
}

/// Names of labels by id, without those that are called what they are.
pub(crate) fn label_names(labels: wire::Labels) -> BTreeMap<String, String> {
    let named = labels.labels.into_iter().filter(|l| !l.id.is_empty() && !l.name.is_empty() && l.id != l.name);
    named.map(|l| (l.id, errors::shown(&l.name))).collect()
}

/// What stands around raw items.
#[derive(Clone)]
struct Origin {
    cx: Cx,
    fetched_at: Timestamp,
}

/// Fetches mails whole, into `batch`.
pub(crate) async fn whole(api: &Api<'_>, labels: &Labels, ids: &[String], batch: &mut Batch) -> Result<(), Failure> {
    let outcomes = api.messages(ids, Format::Raw).await?;
    let large: Vec<String> = ids.iter().zip(&outcomes).filter(|(_, o)| **o == Outcome::TooLarge).map(|(id, _)| id.clone()).collect();
    take(api.cx, labels, ids, outcomes, batch).await?;
    if !large.is_empty() {
        let headers = api.messages(&large, Format::Headers).await?;
        take(api.cx, labels, &large, headers, batch).await?;
    }
    Ok(())
}

/// Looks at labels of mails, into `batch`; gives those that have to be fetched whole, because nothing tells which record they are, or because
/// the ledger lacks what is a customer's. Others that it lacks were never read, and a label is no reason to.
pub(crate) async fn relabelled(
    api: &Api<'_>,
    labels: &Labels,
    request: &FetchRequest<'_>,
    ids: &[String],
    batch: &mut Batch,
) -> Result<Vec<String>, Failure> {
    let (mut unclear, mut copies) = (Vec::new(), Vec::new());
    for (id, outcome) in ids.iter().zip(api.messages(ids, Format::Names).await?) {
        let body = match outcome {
            Outcome::Body(body) => body,
            Outcome::Missing => {
                batch.dropped.push(id.clone());
                continue;
            }
            // As it was known.
            Outcome::TooLarge | Outcome::Failed(_) => continue,
        };
        let Ok(message) = serde_json::from_slice::<wire::Message<'_>>(&body) else { continue };
        let ids = message.label_ids.as_deref().unwrap_or_default();
        if labels.hide(ids) {
            batch.dropped.push(id.clone());
            continue;
        }
        let header = header(message.payload.as_ref());
        let mail = mime::read_header(&header);
        // Without a usable Message-ID the whole mail is its name.
        if mail.message_id.is_empty() || mime::native(&mail, &header) != mail.message_id {
            unclear.push(id.clone());
            continue;
        }
        let at = received(&message).unwrap_or(request.plan.now);
        let concerns = at >= request.plan.since && mail.people().iter().any(|a| request.known.wanted.concerns(&a.email));
        let copy = Held { item: id.clone(), native: mail.message_id, labels: labels.names(ids), thread: message.thread_id };
        copies.push((copy, concerns));
    }
    let natives: Vec<String> = copies.iter().map(|(c, _)| c.native.clone()).collect();
    let known = if natives.is_empty() { BTreeMap::new() } else { request.known.holdings.held(&natives).await };
    for (copy, concerns) in copies {
        if known.contains_key(&copy.native) {
            batch.held.push(copy);
        } else if concerns {
            unclear.push(copy.item);
        }
    }
    Ok(unclear)
}

/// When Gmail received it.
fn received(message: &wire::Message<'_>) -> Option<Timestamp> {
    Timestamp::from_millisecond(i64::try_from(message.internal_date?).ok()?).ok()
}

async fn take(cx: &Cx, labels: &Labels, ids: &[String], outcomes: Vec<Outcome>, batch: &mut Batch) -> Result<(), Failure> {
    let size: usize = outcomes.iter().map(|o| if let Outcome::Body(body) = o { body.len() } else { 0 }).sum();
    let pairs: Vec<(String, Outcome)> = ids.iter().cloned().zip(outcomes).collect();
    let origin = Origin { cx: cx.clone(), fetched_at: cx.timer.now() };
    if size <= LARGE {
        batch.append(read(&origin, labels, pairs, batch));
        return Ok(());
    }
    let (labels, _busy) = (labels.clone(), cx.timer.busy());
    let empty = Batch::empty(batch.next.clone(), false);
    match tokio::task::spawn_blocking(move || read(&origin, &labels, pairs, &empty)).await {
        Ok(part) => {
            batch.append(part);
            Ok(())
        }
        Err(e) => Err(Failure::Told(ConnectorError {
            what: "Gmail".into(),
            why: format!("a page could not be read: {e}"),
            hint: "run the command again".into(),
            retry: Retry::Never,
            auth: false,
        })),
    }
}

fn read(origin: &Origin, labels: &Labels, pairs: Vec<(String, Outcome)>, like: &Batch) -> Batch {
    let mut out = Batch::empty(like.next.clone(), false);
    for (id, outcome) in pairs {
        let body = match outcome {
            Outcome::Body(body) => body,
            Outcome::Missing => {
                out.dropped.push(id);
                continue;
            }
            // Its header is asked for next.
            Outcome::TooLarge => continue,
            Outcome::Failed(reason) => {
                out.failures.push(ItemFailure::new(format!("mail {id} at Gmail"), reason));
                continue;
            }
        };
        if let Err(reason) = one(origin, labels, &id, &body, &mut out) {
            out.failures.push(ItemFailure::new(format!("mail {id} at Gmail"), reason));
        }
    }
    out
}

/// One mail.
fn one(origin: &Origin, labels: &Labels, id: &str, body: &Bytes, out: &mut Batch) -> Result<(), String> {
    let message: wire::Message<'_> = serde_json::from_slice(body).map_err(|_| "Gmail's answer has an unexpected shape".to_owned())?;
    if message.id != id {
        return Err("Gmail answered with another mail".into());
    }
    let ids = message.label_ids.as_deref().unwrap_or_default();
    if labels.hide(ids) {
        out.dropped.push(id.to_owned());
        return Ok(());
    }
    let most = usize::try_from(origin.cx.settings.email.max_message_bytes).unwrap_or(usize::MAX);
    let (kind, bytes) = match &message.raw {
        Some(raw) => {
            let bytes =
                BASE64URL.decode(raw.as_bytes()).map_err(|_| "Gmail's answer holds no readable mail (its base64 is damaged)".to_owned())?;
            if bytes.len() > most { (map::HEADER, header_of(&bytes)) } else { (map::MESSAGE, Bytes::from(bytes)) }
        }
        None if message.payload.is_some() => (map::HEADER, Bytes::from(header(message.payload.as_ref()))),
        None => return Err("Gmail's answer holds no mail".into()),
    };
    if bytes.is_empty() {
        return Err("Gmail's answer holds an empty mail".into());
    }
    if kind == map::HEADER && out.gaps.is_empty() {
        out.gaps.push(too_large(&origin.cx));
    }
    let (mail, at) = (mime::read_header(&bytes), received(&message));
    out.held.push(Held { item: id.to_owned(), native: mime::native(&mail, &bytes), labels: labels.names(ids), thread: message.thread_id });
    out.items.push(RawItem {
        account: origin.cx.account.clone(),
        kind,
        place: Some(map::PLACE.into()),
        at,
        body: bytes,
        fetched_at: origin.fetched_at,
        route: origin.cx.route,
        partial: kind == map::HEADER,
    });
    Ok(())
}

/// Of some mails only the headers are there.
pub(crate) fn too_large(cx: &Cx) -> Gap {
    let most = cx.settings.email.max_message_bytes >> 20;
    let text = format!("Gmail: of mails above {most} MB only the header is read (`max_message_bytes` in workspace.toml)");
    errors::gap(GapKind::OutOfReach, text)
}

/// A header made from what Gmail read of it.
fn header(payload: Option<&wire::Payload>) -> Vec<u8> {
    let mut out = Vec::new();
    for line in payload.into_iter().flat_map(|p| &p.headers) {
        let plain = |text: &str| text.chars().map(|c| if c == '\r' || c == '\n' || c == '\0' { ' ' } else { c }).collect::<String>();
        let name = plain(&line.name);
        if name.is_empty() || name.contains([':', ' ']) || out.len() + line.value.len() > MOST_HEADER {
            continue;
        }
        out.extend_from_slice(format!("{name}: {}\r\n", plain(&line.value)).as_bytes());
    }
    out.extend_from_slice(b"\r\n");
    out
}

/// The header of a whole mail, with the empty line that ends it.
fn header_of(raw: &[u8]) -> Bytes {
    let mut end = 0;
    for line in raw.split_inclusive(|b| *b == b'\n') {
        end += line.len();
        if line == b"\r\n" || line == b"\n" || end > MOST_HEADER {
            break;
        }
    }
    Bytes::copy_from_slice(raw.get(..end).unwrap_or(raw))
}

#[cfg(test)]
#[path = "mails_tests.rs"]
mod tests;
