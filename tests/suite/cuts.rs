//! A way out that is told is one: without the lines that a finding names, it is gone.

use etanche::diagnostics::Diagnostic;

use crate::Checked;
use crate::proof;
use crate::workspace::Workspace;

/// Ways out that are none.
pub(crate) fn problems(workspace: &Workspace, checked: &Checked) -> Vec<String> {
    let of_one = |finding: &Diagnostic| -> Vec<String> {
        let ways = ways_out(finding, checked);
        ways.iter().filter_map(|lines| fails(workspace, finding, lines)).collect()
    };
    checked.found.iter().flat_map(of_one).collect()
}

/// Sets of lines, each of which closes what is told: those of its `cut`, else the line it points at.
fn ways_out(finding: &Diagnostic, checked: &Checked) -> Vec<Vec<(String, usize)>> {
    let has = |kind: &str| finding.notes.iter().find(|n| n.kind == kind).map(|n| n.text.as_str());
    if has("path").is_none() || has("level").is_none() {
        return Vec::new();
    }
    let Some(cut) = has("cut") else {
        let place = checked.sources.line_column(finding.span).0;
        return vec![vec![(checked.sources.get(finding.span.source).path.clone(), place)]];
    };
    let lines: Vec<Option<(String, usize)>> =
        cut.split([';', ' ']).filter(|w| w.contains(".yaml:")).map(cited).collect();
    let Some(lines) = lines.into_iter().collect::<Option<Vec<_>>>().filter(|l| !l.is_empty()) else {
        return Vec::new();
    };
    if cut.contains("together") { vec![lines] } else { lines.into_iter().map(|line| vec![line]).collect() }
}

fn cited(word: &str) -> Option<(String, usize)> {
    let (path, line) = word.rsplit_once(':')?;
    Some((path.to_owned(), line.parse().ok()?))
}

/// The finding is still there without these lines; None as well when one of them is no flow, or the rest makes no sense.
fn fails(workspace: &Workspace, finding: &Diagnostic, lines: &[(String, usize)]) -> Option<String> {
    let mut changed = workspace.clone();
    for (path, line) in lines {
        let text = changed.files.get_mut(path)?;
        *text = without_item(text, *line)?;
    }
    let again = proof::in_parts(&changed);
    let is_decided = !again.verdicts.is_empty();
    let is_there = again.found.iter().any(|d| d.code == finding.code && d.message == finding.message);
    (is_decided && is_there).then(|| format!("`{}` is still there without {lines:?}", finding.message))
}

/// A text without the item of a list that begins at a line (from 1): the lines stay, so that nothing else moves.
fn without_item(text: &str, line: usize) -> Option<String> {
    let mut lines: Vec<&str> = text.lines().collect();
    let is_opens = lines.get(line - 1)?.trim_start().starts_with("opens:");
    let line = if is_opens { line - 1 } else { line };
    let first = lines.get(line - 1)?;
    let depth = first.len() - first.trim_start().len();
    if !first.trim_start().starts_with("- allow:") && !first.trim_start().starts_with("- waiver:") {
        return None;
    }
    let is_inside = |l: &&&str| l.trim().is_empty() || l.len() - l.trim_start().len() > depth;
    let more = lines[line..].iter().take_while(is_inside).count();
    lines[line - 1..line + more].fill("");
    Some(lines.join("\n") + "\n")
}
