//! Messages as they are in the wild: each file of `data` read whole. All were written for this.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use sales_mail::mime;
use sales_model::Mail;

/// The messages by name.
fn messages() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let paths = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    let mut all: Vec<(String, Vec<u8>)> = paths
        .filter(|p| p.extension().is_some_and(|e| e == "eml"))
        .map(|p| (p.file_stem().unwrap().to_string_lossy().into_owned(), std::fs::read(&p).unwrap()))
        .collect();
    all.sort();
    assert!(all.len() >= 60, "{}", all.len());
    all
}

/// A mail as its header alone tells.
fn without_body(mail: Mail) -> Mail {
    Mail { body: String::new(), files: Vec::new(), invitations: Vec::new(), absent_until: None, header_only: true, ..mail }
}

#[test]
fn each_message_whole() {
    for (name, raw) in messages() {
        let mail = mime::read(&raw);
        let native = mime::native(&mail, &raw);
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "messages" }, {
            insta::assert_json_snapshot!(name, (native, mail));
        });
    }
}

#[test]
fn a_header_alone_says_the_same() {
    for (name, raw) in messages() {
        let whole = mime::read(&raw);
        let header = mime::header(&raw);
        let mut read = mime::read_header(header);
        assert_eq!(read, mime::read_header(&raw), "{name}");
        if whole.noise != read.noise {
            // An answer to an invitation may stand in a part.
            assert_eq!((whole.noise, read.noise), (Some(sales_model::Noise::CalendarReply), None), "{name}");
            read.noise = whole.noise;
        }
        if !mime::native(&whole, &raw).starts_with("sha256-") {
            assert_eq!(mime::native(&read, header), mime::native(&whole, &raw), "{name}");
        }
        assert_eq!(read, without_body(whole), "{name}");
    }
}

#[test]
fn a_message_is_read_however_its_lines_end() {
    for (name, raw) in messages().into_iter().filter(|(name, _)| !["carriage_returns", "mixed_line_ends"].contains(&name.as_str())) {
        let text = raw.iter().copied().filter(|b| *b != b'\r').collect::<Vec<u8>>();
        let (one, two) = (mime::read(&raw), mime::read(&text));
        // Text files hold their line ends.
        let bare = |m: Mail| Mail { files: Vec::new(), ..m };
        assert_eq!(bare(one), bare(two), "{name}");
    }
}

#[test]
fn a_message_cut_anywhere_is_read() {
    for (name, raw) in messages() {
        for end in 0..raw.len() {
            let mail = mime::read(&raw[..end]);
            assert!(mail.body.len() <= 2 * raw.len() + 200, "{name} {end}");
        }
    }
}
