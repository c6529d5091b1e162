//! Two readings of one device, by meaning: the same, or what is said and done otherwise.

use serde_json::Value;

use super::filters::{self, Apart};
use crate::config::filter::Hook;
use crate::config::meaning::Unclear;
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
    dialects::read(files, device, &mut sources, &mut sink).ok_or_else(|| Unread { found: sink.into_sorted(), sources })
}

/// Compares what the workspace gives with what was found.
pub(super) fn compare(device: &str, bundles: [&Bundle; 2], facts: &Value, options: &diff::Options) -> Meaning {
    let compared = diff::between(device, bundles, facts, options)
        .and_then(|changes| Ok((changes, filters::apart(bundles, options.limits)?)));
    match compared {
        Ok((changes, apart)) => told(changes, apart),
        Err(unclear) => Meaning::Unclear(Unclear::to_string(&unclear)),
    }
}

/// Packets are shown where no rule tells them.
fn told(changes: Vec<Change>, apart: Vec<Apart>) -> Meaning {
    if changes.is_empty() && apart.is_empty() {
        return Meaning::Same;
    }
    let has = |kind| changes.iter().any(|change| change.kind == kind);
    let is_told = |apart: &Apart| match (apart.what.as_str(), apart.hook) {
        ("passes", Hook::Input | Hook::Forward | Hook::Output) => has(Kind::Packets),
        ("passes", _) => false,
        _ => has(Kind::Translations),
    };
    let apart = apart.into_iter().filter(|a| !is_told(a)).collect();
    Meaning::Changed { changes, apart }
}
