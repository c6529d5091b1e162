//! Cables of an establishment: every switch is reached from the gateway, every zone has a port.
//!
//! Cables may make circles: switches run spanning tree, and every VLAN is on every way between two of its members.

use std::collections::BTreeSet;

use super::model::{CableEnd, Network, Site};
use crate::diagnostics::codes::network as codes;
use crate::diagnostics::{Diagnostic, Sink};

/// The cables of every site that has switches.
pub(super) fn check(net: &Network, sink: &mut Sink) {
    for site in net.sites.iter().filter(|s| !s.switches.is_empty()) {
        to_itself(site, sink);
        one_native(net, site, sink);
        unreached(site, sink);
        without_port(net, site, sink);
    }
}

fn to_itself(site: &Site, sink: &mut Sink) {
    for cable in &site.cables {
        let [CableEnd::Switch(a, _), CableEnd::Switch(b, _)] = cable.ends() else { continue };
        if a == b {
            let says = format!("both ends of this cable are on `{}`", site.switches[*a].name);
            sink.push(
                Diagnostic::new(&codes::CABLE_TO_ITSELF, cable.span, says)
                    .help("a cable joins two devices: name the other one, or delete the line"),
            );
        }
    }
}

/// The ports of a link are one port: they have one untagged zone, or none of them has one.
fn one_native(net: &Network, site: &Site, sink: &mut Sink) {
    for cable in site.cables.iter().filter(|c| c.is_link()) {
        for (end, first) in cable.ends().iter().enumerate() {
            let CableEnd::Switch(switch, _) = first else { continue };
            let switch = &site.switches[*switch];
            let said = cable.ports(end).filter_map(|port| Some((port, switch.native.get(&port)?)));
            let Some((port, zone)) = said.min_by_key(|(port, _)| *port) else { continue };
            let name = |port: u16| switch.native.get(&port).map(|z| z.value);
            if let Some(other) = cable.ports(end).find(|other| name(*other) != Some(zone.value)) {
                let says = format!(
                    "untagged frames of port {port} of `{}` are of `{}`, and those of port {other} of the same link are not",
                    switch.name,
                    net.zone(zone.value).name
                );
                let found = Diagnostic::new(&codes::PORT_USE, zone.span, says).other(cable.span, "one link");
                sink.push(found.help("say it of every port of the link, or of none"));
            }
        }
    }
}

/// The device at an end of a cable: the gateway is none of the switches.
fn device(end: &CableEnd) -> Option<usize> {
    match end {
        CableEnd::Gateway => None,
        CableEnd::Switch(number, _) => Some(*number),
    }
}

/// Switches that cables lead to from the gateway.
fn reached(site: &Site) -> BTreeSet<usize> {
    let mut reached: BTreeSet<Option<usize>> = BTreeSet::from([None]);
    let mut before = 0;
    while reached.len() > before {
        before = reached.len();
        for [a, b] in site.cables.iter().map(|c| [device(&c.ends()[0]), device(&c.ends()[1])]) {
            if reached.contains(&a) || reached.contains(&b) {
                reached.extend([a, b]);
            }
        }
    }
    reached.into_iter().flatten().collect()
}

fn unreached(site: &Site, sink: &mut Sink) {
    let reached = reached(site);
    for (_, switch) in site.switches.iter().enumerate().filter(|(number, _)| !reached.contains(number)) {
        let says = format!("no cable leads from the gateway to switch `{}`", switch.name);
        let near = reached.first().map(|number| &site.switches[*number].name);
        let such = match near {
            Some(near) => format!("`{near}.PORT = {}.PORT`, for the gateway has its one cable", switch.name),
            None => format!("`gateway.lan = {}.24`", switch.name),
        };
        sink.push(
            Diagnostic::new(&codes::SWITCH_UNREACHED, switch.span, says)
                .help(format!("add the cable it hangs on to `cables:`, such as {such}")),
        );
    }
}

/// Zones that one may have planned, and that nobody can plug into: told in one line.
fn without_port(net: &Network, site: &Site, sink: &mut Sink) {
    let on_ports = site.switches.iter().flat_map(|s| s.ports.values()).flat_map(|u| u.value.zones());
    let on_switches = site.switches.iter().flat_map(|s| s.routes.iter().chain(s.native.values()).map(|z| z.value));
    let carried: BTreeSet<_> = on_ports.chain(on_switches).collect();
    let missing = site.zones.iter().filter(|z| !carried.contains(z) && !net.zone(**z).devices);
    let names: Vec<String> = missing.map(|z| format!("`{}`", net.zone(*z).name)).collect();
    if !names.is_empty() {
        let says = format!("no port of a switch carries {}", names.join(", "));
        sink.push(
            Diagnostic::new(&codes::ZONE_WITHOUT_PORT, site.span, says)
                .help("list their ports in `switches:`; without one, only the gateway is in the zone"),
        );
    }
}
