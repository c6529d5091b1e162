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

/// A cable between two ports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cable {
    /// Its two ends.
    pub ends: [CableEnd; 2],
}

/// One end of a cable.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum CableEnd {
    /// The gateway's LAN trunk.
    Gateway,
    /// A switch (by its place in the site's table) and a port.
    Switch(usize, u16),
}
