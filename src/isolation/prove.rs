//! The proof itself: read back, agree, then every theorem in every epoch.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::agree;
use super::blame::{self, Texts, Words};
use super::claim::{Claim, Verdict};
use super::gates::{Gate, gates, place};
use super::graph::Graph;
use super::idle;
use super::published::Published;
use super::reach::{self, Edge, Means, Node, Region, Walks};
use super::readback::{self, Output, ReadDevice};
use super::segment::Frames;
use super::spaces::{Method, Spaces};
use super::theorems::{self, Filters, Outcome, Outcomes, Scene};
use super::told::Told;
use super::unwritten;
use super::waived::waived;
use super::{Held, Proven, Refusal, Tally};
use crate::config::meaning::Unclear;
use crate::diagnostics::codes::isolation as codes;
use crate::diagnostics::{Diagnostic, Sink, Sources};
use crate::network::{Name, Network, SiteId, ZoneId, spans};
use crate::packets::Space;

/// Proves the texts of all devices, or says why not. Past the limits of the method the answer is "unknown", never
/// "proved".
///
/// # Errors
/// A [`Refusal`] with every finding: what readers do not know, what differs from the intent, what leaks.
pub fn prove(
    outputs: Vec<Output>,
    net: &Network,
    sources: &mut Sources,
    method: Method,
) -> Result<Proven, Box<Refusal>> {
    let written = sources.iter().count();
    let (claims, mut sink) = judge(&outputs, net, sources, method, 0..net.epochs.len());
    if sink.has_errors() {
        return Err(refused(outputs, sink, claims, sources, written));
    }
    idle::tell(net, &claims, &mut sink);
    Ok(Proven::new(outputs, Tally::of(net, &claims), claims, sink))
}

/// The same for one epoch, by its place among the network's. What holds on some days is no [`Proven`]: it cannot be
/// written.
///
/// # Errors
/// As [`prove`].
pub fn prove_epoch(
    outputs: Vec<Output>,
    net: &Network,
    sources: &mut Sources,
    method: Method,
    epoch: usize,
) -> Result<Held, Box<Refusal>> {
    let written = sources.iter().count();
    let (claims, sink) = judge(&outputs, net, sources, method, epoch..epoch + 1);
    if sink.has_errors() {
        return Err(refused(outputs, sink, claims, sources, written));
    }
    Ok(Held { outputs, tally: Tally::of(net, &claims), claims, found: sink, epoch })
}

/// Claims over some epochs, with every finding.
fn judge(
    outputs: &[Output],
    net: &Network,
    sources: &mut Sources,
    method: Method,
    epochs: Range<usize>,
) -> (BTreeMap<Claim, Verdict>, Sink) {
    let mut sink = Sink::default();
    theorems::vacuous(net, &mut sink);
    let Some(devices) = readback::read(outputs, sources, &mut sink) else { return (BTreeMap::new(), sink) };
    let decided = decide(net, &devices, epochs, sources, method, &mut sink);
    let claims = decided.unwrap_or_else(|unclear| {
        sink.push(unknown(net, &unclear));
        BTreeMap::new()
    });
    (claims, sink)
}

/// A refusal; texts from the source of that place on were generated.
fn refused(
    outputs: Vec<Output>,
    sink: Sink,
    claims: BTreeMap<Claim, Verdict>,
    sources: &Sources,
    written: usize,
) -> Box<Refusal> {
    let first = sources.iter().nth(written).map(|(id, _)| id);
    let found = sink.map(|finding| unwritten::said(finding, sources, first));
    Box::new(Refusal { outputs, found, claims })
}

fn unknown(net: &Network, unclear: &Unclear) -> Diagnostic {
    Diagnostic::new(&codes::UNKNOWN, net.sites[0].span, format!("nothing is proved: {unclear}"))
        .help("an unknown answer is a refusal: simplify the rules, or raise the node budget")
}

fn decide(
    net: &Network,
    devices: &[ReadDevice],
    epochs: Range<usize>,
    sources: &Sources,
    method: Method,
    sink: &mut Sink,
) -> Result<BTreeMap<Claim, Verdict>, Unclear> {
    let (gates, mut spaces) = gates(net, devices, sources, method)?;
    if gates.len() != net.sites.len() {
        agree::rest(net, devices, sources, sink);
        return Ok(BTreeMap::new());
    }
    let region = Region::new(net, &gates, spaces.parts().clone(), spaces.settled());
    let spaces = &mut spaces;
    agree_all(net, devices, &gates, sources, spaces, sink)?;
    let frames = Frames::of(net, devices, sources);
    let (relays, filters) = (theorems::relays(net), Filters::of(net, devices));
    let (mut verdicts, mut told, mut walks) = (BTreeMap::new(), Told::default(), Walks::default());
    for epoch in epochs {
        let graph = graph(&region, &frames, spaces, &mut walks, epoch)?;
        let scene =
            Scene { net, devices, gates: &gates, graph: &graph, epoch, filters: &filters, relays: relays.clone() };
        let outcomes = theorems::claims(&scene, spaces)?;
        let texts = Texts { frames: &frames.steps, sources };
        let words = Words::new(&scene, texts, spaces);
        undeclared_starts(&words, &mut told);
        meetings_that_open(&words, &relays, &mut told);
        published_that_open(&words, &relays, &mut told);
        blame::tell(&scene, texts, spaces, &outcomes, &mut told)?;
        keep_worst(&mut verdicts, outcomes);
    }
    told.into_sink(net, sources, sink);
    Ok(verdicts)
}

/// Each claim once, at its worst over the epochs.
fn keep_worst(verdicts: &mut BTreeMap<Claim, Verdict>, outcomes: Outcomes) {
    for (claim, outcome) in outcomes {
        let verdict = match outcome {
            Outcome::Settled(verdict) => verdict,
            Outcome::Path(_) | Outcome::Passes(..) | Outcome::Fact(..) => Verdict::Leak,
        };
        let known = verdicts.entry(claim).or_insert(Verdict::Strict);
        *known = known.clone().worst(verdict);
    }
}

/// Every step of one epoch.
pub(super) fn graph(
    region: &Region,
    frames: &Frames,
    spaces: &mut Spaces,
    walks: &mut Walks,
    epoch: usize,
) -> Result<Graph, Unclear> {
    let mut edges = reach::edges(region, spaces, walks, epoch)?;
    let waived = waived(region.net, &edges, spaces, epoch)?;
    edges.extend(machines(region.net));
    edges.extend(frames.edges());
    let published = Published::of(region.net, &edges, spaces, epoch)?;
    Ok(Graph::new(edges, waived, published))
}

/// A machine in several zones passes on, from each to the others, what it receives.
fn machines(net: &Network) -> Vec<Edge> {
    let mut all = Vec::new();
    for (id, host) in (0u32..).map(crate::network::HostId).zip(&net.hosts) {
        for a in &host.zones {
            for b in host.zones.iter().filter(|b| *b != a) {
                all.push(Edge { from: Node::Zone(*a), to: Node::Zone(*b), means: Means::Machine(id) });
            }
        }
    }
    all
}

/// A centre zone opens towards establishments only where `may_start` says so, to the classes it says, or by a waiver.
fn undeclared_starts(words: &Words, told: &mut Told) {
    let net = words.net;
    for (zone, _) in net.zone_ids().filter(|(_, z)| !net.site(z.site).is_establishment) {
        let own = words.graph.leaving(Node::Zone(zone)).filter(|(n, _)| !words.graph.waived.contains_key(n));
        let mut starts = own.filter_map(|(number, edge)| Some((number, starts_as(words, edge)?)));
        if let Some((number, word)) = starts.find(|(_, word)| !is_declared(net, zone, word)) {
            told.add(words.epoch, words.undeclared(zone, number, &word));
        }
    }
}

/// A meeting zone of an establishment opens to nobody, or both sides would reach further by it; a declared relay may.
fn meetings_that_open(words: &Words, relays: &BTreeMap<Node, String>, told: &mut Told) {
    let meetings = words.net.zone_ids().map(|(zone, _)| Node::Zone(zone));
    for zone in meetings.filter(|node| is_shut_meeting(words.net, relays, *node)) {
        if let Some(step) = words.graph.opens_by(zone) {
            told.add(words.epoch, words.opening_meeting(zone, step));
        }
    }
}

/// What answers the Internet opens to nobody: whoever takes it over from outside would go on from there. A
/// meeting zone that does is told as such.
fn published_that_open(words: &Words, relays: &BTreeMap<Node, String>, told: &mut Told) {
    for zone in words.graph.published.zones().filter(|node| !is_shut_meeting(words.net, relays, *node)) {
        if let Some(step) = words.graph.opens_by(zone) {
            told.add(words.epoch, words.opening_published(zone, step));
        }
    }
}

/// A meeting zone that is no relay.
fn is_shut_meeting(net: &Network, relays: &BTreeMap<Node, String>, node: Node) -> bool {
    matches!(node, Node::Zone(zone) if net.is_meeting(zone)) && !relays.contains_key(&node)
}

/// What `may_start` calls that which a step leads to; None outside establishments.
fn starts_as(words: &Words, edge: &Edge) -> Option<String> {
    let net = words.net;
    let (site, word) = match edge.to {
        Node::Zone(z) => (net.zone(z).site, net.zone(z).class.as_ref().map_or("", Name::as_str)),
        Node::Process(p) => (net.processes[p.index()].site, "gateway"),
        Node::Gateway(s) => (s, if by_public_address(words, s, edge) { "supervision" } else { "gateway" }),
        Node::Internet | Node::Far(_) => return None,
    };
    net.site(site).is_establishment.then(|| word.to_owned())
}

fn is_declared(net: &Network, from: ZoneId, word: &str) -> bool {
    net.security.may_start.get(&from).is_some_and(|d| d.to.iter().any(|t| t.as_str() == word))
}

/// The last gateway is met on its WAN, in clear.
fn by_public_address(words: &Words, site: SiteId, edge: &Edge) -> bool {
    let Means::Packets { crossings, .. } = &edge.means else { return false };
    crossings.last().is_some_and(|c| c.enters == words.gates[&site].wan)
}

fn agree_all(
    net: &Network,
    devices: &[ReadDevice],
    gates: &BTreeMap<SiteId, Gate>,
    sources: &Sources,
    spaces: &mut Spaces,
    sink: &mut Sink,
) -> Result<(), Unclear> {
    let found = spaces.each(gates.keys().copied(), |site, space| agree_filter(net, &gates[&site], sources, space))?;
    found.into_values().for_each(|found| sink.append(found));
    agree::rest(net, devices, sources, sink);
    Ok(())
}

/// One gateway's filter, in every epoch.
fn agree_filter(net: &Network, gate: &Gate, sources: &Sources, space: &mut Space) -> Result<Sink, Unclear> {
    let mut sink = Sink::default();
    let device = gate.device;
    let at = |loc| place(device, loc, sources, net);
    let Some(filter) = &device.bundle.filter else { return Ok(sink) };
    let mut told: Vec<(Diagnostic, BTreeSet<usize>)> = Vec::new();
    for (epoch, facts) in net.epochs.iter().enumerate() {
        let now = facts.clock();
        let read = agree::ReadFilter { filter, interfaces: &gate.interfaces, now, at: &at };
        let mut found = Sink::default();
        agree::filter(net, space, &read, &gate.intents[epoch], &gate.passing[epoch], &mut found)?;
        for found in found.into_sorted() {
            let is_same =
                |(known, _): &&mut (Diagnostic, _)| known.span == found.span && known.message == found.message;
            match told.iter_mut().find(is_same) {
                Some((_, epochs)) => drop(epochs.insert(epoch)),
                None => told.push((found, BTreeSet::from([epoch]))),
            }
        }
    }
    told.into_iter().for_each(|(found, epochs)| sink.push(during(net, found, epochs)));
    agree::time_cuts(net, filter, &at, &mut sink);
    Ok(sink)
}

/// With the days that it is so, unless it is always.
fn during(net: &Network, found: Diagnostic, epochs: BTreeSet<usize>) -> Diagnostic {
    if epochs.len() == net.epochs.len() {
        return found;
    }
    let epochs: Vec<usize> = epochs.into_iter().collect();
    found.note("epoch", spans(net, &epochs).join("; "))
}
