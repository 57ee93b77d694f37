//! Whether a call or a note is of the meeting that an invitation called.

use std::collections::BTreeSet;

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime},
    tz::Offset,
};
use sales_model::Invitation;

use super::time::{self, When};
use crate::thread;

/// People come late, and recorders with them.
const NEAR: SignedDuration = SignedDuration::from_mins(15);

/// A call or note: what its vendor says about the meeting.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Meeting<'a> {
    /// Ids of the calendar's event. Google's is the UID without `@google.com`; of one occurrence of a series `<id>_<YYYYMMDDTHHMMSSZ>` with
    /// the time at which it was first planned (Calendar API, Events: `id`, `originalStartTime`), `<id>_<YYYYMMDD>` of whole days.
    pub uids: Vec<String>,
    /// Its title.
    pub title: &'a str,
    /// When it began, or was to begin.
    pub start: Option<Timestamp>,
    /// When it ended.
    pub end: Option<Timestamp>,
    /// Mail addresses of who took part or was asked, in any case.
    pub people: Vec<&'a str>,
}

/// What tells that they are the same, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sign {
    /// The calendar's id, and its occurrence.
    Id,
    /// The calendar's id of the series; which occurrence it was, the invitation leaves open.
    Series,
    /// Time and title.
    Title,
    /// Time and people.
    People,
}

/// That they are the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Likeness {
    /// The surest sign.
    pub sign: Sign,
    /// Why, in words: goes on behind "because".
    pub reason: String,
}

/// Whether a meeting is the one that an invitation is about.
///
/// An equal id tells, of a series together with the time: the occurrence in the meeting's id, else the meeting's start. Else the starts have to be
/// within 15 minutes and neither may be over before the other begins; and the titles are equal, or two people are the same, or half of the
/// people of the side that names fewer. An equal title counts for nothing where both sides name people and have nobody in common: many teams
/// have a weekly call at ten. Who declined was elsewhere. By time alone, only what calls a meeting is compared: no answer, no cancelling, no
/// whole day.
pub fn same_meeting(invitation: &Invitation, meeting: &Meeting<'_>) -> Option<Likeness> {
    by_id(invitation, meeting).or_else(|| by_time(invitation, meeting))
}

fn by_id(invitation: &Invitation, meeting: &Meeting<'_>) -> Option<Likeness> {
    let uid = base(&invitation.uid);
    if uid.is_empty() {
        return None;
    }
    let mut best: Option<Likeness> = None;
    for id in &meeting.uids {
        let found = match base(id) {
            id if id == uid => whole(invitation, meeting),
            id => match id.rsplit_once('_').filter(|(id, _)| *id == uid).and_then(|(_, at)| time::when(at)) {
                Some(at) => occurrence(invitation, meeting, at),
                None => None,
            },
        };
        if let Some(found) = found
            && best.as_ref().is_none_or(|b| found.sign < b.sign)
        {
            best = Some(found);
        }
    }
    best
}

/// In lower case, since vendors differ in how they write Outlook's hexadecimal ids.
fn base(uid: &str) -> String {
    let lower = uid.trim().to_ascii_lowercase();
    lower.strip_suffix("@google.com").unwrap_or(&lower).to_owned()
}

fn id(reason: &str) -> Option<Likeness> {
    Some(Likeness { sign: Sign::Id, reason: reason.to_owned() })
}

fn series() -> Option<Likeness> {
    Some(Likeness { sign: Sign::Series, reason: "it is one of the series with this calendar id".to_owned() })
}

/// The id names the event or the series, but no occurrence.
fn whole(invitation: &Invitation, meeting: &Meeting<'_>) -> Option<Likeness> {
    if invitation.occurrence.is_none() && !invitation.recurring {
        return id("both have the same calendar id");
    }
    let (planned, begun) = (invitation.start?, meeting.start?);
    if near(planned, begun) {
        return id("both have the same calendar id and begin at the same time");
    }
    if invitation.occurrence.is_none() && begun > planned { series() } else { None }
}

/// The id names an occurrence.
fn occurrence(invitation: &Invitation, meeting: &Meeting<'_>, at: When) -> Option<Likeness> {
    const SAME: &str = "both have the same calendar id, that of one occurrence";
    let same = |instant: Timestamp| match at {
        When::Day(day) => invitation.all_day && near_day(instant, day),
        When::Local(at) => utc(at) == Some(instant),
        When::Fixed(at, seconds) => Offset::from_seconds(seconds).ok().and_then(|o| o.to_timestamp(at).ok()) == Some(instant),
    };
    match invitation.occurrence {
        Some(of) => same(of).then(|| id(SAME)).flatten(),
        // The first of the series, or one that is a single event for whom it was sent to.
        None if invitation.start.is_some_and(same) => id(SAME),
        None if !invitation.recurring => None,
        None => match (invitation.start, meeting.start) {
            (Some(planned), Some(begun)) if begun < planned && !near(planned, begun) => None,
            _ => series(),
        },
    }
}

fn utc(at: DateTime) -> Option<Timestamp> {
    Offset::UTC.to_timestamp(at).ok()
}

/// A day's midnight in some zone.
fn near_day(instant: Timestamp, day: Date) -> bool {
    utc(day.into()).is_some_and(|midnight| instant.duration_since(midnight).abs() <= SignedDuration::from_hours(14))
}

fn near(a: Timestamp, b: Timestamp) -> bool {
    a.duration_since(b).abs() <= NEAR
}

fn by_time(invitation: &Invitation, meeting: &Meeting<'_>) -> Option<Likeness> {
    if invitation.all_day || !matches!(invitation.method.as_str(), "REQUEST" | "PUBLISH" | "ADD") {
        return None;
    }
    let (planned, begun) = (invitation.start?, meeting.start?);
    let over = |end: Option<Timestamp>, start: Timestamp, own: Timestamp| end.is_some_and(|end| end > own && end <= start);
    if !near(planned, begun) || over(meeting.end, planned, begun) || over(invitation.end, begun, planned) {
        return None;
    }

    let came = invitation.attendees.iter().filter(|(_, answer)| answer != "declined").map(|(person, _)| person);
    let asked: BTreeSet<String> =
        invitation.organiser.iter().chain(came).map(|p| p.email.to_lowercase()).filter(|e| !e.is_empty()).collect();
    let there: BTreeSet<String> = meeting.people.iter().map(|p| p.trim().to_lowercase()).filter(|e| !e.is_empty()).collect();
    let common = asked.intersection(&there).count();
    let fewer = asked.len().min(there.len());

    let title = thread::subject_key(meeting.title);
    if !title.is_empty() && title == thread::subject_key(&invitation.title) && (common > 0 || fewer == 0) {
        return Some(Likeness { sign: Sign::Title, reason: "they begin at the same time and have the same title".to_owned() });
    }
    let people = match common {
        0 => return None,
        1 => "one person",
        2 => "two people",
        _ => "several people",
    };
    let enough = common >= 2 || common * 2 >= fewer;
    enough.then(|| Likeness { sign: Sign::People, reason: format!("they begin at the same time and have {people} in common") })
}
