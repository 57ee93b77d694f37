use std::fmt::Write;

use jiff::{Timestamp, tz::TimeZone};
use sales_model::{Invitation, MailAddress, MailFile, Noise};

use super::{Message, ThreadFile, anchor, shown, subject};
use crate::markdown;

/// Recipients that a heading names; the rest are counted.
const NAMED: usize = 8;

/// Title and messages, after the front matter. Writing to a string can't fail.
pub(super) fn write(file: &ThreadFile<'_>, out: &mut String) {
    let title = markdown::heading(subject(file));
    let _ = write!(out, "\n# {}\n", if title.is_empty() { "(no subject)" } else { &title });
    let mut last = subject(file);
    for (index, message) in file.messages.iter().enumerate() {
        heading(file, index, message, out);
        let subject = message.mail.subject.as_str();
        if index > 0 && bare(subject) != bare(last) {
            let _ = write!(out, "\nSubject: {}\n", markdown::text(subject));
        }
        last = subject;
        self::message(message, file.timezone, out);
    }
}

/// A subject as far as a change of it is worth a line: `Re: x` is `x`.
fn bare(subject: &str) -> &str {
    let mut rest = subject.trim();
    while let Some((prefix, after)) = rest.split_once(':')
        && prefix.chars().count() <= 4
        && prefix.chars().all(char::is_alphabetic)
    {
        rest = after.trim_start();
    }
    rest
}

fn heading(file: &ThreadFile<'_>, index: usize, message: &Message<'_>, out: &mut String) {
    let at = time(message.record.at, file.timezone);
    let from = message.mail.from.as_ref().map_or_else(|| "Unknown".to_owned(), person);
    let to = names(&message.mail.to);
    let to = if to.is_empty() { String::new() } else { format!(" to {to}") };
    // The heading's own fragment would hold its words: this one is short and stays when somebody is renamed.
    let _ = write!(out, "\n<a id=\"{}\"></a>\n\n## {at} {from}{to}\n", anchor(index));
    for (word, list) in [("Cc", &message.mail.cc), ("Bcc", &message.mail.bcc)] {
        let names = names(list);
        if !names.is_empty() {
            let _ = write!(out, "\n{word}: {names}\n");
        }
    }
}

fn message(message: &Message<'_>, zone: &TimeZone, out: &mut String) {
    let mail = message.mail;
    if let Some(note) = mail.noise.map(noise) {
        let _ = write!(out, "\n*{note}*\n");
    }
    if mail.suspect {
        out.push_str("\n*Whoever sent this may not be who they say: the sender's domain did not send it.*\n");
    }
    if mail.header_only {
        out.push_str("\n*Only the header of this mail was kept.*\n");
    }
    let text = paragraphs(message.text);
    if !text.is_empty() {
        let _ = write!(out, "\n{text}");
    }
    for invitation in &mail.invitations {
        out.push('\n');
        self::invitation(invitation, zone, out);
    }
    let files: Vec<&MailFile> = mail.files.iter().filter(|f| !f.inline).collect();
    if !files.is_empty() {
        out.push('\n');
        for file in files {
            let _ = writeln!(out, "- Attachment: {}", attachment(file));
        }
    }
    let folded: Vec<String> = [("of quoted history", message.quoted), ("of signature", message.signature)]
        .iter()
        .filter(|(_, lines)| *lines > 0)
        .map(|(what, lines)| format!("{lines} {} {what}", if *lines == 1 { "line" } else { "lines" }))
        .collect();
    if !folded.is_empty() {
        let _ = write!(out, "\n*Not shown: {}.*\n", folded.join(", "));
    }
}

/// Each line of the text on a line of its own.
fn paragraphs(text: &str) -> String {
    let mut out = String::new();
    let mut blank = false;
    for raw in text.lines() {
        let mut line = markdown::line(raw);
        // It would make a table of the line before it.
        if line.contains('|') && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' ' | '\\')) {
            line.insert(0, '\\');
        }
        if line.is_empty() {
            blank = !out.is_empty();
            continue;
        }
        match (out.is_empty(), blank) {
            (true, _) => {}
            (false, true) => out.push_str("\n\n"),
            // Markdown joins lines that follow each other.
            (false, false) => out.push_str("  \n"),
        }
        out.push_str(&line);
        blank = false;
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// Name and address; the latter as a link that Markdown makes itself, unless it has signs that might end it.
fn person(address: &MailAddress) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-' | '@' | '=' | '\'' | '/' | '#');
    if address.email.is_empty() || !address.email.chars().all(plain) {
        return markdown::text(&shown(address));
    }
    let name = markdown::text(&address.name);
    if name.is_empty() { format!("<{}>", address.email) } else { format!("{name} <{}>", address.email) }
}

fn names(list: &[MailAddress]) -> String {
    let mut out = list.iter().take(NAMED).map(person).collect::<Vec<_>>().join(", ");
    if list.len() > NAMED {
        let _ = write!(out, " and {} more", list.len() - NAMED);
    }
    out
}

fn noise(noise: Noise) -> &'static str {
    match noise {
        Noise::Newsletter => "A mailing to many.",
        Noise::AutoReply => "An automatic reply.",
        Noise::Bounce => "A report about the delivery of a mail.",
        Noise::Notification => "Written by a program.",
        Noise::CalendarReply => "An answer to an invitation.",
    }
}

fn invitation(invitation: &Invitation, zone: &TimeZone, out: &mut String) {
    let what = match invitation.method.as_str() {
        "CANCEL" => "Cancelled",
        "REPLY" => "Answer to",
        "COUNTER" => "Other time proposed for",
        _ => "Invitation",
    };
    let title = markdown::text(&invitation.title);
    let _ = write!(out, "- {what}: {}", if title.is_empty() { "untitled" } else { &title });
    if let Some(start) = invitation.start {
        let start = if invitation.all_day { zone.to_datetime(start).date().to_string() } else { time(start, zone) };
        let _ = write!(out, ", {start}");
    }
    if let Some(end) = invitation.end.filter(|_| !invitation.all_day) {
        let _ = write!(out, " to {}", time(end, zone));
    }
    if !invitation.location.is_empty() {
        let _ = write!(out, ", {}", markdown::text(&invitation.location));
    }
    out.push('\n');
    let answered = invitation.attendees.iter().filter(|(_, answer)| !answer.is_empty() && answer != "needs-action");
    for (who, answer) in answered.take(NAMED) {
        let _ = writeln!(out, "  - {}: {}", person(who), markdown::text(answer));
    }
}

fn attachment(file: &MailFile) -> String {
    let name = markdown::text(&file.name);
    let size = match file.size {
        n if n < 1_000 => format!("{n} bytes"),
        n if n < 1_000_000 => format!("{} KB", n.div_ceil(1_000)),
        n => format!("{} MB", n.div_ceil(1_000_000)),
    };
    format!("{} ({}, {size})", if name.is_empty() { "unnamed" } else { &name }, markdown::text(&file.kind))
}

/// `2024-03-15 14:05`.
fn time(at: Timestamp, zone: &TimeZone) -> String {
    let at = zone.to_datetime(at);
    format!("{} {:02}:{:02}", at.date(), at.hour(), at.minute())
}
