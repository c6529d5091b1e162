//! The lab judges itself: a small ruleset with a model written beside it, every pair of zones and service, both families,
//! new, answering, complaining and spoofed packets; and a mutant of the ruleset that must be seen, and nothing else with it.

use std::net::IpAddr;
use std::time::Instant;

use super::frames::{ACK, Body, SYN};
use super::netns::Netns;
use super::probe::{Answer, Gateway, Opener, Origin, Probe, Seen};

/// A zone: the gateway's interface towards it and its two prefixes, hosts being `.2` and `::2`, the gateway `.1` and `::1`.
struct Zone {
    interface: &'static str,
    v4: &'static str,
    v6: &'static str,
}

const ZONES: [Zone; 4] = [
    Zone { interface: "eth0", v4: "203.0.113", v6: "2001:db8:0" },
    Zone { interface: "eth1.20", v4: "10.128.0", v6: "2001:db8:20" },
    Zone { interface: "eth1.30", v4: "10.128.4", v6: "2001:db8:30" },
    Zone { interface: "xf-csm", v4: "10.0.48", v6: "2001:db8:48" },
];

/// What the ruleset lets zones open towards each other; ping passes everywhere.
const FLOWS: [(&str, &str, &[Service]); 3] = [
    ("eth1.20", "eth1.30", &[(true, 443), (false, 53)]),
    ("eth1.30", "eth0", &[(true, 80), (true, 443)]),
    ("xf-csm", "eth1.20", &[(true, 22)]),
];

/// TCP or not, and a port.
type Service = (bool, u16);

const SERVICES: [Service; 6] = [(true, 22), (true, 80), (true, 443), (false, 53), (false, 80), (false, 443)];

/// The ruleset of `FLOWS`; a chain is named by the digits of its two zones.
const RULESET: &str = r#"
table inet etanche
delete table inet etanche
table inet etanche {
	set own4 {
		type ifname . ipv4_addr
		flags interval
		elements = { "eth1.20" . 10.128.0.0/22, "eth1.30" . 10.128.4.0/24, "xf-csm" . 10.0.48.0/24, "eth0" . 203.0.113.0/24 }
	}
	set own6 {
		type ifname . ipv6_addr
		flags interval
		elements = { "eth1.20" . 2001:db8:20::/64, "eth1.30" . 2001:db8:30::/64, "xf-csm" . 2001:db8:48::/64, "eth0" . 2001:db8:0::/64 }
	}
	map pairs {
		type ifname . ifname : verdict
		elements = { "eth1.20" . "eth1.30" : jump a_b, "eth1.30" . "eth0" : jump b_w, "xf-csm" . "eth1.20" : jump c_a }
	}
	chain a_b { meta l4proto . th dport { tcp . 443, udp . 53 } accept; }
	chain b_w { tcp dport { 80, 443 } accept; }
	chain c_a {
		tcp dport 22 accept
		tcp dport 23 reject with tcp reset
		reject with icmpx admin-prohibited
	}
	chain forward {
		type filter hook forward priority filter; policy drop;
		iifname . ip saddr != @own4 drop
		iifname . ip6 saddr != @own6 drop
		ct state vmap { established : accept, related : accept, invalid : drop, untracked : drop }
		icmp type echo-request accept
		icmpv6 type echo-request accept
		iifname . oifname vmap @pairs
	}
	chain input {
		type filter hook input priority filter; policy drop;
		ct state invalid drop
		iifname "eth1.20" udp dport 53 accept
		iifname "eth0" meta l4proto esp accept
		iifname "eth1.20" meta l4proto { icmp, ipv6-icmp } accept
	}
	chain output {
		type filter hook output priority filter; policy drop;
		ct state established,related accept
		meta skuid 6001 tcp dport 443 accept
	}
}
"#;

impl Zone {
    fn address(&self, v6: bool, host: u8) -> IpAddr {
        let text = if v6 { format!("{}::{host}", self.v6) } else { format!("{}.{host}", self.v4) };
        text.parse().expect("a zone's address")
    }
}

/// The gateway of `ZONES` with `ruleset` loaded.
fn gateway(ruleset: &str) -> Gateway {
    let gateway = Gateway::new(&ZONES.map(|zone| zone.interface));
    let addresses: Vec<String> = ZONES
        .iter()
        .flat_map(|Zone { interface, v4, v6 }| {
            [format!("addr add {v4}.1/24 dev {interface}"), format!("addr add {v6}::1/64 dev {interface} nodad")]
        })
        .collect();
    gateway.netns().ip(&addresses.join("\n"));
    gateway.netns().nft(ruleset);
    gateway
}

fn tcp(sport: u16, dport: u16) -> Body {
    Body::Tcp { sport, dport, flags: SYN }
}

fn body((is_tcp, dport): Service, sport: u16) -> Body {
    if is_tcp { tcp(sport, dport) } else { Body::Udp { sport, dport } }
}

fn echo(v6: bool) -> Body {
    Body::Icmp { kind: if v6 { 128 } else { 8 }, code: 0 }
}

/// A packet from the host of one zone to the host of another.
fn between(from: &Zone, to: &Zone, v6: bool, body: Body) -> Opener {
    Opener::new(Origin::host(from.interface), from.address(v6, 2), to.address(v6, 2), body)
}

/// Whether the model lets `from` open `service` towards `to`.
fn allowed(from: &Zone, to: &Zone, service: Service) -> bool {
    FLOWS.iter().any(|&(a, b, services)| a == from.interface && b == to.interface && services.contains(&service))
}

/// Every ordered pair of two zones, in both families.
fn pairs() -> impl Iterator<Item = (&'static Zone, &'static Zone, bool)> {
    let all = ZONES.iter().flat_map(|from| ZONES.iter().flat_map(move |to| [(from, to, false), (from, to, true)]));
    all.filter(|(from, to, _)| from.interface != to.interface)
}

/// Every pair, family and service: the probe, its title, and whether it should come out at the other zone.
fn questions() -> Vec<(String, Probe, Option<&'static str>)> {
    let mut questions = Vec::new();
    for (from, to, v6) in pairs() {
        let title =
            |what: &str| format!("{} -> {} {what} {}", from.interface, to.interface, if v6 { "v6" } else { "v4" });
        for service in SERVICES {
            let sport = 20_000 + u16::try_from(questions.len()).expect("few questions");
            let expected = allowed(from, to, service).then_some(to.interface);
            questions.push((
                title(&format!("{service:?}")),
                Probe::Opens(between(from, to, v6, body(service, sport))),
                expected,
            ));
        }
        questions.push((title("ping"), Probe::Opens(between(from, to, v6, echo(v6))), Some(to.interface)));
    }
    questions
}

/// Titles of the questions that the kernel answers otherwise than the model.
fn disagreements(gateway: &mut Gateway) -> Vec<String> {
    let questions = questions();
    let probes: Vec<Probe> = questions.iter().map(|(_, probe, _)| probe.clone()).collect();
    let seen = gateway.verdicts(&probes);
    let wrong =
        questions.into_iter().zip(seen).filter(|((_, _, expected), seen)| seen.out_by() != *expected || seen.local);
    wrong.map(|((title, _, _), _)| title).collect()
}

fn verdict(gateway: &mut Gateway, probe: Probe) -> Seen {
    gateway.verdicts(&[probe]).remove(0)
}

#[test]
fn kernel_and_model_agree_on_every_pair_service_and_family() {
    assert_eq!(disagreements(&mut gateway(RULESET)), [""; 0]);
}

#[test]
fn one_port_added_to_one_pair_is_seen_and_nothing_else() {
    let mutant = RULESET.replace("tcp dport { 80, 443 }", "tcp dport { 22, 80, 443 }");
    assert_ne!(mutant, RULESET);
    assert_eq!(
        disagreements(&mut gateway(&mutant)),
        ["eth1.30 -> eth0 (true, 22) v4", "eth1.30 -> eth0 (true, 22) v6"]
    );
}

#[test]
fn an_answer_passes_only_after_an_opener_that_passed() {
    let gateway = &mut gateway(RULESET);
    let [wan, a, b, _] = &ZONES;
    for v6 in [false, true] {
        for (body, port) in
            [(tcp(1024, 443), "eth1.20"), (Body::Udp { sport: 1024, dport: 53 }, "eth1.20"), (echo(v6), "eth1.20")]
        {
            let answer = between(a, b, v6, body).answered_from(b.interface);
            assert_eq!(verdict(gateway, answer).out_by(), Some(port), "{body:?}, v6 {v6}");
        }
        let refused = between(a, wan, v6, tcp(1024, 443)).answered_from(wan.interface);
        assert!(verdict(gateway, refused).stopped(), "answer to a refused opener, v6 {v6}");
        let stray = Body::Tcp { sport: 443, dport: 1024, flags: SYN | ACK };
        assert!(verdict(gateway, Probe::Opens(between(b, a, v6, stray))).stopped(), "answer to nothing, v6 {v6}");
    }
}

#[test]
fn an_error_about_a_live_connection_passes_and_one_about_nothing_does_not() {
    let gateway = &mut gateway(RULESET);
    let [wan, a, b, _] = &ZONES;
    for (v6, kind) in [(false, 3), (false, 11), (true, 1), (true, 2)] {
        let live = between(a, b, v6, tcp(1024, 443)).complained_of(b.interface, b.address(v6, 9), kind, 0);
        assert_eq!(verdict(gateway, live).out_by(), Some(a.interface), "type {kind}, v6 {v6}");
        let dead = between(a, wan, v6, tcp(1024, 443)).complained_of(wan.interface, wan.address(v6, 9), kind, 0);
        assert!(verdict(gateway, dead).stopped(), "type {kind}, v6 {v6}");
    }
}

#[test]
fn a_spoofed_source_is_dropped() {
    let gateway = &mut gateway(RULESET);
    let [wan, a, b, csm] = &ZONES;
    for v6 in [false, true] {
        let spoofed = |from: &Zone, source: &Zone| {
            let header = between(source, b, v6, tcp(1024, 443)).header;
            Probe::Opens(Opener { from: Origin::host(from.interface), header })
        };
        assert_eq!(verdict(gateway, spoofed(a, a)).out_by(), Some(b.interface));
        for (from, source) in [(a, csm), (wan, a), (csm, a)] {
            assert!(verdict(gateway, spoofed(from, source)).stopped(), "{} as {}", from.interface, source.interface);
        }
    }
}

#[test]
fn what_the_gateway_keeps_for_itself_is_heard() {
    let gateway = &mut gateway(RULESET);
    let [wan, a, _, _] = &ZONES;
    for v6 in [false, true] {
        let keeps = |gateway: &mut Gateway, from: &Zone, to: &Zone, body: Body| {
            let opener = Opener::new(Origin::host(from.interface), from.address(v6, 2), to.address(v6, 1), body);
            verdict(gateway, Probe::Opens(opener)).local
        };
        let dns = Body::Udp { sport: 1024, dport: 53 };
        assert!(keeps(gateway, a, a, dns), "v6 {v6}");
        assert!(keeps(gateway, a, wan, dns), "a gateway answers on all its addresses, v6 {v6}");
        assert!(!keeps(gateway, wan, wan, dns), "v6 {v6}");
        assert!(!keeps(gateway, a, a, tcp(1024, 22)), "v6 {v6}");
        assert!(keeps(gateway, wan, wan, Body::Other(50)), "ESP, v6 {v6}");
        assert!(!keeps(gateway, a, a, Body::Other(50)), "ESP, v6 {v6}");
    }
}

#[test]
fn a_gateway_that_answers_is_not_taken_for_a_neighbour() {
    let gateway = &mut gateway(RULESET);
    let [_, a, _, csm] = &ZONES;
    for (v6, prohibited) in [(false, Answer::Error { kind: 3, code: 13 }), (true, Answer::Error { kind: 1, code: 1 })] {
        let ping = Opener::new(Origin::host(a.interface), a.address(v6, 2), a.address(v6, 1), echo(v6));
        assert_eq!(
            verdict(gateway, Probe::Opens(ping)),
            Seen { local: true, answer: Some(Answer::Echo), ..Seen::default() }
        );
        let reset = verdict(gateway, Probe::Opens(between(csm, a, v6, tcp(1024, 23))));
        assert_eq!(reset, Seen { answer: Some(Answer::Reset), ..Seen::default() }, "v6 {v6}");
        let error = verdict(gateway, Probe::Opens(between(csm, a, v6, tcp(1024, 24))));
        assert_eq!(error, Seen { answer: Some(prohibited), ..Seen::default() }, "v6 {v6}");
        let exhausted = verdict(gateway, Probe::Opens(between(csm, a, v6, tcp(1024, 22)).hop_limit(1)));
        assert!(exhausted.stopped(), "v6 {v6}");
    }
}

#[test]
fn the_output_hook_sees_the_user_of_a_process() {
    let gateway = &mut gateway(RULESET);
    let wan = &ZONES[0];
    for v6 in [false, true] {
        for (uid, dport, expected) in [(6001, 443, Some("eth0")), (6001, 80, None), (6002, 443, None), (0, 443, None)] {
            let opener = Opener::new(Origin::Gateway { uid }, wan.address(v6, 1), wan.address(v6, 2), tcp(1024, dport));
            assert_eq!(verdict(gateway, Probe::Opens(opener)).out_by(), expected, "uid {uid} port {dport} v6 {v6}");
        }
    }
}

#[test]
fn an_answer_to_the_gateway_itself_is_heard_by_it() {
    let gateway = &mut gateway(RULESET);
    let wan = &ZONES[0];
    for (uid, heard) in [(6001, true), (6002, false)] {
        let opener = Opener::new(Origin::Gateway { uid }, wan.address(false, 1), wan.address(false, 2), tcp(1024, 443));
        // The input chain has no `established`: what decides is written here, as in a generated ruleset.
        gateway
            .netns()
            .run("nft", &["insert", "rule", "inet", "etanche", "input", "ct", "state", "established", "accept"]);
        assert_eq!(verdict(gateway, opener.answered_from(wan.interface)).local, heard, "uid {uid}");
    }
}

#[test]
fn translated_packets_are_recognised_and_answers_find_their_way_back() {
    let gateway = &mut gateway(RULESET);
    gateway.netns().nft(
        "table inet exit {\n chain postrouting {\n type nat hook postrouting priority srcnat; policy accept;\n oifname \"eth0\" snat ip to 203.0.113.30\n }\n}\n",
    );
    let [wan, _, b, _] = &ZONES;
    let out = verdict(gateway, Probe::Opens(between(b, wan, false, tcp(1024, 443))));
    assert_eq!(out.out_by(), Some("eth0"));
    assert_eq!(out.out[0].1.src, IpAddr::from([203, 0, 113, 30]));
    let back = verdict(gateway, between(b, wan, false, tcp(1025, 443)).answered_from("eth0"));
    assert_eq!(back.out_by(), Some("eth1.30"));
    assert_eq!(back.out[0].1.dst, b.address(false, 2));
}

#[test]
fn a_probe_does_not_profit_from_the_connection_of_another() {
    let gateway = &mut gateway(RULESET);
    let [_, a, b, _] = &ZONES;
    let opens = Probe::Opens(between(a, b, false, tcp(1024, 443)));
    let reverse = Probe::Opens(between(b, a, false, tcp(443, 1024)));
    let seen = gateway.verdicts(&[opens.clone(), reverse.clone(), opens, reverse]);
    assert_eq!(seen.iter().map(Seen::out_by).collect::<Vec<_>>(), [Some("eth1.30"), None, Some("eth1.30"), None]);
}

#[test]
fn a_command_that_fails_says_why_and_leaves_the_thread_at_home() {
    let netns = Netns::new("fail");
    let refused = netns.attempt("nft", &["-c", "-f", "-"], "table inet x {\n chain c {\n jump nowhere\n }\n}\n");
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("nowhere"));
    let inside = netns.run("ip", &["-brief", "link"]);
    assert_eq!(inside.lines().count(), 1, "only `lo`:\n{inside}");
    let missing = std::panic::catch_unwind(|| netns.run("no-such-tool", &["-x"]));
    let why = missing.expect_err("a missing tool is a failure");
    assert!(why.downcast_ref::<String>().expect("a message").contains("tests/run"));
}

#[test]
fn the_host_of_a_gateway_is_behind_its_interface() {
    let gateway = gateway(RULESET);
    let host = gateway.host("eth1.20");
    host.ip("addr add 10.128.0.2/24 dev eth0");
    assert!(host.run("ip", &["-brief", "addr", "show", "dev", "eth0"]).contains("10.128.0.2/24"));
    assert!(gateway.netns().run("ip", &["netns", "list"]).contains(gateway.netns().name()));
}

/// Prints its rate; no threshold, for a loaded machine must not fail a proof.
#[test]
fn verdicts_a_second() {
    use std::io::Write;
    let gateway = &mut gateway(RULESET);
    let probes: Vec<Probe> = (0..20u16).flat_map(|_| questions()).map(|(_, probe, _)| probe).collect();
    let probes: Vec<Probe> = probes.into_iter().enumerate().map(|(at, probe)| renumbered(probe, at)).collect();
    let start = Instant::now();
    let passed = gateway.verdicts(&probes).iter().filter(|seen| !seen.stopped()).count();
    let rate = f64::from(u32::try_from(probes.len()).expect("few")) / start.elapsed().as_secs_f64();
    let mut out = std::io::stdout();
    writeln!(out, "{} verdicts, {passed} passed, {rate:.0} a second", probes.len()).expect("stdout");
    assert!(passed > 0 && passed < probes.len());
}

/// The same probe with a source port of its own.
fn renumbered(probe: Probe, at: usize) -> Probe {
    let Probe::Opens(mut opener) = probe else {
        return probe;
    };
    let own = 1024 + u16::try_from(at % 60_000).expect("a port");
    match &mut opener.header.body {
        Body::Tcp { sport, .. } | Body::Udp { sport, .. } => *sport = own,
        _ => {}
    }
    Probe::Opens(opener)
}
