//! `profile.toml`, `workspace.toml` and `people.toml` as people may leave them.
#![cfg_attr(not(feature = "drive"), no_main)]

use std::path::Path;

use sales_files::{FileError, parse_links, parse_profile, parse_settings, settings_template};
use sales_fuzz::target;

target!(|text: &str| {
    match parse_profile(Path::new("profile.toml"), text) {
        Ok(profile) => assert!(!profile.name.is_empty()),
        Err(e) => told(&e, text),
    }
    match parse_links(Path::new("people.toml"), text) {
        Ok(links) => assert!(links.same.iter().all(|same| same.who.len() > 1)),
        Err(e) => told(&e, text),
    }
    match parse_settings(Path::new("workspace.toml"), text) {
        // What was read can be written, and means the same then.
        Ok(settings) => {
            let written = settings_template(&settings);
            assert_eq!(parse_settings(Path::new("workspace.toml"), &written).ok(), Some(settings), "{written}");
        }
        Err(e) => told(&e, text),
    }
});

/// An error names a line of the file and steers no terminal.
fn told(e: &FileError, text: &str) {
    assert!(!e.to_string().contains(char::is_control) && !e.next.is_empty(), "{e}");
    assert!(e.line.is_none_or(|line| (1..=text.matches('\n').count() + 1).contains(&line)), "{e}");
}
