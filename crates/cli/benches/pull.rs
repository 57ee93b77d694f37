//! How fast the whole way is: 200,000 generated messages from the Slack double in another process into an empty workspace, everything
//! durable and all files written; then the same pull again with nothing changed, a sync with nothing new, and the start-up.
//!
//! `cargo bench -p sales-workspace --bench pull` on Linux. Figures are of whole processes as the system accounts them: CPU seconds are
//! the ones to trust, wall time only on a quiet machine. Gates (design of decisions.md): above 20 CPU seconds or 256 MB fails the bench.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::zombie_processes,
    reason = "a bench is a program for developers: it stops where something is wrong and prints"
)]

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

#[path = "process.rs"]
mod process;

use process::{SALES, count, rewritten, row, run, simulate, tree};

const MESSAGES: f64 = 200_000.0;

fn main() {
    let dir = tempfile::tempdir().unwrap();
    let (mut vendor, env) = simulate();
    let workspace = dir.path().join("workspace");
    make_workspace(&workspace);

    let pull = run(&workspace, &env, &["sync", "--source", "slack", "--quiet"]);
    row("first pull, everything", MESSAGES, &pull);
    let (files, bytes) = count(&workspace.join("customers"));
    let ledger = fs::metadata(workspace.join(".sales/ledger.db")).map_or(0, |m| m.len());
    println!("    {files} files, {} MB; ledger {} MB, {:.0} bytes a message", bytes >> 20, ledger >> 20, ledger as f64 / MESSAGES);
    let before = tree(&workspace.join("customers"));

    let again = run(&workspace, &env, &["sync", "--source", "slack", "--full", "--quiet"]);
    row("the same again, nothing changed", MESSAGES, &again);
    let grown = fs::metadata(workspace.join(".sales/ledger.db")).map_or(0, |m| m.len()).saturating_sub(ledger);
    println!("    files rewritten: {}; ledger grew by {} KB", rewritten(&before, &tree(&workspace.join("customers"))), grown >> 10);

    let noop = run(&workspace, &env, &["sync", "--source", "slack", "--quiet"]);
    row("sync of 200 channels with nothing new", 200.0, &noop);
    let mut starts: Vec<Duration> = (0..200).map(|_| start_and_end()).collect();
    starts.sort();
    println!("{:42} {:6.1} ms (median of 200, process start included)", "sales --help", starts[100].as_secs_f64() * 1e3);

    vendor.kill().unwrap();
    vendor.wait().unwrap();
    assert!(files > 8_000, "the files of 200 channels over two years are not all there");
    assert!(pull.cpu <= 20.0 && pull.peak_mb <= 256, "above the limit of 20 CPU seconds and 256 MB");
}

/// A workspace with 20 customers who own ten channels each.
fn make_workspace(dir: &Path) {
    assert!(Command::new(SALES).arg("init").arg(dir).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success());
    let settings = dir.join("workspace.toml");
    let text = fs::read_to_string(&settings)
        .unwrap()
        .replace("limits = \"on\"", "limits = \"off\"")
        .replace("history = \"2y\"", "history = \"4y\"");
    fs::write(&settings, text).unwrap();
    for n in 0..20 {
        let folder = dir.join(format!("customers/profiles/customer_{n:02}"));
        fs::create_dir_all(&folder).unwrap();
        let channels: Vec<String> = (n * 10..n * 10 + 10).map(|c| format!("\"*-{c:03}\"")).collect();
        fs::write(folder.join("profile.toml"), format!("name = \"Customer {n:02}\"\n\n[slack]\nchannels = [{}]\n", channels.join(", ")))
            .unwrap();
    }
}

/// From the start of `sales --help` to its end, and nothing in between: looking at a process that lives two milliseconds makes it live longer.
fn start_and_end() -> Duration {
    let mut help = Command::new(SALES);
    help.arg("--help").stdout(Stdio::null());
    let start = Instant::now();
    let status = help.status().unwrap();
    let wall = start.elapsed();
    assert!(status.success());
    wall
}
