//! Two packet filters of one device, exactly: what passes every hook and what is translated there, in every span of time.
//!
//! Judges whether two filters mean the same, which `diff` then says in rules. Every state of a connection counts, and every
//! hook. Which of a packet's counters run, what is logged, and how a refusal is answered are no part of it.

use std::collections::BTreeSet;

use crate::config::filter::{Action, Hook, Kind};
use crate::config::meaning::{
    Interfaces, Unclear, arriving, filters_after_translation, pass, pieces, time_cuts, unchanged_since,
};
use crate::config::{Bundle, Filter};
use crate::packets::{Limits, PacketSet, Space};

const HOOKS: [Hook; 5] = [Hook::Prerouting, Hook::Input, Hook::Forward, Hook::Output, Hook::Postrouting];

/// A packet that tells two filters apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Apart {
    /// Where.
    pub hook: Hook,
    /// What becomes of it: `passes`, or a translation.
    pub what: String,
    /// It does so in the second filter alone; else in the first alone.
    pub second: bool,
    /// A packet.
    pub packet: String,
    /// Seconds since 1970 from which on it is so; 0 from the beginning.
    pub since: u64,
}

/// Where two filters differ: a packet for each hook, side and manner, at the first instant of each. Empty when they mean
/// the same.
///
/// # Errors
/// [`Unclear`] when a filter has no meaning, or its packet sets take too much room.
pub(super) fn apart(bundles: [&Bundle; 2], limits: Limits) -> Result<Vec<Apart>, Unclear> {
    let empty = Filter::default();
    let filters = bundles.map(|bundle| bundle.filter.as_ref().unwrap_or(&empty));
    let hosts = bundles.into_iter().filter_map(|bundle| bundle.host.as_ref());
    let links: Vec<String> = hosts.flat_map(|host| &host.links).map(|link| link.name.clone()).collect();
    let interfaces = Interfaces::new(links).covering(filters[0]).covering(filters[1]);
    let mut found = Vec::new();
    for hook in HOOKS {
        found.extend(order(filters, hook));
        let mut seen = BTreeSet::new();
        for now in instants(filters) {
            if seen.insert(filters.map(|filter| unchanged_since(filter, now))) {
                at(filters, &interfaces, (hook, now), limits, &mut found)?;
            }
        }
    }
    Ok(found)
}

/// The first instant of each span of time in which neither changes.
fn instants(filters: [&Filter; 2]) -> BTreeSet<u64> {
    filters.into_iter().flat_map(time_cuts).chain([0]).collect()
}

/// Filter chains that see headers as the translation leaves them, and others as it finds them.
fn order(filters: [&Filter; 2], hook: Hook) -> Option<Apart> {
    let has =
        |filter: &Filter, kind| filter.chains.iter().filter_map(|c| c.base).any(|b| b.hook == hook && b.kind == kind);
    let both = filters.iter().any(|f| has(f, Kind::Nat)) && filters.iter().any(|f| has(f, Kind::Filter));
    let after = filters.map(|filter| filters_after_translation(filter, hook));
    (both && after[0] != after[1]).then(|| Apart {
        hook,
        what: "is filtered after its translation".to_owned(),
        second: after[1],
        packet: "any".to_owned(),
        since: 0,
    })
}

fn at(
    filters: [&Filter; 2],
    interfaces: &Interfaces,
    (hook, now): (Hook, u64),
    limits: Limits,
    found: &mut Vec<Apart>,
) -> Result<(), Unclear> {
    let space = &mut Space::new(limits);
    let all = arriving(space, interfaces, hook)?;
    let mut sets: Vec<(String, [PacketSet; 2])> = vec![("passes".to_owned(), [space.empty(); 2])];
    for (side, filter) in filters.into_iter().enumerate() {
        sets[0].1[side] = pass(space, filter, interfaces, hook, all, now)?.accepted;
        for piece in pieces(space, filter, interfaces, hook, all, now)? {
            let Some(becomes) = piece.action.as_ref().map(word) else { continue };
            let row = sets.iter().position(|(what, _)| *what == becomes).unwrap_or_else(|| {
                sets.push((becomes, [space.empty(); 2]));
                sets.len() - 1
            });
            sets[row].1[side] = space.union(sets[row].1[side], piece.before)?;
        }
    }
    for (what, [first, second]) in sets {
        for (is_second, one, other) in [(false, first, second), (true, second, first)] {
            let only = space.minus(one, other)?;
            let is_told = found.iter().any(|a| a.hook == hook && a.what == what && a.second == is_second);
            if let Some(packet) = space.witness(only).filter(|_| !is_told) {
                let (what, packet) = (what.clone(), packet.to_string());
                found.push(Apart { hook, what, second: is_second, packet, since: now });
            }
        }
    }
    Ok(())
}

fn word(action: &Action) -> String {
    match action {
        Action::Snat(to) => format!("leaves as {to}"),
        Action::Masquerade => "leaves as the address of the interface".to_owned(),
        Action::Dnat(to, None) => format!("is led to {to}"),
        Action::Dnat(to, Some(port)) => format!("is led to {to} port {port}"),
        _ => "is translated".to_owned(),
    }
}
