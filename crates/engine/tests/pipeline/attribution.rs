//! Whose a channel is.

use sales_connectors::Mode;
use sales_model::{RecordId, Rule, Scope};
use sales_testkit::{Halt, Sandbox};

use super::*;

const JOINT: &str = "C0JOINT001";

fn owner(name: &str, channels: &str) -> String {
    format!("name = \"{name}\"\n[slack]\nchannels = [{channels}]\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_equal_claims_go_to_the_review_list_and_in_no_folder() {
    // Each customer's team is in the channel: neither has the better claim.
    let first = ts("2024-04-02T09:00:00Z", 100);
    let channel = serde_json::json!({"id": JOINT, "name": "three-party", "is_shared": true, "is_ext_shared": true,
        "conversation_host_id": "T0OURS0001", "shared_team_ids": ["T0OURS0001", "T0ACME0001", "T0GLOBEX01"], "internal_team_ids": ["T0OURS0001"]});
    let world = company().place(channel, &[MIKE]).says(JOINT, &first, MIKE, "Who is who here?");
    let profile = |name: &str, team: &str| format!("name = \"{name}\"\n[slack]\nteam_ids = [\"{team}\"]\n");
    let options =
        Options::slack(world).customer("acme_inc", &profile("ACME Inc", "T0ACME0001")).customer("globex", &profile("Globex", "T0GLOBEX01"));
    let mut sandbox = Sandbox::start(options).await;
    let report = sandbox.sync_all(Mode::Default).await;
    assert_eq!(report.review, 1);
    let doubts = sandbox.store().doubts().await.unwrap();
    let who: Vec<_> = doubts[0].candidates.iter().map(|c| c.customer.as_str()).collect();
    assert_eq!(who, ["acme_inc", "globex"], "{doubts:#?}");
    assert_eq!(doubts[0].scope, Scope::Place { place: format!("slack:{JOINT}") });
    assert!(!doubts[0].decide.is_empty());
    assert!(sandbox.slack_files().iter().all(|f| !f.contains("three_party")), "{:?}", sandbox.slack_files());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_that_two_profiles_name_is_in_both_folders() {
    let world = company().channel(JOINT, "joint-project", &[]).says(JOINT, &ts("2024-04-02T09:00:00Z", 100), JO, "For both of you.");
    let options = Options::slack(world)
        .customer("acme_inc", &owner("ACME Inc", "\"joint-project\""))
        .customer("globex", &owner("Globex", "\"joint-*\""));
    let mut sandbox = Sandbox::start(options).await;
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(sandbox.slack_files(), ["acme_inc/slack/2024-04-02_joint_project.json", "globex/slack/2024-04-02_joint_project.json"]);
    let (mut a, b) =
        (sandbox.file("acme_inc/slack/2024-04-02_joint_project.json"), sandbox.file("globex/slack/2024-04-02_joint_project.json"));
    assert_eq!((&a["customer"], &b["customer"]), (&"acme_inc".into(), &"globex".into()));
    a["customer"] = "globex".into();
    assert_eq!(a, b);
    assert_eq!(sandbox.requests(0, "conversations.history", Some(JOINT)), 1, "fetched once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thread_with_the_customers_person_is_the_customers_in_a_channel_of_nobody() {
    let first = ts("2024-04-02T09:00:00Z", 100);
    let later = ts_plus(&first, 3_600);
    let world = company()
        .guest("U0GUEST001", "Maria Diaz", "maria.diaz@acme.dev")
        .channel("C0GENERAL1", "general", &["U0GUEST001"])
        .says("C0GENERAL1", &first, "U0GUEST001", "We have a question about limits.")
        .replies("C0GENERAL1", &first, &ts_plus(&first, 60), PRIYA, "Which ones?")
        .says("C0GENERAL1", &later, JO, "Lunch?");
    let mut sandbox = Sandbox::start(acme(world)).await;
    sandbox.sync_all(Mode::Default).await;
    let file = sandbox.file("acme_inc/slack/2024-04-02_general.json");
    assert_eq!(texts(&file), ["We have a question about limits."], "the thread, and not the rest of the channel");
    assert_eq!(replies(&file, 0), ["Which ones?"]);
    let (app, ..) = sandbox.app(Halt::never()).await;
    let why = app.explain(&RecordId(format!("slack:C0GENERAL1:{first}").into())).await.unwrap().unwrap();
    assert_eq!(why.attributions.len(), 1, "{why:#?}");
    assert!(matches!(why.attributions[0].rule, Rule::Address | Rule::Domain), "{why:#?}");
    assert!(why.attributions[0].reason.contains("acme.dev"), "{why:#?}");
    assert_eq!(why.files, ["customers/profiles/acme_inc/slack/2024-04-02_general.json"]);
    let other = app.explain(&RecordId(format!("slack:C0GENERAL1:{later}").into())).await.unwrap().unwrap();
    assert_eq!((other.attributions.len(), other.files.len()), (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_alone_binds_nothing() {
    let world = SlackWorld::new().channel("C0BRICKS01", "acme-bricks", &[]).says(
        "C0BRICKS01",
        &ts("2024-04-02T09:00:00Z", 100),
        JO,
        "About walls.",
    );
    let mut sandbox = Sandbox::start(Options::slack(world).customer("acme_inc", "name = \"ACME\"\naliases = [\"acme\"]\n")).await;
    let report = sandbox.sync_all(Mode::Default).await;
    assert_eq!(sandbox.slack_files(), Vec::<String>::new());
    assert_eq!(report.review, 1, "it is asked about");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pattern_of_the_workspace_binds() {
    let world = SlackWorld::new().channel("C0EXTACME1", "ext-acme", &[]).says("C0EXTACME1", &ts("2024-04-02T09:00:00Z", 100), JO, "Hi.");
    let options = Options::slack(world)
        .customer("acme_inc", "name = \"ACME Inc\"\naliases = [\"acme\"]\n")
        .settings(|s| s.slack.channel_patterns = vec!["ext-{alias}".into()]);
    let mut sandbox = Sandbox::start(options).await;
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(sandbox.slack_files(), ["acme_inc/slack/2024-04-02_ext_acme.json"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_profile_moves_the_files_without_a_call() {
    let world = company().says(POC, &ts("2024-04-02T09:00:00Z", 100), MIKE, "Whose am I?");
    let options =
        Options::slack(world).customer("acme_inc", &owner("ACME Inc", &format!("\"{POC}\""))).customer("globex", &owner("Globex", ""));
    let mut sandbox = Sandbox::start(options).await;
    sandbox.sync_all(Mode::Default).await;
    let mark = sandbox.mark();
    assert_eq!(sandbox.slack_files(), ["acme_inc/slack/2024-04-02_yourcompany_acme_poc.json"]);
    sandbox.profile("acme_inc", &owner("ACME Inc", ""));
    sandbox.profile("globex", &owner("Globex", &format!("\"{POC}\"")));
    let (app, ..) = sandbox.app(Halt::never()).await;
    app.refresh().await.unwrap();
    assert_eq!(sandbox.slack_files(), ["globex/slack/2024-04-02_yourcompany_acme_poc.json"]);
    assert_eq!(sandbox.since(mark), Vec::<String>::new());
    sandbox.verified().await;
    sandbox.profile("globex", &owner("Globex", ""));
    let (app, ..) = sandbox.app(Halt::never()).await;
    app.refresh().await.unwrap();
    assert_eq!(sandbox.slack_files(), Vec::<String>::new());
}

/// A guest of ACME's in a channel of ours; the rest of it is nobody's.
const GUEST: &str = "U0GUEST001";
const GENERAL: &str = "C0GENERAL1";

fn general() -> SlackWorld {
    let first = ts("2024-04-02T09:00:00Z", 100);
    company()
        .guest(GUEST, "Maria Diaz", "maria.diaz@acme.dev")
        .channel(GENERAL, "general", &[GUEST])
        .says(GENERAL, &first, GUEST, "A question about limits.")
        .says(GENERAL, &ts_plus(&first, 60), JO, "Lunch?")
}

fn domain(domains: &str) -> String {
    format!("name = \"ACME Inc\"\ndomains = [{domains}]\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_domain_taken_out_of_the_profile_takes_its_conversations_back() {
    let file = "acme_inc/slack/2024-04-02_general.json";
    let mut sandbox = Sandbox::start(Options::slack(general()).customer("acme_inc", &domain("\"acme.dev\""))).await;
    sandbox.sync_all(Mode::Default).await;
    let before = sandbox.text(file);
    sandbox.profile("acme_inc", &domain("\"acme.example\""));
    sandbox.app(Halt::never()).await.0.refresh().await.unwrap();
    assert_eq!(sandbox.slack_files(), Vec::<String>::new());
    assert_eq!(sandbox.store().attributions().await.unwrap(), []);
    assert!(!sandbox.summary("acme_inc").contains("limits"), "{}", sandbox.summary("acme_inc"));
    // Nor does what is said there later come back.
    sandbox.set_time("2024-04-08T10:00:00Z");
    sandbox.event(serde_json::json!({"do": "new_message", "channel": GENERAL, "user": GUEST, "text": "Another question."}));
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(sandbox.slack_files(), Vec::<String>::new());
    sandbox.verified().await;
    // With the domain it is all there again, byte for byte.
    sandbox.profile("acme_inc", &domain("\"acme.dev\""));
    sandbox.app(Halt::never()).await.0.refresh().await.unwrap();
    assert_eq!(sandbox.text(file), before);
    assert_eq!(texts(&sandbox.file("acme_inc/slack/2024-04-08_general.json")), ["Another question."]);
    sandbox.verified().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_folder_of_a_customer_who_was_deleted_is_not_made_again() {
    let options = Options::slack(general()).customer("acme_inc", &domain("\"acme.dev\"")).customer("globex", &owner("Globex", ""));
    let mut sandbox = Sandbox::start(options).await;
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(sandbox.slack_files(), ["acme_inc/slack/2024-04-02_general.json"]);
    sandbox.delete("acme_inc");
    sandbox.set_time("2024-04-08T10:00:00Z");
    sandbox.event(serde_json::json!({"do": "new_message", "channel": GENERAL, "user": GUEST, "text": "Is anybody there?"}));
    let thread = ts("2024-04-02T09:00:00Z", 100);
    sandbox.event(serde_json::json!({"do": "late_reply", "channel": GENERAL, "thread": thread, "user": JO, "text": "We are."}));
    sandbox.sync_all(Mode::Default).await;
    let folders: Vec<String> = sandbox.tree().into_keys().filter(|p| !p.starts_with("globex/")).collect();
    assert_eq!(folders, Vec::<String>::new());
    assert!(!sandbox.workspace.customer_dir(&"acme_inc".parse().unwrap()).exists());
    assert_eq!(sandbox.store().attributions().await.unwrap(), []);
    sandbox.verified().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_page_decided_while_another_process_decided_everything_is_not_lost() {
    const INPUTS: &str = "attribution_inputs";
    let mut sandbox = Sandbox::start(Options::slack(general()).customer("acme_inc", &domain("\"acme.dev\""))).await;
    sandbox.sync_all(Mode::Default).await;
    let (before, inputs) = (sandbox.store().attributions().await.unwrap(), sandbox.store().get(INPUTS).await.unwrap().unwrap());
    sandbox.set_time("2024-04-08T10:00:00Z");
    sandbox.event(serde_json::json!({"do": "new_message", "channel": GENERAL, "user": GUEST, "text": "Another question."}));
    sandbox.sync_all(Mode::Default).await;
    let (after, tree) = (sandbox.store().attributions().await.unwrap(), sandbox.tree());
    assert_eq!((before.len(), after.len()), (1, 2));
    // The other process looked before the page, and writes what it decided after it.
    sandbox.store().attribute(&[format!("slack:{GENERAL}")], &before, &[]).await.unwrap();
    sandbox.store().set(INPUTS, &inputs).await.unwrap();
    assert_eq!(sandbox.store().attributions().await.unwrap(), before);
    sandbox.app(Halt::never()).await.0.refresh().await.unwrap();
    assert_eq!(sandbox.store().attributions().await.unwrap(), after);
    assert_eq!(sandbox.tree(), tree);
    sandbox.verified().await;
}

/// A channel that a pattern gives to ACME, in which people of these addresses speak, one message each, at 9:00, 9:01, ...
fn patterned(addresses: &[&str]) -> Options {
    let (first, mut world) = (ts("2024-04-02T09:00:00Z", 100), SlackWorld::new().channel("C0EXTACME1", "ext-acme-x", &[]));
    for (n, address) in addresses.iter().enumerate() {
        let id = format!("U0EXT0000{n}");
        world = world.guest(&id, "Somebody", address).says("C0EXTACME1", &ts_plus(&first, 60 * n as i64), &id, &format!("From {address}."));
    }
    let acme = format!("{}aliases = [\"acme\"]\n", domain("\"acme.dev\""));
    Options::slack(world)
        .customer("acme_inc", &acme)
        .customer("globex", "name = \"Globex\"\ndomains = [\"globex.example\"]\n")
        .settings(|s| s.slack.channel_patterns = vec!["ext-{alias}-x".into()])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pattern_never_puts_what_another_customer_says_into_the_folder() {
    let mut sandbox = Sandbox::start(patterned(&["eve@globex.example", "jo@yourcompany.com"])).await;
    let report = sandbox.sync_all(Mode::Default).await;
    let file = "globex/slack/2024-04-02_ext_acme_x.json";
    assert_eq!(sandbox.slack_files(), [file]);
    assert_eq!(texts(&sandbox.file(file)), ["From eve@globex.example."]);
    let written: Vec<_> = report.customers.iter().map(|c| (c.customer.as_str(), c.files)).collect();
    assert_eq!(written, [("acme_inc", 2), ("globex", 3)], "the contexts, and no file that was written first and removed later");
    let doubts = sandbox.store().doubts().await.unwrap();
    assert_eq!((report.review, doubts.len()), (1, 1));
    let told: Vec<_> = doubts[0].candidates.iter().map(|c| (c.customer.as_str(), c.reason.as_str())).collect();
    let by_domain = "eve@globex.example takes part, who writes from a domain of the profile";
    assert_eq!(told, [("acme_inc", "the name matches the pattern `ext-{alias}-x` with `acme`"), ("globex", by_domain)]);
    sandbox.verified().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_place_that_was_given_away_is_taken_back_when_another_customer_speaks_there() {
    let mut sandbox = Sandbox::start(patterned(&["lisa@acme.dev", "jo@yourcompany.com"])).await;
    sandbox.sync_all(Mode::Default).await;
    let file = "acme_inc/slack/2024-04-02_ext_acme_x.json";
    assert_eq!(texts(&sandbox.file(file)), ["From lisa@acme.dev.", "From jo@yourcompany.com."], "one clear owner has the whole place");
    sandbox.set_time("2024-04-08T10:00:00Z");
    let eve = serde_json::json!({"id": "U0EVE00001", "name": "eve", "profile": {"real_name": "Eve", "email": "eve@globex.example"}});
    sandbox.event(serde_json::json!({"do": "add_user", "user": eve}));
    sandbox.event(serde_json::json!({"do": "new_message", "channel": "C0EXTACME1", "user": "U0EVE00001", "text": "Hello from Globex."}));
    let report = sandbox.sync_all(Mode::Default).await;
    assert_eq!(sandbox.slack_files(), [file, "globex/slack/2024-04-08_ext_acme_x.json"]);
    assert_eq!(texts(&sandbox.file(file)), ["From lisa@acme.dev."], "what nobody of theirs takes part in waits for the user's word");
    assert_eq!(texts(&sandbox.file("globex/slack/2024-04-08_ext_acme_x.json")), ["Hello from Globex."]);
    assert_eq!(report.review, 1);
    // The user's word settles it.
    sandbox.profile("acme_inc", &owner("ACME Inc", "\"ext-acme-x\""));
    let report = sandbox.app(Halt::never()).await.0.refresh().await.unwrap();
    assert_eq!(sandbox.slack_files(), [file, "acme_inc/slack/2024-04-08_ext_acme_x.json"]);
    assert_eq!(report.review, 0);
    sandbox.verified().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_customer_of_whom_only_a_domain_is_known_is_found_on_the_first_sync() {
    let options = Options::slack(general()).customer("acme_inc", &domain("\"acme.dev\"")).customer("globex", &owner("Globex", ""));
    let mut sandbox = Sandbox::start(options).await;
    Sandbox::complete(&sandbox.sync_for("acme_inc", Mode::Default).await);
    assert_eq!(texts(&sandbox.file("acme_inc/slack/2024-04-02_general.json")), ["A question about limits."]);
    let notices = |sandbox: &Sandbox| sandbox.told.iter().filter(|t| t.starts_with("notice: ")).cloned().collect::<Vec<_>>();
    assert_eq!(
        notices(&sandbox),
        ["notice: acme_inc: no place in slack:default is known to be theirs yet; what belongs to nobody is read, to see who speaks where"]
    );
    // From then on its places, and what is shared with another company and nobody's.
    sandbox.set_time("2024-04-08T10:00:00Z");
    let mark = sandbox.mark();
    Sandbox::complete(&sandbox.sync_for("acme_inc", Mode::Default).await);
    assert_eq!((sandbox.requests(mark, "conversations.history", Some(GENERAL)), notices(&sandbox)), (1, vec![]));
    assert_eq!(sandbox.requests(mark, "conversations.history", Some(POC)), 1);
    // Of another one there is nothing: it is said, with what to do.
    Sandbox::complete(&sandbox.sync_for("globex", Mode::Default).await);
    assert_eq!(
        notices(&sandbox)[1..],
        ["notice: nothing in what was read belongs to globex: name its channels or mail domains with `sales customer edit globex \
          --channel NAME --domain DOMAIN`; `sales match list` shows what could not be decided"]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_of_the_profile_that_the_app_cannot_see_is_missing_data() {
    let mut world = company().says(POC, &ts("2024-04-02T09:00:00Z", 100), JO, "Seen.");
    world.0.add_channel(serde_json::json!({"id": "C0WARROOM1", "name": "acme-war-room", "members": [JO], "creator": JO})).unwrap();
    let channels = "\"#yourcompany-acme-poc\", \"acme-war-room\", \"C0MISTYPED\", \"acme-later-*\"";
    let mut sandbox = Sandbox::start(Options::slack(world).customer("acme_inc", &owner("ACME Inc", channels))).await;
    let missing = |sandbox: &Sandbox| {
        let summary = sandbox.summary("acme_inc");
        summary.lines().filter(|l| l.contains("named in profile.toml")).map(str::to_owned).collect::<Vec<_>>()
    };
    // Nothing can be said before the channels were listed.
    sandbox.app(Halt::never()).await.0.refresh().await.unwrap();
    assert_eq!(missing(&sandbox), Vec::<String>::new());
    sandbox.sync_all(Mode::Default).await;
    let line = |name: &str| {
        format!("- Slack: channel \\`{name}\\` named in profile.toml is not visible to the Slack app: /invite it, or correct the name")
    };
    assert_eq!(missing(&sandbox), [line("C0MISTYPED"), line("acme-war-room")]);
    sandbox.set_time("2024-04-08T10:00:00Z");
    sandbox.event(serde_json::json!({"do": "invite_bot", "channel": "C0WARROOM1"}));
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(missing(&sandbox), [line("C0MISTYPED")]);
}
