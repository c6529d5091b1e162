//! What was read back, for those who ask why: who opens to whom, exactly, in each epoch.
//!
//! It walks the same steps as the proof, and the proof does not use it.

use std::collections::{BTreeMap, BTreeSet};

use super::gates::{Gate, gates};
use super::graph::{Graph, Rules};
use super::prove;
use super::reach::{Means, Node};
use super::readback::ReadDevice;
use super::segment::Frames;
use crate::config::meaning::Unclear;
use crate::diagnostics::{Sources, Span};
use crate::network::{Network, SiteId};
use crate::packets::{Limits, PacketSet, Space};

/// Every gateway as it was read back.
pub struct World<'a> {
    net: &'a Network,
    gates: BTreeMap<SiteId, Gate<'a>>,
    frames: Frames,
    space: Space,
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
        let mut space = Space::new(limits);
        let gates = gates(net, devices, &mut space, sources)?;
        Ok(Self { net, gates, frames: Frames::of(net, devices, sources), space })
    }

    /// Everything that opens in one epoch.
    ///
    /// # Errors
    /// As [`World::new`].
    pub fn openings(&mut self, epoch: usize) -> Result<Openings, Unclear> {
        let graph = prove::graph(self.net, &self.gates, &self.frames, &mut self.space, epoch)?;
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

    /// The space of all packet sets given here.
    pub fn space(&mut self) -> &mut Space {
        &mut self.space
    }
}

impl Openings {
    /// Packets by which one opens to the other with nobody between but gateways, as the last of these sees them.
    pub fn direct(&self, from: Node, to: Node) -> impl Iterator<Item = PacketSet> {
        self.graph.leaving(from).filter(move |(_, edge)| edge.to == to).filter_map(|(_, edge)| match &edge.means {
            Means::Packets { set, .. } => Some(*set),
            Means::Machine(_) | Means::Frames(_) | Means::Claimed { .. } => None,
        })
    }

    /// A shortest way from one to the other by way of hosts and processes that pass on what they receive.
    pub fn by_others(&self, from: Node, to: Node) -> Option<Vec<Node>> {
        let closed = BTreeSet::new();
        let path = self.graph.path(from, &|node| node == to, &Rules { waived: true, closed: &closed })?;
        Some(std::iter::once(from).chain(path.iter().map(|step| self.graph.edges[*step].to)).collect())
    }
}
