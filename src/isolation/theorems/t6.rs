//! T6: on a WAN there is in clear only IKE and ESP between declared peers, what leaves for the Internet by an exit, what
//! comes to a published service, and supervision; both ends of a tunnel mirror each other, and nothing falls back to
//! clear (convention, art. 10).

use std::collections::BTreeSet;
use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};

use super::wan::{clear_in, clear_out, inside, outside, public, supervision, with_peers};
use super::{Outcome, Outcomes, Scene};
use crate::config::Loc;
use crate::config::filter::Hook;
use crate::config::meaning::{self, Unclear};
use crate::config::tunnel::{Child, Tunnel};
use crate::isolation::claim::{Claim, Source, Target, Theorem, Verdict};
use crate::isolation::gates::{Gate, in_nets};
use crate::isolation::published;
use crate::isolation::spaces::Spaces;
use crate::network::SiteId;
use crate::packets::{Field, FieldProduct, IntervalSet, PacketSet, Space};

/// One claim for each WAN, and one for each tunnel between two sites.
pub(super) fn claims(scene: &Scene, spaces: &mut Spaces) -> Result<Outcomes, Unclear> {
    let mut all = Outcomes::new();
    let of_site = |site, space: &mut Space| {
        let outside = outside(scene.net, space)?;
        Wan { scene, gate: &scene.gates[&site], site, outside }.clear(space)
    };
    for (site, outcome) in spaces.each(scene.gates.keys().copied(), of_site)? {
        all.insert(claim(Source::Wan(site), Target::ClearText), outcome);
    }
    for tunnel in &scene.net.tunnels {
        let [here, there] = tunnel.ends;
        all.insert(claim(Source::Site(there, here), Target::Mirror), mirrored(scene, tunnel.ends));
    }
    Ok(all)
}

fn claim(from: Source, to: Target) -> Claim {
    Claim { theorem: Theorem::T6, from, to }
}

/// One WAN in clear.
struct Wan<'a, 'g> {
    scene: &'a Scene<'a, 'g>,
    gate: &'a Gate<'g>,
    site: SiteId,
    /// Packets to the Internet.
    outside: PacketSet,
}

impl Wan<'_, '_> {
    /// The first packets in clear that nothing declares.
    fn clear(&self, space: &mut Space) -> Result<Outcome, Unclear> {
        let passing = &self.gate.passing[self.scene.epoch];
        let undeclared = [
            (Hook::Forward, self.comes_through(space, passing.forward)?),
            (Hook::Input, self.comes_elsewhere(space, passing.input)?),
            (Hook::Forward, self.goes_through(space, passing.forward)?),
            (Hook::Output, self.goes_out(space, passing.output)?),
        ];
        let first = undeclared.into_iter().find(|(_, set)| !set.is_empty());
        Ok(first.map_or(Outcome::Settled(Verdict::Strict), |(hook, set)| Outcome::Passes(self.site, hook, set)))
    }

    /// Nothing that comes in clear is passed on, but to what is published.
    fn comes_through(&self, space: &mut Space, forward: PacketSet) -> Result<PacketSet, Unclear> {
        let clear = space.product(&clear_in(self.gate))?;
        let passed = space.intersect(clear, forward)?;
        let instant = self.scene.net.epochs[self.scene.epoch].instant();
        let answers = published::packets(self.scene.net, space, self.site, instant)?;
        Ok(space.minus(passed, answers)?)
    }

    /// Nothing comes in clear to another address of the gateway than its public one, of which T4 speaks.
    fn comes_elsewhere(&self, space: &mut Space, input: PacketSet) -> Result<PacketSet, Unclear> {
        let clear = space.product(&clear_in(self.gate))?;
        let public = in_nets(space, Field::Dst, &[public(self.scene.net, self.site)])?;
        let accepted = space.intersect(clear, input)?;
        Ok(space.minus(accepted, public)?)
    }

    /// What is passed on in clear is for the Internet or for a supervised address, and never shows an inside source.
    fn goes_through(&self, space: &mut Space, forward: PacketSet) -> Result<PacketSet, Unclear> {
        let clear = space.product(&clear_out(self.gate))?;
        let sent = space.intersect(clear, forward)?;
        let supervision = supervision(self.scene.net, space, self.site)?;
        let declared = space.union(self.outside, supervision)?;
        let undeclared = space.minus(sent, declared)?;
        let shown = self.shows_inside(space, sent)?;
        Ok(space.union(undeclared, shown)?)
    }

    /// What still has an inside source when it has left.
    fn shows_inside(&self, space: &mut Space, sent: PacketSet) -> Result<PacketSet, Unclear> {
        let Some(filter) = &self.gate.device.bundle.filter else { return Ok(sent) };
        let now = self.scene.net.epochs[self.scene.epoch].clock();
        let image = meaning::translate(space, filter, &self.gate.interfaces, Hook::Postrouting, sent, now)?;
        let left = space.intersect(image, self.gate.passing[self.scene.epoch].leave)?;
        let inside = in_nets(space, Field::Src, &inside(self.scene.net))?;
        Ok(space.intersect(left, inside)?)
    }

    /// What the gateway itself sends in clear: IKE and ESP to peers; its proxies, from an exit, to the Internet.
    fn goes_out(&self, space: &mut Space, output: PacketSet) -> Result<PacketSet, Unclear> {
        let net = self.scene.net;
        let clear = space.product(&clear_out(self.gate))?;
        let sent = space.intersect(clear, output)?;
        let peers = with_peers(net, space, self.site, Field::Src, Field::Dst)?;
        let accounts = IntervalSet::points(net.processes_of(self.site).map(|(_, p)| u128::from(p.uid)));
        let processes = space.product(&FieldProduct::any().with(Field::Uid, accounts))?;
        let exits = net.site(self.site).gateway.exits.iter().map(|a| IpNet::V4(Ipv4Net::from(*a)));
        let from = in_nets(space, Field::Src, &exits.collect::<Vec<_>>())?;
        let browsing = space.intersect(processes, from)?;
        let browsing = space.intersect(browsing, self.outside)?;
        let declared = space.union(peers, browsing)?;
        Ok(space.minus(sent, declared)?)
    }
}

/// Both ends were read with the same pairs of prefixes, each the other's mirror, and trap what no child covers yet.
fn mirrored(scene: &Scene, ends: [SiteId; 2]) -> Outcome {
    let [here, there] = ends;
    let title = |site: SiteId, peer: SiteId| {
        format!("the tunnel of {} to {}", scene.net.site(site).name, scene.net.site(peer).name)
    };
    for (site, peer) in [(here, there), (there, here)] {
        let (Some(own), Some(other)) = (end(scene, site, peer), end(scene, peer, site)) else {
            return Outcome::Fact(scene.gateway(site), Loc::MADE, format!("{} has one end only", title(here, there)));
        };
        let mirror: BTreeSet<Pair> =
            other.children.iter().flat_map(pairs).map(|(local, remote)| (remote, local)).collect();
        for child in &own.children {
            if let Some((local, remote)) = pairs(child).find(|pair| !mirror.contains(pair)) {
                let says =
                    format!("{} carries {local} to {remote}, and {} does not", title(site, peer), title(peer, site));
                return Outcome::Fact(scene.gateway(site), child.at, says);
            }
            if child.start_action != "trap" || child.mode != "tunnel" {
                let says = format!(
                    "before {} is up, packets of its child `{}` are not held back",
                    title(site, peer),
                    child.name
                );
                return Outcome::Fact(scene.gateway(site), child.at, says);
            }
        }
    }
    Outcome::Settled(Verdict::Strict)
}

/// Local and remote prefix.
type Pair = (IpNet, IpNet);

fn pairs(child: &Child) -> impl Iterator<Item = Pair> + '_ {
    child.local.iter().flat_map(|local| child.remote.iter().map(move |remote| (*local, *remote)))
}

/// The tunnel of a site to a peer, as it was read.
fn end<'a>(scene: &Scene<'a, '_>, site: SiteId, peer: SiteId) -> Option<&'a Tunnel> {
    let address = IpAddr::V4(scene.net.site(peer).gateway.public.value);
    scene.gates[&site].device.bundle.tunnels.iter().find(|t| t.remote == Some(address))
}
