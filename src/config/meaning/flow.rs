//! A set of packets pushed through chains: what each rule takes out of it, and where that goes.
//!
//! Exact, and quick where it can be: a rule sees only what is left, an empty set is pushed nowhere, the packets of a
//! rule's matches are made once.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::filter::{Action, Entry, Key, Match, NamedSet, Policy, Rule, Value, Values};
use crate::config::{Filter, Loc};
use crate::packets::{FieldProduct, PacketSet, Space};

use super::matches::{family_of, implied, product};
use super::{Interfaces, Unclear};

/// Nested calls that are followed; the kernel stops earlier.
const DEEPEST: usize = 64;

/// Where an action stands, and how many calls deep.
#[derive(Clone, Copy)]
struct Way {
    at: Loc,
    depth: usize,
}

/// A verdict of a map, and the keys that lead to it.
type Group<'f> = (&'f Action, Vec<&'f [Value]>);

/// What is needed to evaluate a filter at one instant.
pub(super) struct Flow<'f, 's> {
    pub(super) space: &'s mut Space,
    filter: &'f Filter,
    interfaces: &'f Interfaces,
    now: u64,
    chains: BTreeMap<&'f str, usize>,
    sets: BTreeMap<&'f str, &'f NamedSet>,
    rules: BTreeMap<(usize, usize), PacketSet>,
    lookups: BTreeMap<(&'f str, &'f [Key], bool), PacketSet>,
    /// Rules that some packet met.
    pub(super) met: BTreeSet<(usize, usize)>,
}

/// Packets that a translation takes.
#[derive(Clone, Debug)]
pub(super) struct Translated<'f> {
    pub(super) packets: PacketSet,
    pub(super) action: &'f Action,
    pub(super) at: Loc,
}

/// Where packets end that entered a base chain.
pub(super) struct BaseEnds<'f> {
    pub(super) accepted: PacketSet,
    pub(super) dropped: PacketSet,
    pub(super) translated: Vec<Translated<'f>>,
}

/// Where packets end that entered a chain, part by part.
#[derive(Default)]
struct Ends<'f> {
    accepted: Vec<PacketSet>,
    dropped: Vec<PacketSet>,
    returned: Vec<PacketSet>,
    translated: Vec<Translated<'f>>,
}

impl<'f, 's> Flow<'f, 's> {
    pub(super) fn new(space: &'s mut Space, filter: &'f Filter, interfaces: &'f Interfaces, now: u64) -> Self {
        Self {
            space,
            filter,
            interfaces,
            now,
            chains: (0..).zip(&filter.chains).map(|(at, chain)| (chain.name.as_str(), at)).collect(),
            sets: filter.sets.iter().map(|set| (set.name.as_str(), set)).collect(),
            rules: BTreeMap::new(),
            lookups: BTreeMap::new(),
            met: BTreeSet::new(),
        }
    }

    /// A base chain: what returns from it meets its policy.
    pub(super) fn base(&mut self, at: usize, policy: Policy, entering: PacketSet) -> Result<BaseEnds<'f>, Unclear> {
        let mut ends = self.chain(at, entering, 0)?;
        match policy {
            Policy::Accept => ends.accepted.append(&mut ends.returned),
            Policy::Drop => ends.dropped.append(&mut ends.returned),
        }
        Ok(BaseEnds {
            accepted: self.space.union_all(&ends.accepted)?,
            dropped: self.space.union_all(&ends.dropped)?,
            translated: ends.translated,
        })
    }

    fn chain(&mut self, at: usize, entering: PacketSet, depth: usize) -> Result<Ends<'f>, Unclear> {
        let chain = &self.filter.chains[at];
        if depth > DEEPEST {
            return Err(Unclear::Deep(chain.name.clone()));
        }
        let (mut ends, mut left) = (Ends::default(), entering);
        for (nth, rule) in chain.rules.iter().enumerate() {
            if left.is_empty() {
                break;
            }
            let matched = self.rule((at, nth), rule)?;
            let hit = self.space.intersect(left, matched)?;
            if hit.is_empty() {
                continue;
            }
            self.met.insert((at, nth));
            let way = Way { at: rule.at, depth };
            let on = self.act(&rule.action, way, hit, &mut ends)?;
            if on != hit {
                let others = self.space.minus(left, hit)?;
                left = self.space.union(others, on)?;
            }
        }
        ends.returned.push(left);
        Ok(ends)
    }

    /// Sends packets where an action says; gives those that go on to the next rule.
    fn act(&mut self, action: &'f Action, way: Way, hit: PacketSet, ends: &mut Ends<'f>) -> Result<PacketSet, Unclear> {
        match action {
            Action::Continue | Action::ClampMss => return Ok(hit),
            Action::Accept => ends.accepted.push(hit),
            Action::Drop | Action::Reject => ends.dropped.push(hit),
            Action::Return => ends.returned.push(hit),
            Action::Jump(name) => return self.call(name, hit, ends, way.depth),
            Action::Goto(name) => {
                let back = self.call(name, hit, ends, way.depth)?;
                ends.returned.push(back);
            }
            Action::Dispatch { keys, map } => {
                let entries = &self.set(map)?.entries;
                return self.dispatch(keys, entries, way, hit, ends);
            }
            Action::DispatchInline { keys, entries } => {
                return self.dispatch(keys, entries, way, hit, ends);
            }
            Action::Snat(to) | Action::Dnat(to, _) => {
                return self.translate(action, way.at, hit, &family_of(*to), ends);
            }
            Action::Masquerade => {
                return self.translate(action, way.at, hit, &FieldProduct::any(), ends);
            }
        }
        Ok(Space::EMPTY)
    }

    /// Through another chain; gives what comes back from it.
    fn call(&mut self, name: &str, hit: PacketSet, ends: &mut Ends<'f>, depth: usize) -> Result<PacketSet, Unclear> {
        let Some(at) = self.chains.get(name).copied() else {
            return Err(Unclear::Name(name.to_owned()));
        };
        let mut inner = self.chain(at, hit, depth + 1)?;
        ends.accepted.append(&mut inner.accepted);
        ends.dropped.append(&mut inner.dropped);
        ends.translated.append(&mut inner.translated);
        Ok(self.space.union_all(&inner.returned)?)
    }

    /// Through a verdict map. Entries of one verdict go together; without an entry packets go on.
    fn dispatch(
        &mut self,
        keys: &'f [Key],
        entries: &'f [Entry],
        way: Way,
        hit: PacketSet,
        ends: &mut Ends<'f>,
    ) -> Result<PacketSet, Unclear> {
        let mut on = Vec::new();
        self.split(keys, &by_verdict(entries), way, hit, ends, &mut on)?;
        Ok(self.space.union_all(&on)?)
    }

    /// Halves the verdicts until one is left, so that a map of n entries costs n log n and not their square.
    fn split(
        &mut self,
        keys: &'f [Key],
        groups: &[Group<'f>],
        way: Way,
        hit: PacketSet,
        ends: &mut Ends<'f>,
        on: &mut Vec<PacketSet>,
    ) -> Result<(), Unclear> {
        if hit.is_empty() || groups.is_empty() {
            on.push(hit);
            return Ok(());
        }
        let (first, second) = groups.split_at(groups.len().div_ceil(2));
        let tuples = first.iter().flat_map(|(_, tuples)| tuples.iter().copied());
        let all = self.alternatives(keys, tuples)?;
        let (inside, outside) = self.space.partition(hit, all)?;
        match first {
            [(action, _)] if !inside.is_empty() => on.push(self.act(action, way, inside, ends)?),
            _ => self.split(keys, first, way, inside, ends, on)?,
        }
        self.split(keys, second, way, outside, ends, on)
    }

    /// A translation ends its chain for packets of its address' family; it does nothing to others.
    fn translate(
        &mut self,
        action: &'f Action,
        at: Loc,
        hit: PacketSet,
        family: &FieldProduct,
        ends: &mut Ends<'f>,
    ) -> Result<PacketSet, Unclear> {
        let family = self.space.product(family)?;
        let (packets, others) = self.space.partition(hit, family)?;
        if !packets.is_empty() {
            ends.translated.push(Translated { packets, action, at });
        }
        Ok(others)
    }

    /// The packets that all matches of a rule accept.
    fn rule(&mut self, at: (usize, usize), rule: &'f Rule) -> Result<PacketSet, Unclear> {
        if let Some(known) = self.rules.get(&at) {
            return Ok(*known);
        }
        let mut accepted = self.space.all();
        for found in &rule.matches {
            let one = self.matched(found)?;
            accepted = self.space.intersect(accepted, one)?;
        }
        self.rules.insert(at, accepted);
        Ok(accepted)
    }

    fn matched(&mut self, found: &'f Match) -> Result<PacketSet, Unclear> {
        let keys = found.keys.as_slice();
        match &found.values {
            Values::Inline(tuples) => self.compared(keys, tuples.iter().map(Vec::as_slice), found.negated),
            Values::Named(name) => {
                let lookup = (name.as_str(), keys, found.negated);
                if let Some(known) = self.lookups.get(&lookup) {
                    return Ok(*known);
                }
                let entries = self.set(name)?.entries.iter();
                let tuples = entries.map(|entry| entry.values.as_slice());
                let accepted = self.compared(keys, tuples, found.negated)?;
                self.lookups.insert(lookup, accepted);
                Ok(accepted)
            }
        }
    }

    fn compared<'v>(
        &mut self,
        keys: &[Key],
        tuples: impl Iterator<Item = &'v [Value]>,
        negated: bool,
    ) -> Result<PacketSet, Unclear> {
        let equal = self.alternatives(keys, tuples)?;
        if !negated {
            return Ok(equal);
        }
        let comparable = self.space.product(&implied(keys))?;
        Ok(self.space.minus(comparable, equal)?)
    }

    fn alternatives<'v>(
        &mut self,
        keys: &[Key],
        tuples: impl Iterator<Item = &'v [Value]>,
    ) -> Result<PacketSet, Unclear> {
        let mut products = Vec::new();
        for values in tuples {
            products.extend(product(keys, values, self.interfaces, self.now)?);
        }
        Ok(self.space.products(&products)?)
    }

    fn set(&self, name: &str) -> Result<&'f NamedSet, Unclear> {
        self.sets.get(name).copied().ok_or_else(|| Unclear::Name(name.to_owned()))
    }
}

/// Entries of one verdict together, verdicts in the order of their first entry.
fn by_verdict(entries: &[Entry]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut places: BTreeMap<(u8, &str), usize> = BTreeMap::new();
    for entry in entries {
        let at = *places.entry(verdict(&entry.action)).or_insert(groups.len());
        match groups.get_mut(at) {
            Some((_, tuples)) => tuples.push(&entry.values),
            None => groups.push((&entry.action, vec![&entry.values])),
        }
    }
    groups
}

/// A verdict as a key: what it is, and the chain it names.
fn verdict(action: &Action) -> (u8, &str) {
    match action {
        Action::Continue => (0, ""),
        Action::Accept => (1, ""),
        Action::Drop => (2, ""),
        Action::Reject => (3, ""),
        Action::Return => (4, ""),
        Action::Jump(name) => (5, name),
        Action::Goto(name) => (6, name),
        _ => (7, ""),
    }
}
