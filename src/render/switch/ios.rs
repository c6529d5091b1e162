//! A switch as IOS's blocks: a port with its mode and its VLANs, and one interface of its own.
//!
//! Takes a [`VlanTable`] and the descriptor's model; gives what the template lays out. What IOS cannot say, or says only
//! as a side effect, is refused.

use ipnet::IpNet;
use serde::Serialize;
use std::net::IpAddr;

use super::{HardeningText, Hardware, check, hardening, hardware, links, ranges};
use crate::config::VlanTable;
use crate::config::vlan::{Hardening, Port, Vlan};
use crate::render::error::Problem;
use crate::render::target::Target;

/// VLANs that exist from the factory, and have no block.
const FACTORY: [u16; 5] = [1, 1002, 1003, 1004, 1005];

/// Hardenings that hold because nothing undoes them: there is no line to leave out.
const UNSAID: [Hardening; 2] = [Hardening::Snmp3Only, Hardening::NoTftp];

/// Links of several ports that a switch numbers.
const MOST_LINKS: u16 = 24;

#[derive(Serialize)]
pub(in crate::render) struct Switch<'a> {
    number: &'a str,
    /// `15.2` of `15.2(7)E`: all that the text says of it.
    release: &'a str,
    hostname: &'a str,
    routing: bool,
    default_gateway: Option<IpAddr>,
    logs: &'a [IpAddr],
    clocks: &'a [IpAddr],
    hardening: HardeningText,
    snooping: String,
    arp_protect: String,
    vlans: Vec<VlanText<'a>>,
    /// Links of several ports, then the ports.
    ports: Vec<PortText<'a>>,
    /// Number, address and mask of each interface of its own.
    own: Vec<(u16, String, String)>,
}

#[derive(Serialize)]
struct VlanText<'a> {
    id: u16,
    name: &'a str,
}

#[derive(Serialize)]
struct PortText<'a> {
    name: String,
    /// Link that it is a member of.
    link: Option<u16>,
    description: Option<&'a str>,
    /// VLAN of an access port.
    access: Option<u16>,
    /// Native VLAN and allowed list of a trunk.
    trunk: Option<(u16, String)>,
    stations: Option<u16>,
    enabled: bool,
    trusted: bool,
    broadcast_limit: Option<u8>,
    /// No other device of ours is meant to be at the far end.
    hosts: bool,
    bpdu_protection: bool,
    root_guard: bool,
}

/// Spells one switch.
pub(in crate::render) fn switch<'a>(lan: &'a VlanTable, target: &'a Target) -> Result<Switch<'a>, Problem> {
    let Hardware { model, firmware } = hardware(lan, target)?;
    check(lan, model)?;
    check_whole(lan)?;
    let with = |wanted: fn(&Vlan) -> bool| ranges(lan.vlans.iter().filter(|(_, v)| wanted(v)).map(|(id, _)| *id), ",");
    let links_text = links(lan).into_iter().map(|(number, members)| link_text(number, &lan.ports[&members[0]]));
    let ports_text = lan.ports.iter().map(|(number, port)| port_text(*number, port));
    let own = lan.vlans.iter().flat_map(|(id, vlan)| vlan.addresses.iter().map(|net| (*id, net)));
    Ok(Switch {
        number: &model.number,
        release: firmware.split('(').next().unwrap_or(firmware),
        hostname: &lan.hostname,
        routing: lan.routing,
        default_gateway: lan.default_gateway,
        logs: &lan.logs,
        clocks: &lan.clocks,
        hardening: hardening(lan),
        snooping: with(|v| v.dhcp_snooping),
        arp_protect: with(|v| v.arp_protect),
        vlans: lan
            .vlans
            .iter()
            .filter(|(id, _)| !FACTORY.contains(id))
            .map(|(id, vlan)| VlanText { id: *id, name: &vlan.name })
            .collect(),
        ports: links_text.chain(ports_text).collect::<Result<_, _>>()?,
        own: own.map(|(id, net)| (id, net.addr().to_string(), net.netmask().to_string())).collect(),
    })
}

/// What IOS cannot say of a whole switch.
fn check_whole(lan: &VlanTable) -> Result<(), Problem> {
    let homes: Vec<u16> = lan.vlans.iter().filter(|(_, v)| !v.addresses.is_empty()).map(|(id, _)| *id).collect();
    let alone = match homes.as_slice() {
        [only] if !lan.routing => Some(*only),
        _ => None,
    };
    let addresses = || lan.vlans.values().flat_map(|v| &v.addresses);
    let rows = [
        (lan.vlans.keys().any(|id| FACTORY[1..].contains(id)), "a zone in one of the VLANs 1002 to 1005"),
        (lan.vlans.values().any(|v| v.voice), "a voice VLAN that is not said port by port"),
        (lan.vlans.values().any(|v| v.addresses.len() > 1), "a second address in a VLAN"),
        (!lan.vlans[&1].addresses.is_empty(), "an address in VLAN 1"),
        (!addresses().all(|net| matches!(net, IpNet::V4(_))), "an IPv6 address of its own"),
        (lan.management_vlan != alone, "management from another VLAN than that of its only address"),
        (lan.default_gateway.is_some_and(|a| a.is_ipv6()), "a next hop in IPv6"),
        (!UNSAID.iter().all(|h| lan.hardening.contains(h)), "SNMP or TFTP"),
        (links(lan).keys().any(|number| *number > MOST_LINKS), "more than 24 links of several ports"),
        (
            lan.hardening.contains(&Hardening::ArpProtect) != lan.vlans.values().any(|v| v.arp_protect),
            "ARP inspection that is on in no VLAN, or off with some",
        ),
        (
            lan.hardening.contains(&Hardening::Ssh) != lan.hardening.contains(&Hardening::NoTelnet),
            "telnet beside SSH, or neither",
        ),
    ];
    rows.into_iter().find(|(wrong, _)| *wrong).map_or(Ok(()), |(_, what)| Err(Problem::unsupported(what)))
}

/// The link itself: what its members say, but their names and whether one is shut.
fn link_text(number: u16, member: &Port) -> Result<PortText<'_>, Problem> {
    let name = format!("Port-channel{number}");
    Ok(PortText { name, link: None, description: None, enabled: true, ..port_text(number, member)? })
}

fn port_text(number: u16, port: &Port) -> Result<PortText<'_>, Problem> {
    let Some(untagged) = port.untagged else {
        return Err(Problem::unsupported(format!("port {number} that drops untagged frames")));
    };
    if port.dynamic_vlans {
        return Err(Problem::unsupported(format!("port {number} that learns its VLANs")));
    }
    if port.loop_protect != port.bpdu_protection {
        return Err(Problem::unsupported(format!(
            "port {number} with one of loop and BPDU protection, which IOS has in one"
        )));
    }
    let all = std::collections::BTreeSet::from_iter(port.tagged.iter().copied().chain([untagged]));
    let is_trunk = !port.tagged.is_empty();
    Ok(PortText {
        name: format!("GigabitEthernet1/0/{number}"),
        link: port.link,
        description: (!port.name.is_empty()).then_some(port.name.as_str()),
        access: (!is_trunk).then_some(untagged),
        trunk: is_trunk.then(|| (untagged, ranges(all.into_iter(), ","))),
        stations: port.stations,
        enabled: port.enabled,
        trusted: port.trusted,
        broadcast_limit: port.broadcast_limit,
        hosts: !port.trusted,
        bpdu_protection: port.bpdu_protection,
        root_guard: port.root_guard,
    })
}
