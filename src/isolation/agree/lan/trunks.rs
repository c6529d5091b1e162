//! Cable ends: a zone's VLAN only where it separates two members, untagged frames in the dark.

use std::collections::BTreeSet;

use petgraph::graph::{NodeIndex, UnGraph};
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
        for end in &cable.value.ends {
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
        Some(zone) if !separates(lan, cable, zone) => {
            let name = &lan.net.zone(zone).name;
            Some(format!("carries VLAN {vlan} (`{name}`), and the cable separates no two members of it"))
        }
        Some(_) => None,
    })
}

/// Cutting the cable would leave members of the zone on both sides.
fn separates(lan: &Lan<'_>, cable: usize, zone: ZoneId) -> bool {
    let place = lan.net.site(lan.segments.site);
    let near = reached(lan, cable);
    let mut homes: BTreeSet<Place> = lan.intent.zones.get(&zone).into_iter().flatten().map(home).collect();
    let natives = place.switches.iter().enumerate().filter(|(_, s)| s.native.values().any(|n| n.value == zone));
    homes.extend(natives.map(|(index, _)| Place::Switch(index)));
    let (here, there): (Vec<&Place>, Vec<&Place>) = homes.iter().partition(|home| near.contains(home));
    !here.is_empty() && !there.is_empty()
}

fn home(member: &Member) -> Place {
    match member {
        Member::Gateway => Place::Gateway,
        Member::Untagged(switch, _) | Member::Tagged(switch, _) | Member::Switch(switch) => Place::Switch(*switch),
    }
}

/// Devices on the side of a cable's first end when it is cut.
fn reached(lan: &Lan<'_>, cut: usize) -> BTreeSet<Place> {
    let place = lan.net.site(lan.segments.site);
    let mut graph: UnGraph<Place, ()> = UnGraph::new_undirected();
    let gateway = graph.add_node(Place::Gateway);
    let switches: Vec<NodeIndex> = (0..place.switches.len()).map(|n| graph.add_node(Place::Switch(n))).collect();
    let node = |end: &CableEnd| match end {
        CableEnd::Gateway => gateway,
        CableEnd::Switch(switch, _) => switches[*switch],
    };
    for (_, cable) in place.cables.iter().enumerate().filter(|(n, _)| *n != cut) {
        graph.add_edge(node(&cable.value.ends[0]), node(&cable.value.ends[1]), ());
    }
    let mut walk = Dfs::new(&graph, node(&place.cables[cut].value.ends[0]));
    std::iter::from_fn(|| walk.next(&graph)).map(|n| graph[n]).collect()
}
