//! People's words in the program's files, at the worst moments; and what a dead process left in them.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use sales_connectors::Mode;
use sales_engine::{App, EngineError, Failpoints, Ports, Profiles};
use sales_files::Workspace;
use sales_ledger::Announced;
use sales_model::{ContentHash, CustomerId, Profile};
use sales_testkit::Sandbox;

use super::*;

fn world() -> SlackWorld {
    company().says(POC, &ts("2024-04-02T09:00:00Z", 100), MIKE, "The price is 42,000 a month.")
}

/// An editor that saves the context right after it was read, so many times.
struct Editor {
    path: std::path::PathBuf,
    times: AtomicUsize,
}

impl Failpoints for Editor {
    fn hit(&self, name: &'static str) {
        if name == "summary.announced" && self.times.fetch_update(SeqCst, SeqCst, |n| n.checked_sub(1)).is_ok() {
            let text = std::fs::read_to_string(&self.path).unwrap();
            let block = format!("\n<!-- mine -->{}<!-- /mine -->\n", self.times.load(SeqCst));
            std::io::Write::write_all(&mut std::fs::File::create(&self.path).unwrap(), (text + &block).as_bytes()).unwrap();
        }
    }
}

struct Known(Workspace);

impl Profiles for Known {
    fn read(&self) -> Result<Vec<(CustomerId, Profile)>, EngineError> {
        Ok(self.0.customers(&self.0.disk()).unwrap().into_iter().map(|(id, profile)| (id, profile.unwrap())).collect())
    }
}

async fn app(sandbox: &Sandbox, failpoints: Arc<dyn Failpoints>) -> App {
    let ports = Ports {
        store: sandbox.store(),
        disk: Arc::new(sandbox.workspace.disk()),
        timer: Arc::new(sandbox.timer.clone()),
        workspace: sandbox.workspace.clone(),
        settings: sandbox.settings.clone(),
        customers: Arc::new(Known(sandbox.workspace.clone())),
        unconnected: Default::default(),
        owner: sales_ledger::Owner { pid: 11, started: "here".into() },
        alive: |_| true,
        failpoints,
        progress: Arc::new(sales_testkit::Watch::default()),
    };
    App::open(ports).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn own_blocks_saved_at_the_same_instant_are_kept() {
    for (times, ends) in [(1, true), (3, true), (1_000, false)] {
        let mut sandbox = Sandbox::start(acme(world())).await;
        sandbox.sync_all(Mode::Default).await;
        let path = sandbox.workspace.profiles_dir().join("acme_inc/context_summary.md");
        sandbox.profile("acme_inc", &format!("stage = \"negotiation\"\n{ACME}"));
        let app = app(&sandbox, Arc::new(Editor { path: path.clone(), times: times.into() })).await;
        let done = app.refresh().await;
        let text = std::fs::read_to_string(&path).unwrap();
        if ends {
            assert_eq!(done.unwrap().edited, []);
            let blocks: Vec<String> = (0..times).rev().map(|n| format!("<!-- mine -->{n}<!-- /mine -->")).collect();
            assert_eq!(sales_model::mine_blocks(&text), blocks);
            assert!(text.contains("negotiation"), "{text}");
            sandbox.verified().await;
        } else {
            let e = done.unwrap_err().to_string();
            assert!(e.contains("context_summary.md") && e.contains("again and again"), "{e}");
            assert_eq!(sales_model::mine_blocks(&text).len(), 20, "nothing is lost");
        }
        assert!(sandbox.tree().keys().all(|path| !path.contains(".local")));
    }
}

/// Between "written" and "recorded" stand bytes that no table knows: they are noted before.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_dead_process_wrote_is_no_edit() {
    let mut sandbox = Sandbox::start(acme(world())).await;
    sandbox.sync_all(Mode::Default).await;
    let expected = sandbox.tree();
    let day = "slack/2024-04-02_yourcompany_acme_poc.json";
    let dir = sandbox.workspace.profiles_dir().join("acme_inc");
    let put =
        |path: &str, text: &str| std::io::Write::write_all(&mut std::fs::File::create(dir.join(path)).unwrap(), text.as_bytes()).unwrap();
    let announced = |path: &str, text: &str| Announced {
        customer: "acme_inc".parse().unwrap(),
        path: path.into(),
        hash: Some(ContentHash::of(text.as_bytes())),
    };
    let store = sandbox.store();
    // Written over a file, written where the next one writes nothing, and announced but not written.
    let left = vec![announced(day, "torn"), announced("slack/2024-04-01_elsewhere.json", "stray"), announced("email/x.md", "never")];
    store.announce(left).await.unwrap();
    put(day, "torn");
    put("slack/2024-04-01_elsewhere.json", "stray");
    let place = format!("slack:{POC}");
    store.touch(Some(std::slice::from_ref(&place)), &[]).await.unwrap();
    let report = sandbox.refresh().await;
    assert_eq!(report.edited, []);
    assert_eq!(sales_testkit::differences(&expected, &sandbox.tree()), Vec::<String>::new());
    assert_eq!(store.announced().await.unwrap(), []);
    sandbox.verified().await;
    // What nobody announced is an edit, and so is what somebody wrote over what was.
    store.announce(vec![announced(day, "torn")]).await.unwrap();
    put(day, "torn, and my remark");
    store.touch(Some(&[place]), &[]).await.unwrap();
    let report = sandbox.refresh().await;
    assert_eq!(report.edited, []);
    sandbox.rebuild().await;
    assert_eq!(std::fs::read_to_string(dir.join(format!("{day}.local"))).unwrap(), "torn, and my remark");
    assert_eq!(sandbox.tree()[&format!("acme_inc/{day}")], expected[&format!("acme_inc/{day}")]);
    sandbox.verified().await;
}
