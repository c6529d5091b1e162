//! Ends of a question as the proof and a packet see them: nodes, addresses, doors.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use super::route::number;
use super::service;
use super::walk::Door;
use crate::isolation::Node;
use crate::network::{self, End, Flow, L4, Leg, Network, SiteId, ZoneId};
use crate::packets::{Field, FieldProduct, IntervalSet, Packet, family};

/// Which end an address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Who opens.
    From,
    /// To whom.
    To,
}

/// Addresses outside that documents may use (RFC 5737, RFC 2544, RFC 9637).
const OUTSIDE4: [Ipv4Addr; 4] = [
    Ipv4Addr::new(192, 0, 2, 10),
    Ipv4Addr::new(198, 51, 100, 250),
    Ipv4Addr::new(203, 0, 113, 250),
    Ipv4Addr::new(198, 18, 0, 10),
];
const OUTSIDE6: Ipv6Addr = Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0x10);
/// A machine of a zone that has no name: the tenth address.
const TENTH: u128 = 10;

/// What stands for an end among those who open and are opened to.
pub(super) fn nodes(net: &Network, end: &End) -> Vec<Node> {
    match end {
        End::Zone(z) => vec![Node::Zone(*z)],
        End::Host(h) => net.hosts[h.index()].zones.iter().map(|z| Node::Zone(*z)).collect(),
        End::Process(p) => vec![Node::Process(*p)],
        End::Gateway(s) | End::Supervision(s) => vec![Node::Gateway(*s)],
        End::Internet(_) => vec![Node::Internet],
    }
}

/// The supervision address of another site is asked by way of the WAN.
pub(super) fn by_wan(from: &End, to: &End) -> Option<Node> {
    let is_far = matches!(to, End::Supervision(_)) && !matches!(from, End::Internet(_));
    is_far.then_some(Node::Internet)
}

/// Addresses that narrow an end down; empty when it has all of its node's.
pub(super) fn restricted(net: &Network, end: &End) -> Vec<IpNet> {
    match end {
        End::Host(h) => net.hosts[h.index()].addresses.iter().map(|a| IpNet::from(*a)).collect(),
        End::Supervision(s) => vec![IpNet::from(IpAddr::V4(net.site(*s).gateway.public.value))],
        End::Internet(nets) => nets.clone(),
        End::Zone(_) | End::Process(_) | End::Gateway(_) => Vec::new(),
    }
}

/// An address of an end in one family.
pub(super) fn address(net: &Network, end: &End, side: Side, v6: bool) -> Option<IpAddr> {
    match end {
        End::Zone(z) => machine_of(net.zone(*z).nets(), v6),
        End::Host(h) => net.hosts[h.index()].addresses.iter().copied().find(|a| a.is_ipv6() == v6),
        End::Process(p) if side == Side::From => (!v6).then(|| net.processes[p.index()].exit.into()),
        End::Process(p) => own(net, net.processes[p.index()].listen, v6),
        End::Gateway(s) => own(net, net.devices_zone(*s)?, v6),
        End::Supervision(s) => (!v6).then(|| net.site(*s).gateway.public.value.into()),
        End::Internet(nets) => nets.iter().find(|n| matches!(n, IpNet::V6(_)) == v6).map(IpNet::addr).or_else(|| {
            if v6 {
                Some(OUTSIDE6.into())
            } else {
                OUTSIDE4.iter().copied().find(|a| is_outside(net, *a)).map(IpAddr::V4)
            }
        }),
    }
}

/// The address by which another site meets an end, where it is another than the end's own.
pub(super) fn seen_from(net: &Network, end: &End, other: &End) -> Option<IpAddr> {
    let there = site(net, other)?;
    net.seen_as(end).filter(|_| site(net, end) != Some(there)).map(IpAddr::V4)
}

/// The address at which an opener finds a machine: the public one for the Internet, that of another site's.
pub(super) fn found_at(net: &Network, from: &End, to: &End) -> Option<IpAddr> {
    if let Some(seen) = seen_from(net, to, from) {
        return Some(seen);
    }
    let flows = net.flows.iter().filter(|f| matches!(from, End::Internet(_)) && f.to == *to);
    flows.filter_map(|f| f.published).map(|published| published.at.into()).next()
}

/// A packet as its opener sends it: from its own address, to the one at which it finds the machine.
pub(super) fn as_sent(net: &Network, from: &End, to: &End, packet: Packet) -> Packet {
    let packet = between_sites(net, from, to, packet);
    let leads = |flow: &&Flow| {
        let to = |leg: &Leg| leg.destination.iter().any(|n| number(n.addr()) == packet.get(Field::Dst));
        let holds = |l4: &L4, field| service::product(*l4).get(field).is_none_or(|v| v.contains(packet.get(field)));
        let on = |l4: &L4| holds(l4, Field::Proto) && holds(l4, Field::Dport);
        flow.legs.iter().any(to) && flow.services.iter().any(on)
    };
    let mut flows = net.flows.iter().filter(|f| matches!(from, End::Internet(_)) && f.published.is_some());
    let published = flows.find(leads).and_then(|flow| flow.published);
    published.map_or(packet, |published| packet.with(Field::Dst, number(published.at.into())))
}

/// The same the other way: a packet as it was sent, with the addresses that its last gateway sees.
pub(super) fn as_met(net: &Network, from: &End, to: &End, packet: Packet) -> Packet {
    let own = |end: &End, v6| address(net, end, Side::To, v6).map(number);
    let v6 = packet.get(Field::Family) == family::V6;
    let seen = seen_from(net, from, to).filter(|_| own(from, v6) == Some(packet.get(Field::Src)));
    let packet = seen.map_or(packet, |seen| packet.with(Field::Src, number(seen)));
    let found = found_at(net, from, to).filter(|found| number(*found) == packet.get(Field::Dst));
    let machine = found.and_then(|_| own(to, v6));
    machine.map_or(packet, |machine| packet.with(Field::Dst, machine))
}

/// A packet as its last gateway sees it, with the addresses that its opener writes: machines that other sites see by another
/// address have their own at their site, and that one elsewhere.
fn between_sites(net: &Network, from: &End, to: &End, packet: Packet) -> Packet {
    let (Some(here), Some(there)) = (site(net, from), site(net, to)) else { return packet };
    if here == there {
        return packet;
    }
    let own = seen_at(net, here).find(|(_, seen)| *seen == packet.get(Field::Src)).map(|(own, _)| own);
    let met = seen_at(net, there).find(|(own, _)| *own == packet.get(Field::Dst)).map(|(_, seen)| seen);
    let packet = own.map_or(packet, |own| packet.with(Field::Src, own));
    met.map_or(packet, |met| packet.with(Field::Dst, met))
}

/// Addresses of a zone, with their own for those by which other sites see its machines.
pub(super) fn as_at_home(net: &Network, zone: ZoneId, values: &IntervalSet) -> IntervalSet {
    let seen = seen_at(net, net.zone(zone).site).filter(|(_, seen)| values.contains(*seen));
    let (own, seen): (Vec<u128>, Vec<u128>) = seen.unzip();
    let others = IntervalSet::points(seen).complement(Field::Src.max());
    values.intersect(&others).union(&IntervalSet::points(own))
}

/// Machines of a site that others see by another address: their own, and that one.
fn seen_at(net: &Network, at: SiteId) -> impl Iterator<Item = (u128, u128)> {
    let hosts = net.hosts.at(at).map(|(_, host)| host);
    hosts.filter_map(|host| Some((number(*host.addresses.first()?), number(IpAddr::V4(host.seen_as?)))))
}

fn is_outside(net: &Network, address: Ipv4Addr) -> bool {
    let inside = net.region.inside4.iter().any(|n| n.contains(&address));
    !inside && !net.region.public.iter().any(|n| n.contains(&IpAddr::V4(address)))
}

fn machine_of(nets: Vec<IpNet>, v6: bool) -> Option<IpAddr> {
    let net = nets.into_iter().find(|n| matches!(n, IpNet::V6(_)) == v6)?;
    let tenth = number(net.network()) + TENTH;
    Some(if v6 { Ipv6Addr::from(tenth).into() } else { Ipv4Addr::from(u32::try_from(tenth).ok()?).into() })
}

/// The gateway's own address in a zone.
pub(super) fn own(net: &Network, zone: ZoneId, v6: bool) -> Option<IpAddr> {
    let zone = net.zone(zone);
    if v6 { zone.gateway6().map(IpAddr::V6) } else { Some(zone.gateway4().into()) }
}

/// Where an end's packets come in.
pub(super) fn door(net: &Network, from: &End, to: &End) -> Door {
    match from {
        End::Zone(z) => Door::Zone(*z),
        End::Host(h) => Door::Zone(net.hosts[h.index()].zones[0]),
        End::Process(p) => Door::Own(net.processes[p.index()].site, Some(*p)),
        End::Gateway(s) | End::Supervision(s) => Door::Own(*s, None),
        End::Internet(_) => Door::Wan(site(net, to).unwrap_or(SiteId(0))),
    }
}

/// The site of an end.
pub(super) fn site(net: &Network, end: &End) -> Option<SiteId> {
    match end {
        End::Zone(z) => Some(net.zone(*z).site),
        End::Host(h) => Some(net.hosts[h.index()].site),
        End::Process(p) => Some(net.processes[p.index()].site),
        End::Gateway(s) | End::Supervision(s) => Some(*s),
        End::Internet(_) => None,
    }
}

/// Whether an end of a flow and an end of the question have something in common.
pub(super) fn overlap(net: &Network, flow: &End, asked: &End) -> bool {
    match (flow, asked) {
        (End::Zone(z), End::Host(_)) => net.zones_of(asked).contains(z),
        (End::Host(_), End::Zone(z)) => net.zones_of(flow).contains(z),
        (End::Internet(_), End::Internet(_)) => true,
        (a, b) => a == b,
    }
}

/// What one would try: the service of the first flow between the two, the port of a proxy, else https.
pub(super) fn usual_service(net: &Network, from: &End, to: &End, v6: bool) -> L4 {
    let fits = |l4: &&L4| l4.is_carried_by(v6);
    let mut flows = net.flows.iter().filter(|f| overlap(net, &f.from, from) && overlap(net, &f.to, to));
    let flow = flows.find_map(|f| f.services.iter().find(fits).copied());
    let proxy = net.proxy_at(to).map(|p| L4::Tcp(p.port, p.port));
    flow.or(proxy).unwrap_or(L4::Tcp(443, 443))
}

/// This packet and no other, as far as its headers go.
pub(super) fn exactly(packet: &Packet) -> FieldProduct {
    let fields = [Field::Family, Field::Proto, Field::Dst, Field::Src, Field::Dport, Field::Sport];
    with(packet, &fields)
}

/// Whatever goes between the same two addresses.
pub(super) fn between(packet: &Packet) -> FieldProduct {
    with(packet, &[Field::Family, Field::Dst, Field::Src])
}

fn with(packet: &Packet, fields: &[Field]) -> FieldProduct {
    fields.iter().fold(FieldProduct::any(), |all, field| all.with(*field, IntervalSet::point(packet.get(*field))))
}

/// A node as people know it.
pub(super) fn node_label(net: &Network, node: Node) -> String {
    match node {
        Node::Zone(z) => net.zone_label(z),
        Node::Process(p) => network::label(net, &End::Process(p)),
        Node::Gateway(s) => network::label(net, &End::Gateway(s)),
        Node::Internet => "internet".to_owned(),
        Node::Far(peer) => format!("the far end {peer}, which is not ours"),
    }
}
