//! Which rule of a first-match list decides each packet.
//!
//! Takes products (or sets) with a tag each; gives a diagram whose terminals are tags, from which come the packets a
//! verdict gets, the rules that never decide, and the rule that decides a given packet. A tag means what the caller says.

use rustc_hash::{FxHashMap, FxHashSet};

use super::arena::{EMPTY, Id, ONE, OverBudget};
use super::ops::Op;
use super::packet::Packet;
use super::product::FieldProduct;
use super::space::{PacketSet, Space};

/// For each valid packet of one [`Space`] a tag, or none: equal there exactly when it says the same of every packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Decision(Id);

/// Terminals below are those of sets.
const FIRST_TAG: u128 = 2;

impl Space {
    /// What a list decides, the first rule that matches giving its tag. Packets that match none are undecided.
    pub fn first_match(&mut self, rules: &[(FieldProduct, u32)]) -> Result<Decision, OverBudget> {
        self.begin();
        let mut chains = Vec::with_capacity(rules.len());
        for (matches, tag) in rules {
            let end = self.tag_terminal(*tag)?;
            chains.push(self.chain(matches, end)?);
        }
        let raw = self.fold(Op::Override, chains)?;
        self.intersect_ids(raw, self.all().0).map(Decision)
    }

    /// Decides nothing.
    #[must_use]
    pub fn undecided_everywhere(&self) -> Decision {
        Decision(EMPTY)
    }

    /// Gives the packets of a set a tag, and decides nothing else.
    pub fn tagged(&mut self, s: PacketSet, tag: u32) -> Result<Decision, OverBudget> {
        self.begin();
        let end = self.tag_terminal(tag)?;
        self.relabel(s.0, &|_| end, &mut FxHashMap::default()).map(Decision)
    }

    /// What `first` decides; where it decides nothing, what `then` decides.
    pub fn otherwise(&mut self, first: Decision, then: Decision) -> Result<Decision, OverBudget> {
        self.begin();
        self.apply(Op::Override, first.0, then.0).map(Decision)
    }

    /// What the first of these that decides says, combined two by two.
    pub fn first_of(&mut self, decisions: &[Decision]) -> Result<Decision, OverBudget> {
        self.begin();
        self.fold(Op::Override, decisions.iter().map(|decision| decision.0).collect()).map(Decision)
    }

    /// What `decision` says inside a set, and nothing outside: the rules of a chain reached by a conditional jump.
    pub fn within(&mut self, decision: Decision, s: PacketSet) -> Result<Decision, OverBudget> {
        self.begin();
        self.intersect_ids(decision.0, s.0).map(Decision)
    }

    /// The packets decided by a tag that `wanted` accepts.
    pub fn decided_by(&mut self, decision: Decision, wanted: impl Fn(u32) -> bool) -> Result<PacketSet, OverBudget> {
        self.begin();
        let verdicts = self.live_tags(decision);
        let kept: FxHashSet<u32> = verdicts.into_iter().filter(|tag| wanted(*tag)).collect();
        let terminal = |value| match tag_of(value) {
            Some(tag) if kept.contains(&tag) => ONE,
            _ => EMPTY,
        };
        self.relabel(decision.0, &terminal, &mut FxHashMap::default()).map(PacketSet)
    }

    /// The packets some tag decides.
    pub fn decided(&mut self, decision: Decision) -> Result<PacketSet, OverBudget> {
        self.decided_by(decision, |_| true)
    }

    /// The tag that decides a packet.
    #[must_use]
    pub fn decider(&self, decision: Decision, packet: &Packet) -> Option<u32> {
        let terminal = packet.is_valid().then(|| self.lookup(decision.0, packet))?;
        tag_of(self.arena.value(terminal))
    }

    /// The tags that decide at least one packet, ascending. A rule whose own tag is not among them is dead.
    #[must_use]
    pub fn live_tags(&self, decision: Decision) -> Vec<u32> {
        let terminals = self.reachable(decision.0).into_iter();
        let mut tags: Vec<_> =
            terminals.filter(|id| self.arena.is_terminal(*id)).filter_map(|id| tag_of(self.arena.value(id))).collect();
        tags.sort_unstable();
        tags
    }

    fn tag_terminal(&mut self, tag: u32) -> Result<Id, OverBudget> {
        self.arena.terminal(FIRST_TAG + u128::from(tag))
    }

    /// The same diagram with other terminals, given for each value but that of the empty set.
    fn relabel(
        &mut self,
        id: Id,
        terminal: &impl Fn(u128) -> Id,
        memo: &mut FxHashMap<Id, Id>,
    ) -> Result<Id, OverBudget> {
        if id == EMPTY {
            return Ok(EMPTY);
        }
        if self.arena.is_terminal(id) {
            return Ok(terminal(self.arena.value(id)));
        }
        if let Some(known) = memo.get(&id) {
            return Ok(*known);
        }
        let (level, mark) = (self.arena.level(id), self.arena.open());
        for at in 0..self.arena.edges(id).len() {
            let edge = self.arena.edges(id)[at];
            let to = self.relabel(edge.to, terminal, memo)?;
            self.arena.push(mark, edge.hi, to);
        }
        let result = self.arena.close(level, mark)?;
        memo.insert(id, result);
        Ok(result)
    }
}

fn tag_of(terminal: u128) -> Option<u32> {
    terminal.checked_sub(FIRST_TAG).and_then(|tag| u32::try_from(tag).ok())
}
