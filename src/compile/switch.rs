//! A switch: access ports, trunks with what is needed on the far side of each cable, shut ports, hardening.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::{IpNet, Ipv4Net};

use super::{Models, targets};
use crate::config::vlan::{Hardening, Port, Vlan, VlanTable};
use crate::diagnostics::codes::network as codes;
use crate::diagnostics::{Diagnostic, Sink};
use crate::network::{Cable, CableEnd, Network, PortUse, Role, Site, SiteId, Switch, ZoneId};

/// Broadcasts as per cent of a host port's speed.
const BROADCAST_LIMIT: u8 = 5;

/// Stations on a port with hosts of one zone: a machine with its guests, or a desk with a small switch; all ports
/// together leave room in the table of a switch, whose overflow would send every frame to everybody.
const STATIONS: u16 = 32;

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
    let count = targets::ports(switch, Role::Switch(index), models, sink)?;
    check_ports(place, switch, index, count, sink)?;
    let trunks = trunks(place, index);
    let limit = models.limits_stations(&switch.target.value).then_some(STATIONS);
    let mut ports: BTreeMap<u16, Port> = (1..=count).map(|p| (p, shut(net))).collect();
    for (number, used) in &switch.ports {
        ports.insert(*number, host_port(net, &used.value, limit));
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
    for (number, link) in links(place, index) {
        ports.entry(number).or_default().link = Some(link);
    }
    let vlans = vlans(net, switch, &ports);
    Some(VlanTable {
        hostname: format!("{}-{}", place.name, switch.name),
        hardening: hardening(&vlans),
        vlans,
        routing: !switch.routes.is_empty(),
        management_vlan: switch.routes.is_empty().then(|| net.zone(switch.devices).vlan.get()),
        default_gateway: Some(net.zone(switch.devices).gateway4().into()),
        logs: place.logs.iter().copied().filter(std::net::IpAddr::is_ipv4).collect(),
        clocks: place.clocks.iter().copied().filter(std::net::IpAddr::is_ipv4).collect(),
        model: switch.model.to_string(),
        ports,
    })
}

fn check_ports(place: &Site, switch: &Switch, index: usize, count: u16, sink: &mut Sink) -> Option<()> {
    let cabled = place.cables.iter().flat_map(|c| c.strands.iter().flatten().map(move |e| (e, c.span)));
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

/// Behind an access point there are as many stations as there are pupils: it has no limit.
fn host_port(net: &Network, used: &PortUse, stations: Option<u16>) -> Port {
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
        PortUse::Access(zone) => {
            Port { untagged: Some(vlan(zone)), name: net.zone(*zone).name.to_string(), stations, ..hosts }
        }
        PortUse::AccessPoint(zones, managed) => Port {
            untagged: Some(vlan(managed)),
            tagged: zones.iter().map(vlan).collect(),
            name: "access point".to_owned(),
            ..hosts
        },
    }
}

fn trunk(net: &Network, place: &Site, index: usize, number: u16, zones: &BTreeSet<ZoneId>) -> Port {
    let far = place.cables.iter().flat_map(|c| &c.strands).find_map(|strand| match strand {
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
/// A zone is on a cable iff the cable is on a way between two of its members, on which no device comes twice: that is,
/// unless all members, seen from the cable, are behind one single device (Menger).
fn trunks(place: &Site, index: usize) -> BTreeMap<u16, BTreeSet<ZoneId>> {
    let mut all: BTreeMap<u16, BTreeSet<ZoneId>> = BTreeMap::new();
    let members: Vec<(ZoneId, BTreeSet<usize>)> = place.zones.iter().map(|z| (*z, members(place, *z))).collect();
    for cable in &place.cables {
        let ports: Vec<u16> = cable.strands.iter().flatten().filter_map(|end| port_of(end, index)).collect();
        if ports.is_empty() {
            continue;
        }
        let ends = cable.ends().each_ref().map(node_of);
        let views: Vec<BTreeSet<usize>> =
            (0..=place.switches.len()).map(|without| seen(place, ends, without)).collect();
        let carried = members.iter().filter(|(_, them)| views.iter().all(|view| !view.is_disjoint(them)));
        let carried: BTreeSet<ZoneId> = carried.map(|(zone, _)| *zone).collect();
        all.extend(ports.into_iter().map(|port| (port, carried.clone())));
    }
    all
}

/// Ports of one switch that are joined to links, with the link's number: links are counted from 1, by their lowest port.
fn links(place: &Site, index: usize) -> BTreeMap<u16, u16> {
    let joined = place.cables.iter().filter(|c| c.is_link());
    let ports = |c: &Cable| c.strands.iter().flatten().filter_map(|end| port_of(end, index)).collect::<BTreeSet<u16>>();
    let all: BTreeSet<BTreeSet<u16>> = joined.map(|c| ports(c)).filter(|ports| !ports.is_empty()).collect();
    (1..).zip(all).flat_map(|(link, ports)| ports.into_iter().map(move |port| (port, link))).collect()
}

fn port_of(end: &CableEnd, switch: usize) -> Option<u16> {
    match end {
        CableEnd::Switch(s, port) if *s == switch => Some(*port),
        _ => None,
    }
}

/// Devices by number: 0 is the gateway, then the switches.
fn node_of(end: &CableEnd) -> usize {
    match end {
        CableEnd::Gateway => 0,
        CableEnd::Switch(s, _) => s + 1,
    }
}

/// Devices that one reaches from either end of a cable when one device is taken away.
fn seen(place: &Site, ends: [usize; 2], without: usize) -> BTreeSet<usize> {
    let mut reached: BTreeSet<usize> = ends.into_iter().filter(|end| *end != without).collect();
    let mut to_visit: Vec<usize> = reached.iter().copied().collect();
    while let Some(device) = to_visit.pop() {
        for cable in &place.cables {
            let [a, b] = cable.ends().each_ref().map(node_of);
            let far = if a == device { b } else { a };
            if (a == device || b == device) && far != without && reached.insert(far) {
                to_visit.push(far);
            }
        }
    }
    reached
}

/// Members of a zone: the gateway always is one, a switch is one by its ports or its own address.
fn members(place: &Site, zone: ZoneId) -> BTreeSet<usize> {
    let is_member = |switch: &Switch| {
        let by_port = switch.ports.values().any(|u| u.value.zones().contains(&zone));
        let routes = switch.routes.iter().any(|r| r.value == zone);
        by_port || switch.devices == zone || routes || switch.native.values().any(|z| z.value == zone)
    };
    let switches = place.switches.iter().enumerate().filter(|(_, s)| is_member(s));
    std::iter::once(0).chain(switches.map(|(number, _)| number + 1)).collect()
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
        let arp_protect = net.has_leases_alone(id);
        let vlan = Vlan { name: zone.name.to_string(), addresses, dhcp_snooping: true, arp_protect, ..Vlan::default() };
        all.insert(zone.vlan.get(), vlan);
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

/// Everything that hardens a switch; ARP protection where some VLAN has it, for a make may have no other word for it.
fn hardening(vlans: &BTreeMap<u16, Vlan>) -> BTreeSet<Hardening> {
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
    .filter(|setting| *setting != ArpProtect || vlans.values().any(|vlan| vlan.arp_protect))
    .collect()
}
