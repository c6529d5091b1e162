//! One site: zones by class, the gateway and its processes, switches and cables, tunnels, and flows as arrows.

use std::collections::{BTreeMap, BTreeSet};

use super::cables;
use super::dot::Dot;
use super::place::{self, Arrow, Place};
use super::words::{self, Services};
use crate::network::{Cable, CableEnd, End, Network, Site, SiteId, Zone};

/// Fill and line of each class, in the order of their names.
const COLOURS: [(&str, &str); 8] = [
    ("#dbe7f5", "#3d6fa5"),
    ("#fbe3cf", "#c06a1b"),
    ("#f6d9dc", "#b03a48"),
    ("#e6def2", "#6f4fa3"),
    ("#faf2c8", "#9a8412"),
    ("#e0f0d8", "#4c8a35"),
    ("#e6e6e6", "#666666"),
    ("#d5efee", "#2a8580"),
];

/// The site's picture, as DOT.
pub fn site(net: &Network, id: SiteId, names: &Services) -> String {
    let here = net.site(id);
    let mut dot =
        Dot::new(&title(here), &[("rankdir", "LR"), ("ranksep", "2.4"), ("nodesep", "0.12"), ("splines", "true")]);
    let picture = Picture { net, id, here, names };
    picture.zones(&mut dot);
    picture.plant(&mut dot);
    let flows = place::arrows(net, id);
    picture.far_ends(&flows, &mut dot);
    picture.arrows(&flows, &mut dot);
    picture.tunnels(&mut dot);
    dot.legend(&[
        ("arrow", "#555555", "who opens to whom, on what; in the colour of the zone's class"),
        ("dashed arrow", "#555555", "on some days only, or by a waiver"),
        ("blue line", "#3d6fa5", "tunnel, with its pairs of prefixes"),
        ("grey line", "#888888", "cable, with its VLANs and ports"),
    ]);
    dot.finish()
}

fn title(site: &Site) -> String {
    let is_named = site.title != site.name.as_str();
    if is_named { format!("{}, {}", site.name, site.title) } else { site.name.to_string() }
}

/// Arrows by their ends.
type Flows = BTreeMap<(Place, Place), Arrow>;

struct Picture<'a> {
    net: &'a Network,
    id: SiteId,
    here: &'a Site,
    names: &'a Services,
}

impl Picture<'_> {
    /// Zones by class, each class in a box of its colour.
    fn zones(&self, dot: &mut Dot) {
        let mut classes: BTreeMap<Option<String>, Vec<&Zone>> = BTreeMap::new();
        for zone in self.here.zones.iter().map(|z| self.net.zone(*z)) {
            classes.entry(zone.class.as_ref().map(ToString::to_string)).or_default().push(zone);
        }
        for (class, zones) in classes {
            let (fill, line) = self.colour(class.as_deref());
            let name = class.unwrap_or_else(|| "zones".to_owned());
            let settings = [
                ("label", name.as_str()),
                ("style", "rounded"),
                ("color", line),
                ("fontcolor", line),
                ("fontname", "Helvetica"),
                ("fontsize", "12"),
            ];
            dot.cluster(&format!("class {name}"), &settings, |dot| {
                for zone in zones {
                    dot.node(&self.zone_id(zone), &about(zone), &[("fillcolor", fill), ("color", line)]);
                }
            });
        }
    }

    fn colour(&self, class: Option<&str>) -> (&'static str, &'static str) {
        let all: BTreeSet<&str> = self.net.zones.iter().filter_map(|z| z.class.as_ref()).map(|c| c.as_str()).collect();
        let nth = class.and_then(|class| all.iter().position(|known| *known == class));
        COLOURS[nth.map_or(0, |nth| nth % COLOURS.len())]
    }

    fn zone_id(&self, zone: &Zone) -> String {
        format!("{}.{}", self.net.site(zone.site).name, zone.name)
    }

    /// The gateway, its processes, the switches, and the cables between them with what they carry.
    fn plant(&self, dot: &mut Dot) {
        let settings = [
            ("label", "gateway, switches, cables"),
            ("style", "rounded,dashed"),
            ("color", "#888888"),
            ("fontname", "Helvetica"),
            ("fontsize", "12"),
        ];
        dot.cluster("plant", &settings, |dot| {
            let gateway = &self.here.gateway;
            let lines = [
                format!("{}.gateway", self.here.name),
                gateway.public.value.to_string(),
                format!("{} WAN, {} LAN", gateway.wan, gateway.lan),
            ];
            dot.node(
                &self.gateway_id(),
                &lines,
                &[("shape", "box3d"), ("style", "filled"), ("fillcolor", "#ffffff"), ("penwidth", "1.6")],
            );
            for (_, process) in self.net.processes_of(self.id) {
                let lines = [process.name.to_string(), format!("process of the gateway, user {}", process.uid)];
                dot.node(
                    &format!("{}.{}", self.here.name, process.name),
                    &lines,
                    &[("shape", "component"), ("style", "filled"), ("fillcolor", "#ffffff")],
                );
            }
            for switch in &self.here.switches {
                let lines = [switch.name.to_string(), switch.model.value.to_string(), switch.ipv4.to_string()];
                dot.node(
                    &self.switch_id(switch.name.as_str()),
                    &lines,
                    &[("style", "filled"), ("fillcolor", "#f4f4f4")],
                );
            }
            self.cables(dot);
        });
    }

    fn cables(&self, dot: &mut Dot) {
        for (nth, cable) in self.here.cables.iter().enumerate() {
            let vlans: Vec<String> = cables::vlans(self.net, self.here, nth).iter().map(ToString::to_string).collect();
            let carried = folded(&vlans, 6);
            let [(a, a_port), (b, b_port)] = [0, 1].map(|end| self.cable_end(cable, end));
            let label = format!("VLAN {carried}");
            let settings = [
                ("taillabel", a_port.as_str()),
                ("headlabel", b_port.as_str()),
                ("dir", "none"),
                ("penwidth", "3"),
                ("color", "#888888"),
                ("weight", "10"),
            ];
            dot.edge(&a, &b, &label, &settings);
        }
    }

    fn cable_end(&self, cable: &Cable, end: usize) -> (String, String) {
        let device = match cable.ends()[end] {
            CableEnd::Gateway => self.gateway_id(),
            CableEnd::Switch(switch, _) => self.switch_id(self.here.switches[switch].name.as_str()),
        };
        (device, cable.ports_text(end).unwrap_or_else(|| self.here.gateway.lan.clone()))
    }

    fn gateway_id(&self) -> String {
        format!("{}.gateway", self.here.name)
    }

    fn switch_id(&self, name: &str) -> String {
        format!("switch {name}")
    }

    /// Ends at other sites, site by site, hosts of this one, and what is outside.
    fn far_ends(&self, flows: &Flows, dot: &mut Dot) {
        let mut groups: BTreeMap<&str, BTreeSet<&Place>> = BTreeMap::new();
        for end in flows.keys().flat_map(|(from, to)| [from, to]).collect::<BTreeSet<_>>() {
            let id = end.id(self.net);
            match end {
                Place::Here(host @ End::Host(_)) => {
                    let lines = self.about_host(host);
                    dot.node(&id, &lines, &[("style", "filled"), ("fillcolor", "#ffffff")]);
                }
                Place::Here(_) => {}
                Place::Far { group, .. } => {
                    groups.entry(group).or_default().insert(end);
                }
                Place::Outside(label) => {
                    dot.node(&id, std::slice::from_ref(label), &[("shape", "ellipse"), ("fillcolor", "#eeeeee")]);
                }
            }
        }
        for (name, ends) in groups {
            self.far_group(name, &ends, dot);
        }
    }

    /// Its name, what it stands in, its addresses.
    fn about_host(&self, end: &End) -> Vec<String> {
        let End::Host(id) = end else { return Vec::new() };
        let host = &self.net.hosts[id.index()];
        let zones: Vec<&str> = host.zones.iter().map(|z| self.net.zone(*z).name.as_str()).collect();
        let mut lines = vec![host.name.to_string(), format!("host in {}", zones.join(", "))];
        lines.extend(host.addresses.iter().map(ToString::to_string));
        lines.extend(host.seen_as.map(|seen| format!("elsewhere {seen}")));
        lines
    }

    fn far_group(&self, name: &str, ends: &BTreeSet<&Place>, dot: &mut Dot) {
        let settings = [
            ("label", name),
            ("style", "rounded,filled"),
            ("fillcolor", "#f7f7f7"),
            ("color", "#aaaaaa"),
            ("fontname", "Helvetica"),
            ("fontsize", "14"),
        ];
        dot.cluster(&format!("site {name}"), &settings, |dot| {
            for end in ends {
                if let Place::Far { name, word, .. } = end {
                    dot.node(&end.id(self.net), &[name.clone(), (*word).to_owned()], &[]);
                }
            }
        });
    }

    /// Flows as arrows in the colour of who opens.
    fn arrows(&self, flows: &Flows, dot: &mut Dot) {
        for ((from, to), arrow) in flows {
            let mut label = folded(&words::services(&arrow.services, self.names), 4);
            if matches!(to, Place::Here(End::Supervision(_))) {
                label = format!("{label} (public address)");
            }
            for why in arrow.published.iter().chain(&arrow.because) {
                label = format!("{label} ({why})");
            }
            let line = self.line(from, to);
            // Arrows into the site are laid from right to left, so that the site stands on the left.
            let comes = !from.is_here();
            let (left, right) = if comes { (to, from) } else { (from, to) };
            let mut settings = vec![("color", line), ("fontcolor", line)];
            if comes {
                settings.push(("dir", "back"));
            }
            if from.is_here() && to.is_here() {
                settings.extend([("constraint", "false"), ("tailport", "w"), ("headport", "w")]);
            }
            if !arrow.because.is_empty() {
                settings.push(("style", "dashed"));
            }
            dot.edge(&left.id(self.net), &right.id(self.net), &label, &settings);
        }
    }

    fn line(&self, from: &Place, to: &Place) -> &'static str {
        let class = |end: &Place| match end {
            Place::Here(End::Zone(z)) => self.net.zone(*z).class.as_ref().map(ToString::to_string),
            _ => None,
        };
        match class(from).or_else(|| class(to)) {
            Some(class) => self.colour(Some(&class)).1,
            None => "#555555",
        }
    }

    fn tunnels(&self, dot: &mut Dot) {
        for (_, peer, tunnel) in self.net.tunnels_of(self.id) {
            let peer = format!("tunnel {}", self.net.site(peer).name);
            let lines = [peer.clone(), words::pairs(tunnel.pairs.len())];
            dot.node(
                &peer,
                &lines,
                &[("shape", "cds"), ("style", "filled"), ("fillcolor", "#eef3fa"), ("color", "#3d6fa5")],
            );
            dot.edge(&self.gateway_id(), &peer, "", &[("dir", "none"), ("penwidth", "2.2"), ("color", "#3d6fa5")]);
        }
        for old in &self.here.old_tunnels {
            let far = format!("tunnel {}", old.name);
            dot.node(&far, &[far.clone(), format!("{}, not ours", old.peer)], &[("shape", "cds"), ("style", "dashed")]);
            dot.edge(&self.gateway_id(), &far, "", &[("dir", "none"), ("style", "dashed"), ("color", "#3d6fa5")]);
        }
    }
}

fn about(zone: &Zone) -> Vec<String> {
    let private = if zone.private { ", private" } else { "" };
    let mut lines = vec![zone.name.to_string()];
    if zone.title != zone.name.as_str() && !zone.title.is_empty() {
        lines.push(zone.title.clone());
    }
    lines.push(format!("VLAN {}, {}{private}", zone.vlan.get(), zone.v4));
    lines
}

/// Words in lines of a few, so that labels stay narrow.
fn folded(words: &[String], most: usize) -> String {
    words.chunks(most).map(|line| line.join(", ")).collect::<Vec<_>>().join(",\n")
}
