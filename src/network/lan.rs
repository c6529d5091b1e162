//! Switches and cables of an establishment, and what stands on each port.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Cable, CableEnd, Network, PortUse, Switch, ZoneId};
use crate::diagnostics::codes::network as codes;
use crate::diagnostics::{At, Diagnostic, Sink, Span};
use crate::policy::{self, Establishment, Name, Policy, PortRole};

/// Resolves the switches and cables of every establishment, and what its gateway answers on links.
pub(super) fn wire(policy: &Policy, net: &mut Network, sink: &mut Sink) {
    for school in policy.establishments.values() {
        let Some(index) = net.sites.iter().position(|s| s.name == *school.uai.value.name()) else { continue };
        let zones: BTreeMap<Name, ZoneId> =
            net.sites[index].zones.iter().map(|z| (net.zone(*z).name.clone(), *z)).collect();
        let devices = net.sites[index].zones.iter().copied().find(|z| net.zone(*z).devices);
        let switches: Vec<Switch> =
            school.switches.values().filter_map(|s| switch(school, s, &zones, devices, sink)).collect();
        let cables = cables(school, &switches, sink);
        no_port_twice(&switches, &cables, sink);
        net.sites[index].switches = switches;
        net.sites[index].cables = cables;
    }
}

fn switch(
    school: &Establishment,
    switch: &policy::Switch,
    zones: &BTreeMap<Name, ZoneId>,
    devices: Option<ZoneId>,
    sink: &mut Sink,
) -> Option<Switch> {
    let Some(devices) = devices else {
        sink.push(
            Diagnostic::new(
                &codes::NO_DEVICES_ZONE,
                switch.name.span,
                format!("switch `{}` has no zone of devices to be managed in", switch.name.value),
            )
            .help("mark one of the zones `devices: true`"),
        );
        return None;
    };
    let old = school.brownfield.switches.get(&switch.name.value);
    let mut ports = BTreeMap::new();
    for row in &switch.ports {
        let Some(used) = port_use(&row.role.value, zones) else { continue };
        managed_elsewhere(&row.role, &used, devices).into_iter().for_each(|d| sink.push(d));
        ports.extend((row.range.0..=row.range.1).map(|p| (p, At::new(used.clone(), row.role.span))));
    }
    let place = |name: &At<Name>| zones.get(&name.value).map(|z| At::new(*z, name.span));
    Some(Switch {
        name: switch.name.value.clone(),
        target: switch.target.clone(),
        model: switch.model.clone(),
        ipv4: switch.ipv4.value,
        devices,
        ports,
        routes: old.into_iter().flat_map(|o| &o.routes).filter_map(place).collect(),
        native: old.into_iter().flat_map(|o| &o.native).filter_map(|(p, z)| Some((*p, place(z)?))).collect(),
        span: switch.name.span,
    })
}

/// An access point whose untagged side is a zone of hosts: what its radio carries would stand beside them.
fn managed_elsewhere(role: &At<PortRole>, used: &PortUse, devices: ZoneId) -> Option<Diagnostic> {
    let (PortRole::AccessPoint { managed, .. }, PortUse::AccessPoint(_, zone)) = (&role.value, used) else {
        return None;
    };
    (*zone != devices).then(|| {
        let says = format!("an access point would be managed in `{}`, which is no zone of devices", managed.value);
        Diagnostic::new(&codes::ACCESS_POINT_ZONE, managed.span, says)
            .help("access points carry other zones on the same cable: manage them in the zone marked `devices: true`")
    })
}

fn port_use(role: &PortRole, zones: &BTreeMap<Name, ZoneId>) -> Option<PortUse> {
    match role {
        PortRole::Access(zone) => zones.get(&zone.value).map(|z| PortUse::Access(*z)),
        PortRole::AccessPoint { zones: tagged, managed } => {
            let tagged = tagged.iter().filter_map(|z| zones.get(&z.value).copied()).collect();
            zones.get(&managed.value).map(|m| PortUse::AccessPoint(tagged, *m))
        }
        PortRole::Unused => None,
    }
}

fn cables(school: &Establishment, switches: &[Switch], sink: &mut Sink) -> Vec<At<Cable>> {
    let mut all = Vec::new();
    for cable in &school.cables {
        let ends = [&cable.a, &cable.b].map(|end| cable_end(end, switches, sink));
        if let [Some(a), Some(b)] = ends {
            let strands = a.into_iter().zip(b).map(|(a, b)| [a, b]).collect();
            all.push(At::new(Cable { strands }, cable.span));
        }
    }
    all
}

/// The ends of all cables on one side of a line, the lowest port first.
fn cable_end(end: &policy::CableEnd, switches: &[Switch], sink: &mut Sink) -> Option<Vec<CableEnd>> {
    if end.device.as_str() == "gateway" {
        if end.port.as_str() == "lan" {
            return Some(vec![CableEnd::Gateway]);
        }
        sink.push(
            Diagnostic::new(
                &codes::CABLE_UNKNOWN,
                end.port.span,
                format!("the gateway has no port `{}`", end.port.value),
            )
            .help("its LAN trunk is `gateway.lan`"),
        );
        return None;
    }
    let switch = switches.iter().position(|s| s.name == end.device.value);
    if let (Some(switch), Some((first, last))) = (switch, end.range()) {
        return Some((first..=last).map(|port| CableEnd::Switch(switch, port)).collect());
    }
    let (span, what) = match switch {
        None => (end.device.span, format!("no device `{}` here", end.device.value)),
        Some(_) => (end.port.span, format!("`{}` is not a port number", end.port.value)),
    };
    let known: Vec<String> = switches.iter().map(|s| format!("`{}`", s.name)).collect();
    sink.push(
        Diagnostic::new(&codes::CABLE_UNKNOWN, span, what)
            .help(format!("devices here: `gateway`, {}", known.join(", "))),
    );
    None
}

/// A port is an access port, or one end of one cable.
fn no_port_twice(switches: &[Switch], cables: &[At<Cable>], sink: &mut Sink) {
    let mut seen: BTreeSet<&CableEnd> = BTreeSet::new();
    for cable in cables {
        for end in cable.strands.iter().flatten() {
            let used = match end {
                CableEnd::Switch(s, p) => switches[*s].ports.get(p).map(|u| u.span),
                CableEnd::Gateway => None,
            };
            let what = match end {
                CableEnd::Gateway => "the gateway's trunk".to_owned(),
                CableEnd::Switch(s, p) => format!("port {p} of `{}`", switches[*s].name),
            };
            if !seen.insert(end) {
                sink.push(port_use_error(cable.span, format!("{what} is the end of two cables")));
            } else if let Some(span) = used {
                sink.push(
                    port_use_error(cable.span, format!("{what} is a cable end and an access port"))
                        .other(span, "listed here"),
                );
            }
        }
    }
}

fn port_use_error(span: Span, message: String) -> Diagnostic {
    Diagnostic::new(&codes::PORT_USE, span, message).help("a port has one use; choose another port")
}
