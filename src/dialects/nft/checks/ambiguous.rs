//! Texts with two meanings: ports of protocols without ports, ICMP types whose family depends on what stands before them.

use crate::config::filter::{Action, Key, Match, Rule, Value, Values};
use crate::diagnostics::{Diagnostic, Sink};

use super::super::codes::MEANING;
use super::super::names::WITH_PORTS;
use super::Named;

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
    None
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
