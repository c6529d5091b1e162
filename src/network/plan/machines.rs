//! Addresses of machines: each in its zone, and nobody else's there.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;

use super::{Facts, Written};
use crate::diagnostics::codes::network as codes;
use crate::diagnostics::{At, Diagnostic, Sink, Span};
use crate::network::model::{Site, Zone};
use crate::network::scope::parts_of;
use crate::policy::{Host, Name, Proxy, ProxyPlace, Switch};

/// An address that somebody wrote.
struct Address<'a> {
    of: String,
    zone: &'a Name,
    at: At<IpAddr>,
}

/// Every machine of every site.
pub(super) fn check(facts: &Facts, sink: &mut Sink) {
    for site in &facts.net.sites {
        let mut taken: BTreeMap<IpAddr, (String, Span)> = BTreeMap::new();
        for address in addresses(facts, site) {
            let Some(zone) = site.zones.iter().map(|z| facts.net.zone(*z)).find(|z| z.name == *address.zone) else {
                continue;
            };
            let wrong = outside(zone, &address).or_else(|| kept(zone, &address));
            match wrong.or_else(|| given_away(facts, site, zone, &address)) {
                Some(found) => sink.push(found),
                None => once(&address, &mut taken, sink),
            }
        }
    }
}

fn addresses<'a>(facts: &Facts<'a>, site: &'a Site) -> Vec<Address<'a>> {
    let parts = parts_of(facts.policy, &site.name);
    let mut all: Vec<Address> = parts.iter().flat_map(|p| p.hosts.values()).flat_map(of_host).collect();
    all.extend(parts.iter().flat_map(|p| p.proxies.values()).flat_map(of_proxy));
    if let (Some(Written::School(school)), Some(devices)) = (facts.written(site), devices_zone(facts, site)) {
        all.extend(school.switches.values().map(|s| of_switch(s, &devices.name)));
    }
    all
}

fn devices_zone<'a>(facts: &Facts<'a>, site: &Site) -> Option<&'a Zone> {
    site.zones.iter().map(|z| facts.net.zone(*z)).find(|z| z.devices)
}

fn of_host(host: &Host) -> Vec<Address<'_>> {
    let both = [host.ipv4.map(|a| a.map(IpAddr::V4)), host.ipv6.map(|a| a.map(IpAddr::V6))];
    let Some(zone) = host.zones.first() else { return Vec::new() };
    both.into_iter()
        .flatten()
        .map(|at| Address { of: format!("`{}`", host.name.value), zone: &zone.value, at })
        .collect()
}

fn of_proxy(proxy: &Proxy) -> Vec<Address<'_>> {
    let ProxyPlace::Host { zone, ipv4, ipv6, .. } = &proxy.place else { return Vec::new() };
    let both = [Some(ipv4.map(IpAddr::V4)), ipv6.map(|a| a.map(IpAddr::V6))];
    both.into_iter()
        .flatten()
        .map(|at| Address { of: format!("`{}`", proxy.name.value), zone: &zone.value, at })
        .collect()
}

fn of_switch<'a>(switch: &Switch, devices: &'a Name) -> Address<'a> {
    Address { of: format!("switch `{}`", switch.name.value), zone: devices, at: switch.ipv4.map(IpAddr::V4) }
}

fn outside(zone: &Zone, address: &Address) -> Option<Diagnostic> {
    let ip = address.at.value;
    if zone.nets().iter().any(|n| n.contains(&ip)) {
        return None;
    }
    let of_family = zone.nets().into_iter().find(|n| n.addr().is_ipv4() == ip.is_ipv4());
    let has = of_family.map_or("has no IPv6".to_owned(), |n| format!("is {n}"));
    let says = format!("address {ip} of {} is not in its zone `{}`", address.of, zone.name);
    Some(
        Diagnostic::new(&codes::HOST_OUTSIDE_ZONE, address.at.span, says)
            .other(zone.span, format!("`{}` {has}", zone.name))
            .help("give it an address of its zone, another than the first"),
    )
}

/// The first address is the gateway's, and those of the whole network are no machine's.
fn kept(zone: &Zone, address: &Address) -> Option<Diagnostic> {
    let ip = address.at.value;
    let whose = zone.nets().into_iter().find_map(|net| whose(zone, &net, ip))?;
    let says = format!("address {ip} of {} is {whose}", address.of);
    Some(
        Diagnostic::new(&codes::ADDRESS_TAKEN, address.at.span, says)
            .other(zone.span, format!("zone `{}`", zone.name))
            .help("give it an address between the gateway's, which is the first, and the last"),
    )
}

fn whose(zone: &Zone, net: &IpNet, ip: IpAddr) -> Option<&'static str> {
    let gateways = [Some(IpAddr::V4(zone.gateway4())), zone.gateway6().map(IpAddr::V6)];
    match ip {
        ip if gateways.contains(&Some(ip)) => Some("the gateway's own"),
        ip if ip == net.network() => Some("that of its whole network"),
        IpAddr::V4(_) if ip == net.broadcast() => Some("the one that everybody in the zone hears"),
        _ => None,
    }
}

/// An address that DHCP would give to somebody else one day.
fn given_away(facts: &Facts, site: &Site, zone: &Zone, address: &Address) -> Option<Diagnostic> {
    let IpAddr::V4(ip) = address.at.value else { return None };
    let parts = parts_of(facts.policy, &site.name);
    let served = parts.iter().filter_map(|p| p.serve.as_ref()).flat_map(|s| &s.dhcp).find(|z| z.value == zone.name)?;
    let (first, count) = zone.pool4();
    let number = u32::from(ip) - u32::from(zone.v4.network());
    (number >= first && number < first + count).then(|| {
        let last_fixed = Ipv4Addr::from(u32::from(zone.v4.network()) + first - 1);
        let says = format!("address {ip} of {} is one that DHCP gives away", address.of);
        Diagnostic::new(&codes::ADDRESS_TAKEN, address.at.span, says)
            .other(served.span, "DHCP is answered in its zone")
            .help(format!("fixed addresses of `{}` end at {last_fixed}: take one of them", zone.name))
    })
}

fn once(address: &Address, taken: &mut BTreeMap<IpAddr, (String, Span)>, sink: &mut Sink) {
    let At { value: ip, span } = address.at;
    if let Some((first, place)) = taken.insert(ip, (address.of.clone(), span)) {
        let says = format!("address {ip} of {} is that of {first} too", address.of);
        sink.push(
            Diagnostic::new(&codes::ADDRESS_TAKEN, span, says)
                .other(place, "first given here")
                .help("give each machine an address of its own"),
        );
    }
}
