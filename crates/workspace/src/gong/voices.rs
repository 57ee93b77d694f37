use std::collections::HashMap;

use sales_model::{Participant, Side};

/// The name of who has none.
const UNKNOWN: &str = "Unknown";

/// Who the speakers of a transcript are: what it calls them, with name and side.
#[derive(Debug)]
pub struct Voices<'a> {
    speakers: HashMap<&'a str, (&'a str, Side)>,
    names: HashMap<String, (&'a str, Side)>,
}

impl<'a> Voices<'a> {
    /// From the participants and on which side each of them stands.
    pub fn new(participants: &'a [Participant], sides: &[Side]) -> Self {
        let mut voices = Voices { speakers: HashMap::new(), names: HashMap::new() };
        for (n, participant) in participants.iter().enumerate() {
            let who = (name(participant), sides.get(n).copied().unwrap_or(Side::Other));
            if let Some(speaker) = participant.speaker.as_deref() {
                // Somebody who was there and whom nothing names: an id of the vendor's would tell nobody more.
                voices.speakers.entry(speaker).or_insert((who.0.unwrap_or(UNKNOWN), who.1));
            }
            if let Some(name) = who.0 {
                voices.names.entry(name.to_lowercase()).or_insert((name, who.1));
            }
        }
        voices
    }

    /// Name and side of a speaker: of the participant that goes by that, or has that name; a speaker whom nobody knows goes by what the
    /// transcript calls them.
    pub fn of(&self, speaker: &'a str) -> (&'a str, Side) {
        if let Some(known) = self.speakers.get(speaker) {
            return *known;
        }
        let called = speaker.trim();
        if let Some(known) = self.names.get(&called.to_lowercase()) {
            return *known;
        }
        match called {
            "" => (UNKNOWN, Side::Other),
            "me" => (called, Side::Ours),
            "them" => (called, Side::Theirs),
            _ => (called, Side::Other),
        }
    }
}

fn name(participant: &Participant) -> Option<&str> {
    let given = Some(participant.name.trim()).filter(|n| !n.is_empty());
    given.or(participant.email.as_deref().filter(|e| !e.is_empty()))
}
