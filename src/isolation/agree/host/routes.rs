//! Routes as a function: for every destination of both families, the next step.
//!
//! Longest prefix first, then the lowest metric (Linux: 0 for IPv4 and 1024 for IPv6 when none is written, 256 for
//! the prefix of an own IPv6 address). Two next steps at one rank are a set: the kernel would choose. A destination
//! without a route is refused like one that is unreachable. Link-local destinations (fe80::/10) name their link
//! themselves and are never forwarded (RFC 4291 §2.5.6): they are no part of the function.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use super::super::differences::Differences;
use crate::config::host::{Link, LinkKind, Route};
use crate::config::{HostFacts, Loc};
use crate::diagnostics::codes::isolation as codes;
use crate::intent::{HostIntent, LinkUse, Next};

/// Next steps of a destination, and where the text says so.
type Step = (BTreeSet<Next>, Option<Loc>);

/// Compares where destinations go, by which next hop, and from which own address.
pub(super) fn routes(told: &mut Differences<'_>, host: &HostFacts, intent: &HostIntent) {
    let all = |_: &Link, _: &Route| true;
    for v6 in [false, true] {
        let read = partition(&ranked(host, v6, true, &all));
        same(told, &read, &partition(&intended(intent, v6)));
    }
    without_tunnels(told, host, intent);
    for link in &host.links {
        for route in &link.routes {
            hop(told, link, route, intent);
        }
    }
}

/// Tells the first destination that goes elsewhere.
fn same(told: &mut Differences<'_>, read: &Stretches, wanted: &Stretches) {
    let Some((first, goes, should)) = first_apart(read, wanted) else {
        return;
    };
    let (names, at) = goes;
    let span = at.map_or(told.site().span, |at| told.at(at));
    let message = format!("packets to {first} go {}, and should go {}", show(&names), show(&should.0));
    told.tell(&codes::ROUTE_DIFFERS, span, message);
}

fn show(next: &BTreeSet<Next>) -> String {
    let words: Vec<String> = next
        .iter()
        .map(|n| match n {
            Next::Interface(name) => format!("to `{name}`"),
            Next::Nowhere => "nowhere".to_owned(),
        })
        .collect();
    words.join(" or ")
}

/// With every tunnel and zone down, the routes of the WAN that are left send nothing inside in clear: they say what the
/// intent says of the WAN alone.
fn without_tunnels(told: &mut Differences<'_>, host: &HostFacts, intent: &HostIntent) {
    let wan = Next::Interface(told.site().gateway.wan.clone());
    let stays =
        |link: &Link, route: &Route| link.kind == LinkKind::Physical && (route.unreachable || route.via.is_some());
    for v6 in [false, true] {
        let mut wanted = Table::new();
        for (to, next) in
            intent.routes.iter().filter(|(to, next)| is_v6(to) == v6 && [&wan, &Next::Nowhere].contains(next))
        {
            wanted.insert(*to, ([next.clone()].into(), None));
        }
        let read = partition(&ranked(host, v6, false, &stays));
        if let Some((first, (goes, at), _)) = first_apart(&read, &partition(&wanted)) {
            let span = at.map_or(told.site().span, |at| told.at(at));
            let message = format!("with its tunnels down, packets to {first} go {}", show(&goes));
            told.tell(&codes::ROUTE_DIFFERS, span, message);
        }
    }
}

/// A next hop stands on the WAN alone, and is its own; the gateway's own packets have a pinned source.
///
/// To the far side of a policy-based tunnel that exists, the gateway's own packets need none: no flow is its own there,
/// and in clear the filter drops them.
fn hop(told: &mut Differences<'_>, link: &Link, route: &Route, intent: &HostIntent) {
    if route.unreachable {
        return;
    }
    let gateway = &told.site().gateway;
    let is_wan = link.name == gateway.wan;
    let is_tunnel = matches!(intent.links.get(&link.name).map(|l| &l.used), Some(LinkUse::Tunnel(_)));
    let via = is_wan.then_some(IpAddr::V4(gateway.next_hop));
    let source = if is_wan {
        Some(IpAddr::V4(gateway.public.value))
    } else {
        intent.own_source.iter().copied().find(|a| a.is_ipv6() == is_v6(&route.to))
    };
    let to = route.to;
    let mut problems = Vec::new();
    if !is_wan && !is_tunnel {
        problems.push(format!("`{}` has a route to {to}, and only the WAN and tunnels lead further", link.name));
    } else if route.via != via {
        problems.push(format!("the next hop to {to} by `{}` is {}, not {}", link.name, say(route.via), say(via)));
    }
    let is_old = is_wan && route.to.prefix_len() > 0;
    if route.preferred_source != source && !(is_old && route.preferred_source.is_none()) {
        let read = say(route.preferred_source);
        problems.push(format!("own packets to {to} by `{}` leave from {read}, not {}", link.name, say(source)));
    }
    let span = told.at(route.at);
    for problem in problems {
        told.tell(&codes::ROUTE_DIFFERS, span, problem);
    }
}

fn say(address: Option<IpAddr>) -> String {
    address.map_or("no address".to_owned(), |a| a.to_string())
}

fn is_v6(net: &IpNet) -> bool {
    matches!(net, IpNet::V6(_))
}

/// First and last address as numbers.
fn ends(net: &IpNet) -> (u128, u128) {
    let number = |address| match address {
        IpAddr::V4(a) => u128::from(u32::from(a)),
        IpAddr::V6(a) => u128::from(a),
    };
    (number(net.network()), number(net.broadcast()))
}

/// What prefixes lead to.
type Table = BTreeMap<IpNet, Step>;

/// The best routes to each prefix that the text writes, with those that own addresses bring when `connected`.
fn ranked(host: &HostFacts, v6: bool, connected: bool, counts: &dyn Fn(&Link, &Route) -> bool) -> Table {
    let mut best: BTreeMap<IpNet, (u32, Step)> = BTreeMap::new();
    let mut add = |to: IpNet, metric: u32, next: Next, at: Loc| {
        let (rank, step) = best.entry(to).or_insert_with(|| (metric, (BTreeSet::new(), Some(at))));
        if metric < *rank {
            (*rank, *step) = (metric, (BTreeSet::new(), Some(at)));
        }
        if metric == *rank {
            step.0.insert(next);
        }
    };
    for link in &host.links {
        let out = || Next::Interface(link.name.clone());
        for own in link.addresses.iter().filter(|a| connected && is_v6(a) == v6) {
            add(own.trunc(), if v6 { 256 } else { 0 }, out(), link.at);
        }
        for route in link.routes.iter().filter(|r| is_v6(&r.to) == v6 && counts(link, r)) {
            let metric = match route.metric {
                None | Some(0) if v6 => 1024,
                metric => metric.unwrap_or(0),
            };
            add(route.to, metric, if route.unreachable { Next::Nowhere } else { out() }, route.at);
        }
    }
    best.into_iter().map(|(net, (_, step))| (net, step)).collect()
}

/// The intended ones, with those that the intended addresses bring.
fn intended(intent: &HostIntent, v6: bool) -> Table {
    let mut table = Table::new();
    for (to, next) in &intent.routes {
        table.insert(*to, ([next.clone()].into(), None));
    }
    for (name, link) in &intent.links {
        for own in &link.addresses {
            table.insert(own.trunc(), ([Next::Interface(name.clone())].into(), None));
        }
    }
    table.retain(|net, _| is_v6(net) == v6);
    table
}

/// Where each address of one family goes: the first of each stretch, in order, the first being 0.
struct Stretches(Vec<(u128, Step)>, bool);

/// Prefixes nest or are apart, so one walk with a stack of those that are open gives every stretch.
fn partition(table: &Table) -> Stretches {
    let nowhere: Step = ([Next::Nowhere].into(), None);
    let mut order: Vec<(u128, u128, &Step)> = table.iter().map(|(n, step)| (ends(n).0, ends(n).1, step)).collect();
    order.sort_by_key(|(low, high, _)| (*low, std::cmp::Reverse(*high)));
    let mut starts: BTreeMap<u128, Step> = BTreeMap::from([(0, nowhere.clone())]);
    let mut open: Vec<(u128, &Step)> = Vec::new();
    let close = |open: &mut Vec<(u128, &Step)>, until: Option<u128>, starts: &mut BTreeMap<u128, Step>| {
        while let Some((high, _)) = open.last().copied().filter(|(high, _)| until.is_none_or(|u| *high < u)) {
            open.pop();
            if let Some(after) = high.checked_add(1) {
                starts.insert(after, open.last().map_or_else(|| nowhere.clone(), |(_, step)| (*step).clone()));
            }
        }
    };
    for (low, high, step) in order {
        close(&mut open, Some(low), &mut starts);
        starts.insert(low, step.clone());
        open.push((high, step));
    }
    close(&mut open, None, &mut starts);
    Stretches(starts.into_iter().collect(), table.keys().any(is_v6))
}

/// The first address that goes elsewhere, where it goes, and where it should.
fn first_apart(read: &Stretches, wanted: &Stretches) -> Option<(IpAddr, Step, Step)> {
    let starts: BTreeSet<u128> = read.0.iter().chain(&wanted.0).map(|(start, _)| *start).collect();
    let at = |side: &Stretches, address: u128| {
        let after = side.0.partition_point(|(start, _)| *start <= address);
        side.0[after - 1].1.clone()
    };
    let v6 = read.1 || wanted.1;
    starts.into_iter().find_map(|start| {
        let (goes, should) = (at(read, start), at(wanted, start));
        (goes.0 != should.0).then(|| (address(start, v6), goes, should))
    })
}

fn address(number: u128, v6: bool) -> IpAddr {
    match u32::try_from(number) {
        Ok(four) if !v6 => IpAddr::V4(Ipv4Addr::from(four)),
        _ => IpAddr::V6(Ipv6Addr::from(number)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn to(name: &str) -> Step {
        ([Next::Interface(name.to_owned())].into(), None)
    }

    fn net(text: &str) -> IpNet {
        text.parse().expect("a prefix")
    }

    fn link(name: &str, routes: Vec<Route>, addresses: &[&str]) -> Link {
        Link {
            name: name.to_owned(),
            kind: LinkKind::Physical,
            addresses: addresses.iter().map(|a| net(a)).collect(),
            routes,
            vlans: Vec::new(),
            xfrms: Vec::new(),
            serve: None,
            link_local6: false,
            accept_ra: false,
            dhcp_client: false,
            mtu: None,
            description: None,
            at: Loc::MADE,
        }
    }

    fn route(to: &str, metric: Option<u32>, unreachable: bool) -> Route {
        Route { to: net(to), via: None, on_link: false, unreachable, metric, preferred_source: None, at: Loc::MADE }
    }

    fn goes(links: Vec<Link>, v6: bool, address: u128) -> BTreeSet<Next> {
        let host = HostFacts { links, ..HostFacts::default() };
        let stretches = partition(&ranked(&host, v6, true, &|_, _| true));
        let after = stretches.0.partition_point(|(start, _)| *start <= address);
        stretches.0[after - 1].1.0.clone()
    }

    fn number(text: &str) -> u128 {
        ends(&net(text)).0
    }

    #[test]
    fn the_lowest_metric_wins_and_a_tie_is_both() {
        let ten = || number("10.0.0.9/32");
        let with = |a: Option<u32>, b: Option<u32>| {
            let links = vec![
                link("a", vec![route("10.0.0.0/8", a, false)], &[]),
                link("b", vec![route("10.0.0.0/8", b, true)], &[]),
            ];
            goes(links, false, ten())
        };
        assert_eq!(with(None, Some(4096)), to("a").0);
        assert_eq!(with(Some(5), None), [Next::Nowhere].into());
        assert_eq!(with(None, Some(0)), [Next::Interface("a".to_owned()), Next::Nowhere].into());
    }

    #[test]
    fn an_own_prefix_wins_against_a_route_of_ipv6_without_metric() {
        let links = || vec![link("a", vec![route("2001:db8::/64", None, true)], &["2001:db8::1/64"])];
        assert_eq!(goes(links(), true, number("2001:db8::9/128")), to("a").0);
        let mut first = links();
        first[0].routes[0].metric = Some(255);
        assert_eq!(goes(first, true, number("2001:db8::9/128")), [Next::Nowhere].into());
    }

    #[test]
    fn the_first_difference_is_the_lowest_address() {
        let wanted: Table = [(net("0.0.0.0/0"), to("wan")), (net("10.0.0.0/8"), to("a"))].into();
        let read: Table =
            [(net("0.0.0.0/0"), to("wan")), (net("10.0.0.0/9"), to("a")), (net("10.128.0.0/9"), to("a"))].into();
        assert!(first_apart(&partition(&read), &partition(&wanted)).is_none());
        let less: Table = [(net("0.0.0.0/0"), to("wan")), (net("10.0.0.0/9"), to("a"))].into();
        let (first, goes, should) = first_apart(&partition(&less), &partition(&wanted)).expect("a difference");
        assert_eq!((first.to_string().as_str(), goes.0, should.0), ("10.128.0.0", to("wan").0, to("a").0));
        let whole: Table = [(net("::/0"), to("wan"))].into();
        assert!(first_apart(&partition(&whole), &partition(&Table::new())).is_some());
    }

    proptest! {
        #[test]
        fn a_stretch_says_what_the_longest_prefix_says(rows in prop::collection::vec((0_u32..16, 0_u8..5, 0_usize..3), 0..12)) {
            let table: Table = rows
                .iter()
                .map(|(bits, length, name)| {
                    let four = ipnet::Ipv4Net::new(Ipv4Addr::from(bits << 28), *length).expect("a length").trunc();
                    (IpNet::V4(four), to(["a", "b", "c"][*name]))
                })
                .collect();
            let stretches = partition(&table);
            for bits in 0_u32..16 {
                let address = Ipv4Addr::from((bits << 28) + 7);
                let longest = table.iter().filter(|(n, _)| n.contains(&IpAddr::V4(address))).max_by_key(|(n, _)| n.prefix_len());
                let expected = longest.map_or_else(|| [Next::Nowhere].into(), |(_, step)| step.0.clone());
                let after = stretches.0.partition_point(|(start, _)| *start <= u128::from(u32::from(address)));
                prop_assert_eq!(&stretches.0[after - 1].1.0, &expected);
            }
        }
    }
}
