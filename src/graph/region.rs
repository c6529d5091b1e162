//! The region: every site, the tunnels between them, and where traffic leaves in clear.

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
        let children = words::children(tunnel.pairs.len());
        let settings = [("label", children.as_str()), ("dir", "none"), ("penwidth", "2.2"), ("color", "#3d6fa5")];
        dot.edge(&id(upper), &id(lower), &settings);
    }
    for site in net.sites.iter().filter(|s| leaves(net, s)) {
        let settings = [("style", "dashed"), ("dir", "back"), ("label", "in clear")];
        dot.edge("internet", &id(site), &settings);
    }
    for site in &net.sites {
        for old in &site.old_tunnels {
            let far = format!("old {} {}", site.name, old.name);
            dot.node(
                &far,
                &[old.name.to_string(), old.peer.to_string(), "not ours".to_owned()],
                &[("style", "dashed")],
            );
            dot.edge(&id(site), &far, &[("dir", "none"), ("style", "dashed"), ("color", "#3d6fa5")]);
        }
    }
    dot.finish()
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
