//! Flows of many schools at a centre: one line for all, with sets of tunnels and prefixes, so that the ruleset grows
//! linearly with the number of tunnels.

use std::collections::BTreeMap;

use ipnet::IpNet;

use super::super::permits::Permit;
use super::super::rules::{address_keys, interface as named, is, net as prefix, set, within};
use super::forward::{Group, Kind};
use super::lines::of_family;
use super::{Gate, is_family};
use crate::config::filter::{Action, Key, Match, NamedSet, Rule, Value};
use crate::network::Port;

/// Named sets made on the way; equal contents are one set.
#[derive(Default)]
pub(super) struct Sets {
    /// In the order they were first needed.
    pub(super) made: Vec<NamedSet>,
}

impl Sets {
    fn named(&mut self, wanted: &str, keys: &[Key], rows: Vec<Vec<Value>>) -> String {
        let rows = rows.into_iter().map(|r| (r, Action::Continue));
        let new = set(wanted, keys, rows, "schools, each with its tunnel");
        if let Some(same) = self.made.iter().find(|s| s.keys == new.keys && s.entries == new.entries) {
            return same.name.clone();
        }
        let taken = |name: &String| self.made.iter().any(|s| s.name == *name);
        let names = std::iter::once(wanted.to_owned()).chain((2..).map(|n| format!("{wanted}_{n}")));
        let name = names.into_iter().find(|n| !taken(n)).expect("numbers have no end");
        self.made.push(NamedSet { name: name.clone(), ..new });
        name
    }
}

/// One side of a line: which keys, and whether many schools stand there.
#[derive(Clone, Copy)]
struct Side {
    number: usize,
    interface: Key,
    address: Key,
    shared: bool,
    family: u8,
}

impl Gate<'_> {
    /// Lines of a kind of pair with schools on one side or both.
    pub(super) fn shared_rules(&self, group: &Group, sets: &mut Sets) -> Vec<Rule> {
        let many = [group.enters == Kind::Schools, group.leaves == Kind::Schools];
        let mut rules = Vec::new();
        for alike in alike(&group.permits) {
            let mut lines = Vec::new();
            for family in [4, 6] {
                if let Some(matches) = self.shared_matches(&alike, many, family, sets) {
                    lines.extend(self.service_rules(alike[0], family, &matches));
                }
            }
            rules.extend(self.reason_above_first(alike[0], lines));
        }
        rules
    }

    fn shared_matches(&self, alike: &[&Permit], many: [bool; 2], family: u8, sets: &mut Sets) -> Option<Vec<Match>> {
        let (src, dst) = address_keys(family);
        let sides = [
            Side { number: 0, interface: Key::In, address: src, shared: many[0], family },
            Side { number: 1, interface: Key::Out, address: dst, shared: many[1], family },
        ];
        sides.into_iter().map(|side| self.shared_side(alike, side, sets)).collect()
    }

    /// None when nobody has an address of the family there.
    fn shared_side(&self, alike: &[&Permit], side: Side, sets: &mut Sets) -> Option<Match> {
        if !side.shared {
            let values = of_family(nets(alike[0], side.number), side.family);
            return (!values.is_empty()).then(|| is(side.address, values));
        }
        let mut by_interface: BTreeMap<String, Vec<IpNet>> = BTreeMap::new();
        for permit in alike {
            let port = if side.number == 0 { permit.leg.enters } else { permit.leg.leaves };
            let own = nets(permit, side.number).iter().filter(|n| is_family(n, side.family));
            by_interface.entry(self.interface(port)).or_default().extend(own);
        }
        let rows: Vec<Vec<Value>> = by_interface
            .iter()
            .flat_map(|(name, nets)| IpNet::aggregate(nets).into_iter().map(move |n| vec![named(name), prefix(n)]))
            .collect();
        if rows.is_empty() {
            return None;
        }
        let keys = [side.interface, side.address];
        let zone = if side.number == 0 { &alike[0].sender } else { &alike[0].receiver };
        // One set serves both directions: its type is the same.
        let kinds = [Key::In, address_keys(side.family).0];
        Some(within(&keys, &sets.named(&format!("{zone}_of_schools{}", side.family), &kinds, rows)))
    }
}

fn nets<'p>(permit: &'p Permit, side: usize) -> &'p [IpNet] {
    if side == 0 { &permit.leg.source } else { &permit.leg.destination }
}

/// Flows that differ in the school only: same far side, services, time, and zone names.
fn alike<'p>(permits: &[&'p Permit<'p>]) -> Vec<Vec<&'p Permit<'p>>> {
    let mut rows: Vec<Vec<&Permit>> = Vec::new();
    for permit in permits {
        match rows.iter_mut().find(|r| same(r[0], permit)) {
            Some(row) => row.push(permit),
            None => rows.push(vec![permit]),
        }
    }
    rows
}

fn same(a: &Permit, b: &Permit) -> bool {
    let far = |p: &Permit| match (p.leg.enters, p.leg.leaves) {
        (Port::Tunnel(_), Port::Tunnel(_)) => None,
        (Port::Tunnel(_), _) => Some(p.leg.destination.clone()),
        _ => Some(p.leg.source.clone()),
    };
    far(a).is_some()
        && far(a) == far(b)
        && a.services == b.services
        && a.window == b.window
        && a.sender == b.sender
        && a.receiver == b.receiver
}
