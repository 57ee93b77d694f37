//! How fast pages are acknowledged: `cargo bench -p sales-ledger`.
//!
//! 200,000 invented messages of 190 characters on average (Zipf-distributed words out of 30,000), 685 bytes each on the wire, in 1,000
//! pages of 200: 200 places of 5 pages, read newest first, four places at once. Everything is durable when a page returns. Then all of it
//! again, unchanged; then with every twentieth message edited. CPU seconds are this process's own, without those of making the pages.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints and may stop")]

use std::{sync::Arc, time::Instant};

use bytes::Bytes;
use jiff::Timestamp;
use sales_ledger::{LeaseOutcome, NewRecord, OpenOptions, Owner, PageCommit, SqliteStore, Store};
use sales_model::{AccountKey, Checkpoint, ContentHash, Place, RawItem, Record, RecordId, RecordState, Route, Source, StreamKey, Text};

const PLACES: u64 = 200;
const PAGES: u64 = 5;
const PER_PAGE: u64 = 200;
/// Places at once.
const LANES: u64 = 4;
const SPACING: u64 = 3_500;

/// A small generator (SplitMix64): the same messages in each run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

struct Words(Vec<String>);

impl Words {
    fn new() -> Self {
        let mut random = Random(7);
        let word = |random: &mut Random| {
            let length = 2 + random.next() % 9;
            (0..length).map(|_| char::from(b'a' + (random.next() % 26) as u8)).collect()
        };
        Words((0..30_000).map(|_| word(&mut random)).collect())
    }

    fn text(&self, random: &mut Random) -> String {
        let wanted = 60 + random.next() as usize % 260;
        let mut text = String::with_capacity(wanted + 16);
        while text.len() < wanted {
            // Zipf with exponent 1: the rank's logarithm is uniform.
            let rank = (self.0.len() as f64).powf(random.unit()) as usize - 1;
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(self.0.get(rank).unwrap());
        }
        text
    }
}

fn key(place: u64) -> StreamKey {
    let account = AccountKey { source: Source::SLACK, name: "default".into() };
    StreamKey { account, stream: "history".into(), partition: format!("C{place:05}") }
}

/// One page; the newest comes first.
fn page(words: &Words, place: u64, number: u64, edited: bool) -> PageCommit {
    let key = key(place);
    let place_key: Arc<str> = format!("slack:{}", key.partition).into();
    let mut random = Random(place << 32 | number);
    let mut page = PageCommit::default();
    let mut whole = Vec::new();
    let mut records = Vec::new();
    for n in 0..PER_PAGE {
        let index = PAGES * PER_PAGE - 1 - (number * PER_PAGE + n);
        let at = 1_650_000_000 + index * SPACING;
        let native = format!("{at}.{:06}", random.next() % 1_000_000);
        let mut text = words.text(&mut random);
        let user = format!("U{:08}", random.next() % 300);
        let client = format!("{:016x}-{:016x}", random.next(), random.next());
        if edited && n % 20 == 0 {
            text.push_str(" edited");
        }
        let start = whole.len();
        serde_json::to_writer(
            &mut whole,
            &serde_json::json!({
                "client_msg_id": client, "type": "message", "user": user, "text": text, "ts": native, "team": "T00000001",
                "blocks": [{ "type": "rich_text", "block_id": client.get(..5), "elements": [{ "type": "rich_text_section",
                    "elements": [{ "type": "text", "text": text }] }] }],
                "reactions": [{ "name": "eyes", "count": 1, "users": [user] }],
            }),
        )
        .unwrap();
        let unit: Arc<str> = format!("d{:05}", at / 86_400).into();
        let record = Record {
            place: Arc::clone(&place_key),
            thread: native.clone(),
            native,
            at: Timestamp::from_second(at as i64).unwrap(),
            state: RecordState::Live,
            partial: false,
            author: Some(format!("slack:{user}")),
            author_name: None,
            bot: false,
            text: Text::plain(text.clone()),
            activity: false,
            edited: None,
            reactions: Vec::new(),
            files: Vec::new(),
            team: None,
            detail: None,
        };
        records.push((start..whole.len(), record, unit, text));
    }
    let whole = Bytes::from(whole);
    let (from, to) = (records.last().unwrap().1.native.clone(), records.first().unwrap().1.native.clone());
    page.covered.push(sales_ledger::CoveredRange { place: place_key.to_string(), thread: None, from, to });
    for (range, record, unit, search) in records {
        let body = whole.slice(range);
        let hash = ContentHash::of(&body);
        let fetched_at = record.at;
        let account = key.account.clone();
        page.raws.push((
            RawItem { account, kind: "message", place: None, at: None, body, fetched_at, route: Route::Direct, partial: false },
            hash,
        ));
        page.records.push(NewRecord { record, raw: page.raws.len() as u32 - 1, unit, search, joins: None });
    }
    page.places.push(Place { key: place_key.to_string(), name: format!("channel-{place}"), ..Place::default() });
    page.next = Some(Checkpoint(format!("page {number}")));
    page
}

/// User and system time of this process so far, in seconds.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after_name = stat.rsplit_once(')').unwrap().1;
    let ticks: Vec<f64> = after_name.split_whitespace().skip(11).take(2).map(|t| t.parse().unwrap()).collect();
    ticks.iter().sum::<f64>() / 100.0
}

fn peak_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1_024
}

async fn pass(name: &str, store: &Arc<SqliteStore>, words: &Arc<Words>, edited: bool, generating: f64) {
    let (clock, before) = (Instant::now(), cpu());
    let mut lanes = tokio::task::JoinSet::new();
    for lane in 0..LANES {
        let (store, words) = (Arc::clone(store), Arc::clone(words));
        lanes.spawn(async move {
            let owner = Owner { pid: 1, started: lane.to_string() };
            for place in (lane..PLACES).step_by(LANES as usize) {
                let ttl = jiff::SignedDuration::from_hours(1);
                let now = Timestamp::UNIX_EPOCH;
                let LeaseOutcome::Leased(lease) = store.lease(&key(place), &owner, now, ttl, |_| false).await.unwrap() else { return };
                for number in 0..PAGES {
                    store.commit(&lease, page(&words, place, number, edited)).await.unwrap();
                }
            }
        });
    }
    while let Some(done) = lanes.join_next().await {
        done.unwrap();
    }
    let (wall, cpu) = (clock.elapsed().as_secs_f64(), cpu() - before - generating);
    let messages = (PLACES * PAGES * PER_PAGE) as f64;
    println!("{name}: {:.0} messages/s, {wall:.2} s, {cpu:.2} CPU s, peak {} MB", messages / wall, peak_mb());
}

fn percentile(times: &mut [f64], p: usize) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get((times.len() - 1) * p / 100).copied().unwrap()
}

#[tokio::main(worker_threads = 2)]
async fn main() {
    if std::env::args().any(|a| a == "--list") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ledger.sqlite");
    let words = Arc::new(Words::new());
    let before = cpu();
    for place in 0..PLACES {
        for number in 0..PAGES {
            std::hint::black_box(page(&words, place, number, false));
        }
    }
    let generating = cpu() - before;
    println!("making the pages: {generating:.2} CPU s, peak {} MB", peak_mb());
    let store = Arc::new(SqliteStore::open(&path, OpenOptions::default()).unwrap());
    pass("new", &store, &words, false, generating).await;
    let size = |ending: &str| std::fs::metadata(format!("{}{ending}", path.display())).map_or(0, |m| m.len());
    let messages = PLACES * PAGES * PER_PAGE;
    println!("database: {} bytes a message, log {} MB", size("") / messages, size("-wal") / 1_000_000);
    pass("unchanged", &store, &words, false, generating).await;
    pass("one in twenty edited", &store, &words, true, generating).await;
    let mut times = Vec::new();
    let mut random = Random(99);
    for n in 0..200 {
        let (text, place) = (words.text(&mut random), format!("slack:C{:05}", n % PLACES));
        let query: Vec<&str> = text.split(' ').take(2).collect();
        let clock = Instant::now();
        std::hint::black_box(store.search(&query.join(" "), Some(&[place]), 20).await.unwrap());
        times.push(clock.elapsed().as_secs_f64() * 1e3);
    }
    println!("search, 2 words in one place: p50 {:.2} ms, p99 {:.2} ms", percentile(&mut times, 50), percentile(&mut times, 99));
    let clock = Instant::now();
    let range = sales_ledger::Range { place: "slack:C00007".into(), from: String::new(), to: String::new() };
    let read = store.read(&[range]).await.unwrap();
    println!("read {} records: {:.2} ms", read.iter().map(Vec::len).sum::<usize>(), clock.elapsed().as_secs_f64() * 1e3);
    let id = read.first().and_then(|r| r.first()).map(|r| r.record.id()).unwrap_or(RecordId(Default::default()));
    println!("raw item: {} bytes", store.raw(&id).await.unwrap().map_or(0, |raw| raw.len()));
    let clock = Instant::now();
    let checks = store.verify().await.unwrap();
    let problems: Vec<_> = checks.iter().flat_map(|c| &c.problems).collect();
    println!("verify: {:.2} s, problems {problems:?}", clock.elapsed().as_secs_f64());
}
