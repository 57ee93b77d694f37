use std::io::{Cursor, Write};

use jiff::Timestamp;
use sales_model::{AccountKey, RawItem, Settings, Source};
use serde_json::json;
use zip::{ZipWriter, write::SimpleFileOptions};

use super::*;

fn request(settings: Settings) -> ImportRequest {
    let account = AccountKey { source: Source::SLACK, name: "default".into() };
    ImportRequest::new(account, Timestamp::UNIX_EPOCH, Arc::new(settings))
}

fn zipped(files: &[(&str, String)]) -> Cursor<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, body) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(body.as_bytes()).unwrap();
    }
    zip.finish().unwrap()
}

fn message(ts: &str, text: &str) -> serde_json::Value {
    json!({"type": "message", "user": "U0AAA", "text": text, "ts": ts, "user_profile": {"display_name": "jo"}, "team": "T1"})
}

fn standard(root: &str) -> Vec<(String, String)> {
    let day = |m: serde_json::Value| m.to_string();
    [
        ("users.json", json!([{"id": "U0AAA", "name": "jo"}, {"id": "U0BBB", "name": "anna"}]).to_string()),
        (
            "channels.json",
            json!([{"id": "C0AAAAAAA", "name": "acme-poc", "is_archived": false}, {"id": "C0NOISE00", "name": "noise"}]).to_string(),
        ),
        ("groups.json", json!([{"id": "G0BBBBBBB", "name": "secret", "is_private": true}]).to_string()),
        ("dms.json", json!([{"id": "D0CCCCCCC", "members": ["U0AAA", "U0BBB"]}]).to_string()),
        ("mpims.json", json!([{"id": "C0DDDDDDD", "name": "mpdm-jo--anna-1", "is_mpim": true}]).to_string()),
        ("canvases.json", "[]".into()),
        ("integration_logs.json", "[]".into()),
        ("acme-poc/2024-03-16.json", day(json!([message("1710580000.000100", "second day")]))),
        ("acme-poc/2024-03-15.json", day(json!([message("1710493200.000100", "first &lt;day&gt;"), message("1710493200.000200", "more")]))),
        ("acme-poc/canvas_in_the_conversation.json", "[]".into()),
        ("secret/2024-03-15.json", day(json!([message("1710493200.000300", "private")]))),
        ("D0CCCCCCC/2024-03-15.json", day(json!([message("1710493200.000400", "direct")]))),
        ("mpdm-jo--anna-1/2024-03-15.json", day(json!([message("1710493200.000500", "group")]))),
        ("noise/2024-03-15.json", day(json!([message("1710493200.000600", "noise")]))),
    ]
    .into_iter()
    .map(|(n, b)| (format!("{root}{n}"), b))
    .collect()
}

fn open(files: &[(String, String)], settings: Settings) -> Export<Cursor<Vec<u8>>> {
    let files: Vec<(&str, String)> = files.iter().map(|(n, b)| (n.as_str(), b.clone())).collect();
    open_export(zipped(&files), &request(settings)).unwrap()
}

fn all(export: &mut impl Import) -> (Vec<RawItem>, Vec<String>) {
    let (mut items, mut failures) = (Vec::new(), Vec::new());
    while let Some(batch) = export.next_batch() {
        assert!(batch.items.len() <= 1_000);
        items.extend(batch.items);
        failures.extend(batch.failures.into_iter().map(|f| format!("{}: {}", f.item, f.reason)));
    }
    (items, failures)
}

fn texts(items: &[RawItem]) -> Vec<(String, String)> {
    let records = items.iter().flat_map(|i| map::process(i).unwrap().records);
    records.map(|r| (r.place.to_string(), r.text.plain)).collect()
}

#[test]
fn an_export_is_read_in_order_wherever_its_lists_stand() {
    for root in ["", "YourCompany Slack export Mar 1 2024/"] {
        let mut settings = Settings::default();
        settings.slack.ignore_channels = vec!["noi*".into()];
        let mut export = open(&standard(root), settings);
        let summary = export.summary();
        assert_eq!(summary.format, "Slack export");
        let of: Vec<_> = summary.contents.iter().map(|(k, n)| (k.as_str(), *n)).collect();
        assert_eq!(of[..5], [("channels", 3), ("direct conversations", 2), ("users", 2), ("channel days", 3), ("messages", 4)]);
        assert_eq!(
            summary.notes,
            [
                "2 direct conversations are left out; `direct_messages = true` in workspace.toml brings them",
                "1 channels are left out by `ignore_channels` in workspace.toml"
            ]
        );
        let (items, failures) = all(&mut export);
        assert_eq!(failures, Vec::<String>::new());
        let kinds: Vec<_> = items.iter().map(|i| i.kind).collect();
        assert_eq!(kinds, [vec![map::USER; 2], vec![map::EXPORT_CONVERSATION; 2], vec![map::EXPORT_MESSAGE; 4]].concat());
        assert!(items.iter().all(|i| i.route == sales_model::Route::Import && !i.partial));
        let expected = [
            ("slack:C0AAAAAAA", "first <day>"),
            ("slack:C0AAAAAAA", "more"),
            ("slack:C0AAAAAAA", "second day"),
            ("slack:G0BBBBBBB", "private"),
        ];
        assert_eq!(texts(&items), expected.map(|(p, t)| (p.to_owned(), t.to_owned())));
        assert!(export.next_batch().is_none());
    }
}

#[test]
fn direct_messages_come_when_asked_for() {
    let mut settings = Settings::default();
    settings.slack.direct_messages = true;
    let (items, failures) = all(&mut open(&standard(""), settings));
    assert_eq!(failures, Vec::<String>::new());
    let places = items.iter().flat_map(|i| map::process(i).unwrap().places).filter(|p| p.direct);
    // An export names two people by their ids, of which nobody knows who they are.
    let places: Vec<_> = places.map(|p| (p.key, p.name)).collect();
    let expected = [("slack:C0DDDDDDD", "mpdm-jo--anna-1"), ("slack:D0CCCCCCC", "jo, anna")];
    assert_eq!(places, expected.map(|(k, n)| (k.to_owned(), n.to_owned())));
    let got = texts(&items);
    assert!(got.contains(&("slack:D0CCCCCCC".into(), "direct".into())) && got.contains(&("slack:C0DDDDDDD".into(), "group".into())));
}

#[test]
fn broken_days_and_strange_folders_are_failures_beside_the_rest() {
    let mut files = standard("");
    files.push(("acme-poc/2024-03-17.json".into(), "[{\"ts\":\"1".into()));
    files.push(("acme-poc/2024-03-18.json".into(), "{}".into()));
    files.push(("acme-poc/2024-13-99.json".into(), "[]".into()));
    files.push(("renamed/2024-03-18.json".into(), "[]".into()));
    files.push(("../../etc/2024-03-18.json".into(), "[]".into()));
    files.push(("acme-poc/2024-03-19.json".into(), json!([message("1710800000.000100", "last"), {"no": "ts"}]).to_string()));
    let mut export = open(&files, Settings::default());
    let notes = export.summary().notes;
    assert_eq!(notes.iter().filter(|n| n.contains("it is not a list in JSON")).count(), 2);
    let (items, failures) = all(&mut export);
    assert_eq!(
        failures,
        [
            "entry ../../etc/2024-03-18.json: its name leads out of the export; it is left out",
            "folder renamed: no channel of this name stands in the export's lists; its 1 day is left out",
            "export acme-poc/2024-03-17.json: it is not a list in JSON (line 1, column 9)",
            "export acme-poc/2024-03-18.json: it is not a list in JSON (line 1, column 1)",
        ]
    );
    assert!(items.iter().any(|i| map::process(i).is_ok_and(|m| m.records.iter().any(|r| r.text.plain == "last"))));
    assert_eq!(items.iter().filter(|i| map::process(i).is_err()).count(), 1);
}

#[test]
fn large_days_come_in_bounded_batches() {
    let day: Vec<_> = (0..2_500).map(|i| message(&format!("1710493200.{i:06}"), "x")).collect();
    let files = [
        ("channels.json".to_owned(), json!([{"id": "C0AAAAAAA", "name": "a"}]).to_string()),
        ("a/2024-03-15.json".to_owned(), json!(day).to_string()),
    ];
    let (items, failures) = all(&mut open(&files, Settings::default()));
    assert_eq!((items.len(), failures.len()), (2_501, 0));
}

#[test]
fn what_packs_too_well_is_refused() {
    let files = [
        ("channels.json".to_owned(), json!([{"id": "C0AAAAAAA", "name": "a"}]).to_string()),
        ("a/2024-03-15.json".to_owned(), " ".repeat(30 << 20)),
    ];
    let (items, failures) = all(&mut open(&files, Settings::default()));
    assert_eq!(items.len(), 1);
    assert!(failures[0].starts_with("export a/2024-03-15.json: it is too large (31457280 bytes, packed in"), "{failures:?}");
}

#[test]
fn other_files_are_refused_with_the_way_to_the_right_one() {
    let other = zipped(&[("notes.txt", "hello".into())]);
    let e = open_export(other, &request(Settings::default())).unwrap_err();
    assert_eq!(e.to_string(), "the file: it holds none of the lists of a Slack export (channels.json, users.json)");
    assert!(e.hint.contains("Import/Export"));
    for bytes in [Vec::new(), b"not a zip".to_vec(), vec![0x50, 0x4b, 3, 4]] {
        assert!(open_export(Cursor::new(bytes), &request(Settings::default())).unwrap_err().why.starts_with("it is not a readable zip"));
    }
    // A torn download.
    let mut whole = zipped(&[("channels.json", "[]".into())]).into_inner();
    whole.truncate(whole.len() / 2);
    assert!(open_export(Cursor::new(whole), &request(Settings::default())).is_err());
}

fn of_acme(day: &[u8]) -> Cursor<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let list = json!([{"id": "C0AAAAAAA", "name": "a"}]).to_string();
    for (name, body) in [("channels.json", list.as_bytes()), ("a/2024-03-15.json", day), ("a/2024-03-16.json", b"[]")] {
        zip.start_file(name, SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored)).unwrap();
        zip.write_all(body).unwrap();
    }
    zip.finish().unwrap()
}

fn counted(summary: &ImportSummary, what: &str) -> u64 {
    summary.contents.iter().find(|(k, _)| k == what).unwrap().1
}

/// Before and after it is read, the summary says the same as the reading: also of a day that holds other bytes than UTF-8.
#[test]
fn the_summary_and_the_reading_agree() {
    let days: [(&[u8], u64, &[&str]); 4] = [
        (b"[{\"ts\":\"1.1\"},{\"ts\":\"1.2\"}] \n", 2, &[]),
        (b"[{\"ts\":\"1.1\"},{\"text\":\"Gr\xfc\xdfe\"}]", 0, &["export a/2024-03-15.json: it is not a list in JSON (line 1, column 26)"]),
        (b"[{\"ts\":\"1.1\"}]]", 0, &["export a/2024-03-15.json: it is not a list in JSON (line 1, column 15)"]),
        (b"", 0, &["export a/2024-03-15.json: it is not a list in JSON (line 1, column 0)"]),
    ];
    for (day, messages, complaints) in days {
        let mut export = open_export(of_acme(day), &request(Settings::default())).unwrap();
        let before = export.summary();
        assert_eq!((counted(&before, "messages"), before.notes), (messages, complaints.iter().map(|c| (*c).to_owned()).collect()));
        let (items, failures) = all(&mut export);
        assert_eq!((items.len() as u64, failures), (1 + messages, complaints.iter().map(|c| (*c).to_owned()).collect()));
        let after = export.summary();
        assert_eq!((after.contents, after.notes), (before.contents, Vec::new()));
    }
}

/// Neither many large messages nor a single huge one fill the memory.
#[test]
fn a_batch_is_bounded_in_bytes() {
    let large = json!((0..20).map(|i| message(&format!("1710493200.{i:06}"), &"x".repeat(1 << 20))).collect::<Vec<_>>()).to_string();
    let mut export = open_export(of_acme(large.as_bytes()), &request(Settings::default())).unwrap();
    let mut sizes = Vec::new();
    while let Some(batch) = export.next_batch() {
        sizes.push(batch.items.iter().map(|i| i.body.len()).sum::<usize>() >> 20);
    }
    assert_eq!(sizes, [0, 16, 4]);
    let huge = json!([message("1710493200.000100", "x"), message("1710493200.000200", &"x".repeat(17 << 20))]).to_string();
    let (_, failures) = all(&mut open_export(of_acme(huge.as_bytes()), &request(Settings::default())).unwrap());
    assert_eq!(failures, ["export a/2024-03-15.json: its item 2 is larger than 16 MB"]);
}

/// Programs on Windows write such names, against the format.
#[test]
fn backslashes_in_names_are_slashes() {
    let files: Vec<_> = standard("").into_iter().map(|(n, b)| (n.replace('/', "\\"), b)).collect();
    let (items, failures) = all(&mut open(&files, Settings::default()));
    assert_eq!((texts(&items).len(), failures), (5, Vec::new()));
}

#[test]
fn names_that_lead_elsewhere_are_told() {
    let mut files = standard("");
    let names =
        ["../..", "/..", "a/../b", "/etc/passwd", "..\\2024-03-15.json", "acme-poc//2024-03-15.json", "./channels.json", "a/..", "x/../y"];
    files.extend(names.map(|n| (n.to_owned(), "[]".to_owned())));
    let (items, failures) = all(&mut open(&files, Settings::default()));
    assert_eq!(texts(&items).len(), 5);
    let told = names.iter().take(8).map(|n| format!("entry {}: its name leads out of the export; it is left out", n.replace('\\', "/")));
    let more = "1 more entries: their names lead out of the export; they are left out";
    assert_eq!(failures, told.chain([more.to_owned()]).collect::<Vec<_>>());
}

#[test]
fn channels_without_an_id_are_told_by_name() {
    let channels =
        json!([{"name": "acme-poc"}, {"name": "empty"}, {"id": 7, "name": "seven"}, {"id": "C0AAAAAAA", "name": "a"}]).to_string();
    let files = [
        ("channels.json".to_owned(), channels),
        ("acme-poc/2024-03-15.json".to_owned(), "[]".to_owned()),
        ("acme-poc/2024-03-16.json".to_owned(), "[]".to_owned()),
        ("seven/2024-03-16.json".to_owned(), "[]".to_owned()),
    ];
    let (items, failures) = all(&mut open(&files, Settings::default()));
    assert_eq!(items.len(), 1);
    let expected = [
        "channel acme-poc: it has no id in channels.json; its 2 days are left out",
        "channel empty: it has no id in channels.json; it has no days",
        "channel seven: it has no id in channels.json; its 1 day is left out",
    ];
    assert_eq!(failures, expected);
}

/// The flag that says "encrypted" stands in each entry and in the table of contents.
#[test]
fn a_password_is_asked_for_before_anything_is_read() {
    let mut bytes = zipped(&[("channels.json", "[]".into()), ("users.json", "[]".into())]).into_inner();
    for at in 0..bytes.len() - 4 {
        match &bytes[at..at + 4] {
            b"PK\x03\x04" => bytes[at + 6] |= 1,
            b"PK\x01\x02" => bytes[at + 8] |= 1,
            _ => {}
        }
    }
    let e = open_export(Cursor::new(bytes), &request(Settings::default())).unwrap_err();
    assert_eq!(e.to_string(), "the file: it is protected with a password");
    assert_eq!(e.hint, "unpack it with its password, zip the folder again without one, and import that");
}
