//! Both ends of each tunnel, and policy-based ones that exist.

use std::net::Ipv4Addr;

use ipnet::IpNet;

use crate::config::Loc;
use crate::config::tunnel::{Auth, Child, Tunnel};
use crate::network::{self, Network, SiteId, Tunnel as Link};

/// The tunnels that end at a site, by peer.
pub(super) fn tunnels(net: &Network, site: SiteId) -> Vec<Tunnel> {
    let ours = net.tunnels_of(site).map(|(_, peer, link)| end(net, site, peer, link));
    let old = net.site(site).old_tunnels.iter().map(|t| kept(net, site, t));
    ours.chain(old).collect()
}

/// Number of the XFRM interface towards a peer: its public address, unique in the region and stable.
pub(super) fn if_id(net: &Network, peer: SiteId) -> u32 {
    u32::from(net.site(peer).gateway.public.value)
}

/// IKE identity of a site.
pub(super) fn identity(net: &Network, site: SiteId) -> String {
    format!("{}.{}", net.site(site).name, net.region.ike_domain)
}

fn end(net: &Network, site: SiteId, peer: SiteId, link: &Link) -> Tunnel {
    let here = usize::from(link.ends[0] != site);
    let suite = &link.suite;
    let children = link.pairs.iter().map(|pair| Child {
        name: pair.name.clone(),
        local: vec![pair.nets[here]],
        remote: vec![pair.nets[1 - here]],
        esp: vec![suite.esp.value.clone()],
        rekey_seconds: suite.rekey_seconds.value,
        life_seconds: given_up(suite.rekey_seconds.value),
        ..child()
    });
    let number = if_id(net, peer);
    Tunnel {
        name: format!("to-{}", net.site(peer).name),
        proposals: vec![suite.ike.value.clone()],
        if_id_in: Some(number),
        if_id_out: Some(number),
        children: children.collect(),
        ..connection(net, site, net.site(peer).gateway.public.value, identity(net, peer))
    }
}

fn connection(net: &Network, site: SiteId, remote: Ipv4Addr, remote_id: String) -> Tunnel {
    let own = identity(net, site);
    let authority = format!("{}.pem", net.region.authority);
    Tunnel {
        name: String::new(),
        version: 2,
        local: net.site(site).gateway.public.value.into(),
        remote: Some(remote.into()),
        proposals: Vec::new(),
        mobike: false,
        local_auth: Auth {
            certificate: true,
            id: Some(own.clone()),
            certs: vec![format!("{own}.pem")],
            cacerts: Vec::new(),
        },
        remote_auth: Auth { certificate: true, id: Some(remote_id), certs: Vec::new(), cacerts: vec![authority] },
        if_id_in: None,
        if_id_out: None,
        dpd_seconds: 30,
        life_seconds: 15_840,
        unique: "replace".to_owned(),
        children: Vec::new(),
        at: Loc::MADE,
    }
}

/// A child that waits for traffic, and comes back after every loss: nothing falls back to clear.
fn child() -> Child {
    Child {
        name: String::new(),
        local: Vec::new(),
        remote: Vec::new(),
        esp: Vec::new(),
        ah: Vec::new(),
        mode: "tunnel".to_owned(),
        start_action: "trap".to_owned(),
        dpd_action: "trap".to_owned(),
        close_action: "trap".to_owned(),
        rekey_seconds: 3600,
        life_seconds: given_up(3600),
        at: Loc::MADE,
    }
}

/// A tenth after the time to rekey: what the daemon does without a line of its own, and none is written. IKE's own
/// four hours end so after 15840 s.
fn given_up(rekey_seconds: u32) -> u64 {
    u64::from(rekey_seconds) * 110 / 100
}

/// A policy-based tunnel: no XFRM interface, selectors as typed.
fn kept(net: &Network, site: SiteId, old: &network::OldTunnel) -> Tunnel {
    let suite = "aes256gcm16-prfsha384-ecp384";
    let children = old.selectors.iter().enumerate().map(|(n, selector)| {
        let (local, remote): (IpNet, IpNet) = selector.value;
        Child {
            name: format!("{}-{}", old.name, n + 1),
            local: vec![local],
            remote: vec![remote],
            esp: vec!["aes256gcm16-ecp384".to_owned()],
            ..child()
        }
    });
    Tunnel {
        name: format!("old-{}", old.name),
        proposals: vec![suite.to_owned()],
        children: children.collect(),
        ..connection(net, site, old.peer, old.peer.to_string())
    }
}
