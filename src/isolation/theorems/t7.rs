//! T7: what an establishment's own file adds stays below the ceiling of the security policy (convention, annexes I and III):
//! with it, no gateway must let pass a packet that it must not let pass without it, nor give one an address that it must
//! not give it without it. What is read back means exactly that intent (`agree`), so the claim holds of the texts. What
//! such a file adds to a web filter is bounded by T3, whose ceiling knows no list of an establishment.

use super::{Outcome, Outcomes, Scene};
use crate::config::Loc;
use crate::config::filter::Hook;
use crate::config::meaning::Unclear;
use crate::intent::{GatewayIntent, Translation};
use crate::isolation::claim::{Claim, Source, Target, Theorem, Verdict};
use crate::isolation::spaces::Spaces;
use crate::network::SiteId;
use crate::packets::{Field, FieldProduct, IntervalSet, PacketSet, Space, state};

/// One claim for each establishment that has a file of its own.
pub(super) fn claims(scene: &Scene, spaces: &mut Spaces) -> Result<Outcomes, Unclear> {
    let mut all = Outcomes::new();
    if scene.net.ceiling.is_none() {
        return Ok(all);
    }
    let of_site = |site, space: &mut Space| beyond(scene, space, site);
    let centres = scene.net.site_ids().filter(|(_, s)| !s.is_establishment).map(|(id, _)| id);
    let centre = spaces.each(centres, of_site)?.into_values().flatten().next();
    let own = scene.net.site_ids().filter(|(_, s)| s.delegated.is_some()).map(|(id, _)| id);
    for (site, own) in spaces.each(own, of_site)? {
        let claim = Claim { theorem: Theorem::T7, from: Source::Delegated(site), to: Target::BeyondCeiling };
        all.insert(claim, own.or(centre.clone()).unwrap_or(Outcome::Settled(Verdict::Strict)));
    }
    Ok(all)
}

fn beyond(scene: &Scene, space: &mut Space, site: SiteId) -> Result<Option<Outcome>, Unclear> {
    let gate = &scene.gates[&site];
    let Some(ceilings) = &gate.ceilings else {
        let says = "an establishment's own file changes the interfaces of this gateway".to_owned();
        return Ok(Some(Outcome::Fact(scene.gateway(site), Loc::MADE, says)));
    };
    let (meant, most) = (&gate.intents[scene.epoch], &ceilings[scene.epoch]);
    let known = IntervalSet::points([state::ESTABLISHED, state::ESTABLISHED_REPLY]);
    let known = space.product(&FieldProduct::any().with(Field::State, known))?;
    for (hook, wanted, bound) in sides(space, meant, most) {
        // What goes on of a connection follows from what opened it (A5): the ceiling cuts what only it could have opened.
        let beyond = space.minus(wanted, bound)?;
        let more = space.minus(beyond, known)?;
        if !more.is_empty() {
            return Ok(Some(Outcome::Passes(site, hook, more)));
        }
    }
    Ok(None)
}

/// By hook, what must pass or take an address, and what bounds it.
type Sides = Vec<(Hook, PacketSet, PacketSet)>;

/// What must pass, each way; what takes each address, as it leaves and as it comes in.
fn sides(space: &Space, meant: &GatewayIntent, most: &GatewayIntent) -> Sides {
    let (pass, bound) = (&meant.pass, &most.pass);
    let mut all = vec![
        (Hook::Input, pass.input, bound.input),
        (Hook::Forward, pass.forward, bound.forward),
        (Hook::Output, pass.output, bound.output),
    ];
    let taking = |bound: &[Translation], address| {
        let same = bound.iter().find(|t| t.address == address);
        same.map_or(space.empty(), |t| t.packets)
    };
    let sides = [(Hook::Postrouting, &meant.exits, &most.exits), (Hook::Prerouting, &meant.entries, &most.entries)];
    for (hook, own, bound) in sides {
        all.extend(own.iter().map(|t| (hook, t.packets, taking(bound, t.address))));
    }
    all
}
