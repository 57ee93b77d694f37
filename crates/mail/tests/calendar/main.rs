//! Invitations as calendars send them.
#![expect(clippy::unwrap_used, reason = "tests")]

mod hostile;
mod meeting;
mod odd;
mod state;
mod vendors;
mod zones;

use jiff::Timestamp;
use sales_model::{Invitation, MailAddress};

/// An instant.
fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Everything an invitation holds, line by line.
fn show(i: &Invitation) -> String {
    let mut out = format!("{} {} seq {}\n", i.method, i.uid, i.sequence);
    if let Some(occurrence) = i.occurrence {
        out += &format!("  occurrence {occurrence}\n");
    }
    let when = |t: Option<Timestamp>| t.map_or("?".to_owned(), |t| t.to_string());
    let marks = format!("{}{}", if i.all_day { ", whole days" } else { "" }, if i.recurring { ", repeated" } else { "" });
    out += &format!("  {}{}\n", i.title, if i.location.is_empty() { String::new() } else { format!(" | {}", i.location) });
    out += &format!("  {} to {}{marks}\n", when(i.start), when(i.end));
    let person = |p: &MailAddress| format!("{} <{}>", p.name, p.email);
    if let Some(organiser) = &i.organiser {
        out += &format!("  by {}\n", person(organiser));
    }
    for (p, answer) in &i.attendees {
        out += &format!("  {}: {answer}\n", person(p));
    }
    out
}

fn read(text: &str) -> String {
    sales_mail::calendar::read(text, None).iter().map(show).collect()
}

/// One event with these lines in a calendar with these before it.
fn event(before: &str, lines: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{before}BEGIN:VEVENT\r\nUID:1@x.example\r\n{lines}END:VEVENT\r\nEND:VCALENDAR\r\n")
}

/// The start of an event with this DTSTART line.
fn start(before: &str, dtstart: &str) -> Option<Timestamp> {
    sales_mail::calendar::read(&event(before, &format!("{dtstart}\r\n")), None)[0].start
}
