//! What IPsec changes: a tunnel whose far end is not ours leaves by the WAN, beside what leaves in clear and translated.
//!
//! A guest's kernel has ESP: the gateway runs there, with the tunnel's policies in its kernel, and what comes out of it is compared
//! with the engine's word. ESP without encryption or authentication (RFC 2410), so that what it carries can be read on the wire.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::IpAddr;

use ipnet::IpNet;

use super::super::frames::{Body, Header, Parsed, SYN};
use super::super::guest::{asked, is_here, run};
use super::super::probe::Gateway;
use super::super::region::{Written, region_with};
use super::model::{Fate, Model};
use super::say;

const NAME: &str =
    "lab::lycee::protected::a_tunnel_takes_untranslated_what_its_policies_name_and_nothing_else_is_protected";
const SITE: &str = "0000001B";
/// Telephony, which also leaves translated for its operator (198.18.0.0/28): half of it is behind the tunnel as well.
const TUNNEL: &str =
    "brownfield:\n  tunnels:\n    old: { peer: 192.0.2.77, selectors: [10.128.20.0/24 = 198.18.0.8/29] }\n";
const PEER: &str = "192.0.2.77";
const ENDS: [&str; 2] = ["10.128.20.0/24", "198.18.0.8/29"];
const WAN: &str = "eth0";
const VOICE: &str = "eth1.60";
const ADMIN: &str = "eth1.10";
/// Protocol number of ESP, length of its header without a cipher's own (RFC 4303 §2).
const ESP: u8 = 50;
const ESP_HEADER: usize = 8;
/// The tunnel's inward and outward numbers.
const SPIS: [u32; 2] = [0x0100, 0x0200];

/// A packet to ask about: how it comes, from where to where.
struct Question {
    interface: &'static str,
    /// Whether the peer sends it inside the tunnel.
    carried: bool,
    from: &'static str,
    to: &'static str,
    port: u16,
}

const fn plain(interface: &'static str, from: &'static str, to: &'static str, port: u16) -> Question {
    Question { interface, carried: false, from, to, port }
}

const fn carried(from: &'static str, to: &'static str) -> Question {
    Question { interface: WAN, carried: true, from, to, port: 5061 }
}

const QUESTIONS: &[Question] = &[
    // Of the tunnel, and of the operator as well.
    plain(VOICE, "10.128.20.77", "198.18.0.9", 5061),
    plain(VOICE, "10.128.20.77", "198.18.0.9", 25),
    // Of the operator alone.
    plain(VOICE, "10.128.20.77", "198.18.0.1", 5061),
    plain(VOICE, "10.128.20.77", "198.18.0.1", 25),
    plain(VOICE, "10.128.20.77", "198.18.0.16", 5061),
    // Of another zone, or nobody's.
    plain(ADMIN, "10.128.4.77", "198.18.0.9", 5061),
    plain(ADMIN, "10.128.4.77", "198.18.0.1", 5061),
    plain(VOICE, "10.128.20.77", "10.200.0.9", 5061),
    plain(VOICE, "10.128.4.77", "198.18.0.9", 5061),
    // Back from the far end, in the tunnel and in clear.
    carried("198.18.0.9", "10.128.20.77"),
    carried("198.18.0.9", "10.128.4.77"),
    carried("198.18.0.1", "10.128.20.77"),
    carried("10.128.4.77", "10.128.20.77"),
    plain(WAN, "198.18.0.9", "10.128.20.77", 5061),
    plain(WAN, "198.18.0.1", "10.128.20.77", 5061),
];

/// What a gateway is like while questions are asked.
struct Round {
    title: &'static str,
    has_policies: bool,
    /// Words that lose their condition on IPsec.
    without: &'static str,
    /// How many answers differ from what the engine says of the rules as written.
    differ: usize,
}

const ROUNDS: [Round; 3] = [
    Round { title: "the tunnel is up", has_policies: true, without: "", differ: 0 },
    Round { title: "the tunnel is down", has_policies: false, without: "", differ: 0 },
    // Translated, a packet is looked up again: no policy names its new source, and it leaves in clear.
    Round {
        title: "translation that does not look",
        has_policies: true,
        without: " rt ipsec missing counter snat",
        differ: 2,
    },
];

impl Question {
    /// Its packet in a round, of a connection of its own.
    fn header(&self, round: usize, number: usize) -> Header {
        let sport = 40_000 + u16::try_from(100 * round + number).expect("few questions");
        let [src, dst] = [self.from, self.to].map(|text| text.parse::<IpAddr>().expect("an address"));
        Header { src, dst, body: Body::Tcp { sport, dport: self.port, flags: SYN }, hop_limit: 64 }
    }

    /// The packet as it comes, inside the peer's ESP where it is carried.
    fn packet(&self, round: usize, number: usize, public: IpAddr) -> Vec<u8> {
        let inner = self.header(round, number).opener(mark(number));
        if !self.carried {
            return inner;
        }
        let sequence = mark(number).to_be_bytes();
        // Padding to a multiple of four, its length, and the number of IPv4 in what carries it.
        let padding = (4 - (inner.len() + 2) % 4) % 4;
        let end = [&[1, 2, 3][..padding], &[u8::try_from(padding).expect("below 4"), 4]].concat();
        let load = [&SPIS[0].to_be_bytes()[..], &sequence, &inner, &end].concat();
        let outer =
            Header { src: PEER.parse().expect("an address"), dst: public, body: Body::Other(ESP), hop_limit: 64 };
        outer.carrying(&load)
    }
}

/// Marks of packets, as `frames` has them.
fn mark(number: usize) -> u32 {
    4 * u32::try_from(number + 1).expect("few questions")
}

#[test]
fn a_tunnel_takes_untranslated_what_its_policies_name_and_nothing_else_is_protected() {
    if is_here() {
        return answer();
    }
    let region = region_with(&[(&format!("policies/establishments/{SITE}.yaml"), TUNNEL)]);
    let written = region.gateway(SITE);
    let told = run(NAME, &given(&written, region.net.site(written.site).gateway.public.value.into()));
    let mut compared = 0;
    for (at, round) in ROUNDS.iter().enumerate() {
        let seen = heard(&told, at);
        let said = said(&written, at);
        let wrong: Vec<String> = (0..QUESTIONS.len())
            .filter(|number| seen.get(number) != said.get(number))
            .map(|number| format!("{number}: the kernel {:?}, the engine {:?}", seen.get(&number), said.get(&number)))
            .collect();
        assert_eq!(wrong.len(), round.differ, "{}:\n{}\n{told}", round.title, wrong.join("\n"));
        compared += QUESTIONS.len();
    }
    say(&format!("lycée {SITE} with ESP: {compared} verdicts, {} by a planted mistake", ROUNDS[2].differ));
}

/// What the guest needs to know: it has the three interfaces that questions name.
fn given(written: &Written, public: IpAddr) -> Vec<(&'static str, String)> {
    let is_asked = |line: &&str| [WAN, VOICE, ADMIN].iter().any(|name| line.split(' ').any(|word| word == *name));
    vec![
        ("addresses", written.ip_lines().lines().filter(is_asked).map(|line| format!("{line}\n")).collect()),
        ("rules", written.nft().to_owned()),
        ("public", public.to_string()),
    ]
}

/// The engine's answers by number: how a packet leaves, if it does.
fn said(written: &Written, at: usize) -> BTreeMap<usize, String> {
    let round = &ROUNDS[at];
    let ends: [IpNet; 2] = ENDS.map(|text| text.parse().expect("a prefix"));
    let policies: &[(IpNet, IpNet)] = if round.has_policies { &[(ends[0], ends[1])] } else { &[] };
    let model = Model::new(written, now(), false).with_policies(policies);
    let fate = |question: &Question, header: &Header| match question.carried {
        true if round.has_policies => model.unwrapped(WAN, header),
        // No policy, no state: the kernel does not open it.
        true => Fate::default(),
        false => model.opened(question.interface, header),
    };
    let asked = QUESTIONS.iter().enumerate();
    let fates = asked.map(|(number, question)| (number, fate(question, &question.header(at, number))));
    fates.filter_map(|(number, fate)| Some((number, told(&fate)?))).collect()
}

fn told(fate: &Fate) -> Option<String> {
    let (interface, source, _) = fate.out.as_ref()?;
    Some(line(interface, fate.is_protected(), *source))
}

fn line(interface: &str, is_protected: bool, source: IpAddr) -> String {
    format!("{} by {interface} from {source}", if is_protected { "protected" } else { "clear" })
}

/// The guest's answers in a round.
fn heard(told: &str, round: usize) -> BTreeMap<usize, String> {
    let mine = format!("answer {round} ");
    let lines = told.lines().filter_map(|line| line.trim_end().strip_prefix(&mine)?.split_once(' '));
    lines.map(|(number, how)| (number.parse().expect("a number"), how.to_owned())).collect()
}

/// Seconds since 1970: a dated rule is as it is now.
fn now() -> u64 {
    let netns = super::super::netns::Netns::new("now");
    super::now(&netns)
}

/// In the guest: every round on one gateway.
fn answer() {
    let gateway = Gateway::new(&[WAN, VOICE, ADMIN]);
    gateway.netns().ip(&asked("addresses"));
    let public: IpAddr = asked("public").parse().expect("an address");
    for (at, round) in ROUNDS.iter().enumerate() {
        gateway.netns().ip(&format!("xfrm state flush\nxfrm policy flush\n{}", policies(round, &asked("public"))));
        gateway.netns().nft(&rules(round));
        for (number, question) in QUESTIONS.iter().enumerate() {
            gateway.send(question.interface, &question.packet(at, number, public));
        }
        for (interface, packet) in gateway.heard() {
            if let Some((number, how)) = seen(&interface, &packet) {
                // The harness has left its line open.
                say(&format!("\nanswer {at} {number} {how}"));
            }
        }
    }
}

/// A question's number and how it left, if a packet is one of ours.
fn seen(interface: &str, packet: &[u8]) -> Option<(usize, String)> {
    let outer = Parsed::read(packet)?;
    let is_protected = outer.header.body == Body::Other(ESP);
    let load = packet.get(20 + ESP_HEADER..).filter(|_| is_protected);
    let inner = Parsed::read(load.unwrap_or(packet))?;
    let number = usize::try_from(inner.mark / 4).ok()?.checked_sub(1)?;
    let same = matches!((inner.header.body, QUESTIONS.get(number)?.header(0, number).body),
        (Body::Tcp { dport: a, flags: SYN, .. }, Body::Tcp { dport: b, .. }) if a == b);
    let ends = is_protected.then_some([outer.header.src, outer.header.dst]);
    assert!(ends.is_none_or(|ends| ends.map(|end| end.to_string()) == [asked("public"), PEER.to_owned()]), "{ends:?}");
    (same && inner.mark % 4 == 0).then(|| (number, line(interface, is_protected, inner.header.src)))
}

/// The rules of the files, or a mutant of them.
fn rules(round: &Round) -> String {
    let rules = asked("rules");
    let changed = rules.replacen(round.without, round.without.trim_start_matches(" rt ipsec missing"), 1);
    assert_eq!(changed != rules, !round.without.is_empty(), "`{}` is in the rules", round.without);
    changed
}

/// Lines of `ip -batch`: what charon would put into the kernel while the tunnel is up.
fn policies(round: &Round, public: &str) -> String {
    let ([inside, outside], mut lines) = (ENDS, String::new());
    if !round.has_policies {
        return lines;
    }
    let none = "enc ecb(cipher_null) \"\" auth-trunc digest_null \"\" 0";
    for (spi, src, dst) in [(SPIS[1], public, PEER), (SPIS[0], PEER, public)] {
        writeln!(lines, "xfrm state add src {src} dst {dst} proto esp spi {spi:#x} reqid 1 mode tunnel {none}")
            .expect("text");
    }
    for (dir, from, to, src, dst) in [
        ("out", inside, outside, public, PEER),
        ("in", outside, inside, PEER, public),
        ("fwd", outside, inside, PEER, public),
    ] {
        let ends = format!("src {from} dst {to} dir {dir} tmpl src {src} dst {dst}");
        writeln!(lines, "xfrm policy add {ends} proto esp reqid 1 mode tunnel").expect("text");
    }
    lines
}
