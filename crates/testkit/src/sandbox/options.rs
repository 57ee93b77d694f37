use std::sync::Arc;

use jiff::Timestamp;
use sales_files::Workspace;
use sales_model::{Settings, Source, Span};
use sales_simulator::{GmailWorld, GongWorld, GranolaWorld, Limits, Scenario, World};
use sales_transport::{Budget, MemoryBudget, SqliteBudget};

use super::instant;
use crate::SlackWorld;

/// Where rate limits are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Budgets {
    /// In memory, for the life of the sandbox.
    Memory,
    /// In the workspace's file.
    Sqlite,
}

impl Budgets {
    pub(super) fn open(self, workspace: &Workspace) -> Arc<dyn Budget> {
        match self {
            Budgets::Memory => Arc::new(MemoryBudget::new()),
            Budgets::Sqlite => Arc::new(SqliteBudget::new(workspace.budgets_path())),
        }
    }
}

/// What a [`crate::Sandbox`] is made of.
#[derive(Clone)]
pub struct Options {
    pub(super) world: World,
    pub(super) gong: Option<GongWorld>,
    pub(super) granola: Option<GranolaWorld>,
    pub(super) gmail: Option<GmailWorld>,
    /// Sources that are read, in this order.
    pub(super) sources: Vec<Source>,
    pub(super) settings: Settings,
    pub(super) customers: Vec<(String, String)>,
    pub(super) at: Timestamp,
    pub(super) limits: Limits,
    pub(super) scenario: Option<Scenario>,
    pub(super) budgets: Budgets,
    pub(super) seed: u64,
    pub(super) search: bool,
    pub(super) paced: bool,
    pub(super) concurrency: usize,
    /// Variables beside those that the simulated vendors tell.
    pub(super) variables: Vec<(String, String)>,
}

/// A scenario by name, by text, or none.
pub(super) fn scenario(text: &str) -> Option<Scenario> {
    match text {
        "" => None,
        name if sales_simulator::scenario::NAMES.contains(&name) => Some(Scenario::named(name).expect("it is built in")),
        text => Some(Scenario::parse(text).unwrap_or_else(|e| panic!("{e}"))),
    }
}

impl Options {
    /// This world on 2024-04-08T09:00Z, without limits, faults and customers; our own domain is `yourcompany.com`.
    pub fn new(world: World) -> Self {
        let settings = Settings {
            company: "YourCompany".into(),
            own_domains: vec!["yourcompany.com".into()],
            history: Span { count: 2, unit: 'y' },
            ..Settings::default()
        };
        Options {
            world,
            gong: None,
            granola: None,
            gmail: None,
            sources: vec![Source::SLACK],
            settings,
            customers: Vec::new(),
            at: instant("2024-04-08T09:00:00Z"),
            limits: Limits::Off,
            scenario: None,
            budgets: Budgets::Memory,
            seed: 1,
            search: true,
            paced: false,
            concurrency: 4,
            variables: Vec::new(),
        }
    }

    /// The sample workspace with its three customers.
    pub fn samples() -> Self {
        let mut options = Options::new(World::sample().expect("the samples can be read"));
        let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples");
        let settings = std::fs::read_to_string(format!("{dir}/workspace.toml")).expect("the samples' settings");
        options.settings = sales_files::parse_settings(std::path::Path::new("workspace.toml"), &settings).expect("they can be read");
        let mut names: Vec<String> = std::fs::read_dir(format!("{dir}/customers"))
            .expect("the samples' customers")
            .filter_map(|e| e.ok()?.path().join("profile.toml").to_str().map(str::to_owned))
            .collect();
        names.sort();
        for path in names {
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            let folder =
                std::path::Path::new(&path).parent().and_then(|p| p.file_name()).and_then(|n| n.to_str()).expect("a folder's name");
            options = options.customer(folder, &text);
        }
        options
    }

    /// A world made by the test.
    pub fn slack(world: SlackWorld) -> Self {
        Options::new(world.0)
    }

    /// A Gong company alone.
    pub fn gong(world: GongWorld) -> Self {
        Options { gong: Some(world), sources: vec![Source::GONG], ..Options::new(World::tiny()) }
    }

    /// A Granola workspace alone.
    pub fn granola(world: GranolaWorld) -> Self {
        Options { granola: Some(world), sources: vec![Source::GRANOLA], ..Options::new(World::tiny()) }
    }

    /// A mailbox alone.
    pub fn gmail(world: GmailWorld) -> Self {
        Options { gmail: Some(world), sources: vec![Source::EMAIL], ..Options::new(World::tiny()) }
    }

    /// The mailbox of `alice`, whose password is `secret`, at an IMAP server.
    pub fn imap(url: &str) -> Self {
        let variables = [("IMAP_URL", url), ("IMAP_PASSWORD", "secret")].map(|(n, v)| (n.to_owned(), v.to_owned())).to_vec();
        Options { variables, sources: vec![Source::EMAIL], ..Options::new(World::tiny()) }
    }

    /// The samples of all sources.
    pub fn all_samples() -> Self {
        let mut options = Options::samples();
        options.gong = Some(GongWorld::sample().expect("the sample calls can be read"));
        options.granola = Some(GranolaWorld::sample().expect("the sample notes can be read"));
        options.gmail = Some(GmailWorld::sample().expect("the sample mail can be read"));
        options.sources = vec![Source::SLACK, Source::GONG, Source::GRANOLA, Source::EMAIL];
        options
    }

    /// This Gong company in place of another.
    #[must_use]
    pub fn with_gong(mut self, world: GongWorld) -> Self {
        self.gong = Some(world);
        self
    }

    /// This Granola workspace in place of another.
    #[must_use]
    pub fn with_granola(mut self, world: GranolaWorld) -> Self {
        self.granola = Some(world);
        self
    }

    /// This mailbox beside the other sources.
    #[must_use]
    pub fn with_gmail(mut self, world: GmailWorld) -> Self {
        self.gmail = Some(world);
        if !self.sources.contains(&Source::EMAIL) {
            self.sources.push(Source::EMAIL);
        }
        self
    }

    /// Reads only this source.
    #[must_use]
    pub fn only(mut self, source: Source) -> Self {
        self.sources = vec![source];
        self
    }

    /// Changes the settings.
    #[must_use]
    pub fn settings(mut self, edit: impl FnOnce(&mut Settings)) -> Self {
        edit(&mut self.settings);
        self
    }

    /// Adds a customer with this `profile.toml`.
    #[must_use]
    pub fn customer(mut self, id: &str, profile: &str) -> Self {
        self.customers.push((id.to_owned(), profile.to_owned()));
        self
    }

    /// The time at the start.
    #[must_use]
    pub fn at(mut self, at: &str) -> Self {
        self.at = instant(at);
        self
    }

    /// The vendor's limits, and our own keeping of them. Without limits nothing is charged.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Faults and events: the name of a built-in scenario, or a text.
    #[must_use]
    pub fn scenario(mut self, text: &str) -> Self {
        self.scenario = scenario(text);
        self
    }

    /// Where limits are counted.
    #[must_use]
    pub fn budgets(mut self, budgets: Budgets) -> Self {
        self.budgets = budgets;
        self
    }

    /// Seed of draws and jitter.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Does not hand over the user token that the world has.
    #[must_use]
    pub fn without_search(mut self) -> Self {
        self.search = false;
        self
    }

    /// Keeps to Slack's published limits although the vendor does not enforce them.
    #[must_use]
    pub fn paced(mut self) -> Self {
        self.paced = true;
        self
    }

    /// Streams of one kind side by side.
    #[must_use]
    pub fn concurrency(mut self, streams: usize) -> Self {
        self.concurrency = streams;
        self
    }
}
