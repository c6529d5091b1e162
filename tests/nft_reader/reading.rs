//! What the reader makes of each form it knows.

use etanche::config::filter::{Action, Key, Log, Policy, Value, Values};

use crate::common::{GATEWAY, difference, forward, interfaces, listing, script, table};

#[test]
fn the_gateway_is_read_whole() {
    let filter = script(GATEWAY).expect("read");
    let sets: Vec<_> = filter.sets.iter().map(|s| (s.name.as_str(), s.entries.len())).collect();
    let expected = [
        ("inside4", 3),
        ("inside6", 2),
        ("sources4", 5),
        ("sources6", 3),
        ("services", 3),
        ("supervisors", 3),
        ("pairs", 5),
    ];
    assert_eq!(sets, expected);
    assert_eq!(filter.chains.len(), 14);
    assert_eq!(filter.chains.iter().map(|c| c.rules.len()).sum::<usize>(), 62);
}

#[test]
fn a_rule_keeps_its_place_comment_and_remark() {
    let filter = script(GATEWAY).expect("read");
    let dated = filter.chains.iter().flat_map(|c| &c.rules);
    let dated = dated.filter(|r| r.remark.as_deref() == Some("An examination, for three weeks."));
    let rules: Vec<_> = dated.collect();
    assert_eq!(rules.len(), 1);
    assert_eq!(rules[0].comment.as_deref(), Some("f3 dated"));
    let line = GATEWAY.lines().position(|l| l.contains("meta time")).expect("there");
    assert_eq!(rules[0].at.line as usize, line + 1);
}

#[test]
fn a_limited_log_continues() {
    let text = forward("limit rate 5/second burst 10 packets log prefix \"x \" level info\ndrop");
    let filter = script(&text).expect("read");
    let rule = &filter.chains[0].rules[0];
    let log = Log { prefix: "x ".into(), per_second: Some(5) };
    assert_eq!((rule.log.as_ref(), &rule.action), (Some(&log), &Action::Continue));
}

#[test]
fn a_limit_before_a_match_limits_the_log_only() {
    let text = forward("limit rate 5/second tcp dport 22 log\naccept");
    let with = script(&text).expect("read");
    let without = script(&forward("accept")).expect("read");
    assert_eq!(difference(&with, &without), None);
}

#[test]
fn counters_and_logs_before_a_match_change_nothing() {
    let spread = script(&forward("counter ip saddr 10.0.0.0/8 log prefix \"a\" tcp dport 22 counter accept"));
    let plain = script(&forward("ip saddr 10.0.0.0/8 tcp dport 22 accept"));
    assert_eq!(difference(&spread.expect("read"), &plain.expect("read")), None);
}

#[test]
fn same_meaning_pairs() {
    let pairs = [
        ("ct state established,related accept", "ct state { related, established } accept"),
        ("ct state established accept", "ct state vmap { established : accept }"),
        ("meta l4proto 50 accept", "meta l4proto esp accept"),
        ("tcp dport 22 accept", "meta l4proto tcp th dport 22 accept"),
        ("meta l4proto { tcp, udp } th dport 53 accept", "meta l4proto . th dport { tcp . 53, udp . 53 } accept"),
        ("ip saddr 10.0.0.0-10.255.255.255 accept", "ip saddr 10.0.0.0/8 accept"),
        ("icmp type 8 accept", "meta nfproto ipv4 icmp type echo-request accept"),
        ("tcp dport { 20-30 } accept", "tcp dport { 20-25, 26-30 } accept"),
        ("ip saddr != 10.0.0.0/8 drop\naccept", "meta nfproto ipv6 accept\nip saddr 10.0.0.0/8 accept"),
        ("tcp dport != 22 drop\naccept", "meta l4proto != tcp accept\ntcp dport 22 accept"),
        ("iifname != \"eth0\" accept", "iifname \"eth0\" drop\naccept"),
        ("reject with tcp reset\naccept", "meta l4proto tcp drop\naccept"),
        ("reject with icmp admin-prohibited\naccept", "meta nfproto ipv4 drop\naccept"),
        (
            "iifname . ip saddr != { \"eth0\" . 1.2.3.4 } drop\naccept",
            "iifname . ip saddr { \"eth0\" . 1.2.3.4 } accept\nmeta nfproto ipv4 drop\naccept",
        ),
        ("meta l4proto . th dport != { tcp . 22 } accept", "tcp dport 22 drop\naccept"),
    ];
    for (one, other) in pairs {
        let read = |rules: &str| script(&forward(rules)).unwrap_or_else(|e| panic!("{rules}: {e:?}"));
        assert_eq!(difference(&read(one), &read(other)), None, "{one} / {other}");
        assert_ne!(difference(&read(one), &read("")), None, "{one} accepts nothing");
    }
}

#[test]
fn goto_does_not_come_back_and_jump_does() {
    let chains = |call: &str| {
        let inner = "chain inner {\ntcp dport 22 accept\n}\n";
        let base = "type filter hook forward priority filter; policy drop;";
        table(&format!(
            "{inner}chain outer {{\n{call} inner\naccept\n}}\nchain f {{\n{base}\njump outer\nudp dport 53 accept\n}}"
        ))
    };
    let jump = script(&chains("jump")).expect("read");
    let goto = script(&chains("goto")).expect("read");
    let all = script(&forward("accept")).expect("read");
    let some = script(&forward("tcp dport 22 accept\nudp dport 53 accept")).expect("read");
    assert_eq!(difference(&jump, &all), None);
    assert_eq!(difference(&goto, &some), None);
}

#[test]
fn an_accept_ends_its_own_base_chain_only() {
    let two = table(
        "chain a {\ntype filter hook forward priority 0; policy drop;\naccept\n}\n\
         chain b {\ntype filter hook forward priority 10; policy accept;\ntcp dport 23 drop\n}",
    );
    let one = script(&forward("tcp dport 23 drop\naccept")).expect("read");
    assert_eq!(difference(&script(&two).expect("read"), &one), None);
}

#[test]
fn a_quoted_instant_is_utc_in_a_listing() {
    let lines = |time: &str| {
        format!(
            "table inet t {{\nchain f {{\ntype filter hook forward priority filter; policy drop;\nmeta time >= {time} accept\n}}\n}}\n"
        )
    };
    let quoted = listing(&lines("\"2027-06-17 22:00:00\"")).expect("read");
    let bare = listing(&lines("1813269600")).expect("read");
    assert_eq!(quoted.chains[0].rules[0].matches, bare.chains[0].rules[0].matches);
}

#[test]
fn typeof_says_the_keys_themselves() {
    let text = table("set s {\ntypeof oifname . ip daddr\nflags interval\nelements = { \"eth0\" . 10.0.0.0/8 }\n}");
    let filter = script(&text).expect("read");
    assert_eq!(filter.sets[0].keys, [Key::Out, Key::Destination4]);
    let net = Value::Net("10.0.0.0/8".parse().expect("a prefix"));
    assert_eq!(filter.sets[0].entries[0].values, [Value::Interface("eth0".into()), net]);
}

#[test]
fn priorities_are_numbers_or_names_with_an_offset() {
    for (written, number) in [("filter", 0), ("filter + 10", 10), ("mangle - 5", -155), ("-7", -7)] {
        let text = table(&format!("chain c {{\ntype filter hook input priority {written}; policy accept;\n}}"));
        let base = script(&text).expect("read").chains[0].base.expect("a base chain");
        assert_eq!((base.priority, base.policy), (number, Policy::Accept));
    }
}

#[test]
fn a_named_set_is_kept_as_a_name() {
    let text = table("set s {\ntype ipv4_addr\nelements = { 10.0.0.1 }\n}\nchain c {\nip saddr @s accept\n}");
    let filter = script(&text).expect("read");
    assert_eq!(filter.chains[0].rules[0].matches[0].values, Values::Named("s".into()));
}

#[test]
fn only_the_rules_hidden_by_others_are_dead() {
    use etanche::config::meaning::dead_rules;
    let mut space = etanche::packets::Space::default();
    let filter = script(&forward("tcp dport 20-30 accept\ntcp dport 25 drop\nudp dport 25 drop")).expect("read");
    let dead = dead_rules(&mut space, &filter, &interfaces()).expect("clear");
    assert_eq!(dead.iter().map(|at| at.line).collect::<Vec<_>>(), [7]);
}

/// Byte ranges of the words of a line.
fn words(line: &str) -> Vec<std::ops::Range<usize>> {
    let starts = line.split_whitespace().map(|word| word.as_ptr() as usize - line.as_ptr() as usize);
    starts.zip(line.split_whitespace()).map(|(at, word)| at..at + word.len()).collect()
}

#[test]
fn every_word_of_a_ruleset_counts() {
    let original = script(GATEWAY).expect("read");
    let mut offset = 0;
    for line in GATEWAY.split_inclusive('\n') {
        let written = line.split('#').next().unwrap_or_default();
        for word in words(written) {
            let mut without = GATEWAY.to_owned();
            without.replace_range(offset + word.start..offset + word.end, "");
            assert_ne!(script(&without).as_ref(), Ok(&original), "`{}` in {line}", &line[word]);
        }
        offset += line.len();
    }
}
