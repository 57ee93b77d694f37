//! A connection.

use std::{
    collections::BTreeSet,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
};

use super::{
    Shared,
    answer::Answer,
    command::{Cursor, Piece, Read},
    fetch::{self, Item},
    lock,
    manner::{Manner, What},
    search::{self, Able},
    world::Mailbox,
};

/// RFC 7162, 4: lines of at most 8,192 bytes.
const LINE: usize = 8_192;

/// Where a connection stands (RFC 9051, 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Greeted,
    Authenticated,
    Selected,
}

pub(super) struct Session<'a> {
    shared: &'a Shared,
    read: BufReader<TcpStream>,
    write: TcpStream,
    stage: Stage,
    qresync: bool,
    condstore: bool,
    mailbox: Vec<u8>,
    /// UIDs by number, as the client was told, and the counter up to which.
    view: Vec<u32>,
    told: u64,
}

pub(super) fn serve(stream: TcpStream, shared: &Shared) -> io::Result<()> {
    let manner = lock(&shared.manner).clone();
    let stage = if manner.greeting.starts_with("* PREAUTH") { Stage::Authenticated } else { Stage::Greeted };
    let read = BufReader::new(stream.try_clone()?);
    let (qresync, condstore, mailbox, view, told) = (false, false, Vec::new(), Vec::new(), 0);
    let mut session = Session { shared, read, write: stream, stage, qresync, condstore, mailbox, view, told };
    let mut greeting = manner.greeting.to_owned();
    if manner.tells && greeting == "* OK ready" {
        greeting = format!("* OK [CAPABILITY {}] ready", manner.before.join(" "));
    }
    session.send(format!("{greeting}\r\n").as_bytes())?;
    while session.one()? {}
    Ok(())
}

impl Session<'_> {
    pub(super) fn manner(&self) -> Manner {
        lock(&self.shared.manner).clone()
    }

    pub(super) fn can(&self, capability: &str) -> bool {
        let manner = lock(&self.shared.manner);
        let list = if self.stage == Stage::Greeted { &manner.before } else { &manner.after };
        list.iter().any(|c| c.eq_ignore_ascii_case(capability))
    }

    pub(super) fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write.write_all(bytes)?;
        self.write.flush()
    }

    fn violation(&self, what: String) {
        lock(&self.shared.violations).push(what);
    }

    /// Answers with BAD, and notes that nobody should have said that.
    pub(super) fn refused(&mut self, tag: &str, why: &str) -> io::Result<bool> {
        self.violation(why.to_owned());
        self.send(format!("{tag} BAD {why}\r\n").as_bytes())?;
        Ok(false)
    }

    /// The next line, without its end.
    pub(super) fn line(&mut self) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        if self.read.read_until(b'\n', &mut line)? == 0 || line.pop() != Some(b'\n') {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line.pop() != Some(b'\r') {
            self.violation("a line ends without CR".into());
        }
        if line.len() > LINE {
            self.violation(format!("a line of {} bytes", line.len()));
        }
        Ok(line)
    }

    /// A command: its pieces, literals read as the client may send them.
    fn command(&mut self) -> io::Result<Vec<Piece>> {
        let mut pieces = Vec::new();
        loop {
            let line = self.line()?;
            let announced = line.strip_suffix(b"}").and_then(|l| l.iter().rposition(|b| *b == b'{').map(|at| (at, l[at + 1..].to_vec())));
            let Some((at, digits)) = announced else {
                pieces.push(Piece::Text(line));
                return Ok(pieces);
            };
            let text = String::from_utf8_lossy(&digits).into_owned();
            let (number, at_once) = text.strip_suffix('+').map_or((text.as_str(), false), |n| (n, true));
            let n: usize = number.parse().map_err(|_| io::ErrorKind::InvalidData)?;
            let may = self.can("LITERAL+") || (self.can("LITERAL-") && n <= 4_096);
            if at_once && !may {
                self.violation(format!("a literal of {n} bytes without waiting"));
            }
            if !at_once {
                self.send(b"+ go on\r\n")?;
            }
            let mut bytes = vec![0; n];
            self.read.read_exact(&mut bytes)?;
            pieces.push(Piece::Text(line[..at].to_vec()));
            pieces.push(Piece::Literal(bytes));
        }
    }

    /// One command; whether there may be another.
    fn one(&mut self) -> io::Result<bool> {
        let pieces = self.command()?;
        let mut c = Cursor::new(&pieces);
        let (tag, verb) = match c.atom().and_then(|tag| Ok((tag, c.sp()?, verb(&mut c)?))) {
            Ok((tag, (), verb)) if !tag.contains('+') => (tag.to_ascii_lowercase(), verb),
            _ => {
                self.violation(format!("no command: {pieces:?}"));
                self.send(b"* BAD what?\r\n")?;
                return Ok(true);
            }
        };
        let secret = matches!(verb.as_str(), "LOGIN" | "AUTHENTICATE");
        let logged = if secret { verb.clone() } else { shown(&pieces, tag.len() + 1) };
        lock(&self.shared.log).push(logged.clone());
        let fault = self.fault(&verb, &logged);
        if let (true, Some(What::Answer(how))) = (secret, &fault) {
            self.send(format!("{tag} {how}\r\n").as_bytes())?;
            return Ok(true);
        }
        let answer = match verb.as_str() {
            "STARTTLS" => return self.start_tls(&tag),
            "AUTHENTICATE" | "LOGIN" if self.stage != Stage::Greeted => return self.refused(&tag, "a second login").map(|_| true),
            "AUTHENTICATE" => self.authenticate(&tag, &mut c)?.then(|| self.welcome(&tag)),
            "LOGIN" => self.login(&tag, &mut c)?.then(|| self.welcome(&tag)),
            "LOGOUT" => {
                self.send(format!("* BYE until later\r\n{tag} OK\r\n").as_bytes())?;
                return Ok(false);
            }
            _ => match self.answer(&tag, &verb, &mut c) {
                Ok(answer) => Some(answer),
                Err(bad) => {
                    self.refused(&tag, &format!("{verb}: {bad}"))?;
                    None
                }
            },
        };
        let Some(mut answer) = answer else { return Ok(true) };
        if self.manner().noisy {
            noise(&mut answer);
        }
        let sent = answer.with(&tag, fault.as_ref());
        self.send(&sent.bytes)?;
        if sent.ends {
            _ = self.write.shutdown(std::net::Shutdown::Both);
        }
        Ok(!sent.ends)
    }

    fn fault(&self, verb: &str, line: &str) -> Option<What> {
        let whole = verb == "UID FETCH" && line.contains("BODY.PEEK[]");
        let mut counts = lock(&self.shared.counts);
        let mut found = None;
        for name in [Some(verb), whole.then_some("BODIES")].into_iter().flatten() {
            let n = counts.entry(name.to_owned()).or_default();
            *n += 1;
            let manner = lock(&self.shared.manner);
            found = found.or_else(|| manner.faults.iter().find(|f| f.verb == name && (f.nth == 0 || f.nth == *n)).map(|f| f.what.clone()));
        }
        found
    }

    fn welcome(&mut self, tag: &str) -> Answer {
        self.stage = Stage::Authenticated;
        let manner = self.manner();
        let how = if manner.tells { format!("OK [CAPABILITY {}] welcome", manner.after.join(" ")) } else { "OK welcome".to_owned() };
        Answer::default().ends(tag, &how)
    }

    /// The answer to STARTTLS. There is no TLS here: a client that goes on hears what it must not believe, or nothing.
    fn start_tls(&mut self, tag: &str) -> io::Result<bool> {
        let how = self.manner().starttls;
        if !self.can("STARTTLS") {
            return self.refused(tag, "STARTTLS was not offered").map(|_| true);
        }
        self.send(format!("{tag} {how}\r\n").as_bytes())?;
        Ok(!how.starts_with("OK"))
    }

    fn answer(&mut self, tag: &str, verb: &str, c: &mut Cursor<'_>) -> Read<Answer> {
        let needs = match verb {
            "CAPABILITY" | "NOOP" | "ID" => Stage::Greeted,
            "ENABLE" | "LIST" | "STATUS" | "EXAMINE" => Stage::Authenticated,
            "UNSELECT" | "UID FETCH" | "UID SEARCH" => Stage::Selected,
            other => return Err(format!("{other} is nothing for somebody who only reads")),
        };
        if self.stage < needs {
            return Err(format!("not in this state ({:?})", self.stage));
        }
        let mut out = Answer::default();
        match verb {
            "CAPABILITY" => {
                let manner = self.manner();
                let list = if self.stage == Stage::Greeted { manner.before } else { manner.after };
                out.says(format!("CAPABILITY {}", list.join(" ")));
                c.end()?;
            }
            "NOOP" => {
                c.end()?;
                self.news(&mut out);
            }
            "ID" => {
                self.offered("ID")?;
                c.sp()?;
                let pairs = c.list(Cursor::astring)?;
                if !pairs.len().is_multiple_of(2) {
                    return Err("a field without a value".into());
                }
                c.end()?;
                out.says("ID (\"name\" \"double\")");
            }
            "ENABLE" => self.enable(&mut out, c)?,
            "LIST" => self.list(&mut out, c)?,
            "STATUS" => return self.status(out, tag, c),
            "EXAMINE" => return self.examine(out, tag, c),
            "UNSELECT" => {
                self.offered("UNSELECT")?;
                c.end()?;
                self.stage = Stage::Authenticated;
            }
            "UID FETCH" if self.fetch(&mut out, c)? => return Ok(Answer::default().ends(tag, "NO [CORRUPTION] a mail cannot be read")),
            "UID FETCH" => {}
            _ => return self.search(out, tag, c),
        }
        Ok(out.ends(tag, "OK done"))
    }

    fn offered(&self, capability: &str) -> Read<()> {
        if self.can(capability) { Ok(()) } else { Err(format!("{capability} was not offered")) }
    }

    fn enable(&mut self, out: &mut Answer, c: &mut Cursor<'_>) -> Read<()> {
        self.offered("ENABLE")?;
        if self.stage == Stage::Selected {
            return Err("ENABLE while a mailbox is open (RFC 5161, 3.1)".into());
        }
        let mut on = Vec::new();
        while !c.is_end() {
            c.sp()?;
            let name = c.atom()?;
            if self.can(&name) {
                on.push(name);
            }
        }
        self.qresync |= on.iter().any(|n| n == "QRESYNC");
        self.condstore |= self.qresync || on.iter().any(|n| n == "CONDSTORE");
        out.says(format!("ENABLED {}", on.join(" ")));
        Ok(())
    }

    fn list(&mut self, out: &mut Answer, c: &mut Cursor<'_>) -> Read<()> {
        c.sp()?;
        c.astring()?;
        c.sp()?;
        // `list-mailbox` may hold wildcards, in quotes as well.
        if c.astring()? != b"*" {
            return Err("a pattern other than *".into());
        }
        if !c.is_end() {
            self.offered("LIST-EXTENDED")?;
            c.sp()?;
            if c.atom()? != "RETURN" {
                return Err("RETURN is missing".into());
            }
            c.sp()?;
            for option in c.list(Cursor::atom)? {
                self.offered(&option)?;
            }
            c.end()?;
        }
        let manner = self.manner();
        if !manner.list.is_empty() {
            out.lines.extend(manner.list.iter().map(|line| [line.as_slice(), b"\r\n"].concat()));
            return Ok(());
        }
        let special = self.can("SPECIAL-USE");
        for m in &lock(&self.shared.account).mailboxes {
            let plain = |a: &&&str| special || matches!(**a, "\\Noselect" | "\\NonExistent" | "\\HasNoChildren" | "\\HasChildren");
            let attributes: Vec<&str> = m.attributes.iter().filter(plain).copied().collect();
            out.says([format!("LIST ({}) \"/\" ", attributes.join(" ")).into_bytes(), quoted(&m.name)].concat());
        }
        Ok(())
    }

    fn status(&self, mut out: Answer, tag: &str, c: &mut Cursor<'_>) -> Read<Answer> {
        c.sp()?;
        let name = c.astring()?;
        c.sp()?;
        let items = c.list(Cursor::atom)?;
        c.end()?;
        if self.stage == Stage::Selected && self.mailbox == name {
            return Err("STATUS of the mailbox that is open (RFC 9051, 6.3.11)".into());
        }
        let account = lock(&self.shared.account);
        let Some(m) = account.find(&name).filter(|m| !m.attributes.contains(&"\\Noselect")) else {
            return Ok(out.ends(tag, "NO [NONEXISTENT] no such mailbox"));
        };
        let mut pairs = Vec::new();
        for item in items {
            let value = match item.as_str() {
                "UIDVALIDITY" => u64::from(m.validity),
                "UIDNEXT" => u64::from(m.next),
                "MESSAGES" => m.mails.len() as u64,
                "HIGHESTMODSEQ" if self.can("CONDSTORE") => m.modseq,
                other => return Err(format!("no status item {other}")),
            };
            pairs.push(format!("{item} {value}"));
        }
        out.says([b"STATUS ".to_vec(), quoted(&m.name), format!(" ({})", pairs.join(" ")).into_bytes()].concat());
        Ok(out.ends(tag, "OK done"))
    }

    fn examine(&mut self, mut out: Answer, tag: &str, c: &mut Cursor<'_>) -> Read<Answer> {
        c.sp()?;
        let name = c.astring()?;
        let mut since = None;
        if !c.is_end() {
            c.sp()?;
            c.byte(b'(')?;
            match c.atom()?.as_str() {
                "CONDSTORE" => {
                    self.offered("CONDSTORE")?;
                    self.condstore = true;
                }
                "QRESYNC" if self.qresync => {
                    c.sp()?;
                    c.byte(b'(')?;
                    let validity = c.number(false)?;
                    c.sp()?;
                    since = Some((validity, c.number(false)?));
                    c.byte(b')')?;
                }
                other => return Err(format!("{other} was not enabled")),
            }
            c.byte(b')')?;
        }
        c.end()?;
        let manner = self.manner();
        self.stage = Stage::Authenticated;
        let account = lock(&self.shared.account);
        let Some(m) = account.find(&name).filter(|m| !m.attributes.contains(&"\\Noselect")) else {
            return Ok(out.ends(tag, "NO [NONEXISTENT] no such mailbox"));
        };
        out.says(r"FLAGS (\Answered \Flagged \Deleted \Seen \Draft)");
        out.says(r"OK [PERMANENTFLAGS ()] read-only");
        out.says(format!("{} EXISTS", m.mails.len()));
        out.says(format!("OK [UIDVALIDITY {}] valid", m.validity));
        if !manner.no_next {
            out.says(format!("OK [UIDNEXT {}] next", m.next));
        }
        if manner.uncounted {
            out.says("OK [NOMODSEQ] no counters");
        } else if self.can("CONDSTORE") {
            out.says(format!("OK [HIGHESTMODSEQ {}] highest", m.modseq));
        }
        if let Some((validity, modseq)) = since.filter(|(v, _)| *v == u64::from(m.validity) && !manner.uncounted) {
            resync(m, validity, modseq, manner.forgetful, &mut out);
        }
        self.view = m.mails.iter().map(|m| m.uid).collect();
        self.told = m.modseq;
        drop(account);
        self.mailbox = name;
        self.stage = Stage::Selected;
        Ok(out.ends(tag, "OK [READ-ONLY] done"))
    }

    fn with_mailbox<T>(&self, on: impl FnOnce(&Mailbox) -> T) -> Read<T> {
        lock(&self.shared.account).find(&self.mailbox).map(on).ok_or_else(|| "the mailbox was deleted".into())
    }

    fn largest(&self) -> u32 {
        self.view.last().copied().unwrap_or(0)
    }

    /// The mails that are asked for; `true` if one of them cannot be read.
    fn fetch(&mut self, out: &mut Answer, c: &mut Cursor<'_>) -> Read<bool> {
        c.sp()?;
        let set = c.set(self.largest())?;
        c.sp()?;
        let counters = self.can("CONDSTORE") && !self.manner().uncounted;
        let mut items = fetch::items(c, self.can("X-GM-EXT-1"), counters)?;
        let mut since = 0;
        if !c.is_end() {
            c.sp()?;
            c.byte(b'(')?;
            if c.atom()? != "CHANGEDSINCE" || !self.can("CONDSTORE") {
                return Err("a modifier that was not offered".into());
            }
            // RFC 7162, 3.1.2.2: a mailbox without counters refuses this.
            if self.manner().uncounted {
                return Err("CHANGEDSINCE without counters".into());
            }
            c.sp()?;
            since = c.number(false)?;
            c.byte(b')')?;
            items.push(Item::Modseq);
        }
        c.end()?;
        // A UID FETCH always gives the UID (RFC 9051, 6.4.9).
        if !items.iter().any(|i| matches!(i, Item::Uid)) {
            items.insert(0, Item::Uid);
        }
        let view = self.view.clone();
        let lines = self.with_mailbox(|m| {
            let asked = m.mails.iter().filter(|m| m.modseq > since && set.iter().any(|(a, b)| (*a..=*b).contains(&m.uid)));
            let line = |mail: &super::Stored| {
                let n = view.iter().position(|uid| *uid == mail.uid)? + 1;
                Some([format!("{n} FETCH ").into_bytes(), fetch::answer(mail, &items)].concat())
            };
            asked.filter_map(line).collect::<Vec<_>>()
        })?;
        let refused = self.manner().refuses.filter(|uid| set.iter().any(|(a, b)| (a..=b).contains(&uid)));
        if refused.is_some() {
            return Ok(true);
        }
        lines.iter().for_each(|l| out.says(l));
        if !items.iter().any(Item::is_whole) {
            self.news(out);
        }
        Ok(false)
    }

    fn search(&mut self, mut out: Answer, tag: &str, c: &mut Cursor<'_>) -> Read<Answer> {
        c.sp()?;
        let mut extended = false;
        // `RETURN` is no search key: what stands there decides.
        if c.starts(b"RETURN") {
            self.offered("ESEARCH")?;
            c.atom()?;
            c.sp()?;
            if c.list(Cursor::atom)? != ["ALL"] {
                return Err("RETURN of something else".into());
            }
            c.sp()?;
            extended = true;
        }
        let able = Able { gmail: self.can("X-GM-EXT-1"), largest: self.largest() };
        let keys = search::keys(c, &able)?;
        let view: BTreeSet<u32> = self.view.iter().copied().collect();
        let found: Vec<u32> = self.with_mailbox(|m| {
            let all = m.mails.iter().filter(|mail| view.contains(&mail.uid) && keys.iter().all(|k| search::matches(mail, k)));
            all.map(|m| m.uid).collect()
        })?;
        if extended {
            let all = if found.is_empty() { String::new() } else { format!(" ALL {}", ranges(&found)) };
            out.says(format!("ESEARCH (TAG \"{tag}\") UID{all}"));
        } else {
            let words: Vec<String> = found.iter().map(u32::to_string).collect();
            out.says(format!("SEARCH {}", words.join(" ")).trim_end());
        }
        self.news(&mut out);
        Ok(out.ends(tag, "OK done"))
    }

    /// What happened in the mailbox meanwhile, as a server tells it by the way.
    fn news(&mut self, out: &mut Answer) {
        if self.stage != Stage::Selected {
            return;
        }
        let (qresync, condstore, told) = (self.qresync, self.condstore, self.told);
        let mut view = std::mem::take(&mut self.view);
        let now = self.with_mailbox(|m| {
            let there: BTreeSet<u32> = m.mails.iter().map(|m| m.uid).collect();
            for n in (0..view.len()).rev() {
                if !there.contains(&view[n]) {
                    let line = if qresync { format!("VANISHED {}", view[n]) } else { format!("{} EXPUNGE", n + 1) };
                    out.says(line);
                    view.remove(n);
                }
            }
            let before = view.len();
            view.extend(there.iter().filter(|uid| view.last().is_none_or(|last| *uid > last)).copied().collect::<Vec<_>>());
            if view.len() > before {
                out.says(format!("{} EXISTS", view.len()));
                out.says("0 RECENT");
            }
            for (n, uid) in view.iter().enumerate().take(before) {
                if let Some(mail) = m.mails.iter().find(|m| m.uid == *uid && m.modseq > told) {
                    let mut items = vec![Item::Flags];
                    if condstore {
                        items.extend([Item::Uid, Item::Modseq]);
                    }
                    out.says([format!("{} FETCH ", n + 1).into_bytes(), fetch::answer(mail, &items)].concat());
                }
            }
            m.modseq
        });
        self.view = view;
        self.told = now.unwrap_or(told);
    }
}

/// `UID FETCH` is one verb.
fn verb(c: &mut Cursor<'_>) -> Read<String> {
    let first = c.atom()?;
    if first != "UID" {
        return Ok(first);
    }
    c.sp()?;
    Ok(format!("UID {}", c.atom()?))
}

fn shown(pieces: &[Piece], skip: usize) -> String {
    let all: Vec<u8> = pieces
        .iter()
        .flat_map(|p| match p {
            Piece::Text(t) => t.clone(),
            Piece::Literal(l) => [b"{", l.as_slice(), b"}"].concat(),
        })
        .collect();
    String::from_utf8_lossy(all.get(skip..).unwrap_or_default()).into_owned()
}

/// RFC 7162, 3.2.5.2.
fn resync(m: &Mailbox, _validity: u64, modseq: u64, forgetful: bool, out: &mut Answer) {
    let gone: Vec<u32> = match forgetful {
        true => (1..m.next).filter(|uid| m.mails.iter().all(|mail| mail.uid != *uid)).collect(),
        false => m.gone.iter().filter(|(_, at)| *at > modseq).map(|(uid, _)| *uid).collect::<BTreeSet<_>>().into_iter().collect(),
    };
    if !gone.is_empty() {
        out.says(format!("VANISHED (EARLIER) {}", ranges(&gone)));
    }
    for (n, mail) in m.mails.iter().enumerate().filter(|(_, mail)| mail.modseq > modseq) {
        out.says([format!("{} FETCH ", n + 1).into_bytes(), fetch::answer(mail, &[Item::Uid, Item::Flags, Item::Modseq])].concat());
    }
}

fn ranges(uids: &[u32]) -> String {
    let mut out: Vec<(u32, u32)> = Vec::new();
    for uid in uids {
        match out.last_mut() {
            Some((_, end)) if *uid == *end + 1 => *end = *uid,
            _ => out.push((*uid, *uid)),
        }
    }
    out.iter().map(|(a, b)| if a == b { a.to_string() } else { format!("{a}:{b}") }).collect::<Vec<_>>().join(",")
}

fn quoted(name: &[u8]) -> Vec<u8> {
    let mut out = b"\"".to_vec();
    for b in name {
        if b"\"\\".contains(b) {
            out.push(b'\\');
        }
        out.push(*b);
    }
    out.push(b'"');
    out
}

/// What a server may say at any time, and what it may not.
fn noise(answer: &mut Answer) {
    let lines: [&[u8]; 9] = [
        b"* OK Still here\r\n",
        b"* NO [ALERT] Disk is nearly full\r\n",
        b"* 23 RECENT\r\n",
        b"* 4294967295 FETCH (FLAGS (\\Seen) UID 4294967295 BODY[] {3}\r\nabc)\r\n",
        b"* 1 FETCH (X-ODD ((((NIL))) \"a\") FLAGS (\\Seen))\r\n",
        b"* XLIST (\\Inbox) \"/\" \"Inbox\"\r\n",
        b"* SEARCH\r\n",
        b"* \xff\xfe\x00 what\r\n",
        b"* METADATA \"\" (/shared/comment \"x\")\r\n",
    ];
    let mut all: Vec<Vec<u8>> = lines.iter().map(|l| l.to_vec()).collect();
    all.append(&mut answer.lines);
    all.push(b"* OK {17}\r\n".to_vec());
    answer.lines = all;
}
