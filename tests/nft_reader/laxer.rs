//! The reader is never laxer than nft: what nft 1.0.6 refuses it refuses too, at the text at fault; its nearest
//! neighbour both take. What only the reader refuses stands here with the reason.

use crate::common::{forward, script, table};
use crate::loads::loads;

/// Title; what both refuse; the code and the text at fault; the nearest text that both take.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str);

/// A table's lines, or a rule of a forward chain.
fn whole(text: &str) -> String {
    let is_table = ["chain ", "set ", "map ", "comment "].iter().any(|word| text.starts_with(word));
    if is_table { table(text) } else { forward(text) }
}

const NAMES: &[Row] = &[
    ("a word of nft as a chain", "chain counter {\n}", "nft-syntax", "counter", "chain counters {\n}"),
    ("a word of nft as a set", "set ip {\ntype ipv4_addr\n}", "nft-syntax", "ip", "set ips {\ntype ipv4_addr\n}"),
    (
        "a word of nft as a target",
        "chain b {\njump drop\n}",
        "nft-syntax",
        "drop",
        "chain a {\n}\nchain b {\njump a\n}",
    ),
    ("a name with a word in it", "chain rt0 {\n}", "nft-syntax", "rt0", "chain state {\n}"),
    ("an interface without marks", "iifname drop accept", "nft-syntax", "drop", "iifname \"drop\" accept"),
    ("an interface like a range", "iifname 22-20 accept", "nft-syntax", "22-20", "iifname \"22-20\" accept"),
];

const TEXTS: &[Row] = &[
    (
        "a second comment of a chain",
        "chain c {\ncomment \"x\"\ncomment \"y\"\n}",
        "nft-syntax",
        "comment",
        "chain c {\ncomment \"x\"\n}",
    ),
    (
        "a second comment of a table",
        "comment \"x\"\ncomment \"y\"",
        "nft-syntax",
        "comment",
        "comment \"x\"\nchain c {\n}",
    ),
    ("a variable in a log prefix", "log prefix \"a $b\"", "nft-value", "\"a $b\"", "log prefix \"a b\""),
    ("a log without a prefix's end", "log prefix \"a", "nft-syntax", "\"", "log prefix \"a\""),
    (
        "a blank line among elements",
        "tcp dport { 22,\n\n23 } accept",
        "nft-syntax",
        "\n",
        "tcp dport { 22,\n# a remark\n23 } accept",
    ),
    (
        "a leading zero",
        "tcp dport 22 limit rate 08/second log",
        "nft-unsupported",
        "08/second",
        "tcp dport 22 limit rate 8/second log",
    ),
    ("no event a second", "limit rate 0/second log", "nft-unsupported", "0/second", "limit rate 1/second log"),
    (
        "a burst of none",
        "limit rate 1/second burst 0 packets log",
        "nft-value",
        "0",
        "limit rate 1/second burst 1 packets log",
    ),
    (
        "a prefix length with a zero",
        "ip saddr 10.0.0.0/08 accept",
        "nft-value",
        "10.0.0.0/08",
        "ip saddr 10.0.0.0/8 accept",
    ),
    (
        "an IPv4 ending where nft reads none",
        "ip6 saddr 64:ff9b::1.2.3.4 accept",
        "nft-value",
        "64:ff9b::1.2.3.4",
        "ip6 saddr ::ffff:1.2.3.4 accept",
    ),
];

const SETS: &[Row] = &[
    (
        "intervals that overlap",
        "set s {\ntype ipv4_addr\nflags interval\nelements = { 10.0.0.0/8, 10.1.0.0/16 }\n}",
        "nft-syntax",
        "10.1.0.0/16",
        "set s {\ntype ipv4_addr\nflags interval\nelements = { 10.0.0.0/9, 10.128.0.0/9 }\n}",
    ),
    (
        "intervals that overlap, narrow first",
        "set s {\ntype inet_service\nflags interval\nelements = { 25, 20-30 }\n}",
        "nft-syntax",
        "20-30",
        "set s {\ntype inet_service\nflags interval\nelements = { 20-30, 20-30 }\n}",
    ),
    (
        "ranges that share one end",
        "set s {\ntype inet_service\nflags interval\nelements = { 20-30, 40, 30-35 }\n}",
        "nft-syntax",
        "30-35",
        "set s {\ntype inet_service\nflags interval\nauto-merge\nelements = { 20-30, 40, 30-35 }\n}",
    ),
    (
        "a concatenation, wide first",
        "set s {\ntype ifname . ipv4_addr\nflags interval\nelements = { \"a\" . 10.0.0.0/8, \"a\" . 10.1.0.0/16 }\n}",
        "nft-syntax",
        "\"a\" . 10.1.0.0/16",
        "set s {\ntype ifname . ipv4_addr\nflags interval\nelements = { \"a\" . 10.0.0.0/8, \"b\" . 10.1.0.0/16 }\n}",
    ),
    (
        "a concatenation that auto-merge does not merge",
        "set s {\ntype ipv4_addr . inet_service\nflags interval\nauto-merge\nelements = { 10.0.0.0/8 . 20-30, 10.1.0.0/16 . 25 }\n}",
        "nft-syntax",
        "10.1.0.0/16 . 25",
        "set s {\ntype ipv4_addr . inet_service\nflags interval\nelements = { 10.0.0.0/8 . 20-30, 10.1.0.0/16 . 31 }\n}",
    ),
    (
        "a concatenation in place",
        "iifname . ip saddr { \"a\" . 10.0.0.0/8, \"a\" . 10.1.0.0/16 } accept",
        "nft-syntax",
        "\"a\" . 10.1.0.0/16",
        "ip saddr { 10.0.0.0/8, 10.1.0.0/16 } accept",
    ),
    (
        "two verdicts of one element",
        "map m {\ntype ifname : verdict\nelements = { \"a\" : accept, \"a\" : drop }\n}",
        "nft-ambiguous",
        "\"a\" : drop",
        "map m {\ntype ifname : verdict\nelements = { \"a\" : accept, \"b\" : drop }\n}",
    ),
    (
        "two verdicts in place",
        "tcp dport vmap { 22 : accept, 22 : drop }",
        "nft-ambiguous",
        "22 : drop",
        "tcp dport vmap { 22 : accept, 23 : drop }",
    ),
    (
        "entries of one verdict that overlap",
        "tcp dport vmap { 20-30 : accept, 25 : accept }",
        "nft-ambiguous",
        "25 : accept",
        "tcp dport vmap { 20-24 : accept, 25 : accept }",
    ),
    (
        "a full prefix without intervals",
        "set s {\ntype ipv4_addr\nelements = { 10.0.0.1/32 }\n}",
        "nft-value",
        "10.0.0.1/32",
        "set s {\ntype ipv4_addr\nelements = { 10.0.0.1 }\n}",
    ),
    (
        "a range of one without intervals",
        "set s {\ntype inet_service\nelements = { 22-22 }\n}",
        "nft-value",
        "22-22",
        "set s {\ntype icmp_type\nelements = { echo-request }\n}",
    ),
    (
        "auto-merge without intervals",
        "set s {\ntype ipv4_addr\nauto-merge\n}",
        "nft-syntax",
        "auto-merge",
        "set s {\ntype ipv4_addr\nauto-merge\nflags interval\n}",
    ),
    (
        "auto-merge of a map",
        "map m {\ntype ipv4_addr : verdict\nflags interval\nauto-merge\n}",
        "nft-unsupported",
        "auto-merge",
        "map m {\ntype ipv4_addr : verdict\nflags interval\n}",
    ),
    (
        "flags that the next ones replace",
        "set s {\ntype ipv4_addr\nflags interval\nflags constant\nelements = { 10.0.0.0/8 }\n}",
        "nft-syntax",
        "flags",
        "set s {\ntype ipv4_addr\nflags interval, constant\nelements = { 10.0.0.0/8 }\n}",
    ),
    (
        "a key too long",
        "set s {\ntype ifname . ifname . ifname . ifname . inet_service\n}",
        "nft-syntax",
        "ifname . ifname . ifname . ifname . inet_service",
        "set s {\ntype ifname . ifname . ifname . ipv6_addr\n}",
    ),
    (
        "two comments of an element",
        "tcp dport { 22 comment \"x\" comment \"y\" } accept",
        "nft-syntax",
        "comment",
        "tcp dport { 22 comment \"x\" } accept",
    ),
];

const CHAINS: &[Row] = &[
    (
        "dstnat after routing",
        "chain c {\ntype nat hook postrouting priority dstnat; policy accept;\n}",
        "nft-value",
        "dstnat",
        "chain c {\ntype nat hook prerouting priority dstnat; policy accept;\n}",
    ),
    (
        "dstnat of what the gateway sends",
        "chain c {\ntype nat hook output priority dstnat; policy accept;\n}",
        "nft-value",
        "dstnat",
        "chain c {\ntype nat hook output priority -100; policy accept;\n}",
    ),
    (
        "srcnat before routing",
        "chain c {\ntype filter hook prerouting priority srcnat; policy accept;\n}",
        "nft-value",
        "srcnat",
        "chain c {\ntype filter hook postrouting priority srcnat; policy accept;\n}",
    ),
    (
        "srcnat on the way in",
        "chain c {\ntype nat hook input priority srcnat; policy accept;\n}",
        "nft-value",
        "srcnat",
        "chain c {\ntype nat hook input priority 100; policy accept;\n}",
    ),
    (
        "an octal priority without meaning",
        "chain c {\ntype filter hook forward priority 08; policy accept;\n}",
        "nft-value",
        "08",
        "chain c {\ntype filter hook forward priority 8; policy accept;\n}",
    ),
    (
        "a nat chain before connection tracking",
        "chain c {\ntype nat hook prerouting priority -200; policy accept;\n}",
        "nft-unsupported",
        "c",
        "chain c {\ntype nat hook prerouting priority -199; policy accept;\n}",
    ),
    (
        "a nat chain at forward",
        "chain c {\ntype nat hook forward priority 0; policy accept;\n}",
        "nft-unsupported",
        "c",
        "chain c {\ntype filter hook forward priority 0; policy accept;\n}",
    ),
];

const CONTRADICTIONS: &[Row] = &[
    (
        "two transports",
        "tcp dport 22 udp dport 22 accept",
        "nft-syntax",
        "udp dport 22",
        "tcp dport 22 tcp sport 22 accept",
    ),
    (
        "two families",
        "ip saddr 10.0.0.1 ip6 daddr ::1 accept",
        "nft-syntax",
        "ip6 daddr ::1",
        "ip saddr 10.0.0.1 ip daddr 10.0.0.2 accept",
    ),
    (
        "two families in one key",
        "ip saddr . ip6 saddr { 10.0.0.1 . ::1 } accept",
        "nft-syntax",
        "ip saddr . ip6 saddr { 10.0.0.1 . ::1 }",
        "ip saddr . ip daddr { 10.0.0.1 . 10.0.0.2 } accept",
    ),
    (
        "a family named, then the other",
        "meta nfproto ipv6 ip saddr 10.0.0.1 accept",
        "nft-syntax",
        "ip saddr 10.0.0.1",
        "meta nfproto ipv4 ip saddr 10.0.0.1 accept",
    ),
    (
        "a protocol named, then another",
        "meta l4proto { udp } tcp dport 22 accept",
        "nft-syntax",
        "tcp dport 22",
        "meta l4proto { tcp } tcp dport 22 accept",
    ),
    (
        "a transport behind a set of them",
        "meta l4proto { udp, tcp } tcp dport 22 accept",
        "nft-syntax",
        "tcp dport 22",
        "meta l4proto { udp, tcp } th dport 22 accept",
    ),
    (
        "a map of another transport",
        "udp dport 53 tcp dport vmap { 22 : accept }",
        "nft-syntax",
        "tcp dport vmap { 22 : accept }",
        "tcp sport 53 tcp dport vmap { 22 : accept }",
    ),
    (
        "a clamp of datagrams",
        "meta l4proto udp tcp flags syn tcp option maxseg size set rt mtu",
        "nft-syntax",
        "tcp flags syn",
        "meta l4proto tcp tcp flags syn tcp option maxseg size set rt mtu",
    ),
    (
        "a reset of a datagram",
        "udp dport 53 reject with tcp reset",
        "nft-syntax",
        "reject with tcp reset",
        "tcp dport 53 reject with tcp reset",
    ),
    (
        "a reset of either",
        "meta l4proto { tcp, udp } reject with tcp reset",
        "nft-syntax",
        "reject with tcp reset",
        "meta l4proto { tcp } reject with tcp reset",
    ),
    (
        "an answer of the other family",
        "ip6 saddr ::1 reject with icmp port-unreachable",
        "nft-syntax",
        "reject with icmp port-unreachable",
        "ip6 saddr ::1 reject with icmpv6 port-unreachable",
    ),
    (
        "a reason of the other family",
        "reject with icmp no-route",
        "nft-value",
        "no-route",
        "reject with icmpv6 no-route",
    ),
    (
        "a reason that icmpx has not",
        "reject with icmpx net-unreachable",
        "nft-value",
        "net-unreachable",
        "reject with icmpx no-route",
    ),
    (
        "a translation of the other family",
        "chain c {\ntype nat hook prerouting priority dstnat; policy accept;\nip6 saddr ::1 dnat ip to 10.0.0.1\n}",
        "nft-syntax",
        "dnat ip to 10.0.0.1",
        "chain c {\ntype nat hook prerouting priority dstnat; policy accept;\nip saddr 10.0.0.9 dnat ip to 10.0.0.1\n}",
    ),
    (
        "a port without a transport",
        "chain c {\ntype nat hook prerouting priority dstnat; policy accept;\ndnat ip to 10.0.0.1:80\n}",
        "nft-syntax",
        "dnat ip to 10.0.0.1:80",
        "chain c {\ntype nat hook prerouting priority dstnat; policy accept;\nmeta l4proto tcp dnat ip to 10.0.0.1:80\n}",
    ),
];

/// Title; what nft loads and the reader refuses; the code and the text at fault.
type Strict = (&'static str, &'static str, &'static str, &'static str);

/// Stricter than nft, each for the reason in its title.
const STRICTER: &[Strict] = &[
    (
        "seconds whose nanoseconds overflow: nft loads 1970",
        "meta time < 18446744074 accept",
        "nft-value",
        "18446744074",
    ),
    ("an octal number", "chain c {\ntype filter hook forward priority 010; policy accept;\n}", "nft-value", "010"),
    ("an interface without marks: some names are words", "iifname eth0 accept", "nft-syntax", "eth0"),
    ("a protocol of /etc/protocols: it loads on some machines", "meta l4proto gre accept", "nft-value", "gre"),
    (
        "a concatenation, narrow first: the other order does not load",
        "iifname . ip saddr { \"a\" . 10.1.0.0/16, \"a\" . 10.0.0.0/8 } accept",
        "nft-syntax",
        "\"a\" . 10.0.0.0/8",
    ),
    (
        "one entry twice: two verdicts were meant",
        "tcp dport vmap { 22 : accept, 22 : accept }",
        "nft-ambiguous",
        "22 : accept",
    ),
    (
        "a filter at the priority of the kernel's translation",
        "chain c {\ntype filter hook postrouting priority 100; policy accept;\n}\nchain d {\ntype nat hook postrouting priority 50; policy accept;\n}",
        "nft-ambiguous",
        "c",
    ),
    (
        "flags twice: the second ones replace the first",
        "set s {\ntype ipv4_addr\nflags interval\nflags interval\n}",
        "nft-syntax",
        "flags",
    ),
    (
        "ICMPv6 in an IPv4 packet: nothing is matched",
        "ip saddr 10.0.0.1 icmpv6 type 128 accept",
        "nft-syntax",
        "icmpv6 type 128",
    ),
];

fn rows() -> impl Iterator<Item = &'static Row> {
    [NAMES, TEXTS, SETS, CHAINS, CONTRADICTIONS].into_iter().flatten()
}

fn refused_at(title: &str, text: &str, code: &str, at: &str) {
    let found = script(text).expect_err(title);
    let wanted = (format!("readback/{code}"), at.to_owned());
    let among = found.iter().any(|(code, span, _)| (code, span) == (&wanted.0, &wanted.1));
    assert!(among, "{title}: wanted {wanted:?}, found {found:#?}");
}

#[test]
fn what_nft_refuses_is_refused_at_the_text_at_fault_and_its_neighbour_is_read() {
    for (title, refused, code, at, taken) in rows() {
        refused_at(title, &whole(refused), code, at);
        script(&whole(taken)).unwrap_or_else(|found| panic!("{title}: {found:#?}"));
    }
}

#[test]
fn nft_refuses_each_and_loads_its_neighbour() {
    let texts: Vec<String> = rows().flat_map(|row| [whole(row.1), whole(row.4)]).collect();
    for (pair, (title, ..)) in loads(&texts).chunks(2).zip(rows()) {
        assert!(pair[0].is_err(), "{title}: nft loads it");
        assert_eq!(pair[1].as_ref().err(), None, "{title}: nft refuses the neighbour");
    }
}

#[test]
fn what_only_the_reader_refuses_is_stated() {
    let texts: Vec<String> = STRICTER.iter().map(|row| whole(row.1)).collect();
    for ((title, _, code, at), (text, load)) in STRICTER.iter().zip(texts.iter().zip(loads(&texts))) {
        refused_at(title, text, code, at);
        assert_eq!(load.err(), None, "{title}");
    }
}

#[test]
fn the_last_second_that_the_kernel_counts_is_read() {
    script(&forward("meta time >= 1813269600 meta time < 18446744073 accept")).expect("read");
}

#[test]
fn lengths_end_where_those_of_nft_end() {
    let long = |n: usize| "x".repeat(n);
    let comment = |n| forward(&format!("accept comment \"{}\"", long(n)));
    let element = |n| forward(&format!("tcp dport {{ 22 comment \"{}\" }} accept", long(n)));
    let own = |n| table(&format!("comment \"{0}\"\nset s {{\ntype ipv4_addr\ncomment \"{0}\"\n}}", long(n)));
    let prefix = |n| forward(&format!("log prefix \"{}\"", long(n)));
    let chain = |n| table(&format!("chain {} {{\n}}", long(n)));
    let set = |n| table(&format!("set {} {{\ntype ipv4_addr\n}}", long(n)));
    let interface = |n| forward(&format!("iifname \"{}\" accept", long(n)));
    let calls = |n: usize| {
        let below = (1..n).map(|at| format!("chain c{at} {{\njump c{}\n}}\n", at - 1)).collect::<String>();
        let base = "type filter hook forward priority 0; policy drop;";
        table(&format!("chain c0 {{\n}}\n{below}chain b {{\n{base}\njump c{}\n}}", n - 1))
    };
    let limits: &[(&dyn Fn(usize) -> String, usize)] = &[
        (&comment, 128),
        (&element, 128),
        (&own, 128),
        (&prefix, 127),
        (&chain, 255),
        (&set, 255),
        (&interface, 15),
        (&calls, 15),
    ];
    let texts: Vec<String> = limits.iter().flat_map(|(text, most)| [text(*most), text(most + 1)]).collect();
    for (text, load) in texts.iter().zip(loads(&texts)) {
        assert_eq!(script(text).is_ok(), load.is_ok(), "{load:?}\n{text}");
    }
    assert_eq!(loads(&texts).iter().filter(|load| load.is_ok()).count(), limits.len());
}
