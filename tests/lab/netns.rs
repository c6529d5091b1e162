//! Network namespaces of one test: made with a name of our own, entered by the calling thread, deleted on drop.
//!
//! Takes labels, `ip -batch` lines and commands; gives their output. Knows nothing of packets or of etanche.
//! Only namespaces made here are ever configured or deleted.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use nix::sched::{CloneFlags, setns};
use nix::unistd::geteuid;

/// How many namespaces this process has made: with its pid, what makes their names unique.
static MADE: AtomicU32 = AtomicU32::new(0);

/// One network namespace, deleted when dropped.
pub(crate) struct Netns {
    name: String,
}

/// While it lives, the calling thread is in another namespace; sockets opened and commands started then belong there.
pub(crate) struct Inside {
    home: File,
}

impl Netns {
    /// A new, empty namespace with `lo` up.
    pub(crate) fn new(label: &str) -> Netns {
        assert!(geteuid().is_root(), "the lab needs root: use `tests/run`, or `sudo` on this test binary");
        let serial = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("et{}-{serial}-{label}", std::process::id());
        succeed(Command::new("ip").args(["netns", "add", &name]), "");
        let netns = Netns { name };
        netns.ip("link set dev lo up");
        netns
    }

    /// The name under `/run/netns`, for `ip -batch` lines that move an interface.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Moves the calling thread here until the guard is dropped.
    pub(crate) fn enter(&self) -> Inside {
        let home = open("/proc/thread-self/ns/net");
        let here = open(&format!("/run/netns/{}", self.name));
        setns(&here, CloneFlags::CLONE_NEWNET).expect("a namespace we made can be entered");
        Inside { home }
    }

    /// Runs a command here and gives what it wrote on stdout; panics with its stderr if it fails.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, program: &str, args: &[A]) -> String {
        self.feed(program, args, "")
    }

    /// As [`Netns::run`], with text on stdin.
    pub(crate) fn feed<A: AsRef<OsStr>>(&self, program: &str, args: &[A], stdin: &str) -> String {
        let _inside = self.enter();
        succeed(Command::new(program).args(args), stdin)
    }

    /// As [`Netns::feed`], for a command that may fail: its whole output.
    pub(crate) fn attempt<A: AsRef<OsStr>>(&self, program: &str, args: &[A], stdin: &str) -> Output {
        let _inside = self.enter();
        output(Command::new(program).args(args), stdin)
    }

    /// Executes lines of `ip -batch`, in order.
    pub(crate) fn ip(&self, lines: &str) {
        self.feed("ip", &["-batch", "-"], lines);
    }

    /// Loads an nft file in one transaction.
    pub(crate) fn nft(&self, file: &str) {
        self.feed("nft", &["-f", "-"], file);
    }

    /// Sets one kernel parameter, named by its path under `/proc/sys` (interface names may hold dots).
    pub(crate) fn sysctl(&self, path: &str, value: &str) {
        let _inside = self.enter();
        OpenOptions::new()
            .write(true)
            .open(format!("/proc/sys/{path}"))
            .and_then(|mut file| file.write_all(value.as_bytes()))
            .unwrap_or_else(|error| panic!("sysctl {path} = {value}: {error}"));
    }
}

impl Drop for Netns {
    fn drop(&mut self) {
        // Nothing to be done about a failure, and a panic here would hide the test's own.
        let _ = Command::new("ip").args(["netns", "del", &self.name]).output();
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        if setns(&self.home, CloneFlags::CLONE_NEWNET).is_err() {
            // A thread lost in a namespace would run the next test in the wrong place.
            std::process::abort();
        }
    }
}

fn open(path: &str) -> File {
    File::open(path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The stdout of a command that must succeed.
fn succeed(command: &mut Command, stdin: &str) -> String {
    let done = output(command, stdin);
    let stderr = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{command:?}: {}\n{stderr}\nstdin was:\n{stdin}", done.status);
    String::from_utf8_lossy(&done.stdout).into_owned()
}

fn output(command: &mut Command, stdin: &str) -> Output {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap_or_else(|error| {
            panic!("{command:?} cannot start ({error}): `tests/run` installs what the lab needs")
        });
    let mut pipe = child.stdin.take().expect("stdin is piped");
    std::thread::scope(|scope| {
        // Beside the reading of the output: a long file must not block on a full pipe. A tool may stop reading early.
        scope.spawn(move || pipe.write_all(stdin.as_bytes()));
        child.wait_with_output().expect("a child we started can be waited for")
    })
}
