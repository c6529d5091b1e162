//! Text that people write never changes the structure of a file: it is refused, or it is a comment that fits.

use etanche::config::Bundle;
use etanche::config::filter::{Action, Filter, Key, Log, Match, NamedSet, Rule, Value, Values};
use etanche::config::vlan::{Hardening, Vlan, VlanTable};
use etanche::render::{Problem, RenderError, Targets, Templates};
use std::collections::BTreeMap;

use crate::gateway::{card, chain, is, numbers, rule};
use crate::programs::load_twice;
use crate::{gateway, ip, nets, proxy, switch, try_write, write};

const HOSTILE: &[&str] = &[
    "\"; accept #",
    "a\naccept",
    "a\r\n\t\taccept",
    "a\\",
    "$(reboot)",
    "{{ 7 * 7 }}",
    "}",
    "# {",
    "a\u{2028}b",
    "x\"\n}\nchain y {",
];

fn hostile() -> Vec<String> {
    HOSTILE.iter().map(|t| (*t).to_owned()).chain(["é".repeat(300)]).collect()
}

fn nft(chains: Vec<etanche::config::filter::Chain>) -> Bundle {
    Bundle { filter: Some(Filter { sets: Vec::new(), chains }), ..Bundle::default() }
}

fn refusal(bundle: &Bundle, target: &str) -> RenderError {
    match try_write(bundle, target) {
        Err(error) => error,
        Ok(files) => panic!("written: {files:?}"),
    }
}

#[test]
fn a_comment_or_remark_of_any_text_leaves_the_rules_as_they_are() {
    let drop = rule(vec![is(Key::TcpDport, &numbers(&[22]))], Action::Drop);
    for text in hostile() {
        let told = Rule { comment: Some(text.clone()), remark: Some(text.clone()), counter: true, ..drop.clone() };
        let mut first = chain("first", vec![told]);
        first.remark = Some(text.clone());
        let files = write(&nft(vec![first, chain("second", vec![])]), "nftables");
        let listed = load_twice(&files["etanche.nft"]).expect("nft loads it");
        let rules: Vec<&str> = listed.lines().filter(|l| l.starts_with("\t\t")).collect();
        assert_eq!(rules.len(), 1, "{text:?}: {listed}");
        assert!(
            rules[0].starts_with("\t\ttcp dport 22 counter packets 0 bytes 0 drop comment \""),
            "{text:?}: {listed}"
        );
        assert_eq!(listed.lines().filter(|l| l.starts_with("\tchain ")).count(), 2, "{listed}");
    }
}

#[test]
fn a_name_that_is_no_name_is_refused_with_the_text_and_the_place() {
    for text in hostile().iter().chain([&"drop".to_owned(), &String::new()]) {
        let jump = rule(vec![], Action::Jump(text.clone()));
        let error = refusal(&nft(vec![chain("first", vec![jump])]), "nftables");
        assert_eq!((error.target.as_str(), error.file.as_str()), ("nftables", "etanche.nft"));
        assert!(matches!(&error.problem, Problem::Text { text: at_fault, .. } if at_fault == text), "{error}");
        refusal(&nft(vec![chain(text, vec![])]), "nftables");
    }
}

#[test]
fn an_interface_or_log_prefix_that_nft_would_expand_is_refused() {
    for name in ["eth*", "", "a-name-of-16-byte", "eth0\"", "eth 0", "../eth0"] {
        refusal(&nft(vec![chain("first", vec![rule(vec![is(Key::In, &[card(name)])], Action::Drop)])]), "nftables");
    }
    for prefix in ["$x", "\"", "a\nb", "", "a\\"] {
        let log = Some(Log { prefix: prefix.to_owned(), per_second: Some(1) });
        refusal(&nft(vec![chain("first", vec![Rule { log, ..rule(vec![], Action::Drop) }])]), "nftables");
    }
}

#[test]
fn a_condition_that_nft_would_read_otherwise_is_refused() {
    let both = |a: u64, b: u64| is(Key::Time, &[Value::Numbers(a, b)]);
    let cases = [
        is(Key::Source4, &[Value::Net("2001:db8::/32".parse().expect("a prefix"))]),
        is(Key::TcpDport, &[Value::Numbers(70_000, 70_001)]),
        is(Key::TcpDport, &[Value::Numbers(90, 80)]),
        is(Key::TcpDport, &[]),
        is(Key::In, &numbers(&[1])),
        is(Key::IpsecIn, &[Value::Numbers(0, 1)]),
        is(Key::State, &numbers(&[9])),
        Match { negated: true, ..both(1, 2) },
        both(3, 2),
        Match { keys: vec![Key::In, Key::Out], values: Values::Inline(vec![vec![card("eth0")]]), negated: false },
    ];
    for m in cases {
        let error = refusal(&nft(vec![chain("first", vec![rule(vec![m.clone()], Action::Accept)])]), "nftables");
        assert!(matches!(error.problem, Problem::Unsupported(_)), "{m:?}: {error}");
    }
}

#[test]
fn a_limited_log_never_holds_its_verdict_back() {
    let log = |per_second| Some(Log { prefix: "etanche ".to_owned(), per_second });
    let said = |rule: Rule| {
        let files = write(&nft(vec![chain("first", vec![rule])]), "nftables");
        let lines = files["etanche.nft"].lines().filter(|l| l.starts_with("\t\t")).map(str::trim).collect::<Vec<_>>();
        lines.join(" / ")
    };
    let limited = "limit rate 5/second burst 10 packets log prefix \"etanche \"";
    assert_eq!(said(Rule { log: log(Some(5)), ..rule(vec![], Action::Drop) }), format!("{limited} / drop"));
    assert_eq!(said(Rule { log: log(Some(5)), ..rule(vec![], Action::Continue) }), limited);
    assert_eq!(said(Rule { log: log(None), ..rule(vec![], Action::Drop) }), "log prefix \"etanche \" drop");
    refusal(&nft(vec![chain("first", vec![Rule { log: log(Some(0)), ..rule(vec![], Action::Drop) }])]), "nftables");
    refusal(
        &nft(vec![chain("first", vec![rule(vec![is(Key::TcpDport, &numbers(&[22]))], Action::Continue)])]),
        "nftables",
    );
}

#[test]
fn a_set_that_nft_cannot_type_is_refused() {
    let set = NamedSet {
        name: "s".into(),
        keys: vec![Key::Time],
        entries: vec![],
        is_map: false,
        remark: None,
        at: etanche::config::Loc::MADE,
    };
    let bundle = Bundle { filter: Some(Filter { sets: vec![set], chains: vec![] }), ..Bundle::default() };
    assert!(matches!(refusal(&bundle, "nftables").problem, Problem::Unsupported(_)));
}

#[test]
fn a_switch_text_with_a_quote_or_an_accent_is_refused() {
    for text in hostile() {
        let mut bundle = switch::bundle();
        bundle.lan.as_mut().expect("a table").hostname.clone_from(&text);
        if !["$(reboot)", "{{ 7 * 7 }}", "}", "# {"].contains(&text.as_str()) {
            refusal(&bundle, "aruba-aos-s");
            continue;
        }
        let lines = |b: &Bundle| write(b, "aruba-aos-s")["aos-s.cfg"].lines().count();
        assert_eq!(lines(&bundle), lines(&switch::bundle()), "{text:?}");
    }
}

#[test]
fn a_port_in_no_vlan_or_a_port_missing_is_refused() {
    let mut bundle = switch::bundle();
    let table = bundle.lan.as_mut().expect("a table");
    table.ports.get_mut(&1).expect("a port").untagged = None;
    refusal(&bundle, "aruba-aos-s");
    let mut bundle = switch::bundle();
    bundle.lan.as_mut().expect("a table").ports.remove(&52);
    refusal(&bundle, "aruba-aos-s");
}

#[test]
fn a_cisco_name_or_description_stays_on_its_line() {
    let lines = |b: &Bundle| write(b, "cisco-ios")["ios.cfg"].lines().count();
    for text in hostile() {
        let mut bundle = switch::cisco();
        bundle.lan.as_mut().expect("a table").hostname.clone_from(&text);
        refusal(&bundle, "cisco-ios");
        let mut bundle = switch::cisco();
        bundle.lan.as_mut().expect("a table").ports.get_mut(&48).expect("a port").name.clone_from(&text);
        if let Ok(files) = try_write(&bundle, "cisco-ios") {
            assert_eq!(files["ios.cfg"].lines().count(), lines(&switch::cisco()), "{text:?}");
            assert!(files["ios.cfg"].contains(&format!(" description {text}\n")), "{text:?}");
        }
    }
}

/// The members of a link are one port, and a switch joins a few.
#[test]
fn a_link_whose_ports_differ_or_are_too_many_is_refused() {
    type Change = fn(&mut VlanTable);
    const JOINED: [u16; 2] = [51, 52];
    const CHANGES: &[Change] = &[
        |t| t.ports.get_mut(&51).expect("a port").trusted = true,
        |t| t.ports.get_mut(&52).expect("a port").tagged.extend([10]),
        |t| t.ports.get_mut(&52).expect("a port").untagged = Some(20),
        |t| JOINED.iter().for_each(|n| t.ports.get_mut(n).expect("a port").broadcast_limit = Some(5)),
        |t| (38..=46).for_each(|n| t.ports.get_mut(&n).expect("a port").link = Some(1)),
    ];
    for (bundle, target) in [(switch::bundle(), "aruba-aos-s"), (switch::cisco(), "cisco-ios")] {
        let with = |change: Change| {
            let mut bundle = bundle.clone();
            let table = bundle.lan.as_mut().expect("a table");
            JOINED.iter().for_each(|n| table.ports.get_mut(n).expect("a port").link = Some(2));
            change(table);
            try_write(&bundle, target).is_ok()
        };
        assert!(with(|_| ()), "{target}");
        assert!(with(|t| t.ports.get_mut(&52).expect("a port").name = "to sw-2 52".to_owned()), "{target}");
        for (number, change) in CHANGES.iter().enumerate() {
            assert!(!with(*change), "change {number} is written for {target}");
        }
    }
}

/// What IOS cannot say, or says only as a side effect.
#[test]
fn what_a_cisco_switch_cannot_be_written_as_is_refused() {
    type Change = fn(&mut VlanTable);
    const CHANGES: &[Change] = &[
        |t| t.vlans.get_mut(&60).expect("a VLAN").voice = true,
        |t| t.management_vlan = None,
        |t| t.management_vlan = Some(20),
        |t| t.routing = true,
        |t| t.ports.get_mut(&1).expect("a port").untagged = None,
        |t| t.ports.get_mut(&1).expect("a port").untagged = Some(21),
        |t| t.ports.get_mut(&1).expect("a port").loop_protect = false,
        |t| t.ports.get_mut(&48).expect("a port").loop_protect = true,
        |t| t.ports.get_mut(&1).expect("a port").dynamic_vlans = true,
        |t| drop(t.ports.remove(&52)),
        |t| drop(t.vlans.insert(1003, Vlan::default())),
        |t| t.vlans.get_mut(&99).expect("a VLAN").addresses = nets(&["2001:db8:1:99::11/64"]),
        |t| t.vlans.get_mut(&99).expect("a VLAN").addresses.extend(nets(&["10.128.25.11/24"])),
        |t| t.default_gateway = Some(ip("2001:db8::1")),
        |t| t.hardening.retain(|h| *h != Hardening::Snmp3Only),
        |t| t.hardening.retain(|h| *h != Hardening::ArpProtect),
        |t| t.hardening.retain(|h| *h != Hardening::NoTelnet),
        |t| t.model = "24ts-l".to_owned(),
    ];
    for (number, change) in CHANGES.iter().enumerate() {
        let mut bundle = switch::cisco();
        change(bundle.lan.as_mut().expect("a table"));
        assert!(try_write(&bundle, "cisco-ios").is_err(), "change {number} is written");
    }
}

/// A limit of stations that the other make has no line for would be lost.
#[test]
fn a_limit_of_stations_is_refused_where_it_has_no_line() {
    let mut bundle = switch::bundle();
    bundle.lan.as_mut().expect("a table").ports.get_mut(&1).expect("a port").stations = Some(32);
    refusal(&bundle, "aruba-aos-s");
}

#[test]
fn a_proxy_takes_no_setting_that_has_a_place_of_its_own_and_no_numeric_account() {
    for (key, value) in [
        ("http_access", "allow all"),
        ("include", "/etc/passwd"),
        ("forwarded_for", "off\nhttp_access allow all"),
        ("forwarded_for", "off # x"),
        ("a b", "c"),
    ] {
        let mut bundle = proxy::bundle();
        bundle.web[0].settings.push((key.to_owned(), value.to_owned()));
        refusal(&bundle, "squid");
    }
    let mut bundle = proxy::bundle();
    bundle.web[0].user = "6001".to_owned();
    refusal(&bundle, "squid");
}

#[test]
fn a_description_of_a_link_stays_on_its_line() {
    for text in hostile() {
        let mut bundle = gateway::bundle();
        bundle.host.as_mut().expect("a host").links[0].description = Some(text.clone());
        let Ok(files) = try_write(&bundle, "nftables") else { continue };
        let plain = write(&gateway::bundle(), "nftables");
        let lines = |files: &etanche::config::FileSet| files["network/10-eth0.network"].lines().count();
        assert_eq!(lines(&files), lines(&plain), "{text:?}");
    }
}

#[test]
fn a_part_that_the_target_has_no_file_for_is_refused() {
    let error = refusal(&switch::bundle(), "squid");
    assert!(matches!(error.problem, Problem::Unsupported(_)), "{error}");
    refusal(&gateway::bundle(), "aruba-aos-s");
}

#[test]
fn a_workspace_overrides_a_descriptor_and_a_template_by_their_path() {
    let own = BTreeMap::from([(
        "templates/squid/list.txt.j2".to_owned(),
        "# own\n{% for d in list.domains %}\n{{ d | domain }}\n{% endfor %}\n".to_owned(),
    )]);
    let (targets, templates) = (Targets::load(&own).expect("targets"), Templates::load(&own).expect("templates"));
    let files =
        etanche::render::device(&proxy::bundle(), targets.get("squid").expect("squid"), &templates).expect("written");
    assert_eq!(files["lists/pupils-deny.txt"], "# own\n.jeux.example\n.videos.example\n");
}

#[test]
fn a_descriptor_with_an_unknown_key_or_another_name_is_refused() {
    let squid = include_str!("../../targets/squid.yaml");
    for text in [
        format!("{squid}colour: blue\n"),
        squid.replace("name: squid", "name: squad"),
        squid.replace("kind: proxy", "kind: toaster"),
    ] {
        let own = BTreeMap::from([("targets/squid.yaml".to_owned(), text)]);
        assert!(Targets::load(&own).is_err());
    }
}

#[test]
fn a_template_that_names_what_does_not_exist_is_refused() {
    let own = BTreeMap::from([("templates/squid/list.txt.j2".to_owned(), "{{ list.colour }}\n".to_owned())]);
    let (targets, templates) = (Targets::load(&own).expect("targets"), Templates::load(&own).expect("templates"));
    let error = etanche::render::device(&proxy::bundle(), targets.get("squid").expect("squid"), &templates)
        .expect_err("refused");
    assert!(matches!(error.problem, Problem::Source(_)), "{error}");
}
