//! A dump taken from a device, against what the workspace gives for it.
//!
//! A dump holds a part of what a device does: what was compared and what was not is told each time.

use serde_json::Value;

use super::gateway::{self, Foreign};
use super::meaning::Meaning;
use super::switch;
use crate::config::FileSet;
use crate::diff;

/// What a device printed.
#[derive(Debug, Clone)]
pub struct Dump {
    /// What people call it.
    pub name: String,
    /// The text.
    pub text: String,
}

/// What it is compared with.
#[derive(Debug, Clone, Copy)]
pub struct Reference<'a> {
    /// The device's directory.
    pub device: &'a str,
    /// Its proved files.
    pub files: &'a FileSet,
    /// What the proof speaks of.
    pub facts: &'a Value,
}

/// A line that fills a slot which the holder of the device fills: an account, a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aside {
    /// Its number, from 1.
    pub line: usize,
    /// What it begins with; what follows may be secret.
    pub begins: &'static str,
    /// Why it is no part of the policy.
    pub why: &'static str,
}

/// What a comparison found.
#[derive(Debug, Clone, Default)]
pub struct Live {
    /// The device's directory.
    pub device: String,
    /// What kind of text the dump is.
    pub form: &'static str,
    /// What makes the device another one, before any rule is looked at.
    pub problems: Vec<String>,
    /// Other people's tables on it.
    pub foreign: Vec<Foreign>,
    /// Lines that are its holder's.
    pub aside: Vec<Aside>,
    /// How it compares; None when there is nothing to compare.
    pub meaning: Option<Meaning>,
    /// What was compared.
    pub compared: Vec<String>,
    /// What was not.
    pub not_compared: Vec<String>,
}

impl Live {
    /// Whether the device does what the workspace gives, as far as was compared.
    pub fn is_same(&self) -> bool {
        let is_tolerated = self.foreign.iter().all(Foreign::is_tolerated);
        self.problems.is_empty() && is_tolerated && self.meaning.as_ref().is_some_and(Meaning::is_same)
    }
}

/// Compares a dump with a device. `foreign` names tables of others that may be there; None when no dump of such a device
/// is known.
pub fn live(reference: Reference<'_>, dump: &Dump, foreign: &[String], options: &diff::Options) -> Option<Live> {
    let text = dump.text.replace("\r\n", "\n");
    let text = if text.ends_with('\n') { text } else { text + "\n" };
    let dump = &Dump { name: dump.name.clone(), text };
    let rules = reference.files.iter().find(|(path, _)| path.ends_with(".nft"));
    let config = reference.files.keys().find(|path| switch::is_config(path));
    let mut found = match (rules, config) {
        (Some((path, script)), _) => gateway::live(reference, (path, script), dump, foreign, options),
        (None, Some(path)) => switch::live(reference, path, dump, options),
        (None, None) => return None,
    };
    found.device = reference.device.to_owned();
    Some(found)
}
