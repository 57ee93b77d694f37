use std::io::Cursor;

use sales_model::{Affiliation, Call, Detail, Participant, Place, Record, Settings, Transcript, Utterance};

use super::*;
use crate::{CallWords, captions::process};

const VTT: &str = "WEBVTT\n\n00:03.000 --> 00:05.000\n<v Jane Doe>Good morning.\n\n00:06.000 --> 00:65.000\n<v Jane Doe>Lost.\n\n\
    00:07.000 --> 02:08.400\n<v Omar Haddad>Morning.\n";

fn request(file: &str, call: CallWords) -> ImportRequest {
    let account = AccountKey { source: Source::SLACK, name: "default".into() };
    let settings = Settings { timezone: "Europe/Berlin".into(), ..Settings::default() };
    let now = "2024-04-08T09:00:00Z".parse().unwrap();
    ImportRequest { file: file.into(), call, ..ImportRequest::new(account, now, Arc::new(settings)) }
}

fn opened(bytes: &[u8], file: &str) -> Result<CaptionFile, ConnectorError> {
    open(Cursor::new(bytes.to_vec()), &request(file, CallWords::default()))
}

#[test]
fn a_file_is_a_call_with_its_transcript() {
    let call = CallWords {
        customers: vec!["acme_inc".parse().unwrap()],
        began: Some(Began::Local("2024-04-05T15:00".parse().unwrap())),
        title: Some("POC results review".into()),
    };
    let mut file = open(Cursor::new(VTT.as_bytes()), &request("call.vtt", call)).unwrap();
    assert!(file.told());
    let summary = file.summary();
    assert_eq!(summary.format, "WebVTT transcript");
    let expected = [("calls", 1), ("speakers", 2), ("stretches of speech", 2), ("minutes", 3)];
    assert_eq!(summary.contents, expected.map(|(what, n)| (what.to_owned(), n)));
    assert_eq!(
        summary.notes,
        ["“POC results review”, 2024-04-05 15:00 (as given with `--date`)", "call.vtt line 6: `00:65.000` is no time"]
    );
    let batch = file.next_batch().unwrap();
    assert!(file.next_batch().is_none());
    assert_eq!(batch.failures, [ItemFailure::new("call.vtt line 6", "`00:65.000` is no time")]);
    assert_eq!(file.summary().notes.len(), 1, "failures were handed out");
    let [item] = <[RawItem; 1]>::try_from(batch.items).unwrap();
    assert_eq!((item.kind, item.account.source.as_str(), item.route), ("file_call", "gong", Route::Import));

    let id = id(VTT.as_bytes());
    assert_eq!((id.len(), id.get(..5)), (21, Some("file-")));
    let at: Timestamp = "2024-04-05T13:00:00Z".parse().unwrap();
    let mapped = process(&item).unwrap();
    assert_eq!(mapped.places, [Place { key: "gong".into(), name: "Gong".into(), member: true, ..Place::default() }]);
    assert!(mapped.people.is_empty() && mapped.work.is_empty());
    let [call, part] = <[Record; 2]>::try_from(mapped.records).unwrap();
    assert_eq!((call.native.as_str(), call.at, call.text.plain.as_str(), call.is_first()), (id.as_str(), at, "POC results review", true));
    let speaks = |name: &str| Participant {
        speaker: Some(name.into()),
        name: name.into(),
        affiliation: Affiliation::Unknown,
        attended: true,
        ..Participant::default()
    };
    let expected = Call {
        title: "POC results review".into(),
        duration: 128.0,
        scope: "Unknown".into(),
        participants: vec![speaks("Jane Doe"), speaks("Omar Haddad")],
        named: vec!["acme_inc".parse().unwrap()],
        ..Call::default()
    };
    assert_eq!(call.detail, Some(Box::new(Detail::Call(expected))));
    assert_eq!((part.native, part.thread, part.at), (format!("{id}/transcript"), id, at));
    let turn = |speaker: &str, start, end, text: &str| Utterance { speaker: speaker.into(), start, end: Some(end), text: text.into() };
    let turns = vec![turn("Jane Doe", 3_000, 5_000, "Good morning."), turn("Omar Haddad", 7_000, 128_400, "Morning.")];
    assert_eq!(part.detail, Some(Box::new(Detail::Transcript(Transcript { turns, unavailable: false }))));
}

#[test]
fn when_it_was_is_told_by_the_user_the_name_or_the_file() {
    let at = |text: &str, file: &str| opened(text.as_bytes(), file).map(|f| f.item.unwrap().at.unwrap().to_string()).map_err(|e| e.why);
    let vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v A B>Hi";
    let dated = "WEBVTT\nDate: 2024-04-05 15:00\n\n00:01.000 --> 00:02.000\n<v A B>Hi";
    assert_eq!(at(vtt, "2024-04-05_review.vtt").as_deref(), Ok("2024-04-04T22:00:00Z"));
    assert_eq!(at(vtt, "GMT20240405-150112_Recording.transcript.vtt").as_deref(), Ok("2024-04-05T15:01:12Z"));
    assert_eq!(at(dated, "review.vtt").as_deref(), Ok("2024-04-05T13:00:00Z"));
    assert_eq!(at(dated, "2024-04-05_review.vtt").as_deref(), Ok("2024-04-05T13:00:00Z"), "the file knows the hour of that day");
    assert_eq!(at(dated, "2024-04-07_review.vtt").as_deref(), Ok("2024-04-06T22:00:00Z"), "but not of another");
    assert_eq!(at(vtt, "review.vtt"), Err("nothing in it or in its name tells when the call was".into()));
    // An hour that the change to summer time leaves out.
    assert_eq!(at(vtt, "2024-03-31 02-30 review.vtt").as_deref(), Ok("2024-03-31T01:30:00Z"));
}

#[test]
fn what_is_no_transcript_is_refused() {
    let why = |bytes: &[u8]| opened(bytes, "2024-04-05.txt").map(|f| f.notes).map_err(|e| e.why);
    let prose = "it is neither an export that is known nor a transcript: no line says who speaks";
    assert_eq!(why(b"We met them. They liked it.\n"), Err(prose.into()));
    assert_eq!(why(b""), Err(prose.into()));
    assert_eq!(why(b"WEBVTT\n"), Err("there are no words in it".into()));
    let damaged = "none of its cues can be read; the first is wrong in line 3: `x` is no time";
    assert_eq!(why(b"WEBVTT\n\nx --> y\nHello\n"), Err(damaged.into()));
    assert_eq!(why(b"Jane Doe: a\0b\n"), Err("it is neither text nor a format that is known".into()));
    let large = [b"Jane Doe: hi\n".to_vec(), vec![b' '; LARGEST]].concat();
    assert_eq!(why(&large), Err("it is larger than 64 MB, which no transcript is".into()));
}

#[test]
fn notes_tell_how_it_was_read() {
    let notes = |bytes: &[u8], file: &str| opened(bytes, file).unwrap().notes;
    assert_eq!(
        notes(b"Zo\xeb Maier: Gr\xfc\xdfe.\nOmar: Hi.\n", "2024-04-05 - call with Zoe.txt"),
        [
            "it is not in UTF-8; it was read as Windows-1252",
            "“call with Zoe”, 2024-04-05 00:00 (from the file's name)",
            "no customer was named: only its title can tell whose it is; `--customer` says it"
        ]
    );
    assert_eq!(
        notes(b"1\n00:00:01,000 --> 00:00:02,000\nhello\n", "2024-04-05.srt"),
        [
            "“Imported call”, 2024-04-05 00:00 (from the file's name)",
            "no speaker is named in it: who said what cannot be told",
            "no customer was named: only its title can tell whose it is; `--customer` says it"
        ]
    );
}

#[test]
fn a_raw_item_of_another_version_is_told() {
    let mut file = opened(VTT.as_bytes(), "2024-04-05.vtt").unwrap();
    let item = file.next_batch().unwrap().items.remove(0);
    let changed = |from: &str, to: &str| {
        let body = String::from_utf8(item.body.to_vec()).unwrap().replacen(from, to, 1);
        process(&RawItem { body: body.into(), ..item.clone() }).map_err(|f| f.reason)
    };
    assert_eq!(changed("\"v\":1", "\"v\":2"), Err("a newer version imported it: update `sales`".into()));
    assert_eq!(changed("\"file-", "\"file/"), Err("it has no id that can be one".into()));
    assert_eq!(changed("{", "["), Err("it cannot be read".into()));
}
