//! What is new in real-shaped mails: clients, languages, ways of replying. Each file of `quoting/` is a mail whose lines carry what they are
//! (`N|` new, `Q|` quoted, `S|` signature, `D|` disclaimer, `|` an empty line of any kind), below the thread's earlier mails, newest first, and what its header
//! tells (`author NAME`, `forward`).
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::path::PathBuf;

use sales_mail::quote::{History, PartKind, Split};

struct Case {
    name: String,
    forward: bool,
    author: String,
    earlier: Vec<String>,
    lines: Vec<(Option<PartKind>, String)>,
}

fn cases() -> Vec<Case> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/quoting");
    let files = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path());
    let mut files: Vec<PathBuf> = files.filter(|path| !path.ends_with("not_understood.txt")).collect();
    files.sort();
    files.iter().map(|path| case(path.file_stem().unwrap().to_str().unwrap(), &std::fs::read_to_string(path).unwrap())).collect()
}

fn case(name: &str, text: &str) -> Case {
    let mut case = Case { name: name.to_owned(), forward: false, author: String::new(), earlier: Vec::new(), lines: Vec::new() };
    let (head, mail) = text.split_once("=== mail\n").unwrap_or_else(|| panic!("{name} has no mail"));
    let mut sections = head.split("=== earlier\n");
    let about = sections.next().unwrap();
    case.forward = about.lines().any(|l| l == "forward");
    case.author = about.lines().find_map(|l| l.strip_prefix("author ")).unwrap_or_default().to_owned();
    case.earlier = sections.map(|s| s.trim_end_matches('\n').to_owned()).collect();
    for line in mail.trim_end_matches('\n').split('\n') {
        let (kind, text) = line.split_once('|').unwrap_or_else(|| panic!("{name}: {line:?}"));
        let kind = match kind {
            "N" => Some(PartKind::New),
            "Q" => Some(PartKind::Quoted),
            "S" => Some(PartKind::Signature),
            "D" => Some(PartKind::Disclaimer),
            "" => None,
            other => panic!("{name}: {other:?}"),
        };
        let empty = text.trim_matches(['>', ' ', '\u{a0}']).is_empty();
        assert!(kind.is_some() || empty, "{name}: {line:?} has no kind");
        let kind = kind.filter(|_| !empty);
        case.lines.push((kind, text.to_owned()));
    }
    case
}

fn kinds(split: &Split) -> Vec<(PartKind, &str)> {
    split.parts.iter().flat_map(|p| p.text.split('\n').map(|l| (p.kind, l))).collect()
}

/// Mails that are not understood, and which of their lines: nobody should be surprised, and whoever mends one takes it out of here.
const NOT_UNDERSTOOD: &str = include_str!("quoting/not_understood.txt");

/// Lines by what they are and what they were read as.
#[derive(Default)]
struct Figures {
    lines: usize,
    kind: usize,
    /// New and read as new, read as new alone, new alone.
    both: usize,
    read: usize,
    lost: usize,
    good_mails: usize,
    wrong: String,
}

impl Figures {
    fn add(&mut self, case: &Case) {
        let body = case.lines.iter().map(|(_, l)| l.as_str()).collect::<Vec<_>>().join("\n");
        let earlier: Vec<&str> = case.earlier.iter().map(String::as_str).collect();
        let split = History::of(&earlier).split_by(&body, case.forward, &case.author);
        let got = kinds(&split);
        assert_eq!(got.iter().map(|(_, l)| *l).collect::<Vec<_>>().join("\n"), body, "{}", case.name);
        let before = self.wrong.len();
        for ((expected, text), (kind, _)) in case.lines.iter().zip(got) {
            let Some(expected) = *expected else { continue };
            self.lines += 1;
            match (expected == PartKind::New, kind == PartKind::New) {
                (true, true) => self.both += 1,
                (false, true) => self.read += 1,
                (true, false) => self.lost += 1,
                (false, false) => {}
            }
            if kind == expected {
                self.kind += 1;
            } else {
                self.wrong += &format!("{}: {expected:?} is read as {kind:?}: {text}\n", case.name);
            }
        }
        self.good_mails += usize::from(self.wrong.len() == before);
    }

    #[expect(clippy::print_stdout, reason = "docs/mail-quality.md states these figures")]
    fn print(&self, mails: usize) {
        let share = |part: usize, all: usize| 100.0 * part as f64 / all.max(1) as f64;
        println!(
            "{mails} mails, {} lines; new: {} lines, precision {:.1} %, recall {:.1} %; lines of any kind right: {:.1} %; mails without a wrong line: {}",
            self.lines,
            self.both + self.lost,
            share(self.both, self.both + self.read),
            share(self.both, self.both + self.lost),
            share(self.kind, self.lines),
            self.good_mails,
        );
    }
}

#[test]
fn every_line_of_the_table() {
    let cases = cases();
    let mut figures = Figures::default();
    cases.iter().for_each(|case| figures.add(case));
    figures.print(cases.len());
    assert!(cases.len() >= 200, "{}", cases.len());
    assert_eq!(figures.wrong, NOT_UNDERSTOOD);
}
