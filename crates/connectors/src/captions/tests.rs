use super::*;

/// Everything that was understood, a line each: times in seconds.
fn shown(text: &str) -> Vec<String> {
    let captions = read(Format::of(text), text);
    let mut out: Vec<String> = Vec::new();
    out.extend(captions.title.map(|t| format!("title: {t}")));
    out.extend(captions.began.map(|b| match b {
        Began::At(at) => format!("began: {at}"),
        Began::Local(at) => format!("began: {at} local"),
    }));
    let seconds = |ms: u64| ms as f64 / 1_000.0;
    out.extend(captions.turns.into_iter().map(|t| {
        let end = t.end.map_or("?".to_owned(), |e| seconds(e).to_string());
        format!("{}-{end} {}: {}", seconds(t.start), t.speaker, t.text)
    }));
    out.extend(captions.notes.into_iter().map(|n| format!("note: {n}")));
    out.extend(captions.damaged.into_iter().map(|d| format!("line {}: {}", d.line, d.reason)));
    out
}

#[test]
fn formats_tell_themselves_apart() {
    for (text, format) in [
        ("WEBVTT\n\n00:01.000 --> 00:02.000\nhi", Format::WebVtt),
        ("\u{feff}WEBVTT - ACME\r\n", Format::WebVtt),
        ("WEBVTT", Format::WebVtt),
        ("WEBVTTX", Format::Text),
        ("1\r\n00:00:01,000 --> 00:00:02,000\r\nhi", Format::Srt),
        ("\n\n00:00:01,000 --> 00:00:02,000\nhi", Format::Srt),
        ("1\n2\n00:00:01.000 --> bad", Format::Srt),
        ("Jane: a --> b", Format::Text),
        ("Jane: hello\nOmar: a --> b", Format::Text),
        ("Jane: hi", Format::Text),
        ("", Format::Text),
    ] {
        assert_eq!(Format::of(text), format, "{text}");
    }
}

#[test]
fn zoom_writes_names_before_each_cue() {
    let text = "WEBVTT\r\n\r\n1\r\n00:00:03.120 --> 00:00:05.440\r\nJane Doe: Good morning, everybody.\r\n\r\n2\r\n00:00:05.900 --> 00:00:09.000\r\nJane Doe: First: the results.\r\n\r\n3\r\n00:00:09.200 --> 00:00:10.000\r\nOmar Haddad: Go on.\r\n\r\n4\r\n00:00:20.000 --> 00:00:21.000\r\nOmar Haddad: Are you there?\r\n";
    assert_eq!(
        shown(text),
        [
            "3.12-9 Jane Doe: Good morning, everybody. First: the results.",
            "9.2-10 Omar Haddad: Go on.",
            "20-21 Omar Haddad: Are you there?",
        ]
    );
    let captions = read(Format::WebVtt, text);
    assert_eq!((captions.speakers, captions.length), (vec!["Jane Doe".to_owned(), "Omar Haddad".to_owned()], 21_000));
}

#[test]
fn teams_writes_voices() {
    let text = "\u{feff}WEBVTT - POC results review\nDate: 2024-04-05 15:00\n\nSTYLE\n::cue { color: lime }\n\nNOTE Confidence: 0.93\n\n\
        b2c4-e1/9-0\n00:03.120 --> 00:05.440 align:start position:10%\n<v Jane Doe>Latency is <b>down</b> &amp;\n40 % &lt; before.</v>\n\n\
        b2c4-e1/10-0\n00:05.500 --> 00:06.000\n<v.loud Omar Haddad>Good</v>\n\nREGION\nid:1\n\n01:00:00.000 --> 01:00:02.000\nnobody knows who\n";
    assert_eq!(
        shown(text),
        [
            "title: POC results review",
            "began: 2024-04-05T15:00:00 local",
            "3.12-5.44 Jane Doe: Latency is down & 40 % < before.",
            "5.5-6 Omar Haddad: Good",
            "3600-3602 : nobody knows who",
        ]
    );
}

#[test]
fn subtitles_name_who_speaks_when_it_changes() {
    let text = "1\n00:00:01,000 --> 00:00:03,000\nJANE: So the test\n\n2\n00:00:03,100 --> 00:00:05,000\nwent well.\n\n\
        3\n00:00:05,100 --> 00:00:08,000\n- OMAR: It did.\n- JANE: Good.\n\n4\n00:00:08,100 --> 00:00:09,000\n>> Hear, hear.\n\n\
        5\n00:00:09,100 --> 00:00:10,000\n[OMAR] <i>Right</i> then.\n\n6\n00:00:10,500 --> 00:00:11,000\n[Laughter]\n";
    assert_eq!(
        shown(text),
        [
            "1-5 JANE: So the test went well.",
            "5.1-6.791 OMAR: It did.",
            "6.791-8 JANE: Good.",
            "8.1-9 : Hear, hear.",
            "9.1-11 OMAR: Right then. [Laughter]",
        ]
    );
}

#[test]
fn damaged_cues_stand_beside_the_good_ones() {
    let text = "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\n<v Jane>One.\n\n2\n00:00:xx --> 00:00:04.000\n<v Jane>Two.\n\n\
        3\n00:00:09.000 --> 00:00:05.000\n<v Jane>Three.\n\nlost words\n\n00:00:07.000 --> 00:00:08.000\n<v Omar>Four.\n5\n\
        00:00:08.000 --> 00:00:09.000\n<v Jane>Five.\n\n7\n\n00:00:02.500 -->";
    assert_eq!(
        shown(text),
        [
            "1-2 Jane: One.",
            "7-8 Omar: Four.",
            "8-9 Jane: Five.",
            "line 8: `00:00:xx` is no time",
            "line 12: it ends before it begins",
            "line 15: `lost words` stands there without a time",
            "line 25: `` is no time",
        ]
    );
    // A cue directly under the heading.
    assert_eq!(shown("WEBVTT\n1\n00:01.000 --> 00:02.000\n<v Jane>Hi"), ["1-2 Jane: Hi"]);
    let many: String = (0..1_500).map(|n| format!("{n}\n0 --> 1\nx\n\n")).collect();
    let captions = read(Format::Srt, &many);
    assert_eq!((captions.turns.len(), captions.damaged.len()), (0, 1_001));
    assert_eq!(captions.damaged[1_000].reason, "500 more damaged cues follow");
}

#[test]
fn cues_in_any_order_and_twice() {
    let text = "2\n00:00:05,000 --> 00:00:06,000\nOmar: Two.\n\n1\n00:00:01,000 --> 00:00:02,000\nJane: One.\n\n\
        1\n00:00:01,000 --> 00:00:02,000\nJane: One.\n";
    assert_eq!(shown(text), ["1-2 Jane: One.", "5-6 Omar: Two."]);
}

#[test]
fn text_with_names_alone_is_estimated() {
    let text = "POC results review\nDate: 5 April 2024, 15:00\nAttendees: Jane Doe, Omar\n\nJane Doe: Good morning, it is good to see all of you.\n\
        It went well: better than planned.\n\nOmar: Did it?\nJane Doe: Yes.\n";
    assert_eq!(
        shown(text),
        [
            "title: POC results review",
            "began: 2024-04-05T15:00:00 local",
            "0-? Jane Doe: Good morning, it is good to see all of you. It went well: better than planned.",
            "5.925-? Omar: Did it?",
            "6.665-? Jane Doe: Yes.",
        ]
    );
    let captions = read(Format::Text, text);
    assert_eq!((captions.speakers, captions.length), (vec!["Jane Doe".to_owned(), "Omar".to_owned()], 7_035));
}

#[test]
fn text_with_times_before_names() {
    let expected = ["3-? Jane Doe: Hello: you.", "754-? Omar: Hi. And more.", "3723-? Jane Doe: Bye."];
    assert_eq!(shown("[00:00:03] Jane Doe: Hello: you.\n[00:12:34] Omar: Hi.\nAnd more.\n[1:02:03] Jane Doe: Bye.\n"), expected);
    assert_eq!(shown("0:03 - Jane Doe: Hello: you.\n(12:34) Omar: Hi.\nAnd more.\n1:02:03 Jane Doe: Bye.\n"), expected);
    assert_eq!(shown("0:03 Jane Doe\nHello: you.\n\n12:34 Omar\nHi.\nAnd more.\n\n1:02:03 Jane Doe\nBye.\n"), expected);
}

#[test]
fn text_with_times_after_names() {
    let expected = ["3-? Jane Doe: Hello: you.", "754-? omar h: Hi. And more.", "3723-? omar h: Bye."];
    assert_eq!(shown("Jane Doe  0:03  \nHello: you.\n\nomar h  12:34  \nHi.\n\nAnd more.\n\nomar h  1:02:03  \nBye.\n"), expected);
    assert_eq!(shown("Jane Doe [00:03]:\nHello: you.\nomar h [00:12:34]:\nHi.\nAnd more.\nomar h [01:02:03]:\nBye.\n"), expected);
    assert_eq!(shown("00:00:03.000 --> 00:00:05.000\nJane Doe: Hello: you.\n00:12:34.000 --> 00:12:35.000\nomar h: Hi.\nAnd more.\n01:02:03.000 --> 1:03:00.000\nomar h: Bye.").len(), 3);
}

#[test]
fn meet_writes_times_between() {
    let text = "ACME review (2024-04-05 15:00 GMT+2) - Transcript\nAttendees\nJane Doe, Omar Haddad\nTranscript\n00:00:00\n\nJane Doe: Hello.\n\
        Omar Haddad: Hi.\n00:05:00\nJane Doe: So.\nMeeting ended after 00:41:00 👋\nThis editable transcript was computer generated and might contain errors.\n";
    assert_eq!(
        shown(text),
        [
            "title: ACME review",
            "began: 2024-04-05T13:00:00Z",
            "0-? Jane Doe: Hello.",
            "0.37-? Omar Haddad: Hi.",
            "300-? Jane Doe: So.",
            "note: 3 of its lines stand before the first speaker's words and are left out",
        ]
    );
}

#[test]
fn a_clock_on_the_wall_is_counted_from_its_first_time() {
    assert_eq!(
        shown("[15:01:12] Jane Doe: Hello.\n[15:02:12] Omar Haddad: Hi.\n"),
        ["0-? Jane Doe: Hello.", "60-? Omar Haddad: Hi.", "note: its times are those of a clock; they were counted from the first"]
    );
}

#[test]
fn prose_has_no_speakers() {
    for text in [
        "",
        "not a zip\n",
        "We met ACME today. One thing: they want it by May.\nThey were happy.\n",
        "Subject: review\nDate: 2024-04-05\n\nHello Jane,\nwe meet at 10:30.\n",
        "# Notes\n\n- Budget: 600k\n- call again on Friday\n- more to come\n- and more\n",
        "0:12 hello and so on, as I said\n0:15 and more of that.\n",
    ] {
        assert_eq!(read(Format::Text, text).turns, [], "{text}");
    }
}

/// Sizes and shapes that would take hours if anything were done twice per line.
#[test]
fn hostile_files_end_soon() {
    let long = 300_000;
    for text in [
        "<".repeat(long),
        "[".repeat(long),
        ":\n".repeat(long),
        format!("WEBVTT\n\n00:01.000 --> 00:02.000\n{}", "<v ".repeat(long)),
        format!("1\n00:00:01,000 --> 00:00:02,000\n{}", "{\\a".repeat(long)),
        "0:00-->0:00\nx\n\n".repeat(50_000),
        (0..50_000).map(|n| format!("0:00-->0:00\nAb Cd{n}: x\n\n")).collect(),
        "&".repeat(long),
        "\r".repeat(long),
    ] {
        read(Format::of(&text), &text);
        read(Format::WebVtt, &text);
        read(Format::Srt, &text);
        read(Format::Text, &text);
    }
    let most = format!("1\n{0}:00 --> {0}:00\nx", "9".repeat(30));
    assert_eq!(shown(&most), [format!("line 2: `{}` is no time", "9".repeat(24))]);
}
