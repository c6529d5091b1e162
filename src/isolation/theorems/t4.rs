//! T4: each site keeps one public address of its own for supervision and tunnels (convention, art. 12): nobody else has
//! it, new packets reach it from declared supervision and declared peers only, and no translation gives or takes it.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::wan::{clear_in, public, supervisors, with_peers};
use super::{Outcome, Outcomes, Scene};
use crate::config::Loc;
use crate::config::filter::Hook;
use crate::config::meaning::{self, Unclear};
use crate::isolation::claim::{Claim, Source, Target, Theorem, Verdict};
use crate::isolation::gates::{Gate, in_nets};
use crate::isolation::spaces::Spaces;
use crate::network::SiteId;
use crate::packets::{Field, PacketSet, Space};

/// One claim for each site.
pub(super) fn claims(scene: &Scene, spaces: &mut Spaces) -> Result<Outcomes, Unclear> {
    let mut all = Outcomes::new();
    let supervisors = supervisors(scene.net);
    let holders = holders(scene);
    let of_site = |site, space: &mut Space| {
        let supervisors = in_nets(space, Field::Src, &supervisors)?;
        outcome(scene, space, site, supervisors, &holders)
    };
    for (site, outcome) in spaces.each(scene.gates.keys().copied(), of_site)? {
        all.insert(Claim { theorem: Theorem::T4, from: Source::Wan(site), to: Target::PublicAddress }, outcome);
    }
    Ok(all)
}

/// Sites by the addresses of their gateways.
type Holders = BTreeMap<IpAddr, Vec<SiteId>>;

fn holders(scene: &Scene) -> Holders {
    let mut all = Holders::new();
    for (site, gate) in scene.gates {
        gate.own.iter().for_each(|address| all.entry(*address).or_default().push(*site));
    }
    all
}

fn outcome(
    scene: &Scene,
    space: &mut Space,
    site: SiteId,
    supervisors: PacketSet,
    holders: &Holders,
) -> Result<Outcome, Unclear> {
    if let Some(shared) = held_twice(scene, site, holders) {
        return Ok(shared);
    }
    let gate = &scene.gates[&site];
    let beyond = accepted_beyond(scene, space, site, supervisors)?;
    if !beyond.is_empty() {
        return Ok(Outcome::Passes(site, Hook::Input, beyond));
    }
    let passing = &gate.passing[scene.epoch];
    let sent = space.union(passing.forward, passing.output)?;
    let taken = translation(scene, space, gate, site, sent)?;
    Ok(taken.map_or(Outcome::Settled(Verdict::Strict), |at| {
        Outcome::Fact(scene.gateway(site), at, translates(scene, site))
    }))
}

fn translates(scene: &Scene, site: SiteId) -> String {
    let site = scene.net.site(site);
    let (name, address) = (&site.name, site.gateway.public.value);
    format!("{name} translates to or from its public address {address}, which is for supervision and tunnels only")
}

/// The address stands on this site's gateway and on no other.
fn held_twice(scene: &Scene, site: SiteId, holders: &Holders) -> Option<Outcome> {
    let (name, address) = (&scene.net.site(site).name, scene.net.site(site).gateway.public.value);
    let there = holders.get(&address.into()).map_or(&[][..], Vec::as_slice);
    if !there.contains(&site) {
        let says = format!("the gateway of {name} does not have its public address {address}");
        return Some(Outcome::Fact(scene.gateway(site), Loc::MADE, says));
    }
    let other = there.iter().find(|other| **other != site)?;
    let gate = &scene.gates[other];
    let says = format!(
        "{address}, the public address of {name}, stands on the gateway of {} too",
        scene.net.site(*other).name
    );
    let links = gate.device.bundle.host.iter().flat_map(|h| &h.links);
    let at = links.filter(|l| l.addresses.iter().any(|a| a.addr() == address)).map(|l| l.at).next();
    Some(Outcome::Fact(scene.gateway(*other), at.unwrap_or(Loc::MADE), says))
}

/// New packets to the public address that neither a peer nor supervision sends.
fn accepted_beyond(
    scene: &Scene,
    space: &mut Space,
    site: SiteId,
    supervisors: PacketSet,
) -> Result<PacketSet, Unclear> {
    let gate = &scene.gates[&site];
    let here = in_nets(space, Field::Dst, &[public(scene.net, site)])?;
    let clear = space.product(&clear_in(gate))?;
    let met = space.intersect(clear, here)?;
    let accepted = space.intersect(met, gate.passing[scene.epoch].input)?;
    let peers = with_peers(scene.net, space, site, Field::Dst, Field::Src)?;
    let declared = space.union(peers, supervisors)?;
    Ok(space.minus(accepted, declared)?)
}

/// The rule by which packets take the public address as they leave, by the WAN or into a tunnel, or lose it; or as they come in.
fn translation(
    scene: &Scene,
    space: &mut Space,
    gate: &Gate,
    site: SiteId,
    sent: PacketSet,
) -> Result<Option<Loc>, Unclear> {
    let Some(filter) = &gate.device.bundle.filter else { return Ok(None) };
    let now = scene.net.epochs[scene.epoch].clock();
    let arriving = gate.intents[scene.epoch].arriving;
    for (hook, field, met) in [(Hook::Postrouting, Field::Src, sent), (Hook::Prerouting, Field::Dst, arriving)] {
        let own = in_nets(space, field, &[public(scene.net, site)])?;
        for piece in meaning::pieces(space, filter, &gate.interfaces, hook, met, now)? {
            let (kept, taken) = space.partition(piece.before, own)?;
            let [kept, taken] = [kept, taken].map(|before| meaning::Piece { before, ..piece.clone() });
            let kept = meaning::image(space, &gate.interfaces, &kept)?;
            let taken = meaning::image(space, &gate.interfaces, &taken)?;
            if !space.is_subset(kept, own) || !space.intersect(taken, own)?.is_empty() {
                return Ok(Some(piece.at));
            }
        }
    }
    Ok(None)
}
