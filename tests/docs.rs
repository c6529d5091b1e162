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
