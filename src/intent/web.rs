//! What a proxy must decide, as ordered lists for each kind of client.

use std::collections::BTreeSet;
use std::net::IpAddr;

use ipnet::IpNet;

use crate::network::{Network, Proxy, SiteId, WebClients};

/// A list of domains by what makes it that list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ListIntent {
    /// A UT1 category, filled on the device.
    Category(String),
    /// These domains and what is below them.
    Domains(BTreeSet<String>),
}

/// Lists, and what happens to a host in one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepIntent {
    /// Any of these.
    pub lists: BTreeSet<ListIntent>,
    /// Let through, or refused.
    pub allow: bool,
}

/// Clients with the same rights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientIntent {
    /// Their prefixes.
    pub from: Vec<IpNet>,
    /// First match decides.
    pub steps: Vec<StepIntent>,
    /// Without a match.
    pub otherwise: bool,
}

/// Everything one proxy must decide; hosts written as addresses are refused, for no list would hold them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebIntent {
    /// What it is called.
    pub name: String,
    /// Addresses and port it must listen on, exactly these.
    pub listen: BTreeSet<(IpAddr, u16)>,
    /// Its source addresses, exactly these when not empty.
    pub outgoing: Vec<IpAddr>,
    /// Resolvers it must ask.
    pub resolvers: Vec<IpAddr>,
    /// Account it must run as.
    pub user: String,
    /// Ports of origins that plain requests may name.
    pub plain_ports: BTreeSet<u16>,
    /// Ports of origins that CONNECT may name: TLS alone.
    pub connect_ports: BTreeSet<u16>,
    /// Destinations it must never reach.
    pub inside: Vec<IpNet>,
    /// Who may ask for what; nobody else may.
    pub clients: Vec<ClientIntent>,
}

/// Addresses that are never the Internet (RFC 6890): this host, shared, loopback, link-local, multicast and reserved,
/// mapped and translated forms of IPv4.
const NEVER: [&str; 10] = [
    "0.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "224.0.0.0/3",
    "::/128",
    "::1/128",
    "64:ff9b::/96",
    "fe80::/10",
    "ff00::/8",
];

/// The intent of one proxy.
pub fn web(net: &Network, proxy: &Proxy) -> WebIntent {
    WebIntent {
        name: proxy.name.to_string(),
        plain_ports: [80, 443].into(),
        connect_ports: [443].into(),
        listen: proxy.listen.iter().map(|a| (*a, proxy.port)).collect(),
        outgoing: proxy.outgoing.clone(),
        resolvers: proxy.resolvers.clone(),
        user: proxy.user.clone(),
        inside: inside(net),
        clients: proxy.clients.iter().flat_map(|c| clients(net, c)).collect(),
    }
}

fn inside(net: &Network) -> Vec<IpNet> {
    net.region.known().chain(NEVER.iter().map(|n| n.parse().expect("a prefix"))).collect()
}

/// One kind of client for each establishment with lists of its own, and one for all others.
fn clients(net: &Network, rule: &WebClients) -> Vec<ClientIntent> {
    let sites: BTreeSet<SiteId> = rule.zones.iter().map(|z| net.zone(*z).site).collect();
    sites
        .into_iter()
        .map(|site| {
            let zones = rule.zones.iter().map(|z| net.zone(*z)).filter(|z| z.site == site);
            ClientIntent {
                from: zones.flat_map(crate::network::Zone::nets).collect(),
                steps: steps(rule, site),
                otherwise: rule.otherwise_allow && rule.only.is_empty(),
            }
        })
        .collect()
}

/// Mandatory categories, then the establishment's own refusals and permissions, then what it may unblock, then the white list.
fn steps(rule: &WebClients, site: SiteId) -> Vec<StepIntent> {
    let categories = |names: &[crate::network::Name]| {
        names.iter().map(|n| ListIntent::Category(n.to_string())).collect::<BTreeSet<_>>()
    };
    let own = rule.own.iter().find(|o| o.site == site);
    let domains = |names: &[String]| {
        let all: BTreeSet<String> = names.iter().cloned().collect();
        if all.is_empty() { BTreeSet::new() } else { BTreeSet::from([ListIntent::Domains(all)]) }
    };
    let rows = [
        (categories(&rule.deny), false),
        (own.map(|o| domains(&o.deny)).unwrap_or_default(), false),
        (own.map(|o| domains(&o.allow)).unwrap_or_default(), true),
        (categories(&rule.optional), false),
        (categories(&rule.only), true),
    ];
    rows.into_iter().filter(|(lists, _)| !lists.is_empty()).map(|(lists, allow)| StepIntent { lists, allow }).collect()
}
