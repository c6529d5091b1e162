//! Small changes of a text, each of which must change the table, at one place.

use etanche::config::Loc;
use etanche::config::vlan::VlanTable;

use super::{SWITCH, read};

/// What is changed, into what, and what the two tables' first differing lines say.
const MUTANTS: &[(&str, &str, &str)] = &[
    ("tagged 32-33,48\n   no ip address\n   exit\nvlan 42", "tagged 32,48\n   no ip address\n   exit\nvlan 42", "41"),
    ("untagged 48-49", "untagged 49\n   tagged 48", "untagged"),
    ("interface 41-47,50-52\n   disable", "interface 41-47,50-51\n   disable", "enabled"),
    ("no ip routing", "ip routing", "routing"),
    ("untagged 24-30", "untagged 25-30\n   tagged 24", "untagged"),
    ("management-vlan 99\n", "", "management_vlan"),
    ("management-vlan 99\n", "management-vlan 10\n", "management_vlan"),
    ("no gvrp", "gvrp", "dynamic_vlans"),
    ("no telnet-server\n", "", "NoTelnet"),
    ("no web-management\n", "", "NoPlainWeb"),
    ("snmpv3 only\n", "", "Snmp3Only"),
    ("no autorun\n", "", "NoAutoConfig"),
    ("no tftp server\n", "", "NoTftp"),
    ("dhcp-snooping\n", "", "DhcpSnooping"),
    ("dhcp-snooping trust 48", "dhcp-snooping trust 4,48", "trusted"),
    ("spanning-tree 1-40 bpdu-protection", "spanning-tree 2-40 bpdu-protection", "bpdu_protection"),
    ("loop-protect 1-40", "loop-protect 1-39", "loop_protect"),
    ("arp-protect vlan 10 12 20-22", "arp-protect vlan 10 12 20-21", "arp_protect"),
    ("   voice\n", "", "voice"),
    ("vlan 998\n", "vlan 997\n", ""),
    ("10.128.24.11 255.255.255.0", "10.128.24.11 255.255.254.0", "10.128.24.11"),
    ("2001:db8:1:99::11/64", "2001:db8:1:99::12/64", "2001:db8"),
    ("no ip routing", "no ip routing\naaa port-access authenticator 1-20", "dynamic_vlans"),
];

/// A table without the places it was read from, as lines.
fn shown(text: &str) -> String {
    format!("{:#?}", strip(text))
}

fn strip(text: &str) -> VlanTable {
    let mut table = read(text).unwrap_or_else(|found| panic!("{found:#?}"));
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
fn vlan_1_left_on_ports_is_seen() {
    let text = SWITCH.replace("no untagged 1-52", "no untagged 1-40,48-49").replace("   untagged 41-47,50-52\n", "");
    let table = read(&text).expect("readable");
    let in_1: Vec<u16> = table.ports.iter().filter(|(_, p)| p.untagged == Some(1)).map(|(n, _)| *n).collect();
    assert_eq!(in_1, [41, 42, 43, 44, 45, 46, 47, 50, 51, 52]);
}

/// What stands in one table and not at the same place in the other, with a little around it.
pub(crate) fn changed(a: &str, b: &str) -> String {
    let (a, b): (Vec<&str>, Vec<&str>) = (a.lines().collect(), b.lines().collect());
    let first = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let from = first.saturating_sub(3);
    let part = |lines: &[&str]| lines[from..(first + 3).min(lines.len())].join("\n");
    part(&a) + &part(&b)
}

#[test]
fn the_order_of_the_text_changes_nothing() {
    let (head, vlans) = SWITCH.split_once("vlan 1\n").expect("a block");
    let (vlans, tail) = vlans.split_once("management-vlan").expect("a tail");
    let (first_line, rest) = head.split_once('\n').expect("a header");
    let moved = format!("{first_line}\nvlan 1\n{vlans}management-vlan{tail}{rest}");
    assert_eq!(strip(SWITCH), strip(&moved));
}
