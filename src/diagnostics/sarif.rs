//! Findings as SARIF 2.1.0, for code scanning and reviews of changes.
//!
//! A finding points into the policy where it can: what reads SARIF shows files of the repository, and a generated text is
//! in none. One that no line of the policy explains points to the text by the name it would have in the output.
//!
//! - `model` those objects of the standard that are written

mod model;

use std::collections::{BTreeMap, BTreeSet};

use model::{
    Artifact, Base, Component, Configuration, Descriptor, Document, Invocation, Location, Message, Physical, Region,
    Result, Run, Suppression, Text, Tool,
};
use serde_json::{Value, json};

use super::catalogue;
use super::{Code, Diagnostic, Severity, Sources, Span, Words};

/// The repository, or the directory that the policy's paths are told from.
const ROOT: &str = "%SRCROOT%";
/// Where `compile` writes to.
const OUT: &str = "OUT";

/// One finding and what is known of it.
pub struct SarifRow<'a> {
    /// The finding.
    pub found: &'a Diagnostic,
    /// Texts that it points into.
    pub sources: &'a Sources,
    /// Why the policy accepts it, and where it says so.
    pub accepted: Option<(&'a str, Span)>,
    /// `new`, `unchanged` or `absent`, against another run.
    pub baseline: Option<&'static str>,
}

/// What is told beside the findings.
pub struct SarifRun<'a> {
    /// First part of the paths of policy files.
    pub root: &'a str,
    /// What stands before these paths in the repository, with its slash; or nothing.
    pub before: &'a str,
    /// How the command ends.
    pub exit: u8,
    /// Further facts of the run.
    pub properties: Value,
}

/// The document.
pub fn render_sarif(rows: &[SarifRow<'_>], run: &SarifRun<'_>) -> Value {
    let codes: BTreeMap<&str, &'static Code> = rows.iter().map(|row| (row.found.code.name, row.found.code)).collect();
    let places: BTreeMap<&str, usize> = codes.keys().enumerate().map(|(place, name)| (*name, place)).collect();
    let mut seen = BTreeMap::new();
    let mut results = Vec::new();
    for row in rows {
        let print = Words::of(row.found, row.sources).fingerprint();
        let nth: &mut usize = seen.entry((print.clone(), row.baseline == Some("absent"))).or_default();
        *nth += 1;
        results.push(result(row, run, places[row.found.code.name], format!("{print}:{nth}")));
    }
    let rules = codes.values().map(|code| descriptor(code)).collect();
    let document = Document {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool { driver: Component { name: "etanche", version: env!("CARGO_PKG_VERSION"), rules } },
            invocations: [Invocation { execution_successful: true, exit_code: run.exit }],
            original_uri_base_ids: bases(),
            column_kind: "unicodeCodePoints",
            results,
            properties: run.properties.clone(),
        }],
    };
    serde_json::to_value(document).expect("texts and numbers are JSON")
}

fn bases() -> BTreeMap<&'static str, Base> {
    let said =
        [(ROOT, "the top of the repository that holds the policy"), (OUT, "the directory `etanche compile` writes to")];
    said.into_iter().map(|(id, text)| (id, Base { description: Message { text: text.to_owned() } })).collect()
}

fn descriptor(code: &'static Code) -> Descriptor {
    let area = code.name.split('/').next().unwrap_or_default();
    let identifiers = code.basis.split("; ").filter(|part| !part.is_empty());
    let tags: BTreeSet<&str> = identifiers.chain([area]).collect();
    Descriptor {
        id: code.name,
        short_description: Text::plain(code.says),
        full_description: Text::plain(format!(
            "{}. Source: {}.",
            code.says.trim_end_matches('.'),
            catalogue::basis(code)
        )),
        help: Text { text: catalogue::page(code), markdown: Some(catalogue::markdown_page(code)) },
        default_configuration: Configuration { level: level(code.severity) },
        properties: json!({
            "tags": tags,
            "basis": code.basis,
            "acceptedBy": catalogue::accepted_by(code),
        }),
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn result(row: &SarifRow<'_>, run: &SarifRun<'_>, place: usize, print: String) -> Result {
    let found = row.found;
    let own = (found.span, found.label.as_str());
    let mut places: Vec<(Span, &str)> =
        std::iter::once(own).chain(found.others.iter().map(|(span, text)| (*span, text.as_str()))).collect();
    let first = places.iter().position(|(span, _)| is_policy(row.sources, *span, run)).unwrap_or(0);
    places[..=first].rotate_right(1);
    let mut located = places.iter().map(|(span, text)| location(row.sources, *span, text, run));
    Result {
        rule_id: found.code.name,
        rule_index: place,
        level: level(found.severity),
        message: Message { text: told(found) },
        locations: located.next().into_iter().collect(),
        related_locations: located.zip(1..).map(|(location, id)| Location { id: Some(id), ..location }).collect(),
        partial_fingerprints: BTreeMap::from([("etancheFinding/v1", print)]),
        suppressions: row.accepted.map(|(because, at)| {
            let location = location(row.sources, at, "", run);
            vec![Suppression { kind: "inSource", status: "accepted", justification: because.to_owned(), location }]
        }),
        baseline_state: row.baseline,
        properties: json!({ "claims": found.claims }),
    }
}

/// The message, then every line below it.
fn told(found: &Diagnostic) -> String {
    let notes = found.notes.iter().map(|note| format!("\n{}: {}", note.kind, note.text));
    std::iter::once(found.message.clone()).chain(notes).collect()
}

fn is_policy(sources: &Sources, span: Span, run: &SarifRun<'_>) -> bool {
    sources.get(span.source).path.strip_prefix(run.root).is_some_and(|rest| rest.starts_with('/'))
}

fn location(sources: &Sources, span: Span, text: &str, run: &SarifRun<'_>) -> Location {
    let path = &sources.get(span.source).path;
    let (uri, base) = match is_policy(sources, span, run) {
        true => (format!("{}{path}", run.before), ROOT),
        false => (path.clone(), OUT),
    };
    let (start_line, start_column) = sources.line_column(span);
    let (end_line, end_column) = sources.line_column(Span { start: span.end, ..span });
    Location {
        id: None,
        physical_location: Physical {
            artifact_location: Artifact { uri: encoded(&uri), uri_base_id: base },
            region: Region { start_line, start_column, end_line, end_column },
        },
        message: (!text.is_empty()).then(|| Message { text: text.to_owned() }),
    }
}

/// A path as a relative URI reference (RFC 3986): other bytes than unreserved ones and slashes are escaped.
fn encoded(path: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    path.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_uri_may_hold_is_escaped() {
        assert_eq!(encoded("a b/é:1.yaml"), "a%20b/%C3%A9%3A1.yaml");
        assert_eq!(encoded("policies/region.yaml"), "policies/region.yaml");
    }
}
