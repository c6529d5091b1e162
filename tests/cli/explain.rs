//! Questions as people put them: one packet, the way back, what would permit a pair that is closed.

use etanche::diagnostics::Sink;
use etanche::explain::{self, Question};
use etanche::isolation::{self, Output};
use etanche::packets::Limits;
use etanche::pipeline::{Options, Run, Workspace, run_with};
use snapbox::str;

use super::{LEAK, Place, SCHOOL};

#[test]
fn one_packet_is_followed_there_and_back() {
    let place = Place::new();
    place.etanche(&["explain", "--packet", "tcp 10.128.0.77:50000 > 10.0.49.10:3128"]).assert().success().stdout_eq(
        str![[r#"
tcp 10.128.0.77:50000 -> 10.0.49.10:3128, 0000001B.pedago -> csm.pupils: open

IPv4  open on tcp/3128
  tcp 10.128.0.77:50000 -> 10.0.49.10:3128
  0000001B/gateway  forward, eth1.20 (pedago) -> xf-csm
    route   [..]
    rule    [..]  ip saddr 10.128.0.0/22 ip daddr 10.0.49.10 tcp dport 3128 counter accept
    policy  policies/profiles/lycee-cible2.yaml:29  web filtré, élèves (annexe 0 §I.B)
    tunnel  0000001B/gateway/swanctl.conf:[..]  child `pedago-proxy_pedago-v4` covers 10.128.0.0/22 to 10.0.49.0/24
  csm/gateway  forward, xf-0000001B -> eth1.149 (proxy_pedago)
    route   [..]
    rule    [..]
    policy  policies/profiles/lycee-cible2.yaml:29  web filtré, élèves (annexe 0 §I.B)
  arrives in csm.proxy_pedago
  back    the same way, let through at csm/gateway/etanche.nft:[..], then 0000001B/gateway/etanche.nft:[..]  ct state established accept

policy   policies/profiles/lycee-cible2.yaml:29  web filtré, élèves (annexe 0 §I.B)

"#]],
    );
}

#[test]
fn a_packet_is_of_its_own_family_alone() {
    let place = Place::new();
    let packet = "icmp6/echo [2001:db8:1:20::a] -> 2001:db8:1:11::a";
    place.etanche(&["explain", "--packet", packet]).assert().success().stdout_eq(str![[r#"
icmp6 echo-request 2001:db8:1:20::a -> 2001:db8:1:11::a, 0000001B.pedago -> 0000001B.admin_servers: closed

IPv6  closed
  icmp6 echo-request 2001:db8:1:20::a -> 2001:db8:1:11::a
  0000001B/gateway  forward, eth1.20 (pedago) -> eth1.11 (admin_servers)
    route   [..]
    stops   0000001B/gateway/etanche.nft:[..]  the verdict map `flows` has no entry for eth1.20 . eth1.11, so the last rule of chain `forward` drops it

policy   no line of the policy asks for it
proof    T1 0000001B.pedago to 0000001B.admin_servers: strict, no path
...
"#]]);
}

/// Each of two schools has 172.17.0.10; a gateway's own address is a proxy where one listens, and the gateway elsewhere.
#[test]
fn the_ends_of_a_packet_are_those_that_have_its_addresses() {
    let place = Place::new();
    let first = |words: &[&str]| {
        let told = place.etanche(words).assert().success().get_output().stdout.clone();
        String::from_utf8(told).expect("UTF-8").lines().next().unwrap_or_default().to_owned()
    };
    for (packet, ends) in [
        ("tcp 10.128.4.10:5 > 10.0.48.10:3128", "0000001B.admin -> csm.staff: open"),
        ("icmp/echo 10.0.243.10 > 198.51.100.2", "csm.probes -> 0000002C.supervision: open"),
        ("tcp 10.128.33.1:5 > 10.0.242.10:6514", "0000002C.gateway -> csm.logs: open"),
        ("tcp 198.19.0.1:5 > 198.51.100.1:22", "internet (198.19.0.1/32) -> 0000001B.supervision: closed"),
        ("tcp 10.128.0.10:5 > 198.19.0.1:443", "0000001B.pedago -> internet (198.19.0.1/32): closed"),
        ("tcp 10.128.0.10:5 > 10.128.30.5:443", "0000001B.pedago -> nobody: closed"),
    ] {
        let told = first(&["explain", "--packet", packet]);
        assert!(told.ends_with(&format!(", {ends}")), "{told}");
    }
    for (port, ends) in [("3128", "pupils: open"), ("22", "gateway: closed")] {
        let told =
            first(&["explain", "0000002C.pedago", "--packet", &format!("tcp 172.17.0.10:5 > 172.17.0.1:{port}")]);
        assert!(told.ends_with(&format!(", 0000002C.pedago -> 0000002C.{ends}")), "{told}");
    }
}

#[test]
fn a_packet_that_nobody_sends_is_answered_by_who_could() {
    let place = Place::new();
    let told = |words: &[&str], wanted| place.makes_no_sense(words, wanted);
    told(
        &["explain", "--packet", "tcp 10.128.0.300:5 > 10.0.49.10:3128"],
        str![[r#"
error: `10.128.0.300:5` stands here, where an address with its port should
  tcp 10.128.0.300:5 > 10.0.49.10:3128
      ^^^^^^^^^^^^^^
help: write `tcp 10.128.0.10:49152 > 10.128.6.20:443`, `udp [2001:db8::1]:49152 > [2001:db8::2]:53` or `icmp/echo 10.128.0.10 > 10.128.6.20`

"#]],
    );
    told(
        &["explain", "--packet", "tcp 10.128.28.5:5 > 10.128.0.10:443"],
        str![[r#"
error: `10.128.28.5` is an address of the region, and in no zone
help: the nearest zone is `0000001B.exam`, with 10.128.27.0/24

"#]],
    );
    told(
        &["explain", "--packet", "tcp 172.17.0.10:5 > 10.0.49.10:3128"],
        str![[r#"
error: `172.17.0.10` stands at 2 sites, each behind its own exit
help: name the one that sends it before `--packet`: `0000002C.pedago`, `0000003D.pedago`

"#]],
    );
    told(
        &["explain", "0000002C.pedago", "--packet", "tcp 10.128.0.10:5 > 10.0.49.10:3128"],
        str![[r#"
error: `0000002C.pedago` does not have `10.128.0.10`
help: write one of its addresses, such as `172.17.0.10`

"#]],
    );
    told(
        &["explain", "--packet", "tcp 198.19.0.1:5 > 198.19.0.2:443"],
        str![[r#"
error: `198.19.0.1` and `198.19.0.2` are both outside
help: no gateway of the region sees such a packet

"#]],
    );
}

/// The answer is followed through the texts: where one of them stops it, the rule that does is told.
#[test]
fn an_answer_that_is_stopped_is_told_with_the_rule() {
    let told = tampered("0000001B.pedago", "csm.pupils", &|outputs| {
        let gateway = outputs.iter_mut().find(|output| output.path == "csm/gateway").expect("a gateway");
        let text = gateway.files.iter_mut().find(|(name, _)| name.ends_with("etanche.nft")).map(|(_, text)| text);
        let text = text.expect("a filter");
        let mark = "type filter hook forward priority filter; policy drop;\n";
        let place = text.find(mark).expect("a chain") + mark.len();
        text.insert_str(place, "\t\tct state established ct direction reply tcp sport 3128 drop\n");
    });
    let family = told.split("IPv6").next().unwrap_or_default();
    assert!(family.contains("open on tcp/3128"), "{told}");
    assert!(family.contains("  back    tcp 10.0.49.10:3128 -> 10.128.0.10:49152 (established, reply)\n"), "{told}");
    assert!(
        family.contains("ct state established ct direction reply tcp sport 3128 drop, in chain `forward`"),
        "{told}"
    );
    assert!(family.contains("the answer does not come back"), "{told}");
}

/// An answer takes the routes of the gateways, not the way of what it answers.
#[test]
fn an_answer_that_goes_another_way_is_told_hop_by_hop() {
    let told = tampered("0000001B.pedago", "csm.pupils", &|outputs| {
        let gateway = outputs.iter_mut().find(|output| output.path == "csm/gateway").expect("a gateway");
        let link = gateway.files.iter_mut().find(|(name, _)| name.ends_with("-xf-academy.network"));
        link.expect("a tunnel").1.push_str("\n[Route]\nDestination=10.128.0.10/32\n");
    });
    let family = told.split("IPv6").next().unwrap_or_default();
    assert!(family.contains("  back    tcp 10.0.49.10:3128 -> 10.128.0.10:49152 (established, reply)\n"), "{told}");
    assert!(family.contains("no child of the tunnel on xf-academy covers 10.0.49.10 to 10.128.0.10"), "{told}");
    assert!(family.contains("the answer does not come back"), "{told}");
}

/// The answer about a pair on texts that were tampered with before they were read back.
fn tampered(from: &str, to: &str, tamper: &dyn Fn(&mut Vec<Output>)) -> String {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/four");
    let workspace = Workspace { root: "policies".into(), policy: texts(&root, "policies"), ..Workspace::default() };
    let run: Run = run_with(&workspace, Options::default(), tamper);
    let net = run.network.as_ref().expect("a network");
    let mut sources = run.sources.clone();
    let devices = isolation::read(run.texts(), &mut sources, &mut Sink::default()).expect("texts that can be read");
    let end = |name, other| explain::subject(net, name, Some(other)).expect("an end");
    let question = Question { from: end(from, to), to: end(to, from), service: None, epoch: None, packet: None };
    let answer = explain::answer(net, &devices, &sources, run.decided(), &question, Limits::default());
    explain::render(net, &answer.expect("an answer"))
}

fn texts(dir: &std::path::Path, name: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).expect("a directory") {
        let path = entry.expect("an entry").path();
        let name = format!("{name}/{}", path.file_name().expect("a name").to_string_lossy());
        if path.is_dir() {
            found.extend(texts(&path, &name));
        } else {
            found.push((name, std::fs::read_to_string(&path).expect("a policy file")));
        }
    }
    found.sort();
    found
}

#[test]
fn a_dated_permit_that_ended_is_told_with_what_cuts_its_connections() {
    let place = Place::new();
    let asked = ["explain", "0000001B.exam", "csm.pupils", "proxy", "--at", "2027-07-03"];
    place.etanche(&asked).assert().success().stdout_eq(str![[r#"
0000001B.exam -> csm.pupils on proxy, from 2027-07-03 until 2027-08-31: closed
...
    stops   [..]
    cut     0000001B/gateway/etanche.nft:[..]  what was opened while it was permitted ends too: ct direction original iifname "eth1.81" oifname "xf-csm" ip saddr 10.128.27.0/24 ip daddr 10.0.49.10 tcp dport 3128 counter drop
...
"#]]);
}

/// The line is written into a copy of the workspace, and proved there: what is told was tried.
#[test]
fn what_would_permit_a_closed_pair_is_tried() {
    let place = Place::new();
    let end = |words: &[&str]| {
        let told = place.etanche(&[&["explain"], words].concat()).assert().success().get_output().stdout.clone();
        let told = String::from_utf8(told).expect("UTF-8");
        told[told.find("policy   ").expect("what the policy says")..].to_owned()
    };
    snapbox::assert_data_eq!(
        end(&["0000001B.wifi_staff", "admin_servers", "https"]),
        str![[r#"
policy   no line of the policy asks for it
proof    T1 0000001B.wifi_staff to 0000001B.admin_servers: strict, no path
permit   policies/establishments/0000001B.yaml (the operator's)  - allow: wifi_staff -> admin_servers on https
tried    it opens, and the proof refuses it: isolation/admin-pedagogic (T1)
waiver   policies/waivers.yaml (the academy's)  opens: wifi_staff@0000001B -> admin_servers@0000001B on https
tried    for a day: it opens, and everything is proved

"#]]
    );
    snapbox::assert_data_eq!(
        end(&["csm.bastion", "csm.collect", "snmp"]),
        str![[r#"
policy   no line of the policy asks for it
permit   policies/centre/csm.yaml (the operator's)  - allow: bastion -> collect on snmp
tried    it opens, and everything is proved

"#]]
    );
    snapbox::assert_data_eq!(
        end(&["0000001B.bms", "csm.collect", "snmp"]),
        str![[r#"
policy   no line of the policy asks for it
permit   policies/establishments/0000001B.yaml (the operator's)  - allow: bms -> csm.collect on snmp
tried    the policy refuses it: `csm.collect` is not for `technical` (network/meet-for-others)
help     [..]

"#]]
    );
    snapbox::assert_data_eq!(
        end(&["0000001B.pedago", "internet", "https"]),
        str![[r#"
policy   no line of the policy asks for it
proof    T3 0000001B.pedago to the Internet past its filter: strict, no path
permit   policies/establishments/0000001B.yaml (the operator's)  - allow: pedago -> internet on https
tried    it opens, and the proof refuses it: isolation/past-filter (T3)

"#]]
    );
}

/// No line leads from one establishment to another: a waiver alone does, and it is the academy's.
#[test]
fn another_establishment_is_for_a_waiver() {
    let place = Place::new();
    place.etanche(&["explain", "0000001B.admin", "0000004E.admin", "tcp/8443"]).assert().success().stdout_eq(str![[
        r#"
0000001B.admin -> 0000004E.admin on tcp/8443: closed
...
policy   no line of the policy asks for it
...
waiver   policies/waivers.yaml (the academy's)  opens: admin@0000001B -> admin@0000004E on tcp/8443
tried    for a day: it opens, and everything is proved

"#
    ]]);
}

/// Faults that the workspace has already are none of the line that is tried.
#[test]
fn what_is_wrong_already_is_not_the_lines() {
    let place = Place::new();
    place.append(SCHOOL, LEAK);
    place.etanche(&["explain", "csm.bastion", "csm.collect", "snmp"]).assert().code(1).stdout_eq(str![[r#"
...
permit   policies/centre/csm.yaml (the operator's)  - allow: bastion -> collect on snmp
tried    it opens, and nothing else is refused than now

"#]]);
}

#[test]
fn machines_of_one_zone_are_told_their_vlan_and_its_ports() {
    let place = Place::new();
    let told = str![[r#"
...
VLAN 20: no gateway is asked
  frames  0000001B/sw-rdc-1/[..]  untagged on ports 1-20, tagged on port 48

"#]];
    let asked = ["explain", "--packet", "tcp 10.128.0.10:5 > 10.128.0.11:445"];
    place.etanche(&asked).assert().success().stdout_eq(told.clone());
    place.etanche(&["explain", "0000001B.pedago", "0000001B.pedago"]).assert().success().stdout_eq(told);
    place.etanche(&["explain", "csm.logs", "csm.collect"]).assert().success().stdout_eq(str![[r#"
csm.logs -> csm.collect: on one link

VLAN 242: no gateway is asked
  frames  no switch is declared for it: the VLAN on the gateway's trunk is taken for one link (A9)

"#]]);
    place.makes_no_sense(
        &["explain", "csm.logs", "csm.logs"],
        str![[r#"
error: `csm.logs` is at both ends
help: name two

"#]],
    );
}

#[test]
fn a_url_is_answered_by_the_rule_of_the_proxy() {
    let place = Place::new();
    let asked = ["explain", "0000001B.pedago", "internet", "--url", "https://exemple-ent.example/"];
    place.etanche(&asked).assert().success().stdout_eq(str![[r#"
0000001B.pedago -> csm.pupils on tcp/3128: open
...
csm.pupils  CONNECT exemple-ent.example:443 from 10.128.0.10, resolving to 198.18.0.10 (list .exemple-ent.example)
  let through csm/proxy-pupils/squid-pupils.conf:[..]  http_access allow pupils_of_0000001B pupils_allow_0000001B  (in no category, in the list .exemple-ent.example)
  refused     csm/proxy-pupils/squid-pupils.conf:[..]  http_access deny for_pupils ut1_adult  (in adult)
...
  refused     csm/proxy-pupils/squid-pupils.conf:[..]  http_access deny inside  (were it to resolve to an address inside)

"#]]);
    let asked = ["explain", "0000002C.pedago", "internet", "--url", "http://198.18.0.10:8080/"];
    place.etanche(&asked).assert().success().stdout_eq(str![[r#"
0000002C.pedago -> 0000002C.pupils on tcp/3128: open
...
0000002C.pupils  http://198.18.0.10:8080/ from 172.17.0.10
  refused     0000002C/gateway/squid-pupils.conf:[..]  http_access deny literal  (in no category)

"#]]);
    let told = |words: &[&str], wanted| place.makes_no_sense(words, wanted);
    told(
        &["explain", "0000001B.bms", "internet", "--url", "https://exemple-ent.example/"],
        str![[r#"
error: `0000001B.bms` is led to no proxy
help: ask `0000001B.bms internet`, what it may open without one

"#]],
    );
    told(
        &["explain", "0000001B.pedago", "csm.logs", "--url", "https://exemple-ent.example/"],
        str![[r#"
error: a URL is asked of the Internet
help: write `0000001B.pedago internet --url`

"#]],
    );
    told(
        &["explain", "0000001B.pedago", "internet", "--url", "exemple-ent.example"],
        str![[r#"
error: `exemple-ent.example` is no URL that a proxy is asked for
help: write `https://exemple.example/`, `http://exemple.example:8080/` or `https://198.18.0.10/`

"#]],
    );
}

/// What gateways translate, one packet shows as it is sent and as it is met, and its answer undoes.
#[test]
fn a_machine_that_others_see_by_another_address_is_followed_there_and_back() {
    let place = Place::new();
    place.replace(
        "policies/security.yaml",
        "  - csm.vendor -> technical\n",
        "  - csm.vendor -> technical, pedagogic\n",
    );
    place.append(
        "policies/establishments/0000002C.yaml",
        "hosts:\n  cdi: { in: [pedago], ipv4: 172.17.4.10, seen_as: 10.128.34.10 }\nflows:\n  - allow: cdi -> csm.pedago on https\n    \
         because: catalogue commun\n  - allow: csm.vendor -> cdi on https\n    because: entretien du serveur\n",
    );
    let asked = ["explain", "0000002C.cdi", "--packet", "tcp 172.17.4.10:5 > 10.0.32.10:443"];
    place.etanche(&asked).assert().success().stdout_eq(str![[r#"
tcp 172.17.4.10:5 -> 10.0.32.10:443, 0000002C.cdi -> csm.pedago: open
...
    nat     0000002C/gateway/etanche.nft:[..]  the source becomes 10.128.34.10
...
  back    the same way, let through at csm/gateway/etanche.nft:[..], then 0000002C/gateway/etanche.nft:[..]  ct state established accept
...
"#]]);
    let asked = ["explain", "--packet", "tcp 10.0.241.10:5 > 10.128.34.10:443"];
    place.etanche(&asked).assert().success().stdout_eq(str![[r#"
tcp 10.0.241.10:5 -> 10.128.34.10:443, csm.vendor -> 0000002C.cdi: open
...
    nat     0000002C/gateway/etanche.nft:[..]  the destination becomes 172.17.4.10
...
  back    the same way, let through at 0000002C/gateway/etanche.nft:[..], then csm/gateway/etanche.nft:[..]  ct state established accept
...
"#]]);
}
