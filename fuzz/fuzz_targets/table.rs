//! Tables of customers as people and CRMs write them.
#![cfg_attr(not(feature = "drive"), no_main)]

use std::path::Path;

use sales_files::{FileChange, Workspace, parse_profile};
use sales_fuzz::target;
use sales_model::Settings;

/// Time grows faster than length: a new customer of a line is held against all before it.
const LONGEST: usize = 16 * 1024;

target!(|bytes: &[u8]| {
    let bytes = &bytes[..bytes.len().min(LONGEST)];
    // Nothing is there, and nothing is written: all customers are new.
    let ws = Workspace::at("no-such-folder");
    let Ok(table) = ws.plan_table(&ws.disk(), &Settings::default(), "customer add", bytes) else { return };
    for file in &table.plan.files {
        let FileChange::Profile { before: None, after: Some(text), .. } = file else { panic!("{file:?} is no new profile") };
        let profile = parse_profile(Path::new("profile.toml"), text);
        assert!(profile.is_ok_and(|p| !p.name.trim().is_empty()), "{text}");
    }
    let lines = String::from_utf8_lossy(bytes).len() + 1;
    for told in table.problems.iter().chain(&table.warnings) {
        assert!((1..=lines).contains(&told.line) && !told.what.is_empty(), "{told:?}");
    }
    assert_eq!(table.plan.files.len(), table.customers.iter().filter(|c| !c.keys.is_empty() || c.new).count());
});
