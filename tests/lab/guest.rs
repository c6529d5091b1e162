//! A guest: Debian's own kernel in an emulator, for what the kernel of this machine lacks (ESP, XFRM interfaces, VLANs).
//!
//! Takes files and the name of a test of this very program; the guest runs that test, which finds the files in [`ASKED`], and
//! gives what it wrote. `tests/run` unpacks the kernel into `target/kernel`, and installs none. Knows nothing of etanche.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// Where a test finds what it is asked; there only in a guest.
pub(crate) const ASKED: &str = "/asked";

/// Whether this program runs in a guest.
pub(crate) fn is_here() -> bool {
    Path::new(ASKED).exists()
}

/// A file of [`ASKED`].
pub(crate) fn asked(name: &str) -> String {
    read(&Path::new(ASKED).join(name))
}

fn read(path: &Path) -> String {
    let mut text = String::new();
    let done = File::open(path).and_then(|mut file| file.read_to_string(&mut text));
    done.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text
}

/// Runs one test in a guest of its own: what it wrote.
pub(crate) fn run(test: &str, files: &[(&str, String)]) -> String {
    let work = tempfile::tempdir_in("/var/tmp").expect("a temporary folder");
    let at = |name: &str| work.path().join(name).to_string_lossy().into_owned();
    std::fs::create_dir(at("asked")).expect("a temporary folder can be filled");
    for (name, text) in files.iter().chain([&("test", format!("{test}\n"))]) {
        let file = File::create(Path::new(&at("asked")).join(name));
        file.and_then(|mut file| file.write_all(text.as_bytes())).expect("a temporary file can be written");
    }
    let kernel = format!("{}/target/kernel", env!("CARGO_MANIFEST_DIR"));
    let own = std::env::current_exe().expect("this program has a path").to_string_lossy().into_owned();
    let pack = format!("{}/tests/lab/guest/pack.sh", env!("CARGO_MANIFEST_DIR"));
    must(Command::new("sh").args([&pack, &kernel, &at("asked"), &own, &at("initrd")]));
    must(&mut machine(&kernel, &at("initrd"), &at("console"), &at("answers")));
    let answers = read(Path::new(&at("answers")));
    assert!(answers.contains("guest: ended with 0"), "{answers}\n{}", read(Path::new(&at("console"))));
    answers
}

/// A machine that ends by itself: its kernel's words go to one file, the test's to another.
fn machine(kernel: &str, initrd: &str, console: &str, answers: &str) -> Command {
    let mut command = Command::new("timeout");
    // Always emulated: a machine that is a guest itself may offer a /dev/kvm that runs nothing.
    command.args(["500", "qemu-system-x86_64", "-accel", "tcg", "-m", "512", "-no-reboot", "-nic", "none"]);
    command.args(["-display", "none", "-kernel", &format!("{kernel}/vmlinuz"), "-initrd", initrd]);
    command.args(["-append", "console=ttyS0 loglevel=4 panic=-1"]);
    command.args(["-serial", &format!("file:{console}"), "-serial", &format!("file:{answers}")]);
    command
}

fn must(command: &mut Command) {
    let done = command.stdin(Stdio::null()).output();
    let done = done.unwrap_or_else(|error| panic!("{command:?}: {error}: `tests/run` installs what the lab needs"));
    assert!(done.status.success(), "{command:?}: {}\n{}", done.status, String::from_utf8_lossy(&done.stderr));
}
