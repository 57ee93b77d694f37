//! What [`Reader::read`] costs per message: invented Zipf text without triggers, and talk with them.
//! Run: `cargo bench -p sales-insight`.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints its figures")]

use std::time::Instant;

use sales_insight::{Form, Reader, ReaderConfig, Speech, Turn, call_pieces, talk};
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
        to: &[],
        quiet: false,
        internal: false,
        form: Form::Said,
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

const SPOKEN: &[&str] = &[
    "Yeah, so what we see most of the time is that the import takes about two hours every Monday morning.",
    "Mm-hm.",
    "And then somebody has to go through the list by hand, which is not what we hired them for, to be honest.",
    "Right, and how many people are involved in that today?",
    "I'll send you the updated quote by Thursday, together with the migration plan for both regions.",
    "We looked at Plinthware as well, and the price was a bit lower, but the reporting was not there yet.",
    "Okay, that makes sense, let me just share my screen for a second so that you can see what I mean.",
    "Could you send us the security questionnaire before the review on Friday?",
    "Sure, will do.",
    "So if you look at the left side here, this is where the team would start in the morning.",
];

const PLAIN: &[&str] = &[
    "And the reason for that is mostly historical, because the two systems grew up next to each other.",
    "Yeah.",
    "The team in Lisbon does it a bit differently, they have one person who knows all of the spreadsheets by heart.",
    "How long does it take them to close the books at the end of it all?",
    "It depends on who is in the office, but I would say that it is a matter of patience more than of anything else.",
    "That is what we hear from others in your industry as well, so you are not alone with it.",
    "We have to be careful here, because the numbers go to the board and nobody wants to explain them twice.",
];

/// One call of 300 sentences with everything that is done for it: pieces, statistics, findings.
fn call(name: &str, people: usize, every: usize) {
    let config = ReaderConfig {
        competitors: vec!["Plinthware".into(), "Ostrelo".into()],
        people: (0..people).map(|n| (format!("Name{n} Person{}", n % 977), if n % 2 == 0 { Side::Ours } else { Side::Theirs })).collect(),
        ..ReaderConfig::default()
    };
    let reader = Reader::new(config);
    let who = [("Lena Novak", Side::Ours), ("Joana Prado", Side::Theirs), ("Stefan Brandt", Side::Theirs)];
    let speech: Vec<Speech<'_>> = (0..300_usize)
        .map(|n| Speech {
            speaker: who[n % 3].0,
            side: who[n % 3].1,
            start: n as u64 * 9_000,
            end: Some(n as u64 * 9_000 + 8_000),
            text: if n % every == 0 { SPOKEN[n / every % SPOKEN.len()] } else { PLAIN[n % PLAIN.len()] },
        })
        .collect();
    let id = RecordId("gong:1".into());
    let base = Turn {
        record: &id,
        thread: "1",
        anchor: "",
        at: jiff::Timestamp::UNIX_EPOCH,
        speaker: "",
        side: Side::Other,
        text: "",
        mentions: &[],
        to: &[],
        quiet: false,
        internal: false,
        form: Form::Said,
    };
    let (mut reading, mut counting, mut found) = (f64::MAX, f64::MAX, 0);
    for _ in 0..50 {
        let started = Instant::now();
        let pieces = call_pieces(&speech, &[]);
        let turns: Vec<Turn<'_>> = pieces.iter().map(|p| p.turn(&base)).collect();
        found = reader.read(&Source::GONG, &turns).len();
        reading = reading.min(started.elapsed().as_secs_f64() * 1e3);
        let started = Instant::now();
        let stats = talk(&speech, Some("Lena Novak"));
        counting = counting.min(started.elapsed().as_secs_f64() * 1e3);
        assert!(stats.ratio_ours.is_some());
    }
    println!("{name}, {people} people known: {reading:.2} ms to read ({found} findings), {counting:.2} ms for its statistics");
}

fn main() {
    call("a call of 300 sentences", 20, 4);
    call("a call of 300 sentences", 5_000, 4);
    call("a call of 300 sentences, none without matter", 20, 1);
    run("zipf text without triggers", &zipf(20_000));
    let said: Vec<String> = (0..2_000).map(|n| SAID[n % SAID.len()].to_owned()).collect();
    run("every message with triggers", &said);
    let mut mixed = zipf(18_000);
    mixed.extend((0..2_000).map(|n| SAID[n % SAID.len()].to_owned()));
    run("one in ten with triggers", &mixed);
}
