//! Files of notes as they are imported, and one raw item of each of Granola's kinds.
#![cfg_attr(not(feature = "drive"), no_main)]

use std::io::Cursor;

use sales_connectors::registry::open_import;
use sales_fuzz::target;

const KINDS: [&str; 4] = ["note", "summary", "transcript", "document"];

target!(|input: (u8, &[u8])| {
    let (kind, body) = input;
    sales_fuzz::map_note(&sales_fuzz::note(KINDS[usize::from(kind) % KINDS.len()], body));
    let Ok(mut file) = open_import(Box::new(Cursor::new(body.to_vec())), &sales_fuzz::request()) else { return };
    file.summary();
    while let Some(batch) = file.next_batch() {
        assert!(batch.items.len() <= 1_000, "{}", batch.items.len());
        if file.source() == sales_model::Source::GRANOLA {
            batch.items.iter().for_each(sales_fuzz::map_note);
        }
    }
});
