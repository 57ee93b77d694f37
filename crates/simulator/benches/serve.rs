//! What the double itself costs: CPU seconds of its threads for 1,000 pages of 200 messages out of 200 channels of 1,000.
//!
//! `cargo bench -p sales-simulator --bench serve` prints the figures; nothing is asserted.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints, and stops where it can't go on")]

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::Arc,
    time::Instant,
};

use jiff::Timestamp;
use sales_model::Clock;
use sales_simulator::{GenerateSpec, SimOptions, Simulator, World};

struct Fixed(Timestamp);

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// CPU seconds of the threads whose name starts with `double`.
fn double_seconds() -> f64 {
    let mut ticks = 0.0;
    for task in std::fs::read_dir("/proc/self/task").unwrap() {
        let stat = std::fs::read_to_string(task.unwrap().path().join("stat")).unwrap();
        let (name, rest) = stat.split_once(')').unwrap();
        if name.contains("(double") {
            let fields: Vec<&str> = rest.split_whitespace().collect();
            ticks += fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap();
        }
    }
    ticks / 100.0
}

/// One GET on a kept connection; the body.
fn get(stream: &mut TcpStream, path: &str) -> Vec<u8> {
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer xoxb-generated\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut seen = Vec::with_capacity(200_000);
    let mut piece = vec![0; 65_536];
    loop {
        let n = stream.read(&mut piece).unwrap();
        seen.extend_from_slice(&piece[..n]);
        let Some(head) = seen.windows(4).position(|w| w == b"\r\n\r\n") else { continue };
        let text = String::from_utf8_lossy(&seen[..head]).to_ascii_lowercase();
        let length: usize = text.lines().find_map(|l| l.strip_prefix("content-length: ")).unwrap().trim().parse().unwrap();
        while seen.len() < head + 4 + length {
            let n = stream.read(&mut piece).unwrap();
            assert!(n > 0);
            seen.extend_from_slice(&piece[..n]);
        }
        return seen.split_off(head + 4);
    }
}

fn cursor(body: &[u8]) -> Option<String> {
    let at = body.windows(15).rposition(|w| w == b"\"next_cursor\":\"")? + 15;
    let end = body[at..].iter().position(|b| *b == b'"')?;
    Some(String::from_utf8_lossy(&body[at..at + end]).replace('=', "%3D").replace('+', "%2B").replace('/', "%2F"))
}

fn main() {
    let until: Timestamp = "2026-11-20T00:00:00Z".parse().unwrap();
    let spec = GenerateSpec { first_level: 200_000, threads: 0, ..GenerateSpec::bench(until) };
    let start = Instant::now();
    let world = World::generate(&spec, 1);
    println!("generated {:?} messages in {:.2} s", world.count(), start.elapsed().as_secs_f64());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).thread_name("double").enable_all().build().unwrap();
    let options = SimOptions { world, ..SimOptions::new(Arc::new(Fixed(until))) };
    let sim = runtime.block_on(Simulator::start(options)).unwrap();
    let mut stream = TcpStream::connect(sim.base_url().trim_start_matches("http://")).unwrap();
    let (before, start) = (double_seconds(), Instant::now());
    let (mut pages, mut bytes) = (0, 0);
    for channel in 0..spec.channels {
        let mut next = Some(String::new());
        while let Some(c) = next {
            let cursor_argument = if c.is_empty() { String::new() } else { format!("&cursor={c}") };
            let body = get(&mut stream, &format!("/slack/api/conversations.history?channel=C0GEN{channel:05}&limit=200{cursor_argument}"));
            pages += 1;
            bytes += body.len();
            next = cursor(&body);
        }
    }
    println!(
        "{pages} pages, {:.0} MB, {:.2} s elapsed, {:.2} CPU s of the double",
        f64::from(u32::try_from(bytes / 1_000_000).unwrap()),
        start.elapsed().as_secs_f64(),
        double_seconds() - before
    );
    runtime.block_on(sim.stop());
}
