//! What may cross a WAN in clear, from the facts alone: peers and who supervises. Shared by T4 and T6.

use std::collections::BTreeSet;

use ipnet::{IpNet, Ipv4Net};

use crate::config::meaning::Unclear;
use crate::isolation::gates::{Gate, in_nets};
use crate::network::{End, Network, Port, SiteId, ZoneId};
use crate::packets::{Field, FieldProduct, IntervalSet, PacketSet, Space, ipsec, proto, state};

/// The word of `may_start` for who may open to a public address.
const SUPERVISION: &str = "supervision";

/// Packets that open a connection, or that no connection tracking follows.
pub(super) fn openers() -> FieldProduct {
    FieldProduct::any().with(Field::State, IntervalSet::points([state::NEW, state::UNTRACKED]))
}

/// Openers that come in by the WAN and that no IPsec protected.
pub(super) fn clear_in(gate: &Gate) -> FieldProduct {
    openers().with_value(Field::In, gate.wan).with(Field::Ipsec, IntervalSet::points([0, ipsec::LEAVES]))
}

/// Openers that leave by the WAN and that no IPsec will protect.
pub(super) fn clear_out(gate: &Gate) -> FieldProduct {
    openers().with_value(Field::Out, gate.wan).with(Field::Ipsec, IntervalSet::points([0, ipsec::ARRIVED]))
}

/// A public address as a prefix.
pub(super) fn public(net: &Network, site: SiteId) -> IpNet {
    IpNet::V4(Ipv4Net::from(net.site(site).gateway.public.value))
}

/// IKE (UDP 500 and 4500, RFC 7296, RFC 3948) and ESP (RFC 4303) between a public address and the declared peers of its
/// tunnels: `own` and `theirs` are the fields that hold them.
pub(super) fn with_peers(
    net: &Network,
    space: &mut Space,
    site: SiteId,
    own: Field,
    theirs: Field,
) -> Result<PacketSet, Unclear> {
    let ours = net.tunnels_of(site).map(|(_, peer, _)| public(net, peer));
    let old = net.site(site).old_tunnels.iter().map(|t| IpNet::V4(Ipv4Net::from(t.peer)));
    let peers: Vec<IpNet> = ours.chain(old).collect();
    let here = in_nets(space, own, &[public(net, site)])?;
    let there = in_nets(space, theirs, &peers)?;
    let ike = FieldProduct::udp().with(Field::Dport, IntervalSet::points([500, 4500]));
    let esp = FieldProduct::any().with_value(Field::Proto, proto::ESP);
    let on = space.products(&[ike, esp])?;
    let pair = space.intersect(here, there)?;
    Ok(space.intersect(pair, on)?)
}

/// A zone that may open to public addresses of establishments.
fn supervises(net: &Network, zone: ZoneId) -> bool {
    net.security.may_start.get(&zone).is_some_and(|d| d.to.iter().any(|t| t.as_str() == SUPERVISION))
}

/// From a site's zones that may supervise to the public addresses of establishments.
pub(super) fn supervision(net: &Network, space: &mut Space, site: SiteId) -> Result<PacketSet, Unclear> {
    let zones = net.site(site).zones.iter().filter(|z| supervises(net, **z));
    let from: Vec<IpNet> = zones.flat_map(|z| net.zone(*z).nets()).collect();
    if from.is_empty() {
        return Ok(Space::EMPTY);
    }
    let schools = net.site_ids().filter(|(_, s)| s.is_establishment).map(|(id, _)| public(net, id));
    let to = in_nets(space, Field::Dst, &schools.collect::<Vec<_>>())?;
    let from = in_nets(space, Field::Src, &from)?;
    Ok(space.intersect(from, to)?)
}

/// The public addresses that declared supervision leaves by.
pub(super) fn supervisors(net: &Network) -> Vec<IpNet> {
    let declared = |end: &End| net.zones_of(end).iter().any(|zone| supervises(net, *zone));
    let flows = net.flows.iter().filter(|f| matches!(f.to, End::Supervision(_)) && declared(&f.from));
    let exits = flows.flat_map(|f| &f.legs).filter(|l| l.leaves == Port::Wan).filter_map(|l| l.translated);
    let all: BTreeSet<IpNet> = exits.map(|a| IpNet::V4(Ipv4Net::from(a))).collect();
    all.into_iter().collect()
}

/// The plan and the private ranges.
pub(super) fn inside(net: &Network) -> Vec<IpNet> {
    net.region.inside().collect()
}

/// The same with the public ranges that the region declares: nothing of it is the Internet.
pub(super) fn known(net: &Network) -> Vec<IpNet> {
    net.region.known().collect()
}

/// To the Internet: what is not known.
pub(super) fn outside(net: &Network, space: &mut Space) -> Result<PacketSet, Unclear> {
    let known = in_nets(space, Field::Dst, &known(net))?;
    Ok(space.complement(known)?)
}
