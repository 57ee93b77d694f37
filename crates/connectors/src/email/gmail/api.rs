//! The gateway: the only file that knows Gmail's paths and the names of its arguments (`wire.rs` is the only one that knows its fields).

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use sales_transport::{Auth, Body, Call, Reply, TransportError, Verdict, asked_wait};
use serde::{Deserialize, de::IgnoredAny};
use url::Url;

use super::{
    batch,
    budget::{self, Operation},
    errors::{self, Failure, Kind},
    tokens, wire,
};
use crate::{ConnectorError, Cx, Retry};

/// Google's own address; test servers stand elsewhere.
pub(crate) const BASE: &str = "https://gmail.googleapis.com";
/// Most bytes of one answer that holds several mails; a batch that is larger is asked for in smaller ones.
const CAP: usize = 48 << 20;
/// Mails of a list's page where each of them is fetched, and where only ids are compared (the largest).
pub(crate) const IDS: u32 = 500;
/// Parts of a batch after Gmail found them too many at once.
const FEW: usize = 10;
/// Header lines that tell which record a mail is and whom it concerns.
const NAMES: &str = "format=metadata&metadataHeaders=Message-ID&metadataHeaders=From&metadataHeaders=Sender&metadataHeaders=Reply-To\
                     &metadataHeaders=To&metadataHeaders=Cc&metadataHeaders=Bcc";
/// Rounds in which a part is asked for again before it is given up, or the whole where Gmail goes on to say "too fast".
const ROUNDS: u32 = 8;
/// The same for a part that fails alone.
const TRIES: u32 = 8;
/// The longest pause before a part that failed is asked for again.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_secs(8);
/// A longer wait is left to the next run.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(15);

/// Calls of one account.
#[derive(Clone, Copy)]
pub(crate) struct Api<'a> {
    /// Everything needed.
    pub(crate) cx: &'a Cx,
}

type Args = Vec<(&'static str, String)>;

/// What a mail is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// The whole mail.
    Raw,
    /// All header lines.
    Headers,
    /// Its labels, what its id is made of and who takes part: that costs as much as the whole.
    Names,
}

/// What came of one of many requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The answer.
    Body(Bytes),
    /// It is not there any more.
    Missing,
    /// It is larger than is accepted.
    TooLarge,
    /// It alone cannot be read, for this reason.
    Failed(String),
}

impl Api<'_> {
    /// Whose mailbox it is, and where its history stands.
    pub(crate) async fn profile(&self) -> Result<wire::Profile, Failure> {
        let body = self.get(budget::PROFILE, &["profile"], Vec::new()).await?;
        read(budget::PROFILE, &body)
    }

    /// All labels.
    pub(crate) async fn labels(&self) -> Result<wire::Labels, Failure> {
        let body = self.get(budget::LABELS, &["labels"], Vec::new()).await?;
        read(budget::LABELS, &body)
    }

    /// A page of ids of mails that match, newest first.
    pub(crate) async fn list(&self, query: &str, page: Option<&str>) -> Result<wire::Page, Failure> {
        let mut args: Args = vec![("maxResults", IDS.to_string())];
        if !query.is_empty() {
            args.push(("q", query.to_owned()));
        }
        args.extend(page.map(|p| ("pageToken", p.to_owned())));
        let body = self.get(budget::LIST, &["messages"], args).await?;
        read(budget::LIST, &body)
    }

    /// A page of what happened after a point of the history.
    pub(crate) async fn history(&self, from: u64, page: Option<&str>) -> Result<wire::Changes, Failure> {
        let mut args: Args = vec![("startHistoryId", from.to_string()), ("maxResults", IDS.to_string())];
        args.extend(["messageAdded", "messageDeleted", "labelAdded", "labelRemoved"].map(|t| ("historyTypes", t.to_owned())));
        args.extend(page.map(|p| ("pageToken", p.to_owned())));
        let body = self.get(budget::HISTORY, &["history"], args).await?;
        read(budget::HISTORY, &body)
    }

    /// Mails, in the order of their ids.
    pub(crate) async fn messages(&self, ids: &[String], format: Format) -> Result<Vec<Outcome>, Failure> {
        let query = match format {
            Format::Raw => "format=raw",
            Format::Headers => "format=metadata",
            Format::Names => NAMES,
        };
        self.many(budget::GET, ids, |id| format!("/gmail/v1/users/me/messages/{id}?{query}")).await
    }

    /// Threads: ids, labels and dates of their mails.
    pub(crate) async fn threads(&self, ids: &[String]) -> Result<Vec<Outcome>, Failure> {
        self.many(budget::THREAD, ids, |id| format!("/gmail/v1/users/me/threads/{id}?format=minimal")).await
    }

    async fn get(&self, operation: Operation, path: &[&str], args: Args) -> Result<Bytes, Failure> {
        let mut url = address(self.cx)?;
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["gmail", "v1", "users", "me"]).extend(path);
        }
        Ok(self.send(operation, 1, &url, &Body::Query(args), CAP).await?.body)
    }

    /// Sends; a sign-in that is not accepted is renewed once.
    async fn send(&self, operation: Operation, count: usize, url: &Url, body: &Body, cap: usize) -> Result<Reply, Failure> {
        let access = tokens::access(self.cx).await?;
        match self.send_with(operation, count, url, body, cap, access.token.clone()).await {
            Err(f) if f.kind() == Some(Kind::Token) => {
                let renewed = tokens::renew(self.cx, Some(&access.token)).await?;
                self.send_with(operation, count, url, body, cap, renewed.token).await
            }
            other => other,
        }
    }

    async fn send_with(
        &self,
        operation: Operation,
        count: usize,
        url: &Url,
        body: &Body,
        cap: usize,
        token: sales_transport::Secret,
    ) -> Result<Reply, Failure> {
        let batch = matches!(body, Body::Document(..));
        let call = Call {
            operation: operation.name,
            url: url.clone(),
            body: body.clone(),
            auth: Some(Auth::Bearer(token)),
            budget: budget::rule(self.cx, operation, count),
            // All of them are reads.
            safe: true,
            cap,
        };
        let now = self.cx.timer.now();
        let reply = self.cx.http.send(call, |reply| judge(reply, batch, now)).await.map_err(Failure::Transport)?;
        if !(200..300).contains(&reply.status) {
            let failure = Failure::refused(operation, reply.status, &reply.body);
            return Err(match failure {
                Failure::Refused { operation, status, kind, said } => {
                    Failure::Refused { operation, status, kind, said: self.cx.credentials.masked(&said) }
                }
                other => other,
            });
        }
        match is_whole(&reply, batch) {
            true => Ok(reply),
            false => Err(Failure::NotJson { operation, page: reply.body.trim_ascii_start().starts_with(b"<") }),
        }
    }

    /// Many requests in batches. A part that Gmail limits, that is missing or that fails is asked for again, by itself; the others are not.
    async fn many(&self, operation: Operation, ids: &[String], path: impl Fn(&str) -> String) -> Result<Vec<Outcome>, Failure> {
        let mut out: Vec<Option<Outcome>> = vec![None; ids.len()];
        let mut tries = vec![0_u32; ids.len()];
        let (mut size, mut limited, mut renewed) = (self.most(operation), 0_u32, false);
        loop {
            let waiting = out.iter().filter(|o| o.is_none()).count();
            let open: Vec<usize> = (0..ids.len()).filter(|i| out.get(*i).is_some_and(Option::is_none)).take(size).collect();
            if open.is_empty() {
                return Ok(out.into_iter().map(|o| o.unwrap_or(Outcome::Missing)).collect());
            }
            let paths: Vec<String> = open.iter().filter_map(|i| ids.get(*i)).map(|id| path(id)).collect();
            let (said_at, parts) = match self.batch(operation, &paths).await {
                Err(Failure::Transport(TransportError::TooLarge { .. })) if open.len() > 1 => {
                    size = open.len() / 2;
                    continue;
                }
                Err(Failure::Transport(TransportError::TooLarge { .. })) => {
                    open.iter().for_each(|i| set(&mut out, *i, Outcome::TooLarge));
                    continue;
                }
                // Some proxies give up on large answers: in smaller ones, before it is given up.
                Err(Failure::Transport(TransportError::Unreachable { .. } | TransportError::Status { .. }) | Failure::NotJson { .. })
                    if open.len() > 1 =>
                {
                    size = if open.len() > FEW { FEW } else { 1 };
                    continue;
                }
                other => other?,
            };
            let (mut limit, mut wait, mut failures) = (false, None::<SignedDuration>, 0_u32);
            let mut token_refused = false;
            for (i, part) in open.into_iter().zip(parts) {
                let Some(tried) = tries.get_mut(i) else { continue };
                let failed = match part {
                    None => "the answer to it is missing in Gmail's batch".to_owned(),
                    Some(part) if (200..300).contains(&part.status) && serde_json::from_slice::<IgnoredAny>(&part.body).is_ok() => {
                        set(&mut out, i, Outcome::Body(part.body));
                        continue;
                    }
                    Some(part) if (200..300).contains(&part.status) => "Gmail's answer is not whole, or no JSON".to_owned(),
                    Some(part) => match errors::kind(part.status, &part.body) {
                        (Kind::Rate(until), _) => {
                            let named = until.map(|until| wait_for(until, said_at, self.cx.timer.now()));
                            limit = true;
                            let asked = part.retry_after.and_then(|text| asked_wait(&text, said_at, self.cx.timer.now()));
                            wait = wait.max(named).max(asked);
                            continue;
                        }
                        (Kind::Missing, _) => {
                            set(&mut out, i, Outcome::Missing);
                            continue;
                        }
                        (Kind::Token, _) if !renewed => {
                            token_refused = true;
                            continue;
                        }
                        (Kind::Other, said) if part.status < 500 => {
                            set(&mut out, i, Outcome::Failed(reason(part.status, &said)));
                            continue;
                        }
                        (Kind::Other, said) => reason(part.status, &said),
                        _ => return Err(Failure::refused(operation, part.status, &part.body)),
                    },
                };
                *tried += 1;
                failures = failures.max(*tried);
                if *tried >= TRIES {
                    set(&mut out, i, Outcome::Failed(failed));
                }
            }
            // Only rounds that bring nothing are counted.
            if out.iter().filter(|o| o.is_none()).count() < waiting {
                limited = 0;
            }
            if token_refused {
                renewed = true;
                let access = tokens::access(self.cx).await?;
                tokens::renew(self.cx, Some(&access.token)).await?;
            }
            if (1..TRIES).contains(&failures) {
                let pause = SignedDuration::from_secs(1_i64 << (failures - 1)).min(LONGEST_PAUSE);
                let now = self.cx.timer.now();
                self.cx.timer.sleep_until(now.checked_add(pause).unwrap_or(now)).await;
            }
            if limit {
                limited += 1;
                size = size.min(FEW);
                self.stop(operation, wait, limited)?;
            }
        }
    }

    /// How many requests a batch holds: no more than a minute has units for.
    fn most(&self, operation: Operation) -> usize {
        let (limit, cost) = (self.cx.settings.email.units_per_minute, operation.cost(self.cx).max(1));
        usize::try_from(limit / cost).unwrap_or(batch::MOST).clamp(1, batch::MOST)
    }

    /// Stops the mailbox's budget after a part was limited: until the time that Gmail names, else for 1, 2, 4, ... 64 seconds.
    fn stop(&self, operation: Operation, wait: Option<SignedDuration>, limited: u32) -> Result<(), Failure> {
        let now = self.cx.timer.now();
        let back_off = SignedDuration::from_secs(1_i64 << limited.saturating_sub(1).min(6));
        let wait = wait.filter(SignedDuration::is_positive).unwrap_or(back_off);
        let until = now.checked_add(wait).unwrap_or(Timestamp::MAX);
        if limited > ROUNDS || wait > LONGEST_WAIT {
            return Err(Failure::Transport(TransportError::Throttled { operation: operation.name, until }));
        }
        self.cx.http.budget().penalize(&budget::key(self.cx), now, until).map_err(errors::port)
    }

    /// The parts of a batch's answer, and when Google says that it answered.
    async fn batch(&self, operation: Operation, paths: &[String]) -> Result<(Option<Timestamp>, Vec<Option<batch::Part>>), Failure> {
        let mut url = address(self.cx)?;
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["batch", "gmail", "v1"]);
        }
        let document = batch::encode(paths.iter().map(String::as_str));
        let reply =
            self.send(operation, paths.len(), &url, &Body::Document(batch::content_type(), document), self.cap(paths.len())).await?;
        let parts = batch::decode(kind_of(&reply), &reply.body, paths.len()).ok_or(Failure::NotJson { operation, page: false })?;
        Ok((reply.date(), parts))
    }

    /// A single mail may be as large as the settings allow, in base64.
    fn cap(&self, count: usize) -> usize {
        let most = usize::try_from(self.cx.settings.email.max_message_bytes).unwrap_or(usize::MAX);
        if count == 1 { (most / 3).saturating_mul(4).saturating_add(1 << 20) } else { CAP }
    }
}

fn set(out: &mut [Option<Outcome>], i: usize, outcome: Outcome) {
    if let Some(slot) = out.get_mut(i) {
        *slot = Some(outcome);
    }
}

fn reason(status: u16, said: &str) -> String {
    let said = if said.is_empty() { String::new() } else { format!(" (\"{said}\")") };
    format!("Gmail answers {status}{said}")
}

/// Reads an answer's shape; a failure names the path, never the content.
pub(crate) fn read<'a, T: Deserialize<'a>>(operation: Operation, body: &'a [u8]) -> Result<T, Failure> {
    serde_json::from_slice(body).map_err(|_| {
        let path = match serde_path_to_error::deserialize::<_, T>(&mut serde_json::Deserializer::from_slice(body)) {
            Err(e) => e.path().to_string(),
            Ok(_) => ".".into(),
        };
        Failure::Shape { operation, path }
    })
}

fn address(cx: &Cx) -> Result<Url, ConnectorError> {
    let told = |why: String| ConnectorError {
        what: "GMAIL_API_URL".into(),
        why,
        hint: format!("write it like `{BASE}`"),
        retry: Retry::StopAccount,
        auth: false,
    };
    let base = cx.credentials.base_url.as_ref().map_or(BASE, Url::as_str);
    let url = Url::parse(base).map_err(|e| told(e.to_string()))?;
    if url.cannot_be_a_base() { Err(told("it is no address".into())) } else { Ok(url) }
}

fn kind_of(reply: &Reply) -> &str {
    reply.headers.get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default()
}

/// An answer is read to its end, because one that was torn may end like a whole one. What is missing in a batch is asked for again.
fn is_whole(reply: &Reply, batch: bool) -> bool {
    match batch {
        true => batch::decode(kind_of(reply), &Bytes::new(), 0).is_some(),
        false => serde_json::from_slice::<IgnoredAny>(&reply.body).is_ok(),
    }
}

/// How long it is until then: by the clock of whoever names the time, if that makes sense, else by ours. The text has milliseconds, cut off.
fn wait_for(until: Timestamp, said_at: Option<Timestamp>, now: Timestamp) -> SignedDuration {
    let by_theirs = said_at.map(|at| until.duration_since(at)).filter(SignedDuration::is_positive);
    let wait = by_theirs.unwrap_or_else(|| until.duration_since(now));
    if wait.is_positive() { wait.saturating_add(SignedDuration::from_millis(1)) } else { wait }
}

/// What to do with an answer. Rate limits come as 403 too.
fn judge(reply: &Reply, batch: bool, now: Timestamp) -> Verdict {
    match reply.status {
        200..300 if is_whole(reply, batch) => Verdict::Take,
        200..300 => Verdict::Again,
        403 | 429 => match errors::kind(reply.status, &reply.body).0 {
            Kind::Rate(Some(until)) => Verdict::ThrottledFor(wait_for(until, reply.date(), now)),
            Kind::Rate(None) => Verdict::Throttled,
            Kind::Daily => Verdict::Refused,
            _ => Verdict::Take,
        },
        _ => Verdict::Take,
    }
}
