//! T2: no zone of an establishment can open a connection into another one, directly, through the centre, the academy
//! or the Internet. A centre zone that may open towards establishments receives from none.

use std::collections::BTreeSet;

use super::{Outcome, Outcomes, Scene};
use crate::config::meaning::Unclear;
use crate::isolation::claim::{Claim, Source, Target, Theorem, Verdict};
use crate::isolation::graph::Rules;
use crate::isolation::reach::Node;
use crate::network::{Name, Network, ProcessId, ZoneId};
use crate::packets::Space;

/// One claim for each zone and process of an establishment, and one for each zone of the centre.
pub(super) fn claims(scene: &Scene, _space: &mut Space) -> Result<Outcomes, Unclear> {
    let mut all = Outcomes::new();
    let met = met(scene);
    for (zone, facts) in scene.net.zone_ids() {
        let outcome = if scene.net.site(facts.site).is_establishment {
            from_zone(scene, zone, &met)
        } else {
            local_rule(scene, zone)
        };
        all.insert(claim(Source::Zone(zone)), outcome);
    }
    for (process, _) in (0u32..).map(ProcessId).zip(&scene.net.processes) {
        let outcome = elsewhere(scene, Node::Process(process)).unwrap_or(Outcome::Settled(Verdict::Strict));
        all.insert(claim(Source::Process(process)), outcome);
    }
    Ok(all)
}

fn claim(from: Source) -> Claim {
    Claim { theorem: Theorem::T2, from, to: Target::OtherEstablishments }
}

/// A path into an establishment that is not the opener's.
fn elsewhere(scene: &Scene, from: Node) -> Option<Outcome> {
    let own = scene.establishment(from);
    scene.separated(from, &|n| scene.establishment(n).is_some_and(|site| Some(site) != own))
}

fn from_zone(scene: &Scene, zone: ZoneId, met: &BTreeSet<ZoneId>) -> Outcome {
    match elsewhere(scene, Node::Zone(zone)) {
        Some(Outcome::Settled(Verdict::Waived(waivers))) => {
            let across = across_a_waiver(scene, zone);
            across.map_or(Outcome::Settled(Verdict::Waived(waivers)), Outcome::Path)
        }
        Some(found) => found,
        None => {
            let common = scene.opens_to(zone).into_iter().find(|m| met.contains(m));
            Outcome::Settled(common.map_or(Verdict::Strict, Verdict::Shared))
        }
    }
}

/// A waiver into another establishment lets its target pass on, inside that establishment, what it may open to itself;
/// but never to a class that a line of `isolate` keeps apart from the opener's.
fn across_a_waiver(scene: &Scene, zone: ZoneId) -> Option<Vec<usize>> {
    let (none, own) = (BTreeSet::new(), scene.establishment(Node::Zone(zone)));
    let any = Rules { waived: true, closed: &none };
    let is_apart = |node: Node| match node {
        Node::Zone(z) => scene.establishment(node) != own && are_apart(scene.net, zone, z),
        Node::Process(_) | Node::Gateway(_) | Node::Internet | Node::Far(_) => false,
    };
    let steps = scene.graph.leaving(Node::Zone(zone)).filter(|(n, _)| scene.graph.waived.contains_key(n));
    let mut across = steps.filter_map(|(number, edge)| {
        let rest = scene.graph.path(edge.to, &is_apart, &any)?;
        Some(std::iter::once(number).chain(rest).collect())
    });
    across.next()
}

/// Some line of `isolate` has one class on each side.
fn are_apart(net: &Network, a: ZoneId, b: ZoneId) -> bool {
    let on = |side: &[Name], zone| net.zone(zone).class.as_ref().is_some_and(|c| side.contains(c));
    let between = |a, b| net.security.isolate.iter().any(|line| on(&line.left, a) && on(&line.right, b));
    between(a, b) || between(b, a)
}

/// Centre zones that several establishments open to.
fn met(scene: &Scene) -> BTreeSet<ZoneId> {
    let mut all = BTreeSet::new();
    for (zone, facts) in scene.net.zone_ids() {
        if scene.net.site(facts.site).is_establishment {
            continue;
        }
        let arriving = scene.graph.steps().filter(|(_, e)| e.to == Node::Zone(zone));
        let visitors: BTreeSet<_> = arriving.filter_map(|(_, e)| scene.establishment(e.from)).collect();
        if visitors.len() > 1 {
            all.insert(zone);
        }
    }
    all
}

/// The pivot part as a local rule: what opens towards an establishment receives from none, directly or through other
/// zones of the centre, relays or not. A waiver covers the opening, and nobody who comes to it.
fn local_rule(scene: &Scene, zone: ZoneId) -> Outcome {
    let here = Node::Zone(zone);
    let opens: Vec<usize> =
        scene.graph.leaving(here).filter(|(_, e)| scene.is_in_school(e.to)).map(|(n, _)| n).collect();
    let is_waived = |n: &usize| scene.graph.waived.contains_key(n);
    let Some(worst) = opens.iter().copied().min_by_key(is_waived) else { return Outcome::Settled(Verdict::Strict) };
    if let Some(mut path) = received(scene, here) {
        path.push(worst);
        return Outcome::Path(path);
    }
    let names: BTreeSet<&Name> = opens.iter().filter_map(|n| scene.graph.waived.get(n)).flatten().collect();
    Outcome::Settled(match names.is_empty() {
        true => Verdict::Strict,
        false => Verdict::Waived(names.into_iter().cloned().collect()),
    })
}

/// A path from a zone of some establishment.
fn received(scene: &Scene, here: Node) -> Option<Vec<usize>> {
    let none = BTreeSet::new();
    let rules = Rules { waived: true, closed: &none };
    let schools = scene.net.zone_ids().filter(|(_, z)| scene.net.site(z.site).is_establishment);
    schools.map(|(z, _)| Node::Zone(z)).find_map(|sender| scene.graph.path(sender, &|n| n == here, &rules))
}
