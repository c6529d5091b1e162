//! A switch as AOS-S's blocks: membership turned from ports to VLANs, ports folded into ranges.
//!
//! Takes a [`VlanTable`] and the descriptor's model; gives what the template lays out. Every port of the model must be
//! said, because an absent one would be open in VLAN 1. Must not know what a VLAN is for.

use ipnet::IpNet;
use serde::Serialize;
use std::net::IpAddr;

use super::error::Problem;
use super::target::{Model, Target};
use crate::config::VlanTable;
use crate::config::vlan::{Hardening, Port, Vlan};

#[derive(Serialize)]
pub(super) struct Switch<'a> {
    number: &'a str,
    firmware: &'a str,
    hostname: &'a str,
    routing: bool,
    management_vlan: Option<u16>,
    default_gateway: Option<IpAddr>,
    logs: &'a [IpAddr],
    clocks: &'a [IpAddr],
    hardening: HardeningText,
    snooping: String,
    arp_protect: String,
    bpdu_protection: String,
    root_guard: String,
    loop_protect: String,
    interfaces: Vec<InterfaceText<'a>>,
    vlans: Vec<VlanText<'a>>,
}

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

#[derive(Serialize)]
struct InterfaceText<'a> {
    number: u16,
    disabled: bool,
    name: Option<&'a str>,
    trusted: bool,
    /// GVRP runs on the switch, but not for this port.
    blocks_gvrp: bool,
    broadcast_limit: Option<u8>,
}

#[derive(Serialize)]
struct VlanText<'a> {
    id: u16,
    name: &'a str,
    no_untagged: String,
    untagged: String,
    tagged: String,
    addresses4: Vec<(String, String)>,
    addresses6: Vec<String>,
    voice: bool,
}

/// Spells one switch.
pub(super) fn switch<'a>(lan: &'a VlanTable, target: &'a Target) -> Result<Switch<'a>, Problem> {
    let model = target
        .model(&lan.model)
        .ok_or_else(|| Problem::text("a model", &lan.model, "the target's descriptor does not know it"))?;
    let firmware = target
        .versions
        .get("firmware")
        .ok_or_else(|| Problem::Source("the descriptor has no firmware version".to_owned()))?;
    check(lan, model)?;
    let vlans_with =
        |wanted: fn(&Vlan) -> bool| ranges(lan.vlans.iter().filter(|(_, v)| wanted(v)).map(|(id, _)| *id), " ");
    let ports_with = |wanted: fn(&Port) -> bool| ports(lan, wanted);
    Ok(Switch {
        number: &model.number,
        firmware,
        hostname: &lan.hostname,
        routing: lan.routing,
        management_vlan: lan.management_vlan,
        default_gateway: lan.default_gateway,
        logs: &lan.logs,
        clocks: &lan.clocks,
        hardening: hardening(lan),
        snooping: vlans_with(|v| v.dhcp_snooping),
        arp_protect: vlans_with(|v| v.arp_protect),
        bpdu_protection: ports_with(|p| p.bpdu_protection),
        root_guard: ports_with(|p| p.root_guard),
        loop_protect: ports_with(|p| p.loop_protect),
        interfaces: lan.ports.iter().filter_map(|(number, port)| interface(*number, port, lan)).collect(),
        vlans: lan.vlans.iter().map(|(id, vlan)| vlan_text(*id, vlan, lan)).collect(),
    })
}

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
    Ok(())
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

/// None when the block would be empty.
fn interface<'a>(number: u16, port: &'a Port, lan: &VlanTable) -> Option<InterfaceText<'a>> {
    let text = InterfaceText {
        number,
        disabled: !port.enabled,
        name: (!port.name.is_empty()).then_some(port.name.as_str()),
        trusted: port.trusted,
        blocks_gvrp: !lan.hardening.contains(&Hardening::NoGvrp) && !port.dynamic_vlans,
        broadcast_limit: port.broadcast_limit,
    };
    let says =
        text.disabled || text.name.is_some() || text.trusted || text.blocks_gvrp || text.broadcast_limit.is_some();
    says.then_some(text)
}

fn vlan_text<'a>(id: u16, vlan: &'a Vlan, lan: &VlanTable) -> VlanText<'a> {
    let is_here = |p: &Port| p.untagged == Some(id);
    VlanText {
        id,
        name: &vlan.name,
        no_untagged: if id == 1 { ports(lan, |p| !is_here(p)) } else { String::new() },
        untagged: ports(lan, is_here),
        tagged: ports(lan, |p| p.tagged.contains(&id)),
        addresses4: vlan
            .addresses
            .iter()
            .filter(|a| a.addr().is_ipv4())
            .map(|a| (a.addr().to_string(), a.netmask().to_string()))
            .collect(),
        addresses6: vlan.addresses.iter().filter(|a| a.addr().is_ipv6()).map(IpNet::to_string).collect(),
        voice: vlan.voice,
    }
}

fn ports(lan: &VlanTable, wanted: impl Fn(&Port) -> bool) -> String {
    ranges(lan.ports.iter().filter(|(_, p)| wanted(p)).map(|(number, _)| *number), ",")
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
