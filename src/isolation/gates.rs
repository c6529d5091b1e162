//! Every gateway as it was read back, ready to be walked: interfaces, routes, tunnels, processes, passing packets.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;

use super::agree::{Passing, ReadFilter, passing};
use super::readback::ReadDevice;
use crate::config::Loc;
use crate::config::host::{LinkKind, Route};
use crate::config::meaning::{Interfaces, Unclear};
use crate::config::tunnel::Tunnel;
use crate::diagnostics::{Sources, Span};
use crate::intent::{self, GatewayIntent};
use crate::network::{Network, ProcessId, Role, SiteId};
use crate::packets::{Field, FieldProduct, Interval, IntervalSet, OverBudget, PacketSet, Space, iface};

/// One gateway.
pub(super) struct Gate<'a> {
    /// Its device.
    pub(super) device: &'a ReadDevice,
    /// Its interfaces.
    pub(super) interfaces: Interfaces,
    /// Where each destination goes.
    pub(super) routes: Routes,
    /// Its own addresses.
    pub(super) own: Vec<IpAddr>,
    /// WAN interface.
    pub(super) wan: u128,
    /// Listening processes with rights of their own.
    pub(super) listeners: Vec<Listener>,
    /// What passes in each epoch.
    pub(super) passing: Vec<Passing>,
    /// What should.
    pub(super) intents: Vec<GatewayIntent>,
}

/// A process and where it listens.
pub(super) struct Listener {
    /// Which.
    pub(super) process: ProcessId,
    /// Addresses and TCP ports.
    pub(super) at: Vec<(IpAddr, u16)>,
}

/// Destinations by outgoing interface, for each family; what goes nowhere is in none.
pub(super) struct Routes {
    tables: [BTreeMap<u128, IntervalSet>; 2],
}

impl Routes {
    /// Destinations of a family that leave by an interface.
    pub(super) fn out_of(&self, interface: u128, v6: bool) -> IntervalSet {
        self.tables[usize::from(v6)].get(&interface).cloned().unwrap_or_else(IntervalSet::empty)
    }

    /// Interfaces that something leaves by.
    pub(super) fn interfaces(&self) -> Vec<u128> {
        let mut all: Vec<u128> = self.tables.iter().flat_map(|t| t.keys().copied()).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Longest prefix first, then lowest metric: each takes what the ones before left.
    fn new(rows: &mut [(IpNet, u32, Option<u128>)]) -> Self {
        rows.sort_by_key(|(net, metric, _)| (std::cmp::Reverse(net.prefix_len()), *metric));
        let mut tables = [BTreeMap::new(), BTreeMap::new()];
        for v6 in [false, true] {
            let mut taken = IntervalSet::empty();
            for (net, _, out) in rows.iter().filter(|(n, _, _)| matches!(n, IpNet::V6(_)) == v6) {
                let covers = IntervalSet::from(interval(net));
                let left = covers.intersect(&taken.complement(Field::Dst.max()));
                taken = taken.union(&covers);
                if let Some(out) = out {
                    let known: &mut IntervalSet =
                        tables[usize::from(v6)].entry(*out).or_insert_with(IntervalSet::empty);
                    *known = known.union(&left);
                }
            }
        }
        Self { tables }
    }
}

/// The addresses of a prefix.
pub(super) fn interval(net: &IpNet) -> Interval {
    match net {
        IpNet::V4(n) => Interval::new(u32::from(n.network()).into(), u32::from(n.broadcast()).into()),
        IpNet::V6(n) => Interval::new(n.network().into(), n.broadcast().into()),
    }
}

/// An address as a field's value, with its family.
pub(super) fn point(address: IpAddr) -> (bool, u128) {
    match address {
        IpAddr::V4(a) => (false, u32::from(a).into()),
        IpAddr::V6(a) => (true, u128::from(a)),
    }
}

/// Everything of a family.
pub(super) fn family(v6: bool) -> FieldProduct {
    if v6 { FieldProduct::v6() } else { FieldProduct::v4() }
}

/// TCP to an address and port that a process listens on.
pub(super) fn door((address, port): (IpAddr, u16)) -> FieldProduct {
    let (v6, value) = point(address);
    let there = family(v6).intersect(&FieldProduct::tcp());
    there.with_value(Field::Dst, value).with_value(Field::Dport, port.into())
}

/// Packets whose field lies in one of the prefixes.
pub(super) fn in_nets(space: &mut Space, field: Field, nets: &[IpNet]) -> Result<PacketSet, OverBudget> {
    let both = [false, true].map(|v6| {
        let values: IntervalSet = nets.iter().filter(|n| matches!(n, IpNet::V6(_)) == v6).map(interval).collect();
        family(v6).with(field, values)
    });
    space.products(&both)
}

impl<'a> Gate<'a> {
    /// Prepares one gateway for every epoch.
    pub(super) fn new(
        net: &Network,
        device: &'a ReadDevice,
        space: &mut Space,
        sources: &Sources,
    ) -> Result<Self, Unclear> {
        let bundle = &device.bundle;
        let empty = crate::config::Filter::default();
        let filter = bundle.filter.as_ref().unwrap_or(&empty);
        let interfaces = Interfaces::new(intent::interfaces(net, device.site)).covering(filter);
        let at = |loc: Loc| place(device, loc, sources, net);
        let (mut all, mut intents) = (Vec::new(), Vec::new());
        for epoch in &net.epochs {
            let wanted = intent::gateway(space, net, device.site, epoch.instant())?;
            let now = epoch.clock();
            let read = ReadFilter { filter, interfaces: &interfaces, now, at: &at };
            all.push(passing(space, &read, &wanted)?);
            intents.push(wanted);
        }
        Ok(Self {
            routes: routes(device, &interfaces),
            own: own_addresses(device),
            wan: interfaces.number(&net.site(device.site).gateway.wan).unwrap_or(iface::NONE),
            listeners: listeners(net, device),
            interfaces,
            device,
            passing: all,
            intents,
        })
    }

    /// Tunnels that belong to a route-based interface.
    pub(super) fn tunnels_on(&self, interface: u128) -> impl Iterator<Item = &Tunnel> {
        let number = self.if_id(interface);
        self.device.bundle.tunnels.iter().filter(move |t| number.is_some() && t.if_id_out == number)
    }

    /// Tunnels without an interface of their own.
    pub(super) fn policy_based(&self) -> impl Iterator<Item = (usize, &Tunnel)> {
        self.device.bundle.tunnels.iter().enumerate().filter(|(_, t)| t.if_id_out.is_none())
    }

    /// The interface whose number packets from a tunnel carry.
    pub(super) fn interface_of(&self, tunnel: &Tunnel) -> Option<u128> {
        let host = self.device.bundle.host.as_ref()?;
        let id = tunnel.if_id_in?;
        let link = host.links.iter().find(|l| l.kind == LinkKind::Xfrm { if_id: id })?;
        self.interfaces.number(&link.name)
    }

    fn if_id(&self, interface: u128) -> Option<u32> {
        let name = self.interfaces.name(interface)?;
        let host = self.device.bundle.host.as_ref()?;
        host.links.iter().find(|l| l.name == name).and_then(|l| match l.kind {
            LinkKind::Xfrm { if_id } => Some(if_id),
            LinkKind::Physical | LinkKind::Vlan { .. } => None,
        })
    }
}

/// A line of a device's texts; the site's own line when it stands in none.
pub(super) fn place(device: &ReadDevice, loc: Loc, sources: &Sources, net: &Network) -> Span {
    device.places.span(loc, sources).unwrap_or(net.site(device.site).span)
}

/// Routes of a gateway: those written, and one for each of its own links.
fn routes(device: &ReadDevice, interfaces: &Interfaces) -> Routes {
    let mut rows = Vec::new();
    for link in device.bundle.host.iter().flat_map(|h| &h.links) {
        let number = interfaces.number(&link.name);
        rows.extend(
            link.addresses.iter().filter(|a| a.prefix_len() < a.max_prefix_len()).map(|a| (a.trunc(), 0, number)),
        );
        rows.extend(link.routes.iter().map(|r: &Route| {
            let out = if r.unreachable { None } else { number };
            (r.to, r.metric.unwrap_or(if r.unreachable { u32::MAX } else { 0 }), out)
        }));
    }
    Routes::new(&mut rows)
}

fn own_addresses(device: &ReadDevice) -> Vec<IpAddr> {
    let links = device.bundle.host.iter().flat_map(|h| &h.links);
    let mut all: Vec<IpAddr> = links.flat_map(|l| l.addresses.iter().map(IpNet::addr)).collect();
    all.sort();
    all.dedup();
    all
}

fn listeners(net: &Network, device: &ReadDevice) -> Vec<Listener> {
    net.processes_of(device.site)
        .filter_map(|(process, p)| {
            let web = device.bundle.web.iter().find(|w| w.name == p.name.as_str())?;
            Some(Listener { process, at: web.listen.clone() })
        })
        .collect()
}

/// Gateways of all sites, in the order of the sites.
pub(super) fn gates<'a>(
    net: &Network,
    devices: &'a [ReadDevice],
    space: &mut Space,
    sources: &Sources,
) -> Result<BTreeMap<SiteId, Gate<'a>>, Unclear> {
    let mut all = BTreeMap::new();
    for device in devices.iter().filter(|d| d.role == Role::Gateway) {
        all.insert(device.site, Gate::new(net, device, space, sources)?);
    }
    Ok(all)
}
