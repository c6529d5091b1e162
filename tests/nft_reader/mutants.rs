//! One word of the gateway's ruleset changed at a time: each change has a packet that shows it.

use crate::common::{GATEWAY, difference, script};

/// Title, the text changed (found exactly once), its replacement.
const MUTANTS: &[(&str, &str, &str)] = &[
    ("missing negation", "iifname . ip saddr != @sources4", "iifname . ip saddr @sources4"),
    (
        "source and destination swapped",
        "ip saddr 203.0.113.1 ip daddr 203.0.113.30 udp",
        "ip daddr 203.0.113.1 ip saddr 203.0.113.30 udp",
    ),
    ("port off by one", "8000-8080", "8000-8081"),
    ("IPv6 half dropped", "\t\tip6 daddr @inside6 drop\n", ""),
    (
        "guard without its flag",
        "iifname \"eth0\" ip saddr @inside4 meta ipsec missing",
        "iifname \"eth0\" ip saddr @inside4",
    ),
    ("guard with the other flag", "ip daddr @inside4 rt ipsec missing", "ip daddr @inside4 rt ipsec exists"),
    ("accept before deny", "\t\tip daddr @inside4 drop\n", "\t\tip daddr @inside4 accept\n"),
    ("wrong interface in a map", "\"eth1.20\" . \"eth0\" : jump", "\"eth1.30\" . \"eth0\" : jump"),
    (
        "wrong chain in a map",
        "\"eth1.10\" . \"xf-aca\" : jump admin_academy",
        "\"eth1.10\" . \"xf-aca\" : jump admin_servers",
    ),
    ("a policy that accepts", "hook input priority filter; policy drop", "hook input priority filter; policy accept"),
    ("prefix one bit too wide", "10.128.0.0/22,", "10.128.0.0/21,"),
    ("range one address too wide", "10.128.6.0-10.128.6.99", "10.128.6.0-10.128.6.100"),
    ("protocol missing from a set", "meta l4proto { tcp, udp } th dport 53", "meta l4proto { udp } th dport 53"),
    ("protocol swapped in a concatenation", "udp . 443 }", "tcp . 443 }"),
    ("date one second late", "meta time < 1815084000", "meta time < 1815084001"),
    ("date without an end", " meta time < 1815084000", ""),
    ("everything related accepted", "ct state related goto related", "ct state related accept"),
    ("jump forgotten", "\t\tjump guards\n\t\tmeta skuid 6001 ip saddr", "\t\tmeta skuid 6001 ip saddr"),
    ("return becomes accept", "meta nfproto ipv6 return", "meta nfproto ipv6 accept"),
    ("verdict of an inline map", "23 : drop", "23 : accept"),
    (
        "hop limit not asked for",
        "ip6 hoplimit 255 icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert }",
        "icmpv6 type { nd-router-solicit, nd-neighbor-solicit, nd-neighbor-advert }",
    ),
    (
        "redirects accepted as related",
        "icmp type { destination-unreachable, time-exceeded, parameter-problem }",
        "icmp type { destination-unreachable, redirect, time-exceeded, parameter-problem }",
    ),
    ("untracked let through", "untracked : drop", "untracked : return"),
    ("another user", "meta skuid 6001 ip saddr", "meta skuid 6003 ip saddr"),
    ("user negated", "meta skuid != 6001", "meta skuid 6001"),
    ("translated to another address", "snat ip to 203.0.113.30", "snat ip to 203.0.113.31"),
    ("translated to another port", "10.128.6.20:443", "10.128.6.20:444"),
    (
        "order of two translations",
        "\t\tip saddr 203.0.113.31 accept\n\t\toifname \"eth0\" rt ipsec exists accept\n",
        "",
    ),
    ("second base chain forgets a protocol", "meta l4proto != tcp drop", "meta l4proto != udp drop"),
    ("in and out swapped", "meta skuid 6001 oifname \"lo\" drop", "meta skuid 6001 oifname \"eth0\" drop"),
    ("wrong flag of arrival", "ip6 saddr @inside6 meta ipsec missing", "ip6 saddr @inside6 meta ipsec exists"),
];

#[test]
fn every_mutant_is_found_with_a_packet() {
    let original = script(GATEWAY).expect("read");
    let (mut shown, mut missed) = (Vec::new(), Vec::new());
    for (title, from, to) in MUTANTS {
        assert_eq!(GATEWAY.matches(from).count(), 1, "{title}: `{from}`");
        let mutant = script(&GATEWAY.replacen(from, to, 1)).unwrap_or_else(|e| panic!("{title}: {e:?}"));
        match difference(&original, &mutant) {
            Some(difference) => shown.push(format!("{title}\n    {difference}")),
            None => missed.push(*title),
        }
    }
    assert!(missed.is_empty(), "not found: {missed:?}");
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn the_order_of_two_base_chains_decides_nothing_but_translation() {
    let original = script(GATEWAY).expect("read");
    let moved = GATEWAY.replacen("priority filter + 10", "priority filter - 10", 1);
    assert_eq!(difference(&original, &script(&moved).expect("read")), None);
}
