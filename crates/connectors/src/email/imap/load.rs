//! Mail that was there before: found by searches, then the rest of its threads.

use super::{
    compare, dates,
    fault::Fault,
    find,
    proto::Command,
    state::{Load, Phase},
    step::Step,
    take::{self, How},
    threads,
    uids::UidSet,
};

/// Searches sent together.
const TOGETHER: u32 = 5;

/// The next part of the load.
pub(crate) async fn step(step: &mut Step<'_>) -> Result<(), Fault> {
    let Some(load) = step.state.load.clone() else { return Ok(()) };
    match load.phase {
        Phase::Search => search(step, load).await,
        Phase::Read => {
            let how = if load.instead { How::NamedOrKnown } else { How::Named };
            read(step, load, how, Phase::Threads).await
        }
        Phase::Threads => {
            if load.mine.is_empty() {
                step.state.loaded();
                return Ok(());
            }
            threads::find(step, load).await
        }
        Phase::Rest => read(step, load, How::All, Phase::Search).await,
    }
}

async fn search(step: &mut Step<'_>, mut load: Load) -> Result<(), Fault> {
    if load.terms.is_empty() && !load.instead {
        step.state.loaded();
        return Ok(());
    }
    let begin = step.conn.searching();
    let all = find::searches(&begin, step.conn.is_gmail(), load.since, &load.terms);
    let (from, total) = (load.at as usize, all.len());
    let some: Vec<Command> = all.into_iter().skip(from).take(TOGETHER as usize).collect();
    let found = if load.instead {
        // The mails of the folder that this one stands for are known by their Message-ID alone.
        load.at = u32::MAX;
        dated(step, &load).await?
    } else if some.is_empty() {
        UidSet::default()
    } else {
        match step.conn.search(&some).await {
            Ok(found) => found,
            // It cannot search like that: all headers since then are read, and compared here.
            Err(e) if e.is_refusal() => {
                load.at = u32::MAX;
                dated(step, &load).await?
            }
            Err(e) => return Err(e),
        }
    };
    let found = found.and(&UidSet::range(1, step.state.last)).minus(&step.state.new);
    load.todo = load.todo.union(&if load.again { found } else { found.minus(&step.state.held) });
    load.at = load.at.saturating_add(TOGETHER);
    if load.at as usize >= total {
        load.at = 0;
        load.phase = Phase::Read;
    }
    step.state.load = Some(load);
    finish(step);
    Ok(())
}

/// Mails since then, whoever they are from.
pub(crate) async fn dated(step: &mut Step<'_>, load: &Load) -> Result<UidSet, Fault> {
    let command = step.conn.searching().words(&format!("SINCE {}", dates::since(load.since)));
    match step.conn.search(&[command]).await {
        Err(e) if e.is_refusal() => compare::existing(step).await,
        other => other,
    }
}

async fn read(step: &mut Step<'_>, load: Load, how: How, then: Phase) -> Result<(), Fault> {
    let taken = take::take(step, &load.todo, how).await?;
    if let Some(load) = &mut step.state.load {
        load.todo = load.todo.minus(&taken.done);
        load.mine = load.mine.union(&taken.mine);
        if load.todo.is_empty() {
            load.at = 0;
            load.phase = then;
            if then == Phase::Search {
                step.state.loaded();
            }
        }
    }
    finish(step);
    Ok(())
}

/// Leaves out phases with nothing to do, so that they cost no step.
pub(crate) fn finish(step: &mut Step<'_>) {
    if let Some(load) = &mut step.state.load {
        if load.phase == Phase::Read && load.todo.is_empty() {
            load.phase = Phase::Threads;
        }
        let over = match load.phase {
            Phase::Threads => load.mine.is_empty(),
            Phase::Rest => load.todo.is_empty(),
            Phase::Search | Phase::Read => false,
        };
        if over {
            step.state.loaded();
        }
    }
}
