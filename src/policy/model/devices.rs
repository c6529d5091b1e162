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

/// `device.port = device.port`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cable {
    /// One end.
    pub a: CableEnd,
    /// Other end.
    pub b: CableEnd,
}

/// `sw-1.48` or `gateway.lan`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CableEnd {
    /// Device name, or `gateway`.
    pub device: At<Name>,
    /// Port number as text, or `lan`.
    pub port: At<Name>,
}
