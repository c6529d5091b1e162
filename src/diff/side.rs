//! One state of a region: the files of every device, what they do, and the facts they are about.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::config::{Bundle, FileSet};
use crate::diagnostics::{Diagnostic, Sink, Sources};
use crate::dialects;

/// The files of one device, not yet read.
#[derive(Debug, Clone, Default)]
pub struct Side {
    /// Files by the device's directory, such as `0000001B/gateway`.
    pub devices: BTreeMap<String, FileSet>,
    /// The facts of the certificate: sites, zones, cables, far ends.
    pub facts: Value,
}

/// A device of which nothing can be said: a reader does not know something in its files, or what it filters has no meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Its directory.
    pub device: String,
    /// Why, with the places.
    pub why: Vec<String>,
}

/// What the files of a device do; nothing at all for a device that is not there.
pub(super) fn read(device: &str, files: Option<&FileSet>) -> Result<Bundle, Unread> {
    let Some(files) = files else { return Ok(Bundle::default()) };
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    dialects::read(files, device, &mut sources, &mut sink).ok_or_else(|| {
        let why = |found: Diagnostic| format!("{}: {}", sources.cite(found.span), found.message);
        Unread { device: device.to_owned(), why: sink.into_sorted().into_iter().map(why).collect() }
    })
}
