//! IOS text read back: the expected table, refusals, mutants, and somebody else's reading of VLAN membership.

#[path = "ios/judge.rs"]
mod judge;
#[path = "ios/link.rs"]
mod link;
#[path = "ios/mutants.rs"]
mod mutants;
#[path = "ios/refusals.rs"]
mod refusals;

use std::collections::BTreeSet;

use etanche::config::Loc;
use etanche::config::vlan::{Hardening, Port, VlanTable};

use crate::{Told, read_as};

const SWITCH: &str = include_str!("ios.cfg");

fn read(text: &str) -> Result<VlanTable, Told> {
    read_as("ios.cfg", text)
}

fn good() -> VlanTable {
    read(SWITCH).unwrap_or_else(|found| panic!("refused: {found:#?}"))
}

fn tags(port: &Port) -> Vec<u16> {
    port.tagged.iter().copied().collect()
}

#[test]
fn every_port_stands_where_its_block_puts_it() {
    let table = good();
    let of = |n: u16| &table.ports[&n];
    let untagged = [1, 2, 3, 4, 27, 28].map(|n| of(n).untagged.expect("a VLAN"));
    assert_eq!(untagged, [20, 10, 99, 998, 999, 999]);
    assert_eq!((tags(of(1)), tags(of(3)), tags(of(4))), (vec![], vec![40, 41, 42], vec![]));
    assert_eq!((tags(of(27)), tags(of(28))), (vec![10, 20, 40, 41, 42, 99], vec![10, 20, 40, 41, 42, 60, 99]));
    assert_eq!([1, 2, 3, 4, 27].map(|n| of(n).enabled), [true, true, true, false, true]);
    assert_eq!([1, 3, 27, 28].map(|n| of(n).trusted), [false, false, true, true]);
    assert_eq!([1, 2, 3, 27].map(|n| of(n).root_guard), [true, false, true, false]);
    assert_eq!(
        [1, 2, 27].map(|n| (of(n).bpdu_protection, of(n).loop_protect)),
        [(true, true), (true, true), (false, false)]
    );
    assert_eq!(
        [1, 2, 3].map(|n| (of(n).stations, of(n).broadcast_limit)),
        [(Some(32), Some(5)), (Some(1), None), (None, None)]
    );
    assert_eq!((of(1).name.as_str(), of(1).at.line), ("salle 101, mur nord", 64));
    assert!([1, 2, 3, 4, 27, 28].iter().all(|n| !of(*n).dynamic_vlans));
}

#[test]
fn a_port_without_a_block_is_open_in_vlan_1_and_follows_its_neighbour() {
    let table = good();
    assert_eq!(table.ports.len(), 28);
    let silent = Port { enabled: true, untagged: Some(1), dynamic_vlans: true, ..Port::default() };
    assert!((5..=26).all(|n| table.ports[&n] == silent));
}

#[test]
fn the_switch_itself_is_read() {
    use Hardening as H;
    let table = good();
    assert_eq!((table.hostname.as_str(), table.model.as_str(), table.routing), ("sw-est-2", "WS-C2960X-24TS-L", false));
    assert_eq!(table.management_vlan, Some(99));
    let texts = |list: &[std::net::IpAddr]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(table.default_gateway.map(|a| a.to_string()).as_deref(), Some("10.128.113.1"));
    assert_eq!(
        (texts(&table.logs), texts(&table.clocks)),
        (vec!["10.0.242.10".to_owned()], vec!["10.0.242.11".to_owned()])
    );
    let all = [
        H::DhcpSnooping,
        H::ArpProtect,
        H::SpanningTree,
        H::NoTelnet,
        H::NoPlainWeb,
        H::Ssh,
        H::Snmp3Only,
        H::NoGvrp,
        H::NoAutoConfig,
        H::NoFrontPanelClear,
        H::NoTftp,
    ];
    assert_eq!(table.hardening, BTreeSet::from(all));
    assert_eq!(table.vlans.keys().copied().collect::<Vec<_>>(), [1, 10, 20, 40, 41, 42, 60, 99, 998, 999]);
    assert_eq!((table.vlans[&41].name.as_str(), table.vlans[&1].name.as_str()), ("VLAN0041", "default"));
    assert_eq!(table.vlans[&99].addresses.iter().map(ToString::to_string).collect::<Vec<_>>(), ["10.128.113.12/24"]);
    let with = |wanted: fn(&etanche::config::vlan::Vlan) -> bool| {
        table.vlans.iter().filter(|(_, v)| wanted(v)).map(|(id, _)| *id).collect::<Vec<_>>()
    };
    assert_eq!((with(|v| v.dhcp_snooping), with(|v| v.arp_protect)), (vec![10, 20, 40, 41, 42], vec![10, 20, 40]));
    assert!(table.vlans.values().all(|v| !v.voice));
}

#[test]
fn a_bare_text_means_the_vendor_s_defaults() {
    let text = "version 15.2\nhostname nu\nswitch 1 provision ws-c2960x-48ts-l\ninterface FastEthernet0\n no ip address\n shutdown\ninterface Vlan1\n no ip address\nend\n";
    let table = read(text).unwrap_or_else(|found| panic!("{found:#?}"));
    assert_eq!((table.ports.len(), table.vlans.len()), (52, 1));
    let open = |p: &Port| p.enabled && p.untagged == Some(1) && p.dynamic_vlans && p.at == Loc::MADE && !p.trusted;
    assert!(table.ports.values().all(open));
    assert_eq!(table.hardening, BTreeSet::from([Hardening::Snmp3Only, Hardening::NoTftp]));
    assert_eq!((table.routing, table.management_vlan, table.default_gateway), (true, None, None));
}

#[test]
fn a_trunk_without_a_list_carries_every_vlan_of_the_switch() {
    let text = SWITCH.replace(" switchport trunk allowed vlan 40-42,99\n", "");
    let port = &read(&text).expect("readable").ports[&3];
    assert_eq!((port.untagged, tags(port)), (Some(99), vec![1, 10, 20, 40, 41, 42, 60, 998, 999]));
}

#[test]
fn a_trunk_without_a_native_vlan_has_vlan_1_without_a_tag() {
    let text = SWITCH
        .replace(" switchport trunk native vlan 99\n", "")
        .replace("allowed vlan 40-42,99\n", "allowed vlan 1,40-42,99\n");
    let port = &read(&text).expect("readable").ports[&3];
    assert_eq!((port.untagged, tags(port)), (Some(1), vec![40, 41, 42, 99]));
}

#[test]
fn a_switch_that_routes_takes_its_next_hop_from_the_default_route() {
    let text = SWITCH
        .replace("no ip routing\n", "ip routing\n")
        .replace("ip default-gateway 10.128.113.1\n", "ip route 0.0.0.0 0.0.0.0 10.128.113.1\n");
    let table = read(&text).expect("readable");
    let next = table.default_gateway.map(|a| a.to_string());
    assert_eq!((table.routing, table.management_vlan, next.as_deref()), (true, None, Some("10.128.113.1")));
}

#[test]
fn a_text_beside_another_of_the_same_switch_is_refused() {
    let files = [("aos-s.cfg".to_owned(), crate::SWITCH.to_owned()), ("ios.cfg".to_owned(), SWITCH.to_owned())].into();
    let (mut sources, mut sink) = Default::default();
    assert!(etanche::dialects::read(&files, "0000004E/sw-2", &mut sources, &mut sink).is_none());
    assert!(sink.into_sorted().iter().any(|d| d.message == "`ios.cfg` is not the only text of this switch"));
}
