//! The words nft has for numbers: protocols, ICMP types, connection states, families, priorities; and its types of sets.
//!
//! Tables only. A word that depends on a file of the machine (`/etc/services`, `/etc/passwd`) is in none of them.

use crate::config::filter::{Hook, Key};

/// The number behind a word.
pub(super) fn number(table: &[(&str, u64)], word: &str) -> Option<u64> {
    let found = table.iter().find(|(name, _)| *name == word);
    found.map(|(_, number)| *number)
}

/// Protocols (IANA) that are words of nft's grammar.
pub(super) const PROTOCOLS: &[(&str, u64)] = &[
    ("icmp", 1),
    ("igmp", 2),
    ("tcp", 6),
    ("udp", 17),
    ("dccp", 33),
    ("esp", 50),
    ("ah", 51),
    ("icmpv6", 58),
    ("comp", 108),
    ("sctp", 132),
    ("udplite", 136),
];

/// Protocols that nft finds in `/etc/protocols`: it lists them so, but a script with one loads on some machines only.
pub(super) const LISTED_PROTOCOLS: &[(&str, u64)] =
    &[("ipv6", 41), ("gre", 47), ("ipv6-icmp", 58), ("ospf", 89), ("pim", 103), ("ipcomp", 108), ("vrrp", 112)];

/// Protocols whose packets have ports: the only ones beside which `th dport` means a port.
pub(super) const WITH_PORTS: &[u64] = &[6, 17, 33, 132, 136];

/// ICMP types (RFC 792, 950, 1256).
pub(super) const ICMP_TYPES: &[(&str, u64)] = &[
    ("echo-reply", 0),
    ("destination-unreachable", 3),
    ("source-quench", 4),
    ("redirect", 5),
    ("echo-request", 8),
    ("router-advertisement", 9),
    ("router-solicitation", 10),
    ("time-exceeded", 11),
    ("parameter-problem", 12),
    ("timestamp-request", 13),
    ("timestamp-reply", 14),
    ("info-request", 15),
    ("info-reply", 16),
    ("address-mask-request", 17),
    ("address-mask-reply", 18),
];

/// ICMPv6 types (RFC 4443, 4861, 2710, 3810, 2894, 3122).
pub(super) const ICMPV6_TYPES: &[(&str, u64)] = &[
    ("destination-unreachable", 1),
    ("packet-too-big", 2),
    ("time-exceeded", 3),
    ("parameter-problem", 4),
    ("echo-request", 128),
    ("echo-reply", 129),
    ("mld-listener-query", 130),
    ("mld-listener-report", 131),
    ("mld-listener-done", 132),
    ("mld-listener-reduction", 132),
    ("nd-router-solicit", 133),
    ("nd-router-advert", 134),
    ("nd-neighbor-solicit", 135),
    ("nd-neighbor-advert", 136),
    ("nd-redirect", 137),
    ("router-renumbering", 138),
    ("ind-neighbor-solicit", 141),
    ("ind-neighbor-advert", 142),
    ("mld2-listener-report", 143),
];

/// Connection states, numbered as [`Key::State`] says.
pub(super) const STATES: &[(&str, u64)] =
    &[("new", 0), ("established", 1), ("related", 2), ("untracked", 3), ("invalid", 4)];

/// Directions in a connection, numbered as [`Key::Direction`] says.
pub(super) const DIRECTIONS: &[(&str, u64)] = &[("original", 0), ("reply", 1)];

/// Address families, numbered as [`Key::Family`] says.
pub(super) const FAMILIES: &[(&str, u64)] = &[("ipv4", 4), ("ipv6", 6)];

/// Whether a packet is protected by IPsec.
pub(super) const PRESENCE: &[(&str, u64)] = &[("missing", 0), ("exists", 1)];

/// Hooks of the inet family; `ingress` is another layer's.
pub(super) const HOOKS: &[(&str, Hook)] = &[
    ("prerouting", Hook::Prerouting),
    ("input", Hook::Input),
    ("forward", Hook::Forward),
    ("output", Hook::Output),
    ("postrouting", Hook::Postrouting),
];

const ANYWHERE: &[Hook] = &[Hook::Prerouting, Hook::Input, Hook::Forward, Hook::Output, Hook::Postrouting];

/// Named priorities, each with the hooks that know it (nft(8), table "Standard priority names").
pub(super) const PRIORITIES: &[(&str, i32, &[Hook])] = &[
    ("raw", -300, ANYWHERE),
    ("mangle", -150, ANYWHERE),
    ("dstnat", -100, &[Hook::Prerouting]),
    ("filter", 0, ANYWHERE),
    ("security", 50, ANYWHERE),
    ("srcnat", 100, &[Hook::Postrouting]),
];

/// Reasons of a rejection, by what answers: each has its own (measured).
pub(super) const REASONS: &[(&str, &[&str])] = &[
    (
        "icmp",
        &[
            "net-unreachable",
            "host-unreachable",
            "prot-unreachable",
            "port-unreachable",
            "frag-needed",
            "net-prohibited",
            "host-prohibited",
            "admin-prohibited",
        ],
    ),
    (
        "icmpv6",
        &["no-route", "admin-prohibited", "addr-unreachable", "port-unreachable", "policy-fail", "reject-route"],
    ),
    ("icmpx", &["no-route", "admin-prohibited", "host-unreachable", "port-unreachable"]),
];

/// Bytes of the registers that hold a key of a concatenation.
pub(super) const fn width(key: Key) -> usize {
    match key {
        Key::In | Key::Out | Key::Source6 | Key::Destination6 => 16,
        _ => 4,
    }
}

/// Types of set elements, each with the key that stands for it in a set that says only its type.
pub(super) const TYPES: &[(&str, Key)] = &[
    ("ifname", Key::In),
    ("ipv4_addr", Key::Source4),
    ("ipv6_addr", Key::Source6),
    ("inet_proto", Key::Protocol),
    ("inet_service", Key::AnyDport),
    ("icmp_type", Key::IcmpType),
    ("icmpv6_type", Key::Icmp6Type),
    ("ct_state", Key::State),
    ("ct_dir", Key::Direction),
    ("nf_proto", Key::Family),
    ("uid", Key::Uid),
];

/// What a match can look at, word by word.
pub(super) const KEYS: &[(&[&str], Key)] = &[
    (&["iifname"], Key::In),
    (&["oifname"], Key::Out),
    (&["meta", "iifname"], Key::In),
    (&["meta", "oifname"], Key::Out),
    (&["meta", "nfproto"], Key::Family),
    (&["meta", "l4proto"], Key::Protocol),
    (&["meta", "skuid"], Key::Uid),
    (&["meta", "ipsec"], Key::IpsecIn),
    (&["meta", "time"], Key::Time),
    (&["rt", "ipsec"], Key::IpsecOut),
    (&["ct", "state"], Key::State),
    (&["ct", "direction"], Key::Direction),
    (&["ip", "saddr"], Key::Source4),
    (&["ip", "daddr"], Key::Destination4),
    (&["ip6", "saddr"], Key::Source6),
    (&["ip6", "daddr"], Key::Destination6),
    (&["ip6", "hoplimit"], Key::HopLimit),
    (&["tcp", "dport"], Key::TcpDport),
    (&["tcp", "sport"], Key::TcpSport),
    (&["udp", "dport"], Key::UdpDport),
    (&["udp", "sport"], Key::UdpSport),
    (&["th", "dport"], Key::AnyDport),
    (&["icmp", "type"], Key::IcmpType),
    (&["icmpv6", "type"], Key::Icmp6Type),
];

/// What is refused by name, with the way out.
pub(super) const REFUSED: &[(&[&str], &str)] = &[
    (&["ip", "protocol"], "write `meta l4proto`, which both families have"),
    (&["ip6", "nexthdr"], "write `meta l4proto`: the next header may be an extension header"),
    (&["iif"], "write `iifname`: an index is another interface after a restart"),
    (&["oif"], "write `oifname`: an index is another interface after a restart"),
    (&["th", "sport"], "write `tcp sport` or `udp sport`"),
];

/// Keys of one kind can look up the same set.
pub(super) fn type_of(key: Key) -> Key {
    match key {
        Key::In | Key::Out => Key::In,
        Key::Source4 | Key::Destination4 => Key::Source4,
        Key::Source6 | Key::Destination6 => Key::Source6,
        Key::TcpDport | Key::TcpSport | Key::UdpDport | Key::UdpSport | Key::AnyDport => Key::AnyDport,
        other => other,
    }
}
