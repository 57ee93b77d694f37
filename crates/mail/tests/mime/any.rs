//! Any bytes, pieces of mails in any order, and mails with bytes changed.

use std::path::Path;

use proptest::prelude::*;
use sales_mail::html;

use crate::check;

const PIECES: &[&str] = &[
    "\n",
    "\r\n",
    "\r",
    " ",
    "\t",
    "--b\n",
    "--b--\n",
    "--c\n",
    "From: ",
    "To: ",
    "Subject: ",
    "Date: Fri, 15 Mar 2024 10:00:00 +0100\n",
    "Message-ID: <a@x.example>\n",
    "References: <a@x.example> <b@x.example>\n",
    "Content-Type: multipart/mixed; boundary=b\n",
    "Content-Type: multipart/alternative; boundary=\"c\"\n",
    "Content-Type: multipart/related; boundary=c; start=\"<x>\"\n",
    "Content-Type: message/rfc822\n",
    "Content-Type: text/plain; charset=utf-7\n",
    "Content-Type: text/plain; charset=iso-2022-jp; format=flowed; delsp=yes\n",
    "Content-Type: text/html; charset=gb2312\n",
    "Content-Type: text/calendar; method=REPLY\n",
    "Content-Type: application/pkcs7-mime\n",
    "Content-Transfer-Encoding: base64\n",
    "Content-Transfer-Encoding: quoted-printable\n",
    "Content-Disposition: attachment; filename*0*=utf-8''a%00; filename*1=\"../b\"\n",
    "Auto-Submitted: auto-replied\n",
    "\"A \\\" b\" <a@x.example>, ",
    "=?utf-8?Q?a=0A=00b?= <a@x.example>",
    "=?utf-8?Q?=22a=0Ab=22=40x.example?=",
    "\"a\tb\"@x.example",
    "=?utf-8?B?",
    "?=",
    "(",
    ")",
    "<",
    ">",
    "@",
    ";",
    ":",
    "\"",
    "\\",
    "\u{202e}",
    "\u{2028}",
    "\u{200d}",
    "ü",
    "word",
    "=C3",
    "+AOQ-",
    "\u{1b}$B",
    "I am out until 18 March 2024.\n",
    "BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:u\nEND:VEVENT\nEND:VCALENDAR\n",
    "-----BEGIN PGP SIGNED MESSAGE-----\n",
    "<div><blockquote type=cite>",
    "</blockquote>",
    "<table><tr><td>",
    "<p style='display:none'>",
    "<a href='https://x.example/\u{7}'>",
    "&#10;&#x85;&nbsp;",
    "<div id=appendonsend>",
    "<pre>",
    "<li>",
    "<br>",
];

fn messages() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "eml"));
    paths.sort();
    paths.iter().map(|p| std::fs::read(p).unwrap()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn any_bytes_are_read(raw in prop::collection::vec(any::<u8>(), 0..2_000)) {
        check::read(&raw);
    }

    #[test]
    fn pieces_of_mails_are_read(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..60)) {
        check::read(pieces.concat().as_bytes());
    }

    #[test]
    fn any_text_is_read_as_html(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..60), more in any::<String>()) {
        for page in [pieces.concat(), more] {
            let text = html::to_text(&page);
            prop_assert!(!text.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\t')), "{:?}", text);
            // A letter costs a line's marks at most: quoting, indentation, an item's number, an address once more.
            prop_assert!(text.len() <= 200 * (page.len() + 1), "{}", text.len());
        }
    }

    #[test]
    fn damaged_mails_are_read(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4u8), 1..8),
    ) {
        let all = messages();
        let mut raw = which.get(&all).clone();
        for (at, byte, how) in changes {
            if raw.is_empty() {
                break;
            }
            let at = at.index(raw.len());
            match how {
                0 => raw[at] = byte,
                1 => drop(raw.remove(at)),
                2 => raw.insert(at, byte),
                _ => raw.truncate(at),
            }
        }
        check::read(&raw);
    }
}
