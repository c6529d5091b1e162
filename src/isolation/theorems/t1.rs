//! T1: in every establishment, no zone of one side of `isolate` can open a connection to one of the other, and both open
//! to one place only where the security policy says so.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{Outcome, Outcomes, Scene, meeting, of_classes};
use crate::config::meaning::Unclear;
use crate::diagnostics::codes::isolation as codes;
use crate::diagnostics::{Diagnostic, Sink};
use crate::isolation::claim::{Claim, Source, Target, Theorem};
use crate::isolation::reach::Node;
use crate::isolation::spaces::Spaces;
use crate::network::{Name, Network, SiteId, ZoneId};

/// Every ordered pair of separated zones.
pub(super) fn claims(scene: &Scene, _spaces: &mut Spaces) -> Result<Outcomes, Unclear> {
    let schools = scene.net.site_ids().filter(|(_, s)| s.is_establishment).map(|(site, _)| site);
    let schools: Vec<SiteId> = schools.collect();
    let of_schools: Vec<Outcomes> = schools.par_iter().map(|school| in_school(scene, *school)).collect();
    Ok(of_schools.into_iter().flatten().collect())
}

/// Those of one establishment.
fn in_school(scene: &Scene, school: SiteId) -> Outcomes {
    let mut all = Outcomes::new();
    let reached = |zone: &ZoneId| (*zone, scene.graph.reached(Node::Zone(*zone)));
    let reached: BTreeMap<ZoneId, Vec<Node>> = scene.net.site(school).zones.iter().map(reached).collect();
    for line in &scene.net.security.isolate {
        for a in of_classes(scene.net, school, &line.left) {
            for b in of_classes(scene.net, school, &line.right) {
                for (from, to) in [(a, b), (b, a)] {
                    all.insert(claim(from, to), outcome(scene, &reached[&from], from, to));
                }
            }
        }
    }
    all
}

fn claim(from: ZoneId, to: ZoneId) -> Claim {
    Claim { theorem: Theorem::T1, from: Source::Zone(from), to: Target::Zone(to) }
}

fn outcome(scene: &Scene, reached: &[Node], from: ZoneId, to: ZoneId) -> Outcome {
    if let Some(found) = scene.separated_among(reached, &|n| n == Node::Zone(to)) {
        return found;
    }
    let (mine, theirs) = (scene.stops(from), scene.stops(to));
    let common = mine.iter().filter_map(|(place, steps)| Some((place, steps, theirs.get(place)?)));
    meeting::worst(common.map(|(place, own, other)| {
        let verdict = scene.meet_at(*place, [from, to], [own, other]);
        let is_for_own = matches!(place, Node::Zone(zone) if scene.is_for(*zone, from));
        (verdict, if is_for_own { other[0] } else { own[0] })
    }))
}

/// A line of `isolate` that separates nothing in an establishment is an error, unless the establishment says that it
/// has none of these classes.
pub(super) fn vacuous(net: &Network, sink: &mut Sink) {
    on_no_side(net, sink);
    for (id, site) in net.site_ids().filter(|(_, s)| s.is_establishment) {
        for line in &net.security.isolate {
            for side in [&line.left, &line.right] {
                let said = side.iter().all(|class| site.has_no.contains(class));
                if of_classes(net, id, side).next().is_none() && !said {
                    let names: Vec<String> = side.iter().map(|c: &Name| format!("`{c}`")).collect();
                    sink.push(
                        Diagnostic::new(
                            &codes::VACUOUS,
                            site.span,
                            format!(
                                "nothing would be separated in `{}`: it has no zone of {}",
                                site.name,
                                names.join(", ")
                            ),
                        )
                        .other(line.span, "this line of `isolate`")
                        .claims([format!("{}nothing would be separated", Theorem::T1.about(Some(&site.name)))])
                        .extent([])
                        .help("add the missing zone, or say that the establishment has none: `has_no: [...]`")
                        .note("rule", Theorem::T1.basis()),
                    );
                }
            }
        }
    }
}

/// A class on no side of `isolate` would leave its zones outside T1 without a word; only the meeting class may.
fn on_no_side(net: &Network, sink: &mut Sink) {
    let facts = &net.security;
    let said = |class: &Name| facts.isolate.iter().any(|l| l.left.contains(class) || l.right.contains(class));
    let mut told: Vec<&Name> = Vec::new();
    for zone in &net.zones {
        let Some(class) = &zone.class else { continue };
        if !said(class) && facts.meeting_class.as_ref() != Some(class) && !told.contains(&class) {
            told.push(class);
            sink.push(
                Diagnostic::new(
                    &codes::VACUOUS,
                    zone.span,
                    format!(
                        "nothing separates `{}` from anything: its class `{class}` is on no side of `isolate`",
                        zone.name
                    ),
                )
                .claims([format!("{}`{class}` is on no side", Theorem::T1.about(None))])
                .extent(net.zone_ids().filter(|(_, z)| z.class.as_ref() == Some(class)).map(|(z, _)| net.zone_label(z)))
                .help(format!("ask the security officer to name `{class}` in a line of `isolate`"))
                .note("rule", Theorem::T1.basis()),
            );
        }
    }
}
