//! Tunnels: one for each link, their children derived from the flows that cross them.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;

use super::model::{End, Flow, Network, OldTunnel, OriginId, Pair, Port, SiteId, Tunnel, TunnelId, ZoneId};
use super::origins;
use crate::diagnostics::codes::network as codes;
use crate::diagnostics::{At, Diagnostic, Sink, Sources};
use crate::policy::{Link, Name, Policy};

/// One tunnel for each pair of linked sites.
pub(super) fn open(policy: &Policy, net: &mut Network, sink: &mut Sink) {
    let by_name: BTreeMap<Name, SiteId> = net.site_ids().map(|(id, s)| (s.name.clone(), id)).collect();
    for (id, site) in net.site_ids().map(|(id, s)| (id, s.name.clone())).collect::<Vec<_>>() {
        for link in links_of(policy, &site) {
            let (Some(peer), Some(suite)) = (by_name.get(&link.peer.value), policy.suites.get(&link.suite.value))
            else {
                continue;
            };
            let known = net.tunnels_of(id).find(|(_, other, _)| other == peer).map(|(.., tunnel)| tunnel);
            if let Some(known) = known {
                two_suites(known, &link.suite).into_iter().for_each(|d| sink.push(d));
            } else if *peer != id {
                net.tunnels.push(Tunnel {
                    ends: [id, *peer],
                    suite: suite.clone(),
                    pairs: Vec::new(),
                    span: link.peer.span,
                });
            }
        }
    }
}

/// A tunnel may be declared at both ends, which then say the same.
fn two_suites(known: &Tunnel, again: &At<Name>) -> Option<Diagnostic> {
    let first = &known.suite.name;
    (first.value != again.value).then(|| {
        let says = format!("this tunnel has suite `{}` at its other end, and `{}` here", first.value, again.value);
        Diagnostic::new(&codes::SUITES_DIFFER, again.span, says)
            .other(known.span, "declared here first")
            .help("declare the link at one end alone, or with one suite at both")
    })
}

fn links_of<'p>(policy: &'p Policy, site: &Name) -> Vec<&'p Link> {
    let links = policy.centres.get(site).map(|c| &c.links).or_else(|| {
        let school = policy.establishment(site)?;
        policy.profiles.get(&school.profile.value).map(|p| &p.links)
    });
    let mut links: Vec<&Link> = links.into_iter().flat_map(BTreeMap::values).collect();
    links.sort_by_key(|l| l.peer.span);
    links
}

/// Tunnels that exist and whose far end is not ours.
pub(super) fn keep_old(policy: &Policy, sources: &Sources, net: &mut Network) {
    for school in policy.establishments.values() {
        if school.brownfield.tunnels.is_empty() {
            continue;
        }
        let Some(index) = net.sites.iter().position(|s| s.name == *school.uai.value.name()) else { continue };
        for old in school.brownfield.tunnels.values() {
            let span = old.selectors.first().map_or(old.name.span, |s| s.span);
            let origin = origins::add(net, sources, span, "tunnel that exists, far end not ours");
            let tunnel = OldTunnel {
                name: old.name.value.clone(),
                peer: old.peer.value,
                peer_span: old.peer.span,
                selectors: old.selectors.clone(),
                origin,
            };
            net.sites[index].old_tunnels.push(tunnel);
        }
    }
}

/// A child for each pair of zones that has a flow, in each family that has a packet; nothing more.
pub(super) fn derive_pairs(net: &mut Network) {
    let mut pairs: BTreeMap<(TunnelId, [IpNet; 2]), Pair> = BTreeMap::new();
    for flow in &net.flows {
        for leg in &flow.legs {
            let Port::Tunnel(tunnel) = leg.leaves else { continue };
            for pair in pairs_of(net, flow, tunnel, leg.site) {
                pairs.entry((tunnel, pair.nets)).or_insert(pair);
            }
        }
    }
    for ((tunnel, _), pair) in pairs {
        net.tunnels[tunnel.index()].pairs.push(pair);
    }
    for tunnel in &mut net.tunnels {
        tunnel.pairs.sort_by(|a, b| a.name.cmp(&b.name));
    }
}

fn pairs_of(net: &Network, flow: &Flow, tunnel: TunnelId, from_site: SiteId) -> Vec<Pair> {
    let (Some(a), Some(b)) = (carried(net, &flow.from), carried(net, &flow.to)) else { return Vec::new() };
    let forwards = net.tunnel(tunnel).ends[0] == from_site;
    let (first, second) = if forwards { (&a, &b) } else { (&b, &a) };
    let mut pairs = Vec::new();
    for (family, v6) in [(4, false), (6, true)] {
        let pick = |end: &Carried| end.nets.iter().copied().find(|n| matches!(n, IpNet::V6(_)) == v6);
        if let (true, Some(x), Some(y)) = (is_of(flow, v6), pick(first), pick(second)) {
            let name = pair_name(net, tunnel, [first, second], family);
            pairs.push(Pair { name, nets: [x, y], origin: flow.origin });
        }
    }
    pairs
}

/// What a child carries for an end.
struct Carried<'n> {
    site: SiteId,
    name: &'n Name,
    nets: Vec<IpNet>,
}

/// The prefixes of an end's zone; of a machine that other sites see by another address, that one.
fn carried<'n>(net: &'n Network, end: &End) -> Option<Carried<'n>> {
    if let (End::Host(h), Some(seen)) = (end, net.seen_as(end)) {
        let host = &net.hosts[h.index()];
        return Some(Carried { site: host.site, name: &host.name, nets: vec![IpAddr::V4(seen).into()] });
    }
    let zone = net.zone(zone_of(net, end)?);
    Some(Carried { site: zone.site, name: &zone.name, nets: zone.nets() })
}

/// The zone whose prefix a child carries for an end.
fn zone_of(net: &Network, end: &End) -> Option<ZoneId> {
    match end {
        End::Zone(z) => Some(*z),
        End::Host(h) => net.hosts[h.index()].zones.first().copied(),
        End::Gateway(s) => net.devices_zone(*s),
        End::Process(_) | End::Supervision(_) | End::Internet(_) => None,
    }
}

/// A flow has packets of a family where every leg has; one on ICMP alone has packets of one family only.
fn is_of(flow: &Flow, v6: bool) -> bool {
    flow.services.iter().any(|l4| l4.is_carried_by(v6)) && flow.legs.iter().all(|leg| leg.is_of(v6))
}

/// `pedago-directory-v4`; a zone of a third site is named with its site.
fn pair_name(net: &Network, tunnel: TunnelId, [first, second]: [&Carried; 2], family: u8) -> String {
    let ends = net.tunnel(tunnel).ends;
    let name = |end: &Carried, site: SiteId| {
        if end.site == site { end.name.to_string() } else { format!("{}_{}", end.name, net.site(end.site).name) }
    };
    format!("{}-{}-v{family}", name(first, ends[0]), name(second, ends[1]))
}

impl Tunnel {
    /// Prefixes of the far side as seen from `site`, aggregated and sorted.
    pub fn remote_nets(&self, site: SiteId) -> Vec<IpNet> {
        let far = usize::from(self.ends[0] == site);
        let nets: Vec<IpNet> = self.pairs.iter().map(|p| p.nets[far]).collect();
        let mut nets = IpNet::aggregate(&nets);
        nets.sort();
        nets
    }

    /// The first flow that needs it, where there is one.
    pub fn origin(&self) -> Option<OriginId> {
        self.pairs.first().map(|p| p.origin)
    }
}
