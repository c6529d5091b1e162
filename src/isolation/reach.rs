//! Who can open a connection to whom: packets pushed from each opener through every gateway that was read back.
//!
//! An opener is a zone, a process of a gateway, the Internet, or the far end of a tunnel that is not ours; each may send
//! any packet it likes. What arrives is what routes, filters, translation and selectors let through, exactly.
//!
//! - `parts` what each part of the proof walks, and why together they walk everything; `region` which gateways meet
//! - `leave` past the filter; `far` tunnels whose far end is not ours

mod far;
mod leave;
mod parts;
mod region;

pub(super) use parts::{Walks, edges};
pub(super) use region::Region;

use std::collections::BTreeMap;
use std::net::IpAddr;

use parts::{Held, Rank, Towards};

use super::gates::{Gate, door, family, in_nets, point};
use crate::config::filter::Hook;
use crate::config::meaning::{self, Unclear};
use crate::config::tunnel::Tunnel;
use crate::network::{End, HostId, Network, ProcessId, SiteId, ZoneId, zone_interface};
use crate::packets::{Field, FieldProduct, IntervalSet, PacketSet, Space, iface, ipsec, state, uid};

/// Something that opens connections, or that they are opened to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Node {
    /// The hosts of a zone.
    Zone(ZoneId),
    /// A process of a gateway with rights of its own.
    Process(ProcessId),
    /// A gateway's own system: trusted not to pass on what it receives (an assumption of the certificate).
    Gateway(SiteId),
    /// Everything outside.
    Internet,
    /// The far end of tunnels that is not ours, by its public address.
    Far(IpAddr),
}

impl Node {
    /// Where an end of a flow stands: a machine is its zones.
    pub(super) fn of(net: &Network, end: &End) -> Vec<Self> {
        match end {
            End::Zone(zone) => vec![Self::Zone(*zone)],
            End::Host(host) => net.hosts[host.index()].zones.iter().map(|z| Self::Zone(*z)).collect(),
            End::Process(process) => vec![Self::Process(*process)],
            End::Gateway(site) | End::Supervision(site) => vec![Self::Gateway(*site)],
            End::Internet(_) => vec![Self::Internet],
        }
    }
}

/// A gateway crossed on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Crossing {
    /// Whose.
    pub(super) site: SiteId,
    /// Through, from or towards it.
    pub(super) hook: Hook,
    /// Interface in.
    pub(super) enters: u128,
    /// Interface out.
    pub(super) leaves: u128,
}

/// How one node reaches another.
#[derive(Debug, Clone)]
pub(super) enum Means {
    /// By packets, as the last gateway sees them, and the gateways they cross.
    Packets {
        /// Never empty.
        set: PacketSet,
        /// A site of the part whose space holds the set.
        home: SiteId,
        /// In order.
        crossings: Vec<Crossing>,
    },
    /// A machine with a foot in both zones.
    Machine(HostId),
    /// Frames: why, and the place among the findings of the segments.
    Frames(usize),
    /// The far end is not ours: the selectors say what it claims to reach.
    Claimed {
        /// Whose tunnel.
        site: SiteId,
        /// Its place among the tunnels of the site's gateway.
        tunnel: usize,
    },
}

/// One step that a connection, or what it carries, can take.
#[derive(Debug, Clone)]
pub(super) struct Edge {
    /// From.
    pub(super) from: Node,
    /// To.
    pub(super) to: Node,
    /// How.
    pub(super) means: Means,
}

/// One part of the proof at work.
struct Walk<'a, 'g> {
    region: &'a Region<'a, 'g>,
    net: &'a Network,
    gates: &'a BTreeMap<SiteId, Gate<'g>>,
    space: &'a mut Space,
    /// A site of this part.
    home: SiteId,
    /// Where a walk may go that has entered no establishment yet.
    towards: Towards,
    epoch: usize,
    from: Node,
    rank: Rank,
    /// What passes gateways of other parts, as far as it was asked.
    held: Held,
    found: Vec<(Rank, Edge)>,
}

/// Packets at the door of a gateway.
struct Arriving {
    set: PacketSet,
    enters: u128,
    arrived: u128,
    trail: Vec<Crossing>,
}

impl Arriving {
    /// It came in here by this interface before, and what comes now was followed then. Agreement holds every gateway to
    /// two things: a source that changes on its way into a tunnel came in by the link of its zone, so at the first gateway
    /// of all, and a destination that changes leaves by the link of its machine, where the walk ends. Between two visits by
    /// one tunnel nothing has changed. What comes by a WAN, where addresses do change, is a part of what the Internet sends
    /// there, which is followed by itself.
    fn goes_round(&self, site: SiteId) -> bool {
        self.trail.iter().any(|crossing| crossing.site == site && crossing.enters == self.enters)
    }
}

impl<'a, 'g> Walk<'a, 'g> {
    fn gate(&self, site: SiteId) -> &'a Gate<'g> {
        &self.gates[&site]
    }

    /// Packets that may open: new, and those that connection tracking does not follow.
    fn openers(enters: u128, arrived: u128) -> FieldProduct {
        FieldProduct::any()
            .with(Field::State, IntervalSet::points([state::NEW, state::UNTRACKED]))
            .with_value(Field::In, enters)
            .with_value(Field::Ipsec, arrived)
            .with_value(Field::Uid, uid::NONE)
    }

    fn open_from_zone(&mut self, site: SiteId, zone: ZoneId) -> Result<(), Unclear> {
        let name = zone_interface(&self.net.site(site).gateway.lan, self.net.zone(zone).vlan);
        let Some(enters) = self.gate(site).interfaces.number(&name) else { return Ok(()) };
        let set = self.space.product(&Self::openers(enters, 0))?;
        self.arrive(site, &Arriving { set, enters, arrived: 0, trail: Vec::new() })
    }

    fn open_from_internet(&mut self, site: SiteId) -> Result<(), Unclear> {
        let enters = self.gate(site).wan;
        let set = self.space.product(&Self::openers(enters, 0))?;
        self.arrive(site, &Arriving { set, enters, arrived: 0, trail: Vec::new() })
    }

    fn open_from_process(&mut self, site: SiteId, number: u32) -> Result<(), Unclear> {
        let sent = FieldProduct::any()
            .with(Field::State, IntervalSet::points([state::NEW, state::UNTRACKED]))
            .with_value(Field::In, iface::NONE)
            .with_value(Field::Ipsec, 0)
            .with_value(Field::Uid, number.into());
        let set = self.space.product(&sent)?;
        let passing = self.passing(site, iface::NONE, &[])?.output;
        for out in self.ways_out(site, set, passing, 0)? {
            let leaving = self.routed(site, set, out, 0)?;
            let passed = self.space.intersect(leaving, passing)?;
            self.leave(site, passed, Crossing { site, hook: Hook::Output, enters: iface::NONE, leaves: out }, &[])?;
        }
        if self.is_seen_elsewhere(site, &[]) {
            return Ok(());
        }
        let own = self.for_itself(site, set)?;
        let looped = self.fixed(own, Field::Out, iface::LO)?;
        let passed = self.space.intersect(looped, passing)?;
        let inward = self.fixed(passed, Field::In, iface::LO)?;
        let inward = self.fixed(inward, Field::Uid, uid::NONE)?;
        let trail = vec![Crossing { site, hook: Hook::Output, enters: iface::NONE, leaves: iface::LO }];
        self.deliver(site, &Arriving { set: inward, enters: iface::LO, arrived: 0, trail })
    }

    fn fixed(&mut self, set: PacketSet, field: Field, value: u128) -> Result<PacketSet, Unclear> {
        Ok(self.space.rewrite(set, field, value)?)
    }

    /// The packets of a set whose destination is routed to an interface, with that interface and the IPsec flag they leave with.
    fn routed(&mut self, site: SiteId, set: PacketSet, out: u128, arrived: u128) -> Result<PacketSet, Unclear> {
        let gate = self.gate(site);
        let to = [false, true].map(|v6| family(v6).with(Field::Dst, gate.routes.out_of(out, v6)));
        let to = self.space.products(&to)?;
        let leaving = self.space.intersect(set, to)?;
        let leaving = self.fixed(leaving, Field::Out, out)?;
        if out != gate.wan {
            let either = IntervalSet::points([arrived, arrived | ipsec::LEAVES]);
            return Ok(self.space.rewrite_into(leaving, Field::Ipsec, &either)?);
        }
        let mut covered = Vec::new();
        for (_, tunnel) in gate.policy_based() {
            covered.push(self.selected(tunnel, false)?);
        }
        let covered = self.space.union_all(&covered)?;
        let (protected, clear) = self.space.partition(leaving, covered)?;
        let protected = self.fixed(protected, Field::Ipsec, arrived | ipsec::LEAVES)?;
        Ok(self.space.union(protected, clear)?)
    }

    /// Packets that a tunnel's children cover, outwards or inwards.
    fn selected(&mut self, tunnel: &Tunnel, inwards: bool) -> Result<PacketSet, Unclear> {
        let mut parts = Vec::new();
        for child in &tunnel.children {
            let (src, dst) = if inwards { (&child.remote, &child.local) } else { (&child.local, &child.remote) };
            let from = in_nets(self.space, Field::Src, src)?;
            let to = in_nets(self.space, Field::Dst, dst)?;
            parts.push(self.space.intersect(from, to)?);
        }
        Ok(self.space.union_all(&parts)?)
    }

    /// Leads what comes for a machine by another address to it, delivers to the gateway itself, and forwards.
    fn arrive(&mut self, site: SiteId, arriving: &Arriving) -> Result<(), Unclear> {
        if arriving.set.is_empty() || arriving.goes_round(site) {
            return Ok(());
        }
        let passing = self.passing(site, arriving.enters, &arriving.trail)?;
        let is_seen_elsewhere = self.is_seen_elsewhere(site, &arriving.trail);
        if is_seen_elsewhere && passing.forward.is_empty() {
            return Ok(());
        }
        let set = self.led(site, arriving.set)?;
        let own = self.for_itself(site, set)?;
        if !is_seen_elsewhere {
            self.deliver(site, &Arriving { set: own, trail: arriving.trail.clone(), ..*arriving })?;
        }
        let through = self.space.minus(set, own)?;
        let passing = passing.forward;
        for out in self.ways_out(site, through, passing, arriving.arrived)? {
            let leaving = self.routed(site, through, out, arriving.arrived)?;
            let passed = self.space.intersect(leaving, passing)?;
            let crossing = Crossing { site, hook: Hook::Forward, enters: arriving.enters, leaves: out };
            self.leave(site, passed, crossing, &arriving.trail)?;
        }
        Ok(())
    }

    /// Destinations as they are once translated; what connection tracking does not follow keeps its own.
    fn led(&mut self, site: SiteId, set: PacketSet) -> Result<PacketSet, Unclear> {
        let gate = self.gate(site);
        let Some(filter) = &gate.device.bundle.filter else { return Ok(set) };
        let now = self.net.epochs[self.epoch].clock();
        let image = meaning::translate(self.space, filter, &gate.interfaces, Hook::Prerouting, set, now)?;
        self.with_untracked(image, set)
    }

    /// An image of new packets, and the untracked packets of the set that it is of.
    fn with_untracked(&mut self, image: PacketSet, set: PacketSet) -> Result<PacketSet, Unclear> {
        let untracked = FieldProduct::any().with_value(Field::State, state::UNTRACKED);
        let untracked = self.space.product(&untracked)?;
        let untouched = self.space.intersect(set, untracked)?;
        Ok(self.space.union(image, untouched)?)
    }

    /// Interfaces that something is routed to and that the filter lets something out by: at a centre, few of its tunnels.
    fn ways_out(
        &mut self,
        site: SiteId,
        set: PacketSet,
        passing: PacketSet,
        arrived: u128,
    ) -> Result<Vec<u128>, Unclear> {
        let either = IntervalSet::points([arrived, arrived | ipsec::LEAVES]);
        let either = self.space.rewrite_into(set, Field::Ipsec, &either)?;
        let may = self.space.intersect(either, passing)?;
        let open = self.space.values(may, Field::Out);
        Ok(self.gate(site).routes.interfaces_in(&open).collect())
    }

    fn for_itself(&mut self, site: SiteId, set: PacketSet) -> Result<PacketSet, Unclear> {
        let own = self.gate(site).own.iter().map(|a| {
            let (v6, value) = point(*a);
            family(v6).with_value(Field::Dst, value)
        });
        let own: Vec<FieldProduct> = own.collect();
        let own = self.space.products(&own)?;
        Ok(self.space.intersect(set, own)?)
    }

    /// To the processes that listen, and to the gateway's own system. DHCP is an answer on the link, no opening.
    fn deliver(&mut self, site: SiteId, arriving: &Arriving) -> Result<(), Unclear> {
        let inward = self.fixed(arriving.set, Field::Out, iface::NONE)?;
        let passing = self.passing(site, arriving.enters, &arriving.trail)?.input;
        let passed = self.space.intersect(inward, passing)?;
        let dhcp = FieldProduct::udp().with_value(Field::Sport, 68).with_value(Field::Dport, 67);
        let dhcp = self.space.product(&dhcp)?;
        let passed = self.space.minus(passed, dhcp)?;
        let mut crossings = arriving.trail.clone();
        crossings.push(Crossing { site, hook: Hook::Input, enters: arriving.enters, leaves: iface::NONE });
        for listener in &self.gate(site).listeners {
            let doors: Vec<FieldProduct> = listener.at.iter().copied().map(door).collect();
            let doors = self.space.products(&doors)?;
            let heard = self.space.intersect(passed, doors)?;
            self.arrived(Node::Process(listener.process), heard, &crossings);
        }
        self.arrived(Node::Gateway(site), passed, &crossings);
        Ok(())
    }

    fn arrived(&mut self, to: Node, set: PacketSet, crossings: &[Crossing]) {
        if !set.is_empty() && to != self.from && !self.is_found_elsewhere(crossings) {
            let means = Means::Packets { set, home: self.home, crossings: crossings.to_vec() };
            self.add(Edge { from: self.from, to, means });
        }
    }
}
