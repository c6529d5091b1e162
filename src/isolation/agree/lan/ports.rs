//! Ports: host ports guarded, with exactly their tags; cable ends open and believed; everything else shut and dark.

use std::collections::BTreeSet;

use super::super::differences::Differences;
use super::{Lan, OneSwitch};
use crate::config::vlan::Port;
use crate::diagnostics::codes::isolation as codes;

/// Compares every port of the switch, and every declared one that its text does not have.
pub(super) fn ports(told: &mut Differences<'_>, lan: &Lan<'_>, one: &OneSwitch<'_>) {
    for (number, port) in &one.table.ports {
        let problems = if lan.segments.is_cabled(one.index, *number) {
            cable_end(port)
        } else if lan.is_host_port(one.index, *number) {
            host_port(lan, one, *number, port)
        } else {
            shut(lan, port)
        };
        let span = told.at(port.at);
        for problem in problems.into_iter().chain(learnt(port)) {
            let message = format!("port {number} of `{}` {problem}", one.declared.name);
            told.tell_beside(&codes::PORT_DIFFERS, span, message, Some(one.line(*number)));
        }
    }
    let cabled = lan.intent.cabled.iter().filter(|(switch, _)| *switch == one.index).map(|(_, port)| port);
    let declared: BTreeSet<u16> = one.declared.ports.keys().chain(cabled).copied().collect();
    for number in declared.iter().filter(|n| !one.table.ports.contains_key(n)) {
        let message = format!("`{}` has no port {number}", one.declared.name);
        told.tell(&codes::PORT_DIFFERS, one.line(*number), message);
    }
}

fn learnt(port: &Port) -> Option<String> {
    port.dynamic_vlans.then(|| "takes VLANs that the other side or a login names: it is in all of them".to_owned())
}

fn cable_end(port: &Port) -> Vec<String> {
    let rows = [
        (!port.enabled, "is shut, and a cable ends there"),
        (!port.trusted, "is not believed about DHCP and ARP, and a cable ends there"),
    ];
    rows.into_iter().filter(|(wrong, _)| *wrong).map(|(_, says)| says.to_owned()).collect()
}

fn host_port(lan: &Lan<'_>, one: &OneSwitch<'_>, number: u16, port: &Port) -> Vec<String> {
    let rows = [
        (!port.enabled, "is shut, and hosts are on it"),
        (port.trusted, "is believed about DHCP and ARP, and hosts are on it"),
        (!port.bpdu_protection, "lets hosts take part in spanning tree (no BPDU protection)"),
        (!port.root_guard, "lets hosts become the root of the spanning tree (no root guard)"),
        (!port.loop_protect, "lets hosts close a loop (no loop protection)"),
    ];
    let mut problems: Vec<String> = rows.into_iter().filter(|(wrong, _)| *wrong).map(|r| r.1.to_owned()).collect();
    let wanted: BTreeSet<u16> = lan.tagged(one.index, number).map(|z| lan.net.zone(z).vlan.get()).collect();
    problems.extend(
        port.tagged.difference(&wanted).next().map(|v| format!("has tag {v}, which the policy does not put there")),
    );
    problems.extend(wanted.difference(&port.tagged).next().map(|v| format!("lacks tag {v}")));
    problems
}

fn shut(lan: &Lan<'_>, port: &Port) -> Vec<String> {
    let dark = lan.net.region.dark_unused.get();
    let mut problems = Vec::new();
    if port.enabled {
        problems.push("is open, and nothing is declared there".to_owned());
    }
    if port.untagged != Some(dark) {
        let reads = port.untagged.map_or("none".to_owned(), |v| format!("VLAN {v}"));
        problems.push(format!("is in {reads}, not in the dark VLAN {dark} of shut ports"));
    }
    problems.extend(port.tagged.first().map(|v| format!("has tag {v}, and nothing is declared there")));
    if port.trusted {
        problems.push("is believed about DHCP and ARP, and no cable ends there".to_owned());
    }
    problems
}
