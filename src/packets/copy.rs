//! Sets from another space: what a worker found, or what matters when the rest is to be forgotten.
//!
//! Takes a space and sets of it; gives the same sets here. It reads the other space and leaves it as it was.

use rustc_hash::FxHashMap;

use super::arena::{Id, OverBudget};
use super::space::{PacketSet, Space};

impl Space {
    /// The sets of another space, in this one.
    pub fn import(&mut self, other: &Self, sets: &[PacketSet]) -> Result<Vec<PacketSet>, OverBudget> {
        self.begin();
        let mut copies = FxHashMap::default();
        sets.iter().map(|set| self.copy(other, set.0, &mut copies).map(PacketSet)).collect()
    }

    fn copy(&mut self, other: &Self, id: Id, copies: &mut FxHashMap<Id, Id>) -> Result<Id, OverBudget> {
        if let Some(known) = copies.get(&id) {
            return Ok(*known);
        }
        let copy = if other.arena.is_terminal(id) {
            self.arena.terminal(other.arena.value(id))?
        } else {
            let mark = self.arena.open();
            for edge in other.arena.edges(id) {
                let to = self.copy(other, edge.to, copies)?;
                self.arena.push(mark, edge.hi, to);
            }
            self.arena.close(other.arena.level(id), mark)?
        };
        copies.insert(id, copy);
        Ok(copy)
    }
}
