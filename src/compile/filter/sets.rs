//! Named sets of a gateway: what is inside, whose sources, peers, links.

use std::net::Ipv4Addr;

use ipnet::IpNet;

use super::super::rules::{address, address_keys, interface as named, net as prefix, set};
use super::{Gate, is_family};
use crate::config::filter::{Action, Key, NamedSet, Value};

/// One value as an entry of a set.
fn entry(value: Value) -> (Vec<Value>, Action) {
    (vec![value], Action::Continue)
}

fn linked(name: &str, a: Ipv4Addr) -> (Vec<Value>, Action) {
    (vec![named(name), address(a)], Action::Continue)
}

impl Gate<'_> {
    /// Every set that the hooks use; those of flows are made with them.
    pub(super) fn sets(&self) -> Vec<NamedSet> {
        let region = &self.net.region;
        let inside4 = region.inside4.iter().map(|n| entry(prefix(*n)));
        let inside6 = region.inside6.iter().map(|n| entry(prefix(*n)));
        let asked = self.served.iter().flat_map(|(n, own)| [linked(n, *own), linked(n, Ipv4Addr::BROADCAST)]);
        let answers = self.served.iter().map(|(n, own)| linked(n, *own));
        let links6 = self.links6.iter().map(|l| entry(named(l)));
        let peers = self.peers.iter().map(|p| entry(address(*p)));
        let mut sets = vec![
            set("inside4", &[Key::Source4], inside4, "ranges that never cross the WAN in clear"),
            set("inside6", &[Key::Source6], inside6, "the same for IPv6"),
            self.source_set(4),
            self.source_set(6),
            set("links6", &[Key::In], links6, "links with IPv6"),
            set("peers", &[Key::Source4], peers, "other ends of tunnels"),
            set("dhcp_asked", &[Key::In, Key::Destination4], asked, "links with a DHCP server, and where it is asked"),
            set("dhcp_server", &[Key::Out, Key::Source4], answers, "links with a DHCP server, and its address there"),
        ];
        sets.retain(|s| !s.entries.is_empty());
        sets
    }

    fn source_set(&self, family: u8) -> NamedSet {
        let (key, _) = address_keys(family);
        let row = |name: &str, n: &IpNet| (vec![named(name), prefix(*n)], Action::Continue);
        let rows = self
            .sources
            .iter()
            .flat_map(|(name, nets)| nets.iter().filter(|n| is_family(n, family)).map(move |n| row(name, n)));
        let remark = "source addresses that an interface may carry";
        set(&format!("sources{family}"), &[Key::In, key], rows, remark)
    }
}
