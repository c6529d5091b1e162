//! What a dated permit opened ends with it: outside its days its connections are cut, the way of the opener and the other,
//! but for those that a permit which holds would open too.
//!
//! Each hook with dated permits, and what processes send, has a chain that established packets are sent through. Its lines are the permits' own, with
//! the direction of the connection: what holds now returns, what a dated permit would open is dropped.

use std::collections::BTreeMap;

use ipnet::IpNet;

use super::super::permits::Permit;
use super::super::rules::{interface as named, is, number, rule};
use super::forward::{Group, Kind};
use super::guards::{ESTABLISHED, states};
use super::shared::Sets;
use super::{Gate, called};
use crate::config::filter::{Action, Chain, Key, Match, Rule, Value, Values};
use crate::network::{L4, Port, ProcessId, Window};

/// Directions, as [`Key::Direction`] numbers them.
const ORIGINAL: u64 = 0;
const REPLY: u64 = 1;

/// Questions and their answers: ICMP types (RFC 792, RFC 950) and ICMPv6 types (RFC 4443, RFC 4620).
const ANSWERS4: [(u64, u64); 4] = [(8, 0), (13, 14), (15, 16), (17, 18)];
const ANSWERS6: [(u64, u64); 2] = [(128, 129), (139, 140)];

/// A chain that asks whether connections are known: a hook's own, or that of processes, which the output hook leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    Input,
    Output,
    Forward,
    Processes,
}

impl Stage {
    /// Where its established packets are judged again.
    fn chain(self) -> &'static str {
        match self {
            Self::Input => "ended_input",
            Self::Output => "ended_output",
            Self::Forward => "ended_forward",
            Self::Processes => "ended_processes",
        }
    }

    /// Where the answers meet a filter.
    fn of_answers(self) -> Self {
        match self {
            Self::Input => Self::Output,
            Self::Output => Self::Input,
            other => other,
        }
    }
}

/// Where the packets that go the way of the opener meet a filter.
fn opens_at(permit: &Permit) -> Stage {
    match (permit.leg.enters, permit.leg.leaves) {
        (Port::Local(_), _) => Stage::Output,
        (_, Port::Local(_)) => Stage::Input,
        _ => Stage::Forward,
    }
}

/// The process of the gateway that is an end of a flow.
fn process(permit: &Permit) -> Option<ProcessId> {
    [permit.leg.enters, permit.leg.leaves].into_iter().find_map(|port| match port {
        Port::Local(process) => process,
        _ => None,
    })
}

/// The interfaces that a flow crosses, whatever socket of the gateway is its end: packets do not show it everywhere.
fn crosses(permit: &Permit) -> (Port, Port) {
    let outside = |port| if matches!(port, Port::Local(_)) { Port::Local(None) } else { port };
    (outside(permit.leg.enters), outside(permit.leg.leaves))
}

impl Gate<'_> {
    /// Established packets that a dated permit let in are judged again, where there is one.
    pub(super) fn judged_again(&self, stage: Stage) -> Option<Rule> {
        let met = |p: &&Permit| match stage {
            Stage::Processes => process(p).is_some(),
            hook => [hook, hook.of_answers()].contains(&opens_at(p)),
        };
        let dated = self.permits.iter().filter(met).any(is_dated);
        let again = rule(vec![states(&[ESTABLISHED])], Action::Jump(stage.chain().into()));
        dated.then(|| again.remark("3. what a dated permit opened ends with it"))
    }

    /// One chain for each stage that packets of dated permits meet.
    pub(super) fn ended(&self, sets: &mut Sets) -> Vec<Chain> {
        let mut rules: BTreeMap<Stage, Vec<Rule>> = BTreeMap::new();
        for (permits, action) in [(self.holding(), Action::Return), (self.dated(), Action::Drop)] {
            for (stage, uid, line) in self.lines_of(&permits, sets) {
                let line = Rule { action: action.clone(), counter: action == Action::Drop, ..line };
                let answers = backwards(&line).map(|line| (stage.of_answers(), line));
                for (stage, line) in [(stage, directed(line, ORIGINAL))].into_iter().chain(answers) {
                    if let (Stage::Output, Some(uid)) = (stage, uid) {
                        let own = [vec![is(Key::Uid, [number(uid)])], line.matches.clone()].concat();
                        rules.entry(Stage::Processes).or_default().push(Rule { matches: own, ..line.clone() });
                    }
                    rules.entry(stage).or_default().push(line);
                }
            }
        }
        let remark = "3. what is established by dated permits: those in force return, and it goes on; the same without days drop the rest";
        rules.into_iter().map(|(stage, rules)| called(stage.chain(), explained(once(rules)), remark)).collect()
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
            dated.entry(crosses(permit)).or_default().push(permit);
        }
        let meets = |p: &&Permit| {
            let there = dated.get(&crosses(p));
            there.is_some_and(|there| there.iter().any(|dated| overlap(dated, p)))
        };
        self.permits.iter().filter(meets).cloned().collect()
    }

    /// The lines of permits with their interfaces, the stage that openers meet them at, and the account of a process.
    fn lines_of(&self, permits: &[Permit], sets: &mut Sets) -> Vec<(Stage, Option<u64>, Rule)> {
        let (forwarded, own): (Vec<&Permit>, Vec<&Permit>) = permits.iter().partition(|p| p.leg.is_forwarded());
        let mut lines = Vec::new();
        for permit in own {
            let uid = process(permit).map(|id| self.net.processes[id.index()].uid.into());
            let rules = self.lines(permit, &self.interfaces(permit)).into_iter();
            lines.extend(rules.map(|rule| (opens_at(permit), uid, rule)));
        }
        for group in self.groups(forwarded) {
            let sides = self.interfaces_of(&group);
            let rules = self.group_rules(&group, sets).into_iter();
            let rules = rules.map(|r| Rule { matches: [sides.clone(), r.matches].concat(), ..r });
            lines.extend(rules.map(|rule| (Stage::Forward, None, rule)));
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
