//! Which steps exist by waivers, and by nothing else: a waiver covers its own packets, between its own two ends.

use std::collections::BTreeMap;

use super::gates::in_nets;
use super::reach::{Edge, Means, Node};
use crate::config::meaning::Unclear;
use crate::network::{Flow, L4, Name, Network};
use crate::packets::{Field, FieldProduct, IntervalSet, PacketSet, Space, icmp_type, proto};

/// What waivers cover among the steps of one epoch, by the number of the step.
#[derive(Default)]
pub(super) struct Waived {
    /// Steps all of whose packets belong to waivers: which.
    pub(super) whole: BTreeMap<usize, Vec<Name>>,
    /// Steps some of whose packets belong to waivers: the others.
    pub(super) beyond: BTreeMap<usize, PacketSet>,
}

/// One waiver that is open, for one pair of its ends.
struct Open {
    waiver: Name,
    from: Vec<Node>,
    to: Vec<Node>,
    packets: PacketSet,
}

/// What the waivers that are open in an epoch cover.
pub(super) fn waived(net: &Network, edges: &[Edge], space: &mut Space, epoch: usize) -> Result<Waived, Unclear> {
    let instant = net.epochs[epoch].instant();
    let mut open = Vec::new();
    for flow in net.flows.iter().filter(|f| f.window.contains(instant)) {
        if let Some(waiver) = &flow.waiver {
            let (from, to) = (Node::of(net, &flow.from), Node::of(net, &flow.to));
            open.push(Open { waiver: waiver.clone(), from, to, packets: packets(space, flow)? });
        }
    }
    let mut all = Waived::default();
    for (number, edge) in edges.iter().enumerate() {
        let Means::Packets { set, .. } = &edge.means else { continue };
        let of_pair: Vec<&Open> =
            open.iter().filter(|o| o.from.contains(&edge.from) && o.to.contains(&edge.to)).collect();
        let covered: Vec<PacketSet> = of_pair.iter().map(|o| o.packets).collect();
        let covered = space.union_all(&covered)?;
        let beyond = space.minus(*set, covered)?;
        if beyond.is_empty() {
            let used = of_pair.iter().filter(|o| space.overlaps(*set, o.packets));
            let mut names: Vec<Name> = used.map(|o| o.waiver.clone()).collect();
            names.sort();
            names.dedup();
            all.whole.insert(number, names);
        } else if beyond != *set {
            all.beyond.insert(number, beyond);
        }
    }
    Ok(all)
}

/// The packets of a waiver's flow, as its first gateway sees them.
fn packets(space: &mut Space, flow: &Flow) -> Result<PacketSet, Unclear> {
    let Some(leg) = flow.legs.first() else { return Ok(space.empty()) };
    let from = in_nets(space, Field::Src, &leg.source)?;
    let to = in_nets(space, Field::Dst, &leg.destination)?;
    let on: Vec<FieldProduct> = flow.services.iter().map(service).collect();
    let on = space.products(&on)?;
    let pair = space.intersect(from, to)?;
    Ok(space.intersect(pair, on)?)
}

/// The packets of a service.
pub(super) fn service(l4: &L4) -> FieldProduct {
    match *l4 {
        L4::Tcp(a, b) => FieldProduct::tcp().with(Field::Dport, IntervalSet::span(a.into(), b.into())),
        L4::Udp(a, b) => FieldProduct::udp().with(Field::Dport, IntervalSet::span(a.into(), b.into())),
        L4::Icmp(t) => FieldProduct::v4().with_value(Field::Proto, proto::ICMP).with(Field::Dport, icmp_type(t)),
        L4::Icmp6(t) => FieldProduct::v6().with_value(Field::Proto, proto::ICMPV6).with(Field::Dport, icmp_type(t)),
    }
}
