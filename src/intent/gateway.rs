//! Which packets a gateway must let pass, at each hook, in one epoch; `ended` says what is cut of what was open before,
//! `translation` what addresses become.

mod ended;
mod translation;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use ipnet::{IpNet, Ipv4Net};

use super::algebra::{Sets, Universe, addresses, icmp_errors, in_nets, link_message, of, services};
use crate::network::{Flow, Leg, Network, Port, ProcessId, SiteId, tunnel_interface, zone_interface};
use crate::packets::{Field, FieldProduct, IntervalSet, PacketSet, Space, family, iface, ipsec, proto, state};

pub use translation::Translation;

/// Sets of the packets that pass, and of all that can meet the hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hooks {
    /// Towards the gateway itself.
    pub input: PacketSet,
    /// Through it.
    pub forward: PacketSet,
    /// From it.
    pub output: PacketSet,
    /// Leaving it, with translated addresses.
    pub leave: PacketSet,
}

/// What one gateway must do in one epoch.
#[derive(Debug, Clone)]
pub struct GatewayIntent {
    /// Packets that must pass each hook, and no other.
    pub pass: Hooks,
    /// Source translation of new packets that pass; every other packet keeps its addresses.
    pub exits: Vec<Translation>,
    /// Packets that can come in at all.
    pub arriving: PacketSet,
    /// Destination translation of new packets as they come in; every other packet keeps its destination.
    pub entries: Vec<Translation>,
    /// Something is led to a machine here, in this epoch or in another.
    pub leads: bool,
}

impl Hooks {
    /// Its sets.
    pub fn sets_mut(&mut self) -> [&mut PacketSet; 4] {
        let Self { input, forward, output, leave } = self;
        [input, forward, output, leave]
    }
}

impl GatewayIntent {
    /// Its sets, wherever they are held.
    pub fn sets_mut(&mut self) -> impl Iterator<Item = &mut PacketSet> {
        let Self { pass, exits, arriving, entries, leads: _ } = self;
        let translated = exits.iter_mut().map(|exit| &mut exit.packets);
        let led = entries.iter_mut().map(|entry| &mut entry.packets);
        pass.sets_mut().into_iter().chain(translated).chain(led).chain([arriving])
    }
}

/// Router solicitation, neighbour solicitation, neighbour advertisement (RFC 4861): what a gateway hears on a link.
const HEARD: [u8; 3] = [133, 135, 136];
/// Listener query (RFC 3810 §5.1).
const LISTENER_QUERY: u8 = 130;
/// Router advertisement, neighbour solicitation, neighbour advertisement: what it says.
const SAID: [u8; 3] = [134, 135, 136];
/// Version 2 listener report (RFC 3810 §5.2).
const LISTENER_REPORT: u8 = 143;

/// Which of the flows that cross a site's gateway are open at an instant: all that its intent takes from the instant.
pub fn open_at(net: &Network, site: SiteId, instant: i64) -> Vec<bool> {
    net.legs_at(site).map(|(flow, _)| flow.window.contains(instant)).collect()
}

/// Packets that can meet each hook of a gateway at all.
pub fn universe(space: &mut Space) -> Sets<Hooks> {
    let [input, forward, output] =
        [Universe::input(), Universe::forward(), Universe::output()].map(|all| space.product(&all));
    let (forward, output) = (forward?, output?);
    let leave = space.union(forward, output)?;
    Ok(Hooks { input: input?, forward, output, leave })
}

/// The intent of a site's gateway at an instant (epoch seconds).
pub fn gateway(space: &mut Space, net: &Network, site: SiteId, instant: i64) -> Sets<GatewayIntent> {
    let numbers = super::interfaces(net, site).into_iter().zip(iface::FIRST..).collect();
    let mut gate = Gate { space, net, site, numbers };
    let universe = universe(gate.space)?;
    let (flows, closed): (Vec<(&Flow, &Leg)>, Vec<_>) =
        net.legs_at(site).partition(|(f, _)| f.window.contains(instant));
    let ended = gate.ended(&flows, &closed)?;
    let clean_in = gate.clean_in()?;
    let clean_out = gate.clean_out()?;
    let both = gate.space.intersect(clean_in, clean_out)?;
    let pass = Hooks {
        input: gate.input(&flows, clean_in, ended.input)?,
        forward: gate.forward(&flows, both, ended.forward)?,
        output: gate.output(&flows, clean_out, ended.output)?,
        leave: gate.leave()?,
    };
    let pass = Hooks {
        input: gate.space.intersect(pass.input, universe.input)?,
        forward: gate.space.intersect(pass.forward, universe.forward)?,
        output: gate.space.intersect(pass.output, universe.output)?,
        leave: gate.space.intersect(pass.leave, universe.leave)?,
    };
    let exits = gate.exits(&flows, &pass)?;
    let arriving = gate.space.product(&Universe::arriving())?;
    let entries = gate.entries(&flows, arriving)?;
    let leads = net.legs_at(site).any(|(_, leg)| leg.met_at.is_some());
    Ok(GatewayIntent { pass, exits, arriving, entries, leads })
}

/// Where a packet shows the sides of its flow.
struct Way {
    /// The interface that the flow comes in by.
    enters: Field,
    /// The interface that it goes out by.
    leaves: Field,
    /// The address of who opens.
    opener: Field,
    /// The address of who is asked.
    asked: Field,
}

const WITH_THE_OPENER: Way = Way { enters: Field::In, leaves: Field::Out, opener: Field::Src, asked: Field::Dst };
const AGAINST_THE_OPENER: Way = Way { enters: Field::Out, leaves: Field::In, opener: Field::Dst, asked: Field::Src };

struct Gate<'a> {
    space: &'a mut Space,
    net: &'a Network,
    site: SiteId,
    numbers: BTreeMap<String, u128>,
}

impl Gate<'_> {
    /// Number of an interface by name.
    fn number(&self, name: &str) -> u128 {
        *self.numbers.get(name).expect("every port of a site has an interface")
    }

    fn wan(&self) -> u128 {
        self.number(&self.net.site(self.site).gateway.wan)
    }

    fn link(&self, zone: crate::network::ZoneId) -> u128 {
        self.number(&zone_interface(&self.net.site(self.site).gateway.lan, self.net.zone(zone).vlan))
    }

    fn port(&self, port: Port) -> Option<u128> {
        match port {
            Port::Zone(z) => Some(self.link(z)),
            Port::Wan => Some(self.wan()),
            Port::Local(_) => None,
            Port::Tunnel(t) => {
                let ends = self.net.tunnel(t).ends;
                let peer = if ends[0] == self.site { ends[1] } else { ends[0] };
                Some(self.number(&tunnel_interface(&self.net.site(peer).name)))
            }
        }
    }

    /// Prefixes that stand behind each interface other than the WAN.
    fn behind(&self) -> Vec<(u128, Vec<IpNet>)> {
        let zones = self.net.site(self.site).zones.iter().map(|z| (self.link(*z), self.net.zone(*z).nets()));
        let tunnels = self.net.tunnels_of(self.site).map(|(id, _, t)| {
            (self.port(Port::Tunnel(id)).expect("a tunnel has an interface"), t.remote_nets(self.site))
        });
        zones.chain(tunnels).collect()
    }

    fn inside(&self) -> Vec<IpNet> {
        self.net.region.inside().collect()
    }

    /// Each interface carries its own sources only; the WAN carries inside sources only when IPsec protected them.
    fn clean_in(&mut self) -> Sets<PacketSet> {
        let mut parts = Vec::new();
        for (number, nets) in self.behind() {
            let base = FieldProduct::any().with_value(Field::In, number);
            parts.push(in_nets(self.space, Field::Src, &nets, &base)?);
        }
        let wan = FieldProduct::any().with_value(Field::In, self.wan());
        let clear = wan.clone().with(Field::Ipsec, IntervalSet::points([0, ipsec::LEAVES]));
        let claimed = in_nets(self.space, Field::Src, &self.inside(), &clear)?;
        let wan = self.space.product(&wan)?;
        parts.push(self.space.minus(wan, claimed)?);
        self.space.union_all(&parts)
    }

    /// What is for inside leaves by the WAN only when IPsec will protect it.
    fn clean_out(&mut self) -> Sets<PacketSet> {
        let clear = FieldProduct::any()
            .with_value(Field::Out, self.wan())
            .with(Field::Ipsec, IntervalSet::span(0, ipsec::ARRIVED));
        let bad = in_nets(self.space, Field::Dst, &self.inside(), &clear)?;
        self.space.complement(bad)
    }

    /// What goes on of what was let in, both ways, and the errors a connection may cause.
    fn known(&mut self, ended: PacketSet) -> Sets<PacketSet> {
        let both_ways = IntervalSet::points([state::ESTABLISHED, state::ESTABLISHED_REPLY]);
        let established = self.space.product(&FieldProduct::any().with(Field::State, both_ways))?;
        let going_on = self.space.minus(established, ended)?;
        let errors = self.space.products(&icmp_errors())?;
        self.space.union(going_on, errors)
    }

    fn input(&mut self, flows: &[(&Flow, &Leg)], clean: PacketSet, ended: PacketSet) -> Sets<PacketSet> {
        let lo = self.space.product(&FieldProduct::any().with_value(Field::In, iface::LO))?;
        let heard = self.heard()?;
        let discover = self.dhcp_discover()?;
        let mut opened = vec![self.peers_in()?, self.dhcp_renewal()?];
        for (flow, leg) in flows.iter().filter(|(_, l)| matches!(l.leaves, Port::Local(_))) {
            opened.push(self.opening(flow, leg, &FieldProduct::any())?);
        }
        let known = self.known(ended)?;
        let opened = self.space.union_all(&opened)?;
        let either = self.space.union(known, opened)?;
        let checked = self.space.intersect(either, clean)?;
        self.space.union_all(&[lo, heard, discover, checked])
    }

    /// Links of this gateway with IPv6, and their prefixes.
    fn links6(&self) -> Vec<(u128, IpNet)> {
        let zones = self.net.site(self.site).zones.iter();
        zones.filter_map(|z| self.net.zone(*z).v6.map(|n| (self.link(*z), IpNet::V6(n)))).collect()
    }

    /// Neighbour discovery from the link itself (unspecified, link-local and the zone's own sources), and who asks for the
    /// groups that are listened to (link-local alone, RFC 3810 §5.1.14).
    fn heard(&mut self) -> Sets<PacketSet> {
        let from_link: Vec<IpNet> = ["::/128", "fe80::/10"].iter().map(|n| n.parse().expect("a prefix")).collect();
        let mut parts = Vec::new();
        for (number, own) in self.links6() {
            let mut sources = from_link.clone();
            sources.push(own);
            let base = FieldProduct::any().with_value(Field::In, number).with(Field::Src, addresses(&sources, true));
            parts.push(link_message(&HEARD, 255, &base));
            let asking = FieldProduct::any().with_value(Field::In, number);
            let asking = asking.with(Field::Src, addresses(&from_link[1..], true));
            parts.push(link_message(&[LISTENER_QUERY], 1, &asking));
        }
        self.space.products(&parts)
    }

    fn served(&self) -> Vec<(u128, Ipv4Addr)> {
        let site = self.net.site(self.site);
        site.served.iter().map(|z| (self.link(*z), self.net.zone(*z).gateway4())).collect()
    }

    /// DHCP requests (RFC 2131): client port 68, server port 67, to the gateway's address there or to everybody.
    fn dhcp_request(number: u128, own: Ipv4Addr) -> FieldProduct {
        let to = IntervalSet::points([u128::from(u32::from(own)), family::V4_MAX]);
        FieldProduct::v4()
            .intersect(&FieldProduct::udp())
            .with_value(Field::In, number)
            .with(Field::Dst, to)
            .with_value(Field::Sport, 68)
            .with_value(Field::Dport, 67)
    }

    fn dhcp_discover(&mut self) -> Sets<PacketSet> {
        let parts: Vec<FieldProduct> =
            self.served().into_iter().map(|(n, own)| Self::dhcp_request(n, own).with_value(Field::Src, 0)).collect();
        self.space.products(&parts)
    }

    fn dhcp_renewal(&mut self) -> Sets<PacketSet> {
        let parts: Vec<FieldProduct> = self
            .served()
            .into_iter()
            .map(|(n, own)| Self::dhcp_request(n, own).with_value(Field::State, state::NEW))
            .collect();
        self.space.products(&parts)
    }

    fn dhcp_answers(&mut self) -> Sets<PacketSet> {
        let answer = |(number, own): (u128, Ipv4Addr)| {
            FieldProduct::v4()
                .intersect(&FieldProduct::udp())
                .with_value(Field::State, state::NEW)
                .with_value(Field::Out, number)
                .with_value(Field::Src, u32::from(own).into())
                .with_value(Field::Sport, 67)
                .with_value(Field::Dport, 68)
        };
        let parts: Vec<FieldProduct> = self.served().into_iter().map(answer).collect();
        self.space.products(&parts)
    }

    fn peers(&self) -> IntervalSet {
        let ours = self.net.tunnels_of(self.site).map(|(_, peer, _)| self.net.site(peer).gateway.public.value);
        let old = self.net.site(self.site).old_tunnels.iter().map(|t| t.peer);
        IntervalSet::points(ours.chain(old).map(|a| u128::from(u32::from(a))))
    }

    /// IKE (UDP 500 and 4500, RFC 7296, RFC 3948) and ESP with declared peers, on the public address.
    fn peers_at(&mut self, side: Field, peer: Field, own: Field) -> Sets<PacketSet> {
        let public = u32::from(self.net.site(self.site).gateway.public.value);
        let peers = self.peers();
        if peers.is_empty() {
            return Ok(self.space.empty());
        }
        let base = FieldProduct::v4()
            .with_value(Field::State, state::NEW)
            .with_value(side, self.wan())
            .with(peer, peers)
            .with_value(own, public.into());
        let ike = base.intersect(&FieldProduct::udp()).with(Field::Dport, IntervalSet::points([500, 4500]));
        let esp = base.with_value(Field::Proto, proto::ESP);
        self.space.products(&[ike, esp])
    }

    fn peers_in(&mut self) -> Sets<PacketSet> {
        self.peers_at(Field::In, Field::Src, Field::Dst)
    }

    fn forward(&mut self, flows: &[(&Flow, &Leg)], clean: PacketSet, ended: PacketSet) -> Sets<PacketSet> {
        let mut opened = Vec::new();
        for (flow, leg) in flows.iter().filter(|(_, l)| l.is_forwarded()) {
            opened.push(self.opening(flow, leg, &FieldProduct::any())?);
        }
        let opened = self.space.union_all(&opened)?;
        let known = self.known(ended)?;
        let old = self.old_tunnels()?;
        let either = self.space.union_all(&[known, opened, old])?;
        self.space.intersect(either, clean)
    }

    /// Tunnels whose far end is not ours let through what their selectors cover, both ways, whatever its state.
    fn old_tunnels(&mut self) -> Sets<PacketSet> {
        let mut parts = Vec::new();
        for old in &self.net.site(self.site).old_tunnels {
            for (local, remote) in old.selectors.iter().map(|s| s.value) {
                let v6 = matches!(local, IpNet::V6(_));
                let ways = [(Field::Out, ipsec::LEAVES, local, remote), (Field::In, ipsec::ARRIVED, remote, local)];
                for (side, bit, src, dst) in ways {
                    let protected = IntervalSet::points([bit, ipsec::ARRIVED | ipsec::LEAVES]);
                    parts.push(
                        of(v6)
                            .with_value(side, self.wan())
                            .with(Field::Ipsec, protected)
                            .with(Field::Src, addresses(&[src], v6))
                            .with(Field::Dst, addresses(&[dst], v6)),
                    );
                }
            }
        }
        self.space.products(&parts)
    }

    fn output(&mut self, flows: &[(&Flow, &Leg)], clean: PacketSet, ended: PacketSet) -> Sets<PacketSet> {
        let lo = self.own_loopback()?;
        let system = self.system()?;
        let said = self.said()?;
        let said = self.space.intersect(said, system)?;
        let mut opened = vec![self.peers_at(Field::Out, Field::Dst, Field::Src)?, self.dhcp_answers()?];
        for (flow, leg) in flows.iter().filter(|(_, l)| l.enters == Port::Local(None)) {
            opened.push(self.opening(flow, leg, &FieldProduct::any())?);
        }
        let opened = self.space.union_all(&opened)?;
        let of_system = self.space.intersect(opened, system)?;
        let of_processes = self.of_processes(flows)?;
        let known = self.known(ended)?;
        let either = self.space.union_all(&[known, of_system, of_processes])?;
        let checked = self.space.intersect(either, clean)?;
        let all = self.space.union_all(&[lo, said, checked])?;
        let looped = self.process_loopback()?;
        self.space.minus(all, looped)
    }

    /// What a process with rights of its own sends over the loopback is refused whatever its state.
    fn process_loopback(&mut self) -> Sets<PacketSet> {
        let uids = self.process_uids();
        self.space.product(&FieldProduct::any().with(Field::Uid, uids).with_value(Field::Out, iface::LO))
    }

    fn process_uids(&self) -> IntervalSet {
        IntervalSet::points(self.net.processes_of(self.site).map(|(_, p)| u128::from(p.uid)))
    }

    /// Everything that no process with rights of its own sent.
    fn system(&mut self) -> Sets<PacketSet> {
        let others = self.process_uids().complement(Field::Uid.max());
        self.space.product(&FieldProduct::any().with(Field::Uid, others))
    }

    /// The loopback is for the system only: by it a proxy would reach the gateway itself and the other proxy.
    fn own_loopback(&mut self) -> Sets<PacketSet> {
        let system = self.system()?;
        let lo = self.space.product(&FieldProduct::any().with_value(Field::Out, iface::LO))?;
        self.space.intersect(lo, system)
    }

    fn said(&mut self) -> Sets<PacketSet> {
        let mut parts = Vec::new();
        for (number, _) in self.links6() {
            let base = FieldProduct::any().with_value(Field::Out, number);
            parts.push(link_message(&SAID, 255, &base));
            parts.push(link_message(&[LISTENER_REPORT], 1, &base));
        }
        self.space.products(&parts)
    }

    /// Each process opens its own flows only, from its own address.
    fn of_processes(&mut self, flows: &[(&Flow, &Leg)]) -> Sets<PacketSet> {
        let mut parts = Vec::new();
        let processes: Vec<(ProcessId, u32)> = self.net.processes_of(self.site).map(|(id, p)| (id, p.uid)).collect();
        for (id, number) in processes {
            let base = FieldProduct::any().with_value(Field::Uid, number.into());
            for (flow, leg) in flows.iter().filter(|(_, l)| l.enters == Port::Local(Some(id))) {
                parts.push(self.opening(flow, leg, &base)?);
            }
        }
        self.space.union_all(&parts)
    }

    /// Opening packets of one flow as one gateway sees them.
    fn opening(&mut self, flow: &Flow, leg: &Leg, base: &FieldProduct) -> Sets<PacketSet> {
        let base = base.clone().with_value(Field::State, state::NEW);
        let on = services(&flow.services, &FieldProduct::any());
        self.along(leg, base, &WITH_THE_OPENER, &on)
    }

    /// Packets of a flow that go one way, for what asks `on` of their transport.
    fn along(&mut self, leg: &Leg, mut base: FieldProduct, way: &Way, on: &[FieldProduct]) -> Sets<PacketSet> {
        if let Some(number) = self.port(leg.enters) {
            base = base.with_value(way.enters, number);
        }
        if let Some(number) = self.port(leg.leaves) {
            base = base.with_value(way.leaves, number);
        }
        let from = if leg.from_internet {
            let (base, outside) = (self.space.product(&base)?, self.outside(way.opener)?);
            self.space.intersect(base, outside)?
        } else {
            in_nets(self.space, way.opener, &leg.source, &base)?
        };
        let to = if leg.internet {
            self.outside(way.asked)?
        } else {
            in_nets(self.space, way.asked, &leg.destination, &FieldProduct::any())?
        };
        let on = self.space.products(on)?;
        let pair = self.space.intersect(from, to)?;
        self.space.intersect(pair, on)
    }

    /// Neither from, nor for, what is inside or a public address that the region declares.
    fn outside(&mut self, field: Field) -> Sets<PacketSet> {
        let mut known = self.inside();
        known.extend(&self.net.region.public);
        let known = in_nets(self.space, field, &known, &FieldProduct::any())?;
        self.space.complement(known)
    }

    /// Nothing leaves by the WAN in clear with an inside source.
    fn leave(&mut self) -> Sets<PacketSet> {
        let clear = FieldProduct::any()
            .with_value(Field::Out, self.wan())
            .with(Field::Ipsec, IntervalSet::span(0, ipsec::ARRIVED));
        let bad = in_nets(self.space, Field::Src, &self.inside(), &clear)?;
        self.space.complement(bad)
    }
}

/// A single address as a prefix.
pub(super) fn single(address: Ipv4Addr) -> IpNet {
    IpNet::V4(Ipv4Net::from(address))
}
