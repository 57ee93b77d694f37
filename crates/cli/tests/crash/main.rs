//! The real process is killed at every failpoint and at 200 random moments of a 5,000-message sync, and resumed; in the end ledger and
//! files are those of an undisturbed run. Two processes at work on one workspace at once end there too.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod mailbox;

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use jiff::Timestamp;
use sales_engine::FAILPOINTS;
use sales_ledger::{OpenOptions, SqliteStore};
use sales_model::Clock;
use sales_simulator::{
    GenerateSpec, GmailGenerate, GmailWorld, GongGenerate, GongWorld, GranolaGenerate, GranolaWorld, Limits, Running, SimOptions,
    Simulator, World,
};
use sales_testkit::{Tree, differences, dump, tree};
use tempfile::TempDir;
use tokio::runtime::Runtime;

const NOW: &str = "2026-11-20T12:00:00Z";
/// Kills in all of the random ones.
const KILLS: usize = 200;

struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        NOW.parse().unwrap()
    }
}

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap())
}

/// The vendors, in this process: they stay up while the product is killed. Beside the messages a tenth of them in mails, a twentieth in
/// calls, a fiftieth in notes.
fn vendor(messages: usize) -> Running {
    let spec = GenerateSpec::crash("2026-11-20T00:00:00Z".parse().unwrap());
    // A fifth of them are replies, as in the whole.
    let spec = GenerateSpec { first_level: messages * 4 / 5, threads: messages / 50, ..spec };
    let world = World::generate(&spec, 7);
    let until = "2026-11-20T00:00:00Z".parse().unwrap();
    let gong = Some(GongWorld::generate(&GongGenerate { days: 300, ..GongGenerate::new(messages / 20, 8, until) }, 7));
    let granola = Some(GranolaWorld::generate(&GranolaGenerate { notes: messages / 50, ..GranolaGenerate::crash(until) }, 7));
    let domains = ["customer-00.example", "customer-01.example", "nobody.example"].map(str::to_owned).to_vec();
    let mails = GmailGenerate { days: 300, paragraphs: 2, noise: 5, domains, ..GmailGenerate::new(messages / 10, until) };
    let gmail = Some(GmailWorld::generate(&mails, 7));
    let options = SimOptions { world, gong, granola, gmail, limits: Limits::Off, ..SimOptions::new(Arc::new(Still)) };
    runtime().block_on(Simulator::start(options)).unwrap()
}

/// A workspace with two customers by channel, and channels that belong to nobody.
struct Desk {
    dir: TempDir,
    env: Vec<(String, String)>,
}

impl Desk {
    fn new(vendor: &Running) -> Self {
        let dir = TempDir::with_prefix("sales-crash-").unwrap();
        let env = vendor.env().into_iter().filter(|(name, _)| name != "SLACK_USER_TOKEN").collect();
        let desk = Desk { dir, env };
        assert!(desk.command(&["init"], None).status().unwrap().success());
        let settings = desk.dir.path().join("workspace.toml");
        let text = std::fs::read_to_string(&settings).unwrap().replace("limits = \"on\"", "limits = \"off\"");
        write(&settings, &text);
        let notes = GranolaGenerate::crash(NOW.parse().unwrap()).domains;
        for (n, (customer, glob)) in [("one", "generated-00[0-3]"), ("two", "generated-00[3-7]")].into_iter().enumerate() {
            let domains = format!("\"customer-{n:02}.example\", \"customer-1{n}.example\", \"{}\"", notes[n]);
            let profile = format!("name = \"{customer}\"\ndomains = [{domains}]\n\n[slack]\nchannels = [\"{glob}\"]\n");
            write(&desk.dir.path().join(format!("customers/profiles/{customer}/profile.toml")), &profile);
        }
        desk
    }

    fn command(&self, args: &[&str], failpoint: Option<&str>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sales"));
        command.args(args).current_dir(self.dir.path()).env_clear().envs(self.env.iter().map(|(k, v)| (k, v)));
        command.env("SALES_TEST_NOW", NOW).stdout(Stdio::null()).stderr(Stdio::piped()).stdin(Stdio::null());
        if let Some(point) = failpoint {
            command.env("SALES_FAILPOINT", point);
        }
        command
    }

    /// Runs a sync; whether it came to its end. A sync that ends in any other way than by our kill fails the test.
    fn sync(&self, failpoint: Option<&str>) -> bool {
        let done = self.command(&["sync", "--quiet"], failpoint).output().unwrap();
        let error = String::from_utf8_lossy(&done.stderr);
        match done.status.code() {
            Some(0) => true,
            None if failpoint.is_some() => false,
            other => panic!("a sync with failpoint {failpoint:?} ended with {other:?}: {error}"),
        }
    }

    fn start(&self) -> Child {
        self.command(&["sync", "--quiet"], None).spawn().unwrap()
    }

    /// Everything there is to compare.
    fn state(&self) -> (Tree, String) {
        let verified = self.command(&["verify"], None).stdout(Stdio::piped()).output().unwrap();
        assert!(verified.status.success(), "verify: {}", String::from_utf8_lossy(&verified.stdout));
        let store = SqliteStore::open(&self.dir.path().join(".sales/ledger.db"), OpenOptions::default()).unwrap();
        (tree(&self.dir.path().join("customers")), runtime().block_on(dump(&store)))
    }
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::File::create(path).and_then(|mut f| std::io::Write::write_all(&mut f, text.as_bytes())).unwrap();
}

/// The run that nothing disturbed.
fn undisturbed(vendor: &Running, messages: usize) -> (Tree, String) {
    timed(vendor, messages).0
}

/// The same, and how long its sync took.
fn timed(vendor: &Running, messages: usize) -> ((Tree, String), Duration) {
    let desk = Desk::new(vendor);
    let begin = Instant::now();
    assert!(desk.sync(None));
    let whole = begin.elapsed();
    let state = desk.state();
    assert_eq!(state.1.lines().filter(|l| l.starts_with("record slack:")).count(), messages);
    let of = |folder: &str| state.0.keys().filter(|f| f.contains(folder)).count();
    assert!(of("/gong/") > 0 && of("/granola/") > 0 && of("/email/") > 10, "{:?}", state.0.keys().collect::<Vec<_>>());
    assert!(state.0.keys().any(|f| f.ends_with("/context_summary.md")) && state.0.len() > 40, "{} files", state.0.len());
    (state, whole)
}

fn same(expected: &(Tree, String), found: &(Tree, String), after: &str) {
    assert_eq!(differences(&expected.0, &found.0), Vec::<String>::new(), "files after {after}");
    if expected.1 != found.1 {
        let pairs = expected.1.lines().zip(found.1.lines());
        let differ: Vec<_> = pairs.filter(|(a, b)| a != b).take(3).collect();
        panic!("the ledger after {after}: {differ:#?}");
    }
}

/// A small generator of its own: the moments are the same in every run of the test.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

#[test]
fn killed_at_every_failpoint() {
    let vendor = vendor(1_000);
    let expected = undisturbed(&vendor, 1_000);
    for point in FAILPOINTS {
        let desk = Desk::new(&vendor);
        assert!(!desk.sync(Some(point)), "the failpoint {point} is never reached");
        // A second time later on, where the first page is long done.
        desk.sync(Some(&format!("{point}:4")));
        assert!(desk.sync(None));
        same(&expected, &desk.state(), point);
    }
}

#[test]
fn killed_at_random_steps_and_moments() {
    let vendor = vendor(5_000);
    let (expected, whole) = timed(&vendor, 5_000);
    let mut dice = Dice(0x5a1e5);
    let (mut kills, mut rounds, mut tries) = (0, 0, 0);
    while kills < KILLS {
        let desk = Desk::new(&vendor);
        rounds += 1;
        loop {
            tries += 1;
            let finished = if tries % 2 == 0 {
                desk.sync(Some(&format!("any:{}", 1 + dice.roll(40))))
            } else {
                killed_by_the_system(&desk, whole / 2, &mut dice)
            };
            if finished {
                break;
            }
            kills += 1;
            if kills == KILLS {
                assert!(desk.sync(None));
                break;
            }
        }
        same(&expected, &desk.state(), &format!("{kills} kills"));
    }
    assert!(rounds > 2, "the kills never let a sync come to its end");
}

/// SIGKILL at some moment, wherever the process is then; whether it came to its end before.
fn killed_by_the_system(desk: &Desk, whole: Duration, dice: &mut Dice) -> bool {
    let after = Duration::from_micros(dice.roll(u64::try_from(whole.as_micros()).unwrap()));
    let begin = Instant::now();
    let mut child = desk.start();
    while let Some(left) = after.checked_sub(begin.elapsed()) {
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "{status}");
            return true;
        }
        std::thread::park_timeout(left.min(Duration::from_millis(5)));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    false
}

#[test]
fn two_processes_share_a_workspace() {
    let vendor = vendor(1_000);
    let expected = undisturbed(&vendor, 1_000);
    let desk = Desk::new(&vendor);
    let mut both = [desk.start(), desk.start()];
    for child in &mut both {
        let status = child.wait().unwrap();
        assert!(matches!(status.code(), Some(0 | 3)), "{status}");
    }
    assert!(desk.sync(None));
    same(&expected, &desk.state(), "two processes at once");
}
