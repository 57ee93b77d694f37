//! What is new in real-shaped mails: clients, languages, ways of replying. Each file of `quoting/` is a mail whose lines carry what they are
//! (`N|` new, `Q|` quoted, `S|` signature, `D|` disclaimer, `|` an empty line of any kind), below the thread's earlier mails, newest first, and what its header
//! tells (`author NAME`, `forward`).

use std::{collections::BTreeMap, path::PathBuf};

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
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path()).collect();
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

#[test]
fn every_line_of_the_table() {
    let cases = cases();
    let mut wrong = String::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for case in &cases {
        let body = case.lines.iter().map(|(_, l)| l.as_str()).collect::<Vec<_>>().join("\n");
        let earlier: Vec<&str> = case.earlier.iter().map(String::as_str).collect();
        let split = History::of(&earlier).split_by(&body, case.forward, &case.author);
        let got = kinds(&split);
        assert_eq!(got.iter().map(|(_, l)| *l).collect::<Vec<_>>().join("\n"), body, "{}", case.name);
        let mut bad = false;
        for ((expected, text), (kind, _)) in case.lines.iter().zip(got) {
            let Some(expected) = *expected else { continue };
            *counts.entry("lines").or_default() += 1;
            let new = (expected == PartKind::New, kind == PartKind::New);
            *counts
                .entry(match new {
                    (true, true) => "right",
                    (false, true) => "false",
                    (true, false) => "lost",
                    _ => "other",
                })
                .or_default() += 1;
            if kind != expected {
                *counts.entry("wrong").or_default() += 1;
                bad = true;
                wrong += &format!("{}: {expected:?} is read as {kind:?}: {text}\n", case.name);
            }
        }
        *counts.entry("bad cases").or_default() += usize::from(bad);
    }
    let of = |key: &str| counts.get(key).copied().unwrap_or_default();
    let share = |part: usize, all: usize| 100.0 * part as f64 / all.max(1) as f64;
    #[expect(clippy::print_stdout, reason = "docs/mail-quality.md states these figures")]
    {
        println!(
            "{} mails, {} lines; new: {} lines, precision {:.1} %, recall {:.1} %; lines of any kind right: {:.1} %; mails without a wrong line: {}",
            cases.len(),
            of("lines"),
            of("right") + of("lost"),
            share(of("right"), of("right") + of("false")),
            share(of("right"), of("right") + of("lost")),
            share(of("lines") - of("wrong"), of("lines")),
            cases.len() - of("bad cases"),
        );
    }
    assert!(wrong.is_empty(), "{wrong}");
}
