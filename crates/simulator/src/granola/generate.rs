use jiff::{SignedDuration, Timestamp};
use rand::{Rng, SeedableRng, rngs::SmallRng};

use super::{CalendarEvent, Folder, Invitee, Key, Note, Speaker, TranscriptItem, User, World, text::id};
use crate::words::Vocabulary;

/// How much to generate. Texts are words of an invented vocabulary with Zipf frequencies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generate {
    /// Notes, all seen by the key `grn_generated`.
    pub notes: usize,
    /// Items of each transcript.
    pub transcript_items: usize,
    /// People from the customer's side in each meeting.
    pub attendees: usize,
    /// The customers' mail domains; notes go round among them.
    pub domains: Vec<String>,
    /// Colleagues who make notes, `rep0@generated.example` and so on.
    pub owners: usize,
    /// Folders, one per customer in turn.
    pub folders: usize,
    /// Words of the vocabulary.
    pub words: usize,
    /// The time the meetings spread over, in days before `until`.
    pub days: u32,
    /// After the newest change.
    pub until: Timestamp,
}

impl Generate {
    /// A backfill as the vendor's limits make it long: 3,000 notes over two years, of 100 customers.
    pub fn bench(until: Timestamp) -> Self {
        Generate { notes: 3_000, transcript_items: 60, domains: domains(100), days: 730, words: 20_000, ..Generate::crash(until) }
    }

    /// A few weeks: 120 notes of 10 customers.
    pub fn crash(until: Timestamp) -> Self {
        Generate {
            notes: 120,
            transcript_items: 12,
            attendees: 2,
            domains: domains(10),
            owners: 5,
            folders: 10,
            words: 2_000,
            days: 60,
            until,
        }
    }
}

/// `customer000.example` and so on.
fn domains(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("customer{n:03}.example")).collect()
}

impl World {
    /// A workspace of generated notes: the same seed and spec give the same world. Its keys are `grn_generated`, which sees everything, and
    /// `grn_generated_workspace`.
    pub fn generate(spec: &Generate, seed: u64) -> World {
        let mut random = SmallRng::seed_from_u64(seed);
        let vocabulary = Vocabulary::new(spec.words.max(1), &mut random);
        let mut world = World::default();
        world.add_key(Key::personal("grn_generated", owner(0)));
        world.add_key(Key::workspace("grn_generated_workspace", owner(0)));
        let folders: Vec<Folder> =
            (0..spec.folders).map(|n| Folder::new(&id("fol_", &format!("generated {n}")), &format!("Customer {n:03}"), None)).collect();
        for folder in &folders {
            let added = world.add_folder(folder.clone());
            debug_assert!(added.is_ok(), "{added:?}");
        }
        let span = i64::from(spec.days.max(1)) * 86_400;
        for number in 0..spec.notes {
            // The last one is as old as a meeting and its summary take.
            let back = span - span * i64::try_from(number + 1).unwrap_or(1) / i64::try_from(spec.notes).unwrap_or(1).max(1);
            let at = spec.until.checked_sub(SignedDuration::from_secs(back + 7_200)).unwrap_or(spec.until);
            let mut note = meeting(spec, number, at, &vocabulary, &mut random);
            note.folder_membership.extend(folders.get(number % spec.folders.max(1)).cloned());
            let added = world.add_note(note);
            debug_assert!(added.is_ok(), "{added:?}");
        }
        world
    }
}

fn owner(number: usize) -> User {
    User::new(&format!("Rep {number}"), &format!("rep{number}@generated.example"))
}

/// One note and its meeting of half an hour.
fn meeting(spec: &Generate, number: usize, at: Timestamp, vocabulary: &Vocabulary, random: &mut SmallRng) -> Note {
    let after = |seconds: i64| at.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(at);
    let phrase = |random: &mut SmallRng, words: usize| (0..words).map(|_| vocabulary.word(random)).collect::<Vec<_>>().join(" ");
    let owner = owner(number % spec.owners.max(1));
    let domain = spec.domains.get(number % spec.domains.len().max(1)).map_or("nobody.example", String::as_str);
    let guests: Vec<User> =
        (0..spec.attendees).map(|n| User::new(&format!("Guest {n} of {domain}"), &format!("guest{n}@{domain}"))).collect();
    let title = format!("{} {number}", phrase(random, 3));
    let mut summary = format!("### Summary\n\n- {}\n- {}\n\n### Next steps\n", vocabulary.text(random), vocabulary.text(random));
    for guest in &guests {
        summary.push_str(&format!("\n- {}: {}", guest.name.as_deref().unwrap_or(&guest.email), phrase(random, 8)));
    }
    let mut note = Note::new(&format!("generated {number}"), &title, owner.clone(), at).with_summary(&summary);
    note.updated_at = after(2_700);
    note.sim.public = true;
    note.calendar_event = Some(CalendarEvent {
        event_title: Some(title),
        invitees: guests.iter().chain([&owner]).map(|u| Invitee { email: u.email.clone() }).collect(),
        organiser: Some(owner.email.clone()),
        calendar_event_id: Some(format!("generated{number}")),
        scheduled_start_time: Some(at),
        scheduled_end_time: Some(after(1_800)),
    });
    let gap = 1_800 / i64::try_from(spec.transcript_items).unwrap_or(1).max(1);
    let items = (0..spec.transcript_items).map(|n| {
        let start = i64::try_from(n).unwrap_or(0) * gap;
        let speaker = match guests.get(random.random_range(0..=guests.len())) {
            Some(guest) => Speaker::them("Speaker A", guest.name.as_deref()),
            None => Speaker::me(),
        };
        let length = random.random_range(5..25);
        TranscriptItem { speaker, text: phrase(random, length), start_time: after(start), end_time: after(start + gap.max(1)) }
    });
    note.transcript = Some(items.collect());
    note.attendees = guests;
    note
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_worlds_are_sound_and_repeatable() {
        let until: Timestamp = "2026-11-20T00:00:00Z".parse().unwrap();
        let spec = Generate::crash(until);
        let world = World::generate(&spec, 3);
        assert_eq!(world.notes().count(), 120, "ids differ");
        let (oldest, newest) = (world.notes().map(|n| n.created_at).min().unwrap(), world.newest().unwrap());
        assert!(newest < until && until.duration_since(newest) < SignedDuration::from_hours(2), "{newest}");
        let days = newest.duration_since(oldest).as_hours() / 24;
        assert!((58..=60).contains(&days), "{days}");
        for note in world.notes() {
            assert_eq!(note.transcript.as_ref().unwrap().len(), 12);
            assert_eq!((note.attendees.len(), note.folder_membership.len()), (2, 1));
            assert!(note.attendees.iter().all(|a| a.email.ends_with(".example") && a.email.contains("@customer00")));
        }
        let again = World::generate(&spec, 3);
        assert!(world.notes().eq(again.notes()));
        assert!(!World::generate(&spec, 4).notes().eq(world.notes()));
        let none =
            Generate { notes: 0, transcript_items: 0, attendees: 0, domains: Vec::new(), owners: 0, folders: 0, words: 0, days: 0, until };
        assert_eq!(World::generate(&none, 1).notes().count(), 0);
        assert_eq!(World::generate(&Generate { notes: 2, ..none }, 1).notes().count(), 2);
    }
}
