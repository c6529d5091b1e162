//! The addressing plan: containment, disjointness, VLANs, public addresses.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use ipnet::{IpNet, Ipv4Net};

use super::model::{Network, Site, Zone};
use crate::diagnostics::codes::network as codes;
use crate::diagnostics::{Diagnostic, Sink, Span};
use crate::policy::{Name, Policy, VlanId};

/// Everything about addresses and VLANs that must hold before a flow means anything.
pub(super) fn check(policy: &Policy, net: &Network, sink: &mut Sink) {
    blocks(policy, sink);
    prefixes_disjoint(net, sink);
    vlans(net, sink);
    ranges(net, sink);
    devices_zone(net, sink);
    hosts(net, sink);
    public_addresses(policy, net, sink);
    exits_apart(net, sink);
    interface_names(net, sink);
}

fn blocks(policy: &Policy, sink: &mut Sink) {
    let plan = policy.region.plan4;
    let mut taken: Vec<(IpNet, Span, String)> = Vec::new();
    for school in policy.establishments.values() {
        let block = school.block;
        if !plan.contains(&block.value) {
            sink.push(
                Diagnostic::new(
                    &codes::BLOCK_OUTSIDE_PLAN,
                    block.span,
                    format!("block {} is not in the plan {}", block.value, plan.value),
                )
                .other(plan.span, "the plan")
                .help(format!("choose a free part of {}", plan.value)),
            );
        }
        taken.push((IpNet::V4(block.value), block.span, format!("block of `{}`", school.uai.value)));
        if let Some(block6) = school.block6.value {
            check_block6(policy, block6, school.block6.span, sink);
            taken.push((IpNet::V6(block6), school.block6.span, format!("IPv6 block of `{}`", school.uai.value)));
        }
    }
    overlaps(taken, sink);
}

fn check_block6(policy: &Policy, block: ipnet::Ipv6Net, span: Span, sink: &mut Sink) {
    let plan = policy.region.plan6;
    if !plan.contains(&block) || block.prefix_len() > 48 {
        sink.push(
            Diagnostic::new(
                &codes::BLOCK_OUTSIDE_PLAN,
                span,
                format!("block {block} is not a /48 or wider part of the plan {}", plan.value),
            )
            .other(plan.span, "the plan")
            .help("VLAN numbers are written in the fourth group of the address, so the block may not use it"),
        );
    }
}

/// Sort and sweep: only neighbours in address order can overlap first.
fn overlaps(mut nets: Vec<(IpNet, Span, String)>, sink: &mut Sink) {
    nets.sort_by_key(|(n, s, _)| (*n, *s));
    let mut widest: Option<(IpNet, Span, String)> = None;
    for (net, span, what) in nets {
        if let Some((other, other_span, other_what)) = &widest
            && other.contains(&net)
        {
            sink.push(
                Diagnostic::new(&codes::OVERLAP, span, format!("{what} ({net}) overlaps {other_what} ({other})"))
                    .other(*other_span, other_what.clone())
                    .help("give one of them another place in the plan"),
            );
            continue;
        }
        widest = Some((net, span, what));
    }
}

fn prefixes_disjoint(net: &Network, sink: &mut Sink) {
    let label = |zone: &Zone| format!("zone `{}` of `{}`", zone.name, net.site(zone.site).name);
    let rows = |zones: &mut dyn Iterator<Item = &Zone>| -> Vec<(IpNet, Span, String)> {
        zones.flat_map(|z| z.nets().into_iter().map(move |n| (n, z.span, label(z)))).collect()
    };
    overlaps(rows(&mut net.zones.iter().filter(|z| !z.private)), sink);
    for site in net.sites.iter().filter(|s| s.zones.iter().any(|z| net.zone(*z).private)) {
        overlaps(rows(&mut site.zones.iter().map(|z| net.zone(*z))), sink);
    }
    for zone in &net.zones {
        if zone.v4.prefix_len() > 29 {
            sink.push(
                Diagnostic::new(
                    &codes::ZONE_OUTSIDE_BLOCK,
                    zone.span,
                    format!("zone `{}` has {}: too small for a gateway and hosts", zone.name, zone.v4),
                )
                .help("use a /29 or wider"),
            );
        }
    }
}

fn vlans(net: &Network, sink: &mut Sink) {
    let dark = [(net.region.dark_unused, "shut ports"), (net.region.dark_native, "the untagged side of trunks")];
    for site in &net.sites {
        let mut seen: BTreeMap<VlanId, &Zone> = BTreeMap::new();
        for zone in site.zones.iter().map(|z| net.zone(*z)) {
            if let Some(first) = seen.insert(zone.vlan, zone) {
                sink.push(
                    Diagnostic::new(
                        &codes::VLAN_TWICE,
                        zone.span,
                        format!(
                            "`{}` and `{}` of `{}` share VLAN {}",
                            first.name,
                            zone.name,
                            site.name,
                            zone.vlan.get()
                        ),
                    )
                    .other(first.span, "also on this VLAN")
                    .help("give one of them another VLAN number"),
                );
            }
            if let Some((_, what)) = dark.iter().find(|(v, _)| *v == zone.vlan) {
                sink.push(
                    Diagnostic::new(
                        &codes::VLAN_TWICE,
                        zone.span,
                        format!("zone `{}` uses VLAN {}, which is kept for {what}", zone.name, zone.vlan.get()),
                    )
                    .help("give the zone another VLAN number"),
                );
            }
            if zone.vlan.get() == 1 {
                sink.push(
                    Diagnostic::new(
                        &codes::VLAN_TWICE,
                        zone.span,
                        format!("zone `{}` uses VLAN 1, where switches put every port by default", zone.name),
                    )
                    .help("give the zone another VLAN number (DISA CISC-L2-000220)"),
                );
            }
        }
    }
}

fn hosts(net: &Network, sink: &mut Sink) {
    for host in &net.hosts {
        let Some(zone) = host.zones.first().map(|z| net.zone(*z)) else { continue };
        let gateway = [Some(std::net::IpAddr::V4(zone.gateway4())), zone.gateway6().map(std::net::IpAddr::V6)];
        for address in &host.addresses {
            let inside = zone.nets().iter().any(|n| n.contains(address));
            if !inside || gateway.contains(&Some(*address)) {
                let why = if inside {
                    "is the gateway's own".to_owned()
                } else {
                    format!("is not in its zone `{}`", zone.name)
                };
                sink.push(
                    Diagnostic::new(
                        &codes::HOST_OUTSIDE_ZONE,
                        host.span,
                        format!("address {address} of `{}` {why}", host.name),
                    )
                    .other(zone.span, format!("`{}` is {}", zone.name, zone.v4))
                    .help("give it an address of its zone, another than the first"),
                );
            }
        }
    }
}

/// Public addresses lie in their WAN's range, each is used once, and the supervision address carries nothing else (T4).
fn public_addresses(policy: &Policy, net: &Network, sink: &mut Sink) {
    let mut owners: BTreeMap<Ipv4Addr, (&Site, Span)> = BTreeMap::new();
    for site in &net.sites {
        let gateway = &site.gateway;
        let range = wan_range(policy, site);
        for address in std::iter::once(gateway.public.value).chain(gateway.exits.iter().copied()) {
            let span = if address == gateway.public.value { gateway.public.span } else { site.span };
            if range.is_some_and(|r| !r.contains(&address)) {
                let range = range.map(|r| r.to_string()).unwrap_or_default();
                sink.push(
                    Diagnostic::new(
                        &codes::PUBLIC_ADDRESS,
                        span,
                        format!("public address {address} of `{}` is not in its WAN's range {range}", site.name),
                    )
                    .help(format!("choose a free address of {range}")),
                );
            }
            if let Some((other, other_span)) = owners.insert(address, (site, span)) {
                sink.push(
                    Diagnostic::new(
                        &codes::PUBLIC_ADDRESS,
                        span,
                        format!("public address {address} is used by `{}` and by `{}`", other.name, site.name),
                    )
                    .other(other_span, "also used here")
                    .help("a public address belongs to one site"),
                );
            }
        }
        if gateway.exits.contains(&gateway.public.value) {
            sink.push(
                Diagnostic::new(
                    &codes::EXIT_IS_SUPERVISION,
                    gateway.public.span,
                    format!(
                        "{} is kept for supervision and for tunnels, and is also an exit of `{}`",
                        gateway.public.value, site.name
                    ),
                )
                .help("give the exit another public address"),
            );
        }
    }
}

fn wan_range(policy: &Policy, site: &Site) -> Option<Ipv4Net> {
    let wan = match policy.centres.get(&site.name) {
        Some(centre) => &centre.wan.value,
        None => {
            let school = policy.establishments.values().find(|e| *e.uai.value.name() == site.name)?;
            &policy.profiles.get(&school.profile.value)?.wan.value
        }
    };
    match policy.region.wans.get(wan)?.public.value {
        IpNet::V4(net) => Some(net),
        IpNet::V6(_) => None,
    }
}

/// Every zone lies in the plan or in a private range, so that guards and unreachable routes cover it; a range that is
/// private to one site is nobody else's.
fn ranges(net: &Network, sink: &mut Sink) {
    for zone in &net.zones {
        let inside = net.region.inside4.iter().any(|n| n.contains(&zone.v4))
            && zone.v6.is_none_or(|v6| net.region.inside6.iter().any(|n| n.contains(&v6)));
        if !inside {
            sink.push(
                Diagnostic::new(
                    &codes::ZONE_OUTSIDE_BLOCK,
                    zone.span,
                    format!(
                        "zone `{}` has {}, which is neither in the plan nor in a private range",
                        zone.name, zone.v4
                    ),
                )
                .help("take a part of the plan, or add the range to `private:` in region.yaml"),
            );
        }
        let meets = |other: &&Zone| !other.private && (other.v4.contains(&zone.v4) || zone.v4.contains(&other.v4));
        let elsewhere = net.zones.iter().filter(|o| o.site != zone.site).find(meets);
        if let Some(other) = elsewhere.filter(|_| zone.private) {
            sink.push(
                Diagnostic::new(
                    &codes::OVERLAP,
                    zone.span,
                    format!(
                        "private zone `{}` ({}) overlaps `{}` of `{}` ({})",
                        zone.name,
                        zone.v4,
                        other.name,
                        net.site(other.site).name,
                        other.v4
                    ),
                )
                .other(other.span, "a zone that others reach")
                .help("a private range may repeat another private one, never a part of the plan"),
            );
        }
    }
}

/// Devices are managed in one zone of a site.
fn devices_zone(net: &Network, sink: &mut Sink) {
    for site in &net.sites {
        let marked: Vec<&Zone> = site.zones.iter().map(|z| net.zone(*z)).filter(|z| z.devices).collect();
        if let [first, second, ..] = marked[..] {
            sink.push(
                Diagnostic::new(
                    &codes::NO_DEVICES_ZONE,
                    second.span,
                    format!(
                        "`{}` and `{}` of `{}` are both marked `devices: true`",
                        first.name, second.name, site.name
                    ),
                )
                .other(first.span, "the first one")
                .help("gateways and switches are managed in one zone: mark one"),
            );
        }
    }
}

/// A public address speaks for one sender: who else left by it would be taken for that sender elsewhere.
fn exits_apart(net: &Network, sink: &mut Sink) {
    let mut owners: BTreeMap<Ipv4Addr, (String, Span)> = BTreeMap::new();
    let of_sites = net.sites.iter().filter_map(|s| Some((s.exit?, format!("the zones of `{}`", s.name), s.span)));
    let of_zones = net.zones.iter().filter_map(|z| Some((z.exit?, format!("zone `{}`", z.name), z.span)));
    let of_hosts = net.hosts.iter().filter_map(|h| Some((h.exit?, format!("`{}`", h.name), h.span)));
    for (address, what, span) in of_sites.chain(of_zones).chain(of_hosts) {
        if let Some((other, other_span)) = owners.insert(address, (what.clone(), span)) {
            sink.push(
                Diagnostic::new(
                    &codes::PUBLIC_ADDRESS,
                    span,
                    format!("{what} and {other} leave by the same public address {address}"),
                )
                .other(other_span, "also leaves by it")
                .help("give each an address of its own"),
            );
        }
    }
}

/// IFNAMSIZ is 16 with its final zero.
const INTERFACE_BYTES: usize = 15;

fn interface_names(net: &Network, sink: &mut Sink) {
    let too_long = |name: String, span: Span, sink: &mut Sink| {
        if name.len() > INTERFACE_BYTES {
            sink.push(
                Diagnostic::new(
                    &codes::NAME_TOO_LONG,
                    span,
                    format!("interface `{name}` would have {} bytes, {INTERFACE_BYTES} at most", name.len()),
                )
                .help("choose a shorter name"),
            );
        }
    };
    for site in &net.sites {
        too_long(tunnel_interface(&site.name), site.span, sink);
        for zone in site.zones.iter().map(|z| net.zone(*z)) {
            too_long(super::zone_interface(&site.gateway.lan, zone.vlan), site.span, sink);
        }
    }
}

/// Name of the XFRM interface towards a peer site.
pub(super) fn tunnel_interface(peer: &Name) -> String {
    format!("xf-{peer}")
}
