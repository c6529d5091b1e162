//! Texts that are refused, each with the code and the very text its span covers.

use etanche::config::FileSet;
use etanche::diagnostics::{Sink, Sources};
use etanche::dialects::{codes, read};

use crate::common::{forward, listing, script, table};

/// Rules of a forward chain: what is written, the code, the text at fault.
const RULES: &[(&str, &str, &str)] = &[
    ("ip protocol tcp accept", "nft-unsupported", "ip protocol"),
    ("ip6 nexthdr tcp accept", "nft-unsupported", "ip6 nexthdr"),
    ("iif \"eth0\" accept", "nft-unsupported", "iif"),
    ("iifname \"eth*\" accept", "nft-value", "\"eth*\""),
    ("iifname { \"eth0\", \"eth1*\" } accept", "nft-value", "\"eth1*\""),
    ("iifname \"interface-too-long\" accept", "nft-value", "\"interface-too-long\""),
    ("limit rate 5/second accept", "nft-order", "accept"),
    ("limit rate 5/second tcp dport 22 drop", "nft-order", "drop"),
    ("limit rate 5/second tcp dport vmap { 22 : accept }", "nft-order", "tcp dport vmap { 22 : accept }"),
    ("limit rate over 5/second drop", "nft-unsupported", "over"),
    ("limit rate 5/minute log", "nft-unsupported", "5/minute"),
    ("accept tcp dport 22", "nft-order", "tcp dport 22"),
    ("drop accept", "nft-order", "accept"),
    ("th dport 22 accept", "nft-ambiguous", "th dport 22 accept"),
    ("meta l4proto { tcp, icmp } th dport 22 accept", "nft-ambiguous", "meta l4proto { tcp, icmp } th dport 22 accept"),
    ("meta l4proto icmp icmp type 8 accept", "nft-ambiguous", "meta l4proto icmp icmp type 8 accept"),
    ("tcp dport vmap { 20-30 : accept, 25 : drop }", "nft-ambiguous", "25 : drop"),
    ("tcp flags syn accept", "nft-unsupported", "tcp flags"),
    ("tcp dport https accept", "nft-value", "https"),
    ("tcp dport 070 accept", "nft-value", "070"),
    ("tcp dport 65536 accept", "nft-value", "65536"),
    ("tcp dport > 1023 accept", "nft-unsupported", ">"),
    ("meta skuid proxy accept", "nft-value", "proxy"),
    ("meta skuid 6001 accept", "nft-hook", "meta skuid 6001 accept"),
    ("meta time \"2027-06-18 00:00:00\" accept", "nft-unsupported", "meta"),
    ("meta time >= \"2027-06-18 00:00:00\" accept", "nft-unsupported", "\"2027-06-18 00:00:00\""),
    ("meta time <= 1815084000 accept", "nft-unsupported", "meta"),
    ("meta time 1813269600-1815084000 accept", "nft-unsupported", "meta"),
    ("meta mark 5 accept", "nft-unsupported", "meta mark"),
    ("meta mark set 5", "nft-unsupported", "meta mark"),
    ("meta ipsec != exists drop", "nft-unsupported", "!="),
    ("ct state != established,related drop", "nft-unsupported", ","),
    ("ct original ip saddr 10.0.0.1 accept", "nft-unsupported", "ct original"),
    ("ct status dnat accept", "nft-unsupported", "ct status"),
    ("ct helper set \"ftp\"", "nft-unsupported", "ct helper"),
    ("fib daddr type local drop", "nft-unsupported", "fib daddr"),
    ("exthdr frag exists drop", "nft-unsupported", "exthdr frag"),
    ("notrack", "nft-unsupported", "notrack"),
    ("dup to 10.0.0.1", "nft-unsupported", "dup to"),
    ("quota over 1 mbytes drop", "nft-unsupported", "quota over"),
    ("counter name \"c\" accept", "nft-unsupported", "name"),
    ("update @s { ip saddr }", "nft-unsupported", "update"),
    ("icmp code 0 accept", "nft-unsupported", "icmp code"),
    ("ip saddr 10.0.0.1/8 accept", "nft-value", "10.0.0.1/8"),
    ("ip saddr 2001:db8::1 accept", "nft-value", "2001:db8::1"),
    ("ip saddr example.org accept", "nft-value", "example.org"),
    ("ip saddr 10.0.0.9-10.0.0.1 accept", "nft-value", "10.0.0.9-10.0.0.1"),
    ("iifname . ip saddr \"eth0\" . 10.0.0.1 accept", "nft-syntax", "\"eth0\""),
    ("tcp dport { } accept", "nft-syntax", "}"),
    ("log group 5", "nft-unsupported", "group 5"),
    ("log prefix \"open", "nft-syntax", "\""),
    ("jump nowhere", "nft-name", "jump nowhere"),
    ("jump forward", "nft-name", "jump forward"),
    ("iifname vmap { \"eth0\" : goto nowhere }", "nft-name", "goto nowhere"),
    ("ip saddr @nowhere accept", "nft-name", "ip saddr @nowhere"),
    ("snat ip to 10.0.0.1", "nft-hook", "snat ip to 10.0.0.1"),
    ("redirect to :3128", "nft-unsupported", "redirect to"),
    ("accept; }", "nft-syntax", "}"),
    ("é accept", "nft-syntax", "é"),
    ("tcp dport 22 accept comment \"a\" drop", "nft-syntax", "drop"),
    ("tcp dport 22 \\\n accept", "nft-syntax", "\\"),
    ("queue num 1", "nft-unsupported", "queue num"),
];

/// Lines of a table.
const TABLES: &[(&str, &str, &str)] = &[
    ("chain a {\n}\nchain a {\n}", "nft-name", "a"),
    ("set s {\ntype ipv4_addr\n}\nset s {\ntype ipv4_addr\n}", "nft-name", "s"),
    ("chain a {\njump b\n}\nchain b {\ngoto a\n}", "nft-name", "goto a"),
    ("set s {\ntype ipv4_addr\nelements = { 10.0.0.0/8 }\n}", "nft-value", "10.0.0.0/8"),
    ("set s {\ntype ipv4_addr\nflags dynamic\n}", "nft-unsupported", "dynamic"),
    ("set s {\ntype ipv4_addr\ntimeout 5m\n}", "nft-unsupported", "timeout"),
    ("set s {\ntype ipv4_addr\nsize 5\nelements = { 10.0.0.1 }\n}", "nft-unsupported", "size"),
    ("flags dormant\nchain c {\n}", "nft-unsupported", "flags dormant"),
    ("set s {\ntype ether_addr\n}", "nft-unsupported", "ether_addr"),
    ("set s {\ntype ipv6_addr\n}\nchain c {\nip saddr @s accept\n}", "nft-name", "ip saddr @s"),
    ("map m {\ntype ifname : verdict\n}\nchain c {\niifname @m accept\n}", "nft-name", "iifname @m"),
    ("map m {\ntype ipv4_addr : ipv4_addr\n}", "nft-syntax", "ipv4_addr"),
    (
        "map m {\ntype ifname . ipv4_addr : verdict\nflags interval\nelements = { \"a\" . 10.1.0.0/16 : accept, \"a\" . 10.0.0.0/8 : drop }\n}",
        "nft-ambiguous",
        "\"a\" . 10.0.0.0/8 : drop",
    ),
    ("flowtable f {\nhook ingress priority 0\n}", "nft-unsupported", "flowtable f"),
    ("counter c {\n}", "nft-unsupported", "counter c"),
    ("chain c {\ntype route hook output priority 0; policy accept;\n}", "nft-unsupported", "route"),
    ("chain c {\ntype filter hook ingress device eth0 priority 0;\n}", "nft-unsupported", "ingress"),
    ("chain c {\ntype filter hook prerouting priority raw; policy accept;\n}", "nft-unsupported", "c"),
    ("chain c {\ntype nat hook forward priority 0; policy accept;\n}", "nft-unsupported", "c"),
    (
        "chain c {\ntype nat hook postrouting priority 100; policy accept;\n}\nchain d {\ntype nat hook postrouting priority 100; policy accept;\n}",
        "nft-ambiguous",
        "d",
    ),
    (
        "chain c {\ntype filter hook input priority 0; policy drop;\nrt ipsec missing drop\n}",
        "nft-hook",
        "rt ipsec missing drop",
    ),
    (
        "chain c {\nmeta ipsec missing drop\n}\nchain d {\ntype filter hook output priority 0; policy drop;\njump c\n}",
        "nft-hook",
        "meta ipsec missing drop",
    ),
    ("chain c {\ntype nat hook postrouting priority 100; policy accept;\nsnat to 10.0.0.1\n}", "nft-syntax", "to"),
    (
        "chain c {\ntype nat hook postrouting priority 100; policy accept;\nsnat ip to 10.0.0.1-10.0.0.9\n}",
        "nft-unsupported",
        "10.0.0.1-10.0.0.9",
    ),
    (
        "chain c {\ntype nat hook postrouting priority 100; policy accept;\nmasquerade to :1024-65535\n}",
        "nft-order",
        "to :1024-65535",
    ),
    ("chain c {\ntype nat hook postrouting priority 100; policy accept;\ndrop\n}", "nft-hook", "drop"),
    ("chain c { accept }", "nft-syntax", "}"),
];

/// Whole texts.
const SCRIPTS: &[(&str, &str, &str)] = &[
    ("flush ruleset\n", "nft-other-table", "flush ruleset"),
    ("table inet t {\n}\n", "nft-not-idempotent", "table inet t"),
    ("table inet t\ntable inet t {\n}\n", "nft-not-idempotent", "table inet t"),
    ("delete table inet t\ntable inet t {\n}\n", "nft-not-idempotent", "delete table inet t"),
    ("table inet t\ndelete table inet t\ntable inet t {\n}\ntable inet u\n", "nft-other-table", "u"),
    ("table inet t\ndelete table inet t\ntable inet t {\n}\ntable inet t {\n}\n", "nft-syntax", "table"),
    ("table ip t\ndelete table ip t\n", "nft-unsupported", "ip"),
    ("include \"other.nft\"\n", "nft-unsupported", "include \"other.nft\""),
    ("define lan = 10.0.0.0/8\n", "nft-unsupported", "define lan = 10.0.0.0/8"),
    ("add rule inet t forward accept\n", "nft-unsupported", "add rule inet t forward accept"),
    ("table inet t\ndelete table inet t\ntable inet t {\n", "nft-syntax", ""),
    ("table inet t\ndelete table inet t\ntable inet t {\n}\r\n", "nft-syntax", "\r"),
    ("", "nft-syntax", ""),
];

fn check(text: &str, code: &str, at: &str) {
    let found = script(text).expect_err(text);
    let first = (found[0].0.as_str(), found[0].1.as_str());
    let wanted = format!("readback/{code}");
    let among = found.iter().any(|(c, span, _)| (c.as_str(), span.as_str()) == (wanted.as_str(), at));
    assert!(among, "{text}\nwanted {wanted} at {at:?}\nfirst  {first:?}\nall    {found:#?}");
}

#[test]
fn rules_that_are_refused() {
    for (rule, code, at) in RULES {
        check(&forward(rule), code, at);
    }
}

#[test]
fn tables_that_are_refused() {
    for (lines, code, at) in TABLES {
        check(&table(lines), code, at);
    }
}

#[test]
fn scripts_that_are_refused() {
    for (text, code, at) in SCRIPTS {
        check(text, code, at);
    }
}

#[test]
fn one_fault_gives_one_finding() {
    for (rule, ..) in RULES.iter().filter(|(rule, ..)| !rule.contains('}')) {
        let found = script(&forward(rule)).expect_err(rule);
        assert_eq!(found.len(), 1, "{rule}: {found:#?}");
    }
}

#[test]
fn faults_of_several_rules_are_all_told() {
    let found = script(&forward("notrack\naccept\nth dport 1 bad\niif 3 drop")).expect_err("refused");
    let spans: Vec<_> = found.iter().map(|(_, span, _)| span.as_str()).collect();
    assert_eq!(spans, ["notrack", "bad", "iif"]);
}

#[test]
fn a_listing_of_two_tables_is_refused() {
    let found = listing("table inet t {\n}\ntable inet u {\n}\n").expect_err("refused");
    assert_eq!(found[0].0, "readback/nft-other-table");
}

#[test]
fn a_file_without_reader_is_refused() {
    let files = FileSet::from([("rc.local".to_owned(), String::new())]);
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    assert!(read(&files, "0000001B/gateway", &mut sources, &mut sink).is_none());
    let found = sink.into_sorted();
    assert_eq!(found[0].code.name, "readback/unknown-file");
    assert_eq!(sources.get(found[0].span.source).path, "0000001B/gateway/rc.local");
}

#[test]
fn every_code_has_its_page() {
    for code in codes() {
        assert!(code.name.starts_with("readback/"), "{}", code.name);
        assert!(!code.says.is_empty() && !code.wrong.is_empty() && !code.right.is_empty());
    }
}

#[test]
fn messages_are_phrases() {
    for (rule, ..) in RULES {
        for (_, _, message) in script(&forward(rule)).expect_err(rule) {
            let end = message.chars().last().expect("a message");
            assert!(!message.contains('\n') && !".!".contains(end), "{message}");
            assert!(!message.starts_with(char::is_uppercase), "{message}");
        }
    }
}
