//! How fast day files are rendered and written. Run by hand, on a quiet machine: `cargo bench -p sales-files`, with
//! `-- 50` at the end for other batches than of 400 files.
#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints its figures")]

use std::{borrow::Cow, collections::HashMap, path::PathBuf, time::Instant};

use jiff::{Timestamp, civil::date, tz::TimeZone};
use sales_files::{
    Disk, RealDisk,
    slack::{DayFile, Lookup, render},
};
use sales_model::{Person, Place, Reaction, Record, RecordState, RefKind, Side, Text, TextRef};

struct Names(HashMap<String, Person>);

impl Lookup for Names {
    fn person(&self, key: &str) -> Option<&Person> {
        self.0.get(key)
    }
    fn place(&self, _: &str) -> Option<&Place> {
        None
    }
    fn side(&self, _: &Record, _: Option<&Person>) -> Side {
        Side::Ours
    }
    fn permalink(&self, place: &Place, native: &str, _: &str) -> String {
        format!("{}/p{}", place.url, native.replace('.', ""))
    }
}

fn message(n: i64) -> Record {
    let ts = format!("{}.{:06}", 1_710_493_200 + n * 60, n);
    Record {
        place: "slack:C0123ABCD".into(),
        native: ts.clone(),
        thread: if n % 10 < 7 { ts } else { format!("{}.{:06}", 1_710_493_200 + (n - n % 10) * 60, n - n % 10) },
        at: Timestamp::from_second(1_710_493_200 + n * 60).unwrap(),
        state: RecordState::Live,
        partial: false,
        author: Some(format!("slack:U{:04}", n % 40)),
        author_name: None,
        bot: false,
        text: Text {
            plain:
                "@jo could you look at the migration plan before Friday? The numbers of the last load test are in; we saw 4,200 requests a \
                    second with a p99 of 180 ms, \"quite good\", and the security review has begun."
                    .to_owned(),
            refs: vec![TextRef { start: 1, end: 3, kind: RefKind::Person, key: "slack:U0007".to_owned() }],
        },
        activity: false,
        edited: None,
        reactions: if n % 5 == 0 { vec![Reaction { name: "tada".to_owned(), count: 3 }] } else { Vec::new() },
        files: Vec::new(),
        team: None,
        detail: None,
    }
}

fn main() {
    let people = (0..40).map(|n| {
        let key = format!("slack:U{n:04}");
        let email = Some(format!("person{n}@yourcompany.com"));
        (key.clone(), Person { key, name: format!("Person Number{n}"), email, ..Person::default() })
    });
    let names = Names(people.collect());
    let place = Place {
        key: "slack:C0123ABCD".to_owned(),
        name: "yourcompany-acme-poc".to_owned(),
        url: "https://yourcompany.slack.com/archives/C0123ABCD".to_owned(),
        ..Place::default()
    };
    let mut records: Vec<Record> = (0..25).map(message).collect();
    records.sort_by(|a, b| (&a.thread, &a.native).cmp(&(&b.thread, &b.native)));
    let records: Vec<&Record> = records.iter().collect();
    let customer = "acme_inc".parse().unwrap();
    for zone in ["UTC", "Europe/Berlin"] {
        let timezone = TimeZone::get(zone).unwrap();
        let day = DayFile { place: &place, date: date(2024, 3, 15), customer: &customer, records: &records, timezone: &timezone };
        let begun = Instant::now();
        let mut bytes = 0;
        for _ in 0..8_000 {
            bytes += render(&day, &names).unwrap().len();
        }
        let spent = begun.elapsed();
        println!("render {zone}: {:.2} µs a message, {} bytes a file of 25", spent.as_secs_f64() * 1e6 / 200_000.0, bytes / 8_000);
    }

    let content = vec![b'x'; 9 * 1024];
    // One size a run: the deletion of thousands of files slows down what is written after it.
    let batch = std::env::args().skip(1).find_map(|a| a.parse().ok()).unwrap_or(400);
    {
        let dir = tempfile::tempdir_in(std::env::current_dir().unwrap()).unwrap();
        let disk = RealDisk::within(dir.path());
        let files: Vec<(PathBuf, Cow<'_, [u8]>)> = (0..8_000)
            .map(|n| {
                let customer = dir.path().join(format!("customers/profiles/customer_{}/slack", n / 400));
                (customer.join(format!("2024-03-15_channel_{n}.json")), Cow::Borrowed(content.as_slice()))
            })
            .collect();
        for what in ["new", "again"] {
            let cpu = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
            let begun = Instant::now();
            for part in files.chunks(batch) {
                disk.write_all(part).unwrap();
            }
            let spent = begun.elapsed().as_secs_f64();
            let after = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
            let cpu = (after.tv_sec - cpu.tv_sec) as f64 + (after.tv_nsec - cpu.tv_nsec) as f64 / 1e9;
            println!("write_all {what}, batches of {batch}: {spent:.2} s, {cpu:.2} CPU s, {:.0} files/s", 8_000.0 / spent);
        }
    }
}
