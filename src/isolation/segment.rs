//! Broadcast domains of each establishment, from the switches' texts as they were read back.

use super::blame::FrameStep;
use super::reach::{Edge, Means, Node};
use super::readback::ReadDevice;
use crate::diagnostics::Sources;
use crate::network::{Network, ZoneId};

/// Steps that frames can take between zones.
pub(super) struct Frames {
    /// Why, in the order of the numbers in [`Means::Frames`].
    pub(super) steps: Vec<FrameStep>,
    ends: Vec<(ZoneId, ZoneId)>,
}

impl Frames {
    /// Every step of every establishment.
    pub(super) fn of(_net: &Network, _devices: &[ReadDevice], _sources: &Sources) -> Self {
        Self { steps: Vec::new(), ends: Vec::new() }
    }

    /// As steps of the graph.
    pub(super) fn edges(&self) -> impl Iterator<Item = Edge> + '_ {
        self.ends.iter().enumerate().map(|(n, (from, to))| Edge {
            from: Node::Zone(*from),
            to: Node::Zone(*to),
            means: Means::Frames(n),
        })
    }
}
