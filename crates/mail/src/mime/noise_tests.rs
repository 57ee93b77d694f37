use sales_model::Noise::{AutoReply, Bounce, CalendarReply, Newsletter, Notification};

use super::super::fields;
use super::*;

#[test]
fn what_is_no_conversation() {
    let ana = "From: Ana <ana@acme.example>\nTo: us@us.example\n";
    let reply = "In-Reply-To: <a@x>\n";
    let cases = [
        (ana, "", None),
        (ana, reply, None),
        // Reports.
        ("From: Mail Delivery <mailer-daemon@x.example>\n", "Return-Path: <>\n", Some(Bounce)),
        ("From: postmaster@x.example\n", "", Some(Bounce)),
        ("From: postmaster@acme.example\n", reply, Some(Notification)),
        (ana, "Content-Type: multipart/report; report-type=delivery-status; boundary=x\n", Some(Bounce)),
        (ana, "Content-Type: multipart/report; report-type=disposition-notification\nAuto-Submitted: auto-replied\n", Some(Bounce)),
        (ana, "X-Failed-Recipients: bob@x.example\n", Some(Bounce)),
        // Answers to invitations.
        (ana, "Content-Type: text/calendar; method=REPLY\n", Some(CalendarReply)),
        (ana, "Content-Type: text/calendar; method=REQUEST\n", None),
        // Automatic replies.
        (ana, "Auto-Submitted: auto-replied (vacation)\n", Some(AutoReply)),
        (ana, "Auto-Submitted: no\n", None),
        (ana, "Precedence: auto_reply\n", Some(AutoReply)),
        (ana, "X-Autoreply: yes\n", Some(AutoReply)),
        (ana, "X-Autoreply: no\n", None),
        (ana, "Subject: Automatic reply: plan\nAuto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\n", Some(AutoReply)),
        (ana, "Subject: =?utf-8?Q?R=C3=A9ponse_automatique?= : plan\n", Some(AutoReply)),
        (ana, "Subject: Re: Automatic reply: plan\nIn-Reply-To: <a@x>\n", None),
        (ana, "Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\nIn-Reply-To: <a@x>\n", Some(AutoReply)),
        (ana, "Return-Path: <>\nIn-Reply-To: <a@x>\n", Some(AutoReply)),
        // Programs.
        (ana, "Auto-Submitted: auto-generated\n", Some(Notification)),
        (ana, "Return-Path: <>\n", Some(Notification)),
        (ana, "Precedence: bulk\n", Some(Notification)),
        (ana, "X-Auto-Response-Suppress: OOF\n", None),
        ("From: No Reply <no-reply@acme.example>\nTo: us@us.example\n", "", Some(Notification)),
        ("From: acme-noreply@acme.example\nTo: us@us.example\n", "", Some(Notification)),
        ("From: do_not_reply@acme.example\nTo: us@us.example\n", reply, Some(Notification)),
        ("From: notifications@acme.example\nTo: us@us.example\n", "", Some(Notification)),
        // Mailings: a way to unsubscribe and one sign more.
        (ana, "List-Unsubscribe: <https://x.example/u>\n", None),
        (ana, "List-Unsubscribe: <https://x.example/u>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n", None),
        (ana, "List-Unsubscribe: <https://x.example/u>\nPrecedence: bulk\n", Some(Newsletter)),
        (ana, "List-Unsubscribe: <https://x.example/u>\nFeedback-ID: 1:2:3\n", Some(Newsletter)),
        (ana, "List-Unsubscribe: <https://x.example/u>\nFeedback-ID: 1:2:3\nIn-Reply-To: <a@x>\n", None),
        (ana, "List-Unsubscribe: <https://x.example/u>\nList-ID: <1.2.list-id.x.example>\n", Some(Newsletter)),
        (
            ana,
            "List-Unsubscribe: <https://x.example/u>\nList-ID: <sales.us.example>\nList-Post: <mailto:s@us.example>\nPrecedence: list\n",
            None,
        ),
        ("From: no-reply@acme.example\nTo: us@us.example\n", "List-Unsubscribe: <mailto:u@x.example>\n", Some(Newsletter)),
        ("From: ana@acme.example\nTo: undisclosed-recipients:;\n", "List-Unsubscribe: <mailto:u@x.example>\n", Some(Newsletter)),
        ("Subject: nothing\n", "", None),
    ];
    for (head, more, want) in cases {
        let raw = format!("{head}{more}");
        assert_eq!(fields::read(&Header::parse(raw.as_bytes())).noise, want, "{raw}");
    }
}
