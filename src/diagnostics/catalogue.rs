//! The table of codes as people and programs read it: a list, and a page each. One table, so that nothing can differ.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::codes::{self, lint};
use super::{Code, Severity};

/// What carries each requirement of the convention, a row each.
const REQUIREMENTS: &str = include_str!("../../docs/requirements.md");

/// The codes that a word asks for: the one of that name, or all of an area, or all behind which stands a theorem or a
/// row of the PSSIE of that name, or which carry a requirement of the convention (`lint`, `T2`, `RES-CLOIS`, `S25`).
/// Numbers of guides are no names: several guides have an R13.
pub fn asked(word: &str) -> Vec<&'static Code> {
    let is_area = |code: &&Code| code.name.split('/').next() == Some(word.trim_end_matches('/'));
    let is_number = word.strip_prefix('R').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let is_source = |code: &&Code| {
        !is_number && code.basis.split(&[' ', ',', ';', '(', ')']).any(|part| part.eq_ignore_ascii_case(word))
    };
    let row = requirement(word).map_or("", |requirement| requirement.carried_by);
    let carries = |code: &&Code| row.split('`').skip(1).step_by(2).any(|named| named == code.name);
    let rows: [&dyn Fn(&&'static Code) -> bool; 4] = [&|code| code.name == word, &is_area, &is_source, &carries];
    let found = rows.iter().map(|row| codes::all().into_iter().filter(row).collect::<Vec<_>>());
    found.into_iter().find(|all| !all.is_empty()).unwrap_or_default()
}

/// A requirement of the convention, `S01` to `S33`, as docs/requirements.md says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Requirement {
    /// Article or annexe.
    pub stands_in: &'static str,
    /// What is required.
    pub says: &'static str,
    /// Files, checks and outputs that carry it, or why none does.
    pub carried_by: &'static str,
}

/// The requirement of that number, in either case.
pub fn requirement(id: &str) -> Option<Requirement> {
    let start = format!("| {} | ", id.to_ascii_uppercase());
    let row = REQUIREMENTS.lines().find_map(|line| line.strip_prefix(&start))?.trim_end_matches(" |");
    let mut cells = row.split(" | ");
    Some(Requirement { stands_in: cells.next()?, says: cells.next()?, carried_by: cells.next()? })
}

/// Who may leave a rule unkept, with `accepts:` and a reason; None: nobody.
pub fn accepted_by(code: &Code) -> Option<&'static str> {
    let is_in = |list: &[&Code]| list.contains(&code);
    match (is_in(lint::ALL), is_in(lint::KEPT), is_in(lint::BY_OWNER)) {
        (false, ..) | (_, true, _) => None,
        (true, false, true) => Some("the owner of the file, and the academy's security officer"),
        (true, false, false) => Some("the academy's security officer"),
    }
}

/// One line a code: its severity, what it says, where it comes from.
pub fn list(all: &[&Code]) -> String {
    let width = all.iter().map(|code| code.name.len()).max().unwrap_or(0);
    let source = |code: &Code| if code.basis.is_empty() { String::new() } else { format!(" [{}]", code.basis) };
    let line =
        |code: &&Code| format!("{:width$}  {:7}  {}{}\n", code.name, word(code.severity), code.says, source(code));
    all.iter().map(line).collect()
}

/// Everything there is to say of a code, for a terminal.
pub fn page(code: &Code) -> String {
    let mut out = format!("{} ({})\n\n{}\n", code.name, word(code.severity), code.says);
    for (title, example) in [("wrong", code.wrong), ("right", code.right)] {
        let _ = write!(out, "\n{title}\n{}", indented(example));
    }
    let _ = writeln!(out, "\nsource    {}", basis(code));
    let _ = writeln!(out, "accepted  {}", accepted_by(code).map_or("by nobody".to_owned(), |who| format!("by {who}")));
    out
}

/// The same for all, as a document.
pub fn markdown(all: &[&Code]) -> String {
    let mut out = String::from("# Rules\n\nWritten by `etanche rules --format markdown`.\n");
    for code in all {
        let _ = write!(out, "\n## `{}`\n\n{}", code.name, markdown_page(code));
    }
    out
}

/// What the document says of one.
pub(super) fn markdown_page(code: &Code) -> String {
    let mut out = format!("{}: {}.\n", word(code.severity), code.says);
    let _ = write!(out, "\nWrong:\n\n```yaml\n{}\n```\n\nRight:\n\n```yaml\n{}\n```\n", code.wrong, code.right);
    let accepted = accepted_by(code).unwrap_or("nobody");
    let _ = write!(out, "\nSource: {}. Accepted by: {accepted}.\n", basis(code));
    out
}

/// The same for programs, schema `etanche.rules/1`.
pub fn json(all: &[&Code]) -> Value {
    let rows = all.iter().map(|code| {
        json!({
            "code": code.name,
            "severity": word(code.severity),
            "says": code.says,
            "wrong": code.wrong,
            "right": code.right,
            "basis": code.basis,
            "accepted_by": accepted_by(code),
        })
    });
    json!({ "schema": "etanche.rules/1", "rules": rows.collect::<Vec<_>>() })
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// Where a rule comes from, in words.
pub(super) fn basis(code: &Code) -> &str {
    if code.basis.is_empty() { "the language's own" } else { code.basis }
}

fn indented(example: &str) -> String {
    example.lines().map(|line| format!("    {line}\n")).collect()
}
