//! Elements of one set or map that share a packet.
//!
//! nft refuses them in a set of intervals; in a concatenation it takes the narrow one before the wide one and refuses
//! the other order; in a verdict map one of two verdicts would win (measured). The same element twice is one element.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::config::filter::{Entry, Value};

/// The first element found that shares a packet with an earlier one, and that one: their places in the text. `again`
/// says whether the very same element may come back.
pub(super) fn overlap(entries: &[Entry], again: bool) -> Option<(usize, usize)> {
    let mut groups: BTreeMap<Vec<&Value>, Vec<usize>> = BTreeMap::new();
    for (at, entry) in entries.iter().enumerate() {
        let names = entry.values.iter().filter(|v| matches!(v, Value::Interface(_)));
        groups.entry(names.collect()).or_default().push(at);
    }
    groups.into_values().find_map(|group| among(entries, group, again))
}

/// Elements of the same interfaces, swept by their first range: only those that reach into the next can meet it.
fn among(entries: &[Entry], mut group: Vec<usize>, again: bool) -> Option<(usize, usize)> {
    let first = |at: usize| entries[at].values.iter().find_map(bounds).unwrap_or((0, 0));
    group.sort_by_key(|at| first(*at));
    let mut open: Vec<usize> = Vec::new();
    for at in group {
        open.retain(|other| first(*other).1 >= first(at).0);
        let same = |other: usize| again && entries[other].values == entries[at].values;
        if let Some(other) = open.iter().find(|other| meet(entries, **other, at) && !same(**other)) {
            return Some((at.max(*other), at.min(*other)));
        }
        open.push(at);
    }
    None
}

fn meet(entries: &[Entry], a: usize, b: usize) -> bool {
    let mut values = entries[a].values.iter().zip(&entries[b].values);
    values.all(|(a, b)| match (bounds(a), bounds(b)) {
        (Some((a_from, a_to)), Some((b_from, b_to))) => a_from <= b_to && b_from <= a_to,
        _ => a == b,
    })
}

/// The numbers of a value, none for a name.
fn bounds(value: &Value) -> Option<(u128, u128)> {
    let number = |address: IpAddr| match address {
        IpAddr::V4(v4) => u128::from(v4.to_bits()),
        IpAddr::V6(v6) => v6.to_bits(),
    };
    Some(match value {
        Value::Interface(_) => return None,
        Value::Net(net) => (number(net.network()), number(net.broadcast())),
        Value::Addresses(from, to) => (number(*from), number(*to)),
        Value::Numbers(from, to) => (u128::from(*from), u128::from(*to)),
    })
}
