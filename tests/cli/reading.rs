//! The workspace on disk: what is read of it, what is refused by its name, and how long what is shown gets.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command as Process;
use std::time::Duration;

use snapbox::str;

use super::Place;

#[test]
fn a_link_out_of_the_workspace_is_named_and_not_read() {
    let place = Place::new();
    fs::write(place.path("secret.yaml"), "password: hunter2\n").expect("a file");
    symlink(place.path("secret.yaml"), place.path("policies/centre/more.yaml")).expect("a link");
    place.etanche(&["check"]).assert().code(3).stdout_eq("").stderr_eq(str![[r#"
error: cannot read `[..]/policies/centre/more.yaml`: it is a link out of the workspace
help: put the file itself there, or move the link out of the workspace

"#]]);
}

#[test]
fn a_link_to_a_folder_is_refused_wherever_it_leads() {
    let place = Place::new();
    symlink(".", place.path("policies/centre/again")).expect("a link");
    place.etanche(&["check"]).assert().code(3).stdout_eq("").stderr_eq(str![[r#"
error: cannot read `[..]/policies/centre/again`: it is a link to a folder
help: put the file itself there, or move the link out of the workspace

"#]]);
}

#[test]
fn a_link_within_the_workspace_and_a_linked_workspace_are_read() {
    let place = Place::new();
    let file = place.path("policies/services.yaml");
    fs::rename(&file, place.path("policies/.services")).expect("a file");
    symlink(".services", &file).expect("a link");
    symlink("policies", place.path("linked")).expect("a link");
    place.etanche(&["check"]).assert().success();
    place.etanche(&["check", "linked"]).assert().success();
}

#[test]
fn a_pipe_in_a_workspace_is_refused_at_once() {
    let place = Place::new();
    let made = Process::new("mkfifo").arg(place.path("policies/centre/more.yaml")).status().expect("mkfifo");
    assert!(made.success());
    place.etanche(&["check"]).timeout(Duration::from_secs(60)).assert().code(3).stdout_eq("").stderr_eq(str![[r#"
error: cannot read `[..]/policies/centre/more.yaml`: neither a file nor a folder
help: move it out of the workspace

"#]]);
}

#[test]
fn what_is_very_long_is_told_in_a_few_lines() {
    let place = Place::new();
    let flow = format!("  - allow: {} -> csm.pupils on proxy\n    because: essai\n", "x".repeat(20_000));
    place.append(super::SCHOOL, &flow);
    let told = place.etanche(&["check"]).assert().code(2).get_output().stdout.clone();
    assert!(told.len() < 3000, "{}", String::from_utf8_lossy(&told));
    let found = super::json(&place.etanche(&["check", "--format", "json"]).assert().code(2).get_output().stdout);
    let message = found["diagnostics"][0]["message"].as_str().expect("a message");
    assert!(message.contains("xxx…`") && message.chars().count() < 120, "{message}");
}
