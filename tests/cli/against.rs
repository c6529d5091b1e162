//! What is new against a revision: old failures stand, nothing hides behind them, and nothing says that they are proved.

use std::process::Command as Process;

use snapbox::str;

use super::formats::{junit, of, sarif};
use super::{LEAK, Place, SCHOOL, json};

/// The same two zones by another service.
const MORE: &str = "  - allow: wifi_staff -> admin_servers on tcp/22\n    because: maintenance\n";
/// Another school, and a leak of its own.
const OTHER: &str = "policies/establishments/0000002C.yaml";
const OTHERS: &str = "flows:\n  - allow: pedago -> admin on https\n    because: essai\n";

impl Place {
    /// Commits all files.
    fn commit(&self) {
        for words in [&["init", "-q"][..], &["add", "-A"], &["commit", "-q", "-m", "as it is"]] {
            let names = ["-c", "user.name=etanche", "-c", "user.email=etanche@example.org"];
            let done = Process::new("git").args(names).args(words).current_dir(self.dir.path()).status().expect("git");
            assert!(done.success(), "git {words:?}");
        }
    }

    /// A region with an old leak.
    fn with_an_old_leak() -> Self {
        let place = Self::new();
        place.append(SCHOOL, LEAK);
        place.commit();
        place
    }
}

const AGAINST: &[&str] = &["check", "--against", "HEAD"];

#[test]
fn an_old_error_stands_and_is_not_called_proved() {
    let place = Place::with_an_old_leak();
    place.etanche(AGAINST).assert().success().stderr_eq("").stdout_eq(str![[r#"
not proved: 1 old error stands since `HEAD`, no new one ([..] of [..] claims leak)

"#]]);
    let text = place.etanche(&[AGAINST, &["--format", "json"]].concat()).assert().success().get_output().stdout.clone();
    let document = json(&text);
    assert_eq!(document["outcome"], "stands");
    assert_eq!(document["against"]["old"], 1);
    assert_eq!(document["diagnostics"][0]["state"], "old");
    assert_eq!(sarif(&place, AGAINST, 0)["results"][0]["baselineState"], "unchanged");
    let cases = junit(&place, AGAINST, 0);
    assert_eq!(of(&cases, "0000001B / T1"), ["skipped"]);
    assert_eq!(of(&cases, "0000002C / T1"), ["passed"]);
}

#[test]
fn an_old_error_is_the_same_when_its_line_moves_and_others_change() {
    let place = Place::with_an_old_leak();
    place.replace(
        SCHOOL,
        "flows:\n",
        "# one more line\nflows:\n  - allow: pedago -> printers_pedago on tcp/9101\n    because: essai\n",
    );
    place.etanche(AGAINST).assert().success().stdout_eq(str![[r#"
...
not proved: 1 old error stands since `HEAD`, no new one[..]

"#]]);
}

#[test]
fn a_new_error_is_shown_alone_and_stops() {
    let place = Place::with_an_old_leak();
    place.append(OTHER, OTHERS);
    let shown = place.etanche(AGAINST).assert().code(1).get_output().stdout.clone();
    let shown = String::from_utf8(shown).expect("UTF-8");
    assert!(shown.contains("in 0000002C\n") && !shown.contains("in 0000001B\n"), "{shown}");
    assert!(shown.contains("refused: 1 new error; 1 old error stands since `HEAD` (not proved)"), "{shown}");
    let cases = junit(&place, AGAINST, 1);
    assert_eq!(of(&cases, "0000001B / T1"), ["skipped"]);
    assert_eq!(of(&cases, "0000002C / T1"), ["failed"]);
}

#[test]
fn a_line_more_behind_an_old_error_is_new() {
    let place = Place::with_an_old_leak();
    place.append(SCHOOL, MORE);
    let shown = place.etanche(AGAINST).assert().code(1).get_output().stdout.clone();
    assert!(String::from_utf8_lossy(&shown).contains("refused: 1 new error"), "{}", String::from_utf8_lossy(&shown));
}

#[test]
fn a_second_error_of_the_same_words_is_new() {
    let place = Place::with_an_old_leak();
    place.append(SCHOOL, LEAK);
    place.etanche(AGAINST).assert().code(1);
}

#[test]
fn a_policy_that_cannot_be_judged_hides_what_is_new() {
    let place = Place::with_an_old_leak();
    place.append(SCHOOL, "  - allow: pedago -> nowhere on https\n    because: essai\n");
    place.commit();
    place.etanche(AGAINST).assert().success().stdout_eq(str![[r#"
not proved: 1 old error stands since `HEAD`, no new one[..]

"#]]);
    place.append(OTHER, OTHERS);
    place.etanche(AGAINST).assert().code(2).stdout_eq(str![[r#"
error[policy/unknown-zone][..]
...
refused: 1 old error stands since `HEAD` (not proved); what is new cannot be told: no claim is decided before the policy is mended[..]

"#]]);
}

#[test]
fn what_is_mended_is_proved_again_and_told() {
    let place = Place::with_an_old_leak();
    place.replace(SCHOOL, LEAK, "");
    place.etanche(AGAINST).assert().success().stdout_eq(str![[r#"
4 establishments, 46 zones: T1 T2 T3 T4 T5 T6 T7 T8 proved [..]; 1 error of `HEAD` gone

"#]]);
    let run = sarif(&place, AGAINST, 0);
    let absent = run["results"].as_array().expect("results").iter().filter(|r| r["baselineState"] == "absent");
    assert_eq!(absent.count(), 1);
}

#[test]
fn a_day_alone_is_compared_with_the_same_day() {
    let place = Place::with_an_old_leak();
    place.etanche(&[AGAINST, &["--at", "2027-06-20"]].concat()).assert().success();
}

#[test]
fn a_revision_that_does_not_exist_makes_no_sense() {
    let place = Place::with_an_old_leak();
    place.etanche(&["check", "--against", "nowhere"]).assert().code(2).stdout_eq("");
    let without = Place::new();
    without.etanche(AGAINST).assert().code(2).stdout_eq("");
}

#[test]
fn what_is_shown_of_a_device_by_one_packet_stands_as_long_as_its_texts_do() {
    let place = Place::new();
    place.append(SCHOOL, "  - allow: csm.pupils -> supervision on ping\n    because: essai\n");
    place.commit();
    place.replace(SCHOOL, "flows:\n", "# one more line\nflows:\n");
    place.etanche(AGAINST).assert().success().stdout_eq(str![[r#"
not proved: 4 old errors stand since `HEAD`, no new one[..]

"#]]);
    let more = "flows:\n  - allow: pedago -> printers_pedago on tcp/9101\n    because: essai\n";
    place.replace(SCHOOL, "flows:\n", more);
    place.etanche(AGAINST).assert().code(1).stdout_eq(str![[r#"
error[isolation/public-address]: somebody who is not declared can open a connection to the public address of 0000001B
...
    = against  `HEAD` has it in the same words: what makes it so is not the same, or more may hide behind it than it shows

refused: 1 new error; 3 old errors stand since `HEAD` (not proved)[..]

"#]]);
    let cases = junit(&place, AGAINST, 1);
    assert_eq!(of(&cases, "0000001B / T4"), ["failed"]);
    assert_eq!(of(&cases, "0000002C / T2"), ["skipped"], "it rests on what a zone of the centre breaks");
}
