//! Paths over everything that was found: packets, frames, machines with two feet, far ends that are not ours.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::astar;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{EdgeFiltered, EdgeRef};

use super::published::Published;
use super::reach::{Edge, Node};
use super::waived::Waived;
use crate::network::Name;
use crate::packets::PacketSet;

/// All steps of one epoch.
pub(super) struct Graph {
    /// Steps.
    pub(super) edges: Vec<Edge>,
    /// The waivers that a step exists by, and only by.
    pub(super) waived: BTreeMap<usize, Vec<Name>>,
    /// Of steps that waivers cover in part, what they do not cover.
    pub(super) beyond: BTreeMap<usize, PacketSet>,
    /// What answers the Internet, and the steps by which it does.
    pub(super) published: Published,
    /// Steps that nobody takes.
    gone: BTreeSet<usize>,
    /// Nodes, joined by the numbers of the steps.
    steps: DiGraph<Node, usize>,
    places: BTreeMap<Node, NodeIndex>,
}

/// Which steps and stops a path may use.
pub(super) struct Rules<'a> {
    /// Steps that exist by a waiver may be used.
    pub(super) waived: bool,
    /// Stops that a path may not pass through, beside gateways' own systems.
    pub(super) closed: &'a BTreeSet<Node>,
}

impl Graph {
    /// Indexes the steps.
    pub(super) fn new(edges: Vec<Edge>, waived: Waived, published: Published) -> Self {
        Self::without(edges, waived, published, BTreeSet::new())
    }

    /// The same without the steps by which the Internet opens to what is published.
    pub(super) fn unpublished(&self) -> Self {
        let waived = Waived { whole: self.waived.clone(), beyond: self.beyond.clone() };
        let gone = self.gone.union(&self.published.steps).copied().collect();
        Self::without(self.edges.clone(), waived, self.published.clone(), gone)
    }

    /// The same, with steps that nobody can take any more; the others keep their numbers.
    pub(super) fn without(
        edges: Vec<Edge>,
        Waived { whole: waived, beyond }: Waived,
        published: Published,
        gone: BTreeSet<usize>,
    ) -> Self {
        let (mut steps, mut places) = (DiGraph::new(), BTreeMap::new());
        for (number, edge) in edges.iter().enumerate().filter(|(n, _)| !gone.contains(n)) {
            let [from, to] = [edge.from, edge.to].map(|n| *places.entry(n).or_insert_with(|| steps.add_node(n)));
            steps.add_edge(from, to, number);
        }
        Self { edges, waived, beyond, published, gone, steps, places }
    }

    /// The waivers of some steps, each once.
    pub(super) fn waivers(&self, steps: impl Iterator<Item = usize>) -> Vec<Name> {
        let names: BTreeSet<&Name> = steps.filter_map(|number| self.waived.get(&number)).flatten().collect();
        names.into_iter().cloned().collect()
    }

    /// Every step that can be taken.
    pub(super) fn steps(&self) -> impl Iterator<Item = (usize, &Edge)> {
        self.edges.iter().enumerate().filter(|(number, _)| !self.gone.contains(number))
    }

    /// Steps that leave a node, in the order they were found.
    pub(super) fn leaving(&self, from: Node) -> impl Iterator<Item = (usize, &Edge)> {
        let place = self.places.get(&from);
        let mut numbers: Vec<usize> =
            place.into_iter().flat_map(|p| self.steps.edges(*p)).map(|e| *e.weight()).collect();
        numbers.sort_unstable();
        numbers.into_iter().map(|n| (n, &self.edges[n]))
    }

    /// A shortest path to a node that is wanted; steps in order. A gateway's own system passes nothing on.
    pub(super) fn path(&self, from: Node, wanted: &dyn Fn(Node) -> bool, rules: &Rules) -> Option<Vec<usize>> {
        let start = *self.places.get(&from)?;
        let passes_on =
            |node: Node| node == from || !(matches!(node, Node::Gateway(_)) || rules.closed.contains(&node));
        let usable = |number: usize| rules.waived || !self.waived.contains_key(&number);
        let open = EdgeFiltered::from_fn(&self.steps, |e| passes_on(self.steps[e.source()]) && usable(*e.weight()));
        let arrived = |place| place != start && wanted(self.steps[place]);
        let (_, stops) = astar(&open, start, arrived, |_| 1u32, |_| 0)?;
        let step = |pair: &[NodeIndex]| {
            let between = self.steps.edges_connecting(pair[0], pair[1]).map(|e| *e.weight());
            between.filter(|n| usable(*n)).min().expect("the path uses a step")
        };
        Some(stops.windows(2).map(step).collect())
    }
}
