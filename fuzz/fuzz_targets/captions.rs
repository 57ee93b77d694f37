//! Captions and transcripts: any bytes, in each format.
#![cfg_attr(not(feature = "drive"), no_main)]

use std::io::Cursor;

use sales_connectors::{
    Connector, Import, ImportRequest,
    captions::{Format, decode, import::open, read},
    gong::Gong,
};
use sales_fuzz::target;

target!(|bytes: &[u8]| {
    let (text, _) = decode(bytes);
    for format in [Format::WebVtt, Format::Srt, Format::Text] {
        let captions = read(format, &text);
        assert!(captions.turns.is_sorted_by_key(|t| t.start), "{captions:?}");
        assert!(captions.turns.iter().all(|t| !t.text.is_empty() && t.end.is_none_or(|end| end >= t.start)), "{captions:?}");
        assert!(captions.turns.iter().all(|t| t.speaker.is_empty() || captions.speakers.contains(&t.speaker)), "{captions:?}");
    }
    let request = ImportRequest { file: "2024-04-05_call.vtt".into(), ..sales_fuzz::request() };
    let Ok(mut file) = open(Cursor::new(bytes.to_vec()), &request) else { return };
    file.summary();
    while let Some(batch) = file.next_batch() {
        for item in &batch.items {
            let mapped = Gong.process(item).expect("what was opened is understood");
            assert_eq!(mapped.records.len(), 2, "{mapped:?}");
        }
    }
});
