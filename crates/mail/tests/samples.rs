//! What is new in the sample customers' mails, whole: as the engine asks for it, compared with the thread's earlier mails, and by patterns
//! alone. `data/samples_new_text.json` holds what their author wrote, taken down when the samples were written and not from the code.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
};

use sales_mail::{mime, quote::History, thread::is_forward};
use sales_model::Mail;
use serde_json::Value;

fn samples() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../samples/email")
}

/// What is new in a mail, by its file.
fn expected() -> BTreeMap<String, String> {
    let list: Vec<Value> = serde_json::from_str(include_str!("data/samples_new_text.json")).unwrap();
    let text = |value: &Value, key: &str| value[key].as_str().unwrap().to_owned();
    let all: BTreeMap<_, _> = list.iter().map(|v| (text(v, "file"), text(v, "new"))).collect();
    assert_eq!(all.len(), list.len());
    all
}

/// All mails by folder, in the order in which they came.
fn threads() -> Vec<Vec<(String, Mail)>> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir(samples().join("threads")).unwrap().map(|f| f.unwrap().path()).collect();
    folders.sort();
    let name = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    folders
        .iter()
        .map(|folder| {
            let files = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path());
            let mut mails: Vec<(String, Mail)> =
                files.map(|f| (format!("threads/{}/{}", name(folder), name(&f)), mime::read(&std::fs::read(&f).unwrap()))).collect();
            mails.sort_by(|(a, one), (b, other)| (one.sent, a).cmp(&(other.sent, b)));
            mails
        })
        .collect()
}

fn author(mail: &Mail) -> &str {
    mail.from.as_ref().map_or("", |from| from.name.as_str())
}

/// What was read beside what was expected.
#[derive(Default)]
struct Figures {
    mails: usize,
    whole: usize,
    /// Words that are new, that were read as new, and those of both.
    new: usize,
    read: usize,
    both: usize,
    failed: Vec<String>,
    wrong: String,
}

impl Figures {
    /// Compares texts word by word: clients wrap lines and indent lists, the list of what was written does not.
    fn compare(&mut self, file: &str, expected: &str, got: &str) {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let (expected_words, got_words) = (words(expected), words(got));
        self.mails += 1;
        self.new += expected_words.len();
        self.read += got_words.len();
        if expected_words == got_words {
            self.whole += 1;
        } else {
            self.failed.push(file.to_owned());
            self.wrong += &format!("==== {file}\n---- expected\n{expected}\n---- got\n{got}\n");
        }
        let mut left: HashMap<String, usize> = HashMap::new();
        expected_words.into_iter().for_each(|word| *left.entry(word).or_default() += 1);
        for word in got_words {
            if let Some(n) = left.get_mut(&word).filter(|n| **n > 0) {
                *n -= 1;
                self.both += 1;
            }
        }
    }

    #[expect(clippy::print_stdout, reason = "docs/mail-quality.md states these figures")]
    fn print(&self, what: &str) {
        let share = |all: usize| 100.0 * self.both as f64 / all.max(1) as f64;
        println!(
            "{what}: {} of {} mails whole; {} new words, precision {:.1} %, recall {:.1} %",
            self.whole,
            self.mails,
            self.new,
            share(self.read),
            share(self.new),
        );
    }
}

#[test]
fn compared_with_the_thread() {
    let expected = expected();
    let mut figures = Figures::default();
    for thread in threads() {
        let mut history = History::default();
        for (file, mail) in &thread {
            if let Some(new) = expected.get(file) {
                figures.compare(file, new, &history.split_by(&mail.body, is_forward(&mail.subject), author(mail)).new_text());
            }
            history.add(&mail.body);
        }
    }
    figures.print("compared");
    assert_eq!(figures.mails, expected.len());
    assert!(figures.wrong.is_empty(), "{}", figures.wrong);
}

fn by_patterns(what: &str, author: impl Fn(&Mail) -> String) -> Figures {
    let expected = expected();
    let mut figures = Figures::default();
    for (file, mail) in threads().into_iter().flatten() {
        if let Some(new) = expected.get(&file) {
            let split = History::default().split_by(&mail.body, is_forward(&mail.subject), &author(&mail));
            figures.compare(&file, new, &split.new_text());
        }
    }
    figures.print(what);
    assert_eq!(figures.mails, expected.len());
    figures
}

/// An answer inside a quote that somebody then quoted without marks: only the earlier mail tells whose the lines are.
const ONLY_COMPARED: &str = "threads/2024-03-25_liste_der_testgeraete/4.eml";

#[test]
fn by_patterns_alone() {
    let figures = by_patterns("by patterns", |mail| author(mail).to_owned());
    assert_eq!(figures.failed, [ONLY_COMPARED], "{}", figures.wrong);
}

#[test]
fn by_patterns_and_nobody_knows_whose() {
    let figures = by_patterns("by patterns, author unknown", |_| String::new());
    // Signatures that only the author's name tells from a line of the text.
    let named = ["2024-03-08_the_text_file/2", "2024-03-21_atelier_edge_functions/2", "2024-03-26_comparison_without_a_logo/3"];
    let mut failed: Vec<String> = named.iter().map(|n| format!("threads/{n}.eml")).chain([ONLY_COMPARED.to_owned()]).collect();
    failed.sort();
    assert_eq!(figures.failed, failed, "{}", figures.wrong);
}
