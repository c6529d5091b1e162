//! The gateway as a host: interfaces, addresses, routes, kernel settings, boot order.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::service;
use super::tunnel::if_id;
use crate::config::host::{Boot, HostFacts, Link, LinkKind, Route, ServeLink, file_numbers};
use crate::config::{Loc, WebFilter};
use crate::network::{self, Network, SiteId, Zone, tunnel_interface, zone_interface};

/// Unreachable routes lose against every other route to the same destination.
const LAST: u32 = 4096;
/// Bytes of an inner packet that fits AES-GCM ESP in a 1,500-byte path (RFC 4303, RFC 3948).
const TUNNEL_MTU: u32 = 1400;

/// Facts of a site's gateway.
pub(super) fn facts(net: &Network, site: SiteId, web: &[WebFilter]) -> HostFacts {
    let place = net.site(site);
    let mut links = vec![wan(net, site), trunk(net, site)];
    links.extend(place.zones.iter().map(|z| vlan(net, site, net.zone(*z), place.served.contains(z), *z)));
    links.extend(net.tunnels_of(site).map(|(_, peer, tunnel)| xfrm(net, site, peer, tunnel)));
    let accounts: BTreeMap<String, u32> =
        net.processes_of(site).map(|(_, p)| (network::account(&p.name), p.uid)).collect();
    HostFacts {
        apply: apply(&links, web, !accounts.is_empty()),
        accounts,
        sysctl: sysctl(&links, place.ipv6),
        links,
        manager: pairs(&[("Network.ManageForeignRoutes", "no"), ("Network.ManageForeignRoutingPolicyRules", "no")]),
        ike: ike(),
        boot: boot(place.ipv6),
    }
}

/// Plugins of the IKE daemon that make policies, packets or connections that stand in no file of ours.
const PLUGINS_OFF: &[&str] =
    &["bypass-lan", "connmark", "dhcp", "farp", "forecast", "ha", "kernel-libipsec", "load-tester", "stroke", "unity"];

fn ike() -> BTreeMap<String, String> {
    let own = ["follow_redirects", "install_routes", "install_virtual_ip"].map(|key| format!("charon.{key}"));
    let plugins = PLUGINS_OFF.iter().map(|plugin| format!("charon.plugins.{plugin}.load"));
    own.into_iter().chain(plugins).map(|key| (key, "no".to_owned())).collect()
}

fn pairs(rows: &[(&str, &str)]) -> BTreeMap<String, String> {
    rows.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

fn link(name: String, kind: LinkKind, description: String) -> Link {
    Link {
        name,
        kind,
        addresses: Vec::new(),
        routes: Vec::new(),
        vlans: Vec::new(),
        xfrms: Vec::new(),
        serve: None,
        link_local6: false,
        accept_ra: false,
        dhcp_client: false,
        mtu: None,
        description: Some(description),
        at: Loc::MADE,
    }
}

fn route(to: IpNet) -> Route {
    Route { to, via: None, on_link: false, unreachable: false, metric: None, preferred_source: None, at: Loc::MADE }
}

/// The WAN: host addresses, a next hop on the link, and an unreachable route under every private range,
/// so that what no tunnel carries is refused instead of leaving in clear.
///
/// Where IPv6 is off it needs none: the network manager would turn IPv6 on again at a link that has such a route.
fn wan(net: &Network, site: SiteId) -> Link {
    let gateway = &net.site(site).gateway;
    let default = Route {
        via: Some(IpAddr::V4(gateway.next_hop)),
        on_link: true,
        preferred_source: Some(IpAddr::V4(gateway.public.value)),
        ..route(IpNet::V4(Ipv4Net::default()))
    };
    let inside4 = net.region.inside4.iter().map(|n| IpNet::V4(*n));
    let inside6 = net.region.inside6.iter().filter(|_| net.site(site).ipv6).map(|n| IpNet::V6(*n));
    let nowhere = inside4.chain(inside6).map(|to| Route { unreachable: true, metric: Some(LAST), ..route(to) });
    let old = net.site(site).old_tunnels.iter().flat_map(|t| &t.selectors).map(|s| s.value.1);
    let old = old.map(|to| Route { to, ..default.clone() });
    Link {
        addresses: gateway.publics().map(|a| IpNet::V4(Ipv4Net::from(a))).collect(),
        routes: std::iter::once(default.clone()).chain(old).chain(nowhere).collect(),
        xfrms: net.tunnels_of(site).map(|(_, peer, _)| tunnel_interface(&net.site(peer).name)).collect(),
        mtu: (gateway.mtu != 1500).then(|| gateway.mtu.into()),
        ..link(gateway.wan.clone(), LinkKind::Physical, "WAN".to_owned())
    }
}

fn trunk(net: &Network, site: SiteId) -> Link {
    let place = net.site(site);
    let lan = &place.gateway.lan;
    Link {
        vlans: place.zones.iter().map(|z| zone_interface(lan, net.zone(*z).vlan)).collect(),
        ..link(lan.clone(), LinkKind::Physical, "LAN trunk; untagged frames go nowhere".to_owned())
    }
}

fn vlan(net: &Network, site: SiteId, zone: &Zone, served: bool, id: network::ZoneId) -> Link {
    let place = net.site(site);
    let own4 = Ipv4Net::new(zone.gateway4(), zone.v4.prefix_len()).expect("a valid length");
    let own6 =
        zone.gateway6().zip(zone.v6).map(|(a, n)| IpNet::V6(Ipv6Net::new(a, n.prefix_len()).expect("a valid length")));
    let told = |table: &BTreeMap<network::ZoneId, Vec<IpAddr>>| table.get(&id).cloned().unwrap_or_default();
    let serve = served.then(|| ServeLink {
        dhcp4: true,
        ra: zone.v6.is_some(),
        pool_offset: zone.pool4().0,
        pool_size: zone.pool4().1,
        dns: told(&place.served_names),
        ntp: told(&place.served_clock),
    });
    Link {
        addresses: std::iter::once(IpNet::V4(own4)).chain(own6).collect(),
        link_local6: zone.v6.is_some(),
        serve,
        ..link(
            zone_interface(&place.gateway.lan, zone.vlan),
            LinkKind::Vlan { id: zone.vlan.get() },
            format!("{} ({})", zone.title, zone.name),
        )
    }
}

/// Routes into a tunnel; the gateway's own packets take its address among the devices as source,
/// for an XFRM interface has none.
fn xfrm(net: &Network, site: SiteId, peer: SiteId, tunnel: &network::Tunnel) -> Link {
    let devices = net.devices_zone(site).map(|z| net.zone(z));
    let routes = tunnel.remote_nets(site).into_iter().map(|to| {
        let preferred_source = devices.and_then(|z| match to {
            IpNet::V4(_) => Some(IpAddr::V4(z.gateway4())),
            IpNet::V6(_) => z.gateway6().map(IpAddr::V6),
        });
        Route { preferred_source, ..route(to) }
    });
    let name = &net.site(peer).name;
    Link {
        routes: routes.collect(),
        mtu: Some(TUNNEL_MTU),
        ..link(tunnel_interface(name), LinkKind::Xfrm { if_id: if_id(net, peer) }, format!("tunnel to {name}"))
    }
}

/// Settings of IPv4 that `all` cannot say for a link: the kernel takes the wider of the two, or the link's own.
const EACH_LINK4: &[(&str, &str)] =
    &[("rp_filter", "1"), ("accept_redirects", "0"), ("send_redirects", "0"), ("proxy_arp", "0")];
/// The same of IPv6, where a link's own alone counts.
const EACH_LINK6: &[(&str, &str)] = &[("accept_ra", "0"), ("accept_redirects", "0")];

/// What each link has for itself. A card is there before this file is read: `default` comes too late for it in IPv6, and
/// in IPv4 once anything was set there. A pattern of another file may name any link; its own name wins (sysctl.d(5)).
fn each_link(links: &[Link]) -> impl Iterator<Item = (String, String)> {
    let families = [("ipv4", EACH_LINK4), ("ipv6", EACH_LINK6)];
    let rows = families.into_iter().flat_map(|(family, rows)| rows.iter().map(move |row| (family, row)));
    rows.flat_map(|(family, (key, value))| {
        links.iter().map(move |link| {
            let name = link.name.replace('.', "/");
            (format!("net.{family}.conf.{name}.{key}"), (*value).to_owned())
        })
    })
}

/// Kernel settings; forwarding stays off here, the unit that loads the rules turns it on.
fn sysctl(links: &[Link], ipv6: bool) -> BTreeMap<String, String> {
    let mut rows = pairs(&[
        ("net.ipv4.ip_forward", "0"),
        ("net.ipv6.conf.all.forwarding", "0"),
        ("net.ipv6.conf.all.accept_ra", "0"),
        ("net.ipv6.conf.default.accept_ra", "0"),
        ("net.ipv4.conf.all.route_localnet", "0"),
        ("net.ipv4.tcp_syncookies", "1"),
        ("net.ipv4.icmp_echo_ignore_broadcasts", "1"),
        ("-net.netfilter.nf_conntrack_helper", "0"),
    ]);
    for scope in ["all", "default"] {
        for (key, value) in [
            ("rp_filter", "1"),
            ("accept_redirects", "0"),
            ("secure_redirects", "0"),
            ("send_redirects", "0"),
            ("accept_source_route", "0"),
            ("proxy_arp", "0"),
            ("arp_ignore", "1"),
            ("arp_announce", "2"),
            ("log_martians", "1"),
        ] {
            rows.insert(format!("net.ipv4.conf.{scope}.{key}"), value.to_owned());
        }
        for key in ["accept_redirects", "accept_source_route", "proxy_ndp"] {
            rows.insert(format!("net.ipv6.conf.{scope}.{key}"), "0".to_owned());
        }
        if !ipv6 {
            rows.insert(format!("net.ipv6.conf.{scope}.disable_ipv6"), "1".to_owned());
        }
    }
    rows.extend(each_link(links));
    rows
}

/// First the rules, then forwarding, all before the network comes up.
fn boot(ipv6: bool) -> Boot {
    let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let mut start =
        vec![words("/usr/sbin/nft -f /etc/etanche/etanche.nft"), words("/usr/sbin/sysctl -q -w net.ipv4.ip_forward=1")];
    if ipv6 {
        start.push(words("/usr/sbin/sysctl -q -w net.ipv6.conf.all.forwarding=1"));
    }
    let list = |units: &[&str]| units.iter().map(|u| (*u).to_owned()).collect::<Vec<_>>();
    Boot {
        start,
        before: list(&["network-pre.target", "shutdown.target"]),
        after: list(&["systemd-sysctl.service", "local-fs.target"]),
        wants: list(&["network-pre.target"]),
        wanted_by: list(&["sysinit.target"]),
    }
}

/// Where each file goes on the device.
fn apply(links: &[Link], web: &[WebFilter], accounts: bool) -> Vec<(String, String)> {
    let mut rows = vec![
        ("etanche.nft".to_owned(), "/etc/etanche/etanche.nft".to_owned()),
        ("swanctl.conf".to_owned(), "/etc/swanctl/conf.d/etanche.conf".to_owned()),
        ("charon.conf".to_owned(), "/etc/strongswan.d/etanche.conf".to_owned()),
        ("networkd.conf".to_owned(), "/etc/systemd/networkd.conf.d/etanche.conf".to_owned()),
        ("sysctl.conf".to_owned(), "/etc/sysctl.d/90-etanche.conf".to_owned()),
        ("etanche-firewall.service".to_owned(), "/etc/systemd/system/etanche-firewall.service".to_owned()),
    ];
    if accounts {
        rows.push(("sysusers.conf".to_owned(), "/etc/sysusers.d/etanche.conf".to_owned()));
    }
    for (number, link) in file_numbers(links).zip(links) {
        let kinds: &[&str] = if link.kind == LinkKind::Physical { &["network"] } else { &["netdev", "network"] };
        for kind in kinds {
            let file = format!("{number}-{}.{kind}", link.name);
            rows.push((format!("network/{file}"), format!("/etc/systemd/network/{file}")));
        }
    }
    for proxy in web {
        let unit = format!("{}.service", service::name(&proxy.name));
        rows.push((unit.clone(), format!("/etc/systemd/system/{unit}")));
        rows.push((format!("squid-{}.conf", proxy.name), format!("/etc/squid/{}.conf", proxy.name)));
        for list in proxy.lists.iter().filter(|l| l.category.is_none()) {
            let file = list.path.rsplit('/').next().unwrap_or(&list.path);
            rows.push((format!("lists/{file}"), list.path.clone()));
        }
    }
    rows
}
