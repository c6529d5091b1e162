//! Programs that read the same files in a network and mount namespace of their own, which end with them.

use std::fs::{Permissions, create_dir_all, set_permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Runs a shell script in fresh network and mount namespaces, in a directory; gives what came out.
///
/// No signal is ignored in it: a shell cannot trap what its parent ignores, and tests may be started by `nohup`.
pub(crate) fn isolated(script: &str, dir: &Path, args: &[&str], stdin: &str) -> Output {
    let mut child = Command::new("env")
        .args(["--default-signal", "unshare", "--net", "--mount", "--", "sh", "-eu", "-c", script, "judge"])
        .args(args)
        .current_dir(dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("env starts: coreutils is installed");
    child.stdin.take().expect("stdin is piped").write_all(stdin.as_bytes()).unwrap_or_default();
    child.wait_with_output().expect("a child we started can be waited for")
}

/// The same, for a script that must succeed: what it wrote on stdout.
pub(crate) fn judged(script: &str, dir: &Path, args: &[&str]) -> String {
    let done = isolated(script, dir, args, "");
    let stderr = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "the judge failed (root and its tools are needed): {}\n{stderr}", done.status);
    String::from_utf8(done.stdout).expect("text")
}

/// Writes a file that every user may read, with its folders.
pub(crate) fn put(dir: &Path, path: &str, text: &str, mode: u32) {
    let whole = dir.join(path);
    create_dir_all(whole.parent().expect("a path has a folder")).expect("a temporary folder can be filled");
    let mut file = std::fs::File::create(&whole).expect("a temporary file can be made");
    file.write_all(text.as_bytes()).expect("a temporary file can be written");
    set_permissions(&whole, Permissions::from_mode(mode)).expect("our own file");
}

/// A temporary folder that other users may enter: networkd reads as a user of its own.
pub(crate) fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    set_permissions(dir.path(), Permissions::from_mode(0o755)).expect("our own folder");
    dir
}
