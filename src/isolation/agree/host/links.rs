//! Interfaces: exactly those intended, each what it is for, with exactly its addresses and answers.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::super::differences::{Differences, apart};
use crate::config::HostFacts;
use crate::config::host::{Link, LinkKind, ServeLink};
use crate::diagnostics::Span;
use crate::diagnostics::codes::isolation as codes;
use crate::intent::{HostIntent, LinkIntent, LinkUse};
use crate::network::zone_interface;

/// Compares every interface.
pub(super) fn links(told: &mut Differences<'_>, host: &HostFacts, intent: &HostIntent) {
    for (name, wanted) in &intent.links {
        match host.links.iter().find(|l| l.name == *name) {
            Some(link) => compare(told, host, link, wanted, intent),
            None => {
                let span = told.site().span;
                told.tell(&codes::LINK_DIFFERS, span, format!("no file makes or configures interface `{name}`"));
            }
        }
    }
    for link in host.links.iter().filter(|l| !intent.links.contains_key(&l.name)) {
        let span = told.at(link.at);
        told.tell(&codes::LINK_DIFFERS, span, format!("interface `{}` is of no zone and no tunnel", link.name));
    }
}

fn compare(told: &mut Differences<'_>, host: &HostFacts, link: &Link, wanted: &LinkIntent, intent: &HostIntent) {
    let span = told.at(link.at);
    let policy = zone_of(told, &link.name);
    let mut problems = Vec::new();
    problems.extend(kind(told, host, link, &wanted.used));
    let read = link.addresses.iter().copied().collect();
    problems.extend(apart("has address", &read, &wanted.addresses));
    problems.extend(manners(link, wanted).into_iter().map(str::to_owned));
    problems.extend(answers(&link.serve.clone().unwrap_or_default(), wanted));
    for problem in problems {
        told.tell_beside(&codes::LINK_DIFFERS, span, format!("`{}` {problem}", link.name), policy);
    }
    if !intent.forwards6 {
        revived(told, link);
    }
}

/// Where the zone behind an interface is declared.
fn zone_of(told: &Differences<'_>, name: &str) -> Option<Span> {
    let zones = told.site().zones.iter().map(|z| told.net.zone(*z));
    zones.filter(|z| zone_interface(&told.site().gateway.lan, z.vlan) == name).map(|z| z.span).next()
}

/// What an interface is, or the first thing that makes it another.
fn kind(told: &Differences<'_>, host: &HostFacts, link: &Link, wanted: &LinkUse) -> Option<String> {
    match (wanted, &link.kind) {
        (LinkUse::Card, LinkKind::Physical) => None,
        (LinkUse::Vlan(vlan), LinkKind::Vlan { id }) if vlan == id => {
            let lan = &told.site().gateway.lan;
            let parents: Vec<&str> =
                host.links.iter().filter(|l| l.vlans.contains(&link.name)).map(|l| l.name.as_str()).collect();
            (parents != [lan.as_str()])
                .then(|| format!("must stand on `{lan}` alone, and stands on {}", list(&parents)))
        }
        (LinkUse::Vlan(vlan), _) => Some(format!("is not VLAN {vlan} of its trunk")),
        (LinkUse::Tunnel(peer), LinkKind::Xfrm { if_id }) => numbered(told, host, link, *peer, *if_id),
        (LinkUse::Tunnel(peer), _) => Some(format!("is not the interface of the tunnel to {peer}")),
        (LinkUse::Card, _) => Some("is not a card".to_owned()),
    }
}

fn list(names: &[&str]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// The number of a tunnel's interface is that tunnel's, in both directions, and nobody else's.
fn numbered(told: &Differences<'_>, host: &HostFacts, link: &Link, peer: IpAddr, if_id: u32) -> Option<String> {
    let shared = host.links.iter().find(|l| l.name != link.name && l.kind == link.kind);
    if let Some(other) = shared {
        return Some(format!("has the number {if_id:#x} of `{}`", other.name));
    }
    let tunnels = &told.device.bundle.tunnels;
    if !tunnels.iter().any(|t| t.remote == Some(peer)) {
        return Some(format!("has no tunnel to {peer}"));
    }
    for tunnel in tunnels {
        let is_peer = tunnel.remote == Some(peer);
        for (way, number) in [("in", tunnel.if_id_in), ("out", tunnel.if_id_out)] {
            let name = &tunnel.name;
            let says = match (is_peer, number == Some(if_id)) {
                (true, true) | (false, false) => continue,
                (false, true) => format!("which tunnel `{name}` writes for packets {way} too"),
                (true, false) => {
                    let other = number.map_or("none".to_owned(), |n| format!("{n:#x}"));
                    format!("and tunnel `{name}` writes {other} for packets {way}")
                }
            };
            return Some(format!("has number {if_id:#x}, {says}"));
        }
    }
    None
}

/// How it speaks on the link.
fn manners(link: &Link, wanted: &LinkIntent) -> Vec<&'static str> {
    let rows = [
        (link.link_local6 && !wanted.ipv6, "speaks IPv6, which the zone does not have"),
        (!link.link_local6 && wanted.ipv6, "does not speak IPv6, which the zone has"),
        (link.dhcp_client, "takes an address from whoever answers DHCP on the link"),
        (link.accept_ra, "takes routes from whoever advertises them on the link"),
    ];
    rows.into_iter().filter(|(wrong, _)| *wrong).map(|(_, says)| says).collect()
}

/// The network manager turns IPv6 on at a link that has a route of it, even an unreachable one, whatever the kernel's
/// settings say (`network_has_static_ipv6_configurations` of systemd 252; measured).
fn revived(told: &mut Differences<'_>, link: &Link) {
    for route in link.routes.iter().filter(|route| route.to.addr().is_ipv6()) {
        let message =
            format!("the route to {} turns IPv6 on again at `{}`, and the site has none", route.to, link.name);
        let span = told.at(route.at);
        told.tell(&codes::LINK_DIFFERS, span, message);
    }
}

/// What it answers and tells.
fn answers(serve: &ServeLink, wanted: &LinkIntent) -> Vec<String> {
    let rows =
        [("DHCP", serve.dhcp4, wanted.answers), ("router solicitations", serve.ra, wanted.answers && wanted.ipv6)];
    let mut problems: Vec<String> = rows
        .into_iter()
        .filter(|(_, reads, wants)| reads != wants)
        .map(|(what, reads, _)| format!("{} {what}", if reads { "answers" } else { "does not answer" }))
        .collect();
    let set = |all: &[IpAddr]| all.iter().copied().collect::<BTreeSet<_>>();
    problems.extend(apart("tells clients of resolver", &set(&serve.dns), &wanted.names));
    problems.extend(apart("tells clients of time source", &set(&serve.ntp), &wanted.clocks));
    problems
}
