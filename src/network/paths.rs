//! The gateways a flow crosses, and what it needs of each.

use std::net::Ipv4Addr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::model::{End, Leg, Network, Port, Published, SiteId, TunnelId};
use super::plan::{meet, nobodys};

/// Why there is no path; the caller has the place and the words of the flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NoPath {
    /// Both ends are on one link.
    SameLink,
    /// No tunnel between the two sites.
    NoLink(SiteId, SiteId),
    /// A gateway's end without a zone of devices.
    NoDevices(SiteId),
    /// Inside addresses and no public one to leave by.
    NoExit(SiteId),
    /// A private zone would be in a tunnel.
    Private(SiteId),
    /// A gateway's process would open into a tunnel.
    ProcessInTunnel,
    /// What is called the Internet is not.
    NotOutside(&'static str),
    /// A service that cannot be published so: why, and the way out.
    Unpublished(&'static str, &'static str),
    /// The language cannot make this flow.
    Unsupported(&'static str),
}

/// Legs of the flow between two ends. `hub` lets two schools meet at a common centre (waivers only).
pub(super) fn legs(net: &Network, from: &End, to: &End, hub: bool) -> Result<Vec<Leg>, NoPath> {
    match (from, to) {
        (End::Internet(_), _) => Err(NoPath::Unpublished(
            "the Internet would open a connection, and no public address is given that it could find",
            "remove the flow; or publish the service: `at:` with a public address of the site and `auth:`, as a line of \
             `publish:` in security.yaml lets it",
        )),
        (End::Supervision(_), _) => Err(NoPath::Unsupported("nothing opens from the supervision address")),
        (_, End::Internet(nets)) => to_internet(net, from, nets),
        (_, End::Supervision(site)) => to_supervision(net, from, *site),
        _ => inside(net, from, to, hub),
    }
}

fn single(address: Ipv4Addr) -> IpNet {
    IpNet::V4(Ipv4Net::from(address))
}

/// The site an end is at.
pub(super) fn site_of(net: &Network, end: &End) -> Option<SiteId> {
    match end {
        End::Zone(z) => Some(net.zone(*z).site),
        End::Host(h) => Some(net.hosts[h.index()].site),
        End::Process(p) => Some(net.processes[p.index()].site),
        End::Gateway(s) | End::Supervision(s) => Some(*s),
        End::Internet(_) => None,
    }
}

/// Inside addresses of an end.
pub(super) fn addresses(net: &Network, end: &End) -> Result<Vec<IpNet>, NoPath> {
    Ok(match end {
        End::Zone(z) => net.zone(*z).nets(),
        End::Host(h) => net.hosts[h.index()].addresses.iter().map(|a| IpNet::from(*a)).collect(),
        End::Process(p) => {
            let zone = net.zone(net.processes[p.index()].listen);
            vec![single(zone.gateway4())]
                .into_iter()
                .chain(zone.gateway6().map(|a| IpNet::V6(Ipv6Net::from(a))))
                .collect()
        }
        End::Gateway(s) => {
            let zone = net.zone(net.devices_zone(*s).ok_or(NoPath::NoDevices(*s))?);
            vec![single(zone.gateway4())]
                .into_iter()
                .chain(zone.gateway6().map(|a| IpNet::V6(Ipv6Net::from(a))))
                .collect()
        }
        End::Supervision(s) => vec![single(net.site(*s).gateway.public.value)],
        End::Internet(nets) => nets.clone(),
    })
}

/// Where an end's packets cross the border of its own gateway.
fn port(net: &Network, end: &End) -> Port {
    match end {
        End::Zone(z) => Port::Zone(*z),
        End::Host(h) => Port::Zone(net.hosts[h.index()].zones[0]),
        End::Process(p) => Port::Local(Some(*p)),
        End::Gateway(_) | End::Supervision(_) => Port::Local(None),
        End::Internet(_) => Port::Wan,
    }
}

/// The public address an end's traffic leaves by, where it needs one.
fn exit(net: &Network, end: &End) -> Result<Ipv4Addr, NoPath> {
    let site = site_of(net, end).ok_or(NoPath::Unsupported("an end without a site"))?;
    let own = match end {
        End::Host(h) => net.hosts[h.index()].exit,
        _ => None,
    };
    let of_zone = match port(net, end) {
        Port::Zone(z) => net.zone(z).exit,
        _ => None,
    };
    own.or(of_zone).or(net.site(site).exit).ok_or(NoPath::NoExit(site))
}

/// True for a prefix that meets the plan, a private range or a public range of the region.
fn is_ours(net: &Network, outside: &IpNet) -> bool {
    net.region.known().any(|ours| meet(&ours, outside))
}

fn v4_only(nets: Vec<IpNet>) -> Vec<IpNet> {
    nets.into_iter().filter(|n| matches!(n, IpNet::V4(_))).collect()
}

/// The leg of a service that is published at its site's gateway.
pub(super) fn published(
    net: &Network,
    here: SiteId,
    [from, to]: [&End; 2],
    published: Published,
) -> Result<Vec<Leg>, NoPath> {
    let (End::Internet(nets), End::Host(host)) = (from, to) else {
        return Err(NoPath::Unpublished(
            "a service is published at one machine",
            "name a machine of this site with an `ipv4:` of its own, as `hosts:` declares it",
        ));
    };
    are_outside(net, nets)?;
    let facts = &net.hosts[host.index()];
    if facts.site != here {
        return Err(NoPath::Unpublished(
            "a service is published by the gateway of its own site",
            "write the flow in the file of the site where the machine is",
        ));
    }
    let destination = v4_only(addresses(net, to)?);
    if destination.is_empty() {
        return Err(NoPath::Unpublished(
            "a service is published over IPv4, and this machine has no IPv4 address",
            "give the machine an `ipv4:` in its zone",
        ));
    }
    Ok(vec![Leg {
        site: here,
        enters: Port::Wan,
        leaves: port(net, to),
        source: nets.clone(),
        destination,
        internet: false,
        from_internet: nets.is_empty(),
        translated: None,
        met_at: Some(published.at),
    }])
}

/// What is called the Internet is nobody's of ours, and of IPv4: no other packet crosses a WAN yet.
fn are_outside(net: &Network, nets: &[IpNet]) -> Result<(), NoPath> {
    if nets.iter().any(|n| is_ours(net, n)) {
        return Err(NoPath::NotOutside(
            "these addresses are inside or declared by the region, so they are not the Internet's",
        ));
    }
    if nets.iter().any(|n| nobodys(n).is_some()) {
        return Err(NoPath::NotOutside("nobody on the Internet has these addresses"));
    }
    if nets.iter().any(|n| matches!(n, IpNet::V6(_))) {
        return Err(NoPath::NotOutside("no IPv6 packet crosses a WAN yet"));
    }
    Ok(())
}

fn to_internet(net: &Network, from: &End, nets: &[IpNet]) -> Result<Vec<Leg>, NoPath> {
    are_outside(net, nets)?;
    let site = site_of(net, from).ok_or(NoPath::Unsupported("an end without a site"))?;
    let (source, translated) = match from {
        End::Process(p) => (vec![single(net.processes[p.index()].exit)], None),
        End::Gateway(_) => (vec![single(net.site(site).gateway.public.value)], None),
        _ => (v4_only(addresses(net, from)?), Some(exit(net, from)?)),
    };
    let enters = port(net, from);
    let destination = nets.to_vec();
    Ok(vec![Leg {
        site,
        enters,
        leaves: Port::Wan,
        source,
        internet: destination.is_empty(),
        destination,
        from_internet: false,
        translated,
        met_at: None,
    }])
}

fn to_supervision(net: &Network, from: &End, target: SiteId) -> Result<Vec<Leg>, NoPath> {
    let site = site_of(net, from).ok_or(NoPath::Unsupported("an end without a site"))?;
    if site == target || !matches!(from, End::Zone(_) | End::Host(_)) {
        return Err(NoPath::Unsupported("the supervision address is asked by zones and hosts of other sites"));
    }
    let exit = exit(net, from)?;
    let destination = vec![single(net.site(target).gateway.public.value)];
    let out = Leg {
        site,
        enters: port(net, from),
        leaves: Port::Wan,
        source: v4_only(addresses(net, from)?),
        destination: destination.clone(),
        internet: false,
        from_internet: false,
        translated: Some(exit),
        met_at: None,
    };
    let arrive = Leg {
        site: target,
        enters: Port::Wan,
        leaves: Port::Local(None),
        source: vec![single(exit)],
        destination,
        internet: false,
        from_internet: false,
        translated: None,
        met_at: None,
    };
    Ok(vec![out, arrive])
}

/// Between zones, machines and gateways of ours. A machine that other sites see by another address has that one beyond its
/// own gateway, which translates.
fn inside(net: &Network, from: &End, to: &End, hub: bool) -> Result<Vec<Leg>, NoPath> {
    let (Some(start), Some(end)) = (site_of(net, from), site_of(net, to)) else {
        return Err(NoPath::Unsupported("an end without a site"));
    };
    let (first, last) = (port(net, from), port(net, to));
    if first == last || matches!((first, last), (Port::Local(_), Port::Local(_))) {
        return Err(NoPath::SameLink);
    }
    let hops = sites_between(net, start, end, hub)?;
    if hops.len() > 1 {
        refuse_private(net, from, to)?;
        if matches!(from, End::Process(_)) {
            return Err(NoPath::ProcessInTunnel);
        }
    }
    let last_hop = hops.len() - 1;
    let (source, destination) = (source_inside(net, from)?, addresses(net, to)?);
    let [from_seen, to_seen] = [from, to].map(|end| net.seen_as(end).filter(|_| last_hop > 0));
    let elsewhere =
        |seen: Option<Ipv4Addr>, own: &[IpNet]| seen.map_or_else(|| own.to_vec(), |seen| vec![single(seen)]);
    let leg = |(i, site): (usize, &SiteId)| Leg {
        site: *site,
        enters: if i == 0 {
            first
        } else {
            Port::Tunnel(between(net, hops[i - 1], *site).expect("a tunnel of the path"))
        },
        leaves: if i == last_hop {
            last
        } else {
            Port::Tunnel(between(net, *site, hops[i + 1]).expect("a tunnel of the path"))
        },
        source: if i == 0 { source.clone() } else { elsewhere(from_seen, &source) },
        destination: if i == last_hop { destination.clone() } else { elsewhere(to_seen, &destination) },
        internet: false,
        from_internet: false,
        translated: from_seen.filter(|_| i == 0),
        met_at: to_seen.filter(|_| i == last_hop),
    };
    Ok(hops.iter().enumerate().map(leg).collect())
}

/// A gateway's process is bound to its public address, whatever it asks.
fn source_inside(net: &Network, from: &End) -> Result<Vec<IpNet>, NoPath> {
    match from {
        End::Process(p) => Ok(vec![single(net.processes[p.index()].exit)]),
        _ => addresses(net, from),
    }
}

/// A private range is nobody's elsewhere: only a machine that other sites see by another address is met from there.
fn refuse_private(net: &Network, from: &End, to: &End) -> Result<(), NoPath> {
    for end in [from, to].into_iter().filter(|end| net.seen_as(end).is_none()) {
        let private = match port(net, end) {
            Port::Zone(z) => net.zone(z).private,
            Port::Local(Some(p)) => net.zone(net.processes[p.index()].listen).private,
            Port::Local(None) | Port::Tunnel(_) | Port::Wan => false,
        };
        if private {
            return Err(NoPath::Private(site_of(net, end).expect("a port has a site")));
        }
    }
    Ok(())
}

/// The tunnel between two sites.
pub(super) fn between(net: &Network, a: SiteId, b: SiteId) -> Option<TunnelId> {
    // An establishment has few tunnels, a centre one for each of them.
    let (near, far) = if net.site(a).is_establishment { (a, b) } else { (b, a) };
    net.tunnels_of(near).find(|(_, peer, _)| *peer == far).map(|(id, _, _)| id)
}

/// Sites on the way: two when a tunnel joins them, three by way of a common hub where that is allowed.
fn sites_between(net: &Network, a: SiteId, b: SiteId, hub: bool) -> Result<Vec<SiteId>, NoPath> {
    if a == b {
        return Ok(vec![a]);
    }
    if between(net, a, b).is_some() {
        return Ok(vec![a, b]);
    }
    let mut hubs: Vec<_> = net.tunnels_of(a).filter(|(_, peer, _)| between(net, *peer, b).is_some()).collect();
    hubs.sort_by_key(|(_, _, tunnel)| tunnel.span);
    match hubs.first() {
        Some((_, peer, _)) if hub => Ok(vec![a, *peer, b]),
        _ => Err(NoPath::NoLink(a, b)),
    }
}
