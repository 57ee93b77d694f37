use std::{collections::BTreeMap, path::Path, sync::Arc};

use jiff::Timestamp;
use sales_model::Clock;
use sales_simulator::{
    GenerateSpec, GmailGenerate, GmailWorld, GongGenerate, GongLimits, GongWorld, GranolaGenerate, GranolaWorld, Limits, Scenario,
    SimOptions, Simulator, World, scenario::NAMES, shift_story,
};
use serde::Serialize;

use super::Cx;
use crate::{
    args::{Generate, Simulate},
    clock::{self, SAMPLE_NOW},
    compose::{block_on, stop_on_signal},
    errors::{Exit, Failure, Result, io_failure},
    output::{Style, line},
};

/// Seed of generated data.
const SEED: u64 = 1;

#[derive(Serialize)]
struct Document {
    kind: &'static str,
    url: String,
    /// Variables that point another `sales` at it.
    env: BTreeMap<String, String>,
}

/// Serves the simulated vendors until Ctrl-C.
pub(crate) fn run(cx: &Cx<'_>, a: &Simulate) -> Result<Exit> {
    let timer = clock::timer(cx.variables.get("SALES_TEST_NOW"));
    let clock: Arc<dyn Clock> = timer.clone();
    let Worlds { slack, mut gong, mut granola, mut gmail } = worlds(a, &*clock)?;
    gong.limits = (!a.no_limits).then_some(GongLimits::PUBLISHED);
    granola.manner.limits = !a.no_limits;
    gmail.set_limit((!a.no_limits).then_some(GmailWorld::PER_MINUTE));
    let options = SimOptions {
        port: a.port,
        world: slack,
        gong: Some(gong),
        granola: Some(granola),
        gmail: Some(gmail),
        limits: if a.no_limits { Limits::Off } else { Limits::Slack },
        scenario: a.scenario.as_deref().map(scenario).transpose()?,
        ..SimOptions::new(clock)
    };
    block_on(async {
        let stop = stop_on_signal(&cx.printer.silent());
        let running = Simulator::start(options).await.map_err(|e| {
            Failure::new(
                "the simulated vendors could not be started",
                e,
                "choose another port with `--port`, or leave it out to take a free one",
            )
        })?;
        let p = cx.printer;
        p.say(format_args!("Simulated vendors at {}", running.base_url()));
        p.say(format_args!("\n{}", p.out_style(Style::Heading, "In another terminal")));
        for (name, value) in running.env() {
            p.say(format_args!("  export {name}={}", line(&value)));
        }
        p.say("  sales run --integration all --customer acme-corp --live");
        p.note("\nCtrl-C ends it");
        p.document(&Document { kind: "simulate", url: running.base_url(), env: running.env().into_iter().collect() });
        stop.cancelled().await;
        running.stop().await;
        Ok(Exit::Done)
    })
}

/// What the simulated vendors hold.
struct Worlds {
    slack: World,
    gong: GongWorld,
    granola: GranolaWorld,
    gmail: GmailWorld,
}

fn worlds(a: &Simulate, clock: &dyn Clock) -> Result<Worlds> {
    let Some(kind) = a.generate else { return samples(a, clock) };
    // Up to the last midnight, so that all of a day's runs serve the same.
    let now = if a.original_dates { SAMPLE_NOW.parse().unwrap_or(Timestamp::UNIX_EPOCH) } else { clock.now() };
    let midnight = now.as_second() - now.as_second().rem_euclid(86_400);
    let until = Timestamp::from_second(midnight).unwrap_or(now);
    let (slack, calls, sentences, notes, mails) = match kind {
        Generate::Bench => (GenerateSpec::bench(until), 2_000, 300, GranolaGenerate::bench(until), 10_000),
        Generate::Crash => (GenerateSpec::crash(until), 300, 40, GranolaGenerate::crash(until), 400),
    };
    Ok(Worlds {
        slack: World::generate(&slack, SEED),
        gong: GongWorld::generate(&GongGenerate::new(calls, sentences, until), SEED),
        granola: GranolaWorld::generate(&notes, SEED),
        gmail: GmailWorld::generate(&GmailGenerate::new(mails, until), SEED),
    })
}

/// The sample story.
fn samples(a: &Simulate, clock: &dyn Clock) -> Result<Worlds> {
    let broken = |e: &dyn std::fmt::Display| Failure::new("the sample data cannot be used", e, "install `sales` again");
    let mut slack = World::sample().map_err(|e| broken(&e))?;
    let mut gong = GongWorld::sample().map_err(|e| broken(&e))?;
    let mut granola = GranolaWorld::sample().map_err(|e| broken(&e))?;
    let mut gmail = GmailWorld::sample().map_err(|e| broken(&e))?;
    if !a.original_dates {
        shift_story(clock.now(), &mut slack, &mut gong, &mut granola, &mut gmail);
    }
    Ok(Worlds { slack, gong, granola, gmail })
}

/// A scenario by name, or the file at that path.
fn scenario(name: &str) -> Result<Scenario> {
    if NAMES.contains(&name) {
        return Scenario::named(name)
            .map_err(|e| Failure::usage(format!("the scenario `{name}` cannot be used"), e, "sales simulate --help"));
    }
    let path = Path::new(name);
    if !path.exists() {
        return Err(Failure::usage(
            format!("there is no scenario `{name}`"),
            "it is neither a name nor a file",
            format!("use a file, or one of: {}", NAMES.join(", ")),
        ));
    }
    let text = std::fs::read_to_string(path).map_err(|e| io_failure("cannot read", path, &e))?;
    Scenario::parse(&text).map_err(|e| Failure::usage(format!("`{name}` is not a scenario"), e, "see docs/scenarios.md"))
}
