//! Cable ends: a zone's VLAN only on ways between two members, untagged frames in the dark.

use std::collections::BTreeSet;

use petgraph::graphmap::UnGraphMap;
use petgraph::visit::Dfs;

use super::super::differences::Differences;
use super::{Lan, OneSwitch};
use crate::config::vlan::Port;
use crate::diagnostics::codes::isolation as codes;
use crate::intent::Member;
use crate::isolation::segment::Place;
use crate::network::{CableEnd, ZoneId};

/// Compares every cable end of the switch.
pub(super) fn trunks(told: &mut Differences<'_>, lan: &Lan<'_>, one: &OneSwitch<'_>) {
    for (number, cable) in lan.net.site(lan.segments.site).cables.iter().enumerate() {
        for end in cable.strands.iter().flatten() {
            let CableEnd::Switch(switch, port) = end else { continue };
            let Some(read) = one.table.ports.get(port).filter(|_| *switch == one.index) else { continue };
            let native = one.declared.native.get(port);
            let mut problems: Vec<String> = untagged(lan, read, native.map(|n| n.value)).into_iter().collect();
            problems.extend(carried(lan, number, read));
            let span = told.at(read.at);
            for problem in problems {
                let message = format!("port {port} of `{}` {problem}", one.declared.name);
                told.tell_beside(&codes::TRUNK_DIFFERS, span, message, Some(native.map_or(cable.span, |n| n.span)));
            }
        }
    }
}

/// Untagged frames of a cable are in the dark, or in the zone that a brownfield fact says; dropping them is as good.
fn untagged(lan: &Lan<'_>, port: &Port, native: Option<ZoneId>) -> Option<String> {
    let wanted = native.map_or(lan.net.region.dark_native.get(), |z| lan.net.zone(z).vlan.get());
    match port.untagged {
        None if native.is_none() => None,
        Some(vlan) if vlan == wanted => None,
        Some(vlan) => Some(format!("puts untagged frames of a cable in VLAN {vlan}, not in {wanted}")),
        None => Some(format!("drops untagged frames of a cable, and must put them in VLAN {wanted}")),
    }
}

/// The first VLAN that nobody needs on the cable.
fn carried(lan: &Lan<'_>, cable: usize, port: &Port) -> Option<String> {
    port.tagged.iter().find_map(|vlan| match lan.zone_of_vlan(*vlan) {
        None => Some(format!("carries VLAN {vlan}, which is no zone's")),
        Some(zone) if !joins(lan, cable, zone) => {
            let name = &lan.net.zone(zone).name;
            Some(format!("carries VLAN {vlan} (`{name}`), and the cable is on no way between two members of it"))
        }
        Some(_) => None,
    })
}

/// The cable is on a way between two members of the zone: whichever device one takes away, from the cable's ends one
/// still comes to a member. Where there is no circle of cables, that is: cutting the cable would part them.
fn joins(lan: &Lan<'_>, cable: usize, zone: ZoneId) -> bool {
    let place = lan.net.site(lan.segments.site);
    let mut homes: BTreeSet<Place> = lan.intent.zones.get(&zone).into_iter().flatten().map(home).collect();
    let natives = place.switches.iter().enumerate().filter(|(_, s)| s.native.values().any(|n| n.value == zone));
    homes.extend(natives.map(|(index, _)| Place::Switch(index)));
    let devices = std::iter::once(Place::Gateway).chain((0..place.switches.len()).map(Place::Switch));
    devices.into_iter().all(|without| !reached(lan, cable, without).is_disjoint(&homes))
}

fn home(member: &Member) -> Place {
    match member {
        Member::Gateway => Place::Gateway,
        Member::Untagged(switch, _) | Member::Tagged(switch, _) | Member::Switch(switch) => Place::Switch(*switch),
    }
}

/// Devices one comes to from the ends of a cable when one device is taken away.
fn reached(lan: &Lan<'_>, cable: usize, without: Place) -> BTreeSet<Place> {
    let cables = &lan.net.site(lan.segments.site).cables;
    let ends = |number: usize| [0, 1].map(|end| Place::from(&cables[number].ends()[end]));
    let mut graph: UnGraphMap<Place, ()> = UnGraphMap::new();
    for [a, b] in (0..cables.len()).map(ends).filter(|both| !both.contains(&without)) {
        graph.add_edge(a, b, ());
    }
    let mut found = BTreeSet::new();
    for end in ends(cable).into_iter().filter(|end| *end != without) {
        let start = graph.add_node(end);
        let mut walk = Dfs::new(&graph, start);
        found.extend(std::iter::from_fn(|| walk.next(&graph)));
    }
    found
}
