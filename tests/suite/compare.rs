//! What a case expects against what was found: a missing finding and an unexpected one both count.

use std::collections::BTreeMap;

use etanche::diagnostics::{Diagnostic, Severity, Sources, Span};

use crate::Checked;
use crate::case::{Action, Block, Case, Line, Piece};
use crate::workspace::{Workspace, pointing};

/// One expected finding, as its annotations write it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Expected {
    path: String,
    line: usize,
    /// `error[code]: 14-21 text`
    head: String,
    helps: Vec<String>,
    witnesses: Vec<String>,
    cuts: Vec<String>,
    others: Vec<String>,
}

/// Everything that differs.
pub(crate) fn problems(case: &Case, workspace: &Workspace, checked: &Checked) -> Vec<String> {
    if !checked.problems.is_empty() {
        return checked.problems.clone();
    }
    let expected = expected(case, workspace);
    if expected.is_empty() != case.is_ok() {
        return vec!["a case either expects something or says `ok`, on a line of its own".to_owned()];
    }
    let mut problems = Vec::new();
    let mut found: Vec<&Diagnostic> = checked.found.iter().collect();
    for wanted in &expected {
        let place = found.iter().position(|d| is_at(d, wanted, &checked.sources));
        match place {
            Some(at) => {
                let finding = found.remove(at);
                problems.extend(missing_parts(finding, wanted, &checked.sources));
            }
            None => problems.push(format!("missing     {}:{} {}", wanted.path, wanted.line, wanted.head)),
        }
    }
    for finding in found {
        let (path, line) = place(finding.span, &checked.sources);
        problems.push(format!("unexpected  {path}:{line} {}", head(finding, &checked.sources)));
    }
    problems.extend(checked.found.iter().flat_map(badly_said));
    problems.extend(case.all_said("Verdict:").into_iter().filter_map(|said| verdict(said, checked)));
    problems
}

/// `Verdict: T1 0000001B.admin to 0000001B.pedago: shared 0000001B.dmz`
fn verdict(said: &str, checked: &Checked) -> Option<String> {
    let (claim, wanted) = said.rsplit_once(": ")?;
    match checked.verdicts.get(claim) {
        Some(verdict) if verdict == wanted => None,
        Some(verdict) => Some(format!("{claim} is {verdict}, not {wanted}")),
        None => Some(format!("nobody claims {claim}")),
    }
}

fn expected(case: &Case, workspace: &Workspace) -> Vec<Expected> {
    let mut all: Vec<Expected> = Vec::new();
    for (number, block) in case.blocks().enumerate() {
        for (at, line) in block.lines.iter().enumerate().filter(|(_, l)| !l.notes.is_empty()) {
            let (path, line_number) = workspace.places.get(&(number, at)).cloned().unwrap_or_default();
            for note in &line.notes {
                let note = note.trim_start_matches("# ");
                if let (Some(help), Some(last)) = (note.strip_prefix("help: "), all.last_mut()) {
                    last.helps.push(help.to_owned());
                } else if let (Some(witness), Some(last)) = (note.strip_prefix("witness: "), all.last_mut()) {
                    last.witnesses.push(witness.to_owned());
                } else if let (Some(cut), Some(last)) = (note.strip_prefix("cut: "), all.last_mut()) {
                    last.cuts.push(cut.to_owned());
                } else if let (Some(other), Some(last)) = (note.strip_prefix("other: "), all.last_mut()) {
                    last.others.push(other.to_owned());
                } else {
                    all.push(Expected {
                        path: path.clone(),
                        line: line_number,
                        head: note.to_owned(),
                        helps: Vec::new(),
                        witnesses: Vec::new(),
                        cuts: Vec::new(),
                        others: Vec::new(),
                    });
                }
            }
        }
    }
    all
}

fn place(span: Span, sources: &Sources) -> (String, usize) {
    (sources.get(span.source).path.clone(), sources.line_column(span).0)
}

/// `error[code]: 14-21 text`, columns from 1 in characters, the last one past the end.
fn head(finding: &Diagnostic, sources: &Sources) -> String {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let column = sources.line_column(finding.span).1;
    let width = sources.text(finding.span).chars().count();
    format!("{severity}[{}]: {column}-{} {}", finding.code.name, column + width, finding.message)
}

fn notes(finding: &Diagnostic, kind: &str) -> Vec<String> {
    let notes = finding.notes.iter().filter(|n| n.kind == kind);
    notes.map(|n| n.text.clone()).collect()
}

fn helps(finding: &Diagnostic) -> Vec<String> {
    notes(finding, "help")
}

fn witnesses(finding: &Diagnostic) -> Vec<String> {
    notes(finding, "witness")
}

/// `[text at the other place] what it says`
fn others(finding: &Diagnostic, sources: &Sources) -> Vec<String> {
    let one = |(span, text): &(Span, String)| format!("[{}] {text}", sources.text(*span));
    finding.others.iter().map(one).collect()
}

fn is_at(finding: &Diagnostic, wanted: &Expected, sources: &Sources) -> bool {
    let (path, line) = place(finding.span, sources);
    path == wanted.path && line == wanted.line && head(finding, sources) == wanted.head
}

fn missing_parts(finding: &Diagnostic, wanted: &Expected, sources: &Sources) -> Vec<String> {
    let (helps, others) = (helps(finding), others(finding, sources));
    let help = wanted.helps.iter().filter(|h| !helps.contains(h)).map(|h| format!("no help `{h}` but {helps:?}"));
    let other =
        wanted.others.iter().filter(|o| !others.contains(o)).map(|o| format!("no other place `{o}` but {others:?}"));
    let witnesses = witnesses(finding);
    let packets = wanted.witnesses.iter().filter(|w| !witnesses.contains(w));
    let packets = packets.map(|w| format!("no witness `{w}` but {witnesses:?}"));
    let cuts = notes(finding, "cut");
    let cut = wanted.cuts.iter().filter(|c| !cuts.contains(c)).map(|c| format!("no cut `{c}` but {cuts:?}"));
    help.chain(other).chain(packets).chain(cut).collect()
}

/// The grammar of messages: one lowercase phrase, no final stop, a way out.
pub(crate) fn badly_said(finding: &Diagnostic) -> Vec<String> {
    let mut problems = Vec::new();
    let message = &finding.message;
    let is_sentence = message.starts_with(char::is_uppercase) && message.chars().nth(1).is_some_and(char::is_lowercase);
    if is_sentence || message.ends_with('.') || message.contains('\n') {
        problems.push(format!("a message is one lowercase phrase without a final stop: {message}"));
    }
    if helps(finding).is_empty() {
        problems.push(format!("no way out is given: {message}"));
    }
    problems
}

/// Writes what was found into the case, in place of what it expected.
pub(crate) fn update(case: &mut Case, workspace: &Workspace, checked: &Checked) {
    let mut wanted: BTreeMap<(String, usize), Vec<String>> = BTreeMap::new();
    for finding in &checked.found {
        let notes = wanted.entry(place(finding.span, &checked.sources)).or_default();
        notes.push(format!("# {}", head(finding, &checked.sources)));
        notes.extend(witnesses(finding).iter().map(|w| format!("# witness: {w}")));
        notes.extend(self::notes(finding, "cut").iter().map(|c| format!("# cut: {c}")));
        notes.extend(others(finding, &checked.sources).iter().map(|o| format!("# other: {o}")));
        notes.extend(helps(finding).iter().map(|h| format!("# help: {h}")));
    }
    for (number, block) in case.blocks_mut().enumerate() {
        for (at, line) in block.lines.iter_mut().enumerate() {
            let place = workspace.places.get(&(number, at));
            line.notes = place.and_then(|p| wanted.remove(p)).unwrap_or_default();
        }
        block.lines.retain(|l| l.text.is_some() || !l.notes.is_empty());
    }
    case.pieces.retain(
        |p| !matches!(p, Piece::Block(b) if b.action == Action::Expect && b.lines.iter().all(|l| l.notes.is_empty())),
    );
    for ((path, line), notes) in wanted {
        let made = checked.sources.iter().find(|(_, f)| f.path == path).map(|(_, f)| f.text.as_str());
        let mut lines: Vec<Line> = pointing(made.unwrap_or(""), line)
            .into_iter()
            .map(|text| Line { notes: Vec::new(), text: Some(text) })
            .collect();
        match lines.last_mut() {
            Some(last) => last.notes = notes,
            None => lines.push(Line { notes, text: None }),
        }
        let block = Block { action: Action::Expect, path, lines };
        let end = case.pieces.iter().rposition(|p| !matches!(p, Piece::Prose(l) if l.is_empty())).map_or(0, |i| i + 1);
        case.pieces.insert(end, Piece::Block(block));
    }
}
