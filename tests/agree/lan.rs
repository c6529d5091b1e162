//! Switches.

use etanche::diagnostics::Diagnostic;

use crate::{all_told, edit, said, tampered, workspace, workspace_with};

const SERVERS: &str = "0000001B/sw-serveurs/aos-s.cfg";
const GROUND: &str = "0000001B/sw-rdc-1/aos-s.cfg";
const PORT: &str = "isolation/port-differs";
const SEGMENT: &str = "isolation/segment-differs";
const SWITCH: &str = "isolation/switch-differs";
const TRUNK: &str = "isolation/trunk-differs";

/// Messages of a code.
fn of<'d>(found: &'d [Diagnostic], code: &str) -> Vec<&'d Diagnostic> {
    found.iter().filter(|d| d.code.name == code).collect()
}

#[test]
fn a_port_in_another_zone_s_vlan_joins_two_zones() {
    let edits = [(SERVERS, "untagged 1-4\n", "untagged 1-5\n"), (SERVERS, "untagged 5-8\n", "untagged 6-8\n")];
    let run = tampered(&workspace(), &edits);
    let found = run.sink.into_sorted();
    let text = said(&found, &run.sources);
    let messages: Vec<&str> = of(&found, SEGMENT).iter().map(|d| d.message.as_str()).collect();
    assert!(messages.contains(&"port 5 of `sw-serveurs` is in the segment of `admin_servers`"), "{text}");
    assert!(
        messages.iter().any(|m| m.starts_with("port 5 of `sw-serveurs` is not in the segment of `pedago_servers`")),
        "{text}"
    );
    let leak = of(&found, "isolation/admin-pedagogic");
    let path = |d: &Diagnostic| {
        d.notes.iter().any(|n| n.text.contains("port 5 of `sw-serveurs`, of `pedago_servers`, is in VLAN 11"))
    };
    assert!(leak.iter().any(|d| path(d)), "{text}");
    assert!(leak.iter().all(|d| d.notes.iter().any(|n| n.kind == "level" && n.text == "segment")), "{text}");
}

#[test]
fn untagged_frames_of_a_cable_that_change_vlan_join_two_zones() {
    let edits = [
        (SERVERS, "untagged 1-4\n   tagged 25\n", "untagged 1-4,25\n"),
        (SERVERS, "   untagged 25\n", ""),
        (GROUND, "untagged 1-20\n", "untagged 1-20,49\n"),
        (GROUND, "untagged 48-49\n", "untagged 48\n"),
    ];
    let run = tampered(&workspace(), &edits);
    let found = run.sink.into_sorted();
    let text = said(&found, &run.sources);
    assert!(!of(&found, TRUNK).is_empty(), "{text}");
    let path = |d: &&Diagnostic| d.notes.iter().any(|n| n.kind == "path" && n.text.contains("at the other end"));
    assert!(of(&found, "isolation/admin-pedagogic").iter().any(path), "{text}");
}

#[test]
fn ports_are_as_declared_guarded_or_shut() {
    all_told(&[
        edit(SERVERS, "interface 22\n   disable\n", "interface 22\n", PORT, "port 22 of `sw-serveurs` is open"),
        edit(
            SERVERS,
            "interface 1\n",
            "interface 1\n   disable\n",
            PORT,
            "port 1 of `sw-serveurs` is shut, and hosts are on it",
        ),
        edit(
            SERVERS,
            "spanning-tree 1-20 bpdu-protection",
            "spanning-tree 1-19 bpdu-protection",
            PORT,
            "port 20 of `sw-serveurs` lets hosts take part",
        ),
        edit(
            SERVERS,
            "spanning-tree 1-20 root-guard",
            "spanning-tree 2-20 root-guard",
            PORT,
            "port 1 of `sw-serveurs` lets hosts become the root",
        ),
        edit(
            SERVERS,
            "loop-protect 1-20",
            "loop-protect 1-10",
            PORT,
            "port 11 of `sw-serveurs` lets hosts close a loop",
        ),
        edit(
            SERVERS,
            "interface 2\n",
            "interface 2\n   dhcp-snooping trust\n   arp-protect trust\n",
            PORT,
            "port 2 of `sw-serveurs` is believed",
        ),
        edit(
            SERVERS,
            "   dhcp-snooping trust\n   arp-protect trust\n",
            "",
            PORT,
            "port 25 of `sw-serveurs` is not believed",
        ),
        edit(
            SERVERS,
            "untagged 13-20\n   tagged 25",
            "untagged 13-20\n   tagged 1,25",
            PORT,
            "port 1 of `sw-serveurs` has tag 81",
        ),
        edit(
            SERVERS,
            "untagged 13-20\n   tagged 25",
            "untagged 13-20\n   tagged 22,25",
            PORT,
            "port 22 of `sw-serveurs` has tag 81",
        ),
    ]);
}

#[test]
fn a_cable_carries_what_separates_members_and_nothing_else() {
    all_told(&[
        edit(
            GROUND,
            "untagged 1-20\n   tagged 48\n",
            "untagged 1-20\n   tagged 48-49\n",
            TRUNK,
            "carries VLAN 20 (`pedago`), and the cable is on no way between two members",
        ),
        edit(
            SERVERS,
            "untagged 21-24,26-28\n",
            "untagged 21-24,26-28\n   tagged 25\n",
            TRUNK,
            "carries VLAN 998, which is no zone's",
        ),
        edit(
            SERVERS,
            "untagged 5-8\n   tagged 25\n",
            "untagged 5-8\n",
            SEGMENT,
            "is not in the segment of `pedago_servers`",
        ),
    ]);
}

#[test]
fn a_switch_is_hardened_and_managed_from_its_zone_alone() {
    all_told(&[
        edit(SERVERS, "no telnet-server\n", "", SWITCH, "telnet is on"),
        edit(SERVERS, "no web-management\n", "", SWITCH, "web management without TLS is on"),
        edit(SERVERS, "snmpv3 only\n", "", SWITCH, "SNMP before version 3"),
        edit(SERVERS, "spanning-tree\n", "", SWITCH, "spanning tree is off"),
        edit(SERVERS, "no autorun\n", "", SWITCH, "may configure it"),
        edit(SERVERS, "no tftp server\n", "", SWITCH, "TFTP is on"),
        edit(SERVERS, "no front-panel-security password-clear\n", "", SWITCH, "front panel"),
        edit(SERVERS, "dhcp-snooping vlan 11 30", "dhcp-snooping vlan 30", SWITCH, "VLAN 11 has no DHCP snooping"),
        edit(SERVERS, "arp-protect vlan 81", "arp-protect vlan 11", SWITCH, "VLAN 81 has no ARP protection"),
        edit(SERVERS, "arp-protect vlan 81", "arp-protect vlan 11 81", SWITCH, "addresses come from no lease"),
        edit(SERVERS, "management-vlan 99\n", "", SWITCH, "is managed from every VLAN"),
        edit(
            SERVERS,
            "name \"exam\"\n   untagged 13-20",
            "name \"exam\"\n   voice\n   untagged 13-20",
            SWITCH,
            "is a voice VLAN",
        ),
        edit(
            SERVERS,
            "ip address 10.128.24.12 ",
            "ip address 10.128.24.13 ",
            SWITCH,
            "has address 10.128.24.13/24 in VLAN 99",
        ),
        edit(SERVERS, "logging 10.0.242.10", "logging 10.0.242.12", SWITCH, "sends logs to 10.0.242.1"),
        edit(
            SERVERS,
            "ip default-gateway 10.128.24.1\n",
            "ip default-gateway 10.128.24.2\n",
            SWITCH,
            "another default gateway",
        ),
    ]);
}

#[test]
fn a_switch_that_routes_opens_a_path_behind_the_gateway() {
    let workspace = workspace_with(
        "policies/establishments/0000001B.yaml",
        "cables:",
        "brownfield:\n  switches: { sw-serveurs: { routes: [admin_servers, exam] } }\ncables:",
    );
    let run = tampered(&workspace, &[]);
    let found = run.sink.into_sorted();
    let text = said(&found, &run.sources);
    assert!(of(&found, SEGMENT).is_empty() && of(&found, SWITCH).is_empty(), "{text}");
    let leak = of(&found, "isolation/admin-pedagogic");
    assert!(leak.iter().any(|d| run.sources.text(d.span).contains("admin_servers")), "{text}");
    assert!(leak.iter().all(|d| d.notes.iter().any(|n| n.text.contains("routes between them"))), "{text}");
}

#[test]
fn hosts_in_the_untagged_vlan_of_a_cable_hop_by_double_tags() {
    let workspace = workspace_with(
        "policies/establishments/0000001B.yaml",
        "cables:",
        "brownfield:\n  switches: { sw-rdc-1: { native: { 49: pedago } } }\ncables:",
    );
    let run = tampered(&workspace, &[]);
    let found = run.sink.into_sorted();
    let text = said(&found, &run.sources);
    let path =
        |d: &&Diagnostic| d.notes.iter().any(|n| n.text.contains("tagged twice leaves VLAN 20 untagged by port 49"));
    assert!(of(&found, "isolation/admin-pedagogic").iter().any(path), "{text}");
}
