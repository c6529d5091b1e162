//! Random rulesets of a small grammar: sets pushed through chains and single packets traced give the same verdicts.

use proptest::prelude::*;
use proptest::sample::{Index, select};

use etanche::config::filter::{Action, Hook};
use etanche::config::meaning::{Interfaces, accepted, arriving, pass, pieces, trace, trace_translation};
use etanche::packets::{Field, Packet, Space};

use crate::common::{interfaces, script, table};

pub(crate) const MATCHES: &[&str] = &[
    "",
    "iifname \"eth0\"",
    "iifname != { \"eth0\", \"eth1.10\" }",
    "oifname \"eth1.10\"",
    "iifname . oifname { \"eth0\" . \"eth1.10\", \"eth1.10\" . \"eth0\" }",
    "ip saddr 10.0.0.0/8",
    "ip saddr != 10.0.0.0-10.0.0.9",
    "ip6 daddr 2001:db8::/32",
    "ip6 saddr != @six",
    "iifname . ip saddr @zones",
    "iifname . ip saddr != @zones",
    "meta l4proto . th dport @ports",
    "meta l4proto . th dport != @ports",
    "meta l4proto { tcp, udp } th dport 50-60",
    "meta l4proto != tcp",
    "meta nfproto ipv6",
    "tcp dport { 22, 50-55 }",
    "tcp dport != 22",
    "udp sport 53",
    "icmp type { echo-request, 11-12 }",
    "icmpv6 type != echo-request",
    "ct state established,related",
    "ct state != new",
    "ct direction reply",
    "ct state established ct direction != original",
    "meta ipsec missing",
    "rt ipsec exists",
    "ip6 hoplimit 255",
    "meta time >= 100 meta time < 200",
];

pub(crate) const ACTIONS: &[&str] = &[
    "accept",
    "drop",
    "return",
    "counter",
    "reject",
    "reject with tcp reset",
    "jump one",
    "goto one",
    "jump two",
    "goto two",
    "iifname . oifname vmap @pairs",
    "tcp dport vmap { 22 : accept, 50-55 : jump two, 80 : goto one }",
    "ct direction vmap { original : jump two, reply : return }",
    "ct state vmap { invalid : drop, established : accept, untracked : return }",
];

const TRANSLATIONS: &[&str] =
    &["accept", "return", "snat ip to 192.0.2.1", "snat ip6 to 2001:db8::1", "masquerade", "counter"];

pub(crate) const SETS: &str = r#"
set six { type ipv6_addr; flags interval; elements = { 2001:db8::/33, fe80::1 }
}
set zones { type ifname . ipv4_addr; flags interval; elements = { "eth0" . 10.0.0.0/24, "eth1.10" . 10.0.0.5 }
}
set ports { type inet_proto . inet_service; flags interval; elements = { tcp . 22, udp . 50-55 }
}
map pairs { type ifname . ifname : verdict; elements = { "eth0" . "eth1.10" : jump two, "eth1.10" . "eth0" : drop, "eth0" . "eth0" : goto one }
}
"#;

fn rule(actions: Vec<&'static str>) -> impl Strategy<Value = String> {
    (select(MATCHES), select(MATCHES), select(actions)).prop_filter_map(
        "two families or too many protocols",
        |(a, b, action)| {
            let text = format!("{a} {b} {action}");
            script(&table(&format!("{SETS}chain two {{\n}}\nchain one {{\n}}\nchain probe {{\n{text}\n}}"))).ok()?;
            Some(text)
        },
    )
}

fn rules(actions: &'static [&'static str], without: &'static [&'static str]) -> impl Strategy<Value = String> {
    let allowed = actions.iter().copied().filter(|a| !without.iter().any(|w| a.contains(w)));
    prop::collection::vec(rule(allowed.collect()), 0..6).prop_map(|rules| rules.join("\n"))
}

fn ruleset() -> impl Strategy<Value = String> {
    let two = rules(ACTIONS, &["one", "two", "@pairs"]);
    let one = rules(ACTIONS, &["one", "@pairs"]);
    let base = || rules(ACTIONS, &[]);
    let policy = select(&["accept", "drop"][..]);
    let exit =
        rules(TRANSLATIONS, &[]).prop_filter("the flag has no answer there", |text| !text.contains("meta ipsec"));
    (two, one, base(), base(), policy, exit).prop_map(|(two, one, first, second, policy, exit)| {
        let base = "type filter hook forward priority";
        table(&format!(
            "{SETS}chain two {{\n{two}\n}}\nchain one {{\n{one}\n}}\n\
             chain first {{\n{base} 0; policy {policy};\n{first}\n}}\n\
             chain second {{\n{base} 10; policy accept;\n{second}\n}}\n\
             chain exit {{\ntype nat hook postrouting priority 100; policy accept;\n{exit}\n}}"
        ))
    })
}

/// Values at and around what the rules name.
fn values(field: Field) -> Vec<u128> {
    let v4 = |text: &str| u128::from(text.parse::<std::net::Ipv4Addr>().expect("v4").to_bits());
    let v6 = |text: &str| text.parse::<std::net::Ipv6Addr>().expect("v6").to_bits();
    match field {
        Field::Family => vec![0, 1],
        Field::State => (0..=6).collect(),
        Field::Ipsec => (0..=3).collect(),
        Field::Proto => vec![1, 6, 17, 50, 58],
        Field::In | Field::Out => (1..=5).collect(),
        Field::Uid => vec![u128::from(u32::MAX)],
        Field::Hops => vec![64, 255],
        Field::Src | Field::Dst => vec![
            v4("10.0.0.0"),
            v4("10.0.0.5"),
            v4("10.0.0.9"),
            v4("10.0.0.10"),
            v4("10.0.1.0"),
            v4("11.0.0.0"),
            v6("2001:db8::1"),
            v6("2001:db8:8000::"),
            v6("fe80::1"),
        ],
        Field::Dport => vec![0, 22, 49, 50, 55, 60, 61, 80, 8 << 8, 12 << 8, 128 << 8],
        Field::Sport => vec![0, 53, 1024],
    }
}

pub(crate) fn packet() -> impl Strategy<Value = Packet> {
    prop::collection::vec(any::<Index>(), Field::COUNT).prop_map(|picks| {
        let fields = Field::ORDER.into_iter().zip(picks);
        let packet =
            fields.fold(Packet::default(), |packet, (field, pick)| packet.with(field, *pick.get(&values(field))));
        let ported = packet.has_ports();
        let typed = [1, 58].contains(&packet.get(Field::Proto));
        let packet = if ported { packet } else { packet.with(Field::Sport, 0) };
        let packet = if ported || typed { packet } else { packet.with(Field::Dport, 0) };
        let small = |value: u128| value & u128::from(u32::MAX);
        match packet.get(Field::Family) {
            0 => packet.with(Field::Src, small(packet.get(Field::Src))).with(Field::Dst, small(packet.get(Field::Dst))),
            _ => packet,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_packet_and_the_sets_agree(
        text in ruleset(),
        packets in prop::collection::vec(packet(), 60),
        now in select(&[0_u64, 99, 100, 199, 200][..]),
    ) {
        let filter = script(&text).unwrap_or_else(|e| panic!("{text}\n{e:#?}"));
        let interfaces = interfaces();
        let mut space = Space::default();
        let all = arriving(&mut space, &interfaces, Hook::Forward).expect("within budget");
        let passage = pass(&mut space, &filter, &interfaces, Hook::Forward, all, now).expect("clear");
        let both = space.union(passage.accepted, passage.dropped).expect("within budget");
        prop_assert_eq!(both, all);
        prop_assert!(!space.overlaps(passage.accepted, passage.dropped));
        let shown = [passage.accepted, passage.dropped].map(|set| space.witness(set));
        for packet in packets.into_iter().chain(shown.into_iter().flatten()) {
            prop_assert!(packet.is_valid());
            let steps = trace(&filter, &interfaces, Hook::Forward, &packet, now).expect("clear");
            prop_assert_eq!(accepted(&steps), space.contains(passage.accepted, &packet), "{}\n{:?}\n{:#?}", text, packet, steps);
            translated(&mut space, &filter, &interfaces, &packet, now)?;
        }
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_fail_otherwise_than_by_findings(
        cuts in prop::collection::vec((any::<Index>(), "[ -~\\n\"{};@é\t]{0,3}", 0_usize..4), 1..8),
    ) {
        let mut text = crate::common::GATEWAY.to_owned();
        for (at, new, drop) in cuts {
            let places: Vec<_> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let nth = at.index(places.len());
            let end = places[(nth + drop).min(places.len() - 1)];
            text.replace_range(places[nth]..end, &new);
        }
        if let Err(found) = script(&text) {
            prop_assert!(!found.is_empty());
        }
    }
}

fn translated(
    space: &mut Space,
    filter: &etanche::config::Filter,
    interfaces: &Interfaces,
    packet: &Packet,
    now: u64,
) -> Result<(), TestCaseError> {
    let packet = packet.with(Field::State, 0);
    let all = space.all();
    let pieces = pieces(space, filter, interfaces, Hook::Postrouting, all, now).expect("clear");
    let steps = trace_translation(filter, interfaces, Hook::Postrouting, &packet, now).expect("clear");
    let last = steps.last().map(|step| step.action.clone());
    let last = last.filter(|action| !matches!(action, Action::Accept));
    let inside = pieces.iter().filter(|piece| space.contains(piece.before, &packet));
    let actions: Vec<_> = inside.map(|piece| piece.action.clone()).collect();
    prop_assert_eq!(actions, vec![last]);
    Ok(())
}
