use std::{
    collections::BTreeMap,
    ffi::OsString,
    io::{self, Cursor, Write},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use sales_model::{RawItem, Route, Settings};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::*;
use crate::registry::open_import;

const LINE: &str = "From a@b Fri Mar 15 09:05:00 2024\n";

fn request() -> ImportRequest {
    with(Settings::default())
}

fn with(settings: Settings) -> ImportRequest {
    let account = AccountKey { source: Source::SLACK, name: "default".into() };
    ImportRequest { file: "mail".into(), ..ImportRequest::new(account, Timestamp::UNIX_EPOCH, Arc::new(settings)) }
}

fn mail(subject: &str) -> String {
    format!("From: jane@acme.com\nTo: deals@yourcompany.com\nDate: Thu, 14 Mar 2024 10:00:00 +0000\nSubject: {subject}\n\nHello\n")
}

fn file(bytes: impl AsRef<[u8]>) -> Box<dyn ReadSeek> {
    Box::new(Cursor::new(bytes.as_ref().to_vec()))
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, body) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(body).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A folder of files that stand in memory; what ends in `@` is a link, in `!` cannot be read.
struct Tree(BTreeMap<PathBuf, String>);

impl Folder for Tree {
    fn entries(&self, path: &Path) -> io::Result<Vec<FolderEntry>> {
        let mut out: BTreeMap<OsString, EntryKind> = BTreeMap::new();
        for file in self.0.keys().filter_map(|f| f.strip_prefix(path).ok()) {
            let Some(first) = file.components().next() else { continue };
            let name = first.as_os_str().to_owned();
            let kind = match file.components().count() {
                1 if name.to_string_lossy().ends_with('@') => EntryKind::Link,
                1 => EntryKind::File,
                _ => EntryKind::Folder,
            };
            out.insert(name, kind);
        }
        // As a disk gives them: in no order.
        Ok(out.into_iter().rev().map(|(name, kind)| FolderEntry { name, kind }).collect())
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadSeek>> {
        match path.to_string_lossy().ends_with('!') {
            true => Err(io::Error::other("permission denied")),
            false => Ok(file(&self.0[path])),
        }
    }
}

fn tree(files: &[(&str, String)]) -> Box<dyn Folder> {
    Box::new(Tree(files.iter().map(|(path, body)| (PathBuf::from(path), body.clone())).collect()))
}

fn subject(item: &RawItem) -> String {
    let text = String::from_utf8_lossy(&item.body);
    text.lines().find_map(|l| l.strip_prefix("Subject: ")).unwrap_or("-").trim().to_owned()
}

/// Subjects, failures, the summary; both summaries are the same.
fn read(mut import: Box<dyn Import>) -> (Vec<String>, Vec<String>, ImportSummary) {
    let before = import.summary();
    let (items, failures) = all(&mut *import);
    let after = import.summary();
    assert_eq!((&before.format, &before.contents), (&after.format, &after.contents));
    let noted: Vec<_> = after.notes.iter().chain(&failures).collect();
    assert!(before.notes.iter().all(|n| noted.contains(&n)) && before.notes.len() == noted.len(), "{before:?} {after:?}");
    (items.iter().map(subject).collect(), failures, after)
}

fn all(import: &mut dyn Import) -> (Vec<RawItem>, Vec<String>) {
    let (mut items, mut failures) = (Vec::new(), Vec::new());
    while let Some(batch) = import.next_batch() {
        assert!(batch.items.len() <= 1_000);
        items.extend(batch.items);
        failures.extend(batch.failures.into_iter().map(|f| format!("{}: {}", f.item, f.reason)));
    }
    (items, failures)
}

fn summary(format: &str, contents: &[(&str, u64)], notes: &[&str]) -> ImportSummary {
    ImportSummary {
        format: format.into(),
        contents: contents.iter().map(|(w, n)| ((*w).to_owned(), *n)).collect(),
        notes: notes.iter().map(|n| (*n).to_owned()).collect(),
    }
}

#[test]
fn an_mbox_becomes_items() {
    let (one, two) = (mail("1"), mail("2"));
    let text = format!("{LINE}{one}\n{LINE}\n{LINE}{two}\n{LINE}{one}\n");
    let mut import = open_import(file(&text), &request()).unwrap();
    assert_eq!((import.source(), import.told()), (Source::EMAIL, false));
    let (items, failures) = all(&mut *import);
    assert_eq!(failures, Vec::<String>::new());
    // A message that is there twice comes twice: the ledger knows it by its id.
    assert_eq!(items.iter().map(|i| &i.body[..]).collect::<Vec<_>>(), [one.as_bytes(), two.as_bytes(), one.as_bytes()]);
    for item in &items {
        assert_eq!(item.account, AccountKey { source: Source::EMAIL, name: "default".into() });
        assert_eq!((item.kind, item.place.as_deref(), item.route, item.partial), (MESSAGE, Some("mail"), Route::Import, false));
        assert_eq!((item.at, item.fetched_at), (Some("2024-03-15T09:05:00Z".parse().unwrap()), Timestamp::UNIX_EPOCH));
    }
    let size = one.len() as u64 + 1;
    let contents = [("messages", 3), ("bytes of messages", 3 * size), ("bytes of the largest message", size)];
    let notes = ["messages from 2024-03-15 to 2024-03-15", "left out: empty messages (1)"];
    assert_eq!(import.summary(), summary("Mail (mbox)", &contents, &notes));
    assert!(import.next_batch().is_none());
    read(open_import(file(&text), &request()).unwrap());
}

#[test]
fn batches_are_bounded() {
    let large = "x".repeat(1 << 20);
    let text = format!("{LINE}Subject: x\n\n").repeat(2_500) + &format!("{LINE}Subject: x\n\n{large}\n\n").repeat(20);
    let mut import = open_import(file(&text), &request()).unwrap();
    let sizes: Vec<_> = std::iter::from_fn(|| import.next_batch()).map(|b| b.items.len()).collect();
    assert_eq!(sizes, [1_000, 1_000, 508, 8, 4]);
}

#[test]
fn googles_export_has_labels_and_leaves_out_junk() {
    let put = |labels: &str, subject: &str| {
        let head = format!("From 174@xxx Sun Sep 05 12:34:56 +0000 2021\r\nX-GM-THRID: 174\r\nX-Gmail-Labels: {labels}\r\n");
        format!("{head}{}\r\n", mail(subject).replace('\n', "\r\n"))
    };
    let mbox = [
        put("=?UTF-8?Q?Posteingang,Ge=C3=B6ffnet?=", "1"),
        put("Spam,Ungelesen", "2"),
        put("=?UTF-8?Q?Entw=C3=BCrfe?=", "3"),
        put("Private/Home,Posteingang", "4"),
        put("Posteingang,Kunden", "5"),
    ]
    .concat();
    let zip = zipped(&[
        ("Takeout/archive_browser.html", b"<html>"),
        ("Takeout/Mail/User Settings/Filters.json", b"{}"),
        ("Takeout/Mail/Papierkorb.mbox", mbox.as_bytes()),
        ("Takeout/Mail/Alle E-Mails inkl. Spam und Papierkorb.mbox", mbox.as_bytes()),
    ]);
    let mut settings = Settings::default();
    settings.email.ignore_folders = vec!["Private*".into()];
    let (subjects, failures, told) = read(open_import(file(&zip), &with(settings)).unwrap());
    assert_eq!((subjects, failures), (vec!["1".to_owned(), "5".to_owned()], vec![]));
    assert_eq!(told.format, "Mail (Google Takeout)");
    assert_eq!(told.contents[..2], [("messages".to_owned(), 2), ("labels".to_owned(), 3)]);
    assert_eq!(
        told.notes,
        [
            "messages from 2021-09-05 to 2021-09-05",
            "left out: files named Papierkorb.mbox (1)",
            "left out: files that are no mail (2)",
            "left out: messages with the label Entwürfe (1)",
            "left out: messages with the label Private/Home (1)",
            "left out: messages with the label Spam (1)",
        ]
    );
}

#[test]
fn single_messages() {
    let one = mail("1");
    let mut import = open_import(file("\u{feff}".to_owned() + &one), &request()).unwrap();
    let (items, _) = all(&mut *import);
    assert_eq!((&items[0].body[..], items[0].at), (one.as_bytes(), None));
    let notes = ["messages from 2024-03-14 to 2024-03-14"];
    let n = one.len() as u64;
    let contents = [("messages", 1), ("bytes of messages", n), ("bytes of the largest message", n)];
    assert_eq!(import.summary(), summary("Mail (eml)", &contents, &notes));

    // When it was received is what the last server said.
    let received = format!("Received: from x by y; Fri, 15 Mar 2024 08:00:00 +0000\n{one}");
    let (items, _) = all(&mut *open_import(file(&received), &request()).unwrap());
    assert_eq!(items[0].at, Some("2024-03-15T08:00:00Z".parse().unwrap()));

    let list = "<plist><dict><key>date-received</key><integer>1710493500</integer></dict></plist>";
    let mut import = open_import(file(format!("{n}\n{one}{list}")), &request()).unwrap();
    let (items, _) = all(&mut *import);
    assert_eq!((&items[0].body[..], items[0].at), (one.as_bytes(), Some(Timestamp::from_second(1_710_493_500).unwrap())));
    assert_eq!(import.summary().format, "Mail (emlx)");
    let (subjects, _, told) = read(open_import(file(format!("{}\n{one}", n + 5)), &request()).unwrap());
    assert_eq!((subjects, told.notes[1].as_str()), (vec!["1".to_owned()], "mail is shorter than it says"));
}

#[test]
fn of_large_messages_the_header_comes() {
    let mut settings = Settings::default();
    settings.email.max_message_bytes = 500;
    let large = mail("large") + &"x".repeat(1_000);
    let header = "From: jane@acme.com\nTo: deals@yourcompany.com\nDate: Thu, 14 Mar 2024 10:00:00 +0000\nSubject: large\n\n";
    let files = [large.clone(), format!("{LINE}{large}\n\n"), format!("{}\n{large}<plist/>", large.len())];
    for text in files {
        let mut import = open_import(file(&text), &with(settings.clone())).unwrap();
        let (items, _) = all(&mut *import);
        assert_eq!((items[0].kind, items[0].partial, &items[0].body[..]), (HEADER, true, header.as_bytes()), "{text}");
        let note = "messages larger than 500 bytes come without their text (1); `max_message_bytes` in workspace.toml";
        assert_eq!(import.summary().notes[1], note);
    }
}

#[test]
fn a_maildir_with_its_folders() {
    let files = [
        ("cur/1710493500.M1P1.host,S=9:2,S", mail("in")),
        ("cur/1710493400.M1P1.host:2,", format!("{LINE}{}", mail("with a separator"))),
        ("cur/1710493600.M1P1.host:2,T", mail("thrown away")),
        ("cur/1710493700.M1P1.host:2,DS", mail("draft")),
        ("cur/1710493800.M1P1.host:2,S", String::new()),
        ("cur/1710493900.M1P1.host:2,S", "no mail at all".into()),
        ("cur/.hidden", mail("hidden")),
        ("cur/1710494000.link@", mail("link")),
        ("cur/1710494000.x!", mail("closed")),
        ("new/1710495000.M1P1.host", mail("new")),
        ("tmp/1710495000.M1P1.host", mail("half-written")),
        ("dovecot-uidlist", "3 V1\n".into()),
        (".Sent/cur/1710490000.x:2,S", mail("sent")),
        (".Sent/new/.keep", String::new()),
        (".Sent/maildirfolder", String::new()),
        (".Archive.2024/cur/1710480000.x:2,S", "X-Odd: field\n\nonly\n".into()),
        (".Archive.2024/tmp/x", String::new()),
        (".Entw&APw-rfe/cur/1710480000.x:2,S", mail("draft")),
        (".Entw&APw-rfe/new/.keep", String::new()),
        ("Deals/cur/1.x", mail("deals")),
        ("Deals/new/x", mail("deals, new")),
    ];
    let mut import = open_folder(tree(&files), &request()).unwrap();
    let (items, failures) = all(&mut *import);
    let got: Vec<_> = items.iter().map(|i| (subject(i), i.at.map(Timestamp::as_second))).collect();
    let expected = [
        ("-", Some(1_710_480_000)),
        ("sent", Some(1_710_490_000)),
        ("deals", None),
        ("deals, new", None),
        ("with a separator", Some(1_710_493_500)),
        ("in", Some(1_710_493_500)),
        ("new", Some(1_710_495_000)),
    ];
    assert_eq!(got, expected.map(|(s, at)| (s.to_owned(), at)));
    assert_eq!(failures, ["cur/1710493900.M1P1.host:2,S: it is no mail", "cur/1710494000.x!: it cannot be opened (permission denied)"]);
    assert_eq!(
        import.summary().notes,
        [
            "messages from 2024-03-14 to 2024-03-15",
            "left out: drafts (1)",
            "left out: empty messages (1)",
            "left out: folders named Entwürfe (1)",
            "left out: messages in the bin (1)",
            "left out: symbolic links (1)",
        ]
    );
    read(open_folder(tree(&files), &request()).unwrap());
}

#[test]
fn folders_of_files() {
    let mbox = format!("{LINE}{}\n", mail("in an mbox"));
    let files = [
        ("Takeout/Mail/All mail.mbox", mbox.clone()),
        ("Takeout/Mail/Spam.mbox", mbox.clone()),
        ("Inbox", mbox.clone()),
        ("Inbox.msf", "// <!-- <mdb:mork".into()),
        ("Inbox.sbd/Deals", mbox.clone()),
        ("Trash", mbox.clone()),
        ("Saved.mbox/mbox", mbox.clone()),
        ("Deleted Messages.mbox/mbox", mbox.clone()),
        ("single/10.eml", mail("10")),
        ("single/9.eml", mail("9")),
        ("single/Drafts.eml", mail("a name says nothing")),
        ("readme", "no mail".into()),
        ("photo.jpg", mail("not even opened")),
        (".git/objects", mail("hidden")),
        (".Sent/cur/1.x", mail("a hidden maildir")),
        (".Sent/new/x", String::new()),
        ("__MACOSX/._10.eml", mail("apple")),
    ];
    let (subjects, failures, told) = read(open_folder(tree(&files), &request()).unwrap());
    let expected = ["a hidden maildir", "in an mbox", "in an mbox", "in an mbox", "in an mbox", "10", "9", "a name says nothing"];
    assert_eq!((subjects, failures), (expected.map(str::to_owned).to_vec(), vec![]));
    assert_eq!(told.format, "Mail (folder)");
    assert_eq!(
        told.notes,
        [
            "messages from 2024-03-14 to 2024-03-15",
            "left out: empty messages (1)",
            "left out: files named Spam.mbox (1)",
            "left out: files named Trash (1)",
            "left out: files that are no mail (3)",
            "left out: folders named Deleted Messages.mbox (1)",
        ]
    );
}

fn refusal(result: Result<Box<dyn Import>, ConnectorError>) -> String {
    let e = result.err().unwrap();
    format!("{}: {}; {}", e.what, e.why, e.hint)
}

#[test]
fn folders_without_mail_are_refused() {
    let none = "the folder: there is no mail in it: it is no maildir, and no file in it is an mbox or a message (.eml); give other exports \
                as files: `sales import FILE...`; `sales import --help` lists what can be imported";
    assert_eq!(refusal(open_folder(tree(&[]), &request())), none);
    assert_eq!(refusal(open_folder(tree(&[("a.txt", "words".into()), ("b/c.json", "{}".into())]), &request())), none);
    let closed = "the folder: there is no mail in it that can be read; x!: it cannot be opened (permission denied); check the folder";
    assert_eq!(refusal(open_folder(tree(&[("x!", mail("1"))]), &request())), closed);
    let deep = "a/".repeat(40) + "1.eml";
    let too_deep = format!(
        "the folder: there is no mail in it that can be read; {}: it is deeper than 32 folders; check the folder",
        "a/".repeat(33).trim_end_matches('/')
    );
    assert_eq!(refusal(open_folder(tree(&[(&deep, mail("1"))]), &request())), too_deep);
}

#[test]
fn zips_of_messages() {
    let bytes = zipped(&[
        ("export/2.eml", mail("2").as_bytes()),
        ("export/1.eml", mail("1").as_bytes()),
        ("export/Trash/3.eml", mail("3").as_bytes()),
        ("export/notes.txt", b"words"),
        ("Maildir/cur/1710493500.x:2,S", mail("maildir").as_bytes()),
        ("Maildir/cur/1710493500.y:2,D", mail("draft").as_bytes()),
        ("Maildir/tmp/1710493500.z", mail("tmp").as_bytes()),
        ("__MACOSX/export/._1.eml", mail("apple").as_bytes()),
        ("export/.DS_Store", b"\0\0\0\x01Bud1"),
    ]);
    let (subjects, failures, told) = read(open_import(file(&bytes), &request()).unwrap());
    assert_eq!((subjects, failures), (["2", "1", "maildir"].map(str::to_owned).to_vec(), vec![]));
    assert_eq!(told.format, "Mail (zip)");
    assert_eq!(
        told.notes,
        [
            "messages from 2024-03-14 to 2024-03-15",
            "left out: drafts (1)",
            "left out: files in a folder named Trash (1)",
            "left out: files that are no mail (1)",
        ]
    );
}

#[test]
fn zips_that_lead_elsewhere_or_burst() {
    let one = mail("1");
    let mut files: Vec<(String, Vec<u8>)> = ["../1.eml", "/etc/1.eml", "a/../../1.eml", "C:\\1.eml", "./1.eml", "a//1.eml"]
        .into_iter()
        .map(|n| (n.to_owned(), one.clone().into_bytes()))
        .collect();
    files.extend((0..4).map(|n| (format!("../more/{n}.eml"), one.clone().into_bytes())));
    files.push(("good.eml".into(), one.clone().into_bytes()));
    files.push(("bomb.mbox".into(), [format!("{LINE}{one}\n").into_bytes(), vec![b'a'; 64 << 20]].concat()));
    let files: Vec<(&str, &[u8])> = files.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
    let (subjects, failures, _) = read(open_import(file(zipped(&files)), &request()).unwrap());
    assert_eq!(subjects, ["1"]);
    let out = "its name leads out of the zip; it is left out";
    let named = ["../1.eml", "/etc/1.eml", "a/../../1.eml", "C:/1.eml", "./1.eml", "a//1.eml", "../more/0.eml", "../more/1.eml"];
    assert_eq!(failures[..8], named.map(|n| format!("entry {n}: {out}")));
    assert!(failures[8].starts_with("bomb.mbox: it is too large (67"), "{}", failures[8]);
    assert_eq!(failures[9..], ["2 more entries: their names lead out of the zip; they are left out"]);
}

/// What the zip says of an entry's size is a lie: the size in it is small, what comes out is not.
#[test]
fn a_zip_that_lies_about_its_sizes() {
    let body = [format!("{LINE}{}\n", mail("1")).repeat(2).into_bytes(), vec![b'a'; 32 << 20]].concat();
    let mut bytes = zipped(&[("bomb.mbox", &body)]);
    let size = (body.len() as u32).to_le_bytes();
    let told = 1_000_u32.to_le_bytes();
    let places: Vec<usize> = (0..bytes.len() - 4).filter(|n| bytes[*n..*n + 4] == size).collect();
    assert_eq!(places.len(), 2, "in the entry and in the table");
    places.into_iter().for_each(|n| bytes[n..n + 4].copy_from_slice(&told));
    let (subjects, failures, _) = read(open_import(file(bytes), &request()).unwrap());
    assert_eq!(failures.len(), 1, "{failures:?}");
    let told = "bomb.mbox: it cannot be read further than to the end of its message 1 (it unpacks to far more than a mailbox does)";
    assert_eq!((subjects, failures[0].as_str()), (vec!["1".to_owned()], told));
}

#[test]
fn a_damaged_entry_is_named_and_the_rest_comes() {
    let good = format!("{LINE}{}\n", mail("1"));
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, body) in [("bad.mbox", good.repeat(3)), ("good.mbox", good.clone())] {
        zip.start_file(name, SimpleFileOptions::default().compression_method(CompressionMethod::Stored)).unwrap();
        zip.write_all(body.as_bytes()).unwrap();
    }
    let mut bytes = zip.finish().unwrap().into_inner();
    // In the third message.
    let at = 100 + good.len() * 2;
    bytes[at] ^= 1;
    let mut import = open_import(file(bytes), &request()).unwrap();
    let (items, failures) = all(&mut *import);
    assert_eq!(items.last().map(subject).as_deref(), Some("1"));
    assert_eq!(failures.len(), 1);
    assert_eq!(failures[0], "bad.mbox: it cannot be read (Invalid checksum)");
}

#[test]
fn zips_that_hold_no_mail() {
    let zip = zipped(&[("beach.jpg", b"x"), ("readme", b"words")]);
    let expected = "the file: it holds neither the lists of a Slack export (channels.json, users.json) nor mail (mbox, eml); give Slack's export (admin pages, Settings, Import/Export Data, Export) or Google's (Takeout, Mail) as it is";
    assert_eq!(refusal(open_import(file(zip), &request())), expected);
    assert_eq!(refusal(open_import(file(zipped(&[])), &request())), expected);
    let broken = refusal(open_import(file(b"PK\x03\x04 broken"), &request()));
    assert!(broken.starts_with("the file: it is not a readable zip"), "{broken}");
}

#[test]
fn a_slack_export_is_no_mail_whatever_stands_in_it() {
    let zip = zipped(&[("users.json", b"[]"), ("channels.json", b"[]"), ("general/1.eml", mail("1").as_bytes())]);
    assert_eq!(open_import(file(zip), &request()).unwrap().source(), Source::SLACK);
}
