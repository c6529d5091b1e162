//! A school of three zones and two switches in a row, and what each wrong line joins.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use super::*;
use crate::config::Bundle;
use crate::config::host::{HostFacts, Link, LinkKind};
use crate::config::vlan::{Port, Vlan, VlanTable};
use crate::diagnostics::At;
use crate::intent::Member;
use crate::isolation::Places;
use crate::network::{
    BySite, Cable, CableEnd, Gateway, Name, Origins, PortUse, Region, Role, SecurityFacts, Site, SiteId, Switch,
    VlanId, Zone,
};

const ADMIN: ZoneId = ZoneId(0);
const PEDAGO: ZoneId = ZoneId(1);
const MGMT: ZoneId = ZoneId(2);
const VLANS: [u16; 3] = [10, 20, 99];
const SITE: SiteId = SiteId(0);

fn span(line: usize) -> Span {
    let source = Sources::default().add("policy", "");
    Span { source, start: line, end: line }
}

fn vlan(number: u16) -> VlanId {
    VlanId::new(number).expect("a VLAN number")
}

fn zone(index: usize) -> Zone {
    Zone {
        site: SITE,
        name: Name::new(["admin", "pedago", "mgmt"][index]),
        title: String::new(),
        class: None,
        vlan: vlan(VLANS[index]),
        v4: format!("10.0.{index}.0/24").parse().expect("a prefix"),
        v6: None,
        private: false,
        devices: index == 2,
        exit: None,
        span: span(index),
    }
}

fn switch(name: &str, address: &str, ports: &[(u16, PortUse)]) -> Switch {
    Switch {
        name: Name::new(name),
        target: At::new(Name::new("t"), span(9)),
        model: At::new(Name::new("m"), span(9)),
        ipv4: address.parse().expect("an address"),
        devices: MGMT,
        ports: ports
            .iter()
            .map(|(port, used)| (*port, At::new(used.clone(), span(100 + usize::from(*port)))))
            .collect(),
        routes: Vec::new(),
        native: BTreeMap::new(),
        span: span(50),
    }
}

/// `gateway.lan = one.9`, `one.8 = two.8`; on `one` admin at 1, pedago at 2, an access point at 3; on `two` admin at 1.
fn network() -> Network {
    let public = "198.51.100.1".parse::<Ipv4Addr>().expect("an address");
    let ap = PortUse::AccessPoint(vec![ADMIN, PEDAGO], MGMT);
    let cable = |a, b, line| At::new(Cable { strands: vec![[a, b]] }, span(line));
    let site = Site {
        name: Name::new("0000001B"),
        title: String::new(),
        is_establishment: true,
        gateway: Gateway {
            target: At::new(Name::new("g"), span(9)),
            public: At::new(public, span(9)),
            exits: BTreeSet::new(),
            published: BTreeSet::new(),
            next_hop: public,
            wan: "eth0".to_owned(),
            lan: "eth1".to_owned(),
            mtu: 1500,
        },
        zones: vec![ADMIN, PEDAGO, MGMT],
        delegated: None,
        has_no: Vec::new(),
        exit: None,
        ipv6: false,
        switches: vec![
            switch("one", "10.0.2.11", &[(1, PortUse::Access(ADMIN)), (2, PortUse::Access(PEDAGO)), (3, ap)]),
            switch("two", "10.0.2.12", &[(1, PortUse::Access(ADMIN))]),
        ],
        cables: vec![
            cable(CableEnd::Gateway, CableEnd::Switch(0, 9), 200),
            cable(CableEnd::Switch(0, 8), CableEnd::Switch(1, 8), 201),
        ],
        old_tunnels: Vec::new(),
        served: Vec::new(),
        served_names: BTreeMap::new(),
        served_clock: BTreeMap::new(),
        pac: None,
        logs: Vec::new(),
        clocks: Vec::new(),
        span: span(10),
    };
    Network {
        region: Region {
            name: Name::new("r"),
            inside4: Vec::new(),
            inside6: Vec::new(),
            public: Vec::new(),
            ike_domain: "vpn.example".to_owned(),
            authority: Name::new("ca"),
            dark_unused: vlan(998),
            dark_native: vlan(999),
        },
        sites: vec![site],
        zones: (0..3).map(zone).collect(),
        hosts: BySite::default(),
        processes: BySite::default(),
        tunnels: BySite::default(),
        flows: BySite::default(),
        given_up: Vec::new(),
        origins: Origins::default(),
        proxies: BySite::default(),
        security: SecurityFacts::default(),
        ceiling: None,
        unmanaged: Vec::new(),
        epochs: Vec::new(),
    }
}

fn port(untagged: u16, tagged: &[u16]) -> Port {
    Port { enabled: true, untagged: Some(untagged), tagged: tagged.iter().copied().collect(), ..Port::default() }
}

fn table(own: &str, ports: &[(u16, Port)]) -> VlanTable {
    let home = Vlan { addresses: vec![own.parse().expect("an address")], ..Vlan::default() };
    let vlans = [1, 10, 20, 998, 999].map(|v| (v, Vlan::default()));
    VlanTable {
        vlans: vlans.into_iter().chain([(99, home)]).collect(),
        ports: ports.iter().cloned().collect(),
        ..VlanTable::default()
    }
}

fn link(name: &str, kind: LinkKind, addresses: &[&str], vlans: &[&str]) -> Link {
    Link {
        name: name.to_owned(),
        kind,
        addresses: addresses.iter().map(|a| a.parse().expect("an address")).collect(),
        routes: Vec::new(),
        vlans: vlans.iter().map(|v| (*v).to_owned()).collect(),
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

fn device(role: Role, bundle: Bundle) -> ReadDevice {
    ReadDevice { path: String::new(), site: SITE, role, bundle, places: Places::default() }
}

/// The devices as they should be.
fn devices() -> Vec<ReadDevice> {
    let vlan = |id: u16, own| link(&format!("eth1.{id}"), LinkKind::Vlan { id }, &[own], &[]);
    let links = vec![
        link("eth1", LinkKind::Physical, &[], &["eth1.10", "eth1.20", "eth1.99"]),
        vlan(10, "10.0.0.1/24"),
        vlan(20, "10.0.1.1/24"),
        vlan(99, "10.0.2.1/24"),
    ];
    let one = [
        (1, port(10, &[])),
        (2, port(20, &[])),
        (3, port(99, &[10, 20])),
        (8, port(999, &[10, 99])),
        (9, port(999, &[10, 20, 99])),
    ];
    let two = [(1, port(10, &[])), (8, port(999, &[10, 99]))];
    let switch = |n, table| device(Role::Switch(n), Bundle { lan: Some(table), ..Bundle::default() });
    vec![
        device(Role::Gateway, Bundle { host: Some(HostFacts { links, ..HostFacts::default() }), ..Bundle::default() }),
        switch(0, table("10.0.2.11/24", &one)),
        switch(1, table("10.0.2.12/24", &two)),
    ]
}

/// Changes one port of one switch.
fn with(switch: usize, number: u16, change: impl Fn(&mut Port)) -> Vec<ReadDevice> {
    let mut all = devices();
    let table = all[switch + 1].bundle.lan.as_mut().expect("a switch");
    change(table.ports.entry(number).or_default());
    all
}

fn steps_of(net: &Network, devices: &[ReadDevice]) -> Vec<(ZoneId, ZoneId, String)> {
    let segments = Segments::of(net, SITE, devices, &intent::lan(net, SITE));
    steps::edges(net, &segments).into_iter().map(|e| (e.from, e.to, e.why)).collect()
}

/// Pairs of zones with a step, without the reasons.
fn joined(devices: &[ReadDevice]) -> BTreeSet<(ZoneId, ZoneId)> {
    steps_of(&network(), devices).into_iter().map(|(a, b, _)| (a, b)).collect()
}

#[test]
fn each_zone_is_one_domain_with_its_members() {
    let (net, devices) = (network(), devices());
    let segments = Segments::of(&net, SITE, &devices, &intent::lan(&net, SITE));
    let admin = segments.gateway_spot(&net, ADMIN).and_then(|s| segments.domain(s)).expect("a domain");
    let members =
        [Member::Gateway, Member::Untagged(0, 1), Member::Untagged(1, 1), Member::Tagged(0, 3)].into_iter().collect();
    assert_eq!(admin.members, members);
    assert_eq!(admin.zones, [ADMIN].into());
    assert!(joined(&devices).is_empty());
}

#[test]
fn a_port_in_another_vlan_joins_its_zone_with_that_one() {
    let moved = with(0, 2, |p| p.untagged = Some(10));
    assert_eq!(joined(&moved), [(ADMIN, PEDAGO), (PEDAGO, ADMIN)].into());
    let why = &steps_of(&network(), &moved)[0].2;
    assert_eq!(why, "port 2 of `one`, of `pedago`, is in VLAN 10");
}

#[test]
fn a_shut_port_joins_nothing() {
    let shut = with(0, 2, |p| *p = Port { enabled: false, ..port(10, &[]) });
    assert!(joined(&shut).is_empty());
}

#[test]
fn untagged_vlans_that_differ_at_the_two_ends_of_a_cable_join() {
    let mut all = with(0, 8, |p| p.untagged = Some(20));
    assert!(joined(&all).iter().all(|(from, _)| *from == PEDAGO), "only double tags while the other end is dark");
    all[2].bundle.lan.as_mut().expect("a switch").ports.insert(8, port(10, &[99]));
    assert!(joined(&all).contains(&(ADMIN, PEDAGO)));
    assert!(steps_of(&network(), &all).iter().any(|(_, _, why)| why.contains("is VLAN 10 at the other end")));
}

#[test]
fn hosts_of_a_cable_s_untagged_vlan_emit_into_its_tagged_ones_and_not_back() {
    let native = with(0, 8, |p| p.untagged = Some(20));
    assert_eq!(joined(&native), [(PEDAGO, ADMIN), (PEDAGO, MGMT)].into());
    let dropped = with(0, 8, |p| p.untagged = None);
    assert!(joined(&dropped).is_empty());
}

#[test]
fn who_plugs_in_at_an_access_port_with_tags_is_in_all_of_them() {
    assert_eq!(joined(&with(0, 1, |p| *p = port(10, &[20]))), [(ADMIN, PEDAGO), (PEDAGO, ADMIN)].into());
    assert_eq!(joined(&with(0, 5, |p| *p = port(998, &[10, 20]))), [(ADMIN, PEDAGO), (PEDAGO, ADMIN)].into());
    assert!(joined(&with(0, 5, |p| *p = port(20, &[]))).is_empty());
}

#[test]
fn a_port_whose_vlans_are_learnt_is_in_all_of_its_switch() {
    let learnt = joined(&with(0, 1, |p| p.dynamic_vlans = true));
    assert!(learnt.contains(&(ADMIN, PEDAGO)) && learnt.contains(&(MGMT, PEDAGO)));
}

#[test]
fn a_switch_routes_between_zones_only_with_addresses_in_them_and_routing_on() {
    let routes = |routing: bool, address: bool| {
        let mut all = devices();
        let table = all[1].bundle.lan.as_mut().expect("a switch");
        table.routing = routing;
        if address {
            let home = vec!["10.0.1.254/24".parse().expect("an address")];
            table.vlans.insert(20, Vlan { addresses: home, ..Vlan::default() });
        }
        let net = network();
        let segments = Segments::of(&net, SITE, &all, &intent::lan(&net, SITE));
        steps::edges(&net, &segments).into_iter().filter(|e| e.routed).map(|e| (e.from, e.to)).collect::<BTreeSet<_>>()
    };
    assert_eq!(routes(true, true), [(PEDAGO, MGMT), (MGMT, PEDAGO)].into());
    assert!(routes(true, false).is_empty());
    assert!(routes(false, true).is_empty());
}

/// The cable between the switches, and a second one in port 7 of both: one link.
fn linked() -> Network {
    let mut net = network();
    let second = [CableEnd::Switch(0, 7), CableEnd::Switch(1, 7)];
    net.sites[0].cables[1].value.strands.push(second);
    net
}

/// Port 7 of both switches as told.
fn seventh(one: &Port, two: &Port) -> Vec<ReadDevice> {
    let mut all = with(0, 7, |p| *p = one.clone());
    all[2].bundle.lan.as_mut().expect("a switch").ports.insert(7, two.clone());
    all
}

#[test]
fn a_link_of_two_cables_joins_what_one_does() {
    let member = port(999, &[10, 99]);
    assert!(steps_of(&linked(), &seventh(&member, &member)).is_empty());
}

#[test]
fn every_cable_of_a_link_joins_by_what_its_own_ports_have() {
    let fallen = steps_of(&linked(), &seventh(&port(20, &[]), &port(10, &[])));
    assert!(fallen.iter().any(|(from, to, _)| (*from, *to) == (ADMIN, PEDAGO)), "{fallen:?}");
    let one = steps_of(&linked(), &seventh(&port(20, &[]), &Port { enabled: false, ..port(10, &[]) }));
    assert!(!one.iter().any(|(from, to, _)| (*from, *to) == (ADMIN, PEDAGO)), "{one:?}");
}

#[test]
fn a_cut_cable_leaves_two_domains() {
    let (net, devices) = (network(), with(0, 8, |p| p.enabled = false));
    let segments = Segments::of(&net, SITE, &devices, &intent::lan(&net, SITE));
    let here = segments.domain((Place::Switch(0), 10)).expect("a domain");
    assert!(!here.members.contains(&Member::Untagged(1, 1)));
    let there = segments.domain((Place::Switch(1), 10)).expect("a domain");
    assert!(there.members.contains(&Member::Untagged(1, 1)) && there.zones == [ADMIN].into());
}
