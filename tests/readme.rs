//! What README shows is what happens: its refusal, its closing line, its commands, its rooms, its numbers.

#![expect(clippy::disallowed_methods, reason = "tests make workspaces of their own and look at what was written")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use snapbox::cmd::Command;
use tempfile::TempDir;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn readme() -> String {
    fs::read_to_string(Path::new(ROOT).join("README.md")).expect("README.md")
}

/// A copy of the policy, with what some test changes in it.
fn place(change: impl Fn(&str, String) -> String) -> TempDir {
    let dir = TempDir::new().expect("a temporary directory");
    let mut left = vec![PathBuf::from("policies")];
    while let Some(folder) = left.pop() {
        fs::create_dir_all(dir.path().join(&folder)).expect("a directory");
        for entry in fs::read_dir(Path::new(ROOT).join(&folder)).expect("a directory") {
            let below = folder.join(entry.expect("an entry").file_name());
            if Path::new(ROOT).join(&below).is_dir() {
                left.push(below);
            } else {
                let text = fs::read_to_string(Path::new(ROOT).join(&below)).expect("a policy file");
                fs::write(dir.path().join(&below), change(&below.to_string_lossy(), text)).expect("a policy file");
            }
        }
    }
    dir
}

fn etanche(dir: &TempDir, words: &[&str]) -> Command {
    Command::new(snapbox::cmd::cargo_bin!("etanche"))
        .current_dir(dir.path())
        .env("ETANCHE_TODAY", "2026-11-24")
        .args(words)
}

fn answer(dir: &TempDir, words: &[&str]) -> String {
    let output = etanche(dir, words).output().expect("the binary runs");
    String::from_utf8(output.stdout).expect("text")
}

/// Durations are the only thing that may differ from one run to another.
fn without_time(text: &str) -> String {
    text.split(' ')
        .map(|word| if word.parse::<f64>().is_ok() && word.contains('.') { "?" } else { word })
        .collect::<Vec<_>>()
        .join(" ")
}

/// Blocks between fences, in order.
fn blocks(text: &str) -> Vec<String> {
    text.split("```").skip(1).step_by(2).map(|b| b.split_once('\n').map_or("", |(_, rest)| rest).to_owned()).collect()
}

#[test]
fn the_refusal_is_a_real_one() {
    let shown = blocks(&readme()).into_iter().find(|b| b.starts_with("error[")).expect("a refusal in README");
    let leak = "flows:\n  - allow: wifi_staff -> admin_servers on https\n    because: saisie des notes\n";
    let dir = place(|path, text| {
        if path.ends_with("0000001B.yaml") && path.contains("establishments") {
            text.replace("flows:\n", leak)
        } else {
            text
        }
    });
    assert_eq!(answer(&dir, &["check"]), shown);
    etanche(&dir, &["check", "--color", "always"])
        .assert()
        .code(1)
        .stdout_eq(snapbox::file!["readme/refusal.term.svg": TermSvg]);
}

#[test]
fn the_closing_line_is_a_real_one() {
    let text = readme();
    let shown = text.split('`').find(|part| part.contains(" proved (")).expect("a closing line in README");
    let dir = place(|_, text| text);
    let told = answer(&dir, &["check"]);
    assert_eq!(without_time(told.trim_end()), without_time(shown));
}

#[test]
fn every_command_of_the_table_does_what_it_says() {
    let text = readme();
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `etanche ")?.split('`').next());
    let commands: Vec<String> = rows.map(|row| row.replace("\\|", "|").replace("UAI", "0000001B")).collect();
    assert!(commands.len() >= 5, "the table of commands is no longer found: {commands:?}");
    let dir = place(|_, text| text);
    // Some compare with a revision.
    let commit = "git init -q -b main && git add -A && git -c user.name=e -c user.email=e@example.org commit -q -m all";
    Command::new("bash").args(["-c", commit]).current_dir(dir.path()).assert().success();
    let program = snapbox::cmd::cargo_bin!("etanche").display().to_string();
    for command in commands {
        let line = format!("set -o pipefail; '{program}' {command}");
        Command::new("bash").args(["-c", &line]).current_dir(dir.path()).assert().success();
    }
}

#[test]
fn every_room_has_its_line() {
    let text = readme();
    let rows = text.lines().filter(|line| line.starts_with("| `") && !line.contains("etanche"));
    let named: BTreeSet<String> = rows
        .filter_map(|row| row.split('|').nth(1))
        .flat_map(|cell| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let entries = fs::read_dir(Path::new(ROOT).join("src")).expect("src").map(|e| e.expect("an entry"));
    let rooms = entries.filter(|e| e.path().is_dir()).map(|e| e.file_name().to_string_lossy().into_owned());
    let rooms: BTreeSet<String> = rooms.filter(|room| room != "diagnostics").collect();
    assert_eq!(named, rooms);
}

#[test]
fn assumptions_and_licences_are_all_there() {
    let text = readme();
    let last = etanche::isolation::ASSUMPTIONS.len();
    assert!(text.contains(&format!("A1 to A{last}")), "there are {last} assumptions");
    for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
        assert!(text.contains(licence) && Path::new(ROOT).join(licence).is_file(), "{licence}");
    }
}
