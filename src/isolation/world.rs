//! What was read back, for those who ask why: who opens to whom, exactly, in each epoch.
//!
//! It walks the same steps as the proof, and the proof does not use it.

use std::collections::{BTreeMap, BTreeSet};

use super::gates::{Gate, gates};
use super::graph::{Graph, Rules};
use super::prove;
use super::reach::{Means, Node, Region, Walks};
use super::readback::ReadDevice;
use super::segment::Frames;
use super::spaces::{Method, Spaces};
use crate::config::meaning::Unclear;
use crate::diagnostics::{Sources, Span};
use crate::network::{Network, SiteId};
use crate::packets::{Limits, OverBudget, PacketSet, Space};

/// Every gateway as it was read back.
pub struct World<'a> {
    net: &'a Network,
    gates: BTreeMap<SiteId, Gate<'a>>,
    frames: Frames,
    spaces: Spaces,
}

/// What leads from one to the other past the gateways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joint {
    /// A machine, a switch or a tunnel, and how.
    pub why: String,
    /// The line that makes it.
    pub span: Span,
}

/// Who opens to whom in one epoch.
pub struct Openings {
    graph: Graph,
}

impl<'a> World<'a> {
    /// Prepares the devices of a network.
    ///
    /// # Errors
    /// [`Unclear`] when a filter has no meaning, or the packet sets grow past their budget.
    pub fn new(
        net: &'a Network,
        devices: &'a [ReadDevice],
        sources: &Sources,
        limits: Limits,
    ) -> Result<Self, Unclear> {
        let method = Method { limits, ..Method::default() };
        let (gates, spaces) = gates(net, devices, sources, method)?;
        Ok(Self { net, gates, frames: Frames::of(net, devices, sources), spaces })
    }

    /// Everything that opens in one epoch.
    ///
    /// # Errors
    /// As [`World::new`].
    pub fn openings(&mut self, epoch: usize) -> Result<Openings, Unclear> {
        let (parts, settled) = (self.spaces.parts().clone(), self.spaces.settled());
        let region = Region::new(self.net, &self.gates, parts, settled);
        let graph = prove::graph(&region, &self.frames, &mut self.spaces, &mut Walks::default(), epoch)?;
        Ok(Openings { graph })
    }

    /// Everything that leads from one to the other past the gateways: frames, machines with a foot in both, tunnels
    /// that are not ours.
    pub fn joints(&self, openings: &Openings, from: Node, to: Node) -> Vec<Joint> {
        let steps = openings.graph.leaving(from).filter(|(_, edge)| edge.to == to);
        steps.filter_map(|(_, edge)| self.joint(&edge.means)).collect()
    }

    fn joint(&self, means: &Means) -> Option<Joint> {
        Some(match means {
            Means::Packets { .. } => return None,
            Means::Machine(host) => {
                let host = &self.net.hosts[host.index()];
                Joint { why: format!("machine `{}` has a foot in both", host.name), span: host.span }
            }
            Means::Frames(number) => {
                let step = &self.frames.steps[*number];
                Joint { why: step.why.clone(), span: step.line.unwrap_or(step.text) }
            }
            Means::Claimed { site, tunnel } => self.claimed(*site, *tunnel),
        })
    }

    fn claimed(&self, site: SiteId, number: usize) -> Joint {
        let gate = &self.gates[&site];
        let tunnel = &gate.device.bundle.tunnels[number];
        let place = self.net.site(site);
        let old = place.old_tunnels.iter().find(|old| tunnel.name.ends_with(old.name.as_str()));
        let (name, span) = match old {
            Some(old) => (old.name.as_str(), self.net.origin(old.origin).span),
            None => (tunnel.name.as_str(), place.span),
        };
        Joint { why: format!("the selectors of tunnel `{name}` of {} cover it", place.name), span }
    }

    /// Packets by which one opens to the other with nobody between but gateways, as the last of these sees them; in a space
    /// of the one who asks.
    ///
    /// # Errors
    /// [`OverBudget`] when that space is full.
    pub fn direct(
        &self,
        openings: &Openings,
        [from, to]: [Node; 2],
        space: &mut Space,
    ) -> Result<Vec<PacketSet>, OverBudget> {
        let mut all = Vec::new();
        for (_, edge) in openings.graph.leaving(from).filter(|(_, edge)| edge.to == to) {
            if let Means::Packets { set, home, .. } = &edge.means {
                all.extend(space.import(self.spaces.of(*home), &[*set])?);
            }
        }
        Ok(all)
    }
}

impl Openings {
    /// A shortest way from one to the other by way of hosts and processes that pass on what they receive.
    pub fn by_others(&self, from: Node, to: Node) -> Option<Vec<Node>> {
        let closed = BTreeSet::new();
        let path = self.graph.path_to(from, to, &Rules { waived: true, closed: &closed })?;
        Some(std::iter::once(from).chain(path.iter().map(|step| self.graph.edges[*step].to)).collect())
    }
}
