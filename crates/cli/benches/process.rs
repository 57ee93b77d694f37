//! Whole processes as the system accounts them, for benches.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

pub(crate) const SALES: &str = env!("CARGO_BIN_EXE_sales");

/// What a process took.
pub(crate) struct Usage {
    pub(crate) wall: Duration,
    pub(crate) cpu: f64,
    pub(crate) peak_mb: u64,
}

/// Starts the double in a process of its own; gives the variables that lead to it.
pub(crate) fn simulate() -> (Child, BTreeMap<String, String>) {
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

/// Runs the binary to its end and reads what the system says it took.
pub(crate) fn run(dir: &Path, env: &BTreeMap<String, String>, args: &[&str]) -> Usage {
    measured(Command::new(SALES).args(args).current_dir(dir).envs(env))
}

/// The same for any program.
pub(crate) fn measured(command: &mut Command) -> Usage {
    let start = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn().unwrap();
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
    assert!(child.wait().unwrap().success(), "{command:?} failed");
    Usage { wall, cpu, peak_mb: peak >> 10 }
}

pub(crate) fn row(what: &str, of: f64, u: &Usage) {
    let rate = of / u.wall.as_secs_f64();
    println!("{what:42} {:6.2} s wall, {:6.2} s CPU, {:4} MB, {rate:8.0} a second", u.wall.as_secs_f64(), u.cpu, u.peak_mb);
}

/// Size and time of every file.
pub(crate) fn tree(dir: &Path) -> BTreeMap<std::path::PathBuf, (u64, std::time::SystemTime)> {
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

pub(crate) fn count(dir: &Path) -> (usize, u64) {
    let files = tree(dir);
    (files.len(), files.values().map(|(len, _)| len).sum())
}

pub(crate) fn rewritten(
    before: &BTreeMap<std::path::PathBuf, (u64, std::time::SystemTime)>,
    after: &BTreeMap<std::path::PathBuf, (u64, std::time::SystemTime)>,
) -> usize {
    after.iter().filter(|(path, state)| before.get(*path) != Some(state)).count()
}
