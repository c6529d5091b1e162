//! Findings in the forms that a CI reads, against the schemas that are published for them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde_json::Value;
use serde_sarif::sarif::Sarif;
use snapbox::cmd::Command;

use super::{LEAK, Place, SCHOOL, json};

/// The schema of OASIS, in the sources of a package that is made from it.
static SARIF: LazyLock<Value> = LazyLock::new(sarif_schema);

fn sarif_schema() -> Value {
    let host = format!("{}-unknown-linux-gnu", std::env::consts::ARCH); // packages of others may not be there
    let words = ["metadata", "--format-version", "1", "--offline", "--filter-platform", &host];
    let all = Command::new(env!("CARGO")).args(words).current_dir(env!("CARGO_MANIFEST_DIR")).assert().success();
    let all = json(&all.get_output().stdout);
    let packages = all["packages"].as_array().expect("packages");
    let package = packages.iter().find(|package| package["name"] == "serde-sarif").expect("a package with the schema");
    let manifest = PathBuf::from(package["manifest_path"].as_str().expect("a path"));
    let mut schema = json(&fs::read(manifest.with_file_name("src").join("schema.json")).expect("the schema"));
    // Published with a bracket too many, which no reader of expressions has to take; we say no language.
    for object in ["run", "toolComponent"] {
        let language = schema["definitions"][object]["properties"]["language"].as_object_mut().expect("a property");
        assert!(language.remove("pattern").is_some());
    }
    schema
}

/// SARIF that the schema and a reader by other hands take.
pub(super) fn sarif(place: &Place, words: &[&str], code: i32) -> Value {
    let words = [words, &["--format", "sarif"]].concat();
    let text = place.etanche(&words).assert().code(code).stderr_eq("").get_output().stdout.clone();
    let document = json(&text);
    let schema = jsonschema::validator_for(&SARIF).expect("a schema");
    let wrong: Vec<String> = schema.iter_errors(&document).map(|e| format!("{e} at {}", e.instance_path())).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let read: Sarif = serde_json::from_slice(&text).expect("SARIF");
    assert_eq!(read.runs.len(), 1);
    document["runs"][0].clone()
}

/// JUnit XML that the schema of Jenkins takes: every case as `suite / name`, and how it ended.
pub(super) fn junit(place: &Place, words: &[&str], code: i32) -> Vec<(String, &'static str)> {
    let words = [words, &["--format", "junit"]].concat();
    let text = place.etanche(&words).assert().code(code).stderr_eq("").get_output().stdout.clone();
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/schemas/junit-10.xsd");
    assert!(schema.is_file(), "tests/run puts the schema there: {}", schema.display());
    Command::new("xmllint").args(["--noout", "--schema"]).arg(schema).arg("-").stdin(text.clone()).assert().success();
    let read = quick_junit::Report::deserialize_from_str(&String::from_utf8(text).expect("UTF-8")).expect("JUnit");
    let cases =
        read.test_suites.iter().flat_map(|suite| suite.test_cases.iter().map(|case| (suite.name.as_str(), case)));
    cases.map(|(suite, case)| (format!("{suite} / {}", case.name.as_str()), ended(&case.status))).collect()
}

fn ended(status: &quick_junit::TestCaseStatus) -> &'static str {
    match status {
        quick_junit::TestCaseStatus::Success { .. } => "passed",
        quick_junit::TestCaseStatus::Skipped { .. } => "skipped",
        quick_junit::TestCaseStatus::NonSuccess { kind: quick_junit::NonSuccessKind::Failure, .. } => "failed",
        quick_junit::TestCaseStatus::NonSuccess { kind: quick_junit::NonSuccessKind::Error, .. } => "error",
    }
}

/// Cases of a theorem: those whose name after the suite begins with its id.
pub(super) fn of<'c>(cases: &'c [(String, &'static str)], begins: &str) -> Vec<&'c str> {
    cases.iter().filter(|(name, _)| name.starts_with(begins)).map(|(_, ended)| *ended).collect()
}

fn in_theorems(cases: &[(String, &'static str)]) -> Vec<&'static str> {
    let is_theorem = |name: &str| name.split(" / ").nth(1).is_some_and(|case| case.starts_with('T'));
    cases.iter().filter(|(name, _)| is_theorem(name)).map(|(_, ended)| *ended).collect()
}

/// Makes a text that no reader knows.
fn break_texts(place: &Place) {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/nftables/etanche.nft.j2");
    fs::create_dir_all(place.path("templates/nftables")).expect("a folder");
    let text = fs::read_to_string(own).expect("a template") + "\nflush everything\n";
    fs::write(place.path("templates/nftables/etanche.nft.j2"), text).expect("a template");
}

#[test]
fn sarif_shows_a_leak_on_its_line_with_its_way_out() {
    let place = Place::new();
    place.append(SCHOOL, LEAK);
    let run = sarif(&place, &["check"], 1);
    let lines = fs::read_to_string(place.path(SCHOOL)).expect("a file").lines().count();
    let results = run["results"].as_array().expect("results");
    let leaks: Vec<&Value> = results.iter().filter(|result| result["level"] == "error").collect();
    assert_eq!(leaks.len(), 1, "{leaks:#?}");
    let leak = leaks[0];
    assert_eq!(leak["ruleId"], "isolation/admin-pedagogic");
    let rule = &run["tool"]["driver"]["rules"][leak["ruleIndex"].as_u64().expect("a place") as usize];
    assert_eq!(rule["id"], leak["ruleId"]);
    assert!(
        rule["properties"]["tags"].as_array().expect("tags").iter().any(|tag| tag == "T1 (convention, annexe 0 §I.B)")
    );
    assert!(rule["help"]["text"].as_str().expect("help").contains("wrong"));
    let place = &leak["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], SCHOOL);
    assert_eq!(place["artifactLocation"]["uriBaseId"], "%SRCROOT%");
    assert_eq!(place["region"]["startLine"], lines - 1);
    let text = leak["message"]["text"].as_str().expect("a text");
    assert!(text.contains("\nhelp: ") && text.contains("\nwitness: "), "{text}");
    assert_eq!(run["properties"]["outcome"], "refused");
    assert_eq!(run["invocations"][0]["exitCode"], 1);
}

#[test]
fn sarif_has_what_is_accepted_as_suppressed_with_the_reason() {
    let place = Place::new();
    let run = sarif(&place, &["check"], 0);
    let results = run["results"].as_array().expect("results");
    assert_eq!(results.len(), 9);
    for result in results {
        let suppression = &result["suppressions"][0];
        assert_eq!(suppression["status"], "accepted");
        assert!(!suppression["justification"].as_str().expect("a reason").is_empty());
    }
    assert_eq!(run["properties"]["outcome"], "proved");
}

#[test]
fn a_fingerprint_stays_when_lines_move() {
    let place = Place::new();
    place.append(SCHOOL, LEAK);
    let print = |place: &Place| {
        let run = sarif(place, &["check"], 1);
        let results = run["results"].as_array().expect("results").clone();
        let leak = results.into_iter().find(|result| result["level"] == "error").expect("a leak");
        let line = leak["locations"][0]["physicalLocation"]["region"]["startLine"].clone();
        (leak["partialFingerprints"].clone(), line)
    };
    let (before, line) = print(&place);
    place.replace(SCHOOL, "flows:\n", "# one more line\nflows:\n");
    let (after, moved) = print(&place);
    assert_ne!(line, moved);
    assert_eq!(before, after);
}

#[test]
fn paths_are_those_of_the_repository() {
    let place = Place::new();
    fs::create_dir_all(place.path(".git")).expect("a folder");
    fs::create_dir(place.path("net work")).expect("a folder");
    fs::rename(place.path("policies"), place.path("net work/policies")).expect("a move");
    let run = sarif(&place, &["check", "net work/policies"], 0);
    let uri = &run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert!(uri.as_str().expect("a path").starts_with("net%20work/policies/"), "{uri}");
}

#[test]
fn what_only_a_generated_text_shows_has_the_name_it_would_have_in_the_output() {
    let place = Place::new();
    break_texts(&place);
    let run = sarif(&place, &["check"], 1);
    let first = &run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(first["uriBaseId"], "OUT");
    assert_eq!(first["uri"], "academy/gateway/etanche.nft");
    assert!(run["originalUriBaseIds"]["OUT"]["description"]["text"].is_string());
}

#[test]
fn junit_has_a_suite_a_site_and_a_case_a_theorem() {
    let place = Place::new();
    let cases = junit(&place, &["check"], 0);
    for site in ["0000001B", "0000002C", "0000003D", "0000004E", "csm", "academy"] {
        let names = (1..=8).map(|n| format!("{site} / T{n} "));
        assert!(names.clone().all(|name| of(&cases, &name).len() == 1), "{site}: {cases:#?}");
    }
    assert!(of(&cases, "0000001B / ").iter().all(|ended| *ended == "passed"), "{cases:#?}");
    assert_eq!(of(&cases, "academy / T1"), ["skipped"], "T1 claims nothing of a centre");
    assert_eq!(of(&cases, "policy / lint/").len(), 9);
    assert!(of(&cases, "policy / lint/").iter().all(|ended| *ended == "skipped"));
}

#[test]
fn junit_fails_where_it_leaks_and_there_alone() {
    let place = Place::new();
    place.append(SCHOOL, LEAK);
    let cases = junit(&place, &["check"], 1);
    assert_eq!(of(&cases, "0000001B / T1"), ["failed"]);
    assert_eq!(of(&cases, "0000002C / T1"), ["passed"]);
    assert_eq!(of(&cases, "texts / "), ["passed"]);
}

#[test]
fn nothing_passes_that_was_not_decided() {
    let policy = Place::new();
    policy.append(SCHOOL, "  - allow: pedago -> nowhere on https\n    because: essai\n");
    let cases = junit(&policy, &["check"], 2);
    assert_eq!(in_theorems(&cases), ["error"; 8], "{cases:#?}");
    assert_eq!(of(&cases, "texts / "), ["error"]);
    assert!(!of(&cases, "policy / ").contains(&"passed"));
    let texts = Place::new();
    break_texts(&texts);
    let cases = junit(&texts, &["check"], 1);
    assert_eq!(of(&cases, "texts / "), ["failed"]);
    assert!(in_theorems(&cases).iter().all(|ended| *ended == "error"), "{cases:#?}");
    let syntax = Place::new();
    syntax.append("policies/region.yaml", "\t- : [\n");
    assert_eq!(in_theorems(&junit(&syntax, &["check"], 2)), ["error"; 8]);
}

#[test]
fn one_day_that_is_judged_alone_is_named() {
    let place = Place::new();
    let cases = junit(&place, &["check", "--at", "2027-06-20"], 0);
    assert_eq!(of(&cases, "0000001B from 2027-06-14 until 2027-07-02 / T1"), ["passed"], "{cases:#?}");
    assert_eq!(of(&cases, "0000001B / "), [""; 0]);
}

#[test]
fn what_is_not_managed_is_skipped() {
    let place = Place::new();
    let school = "policies/establishments/0000011M.yaml";
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join(school), place.path(school)).expect("a copy");
    let cases = junit(&place, &["check"], 0);
    assert_eq!(of(&cases, "0000011M / "), ["skipped"; 8]);
    assert_eq!(sarif(&place, &["check"], 0)["properties"]["notProved"][0], "0000011M");
}

#[test]
fn compile_tells_in_the_same_forms() {
    let place = Place::new();
    sarif(&place, &["compile"], 0);
    assert!(place.path("out/manifest.json").is_file());
    assert_eq!(of(&junit(&place, &["compile"], 0), "0000001B / T1"), ["passed"]);
}
