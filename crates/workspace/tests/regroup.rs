//! Customers renamed, merged and split: what becomes of their profiles and files, and back.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

use std::{collections::BTreeMap, fs, path::Path};

use sales_files::{ChangeError, RealDisk, Regrouping, Rename, Split, Workspace, resolve};
use sales_model::{CustomerId, Settings};

const ACME: &str = r#"# our biggest deal
name = "ACME Inc"
aliases = ["acme-corp"]
domains = ["acme.dev"]   # theirs
exclude = ["Acme Bricks", "acme records"]
stage = "negotiation"
amount = 600000
currency = "USD"
[slack]
channels = ["acme-poc"]
[[contacts]]
name = "Michael Chen"
email = "michael.chen@acme.dev"
[[contacts]]
name = "Ann"
title = "CFO"   # new
"#;

const BRICKS: &str = r#"name = "ACME Bricks"
aliases = ["bricks", "ACME Corp"]
domains = ["bricks.example", "acme.dev"]
exclude = ["acme", "brickset", "ACME Inc"]
owner = "jo@yourcompany.com"
stage = "discovery"
amount = 5
currency = "EUR"
next_step = "call"
competitors = ["Lego"]
[slack]
channels = ["acme-poc", "bricks-*"]
team_ids = ["T1"]
[gong]
crm_account_ids = ["001A"]
[[contacts]]
name = "M. Chen"
email = "michael.chen@acme.dev"
title = "CTO"
role = "champion"
[[contacts]]
name = "ann"
email = "ann@bricks.example"
title = "COO"
[[contacts]]
name = "Michael Chen"
email = "michael@bricks.example"
role = "boss"
[[contacts]]
email = "nobody@bricks.example"
"#;

fn id(text: &str) -> CustomerId {
    text.parse().unwrap()
}

fn put(ws: &Workspace, path: &str, text: &str) {
    let path = ws.profiles_dir().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn workspace() -> (tempfile::TempDir, Workspace) {
    let dir = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(dir.path()).unwrap();
    let ws = Workspace::init(&RealDisk::within(&root), &root, &Settings::default()).unwrap();
    put(&ws, "acme_inc/profile.toml", ACME);
    put(&ws, "acme_bricks/profile.toml", BRICKS);
    put(&ws, "acme_inc/notes/Call.md", "ours");
    put(&ws, "acme_bricks/notes/call.md", "theirs");
    put(&ws, "acme_bricks/notes/plan.md", "plan");
    put(&ws, "acme_bricks/emails/old.eml", "From: a@b.example\n\nx");
    put(&ws, "acme_bricks/slack/sketch.txt", "mine");
    let slack = r##"{"source": "slack", "channel": "#x", "channel_id": "C1", "customer": "acme_bricks"}"##;
    put(&ws, "acme_bricks/slack/2024-03-15_x.json", slack);
    put(&ws, "acme_bricks/insights.json", "{}");
    put(&ws, "acme_bricks/context_summary.md", "# x\n\n<!-- mine -->b<!-- /mine -->\n");
    put(&ws, "acme_inc/context_summary.md", "# x\n\n<!-- mine -->a<!-- /mine -->\n");
    (dir, ws)
}

fn tree(ws: &Workspace) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    let mut todo = vec![ws.profiles_dir()];
    while let Some(dir) = todo.pop() {
        for entry in fs::read_dir(&dir).unwrap() {
            let path = entry.unwrap().path();
            let shown = path.strip_prefix(ws.profiles_dir()).unwrap().display().to_string();
            if path.is_dir() { todo.push(path) } else { _ = out.insert(shown, fs::read_to_string(path).unwrap()) }
        }
    }
    out
}

fn made(ws: &Workspace, plan: &dyn Fn() -> Result<Regrouping, ChangeError>) -> Regrouping {
    let regrouping = plan().unwrap();
    let now = "2024-04-08T09:00:00Z".parse().unwrap();
    let before = tree(ws);
    let change = ws.make_change(&ws.disk(), now, &|| Ok(plan()?.plan)).unwrap();
    assert_eq!(change.plan, regrouping.plan, "what was shown is what was done");
    let after = tree(ws);
    // There and back again: all but what the program makes again.
    let people = |tree: &BTreeMap<String, String>| {
        let own =
            |path: &str, text: &String| if path.ends_with("summary.md") { sales_model::mine_blocks(text).concat() } else { text.clone() };
        let kept = tree.iter().filter(|(path, _)| !path.ends_with("insights.json"));
        kept.map(|(path, text)| (path.clone(), own(path, text))).filter(|(_, text)| !text.is_empty()).collect::<BTreeMap<_, _>>()
    };
    let back = ws.undo(&ws.disk(), now, change.id).unwrap();
    assert_eq!(people(&tree(ws)), people(&before));
    ws.undo(&ws.disk(), now, back.id).unwrap();
    assert_eq!(people(&tree(ws)), people(&after));
    regrouping
}

fn reaches(ws: &Workspace, name: &str) -> String {
    resolve(name, &ws.customers(&ws.disk()).unwrap()).map_or_else(|e| e.to_string(), |id| id.to_string())
}

fn shown(ws: &Workspace, e: &ChangeError) -> String {
    format!("{e}\n-> {}", e.next()).replace(ws.root().to_str().unwrap(), "DIR")
}

#[test]
fn one_customer_becomes_a_part_of_another() {
    let (_dir, ws) = workspace();
    let regrouping = made(&ws, &|| ws.plan_merge(&ws.disk(), "customer merge", &id("acme_bricks"), &id("acme_inc")));
    let tree = tree(&ws);
    insta::assert_snapshot!(tree["acme_inc/profile.toml"], @r#"
    # our biggest deal
    name = "ACME Inc"
    aliases = ["acme-corp", "ACME Bricks", "bricks"]
    domains = ["acme.dev", "bricks.example"]   # theirs
    exclude = ["acme records", "brickset"]
    stage = "negotiation"
    amount = 600000
    currency = "USD"
    competitors = ["Lego"]
    owner = "jo@yourcompany.com"
    next_step = "call"
    [slack]
    channels = ["acme-poc", "bricks-*"]
    team_ids = ["T1"]
    [[contacts]]
    name = "Michael Chen"
    email = "michael.chen@acme.dev"
    title = "CTO"
    role = "champion"
    [[contacts]]
    name = "Ann"
    title = "CFO"   # new
    email = "ann@bricks.example"

    [[contacts]]
    name = "Michael Chen"
    email = "michael@bricks.example"
    role = "boss"

    [[contacts]]
    email = "nobody@bricks.example"

    [gong]
    crm_account_ids = ["001A"]
    "#);
    insta::assert_snapshot!(regrouping.lost.iter().map(|(k, v)| format!("{k}: {v}\n")).collect::<String>(), @r"
    exclude: Acme Bricks
    exclude: acme
    exclude: ACME Inc
    stage: discovery
    amount: 5
    currency: EUR
    contacts.title: ann: COO
    ");
    let files: Vec<&str> = tree.keys().map(String::as_str).collect();
    // What the program wrote from records stays until it is made again.
    insta::assert_debug_snapshot!(files, @r#"
    [
        "acme_bricks/slack/2024-03-15_x.json",
        "acme_inc/context_summary.md",
        "acme_inc/emails/old.eml",
        "acme_inc/notes/Call.md",
        "acme_inc/notes/call_2.md",
        "acme_inc/notes/plan.md",
        "acme_inc/profile.toml",
        "acme_inc/slack/sketch.txt",
    ]
    "#);
    assert_eq!(tree["acme_inc/notes/call_2.md"], "theirs");
    assert_eq!(tree["acme_inc/context_summary.md"], "# x\n\n<!-- mine -->a<!-- /mine -->\n\n<!-- mine -->b<!-- /mine -->\n");
    for name in ["acme_bricks", "ACME Bricks", "bricks", "acme-corp"] {
        assert_eq!(reaches(&ws, name), "acme_inc");
    }
}

#[test]
fn a_new_name() {
    let (_dir, ws) = workspace();
    let rename = |name: &str, new: Option<&str>, keep| Rename { customer: id("acme_inc"), name: name.into(), id: new.map(id), keep };
    let plan = |r: &Rename| ws.plan_rename(&ws.disk(), "customer rename", r);
    made(&ws, &|| plan(&rename("ACME Group", None, true)));
    assert!(
        tree(&ws)["acme_inc/profile.toml"]
            .starts_with("# our biggest deal\nname = \"ACME Group\"\naliases = [\"acme-corp\", \"ACME Inc\"]\n")
    );
    assert_eq!(plan(&rename("ACME Group", None, true)).unwrap().plan.files, []);
    for (r, what) in [
        (rename("bricks", None, true), "taken"),
        (rename("ACME Group", Some("acme_bricks"), true), "taken"),
        (rename(" ", None, true), "empty"),
    ] {
        assert!(plan(&r).is_err(), "{what}");
    }
    put(&ws, "acme_group/left.txt", "x");
    insta::assert_snapshot!(shown(&ws, &plan(&rename("A", Some("acme_group"), true)).unwrap_err()), @r"
    something stands in DIR/customers/profiles/acme_group already
    -> Move it away: ls -la DIR/customers/profiles/acme_group
    ");
}

#[test]
fn a_new_id() {
    for keep in [true, false] {
        let (_dir, ws) = workspace();
        let rename = Rename { customer: id("acme_bricks"), name: "Bricks & Co".into(), id: Some(id("bricks_co")), keep };
        made(&ws, &|| ws.plan_rename(&ws.disk(), "customer rename", &rename));
        let tree = tree(&ws);
        let moved: Vec<&str> = tree.keys().filter_map(|p| p.strip_prefix("bricks_co/")).collect();
        assert_eq!(moved, ["context_summary.md", "emails/old.eml", "notes/call.md", "notes/plan.md", "profile.toml", "slack/sketch.txt"]);
        let aliases = tree["bricks_co/profile.toml"].lines().nth(1).unwrap();
        if keep {
            assert_eq!(aliases, r#"aliases = ["bricks", "ACME Corp", "ACME Bricks"]"#);
            assert_eq!(reaches(&ws, "acme_bricks"), "bricks_co", "the old id and the old name are one");
        } else {
            assert_eq!(aliases, r#"aliases = ["bricks", "ACME Corp"]"#);
        }
    }
}

#[test]
fn a_part_becomes_a_customer() {
    let (_dir, ws) = workspace();
    let pairs = |all: &[(&str, &str)]| all.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let split = Split {
        from: id("acme_bricks"),
        name: "Bricks".into(),
        id: None,
        elements: pairs(&[
            ("domains", "bricks.example"),
            ("slack.channels", "bricks-*"),
            ("aliases", "bricks"),
            ("gong.crm_account_ids", "001A"),
        ]),
        contacts: vec!["ann@bricks.example".into(), "Michael Chen".into()],
    };
    let plan = |s: &Split| ws.plan_split(&ws.disk(), "customer split", s);
    insta::assert_snapshot!(shown(&ws, &plan(&Split { elements: pairs(&[("domains", "bricks.example")]), ..split.clone() }).unwrap_err()), @r#"
    acme_bricks has the name or alias "Bricks" itself
    -> If it is an alias, let it move too, with --alias
    "#);
    insta::assert_snapshot!(shown(&ws, &plan(&Split { elements: pairs(&[("domains", "x.example")]), ..split.clone() }).unwrap_err()), @r#"
    `domains` can't be changed so: "x.example" is not in it
    -> sales customer edit --help shows the keys
    "#);
    insta::assert_snapshot!(shown(&ws, &plan(&Split { contacts: vec!["Eve".into()], ..split.clone() }).unwrap_err()), @r#"
    `contacts` can't be changed so: "Eve" is not among them
    -> sales customer edit --help shows the keys
    "#);
    insta::assert_snapshot!(shown(&ws, &plan(&Split { elements: Vec::new(), contacts: Vec::new(), ..split.clone() }).unwrap_err()), @r"
    nothing was named that would move to the new customer
    -> sales customer split --help shows what can be given
    ");
    insta::assert_snapshot!(shown(&ws, &plan(&Split { name: "acme-corp".into(), ..split.clone() }).unwrap_err()), @r#"
    there is a customer "acme-corp" already: acme_inc
    -> sales customer show acme_inc
    "#);
    made(&ws, &|| plan(&split));
    let tree = tree(&ws);
    insta::assert_snapshot!(tree["bricks/profile.toml"], @r#"
    name = "Bricks"
    aliases = ["bricks"]
    domains = ["bricks.example"]   # mail and web domains, such as ["acme.dev"]
    # owner = "jo@yourcompany.com"
    # stage = "discovery"   # workspace.toml lists the stages
    # amount = 600000
    # currency = "USD"
    # close_date = 2024-06-30
    # next_step = "security review"
    # competitors = []   # beside those of workspace.toml
    # exclude = []   # phrases that mean somebody else

    [slack]
    channels = ["bricks-*"]   # names, ids or globs

    [gong]
    crm_account_ids = ["001A"]

    [[contacts]]
    name = "ann"
    email = "ann@bricks.example"
    title = "COO"

    [[contacts]]
    name = "Michael Chen"
    email = "michael@bricks.example"
    role = "boss"

    # [[contacts]]
    # name = "Michael Chen"
    # email = "michael.chen@acme.dev"
    # title = "CTO"
    # role = "economic_buyer"   # or champion, decision_maker, influencer, user, blocker
    "#);
    insta::assert_snapshot!(tree["acme_bricks/profile.toml"], @r#"
    name = "ACME Bricks"
    aliases = ["ACME Corp"]
    domains = ["acme.dev"]
    exclude = ["acme", "brickset", "ACME Inc"]
    owner = "jo@yourcompany.com"
    stage = "discovery"
    amount = 5
    currency = "EUR"
    next_step = "call"
    competitors = ["Lego"]
    [slack]
    channels = ["acme-poc"]
    team_ids = ["T1"]
    [gong]
    crm_account_ids = []
    [[contacts]]
    name = "M. Chen"
    email = "michael.chen@acme.dev"
    title = "CTO"
    role = "champion"
    [[contacts]]
    email = "nobody@bricks.example"
    "#);
    assert!(Path::new(&ws.customer_dir(&id("acme_bricks"))).join("notes/plan.md").exists());
}

proptest::proptest! {
    /// Whatever a table holds, nothing breaks, and what it does is taken back to the same bytes.
    #[test]
    fn any_table(cells in proptest::collection::vec(proptest::collection::vec("[ -~\"\n;,=é]{0,12}|acme.dev|bricks|ACME Inc|5", 4), 0..8), raw: Vec<u8>) {
        let (_dir, ws) = workspace();
        let (disk, settings) = (ws.disk(), Settings::default());
        let plan = |bytes: &[u8]| ws.plan_table(&disk, &settings, "customer add --from t.csv", bytes);
        let _ = plan(&raw);
        let rows: Vec<String> = cells.iter().map(|row| row.join(",")).collect();
        let table = format!("name,domain,alias,amount\n{}\n", rows.join("\n"));
        let before = tree(&ws);
        let now = "2024-04-08T09:00:00Z".parse().unwrap();
        match ws.make_change(&disk, now, &|| Ok(plan(table.as_bytes())?.plan)) {
            Ok(change) => {
                assert!(ws.customers(&disk).unwrap().iter().all(|(_, p)| p.is_ok()));
                ws.undo(&disk, now, change.id).unwrap();
            }
            Err(e) => assert!(matches!(e, ChangeError::Nothing), "{e}"),
        }
        assert_eq!(tree(&ws), before);
    }
}
