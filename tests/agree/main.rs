//! What is written means exactly what was intended: every small edit of a generated text that its reader understands is
//! told, on the line of the edit, and nothing is proved.

mod gateway;
mod lan;
mod tunnel;
mod web;

use std::path::Path;

use etanche::diagnostics::{Diagnostic, Sources};
use etanche::pipeline::{Options, Run, Workspace, run_with};

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

fn read(dir: &Path, found: &mut Vec<(String, String)>) {
    let mut entries: Vec<_> = std::fs::read_dir(dir).expect("a folder").map(|e| e.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            read(&path, found);
        } else {
            let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(&path).display().to_string();
            found.push((name, std::fs::read_to_string(&path).expect("a text")));
        }
    }
}

/// The repository's own policy.
pub(crate) fn workspace() -> Workspace {
    let mut policy = Vec::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("policies"), &mut policy);
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
            let device = outputs
                .iter_mut()
                .find(|o| file.strip_prefix(&format!("{}/", o.path)).is_some_and(|f| o.files.contains_key(f)));
            let device = device.unwrap_or_else(|| panic!("no file {file}"));
            let name = file.strip_prefix(&format!("{}/", device.path)).expect("below the device").to_owned();
            let text = device.files.get_mut(&name).expect("the file");
            assert!(text.contains(from), "{file} has no {from:?}:\n{text}");
            *text = text.replacen(from, to, 1);
        }
    })
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
            && d.message.contains(edit.says)
            && sources.get(d.span.source).path == edit.file
            && d.notes.iter().any(|n| n.kind == "help")
    })
}

/// Runs every edit by itself.
pub(crate) fn all_told(edits: &[Edit]) {
    let workspace = workspace();
    let check = |edit: &Edit| {
        let run = tampered(&workspace, &[(edit.file, edit.from, edit.to)]);
        let found = run.sink.into_sorted();
        let is_right = run.proven.is_none() && told(edit, &found, &run.sources);
        (!is_right).then(|| {
            let (file, code, says) = (edit.file, edit.code, edit.says);
            format!("{file}: {:?} -> {:?}: no {code} {says:?} in\n{}\n", edit.from, edit.to, said(&found, &run.sources))
        })
    };
    let (front, back) = edits.split_at(edits.len() / 2);
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let other = scope.spawn(|| back.iter().filter_map(check).collect::<Vec<_>>());
        let mut wrong: Vec<String> = front.iter().filter_map(check).collect();
        wrong.extend(other.join().expect("the other half"));
        wrong
    });
    assert!(wrong.is_empty(), "{} of {} edits:\n{}", wrong.len(), edits.len(), wrong.join("\n"));
}

#[test]
fn what_nobody_edited_is_proved() {
    let run = tampered(&workspace(), &[]);
    let found = run.sink.into_sorted();
    assert!(run.proven.is_some() && found.is_empty(), "{}", said(&found, &run.sources));
}
