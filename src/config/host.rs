//! The device as a host: interfaces, addresses, routes, kernel settings, and the order in which it becomes a router.

use ipnet::IpNet;
use serde::Serialize;
use std::collections::BTreeMap;
use std::net::IpAddr;

use super::Loc;

/// Everything about the host that a proof leans on (DESIGN §2 (2)).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct HostFacts {
    /// Interfaces in the order they are made: WAN, LAN trunk, VLANs, XFRM.
    pub links: Vec<Link>,
    /// Kernel settings by dotted name.
    pub sysctl: BTreeMap<String, String>,
    /// Settings of the network manager that keep foreign routes and rules apart, as `Section.Key` to value.
    pub manager: BTreeMap<String, String>,
    /// Settings of the IKE daemon, as dotted path to value (`charon.install_routes` to `no`).
    pub ike: BTreeMap<String, String>,
    /// What runs at boot, in order, before anything is forwarded.
    pub boot: Boot,
    /// Accounts that programs run as, and the numeric user id by which the packet filter knows each.
    pub accounts: BTreeMap<String, u32>,
    /// The apply script's body is the constant one, and its table names exactly these.
    pub apply: Vec<(String, String)>,
}

/// One interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    /// Its name, 15 bytes at most.
    pub name: String,
    /// What it is.
    pub kind: LinkKind,
    /// Its addresses, each with its prefix length.
    pub addresses: Vec<IpNet>,
    /// Routes out of it (or unreachable ones, which the network manager attaches to some link).
    pub routes: Vec<Route>,
    /// VLAN interfaces made on it, by name.
    pub vlans: Vec<String>,
    /// XFRM interfaces made on it, by name.
    pub xfrms: Vec<String>,
    /// DHCPv4 server and router advertisements; None when it answers none.
    pub serve: Option<ServeLink>,
    /// Link-local IPv6 addressing is on.
    pub link_local6: bool,
    /// Accepts router advertisements.
    pub accept_ra: bool,
    /// Runs a DHCP client.
    pub dhcp_client: bool,
    /// Bytes of an IP packet; None is the default of its kind.
    pub mtu: Option<u32>,
    /// Text for people.
    pub description: Option<String>,
    /// Where it was read (its addresses).
    pub at: Loc,
}

/// Number that opens the name of each link's file, in the order of the links: first cards, then what is made on them.
///
/// It says the kind, and which card: a link that comes or goes renames the file of no other. A distribution's own files
/// come before or after.
pub fn file_numbers(links: &[Link]) -> impl Iterator<Item = usize> {
    let mut cards = 10..20;
    links.iter().map(move |link| match link.kind {
        LinkKind::Physical => cards.next().unwrap_or(19),
        LinkKind::Vlan { .. } => 20,
        LinkKind::Xfrm { .. } => 30,
    })
}

/// What an interface is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum LinkKind {
    /// A card.
    Physical,
    /// IEEE 802.1Q interface on a parent that names it.
    Vlan {
        /// VLAN number.
        id: u16,
    },
    /// Route-based IPsec: what is routed into it is protected by the policies with the same number.
    Xfrm {
        /// Number that policies and states carry.
        if_id: u32,
    },
}

/// One route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Route {
    /// Destinations.
    pub to: IpNet,
    /// Next hop; None when the destination is on the link, or the route is unreachable.
    pub via: Option<IpAddr>,
    /// The next hop is on the link although no address of the link covers it.
    pub on_link: bool,
    /// Answers "unreachable" instead of forwarding.
    pub unreachable: bool,
    /// Lower wins among routes to the same destination.
    pub metric: Option<u32>,
    /// Source address of the device's own packets by this route.
    pub preferred_source: Option<IpAddr>,
    /// Where it was read.
    pub at: Loc,
}

/// What is answered on a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct ServeLink {
    /// DHCPv4 answers.
    pub dhcp4: bool,
    /// Router advertisements with the link's prefix.
    pub ra: bool,
    /// First address of the pool, counted from the prefix.
    pub pool_offset: u32,
    /// Number of addresses of the pool.
    pub pool_size: u32,
    /// Resolvers told to clients.
    pub dns: Vec<IpAddr>,
    /// Time sources told to clients.
    pub ntp: Vec<IpAddr>,
}

/// A program that the boot starts and keeps running, as its unit says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Service {
    /// Its unit, without `.service`.
    pub name: String,
    /// Text for people.
    pub description: Option<String>,
    /// Account that all its processes run as; None is root.
    pub user: Option<String>,
    /// Its command, as words.
    pub start: Vec<String>,
    /// Units without which it does not run.
    pub requires: Vec<String>,
    /// Units it starts after.
    pub after: Vec<String>,
    /// Units that pull it in.
    pub wanted_by: Vec<String>,
    /// Files without which it does not start, or when they are empty.
    pub needs: Vec<String>,
    /// What it may not do, and its folders: key to value, those alone that are written.
    pub confined: BTreeMap<String, String>,
}

/// The unit that loads the rules and then turns forwarding on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Boot {
    /// Commands in order, as words.
    pub start: Vec<Vec<String>>,
    /// Units it starts before.
    pub before: Vec<String>,
    /// Units it starts after.
    pub after: Vec<String>,
    /// Units it pulls in: a passive target orders nothing unless somebody wants it (systemd.special(7)).
    pub wants: Vec<String>,
    /// Units that pull it in.
    pub wanted_by: Vec<String>,
}
