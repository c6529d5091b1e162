//! Paths over everything that was found: packets, frames, machines with two feet, far ends that are not ours.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::reach::{Edge, Node};
use crate::network::Name;

/// All steps of one epoch.
pub(super) struct Graph {
    /// Steps.
    pub(super) edges: Vec<Edge>,
    /// The waiver that a step exists by, and only by.
    pub(super) waived: BTreeMap<usize, Name>,
    out: BTreeMap<Node, Vec<usize>>,
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
    pub(super) fn new(edges: Vec<Edge>, waived: BTreeMap<usize, Name>) -> Self {
        let mut out: BTreeMap<Node, Vec<usize>> = BTreeMap::new();
        for (number, edge) in edges.iter().enumerate() {
            out.entry(edge.from).or_default().push(number);
        }
        Self { edges, waived, out }
    }

    /// Steps that leave a node.
    pub(super) fn leaving(&self, from: Node) -> impl Iterator<Item = (usize, &Edge)> {
        self.out.get(&from).into_iter().flatten().map(|n| (*n, &self.edges[*n]))
    }

    /// A shortest path to a node that is wanted; steps in order. A gateway's own system passes nothing on.
    pub(super) fn path(&self, from: Node, wanted: &dyn Fn(Node) -> bool, rules: &Rules) -> Option<Vec<usize>> {
        let mut came: BTreeMap<Node, usize> = BTreeMap::new();
        let mut queue = VecDeque::from([from]);
        while let Some(node) = queue.pop_front() {
            if node != from && (matches!(node, Node::Gateway(_)) || rules.closed.contains(&node)) {
                continue;
            }
            for (number, edge) in self.leaving(node) {
                if edge.to == from
                    || came.contains_key(&edge.to)
                    || (!rules.waived && self.waived.contains_key(&number))
                {
                    continue;
                }
                came.insert(edge.to, number);
                if wanted(edge.to) {
                    return Some(self.back(&came, from, edge.to));
                }
                queue.push_back(edge.to);
            }
        }
        None
    }

    fn back(&self, came: &BTreeMap<Node, usize>, from: Node, to: Node) -> Vec<usize> {
        let mut steps = Vec::new();
        let mut node = to;
        while node != from {
            let number = came[&node];
            steps.push(number);
            node = self.edges[number].from;
        }
        steps.reverse();
        steps
    }
}
