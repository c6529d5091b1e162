//! What a set looks like from outside: the values of one field, how many packets, how large a diagram.
//!
//! Takes a set; gives values and numbers. It builds nothing in the space.

use rustc_hash::{FxHashMap, FxHashSet};

use super::arena::{EMPTY, Edge, Id, TERMINAL};
use super::field::Field;
use super::interval::{Interval, IntervalSet};
use super::space::{PacketSet, Space};

impl Space {
    /// The values `field` has in some packet of the set.
    #[must_use]
    pub fn values(&self, s: PacketSet, field: Field) -> IntervalSet {
        let mut found = Vec::new();
        for id in self.reachable_down_to(s.0, field.level()) {
            if id == EMPTY {
                continue;
            }
            if self.arena.level(id) > field.level() {
                return field.domain().into();
            }
            if self.arena.level(id) == field.level() {
                found.extend(self.live_values(id));
            }
        }
        found.into_iter().collect()
    }

    /// How many packets, as far as a float can say: exact up to 2^53, then to some fifteen digits.
    #[must_use]
    pub fn count(&self, s: PacketSet) -> f64 {
        let below = self.count_below(s.0, &mut FxHashMap::default());
        below * free(0, self.arena.level(s.0))
    }

    /// Nodes of the set's own diagram, terminals included.
    #[must_use]
    pub fn node_count(&self, s: PacketSet) -> usize {
        self.reachable(s.0).len()
    }

    /// The set's diagram as a text: sets, of two spaces too, are equal if and only if their shapes are.
    #[must_use]
    pub fn shape(&self, s: PacketSet) -> String {
        let nodes = self.reachable(s.0);
        let numbers: FxHashMap<Id, usize> = nodes.iter().enumerate().map(|(number, id)| (*id, number)).collect();
        let edge = |edge: &Edge| format!(" {}>{}", edge.hi, numbers[&edge.to]);
        let node = |id: &Id| match self.arena.is_terminal(*id) {
            true => format!("={}", self.arena.value(*id)),
            false => {
                format!("{}:{}", self.arena.level(*id), self.arena.edges(*id).iter().map(edge).collect::<String>())
            }
        };
        nodes.iter().map(node).collect::<Vec<_>>().join(";")
    }

    /// The nodes of a diagram, each once.
    pub(super) fn reachable(&self, id: Id) -> Vec<Id> {
        self.reachable_down_to(id, TERMINAL)
    }

    /// The nodes met on the ways down that have not passed `level` before, each once.
    fn reachable_down_to(&self, id: Id, level: u8) -> Vec<Id> {
        let (mut found, mut seen) = (vec![id], FxHashSet::from_iter([id]));
        let mut at = 0;
        while let Some(id) = found.get(at).copied() {
            at += 1;
            if self.arena.level(id) < level {
                let children = self.arena.edges(id).iter().map(|edge| edge.to);
                found.extend(children.filter(|to| seen.insert(*to)));
            }
        }
        found
    }

    fn live_values(&self, id: Id) -> Vec<Interval> {
        let edges = self.arena.edges(id);
        let starts = std::iter::once(0).chain(edges.iter().map(|e| e.hi.saturating_add(1)));
        let live = starts.zip(edges).filter(|(_, edge)| edge.to != EMPTY);
        live.map(|(lo, edge)| Interval { lo, hi: edge.hi }).collect()
    }

    /// How many ways down from a node, counting the fields from its own on.
    fn count_below(&self, id: Id, memo: &mut FxHashMap<Id, f64>) -> f64 {
        if self.arena.level(id) == TERMINAL {
            return if id == EMPTY { 0.0 } else { 1.0 };
        }
        if let Some(known) = memo.get(&id) {
            return *known;
        }
        let (mut total, mut lo, next) = (0.0, 0, self.arena.level(id) + 1);
        for edge in self.arena.edges(id) {
            let width = (edge.hi - lo) as f64 + 1.0;
            let below = self.count_below(edge.to, memo);
            total += width * free(next, self.arena.level(edge.to)) * below;
            lo = edge.hi.saturating_add(1);
        }
        memo.insert(id, total);
        total
    }
}

/// The size of the domains of the fields in a range of levels.
fn free(from: u8, to: u8) -> f64 {
    Field::ORDER[usize::from(from)..usize::from(to)].iter().map(|field| Field::max(*field) as f64 + 1.0).product()
}
