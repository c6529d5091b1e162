//! The table of codes is whole: sorted, unique, well named, and every code of a topic has a case.

use std::collections::BTreeMap;

use etanche::diagnostics::{Code, codes};

/// Areas whose codes must each be expected by a case.
const COVERED: &[&str] = &["policy", "network", "isolation", "lint", "time"];

/// Codes of what an earlier phase tells first: they guard against a change there.
const TOLD_BEFORE: &[(&str, &str)] = &[
    ("isolation/beyond-ceiling", "policy/*, network/withdraws-*; tests/agree/ceiling.rs lowers the ceiling itself"),
    ("network/address-missing", "policy/missing-key, policy/unfilled-zone"),
];

/// Areas whose rows come from sources, which docs/sources.md takes one by one.
const FROM_SOURCES: &[&str] = &["lint/", "time/"];

/// What docs/sources.md names and nobody has, or the other way round.
fn sources() -> Vec<String> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/sources.md");
    let text = crate::workspace::text(&path);
    let named: Vec<&str> = text.split('`').skip(1).step_by(2).filter(|word| is_code(word)).collect();
    let all = codes::all();
    let unknown = named.iter().filter(|name| !all.iter().any(|code| code.name == **name));
    let unsaid = all.iter().filter(|code| FROM_SOURCES.iter().any(|area| code.name.starts_with(area)));
    let unsaid = unsaid.filter(|code| !named.contains(&code.name));
    let unknown = unknown.map(|name| format!("docs/sources.md names `{name}`, which is no code"));
    unknown.chain(unsaid.map(|code| format!("docs/sources.md does not name `{}`", code.name))).collect()
}

/// Of the form of codes, in an area that there is.
fn is_code(word: &str) -> bool {
    let area = word.split_once('/').map(|(area, _)| format!("{area}/"));
    area.is_some_and(|area| codes::all().iter().any(|code| code.name.starts_with(&area)))
}

/// Everything that is missing.
pub(crate) fn problems(expected: &BTreeMap<String, usize>) -> Vec<String> {
    let mut problems: Vec<String> = codes::all().iter().flat_map(|code| of(code, expected)).collect();
    problems.extend(sources());
    for pair in codes::all().windows(2).filter(|pair| pair[0].name >= pair[1].name) {
        problems.push(format!("codes are sorted and unique: {} stands before {}", pair[0].name, pair[1].name));
    }
    problems
}

fn of(code: &Code, expected: &BTreeMap<String, usize>) -> Vec<String> {
    let mut problems = Vec::new();
    let mut wants = |is_right: bool, says: &str| {
        if !is_right {
            problems.push(format!("{}: {says}", code.name));
        }
    };
    let (area, name) = code.name.split_once('/').unwrap_or((code.name, ""));
    let is_word =
        |t: &str| !t.is_empty() && t.chars().all(|c| c.is_ascii_lowercase() || c == '-' || c.is_ascii_digit());
    wants(is_word(area) && is_word(name), "a code is area/name in lower case");
    wants(!code.says.is_empty() && !code.says.ends_with('.'), "says is one phrase without a final stop");
    wants(
        !code.wrong.is_empty() && code.wrong != code.right && !code.right.is_empty(),
        "a wrong example and the same mended",
    );
    let is_told_before = TOLD_BEFORE.iter().any(|(before, _)| *before == code.name);
    let is_covered = !COVERED.contains(&area) || is_told_before || expected.contains_key(code.name);
    wants(is_covered, "no case of the suite expects it");
    problems
}
