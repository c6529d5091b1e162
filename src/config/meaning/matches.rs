//! What a match accepts, as products of intervals, with what nft adds before it.
//!
//! A match on an address, a port or an ICMP type first asks for the family or protocol that has one (measured with
//! `nft --debug=netlink`): so `ip saddr != x` never matches IPv6, and `tcp dport != 22` matches TCP only. A negated match
//! is therefore a complement inside what its keys imply.

use std::net::IpAddr;

use crate::config::filter::{Key, Value};
use crate::packets::{Field, FieldProduct, Interval, IntervalSet, family, icmp_type, ipsec, proto, state, uid};

use super::{Interfaces, Unclear};

/// What all keys of a match must find before it compares anything.
pub(super) fn implied(keys: &[Key]) -> FieldProduct {
    keys.iter().fold(FieldProduct::any(), |product, key| product.intersect(&implied_by(*key)))
}

fn implied_by(key: Key) -> FieldProduct {
    let any = FieldProduct::any();
    match key {
        Key::Source4 | Key::Destination4 => FieldProduct::v4(),
        Key::Source6 | Key::Destination6 | Key::HopLimit => FieldProduct::v6(),
        Key::TcpDport | Key::TcpSport => FieldProduct::tcp(),
        Key::UdpDport | Key::UdpSport => FieldProduct::udp(),
        Key::IcmpType => FieldProduct::v4().with_value(Field::Proto, proto::ICMP),
        Key::Icmp6Type => FieldProduct::v6().with_value(Field::Proto, proto::ICMPV6),
        Key::Uid => any.with(Field::Uid, Interval::new(0, uid::NONE - 1)),
        Key::Direction => any.with(Field::State, states(|known| state::direction(known).is_some())),
        Key::In | Key::Out | Key::Family | Key::Protocol | Key::AnyDport => any,
        Key::State | Key::IpsecIn | Key::IpsecOut | Key::Time => any,
    }
}

/// The packets that have one value a key; `None` when none passes at this instant.
pub(super) fn product(
    keys: &[Key],
    values: &[Value],
    interfaces: &Interfaces,
    now: u64,
) -> Result<Option<FieldProduct>, Unclear> {
    let mut product = implied(keys);
    for (key, value) in keys.iter().zip(values) {
        if *key == Key::Time {
            if !range(value).contains(u128::from(now)) {
                return Ok(None);
            }
            continue;
        }
        let (field, values) = asked(*key, value, interfaces)?;
        product = product.with(field, values);
        if *key == Key::AnyDport {
            product = product.with(Field::Proto, IntervalSet::points(proto::WITH_PORTS));
        }
    }
    Ok((!product.is_empty()).then_some(product))
}

/// What one key asks of one field.
fn asked(key: Key, value: &Value, interfaces: &Interfaces) -> Result<(Field, IntervalSet), Unclear> {
    let numbers = || IntervalSet::from(range(value));
    Ok(match key {
        Key::In => (Field::In, interface(value, interfaces)?),
        Key::Out => (Field::Out, interface(value, interfaces)?),
        Key::Family => (Field::Family, families(value)),
        Key::Source4 | Key::Source6 => (Field::Src, numbers()),
        Key::Destination4 | Key::Destination6 => (Field::Dst, numbers()),
        Key::Protocol => (Field::Proto, numbers()),
        Key::TcpDport | Key::UdpDport | Key::AnyDport => (Field::Dport, numbers()),
        Key::TcpSport | Key::UdpSport => (Field::Sport, numbers()),
        Key::IcmpType | Key::Icmp6Type => (Field::Dport, types(value)),
        Key::State => (Field::State, states(|known| range(value).contains(state::undirected(known)))),
        Key::Direction => {
            (Field::State, states(|known| state::direction(known).is_some_and(|way| range(value).contains(way))))
        }
        Key::IpsecIn => (Field::Ipsec, flag(value, ipsec::ARRIVED)),
        Key::IpsecOut => (Field::Ipsec, flag(value, ipsec::LEAVES)),
        Key::Uid => (Field::Uid, numbers()),
        Key::HopLimit => (Field::Hops, numbers()),
        Key::Time => unreachable!("INVARIANT: instants are compared with now, they are no field"),
    })
}

fn interface(value: &Value, interfaces: &Interfaces) -> Result<IntervalSet, Unclear> {
    let Value::Interface(name) = value else {
        return Ok(IntervalSet::empty());
    };
    match interfaces.number(name) {
        Some(number) => Ok(IntervalSet::point(number)),
        None => Err(Unclear::Interface(name.clone())),
    }
}

/// The states of connection tracking that a word takes together.
fn states(taken: impl Fn(u128) -> bool) -> IntervalSet {
    IntervalSet::points((0..=Field::State.max()).filter(|known| taken(*known)))
}

/// 4 and 6 are the families' own numbers.
fn families(value: &Value) -> IntervalSet {
    let wanted = range(value);
    let known = [(4, family::V4), (6, family::V6)];
    let found = known.iter().filter(|(version, _)| wanted.contains(*version));
    IntervalSet::points(found.map(|(_, number)| *number))
}

fn types(value: &Value) -> IntervalSet {
    let wanted = range(value);
    let kinds = (0..=u8::MAX).filter(|kind| wanted.contains(u128::from(*kind)));
    kinds.map(icmp_type).collect()
}

/// The values of the two IPsec bits in which `bit` is what `value` says.
fn flag(value: &Value, bit: u128) -> IntervalSet {
    let wanted = range(value);
    let values = 0..=(ipsec::ARRIVED | ipsec::LEAVES);
    IntervalSet::points(values.filter(|flags| wanted.contains(u128::from(flags & bit != 0))))
}

/// The numbers a value stands for.
pub(super) fn range(value: &Value) -> Interval {
    match value {
        Value::Interface(_) => Interval::new(1, 0),
        Value::Net(net) => Interval::new(number(net.network()), number(net.broadcast())),
        Value::Addresses(from, to) => Interval::new(number(*from), number(*to)),
        Value::Numbers(from, to) => Interval::new((*from).into(), (*to).into()),
    }
}

/// An address as the number packets have.
pub(super) fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_bits().into(),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}

/// The packets of an address' family.
pub(super) fn family_of(address: IpAddr) -> FieldProduct {
    match address {
        IpAddr::V4(_) => FieldProduct::v4(),
        IpAddr::V6(_) => FieldProduct::v6(),
    }
}
