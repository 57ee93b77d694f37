//! Names, sides and texts of Slack's records, as one customer's files show them.

use sales_files::slack::Lookup;
use sales_insight::{Form, Mention, Turn};
use sales_model::{Person, Place, Profile, Record, RecordId, RefKind, Side, Source};

use super::{super::digest::Said, Renderer};
use crate::directory::Known;

/// Names and sides towards one customer.
pub(super) struct Voices<'a> {
    pub(super) renderer: &'a Renderer,
    pub(super) known: &'a Known,
    pub(super) teams: &'a [String],
    pub(super) place: Option<&'a Place>,
    pub(super) profile: Option<&'a Profile>,
}

impl Voices<'_> {
    pub(super) fn own(&self) -> sales_model::OwnSide<'_> {
        sales_model::OwnSide { domains: &self.renderer.directory.domains, teams: self.teams }
    }

    pub(super) fn person_side(&self, person: &Person) -> Side {
        self.side_of(person, self.place.is_some_and(|p| p.shared))
    }

    /// The side of somebody, with all that they are known by.
    pub(super) fn side_of(&self, person: &Person, foreign_is_theirs: bool) -> Side {
        self.known.persons.side(&self.own(), person, self.profile, foreign_is_theirs)
    }

    pub(super) fn spoken<'a>(&'a self, record: &'a Record) -> Spoken<'a> {
        let author = record.author.as_deref().and_then(|a| self.known.people.get(a)).filter(|p| !p.unknown);
        let speaker = author.map(|p| p.name.as_str()).or(record.author_name.as_deref()).or(record.author.as_deref()).unwrap_or_default();
        let side = Lookup::side(self, record, author);
        let (text, mentions) = self.text(record);
        Spoken { id: record.id(), record, speaker, side, text, mentions }
    }

    /// The text with names put in, and where people are named in it.
    fn text<'a>(&'a self, record: &'a Record) -> (std::borrow::Cow<'a, str>, Vec<Mention<'a>>) {
        let plain = &record.text.plain;
        if record.text.refs.is_empty() {
            return (plain.as_str().into(), Vec::new());
        }
        let (mut out, mut mentions, mut at, mut points) = (String::with_capacity(plain.len() + 32), Vec::new(), 0, 0_u32);
        for r in &record.text.refs {
            let (Some(before), Some(own)) = (plain.get(at..r.start as usize), plain.get(r.start as usize..r.end as usize)) else {
                continue;
            };
            let name = self.known.label(r.kind, &r.key).unwrap_or(own);
            out.push_str(before);
            points += before.chars().count() as u32;
            let start = points;
            out.push_str(name);
            points += name.chars().count() as u32;
            if r.kind == RefKind::Person {
                let side = self.known.people.get(&r.key).map_or(Side::Other, |p| self.person_side(p));
                mentions.push(Mention { name, side, start, end: points });
            }
            at = r.end as usize;
        }
        out.push_str(plain.get(at..).unwrap_or_default());
        (out.into(), mentions)
    }
}

impl Lookup for Voices<'_> {
    fn person(&self, key: &str) -> Option<&Person> {
        self.known.people.get(key)
    }

    fn place(&self, key: &str) -> Option<&Place> {
        self.known.places.get(key)
    }

    fn side(&self, record: &Record, author: Option<&Person>) -> Side {
        if record.bot {
            return Side::Bot;
        }
        match author.filter(|p| !p.unknown) {
            Some(person) => self.person_side(person),
            // Slack hides some people of other companies, and all without the scope `users:read`; a message names its author's team.
            None => record.team.as_deref().map_or(Side::Other, |team| self.own().side_of_team(team, self.place)),
        }
    }

    fn permalink(&self, place: &Place, native: &str, thread: &str) -> String {
        self.renderer.slack.as_ref().map(|c| c.permalink(place, native, thread)).unwrap_or_default()
    }
}

/// A record ready to be read by people and by the insight rules.
pub(super) struct Spoken<'a> {
    id: RecordId,
    pub(super) record: &'a Record,
    speaker: &'a str,
    pub(super) side: Side,
    text: std::borrow::Cow<'a, str>,
    mentions: Vec<Mention<'a>>,
}

impl Spoken<'_> {
    pub(super) fn turn(&self) -> Turn<'_> {
        Turn {
            record: &self.id,
            thread: &self.record.thread,
            anchor: &self.record.native,
            at: self.record.at,
            speaker: self.speaker,
            side: self.side,
            text: &self.text,
            mentions: &self.mentions,
            to: &[],
            quiet: self.record.activity || self.side == Side::Bot,
            internal: false,
            form: Form::Said,
        }
    }

    pub(super) fn said(&self) -> Said<'_> {
        Said {
            id: self.id.clone(),
            source: &Source::SLACK,
            anchor: &self.record.native,
            at: self.record.at,
            author: self.record.author.as_deref().unwrap_or(self.speaker),
            speaker: self.speaker,
            side: self.side,
            text: &self.text,
        }
    }
}
