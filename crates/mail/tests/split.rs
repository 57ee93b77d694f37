//! What holds for every text, and what a text costs.

use proptest::prelude::*;
use sales_mail::quote::{History, PartKind, Split, split, split_known};

fn text(split: &Split) -> String {
    split.parts.iter().map(|p| p.text.as_str()).collect::<Vec<_>>().join("\n")
}

fn kinds(split: &Split) -> Vec<(PartKind, &str)> {
    split.parts.iter().map(|p| (p.kind, p.text.as_str())).collect()
}

/// Lines that mean something to the code, and others.
const LINES: &[&str] = &[
    "",
    "Hi Jo,",
    "the plan is fine, please send the contract.",
    "Who signs?",
    "> Who signs?",
    ">> the plan is fine",
    "> ",
    "On Fri, Mar 15, 2024 at 10:02 AM Jo Rivera <jo@yourcompany.com> wrote:",
    "On Fri, Mar 15, 2024 at 10:02 AM Jo Rivera <",
    "jo@yourcompany.com> wrote:",
    "Am 15.03.24 um 10:02 schrieb Jo Rivera:",
    "Michael wrote:",
    "From: Jo Rivera <jo@yourcompany.com>",
    "*Von:* Jo Rivera",
    "Sent: Friday, 15 March 2024 10:02",
    "To: Michael Chen",
    "Subject: Plan",
    "Betreff: Plan",
    "________________________________",
    "-----Original Message-----",
    "---------- Forwarded message ---------",
    "Begin forwarded message:",
    "FYI",
    "See my answers below.",
    "-- ",
    "--",
    "Best regards,",
    "Thanks,",
    "Viele Grüße",
    "Michael",
    "Michael Chen",
    "Best, Michael",
    "CTO, ACME Inc",
    "+353 1 555 0142",
    "michael.chen@acme.dev",
    "www.acme.dev",
    "12 Custom House Quay, Dublin",
    "PS: one more thing.",
    "Sent from my iPhone",
    "Von meinem iPhone gesendet",
    "CAUTION: This email originated from outside of the organization.",
    "This email and any attachments are confidential and intended solely for the addressee; notify the sender if you received it in error.",
    "CONFIDENTIALITY NOTICE",
    "Globex GmbH, Amtsgericht Graz, HRB 123456, Geschäftsführer: Daniel Osei",
    "承知しました。よろしくお願いいたします。",
    "\u{200b}\u{a0}",
    "\r",
    "*** ***",
];

fn bodies() -> impl Strategy<Value = String> {
    let line = prop_oneof![6 => prop::sample::select(LINES).prop_map(str::to_owned), 1 => "\\PC{0,40}"];
    prop::collection::vec(line, 0..24).prop_map(|lines| lines.join("\n"))
}

/// Bodies without quotes, most of them.
fn unquoted() -> impl Strategy<Value = String> {
    bodies().prop_map(|body| {
        let quotes = |l: &&str| {
            l.starts_with('>') || l.ends_with("wrote:") || l.starts_with("Am 15") || l.starts_with("-----Or") || l.contains("From:")
        };
        body.split('\n').filter(|l| !quotes(l)).collect::<Vec<_>>().join("\n")
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn every_line_stands_in_one_part(body in bodies(), earlier in prop::collection::vec(bodies(), 0..3), forward: bool) {
        let earlier: Vec<&str> = earlier.iter().map(String::as_str).collect();
        let split = split_known(&body, &earlier, forward);
        prop_assert_eq!(text(&split), body.as_str());
        prop_assert!(split.parts.windows(2).all(|p| p[0].kind != p[1].kind));
        prop_assert_eq!(split.parts.is_empty(), body.is_empty());
        // The same thread, added one by one.
        let mut history = History::default();
        earlier.iter().rev().for_each(|e| history.add(e));
        prop_assert_eq!(history.split(&body, forward), split);
    }

    #[test]
    fn any_text_at_all(body in "(?s).{0,300}", earlier in "(?s).{0,300}") {
        prop_assert_eq!(text(&split(&body, &[&earlier])), body);
    }

    #[test]
    fn new_text_stays_new(body in unquoted()) {
        let first = split(&body, &[]);
        if first.parts.iter().any(|p| p.kind == PartKind::Quoted) {
            return Ok(());
        }
        let again = split(&first.new_text(), &[]);
        prop_assert_eq!(again.new_text(), first.new_text(), "{:?} then {:?}", first, again);
    }

    #[test]
    fn an_answer_above_a_known_mail_survives(answer in "[a-z]{3,8}( [a-z]{3,8}){0,12}", words in prop::collection::vec("[a-z]{4,9}", 30..80), width in 3_usize..20) {
        let earlier = words.join(" ");
        let wrapped: Vec<String> = words.chunks(width).map(|line| line.join(" ")).collect();
        let body = format!("{answer}\n\n{}", wrapped.join("\n"));
        prop_assert_eq!(split(&body, &[&earlier]).new_text(), answer);
    }
}

#[test]
fn the_empty_text_has_no_parts() {
    assert_eq!(split("", &[]), Split::default());
    assert_eq!(kinds(&split("\n\n", &["x"])), [(PartKind::New, "\n\n")]);
}

#[test]
fn line_ends_of_windows_stay() {
    let body = "Yes.\r\n\r\nOn Fri, Mar 15, 2024 at 10:02 AM Jo Rivera <jo@yourcompany.com> wrote:\r\n> Is it?\r\n";
    let split = split(body, &[]);
    assert_eq!(text(&split), body);
    assert_eq!(split.new_text(), "Yes.");
}

#[test]
fn parts_left_out_leave_an_empty_line() {
    let body = "> Who signs?\nMichael does.\n> And when?\nOn Friday.\n\nBest,\nSarah";
    let split = split(body, &[]);
    assert_eq!(split.new_text(), "Michael does.\n\nOn Friday.");
    assert_eq!(split.signature_text(), "Best,\nSarah");
}

#[test]
fn the_same_mail_sent_again_is_new() {
    let body = "Hi Omar,\n\nthe order form is attached once more, because the first one had the wrong number of seats and the wrong date in it.\n\nBest,\nJo";
    assert_eq!(split(body, &[body]).new_text(), split(body, &[]).new_text());
    assert!(split(body, &[body]).new_text().contains("wrong number of seats"));
}

/// Texts whose cost could be their square: a rule broken here is felt as a test that does not end.
#[test]
fn hostile_texts() {
    const MANY: usize = 4_000;
    let header = "From: a@b.example\nSent: 1\nTo: b\nSubject: c\n\n";
    let texts = [
        "a ".repeat(MANY),
        "a\n".repeat(MANY),
        ">".repeat(MANY),
        "> a\n\n".repeat(MANY),
        "> a\nb\n".repeat(MANY),
        "\n".repeat(MANY),
        "---\n".repeat(MANY),
        "Best regards,\n".repeat(MANY),
        "Best regards,\nMichael\n\n".repeat(MANY),
        "-- \n".repeat(MANY),
        "--\nMichael, CTO\n\n".repeat(MANY),
        "Michael Chen\n+353 1 555 0142\n\n".repeat(MANY),
        "Sent from my iPhone\n".repeat(MANY),
        "this email and any virus is confidential\n".repeat(MANY),
        "this email and any virus is confidential\n\n".repeat(MANY),
        "On 15 March 2024 at 10:02\n".repeat(MANY),
        "Michael wrote:\n".repeat(MANY),
        "Michael wrote:\n> a\n".repeat(MANY),
        "> Michael wrote:\nb\n".repeat(MANY),
        header.repeat(MANY / 4),
        format!("> {}\nb\n", header.trim_end().replace('\n', "\n> ")).repeat(MANY / 4),
        "Hi,\n".repeat(MANY),
        "one two three four five\n***\n".repeat(MANY),
        "[cid:x]\n".repeat(MANY),
        format!("{}:", "x".repeat(MANY * 4)),
        "---- On 2 April 2024 at 10:02 Jo Rivera wrote ----\n".repeat(MANY),
        "森\n".repeat(MANY),
        "That is all.\n\nJo\n\n".repeat(MANY),
        format!("Yes.\n{}Jo\n{}", "\n".repeat(MANY), "\n".repeat(MANY)),
        "this email and any virus is confidential ".repeat(MANY),
    ];
    for body in &texts {
        for earlier in [&[][..], &[body.as_str()], &[texts[0].as_str(), texts[22].as_str()]] {
            assert_eq!(&text(&split(body, earlier)), body);
        }
    }
}

#[test]
fn a_long_thread_that_quotes_itself() {
    let mut history = History::default();
    let mut body = String::new();
    for n in 0..100 {
        let new = format!("Answer number {n} says that the count is {} and that nothing else has changed since then.", n * 7);
        let quoted: String = body.lines().map(|l| format!("> {l}\n")).collect();
        body = format!("{new}\n\nOn Fri, Mar 15, 2024 at 10:02 AM Jo Rivera <jo@yourcompany.com> wrote:\n\n{quoted}");
        assert_eq!(history.split(&body, false).new_text(), new);
        history.add(&body);
    }
}
