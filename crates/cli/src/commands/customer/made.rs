//! A change of customers, shown before and after it is made.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use sales_engine::{Preview, Silent, record_counts};
use sales_files::{Change, ChangeError, ChangeId, FileChange, Plan, Regrouping, keep_telling_domains, parse_profile};
use sales_ledger::{OpenOptions, SqliteStore, Store};
use sales_model::{CustomerId, Profile};
use serde::Serialize;

use super::refresh::{Change as Refresh, refresh};
use crate::{
    clock,
    commands::{Cx, decide::moves, summary},
    compose::{Home, block_on, connected_sources, open, profiles, tell_filed},
    errors::{Exit, Failure, Result, small},
    output::{count, grouped, line},
};

/// Says what to do from the workspace as it is.
pub(super) type Planner<'a> = &'a dyn Fn(&Home) -> std::result::Result<Regrouping, ChangeError>;

#[derive(Serialize)]
struct Document<'a> {
    kind: &'static str,
    dry_run: bool,
    /// The change's number; none in a dry run, or where there was nothing to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<ChangeId>,
    command: &'a str,
    customers: Vec<Concerned<'a>>,
    moved: Vec<Moved>,
    lost: Vec<Lost<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    undo: Option<String>,
    /// Of a split that is only shown: which records would move.
    #[serde(skip_serializing_if = "Option::is_none")]
    preview: Option<&'a Preview>,
}

#[derive(Serialize)]
struct Concerned<'a> {
    id: &'a CustomerId,
    /// `added`, `changed`, `removed`.
    profile: &'static str,
    /// Own blocks come or go.
    own_blocks: bool,
    /// How many records there were.
    records_before: u64,
    /// How many there are; none in a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    records: Option<u64>,
}

/// A person's file, from the workspace's root.
#[derive(Serialize)]
struct Moved {
    from: String,
    to: String,
}

#[derive(Serialize)]
struct Lost<'a> {
    key: &'a str,
    value: &'a str,
}

/// Makes a change, or shows it, and brings what was pulled in line with it.
pub(super) fn make(cx: &Cx<'_>, home: Home, kind: &'static str, dry_run: bool, planner: Planner<'_>) -> Result<Exit> {
    let planned = planner(&home)?;
    if planned.plan.files.is_empty() {
        cx.printer.say("Nothing to change");
        cx.printer.document(&document(&home, kind, dry_run, None, &planned, &BTreeMap::new(), None));
        return Ok(Exit::Done);
    }
    let concerned: Vec<CustomerId> =
        planned.plan.files.iter().flat_map(FileChange::customers).cloned().collect::<BTreeSet<_>>().into_iter().collect();
    let before = counts(&home, &concerned)?;
    if dry_run {
        show(cx, &home, &planned, &before, None);
        // Which records a merged or renamed customer takes along needs no list: all of them.
        let moves = if kind == "customer_split" { would_move(&home, &planned.plan)? } else { None };
        moves.iter().for_each(|preview| moves::show(cx.printer, preview, false, None));
        cx.printer.say("Nothing was changed: type it without --dry-run to do it");
        let shown = document(&home, kind, true, None, &planned, &before, None);
        cx.printer.document(&Document { preview: moves.as_ref(), ..shown });
        return Ok(Exit::Done);
    }
    keep_edits(cx, &home, &planned.plan)?;
    let now = clock::timer(home.variables.get("SALES_TEST_NOW")).now();
    let change = home.workspace.make_change(&*home.disk, now, &|| Ok(planner(&home)?.plan))?;
    after(cx, home, kind, &change, planned.lost, &concerned, &before)
}

/// What changed profiles would move; nothing where nothing was pulled yet.
fn would_move(home: &Home, plan: &Plan) -> Result<Option<Preview>> {
    if !home.workspace.ledger_path().is_file() {
        return Ok(None);
    }
    let mut customers: BTreeMap<CustomerId, Profile> = profiles(home)?.into_iter().collect();
    for file in &plan.files {
        match file {
            FileChange::Profile { customer, after: Some(text), .. } => {
                let mut profile = parse_profile(&home.workspace.profile_path(customer), text)?;
                keep_telling_domains(&mut profile, &home.settings);
                customers.insert(customer.clone(), profile);
            }
            FileChange::Profile { customer, after: None, .. } => _ = customers.remove(customer),
            _ => {}
        }
    }
    let mut customers: Vec<_> = customers.into_iter().collect();
    tell_filed(home, &mut customers);
    let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
    block_on(async {
        let opened = open(home, timer, Arc::new(Silent), &connected_sources(home)).await?;
        Ok(Some(opened.app.preview(customers).await?))
    })
}

/// Keeps aside what somebody edited in the program's files of customers that are to go: it goes along with what is their own.
fn keep_edits(cx: &Cx<'_>, home: &Home, plan: &Plan) -> Result<()> {
    let goes = |f: &FileChange| if let FileChange::Profile { customer, after: None, .. } = f { Some(customer.clone()) } else { None };
    let going: Vec<CustomerId> = plan.files.iter().filter_map(goes).collect();
    if going.is_empty() || !home.workspace.ledger_path().is_file() {
        return Ok(());
    }
    let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
    let edited = block_on(async {
        let opened = open(home, timer, Arc::new(Silent), &connected_sources(home)).await?;
        Ok(opened.app.keep_edits(&going).await?)
    })?;
    summary::edited(cx.printer, &edited);
    Ok(())
}

/// The document of a change that was interrupted and is taken back: it leaves no number.
pub(super) fn half_done(cx: &Cx<'_>, home: &Home, dry_run: bool, plan: Plan) -> Exit {
    let made = Regrouping { plan, lost: Vec::new() };
    cx.printer.document(&document(home, "customer_undo", dry_run, None, &made, &BTreeMap::new(), None));
    Exit::Done
}

/// Brings what was pulled in line with a change that was made, and shows it.
pub(super) fn after(
    cx: &Cx<'_>,
    home: Home,
    kind: &'static str,
    change: &Change,
    lost: Vec<(String, String)>,
    concerned: &[CustomerId],
    before: &BTreeMap<CustomerId, u64>,
) -> Result<Exit> {
    let home = Home::at(home.workspace, home.variables)?;
    let made = Regrouping { plan: change.plan.clone(), lost };
    let customers = concerned.iter().map(CustomerId::as_str).collect::<Vec<_>>().join(" ");
    let following = Refresh { action: &kind.replace('_', "."), customers: &customers, wanted: Vec::new() };
    let refreshed = refresh(cx, &home, following);
    let now = if refreshed.is_ok() { Some(counts(&home, concerned)?) } else { None };
    show(cx, &home, &made, before, now.as_ref());
    cx.printer.say(format_args!("Take it back with: sales customer undo {}", change.id));
    if let Err(failure) = refreshed {
        // The change stands, whatever becomes of the files that follow from it.
        return Err(Failure { next: format!("{}; then sales sync makes the files that follow from the change", failure.next), ..failure });
    }
    cx.printer.document(&document(&home, kind, false, Some(change.id), &made, before, now.as_ref()));
    Ok(Exit::Done)
}

/// How many records customers have. Makes no ledger where there is none.
pub(super) fn counts(home: &Home, customers: &[CustomerId]) -> Result<BTreeMap<CustomerId, u64>> {
    let path = home.workspace.ledger_path();
    if !path.is_file() {
        return Ok(BTreeMap::new());
    }
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&path, OpenOptions::default())?);
    block_on(async { Ok(record_counts(&store, customers).await?) })
}

/// What happens to a customer's profile.
fn profile_of(plan: &Plan, id: &CustomerId) -> &'static str {
    let of = plan.files.iter().find_map(|f| match f {
        FileChange::Profile { customer, before, after, .. } if customer == id => Some((before.is_some(), after.is_some())),
        _ => None,
    });
    match of {
        Some((false, _)) => "added",
        Some((true, true)) => "changed",
        Some((true, false)) => "removed",
        None => "unchanged",
    }
}

fn moved(home: &Home, plan: &Plan) -> Vec<Moved> {
    let shown =
        |(customer, path): &(CustomerId, String)| home.workspace.shown(&home.workspace.customer_dir(customer).join(path)).into_owned();
    let moves = plan.files.iter().filter_map(|f| if let FileChange::Move { from, to } = f { Some((from, to)) } else { None });
    moves.map(|(from, to)| Moved { from: shown(from), to: shown(to) }).collect()
}

fn show(cx: &Cx<'_>, home: &Home, made: &Regrouping, before: &BTreeMap<CustomerId, u64>, now: Option<&BTreeMap<CustomerId, u64>>) {
    let p = cx.printer;
    let concerned: BTreeSet<&CustomerId> = made.plan.files.iter().flat_map(FileChange::customers).collect();
    for id in &concerned {
        let had = before.get(id).copied().unwrap_or_default();
        let records = match now.and_then(|n| n.get(id)) {
            Some(have) if *have != had => format!(", {} before, {} now", count(had, "record"), grouped(*have)),
            _ if before.is_empty() => String::new(),
            _ => format!(", {}", count(had, "record")),
        };
        p.say(format_args!("{id}: profile {}{records}", profile_of(&made.plan, id)));
    }
    let moved = moved(home, &made.plan);
    for m in &moved {
        p.say(format_args!("  {} -> {}", line(&m.from), line(&m.to)));
    }
    if made.plan.files.iter().any(|f| matches!(f, FileChange::Own { .. })) {
        p.say("  own blocks of the context move, too");
    }
    for (key, value) in &made.lost {
        p.say(format_args!("  not taken over: {} {}", line(key), line(value)));
    }
}

fn document<'a>(
    home: &Home,
    kind: &'static str,
    dry_run: bool,
    change: Option<ChangeId>,
    made: &'a Regrouping,
    before: &BTreeMap<CustomerId, u64>,
    now: Option<&BTreeMap<CustomerId, u64>>,
) -> Document<'a> {
    let concerned: BTreeSet<&CustomerId> = made.plan.files.iter().flat_map(FileChange::customers).collect();
    let own = |id: &CustomerId| made.plan.files.iter().any(|f| matches!(f, FileChange::Own { customer, .. } if customer == id));
    let customers = concerned
        .into_iter()
        .map(|id| Concerned {
            id,
            profile: profile_of(&made.plan, id),
            own_blocks: own(id),
            records_before: before.get(id).copied().unwrap_or_default(),
            records: now.map(|n| n.get(id).copied().unwrap_or_default()),
        })
        .collect();
    let lost = made.lost.iter().map(|(key, value)| Lost { key, value }).collect();
    let undo = change.map(|id| format!("sales customer undo {id}"));
    Document { kind, dry_run, change, command: &made.plan.command, customers, moved: moved(home, &made.plan), lost, undo, preview: None }
}

impl From<ChangeError> for Failure {
    fn from(e: ChangeError) -> Self {
        let (why, next) = (e.to_string(), small(e.next()));
        match e {
            ChangeError::Edit(e) => e.into(),
            ChangeError::File(e) => e.into(),
            ChangeError::Disk(e) => e.into(),
            ChangeError::Unknown { .. } | ChangeError::Refused { .. } => Failure::usage("nothing was changed", why, next),
            ChangeError::Nothing
            | ChangeError::Undone { .. }
            | ChangeError::Changed { .. }
            | ChangeError::Interrupted { .. }
            | ChangeError::Meddled { .. } => Failure::new("nothing was changed", why, next),
        }
    }
}
