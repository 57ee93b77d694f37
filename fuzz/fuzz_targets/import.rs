//! A file of any format, as whatever it turns out to be.
#![cfg_attr(not(feature = "drive"), no_main)]

use std::io::Cursor;

use sales_connectors::registry::{connector, open_import};
use sales_fuzz::target;

target!(|bytes: &[u8]| {
    let Ok(mut file) = open_import(Box::new(Cursor::new(bytes.to_vec())), &sales_fuzz::request()) else { return };
    let connector = connector(&file.source()).expect("each format has a connector");
    file.summary();
    while let Some(batch) = file.next_batch() {
        assert!(batch.items.len() + batch.parts.len() <= 1_000, "{} {}", batch.items.len(), batch.parts.len());
        for item in batch.items.iter().chain(batch.parts.iter().map(|(_, item)| item)) {
            _ = connector.process(item);
        }
    }
});
