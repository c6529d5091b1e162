//! The packet filter: the packets that pass each hook, and what translation makes of them.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::config::filter::{Action, Hook, Kind};
use crate::config::meaning::{self, Interfaces, Unclear};
use crate::config::{Filter, Loc};
use crate::diagnostics::codes::isolation as codes;
use crate::diagnostics::{Diagnostic, Sink, Span};
use crate::intent::GatewayIntent;
use crate::isolation::origins;
use crate::network::Network;
use crate::packets::{Field, FieldProduct, Interval, IntervalSet, Packet, PacketSet, Space, iface, state};

/// A filter as it was read, with what is needed to say what it means.
pub(in crate::isolation) struct ReadFilter<'a> {
    /// Its rules.
    pub(in crate::isolation) filter: &'a Filter,
    /// Its interfaces.
    pub(in crate::isolation) interfaces: &'a Interfaces,
    /// An instant of the epoch, in seconds.
    pub(in crate::isolation) now: u64,
    /// Where a line stands.
    pub(in crate::isolation) at: &'a dyn Fn(Loc) -> Span,
}

/// Packets that pass each hook, as read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::isolation) struct Passing {
    /// Towards the gateway.
    pub(in crate::isolation) input: PacketSet,
    /// Through it.
    pub(in crate::isolation) forward: PacketSet,
    /// From it.
    pub(in crate::isolation) output: PacketSet,
    /// Leaving it.
    pub(in crate::isolation) leave: PacketSet,
}

/// What each hook lets pass of the packets that can meet it.
pub(in crate::isolation) fn passing(
    space: &mut Space,
    read: &ReadFilter,
    intent: &GatewayIntent,
) -> Result<Passing, Unclear> {
    let mut pass = |hook, entering| {
        meaning::pass(space, read.filter, read.interfaces, hook, entering, read.now).map(|p| p.accepted)
    };
    let all = &intent.universe;
    Ok(Passing {
        input: pass(Hook::Input, all.input)?,
        forward: pass(Hook::Forward, all.forward)?,
        output: pass(Hook::Output, all.output)?,
        leave: pass(Hook::Postrouting, all.leave)?,
    })
}

/// Every difference between what passes and what should, and between translations.
pub(in crate::isolation) fn filter(
    net: &Network,
    space: &mut Space,
    read: &ReadFilter,
    intent: &GatewayIntent,
    passing: &Passing,
    sink: &mut Sink,
) -> Result<(), Unclear> {
    let rows = [
        (Hook::Input, passing.input, intent.pass.input),
        (Hook::Forward, passing.forward, intent.pass.forward),
        (Hook::Output, passing.output, intent.pass.output),
        (Hook::Postrouting, passing.leave, intent.pass.leave),
    ];
    for (hook, got, wanted) in rows {
        if got != wanted {
            let extra = space.minus(got, wanted)?;
            let missing = space.minus(wanted, got)?;
            differ(net, space, read, hook, extra, true, sink)?;
            differ(net, space, read, hook, missing, false, sink)?;
        }
    }
    attachments(read, sink);
    translations(space, read, intent, sink)
}

/// What a hook is called in a message.
fn way(hook: Hook) -> &'static str {
    match hook {
        Hook::Prerouting => "before routing",
        Hook::Input => "to the gateway",
        Hook::Forward => "through the gateway",
        Hook::Output => "from the gateway",
        Hook::Postrouting => "leaving the gateway",
    }
}

fn differ(
    net: &Network,
    space: &Space,
    read: &ReadFilter,
    hook: Hook,
    set: PacketSet,
    extra: bool,
    sink: &mut Sink,
) -> Result<(), Unclear> {
    let Some(packet) = space.witness_preferring(set, &natural(net, read)) else { return Ok(()) };
    let steps = meaning::trace(read.filter, read.interfaces, hook, &packet, read.now)?;
    let last = steps.last();
    let span = (read.at)(last.map_or(Loc::MADE, |s| s.at));
    let does = if extra { "lets through" } else { "refuses" };
    let should = if extra { "the policy does not permit" } else { "the policy permits" };
    let mut found =
        Diagnostic::new(&codes::DIFFERS, span, format!("this text {does} a packet {} that {should}", way(hook)))
            .label(if extra { "decides for it" } else { "decides against it" })
            .note("witness", crossing(read.interfaces, &packet));
    let comments = steps.iter().rev().filter_map(|s| s.comment.as_deref());
    if let Some(origin) = comments.filter_map(|c| origins::of_comment(net, c)).next() {
        found = found.other(net.origin(origin).span, "nearest line of the policy");
    }
    sink.push(found.help("the template, the program or a hand edit is wrong: nothing is written"));
    Ok(())
}

/// A packet that people understand at once: on interfaces that are there, opening a connection, between hosts of zones.
fn natural(net: &Network, read: &ReadFilter) -> Vec<FieldProduct> {
    let there = read.interfaces.existing().intersect(&IntervalSet::span(iface::LO, Field::In.max()));
    let hosts: IntervalSet =
        net.zones.iter().map(|z| u128::from(u32::from(z.v4.network())) + 10).map(Interval::point).collect();
    vec![
        FieldProduct::any().with(Field::In, there.clone()),
        FieldProduct::any().with(Field::Out, there),
        FieldProduct::any().with_value(Field::State, state::NEW),
        FieldProduct::v4().with(Field::Src, hosts.clone()),
        FieldProduct::v4().with(Field::Dst, hosts),
    ]
}

/// `tcp a -> b, eth1.20 to xf-csm`.
pub(in crate::isolation) fn crossing(interfaces: &Interfaces, packet: &Packet) -> String {
    let name = |field| {
        let number = packet.get(field);
        interfaces.name(number).map_or_else(
            || if number == 0 { "itself".to_owned() } else { "an undeclared interface".to_owned() },
            str::to_owned,
        )
    };
    format!("{packet}, {} to {}", name(Field::In), name(Field::Out))
}

/// Priority at which the kernel translates sources (`srcnat`), whatever a chain says.
const SRCNAT: i32 = 100;

/// Translation happens after routing only, at the kernel's own priority; filters there see its result; nothing stands
/// before routing. Other attachments have no place in what is intended, so they are refused whatever they hold.
fn attachments(read: &ReadFilter, sink: &mut Sink) {
    for chain in &read.filter.chains {
        let Some(base) = chain.base else { continue };
        let wrong = match (base.kind, base.hook) {
            (_, Hook::Prerouting) => Some("a chain stands before routing, which the policy does not ask for"),
            (Kind::Nat, Hook::Postrouting) if base.priority != SRCNAT => {
                Some("a translation is not at the kernel's own priority")
            }
            (Kind::Filter, Hook::Postrouting) if base.priority <= SRCNAT => {
                Some("a filter after routing runs before translation")
            }
            (Kind::Nat, Hook::Input | Hook::Forward | Hook::Output) => {
                Some("a translation that the policy does not ask for")
            }
            (Kind::Nat | Kind::Filter, _) => None,
        };
        if let Some(says) = wrong {
            sink.push(
                Diagnostic::new(&codes::DIFFERS, (read.at)(chain.at), says)
                    .help("the template, the program or a hand edit is wrong: nothing is written"),
            );
        }
    }
}

/// New packets that leave take exactly the intended public address.
fn translations(space: &mut Space, read: &ReadFilter, intent: &GatewayIntent, sink: &mut Sink) -> Result<(), Unclear> {
    let leaving = space.union(intent.pass.forward, intent.pass.output)?;
    let mut wanted: BTreeMap<IpAddr, PacketSet> =
        intent.exits.iter().map(|e| (IpAddr::V4(e.address), e.packets)).collect();
    let mut got: BTreeMap<IpAddr, (PacketSet, Loc)> = BTreeMap::new();
    for piece in meaning::pieces(space, read.filter, read.interfaces, Hook::Postrouting, leaving, read.now)? {
        match piece.action {
            None => {}
            Some(Action::Snat(address)) => {
                let (known, at) = got.get(&address).copied().unwrap_or((space.empty(), piece.at));
                got.insert(address, (space.union(known, piece.before)?, at));
            }
            Some(_) if piece.before.is_empty() => {}
            Some(_) => sink.push(
                Diagnostic::new(&codes::DIFFERS, (read.at)(piece.at), "a translation that the policy does not ask for")
                    .help("nothing is written"),
            ),
        }
    }
    for (address, (set, at)) in got {
        let intended = wanted.remove(&address).unwrap_or(space.empty());
        if set != intended {
            let (extra, missing) = (space.minus(set, intended)?, space.minus(intended, set)?);
            let (packet, says) = match space.witness(extra) {
                Some(packet) => (Some(packet), "takes an address that the policy gives to others"),
                None => (space.witness(missing), "does not take the address that the policy gives it"),
            };
            let Some(packet) = packet else { continue };
            sink.push(
                Diagnostic::new(&codes::DIFFERS, (read.at)(at), format!("a packet {says} ({address})"))
                    .note("witness", crossing(read.interfaces, &packet))
                    .help("the template, the program or a hand edit is wrong: nothing is written"),
            );
        }
    }
    let bases = read.filter.chains.iter().filter(|c| c.base.is_some_and(|b| b.hook == Hook::Postrouting));
    let translating = bases.map(|c| c.at).next().unwrap_or(Loc::MADE);
    for (address, set) in wanted {
        if let Some(packet) = space.witness(set) {
            sink.push(
                Diagnostic::new(
                    &codes::DIFFERS,
                    (read.at)(translating),
                    format!("no packet takes the public address {address} that the policy gives"),
                )
                .note("witness", crossing(read.interfaces, &packet))
                .help("the template, the program or a hand edit is wrong: nothing is written"),
            );
        }
    }
    Ok(())
}
