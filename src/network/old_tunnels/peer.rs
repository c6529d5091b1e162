//! Who may be at the far end: a public address that is no machine of ours, with one tunnel.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;

use super::super::model::{Network, OldTunnel};
use super::super::plan::nobodys;
use super::Fault;
use crate::diagnostics::Sink;

type Rule = fn(&Network, &OldTunnel, &[&OldTunnel]) -> Option<Fault>;

/// Each takes the network, a tunnel, and those of its site that are written above it.
const RULES: &[Rule] = &[inside, ours, reserved, next_hop, twice];

/// The peers of a site's tunnels, in the order they are written.
pub(super) fn check(net: &Network, tunnels: &[&OldTunnel], sink: &mut Sink) {
    for (place, tunnel) in tunnels.iter().enumerate() {
        let fault = RULES.iter().find_map(|rule| rule(net, tunnel, &tunnels[..place]));
        fault.into_iter().for_each(|f| sink.push(f.at(tunnel.peer_span)));
    }
}

fn inside(net: &Network, tunnel: &OldTunnel, _: &[&OldTunnel]) -> Option<Fault> {
    let is_inside = |peer: Ipv4Addr| net.region.inside4.iter().any(|n| n.contains(&peer));
    let special = nobodys(&IpNet::from(IpAddr::V4(tunnel.peer))).is_some();
    (is_inside(tunnel.peer) || special).then(|| {
        Fault::new(
            format!("peer {} is no public address", tunnel.peer),
            "write the public address of the far end's gateway",
        )
    })
}

fn ours(net: &Network, tunnel: &OldTunnel, _: &[&OldTunnel]) -> Option<Fault> {
    let peer = tunnel.peer;
    let site = net.sites.iter().find(|s| s.gateway.publics().any(|public| public == peer))?;
    let says = format!("peer {peer} is an address of `{}`, which is ours", site.name);
    let help = "a tunnel between two of our sites is a line of `links:`, and both ends are made";
    Some(Fault::new(says, help).beside(site.gateway.public.span, format!("`{}`", site.name)))
}

/// What is not managed is an establishment all the same: nothing opens from one to another (T2).
fn reserved(net: &Network, tunnel: &OldTunnel, _: &[&OldTunnel]) -> Option<Fault> {
    let school = net.unmanaged.iter().find(|school| school.publics().any(|public| public == tunnel.peer))?;
    let says = format!("peer {} is an address of `{}`, another establishment", tunnel.peer, school.name);
    let help = "establishments have no tunnel between them: what both need stands in the centre";
    Some(Fault::new(says, help).beside(school.span, "this one, which is not managed"))
}

fn next_hop(net: &Network, tunnel: &OldTunnel, _: &[&OldTunnel]) -> Option<Fault> {
    let site = net.sites.iter().find(|s| s.gateway.next_hop == tunnel.peer)?;
    let says = format!("peer {} is the next hop of `{}` on its WAN", tunnel.peer, site.name);
    Some(Fault::new(says, "write the public address of the far end's gateway"))
}

/// Two connections with one pair of addresses and identities: the peer's requests would find the first alone.
fn twice(_: &Network, tunnel: &OldTunnel, above: &[&OldTunnel]) -> Option<Fault> {
    let first = above.iter().find(|t| t.peer == tunnel.peer)?;
    let says = format!("`{}` and `{}` have one peer, {}", first.name, tunnel.name, tunnel.peer);
    let help = format!("write these selectors in `{}`: one tunnel carries several", first.name);
    Some(Fault::new(says, help).beside(first.peer_span, format!("`{}` goes there", first.name)))
}
