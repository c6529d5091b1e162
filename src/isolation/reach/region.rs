//! Which gateways meet: by tunnels, in clear over the WANs. Asked by who stands there, so that nobody looks at all others.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::config::tunnel::Tunnel;
use crate::isolation::gates::{Gate, point};
use crate::isolation::spaces::Parts;
use crate::network::{Network, SiteId};
use crate::packets::{IntervalSet, Space};

/// Outer addresses of a tunnel: its own, and that of its peer.
type Outer = (IpAddr, Option<IpAddr>);
/// A tunnel, by its site and its place there.
type Place = (SiteId, usize);

/// All gateways of a region, with what leads from one to another.
pub(in crate::isolation) struct Region<'a, 'g> {
    /// The network.
    pub(in crate::isolation) net: &'a Network,
    pub(super) gates: &'a BTreeMap<SiteId, Gate<'g>>,
    pub(super) parts: Parts,
    /// The sets of each part's gateways, which no part changes.
    pub(super) settled: Vec<Space>,
    /// Tunnels by their own outer address and that of their peer.
    ends: BTreeMap<Outer, Vec<Place>>,
    /// Whose gateways have an address, by its number in either family.
    holders: BTreeMap<u128, Vec<SiteId>>,
    /// Interfaces of a site by which a tunnel leads to another one.
    leads: BTreeMap<(SiteId, SiteId), Vec<u128>>,
}

impl<'a, 'g> Region<'a, 'g> {
    /// Indexes the gateways of a region.
    pub(in crate::isolation) fn new(
        net: &'a Network,
        gates: &'a BTreeMap<SiteId, Gate<'g>>,
        parts: Parts,
        settled: Vec<Space>,
    ) -> Self {
        let mut region = Self {
            net,
            gates,
            parts,
            settled,
            ends: BTreeMap::new(),
            holders: BTreeMap::new(),
            leads: BTreeMap::new(),
        };
        for (site, gate) in gates {
            for (place, tunnel) in gate.device.bundle.tunnels.iter().enumerate() {
                region.ends.entry((tunnel.local, tunnel.remote)).or_default().push((*site, place));
            }
            for address in &gate.own {
                region.holders.entry(point(*address).1).or_default().push(*site);
            }
        }
        let centres = gates.iter().filter(|(site, _)| !net.site(**site).is_establishment);
        for (site, gate) in centres {
            for (interface, tunnel) in gate.tunnels_by_interface() {
                for (peer, _) in region.other_ends(*site, tunnel) {
                    region.leads.entry((*site, peer)).or_default().push(interface);
                }
            }
        }
        region
    }

    /// Other ends of a site's tunnel, whose peer and identity are ours, site by site.
    pub(super) fn other_ends(&self, site: SiteId, tunnel: &Tunnel) -> Vec<(SiteId, &'a Tunnel)> {
        let ends: Vec<&Vec<Place>> = match tunnel.remote {
            Some(peer) => [Some(tunnel.local), None].iter().filter_map(|back| self.ends.get(&(peer, *back))).collect(),
            None => self.ends.values().collect(),
        };
        let mut places: Vec<Place> = ends.into_iter().flatten().copied().collect();
        places.sort_unstable();
        let ends = places.into_iter().map(|(peer, place)| (peer, &self.gates[&peer].device.bundle.tunnels[place]));
        ends.filter(|(peer, far)| *peer != site && meets(tunnel, far)).collect()
    }

    /// Sites whose gateways have one of some addresses, of whichever family.
    pub(super) fn holding(&self, addresses: &IntervalSet) -> Vec<SiteId> {
        let mut found: Vec<SiteId> = addresses
            .iter()
            .flat_map(|part| self.holders.range(part.lo..=part.hi))
            .flat_map(|(_, sites)| sites.iter().copied())
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Interfaces of a site of the centre by which a tunnel leads to another site.
    pub(super) fn leading(&self, from: SiteId, to: SiteId) -> &[u128] {
        self.leads.get(&(from, to)).map_or(&[], Vec::as_slice)
    }
}

/// Two ends of one tunnel: outer addresses answer each other, and each accepts the other's identity.
fn meets(a: &Tunnel, b: &Tunnel) -> bool {
    let accepts = |side: &Tunnel, other: &Tunnel| match (&side.remote_auth.id, &other.local_auth.id) {
        (None, _) | (_, None) => true,
        (Some(wanted), Some(given)) => wanted == given || wanted.contains('*') || wanted == "%any",
    };
    let answers = |side: &Tunnel, other: &Tunnel| side.remote.is_none_or(|r| r == other.local);
    answers(a, b) && answers(b, a) && accepts(a, b) && accepts(b, a)
}
