//! The packet filter of a gateway, in the order of ANSSI DAT-NT-006: 1 to the firewall, 2 from the firewall,
//! 3 protection, 4 business flows, 5 noise, 6 final deny.
//!
//! - `sets` named sets; `guards` protection, connection state, noise, final deny; `own` to and from the gateway
//! - `forward` flows by (in, out) pair; `shared` the flows of many schools at a centre; `lines` one flow as rules
//! - `ended` what dated permits opened, outside their days
//! - `exits` public addresses that traffic leaves by; `published` those that services are found at

mod ended;
mod exits;
mod forward;
mod guards;
mod lines;
mod own;
mod published;
mod sets;
mod shared;

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use ipnet::IpNet;

use super::permits::{self, Permit};
use crate::config::Loc;
use crate::config::filter::{Base, Chain, Filter, Hook, Kind, Policy, Rule};
use crate::network::{Network, Port, SiteId, tunnel_interface, zone_interface};

/// Everything the chains need to know of one gateway.
struct Gate<'n> {
    net: &'n Network,
    site: SiteId,
    wan: String,
    permits: Vec<Permit<'n>>,
    /// Source prefixes by interface, the WAN's apart.
    sources: BTreeMap<String, Vec<IpNet>>,
    /// VLAN interfaces with IPv6.
    links6: Vec<String>,
    /// Links with a DHCP server, and its address there.
    served: Vec<(String, Ipv4Addr)>,
    /// Uids of processes with rights of their own.
    uids: Vec<u64>,
    /// Public addresses of tunnel peers.
    peers: Vec<Ipv4Addr>,
}

/// The whole ruleset of a gateway.
pub(super) fn ruleset(net: &Network, site: SiteId) -> Filter {
    let gate = Gate::new(net, site);
    let flows = gate.flows();
    let mut chains = vec![gate.input(), gate.output(), gate.forward(), gate.related(), gate.anti_spoof()];
    if !gate.uids.is_empty() {
        chains.push(gate.processes());
    }
    chains.extend(flows.chains);
    chains.extend(gate.published());
    chains.extend([gate.exits(), gate.leave()]);
    let mut sets = gate.sets();
    sets.extend(flows.sets);
    sets.push(flows.map);
    Filter { sets, chains }
}

impl<'n> Gate<'n> {
    fn new(net: &'n Network, site: SiteId) -> Self {
        let place = net.site(site);
        let lan = &place.gateway.lan;
        let zones = || place.zones.iter().map(|z| net.zone(*z));
        let served = place.served.iter().map(|z| net.zone(*z));
        Self {
            net,
            site,
            wan: place.gateway.wan.clone(),
            permits: permits::at_site(net, site),
            sources: permits::sources(net, site),
            links6: zones().filter(|z| z.v6.is_some()).map(|z| zone_interface(lan, z.vlan)).collect(),
            served: served.map(|z| (zone_interface(lan, z.vlan), z.gateway4())).collect(),
            uids: net.processes_of(site).map(|(_, p)| u64::from(p.uid)).collect::<BTreeSet<_>>().into_iter().collect(),
            peers: peers(net, site),
        }
    }

    fn public(&self) -> Ipv4Addr {
        self.net.site(self.site).gateway.public.value
    }

    fn tunnel_interfaces(&self) -> Vec<String> {
        self.net.tunnels_of(self.site).map(|(_, peer, _)| tunnel_interface(&self.net.site(peer).name)).collect()
    }

    fn interface(&self, port: Port) -> String {
        permits::interface(self.net, self.site, port).expect("a packet that crosses has an interface")
    }
}

/// Public addresses of tunnel peers, ours and not ours.
fn peers(net: &Network, site: SiteId) -> Vec<Ipv4Addr> {
    let ours = net.tunnels_of(site).map(|(_, peer, _)| net.site(peer).gateway.public.value);
    let all: BTreeSet<_> = ours.chain(net.site(site).old_tunnels.iter().map(|t| t.peer)).collect();
    all.into_iter().collect()
}

/// A chain that the kernel calls.
fn base(name: &str, base: Base, rules: Vec<Rule>, remark: &str) -> Chain {
    Chain { name: name.to_owned(), base: Some(base), rules, remark: Some(remark.to_owned()), at: Loc::MADE }
}

/// A filter that drops what no rule accepts.
fn closed(hook: Hook) -> Base {
    Base { kind: Kind::Filter, hook, priority: 0, policy: Policy::Drop }
}

/// A chain that other chains call.
fn called(name: &str, rules: Vec<Rule>, remark: &str) -> Chain {
    Chain { name: name.to_owned(), base: None, rules, remark: Some(remark.to_owned()), at: Loc::MADE }
}

/// True for prefixes of a family, 4 or 6.
fn is_family(net: &IpNet, family: u8) -> bool {
    matches!(net, IpNet::V4(_)) == (family == 4)
}
