//! Mail as it is imported: any bytes as an mbox in pieces of any size, files of mail, zips of them, and a maildir.
#![cfg_attr(not(feature = "drive"), no_main)]

use std::{
    collections::BTreeMap,
    io::{self, Cursor, Write},
    path::{Path, PathBuf},
};

use sales_connectors::{
    Import,
    email::import::{fuzzing::mbox, takeout},
    registry::{EntryKind, Folder, FolderEntry, ReadSeek, open_import, open_import_folder},
};
use sales_fuzz::target;
use sales_model::Source;
use zip::{ZipWriter, write::SimpleFileOptions};

/// Begins each second file of an mbox: a fuzzer seldom finds a date by itself.
const LINE: &[u8] = b"From a@b Fri Mar 15 09:05:00 2024\n";
/// Names that lead somewhere, chosen by a byte.
const NAMES: [&str; 8] = [
    "Takeout/Mail/All mail.mbox",
    "1.eml",
    "2.emlx",
    "Maildir/cur/1710493500.x:2,S",
    "Maildir/new/1710493500.x",
    "Maildir/.Sent/cur/1710493500.x",
    "../1.eml",
    "Inbox",
];

struct Tree(BTreeMap<PathBuf, Vec<u8>>);

impl Folder for Tree {
    fn entries(&self, path: &Path) -> io::Result<Vec<FolderEntry>> {
        let below = self.0.keys().filter_map(|f| f.strip_prefix(path).ok());
        let mut out: Vec<FolderEntry> = below
            .filter_map(|f| {
                let kind = if f.components().count() > 1 { EntryKind::Folder } else { EntryKind::File };
                Some(FolderEntry { name: f.components().next()?.as_os_str().to_owned(), kind })
            })
            .collect();
        out.dedup();
        Ok(out)
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadSeek>> {
        let body = self.0.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(Cursor::new(body.clone())))
    }
}

target!(|input: (u16, u16, Vec<(u8, bool, Vec<u8>)>)| {
    let (chunk, limit, mut files) = input;
    // The folder below looks at all of them for each.
    files.truncate(50);
    let file = |begins: bool, body: &[u8]| if begins { [LINE, body].concat() } else { body.to_vec() };
    for (_, begins, body) in &files {
        let body = file(*begins, body);
        takeout::labels(&body);
        takeout::thread(&body);
        let whole = mbox(&body, 1 << 20, u64::from(limit));
        assert_eq!(mbox(&body, usize::from(chunk) + 1, u64::from(limit)), whole, "it depends on what is read at once");
        assert!(whole.iter().map(|m| m.1).sum::<u64>() <= body.len() as u64, "more than there is");
        if let Ok(import) = open_import(Box::new(Cursor::new(body)), &sales_fuzz::request()) {
            read(import);
        }
    }
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut tree = BTreeMap::new();
    for (n, (choice, begins, body)) in files.iter().enumerate() {
        let name = format!("{n}/{}", NAMES[usize::from(*choice) % NAMES.len()]);
        let body = file(*begins, body);
        if zip.start_file(&name, SimpleFileOptions::default()).is_err() || zip.write_all(&body).is_err() {
            return;
        }
        tree.insert(PathBuf::from(name.replace("../", "")), body);
    }
    if let Ok(done) = zip.finish()
        && let Ok(import) = open_import(Box::new(Cursor::new(done.into_inner())), &sales_fuzz::request())
    {
        read(import);
    }
    if let Ok(import) = open_import_folder(Box::new(Tree(tree)), &sales_fuzz::request()) {
        read(import);
    }
});

fn read(mut import: Box<dyn Import>) {
    let before = import.summary().contents;
    let mut messages = 0;
    while let Some(batch) = import.next_batch() {
        assert!(batch.items.len() <= 1_000, "{}", batch.items.len());
        messages += batch.items.len() as u64;
    }
    let after = import.summary().contents;
    assert_eq!(before, after, "both summaries tell of the same");
    if import.source() == Source::EMAIL {
        assert_eq!(after[0], ("messages".to_owned(), messages));
    }
}
