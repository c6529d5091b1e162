//! Tunnels whose far end is not ours: what comes in by them, and where they may lead.

use ipnet::IpNet;

use super::{Arriving, Edge, Means, Node, Walk};
use crate::config::meaning::Unclear;
use crate::config::tunnel::Tunnel;
use crate::isolation::gates::interval;
use crate::network::SiteId;
use crate::packets::{IntervalSet, ipsec};

impl Walk<'_, '_> {
    /// Whatever their selectors cover comes in by the tunnels of a site that are not ours at the other end.
    pub(super) fn open_from_far_ends(&mut self, site: SiteId) -> Result<(), Unclear> {
        let gate = self.gate(site);
        let enters = gate.wan;
        for (number, tunnel) in gate.policy_based() {
            self.from = Node::Far(site, number);
            let any = self.space.product(&Self::openers(enters, ipsec::ARRIVED))?;
            let covered = self.selected(tunnel, true)?;
            let set = self.space.intersect(any, covered)?;
            self.arrive(site, &Arriving { set, enters, arrived: ipsec::ARRIVED, trail: Vec::new() })?;
            self.claimed_by(site, tunnel);
        }
        Ok(())
    }

    /// A far end that is not ours leads wherever its selectors say, and whoever is there may come through it.
    fn claimed_by(&mut self, site: SiteId, tunnel: &Tunnel) {
        let remote: IntervalSet = tunnel.children.iter().flat_map(|c| &c.remote).map(interval).collect();
        for (id, zone) in self.net.zone_ids().filter(|(_, z)| z.site != site && !z.private) {
            let meets = !IntervalSet::from(interval(&IpNet::V4(zone.v4))).intersect(&remote).is_empty();
            if meets {
                let (far, zone) = (self.from, Node::Zone(id));
                self.found.push(Edge { from: far, to: zone, means: Means::Claimed });
                self.found.push(Edge { from: zone, to: far, means: Means::Claimed });
            }
        }
    }
}
