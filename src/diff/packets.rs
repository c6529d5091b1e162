//! What two packet filters let pass differently: at each hook, in each span of time, by exact sets.
//!
//! Openings first: what no connection is known for. Then what goes on of connections that are opened as before, which
//! rules of their own cut or let on.

use std::collections::{BTreeMap, BTreeSet};

use super::Options;
use super::boxes::{self, Here};
use super::change::{Change, Kind, Way};
use super::names::Names;
use crate::config::filter::{Action, Hook, Kind as FilterKind};
use crate::config::meaning::{
    Interfaces, Unclear, arriving, filters_after_translation, pass, pieces, time_cuts, unchanged_since,
};
use crate::config::{Bundle, Filter};
use crate::packets::{Field, FieldProduct, IntervalSet, PacketSet, Space, state};

/// Where filters are compared, and where translations are.
const FILTERS: [Hook; 5] = [Hook::Prerouting, Hook::Input, Hook::Forward, Hook::Output, Hook::Postrouting];
const TRANSLATIONS: [Hook; 4] = [Hook::Prerouting, Hook::Input, Hook::Output, Hook::Postrouting];

/// No connection is known yet.
const OPENING: &[u128] = &[state::NEW, state::UNTRACKED];
/// One is, or tracking could make nothing of it.
const KNOWN: &[u128] =
    &[state::ESTABLISHED, state::ESTABLISHED_REPLY, state::RELATED, state::RELATED_REPLY, state::INVALID];

/// Rules in words (who, to whom, on what), with the numbers of the spans of time that each holds in and an example.
type Found = BTreeMap<(Way, [String; 3]), (BTreeSet<usize>, String)>;

/// Everything that one filter lets pass and the other does not; and, apart, that they differ in packets of connections that
/// neither opens as before, which is told where nothing else is. Of a device that is not there nothing passes; of one that
/// has no filter, everything.
pub(super) fn packets(
    device: &str,
    [old, new]: [&Bundle; 2],
    is_there: [bool; 2],
    names: &Names,
    options: &Options,
) -> Result<(Vec<Change>, Option<Change>), Unclear> {
    if old.filter == new.filter {
        return Ok((Vec::new(), None));
    }
    let empty = Filter::default();
    let filters = [old, new].map(|bundle| bundle.filter.as_ref().unwrap_or(&empty));
    let mut compared = Compared {
        device,
        filters,
        is_there,
        interfaces: interfaces([old, new], filters),
        spans: spans(filters, options.from),
        names,
        options,
        space: Space::new(options.limits),
        unopened: None,
        opened: BTreeMap::new(),
    };
    let found = compared.found()?;
    let translated = compared.translated()?;
    let mut changes = compared.told(found, Kind::Packets);
    changes.extend(compared.told(translated, Kind::Translations));
    changes.extend(order(device, filters));
    let rest = compared.unopened.map(|(way, example)| {
        let change = Change::new(device, way, Kind::Packets, "of connections that nothing opens as before");
        change.between("any", "any").such_as(example)
    });
    Ok((changes, rest))
}

/// Hooks whose filter sees headers as the translation leaves them on one side, and as it finds them on the other.
fn order(device: &str, filters: [&Filter; 2]) -> Vec<Change> {
    let translates = |hook: Hook| {
        let bases = filters.into_iter().flat_map(|filter| &filter.chains).filter_map(|chain| chain.base);
        bases.into_iter().any(|base| base.hook == hook && base.kind == FilterKind::Nat)
    };
    let word = |is_after| if is_after { "after" } else { "before" };
    let change = |hook: Hook| {
        let [old, new] = filters.map(|filter| filters_after_translation(filter, hook));
        let what = format!("filter.{hook:?} {} -> {} its translation", word(old), word(new)).to_lowercase();
        (old != new).then(|| Change::new(device, Way::Alters, Kind::Settings, what))
    };
    FILTERS.into_iter().filter(|hook| translates(*hook)).filter_map(change).collect()
}

/// First seconds of the spans of time in which neither filter changes, from the first that counts on.
fn spans(filters: [&Filter; 2], from: u64) -> Vec<u64> {
    let cuts: BTreeSet<u64> = filters.into_iter().flat_map(time_cuts).filter(|cut| *cut > from).collect();
    std::iter::once(from).chain(cuts).collect()
}

/// One vocabulary of interfaces for both.
fn interfaces(bundles: [&Bundle; 2], filters: [&Filter; 2]) -> Interfaces {
    let hosts = bundles.into_iter().filter_map(|bundle| bundle.host.as_ref());
    let links: Vec<String> = hosts.flat_map(|host| &host.links).map(|link| link.name.clone()).collect();
    Interfaces::new(links).covering(filters[0]).covering(filters[1])
}

/// Two filters of one device.
struct Compared<'a> {
    device: &'a str,
    filters: [&'a Filter; 2],
    is_there: [bool; 2],
    interfaces: Interfaces,
    spans: Vec<u64>,
    names: &'a Names,
    options: &'a Options,
    space: Space,
    /// A packet that one filter alone lets pass, of a connection that neither opens as before.
    unopened: Option<(Way, String)>,
    /// By hook, what both let open in the same spans of time.
    opened: BTreeMap<Hook, PacketSet>,
}

impl Compared<'_> {
    /// Rules for packets that pass, at every hook: of openings, then of what is known.
    fn found(&mut self) -> Result<Found, Unclear> {
        let mut passing = BTreeMap::new();
        // What a device that comes or goes lets enter and leave, its other hooks tell.
        let is_kept = self.is_there == [true; 2];
        let told = |hook: &Hook| is_kept || !matches!(hook, Hook::Prerouting | Hook::Postrouting);
        for hook in FILTERS.into_iter().filter(told) {
            let all = arriving(&mut self.space, &self.interfaces, hook)?;
            passing.insert(hook, self.passing(hook, all)?);
        }
        let mut found = Found::new();
        for states in [OPENING, KNOWN] {
            for (hook, sets) in &passing {
                let sets = self.of_states(sets, states)?;
                if states == OPENING {
                    let same = self.same(&sets)?;
                    self.opened.insert(*hook, same);
                }
                self.tell(*hook, &sets, states, "", &mut found)?;
            }
        }
        Ok(found)
    }

    /// The packets of sets that are in some states.
    fn of_states(&mut self, sets: &[[PacketSet; 2]], states: &[u128]) -> Result<Vec<[PacketSet; 2]>, Unclear> {
        let states = self.space.product(&of(states))?;
        let mut all = Vec::new();
        for [old, new] in sets {
            all.push([self.space.intersect(*old, states)?, self.space.intersect(*new, states)?]);
        }
        Ok(all)
    }

    /// What passes in some span of time, and in all of them on both sides or on none.
    fn same(&mut self, passing: &[[PacketSet; 2]]) -> Result<PacketSet, Unclear> {
        let (mut either, mut apart) = (self.space.empty(), self.space.empty());
        for [old, new] in passing {
            let (both, one) = (self.space.union(*old, *new)?, self.space.intersect(*old, *new)?);
            either = self.space.union(either, both)?;
            let differing = self.space.minus(both, one)?;
            apart = self.space.union(apart, differing)?;
        }
        Ok(self.space.minus(either, apart)?)
    }

    /// Rules for new packets that take another address.
    fn translated(&mut self) -> Result<Found, Unclear> {
        let mut found = Found::new();
        for hook in TRANSLATIONS {
            let (universe, states) =
                (arriving(&mut self.space, &self.interfaces, hook)?, self.space.product(&of(OPENING))?);
            let entering = self.space.intersect(universe, states)?;
            let mut by_action: BTreeMap<String, Vec<[PacketSet; 2]>> = BTreeMap::new();
            for (number, now) in self.spans.clone().into_iter().enumerate() {
                for (side, filter) in self.filters.into_iter().enumerate() {
                    for piece in pieces(&mut self.space, filter, &self.interfaces, hook, entering, now)? {
                        let Some(word) = piece.action.as_ref().and_then(becomes) else { continue };
                        let none = [self.space.empty(); 2];
                        let rows = by_action.entry(word).or_insert_with(|| vec![none; self.spans.len()]);
                        rows[number][side] = self.space.union(rows[number][side], piece.before)?;
                    }
                }
            }
            for (word, sets) in by_action {
                self.tell(hook, &sets, OPENING, &word, &mut found)?;
            }
        }
        Ok(found)
    }

    /// For each span of time what each of both filters lets pass.
    fn passing(&mut self, hook: Hook, entering: PacketSet) -> Result<Vec<[PacketSet; 2]>, Unclear> {
        let mut known: BTreeMap<(usize, Option<u64>), PacketSet> = BTreeMap::new();
        let mut all = Vec::new();
        for now in self.spans.clone() {
            let mut both = [self.space.empty(); 2];
            for (side, filter) in self.filters.into_iter().enumerate().filter(|(side, _)| self.is_there[*side]) {
                let since = (side, unchanged_since(filter, now));
                both[side] = match known.get(&since) {
                    Some(accepted) => *accepted,
                    None => pass(&mut self.space, filter, &self.interfaces, hook, entering, now)?.accepted,
                };
                known.insert(since, both[side]);
            }
            all.push(both);
        }
        Ok(all)
    }

    /// Adds what one of both alone has, span by span, in words.
    fn tell(
        &mut self,
        hook: Hook,
        sets: &[[PacketSet; 2]],
        states: &[u128],
        word: &str,
        found: &mut Found,
    ) -> Result<(), Unclear> {
        let mut words: BTreeMap<PacketSet, Vec<boxes::Rule>> = BTreeMap::new();
        for (number, [old, new]) in sets.iter().enumerate() {
            let apart = [(Way::Closes, self.space.minus(*old, *new)?), (Way::Opens, self.space.minus(*new, *old)?)];
            for (way, set) in apart {
                let rules = match words.remove(&set) {
                    Some(rules) => rules,
                    None => self.rules(hook, set, states)?,
                };
                if rules.is_empty() && self.unopened.is_none() {
                    self.unopened = self.space.witness(set).map(|packet| (way, packet.to_string()));
                }
                for rule in &rules {
                    let key = (way, [rule.from.clone(), rule.to.clone(), format!("{}{word}", rule.what)]);
                    found.entry(key).or_insert_with(|| (BTreeSet::new(), rule.example.clone())).0.insert(number);
                }
                words.insert(set, rules);
            }
        }
        Ok(())
    }

    /// The set in words. Of known connections, those that something may open.
    fn rules(&mut self, hook: Hook, set: PacketSet, states: &[u128]) -> Result<Vec<boxes::Rule>, Unclear> {
        let opened = (states == KNOWN).then_some(&self.opened);
        let here = Here {
            device: self.device,
            hook,
            interfaces: &self.interfaces,
            names: self.names,
            services: &self.options.services,
            opened,
        };
        Ok(boxes::rules(&mut self.space, set, &here)?)
    }

    fn told(&self, found: Found, kind: Kind) -> Vec<Change> {
        let change =
            |((way, [from, to, what]), (numbers, example)): ((Way, [String; 3]), (BTreeSet<usize>, String))| {
                let change = Change::new(self.device, way, kind, what).between(from, to).such_as(example);
                Change { during: self.during(&numbers), ..change }
            };
        found.into_iter().map(change).collect()
    }

    /// `from 2027-06-14 until 2027-07-02`; None when it is so from the first span to the last.
    fn during(&self, numbers: &BTreeSet<usize>) -> Option<String> {
        if numbers.len() == self.spans.len() {
            return None;
        }
        let all: Vec<usize> = numbers.iter().copied().collect();
        let runs = all.chunk_by(|a, b| a + 1 == *b).map(|run| {
            let (first, last) = (run[0], run[run.len() - 1]);
            let from = (first > 0).then(|| format!("from {}", self.day(self.spans[first])));
            let until = self.spans.get(last + 1).map(|end| format!("until {}", self.day(end - 1)));
            from.into_iter().chain(until).collect::<Vec<_>>().join(" ")
        });
        Some(runs.collect::<Vec<_>>().join("; "))
    }

    fn day(&self, second: u64) -> String {
        let instant = i64::try_from(second).ok().and_then(|second| jiff::Timestamp::from_second(second).ok());
        let day = instant.map(|instant| self.options.zone.to_datetime(instant).date().to_string());
        day.unwrap_or_else(|| second.to_string())
    }
}

fn of(states: &[u128]) -> FieldProduct {
    FieldProduct::any().with(Field::State, IntervalSet::points(states.iter().copied()))
}

/// What a translation makes of a packet.
fn becomes(action: &Action) -> Option<String> {
    match action {
        Action::Snat(to) => Some(format!(", seen as {to}")),
        Action::Masquerade => Some(", seen as the address of the interface".to_owned()),
        Action::Dnat(to, None) => Some(format!(", led to {to}")),
        Action::Dnat(to, Some(port)) => Some(format!(", led to {to} port {port}")),
        _ => None,
    }
}
