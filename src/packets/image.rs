//! What becomes of a set when packets are rewritten: address and port translation, a new interface, any value at all.
//!
//! Takes a set and what happens to one field; gives the exact image, valid packets only. A rewriting that would make a
//! packet invalid is refused, for an image that dropped it would prove too much. It knows no NAT rule.

use std::fmt;

use rustc_hash::FxHashMap;

use super::arena::{EMPTY, Id, OverBudget};
use super::field::Field;
use super::interval::{Interval, IntervalSet};
use super::space::{PacketSet, Space};

/// Why an image was not computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageError {
    /// It would have needed a larger arena.
    OverBudget(OverBudget),
    /// Some packet of the set would have become no valid packet: a value out of the field's range or of the packet's
    /// family, ports given to a protocol without ports, no value at all. (`Family` and `Proto` cannot be rewritten.)
    Unsound(Field),
}

impl From<OverBudget> for ImageError {
    fn from(over: OverBudget) -> Self {
        Self::OverBudget(over)
    }
}

impl fmt::Display for ImageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OverBudget(over) => over.fmt(f),
            Self::Unsound(field) => write!(f, "rewriting {field:?} would make invalid packets"),
        }
    }
}

impl std::error::Error for ImageError {}

/// What happens to one field.
enum Change<'a> {
    /// It takes any value.
    Forget,
    /// It takes any of these values.
    Into(&'a IntervalSet),
    /// Values inside move to the interval that starts there; others stay.
    Shift(Interval, u128),
}

impl Space {
    /// Every packet of the set, with `field` set to a constant.
    pub fn rewrite(&mut self, s: PacketSet, field: Field, to: u128) -> Result<PacketSet, ImageError> {
        self.rewrite_into(s, field, &IntervalSet::point(to))
    }

    /// Every packet of the set, with `field` set to each of these values: a pool of addresses, a range of ports.
    pub fn rewrite_into(&mut self, s: PacketSet, field: Field, to: &IntervalSet) -> Result<PacketSet, ImageError> {
        let fits = to.greatest().is_some_and(|greatest| greatest <= field.max());
        self.change(s, field, fits, &Change::Into(to))
    }

    /// Every packet of the set, `field` moved from `from` to the interval of the same size that starts at `to_lo`, if
    /// it lies in `from`; else unchanged.
    ///
    /// An address is a number here: to translate one family, take that part of the set first.
    pub fn translate(
        &mut self,
        s: PacketSet,
        field: Field,
        from: Interval,
        to_lo: u128,
    ) -> Result<PacketSet, ImageError> {
        let Some(size) = from.hi.checked_sub(from.lo) else {
            return Ok(s);
        };
        let fits = to_lo.checked_add(size).is_some_and(|hi| hi.max(from.hi) <= field.max());
        self.change(s, field, fits, &Change::Shift(from, to_lo))
    }

    /// The valid packets that differ from one of the set in `field` at most.
    pub fn project(&mut self, s: PacketSet, field: Field) -> Result<PacketSet, OverBudget> {
        self.begin();
        let raw = self.image(s.0, field, &Change::Forget, &mut FxHashMap::default())?;
        self.validated(raw)
    }

    /// The packets of the set in `guard`, and the others: for a rewriting that only some packets undergo.
    pub fn partition(&mut self, s: PacketSet, guard: PacketSet) -> Result<(PacketSet, PacketSet), OverBudget> {
        Ok((self.intersect(s, guard)?, self.minus(s, guard)?))
    }

    fn change(&mut self, s: PacketSet, field: Field, fits: bool, change: &Change<'_>) -> Result<PacketSet, ImageError> {
        if s.is_empty() {
            return Ok(s);
        }
        if !fits || !self.may_change(s, field) {
            return Err(ImageError::Unsound(field));
        }
        self.begin();
        let raw = self.image(s.0, field, change, &mut FxHashMap::default())?;
        let image = self.validated(raw)?;
        if image.0 == raw { Ok(image) } else { Err(ImageError::Unsound(field)) }
    }

    fn may_change(&self, s: PacketSet, field: Field) -> bool {
        match field {
            Field::Family | Field::Proto => false,
            Field::Dport | Field::Sport => self.is_subset(s, self.with_ports()),
            Field::State | Field::Ipsec | Field::In | Field::Out | Field::Uid => true,
            Field::Hops | Field::Dst | Field::Src => true,
        }
    }

    /// The image, valid or not, of a node: its copy down to the level of `field`.
    fn image(
        &mut self,
        id: Id,
        field: Field,
        change: &Change<'_>,
        memo: &mut FxHashMap<Id, Id>,
    ) -> Result<Id, OverBudget> {
        let level = self.arena.level(id);
        if id == EMPTY {
            return Ok(EMPTY);
        }
        if level >= field.level() {
            return self.changed(id, field, change);
        }
        if let Some(known) = memo.get(&id) {
            return Ok(*known);
        }
        let mark = self.arena.open();
        for at in 0..self.arena.edges(id).len() {
            let edge = self.arena.edges(id)[at];
            let to = self.image(edge.to, field, change, memo)?;
            self.arena.push(mark, edge.hi, to);
        }
        let image = self.arena.close(level, mark)?;
        memo.insert(id, image);
        Ok(image)
    }

    /// The image of a node that tests `field`, or none before it.
    fn changed(&mut self, id: Id, field: Field, change: &Change<'_>) -> Result<Id, OverBudget> {
        match change {
            Change::Forget => self.any_child(id, field),
            Change::Into(values) => {
                let child = self.any_child(id, field)?;
                self.guard(field, values, child)
            }
            Change::Shift(from, to_lo) => self.shifted(id, field, *from, *to_lo),
        }
    }

    /// What is left of a node once `field` is forgotten.
    fn any_child(&mut self, id: Id, field: Field) -> Result<Id, OverBudget> {
        if self.arena.level(id) != field.level() {
            return Ok(id);
        }
        let mut children: Vec<_> = self.arena.edges(id).iter().map(|edge| edge.to).collect();
        children.sort_unstable();
        children.dedup();
        self.union_ids(children)
    }

    fn shifted(&mut self, id: Id, field: Field, from: Interval, to_lo: u128) -> Result<Id, OverBudget> {
        let mut parts = Vec::new();
        for (values, child) in self.pieces(id, field) {
            let outside = values.iter().flat_map(|piece| outside(piece, from));
            let inside = values.iter().map(|piece| piece.intersect(from));
            let moved = inside
                .filter(|piece| !piece.is_empty())
                .map(|piece| Interval::new(piece.lo - from.lo + to_lo, piece.hi - from.lo + to_lo));
            let landed = outside.chain(moved).collect();
            parts.push(self.guard(field, &landed, child)?);
        }
        self.union_ids(parts)
    }

    /// The values of `field` that lead a node to each child but the empty one, children in order of first value.
    pub(super) fn pieces(&self, id: Id, field: Field) -> Vec<(IntervalSet, Id)> {
        if self.arena.level(id) != field.level() {
            return vec![(field.domain().into(), id)];
        }
        let mut pieces: Vec<(Vec<Interval>, Id)> = Vec::new();
        let mut place: FxHashMap<Id, usize> = FxHashMap::default();
        let mut lo = 0;
        for edge in self.arena.edges(id) {
            let piece = Interval { lo, hi: edge.hi };
            lo = edge.hi.saturating_add(1);
            if edge.to == EMPTY {
                continue;
            }
            let at = *place.entry(edge.to).or_insert(pieces.len());
            match pieces.get_mut(at) {
                Some((values, _)) => values.push(piece),
                None => pieces.push((vec![piece], edge.to)),
            }
        }
        pieces.into_iter().map(|(values, to)| (values.into_iter().collect(), to)).collect()
    }
}

/// The parts of `piece` before and after `hole`.
fn outside(piece: Interval, hole: Interval) -> impl Iterator<Item = Interval> {
    let before = hole.lo.checked_sub(1).map(|hi| Interval::new(piece.lo, piece.hi.min(hi)));
    let after = hole.hi.checked_add(1).map(|lo| Interval::new(piece.lo.max(lo), piece.hi));
    before.into_iter().chain(after).filter(|part| !part.is_empty())
}
