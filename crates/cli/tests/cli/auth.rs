//! `sales auth`: signing in at Google's double with the real binary, looking at it, signing out.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;
use url::Url;

use crate::{
    browser::{SigningIn, asked, desk, get, happens, mailbox, settled, sign_in, stored, timeless},
    json::fits,
    support::{Desk, Vendor, samples, shows, write},
};

fn mode(desk: &Desk, path: &str) -> u32 {
    std::fs::metadata(desk.path().join(path)).unwrap().permissions().mode() & 0o777
}

#[test]
fn signing_in_looking_and_signing_out() {
    let vendor = mailbox(None);
    let desk = desk(&vendor);
    shows!("auth_status_before", desk.shown(&desk.run(&["auth", "status", "email"])));
    let signing_in = SigningIn::start(&desk, &[]);
    let question = signing_in.question();
    let page = signing_in.page.clone();
    let asks = |name: &str| question[name].as_str();
    assert_eq!(asks("scope"), "https://www.googleapis.com/auth/gmail.readonly", "only reading is asked for");
    assert_eq!((asks("access_type"), asks("prompt"), asks("response_type")), ("offline", "consent", "code"));
    assert_eq!((asks("code_challenge_method"), asks("code_challenge").len(), asks("state").len()), ("S256", 43, 43));
    assert!(!question.contains_key("client_secret"));
    let back = signing_in.consent();
    assert!(back.starts_with(&format!("{}/?", asks("redirect_uri"))), "{back}");
    let shown = get(&back);
    assert_eq!((shown.status, shown.body.contains("<h1>Signed in</h1>")), (200, true), "{}", shown.body);
    let mut done = signing_in.done().exit(0);
    done.err = settled(&done.err, &page);
    shows!("auth_login", desk.shown(&done));
    // The port is closed again.
    let port = Url::parse(asks("redirect_uri")).unwrap().port().unwrap();
    assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());

    assert_eq!(mode(&desk, ".sales/tokens.json"), 0o600);
    let pair = stored(&desk, "email:default");
    assert_eq!(pair["scope"], "https://www.googleapis.com/auth/gmail.readonly");
    assert!(pair["since"].is_string() && pair["expires_at"].is_string(), "{pair}");
    shows!("auth_status", timeless(&desk.shown(&desk.run(&["auth", "status"]))));
    let (code, document) = desk.json(&["auth", "status"]);
    assert_eq!(code, 0);
    fits("auth-status", &document);
    shows!("integration_show_email_signed_in", timeless(&desk.shown(&desk.run(&["integration", "show", "email"]))));
    shows!("integration_list_signed_in", desk.shown(&desk.run(&["integration", "list"])));
    shows!("doctor_signed_in", timeless(&desk.shown(&desk.run(&["doctor", "-s", "email"]).exit(0))));
    desk.run(&["sync", "-s", "email"]).exit(0);

    shows!("auth_logout", desk.shown(&desk.run(&["auth", "logout", "email"]).exit(0)));
    assert!(stored(&desk, "email:default").is_null());
    assert_eq!(mode(&desk, ".sales/tokens.json"), 0o600);
    shows!("auth_logout_twice", desk.shown(&desk.run(&["auth", "logout", "email"]).exit(0)));
    let (_, document) = desk.json(&["auth", "logout", "email"]);
    fits("auth-logout", &document);
    shows!("auth_status_after", desk.shown(&desk.run(&["auth", "status"])));
    shows!("sync_signed_out", desk.shown(&desk.run(&["sync", "-s", "email"]).exit(4)));
}

#[test]
fn as_a_document() {
    let vendor = mailbox(None);
    let desk = desk(&vendor);
    let (done, _) = sign_in(&desk, &["--json"]);
    let document = serde_json::from_str(&done.exit(0).out).unwrap();
    fits("auth-login", &document);
    assert_eq!((document["user"].as_str(), document["account"].as_str()), (Some("deals@yourcompany.com"), Some("default")));
    let (_, listed) = desk.json(&["integration", "list"]);
    fits("integration-list", &listed);
    for (args, name) in
        [(&["integration", "show", "email"][..], "integration-show"), (&["doctor"], "doctor"), (&["doctor", "-s", "gong"], "doctor")]
    {
        let (_, document) = desk.json(args);
        fits(name, &document);
    }
}

/// Over ssh: the browser elsewhere ends at a page that cannot be opened.
#[test]
fn a_pasted_address() {
    let vendor = mailbox(None);
    let desk = desk(&vendor);
    for wrap in ["{}", "  '{}'  ", "<{}>"] {
        let mut signing_in = SigningIn::start(&desk, &["--no-browser"]);
        signing_in.until("paste");
        let back = signing_in.consent();
        signing_in.type_line("");
        signing_in.type_line("4/0Aonly-the-code");
        signing_in.until("that is not the address");
        signing_in.type_line(&wrap.replace("{}", &back));
        let done = signing_in.done().exit(0);
        assert_eq!(done.out, "signed in at Gmail as deals@yourcompany.com\n");
    }
    // What stands behind the question mark is enough.
    let mut signing_in = SigningIn::start(&desk, &["--no-browser"]);
    let back = signing_in.consent();
    signing_in.type_line(back.split_once('?').unwrap().1);
    signing_in.done().exit(0);
}

#[test]
fn answers_to_other_questions_are_refused() {
    let vendor = mailbox(None);
    let desk = desk(&vendor);
    let mut signing_in = SigningIn::start(&desk, &[]);
    let listener = signing_in.question()["redirect_uri"].clone();
    for answer in ["?code=4%2F0Astolen&state=another", "?error=access_denied&state=another", "?code=4%2F0Astolen&state="] {
        let page = get(&format!("{listener}/{answer}"));
        assert!(
            page.status == 200 && page.body.contains("<h1>Not signed in</h1>") && page.body.contains("does not belong to this sign-in")
        );
    }
    for stray in ["/", "/favicon.ico", "/elsewhere?code=x&state=y", "/?hello=1"] {
        assert_eq!(get(&format!("{listener}{stray}")).status, 404, "{stray}");
    }
    signing_in.until("ignored: ");
    assert_eq!(asked(&vendor), Vec::<u16>::new(), "no stolen code is exchanged");
    // It listens at this one address alone.
    let port = Url::parse(&listener).unwrap().port().unwrap();
    assert!(std::net::TcpStream::connect(("127.0.0.2", port)).is_err());
    let back = signing_in.consent();
    get(&back);
    signing_in.done().exit(0);

    // Pasted, it ends the sign-in: a person pasted it.
    let mut signing_in = SigningIn::start(&desk, &["--no-browser"]);
    let page = signing_in.page.clone();
    signing_in.type_line("http://127.0.0.1:1/?code=4/0Astolen&state=another");
    let mut done = signing_in.done();
    done.err = settled(&done.err, &page);
    shows!("auth_login_other_state", desk.shown(&done));
    assert!(!done.err.contains("0Astolen"));
}

#[test]
fn the_user_says_no() {
    let vendor = mailbox(Some("[google]\nconsent = 'deny'\n"));
    let desk = desk(&vendor);
    let signing_in = SigningIn::start(&desk, &[]);
    let page = signing_in.page.clone();
    let shown = get(&signing_in.consent());
    assert!(shown.body.contains("<h1>Not signed in</h1><p>Access was refused on Google's page."), "{}", shown.body);
    let mut done = signing_in.done();
    done.err = settled(&done.err, &page);
    shows!("auth_login_denied", desk.shown(&done));
    assert!(!desk.path().join(".sales/tokens.json").exists());
    assert_eq!(asked(&vendor), Vec::<u16>::new());
}

#[test]
fn the_box_for_reading_was_left_empty() {
    let vendor = mailbox(Some("[[event]]\nafter_call = 'google.auth'\ndo = 'google.remove_scope'\nscope = 'gmail.readonly'\n"));
    let desk = desk(&vendor);
    let signing_in = SigningIn::start(&desk, &["-q"]);
    let page = signing_in.page.clone();
    let shown = get(&signing_in.consent());
    assert!(shown.body.contains("The box for reading mail was not ticked."), "{}", shown.body);
    let mut done = signing_in.done();
    done.err = settled(&done.err, &page);
    shows!("auth_login_fewer_scopes", desk.shown(&done));
    assert!(!desk.path().join(".sales/tokens.json").exists(), "what cannot be used is not kept");
}

#[test]
fn what_the_token_endpoint_refuses() {
    for (name, what) in [
        ("auth_login_used_code", "do = 'error'\nerror = 'invalid_grant'"),
        ("auth_login_unknown_client", "do = 'error'\nerror = 'invalid_client'"),
        ("auth_login_no_desktop_app", "do = 'error'\nerror = 'redirect_uri_mismatch'"),
        ("auth_login_web_page", "do = 'html'"),
        ("auth_login_torn", "do = 'torn_body'"),
    ] {
        let vendor = mailbox(Some(&format!("[[rule]]\nmethod = 'google.token'\n{what}\n")));
        let desk = desk(&vendor);
        let signing_in = SigningIn::start(&desk, &[]);
        let page = signing_in.page.clone();
        let shown = get(&signing_in.consent());
        assert!(shown.body.contains("<h1>Not signed in</h1>"), "{name}: {}", shown.body);
        let mut done = signing_in.done();
        done.err = settled(&done.err, &page);
        shows!(name, desk.shown(&done));
        assert_eq!(asked(&vendor).len(), 1, "{name}: a code is shown once");
        assert!(!desk.path().join(".sales/tokens.json").exists());
    }
}

/// Signed in, but the mailbox cannot be read yet: what is to be done is no new sign-in.
#[test]
fn signed_in_and_not_let_in() {
    let vendor = mailbox(Some("[[rule]]\nmethod = 'gmail.*'\nfirst = 1\ndo = 'error'\nerror = 'accessNotConfigured'\n"));
    let desk = desk(&vendor);
    let signing_in = SigningIn::start(&desk, &[]);
    let page = signing_in.page.clone();
    assert!(get(&signing_in.consent()).body.contains("<h1>Signed in</h1>"));
    let mut done = signing_in.done();
    done.err = settled(&done.err, &page);
    shows!("auth_login_api_off", desk.shown(&done));
    desk.run(&["doctor", "-s", "email"]).exit(0);
}

/// Killed while the code is exchanged: nothing is kept, nothing in the way of the next time, and what was kept before stays.
#[test]
fn killed_between_the_steps() {
    let vendor = mailbox(Some("[[rule]]\nmethod = 'google.token'\nrequest = 2\ndo = 'hang'\n"));
    let desk = desk(&vendor);
    sign_in(&desk, &[]).0.exit(0);
    let before = desk.read(".sales/tokens.json");
    for hangs in [true, false] {
        let mut signing_in = SigningIn::start(&desk, &[]);
        if hangs {
            let back = signing_in.consent();
            let browser = std::thread::spawn(move || std::panic::catch_unwind(|| get(&back)));
            while asked(&vendor).len() < 2 {
                std::thread::yield_now();
            }
            signing_in.child.kill().unwrap();
            _ = browser.join();
        } else {
            signing_in.child.kill().unwrap();
        }
        assert_eq!(signing_in.done().code, -1, "it was killed");
        assert_eq!(desk.read(".sales/tokens.json"), before);
    }
    sign_in(&desk, &[]).0.exit(0);
    assert_ne!(desk.read(".sales/tokens.json"), before);
    let left: Vec<String> = sales_testkit::tree(desk.path()).into_keys().filter(|p| p.contains("tokens.json")).collect();
    assert!(left.iter().all(|p| p.ends_with("tokens.json") || p.ends_with(".lock")), "{left:?}");
}

#[test]
fn a_browser_is_opened_where_there_is_a_screen() {
    let vendor = mailbox(None);
    let mut desk = desk(&vendor);
    desk.write("bin/xdg-open", "#!/bin/sh\nprintf '%s\\n' \"$@\" > \"$SEEN.part\" && mv \"$SEEN.part\" \"$SEEN\"\n");
    let program = desk.path().join("bin/xdg-open");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let seen = desk.path().join("seen");
    let path = format!("{}:/usr/bin:/bin", desk.path().join("bin").display());
    desk.set("PATH", &path).set("DISPLAY", ":9").set("SEEN", seen.to_str().unwrap());
    let signing_in = SigningIn::start(&desk, &[]);
    while !seen.exists() {
        std::thread::yield_now();
    }
    // Others see what a program is started with: the address alone, without a secret.
    let arguments = std::fs::read_to_string(&seen).unwrap();
    assert_eq!(arguments.trim_end(), signing_in.page.as_str());
    assert!(!arguments.contains("tiny-secret") && !arguments.contains("code_verifier") && !arguments.contains("token"));
    let own = std::fs::read_to_string(format!("/proc/{}/cmdline", signing_in.child.id())).unwrap_or_default();
    assert!(!own.contains("tiny-secret"));
    get(&signing_in.consent());
    signing_in.done().exit(0);
}

#[test]
fn other_names_of_the_variables_and_more_accounts() {
    let vendor = mailbox(None);
    let mut desk = desk(&vendor);
    desk.unset("GMAIL_CLIENT_ID").unset("GMAIL_CLIENT_SECRET");
    desk.set("GOOGLE_CLIENT_ID", "tiny-client").set("GOOGLE_CLIENT_SECRET", "tiny-secret");
    shows!("integration_list_common_names", desk.shown(&desk.run(&["integration", "list"])));
    let settings = desk.read("workspace.toml") + "\n[[accounts]]\nsource = \"email\"\nname = \"support\"\nvariables = {}\n";
    desk.write("workspace.toml", settings);
    shows!("account_not_signed_in", desk.shown(&desk.run(&["sync", "-s", "email"]).exit(4)));
    let (done, _) = sign_in(&desk, &["--account", "support"]);
    assert_eq!(done.exit(0).out, "signed in at Gmail as deals@yourcompany.com\n");
    assert!(stored(&desk, "email:default").is_null() && stored(&desk, "email:support").is_object());
    desk.run(&["doctor", "-s", "email"]).exit(0);
    sign_in(&desk, &[]).0.exit(0);
    shows!("auth_status_two_accounts", timeless(&desk.shown(&desk.run(&["auth", "status", "email"]))));
    shows!("auth_logout_account", desk.shown(&desk.run(&["auth", "logout", "email", "--account", "support"]).exit(0)));
    assert!(stored(&desk, "email:default").is_object() && stored(&desk, "email:support").is_null());
    shows!("auth_no_account", desk.shown(&desk.run(&["auth", "login", "email", "--account", "sales"]).exit(2)));
}

#[test]
fn what_cannot_be_signed_in_for() {
    let mut desk = Desk::with_samples();
    shows!("auth_login_slack", desk.shown(&desk.run(&["auth", "login", "slack"])));
    shows!("auth_login_nothing", desk.shown(&desk.run(&["auth", "login", "gnog"])));
    shows!("auth_login_no_client", desk.shown(&desk.run(&["auth", "login", "email"])));
    shows!("auth_status_nothing", desk.shown(&desk.run(&["auth", "status"])));
    let outside = Desk::empty();
    shows!("auth_no_workspace", outside.shown(&outside.run(&["auth", "login", "email"])));
    desk.set("GMAIL_CLIENT_ID", "id").set("GMAIL_CLIENT_SECRET", "s").set("IMAP_URL", "imaps://deals@mail.example/");
    shows!("auth_login_overruled", desk.shown(&desk.run(&["auth", "login", "email"])));
    desk.unset("IMAP_URL").set("GOOGLE_AUTH_URL", "http://accounts.example/auth");
    shows!("auth_login_plain_http", desk.shown(&desk.run(&["auth", "login", "email"])));
}

/// A token file that is not understood is put aside by a sign-in, and told by what only looks.
#[test]
fn a_damaged_token_file() {
    let vendor = mailbox(None);
    let desk = desk(&vendor);
    desk.write(".sales/tokens.json", "{\"version\": 1, \"accounts\": {\"email:default\": {\"access\": \"CANARY");
    shows!("auth_status_damaged", desk.shown(&desk.run(&["auth", "status"])));
    sign_in(&desk, &[]).0.exit(0);
    assert!(desk.read(".sales/tokens.json.broken").contains("CANARY"));
    desk.run(&["doctor", "-s", "email"]).exit(0);
}

/// Readable by others, or a link to somewhere: the next save puts a file of our own there.
#[test]
fn the_token_file_is_the_users_alone_again() {
    let vendor = mailbox(None);
    let desk = desk(&vendor);
    sign_in(&desk, &[]).0.exit(0);
    let path = desk.path().join(".sales/tokens.json");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let inode = |path: &std::path::Path| std::os::unix::fs::MetadataExt::ino(&std::fs::metadata(path).unwrap());
    let before = inode(&path);
    write(&desk.path().join(".sales/tokens.json.new"), b"left over from a crash");
    sign_in(&desk, &[]).0.exit(0);
    assert_eq!(mode(&desk, ".sales/tokens.json"), 0o600);
    assert_ne!(inode(&path), before, "replaced, not written into");
    assert!(!desk.path().join(".sales/tokens.json.new").exists());
}

/// The samples' own sign-in does as well.
#[test]
fn the_samples_can_be_signed_in_to() {
    let vendor = Vendor::all(None);
    let desk = desk(&vendor);
    assert!(samples().join("email/account.json").exists());
    let (done, _) = sign_in(&desk, &[]);
    assert_eq!(done.exit(0).out, "signed in at Gmail as deals@yourcompany.com\n");
    happens(&vendor, json!({"do": "revoke"}));
    desk.run(&["doctor", "-s", "email"]).exit(4);
}
