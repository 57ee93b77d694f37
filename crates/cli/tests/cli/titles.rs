//! Titles that people sign their mails with: shown, never written.

use serde_json::json;

use crate::support::{Desk, shows};

/// A mail to Jo Rivera on a day of March 2024.
fn mail(desk: &Desk, day: u32, from: &str, text: &str) {
    let raw = format!(
        "From: {from}\r\nTo: Jo Rivera <jo@yourcompany.com>\r\nCc: Michael Chen <michael.chen@acme.dev>\r\nSubject: Day {day}\r\nDate: {day} Mar 2024 10:02:00 +0000\r\n\
         Message-ID: <day{day}@acme.dev>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n",
        text.replace('\n', "\r\n")
    );
    desk.write(&format!("mail/{day}.eml"), raw);
}

#[test]
fn shown_beside_the_profile_and_never_written_into_it() {
    let desk = Desk::with_samples();
    let (grace, ruth) = ("Grace Adeyemi <grace.adeyemi@acme.dev>", "\"Callaghan, Ruth\" <ruth.callaghan@acme.dev>");
    // The newest mail that tells one decides, and one without a signature says nothing.
    mail(&desk, 1, grace, "We are ready to start.\n\nBest regards,\nGrace Adeyemi\nFinance Manager\n+353 1 555 0150");
    mail(&desk, 2, grace, "The budget is approved.\n\n-- \nGrace Adeyemi\nFinance Director, ACME Inc\n+353 1 555 0150");
    mail(&desk, 3, grace, "Fine.");
    mail(&desk, 4, ruth, "Approved for the full 36 months.\n\nRuth\n\nRuth Callaghan\nChief Financial Officer");
    // The profile knows better.
    mail(&desk, 5, "Michael Chen <michael.chen@acme.dev>", "See you on Friday.\n\nBest,\nMichael Chen\nJunior Engineer");
    // One of ours, somebody's signature in a quote, a signature of somebody else.
    mail(&desk, 6, "Jo Rivera <jo@yourcompany.com>", "Dear Ruth, see you.\n\n-- \nJo Rivera\nAccount Executive");
    mail(
        &desk,
        7,
        "Fergal Quinn <fergal.quinn@acme.dev>",
        "Yes.\n\nOn 6 March 2024 at 10:02, Fergal Quinn <fergal.quinn@acme.dev> wrote:\n> Hi\n> -- \n> Fergal Quinn\n> Director",
    );
    mail(&desk, 8, "Orla Devlin <orla.devlin@acme.dev>", "It is done.\n\n-- \nOmar Haddad\nProcurement Manager");
    let profile = desk.read("customers/profiles/acme_inc/profile.toml");
    desk.run(&["import", "mail"]).exit(0);

    shows!("customer_titles", desk.shown(&desk.run(&["customer", "show", "acme-corp"])));
    let (_, shown) = desk.json(&["customer", "show", "acme-corp"]);
    crate::json::fits("customer-show", &shown);
    assert_eq!(
        shown["customer"]["suggested_titles"],
        json!([
            {
                "name": "Callaghan, Ruth", "email": "ruth.callaghan@acme.dev", "title": "Chief Financial Officer", "from": "signature",
                "at": "2024-03-04T10:02:00Z", "record": "mail:day4@acme.dev"
            },
            {
                "name": "Grace Adeyemi", "email": "grace.adeyemi@acme.dev", "title": "Finance Director", "from": "signature",
                "at": "2024-03-02T10:02:00Z", "record": "mail:day2@acme.dev"
            }
        ])
    );
    assert_eq!(desk.read("customers/profiles/acme_inc/profile.toml"), profile);

    let insights: serde_json::Value = serde_json::from_str(&desk.read("customers/profiles/acme_inc/insights.json")).unwrap();
    crate::json::fits("insights", &insights);
    let mut titles: Vec<_> =
        insights["people"].as_array().unwrap().iter().map(|p| (p["email"].clone(), p["title"].clone(), p["title_from"].clone())).collect();
    titles.sort_by_key(|(email, ..)| email.to_string());
    let none = serde_json::Value::Null;
    assert_eq!(
        titles,
        [
            (json!("fergal.quinn@acme.dev"), none.clone(), none.clone()),
            (json!("grace.adeyemi@acme.dev"), json!("Finance Director"), json!("signature")),
            (json!("jo@yourcompany.com"), none.clone(), none.clone()),
            (json!("michael.chen@acme.dev"), json!("CTO"), none.clone()),
            (json!("orla.devlin@acme.dev"), none.clone(), none.clone()),
            (json!("ruth.callaghan@acme.dev"), json!("Chief Financial Officer"), json!("signature")),
        ]
    );
    let summary = desk.read("customers/profiles/acme_inc/context_summary.md");
    assert!(summary.contains("Grace Adeyemi, Finance Director by signature (theirs)"), "{summary}");
    assert!(summary.contains("Michael Chen, CTO, "), "{summary}");

    // Once the profile says something, nothing is suggested any more.
    let told = "\n[[contacts]]\nname = \"Grace Adeyemi\"\nemail = \"Grace.Adeyemi@acme.dev\"\ntitle = \"CFO\"\n\n[[contacts]]\nname = \"Callaghan, Ruth\"\ntitle = \"Chair\"\n";
    desk.write("customers/profiles/acme_inc/profile.toml", format!("{profile}{told}"));
    let (_, shown) = desk.json(&["customer", "show", "acme-corp"]);
    assert_eq!(shown["customer"].get("suggested_titles"), None, "{shown:#}");
}

#[test]
fn hostile_signatures_are_cleaned_or_not_read() {
    let desk = Desk::with_samples();
    let of = |n: u32| format!("Grace Adeyemi <grace{n}@acme.dev>");
    let titles = [
        "\u{1b}Director\u{7} of\u{202e} Finance\u{200b}",
        "[Director](javascript:alert(1))",
        "<b>Director</b>",
        "# Director `rm`",
        "Director | <img src=x onerror=y>",
        "Director\t\u{2028}of   Finance",
    ];
    for (day, title) in (1..).zip(titles) {
        mail(&desk, day, &of(day), &format!("The budget is approved.\n\n-- \nGrace Adeyemi\n{title}"));
    }
    mail(&desk, 20, &of(20), &format!("The budget is approved.\n\n-- \nGrace Adeyemi\nDirector {}", "of everything ".repeat(100_000)));
    mail(&desk, 21, &of(21), &format!("The budget is approved.\n\n-- \n{}Grace Adeyemi\nDirector", "x\n".repeat(10_000)));
    desk.run(&["import", "mail"]).exit(0);
    let done = desk.run(&["customer", "show", "acme-corp"]).exit(0);
    assert!(!done.out.contains(|c: char| c.is_control() && c != '\n'), "{:?}", done.out);
    let (_, shown) = desk.json(&["customer", "show", "acme-corp"]);
    let found: Vec<_> =
        shown["customer"]["suggested_titles"].as_array().unwrap().iter().map(|s| (s["email"].clone(), s["title"].clone())).collect();
    assert_eq!(
        found,
        [
            (json!("grace1@acme.dev"), json!("Director of Finance")),
            (json!("grace5@acme.dev"), json!("Director")),
            (json!("grace6@acme.dev"), json!("Director")),
        ]
    );
}

#[test]
fn without_a_ledger_none_is_made() {
    let desk = Desk::with_samples();
    let before = sales_testkit::tree(desk.path());
    desk.run(&["customer", "show", "acme-corp"]).exit(0);
    assert_eq!(sales_testkit::differences(&before, &sales_testkit::tree(desk.path())), Vec::<String>::new());
    desk.write(".sales/ledger.db", "no database");
    shows!("customer_shown_torn_ledger", desk.shown(&desk.run(&["customer", "show", "acme-corp"])));
}
