//! What was typed by hand on devices and is still there.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use ipnet::IpNet;

use super::Name;
use crate::diagnostics::At;

/// What exists and the language would not make.
#[derive(Debug, Clone, Default)]
pub struct Brownfield {
    /// Policy-based tunnels with selectors typed by hand, far end not ours, by name.
    pub tunnels: BTreeMap<Name, OldTunnel>,
    /// Facts of switches, by name of a declared switch.
    pub switches: BTreeMap<Name, OldSwitch>,
}

/// A tunnel whose far end is not ours: what its selectors cover is let through, both ways.
#[derive(Debug, Clone)]
pub struct OldTunnel {
    /// Its name.
    pub name: At<Name>,
    /// Public address of the peer.
    pub peer: At<Ipv4Addr>,
    /// Local and remote prefixes.
    pub selectors: Vec<At<(IpNet, IpNet)>>,
}

/// What a switch does beside its ports.
#[derive(Debug, Clone)]
pub struct OldSwitch {
    /// Its name.
    pub name: At<Name>,
    /// Zones it has an address in, and routes between.
    pub routes: Vec<At<Name>>,
    /// Port number to the zone that is untagged on it.
    pub native: BTreeMap<u16, At<Name>>,
}
