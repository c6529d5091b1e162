//! A history of thirty realistic changes to the model region (tests/history): what `etanche diff` says of each.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use etanche::diff::{self, Side};
use etanche::isolation;
use etanche::packets::Limits;
use etanche::pipeline::{self, Run, Said, Touched, Workspace};
use jiff::tz::TimeZone;
use serde_json::Value;
use snapbox::{Assert, Data};

/// A commit, and what its message says.
struct Commit {
    id: String,
    class: String,
    today: String,
    /// Where the summary it must give stands.
    summary: PathBuf,
}

/// The built repository, which goes with it.
struct History {
    dir: tempfile::TempDir,
    first: String,
    commits: Vec<Commit>,
}

impl History {
    fn new() -> Self {
        let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/history");
        let dir = tempfile::tempdir().expect("a folder");
        let repository = dir.path().join("region");
        let built = Command::new(home.join("build")).arg(&repository).output().expect("bash");
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        let mut history = History { dir, first: String::new(), commits: Vec::new() };
        let ids = history.git(&["rev-list", "--reverse", "main"]);
        let mut ids = ids.lines().map(str::to_owned);
        history.first = ids.next().expect("a first commit");
        for (id, patch) in ids.zip(patches(&home)) {
            let trailer = |key: &str| {
                let format = format!("--format=%(trailers:key={key},valueonly)");
                history.git(&["log", "-1", &format, &id]).trim().to_owned()
            };
            let (class, today) = (trailer("Class"), trailer("Today"));
            history.commits.push(Commit { id, class, today, summary: patch.with_extension("txt") });
        }
        assert_eq!(history.commits.len(), 30, "a commit a patch");
        history
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("region")
    }

    fn git(&self, arguments: &[&str]) -> String {
        let run = Command::new("git").current_dir(self.path()).args(arguments).output().expect("git");
        assert!(run.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&run.stderr));
        String::from_utf8(run.stdout).expect("UTF-8")
    }

    /// Each commit with the one before it.
    fn steps(&self) -> impl Iterator<Item = (&str, &Commit)> {
        let before = std::iter::once(self.first.as_str()).chain(self.commits.iter().map(|commit| commit.id.as_str()));
        before.zip(&self.commits)
    }

    fn workspace(&self, id: &str) -> Workspace {
        let paths = self.git(&["ls-tree", "-r", "--name-only", id, "policies"]);
        let text = |path: &str| (path.to_owned(), self.git(&["show", &format!("{id}:{path}")]));
        Workspace { root: "policies".to_owned(), policy: paths.lines().map(text).collect(), overrides: BTreeMap::new() }
    }

    fn diff(&self, old: &str, commit: &Commit, format: &str) -> String {
        let run = Command::new(env!("CARGO_BIN_EXE_etanche"))
            .current_dir(self.path())
            .args(["diff", old, &commit.id, "--today", &commit.today, "--format", format])
            .output()
            .expect("the program");
        assert_eq!(run.status.code(), Some(1), "{}", String::from_utf8_lossy(&run.stderr));
        String::from_utf8(run.stdout).expect("UTF-8")
    }
}

fn patches(home: &Path) -> Vec<PathBuf> {
    let all = fs::read_dir(home).expect("tests/history").map(|entry| entry.expect("an entry").path());
    let mut patches: Vec<PathBuf> = all.filter(|path| path.extension().is_some_and(|end| end == "patch")).collect();
    patches.sort();
    patches
}

#[test]
fn every_change_has_the_class_and_the_summary_that_are_written_down() {
    let history = History::new();
    let schema: Value = serde_json::from_str(diff::SCHEMA).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    let mut wrong = Vec::new();
    for (old, commit) in history.steps() {
        let answer: Value = serde_json::from_str(&history.diff(old, commit, "json")).expect("JSON");
        wrong.extend(schema.iter_errors(&answer).map(|error| format!("{}: {error}", error.instance_path())));
        if answer["class"] != commit.class.as_str() {
            wrong.push(format!("{}: {} instead of {}", commit.summary.display(), answer["class"], commit.class));
        }
        let said = history.diff(old, commit, "human");
        Assert::new().action_env("SNAPSHOTS").eq(said, Data::read_from(&commit.summary, None));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Both sides of a comparison, compiled as far as `sites` says.
fn sides(workspaces: [&Workspace; 2], narrowed: bool) -> ([Side; 2], Touched) {
    let connected = workspaces.map(|workspace| {
        let mut run = Run::default();
        let (policy, network) = pipeline::connected(workspace, &mut run).expect("a policy without errors");
        (policy, network, run)
    });
    let said = |n: usize| Said { workspace: workspaces[n], policy: &connected[n].0, network: &connected[n].1 };
    let touched = if narrowed { pipeline::touched([said(0), said(1)]) } else { Touched::All };
    let mut number = 0;
    let sides = connected.map(|(_, network, mut run)| {
        let outputs = pipeline::drafts(workspaces[number], &network, &touched, &mut run).expect("texts");
        number += 1;
        let devices = outputs.into_iter().map(|output| (output.path, output.files)).collect();
        Side { devices, facts: isolation::facts(&network) }
    });
    (sides, touched)
}

#[test]
fn what_is_not_compiled_could_not_differ() {
    let history = History::new();
    let options = diff::Options { limits: Limits::default(), from: 0, zone: TimeZone::UTC, services: BTreeMap::new() };
    let mut few = 0;
    for (old, commit) in history.steps() {
        let (old, new) = (history.workspace(old), history.workspace(&commit.id));
        let ([a, b], touched) = sides([&old, &new], true);
        let ([c, d], _) = sides([&old, &new], false);
        let [narrow, whole] = [(a, b), (c, d)].map(|(a, b)| diff::json(&diff::compare(&a, &b, &options)));
        assert_eq!(narrow, whole, "{}: {touched:?}", commit.summary.display());
        few += usize::from(matches!(touched, Touched::Only(names) if names.len() < 8));
    }
    assert!(few > 10, "most changes touch few sites: {few}");
}
