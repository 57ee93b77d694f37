//! `.env`.
#![cfg_attr(not(feature = "drive"), no_main)]

use sales_files::parse_env;
use sales_fuzz::target;

target!(|text: &str| {
    match parse_env(text) {
        Ok(set) => {
            for (n, (name, value)) in set.iter().enumerate() {
                assert!(!name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'), "{name:?}");
                assert!(!value.contains('\0') && set.iter().skip(n + 1).all(|(other, _)| other != name));
            }
        }
        Err(e) => assert!((1..=text.matches('\n').count() + 1).contains(&e.line), "{e}"),
    }
});
