use crate::{disk::temporary, error::is_hidden};

/// The most bytes of a name: file systems take 255, and a temporary file's name is longer than its target's.
const LONGEST: usize = 150;
/// The most bytes of an ending that is kept when a name is cut.
const ENDING: usize = 16;

/// Names that Windows keeps for devices, whatever their ending.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// A name under which a file that a stranger named can be saved in any folder of any system: no path, nothing hidden (`.env`), no option of a
/// command (`-rf`), no device of Windows, nothing that steers a terminal or a shell's patterns. Letters of all scripts stay.
///
/// Where nothing is left, `attachment-` and `number`, with an ending that `kind` (its media type) tells.
pub fn file_name(given: &str, kind: &str, number: usize) -> String {
    let plain: String = given.chars().filter_map(plain).collect();
    let plain = plain.trim_start_matches(['.', '-', '~', ' ']).trim_end_matches(['.', ' ']);
    if !plain.contains(char::is_alphanumeric) {
        return format!("attachment-{number}{}", ending(kind));
    }
    let name = cut(plain);
    let ours = temporary::writer(&name).is_some();
    if is_device(&name) || ours { format!("_{}", name.replace(".sales-tmp-", "_")) } else { name }
}

/// What stands for a character; `None`: nothing.
fn plain(c: char) -> Option<char> {
    match c {
        c if c.is_ascii_alphanumeric() || " ._-~+,()&@=".contains(c) => Some(c),
        c if c.is_whitespace() => Some(' '),
        c if is_hidden(c) || matches!(c, '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}') => None,
        c if c.is_ascii() => Some('_'),
        c => Some(c),
    }
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let port = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
    DEVICES.contains(&stem.as_str()) || port.is_some_and(|n| n.chars().count() == 1 && n.chars().all(char::is_numeric))
}

/// At most the longest name, its ending kept.
fn cut(name: &str) -> String {
    if name.len() <= LONGEST {
        return name.to_owned();
    }
    let (stem, ending) = match name.rsplit_once('.').filter(|(_, ending)| ending.len() <= ENDING) {
        Some((stem, ending)) => (stem, format!(".{ending}")),
        None => (name, String::new()),
    };
    let end = stem.floor_char_boundary(LONGEST - ending.len());
    format!("{}{ending}", stem.get(..end).unwrap_or_default().trim_end_matches(['.', ' ']))
}

/// The usual ending of a media type, where its own name tells it.
fn ending(kind: &str) -> String {
    match kind.split_once('/').map_or(kind, |(_, sub)| sub) {
        "plain" => ".txt".to_owned(),
        "calendar" => ".ics".to_owned(),
        "rfc822" => ".eml".to_owned(),
        sub if (3..=4).contains(&sub.len()) && sub.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) => format!(".{sub}"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn names_that_can_be_saved() {
        let cases = [
            ("POC plan_v2.pdf", "POC plan_v2.pdf"),
            ("Testgeräte (Graz) – März.csv", "Testgeräte (Graz) – März.csv"),
            ("見積書.xlsx", "見積書.xlsx"),
            ("a\u{308}.txt", "a\u{308}.txt"),
            ("../../etc/passwd", "_.._etc_passwd"),
            ("C:\\Windows\\system.ini", "C__Windows_system.ini"),
            (".env", "env"),
            ("..", "attachment-3.pdf"),
            ("-rf", "rf"),
            ("~/.ssh/id_rsa", "_.ssh_id_rsa"),
            ("con.pdf", "_con.pdf"),
            ("COM1", "_COM1"),
            ("lpt¹.txt", "_lpt¹.txt"),
            ("NUL .txt", "_NUL .txt"),
            ("company.pdf", "company.pdf"),
            ("a.txt:stream", "a.txt_stream"),
            ("$(reboot) `id`;*?.sh", "_(reboot) _id____.sh"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m.txt", "_0_owned_2J31m.txt"),
            ("tag\u{e0041}ged\u{200b}.txt", "tagged.txt"),
            ("line\nbreak\u{3000}x.txt", "line break x.txt"),
            ("trailing. . ", "trailing"),
            ("---", "attachment-3.pdf"),
            ("", "attachment-3.pdf"),
            ("x.sales-tmp-1-1", "_x_1-1"),
        ];
        for (given, expected) in cases {
            assert_eq!(file_name(given, "application/pdf", 3), expected, "{given:?}");
        }
    }

    #[test]
    fn long_names_keep_their_ending() {
        let expected = format!("{}.pdf", "ü".repeat(73));
        assert_eq!(file_name(&format!("{}.pdf", "ü".repeat(500)), "", 1), expected);
        assert_eq!(file_name(&"x".repeat(500), "", 1), "x".repeat(150));
        assert_eq!(file_name(&format!("a.{}", "y".repeat(500)), "", 1), format!("a.{}", "y".repeat(148)));
    }

    #[test]
    fn files_without_a_name() {
        let kinds = [
            ("application/pdf", "attachment-1.pdf"),
            ("image/png", "attachment-1.png"),
            ("text/plain", "attachment-1.txt"),
            ("text/calendar", "attachment-1.ics"),
            ("message/rfc822", "attachment-1.eml"),
            ("application/octet-stream", "attachment-1"),
            ("application/../x", "attachment-1"),
            ("", "attachment-1"),
        ];
        for (kind, expected) in kinds {
            assert_eq!(file_name("", kind, 1), expected, "{kind}");
        }
    }
}
