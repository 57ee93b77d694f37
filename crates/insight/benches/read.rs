//! What [`Reader::read`] costs per message: invented Zipf text without triggers, and talk with them.
//! Run: `cargo bench -p sales-insight`.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints its figures")]

use std::time::Instant;

use sales_insight::{Reader, ReaderConfig, Turn};
use sales_model::{RecordId, Side, Source};

const SAID: &[&str] = &[
    "I'll send the updated quote by Thursday, and Marek will book the room for the workshop we talked about on the phone.",
    "Could you share the implementation timeline by 13 February? Our security team would like to see it before the review.",
    "We agreed to drop the custom reports from phase one, which leaves more room for the migration of the old data.",
    "Plinthware quoted us 20% less, so we would have to look at the numbers again with finance before anybody signs.",
];

fn zipf(count: usize) -> Vec<String> {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let letters: Vec<char> = "etaoinshrdlucmfwypvbgk".chars().collect();
    let words: Vec<String> =
        (0..30_000).map(|n| (0..3 + n % 7).map(|_| letters[usize::try_from(next() % letters.len() as u64).unwrap()]).collect()).collect();
    (0..count)
        .map(|_| {
            let mut text = String::new();
            while text.len() < 187 {
                let u = (next() % 1_000_000) as f64 / 1_000_000.0;
                let rank = (30_000_f64.powf(u) - 1.0) as usize;
                text.push_str(&words[rank.min(29_999)]);
                text.push(' ');
            }
            text
        })
        .collect()
}

fn run(name: &str, texts: &[String]) {
    let started = Instant::now();
    let config = ReaderConfig { competitors: vec!["Plinthware".into(), "Ostrelo".into(), "Linear".into()], ..ReaderConfig::default() };
    let reader = Reader::new(config);
    let id = RecordId("slack:C1:1".into());
    let turn = |text| Turn {
        record: &id,
        thread: "1",
        anchor: "1",
        at: jiff::Timestamp::UNIX_EPOCH,
        speaker: "Lena",
        side: Side::Theirs,
        text,
        mentions: &[],
        quiet: false,
        internal: false,
    };
    let mut found = reader.read(&Source::SLACK, &[turn(SAID[0])]).len();
    let ready = started.elapsed();
    let mut best = f64::MAX;
    for _ in 0..5 {
        let started = Instant::now();
        for chunk in texts.chunks(20) {
            let turns: Vec<Turn<'_>> = chunk.iter().map(|t| turn(t)).collect();
            found += reader.read(&Source::SLACK, &turns).len();
        }
        best = best.min(started.elapsed().as_secs_f64() * 1e6 / texts.len() as f64);
    }
    println!("{name}: {best:.2} us a message, first use {:.1} ms, {found} findings", ready.as_secs_f64() * 1e3);
}

fn main() {
    run("zipf text without triggers", &zipf(20_000));
    let said: Vec<String> = (0..2_000).map(|n| SAID[n % SAID.len()].to_owned()).collect();
    run("every message with triggers", &said);
    let mut mixed = zipf(18_000);
    mixed.extend((0..2_000).map(|n| SAID[n % SAID.len()].to_owned()));
    run("one in ten with triggers", &mixed);
}
