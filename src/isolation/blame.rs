//! From claims that failed to the fewest lines that explain them all: the step that most failing paths share is told
//! first, once, with everything it opens.
//!
//! - `words` how nodes and steps are said; `help` the way out of a path; `sample` the packet shown; `passes` what is said of
//!   one device; `cut` the fewest lines without which nothing leaks, `remedy` their words

mod cut;
mod help;
mod passes;
mod remedy;
mod sample;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use super::certificate::digest;
use super::claim::{Claim, Source, Target, Theorem};
use super::gates::{Gate, place};
use super::graph::Graph;
use super::origins;
use super::reach::{Crossing, Means, Node};
use super::readback::ReadDevice;
use super::spaces::Spaces;
use super::theorems::{Outcome, Outcomes, Scene};
use super::told::Told;
use crate::config::Loc;
use crate::config::meaning::{self, Unclear};
use crate::diagnostics::codes::isolation as codes;
use crate::diagnostics::{Code, Diagnostic, Sources, Span};
use crate::network::{Network, OriginId, SiteId, ZoneId};
use crate::packets::{Field, Packet};
pub(super) use remedy::Remedy;

/// Texts that findings point into, and why frames pass.
#[derive(Clone, Copy)]
pub(super) struct Texts<'a> {
    /// Why frames pass between zones, by the number in [`Means::Frames`].
    pub(super) frames: &'a [FrameStep],
    /// Texts.
    pub(super) sources: &'a Sources,
}

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
    pub(super) spaces: &'a Spaces,
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
pub(super) fn tell(
    scene: &Scene,
    texts: Texts,
    spaces: &mut Spaces,
    outcomes: &Outcomes,
    told: &mut Told,
) -> Result<(), Unclear> {
    let words = Words::new(scene, texts, spaces);
    let mut left: Vec<(&Claim, &Vec<usize>)> = Vec::new();
    for (claim, outcome) in outcomes {
        match outcome {
            Outcome::Path(path) => left.push((claim, path)),
            Outcome::Passes(site, hook, set) => told.add(words.epoch, words.passes(claim, *site, *hook, *set)),
            Outcome::Fact(device, at, says) => told.add(words.epoch, words.fact(claim, *device, *at, says)),
            Outcome::Settled(_) => {}
        }
    }
    if left.is_empty() {
        return Ok(());
    }
    let pieces = cut::Pieces::of(scene, texts, spaces)?;
    while !left.is_empty() {
        let culprit = Words::new(scene, texts, spaces).culprit(&left);
        let (explained, rest): (Vec<_>, Vec<_>) = left.into_iter().partition(|(_, path)| path.contains(&culprit));
        let cut = cut::cut(scene, spaces, &pieces, &explained)?;
        let words = Words::new(scene, texts, spaces);
        told.add_leak(words.epoch, words.leak(culprit, &explained), words.remedy(&cut));
        left = rest;
    }
    Ok(())
}

/// Where a step is made possible.
struct Line {
    span: Span,
    origin: Option<OriginId>,
}

impl<'a, 'g> Words<'a, 'g> {
    /// Words for one epoch.
    pub(super) fn new(scene: &Scene<'a, 'g>, texts: Texts<'a>, spaces: &'a Spaces) -> Self {
        let Scene { net, devices, gates, graph, epoch, .. } = *scene;
        Self { net, devices, gates, graph, epoch, frames: texts.frames, sources: texts.sources, spaces }
    }
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
            Means::Claimed { .. } => 0,
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
            Means::Claimed { site, tunnel } => self.far_line(*site, *tunnel),
            Means::Packets { crossings, .. } => self.packet_line(step, crossings),
        }
    }

    fn far_line(&self, site: SiteId, number: usize) -> Line {
        let tunnel = &self.gates[&site].device.bundle.tunnels[number];
        let old = self.net.site(site).old_tunnels.iter().find(|o| tunnel.name.ends_with(o.name.as_str()));
        match old {
            Some(old) => Line { span: self.net.origin(old.origin).span, origin: Some(old.origin) },
            None => Line { span: place(self.gates[&site].device, tunnel.at, self.sources, self.net), origin: None },
        }
    }

    /// The first rule on the way that a line of the policy made; else the first rule of a text that decides.
    fn packet_line(&self, step: usize, crossings: &[Crossing]) -> Line {
        let Some(packet) = self.natural(step) else { return Line { span: self.net.sites[0].span, origin: None } };
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
    fn decides(&self, packet: &Packet, crossing: Crossing) -> (Loc, Option<OriginId>) {
        let gate = &self.gates[&crossing.site];
        let Some(filter) = &gate.device.bundle.filter else { return (Loc::MADE, None) };
        let now = self.net.epochs[self.epoch].clock();
        let there = packet.with(Field::In, crossing.enters).with(Field::Out, crossing.leaves);
        let steps = meaning::trace(filter, &gate.interfaces, crossing.hook, &there, now).unwrap_or_default();
        let origin =
            steps.iter().rev().filter_map(|s| s.comment.as_deref()).find_map(|c| origins::of_comment(self.net, c));
        (steps.last().map_or(Loc::MADE, |s| s.at), origin)
    }

    fn leak(&self, culprit: usize, told: &[(&Claim, &Vec<usize>)]) -> Diagnostic {
        let (claim, path) = told.iter().min_by_key(|told| first_told(told)).expect("a culprit has a claim");
        let line = self.line(culprit);
        let code = self.code_of_path(claim, path);
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
        found
            .claims(told.iter().flat_map(|(claim, _)| claim.words(self.net)))
            .extent([]) // lines that close it come later
            .note("level", self.level(claim, path).word())
            .help(self.way_out(culprit, told))
            .note("rule", claim.theorem.basis())
    }

    /// Two that open to one place are told apart from one that reaches the other.
    fn code_of_path(&self, claim: &Claim, path: &[usize]) -> &'static Code {
        match self.meets_at(claim, path) {
            Some(_) => &codes::UNDECLARED_MEETING,
            None => code_of(self.net, claim),
        }
    }

    /// Where the two of a claim may both open to, when that is what is wrong.
    pub(super) fn meets_at(&self, claim: &Claim, path: &[usize]) -> Option<Node> {
        let last = self.graph.edges[path[path.len() - 1]].to;
        let is_elsewhere = match (claim.theorem, claim.from, claim.to) {
            (Theorem::T1, _, Target::Zone(to)) => last != Node::Zone(to),
            (Theorem::T2, Source::Zone(_), _) => path.len() == 1 && !self.is_in_school(last),
            _ => false,
        };
        is_elsewhere.then_some(last)
    }

    pub(super) fn is_in_school(&self, node: Node) -> bool {
        self.site_of(node).is_some_and(|site| self.net.site(site).is_establishment)
    }

    /// A meeting zone opens to somebody.
    pub(super) fn opening_meeting(&self, zone: Node, step: usize) -> Diagnostic {
        self.opening(zone, step, &codes::MEETING_OPENS, "is a meeting zone, where both sides may open to")
            .claims([self.broken(Theorem::T1, zone)])
            .help("let the other end open to the meeting zone instead, or give the service a zone of one class")
            .note("rule", Theorem::T1.basis())
    }

    /// A zone that answers the Internet opens to somebody.
    pub(super) fn opening_published(&self, zone: Node, step: usize) -> Diagnostic {
        self.opening(zone, step, &codes::PUBLISHED_OPENS, "answers the Internet")
            .claims([self.broken(Theorem::T2, zone)])
            .help("let the other end open to it instead, or publish from a zone that opens to nobody")
            .note("rule", Theorem::T2.basis())
    }

    /// What theorems about every site rest on, and a zone breaks.
    fn broken(&self, theorem: Theorem, zone: Node) -> String {
        format!("{}{} opens further", theorem.about(None), self.long(zone))
    }

    /// Everything that a node opens to, with the packets.
    fn openings(&self, from: Node) -> Vec<String> {
        let by = |number: usize, means: &Means| match means {
            Means::Packets { set, home, .. } => digest(self.spaces.of(*home).shape(*set)),
            Means::Machine(_) | Means::Frames(_) | Means::Claimed { .. } => self.step(number),
        };
        let steps = self.graph.leaving(from);
        steps.map(|(number, edge)| format!("{} {}", self.long(edge.to), by(number, &edge.means))).collect()
    }

    /// A zone that opens to nobody, for what it is, does.
    fn opening(&self, node: Node, step: usize, code: &'static Code, is: &str) -> Diagnostic {
        let (zone, to) = (self.long(node), self.long(self.graph.edges[step].to));
        Diagnostic::new(code, self.line(step).span, format!("`{zone}` {is}, and opens to `{to}`"))
            .label("this opens further")
            .extent(self.openings(node))
            .note("path", self.step(step))
    }

    /// A centre zone opens towards an establishment without being declared to.
    pub(super) fn undeclared(&self, zone: ZoneId, step: usize, word: &str) -> Diagnostic {
        let node = Node::Zone(zone);
        let zone = self.net.zone_label(zone);
        let to = self.long(self.graph.edges[step].to);
        let says = format!("`{zone}` opens to `{to}`, and no line of `may_start` says that it may");
        let way_out = format!(
            "let the establishment open instead, or ask the security officer for a line `{zone} -> {word}` in \
             `may_start:` (it must then receive from nobody)"
        );
        Diagnostic::new(&codes::UNDECLARED_START, self.line(step).span, says)
            .label("opens towards an establishment")
            .claims([self.broken(Theorem::T2, node)])
            .extent(self.openings(node))
            .note("path", self.step(step))
            .help(way_out)
            .note("rule", Theorem::T2.basis())
    }
}

fn claim_source(net: &Network, claim: &Claim) -> String {
    let title = claim.title(net);
    title.split(" to ").next().unwrap_or(&title).to_owned()
}

/// The claim that is shown of all that one step explains comes first.
fn first_told((claim, path): &(&Claim, &Vec<usize>)) -> (u8, usize) {
    (rank(claim.theorem), path.len())
}

/// Among claims that one step contradicts, the one that people must hear first: tightness before filters.
fn rank(theorem: Theorem) -> u8 {
    match theorem {
        Theorem::T1 | Theorem::T2 => 0,
        Theorem::T3 | Theorem::T4 | Theorem::T5 | Theorem::T6 | Theorem::T7 | Theorem::T8 => 1,
    }
}

/// `isolation/admin-pedagogic` is the one people know; every other pair of T1 has its own word.
fn code_of(net: &Network, claim: &Claim) -> &'static Code {
    match claim.theorem {
        Theorem::T1 => {
            let class = |source| match source {
                Source::Zone(z) => net.zone(z).class.as_ref().map(|c| c.as_str().to_owned()),
                _ => None,
            };
            let to = match claim.to {
                Target::Zone(z) => class(Source::Zone(z)),
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
