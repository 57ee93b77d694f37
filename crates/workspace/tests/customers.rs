//! Profiles: read, resolved, added, edited.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

use std::{fs, path::Path};

use proptest::prelude::*;
use sales_files::{
    Customers, Disk, Edit, EditError, Fault, FaultDisk, NewCustomer, NoDomain, RealDisk, Workspace, keep_telling_domains, no_domain,
    parse_profile, resolve, shared_names,
};
use sales_model::{Contact, CustomerId, Profile, Settings};

/// The example of the documentation, with comments as people leave them.
const ACME: &str = r#"# our biggest deal
name = "ACME Inc"
aliases = ["acme-corp", "ACME Corp"]
domains = ["acme.dev"]                      # mail and web domains
exclude = ["acme bricks"]                   # phrases that mean somebody else
owner = "jo@yourcompany.com"
stage = "negotiation"                       # workspace.toml lists the stages
amount = 600000
currency = "USD"
close_date = 2024-06-30
competitors = ["Vercel"]
[slack]
channels = ["yourcompany-acme-poc", "C0123ABCD"]   # names, ids or globs
[gong]
crm_account_ids = ["001..."]
# the people
[[contacts]]
name = "Michael Chen"
email = "Michael.Chen@acme.dev"
title = "CTO"
role = "economic_buyer"                     # he signs
"#;

struct Fixture {
    _dir: tempfile::TempDir,
    ws: Workspace,
    disk: RealDisk,
}

fn fixture(profiles: &[(&str, &str)]) -> Fixture {
    let dir = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(dir.path()).unwrap();
    let disk = RealDisk::within(&root);
    let ws = Workspace::init(&disk, &root, &Settings::default()).unwrap();
    for (id, text) in profiles {
        put(&ws, id, text.as_bytes());
    }
    Fixture { _dir: dir, ws, disk }
}

fn put(ws: &Workspace, id: &str, bytes: &[u8]) {
    let folder = ws.profiles_dir().join(id);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("profile.toml"), bytes).unwrap();
}

fn id(text: &str) -> CustomerId {
    text.parse().unwrap()
}

fn text(f: &Fixture, of: &str) -> String {
    fs::read_to_string(f.ws.profile_path(&id(of))).unwrap()
}

fn shown(f: &Fixture, text: impl std::fmt::Display) -> String {
    text.to_string().replace(f.ws.root().to_str().unwrap(), "DIR")
}

#[test]
fn reads_the_documented_profile() {
    let profile = parse_profile(Path::new("profile.toml"), ACME).unwrap();
    assert_eq!(profile.close_date.as_deref(), Some("2024-06-30"));
    assert_eq!(profile.amount, Some(600_000.0));
    assert_eq!(profile.slack.channels, ["yourcompany-acme-poc", "C0123ABCD"]);
    assert_eq!(profile.contacts[0].email.as_deref(), Some("michael.chen@acme.dev"));
    let quoted = ACME.replace("2024-06-30", "\"2024-06-30\"");
    assert_eq!(parse_profile(Path::new("profile.toml"), &quoted).unwrap(), profile);
    let schema: serde_json::Value = serde_json::from_str(
        &fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schemas/profile.schema.json")).unwrap(),
    )
    .unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let json: serde_json::Value = toml::from_str(&quoted).unwrap();
    assert_eq!(validator.iter_errors(&json).map(|e| e.to_string()).collect::<Vec<_>>(), Vec::<String>::new());
    assert!(!validator.is_valid(&serde_json::json!({"name": "A", "domains": "a.dev"})));
}

#[test]
fn a_broken_profile_stands_beside_the_good_ones() {
    let f = fixture(&[("acme_inc", ACME), ("globex", "name = \"Globex\"\n")]);
    fs::create_dir_all(f.ws.profiles_dir().join("only_notes/notes")).unwrap();
    fs::create_dir_all(f.ws.profiles_dir().join("folder_there/profile.toml")).unwrap();
    fs::write(f.ws.profiles_dir().join("stray.txt"), "x").unwrap();
    let canary = "xoxb-canary";
    for (name, bytes) in [
        ("b01", "name = \"A\"\ndomains = \"acme.dev\"\n".to_owned()),
        ("b02", "# nothing\n".to_owned()),
        ("b03", "name = \"A\"\n\nclose_date = \"soon\"\n".to_owned()),
        ("b04", format!("name = \"A\"\namount = \"{canary}\"\n")),
        ("b05", "name = \"A\"\ncurrency = \"dollars\"\n".to_owned()),
        ("b06", "name = \"A\"\namount = -1\n".to_owned()),
        ("b07", "name = \"A\"\ndomains = [\"a b\"]\n".to_owned()),
        ("b08", "name = \"A\"\n[[contacts]]\ntitle = \"CTO\"\n".to_owned()),
        ("b09", "name = \"A\"\nname = \"B\"\n".to_owned()),
        ("b10", "name = [\n".to_owned()),
        ("b11", "name = \"A\"\nclose_date = 10:30:00\n".to_owned()),
    ] {
        put(&f.ws, name, bytes.as_bytes());
    }
    put(&f.ws, "b12", b"name = \"A\"\n\n# \xc3\x28\n");
    put(&f.ws, "b13", &vec![b'#'; (1 << 20) + 1]);
    let disk = FaultDisk::within(f.ws.root()).unwrap();
    put(&f.ws, "b14", b"name = \"A\"\n");
    put(&f.ws, "b15", b"name = \"A\"\n");
    disk.fail_reads_of(&f.ws.profile_path(&id("b14")), Fault::Denied);
    disk.fail_reads_of(&f.ws.profile_path(&id("b15")), Fault::Broken);
    let customers = f.ws.customers(&disk).unwrap();
    let good: Vec<&str> = customers.iter().filter(|(_, p)| p.is_ok()).map(|(id, _)| id.as_str()).collect();
    assert_eq!(good, ["acme_inc", "globex"]);
    let errors: Vec<String> =
        customers.iter().filter_map(|(_, p)| p.as_ref().err()).map(|e| shown(&f, format!("{e}\n  -> {}", e.next))).collect();
    assert_eq!(errors.len(), 16);
    assert!(!errors.join("").contains(canary));
    insta::assert_snapshot!("broken_profiles", errors.join("\n"));
    // A customer whose profile is broken is still reached by its id.
    assert_eq!(resolve("b01", &customers).unwrap(), id("b01"));
}

#[test]
fn folders_that_are_no_ids_are_told() {
    let f = fixture(&[("ACME Corp", ACME), ("ok", "name = \"Ok\"\n")]);
    let told = f.ws.misnamed_folders(&f.disk).unwrap();
    assert_eq!(told.len(), 1);
    insta::assert_snapshot!(shown(&f, format!("{}\n-> {}", told[0], told[0].next)), @r"
    DIR/customers/profiles/ACME Corp: the folder's name is no customer id: it has lower-case letters, digits and `_` only
    -> mv 'DIR/customers/profiles/ACME Corp' DIR/customers/profiles/acme_corp
    ");
    assert_eq!(f.ws.customers(&f.disk).unwrap().len(), 1);
}

#[test]
fn warnings() {
    let settings = Settings { own_domains: vec!["yourcompany.com".into()], ..Settings::default() };
    let odd = "name = \"A\"\ndomians = [\"a.dev\"]\nstage = \"won\"\n[slack]\nchannel = []\n[[contacts]]\nname = \"B\"\nrole = \"boss\"\nphone = \"1\"\n\
        [[contacts]]\nname = \" \"\nemail = \"c@a.dev\"\n";
    let taking = "name = \"T\"\naliases = []\ndomains = [\"Gmail.com\", \"t.dev\", \"eu.YourCompany.com\"]\n";
    let f = fixture(&[("acme_inc", ACME), ("odd", odd), ("taking", taking)]);
    assert_eq!(f.ws.profile_warnings(&f.disk, &id("acme_inc"), &settings).unwrap(), []);
    assert_eq!(f.ws.profile_warnings(&f.disk, &id("none"), &settings).unwrap(), []);
    let told = f.ws.profile_warnings(&f.disk, &id("odd"), &settings).unwrap();
    let told: Vec<String> = told.iter().map(|w| shown(&f, w)).collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    DIR/customers/profiles/odd/profile.toml, line 2: nobody reads the key `domians`; is it `domains`?
    DIR/customers/profiles/odd/profile.toml, line 5: nobody reads the key `channel` in [slack]; is it `channels`?
    DIR/customers/profiles/odd/profile.toml, line 9: nobody reads the key `phone` in [[contacts]]
    DIR/customers/profiles/odd/profile.toml, line 3: the stage "won" is none of workspace.toml
    DIR/customers/profiles/odd/profile.toml, line 8: the role "boss" is unknown
    DIR/customers/profiles/odd/profile.toml, line 12: the contact c@a.dev has no name
    "#);
    let told = f.ws.profile_warnings(&f.disk, &id("taking"), &settings).unwrap();
    insta::assert_snapshot!(told.iter().map(|w| format!("{}\n-> {}", shown(&f, w), w.next)).collect::<Vec<_>>().join("\n"), @r#"
    DIR/customers/profiles/taking/profile.toml, line 3: the domain gmail.com is not used: it belongs to a mail provider where everybody can have an address; it says nothing about a company
    -> Name the people by their exact addresses, as in: sales customer edit ID --contact "Michael Chen <michael.chen@gmail.com>"
    DIR/customers/profiles/taking/profile.toml, line 3: the domain eu.yourcompany.com is not used: it is our own: `own_domains` in workspace.toml holds it, and every conversation has our side in it
    -> Give the customer's own domain, or correct `own_domains` in workspace.toml
    "#);
    let mut profile = f.ws.profile(&f.disk, &id("taking")).unwrap().unwrap();
    keep_telling_domains(&mut profile, &settings);
    assert_eq!(profile.domains, ["t.dev"]);
}

fn named(entries: &[(&str, &str, &[&str])]) -> Customers {
    entries
        .iter()
        .map(|(i, name, aliases)| {
            let aliases = aliases.iter().map(|a| (*a).to_owned()).collect();
            (id(i), Ok(Profile { name: (*name).to_owned(), aliases, ..Profile::default() }))
        })
        .collect()
}

#[test]
fn resolving() {
    let customers = named(&[
        ("acme_inc", "ACME Inc", &["acme-corp", "ACME Corp"]),
        ("acme_bricks", "Acme Bricks", &[]),
        ("globex", "Globex Holding", &["🚀"]),
        ("nunez", "Núñez & Söhne", &["twin"]),
        ("other", "Other", &["Twin!", "globex"]),
    ]);
    for name in ["acme_inc", "acme-inc", "ACME Inc.", "acme-corp", "ACME Corp", "acme_corp", "  Acme   CORP ", "ACME/corp"] {
        assert_eq!(resolve(name, &customers).unwrap(), id("acme_inc"), "{name}");
    }
    assert_eq!(resolve("Globex", &customers).unwrap(), id("globex"), "an id comes before an alias");
    assert_eq!(resolve("🚀", &customers).unwrap(), id("globex"));
    assert_eq!(resolve("nunez sohne", &customers).unwrap(), id("nunez"));
    let mut out = Vec::new();
    for name in ["acme", "acme_ink", "globx", "glob", "Twin", "zzz", "", "🎉", "../../etc/passwd", "\u{1b}[31m\u{202e}x"] {
        let unknown = resolve(name, &customers).unwrap_err();
        out.push(format!("{unknown}\n  -> {}", unknown.next()));
    }
    assert!(resolve("acme", &[]).unwrap_err().closest.is_empty());
    insta::assert_snapshot!("unknown_customers", out.join("\n"));
    let shared: Vec<_> =
        shared_names(&customers).into_iter().map(|(name, ids)| (name, ids.iter().map(ToString::to_string).collect())).collect();
    let of = |name: &str, ids: [&str; 2]| (name.to_owned(), ids.map(str::to_owned).to_vec());
    assert_eq!(shared, [of("globex", ["globex", "other"]), of("twin", ["nunez", "other"])]);
}

/// A profile that cannot be read hides its names: the answer must not be that there is no such customer.
#[test]
fn a_name_that_may_stand_in_an_unreadable_profile() {
    let f = fixture(&[("acme_inc", "name = "), ("globex", "name = \"Globex\"\n")]);
    let unknown = resolve("acme-corp", &f.ws.customers(&f.disk).unwrap()).unwrap_err();
    assert_eq!(unknown.to_string(), "there is no customer \"acme-corp\"; not all profiles could be read, it may be acme_inc");
    assert_eq!(unknown.next(), "sales customer show acme_inc says what is wrong with that profile.");
}

/// The domains of mail providers and our own, however they are written; our own name inside another one is not ours.
#[test]
fn domains_that_tell_no_customer() {
    let settings = Settings { own_domains: vec!["eu.yourcompany.com".into()], ..Settings::default() };
    let cases = [
        ("acme.dev", None),
        ("@GMail.com ", Some(NoDomain::Provider)),
        ("mail.gmail.com", None),
        ("https://EU.yourcompany.com/", Some(NoDomain::Own)),
        ("x.eu.yourcompany.com", Some(NoDomain::Own)),
        ("yourcompany.com", Some(NoDomain::Own)),
        ("noteu.yourcompany.com", None),
    ];
    for (domain, expected) in cases {
        assert_eq!(no_domain(domain, &settings), expected, "{domain}");
    }
}

#[test]
fn adding() {
    let f = fixture(&[("acme_inc", ACME)]);
    let new = NewCustomer {
        name: "Globex \"Holding\" #1".into(),
        aliases: vec!["globex".into()],
        domains: vec!["Globex.Example".into()],
        channels: vec!["ext-globex".into()],
        owner: Some("jo@yourcompany.com".into()),
        ..NewCustomer::default()
    };
    let made = f.ws.add_customer(&f.disk, &new, &[]).unwrap();
    assert_eq!(made, id("globex_holding_1"));
    insta::assert_snapshot!("added_profile", text(&f, "globex_holding_1"));
    let profile = f.ws.profile(&f.disk, &made).unwrap().unwrap();
    assert_eq!((profile.name.as_str(), &profile.domains[0]), (new.name.as_str(), &"globex.example".to_owned()));
    assert_eq!(f.ws.profile_warnings(&f.disk, &made, &Settings::default()).unwrap(), []);
    let mut out = Vec::new();
    let plain = |name: &str| NewCustomer { name: name.into(), ..NewCustomer::default() };
    for new in [
        plain("acme corp"),
        plain("ACME_INC"),
        NewCustomer { id: Some(id("acme_inc")), ..plain("Something else") },
        plain("globex"),
        plain("  "),
        NewCustomer { domains: vec!["no domain".into()], ..plain("New") },
    ] {
        let e = f.ws.add_customer(&f.disk, &new, &[]).unwrap_err();
        out.push(shown(&f, format!("{e}\n  -> {}", e.next())));
    }
    insta::assert_snapshot!("not_added", out.join("\n"));
    assert_eq!(f.ws.customers(&f.disk).unwrap().len(), 2);
    assert_eq!(text(&f, "acme_inc"), ACME);
}

fn set(key: &str, value: &str) -> Edit {
    Edit::Set { key: key.into(), value: value.into() }
}

#[test]
fn edits_keep_comments() {
    let f = fixture(&[("acme_inc", ACME)]);
    let add = |key: &str, value: &str| Edit::Add { key: key.into(), value: value.into() };
    let edits = [
        set("stage", "closed_won"),
        set("amount", "650,000"),
        set("close_date", "2024-07-01"),
        set("next_step", "sign"),
        set("archived", "true"),
        add("aliases", "acme"),
        add("aliases", "acme-corp"),
        add("slack.team_ids", "T0ACME"),
        Edit::Remove { key: "slack.channels".into(), value: Some("C0123ABCD".into()) },
        Edit::Remove { key: "exclude".into(), value: None },
        Edit::Remove { key: "gong.crm_account_ids".into(), value: None },
        Edit::Contact(Contact { name: "Michael Chen".into(), title: Some("CEO".into()), ..Contact::default() }),
        Edit::Contact(Contact {
            name: "Lisa Thompson".into(),
            email: Some("lisa@acme.dev".into()),
            role: Some("blocker".into()),
            title: None,
        }),
    ];
    let edited = f.ws.edit_profile(&f.disk, &id("acme_inc"), &edits).unwrap();
    assert!(edited.changed);
    assert_eq!(edited.profile, f.ws.profile(&f.disk, &id("acme_inc")).unwrap().unwrap());
    insta::assert_snapshot!("edited_profile", text(&f, "acme_inc"));
    // The same once more: nothing to write.
    let twice: Vec<Edit> = edits.iter().filter(|e| !matches!(e, Edit::Remove { .. })).cloned().collect();
    let disk = FaultDisk::within(f.ws.root()).unwrap();
    assert!(!f.ws.edit_profile(&disk, &id("acme_inc"), &twice).unwrap().changed);
    assert_eq!(disk.steps(), []);
    f.ws.edit_profile(&f.disk, &id("acme_inc"), &[Edit::RemoveContact("LISA@acme.dev".into())]).unwrap();
    assert!(!text(&f, "acme_inc").contains("Lisa"));
}

#[test]
fn a_refused_edit_changes_nothing() {
    let f = fixture(&[("acme_inc", ACME), ("inline", "name = \"I\"\ncontacts = [{ name = \"A\" }, { name = \"B\" }]\nslack = 1\n")]);
    let remove = |key: &str, value: Option<&str>| Edit::Remove { key: key.into(), value: value.map(Into::into) };
    let contact = |name: &str, role: &str| Edit::Contact(Contact { name: name.into(), role: Some(role.into()), ..Contact::default() });
    let mut out = Vec::new();
    for edit in [
        set("domians", "a.dev"),
        set("amount", "a lot"),
        set("amount", "-5"),
        set("close_date", "next week"),
        set("archived", "maybe"),
        set("name", " "),
        set("domains", "not a domain"),
        set("currency", "dollars"),
        Edit::Add { key: "stage".into(), value: "x".into() },
        remove("aliases", Some("none")),
        remove("competitors.x", Some("none")),
        remove("name", None),
        contact("X", "boss"),
        contact("", "user"),
        Edit::Add { key: "aliases".into(), value: " ".into() },
        Edit::Contact(Contact { email: Some("b@acme.dev".into()), ..Contact::default() }),
        Edit::RemoveContact("nobody".into()),
        Edit::RemoveContact(String::new()),
    ] {
        let e = f.ws.edit_profile(&f.disk, &id("acme_inc"), &[set("stage", "discovery"), edit]).unwrap_err();
        out.push(shown(&f, format!("{e}\n  -> {}", e.next())));
    }
    assert_eq!(text(&f, "acme_inc"), ACME);
    let e = f.ws.edit_profile(&f.disk, &id("inline"), &[set("slack.channels", "x")]).unwrap_err();
    out.push(shown(&f, e));
    let e = f.ws.edit_profile(&f.disk, &id("none"), &[]).unwrap_err();
    out.push(shown(&f, format!("{e}\n  -> {}", e.next())));
    let disk = FaultDisk::within(f.ws.root()).unwrap();
    disk.fail_from(0, Fault::Full);
    let e = f.ws.edit_profile(&disk, &id("acme_inc"), &[set("stage", "discovery")]).unwrap_err();
    out.push(shown(&f, format!("{e}\n  -> {}", e.next())));
    assert!(matches!(e, EditError::Disk(_)));
    assert_eq!(text(&f, "acme_inc"), ACME);
    insta::assert_snapshot!("refused_edits", out.join("\n"));
}

#[test]
fn other_layouts_can_be_edited() {
    let inline = "name = \"I\"\ncontacts = [{ name = \"A\" }, { name = \"B\" }]\nslack = { channels = [\n  \"one\", # first\n] }\n";
    let f = fixture(&[("inline", inline), ("crlf", "name = \"C\"\r\nstage = \"x\" # why\r\n")]);
    let edits = [
        Edit::RemoveContact("A".into()),
        Edit::Contact(Contact { name: "C".into(), ..Contact::default() }),
        Edit::Add { key: "slack.channels".into(), value: "two".into() },
    ];
    let edited = f.ws.edit_profile(&f.disk, &id("inline"), &edits).unwrap();
    assert_eq!(edited.profile.contacts.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["B", "C"]);
    assert_eq!(edited.profile.slack.channels, ["one", "two"]);
    assert!(text(&f, "inline").contains("# first"));
    f.ws.edit_profile(&f.disk, &id("crlf"), &[set("stage", "y")]).unwrap();
    assert!(text(&f, "crlf").contains("stage = \"y\" # why"));
}

#[test]
fn crm_accounts_are_read_and_kept() {
    let text = "name = \"ACME\"\n[gong]\n# from the CRM\ncrm_account_ids = [\" 0013601230sV7grAAC \", \"\", \"42\", \"42\", \"0013601230SV7GRAAC\"]\n";
    let f = fixture(&[("acme", text)]);
    let profile = f.ws.profile(&f.disk, &id("acme")).unwrap().unwrap();
    // Letter case tells ids of Salesforce apart.
    assert_eq!(profile.gong.crm_account_ids, ["0013601230sV7grAAC", "42", "0013601230SV7GRAAC"]);
    let warnings = f.ws.profile_warnings(&f.disk, &id("acme"), &Settings::default()).unwrap();
    assert_eq!(warnings, []);

    let key = || "gong.crm_account_ids".to_owned();
    let add = |value: &str| Edit::Add { key: key(), value: value.into() };
    let edit = |edits: &[Edit]| f.ws.edit_profile(&f.disk, &id("acme"), edits).unwrap();
    let edited = edit(&[add(" 001NEW "), add("42")]);
    assert_eq!((edited.changed, edited.profile.gong.crm_account_ids.last().map(String::as_str)), (true, Some("001NEW")));
    assert!(!edit(&[add("001NEW")]).changed);
    let edited = edit(&[Edit::Remove { key: key(), value: Some("0013601230SV7GRAAC".into()) }]);
    assert_eq!(edited.profile.gong.crm_account_ids, ["0013601230sV7grAAC", "42", "001NEW"]);
    let text = fs::read_to_string(f.ws.profile_path(&id("acme"))).unwrap();
    assert!(text.contains("# from the CRM\n"), "{text}");

    // A profile without the table gets it.
    let f = fixture(&[("acme", "name = \"ACME\"\n")]);
    let edited = f.ws.edit_profile(&f.disk, &id("acme"), &[add("001")]).unwrap();
    assert_eq!(edited.profile.gong.crm_account_ids, ["001"]);
    let text = fs::read_to_string(f.ws.profile_path(&id("acme"))).unwrap();
    assert_eq!(text, "name = \"ACME\"\n\n[gong]\ncrm_account_ids = [\"001\"]\n");

    // Numbers are none: those of HubSpot look like some.
    let e = parse_profile(Path::new("profile.toml"), "name = \"ACME\"\n[gong]\ncrm_account_ids = [42]\n").unwrap_err();
    assert_eq!((e.line, e.reason.as_str()), (Some(3), "invalid type: integer `42`, expected a string"));
    let e = parse_profile(Path::new("profile.toml"), "name = \"ACME\"\n[gong]\ncrm_account_ids = \"42\"\n").unwrap_err();
    assert_eq!(e.line, Some(3));
    let f = fixture(&[("acme", "name = \"ACME\"\n[gong]\ncrm_accounts = [\"1\"]\n")]);
    let warnings = f.ws.profile_warnings(&f.disk, &id("acme"), &Settings::default()).unwrap();
    assert_eq!(
        warnings.iter().map(|w| w.reason.as_str()).collect::<Vec<_>>(),
        ["nobody reads the key `crm_accounts` in [gong]; is it `crm_account_ids`?"]
    );
}

proptest! {
    #[test]
    fn hostile_names_are_added_safely(name in any::<String>(), alias in any::<String>()) {
        let f = fixture(&[]);
        let new = NewCustomer { name: name.clone(), aliases: vec![alias], ..NewCustomer::default() };
        match f.ws.add_customer(&f.disk, &new, &[]) {
            Ok(made) => {
                prop_assert_eq!(f.ws.profile(&f.disk, &made).unwrap().unwrap().name, name.trim());
                let customers = f.ws.customers(&f.disk).unwrap();
                prop_assert_eq!(resolve(&name, &customers).unwrap(), made);
            }
            Err(e) => prop_assert!(name.trim().is_empty(), "{e}"),
        }
        prop_assert!(f.disk.list(&f.ws.profiles_dir()).unwrap().len() <= 1);
    }

    #[test]
    fn any_profile_text_is_read_or_refused(text in any::<String>()) {
        if let Err(e) = parse_profile(Path::new("profile.toml"), &text) {
            prop_assert!(!e.to_string().contains(char::is_control) && !e.next.is_empty());
        }
    }
}

#[test]
fn a_removed_customer_leaves_nothing() {
    let f = fixture(&[("acme_inc", ACME), ("globex", "name = \"Globex\"\n")]);
    let dir = f.ws.customer_dir(&id("acme_inc"));
    for path in ["slack/2024-03-15_x.json", "notes/2024/plan.md", ".hidden", "context_summary.md"] {
        fs::create_dir_all(dir.join(path).parent().unwrap()).unwrap();
        fs::write(dir.join(path), "x").unwrap();
    }
    fs::write(f.ws.root().join("outside.md"), "stays").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(f.ws.root().join("outside.md"), dir.join("notes/link.md")).unwrap();
    fs::create_dir_all(f.ws.last_profiles_dir()).unwrap();
    fs::write(f.ws.last_profile_path(&id("acme_inc")), ACME).unwrap();
    let files = f.ws.customer_files(&f.disk, &id("acme_inc")).unwrap();
    assert_eq!(files.len(), 7, "{files:?}");
    assert_eq!(f.ws.remove_customer(&f.disk, &id("acme_inc")).unwrap(), 6);
    assert!(!dir.exists() && !f.ws.last_profile_path(&id("acme_inc")).exists());
    assert!(f.ws.profile_path(&id("globex")).exists() && f.ws.root().join("outside.md").exists());
    assert_eq!(f.ws.remove_customer(&f.disk, &id("acme_inc")).unwrap(), 0, "nothing is left to do");
}
