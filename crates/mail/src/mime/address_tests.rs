use super::*;

fn shown(text: &str) -> Vec<String> {
    entries(text).into_iter().map(|a| format!("{}|{}", a.name, a.email)).collect()
}

#[test]
fn addresses() {
    let cases: [(&str, &[&str]); 44] = [
        ("", &[]),
        ("ana@acme.example", &["|ana@acme.example"]),
        ("Ana Lee <Ana@ACME.example>", &["Ana Lee|ana@acme.example"]),
        ("\"Lee, Ana\" <ana@acme.example>, bob@x.example", &["Lee, Ana|ana@acme.example", "|bob@x.example"]),
        ("Lee, Ana <ana@acme.example>", &["Lee, Ana|ana@acme.example"]),
        ("ana@acme.example (Ana Lee)", &["Ana Lee|ana@acme.example"]),
        ("ana@acme.example (Ana (the) \\(one)", &["Ana (the) (one|ana@acme.example"]),
        ("Ana <ana@acme.example> (sales)", &["Ana|ana@acme.example"]),
        ("Team: ana@x.example, Bob <bob@x.example>;, eve@x.example", &["|ana@x.example", "Bob|bob@x.example", "|eve@x.example"]),
        ("undisclosed-recipients:;", &[]),
        ("Undisclosed recipients:;", &[]),
        ("undisclosed-recipients", &[]),
        ("\"ceo@acme.example\" <x@evil.example>", &["ceo@acme.example|x@evil.example"]),
        ("ceo@acme.example <x@evil.example>", &["ceo@acme.example|x@evil.example"]),
        ("\"Ana <ceo@acme.example>\" <x@evil.example>", &["Ana <ceo@acme.example>|x@evil.example"]),
        ("<ceo@acme.example> <x@evil.example>", &["|x@evil.example"]),
        ("\"john doe\"@x.example", &["|\"john doe\"@x.example"]),
        ("\"john.doe\"@x.example", &["|john.doe@x.example"]),
        ("<\"a@b\"@x.example>", &["|\"a@b\"@x.example"]),
        ("=?utf-8?Q?Doe,_J=C3=BCrgen?= <j@x.example>", &["Doe, Jürgen|j@x.example"]),
        ("\"=?utf-8?Q?Doe,_J=C3=BCrgen?=\" <j@x.example>", &["Doe, Jürgen|j@x.example"]),
        ("=?utf-8?Q?Ana_=3Cana=40acme.example=3E?=", &["Ana|ana@acme.example"]),
        ("=?utf-8?Q?J=C3?= =?utf-8?Q?=BC?= <j@x.example>", &["Jü|j@x.example"]),
        ("ana@bücher.example", &["|ana@xn--bcher-kva.example"]),
        ("Ana <ana@xn--bcher-kva.example>", &["Ana|ana@xn--bcher-kva.example"]),
        ("用户@例え.テスト", &["|用户@xn--r8jz45g.xn--zckzah"]),
        ("a@x.example; b@x.example", &["|a@x.example", "|b@x.example"]),
        ("'ana@x.example' <ana@x.example>", &["|ana@x.example"]),
        ("\"'Ana Lee' via Sales\" <sales@x.example>", &["'Ana Lee' via Sales|sales@x.example"]),
        ("mailto:ana@x.example", &["|ana@x.example"]),
        ("<mailto:ana@x.example>", &["|ana@x.example"]),
        ("<@one,@two:ana@x.example>", &["|ana@x.example"]),
        ("Ana Lee ana@x.example", &["Ana Lee|ana@x.example"]),
        ("MAILER-DAEMON (Mail System)", &["MAILER-DAEMON|"]),
        ("Ana </O=EXCHANGE/CN=ANA>", &["Ana|"]),
        ("Ana <ana@x.example", &["Ana|ana@x.example"]),
        ("\"Ana <ana@x.example>", &["Ana|ana@x.example"]),
        ("Ana (Sales <ana@x.example>", &["Ana (Sales|ana@x.example"]),
        ("ana @ x . example", &[" ana @ x . example|".trim_start()]),
        ("ana@x.example.", &["|ana@x.example"]),
        ("ana@[192.0.2.1]", &["|ana@[192.0.2.1]"]),
        ("a\u{200b}na@x.example", &["|ana@x.example"]),
        ("Evil\u{202e}nam <e@x.example>", &["Evilnam|e@x.example"]),
        (",,;;<>,@,a@,@b", &["@|", "a@|", "@b|"]),
    ];
    for (text, want) in cases {
        assert_eq!(shown(text), want, "{text:?}");
    }
    assert_eq!(list("Ana, bob@x.example"), [MailAddress { name: String::new(), email: "bob@x.example".into() }]);
}

#[test]
fn hostile_lists_are_read_in_linear_time() {
    let half = 200_000;
    for piece in ["\"", "(", "<", "=?", "=?a?q?", "a,", "(\\", "a <", ":"] {
        let text = piece.repeat(half / piece.len());
        assert!(entries(&text).len() <= ADDRESSES);
        assert!(entries(&format!("{text}?=")).len() <= ADDRESSES);
    }
}
