//! Services as the policy calls them, for the label of an arrow.

use std::collections::{BTreeMap, BTreeSet};

use crate::network::{L4, written};

/// Named services, each with its items.
pub type Services = BTreeMap<String, Vec<L4>>;

/// The fewest names that say these items; what no name says is written out.
pub(super) fn services(items: &BTreeSet<L4>, names: &Services) -> Vec<String> {
    let mut left = items.clone();
    let mut words = Vec::new();
    loop {
        let gain = |known: &Vec<L4>| known.iter().filter(|l4| left.contains(l4)).count();
        let fits = names.iter().filter(|(_, known)| known.iter().all(|l4| items.contains(l4)));
        let best = fits.map(|(name, known)| (gain(known), std::cmp::Reverse(known.len()), name, known)).max();
        let Some((gain, _, name, known)) = best else { break };
        if gain == 0 {
            break;
        }
        words.push(name.clone());
        left.retain(|l4| !known.contains(l4));
    }
    words.sort_unstable();
    words.extend(left.iter().map(|l4| written(*l4)));
    words
}

/// `1 pair`, `3 pairs`: of prefixes, each a child of the tunnel.
pub(super) fn pairs(number: usize) -> String {
    if number == 1 { "1 pair".to_owned() } else { format!("{number} pairs") }
}
