//! Tunnels whose far end is not ours: what comes in by them, and where they may lead.
//!
//! A peer is one far end, whoever has a tunnel to it, and so are peers whose ranges meet: what one establishment sends
//! there may go on to another. Into each tunnel it sends what the selectors cover, and it leads to every zone of ours that they claim to be there.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;

use super::{Arriving, Edge, Means, Node, Walk};
use crate::config::meaning::Unclear;
use crate::config::tunnel::Tunnel;
use crate::isolation::gates::Gate;
use crate::network::{Network, SiteId, Zone, meet};
use crate::packets::ipsec;

/// The peer of a tunnel that takes whoever comes.
const ANYBODY: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

impl Walk<'_, '_> {
    /// Whatever their selectors cover comes in by the tunnels of a site that are not ours at the other end.
    pub(super) fn open_from_far_ends(&mut self, site: SiteId) -> Result<(), Unclear> {
        let gate = self.gate(site);
        let enters = gate.wan;
        for (number, tunnel) in gate.policy_based() {
            let any = self.space.product(&Self::openers(enters, ipsec::ARRIVED))?;
            let covered = self.selected(tunnel, true)?;
            let set = self.space.intersect(any, covered)?;
            for far in self.far_ends(tunnel) {
                self.from = far;
                self.rank.next();
                self.arrive(site, &Arriving { set, enters, arrived: ipsec::ARRIVED, trail: Vec::new() })?;
                self.rank.next();
                if !self.is_seen_elsewhere(site, &[]) {
                    self.claimed_by(site, number, tunnel);
                }
            }
        }
        Ok(())
    }

    /// Who may be at the far end: the peer; where any peer is taken, each that somebody has a tunnel to, and strangers.
    pub(super) fn far_ends(&self, tunnel: &Tunnel) -> Vec<Node> {
        far_ends(self.gates, tunnel)
    }

    /// A far end leads wherever the selectors say, and whoever is there may come through it.
    fn claimed_by(&mut self, site: SiteId, number: usize, tunnel: &Tunnel) {
        let net = self.net;
        for (id, _) in net.zone_ids().filter(|(_, z)| may_be_behind(net, site, tunnel, z)) {
            let (far, zone) = (self.from, Node::Zone(id));
            let means = Means::Claimed { site, tunnel: number };
            self.add(Edge { from: far, to: zone, means: means.clone() });
            self.add(Edge { from: zone, to: far, means });
        }
    }
}

/// Who may be at the far end of a tunnel.
fn far_ends(gates: &BTreeMap<SiteId, Gate>, tunnel: &Tunnel) -> Vec<Node> {
    if let Some(peer) = tunnel.remote {
        return vec![Node::Far(peer)];
    }
    let known = gates.values().flat_map(|g| g.policy_based()).filter_map(|(_, t)| t.remote);
    let all: BTreeSet<Node> = known.chain([ANYBODY]).map(Node::Far).collect();
    all.into_iter().collect()
}

/// Two far ends with addresses in common may be two doors of one network.
pub(super) fn joined(gates: &BTreeMap<SiteId, Gate>) -> Vec<Edge> {
    let tunnels: Vec<(SiteId, usize, &Tunnel)> =
        gates.iter().flat_map(|(site, gate)| gate.policy_based().map(|(n, t)| (*site, n, t))).collect();
    let mut joined: BTreeMap<(Node, Node), Means> = BTreeMap::new();
    for (_, _, here) in &tunnels {
        for (site, number, there) in tunnels.iter().filter(|(_, _, there)| share_addresses(here, there)) {
            for from in far_ends(gates, here) {
                for to in far_ends(gates, there).into_iter().filter(|to| *to != from) {
                    joined.entry((from, to)).or_insert(Means::Claimed { site: *site, tunnel: *number });
                }
            }
        }
    }
    joined.into_iter().map(|((from, to), means)| Edge { from, to, means }).collect()
}

fn share_addresses(a: &Tunnel, b: &Tunnel) -> bool {
    let far = |t: &Tunnel| -> Vec<IpNet> { t.children.iter().flat_map(|c| c.remote.clone()).collect() };
    far(a).iter().any(|x| far(b).iter().any(|y| meet(x, y)))
}

/// The selectors cover a zone's addresses on the far side. A private range is the zone's only where the tunnel
/// begins or ends: elsewhere it is somebody else's.
fn may_be_behind(net: &Network, site: SiteId, tunnel: &Tunnel, zone: &Zone) -> bool {
    let public = IpAddr::V4(net.site(zone.site).gateway.public.value);
    let is_there = zone.site == site || tunnel.remote.is_none_or(|peer| peer == public);
    let far: Vec<&IpNet> = tunnel.children.iter().flat_map(|c| &c.remote).collect();
    (!zone.private || is_there) && zone.nets().iter().any(|own| far.iter().any(|far| meet(own, far)))
}
