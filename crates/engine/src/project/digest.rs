//! What one unit adds to a customer's statistics: kept beside its findings, so that a context costs no second look at the records.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use sales_model::{AbsenceFacts, CallFacts, Evidence, Invitation, RecordId, Side, Source};
use serde::{Deserialize, Serialize};

/// Words of a record quoted as "the last thing they said".
const QUOTE_CHARS: usize = 90;

/// Counts of one unit, for one customer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Digest {
    pub(crate) records: u64,
    pub(crate) first: Option<Timestamp>,
    pub(crate) last: Option<Timestamp>,
    /// Nobody of the other side can read it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) internal: bool,
    /// Calls whose transcript is not there yet.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) pending: u64,
    /// Calls whose transcript is not expected any more.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) unavailable: u64,
    /// The call, if the unit is one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) calls: Vec<CallFacts>,
    /// By person key; by mail address (`mail:`) or name (`name:`) where the vendor has no account for them.
    pub(crate) people: BTreeMap<String, Voice>,
    /// Who was met, where nothing that they said is quoted: a note of a meeting is a contact too.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) met: BTreeMap<Side, Evidence>,
    /// Answers to the other side's mails, by who answers: minutes, and the answer.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) answers: BTreeMap<Side, Vec<(u64, Evidence)>>,
    /// Automatic replies that name a day of return.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) absences: Vec<AbsenceFacts>,
    /// Invitations, in order of the mails that hold them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) invitations: Vec<(Invitation, Evidence)>,
    /// The meeting, if the unit is a call or note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) held: Option<Box<Held>>,
    /// By local day, then side: how much was said, and the newest of it.
    pub(crate) days: BTreeMap<Date, BTreeMap<Side, (u64, Evidence)>>,
}

/// A meeting that a call or note tells of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Held {
    /// Ids of the calendar's event.
    pub(crate) uids: Vec<String>,
    pub(crate) title: String,
    pub(crate) start: Timestamp,
    pub(crate) end: Option<Timestamp>,
    /// Addresses of who was there or was invited.
    pub(crate) people: Vec<String>,
    pub(crate) evidence: Evidence,
}

/// One person's part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Voice {
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) messages: u64,
    /// Calls they were in.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) calls: u64,
    /// Meeting notes that name them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) notes: u64,
    /// Mails by them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) mails: u64,
    pub(crate) last: Evidence,
    /// Who they are, where the call or note itself says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) who: Option<Who>,
    /// What their newest mail says of them below its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) signed: Option<Box<Signed>>,
}

/// A signature that tells a title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Signed {
    pub(crate) title: String,
    pub(crate) name: String,
    pub(crate) at: Timestamp,
    pub(crate) record: RecordId,
}

impl Signed {
    /// The newer of two, the first of two from one instant by its record.
    pub(crate) fn newer(a: Option<Box<Self>>, b: Option<Box<Self>>) -> Option<Box<Self>> {
        [a, b].into_iter().flatten().max_by(|a, b| (a.at, &a.record).cmp(&(b.at, &b.record)))
    }
}

impl Voice {
    fn count(&mut self, source: &Source) {
        let counted = if *source == Source::EMAIL { &mut self.mails } else { &mut self.messages };
        *counted += 1;
    }
}

/// Somebody as a call or note tells of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Who {
    pub(crate) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<String>,
    pub(crate) side: Side,
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// A record as people read it.
pub(crate) struct Said<'a> {
    pub(crate) id: RecordId,
    pub(crate) source: &'a Source,
    pub(crate) anchor: &'a str,
    pub(crate) at: Timestamp,
    pub(crate) author: &'a str,
    pub(crate) speaker: &'a str,
    pub(crate) side: Side,
    pub(crate) text: &'a str,
}

impl Digest {
    /// Counts a record.
    pub(crate) fn add(&mut self, said: &Said<'_>, zone: &TimeZone) {
        self.records += 1;
        self.first = Some(self.first.map_or(said.at, |t| t.min(said.at)));
        self.last = Some(self.last.map_or(said.at, |t| t.max(said.at)));
        if said.text.trim().is_empty() {
            return;
        }
        let newer = |old: &Evidence| (old.at, &old.record) < (said.at, &said.id);
        let day = self.days.entry(zone.to_datetime(said.at).date()).or_default();
        match day.get_mut(&said.side) {
            Some((count, last)) => {
                *count += 1;
                if newer(last) {
                    *last = said.evidence();
                }
            }
            None => {
                day.insert(said.side, (1, said.evidence()));
            }
        }
        match self.people.get_mut(said.author) {
            Some(voice) => {
                voice.count(said.source);
                if newer(&voice.last) {
                    voice.last = said.evidence();
                }
            }
            None => {
                let mut voice = Voice { messages: 0, calls: 0, notes: 0, mails: 0, last: said.evidence(), who: None, signed: None };
                voice.count(said.source);
                self.people.insert(said.author.to_owned(), voice);
            }
        }
    }

    /// Notes how somebody who was counted signs.
    pub(crate) fn sign(&mut self, author: &str, signed: Signed) {
        if let Some(voice) = self.people.get_mut(author) {
            voice.signed = Signed::newer(voice.signed.take(), Some(Box::new(signed)));
        }
    }

    /// Joins two digests of one customer.
    pub(crate) fn merge(&mut self, other: Digest) {
        self.records += other.records;
        self.pending += other.pending;
        self.unavailable += other.unavailable;
        self.calls.extend(other.calls);
        self.absences.extend(other.absences);
        self.invitations.extend(other.invitations);
        for (side, answers) in other.answers {
            self.answers.entry(side).or_default().extend(answers);
        }
        self.first = [self.first, other.first].into_iter().flatten().min();
        self.last = [self.last, other.last].into_iter().flatten().max();
        for (key, voice) in other.people {
            match self.people.get_mut(&key) {
                Some(own) => {
                    own.messages += voice.messages;
                    own.calls += voice.calls;
                    own.notes += voice.notes;
                    own.mails += voice.mails;
                    own.signed = Signed::newer(own.signed.take(), voice.signed);
                    if (own.last.at, &own.last.record) < (voice.last.at, &voice.last.record) {
                        own.last = voice.last;
                        own.who = voice.who;
                    }
                }
                None => {
                    self.people.insert(key, voice);
                }
            }
        }
        for (date, sides) in other.days {
            let own = self.days.entry(date).or_default();
            for (side, (count, last)) in sides {
                let entry = own.entry(side).or_insert_with(|| (0, last.clone()));
                entry.0 += count;
                if (entry.1.at, &entry.1.record) < (last.at, &last.record) {
                    entry.1 = last;
                }
            }
        }
    }
}

impl Said<'_> {
    /// It as evidence: its first words.
    pub(crate) fn evidence(&self) -> Evidence {
        let line = self.text.trim_start();
        let skipped = self.text.chars().count() - line.chars().count();
        let mut end = line.chars().take(QUOTE_CHARS).take_while(|c| *c != '\n').count();
        if end == QUOTE_CHARS {
            // Not in the middle of a word, unless there is but one.
            let cut = line.chars().take(end).collect::<Vec<_>>().iter().rposition(|c| c.is_whitespace());
            end = cut.unwrap_or(end);
        }
        let quote: String = line.chars().take(end).collect();
        let quote = quote.trim_end();
        let start = skipped as u32;
        Evidence {
            record: self.id.clone(),
            source: self.source.clone(),
            path: Default::default(),
            anchor: self.anchor.into(),
            at: self.at,
            speaker: self.speaker.into(),
            side: self.side,
            range: (start, start + quote.chars().count() as u32),
            quote: quote.into(),
        }
    }
}
