use std::{collections::BTreeMap, path::Path};

/// Files by their path from the root, with `/` between the parts.
pub type Tree = BTreeMap<String, Vec<u8>>;

/// Every file below a folder; empty if there is none.
pub fn tree(root: &Path) -> Tree {
    let mut out = Tree::new();
    walk(root, "", &mut out);
    out
}

fn walk(dir: &Path, prefix: &str, out: &mut Tree) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for entry in entries {
        let entry = entry.expect("a folder of the test can be listed");
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let kind = entry.file_type().expect("its entries have a type");
        if kind.is_dir() {
            walk(&entry.path(), &format!("{name}/"), out);
        } else {
            out.insert(name, std::fs::read(entry.path()).expect("its files can be read"));
        }
    }
}

/// In words, what differs between two trees; empty if nothing does.
pub fn differences(expected: &Tree, found: &Tree) -> Vec<String> {
    let mut out = Vec::new();
    for (path, bytes) in expected {
        match found.get(path) {
            None => out.push(format!("{path} is missing")),
            Some(other) if other != bytes => out.push(format!("{path} differs: {}", first_difference(bytes, other))),
            Some(_) => {}
        }
    }
    out.extend(found.keys().filter(|p| !expected.contains_key(*p)).map(|p| format!("{p} should not be there")));
    out
}

/// The first line in which two texts differ.
fn first_difference(expected: &[u8], found: &[u8]) -> String {
    let (a, b) = (String::from_utf8_lossy(expected), String::from_utf8_lossy(found));
    let pair = a.lines().zip(b.lines()).enumerate().find(|(_, (x, y))| x != y);
    match pair {
        Some((n, (x, y))) => format!("line {}: expected `{x}`, found `{y}`", n + 1),
        None => format!("{} lines expected, {} found", a.lines().count(), b.lines().count()),
    }
}
