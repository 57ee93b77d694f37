//! Unknown, missing and damaged header lines of mails.

use sales_connectors::Connector;
use sales_model::{RawItem, Record};

/// Lines that nobody knows change nothing; without a line, or with another value in it, or cut off there, a mail gives a record or a failure
/// with a reason, never a panic.
pub(super) fn tolerated(connector: &dyn Connector, record: &Record, bytes: &[u8], item: &dyn Fn(Vec<u8>) -> RawItem) {
    let whole = connector.process(&item(bytes.to_vec())).unwrap_or_else(|e| panic!("{}: {}", e.item, e.reason));
    // A mail without a name of its own is named by its bytes, and one that bears another one's name was given one in the ledger.
    let named = !record.native.starts_with("sha256-") && !record.native.contains('~');
    if named {
        assert!(whole.records.iter().any(|r| r.id() == record.id()), "the raw item gives its record again: {}", record.native);
        let strange = [&b"X-Zz-Unknown: deep; er=\"?\"\r\n"[..], bytes].concat();
        assert_eq!(connector.process(&item(strange)).ok(), Some(whole), "an unknown line changes nothing: {}", record.native);
    }
    let lines = header(bytes);
    for (n, (from, to)) in lines.iter().copied().enumerate() {
        let name = bytes[from..to].iter().position(|b| *b == b':').map_or(from, |at| from + at + 1);
        let put = |new: &[u8]| [&bytes[..name], new, &bytes[to..]].concat();
        let mut broken = vec![[&bytes[..from], &bytes[to..]].concat(), bytes[..to].to_vec(), bytes[..name].to_vec()];
        broken
            .extend([&b"\r\n"[..], b" \xff\xfe\x00?\r\n", b" =?utf-8?B?////?= <>,;:\"\r\n", b" <a@b.example>, <c@d.example>\r\n"].map(put));
        if n == 0 {
            broken.push(bytes.iter().copied().filter(|b| *b != b'\r' && *b != b'\n').collect());
        }
        for bytes in broken {
            if let Err(failure) = connector.process(&item(bytes)) {
                assert!(!failure.reason.is_empty(), "a failure says why: {}", record.native);
            }
        }
    }
}

/// Where the lines of the header begin and end, folded ones as one.
fn header(bytes: &[u8]) -> Vec<(usize, usize)> {
    let (mut all, mut at) = (Vec::<(usize, usize)>::new(), 0);
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        if line.trim_ascii().is_empty() {
            break;
        }
        match all.last_mut() {
            Some(last) if line.starts_with(b" ") || line.starts_with(b"\t") => last.1 = at + line.len(),
            _ => all.push((at, at + line.len())),
        }
        at += line.len();
    }
    all
}
