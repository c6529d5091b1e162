//! From claims that failed to the fewest lines that explain them all: the step that most failing paths share is told
//! first, once, with everything it opens.

use std::collections::{BTreeMap, BTreeSet};

use super::claim::{Claim, Level, Source, Theorem};
use super::gates::{Gate, place};
use super::graph::Graph;
use super::origins;
use super::reach::{Crossing, Edge, Means, Node};
use super::readback::ReadDevice;
use super::theorems::{Outcome, Outcomes};
use super::told::Told;
use crate::config::Loc;
use crate::config::meaning;
use crate::diagnostics::codes::isolation as codes;
use crate::diagnostics::{Code, Diagnostic, Sources, Span};
use crate::network::{End, Network, OriginId, SiteId};
use crate::packets::{Field, Packet, PacketSet, Space};

/// An address of the Internet in examples: 198.18.0.10 (RFC 2544).
const SOMEWHERE: u128 = 0xc612_000a;

/// What is needed to put a failure into words.
pub(super) struct Words<'a, 'g> {
    /// The network.
    pub(super) net: &'a Network,
    /// Its devices.
    pub(super) devices: &'a [ReadDevice],
    /// Its gateways.
    pub(super) gates: &'a BTreeMap<SiteId, Gate<'g>>,
    /// Every step of the epoch.
    pub(super) graph: &'a Graph,
    /// The epoch's place among the network's.
    pub(super) epoch: usize,
    /// Why frames pass between zones, by the number in [`Means::Frames`].
    pub(super) frames: &'a [FrameStep],
    /// Texts.
    pub(super) sources: &'a Sources,
    /// Packet sets.
    pub(super) space: &'a Space,
}

/// A step by frames, in words.
#[derive(Debug, Clone)]
pub(super) struct FrameStep {
    /// Why.
    pub(super) why: String,
    /// The line of the policy that makes it.
    pub(super) line: Option<Span>,
    /// The line of the switch's text.
    pub(super) text: Span,
    /// A switch routes behind the gateway's back: packets, not frames.
    pub(super) routed: bool,
}

/// Puts every failed claim of an epoch into as few findings as explain them.
pub(super) fn tell(words: &Words, outcomes: &Outcomes, told: &mut Told) {
    let mut left: Vec<(&Claim, &Vec<usize>)> = Vec::new();
    for (claim, outcome) in outcomes {
        match outcome {
            Outcome::Path(path) => left.push((claim, path)),
            Outcome::Passes(site, hook, set) => told.add(words.epoch, words.passes(claim, *site, *hook, *set)),
            Outcome::Fact(device, at, says) => told.add(words.epoch, words.fact(claim, *device, *at, says)),
            Outcome::Settled(_) => {}
        }
    }
    while !left.is_empty() {
        let culprit = words.culprit(&left);
        let (explained, rest): (Vec<_>, Vec<_>) = left.into_iter().partition(|(_, path)| path.contains(&culprit));
        told.add(words.epoch, words.leak(culprit, &explained));
        left = rest;
    }
}

/// Where a step is made possible.
struct Line {
    span: Span,
    origin: Option<OriginId>,
}

impl Words<'_, '_> {
    /// The step that most paths share; among equals one that an establishment wrote itself, then the latest on its path.
    fn culprit(&self, left: &[(&Claim, &Vec<usize>)]) -> usize {
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for (_, path) in left {
            for step in path.iter().collect::<BTreeSet<_>>() {
                *counts.entry(*step).or_default() += 1;
            }
        }
        let most = counts.values().copied().max().unwrap_or(0);
        let among: Vec<usize> = counts.into_iter().filter(|(_, n)| *n == most).map(|(step, _)| step).collect();
        let rank = |step: usize| {
            let own = self.own_line(step);
            let latest = left.iter().filter_map(|(_, p)| p.iter().position(|s| *s == step)).max().unwrap_or(0);
            (own, latest)
        };
        among.into_iter().max_by_key(|step| (rank(*step), std::cmp::Reverse(*step))).expect("a path has a step")
    }

    /// 2 for a step that no flow of the policy explains, 1 for one that an establishment's file or a machine makes.
    fn own_line(&self, step: usize) -> u8 {
        match &self.graph.edges[step].means {
            Means::Packets { .. } => match self.line(step).origin {
                None => 2,
                Some(origin) => u8::from(!self.net.origin(origin).cite.contains("/profiles/")),
            },
            Means::Machine(_) | Means::Frames(_) => 2,
            Means::Claimed => 0,
        }
    }

    /// The line that lets a step pass.
    fn line(&self, step: usize) -> Line {
        let edge = &self.graph.edges[step];
        match &edge.means {
            Means::Machine(host) => Line { span: self.net.hosts[host.index()].span, origin: None },
            Means::Frames(number) => {
                Line { span: self.frames[*number].line.unwrap_or(self.frames[*number].text), origin: None }
            }
            Means::Claimed => self.far_line(edge),
            Means::Packets { set, crossings } => self.packet_line(*set, crossings),
        }
    }

    fn far_line(&self, edge: &Edge) -> Line {
        let ((Node::Far(site, number), _) | (_, Node::Far(site, number))) = (edge.from, edge.to) else {
            return Line { span: self.net.sites[0].span, origin: None };
        };
        let tunnel = &self.gates[&site].device.bundle.tunnels[number];
        let old = self.net.site(site).old_tunnels.iter().find(|o| tunnel.name.ends_with(o.name.as_str()));
        match old {
            Some(old) => Line { span: self.net.origin(old.origin).span, origin: Some(old.origin) },
            None => Line { span: place(self.gates[&site].device, tunnel.at, self.sources, self.net), origin: None },
        }
    }

    /// The first rule on the way that a line of the policy made; else the first rule of a text that decides.
    fn packet_line(&self, set: PacketSet, crossings: &[Crossing]) -> Line {
        let Some(packet) = self.space.witness(set) else { return Line { span: self.net.sites[0].span, origin: None } };
        let mut fallback = None;
        for crossing in crossings {
            let (loc, origin) = self.decides(&packet, *crossing);
            if let Some(origin) = origin {
                return Line { span: self.net.origin(origin).span, origin: Some(origin) };
            }
            fallback = fallback.or(Some(place(self.gates[&crossing.site].device, loc, self.sources, self.net)));
        }
        Line { span: fallback.unwrap_or(self.net.sites[0].span), origin: None }
    }

    /// The rule that lets a packet pass one gateway, and the line of the policy it comes from.
    pub(super) fn decides(&self, packet: &Packet, crossing: Crossing) -> (Loc, Option<OriginId>) {
        let gate = &self.gates[&crossing.site];
        let Some(filter) = &gate.device.bundle.filter else { return (Loc::MADE, None) };
        let now = u64::try_from(self.net.epochs[self.epoch].instant()).unwrap_or(0);
        let there = packet.with(Field::In, crossing.enters).with(Field::Out, crossing.leaves);
        let steps = meaning::trace(filter, &gate.interfaces, crossing.hook, &there, now).unwrap_or_default();
        let origin =
            steps.iter().rev().filter_map(|s| s.comment.as_deref()).find_map(|c| origins::of_comment(self.net, c));
        (steps.last().map_or(Loc::MADE, |s| s.at), origin)
    }

    fn leak(&self, culprit: usize, told: &[(&Claim, &Vec<usize>)]) -> Diagnostic {
        let (claim, path) =
            told.iter().min_by_key(|(c, path)| (rank(c.theorem), path.len())).expect("a culprit has a claim");
        let line = self.line(culprit);
        let code = code_of(self.net, claim);
        let mut found = Diagnostic::new(code, line.span, self.message(claim, path)).label(self.label(culprit));
        found = found.note("witness", self.witness(path));
        for step in path.iter() {
            found = found.note("path", self.step(*step));
        }
        if told.len() > 1 {
            let others: Vec<String> =
                told.iter().filter(|(c, _)| c != claim).take(3).map(|(c, _)| c.title(self.net)).collect();
            let more = told.len() - 1 - others.len();
            let rest = if more > 0 { format!(", and {more} more") } else { String::new() };
            found = found.note("also", format!("{}{rest}", others.join("; ")));
        }
        found.note("level", self.level(path).word()).help(self.way_out(culprit)).note("rule", claim.theorem.basis())
    }

    /// A centre zone opens towards an establishment without being declared to.
    pub(super) fn undeclared(&self, zone: crate::network::ZoneId, step: usize) -> Diagnostic {
        let zone = self.net.zone_label(zone);
        let to = self.long(self.graph.edges[step].to);
        Diagnostic::new(&codes::UNDECLARED_START, self.line(step).span, format!("`{zone}` opens to `{to}`, and no line of `may_start` says that it may"))
            .label("opens towards an establishment")
            .note("path", self.step(step))
            .help(format!("let the establishment open instead, or ask the security officer for a line `{zone} -> ...` in `may_start:` (it must then receive from nobody)"))
            .note("rule", Theorem::T2.basis())
    }

    fn message(&self, claim: &Claim, path: &[usize]) -> String {
        let first = self.graph.edges[path[0]].from;
        let last = self.graph.edges[path[path.len() - 1]].to;
        let site = |node| self.site_of(node).map(|s| self.net.site(s).name.to_string());
        let is_centres = |z| !self.net.site(self.net.zone(z).site).is_establishment;
        match (site(first), site(last)) {
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

    fn past_filter(&self, claim: &Claim, first: Node, last: Node) -> String {
        let (from, to) = (self.long(first), self.long(last));
        match (claim.from, last) {
            (Source::Proxy(_), _) => {
                format!("`{}` is a proxy and can open a connection to `{to}`", claim_source(self.net, claim))
            }
            (_, Node::Internet) => format!("`{from}` can reach the Internet past the filter of its class"),
            _ => format!("`{from}` can open to `{to}`, where its proxy stands, beside the proxy"),
        }
    }

    fn site_of(&self, node: Node) -> Option<SiteId> {
        match node {
            Node::Zone(z) => Some(self.net.zone(z).site),
            Node::Process(p) => Some(self.net.processes[p.index()].site),
            Node::Gateway(s) | Node::Far(s, _) => Some(s),
            Node::Internet => None,
        }
    }

    fn short(&self, node: Node) -> String {
        let long = self.long(node);
        long.split_once('.').map_or(long.clone(), |(_, name)| name.to_owned())
    }

    fn long(&self, node: Node) -> String {
        match node {
            Node::Zone(z) => self.net.zone_label(z),
            Node::Process(p) => crate::network::label(self.net, &End::Process(p)),
            Node::Gateway(s) => crate::network::label(self.net, &End::Gateway(s)),
            Node::Internet => "internet".to_owned(),
            Node::Far(s, number) => format!(
                "the far end of tunnel `{}` at {}",
                self.gates[&s].device.bundle.tunnels[number].name.trim_start_matches("old-"),
                self.net.site(s).name
            ),
        }
    }

    fn label(&self, culprit: usize) -> &'static str {
        match self.graph.edges[culprit].means {
            Means::Packets { .. } => "this opens the path",
            Means::Machine(_) => "this machine has a foot in both zones",
            Means::Frames(_) => "this joins them",
            Means::Claimed => "these selectors cover it",
        }
    }

    fn way_out(&self, culprit: usize) -> String {
        match &self.graph.edges[culprit].means {
            Means::Packets { .. } if self.line(culprit).origin.is_some() => {
                "remove it, or ask for a waiver in policies/waivers.yaml".to_owned()
            }
            Means::Packets { .. } => {
                "the text lets pass what no line of the policy asks for: mend the template or undo the edit".to_owned()
            }
            Means::Machine(_) => "give the machine one zone, or put a declared relay between the zones".to_owned(),
            Means::Frames(_) => {
                "one broadcast domain carries one zone: move the port, or take the address away".to_owned()
            }
            Means::Claimed => "narrow the selectors to one side and one far zone".to_owned(),
        }
    }

    fn level(&self, path: &[usize]) -> Level {
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

    fn witness(&self, path: &[usize]) -> String {
        let packet = path.iter().rev().find_map(|n| match &self.graph.edges[*n].means {
            Means::Packets { set, .. } => self.natural(*n, *set),
            Means::Machine(_) | Means::Frames(_) | Means::Claimed => None,
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

    /// A packet that a real host of the zone would send: new, from an address of its own.
    fn natural(&self, step: usize, set: PacketSet) -> Option<Packet> {
        let v4 = crate::packets::FieldProduct::v4;
        let host = |node: Node| match node {
            Node::Zone(z) => Some(u128::from(u32::from(self.net.zone(z).v4.network())) + 10),
            Node::Internet => Some(SOMEWHERE),
            Node::Process(_) | Node::Gateway(_) | Node::Far(..) => None,
        };
        let edge = &self.graph.edges[step];
        let mut prefer = vec![v4()];
        prefer.extend(host(edge.from).map(|from| v4().with_value(Field::Src, from)));
        prefer.extend(host(edge.to).map(|to| v4().with_value(Field::Dst, to)));
        self.space.witness_preferring(set, &prefer)
    }

    /// One step with what decides on it: rule, text and source line.
    fn step(&self, number: usize) -> String {
        let edge = &self.graph.edges[number];
        let ends = format!("{} -> {}", self.long(edge.from), self.long(edge.to));
        match &edge.means {
            Means::Machine(host) => format!("{ends} through machine `{}`", self.net.hosts[host.index()].name),
            Means::Frames(n) => format!("{ends}: {}", self.frames[*n].why),
            Means::Claimed => format!("{ends}: the selectors of the tunnel cover it"),
            Means::Packets { set, crossings } => {
                let packet = self.natural(number, *set);
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

pub(super) fn claim_source(net: &Network, claim: &Claim) -> String {
    let title = claim.title(net);
    title.split(" to ").next().unwrap_or(&title).to_owned()
}

/// Among claims that one step contradicts, the one that people must hear first: tightness before filters.
fn rank(theorem: Theorem) -> u8 {
    match theorem {
        Theorem::T1 | Theorem::T2 => 0,
        Theorem::T3 | Theorem::T4 | Theorem::T5 | Theorem::T6 | Theorem::T7 | Theorem::T8 => 1,
    }
}

/// `isolation/admin-pedagogic` is the one people know; every other pair of T1 has its own word.
pub(super) fn code_of(net: &Network, claim: &Claim) -> &'static Code {
    match claim.theorem {
        Theorem::T1 => {
            let class = |source| match source {
                Source::Zone(z) => net.zone(z).class.as_ref().map(|c| c.as_str().to_owned()),
                _ => None,
            };
            let to = match claim.to {
                super::claim::Target::Zone(z) => class(Source::Zone(z)),
                _ => None,
            };
            let sides = [class(claim.from), to];
            if sides.iter().flatten().any(|c| c == "administrative") {
                &codes::ADMIN_PEDAGOGIC
            } else {
                &codes::TECHNICAL_PEDAGOGIC
            }
        }
        Theorem::T2 => &codes::BETWEEN_ESTABLISHMENTS,
        Theorem::T3 => &codes::PAST_FILTER,
        Theorem::T4 => &codes::PUBLIC_ADDRESS,
        Theorem::T5 => &codes::MANAGEMENT,
        Theorem::T6 => &codes::CLEAR_TEXT,
        Theorem::T7 => &codes::BEYOND_CEILING,
        Theorem::T8 => &codes::SPOOFED,
    }
}
