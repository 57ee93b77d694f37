use std::collections::BTreeMap;

use sales_model::Settings;

use super::{
    columns::{Column, column},
    csv::{Line, lines},
    plan::Told,
    values::{DayFirst, amount, date, host, is_shared, several},
};
use crate::{
    customer::{domains::no_domain, resolve::folded},
    domain::looks_like_domain,
};

/// What one line says of a customer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) line: usize,
    pub(super) id: Option<String>,
    pub(super) name: String,
    /// Elements of lists, by the profile's key.
    pub(super) elements: Vec<(&'static str, String)>,
    /// Single values, by the profile's key.
    pub(super) values: Vec<(&'static str, String)>,
}

/// A table that was read.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) rows: Vec<Row>,
    /// Lines and values that could not be taken.
    pub(super) problems: Vec<Told>,
    /// Values that make no sense for a customer.
    pub(super) warnings: Vec<Told>,
    /// Headers that nobody reads.
    pub(super) ignored: Vec<String>,
}

/// Reads a table; none where no column tells names.
pub(super) fn rows(text: &str, settings: &Settings) -> Option<Rows> {
    let mut lines = lines(text).into_iter();
    let header = lines.next()?.cells.ok()?;
    let mut of: BTreeMap<Column, Vec<(usize, usize)>> = BTreeMap::new();
    let mut out = Rows::default();
    for (at, name) in header.iter().enumerate() {
        match column(name) {
            Some((column, surety)) => of.entry(column).or_default().push((surety, at)),
            None if !name.is_empty() => out.ignored.push(name.clone()),
            None => {}
        }
    }
    of.values_mut().for_each(|columns| columns.sort_unstable());
    of.get(&Column::Name)?;
    let lines: Vec<Line> = lines.collect();
    let dates = of.get(&Column::CloseDate).and_then(|c| c.first()).map(|(_, at)| *at);
    let day_first = DayFirst::of(lines.iter().filter_map(|l| l.cells.as_ref().ok()?.get(dates?).map(String::as_str)));
    for Line { number, cells } in lines {
        match cells {
            Err(why) => out.problems.push(Told::new(number, why)),
            Ok(cells) if cells.len() > header.len() && cells.iter().skip(header.len()).any(|c| !c.is_empty()) => {
                out.problems.push(Told::new(number, format!("it has {} cells, and the header {}", cells.len(), header.len())));
            }
            Ok(cells) => {
                let all = |column| of.get(&column).into_iter().flatten().filter_map(|(_, at)| cells.get(*at)).filter(|c| !c.is_empty());
                let row = row(number, &|column| all(column).map(String::as_str).collect(), day_first, settings, &mut out);
                out.rows.extend(row);
            }
        }
    }
    Some(out)
}

fn row<'a>(line: usize, cells: &dyn Fn(Column) -> Vec<&'a str>, day_first: DayFirst, settings: &Settings, out: &mut Rows) -> Option<Row> {
    let first = |column| cells(column).first().map(|c| (*c).to_owned());
    let Some(name) = first(Column::Name) else {
        out.problems.push(Told::new(line, "it names no customer"));
        return None;
    };
    let mut row = Row { line, id: first(Column::Id), name, ..Row::default() };
    for (key, column) in [("aliases", Column::Alias), ("slack.channels", Column::Channel), ("gong.crm_account_ids", Column::CrmAccount)] {
        // A CRM has one id for it; a second column of ids is of something else.
        let of = if column == Column::CrmAccount { 1 } else { usize::MAX };
        row.elements.extend(cells(column).into_iter().take(of).flat_map(several).map(|v| (key, v.trim_start_matches('#').to_owned())));
    }
    for domain in cells(Column::Domain).into_iter().flat_map(several).map(host) {
        let why = if !looks_like_domain(&domain) || !domain.contains(char::is_alphabetic) {
            Some("is no domain")
        } else if is_shared(&domain) {
            Some("is where many have their pages; it says nothing about a company")
        } else {
            no_domain(&domain, settings).map(|no| no.reason())
        };
        match why {
            Some(why) => {
                out.warnings.push(Told::new(line, format!("the domain {domain} was left out: it {}", why.trim_start_matches("it "))))
            }
            None => row.elements.push(("domains", domain)),
        }
    }
    row.values.extend(first(Column::Owner).map(|v| ("owner", v)));
    row.values.extend(first(Column::NextStep).map(|v| ("next_step", v)));
    if let Some(stage) = first(Column::Stage) {
        let known = settings.stages.iter().find(|s| folded(s) == folded(&stage));
        match known {
            Some(known) => row.values.push(("stage", known.clone())),
            None if settings.stages.is_empty() => row.values.push(("stage", stage)),
            None => out
                .warnings
                .push(Told::new(line, format!("the stage \"{stage}\" was left out: workspace.toml has {}", settings.stages.join(", ")))),
        }
    }
    let mut currency = first(Column::Currency).filter(|c| c.len() == 3 && c.bytes().all(|b| b.is_ascii_alphabetic()));
    if let Some(cell) = first(Column::Amount) {
        match amount(&cell) {
            Some((amount, code)) => {
                row.values.push(("amount", amount));
                currency = currency.or(code);
            }
            None => out.problems.push(Told::new(line, format!("the amount \"{cell}\" was left out: it is no number, such as 600000"))),
        }
    }
    row.values.extend(currency.map(|c| ("currency", c.to_uppercase())));
    if let Some(cell) = first(Column::CloseDate) {
        match date(&cell, day_first) {
            Ok(date) => row.values.push(("close_date", date.to_string())),
            Err(why) => out.problems.push(Told::new(line, format!("the close date \"{cell}\" was left out: {why}"))),
        }
    }
    Some(row)
}
