use sales_model::{Call, Detail, Mail, MailAddress, RecordState, RefKind, TextRef, Transcript, Utterance};

use super::*;

struct Chen;

impl Knows for Chen {
    fn address(&self, address: &str) -> bool {
        address.eq_ignore_ascii_case("michael.chen@acme.dev")
    }

    fn name(&self, name: &str) -> bool {
        ["michael chen", "chen michael"].contains(&name)
    }

    fn key(&self, key: &str) -> bool {
        key == "slack:U1"
    }

    fn longest(&self) -> usize {
        2
    }
}

#[test]
fn names_and_addresses_in_texts() {
    let cases = [
        ("", None),
        ("Michael said so", None),
        ("Michaela Chen and Michael Chenoweth", None),
        ("Michael Chen.", Some("[removed].")),
        ("Chen, Michael <Michael.Chen@ACME.dev>", Some("[removed] <[removed]>")),
        ("mail michael.chen@acme.dev, or michael.chen@acme.dev.", Some("mail [removed], or [removed].")),
        ("2024_michael_chen.pdf", Some("2024_[removed].pdf")),
        ("xmichael.chen@acme.dev", None),
        ("Michael --- Chen", None),
        ("\u{201e}MICHAEL CHEN\u{201c} \u{f6}", Some("\u{201e}[removed]\u{201c} \u{f6}")),
        ("@ @@ a@", None),
    ];
    for (given, expected) in cases {
        assert_eq!(text(given, &Chen).as_deref(), expected, "{given}");
    }
    assert_eq!(folded(" Michael  CHEN-Ito "), "michael chen ito");
}

fn said(plain: &str, refs: Vec<TextRef>) -> Record {
    Record {
        place: "slack:C1".into(),
        native: "1.0".into(),
        thread: "1.0".into(),
        at: jiff::Timestamp::UNIX_EPOCH,
        state: RecordState::Live,
        partial: false,
        author: Some("slack:U2".into()),
        author_name: None,
        bot: false,
        text: Text { plain: plain.into(), refs },
        activity: false,
        edited: None,
        reactions: Vec::new(),
        files: Vec::new(),
        team: None,
        detail: None,
    }
}

#[test]
fn mentions_go_and_those_behind_them_move() {
    let mention = |start, end, key: &str| TextRef { start, end, kind: RefKind::Person, key: key.into() };
    let mut message = said("hi @U1, Michael Chen and @U3", vec![mention(3, 6, "slack:U1"), mention(25, 28, "slack:U3")]);
    assert!(record(&mut message, &Chen));
    assert_eq!(message.text.plain, "hi [removed], [removed] and @U3");
    assert_eq!(message.text.refs, [mention(28, 31, "slack:U3")]);
    let before = message.clone();
    assert!(!record(&mut message, &Chen));
    assert_eq!(message, before);
}

#[test]
fn whoever_is_named_in_a_header_is_nobody() {
    let address = |name: &str, email: &str| MailAddress { name: name.into(), email: email.into() };
    let mail = Mail {
        subject: "Re: Michael Chen".into(),
        from: Some(address("Jo", "jo@yourco.example")),
        to: vec![address("Mike", "michael.chen@acme.dev"), address("Lisa", "lisa@acme.dev")],
        ..Mail::default()
    };
    let mut letter = Record { detail: Some(Box::new(Detail::Mail(mail.clone()))), ..said("see below", Vec::new()) };
    assert!(!wrote(&letter, &Chen));
    assert!(record(&mut letter, &Chen));
    let expected = Mail {
        subject: "Re: [removed]".into(),
        to: vec![address("[removed]", "[removed]"), address("Lisa", "lisa@acme.dev")],
        ..mail.clone()
    };
    assert_eq!(letter.detail.as_deref(), Some(&Detail::Mail(expected)));
    assert_eq!((letter.native.as_str(), letter.text.plain.as_str()), ("1.0", "see below"));
    let own = Mail { from: Some(address("Mike", "michael.chen@acme.dev")), ..mail };
    assert!(wrote(&Record { detail: Some(Box::new(Detail::Mail(own))), ..letter }, &Chen));
}

#[test]
fn what_they_said_goes_and_nobody_elses_words() {
    let somebody = |name: &str, email: Option<&str>, speaker: &str| Participant {
        name: name.into(),
        email: email.map(Into::into),
        speaker: Some(speaker.into()),
        ..Participant::default()
    };
    let participants = vec![
        somebody("Mike", Some("michael.chen@acme.dev"), "7"),
        // A guest of that name, and somebody else of that name.
        somebody("Chen, Michael", None, "8"),
        somebody("Michael Chen", Some("mc@globex.example"), "9"),
        // Whose voice could not be told apart from others.
        somebody("Mike", Some("michael.chen@acme.dev"), ""),
    ];
    let call = Record { detail: Some(Box::new(Detail::Call(Call { participants, ..Call::default() }))), ..said("", Vec::new()) };
    assert_eq!(voices(&call, &Chen), ["7", "8"]);
    let turn = |speaker: &str, text: &str| Utterance { speaker: speaker.into(), text: text.into(), ..Utterance::default() };
    let of = |turns: Vec<Utterance>| Detail::Transcript(Transcript { turns, ..Transcript::default() });
    let turns = vec![turn("7", "mine"), turn("", "whose?"), turn("9", "another's"), turn("7", "mine again")];
    let mut transcript = Record { detail: Some(Box::new(of(turns))), ..said("", Vec::new()) };
    assert!(silence(&mut transcript, |speaker| ["7", "8"].contains(&speaker)));
    let left = vec![turn("7", REMOVED), turn("", "whose?"), turn("9", "another's"), turn("7", REMOVED)];
    assert_eq!(transcript.detail.as_deref(), Some(&of(left)));
    assert!(!silence(&mut transcript, |speaker| ["7", "8"].contains(&speaker)), "twice is once");
}
