//! A packet that shows a set is not empty: always the same one, and as ordinary as the set allows.
//!
//! Takes a set and preferences; gives a packet of the set. It builds nothing, so it also serves a full space.

use rustc_hash::FxHashSet;

use super::arena::{EMPTY, Id};
use super::field::{Field, proto, state};
use super::packet::Packet;
use super::product::FieldProduct;
use super::space::{PacketSet, Space};

/// The first dynamic port (RFC 6335 §6).
const FIRST_DYNAMIC_PORT: u128 = 49152;
/// The initial hop count of most systems (RFC 1340: "the current recommended default time to live").
const USUAL_HOPS: u128 = 64;

impl Space {
    /// A packet of the set, `None` when it is empty: if possible new, TCP else UDP, with 64 hops left, from a dynamic
    /// port to a port that is not 0; for the rest the least value in each field, in [`Field::ORDER`].
    #[must_use]
    pub fn witness(&self, s: PacketSet) -> Option<Packet> {
        self.witness_preferring(s, &[])
    }

    /// A packet of the set that meets as many preferences as can be: each, in turn, is kept if packets that meet it
    /// and those kept before are left. The usual ones (see [`Space::witness`]) come after.
    #[must_use]
    pub fn witness_preferring(&self, s: PacketSet, prefer: &[FieldProduct]) -> Option<Packet> {
        let mut kept = FieldProduct::any();
        let mut witness = self.least(s, &kept)?;
        for preference in prefer.iter().chain(&usual()) {
            let narrower = kept.intersect(preference);
            if let Some(better) = self.least(s, &narrower) {
                (kept, witness) = (narrower, better);
            }
        }
        Some(witness)
    }

    /// The packet of the set and the product with the least value in each field, in [`Field::ORDER`].
    #[must_use]
    pub fn least(&self, s: PacketSet, product: &FieldProduct) -> Option<Packet> {
        let mut packet = Packet::default();
        for field in Field::ORDER {
            packet.set(field, product.least_within(field, 0, field.max())?);
        }
        let found = self.reach(s.0, product, &mut packet, &mut FxHashSet::default());
        found.then_some(packet)
    }

    /// Sets the fields a node tests so that `packet` gets through; `dead` holds the nodes where none does.
    fn reach(&self, id: Id, product: &FieldProduct, packet: &mut Packet, dead: &mut FxHashSet<Id>) -> bool {
        let Some(field) = Field::at(self.arena.level(id)) else {
            return id != EMPTY;
        };
        if dead.contains(&id) {
            return false;
        }
        let mut lo = 0;
        for edge in self.arena.edges(id) {
            if let Some(value) = product.least_within(field, lo, edge.hi)
                && self.reach(edge.to, product, packet, dead)
            {
                packet.set(field, value);
                return true;
            }
            lo = edge.hi.saturating_add(1);
        }
        dead.insert(id);
        false
    }
}

/// What makes a packet ordinary, the most telling first.
fn usual() -> [FieldProduct; 6] {
    let any = FieldProduct::any;
    let ports = |lo| super::IntervalSet::span(lo, Field::Sport.max());
    [
        any().with_value(Field::State, state::NEW),
        any().with_value(Field::Proto, proto::TCP),
        any().with_value(Field::Proto, proto::UDP),
        any().with_value(Field::Hops, USUAL_HOPS),
        any().with(Field::Sport, ports(FIRST_DYNAMIC_PORT)),
        any().with(Field::Dport, ports(1)),
    ]
}
