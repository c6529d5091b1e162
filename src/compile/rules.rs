//! Short ways to write matches and rules.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::config::Loc;
use crate::config::filter::{Action, Entry, Key, Log, Match, NamedSet, Rule, Value, Values};
use crate::network::L4;

/// `key` is one of these.
pub(super) fn is(key: Key, values: impl IntoIterator<Item = Value>) -> Match {
    Match { keys: vec![key], values: Values::Inline(values.into_iter().map(|v| vec![v]).collect()), negated: false }
}

/// The keys are in a named set.
pub(super) fn within(keys: &[Key], set: &str) -> Match {
    Match { keys: keys.to_vec(), values: Values::Named(set.to_owned()), negated: false }
}

impl Match {
    /// The contrary.
    pub(super) fn not(mut self) -> Self {
        self.negated = !self.negated;
        self
    }
}

/// An interface by name.
pub(super) fn interface(name: &str) -> Value {
    Value::Interface(name.to_owned())
}

/// One number.
pub(super) fn number(n: u64) -> Value {
    Value::number(n)
}

/// A rule without log, counter or comment.
pub(super) fn rule(matches: Vec<Match>, action: Action) -> Rule {
    Rule { matches, log: None, counter: false, action, comment: None, remark: None, at: Loc::MADE }
}

impl Rule {
    /// Counts packets.
    pub(super) fn counted(mut self) -> Self {
        self.counter = true;
        self
    }

    /// Logs at most five packets a second.
    pub(super) fn logged(mut self, prefix: &str) -> Self {
        self.log = Some(Log { prefix: prefix.to_owned(), per_second: Some(5) });
        self
    }

    /// A line for the reader above it.
    pub(super) fn remark(mut self, text: impl Into<String>) -> Self {
        self.remark = Some(text.into());
        self
    }

    /// Rule id and source line, kept with the rule.
    pub(super) fn comment(mut self, text: impl Into<String>) -> Self {
        self.comment = Some(text.into());
        self
    }
}

/// A set or verdict map; its entries come out sorted, so that the text does not depend on their making.
pub(super) fn set(
    name: &str,
    keys: &[Key],
    rows: impl IntoIterator<Item = (Vec<Value>, Action)>,
    remark: &str,
) -> NamedSet {
    let mut entries: Vec<Entry> =
        rows.into_iter().map(|(values, action)| Entry { values, action, at: Loc::MADE }).collect();
    entries.sort_by(|a, b| a.values.cmp(&b.values));
    entries.dedup_by(|a, b| a.values == b.values && a.action == b.action);
    let is_map = entries.iter().any(|e| e.action != Action::Continue);
    NamedSet {
        name: name.to_owned(),
        keys: keys.to_vec(),
        entries,
        is_map,
        remark: Some(remark.to_owned()),
        at: Loc::MADE,
    }
}

/// A prefix as a value.
pub(super) fn net(prefix: impl Into<IpNet>) -> Value {
    Value::Net(prefix.into())
}

/// One address as a value.
pub(super) fn address(a: impl Into<IpAddr>) -> Value {
    Value::Net(IpNet::from(a.into()))
}

/// Source and destination keys of a family.
pub(super) fn address_keys(family: u8) -> (Key, Key) {
    if family == 4 { (Key::Source4, Key::Destination4) } else { (Key::Source6, Key::Destination6) }
}

/// A flow's services as lines of one family: one for TCP, one for UDP, one for ICMP.
pub(super) fn service_lines(services: &[L4], family: u8) -> Vec<Match> {
    let mut lines = Vec::new();
    let pick = |f: fn(&L4) -> Option<(u64, u64)>| -> Vec<Value> {
        services.iter().filter_map(f).map(|(a, b)| Value::Numbers(a, b)).collect()
    };
    let icmp_key = if family == 4 { Key::IcmpType } else { Key::Icmp6Type };
    let icmp = if family == 4 {
        pick(|s| if let L4::Icmp(t) = s { Some((u64::from(*t), u64::from(*t))) } else { None })
    } else {
        pick(|s| if let L4::Icmp6(t) = s { Some((u64::from(*t), u64::from(*t))) } else { None })
    };
    let tcp = pick(|s| if let L4::Tcp(a, b) = s { Some((u64::from(*a), u64::from(*b))) } else { None });
    let udp = pick(|s| if let L4::Udp(a, b) = s { Some((u64::from(*a), u64::from(*b))) } else { None });
    for (key, values) in [(Key::TcpDport, tcp), (Key::UdpDport, udp), (icmp_key, icmp)] {
        if !values.is_empty() {
            lines.push(is(key, merged(values)));
        }
    }
    lines
}

/// Sorted number ranges, overlapping and adjacent ones joined: an interval set of the kernel holds no overlap.
fn merged(mut values: Vec<Value>) -> Vec<Value> {
    values.sort();
    let mut out: Vec<(u64, u64)> = Vec::new();
    for value in values {
        let Value::Numbers(a, b) = value else { continue };
        match out.last_mut() {
            Some((_, end)) if a <= end.saturating_add(1) => *end = b.max(*end),
            _ => out.push((a, b)),
        }
    }
    out.into_iter().map(|(a, b)| Value::Numbers(a, b)).collect()
}
