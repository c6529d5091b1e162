//! What can be checked only once a whole ruleset is read.
//!
//! Takes the filter and where its parts stand; gives findings. `named` names and calls, `hooks` what the kernel can
//! answer where, `ambiguous` texts with two meanings.

mod ambiguous;
mod hooks;
mod named;

use std::collections::{BTreeMap, BTreeSet};

use crate::config::Filter;
use crate::config::filter::{Action, Entry, NamedSet};
use crate::diagnostics::Sink;

use super::Places;

/// All checks; those that follow names only when names are sound.
pub(super) fn check(filter: &Filter, places: &Places, sink: &mut Sink) {
    let read = Named::new(filter, places);
    named::duplicates(&read, sink);
    named::lookups(&read, sink);
    named::calls(&read, sink);
    if sink.has_errors() {
        return;
    }
    ambiguous::rules(&read, sink);
    hooks::bases(&read, sink);
    hooks::reached(&read, sink);
}

/// What was read, by name.
struct Named<'f> {
    filter: &'f Filter,
    places: &'f Places,
    chains: BTreeMap<&'f str, usize>,
    sets: BTreeMap<&'f str, &'f NamedSet>,
}

impl<'f> Named<'f> {
    fn new(filter: &'f Filter, places: &'f Places) -> Self {
        let chains = (0..).zip(&filter.chains);
        Self {
            filter,
            places,
            chains: chains.map(|(at, chain)| (chain.name.as_str(), at)).collect(),
            sets: filter.sets.iter().map(|set| (set.name.as_str(), set)).collect(),
        }
    }

    /// The chains that a chain may call, by number.
    fn called(&self, at: usize) -> BTreeSet<usize> {
        let rules = self.filter.chains[at].rules.iter();
        let names = rules.flat_map(|rule| self.targets(&rule.action));
        names.filter_map(|name| self.chains.get(name).copied()).collect()
    }

    fn targets(&self, action: &'f Action) -> Vec<&'f str> {
        match action {
            Action::Jump(name) | Action::Goto(name) => vec![name],
            Action::Dispatch { map, .. } => {
                self.sets.get(map.as_str()).map(|map| called(&map.entries)).unwrap_or_default()
            }
            Action::DispatchInline { entries, .. } => called(entries),
            _ => Vec::new(),
        }
    }
}

fn called(entries: &[Entry]) -> Vec<&str> {
    let actions = entries.iter().map(|entry| &entry.action);
    let names = actions.filter_map(|action| match action {
        Action::Jump(name) | Action::Goto(name) => Some(name.as_str()),
        _ => None,
    });
    names.collect()
}
