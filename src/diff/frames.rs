//! VLANs on the ports of a switch: who is newly in one, tagged or not, and who no longer is.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Change, Kind, Way};
use crate::config::Bundle;
use crate::config::vlan::VlanTable;

/// A port in a VLAN: port, VLAN, with a tag.
type Member = (u16, u16, bool);

/// Memberships of one table that the other has not.
pub(super) fn frames(device: &str, [old, new]: [&Bundle; 2]) -> Vec<Change> {
    let none = VlanTable::default();
    let [old, new] = [old, new].map(|bundle| bundle.lan.as_ref().unwrap_or(&none));
    let [before, after] = [old, new].map(members);
    let opens = ranges(after.difference(&before), new).into_iter().map(|rule| (Way::Opens, rule));
    let closes = ranges(before.difference(&after), old).into_iter().map(|rule| (Way::Closes, rule));
    opens.chain(closes).map(|(way, rule)| Change::new(device, way, Kind::Frames, rule)).collect()
}

fn members(table: &VlanTable) -> BTreeSet<Member> {
    let open = table.ports.iter().filter(|(_, port)| port.enabled);
    let of = |(number, port): (&u16, &crate::config::vlan::Port)| -> Vec<Member> {
        let untagged = port.untagged.map(|vlan| (*number, vlan, false));
        let tagged = port.tagged.iter().map(|vlan| (*number, *vlan, true));
        untagged.into_iter().chain(tagged).collect()
    };
    open.flat_map(of).collect()
}

/// `ports 1-20 in VLAN 20 (pedago)`, `port 48 in VLANs 10 (admin), 20 (pedago) with a tag`: ports that follow each other
/// and are in the same as one.
fn ranges<'m>(members: impl Iterator<Item = &'m Member>, table: &VlanTable) -> Vec<String> {
    let mut by_port: BTreeMap<u16, [Vec<u16>; 2]> = BTreeMap::new();
    for (port, vlan, tagged) in members {
        by_port.entry(*port).or_default()[usize::from(*tagged)].push(*vlan);
    }
    let mut same: BTreeMap<[Vec<u16>; 2], Vec<u16>> = BTreeMap::new();
    for (port, vlans) in by_port {
        same.entry(vlans).or_default().push(port);
    }
    let name = |vlan: &u16| match table.vlans.get(vlan) {
        Some(known) => format!("{vlan} ({})", known.name),
        None => vlan.to_string(),
    };
    let said = |vlans: &[u16], with: &str| match vlans {
        [] => None,
        [one] => Some(format!("VLAN {}{with}", name(one))),
        more => Some(format!("VLANs {}{with}", more.iter().map(name).collect::<Vec<_>>().join(", "))),
    };
    let line = |([untagged, tagged], ports): ([Vec<u16>; 2], Vec<u16>)| {
        let parts = said(&untagged, "").into_iter().chain(said(&tagged, " with a tag"));
        let vlans = parts.collect::<Vec<_>>().join(" and ");
        ranges_of(ports).into_iter().map(move |range| format!("{range} in {vlans}"))
    };
    same.into_iter().flat_map(line).collect()
}

/// `port 3`, `ports 5-8`.
pub(super) fn ranges_of(mut ports: Vec<u16>) -> Vec<String> {
    ports.sort_unstable();
    let said = |run: &[u16]| match run {
        [one] => format!("port {one}"),
        [first, .., last] => format!("ports {first}-{last}"),
        [] => String::new(),
    };
    ports.chunk_by(|a, b| a + 1 == *b).map(said).collect()
}
