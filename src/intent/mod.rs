//! What each device must mean, computed from the network alone.
//!
//! Takes a [`Network`]; gives packet sets, selectors, addresses, broadcast domains and web decisions. It is the other
//! side of the comparison with what is read back, so it must import neither `compile` nor `config`: an error made
//! there must not be proved equal to itself. It says *what*, never in which order or by which rule.

mod algebra;
mod gateway;
mod host;
mod lan;
mod pac;
mod service;
mod tunnel;
mod web;

pub use gateway::{GatewayIntent, Hooks, Translation, gateway, open_at, universe};
pub use host::{HostIntent, LinkIntent, LinkUse, Next, host};
pub use lan::{LanIntent, Member, lan};
pub use pac::{PacIntent, pac};
pub use service::{ServiceIntent, local_proxies, service};
pub use tunnel::{TunnelIntent, tunnels};
pub use web::{ClientIntent, ListIntent, StepIntent, WebIntent, web};

use crate::network::{Network, SiteId, tunnel_interface, zone_interface};

/// Names of a gateway's interfaces that a packet can cross, in the order of their numbers from
/// [`crate::packets::iface::FIRST`]: WAN, LAN trunk, zones, tunnels.
pub fn interfaces(net: &Network, site: SiteId) -> Vec<String> {
    let place = net.site(site);
    let gateway = &place.gateway;
    let zones = place.zones.iter().map(|z| zone_interface(&gateway.lan, net.zone(*z).vlan));
    let tunnels = net.tunnels_of(site).map(|(_, peer, _)| tunnel_interface(&net.site(peer).name));
    [gateway.wan.clone(), gateway.lan.clone()].into_iter().chain(zones).chain(tunnels).collect()
}
