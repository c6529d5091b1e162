//! Planted mistakes in the ruleset that the kernel runs: the comparison must see each, and see nothing else.

use super::super::region::{Written, region};
use super::{Around, Lycee, SOME};

/// A mistake: what is changed in the text, on the first line that holds all of some words.
struct Mutant {
    title: &'static str,
    site: &'static str,
    /// Words that the line holds.
    line: &'static [&'static str],
    from: &'static str,
    to: &'static str,
    /// What every disagreement mentions.
    trace: &'static str,
}

const MUTANTS: [Mutant; 11] = [
    Mutant {
        title: "a port off by one",
        site: "0000001B",
        line: &["ip saddr", "tcp dport 3128", "accept"],
        from: "3128",
        to: "3129",
        trace: "dport: 312",
    },
    Mutant {
        title: "a range one port too long",
        site: "0000001B",
        line: &["16384-16484", "accept"],
        from: "16484",
        to: "16485",
        trace: "dport: 16485",
    },
    Mutant {
        title: "a pair swapped",
        site: "0000001B",
        line: &["\"eth1.20\" . \"eth1.70\""],
        from: "\"eth1.20\" . \"eth1.70\"",
        to: "\"eth1.70\" . \"eth1.20\"",
        trace: "eth1.70",
    },
    Mutant {
        title: "a pair that goes to another pair's chain",
        site: "0000001B",
        line: &["\"eth1.40\" . \"xf-csm\"", "jump"],
        from: "\"eth1.40\"",
        to: "\"eth1.42\"",
        trace: "eth1.4",
    },
    Mutant {
        title: "an interface that may carry too many sources",
        site: "0000001B",
        line: &["\"eth1.11\" . 10.128.6.0/24"],
        from: "10.128.6.0/24",
        to: "10.128.0.0/19",
        trace: "eth1.11",
    },
    Mutant {
        title: "a destination that is too wide",
        site: "0000001B",
        line: &["ip saddr 10.128.4.0/24 ip daddr 10.0.48.10 tcp dport 3128"],
        from: "10.0.48.10",
        to: "10.0.48.0/24",
        trace: "dst: 10.0.48.77",
    },
    Mutant {
        title: "no check of sources",
        site: "0000001B",
        line: &["iifname . ip saddr @sources4 return"],
        from: "iifname . ip saddr @sources4 return",
        to: "meta nfproto ipv4 return",
        trace: "src: 1",
    },
    Mutant {
        title: "redirects are let in as related",
        site: "0000001B",
        line: &["icmp type", "destination-unreachable", "accept"],
        from: "destination-unreachable",
        to: "destination-unreachable, redirect",
        trace: "kind: 5",
    },
    Mutant {
        title: "another exit",
        site: "0000001B",
        line: &["snat ip to"],
        from: "198.51.100.129",
        to: "198.51.100.1",
        trace: "198.51.100.1",
    },
    Mutant {
        title: "a proxy's rights given to the other",
        site: "0000002C",
        line: &["meta skuid { 6001, 6002 }"],
        from: "6001, 6002",
        to: "6001, 6003",
        trace: "uid: 6002",
    },
    Mutant {
        title: "the supervision address open to everybody",
        site: "0000002C",
        line: &["ip saddr 203.0.113.20", "udp dport 161", "accept"],
        from: "ip saddr 203.0.113.20 ",
        to: "",
        trace: "dport: 161",
    },
];

/// The text with the mistake in it.
fn planted(text: &str, mutant: &Mutant) -> String {
    let fits = |line: &&str| mutant.line.iter().all(|word| line.contains(word)) && line.contains(mutant.from);
    let line = text.lines().find(fits).unwrap_or_else(|| panic!("no line for `{}`", mutant.title));
    text.replacen(line, &line.replacen(mutant.from, mutant.to, 1), 1)
}

#[test]
fn each_planted_mistake_is_seen_by_the_kernel() {
    let sites = ["0000001B", "0000002C"].map(|site| region().gateway(site));
    for mutant in &MUTANTS {
        let site = |written: &&Written| region().net.site(written.site).name.as_str() == mutant.site;
        let written = sites.iter().find(site).expect("one of the two");
        let mut lycee = Lycee::new(written, &planted(written.nft(), mutant), Around::Nothing);
        let probes = lycee.essentials(lycee.questions().only(&SOME));
        let report = lycee.compare(&probes);
        super::say(&format!("{}, {}: {} disagreements", mutant.site, mutant.title, report.wrong.len()));
        assert!(!report.wrong.is_empty(), "`{}` was not seen", mutant.title);
        let others: Vec<&String> = report.wrong.iter().filter(|told| !told.contains(mutant.trace)).collect();
        assert!(others.is_empty(), "`{}` shows where it should not: {:#?}", mutant.title, others.first());
    }
}
