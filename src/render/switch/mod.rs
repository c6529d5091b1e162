//! A switch, turned as its template lays it out: [`aos`] by VLAN, [`ios`] by port; here what both need.
//!
//! Takes a [`VlanTable`] and the descriptor's model. Every port of the model must be said, because an absent one would
//! be open in VLAN 1. Must not know what a VLAN is for.

pub(super) mod aos;
pub(super) mod ios;

use serde::Serialize;
use std::collections::BTreeMap;

use super::error::Problem;
use super::target::{Model, Target};
use crate::config::vlan::{Hardening, Port};
use crate::config::{Loc, VlanTable};

/// One switch a setting, by the setting's name.
#[derive(Serialize)]
struct HardeningText {
    dhcp_snooping: bool,
    arp_protect: bool,
    spanning_tree: bool,
    no_telnet: bool,
    no_plain_web: bool,
    ssh: bool,
    snmp3_only: bool,
    no_gvrp: bool,
    no_auto_config: bool,
    no_front_panel_clear: bool,
    no_tftp: bool,
}

/// What the descriptor says of a switch.
struct Hardware<'a> {
    model: &'a Model,
    firmware: &'a str,
}

fn hardware<'a>(lan: &VlanTable, target: &'a Target) -> Result<Hardware<'a>, Problem> {
    let model = target
        .model(&lan.model)
        .ok_or_else(|| Problem::text("a model", &lan.model, "the target's descriptor does not know it"))?;
    let firmware = target
        .versions
        .get("firmware")
        .ok_or_else(|| Problem::Source("the descriptor has no firmware version".to_owned()))?;
    Ok(Hardware { model, firmware })
}

/// What no switch can be written as.
fn check(lan: &VlanTable, model: &Model) -> Result<(), Problem> {
    if !lan.ports.keys().copied().eq(1..=model.ports) {
        return Err(Problem::unsupported(format!(
            "another set of ports than the 1 to {} of {}",
            model.ports, model.number
        )));
    }
    if !lan.vlans.contains_key(&1) {
        return Err(Problem::unsupported("a switch without VLAN 1"));
    }
    for (number, port) in &lan.ports {
        check_port(*number, port, lan)?;
    }
    links(lan).into_iter().try_for_each(|(number, members)| check_link(number, &members, lan))
}

/// Links of several ports by number, with their members.
fn links(lan: &VlanTable) -> BTreeMap<u16, Vec<u16>> {
    let mut all: BTreeMap<u16, Vec<u16>> = BTreeMap::new();
    for (number, port) in &lan.ports {
        if let Some(link) = port.link {
            all.entry(link).or_default().push(*number);
        }
    }
    all
}

/// The members of a link are one port: only their names and whether they are shut are their own.
fn check_link(number: u16, members: &[u16], lan: &VlanTable) -> Result<(), Problem> {
    let shared =
        |port: &u16| Port { enabled: true, name: String::new(), at: Loc::default(), ..lan.ports[port].clone() };
    let alike = members.iter().all(|port| shared(port) == shared(&members[0]));
    let limited = members.iter().any(|port| lan.ports[port].broadcast_limit.is_some());
    let rows = [
        (!alike, "link {number} whose ports differ"),
        (limited, "link {number} with a limit of broadcasts"),
        (members.len() > 8, "link {number} of more than 8 ports"),
    ];
    let wrong = rows.into_iter().find(|(wrong, _)| *wrong);
    wrong.map_or(Ok(()), |(_, what)| Err(Problem::unsupported(what.replace("{number}", &number.to_string()))))
}

fn check_port(number: u16, port: &Port, lan: &VlanTable) -> Result<(), Problem> {
    let refused = |why: &str| Err(Problem::unsupported(format!("port {number} {why}")));
    if port.untagged.is_none() && port.tagged.is_empty() {
        return refused("in no VLAN at all");
    }
    if port.untagged.is_some_and(|id| port.tagged.contains(&id)) {
        return refused("both untagged and tagged in one VLAN");
    }
    if port.untagged.iter().chain(&port.tagged).any(|id| !lan.vlans.contains_key(id)) {
        return refused("in a VLAN that the switch does not have");
    }
    if port.dynamic_vlans && lan.hardening.contains(&Hardening::NoGvrp) {
        return refused("learning VLANs on a switch without GVRP");
    }
    Ok(())
}

fn hardening(lan: &VlanTable) -> HardeningText {
    let has = |h| lan.hardening.contains(&h);
    HardeningText {
        dhcp_snooping: has(Hardening::DhcpSnooping),
        arp_protect: has(Hardening::ArpProtect),
        spanning_tree: has(Hardening::SpanningTree),
        no_telnet: has(Hardening::NoTelnet),
        no_plain_web: has(Hardening::NoPlainWeb),
        ssh: has(Hardening::Ssh),
        snmp3_only: has(Hardening::Snmp3Only),
        no_gvrp: has(Hardening::NoGvrp),
        no_auto_config: has(Hardening::NoAutoConfig),
        no_front_panel_clear: has(Hardening::NoFrontPanelClear),
        no_tftp: has(Hardening::NoTftp),
    }
}

/// `1-20,48`: rising numbers with neighbours folded.
fn ranges(numbers: impl Iterator<Item = u16>, between: &str) -> String {
    let mut stretches: Vec<(u16, u16)> = Vec::new();
    for number in numbers {
        match stretches.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => stretches.push((number, number)),
        }
    }
    let spelled: Vec<String> =
        stretches.iter().map(|(a, b)| if a == b { a.to_string() } else { format!("{a}-{b}") }).collect();
    spelled.join(between)
}
