//! What a gateway must be as a host: addresses, where each destination goes, kernel settings, boot order.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::gateway::single;
use crate::network::{Network, SiteId, account, tunnel_interface, zone_interface};

/// What an interface is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkUse {
    /// A card that ends the WAN or the LAN trunk.
    Card,
    /// A zone's VLAN on the LAN trunk.
    Vlan(u16),
    /// The route-based tunnel to one peer, by the peer's public address; its number must be nobody else's.
    Tunnel(IpAddr),
}

/// One interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkIntent {
    /// What it is for.
    pub used: LinkUse,
    /// Its addresses with prefix length, exactly these.
    pub addresses: BTreeSet<IpNet>,
    /// It speaks IPv6 on the link.
    pub ipv6: bool,
    /// It answers DHCP.
    pub answers: bool,
    /// Resolvers it tells clients, exactly these.
    pub names: BTreeSet<IpAddr>,
    /// Time sources it tells clients, exactly these.
    pub clocks: BTreeSet<IpAddr>,
}

/// Where packets for a destination go.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Next {
    /// Out by an interface.
    Interface(String),
    /// Refused.
    Nowhere,
}

/// What a gateway must be as a host.
#[derive(Debug, Clone)]
pub struct HostIntent {
    /// Its interfaces, exactly these.
    pub links: BTreeMap<String, LinkIntent>,
    /// Routes beside those to its own links: longest prefix decides.
    pub routes: BTreeMap<IpNet, Next>,
    /// Source of the gateway's own packets into tunnels, by family (an XFRM interface has no address).
    pub own_source: Vec<IpAddr>,
    /// Kernel settings that a proof leans on.
    pub kernel: BTreeMap<&'static str, &'static str>,
    /// The same for each of its interfaces, where what is said for all does not bind one: family, name, value.
    pub each_link: &'static [(&'static str, &'static str, &'static str)],
    /// Accounts of its processes with their numeric user ids, exactly these: the packet filter knows the ids alone.
    pub accounts: BTreeMap<String, u32>,
    /// It forwards IPv6 once its rules are loaded.
    pub forwards6: bool,
}

/// The intent of a site's gateway.
pub fn host(net: &Network, site: SiteId) -> HostIntent {
    let place = net.site(site);
    HostIntent {
        links: links(net, site),
        routes: routes(net, site),
        own_source: own_source(net, site),
        kernel: kernel(place.ipv6),
        each_link: EACH_LINK,
        accounts: net.processes_of(site).map(|(_, p)| (account(&p.name), p.uid)).collect(),
        forwards6: place.ipv6,
    }
}

fn links(net: &Network, site: SiteId) -> BTreeMap<String, LinkIntent> {
    let place = net.site(site);
    let gateway = &place.gateway;
    let publics = gateway.publics().map(single).collect();
    let card = |addresses| LinkIntent { addresses, ..silent(LinkUse::Card) };
    let mut all = BTreeMap::from([(gateway.wan.clone(), card(publics)), (gateway.lan.clone(), card(BTreeSet::new()))]);
    for id in &place.zones {
        let zone = net.zone(*id);
        let own4 = Ipv4Net::new(zone.gateway4(), zone.v4.prefix_len()).expect("a valid length");
        let own6 = zone.v6.map(|n| {
            Ipv6Net::new(std::net::Ipv6Addr::from(u128::from(n.network()) + 1), n.prefix_len()).expect("a valid length")
        });
        let addresses = std::iter::once(IpNet::V4(own4)).chain(own6.map(IpNet::V6)).collect();
        let link = LinkIntent {
            used: LinkUse::Vlan(zone.vlan.get()),
            addresses,
            ipv6: zone.v6.is_some(),
            answers: place.served.contains(id),
            names: told(place.served_names.get(id)),
            clocks: told(place.served_clock.get(id)),
        };
        all.insert(zone_interface(&gateway.lan, zone.vlan), link);
    }
    for (_, peer, _) in net.tunnels_of(site) {
        let used = LinkUse::Tunnel(net.site(peer).gateway.public.value.into());
        all.insert(tunnel_interface(&net.site(peer).name), silent(used));
    }
    all
}

/// A link without addresses that answers nothing.
fn silent(used: LinkUse) -> LinkIntent {
    let nothing = BTreeSet::new;
    LinkIntent { used, addresses: BTreeSet::new(), ipv6: false, answers: false, names: nothing(), clocks: nothing() }
}

fn told(addresses: Option<&Vec<IpAddr>>) -> BTreeSet<IpAddr> {
    addresses.into_iter().flatten().copied().collect()
}

/// Into tunnels what their children cover, nowhere what else is inside, the rest to the WAN.
fn routes(net: &Network, site: SiteId) -> BTreeMap<IpNet, Next> {
    let wan = net.site(site).gateway.wan.clone();
    let mut all = BTreeMap::from([(IpNet::V4(Ipv4Net::default()), Next::Interface(wan))]);
    all.extend(net.region.inside().map(|inside| (inside, Next::Nowhere)));
    for old in net.site(site).old_tunnels.iter().flat_map(|t| &t.selectors) {
        all.insert(old.value.1, Next::Interface(net.site(site).gateway.wan.clone()));
    }
    for (_, peer, tunnel) in net.tunnels_of(site) {
        for remote in tunnel.remote_nets(site) {
            all.insert(remote, Next::Interface(tunnel_interface(&net.site(peer).name)));
        }
    }
    all
}

fn own_source(net: &Network, site: SiteId) -> Vec<IpAddr> {
    let zone = net.devices_zone(site).map(|z| net.zone(z));
    zone.map(|z| std::iter::once(IpAddr::V4(z.gateway4())).chain(z.gateway6().map(IpAddr::V6)).collect())
        .unwrap_or_default()
}

/// How the kernel takes a setting of one interface and that of `all` together (kernel documentation, ip-sysctl): the
/// higher (`rp_filter`, where 2 is looser than 1), either (`send_redirects`, `proxy_arp`, and `accept_redirects` while
/// nothing is forwarded), or the interface's own alone (IPv6). What binds when `all` says it is not here.
const EACH_LINK: &[(&str, &str, &str)] = &[
    ("ipv4", "rp_filter", "1"),
    ("ipv4", "accept_redirects", "0"),
    ("ipv4", "send_redirects", "0"),
    ("ipv4", "proxy_arp", "0"),
    ("ipv6", "accept_redirects", "0"),
    ("ipv6", "accept_ra", "0"),
];

/// Settings without which a packet could take a way that no rule sees (kernel documentation, ip-sysctl).
fn kernel(ipv6: bool) -> BTreeMap<&'static str, &'static str> {
    let mut all = BTreeMap::from([
        ("net.ipv4.ip_forward", "0"),
        ("net.ipv6.conf.all.forwarding", "0"),
        ("net.ipv4.conf.all.rp_filter", "1"),
        ("net.ipv4.conf.default.rp_filter", "1"),
        ("net.ipv4.conf.all.accept_redirects", "0"),
        ("net.ipv4.conf.default.accept_redirects", "0"),
        ("net.ipv4.conf.all.send_redirects", "0"),
        ("net.ipv4.conf.default.send_redirects", "0"),
        ("net.ipv4.conf.all.accept_source_route", "0"),
        ("net.ipv4.conf.default.accept_source_route", "0"),
        ("net.ipv4.conf.all.proxy_arp", "0"),
        ("net.ipv4.conf.default.proxy_arp", "0"),
        ("net.ipv4.conf.all.route_localnet", "0"),
        ("net.ipv6.conf.all.accept_redirects", "0"),
        ("net.ipv6.conf.default.accept_redirects", "0"),
        ("net.ipv6.conf.all.accept_source_route", "0"),
        ("net.ipv6.conf.all.accept_ra", "0"),
        ("net.ipv6.conf.default.accept_ra", "0"),
    ]);
    if !ipv6 {
        all.insert("net.ipv6.conf.all.disable_ipv6", "1");
        all.insert("net.ipv6.conf.default.disable_ipv6", "1");
    }
    all
}
