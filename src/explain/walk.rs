//! One packet from gateway to gateway, with what decides on it at each: route, rule, translation, tunnel.

use std::collections::BTreeMap;

use super::packet::unasked;
use super::route::{self, Taken, address, number};
use super::rule;
use super::tracked::Tracked;
use crate::config::filter::{Action, Hook};
use crate::config::host::LinkKind;
use crate::config::meaning::{self, Interfaces, Step, Unclear};
use crate::config::tunnel::{Child, Tunnel};
use crate::config::{Filter, Loc};
use crate::diagnostics::Sources;
use crate::intent;
use crate::isolation::ReadDevice;
use crate::network::{Network, ProcessId, Role, Site, SiteId, ZoneId, zone_interface};
use crate::packets::{Field, Packet, iface, ipsec, state, uid};

/// More gateways than any way of ours has: a loop ends here.
const MOST_GATEWAYS: usize = 6;

/// The way of one packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// As it was sent.
    pub packet: Packet,
    /// Gateways in order.
    pub hops: Vec<Hop>,
    /// Where it ends.
    pub ending: Ending,
    /// What becomes of its answer, where it has one.
    pub back: Option<Back>,
}

/// The way of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Back {
    /// As it was sent.
    pub packet: Packet,
    /// Gateways in order.
    pub hops: Vec<Hop>,
    /// It reaches who opened.
    pub is_home: bool,
    /// It crosses the same gateways by the same interfaces as what it answers, the other way.
    pub is_mirrored: bool,
}

/// One gateway on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// `0000001B/gateway`.
    pub device: String,
    /// `forward`, `input`, `output`.
    pub hook: &'static str,
    /// Where it comes from: `eth1.20 (pedago)`, `itself`.
    pub from: String,
    /// Where it goes: `xf-csm`, `itself`, `nowhere`.
    pub to: String,
    /// What decides, in order.
    pub notes: Vec<Note>,
}

/// One line of a hop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// `route`, `rule`, `policy`, `nat`, `tunnel`, `stops`, `cut`.
    pub kind: &'static str,
    /// File and line; empty when no text says it.
    pub at: String,
    /// In words.
    pub text: String,
}

/// Where a packet ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// On the link of a zone.
    Zone(ZoneId),
    /// At a process of a gateway.
    Process(ProcessId),
    /// At a gateway's own system.
    Gateway(SiteId),
    /// Outside.
    Internet,
    /// In a tunnel whose far end is not ours.
    Far(String),
    /// Nowhere: the note `stops` of the last hop says why.
    Stopped,
}

/// Where a packet comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    /// From the hosts of a zone.
    Zone(ZoneId),
    /// From outside, on the WAN of a site.
    Wan(SiteId),
    /// From the gateway itself, by a process or by its own system.
    Own(SiteId, Option<ProcessId>),
    /// From a tunnel that has no interface, on the WAN of a site.
    Old(SiteId),
}

/// Follows packets at one instant.
pub(super) struct Walker<'a> {
    net: &'a Network,
    sources: &'a Sources,
    gates: BTreeMap<SiteId, (&'a ReadDevice, Interfaces)>,
    now: u64,
    hops: Vec<Hop>,
    /// What the next hop begins with.
    before: Vec<Note>,
    /// The connection of the packet that is followed.
    tracked: Tracked,
    /// What is followed is its answer.
    answering: bool,
}

/// A packet that comes to a gateway by an interface, protected or not.
struct Arrival {
    site: SiteId,
    enters: u128,
    arrived: u128,
    packet: Packet,
}

impl<'a> Walker<'a> {
    /// Follows packets through these devices when their clocks show `now`.
    pub(super) fn new(net: &'a Network, devices: &'a [ReadDevice], sources: &'a Sources, now: u64) -> Self {
        let gateways = devices.iter().filter(|d| d.role == Role::Gateway);
        let gates = gateways.map(|device| {
            let names = Interfaces::new(intent::interfaces(net, device.site));
            let names = match &device.bundle.filter {
                Some(filter) => names.covering(filter),
                None => names,
            };
            (device.site, (device, names))
        });
        Self {
            net,
            sources,
            gates: gates.collect(),
            now,
            hops: Vec::new(),
            before: Vec::new(),
            tracked: Tracked::default(),
            answering: false,
        }
    }

    /// The whole way of a packet from its door, and of its answer.
    pub(super) fn follow(&mut self, door: Door, packet: Packet) -> Result<Story, Unclear> {
        (self.tracked, self.answering) = (Tracked::default(), false);
        let (hops, ending) = self.way(door, packet)?;
        let back = self.back(door, &hops, &ending)?;
        Ok(Story { packet, hops, ending, back })
    }

    /// The way of the answer, as what gateways saw of the first packet makes it.
    fn back(&mut self, door: Door, there: &[Hop], ending: &Ending) -> Result<Option<Back>, Unclear> {
        let Some((last, packet)) = self.tracked.answer() else { return Ok(None) };
        let answers = match ending {
            Ending::Zone(zone) => Door::Zone(*zone),
            Ending::Process(process) => Door::Own(last, Some(*process)),
            Ending::Gateway(site) => Door::Own(*site, None),
            Ending::Internet => Door::Wan(last),
            Ending::Far(_) => Door::Old(last),
            Ending::Stopped => return Ok(None),
        };
        self.answering = true;
        let (hops, ending) = self.way(answers, packet)?;
        let is_mirrored = hops.iter().map(Hop::ports).eq(there.iter().rev().map(Hop::ports_turned));
        Ok(Some(Back { packet, is_home: is_home(door, &ending), is_mirrored, hops }))
    }

    fn way(&mut self, door: Door, packet: Packet) -> Result<(Vec<Hop>, Ending), Unclear> {
        self.hops.clear();
        self.before.clear();
        let by_wan = |walker: &Self, site, arrived| Arrival {
            site,
            enters: walker.number(site, &walker.net.site(site).gateway.wan),
            arrived,
            packet,
        };
        let ending = match door {
            Door::Zone(zone) => {
                let site = self.net.zone(zone).site;
                let lan = zone_interface(&self.net.site(site).gateway.lan, self.net.zone(zone).vlan);
                let enters = self.number(site, &lan);
                self.arrive(&Arrival { site, enters, arrived: 0, packet })?
            }
            Door::Wan(site) => self.arrive(&by_wan(self, site, 0))?,
            Door::Old(site) => self.arrive(&by_wan(self, site, ipsec::ARRIVED))?,
            Door::Own(site, process) => self.send(site, process, packet)?,
        };
        Ok((std::mem::take(&mut self.hops), ending))
    }

    /// The source address that a gateway gives its own packets towards an address.
    pub(super) fn own_source(&self, site: SiteId, to: std::net::IpAddr) -> Option<std::net::IpAddr> {
        route::towards(self.device(site).bundle.host.as_ref()?, to)?.preferred
    }

    fn device(&self, site: SiteId) -> &'a ReadDevice {
        self.gates[&site].0
    }

    fn number(&self, site: SiteId, name: &str) -> u128 {
        self.gates[&site].1.number(name).unwrap_or(iface::UNDECLARED)
    }

    fn name(&self, site: SiteId, number: u128) -> String {
        self.gates[&site].1.name(number).map_or_else(|| "itself".to_owned(), |name| self.port(site, name))
    }

    /// An interface with what is behind it: `eth1.20 (pedago)`, `eth0 (WAN)`.
    fn port(&self, site: SiteId, name: &str) -> String {
        let zone = self.zone_on(site, name).map(|z| self.net.zone(z).name.as_str());
        let behind = zone.or_else(|| (name == self.net.site(site).gateway.wan).then_some("WAN"));
        behind.map_or_else(|| name.to_owned(), |behind| format!("{name} ({behind})"))
    }

    /// To the gateway itself, or through it.
    fn arrive(&mut self, arrival: &Arrival) -> Result<Ending, Unclear> {
        if self.hops.len() >= MOST_GATEWAYS {
            return Ok(self.stops(Loc::MADE, arrival.site, "it goes round in circles".to_owned()));
        }
        let packet = arrival
            .packet
            .with(Field::In, arrival.enters)
            .with(Field::Ipsec, arrival.arrived)
            .with(Field::Uid, uid::NONE);
        let packet = self.seen(arrival.site, packet)?;
        let arrival = Arrival { packet, ..*arrival };
        if self.is_own(arrival.site, &packet) { self.deliver(&arrival) } else { self.forward(&arrival) }
    }

    /// The packet as the gateway's routes and filters see it, with what connection tracking knows of it.
    fn seen(&mut self, site: SiteId, packet: Packet) -> Result<Packet, Unclear> {
        if !self.answering {
            let inside = self.led(site, packet)?;
            self.tracked.comes(site, packet, inside);
            return Ok(inside);
        }
        let Some(inside) = self.tracked.back_inside(site, &packet) else { return self.led(site, unasked(packet)) };
        if inside.get(Field::Dst) != packet.get(Field::Dst) {
            let text = format!("the destination is {} again", address(&inside, Field::Dst));
            self.before.push(Note { kind: "nat", at: String::new(), text });
        }
        Ok(inside)
    }

    /// The packet as the gateway routes it: to the machine, when it came to the address that others find it at. Only what
    /// opens a connection is asked about.
    fn led(&mut self, site: SiteId, packet: Packet) -> Result<Packet, Unclear> {
        if packet.get(Field::State) != state::NEW {
            return Ok(packet);
        }
        let (device, names) = &self.gates[&site];
        let Some(filter) = &device.bundle.filter else { return Ok(packet) };
        let steps = meaning::trace_translation(filter, names, Hook::Prerouting, &packet, self.now)?;
        let Some(Step { action: Action::Dnat(to, port), at, .. }) = steps.last() else { return Ok(packet) };
        let text = format!("the destination becomes {to}");
        self.before.push(Note { kind: "nat", at: self.cite(site, *at), text });
        let packet = packet.with(Field::Dst, number(*to));
        Ok(port.map_or(packet, |port| packet.with(Field::Dport, port.into())))
    }

    fn is_own(&self, site: SiteId, packet: &Packet) -> bool {
        let to = address(packet, Field::Dst);
        let links = self.device(site).bundle.host.iter().flat_map(|h| &h.links);
        links.flat_map(|l| &l.addresses).any(|a| a.addr() == to)
    }

    fn deliver(&mut self, arrival: &Arrival) -> Result<Ending, Unclear> {
        let (site, packet) = (arrival.site, arrival.packet.with(Field::Out, iface::NONE));
        self.hop(site, "input", self.name(site, arrival.enters), "itself");
        if !self.passes(site, Hook::Input, &packet)? {
            return Ok(Ending::Stopped);
        }
        let (to, port) = (address(&packet, Field::Dst), packet.get(Field::Dport));
        let web = self.device(site).bundle.web.iter();
        let mut heard = web.filter(|w| w.listen.iter().any(|(at, on)| *at == to && u128::from(*on) == port));
        let process = heard.next().and_then(|w| self.net.processes_of(site).find(|(_, p)| p.name.as_str() == w.name));
        Ok(process.map_or(Ending::Gateway(site), |(id, _)| Ending::Process(id)))
    }

    fn forward(&mut self, arrival: &Arrival) -> Result<Ending, Unclear> {
        let site = arrival.site;
        let from = self.name(site, arrival.enters);
        let Some((taken, out)) = self.routed(site, &arrival.packet, "forward", from) else {
            return Ok(Ending::Stopped);
        };
        let packet = arrival.packet.with(Field::Out, out);
        self.leaves(site, Hook::Forward, packet, arrival.arrived, &taken)
    }

    /// A packet of the gateway itself.
    fn send(&mut self, site: SiteId, process: Option<ProcessId>, packet: Packet) -> Result<Ending, Unclear> {
        let user = process.map_or(0, |p| u128::from(self.net.processes[p.index()].uid));
        let packet = packet.with(Field::In, iface::NONE).with(Field::Ipsec, 0).with(Field::Uid, user);
        let packet = self.sent(site, packet);
        if self.is_own(site, &packet) {
            self.hop(site, "output", "itself".to_owned(), "lo");
            if !self.passes(site, Hook::Output, &packet.with(Field::Out, iface::LO))? {
                return Ok(Ending::Stopped);
            }
            return self.arrive(&Arrival { site, enters: iface::LO, arrived: 0, packet });
        }
        let Some((taken, out)) = self.routed(site, &packet, "output", "itself".to_owned()) else {
            return Ok(Ending::Stopped);
        };
        self.leaves(site, Hook::Output, packet.with(Field::Out, out), 0, &taken)
    }

    /// The gateway's own packet, with what connection tracking knows of it.
    fn sent(&mut self, site: SiteId, packet: Packet) -> Packet {
        if !self.answering {
            self.tracked.comes(site, packet, packet);
            return packet;
        }
        let is_known = self.tracked.back_outside(site, &packet).is_some();
        if is_known { packet.with(Field::State, state::ESTABLISHED_REPLY) } else { unasked(packet) }
    }

    /// Opens the hop with its route.
    fn routed(&mut self, site: SiteId, packet: &Packet, hook: &'static str, from: String) -> Option<(String, u128)> {
        let device = self.device(site);
        let to = address(packet, Field::Dst);
        let taken = device.bundle.host.as_ref().and_then(|host| route::towards(host, to));
        let Some(Taken { out: Some(out), to: net, via, at, .. }) = taken else {
            self.hop(site, hook, from, "nowhere");
            match taken {
                Some(taken) => self.stops(
                    taken.at,
                    site,
                    format!("the route to {} is unreachable, on purpose: nothing inside leaves in clear", taken.to),
                ),
                None => self.stops(Loc::MADE, site, format!("no route leads to {to}")),
            };
            return None;
        };
        let port = self.port(site, out);
        self.hop(site, hook, from, &port);
        let text = match via {
            Some(next) => format!("{net} by {out}, next hop {next}"),
            None => format!("{net} by {out}"),
        };
        self.note("route", self.cite(site, at), text);
        Some((out.to_owned(), self.number(site, out)))
    }

    /// Past the filter, then onto a link, into a tunnel, or out by the WAN.
    fn leaves(
        &mut self,
        site: SiteId,
        hook: Hook,
        packet: Packet,
        arrived: u128,
        out: &str,
    ) -> Result<Ending, Unclear> {
        let device = self.device(site);
        let is_wan = out == self.net.site(site).gateway.wan;
        let old = if is_wan { covering(policy_based(device), &packet) } else { None };
        let protected = old.is_some() || self.if_id(site, out).is_some();
        let flags = |leaves: bool| packet.with(Field::Ipsec, arrived | if leaves { ipsec::LEAVES } else { 0 });
        let mut packet = flags(protected);
        if !is_wan && !self.would_pass(site, hook, &packet)? && self.would_pass(site, hook, &flags(!protected))? {
            packet = flags(!protected);
        }
        if !self.passes(site, hook, &packet)? {
            return Ok(Ending::Stopped);
        }
        if let Some(zone) = self.zone_on(site, out) {
            return Ok(Ending::Zone(zone));
        }
        match (is_wan, old) {
            (true, Some((tunnel, child))) => Ok(self.enter_old(site, tunnel, child)),
            (true, None) => self.go_out(site, packet),
            (false, _) => self.enter_tunnel(site, out, packet),
        }
    }

    fn zone_on(&self, site: SiteId, out: &str) -> Option<ZoneId> {
        let lan = &self.net.site(site).gateway.lan;
        self.net.site(site).zones.iter().copied().find(|z| zone_interface(lan, self.net.zone(*z).vlan) == out)
    }

    fn if_id(&self, site: SiteId, name: &str) -> Option<u32> {
        let host = self.device(site).bundle.host.as_ref()?;
        host.links.iter().find(|l| l.name == name).and_then(|l| match l.kind {
            LinkKind::Xfrm { if_id } => Some(if_id),
            LinkKind::Physical | LinkKind::Vlan { .. } => None,
        })
    }

    fn enter_old(&mut self, site: SiteId, tunnel: &Tunnel, child: &Child) -> Ending {
        self.note("tunnel", self.cite(site, child.at), covers(child));
        Ending::Far(tunnel.name.clone())
    }

    /// The packet as it leaves, with the source that others see.
    fn translated(&mut self, site: SiteId, packet: Packet) -> Result<Packet, Unclear> {
        if packet.get(Field::State) != state::NEW {
            let Some(left) = self.tracked.back_outside(site, &packet) else { return Ok(packet) };
            if left.get(Field::Src) != packet.get(Field::Src) {
                self.note("nat", String::new(), format!("the source is {} again", address(&left, Field::Src)));
            }
            return Ok(left);
        }
        let (device, names) = &self.gates[&site];
        let Some(filter) = &device.bundle.filter else { return Ok(packet) };
        let steps = meaning::trace_translation(filter, names, Hook::Postrouting, &packet, self.now)?;
        let Some(Step { action: Action::Snat(to), at, .. }) = steps.last() else { return Ok(packet) };
        self.note("nat", self.cite(site, *at), format!("the source becomes {to}"));
        let left = packet.with(Field::Src, number(*to));
        if !self.answering {
            self.tracked.leaves(left);
        }
        Ok(left)
    }

    fn go_out(&mut self, site: SiteId, packet: Packet) -> Result<Ending, Unclear> {
        let packet = self.translated(site, packet)?;
        if !self.passes(site, Hook::Postrouting, &packet)? {
            return Ok(Ending::Stopped);
        }
        let to = address(&packet, Field::Dst);
        let is_there = |place: &Site| place.gateway.publics().any(|public| to == std::net::IpAddr::V4(public));
        let at = self.net.site_ids().find(|(id, place)| *id != site && is_there(place));
        match at {
            Some((site, there)) => {
                let enters = self.number(site, &there.gateway.wan);
                self.arrive(&Arrival { site, enters, arrived: 0, packet })
            }
            None => Ok(Ending::Internet),
        }
    }

    fn enter_tunnel(&mut self, site: SiteId, out: &str, packet: Packet) -> Result<Ending, Unclear> {
        let packet = self.translated(site, packet)?;
        let id = self.if_id(site, out);
        let mine = self.device(site).bundle.tunnels.iter().filter(|t| id.is_some() && t.if_id_out == id);
        let Some((tunnel, child)) = covering(mine, &packet) else {
            let pair = format!("{} to {}", address(&packet, Field::Src), address(&packet, Field::Dst));
            return Ok(self.stops(Loc::MADE, site, format!("no child of the tunnel on {out} covers {pair}")));
        };
        self.note("tunnel", self.cite(site, child.at), covers(child));
        match self.far_end(site, tunnel, &packet) {
            Some((peer, enters)) => self.arrive(&Arrival { site: peer, enters, arrived: ipsec::ARRIVED, packet }),
            None => {
                Ok(self.stops(Loc::MADE, site, format!("no other end of `{}` takes it out of the tunnel", tunnel.name)))
            }
        }
    }

    /// The gateway whose tunnel answers this one and whose children cover the packet inwards, with its interface.
    fn far_end(&self, site: SiteId, tunnel: &Tunnel, packet: &Packet) -> Option<(SiteId, u128)> {
        let (from, to) = (address(packet, Field::Src), address(packet, Field::Dst));
        let takes = |far: &&Tunnel| {
            let answers = |a: &Tunnel, b: &Tunnel| a.remote.is_none_or(|r| r == b.local);
            let covers =
                |c: &Child| c.remote.iter().any(|n| n.contains(&from)) && c.local.iter().any(|n| n.contains(&to));
            answers(tunnel, far) && answers(far, tunnel) && far.children.iter().any(covers)
        };
        self.gates.iter().filter(|(peer, _)| **peer != site).find_map(|(peer, (device, _))| {
            let far = device.bundle.tunnels.iter().find(takes)?;
            let id = far.if_id_in?;
            let mut links = device.bundle.host.iter().flat_map(|h| &h.links);
            let link = links.find(|l| l.kind == LinkKind::Xfrm { if_id: id })?;
            Some((*peer, self.number(*peer, &link.name)))
        })
    }

    fn would_pass(&self, site: SiteId, hook: Hook, packet: &Packet) -> Result<bool, Unclear> {
        let (device, names) = &self.gates[&site];
        let Some(filter) = &device.bundle.filter else { return Ok(true) };
        Ok(meaning::accepted(&meaning::trace(filter, names, hook, packet, self.now)?))
    }

    /// Whether a hook lets the packet pass, with the rule that decides.
    fn passes(&mut self, site: SiteId, hook: Hook, packet: &Packet) -> Result<bool, Unclear> {
        let (device, names) = &self.gates[&site];
        let Some(filter) = &device.bundle.filter else { return Ok(true) };
        let steps = meaning::trace(filter, names, hook, packet, self.now)?;
        if !meaning::accepted(&steps) {
            let reason = self.refusal(site, filter, &steps, packet);
            let at = steps.last().map_or(Loc::MADE, |s| s.at);
            self.stops(at, site, reason);
            self.cut(site, hook, packet, at)?;
            return Ok(false);
        }
        if let Some(last) = steps.last().filter(|s| s.rule.is_some()) {
            self.note("rule", self.cite(site, last.at), self.line(site, last.at));
        }
        self.policy_line(&steps);
        Ok(true)
    }

    /// What was opened while it was permitted ends too, where another rule stops its packets.
    fn cut(&mut self, site: SiteId, hook: Hook, packet: &Packet, stopped: Loc) -> Result<(), Unclear> {
        if packet.get(Field::State) != state::NEW {
            return Ok(());
        }
        let (device, names) = &self.gates[&site];
        let Some(filter) = &device.bundle.filter else { return Ok(()) };
        let going_on = packet.with(Field::State, state::ESTABLISHED);
        let steps = meaning::trace(filter, names, hook, &going_on, self.now)?;
        if let Some(last) = steps.last().filter(|last| !meaning::accepted(&steps) && last.at != stopped) {
            let text = format!("what was opened while it was permitted ends too: {}", self.line(site, last.at));
            self.note("cut", self.cite(site, last.at), text);
        }
        Ok(())
    }

    fn refusal(&self, site: SiteId, filter: &Filter, steps: &[Step], packet: &Packet) -> String {
        let reason = rule::reason(filter, &self.gates[&site].1, steps, packet);
        match steps.last() {
            Some(last) if last.rule.is_some() && !reason.ends_with("drops it") => {
                format!("{}, {reason}", self.line(site, last.at))
            }
            _ => reason,
        }
    }

    /// The line of the policy that the last commented rule comes from.
    fn policy_line(&mut self, steps: &[Step]) {
        let comments = steps.iter().rev().filter_map(|s| s.comment.as_deref());
        let ids = comments.filter_map(|c| c.split_whitespace().next());
        let origin = ids.filter_map(|id| self.net.origins.named(id)).next().map(|id| self.net.origin(id));
        if let Some(origin) = origin {
            self.note("policy", origin.cite.clone(), origin.because.clone());
        }
    }

    /// The text of a generated line, without its comment.
    fn line(&self, site: SiteId, at: Loc) -> String {
        let span = self.device(site).places.span(at, self.sources);
        let text = span.map_or("", |span| self.sources.text(span));
        text.split(" comment \"").next().unwrap_or(text).to_owned()
    }

    fn cite(&self, site: SiteId, at: Loc) -> String {
        let span = if at == Loc::MADE { None } else { self.device(site).places.span(at, self.sources) };
        span.map_or_else(String::new, |span| self.sources.cite(span))
    }

    fn hop(&mut self, site: SiteId, hook: &'static str, from: String, to: &str) {
        let (device, notes) = (self.device(site).path.clone(), std::mem::take(&mut self.before));
        self.hops.push(Hop { device, hook, from, to: to.to_owned(), notes });
    }

    fn note(&mut self, kind: &'static str, at: String, text: String) {
        if let Some(hop) = self.hops.last_mut() {
            hop.notes.push(Note { kind, at, text });
        }
    }

    fn stops(&mut self, at: Loc, site: SiteId, why: String) -> Ending {
        self.note("stops", self.cite(site, at), why);
        Ending::Stopped
    }
}

impl Hop {
    /// The gateway, with where a packet comes in and goes out.
    fn ports(&self) -> [&str; 3] {
        [&self.device, &self.from, &self.to]
    }

    /// The same for one that goes the other way.
    fn ports_turned(&self) -> [&str; 3] {
        [&self.device, &self.to, &self.from]
    }
}

/// Whether an answer ends where the connection was opened.
fn is_home(door: Door, ending: &Ending) -> bool {
    match (door, ending) {
        (Door::Zone(zone), Ending::Zone(home)) => zone == *home,
        (Door::Own(site, _), Ending::Gateway(home)) => site == *home,
        (Door::Wan(_), Ending::Internet) => true,
        _ => false,
    }
}

fn policy_based(device: &ReadDevice) -> impl Iterator<Item = &Tunnel> {
    device.bundle.tunnels.iter().filter(|t| t.if_id_out.is_none())
}

/// The tunnel and the child that cover a packet on its way out.
fn covering<'t>(mut tunnels: impl Iterator<Item = &'t Tunnel>, packet: &Packet) -> Option<(&'t Tunnel, &'t Child)> {
    let (from, to) = (address(packet, Field::Src), address(packet, Field::Dst));
    let covers = |c: &&Child| c.local.iter().any(|n| n.contains(&from)) && c.remote.iter().any(|n| n.contains(&to));
    tunnels.find_map(|t| t.children.iter().find(covers).map(|c| (t, c)))
}

fn covers(child: &Child) -> String {
    let list = |nets: &[ipnet::IpNet]| nets.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    format!("child `{}` covers {} to {}", child.name, list(&child.local), list(&child.remote))
}
