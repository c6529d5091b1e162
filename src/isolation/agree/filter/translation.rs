//! Address translation: new packets that leave take exactly the intended address, those that come in for a machine by
//! another address than its own are led to exactly that machine, and no other packet is rewritten.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::{HELP, ReadFilter, crossing};
use crate::config::Loc;
use crate::config::filter::{Action, Hook};
use crate::config::meaning::{self, Unclear};
use crate::diagnostics::codes::isolation as codes;
use crate::diagnostics::{Diagnostic, Sink};
use crate::intent::GatewayIntent;
use crate::packets::{Packet, PacketSet, Space};

/// Packets by the address that they take.
type Rewritten = BTreeMap<IpAddr, PacketSet>;

/// What is said of one kind of translation.
struct Side {
    hook: Hook,
    /// The address that an action of this kind gives, and nothing else beside it.
    gives: fn(&Action) -> Option<IpAddr>,
    /// A packet that is rewritten and must not be.
    extra: &'static str,
    /// A packet that is not and must be.
    missing: &'static str,
    /// No packet takes an address; `{}` stands for it.
    unused: &'static str,
}

const LEAVING: Side = Side {
    hook: Hook::Postrouting,
    gives: |action| match action {
        Action::Snat(to) => Some(*to),
        _ => None,
    },
    extra: "a packet takes an address that the policy gives to others",
    missing: "a packet does not take the address that the policy gives it",
    unused: "no packet takes the address {} that the policy gives",
};

const ENTERING: Side = Side {
    hook: Hook::Prerouting,
    gives: |action| match action {
        Action::Dnat(to, None) => Some(*to),
        _ => None,
    },
    extra: "a packet is led to a machine that the policy does not lead it to",
    missing: "a packet is not led to the machine that the policy leads it to",
    unused: "no packet is led to {}, as the policy asks",
};

/// Of sources, after routing.
pub(super) fn leaving(
    space: &mut Space,
    read: &ReadFilter,
    intent: &GatewayIntent,
    sink: &mut Sink,
) -> Result<(), Unclear> {
    let sent = space.union(intent.pass.forward, intent.pass.output)?;
    let wanted = intent.exits.iter().map(|e| (e.address.into(), e.packets)).collect();
    compare(space, read, &LEAVING, sent, wanted, sink)
}

/// Of destinations, before routing.
pub(super) fn entering(
    space: &mut Space,
    read: &ReadFilter,
    intent: &GatewayIntent,
    sink: &mut Sink,
) -> Result<(), Unclear> {
    let wanted = intent.entries.iter().map(|e| (e.address.into(), e.packets)).collect();
    compare(space, read, &ENTERING, intent.arriving, wanted, sink)
}

fn compare(
    space: &mut Space,
    read: &ReadFilter,
    side: &Side,
    met: PacketSet,
    mut wanted: Rewritten,
    sink: &mut Sink,
) -> Result<(), Unclear> {
    for (address, (set, at)) in rewritten(space, read, side, met, sink)? {
        let intended = wanted.remove(&address).unwrap_or(space.empty());
        if set == intended {
            continue;
        }
        let (extra, missing) = (space.minus(set, intended)?, space.minus(intended, set)?);
        let (packet, says) = match space.witness(extra) {
            Some(packet) => (Some(packet), side.extra),
            None => (space.witness(missing), side.missing),
        };
        packet.into_iter().for_each(|packet| tell(read, at, format!("{says} ({address})"), &packet, sink));
    }
    let bases = read.filter.chains.iter().filter(|c| c.base.is_some_and(|b| b.hook == side.hook));
    let translating = bases.map(|c| c.at).next().unwrap_or(Loc::MADE);
    for (address, set) in wanted {
        if let Some(packet) = space.witness(set) {
            tell(read, translating, side.unused.replace("{}", &address.to_string()), &packet, sink);
        }
    }
    Ok(())
}

/// What the text rewrites, with the first rule that does.
fn rewritten(
    space: &mut Space,
    read: &ReadFilter,
    side: &Side,
    met: PacketSet,
    sink: &mut Sink,
) -> Result<BTreeMap<IpAddr, (PacketSet, Loc)>, Unclear> {
    let mut got: BTreeMap<IpAddr, (PacketSet, Loc)> = BTreeMap::new();
    for piece in meaning::pieces(space, read.filter, read.interfaces, side.hook, met, read.now)? {
        let Some(action) = piece.action else { continue };
        match (side.gives)(&action) {
            Some(address) => {
                let (known, at) = got.get(&address).copied().unwrap_or((space.empty(), piece.at));
                got.insert(address, (space.union(known, piece.before)?, at));
            }
            None if piece.before.is_empty() => {}
            None => sink.push(
                Diagnostic::new(&codes::DIFFERS, (read.at)(piece.at), "a translation that the policy does not ask for")
                    .help("nothing is written"),
            ),
        }
    }
    Ok(got)
}

fn tell(read: &ReadFilter, at: Loc, says: String, packet: &Packet, sink: &mut Sink) {
    let found = Diagnostic::new(&codes::DIFFERS, (read.at)(at), says);
    sink.push(found.note("witness", crossing(read.interfaces, packet)).help(HELP));
}
