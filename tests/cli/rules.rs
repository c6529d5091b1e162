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
    place.etanche(&["rules", "bananas"]).assert().code(2).stdout_eq("").stderr_eq(str![[r#"
error: there is no rule `bananas`
help: `etanche rules` lists them all; `etanche rules lint` those of good practice

"#]]);
    place.etanche(&["rules", "lint/supervision-mixt"]).assert().code(2).stdout_eq("").stderr_eq(str![[r#"
error: there is no rule `lint/supervision-mixt`
help: did you mean `lint/supervision-mixed`?

"#]]);
}

/// First words of the lines of an answer.
fn codes(place: &Place, word: &str) -> Vec<String> {
    let told = place.etanche(&["rules", word]).assert().success().get_output().stdout.clone();
    let told = String::from_utf8(told).expect("text");
    told.lines().filter_map(|line| Some(line.split_once(' ')?.0.to_owned())).collect()
}

#[test]
fn an_area_a_theorem_or_a_row_of_the_pssie_has_its_rules() {
    let place = Place::new();
    assert_eq!(codes(&place, "time"), ["time/ends-soon", "time/over"]);
    place.etanche(&["rules", "s25"]).assert().success().stdout_eq(str![[r#"
tightness inside each school and between schools (convention, Ann. 0 I.B)
carried by: `isolation/admin-pedagogic`, `isolation/technical-pedagogic` (T1), `isolation/between-establishments` (T2)

isolation/admin-pedagogic [..]
isolation/between-establishments [..]
isolation/technical-pedagogic [..]

"#]]);
    place.etanche(&["rules", "S12"]).assert().success().stdout_eq(str![[r#"
the academy administers and supervises national applications (convention, Art. 9, 12)
carried by: flows of `academy.tools` and `academy.probes` in `policies/profiles/lycee-cible2.yaml`, each its own rule


"#]]);
    assert_eq!(codes(&place, "time/"), codes(&place, "time"));
    assert!(codes(&place, "T2").contains(&"isolation/between-establishments".to_owned()));
    assert!(codes(&place, "RES-CLOIS").contains(&"isolation/admin-pedagogic".to_owned()));
    place.etanche(&["rules", "RES-SSFIL"]).assert().success().stdout_eq(str![[r#"
lint/wireless (warning)
...
"#]]);
    place.etanche(&["rules", "R13"]).assert().code(2).stdout_eq("");
}

#[test]
fn what_is_accepted_is_shown_to_who_asks() {
    let place = Place::new();
    place.etanche(&["check", "--accepted"]).assert().success().stdout_eq(str![[r#"
...
warning[lint/directory-asked]: a proxy would ask the internal directory
...
   = accepted  le mandataire connaît ses usagers ; un annuaire dédié reste à étudier (INTERCO R10) (policies/security.yaml:37)

...
4 establishments, [..], 9 findings accepted

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
