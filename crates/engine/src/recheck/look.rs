//! One account is asked again.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use sales_connectors::{Batch, FetchRequest, Identity, Known, Mode, Plan};
use sales_model::{Checkpoint, RecordId, Source, StreamKey, WorkItem};
use tokio_util::sync::CancellationToken;

use super::{
    SourceRecheck,
    choose::Chosen,
    compare::{Meant, meant, note},
};
use crate::{Account, App, error::Result, sync::known};

/// Steps of one look at most: more are a part of the vendor's history, and no sample.
const STEPS: usize = 6;
/// What was said so long before and after a record is looked at with it, for what is not stored here.
const AROUND: SignedDuration = SignedDuration::from_hours(1);
/// Calls are listed by when they were to begin: they may have begun much later.
const AROUND_CALLS: SignedDuration = SignedDuration::from_hours(24);
/// Plans of some vendors hide what is older.
const HIDDEN_AFTER: SignedDuration = SignedDuration::from_hours(90 * 24);

/// What to ask for.
struct Ask {
    key: StreamKey,
    from: Option<Checkpoint>,
    work: Vec<WorkItem>,
    plan: Plan,
    known: Known,
}

/// What came of it.
#[derive(Default)]
struct Answer {
    meant: Meant,
    /// Everything that was asked for was read.
    whole: bool,
    /// Vendor ids that are said to be gone.
    gone: BTreeSet<String>,
    /// Copies that are no more.
    dropped: BTreeSet<String>,
}

/// An account at work.
pub(super) struct Look<'a> {
    app: &'a App,
    account: &'a Account,
    me: Identity,
    known: Known,
    /// Steps are told apart by the time of their run.
    looks: i64,
}

impl<'a> Look<'a> {
    pub(super) async fn new(app: &'a App, account: &'a Account, me: Identity) -> Result<Self> {
        let known = known(app, account).await?;
        Ok(Look { app, account, me, known, looks: 0 })
    }

    /// Asks for records one by one.
    pub(super) async fn at(mut self, chosen: &[Chosen], out: &mut SourceRecheck, stop: &CancellationToken) -> Result<()> {
        let mut seen = BTreeSet::new();
        for one in chosen {
            if stop.is_cancelled() {
                out.unasked.push(one.unasked("stopped before it was asked for".into()));
                continue;
            }
            let Some(asks) = self.asks(one) else {
                out.unasked.push(one.unasked("nothing that this account reads tells of it".into()));
                continue;
            };
            let mut answers = Answer { whole: true, ..Answer::default() };
            let mut failed = None;
            for ask in asks {
                match self.answer(ask).await? {
                    Ok(answer) => answers.join(answer),
                    Err(why) => failed = Some(why),
                }
            }
            self.conclude(one, answers, failed, &mut seen, out).await?;
        }
        Ok(())
    }

    /// The requests that bring a record, and what stands beside it.
    fn asks(&mut self, one: &Chosen) -> Option<Vec<Ask>> {
        let key = |stream: &str, partition: &str| StreamKey {
            account: self.account.cx.account.clone(),
            stream: stream.to_owned(),
            partition: partition.to_owned(),
        };
        let (at, records) = (one.listed.at, self.account.connector.descriptor().streams.records);
        let now = self.app.ports.timer.now();
        let around = |plan: &Plan, length: SignedDuration| Plan {
            since: at.checked_sub(length).unwrap_or(at),
            now: at.checked_add(length).unwrap_or(at).min(now),
            ..plan.clone()
        };
        self.looks += 1;
        let run = now.checked_add(SignedDuration::from_micros(self.looks)).unwrap_or(now);
        let plan = Plan { mode: Mode::Default, since: at, now: run, only: None };
        let ask = |key, work, plan| Ask { key, from: None, work, plan, known: self.known.clone() };
        let ours = |key: &StreamKey| key.account == self.account.cx.account;
        match one.source.as_str() {
            "slack" => {
                let channel = one.listed.place.strip_prefix("slack:")?;
                let list = self.account.connector.replies_list().filter(|_| one.listed.thread != one.listed.native);
                Some(vec![match list {
                    Some(list) => ask(key(list, channel), vec![WorkItem::now(list, channel, &one.listed.thread, "")], plan),
                    None => ask(key(records.first()?, channel), Vec::new(), around(&plan, AROUND)),
                }])
            }
            "email" => {
                let mut asks = Vec::new();
                for (stream, item) in one.copies.iter().filter(|(key, _)| ours(key)) {
                    let lacking = BTreeMap::from([(stream.clone(), vec![item.clone()])]);
                    let known = Known { lacking, ..self.known.clone() };
                    let from = self.known.checkpoints.get(stream).cloned();
                    asks.push(Ask { key: stream.clone(), from, work: Vec::new(), plan: plan.clone(), known });
                }
                Some(asks)
            }
            "granola" => {
                let (list, _) = self.account.connector.descriptor().streams.waiting.first()?;
                Some(vec![ask(key(list, ""), vec![WorkItem::now(*list, "", &one.listed.native, "")], plan)])
            }
            _ => {
                // The stream that brought it, else all that bring records.
                let main = |key: &&StreamKey| ours(key) && records.contains(&key.stream.as_str());
                let by: Vec<StreamKey> = one.listed.stream.iter().filter(main).cloned().collect();
                let all = || self.known.checkpoints.keys().filter(main).cloned().collect();
                let keys: Vec<StreamKey> = if by.is_empty() { all() } else { by };
                (!keys.is_empty()).then(|| keys.into_iter().map(|key| ask(key, Vec::new(), around(&plan, AROUND_CALLS))).collect())
            }
        }
    }

    /// Steps until all is read that was asked for, or as many as are allowed; in words why not, where the vendor refuses.
    async fn answer(&self, ask: Ask) -> Result<std::result::Result<Answer, String>> {
        let Ask { key, mut from, mut work, plan, known } = ask;
        let wanted: BTreeSet<String> = known.lacking.get(&key).into_iter().flatten().cloned().collect();
        let mut answer = Answer::default();
        let mut given = true;
        for _ in 0..STEPS {
            let request = FetchRequest { key: &key, from: from.as_ref(), work: &work, known: &known, plan: &plan };
            let batch = match self.account.connector.fetch(&self.account.cx, &self.me, request).await {
                Ok(batch) => batch,
                Err(e) => return Ok(Err(e.to_string())),
            };
            from = Some(batch.next.clone());
            work.retain(|w| !batch.done.iter().chain(&batch.postponed).any(|d| d.item == w.item));
            given &= batch.postponed.is_empty();
            answer.gone.extend(batch.gone.iter().map(|g| g.native.clone()));
            answer.dropped.extend(batch.dropped.iter().cloned());
            let came: BTreeSet<&String> = batch.held.iter().map(|h| &h.item).chain(&batch.dropped).collect();
            let found = !wanted.is_empty() && wanted.iter().all(|item| came.contains(item));
            let more = batch.more;
            answer.take(meant(self.app, &self.account.connector, &self.me, without_work(batch)).await?);
            if found || !more {
                answer.whole = given;
                break;
            }
        }
        Ok(Ok(answer))
    }

    /// Notes what came, and what became of the record that was asked for.
    async fn conclude(
        &self,
        one: &Chosen,
        answer: Answer,
        failed: Option<String>,
        seen: &mut BTreeSet<RecordId>,
        out: &mut SourceRecheck,
    ) -> Result<()> {
        let store = &self.app.ports.store;
        let settled = self.settled(one);
        let any = !answer.meant.records.is_empty();
        let mut found = seen.contains(&one.id());
        for record in &answer.meant.records {
            found |= record.id() == one.id();
            if seen.insert(record.id()) {
                note(&**store, record, settled, out).await?;
            }
        }
        if found {
            return Ok(());
        }
        let copies: Vec<&String> =
            one.copies.iter().filter(|(key, _)| key.account == self.account.cx.account).map(|(_, item)| item).collect();
        let old = self.app.ports.timer.now().duration_since(one.listed.at) > HIDDEN_AFTER;
        if answer.meant.unread.contains(&one.id()) {
            out.unasked.push(one.unasked("what came cannot be read, or must not be kept".into()));
        } else if answer.gone.contains(&one.listed.native) || answer.gone.contains(&one.listed.thread) {
            out.gone.push(one.id());
        } else if let Some(why) = failed {
            out.unasked.push(one.unasked(why));
        } else if !copies.is_empty() {
            match copies.iter().all(|item| answer.dropped.contains(*item)) {
                true => out.gone.push(one.id()),
                false => out.unasked.push(one.unasked("its mailbox did not give it: too large, or listed elsewhere now".into())),
            }
        } else if one.source == Source::GRANOLA {
            out.unasked.push(one.unasked("Granola does not give it: deleted, withdrawn, or not shown to this key".into()));
        } else if !answer.whole {
            out.unasked.push(one.unasked("too much stands beside it for a sample".into()));
        } else if one.source == Source::SLACK && old && !any {
            out.unasked.push(one.unasked("Slack shows nothing of that time: deleted, or hidden by its plan".into()));
        } else {
            out.gone.push(one.id());
        }
        Ok(())
    }

    /// Up to when the last sync brought everything that stands where the record does.
    fn settled(&self, one: &Chosen) -> Option<Timestamp> {
        let records = self.account.connector.descriptor().streams.records;
        let place = one.listed.place.split_once(':').map(|(_, id)| id);
        let main =
            self.known.finished.iter().filter(|(key, _)| key.account == self.account.cx.account && records.contains(&key.stream.as_str()));
        main.filter(|(key, _)| one.source != Source::SLACK || Some(key.partition.as_str()) == place).map(|(_, at)| *at).min()
    }
}

/// A batch that sets nothing in motion.
fn without_work(batch: Batch) -> Batch {
    Batch { done: Vec::new(), postponed: Vec::new(), ..batch }
}

impl Answer {
    fn take(&mut self, meant: Meant) {
        self.meant.records.extend(meant.records);
        self.meant.unread.extend(meant.unread);
    }

    fn join(&mut self, other: Answer) {
        self.whole &= other.whole;
        self.gone.extend(other.gone);
        self.dropped.extend(other.dropped);
        self.take(other.meant);
    }
}
