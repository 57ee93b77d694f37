//! What is new in a mail's text, beside an earlier mail.
#![cfg_attr(not(feature = "drive"), no_main)]

use sales_fuzz::target;
use sales_mail::{
    quote::{History, PartKind, Split, split_known},
    signature::read,
};

target!(|input: (&str, &str, bool, &str)| {
    let (body, earlier, forward, author) = input;
    for earlier in [&[][..], &[earlier], &[body, earlier]] {
        let split = split_known(body, earlier, forward);
        let lines = split.parts.iter().map(|p| p.text.as_str()).collect::<Vec<_>>().join("\n");
        assert_eq!(lines, body, "a line is gone, or stands there twice");
        assert!(split.parts.windows(2).all(|p| p[0].kind != p[1].kind), "{split:?}");
        assert_eq!(History::of(earlier).split(body, forward), split);
        let signed = History::of(earlier).split_by(body, forward, author);
        let lines = signed.parts.iter().map(|p| p.text.as_str()).collect::<Vec<_>>().join("\n");
        assert_eq!(lines, body, "a line is gone, or stands there twice");
        // Who wrote it decides what is a signature, and nothing else.
        let quoted = |split: &Split| split.parts.iter().filter(|p| p.kind == PartKind::Quoted).map(|p| p.text.clone()).collect::<Vec<_>>();
        if quoted(&signed).is_empty() != quoted(&split).is_empty() {
            panic!("{signed:?} {split:?}");
        }
        // Nothing is made up: each line of what is said of somebody stands in the text.
        if let Some(signed) = read(body, "Michael Chen", "michael.chen@acme.dev") {
            let said = [signed.title, signed.phone, signed.company];
            assert!(
                said.iter().any(Option::is_some)
                    && said.iter().flatten().all(|s| !s.is_empty() && s.len() <= 400 && !s.contains(char::is_control)),
                "{said:?}"
            );
        }
    }
    let split = split_known(body, &[], false);
    if split.parts.iter().all(|p| p.kind != PartKind::Quoted) {
        let new = split.new_text();
        assert_eq!(split_known(&new, &[], false).new_text(), new, "{split:?}");
    }
});
