//! Which steps exist by waivers, and by nothing else: a waiver covers its own packets, between its own two ends.

use std::collections::{BTreeMap, BTreeSet};

use super::gates::in_nets;
use super::reach::{Edge, Means, Node};
use super::spaces::Spaces;
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

/// What the waivers that are open in an epoch cover.
pub(super) fn waived(net: &Network, edges: &[Edge], spaces: &mut Spaces, epoch: usize) -> Result<Waived, Unclear> {
    let instant = net.epochs[epoch].instant();
    let is_open = |flow: &&Flow| flow.waiver.is_some() && flow.window.contains(instant);
    let open = by_pair(net, net.flows.iter().filter(is_open));
    let mut all = Waived::default();
    for (number, edge) in edges.iter().enumerate() {
        let Means::Packets { set, home, .. } = &edge.means else { continue };
        let Some(of_pair) = open.get(&(edge.from, edge.to)) else { continue };
        let space = spaces.of_mut(*home);
        let covered: Vec<PacketSet> = of_pair.iter().map(|flow| packets(space, flow)).collect::<Result<_, _>>()?;
        let all_covered = space.union_all(&covered)?;
        let beyond = space.minus(*set, all_covered)?;
        if beyond.is_empty() {
            let used = of_pair.iter().zip(&covered).filter(|(_, covered)| space.overlaps(*set, **covered));
            let mut names: Vec<Name> = used.filter_map(|(flow, _)| flow.waiver.clone()).collect();
            names.sort();
            names.dedup();
            all.whole.insert(number, names);
        } else if beyond != *set {
            all.beyond.insert(number, beyond);
        }
    }
    Ok(all)
}

/// Flows by the two nodes they lead between, each once a pair.
pub(super) fn by_pair<'n>(
    net: &'n Network,
    flows: impl Iterator<Item = &'n Flow>,
) -> BTreeMap<(Node, Node), Vec<&'n Flow>> {
    let mut all: BTreeMap<(Node, Node), Vec<&Flow>> = BTreeMap::new();
    for flow in flows {
        let to = Node::of(net, &flow.to);
        let pairs = Node::of(net, &flow.from).into_iter().flat_map(|from| to.iter().map(move |to| (from, *to)));
        pairs.collect::<BTreeSet<_>>().into_iter().for_each(|pair| all.entry(pair).or_default().push(flow));
    }
    all
}

/// The packets of a waiver's flow, as its last gateway passes them on.
fn packets(space: &mut Space, flow: &Flow) -> Result<PacketSet, Unclear> {
    let Some(leg) = flow.legs.last() else { return Ok(space.empty()) };
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
