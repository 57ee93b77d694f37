//! What targets begin with: the samples and the tests' data, and words that mean something to what is read.

use std::path::{Path, PathBuf};

/// Files that are longer add nothing that a shorter one lacks.
const LONGEST: usize = 64 * 1024;

/// A target's seeds.
pub(crate) struct Seeds {
    pub(crate) inputs: Vec<Vec<u8>>,
    pub(crate) words: &'static [&'static str],
}

/// The seeds of a target, and what the fuzzer found for it, if it ran here.
pub(crate) fn of(target: &str) -> Seeds {
    let (mut inputs, words): (Vec<Vec<u8>>, _) = match target {
        "mime" | "threading" | "mailbox" => (mails(), MAIL),
        "html" => (mails().iter().chain(&pages()).cloned().collect(), HTML),
        "calendar" => (mails().iter().filter_map(|m| calendar(m)).map(|c| prefixed(0, &c)).collect(), CALENDAR),
        "quoting" => {
            let texts = texts();
            let pairs = texts.iter().zip(texts.iter().skip(1)).flat_map(|(a, b)| [strings(&[a, b]), strings(&[a, a])]);
            (pairs.collect(), QUOTES)
        }
        "redact" => {
            let texts = texts();
            let pairs = texts.iter().zip(texts.iter().skip(1)).map(|(a, b)| strings(&[a, b]));
            (pairs.collect(), PERSONAL)
        }
        "calls" | "process" | "notes" => {
            let lines = lines(match target {
                "calls" => "samples/gong",
                "notes" => "samples/granola",
                _ => "samples/slack",
            });
            (lines.iter().enumerate().map(|(n, l)| prefixed((n % 8) as u8, l)).collect(), JSON)
        }
        "page" | "blocks" | "mrkdwn" | "links" => (lines("samples/slack"), JSON),
        "people_files" | "env_file" | "note_file" => (files("samples", "toml"), TOML),
        "table" => (TABLES.iter().map(|t| t.as_bytes().to_vec()).collect(), TABLE),
        "captions" => (vec![CAPTIONS.into()], &["-->", "00:00:01.000", "\n\n", "<v Ana>", "NOTE ", "WEBVTT"]),
        "import" | "export" => (files("samples", "json").into_iter().chain(mails()).collect(), JSON),
        _ => (Vec::new(), &[]),
    };
    inputs.retain(|i| i.len() <= LONGEST);
    // Many lines say the same.
    let step = inputs.len().div_ceil(1_000).max(1);
    inputs = inputs.into_iter().step_by(step).collect();
    inputs.extend(files(&format!("fuzz/corpus/{target}"), ""));
    Seeds { inputs, words }
}

/// The files of a kind below a folder of the project, in order.
fn paths(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder)];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if ending.is_empty() || path.extension().is_some_and(|e| e == ending) {
                out.push(path);
            }
        }
    }
    out.sort();
    out
}

fn files(folder: &str, ending: &str) -> Vec<Vec<u8>> {
    paths(folder, ending).iter().filter_map(|p| std::fs::read(p).ok()).collect()
}

fn mails() -> Vec<Vec<u8>> {
    let mut all = files("crates/mail/tests/data", "eml");
    all.extend(files("samples/email/threads", "eml"));
    all
}

/// One object stands on one line.
fn lines(folder: &str) -> Vec<Vec<u8>> {
    let all = files(folder, "json");
    let lines = all.iter().flat_map(|f| f.split(|b| *b == b'\n')).map(|l| l.strip_suffix(b",").unwrap_or(l));
    lines.filter(|l| l.len() > 20).map(<[u8]>::to_vec).collect()
}

/// The calendar that stands in a message.
fn calendar(mail: &[u8]) -> Option<Vec<u8>> {
    let at = |word: &[u8]| mail.windows(word.len()).position(|w| w == word);
    let (from, to) = (at(b"BEGIN:VCALENDAR")?, at(b"END:VCALENDAR")?);
    mail.get(from..to + "END:VCALENDAR".len()).map(<[u8]>::to_vec)
}

/// Texts of mails: the quoting tests' without the letters at their lines' starts.
fn texts() -> Vec<Vec<u8>> {
    let bare = |text: Vec<u8>| {
        let text = String::from_utf8_lossy(&text).into_owned();
        text.lines().map(|l| l.split_once('|').map_or(l, |(_, rest)| rest)).collect::<Vec<_>>().join("\n").into_bytes()
    };
    files("crates/mail/tests/quoting", "txt").into_iter().map(bare).collect()
}

/// Pages as mail programs write them: the lines of the tests that hold any.
fn pages() -> Vec<Vec<u8>> {
    let tests = files("crates/mail/src/html", "rs").into_iter().chain(files("crates/mail/tests", "rs")).collect::<Vec<_>>();
    let lines = tests.iter().flat_map(|f| f.split(|b| *b == b'\n'));
    lines.filter(|l| l.contains(&b'<') && l.contains(&b'>') && l.len() > 20).map(<[u8]>::to_vec).collect()
}

/// A choice, and what is chosen for.
fn prefixed(choice: u8, rest: &[u8]) -> Vec<u8> {
    [&[choice], rest].concat()
}

/// Strings and a byte behind them, so that `arbitrary` takes them apart again: their lengths stand at the end, the first one's last, each in as
/// few bytes as what is left of the input has room for (one or two: longer seeds are left out).
fn strings(all: &[&[u8]]) -> Vec<u8> {
    let mut out = vec![1];
    for text in all.iter().rev() {
        let mut inner = [text, out.as_slice()].concat();
        let width = if inner.len() < 256 { 1 } else { 2 };
        inner.extend_from_slice(&text.len().to_be_bytes()[8 - width..]);
        out = inner;
    }
    out
}

const MAIL: &[&str] = &[
    "\r\n",
    "\n\n",
    "--b\n",
    "--b--\n",
    "Content-Type: multipart/mixed; boundary=b\n",
    "Content-Type: multipart/alternative; boundary=b\n",
    "Content-Type: message/rfc822\n",
    "Content-Type: text/html; charset=",
    "Content-Type: text/calendar; method=REPLY\n",
    "utf-7",
    "iso-2022-jp",
    "gb18030",
    "utf-16",
    "; format=flowed; delsp=yes",
    "Content-Transfer-Encoding: base64\n",
    "Content-Transfer-Encoding: quoted-printable\n",
    "Content-Disposition: attachment; filename*0*=utf-8''",
    "; filename*1=\"",
    "=?utf-8?Q?",
    "=?utf-8?B?",
    "=?iso-2022-jp?B?",
    "?=",
    "=3D",
    "=\n",
    "From: ",
    "To: ",
    "Subject: ",
    "Date: ",
    "Message-ID: <",
    "References: <a@x> ",
    "In-Reply-To: <a@x>\n",
    "From a@b Fri Mar 15 09:05:00 2024\n",
    ">From ",
    "<a@x.example>",
    "\"a\\\"b\" <",
    "(",
    ")",
    "group: ",
    ";",
    "Auto-Submitted: auto-replied\n",
    "until 18 March 2024",
    "+AOQ-",
    "\u{1b}$B",
    "\u{1b}(B",
    "\u{feff}",
    "\u{202e}",
    "-----BEGIN PGP SIGNED MESSAGE-----\n",
    "BEGIN:VCALENDAR\n",
    "application/pkcs7-mime",
];

const HTML: &[&str] = &[
    "<div>",
    "</div>",
    "<p>",
    "<br>",
    "<blockquote type=cite>",
    "</blockquote>",
    "<div class=\"gmail_quote\">",
    "<div id=\"divRplyFwdMsg\">",
    "<div id=appendonsend>",
    "<table>",
    "<tr>",
    "<td>",
    "</td>",
    "</tr>",
    "</table>",
    "<ul>",
    "<ol start=9>",
    "<li>",
    "</ul>",
    "<pre>",
    "</pre>",
    "<a href=\"https://x.example/\">",
    "</a>",
    "<img alt=\"x\">",
    " style=\"display:none\"",
    " style='font-size:0'",
    "white-space:pre",
    "border-top:solid 1pt",
    "<style>",
    "</style>",
    "<script>",
    "<!--",
    "-->",
    "<![CDATA[",
    "<o:p>&nbsp;</o:p>",
    "&nbsp;",
    "&#8203;",
    "&lt;",
    "&#x0;",
    "<hr>",
    "<title>",
    "<svg/>",
    "<plaintext>",
    "From: Ana",
    "---------- Forwarded message ---------",
    "<b>From:</b> ",
    "\u{200d}",
    "-- ",
];

const CALENDAR: &[&str] = &[
    "BEGIN:VEVENT\r\n",
    "END:VEVENT\r\n",
    "BEGIN:VTIMEZONE\r\n",
    "BEGIN:STANDARD\r\n",
    "TZOFFSETTO:+0100\r\n",
    "DTSTART;TZID=",
    "DTSTART:20240318T090000Z\r\n",
    "DTEND;VALUE=DATE:20240319\r\n",
    "DURATION:PT1H\r\n",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n",
    "RECURRENCE-ID:",
    "UID:",
    "SEQUENCE:",
    "METHOD:REPLY\r\n",
    "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@x.example\r\n",
    "ORGANIZER:",
    "\r\n ",
    "\\n",
    ";",
    "\"",
    "9999",
    "-1",
    "Europe/Dublin",
    "W. Europe Standard Time",
];

const QUOTES: &[&str] = &[
    "\n",
    "> ",
    ">> ",
    "\n-- \n",
    "On Fri, Mar 15, 2024 at 10:02 AM Jo Rivera <jo@x.example> wrote:\n",
    "Am 15.03.24 um 10:02 schrieb Jo:\n",
    "From: Jo\nSent: Friday\nTo: Michael\nSubject: plan\n",
    "________________________________\n",
    "-----Original Message-----\n",
    "Best,\nMichael\n",
    "---------- Forwarded message ---------\n",
    "Sent from my iPhone\n",
    "This email is confidential",
    "Michael Chen\nCTO\n",
    "+353 1 555 0142",
];

const JSON: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "null",
    "true",
    "1e309",
    "-1",
    "18446744073709551616",
    "\"\"",
    "\\u0000",
    "\\ud800",
    "<@U0123ABCD>",
    "<!date^0^{date}|x>",
    "<https://x.example|y>",
    "&amp;",
    "\"ts\":\"1710493200.000100\"",
    "\"text\":",
    "\"blocks\":[",
    "\"type\":\"rich_text\"",
    "\"subtype\":\"",
];

const TOML: &[&str] = &[
    "\n",
    "[",
    "]",
    "[[",
    " = ",
    "\"",
    "'''",
    "\"\"\"",
    "#",
    "name = ",
    "slack",
    "timezone = ",
    "9999-12-31",
    "inf",
    "\\u0000",
    "## ",
    "```",
    "<",
];

const CAPTIONS: &str = "WEBVTT\n\n1\n00:00:01.000 --> 00:00:04.000\n<v Ana Lee>Hello.\n\n2\n00:00:05,000 --> 00:00:06,000\nBob: Hi.\n";

/// What is personal, and what only looks like it. Values of secrets are made up.
const PERSONAL: &[&str] = &[
    "a@b.de",
    "+1 415 555 0123",
    "(0)",
    "4111 1111 1111 1111",
    "DE89 3704 0044 0532 0130 00",
    "219-09-9999",
    "10.0.0.1",
    "2001:db8::1",
    "https://a.b/?token=",
    "password: hunter2",
    "Authorization: Basic ",
    "-----BEGIN PRIVATE KEY-----",
    "eyJ",
    "[PERSON_1]",
    "[EMAIL_1.2]",
    "[TEXT_1]",
    "Mr. ",
    "my name is ",
    "Ana ",
    "Lima",
    " 12 Main Street, Springfield, IL 62704",
    "P.O. Box 1",
    "\u{200B}",
    "\u{AD}",
    "\u{FF11}",
    "e\u{301}",
    "\u{E000}",
    " Inc.",
    "from Norway",
    "born 1/2/1990",
];

/// Tables of customers: a CRM's, a spreadsheet's, one with a cell over two lines.
const TABLES: &[&str] = &[
    "Account Name,Website,Account Owner,Amount,Close Date,Account ID\nACME Inc,https://www.acme.dev/x,jo@yourcompany.com,600000,3/14/2024,001\n",
    "sep=;\r\nName;Domain;Alias;Stage\r\n\"Globex; Group\";globex.example;\"G1 | \"\"G2\"\"\";negotiation\r\n",
    "customer\tnext step\tcurrency\nNorthwind Labs\t\"call\nthem\"\tUSD\n",
];
const TABLE: &[&str] = &["\"", "\"\"", ";", ",", "\t", "|", "\r\n", "Name", "Domain", "sep=;", "\u{feff}", "3/14/2024", "1.000,50"];
