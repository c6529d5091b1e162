//! Files cut short or struck by one wrong character: something is told or nothing is wrong, and every place is whole.

use std::path::Path;

use crate::workspace::Workspace;
use crate::{Check, compare};

/// Characters put in the way of the reader.
const STRAY: &[&str] = &["{", "]", ":", "-", "\"", "é", "&", "\n"];
/// A prime, so that cuts fall everywhere.
const STRIDE: usize = 7;

/// Everything that is badly told.
pub(crate) fn problems(base: &Path, check: Check) -> Vec<String> {
    let whole = Workspace::read(base);
    let mut problems = Vec::new();
    for (path, text) in &whole.files {
        let cuts = text.char_indices().map(|(at, _)| at).step_by(STRIDE);
        for (number, at) in cuts.enumerate() {
            let (before, after) = text.split_at(at);
            let stray = STRAY[number % STRAY.len()];
            for torn in [before.to_owned(), format!("{before}{stray}{after}")] {
                problems.extend(of(&whole, path, torn, check));
            }
        }
    }
    problems.sort();
    problems.dedup();
    problems
}

fn of(whole: &Workspace, path: &str, torn: String, check: Check) -> Vec<String> {
    let mut workspace = whole.clone();
    workspace.files.insert(path.to_owned(), torn);
    let checked = check(&workspace);
    let mut problems = Vec::new();
    for finding in &checked.found {
        problems.extend(compare::badly_said(finding));
        let others = finding.others.iter().map(|(span, _)| *span);
        for span in others.chain([finding.span]) {
            let text = &checked.sources.get(span.source).text;
            if text.get(span.start..span.end).is_none() {
                problems.push(format!("{path}: a place is not whole: {}", finding.message));
            }
        }
    }
    problems
}
