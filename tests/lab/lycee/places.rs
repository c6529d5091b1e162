//! Who stands around a gateway: a host in each of its zones, in each zone behind its tunnels, and on the WAN.
//!
//! Takes the network; gives interfaces and addresses. Derived, so that a new zone or host is asked about without a new line here.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::rc::Rc;

use etanche::network::{End, Network, Port, SiteId, Zone, tunnel_interface, zone_interface};
use ipnet::IpNet;

/// An address behind an interface of the gateway.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) interface: Rc<str>,
    pub(super) address: IpAddr,
    pub(super) label: String,
}

/// Addresses on the WAN that no declaration names: outside, private and claimed by nobody.
const STRANGERS: [(&str, &str); 5] = [
    ("a foreign host", "198.18.99.9"),
    ("a foreign host", "3fff::9"),
    ("inside and in no zone", "10.77.0.9"),
    ("inside and in no zone", "192.168.7.9"),
    ("inside and in no zone", "2001:db8:77::9"),
];

/// Every place around a site's gateway, each once.
pub(super) fn around(net: &Network, site: SiteId) -> Vec<Place> {
    let mut all = BTreeSet::new();
    all.extend(zones(net, site));
    all.extend(hosts(net, site));
    all.extend(outside(net, site));
    all.into_iter().collect()
}

/// The interface towards a zone, if packets for it have a way.
fn interface(net: &Network, site: SiteId, zone: &Zone) -> Option<Rc<str>> {
    if zone.site == site {
        return Some(zone_interface(&net.site(site).gateway.lan, zone.vlan).into());
    }
    let tunnel = net.tunnels_of(site).find(|(_, peer, tunnel)| {
        let covered = tunnel.remote_nets(site).iter().any(|far| far.contains(&IpNet::V4(zone.v4)));
        covered || *peer == zone.site
    });
    tunnel.filter(|_| !zone.private).map(|(_, peer, _)| tunnel_interface(&net.site(peer).name).into())
}

/// One host a zone and family; the host's number is none of the plan's.
fn zones(net: &Network, site: SiteId) -> Vec<Place> {
    let mut all = Vec::new();
    for (id, zone) in net.zone_ids() {
        let Some(interface) = interface(net, site, zone) else { continue };
        for prefix in zone.nets() {
            let address = nth(prefix, 77);
            all.push(Place { interface: interface.clone(), address, label: net.zone_label(id) });
        }
    }
    all
}

/// Hosts with addresses of their own.
fn hosts(net: &Network, site: SiteId) -> Vec<Place> {
    let mut all = Vec::new();
    for host in &net.hosts {
        let Some(interface) = interface(net, site, net.zone(host.zones[0])) else { continue };
        let label = format!("{}.{}", net.site(host.site).name, host.name);
        all.extend(host.addresses.iter().map(|address| Place {
            interface: interface.clone(),
            address: *address,
            label: label.clone(),
        }));
    }
    all
}

/// The WAN: strangers, other gateways, and both ends of flows that cross it.
fn outside(net: &Network, site: SiteId) -> Vec<Place> {
    let wan: Rc<str> = net.site(site).gateway.wan.as_str().into();
    let mut named: Vec<(String, IpAddr)> =
        STRANGERS.iter().map(|(label, text)| ((*label).to_owned(), text.parse().expect("an address"))).collect();
    for (_, other) in net.site_ids().filter(|(id, _)| *id != site) {
        named.push((format!("the gateway of {}", other.name), other.gateway.public.value.into()));
    }
    for flow in &net.flows {
        for leg in flow.legs.iter().filter(|leg| leg.site == site) {
            if let (Port::Wan, End::Internet(nets)) = (leg.leaves, &flow.to) {
                named.extend(nets.iter().map(|net| ("an end of a flow".to_owned(), first(*net))));
            }
            if leg.enters == Port::Wan {
                named.extend(leg.source.iter().map(|net| ("an end of a flow".to_owned(), first(*net))));
            }
        }
    }
    named.into_iter().map(|(label, address)| Place { interface: wan.clone(), address, label }).collect()
}

/// An address of a prefix: its network's own when it is a single one.
fn first(net: IpNet) -> IpAddr {
    if net.prefix_len() == net.max_prefix_len() { net.addr() } else { nth(net, 5) }
}

/// The `n`th address of a prefix.
pub(super) fn nth(net: IpNet, n: u32) -> IpAddr {
    match net {
        IpNet::V4(net) => (u32::from(net.network()) + n).to_be_bytes().into(),
        IpNet::V6(net) => (u128::from(net.network()) + u128::from(n)).to_be_bytes().into(),
    }
}
