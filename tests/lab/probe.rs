//! Verdicts of a real kernel: a gateway namespace, one host namespace on each of its interfaces, and packets sent through it.
//!
//! Takes interface names, `ip -batch` lines, an nft file and probes; tells where each packet came out. Knows nothing of policies.
//! The gateway's ends are `NOARP`: every address of a link is reached without neighbour discovery, and hosts' kernels stay silent,
//! for its frames never carry their address. `eth1.20` or `xf-csm` are plain cables with these names.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::rc::Rc;

use super::frames::{ACK, Body, ETHERNET, Header, ICMP, ICMP6, Parsed, RST, TCP, UDP, has};
use super::netns::Netns;
use super::wire::{Barrier, Ear, Mouth, Port};

/// Probes sent before looking: far below the 1,000 packets a processor's queue holds.
const BATCH: usize = 250;
/// Connections remembered before conntrack is emptied: far below any `nf_conntrack_max`.
const CONNECTIONS: usize = 8_000;

/// Who sends a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The host behind this interface of the gateway.
    Host(Rc<str>),
    /// A process of this user on the gateway itself.
    Gateway { uid: u32 },
}

/// A packet that belongs to no connection yet. Any source address, true or spoofed.
#[derive(Clone, Debug)]
pub(crate) struct Opener {
    pub(crate) from: Origin,
    pub(crate) header: Header,
}

/// What to send.
#[derive(Clone, Debug)]
pub(crate) enum Probe {
    Opens(Opener),
    /// The answer to an opener sent just before: to the packet as it arrived, or to the packet as sent if it arrived nowhere.
    Answers {
        opener: Opener,
        from: Rc<str>,
    },
    /// An ICMP error about an opener sent just before.
    Complains {
        about: Opener,
        from: Rc<str>,
        src: IpAddr,
        kind: u8,
        code: u8,
    },
}

/// What became of a probe's last packet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// Where it left the gateway, and as what (after address translation).
    pub(crate) out: Vec<(Rc<str>, Header)>,
    /// Whether the gateway accepted it for itself.
    pub(crate) local: bool,
    /// What came back for it.
    pub(crate) answer: Option<Answer>,
}

/// What a gateway sends back itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Reset,
    /// A TCP segment other than a reset: something listens there.
    Segment,
    /// An ICMP error of the packet's family.
    Error {
        kind: u8,
        code: u8,
    },
    Echo,
}

/// One gateway, its hosts, and the sockets to watch them.
pub(crate) struct Gateway {
    netns: Netns,
    hosts: Vec<Host>,
    by_name: HashMap<Rc<str>, usize>,
    ears: Vec<Ear>,
    mouths: Vec<Mouth>,
    barrier: Barrier,
    next_mark: u32,
    known: HashSet<Connection>,
    remembered: usize,
}

struct Host {
    name: Rc<str>,
    ethernet: [u8; 12],
    port: Port,
    netns: Netns,
}

/// The two ends of a packet in a fixed order, and what tells its connection from others.
type Connection = ([(IpAddr, u16); 2], u8);

/// Packets on their way, by probe: their marks are `base`, `base + 4`, …
struct Flight {
    base: u32,
    sent: Vec<Option<Header>>,
    seen: Vec<Seen>,
    landed: Vec<Option<Vec<u8>>>,
}

impl Opener {
    pub(crate) fn new(from: Origin, src: IpAddr, dst: IpAddr, body: Body) -> Opener {
        Opener { from, header: Header { src, dst, body, hop_limit: 64 } }
    }

    pub(crate) fn hop_limit(mut self, hop_limit: u8) -> Opener {
        self.header.hop_limit = hop_limit;
        self
    }

    /// The answer to it, sent by the host behind `interface`.
    pub(crate) fn answered_from(self, interface: &str) -> Probe {
        Probe::Answers { opener: self, from: interface.into() }
    }

    /// An ICMP error about it, sent by the host behind `interface` from address `src`.
    pub(crate) fn complained_of(self, interface: &str, src: IpAddr, kind: u8, code: u8) -> Probe {
        Probe::Complains { about: self, from: interface.into(), src, kind, code }
    }
}

impl Origin {
    pub(crate) fn host(interface: &str) -> Origin {
        Origin::Host(interface.into())
    }
}

impl Probe {
    /// Its first packet.
    pub(crate) fn opener(&self) -> &Opener {
        match self {
            Probe::Opens(opener) | Probe::Answers { opener, .. } | Probe::Complains { about: opener, .. } => opener,
        }
    }
}

impl Seen {
    /// The interface it left by, if it left by exactly one.
    pub(crate) fn out_by(&self) -> Option<&str> {
        match &self.out[..] {
            [(name, _)] => Some(name),
            _ => None,
        }
    }

    /// Whether it went nowhere, forwarded or kept.
    pub(crate) fn stopped(&self) -> bool {
        self.out.is_empty() && !self.local
    }
}

impl Gateway {
    /// A gateway that forwards, with one host on each interface. The calling thread is kept on one processor, and must be the one that asks.
    pub(crate) fn new(interfaces: &[&str]) -> Gateway {
        let barrier = Barrier::new();
        let netns = Netns::new("gw");
        for (path, value) in SETTINGS {
            netns.sysctl(path, value);
        }
        let hosts: Vec<Host> = interfaces.iter().enumerate().map(|(at, name)| Host::new(&netns, name, at)).collect();
        let by_name = hosts.iter().enumerate().map(|(at, host)| (host.name.clone(), at)).collect();
        let (ears, mouths, known) = (Vec::new(), Vec::new(), HashSet::new());
        Gateway { netns, hosts, by_name, ears, mouths, barrier, next_mark: 4, known, remembered: 0 }
    }

    /// The gateway's namespace: `ip` for addresses and routes, `nft` for its ruleset, `run` for the rest.
    pub(crate) fn netns(&self) -> &Netns {
        &self.netns
    }

    /// The namespace of the host behind an interface; its end of the cable is `eth0`.
    pub(crate) fn host(&self, interface: &str) -> &Netns {
        &self.behind(interface).netns
    }

    /// Sends each probe and tells what became of it. Connections known before are forgotten, and no probe profits from another's.
    pub(crate) fn verdicts(&mut self, probes: &[Probe]) -> Vec<Seen> {
        self.forget();
        self.open_sockets(probes);
        self.listen(|_, _| {}, |_| {});
        let mut seen = Vec::with_capacity(probes.len());
        let mut rest = probes;
        while !rest.is_empty() {
            let (batch, later) = rest.split_at(self.batch_length(rest));
            if batch.is_empty() {
                self.forget();
            } else {
                seen.append(&mut self.fly(batch));
            }
            rest = later;
        }
        seen
    }

    /// How many of the first probes can be sent at once, none of them meeting the connection of another.
    fn batch_length(&mut self, probes: &[Probe]) -> usize {
        if self.remembered > CONNECTIONS {
            return 0;
        }
        let fresh = |probe: &&Probe| connection(&probe.opener().header).is_none_or(|one| self.known.insert(one));
        let length = probes.iter().take(BATCH).take_while(fresh).count();
        self.remembered += length;
        length
    }

    /// Empties conntrack.
    fn forget(&mut self) {
        self.netns.run("conntrack", &["-F"]);
        self.known.clear();
        self.remembered = 0;
    }

    /// One batch: the openers, then the packets that follow them.
    fn fly(&mut self, batch: &[Probe]) -> Vec<Seen> {
        let base = self.next_mark;
        self.next_mark += 4 * u32::try_from(batch.len()).expect("batches are short");
        let mut first = Flight::new(base, batch.len());
        for (at, mark) in (0..batch.len()).zip((base..).step_by(4)) {
            let opener = batch[at].opener();
            self.open(&mut first, at, opener, &opener.header.opener(mark));
        }
        self.collect(&mut first);
        if batch.iter().all(|probe| matches!(probe, Probe::Opens(_))) {
            return first.seen;
        }
        let mut second = self.follow(batch, &first);
        self.collect(&mut second);
        let pairs = first.seen.into_iter().zip(second.seen).zip(second.sent);
        pairs.map(|((opened, followed), sent)| if sent.is_some() { followed } else { opened }).collect()
    }

    /// Sends the answers to, and the errors about, the openers of a batch.
    fn follow(&self, batch: &[Probe], first: &Flight) -> Flight {
        let mut second = Flight::new(first.base + 2, batch.len());
        for (at, opened) in (0..batch.len()).zip((first.base..).step_by(4)) {
            let as_sent = || batch[at].opener().header.opener(opened);
            let quote = first.landed[at].clone().unwrap_or_else(as_sent);
            let landed = Parsed::read(&quote).expect("a packet of ours reads back");
            match &batch[at] {
                Probe::Opens(_) => {}
                Probe::Answers { from, .. } => {
                    let header = landed.answer();
                    self.launch(&mut second, at, from, header, &header.answer(opened));
                }
                Probe::Complains { from, src, kind, code, .. } => {
                    let body = Body::Icmp { kind: *kind, code: *code };
                    let header = Header { src: *src, dst: landed.header.src, body, hop_limit: 64 };
                    self.launch(&mut second, at, from, header, &header.error(opened + 2, &quote));
                }
            }
        }
        second
    }

    /// Sends an opener.
    fn open(&self, flight: &mut Flight, at: usize, opener: &Opener, packet: &[u8]) {
        match &opener.from {
            Origin::Host(name) => self.launch(flight, at, name, opener.header, packet),
            Origin::Gateway { uid } => {
                flight.sent[at] = Some(opener.header);
                let mouth = self.mouths.iter().find(|mouth| mouth.is_of(*uid)).expect("opened for all probes");
                mouth.send(packet, opener.header.dst);
            }
        }
    }

    /// Sends a packet from a host, and notes it.
    fn launch(&self, flight: &mut Flight, at: usize, from: &str, header: Header, packet: &[u8]) {
        flight.sent[at] = Some(header);
        self.send(from, packet);
    }

    /// Sends a packet from the host behind an interface.
    pub(crate) fn send(&self, from: &str, packet: &[u8]) {
        let host = self.behind(from);
        let kind = if packet[0] >> 4 == 4 { [0x08, 0x00] } else { [0x86, 0xdd] };
        host.port.send(&[&host.ethernet[..], &kind, packet].concat());
    }

    /// The packets that came out since the last look, each with the interface it left by.
    pub(crate) fn heard(&self) -> Vec<(Rc<str>, Vec<u8>)> {
        self.barrier.wait();
        let mut heard = Vec::new();
        let note = |host: &Host, frame: &[u8]| {
            heard.extend(frame.get(ETHERNET..).map(|packet| (host.name.clone(), packet.to_vec())));
        };
        self.listen(note, |_| {});
        heard
    }

    fn behind(&self, interface: &str) -> &Host {
        let at = self.by_name.get(interface).unwrap_or_else(|| panic!("no interface `{interface}` on this gateway"));
        &self.hosts[*at]
    }

    /// Waits until a flight is over, and notes what arrived.
    fn collect(&self, flight: &mut Flight) {
        self.barrier.wait();
        let heard = &mut Vec::new();
        self.listen(|host, frame| flight.arrived(host, frame), |packet| heard.push((packet.mark, packet.header)));
        for (mark, header) in heard {
            flight.kept(*mark, *header);
        }
    }

    fn listen(&self, mut frame: impl FnMut(&Host, &[u8]), mut kept: impl FnMut(&Parsed<'_>)) {
        for host in &self.hosts {
            host.port.drain(|bytes| frame(host, bytes));
        }
        for ear in &self.ears {
            ear.drain(&mut kept);
        }
    }

    /// Opens what these probes need beyond the sockets already there.
    fn open_sockets(&mut self, probes: &[Probe]) {
        let _inside = self.netns.enter();
        let common = [(true, ICMP), (false, ICMP6), (true, TCP), (false, TCP), (true, UDP), (false, UDP)];
        let wanted =
            probes.iter().map(|probe| &probe.opener().header).map(|header| (header.src.is_ipv4(), header.proto()));
        for (v4, proto) in common.into_iter().chain(wanted) {
            if !self.ears.iter().any(|ear| ear.hears(v4, proto)) {
                self.ears.push(Ear::open(v4, proto));
            }
        }
        for probe in probes {
            if let Origin::Gateway { uid } = probe.opener().from
                && !self.mouths.iter().any(|mouth| mouth.is_of(uid))
            {
                self.mouths.push(Mouth::open(uid));
            }
        }
    }
}

/// What a gateway starts from: it forwards, believes any source address (that is for the ruleset to judge), and never holds back an error.
const SETTINGS: [(&str, &str); 8] = [
    ("net/ipv4/ip_forward", "1"),
    ("net/ipv6/conf/all/forwarding", "1"),
    ("net/ipv4/conf/all/rp_filter", "0"),
    ("net/ipv4/conf/default/rp_filter", "0"),
    ("net/ipv4/conf/all/send_redirects", "0"),
    ("net/ipv4/conf/default/send_redirects", "0"),
    ("net/ipv4/icmp_ratelimit", "0"),
    ("net/ipv6/icmp/ratelimit", "0"),
];

impl Host {
    /// A host namespace, cabled to interface `name` of the gateway.
    fn new(gateway: &Netns, name: &str, at: usize) -> Host {
        let netns = Netns::new(&format!("h{at}"));
        let [high, low] = u16::try_from(at).expect("few interfaces").to_be_bytes();
        let (near, far) = ([2, 0, 0, high, low, 1], [2, 0, 0, high, low, 2]);
        gateway.ip(&format!(
            "link add name {name} address {} type veth peer name eth0 address {} netns {}\nlink set dev {name} arp off\nlink set dev {name} up",
            text(near),
            text(far),
            netns.name(),
        ));
        netns.ip("link set dev eth0 up");
        let port = {
            let _inside = netns.enter();
            Port::open("eth0")
        };
        let mut ethernet = [0; 12];
        ethernet[..6].copy_from_slice(&near);
        ethernet[6..].copy_from_slice(&far);
        Host { name: name.into(), ethernet, port, netns }
    }
}

/// A hardware address as `ip` reads it.
fn text(address: [u8; 6]) -> String {
    address.map(|byte| format!("{byte:02x}")).join(":")
}

/// What conntrack tells connections by, the same in both directions; none for ICMP, where each probe has an identifier of its own.
fn connection(header: &Header) -> Option<Connection> {
    let (sport, dport, proto) = match header.body {
        Body::Tcp { sport, dport, .. } => (sport, dport, TCP),
        Body::Udp { sport, dport } => (sport, dport, UDP),
        Body::Icmp { .. } => return None,
        Body::Other(proto) => (0, 0, proto),
    };
    let mut ends = [(header.src, sport), (header.dst, dport)];
    ends.sort_unstable();
    Some((ends, proto))
}

impl Flight {
    fn new(base: u32, length: usize) -> Flight {
        Flight { base, sent: vec![None; length], seen: vec![Seen::default(); length], landed: vec![None; length] }
    }

    /// The probe that a mark belongs to, and the header it was sent with.
    fn probe(&self, mark: u32) -> Option<(usize, Header)> {
        let distance = mark.checked_sub(self.base)?;
        let at = usize::try_from(distance / 4).ok().filter(|_| distance % 4 == 0)?;
        Some((at, (*self.sent.get(at)?)?))
    }

    /// Notes a frame that reached a host.
    fn arrived(&mut self, host: &Host, frame: &[u8]) {
        let Some(packet) = frame.get(ETHERNET..) else {
            return;
        };
        let Some(parsed) = Parsed::read(packet) else {
            return;
        };
        if let Some((at, sent)) = self.probe(parsed.mark).filter(|(_, sent)| same_kind(sent.body, parsed.header.body)) {
            debug_assert_eq!(sent.proto(), parsed.header.proto());
            self.seen[at].out.push((host.name.clone(), parsed.header));
            self.landed[at] = Some(packet.to_vec());
        } else if let Some((at, answer)) = self.answered(&parsed) {
            self.seen[at].answer = Some(answer);
        }
    }

    /// Notes a packet that the gateway accepted for itself.
    fn kept(&mut self, mark: u32, header: Header) {
        if let Some((at, _)) = self.probe(mark).filter(|(_, sent)| same_kind(sent.body, header.body)) {
            self.seen[at].local = true;
        }
    }

    /// The probe that a packet of the gateway's own answers, and how.
    fn answered(&self, packet: &Parsed<'_>) -> Option<(usize, Answer)> {
        let (about, answer) = match packet.header.body {
            Body::Tcp { flags, .. } => {
                let answer = if flags & RST != 0 { Answer::Reset } else { Answer::Segment };
                (acknowledged(packet), answer)
            }
            Body::Icmp { kind, code } if !packet.quote.is_empty() => {
                (Parsed::read(packet.quote)?.mark, Answer::Error { kind, code })
            }
            Body::Icmp { kind: 0 | 129, .. } => (packet.mark, Answer::Echo),
            _ => return None,
        };
        self.probe(about).map(|(at, _)| (at, answer))
    }
}

/// The mark of the packet that a TCP segment answers, from the numbering told at the head of `frames`.
fn acknowledged(packet: &Parsed<'_>) -> u32 {
    match packet.mark % 4 {
        _ if has(packet.header.body, ACK) => packet.ack & !3,
        1 => packet.mark + 1,
        _ => packet.mark & !3,
    }
}

/// Whether a packet may be the one sent, whatever address translation did to it.
fn same_kind(sent: Body, seen: Body) -> bool {
    match (sent, seen) {
        (Body::Tcp { flags: a, .. }, Body::Tcp { flags: b, .. }) => a == b,
        (Body::Udp { .. }, Body::Udp { .. }) => true,
        _ => sent == seen,
    }
}
