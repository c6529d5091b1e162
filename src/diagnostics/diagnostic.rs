//! One finding, and the place where findings are collected.

use std::collections::BTreeSet;

use super::quote::{MESSAGE, NOTE, shortened};
use super::{Code, Severity, Span};

/// A line under the source excerpt: `= witness …`, `= help …`, `= rule …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What kind of line it is: `help`, `witness`, `path`, `rule`, `note`.
    pub kind: &'static str,
    /// Its text, one line.
    pub text: String,
}

/// A finding: code, place, one lowercase phrase, and what helps to mend it.
///
/// The message carries no final stop and no line break; the way out goes in a `help` note, never in the message. Long
/// quotations are cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its row of the table.
    pub code: &'static Code,
    /// May be lowered or raised from the code's default.
    pub severity: Severity,
    /// Where.
    pub span: Span,
    /// What, in one phrase.
    pub message: String,
    /// Text at the place itself, may be empty.
    pub label: String,
    /// Other places with what they say.
    pub others: Vec<(Span, String)>,
    /// Lines below the excerpt, in order.
    pub notes: Vec<Note>,
    /// Claims of the proof that it contradicts, every one: `T1 0000001B: 0000001B.pedago to 0000001B.admin`.
    pub claims: BTreeSet<String>,
    /// All that makes it so, whole where its words are cut, for those who ask whether another run found the same. None
    /// where nobody looked: two such findings may differ in what they do not say.
    pub extent: Option<BTreeSet<String>>,
}

impl Diagnostic {
    /// A finding with the code's own severity.
    pub fn new(code: &'static Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity,
            span,
            message: shortened(message.into(), MESSAGE),
            label: String::new(),
            others: Vec::new(),
            notes: Vec::new(),
            claims: BTreeSet::new(),
            extent: None,
        }
    }

    /// Text beside the place itself.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.label = shortened(text.into(), MESSAGE);
        self
    }

    /// The other end of the problem.
    #[must_use]
    pub fn other(mut self, span: Span, text: impl Into<String>) -> Self {
        self.others.push((span, shortened(text.into(), MESSAGE)));
        self
    }

    /// Claims that it contradicts.
    #[must_use]
    pub fn claims(mut self, all: impl IntoIterator<Item = String>) -> Self {
        self.claims.extend(all);
        self
    }

    /// All that makes it so.
    #[must_use]
    pub fn extent(mut self, all: impl IntoIterator<Item = String>) -> Self {
        self.extent = Some(all.into_iter().collect());
        self
    }

    /// Takes over what another finding of the same code and place stands for.
    pub fn absorb(&mut self, other: &Self) {
        self.claims.extend(other.claims.iter().cloned());
        self.extent = match (self.extent.take(), &other.extent) {
            (Some(own), Some(more)) => Some(own.into_iter().chain(more.iter().cloned()).collect()),
            _ => None,
        };
    }

    /// A way out.
    #[must_use]
    pub fn help(self, text: impl Into<String>) -> Self {
        self.note("help", text)
    }

    /// Any other line below the excerpt.
    #[must_use]
    pub fn note(self, kind: &'static str, text: impl Into<String>) -> Self {
        let last = self.notes.len();
        self.note_at(last, kind, text)
    }

    /// The same before the line of that number.
    #[must_use]
    pub fn note_at(mut self, place: usize, kind: &'static str, text: impl Into<String>) -> Self {
        self.notes.insert(place, Note { kind, text: shortened(text.into(), NOTE) });
        self
    }
}

/// Findings of one phase: collected, never thrown one at a time.
#[derive(Debug, Default)]
pub struct Sink {
    found: Vec<Diagnostic>,
}

impl Sink {
    /// Collects one finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// Collects those of another sink.
    pub fn append(&mut self, other: Sink) {
        self.found.extend(other.found);
    }

    /// The same findings, each made another one.
    #[must_use]
    pub fn map(self, change: impl FnMut(Diagnostic) -> Diagnostic) -> Self {
        Self { found: self.found.into_iter().map(change).collect() }
    }

    /// True when a phase that takes this one's result must not start.
    pub fn has_errors(&self) -> bool {
        self.found.iter().any(|d| d.severity == Severity::Error)
    }

    /// True when nothing was found.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Findings so far, in the order they came.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.found.iter()
    }

    /// Findings by file, place, code and message, each once.
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.found.sort_by(|a, b| (a.span, a.code.name, &a.message).cmp(&(b.span, b.code.name, &b.message)));
        self.found.dedup_by(|later, first| {
            let is_same = later.span == first.span && later.code == first.code && later.message == first.message;
            if is_same {
                first.absorb(later);
            }
            is_same
        });
        self.found
    }
}
