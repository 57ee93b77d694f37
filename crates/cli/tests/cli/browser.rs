//! A sign-in from outside: the command that waits, and somebody who plays the browser.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, ChildStderr, ChildStdin, Command, Stdio},
};

use sales_simulator::{GmailWorld, GoogleEvent, SimOptions, World};
use url::Url;

use crate::support::{Desk, Done, Vendor, worlds};

/// The tiny mailbox beside the sample Slack.
pub(crate) fn mailbox(scenario: Option<&str>) -> Vendor {
    let mut gmail = GmailWorld::tiny();
    let mut slack = World::sample().unwrap();
    let now = sales_model::Clock::now(&sales_transport::RealTimer);
    gmail.shift_to(now);
    slack.shift_to(now);
    Vendor::of(scenario, SimOptions { gmail: Some(gmail), ..worlds(slack) })
}

/// A workspace whose variables lead to a mailbox at which nobody has signed in yet.
pub(crate) fn desk(vendor: &Vendor) -> Desk {
    let mut desk = Desk::with_samples();
    desk.connect(vendor);
    for name in ["GMAIL_REFRESH_TOKEN", "SLACK_TOKEN"] {
        desk.unset(name);
    }
    desk
}

/// Something happens to what Google has authorised.
pub(crate) fn happens(vendor: &Vendor, event: serde_json::Value) {
    let event: GoogleEvent = serde_json::from_value(event).unwrap();
    let now = sales_model::Clock::now(&sales_transport::RealTimer);
    vendor.running.gmail().unwrap().write(|w| w.google_mut().apply(&event, now));
}

/// How often the token endpoint was asked, by status.
pub(crate) fn asked(vendor: &Vendor) -> Vec<u16> {
    vendor.running.log().iter().filter(|e| e.method == "google.token").map(|e| e.status).collect()
}

/// What the token file holds of an account.
pub(crate) fn stored(desk: &Desk, account: &str) -> serde_json::Value {
    let all: serde_json::Value = serde_json::from_str(&desk.read(".sales/tokens.json")).unwrap();
    all["accounts"][account].clone()
}

/// An answer over HTTP: status, the header `Location`, body.
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) body: String,
}

/// Opens an address. Redirects are not followed.
pub(crate) fn get(address: &str) -> Page {
    let url = Url::parse(address).unwrap();
    let mut stream = TcpStream::connect((url.host_str().unwrap(), url.port().unwrap())).unwrap();
    let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
    write!(stream, "GET {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", url.authority()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let location = head.lines().find_map(|l| l.split_once(": ").filter(|(n, _)| n.eq_ignore_ascii_case("location")));
    Page {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        location: location.map(|(_, value)| value.trim().to_owned()),
        body: body.to_owned(),
    }
}

/// Starts a command; whoever has it waits for its end.
fn piped(command: &mut Command) -> Child {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// A command that signs in, as far as the page's address.
pub(crate) struct SigningIn {
    pub(crate) child: Child,
    pub(crate) page: Url,
    /// What was said on standard error so far.
    said: String,
    rest: BufReader<ChildStderr>,
    typing: Option<ChildStdin>,
}

impl SigningIn {
    /// Starts it, and waits until it says which page to open.
    #[expect(clippy::zombie_processes, reason = "whoever has it waits for it; where nothing comes the test has failed")]
    pub(crate) fn start(desk: &Desk, args: &[&str]) -> Self {
        let mut command = desk.command(&[&["auth", "login", "email"], args].concat());
        let mut child = piped(&mut command);
        let mut rest = BufReader::new(child.stderr.take().unwrap());
        let typing = child.stdin.take();
        let mut said = String::new();
        loop {
            let from = said.len();
            assert!(rest.read_line(&mut said).unwrap() > 0, "it ended: {said}");
            let line = said.get(from..).unwrap().trim();
            if line.starts_with("http") {
                let page = Url::parse(line).unwrap();
                return SigningIn { child, page, said, rest, typing };
            }
        }
    }

    /// What the page is asked with.
    pub(crate) fn question(&self) -> BTreeMap<String, String> {
        self.page.query_pairs().into_owned().collect()
    }

    /// The user consents (or not): where the browser is sent then.
    pub(crate) fn consent(&self) -> String {
        let page = get(self.page.as_str());
        assert_eq!(page.status, 302, "{}", page.body);
        page.location.unwrap()
    }

    /// Types a line.
    pub(crate) fn type_line(&mut self, text: &str) {
        writeln!(self.typing.as_mut().unwrap(), "{text}").unwrap();
    }

    /// Reads standard error on until a line with this in it.
    pub(crate) fn until(&mut self, words: &str) {
        let mut line = String::new();
        while !line.contains(words) {
            line.clear();
            assert!(self.rest.read_line(&mut line).unwrap() > 0, "it ended without `{words}`: {}", self.said);
            self.said.push_str(&line);
        }
    }

    /// Waits for its end.
    pub(crate) fn done(mut self) -> Done {
        self.rest.read_to_string(&mut self.said).unwrap();
        let mut done = Done::of(self.child.wait_with_output().unwrap());
        done.err = self.said;
        done
    }
}

/// Signs in as the user does who allows it: how it ended, and where the browser was sent.
pub(crate) fn sign_in(desk: &Desk, args: &[&str]) -> (Done, String) {
    let signing_in = SigningIn::start(desk, args);
    let back = signing_in.consent();
    let page = get(&back);
    assert!(page.status == 200 && page.body.contains("<h1>Signed in</h1>"), "{}", page.body);
    (signing_in.done(), back)
}

/// A text without what differs from run to run in the page's address.
pub(crate) fn settled(text: &str, page: &Url) -> String {
    text.replace(page.as_str(), "[PAGE]")
}

/// A text without dates and times of day, which end in `UTC`.
pub(crate) fn timeless(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(" UTC") {
        // `2024-04-08 09:00`; the name of a time zone may stand there as well.
        let start = before.len().checked_sub(16).filter(|n| before.get(*n..).is_some_and(|date| date.starts_with("20")));
        out.push_str(before.get(..start.unwrap_or(before.len())).unwrap());
        out.push_str(if start.is_some() { "[WHEN]" } else { " UTC" });
        rest = after;
    }
    out + rest
}
