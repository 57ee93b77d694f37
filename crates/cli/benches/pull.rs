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
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

const SALES: &str = env!("CARGO_BIN_EXE_sales");
const MESSAGES: f64 = 200_000.0;

/// What a process took.
struct Usage {
    wall: Duration,
    cpu: f64,
    peak_mb: u64,
}

fn main() {
    let dir = tempfile::tempdir().unwrap();
    let (mut vendor, env) = simulate();
    let workspace = dir.path().join("workspace");
    make_workspace(&workspace);

    let pull = run(&workspace, &env, &["sync", "--quiet"]);
    row("first pull, everything", MESSAGES, &pull);
    let (files, bytes) = count(&workspace.join("customers"));
    let ledger = fs::metadata(workspace.join(".sales/ledger.db")).map_or(0, |m| m.len());
    println!("    {files} files, {} MB; ledger {} MB, {:.0} bytes a message", bytes >> 20, ledger >> 20, ledger as f64 / MESSAGES);
    let before = tree(&workspace.join("customers"));

    let again = run(&workspace, &env, &["sync", "--full", "--quiet"]);
    row("the same again, nothing changed", MESSAGES, &again);
    let grown = fs::metadata(workspace.join(".sales/ledger.db")).map_or(0, |m| m.len()).saturating_sub(ledger);
    println!("    files rewritten: {}; ledger grew by {} KB", rewritten(&before, &tree(&workspace.join("customers"))), grown >> 10);

    let noop = run(&workspace, &env, &["sync", "--quiet"]);
    row("sync of 200 channels with nothing new", 200.0, &noop);
    let mut starts: Vec<Duration> = (0..200).map(|_| start_and_end()).collect();
    starts.sort();
    println!("{:42} {:6.1} ms (median of 200, process start included)", "sales --help", starts[100].as_secs_f64() * 1e3);

    vendor.kill().unwrap();
    vendor.wait().unwrap();
    assert!(files > 8_000, "the files of 200 channels over two years are not all there");
    assert!(pull.cpu <= 20.0 && pull.peak_mb <= 256, "above the limit of 20 CPU seconds and 256 MB");
}

/// Starts the double in a process of its own; gives the variables that lead to it.
fn simulate() -> (Child, BTreeMap<String, String>) {
    let mut child =
        Command::new(SALES).args(["simulate", "--generate", "bench", "--no-limits", "--json"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut text = String::new();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    loop {
        assert_ne!(lines.read_line(&mut text).unwrap(), 0, "the double ended: {text}");
        if let Ok(document) = serde_json::from_str::<serde_json::Value>(&text) {
            let env = document["env"].as_object().unwrap();
            return (child, env.iter().map(|(k, v)| (k.clone(), v.as_str().unwrap().to_owned())).collect());
        }
    }
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

/// Runs the binary to its end and reads what the system says it took.
fn run(dir: &Path, env: &BTreeMap<String, String>, args: &[&str]) -> Usage {
    let start = Instant::now();
    let mut child = Command::new(SALES).args(args).current_dir(dir).envs(env).stdout(Stdio::null()).spawn().unwrap();
    let pid = child.id();
    let (mut peak, mut cpu) = (0, 0.0);
    // A process that has ended but was not waited for still shows its times.
    while let Ok(stat) = fs::read_to_string(format!("/proc/{pid}/stat")) {
        let fields: Vec<&str> = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().collect();
        // Fields 14 and 15 of proc(5), in ticks of 1/100 s.
        cpu = (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0;
        if fields[0] == "Z" {
            break;
        }
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let mark = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).and_then(|v| v.trim().trim_end_matches(" kB").parse::<u64>().ok());
        peak = peak.max(mark.unwrap_or(0));
        std::thread::park_timeout(Duration::from_millis(5));
    }
    let wall = start.elapsed();
    assert!(child.wait().unwrap().success(), "`sales {}` failed", args.join(" "));
    Usage { wall, cpu, peak_mb: peak >> 10 }
}

fn row(what: &str, of: f64, u: &Usage) {
    let rate = of / u.wall.as_secs_f64();
    println!("{what:42} {:6.2} s wall, {:6.2} s CPU, {:4} MB, {rate:8.0} a second", u.wall.as_secs_f64(), u.cpu, u.peak_mb);
}

/// Size and time of every file.
fn tree(dir: &Path) -> BTreeMap<std::path::PathBuf, (u64, std::time::SystemTime)> {
    let mut out = BTreeMap::new();
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let meta = entry.metadata().unwrap();
        if meta.is_dir() {
            out.append(&mut tree(&entry.path()));
        } else {
            out.insert(entry.path(), (meta.len(), meta.modified().unwrap()));
        }
    }
    out
}

fn count(dir: &Path) -> (usize, u64) {
    let files = tree(dir);
    (files.len(), files.values().map(|(len, _)| len).sum())
}

fn rewritten(
    before: &BTreeMap<std::path::PathBuf, (u64, std::time::SystemTime)>,
    after: &BTreeMap<std::path::PathBuf, (u64, std::time::SystemTime)>,
) -> usize {
    after.iter().filter(|(path, state)| before.get(*path) != Some(state)).count()
}
