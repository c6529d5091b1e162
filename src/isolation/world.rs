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
use crate::diagnostics::Sources;
use crate::network::{Network, SiteId};
use crate::packets::{Limits, PacketSet, Space};

/// Every gateway as it was read back.
pub struct World<'a> {
    net: &'a Network,
    gates: BTreeMap<SiteId, Gate<'a>>,
    frames: Frames,
    space: Space,
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

    /// Whether one reaches the other past the gateways: by frames, a machine with a foot in both, or a tunnel that is
    /// not ours.
    pub fn is_joined(&self, from: Node, to: Node) -> bool {
        let past = |means: &Means| matches!(means, Means::Machine(_) | Means::Frames(_) | Means::Claimed { .. });
        self.graph.leaving(from).any(|(_, edge)| edge.to == to && past(&edge.means))
    }

    /// A shortest way from one to the other by way of hosts and processes that pass on what they receive.
    pub fn by_others(&self, from: Node, to: Node) -> Option<Vec<Node>> {
        let closed = BTreeSet::new();
        let path = self.graph.path(from, &|node| node == to, &Rules { waived: true, closed: &closed })?;
        Some(std::iter::once(from).chain(path.iter().map(|step| self.graph.edges[*step].to)).collect())
    }
}
