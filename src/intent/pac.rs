//! What the browsers of a zone must be told, and nothing else.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net};

use crate::network::{End, L4, Network, SiteId, Zone};

/// One zone's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PacIntent {
    /// The zone's name.
    pub zone: String,
    /// Address and port of every proxy that the zone opens to.
    pub proxies: BTreeSet<(Ipv4Addr, u16)>,
    /// What is asked without a proxy: the zone itself, and what its flows over TCP lead to. IPv4 alone, as the function
    /// that tells browsers (`isInNet`) knows no other.
    pub direct: BTreeSet<Ipv4Net>,
}

/// Those of a site.
pub fn pac(net: &Network, site: SiteId) -> Vec<PacIntent> {
    let Some(pac) = &net.site(site).pac else { return Vec::new() };
    let mut all = Vec::new();
    for id in &pac.zones {
        let zone = net.zone(*id);
        let mut told = PacIntent { zone: zone.name.to_string(), proxies: BTreeSet::new(), direct: itself(zone) };
        for flow in net.opened_by(*id) {
            match net.proxy_at(&flow.to) {
                Some(proxy) => {
                    for address in &proxy.listen {
                        if let IpAddr::V4(address) = address {
                            told.proxies.insert((*address, proxy.port));
                        }
                    }
                }
                None if flow.services.iter().any(|s| matches!(s, L4::Tcp(..))) => {
                    told.direct.extend(reached(net, site, &flow.to))
                }
                None => {}
            }
        }
        all.push(told);
    }
    all
}

fn itself(zone: &Zone) -> BTreeSet<Ipv4Net> {
    BTreeSet::from([zone.v4])
}

/// Outside, only prefixes that a flow names: all of it is what proxies are for.
fn reached(net: &Network, here: SiteId, end: &End) -> Vec<Ipv4Net> {
    let nets: Vec<IpNet> = match end {
        End::Zone(zone) => net.zone(*zone).nets(),
        End::Host(host) => net.met_from(here, *host).into_iter().map(IpNet::from).collect(),
        End::Internet(nets) => nets.clone(),
        End::Process(_) | End::Gateway(_) | End::Supervision(_) => Vec::new(),
    };
    nets.into_iter().filter_map(|n| if let IpNet::V4(n) = n { Some(n) } else { None }).collect()
}
