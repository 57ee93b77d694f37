//! What calls and meeting notes hold beside a text. Times inside a call are seconds (transcripts: milliseconds) from its start.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Whether a vendor counts somebody to our company.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Affiliation {
    /// To ours.
    Internal,
    /// To another one.
    External,
    /// It does not say.
    #[default]
    Unknown,
}

/// Somebody in a call or meeting, as that call or note tells of them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Participant {
    /// Key of the [`crate::Person`] they are, where the vendor has an account for them: `gong:234599484848423`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// What the transcript calls them; `None` for who said nothing, or where the vendor cannot tell voices apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speaker: Option<String>,
    /// Name; empty if the vendor has none.
    pub name: String,
    /// Mail address in lower case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Job title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// To whose company the vendor counts them.
    pub affiliation: Affiliation,
    /// Was there. Who was only invited is no participant of what was said.
    pub attended: bool,
    /// Seconds that they spoke, as the vendor counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub talk_seconds: Option<f64>,
}

/// An object of a CRM that the vendor links to a call.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CrmObject {
    /// `Salesforce`, `HubSpot`, `MicrosoftDynamic`, `Generic`.
    pub system: String,
    /// `Account`, `Opportunity`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its id in the CRM.
    pub id: String,
    /// Its name, from the fields.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Fields in the vendor's order, with whatever value it gives; those of the time of the call are left out where there are newer ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<(String, serde_json::Value)>,
}

/// A word list or model of the vendor that found something in a call.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tracker {
    /// Its name: `Competitors`.
    pub name: String,
    /// How often.
    pub count: u32,
    /// Phrases found, each with how often, and when and by whom (speaker id) where the vendor tells.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub phrases: Vec<TrackerPhrase>,
}

/// A phrase of a [`Tracker`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TrackerPhrase {
    /// The words.
    pub phrase: String,
    /// How often.
    pub count: u32,
    /// Seconds and speaker.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub occurrences: Vec<(f64, Option<String>)>,
}

/// Something that the vendor wrote about a call, and where in the call it stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CallNote {
    /// Heading of its section: `Next steps`; empty for key points.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub section: String,
    /// The text.
    pub text: String,
    /// Seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<f64>,
}

/// Statistics of a call. Seconds; ratios from 0 to 1; `None` where nobody can tell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CallStats {
    /// The host's share of speech (Gong's "Talk Ratio").
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_talk_ratio: Option<f64>,
    /// Longest monologue of our side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longest_monologue: Option<f64>,
    /// Longest customer story.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longest_customer_story: Option<f64>,
    /// Speaker switches between sides per 5 minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interactivity: Option<f64>,
    /// How long our side waits before it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patience: Option<f64>,
    /// Questions that our side asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub questions_ours: Option<u32>,
    /// Questions that the other side asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub questions_theirs: Option<u32>,
}

/// A call, without its transcript.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Call {
    /// Its title; empty if it has none.
    pub title: String,
    /// Its page at the vendor.
    pub url: String,
    /// Length in seconds.
    pub duration: f64,
    /// `External`, `Internal`, `Unknown`.
    pub scope: String,
    /// `Inbound`, `Outbound`, `Conference`, `Unknown`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub direction: String,
    /// `Video`, `Audio`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub media: String,
    /// The system it was held in: `Zoom`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub system: String,
    /// ISO 639-2B.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub language: String,
    /// When it was to begin.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheduled: Option<Timestamp>,
    /// Id of the calendar's event, by which other sources' records of the same meeting are found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calendar_event: Option<String>,
    /// Key of the person who hosted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Everybody in it, in the vendor's order.
    pub participants: Vec<Participant>,
    /// CRM objects, in the vendor's order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub crm: Vec<CrmObject>,
    /// Topics with their seconds, those that were talked about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<(String, f64)>,
    /// Trackers that found something.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trackers: Vec<Tracker>,
    /// The vendor's summary in a paragraph.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub brief: String,
    /// Its key points.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub key_points: Vec<CallNote>,
    /// Its outline, sections in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub outline: Vec<CallNote>,
    /// Its highlights; the section "Next steps" holds action items.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub highlights: Vec<CallNote>,
    /// What the call came to: `Meeting booked`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// The vendor's figures.
    pub stats: CallStats,
    /// Customers that whoever imported it named: the user's word.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub named: Vec<crate::CustomerId>,
}

/// One stretch of speech by one person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Utterance {
    /// What the vendor calls the speaker: equals [`Participant::speaker`]; a name or `me`/`them` where it knows no more.
    #[serde(rename = "s")]
    pub speaker: String,
    /// Milliseconds from the start of the meeting.
    #[serde(rename = "b")]
    pub start: u64,
    /// The same, of its end; `None` where the vendor does not tell.
    #[serde(rename = "e", skip_serializing_if = "Option::is_none")]
    pub end: Option<u64>,
    /// What was said.
    #[serde(rename = "t")]
    pub text: String,
}

/// What was said in a call or meeting, in order of time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Transcript {
    /// Stretches of speech.
    pub turns: Vec<Utterance>,
    /// The vendor never made one, although it was waited for: it is not coming.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unavailable: bool,
}

/// When a note's meeting was to be, and who was asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CalendarEvent {
    /// Id of the event at the calendar.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its start.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<Timestamp>,
    /// Its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<Timestamp>,
    /// Mail address of who called it, in lower case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organiser: Option<String>,
    /// Mail addresses of who was invited, in lower case.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub invitees: Vec<String>,
}

/// A meeting note, without its transcript.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Note {
    /// Its title; empty if it has none.
    pub title: String,
    /// Its page at the vendor.
    pub url: String,
    /// Who wrote it; always of our side.
    pub owner: Participant,
    /// When it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// When it was last changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated: Option<Timestamp>,
    /// The calendar's event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<CalendarEvent>,
    /// Who was there, in the vendor's order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attendees: Vec<Participant>,
    /// Folders it stands in: (id, name).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub folders: Vec<(String, String)>,
    /// The note in Markdown, as the vendor gives it: hostile text.
    pub markdown: String,
    /// The owner's own notes in Markdown.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub private: String,
    /// What [`crate::Record::at`] rests on: `scheduled_start_time`, `transcript`, `created_at`.
    pub dated_by: String,
}

/// An action item that stands in a record as such: a line of a list, a next step that the vendor names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Task {
    /// What is to be done, without marks, owner and due date.
    pub text: String,
    /// By whom, as it is written; several are joined by ", ".
    pub owner: Option<String>,
    /// Until when.
    pub due: Option<jiff::civil::Date>,
    /// It is ticked off.
    pub done: bool,
    /// Where it stands: a line of the note's Markdown (from 1), or whole seconds of the call.
    pub at: Option<u64>,
    /// The words as they stand in the record: for evidence.
    pub quote: String,
}

/// What a record is beside a text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detail {
    /// A call.
    Call(Call),
    /// A meeting note.
    Note(Note),
    /// The transcript of the call or meeting that opens the conversation; see [`crate::Record::is_part`].
    Transcript(Transcript),
    /// A mail.
    Mail(crate::Mail),
}

/// What tells whose a call or note is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Signs {
    /// Titles: its own, and its calendar event's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub titles: Vec<String>,
    /// Mail addresses of who took part or was invited, in lower case, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<String>,
    /// Ids of linked CRM accounts, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<String>,
    /// Web sites of linked CRM accounts as domains in lower case, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sites: Vec<String>,
    /// Names of linked CRM accounts and deals, and of the folders that people put it in, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// The vendor says that nobody of another company took part.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub internal: bool,
    /// Somebody took part whom no address names.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub strangers: bool,
    /// Its page at the vendor: pasted links may name it by that.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub page: String,
    /// Customers that the user named for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub named: Vec<crate::CustomerId>,
}

impl Signs {
    /// Takes in those of another record of the same conversation.
    pub fn absorb(&mut self, other: Signs) {
        for title in other.titles {
            if !self.titles.contains(&title) {
                self.titles.push(title);
            }
        }
        for (own, more) in [
            (&mut self.addresses, other.addresses),
            (&mut self.accounts, other.accounts),
            (&mut self.sites, other.sites),
            (&mut self.names, other.names),
        ] {
            own.extend(more);
            *own = sorted(std::mem::take(own));
        }
        self.internal &= other.internal;
        self.strangers |= other.strangers;
        if self.page.is_empty() {
            self.page = other.page;
        }
        self.named.extend(other.named);
        self.named.sort();
        self.named.dedup();
    }
}

impl Detail {
    /// What tells whose it is; a transcript tells nothing of its own.
    pub fn signs(&self) -> Option<Signs> {
        match self {
            Detail::Call(call) => Some(call.signs()),
            Detail::Note(note) => Some(note.signs()),
            Detail::Mail(mail) => Some(mail.signs()),
            Detail::Transcript(_) => None,
        }
    }
}

pub(crate) fn sorted(mut list: Vec<String>) -> Vec<String> {
    list.retain(|s| !s.is_empty());
    list.sort();
    list.dedup();
    list
}

impl Call {
    /// What tells whose it is.
    pub fn signs(&self) -> Signs {
        let accounts: Vec<&CrmObject> = self.crm.iter().filter(|o| o.kind.eq_ignore_ascii_case("Account")).collect();
        Signs {
            titles: Some(self.title.clone()).into_iter().filter(|t| !t.is_empty()).collect(),
            addresses: sorted(self.participants.iter().filter_map(|p| p.email.clone()).collect()),
            sites: sorted(accounts.iter().flat_map(|o| o.sites()).collect()),
            accounts: sorted(accounts.into_iter().map(|o| o.id.clone()).collect()),
            names: sorted(self.crm.iter().map(|o| o.name.clone()).collect()),
            internal: self.scope.eq_ignore_ascii_case("Internal"),
            strangers: self.participants.iter().any(|p| p.email.is_none() && p.affiliation != Affiliation::Internal),
            page: self.url.clone(),
            named: self.named.clone(),
        }
    }
}

impl CrmObject {
    /// Domains that its fields name as its web site: `https://www.acme.example/about` is `acme.example`.
    fn sites(&self) -> Vec<String> {
        let site = |name: &str| ["website", "domain", "domains", "url"].iter().any(|n| name.eq_ignore_ascii_case(n));
        let texts = |value: &serde_json::Value| match value {
            serde_json::Value::String(s) => vec![s.clone()],
            serde_json::Value::Array(list) => list.iter().filter_map(|v| v.as_str().map(str::to_owned)).collect(),
            _ => Vec::new(),
        };
        self.fields.iter().filter(|(name, _)| site(name)).flat_map(|(_, value)| texts(value)).filter_map(|s| domain_of_site(&s)).collect()
    }
}

fn domain_of_site(site: &str) -> Option<String> {
    let rest = site.trim().split_once("://").map_or(site.trim(), |(_, rest)| rest);
    let host = rest.split(['/', '?', '#', ':']).next()?.to_ascii_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host).trim_end_matches('.').to_owned();
    (host.contains('.') && host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')).then_some(host)
}

impl Note {
    /// What tells whose it is.
    pub fn signs(&self) -> Signs {
        let event = self.event.iter().flat_map(|e| e.invitees.iter().chain(&e.organiser).cloned());
        let people = self.attendees.iter().chain(std::iter::once(&self.owner)).filter_map(|p| p.email.clone());
        let event_title = self.event.iter().filter_map(|e| e.title.clone());
        Signs {
            titles: std::iter::once(self.title.clone()).chain(event_title).filter(|t| !t.is_empty()).collect(),
            addresses: sorted(event.chain(people).collect()),
            names: sorted(self.folders.iter().map(|(_, name)| name.clone()).collect()),
            strangers: self.attendees.iter().any(|p| p.email.is_none()),
            page: self.url.clone(),
            ..Signs::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_web_site_is_its_domain() {
        let site = |s: &str| domain_of_site(s);
        assert_eq!(site("https://www.ACME.example/about?x").as_deref(), Some("acme.example"));
        assert_eq!(site("acme.example").as_deref(), Some("acme.example"));
        assert_eq!(site("http://shop.acme.example:8080").as_deref(), Some("shop.acme.example"));
        for bad in ["", "acme", "https://", "https://a b.example", "https://user@acme.example"] {
            assert_eq!(site(bad), None, "{bad}");
        }
    }

    #[test]
    fn signs_are_sorted_and_hold_accounts_only() {
        let object = |kind: &str, id: &str, fields: &[(&str, &str)]| CrmObject {
            kind: kind.into(),
            id: id.into(),
            name: format!("{kind} {id}"),
            fields: fields.iter().map(|(k, v)| ((*k).to_owned(), serde_json::json!(v))).collect(),
            ..CrmObject::default()
        };
        let person = |email: Option<&str>| Participant { email: email.map(str::to_owned), ..Participant::default() };
        let call = Call {
            title: "Review".into(),
            scope: "External".into(),
            participants: vec![person(Some("b@x.example")), person(None), person(Some("a@x.example")), person(Some("a@x.example"))],
            crm: vec![
                object("Opportunity", "006", &[("Website", "no.example")]),
                object("Account", "001", &[("Website", "www.x.example")]),
            ],
            ..Call::default()
        };
        let expected = Signs {
            titles: vec!["Review".into()],
            addresses: vec!["a@x.example".into(), "b@x.example".into()],
            accounts: vec!["001".into()],
            sites: vec!["x.example".into()],
            names: vec!["Account 001".into(), "Opportunity 006".into()],
            internal: false,
            strangers: true,
            page: String::new(),
            named: Vec::new(),
        };
        assert_eq!(call.signs(), expected);
    }
}
