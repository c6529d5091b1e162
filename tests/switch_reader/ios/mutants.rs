//! Small changes of a text, each of which must change the table, at one place.

use etanche::config::Loc;
use etanche::config::vlan::VlanTable;

use super::{SWITCH, read};
use crate::mutants::changed;

/// What is changed, into what, and what the two tables' first differing lines say.
const MUTANTS: &[(&str, &str, &str)] = &[
    ("switchport access vlan 20", "switchport access vlan 10", "untagged"),
    (" switchport access vlan 20\n", "", "untagged"),
    (" switchport access vlan 20\n", " switchport access vlan 20\n switchport voice vlan 60\n", "60"),
    (" switchport access vlan 998\n", " switchport access vlan 1\n", "untagged"),
    (" switchport mode access\n switchport nonegotiate\n", " switchport mode access\n", "dynamic_vlans"),
    (" switchport mode access\n switchport nonegotiate\n", " switchport mode dynamic auto\n", "dynamic_vlans"),
    (" switchport mode access\n switchport nonegotiate\n", " switchport mode dynamic desirable\n", "dynamic_vlans"),
    (" switchport mode access\n switchport nonegotiate\n", "", "dynamic_vlans"),
    (" switchport nonegotiate\n shutdown\n", " switchport nonegotiate\n", "enabled"),
    (" shutdown\n!\ninterface GigabitEthernet1/0/27", " no shutdown\n!\ninterface GigabitEthernet1/0/27", "enabled"),
    ("native vlan 999\n", "native vlan 10\n", "untagged"),
    ("allowed vlan 40-42,99\n", "allowed vlan 40-41,99\n", "42"),
    ("allowed vlan 40-42,99\n", "allowed vlan all\n", "1"),
    (" switchport trunk allowed vlan 40-42,99\n", "", "1"),
    (" switchport trunk allowed vlan add 41,42,99,999", " switchport trunk allowed vlan add 42,99,999", "41"),
    ("vtp mode transparent", "vtp mode server", "NoGvrp"),
    ("vtp mode transparent\n", "", "NoGvrp"),
    ("transport input ssh", "transport input telnet ssh", "NoTelnet"),
    ("line vty 5 15\n login local\n transport input ssh\n", "", "NoTelnet"),
    (" transport input ssh\nline vty 5 15", "line vty 5 15", "NoTelnet"),
    ("no ip http server\n", "", "NoPlainWeb"),
    ("no ip http secure-server\n", "", "NoPlainWeb"),
    ("ip ssh version 2\n", "", "Ssh"),
    ("no vstack\n", "", "NoAutoConfig"),
    ("no setup express\n", "", "NoFrontPanelClear"),
    ("no service password-recovery\n", "", "NoFrontPanelClear"),
    ("spanning-tree mode mst\n", "", "SpanningTree"),
    ("information option\nip dhcp snooping\n", "information option\n", "DhcpSnooping"),
    ("ip arp inspection vlan 10,20,40\n", "", "arp_protect"),
    ("ip arp inspection vlan 10,20,40\n", "ip arp inspection vlan 10,40\n", "arp_protect"),
    (" spanning-tree bpduguard enable\n", "", "bpdu_protection"),
    (" spanning-tree guard root\n", "", "root_guard"),
    (" no cdp enable\n", " no cdp enable\n ip dhcp snooping trust\n", "trusted"),
    (" no cdp enable\n", " no cdp enable\n ip arp inspection trust\n", "trusted"),
    ("level 5.00", "level 6.00", "6"),
    ("maximum 32", "maximum 33", "33"),
    (" switchport port-security\n storm", " storm", "stations"),
    ("10.128.113.12 255.255.255.0", "10.128.113.12 255.255.254.0", "10.128.113.12"),
    (" description gestion\n", " description gestion\n shutdown\n", "addresses"),
    (
        " no ip address\n no ip route-cache\n shutdown\n!\ninterface Vlan99",
        " ip address 10.128.114.1 255.255.255.0\n!\ninterface Vlan99",
        "10.128.114.1",
    ),
    ("ip default-gateway 10.128.113.1\n", "", "default_gateway"),
    ("logging host 10.0.242.10", "logging host 10.0.242.12", "10.0.242.12"),
    ("ntp server 10.0.242.11\n", "", "clocks"),
];

/// A table without the places it was read from, as lines.
fn shown(text: &str) -> String {
    format!("{:#?}", strip(text))
}

fn strip(text: &str) -> VlanTable {
    let mut table = read(text).unwrap_or_else(|found| panic!("{text}\n{found:#?}"));
    table.vlans.values_mut().for_each(|v| v.at = Loc::MADE);
    table.ports.values_mut().for_each(|p| p.at = Loc::MADE);
    table
}

#[test]
fn every_mutant_is_seen_in_the_table() {
    let good = shown(SWITCH);
    let mut wrong = Vec::new();
    for (from, to, shows) in MUTANTS {
        assert!(SWITCH.contains(from), "{from}");
        let table = shown(&SWITCH.replacen(from, to, 1));
        if good == table || !changed(&good, &table).contains(shows) {
            wrong.push(format!("{from:?} -> {to:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_order_of_ports_and_of_what_stands_in_them_changes_nothing() {
    let (head, rest) = SWITCH.split_once("interface GigabitEthernet1/0/27\n").expect("a block");
    let (block, tail) = rest.split_once("!\ninterface Vlan1\n").expect("a tail");
    let (first, second) = block.split_once("!\ninterface GigabitEthernet1/0/28\n").expect("two blocks");
    let mut lines: Vec<&str> = second.lines().collect();
    lines.rotate_left(3);
    let second = lines.join("\n") + "\n";
    let moved = format!(
        "{head}interface GigabitEthernet1/0/28\n{second}!\ninterface GigabitEthernet1/0/27\n{first}!\ninterface Vlan1\n{tail}"
    );
    assert_eq!(strip(SWITCH), strip(&moved));
}
