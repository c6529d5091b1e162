//! Steps between zones that the domains allow: shared domains, ports with more than their zones, double tags, routing
//! switches.

use std::collections::BTreeSet;

use super::SegmentEdge;
use super::domains::{Domain, Place, Segments, Spot};
use crate::config::Loc;
use crate::config::vlan::Port;
use crate::diagnostics::Span;
use crate::intent::Member;
use crate::network::{CableEnd, Network, ZoneId};

/// Every step of a site.
pub(super) fn edges(net: &Network, segments: &Segments) -> Vec<SegmentEdge> {
    let mut all = Vec::new();
    for domain in segments.domains().iter().filter(|d| d.zones.len() > 1) {
        let causes: Vec<_> = pairs(&domain.zones).map(|(a, b)| (a, b, cause(net, segments, domain, a, b))).collect();
        all.extend(causes.into_iter().flat_map(|(a, b, cause)| cause.both(a, b)));
    }
    for (switch, _, table) in segments.switches() {
        for (number, port) in table.ports.iter().filter(|(n, p)| p.enabled && !segments.is_cabled(switch, **n)) {
            all.extend(plugged(net, segments, switch, *number, port));
        }
        all.extend(routed(net, segments, switch));
    }
    for cable in &net.site(segments.site).cables {
        for (from, to) in cable.strands.iter().flat_map(|[a, b]| [(a, b), (b, a)]) {
            all.extend(double_tagged(net, segments, cable.span, from, to));
        }
    }
    all
}

/// Each pair once.
fn pairs(zones: &BTreeSet<ZoneId>) -> impl Iterator<Item = (ZoneId, ZoneId)> {
    zones.iter().flat_map(|a| zones.iter().filter(move |b| *b > a).map(move |b| (*a, *b)))
}

/// What makes a step.
struct Cause {
    why: String,
    device: Place,
    at: Loc,
    origin: Span,
    routed: bool,
}

impl Cause {
    fn step(&self, from: ZoneId, to: ZoneId) -> SegmentEdge {
        let Self { why, device, at, origin, routed } = self;
        SegmentEdge { from, to, why: why.clone(), device: *device, at: *at, origin: *origin, routed: *routed }
    }

    fn both(&self, a: ZoneId, b: ZoneId) -> [SegmentEdge; 2] {
        [self.step(a, b), self.step(b, a)]
    }
}

fn switch_name(net: &Network, segments: &Segments, switch: usize) -> String {
    net.site(segments.site).switches[switch].name.to_string()
}

/// Why two zones share a domain: somebody who stands in another VLAN than the zone's, else a cable that changes VLANs.
fn cause(net: &Network, segments: &Segments, domain: &Domain, a: ZoneId, b: ZoneId) -> Cause {
    let odd = [a, b].into_iter().find_map(|zone| {
        let members = segments.intent.zones.get(&zone)?;
        members.iter().find_map(|m| {
            let spot = segments.spot(net, zone, m).filter(|s| domain.spots.contains(s))?;
            (spot.1 != net.zone(zone).vlan.get()).then(|| misplaced(net, segments, zone, m, spot))
        })
    });
    odd.or_else(|| changed(net, segments, domain)).unwrap_or_else(|| {
        let names = [a, b].map(|z| net.zone(z).name.to_string());
        let why = format!("`{}` and `{}` have one VLAN on the gateway", names[0], names[1]);
        Cause { why, device: Place::Gateway, at: Loc::MADE, origin: net.zone(b).span, routed: false }
    })
}

fn misplaced(net: &Network, segments: &Segments, zone: ZoneId, member: &Member, spot: Spot) -> Cause {
    let (name, vlan) = (&net.zone(zone).name, spot.1);
    let place = net.site(segments.site);
    let of_port = |switch: usize, port: u16| {
        let used = place.switches[switch].ports.get(&port).map(|u| u.span);
        let at = segments.port(switch, port).map_or(Loc::MADE, |p| p.at);
        (format!("port {port} of `{}`", place.switches[switch].name), at, used.unwrap_or(place.switches[switch].span))
    };
    let (who, at, origin) = match member {
        Member::Untagged(switch, port) | Member::Tagged(switch, port) => of_port(*switch, *port),
        Member::Switch(switch) => {
            let switch = &place.switches[*switch];
            (format!("`{}` itself", switch.name), Loc::MADE, switch.span)
        }
        Member::Gateway => ("the gateway".to_owned(), Loc::MADE, net.zone(zone).span),
    };
    Cause { why: format!("{who}, of `{name}`, is in VLAN {vlan}"), device: spot.0, at, origin, routed: false }
}

/// The cable at which a domain changes its number: untagged at both ends, in different VLANs.
fn changed(net: &Network, segments: &Segments, domain: &Domain) -> Option<Cause> {
    let cables = net.site(segments.site).cables.iter();
    cables.flat_map(|c| c.strands.iter().map(move |s| (s, c.span))).find_map(|(strand, span)| {
        let joins = segments.joins(strand);
        let (from, to) = joins.into_iter().find(|(a, b)| a.1 != b.1 && domain.spots.contains(a))?;
        let end = strand.iter().find(|e| Place::from(*e) == from.0)?;
        let CableEnd::Switch(switch, port) = end else { return None };
        let name = switch_name(net, segments, *switch);
        let why = format!("untagged VLAN {} of port {port} of `{name}` is VLAN {} at the other end", from.1, to.1);
        let at = segments.port(*switch, *port).map_or(Loc::MADE, |p| p.at);
        Some(Cause { why, device: from.0, at, origin: span, routed: false })
    })
}

/// Who plugs in at a port is in all its VLANs: the port's own zones meet every other zone there; without zones of its
/// own, all meet.
fn plugged(net: &Network, segments: &Segments, switch: usize, number: u16, port: &Port) -> Vec<SegmentEdge> {
    let place = &net.site(segments.site).switches[switch];
    let own: BTreeSet<ZoneId> =
        place.ports.get(&number).map(|u| u.value.zones()).unwrap_or_default().into_iter().collect();
    let carried = segments.carried(&CableEnd::Switch(switch, number));
    let vlans = carried.tagged.iter().copied().chain(carried.untagged);
    let there: BTreeSet<ZoneId> =
        vlans.filter_map(|v| segments.domain((Place::Switch(switch), v))).flat_map(|d| &d.zones).copied().collect();
    let why = format!("who plugs in at port {number} of `{}` is in several VLANs", place.name);
    let origin = place.ports.get(&number).map_or(place.span, |u| u.span);
    let cause = Cause { why, device: Place::Switch(switch), at: port.at, origin, routed: false };
    let joined = there.iter().flat_map(|a| there.iter().filter(move |b| *b > a).map(move |b| (*a, *b)));
    let apart = joined.filter(|(a, b)| !(own.contains(a) && own.contains(b)));
    apart.flat_map(|(a, b)| cause.both(a, b)).collect()
}

/// A frame tagged twice loses its outer tag where that VLAN leaves untagged: the inner one decides at the far end.
fn double_tagged(net: &Network, segments: &Segments, cable: Span, from: &CableEnd, to: &CableEnd) -> Vec<SegmentEdge> {
    let CableEnd::Switch(switch, port) = from else { return Vec::new() };
    let Some(native) = segments.carried(from).untagged else { return Vec::new() };
    let Some(home) = segments.domain((Place::Switch(*switch), native)) else { return Vec::new() };
    let place = &net.site(segments.site).switches[*switch];
    let far = segments.carried(to);
    let mut all = Vec::new();
    for vlan in far.tagged.iter().copied().chain(far.untagged).filter(|v| *v != native) {
        let Some(domain) = segments.domain((Place::from(to), vlan)) else { continue };
        let why = format!(
            "a frame tagged twice leaves VLAN {native} untagged by port {} of `{}`, and enters VLAN {vlan}",
            first_of_link(segments, *switch, *port),
            place.name
        );
        let origin = place.native.get(port).map(|n| n.span).or_else(|| by_hand(net, segments, home)).unwrap_or(cable);
        let at = segments.port(*switch, *port).map_or(Loc::MADE, |p| p.at);
        let cause = Cause { why, device: Place::Switch(*switch), at, origin, routed: false };
        let others = domain.zones.iter().flat_map(|to| home.zones.iter().map(move |from| (*from, *to)));
        all.extend(others.filter(|(a, b)| a != b).map(|(a, b)| cause.step(a, b)));
    }
    all
}

/// The port by which a step is told: of a link, its first one, for the others' steps are the same.
fn first_of_link(segments: &Segments, switch: usize, port: u16) -> u16 {
    let link = |port: u16| segments.port(switch, port).and_then(|p| p.link);
    (1..port).find(|other| link(*other).is_some() && link(*other) == link(port)).unwrap_or(port)
}

/// The first cable end that a fact puts into a domain: it is why a zone stands where frames leave without a tag.
fn by_hand(net: &Network, segments: &Segments, domain: &Domain) -> Option<Span> {
    let switches = net.site(segments.site).switches.iter().enumerate();
    let ends = switches.flat_map(|(index, switch)| switch.native.iter().map(move |(port, zone)| (index, *port, zone)));
    let mut here = ends.filter(|(index, port, zone)| {
        let spot = (Place::Switch(*index), net.zone(zone.value).vlan.get());
        segments.is_cabled(*index, *port) && domain.spots.contains(&spot)
    });
    here.next().map(|(_, _, zone)| zone.span)
}

/// A switch that routes passes packets between all zones that it has an address in.
fn routed(net: &Network, segments: &Segments, switch: usize) -> Vec<SegmentEdge> {
    let Some((_, _, table)) = segments.switches().find(|(index, ..)| *index == switch) else { return Vec::new() };
    let homes: Vec<_> = table.vlans.iter().filter(|(_, v)| table.routing && !v.addresses.is_empty()).collect();
    let zones: BTreeSet<ZoneId> = homes
        .iter()
        .filter_map(|(vlan, _)| segments.domain((Place::Switch(switch), **vlan)))
        .flat_map(|d| &d.zones)
        .copied()
        .collect();
    let place = &net.site(segments.site).switches[switch];
    let cause = Cause {
        why: format!("`{}` routes between them, behind the gateway", place.name),
        device: Place::Switch(switch),
        at: homes.first().map_or(Loc::MADE, |(_, v)| v.at),
        origin: place.routes.first().map_or(place.span, |r| r.span),
        routed: true,
    };
    pairs(&zones).flat_map(|(a, b)| cause.both(a, b)).collect()
}
