//! Union, intersection, difference; and the questions about two sets that build nothing.
//!
//! Takes sets of one space; gives sets of it. Each pair of nodes is visited once an operation, thanks to one memo.
//! It knows diagrams only, not what a field means.

use rustc_hash::FxHashSet;

use super::arena::{EMPTY, ID_BITS, Id, ONE, OverBudget};
use super::field::Field;
use super::packet::Packet;
use super::space::{PacketSet, Space};

/// A binary operation on diagrams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    /// In either. Sets only.
    Union,
    /// In both. One of the two may have other terminals than a set: they are kept.
    Intersect,
    /// In the first, not in the second. Sets only.
    Minus,
    /// What the first says; where it says nothing, what the second says. Any terminals.
    Override,
    /// Some diagram, small, that agrees with the first inside the second (a set, not empty).
    Simplify,
}

impl Space {
    /// The packets of either set.
    pub fn union(&mut self, a: PacketSet, b: PacketSet) -> Result<PacketSet, OverBudget> {
        self.begin();
        self.apply(Op::Union, a.0, b.0).map(PacketSet)
    }

    /// The packets of both sets.
    pub fn intersect(&mut self, a: PacketSet, b: PacketSet) -> Result<PacketSet, OverBudget> {
        self.begin();
        self.intersect_ids(a.0, b.0).map(PacketSet)
    }

    /// The packets of `a` that are not in `b`.
    pub fn minus(&mut self, a: PacketSet, b: PacketSet) -> Result<PacketSet, OverBudget> {
        self.begin();
        self.apply(Op::Minus, a.0, b.0).map(PacketSet)
    }

    /// The valid packets that are not in the set.
    pub fn complement(&mut self, s: PacketSet) -> Result<PacketSet, OverBudget> {
        self.minus(self.all(), s)
    }

    /// The packets of any of the sets, united two by two so that none is copied more than a few times.
    pub fn union_all(&mut self, sets: &[PacketSet]) -> Result<PacketSet, OverBudget> {
        self.begin();
        self.union_ids(sets.iter().map(|set| set.0).collect()).map(PacketSet)
    }

    /// Whether every packet of `a` is in `b`. Builds nothing.
    #[must_use]
    pub fn is_subset(&self, a: PacketSet, b: PacketSet) -> bool {
        !self.meets(Op::Minus, a.0, b.0, &mut FxHashSet::default())
    }

    /// Whether the two sets have a packet in common. Builds nothing.
    #[must_use]
    pub fn overlaps(&self, a: PacketSet, b: PacketSet) -> bool {
        self.meets(Op::Intersect, a.0, b.0, &mut FxHashSet::default())
    }

    /// Whether the packet is in the set; an invalid packet is in none.
    #[must_use]
    pub fn contains(&self, s: PacketSet, packet: &Packet) -> bool {
        packet.is_valid() && self.lookup(s.0, packet) != EMPTY
    }

    /// The terminal a packet leads to.
    pub(super) fn lookup(&self, mut id: Id, packet: &Packet) -> Id {
        while let Some(field) = Field::at(self.arena.level(id)) {
            let (edges, value) = (self.arena.edges(id), packet.get(field));
            id = edges[edges.partition_point(|edge| edge.hi < value)].to;
        }
        id
    }

    pub(super) fn intersect_ids(&mut self, a: Id, b: Id) -> Result<Id, OverBudget> {
        self.apply(Op::Intersect, a, b)
    }

    pub(super) fn union_ids(&mut self, ids: Vec<Id>) -> Result<Id, OverBudget> {
        self.fold(Op::Union, ids)
    }

    /// Combines neighbours, then neighbours of the results, in order, until one is left.
    pub(super) fn fold(&mut self, op: Op, mut ids: Vec<Id>) -> Result<Id, OverBudget> {
        while ids.len() > 1 {
            let mut next = Vec::with_capacity(ids.len().div_ceil(2));
            for pair in ids.chunks(2) {
                next.push(match *pair {
                    [a, b] => self.apply(op, a, b)?,
                    _ => pair[0],
                });
            }
            ids = next;
        }
        Ok(ids.first().copied().unwrap_or(EMPTY))
    }

    /// The operation, node by node. Depth is bounded by the number of fields.
    pub(super) fn apply(&mut self, op: Op, a: Id, b: Id) -> Result<Id, OverBudget> {
        if let Some(known) = self.known(op, a, b) {
            return Ok(known);
        }
        let key = op.key(a, b);
        if let Some(known) = self.memo.get(&key) {
            return Ok(*known);
        }
        let result = self.descend(op, a, b)?;
        if self.memo.len() >= self.arena.limits.memo {
            return Err(OverBudget { nodes: self.arena.node_count() });
        }
        self.memo.insert(key, result);
        Ok(result)
    }

    /// The result, when it is plain from the two numbers.
    fn known(&self, op: Op, a: Id, b: Id) -> Option<Id> {
        match op {
            Op::Union if a == ONE || b == ONE => Some(ONE),
            Op::Union | Op::Override if a == EMPTY => Some(b),
            Op::Union | Op::Override if b == EMPTY || a == b => Some(a),
            Op::Override if self.arena.is_terminal(a) => Some(a),
            Op::Intersect if a == EMPTY || b == EMPTY => Some(EMPTY),
            Op::Intersect if a == ONE || a == b => Some(b),
            Op::Intersect if b == ONE => Some(a),
            Op::Minus if a == EMPTY || b == ONE || a == b => Some(EMPTY),
            Op::Minus if b == EMPTY => Some(a),
            Op::Simplify if b == ONE || self.arena.is_terminal(a) => Some(a),
            Op::Union | Op::Override | Op::Intersect | Op::Minus | Op::Simplify => None,
        }
    }

    /// The operation on two nodes, of which one at least tests a field: on each piece of that field where both are
    /// constant. What `Simplify` need not care about takes the answer of its neighbours.
    fn descend(&mut self, op: Op, a: Id, b: Id) -> Result<Id, OverBudget> {
        let level = self.arena.level(a).min(self.arena.level(b));
        let (mut at, mut bt) = (self.arena.cursor(a, level), self.arena.cursor(b, level));
        let max = Field::at(level).map_or(0, Field::max);
        let mark = self.arena.open();
        loop {
            let (x, y) = (self.arena.at(at), self.arena.at(bt));
            let hi = x.hi.min(y.hi);
            if op == Op::Simplify && y.to == EMPTY {
                self.arena.stretch(mark, hi);
            } else {
                let to = self.apply(op, x.to, y.to)?;
                self.arena.push(mark, hi, to);
            }
            if hi == max {
                return self.arena.close(level, mark);
            }
            if x.hi == hi {
                at.step();
            }
            if y.hi == hi {
                bt.step();
            }
        }
    }

    /// Whether the operation would leave something; `none` holds the pairs known to leave nothing.
    fn meets(&self, op: Op, a: Id, b: Id, none: &mut FxHashSet<u64>) -> bool {
        if let Some(known) = self.known(op, a, b) {
            return known != EMPTY;
        }
        if none.contains(&op.key(a, b)) {
            return false;
        }
        let level = self.arena.level(a).min(self.arena.level(b));
        let (mut at, mut bt) = (self.arena.cursor(a, level), self.arena.cursor(b, level));
        let max = Field::at(level).map_or(0, Field::max);
        loop {
            let (x, y) = (self.arena.at(at), self.arena.at(bt));
            if self.meets(op, x.to, y.to, none) {
                return true;
            }
            let hi = x.hi.min(y.hi);
            if hi == max {
                none.insert(op.key(a, b));
                return false;
            }
            if x.hi == hi {
                at.step();
            }
            if y.hi == hi {
                bt.step();
            }
        }
    }
}

impl Op {
    /// The operation and its operands as one number; the same for both orders where the order is of no matter.
    fn key(self, a: Id, b: Id) -> u64 {
        let (first, second) = match self {
            Self::Union | Self::Intersect => (a.min(b), a.max(b)),
            Self::Minus | Self::Override | Self::Simplify => (a, b),
        };
        (self as u64) << (2 * ID_BITS) | u64::from(first) << ID_BITS | u64::from(second)
    }
}
