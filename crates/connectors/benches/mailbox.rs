//! How fast an mbox is read, split and unquoted, and how much memory that takes, whatever its size.
//!
//! `cargo bench -p sales-connectors --bench mailbox` writes an mbox of 1 GB into the temporary folder, reads it twice (as `--dry-run` counts
//! it, and as items), and removes it; `SALES_BENCH_MB` sets another size. Figures are of the whole process on Linux; the second reading
//! is out of the system's cache where there is memory for it. Above 128 MB of memory the bench fails.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench is a program for developers: it stops where something is wrong and prints"
)]

use std::{
    fs::File,
    io::{BufWriter, Write},
    sync::Arc,
    time::Instant,
};

use jiff::Timestamp;
use sales_connectors::{ImportRequest, registry::open_import};
use sales_model::{AccountKey, Source};

#[path = "mailbox/generate.rs"]
mod generate;

fn main() {
    let megabytes = std::env::var("SALES_BENCH_MB").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000_u64);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("all.mbox");
    let began = Instant::now();
    let mut out = BufWriter::with_capacity(1 << 20, File::create(&path).unwrap());
    let made = generate::mbox(&mut out, 7, megabytes << 20).unwrap();
    out.flush().unwrap();
    let bytes = path.metadata().unwrap().len();
    println!("{:28} {} messages, {} MB, in {:.1} s", "mbox written", made, bytes >> 20, began.elapsed().as_secs_f64());
    let before = peak();

    let request = ImportRequest::new(AccountKey { source: Source::EMAIL, name: "default".into() }, Timestamp::UNIX_EPOCH, Arc::default());
    let open = || open_import(Box::new(File::open(&path).unwrap()), &request).unwrap();
    let row = |what: &str, began: Instant| {
        let seconds = began.elapsed().as_secs_f64();
        let (mb, messages) = (bytes as f64 / 1e6 / seconds, made as f64 / seconds);
        println!("{what:28} {seconds:6.2} s  {mb:6.0} MB/s  {messages:8.0} messages/s  peak {} MB", peak() >> 10);
    };
    let began = Instant::now();
    let summary = open().summary();
    row("counted (`--dry-run`)", began);
    println!("{:28} {summary:?}", "");

    let began = Instant::now();
    let mut import = open();
    let (mut messages, mut size) = (0, 0);
    while let Some(batch) = import.next_batch() {
        messages += batch.items.len() as u64;
        size += batch.items.iter().map(|i| i.body.len() as u64).sum::<u64>();
        assert!(batch.failures.is_empty());
    }
    row("as items", began);
    assert_eq!((messages, summary.contents[0].1), (made, made), "each message once");
    assert!(size < bytes && size > bytes / 2);
    assert!(peak() < 128 << 10, "more than 128 MB of memory ({} KB before)", before);
}

/// Most memory that the process had, in KB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap_or("0");
    line.split_whitespace().next().and_then(|n| n.parse().ok()).unwrap_or(0)
}
