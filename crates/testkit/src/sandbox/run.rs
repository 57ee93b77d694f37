use std::sync::Arc;

use sales_connectors::{Connector, Credentials, Cx, Mode};
use sales_engine::{Account, App, EngineError, Ports, Profiles, SyncReport, SyncRequest};
use sales_files::Workspace;
use sales_ledger::{Alive, Owner};
use sales_model::{AccountKey, CustomerId, Links, Profile, Route};
use sales_simulator::Limits;
use sales_transport::{Http, HttpOptions, Secret, Timer};

use super::Sandbox;
use crate::{Halt, Watch};

impl Sandbox {
    /// A sync of all accounts that must be able to run; what it brought and what failed stands in the report.
    pub async fn sync(&mut self, mode: Mode) -> SyncReport {
        self.run(self.request(mode), Halt::never()).await
    }

    /// A sync that must bring everything.
    pub async fn sync_all(&mut self, mode: Mode) -> SyncReport {
        let report = self.sync(mode).await;
        Sandbox::complete(&report);
        report
    }

    /// A sync for one customer.
    pub async fn sync_for(&mut self, customer: &str, mode: Mode) -> SyncReport {
        let request = SyncRequest { customer: Some(Sandbox::customer(customer)), ..self.request(mode) };
        self.run(request, Halt::never()).await
    }

    /// A sync that stops after so many pages were committed; whether it did stop.
    pub async fn sync_until(&mut self, mode: Mode, pages: usize) -> (SyncReport, bool) {
        let report = self.run(self.request(mode), Halt::after("sync.committed", pages)).await;
        let stopped = report.stopped;
        (report, stopped)
    }

    /// What a sync of everything is asked for.
    pub fn request(&self, mode: Mode) -> SyncRequest {
        SyncRequest { mode, since: None, customer: None, concurrency: self.options.concurrency }
    }

    /// Runs a request.
    pub async fn run(&mut self, request: SyncRequest, halt: Halt) -> SyncReport {
        let (app, watch, stop) = self.app(halt).await;
        let accounts = self.accounts();
        let report = app.sync(&accounts, &request, stop).await.unwrap_or_else(|e| panic!("the sync could not run: {e}"));
        self.streamed = accounts.first().map(|a| a.cx.http.stream_traffic()).unwrap_or_default();
        self.told = watch.told();
        report
    }

    /// Brings files up to the ledger, the profiles and the settings, without asking the vendor.
    pub async fn refresh(&self) -> SyncReport {
        self.app(Halt::never()).await.0.refresh().await.unwrap_or_else(|e| panic!("the refresh failed: {e}"))
    }

    /// Makes every file again.
    pub async fn rebuild(&self) {
        self.app(Halt::never()).await.0.rebuild().await.unwrap_or_else(|e| panic!("the rebuild failed: {e}"));
    }

    /// The use cases on the workspace as it is now, who watches them, and what stops them.
    pub async fn app(&self, halt: Halt) -> (App, Arc<Watch>, tokio_util::sync::CancellationToken) {
        self.app_of(1, |_| false, halt).await
    }

    /// The same as the process with this id, which judges by `alive` whether the holder of a lease still runs.
    pub async fn app_of(&self, pid: u32, alive: Alive, halt: Halt) -> (App, Arc<Watch>, tokio_util::sync::CancellationToken) {
        let disk = Arc::new(self.workspace.disk());
        let watch = Arc::new(Watch::default());
        let stop = halt.stop.clone();
        let ports = Ports {
            store: self.store(),
            disk,
            timer: Arc::new(self.timer.clone()),
            workspace: self.workspace.clone(),
            settings: self.settings.clone(),
            customers: Arc::new(Files(self.workspace.clone())),
            unconnected: Arc::new(Vec::new()),
            owner: Owner { pid, started: "sandbox".into() },
            alive,
            failpoints: Arc::new(halt),
            progress: watch.clone(),
        };
        let app = App::open(ports).await.unwrap_or_else(|e| panic!("the workspace cannot be opened: {e}"));
        (app, watch, stop)
    }

    /// The account of the first source at the simulator.
    pub fn account(&self) -> Account {
        self.accounts().swap_remove(0)
    }

    /// One account for each source.
    pub fn accounts(&self) -> Vec<Account> {
        self.connectors.iter().map(|connector| self.account_of(connector)).collect()
    }

    fn account_of(&self, connector: &Arc<dyn Connector>) -> Account {
        let timer: Arc<dyn Timer> = Arc::new(self.timer.clone());
        let mut options = HttpOptions::new(timer.clone(), self.budget.clone());
        options.seed = self.options.seed;
        let http = Http::new(options).expect("an HTTP client");
        let mut credentials = Credentials::default();
        let descriptor = connector.descriptor();
        for name in descriptor.variables.iter().filter_map(|group| group.first()) {
            let hidden = *name == "SLACK_USER_TOKEN" && !self.options.search;
            if let Some(value) = self.secrets.get(*name).filter(|_| !hidden) {
                credentials.secrets.insert(name, Secret::from(value.clone()));
            }
        }
        let addresses = self.simulator.env();
        let address =
            |name: &str| addresses.iter().find(|(known, _)| known == name).map(|(_, url)| url.parse().expect("the simulator's address"));
        credentials.base_url = address(descriptor.base_url.0);
        credentials.addresses = descriptor.addresses.iter().filter_map(|(name, _)| Some((*name, address(name)?))).collect();
        let cx = Cx {
            account: AccountKey { source: descriptor.source.clone(), name: "default".into() },
            credentials: Arc::new(credentials),
            http,
            timer,
            tokens: self.tokens.clone(),
            settings: self.settings.clone(),
            route: Route::Direct,
            unlimited: self.options.limits == Limits::Off && !self.options.paced,
            notices: None,
        };
        Account { connector: connector.clone(), cx }
    }
}

/// The profiles in a workspace's folder.
struct Files(Workspace);

impl Profiles for Files {
    fn read(&self) -> Result<Vec<(CustomerId, Profile)>, EngineError> {
        let all = self.0.customers(&self.0.disk()).expect("the customers can be listed");
        Ok(all.into_iter().map(|(id, profile)| (id, profile.expect("the profile can be read"))).collect())
    }

    fn links(&self) -> Result<Links, EngineError> {
        Ok(self.0.links(&self.0.disk()).expect("people.toml can be read").links)
    }
}
