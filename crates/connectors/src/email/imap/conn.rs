//! A connection to a server: commands sent, responses read.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use sales_transport::{Http, Wire};

use super::{
    fault::Fault,
    proto::{Assembler, Command, Next, Part, Response, Status, StatusOf, parse},
    uids::UidSet,
};

/// Longest line: a search that finds 700,000 mails, without ESEARCH, is one line.
const LINE: usize = 8 << 20;
/// Most bytes of answers in which no bodies are asked for.
pub(crate) const ANSWER: usize = 64 << 20;
/// Most lines of a connection that are no responses.
const MOST_JUNK: u32 = 50;
/// Longest silence of a server at work: a search over a large mailbox without an index takes minutes.
const WAIT: SignedDuration = SignedDuration::from_mins(3);
/// Longest answer to one order.
const WHOLE: SignedDuration = SignedDuration::from_mins(20);
/// Largest literal outside of bodies and headers: a name, an error text.
const SMALL_LITERAL: usize = 64 * 1024;

/// How much may come as an answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    /// In all.
    pub(crate) bytes: usize,
    /// In one literal.
    pub(crate) literal: usize,
}

impl Room {
    /// For answers without bodies.
    pub(crate) const SMALL: Room = Room { bytes: ANSWER, literal: SMALL_LITERAL };
}

/// The mailbox that is open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Selected {
    /// Its name on the wire.
    pub(crate) name: Vec<u8>,
    /// Its UIDVALIDITY; 0 if the server has none.
    pub(crate) validity: u32,
    /// The UID that the next mail will have, if the server tells.
    pub(crate) next: Option<u32>,
    /// How many mails stand in it.
    pub(crate) exists: u32,
    /// HIGHESTMODSEQ, if the mailbox has one.
    pub(crate) modseq: Option<u64>,
}

/// A connection that is logged in. After an error other than a refusal it is of no use.
pub(crate) struct Conn {
    pub(crate) wire: Wire,
    http: Http,
    tag: u32,
    capabilities: BTreeSet<String>,
    junk: u32,
    /// QRESYNC was turned on.
    pub(crate) qresync: bool,
    /// What is open.
    pub(crate) selected: Option<Selected>,
    /// What the server wants people to read (`[ALERT]`).
    pub(crate) alerts: Vec<String>,
}

/// Takes responses as they come.
pub(crate) type Sink<'a> = &'a mut (dyn FnMut(Response) + Send);

impl Conn {
    pub(crate) fn new(wire: Wire, http: Http) -> Self {
        let (capabilities, alerts) = (BTreeSet::new(), Vec::new());
        Conn { wire, http, tag: 0, capabilities, junk: 0, qresync: false, selected: None, alerts }
    }

    /// Whether the server can do that; in upper case.
    pub(crate) fn can(&self, capability: &str) -> bool {
        self.capabilities.contains(capability)
    }

    /// It is Gmail, with its own attributes and search.
    pub(crate) fn is_gmail(&self) -> bool {
        self.can("X-GM-EXT-1")
    }

    pub(crate) fn knows_capabilities(&self) -> bool {
        !self.capabilities.is_empty()
    }

    /// What was said before a login or in the clear counts no more.
    pub(crate) fn forget_capabilities(&mut self) {
        self.capabilities.clear();
    }

    /// Before the first response, the greeting.
    pub(crate) async fn greeting(&mut self) -> Result<StatusOf, Fault> {
        self.wire.allow(SMALL_LITERAL, SignedDuration::from_secs(60), SignedDuration::from_secs(60));
        // Servers of other protocols greet with other lines, and then wait: nothing else is read in hope of a better one.
        match parse(&[self.wire.line(SMALL_LITERAL).await?]) {
            Some(Response::Status(s)) if s.status == Status::Bye => Err(Fault::Bye(s)),
            Some(Response::Status(s)) if matches!(s.status, Status::Ok | Status::PreAuth) => {
                self.note(&s);
                Ok(s)
            }
            _ => Err(Fault::Protocol("it does not begin with a greeting")),
        }
    }

    /// The next response; lines that are none are passed over, up to a bound.
    async fn read(&mut self, literal: usize) -> Result<Response, Fault> {
        loop {
            let mut open = Assembler::default();
            loop {
                match open.line(self.wire.line(LINE).await?) {
                    Next::Done => break,
                    Next::Literal(n) => open.literal(self.wire.exactly(n, literal).await?),
                    Next::TooMany => return Err(Fault::Protocol("a response has no end")),
                }
            }
            if let Some(response) = parse(&open.done()) {
                return Ok(response);
            }
            self.junk += 1;
            if self.junk > MOST_JUNK {
                return Err(Fault::Protocol("too many lines mean nothing"));
            }
        }
    }

    /// Takes note of what a status tells by the way.
    fn note(&mut self, s: &StatusOf) {
        match s.code.as_ref().map(|c| (c.name.as_str(), c.args.as_str())) {
            Some(("CAPABILITY", list)) => self.capabilities = list.split_whitespace().map(str::to_ascii_uppercase).collect(),
            Some(("ALERT", _)) if self.alerts.len() < 10 => self.alerts.push(s.text.clone()),
            _ => {}
        }
    }

    /// What concerns the connection itself; the rest goes to whoever asked.
    fn untagged(&mut self, response: Response, on: Sink<'_>) -> Result<(), Fault> {
        match response {
            Response::Status(s) if s.status == Status::Bye => return Err(Fault::Bye(s)),
            Response::Status(s) => {
                self.note(&s);
                on(Response::Status(s));
            }
            Response::Capability(list) => self.capabilities = list.into_iter().collect(),
            Response::Enabled(list) => self.qresync |= list.iter().any(|c| c == "QRESYNC"),
            Response::Exists(n) => {
                if let Some(selected) = &mut self.selected {
                    selected.exists = n;
                }
                on(Response::Exists(n));
            }
            other => on(other),
        }
        Ok(())
    }

    fn next_tag(&mut self) -> String {
        self.tag += 1;
        format!("s{}", self.tag)
    }

    /// Sends commands one behind the other and reads until all are answered. Their answers, in order; responses go to `on` as they come.
    /// Several at once only where it does not matter which of them a response belongs to.
    pub(crate) async fn run(&mut self, commands: &[Command], room: Room, on: Sink<'_>) -> Result<Vec<StatusOf>, Fault> {
        self.wire.allow(room.bytes, WAIT, WHOLE);
        let mut answers: Vec<(String, Option<StatusOf>)> = Vec::new();
        let mut out = Vec::new();
        for command in commands {
            self.http.count_request();
            let tag = self.next_tag();
            out.extend_from_slice(tag.as_bytes());
            out.push(b' ');
            answers.push((tag.clone(), None));
            let mut refused = false;
            for part in command.parts() {
                match part {
                    Part::Text(text) => out.extend_from_slice(text.as_bytes()),
                    Part::Literal(bytes) => {
                        let at_once = self.can("LITERAL+") || (self.can("LITERAL-") && bytes.len() <= 4096);
                        out.extend_from_slice(format!("{{{}{}}}\r\n", bytes.len(), if at_once { "+" } else { "" }).as_bytes());
                        if !at_once {
                            self.wire.send(&std::mem::take(&mut out)).await?;
                            refused = !self.may_go_on(&tag, &mut answers, room, on).await?;
                        }
                        if refused {
                            break;
                        }
                        out.extend_from_slice(bytes);
                    }
                }
            }
            if !refused {
                out.extend_from_slice(b"\r\n");
            }
        }
        self.wire.send(&out).await?;
        while answers.iter().any(|(_, answer)| answer.is_none()) {
            match self.read(room.literal).await? {
                Response::Tagged(tag, answer) => self.answer(&tag, answer, &mut answers)?,
                Response::Continue(_) => {}
                other => self.untagged(other, on)?,
            }
        }
        Ok(answers.into_iter().filter_map(|(_, answer)| answer).collect())
    }

    fn answer(&mut self, tag: &str, answer: StatusOf, answers: &mut [(String, Option<StatusOf>)]) -> Result<(), Fault> {
        self.note(&answer);
        match answers.iter_mut().find(|(t, a)| t == tag && a.is_none()) {
            Some((_, slot)) => *slot = Some(answer),
            None => return Err(Fault::Protocol("it answers what nobody asked")),
        }
        Ok(())
    }

    /// Waits for the word to send a literal; `false` if the command was answered instead.
    async fn may_go_on(&mut self, tag: &str, answers: &mut [(String, Option<StatusOf>)], room: Room, on: Sink<'_>) -> Result<bool, Fault> {
        loop {
            match self.read(room.literal).await? {
                Response::Continue(_) => return Ok(true),
                Response::Tagged(t, answer) => {
                    self.answer(&t, answer, answers)?;
                    if t == tag {
                        return Ok(false);
                    }
                }
                other => self.untagged(other, on)?,
            }
        }
    }

    /// One command that has to succeed.
    pub(crate) async fn ok(&mut self, command: Command, room: Room, on: Sink<'_>) -> Result<StatusOf, Fault> {
        let name = command.name;
        let answer = self.run(std::slice::from_ref(&command), room, on).await?.pop();
        match answer {
            Some(answer) if answer.status == Status::Ok => Ok(answer),
            Some(answer) => Err(Fault::Refused { command: name, answer }),
            None => Err(Fault::Protocol("a command has no answer")),
        }
    }

    /// A command whose answer is a dialogue (`AUTHENTICATE`): what is sent when the server says `+`, made from what it says.
    pub(crate) async fn dialogue(&mut self, command: Command, reply: &mut (dyn FnMut(&str) -> Vec<u8> + Send)) -> Result<StatusOf, Fault> {
        self.wire.allow(1 << 20, WAIT, WHOLE);
        self.http.count_request();
        let tag = self.next_tag();
        let mut line = format!("{tag} ");
        line.extend(command.parts().iter().filter_map(|p| if let Part::Text(t) = p { Some(t.as_str()) } else { None }));
        line.push_str("\r\n");
        self.wire.send(line.as_bytes()).await?;
        let mut turns = 0;
        loop {
            match self.read(SMALL_LITERAL).await? {
                Response::Tagged(t, answer) if t == tag => {
                    self.note(&answer);
                    return Ok(answer);
                }
                Response::Tagged(..) => return Err(Fault::Protocol("it answers what nobody asked")),
                Response::Continue(said) => {
                    turns += 1;
                    if turns > 10 {
                        return Err(Fault::Protocol("a login that has no end"));
                    }
                    let mut bytes = reply(&said);
                    bytes.extend_from_slice(b"\r\n");
                    self.wire.send(&bytes).await?;
                }
                other => self.untagged(other, &mut |_| ())?,
            }
        }
    }

    /// Opens a mailbox for reading only. With `since` (UIDVALIDITY, MODSEQ) and QRESYNC, what changed since then goes to `on`.
    pub(crate) async fn examine(&mut self, name: &[u8], since: Option<(u32, u64)>, on: Sink<'_>) -> Result<Selected, Fault> {
        let command = Command::new("EXAMINE").string(name);
        let command = match since {
            Some((validity, modseq)) if self.qresync => command.words(&format!("(QRESYNC ({validity} {modseq}))")),
            _ if self.can("CONDSTORE") || self.qresync => command.words("(CONDSTORE)"),
            _ => command,
        };
        self.selected = None;
        let mut now = Selected { name: name.to_vec(), ..Selected::default() };
        let mut note = |response: Response| match response {
            Response::Exists(n) => now.exists = n,
            Response::Status(s) => {
                let number = |args: &str| args.parse::<u64>().ok();
                let small = |args: &str| args.parse::<u32>().ok().filter(|n| *n > 0);
                match s.code.as_ref().map(|c| (c.name.as_str(), c.args.as_str())) {
                    Some(("UIDVALIDITY", n)) => now.validity = small(n).unwrap_or_default(),
                    Some(("UIDNEXT", n)) => now.next = small(n),
                    Some(("HIGHESTMODSEQ", n)) => now.modseq = number(n).filter(|n| *n > 0),
                    Some(("NOMODSEQ", _)) => now.modseq = None,
                    _ => {}
                }
            }
            other => on(other),
        };
        self.ok(command, Room::SMALL, &mut note).await?;
        self.selected = Some(now.clone());
        Ok(now)
    }

    /// The UIDs that a search finds. Without `ESEARCH` the answer may come in several responses, or as none for nothing.
    pub(crate) async fn search(&mut self, commands: &[Command]) -> Result<UidSet, Fault> {
        let mut found = UidSet::default();
        let mut on = |r: Response| {
            if let Response::Search(uids) = r {
                found = found.union(&uids);
            }
        };
        match self.run(commands, Room::SMALL, &mut on).await?.into_iter().find(|a| a.status != Status::Ok) {
            Some(answer) => Err(Fault::Refused { command: "UID SEARCH", answer }),
            None => Ok(found),
        }
    }

    /// The beginning of a search, with its results as a set where the server can.
    pub(crate) fn searching(&self) -> Command {
        let command = Command::new("UID SEARCH");
        if self.can("ESEARCH") || self.can("IMAP4REV2") { command.words("RETURN (ALL)") } else { command }
    }
}
