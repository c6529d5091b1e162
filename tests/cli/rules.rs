//! The catalogue of rules, and what the policy accepts.

use snapbox::str;

use super::{Place, json};

#[test]
fn every_rule_is_listed_with_its_severity() {
    let place = Place::new();
    let told = place.etanche(&["rules"]).assert().success().get_output().stdout.clone();
    let lines = String::from_utf8(told).expect("text").lines().count();
    let catalogue = json(&place.etanche(&["rules", "--format", "json"]).assert().success().get_output().stdout);
    assert_eq!(catalogue["schema"], "etanche.rules/1");
    let rules = catalogue["rules"].as_array().expect("a list");
    assert_eq!(rules.len(), lines);
    assert_eq!(rules.len(), etanche::diagnostics::codes::all().len());
    let pages = place.etanche(&["rules", "--format", "markdown"]).assert().success().get_output().stdout.clone();
    let pages = String::from_utf8(pages).expect("text");
    assert_eq!(pages.lines().filter(|line| line.starts_with("## `")).count(), lines);
}

#[test]
fn a_rule_has_its_page() {
    let place = Place::new();
    place.etanche(&["rules", "lint/supervision-mixed"]).assert().success().stderr_eq("").stdout_eq(str![[r#"
lint/supervision-mixed (warning)

supervision and administration in one flow: a probe that was taken over would hold the devices it watches

wrong
    - allow: csm.bastion -> mgmt on https, udp/161
      because: administration et supervision

right
    - allow: csm.bastion -> mgmt on https
      because: administration des équipements

source    PSSIE EXP-CI-SUPERVIS
accepted  by the academy's security officer

"#]]);
    place.etanche(&["rules", "isolation/management"]).assert().success().stdout_eq(str![[r#"
isolation/management (error)
...
accepted  by nobody

"#]]);
    place.etanche(&["rules", "lint/supervision-mixt"]).assert().code(2).stdout_eq("").stderr_eq(str![[r#"
error: there is no rule `lint/supervision-mixt`
help: did you mean `lint/supervision-mixed`?

"#]]);
}

#[test]
fn what_is_accepted_is_in_the_document_with_its_reason() {
    let place = Place::new();
    let told = json(&place.etanche(&["check", "--format", "json"]).assert().success().get_output().stdout);
    let accepted = told["accepted"].as_array().expect("a list");
    assert_eq!(accepted.len(), 9);
    let of_one = accepted.iter().find(|a| a["finding"]["code"] == "lint/one-firewall").expect("a standing deviation");
    assert!(of_one["because"].as_str().is_some_and(|why| why.contains("INTERCO R13")));
    assert!(of_one["at"].as_str().is_some_and(|at| at.starts_with("policies/security.yaml:")));
    assert!(told["diagnostics"].as_array().is_some_and(Vec::is_empty), "and nothing else is told");
}
