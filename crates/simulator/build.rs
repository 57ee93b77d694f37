//! Puts the messages of `samples/email` into the crate: each is a file of its own, and they are too many to list by hand.

#![expect(clippy::disallowed_methods, clippy::expect_used, reason = "a build script reads its variables, and stops where it can't go on")]

use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
};

fn main() {
    let samples = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("../../samples/email");
    let samples = samples.canonicalize().unwrap_or(samples);
    println!("cargo::rerun-if-changed={}", samples.display());
    println!("cargo::rerun-if-changed=build.rs");
    let text = |name: &str| {
        let path = samples.join(name);
        if path.is_file() { format!("include_str!({path:?})") } else { "\"\"".to_owned() }
    };
    let mut files = Vec::new();
    collect(&samples, &mut files);
    files.sort();
    let mut out = format!("static ACCOUNT: &str = {};\nstatic MESSAGES: &str = {};\n", text("account.json"), text("messages.json"));
    out.push_str("static FILES: &[(&str, &[u8])] = &[\n");
    for path in files {
        let name = path.strip_prefix(&samples).expect("it is below").to_string_lossy().replace('\\', "/");
        out.push_str(&format!("    ({name:?}, include_bytes!({path:?})),\n"));
    }
    out.push_str("];\n");
    let target = Path::new(&env::var("OUT_DIR").expect("cargo sets it")).join("email.rs");
    let mut file = fs::File::create(target).expect("the folder for what is built");
    file.write_all(out.as_bytes()).expect("the list of samples");
}

/// All messages below a folder.
fn collect(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            println!("cargo::rerun-if-changed={}", path.display());
            collect(&path, into);
        } else if path.extension().is_some_and(|e| e == "eml") {
            into.push(path);
        }
    }
}
