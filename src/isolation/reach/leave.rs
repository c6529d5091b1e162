//! Past the filter: onto a zone's link, into a tunnel, or out by the WAN.

use super::{Arriving, Crossing, Node, Walk};
use crate::config::filter::Hook;
use crate::config::meaning::{self, Unclear};
use crate::config::tunnel::Tunnel;
use crate::network::SiteId;
use crate::packets::{Field, FieldProduct, IntervalSet, PacketSet, ipsec, uid};

impl Walk<'_, '_> {
    /// Onto a zone's link, into a tunnel, or out by the WAN.
    pub(super) fn leave(
        &mut self,
        site: SiteId,
        passed: PacketSet,
        crossing: Crossing,
        trail: &[Crossing],
    ) -> Result<(), Unclear> {
        if passed.is_empty() {
            return Ok(());
        }
        let mut crossings = trail.to_vec();
        crossings.push(crossing);
        let gate = self.gate(site);
        if crossing.leaves == gate.wan {
            return self.leave_by_wan(site, passed, &crossings);
        }
        if let Some(zone) = gate.zones.get(&crossing.leaves) {
            self.arrived(Node::Zone(*zone), passed, &crossings);
            return Ok(());
        }
        let sent = self.translated(site, passed)?;
        for tunnel in gate.tunnels_on(crossing.leaves) {
            let covered = self.selected(tunnel, false)?;
            let set = self.space.intersect(sent, covered)?;
            self.through_tunnel(site, tunnel, set, &crossings)?;
        }
        Ok(())
    }

    /// Sources as they are once translated, on the way out and before a tunnel's selectors are asked; what connection
    /// tracking does not follow keeps its own.
    fn translated(&mut self, site: SiteId, set: PacketSet) -> Result<PacketSet, Unclear> {
        let gate = self.gate(site);
        let Some(filter) = &gate.device.bundle.filter else { return Ok(set) };
        let now = self.net.epochs[self.epoch].clock();
        let image = meaning::translate(self.space, filter, &gate.interfaces, Hook::Postrouting, set, now)?;
        self.with_untracked(image, set)
    }

    fn leave_by_wan(&mut self, site: SiteId, passed: PacketSet, crossings: &[Crossing]) -> Result<(), Unclear> {
        let gate = self.gate(site);
        let protected = FieldProduct::any()
            .with(Field::Ipsec, IntervalSet::points([ipsec::LEAVES, ipsec::LEAVES | ipsec::ARRIVED]));
        let protected = self.space.product(&protected)?;
        let (inner, clear) = self.space.partition(passed, protected)?;
        for (_, tunnel) in gate.policy_based() {
            let covered = self.selected(tunnel, false)?;
            let set = self.space.intersect(inner, covered)?;
            for far in self.far_ends(tunnel) {
                self.arrived(far, set, crossings);
            }
        }
        let image = self.translated(site, clear)?;
        let (last, trail) = crossings.split_last().expect("a gateway was crossed");
        let passing = self.passing(site, last.enters, trail)?.leave;
        let left = self.space.intersect(image, passing)?;
        if !left.is_empty() && self.from != Node::Internet {
            self.arrived(Node::Internet, clear, crossings);
            self.reach_public_addresses(site, left, crossings)?;
        }
        Ok(())
    }

    /// In clear over the WANs to a public address of another site: its own, or one at which it publishes something.
    fn reach_public_addresses(&mut self, site: SiteId, left: PacketSet, crossings: &[Crossing]) -> Result<(), Unclear> {
        for peer in self.met_in_clear(site, left, crossings) {
            let gate = self.gate(peer);
            let own = self.for_itself(peer, left)?;
            let own = self.fixed(own, Field::In, gate.wan)?;
            let own = self.fixed(own, Field::Ipsec, 0)?;
            let own = self.fixed(own, Field::Uid, uid::NONE)?;
            let arriving = Arriving { set: own, enters: gate.wan, arrived: 0, trail: crossings.to_vec() };
            self.come_by_wan(peer, &arriving)?;
        }
        Ok(())
    }

    fn come_by_wan(&mut self, site: SiteId, arriving: &Arriving) -> Result<(), Unclear> {
        if arriving.goes_round(site) {
            return self.deliver(site, arriving);
        }
        self.arrive(site, arriving)
    }

    /// At the other end: the tunnel whose peer and identity are ours, by the selectors written there.
    fn through_tunnel(
        &mut self,
        site: SiteId,
        tunnel: &Tunnel,
        set: PacketSet,
        crossings: &[Crossing],
    ) -> Result<(), Unclear> {
        for (peer, far) in self.region.other_ends(site, tunnel) {
            let Some(enters) = self.gate(peer).interface_of(far) else { continue };
            if !self.may_enter(peer, crossings) {
                continue;
            }
            let covered = self.selected(far, true)?;
            let inner = self.space.intersect(set, covered)?;
            let inner = self.fixed(inner, Field::In, enters)?;
            let inner = self.fixed(inner, Field::Ipsec, ipsec::ARRIVED)?;
            let inner = self.fixed(inner, Field::Uid, uid::NONE)?;
            let inner = self.space.project(inner, Field::Out)?;
            self.arrive(peer, &Arriving { set: inner, enters, arrived: ipsec::ARRIVED, trail: crossings.to_vec() })?;
        }
        Ok(())
    }
}
