//! Whether a mail is no part of a conversation between people, as its header tells.

use sales_model::{Mail, MailAddress, Noise};

use super::{header::Header, param::Content};

/// How automatic replies begin their subjects.
const AUTOMATIC: [&str; 24] = [
    "automatic reply:",
    "auto reply:",
    "auto-reply:",
    "autoreply:",
    "auto response:",
    "automatic response:",
    "out of office",
    "out of the office",
    "out-of-office",
    "automatische antwort",
    "abwesenheitsnotiz",
    "abwesend:",
    "abwesenheit:",
    "réponse automatique",
    "reponse automatique",
    "absence du bureau",
    "respuesta automática",
    "respuesta automatica",
    "fuera de la oficina",
    "risposta automatica",
    "resposta automática",
    "automatisch antwoord",
    "autosvar",
    "automatsvar",
];

/// Why it is none; `None` where it may be one.
pub(crate) fn of(header: &Header<'_>, mail: &Mail) -> Option<Noise> {
    let content = Content::parse(&header.text("Content-Type").unwrap_or_default());
    let by = Sender::of(mail.from.as_ref());
    let null_path = header.text("Return-Path").is_some_and(|p| p.trim() == "<>");
    if is_report(header, &content) || (by == Sender::Daemon && (null_path || mail.references.is_empty())) {
        return Some(Noise::Bounce);
    }
    if content.value == "text/calendar" && content.param("method").is_some_and(is_answer) {
        return Some(Noise::CalendarReply);
    }
    let answers = !mail.references.is_empty();
    let auto = header.lower("Auto-Submitted");
    let generated = !auto.is_empty() && auto != "no" && !auto.starts_with("no;");
    let precedence = header.lower("Precedence");
    if is_automatic_reply(header, mail, &auto, &precedence) || (generated && answers && header.has("X-Auto-Response-Suppress")) {
        return Some(Noise::AutoReply);
    }
    if is_mailing(header, mail, by, &precedence) {
        return Some(Noise::Newsletter);
    }
    if null_path && answers {
        return Some(Noise::AutoReply);
    }
    let bulk = matches!(precedence.as_str(), "bulk" | "junk");
    (generated || by != Sender::Person || bulk || null_path).then_some(Noise::Notification)
}

/// Whether a method of RFC 5546 answers an invitation.
pub(crate) fn is_answer(method: &str) -> bool {
    ["REPLY", "COUNTER"].iter().any(|m| method.trim().eq_ignore_ascii_case(m))
}

/// A report on delivery or reading (RFC 3462, 3464, 8098), or as Exchange and qmail-like servers mark theirs.
fn is_report(header: &Header<'_>, content: &Content) -> bool {
    let kinds = ["multipart/report", "message/delivery-status", "message/disposition-notification"];
    kinds.contains(&content.value.as_str()) || header.has("X-Failed-Recipients") || header.has("X-MS-Exchange-Message-Is-Ndr")
}

fn is_automatic_reply(header: &Header<'_>, mail: &Mail, auto: &str, precedence: &str) -> bool {
    let subject = mail.subject.to_lowercase();
    let says = ["X-Autoreply", "X-Autorespond", "X-Auto-Reply"].iter().any(|f| !matches!(header.lower(f).as_str(), "" | "no" | "false"));
    auto.starts_with("auto-replied") || precedence == "auto_reply" || says || AUTOMATIC.iter().any(|a| subject.starts_with(a))
}

/// Sent to many. A way to unsubscribe alone proves nothing: sales programs put one under mails to a single person, and discussion lists
/// (which can be posted to) have one too.
fn is_mailing(header: &Header<'_>, mail: &Mail, by: Sender, precedence: &str) -> bool {
    let answers = !mail.references.is_empty();
    let discussion = header.has("List-Post") && !header.lower("List-Post").starts_with("no");
    if discussion || (answers && by == Sender::Person) {
        return false;
    }
    let unsubscribe = header.has("List-Unsubscribe") || header.has("List-Unsubscribe-Post");
    let bulk = matches!(precedence, "bulk" | "junk" | "list");
    let marks = ["Feedback-ID", "List-ID", "X-Campaign", "X-CampaignID", "X-Campaign-ID", "X-MC-User", "X-Mailer-LID"];
    let marked = marks.iter().any(|m| header.has(m));
    let recipients = mail.to.len() + mail.cc.len();
    unsubscribe && (bulk || marked || by == Sender::Program || !(1..=20).contains(&recipients))
}

/// What an author's address says of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sender {
    Person,
    /// One that nobody reads answers at, or that programs write from.
    Program,
    /// A mail server.
    Daemon,
}

impl Sender {
    fn of(from: Option<&MailAddress>) -> Self {
        let Some(from) = from else { return Sender::Person };
        let local = from.email.rsplit_once('@').map_or(from.name.as_str(), |(local, _)| local);
        let plain: String = local.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
        if matches!(plain.as_str(), "mailerdaemon" | "maildaemon" | "postmaster" | "mailadministrator") {
            return Sender::Daemon;
        }
        let silent = ["noreply", "donotreply", "dontreply", "neverreply", "nepasrepondre", "nichtantworten", "norespond", "noresponder"];
        let programs =
            ["notification", "notifications", "notify", "alerts", "bounce", "bounces", "automailer", "calendarnotification", "mailer"];
        let is = silent.iter().any(|s| plain.starts_with(s) || plain.ends_with(s)) || programs.contains(&plain.as_str());
        if is { Sender::Program } else { Sender::Person }
    }
}

#[cfg(test)]
#[path = "noise_tests.rs"]
mod tests;
