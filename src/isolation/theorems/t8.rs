//! T8: no zone can emit another's addresses. (That prefixes are disjoint is checked where the plan is read.)

use ipnet::IpNet;

use super::{Outcome, Outcomes, Scene, wan};
use crate::config::filter::Hook;
use crate::config::meaning::Unclear;
use crate::isolation::claim::{Claim, Source, Target, Theorem, Verdict};
use crate::isolation::gates::{Gate, in_nets};
use crate::network::{Port, SiteId, TunnelId, tunnel_interface, zone_interface};
use crate::packets::{Field, FieldProduct, IntervalSet, PacketSet, Space, ipsec};

/// One claim for each zone, for each end of a tunnel, and for each WAN.
pub(super) fn claims(scene: &Scene, space: &mut Space) -> Result<Outcomes, Unclear> {
    let net = scene.net;
    let mut all = Outcomes::new();
    for (id, zone) in net.zone_ids() {
        let name = zone_interface(&net.site(zone.site).gateway.lan, zone.vlan);
        let mut own = zone.nets();
        own.extend(on_link());
        all.insert(claim(Source::Zone(id)), behind(scene, space, zone.site, &name, &own)?);
    }
    for (here, _) in net.site_ids() {
        for (tunnel, peer, _) in net.tunnels_of(here) {
            let own = addresses_of(scene, peer, tunnel, here);
            let name = tunnel_interface(&net.site(peer).name);
            all.insert(claim(Source::Site(peer, here)), behind(scene, space, here, &name, &own)?);
        }
        all.insert(claim(Source::Wan(here)), from_wan(scene, space, here)?);
    }
    Ok(all)
}

fn claim(from: Source) -> Claim {
    Claim { theorem: Theorem::T8, from, to: Target::ForeignAddresses }
}

/// Addresses that mean "on this link" and that no gateway forwards: unspecified and link-local ones (RFC 4291, RFC 1122).
fn on_link() -> Vec<IpNet> {
    ["0.0.0.0/32", "::/128", "fe80::/10"].iter().map(|n| n.parse().expect("a prefix")).collect()
}

/// Zones of the peer, and zones of third sites whose flows cross it to come here.
fn addresses_of(scene: &Scene, peer: SiteId, tunnel: TunnelId, here: SiteId) -> Vec<IpNet> {
    let net = scene.net;
    let mut own: Vec<IpNet> = net
        .site(peer)
        .zones
        .iter()
        .map(|z| net.zone(*z))
        .filter(|z| !z.private)
        .flat_map(crate::network::Zone::nets)
        .collect();
    for flow in &net.flows {
        let transits = flow.legs.len() > 2
            && flow
                .legs
                .iter()
                .any(|l| l.site == here && (l.enters == Port::Tunnel(tunnel) || l.leaves == Port::Tunnel(tunnel)));
        if !transits {
            continue;
        }
        for leg in flow.legs.iter().filter(|l| l.site == here) {
            let comes = leg.enters == Port::Tunnel(tunnel);
            let (end, addresses) = if comes { (&flow.from, &leg.source) } else { (&flow.to, &leg.destination) };
            // Which machine of a zone speaks, its own gateway cannot know, and ours need not.
            match net.zones_of(end) {
                [] => own.extend(addresses),
                zones => own.extend(zones.iter().flat_map(|zone| net.zone(*zone).nets())),
            }
        }
    }
    own
}

/// Packets that come in by an interface with a source that is not its own, and pass all the same.
fn behind(scene: &Scene, space: &mut Space, site: SiteId, name: &str, own: &[IpNet]) -> Result<Outcome, Unclear> {
    let gate = &scene.gates[&site];
    let Some(number) = gate.interfaces.number(name) else { return Ok(Outcome::Settled(Verdict::Strict)) };
    let from = space.product(&FieldProduct::any().with_value(Field::In, number))?;
    let own = in_nets(space, Field::Src, own)?;
    let foreign = space.minus(from, own)?;
    passing(scene, space, gate, site, foreign)
}

/// In clear from the WAN, nothing carries an inside source.
fn from_wan(scene: &Scene, space: &mut Space, site: SiteId) -> Result<Outcome, Unclear> {
    let gate = &scene.gates[&site];
    let inside = wan::inside(scene.net);
    let clear =
        FieldProduct::any().with_value(Field::In, gate.wan).with(Field::Ipsec, IntervalSet::points([0, ipsec::LEAVES]));
    let clear = space.product(&clear)?;
    let inside = in_nets(space, Field::Src, &inside)?;
    let foreign = space.intersect(clear, inside)?;
    passing(scene, space, gate, site, foreign)
}

fn passing(
    scene: &Scene,
    space: &mut Space,
    gate: &Gate,
    site: SiteId,
    foreign: PacketSet,
) -> Result<Outcome, Unclear> {
    let passing = &gate.passing[scene.epoch];
    for (hook, pass) in [(Hook::Forward, passing.forward), (Hook::Input, passing.input)] {
        let bad = space.intersect(foreign, pass)?;
        if !bad.is_empty() {
            return Ok(Outcome::Passes(site, hook, bad));
        }
    }
    Ok(Outcome::Settled(Verdict::Strict))
}
