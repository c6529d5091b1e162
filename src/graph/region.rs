//! The region: every site, the tunnels between them, and where traffic leaves in clear.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use super::dot::Dot;
use super::words;
use crate::network::{Network, Site};

/// All sites and tunnels, as DOT.
pub fn region(net: &Network) -> String {
    let title = format!("{}: {} sites, {} tunnels", net.region.name, net.sites.len(), net.tunnels.len());
    let mut dot = Dot::new(&title, &[("rankdir", "TB"), ("nodesep", "0.5"), ("ranksep", "1.1")]);
    dot.node("internet", &["Internet".to_owned()], &[("shape", "ellipse"), ("fillcolor", "#eeeeee")]);
    for site in &net.sites {
        let fill = if site.is_establishment { "#e3f0dd" } else { "#dbe7f5" };
        dot.node(&id(site), &about(net, site), &[("fillcolor", fill)]);
    }
    for tunnel in &net.tunnels {
        let [a, b] = tunnel.ends.map(|end| net.site(end));
        // The centre stands above, whoever declares the link.
        let (upper, lower) = if a.is_establishment { (b, a) } else { (a, b) };
        let pairs = words::pairs(tunnel.pairs.len());
        dot.edge(&id(upper), &id(lower), &pairs, &[("dir", "none"), ("penwidth", "2.2"), ("color", "#3d6fa5")]);
    }
    for site in net.sites.iter().filter(|s| leaves(net, s)) {
        dot.edge("internet", &id(site), "", &[("style", "dashed"), ("dir", "back")]);
    }
    far_ends(net, &mut dot);
    dot.legend(&[
        ("blue line", "#3d6fa5", "tunnel, with its pairs of prefixes"),
        ("dashed blue line", "#3d6fa5", "tunnel that exists, far end not ours"),
        ("dashed arrow", "#555555", "traffic that leaves in clear"),
    ]);
    dot.finish()
}

/// A peer that is not ours once, whoever has a tunnel to it: what one sends there may go on to another.
fn far_ends(net: &Network, dot: &mut Dot) {
    let peers: BTreeSet<Ipv4Addr> = net.sites.iter().flat_map(|s| &s.old_tunnels).map(|old| old.peer).collect();
    for peer in peers {
        let far = format!("far {peer}");
        dot.node(&far, &[peer.to_string(), "not ours".to_owned()], &[("style", "dashed")]);
        for site in &net.sites {
            for old in site.old_tunnels.iter().filter(|old| old.peer == peer) {
                let settings = [("dir", "none"), ("style", "dashed"), ("color", "#3d6fa5")];
                dot.edge(&id(site), &far, old.name.as_str(), &settings);
            }
        }
    }
}

fn id(site: &Site) -> String {
    format!("site {}", site.name)
}

fn about(net: &Network, site: &Site) -> Vec<String> {
    let zones = site.zones.iter().filter(|z| !net.zone(**z).private).count();
    let private = site.zones.len() - zones;
    let counted = if private == 0 { format!("{zones} zones") } else { format!("{zones} zones, {private} private") };
    let mut lines = vec![site.name.to_string()];
    if site.title != site.name.as_str() {
        lines.push(site.title.clone());
    }
    lines.extend([counted, site.gateway.public.value.to_string()]);
    lines
}

/// Some flow of the site leaves by the WAN in clear, to somewhere outside.
fn leaves(net: &Network, site: &Site) -> bool {
    net.flows.iter().any(|flow| {
        matches!(flow.to, crate::network::End::Internet(_))
            && flow.legs.iter().any(|leg| net.site(leg.site).name == site.name)
    })
}
