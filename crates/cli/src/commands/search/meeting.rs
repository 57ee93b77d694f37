//! Hits in calls, notes and mails: the place where the words stand, and who said them.

use sales_model::{Detail, Record, Utterance};

use super::Found;

/// Says of a hit which call, note or mail it is, and quotes the turn in which the words stand. `first`: the call or note itself.
pub(super) fn describe(found: &mut Found, hit: &Record, first: Option<&Record>, query: &str) {
    match first.and_then(|r| r.detail.as_deref()) {
        Some(Detail::Call(call)) => {
            found.place = format!("call: {}", titled(&call.title));
            found.url.clone_from(&call.url);
            if let Some(turn) = turn(hit, query) {
                let who = call.participants.iter().find(|p| p.speaker.as_deref() == Some(turn.speaker.as_str()));
                quote(found, turn, who.map(|p| p.name.clone()).unwrap_or_else(|| turn.speaker.clone()));
            }
        }
        Some(Detail::Note(note)) => {
            found.place = format!("note: {}", titled(&note.title));
            found.url.clone_from(&note.url);
            if let Some(turn) = turn(hit, query) {
                quote(found, turn, turn.speaker.clone());
            } else {
                found.author = Some(note.owner.name.clone()).filter(|n| !n.is_empty());
            }
        }
        Some(Detail::Mail(mail)) => {
            found.place = format!("mail: {}", titled(&mail.subject));
            let from = mail.from.as_ref();
            found.author = from.map(|f| if f.name.is_empty() { f.email.clone() } else { f.name.clone() });
        }
        _ => {}
    }
}

/// Characters of a title that are shown.
const TITLE: usize = 80;

fn titled(title: &str) -> String {
    match title.chars().count() {
        0 => "untitled".to_owned(),
        n if n <= TITLE => title.to_owned(),
        _ => title.chars().take(TITLE).chain(['…']).collect(),
    }
}

fn quote(found: &mut Found, turn: &Utterance, who: String) {
    let seconds = turn.start / 1_000;
    found.text = format!("[{}:{:02}] {}", seconds / 60, seconds % 60, turn.text);
    found.author = Some(who).filter(|n| !n.is_empty());
}

/// The turn with most of the words; the first of them.
fn turn<'r>(hit: &'r Record, query: &str) -> Option<&'r Utterance> {
    let Some(Detail::Transcript(transcript)) = hit.detail.as_deref() else { return None };
    let words: Vec<String> =
        query.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect();
    let score = |turn: &Utterance| {
        let text = turn.text.to_lowercase();
        words.iter().filter(|w| text.contains(w.as_str())).count()
    };
    let best = transcript.turns.iter().map(score).max()?;
    transcript.turns.iter().find(|turn| score(turn) == best)
}

#[cfg(test)]
mod tests {
    use sales_model::{Call, Participant, Text, Transcript};

    use super::*;

    #[test]
    fn the_turn_with_the_words_is_quoted() {
        let base = |native: &str, detail: Detail| Record {
            place: "gong".into(),
            native: native.into(),
            thread: "1".into(),
            at: jiff::Timestamp::UNIX_EPOCH,
            state: sales_model::RecordState::Live,
            partial: false,
            author: None,
            author_name: None,
            bot: false,
            text: Text::default(),
            activity: false,
            edited: None,
            reactions: Vec::new(),
            files: Vec::new(),
            team: None,
            detail: Some(Box::new(detail)),
        };
        let with = Participant { speaker: Some("s".into()), name: "Jo".into(), ..Participant::default() };
        let call = Call { title: "Review".into(), url: "https://u".into(), participants: vec![with], ..Call::default() };
        let say = |start, text: &str| Utterance { speaker: "s".into(), start, end: None, text: text.into() };
        let turns = vec![say(0, "Hello there"), say(754_000, "The Security review is next"), say(800_000, "security review")];
        let part = base("1/transcript", Detail::Transcript(Transcript { turns, unavailable: false }));
        let mut found = Found {
            record: String::new(),
            time: String::new(),
            place: String::new(),
            author: None,
            text: String::new(),
            url: String::new(),
            customers: Vec::new(),
        };
        describe(&mut found, &part, Some(&base("1", Detail::Call(call))), "security review");
        let got = (found.place.as_str(), found.author.as_deref(), found.text.as_str(), found.url.as_str());
        assert_eq!(got, ("call: Review", Some("Jo"), "[12:34] The Security review is next", "https://u"));
    }
}
