//! A 48-port switch: access ports, an access point, an uplink to the gateway, one to another switch, the rest shut.

use etanche::config::vlan::{Hardening, Port, Vlan, VlanTable};
use etanche::config::{Bundle, Loc};
use std::collections::BTreeMap;

use crate::{ip, nets, texts};

const VLANS: &[(u16, &str)] = &[
    (1, "DEFAULT_VLAN"),
    (10, "admin"),
    (20, "pedago"),
    (40, "byod"),
    (60, "voip"),
    (99, "mgmt"),
    (998, "unused"),
    (999, "native"),
];

pub(crate) fn bundle() -> Bundle {
    Bundle { lan: Some(table()), ..Bundle::default() }
}

/// The same of another make: without telephones' VLANs, which it says port by port, and with a limit of stations.
pub(crate) fn cisco() -> Bundle {
    let mut table = VlanTable { model: "48ts-l".to_owned(), ..table() };
    table.vlans.values_mut().for_each(|vlan| vlan.voice = false);
    (1..=20).for_each(|n| table.ports.get_mut(&n).expect("a port").stations = Some(32));
    Bundle { lan: Some(table), ..Bundle::default() }
}

pub(crate) fn table() -> VlanTable {
    use Hardening::{
        ArpProtect, DhcpSnooping, NoAutoConfig, NoFrontPanelClear, NoGvrp, NoPlainWeb, NoTelnet, NoTftp, Snmp3Only,
        SpanningTree, Ssh,
    };
    VlanTable {
        hostname: "sw-rdc-1".to_owned(),
        vlans: VLANS.iter().map(|(id, name)| (*id, vlan(*id, name))).collect(),
        ports: ports(),
        routing: false,
        management_vlan: Some(99),
        default_gateway: Some(ip("10.128.24.1")),
        hardening: [
            ArpProtect,
            DhcpSnooping,
            NoAutoConfig,
            NoFrontPanelClear,
            NoGvrp,
            NoPlainWeb,
            NoTelnet,
            NoTftp,
            Snmp3Only,
            SpanningTree,
            Ssh,
        ]
        .into(),
        logs: vec![ip("10.0.242.10")],
        clocks: vec![ip("10.0.242.11")],
        model: "48g-4sfp".to_owned(),
    }
}

fn vlan(id: u16, name: &str) -> Vlan {
    let protected = [10, 20, 40].contains(&id);
    let addresses = if id == 99 { nets(&["10.128.24.11/24"]) } else { Vec::new() };
    Vlan {
        name: name.to_owned(),
        addresses,
        voice: id == 60,
        dhcp_snooping: protected,
        arp_protect: protected,
        at: Loc::MADE,
    }
}

fn access(vlan: u16) -> Port {
    Port {
        enabled: true,
        untagged: Some(vlan),
        bpdu_protection: true,
        root_guard: true,
        loop_protect: true,
        broadcast_limit: Some(5),
        ..Port::default()
    }
}

fn uplink(name: &str) -> Port {
    let tagged = [10, 20, 40, 60, 99].into();
    Port { enabled: true, untagged: Some(999), tagged, name: name.to_owned(), trusted: true, ..Port::default() }
}

fn ports() -> BTreeMap<u16, Port> {
    let shut = Port { untagged: Some(998), ..Port::default() };
    let mut ports: BTreeMap<u16, Port> = (1..=52).map(|n| (n, shut.clone())).collect();
    ports.extend((1..=20).map(|n| (n, access(20))));
    ports.extend((24..=30).map(|n| (n, access(10))));
    ports.extend((34..=37).map(|n| (n, access(60))));
    ports
        .insert(32, Port { untagged: Some(99), tagged: [40].into(), name: texts(&["ap-hall"]).concat(), ..access(99) });
    ports.insert(48, uplink("gateway eth1"));
    ports.insert(49, uplink("sw-serveurs 25"));
    ports
}
