//! Instants at which the meaning of a filter may change (nft(8), `meta time`).

use std::collections::BTreeSet;

use crate::config::Filter;
use crate::config::filter::{Action, Key, Kind, Match, Rule, Value, Values};

/// Seconds since 1970; between two of them, and before the first, the filter means the same all the time.
#[must_use]
pub fn time_cuts(filter: &Filter) -> BTreeSet<u64> {
    let rules = filter.chains.iter().flat_map(|chain| &chain.rules);
    let matches = rules.flat_map(|rule| &rule.matches);
    matches.flat_map(cuts).collect()
}

/// What an instant has in common with every other at which the filter means the same: the last cut before it. The instant
/// itself, where a named set or a map speaks of time.
#[must_use]
pub fn unchanged_since(filter: &Filter, now: u64) -> Option<u64> {
    let by_a_map = |rule: &Rule| match &rule.action {
        Action::Dispatch { keys, .. } | Action::DispatchInline { keys, .. } => keys.contains(&Key::Time),
        _ => false,
    };
    let by_a_set = |m: &Match| m.keys.contains(&Key::Time) && matches!(m.values, Values::Named(_));
    let mut rules = filter.chains.iter().flat_map(|chain| &chain.rules);
    if rules.any(|rule| by_a_map(rule) || rule.matches.iter().any(by_a_set)) {
        return Some(now);
    }
    time_cuts(filter).range(..=now).next_back().copied()
}

/// Whether what translates addresses may depend on the instant: some rule of such a chain asks for it, or sends packets to
/// another chain.
#[must_use]
pub fn translates_by_time(filter: &Filter) -> bool {
    let translating = filter.chains.iter().filter(|chain| chain.base.is_some_and(|base| base.kind == Kind::Nat));
    let leads_on = |action: &Action| {
        !matches!(
            action,
            Action::Snat(_) | Action::Dnat(..) | Action::Masquerade | Action::Accept | Action::Drop | Action::Return
        )
    };
    let mut rules = translating.flat_map(|chain| &chain.rules);
    rules.any(|rule| leads_on(&rule.action) || rule.matches.iter().any(|m| m.keys.contains(&Key::Time)))
}

fn cuts(found: &Match) -> Vec<u64> {
    let Values::Inline(tuples) = &found.values else {
        return Vec::new();
    };
    let mut cuts = Vec::new();
    for tuple in tuples {
        for (_, value) in found.keys.iter().zip(tuple).filter(|(k, _)| **k == Key::Time) {
            if let Value::Numbers(from, to) = value {
                cuts.push(*from);
                cuts.extend(to.checked_add(1));
            }
        }
    }
    cuts
}
