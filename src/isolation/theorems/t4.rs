//! T4: each site keeps one public address of its own for supervision and tunnels (convention, art. 12): nobody else has
//! it, new packets reach it from declared supervision and declared peers only, and no translation gives or takes it.

use super::wan::{clear_in, clear_out, public, supervisors, with_peers};
use super::{Outcome, Outcomes, Scene};
use crate::config::filter::Hook;
use crate::config::meaning::{self, Unclear};
use crate::isolation::claim::{Claim, Source, Target, Theorem, Verdict};
use crate::isolation::gates::{Gate, in_nets};
use crate::network::SiteId;
use crate::packets::{Field, PacketSet, Space};

/// One claim for each site.
pub(super) fn claims(scene: &Scene, space: &mut Space) -> Result<Outcomes, Unclear> {
    let mut all = Outcomes::new();
    for site in scene.gates.keys() {
        let claim = Claim { theorem: Theorem::T4, from: Source::Wan(*site), to: Target::PublicAddress };
        all.insert(claim, outcome(scene, space, *site)?);
    }
    Ok(all)
}

fn outcome(scene: &Scene, space: &mut Space, site: SiteId) -> Result<Outcome, Unclear> {
    if let Some(shared) = held_twice(scene, site) {
        return Ok(shared);
    }
    let gate = &scene.gates[&site];
    let beyond = accepted_beyond(scene, space, gate, site)?;
    if !beyond.is_empty() {
        return Ok(Outcome::Passes(site, Hook::Input, beyond));
    }
    for (hook, sent) in
        [(Hook::Forward, gate.passing[scene.epoch].forward), (Hook::Output, gate.passing[scene.epoch].output)]
    {
        let moved = translated(scene, space, gate, site, sent)?;
        if !moved.is_empty() {
            return Ok(Outcome::Passes(site, hook, moved));
        }
    }
    Ok(Outcome::Settled(Verdict::Strict))
}

/// The address stands on this site's gateway and on no other.
fn held_twice(scene: &Scene, site: SiteId) -> Option<Outcome> {
    let address = scene.net.site(site).gateway.public.value;
    let holders = scene.gates.iter().filter(|(_, gate)| gate.own.contains(&address.into())).map(|(s, _)| *s);
    let holders: Vec<SiteId> = holders.collect();
    (holders != [site]).then(|| {
        let names: Vec<String> = holders.iter().map(|s| format!("`{}`", scene.net.site(*s).name)).collect();
        let says = match names.is_empty() {
            true => format!("no gateway has the public address {address} of `{}`", scene.net.site(site).name),
            false => format!(
                "the public address {address} of `{}` stands on the gateway of {}",
                scene.net.site(site).name,
                names.join(" and ")
            ),
        };
        Outcome::Fact(scene.net.site(site).gateway.public.span, says)
    })
}

/// New packets to the public address that neither a peer nor supervision sends.
fn accepted_beyond(scene: &Scene, space: &mut Space, gate: &Gate, site: SiteId) -> Result<PacketSet, Unclear> {
    let here = in_nets(space, Field::Dst, &[public(scene.net, site)])?;
    let clear = space.product(&clear_in(gate))?;
    let met = space.intersect(clear, here)?;
    let accepted = space.intersect(met, gate.passing[scene.epoch].input)?;
    let peers = with_peers(scene.net, space, site, Field::Dst, Field::Src)?;
    let supervision = in_nets(space, Field::Src, &supervisors(scene.net))?;
    let declared = space.union(peers, supervision)?;
    Ok(space.minus(accepted, declared)?)
}

/// Packets in clear that take the public address, or that have it and lose it.
fn translated(
    scene: &Scene,
    space: &mut Space,
    gate: &Gate,
    site: SiteId,
    sent: PacketSet,
) -> Result<PacketSet, Unclear> {
    let Some(filter) = &gate.device.bundle.filter else { return Ok(Space::EMPTY) };
    let now = u64::try_from(scene.net.epochs[scene.epoch].instant()).unwrap_or(0);
    let clear = space.product(&clear_out(gate))?;
    let leaving = space.intersect(sent, clear)?;
    let own = in_nets(space, Field::Src, &[public(scene.net, site)])?;
    let (with_it, without) = space.partition(leaving, own)?;
    let mut image = |set| meaning::translate(space, filter, &gate.interfaces, Hook::Postrouting, set, now);
    let (kept, taken) = (image(with_it)?, image(without)?);
    let lost = space.minus(kept, own)?;
    let given = space.intersect(taken, own)?;
    Ok(space.union(lost, given)?)
}
