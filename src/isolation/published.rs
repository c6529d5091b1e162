//! What the security policy lets answer the Internet: the packets, after translation, and the steps that are nothing else.

use std::collections::{BTreeMap, BTreeSet};

use super::gates::in_nets;
use super::reach::{Edge, Means, Node};
use super::spaces::Spaces;
use super::waived::service;
use crate::config::meaning::Unclear;
use crate::network::{Flow, Leg, Network, Published as Answer, SiteId};
use crate::packets::{Field, FieldProduct, PacketSet, Space};

/// What is published in one epoch.
#[derive(Debug, Clone, Default)]
pub(super) struct Published {
    /// Numbers of the flows, by the zone of the machine.
    declared: BTreeMap<Node, Vec<usize>>,
    /// Steps by which the Internet opens to that and to nothing beside it, by their numbers.
    pub(super) steps: BTreeSet<usize>,
    /// Steps by which it opens to that and to more: the rest.
    pub(super) beyond: BTreeMap<usize, PacketSet>,
}

impl Published {
    /// What is published in an epoch, and the steps of the epoch that are nothing else.
    pub(super) fn of(net: &Network, edges: &[Edge], spaces: &mut Spaces, epoch: usize) -> Result<Self, Unclear> {
        let instant = net.epochs[epoch].instant();
        let mut declared: BTreeMap<Node, Vec<usize>> = BTreeMap::new();
        for (number, flow) in net.flows.iter().enumerate().filter(|(_, flow)| answers(net, flow, instant)) {
            for zone in net.zones_of(&flow.to) {
                declared.entry(Node::Zone(*zone)).or_default().push(number);
            }
        }
        Self { declared, ..Self::default() }.among(net, edges, spaces)
    }

    /// The same of other steps.
    pub(super) fn among(&self, net: &Network, edges: &[Edge], spaces: &mut Spaces) -> Result<Self, Unclear> {
        let mut all = Self { declared: self.declared.clone(), ..Self::default() };
        for (number, edge) in edges.iter().enumerate().filter(|(_, edge)| edge.from == Node::Internet) {
            let Means::Packets { set, home, .. } = &edge.means else { continue };
            let Some(flows) = self.declared.get(&edge.to) else { continue };
            let space = spaces.of_mut(*home);
            let own = passed(net, space, flows.iter().flat_map(|flow| legs(&net.flows[*flow])))?;
            let rest = space.minus(*set, own)?;
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
    passed(net, space, net.legs_at(site).filter(|(flow, _)| answers(net, flow, instant)))
}

fn legs(flow: &Flow) -> impl Iterator<Item = (&Flow, &Leg)> {
    flow.legs.iter().map(move |leg| (flow, leg))
}

fn passed<'n>(
    net: &Network,
    space: &mut Space,
    legs: impl Iterator<Item = (&'n Flow, &'n Leg)>,
) -> Result<PacketSet, Unclear> {
    let mut all = Space::EMPTY;
    for (flow, leg) in legs {
        let own = after(net, space, flow, leg)?;
        all = space.union(all, own)?;
    }
    Ok(all)
}

/// A published flow, open at an instant, that a line of `publish` lets answer.
fn answers(net: &Network, flow: &Flow, instant: i64) -> bool {
    flow.window.contains(instant) && flow.published.is_some_and(|answer| is_declared(net, flow, answer))
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
