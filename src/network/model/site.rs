//! Sites, their gateway, zones, hosts and processes.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::{Cable, OldTunnel, SiteId, Switch, ZoneId};
use crate::diagnostics::At;
use crate::diagnostics::Span;
use crate::policy::Name;
use crate::policy::VlanId;

/// A place with one gateway.
#[derive(Debug, Clone)]
pub struct Site {
    /// `csm`, `academy`, or a UAI code.
    pub name: Name,
    /// Name in words.
    pub title: String,
    /// True for a school, false for the centre and the academy.
    pub is_establishment: bool,
    /// Its gateway.
    pub gateway: Gateway,
    /// Its zones.
    pub zones: Vec<ZoneId>,
    /// Classes it declares not to have.
    pub has_no: Vec<Name>,
    /// The establishment's own file (`delegated/UAI.yaml`), when it has one.
    pub delegated: Option<Span>,
    /// Public address that its zones' traffic leaves by; None when nothing leaves in clear.
    pub exit: Option<Ipv4Addr>,
    /// It forwards IPv6.
    pub ipv6: bool,
    /// Its switches.
    pub switches: Vec<Switch>,
    /// Its cables.
    pub cables: Vec<At<Cable>>,
    /// Tunnels that exist and whose far end is not ours.
    pub old_tunnels: Vec<OldTunnel>,
    /// Zones where DHCP and router advertisements are answered.
    pub served: Vec<ZoneId>,
    /// Resolvers told to clients of a served zone.
    pub served_names: BTreeMap<ZoneId, Vec<IpAddr>>,
    /// Time sources told to clients of a served zone.
    pub served_clock: BTreeMap<ZoneId, Vec<IpAddr>>,
    /// What browsers are told.
    pub pac: Option<Pac>,
    /// Where its devices send logs.
    pub logs: Vec<IpAddr>,
    /// Where its devices take time.
    pub clocks: Vec<IpAddr>,
    /// Where it is declared.
    pub span: Span,
}

/// A gateway.
#[derive(Debug, Clone)]
pub struct Gateway {
    /// Its target descriptor.
    pub target: At<Name>,
    /// Public address: ends the tunnels, answers supervision.
    pub public: At<Ipv4Addr>,
    /// Other public addresses of the site, that traffic leaves by.
    pub exits: BTreeSet<Ipv4Addr>,
    /// Public addresses at which services of the site are published.
    pub published: BTreeSet<Ipv4Addr>,
    /// Next hop on the WAN.
    pub next_hop: Ipv4Addr,
    /// WAN interface.
    pub wan: String,
    /// LAN trunk.
    pub lan: String,
    /// Bytes of an IP packet on the WAN.
    pub mtu: u16,
}

impl Gateway {
    /// Every public address that it has on its WAN, its own first.
    pub fn publics(&self) -> impl Iterator<Item = Ipv4Addr> + '_ {
        std::iter::once(self.public.value).chain(self.exits.iter().chain(&self.published).copied())
    }
}

/// A zone of one site.
#[derive(Debug, Clone)]
pub struct Zone {
    /// Its site.
    pub site: SiteId,
    /// Its name within the site.
    pub name: Name,
    /// Name in words.
    pub title: String,
    /// Its class; None for a zone of the centre.
    pub class: Option<Name>,
    /// Its VLAN.
    pub vlan: VlanId,
    /// Its IPv4 prefix.
    pub v4: Ipv4Net,
    /// Its IPv6 prefix.
    pub v6: Option<Ipv6Net>,
    /// A scope of its own: repeats elsewhere, its addresses never in a tunnel.
    pub private: bool,
    /// Devices have their address here.
    pub devices: bool,
    /// Public address that its traffic leaves by.
    pub exit: Option<Ipv4Addr>,
    /// Where it is declared (its profile's line, or the establishment's).
    pub span: Span,
}

impl Zone {
    /// The gateway's address in it: the first.
    pub fn gateway4(&self) -> Ipv4Addr {
        Ipv4Addr::from(u32::from(self.v4.network()) + 1)
    }

    /// The gateway's IPv6 address in it: the first.
    pub fn gateway6(&self) -> Option<Ipv6Addr> {
        self.v6.map(|n| Ipv6Addr::from(u128::from(n.network()) + 1))
    }

    /// The part that DHCP gives away where it is served: first number and how many. The first quarter is for machines
    /// with fixed addresses, the last number is nobody's.
    pub fn pool4(&self) -> (u32, u32) {
        let size = 1u32.checked_shl(u32::from(32 - self.v4.prefix_len())).unwrap_or(u32::MAX);
        let first = size / 4;
        (first, size - first - 1)
    }

    /// Its prefixes.
    pub fn nets(&self) -> Vec<IpNet> {
        std::iter::once(IpNet::V4(self.v4)).chain(self.v6.map(IpNet::V6)).collect()
    }
}

/// Files that tell browsers which proxy to ask.
#[derive(Debug, Clone)]
pub struct Pac {
    /// Their target descriptor.
    pub target: At<Name>,
    /// Zones with such a file, each opens to a proxy.
    pub zones: Vec<ZoneId>,
    /// Where it is declared.
    pub span: Span,
}

/// A machine with fixed addresses.
#[derive(Debug, Clone)]
pub struct Host {
    /// Its name within the site.
    pub name: Name,
    /// Its site.
    pub site: SiteId,
    /// Its zones: more than one is a dual-homed machine, which passes what it receives in one on to the others.
    pub zones: Vec<ZoneId>,
    /// Its addresses, in its first zone.
    pub addresses: Vec<IpAddr>,
    /// Address by which other sites meet it, when its zone is private.
    pub seen_as: Option<Ipv4Addr>,
    /// Public address that its traffic leaves by.
    pub exit: Option<Ipv4Addr>,
    /// Where it is declared.
    pub span: Span,
}

/// A process of a gateway with rights of its own.
#[derive(Debug, Clone)]
pub struct Process {
    /// Its name within the site.
    pub name: Name,
    /// Its site.
    pub site: SiteId,
    /// Zone whose gateway address it listens on.
    pub listen: ZoneId,
    /// Numeric user id.
    pub uid: u32,
    /// Public address it sends from.
    pub exit: Ipv4Addr,
    /// Where it is declared.
    pub span: Span,
}

/// What a device is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The gateway of a site.
    Gateway,
    /// A machine that runs a proxy: its place in [`Network::proxies`](super::Network::proxies).
    Proxy(usize),
    /// A switch: its place in the site's table.
    Switch(usize),
    /// Files that tell browsers which proxy to ask.
    Pac,
}
