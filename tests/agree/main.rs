//! What is written means exactly what was intended: every small edit of a generated text that its reader understands is
//! told, on the line of the edit, and nothing is proved.

mod ceiling;
mod certificate;
mod chain;
mod devices;
mod ended;
mod gateway;
mod joined;
mod lan;
mod links;
mod seen;
#[path = "../common/texts.rs"]
mod texts;
mod tunnel;
mod web;

use std::cell::RefCell;
use std::path::Path;

use etanche::diagnostics::{Diagnostic, Severity, Sources};
use etanche::isolation::Output;
use etanche::pipeline::{Options, Run, Workspace, run_with};

use texts::texts;

/// One edit of one generated file, and what must be said of it.
pub(crate) struct Edit {
    /// The file below the output.
    pub(crate) file: &'static str,
    /// A text that it holds once or more; the first is replaced.
    pub(crate) from: &'static str,
    /// By this one.
    pub(crate) to: &'static str,
    /// Code of a finding.
    pub(crate) code: &'static str,
    /// Part of its message.
    pub(crate) says: &'static str,
}

/// Such an edit.
pub(crate) const fn edit(
    file: &'static str,
    from: &'static str,
    to: &'static str,
    code: &'static str,
    says: &'static str,
) -> Edit {
    Edit { file, from, to, code, says }
}

/// Establishments that no edit is made in.
const OTHERS: [&str; 2] = ["0000003D", "0000004E"];

/// Two establishments of `tests/four/`, as if they stood in `policies/`.
pub(crate) fn workspace() -> Workspace {
    let mut workspace = whole();
    workspace.policy.retain(|(path, _)| !OTHERS.iter().any(|uai| path.contains(uai)));
    workspace
}

pub(crate) fn whole() -> Workspace {
    let policy = texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/four"), "policies/");
    Workspace { root: "policies".to_owned(), policy, ..Workspace::default() }
}

/// The same with one policy file edited.
pub(crate) fn workspace_with(file: &str, from: &str, to: &str) -> Workspace {
    let mut workspace = workspace();
    let text = workspace.policy.iter_mut().find(|(path, _)| path == file).map(|(_, text)| text).expect("the file");
    assert!(text.contains(from), "{file} has no {from:?}");
    *text = text.replacen(from, to, 1);
    workspace
}

/// A run with generated files edited.
pub(crate) fn tampered(workspace: &Workspace, edits: &[(&str, &str, &str)]) -> Run {
    run_with(workspace, Options::default(), &|outputs| {
        for (file, from, to) in edits {
            assert!(apply(outputs, file, from, to), "{file} has no {from:?}");
        }
    })
}

/// Replaces the first `from` of a generated file; false when it has none.
fn apply(outputs: &mut [Output], file: &str, from: &str, to: &str) -> bool {
    let below = |o: &Output| file.strip_prefix(&format!("{}/", o.path)).map(str::to_owned);
    let text = outputs.iter_mut().find_map(|o| below(o).and_then(|name| o.files.get_mut(&name)));
    let text = text.unwrap_or_else(|| panic!("no file {file}"));
    let has = text.contains(from);
    *text = text.replacen(from, to, 1);
    has
}

/// Findings as `path:line code message`, for messages of failing tests.
pub(crate) fn said(found: &[Diagnostic], sources: &Sources) -> String {
    let lines = found.iter().map(|d| format!("{} {} {}", sources.cite(d.span), d.code.name, d.message));
    lines.collect::<Vec<_>>().join("\n")
}

/// True when the edit is told as the table says, in its own file.
fn told(edit: &Edit, found: &[Diagnostic], sources: &Sources) -> bool {
    found.iter().any(|d| {
        d.code.name == edit.code
            && d.severity == Severity::Error
            && d.message.contains(edit.says)
            && sources.get(d.span.source).path == edit.file
            && d.notes.iter().any(|n| n.kind == "help")
    })
}

/// The same in the two establishments of most tests.
pub(crate) fn all_told(edits: &[Edit]) {
    all_told_in(&workspace(), edits);
}

/// Runs edits together, then by themselves those that another one hid; all must be told.
pub(crate) fn all_told_in(workspace: &Workspace, edits: &[Edit]) {
    let mut left: Vec<&Edit> = edits.iter().collect();
    let mut hidden: Vec<&Edit> = Vec::new();
    while !left.is_empty() {
        let made = RefCell::new(Vec::new());
        let run = run_with(workspace, Options::default(), &|outputs| {
            let fits = left.iter().map(|e| apply(outputs, e.file, e.from, e.to));
            made.borrow_mut().extend(fits);
        });
        let (made, found) = (made.into_inner(), run.sink.into_sorted());
        assert!(made.contains(&true), "{}: no {:?}", left[0].file, left[0].from);
        let (now, later): (Vec<_>, Vec<_>) = left.into_iter().zip(made).partition(|(_, made)| *made);
        hidden.extend(now.into_iter().map(|(e, _)| e).filter(|e| !told(e, &found, &run.sources)));
        left = later.into_iter().map(|(e, _)| e).collect();
    }
    let wrong: Vec<String> = hidden.into_iter().filter_map(|edit| untold(workspace, edit)).collect();
    assert!(wrong.is_empty(), "{} of {} edits:\n{}", wrong.len(), edits.len(), wrong.join("\n"));
}

/// What is said instead, when an edit by itself is not told as it should.
fn untold(workspace: &Workspace, edit: &Edit) -> Option<String> {
    let run = tampered(workspace, &[(edit.file, edit.from, edit.to)]);
    let found = run.sink.into_sorted();
    (run.proven.is_some() || !told(edit, &found, &run.sources)).then(|| {
        let Edit { file, from, to, code, says } = edit;
        format!("{file}: {from:?} -> {to:?}: no {code} {says:?} in\n{}\n", said(&found, &run.sources))
    })
}

#[test]
fn what_nobody_edited_is_proved() {
    for workspace in [whole(), workspace()] {
        let run = tampered(&workspace, &[]);
        // The smaller one leaves out what rules of good practice ask for: tests/suite/rules is about them.
        let mut found = run.sink.into_sorted();
        found.retain(|d| !d.code.name.starts_with("lint/"));
        assert!(run.proven.is_some() && found.is_empty(), "{}", said(&found, &run.sources));
    }
}
