//! What can be checked only once a whole ruleset is read.
//!
//! Takes the filter and where its parts stand; gives findings. `named` names and calls, `hooks` what the kernel can
//! answer where, `ambiguous` texts with two meanings.

mod ambiguous;
mod hooks;
mod named;

use crate::config::Filter;
use crate::config::filter::{Action, Chain, Entry, NamedSet};
use crate::diagnostics::Sink;

use super::Places;

/// All checks; those that follow names only when names are sound.
pub(super) fn check(filter: &Filter, places: &Places, sink: &mut Sink) {
    named::duplicates(filter, places, sink);
    named::lookups(filter, places, sink);
    named::calls(filter, places, sink);
    if sink.has_errors() {
        return;
    }
    ambiguous::maps(filter, places, sink);
    ambiguous::rules(filter, places, sink);
    hooks::bases(filter, places, sink);
    hooks::reached(filter, places, sink);
}

fn chain<'f>(filter: &'f Filter, name: &str) -> Option<(usize, &'f Chain)> {
    let mut numbered = filter.chains.iter().enumerate();
    numbered.find(|(_, chain)| chain.name == name)
}

fn set<'f>(filter: &'f Filter, name: &str) -> Option<&'f NamedSet> {
    filter.sets.iter().find(|set| set.name == name)
}

/// The chains an action may call.
fn targets<'f>(filter: &'f Filter, action: &'f Action) -> Vec<&'f str> {
    match action {
        Action::Jump(name) | Action::Goto(name) => vec![name],
        Action::Dispatch { map, .. } => match set(filter, map) {
            Some(map) => called(&map.entries),
            None => Vec::new(),
        },
        Action::DispatchInline { entries, .. } => called(entries),
        _ => Vec::new(),
    }
}

fn called(entries: &[Entry]) -> Vec<&str> {
    let actions = entries.iter().map(|entry| &entry.action);
    let mut names: Vec<_> = actions
        .filter_map(|action| match action {
            Action::Jump(name) | Action::Goto(name) => Some(name.as_str()),
            _ => None,
        })
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}
