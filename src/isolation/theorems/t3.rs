//! T3: the classes of `security.web` reach the Internet only through their filter, wherever it stands, with its mandatory
//! categories denied whatever an establishment's lists say, and never by a pivot onto a laxer filter; by no URL does a
//! proxy reach anything inside, and it opens to nothing in an establishment (convention, art. 13; ANSSI INTERCO R22, R30).

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use ipnet::IpNet;
use rayon::prelude::*;

use super::wan::known;
use super::{Outcome, Outcomes, Scene, doors, laxer};
use crate::config::meaning::Unclear;
use crate::config::web_meaning::{ClientPolicy, ListKey, Request, WebPolicy, WebStep, decide, exceeds};
use crate::config::{Loc, WebFilter};
use crate::isolation::claim::{Claim, Source, Target, Theorem, Verdict};
use crate::isolation::graph::Rules;
use crate::isolation::reach::{Means, Node};
use crate::isolation::readback::{ReadDevice, at_site};
use crate::isolation::spaces::Spaces;
use crate::network::{Name, Network, Proxy, WebLine, Zone, ZoneId};

/// Web ports of origins, and the one of CONNECT.
const PORTS: [u16; 2] = [80, 443];

/// One claim for each zone of a filtered class, and two for each proxy.
pub(super) fn claims(scene: &Scene, spaces: &mut Spaces) -> Result<Outcomes, Unclear> {
    let mut all = Outcomes::new();
    let ways = Ways::of(scene, spaces)?;
    let filtered = scene.net.zone_ids().filter(|(_, z)| scene.net.security.filters(z).next().is_some());
    let filtered: Vec<ZoneId> = filtered.map(|(zone, _)| zone).collect();
    let outcomes: Vec<Outcome> = filtered.par_iter().map(|zone| ways.unfiltered(scene, *zone)).collect();
    all.extend(filtered.into_iter().map(|zone| claim(Source::Zone(zone), Target::Internet)).zip(outcomes));
    for ((number, proxy), beyond) in scene.net.proxy_ids().zip(&scene.filters.0) {
        all.insert(claim(Source::Proxy(number), Target::Establishments), opens(scene, proxy));
        all.insert(claim(Source::Proxy(number), Target::BeyondFilter), beyond.clone());
    }
    Ok(all)
}

/// How what each proxy lets through ended, proxy by proxy: no day changes a web filter, so it is asked once.
pub(in crate::isolation) struct Filters(Vec<Outcome>);

impl Filters {
    /// Those of all proxies.
    pub(in crate::isolation) fn of(net: &Network, devices: &[ReadDevice]) -> Self {
        let proxies: Vec<&Proxy> = net.proxy_ids().map(|(_, proxy)| proxy).collect();
        Self(proxies.par_iter().map(|proxy| beyond(net, devices, proxy)).collect())
    }
}

fn claim(from: Source, to: Target) -> Claim {
    Claim { theorem: Theorem::T3, from, to }
}

/// Proxies, and what leads to them.
struct Ways {
    /// Where proxies stand.
    proxies: BTreeSet<Node>,
    /// By where they begin, steps into a proxy's zone with packets for something else than a proxy.
    beside: BTreeMap<Node, usize>,
    /// What may ask a proxy.
    asking: BTreeSet<Node>,
    /// Far ends that are a part of the Internet.
    outside: BTreeSet<Node>,
}

impl Ways {
    fn of(scene: &Scene, spaces: &mut Spaces) -> Result<Self, Unclear> {
        let proxies: BTreeSet<Node> = scene.net.proxies.iter().flat_map(|p| Node::of(scene.net, &p.place)).collect();
        let (mut beside, mut asking) = (BTreeMap::new(), BTreeSet::new());
        for (number, edge) in scene.graph.steps().filter(|(_, e)| proxies.contains(&e.to)) {
            asking.insert(edge.from);
            let ends_at_a_proxy = match (&edge.means, edge.to) {
                (Means::Packets { set, home, .. }, Node::Zone(zone)) => {
                    let space = spaces.of_mut(*home);
                    let doors = doors(scene.net, scene.net.zone(zone).site, space)?;
                    space.is_subset(*set, doors)
                }
                (Means::Packets { .. } | Means::Machine(_) | Means::Frames(_) | Means::Claimed { .. }, _) => false,
            };
            if matches!(edge.to, Node::Zone(_)) && !ends_at_a_proxy {
                beside.entry(edge.from).or_insert(number);
            }
        }
        Ok(Self { proxies, beside, asking, outside: outside(scene) })
    }

    /// A way to the Internet that passes no proxy, a way into a proxy's zone that ends at none, or a pivot onto a filter
    /// that lets more through.
    fn unfiltered(&self, scene: &Scene, zone: ZoneId) -> Outcome {
        let past = Rules { waived: true, closed: &self.proxies };
        let direct = || scene.graph.path(Node::Zone(zone), &|n| self.is_outside(n), &past);
        if let Some(path) = direct().or_else(|| self.beside_a_proxy(scene, zone, &past)) {
            return Outcome::Path(path);
        }
        laxer::reached(scene, zone, &self.asking).unwrap_or(Outcome::Settled(Verdict::Strict))
    }

    /// The Internet, or somebody's part of it behind a tunnel.
    fn is_outside(&self, node: Node) -> bool {
        node == Node::Internet || self.outside.contains(&node)
    }

    fn beside_a_proxy(&self, scene: &Scene, zone: ZoneId, past: &Rules) -> Option<Vec<usize>> {
        let here = Node::Zone(zone);
        if let Some(step) = self.beside.get(&here) {
            return Some(vec![*step]);
        }
        let leads = |node: Node| self.beside.contains_key(&node) && !self.proxies.contains(&node);
        let mut path = scene.graph.path(here, &leads, past)?;
        path.push(self.beside[&scene.graph.edges[*path.last()?].to]);
        Some(path)
    }
}

/// Far ends that have more addresses of the Internet than one owner has: no proxy filters the way there.
fn outside(scene: &Scene) -> BTreeSet<Node> {
    let known = known(scene.net);
    let is_outside = |far: &Node| {
        let tunnels = scene.gates.values().flat_map(|gate| gate.policy_based());
        let there = tunnels.filter(|(_, t)| t.remote.is_none_or(|peer| *far == Node::Far(peer)));
        let remote = there.flat_map(|(_, t)| &t.children).flat_map(|child| child.remote.iter().copied());
        let theirs = remote.filter(|net| !known.iter().any(|known| known.contains(net))).collect();
        exceeds_one_owner(&IpNet::aggregate(&theirs))
    };
    let ends = scene.graph.steps().map(|(_, edge)| edge.to).filter(|to| matches!(to, Node::Far(_)));
    ends.collect::<BTreeSet<_>>().into_iter().filter(is_outside).collect()
}

/// Prefixes apart from one another that together, in one family, are wider than what one university or administration
/// has: a /16, or a /32 of IPv6.
fn exceeds_one_owner(apart: &[IpNet]) -> bool {
    let wider = |net: &IpNet| match net {
        IpNet::V4(net) => (true, 2_f64.powi(16 - i32::from(net.prefix_len()))),
        IpNet::V6(net) => (false, 2_f64.powi(32 - i32::from(net.prefix_len()))),
    };
    let sum = |is_v4: bool| apart.iter().map(wider).filter(|(v4, _)| *v4 == is_v4).map(|(_, share)| share).sum::<f64>();
    sum(true) > 1.0 || sum(false) > 1.0
}

/// A step from a proxy into an establishment.
fn opens(scene: &Scene, proxy: &Proxy) -> Outcome {
    let places = Node::of(scene.net, &proxy.place);
    let mut steps = places.iter().flat_map(|place| scene.graph.leaving(*place));
    let first = steps.find(|(_, edge)| scene.is_in_school(edge.to));
    first.map_or(Outcome::Settled(Verdict::Strict), |(number, _)| Outcome::Path(vec![number]))
}

/// A request that a proxy lets through and no filter of its client's class would.
fn beyond(net: &Network, devices: &[ReadDevice], proxy: &Proxy) -> Outcome {
    let ceiling = ceiling(net, proxy);
    let found = as_read(devices, proxy).and_then(|(device, read)| Some((device, read, exceeds(read, &ceiling)?)));
    let Some((device, read, request)) = found else { return Outcome::Settled(Verdict::Strict) };
    let last = read.rules.last().map_or(Loc::MADE, |rule| rule.at);
    let at = decide(read, &request).1.unwrap_or(last);
    Outcome::Fact(device, at, format!("proxy `{}` lets through {request}: {}", read.name, why(net, proxy, &request)))
}

/// A proxy as it was read, and on which device.
fn as_read<'d>(devices: &'d [ReadDevice], proxy: &Proxy) -> Option<(usize, &'d WebFilter)> {
    let of_device = |d: &ReadDevice| d.bundle.web.iter().position(|w| w.name == proxy.name.as_str());
    let first = devices.partition_point(|d| d.site < proxy.site);
    let mut there = at_site(devices, proxy.site).iter().enumerate();
    there.find_map(|(number, d)| Some((first + number, &d.bundle.web[of_device(d)?])))
}

/// What the ceiling says to a request.
fn why(net: &Network, proxy: &Proxy, request: &Request) -> String {
    let known = known(net);
    let is_inside = |a: &IpAddr| known.iter().any(|n| n.contains(a));
    if request.host.addresses().iter().any(is_inside) {
        return "it is inside".to_owned();
    }
    let zone = clients(net, proxy).find(|z| z.nets().iter().any(|n| n.contains(&request.client)));
    let line = zone.and_then(|z| net.security.filters(z).next());
    match line {
        Some(line) => format!("filter `{}` of the security policy refuses it, whatever lists are added", line.filter),
        None => "no filter of the security policy is for this client".to_owned(),
    }
}

/// Zones that may ask a proxy: its own establishment's; the whole region's, private ranges aside, when it is the centre's.
fn clients<'n>(net: &'n Network, proxy: &'n Proxy) -> impl Iterator<Item = &'n Zone> {
    let is_local = net.site(proxy.site).is_establishment;
    let own = net.site(proxy.site).zones.iter().map(|zone| net.zone(*zone));
    let others = if is_local { &[][..] } else { &net.zones };
    own.chain(others.iter().filter(move |z| z.site != proxy.site && !z.private))
}

/// The most that the security policy lets anybody ask of a proxy.
fn ceiling(net: &Network, proxy: &Proxy) -> WebPolicy {
    let own = net.security.web.iter().map(|line| {
        let of_line = clients(net, proxy).filter(|z| net.security.filters(z).any(|l| l.filter == line.filter));
        ClientPolicy {
            from: of_line.flat_map(Zone::nets).collect(),
            literals: true,
            steps: steps(line),
            otherwise: line.only.is_empty(),
        }
    });
    WebPolicy {
        inside: known(net),
        plain_ports: PORTS.into(),
        connect_ports: PORTS.into(),
        clients: own.filter(|c| !c.from.is_empty()).collect(),
    }
}

/// Mandatory categories are refused; then only the white list passes, when there is one.
fn steps(line: &WebLine) -> Vec<WebStep> {
    let lists = |names: &[Name]| names.iter().map(|n| ListKey::Category(n.to_string())).collect::<BTreeSet<_>>();
    let both = [WebStep { lists: lists(&line.deny), allow: false }, WebStep { lists: lists(&line.only), allow: true }];
    both.into_iter().filter(|s| !s.lists.is_empty()).collect()
}
