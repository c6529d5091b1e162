//! What the Region says once: the plan of addresses, IKE, services.

use std::collections::BTreeMap;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use jiff::tz::TimeZone;

use super::{Centre, Delegated, Establishment, Experiment, Name, Profile, Security, Uai, Unmanaged, VlanId, Waiver};
use crate::diagnostics::At;

/// The whole workspace.
#[derive(Debug, Clone)]
pub struct Policy {
    /// `region.yaml`.
    pub region: Region,
    /// `security.yaml`.
    pub security: Security,
    /// `services.yaml`.
    pub services: BTreeMap<Name, Service>,
    /// `services.yaml`, cryptographic suites.
    pub suites: BTreeMap<Name, Suite>,
    /// `waivers.yaml`.
    pub waivers: Vec<Waiver>,
    /// `experiments.yaml`. Their flows stand among those of their establishments.
    pub experiments: Vec<Experiment>,
    /// `centre/*.yaml`: the CSM, the academy.
    pub centres: BTreeMap<Name, Centre>,
    /// `profiles/*.yaml`.
    pub profiles: BTreeMap<Name, Profile>,
    /// `establishments/*.yaml`, by UAI.
    pub establishments: BTreeMap<Uai, Establishment>,
    /// Those of `establishments/*.yaml` that say `managed: no`, by UAI.
    pub unmanaged: BTreeMap<Uai, Unmanaged>,
    /// `delegated/*.yaml`, by UAI.
    pub delegated: BTreeMap<Uai, Delegated>,
}

impl Policy {
    /// The establishment that a site name stands for.
    pub fn establishment(&self, site: &Name) -> Option<&Establishment> {
        self.establishments.get(&Uai::new(site.as_str()))
    }

    /// What the establishment that a site name stands for says itself.
    pub fn delegated_to(&self, site: &Name) -> Option<&Delegated> {
        self.delegated.get(&Uai::new(site.as_str()))
    }

    /// Parts of the plan that are some establishment's, managed or not.
    pub fn blocks(&self) -> impl Iterator<Item = Block<'_>> {
        let managed = self.establishments.values().map(|e| Block { uai: &e.uai.value, v4: e.block, v6: e.block6 });
        managed.chain(self.unmanaged.values().map(|e| Block { uai: &e.uai.value, v4: e.block, v6: e.block6 }))
    }
}

/// The parts of the plan that are one establishment's.
#[derive(Debug, Clone, Copy)]
pub struct Block<'p> {
    /// Whose.
    pub uai: &'p Uai,
    /// Its IPv4 block.
    pub v4: At<Ipv4Net>,
    /// Its IPv6 block, when it has one.
    pub v6: At<Option<Ipv6Net>>,
}

/// What the whole region shares.
#[derive(Debug, Clone)]
pub struct Region {
    /// Its name.
    pub name: At<Name>,
    /// Civil days of the policy are days of this zone.
    pub timezone: At<TimeZone>,
    /// The plan establishments take their blocks from.
    pub plan4: At<Ipv4Net>,
    /// The same for IPv6.
    pub plan6: At<Ipv6Net>,
    /// Ranges that, with the plan, never leave a WAN interface in clear.
    pub private: Vec<At<IpNet>>,
    /// Wide-area networks by name.
    pub wans: BTreeMap<Name, Wan>,
    /// Identities of IKE peers.
    pub ike: Ike,
    /// VLAN of shut ports.
    pub dark_unused: At<VlanId>,
    /// VLAN of the untagged side of trunks.
    pub dark_native: At<VlanId>,
    /// Who merges what.
    pub owners: Option<Owners>,
}

/// Who merges what, as the forge names them: `@organisation/team`, `@account`, or an address of electronic mail.
#[derive(Debug, Clone)]
pub struct Owners {
    /// The Region.
    pub region: At<String>,
    /// The academy's security officer.
    pub academy: At<String>,
    /// The Region's contractor.
    pub operator: At<String>,
    /// Each establishment's network manager; `{uai}` stands for its code.
    pub establishments: At<String>,
}

/// One wide-area network.
#[derive(Debug, Clone)]
pub struct Wan {
    /// Its name.
    pub name: At<Name>,
    /// Who runs it.
    pub operator: At<Name>,
    /// Public addresses of its sites.
    pub public: At<IpNet>,
    /// Bytes of an IP packet on it.
    pub mtu: At<u16>,
}

/// IKE identities (RFC 7296 §3.5): a peer is `<site>.<identity>`.
#[derive(Debug, Clone)]
pub struct Ike {
    /// Domain under which peers are named.
    pub identity: At<String>,
    /// Name of the certificate authority, a slot filled at deployment.
    pub authority: At<Name>,
}

/// A named service.
#[derive(Debug, Clone)]
pub struct Service {
    /// Its name.
    pub name: At<Name>,
    /// What it is made of, each with its place; other services already expanded.
    pub items: Vec<At<L4>>,
}

/// What a service is on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum L4 {
    /// Destination ports, both included.
    Tcp(u16, u16),
    /// Destination ports, both included.
    Udp(u16, u16),
    /// ICMP type (RFC 792).
    Icmp(u8),
    /// ICMPv6 type (RFC 4443).
    Icmp6(u8),
}

impl L4 {
    /// True when it has all that the other has.
    pub fn holds(self, other: Self) -> bool {
        match (self, other) {
            (Self::Tcp(a, b), Self::Tcp(c, d)) | (Self::Udp(a, b), Self::Udp(c, d)) => a <= c && d <= b,
            (a, b) => a == b,
        }
    }

    /// True when the two share a port, or are one type.
    pub fn meets(self, other: Self) -> bool {
        match (self, other) {
            (Self::Tcp(a, b), Self::Tcp(c, d)) | (Self::Udp(a, b), Self::Udp(c, d)) => a <= d && c <= b,
            (a, b) => a == b,
        }
    }

    /// True when packets of IPv4, or of IPv6, can be it: ICMP is of one family alone.
    pub fn is_carried_by(self, v6: bool) -> bool {
        match self {
            Self::Tcp(..) | Self::Udp(..) => true,
            Self::Icmp(_) => !v6,
            Self::Icmp6(_) => v6,
        }
    }
}

/// A cryptographic suite.
#[derive(Debug, Clone)]
pub struct Suite {
    /// Its name.
    pub name: At<Name>,
    /// IKE proposal in strongSwan's words.
    pub ike: At<String>,
    /// ESP proposal in strongSwan's words.
    pub esp: At<String>,
    /// Seconds between rekeyings of a child.
    pub rekey_seconds: At<u32>,
}
