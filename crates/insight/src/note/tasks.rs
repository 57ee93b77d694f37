//! Action items that stand in a record as such: lines of a note's lists and tables, and the next steps that a vendor names.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use sales_model::{Call, Task};

use super::{
    heading::{Section, section},
    markdown::{Block, Kind, blocks, plain},
    parse,
};
use crate::{dates, owner::Cast};

/// The tasks of a note's own lists, in order: boxes wherever they stand, bullets under headings that announce things to do, and rows of
/// tables with columns for tasks and owners. `people` are names that may own them.
pub fn listed_tasks(markdown: &str, at: Timestamp, zone: &TimeZone, people: &[&str]) -> Vec<Task> {
    let cast = Cast::of_names(people);
    let day = at.to_zoned(zone.clone()).date();
    let all = blocks(markdown);
    let heads = all.iter().any(|b| matches!(b.kind, Kind::Item(_)) && parse::headed(b.text, &cast));
    let mut lists = Lists { cast, day, heads, out: Vec::new(), place: Place::default(), parents: Vec::new(), table: None };
    for (n, block) in all.iter().enumerate() {
        lists.block(block, all.get(n + 1));
    }
    lists.out
}

/// The next steps that the vendor's highlights of a call name, in its order.
pub fn next_steps(call: &Call, at: Timestamp, zone: &TimeZone, people: &[&str]) -> Vec<Task> {
    let cast = Cast::of_names(people);
    let day = at.to_zoned(zone.clone()).date();
    let steps = call.highlights.iter().filter(|h| section(&plain(&h.section)) == Some(Section::Tasks));
    steps
        .filter_map(|note| {
            let parts = parse::item(&note.text, &cast, day, false)?;
            // Seconds before the call began are none.
            let at = note.start.filter(|s| s.is_finite() && *s >= 0.0).map(|s| s as u64);
            Some(task(parts, false, at, note.text.trim()))
        })
        .collect()
}

fn task(parts: parse::Parts, done: bool, at: Option<u64>, quote: &str) -> Task {
    let owner = (!parts.owners.is_empty()).then(|| parts.owners.join(", "));
    Task { text: parts.text, owner, due: parts.due, done, at, quote: quote.to_owned() }
}

/// Under which headings a line stands.
#[derive(Default)]
struct Place {
    /// Level of the heading that announces things to do.
    tasks: Option<u8>,
    /// Level of a heading that announces something else: below one for tasks, or instead of it.
    other: Option<(u8, Section)>,
    /// Somebody whose name is the heading.
    owner: Option<String>,
    /// A list has begun since.
    listed: bool,
}

/// An item that deeper ones may belong to.
struct Parent {
    indent: usize,
    /// It is a task itself, not the name of a group.
    task: bool,
    owner: Option<String>,
}

struct Lists<'a> {
    cast: Cast<'a>,
    day: Date,
    /// Lines of the note's lists begin with names and colons.
    heads: bool,
    out: Vec<Task>,
    place: Place,
    parents: Vec<Parent>,
    table: Option<Columns>,
}

impl Lists<'_> {
    fn block(&mut self, block: &Block<'_>, next: Option<&Block<'_>>) {
        match &block.kind {
            Kind::Heading(level) => self.heading(*level, &plain(block.text)),
            Kind::Item(ticked) => self.item(block, *ticked, next),
            Kind::Paragraph => {
                if block.indent == 0 {
                    self.parents.clear();
                    // A title in bold speaks for one list.
                    if self.place.tasks == Some(7) && self.place.listed {
                        self.place = Place::default();
                    }
                }
            }
            Kind::Head(cells) => self.table = Columns::of(cells),
            Kind::Row(cells) => self.row(block.line, cells),
        }
    }

    fn heading(&mut self, level: u8, title: &str) {
        self.parents.clear();
        let place = &mut self.place;
        let found = section(title);
        if place.tasks.is_some_and(|l| level <= l) {
            place.tasks = None;
        }
        if place.other.is_some_and(|o| level <= o.0) {
            place.other = None;
        }
        place.owner = None;
        place.listed = false;
        match found {
            Some(Section::Tasks) => {
                place.tasks = Some(level);
                place.other = None;
            }
            Some(other) => place.other = Some((level, other)),
            None if place.tasks.is_some() => {
                let name = title.trim_end_matches(':').trim();
                place.owner = self.cast.find(name).map(|_| name.to_owned());
            }
            None => {}
        }
    }

    fn item(&mut self, block: &Block<'_>, ticked: Option<bool>, next: Option<&Block<'_>>) {
        self.place.listed = true;
        let indent = block.indent;
        self.parents.retain(|p| p.indent < indent);
        let apart = self.place.other.is_some_and(|o| matches!(o.1, Section::Agenda | Section::Apart));
        let listed = self.place.tasks.is_some() && self.place.other.is_none();
        if apart || ticked.is_none() && !listed {
            return;
        }
        let has_children = next.is_some_and(|n| matches!(n.kind, Kind::Item(_)) && n.indent > indent);
        let inherited = self.parents.iter().rev().find_map(|p| p.owner.clone()).or_else(|| self.place.owner.clone());
        if let (None, Some(owner)) = (ticked, parse::group(block.text, &self.cast))
            && (has_children || block.text.trim_end().ends_with(':'))
        {
            self.parents.push(Parent { indent, task: false, owner });
            return;
        }
        let detail = ticked.is_none() && self.parents.last().is_some_and(|p| p.task);
        let parts = parse::item(block.text, &self.cast, self.day, self.heads);
        self.parents.push(Parent { indent, task: true, owner: None });
        let Some(mut parts) = parts else { return };
        // Below a task stand its details, unless they have an owner or a day of their own.
        if detail && parts.owners.is_empty() && parts.due.is_none() {
            return;
        }
        if parts.owners.is_empty() {
            parts.owners.extend(inherited);
        }
        let quote = block.text.lines().next().unwrap_or_default().trim_end();
        self.out.push(task(parts, ticked == Some(true), Some(block.line as u64), quote));
    }

    fn row(&mut self, line: usize, cells: &[&str]) {
        let Some(columns) = &self.table else { return };
        let cell = |n: Option<usize>| n.and_then(|n| cells.get(n)).map(|c| plain(c)).unwrap_or_default();
        let raw = cells.get(columns.task).copied().unwrap_or_default();
        let boxed = raw.strip_prefix("[x] ").or_else(|| raw.strip_prefix("[X] "));
        let words = boxed.or_else(|| raw.strip_prefix("[ ] ")).unwrap_or(raw);
        let Some(mut parts) = parse::item(words, &self.cast, self.day, false) else { return };
        if let Some(named) = parse::owners(&cell(columns.owner), &self.cast, false).filter(|o| !o.is_empty()) {
            parts.owners = named;
        }
        let due = cell(columns.due);
        if !due.is_empty() {
            let norm = due.to_ascii_lowercase();
            parts.due = dates::due(&format!("by {norm}"), self.day).or_else(|| dates::due(&norm, self.day)).map(|d| d.date).or(parts.due);
        }
        let state = cell(columns.state).to_lowercase();
        let done = boxed.is_some()
            || ["done", "x", "[x]", "yes", "completed", "complete", "closed", "\u{2705}", "\u{2714}", "erledigt", "fait", "hecho"]
                .contains(&state.as_str());
        self.out.push(task(parts, done, Some(line as u64), words));
    }
}

/// Which columns of a table hold what.
struct Columns {
    task: usize,
    owner: Option<usize>,
    due: Option<usize>,
    state: Option<usize>,
}

impl Columns {
    /// `None` if the table is no list of tasks.
    fn of(cells: &[&str]) -> Option<Self> {
        let names: Vec<String> = cells.iter().map(|c| plain(c).to_lowercase()).collect();
        let find = |wanted: &[&str]| names.iter().position(|n| wanted.contains(&n.trim_matches(|c: char| !c.is_alphanumeric())));
        let task = find(&[
            "task",
            "tasks",
            "action",
            "actions",
            "action item",
            "action items",
            "item",
            "what",
            "to do",
            "todo",
            "next step",
            "next steps",
            "description",
            "aufgabe",
            "was",
            "t\u{E2}che",
            "action \u{E0} suivre",
            "quoi",
            "tarea",
            "acci\u{F3}n",
            "qu\u{E9}",
        ])?;
        let owner = find(&[
            "owner",
            "owners",
            "who",
            "assignee",
            "assigned to",
            "responsible",
            "dri",
            "wer",
            "verantwortlich",
            "qui",
            "responsable",
            "qui\u{E9}n",
        ]);
        let due = find(&[
            "due",
            "due date",
            "deadline",
            "when",
            "by",
            "by when",
            "date",
            "eta",
            "bis",
            "bis wann",
            "f\u{E4}llig",
            "frist",
            "wann",
            "\u{E9}ch\u{E9}ance",
            "quand",
            "fecha",
            "plazo",
            "cu\u{E1}ndo",
        ]);
        let state = find(&["status", "done", "state", "erledigt", "\u{E9}tat", "statut", "estado"]);
        (owner.is_some() || due.is_some()).then_some(Columns { task, owner, due, state })
    }
}
