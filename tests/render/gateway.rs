//! A gateway with six VLANs, two tunnels, both address families, two local proxies and a public address kept for supervision.

use etanche::config::filter::{
    Action, Base, Chain, Entry, Filter, Hook, Key, Kind, Log, Match, NamedSet, Policy, Rule, Value, Values,
};
use etanche::config::host::{Boot, HostFacts, Link, LinkKind, Route, ServeLink};
use etanche::config::tunnel::{Auth, Child, Tunnel};
use etanche::config::{Bundle, Loc};

use crate::{ip, net, nets, texts};

const VLANS: &[(&str, u16, &str, &str, &str)] = &[
    ("eth1.10", 10, "10.128.4.1/24", "2001:db8:1:10::1/64", "Administratif"),
    ("eth1.20", 20, "10.128.0.1/22", "2001:db8:1:20::1/64", "Pédagogique"),
    ("eth1.40", 40, "10.128.8.1/21", "2001:db8:1:40::1/64", "Wi-Fi élèves (BYOD)"),
    ("eth1.70", 70, "10.128.25.1/24", "2001:db8:1:70::1/64", "DMZ"),
    ("eth1.81", 81, "10.128.27.1/24", "2001:db8:1:81::1/64", "Examens"),
    ("eth1.99", 99, "10.128.24.1/24", "2001:db8:1:99::1/64", "Administration réseau"),
];

pub(crate) fn bundle() -> Bundle {
    Bundle {
        host: Some(host()),
        filter: Some(filter()),
        tunnels: tunnels(),
        lan: None,
        web: crate::proxy::proxies(),
        pac: Vec::new(),
        services: crate::proxy::services(),
    }
}

fn names() -> Vec<String> {
    VLANS.iter().map(|v| v.0.to_owned()).collect()
}

fn link(name: &str, kind: LinkKind) -> Link {
    Link {
        name: name.to_owned(),
        kind,
        addresses: Vec::new(),
        routes: Vec::new(),
        vlans: Vec::new(),
        xfrms: Vec::new(),
        serve: None,
        link_local6: false,
        accept_ra: false,
        dhcp_client: false,
        mtu: None,
        description: None,
        at: Loc::MADE,
    }
}

fn route(to: &str) -> Route {
    Route {
        to: net(to),
        via: None,
        on_link: false,
        unreachable: false,
        metric: None,
        preferred_source: None,
        at: Loc::MADE,
    }
}

fn unreachable(to: &str) -> Route {
    Route { unreachable: true, metric: Some(4096), ..route(to) }
}

fn vlan(row: &(&str, u16, &str, &str, &str)) -> Link {
    let serves = row.1 == 20 || row.1 == 40;
    let serve = ServeLink {
        dhcp4: true,
        ra: true,
        pool_offset: 100,
        pool_size: 600,
        dns: vec![ip("10.0.50.53"), ip("2001:db8:0:50::53")],
        ntp: vec![ip("10.0.50.123")],
    };
    Link {
        addresses: nets(&[row.2, row.3]),
        link_local6: true,
        serve: serves.then_some(serve),
        description: Some(row.4.to_owned()),
        ..link(row.0, LinkKind::Vlan { id: row.1 })
    }
}

fn xfrm(name: &str, if_id: u32, to: &[&str]) -> Link {
    let source = |n: &str| Some(if n.contains(':') { ip("2001:db8:1:99::1") } else { ip("10.128.24.1") });
    Link {
        routes: to.iter().map(|n| Route { preferred_source: source(n), ..route(n) }).collect(),
        mtu: Some(1400),
        ..link(name, LinkKind::Xfrm { if_id })
    }
}

fn host() -> HostFacts {
    let wan = Link {
        addresses: nets(&["198.51.100.1"]),
        routes: vec![
            Route { via: Some(ip("198.51.100.254")), on_link: true, ..route("0.0.0.0/0") },
            unreachable("10.0.0.0/8"),
            unreachable("172.16.0.0/12"),
            unreachable("192.168.0.0/16"),
            unreachable("fc00::/7"),
            unreachable("2001:db8::/32"),
        ],
        xfrms: texts(&["xf-csm", "xf-academy"]),
        mtu: Some(1500),
        description: Some("ASTER".to_owned()),
        ..link("eth0", LinkKind::Physical)
    };
    let lan = Link { vlans: names(), ..link("eth1", LinkKind::Physical) };
    let tunnels = [
        xfrm("xf-csm", 0x101, &["10.0.16.0/20", "10.0.48.0/23", "2001:db8:0:16::/64"]),
        xfrm("xf-academy", 0x102, &["10.0.224.0/20"]),
    ];
    HostFacts {
        links: [wan, lan].into_iter().chain(VLANS.iter().map(vlan)).chain(tunnels).collect(),
        sysctl: pairs(&[
            ("net.ipv4.conf.all.accept_redirects", "0"),
            ("net.ipv4.conf.all.rp_filter", "1"),
            ("net.ipv4.ip_forward", "0"),
            ("net.ipv6.conf.all.forwarding", "0"),
            ("net.netfilter.nf_conntrack_helper", "0"),
        ]),
        manager: pairs(&[
            ("Network.ManageForeignRoutes", "no"),
            ("Network.ManageForeignRoutingPolicyRules", "no"),
            ("Network.SpeedMeter", "no"),
        ]),
        ike: pairs(&[
            ("charon.install_routes", "no"),
            ("charon.install_virtual_ip", "no"),
            ("charon.plugins.vici.load", "yes"),
        ]),
        boot: boot(),
        accounts: [("etanche-staff".to_owned(), 6001)].into(),
        apply: [("etanche.nft", "/etc/etanche/etanche.nft"), ("swanctl.conf", "/etc/swanctl/swanctl.conf")]
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .to_vec(),
    }
}

fn boot() -> Boot {
    Boot {
        start: vec![
            texts(&["/usr/sbin/nft", "-f", "/etc/etanche/etanche.nft"]),
            texts(&["/usr/sbin/sysctl", "-q", "-w", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1"]),
        ],
        before: texts(&["network-pre.target", "systemd-networkd.service"]),
        wants: vec!["network-pre.target".to_owned()],
        after: texts(&["systemd-sysctl.service"]),
        wanted_by: texts(&["sysinit.target"]),
    }
}

fn pairs(rows: &[(&str, &str)]) -> std::collections::BTreeMap<String, String> {
    rows.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

fn tunnels() -> Vec<Tunnel> {
    vec![
        tunnel(
            "csm",
            "203.0.113.10",
            0x101,
            vec![
                child(
                    "admin-csm_admin",
                    &["10.128.4.0/24", "2001:db8:1:10::/64"],
                    &["10.0.16.0/20", "2001:db8:0:16::/64"],
                ),
                child("pedago-csm_pupils", &["10.128.0.0/22"], &["10.0.49.0/24"]),
                child("mgmt-csm_collect", &["10.128.24.0/24"], &["10.0.48.0/24"]),
            ],
        ),
        tunnel(
            "academy",
            "192.0.2.10",
            0x102,
            vec![child("admin-academy_apps", &["10.128.4.0/24"], &["10.0.224.0/20"])],
        ),
    ]
}

fn tunnel(name: &str, remote: &str, if_id: u32, children: Vec<Child>) -> Tunnel {
    let auth = |id: &str, certs: &[&str], cacerts: &[&str]| Auth {
        certificate: true,
        id: Some(id.to_owned()),
        certs: texts(certs),
        cacerts: texts(cacerts),
    };
    Tunnel {
        name: name.to_owned(),
        version: 2,
        local: ip("198.51.100.1"),
        remote: Some(ip(remote)),
        proposals: texts(&["aes256gcm16-prfsha384-ecp384"]),
        mobike: false,
        local_auth: auth("0000001b.vpn.exemple.example", &["0000001b.pem"], &[]),
        remote_auth: auth(&format!("{name}.vpn.exemple.example"), &[], &["aster-vpn.pem"]),
        if_id_in: Some(if_id),
        if_id_out: Some(if_id),
        dpd_seconds: 30,
        life_seconds: 15_840,
        unique: "replace".to_owned(),
        children,
        at: Loc::MADE,
    }
}

fn child(name: &str, local: &[&str], remote: &[&str]) -> Child {
    Child {
        name: name.to_owned(),
        local: nets(local),
        remote: nets(remote),
        esp: texts(&["aes256gcm16-ecp384"]),
        ah: Vec::new(),
        mode: "tunnel".to_owned(),
        start_action: "trap".to_owned(),
        dpd_action: "trap".to_owned(),
        close_action: "trap".to_owned(),
        rekey_seconds: 3600,
        life_seconds: 3960,
        at: Loc::MADE,
    }
}

pub(crate) fn is(key: Key, values: &[Value]) -> Match {
    Match { keys: vec![key], values: Values::Inline(values.iter().map(|v| vec![v.clone()]).collect()), negated: false }
}

pub(crate) fn not(m: Match) -> Match {
    Match { negated: true, ..m }
}

pub(crate) fn in_set(keys: &[Key], name: &str) -> Match {
    Match { keys: keys.to_vec(), values: Values::Named(name.to_owned()), negated: false }
}

pub(crate) fn card(name: &str) -> Value {
    Value::Interface(name.to_owned())
}

pub(crate) fn numbers(all: &[u64]) -> Vec<Value> {
    all.iter().map(|n| Value::number(*n)).collect()
}

fn prefixes(all: &[&str]) -> Vec<Value> {
    all.iter().map(|n| Value::Net(net(n))).collect()
}

pub(crate) fn rule(matches: Vec<Match>, action: Action) -> Rule {
    Rule { matches, log: None, counter: false, action, comment: None, remark: None, at: Loc::MADE }
}

fn counted(matches: Vec<Match>, action: Action, comment: &str) -> Rule {
    Rule { counter: true, comment: Some(comment.to_owned()), ..rule(matches, action) }
}

fn logged(matches: Vec<Match>, action: Action, prefix: &str) -> Rule {
    let log = Log { prefix: prefix.to_owned(), per_second: Some(5) };
    Rule { counter: true, log: Some(log), ..rule(matches, action) }
}

fn under(remark: &str, rule: Rule) -> Rule {
    Rule { remark: Some(remark.to_owned()), ..rule }
}

pub(crate) fn entry(values: Vec<Value>, action: Action) -> Entry {
    Entry { values, action, at: Loc::MADE }
}

pub(crate) fn chain(name: &str, rules: Vec<Rule>) -> Chain {
    Chain { name: name.to_owned(), base: None, rules, remark: None, at: Loc::MADE }
}

fn base(name: &str, kind: Kind, hook: Hook, priority: i32, policy: Policy, rules: Vec<Rule>) -> Chain {
    Chain { base: Some(Base { kind, hook, priority, policy }), ..chain(name, rules) }
}

pub(crate) fn filter() -> Filter {
    let nat = base("postrouting", Kind::Nat, Hook::Postrouting, 100, Policy::Accept, translations());
    let published = base("prerouting", Kind::Nat, Hook::Prerouting, -100, Policy::Accept, publications());
    Filter {
        sets: sets(),
        chains: vec![
            base("input", Kind::Filter, Hook::Input, 0, Policy::Drop, input()),
            base("forward", Kind::Filter, Hook::Forward, 0, Policy::Drop, forward()),
            Chain { remark: Some("administratif vers CSM".to_owned()), ..chain("admin_csm", admin_csm()) },
            chain("pedago_csm", pedago_csm()),
            chain("exam_csm", exam_csm()),
            base("output", Kind::Filter, Hook::Output, 0, Policy::Drop, output()),
            nat,
            published,
        ],
    }
}

fn sets() -> Vec<NamedSet> {
    let own4 = VLANS.iter().map(|v| entry(vec![card(v.0), Value::Net(net(v.2).trunc())], Action::Continue)).collect();
    let own6 = VLANS.iter().map(|v| entry(vec![card(v.0), Value::Net(net(v.3).trunc())], Action::Continue)).collect();
    let pair = |a: &str, b: &str, to: &str| entry(vec![card(a), card(b)], Action::Jump(to.to_owned()));
    let set = |name: &str, keys: &[Key], entries, is_map| NamedSet {
        name: name.to_owned(),
        keys: keys.to_vec(),
        entries,
        is_map,
        remark: None,
        at: Loc::MADE,
    };
    let private =
        ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"].map(|n| entry(vec![Value::Net(net(n))], Action::Continue));
    let self4 = ["198.51.100.1", "10.128.4.1", "10.128.0.1"].map(|n| entry(vec![Value::Net(net(n))], Action::Continue));
    vec![
        NamedSet {
            remark: Some("no zone can say it is another (T8)".to_owned()),
            ..set("zone_source4", &[Key::In, Key::Source4], own4, false)
        },
        set("zone_source6", &[Key::In, Key::Source6], own6, false),
        set("private4", &[Key::Source4], private.to_vec(), false),
        set("gateway4", &[Key::Destination4], self4.to_vec(), false),
        set(
            "pairs",
            &[Key::In, Key::Out],
            vec![
                pair("eth1.10", "xf-csm", "admin_csm"),
                pair("eth1.20", "xf-csm", "pedago_csm"),
                pair("eth1.81", "xf-csm", "exam_csm"),
                entry(vec![card("eth1.20"), card("eth0")], Action::Drop),
            ],
            true,
        ),
        set("empty", &[Key::Uid], Vec::new(), false),
    ]
}

fn states() -> Vec<Rule> {
    let state = |n: u64, action| entry(numbers(&[n]), action);
    let entries = vec![state(1, Action::Accept), state(3, Action::Drop), state(4, Action::Drop)];
    vec![
        rule(vec![], Action::DispatchInline { keys: vec![Key::State], entries }),
        rule(vec![is(Key::State, &numbers(&[2])), is(Key::IcmpType, &numbers(&[3, 11, 12]))], Action::Accept),
        rule(vec![is(Key::State, &numbers(&[2])), is(Key::Icmp6Type, &[Value::Numbers(1, 4)])], Action::Accept),
    ]
}

fn input() -> Vec<Rule> {
    let neighbours = vec![is(Key::HopLimit, &numbers(&[255])), is(Key::Icmp6Type, &[Value::Numbers(133, 136)])];
    let mut rules = vec![under(
        "neighbour discovery is not tracked: accepted before untracked packets are dropped",
        rule(neighbours, Action::Accept),
    )];
    rules.extend(states());
    rules.push(under(
        "1. to the gateway",
        logged(
            vec![
                is(Key::In, &[card("eth0")]),
                is(Key::Source4, &prefixes(&["203.0.113.20"])),
                is(Key::Destination4, &prefixes(&["198.51.100.1"])),
                is(Key::UdpDport, &numbers(&[161])),
            ],
            Action::Accept,
            "etanche supervision ",
        ),
    ));
    rules.push(counted(
        vec![
            is(Key::In, &[card("eth0")]),
            is(Key::Source4, &prefixes(&["203.0.113.10", "192.0.2.10"])),
            is(Key::UdpDport, &numbers(&[500, 4500])),
        ],
        Action::Accept,
        "ike peers of 0000001B",
    ));
    rules.push(rule(
        vec![
            is(Key::In, &[card("eth0")]),
            is(Key::Source4, &prefixes(&["203.0.113.10"])),
            is(Key::Protocol, &numbers(&[50])),
        ],
        Action::Accept,
    ));
    rules.push(under("6. the rest", logged(vec![], Action::Drop, "etanche input ")));
    rules
}

fn forward() -> Vec<Rule> {
    let wan_in =
        vec![is(Key::In, &[card("eth0")]), in_set(&[Key::Source4], "private4"), is(Key::IpsecIn, &numbers(&[0]))];
    let wan_out = vec![
        is(Key::Out, &[card("eth0")]),
        is(Key::Destination4, &prefixes(&["10.0.0.0/8"])),
        is(Key::IpsecOut, &numbers(&[0])),
    ];
    let zones: Vec<Value> = VLANS.iter().map(|v| card(v.0)).collect();
    let mut rules = vec![under("path MTU of tunnels (RFC 4459)", rule(vec![], Action::ClampMss))];
    rules.extend(states());
    rules.push(under("3. protection", rule(wan_out, Action::Drop)));
    rules.push(rule(wan_in, Action::Drop));
    rules.push(rule(vec![is(Key::In, &zones), not(in_set(&[Key::In, Key::Source4], "zone_source4"))], Action::Drop));
    rules.push(rule(vec![is(Key::In, &zones), not(in_set(&[Key::In, Key::Source6], "zone_source6"))], Action::Drop));
    rules.push(under(
        "4. flows, by pair of zones",
        Rule {
            counter: true,
            ..rule(vec![], Action::Dispatch { keys: vec![Key::In, Key::Out], map: "pairs".to_owned() })
        },
    ));
    rules.push(under("5. noise", rule(vec![is(Key::UdpDport, &[Value::Numbers(137, 138)])], Action::Drop)));
    rules.push(under("6. the rest", logged(vec![], Action::Reject, "etanche forward ")));
    rules
}

fn admin_csm() -> Vec<Rule> {
    let wide: Vec<Vec<Value>> =
        (0..8).map(|n| vec![Value::Net(net(&format!("10.0.{}.0/24", 16 + n))), Value::number(443_u64 + n)]).collect();
    let pairs = Match { keys: vec![Key::Destination4, Key::TcpDport], values: Values::Inline(wide), negated: false };
    vec![
        counted(
            vec![is(Key::TcpDport, &numbers(&[88, 389, 445, 636]))],
            Action::Accept,
            "directory policies/profiles/lycee-cible2.yaml:31",
        ),
        counted(vec![pairs], Action::Accept, "long list"),
        counted(vec![is(Key::IcmpType, &numbers(&[8]))], Action::Accept, "ping"),
        rule(
            vec![
                is(Key::Source4, &[Value::Addresses(ip("10.128.4.20"), ip("10.128.4.29"))]),
                is(Key::Protocol, &numbers(&[6, 17])),
                is(Key::AnyDport, &numbers(&[53])),
            ],
            Action::Accept,
        ),
        rule(vec![], Action::Return),
    ]
}

fn pedago_csm() -> Vec<Rule> {
    let log = Log { prefix: "etanche proxy ".to_owned(), per_second: None };
    vec![
        Rule { log: Some(log), ..counted(vec![is(Key::TcpDport, &numbers(&[3128]))], Action::Accept, "proxy") },
        rule(vec![is(Key::Family, &numbers(&[6]))], Action::Drop),
    ]
}

fn exam_csm() -> Vec<Rule> {
    let window = is(Key::Time, &[Value::Numbers(1_812_924_000, 1_814_565_599)]);
    vec![under(
        "épreuve Pix, du 14 juin au 2 juillet 2027",
        counted(
            vec![window, is(Key::TcpDport, &numbers(&[3128]))],
            Action::Accept,
            "policies/establishments/0000001B.yaml:47",
        ),
    )]
}

fn output() -> Vec<Rule> {
    let proxy = |uid: u64, source: &str| {
        vec![
            is(Key::Uid, &numbers(&[uid])),
            is(Key::Source4, &prefixes(&[source])),
            is(Key::TcpDport, &numbers(&[80, 443])),
        ]
    };
    let mut rules = vec![rule(
        vec![is(Key::Icmp6Type, &[Value::Numbers(133, 136)]), is(Key::HopLimit, &numbers(&[255]))],
        Action::Accept,
    )];
    rules.extend(states());
    rules.push(under(
        "2. from the gateway; proxies get no loopback",
        rule(vec![is(Key::Out, &[card("lo")]), not(is(Key::Uid, &numbers(&[6001, 6002])))], Action::Accept),
    ));
    rules.push(counted(proxy(6001, "198.51.100.2"), Action::Accept, "staff proxy"));
    rules.push(counted(proxy(6002, "198.51.100.2"), Action::Accept, "pupils proxy"));
    rules.push(under("6. the rest", logged(vec![], Action::Drop, "etanche output ")));
    rules
}

fn translations() -> Vec<Rule> {
    let out = |source: &str| vec![is(Key::Out, &[card("eth0")]), is(Key::Source4, &prefixes(&[source]))];
    vec![
        rule(out("10.128.25.0/24"), Action::Snat(ip("198.51.100.3"))),
        rule(out("192.168.20.0/24"), Action::Masquerade),
    ]
}

fn publications() -> Vec<Rule> {
    let to = |port: u64| {
        vec![
            is(Key::In, &[card("eth0")]),
            is(Key::Destination4, &prefixes(&["198.51.100.3"])),
            is(Key::TcpDport, &numbers(&[port])),
        ]
    };
    vec![
        rule(to(443), Action::Dnat(ip("10.128.25.10"), None)),
        rule(to(8443), Action::Dnat(ip("10.128.25.10"), Some(443))),
    ]
}
