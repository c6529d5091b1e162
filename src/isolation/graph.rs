//! Paths over everything that was found: packets, frames, machines with two feet, far ends that are not ours.
//!
//! A gateway's own system passes nothing on (assumption A4), so no path goes through one and none of these ends at one:
//! steps to gateways are seen by who asks what leaves a node. The Internet opens to every gateway of a region, and a
//! search that comes to it must not cost what the region has.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::published::Published;
use super::reach::{Edge, Node};
use super::waived::Waived;
use crate::network::Name;
use crate::packets::PacketSet;

/// All steps of one epoch.
pub(super) struct Graph {
    /// Steps; the same ones where a graph is another without some of them.
    pub(super) edges: Arc<Vec<Edge>>,
    /// The waivers that a step exists by, and only by.
    pub(super) waived: BTreeMap<usize, Vec<Name>>,
    /// Of steps that waivers cover in part, what they do not cover.
    pub(super) beyond: BTreeMap<usize, PacketSet>,
    /// What answers the Internet, and the steps by which it does.
    pub(super) published: Published,
    /// Steps that nobody takes.
    gone: BTreeSet<usize>,
    leaving: FxHashMap<Node, Ways>, // never iterated: no result depends on its order
    arriving: FxHashMap<Node, Vec<usize>>, // likewise
}

/// Numbers of the steps that leave a node, in order.
#[derive(Default)]
struct Ways {
    onward: Vec<usize>,
    to_gateways: Vec<usize>,
}

/// Which steps and stops a path may use.
pub(super) struct Rules<'a> {
    /// Steps that exist by a waiver may be used.
    pub(super) waived: bool,
    /// Stops that a path may not pass through.
    pub(super) closed: &'a BTreeSet<Node>,
}

impl Graph {
    /// Indexes the steps.
    pub(super) fn new(edges: Vec<Edge>, waived: Waived, published: Published) -> Self {
        Self::without(Arc::new(edges), waived, published, BTreeSet::new())
    }

    /// The same without the steps by which the Internet opens to what is published.
    pub(super) fn unpublished(&self) -> Self {
        let waived = Waived { whole: self.waived.clone(), beyond: self.beyond.clone() };
        let gone = self.gone.union(&self.published.steps).copied().collect();
        Self::without(Arc::clone(&self.edges), waived, self.published.clone(), gone)
    }

    /// The same, with steps that nobody can take any more; the others keep their numbers.
    pub(super) fn without(
        edges: Arc<Vec<Edge>>,
        Waived { whole: waived, beyond }: Waived,
        published: Published,
        gone: BTreeSet<usize>,
    ) -> Self {
        let (mut leaving, mut arriving) =
            (FxHashMap::<Node, Ways>::default(), FxHashMap::<Node, Vec<usize>>::default());
        for (number, edge) in edges.iter().enumerate().filter(|(n, _)| !gone.contains(n)) {
            let ways = leaving.entry(edge.from).or_default();
            if matches!(edge.to, Node::Gateway(_)) {
                ways.to_gateways.push(number);
            } else {
                ways.onward.push(number);
                arriving.entry(edge.to).or_default().push(number);
            }
        }
        Self { edges, waived, beyond, published, gone, leaving, arriving }
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
        let ways = self.leaving.get(&from);
        let mut numbers: Vec<usize> =
            ways.into_iter().flat_map(|ways| ways.onward.iter().chain(&ways.to_gateways)).copied().collect();
        numbers.sort_unstable();
        numbers.into_iter().map(|n| (n, &self.edges[n]))
    }

    /// Steps that leave a node, those to gateways' own systems aside.
    fn onward(&self, from: Node) -> &[usize] {
        self.leaving.get(&from).map_or(&[], |ways| &ways.onward)
    }

    /// The first step by which a node opens to anybody but a gateway's own system.
    pub(super) fn opens_by(&self, from: Node) -> Option<usize> {
        self.onward(from).first().copied()
    }

    /// A shortest path to a node that is wanted and no gateway; steps in order, the first found of each length.
    pub(super) fn path(&self, from: Node, wanted: &dyn Fn(Node) -> bool, rules: &Rules) -> Option<Vec<usize>> {
        let mut came: FxHashMap<Node, usize> = FxHashMap::default();
        let mut next = VecDeque::from([from]);
        while let Some(node) = next.pop_front() {
            for number in self.onward(node).iter().copied().filter(|n| rules.waived || !self.waived.contains_key(n)) {
                let to = self.edges[number].to;
                if to == from || came.contains_key(&to) {
                    continue;
                }
                came.insert(to, number);
                if wanted(to) {
                    return Some(self.back(from, to, &came));
                }
                if !rules.closed.contains(&to) {
                    next.push_back(to);
                }
            }
        }
        None
    }

    /// A shortest path to one node, which may be a gateway's own system.
    pub(super) fn path_to(&self, from: Node, to: Node, rules: &Rules) -> Option<Vec<usize>> {
        if !matches!(to, Node::Gateway(_)) {
            return self.path(from, &|node| node == to, rules);
        }
        let last = |node: Node| self.leaving(node).find(|(_, edge)| edge.to == to).map(|(number, _)| number);
        if let Some(step) = last(from) {
            return Some(vec![step]);
        }
        let mut path = self.path(from, &|node| last(node).is_some(), rules)?;
        path.extend(last(self.edges[*path.last()?].to));
        Some(path)
    }

    fn back(&self, from: Node, to: Node, came: &FxHashMap<Node, usize>) -> Vec<usize> {
        let (mut steps, mut here) = (Vec::new(), to);
        while here != from {
            let step = came[&here];
            steps.push(step);
            here = self.edges[step].from;
        }
        steps.reverse();
        steps
    }

    /// Everything that any path from a node leads to, whatever its rules, in the order of the search; the node itself first.
    pub(super) fn reached(&self, from: Node) -> Vec<Node> {
        let (mut known, mut found) = (FxHashSet::from_iter([from]), vec![from]);
        let mut next = 0;
        while let Some(node) = found.get(next).copied() {
            next += 1;
            let onward = self.onward(node).iter().map(|number| self.edges[*number].to);
            found.extend(onward.filter(|to| known.insert(*to)));
        }
        found
    }

    /// Everything that some path leads from to a node, whatever its rules.
    pub(super) fn reaching(&self, to: Node) -> BTreeSet<Node> {
        let (mut known, mut next) = (BTreeSet::new(), vec![to]);
        while let Some(node) = next.pop() {
            let before = self.arriving.get(&node).into_iter().flatten().map(|number| self.edges[*number].from);
            next.extend(before.filter(|from| known.insert(*from)));
        }
        known
    }

    /// Steps by waivers that leave some nodes, in order.
    pub(super) fn waived_from(&self, nodes: &[Node]) -> Vec<usize> {
        let steps =
            nodes.iter().flat_map(|node| self.leaving.get(node)).flat_map(|w| w.onward.iter().chain(&w.to_gateways));
        let mut found: Vec<usize> = steps.copied().filter(|number| self.waived.contains_key(number)).collect();
        found.sort_unstable();
        found
    }
}
