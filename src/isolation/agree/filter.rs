//! The packet filter: the packets that pass each hook; `translation` says what translation makes of them.

mod translation;

use crate::config::filter::{Base, Hook, Kind};
use crate::config::meaning::{self, Interfaces, Unclear};
use crate::config::{Filter, Loc};
use crate::diagnostics::codes::isolation as codes;
use crate::diagnostics::{Diagnostic, Sink, Span};
use crate::intent::{GatewayIntent, Hooks};
use crate::isolation::origins;
use crate::network::Network;
use crate::packets::{Field, FieldProduct, Interval, IntervalSet, Packet, PacketSet, Space, iface, state};

/// The way out of every difference.
const HELP: &str = "the template, the program or a hand edit is wrong: nothing is written";

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

impl Passing {
    /// Its sets.
    pub(in crate::isolation) fn sets_mut(&mut self) -> [&mut PacketSet; 4] {
        let Self { input, forward, output, leave } = self;
        [input, forward, output, leave]
    }
}

/// What each hook lets pass of the packets that can meet it.
pub(in crate::isolation) fn passing(space: &mut Space, read: &ReadFilter, all: &Hooks) -> Result<Passing, Unclear> {
    let mut pass = |hook, entering| {
        meaning::pass(space, read.filter, read.interfaces, hook, entering, read.now).map(|p| p.accepted)
    };
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
    attachments(read, intent.leads, sink);
    translation::leaving(space, read, intent, sink)?;
    translation::entering(space, read, intent, sink)
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
    sink.push(found.help(HELP));
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

/// Why an attachment has no place in what is intended, whatever it holds. Translation happens at the kernel's own priority:
/// of destinations before routing, where something is led to a machine, of sources after it; filters after routing see its result.
fn misplaced(base: Base, leads: bool) -> Option<&'static str> {
    match (base.kind, base.hook) {
        (Kind::Filter, Hook::Prerouting) => Some("a chain stands before routing, which the policy does not ask for"),
        (Kind::Nat, Hook::Prerouting) if !leads => {
            Some("a chain translates destinations, and the policy leads nothing to a machine at this gateway")
        }
        (Kind::Nat, hook @ (Hook::Prerouting | Hook::Postrouting)) if hook.translation() != Some(base.priority) => {
            Some("a translation is not at the kernel's own priority")
        }
        (Kind::Filter, Hook::Postrouting) if Hook::Postrouting.translation() >= Some(base.priority) => {
            Some("a filter after routing runs before translation")
        }
        (Kind::Nat, Hook::Input | Hook::Forward | Hook::Output) => {
            Some("a translation that the policy does not ask for")
        }
        (Kind::Nat | Kind::Filter, _) => None,
    }
}

fn attachments(read: &ReadFilter, leads: bool, sink: &mut Sink) {
    for chain in &read.filter.chains {
        if let Some(says) = chain.base.and_then(|base| misplaced(base, leads)) {
            sink.push(Diagnostic::new(&codes::DIFFERS, (read.at)(chain.at), says).help(HELP));
        }
    }
}
