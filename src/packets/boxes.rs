//! A set told to people: a short list of disjoint products.
//!
//! Takes a set; gives products that unite to it among valid packets. What every valid packet satisfies is left out
//! (that an IPv4 address has 32 bits, that ESP has no ports), so that "TCP to port 443" is one product.

use super::arena::{EMPTY, Id};
use super::field::{Field, family};
use super::interval::{Interval, IntervalSet};
use super::ops::Op;
use super::product::FieldProduct;
use super::space::{PacketSet, Space};

impl Space {
    /// At most `limit` disjoint products whose valid packets are those of the set; the boolean says whether some are
    /// missing. In the order of least values.
    pub fn boxes(&mut self, s: PacketSet, limit: usize) -> (Vec<FieldProduct>, bool) {
        self.begin();
        // Without room for the shorter diagram, the set's own says the same at more length.
        let short = self.apply(Op::Simplify, s.0, self.all().0).unwrap_or(s.0);
        let mut boxes = Vec::new();
        let truncated = !self.collect(short, &FieldProduct::any(), limit, &mut boxes);
        (boxes, truncated)
    }

    /// Adds the products of all ways down from a node reached by `so_far`; whether there was room for all.
    fn collect(&self, id: Id, so_far: &FieldProduct, limit: usize, boxes: &mut Vec<FieldProduct>) -> bool {
        let Some(field) = Field::at(self.arena.level(id)) else {
            return id == EMPTY || add_box(so_far, limit, boxes);
        };
        let pieces = self.pieces(id, field);
        pieces.into_iter().all(|(values, to)| {
            let narrower = so_far.clone().with(field, values);
            self.collect(to, &narrower, limit, boxes)
        })
    }
}

/// Whether there was room.
fn add_box(product: &FieldProduct, limit: usize, boxes: &mut Vec<FieldProduct>) -> bool {
    if boxes.len() >= limit {
        return false;
    }
    boxes.push(without_evidence(product));
    true
}

/// The product without what its family implies.
fn without_evidence(product: &FieldProduct) -> FieldProduct {
    if product.get(Field::Family) != Some(&IntervalSet::point(family::V4)) {
        return product.clone();
    }
    let all = Interval { lo: 0, hi: family::V4_MAX };
    [Field::Dst, Field::Src].into_iter().fold(product.clone(), |shown, field| {
        match shown.get(field).map(|values| values.clip(all)) {
            Some(values) if values == all.into() => shown.without(field),
            Some(values) => shown.with(field, values),
            None => shown,
        }
    })
}
