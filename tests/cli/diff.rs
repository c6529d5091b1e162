//! `etanche diff`: what a person may name, gates, forms, and texts that nobody can read.

use std::fs;
use std::process::Command as Git;

use super::Place;
use snapbox::str;

/// A repository around the place, with its policy committed.
fn repository() -> Place {
    let place = Place::new();
    git(&place, &["init", "--quiet", "--initial-branch=main"]);
    commit(&place);
    place
}

fn commit(place: &Place) {
    git(place, &["add", "--all"]);
    git(
        place,
        &["-c", "user.name=a", "-c", "user.email=a@exemple.example", "commit", "--quiet", "--message", "change"],
    );
}

fn git(place: &Place, words: &[&str]) {
    let run = Git::new("git")
        .current_dir(place.path("."))
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .args(words)
        .output()
        .expect("git");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}

/// More may be asked of the printers of one school.
fn widen(place: &Place) {
    place.replace(
        super::SCHOOL,
        "flows:\n",
        "flows:\n  - allow: wifi_staff -> printers_pedago on print\n    because: impression\n",
    );
}

#[test]
fn a_revision_is_compared_with_the_working_tree_and_nothing_is_touched() {
    let place = repository();
    place.etanche(&["diff", "HEAD"]).assert().code(0).stdout_eq("nothing changed\n").stderr_eq("");
    widen(&place);
    place.etanche(&["diff", "main"]).assert().code(1).stderr_eq("").stdout_eq(str![[r#"
...
wider           1 opened, 1 file: 0000001B
text-only       same meaning, 1 file: csm

"#]]);
    let status = Git::new("git").current_dir(place.path(".")).args(["status", "--porcelain"]).output().expect("git");
    assert_eq!(String::from_utf8_lossy(&status.stdout), " M policies/establishments/0000001B.yaml\n");
}

#[test]
fn two_revisions_a_folder_and_an_output_can_be_named() {
    let place = repository();
    place.etanche(&["compile", "-o", "out"]).assert().code(0);
    git(&place, &["tag", "before"]);
    widen(&place);
    git(&place, &["add", "--all"]);
    commit(&place);
    let wider = "\nwider           1 opened, 1 file: 0000001B\ntext-only       same meaning, 1 file: csm\n";
    for sides in [&["before", "HEAD"][..], &["HEAD~1"], &["out"], &["out", "policies"]] {
        let words: Vec<&str> = [&["diff"], sides].concat();
        let answer = place.etanche(&words).assert().code(1).stderr_eq("");
        let said = String::from_utf8_lossy(&answer.get_output().stdout).into_owned();
        assert!(said.ends_with(wider), "{sides:?}: {said}");
    }
    let back = place.etanche(&["diff", "policies", "out"]).assert().code(1);
    let said = String::from_utf8_lossy(&back.get_output().stdout).into_owned();
    assert!(said.contains("\nnarrower        1 closed, 1 file: 0000001B\n"), "{said}");
}

#[test]
fn a_gate_stops_its_classes_and_lets_others_by() {
    let place = repository();
    widen(&place);
    for (gate, code) in [("wider", 1), ("narrower,architecture", 0), ("mixed,wider", 1), ("delegated-list", 0)] {
        place.etanche(&["diff", "HEAD", "--fail-on", gate]).assert().code(code);
    }
}

#[test]
fn what_is_more_here_and_less_there_is_wider_too() {
    let place = repository();
    widen(&place);
    place.replace(super::SCHOOL, "1-20: pedago", "1-19: pedago");
    place.etanche(&["diff", "HEAD", "--fail-on", "wider"]).assert().code(1);
}

#[test]
fn what_is_neither_a_folder_nor_a_revision_is_told() {
    let place = repository();
    place.makes_no_sense(
        &["diff", "mian"],
        str![[r#"
error: `mian` is neither a folder nor a git revision
help: name a workspace, an output of `compile`, a branch, a tag or a commit

"#]],
    );
    fs::create_dir(place.path("empty")).expect("a folder");
    place.makes_no_sense(
        &["diff", "empty"],
        str![[r#"
error: `empty` is neither a workspace nor an output
help: a workspace has `region.yaml`, an output of `etanche compile` has `manifest.json`

"#]],
    );
}

#[test]
fn a_policy_with_errors_makes_no_configurations() {
    let place = repository();
    place.replace(super::SCHOOL, "wifi_staff, guest managed", "wifi_stuff, guest managed");
    let told = place.etanche(&["diff", "HEAD"]).assert().code(2).stdout_eq("");
    let said = String::from_utf8_lossy(&told.get_output().stderr).into_owned();
    assert!(said.contains("has no configurations: policies/establishments/0000001B.yaml:"), "{said}");
}

#[test]
fn a_text_that_no_reader_knows_is_told_and_stops() {
    let place = repository();
    place.etanche(&["compile", "-o", "out"]).assert().code(0);
    place.replace("out/0000001B/gateway/etanche.nft", "policy drop;", "policy dorp;");
    let told = place.etanche(&["diff", "out", "--fail-on", "architecture"]).assert().code(1);
    let said = String::from_utf8_lossy(&told.get_output().stdout).into_owned();
    assert!(said.contains("? 0000001B/gateway its texts cannot be read: "), "{said}");
    assert!(!said.contains("nothing changed"), "{said}");
}

#[test]
fn texts_are_shown_when_they_are_asked_for() {
    let place = repository();
    widen(&place);
    let plain = place.etanche(&["diff", "HEAD"]).assert().code(1);
    assert!(!String::from_utf8_lossy(&plain.get_output().stdout).contains("@@"));
    let texts = place.etanche(&["diff", "HEAD", "--text"]).assert().code(1);
    let said = String::from_utf8_lossy(&texts.get_output().stdout).into_owned();
    assert!(said.contains("\n0000001B/gateway\netanche.nft\n@@ "), "{said}");
    assert!(said.contains("\n+") && said.contains("tcp dport { 631, 9100 }"), "{said}");
}

#[test]
fn a_comment_holds_a_table_and_folded_details() {
    let place = repository();
    widen(&place);
    place.etanche(&["diff", "HEAD", "--format", "markdown"]).assert().code(1).stdout_eq(str![[r#"
### etanche: wider

| class | sites | changes |
|---|---|---|
| **wider** | 0000001B | 1 opened, 1 file |
| **text-only** | csm | same meaning, 1 file |

<details open><summary>Newly permitted: 1</summary>

| | rule | such as | where |
|---|---|---|---|
| + packets | `0000001B.wifi_staff -> 0000001B.printers_pedago on print` | `tcp 10.128.16.10:49152 -> 10.128.19.138:631` | 0000001B |

</details>

"#]]);
}
