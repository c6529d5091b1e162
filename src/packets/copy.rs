//! Sets from another space: what a worker found, or what matters when the rest is to be forgotten.
//!
//! Takes a space and sets of it; gives the same sets here, or their packets with some fields pinned to one value. It reads
//! the other space and leaves it as it was.

use rustc_hash::FxHashMap;

use super::arena::{EMPTY, Id, OverBudget};
use super::field::Field;
use super::interval::IntervalSet;
use super::space::{PacketSet, Space};

impl Space {
    /// The sets of another space, in this one.
    pub fn import(&mut self, other: &Self, sets: &[PacketSet]) -> Result<Vec<PacketSet>, OverBudget> {
        self.begin();
        let mut copies = FxHashMap::default();
        sets.iter().map(|set| self.copy(other, set.0, &[], &mut copies).map(PacketSet)).collect()
    }

    /// The packets of another space's set whose fields have these values, in this one: what it costs depends on them, not
    /// on the rest of the set.
    pub fn import_at(&mut self, other: &Self, set: PacketSet, pins: &[(Field, u128)]) -> Result<PacketSet, OverBudget> {
        self.begin();
        let mut pins = pins.to_vec();
        pins.sort_by_key(|(field, _)| field.level());
        self.copy(other, set.0, &pins, &mut FxHashMap::default()).map(PacketSet)
    }

    /// A copy where the fields of some pins, in their order in diagrams, have one value.
    fn copy(
        &mut self,
        other: &Self,
        id: Id,
        pins: &[(Field, u128)],
        copies: &mut FxHashMap<(Id, usize), Id>,
    ) -> Result<Id, OverBudget> {
        if other.arena.is_terminal(id) && (pins.is_empty() || id == EMPTY) {
            return self.arena.terminal(other.arena.value(id));
        }
        if let Some(known) = copies.get(&(id, pins.len())) {
            return Ok(*known);
        }
        let level = other.arena.level(id);
        let copy = match pins {
            [(field, value), rest @ ..] if field.level() <= level => {
                let child = other.child_at(id, *field, *value);
                let child = self.copy(other, child, rest, copies)?;
                self.guard(*field, &IntervalSet::point(*value), child)?
            }
            _ => self.copy_edges(other, id, pins, copies)?,
        };
        copies.insert((id, pins.len()), copy);
        Ok(copy)
    }

    fn copy_edges(
        &mut self,
        other: &Self,
        id: Id,
        pins: &[(Field, u128)],
        copies: &mut FxHashMap<(Id, usize), Id>,
    ) -> Result<Id, OverBudget> {
        let mark = self.arena.open();
        for edge in other.arena.edges(id) {
            let to = self.copy(other, edge.to, pins, copies)?;
            self.arena.push(mark, edge.hi, to);
        }
        self.arena.close(other.arena.level(id), mark)
    }

    /// Where a node leads for one value of a field that it, or none before it, tests.
    fn child_at(&self, id: Id, field: Field, value: u128) -> Id {
        if self.arena.level(id) != field.level() {
            return id;
        }
        let edges = self.arena.edges(id);
        edges[edges.partition_point(|edge| edge.hi < value)].to
    }
}
