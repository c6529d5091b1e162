//! Links of several ports: what a member is, what is refused of it, and somebody else's reading of the link's VLANs.

use std::collections::BTreeSet;

use super::{Refusal, SCRIPT, SWITCH, all_underlined, judged, read};

/// The sample with ports 50 and 51 as one link towards the same switch as port 49.
fn linked() -> String {
    let edits = [
        ("module 1 type jl260a\n", "module 1 type jl260a\ntrunk 50-51 trk1 lacp\n"),
        ("interface 41-47,50-52\n   disable\n", "interface 41-47,52\n   disable\n"),
        (
            "   arp-protect trust\n   exit\n",
            "   arp-protect trust\n   exit\ninterface Trk1\n   dhcp-snooping trust\n   exit\n",
        ),
        ("no untagged 1-52\n", "no untagged 1-49,52,Trk1\n"),
        ("untagged 41-47,50-52\n", "untagged 41-47,52\n"),
        ("untagged 48-49\n", "untagged 48-49,Trk1\n"),
        ("tagged 48-49\n", "tagged 48-49,Trk1\n"),
    ];
    edits.iter().fold(SWITCH.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    })
}

#[test]
fn members_have_what_their_link_has() {
    let table = read(&linked()).unwrap_or_else(|found| panic!("refused: {found:#?}"));
    for number in [50, 51] {
        let port = &table.ports[&number];
        let tags: Vec<u16> = port.tagged.iter().copied().collect();
        assert_eq!((port.link, port.untagged, tags), (Some(1), Some(999), vec![11]));
        assert!(port.enabled && port.trusted && !port.dynamic_vlans);
    }
    assert!(table.ports.iter().all(|(n, port)| port.link.is_some() == [50, 51].contains(n)));
}

#[test]
fn a_link_that_nothing_puts_elsewhere_is_untagged_in_vlan_1() {
    let text = linked()
        .replace("no untagged 1-49,52,Trk1\n", "no untagged 1-49,52\n")
        .replace("untagged 48-49,Trk1\n", "untagged 48-49\n")
        .replace("tagged 48-49,Trk1\n", "tagged 48-49\n");
    let table = read(&text).expect("readable");
    assert!([50, 51].iter().all(|n| table.ports[n].untagged == Some(1) && table.ports[n].tagged.is_empty()));
}

#[test]
fn a_member_is_shut_by_itself() {
    let shut = linked().replace("interface Trk1\n", "interface 51\n   disable\n   exit\ninterface Trk1\n");
    let table = read(&shut).expect("readable");
    assert_eq!([50, 51].map(|n| table.ports[&n].enabled), [true, false]);
}

#[test]
fn a_link_learns_vlans_where_gvrp_runs_unless_it_says_no() {
    let learnt = linked().replace("no gvrp\n", "gvrp\n");
    assert!(read(&learnt).expect("readable").ports[&51].dynamic_vlans);
    let blocked = learnt.replace("interface Trk1\n", "interface Trk1\n   unknown-vlans disable\n");
    assert!(!read(&blocked).expect("readable").ports[&51].dynamic_vlans);
}

/// Code, text replaced, replacement, what is underlined.
const REFUSED: &[Refusal] = &[
    ("unmodelled", "trunk 50-51 trk1 lacp", "trunk 50-51 trk1 dt-lacp", "dt-lacp"),
    ("unmodelled", "trunk 50-51 trk1 lacp", "trunk 50-51 trk1 fec", "fec"),
    ("bad-value", "trunk 50-51 trk1 lacp", "trunk 50-51 trk1", "trunk 50-51 trk1"),
    ("bad-value", "trunk 50-51 trk1 lacp", "trunk 50-51 Trk1 lacp", "Trk1"),
    ("bad-value", "trunk 50-51 trk1 lacp", "trunk 50-51 trk01 lacp", "trk01"),
    ("bad-value", "trunk 50-51 trk1 lacp", "trunk 50-51 trk61 lacp", "trk61"),
    ("bad-value", "trunk 50-51 trk1 lacp", "trunk 50-53 trk1 lacp", "50-53"),
    ("bad-value", "trunk 50-51 trk1 lacp", "trunk 1-9 trk1 lacp", "1-9"),
    ("repeated", "trunk 50-51 trk1 lacp", "trunk 50-51 trk1 lacp\ntrunk 52 trk1 lacp", "trunk 52 trk1 lacp"),
    ("fails-open", "trunk 50-51 trk1 lacp", "trunk 50-51 trk1 lacp\ntrunk 51-52 trk2 lacp", "51-52"),
    ("fails-open", "trunk 50-51 trk1 lacp", "trunk 49-51 trk1 lacp", "48-49"),
    ("fails-open", "trunk 50-51 trk1 lacp\n", "interface 50\n   enable\n   exit\ntrunk 50-51 trk1 lacp\n", "50-51"),
    ("unknown-name", "trunk 50-51 trk1 lacp", "trunk 50-51 trk2 lacp", "Trk1"),
    ("unknown-name", "untagged 48-49,Trk1", "untagged 48-49,Trk2", "48-49,Trk2"),
    ("bad-value", "untagged 48-49,Trk1", "untagged 48-49,Trk1,Trk1", "48-49,Trk1,Trk1"),
    ("bad-value", "untagged 48-49,Trk1", "untagged 48-49,trk1", "48-49,trk1"),
    ("fails-open", "untagged 48-49,Trk1", "untagged 48-50", "48-50"),
    ("repeated", "untagged 48-49,Trk1", "untagged 48-49,Trk1\n   tagged Trk1", "Trk1"),
    ("unknown-statement", "interface Trk1\n", "interface Trk1\n   broadcast-limit 5\n", "broadcast-limit 5"),
    ("unmodelled", "interface Trk1\n", "interface Trk1\n   disable\n", "disable"),
    ("unmodelled", "interface Trk1\n", "interface Trk1\n   lacp passive\n", "lacp passive"),
    ("bad-value", "interface Trk1\n", "interface 49,Trk1\n", "49,Trk1"),
    (
        "fails-open",
        "interface Trk1\n",
        "interface 50\n   dhcp-snooping trust\n   exit\ninterface Trk1\n",
        "dhcp-snooping trust",
    ),
    ("fails-open", "spanning-tree 49 root-guard", "spanning-tree 49-50 root-guard", "49-50"),
    ("fails-open", "dhcp-snooping trust 48", "dhcp-snooping trust 48,51", "48,51"),
    ("bad-value", "spanning-tree 49 root-guard", "spanning-tree Trk1 priority 16", "16"),
];

#[test]
fn every_refusal_underlines_its_own_words() {
    all_underlined(&linked(), REFUSED, read);
}

#[test]
fn the_priority_that_is_printed_of_a_link_changes_nothing() {
    let text = linked();
    let printed =
        text.replace("spanning-tree 49 root-guard", "spanning-tree Trk1 priority 4\nspanning-tree 49 root-guard");
    let strip = |text: &str| {
        let mut table = read(text).expect("readable");
        table.ports.values_mut().for_each(|p| p.at = etanche::config::Loc::MADE);
        table.vlans.values_mut().for_each(|v| v.at = etanche::config::Loc::MADE);
        table
    };
    assert_ne!(text, printed);
    assert_eq!(strip(&text), strip(&printed));
}

/// Somebody else's reading names the link; ours, each of its members.
#[test]
fn somebody_else_reads_the_same_vlans_of_the_link() {
    let text = linked();
    let ports = read(&text).expect("readable").ports;
    let theirs: BTreeSet<String> = judged(SCRIPT, &text);
    for number in [50, 51] {
        let port = &ports[&number];
        let untagged = port.untagged.iter().map(|v| format!("Trk1 untagged {v}"));
        let ours: BTreeSet<String> = untagged.chain(port.tagged.iter().map(|v| format!("Trk1 tagged {v}"))).collect();
        let of_link: BTreeSet<String> = theirs.iter().filter(|line| line.starts_with("Trk1 ")).cloned().collect();
        assert_eq!(of_link, ours);
        assert!(!theirs.iter().any(|line| line.starts_with(&format!("{number} "))), "{theirs:?}");
    }
}
