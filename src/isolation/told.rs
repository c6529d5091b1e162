//! Each cause told once: the same line at fault in several epochs or establishments is one finding.

use std::collections::BTreeSet;

use super::blame::Remedy;
use crate::diagnostics::{Diagnostic, Note, Sink, Sources};
use crate::network::{Network, spans};

/// Most other messages that a finding names before it counts the rest.
const MOST_NAMED: usize = 3;

/// Findings so far, with the epochs they hold in and what else the same line causes.
#[derive(Default)]
pub(super) struct Told {
    found: Vec<Cause>,
}

struct Cause {
    first: Diagnostic,
    others: Vec<String>,
    epochs: BTreeSet<usize>,
    /// What closes it in every epoch so far.
    remedy: Option<Remedy>,
}

impl Told {
    /// Adds what one epoch shows.
    pub(super) fn add(&mut self, epoch: usize, found: Diagnostic) {
        self.add_with(epoch, found, None);
    }

    /// Adds a leak, with what closes it in that epoch.
    pub(super) fn add_leak(&mut self, epoch: usize, found: Diagnostic, remedy: Remedy) {
        self.add_with(epoch, found, Some(remedy));
    }

    fn add_with(&mut self, epoch: usize, found: Diagnostic, remedy: Option<Remedy>) {
        let known = self.found.iter_mut().find(|c| c.first.code == found.code && c.first.span == found.span);
        match known {
            Some(cause) => {
                cause.epochs.insert(epoch);
                cause.remedy = match (cause.remedy.take(), remedy) {
                    (Some(a), Some(b)) => Some(a.and(b)),
                    (a, b) => a.or(b),
                };
                cause.first.absorb(&found);
                if cause.first.message != found.message && !cause.others.contains(&found.message) {
                    cause.others.push(found.message);
                }
            }
            None => {
                let epochs = BTreeSet::from([epoch]);
                self.found.push(Cause { first: found, others: Vec::new(), epochs, remedy });
            }
        }
    }

    /// Hands the findings over, each saying what else it causes, and when unless it is always.
    pub(super) fn into_sink(self, net: &Network, sources: &Sources, sink: &mut Sink) {
        for Cause { mut first, others, epochs, remedy } in self.found {
            let mut notes = Vec::new();
            if !others.is_empty() {
                notes.push(Note { kind: "also", text: shortened(&others) });
            }
            if epochs.len() < net.epochs.len() {
                let epochs: Vec<usize> = epochs.into_iter().collect();
                notes.push(Note { kind: "epoch", text: spans(net, &epochs).join("; ") });
            }
            if let Some(remedy) = &remedy {
                let both = first.extent.take().zip(remedy.extent());
                first.extent = both.map(|(own, lines)| own.into_iter().chain(lines).collect());
            }
            let shown = sources.cite(first.span);
            notes.extend(remedy.and_then(|r| r.note(&shown)).map(|text| Note { kind: "cut", text }));
            let last = first
                .notes
                .iter()
                .position(|n| matches!(n.kind, "level" | "help" | "rule"))
                .unwrap_or(first.notes.len());
            first.notes.splice(last..last, notes);
            sink.push(first);
        }
    }
}

fn shortened(others: &[String]) -> String {
    let named = others.iter().take(MOST_NAMED).cloned().collect::<Vec<_>>().join("; ");
    let more = others.len().saturating_sub(MOST_NAMED);
    if more > 0 { format!("{named}; and {more} more") } else { named }
}
