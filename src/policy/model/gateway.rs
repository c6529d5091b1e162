//! A gateway, its links, zones, hosts and proxies.

use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::{Name, VlanId};
use crate::diagnostics::At;

/// A gateway.
#[derive(Debug, Clone)]
pub struct Gateway {
    /// Target descriptor (`targets/NAME.yaml`).
    pub target: At<Name>,
    /// Public address; for an establishment the place is that of `supervision`.
    pub public: At<Ipv4Addr>,
    /// Next hop on the WAN.
    pub next_hop: At<Ipv4Addr>,
    /// WAN interface name.
    pub wan: At<Name>,
    /// LAN interface name, a trunk.
    pub lan: At<Name>,
    /// Place of the whole entry.
    pub span: crate::diagnostics::Span,
}

/// A tunnel to a peer site.
#[derive(Debug, Clone)]
pub struct Link {
    /// The peer site.
    pub peer: At<Name>,
    /// Its cryptographic suite.
    pub suite: At<Name>,
}

/// A zone as declared.
#[derive(Debug, Clone)]
pub struct Zone {
    /// Its name.
    pub name: At<Name>,
    /// Its VLAN; None only where an establishment fills a zone of its profile.
    pub vlan: Option<At<VlanId>>,
    /// Place in the establishment's block: bits to add to the block's address, and prefix length.
    pub at: Option<At<BlockPart>>,
    /// Whole IPv4 prefix (centre zones, `private` zones).
    pub ipv4: Option<At<Ipv4Net>>,
    /// Whole IPv6 prefix.
    pub ipv6: Option<At<Ipv6Net>>,
    /// A range that repeats from school to school: never in a tunnel, leaves only behind the exit address.
    pub private: bool,
    /// Gateways and switches have their own address here.
    pub devices: bool,
    /// Name in words.
    pub title: Option<At<String>>,
    /// Public address that its traffic leaves by.
    pub exit: Option<At<Ipv4Addr>>,
}

/// `19.128/25`: an offset in a block, and a length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BlockPart {
    /// Added to the block's first address.
    pub offset: u32,
    /// Prefix length.
    pub length: u8,
}

/// A host with fixed addresses.
#[derive(Debug, Clone)]
pub struct Host {
    /// Its name.
    pub name: At<Name>,
    /// Its zones; more than one is a dual-homed machine.
    pub zones: Vec<At<Name>>,
    /// Its IPv4 address.
    pub ipv4: Option<At<Ipv4Addr>>,
    /// Its IPv6 address.
    pub ipv6: Option<At<Ipv6Addr>>,
    /// Address by which other sites meet it, when its zone is private.
    pub seen_as: Option<At<Ipv4Addr>>,
    /// Public address that its traffic leaves by.
    pub exit: Option<At<Ipv4Addr>>,
}

/// Where a proxy runs.
#[derive(Debug, Clone)]
pub enum ProxyPlace {
    /// A machine in a zone.
    Host {
        /// Its zone.
        zone: At<Name>,
        /// Its IPv4 address.
        ipv4: At<Ipv4Addr>,
        /// Its IPv6 address.
        ipv6: Option<At<Ipv6Addr>>,
        /// Public address that its traffic leaves by.
        exit: Option<At<Ipv4Addr>>,
    },
    /// A process of the gateway, with rights of its own by numeric uid.
    Gateway {
        /// The zone whose gateway address it listens on.
        listen: At<Name>,
        /// Its numeric user id.
        uid: At<u32>,
    },
}

/// A web proxy.
#[derive(Debug, Clone)]
pub struct Proxy {
    /// Its name.
    pub name: At<Name>,
    /// Where it runs.
    pub place: ProxyPlace,
    /// Target descriptor.
    pub target: At<Name>,
    /// Web filters it applies, by class of the asking zone.
    pub filters: Vec<At<Name>>,
    /// Who resolves names for it: a host or resolver of its site.
    pub resolver: At<Name>,
}

/// A resolver outside the plan.
#[derive(Debug, Clone)]
pub struct Resolver {
    /// Its name.
    pub name: At<Name>,
    /// Where it answers.
    pub addresses: Vec<At<IpNet>>,
}
