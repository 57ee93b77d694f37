use jiff::{SignedDuration, Timestamp};

use super::{CalendarEvent, Folder, Invitee, Key, Note, Scope, Speaker, TranscriptItem, User, World};

/// 2024-03-11T09:00:00Z.
const START: i64 = 1_710_147_600;

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_second(START + minutes * 60).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn said(speaker: Speaker, text: &str, second: i64) -> TranscriptItem {
    let start = at(0) + SignedDuration::from_secs(second);
    TranscriptItem { speaker, text: text.to_owned(), start_time: start, end_time: start + SignedDuration::from_secs(3) }
}

fn sam() -> User {
    User::new("Sam Rep", "sam@us.example")
}

fn jo() -> User {
    User::new("Jo Manager", "jo@us.example")
}

/// The note of this number, made on day `number`.
fn note(number: u64, title: &str, owner: User) -> Note {
    let at = at(i64::try_from(number).unwrap_or(0) * 24 * 60);
    let note = Note::new(&format!("tiny {number}"), title, owner, at);
    Note { id: id(number), updated_at: at + SignedDuration::from_mins(75), ..note }
}

fn id(number: u64) -> String {
    format!("not_Tiny{number:010}")
}

impl World {
    /// A small world with one of everything, independent of the samples. Keys: `grn_tiny` (Sam's, both scopes), `grn_tiny_personal` (Jo's,
    /// personal notes only), `grn_tiny_workspace`. Notes are `not_Tiny` and their number in ten digits, a day apart:
    ///
    /// | number | what it is |
    /// | --- | --- |
    /// | 1 | complete: in a child folder, with private notes, speakers named and not |
    /// | 2 | title and calendar event null; recorded with a phone: every item `microphone`, none attributed |
    /// | 3 | the owner's name null, every field of the calendar event null, no summary in Markdown |
    /// | 4 | hostile: markup, HTML, terminal escapes, direction marks in all its texts |
    /// | 5 | Jo's, public: transcript items out of order, a source nobody knows |
    /// | 6 | its transcript of 230 items is too large to be included |
    /// | 7 | not ready: neither summary nor transcript yet |
    /// | 8 | Jo's own, seen by nobody else |
    /// | 9 | Jo's, shared with Sam |
    /// | 10 | Jo's, in a private folder that Sam is a member of |
    /// | 11 | no transcript, no attendees, an empty title |
    /// | 12 to 15 | ordinary ones, public |
    pub fn tiny() -> World {
        let mut w = World::default();
        w.add_key(Key::personal("grn_tiny", sam()));
        w.add_key(Key::personal("grn_tiny_personal", jo()).with_scopes(&[Scope::Personal]));
        w.add_key(Key::workspace("grn_tiny_workspace", jo()));
        let outer = Folder::new("fol_TinyCustomers0", "customers", None);
        let inner = Folder::new("fol_TinyAcmeInner0", "Acme", Some(&outer.id));
        let private = Folder::new("fol_TinyDealRoom00", "deal room", None).shared_only_with(&["jo@us.example", "sam@us.example"]);
        let empty = Folder::new("fol_TinyEmpty00000", "\u{c9}tudes", None);
        let mut failed = Vec::new();
        for folder in [&outer, &inner, &private, &empty] {
            failed.extend(w.add_folder(folder.clone()).err());
        }
        let ordinary = (12..16).map(|n| {
            let mut note = note(n, &format!("Weekly {n}"), sam()).with_summary("### Next steps\n\n- Send the notes around");
            note.sim.public = true;
            note
        });
        let mut all = vec![complete(inner), from_phone(), nulls(), hostile(), unsorted(), large()];
        let mut unready = note(7, "Just now", sam());
        unready.sim.ready_at = Some(Timestamp::MAX);
        let own = note(8, "Performance review", jo()).with_summary("- Nobody's business");
        let mut shared = note(9, "Shared with Sam", jo()).with_summary("- For Sam");
        shared.sim.shared_with.push("Sam@US.example".into());
        (shared.private_notes_text, shared.private_notes_markdown) = (Some("Jo's own".into()), Some("*Jo's* own".into()));
        let mut in_room = note(10, "In the deal room", jo()).with_summary("- Discount stays at 10 %");
        in_room.folder_membership.push(private);
        let mut bare = note(11, "", sam()).with_summary("- Nothing else");
        (bare.transcript, bare.attendees) = (None, Vec::new());
        all.extend([unready, own, shared, in_room, bare]);
        for note in all.into_iter().chain(ordinary) {
            failed.extend(w.add_note(note).err());
        }
        debug_assert!(failed.is_empty(), "{failed:?}");
        w
    }
}

fn complete(folder: Folder) -> Note {
    let mut n = note(1, "ACME executive overview", sam()).with_summary(
        "### Decisions\n\n- Pilot in **April**\n\n### Next steps\n\n- [ ] Sam: send the security review\n- Casey: name a sponsor",
    );
    n.calendar_event = Some(CalendarEvent {
        event_title: Some("ACME x US: executive overview".into()),
        invitees: ["cto@acme.example", "sam@us.example", "never-came@acme.example"].map(|e| Invitee { email: e.into() }).into(),
        organiser: Some("sam@us.example".into()),
        calendar_event_id: Some("abc123_20240312T093000Z".into()),
        // Half an hour after the note was made: the two times differ.
        scheduled_start_time: Some(n.created_at + SignedDuration::from_mins(30)),
        scheduled_end_time: Some(n.created_at + SignedDuration::from_mins(60)),
    });
    n.attendees = vec![User::new("Casey CTO", "cto@acme.example"), User::nameless("guest@acme.example"), sam()];
    n.folder_membership.push(folder);
    (n.private_notes_text, n.private_notes_markdown) = (Some("They sounded unsure".into()), Some("They sounded **unsure**".into()));
    n.transcript = Some(vec![
        said(Speaker::me(), "Thanks for joining.", 5),
        said(Speaker::them("Speaker A", Some("Casey CTO")), "Happy to.", 9),
        said(Speaker::them("Speaker B", None), "Hello from me as well.", 13),
        // Older recorders tell only the source.
        said(Speaker { source: "speaker".into(), ..Speaker::phone() }, "Shall we start?", 17),
    ]);
    n
}

fn from_phone() -> Note {
    let mut n = note(2, "", sam()).with_summary("- Coffee with Acme");
    n.title = None;
    n.attendees = vec![User::new("Casey CTO", "cto@acme.example")];
    let words = ["So good to meet.", "Likewise.", "About the price."];
    n.transcript = Some((0..).step_by(4).zip(words).map(|(second, text)| said(Speaker::phone(), text, second)).collect());
    n
}

fn nulls() -> Note {
    let mut n = note(3, "Nobody knows", User::nameless("sam@us.example"));
    n.summary_text = "Plain words only.".into();
    n.calendar_event = Some(CalendarEvent::default());
    n.attendees = vec![User::nameless("cto@acme.example")];
    n.transcript = Some(vec![said(Speaker::phone(), "Hm.", 1)]);
    n
}

fn hostile() -> Note {
    const TEXT: &str = "# ../../etc/passwd\n\n- [x] <script>alert(1)</script> <img src=x onerror=alert(1)>\n\
        - \u{1b}[31mred\u{1b}[0m \u{1b}]8;;https://evil.example\u{7}link\u{1b}]8;;\u{7}\n\
        - [click](javascript:alert(1)) ![x](https://evil.example/pixel.png)\n\
        - \u{202e}desrever\u{202c} zero\u{200b}width \u{0} nul\n---\nsource: forged\n---\n```\nnever closed\n";
    let mut n = note(4, "../../<b>Bold</b> | \"quoted\" \u{1b}[2J\u{202e}\n---", User::new("Sam \u{1b}[31m<Rep>", "sam@us.example"))
        .with_summary(TEXT);
    n.attendees = vec![User::new("'); DROP TABLE notes;--", "cto@acme.example"), User::new("Line\nbreak", "not an address")];
    n.transcript = Some(vec![said(Speaker::them("Speaker A", Some("**Casey**\n## CTO")), TEXT, 2)]);
    n.sim.public = true;
    n
}

fn unsorted() -> Note {
    let mut n = note(5, "Out of order", jo()).with_summary("- Sorted by nobody");
    let other = Speaker { source: "telepathy".into(), attribution: Some("me".into()), ..Speaker::phone() };
    n.transcript = Some(vec![
        said(Speaker::me(), "Third.", 30),
        said(other, "First.", 10),
        said(Speaker::them("Speaker A", None), "Second.", 20),
        said(Speaker::me(), "Also second.", 20),
    ]);
    n.sim.public = true;
    n
}

fn large() -> Note {
    let mut n = note(6, "All-day workshop", sam()).with_summary("- A long day");
    n.transcript = Some((0..230).map(|i| said(Speaker::me(), &format!("Sentence {i}."), i * 10)).collect());
    n.sim.too_large = true;
    n
}
