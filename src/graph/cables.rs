//! Which VLANs a cable carries: those that cutting it would part from the gateway.

use std::collections::BTreeSet;

use crate::network::{Cable, CableEnd, Network, Site, ZoneId};

/// VLAN numbers on one cable of a site, in order.
pub(super) fn vlans(net: &Network, site: &Site, cable: usize) -> Vec<u16> {
    let reached = reached(site, cable);
    let beyond = site.switches.iter().enumerate().filter(|(nth, _)| !reached.contains(nth));
    let zones = beyond.flat_map(|(_, switch)| {
        let on_ports = switch.ports.values().flat_map(|port| port.value.zones());
        on_ports.chain([switch.devices]).collect::<Vec<ZoneId>>()
    });
    let numbers: BTreeSet<u16> = zones.map(|zone| net.zone(zone).vlan.get()).collect();
    numbers.into_iter().collect()
}

/// Switches that the gateway reaches without one cable.
fn reached(site: &Site, without: usize) -> BTreeSet<usize> {
    let cables = || site.cables.iter().enumerate().filter(|(nth, _)| *nth != without).map(|(_, c)| &c.value);
    let touches = |cable: &Cable, known: &BTreeSet<usize>| {
        cable.ends().iter().any(|end| match end {
            CableEnd::Gateway => true,
            CableEnd::Switch(switch, _) => known.contains(switch),
        })
    };
    let mut known = BTreeSet::new();
    loop {
        let next: BTreeSet<usize> = cables()
            .filter(|cable| touches(cable, &known))
            .flat_map(|cable| cable.ends())
            .filter_map(|end| match end {
                CableEnd::Gateway => None,
                CableEnd::Switch(switch, _) => Some(*switch),
            })
            .chain(known.iter().copied())
            .collect();
        if next == known {
            return known;
        }
        known = next;
    }
}
