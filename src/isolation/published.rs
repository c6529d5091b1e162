//! What the security policy lets answer the Internet: the packets, after translation, and the steps that are nothing else.

use std::collections::{BTreeMap, BTreeSet};

use super::gates::in_nets;
use super::reach::{Edge, Means, Node};
use super::waived::service;
use crate::config::meaning::Unclear;
use crate::network::{Flow, Leg, Network, Published as Answer, SiteId};
use crate::packets::{Field, FieldProduct, PacketSet, Space};

/// What is published in one epoch.
#[derive(Debug, Clone, Default)]
pub(super) struct Published {
    /// By the zone of the machine.
    declared: BTreeMap<Node, PacketSet>,
    /// Steps by which the Internet opens to that and to nothing beside it, by their numbers.
    pub(super) steps: BTreeSet<usize>,
    /// Steps by which it opens to that and to more: the rest.
    pub(super) beyond: BTreeMap<usize, PacketSet>,
}

impl Published {
    /// What is published in an epoch, and the steps of the epoch that are nothing else.
    pub(super) fn of(net: &Network, edges: &[Edge], space: &mut Space, epoch: usize) -> Result<Self, Unclear> {
        let mut declared: BTreeMap<Node, PacketSet> = BTreeMap::new();
        for (flow, leg) in answering(net, net.epochs[epoch].instant()) {
            let own = after(net, space, flow, leg)?;
            for zone in net.zones_of(&flow.to) {
                let known = declared.entry(Node::Zone(*zone)).or_insert(Space::EMPTY);
                *known = space.union(*known, own)?;
            }
        }
        Self { declared, ..Self::default() }.among(edges, space)
    }

    /// The same of other steps.
    pub(super) fn among(&self, edges: &[Edge], space: &mut Space) -> Result<Self, Unclear> {
        let mut all = Self { declared: self.declared.clone(), ..Self::default() };
        for (number, edge) in edges.iter().enumerate().filter(|(_, edge)| edge.from == Node::Internet) {
            let (Means::Packets { set, .. }, Some(own)) = (&edge.means, self.declared.get(&edge.to)) else { continue };
            let rest = space.minus(*set, *own)?;
            if rest.is_empty() {
                all.steps.insert(number);
            } else {
                all.beyond.insert(number, rest);
            }
        }
        Ok(all)
    }

    /// Zones that answer the Internet.
    pub(super) fn zones(&self) -> impl Iterator<Item = Node> + '_ {
        self.declared.keys().copied()
    }
}

/// What a site publishes at an instant, as its gateway passes it on.
pub(super) fn packets(net: &Network, space: &mut Space, site: SiteId, instant: i64) -> Result<PacketSet, Unclear> {
    let mut all = Space::EMPTY;
    for (flow, leg) in answering(net, instant).filter(|(_, leg)| leg.site == site) {
        let own = after(net, space, flow, leg)?;
        all = space.union(all, own)?;
    }
    Ok(all)
}

/// Published flows that a line of `publish` lets answer, with their one gateway.
fn answering(net: &Network, instant: i64) -> impl Iterator<Item = (&Flow, &Leg)> {
    let open = net.flows.iter().filter(move |flow| flow.window.contains(instant));
    open.filter_map(|flow| Some((flow, flow.published?)))
        .filter(|(flow, answer)| is_declared(net, flow, *answer))
        .flat_map(|(flow, _)| flow.legs.iter().map(move |leg| (flow, leg)))
}

fn is_declared(net: &Network, flow: &Flow, answer: Answer) -> bool {
    let lets = |zone| flow.services.iter().all(|l4| net.security.may_publish(zone, net.zone(zone), *l4, answer.auth));
    net.zones_of(&flow.to).first().is_some_and(|zone| lets(*zone))
}

/// Its packets once they are led to the machine.
fn after(net: &Network, space: &mut Space, flow: &Flow, leg: &Leg) -> Result<PacketSet, Unclear> {
    let to = in_nets(space, Field::Dst, &leg.destination)?;
    let from = if leg.from_internet {
        let known: Vec<ipnet::IpNet> = net.region.known().collect();
        let known = in_nets(space, Field::Src, &known)?;
        space.complement(known)?
    } else {
        in_nets(space, Field::Src, &leg.source)?
    };
    let on: Vec<FieldProduct> = flow.services.iter().map(service).collect();
    let on = space.products(&on)?;
    let pair = space.intersect(from, to)?;
    Ok(space.intersect(pair, on)?)
}
