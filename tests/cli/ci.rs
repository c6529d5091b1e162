//! The jobs of `examples/ci` are run, as far as a shell can: what only a forge does (its actions, its comments) is left out.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command as Process;

use serde_json::Value;
use snapbox::cmd::Command;
use tempfile::TempDir;

use super::{TODAY, copy, json};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// Commands of a forge.
const FORGES: &[&str] = &["gh "];

fn job(name: &str) -> Value {
    let text = fs::read_to_string(Path::new(ROOT).join("examples/ci").join(name)).expect("an example");
    serde_saphyr::from_str(&text).expect("YAML")
}

/// A clone of a repository that holds the model region, on a branch that changes nothing that passes.
struct Clone {
    dir: TempDir,
}

impl Clone {
    fn new() -> Self {
        let clone = Self { dir: TempDir::new().expect("a temporary directory") };
        let here = clone.here();
        copy(&Path::new(ROOT).join("policies"), &here.join("policies"));
        clone.git(&["init", "-q", "-b", "main"]);
        clone.git(&["add", "-A"]);
        clone.git(&["commit", "-q", "-m", "the region"]);
        clone.git(&["clone", "-q", "--bare", ".", "../origin"]);
        clone.git(&["remote", "add", "origin", "../origin"]);
        clone.git(&["fetch", "-q", "origin"]);
        clone.git(&["checkout", "-q", "-b", "change"]);
        let services = here.join("policies/services.yaml");
        let text = fs::read_to_string(&services).expect("a file");
        fs::write(&services, format!("# one more line\n{text}")).expect("a file");
        clone.git(&["commit", "-q", "-a", "-m", "a change"]);
        clone
    }

    fn here(&self) -> PathBuf {
        let here = self.dir.path().join("work");
        fs::create_dir_all(&here).expect("a directory");
        here
    }

    fn git(&self, words: &[&str]) {
        let names = ["-c", "user.name=etanche", "-c", "user.email=etanche@example.org"];
        let done = Process::new("git").args(names).args(words).current_dir(self.here()).status().expect("git");
        assert!(done.success(), "git {words:?}");
    }

    /// Runs lines of a job as both forges do: the first that fails ends it.
    fn run(&self, lines: &str, settings: &[(String, String)]) {
        let program = snapbox::cmd::cargo_bin!("etanche").parent().expect("a folder").display().to_string();
        let path = format!("{program}:{}", std::env::var("PATH").expect("a PATH"));
        let mut shell = Command::new("bash").args(["--noprofile", "--norc", "-eo", "pipefail", "-c", lines]);
        shell = shell.current_dir(self.here()).env("PATH", path).env("ETANCHE_TODAY", TODAY);
        for (name, value) in settings {
            shell = shell.env(name, value);
        }
        shell.assert().success();
    }

    /// What both jobs leave behind.
    fn holds_the_reports(&self) {
        let read = |name: &str| fs::read(self.here().join(name)).expect("a report");
        assert_eq!(json(&read("etanche.sarif"))["version"], "2.1.0");
        assert!(String::from_utf8_lossy(&read("etanche.xml")).contains("<testsuite name=\"0000001B\""));
        assert!(!read("diff.md").is_empty());
    }
}

#[test]
fn the_job_for_github_runs() {
    let clone = Clone::new();
    let job = job("github.yml");
    let summary = clone.dir.path().join("summary.md");
    let steps = job["jobs"]["check"]["steps"].as_array().expect("steps");
    let runs = steps.iter().filter_map(|step| Some((step, step["run"].as_str()?)));
    let ours: Vec<(&Value, &str)> =
        runs.filter(|(_, line)| !FORGES.iter().any(|forge| line.starts_with(forge))).collect();
    assert_eq!(ours.len(), 3, "{ours:?}");
    for (step, lines) in ours {
        let mut settings = vec![("GITHUB_STEP_SUMMARY".to_owned(), summary.display().to_string())];
        for (name, value) in step["env"].as_object().into_iter().flatten() {
            let value = value.as_str().expect("a text").replace("${{ github.base_ref }}", "main");
            assert!(!value.contains("${{"), "{value}: only the forge knows it");
            settings.push((name.clone(), value));
        }
        clone.run(lines, &settings);
    }
    clone.holds_the_reports();
    assert_eq!(fs::read(summary).expect("a summary"), fs::read(clone.here().join("diff.md")).expect("a report"));
}

#[test]
fn the_job_for_gitlab_runs() {
    let clone = Clone::new();
    let job = job("gitlab.yml");
    let lines = job["policy"]["script"].as_array().expect("lines").iter().map(|line| line.as_str().expect("a line"));
    let lines: Vec<&str> = lines.collect();
    clone.run(&lines.join("\n"), &[("CI_DEFAULT_BRANCH".to_owned(), "main".to_owned())]);
    clone.holds_the_reports();
    assert_eq!(job["policy"]["artifacts"]["reports"]["junit"], "etanche.xml");
}
