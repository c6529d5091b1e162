//! T5: the management plane, that is each gateway's own system and the zones where devices have their addresses, is
//! reachable only from declared management zones (convention, annexe I; PSSIE EXP-SEC-FLUXADMIN).
//!
//! Not counted as reaching a gateway: its public address, of which T4 speaks; the doors of its proxies, which are
//! processes of their own; neighbour discovery, listener queries and DHCP, which are answers on the link (DESIGN §2 (4)).

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::{Outcome, Outcomes, Scene, doors, wan};
use crate::config::meaning::Unclear;
use crate::isolation::claim::{Claim, Source, Target, Theorem, Verdict};
use crate::isolation::gates::{in_nets, link_answers};
use crate::isolation::graph::Rules;
use crate::isolation::reach::{Means, Node};
use crate::isolation::spaces::Spaces;
use crate::network::{Name, Network, ProcessId, SiteId, ZoneId};
use crate::packets::{Field, PacketSet, Space};

/// The word of `may_start` for who may open to gateways.
const GATEWAY: &str = "gateway";

/// One claim for each zone that is not of the management, each process, and the Internet.
pub(super) fn claims(scene: &Scene, spaces: &mut Spaces) -> Result<Outcomes, Unclear> {
    let net = scene.net;
    let plane = Plane::of(scene, spaces)?;
    let devices = net.zones.iter().filter(|z| z.devices).filter_map(|z| z.class.as_ref());
    let words: BTreeSet<&str> = devices.map(Name::as_str).chain([GATEWAY]).collect();
    let zones = net.zone_ids().filter(|(z, _)| !manages(net, *z, &words)).map(|(zone, _)| zone);
    let zones = zones.map(|zone| (Source::Zone(zone), Node::Zone(zone)));
    let processes = (0u32..).map(ProcessId).zip(&net.processes);
    let processes = processes.map(|(process, _)| (Source::Process(process), Node::Process(process)));
    let openers: Vec<(Source, Node)> = zones.chain(processes).chain([(Source::Internet, Node::Internet)]).collect();
    let of_opener = |(from, node): &(Source, Node)| {
        (Claim { theorem: Theorem::T5, from: *from, to: Target::ManagementPlane }, plane.reached(scene, *node))
    };
    let outcomes: Vec<(Claim, Outcome)> = openers.par_iter().map(of_opener).collect();
    Ok(outcomes.into_iter().collect())
}

/// Where devices are, or a centre zone that may open to there or to gateways: `words` are what `may_start` calls them.
fn manages(net: &Network, zone: ZoneId, words: &BTreeSet<&str>) -> bool {
    let declared = net.security.may_start.get(&zone);
    net.zone(zone).devices || declared.is_some_and(|d| d.to.iter().any(|t| words.contains(t.as_str())))
}

/// Steps that end in the management plane, by where they begin.
struct Plane {
    steps: BTreeMap<Node, Vec<usize>>,
}

impl Plane {
    fn of(scene: &Scene, spaces: &mut Spaces) -> Result<Self, Unclear> {
        let mut steps: BTreeMap<Node, Vec<usize>> = BTreeMap::new();
        let mut known: BTreeMap<(SiteId, SiteId), PacketSet> = BTreeMap::new();
        for (number, edge) in scene.graph.steps() {
            let ends = match (edge.to, &edge.means) {
                (Node::Gateway(site), Means::Packets { set, home, .. }) => {
                    let space = spaces.of_mut(*home);
                    let others = match known.get(&(*home, site)) {
                        Some(others) => *others,
                        None => no_opening(scene.net, site, space)?,
                    };
                    known.insert((*home, site), others);
                    !space.is_subset(*set, others)
                }
                (Node::Gateway(_), _) => true,
                (Node::Zone(z), _) => scene.net.zone(z).devices,
                (Node::Process(_) | Node::Internet | Node::Far(..), _) => false,
            };
            if ends {
                steps.entry(edge.from).or_default().push(number);
            }
        }
        Ok(Self { steps })
    }

    /// A waiver covers exactly its flow, whatever shorter way there is beside it; a declared relay is told; anything else
    /// is a leak.
    fn reached(&self, scene: &Scene, from: Node) -> Outcome {
        let relays: BTreeSet<Node> = scene.relays.keys().copied().collect();
        let none = BTreeSet::new();
        let unwaived = |closed| self.path(scene, from, &Rules { waived: false, closed });
        if let Some(path) = unwaived(&relays).or_else(|| self.beyond_a_waiver(scene, from)) {
            return Outcome::Path(path);
        }
        let waivers = scene.graph.waivers(self.steps.get(&from).into_iter().flatten().copied());
        if !waivers.is_empty() {
            return Outcome::Settled(Verdict::Waived(waivers));
        }
        let relayed = unwaived(&none).map(|path| Verdict::Relay(scene.relay_on(&path)));
        Outcome::Settled(relayed.unwrap_or(Verdict::Strict))
    }

    /// A path into the plane that uses a waiver for more than its own flow.
    fn beyond_a_waiver(&self, scene: &Scene, from: Node) -> Option<Vec<usize>> {
        let ends =
            |number: usize| self.steps.get(&scene.graph.edges[number].from).is_some_and(|all| all.contains(&number));
        let further = scene.beyond_a_waiver(from, &ends, &|node, rules| self.path(scene, node, rules));
        further.or_else(|| self.within(scene, from))
    }

    /// A path that a waiver's own flow brings into the plane, and that goes on inside.
    fn within(&self, scene: &Scene, from: Node) -> Option<Vec<usize>> {
        let begun = BTreeSet::from([from]);
        let direct = self.steps.get(&from)?.iter().filter(|n| scene.graph.waived.contains_key(n));
        direct.copied().find_map(|step| {
            let onward = self.path(scene, scene.graph.edges[step].to, &Rules { waived: true, closed: &begun })?;
            Some([step].into_iter().chain(onward).collect())
        })
    }

    /// A shortest path whose last step ends in the plane.
    fn path(&self, scene: &Scene, from: Node, rules: &Rules) -> Option<Vec<usize>> {
        let usable = |n: &&usize| rules.waived || !scene.graph.waived.contains_key(n);
        let last = |node: Node| self.steps.get(&node)?.iter().find(usable).copied();
        if let Some(step) = last(from) {
            return Some(vec![step]);
        }
        let leads = |node: Node| !rules.closed.contains(&node) && last(node).is_some();
        let mut path = scene.graph.path(from, &leads, rules)?;
        path.extend(last(scene.graph.edges[*path.last()?].to));
        Some(path)
    }
}

/// Packets that a site's gateway takes without being managed by them.
fn no_opening(net: &Network, site: SiteId, space: &mut Space) -> Result<PacketSet, Unclear> {
    let public = in_nets(space, Field::Dst, &[wan::public(net, site)])?;
    let answers = link_answers(space)?;
    let doors = doors(net, site, space)?;
    Ok(space.union_all(&[public, answers, doors])?)
}
