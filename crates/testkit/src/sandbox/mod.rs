//! A workspace in a temporary folder, a simulated vendor, virtual time, and the use cases on top of them.

mod options;
mod run;

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use sales_connectors::{Connector, registry};
use sales_engine::SyncReport;
use sales_files::Workspace;
use sales_ledger::{OpenOptions, SqliteStore, Store};
use sales_model::{Clock, CustomerId, Settings};
use sales_simulator::{
    Event, GmailHandle, GmailWorld, GongHandle, GongWorld, GranolaHandle, GranolaWorld, LogEntry, Running, Scenario, SimOptions, Simulator,
    Violation, World, WorldHandle,
};
use sales_transport::{Budget, StreamTraffic, TokenStore, virtual_time::VirtualTimer};

pub use self::options::{Budgets, Options};
use crate::{Tree, dump, tree};

/// An instant written as RFC 3339.
pub fn instant(text: &str) -> Timestamp {
    text.parse().unwrap_or_else(|e| panic!("`{text}` is no time: {e}"))
}

/// One workspace and one simulated vendor. Each sync opens everything anew, as another process would.
pub struct Sandbox {
    /// The folder, removed at the end.
    folder: tempfile::TempDir,
    /// Where everything stands.
    pub workspace: Workspace,
    /// Time: stands still but for waiting.
    pub timer: VirtualTimer,
    /// Settings of the workspace.
    pub settings: Arc<Settings>,
    /// Rotated tokens.
    pub tokens: Arc<dyn TokenStore>,
    budget: Arc<dyn Budget>,
    connectors: Vec<Arc<dyn Connector>>,
    options: Options,
    simulator: Running,
    /// The variables that the simulator told at the start: a user copies them once.
    secrets: BTreeMap<String, String>,
    /// Requests to simulators that were replaced.
    earlier: (Vec<LogEntry>, Vec<Violation>),
    /// What the last run told whoever watches.
    pub told: Vec<String>,
    /// What went over streams (IMAP) in the last run, apart from connections that were open before.
    pub streamed: StreamTraffic,
}

impl Sandbox {
    /// The sandbox that the options describe.
    pub async fn start(options: Options) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let settings = options.settings.clone();
        let workspace = Workspace::init(&sales_files::RealDisk::within(folder.path()), folder.path(), &settings).expect("a workspace");
        let timer = VirtualTimer::new(options.at);
        let worlds = Worlds {
            slack: options.world.clone(),
            gong: options.gong.clone(),
            granola: options.granola.clone(),
            gmail: options.gmail.clone(),
        };
        let simulator = Box::pin(simulator(&options, worlds, options.scenario.clone(), &timer)).await;
        let budget = options.budgets.open(&workspace);
        let tokens: Arc<dyn TokenStore> = Arc::new(sales_transport::FileTokenStore::new(workspace.tokens_path()));
        let sandbox = Sandbox {
            folder,
            workspace,
            timer,
            settings: Arc::new(settings),
            tokens,
            budget,
            connectors: options.sources.iter().map(|s| registry::connector(s).unwrap_or_else(|| panic!("{s} is no source"))).collect(),
            secrets: simulator.env().into_iter().chain(options.variables.clone()).collect(),
            simulator,
            earlier: Default::default(),
            told: Vec::new(),
            streamed: StreamTraffic::default(),
            options,
        };
        for (customer, profile) in sandbox.options.customers.clone() {
            sandbox.profile(&customer, &profile);
        }
        sandbox
    }

    /// Writes a customer's profile, in place of an earlier one.
    #[expect(clippy::disallowed_methods, reason = "this is the user's editor")]
    pub fn profile(&self, customer: &str, toml: &str) {
        let path = self.workspace.profile_path(&customer.parse().expect("a customer id"));
        std::fs::create_dir_all(path.parent().expect("a profile has a folder")).expect("the customer's folder");
        std::fs::write(path, toml).expect("the profile");
    }

    /// Changes the workspace's settings.
    pub fn change_settings(&mut self, change: impl FnOnce(&mut Settings)) {
        change(Arc::make_mut(&mut self.settings));
    }

    /// Removes a customer's folder with everything in it, as people do who no longer want it.
    pub fn delete(&self, customer: &str) {
        let dir = self.workspace.customer_dir(&customer.parse().expect("a customer id"));
        std::fs::remove_dir_all(dir).expect("the customer's folder");
    }

    /// Sets the clock.
    pub fn set_time(&self, at: &str) {
        self.timer.set(instant(at));
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        self.timer.now()
    }

    /// The simulated workspace, to look at and to change.
    pub fn world(&self) -> WorldHandle {
        self.simulator.world()
    }

    /// The simulated Gong company, to look at and to change.
    pub fn gong(&self) -> GongHandle {
        self.simulator.gong().expect("the sandbox has a Gong company")
    }

    /// The simulated Granola workspace, to look at and to change.
    pub fn granola(&self) -> GranolaHandle {
        self.simulator.granola().expect("the sandbox has a Granola workspace")
    }

    /// The simulated mailbox, to look at and to change.
    pub fn gmail(&self) -> GmailHandle {
        self.simulator.gmail().expect("the sandbox has a mailbox")
    }

    /// The simulated vendors.
    pub fn simulator(&self) -> &Running {
        &self.simulator
    }

    /// Lets something happen at the vendor; gives the `ts` concerned.
    pub fn happens(&self, event: &Event) -> String {
        let now = self.now();
        let ts = self.world().write(|w| w.apply(event, now, None)).expect("the event fits the world");
        ts.map(|t| t.to_string()).unwrap_or_default()
    }

    /// The same, as JSON: `{"do": "edit", "channel": "general"}`.
    pub fn event(&self, event: serde_json::Value) -> String {
        self.happens(&serde_json::from_value(event).expect("an event"))
    }

    /// Another vendor process on the same world, with this scenario (a name or a text; empty for none).
    pub async fn scenario(&mut self, scenario: &str) {
        let worlds = Worlds {
            slack: self.world().read(World::clone),
            gong: self.simulator.gong().map(|w| w.read(GongWorld::clone)),
            granola: self.simulator.granola().map(|w| w.read(GranolaWorld::clone)),
            gmail: self.simulator.gmail().map(|w| w.read(GmailWorld::clone)),
        };
        let next = simulator(&self.options, worlds, options::scenario(scenario), &self.timer).await;
        let before = std::mem::replace(&mut self.simulator, next);
        self.earlier.0.extend(before.log());
        self.earlier.1.extend(before.violations());
        before.stop().await;
    }

    /// Every request so far.
    pub fn log(&self) -> Vec<LogEntry> {
        self.earlier.0.iter().cloned().chain(self.simulator.log()).collect()
    }

    /// How many requests there were so far: a mark for [`Sandbox::since`].
    pub fn mark(&self) -> usize {
        self.log().len()
    }

    /// Requests after a mark, as `method channel`, in order of answers.
    pub fn since(&self, mark: usize) -> Vec<String> {
        self.log().iter().skip(mark).map(|e| format!("{} {}", e.method, e.channel.as_deref().unwrap_or("")).trim().to_owned()).collect()
    }

    /// How many requests of a method (for a channel, if one is given) there were after a mark.
    pub fn requests(&self, mark: usize, method: &str, channel: Option<&str>) -> usize {
        self.log().iter().skip(mark).filter(|e| e.method == method && channel.is_none_or(|c| e.channel.as_deref() == Some(c))).count()
    }

    /// Requests that came earlier than a 429 before them allowed.
    pub fn violations(&self) -> Vec<Violation> {
        self.earlier.1.iter().cloned().chain(self.simulator.violations()).collect()
    }

    /// The ledger, opened anew.
    pub fn store(&self) -> Arc<dyn Store> {
        Arc::new(SqliteStore::open(&self.workspace.ledger_path(), OpenOptions::default()).expect("the ledger can be opened"))
    }

    /// The ledger as text; see [`dump`].
    pub async fn ledger(&self) -> String {
        dump(&*self.store()).await
    }

    /// All files of all customers.
    pub fn tree(&self) -> Tree {
        tree(&self.workspace.profiles_dir())
    }

    /// Paths of the customers' files that hold what sources said.
    pub fn slack_files(&self) -> Vec<String> {
        self.files_in("slack")
    }

    /// The same of one source.
    pub fn files_in(&self, folder: &str) -> Vec<String> {
        let folder = format!("/{folder}/");
        self.tree().into_keys().filter(|p| p.contains(&folder)).collect()
    }

    /// A source file as JSON; the path from `customers/profiles`.
    pub fn file(&self, path: &str) -> serde_json::Value {
        let tree = self.tree();
        let bytes = tree.get(path).unwrap_or_else(|| panic!("{path} is not there, but {:?}", tree.keys().collect::<Vec<_>>()));
        serde_json::from_slice(bytes).unwrap_or_else(|e| panic!("{path} is not JSON: {e}"))
    }

    /// The bytes of a file as text.
    pub fn text(&self, path: &str) -> String {
        let tree = self.tree();
        let bytes = tree.get(path).unwrap_or_else(|| panic!("{path} is not there, but {:?}", tree.keys().collect::<Vec<_>>()));
        String::from_utf8(bytes.clone()).expect("files are UTF-8")
    }

    /// A customer's context.
    pub fn summary(&self, customer: &str) -> String {
        self.text(&format!("{customer}/context_summary.md"))
    }

    /// Checks ledger and files, and ends the test if anything is wrong.
    pub async fn verified(&self) {
        let checks = self.app(crate::Halt::never()).await.0.verify().await.expect("the check runs");
        let wrong: Vec<_> = checks.iter().filter(|c| !c.problems.is_empty()).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    /// The code under test: the first of the sources.
    pub fn connector(&self) -> &dyn Connector {
        &**self.connectors.first().expect("a sandbox reads something")
    }

    /// The folder of the workspace.
    pub fn root(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Whether a run brought everything.
    #[track_caller]
    pub fn complete(report: &SyncReport) {
        for account in &report.accounts {
            assert!(account.failed.is_empty(), "{:#?}", account.failed);
            assert!(account.unreadable.is_empty(), "{:#?}", account.unreadable);
            assert!(account.busy.is_empty(), "{:#?}", account.busy);
        }
        assert!(!report.stopped);
    }

    /// A customer's id.
    pub fn customer(id: &str) -> CustomerId {
        id.parse().expect("a customer id")
    }
}

/// What the simulated vendors hold.
struct Worlds {
    slack: World,
    gong: Option<GongWorld>,
    granola: Option<GranolaWorld>,
    gmail: Option<GmailWorld>,
}

async fn simulator(options: &Options, worlds: Worlds, scenario: Option<Scenario>, timer: &VirtualTimer) -> Running {
    let mut start = SimOptions::new(Arc::new(timer.clone()));
    start.world = worlds.slack;
    start.gong = worlds.gong;
    start.granola = worlds.granola;
    start.gmail = worlds.gmail;
    start.limits = options.limits;
    start.scenario = scenario;
    start.seed = options.seed;
    Simulator::start(start).await.expect("the simulator starts")
}
