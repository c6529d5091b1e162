//! One site: zones by class, the gateway and its processes, switches and cables, tunnels, and flows as arrows.

use std::collections::{BTreeMap, BTreeSet};

use super::cables;
use super::dot::Dot;
use super::words::{self, Services};
use crate::network::{self, CableEnd, End, L4, Network, Site, SiteId, Zone};

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
    let flows = picture.flows();
    picture.far_ends(&flows, &mut dot);
    picture.arrows(&flows, &mut dot);
    picture.tunnels(&mut dot);
    dot.finish()
}

fn title(site: &Site) -> String {
    if site.title == site.name.as_str() { site.name.to_string() } else { format!("{}, {}", site.name, site.title) }
}

/// Pairs of ends, as labels, with their services; the end says where it stands.
type Flows = BTreeMap<(End, End), BTreeSet<L4>>;

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
            let [(a, a_port), (b, b_port)] = [&cable.ends[0], &cable.ends[1]].map(|end| self.cable_end(end));
            let label = format!("VLAN {carried}");
            let settings = [
                ("label", label.as_str()),
                ("taillabel", a_port.as_str()),
                ("headlabel", b_port.as_str()),
                ("dir", "none"),
                ("penwidth", "3"),
                ("color", "#888888"),
                ("weight", "10"),
            ];
            dot.edge(&a, &b, &settings);
        }
    }

    fn cable_end(&self, end: &CableEnd) -> (String, String) {
        match end {
            CableEnd::Gateway => (self.gateway_id(), self.here.gateway.lan.clone()),
            CableEnd::Switch(switch, port) => {
                (self.switch_id(self.here.switches[*switch].name.as_str()), port.to_string())
            }
        }
    }

    fn gateway_id(&self) -> String {
        format!("{}.gateway", self.here.name)
    }

    fn switch_id(&self, name: &str) -> String {
        format!("switch {name}")
    }

    /// Flows that begin or end here.
    fn flows(&self) -> Flows {
        let mut all = Flows::new();
        for flow in self.net.flows.iter().filter(|f| self.is_here(&f.from) || self.is_here(&f.to)) {
            all.entry((flow.from.clone(), flow.to.clone())).or_default().extend(&flow.services);
        }
        all
    }

    fn site_of(&self, end: &End) -> Option<SiteId> {
        match end {
            End::Zone(z) => Some(self.net.zone(*z).site),
            End::Host(h) => Some(self.net.hosts[h.index()].site),
            End::Process(p) => Some(self.net.processes[p.index()].site),
            End::Gateway(s) | End::Supervision(s) => Some(*s),
            End::Internet(_) => None,
        }
    }

    fn is_here(&self, end: &End) -> bool {
        self.site_of(end) == Some(self.id)
    }

    /// Ends at other sites and hosts of this one, site by site.
    fn far_ends(&self, flows: &Flows, dot: &mut Dot) {
        let mut sites: BTreeMap<Option<SiteId>, BTreeSet<&End>> = BTreeMap::new();
        for end in flows.keys().flat_map(|(from, to)| [from, to]) {
            sites.entry(self.site_of(end)).or_default().insert(end);
        }
        for (site, ends) in sites {
            match site {
                Some(site) if site == self.id => self.hosts(&ends, dot),
                Some(site) => self.far_site(site, &ends, dot),
                None => ends.iter().for_each(|end| {
                    let settings = [("shape", "ellipse"), ("fillcolor", "#eeeeee")];
                    dot.node(&self.end_id(end), &[network::label(self.net, end)], &settings);
                }),
            }
        }
    }

    fn hosts(&self, ends: &BTreeSet<&End>, dot: &mut Dot) {
        for end in ends.iter().filter(|e| matches!(e, End::Host(_))) {
            dot.node(
                &self.end_id(end),
                &[self.short(end), "host".to_owned()],
                &[("style", "filled"), ("fillcolor", "#ffffff")],
            );
        }
    }

    fn far_site(&self, site: SiteId, ends: &BTreeSet<&End>, dot: &mut Dot) {
        let name = self.net.site(site).name.to_string();
        let settings = [
            ("label", name.as_str()),
            ("style", "rounded,filled"),
            ("fillcolor", "#f7f7f7"),
            ("color", "#aaaaaa"),
            ("fontname", "Helvetica"),
            ("fontsize", "14"),
        ];
        dot.cluster(&format!("site {name}"), &settings, |dot| {
            for end in ends {
                let word = match end {
                    End::Host(_) => "host",
                    End::Zone(_) => "zone",
                    _ => "gateway",
                };
                dot.node(&self.end_id(end), &[self.short(end), word.to_owned()], &[]);
            }
        });
    }

    fn end_id(&self, end: &End) -> String {
        match end {
            End::Supervision(site) if *site == self.id => self.gateway_id(),
            _ => network::label(self.net, end),
        }
    }

    fn short(&self, end: &End) -> String {
        let whole = network::label(self.net, end);
        whole.split_once('.').map_or(whole.clone(), |(_, name)| name.to_owned())
    }

    /// Flows as arrows in the colour of who opens.
    fn arrows(&self, flows: &Flows, dot: &mut Dot) {
        for ((from, to), items) in flows {
            let mut label = folded(&words::services(items, self.names), 4);
            if matches!(to, End::Supervision(_)) {
                label = format!("{label} (public address)");
            }
            let line = self.line(from, to);
            // Arrows into the site are laid from right to left, so that the site stands on the left.
            let comes = !self.is_here(from);
            let (left, right) = if comes { (to, from) } else { (from, to) };
            let mut settings = vec![("label", label.as_str()), ("color", line), ("fontcolor", line)];
            if comes {
                settings.push(("dir", "back"));
            }
            if self.is_here(from) && self.is_here(to) {
                settings.push(("constraint", "false"));
            }
            dot.edge(&self.end_id(left), &self.end_id(right), &settings);
        }
    }

    fn line(&self, from: &End, to: &End) -> &'static str {
        let class = |end: &End| match end {
            End::Zone(z) if self.is_here(end) => self.net.zone(*z).class.as_ref().map(ToString::to_string),
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
            let lines = [peer.clone(), format!("{} children", tunnel.pairs.len())];
            dot.node(
                &peer,
                &lines,
                &[("shape", "cds"), ("style", "filled"), ("fillcolor", "#eef3fa"), ("color", "#3d6fa5")],
            );
            dot.edge(&self.gateway_id(), &peer, &[("dir", "none"), ("penwidth", "2.2"), ("color", "#3d6fa5")]);
        }
        for old in &self.here.old_tunnels {
            let far = format!("tunnel {}", old.name);
            dot.node(&far, &[far.clone(), format!("{}, not ours", old.peer)], &[("shape", "cds"), ("style", "dashed")]);
            dot.edge(&self.gateway_id(), &far, &[("dir", "none"), ("style", "dashed"), ("color", "#3d6fa5")]);
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
