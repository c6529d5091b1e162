//! Where a gateway sends a packet, by its own links and routes: the longest prefix, then the lowest metric.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use crate::config::HostFacts;
use crate::config::Loc;
use crate::packets::{Field, Packet, family};

/// The route that a packet takes.
pub(super) struct Taken<'h> {
    /// Its destinations.
    pub(super) to: IpNet,
    /// Interface; None when it leads nowhere on purpose.
    pub(super) out: Option<&'h str>,
    /// Next hop; None on the link itself.
    pub(super) via: Option<IpAddr>,
    /// The source of the gateway's own packets by it.
    pub(super) preferred: Option<IpAddr>,
    /// Where it was read.
    pub(super) at: Loc,
    metric: u32,
}

/// The route towards an address; None when there is none.
pub(super) fn towards(host: &HostFacts, to: IpAddr) -> Option<Taken<'_>> {
    let linked = host.links.iter().flat_map(|link| {
        let wide = link.addresses.iter().filter(|a| a.prefix_len() < a.max_prefix_len());
        wide.map(|a| Taken {
            to: a.trunc(),
            out: Some(link.name.as_str()),
            via: None,
            preferred: Some(a.addr()),
            at: link.at,
            metric: 0,
        })
    });
    let written = host.links.iter().flat_map(|link| {
        link.routes.iter().map(|r| Taken {
            to: r.to,
            out: (!r.unreachable).then_some(link.name.as_str()),
            via: r.via,
            preferred: r.preferred_source,
            at: r.at,
            metric: r.metric.unwrap_or(if r.unreachable { u32::MAX } else { 0 }),
        })
    });
    let covering = linked.chain(written).filter(|route| route.to.contains(&to));
    covering.min_by_key(|route| (std::cmp::Reverse(route.to.prefix_len()), route.metric))
}

/// A field that holds an address.
pub(super) fn address(packet: &Packet, field: Field) -> IpAddr {
    let value = packet.get(field);
    match u32::try_from(value) {
        Ok(four) if packet.get(Field::Family) == family::V4 => Ipv4Addr::from(four).into(),
        _ => Ipv6Addr::from(value).into(),
    }
}

/// An address as a field holds it.
pub(super) fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(a) => u32::from(a).into(),
        IpAddr::V6(a) => a.into(),
    }
}
