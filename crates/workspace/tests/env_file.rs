//! The `.env` file.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use proptest::prelude::*;
use sales_files::{Kind, Stat, env_mode_problem, parse_env};

fn parsed(text: &str) -> Vec<(String, String)> {
    parse_env(text).unwrap()
}

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

#[test]
fn reads_what_people_write() {
    let text = concat!(
        "\u{feff}# Slack\r\n",
        "SLACK_TOKEN=xoxb-1-#not-a-comment # the bot\r\n",
        "\n",
        "export GONG_API_KEY = abc  \n",
        "\texport\tA='single # $x \\n'\n",
        "B=\"line\\nbreak \\\"quoted\\\" \\$x C:\\temp\"   # comment\n",
        "C=\"over\ntwo lines\"\n",
        "D=\nE=#nothing\nF=a=b=c\nA=again",
    );
    assert_eq!(
        parsed(text),
        pairs(&[
            ("SLACK_TOKEN", "xoxb-1-#not-a-comment"),
            ("GONG_API_KEY", "abc"),
            ("B", "line\nbreak \"quoted\" $x C:\temp"),
            ("C", "over\ntwo lines"),
            ("D", ""),
            ("E", ""),
            ("F", "a=b=c"),
            ("A", "again"),
        ])
    );
    assert_eq!(parsed(""), []);
    assert_eq!(parsed("exported=1"), pairs(&[("exported", "1")]));
}

#[test]
fn errors_name_the_line_and_never_the_value() {
    let secret = "xoxb-canary";
    for (text, line) in [
        (format!("A=1\n{secret}"), 2),
        (format!("A=\"x\ny\"\nB='{secret}"), 3),
        (format!("A=\"{secret}"), 1),
        (format!("A='{secret}' more"), 1),
        (format!("\n\n1A={secret}"), 3),
        (format!("A B={secret}"), 1),
        (format!("={secret}"), 1),
        (format!("A={secret}\0"), 1),
    ] {
        let error = parse_env(&text).unwrap_err();
        assert_eq!(error.line, line, "{text:?}");
        assert!(!error.to_string().contains(secret) && !format!("{error:?}").contains(secret));
    }
}

#[test]
fn warns_of_an_open_file() {
    let stat = |mode| Stat { kind: Kind::File, len: 1, modified: None, mode };
    assert_eq!(env_mode_problem(Path::new("/w/.env"), &stat(0o600)), None);
    assert_eq!(env_mode_problem(Path::new("/w/.env"), &stat(0o400)), None);
    let problem = env_mode_problem(Path::new("/my w/.env"), &stat(0o644)).unwrap();
    assert_eq!(problem, "'/my w/.env' can be read by others on this machine (mode 0644); type: chmod 600 '/my w/.env'");
}

proptest! {
    #[test]
    fn any_value_comes_back(values in prop::collection::vec("[^\0]*", 0..5)) {
        let mut text = String::new();
        let mut wanted = Vec::new();
        for (n, value) in values.iter().enumerate() {
            let escaped: String = value.chars().flat_map(|c| match c { '"' | '\\' | '$' => vec!['\\', c], c => vec![c] }).collect();
            text.push_str(&format!("KEY_{n}=\"{escaped}\"\n"));
            wanted.push((format!("KEY_{n}"), value.clone()));
        }
        prop_assert_eq!(parse_env(&text).unwrap(), wanted);
    }

    #[test]
    fn nothing_panics(text in any::<String>()) {
        let _ = parse_env(&text);
    }

    #[test]
    fn plain_values_need_no_quotes(value in "[A-Za-z0-9_./:@%+-]{0,80}") {
        prop_assert_eq!(parse_env(&format!("A={value}")).unwrap(), vec![("A".to_owned(), value)]);
    }
}
