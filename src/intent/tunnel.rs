//! What each tunnel must protect, with whom, and how.

use std::collections::BTreeSet;
use std::net::IpAddr;

use ipnet::IpNet;

use crate::network::{Network, OriginId, SiteId, tunnel_interface};

/// One end of one tunnel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TunnelIntent {
    /// What it is called in messages: the peer site, or the name of an existing tunnel.
    pub peer: String,
    /// The route-based interface it belongs to; None for a policy-based tunnel that exists.
    pub interface: Option<String>,
    /// Own outer address.
    pub own_address: IpAddr,
    /// The peer's.
    pub peer_address: IpAddr,
    /// Own identity.
    pub own_identity: String,
    /// The only identity accepted of the peer: its certificate opens this tunnel and no other.
    pub peer_identity: String,
    /// Own certificate's slot.
    pub own_certificate: String,
    /// Certificate authority slot.
    pub authority: String,
    /// IKE proposals; empty means not said by the policy.
    pub ike: Vec<String>,
    /// ESP proposals; empty means not said by the policy.
    pub esp: Vec<String>,
    /// Own and peer's prefixes, exactly these.
    pub selectors: BTreeSet<(IpNet, IpNet)>,
    /// The line it comes from, where it has one.
    pub origin: Option<OriginId>,
}

/// The tunnels that must end at a site, and no other.
pub fn tunnels(net: &Network, site: SiteId) -> Vec<TunnelIntent> {
    let named = |id: SiteId| format!("{}.{}", net.site(id).name, net.region.ike_domain);
    let own_address = IpAddr::V4(net.site(site).gateway.public.value);
    let authority = format!("{}.pem", net.region.authority);
    let ours = net.tunnels_of(site).map(|(_, peer, tunnel)| {
        let own = usize::from(tunnel.ends[1] == site);
        TunnelIntent {
            peer: net.site(peer).name.to_string(),
            interface: Some(tunnel_interface(&net.site(peer).name)),
            own_address,
            peer_address: IpAddr::V4(net.site(peer).gateway.public.value),
            own_identity: named(site),
            own_certificate: format!("{}.pem", named(site)),
            peer_identity: named(peer),
            authority: authority.clone(),
            ike: vec![tunnel.suite.ike.value.clone()],
            esp: vec![tunnel.suite.esp.value.clone()],
            selectors: tunnel.pairs.iter().map(|p| (p.nets[own], p.nets[1 - own])).collect(),
            origin: tunnel.origin(),
        }
    });
    let old = net.site(site).old_tunnels.iter().map(|old| TunnelIntent {
        peer: old.name.to_string(),
        interface: None,
        own_address,
        peer_address: IpAddr::V4(old.peer),
        own_identity: named(site),
        own_certificate: format!("{}.pem", named(site)),
        peer_identity: old.peer.to_string(),
        authority: authority.clone(),
        ike: Vec::new(),
        esp: Vec::new(),
        selectors: old.selectors.iter().map(|s| s.value).collect(),
        origin: Some(old.origin),
    });
    ours.chain(old).collect()
}
