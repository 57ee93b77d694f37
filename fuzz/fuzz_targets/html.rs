//! Pages: any bytes, as text. What comes out is bounded and safe to show, and splitting it loses nothing.
#![cfg_attr(not(feature = "drive"), no_main)]

use sales_fuzz::target;
use sales_mail::{html::to_text, quote};

target!(|bytes: &[u8]| {
    let text = to_text(&String::from_utf8_lossy(bytes));
    assert!(text.len() <= 1024 * 1024, "{}", text.len());
    assert!(!text.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\t')), "{text:?}");
    assert!(text.lines().all(|l| l.ends_with("-- ") || l.trim_end() == l), "{text:?}");
    assert!(!text.contains("\n\n\n\n") && text.trim_matches('\n') == text, "{text:?}");
    let split = quote::split(&text, &[]);
    let lines = split.parts.iter().map(|p| p.text.as_str()).collect::<Vec<_>>().join("\n");
    assert_eq!(lines, text, "a line is gone, or stands there twice");
});
