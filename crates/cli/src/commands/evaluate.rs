use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};

use sales_insight::redact::{Kinds, Names, Redactor};
use serde::{Deserialize, Serialize};

use super::Cx;
use crate::{
    args::{Evaluate, Task},
    errors::{Exit, Failure, Result, io_failure},
};

/// Longest line that is read.
const LONGEST: u64 = 16 * 1024 * 1024;

/// An item of personal data.
#[derive(Deserialize)]
struct Item {
    id: serde_json::Value,
    text: String,
    /// People who are known for this text.
    #[serde(default)]
    names: Vec<String>,
}

/// What was found in it: first code point, code point behind it, type.
#[derive(Serialize)]
struct Found {
    id: serde_json::Value,
    entities: Vec<(usize, usize, &'static str)>,
}

/// Prints predictions, line by line.
pub(crate) fn run(cx: &Cx<'_>, a: &Evaluate) -> Result<Exit> {
    match a.task {
        Task::Pii => pii(cx, a),
    }
}

fn pii(cx: &Cx<'_>, a: &Evaluate) -> Result<Exit> {
    let people = a.people.as_deref().map(people).transpose()?.unwrap_or_default();
    let general = Redactor::new(&Names { people: people.clone(), companies: Vec::new() }, Kinds::ALL);
    let file = File::open(&a.file).map_err(|e| io_failure("cannot read", &a.file, &e))?;
    let mut reader = BufReader::new(file);
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        let read = reader.by_ref().take(LONGEST + 1).read_until(b'\n', &mut line).map_err(|e| io_failure("cannot read", &a.file, &e))?;
        if read == 0 || cx.printer.is_gone() {
            break;
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let wrong = |why: String| Failure::new(format!("line {number} of `{}` cannot be read", a.file.display()), why, NEXT);
        if line.len() as u64 > LONGEST {
            return Err(wrong(format!("it is longer than {} MB", LONGEST / 1024 / 1024)));
        }
        let item: Item = serde_json::from_slice(&line).map_err(|e| wrong(e.to_string()))?;
        let own;
        let redactor = if item.names.is_empty() {
            &general
        } else {
            own = Redactor::new(&Names { people: [people.as_slice(), &item.names].concat(), companies: Vec::new() }, Kinds::ALL);
            &own
        };
        cx.printer.json_line(&Found { entities: entities(redactor, &item.text), id: item.id });
    }
    Ok(Exit::Done)
}

const NEXT: &str = "each line is an object such as {\"id\": \"1\", \"text\": \"...\"}";

/// Spans in code points.
fn entities(redactor: &Redactor, text: &str) -> Vec<(usize, usize, &'static str)> {
    let (mut byte, mut point) = (0, 0);
    let mut points = |to: usize| {
        point += text.get(byte..to).map_or(0, |t| t.chars().count());
        byte = to;
        point
    };
    redactor.find(text).into_iter().map(|s| (points(s.range.start), points(s.range.end), s.kind.label())).collect()
}

fn people(path: &Path) -> Result<Vec<String>> {
    let text = std::fs::read_to_string(path).map_err(|e| io_failure("cannot read", path, &e))?;
    Ok(text.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect())
}
