//! Broadcast domains of each site, from the switches' texts as they were read back.
//!
//! A place is a VLAN of a device; a cable joins two places when a frame of one can enter the other. Each component is
//! one domain: whoever stands in it can send a frame to everybody else in it. Beside what is joined, two ways cross
//! between domains: a frame tagged twice over a cable whose untagged VLAN has hosts, and a switch that routes.
//!
//! An access point keeps the zones that the policy puts on its port apart (assumption A1); nobody else does.

mod domains;
mod steps;

pub(super) use domains::{Place, Segments, in_zone};

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::blame::FrameStep;
use super::reach::{Edge, Means, Node};
use super::readback::{ReadDevice, at_site};
use crate::config::Loc;
use crate::diagnostics::{Sources, Span};
use crate::intent;
use crate::network::{Network, SiteId, ZoneId};

/// One step that frames, or packets behind the gateway's back, can take between two zones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SegmentEdge {
    /// From whose hosts.
    pub(super) from: ZoneId,
    /// To whose hosts.
    pub(super) to: ZoneId,
    /// Why, in words.
    pub(super) why: String,
    /// The device whose text makes it.
    pub(super) device: Place,
    /// Its line.
    pub(super) at: Loc,
    /// The line of the policy: the use of a port, a cable, a brownfield fact.
    pub(super) origin: Span,
    /// A switch routes, behind the gateway: packets, not frames.
    pub(super) routed: bool,
}

/// Steps that frames can take between zones.
pub(super) struct Frames {
    /// Why, in the order of the numbers in [`Means::Frames`].
    pub(super) steps: Vec<FrameStep>,
    ends: Vec<(ZoneId, ZoneId)>,
}

impl Frames {
    /// Every step of every site, one for each pair of zones and each reason.
    pub(super) fn of(net: &Network, devices: &[ReadDevice], sources: &Sources) -> Self {
        let mut all = Self { steps: Vec::new(), ends: Vec::new() };
        let sites: Vec<SiteId> = net.site_ids().filter(|(_, s)| !s.switches.is_empty()).map(|(site, _)| site).collect();
        let of_sites: Vec<Vec<_>> =
            sites.par_iter().map(|site| steps_of(net, *site, at_site(devices, *site), sources)).collect();
        for (ends, step) in of_sites.into_iter().flatten() {
            all.ends.push(ends);
            all.steps.push(step);
        }
        all
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

/// The steps of one site, from its devices.
fn steps_of(
    net: &Network,
    site: SiteId,
    devices: &[ReadDevice],
    sources: &Sources,
) -> Vec<((ZoneId, ZoneId), FrameStep)> {
    let segments = Segments::of(net, site, devices, &intent::lan(net, site));
    let mut known: BTreeSet<(ZoneId, ZoneId, String)> = BTreeSet::new();
    let mut all = Vec::new();
    for edge in steps::edges(net, &segments) {
        if known.insert((edge.from, edge.to, edge.why.clone())) {
            let text = segments.device(edge.device).and_then(|d| d.places.span(edge.at, sources));
            let step = FrameStep {
                why: edge.why,
                line: Some(edge.origin),
                text: text.unwrap_or(net.site(site).span),
                routed: edge.routed,
            };
            all.push(((edge.from, edge.to), step));
        }
    }
    all
}

#[cfg(test)]
mod tests;
