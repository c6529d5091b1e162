//! Two ends in one zone: no gateway is asked. What carries their frames instead: the VLAN, and where it stands on switches as
//! these were read back.

use super::answer::Question;
use super::walk::Note;
use crate::config::vlan::VlanTable;
use crate::diagnostics::Sources;
use crate::isolation::ReadDevice;
use crate::network::{Network, Role, ZoneId};

/// What two ends of one zone have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its VLAN.
    pub vlan: u16,
    /// Where it stands on each switch, or that no switch is known.
    pub ports: Vec<Note>,
}

/// The zone that both ends stand in.
fn shared(net: &Network, question: &Question) -> Option<ZoneId> {
    let there = net.zones_of(&question.to);
    net.zones_of(&question.from).iter().copied().find(|zone| there.contains(zone))
}

/// The link of both ends; None when gateways are between them.
pub(super) fn between(net: &Network, devices: &[ReadDevice], sources: &Sources, question: &Question) -> Option<Link> {
    let zone = net.zone(shared(net, question)?);
    let vlan = zone.vlan.get();
    let switches = devices.iter().filter(|d| d.site == zone.site && matches!(d.role, Role::Switch(_)));
    let mut ports: Vec<Note> = switches.filter_map(|switch| on_switch(switch, sources, vlan)).collect();
    if ports.is_empty() {
        let text =
            "no switch is declared for it: the VLAN on the gateway's trunk is taken for one link (A9)".to_owned();
        ports.push(Note { kind: "frames", at: String::new(), text });
    }
    Some(Link { vlan, ports })
}

fn on_switch(device: &ReadDevice, sources: &Sources, vlan: u16) -> Option<Note> {
    let table = device.bundle.lan.as_ref()?;
    let at = table.vlans.get(&vlan)?.at;
    let sides = [("untagged", untagged(table, vlan)), ("tagged", tagged(table, vlan))];
    let sides = sides.into_iter().filter(|(_, ports)| !ports.is_empty());
    let sides: Vec<String> = sides.map(|(word, ports)| format!("{word} on {}", ranges(&ports))).collect();
    let at = device.places.span(at, sources).map_or_else(String::new, |span| sources.cite(span));
    let text = if sides.is_empty() { "on no port".to_owned() } else { sides.join(", ") };
    Some(Note { kind: "frames", at, text })
}

fn untagged(table: &VlanTable, vlan: u16) -> Vec<u16> {
    let ports = table.ports.iter().filter(|(_, port)| port.enabled && port.untagged == Some(vlan));
    ports.map(|(number, _)| *number).collect()
}

fn tagged(table: &VlanTable, vlan: u16) -> Vec<u16> {
    let ports = table.ports.iter().filter(|(_, port)| port.enabled && port.tagged.contains(&vlan));
    ports.map(|(number, _)| *number).collect()
}

/// `ports 1-20, 32-33`, `port 49`.
fn ranges(ports: &[u16]) -> String {
    let mut spans: Vec<(u16, u16)> = Vec::new();
    for port in ports {
        match spans.last_mut() {
            Some((_, last)) if *last + 1 == *port => *last = *port,
            _ => spans.push((*port, *port)),
        }
    }
    let one = |(first, last): &(u16, u16)| if first == last { first.to_string() } else { format!("{first}-{last}") };
    let word = if ports.len() == 1 { "port" } else { "ports" };
    format!("{word} {}", spans.iter().map(one).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::ranges;

    #[test]
    fn ports_are_said_as_one_writes_them() {
        assert_eq!(ranges(&[1, 2, 3, 32, 33]), "ports 1-3, 32-33");
        assert_eq!(ranges(&[49]), "port 49");
    }
}
