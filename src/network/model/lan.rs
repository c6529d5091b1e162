//! Switches, their ports and cables.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use super::ZoneId;
use crate::diagnostics::At;
use crate::diagnostics::Span;
use crate::policy::Name;

/// A switch.
#[derive(Debug, Clone)]
pub struct Switch {
    /// Its name.
    pub name: Name,
    /// Its target descriptor.
    pub target: At<Name>,
    /// Its model.
    pub model: At<Name>,
    /// Its address in the zone of devices.
    pub ipv4: Ipv4Addr,
    /// Zone of devices.
    pub devices: ZoneId,
    /// What is on each port that is not shut and no cable end.
    pub ports: BTreeMap<u16, At<PortUse>>,
    /// Zones it routes between, and has an address in (brownfield).
    pub routes: Vec<At<ZoneId>>,
    /// Ports whose untagged zone is said by hand (brownfield).
    pub native: BTreeMap<u16, At<ZoneId>>,
    /// Where it is declared.
    pub span: Span,
}

/// What is on a switch port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortUse {
    /// Hosts of one zone.
    Access(ZoneId),
    /// An access point: tagged zones, and its own untagged one.
    AccessPoint(Vec<ZoneId>, ZoneId),
}

impl PortUse {
    /// Zones that are members through this port.
    pub fn zones(&self) -> Vec<ZoneId> {
        match self {
            Self::Access(zone) => vec![*zone],
            Self::AccessPoint(zones, managed) => zones.iter().chain([managed]).copied().collect(),
        }
    }
}

/// A cable between two ports, or several that are one link (LACP).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cable {
    /// Every cable of it, by its two ends; the devices are the same of all.
    pub strands: Vec<[CableEnd; 2]>,
}

impl Cable {
    /// The ends of the first cable: for who asks about devices alone.
    pub fn ends(&self) -> &[CableEnd; 2] {
        &self.strands[0]
    }

    /// Several cables are one link.
    pub fn is_link(&self) -> bool {
        self.strands.len() > 1
    }

    /// Ports at one of its two ends, in the order of the cables; none at the gateway.
    pub fn ports(&self, end: usize) -> impl Iterator<Item = u16> + '_ {
        self.strands.iter().filter_map(move |strand| match strand[end] {
            CableEnd::Gateway => None,
            CableEnd::Switch(_, port) => Some(port),
        })
    }

    /// The same as one writes them: `48`, `49-50`; None at the gateway.
    pub fn ports_text(&self, end: usize) -> Option<String> {
        let (first, last) = (self.ports(end).min()?, self.ports(end).max()?);
        Some(if first == last { first.to_string() } else { format!("{first}-{last}") })
    }
}

/// One end of a cable.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum CableEnd {
    /// The gateway's LAN trunk.
    Gateway,
    /// A switch (by its place in the site's table) and a port.
    Switch(usize, u16),
}
