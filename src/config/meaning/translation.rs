//! Address translation: which packets each rule rewrites, and what they become (nft(8), "NAT statements").
//!
//! Only packets that open a connection are looked at: replies and later packets follow their connection. The first
//! translation that matches decides; an accept only ends its chain.

use std::net::IpAddr;

use crate::config::filter::{Action, Hook, Kind};
use crate::config::{Filter, Loc};
use crate::packets::{Field, FieldProduct, IntervalSet, PacketSet, Space, state};

use super::flow::Flow;
use super::matches::{family_of, number};
use super::{Interfaces, Unclear, bases};

/// Packets that one rule translates, as they are before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The packets.
    pub before: PacketSet,
    /// What happens to them; `None` when nothing does.
    pub action: Option<Action>,
    /// The rule; [`Loc::MADE`] when nothing happens.
    pub at: Loc,
}

/// True when the filter chains of this hook see headers as translation leaves them, false when as it finds them.
#[must_use]
pub fn filters_after_translation(filter: &Filter, hook: Hook) -> bool {
    let Some(kernel) = hook.translation() else {
        return false;
    };
    let first = bases(filter, hook, Kind::Filter).first().map(|(_, base)| base.priority);
    first.map_or(matches!(hook, Hook::Prerouting | Hook::Output), |first| first > kernel)
}

/// The new packets of a set, by what translates them at a hook. Packets that a nat chain drops are in none.
///
/// # Errors
/// [`Unclear`] when the filter is not closed (names), or the space is full.
pub fn pieces(
    space: &mut Space,
    filter: &Filter,
    interfaces: &Interfaces,
    hook: Hook,
    set: PacketSet,
    now: u64,
) -> Result<Vec<Piece>, Unclear> {
    let new = space.product(&FieldProduct::any().with_value(Field::State, state::NEW))?;
    let mut left = space.intersect(set, new)?;
    let mut pieces = Vec::new();
    let translating = bases(filter, hook, Kind::Nat);
    if translating.is_empty() {
        // Most gateways translate nothing here, and every packet on its way asks: what a walk through rules needs is not made.
        return Ok(vec![Piece { before: left, action: None, at: Loc::MADE }]);
    }
    let mut flow = Flow::new(space, filter, interfaces, now);
    for (at, base) in translating {
        let ends = flow.base(at, base.policy, left)?;
        left = ends.accepted;
        pieces.extend(ends.translated.into_iter().map(|part| Piece {
            before: part.packets,
            action: Some(part.action.clone()),
            at: part.at,
        }));
    }
    pieces.push(Piece { before: left, action: None, at: Loc::MADE });
    Ok(pieces)
}

/// What the new packets of a set become at a hook.
///
/// # Errors
/// As [`pieces`] and [`image`].
pub fn translate(
    space: &mut Space,
    filter: &Filter,
    interfaces: &Interfaces,
    hook: Hook,
    set: PacketSet,
    now: u64,
) -> Result<PacketSet, Unclear> {
    let mut images = Vec::new();
    for piece in pieces(space, filter, interfaces, hook, set, now)? {
        images.push(image(space, interfaces, &piece)?);
    }
    Ok(space.union_all(&images)?)
}

/// What the packets of a piece become.
///
/// After a source translation the source port may be any: the kernel takes another when the first is in use.
///
/// # Errors
/// [`Unclear::Translation`] when an interface masquerades and its addresses were not said.
pub fn image(space: &mut Space, interfaces: &Interfaces, piece: &Piece) -> Result<PacketSet, Unclear> {
    match &piece.action {
        Some(Action::Snat(to)) => source(space, piece.before, &[*to]),
        Some(Action::Masquerade) => masquerade(space, interfaces, piece.before),
        Some(Action::Dnat(to, port)) => destination(space, piece.before, *to, *port),
        _ => Ok(piece.before),
    }
}

/// Source becomes one of these addresses, for packets of their family.
fn source(space: &mut Space, before: PacketSet, to: &[IpAddr]) -> Result<PacketSet, Unclear> {
    let Some(first) = to.first() else {
        return Ok(Space::EMPTY);
    };
    let family = space.product(&family_of(*first))?;
    let ours = space.intersect(before, family)?;
    let values = IntervalSet::points(to.iter().map(|address| number(*address)));
    let moved = space.rewrite_into(ours, Field::Src, &values)?;
    let (ported, others) = space.partition(moved, space.with_ports())?;
    let ported = space.project(ported, Field::Sport)?;
    Ok(space.union(ported, others)?)
}

fn masquerade(space: &mut Space, interfaces: &Interfaces, before: PacketSet) -> Result<PacketSet, Unclear> {
    let mut images = Vec::new();
    for out in space.values(before, Field::Out).iter() {
        for number in out.lo..=out.hi {
            let leaves = FieldProduct::any().with_value(Field::Out, number);
            for (family, v6) in [(FieldProduct::v4(), false), (FieldProduct::v6(), true)] {
                let part = space.product(&family.intersect(&leaves))?;
                let part = space.intersect(before, part)?;
                let own = interfaces.addresses(number).iter();
                let own: Vec<_> = own.copied().filter(|a| a.is_ipv6() == v6).collect();
                if own.is_empty() && !part.is_empty() {
                    return Err(no_address(interfaces, number));
                }
                images.push(source(space, part, &own)?);
            }
        }
    }
    Ok(space.union_all(&images)?)
}

fn no_address(interfaces: &Interfaces, number: u128) -> Unclear {
    let name = interfaces.name(number).unwrap_or("any undeclared interface");
    Unclear::Translation(format!("the address that `{name}` masquerades with is not known"))
}

fn destination(space: &mut Space, before: PacketSet, to: IpAddr, port: Option<u16>) -> Result<PacketSet, Unclear> {
    let moved = space.rewrite(before, Field::Dst, number(to))?;
    let Some(port) = port else {
        return Ok(moved);
    };
    let (ported, others) = space.partition(moved, space.with_ports())?;
    let ported = space.rewrite(ported, Field::Dport, port.into())?;
    Ok(space.union(ported, others)?)
}
