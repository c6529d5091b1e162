//! T8: no zone can emit another's addresses. (That prefixes are disjoint is checked where the plan is read.)

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use ipnet::IpNet;

use super::{Outcome, Outcomes, Scene, wan};
use crate::config::filter::Hook;
use crate::config::meaning::Unclear;
use crate::isolation::claim::{Claim, Source, Target, Theorem, Verdict};
use crate::isolation::gates::in_nets;
use crate::isolation::spaces::Spaces;
use crate::network::{Flow, Leg, Port, SiteId, TunnelId, tunnel_interface, zone_interface};
use crate::packets::{Field, FieldProduct, IntervalSet, PacketSet, Space, ipsec};

/// One claim for each zone, for each end of a tunnel, and for each WAN.
pub(super) fn claims(scene: &Scene, spaces: &mut Spaces) -> Result<Outcomes, Unclear> {
    let sites = scene.net.site_ids().map(|(site, _)| site);
    let of_sites = spaces.each(sites, |site, space| at_site(scene, space, site))?;
    Ok(of_sites.into_values().flatten().collect())
}

/// Those of one site's gateway.
fn at_site(scene: &Scene, space: &mut Space, here: SiteId) -> Result<Outcomes, Unclear> {
    let net = scene.net;
    let mut foreign: Vec<(Source, PacketSet)> = Vec::new();
    for id in &net.site(here).zones {
        let zone = net.zone(*id);
        let name = zone_interface(&net.site(here).gateway.lan, zone.vlan);
        let mut own = zone.nets();
        own.extend(on_link());
        foreign.push((Source::Zone(*id), behind(scene, space, here, &name, &own)?));
    }
    let crossing = crossing(scene, here);
    for (tunnel, peer, _) in net.tunnels_of(here) {
        let mut own = of_zones(scene, peer);
        own.extend(crossing.get(&tunnel).into_iter().flatten());
        let name = tunnel_interface(&net.site(peer).name);
        foreign.push((Source::Site(peer, here), behind(scene, space, here, &name, &own)?));
    }
    foreign.push((Source::Wan(here), from_wan(scene, space, here)?));
    // Of all at once first: a centre has as many interfaces as there are establishments.
    let sets: Vec<PacketSet> = foreign.iter().map(|(_, set)| *set).collect();
    let every = space.union_all(&sets)?;
    let passes_none = passing(scene, space, here, every)? == Outcome::Settled(Verdict::Strict);
    let mut all = Outcomes::new();
    for (from, set) in foreign {
        let set = if passes_none { Space::EMPTY } else { set };
        all.insert(claim(from), passing(scene, space, here, set)?);
    }
    Ok(all)
}

fn claim(from: Source) -> Claim {
    Claim { theorem: Theorem::T8, from, to: Target::ForeignAddresses }
}

/// Addresses that mean "on this link" and that no gateway forwards: unspecified and link-local ones (RFC 4291, RFC 1122).
fn on_link() -> Vec<IpNet> {
    ["0.0.0.0/32", "::/128", "fe80::/10"].iter().map(|n| n.parse().expect("a prefix")).collect()
}

/// Addresses of the zones of a peer, and those by which its machines of private zones are seen.
fn of_zones(scene: &Scene, peer: SiteId) -> Vec<IpNet> {
    let net = scene.net;
    let zones = net.site(peer).zones.iter().map(|z| net.zone(*z)).filter(|z| !z.private);
    let seen = net.hosts.at(peer).filter_map(|(_, host)| host.seen_as).map(|seen| IpAddr::V4(seen).into());
    zones.flat_map(crate::network::Zone::nets).chain(seen).collect()
}

/// Zones of third sites whose flows cross a tunnel to come here, by the tunnel.
fn crossing(scene: &Scene, here: SiteId) -> BTreeMap<TunnelId, Vec<IpNet>> {
    let mut all: BTreeMap<TunnelId, Vec<IpNet>> = BTreeMap::new();
    for (flow, leg) in scene.net.legs_at(here).filter(|(flow, _)| flow.legs.len() > 2) {
        for tunnel in tunnels_at(flow, here) {
            all.entry(tunnel).or_default().extend(beyond(scene, flow, leg, tunnel));
        }
    }
    all
}

/// Tunnels by which a flow comes to a site or leaves it.
fn tunnels_at(flow: &Flow, here: SiteId) -> BTreeSet<TunnelId> {
    let ports = flow.legs.iter().filter(|leg| leg.site == here).flat_map(|leg| [leg.enters, leg.leaves]);
    let tunnels = ports.filter_map(|port| if let Port::Tunnel(tunnel) = port { Some(tunnel) } else { None });
    tunnels.collect()
}

/// The addresses of a flow's end that is beyond a tunnel.
fn beyond(scene: &Scene, flow: &Flow, leg: &Leg, tunnel: TunnelId) -> Vec<IpNet> {
    let comes = leg.enters == Port::Tunnel(tunnel);
    let (end, addresses) = if comes { (&flow.from, &leg.source) } else { (&flow.to, &leg.destination) };
    // Which machine of a zone speaks, its own gateway cannot know, and ours need not.
    match scene.net.zones_of(end) {
        _ if scene.net.seen_as(end).is_some() => addresses.clone(),
        [] => addresses.clone(),
        zones => zones.iter().flat_map(|zone| scene.net.zone(*zone).nets()).collect(),
    }
}

/// Packets that come in by an interface with a source that is not its own.
fn behind(scene: &Scene, space: &mut Space, site: SiteId, name: &str, own: &[IpNet]) -> Result<PacketSet, Unclear> {
    let gate = &scene.gates[&site];
    let Some(number) = gate.interfaces.number(name) else { return Ok(Space::EMPTY) };
    let from = space.product(&FieldProduct::any().with_value(Field::In, number))?;
    let own = in_nets(space, Field::Src, own)?;
    Ok(space.minus(from, own)?)
}

/// Packets that come in clear from the WAN with an inside source.
fn from_wan(scene: &Scene, space: &mut Space, site: SiteId) -> Result<PacketSet, Unclear> {
    let gate = &scene.gates[&site];
    let inside = wan::inside(scene.net);
    let clear =
        FieldProduct::any().with_value(Field::In, gate.wan).with(Field::Ipsec, IntervalSet::points([0, ipsec::LEAVES]));
    let clear = space.product(&clear)?;
    let inside = in_nets(space, Field::Src, &inside)?;
    Ok(space.intersect(clear, inside)?)
}

/// What passes of them all the same.
fn passing(scene: &Scene, space: &mut Space, site: SiteId, foreign: PacketSet) -> Result<Outcome, Unclear> {
    let passing = &scene.gates[&site].passing[scene.epoch];
    for (hook, pass) in [(Hook::Forward, passing.forward), (Hook::Input, passing.input)] {
        let bad = space.intersect(foreign, pass)?;
        if !bad.is_empty() {
            return Ok(Outcome::Passes(site, hook, bad));
        }
    }
    Ok(Outcome::Settled(Verdict::Strict))
}
