//! Switches, their ports and cables.

use std::net::Ipv4Addr;

use super::{End, Name};
use crate::diagnostics::At;

/// Where devices send.
#[derive(Debug, Clone)]
pub struct Devices {
    /// Log collector.
    pub logs: Option<At<End>>,
    /// Time source.
    pub clock: Option<At<End>>,
}

/// A switch.
#[derive(Debug, Clone)]
pub struct Switch {
    /// Its name.
    pub name: At<Name>,
    /// Target descriptor.
    pub target: At<Name>,
    /// Model of the descriptor: gives port names and the firmware's defaults.
    pub model: At<Name>,
    /// Its address in the zone marked `devices`.
    pub ipv4: At<Ipv4Addr>,
    /// Ranges of ports and what is on them; a port not listed is shut.
    pub ports: Vec<SwitchPorts>,
}

/// `32-33: ap byod, wifi_staff managed mgmt`.
#[derive(Debug, Clone)]
pub struct SwitchPorts {
    /// First and last port number.
    pub range: At<(u16, u16)>,
    /// What is on them.
    pub role: At<PortRole>,
}

/// What is on a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PortRole {
    /// Hosts of one zone.
    Access(At<Name>),
    /// An access point: tagged zones, and the untagged zone of the access point itself.
    AccessPoint {
        /// Tagged.
        zones: Vec<At<Name>>,
        /// Untagged.
        managed: At<Name>,
    },
    /// Shut.
    Unused,
}

/// `device.port = device.port`; with a range of ports at each end, as many cables that are one link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cable {
    /// One end.
    pub a: CableEnd,
    /// Other end.
    pub b: CableEnd,
}

/// `sw-1.48`, `sw-1.49-50` or `gateway.lan`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CableEnd {
    /// Device name, or `gateway`.
    pub device: At<Name>,
    /// Port number or range as text, or `lan`.
    pub port: At<Name>,
}

impl CableEnd {
    /// First and last port of a switch, as they are written; None for another text.
    pub fn range(&self) -> Option<(u16, u16)> {
        let text = self.port.as_str();
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let number = |digits: &str| digits.parse::<u16>().ok().filter(|n| *n > 0);
        Some((number(first)?, number(last)?))
    }

    /// How many cables end here.
    pub fn count(&self) -> usize {
        self.range().map_or(1, |(first, last)| usize::from(last.saturating_sub(first)) + 1)
    }
}
