//! Texts of a refused run: findings cite them by the names they would have, and nobody finds them in a file.

use crate::diagnostics::{Diagnostic, SourceId, Sources};

/// Says of a finding that cites generated texts, from this source on, that they were not written.
pub(super) fn said(finding: Diagnostic, sources: &Sources, first: Option<SourceId>) -> Diagnostic {
    let mut cited = generated(sources, first).filter(|(id, path)| cites(&finding, *id, path)).map(|(_, path)| path);
    let Some(path) = cited.next() else { return finding };
    let which = match cited.next() {
        None => format!("`{path}` is the text that would be written"),
        Some(_) => format!("`{path}` and the others are the texts that would be written"),
    };
    let text = format!("{which}: a refused run writes nothing");
    let place = finding.notes.iter().position(|note| note.kind == "help").unwrap_or(finding.notes.len());
    finding.note_at(place, "text", text)
}

fn generated(sources: &Sources, first: Option<SourceId>) -> impl Iterator<Item = (SourceId, &str)> {
    let all = sources.iter().map(|(id, file)| (id, file.path.as_str()));
    all.filter(move |(id, _)| first.is_some_and(|first| *id >= first))
}

/// It points into the text, or names one of its lines.
fn cites(finding: &Diagnostic, id: SourceId, path: &str) -> bool {
    let spans = finding.others.iter().map(|(span, _)| *span).chain([finding.span]);
    let names = |text: &str| text.match_indices(path).any(|(at, _)| text[at + path.len()..].starts_with(':'));
    spans.into_iter().any(|span| span.source == id) || finding.notes.iter().any(|note| names(&note.text))
}
