#![expect(clippy::string_slice, reason = "tests look at stretches that they know")]

use proptest::prelude::*;
use sales_model::RefKind;

use super::*;

fn refs(t: &Text) -> Vec<(String, RefKind, String)> {
    t.refs.iter().map(|r| (t.plain[r.start as usize..r.end as usize].to_owned(), r.kind, r.key.clone())).collect()
}

#[test]
fn the_table() {
    let table = [
        ("", ""),
        ("plain *bold* _it_ ~no~ `code` :tada: :wave::skin-tone-2:", "plain *bold* _it_ ~no~ `code` :tada: :wave::skin-tone-2:"),
        ("hi <@U012ABC>!", "hi @U012ABC!"),
        ("hi <@U012ABC|jo>", "hi @jo"),
        ("hi <@W012ABC|@jo &amp; co>", "hi @jo & co"),
        ("in <#C012ABC|general>, <#C012ABD|> and <#C012ABE>", "in #general, #C012ABD and #C012ABE"),
        ("<!here> <!channel> <!everyone>", "@here @channel @everyone"),
        ("<!subteam^S012ABC|@sales-team> <!subteam^S012ABC>", "@sales-team @S012ABC"),
        ("<!date^1392734382^{date_short} at {time}|Feb 18, 2014 PST>", "Feb 18, 2014 PST"),
        ("<!date^1392734382^{date}^https://x.example/cal|Feb 18>", "Feb 18 (https://x.example/cal)"),
        ("<!date^1392734382^{date}>", "2014-02-18 14:39 UTC"),
        ("<!date^soon^{date}>", "<!date^soon^{date}>"),
        ("<!unheard^of|label>", "label"),
        ("<!unheard>", "<!unheard>"),
        ("<https://acme.dev/a?b=1&amp;c=2|the plan>", "the plan (https://acme.dev/a?b=1&c=2)"),
        ("<https://acme.dev>", "https://acme.dev"),
        ("<https://acme.dev/|acme.dev>", "acme.dev"),
        ("<mailto:jo@acme.dev|jo@acme.dev>", "jo@acme.dev"),
        ("<mailto:jo@acme.dev|Jo>", "Jo (mailto:jo@acme.dev)"),
        ("<tel:+1555|+1555>", "+1555"),
        ("<https://x.example|a|b>", "a|b (https://x.example)"),
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("&amp;lt; stays escaped once", "&lt; stays escaped once"),
        ("R&D, AT&T; &nbsp; &", "R&D, AT&T; &nbsp; &"),
        ("a < b and <@U1A2> too", "a < b and @U1A2 too"),
        ("never closed <@U1A2", "never closed <@U1A2"),
        ("<> <|> <@> <#> <!> <@u1> <@U1 2>", "<> <|> <@> <#> <!> <@u1> <@U1 2>"),
        ("<just words>", "<just words>"),
        ("<<@U1A2>>", "<@U1A2>"),
        ("שלום <@U1A2> 你好 🎉<#C1A2|größe>", "שלום @U1A2 你好 🎉#größe"),
        ("\u{0}\u{202e}<@U1A2>\r\n", "\u{0}\u{202e}@U1A2\r\n"),
    ];
    for (wire, plain) in table {
        assert_eq!(decode(wire).plain, plain, "{wire:?}");
    }
}

#[test]
fn references_stand_on_the_names() {
    let t = decode("ü <@U012ABC|jo> in <#C012ABC>: <@U9Z>");
    assert_eq!(
        refs(&t),
        [
            ("jo".into(), RefKind::Person, "slack:U012ABC".into()),
            ("C012ABC".into(), RefKind::Place, "slack:C012ABC".into()),
            ("U9Z".into(), RefKind::Person, "slack:U9Z".into()),
        ]
    );
    let name = |_: RefKind, key: &str| (key == "slack:U9Z").then(|| "Michael <Chen>".to_owned());
    assert_eq!(t.render(name), "ü @jo in #C012ABC: @Michael <Chen>");
}

#[test]
fn escaped_mentions_are_only_text() {
    for wire in ["&lt;@U012ABC&gt;", "&amp;lt;@U012ABC&amp;gt;", "<https://x.example|&lt;@U012ABC&gt;>", "&lt;!channel&gt;"] {
        let t = decode(wire);
        assert_eq!(t.refs, [], "{wire}");
    }
    assert_eq!(decode("&lt;@U012ABC&gt;").plain, "<@U012ABC>");
}

#[test]
fn a_megabyte_of_brackets_is_read_in_no_time() {
    for unit in ["<", ">", "<@", "&", "<@U1A2>", "&lt;"] {
        let t = decode(&unit.repeat(1_000_000 / unit.len()));
        assert!(!t.plain.is_empty());
    }
}

fn escape(s: &str) -> String {
    s.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

proptest! {
    #[test]
    fn never_panics_and_refs_are_sound(s in "([<>@#!|^&;]|lt;|amp;|gt;|U1A|C9B|https:|subteam|date|[\\PC]|\\n){0,60}") {
        let t = decode(&s);
        let mut at = 0;
        for r in &t.refs {
            prop_assert!(r.start >= at && r.end > r.start);
            prop_assert!(t.plain.get(r.start as usize..r.end as usize).is_some());
            prop_assert!(r.key.strip_prefix("slack:").is_some_and(is_id));
            at = r.end;
        }
    }

    #[test]
    fn anything_at_all(s in any::<String>()) {
        decode(&s);
    }

    #[test]
    fn text_without_specials_is_unchanged(s in "[^<&]{0,80}") {
        let t = decode(&s);
        prop_assert_eq!(&t.plain, &s);
        prop_assert!(t.refs.is_empty());
    }

    #[test]
    fn escaped_text_comes_back_whole_and_names_nobody(s in any::<String>()) {
        let t = decode(&escape(&s));
        prop_assert_eq!(&t.plain, &s);
        prop_assert!(t.refs.is_empty());
    }

    #[test]
    fn words_around_specials_are_kept(a in "[a-z ]{0,10}", b in "[a-z ]{0,10}") {
        let t = decode(&format!("{a}<@U1A2B3>{b}"));
        prop_assert_eq!(&t.plain, &format!("{a}@U1A2B3{b}"));
        prop_assert_eq!(t.refs.len(), 1);
    }
}
