//! Links of several cables (LACP): every slip in what is joined is told, of both makes.

use etanche::pipeline::Workspace;

use crate::{all_told_in, edit, said, tampered, workspace_with};

const GROUND: &str = "0000001B/sw-rdc-1/aos-s.cfg";
const SERVERS: &str = "0000001B/sw-serveurs/aos-s.cfg";
const CISCO: &str = "0000001B/sw-serveurs/ios.cfg";
const SCHOOL: &str = "policies/establishments/0000001B.yaml";
const CABLE: (&str, &str) = ("sw-rdc-1.49 = sw-serveurs.25", "sw-rdc-1.49-50 = sw-serveurs.25-26");
const JOINED: &str = "isolation/joined-differs";
const PORT: &str = "isolation/port-differs";
const SEGMENT: &str = "isolation/segment-differs";
const TRUNK: &str = "isolation/trunk-differs";
const FAILS_OPEN: &str = "readback/fails-open";
const INCOMPLETE: &str = "readback/incomplete";
const UNMODELLED: &str = "readback/unmodelled";
const MEMBER: &str = " channel-group 1 mode active\n";

/// Two switches of one make.
fn linked() -> Workspace {
    workspace_with(SCHOOL, CABLE.0, CABLE.1)
}

/// The second switch of the other make.
fn mixed() -> Workspace {
    let mut workspace = linked();
    let school = workspace.policy.iter_mut().find(|(path, _)| path == SCHOOL).map(|(_, text)| text).expect("the file");
    let aruba = "    target: aruba-aos-s\n    model: 24g-4sfp\n    ipv4: 10.128.24.12\n";
    assert!(school.contains(aruba));
    *school = school.replace(aruba, "    target: cisco-ios\n    model: 24ts-l\n    ipv4: 10.128.24.12\n");
    workspace
}

/// Codes and messages once a text is edited.
fn found(workspace: &Workspace, edits: &[(&str, &str, &str)]) -> String {
    let run = tampered(workspace, edits);
    assert!(run.proven.is_none());
    said(&run.sink.into_sorted(), &run.sources)
}

#[test]
fn a_link_is_proved_between_two_switches_of_one_make_and_of_two() {
    for workspace in [linked(), mixed()] {
        let run = tampered(&workspace, &[]);
        let found = run.sink.into_sorted();
        assert!(run.proven.is_some(), "{}", said(&found, &run.sources));
    }
}

#[test]
fn what_a_link_joins_and_carries_is_told() {
    let trunk = "trunk 49-50 trk1 lacp\n";
    all_told_in(
        &linked(),
        &[
            edit(GROUND, trunk, "trunk 49 trk1 lacp\n", JOINED, "port 50 of `sw-rdc-1` is joined with no other"),
            edit(GROUND, trunk, "trunk 50 trk1 lacp\n", JOINED, "port 50 of `sw-rdc-1` is not joined with port 49"),
            edit(GROUND, trunk, "trunk 49-51 trk1 lacp\n", FAILS_OPEN, "port 51 is a member of Trk1"),
            edit(GROUND, trunk, "trunk 49-50 trk1 trunk\n", UNMODELLED, "in another way than by LACP"),
            edit(GROUND, trunk, "", "readback/unknown-name", "no `trunk` above makes `Trk1`"),
            edit(GROUND, "interface 50\n", "interface 50\n   disable\n", PORT, "port 50 of `sw-rdc-1` is shut"),
            edit(GROUND, "interface 50\n", "interface 50\n   arp-protect trust\n", FAILS_OPEN, "has this in its place"),
            edit(
                GROUND,
                "untagged 1-20\n   tagged 48\n",
                "untagged 1-20\n   tagged 48,50\n",
                FAILS_OPEN,
                "a member of Trk1",
            ),
            edit(
                GROUND,
                "untagged 1-20\n   tagged 48\n",
                "untagged 1-20\n   tagged 48,Trk1\n",
                TRUNK,
                "port 50 of `sw-rdc-1` carries VLAN 20 (`pedago`)",
            ),
            edit(
                GROUND,
                "untagged 48,Trk1\n",
                "untagged 48\n   tagged Trk1\n",
                TRUNK,
                "port 49 of `sw-rdc-1` carries VLAN 999, which is no zone's",
            ),
            edit(
                SERVERS,
                "untagged 5-8\n   tagged Trk1\n",
                "untagged 5-8\n",
                SEGMENT,
                "is not in the segment of `pedago_servers`",
            ),
            edit(
                SERVERS,
                "   dhcp-snooping trust\n   arp-protect trust\n",
                "",
                PORT,
                "port 26 of `sw-serveurs` is not believed",
            ),
        ],
    );
}

#[test]
fn a_foreign_member_is_in_the_link_s_vlans() {
    let foreign = [
        (GROUND, "trunk 49-50 trk1", "trunk 49-51 trk1"),
        (GROUND, "interface 51\n   disable\n", "interface 51\n   enable\n"),
        (GROUND, "no untagged 1-48,51-52,Trk1", "no untagged 1-48,52,Trk1"),
        (GROUND, "untagged 41-47,51-52\n", "untagged 41-47,52\n"),
    ];
    let text = found(&linked(), &foreign);
    for says in [
        "port 51 of `sw-rdc-1` is in a link of several cables (LACP), and the policy joins it with no other",
        "port 49 of `sw-rdc-1` is joined with port 51, which is of another link or of none",
        "isolation/admin-pedagogic",
    ] {
        assert!(text.contains(says), "{says}\n{text}");
    }
}

#[test]
fn a_member_that_fell_out_has_its_own_vlans_and_the_vendor_s_defaults() {
    let edits = [(GROUND, "trunk 49-50 trk1", "trunk 49 trk1"), (SERVERS, "trunk 25-26 trk1", "trunk 25 trk1")];
    let text = found(&linked(), &edits);
    for (port, switch) in [(50, "sw-rdc-1"), (26, "sw-serveurs")] {
        let says = format!("port {port} of `{switch}` puts untagged frames of a cable in VLAN 1, not in 999");
        assert!(text.contains(&says), "{says}\n{text}");
    }
    let own = [
        edits[0],
        edits[1],
        (GROUND, "untagged 24-30\n", "untagged 24-30,50\n"),
        (SERVERS, "untagged 5-8\n", "untagged 5-8,26\n"),
    ];
    let text = found(&linked(), &own);
    assert!(text.contains("isolation/admin-pedagogic"), "{text}");
}

#[test]
fn what_a_channel_joins_and_carries_is_told() {
    let group = "interface Port-channel1\n";
    all_told_in(
        &mixed(),
        &[
            edit(CISCO, MEMBER, "", JOINED, "port 25 of `sw-serveurs` is joined with no other"),
            edit(CISCO, MEMBER, " channel-group 1 mode on\n", UNMODELLED, "in another way than by `mode active`"),
            edit(CISCO, MEMBER, " channel-group 1 mode passive\n", UNMODELLED, "in another way than by `mode active`"),
            edit(CISCO, MEMBER, " channel-group 2 mode active\n", INCOMPLETE, "no `interface Port-channel2`"),
            edit(CISCO, group, "interface Port-channel2\n", INCOMPLETE, "no port says `channel-group` of it"),
            edit(CISCO, group, "interface Port-channel1\n shutdown\n", PORT, "port 26 of `sw-serveurs` is shut"),
            edit(
                CISCO,
                " ip arp inspection trust\n ip dhcp snooping trust\n",
                "",
                FAILS_OPEN,
                "is told otherwise than Port-channel1",
            ),
        ],
    );
}

#[test]
fn a_channel_and_its_members_that_carry_what_nobody_needs_are_told() {
    let (from, to) = ("trunk allowed vlan 11,", "trunk allowed vlan 10-11,");
    let named = (CISCO, "vlan 11\n", "vlan 10\n name admin\n!\nvlan 11\n");
    let all = [named, (CISCO, from, to), (CISCO, from, to), (CISCO, from, to)];
    let text = found(&mixed(), &all);
    assert!(text.contains("port 26 of `sw-serveurs` carries VLAN 10 (`admin`)"), "{text}");
    let alone = found(&mixed(), &all[..2]);
    assert!(alone.contains("port 25 is told otherwise than Port-channel1"), "{alone}");
    assert!(alone.contains("port 26 is told otherwise than Port-channel1"), "{alone}");
}
