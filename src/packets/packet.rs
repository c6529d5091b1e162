//! One packet, and how people are shown it: `tcp 10.128.0.10:49152 -> 10.128.6.20:443`.
//!
//! Takes a value a field. It must not know interfaces or users by name: they are not shown.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::field::{Field, family, proto, state};

/// One packet, as a gateway sees it: a value for each field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Packet {
    values: [u128; Field::COUNT],
}

impl Packet {
    /// The value of `field`.
    #[must_use]
    pub fn get(&self, field: Field) -> u128 {
        self.values[field as usize]
    }

    /// Gives `field` a value.
    pub fn set(&mut self, field: Field, value: u128) {
        self.values[field as usize] = value;
    }

    /// The same packet but for `field`.
    #[must_use]
    pub fn with(mut self, field: Field, value: u128) -> Self {
        self.set(field, value);
        self
    }

    /// Whether the packet's protocol has ports.
    #[must_use]
    pub fn has_ports(&self) -> bool {
        proto::WITH_PORTS.contains(&self.get(Field::Proto))
    }

    /// Whether the packet could exist: addresses of its family, ports only where its protocol has them.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        let in_domain = Field::ORDER.into_iter().all(|field| self.get(field) <= field.max());
        let v4 = self.get(Field::Family) == family::V4;
        let addresses = !v4 || self.get(Field::Src).max(self.get(Field::Dst)) <= family::V4_MAX;
        let typed = proto::WITH_TYPES.contains(&self.get(Field::Proto));
        let sport = self.has_ports() || self.get(Field::Sport) == 0;
        let dport = self.has_ports() || typed || self.get(Field::Dport) == 0;
        in_domain && addresses && sport && dport
    }

    fn write_end(&self, f: &mut fmt::Formatter<'_>, address: Field, port: Field) -> fmt::Result {
        let (address, port) = (self.get(address), self.get(port));
        match (u32::try_from(address), self.get(Field::Family) == family::V4) {
            (Ok(v4), true) => write!(f, "{}", Ipv4Addr::from(v4))?,
            _ if self.has_ports() => write!(f, "[{}]", Ipv6Addr::from(address))?,
            _ => write!(f, "{}", Ipv6Addr::from(address))?,
        }
        if self.has_ports() { write!(f, ":{port}") } else { Ok(()) }
    }

    fn write_icmp(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, code) = (self.get(Field::Dport) >> 8, self.get(Field::Dport) & 0xff);
        match icmp_name(self.get(Field::Proto), kind) {
            Some(name) => write!(f, " {name}")?,
            None => write!(f, " type {kind}")?,
        }
        if code == 0 { Ok(()) } else { write!(f, " code {code}") }
    }
}

/// `PROTOCOL SOURCE -> DESTINATION`, then the state in brackets unless it is new.
impl fmt::Display for Packet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let protocol = self.get(Field::Proto);
        match proto_name(protocol) {
            Some(name) => f.write_str(name)?,
            None => write!(f, "proto {protocol}")?,
        }
        if proto::WITH_TYPES.contains(&protocol) {
            self.write_icmp(f)?;
        }
        f.write_str(" ")?;
        self.write_end(f, Field::Src, Field::Sport)?;
        f.write_str(" -> ")?;
        self.write_end(f, Field::Dst, Field::Dport)?;
        match self.get(Field::State) {
            state::NEW => Ok(()),
            other => write!(f, " ({})", state::name(other)),
        }
    }
}

/// The usual word for a protocol (IANA protocol numbers).
fn proto_name(protocol: u128) -> Option<&'static str> {
    Some(match protocol {
        proto::ICMP => "icmp",
        2 => "igmp",
        4 => "ipip",
        proto::TCP => "tcp",
        proto::UDP => "udp",
        proto::DCCP => "dccp",
        41 => "6in4",
        proto::GRE => "gre",
        proto::ESP => "esp",
        proto::AH => "ah",
        proto::ICMPV6 => "icmp6",
        88 => "eigrp",
        89 => "ospf",
        103 => "pim",
        112 => "vrrp",
        proto::SCTP => "sctp",
        proto::UDPLITE => "udplite",
        _ => return None,
    })
}

/// The usual word for a type of ICMP (RFC 792) or ICMPv6 (RFC 4443, 4861, 2710), as nftables writes it.
fn icmp_name(protocol: u128, kind: u128) -> Option<&'static str> {
    let names = if protocol == proto::ICMP { ICMP_TYPES } else { ICMPV6_TYPES };
    names.iter().find(|(number, _)| *number == kind).map(|(_, name)| *name)
}

const ICMP_TYPES: &[(u128, &str)] = &[
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
];

const ICMPV6_TYPES: &[(u128, &str)] = &[
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
    (143, "mld2-listener-report"),
];
