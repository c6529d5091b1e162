//! Every gateway as it was read back, ready to be walked: interfaces, routes, tunnels, processes, passing packets.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use ipnet::IpNet;
use rayon::prelude::*;

use super::agree::{Passing, ReadFilter, passing};
use super::readback::ReadDevice;
use super::spaces::{Method, Parts, Spaces};
use crate::config::host::{Link, LinkKind, Route};
use crate::config::meaning::{self, Interfaces, Unclear};
use crate::config::tunnel::Tunnel;
use crate::config::{Filter, Loc};
use crate::diagnostics::{Sources, Span};
use crate::intent::{self, GatewayIntent};
use crate::network::{Epoch, Network, ProcessId, Role, SiteId, ZoneId, zone_interface};
use crate::packets::{
    Field, FieldProduct, Interval, IntervalSet, Limits, OverBudget, PacketSet, Space, icmp_type, iface, proto,
};

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
    /// What translates addresses may depend on the instant.
    pub(super) translates_by_time: bool,
    /// Zones by their interface.
    pub(super) zones: BTreeMap<u128, ZoneId>,
    /// Places of the tunnels that send by each route-based interface.
    carried: BTreeMap<u128, Vec<usize>>,
    /// Interfaces that packets of a tunnel come in by, by the number it gives them.
    entered: BTreeMap<u32, Option<u128>>,
    /// Listening processes with rights of their own.
    pub(super) listeners: Vec<Listener>,
    /// What passes in each epoch.
    pub(super) passing: Vec<Passing>,
    /// What should.
    pub(super) intents: Vec<GatewayIntent>,
    /// What should if no establishment had a file of its own, where T7 asks; None where such a file changes the interfaces.
    pub(super) ceilings: Option<Vec<GatewayIntent>>,
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
    interfaces: Vec<u128>,
}

impl Routes {
    /// Destinations of a family that leave by an interface.
    pub(super) fn out_of(&self, interface: u128, v6: bool) -> IntervalSet {
        self.tables[usize::from(v6)].get(&interface).cloned().unwrap_or_else(IntervalSet::empty)
    }

    /// Interfaces of a set that something leaves by, in order.
    pub(super) fn interfaces_in<'s>(&'s self, set: &'s IntervalSet) -> impl Iterator<Item = u128> + 's {
        set.iter().flat_map(|values| {
            let first = self.interfaces.partition_point(|number| *number < values.lo);
            self.interfaces[first..].iter().copied().take_while(move |number| *number <= values.hi)
        })
    }

    /// Longest prefix first, then lowest metric: each takes what the ones before left.
    fn new(rows: &mut [(IpNet, u32, Option<u128>)]) -> Self {
        rows.sort_by_key(|(net, metric, _)| (std::cmp::Reverse(net.prefix_len()), *metric));
        let mut tables = [BTreeMap::new(), BTreeMap::new()];
        for v6 in [false, true] {
            let own: Vec<_> = rows.iter().filter(|(n, _, _)| matches!(n, IpNet::V6(_)) == v6).collect();
            let mut taken: BTreeMap<u128, Vec<Interval>> = BTreeMap::new();
            for ((_, _, out), left) in own.iter().zip(left_by_longer(own.iter().map(|(net, _, _)| interval(net)))) {
                if let Some(out) = out {
                    taken.entry(*out).or_default().extend(left.iter());
                }
            }
            tables[usize::from(v6)] =
                taken.into_iter().map(|(out, parts)| (out, parts.into_iter().collect())).collect();
        }
        let interfaces: BTreeSet<u128> = tables.iter().flat_map(|table| table.keys().copied()).collect();
        Self { tables, interfaces: interfaces.into_iter().collect() }
    }
}

/// What is left of each prefix by those before it, which are as long or longer: one that it meets lies inside it, or is
/// the same.
fn left_by_longer(prefixes: impl Iterator<Item = Interval>) -> Vec<IntervalSet> {
    let mut taken: BTreeMap<u128, u128> = BTreeMap::new();
    let left = prefixes.map(|whole| {
        let inside: Vec<Interval> = taken.range(whole.lo..=whole.hi).map(|(lo, hi)| Interval::new(*lo, *hi)).collect();
        for part in &inside {
            taken.remove(&part.lo);
        }
        taken.insert(whole.lo, whole.hi);
        let inside: IntervalSet = inside.into_iter().collect();
        IntervalSet::from(whole).intersect(&inside.complement(Field::Dst.max()))
    });
    left.collect()
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

/// Router and neighbour discovery (RFC 4861) with the hop limit that proves it comes from the link, and queries for
/// listeners (RFC 3810): a gateway answers them on every link, and they are no opening.
pub(super) fn link_answers(space: &mut Space) -> Result<PacketSet, OverBudget> {
    let message = |types: std::ops::RangeInclusive<u8>, hops| {
        let types: IntervalSet = types.map(icmp_type).collect();
        let asked = FieldProduct::v6().with_value(Field::Proto, proto::ICMPV6).with(Field::Dport, types);
        asked.with_value(Field::Hops, hops)
    };
    space.products(&[message(133..=137, 255), message(130..=130, 1)])
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
    /// Prepares one gateway for every epoch. Its sets are brought to a space of which only they are needed: what is meant
    /// and what was read are made apart, in spaces that are forgotten.
    fn new(
        net: &Network,
        device: &'a ReadDevice,
        sources: &Sources,
        limits: Limits,
        space: &mut Space,
    ) -> Result<Self, Unclear> {
        let bundle = &device.bundle;
        let empty = Filter::default();
        let filter = bundle.filter.as_ref().unwrap_or(&empty);
        let interfaces = Interfaces::new(intent::interfaces(net, device.site)).covering(filter);
        let firsts = firsts(net, device.site, filter);
        let meant = || Meant::of(net, device.site, &firsts, limits);
        let read = || {
            let at = |loc: Loc| place(device, loc, sources, net);
            let mut work = Space::new(limits);
            let universe = intent::universe(&mut work)?;
            let all = each(&firsts, |epoch| {
                let now = net.epochs[epoch].clock();
                passing(&mut work, &ReadFilter { filter, interfaces: &interfaces, now, at: &at }, &universe)
            })?;
            Ok::<_, Unclear>((all, work))
        };
        let (meant, read) = rayon::join(meant, read);
        let ((Meant { mut intents, mut ceilings }, of_meant), (mut passing, of_read)) = (meant?, read?);
        let meant = intents.iter_mut().chain(ceilings.iter_mut().flatten());
        space.bring(&of_meant, meant.flat_map(GatewayIntent::sets_mut))?;
        space.bring(&of_read, passing.iter_mut().flat_map(Passing::sets_mut))?;
        let site = net.site(device.site);
        let link = |zone: &ZoneId| zone_interface(&site.gateway.lan, net.zone(*zone).vlan);
        // Of two zones on one interface, the first has it.
        let zones = site.zones.iter().rev().filter_map(|zone| Some((interfaces.number(&link(zone))?, *zone)));
        Ok(Self {
            routes: routes(device, &interfaces),
            own: own_addresses(device),
            wan: interfaces.number(&site.gateway.wan).unwrap_or(iface::NONE),
            translates_by_time: meaning::translates_by_time(filter),
            zones: zones.collect(),
            carried: carried(device, &interfaces),
            entered: entered(device, &interfaces),
            listeners: listeners(net, device),
            interfaces,
            device,
            passing,
            intents,
            ceilings,
        })
    }

    /// Tunnels that belong to a route-based interface.
    pub(super) fn tunnels_on(&self, interface: u128) -> impl Iterator<Item = &Tunnel> {
        let tunnels = &self.device.bundle.tunnels;
        self.carried.get(&interface).into_iter().flatten().map(|number| &tunnels[*number])
    }

    /// Interfaces that tunnels send by, with these tunnels.
    pub(super) fn tunnels_by_interface(&self) -> impl Iterator<Item = (u128, &Tunnel)> {
        self.carried.keys().flat_map(|interface| self.tunnels_on(*interface).map(move |tunnel| (*interface, tunnel)))
    }

    /// Tunnels without an interface of their own.
    pub(super) fn policy_based(&self) -> impl Iterator<Item = (usize, &Tunnel)> {
        self.device.bundle.tunnels.iter().enumerate().filter(|(_, t)| t.if_id_out.is_none())
    }

    /// The interface whose number packets from a tunnel carry.
    pub(super) fn interface_of(&self, tunnel: &Tunnel) -> Option<u128> {
        self.entered.get(&tunnel.if_id_in?).copied().flatten()
    }
}

/// For each epoch the first one at which nothing that makes a gateway's sets differs from it.
fn firsts(net: &Network, site: SiteId, filter: &Filter) -> Vec<usize> {
    let mut known = BTreeMap::new();
    let first = |(number, epoch): (usize, &Epoch)| {
        let networks = std::iter::once(net).chain(net.ceiling.as_deref());
        let open: Vec<Vec<bool>> = networks.map(|net| intent::open_at(net, site, epoch.instant())).collect();
        *known.entry((open, meaning::unchanged_since(filter, epoch.clock()))).or_insert(number)
    };
    net.epochs.iter().enumerate().map(first).collect()
}

/// Something for every epoch, made once for those that are alike.
fn each<T: Clone, E>(firsts: &[usize], mut make: impl FnMut(usize) -> Result<T, E>) -> Result<Vec<T>, E> {
    let mut all: Vec<T> = Vec::new();
    for (number, first) in firsts.iter().enumerate() {
        let one = if *first < number { all[*first].clone() } else { make(number)? };
        all.push(one);
    }
    Ok(all)
}

/// What is meant of one gateway in every epoch.
struct Meant {
    intents: Vec<GatewayIntent>,
    ceilings: Option<Vec<GatewayIntent>>,
}

impl Meant {
    /// In a space of its own.
    fn of(net: &Network, site: SiteId, firsts: &[usize], limits: Limits) -> Result<(Self, Space), OverBudget> {
        let mut work = Space::new(limits);
        let mut at = |net: &Network, epoch: usize| intent::gateway(&mut work, net, site, net.epochs[epoch].instant());
        let intents = each(firsts, |epoch| at(net, epoch))?;
        let of_ceiling = |ceiling: &Network| each(firsts, |epoch| at(ceiling, epoch));
        let ceilings = ceiling(net, site).map(of_ceiling).transpose()?;
        Ok((Self { intents, ceilings }, work))
    }
}

/// The network without establishments' own files, for those gateways that T7 asks of; None where these files change the
/// interfaces.
fn ceiling(net: &Network, site: SiteId) -> Option<&Network> {
    let facts = net.site(site);
    let ceiling = net.ceiling.as_deref().filter(|_| !facts.is_establishment || facts.delegated.is_some())?;
    (intent::interfaces(net, site) == intent::interfaces(ceiling, site)).then_some(ceiling)
}

/// Links of a gateway.
fn links(device: &ReadDevice) -> impl Iterator<Item = &Link> {
    device.bundle.host.iter().flat_map(|host| &host.links)
}

fn carried(device: &ReadDevice, interfaces: &Interfaces) -> BTreeMap<u128, Vec<usize>> {
    let mut by_number: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (place, tunnel) in device.bundle.tunnels.iter().enumerate() {
        tunnel.if_id_out.into_iter().for_each(|number| by_number.entry(number).or_default().push(place));
    }
    let mut all = BTreeMap::new();
    let mut names = BTreeSet::new();
    for link in links(device).filter(|link| names.insert(&link.name)) {
        if let (LinkKind::Xfrm { if_id }, Some(number)) = (&link.kind, interfaces.number(&link.name)) {
            all.insert(number, by_number.get(if_id).cloned().unwrap_or_default());
        }
    }
    all
}

fn entered(device: &ReadDevice, interfaces: &Interfaces) -> BTreeMap<u32, Option<u128>> {
    let mut all = BTreeMap::new();
    for link in links(device) {
        if let LinkKind::Xfrm { if_id } = link.kind {
            all.entry(if_id).or_insert_with(|| interfaces.number(&link.name));
        }
    }
    all
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

/// Gateways of all sites by site, each with its sets in the space of its part.
pub(super) fn gates<'a>(
    net: &Network,
    devices: &'a [ReadDevice],
    sources: &Sources,
    method: Method,
) -> Result<(BTreeMap<SiteId, Gate<'a>>, Spaces), Unclear> {
    let parts = Parts::new(net, method.division);
    let gateways: BTreeMap<SiteId, &ReadDevice> =
        devices.iter().filter(|d| d.role == Role::Gateway).map(|device| (device.site, device)).collect();
    let of_part = |sites: &Vec<SiteId>| {
        let own: Vec<&ReadDevice> = sites.iter().map(|site| gateways[site]).collect();
        part(net, &own, sources, method)
    };
    let made: Vec<_> = parts.group(gateways.keys().copied()).par_iter().map(of_part).collect();
    let (mut all, mut spaces) = (BTreeMap::new(), Vec::new());
    for of_part in made {
        let (gates, space) = of_part?;
        all.extend(gates.into_iter().map(|gate| (gate.device.site, gate)));
        spaces.push(space);
    }
    Ok((all, Spaces::new(parts, spaces)))
}

/// The gateways of one part, and a space with their sets and nothing else.
fn part<'a>(
    net: &Network,
    devices: &[&'a ReadDevice],
    sources: &Sources,
    method: Method,
) -> Result<(Vec<Gate<'a>>, Space), Unclear> {
    let mut space = Space::new(method.limits);
    let of_device = |device: &&'a ReadDevice| Gate::new(net, device, sources, method.limits, &mut space);
    let gates: Result<Vec<Gate>, Unclear> = devices.iter().map(of_device).collect();
    Ok((gates?, space))
}
