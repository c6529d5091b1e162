//! Sets from another space: what a worker found, or what matters when the rest is to be forgotten.
//!
//! Takes a space and sets of it; gives the same sets here, or those of their packets whose fields have some values. It reads the
//! other space and leaves it as it was.

use rustc_hash::FxHashMap;

use super::arena::{EMPTY, Id, OverBudget};
use super::field::Field;
use super::interval::{Interval, IntervalSet};
use super::space::{PacketSet, Space};

impl Space {
    /// The sets of another space, in this one.
    pub fn import(&mut self, other: &Self, sets: &[PacketSet]) -> Result<Vec<PacketSet>, OverBudget> {
        self.begin();
        let mut copies = FxHashMap::default();
        sets.iter().map(|set| self.copy(other, set.0, &[], &mut copies).map(PacketSet)).collect()
    }

    /// Makes sets of another space sets of this one, where they stand.
    pub fn bring<'s>(&mut self, other: &Self, sets: impl Iterator<Item = &'s mut PacketSet>) -> Result<(), OverBudget> {
        let mut sets: Vec<&mut PacketSet> = sets.collect();
        let there: Vec<PacketSet> = sets.iter().map(|set| **set).collect();
        let here = self.import(other, &there)?;
        sets.iter_mut().zip(here).for_each(|(set, here)| **set = here);
        Ok(())
    }

    /// The packets of another space's set whose fields have some values, in this one: what it costs depends on them, not on
    /// the rest of the set.
    pub fn import_within(
        &mut self,
        other: &Self,
        set: PacketSet,
        within: &[(Field, IntervalSet)],
    ) -> Result<PacketSet, OverBudget> {
        self.begin();
        let mut within = within.to_vec();
        within.sort_by_key(|(field, _)| field.level());
        self.copy(other, set.0, &within, &mut FxHashMap::default()).map(PacketSet)
    }

    /// A copy where some fields, in their order in diagrams, have some values only.
    fn copy(&mut self, other: &Self, id: Id, within: &[Bound], copies: &mut Copies) -> Result<Id, OverBudget> {
        if other.arena.is_terminal(id) && (within.is_empty() || id == EMPTY) {
            return self.arena.terminal(other.arena.value(id));
        }
        if let Some(known) = copies.get(&(id, within.len())) {
            return Ok(*known);
        }
        let level = other.arena.level(id);
        let copy = match within {
            [(field, values), rest @ ..] if field.level() <= level => {
                self.copy_within(other, id, *field, values, rest, copies)?
            }
            _ => {
                let mark = self.arena.open();
                for edge in other.arena.edges(id) {
                    let to = self.copy(other, edge.to, within, copies)?;
                    self.arena.push(mark, edge.hi, to);
                }
                self.arena.close(level, mark)?
            }
        };
        copies.insert((id, within.len()), copy);
        Ok(copy)
    }

    /// The node that leads where another one does for some values of a field, and to nothing else.
    fn copy_within(
        &mut self,
        other: &Self,
        id: Id,
        field: Field,
        values: &IntervalSet,
        rest: &[Bound],
        copies: &mut Copies,
    ) -> Result<Id, OverBudget> {
        let mark = self.arena.open();
        for part in values.iter() {
            if let Some(below) = part.lo.checked_sub(1) {
                self.arena.push(mark, below, EMPTY);
            }
            for (hi, to) in other.leading(id, field, part) {
                let to = self.copy(other, to, rest, copies)?;
                self.arena.push(mark, hi, to);
            }
        }
        if values.greatest() != Some(field.max()) {
            self.arena.push(mark, field.max(), EMPTY);
        }
        self.arena.close(field.level(), mark)
    }

    /// Where a node leads for the values of an interval of a field that it, or none before it, tests: up to which value, and
    /// where.
    fn leading(&self, id: Id, field: Field, part: Interval) -> impl Iterator<Item = (u128, Id)> + '_ {
        let tests = self.arena.level(id) == field.level();
        let edges = if tests { self.arena.edges(id) } else { &[] };
        let first = edges.partition_point(|edge| edge.hi < part.lo);
        let end = edges.partition_point(|edge| edge.hi < part.hi);
        let own = edges.get(first..=end).unwrap_or(&[]).iter().map(move |edge| (edge.hi.min(part.hi), edge.to));
        own.chain((!tests).then_some((part.hi, id)))
    }
}

/// The values that a field may have.
type Bound = (Field, IntervalSet);
/// Copies of nodes, by how many bounds lie below them.
type Copies = FxHashMap<(Id, usize), Id>;
