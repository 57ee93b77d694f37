//! What stands in attachments, taken out by their place in the list of files.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::{Path, PathBuf};

use sales_mail::mime;
use sha2::{Digest, Sha256};

/// All files of a message: name, and content as text.
fn all(raw: &[u8]) -> Vec<(String, String)> {
    let files = mime::read(raw).files;
    let taken = (0..files.len()).map(|n| mime::attachment(raw, n).unwrap());
    taken.map(|a| (a.file.name, String::from_utf8_lossy(&a.content).into_owned())).collect()
}

/// A message of several parts; line ends as given.
fn mixed(parts: &[&str]) -> Vec<u8> {
    let parts: String = parts.iter().map(|p| format!("--b\n{p}\n")).collect();
    format!("From: a@x.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\ntext\n{parts}--b--\n").into_bytes()
}

/// An attachment of that name.
fn part(name: &str, encoding: &str, body: &str) -> String {
    format!("Content-Type: application/x\nContent-Disposition: attachment; {name}\nContent-Transfer-Encoding: {encoding}\n\n{body}")
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(name, content)| ((*name).to_owned(), (*content).to_owned())).collect()
}

#[test]
fn each_encoding_and_each_way_to_name() {
    let parts = [
        part("filename=plain.txt", "7bit", "as it is\n"),
        part("filename=b.bin", "base64", "SGVs\nbG8="),
        part("filename=junk.bin", "base64", "SG!Vs*\nb-G8"),
        part("filename=none.bin", "base64", "%%%"),
        part("filename=q.txt", "quoted-printable", "sch=C3=B6n =\nund gut=2"),
        part("filename*=UTF-8''M%C3%A4rz%20%E2%82%AC.pdf", "base64", "JVBERg=="),
        part("filename*0*=iso-8859-1'de'Gr%FC; filename*1=\"n.pdf\"", "base64", "JVBERg=="),
        part("filename=\"=?utf-8?B?TcOkcnoucGRm?=\"", "base64", "JVBERg=="),
        part("filename=empty.pdf", "base64", ""),
        part("x=y", "8bit", "unnamed"),
    ];
    let expected = [
        ("plain.txt", "as it is\n"),
        ("b.bin", "Hello"),
        ("junk.bin", "Hello"),
        ("none.bin", ""),
        ("q.txt", "schön und gut=2"),
        ("März €.pdf", "%PDF"),
        ("Grün.pdf", "%PDF"),
        ("März.pdf", "%PDF"),
        ("empty.pdf", ""),
        ("", "unnamed"),
    ];
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    assert_eq!(all(&mixed(&parts)), pairs(&expected));
}

#[test]
fn the_same_name_twice_is_told_apart_by_its_place() {
    let (one, other) = (part("filename=a.txt", "7bit", "one"), part("filename=a.txt", "7bit", "other"));
    assert_eq!(all(&mixed(&[&one, &other, &one])), pairs(&[("a.txt", "one"), ("a.txt", "other"), ("a.txt", "one")]));
}

#[test]
fn files_of_messages_in_messages() {
    let inner = part("filename=inner.txt", "7bit", "inner");
    let inner = format!("Subject: inner\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\ntext\n--c\n{inner}\n--c--");
    let forwarded = format!("Content-Type: message/rfc822\nContent-Disposition: attachment; filename=mail.eml\n\n{inner}");
    // A container that is encoded although it must not be.
    let encoded = "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nQ29udGVudC1UeXBlOiBhcHBsaWNhdGlvbi9wZGYKCnBkZg==";
    let (before, after) = (part("filename=before.txt", "7bit", "before"), part("filename=after.txt", "7bit", "after"));
    let expected = [("before.txt", "before"), ("inner.txt", "inner"), ("", "pdf"), ("after.txt", "after")];
    assert_eq!(all(&mixed(&[&before, &forwarded, encoded, &after])), pairs(&expected));
}

#[test]
fn images_in_the_text_and_files_of_outlook() {
    let related = "Content-Type: multipart/related; boundary=r\n\n--r\nContent-Type: text/html\n\n<img src=\"cid:i\">\n--r\n\
                   Content-Type: image/png; name=logo.png\nContent-ID: <i>\nContent-Transfer-Encoding: base64\n\nSGVsbG8=\n--r--";
    let outlook = "Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\nSGVsbG8=";
    let raw = mixed(&[related, outlook]);
    assert_eq!(all(&raw), pairs(&[("logo.png", "Hello"), ("winmail.dat", "Hello")]));
    assert!(mime::attachment(&raw, 0).unwrap().file.inline);
}

#[test]
fn what_is_not_there() {
    let raw = mixed(&[&part("filename=a.txt", "7bit", "one")]);
    assert!(mime::attachment(&raw, 0).is_some());
    assert_eq!(mime::attachment(&raw, 1), None);
    assert_eq!(mime::attachment(&raw, usize::MAX), None);
    for raw in [&b""[..], b"\n", b"Subject: a header alone\n\n", b"Subject: no file\n\ntext"] {
        assert_eq!(mime::attachment(raw, 0), None, "{raw:?}");
    }
}

/// Of every message of the samples and of this room's own, each file is the one that the list describes.
#[test]
fn what_is_taken_out_is_what_is_listed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders: Vec<PathBuf> = vec![root.join("tests/data")];
    folders.extend(std::fs::read_dir(root.join("../../samples/email/threads")).unwrap().map(|e| e.unwrap().path()));
    let paths = folders.iter().flat_map(|f| std::fs::read_dir(f).unwrap()).map(|e| e.unwrap().path());
    let mut seen = 0;
    for path in paths.filter(|p| p.extension().is_some_and(|e| e == "eml")) {
        let raw = std::fs::read(&path).unwrap();
        for (index, file) in mime::read(&raw).files.into_iter().enumerate() {
            let taken = mime::attachment(&raw, index).unwrap();
            let hash: String = Sha256::digest(&taken.content).iter().map(|b| format!("{b:02x}")).collect();
            assert_eq!((&taken.file, taken.content.len() as u64, &hash), (&file, file.size, &file.sha256), "{}", path.display());
            seen += 1;
        }
    }
    assert!(seen >= 50, "{seen}");
}
