use std::cell::OnceCell;

use jiff::{SignedDuration, Timestamp, ToSpan, tz::TimeZone};

use super::term::{Age, Field, Query, Term, Unit};
use crate::gmail::{
    GmailWorld,
    heads::{body, words},
    label::{Kind, searched},
    mail::Mail,
};

/// Who asks, and when.
pub(crate) struct Asked<'a> {
    pub(crate) world: &'a GmailWorld,
    pub(crate) now: Timestamp,
}

/// Whether a message is what a query asks for.
pub(crate) fn fits(query: &Query, mail: &Mail, asked: &Asked<'_>) -> bool {
    Look { mail, asked, text: OnceCell::new() }.fits(query)
}

struct Look<'a> {
    mail: &'a Mail,
    asked: &'a Asked<'a>,
    /// The words of the text, which are read only where a query needs them.
    text: OnceCell<Vec<String>>,
}

impl Look<'_> {
    fn fits(&self, query: &Query) -> bool {
        match query {
            Query::All(all) => all.iter().all(|q| self.fits(q)),
            Query::Any(any) => any.iter().any(|q| self.fits(q)),
            Query::Not(inside) => !self.fits(inside),
            Query::Term(term) => self.is(term),
        }
    }

    fn is(&self, term: &Term) -> bool {
        let (mail, heads) = (self.mail, &self.mail.heads);
        let second = mail.at.div_euclid(1000);
        match term {
            Term::Words(field, wanted) => self.has(*field, wanted),
            Term::Me(field) => self.has(*field, &words(&self.asked.world.mailbox)),
            Term::After(at) => second > *at,
            Term::Before(at) => second < *at,
            Term::NewerThan(age) => self.since(*age).is_none_or(|at| second >= at),
            Term::OlderThan(age) => self.since(*age).is_some_and(|at| second < at),
            Term::In(place) => self.lies(place),
            Term::Label(name) => self.labelled(name),
            Term::Category(name) => {
                let id = match name.as_str() {
                    "primary" => "CATEGORY_PERSONAL".to_owned(),
                    other => format!("CATEGORY_{}", other.to_uppercase()),
                };
                // What is in no category is primary, as far as it is in the inbox at all.
                mail.has(&id) || (name == "primary" && mail.has("INBOX") && !mail.labels.iter().any(|l| l.starts_with("CATEGORY_")))
            }
            Term::Is(state) => match state.as_str() {
                "read" => !mail.has("UNREAD"),
                "unread" | "starred" | "important" => mail.has(&state.to_uppercase()),
                other => self.labelled(other),
            },
            Term::HasAttachment => heads.attachment,
            Term::HasUserLabels(wanted) => {
                let user = |id: &String| self.asked.world.label(id).is_some_and(|l| l.kind == Kind::User);
                mail.labels.iter().any(user) == *wanted
            }
            Term::MessageId(id) => !id.is_empty() && heads.message_id == *id,
            Term::Larger(bytes) => heads.size as u64 > *bytes,
            Term::Smaller(bytes) => (heads.size as u64) < *bytes,
            Term::Nothing => false,
        }
    }

    fn has(&self, field: Field, wanted: &[String]) -> bool {
        let heads = &self.mail.heads;
        let among = |all: &[Vec<String>]| all.iter().any(|words| follows(words, wanted));
        match field {
            Field::From => among(&heads.from),
            Field::To => among(&heads.to),
            Field::Cc => among(&heads.cc),
            Field::Bcc => among(&heads.bcc),
            Field::DeliveredTo => among(&heads.delivered),
            Field::Subject => follows(&heads.subject, wanted),
            Field::List => follows(&heads.list, wanted),
            Field::File => among(&heads.files),
            Field::Anything => {
                follows(&heads.subject, wanted)
                    || [&heads.from, &heads.to, &heads.cc, &heads.bcc, &heads.files].into_iter().any(|all| among(all))
                    || follows(self.text.get_or_init(|| body(&self.mail.raw())), wanted)
            }
        }
    }

    fn lies(&self, place: &str) -> bool {
        let mail = self.mail;
        match place {
            "anywhere" => true,
            "inbox" | "sent" | "spam" | "trash" | "starred" | "important" | "unread" => mail.has(&place.to_uppercase()),
            "draft" | "drafts" => mail.has("DRAFT"),
            "chat" | "chats" => mail.has("CHAT"),
            "archive" => !["INBOX", "SENT", "DRAFT", "SPAM", "TRASH"].iter().any(|l| mail.has(l)),
            "read" => !mail.has("UNREAD"),
            other => self.labelled(other),
        }
    }

    fn labelled(&self, name: &str) -> bool {
        let named = |id: &String| self.asked.world.label(id).is_some_and(|l| l.searched() == name || searched(&l.id) == name);
        self.mail.labels.iter().any(named)
    }

    /// The second so long ago; none where there was no time yet.
    fn since(&self, age: Age) -> Option<i64> {
        let now = self.asked.now;
        let at = match age.unit {
            Unit::Hour => now.checked_sub(SignedDuration::from_hours(age.count)).ok()?,
            Unit::Day => now.checked_sub(SignedDuration::from_hours(age.count * 24)).ok()?,
            Unit::Month => back(now, age.count)?,
            Unit::Year => back(now, age.count.checked_mul(12)?)?,
        };
        Some(at.as_second())
    }
}

fn back(now: Timestamp, months: i64) -> Option<Timestamp> {
    let span = jiff::Span::new().try_months(months).unwrap_or_else(|_| 19_998.years());
    now.to_zoned(TimeZone::UTC).checked_sub(span).ok().map(|z| z.timestamp())
}

/// Whether these words stand somewhere, one after the other.
fn follows(all: &[String], wanted: &[String]) -> bool {
    !wanted.is_empty() && all.windows(wanted.len()).any(|w| w == wanted)
}
