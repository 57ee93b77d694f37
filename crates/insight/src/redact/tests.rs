use proptest::prelude::*;

use super::*;

fn redactor() -> Redactor {
    let people = ["Michael Chen", "José Álvarez", "Will Park"].map(str::to_owned).into();
    Redactor::new(&Names { people, companies: vec!["Acme".into()] }, Kinds::ALL)
}

#[test]
fn all_patterns_compile() {
    for pattern in secrets::SHAPES.iter().chain(secrets::LABELLED.iter()) {
        assert!(pattern.sound());
    }
    for pattern in [&*url::LINK, &ip::FOUR, &ip::SIX, &ssn::SSN, &ssn::LICENSE, &birth::DATE] {
        assert!(pattern.sound());
    }
}

#[test]
fn a_text_is_masked_and_comes_back() {
    let text = "Hi Michael, call +1 415 555 0123 or write to m.chen@acme.dev.\nIBAN DE89 3704 0044 0532 0130 00\nMICHAEL CHEN";
    let mut vault = Vault::default();
    let redactor = redactor();
    let masked = redactor.redact(text, &mut vault);
    assert_eq!(masked, "Hi [PERSON_1], call [PHONE_1] or write to [EMAIL_1].\nIBAN [IBAN_1]\n[PERSON_1.2]");
    assert_eq!(vault.restore(&masked), text);
    // In the customer's next text the same has the same mask.
    assert_eq!(redactor.redact("m.chen@acme.dev, Michael", &mut vault), "[EMAIL_1], [PERSON_1]");
}

#[test]
fn masks_in_what_others_wrote_are_not_ours() {
    let redactor = redactor();
    let mut vault = Vault::default();
    let first = "Michael: [PERSON_1] and [EMAIL_1]";
    let masked = redactor.redact(first, &mut vault);
    assert_eq!(masked, "[PERSON_2]: [PERSON_1] and [EMAIL_1]");
    assert_eq!(vault.restore(&masked), first);
    // Now the vault has given out PERSON_2.
    let second = "what is [PERSON_2]?";
    let masked = redactor.redact(second, &mut vault);
    assert_eq!(masked, "what is [TEXT_1]?");
    assert_eq!(vault.restore(&masked), second);
}

#[test]
fn only_the_kinds_that_were_asked_for() {
    let structured = Redactor::new(&Names::default(), Kinds::STRUCTURED);
    let text = "Jennifer lives in Norway, https://acme.dev/x, a@b.de";
    assert_eq!(structured.redact(text, &mut Vault::default()), "Jennifer lives in Norway, https://acme.dev/x, [EMAIL_1]");
}

/// What is written about all day in sales and names nobody.
#[test]
fn numbers_and_names_of_things_stay() {
    let redactor = Redactor::new(&Names::default(), Kinds::PERSONAL);
    for text in [
        "Upgrade from version 2.4.1 to 10.2.0.1 by March 12, 2024.",
        "Order 4500123456, ticket #88231, PO-2024-0017, invoice INV 100245.",
        "The price is $1,250,000.00 (EUR 1.150.000,00), 15% off for 300 seats.",
        "Meeting on 2024-03-15 at 10:30, 45 minutes, room 12.",
        "Q3 revenue grew 12.5x to 3 400 000 in 2023/2024.",
        "Migrate 25 Kubernetes clusters from AWS to Azure with SOC 2 Type II and ISO 27001.",
        "Next Steps: Security Review, Legal, Procurement. Please sign the Order Form.",
        "Commit 9fceb02d0ae598e95dc970b74767f19372d61af8 fixes build 20240115.1",
        "Send the Data Processing Agreement and the Master Services Agreement to Procurement.",
        "The Head of Engineering asked for a Proof of Concept with Single Sign-On and the REST API.",
        "Our Champion wants the Statement of Work before the Steering Committee on Tuesday.",
        "In the Kickoff we agreed on Phase 2, then Phase 3: 25 seats at 40 EUR per month.",
        "The API returns 429 after 1000 requests per minute; see section 4.1.2.3.",
    ] {
        assert_eq!(redactor.redact(text, &mut Vault::default()), text);
    }
}

/// Time grows with the length: what would take hours otherwise ends at once.
#[test]
fn long_and_hostile_texts_are_read() {
    let redactor = redactor();
    for piece in [
        "?",
        "-",
        "Michael and ",
        "12 Main Street, ",
        "Ana, Bo, ",
        "(1",
        "a@",
        "x://y:",
        "[",
        "password ",
        "\n",
        "\u{AD}",
        "DE89 ",
        "1 ",
        "Mr. ",
        "in Zorba 1426 ",
    ] {
        let text = piece.repeat(30_000 / piece.len());
        let masked = redactor.redact(&text, &mut Vault::default());
        assert!(masked.len() <= 20 * text.len(), "{piece:?}");
    }
}

/// Values that need no word around them.
const VALUES: &[&str] = &[
    "a@b.de",
    "4111 1111 1111 1111",
    "5500005555555559",
    "+1 415 555 0123",
    "(415) 555-0123",
    "DE89 3704 0044 0532 0130 00",
    "219-09-9999",
    "10.0.0.1",
    "2001:db8::1",
    "xoxb-1234-5678-abcDEF",
    "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "password=hunter22",
    "Bearer abcdefghij0123456789",
];

/// Pieces that matter, in any order and directly behind each other.
fn texts() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        Just("Michael"),
        Just("chen "),
        Just("José Álvarez"),
        Just("Mr. "),
        Just("my name is "),
        Just("a@b.de"),
        Just("@"),
        Just("4111 1111 1111 1111"),
        Just("4111111111111111"),
        Just("+1 415 555 0123"),
        Just("DE89 3704 0044 0532 0130 00"),
        Just("219-09-9999"),
        Just("10.0.0.1"),
        Just("::1"),
        Just("https://a.b/c?token=abcdefgh1"),
        Just("password: hunter2 "),
        Just("[PERSON_1]"),
        Just("[EMAIL_1]"),
        Just("[TEXT_1]"),
        Just("[PERSON_1.2]"),
        Just(" 12 Main Street, Springfield, IL 62704 "),
        Just("\n"),
        Just(" "),
        Just(","),
        Just("."),
        Just("\u{200B}"),
        Just("\u{AD}"),
        Just("４２"),
        Just("1"),
        Just("-"),
        Just("("),
        Just("]"),
        Just("["),
        Just("e\u{301}"),
        Just("李"),
        Just(" Acme Inc."),
        Just("from Norway "),
        Just("x"),
        Just("Bearer abcdefghij0123456789 "),
    ];
    prop_oneof![
        3 => prop::collection::vec(pieces, 0..24).prop_map(|p| p.concat()),
        1 => any::<String>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn spans_are_sorted_and_apart(text in texts()) {
        let spans = redactor().find(&text);
        prop_assert!(spans.iter().all(|s| !s.range.is_empty() && text.get(s.range.clone()).is_some()), "{spans:?}");
        prop_assert!(spans.windows(2).all(|w| w[0].range.end <= w[1].range.start), "{spans:?}");
    }

    #[test]
    fn what_was_masked_comes_back(first in texts(), second in texts()) {
        let redactor = redactor();
        let mut vault = Vault::default();
        for text in [first, second] {
            let masked = redactor.redact(&text, &mut vault);
            prop_assert_eq!(vault.restore(&masked), text);
        }
        let file = serde_json::to_string(&vault).unwrap();
        prop_assert_eq!(serde_json::from_str::<Vault>(&file).unwrap(), vault);
    }

    #[test]
    fn no_structured_value_is_left(picks in prop::collection::vec((0..VALUES.len(), prop::sample::select(vec![" ", ", ", "\n", " and ", "; "])), 1..12)) {
        let text: String = picks.iter().flat_map(|(n, between)| [VALUES[*n], between]).collect();
        let masked = Redactor::new(&Names::default(), Kinds::STRUCTURED).redact(&text, &mut Vault::default());
        prop_assert!(VALUES.iter().all(|v| !masked.contains(v)), "{masked}");
    }

    #[test]
    fn nothing_is_left_to_find(text in texts()) {
        let redactor = redactor();
        let masked = redactor.redact(&text, &mut Vault::default());
        prop_assert_eq!(redactor.find(&masked), vec![]);
        prop_assert_eq!(redactor.redact(&masked, &mut Vault::default()), masked);
    }
}
