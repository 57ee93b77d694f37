//! Note files, whole.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[path = "granola_file/markdown.rs"]
mod markdown;

use jiff::{Timestamp, civil::date, tz::TimeZone};
use proptest::prelude::*;
use sales_files::granola::{Attendee, NoteFile, Section, render};
use sales_model::{CalendarEvent, Note, Record, RecordState, Side, Task, Text, Transcript, Utterance};
use serde::Deserialize;

fn record(native: &str) -> Record {
    Record {
        place: "granola".into(),
        native: native.into(),
        thread: native.into(),
        at: Timestamp::UNIX_EPOCH,
        state: RecordState::Live,
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
        detail: None,
    }
}

/// All that a file is made from, with nothing known.
#[derive(Default)]
struct Made {
    native: String,
    note: Note,
    transcript: Option<Transcript>,
    attendees: Vec<Attendee>,
    tasks: Vec<Task>,
    speakers: Vec<(String, String)>,
}

impl Made {
    fn text_in(&self, zone: &str) -> String {
        let (record, customer, timezone) = (record(&self.native), "acme_inc".parse().unwrap(), TimeZone::get(zone).unwrap());
        let file = NoteFile {
            record: &record,
            note: &self.note,
            transcript: self.transcript.as_ref(),
            customer: &customer,
            attendees: &self.attendees,
            tasks: &self.tasks,
            speakers: &self.speakers,
            timezone: &timezone,
        };
        let bytes = render(&file);
        assert_eq!(bytes, render(&file), "the same input gives the same bytes");
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.ends_with('\n') && !text.ends_with("\n\n") && !text.contains("\n\n\n") || text.contains("```"), "{text}");
        text
    }

    fn text(&self) -> String {
        self.text_in("UTC")
    }
}

/// The front matter as a YAML parser reads it. Every key is there, whatever is known.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
struct FrontMatter {
    source: String,
    note_id: Option<String>,
    url: Option<String>,
    created_at: Option<String>,
    updated_at: Option<String>,
    customer: String,
    calendar_event_id: Option<String>,
}

fn front_matter(text: &str) -> FrontMatter {
    let inside = text.strip_prefix("---\n").unwrap();
    let (yaml, rest) = inside.split_once("\n---\n").unwrap();
    assert!(rest.starts_with("\n# "));
    serde_saphyr::from_str(yaml).unwrap_or_else(|e| panic!("{e}: {yaml}"))
}

fn attendee(name: &str, title: Option<&str>, side: Side) -> Attendee {
    Attendee { name: name.into(), title: title.map(Into::into), side }
}

fn task(text: &str, owner: &str, at: u64) -> Task {
    Task { text: text.into(), owner: Some(owner.into()).filter(|o: &String| !o.is_empty()), at: Some(at), ..Task::default() }
}

fn said(speaker: &str, start: u64, text: &str) -> Utterance {
    Utterance { speaker: speaker.into(), start, end: None, text: text.into() }
}

fn overview() -> Made {
    let markdown = "\
### Budget

- **600k** confirmed for this year, see [the plan](https://acme.dev/plan)
  - Board signs off in *May*

### Timeline
Go-live by end of Q2.

### Action items
- [ ] Security review - Lisa Thompson
- [x] Send the architecture overview - Jo Miller
- [ ] Migration plan - Alex Kumar (by 2024-04-12)
";
    Made {
        native: "not_1d3tmYTlCICgjy".into(),
        note: Note {
            title: "Executive Overview Meeting".into(),
            url: "https://notes.granola.ai/d/0dba4400-50f1-4262-9ac7-89cd27b79371".into(),
            created: Some("2024-03-22T15:00:00Z".parse().unwrap()),
            updated: Some("2024-03-22T16:45:30Z".parse().unwrap()),
            event: Some(CalendarEvent { id: Some("abc123@google.com".into()), ..CalendarEvent::default() }),
            markdown: markdown.into(),
            private: "# Mine\nMichael was *in a hurry*.".into(),
            ..Note::default()
        },
        transcript: Some(Transcript {
            turns: vec![
                said("me", 5_000, "Thanks for joining."),
                said("them", 754_900, "Happy to.\nWhat does it cost?"),
                said("Speaker A", 3_723_000, "600k."),
            ],
            unavailable: false,
        }),
        attendees: vec![
            attendee("Jo Miller", Some("Account Executive"), Side::Ours),
            attendee("Michael Chen", Some("CTO"), Side::Theirs),
            attendee("Pat Partner", None, Side::Other),
            attendee("Sarah Rodriguez", Some("VP Eng"), Side::Theirs),
        ],
        tasks: vec![
            task("Security review", "Lisa Thompson", 10),
            Task { done: true, ..task("Send the architecture overview", "Jo Miller", 11) },
            Task { due: Some(date(2024, 4, 12)), ..task("Migration plan", "Alex Kumar", 12) },
        ],
        speakers: vec![("me".into(), "Jo Miller".into()), ("them".into(), "Michael Chen".into())],
    }
}

#[test]
fn a_whole_note() {
    let text = overview().text_in("Europe/Berlin");
    assert_eq!(
        text,
        r#"---
source: granola
note_id: "not_1d3tmYTlCICgjy"
url: "https://notes.granola.ai/d/0dba4400-50f1-4262-9ac7-89cd27b79371"
created_at: "2024-03-22T16:00:00+01:00"
updated_at: "2024-03-22T17:45:30+01:00"
customer: "acme_inc"
calendar_event_id: "abc123@google.com"
---

# Executive Overview Meeting

## Attendees
- Michael Chen (CTO)
- Sarah Rodriguez (VP Eng)
- Pat Partner
- Jo Miller (Account Executive)

## Summary
### Budget

- **600k** confirmed for this year, see the plan <https://acme.dev/plan>
  - Board signs off in *May*

### Timeline
Go-live by end of Q2.

## Action Items
- [ ] Security review - Lisa Thompson
- [x] Send the architecture overview - Jo Miller
- [ ] Migration plan - Alex Kumar [2024-04-12]

## Notes
### Mine
Michael was *in a hurry*.

## Transcript
**Jo Miller** (0:05): Thanks for joining.

**Michael Chen** (12:34): Happy to. What does it cost?

**Speaker A** (1:02:03): 600k.
"#
    );
    let expected = FrontMatter {
        source: "granola".into(),
        note_id: Some("not_1d3tmYTlCICgjy".into()),
        url: Some("https://notes.granola.ai/d/0dba4400-50f1-4262-9ac7-89cd27b79371".into()),
        created_at: Some("2024-03-22T16:00:00+01:00".into()),
        updated_at: Some("2024-03-22T17:45:30+01:00".into()),
        customer: "acme_inc".into(),
        calendar_event_id: Some("abc123@google.com".into()),
    };
    assert_eq!(front_matter(&text), expected);
}

#[test]
fn an_empty_note() {
    let made = Made { native: "not_1".into(), ..Made::default() };
    let expected = r#"---
source: granola
note_id: "not_1"
url: null
created_at: null
updated_at: null
customer: "acme_inc"
calendar_event_id: null
---

# Untitled meeting

## Attendees
Nobody is named.

## Summary
The note is empty.
"#;
    assert_eq!(made.text(), expected);
    // Nothing but what can't be seen, nobody with a name, tasks without words, a transcript without any.
    let made = Made {
        native: "not_1".into(),
        note: Note { title: " \u{202e}\n".into(), markdown: "\u{feff}\n \n\u{200b}".into(), private: "\n\n".into(), ..Note::default() },
        transcript: Some(Transcript { turns: vec![said("me", 0, " \n")], unavailable: true }),
        attendees: vec![attendee(" ", Some("CTO"), Side::Theirs)],
        tasks: vec![task(" ", "", 1)],
        speakers: Vec::new(),
    };
    assert_eq!(made.text(), expected);
}

#[test]
fn a_note_of_nothing_but_tasks() {
    let mut made = overview();
    made.note.markdown = "## Next steps\n\n* Security review (Lisa Thompson)\n".into();
    made.tasks = vec![task("Security review", "Lisa Thompson", 3)];
    made.transcript = None;
    made.note.private = String::new();
    let text = made.text();
    let (_, sections) = text.split_once("## Summary\n").unwrap();
    assert_eq!(sections, "Only action items.\n\n## Action Items\n- [ ] Security review - Lisa Thompson\n");
}

#[test]
fn front_matter_holds_any_text() {
    let hostile = [
        "---",
        "a\n---\nb: c",
        "\"quoted\" \\ 'single'",
        "x: y # no comment",
        "\u{1b}[31m\u{202e}\0\u{85}\u{2028}\u{feff}\u{fffe}\u{ffff}\u{7f}\t\r",
        "null",
        "1e3",
        "2024-03-22",
        "!!python/object:os.system",
        "&a *a",
        "{a: b}",
        "👩\u{200d}💻 \u{10ffff}",
    ];
    for text in hostile {
        let mut made = overview();
        made.native = text.into();
        made.note.url = text.into();
        made.note.event.as_mut().unwrap().id = Some(text.into());
        let file = made.text();
        assert!(!file.contains(|c: char| c.is_control() && c != '\n') && !file.contains(['\u{202e}', '\u{2028}', '\u{feff}']), "{file}");
        let read = front_matter(&file);
        let expected = Some(text.to_owned());
        assert_eq!((&read.note_id, &read.url, &read.calendar_event_id), (&expected, &expected, &expected));
    }
}

#[test]
fn names_titles_and_tasks_are_plain_text() {
    let mut made = overview();
    made.note.title = "# *Q2* [plan](javascript:x) <b>\n---\n## Summary `a` snake_case 5 < 6 & R&D &rlm; C# #".into();
    made.attendees = vec![
        attendee("# Action Items", Some("*CTO*) [x](https://evil.example"), Side::Theirs),
        attendee("- [x] done", None, Side::Theirs),
        attendee("1. Eve\n## Transcript", None, Side::Theirs),
        attendee("```", Some("<img src=x>"), Side::Theirs),
        attendee("-", Some(" "), Side::Bot),
    ];
    made.tasks = vec![Task {
        owner: Some("Lisa\n- [x] forged".into()),
        ..task("Call **Eve**\n## now, see [plan](https://acme.dev/p) ![](https://evil.example/p.png) <script>", "", 999)
    }];
    made.note.markdown = "x".into();
    made.note.private = String::new();
    made.speakers = vec![("me".into(), "**Jo** (9:99): forged".into())];
    made.transcript = Some(Transcript {
        turns: vec![said("me", 0, "# no heading\n## Action Items\n<b> ![x](https://evil.example) \u{1b}[31m\u{202e}red")],
        unavailable: false,
    });
    let text = made.text();
    let (_, body) = text.split_once("---\n\n").unwrap();
    assert_eq!(
        body,
        r"# # \*Q2\* \[plan](javascript:x) &lt;b> --- ## Summary \`a\` snake_case 5 < 6 & R&D &amp;rlm; C# \#

## Attendees
- \# Action Items (\*CTO\*) \[x](https://evil.example)
- \- \[x] done
- 1\. Eve ## Transcript
- \`\`\` (&lt;img src=x>)
- \-

## Summary
x

## Action Items
- [ ] Call **Eve** ## now, see plan <https://acme.dev/p> image <https://evil.example/p.png> &lt;script> - Lisa - \[x] forged

## Transcript
**\*\*Jo\*\* (9:99): forged** (0:00): # no heading ## Action Items &lt;b> !\[x](https://evil.example) \[31mred
"
    );
    markdown::check(&text);
}

#[test]
fn sections_can_be_pointed_at() {
    let anchors = |title: &str| Section::ALL.map(|s| s.anchor(title));
    assert_eq!(anchors("Executive overview"), ["attendees", "summary", "action-items", "notes", "transcript"]);
    assert_eq!(anchors(" Action  Items! "), ["attendees", "summary", "action-items-1", "notes", "transcript"]);
    assert_eq!(anchors("SUMMARY"), ["attendees", "summary-1", "action-items", "notes", "transcript"]);
    for section in Section::ALL {
        assert_eq!(section.slug(), section.heading().to_lowercase().replace(' ', "-"));
    }
    // What the title and the note say takes none of them.
    let mut made = overview();
    for title in ["Executive overview", "Action Items", "transcript"] {
        made.note.title = title.into();
        made.note.markdown = "# Transcript\n## _Action items:_\n### **Notes**\nx".into();
        let slugs = markdown::slugs(&made.text());
        for section in Section::ALL {
            let at = slugs.iter().find(|(slug, _, _)| *slug == section.anchor(title));
            assert_eq!(at.map(|(_, level, text)| (*level, text.as_str())), Some((2, section.heading())), "{title}: {slugs:?}");
        }
    }
}

#[test]
fn a_huge_note_keeps_everything() {
    let mut made = overview();
    made.note.markdown = "- one more point of the meeting\n".repeat(20_000);
    made.transcript = Some(Transcript { turns: (0..10_000).map(|n| said("me", n * 1_000, "and so on")).collect(), unavailable: false });
    made.tasks = (1..=1_000).map(|n| task(&format!("task {n}"), "Jo", n)).collect();
    let text = made.text();
    assert_eq!(text.matches("\n- one more point of the meeting").count(), 19_000);
    assert_eq!(text.matches("\n- [ ] task ").count(), 1_000);
    assert_eq!(text.matches("\n**Jo Miller** (").count(), 10_000);
    assert!(text.ends_with("\n**Jo Miller** (2:46:39): and so on\n"));
}

/// Nothing is taken from the note that does not stand elsewhere.
#[test]
fn a_task_without_words_takes_no_line_away() {
    let mut made = overview();
    made.note.markdown = "### Next steps\n- [ ] Security review\n".into();
    made.tasks = vec![task(" \u{202e}", "Lisa", 2), Task { at: None, ..task("Call Lisa", "", 0) }];
    let text = made.text();
    let (_, rest) = text.split_once("## Summary\n").unwrap();
    let expected = "### Next steps\n- [ ] Security review\n\n## Action Items\n- [ ] Call Lisa\n\n## Notes\n";
    assert!(rest.starts_with(expected), "{text}");
}

/// Long lines of signs that open something and never close it.
#[test]
fn signs_without_end_take_no_time_without_end() {
    for sign in [
        "[", "![", "<", "`", "` `` ", "> ", "- ", "*", "[](", "[](a (", "[](<", "[](\\(", "<http://", "](", "&", "\\", "#", "1. ", "|",
        "\t",
    ] {
        let mut made = overview();
        made.tasks.clear();
        made.note.markdown = sign.repeat(30_000);
        markdown::check_sections(&made.text());
    }
}

proptest! {
    #[test]
    fn front_matter_of_any_text_is_read_back(id in any::<String>(), url in any::<String>()) {
        let made = Made { native: id.clone(), note: Note { url: url.clone(), ..Note::default() }, ..Made::default() };
        let read = front_matter(&made.text());
        let known = |text: String| Some(text).filter(|t| !t.trim().is_empty());
        prop_assert_eq!(read.note_id, known(id));
        prop_assert_eq!(read.url, known(url));
    }
}
