//! What kernel and engine are asked: every pair of places, every service and some outside the catalogue, openers, answers, errors, spoofing.
//!
//! Takes places, own addresses and services; gives probes in an order in which few connections meet. Knows no ruleset.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::rc::Rc;

use etanche::policy::L4;

use super::super::frames::{ACK, Body, RST, SYN};
use super::super::probe::{Opener, Origin, Probe};
use super::places::Place;

/// A body that waits for its source port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Tcp(u16, u8),
    Udp(u16),
    /// From a source port of its own.
    UdpFrom(u16, u16),
    Icmp(u8),
    Icmp6(u8),
    Other(u8),
}

/// Ports and types that no service names, or only some do.
const OTHERS: [Kind; 24] = [
    Kind::Tcp(21, SYN),
    Kind::Tcp(23, SYN),
    Kind::Tcp(8080, SYN),
    Kind::Tcp(443, ACK),
    Kind::Tcp(443, SYN | ACK),
    Kind::Tcp(443, RST),
    Kind::Udp(69),
    Kind::Udp(137),
    Kind::Udp(500),
    Kind::Udp(4500),
    Kind::UdpFrom(68, 67),
    Kind::UdpFrom(67, 68),
    Kind::Icmp(5),
    Kind::Icmp(13),
    Kind::Icmp(3),
    Kind::Icmp6(1),
    Kind::Icmp6(133),
    Kind::Icmp6(134),
    Kind::Icmp6(135),
    Kind::Icmp6(136),
    Kind::Icmp6(137),
    Kind::Other(47),
    Kind::Other(50),
    Kind::Other(41),
];

/// ICMP of the other family.
const FOREIGN: (Kind, Kind) = (Kind::Other(58), Kind::Other(1));

/// Errors about a connection: those with a use, and redirects.
const ERRORS4: [(u8, u8); 6] = [(3, 1), (3, 4), (4, 0), (5, 1), (11, 0), (12, 0)];
const ERRORS6: [(u8, u8); 4] = [(1, 4), (2, 0), (3, 0), (4, 0)];

/// Places, own addresses, services, and how many source ports were given.
pub(super) struct Questions<'q> {
    places: &'q [Place],
    own: Vec<IpAddr>,
    kinds: Vec<Kind>,
    given: u16,
}

/// Source ports given in turn: above every service.
const PORTS: std::ops::Range<u16> = 20_000..60_000;

impl<'q> Questions<'q> {
    pub(super) fn new(places: &'q [Place], own: impl Iterator<Item = IpAddr>, services: &[L4]) -> Questions<'q> {
        Questions { places, own: own.collect(), kinds: kinds(services), given: 0 }
    }

    /// The same on these services alone.
    pub(super) fn only(mut self, kinds: &[Kind]) -> Questions<'q> {
        self.kinds = kinds.to_vec();
        self
    }

    fn body(&mut self, kind: Kind) -> Body {
        self.given = (self.given + 1) % (PORTS.end - PORTS.start);
        let sport = PORTS.start + self.given;
        match kind {
            Kind::Tcp(dport, flags) => Body::Tcp { sport, dport, flags },
            Kind::Udp(dport) => Body::Udp { sport, dport },
            Kind::UdpFrom(sport, dport) => Body::Udp { sport, dport },
            Kind::Icmp(kind) | Kind::Icmp6(kind) => Body::Icmp { kind, code: 0 },
            Kind::Other(proto) => Body::Other(proto),
        }
    }

    fn opener(&mut self, from: Origin, src: IpAddr, dst: IpAddr, kind: Kind) -> Opener {
        let hops = if matches!(kind, Kind::Icmp6(133..=137)) { 255 } else { 64 };
        Opener::new(from, src, dst, self.body(kind)).hop_limit(hops)
    }

    /// Ordered pairs of places of one family; those that lead back come last, for they may be one connection.
    fn pairs(&self) -> Vec<(&'q Place, &'q Place)> {
        let places = self.places;
        let numbered = || places.iter().enumerate();
        let all = numbered().flat_map(|(i, from)| numbered().map(move |(j, to)| (i, j, from, to)));
        let (onward, back): (Vec<_>, Vec<_>) = all
            .filter(|(i, j, from, to)| i != j && from.address.is_ipv4() == to.address.is_ipv4())
            .partition(|(i, j, ..)| i < j);
        onward.into_iter().chain(back).map(|(_, _, from, to)| (from, to)).collect()
    }

    /// Openers between every pair, on every service.
    pub(super) fn openers(&mut self) -> Vec<Probe> {
        let mut all = Vec::new();
        for kind in self.kinds.clone() {
            for (from, to) in self.pairs().into_iter().filter(|(from, _)| kind.suits(from.address)) {
                let opener = self.opener(Origin::Host(from.interface.clone()), from.address, to.address, kind);
                all.push(Probe::Opens(opener));
            }
        }
        all
    }

    /// The answers to them, whether they were let through or not.
    pub(super) fn answers(&mut self) -> Vec<Probe> {
        let mut all = Vec::new();
        for kind in self.kinds.clone().into_iter().filter(|kind| kind.is_answered()) {
            for (from, to) in self.pairs().into_iter().filter(|(from, _)| kind.suits(from.address)) {
                let opener = self.opener(Origin::Host(from.interface.clone()), from.address, to.address, kind);
                all.push(opener.answered_from(&to.interface));
            }
        }
        all
    }

    /// Errors about openers of some services, sent by the destination and, for the first type, in another's name.
    pub(super) fn errors(&mut self, kinds: &[Kind]) -> Vec<Probe> {
        let mut all = Vec::new();
        for kind in kinds {
            for (from, to) in self.pairs().into_iter().filter(|(from, _)| kind.suits(from.address)) {
                let errors: &[(u8, u8)] = if from.address.is_ipv4() { &ERRORS4 } else { &ERRORS6 };
                for (error, code) in errors {
                    let opener = self.opener(Origin::Host(from.interface.clone()), from.address, to.address, *kind);
                    all.push(opener.complained_of(&to.interface, to.address, *error, *code));
                }
                // The first type again, from an address of another place.
                let (error, code) = errors[0];
                let mut others = self.places.iter().filter(|other| other.address.is_ipv4() == to.address.is_ipv4());
                if let Some(third) = others.find(|other| *other > to) {
                    let opener = self.opener(Origin::Host(from.interface.clone()), from.address, to.address, *kind);
                    all.push(opener.complained_of(&to.interface, third.address, error, code));
                }
            }
        }
        all
    }

    /// Every host towards every own address, broadcast and all nodes, on every service.
    pub(super) fn towards_the_gateway(&mut self) -> Vec<Probe> {
        let everybody =
            ["255.255.255.255", "ff02::1", "ff02::2"].map(|text| text.parse::<IpAddr>().expect("an address"));
        let ends: Vec<IpAddr> = self.own.iter().copied().chain(everybody).collect();
        let mut all = Vec::new();
        for kind in self.kinds.clone() {
            for from in self.places {
                for dst in ends.iter().filter(|dst| dst.is_ipv4() == from.address.is_ipv4() && kind.suits(**dst)) {
                    // The kernel hears no other protocol on a broadcast.
                    if dst.is_ipv4() && *dst == everybody[0] && !matches!(kind, Kind::UdpFrom(..)) {
                        continue;
                    }
                    let opener = self.opener(Origin::Host(from.interface.clone()), from.address, *dst, kind);
                    all.push(Probe::Opens(opener));
                }
            }
        }
        all
    }

    /// Hosts without an address yet: DHCP from 0.0.0.0, neighbour discovery from `::` and a link-local address, at several hop limits.
    pub(super) fn without_an_address(&mut self) -> Vec<Probe> {
        let interfaces: BTreeSet<Rc<str>> = self.places.iter().map(|place| place.interface.clone()).collect();
        let mut all = Vec::new();
        for interface in interfaces {
            let from = Origin::Host(interface);
            for dst in self.own.clone().into_iter().chain(["255.255.255.255".parse().expect("an address")]) {
                for kind in [Kind::UdpFrom(68, 67), Kind::UdpFrom(1068, 67), Kind::UdpFrom(68, 53), Kind::Icmp(8)] {
                    if dst.is_ipv4() {
                        let src = "0.0.0.0".parse().expect("an address");
                        all.push(Probe::Opens(self.opener(from.clone(), src, dst, kind)));
                    }
                }
            }
            for dst in self.own.clone().into_iter().filter(IpAddr::is_ipv6) {
                for (src, kind, hops) in link_messages() {
                    let opener = self.opener(from.clone(), src, dst, kind).hop_limit(hops);
                    all.push(Probe::Opens(opener));
                }
            }
        }
        all
    }

    /// Every place's address from every interface that is not its own, towards every place and own address.
    pub(super) fn spoofed(&mut self, kind: Kind) -> Vec<Probe> {
        let interfaces: BTreeSet<Rc<str>> = self.places.iter().map(|place| place.interface.clone()).collect();
        let own = self.own.clone();
        let ends: Vec<IpAddr> = self.places.iter().map(|place| place.address).chain(own.iter().copied()).collect();
        let mut all = Vec::new();
        for interface in interfaces {
            for source in self.places.iter().filter(|place| place.interface != interface) {
                for dst in ends.iter().filter(|dst| dst.is_ipv4() == source.address.is_ipv4()) {
                    let from = Origin::Host(interface.clone());
                    all.push(Probe::Opens(self.opener(from, source.address, *dst, kind)));
                }
            }
            for (source, dst) in own.iter().zip(own.iter().skip(1)).filter(|(a, b)| a.is_ipv4() == b.is_ipv4()) {
                let from = Origin::Host(interface.clone());
                all.push(Probe::Opens(self.opener(from, *source, *dst, kind)));
            }
        }
        all
    }

    /// What passed, sent again from every other interface.
    pub(super) fn displaced(&mut self, passed: &[Opener]) -> Vec<Probe> {
        let interfaces: BTreeSet<Rc<str>> = self.places.iter().map(|place| place.interface.clone()).collect();
        let mut all = Vec::new();
        for interface in interfaces {
            for opener in passed {
                let from = Origin::Host(interface.clone());
                if opener.from != from {
                    all.push(Probe::Opens(Opener { from, header: opener.header }));
                }
            }
        }
        all
    }

    /// The gateway's own packets, of each user, from each of some sources, to every place and to itself.
    pub(super) fn sent_by_the_gateway(&mut self, users: &[u32], sources: &[IpAddr]) -> Vec<Probe> {
        let loopback = ["127.0.0.1", "::1"].map(|text| text.parse::<IpAddr>().expect("an address"));
        let ends: Vec<IpAddr> =
            self.places.iter().map(|place| place.address).chain(self.own.clone()).chain(loopback).collect();
        let mut all = Vec::new();
        for kind in self.kinds.clone() {
            for uid in users {
                for source in sources.iter().filter(|source| kind.suits(**source)) {
                    for dst in ends.iter().filter(|dst| dst.is_ipv4() == source.is_ipv4()) {
                        all.push(Probe::Opens(self.opener(Origin::Gateway { uid: *uid }, *source, *dst, kind)));
                    }
                }
            }
        }
        all
    }

    /// Answers to the gateway's own packets, and errors about them.
    pub(super) fn back_to_the_gateway(&mut self, users: &[u32], sources: &[IpAddr], kinds: &[Kind]) -> Vec<Probe> {
        let mut all = Vec::new();
        for kind in kinds {
            for uid in users {
                for source in sources.iter().filter(|source| kind.suits(**source)) {
                    for to in self.places.iter().filter(|to| to.address.is_ipv4() == source.is_ipv4()) {
                        let from = Origin::Gateway { uid: *uid };
                        let opener = self.opener(from.clone(), *source, to.address, *kind);
                        all.push(opener.answered_from(&to.interface));
                        let opener = self.opener(from, *source, to.address, *kind);
                        let error = if source.is_ipv4() { 3 } else { 1 };
                        all.push(opener.complained_of(&to.interface, to.address, error, 1));
                    }
                }
            }
        }
        all
    }
}

impl Kind {
    /// Whether a packet of this address' family can have such a body.
    fn suits(self, address: IpAddr) -> bool {
        match self {
            Kind::Icmp(_) => address.is_ipv4(),
            Kind::Icmp6(_) => address.is_ipv6(),
            _ if self == FOREIGN.0 => address.is_ipv4(),
            _ if self == FOREIGN.1 => address.is_ipv6(),
            _ => true,
        }
    }

    /// Whether an answer to it is an answer, for conntrack.
    fn is_answered(self) -> bool {
        match self {
            Kind::Tcp(_, flags) => flags == SYN,
            Kind::Icmp(kind) => matches!(kind, 8 | 13),
            Kind::Icmp6(kind) => kind == 128,
            Kind::Udp(_) | Kind::UdpFrom(..) => true,
            Kind::Other(proto) => proto != 1 && proto != 58,
        }
    }
}

/// Services, each at the ends of its ports and just outside them, then what is in none.
fn kinds(services: &[L4]) -> Vec<Kind> {
    let mut all: BTreeSet<Kind> = OTHERS.into_iter().chain([FOREIGN.0, FOREIGN.1]).collect();
    for service in services {
        match *service {
            L4::Tcp(low, high) => all.extend([low, high, high + 1].map(|port| Kind::Tcp(port, SYN))),
            L4::Udp(low, high) => all.extend([low, high, high + 1].map(Kind::Udp)),
            L4::Icmp(kind) => all.extend([Kind::Icmp(kind)]),
            L4::Icmp6(kind) => all.extend([Kind::Icmp6(kind)]),
        }
    }
    all.into_iter().collect()
}

/// Neighbour discovery and listeners' messages, their sources and hop limits, right and wrong.
fn link_messages() -> Vec<(IpAddr, Kind, u8)> {
    let sources = ["::", "fe80::77"].map(|text| text.parse::<IpAddr>().expect("an address"));
    let types = (133..=137).chain([128, 130, 131]).map(Kind::Icmp6);
    types.flat_map(|kind| sources.map(|src| [255, 254, 1].map(|hops| (src, kind, hops)))).flatten().collect()
}
