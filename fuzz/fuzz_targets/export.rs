//! An export: any bytes, and zips of any entries, which the checksums of a zip would keep a fuzzer from.
#![cfg_attr(not(feature = "drive"), no_main)]

use std::io::{Cursor, Write};

use sales_connectors::{Import, slack::import::open_export};
use sales_fuzz::target;
use zip::{ZipWriter, write::SimpleFileOptions};

/// Names that lead somewhere, chosen by a byte; others are taken as they come.
const NAMES: [&str; 8] = [
    "channels.json",
    "groups.json",
    "dms.json",
    "mpims.json",
    "users.json",
    "general/2024-03-15.json",
    "general/2024-03-16.json",
    "D0123ABCD/2024-03-15.json",
];

target!(|input: (Vec<(u8, String, Vec<u8>)>, Vec<u8>)| {
    let (entries, bytes) = input;
    if entries.is_empty() {
        read(bytes);
        return;
    }
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (choice, name, content) in entries {
        let name = NAMES.get(usize::from(choice)).map_or(name, |known| (*known).to_owned());
        if zip.start_file(name, SimpleFileOptions::default()).is_err() || zip.write_all(&content).is_err() {
            return;
        }
    }
    if let Ok(done) = zip.finish() {
        read(done.into_inner());
    }
});

fn read(zip: Vec<u8>) {
    let Ok(mut export) = open_export(Cursor::new(zip), &sales_fuzz::request()) else { return };
    export.summary();
    while let Some(batch) = export.next_batch() {
        assert!(batch.items.len() <= 1_000, "{}", batch.items.len());
        batch.items.iter().for_each(sales_fuzz::map);
    }
}
