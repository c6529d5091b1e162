//! A switch as AOS-S's blocks: membership turned from ports to VLANs, ports folded into ranges.
//!
//! Takes a [`VlanTable`] and the descriptor's model; gives what the template lays out.

use ipnet::IpNet;
use serde::Serialize;
use std::net::IpAddr;

use super::{HardeningText, Hardware, check, hardening, hardware, links, ranges};
use crate::config::VlanTable;
use crate::config::vlan::{Hardening, Port, Vlan};
use crate::render::error::Problem;
use crate::render::target::Target;

#[derive(Serialize)]
pub(in crate::render) struct Switch<'a> {
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
    links: Vec<LinkText>,
    interfaces: Vec<InterfaceText<'a>>,
    vlans: Vec<VlanText<'a>>,
}

#[derive(Serialize)]
struct LinkText {
    number: u16,
    ports: String,
}

#[derive(Serialize)]
struct InterfaceText<'a> {
    /// `49`; of a link, `Trk1`.
    number: String,
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
pub(in crate::render) fn switch<'a>(lan: &'a VlanTable, target: &'a Target) -> Result<Switch<'a>, Problem> {
    let Hardware { model, firmware } = hardware(lan, target)?;
    check(lan, model)?;
    if lan.ports.values().any(|port| port.stations.is_some()) {
        return Err(Problem::unsupported("a limit of stations on a port"));
    }
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
        links: links(lan)
            .into_iter()
            .map(|(number, ports)| LinkText { number, ports: ranges(ports.into_iter(), ",") })
            .collect(),
        interfaces: interfaces(lan),
        vlans: lan.vlans.iter().map(|(id, vlan)| vlan_text(*id, vlan, lan)).collect(),
    })
}

/// Ports, then links: of a member its own block says what is its own, and the link's block the rest.
fn interfaces(lan: &VlanTable) -> Vec<InterfaceText<'_>> {
    let ports = lan.ports.iter().filter_map(|(number, port)| match port.link {
        None => interface(number.to_string(), port, lan),
        Some(_) => said(InterfaceText {
            number: number.to_string(),
            disabled: !port.enabled,
            name: (!port.name.is_empty()).then_some(port.name.as_str()),
            trusted: false,
            blocks_gvrp: false,
            broadcast_limit: None,
        }),
    });
    let links = links(lan).into_iter().filter_map(|(number, members)| {
        let text = interface(link_name(number), &lan.ports[&members[0]], lan)?;
        said(InterfaceText { disabled: false, name: None, ..text })
    });
    ports.chain(links).collect()
}

fn link_name(number: u16) -> String {
    format!("Trk{number}")
}

fn interface<'a>(number: String, port: &'a Port, lan: &VlanTable) -> Option<InterfaceText<'a>> {
    said(InterfaceText {
        number,
        disabled: !port.enabled,
        name: (!port.name.is_empty()).then_some(port.name.as_str()),
        trusted: port.trusted,
        blocks_gvrp: !lan.hardening.contains(&Hardening::NoGvrp) && !port.dynamic_vlans,
        broadcast_limit: port.broadcast_limit,
    })
}

/// None when the block would be empty.
fn said(text: InterfaceText<'_>) -> Option<InterfaceText<'_>> {
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

/// `1-20,48,Trk1`: a member of a link is named by its link alone.
fn ports(lan: &VlanTable, wanted: impl Fn(&Port) -> bool) -> String {
    let alone = ranges(lan.ports.iter().filter(|(_, p)| p.link.is_none() && wanted(p)).map(|(number, _)| *number), ",");
    let joined = links(lan).into_iter().filter(|(_, members)| wanted(&lan.ports[&members[0]]));
    let parts = (!alone.is_empty()).then_some(alone).into_iter().chain(joined.map(|(number, _)| link_name(number)));
    parts.collect::<Vec<_>>().join(",")
}
