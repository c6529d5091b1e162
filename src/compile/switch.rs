//! A switch: access ports, trunks with what is needed on the far side of each cable, shut ports, hardening.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::{IpNet, Ipv4Net};
use petgraph::graph::{NodeIndex, UnGraph};
use petgraph::visit::Bfs;

use super::Models;
use crate::config::vlan::{Hardening, Port, Vlan, VlanTable};
use crate::diagnostics::codes::network as codes;
use crate::diagnostics::{Diagnostic, Sink};
use crate::network::{CableEnd, Network, PortUse, Site, SiteId, Switch, ZoneId};

/// Broadcasts as per cent of a host port's speed.
const BROADCAST_LIMIT: u8 = 5;

/// The configuration of one switch; None when its target does not know the model, or a port is beyond it.
pub(super) fn table(
    net: &Network,
    site: SiteId,
    index: usize,
    models: &dyn Models,
    sink: &mut Sink,
) -> Option<VlanTable> {
    let place = net.site(site);
    let switch = &place.switches[index];
    let Some(count) = models.ports(&switch.target.value, &switch.model.value) else {
        sink.push(
            Diagnostic::new(
                &codes::MODEL_UNKNOWN,
                switch.model.span,
                format!("target `{}` knows no model `{}`", switch.target.value, switch.model.value),
            )
            .help("models are listed in the target's descriptor, `targets/<target>.yaml`"),
        );
        return None;
    };
    check_ports(place, switch, index, count, sink)?;
    let trunks = trunks(place, index);
    let mut ports: BTreeMap<u16, Port> = (1..=count).map(|p| (p, shut(net))).collect();
    for (number, used) in &switch.ports {
        ports.insert(*number, host_port(net, &used.value));
    }
    for (number, zones) in &trunks {
        ports.insert(*number, trunk(net, place, index, *number, zones));
    }
    for (number, zone) in &switch.native {
        let port = ports.entry(*number).or_default();
        port.tagged.remove(&net.zone(zone.value).vlan.get());
        port.untagged = Some(net.zone(zone.value).vlan.get());
        port.enabled = true;
    }
    Some(VlanTable {
        hostname: format!("{}-{}", place.name, switch.name),
        vlans: vlans(net, switch, &ports),
        routing: !switch.routes.is_empty(),
        management_vlan: switch.routes.is_empty().then(|| net.zone(switch.devices).vlan.get()),
        default_gateway: Some(net.zone(switch.devices).gateway4().into()),
        hardening: hardening(),
        logs: place.logs.iter().copied().filter(std::net::IpAddr::is_ipv4).collect(),
        clocks: place.clocks.iter().copied().filter(std::net::IpAddr::is_ipv4).collect(),
        model: switch.model.to_string(),
        ports,
    })
}

fn check_ports(place: &Site, switch: &Switch, index: usize, count: u16, sink: &mut Sink) -> Option<()> {
    let cabled = place.cables.iter().flat_map(|c| c.ends.iter().map(move |e| (e, c.span)));
    let cabled = cabled.filter_map(|(e, span)| match e {
        CableEnd::Switch(s, p) if *s == index => Some((*p, span)),
        _ => None,
    });
    let listed = switch.ports.iter().map(|(p, u)| (*p, u.span)).chain(switch.native.iter().map(|(p, z)| (*p, z.span)));
    let beyond: BTreeMap<_, _> =
        listed.chain(cabled).filter(|(p, _)| *p == 0 || *p > count).map(|(p, span)| (span, p)).collect();
    for (span, port) in &beyond {
        sink.push(
            Diagnostic::new(
                &codes::PORT_BEYOND_MODEL,
                *span,
                format!("model `{}` of `{}` has no port {port}", switch.model.value, switch.name),
            )
            .other(switch.model.span, format!("{count} ports"))
            .help(format!("ports are numbered from 1 to {count}")),
        );
    }
    beyond.is_empty().then_some(())
}

fn shut(net: &Network) -> Port {
    Port { enabled: false, untagged: Some(net.region.dark_unused.get()), ..Port::default() }
}

fn host_port(net: &Network, used: &PortUse) -> Port {
    let vlan = |z: &ZoneId| net.zone(*z).vlan.get();
    let hosts = Port {
        enabled: true,
        bpdu_protection: true,
        root_guard: true,
        loop_protect: true,
        broadcast_limit: Some(BROADCAST_LIMIT),
        ..Port::default()
    };
    match used {
        PortUse::Access(zone) => Port { untagged: Some(vlan(zone)), name: net.zone(*zone).name.to_string(), ..hosts },
        PortUse::AccessPoint(zones, managed) => Port {
            untagged: Some(vlan(managed)),
            tagged: zones.iter().map(vlan).collect(),
            name: "access point".to_owned(),
            ..hosts
        },
    }
}

fn trunk(net: &Network, place: &Site, index: usize, number: u16, zones: &BTreeSet<ZoneId>) -> Port {
    let far = place.cables.iter().find_map(|c| match &c.ends {
        [CableEnd::Switch(s, p), far] | [far, CableEnd::Switch(s, p)] if *s == index && *p == number => {
            Some(far.clone())
        }
        _ => None,
    });
    let name = match far {
        Some(CableEnd::Switch(s, p)) => format!("to {} {p}", place.switches[s].name),
        Some(CableEnd::Gateway) | None => "to gateway".to_owned(),
    };
    Port {
        enabled: true,
        untagged: Some(net.region.dark_native.get()),
        tagged: zones.iter().map(|z| net.zone(*z).vlan.get()).collect(),
        name,
        trusted: true,
        ..Port::default()
    }
}

/// Cable ends of one switch, with the zones they carry.
///
/// A zone is on a cable iff cutting the cable would separate two of its members.
fn trunks(place: &Site, index: usize) -> BTreeMap<u16, BTreeSet<ZoneId>> {
    let mut all: BTreeMap<u16, BTreeSet<ZoneId>> = BTreeMap::new();
    for (number, cable) in place.cables.iter().enumerate() {
        let ports = cable.ends.iter().filter_map(|e| match e {
            CableEnd::Switch(s, p) if *s == index => Some(*p),
            _ => None,
        });
        let sides = sides_without(place, number);
        let carried: BTreeSet<ZoneId> = place.zones.iter().copied().filter(|z| separated(place, &sides, *z)).collect();
        for port in ports {
            all.insert(port, carried.clone());
        }
    }
    all
}

/// Devices on the first end's side when one cable is cut: place 0 is the gateway, then the switches.
fn sides_without(place: &Site, cut: usize) -> BTreeSet<usize> {
    let mut graph: UnGraph<(), ()> = UnGraph::new_undirected();
    let nodes: Vec<NodeIndex> = (0..=place.switches.len()).map(|_| graph.add_node(())).collect();
    for (_, cable) in place.cables.iter().enumerate().filter(|(n, _)| *n != cut) {
        let [a, b] = [0, 1].map(|e| node_of(&cable.ends[e]));
        graph.add_edge(nodes[a], nodes[b], ());
    }
    let mut search = Bfs::new(&graph, nodes[node_of(&place.cables[cut].ends[0])]);
    let mut side = BTreeSet::new();
    while let Some(node) = search.next(&graph) {
        side.insert(node.index());
    }
    side
}

fn node_of(end: &CableEnd) -> usize {
    match end {
        CableEnd::Gateway => 0,
        CableEnd::Switch(s, _) => s + 1,
    }
}

/// Members of a zone stand on both sides: the gateway always is one, a switch is one by its ports or its own address.
fn separated(place: &Site, side: &BTreeSet<usize>, zone: ZoneId) -> bool {
    let members = std::iter::once(0).chain(place.switches.iter().enumerate().filter_map(|(n, s)| {
        let by_port = s.ports.values().any(|u| u.value.zones().contains(&zone));
        (by_port
            || s.devices == zone
            || s.routes.iter().any(|r| r.value == zone)
            || s.native.values().any(|z| z.value == zone))
        .then_some(n + 1)
    }));
    let (mut here, mut there) = (false, false);
    for member in members {
        if side.contains(&member) {
            here = true;
        } else {
            there = true;
        }
    }
    here && there
}

fn vlans(net: &Network, switch: &Switch, ports: &BTreeMap<u16, Port>) -> BTreeMap<u16, Vlan> {
    let mut all: BTreeMap<u16, Vlan> = BTreeMap::new();
    let used: BTreeSet<u16> = ports.values().flat_map(|p| p.tagged.iter().copied().chain(p.untagged)).collect();
    let zones = net.zone_ids().filter(|(_, z)| z.site == net.zone(switch.devices).site);
    for (id, zone) in zones {
        let routed = switch.routes.iter().any(|r| r.value == id);
        if !used.contains(&zone.vlan.get()) && !routed && id != switch.devices {
            continue;
        }
        let own = if id == switch.devices {
            Some(switch.ipv4)
        } else if routed {
            Some(last_address(zone.v4))
        } else {
            None
        };
        let addresses = own
            .map(|a| IpNet::V4(Ipv4Net::new(a, zone.v4.prefix_len()).expect("a valid length")))
            .into_iter()
            .collect();
        all.insert(
            zone.vlan.get(),
            Vlan { name: zone.name.to_string(), addresses, dhcp_snooping: true, arp_protect: true, ..Vlan::default() },
        );
    }
    for (vlan, name) in [(net.region.dark_unused, "unused"), (net.region.dark_native, "native")] {
        all.insert(vlan.get(), Vlan { name: name.to_owned(), ..Vlan::default() });
    }
    all.insert(1, Vlan { name: "DEFAULT_VLAN".to_owned(), ..Vlan::default() });
    all
}

/// Where a switch that routes has its address when nothing says: the last one of the zone.
fn last_address(net: Ipv4Net) -> std::net::Ipv4Addr {
    std::net::Ipv4Addr::from(u32::from(net.broadcast()) - 1)
}

fn hardening() -> BTreeSet<Hardening> {
    use Hardening::{
        ArpProtect, DhcpSnooping, NoAutoConfig, NoFrontPanelClear, NoGvrp, NoPlainWeb, NoTelnet, NoTftp, Snmp3Only,
        SpanningTree, Ssh,
    };
    [
        DhcpSnooping,
        ArpProtect,
        SpanningTree,
        NoTelnet,
        NoPlainWeb,
        Ssh,
        Snmp3Only,
        NoGvrp,
        NoAutoConfig,
        NoFrontPanelClear,
        NoTftp,
    ]
    .into_iter()
    .collect()
}
