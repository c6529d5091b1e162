//! What each flow needs of one gateway, as rows: hook, interfaces, addresses, services, time.

use std::collections::BTreeMap;

use ipnet::IpNet;

use crate::network::L4;
use crate::network::{Leg, Network, OriginId, Port, SiteId, Window, tunnel_interface, zone_interface};

/// One flow at one gateway.
#[derive(Debug, Clone)]
pub(super) struct Permit<'n> {
    /// Where its packets come in and go out.
    pub(super) leg: &'n Leg,
    /// Its services.
    pub(super) services: &'n [L4],
    /// When.
    pub(super) window: Window,
    /// The line it comes from.
    pub(super) origin: OriginId,
    /// What its sender is called, without the site: `pedago`, `staff`.
    pub(super) sender: String,
    /// What its receiver is called, without the site.
    pub(super) receiver: String,
}

/// Every flow that crosses a gateway, in the order of the policy.
pub(super) fn at_site(net: &Network, site: SiteId) -> Vec<Permit<'_>> {
    let mut all = Vec::new();
    for (flow, leg) in net.legs_at(site) {
        let short = |end| {
            let label = crate::network::label(net, end);
            label.rsplit('.').next().unwrap_or(&label).to_owned()
        };
        let (sender, receiver) = (short(&flow.from), short(&flow.to));
        all.push(Permit { leg, services: &flow.services, window: flow.window, origin: flow.origin, sender, receiver });
    }
    all
}

/// Name of the interface behind a port; None for the gateway's own sockets.
pub(super) fn interface(net: &Network, site: SiteId, port: Port) -> Option<String> {
    let gateway = &net.site(site).gateway;
    match port {
        Port::Zone(z) => Some(zone_interface(&gateway.lan, net.zone(z).vlan)),
        Port::Tunnel(t) => {
            let ends = net.tunnel(t).ends;
            let peer = if ends[0] == site { ends[1] } else { ends[0] };
            Some(tunnel_interface(&net.site(peer).name))
        }
        Port::Wan => Some(gateway.wan.clone()),
        Port::Local(_) => None,
    }
}

/// Source prefixes that may come in by each interface that is not the WAN: the anti-spoofing table.
pub(super) fn sources(net: &Network, site: SiteId) -> BTreeMap<String, Vec<IpNet>> {
    let gateway = &net.site(site).gateway;
    let mut table = BTreeMap::new();
    for zone in net.site(site).zones.iter().map(|z| net.zone(*z)) {
        table.insert(zone_interface(&gateway.lan, zone.vlan), zone.nets());
    }
    for (_, peer, tunnel) in net.tunnels_of(site) {
        table.insert(tunnel_interface(&net.site(peer).name), tunnel.remote_nets(site));
    }
    table
}
