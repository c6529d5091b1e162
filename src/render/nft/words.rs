//! nft's words for keys and values, as nft 1.0.6 lists them (nft(8), "Data types"; `nft describe`).

use super::super::error::Problem;
use super::super::quote;
use crate::config::filter::{Key, Value};

const STATES: &[(u64, &str)] = &[(0, "new"), (1, "established"), (2, "related"), (3, "untracked"), (4, "invalid")];

const DIRECTIONS: &[(u64, &str)] = &[(0, "original"), (1, "reply")];

/// Words of nft's own grammar: known without the device's /etc/protocols.
const PROTOCOLS: &[(u64, &str)] = &[
    (1, "icmp"),
    (2, "igmp"),
    (6, "tcp"),
    (17, "udp"),
    (33, "dccp"),
    (50, "esp"),
    (51, "ah"),
    (58, "icmpv6"),
    (108, "comp"),
    (132, "sctp"),
    (136, "udplite"),
];

const ICMP: &[(u64, &str)] = &[
    (0, "echo-reply"),
    (3, "destination-unreachable"),
    (4, "source-quench"),
    (5, "redirect"),
    (8, "echo-request"),
    (9, "router-advertisement"),
    (10, "router-solicitation"),
    (11, "time-exceeded"),
    (12, "parameter-problem"),
    (13, "timestamp-request"),
    (14, "timestamp-reply"),
    (15, "info-request"),
    (16, "info-reply"),
    (17, "address-mask-request"),
    (18, "address-mask-reply"),
];

const ICMP6: &[(u64, &str)] = &[
    (1, "destination-unreachable"),
    (2, "packet-too-big"),
    (3, "time-exceeded"),
    (4, "parameter-problem"),
    (128, "echo-request"),
    (129, "echo-reply"),
    (130, "mld-listener-query"),
    (131, "mld-listener-report"),
    (132, "mld-listener-done"),
    (133, "nd-router-solicit"),
    (134, "nd-router-advert"),
    (135, "nd-neighbor-solicit"),
    (136, "nd-neighbor-advert"),
    (137, "nd-redirect"),
    (138, "router-renumbering"),
    (141, "ind-neighbor-solicit"),
    (142, "ind-neighbor-advert"),
    (143, "mld2-listener-report"),
];

const FAMILIES: &[(u64, &str)] = &[(4, "ipv4"), (6, "ipv6")];

/// Keys as the left side of a condition.
pub(super) fn keys(keys: &[Key]) -> String {
    keys.iter().map(|k| key(*k)).collect::<Vec<_>>().join(" . ")
}

fn key(key: Key) -> &'static str {
    match key {
        Key::In => "iifname",
        Key::Out => "oifname",
        Key::Family => "meta nfproto",
        Key::Source4 => "ip saddr",
        Key::Source6 => "ip6 saddr",
        Key::Destination4 => "ip daddr",
        Key::Destination6 => "ip6 daddr",
        Key::Protocol => "meta l4proto",
        Key::TcpDport => "tcp dport",
        Key::TcpSport => "tcp sport",
        Key::UdpDport => "udp dport",
        Key::UdpSport => "udp sport",
        Key::AnyDport => "th dport",
        Key::IcmpType => "icmp type",
        Key::Icmp6Type => "icmpv6 type",
        Key::State => "ct state",
        Key::Direction => "ct direction",
        Key::IpsecIn => "meta ipsec",
        Key::IpsecOut => "rt ipsec",
        Key::Uid => "meta skuid",
        Key::HopLimit => "ip6 hoplimit",
        Key::Time => "meta time",
    }
}

/// Type of a key in a named set.
pub(super) fn set_type(key: Key) -> Result<&'static str, Problem> {
    Ok(match key {
        Key::In | Key::Out => "ifname",
        Key::Family => "nf_proto",
        Key::Source4 | Key::Destination4 => "ipv4_addr",
        Key::Source6 | Key::Destination6 => "ipv6_addr",
        Key::Protocol => "inet_proto",
        Key::TcpDport | Key::TcpSport | Key::UdpDport | Key::UdpSport | Key::AnyDport => "inet_service",
        Key::IcmpType => "icmp_type",
        Key::Icmp6Type => "icmpv6_type",
        Key::State => "ct_state",
        Key::Direction => "ct_dir",
        Key::Uid => "uid",
        Key::IpsecIn | Key::IpsecOut | Key::HopLimit | Key::Time => {
            return Err(Problem::unsupported(format!("a named set of `{}`", self::key(key))));
        }
    })
}

/// True for what needs `flags interval`.
pub(super) fn is_interval(value: &Value) -> bool {
    match value {
        Value::Interface(_) => false,
        Value::Net(net) => net.prefix_len() < net.max_prefix_len(),
        Value::Addresses(first, last) => first != last,
        Value::Numbers(first, last) => first != last,
    }
}

/// One value, where only one word can stand.
pub(super) fn value(key: Key, value: &Value) -> Result<String, Problem> {
    match values(key, value)?.as_slice() {
        [one] => Ok(one.clone()),
        _ => Err(Problem::unsupported(format!("several `{}` as one value", self::key(key)))),
    }
}

/// A value as alternatives: a stretch of named numbers is spelled name by name.
pub(super) fn values(key: Key, value: &Value) -> Result<Vec<String>, Problem> {
    match (key, value) {
        (Key::In | Key::Out, Value::Interface(name)) => Ok(vec![format!("\"{}\"", quote::link_name(name)?)]),
        (Key::Source4 | Key::Destination4 | Key::Source6 | Key::Destination6, _) => Ok(vec![address(key, value)?]),
        (_, Value::Numbers(first, last)) if first <= last => numbers(key, *first, *last),
        _ => Err(mismatch(key, value)),
    }
}

fn address(key: Key, value: &Value) -> Result<String, Problem> {
    let v4 = matches!(key, Key::Source4 | Key::Destination4);
    match value {
        Value::Net(net) if net.addr().is_ipv4() == v4 && !is_interval(value) => Ok(net.addr().to_string()),
        Value::Net(net) if net.addr().is_ipv4() == v4 => Ok(net.to_string()),
        Value::Addresses(a, b) if a.is_ipv4() == v4 && b.is_ipv4() == v4 && a == b => Ok(a.to_string()),
        Value::Addresses(a, b) if a.is_ipv4() == v4 && b.is_ipv4() == v4 && a < b => Ok(format!("{a}-{b}")),
        _ => Err(mismatch(key, value)),
    }
}

fn numbers(key: Key, first: u64, last: u64) -> Result<Vec<String>, Problem> {
    let out = || mismatch(key, &Value::Numbers(first, last));
    let at_most = |most: u64| if last <= most { Ok(vec![stretch(first, last)]) } else { Err(out()) };
    match key {
        Key::TcpDport | Key::TcpSport | Key::UdpDport | Key::UdpSport | Key::AnyDport => at_most(65_535),
        Key::HopLimit => at_most(255),
        Key::Uid => at_most(u64::from(u32::MAX) - 1),
        Key::State => each(first, last, STATES).ok_or_else(out),
        Key::Direction => each(first, last, DIRECTIONS).ok_or_else(out),
        Key::Family => each(first, last, FAMILIES).ok_or_else(out),
        Key::IcmpType => types(first, last, ICMP).ok_or_else(out),
        Key::Icmp6Type => types(first, last, ICMP6).ok_or_else(out),
        Key::Protocol => types(first, last, PROTOCOLS).ok_or_else(out),
        _ => Err(out()),
    }
}

fn stretch(first: u64, last: u64) -> String {
    if first == last { first.to_string() } else { format!("{first}-{last}") }
}

/// Every number by its name; None when one has none.
fn each(first: u64, last: u64, names: &[(u64, &str)]) -> Option<Vec<String>> {
    if last > 255 {
        return None;
    }
    (first..=last).map(|n| named(n, names).map(str::to_owned)).collect()
}

/// Every number of a byte by its name, or as a number where it has none.
fn types(first: u64, last: u64, names: &[(u64, &str)]) -> Option<Vec<String>> {
    if last > 255 {
        return None;
    }
    Some((first..=last).map(|n| named(n, names).map_or_else(|| n.to_string(), str::to_owned)).collect())
}

fn named<'a>(number: u64, names: &[(u64, &'a str)]) -> Option<&'a str> {
    names.iter().find(|(n, _)| *n == number).map(|(_, name)| *name)
}

fn mismatch(wanted: Key, value: &Value) -> Problem {
    let value = match value {
        Value::Interface(name) => format!("interface `{name}`"),
        Value::Net(net) => net.to_string(),
        Value::Addresses(a, b) => format!("{a}-{b}"),
        Value::Numbers(a, b) => stretch(*a, *b),
    };
    Problem::unsupported(format!("{value} as `{}`", key(wanted)))
}
