//! Links of several ports: what a member is, what is refused of it, and somebody else's reading of its VLANs.

use std::collections::BTreeSet;

use super::{SWITCH, read};
use crate::{Refusal, all_underlined, judged};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/switch_reader/hier_ios.py");
const NEXT: &str = "interface GigabitEthernet1/0/27\n";

/// What the link and its members say alike.
const SHARED: &str = " switchport trunk allowed vlan 10,99,999\n switchport trunk native vlan 999\n switchport mode trunk\n switchport nonegotiate\n ip arp inspection trust\n ip dhcp snooping trust\n";

/// The sample with ports 25 and 26 as one link.
fn linked() -> String {
    let member = |n: u16| {
        format!("interface GigabitEthernet1/0/{n}\n description vers {n}\n{SHARED} channel-group 1 mode active\n!\n")
    };
    let blocks = format!("interface Port-channel1\n{SHARED}!\n{}{}", member(25), member(26));
    assert!(SWITCH.contains(NEXT));
    SWITCH.replace(NEXT, &(blocks + NEXT))
}

#[test]
fn members_have_what_their_link_has() {
    let table = read(&linked()).unwrap_or_else(|found| panic!("refused: {found:#?}"));
    for number in [25, 26] {
        let port = &table.ports[&number];
        let tags: Vec<u16> = port.tagged.iter().copied().collect();
        assert_eq!((port.link, port.untagged, tags), (Some(1), Some(999), vec![10, 99]));
        assert!(port.enabled && port.trusted && !port.dynamic_vlans);
    }
    assert!(table.ports.iter().all(|(n, port)| port.link.is_some() == [25, 26].contains(n)));
    assert_eq!(table.ports.len(), 28);
}

#[test]
fn a_link_that_is_shut_shuts_its_members_and_a_member_itself_alone() {
    let all = linked().replace("interface Port-channel1\n", "interface Port-channel1\n shutdown\n");
    let one = linked().replace(" description vers 26\n", " description vers 26\n shutdown\n");
    let open = |text: &str| [25, 26].map(|n| read(text).expect("readable").ports[&n].enabled);
    assert_eq!((open(&all), open(&one)), ([false, false], [true, false]));
}

#[test]
fn a_link_without_lines_is_what_a_port_without_lines_is() {
    let bare = linked().replace(SHARED, "");
    let table = read(&bare).expect("readable");
    let vlans = |n: u16| (table.ports[&n].untagged, table.ports[&n].dynamic_vlans, table.ports[&n].trusted);
    assert!([25, 26].iter().all(|n| vlans(*n) == (Some(1), true, false)));
}

/// Code, text replaced, replacement, what is underlined.
const REFUSED: &[Refusal] = &[
    ("unmodelled", " channel-group 1 mode active\n", " channel-group 1 mode on\n", "channel-group 1 mode on"),
    ("unmodelled", " channel-group 1 mode active\n", " channel-group 1 mode passive\n", "channel-group 1 mode passive"),
    ("unmodelled", " channel-group 1 mode active\n", " channel-group 1 mode auto\n", "channel-group 1 mode auto"),
    (
        "unmodelled",
        " channel-group 1 mode active\n",
        " channel-group 1 mode desirable\n",
        "channel-group 1 mode desirable",
    ),
    ("unmodelled", " description vers 25\n", " channel-protocol lacp\n", "channel-protocol lacp"),
    ("unmodelled", " description vers 25\n", " lacp port-priority 1\n", "lacp port-priority 1"),
    ("bad-value", " channel-group 1 mode active\n", " channel-group 25 mode active\n", "25"),
    ("incomplete", " channel-group 1 mode active\n", " channel-group 2 mode active\n", "channel-group 2 mode active"),
    (
        "repeated",
        " channel-group 1 mode active\n",
        " channel-group 1 mode active\n channel-group 2 mode active\n",
        "channel-group 2 mode active",
    ),
    ("bad-value", "interface Port-channel1\n", "interface Port-channel25\n", "Port-channel25"),
    ("bad-value", "interface Port-channel1\n", "interface Port-channel01\n", "Port-channel01"),
    ("incomplete", "interface Port-channel1\n", "interface Port-channel2\n", "interface Port-channel2"),
    ("repeated", NEXT, "interface Port-channel1\n!\ninterface GigabitEthernet1/0/27\n", "interface Port-channel1"),
    (
        "unmodelled",
        "interface Port-channel1\n",
        "interface Port-channel1\n channel-group 1 mode active\n",
        "channel-group 1 mode active",
    ),
    ("fails-open", "allowed vlan 10,99,999\n", "allowed vlan 10,20,99,999\n", "channel-group 1 mode active"),
    ("fails-open", " ip arp inspection trust\n ip dhcp snooping trust\n", "", "channel-group 1 mode active"),
    ("fails-open", " description vers 26\n", " spanning-tree guard root\n", "channel-group 1 mode active"),
    (
        "unknown-statement",
        "no ip domain-lookup",
        "port-channel load-balance src-mac",
        "port-channel load-balance src-mac",
    ),
];

#[test]
fn every_refusal_underlines_its_own_words() {
    all_underlined(&linked(), REFUSED, read);
}

#[test]
fn more_members_than_a_link_has_are_refused() {
    let member = |n: u16| format!("interface GigabitEthernet1/0/{n}\n{SHARED} channel-group 1 mode active\n!\n");
    let with = |last: u16| linked().replace(NEXT, &((19..=last).map(member).collect::<String>() + NEXT));
    assert!(read(&with(24)).is_ok());
    let nine = with(24).replace(NEXT, &(member(18) + NEXT));
    let told = read(&nine).expect_err("nine members");
    assert!(told.iter().any(|(d, _)| d.message == "more ports than a link has: 8"), "{told:?}");
}

#[test]
fn somebody_else_reads_the_same_vlans_of_the_members() {
    let text = linked();
    let table = read(&text).expect("readable");
    let theirs = judged(SCRIPT, &text);
    for number in [25, 26] {
        let port = &table.ports[&number];
        let untagged = port.untagged.iter().map(|v| format!("{number} untagged {v}"));
        let ours: BTreeSet<String> =
            untagged.chain(port.tagged.iter().map(|v| format!("{number} tagged {v}"))).collect();
        let of_port = |line: &&String| line.starts_with(&format!("{number} "));
        assert_eq!(theirs.iter().filter(of_port).cloned().collect::<BTreeSet<_>>(), ours);
    }
}
