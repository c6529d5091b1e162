//! What the boot must start on a device: each of its web proxies, as its own account.

use crate::network::{End, Network, Proxy};

/// One program that the boot must start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceIntent {
    /// The proxy.
    pub proxy: String,
    /// Account that every process of it must run as: on a gateway, the one whose number the packet filter names.
    pub user: String,
    /// It must not run unless the rules of that account are in force.
    pub needs_rules: bool,
}

/// The intent of one proxy's unit.
pub fn service(proxy: &Proxy) -> ServiceIntent {
    ServiceIntent {
        proxy: proxy.name.to_string(),
        user: proxy.user.clone(),
        needs_rules: matches!(proxy.place, End::Process(_)),
    }
}

/// Proxies that run on the gateway of a site.
pub fn local_proxies(net: &Network, site: crate::network::SiteId) -> impl Iterator<Item = &Proxy> {
    net.proxies_of(site).map(|(_, p)| p).filter(|p| matches!(p.place, End::Process(_)))
}
