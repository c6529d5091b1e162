//! Sites and their zones, hosts and processes: profiles applied to establishments.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::model::{
    BySite, Gateway, Host, HostId, Network, Origins, Process, Region, SecurityFacts, Site, SiteId, Unmanaged, Zone,
    ZoneId,
};
use crate::diagnostics::codes::network as codes;
use crate::diagnostics::{At, Diagnostic, Sink};
use crate::policy::{self, Establishment, Name, Parts, Policy, ProxyPlace};

/// All sites, centres first, each with what it holds; no flows, tunnels or switches yet.
pub(super) fn lay_out(policy: &Policy, sink: &mut Sink) -> Network {
    let mut net = Network {
        region: region(policy),
        sites: Vec::new(),
        zones: Vec::new(),
        hosts: BySite::default(),
        processes: BySite::default(),
        tunnels: BySite::default(),
        flows: BySite::default(),
        given_up: Vec::new(),
        origins: Origins::default(),
        proxies: BySite::default(),
        security: SecurityFacts::default(),
        unmanaged: policy.unmanaged.values().map(unmanaged).collect(),
        epochs: Vec::new(),
        ceiling: None,
    };
    for centre in policy.centres.values() {
        let shape = Shape { block: None, block6: None, ipv6: true, exit: None };
        let site = centre_site(policy, centre);
        add_site(&mut net, policy, site, &[&centre.parts], &shape, sink);
    }
    for school in policy.establishments.values() {
        let Some(profile) = policy.profiles.get(&school.profile.value) else { continue };
        let shape = Shape {
            block: Some(school.block),
            block6: school.block6.value,
            ipv6: school.block6.value.is_some(),
            exit: school.exit.map(|e| e.value),
        };
        let site = school_site(policy, school);
        add_site(&mut net, policy, site, &[&profile.parts, &school.parts], &shape, sink);
    }
    net
}

fn region(policy: &Policy) -> Region {
    let region = &policy.region;
    let all =
        region.private.iter().map(|n| n.value).chain([IpNet::V4(region.plan4.value), IpNet::V6(region.plan6.value)]);
    let (mut v4, mut v6) = (Vec::new(), Vec::new());
    for net in all {
        match net {
            IpNet::V4(n) => v4.push(n),
            IpNet::V6(n) => v6.push(n),
        }
    }
    Region {
        name: region.name.value.clone(),
        inside4: Ipv4Net::aggregate(&v4),
        inside6: Ipv6Net::aggregate(&v6),
        public: region.wans.values().map(|w| w.public.value).collect(),
        ike_domain: region.ike.identity.value.clone(),
        authority: region.ike.authority.value.clone(),
        dark_unused: region.dark_unused.value,
        dark_native: region.dark_native.value,
    }
}

fn unmanaged(school: &policy::Unmanaged) -> Unmanaged {
    let block6 = school.block6.value.map(IpNet::V6);
    Unmanaged {
        name: school.uai.value.name().clone(),
        title: school.title.value.clone(),
        blocks: std::iter::once(IpNet::V4(school.block.value)).chain(block6).collect(),
        supervision: school.supervision.value,
        exit: school.exit.map(|e| e.value),
        span: school.uai.span,
    }
}

/// What addresses of a site are derived from.
struct Shape {
    block: Option<At<Ipv4Net>>,
    block6: Option<Ipv6Net>,
    ipv6: bool,
    exit: Option<Ipv4Addr>,
}

fn gateway(policy: &Policy, gateway: &policy::Gateway, wan: &Name, exit: Option<Ipv4Addr>) -> Gateway {
    Gateway {
        target: gateway.target.clone(),
        public: gateway.public,
        exits: exit.into_iter().collect(),
        published: BTreeSet::new(),
        next_hop: gateway.next_hop.value,
        wan: gateway.wan.value.to_string(),
        lan: gateway.lan.value.to_string(),
        mtu: policy.region.wans.get(wan).map_or(1500, |w| w.mtu.value),
    }
}

fn centre_site(policy: &Policy, centre: &policy::Centre) -> Site {
    let gateway = gateway(policy, &centre.gateway, &centre.wan.value, None);
    blank_site(centre.site.value.clone(), centre.site.to_string(), gateway, centre.site.span, true)
}

fn school_site(policy: &Policy, school: &Establishment) -> Site {
    let profile = &policy.profiles[&school.profile.value];
    let gateway = gateway(policy, &school.gateway, &profile.wan.value, school.exit.map(|e| e.value));
    let ipv6 = school.block6.value.is_some();
    Site {
        is_establishment: true,
        exit: school.exit.map(|e| e.value),
        delegated: policy.delegated.get(&school.uai.value).map(|d| d.uai.span),
        has_no: profile.has_no.iter().chain(&school.has_no).map(|n| n.value.clone()).collect(),
        ..blank_site(school.uai.value.name().clone(), school.title.value.clone(), gateway, school.uai.span, ipv6)
    }
}

fn blank_site(name: Name, title: String, gateway: Gateway, span: crate::diagnostics::Span, ipv6: bool) -> Site {
    Site {
        name,
        title,
        is_establishment: false,
        gateway,
        zones: Vec::new(),
        has_no: Vec::new(),
        delegated: None,
        exit: None,
        ipv6,
        switches: Vec::new(),
        cables: Vec::new(),
        old_tunnels: Vec::new(),
        served: Vec::new(),
        served_names: BTreeMap::new(),
        served_clock: BTreeMap::new(),
        pac: None,
        logs: Vec::new(),
        clocks: Vec::new(),
        span,
    }
}

fn add_site(net: &mut Network, policy: &Policy, mut site: Site, parts: &[&Parts], shape: &Shape, sink: &mut Sink) {
    let id = SiteId(u32::try_from(net.sites.len()).expect("fewer than 2^32 sites"));
    let classes = site.is_establishment.then(|| class_of(policy));
    for (name, zone) in merged_zones(parts) {
        let class = classes.as_ref().and_then(|c| c.get(&name).cloned());
        if let Some(zone) = place_zone(id, class, &zone, shape, sink) {
            site.zones.push(ZoneId(u32::try_from(net.zones.len()).expect("fewer than 2^32 zones")));
            net.zones.push(zone);
        }
    }
    for zone in parts.iter().flat_map(|p| p.zones.values()) {
        site.gateway.exits.extend(zone.exit.map(|e| e.value));
    }
    let flows = parts.iter().flat_map(|p| &p.flows);
    site.gateway.published.extend(flows.filter_map(|flow| flow.at).map(|at| at.value));
    let exit = shape.exit;
    net.sites.push(site);
    for parts in parts {
        add_hosts(net, id, parts, sink);
        add_proxies(net, id, parts, exit, sink);
    }
}

fn class_of(policy: &Policy) -> BTreeMap<Name, Name> {
    let classes = policy.security.classes.values();
    classes.flat_map(|c| c.zones.iter().map(|z| (z.value.clone(), c.name.value.clone()))).collect()
}

/// A profile's zones, in VLAN order, with the ranges that the establishment fills in.
fn merged_zones(parts: &[&Parts]) -> Vec<(Name, policy::Zone)> {
    let mut zones: BTreeMap<Name, policy::Zone> = BTreeMap::new();
    for (name, zone) in parts.iter().flat_map(|p| &p.zones) {
        match zones.get_mut(name) {
            Some(known) => known.ipv4 = zone.ipv4.or(known.ipv4),
            None => {
                zones.insert(name.clone(), zone.clone());
            }
        }
    }
    let mut zones: Vec<_> = zones.into_iter().collect();
    zones.sort_by_key(|(name, z)| (z.vlan.map(|v| v.value), name.clone()));
    zones
}

fn place_zone(site: SiteId, class: Option<Name>, zone: &policy::Zone, shape: &Shape, sink: &mut Sink) -> Option<Zone> {
    let v4 = zone.ipv4.map(|n| n.value).or_else(|| in_block(zone, shape, sink));
    let (Some(v4), Some(vlan)) = (v4, zone.vlan) else {
        if v4.is_none() && zone.at.is_none() {
            sink.push(
                Diagnostic::new(
                    &codes::ADDRESS_MISSING,
                    zone.name.span,
                    format!("zone `{}` has no addresses", zone.name.value),
                )
                .help("write `ipv4:` with a whole prefix, or `at:` with an offset in the block"),
            );
        }
        return None;
    };
    let v6 = zone.ipv6.map(|n| n.value).or_else(|| derived6(shape.block6?, vlan.get()));
    Some(Zone {
        site,
        name: zone.name.value.clone(),
        title: zone.title.as_ref().map_or_else(|| zone.name.value.to_string(), |t| t.value.clone()),
        class,
        vlan: vlan.value,
        v4,
        v6: v6.filter(|_| shape.ipv6 && !zone.private),
        private: zone.private,
        devices: zone.devices,
        exit: zone.exit.map(|e| e.value),
        span: zone.name.span,
    })
}

fn in_block(zone: &policy::Zone, shape: &Shape, sink: &mut Sink) -> Option<Ipv4Net> {
    let (at, block) = (zone.at?, shape.block?);
    let net = u32::from(block.network()).checked_add(at.offset).and_then(|a| Ipv4Net::new(a.into(), at.length).ok());
    let part = net.filter(|net| block.contains(net) && net.trunc() == *net);
    // A profile's offset is one text, whatever number of establishments it is wrong in.
    let is_told = sink.iter().any(|d| d.span == at.span);
    if part.is_none() && !is_told {
        sink.push(outside(&zone.name.value, at, net, block));
    }
    part
}

fn outside(name: &Name, at: At<policy::BlockPart>, net: Option<Ipv4Net>, block: At<Ipv4Net>) -> Diagnostic {
    let (within, size) = (block.value, 1_u64 << (32 - block.prefix_len()));
    let says = match net {
        Some(net) => format!("zone `{name}` would have {net}, which is not a part of the block {within}"),
        None => format!("zone `{name}` would begin past the last IPv4 address, outside the block {within}"),
    };
    Diagnostic::new(&codes::ZONE_OUTSIDE_BLOCK, at.span, says)
        .other(block.span, "this block")
        .help(format!("choose an offset inside the {size} addresses of the block, on a multiple of the zone's size"))
}

/// `block6` plus the VLAN number written in the same digits: VLAN 10 gives `2001:db8:1:10::/64`.
fn derived6(block: Ipv6Net, vlan: u16) -> Option<Ipv6Net> {
    let digits = u16::from_str_radix(&vlan.to_string(), 16).ok()?;
    let mut segments = block.network().segments();
    segments[3] |= digits;
    Ipv6Net::new(Ipv6Addr::from(segments), 64).ok()
}

fn zone_named(net: &Network, site: SiteId, name: &Name) -> Option<ZoneId> {
    net.site(site).zones.iter().copied().find(|z| net.zone(*z).name == *name)
}

fn add_hosts(net: &mut Network, site: SiteId, parts: &Parts, sink: &mut Sink) {
    for host in parts.hosts.values() {
        if host.zones.is_empty() {
            let says = format!("machine `{}` is in no zone", host.name.value);
            sink.push(
                Diagnostic::new(&codes::HOST_OUTSIDE_ZONE, host.name.span, says)
                    .help("write its zone: `in: [pedago_servers]`"),
            );
            continue;
        }
        let zones: Vec<ZoneId> = host.zones.iter().filter_map(|z| zone_named(net, site, &z.value)).collect();
        let v4 = host.ipv4.map(|a| IpAddr::V4(a.value));
        let v6 = host.ipv6.map(|a| IpAddr::V6(a.value));
        let addresses = v4.into_iter().chain(v6).collect();
        let exit = host.exit.map(|e| e.value);
        let seen_as = host.seen_as.map(|s| s.value);
        let (name, span) = (host.name.value.clone(), host.name.span);
        push_host(net, Host { name, site, zones, addresses, seen_as, exit, span });
    }
}

fn push_host(net: &mut Network, host: Host) -> HostId {
    net.sites[host.site.index()].gateway.exits.extend(host.exit);
    net.hosts.push(host);
    HostId(u32::try_from(net.hosts.len() - 1).expect("fewer than 2^32 hosts"))
}

fn add_proxies(net: &mut Network, site: SiteId, parts: &Parts, site_exit: Option<Ipv4Addr>, sink: &mut Sink) {
    for proxy in parts.proxies.values() {
        match &proxy.place {
            ProxyPlace::Host { zone, ipv4, ipv6, exit } => {
                let zones = zone_named(net, site, &zone.value).into_iter().collect();
                let addresses = [Some(IpAddr::V4(ipv4.value)), ipv6.map(|a| IpAddr::V6(a.value))];
                let addresses = addresses.into_iter().flatten().collect();
                let exit = exit.map(|e| e.value);
                let (name, span) = (proxy.name.value.clone(), proxy.name.span);
                push_host(net, Host { name, site, zones, addresses, seen_as: None, exit, span });
            }
            ProxyPlace::Gateway { listen, uid } => {
                let Some(listen) = zone_named(net, site, &listen.value) else { continue };
                let Some(exit) = site_exit else {
                    sink.push(no_exit(&proxy.name, net.site(site)));
                    continue;
                };
                let name = proxy.name.value.clone();
                net.processes.push(Process { name, site, listen, uid: uid.value, exit, span: proxy.name.span });
            }
        }
    }
}

fn no_exit(name: &At<Name>, site: &Site) -> Diagnostic {
    let says = format!("`{}` has no public address for its proxy `{}` to leave by", site.name, name.value);
    if site.is_establishment {
        return Diagnostic::new(&codes::NO_EXIT, site.span, says)
            .other(name.span, "the proxy is declared here")
            .help("write `exit:` with a public address of its WAN, another than `supervision`");
    }
    Diagnostic::new(&codes::NO_EXIT, name.span, says)
        .help("a site of the centre has proxies on machines: write `zone`, `ipv4` and `exit` in place of `on: gateway`")
}
