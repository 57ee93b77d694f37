//! How fast calls come in: 2,000 generated calls with transcripts of 300 sentences from the Gong double in another process into an empty
//! workspace, everything durable, read for insight and written as files; then the same again with nothing changed, and a sync with nothing
//! new.
//!
//! `cargo bench -p sales-workspace --bench calls` on Linux. Gates: below 100 calls a second or above 200 MB fails the bench.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::zombie_processes,
    reason = "a bench is a program for developers: it stops where something is wrong and prints"
)]

use std::{fs, path::Path, process::Command, process::Stdio};

#[path = "process.rs"]
mod process;

use process::{SALES, count, rewritten, row, run, simulate, tree};

const CALLS: f64 = 2_000.0;

fn main() {
    let dir = tempfile::tempdir().unwrap();
    let (mut vendor, env) = simulate();
    let workspace = dir.path().join("workspace");
    make_workspace(&workspace);

    let pull = run(&workspace, &env, &["sync", "--source", "gong", "--quiet"]);
    row("first pull, everything", CALLS, &pull);
    let (files, bytes) = count(&workspace.join("customers"));
    let ledger = fs::metadata(workspace.join(".sales/ledger.db")).map_or(0, |m| m.len());
    println!("    {files} files, {} MB; ledger {} MB, {:.0} KB a call", bytes >> 20, ledger >> 20, ledger as f64 / CALLS / 1024.0);
    let before = tree(&workspace.join("customers"));

    let again = run(&workspace, &env, &["sync", "--source", "gong", "--full", "--quiet"]);
    row("the same again, nothing changed", CALLS, &again);
    println!("    files rewritten: {}", rewritten(&before, &tree(&workspace.join("customers"))));
    let noop = run(&workspace, &env, &["sync", "--source", "gong", "--quiet"]);
    row("sync with nothing new", CALLS, &noop);

    vendor.kill().unwrap();
    vendor.wait().unwrap();
    assert!(files > 2_000, "the files of 2,000 calls are not all there");
    assert!(CALLS / pull.wall.as_secs_f64() >= 100.0 && pull.peak_mb <= 200, "below 100 calls a second, or above 200 MB");
}

/// A workspace with a customer for each of the generated domains.
fn make_workspace(dir: &Path) {
    assert!(Command::new(SALES).arg("init").arg(dir).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success());
    let settings = dir.join("workspace.toml");
    let text = fs::read_to_string(&settings).unwrap();
    let text = text.replace("limits = \"on\"", "limits = \"off\"").replace("history = \"2y\"", "history = \"4y\"");
    fs::write(&settings, text).unwrap();
    for n in 0..50 {
        let folder = dir.join(format!("customers/profiles/customer_{n:02}"));
        fs::create_dir_all(&folder).unwrap();
        let profile = format!("name = \"Customer {n:02}\"\ndomains = [\"customer-{n:02}.example\"]\n");
        fs::write(folder.join("profile.toml"), profile).unwrap();
    }
}
