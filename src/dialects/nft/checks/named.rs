//! Names: each defined once, each used one defined and of the right kind, and no chain calls itself.

use std::collections::BTreeMap;

use crate::config::filter::Key;
use crate::diagnostics::{Diagnostic, Sink, Span};

use super::super::Lookup;
use super::super::codes::NAME;
use super::super::names::type_of;
use super::Named;

/// Calls inside calls that the kernel takes: its stack of 16 (`NFT_JUMP_STACK_SIZE`) also holds the base chain.
const DEEPEST: usize = 15;

/// Two chains, or two sets, of one name.
pub(super) fn duplicates(read: &Named<'_>, sink: &mut Sink) {
    let chains = read.filter.chains.iter().map(|c| c.name.as_str());
    twice("chain", chains.zip(&read.places.chains), sink);
    let sets = read.filter.sets.iter().map(|s| s.name.as_str());
    twice("set", sets.zip(&read.places.sets), sink);
}

fn twice<'a>(what: &str, named: impl Iterator<Item = (&'a str, &'a Span)>, sink: &mut Sink) {
    let mut first: BTreeMap<&str, Span> = BTreeMap::new();
    for (name, span) in named {
        match first.get(name) {
            Some(earlier) => sink.push(
                Diagnostic::new(&NAME, *span, format!("{what} `{name}` is defined twice"))
                    .other(*earlier, "first here"),
            ),
            None => drop(first.insert(name, *span)),
        }
    }
}

/// Every set that is looked up exists and holds such values.
pub(super) fn lookups(read: &Named<'_>, sink: &mut Sink) {
    for lookup in &read.places.lookups {
        if let Some(message) = wrong_lookup(read, lookup) {
            sink.push(Diagnostic::new(&NAME, lookup.span, message));
        }
    }
}

fn wrong_lookup(read: &Named<'_>, lookup: &Lookup) -> Option<String> {
    let name = &lookup.name;
    let Some(found) = read.sets.get(name.as_str()) else {
        return Some(format!("there is no set `{name}`"));
    };
    if found.is_map != lookup.is_map {
        let is = if found.is_map { "a map" } else { "no map" };
        return Some(format!("`{name}` is {is}"));
    }
    let types = |keys: &[Key]| keys.iter().map(|key| type_of(*key)).collect::<Vec<_>>();
    let same = types(&found.keys) == types(&lookup.keys);
    (!same).then(|| format!("`{name}` holds values of another type"))
}

/// Every chain that is called exists, is no base chain, and never comes back to its caller by calls.
pub(super) fn calls(read: &Named<'_>, sink: &mut Sink) {
    for (name, span) in &read.places.jumps {
        let message = match read.chains.get(name.as_str()) {
            None => format!("there is no chain `{name}`"),
            Some(at) if read.filter.chains[*at].base.is_some() => {
                format!("`{name}` is a base chain: only the kernel calls it")
            }
            Some(_) => continue,
        };
        sink.push(Diagnostic::new(&NAME, *span, message));
    }
    if !sink.has_errors() {
        depths(read, sink);
    }
}

fn depths(read: &Named<'_>, sink: &mut Sink) {
    let mut known = vec![Depth::Unknown; read.filter.chains.len()];
    for at in 0..read.filter.chains.len() {
        if let Err((name, message)) = depth(read, at, &mut known) {
            let mut calls = read.places.jumps.iter();
            let span = calls.find(|(called, _)| *called == name).map(|(_, span)| *span);
            sink.push(Diagnostic::new(&NAME, span.unwrap_or(read.places.chains[at]), message));
            return;
        }
    }
}

#[derive(Clone, Copy)]
enum Depth {
    Unknown,
    Open,
    Known(usize),
}

/// How many chains deep a chain calls.
fn depth(read: &Named<'_>, at: usize, known: &mut [Depth]) -> Result<usize, (String, String)> {
    let name = &read.filter.chains[at].name;
    match known[at] {
        Depth::Known(depth) => return Ok(depth),
        Depth::Open => return Err((name.clone(), format!("chain `{name}` calls itself"))),
        Depth::Unknown => known[at] = Depth::Open,
    }
    let mut deepest = 0;
    for next in read.called(at) {
        deepest = deepest.max(depth(read, next, known)? + 1);
        if deepest > DEEPEST {
            let message = format!("calls are nested deeper than {DEEPEST} below `{name}`");
            return Err((name.clone(), message));
        }
    }
    known[at] = Depth::Known(deepest);
    Ok(deepest)
}
