//! A switch: which VLANs stand on which ports, what it routes, and what hardens it (IEEE 802.1Q).

use ipnet::IpNet;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::Loc;

/// A switch as its configuration and its firmware's defaults make it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct VlanTable {
    /// Its name.
    pub hostname: String,
    /// Every VLAN that exists on it, with its name.
    pub vlans: BTreeMap<u16, Vlan>,
    /// Every port of the model, by number.
    pub ports: BTreeMap<u16, Port>,
    /// Routes between its addresses.
    pub routing: bool,
    /// VLAN from which it may be managed; None is any.
    pub management_vlan: Option<u16>,
    /// Its default gateway as a host.
    pub default_gateway: Option<IpAddr>,
    /// Settings that harden it, by name of [`Hardening`].
    pub hardening: BTreeSet<Hardening>,
    /// Log collectors.
    pub logs: Vec<IpAddr>,
    /// Time sources.
    pub clocks: Vec<IpAddr>,
    /// Model word, as the descriptor names it (AOS-S: the J-number line; IOS: the provisioned member of the stack).
    pub model: String,
}

/// One VLAN of a switch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Vlan {
    /// Its name.
    pub name: String,
    /// The switch's own addresses in it.
    pub addresses: Vec<IpNet>,
    /// Its voice flag.
    pub voice: bool,
    /// DHCP snooping is on in it.
    pub dhcp_snooping: bool,
    /// ARP protection is on in it.
    pub arp_protect: bool,
    /// Where it was read.
    pub at: Loc,
}

/// One port.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Port {
    /// It is not shut.
    pub enabled: bool,
    /// VLAN of untagged frames; None drops them.
    pub untagged: Option<u16>,
    /// VLANs of tagged frames.
    pub tagged: BTreeSet<u16>,
    /// Text for people.
    pub name: String,
    /// DHCP servers and ARP answers are believed on it.
    pub trusted: bool,
    /// A bridge protocol unit shuts it.
    pub bpdu_protection: bool,
    /// It never becomes the way to the root.
    pub root_guard: bool,
    /// A frame of its own shuts it.
    pub loop_protect: bool,
    /// VLANs may be learnt on it from the other side (GVRP/MVRP, DTP) or assigned by authentication.
    pub dynamic_vlans: bool,
    /// Broadcasts as per cent of its speed at most.
    pub broadcast_limit: Option<u8>,
    /// Stations that may speak on it at the same time; None is as many as its table holds.
    pub stations: Option<u16>,
    /// Number of the link of several ports (LACP) that it is a member of: what is said above of the VLANs and of trust is
    /// then the link's, and the same of all its members.
    pub link: Option<u16>,
    /// Where it was read.
    pub at: Loc,
}

/// A setting that hardens a switch as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Hardening {
    /// DHCP snooping is on (DISA CISC-L2-000130).
    DhcpSnooping,
    /// Dynamic ARP protection is on (DISA CISC-L2-000150).
    ArpProtect,
    /// Spanning tree is on.
    SpanningTree,
    /// No telnet.
    NoTelnet,
    /// No web management without TLS.
    NoPlainWeb,
    /// SSH is on.
    Ssh,
    /// No SNMP v1/v2c, no default community.
    Snmp3Only,
    /// Neighbours tell it no VLANs (GVRP, VTP).
    NoGvrp,
    /// No stacking or auto-configuration by the neighbours or from the network (DHCP options, cloud).
    NoAutoConfig,
    /// No front-panel password clearing.
    NoFrontPanelClear,
    /// No TFTP, neither client nor server.
    NoTftp,
}
