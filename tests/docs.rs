//! Documents that say what the program says: the assumptions, in both languages.

#![expect(clippy::disallowed_methods, reason = "tests look at the documents")]

use std::fs;
use std::path::Path;

use etanche::isolation::ASSUMPTIONS;

fn page(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name)).expect("a page of docs/")
}

/// Lines of a page's list of assumptions.
fn numbered(page: &str) -> Vec<&str> {
    let is_one = |line: &&str| line.starts_with('A') && line[1..].starts_with(|c: char| c.is_ascii_digit());
    page.lines().filter_map(|line| line.strip_prefix("- ")).filter(is_one).collect()
}

#[test]
fn the_page_for_the_security_officer_holds_every_assumption_of_the_certificate() {
    assert_eq!(numbered(&page("model.md")), ASSUMPTIONS);
}

#[test]
fn its_french_page_has_the_same_numbers_and_parts() {
    let number = |line: &str| line.split(' ').next().map(str::to_owned);
    let (english, french) = (page("model.md"), page("modele.md"));
    let of = |page: &str| numbered(page).into_iter().map(number).collect::<Vec<_>>();
    assert_eq!(of(&french), of(&english));
    let shape = |page: &str| {
        let kind = |line: &str| line.chars().next().filter(|c| "#|-".contains(*c));
        page.lines().filter_map(kind).collect::<String>()
    };
    assert_eq!(shape(&french), shape(&english), "a part, a row or a point stands in one language only");
}

/// Names of codes and paths between backticks.
fn quoted(page: &str) -> impl Iterator<Item = &str> {
    page.split('`').skip(1).step_by(2)
}

#[test]
fn every_requirement_has_a_row_and_what_a_row_names_exists() {
    let page = page("requirements.md");
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| S")).collect();
    let ids: Vec<String> = rows.iter().map(|row| row[2..5].to_owned()).collect();
    let wanted: Vec<String> = (1..=33).map(|n| format!("S{n:02}")).collect();
    assert_eq!(ids, wanted);
    let codes: Vec<&str> = etanche::diagnostics::codes::all().iter().map(|code| code.name).collect();
    let areas: Vec<&str> = codes.iter().filter_map(|code| code.split('/').next()).collect();
    for row in rows {
        let carried = row.split('|').nth(4).expect("four columns");
        assert!(!carried.trim().is_empty(), "{row}");
        for name in quoted(carried) {
            let is_code = name.split_once('/').is_some_and(|(area, _)| areas.contains(&area));
            assert!(!is_code || codes.contains(&name), "no code `{name}` in {row}");
            let is_path =
                ["policies/", "docs/", "targets/", "templates/"].iter().any(|folder| name.starts_with(folder));
            let exists = Path::new(env!("CARGO_MANIFEST_DIR")).join(name).exists();
            assert!(!is_path || exists, "no file `{name}` in {row}");
        }
    }
}

/// Rows of sources.md: what it says it is about, and what decides it.
fn sources(page: &str) -> Vec<(&str, &str)> {
    let rows = page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| row |"));
    rows.map(|line| line.trim_matches('|').split_once(" | ").expect("two columns")).collect()
}

/// `RES-CLOIS` and the like.
fn is_row_of_the_pssie(word: &str) -> bool {
    ["RES-", "EXP-", "PDT-", "PHY-", "GDB-", "ARCHI-"].iter().any(|start| word.starts_with(start))
}

#[test]
fn what_the_page_of_sources_names_exists_and_every_rule_of_good_practice_is_on_it() {
    let page = page("sources.md");
    let codes = etanche::diagnostics::codes::all();
    let areas: Vec<&str> = codes.iter().filter_map(|code| code.name.split('/').next()).collect();
    let named: Vec<&str> =
        quoted(&page).filter(|n| n.split_once('/').is_some_and(|(a, _)| areas.contains(&a))).collect();
    for name in &named {
        assert!(codes.iter().any(|code| code.name == *name), "no code `{name}`");
    }
    let advice = codes.iter().filter(|code| code.name.starts_with("lint/") || code.name.starts_with("time/"));
    for code in advice {
        assert!(named.contains(&code.name), "{} decides no row", code.name);
    }
}

#[test]
fn a_rule_names_rows_that_the_page_of_sources_has_and_that_name_it() {
    let page = page("sources.md");
    let rows = sources(&page);
    for code in etanche::diagnostics::codes::all() {
        let words = code.basis.split([' ', ',', ';', '(', ')']).filter(|word| is_row_of_the_pssie(word));
        for id in words {
            let row = rows.iter().find(|(about, _)| about.split([' ', ',', '|']).any(|word| word == id));
            let (_, by) = row.unwrap_or_else(|| panic!("{}: no row {id}", code.name));
            let is_advice = code.name.starts_with("lint/") || code.name.starts_with("time/");
            assert!(!is_advice || quoted(by).any(|name| name == code.name), "row {id} does not name {}", code.name);
        }
    }
}
