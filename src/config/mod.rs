//! What devices do, said without any vendor's words: the middle of the house.
//!
//! `compile` makes it from a network, `render` turns it into text, `dialects` reads text back into it, and
//! `isolation` takes its meaning. Everything read carries the place it was read from. Knows no school, no YAML,
//! no zone: only interfaces, addresses, rules, selectors, VLANs and URLs.

pub mod filter;
pub mod host;
pub mod meaning;
pub mod pac;
pub mod tunnel;
pub mod vlan;
pub mod web;
pub mod web_meaning;

use std::collections::BTreeMap;

pub use filter::Filter;
pub use host::HostFacts;
pub use pac::Pac;
pub use tunnel::Tunnel;
pub use vlan::VlanTable;
pub use web::WebFilter;

/// Where something stands in the files of one device: file number in its [`FileSet`], line from 1.
///
/// [`Loc::MADE`] (line 0) is for what `compile` made and nobody has written yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Loc {
    /// Number of the file in its file set, in path order.
    pub file: u32,
    /// Line from 1; 0 when not read from a text.
    pub line: u32,
}

impl Loc {
    /// Not read from any text.
    pub const MADE: Self = Self { file: 0, line: 0 };
}

/// All files of one device, by path relative to the device's directory.
pub type FileSet = BTreeMap<String, String>;

/// The unit of reading: selectors, routes and rules mean something only together.
///
/// A part that the device does not have is None or empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Bundle {
    /// Interfaces, addresses, routes, kernel settings, boot order.
    pub host: Option<HostFacts>,
    /// Packet filter and address translation.
    pub filter: Option<Filter>,
    /// IPsec tunnels.
    pub tunnels: Vec<Tunnel>,
    /// Ports and VLANs of a switch.
    pub lan: Option<VlanTable>,
    /// Web proxies that run on the device.
    pub web: Vec<WebFilter>,
    /// Programs that the boot starts.
    pub services: Vec<host::Service>,
    /// What browsers are told, one file a zone.
    pub pac: Vec<Pac>,
}

impl serde::Serialize for Loc {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_u32(self.line)
    }
}
