//! Redaction: any text, any names. What was masked comes back byte for byte, nothing is left to find, and spans stand apart.
#![cfg_attr(not(feature = "drive"), no_main)]

use sales_fuzz::target;
use sales_insight::redact::{Kinds, Names, Redactor, Vault};

target!(|input: (&str, &str)| {
    let (text, next) = input;
    let names = Names { people: next.lines().take(20).map(str::to_owned).collect(), companies: vec!["Acme".into()] };
    let redactor = Redactor::new(&names, Kinds::ALL);
    let spans = redactor.find(text);
    assert!(spans.iter().all(|s| !s.range.is_empty() && text.get(s.range.clone()).is_some()), "{spans:?}");
    assert!(spans.windows(2).all(|w| w[0].range.end <= w[1].range.start), "{spans:?}");
    let mut vault = Vault::default();
    for text in [text, next, text] {
        let masked = redactor.redact(text, &mut vault);
        assert_eq!(vault.restore(&masked), text, "something else came back");
    }
    let masked = redactor.redact(text, &mut Vault::default());
    assert_eq!(redactor.find(&masked), [], "{masked:?}");
    assert_eq!(redactor.redact(&masked, &mut Vault::default()), masked, "masked twice");
});
