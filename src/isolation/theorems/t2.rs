//! T2: no zone of an establishment can open a connection into another one, directly, through the centre, the academy
//! or the Internet. A centre zone that may open towards establishments receives from none, and several meet only in one
//! that the security policy declares for them.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::{Outcome, Outcomes, Scene, meeting};
use crate::config::meaning::Unclear;
use crate::isolation::claim::{Claim, Source, Target, Theorem, Verdict};
use crate::isolation::graph::Rules;
use crate::isolation::reach::Node;
use crate::isolation::spaces::Spaces;
use crate::network::{Name, ProcessId, ZoneId};

/// One claim for each zone and process of an establishment, and one for each zone of the centre. What is published is a
/// meeting place: whoever reaches the Internet reaches it too, and nothing behind it, for it opens to nobody
/// (`published_that_open`).
pub(super) fn claims(scene: &Scene, _spaces: &mut Spaces) -> Result<Outcomes, Unclear> {
    let graph = scene.graph.unpublished();
    let inner = Scene { graph: &graph, relays: scene.relays.clone(), ..*scene };
    let answering: BTreeSet<Node> = scene.graph.published.zones().collect();
    let mut all = unpublished(&inner);
    for (claim, outcome) in &mut all {
        let from = match claim.from {
            Source::Zone(zone) => Node::Zone(zone),
            Source::Process(process) => Node::Process(process),
            _ => continue,
        };
        if let (Outcome::Settled(Verdict::Strict), Some(zone)) =
            (&*outcome, published_elsewhere(scene, from, &answering))
        {
            *outcome = Outcome::Settled(Verdict::Shared(zone));
        }
    }
    Ok(all)
}

/// The zone of another establishment whose published service an opener of an establishment reaches by the Internet.
fn published_elsewhere(scene: &Scene, from: Node, answering: &BTreeSet<Node>) -> Option<ZoneId> {
    let own = scene.establishment(from)?;
    let none = BTreeSet::new();
    let is_theirs = |node: Node| answering.contains(&node) && scene.establishment(node).is_some_and(|site| site != own);
    let path = scene.graph.path(from, &is_theirs, &Rules { waived: true, closed: &none })?;
    match scene.graph.edges[*path.last()?].to {
        Node::Zone(zone) => Some(zone),
        Node::Process(_) | Node::Gateway(_) | Node::Internet | Node::Far(_) => None,
    }
}

/// The claims over everything but the ways into what is published.
fn unpublished(scene: &Scene) -> Outcomes {
    let mut all = Outcomes::new();
    let met = met(scene);
    let zones: Vec<ZoneId> = scene.net.zone_ids().map(|(zone, _)| zone).collect();
    let of_zone = |zone: &ZoneId| {
        let is_in_school = scene.net.site(scene.net.zone(*zone).site).is_establishment;
        if is_in_school { from_zone(scene, *zone, &met) } else { local_rule(scene, *zone) }
    };
    let outcomes: Vec<Outcome> = zones.par_iter().map(of_zone).collect();
    all.extend(zones.into_iter().map(|zone| claim(Source::Zone(zone))).zip(outcomes));
    for (process, _) in (0u32..).map(ProcessId).zip(&scene.net.processes) {
        let outcome = elsewhere(scene, Node::Process(process)).unwrap_or(Outcome::Settled(Verdict::Strict));
        all.insert(claim(Source::Process(process)), outcome);
    }
    all
}

fn claim(from: Source) -> Claim {
    Claim { theorem: Theorem::T2, from, to: Target::OtherEstablishments }
}

/// A path into an establishment that is not the opener's.
fn elsewhere(scene: &Scene, from: Node) -> Option<Outcome> {
    let own = scene.establishment(from);
    scene.separated(from, &|n| scene.establishment(n).is_some_and(|site| Some(site) != own))
}

fn from_zone(scene: &Scene, zone: ZoneId, met: &BTreeMap<ZoneId, Vec<usize>>) -> Outcome {
    match elsewhere(scene, Node::Zone(zone)) {
        Some(Outcome::Settled(Verdict::Waived(waivers))) => {
            let across = across_a_waiver(scene, zone);
            across.map_or(Outcome::Settled(Verdict::Waived(waivers)), Outcome::Path)
        }
        Some(found) => found,
        None => {
            let stops = scene.stops(zone);
            let common = stops.iter().filter_map(|(place, own)| match place {
                Node::Zone(centre) => Some((*centre, own[0], met.get(centre)?)),
                _ => None,
            });
            meeting::worst(common.map(|(centre, own, visits)| (scene.meet_others_at(centre, zone, visits), own)))
        }
    }
}

/// A waiver into another establishment lets its target pass on, inside that establishment, what it may open to itself;
/// but never to a class that a line of `isolate` keeps apart from the opener's.
fn across_a_waiver(scene: &Scene, zone: ZoneId) -> Option<Vec<usize>> {
    let (none, own) = (BTreeSet::new(), scene.establishment(Node::Zone(zone)));
    let any = Rules { waived: true, closed: &none };
    let is_apart = |node: Node| match node {
        Node::Zone(z) => scene.establishment(node) != own && scene.net.are_apart(zone, z),
        Node::Process(_) | Node::Gateway(_) | Node::Internet | Node::Far(_) => false,
    };
    let steps = scene.graph.leaving(Node::Zone(zone)).filter(|(n, _)| scene.graph.waived.contains_key(n));
    let mut across = steps.filter_map(|(number, edge)| {
        let rest = scene.graph.path(edge.to, &is_apart, &any)?;
        Some(std::iter::once(number).chain(rest).collect())
    });
    across.next()
}

/// Centre zones that several establishments open to, with the steps.
fn met(scene: &Scene) -> BTreeMap<ZoneId, Vec<usize>> {
    let mut all: BTreeMap<ZoneId, Vec<usize>> = BTreeMap::new();
    for (number, edge) in scene.graph.steps().filter(|(_, e)| scene.establishment(e.from).is_some()) {
        if let Node::Zone(zone) = edge.to
            && !scene.net.site(scene.net.zone(zone).site).is_establishment
        {
            all.entry(zone).or_default().push(number);
        }
    }
    let site = |step: &usize| scene.establishment(scene.graph.edges[*step].from);
    all.retain(|_, steps| steps.iter().any(|step| site(step) != site(&steps[0])));
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
    let mut senders = scene
        .graph
        .reaching(here)
        .into_iter()
        .filter(|node| matches!(node, Node::Zone(_)) && scene.establishment(*node).is_some());
    senders.find_map(|sender| scene.graph.path(sender, &|n| n == here, &rules))
}
