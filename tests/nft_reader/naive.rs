//! Random rulesets over the whole grammar, made as structures, printed as text, and judged by a first-match interpreter
//! of the structure that shares no line with the reader or the meaning: packet sets must say the same, and nft loads them.

use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use etanche::config::filter::Hook;
use etanche::config::meaning::{arriving, pass};
use etanche::packets::{Field, Packet, Space};

use crate::common::{interfaces, script, table};
use crate::loads::loads;
use crate::random::packet;

/// A value as written, and the numbers it stands for.
type Value = (&'static str, u128, u128);

/// Something to look at: its words, the type of its sets, what a packet has there, values that share nothing.
struct Key {
    words: &'static str,
    of: &'static str,
    look: fn(&Packet) -> Option<u128>,
    values: &'static [Value],
}

const fn key(
    words: &'static str,
    of: &'static str,
    look: fn(&Packet) -> Option<u128>,
    values: &'static [Value],
) -> Key {
    Key { words, of, look, values }
}

fn of(packet: &Packet, field: Field, needs: &[(Field, u128)]) -> Option<u128> {
    needs.iter().all(|(field, value)| packet.get(*field) == *value).then(|| packet.get(field))
}

/// What connection tracking says of a packet: its state, and its direction if it has one.
fn tracked(packet: &Packet) -> (u128, Option<u128>) {
    match packet.get(Field::State) {
        known @ 0..=2 => (known, Some(0)),
        5 => (1, Some(1)),
        6 => (2, Some(1)),
        alone => (alone, None),
    }
}

const V4: (Field, u128) = (Field::Family, 0);
const V6: (Field, u128) = (Field::Family, 1);
const TCP: (Field, u128) = (Field::Proto, 6);
const UDP: (Field, u128) = (Field::Proto, 17);
const NAMES: &[Value] = &[("\"eth0\"", 3, 3), ("\"eth1.10\"", 4, 4), ("\"eth1.20\"", 5, 5)];
const FOUR: &[Value] = &[
    ("10.0.0.0/29", 0x0a00_0000, 0x0a00_0007),
    ("10.0.0.9", 0x0a00_0009, 0x0a00_0009),
    ("10.0.1.0-10.0.1.200", 0x0a00_0100, 0x0a00_01c8),
];
const SIX: &[Value] = &[
    ("2001:db8::/33", 0x2001_0db8 << 96, (0x2001_0db8 << 96) + (1 << 95) - 1),
    ("fe80::1", (0xfe80 << 112) + 1, (0xfe80 << 112) + 1),
];
const PORTS: &[Value] = &[("22", 22, 22), ("50-55", 50, 55), ("60", 60, 60), ("80", 80, 80)];
const SOURCES: &[Value] = &[("53", 53, 53), ("1024-65535", 1024, 65535)];
const STATES: &[Value] =
    &[("new", 0, 0), ("established", 1, 1), ("related", 2, 2), ("untracked", 3, 3), ("invalid", 4, 4)];

const KEYS: &[Key] = &[
    key("iifname", "ifname", |p| of(p, Field::In, &[]), NAMES),
    key("oifname", "ifname", |p| of(p, Field::Out, &[]), NAMES),
    key("ip saddr", "ipv4_addr", |p| of(p, Field::Src, &[V4]), FOUR),
    key("ip daddr", "ipv4_addr", |p| of(p, Field::Dst, &[V4]), FOUR),
    key("ip6 saddr", "ipv6_addr", |p| of(p, Field::Src, &[V6]), SIX),
    key("ip6 daddr", "ipv6_addr", |p| of(p, Field::Dst, &[V6]), SIX),
    key("meta nfproto", "nf_proto", |p| of(p, Field::Family, &[]), &[("ipv4", 0, 0), ("ipv6", 1, 1)]),
    key("meta l4proto", "inet_proto", |p| of(p, Field::Proto, &[]), &[("tcp", 6, 6), ("udp", 17, 17), ("50", 50, 50)]),
    key("tcp dport", "inet_service", |p| of(p, Field::Dport, &[TCP]), PORTS),
    key("udp dport", "inet_service", |p| of(p, Field::Dport, &[UDP]), PORTS),
    key("tcp sport", "inet_service", |p| of(p, Field::Sport, &[TCP]), SOURCES),
    key("udp sport", "inet_service", |p| of(p, Field::Sport, &[UDP]), SOURCES),
    key("ct state", "ct_state", |p| Some(tracked(p).0), STATES),
    key("ct direction", "ct_dir", |p| tracked(p).1, &[("original", 0, 0), ("reply", 1, 1)]),
    key(
        "icmp type",
        "icmp_type",
        |p| of(p, Field::Dport, &[V4, (Field::Proto, 1)]).map(|both| both >> 8),
        &[("echo-request", 8, 8), ("11-12", 11, 12)],
    ),
    key(
        "icmpv6 type",
        "icmpv6_type",
        |p| of(p, Field::Dport, &[V6, (Field::Proto, 58)]).map(|both| both >> 8),
        &[("echo-request", 128, 128), ("packet-too-big", 2, 2)],
    ),
    key("ip6 hoplimit", "", |p| of(p, Field::Hops, &[V6]), &[("255", 255, 255)]),
    key("meta ipsec", "", |p| Some(p.get(Field::Ipsec) & 1), &[("missing", 0, 0), ("exists", 1, 1)]),
    key("rt ipsec", "", |p| Some(p.get(Field::Ipsec) >> 1), &[("missing", 0, 0), ("exists", 1, 1)]),
];

/// Numbers that proptest shrinks; zeros when they are used up.
struct Dice(std::vec::IntoIter<u16>);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        usize::from(self.0.next().unwrap_or(0)) % sides
    }

    fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        &from[self.roll(from.len())]
    }
}

/// A comparison: keys, alternatives of one value a key.
#[derive(Clone)]
struct Test {
    keys: Vec<&'static Key>,
    tuples: Vec<Vec<Value>>,
    negated: bool,
    text: String,
}

#[derive(Clone, Copy)]
enum Verdict {
    Accept,
    Drop,
    Return,
    Continue,
    Jump(usize),
    Goto(usize),
}

#[derive(Clone)]
enum Action {
    Plain(Verdict),
    /// A rejection, behind the test that nft adds.
    Reject(fn(&Packet) -> bool),
    /// What decides nothing.
    Nothing,
    Map(Test, Vec<Verdict>),
}

struct Rule {
    tests: Vec<Test>,
    action: Action,
}

struct Base {
    rules: Vec<Rule>,
    accepts: bool,
}

struct Ruleset {
    /// Chains without hook: each calls earlier ones only.
    chains: Vec<Vec<Rule>>,
    bases: Vec<Base>,
    text: String,
}

// ---- what it means ----

fn holds(test: &Test, packet: &Packet) -> bool {
    let found: Option<Vec<u128>> = test.keys.iter().map(|key| (key.look)(packet)).collect();
    let Some(found) = found else { return false };
    let equal = |tuple: &Vec<Value>| tuple.iter().zip(&found).all(|((_, from, to), n)| (from..=to).contains(&n));
    test.tuples.iter().any(equal) != test.negated
}

/// Some verdict, or none when the chain ends or returns.
fn run(chains: &[Vec<Rule>], rules: &[Rule], packet: &Packet) -> Option<bool> {
    for rule in rules {
        if !rule.tests.iter().all(|test| holds(test, packet)) {
            continue;
        }
        let verdict = match &rule.action {
            Action::Plain(verdict) => *verdict,
            Action::Reject(added) if added(packet) => Verdict::Drop,
            Action::Reject(_) | Action::Nothing => continue,
            Action::Map(test, verdicts) => {
                let one = |tuple: &Vec<Value>| Test { tuples: vec![tuple.clone()], ..test.clone() };
                let hit = test.tuples.iter().position(|tuple| holds(&one(tuple), packet));
                hit.map_or(Verdict::Continue, |at| verdicts[at])
            }
        };
        match verdict {
            Verdict::Accept => return Some(true),
            Verdict::Drop => return Some(false),
            Verdict::Return => return None,
            Verdict::Continue => {}
            Verdict::Goto(to) => return run(chains, &chains[to], packet),
            Verdict::Jump(to) => match run(chains, &chains[to], packet) {
                None => {}
                decided => return decided,
            },
        }
    }
    None
}

fn passes(ruleset: &Ruleset, packet: &Packet) -> bool {
    ruleset.bases.iter().all(|base| run(&ruleset.chains, &base.rules, packet).unwrap_or(base.accepts))
}

// ---- how it is made and written ----

/// Named sets and maps written so far.
type Sets = Vec<String>;

fn joined<'a>(parts: impl Iterator<Item = &'a str>, between: &str) -> String {
    parts.collect::<Vec<_>>().join(between)
}

fn keys(dice: &mut Dice) -> Vec<&'static Key> {
    let typed = KEYS.len() - 3;
    match dice.roll(4) {
        0 => vec![&KEYS[dice.roll(typed)], &KEYS[dice.roll(typed)]],
        _ => vec![dice.pick(KEYS)],
    }
}

fn tuples(dice: &mut Dice, keys: &[&'static Key]) -> Vec<Vec<Value>> {
    let mut all: Vec<Vec<Value>> = Vec::new();
    for _ in 0..=dice.roll(3) {
        let tuple: Vec<Value> = keys.iter().map(|key| *dice.pick(key.values)).collect();
        if !all.contains(&tuple) {
            all.push(tuple);
        }
    }
    all
}

fn elements(tuples: &[Vec<Value>]) -> Vec<String> {
    tuples.iter().map(|tuple| joined(tuple.iter().map(|(text, ..)| *text), " . ")).collect()
}

fn named(sets: &mut Sets, word: &str, keys: &[&'static Key], rest: &str, elements: &[String]) -> String {
    let name = format!("{word}{}", sets.len());
    let of = joined(keys.iter().map(|key| key.of), " . ");
    let elements = elements.join(", ");
    sets.push(format!("{word} {name} {{\ntype {of}{rest}\nflags interval\nelements = {{ {elements} }}\n}}\n"));
    format!("@{name}")
}

fn test(dice: &mut Dice, sets: &mut Sets) -> Test {
    let keys = keys(dice);
    let words = joined(keys.iter().map(|key| key.words), " . ");
    if keys[0].of.is_empty() {
        let tuple = vec![*dice.pick(keys[0].values)];
        return Test { text: format!("{words} {}", tuple[0].0), keys, tuples: vec![tuple], negated: false };
    }
    let (mut tuples, negated) = (tuples(dice, &keys), dice.roll(3) == 0);
    let is_state = keys[0].words == "ct state" && keys.len() == 1 && !negated;
    let right = match dice.roll(3) {
        0 if keys.len() == 1 && !is_state => {
            tuples.truncate(1);
            tuples[0][0].0.to_owned()
        }
        0 if is_state => elements(&tuples).join(","),
        1 => named(sets, "set", &keys, "", &elements(&tuples)),
        _ => format!("{{ {} }}", elements(&tuples).join(", ")),
    };
    Test { text: format!("{words} {}{right}", if negated { "!= " } else { "" }), keys, tuples, negated }
}

fn verdict(dice: &mut Dice, below: usize) -> Verdict {
    match dice.roll(7) {
        0 | 1 => Verdict::Accept,
        2 => Verdict::Drop,
        3 => Verdict::Return,
        4 if below > 0 => Verdict::Goto(dice.roll(below)),
        5 | 6 if below > 0 => Verdict::Jump(dice.roll(below)),
        _ => Verdict::Continue,
    }
}

fn spelled(verdict: Verdict) -> String {
    match verdict {
        Verdict::Accept => "accept".into(),
        Verdict::Drop => "drop".into(),
        Verdict::Return => "return".into(),
        Verdict::Continue => "continue".into(),
        Verdict::Jump(to) => format!("jump c{to}"),
        Verdict::Goto(to) => format!("goto c{to}"),
    }
}

/// Words, and the test that nft adds before them.
type Reject = (&'static str, fn(&Packet) -> bool);

const REJECTS: &[Reject] = &[
    ("reject", |_| true),
    ("reject with icmpx admin-prohibited", |_| true),
    ("reject with tcp reset", |p| p.get(Field::Proto) == 6),
    ("reject with icmp type port-unreachable", |p| p.get(Field::Family) == 0),
    ("reject with icmpv6 no-route", |p| p.get(Field::Family) == 1),
];

const WORDS: &[&str] = &[
    "counter",
    "log prefix \"x\" level info",
    "limit rate 5/second burst 10 packets log prefix \"x \"",
    "limit rate 1/second counter",
    "tcp flags syn tcp option maxseg size set rt mtu",
];

/// An action and its text.
fn action(dice: &mut Dice, sets: &mut Sets, below: usize) -> (Action, String) {
    match dice.roll(8) {
        0 => {
            let (text, added) = *dice.pick(REJECTS);
            (Action::Reject(added), text.to_owned())
        }
        1 => (Action::Nothing, (*dice.pick(WORDS)).to_owned()),
        2 | 3 => map(dice, sets, below),
        _ => {
            let verdict = verdict(dice, below);
            (Action::Plain(verdict), format!("counter {}", spelled(verdict)))
        }
    }
}

fn map(dice: &mut Dice, sets: &mut Sets, below: usize) -> (Action, String) {
    let mut keys = keys(dice);
    if keys[0].of.is_empty() {
        keys = vec![&KEYS[0], &KEYS[1]];
    }
    let tuples = tuples(dice, &keys);
    let verdicts: Vec<Verdict> = tuples.iter().map(|_| verdict(dice, below)).collect();
    let pairs = elements(&tuples).into_iter().zip(&verdicts);
    let entries: Vec<String> = pairs.map(|(element, verdict)| format!("{element} : {}", spelled(*verdict))).collect();
    let words = joined(keys.iter().map(|key| key.words), " . ");
    let right = match dice.roll(2) {
        0 => named(sets, "map", &keys, " : verdict", &entries),
        _ => format!("{{ {} }}", entries.join(", ")),
    };
    let test = Test { keys, tuples, negated: false, text: String::new() };
    (Action::Map(test, verdicts), format!("{words} vmap {right}"))
}

/// A rule and its text; `None` when it contradicts itself or has two meanings, all that one of these is refused for.
fn rule(dice: &mut Dice, sets: &mut Sets, below: usize) -> Option<(Rule, String)> {
    let mut own = Sets::new();
    let mut tests: Vec<Test> = Vec::new();
    for _ in 0..dice.roll(3) {
        tests.push(test(dice, &mut own));
    }
    let (action, end) = action(dice, &mut own, below);
    let text = joined(tests.iter().map(|test| test.text.as_str()).chain([end.as_str()]), " ");
    let targets: String = (0..below).map(|nth| format!("chain c{nth} {{\n}}\n")).collect();
    let alone = table(&format!("{}{targets}chain c {{\n{text}\n}}", own.concat()));
    if let Err(found) = script(&alone) {
        let known = ["which nft refuses", "listed as if it were of one"];
        let is_known = |message: &str| known.iter().any(|end| message.ends_with(end));
        assert!(found.iter().all(|(.., message)| is_known(message)), "{text}\n{found:#?}");
        return None;
    }
    // Names are numbered by rule: each takes the next ones of the whole.
    let mut text = text;
    for (nth, set) in own.iter().enumerate() {
        let (word, _) = set.split_once(' ').expect("a word first");
        let (old, new) = (format!("{word}{nth}"), format!("{word}_{}", sets.len()));
        text = text.replace(&format!("@{old}"), &format!("@{new}"));
        sets.push(set.replacen(&old, &new, 1));
    }
    Some((Rule { tests, action }, text))
}

fn rules(dice: &mut Dice, sets: &mut Sets, below: usize, text: &mut String) -> Vec<Rule> {
    let made = (0..1 + dice.roll(5)).filter_map(|_| rule(dice, sets, below)).collect::<Vec<_>>();
    for (_, line) in &made {
        writeln!(text, "{line}").expect("text");
    }
    made.into_iter().map(|(rule, _)| rule).collect()
}

fn ruleset(numbers: Vec<u16>) -> Ruleset {
    let (mut dice, mut sets, mut text) = (Dice(numbers.into_iter()), Sets::new(), String::new());
    let mut chains = Vec::new();
    for nth in 0..3 {
        writeln!(text, "chain c{nth} {{").expect("text");
        chains.push(rules(&mut dice, &mut sets, nth, &mut text));
        text += "}\n";
    }
    let mut bases = Vec::new();
    for nth in 0..1 + dice.roll(3) {
        let (priority, accepts) = (dice.pick(&["filter", "filter - 5", "-150", "security", "7"]), dice.roll(2) == 0);
        let policy = if accepts { "accept" } else { "drop" };
        writeln!(text, "chain b{nth} {{\ntype filter hook forward priority {priority}; policy {policy};")
            .expect("text");
        bases.push(Base { rules: rules(&mut dice, &mut sets, 3, &mut text), accepts });
        text += "}\n";
    }
    text += "chain elsewhere {\ntype filter hook input priority 0; policy drop;\n}";
    Ruleset { chains, bases, text: table(&format!("{}{text}", sets.concat())) }
}

fn numbers() -> impl Strategy<Value = Vec<u16>> {
    prop::collection::vec(any::<u16>(), 400)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn packet_sets_say_what_a_first_match_interpreter_says(
        numbers in numbers(),
        packets in prop::collection::vec(packet(), 80),
    ) {
        let made = ruleset(numbers);
        let filter = script(&made.text).unwrap_or_else(|e| panic!("{}\n{e:#?}", made.text));
        let (mut space, interfaces) = (Space::default(), interfaces());
        let all = arriving(&mut space, &interfaces, Hook::Forward).expect("within budget");
        let passage = pass(&mut space, &filter, &interfaces, Hook::Forward, all, 0).expect("clear");
        let shown = [passage.accepted, passage.dropped].map(|set| space.witness(set));
        for packet in packets.into_iter().chain(shown.into_iter().flatten()) {
            let theirs = space.contains(passage.accepted, &packet);
            prop_assert_eq!(passes(&made, &packet), theirs, "{}\n{:?}", made.text, packet);
        }
    }
}

#[test]
fn nft_loads_every_random_ruleset_that_is_read() {
    let mut runner = TestRunner::deterministic();
    let texts: Vec<String> =
        (0..150).map(|_| ruleset(numbers().new_tree(&mut runner).expect("numbers").current()).text).collect();
    for (text, load) in texts.iter().zip(loads(&texts)) {
        assert_eq!(load.err(), None, "{text}");
    }
}
