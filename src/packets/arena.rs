//! The nodes of interval decision diagrams, each made once: equal functions are equal numbers.
//!
//! Takes the edges of a node, pushed in ascending order between `open` and `close`; gives its number, or
//! [`OverBudget`]. It knows levels and edges; which field a level tests is for others to know.

use std::fmt;

use super::field::Field;

/// The number of a node.
pub(super) type Id = u32;

/// The level of terminals: below every field.
pub(super) const TERMINAL: u8 = Field::COUNT as u8;
/// The terminal of packets outside a set.
pub(super) const EMPTY: Id = 0;
/// The terminal of packets inside a set.
pub(super) const ONE: Id = 1;

/// Node numbers fit in this many bits (two of them and an operation make one memo key).
pub(super) const ID_BITS: u32 = 30;
const VACANT: Id = Id::MAX;

/// What an arena may grow to. A diagram is small in practice and exponential in the number of fields at worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Nodes alive in the arena (16 bytes each).
    pub nodes: usize,
    /// Edges of these nodes (32 bytes each).
    pub edges: usize,
    /// Results remembered during one operation (about 20 bytes each): bounds its time as well.
    pub memo: usize,
}

impl Default for Limits {
    /// About a gigabyte at most; a rule list of a thousand wildcards needs a hundredth of it.
    fn default() -> Self {
        Self { nodes: 1 << 21, edges: 1 << 24, memo: 1 << 24 }
    }
}

impl Limits {
    /// At most so many nodes, and edges and memory in proportion.
    #[must_use]
    pub const fn nodes(nodes: usize) -> Self {
        Self { nodes, edges: nodes.saturating_mul(8), memo: nodes.saturating_mul(8) }
    }

    /// Whatever the machine can hold.
    pub(super) const NONE: Self = Self { nodes: 1 << ID_BITS, edges: u32::MAX as usize, memo: usize::MAX };
}

/// A set would have needed a larger arena. Nothing is known of it: never read this as "no packet".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OverBudget {
    /// Nodes in the arena when it was refused.
    pub nodes: usize,
}

impl fmt::Display for OverBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "packet sets need more than the {} nodes they may have", self.nodes)
    }
}

impl std::error::Error for OverBudget {}

/// The values above the previous edge's `hi`, up to this one's, lead to `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) hi: u128,
    pub(super) to: Id,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    start: u32,
    len: u32,
    hash: u32,
    level: u8,
}

/// All nodes of a space.
// INVARIANT: the edges of a node cover its field's domain, two neighbours differ, and there are two or more (else the
// node tests nothing and is its child); all lead to levels further down. A terminal has one edge, whose `hi` is its value.
#[derive(Clone, Debug)]
pub(super) struct Arena {
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    slots: Vec<Id>, // open addressing, a power of two, at most half full
    scratch: Vec<Edge>,
    pub(super) limits: Limits,
}

impl Arena {
    /// The two terminals of sets, and no limit yet.
    pub(super) fn new() -> Self {
        let mut arena = Self {
            nodes: Vec::with_capacity(256),
            edges: Vec::with_capacity(1024),
            slots: vec![VACANT; 512],
            scratch: Vec::new(),
            limits: Limits::NONE,
        };
        for value in [EMPTY, ONE] {
            arena.scratch.push(Edge { hi: u128::from(value), to: EMPTY });
            arena.add(TERMINAL, 0);
            arena.scratch.clear();
        }
        arena
    }

    pub(super) fn node_count(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn edge_count(&self) -> usize {
        self.edges.len()
    }

    /// Which field the node tests, as its position in the order.
    pub(super) fn level(&self, id: Id) -> u8 {
        self.nodes[id as usize].level
    }

    pub(super) fn is_terminal(&self, id: Id) -> bool {
        self.level(id) == TERMINAL
    }

    pub(super) fn edges(&self, id: Id) -> &[Edge] {
        let node = self.nodes[id as usize];
        &self.edges[node.start as usize..][..node.len as usize]
    }

    /// The value of a terminal.
    pub(super) fn value(&self, terminal: Id) -> u128 {
        self.edges(terminal)[0].hi
    }

    /// The terminal with this value.
    pub(super) fn terminal(&mut self, value: u128) -> Result<Id, OverBudget> {
        let mark = self.open();
        self.scratch.push(Edge { hi: value, to: EMPTY });
        self.intern(TERMINAL, mark)
    }

    /// Reads the edges of `id` as those of a node at `level`: one edge over everything if it tests a later field.
    pub(super) fn cursor(&self, id: Id, level: u8) -> Cursor {
        let node = self.nodes[id as usize];
        if node.level == level { Cursor::Edge(node.start) } else { Cursor::Whole(id) }
    }

    pub(super) fn at(&self, cursor: Cursor) -> Edge {
        match cursor {
            Cursor::Edge(position) => self.edges[position as usize],
            Cursor::Whole(id) => Edge { hi: u128::MAX, to: id },
        }
    }

    /// Starts a node; others may be started and closed before it is closed.
    pub(super) fn open(&self) -> usize {
        self.scratch.len()
    }

    /// Gives the node started at `mark` its next edge.
    pub(super) fn push(&mut self, mark: usize, hi: u128, to: Id) {
        match self.scratch[mark..].last_mut() {
            Some(last) if last.to == to => last.hi = hi,
            _ => self.scratch.push(Edge { hi, to }),
        }
    }

    /// Lengthens the last edge of the node started at `mark`, if it has one, up to `hi`.
    pub(super) fn stretch(&mut self, mark: usize, hi: u128) {
        if let Some(last) = self.scratch[mark..].last_mut() {
            last.hi = hi;
        }
    }

    /// Ends the node started at `mark` and gives its number.
    pub(super) fn close(&mut self, level: u8, mark: usize) -> Result<Id, OverBudget> {
        match self.scratch[mark..] {
            [Edge { to, .. }] => {
                self.scratch.truncate(mark);
                Ok(to)
            }
            _ => self.intern(level, mark),
        }
    }

    /// Forgets nodes started and never closed, after an operation went over budget.
    pub(super) fn reset(&mut self) {
        self.scratch.clear();
    }

    fn intern(&mut self, level: u8, mark: usize) -> Result<Id, OverBudget> {
        let found = self.find(level, mark);
        let over =
            self.nodes.len() >= self.limits.nodes || self.edges.len() + self.scratch.len() - mark > self.limits.edges;
        let id = match found {
            Some(id) => id,
            None if over => {
                return Err(OverBudget { nodes: self.nodes.len() });
            }
            None => self.add(level, mark),
        };
        self.scratch.truncate(mark);
        Ok(id)
    }

    fn find(&self, level: u8, mark: usize) -> Option<Id> {
        let wanted = &self.scratch[mark..];
        let hash = hash(level, wanted);
        let mut slot = self.first_slot(hash);
        loop {
            let id = self.slots[slot];
            if id == VACANT {
                return None;
            }
            let node = self.nodes[id as usize];
            if node.hash == hash && node.level == level && self.edges(id) == wanted {
                return Some(id);
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }

    fn add(&mut self, level: u8, mark: usize) -> Id {
        if self.nodes.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let (id, start) = (self.nodes.len() as Id, self.edges.len() as u32);
        self.edges.extend_from_slice(&self.scratch[mark..]);
        let len = self.edges.len() as u32 - start;
        let hash = hash(level, &self.scratch[mark..]);
        self.nodes.push(Node { start, len, hash, level });
        self.settle(id, hash);
        id
    }

    fn settle(&mut self, id: Id, hash: u32) {
        let mut slot = self.first_slot(hash);
        while self.slots[slot] != VACANT {
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        self.slots[slot] = id;
    }

    fn grow(&mut self) {
        self.slots = vec![VACANT; self.slots.len() * 2];
        for id in 0..self.nodes.len() {
            self.settle(id as Id, self.nodes[id].hash);
        }
    }

    fn first_slot(&self, hash: u32) -> usize {
        hash as usize & (self.slots.len() - 1)
    }
}

/// A place among the edges of a node, or a node read as one edge.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cursor {
    Edge(u32),
    Whole(Id),
}

impl Cursor {
    /// Moves to the next edge.
    pub(super) fn step(&mut self) {
        if let Self::Edge(position) = self {
            *position += 1;
        }
    }
}

/// A multiplicative hash; only speed depends on it.
fn hash(level: u8, edges: &[Edge]) -> u32 {
    const K: u64 = 0x9e37_79b9_7f4a_7c15;
    let mix = |h: u64, word: u64| (h.rotate_left(23) ^ word).wrapping_mul(K);
    let folded = edges.iter().fold(u64::from(level), |h, edge| {
        let (high, low) = ((edge.hi >> 64) as u64, edge.hi as u64);
        mix(mix(h, low ^ high.rotate_left(32)), u64::from(edge.to))
    });
    (folded >> 32) as u32
}
