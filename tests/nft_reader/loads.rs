//! Many rulesets loaded by nft, one after the other, in one throwaway network namespace.

#![expect(clippy::disallowed_methods, reason = "rulesets go to nft through a folder of the test's own")]

use std::fs;
use std::process::Command;

/// What was answered once a ruleset was loaded, or the first error of nft.
pub(crate) type Load = Result<String, String>;

/// Loads each text; a table that one leaves behind is gone before the next. A listing takes as
/// long as a load: the second argument is what is asked of a loaded one.
const LOOP: &str = r#"cd "$1"
for f in *.nft; do
    if nft -f "$f" 2> "$f.err"; then $2 > "$f.json"; fi
    nft flush ruleset
done"#;

/// More than processors: a load mostly waits for the kernel to let go of the rules before.
const WORKERS: usize = 8;

/// Loads each text: why it is refused, if it is. Needs root and nft.
pub(crate) fn loads(texts: &[String]) -> Vec<Load> {
    asked(texts, "true")
}

/// Loads each text, a part of them in each of a few namespaces, and gives what a command then says of the kernel.
pub(crate) fn asked(texts: &[String], question: &str) -> Vec<Load> {
    let part = texts.len().div_ceil(WORKERS).max(1);
    std::thread::scope(|scope| {
        let parts: Vec<_> = texts.chunks(part).map(|part| scope.spawn(|| in_turn(part, question))).collect();
        parts.into_iter().flat_map(|part| part.join().expect("a worker ends")).collect()
    })
}

fn in_turn(texts: &[String], question: &str) -> Vec<Load> {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = |at: usize, end: &str| folder.path().join(format!("{at:06}.nft{end}"));
    for (at, text) in texts.iter().enumerate() {
        fs::write(file(at, ""), text).expect("a file can be written");
    }
    let done = Command::new("unshare")
        .args(["--net", "sh", "-c", LOOP, "sh"])
        .arg(folder.path())
        .arg(question)
        .env("TZ", "UTC")
        .status()
        .expect("`unshare` runs: this test needs root");
    assert!(done.success(), "this test needs root and nft");
    let result = |at| match fs::read_to_string(file(at, ".json")) {
        Ok(json) => Ok(json),
        Err(_) => Err(first_line(&fs::read_to_string(file(at, ".err")).expect("nft ran"))),
    };
    (0..texts.len()).map(result).collect()
}

fn first_line(errors: &str) -> String {
    errors.lines().next().unwrap_or_default().to_owned()
}
