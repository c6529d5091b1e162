//! What browsers are told: the proxies that their zone opens to, and where it may open a connection itself.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net};

use crate::config::Loc;
use crate::config::pac::{Direct, Pac};
use crate::network::{End, Flow, L4, Network, SiteId, ZoneId, label};

/// One file a zone.
pub(super) fn files(net: &Network, site: SiteId) -> Vec<Pac> {
    let zones = net.site(site).pac.iter().flat_map(|p| &p.zones);
    zones.map(|zone| file(net, *zone)).collect()
}

fn file(net: &Network, zone: ZoneId) -> Pac {
    let own: Vec<&Flow> = net.opened_by(zone).collect();
    Pac {
        name: net.zone(zone).name.to_string(),
        title: net.zone_label(zone),
        proxies: proxies(net, &own),
        direct: direct(net, zone, &own),
        at: Loc::MADE,
    }
}

/// In the order of the policy's lines.
fn proxies(net: &Network, own: &[&Flow]) -> Vec<(Ipv4Addr, u16)> {
    let mut all = Vec::new();
    for proxy in own.iter().filter_map(|flow| net.proxy_at(&flow.to)) {
        let doors = proxy.listen.iter().filter_map(|a| v4(*a)).map(|a| (a, proxy.port));
        all.extend(doors.filter(|door| !all.contains(door)).collect::<Vec<_>>());
    }
    all
}

/// The zone's own link first, then what its flows lead to, by address.
fn direct(net: &Network, zone: ZoneId, own: &[&Flow]) -> Vec<Direct> {
    let opens = own.iter().filter(|f| f.services.iter().any(|s| matches!(s, L4::Tcp(..))));
    let site = net.zone(zone).site;
    let beyond = opens.filter(|f| net.proxy_at(&f.to).is_none()).flat_map(|f| places(net, site, &f.to));
    let mut rows: Vec<(Ipv4Net, String)> = beyond.collect();
    rows.sort();
    rows.dedup_by_key(|(net, _)| *net);
    let here = (net.zone(zone).v4, net.zone_label(zone));
    let others = rows.into_iter().filter(|(net, _)| *net != here.0);
    std::iter::once(here.clone()).chain(others).map(|(net, label)| Direct { net, label, at: Loc::MADE }).collect()
}

/// Addresses of an end that a browser can ask; a whole Internet is none of them.
fn places(net: &Network, here: SiteId, end: &End) -> Vec<(Ipv4Net, String)> {
    let named = |nets: Vec<Ipv4Net>| nets.into_iter().map(|n| (n, label(net, end))).collect();
    match end {
        End::Zone(zone) => named(vec![net.zone(*zone).v4]),
        End::Host(host) => {
            let addresses = net.met_from(here, *host).into_iter();
            named(addresses.filter_map(v4).map(Ipv4Net::from).collect())
        }
        End::Internet(nets) => {
            named(nets.iter().filter_map(|n| if let IpNet::V4(n) = n { Some(*n) } else { None }).collect())
        }
        End::Process(_) | End::Gateway(_) | End::Supervision(_) => Vec::new(),
    }
}

fn v4(address: IpAddr) -> Option<Ipv4Addr> {
    if let IpAddr::V4(a) = address { Some(a) } else { None }
}
