use sales_connectors::Mode;
use sales_testkit::{Options, Sandbox};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sample_workspace_gives_the_specifications_files() {
    let mut sandbox = Sandbox::start(Options::samples().without_search()).await;
    let report = sandbox.sync_all(Mode::Default).await;
    assert!(report.accounts[0].records.new >= 300, "{:?}", report.accounts[0].records);
    let files = sandbox.slack_files();
    assert!(files.contains(&"acme_inc/slack/2024-03-15_poc_planning.json".to_owned()), "{files:#?}");
    for customer in ["acme_inc", "globex", "northwind_labs"] {
        assert!(files.iter().any(|f| f.starts_with(customer)), "{customer}: {files:#?}");
        let summary = sandbox.summary(customer);
        assert!(summary.len() < 15_000, "a compact context has at most 5,000 tokens of 3 bytes");
        assert!(!summary.contains("overdue"), "whoever promised something in these stories kept it or still has time: {summary}");
    }
    let acme = sandbox.summary("acme_inc");
    let contact = acme.lines().find(|l| l.starts_with("- Last contact from us")).unwrap();
    assert!(contact.contains("(slack/2024-04-05_poc_planning.json#"), "a word among ourselves is no contact: {contact}");
    assert!(acme.contains("\u{201C}Ask Legal today and confirm\u{201D}: Omar Haddad"), "{acme}");
    sandbox.verified().await;
    assert_eq!(sandbox.violations(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bot_and_user_token_agree_on_whole_records() {
    let mut bot = Sandbox::start(Options::samples().without_search()).await;
    bot.sync_all(Mode::Default).await;
    let mut both = Sandbox::start(Options::samples()).await;
    both.sync_all(Mode::Default).await;
    both.set_time("2024-04-09T10:00:00Z");
    both.sync_all(Mode::Audit).await;
    let files = |s: &Sandbox| s.tree().into_iter().filter(|(p, _)| p.contains("/slack/")).collect::<sales_testkit::Tree>();
    let differences = sales_testkit::differences(&files(&bot), &files(&both));
    assert!(differences.is_empty(), "what search brought is refreshed by a pass: {differences:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workspaces_of_the_same_vendor_have_the_same_bytes() {
    let mut trees = Vec::new();
    for concurrency in [1, 8] {
        let mut sandbox = Sandbox::start(Options::samples().without_search().concurrency(concurrency)).await;
        sandbox.sync_all(Mode::Default).await;
        trees.push((sandbox.tree(), sandbox.ledger().await));
    }
    assert_eq!(sales_testkit::differences(&trees[0].0, &trees[1].0), Vec::<String>::new());
    assert_eq!(trees[0].1, trees[1].1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebuild_gives_every_byte_again() {
    let mut sandbox = Sandbox::start(Options::samples().without_search()).await;
    sandbox.sync_all(Mode::Default).await;
    let before = sandbox.tree();
    for path in before.keys().filter(|p| !p.ends_with("profile.toml")) {
        std::fs::remove_file(sandbox.workspace.profiles_dir().join(path)).unwrap();
    }
    let (app, ..) = sandbox.app(sales_testkit::Halt::never()).await;
    app.rebuild().await.unwrap();
    assert_eq!(sales_testkit::differences(&before, &sandbox.tree()), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebuild_changes_nothing_after_a_sync_that_brought_nothing() {
    let mut sandbox = Sandbox::start(Options::samples().without_search()).await;
    sandbox.sync_all(Mode::Default).await;
    sandbox.set_time("2024-04-08T11:30:00Z");
    sandbox.sync_all(Mode::Default).await;
    let before = sandbox.tree();
    let (app, ..) = sandbox.app(sales_testkit::Halt::never()).await;
    app.rebuild().await.unwrap();
    assert_eq!(sales_testkit::differences(&before, &sandbox.tree()), Vec::<String>::new());
}
