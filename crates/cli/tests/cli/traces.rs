//! Where a word stands in a workspace: in any file's bytes, in what is packed inside the ledger, in the terms of its index.

use std::{fs, path::Path};

use rusqlite::Connection;

/// The word in any form in which it may be written: plain in any case (which finds it in JSON, MIME and URLs too), and in Base64.
fn forms(word: &str) -> Vec<Vec<u8>> {
    let mut forms = vec![word.to_lowercase().into_bytes()];
    let mut letters = word.chars();
    let capital: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    for form in [word.to_owned(), capital, word.to_uppercase()] {
        forms.extend((0..3).map(|shift| base64_core(form.as_bytes(), shift)));
    }
    forms
}

/// What stays the same of the Base64 of a word, whatever stands around it, when it begins `shift` bytes into a group of three.
fn base64_core(word: &[u8], shift: usize) -> Vec<u8> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let inner = &word[(3 - shift) % 3..];
    inner
        .chunks_exact(3)
        .flat_map(|c| {
            let n = u32::from(c[0]) << 16 | u32::from(c[1]) << 8 | u32::from(c[2]);
            [18, 12, 6, 0].map(|bits| DIGITS[(n >> bits & 63) as usize])
        })
        .collect()
}

fn contains(bytes: &[u8], forms: &[Vec<u8>]) -> bool {
    let has = |bytes: &[u8], form: &[u8]| bytes.windows(form.len()).any(|w| w == form);
    // Base64 is broken by line ends, quoted-printable by an equals sign and a line end.
    let joined: Vec<u8> = bytes.iter().copied().filter(|b| !matches!(b, b'\r' | b'\n')).collect();
    let soft = String::from_utf8_lossy(bytes).replace("=\r\n", "").replace("=\n", "").to_lowercase();
    let Some((plain, coded)) = forms.split_first() else { return false };
    has(soft.as_bytes(), plain) || coded.iter().any(|form| has(&joined, form))
}

/// Where the word stands below a folder.
pub(crate) fn traces(root: &Path, word: &str) -> Vec<String> {
    let forms = forms(word);
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let shown = path.strip_prefix(root).unwrap().display().to_string();
            if contains(shown.as_bytes(), &forms) {
                found.push(format!("the name of {shown}"));
            }
            if path.is_dir() {
                folders.push(path);
            } else if contains(&fs::read(&path).unwrap(), &forms) {
                found.push(shown);
            }
        }
    }
    let ledger = root.join(".sales/ledger.db");
    if ledger.exists() {
        inside(&ledger, &forms, &mut found);
    }
    found.sort();
    found.dedup();
    found
}

fn inside(ledger: &Path, forms: &[Vec<u8>], found: &mut Vec<String>) {
    let conn = Connection::open(ledger).unwrap();
    for (what, sql) in [("raw chunks", "SELECT size, body FROM chunk"), ("findings", "SELECT size, body FROM finding")] {
        let mut select = conn.prepare(sql).unwrap();
        let mut rows = select.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let packed: Vec<u8> = row.get(1).unwrap();
            let size = usize::try_from(row.get::<_, i64>(0).unwrap()).unwrap();
            if contains(&zstd::bulk::decompress(&packed, size).unwrap(), forms) {
                found.push(what.to_owned());
            }
        }
    }
    conn.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab (main, search, row)", []).unwrap();
    let mut terms = conn.prepare("SELECT term FROM temp.terms").unwrap();
    let terms = terms.query_map([], |r| r.get::<_, String>(0)).unwrap();
    if terms.into_iter().any(|term| contains(term.unwrap().as_bytes(), forms)) {
        found.push("search terms".to_owned());
    }
}

#[test]
fn a_word_is_found_in_every_form() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| crate::support::write(&dir.path().join(name), text.as_bytes());
    // The third is "Dear Quokkazeit," in Base64 with a line end inside, the fourth is quoted-printable with a soft break.
    write("plain", "says QUOKKAZEIT here");
    write("escaped", r#"{"t":"a\nquokkazeit\u0021"}"#);
    write("base64", "RGVhciBRdW9r\r\na2F6ZWl0LA==");
    write("printable", "quokka=\r\nzeit");
    write("other", "quokka zeit? UXVvaw==");
    assert_eq!(traces(dir.path(), "quokkazeit"), ["base64", "escaped", "plain", "printable"]);
}
