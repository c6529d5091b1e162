//! Somebody else's reading of the same texts: hier_config's view of an IOS switch.
//!
//! The view stops at the first line of an allowed list, and knows no default trunk: texts that use either are judged by
//! the test of their own alone.

use std::collections::BTreeSet;

use etanche::config::vlan::VlanTable;

use super::{SWITCH, good, read};
use crate::judged;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/switch_reader/hier_ios.py");

/// The sample, each list on one line, each named VLAN alone.
fn plain() -> String {
    SWITCH.replace(
        "allowed vlan 10,20,40\n switchport trunk allowed vlan add 41,42,99,999\n",
        "allowed vlan 10,20,40-42,99,999\n",
    )
}

/// What our reader says, in the judge's words: ports that have a block, and VLANs with a name of their own.
fn ours(table: &VlanTable) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for (number, port) in table.ports.iter().filter(|(_, p)| p.at.line > 0) {
        all.extend(port.untagged.map(|v| format!("{number} untagged {v}")));
        all.extend(port.tagged.iter().map(|v| format!("{number} tagged {v}")));
        all.extend((!port.enabled).then(|| format!("{number} shut")));
    }
    let named = table.vlans.iter().filter(|(_, v)| v.name != "default" && !v.name.starts_with("VLAN"));
    all.extend(named.map(|(id, vlan)| format!("vlan {id} {}", vlan.name)));
    all
}

#[test]
fn somebody_else_reads_the_same_memberships() {
    let moved =
        plain().replace("access vlan 20", "access vlan 10").replace("allowed vlan 40-42,99", "allowed vlan 40,99");
    let opened =
        plain().replace(" switchport access vlan 998\n", "").replace(" nonegotiate\n shutdown\n", " nonegotiate\n");
    for text in [plain(), moved, opened] {
        assert_eq!(judged(SCRIPT, &text), ours(&read(&text).expect("readable")));
    }
}

/// Its title, and what it makes of what was read.
type Misreading = (&'static str, fn(&mut VlanTable));

/// What a reader that slips, the same way each time, would have understood.
const MISREADINGS: &[Misreading] = &[
    ("the native VLAN taken for the first of the list", |t| {
        t.ports.values_mut().for_each(|p| p.untagged = p.tagged.first().copied().or(p.untagged));
    }),
    ("the last VLAN of a range overlooked", |t| {
        t.ports.values_mut().for_each(|p| {
            p.tagged.remove(&42);
        });
    }),
    ("an access VLAN read as VLAN 1", |t| {
        t.ports.values_mut().filter(|p| p.tagged.is_empty()).for_each(|p| p.untagged = Some(1));
    }),
    ("a block read as the next port's", |t| {
        let moved = t.ports[&2].clone();
        t.ports.insert(1, moved);
    }),
    ("a shut port read as open", |t| t.ports.values_mut().for_each(|p| p.enabled = true)),
    ("a VLAN's name read as the next one's", |t| {
        let name = t.vlans[&20].name.clone();
        t.vlans.get_mut(&10).expect("a VLAN").name = name;
    }),
];

#[test]
fn somebody_else_tells_each_misreading_apart() {
    let judge = judged(SCRIPT, &plain());
    for (title, misread) in MISREADINGS {
        let mut table = good();
        misread(&mut table);
        assert_ne!(judge, ours(&table), "{title}");
    }
}
