//! What a dated permit opened ends with it: outside its days its connections are cut, the way of the opener and the other,
//! but for those that a permit which holds would open too.
//!
//! Each hook with dated permits has a chain that established packets are sent through. Its lines are the permits' own, with
//! the direction of the connection: what holds now returns, what a dated permit would open is dropped.

use std::collections::BTreeMap;

use ipnet::IpNet;

use super::super::permits::Permit;
use super::super::rules::{interface as named, is, number, rule};
use super::forward::{Group, Kind};
use super::guards::{ESTABLISHED, states};
use super::shared::Sets;
use super::{Gate, called};
use crate::config::filter::{Action, Chain, Hook, Key, Match, Rule, Value, Values};
use crate::network::{L4, Port, Window};

/// Directions, as [`Key::Direction`] numbers them.
const ORIGINAL: u64 = 0;
const REPLY: u64 = 1;

/// Questions and their answers: ICMP types (RFC 792, RFC 950) and ICMPv6 types (RFC 4443, RFC 4620).
const ANSWERS4: [(u64, u64); 4] = [(8, 0), (13, 14), (15, 16), (17, 18)];
const ANSWERS6: [(u64, u64); 2] = [(128, 129), (139, 140)];

/// Name of the chain of a hook.
fn chain_of(hook: Hook) -> &'static str {
    match hook {
        Hook::Input => "ended_input",
        Hook::Output => "ended_output",
        _ => "ended_forward",
    }
}

/// Where the packets that go the way of the opener meet a filter.
fn opens_at(permit: &Permit) -> Hook {
    match (permit.leg.enters, permit.leg.leaves) {
        (Port::Local(_), _) => Hook::Output,
        (_, Port::Local(_)) => Hook::Input,
        _ => Hook::Forward,
    }
}

/// Where those of the other way do.
fn answered_at(hook: Hook) -> Hook {
    match hook {
        Hook::Input => Hook::Output,
        Hook::Output => Hook::Input,
        other => other,
    }
}

impl Gate<'_> {
    /// Established packets that a dated permit let in are judged again, where there is one.
    pub(super) fn judged_again(&self, hook: Hook) -> Option<Rule> {
        let met = |p: &&Permit| [hook, answered_at(hook)].contains(&opens_at(p));
        let dated = self.permits.iter().filter(met).any(is_dated);
        let again = rule(vec![states(&[ESTABLISHED])], Action::Jump(chain_of(hook).into()));
        dated.then(|| again.remark("3. what a dated permit opened ends with it"))
    }

    /// One chain for each hook that packets of dated permits meet.
    pub(super) fn ended(&self, sets: &mut Sets) -> Vec<Chain> {
        let mut rules: BTreeMap<Hook, Vec<Rule>> = BTreeMap::new();
        let stages = [(self.holding(), Action::Return), (self.dated(), Action::Drop)];
        for (permits, action) in stages {
            for hook in [Hook::Input, Hook::Forward, Hook::Output] {
                let here: Vec<&Permit> = permits.iter().filter(|p| opens_at(p) == hook).collect();
                for line in self.lines_of(&here, sets) {
                    let line = Rule { action: action.clone(), counter: action == Action::Drop, ..line };
                    let back = backwards(&line);
                    rules.entry(hook).or_default().push(directed(line, ORIGINAL));
                    rules.entry(answered_at(hook)).or_default().extend(back);
                }
            }
        }
        let remark = "3. outside its days nothing goes on that a dated permit alone would open";
        rules.into_iter().map(|(hook, rules)| called(chain_of(hook), explained(once(rules)), remark)).collect()
    }

    /// Dated permits, as if they always held.
    fn dated(&self) -> Vec<Permit<'_>> {
        let dated = self.permits.iter().filter(|p| is_dated(p));
        dated.map(|p| Permit { window: Window::ALWAYS, ..p.clone() }).collect()
    }

    /// Permits that open, in their days, something that a dated one opens; dated ones among them.
    fn holding(&self) -> Vec<Permit<'_>> {
        let mut dated: BTreeMap<(Port, Port), Vec<&Permit>> = BTreeMap::new();
        for permit in self.permits.iter().filter(|p| is_dated(p)) {
            dated.entry((permit.leg.enters, permit.leg.leaves)).or_default().push(permit);
        }
        let meets = |p: &&Permit| {
            let there = dated.get(&(p.leg.enters, p.leg.leaves));
            there.is_some_and(|there| there.iter().any(|dated| overlap(dated, p)))
        };
        self.permits.iter().filter(meets).cloned().collect()
    }

    /// The lines of permits that open at one hook, with their interfaces.
    fn lines_of(&self, permits: &[&Permit], sets: &mut Sets) -> Vec<Rule> {
        let (forwarded, own): (Vec<&Permit>, Vec<&Permit>) = permits.iter().partition(|p| p.leg.is_forwarded());
        let own = own.into_iter().flat_map(|p| self.lines(p, &self.interfaces(p)));
        let mut lines: Vec<Rule> = own.collect();
        for group in self.groups(forwarded) {
            let sides = self.interfaces_of(&group);
            let rules = self.group_rules(&group, sets).into_iter();
            lines.extend(rules.map(|r| Rule { matches: [sides.clone(), r.matches].concat(), ..r }));
        }
        lines
    }

    /// The interfaces of a flow that the gateway is an end of.
    fn interfaces(&self, permit: &Permit) -> Vec<Match> {
        let sides = [(Key::In, permit.leg.enters), (Key::Out, permit.leg.leaves)];
        let crossed = sides.into_iter().filter(|(_, port)| !matches!(port, Port::Local(_)));
        crossed.map(|(key, port)| is(key, [named(&self.interface(port))])).collect()
    }

    /// The interfaces that a group's chain leaves to the map of pairs; tunnels to schools stand in the lines' sets.
    fn interfaces_of(&self, group: &Group) -> Vec<Match> {
        let leg = group.permits[0].leg;
        let sides = [(Key::In, &group.enters, leg.enters), (Key::Out, &group.leaves, leg.leaves)];
        let single = sides.into_iter().filter(|(_, kind, _)| **kind != Kind::Schools);
        single.map(|(key, _, port)| is(key, [named(&self.interface(port))])).collect()
    }
}

fn is_dated(permit: &Permit) -> bool {
    permit.window != Window::ALWAYS
}

/// Some packet may be of both; where it is unclear, yes: a line too many changes nothing.
fn overlap(a: &Permit, b: &Permit) -> bool {
    let met = |a: &[IpNet], b: &[IpNet]| a.iter().any(|a| b.iter().any(|b| a.contains(b) || b.contains(a)));
    let from = a.leg.from_internet || b.leg.from_internet || met(&a.leg.source, &b.leg.source);
    let to = a.leg.internet || b.leg.internet || met(&a.leg.destination, &b.leg.destination);
    from && to && a.services.iter().any(|a| b.services.iter().any(|b| share(*a, *b)))
}

fn share(a: L4, b: L4) -> bool {
    match (a, b) {
        (L4::Tcp(a, b), L4::Tcp(c, d)) | (L4::Udp(a, b), L4::Udp(c, d)) => a <= d && c <= b,
        (a, b) => a == b,
    }
}

fn directed(line: Rule, direction: u64) -> Rule {
    let way = is(Key::Direction, [number(direction)]);
    Rule { matches: [vec![way], line.matches].concat(), ..line }
}

/// A line as the answers meet it; none where the kernel knows no answer.
fn backwards(line: &Rule) -> Option<Rule> {
    let matches: Option<Vec<Match>> = line.matches.iter().map(mirrored).collect();
    Some(directed(Rule { matches: matches?, remark: None, ..line.clone() }, REPLY))
}

fn mirrored(found: &Match) -> Option<Match> {
    let values = match found.keys.as_slice() {
        [Key::IcmpType] => answers(&found.values, &ANSWERS4)?,
        [Key::Icmp6Type] => answers(&found.values, &ANSWERS6)?,
        _ => found.values.clone(),
    };
    Some(Match { keys: found.keys.iter().map(|key| other_side(*key)).collect(), values, negated: found.negated })
}

fn other_side(key: Key) -> Key {
    match key {
        Key::In => Key::Out,
        Key::Out => Key::In,
        Key::Source4 => Key::Destination4,
        Key::Destination4 => Key::Source4,
        Key::Source6 => Key::Destination6,
        Key::Destination6 => Key::Source6,
        Key::TcpDport => Key::TcpSport,
        Key::UdpDport => Key::UdpSport,
        other => other,
    }
}

fn answers(asked: &Values, known: &[(u64, u64)]) -> Option<Values> {
    let Values::Inline(tuples) = asked else { return None };
    let is_asked =
        |kind: u64| tuples.iter().flatten().any(|v| matches!(v, Value::Numbers(a, b) if (*a..=*b).contains(&kind)));
    let found = known.iter().filter(|(kind, _)| is_asked(*kind));
    let found: Vec<Vec<Value>> = found.map(|(_, answer)| vec![number(*answer)]).collect();
    (!found.is_empty()).then_some(Values::Inline(found))
}

/// What is dropped says why once: its reasons stand above what returns.
fn explained(rules: Vec<Rule>) -> Vec<Rule> {
    let first = rules.iter().position(|rule| rule.action == Action::Drop);
    let says = |(n, rule): (usize, Rule)| match rule.action {
        Action::Drop => Rule { remark: (first == Some(n)).then(|| "outside these days".to_owned()), ..rule },
        _ => rule,
    };
    rules.into_iter().enumerate().map(says).collect()
}

/// Two sessions of one exam make one line.
fn once(rules: Vec<Rule>) -> Vec<Rule> {
    let mut kept: Vec<Rule> = Vec::new();
    for rule in rules {
        if !kept.iter().any(|k| k.matches == rule.matches && k.action == rule.action) {
            kept.push(rule);
        }
    }
    kept
}
