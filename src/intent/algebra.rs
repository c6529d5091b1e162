//! Packet sets said in the words of the plan: interfaces, prefixes, services.

use ipnet::IpNet;

use crate::network::L4;
use crate::packets::{
    Field, FieldProduct, Interval, IntervalSet, OverBudget, PacketSet, Space, icmp_type, iface, ipsec, proto, state,
    uid,
};

/// A result that fails only when packet sets grow past their budget.
pub(super) type Sets<T> = Result<T, OverBudget>;

/// Values of one family among prefixes.
pub(super) fn addresses(nets: &[IpNet], v6: bool) -> IntervalSet {
    nets.iter()
        .filter(|n| matches!(n, IpNet::V6(_)) == v6)
        .map(|n| match n {
            IpNet::V4(n) => Interval::new(u32::from(n.network()).into(), u32::from(n.broadcast()).into()),
            IpNet::V6(n) => Interval::new(n.network().into(), n.broadcast().into()),
        })
        .collect()
}

/// Everything of a family.
pub(super) fn of(v6: bool) -> FieldProduct {
    if v6 { FieldProduct::v6() } else { FieldProduct::v4() }
}

/// Packets whose field lies in the prefixes, in both families.
pub(super) fn in_nets(space: &mut Space, field: Field, nets: &[IpNet], base: &FieldProduct) -> Sets<PacketSet> {
    let both = [false, true].map(|v6| base.intersect(&of(v6)).with(field, addresses(nets, v6)));
    space.products(&both)
}

/// Opening packets of a service list.
pub(super) fn services(list: &[L4], base: &FieldProduct) -> Vec<FieldProduct> {
    list.iter()
        .map(|service| match *service {
            L4::Tcp(a, b) => base.intersect(&FieldProduct::tcp()).with(Field::Dport, ports(a, b)),
            L4::Udp(a, b) => base.intersect(&FieldProduct::udp()).with(Field::Dport, ports(a, b)),
            L4::Icmp(t) => base
                .intersect(&FieldProduct::v4())
                .with_value(Field::Proto, proto::ICMP)
                .with(Field::Dport, icmp_type(t)),
            L4::Icmp6(t) => base
                .intersect(&FieldProduct::v6())
                .with_value(Field::Proto, proto::ICMPV6)
                .with(Field::Dport, icmp_type(t)),
        })
        .collect()
}

/// What answers to a service list: from its ports, or with the ICMP type that answers the one asked with (RFC 792, RFC 950,
/// RFC 4443, RFC 4620); nothing answers to other types.
pub(super) fn answers(list: &[L4], base: &FieldProduct) -> Vec<FieldProduct> {
    let icmp = |v6: bool, protocol: u128, kind: u8| {
        base.intersect(&of(v6)).with_value(Field::Proto, protocol).with(Field::Dport, icmp_type(kind))
    };
    let answer = |service: &L4| match *service {
        L4::Tcp(a, b) => Some(base.intersect(&FieldProduct::tcp()).with(Field::Sport, ports(a, b))),
        L4::Udp(a, b) => Some(base.intersect(&FieldProduct::udp()).with(Field::Sport, ports(a, b))),
        L4::Icmp(8) => Some(icmp(false, proto::ICMP, 0)),
        L4::Icmp(kind @ (13 | 15 | 17)) => Some(icmp(false, proto::ICMP, kind + 1)),
        L4::Icmp6(kind @ (128 | 139)) => Some(icmp(true, proto::ICMPV6, kind + 1)),
        L4::Icmp(_) | L4::Icmp6(_) => None,
    };
    list.iter().filter_map(answer).collect()
}

fn ports(first: u16, last: u16) -> IntervalSet {
    IntervalSet::span(first.into(), last.into())
}

/// ICMP errors that a connection may cause (RFC 4890 §4.3; RFC 1122 §3.2.2): never a redirect.
pub(super) fn icmp_errors() -> Vec<FieldProduct> {
    let related = [state::RELATED, state::RELATED_REPLY];
    let related = FieldProduct::any().with(Field::State, IntervalSet::points(related));
    let of_type = |v6: bool, protocol: u128, t: u8| {
        related.intersect(&of(v6)).with_value(Field::Proto, protocol).with(Field::Dport, icmp_type(t))
    };
    let v4 = [3, 11, 12].map(|t| of_type(false, proto::ICMP, t));
    let v6 = [1, 2, 3, 4].map(|t| of_type(true, proto::ICMPV6, t));
    v4.into_iter().chain(v6).collect()
}

/// Link messages of neighbour discovery (RFC 4861), hop limit 255, or of listener reports (RFC 3810), hop limit 1.
pub(super) fn link_message(types: &[u8], hops: u128, base: &FieldProduct) -> FieldProduct {
    let kinds: IntervalSet = types.iter().map(|t| icmp_type(*t)).collect();
    base.intersect(&FieldProduct::v6())
        .with_value(Field::Proto, proto::ICMPV6)
        .with(Field::Dport, kinds)
        .with_value(Field::Hops, hops)
}

/// Interfaces that a packet can cross: all but none; `lo` only towards or from the gateway itself.
fn interface_numbers(with_lo: bool) -> IntervalSet {
    let lo = IntervalSet::point(iface::LO);
    let other = IntervalSet::point(iface::UNDECLARED).union(&IntervalSet::span(iface::FIRST, Field::In.max()));
    if with_lo { other.union(&lo) } else { other }
}

/// Packets that can meet a hook at all.
pub(super) struct Universe;

impl Universe {
    /// Coming in, before anybody knows where to.
    pub(super) fn arriving() -> FieldProduct {
        Self::input()
    }

    /// Towards the gateway itself.
    pub(super) fn input() -> FieldProduct {
        FieldProduct::any()
            .with(Field::In, interface_numbers(true))
            .with_value(Field::Out, iface::NONE)
            .with_value(Field::Uid, uid::NONE)
            .with(Field::Ipsec, IntervalSet::span(0, ipsec::ARRIVED))
    }

    /// Through the gateway.
    pub(super) fn forward() -> FieldProduct {
        FieldProduct::any()
            .with(Field::In, interface_numbers(false))
            .with(Field::Out, interface_numbers(false))
            .with_value(Field::Uid, uid::NONE)
    }

    /// From the gateway itself.
    pub(super) fn output() -> FieldProduct {
        FieldProduct::any()
            .with_value(Field::In, iface::NONE)
            .with(Field::Out, interface_numbers(true))
            .with(Field::Ipsec, IntervalSet::points([0, ipsec::LEAVES]))
    }
}
