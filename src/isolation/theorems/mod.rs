//! The theorems, one file each: which claims they make, and how each ended in one epoch.

mod laxer;
mod meeting;
mod t1;
mod t2;
mod t3;
mod t4;
mod t5;
mod t6;
mod t7;
mod t8;
mod wan;

pub(super) use t3::Filters;

use std::collections::{BTreeMap, BTreeSet};

use super::claim::{Claim, Verdict};
use super::gates::{Gate, door};
use super::graph::{Graph, Rules};
use super::reach::Node;
use super::readback::ReadDevice;
use super::spaces::Spaces;
use crate::config::Loc;
use crate::config::filter::Hook;
use crate::config::meaning::Unclear;
use crate::diagnostics::Sink;
use crate::network::{End, Name, Network, Role, SiteId, ZoneId};
use crate::packets::{FieldProduct, PacketSet, Space};

/// What a theorem looks at: one epoch of the network as it was read back.
pub(super) struct Scene<'a, 'g> {
    /// The network.
    pub(super) net: &'a Network,
    /// Its devices.
    pub(super) devices: &'a [ReadDevice],
    /// Its gateways.
    pub(super) gates: &'a BTreeMap<SiteId, Gate<'g>>,
    /// Every step of the epoch.
    pub(super) graph: &'a Graph,
    /// The epoch's place among the network's.
    pub(super) epoch: usize,
    /// How what each proxy lets through ended.
    pub(super) filters: &'a Filters,
    /// Declared relays, with how they break the protocol.
    pub(super) relays: BTreeMap<Node, String>,
}

/// How a claim ended before anybody looks for words: the steps of a leak are places in [`Graph::edges`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// As it will be told.
    Settled(Verdict),
    /// A path.
    Path(Vec<usize>),
    /// Packets that a gateway lets pass at a hook, and must not.
    Passes(SiteId, Hook, PacketSet),
    /// Something else that was read is wrong: on which device (its place in [`Scene::devices`]), where, and how.
    Fact(usize, Loc, String),
}

/// Claims and how they ended.
pub(super) type Outcomes = BTreeMap<Claim, Outcome>;

/// One theorem.
type Theorem = fn(&Scene, &mut Spaces) -> Result<Outcomes, Unclear>;

/// Every theorem that is proved so far, in the order of [`super::claim::Theorem::ALL`].
const THEOREMS: [Theorem; 8] =
    [t1::claims, t2::claims, t3::claims, t4::claims, t5::claims, t6::claims, t7::claims, t8::claims];

/// All claims of one epoch.
pub(super) fn claims(scene: &Scene, spaces: &mut Spaces) -> Result<Outcomes, Unclear> {
    let mut all = Outcomes::new();
    for theorem in THEOREMS {
        all.extend(theorem(scene, spaces)?);
    }
    Ok(all)
}

/// The claims of one theorem alone.
pub(super) fn claims_of(
    theorem: super::claim::Theorem,
    scene: &Scene,
    spaces: &mut Spaces,
) -> Result<Outcomes, Unclear> {
    let place = super::claim::Theorem::ALL.iter().position(|t| *t == theorem).expect("every theorem is in the list");
    THEOREMS[place](scene, spaces)
}

/// The rest of a path, from a node on.
type Onward<'a> = dyn Fn(Node, &Rules) -> Option<Vec<usize>> + 'a;

/// Theorems that would quantify over nothing, unless an establishment says so itself.
pub(super) fn vacuous(net: &Network, sink: &mut Sink) {
    t1::vacuous(net, sink);
}

impl Scene<'_, '_> {
    /// None when nothing leads there. A waiver covers exactly its flow: a path that needs one and is longer is a leak,
    /// with relays on it or not.
    fn separated(&self, from: Node, wanted: &dyn Fn(Node) -> bool) -> Option<Outcome> {
        self.separated_among(&self.graph.reached(from), wanted)
    }

    /// The same for who knows already what the first of some nodes, and it alone, leads to by any path.
    fn separated_among(&self, reached: &[Node], wanted: &dyn Fn(Node) -> bool) -> Option<Outcome> {
        let from = reached[0];
        if !reached.iter().skip(1).any(|node| wanted(*node)) {
            return None;
        }
        let closed: BTreeSet<Node> = self.relays.keys().copied().collect();
        let none = BTreeSet::new();
        if let Some(path) = self.graph.path(from, wanted, &Rules { waived: false, closed: &closed }) {
            return Some(Outcome::Path(path));
        }
        let ends = |number: usize| wanted(self.graph.edges[number].to);
        if let Some(path) = self.beyond_a_waiver(from, &ends, &|node, rules| self.graph.path(node, wanted, rules)) {
            return Some(Outcome::Path(path));
        }
        let waivers = self.waived_flows(from, wanted);
        if !waivers.is_empty() {
            return Some(Outcome::Settled(Verdict::Waived(waivers)));
        }
        let path = self.graph.path(from, wanted, &Rules { waived: false, closed: &none })?;
        Some(Outcome::Settled(Verdict::Relay(self.relay_on(&path))))
    }

    /// The waivers of steps that lead straight there.
    fn waived_flows(&self, from: Node, wanted: &dyn Fn(Node) -> bool) -> Vec<Name> {
        let steps = self.graph.leaving(from).filter(|(_, edge)| wanted(edge.to));
        self.graph.waivers(steps.map(|(number, _)| number))
    }

    /// A path that uses a waiver for more than its own flow: `ends` says which steps are its last, `onward` finds the rest
    /// of a path. What comes back to where it began leads nowhere new: of a path, only what follows its last visit there
    /// counts.
    fn beyond_a_waiver(&self, from: Node, ends: &dyn Fn(usize) -> bool, onward: &Onward) -> Option<Vec<usize>> {
        let begun = BTreeSet::from([from]);
        let any = Rules { waived: true, closed: &begun };
        let by_waiver = self.graph.waived_from(&self.graph.reached(from));
        by_waiver.iter().find_map(|number| {
            let edge = &self.graph.edges[*number];
            let (starts, ends) = (edge.from == from, ends(*number));
            if edge.to == from || starts && ends {
                return None;
            }
            let before = if starts { Vec::new() } else { self.graph.path(from, &|n| n == edge.from, &any)? };
            let after = if ends { Vec::new() } else { onward(edge.to, &any)? };
            Some(before.into_iter().chain([*number]).chain(after).collect())
        })
    }

    /// The device that is a site's gateway.
    fn gateway(&self, site: SiteId) -> usize {
        let is_it = |d: &ReadDevice| d.role == Role::Gateway && d.site == site;
        self.devices.iter().position(is_it).expect("a gate has a device")
    }

    fn relay_on(&self, path: &[usize]) -> String {
        let stops = path.iter().map(|n| self.graph.edges[*n].to);
        stops.filter_map(|node| self.relays.get(&node)).next().cloned().unwrap_or_default()
    }

    /// The establishment that a zone or a process belongs to.
    fn establishment(&self, node: Node) -> Option<SiteId> {
        let site = match node {
            Node::Zone(z) => self.net.zone(z).site,
            Node::Process(p) => self.net.processes[p.index()].site,
            Node::Gateway(_) | Node::Internet | Node::Far(_) => return None,
        };
        self.net.site(site).is_establishment.then_some(site)
    }

    /// A zone, a process or the gateway itself of an establishment.
    fn is_in_school(&self, node: Node) -> bool {
        match node {
            Node::Gateway(site) => self.net.site(site).is_establishment,
            Node::Zone(_) | Node::Process(_) | Node::Internet | Node::Far(_) => self.establishment(node).is_some(),
        }
    }

    /// Zones that a zone opens to directly.
    fn opens_to(&self, zone: ZoneId) -> BTreeSet<ZoneId> {
        self.graph
            .leaving(Node::Zone(zone))
            .filter_map(|(_, edge)| match edge.to {
                Node::Zone(z) => Some(z),
                _ => None,
            })
            .collect()
    }
}

/// Declared relays as nodes.
pub(super) fn relays(net: &Network) -> BTreeMap<Node, String> {
    let node = |end: &End| match end {
        End::Zone(z) => Some(Node::Zone(*z)),
        End::Process(p) => Some(Node::Process(*p)),
        End::Host(_) | End::Gateway(_) | End::Supervision(_) | End::Internet(_) => None,
    };
    net.security.relays.iter().filter_map(|(end, how, _)| Some((node(end)?, how.clone()))).collect()
}

/// Classes as sets of zones of one site.
fn of_classes<'n>(net: &'n Network, site: SiteId, classes: &'n [Name]) -> impl Iterator<Item = ZoneId> + 'n {
    net.site(site)
        .zones
        .iter()
        .copied()
        .filter(move |z| net.zone(*z).class.as_ref().is_some_and(|c| classes.contains(c)))
}

/// Packets to where the proxies of a site listen.
fn doors(net: &Network, site: SiteId, space: &mut Space) -> Result<PacketSet, Unclear> {
    let all = net.proxies_of(site).flat_map(|(_, p)| p.listen.iter().map(|address| door((*address, p.port))));
    let all: Vec<FieldProduct> = all.collect();
    Ok(space.products(&all)?)
}
