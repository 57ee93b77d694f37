//! The address that somebody pastes whose browser runs elsewhere.

use std::io::{self, BufRead as _, IsTerminal as _};

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// Lines of standard input, as they come.
pub(super) type Lines = UnboundedReceiver<String>;

/// Whether somebody can type.
pub(super) fn is_terminal() -> bool {
    io::stdin().is_terminal()
}

/// Reads standard input on a thread of its own: one that waits for a line cannot be stopped, and must not hold up the program's end.
pub(super) fn lines() -> Lines {
    let (sender, receiver) = unbounded_channel();
    std::thread::spawn(move || {
        for line in io::stdin().lock().lines() {
            if line.is_err() || line.is_ok_and(|line| sender.send(line).is_err()) {
                return;
            }
        }
    });
    receiver
}

/// The next line; never comes back where there is none: the browser's answer may still come.
pub(super) async fn next(lines: &mut Option<Lines>) -> String {
    match lines {
        Some(open) => match open.recv().await {
            Some(line) => line,
            None => {
                *lines = None;
                std::future::pending().await
            }
        },
        None => std::future::pending().await,
    }
}

/// The answer in what was pasted: the whole address, or what stands behind its `?`.
pub(super) fn query(text: &str) -> Option<&str> {
    let text = text.trim().trim_matches(['"', '\'', '<', '>']);
    let query = text.split_once('?').map_or(text, |(_, query)| query);
    let query = query.split_once('#').map_or(query, |(query, _)| query);
    let has = |name: &str| query.split('&').any(|p| p.split_once('=').is_some_and(|(n, _)| n == name));
    (has("state") && (has("code") || has("error"))).then_some(query)
}

#[cfg(test)]
mod tests {
    use super::query;

    #[test]
    fn what_people_paste() {
        for text in [
            "http://127.0.0.1:4711/?state=a&code=b&scope=c",
            " 'http://127.0.0.1:4711/?state=a&code=b&scope=c'\n",
            "state=a&code=b&scope=c",
        ] {
            assert_eq!(query(text), Some("state=a&code=b&scope=c"), "{text}");
        }
        assert_eq!(query("http://127.0.0.1:1/?error=access_denied&state=a#_"), Some("error=access_denied&state=a"));
        for text in ["", "4/0abc", "http://127.0.0.1:1/?code=b", "https://accounts.example/?state=a&scope=b", "y"] {
            assert_eq!(query(text), None, "{text}");
        }
    }
}
