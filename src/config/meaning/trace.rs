//! The rules that one packet meets, in order: for people who ask why, and as a second road to the same verdicts.
//!
//! Compares values one by one and builds no set, so that it errs otherwise than `flow` if it errs.

use crate::config::filter::{Action, Base, Entry, Hook, Key, Kind, Match, Policy, Value, Values};
use crate::config::{Filter, Loc};
use crate::packets::{Field, Packet, family, ipsec, proto, state, uid};

use super::matches::range;
use super::{Interfaces, Unclear, bases};

/// Nested calls that are followed; the kernel stops earlier.
const DEEPEST: usize = 64;

/// One rule that a packet meets, or the policy at the end of a base chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The chain it stands in.
    pub chain: String,
    /// Its place among the chain's rules, from 0; `None` for the policy.
    pub rule: Option<usize>,
    /// Where it was read.
    pub at: Loc,
    /// Its comment.
    pub comment: Option<String>,
    /// What it does to this packet; for a verdict map what the packet's entry does.
    pub action: Action,
}

/// The rules a packet meets in all filter chains of a hook, up to the one that decides.
///
/// # Errors
/// [`Unclear`] when the filter is not closed (names).
pub fn trace(
    filter: &Filter,
    interfaces: &Interfaces,
    hook: Hook,
    packet: &Packet,
    now: u64,
) -> Result<Vec<Step>, Unclear> {
    walk(filter, interfaces, (hook, Kind::Filter), packet, now)
}

/// The same in the nat chains: the last step translates, or no translation does.
///
/// # Errors
/// As [`trace`].
pub fn trace_translation(
    filter: &Filter,
    interfaces: &Interfaces,
    hook: Hook,
    packet: &Packet,
    now: u64,
) -> Result<Vec<Step>, Unclear> {
    walk(filter, interfaces, (hook, Kind::Nat), packet, now)
}

/// Whether a packet that met these steps passes the hook.
#[must_use]
pub fn accepted(steps: &[Step]) -> bool {
    let last = steps.last().map(|step| &step.action);
    !matches!(last, Some(Action::Drop | Action::Reject))
}

fn walk(
    filter: &Filter,
    interfaces: &Interfaces,
    (hook, kind): (Hook, Kind),
    packet: &Packet,
    now: u64,
) -> Result<Vec<Step>, Unclear> {
    let mut walker = Walker { filter, interfaces, packet, now, steps: Vec::new() };
    for (at, base) in bases(filter, hook, kind) {
        if walker.base(at, &base)? != End::Accepted {
            break;
        }
    }
    Ok(walker.steps)
}

/// How a packet leaves a chain, or a rule.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Accepted,
    Dropped,
    Translated,
    Returned,
    /// Goes on to the next rule.
    On,
}

/// What a key finds in a packet.
enum Found<'a> {
    /// The packet has no such thing: the match fails, negated or not.
    Nothing,
    /// Something that equals no value.
    Other,
    Number(u128),
    Interface(Option<&'a str>),
}

struct Walker<'f> {
    filter: &'f Filter,
    interfaces: &'f Interfaces,
    packet: &'f Packet,
    now: u64,
    steps: Vec<Step>,
}

impl<'f> Walker<'f> {
    fn base(&mut self, at: usize, base: &Base) -> Result<End, Unclear> {
        let end = self.chain(at, 0)?;
        if end != End::Returned {
            return Ok(end);
        }
        let (action, end) = match base.policy {
            Policy::Accept => (Action::Accept, End::Accepted),
            Policy::Drop => (Action::Drop, End::Dropped),
        };
        self.step(at, None, action);
        Ok(end)
    }

    fn step(&mut self, at: usize, rule: Option<usize>, action: Action) {
        let chain = &self.filter.chains[at];
        let found = rule.map(|nth| &chain.rules[nth]);
        self.steps.push(Step {
            chain: chain.name.clone(),
            rule,
            at: found.map_or(chain.at, |rule| rule.at),
            comment: found.and_then(|rule| rule.comment.clone()),
            action,
        });
    }

    fn chain(&mut self, at: usize, depth: usize) -> Result<End, Unclear> {
        let chain = &self.filter.chains[at];
        if depth > DEEPEST {
            return Err(Unclear::Deep(chain.name.clone()));
        }
        for (nth, rule) in chain.rules.iter().enumerate() {
            let mut all = true;
            for found in &rule.matches {
                all = all && self.matches(found)?;
            }
            let action = if all { self.verdict(&rule.action)? } else { None };
            if let Some(action) = action {
                self.step(at, Some(nth), action.clone());
                let end = self.act(action, depth)?;
                if end != End::On {
                    return Ok(end);
                }
            }
        }
        Ok(End::Returned)
    }

    /// What an action is for this packet; `None` when a map has no entry for it, or a translation another family.
    fn verdict(&self, action: &'f Action) -> Result<Option<&'f Action>, Unclear> {
        let v4 = self.packet.get(Field::Family) == family::V4;
        Ok(match action {
            Action::Dispatch { keys, map } => self.entry(keys, &self.set(map)?.entries),
            Action::DispatchInline { keys, entries } => self.entry(keys, entries),
            Action::Snat(to) | Action::Dnat(to, _) => (to.is_ipv4() == v4).then_some(action),
            other => Some(other),
        })
    }

    fn entry(&self, keys: &[Key], entries: &'f [Entry]) -> Option<&'f Action> {
        let mut entries = entries.iter();
        let found = entries.find(|entry| self.equal(keys, &entry.values) == Some(true));
        found.map(|entry| &entry.action)
    }

    fn act(&mut self, action: &'f Action, depth: usize) -> Result<End, Unclear> {
        Ok(match action {
            Action::Accept => End::Accepted,
            Action::Drop | Action::Reject => End::Dropped,
            Action::Return => End::Returned,
            Action::Snat(_) | Action::Masquerade | Action::Dnat(..) => End::Translated,
            Action::Jump(name) => match self.call(name, depth)? {
                End::Returned => End::On,
                end => end,
            },
            Action::Goto(name) => self.call(name, depth)?,
            Action::Continue | Action::ClampMss => End::On,
            Action::Dispatch { .. } | Action::DispatchInline { .. } => End::On,
        })
    }

    fn call(&mut self, name: &str, depth: usize) -> Result<End, Unclear> {
        let mut chains = self.filter.chains.iter();
        match chains.position(|chain| chain.name == name) {
            Some(at) => self.chain(at, depth + 1),
            None => Err(Unclear::Name(name.to_owned())),
        }
    }

    fn set(&self, name: &str) -> Result<&'f crate::config::filter::NamedSet, Unclear> {
        let mut sets = self.filter.sets.iter();
        let found = sets.find(|set| set.name == name);
        found.ok_or_else(|| Unclear::Name(name.to_owned()))
    }

    fn matches(&self, found: &Match) -> Result<bool, Unclear> {
        let equal = match &found.values {
            Values::Inline(tuples) => self.any(&found.keys, tuples.iter().map(Vec::as_slice)),
            Values::Named(name) => {
                let entries = self.set(name)?.entries.iter();
                self.any(&found.keys, entries.map(|entry| entry.values.as_slice()))
            }
        };
        Ok(equal.is_some_and(|equal| equal != found.negated))
    }

    /// Whether the packet equals one of the alternatives; `None` when it has not what is looked at.
    fn any<'v>(&self, keys: &[Key], tuples: impl Iterator<Item = &'v [Value]>) -> Option<bool> {
        let mut found = keys.iter().map(|key| self.look(*key));
        if found.any(|found| matches!(found, Found::Nothing)) {
            return None;
        }
        let mut tuples = tuples;
        Some(tuples.any(|values| self.equal(keys, values) == Some(true)))
    }

    fn equal(&self, keys: &[Key], values: &[Value]) -> Option<bool> {
        let mut all = true;
        for (key, value) in keys.iter().zip(values) {
            all &= match (self.look(*key), value) {
                (Found::Nothing, _) => return None,
                (Found::Interface(name), Value::Interface(wanted)) => name == Some(wanted),
                (Found::Number(number), value) => range(value).contains(number),
                _ => false,
            };
        }
        Some(all)
    }

    fn look(&self, key: Key) -> Found<'f> {
        let v4 = self.packet.get(Field::Family) == family::V4;
        let protocol = self.packet.get(Field::Proto);
        let bit = |bit| u128::from(self.packet.get(Field::Ipsec) & bit != 0);
        match key {
            Key::In => Found::Interface(self.interfaces.name(self.packet.get(Field::In))),
            Key::Out => Found::Interface(self.interfaces.name(self.packet.get(Field::Out))),
            Key::Family => Found::Number(if v4 { 4 } else { 6 }),
            Key::Source4 => self.field_if(v4, Field::Src),
            Key::Source6 => self.field_if(!v4, Field::Src),
            Key::Destination4 => self.field_if(v4, Field::Dst),
            Key::Destination6 => self.field_if(!v4, Field::Dst),
            Key::HopLimit => self.field_if(!v4, Field::Hops),
            Key::Protocol => Found::Number(protocol),
            Key::TcpDport => self.field_if(protocol == proto::TCP, Field::Dport),
            Key::TcpSport => self.field_if(protocol == proto::TCP, Field::Sport),
            Key::UdpDport => self.field_if(protocol == proto::UDP, Field::Dport),
            Key::UdpSport => self.field_if(protocol == proto::UDP, Field::Sport),
            Key::AnyDport if self.packet.has_ports() => self.field_if(true, Field::Dport),
            Key::AnyDport => Found::Other,
            Key::IcmpType => self.kind_if(v4 && protocol == proto::ICMP),
            Key::Icmp6Type => self.kind_if(!v4 && protocol == proto::ICMPV6),
            Key::State => Found::Number(state::undirected(self.packet.get(Field::State))),
            Key::Direction => state::direction(self.packet.get(Field::State)).map_or(Found::Nothing, Found::Number),
            Key::IpsecIn => Found::Number(bit(ipsec::ARRIVED)),
            Key::IpsecOut => Found::Number(bit(ipsec::LEAVES)),
            Key::Uid => self.field_if(self.packet.get(Field::Uid) != uid::NONE, Field::Uid),
            Key::Time => Found::Number(self.now.into()),
        }
    }

    fn field_if(&self, has: bool, field: Field) -> Found<'f> {
        if has { Found::Number(self.packet.get(field)) } else { Found::Nothing }
    }

    fn kind_if(&self, has: bool) -> Found<'f> {
        match self.field_if(has, Field::Dport) {
            Found::Number(both) => Found::Number(both >> 8),
            other => other,
        }
    }
}
