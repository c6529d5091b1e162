//! Instants at which the meaning of a filter may change (nft(8), `meta time`).

use std::collections::BTreeSet;

use crate::config::Filter;
use crate::config::filter::{Key, Match, Value, Values};

/// Seconds since 1970; between two of them, and before the first, the filter means the same all the time.
#[must_use]
pub fn time_cuts(filter: &Filter) -> BTreeSet<u64> {
    let rules = filter.chains.iter().flat_map(|chain| &chain.rules);
    let matches = rules.flat_map(|rule| &rule.matches);
    matches.flat_map(cuts).collect()
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
