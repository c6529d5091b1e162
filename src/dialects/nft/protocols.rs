//! What the matches of one rule leave of address families and transport protocols, in the order written.
//!
//! nft follows them too, and refuses a rule that contradicts itself, an answer or an address of another family than the
//! matched one, and a port written where no match names a transport (measured). Where nft's own account is coarser than
//! a set of numbers, this one refuses more.

use std::collections::BTreeSet;

use crate::config::filter::{Key, Match, Value, Values};

/// Both layers.
#[derive(Debug, Default)]
pub(super) struct Protocols {
    family: Layer,
    transport: Layer,
}

/// What is left of one layer.
#[derive(Debug, Default)]
struct Layer {
    /// The numbers still possible; `None` while no match has named any.
    left: Option<BTreeSet<u64>>,
    /// The last match that named some named several, or a set.
    is_vague: bool,
}

impl Layer {
    /// What only this number has; false when nothing has it, or nft cannot tell behind a set (`meta l4proto { udp, tcp }
    /// tcp dport 22` is a contradiction to it).
    fn need(&mut self, number: u64) -> bool {
        !self.is_vague && self.narrow([number].into())
    }

    /// Only these numbers from here on; false when none is left.
    fn narrow(&mut self, to: BTreeSet<u64>) -> bool {
        self.is_vague = to.len() != 1;
        let left = match &self.left {
            Some(left) => left & &to,
            None => to,
        };
        let possible = !left.is_empty();
        self.left = Some(left);
        possible
    }
}

impl Protocols {
    /// Takes a match into account; false when no packet has it and what stands before it.
    pub(super) fn after(&mut self, found: &Match) -> bool {
        let possible = self.looked_at(&found.keys);
        let layer = match found.keys.as_slice() {
            _ if found.negated => return possible,
            [Key::Family] => &mut self.family,
            [Key::Protocol] => &mut self.transport,
            _ => return possible,
        };
        match &found.values {
            Values::Named(_) => layer.is_vague = true,
            Values::Inline(tuples) => return layer.narrow(tuples.iter().flatten().flat_map(numbers).collect()),
        }
        possible
    }

    /// Takes what keys imply into account, whatever they are compared with.
    pub(super) fn looked_at(&mut self, keys: &[Key]) -> bool {
        let mut possible = true;
        for key in keys {
            let (family, transport) = implied(*key);
            possible &= family.is_none_or(|family| self.family.need(family));
            possible &= transport.is_none_or(|transport| self.transport.need(transport));
        }
        possible
    }

    /// Whether nft lets a rule answer, or translate to, this family (4 or 6) here.
    pub(super) fn may_be_family(&mut self, family: u64) -> bool {
        self.family.need(family)
    }

    /// Whether nft lets a rule do what only this transport has.
    pub(super) fn may_be_transport(&mut self, transport: u64) -> bool {
        self.transport.need(transport)
    }

    /// Whether a match named a transport, so that a port can be written.
    pub(super) fn has_transport(&self) -> bool {
        self.transport.left.is_some()
    }
}

/// The family and the transport that nft asks for before it looks.
fn implied(key: Key) -> (Option<u64>, Option<u64>) {
    match key {
        Key::Source4 | Key::Destination4 => (Some(4), None),
        Key::Source6 | Key::Destination6 | Key::HopLimit => (Some(6), None),
        Key::TcpDport | Key::TcpSport => (None, Some(6)),
        Key::UdpDport | Key::UdpSport => (None, Some(17)),
        Key::IcmpType => (Some(4), Some(1)),
        Key::Icmp6Type => (Some(6), Some(58)),
        _ => (None, None),
    }
}

fn numbers(value: &Value) -> std::ops::RangeInclusive<u64> {
    match value {
        Value::Numbers(from, to) => *from..=*to,
        _ => 0..=0,
    }
}
