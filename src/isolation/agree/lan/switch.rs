//! The switch as a whole: hardening, protection of zone VLANs, who manages it, what it routes, its own addresses.

use std::collections::BTreeSet;
use std::net::IpAddr;

use ipnet::IpNet;

use super::super::differences::{Differences, apart};
use super::{Lan, OneSwitch};
use crate::config::Loc;
use crate::config::vlan::{Hardening, Vlan};
use crate::diagnostics::codes::isolation as codes;
use crate::isolation::segment::in_zone;
use crate::network::ZoneId;

/// Every setting that hardens a switch, in words; all are required, ARP protection where a zone of the switch can have it.
const HARDENING: [(Hardening, &str); 11] = [
    (Hardening::DhcpSnooping, "DHCP snooping is off"),
    (Hardening::ArpProtect, "ARP protection is off"),
    (Hardening::SpanningTree, "spanning tree is off"),
    (Hardening::NoTelnet, "telnet is on"),
    (Hardening::NoPlainWeb, "web management without TLS is on"),
    (Hardening::Ssh, "SSH is off"),
    (Hardening::Snmp3Only, "SNMP before version 3, or a default community, is on"),
    (Hardening::NoGvrp, "VLANs are learnt from neighbours (GVRP, VTP)"),
    (Hardening::NoAutoConfig, "neighbours or the network may configure it"),
    (Hardening::NoFrontPanelClear, "its front panel clears the password"),
    (Hardening::NoTftp, "TFTP is on"),
];

/// A problem and its line.
type Problem = (Loc, String);

/// Compares one switch.
pub(super) fn switch(told: &mut Differences<'_>, lan: &Lan<'_>, one: &OneSwitch<'_>) {
    let mut problems: Vec<Problem> = Vec::new();
    let wants_arp = one.table.vlans.keys().any(|vlan| lan.has_leases_alone(*vlan));
    let missing = HARDENING.iter().filter(|(setting, _)| !one.table.hardening.contains(setting));
    let missing = missing.filter(|(setting, _)| wants_arp || *setting != Hardening::ArpProtect);
    problems.extend(missing.map(|(_, says)| (Loc::MADE, (*says).to_owned())));
    for (number, vlan) in &one.table.vlans {
        problems.extend(protection(lan, *number, vlan).into_iter().map(|says| (vlan.at, says)));
    }
    problems.extend(management(lan, one));
    problems.extend(addresses(lan, one));
    problems.extend(servers(lan, one).map(|says| (Loc::MADE, says)));
    for (at, problem) in problems {
        let span = told.at(at);
        let message = format!("`{}`: {problem}", one.declared.name);
        told.tell_beside(&codes::SWITCH_DIFFERS, span, message, Some(one.declared.span));
    }
}

/// A zone's VLAN is protected; no VLAN is of telephones, whose ports take its tagged frames from whoever asks.
fn protection(lan: &Lan<'_>, number: u16, vlan: &Vlan) -> Vec<String> {
    let (zone, leases) = (lan.zone_of_vlan(number), lan.has_leases_alone(number));
    let rows = [
        (vlan.voice, "is a voice VLAN: ports open it to whoever says to be a telephone"),
        (zone.is_some() && !vlan.dhcp_snooping, "has no DHCP snooping: any host may answer as its DHCP server"),
        (leases && !vlan.arp_protect, "has no ARP protection: any host may answer for another's address"),
        (!leases && vlan.arp_protect, "has ARP protection, and machines whose addresses come from no lease"),
    ];
    rows.into_iter().filter(|(wrong, _)| *wrong).map(|(_, says)| format!("VLAN {number} {says}")).collect()
}

/// Managed from the zone of devices alone; it routes only where a brownfield fact says so.
fn management(lan: &Lan<'_>, one: &OneSwitch<'_>) -> Vec<Problem> {
    let routes = lan.intent.routing.contains(&one.index);
    let mut problems = Vec::new();
    let mut tell = |says: String| problems.push((Loc::MADE, says));
    if one.table.routing != routes {
        tell(if routes { "does not route, and a fact says so" } else { "routes, and no fact says so" }.to_owned());
    }
    let devices = lan.net.zone(one.declared.devices);
    let wanted = (!routes).then(|| devices.vlan.get());
    if one.table.management_vlan != wanted {
        let say = |vlan: Option<u16>| vlan.map_or("every VLAN".to_owned(), |v| format!("VLAN {v}"));
        tell(format!("is managed from {}, not from {}", say(one.table.management_vlan), say(wanted)));
    }
    let gateway = Some(IpAddr::V4(devices.gateway4()));
    if one.table.default_gateway != gateway {
        tell("has another default gateway than its site's".to_owned());
    }
    problems
}

/// One own address, in the zone of devices; one more in each zone that it routes by brownfield fact.
fn addresses(lan: &Lan<'_>, one: &OneSwitch<'_>) -> Vec<Problem> {
    let devices = one.declared.devices;
    let own = IpAddr::V4(one.declared.ipv4);
    let routed: BTreeSet<ZoneId> = one.declared.routes.iter().map(|r| r.value).collect();
    let mut problems = Vec::new();
    let mut homes: BTreeSet<ZoneId> = BTreeSet::new();
    for (number, vlan) in &one.table.vlans {
        for address in &vlan.addresses {
            let zone = lan.zone_of_vlan(*number).filter(|z| fits(lan, *z, address));
            let allowed =
                zone.is_some_and(|z| (z == devices && address.addr() == own) || (z != devices && routed.contains(&z)));
            if !allowed {
                problems
                    .push((vlan.at, format!("has address {address} in VLAN {number}, which the policy does not give")));
            } else if !zone.is_some_and(|z| homes.insert(z)) {
                problems.push((vlan.at, format!("has a second address in VLAN {number}")));
            }
        }
    }
    let wanted = routed.iter().copied().chain([devices]);
    problems.extend(
        wanted
            .filter(|z| !homes.contains(z))
            .map(|z| (Loc::MADE, format!("has no address in `{}`", lan.net.zone(z).name))),
    );
    problems
}

/// Within the zone's prefix, and with its length.
fn fits(lan: &Lan<'_>, zone: ZoneId, address: &IpNet) -> bool {
    in_zone(lan.net, zone, address) && lan.net.zone(zone).nets().contains(&address.trunc())
}

/// Where it sends logs and takes time: exactly the declared ones (the model speaks of IPv4 here).
fn servers(lan: &Lan<'_>, one: &OneSwitch<'_>) -> impl Iterator<Item = String> {
    let place = lan.net.site(lan.segments.site);
    let four = |all: &[IpAddr]| all.iter().copied().filter(IpAddr::is_ipv4).collect::<BTreeSet<_>>();
    let rows = [
        ("sends logs to", four(&one.table.logs), four(&place.logs)),
        ("takes time from", four(&one.table.clocks), four(&place.clocks)),
    ];
    rows.into_iter().filter_map(|(does, read, wanted)| apart(does, &read, &wanted))
}
