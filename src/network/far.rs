//! Tunnels that exist and whose far end is not ours: what no gateway could carry or keep apart.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use ipnet::IpNet;

use super::model::{Network, OldTunnel, Site};
use crate::diagnostics::codes::network as codes;
use crate::diagnostics::{At, Diagnostic, Sink};

/// Every old tunnel of every site.
pub(super) fn check(net: &Network, sink: &mut Sink) {
    for site in &net.sites {
        one_peer_each(net, site, sink);
        for selector in site.old_tunnels.iter().flat_map(|t| &t.selectors) {
            family(selector, sink);
        }
    }
}

/// The WAN has IPv4 alone, so that no route leads an IPv6 packet to a tunnel without an interface of its own.
fn family(selector: &At<(IpNet, IpNet)>, sink: &mut Sink) {
    let v6 = |net: &IpNet| matches!(net, IpNet::V6(_));
    let (local, remote) = &selector.value;
    let says = match (v6(local), v6(remote)) {
        (false, false) => return,
        (true, true) => format!("no route leads to {remote}: the WAN has no IPv6"),
        _ => format!("{local} and {remote} are not of one family: no packet goes from one to the other"),
    };
    sink.push(
        Diagnostic::new(&codes::OLD_TUNNEL, selector.span, says)
            .help("write IPv4 prefixes on both sides; only the tunnels of `links:` carry IPv6"),
    );
}

/// Two connections with one pair of addresses and identities: the peer's requests would find the first alone.
fn one_peer_each(net: &Network, site: &Site, sink: &mut Sink) {
    let mut known: BTreeMap<Ipv4Addr, &OldTunnel> = BTreeMap::new();
    let mut all: Vec<&OldTunnel> = site.old_tunnels.iter().collect();
    all.sort_by_key(|t| net.origin(t.origin).span);
    for tunnel in all {
        let Some(first) = known.get(&tunnel.peer) else {
            known.insert(tunnel.peer, tunnel);
            continue;
        };
        let says = format!("`{}` and `{}` have one peer, {}", first.name, tunnel.name, tunnel.peer);
        sink.push(
            Diagnostic::new(&codes::OLD_TUNNEL, net.origin(tunnel.origin).span, says)
                .other(net.origin(first.origin).span, format!("`{}` goes there", first.name))
                .help(format!("write these selectors in `{}`: one tunnel carries several", first.name)),
        );
    }
}
