//! Finding, making and configuring a workspace.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

use std::{fs, path::Path};

use sales_files::{
    DiskProblem, Fault, FaultDisk, InitError, Workspace, WorkspaceError, guess_settings, parse_env, parse_settings, settings_template,
};
use sales_model::{AccountSettings, EmailSettings, GongSettings, GranolaSettings, Keep, RetentionSettings, Settings, SlackSettings, Span};

fn folder() -> (tempfile::TempDir, std::path::PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let real = fs::canonicalize(dir.path()).unwrap();
    (dir, real)
}

fn init(dir: &Path) -> Workspace {
    Workspace::init(&Workspace::at(dir).disk(), dir, &Settings::default()).unwrap()
}

/// Text with the throw-away folder's name taken out.
fn shown(text: impl std::fmt::Display, dir: &Path) -> String {
    text.to_string().replace(dir.to_str().unwrap(), "DIR")
}

#[test]
fn init_makes_everything() {
    let (_dir, root) = folder();
    let new = root.join("deep/my workspace");
    let ws = init(&new);
    assert_eq!(ws.root(), new);
    assert!(ws.profiles_dir().is_dir());
    assert_eq!(ws.settings(&ws.disk()).unwrap(), Settings::default());
    assert_eq!(fs::read_to_string(new.join(".gitignore")).unwrap(), "# Sales Workspace: credentials and machine state\n.env\n.sales/\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&ws.state_dir()), mode(&ws.env_path())), (0o700, 0o600));
    }
    let env = fs::read_to_string(ws.env_path()).unwrap();
    assert_eq!(parse_env(&env).unwrap(), []);
    // Every line that is to be filled in is one, once its `#` is gone.
    let lines: String =
        env.lines().filter_map(|l| Some(format!("{}\n", l.strip_prefix("# ").filter(|l| l.starts_with("SLACK_"))?))).collect();
    let names: Vec<String> = parse_env(&lines).unwrap().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), 8, "{names:?}");
    insta::assert_snapshot!("workspace_toml", fs::read_to_string(ws.settings_path()).unwrap());
    // Twice: a clear refusal, and nothing touched.
    fs::write(ws.settings_path(), "company = \"Mine\"\n").unwrap();
    let error = Workspace::init(&ws.disk(), &new, &Settings::default()).unwrap_err();
    assert!(matches!(error, InitError::Exists(_)));
    assert_eq!(shown(&error, &root), "DIR/deep/my workspace is a workspace already; it was left as it is");
    assert_eq!(shown(error.next(), &root), "sales --workspace 'DIR/deep/my workspace' customer list");
    assert_eq!(ws.settings(&ws.disk()).unwrap().company, "Mine");
}

#[test]
fn init_keeps_what_is_there() {
    for (old, new) in [
        ("target\n.env", "target\n.env\n# Sales Workspace: credentials and machine state\n.sales/\n"),
        (".env\r\n/.sales/\r\n", ".env\r\n/.sales/\r\n"),
        ("!.env\n#.sales/", "!.env\n#.sales/\n# Sales Workspace: credentials and machine state\n.env\n.sales/\n"),
    ] {
        let (_dir, root) = folder();
        fs::write(root.join(".gitignore"), old).unwrap();
        fs::write(root.join(".env"), "SLACK_TOKEN=mine").unwrap();
        init(&root);
        assert_eq!(fs::read_to_string(root.join(".env")).unwrap(), "SLACK_TOKEN=mine");
        assert_eq!(fs::read_to_string(root.join(".gitignore")).unwrap(), new);
    }
}

#[test]
fn a_failed_init_leaves_no_workspace() {
    let steps = {
        let (_dir, root) = folder();
        let disk = FaultDisk::within(&root).unwrap();
        Workspace::init(&disk, &root, &Settings::default()).unwrap();
        disk.steps().len()
    };
    for n in 0..steps {
        let (_dir, root) = folder();
        let disk = FaultDisk::within(&root).unwrap();
        disk.fail_from(n, Fault::ReadOnly);
        let error = Workspace::init(&disk, &root, &Settings::default()).unwrap_err();
        let InitError::Disk(e) = &error else { panic!("{error}") };
        assert_eq!(e.problem, DiskProblem::ReadOnly);
        assert!(error.to_string().ends_with("the disk is read-only"), "{error}");
        disk.heal();
        // Only the very last step comes after the rename: then there is a workspace.
        if n + 1 < steps {
            Workspace::init(&disk, &root, &Settings::default()).unwrap();
        }
        assert_eq!(Workspace::at(&root).settings(&disk).unwrap(), Settings::default());
    }
}

#[test]
fn find_looks_here_above_and_in_the_variable() {
    let (_dir, root) = folder();
    let (one, two) = (root.join("one"), root.join("two"));
    init(&one);
    init(&two);
    let deep = one.join("customers/profiles");
    let nowhere = root.join("nowhere");
    fs::create_dir(&nowhere).unwrap();
    assert_eq!(Workspace::find(&one, None, None).unwrap(), Workspace::at(&one));
    assert_eq!(Workspace::find(&deep, None, Some(&two)).unwrap(), Workspace::at(&one));
    assert_eq!(Workspace::find(&deep, Some(&two), None).unwrap(), Workspace::at(&two));
    assert_eq!(Workspace::find(&one, Some(Path::new("../two")), None).unwrap(), Workspace::at(&two));
    assert_eq!(Workspace::find(&nowhere, None, Some(&two)).unwrap(), Workspace::at(&two));
    let errors = [
        Workspace::find(&nowhere, None, None),
        Workspace::find(&nowhere, None, Some(Path::new(""))),
        Workspace::find(&one, Some(&nowhere), None),
        Workspace::find(&one, Some(&root.join("missing")), None),
        Workspace::find(&nowhere, None, Some(&root.join("missing"))),
    ];
    let text: Vec<String> =
        errors.into_iter().map(|e| e.unwrap_err()).map(|e: WorkspaceError| shown(format!("{e}\n-> {}", e.next()), &root)).collect();
    insta::assert_snapshot!("not_found", text.join("\n\n"));
    // What was found can be written, also when it was named with dots.
    let ws = Workspace::find(&one, Some(Path::new("../two")), None).unwrap();
    ws.write_settings_template(&ws.disk(), &Settings::default()).unwrap();
}

#[test]
fn the_template_holds_every_key() {
    let settings = Settings {
        company: "Your \"Company\" \u{202e}".into(),
        own_domains: vec!["yourcompany.com".into()],
        partners: vec!["reseller.example".into()],
        timezone: "Europe/Berlin".into(),
        competitors: vec!["Vercel".into(), "Net'lify".into()],
        stages: vec!["one".into()],
        history: Span { count: 90, unit: 'd' },
        slack: SlackSettings {
            look_back: Span::days(3),
            wide: Span { count: 6, unit: 'w' },
            audit_every: Span { count: 12, unit: 'h' },
            channel_patterns: vec!["ext-{alias}".into()],
            ignore_channels: vec!["random".into(), "fun-*".into()],
            direct_messages: true,
            limits: "off".into(),
        },
        gong: GongSettings { daily_requests: 500, ..GongSettings::default() },
        granola: GranolaSettings::default(),
        email: EmailSettings { folders: vec!["INBOX".into(), "Deals/*".into()], ..EmailSettings::default() },
        retention: RetentionSettings {
            slack: Keep(Some(Span { count: 2, unit: 'y' })),
            deleted: Keep(Some(Span::days(30))),
            ..RetentionSettings::default()
        },
        accounts: vec![AccountSettings {
            source: "slack".into(),
            name: "emea".into(),
            variables: [("SLACK_TOKEN".to_owned(), "SLACK_TOKEN_EMEA".to_owned())].into(),
        }],
    };
    for settings in [settings, Settings::default()] {
        let text = settings_template(&settings);
        assert_eq!(parse_settings(Path::new("workspace.toml"), &text).unwrap(), settings);
        let keys = |v: &serde_json::Value| v.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        let whole = serde_json::to_value(&settings).unwrap();
        let own =
            keys(&whole).into_iter().filter(|k| !["slack", "gong", "granola", "email", "retention", "accounts"].contains(&k.as_str()));
        for key in own.chain(["slack", "gong", "granola", "email"].into_iter().flat_map(|table| keys(&whole[table]))) {
            let line = text.lines().position(|l| l.starts_with(&format!("{key} = "))).unwrap_or_else(|| panic!("{key} is missing"));
            assert!(text.lines().nth(line - 1).unwrap().starts_with("# "), "{key} is not explained");
        }
    }
}

#[test]
fn wrong_settings_are_explained() {
    let (_dir, root) = folder();
    let ws = init(&root);
    let mut out = Vec::new();
    for (name, bytes) in [
        ("unknown key", b"company = \"A\"\n\ncompetitor = [\"x\"]\n".to_vec()),
        ("a token", b"slack_token = \"xoxb-canary\"".to_vec()),
        ("wrong type", b"[slack]\nlook_back = 30\n".to_vec()),
        ("a value in the message", b"competitors = \"xoxb-canary\"\n".to_vec()),
        ("no span", b"history = \"two years\"\n".to_vec()),
        ("zone", b"company = \"A\"\ntimezone = \"Mars/Olympus\"\n".to_vec()),
        ("domain", b"own_domains = [\"not a domain\"]\n".to_vec()),
        ("provider", b"company = \"A\"\nown_domains = [\"@Gmail.com\"]\n".to_vec()),
        ("pattern", b"[slack]\n\nchannel_patterns = [\"ext-acme\"]\n".to_vec()),
        ("limits", b"[slack]\nlimits = \"none\"\n".to_vec()),
        ("an account's name", b"[[accounts]]\nsource = \"slack\"\nname = \"EMEA\"\nvariables = { SLACK_TOKEN = \"X\" }\n".to_vec()),
        ("an account's source", b"[[accounts]]\nsource = \"teams\"\nname = \"emea\"\nvariables = { SLACK_TOKEN = \"X\" }\n".to_vec()),
        ("no TOML", b"company = \"A\nother".to_vec()),
        ("no UTF-8", b"company = \"A\"\n# \xff\xfe\n".to_vec()),
        ("huge", vec![b'#'; 2 << 20]),
        ("terminal", b"\"\\u001b[31mred\" = 1".to_vec()),
    ] {
        fs::write(ws.settings_path(), bytes).unwrap();
        let e = ws.settings(&ws.disk()).unwrap_err();
        out.push(shown(format!("{name}\n  {e}\n  -> {}", e.next), &root));
    }
    fs::remove_file(ws.settings_path()).unwrap();
    let e = ws.settings(&ws.disk()).unwrap_err();
    out.push(shown(format!("missing\n  {e}\n  -> {}", e.next), &root));
    let disk = FaultDisk::within(&root).unwrap();
    fs::write(ws.settings_path(), "").unwrap();
    disk.fail_reads_of(&ws.settings_path(), Fault::Denied);
    let e = ws.settings(&disk).unwrap_err();
    out.push(shown(format!("unreadable\n  {e}\n  -> {}", e.next), &root));
    let text = out.join("\n");
    assert!(!text.contains("canary") && !text.contains('\u{1b}'));
    insta::assert_snapshot!("wrong_settings", text);
    disk.heal();
    assert_eq!(ws.settings(&disk).unwrap(), Settings::default(), "an empty file means the defaults");
}

#[test]
fn settings_are_tidied() {
    let text = "\u{feff}own_domains = [\" @YourCompany.COM \", \"https://b.dev/\", \"\"]\ncompetitors = [\" Vercel \", \"\"]\n";
    let (_dir, root) = folder();
    let ws = init(&root);
    fs::write(ws.settings_path(), text).unwrap();
    let settings = ws.settings(&ws.disk()).unwrap();
    assert_eq!(settings.own_domains, ["yourcompany.com", "b.dev"]);
    assert_eq!(settings.competitors, ["Vercel"]);
}

#[test]
fn guesses() {
    let settings = guess_settings(Some("Jo@YourCompany.com"), Some("Europe/Berlin"));
    assert_eq!(
        (settings.company.as_str(), settings.own_domains, settings.timezone.as_str()),
        ("Yourcompany", vec!["yourcompany.com".to_owned()], "Europe/Berlin")
    );
    for nothing in [None, Some("jo@gmail.com"), Some("jo"), Some("jo@localhost"), Some("jo@a b")] {
        assert_eq!(guess_settings(nothing, Some("Nowhere/Land")), Settings::default());
    }
}
