//! Words that name something of the network, and no end: an address, a site, a switch. Each is told which end to ask about.

use std::collections::BTreeSet;
use std::net::IpAddr;

use ipnet::IpNet;

use super::route::number;
use super::subject::{Unknown, listed, no_site};
use crate::network::{self, End, Host, HostId, Network, Site, Unmanaged};

/// What an address is: a machine with a name, the Internet where it is outside; a refusal that names its zone where it is
/// any other machine of one.
pub(super) fn address(net: &Network, address: IpAddr) -> Result<End, Unknown> {
    let named = (0u32..).map(HostId).zip(&net.hosts).filter(|(_, host)| host.addresses.contains(&address));
    let zones = net.zone_ids().filter(|(_, zone)| zone.nets().iter().any(|n| n.contains(&address)));
    let mut ends: Vec<End> = named.map(|(id, _)| End::Host(id)).collect();
    if ends.is_empty() {
        ends = zones.map(|(id, _)| End::Zone(id)).collect();
    }
    let labels: Vec<String> = ends.iter().map(|end| network::label(net, end)).collect();
    match (ends.as_slice(), labels.as_slice()) {
        ([host @ End::Host(_)], _) => Ok(host.clone()),
        ([_], [zone]) => Err(Unknown {
            message: format!("`{address}` is a machine of `{zone}` that has no name of its own"),
            help: format!("ask about `{zone}`: its machines are all treated alike, but for hosts with a name"),
        }),
        ([], _) if net.region.known().any(|ours| ours.contains(&address)) => Err(of_no_zone(net, address)),
        ([], _) => Ok(End::Internet(vec![address.into()])),
        _ => Err(Unknown {
            message: format!("`{address}` is in {} zones: each of these sites has it, behind its own exit", ends.len()),
            help: format!("say which one: {}", listed(labels.iter().map(String::as_str))),
        }),
    }
}

/// Why an address of the region is no machine's.
pub(super) fn of_no_zone(net: &Network, address: IpAddr) -> Unknown {
    let is_theirs = |school: &&Unmanaged| {
        school.publics().any(|public| address == public) || school.blocks.iter().any(|b| b.contains(&address))
    };
    if let Some(school) = net.unmanaged.iter().find(is_theirs) {
        let message = format!("`{address}` is an address of `{}`, which is not managed", school.name);
        return Unknown { message, help: "nothing is compiled for it, and nothing opens to it".to_owned() };
    }
    if let Some(found) = published(net, address).or_else(|| seen(net, address)) {
        return found;
    }
    match net.sites.iter().find(|site| IpAddr::V4(site.gateway.public.value) == address) {
        Some(site) => Unknown {
            message: format!("`{address}` is the public address of the gateway of `{}`", site.name),
            help: format!("ask about `{0}.supervision`, who may reach it; or `{0}.gateway`, what it opens", site.name),
        },
        None => Unknown {
            message: format!("`{address}` is an address of the region, and in no zone"),
            help: nearest_zone(net, address).unwrap_or_else(|| "ask about a zone, a host or a gateway".to_owned()),
        },
    }
}

/// The zone whose addresses are nearest, in numbers; none for a public address, which no zone has.
fn nearest_zone(net: &Network, address: IpAddr) -> Option<String> {
    net.region.inside().find(|range| range.contains(&address))?;
    let zones = net.zone_ids().flat_map(|(id, zone)| zone.nets().into_iter().map(move |range| (id, range)));
    let distance = |range: &IpNet| {
        let (first, last, at) = (number(range.network()), number(range.broadcast()), number(address));
        first.saturating_sub(at).max(at.saturating_sub(last))
    };
    let of_family = zones.filter(|(_, range)| range.addr().is_ipv4() == address.is_ipv4());
    let (zone, range) = of_family.min_by_key(|(_, range)| distance(range))?;
    Some(format!("the nearest zone is `{}`, with {range}", net.zone_label(zone)))
}

/// An address that names no machine: the Internet alone is led from there to one.
fn published(net: &Network, address: IpAddr) -> Option<Unknown> {
    let flows = net.flows.iter().filter(|flow| flow.published.is_some_and(|p| IpAddr::V4(p.at) == address));
    let machines: BTreeSet<String> = flows.map(|flow| network::label(net, &flow.to)).collect();
    let machines = (!machines.is_empty()).then(|| listed(machines.iter().map(String::as_str)))?;
    Some(Unknown {
        message: format!("`{address}` is where the Internet finds {machines}"),
        help: format!("ask from `internet` to {machines}; from inside, that address leads nowhere"),
    })
}

/// An address that stands for a machine, at other sites than its own.
fn seen(net: &Network, address: IpAddr) -> Option<Unknown> {
    let is_seen = |host: &&Host| host.seen_as.map(IpAddr::V4) == Some(address);
    let host = net.hosts.iter().find(is_seen)?;
    let label = format!("{}.{}", net.site(host.site).name, host.name);
    Some(Unknown {
        message: format!("`{address}` is where other sites find `{label}`"),
        help: format!("ask about `{label}`: at its own site its address is {}", host.addresses[0]),
    })
}

/// Why `name` is no end, when it is a site or one of its switches.
pub(super) fn place(net: &Network, name: &str) -> Option<Unknown> {
    if net.unmanaged.iter().any(|school| school.name.as_str() == name) {
        return Some(no_site(net, name));
    }
    if let Some((_, site)) = net.site_ids().find(|(_, site)| site.name.as_str() == name) {
        let zones = || site.zones.iter().map(|zone| net.zone(*zone).name.as_str());
        let first = zones().next().map_or(String::new(), |zone| format!("`{name}.{zone}`, "));
        return Some(Unknown {
            message: format!("`{name}` is a whole site"),
            help: format!(
                "name one of its zones or its gateway, such as {first}`{name}.gateway`; it has {}",
                listed(zones())
            ),
        });
    }
    let (site, switch) = name.split_once('.').map_or((None, name), |(site, switch)| (Some(site), switch));
    let is_there = |at: &&Site| site.is_none_or(|site| at.name.as_str() == site);
    let found = net.sites.iter().filter(is_there).flat_map(|at| &at.switches).find(|s| s.name.as_str() == switch)?;
    let zone = net.zone_label(found.devices);
    Some(Unknown {
        message: format!("`{name}` is a switch: its own address, {}, is in `{zone}`", found.ipv4),
        help: format!("ask about `{zone}`; what a switch carries is told by `etanche graph`"),
    })
}

/// The one site whose name ends so: `1B` for `0000001B`.
pub(super) fn site_by_its_end<'n>(net: &'n Network, end: &str) -> Option<&'n str> {
    let mut fits = net.sites.iter().map(|s| s.name.as_str()).filter(|name| end.len() > 1 && name.ends_with(end));
    let first = fits.next()?;
    fits.next().is_none().then_some(first)
}
