use std::sync::Arc;

use sales_engine::{App, Ports, Progress};
use sales_files::{Access, Disk};
use sales_ledger::{OpenOptions, SqliteStore, Store};
use sales_model::Source;
use sales_transport::Timer;

use super::{Home, accounts::sources_without_account, last_good};
use crate::{errors::Result, failpoints, owner};

/// A workspace with its ledger.
pub(crate) struct Opened {
    /// The use cases.
    pub(crate) app: App,
    /// The ledger, for what is only looked up.
    pub(crate) store: Arc<dyn Store>,
}

/// Opens the ledger and puts the use cases together. `connected`: sources of which an account is at hand.
pub(crate) async fn open(home: &Home, timer: Arc<dyn Timer>, progress: Arc<dyn Progress>, connected: &[Source]) -> Result<Opened> {
    // It is not there in a fresh copy of a workspace that is kept in Git.
    home.disk.create_dir_all(&home.workspace.state_dir(), Access::Private)?;
    home.workspace.sweep_temporaries(&*home.disk)?;
    let failpoints = failpoints::failpoints(home.variables.get("SALES_FAILPOINT"));
    let at_commit = failpoints.clone();
    let options = OpenOptions { fail: Some(Arc::new(move |name| at_commit.hit(name))) };
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&home.workspace.ledger_path(), options)?);
    // An older ledger noted the lease for writing files under Slack.
    let streams = store.streams().await?.into_iter().filter(|s| s.key.stream != "project");
    let mut known: Vec<Source> = streams.map(|s| s.key.account.source).collect();
    known.dedup();
    let ports = Ports {
        store: store.clone(),
        disk: home.disk_port(),
        timer,
        workspace: home.workspace.clone(),
        settings: home.settings.clone(),
        customers: Arc::new(last_good::UserFiles::new(home)?),
        unconnected: Arc::new(sources_without_account(connected, &known)),
        owner: owner::this_process(),
        alive: owner::alive,
        failpoints,
        progress,
    };
    Ok(Opened { app: App::open(ports).await?, store })
}
