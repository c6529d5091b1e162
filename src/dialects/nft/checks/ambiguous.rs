//! Texts with two meanings: overlapping keys of a verdict map, ports of protocols without ports, ICMP types whose family
//! depends on what stands before them.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::config::filter::{Action, Entry, Key, Match, Rule, Value, Values};
use crate::diagnostics::{Diagnostic, Sink};

use super::super::codes::MEANING;
use super::super::names::WITH_PORTS;
use super::Named;

/// Named maps in which two entries match one packet: which one decides depends on the kernel's data structure.
pub(super) fn maps(read: &Named<'_>, sink: &mut Sink) {
    for (map, span) in read.filter.sets.iter().zip(&read.places.sets) {
        if map.is_map && overlap(&map.entries) {
            let message = format!("two entries of the map `{}` match one packet", map.name);
            sink.push(Diagnostic::new(&MEANING, *span, message));
        }
    }
}

/// Rules with two meanings.
pub(super) fn rules(read: &Named<'_>, sink: &mut Sink) {
    for (chain, spans) in read.filter.chains.iter().zip(&read.places.rules) {
        for (rule, span) in chain.rules.iter().zip(spans) {
            if let Some(message) = ambiguous(read, rule) {
                sink.push(Diagnostic::new(&MEANING, *span, message));
            }
        }
    }
}

fn ambiguous(read: &Named<'_>, rule: &Rule) -> Option<&'static str> {
    if !ports_are_ports(read, rule) {
        return Some("`th dport` reads bytes of any protocol: name protocols with ports before it");
    }
    if icmp_after_protocol(rule) {
        return Some("an ICMP type behind `meta l4proto` is of both families, and listed as if it were of one");
    }
    match &rule.action {
        Action::DispatchInline { entries, .. } if overlap(entries) => Some("two entries of the map match one packet"),
        _ => None,
    }
}

/// Whether two entries share a packet. A packet has one name an interface, so only entries of the same names can.
fn overlap(entries: &[Entry]) -> bool {
    let mut groups: BTreeMap<Vec<&Value>, Vec<&Entry>> = BTreeMap::new();
    for entry in entries {
        let names = entry.values.iter().filter(|v| matches!(v, Value::Interface(_)));
        groups.entry(names.collect()).or_default().push(entry);
    }
    groups.values().any(|group| {
        let mut pairs = (1..).zip(group).map(|(n, a)| (a, &group[n..]));
        pairs.any(|(a, rest)| rest.iter().any(|b| meet(a, b)))
    })
}

fn meet(a: &Entry, b: &Entry) -> bool {
    a.values.iter().zip(&b.values).all(|(a, b)| match (a, b) {
        (Value::Interface(a), Value::Interface(b)) => a == b,
        _ => {
            let ((a_from, a_to), (b_from, b_to)) = (bounds(a), bounds(b));
            a_from <= b_to && b_from <= a_to
        }
    })
}

fn bounds(value: &Value) -> (u128, u128) {
    let number = |address: IpAddr| match address {
        IpAddr::V4(v4) => u128::from(v4.to_bits()),
        IpAddr::V6(v6) => v6.to_bits(),
    };
    match value {
        Value::Interface(_) => (0, 0),
        Value::Net(net) => (number(net.network()), number(net.broadcast())),
        Value::Addresses(from, to) => (number(*from), number(*to)),
        Value::Numbers(from, to) => (u128::from(*from), u128::from(*to)),
    }
}

/// `th dport` stands behind protocols with ports, or beside them in one concatenation.
fn ports_are_ports(read: &Named<'_>, rule: &Rule) -> bool {
    let mut sure = false;
    for found in &rule.matches {
        let alternatives = alternatives(read, &found.values);
        if found.keys.contains(&Key::AnyDport) && !sure && !ports_beside(&found.keys, &alternatives) {
            return false;
        }
        sure |= names_ports(found, &alternatives);
    }
    let (keys, entries) = match &rule.action {
        Action::Dispatch { keys, map } => (keys, read.sets.get(map.as_str()).map(|m| m.entries.as_slice())),
        Action::DispatchInline { keys, entries } => (keys, Some(entries.as_slice())),
        _ => return true,
    };
    let entries = entries.unwrap_or_default();
    let values: Vec<_> = entries.iter().map(|e| e.values.as_slice()).collect();
    sure || !keys.contains(&Key::AnyDport) || ports_beside(keys, &values)
}

fn alternatives<'f>(read: &Named<'f>, values: &'f Values) -> Vec<&'f [Value]> {
    match values {
        Values::Inline(inline) => inline.iter().map(Vec::as_slice).collect(),
        Values::Named(name) => read
            .sets
            .get(name.as_str())
            .map(|set| set.entries.iter().map(|e| e.values.as_slice()).collect())
            .unwrap_or_default(),
    }
}

/// Every alternative has its protocol beside the port, and that protocol has ports.
fn ports_beside(keys: &[Key], alternatives: &[&[Value]]) -> bool {
    let Some(at) = keys.iter().position(|key| *key == Key::Protocol) else {
        return false;
    };
    alternatives.iter().all(|values| has_ports(&values[at]))
}

fn names_ports(found: &Match, alternatives: &[&[Value]]) -> bool {
    let transport = |key: &Key| matches!(key, Key::TcpDport | Key::TcpSport | Key::UdpDport | Key::UdpSport);
    found.keys.iter().any(transport) || (!found.negated && ports_beside(&found.keys, alternatives))
}

fn has_ports(value: &Value) -> bool {
    match value {
        Value::Numbers(from, to) => (*from..=*to).all(|protocol| WITH_PORTS.contains(&protocol)),
        _ => false,
    }
}

/// `meta l4proto icmp icmp type x` has no family of its own, yet is listed as `icmp type x`, which has one (measured).
fn icmp_after_protocol(rule: &Rule) -> bool {
    let dispatched = match &rule.action {
        Action::Dispatch { keys, .. } | Action::DispatchInline { keys, .. } => keys.as_slice(),
        _ => &[],
    };
    let keys: Vec<_> = rule.matches.iter().flat_map(|m| &m.keys).chain(dispatched).collect();
    let icmp = |key: &Key| matches!(key, Key::IcmpType | Key::Icmp6Type);
    let protocol = keys.iter().position(|key| **key == Key::Protocol);
    let last_icmp = keys.iter().rposition(|key| icmp(key));
    matches!((protocol, last_icmp), (Some(protocol), Some(icmp)) if protocol < icmp)
}
