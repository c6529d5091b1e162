//! How a failure is said: who, by which steps, at which level.

use std::net::IpAddr;

use super::{Words, claim_source};
use crate::isolation::claim::{Claim, Level, Source, Target, Theorem};
use crate::isolation::gates::place;
use crate::isolation::reach::{Crossing, Means, Node};
use crate::network::{End, SiteId};
use crate::packets::Packet;

impl Words<'_, '_> {
    pub(super) fn message(&self, claim: &Claim, path: &[usize]) -> String {
        let first = self.graph.edges[path[0]].from;
        let last = self.graph.edges[path[path.len() - 1]].to;
        let site = |node| self.site_of(node).map(|s| self.net.site(s).name.to_string());
        let is_centres = |z| !self.net.site(self.net.zone(z).site).is_establishment;
        match (site(first), site(last)) {
            _ if self.meets_at(claim, path).is_some() => self.meeting(claim, first, last),
            _ if claim.theorem == Theorem::T5 => {
                format!("`{}` can reach `{}`, and is no management zone", self.long(first), self.long(last))
            }
            _ if claim.theorem == Theorem::T3 => self.past_filter(claim, first, last),
            _ if matches!(claim.from, Source::Zone(z) if is_centres(z)) => {
                format!(
                    "`{}` receives from `{}` and opens to `{}`",
                    claim_source(self.net, claim),
                    self.long(first),
                    self.long(last)
                )
            }
            (Some(a), Some(b)) if a == b => {
                format!("`{}` can open a connection to `{}` in {a}", self.short(first), self.short(last))
            }
            _ => format!(
                "`{}` can open a connection to `{}`, in another establishment",
                self.long(first),
                self.long(last)
            ),
        }
    }

    fn meeting(&self, claim: &Claim, first: Node, place: Node) -> String {
        let other = match (claim.from, claim.to) {
            (Source::Zone(from), Target::Zone(to)) => {
                let other = if first == Node::Zone(from) { to } else { from };
                format!("`{}`", self.net.zone_label(other))
            }
            _ => "another establishment".to_owned(),
        };
        let (first, place) = (self.long(first), self.long(place));
        format!("`{first}` opens to `{place}`, as {other} does, and no line of `meet` says that they may meet there")
    }

    fn past_filter(&self, claim: &Claim, first: Node, last: Node) -> String {
        let (from, to) = (self.long(first), self.long(last));
        match (claim.from, last) {
            (Source::Proxy(_), _) => {
                format!("`{}` is a proxy and can open a connection to `{to}`", claim_source(self.net, claim))
            }
            (_, Node::Internet) => format!("`{from}` can reach the Internet past the filter of its class"),
            (_, Node::Far(_)) => {
                format!("`{from}` can reach addresses of the Internet past the filter of its class, at {to}")
            }
            (_, Node::Zone(zone)) if self.is_in_school(last) => {
                let filter = |zone| {
                    let mut lines = self.net.security.filters(self.net.zone(zone));
                    lines.next().map_or("", |line| line.filter.as_str())
                };
                let own = match first {
                    Node::Zone(zone) => filter(zone),
                    _ => "",
                };
                format!(
                    "`{from}` can open to `{to}`, whose filter `{}` lets through what its own, `{own}`, does not",
                    filter(zone)
                )
            }
            _ => format!("`{from}` can open to `{to}`, where its proxy stands, beside the proxy"),
        }
    }

    pub(super) fn site_of(&self, node: Node) -> Option<SiteId> {
        match node {
            Node::Zone(z) => Some(self.net.zone(z).site),
            Node::Process(p) => Some(self.net.processes[p.index()].site),
            Node::Gateway(s) => Some(s),
            Node::Internet | Node::Far(_) => None,
        }
    }

    pub(super) fn short(&self, node: Node) -> String {
        let long = self.long(node);
        long.split_once('.').map_or(long.clone(), |(_, name)| name.to_owned())
    }

    pub(super) fn long(&self, node: Node) -> String {
        match node {
            Node::Zone(z) => self.net.zone_label(z),
            Node::Process(p) => crate::network::label(self.net, &End::Process(p)),
            Node::Gateway(s) => crate::network::label(self.net, &End::Gateway(s)),
            Node::Internet => "internet".to_owned(),
            Node::Far(peer) => self.far_end(peer),
        }
    }

    /// `the far end of tunnel `old` at 0000002C`; the tunnels of one peer by its address.
    fn far_end(&self, peer: IpAddr) -> String {
        let ends = self.gates.iter().flat_map(|(site, gate)| gate.policy_based().map(move |(_, t)| (*site, t)));
        let named = ends.filter(|(_, t)| t.remote.is_none_or(|r| r == peer));
        let named: Vec<String> = named
            .map(|(site, t)| format!("`{}` at {}", t.name.trim_start_matches("old-"), self.net.site(site).name))
            .collect();
        match &named[..] {
            [one] => format!("the far end of tunnel {one}"),
            _ => format!("the far end {peer} of tunnels {}", named.join(" and ")),
        }
    }

    pub(super) fn label(&self, culprit: usize) -> &'static str {
        match self.graph.edges[culprit].means {
            Means::Packets { .. } => "this opens the path",
            Means::Machine(_) => "this machine has a foot in both zones",
            Means::Frames(_) => "this joins them",
            Means::Claimed { .. } => "these selectors cover it",
        }
    }

    pub(super) fn level(&self, claim: &Claim, path: &[usize]) -> Level {
        if claim.theorem == Theorem::T5 {
            return Level::Control;
        }
        let means = |n: &usize| &self.graph.edges[*n].means;
        let frames = |m: &Means| matches!(m, Means::Frames(n) if !self.frames[*n].routed);
        if path.iter().map(means).any(frames) {
            Level::Segment
        } else if path.len() == 1 && !matches!(means(&path[0]), Means::Machine(_)) {
            Level::Packet
        } else {
            Level::Pivot
        }
    }

    pub(super) fn witness(&self, path: &[usize]) -> String {
        let packet = path.iter().rev().find_map(|n| match &self.graph.edges[*n].means {
            Means::Packets { .. } => self.natural(*n),
            Means::Machine(_) | Means::Frames(_) | Means::Claimed { .. } => None,
        });
        let mut way = vec![self.long(self.graph.edges[path[0]].from)];
        for (place, step) in path.iter().enumerate() {
            let to = self.long(self.graph.edges[*step].to);
            way.push(if place + 1 < path.len() { format!("{to} (pivot)") } else { to });
        }
        match packet {
            Some(packet) => format!("{packet}, {}", way.join(" -> ")),
            None => way.join(" -> "),
        }
    }

    /// One step with what decides on it: rule, text and source line.
    pub(super) fn step(&self, number: usize) -> String {
        let edge = &self.graph.edges[number];
        let ends = format!("{} -> {}", self.long(edge.from), self.long(edge.to));
        match &edge.means {
            Means::Machine(host) => format!("{ends} through machine `{}`", self.net.hosts[host.index()].name),
            Means::Frames(n) => format!("{ends}: {}", self.frames[*n].why),
            Means::Claimed { .. } => format!("{ends}: the selectors of the tunnel cover it"),
            Means::Packets { crossings, .. } => {
                let packet = self.natural(number);
                let at = crossings.iter().filter_map(|c| packet.map(|p| self.at_gateway(&p, *c)));
                format!("{ends}: {}", at.collect::<Vec<_>>().join(", then "))
            }
        }
    }

    fn at_gateway(&self, packet: &Packet, crossing: Crossing) -> String {
        let (loc, origin) = self.decides(packet, crossing);
        let gate = &self.gates[&crossing.site];
        let text = self.sources.cite(place(gate.device, loc, self.sources, self.net));
        match origin {
            Some(origin) => format!("{text} ({})", self.net.origin(origin).cite),
            None => text,
        }
    }
}
