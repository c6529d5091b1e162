//! How fast packet sets are: `cargo run --release --example packets_speed`.
//!
//! Takes rule lists made here from a fixed seed; gives, for each, the least time of several runs and the size of the
//! diagram. Figures are for orientation.

use std::io;
use std::time::{Duration, Instant};

use etanche::packets::{Field, FieldProduct, IntervalSet, Limits, Space, iface, proto, state};

const DROP: u32 = 0;
const ACCEPT: u32 = 1;
type Rules = Vec<(FieldProduct, u32)>;

/// A linear congruential generator (Knuth's constants): the same lists for ever.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u128) -> u128 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u128::from(self.0 >> 33) % sides
    }
}

/// Zone `n` of a lycée: a /24 of IPv4 and a /64 of IPv6.
fn zone(n: u128, six: bool) -> (FieldProduct, IntervalSet) {
    if six {
        let lo = (0x2001_0db8_u128 << 96) | (n << 64);
        (FieldProduct::v6(), IntervalSet::span(lo, lo | u128::from(u64::MAX)))
    } else {
        let lo = (10 << 24) | (128 << 16) | (n << 8);
        (FieldProduct::v4(), IntervalSet::span(lo, lo | 0xff))
    }
}

/// 19 zones, both families: invalid drop, anti-spoofing, established accept, 40 allows.
fn lycee() -> Rules {
    let any = FieldProduct::any;
    let mut rules = vec![(any().with_value(Field::State, state::INVALID), DROP)];
    for n in 0..19 {
        for six in [false, true] {
            let (family, own) = zone(n, six);
            let others = own.complement(Field::Src.max());
            let spoofed = family.with_value(Field::In, iface::FIRST + n).with(Field::Src, others);
            rules.push((spoofed, DROP));
        }
    }
    rules.push((any().with(Field::State, IntervalSet::points([state::ESTABLISHED])), ACCEPT));
    let mut dice = Dice(7);
    for n in 0..40 {
        let (from, to) = (dice.roll(19), dice.roll(19));
        let (family, source) = zone(from, n % 2 == 1);
        let (_, target) = zone(to, n % 2 == 1);
        let ports =
            IntervalSet::points((0..=dice.roll(3)).map(|_| [53, 80, 443, 445, 631, 3389][dice.roll(6) as usize]));
        let allow = family
            .with_value(Field::In, iface::FIRST + from)
            .with_value(Field::Out, iface::FIRST + to)
            .with_value(Field::Proto, if dice.roll(4) == 0 { proto::UDP } else { proto::TCP })
            .with(Field::Src, source)
            .with(Field::Dst, target)
            .with(Field::Dport, ports);
        rules.push((allow, ACCEPT));
    }
    rules
}

/// What a list is made of.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Both addresses given.
    Specific,
    /// One address of each rule is free, never both: one broad rule hides all that follow and a list looks easy.
    Wildcards,
    /// The same over 16,000 networks and 2,000 ports that nothing relates: no list is like that.
    Scattered,
}

/// Prefixes of random length and short port ranges, permits and refusals in any order.
fn five_tuples(count: usize, kind: Kind) -> Rules {
    let (networks, services) = if kind == Kind::Scattered { (1 << 14, 2000) } else { (256, 40) };
    let mut dice = Dice(11);
    let mut rules = Vec::with_capacity(count);
    for _ in 0..count {
        let free = [Field::Dst, Field::Src][dice.roll(2) as usize];
        let mut matches = FieldProduct::v4();
        for field in [Field::Dst, Field::Src] {
            if kind == Kind::Specific || field != free {
                let host_bits = [0, 4, 8, 8, 12, 16][dice.roll(6) as usize];
                let lo = ((10 << 24) | (dice.roll(networks) << 8) | 10) >> host_bits << host_bits;
                matches = matches.with(field, IntervalSet::span(lo, lo | ((1 << host_bits) - 1)));
            }
        }
        let port = dice.roll(services);
        let values = IntervalSet::span(port, port + [0, 0, 0, 50][dice.roll(4) as usize]);
        let protocol = [proto::TCP, proto::TCP, proto::UDP][dice.roll(3) as usize];
        let matches = matches.with_value(Field::Proto, protocol).with(Field::Dport, values);
        rules.push((matches, dice.roll(2) as u32));
    }
    rules
}

/// The least time of some runs, each in a new space, and the size of the accept set.
fn measure(name: &str, rules: &Rules, runs: usize) {
    let limits = Limits { nodes: 1 << 26, edges: 1 << 28, memo: 1 << 28 };
    let (mut best, mut report) = (Duration::MAX, String::new());
    for _ in 0..runs {
        let start = Instant::now();
        let mut space = Space::new(limits);
        let decision = space.first_match(rules).expect("it fits");
        let accepted = space.decided_by(decision, |tag| tag == ACCEPT).expect("it fits");
        let took = start.elapsed();
        if took < best {
            best = took;
            let (nodes, edges) = space.size();
            report = format!("{} nodes, arena {nodes} nodes {edges} edges", space.node_count(accepted));
        }
    }
    let numbered: Rules = rules.iter().zip(0..).map(|((m, _), n)| (m.clone(), n)).collect();
    let start = Instant::now();
    let mut space = Space::new(limits);
    let decision = space.first_match(&numbered).expect("it fits");
    let (took, live) = (start.elapsed(), space.live_tags(decision).len());
    let text =
        format!("{name}: accept set {best:?} ({report}); by rule {took:?}, {live} of {} rules live\n", rules.len());
    let _ = io::Write::write_all(&mut io::stdout(), text.as_bytes());
}

fn main() {
    measure("one lycée", &lycee(), 200);
    measure("specific, 1,000", &five_tuples(1_000, Kind::Specific), 10);
    measure("wildcards, 1,000", &five_tuples(1_000, Kind::Wildcards), 5);
    measure("scattered wildcards, 1,000", &five_tuples(1_000, Kind::Scattered), 5);
    measure("specific, 10,000", &five_tuples(10_000, Kind::Specific), 1);
    measure("wildcards, 10,000", &five_tuples(10_000, Kind::Wildcards), 1);
}
