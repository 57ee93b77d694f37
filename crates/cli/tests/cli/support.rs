//! A desk to work at: a folder, a workspace, a simulated vendor, and the binary.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::Arc,
};

use sales_model::Clock;
use sales_simulator::{GmailWorld, GongWorld, GranolaWorld, Running, Scenario, SimOptions, Simulator, World, shift_story};
use sales_testkit::Tree;
use sales_transport::RealTimer;
use tempfile::TempDir;

/// The sample files of this repository.
pub(crate) fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples")
}

/// A folder of its own, and the binary with an environment of its own.
pub(crate) struct Desk {
    pub(crate) dir: TempDir,
    env: Vec<(String, String)>,
}

/// How a command ended.
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Desk {
    /// An empty folder.
    pub(crate) fn empty() -> Self {
        Desk { dir: TempDir::with_prefix("sales-cli-").unwrap(), env: Vec::new() }
    }

    /// A workspace with the sample's settings and customers.
    pub(crate) fn with_samples() -> Self {
        let desk = Desk::empty();
        assert_eq!(desk.run(&["init"]).code, 0);
        desk.write("workspace.toml", fs::read_to_string(samples().join("workspace.toml")).unwrap());
        for customer in fs::read_dir(samples().join("customers")).unwrap() {
            let customer = customer.unwrap();
            let text = fs::read_to_string(customer.path().join("profile.toml")).unwrap();
            desk.write(&format!("customers/profiles/{}/profile.toml", customer.file_name().to_str().unwrap()), text);
        }
        desk
    }

    /// The same without rate limits: they would make minutes of seconds.
    pub(crate) fn unlimited() -> Self {
        let desk = Desk::with_samples();
        desk.leave_limits_out();
        desk
    }

    fn leave_limits_out(&self) {
        self.write("workspace.toml", self.read("workspace.toml").replace("limits = \"on\"", "limits = \"off\""));
    }

    /// Sets a variable for the commands that follow.
    pub(crate) fn set(&mut self, name: &str, value: &str) -> &mut Self {
        self.env.retain(|(n, _)| n != name);
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Takes a variable away.
    pub(crate) fn unset(&mut self, name: &str) -> &mut Self {
        self.env.retain(|(n, _)| n != name);
        self
    }

    /// Points the sources' variables at a vendor, and leaves rate limits out.
    pub(crate) fn connect(&mut self, vendor: &Vendor) -> &mut Self {
        self.leave_limits_out();
        for (name, value) in vendor.running.env() {
            // One token is enough, and what the user token adds has tests of its own.
            if name != "SLACK_USER_TOKEN" {
                self.set(&name, &value);
            }
        }
        self
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Writes a file, with its folders.
    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        write(&path, content.as_ref());
    }

    /// All files of all customers.
    pub(crate) fn customers(&self) -> Tree {
        let all = sales_testkit::tree(self.path());
        all.into_iter().filter(|(path, _)| path.starts_with("customers")).collect()
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
    }

    /// The command, ready to run.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("sales"));
        command.args(args).current_dir(self.path()).env_clear();
        command.env("HOME", self.path().join("home")).env("TMPDIR", self.path()).envs(self.env.iter().map(|(k, v)| (k, v)));
        // Coverage and sanitizers need their variables.
        command.envs(std::env::vars_os().filter(|(k, _)| k.to_str().is_some_and(|k| k.starts_with("LLVM_") || k.starts_with("ASAN_"))));
        command
    }

    /// Runs it to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Done {
        Done::of(self.command(args).output().unwrap())
    }

    /// Runs it with `--json`: the exit code and the document.
    pub(crate) fn json(&self, args: &[&str]) -> (i32, serde_json::Value) {
        let done = self.run(&[args, &["--json"]].concat());
        let document = serde_json::from_str(&done.out).unwrap_or_else(|e| panic!("{args:?}: {e}\n{}\n{}", done.out, done.err));
        (done.code, document)
    }

    /// What a command showed, without what differs from run to run.
    pub(crate) fn shown(&self, done: &Done) -> String {
        let dir = self.path().canonicalize().unwrap();
        let text = format!("exit {}\n--- stdout\n{}--- stderr\n{}", done.code, done.out, done.err);
        text.replace(dir.to_str().unwrap(), "[DIR]").replace(self.path().to_str().unwrap(), "[DIR]")
    }
}

#[expect(clippy::disallowed_methods, reason = "tests write what a user's editor would write")]
pub(crate) fn write(path: &Path, content: &[u8]) {
    fs::write(path, content).unwrap();
}

impl Done {
    pub(crate) fn of(output: Output) -> Self {
        Done {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Asserts on the exit code, and shows everything if it is another.
    #[track_caller]
    pub(crate) fn exit(self, code: i32) -> Self {
        assert_eq!(self.code, code, "\n--- stdout\n{}\n--- stderr\n{}", self.out, self.err);
        self
    }
}

/// Simulated vendors in this process.
pub(crate) struct Vendor {
    pub(crate) running: Running,
    /// When it was started: nothing in its world is newer.
    pub(crate) now: jiff::Timestamp,
    runtime: tokio::runtime::Runtime,
}

impl Vendor {
    /// The sample world, moved to the last week, with a scenario.
    pub(crate) fn start(scenario: Option<&str>) -> Self {
        Vendor::with(scenario, |_| {})
    }

    /// The samples of all vendors, moved to the last week.
    pub(crate) fn all(scenario: Option<&str>) -> Self {
        let (mut gong, mut granola) = (GongWorld::sample().unwrap(), GranolaWorld::sample().unwrap());
        let mut slack = World::sample().unwrap();
        let mut gmail = GmailWorld::sample().unwrap();
        shift_story(RealTimer.now(), &mut slack, &mut gong, &mut granola, &mut gmail);
        Vendor::of(scenario, SimOptions { gong: Some(gong), granola: Some(granola), gmail: Some(gmail), ..worlds(slack) })
    }

    /// The same with changes of the world.
    pub(crate) fn with(scenario: Option<&str>, change: impl FnOnce(&mut World)) -> Self {
        let mut world = World::sample().unwrap();
        world.shift_to(RealTimer.now());
        change(&mut world);
        Vendor::of(scenario, worlds(world))
    }

    /// Worlds as they are.
    pub(crate) fn of(scenario: Option<&str>, options: SimOptions) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let now = RealTimer.now();
        let options = SimOptions { scenario: scenario.map(|s| Scenario::parse(s).unwrap()), ..options };
        let running = runtime.block_on(Simulator::start(options)).unwrap();
        Vendor { running, now, runtime }
    }
}

/// A workspace with the samples' customers and everything of a vendor pulled.
pub(crate) fn pulled(vendor: &Vendor) -> Desk {
    let mut desk = Desk::with_samples();
    desk.connect(vendor);
    desk.run(&["sync"]).exit(0);
    desk
}

/// Slack's world alone.
pub(crate) fn worlds(world: World) -> SimOptions {
    let clock: Arc<dyn Clock> = Arc::new(RealTimer);
    SimOptions { world, ..SimOptions::new(clock) }
}

impl Drop for Vendor {
    fn drop(&mut self) {
        // The server's task ends with its runtime.
        let _inside = self.runtime.enter();
    }
}

/// Ctrl-C.
pub(crate) fn interrupt(child: &std::process::Child) {
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
}

/// Asserts on a snapshot; times, sizes of the moment and addresses are replaced.
macro_rules! shows {
    ($name:expr, $text:expr) => {
        insta::with_settings!({
            filters => vec![
                (r"\b\d+(\.\d+)? (s|min)\b", "[TIME]"),
                (r"127\.0\.0\.1:\d+", "[LOOPBACK]"),
                (r"sales-test-\d+-\d+", "sales-test-[N]"),
                (r"\b\d+ requests?\b", "[N] requests"),
                // How many slices a run takes depends on what comes first.
                (r"\b\d+ streams? read\b", "[N] streams read"),
            ],
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, { insta::assert_snapshot!($name, $text) })
    };
}
pub(crate) use shows;
