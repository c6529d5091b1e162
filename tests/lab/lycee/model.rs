//! What the engine says of a probe: the routes of the host files, then the sets of packets that the ruleset's hooks let pass.
//!
//! Takes a gateway as read back; gives the fate of a packet. Sends nothing. The routing is the kernel's, written anew: longest prefix,
//! lowest metric. Conntrack's states of openers are written as a table; those of what follows depend on the fate of what came first.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::net::IpAddr;
use std::rc::Rc;

use etanche::config::filter::{Action, Hook};
use etanche::config::host::{Link, Route};
use etanche::config::meaning::{self, Interfaces, Piece};
use etanche::packets::{Field, Limits, Packet, PacketSet, Space, iface, ipsec, state, uid};
use ipnet::IpNet;

use super::super::frames::{ACK, Body, Header, Parsed, RST, SYN, has};
use super::super::listing;
use super::super::probe::{Answer, Opener, Origin, Probe};
use super::super::region::Written;

/// The gateway as the engine sees it.
pub(super) struct Model<'w> {
    written: &'w Written,
    interfaces: Interfaces,
    space: Space,
    now: u64,
    own: BTreeSet<IpAddr>,
    routes: Vec<Way>,
    passes: Passes,
    exits: Vec<Piece>,
    /// What comes for a published service.
    entries: Vec<Piece>,
    strict: bool,
    /// What IPsec protects: sources and destinations.
    policies: Vec<(IpNet, IpNet)>,
}

/// A route: destinations, the interface (`None` when unreachable), and what decides between equals.
struct Way {
    to: IpNet,
    by: Option<Rc<str>>,
    metric: u32,
}

/// Packets that each hook accepts.
struct Passes {
    input: PacketSet,
    forward: PacketSet,
    output: PacketSet,
    leave: PacketSet,
}

/// What becomes of a packet.
#[derive(Default)]
pub(super) struct Fate {
    /// Where it leaves, from which source and to which destination.
    pub(super) out: Option<(Rc<str>, IpAddr, IpAddr)>,
    /// Whether the gateway keeps it.
    pub(super) local: bool,
    /// What the gateway's kernel answers, if the ruleset lets it.
    pub(super) answer: Option<Answer>,
    /// The last hook that judged it, and as which packet.
    judged: Option<(Hook, Packet)>,
}

impl Fate {
    /// Whether it leaves protected by IPsec.
    pub(super) fn is_protected(&self) -> bool {
        let leaves = |(_, packet): &(Hook, Packet)| packet.get(Field::Ipsec) & ipsec::LEAVES != 0;
        self.out.is_some() && self.judged.as_ref().is_some_and(leaves)
    }
}

/// Where a destination leads.
enum Hop {
    Local,
    Out(Rc<str>),
    Nowhere,
}

impl<'w> Model<'w> {
    /// The model at an instant; `strict` when the kernel also checks reverse paths (`rp_filter` 1).
    pub(super) fn new(written: &'w Written, now: u64, strict: bool) -> Model<'w> {
        let (interfaces, mut space) = (listing::interfaces(written), Space::new(Limits::default()));
        let filter = written.filter();
        let mut pass = |hook| {
            let all = meaning::arriving(&mut space, &interfaces, hook).expect("within budget");
            meaning::pass(&mut space, filter, &interfaces, hook, all, now).expect("a closed filter").accepted
        };
        let passes = Passes {
            input: pass(Hook::Input),
            forward: pass(Hook::Forward),
            output: pass(Hook::Output),
            leave: pass(Hook::Postrouting),
        };
        let mut translated = |hook| -> Vec<Piece> {
            let all = meaning::arriving(&mut space, &interfaces, hook).expect("within budget");
            let pieces = meaning::pieces(&mut space, filter, &interfaces, hook, all, now).expect("a closed filter");
            pieces.into_iter().filter(|piece| piece.action.is_some()).collect()
        };
        let (entries, exits) = (translated(Hook::Prerouting), translated(Hook::Postrouting));
        let links = written.links();
        let own = links.iter().flat_map(|link| &link.addresses).map(IpNet::addr);
        let own = own.chain(["127.0.0.1", "::1"].map(address)).collect();
        let routes = links.iter().flat_map(ways).collect();
        Model { written, interfaces, space, now, own, routes, passes, exits, entries, strict, policies: Vec::new() }
    }

    /// The same while IPsec protects what goes from the one to the other of these.
    pub(super) fn with_policies(mut self, policies: &[(IpNet, IpNet)]) -> Model<'w> {
        self.policies = policies.to_vec();
        self
    }

    /// What becomes of an opener from the host behind an interface.
    pub(super) fn opened(&self, interface: &str, header: &Header) -> Fate {
        self.arrives(interface, header, opening_state(header))
    }

    /// What becomes of an opener that IPsec brought to an interface.
    pub(super) fn unwrapped(&self, interface: &str, header: &Header) -> Fate {
        let packet = packet(header, opening_state(header)).with(Field::Ipsec, ipsec::ARRIVED);
        self.arrives_as(interface, header, packet)
    }

    /// The gateway's own addresses on its links.
    pub(super) fn own(&self) -> impl Iterator<Item = IpAddr> {
        self.own.iter().copied().filter(|address| !address.is_loopback())
    }

    /// What becomes of the last packet of a probe; `None` where the opener is kept, so that nobody answers it.
    pub(super) fn fate(&self, probe: &Probe) -> Option<Fate> {
        match probe {
            Probe::Opens(opener) => Some(self.opens(opener)),
            Probe::Answers { opener, from } => {
                let first = self.opens(opener);
                let bytes = opener.header.opener(4);
                let header = Parsed::read(&bytes).expect("a packet of ours reads back").answer();
                let known = first.out.is_some();
                let state = if known { state::ESTABLISHED_REPLY } else { opening_state(&header) };
                (!first.local).then(|| self.arrives(from, &header, state))
            }
            Probe::Complains { about, from, src, kind, code } => {
                let first = self.opens(about);
                let body = Body::Icmp { kind: *kind, code: *code };
                let header = Header { src: *src, dst: about.header.src, body, hop_limit: 64 };
                let state = if first.out.is_some() { state::RELATED_REPLY } else { state::INVALID };
                (!first.local).then(|| self.arrives(from, &header, state))
            }
        }
    }

    fn opens(&self, opener: &Opener) -> Fate {
        let state = opening_state(&opener.header);
        match &opener.from {
            Origin::Host(interface) => self.arrives(interface, &opener.header, state),
            Origin::Gateway { uid } => self.departs(*uid, &opener.header, state),
        }
    }

    /// A packet from the host behind an interface.
    fn arrives(&self, interface: &str, header: &Header, state: u128) -> Fate {
        if self.is_martian(interface, header) {
            return Fate::default();
        }
        self.arrives_as(interface, header, packet(header, state))
    }

    fn arrives_as(&self, interface: &str, header: &Header, packet: Packet) -> Fate {
        let (header, packet) = self.led(*header, packet.with(Field::In, self.number(interface)));
        let header = &header;
        match self.hop(header.dst) {
            Hop::Nowhere => Fate::default(),
            Hop::Local => self.kept(header, packet),
            Hop::Out(out) => {
                let packet =
                    packet.with(Field::Out, self.number(&out)).with(Field::Hops, (header.hop_limit - 1).into());
                let packet = self.protected(header, packet);
                if !self.space.contains(self.passes.forward, &packet) {
                    return Fate { judged: Some((Hook::Forward, packet)), ..Fate::default() };
                }
                self.leaves(out, packet)
            }
        }
    }

    /// Before routing, with address translation.
    fn led(&self, header: Header, packet: Packet) -> (Header, Packet) {
        let entry = self.entries.iter().find(|piece| self.space.contains(piece.before, &packet));
        match entry.and_then(|piece| piece.action.as_ref()) {
            Some(Action::Dnat(to, None)) => (Header { dst: *to, ..header }, packet.with(Field::Dst, number(*to))),
            Some(other) => panic!("a gateway translates by {other:?}: teach the model"),
            None => (header, packet),
        }
    }

    /// A packet from a process of the gateway.
    fn departs(&self, user: u32, header: &Header, state: u128) -> Fate {
        let packet = packet(header, state).with(Field::Uid, user.into());
        let (out, number) = match self.hop(header.dst) {
            Hop::Nowhere => return Fate::default(),
            Hop::Local => ("lo".into(), iface::LO),
            Hop::Out(out) => {
                let number = self.number(&out);
                (out, number)
            }
        };
        let packet = packet.with(Field::Out, number);
        if !self.space.contains(self.passes.output, &packet) {
            return Fate { judged: Some((Hook::Output, packet)), ..Fate::default() };
        }
        let left = self.leaves(out, packet);
        if number != iface::LO || left.out.is_none() {
            return left;
        }
        let looped = packet.with(Field::Out, iface::NONE).with(Field::In, iface::LO).with(Field::Uid, uid::NONE);
        self.kept(header, looped)
    }

    /// The kernel asks its policies when it has routed a packet, before the hook forward.
    fn protected(&self, header: &Header, packet: Packet) -> Packet {
        let covers = |(from, to): &(IpNet, IpNet)| from.contains(&header.src) && to.contains(&header.dst);
        let leaves = if self.policies.iter().any(covers) { ipsec::LEAVES } else { 0 };
        packet.with(Field::Ipsec, packet.get(Field::Ipsec) | leaves)
    }

    /// After routing, with address translation.
    fn leaves(&self, out: Rc<str>, packet: Packet) -> Fate {
        let exit = self.exits.iter().find(|piece| self.space.contains(piece.before, &packet));
        let after = match exit.and_then(|piece| piece.action.as_ref()) {
            Some(Action::Snat(to)) => packet.with(Field::Src, number(*to)),
            Some(other) => panic!("a gateway translates by {other:?}: teach the model"),
            None => packet,
        };
        let judged = Some((Hook::Postrouting, after));
        let passes = self.space.contains(self.passes.leave, &after);
        let [source, destination] = [Field::Src, Field::Dst].map(|field| address_of(&after, field));
        Fate { out: passes.then_some((out, source, destination)), judged, ..Fate::default() }
    }

    /// A packet for the gateway itself.
    fn kept(&self, header: &Header, packet: Packet) -> Fate {
        let local = self.space.contains(self.passes.input, &packet);
        let answer = if local { self.answer(header) } else { None };
        Fate { local, answer, judged: Some((Hook::Input, packet)), ..Fate::default() }
    }

    /// The kernel's own answer to a packet it keeps: nothing listens, so a reset; an echo.
    fn answer(&self, header: &Header) -> Option<Answer> {
        let told = match header.body {
            Body::Tcp { flags: SYN, .. } => Answer::Reset,
            Body::Icmp { kind: 8, .. } if header.src.is_ipv4() => Answer::Echo,
            Body::Icmp { kind: 128, .. } if header.src.is_ipv6() => Answer::Echo,
            _ => return None,
        };
        let Hop::Out(out) = self.hop(header.src) else {
            return None;
        };
        let bytes = header.opener(4);
        let back = Parsed::read(&bytes)?.answer();
        let packet = packet(&back, state::ESTABLISHED_REPLY).with(Field::Out, self.number(&out)).with(Field::Uid, 0);
        let passes = [self.passes.output, self.passes.leave].iter().all(|set| self.space.contains(*set, &packet));
        passes.then_some(told)
    }

    /// Sources that the kernel refuses before any hook: its own (IPv4), none, and with reverse paths checked those of elsewhere.
    fn is_martian(&self, interface: &str, header: &Header) -> bool {
        let IpAddr::V4(source) = header.src else {
            return false;
        };
        let broadcast = header.dst == address("255.255.255.255");
        let back = || match self.hop(header.src) {
            Hop::Out(out) => &*out == interface,
            _ => false,
        };
        self.own.contains(&header.src) || (!broadcast && (source.is_unspecified() || (self.strict && !back())))
    }

    fn hop(&self, dst: IpAddr) -> Hop {
        let everybody = ["255.255.255.255", "ff02::1", "ff02::2"].map(address);
        if self.own.contains(&dst) || everybody.contains(&dst) {
            return Hop::Local;
        }
        let fitting = self.routes.iter().filter(|way| way.to.contains(&dst));
        let best = fitting.max_by_key(|way| (way.to.prefix_len(), std::cmp::Reverse(way.metric)));
        best.and_then(|way| way.by.clone()).map_or(Hop::Nowhere, Hop::Out)
    }

    fn number(&self, interface: &str) -> u128 {
        self.interfaces.number(interface).unwrap_or_else(|| panic!("`{interface}` has no number"))
    }

    /// The set of one exit's images that a packet may leave as: every translation of the gateway, by the engine's own hand.
    pub(super) fn images(&mut self) -> Vec<(PacketSet, PacketSet)> {
        let pieces = self.exits.clone();
        let image = |piece: &Piece| meaning::image(&mut self.space, &self.interfaces, piece).expect("a sound image");
        let after: Vec<PacketSet> = pieces.iter().map(image).collect();
        pieces.iter().map(|piece| piece.before).zip(after).collect()
    }

    /// Source addresses of a set.
    pub(super) fn sources(&self, set: PacketSet) -> Vec<IpAddr> {
        let values = self.space.values(set, Field::Src);
        let single = |number: u128| {
            u32::try_from(number)
                .map_or_else(|_| IpAddr::from(number.to_be_bytes()), |v4| IpAddr::from(v4.to_be_bytes()))
        };
        values.iter().flat_map(|range| [single(range.lo), single(range.hi)]).collect()
    }

    /// The rule that decided, for people.
    pub(super) fn why(&self, fate: &Fate) -> String {
        let Some((hook, packet)) = &fate.judged else {
            return "no hook sees it: no route, or a source that the kernel refuses".to_owned();
        };
        let steps = meaning::trace(self.written.filter(), &self.interfaces, *hook, packet, self.now).expect("closed");
        let mut told = format!("{hook:?} of {packet}");
        if let Some(last) = steps.last() {
            let comment = last.comment.as_deref().unwrap_or("no comment");
            write!(told, ": {:?} in {} at line {} ({comment})", last.action, last.chain, last.at.line).expect("text");
        }
        told
    }
}

fn ways(link: &Link) -> Vec<Way> {
    let by: Rc<str> = link.name.as_str().into();
    let connected = link.addresses.iter().filter(|net| net.prefix_len() < net.max_prefix_len());
    let connected = connected.map(|net| Way { to: net.trunc(), by: Some(by.clone()), metric: 0 });
    let routed = link.routes.iter().map(|route: &Route| Way {
        to: route.to,
        by: (!route.unreachable).then(|| by.clone()),
        metric: route.metric.unwrap_or(if route.to.addr().is_ipv4() { 0 } else { 1024 }),
    });
    connected.chain(routed).collect()
}

/// What conntrack calls a packet that belongs to nothing (measured; `nf_conntrack_tcp_loose` is 1, so a bare ACK is new).
fn opening_state(header: &Header) -> u128 {
    match header.body {
        Body::Tcp { flags, .. } if flags & (SYN | ACK) == SYN | ACK || has(header.body, RST) => state::INVALID,
        Body::Tcp { .. } | Body::Udp { .. } => state::NEW,
        Body::Icmp { kind: 8 | 13 | 15 | 17, .. } if header.src.is_ipv4() => state::NEW,
        Body::Icmp { kind: 128, .. } if header.src.is_ipv6() => state::NEW,
        Body::Icmp { kind: 130..=136 | 143, .. } if header.src.is_ipv6() => state::UNTRACKED,
        Body::Icmp { .. } => state::INVALID,
        // ICMP of the other family.
        Body::Other(1 | 58) => state::INVALID,
        Body::Other(_) => state::NEW,
    }
}

/// A packet as the engine knows it, without interfaces.
fn packet(header: &Header, state: u128) -> Packet {
    let (sport, dport) = match header.body {
        Body::Tcp { sport, dport, .. } | Body::Udp { sport, dport } => (sport.into(), dport.into()),
        Body::Icmp { kind, code } => (0, u128::from(kind) << 8 | u128::from(code)),
        Body::Other(_) => (0, 0),
    };
    let packet = Packet::default()
        .with(Field::Family, u128::from(header.src.is_ipv6()))
        .with(Field::State, state)
        .with(Field::Proto, header.proto().into())
        .with(Field::Uid, uid::NONE)
        .with(Field::Hops, header.hop_limit.into())
        .with(Field::Src, number(header.src))
        .with(Field::Dst, number(header.dst))
        .with(Field::Sport, sport)
        .with(Field::Dport, dport);
    assert!(packet.is_valid(), "{packet}");
    packet
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => u32::from(v4).into(),
        IpAddr::V6(v6) => v6.into(),
    }
}

fn address_of(packet: &Packet, field: Field) -> IpAddr {
    let number = packet.get(field);
    match (packet.get(Field::Family), u32::try_from(number)) {
        (0, Ok(v4)) => IpAddr::from(v4.to_be_bytes()),
        _ => IpAddr::from(number.to_be_bytes()),
    }
}

fn address(text: &str) -> IpAddr {
    text.parse().expect("an address")
}
