//! Tunnels that exist and whose far end is not ours: each claims what is its own, and nothing that has a way already.
//!
//! What a claimed range opens, and to whom, is the proof's to say; here is only what could not be compiled as it stands.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use ipnet::IpNet;

use super::model::{Network, OldTunnel, Site, SiteId, Zone};
use super::plan::nobodys;
use crate::diagnostics::codes::network as codes;
use crate::diagnostics::{At, Diagnostic, Sink, Span};

/// Every old tunnel of every site, once the selectors of the others are known.
pub(super) fn check(net: &Network, sink: &mut Sink) {
    for (id, site) in net.site_ids() {
        let mut remotes: BTreeMap<IpNet, Span> = BTreeMap::new();
        let mut peers: BTreeMap<Ipv4Addr, Span> = BTreeMap::new();
        for old in &site.old_tunnels {
            peer(net, old, &mut peers, sink);
            for selector in &old.selectors {
                selectors(net, id, site, *selector, &mut remotes, sink);
            }
        }
    }
}

fn wrong(span: Span, says: String, help: &str, other: Option<(Span, String)>) -> Diagnostic {
    let found = Diagnostic::new(&codes::OLD_TUNNEL, span, says).help(help.to_owned());
    match other {
        Some((place, label)) => found.other(place, label),
        None => found,
    }
}

fn peer(net: &Network, old: &OldTunnel, peers: &mut BTreeMap<Ipv4Addr, Span>, sink: &mut Sink) {
    let (peer, span) = (old.peer, old.peer_span);
    let net_of = IpNet::from(std::net::IpAddr::V4(peer));
    let inside = net.region.inside4.iter().any(|n| n.contains(&peer)) || nobodys(&net_of).is_some();
    let ours = net.sites.iter().find(|s| s.gateway.public.value == peer || s.gateway.exits.contains(&peer));
    let help = "write the public address of the far end's gateway";
    if inside {
        sink.push(wrong(span, format!("peer {peer} is no public address"), help, None));
    } else if let Some(site) = ours {
        let says = format!("peer {peer} is an address of `{}`, which is ours", site.name);
        let help = "a tunnel between two of our sites is a line of `links:`, and both ends are made";
        sink.push(wrong(span, says, help, Some((site.gateway.public.span, format!("`{}`", site.name)))));
    } else if let Some(first) = peers.insert(peer, span) {
        let says = format!("two tunnels have the peer {peer}");
        sink.push(wrong(
            span,
            says,
            "write one tunnel with all its selectors",
            Some((first, "the first one".to_owned())),
        ));
    }
}

fn selectors(
    net: &Network,
    id: SiteId,
    site: &Site,
    At { value: (local, remote), span }: At<(IpNet, IpNet)>,
    remotes: &mut BTreeMap<IpNet, Span>,
    sink: &mut Sink,
) {
    let own = || site.zones.iter().map(|z| net.zone(*z));
    let meets = |zone: &Zone, local: &IpNet| zone.nets().iter().any(|n| n.contains(local) || local.contains(n));
    let holds_local = own().any(|z| meets(z, &local));
    let is_v4 = |n: &IpNet| matches!(n, IpNet::V4(_));
    if is_v4(&local) != is_v4(&remote) {
        let help = "write two IPv4 prefixes, or two IPv6 prefixes";
        sink.push(wrong(span, format!("{local} and {remote} are of two families"), help, None));
    } else if !holds_local {
        let says = format!("{local} holds no zone of `{}`", site.name);
        let help = "the prefix on the left is this establishment's: name one of its zones";
        sink.push(wrong(span, says, help, None));
    } else if let Some(other) = net.zones.iter().find(|z| z.site != id && !z.private && meets(z, &local)) {
        let says = format!("{local} holds zone `{}` of `{}` too", other.name, net.site(other.site).name);
        let help = "the prefix on the left is this establishment's alone: name its block, or one of its zones";
        sink.push(wrong(span, says, help, Some((other.span, "this zone".to_owned()))));
    } else if let Some(found) = has_a_way(net, id, site, remote, span) {
        sink.push(found);
    } else if let Some(first) = remotes.insert(remote, span) {
        let says = format!("{remote} is claimed twice");
        let help = "a range has one way: claim it once, with a local prefix that holds both";
        sink.push(wrong(span, says, help, Some((first, "claimed here too".to_owned()))));
    }
}

/// A range that is wider than a zone of ours is left to the proof: narrower routes win over it.
fn has_a_way(net: &Network, id: SiteId, site: &Site, remote: IpNet, span: Span) -> Option<Diagnostic> {
    if let Some(whose) = nobodys(&remote).filter(|_| remote.prefix_len() > 0) {
        let help = "name the range of the far side's machines";
        return Some(wrong(span, format!("addresses of {remote} belong to {whose}"), help, None));
    }
    if let Some(zone) = site.zones.iter().map(|z| net.zone(*z)).find(|z| z.nets().iter().any(|n| n.contains(&remote))) {
        let says = format!("{remote} is in zone `{}` of this establishment", zone.name);
        let help = "the prefix on the right is the far side's: name a range that is not here";
        return Some(wrong(span, says, help, Some((zone.span, "this zone".to_owned()))));
    }
    let carries = |far: &[IpNet]| far.iter().any(|n| n.contains(&remote));
    let (_, peer, tunnel) = net.tunnels_of(id).find(|(_, _, t)| carries(&t.remote_nets(id)))?;
    let peer = &net.site(peer).name;
    let says = format!("{remote} has a way already, through the tunnel to `{peer}`");
    let help = format!("take it out of the old tunnel, or take the flows that need `{peer}` out of the profile");
    Some(wrong(span, says, &help, Some((tunnel.span, format!("the tunnel to `{peer}`")))))
}
