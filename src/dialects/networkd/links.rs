//! `.network` and `.netdev` files together: one [`Link`] an interface, made once, on the parent that names it.

use super::netdev::NetDev;
use super::network::Network;
use crate::config::host::{Link, LinkKind};
use crate::diagnostics::Sink;
use crate::diagnostics::codes::host;
use crate::dialects::words::Word;
use std::collections::{BTreeMap, BTreeSet};

/// Links in the order they are made: cards, VLANs, XFRM interfaces, each in the order of their files.
pub(super) fn merge(networks: Vec<Network>, netdevs: &[NetDev], sink: &mut Sink) -> Vec<Link> {
    made_once(netdevs, sink);
    parents(&networks, netdevs, sink);
    let mut links: Vec<Link> = Vec::new();
    let mut places: BTreeMap<String, Word> = BTreeMap::new();
    for network in networks {
        let Some((name, place)) = network.name.clone() else {
            continue;
        };
        if let Some(first) = places.get(&name) {
            let message = format!("two files are for link `{name}`");
            let finding = place.wrong(&host::LINKS, message);
            sink.push(finding.other(first.span, "the other is for it too"));
        }
        places.insert(name.clone(), place.clone());
        let netdev = netdevs.iter().find(|d| d.name == name);
        if netdev.is_none() && name.contains('.') {
            let message = format!("no .netdev makes `{name}`");
            sink.push(place.wrong(&host::LINKS, message));
        }
        guards_stay(&network, &place, sink);
        links.push(link(network, name, &place, netdev));
    }
    for netdev in netdevs.iter().filter(|d| !places.contains_key(&d.name)) {
        let message = format!("no .network is for `{}`", netdev.name);
        sink.push(netdev.place.wrong(&host::LINKS, message));
    }
    links.sort_by_key(|l| rank(&l.kind));
    links
}

fn rank(kind: &LinkKind) -> u8 {
    match kind {
        LinkKind::Physical => 0,
        LinkKind::Vlan { .. } => 1,
        LinkKind::Xfrm { .. } => 2,
    }
}

fn link(network: Network, name: String, place: &Word, netdev: Option<&NetDev>) -> Link {
    let at = network.addresses.first().map_or(place.loc, |(_, w)| w.loc);
    let texts = |words: Vec<Word>| words.into_iter().map(|w| w.text).collect();
    Link {
        name,
        kind: netdev.map_or(LinkKind::Physical, |d| d.kind.clone()),
        addresses: network.addresses.into_iter().map(|(net, _)| net).collect(),
        routes: network.routes,
        vlans: texts(network.vlans),
        xfrms: texts(network.xfrms),
        serve: network.serve,
        link_local6: network.link_local6,
        accept_ra: network.accept_ra.unwrap_or(false),
        dhcp_client: network.dhcp_client,
        mtu: network.mtu.or(netdev.and_then(|d| d.mtu)),
        description: network.description,
        at,
    }
}

/// No two .netdev files make one name, nor two XFRM interfaces with one number: the kernel refuses the second.
fn made_once(netdevs: &[NetDev], sink: &mut Sink) {
    let mut names = BTreeMap::new();
    let mut numbers = BTreeMap::new();
    for netdev in netdevs {
        if let Some(first) = names.insert(netdev.name.as_str(), &netdev.place) {
            let message = format!("`{}` is made twice", netdev.name);
            let finding = netdev.place.wrong(&host::LINKS, message);
            sink.push(finding.other(first.span, "first here"));
        }
        let LinkKind::Xfrm { if_id } = netdev.kind else {
            continue;
        };
        if let Some(first) = numbers.insert(if_id, &netdev.place) {
            let message = format!("`{}` has the number of another XFRM interface", netdev.name);
            let finding = netdev.place.wrong(&host::LINKS, message);
            sink.push(finding.other(first.span, "this one"));
        }
    }
}

/// Every VLAN stands on one card, every XFRM interface on one or, declared independent, on none.
fn parents(networks: &[Network], netdevs: &[NetDev], sink: &mut Sink) {
    let mut asked: Vec<(&Word, &str, bool)> = Vec::new();
    for network in networks {
        let parent = network.name.as_ref().map_or("", |(n, _)| n.as_str());
        asked.extend(network.vlans.iter().map(|w| (w, parent, true)));
        asked.extend(network.xfrms.iter().map(|w| (w, parent, false)));
    }
    for (word, parent, is_vlan) in &asked {
        let found = netdevs.iter().find(|d| d.name == word.text);
        let fits = found.is_some_and(|d| matches!(d.kind, LinkKind::Vlan { .. }) == *is_vlan);
        if !fits {
            let message = format!("no .netdev makes `{}`", word.text);
            sink.push(word.wrong(&host::LINKS, message));
        }
        if netdevs.iter().any(|d| d.name == *parent) {
            let message = format!("`{}` would stand on `{parent}`, which is no card", word.text);
            sink.push(word.wrong(&host::LINKS, message));
        }
    }
    for netdev in netdevs {
        let on: Vec<&(&Word, &str, bool)> = asked.iter().filter(|(w, ..)| w.text == netdev.name).collect();
        if on.len() != usize::from(!netdev.independent) {
            let message = format!("`{}` stands on {} parents", netdev.name, on.len());
            sink.push(netdev.place.wrong(&host::LINKS, message));
        }
    }
    same_vlan(&asked, netdevs, sink);
}

/// No two VLAN interfaces of one card carry one VLAN.
fn same_vlan(asked: &[(&Word, &str, bool)], netdevs: &[NetDev], sink: &mut Sink) {
    let mut seen = BTreeSet::new();
    for (word, parent, _) in asked {
        let found = netdevs.iter().find(|d| d.name == word.text);
        let Some(LinkKind::Vlan { id }) = found.map(|d| &d.kind) else {
            continue;
        };
        if !seen.insert((*parent, *id)) {
            let message = format!("`{}` carries a VLAN of `{parent}` for the second time", word.text);
            sink.push(word.wrong(&host::LINKS, message));
        }
    }
}

/// Unreachable routes guard the default route: they stand on its link, or on one that keeps them without a carrier.
fn guards_stay(network: &Network, place: &Word, sink: &mut Sink) {
    let guards = network.routes.iter().any(|r| r.unreachable);
    let default = network.routes.iter().any(|r| !r.unreachable && r.to.prefix_len() == 0);
    if guards && !default && !network.without_carrier {
        let message = "unreachable routes leave with this link's carrier, and the default route stands on another";
        let finding = place.wrong(&host::LINKS, message);
        sink.push(finding.help("write them on the link of the default route, or `ConfigureWithoutCarrier=yes`"));
    }
}
