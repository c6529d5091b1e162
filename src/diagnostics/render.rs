//! Findings as people and as machines read them.

use std::collections::BTreeMap;
use std::ops::Range;

use codespan_reporting::diagnostic as cs;
use codespan_reporting::term;
use serde_json::{Value, json};

use super::excerpt::{Excerpt, Excerpts};
use super::{Diagnostic, Severity, SourceId, Sources, Span};

/// Whether to colour the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// A terminal.
    Ansi,
    /// A pipe or a file.
    None,
}

/// Findings with the source lines they speak of, one after another.
pub fn render_human(found: &[Diagnostic], sources: &Sources, colour: Colour) -> String {
    let (files, numbers) = excerpts(found, sources);
    let place = |span: Span| {
        let number = numbers[&span.source];
        (number, files.0[number].place(span.start)..files.0[number].place(span.end))
    };
    let config = term::Config::default();
    let mut out = String::new();
    for finding in found {
        let picture = picture(finding, &place);
        let written = match colour {
            Colour::None => term::emit_into_string(&config, &files, &picture),
            Colour::Ansi => ansi(&config, &files, &picture),
        };
        out.push_str(&written.unwrap_or_else(|e| format!("{}: {} ({e})\n", finding.code.name, finding.message)));
    }
    out
}

/// Those texts that are spoken of, and the number of each among them.
fn excerpts<'s>(found: &[Diagnostic], sources: &'s Sources) -> (Excerpts<'s>, BTreeMap<SourceId, usize>) {
    let mut places: BTreeMap<SourceId, Vec<Range<usize>>> = BTreeMap::new();
    for span in found.iter().flat_map(|d| d.others.iter().map(|(span, _)| *span).chain([d.span])) {
        places.entry(span.source).or_default().push(span.start..span.end);
    }
    let numbers = places.keys().enumerate().map(|(number, id)| (*id, number)).collect();
    (Excerpts(places.iter().map(|(id, spoken_of)| Excerpt::new(sources.get(*id), spoken_of)).collect()), numbers)
}

fn ansi(
    config: &term::Config,
    files: &Excerpts<'_>,
    picture: &cs::Diagnostic<usize>,
) -> Result<String, codespan_reporting::files::Error> {
    let mut buffer = term::termcolor::Buffer::ansi();
    term::emit_to_write_style(&mut buffer, config, files, picture)?;
    Ok(String::from_utf8_lossy(buffer.as_slice()).into_owned())
}

fn picture(finding: &Diagnostic, place: &dyn Fn(Span) -> (usize, Range<usize>)) -> cs::Diagnostic<usize> {
    let severity = match finding.severity {
        Severity::Error => cs::Severity::Error,
        Severity::Warning => cs::Severity::Warning,
    };
    let (file, bytes) = place(finding.span);
    let mut labels = vec![cs::Label::primary(file, bytes).with_message(finding.label.clone())];
    for (span, text) in &finding.others {
        let (file, bytes) = place(*span);
        labels.push(cs::Label::secondary(file, bytes).with_message(text.clone()));
    }
    let width = finding.notes.iter().map(|n| n.kind.len()).max().unwrap_or(0);
    let notes = finding.notes.iter().map(|n| format!("{:width$}  {}", n.kind, n.text)).collect();
    cs::Diagnostic::new(severity)
        .with_code(finding.code.name)
        .with_message(finding.message.clone())
        .with_labels(labels)
        .with_notes(notes)
}

/// Findings as one JSON array: schema `etanche.diagnostics/1`, one object a finding, places in lines and columns from 1 and in bytes from 0.
pub fn render_json(found: &[Diagnostic], sources: &Sources) -> Value {
    let place = |span: Span| {
        let (line, column) = sources.line_column(span);
        json!({ "path": sources.get(span.source).path, "line": line, "column": column, "start": span.start, "end": span.end })
    };
    let rows: Vec<Value> = found
        .iter()
        .map(|d| {
            json!({
                "code": d.code.name,
                "severity": match d.severity { Severity::Error => "error", Severity::Warning => "warning" },
                "message": d.message,
                "place": place(d.span),
                "label": d.label,
                "others": d.others.iter().map(|(s, t)| json!({ "place": place(*s), "text": t })).collect::<Vec<_>>(),
                "notes": d.notes.iter().map(|n| json!({ "kind": n.kind, "text": n.text })).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({ "schema": "etanche.diagnostics/1", "diagnostics": rows })
}
