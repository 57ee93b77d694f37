//! Threads as they are met; each in every order.

use sales_model::Noise;

use crate::*;

#[test]
fn nothing_and_one() {
    check(&[], "");
    check(&[mail("a", 0, "Offer", &[])], "a");
}

#[test]
fn a_chain() {
    check(&[mail("a", 0, "Offer", &[]), mail("b", 1, "Re: Offer", &["a"]), mail("c", 2, "AW: Re: Offer", &["a", "b"])], "a b c");
}

#[test]
fn only_in_reply_to() {
    check(
        &[
            mail("a", 0, "Offer", &[]),
            mail("b", 1, "Re: Offer", &["a"]),
            mail("c", 2, "Re: Offer", &["b"]),
            mail("d", 3, "Re: Offer", &["c"]),
        ],
        "a b c d",
    );
}

#[test]
fn branches() {
    check(
        &[
            mail("a", 0, "Offer", &[]),
            mail("b", 1, "Re: Offer", &["a"]),
            mail("c", 1, "Re: Offer", &["a"]),
            mail("d", 2, "Re: Offer", &["a", "c"]),
        ],
        "a b c d",
    );
}

#[test]
fn missing_first() {
    check(&[mail("b", 1, "Re: Offer", &["a"]), mail("c", 2, "Re: Offer", &["a"])], "b c");
}

#[test]
fn missing_parent() {
    check(&[mail("a", 0, "Offer", &[]), mail("c", 2, "Re: Offer", &["a", "b"])], "a c");
}

#[test]
fn several_missing() {
    check(&[mail("a", 0, "Offer", &[]), mail("e", 4, "Re: Offer", &["a", "b", "c", "d"]), mail("f", 5, "Re: Offer", &["c", "x"])], "a e f");
}

#[test]
fn all_parents_missing_but_one_ancestor_in_common() {
    check(&[mail("c", 1, "Re: Offer", &["a", "b"]), mail("e", 2, "Re: Offer", &["a", "d"])], "c e");
}

#[test]
fn missing_parent_and_another_subject() {
    // The price of what `written_by_answering_an_old_mail` wants.
    check(&[mail("a", 0, "Offer", &[]), mail("c", 2, "Re: Contract of the pilot", &["a", "b"])], "a | c");
}

#[test]
fn subject_changed_on_the_way() {
    check(
        &[
            mail("a", 0, "Offer", &[]),
            mail("b", 1, "Re: Contract (was: Offer)", &["a"]),
            mail("c", 2, "Re: Contract (was: Offer)", &["a", "b"]),
        ],
        "a b c",
    );
}

#[test]
fn loops() {
    check(&[mail("a", 0, "Re: Offer", &["b"]), mail("b", 1, "Re: Offer", &["a"])], "a b");
    check(&[mail("a", 0, "Re: Offer", &["c"]), mail("b", 1, "Re: Offer", &["a"]), mail("c", 1, "Re: Offer", &["a", "b"])], "a b c");
}

#[test]
fn itself_among_its_ancestors() {
    check(&[mail("a", 0, "Re: Offer for ACME", &["a"]), mail("b", 1, "Re: Offer for ACME", &["x", "b"])], "a b");
}

#[test]
fn the_same_message_twice() {
    let copy = mail("a", 0, "[sales] Offer", &[]);
    check(&[mail("a", 0, "Offer", &[]), copy, mail("b", 1, "Re: Offer", &["a"])], "a a b");
}

#[test]
fn an_id_that_was_given_twice() {
    // Two mails with one id cannot be told apart by whoever answers.
    check(&[mail("a", 0, "Offer", &[]), mail("a", 5, "Contract", &[]), mail("b", 6, "Re: Contract", &["a"])], "a a b");
}

#[test]
fn phrases_in_in_reply_to() {
    let phrase = ["Message from sarah of Monday", "sarah.rodriguez@acme.dev", "a"];
    let other = between(mail("c", 2, "Re: Contract", &["sarah.rodriguez@acme.dev"]), JO, &[SARAH]);
    check(&[mail("a", 0, "Offer", &[]), mail("b", 1, "Re: Offer", &phrase), other], "a b | c");
}

#[test]
fn outlook_without_references() {
    // Thread-Index alone: by subject, people and time.
    let first = between(mail("a", 0, "Plan for the pilot", &[]), JO, &[SARAH, ALEX]);
    check(&[first, mail("b", 1, "RE: Plan for the pilot", &[]), mail("c", 2, "RE: Plan for the pilot", &["b"])], "a b c");
}

#[test]
fn message_ids_that_the_server_rewrote() {
    // The sender's own copy has the id that the program gave it; answers name the server's.
    let own = between(mail("own", 0, "Plan for the pilot", &[]), JO, &[SARAH]);
    let answer = mail("b", 1, "RE: Plan for the pilot", &["rewritten@prod.outlook.com"]);
    let again = between(mail("c", 2, "RE: Plan for the pilot", &["rewritten@prod.outlook.com", "b"]), JO, &[SARAH]);
    check(&[own, answer, again], "own b c");
}

#[test]
fn gmail_decides() {
    // Gmail splits where references do not, and joins where they do not.
    check(
        &[
            gmail(mail("a", 0, "Offer", &[]), "18e1"),
            gmail(mail("b", 1, "Re: Offer", &["a"]), "18e1"),
            gmail(mail("c", 2, "Re: Contract", &["a", "b"]), "18e2"),
            gmail(mail("d", 3, "Re: Contract", &[]), "18e2"),
        ],
        "a b | c d",
    );
}

#[test]
fn gmail_and_another_route() {
    // A copy over another route, and an answer that only the other route has.
    check(
        &[
            gmail(mail("a", 0, "Offer", &[]), "18e1"),
            mail("a", 0, "Offer", &[]),
            gmail(mail("b", 1, "Re: Offer", &["a"]), "18e1"),
            mail("c", 2, "Re: Offer", &["a", "b"]),
            mail("d", 3, "Re: Offer", &["a", "x"]),
        ],
        "a a b c d",
    );
}

#[test]
fn an_imported_mail_joins_two_threads_of_gmail() {
    check(
        &[gmail(mail("a", 0, "Offer", &[]), "18e1"), gmail(mail("b", 1, "Re: Offer", &[]), "18e2"), mail("c", 2, "Re: Offer", &["a", "b"])],
        "a b c",
    );
}

#[test]
fn mailing_list_subjects() {
    check(
        &[
            mail("a", 0, "[acme-pilot] Outage on Tuesday", &[]),
            mail("b", 1, "Re: [acme-pilot] Outage on Tuesday", &["a"]),
            mail("c", 2, "[acme-pilot] Re: Outage on Tuesday", &["a", "x"]),
            mail("d", 3, "RE: [EXTERNAL] Re: [acme-pilot] Outage on Tuesday", &["a", "y"]),
        ],
        "a b c d",
    );
}

#[test]
fn other_languages() {
    let with = |id: &str, day, subject: &str| mail(id, day, subject, &["a", &format!("missing{id}")]);
    check(
        &[
            mail("a", 0, "Angebot", &[]),
            with("b", 1, "AW: Angebot"),
            with("c", 2, "WG: AW: Angebot"),
            with("d", 3, "回复：Angebot"),
            with("e", 4, "Odp: SV: Angebot"),
            with("f", 5, "YNT: İLT: Angebot"),
        ],
        "a b c d e f",
    );
}

#[test]
fn a_forward_with_a_new_subject() {
    let mut forward = mail("b", 1, "Fwd: for our call tomorrow", &["a"]);
    forward.1.body = "See below".into();
    check(&[mail("a", 0, "Offer", &[]), forward.clone(), mail("c", 2, "Re: for our call tomorrow", &["a", "b"])], "a b c");
    // Not even a mark before it, but the forwarded mail below.
    forward.1.subject = "For our call tomorrow".into();
    forward.1.body = "See below\n\n---------- Forwarded message ---------\nFrom: Jo".into();
    check(&[mail("a", 0, "Offer", &[]), forward], "a b");
}

#[test]
fn written_by_answering_an_old_mail() {
    let old = mail("a", 0, "Offer", &[]);
    let new = fresh(mail("b", 30, "Lunch in Vienna with Lukas", &["a"]));
    // Neither it nor its answers, which name the old mail too.
    let answers = [
        mail("c", 31, "Re: Lunch in Vienna with Lukas", &["a", "b"]),
        mail("d", 32, "Re: Lunch in Vienna with Lukas", &["a", "b", "c"]),
        mail("e", 33, "Re: Lunch in Vienna with Lukas", &["a", "b", "missing"]),
    ];
    let [c, d, e] = answers;
    check(&[old, new, c, d, e, mail("z", 34, "Re: Offer", &["a"])], "a z | b c d e");
}

#[test]
fn an_answer_without_mark_and_quote() {
    // A program that keeps the subject: the same people, the same subject, soon.
    let follow = fresh(between(mail("b", 3, "Plan for the pilot", &["a"]), JO, &[SARAH]));
    check(&[between(mail("a", 0, "Plan for the pilot", &[]), JO, &[SARAH]), follow.clone()], "a b");
    // With a quote, whoever wrote it.
    let quoted = between(mail("c", 4, "Plan for the pilot", &["a"]), ALEX, &[HARUKA]);
    check(&[mail("a", 0, "Plan for the pilot", &[]), follow, quoted], "a b c");
}

#[test]
fn one_template_for_many() {
    // Every mail of a mailing names the mail from which somebody made the template.
    let one = fresh(between(mail("a", 0, "Your renewal of the pilot", &["template"]), JO, &[SARAH, DEALS]));
    let two = fresh(between(mail("b", 0, "Your renewal of the pilot", &["template"]), JO, &[HARUKA, DEALS]));
    check(&[one, two], "a | b");
}

#[test]
fn newsletters_answer_nobody() {
    let letter = |id, day| {
        let mut sent = mail(id, day, "Re: Our spring news", &["template"]);
        sent.1.noise = Some(Noise::Newsletter);
        between(sent, "news@vendor.example", &[if id == "a" { SARAH } else { HARUKA }])
    };
    check(&[letter("a", 0), letter("b", 1)], "a | b");
}

#[test]
fn automatic_answers() {
    let mut away = fresh(mail("b", 1, "Automatic reply: Offer", &["a"]));
    away.1.noise = Some(Noise::AutoReply);
    let mut bounce = fresh(mail("c", 1, "Undeliverable: Offer", &["a"]));
    bounce.1.noise = Some(Noise::Bounce);
    let mut accepted = fresh(mail("d", 1, "Accepted: Offer", &["a"]));
    accepted.1.noise = Some(Noise::CalendarReply);
    check(&[mail("a", 0, "Offer", &[]), away, bounce, accepted], "a b c d");
}

#[test]
fn headers_alone() {
    let mut header = fresh(mail("b", 1, "Something else entirely", &["a"]));
    header.1.header_only = true;
    check(&[mail("a", 0, "Offer", &[]), header], "a b");
}

#[test]
fn by_subject() {
    let first = || between(mail("a", 0, "Plan for the pilot", &[]), JO, &[SARAH, ALEX]);
    let reply = |day| mail("b", day, "Re: Plan for the pilot", &[]);
    check(&[first(), reply(14)], "a b");
    check(&[first(), reply(15)], "a | b");
    check(&[first(), reply(15), mail("c", 2, "Re: Plan for the pilot", &["a"])], "a c b");
    check(&[first(), mail("b", 1, "Plan for the pilot", &[])], "a | b");
    check(&[first(), mail("b", 1, "Re: Plan for the pilots", &[])], "a | b");
    check(&[first(), between(reply(1), HARUKA, &[JO])], "a | b");
    check(&[first(), between(reply(1), SARAH, &[])], "a | b");
    // Sent before: an answer joins what began earlier.
    check(&[mail("a", 2, "Plan for the pilot", &[]), mail("b", 1, "Re: Plan for the pilot", &[])], "b | a");
    // Two answers whose first mail is missing.
    check(&[reply(1), between(mail("c", 2, "AW: Plan for the pilot", &[]), JO, &[SARAH])], "b c");
}

#[test]
fn a_rep_and_a_shared_mailbox_are_everywhere() {
    // The same subject to two customers; the answers have lost their references.
    let to = |id, day, customer| between(mail(id, day, "Your renewal of the pilot", &[]), JO, &[customer, DEALS]);
    let from = |id, day, customer| between(mail(id, day, "Re: Your renewal of the pilot", &[]), customer, &[JO, DEALS]);
    check(&[to("a", 0, SARAH), to("b", 0, HARUKA), from("c", 1, HARUKA), from("d", 1, SARAH)], "a d | b c");
    let mine = between(mail("e", 1, "Re: Your renewal of the pilot", &[]), JO, &[HARUKA, DEALS]);
    check(&[to("a", 0, SARAH), mine], "a | e");
}

#[test]
fn common_subjects_join_nothing() {
    for subject in ["Hello", "Quick question", "Your invoice", "Meeting", "(no subject)", "", "Re:", "Acme"] {
        let first = between(mail("a", 0, subject, &[]), JO, &[SARAH]);
        check(&[first, mail("b", 1, &format!("Re: {subject}"), &[])], "a | b");
    }
}

#[test]
fn by_subject_to_the_nearest_only() {
    let first = |id, day| between(mail(id, day, "Plan for the pilot", &[]), JO, &[SARAH]);
    check(&[first("a", 0), first("b", 5), mail("c", 6, "Re: Plan for the pilot", &[])], "a | b c");
    check(&[first("a", 0), first("b", 5), mail("c", 1, "Re: Plan for the pilot", &[])], "a c | b");
}

#[test]
fn a_found_parent_needs_no_subject() {
    // The answer's clock is wrong: it seems to be older than what it answers. Another conversation has the same subject.
    let other = between(mail("a", 0, "Plan for the pilot", &[]), JO, &[SARAH]);
    let parent = between(mail("c", 3, "Plan for the pilot", &[]), JO, &[SARAH]);
    check(&[other, mail("b", 2, "Re: Plan for the pilot", &["c"]), parent], "a | b c");
}
