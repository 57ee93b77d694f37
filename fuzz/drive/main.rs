//! Runs all fuzz targets for a short time on any machine: no fuzzer, no sanitizer, no coverage, only the samples, the tests' data and changed
//! copies of them. Each target runs in a process of its own with a bound on its memory, and fails with a panic, a hang or more memory.
//!
//! `drive [--seconds N] [--seed N] [TARGET]...`; `drive --file FILE TARGET` reads one input.

mod child;
mod mutate;
mod seeds;
mod targets;

use std::{
    collections::VecDeque,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Output},
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

/// What the command line says.
struct Args {
    seconds: u64,
    seed: u64,
    /// A target's own process: where it notes what it reads.
    child: Option<PathBuf>,
    /// One input.
    file: Option<PathBuf>,
    targets: Vec<String>,
}

fn args() -> Result<Args, String> {
    let mut out = Args { seconds: 10, seed: 1, child: None, file: None, targets: Vec::new() };
    let mut all = std::env::args().skip(1);
    while let Some(arg) = all.next() {
        let mut value = || all.next().ok_or(format!("{arg} needs a value"));
        match arg.as_str() {
            "--seconds" => out.seconds = value()?.parse().map_err(|e| format!("--seconds: {e}"))?,
            "--seed" => out.seed = value()?.parse().map_err(|e| format!("--seed: {e}"))?,
            "--child" => out.child = Some(value()?.into()),
            "--file" => out.file = Some(value()?.into()),
            _ if targets::named(&arg).is_some() => out.targets.push(arg),
            _ => return Err(format!("no target is called {arg}")),
        }
    }
    if out.targets.is_empty() {
        out.targets = targets::ALL.iter().map(|(name, _)| (*name).to_owned()).collect();
    }
    Ok(out)
}

fn main() -> ExitCode {
    let args = match args() {
        Ok(args) => args,
        Err(e) => {
            eprintln!("{e}");
            return ExitCode::from(2);
        }
    };
    match (&args.child, &args.file) {
        (Some(note), _) => child::run(&args.targets[0], note, args.seconds, args.seed),
        (_, Some(file)) => child::one(&args.targets[0], file),
        _ => all(&args),
    }
}

/// Runs the targets, as many at once as the machine has cores.
fn all(args: &Args) -> ExitCode {
    let missing = targets::missing();
    if !missing.is_empty() {
        eprintln!("drive/targets.rs lacks {missing:?}");
        return ExitCode::FAILURE;
    }
    let queue: Mutex<VecDeque<&String>> = Mutex::new(args.targets.iter().collect());
    let failed = AtomicBool::new(false);
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let Some(target) = queue.lock().unwrap().pop_front() else { return };
                    if !target_passes(target, args) {
                        failed.store(true, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    ExitCode::from(u8::from(failed.load(Ordering::Relaxed)))
}

fn target_passes(target: &str, args: &Args) -> bool {
    let note = std::env::temp_dir().join(format!("sales-fuzz-{}-{target}", std::process::id()));
    let output = std::env::current_exe().and_then(|own| {
        let (seconds, seed) = (args.seconds.to_string(), args.seed.to_string());
        Command::new(own).args(["--seconds", &seconds, "--seed", &seed, "--child"]).arg(&note).arg(target).output()
    });
    let passed = match output {
        Ok(output) if output.status.success() => {
            print!("{}", String::from_utf8_lossy(&output.stdout));
            true
        }
        Ok(output) => {
            tell(target, &note, &output);
            false
        }
        Err(e) => {
            eprintln!("{target}: could not be started: {e}");
            false
        }
    };
    // Another run makes another one.
    _ = std::fs::remove_file(&note);
    passed
}

/// Says what a target failed with, and keeps the input where the fuzzer would.
fn tell(target: &str, note: &Path, output: &Output) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts").join(target);
    let kept = folder.join("drive");
    let copied = std::fs::create_dir_all(&folder).and_then(|()| std::fs::copy(note, &kept));
    eprintln!("{target}: FAILED ({})\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    match copied {
        Ok(_) => eprintln!("{target}: its input is {}; `drive --file` reads it again", kept.display()),
        Err(e) => eprintln!("{target}: its input could not be kept: {e}"),
    }
}
