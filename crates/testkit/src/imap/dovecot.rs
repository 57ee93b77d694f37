//! A real Dovecot, as a child process on a loopback port, with maildirs that the test fills.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    os::unix::{fs::PermissionsExt as _, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, SystemTime},
};

use rustix::process::{Pid, Signal, geteuid, kill_process};
use tempfile::TempDir;

use super::config::{Config, Tls};

/// Where Debian and others put it; not every user's PATH has these.
const PLACES: [&str; 3] = ["dovecot", "/usr/sbin/dovecot", "/usr/local/sbin/dovecot"];
/// The user and group that the server runs as where the test is root (Dovecot refuses to): `nobody`, `nogroup`.
const NOBODY: u32 = 65_534;

/// A mail to put into a maildir.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Its name in the maildir, without flags; the server numbers mails in the order of names that begin with a number and a dot.
    pub name: String,
    /// Flags as a maildir has them: `S` seen, `F` flagged, `R` replied, `D` draft, `T` deleted.
    pub flags: String,
    /// When it was received, in seconds since 1970.
    pub received: u64,
    /// Its bytes.
    pub raw: Vec<u8>,
}

/// A running server; it is ended, and its files are removed, when this is dropped.
pub struct Dovecot {
    child: Child,
    program: &'static str,
    port: u16,
    /// The port of TLS, and the certificate of whoever vouches for the server.
    tls: Option<(u16, Vec<u8>)>,
    dir: TempDir,
}

impl Dovecot {
    /// Starts one with a user `alice` whose password is `secret`; `fill` puts mail into her maildir before. `None`, and a line that says so,
    /// where there is no Dovecot.
    pub fn start(fill: impl FnOnce(&Path)) -> Option<Dovecot> {
        Dovecot::begin(fill, false)
    }

    /// The same with TLS, at a port of its own and by STARTTLS. Its certificate is for `localhost`.
    pub fn start_secure(fill: impl FnOnce(&Path)) -> Option<Dovecot> {
        Dovecot::begin(fill, true)
    }

    fn begin(fill: impl FnOnce(&Path), secure: bool) -> Option<Dovecot> {
        let Some((program, version)) = find() else {
            skipped();
            return None;
        };
        // Paths of Unix sockets end at about 108 bytes.
        let dir = tempfile::Builder::new().prefix("dc").tempdir_in("/tmp").expect("a folder in /tmp");
        let root = dir.path().to_owned();
        let maildir = root.join("mail/alice/Maildir");
        for part in ["cur", "new", "tmp"] {
            fs::create_dir_all(maildir.join(part)).expect("a maildir");
        }
        fs::create_dir_all(root.join("run")).expect("a folder");
        fill(&maildir);
        let port = free_port();
        let tls = match secure {
            true => Some((free_port(), certificates(&root)?)),
            false => None,
        };
        let as_root = geteuid().is_root();
        let (uid, gid, user, group) = match as_root {
            true => (NOBODY.to_string(), NOBODY.to_string(), "nobody".to_owned(), "nogroup".to_owned()),
            false => (id("-u"), id("-g"), id("-un"), id("-gn")),
        };
        let tls_port = tls.as_ref().map(|(port, _)| Tls { port: *port, cert: root.join("cert.pem"), key: root.join("key.pem") });
        let config = Config { root: &root, port, tls: tls_port, uid: &uid, gid: &gid, user: &user, group: &group, version: &version };
        put(&root.join("dovecot.conf"), config.text().as_bytes());
        put(&root.join("users"), b"alice:{PLAIN}secret::::::\n");
        if as_root {
            owned(&root);
        }
        let child = spawn(program, &root);
        let mut server = Dovecot { child, program, port, tls, dir };
        server.wait_until_up();
        Some(server)
    }

    fn wait_until_up(&mut self) {
        for _ in 0..1_000 {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return;
            }
            assert!(self.child.try_wait().expect("its state").is_none(), "the server ended:\n{}", self.log());
            std::thread::park_timeout(Duration::from_millis(10));
        }
        panic!("the server does not answer:\n{}", self.log());
    }

    /// What it logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("dovecot.log")).unwrap_or_default()
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The value of `IMAP_URL`; the password is `secret`.
    pub fn url(&self) -> String {
        format!("imap://alice@127.0.0.1:{}/", self.port)
    }

    /// The value of `IMAP_URL` with TLS from the first byte, and with STARTTLS.
    pub fn secure_urls(&self) -> [String; 2] {
        let (port, _) = self.tls.as_ref().expect("it was started with TLS");
        [format!("imaps://alice@localhost:{port}/"), format!("imap://alice@localhost:{}/?starttls=required", self.port)]
    }

    /// The certificate of whoever vouches for the server, as PEM.
    pub fn authority(&self) -> &[u8] {
        &self.tls.as_ref().expect("it was started with TLS").1
    }

    /// The maildir.
    pub fn maildir(&self) -> PathBuf {
        self.dir.path().join("mail/alice/Maildir")
    }

    /// Starts it again without what it knew of its folders: all have another UIDVALIDITY. (While it runs, processes of it that have a folder
    /// open write down the old one again.)
    pub fn forget(&mut self) {
        self.end();
        let maildir = self.maildir();
        let folders = fs::read_dir(&maildir).expect("the maildir").flatten().map(|e| e.path()).filter(|p| p.is_dir());
        for folder in folders.chain([maildir.clone()]) {
            for entry in fs::read_dir(folder).expect("a folder").flatten() {
                if entry.file_name().to_string_lossy().starts_with("dovecot") {
                    fs::remove_file(entry.path()).expect("a file of the server");
                }
            }
        }
        self.child = spawn(self.program, self.dir.path());
        self.wait_until_up();
    }

    fn end(&mut self) {
        if let Some(pid) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            _ = kill_process(pid, Signal::TERM);
        }
        _ = self.child.wait();
        // Its own children write down what they know when they end, and nobody waits for them.
        for _ in 0..1_000 {
            if !still_at_work(self.child.id()) {
                return;
            }
            std::thread::park_timeout(Duration::from_millis(10));
        }
    }

    /// What another mail program does meanwhile, as commands without tags: `DELETE Work`. Each has to succeed; what the server said.
    pub fn does(&self, commands: &[&str]) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a limit");
        let mut lines = BufReader::new(stream.try_clone().expect("the same connection")).lines();
        let mut said = String::new();
        for (n, command) in ["LOGIN alice secret"].iter().chain(commands).chain(&["LOGOUT"]).enumerate() {
            stream.write_all(format!("m{n} {command}\r\n").as_bytes()).expect("the server listens");
            let tag = format!("m{n} ");
            loop {
                let line = lines.next().expect("an answer").expect("an answer in time");
                said.push_str(&line);
                said.push('\n');
                if let Some(answer) = line.strip_prefix(&tag) {
                    assert!(answer.starts_with("OK"), "{command}: {line}");
                    break;
                }
            }
        }
        said
    }

    /// A folder beside INBOX, with mail.
    pub fn folder(&self, name: &str, letters: &[Letter]) {
        folder(&self.maildir(), name, letters);
        if geteuid().is_root() {
            owned(&self.maildir().join(format!(".{name}")));
        }
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        self.end();
    }
}

/// The server as a child; as `nobody` where the test is root.
fn spawn(program: &str, root: &Path) -> Child {
    let mut command = match geteuid().is_root() {
        true => {
            let mut command = Command::new("setpriv");
            command.args([format!("--reuid={NOBODY}"), format!("--regid={NOBODY}"), "--clear-groups".into()]).arg(program);
            command
        }
        false => Command::new(program),
    };
    command.arg("-F").arg("-c").arg(root.join("dovecot.conf")).stdin(Stdio::null()).process_group(0).spawn().expect("the server starts")
}

/// Whether a process of that group runs, by `/proc`; those that have ended and wait to be noticed don't count.
fn still_at_work(group: u32) -> bool {
    let Ok(all) = fs::read_dir("/proc") else { return false };
    let stats = all.flatten().filter_map(|e| fs::read_to_string(e.path().join("stat")).ok());
    // `pid (name) state ppid pgrp ...`; a name may hold anything.
    let fields = |stat: &str| stat.rsplit_once(") ").map(|(_, rest)| rest.split(' ').take(3).map(str::to_owned).collect::<Vec<_>>());
    stats.filter_map(|s| fields(&s)).any(|f| f.first().is_some_and(|state| state != "Z") && f.get(2) == Some(&group.to_string()))
}

/// Gives files to the server's user.
fn owned(path: &Path) {
    let owned = Command::new("chown").arg("-R").arg(format!("{NOBODY}:{NOBODY}")).arg(path).status();
    assert!(owned.is_ok_and(|s| s.success()), "chown failed");
}

/// A folder of a maildir, with mail: for [`Dovecot::start`].
pub fn folder(maildir: &Path, name: &str, letters: &[Letter]) {
    let path = if name == "INBOX" { maildir.to_owned() } else { maildir.join(format!(".{name}")) };
    for part in ["cur", "new", "tmp"] {
        fs::create_dir_all(path.join(part)).expect("a folder");
    }
    for letter in letters {
        letter.put(&path);
    }
}

impl Letter {
    /// Puts it into a folder of a maildir, as seen or not as its flags say.
    pub fn put(&self, folder: &Path) {
        let path = folder.join("cur").join(format!("{}:2,{}", self.name, self.flags));
        put(&path, &self.raw);
        let file = File::options().write(true).open(&path).expect("the mail's file");
        // The server gives the file's time as INTERNALDATE.
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(self.received)).expect("the mail's time");
    }
}

#[expect(clippy::disallowed_methods, reason = "a server's files, not the product's")]
fn put(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).expect("a file of the server");
    fs::set_permissions(path, fs::Permissions::from_mode(0o644)).expect("its mode");
}

#[expect(clippy::print_stderr, reason = "whoever runs the tests has to know what was not tested")]
fn skipped() {
    eprintln!(
        "SKIPPED: there is no Dovecot here (Debian: apt-get install -y --no-install-recommends dovecot-imapd); IMAP was not tried with it"
    );
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port()
}

/// Makes a certificate for `localhost` and the authority behind it, whose certificate it gives; `None` where there is no OpenSSL.
#[expect(clippy::print_stderr, reason = "whoever runs the tests has to know what was not tested")]
fn certificates(root: &Path) -> Option<Vec<u8>> {
    put(&root.join("san"), b"subjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth\nbasicConstraints=critical,CA:FALSE\n");
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-batch"];
    let openssl = |args: &[&str]| {
        let done = Command::new("openssl").args(args).current_dir(root).stdin(Stdio::null()).output();
        done.is_ok_and(|o| o.status.success())
    };
    let own = [&["req", "-x509", "-days", "2", "-subj", "/CN=Test Authority", "-keyout", "ca.key", "-out", "ca.pem"][..], &key].concat();
    let asked = [&["req", "-subj", "/CN=localhost", "-keyout", "key.pem", "-out", "cert.csr"][..], &key].concat();
    let signed = ["x509", "-req", "-in", "cert.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2"];
    let signed = [&signed[..], &["-extfile", "san", "-out", "cert.pem"]].concat();
    if !(openssl(&own) && openssl(&asked) && openssl(&signed)) {
        eprintln!("SKIPPED: there is no OpenSSL here (Debian: apt-get install openssl); IMAP with TLS was not tried");
        return None;
    }
    Some(fs::read(root.join("ca.pem")).expect("the certificate"))
}

/// The program and its version.
fn find() -> Option<(&'static str, String)> {
    PLACES.iter().find_map(|place| {
        let out = Command::new(place).arg("--version").output().ok().filter(|o| o.status.success())?;
        let text = String::from_utf8_lossy(&out.stdout).into_owned();
        Some((*place, text.split_whitespace().next()?.to_owned()))
    })
}

fn id(what: &str) -> String {
    let out = Command::new("id").arg(what).output().expect("id");
    String::from_utf8_lossy(&out.stdout).trim().to_owned()
}
