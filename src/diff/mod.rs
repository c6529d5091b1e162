//! What changed between two states of a region: for each site and device, in text and in meaning.
//!
//! Takes the files of both states with the facts they are about; gives a report. Meaning is what the readers read back:
//! packets by exact sets, requests by the lists, VLANs on ports, selectors of tunnels, the rest setting by setting. A
//! change of text that changes none of it says so. Knows no YAML, no git and no terminal; it proves nothing.
//!
//! - `side` one state: its devices, read back; `names` addresses and interfaces in words, from the facts
//! - `device` one device: what its meaning gained and lost, each a `change`
//!   - `packets` what filters newly let pass or no longer, and when; `boxes` such a set as short rules
//!   - `requests` the same of proxies; `browsers` where they are not asked; `frames` VLANs on ports; `selectors` tunnels;
//!     `routes` where packets are sent; `settings` everything else
//! - `text` files and their hunks; `facts` topology, addressing, VPN; `class` one word for it all
//! - `told` each change once, with the sites it is in; `report` all of it
//! - `human`, `markdown`, `json` its forms; `summary` the lines that both of the first share

mod boxes;
mod browsers;
mod change;
mod class;
mod device;
mod facts;
mod frames;
mod human;
mod json;
mod markdown;
mod names;
mod packets;
mod report;
mod requests;
mod routes;
mod selectors;
mod settings;
mod side;
mod summary;
mod text;
mod told;

pub use change::{Change, Kind, Way};
pub use class::Class;
pub use device::between;
pub use human::human;
pub use json::{SCHEMA, json};
pub use markdown::markdown;
pub use report::{DeviceReport, Report, SiteReport, State, compare};
pub use side::{Side, Unread};
pub use text::{FileReport, Hunk};
pub use told::{Told, gathered};

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use crate::network::L4;
use crate::packets::Limits;

/// How a comparison is made.
#[derive(Debug, Clone)]
pub struct Options {
    /// Bounds of packet sets.
    pub limits: Limits,
    /// Seconds since 1970 from which on changes count; what is over before it is not told.
    pub from: u64,
    /// The zone that days are said in.
    pub zone: TimeZone,
    /// Named services, for words.
    pub services: BTreeMap<String, Vec<L4>>,
}
