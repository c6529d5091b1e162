//! Who must share a broadcast domain with whom: each zone one domain, and nobody else in it.

use std::collections::{BTreeMap, BTreeSet};

use crate::network::{CableEnd, Network, SiteId, ZoneId};

/// Something that is in a broadcast domain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Member {
    /// The gateway, by the zone's VLAN on its trunk.
    Gateway,
    /// Hosts on a switch port, with untagged frames (switch by its place in the site's table).
    Untagged(usize, u16),
    /// Stations behind an access point on a switch port, with tagged frames.
    Tagged(usize, u16),
    /// The switch itself, by an address of its own.
    Switch(usize),
}

/// The broadcast domains of a site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LanIntent {
    /// Members of each zone's domain, exactly these.
    pub zones: BTreeMap<ZoneId, BTreeSet<Member>>,
    /// Ports that are cable ends (switch, port): they face another device of ours.
    pub cabled: BTreeSet<(usize, u16)>,
    /// Of a port (switch, port) whose cable is one of several in a link: all ports of its switch that are in that link.
    pub links: BTreeMap<(usize, u16), BTreeSet<u16>>,
    /// Switches that route between zones, by brownfield fact.
    pub routing: BTreeSet<usize>,
}

/// The intent of a site's switches.
pub fn lan(net: &Network, site: SiteId) -> LanIntent {
    use crate::network::{CableEnd, PortUse};
    let place = net.site(site);
    let mut intent = LanIntent::default();
    for zone in &place.zones {
        intent.zones.entry(*zone).or_default().insert(Member::Gateway);
    }
    for (number, switch) in place.switches.iter().enumerate() {
        for (port, used) in &switch.ports {
            match &used.value {
                PortUse::Access(zone) => {
                    intent.zones.entry(*zone).or_default().insert(Member::Untagged(number, *port));
                }
                PortUse::AccessPoint(zones, managed) => {
                    intent.zones.entry(*managed).or_default().insert(Member::Untagged(number, *port));
                    for zone in zones {
                        intent.zones.entry(*zone).or_default().insert(Member::Tagged(number, *port));
                    }
                }
            }
        }
        for zone in std::iter::once(switch.devices).chain(switch.routes.iter().map(|r| r.value)) {
            intent.zones.entry(zone).or_default().insert(Member::Switch(number));
        }
        if !switch.routes.is_empty() {
            intent.routing.insert(number);
        }
    }
    for cable in &place.cables {
        for end in cable.strands.iter().flatten() {
            if let CableEnd::Switch(switch, port) = end {
                intent.cabled.insert((*switch, *port));
            }
        }
    }
    links(net, site, &mut intent);
    natives(net, site, &mut intent);
    intent
}

/// Ports that are joined to one: those of all cables of a line that names several.
fn links(net: &Network, site: SiteId, intent: &mut LanIntent) {
    for strands in net.site(site).cables.iter().map(|c| &c.strands).filter(|s| s.len() > 1) {
        for side in [0, 1] {
            let plugs = strands.iter().filter_map(|strand| match strand[side] {
                CableEnd::Gateway => None,
                CableEnd::Switch(switch, port) => Some((switch, port)),
            });
            let plugs: Vec<(usize, u16)> = plugs.collect();
            let all: BTreeSet<u16> = plugs.iter().map(|(_, port)| *port).collect();
            intent.links.extend(plugs.into_iter().map(|plug| (plug, all.clone())));
        }
    }
}

/// A port whose untagged zone is said by hand and that is no cable end has hosts of that zone.
fn natives(net: &Network, site: SiteId, intent: &mut LanIntent) {
    for (number, switch) in net.site(site).switches.iter().enumerate() {
        for (port, zone) in switch.native.iter().filter(|(p, _)| !intent.cabled.contains(&(number, **p))) {
            intent.zones.entry(zone.value).or_default().insert(Member::Untagged(number, *port));
        }
    }
}
