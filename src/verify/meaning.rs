//! Two readings of one device, by meaning: the same, or what is said and done otherwise.

use serde_json::Value;

use super::filters::{self, Apart};
use super::switch;
use crate::config::filter::Hook;
use crate::config::{Bundle, FileSet};
use crate::diagnostics::{Diagnostic, Sink, Sources};
use crate::dialects;
use crate::diff::{self, Change, Kind};

/// A text that holds something no reader knows.
#[derive(Debug, Clone)]
pub struct Unread {
    /// What, with its place.
    pub found: Vec<Diagnostic>,
    /// The texts that findings point into.
    pub sources: Sources,
}

impl Unread {
    /// What was found, without advice to whoever writes such a text: this one was found on a device or a disk.
    pub(super) fn new(found: Sink, sources: Sources) -> Self {
        let plain = found.map(|mut finding| {
            finding.notes.retain(|note| note.kind != "help");
            finding
        });
        Self { found: plain.into_sorted(), sources }
    }
}

/// How two readings compare.
#[derive(Debug, Clone)]
pub enum Meaning {
    /// They mean the same.
    Same,
    /// They do not.
    Changed {
        /// In rules.
        changes: Vec<Change>,
        /// Packets of what no rule says.
        apart: Vec<Apart>,
        /// What neither says, in words.
        besides: Vec<String>,
    },
    /// One of them cannot be read whole: nothing is known of it.
    Unread(Unread),
    /// A filter takes too much room, or names what is not there.
    Unclear(String),
}

impl Meaning {
    /// Whether both mean the same.
    pub fn is_same(&self) -> bool {
        matches!(self, Self::Same)
    }
}

/// Reads the files of a device.
pub(super) fn read(device: &str, files: &FileSet) -> Result<Bundle, Unread> {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    dialects::read(files, device, &mut sources, &mut sink).ok_or_else(|| Unread::new(sink, sources))
}

/// Compares what the workspace gives with what was found.
pub(super) fn compare(device: &str, bundles: [&Bundle; 2], facts: &Value, options: &diff::Options) -> Meaning {
    let compared = diff::between(device, bundles, facts, options)
        .and_then(|changes| Ok((changes, filters::apart(bundles, options.limits)?)));
    match compared {
        Ok((changes, apart)) => told(changes, apart, bundles),
        Err(unclear) => Meaning::Unclear(unclear.to_string()),
    }
}

/// Packets are shown where no rule tells them; ports where no frame does.
fn told(changes: Vec<Change>, apart: Vec<Apart>, bundles: [&Bundle; 2]) -> Meaning {
    let has = |kind| changes.iter().any(|change| change.kind == kind);
    let is_told = |apart: &Apart| match (apart.what.as_str(), apart.hook) {
        ("passes", Hook::Input | Hook::Forward | Hook::Output) => has(Kind::Packets),
        ("passes", _) => false,
        _ => has(Kind::Translations),
    };
    let apart: Vec<Apart> = apart.into_iter().filter(|a| !is_told(a)).collect();
    let besides = if changes.is_empty() { switch::otherwise(bundles) } else { Vec::new() };
    match changes.is_empty() && apart.is_empty() && besides.is_empty() {
        true => Meaning::Same,
        false => Meaning::Changed { changes, apart, besides },
    }
}
