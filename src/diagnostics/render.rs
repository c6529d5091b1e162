//! Findings as people and as machines read them.

use codespan_reporting::diagnostic as cs;
use codespan_reporting::files::SimpleFiles;
use codespan_reporting::term;
use serde_json::{Value, json};

use super::{Diagnostic, Severity, Sources};

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
    let mut files = SimpleFiles::new();
    for (_, file) in sources.iter() {
        files.add(file.path.as_str(), file.text.as_str());
    }
    let numbers: std::collections::BTreeMap<_, _> = sources.iter().enumerate().map(|(n, (id, _))| (id, n)).collect();
    let config = term::Config::default();
    let mut out = String::new();
    for finding in found {
        let picture = picture(finding, &|id| numbers[&id]);
        let written = match colour {
            Colour::None => term::emit_into_string(&config, &files, &picture),
            Colour::Ansi => ansi(&config, &files, &picture),
        };
        out.push_str(&written.unwrap_or_else(|e| format!("{}: {} ({e})\n", finding.code.name, finding.message)));
    }
    out
}

fn ansi(
    config: &term::Config,
    files: &SimpleFiles<&str, &str>,
    picture: &cs::Diagnostic<usize>,
) -> Result<String, codespan_reporting::files::Error> {
    let mut buffer = term::termcolor::Buffer::ansi();
    term::emit_to_write_style(&mut buffer, config, files, picture)?;
    Ok(String::from_utf8_lossy(buffer.as_slice()).into_owned())
}

fn picture(finding: &Diagnostic, number: &dyn Fn(super::SourceId) -> usize) -> cs::Diagnostic<usize> {
    let severity = match finding.severity {
        Severity::Error => cs::Severity::Error,
        Severity::Warning => cs::Severity::Warning,
    };
    let span = finding.span;
    let mut labels =
        vec![cs::Label::primary(number(span.source), span.start..span.end).with_message(finding.label.clone())];
    for (span, text) in &finding.others {
        labels.push(cs::Label::secondary(number(span.source), span.start..span.end).with_message(text.clone()));
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
    let place = |span: super::Span| {
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
