//! One target in a process of its own.

use std::{
    fs::File,
    os::unix::fs::FileExt as _,
    path::Path,
    process::ExitCode,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use rustix::process::{Resource, Rlimit, setrlimit};

use crate::{mutate::Mutator, seeds, targets};

/// What no input may take, in bytes: the inputs themselves included.
const MEMORY: u64 = 256 * 1024 * 1024;
/// How long one input may take. The slowest takes a hundredth of it on a machine with nothing else to do.
const HANG: Duration = Duration::from_secs(20);
/// The smallest stack that the product reads anything on: that of its runtime's threads.
const STACK: usize = 2 * 1024 * 1024;

/// When the input at work was begun, in milliseconds from the start; 0 if none is.
static BEGUN: AtomicU64 = AtomicU64::new(0);

/// Runs a target on its seeds, then on changed ones until the time is over. Each input is noted in a file before it is read.
pub(crate) fn run(target: &str, note: &Path, seconds: u64, seed: u64) -> ExitCode {
    let Some(run) = targets::named(target) else { return ExitCode::FAILURE };
    let note = match File::create(note) {
        Ok(note) => note,
        Err(e) => {
            eprintln!("{}: {e}", note.display());
            return ExitCode::FAILURE;
        }
    };
    bound_memory();
    let start = Instant::now();
    watch(start);
    let of_target = seeds::of(target);
    let mut mutator = Mutator::new(&of_target, seed);
    let work = move || {
        let (mut inputs, mut slowest) = (0u64, (Duration::ZERO, 0));
        let until = Duration::from_secs(seconds);
        while inputs < mutator.unchanged() || start.elapsed() < until {
            let input = mutator.next();
            // The end of what stood there before is cut first: a torn note is better than a mixed one.
            note.set_len(input.len() as u64).and_then(|()| note.write_all_at(&input, 0)).expect("the input can be noted");
            let begun = start.elapsed();
            BEGUN.store(begun.as_millis() as u64 + 1, Ordering::Relaxed);
            run(&input);
            BEGUN.store(0, Ordering::Relaxed);
            slowest = slowest.max((start.elapsed() - begun, input.len()));
            inputs += 1;
        }
        (inputs, slowest)
    };
    let worker = std::thread::Builder::new().stack_size(STACK).spawn(work).map(|w| w.join());
    match worker {
        Ok(Ok((inputs, slowest))) if peak() <= MEMORY => {
            let megabytes = peak() / 1024 / 1024;
            let (time, bytes) = (slowest.0.as_millis(), slowest.1);
            println!("{target:12} {inputs:8} inputs, the slowest {time} ms for {bytes} bytes, at most {megabytes} MB");
            ExitCode::SUCCESS
        }
        // A panic has told of itself.
        _ => ExitCode::FAILURE,
    }
}

/// Reads one input.
pub(crate) fn one(target: &str, file: &Path) -> ExitCode {
    match (targets::named(target), std::fs::read(file)) {
        (Some(run), Ok(input)) => {
            bound_memory();
            let worker = std::thread::Builder::new().stack_size(STACK).spawn(move || run(&input));
            if worker.map(|w| w.join()).is_ok_and(|done| done.is_ok()) {
                println!("{target}: read, at most {} MB", peak() / 1024 / 1024);
                return ExitCode::SUCCESS;
            }
            ExitCode::FAILURE
        }
        (_, read) => {
            eprintln!("{}: {:?}", file.display(), read.err());
            ExitCode::FAILURE
        }
    }
}

/// What is allocated beyond the bound ends the process.
fn bound_memory() {
    let bound = Rlimit { current: Some(MEMORY), maximum: Some(MEMORY) };
    setrlimit(Resource::Data, bound).expect("the memory can be bounded");
}

/// Ends the process with an input that takes too long, and where the machine does not keep the bound.
fn watch(start: Instant) {
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(Duration::from_millis(200));
            let begun = BEGUN.load(Ordering::Relaxed);
            if begun > 0 && start.elapsed() > Duration::from_millis(begun) + HANG {
                eprintln!("an input takes more than {} s", HANG.as_secs());
                std::process::exit(3);
            }
            if peak() > MEMORY {
                eprintln!("more than {} MB are used", MEMORY / 1024 / 1024);
                std::process::exit(4);
            }
        }
    });
}

/// The most memory that the process had, in bytes; 0 where the system does not tell.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|l| l.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}
