//! Switches: each zone one broadcast domain with exactly its members, every port as declared, every switch hardened.
//!
//! Not compared: names, limits of broadcasts and of stations (a flood stays in its VLAN), guards on cable ends (a wrong one shuts the
//! cable and opens nothing).

mod joined;
mod members;
mod ports;
mod switch;
mod trunks;

use super::differences::Differences;
use crate::config::vlan::VlanTable;
use crate::diagnostics::codes::isolation as codes;
use crate::diagnostics::{Sink, Sources, Span};
use crate::intent::{LanIntent, Member};
use crate::isolation::ReadDevice;
use crate::isolation::segment::Segments;
use crate::network::{Network, SiteId, Switch, ZoneId};

/// A site's switches under comparison.
struct Lan<'a> {
    net: &'a Network,
    segments: Segments<'a>,
    intent: &'a LanIntent,
}

/// One of them.
struct OneSwitch<'a> {
    index: usize,
    declared: &'a Switch,
    table: &'a VlanTable,
}

/// Every difference between the switches of a site and what they must be.
pub(in crate::isolation) fn lan(
    net: &Network,
    site: SiteId,
    devices: &[ReadDevice],
    intent: &LanIntent,
    sources: &Sources,
    sink: &mut Sink,
) {
    let place = net.site(site);
    let Some(gateway) = devices.iter().find(|d| d.site == site) else { return };
    if place.switches.is_empty() {
        return;
    }
    let lan = Lan { net, segments: Segments::of(net, site, devices, intent), intent };
    for (index, declared) in place.switches.iter().enumerate() {
        let Some((_, device, table)) = lan.segments.switches().find(|(n, ..)| *n == index) else {
            let message = format!("no file configures switch `{}`", declared.name);
            Differences::new(net, gateway, sources, sink).tell(&codes::SWITCH_DIFFERS, declared.span, message);
            continue;
        };
        let one = OneSwitch { index, declared, table };
        let mut told = Differences::new(net, device, sources, sink);
        ports::ports(&mut told, &lan, &one);
        joined::joined(&mut told, &lan, &one);
        trunks::trunks(&mut told, &lan, &one);
        switch::switch(&mut told, &lan, &one);
    }
    for (zone, wanted) in &intent.zones {
        for found in members::members(&lan, *zone, wanted) {
            let device = lan.segments.device(found.device).unwrap_or(gateway);
            let mut told = Differences::new(net, device, sources, sink);
            let span = told.at(found.at);
            told.tell_beside(&codes::SEGMENT_DIFFERS, span, found.message, Some(found.policy));
        }
    }
}

impl Lan<'_> {
    /// Zones whose members stand on a port with tagged frames.
    fn tagged(&self, switch: usize, port: u16) -> impl Iterator<Item = ZoneId> + '_ {
        self.having(Member::Tagged(switch, port))
    }

    /// The zones that a member is of.
    fn having(&self, member: Member) -> impl Iterator<Item = ZoneId> + '_ {
        self.intent.zones.iter().filter(move |(_, members)| members.contains(&member)).map(|(zone, _)| *zone)
    }

    /// Somebody of a zone stands on the port.
    fn is_host_port(&self, switch: usize, port: u16) -> bool {
        self.having(Member::Untagged(switch, port)).chain(self.tagged(switch, port)).next().is_some()
    }

    fn has_leases_alone(&self, vlan: u16) -> bool {
        self.zone_of_vlan(vlan).is_some_and(|zone| self.net.has_leases_alone(zone))
    }

    fn zone_of_vlan(&self, vlan: u16) -> Option<ZoneId> {
        let zones = &self.net.site(self.segments.site).zones;
        zones.iter().copied().find(|z| self.net.zone(*z).vlan.get() == vlan)
    }
}

impl OneSwitch<'_> {
    /// The line of the policy about a port.
    fn line(&self, port: u16) -> Span {
        let used = self.declared.ports.get(&port).map(|u| u.span);
        used.or_else(|| self.declared.native.get(&port).map(|n| n.span)).unwrap_or(self.declared.span)
    }
}
