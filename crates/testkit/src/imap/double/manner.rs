//! How the scripted server behaves.

/// How it behaves. The default is a plain IMAP4rev1 server with a password and no extension.
#[derive(Debug, Clone)]
pub struct Manner {
    /// What it can before a login.
    pub before: Vec<&'static str>,
    /// What it can after one.
    pub after: Vec<&'static str>,
    /// It says what it can in the greeting and in the answer to the login.
    pub tells: bool,
    /// Its first line, without CR LF.
    pub greeting: &'static str,
    /// The password of `alice`.
    pub password: &'static str,
    /// The access token of `alice`.
    pub token: &'static str,
    /// The answer to STARTTLS; empty to agree, after which it only waits. What stands behind the first line comes with it at once.
    pub starttls: &'static str,
    /// Lines of LIST in place of its own, each without CR LF but with literals as they stand.
    pub list: Vec<Vec<u8>>,
    /// It says all kinds of things that nobody asked for.
    pub noisy: bool,
    /// It tells of all UIDs that are not there as vanished, whether they ever were (RFC 7162, 3.2.5.2: it has forgotten).
    pub forgetful: bool,
    /// Its mailboxes have no counters (NOMODSEQ).
    pub uncounted: bool,
    /// It says how many mails there are, but not which UID comes next (RFC 3501, 7.1: clients live with it).
    pub no_next: bool,
    /// The UID of a mail of which it gives nothing, nor of others that are asked for with it.
    pub refuses: Option<u32>,
    /// What goes wrong.
    pub faults: Vec<Fault>,
}

impl Default for Manner {
    fn default() -> Self {
        Manner {
            before: vec!["IMAP4rev1", "AUTH=PLAIN"],
            after: vec!["IMAP4rev1"],
            tells: false,
            greeting: "* OK ready",
            password: "secret",
            token: "ya29.token",
            starttls: "NO not here",
            list: Vec::new(),
            noisy: false,
            forgetful: false,
            uncounted: false,
            no_next: false,
            refuses: None,
            faults: Vec::new(),
        }
    }
}

impl Manner {
    /// One that can also do this after a login.
    #[must_use]
    pub fn can(mut self, more: &[&'static str]) -> Self {
        self.after.extend(more);
        self
    }

    /// As Gmail is, as far as its documents tell.
    pub fn gmail() -> Self {
        Manner {
            before: vec![
                "IMAP4rev1",
                "UNSELECT",
                "IDLE",
                "NAMESPACE",
                "QUOTA",
                "ID",
                "XLIST",
                "CHILDREN",
                "X-GM-EXT-1",
                "SASL-IR",
                "AUTH=XOAUTH2",
                "AUTH=PLAIN",
                "AUTH=OAUTHBEARER",
            ],
            after: vec![
                "IMAP4rev1",
                "UNSELECT",
                "IDLE",
                "NAMESPACE",
                "QUOTA",
                "ID",
                "CHILDREN",
                "X-GM-EXT-1",
                "UIDPLUS",
                "MOVE",
                "CONDSTORE",
                "ESEARCH",
                "UTF8=ACCEPT",
                "LIST-EXTENDED",
                "LIST-STATUS",
                "LITERAL-",
                "SPECIAL-USE",
                "ENABLE",
            ],
            greeting: "* OK Gimap ready for requests",
            ..Manner::default()
        }
    }

    /// One with a fault.
    #[must_use]
    pub fn fails(mut self, verb: &'static str, nth: usize, what: What) -> Self {
        self.faults.push(Fault { verb, nth, what });
        self
    }
}

/// Something that goes wrong.
#[derive(Debug, Clone)]
pub struct Fault {
    /// At which command: `UID FETCH`; `BODIES` for one that asks for whole mails.
    pub verb: &'static str,
    /// At the how manyth of these over all connections, from 1; 0 for each.
    pub nth: usize,
    /// What.
    pub what: What,
}

/// What goes wrong.
#[derive(Debug, Clone)]
pub enum What {
    /// This stands in place of the answer: `NO [THROTTLED] later`.
    Answer(&'static str),
    /// After so many responses the server says this and hangs up.
    ByeAfter(usize, &'static str),
    /// After so many bytes of the answer the connection ends.
    TornAfter(usize),
    /// These bytes come before the answer.
    Say(Vec<u8>),
    /// These bytes come in place of everything, then the connection ends.
    Only(Vec<u8>),
}
