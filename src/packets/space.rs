//! The space of packets: one arena, the set of all valid packets, and sets made from products.
//!
//! Takes products of intervals; gives [`PacketSet`]s, always inside [`Space::all`]. What makes a packet valid is
//! written here, once: addresses of its family, ports only where the protocol has them.

use rustc_hash::FxHashMap;

use super::arena::{Arena, EMPTY, Id, Limits, ONE, OverBudget};
use super::field::{Field, family, proto};
use super::interval::IntervalSet;
use super::product::FieldProduct;

/// A set of packets of one [`Space`]: equal there exactly when it holds the same packets.
///
/// It means nothing in another space; the order is that of making, of no other meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PacketSet(pub(super) Id);

impl PacketSet {
    /// Whether the set holds no packet.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == EMPTY
    }
}

/// Where packet sets live. One a worker: sets of two spaces cannot be mixed, only copied ([`Space::import`]).
///
/// Every operation that may build something can answer [`OverBudget`]; the space remains good for reading, and for
/// whatever still fits. Nothing is ever freed: to forget, copy what matters to a new space.
#[derive(Clone, Debug)]
pub struct Space {
    pub(super) arena: Arena,
    pub(super) memo: FxHashMap<u64, Id>, // never iterated: no result depends on its order
    all: PacketSet,
    with_ports: PacketSet,
}

impl Default for Space {
    fn default() -> Self {
        Self::new(Limits::default())
    }
}

impl Space {
    /// The empty set, the same in every space.
    pub const EMPTY: PacketSet = PacketSet(EMPTY);

    /// A space with no set but the empty one, all packets and those with ports.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        let (arena, memo) = (Arena::new(), FxHashMap::default());
        let mut space = Self { arena, memo, all: Self::EMPTY, with_ports: Self::EMPTY };
        let Ok((all, with_ports)) = space.universe() else { unreachable!("INVARIANT: a new arena has no limit") };
        (space.all, space.with_ports) = (all, with_ports);
        space.arena.limits = Limits { nodes: limits.nodes.min(Limits::NONE.nodes), ..limits };
        space
    }

    /// The set without packets.
    #[must_use]
    pub fn empty(&self) -> PacketSet {
        Self::EMPTY
    }

    /// All valid packets: what complements are taken in, and what every set is part of.
    #[must_use]
    pub fn all(&self) -> PacketSet {
        self.all
    }

    /// All valid packets of a protocol with ports (TCP, UDP, DCCP, SCTP, UDP-Lite).
    #[must_use]
    pub fn with_ports(&self) -> PacketSet {
        self.with_ports
    }

    /// The valid packets of a product.
    pub fn product(&mut self, product: &FieldProduct) -> Result<PacketSet, OverBudget> {
        self.begin();
        let raw = self.chain(product, ONE)?;
        self.validated(raw)
    }

    /// The valid packets of any of these products.
    pub fn products(&mut self, products: &[FieldProduct]) -> Result<PacketSet, OverBudget> {
        self.begin();
        let chains: Result<Vec<_>, _> = products.iter().map(|p| self.chain(p, ONE)).collect();
        let raw = self.union_ids(chains?)?;
        self.validated(raw)
    }

    /// Nodes and edges alive in the space.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        (self.arena.node_count(), self.arena.edge_count())
    }

    /// Before each operation that may build: nothing half made remains, and the memo has room.
    pub(super) fn begin(&mut self) {
        self.arena.reset();
        if self.memo.len() > self.arena.limits.memo / 2 {
            self.memo.clear();
        }
    }

    /// The diagram that leads to `end` for the packets of a product, valid or not.
    pub(super) fn chain(&mut self, product: &FieldProduct, end: Id) -> Result<Id, OverBudget> {
        if product.is_empty() {
            return Ok(EMPTY);
        }
        let mut id = end;
        for field in Field::ORDER.into_iter().rev() {
            if let Some(values) = product.get(field) {
                id = self.guard(field, values, id)?;
            }
        }
        Ok(id)
    }

    /// The node that leads to `to` when `field` lies in `values`, and to nothing else. All levels of `to` are further
    /// down; `values` lies in the field's domain.
    pub(super) fn guard(&mut self, field: Field, values: &IntervalSet, to: Id) -> Result<Id, OverBudget> {
        let mark = self.arena.open();
        for interval in values.iter() {
            if let Some(below) = interval.lo.checked_sub(1) {
                self.arena.push(mark, below, EMPTY);
            }
            self.arena.push(mark, interval.hi, to);
        }
        if values.greatest() != Some(field.max()) {
            self.arena.push(mark, field.max(), EMPTY);
        }
        self.arena.close(field.level(), mark)
    }

    /// The valid packets of a diagram.
    pub(super) fn validated(&mut self, raw: Id) -> Result<PacketSet, OverBudget> {
        self.intersect_ids(raw, self.all.0).map(PacketSet)
    }

    /// All valid packets, and those with ports.
    fn universe(&mut self) -> Result<(PacketSet, PacketSet), OverBudget> {
        let with_ports = self.valid(&ports())?;
        let others = [self.valid(&types())?, self.valid(&neither())?];
        let all = self.union_ids(vec![with_ports, others[0], others[1]])?;
        Ok((PacketSet(all), PacketSet(with_ports)))
    }

    fn valid(&mut self, class: &FieldProduct) -> Result<Id, OverBudget> {
        let v4 = IntervalSet::span(0, family::V4_MAX);
        let v4 = FieldProduct::v4().with(Field::Dst, v4.clone()).with(Field::Src, v4);
        let v4 = self.chain(&class.intersect(&v4), ONE)?;
        let v6 = self.chain(&class.intersect(&FieldProduct::v6()), ONE)?;
        self.union_ids(vec![v4, v6])
    }
}

fn ports() -> FieldProduct {
    FieldProduct::any().with(Field::Proto, IntervalSet::points(proto::WITH_PORTS))
}

fn types() -> FieldProduct {
    FieldProduct::any().with(Field::Proto, IntervalSet::points(proto::WITH_TYPES)).with_value(Field::Sport, 0)
}

fn neither() -> FieldProduct {
    let more = IntervalSet::points(proto::WITH_PORTS.into_iter().chain(proto::WITH_TYPES));
    FieldProduct::any()
        .with(Field::Proto, more.complement(Field::Proto.max()))
        .with_value(Field::Dport, 0)
        .with_value(Field::Sport, 0)
}
