//! The way out of a leak: the fewest lines without which the theorem holds, found by asking the theorem again.
//!
//! A step is made by pieces: lines of the policy, machines, frames, or a text that no line explains. It is gone when all of
//! them are. One piece alone is tried first; then the smallest set, by branching over the steps of what is still open.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Texts, Words};
use crate::config::meaning::Unclear;
use crate::diagnostics::Span;
use crate::isolation::claim::Claim;
use crate::isolation::gates::{in_nets, link_answers};
use crate::isolation::graph::Graph;
use crate::isolation::reach::{Edge, Means, Node};
use crate::isolation::spaces::Spaces;
use crate::isolation::theorems::{self, Outcome, Scene};
use crate::isolation::waived::{Waived, by_pair, service};
use crate::network::{Flow, HostId, Name, OriginId};
use crate::packets::{Field, FieldProduct, PacketSet, Space};

/// What can be taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Piece {
    /// A line of the policy.
    Line(OriginId),
    /// A machine's foot in one of its zones.
    Machine(HostId),
    /// What lets frames pass, by its number among the findings of the segments.
    Frames(usize),
    /// What a text lets pass and no line asks for, or what the selectors of a far end cover: by the step's number.
    Text(usize),
}

/// The fewest pieces without which some claims hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cut {
    /// Each of these alone.
    AnyOf(Vec<Piece>),
    /// No piece alone: all of these together.
    AllOf(Vec<Piece>),
    /// Not found within bounds.
    Unknown,
}

/// Most pieces of a cut: nobody mends more than that from one message.
const MOST_PIECES: usize = 4;
/// Most times that a theorem is asked again for one message.
const MOST_QUESTIONS: usize = 60;

/// A piece of a step, with the packets it lets take it.
struct Part {
    piece: Piece,
    /// None for what is no packet filter's.
    set: Option<PacketSet>,
    /// The waiver whose line it is.
    waiver: Option<Name>,
}

/// The pieces of every step of an epoch.
pub(super) struct Pieces(Vec<Vec<Part>>);

impl Pieces {
    /// Finds the lines behind each step.
    pub(super) fn of(scene: &Scene, texts: Texts, spaces: &mut Spaces) -> Result<Self, Unclear> {
        let instant = scene.net.epochs[scene.epoch].instant();
        let open = by_pair(scene.net, scene.net.flows.iter().filter(|f| f.window.contains(instant)));
        let of_step = |(number, edge)| behind(&open, spaces, number, edge);
        let mut all: Vec<Vec<Part>> = scene.graph.edges.iter().enumerate().map(of_step).collect::<Result<_, _>>()?;
        let same = same_place(&Words::new(scene, texts, spaces), &all);
        for (parts, edge) in all.iter_mut().zip(scene.graph.edges.iter()) {
            parts.iter_mut().for_each(|part| part.piece = *same.get(&part.piece).unwrap_or(&part.piece));
            if let Means::Packets { home, .. } = &edge.means {
                merge(spaces.of_mut(*home), parts)?;
            }
        }
        Ok(Self(all))
    }

    fn of_step(&self, step: usize) -> BTreeSet<Piece> {
        self.0[step].iter().map(|part| part.piece).collect()
    }

    /// The steps that are left without some pieces, with what still takes them.
    fn graph(&self, scene: &Scene, spaces: &mut Spaces, without: &BTreeSet<Piece>) -> Result<Graph, Unclear> {
        let whole = scene.graph;
        let mut edges = whole.edges.to_vec();
        let mut waived = Waived { whole: whole.waived.clone(), beyond: whole.beyond.clone() };
        let mut gone = BTreeSet::new();
        for (number, parts) in self.0.iter().enumerate() {
            if !parts.iter().any(|part| without.contains(&part.piece)) {
                continue;
            }
            let left: Vec<&Part> = parts.iter().filter(|part| !without.contains(&part.piece)).collect();
            if left.is_empty() {
                gone.insert(number);
                continue;
            }
            let sets: Vec<PacketSet> = left.iter().filter_map(|part| part.set).collect();
            let Means::Packets { set, home, .. } = &mut edges[number].means else { continue };
            let space = spaces.of_mut(*home);
            let all = space.union_all(&sets)?;
            *set = all;
            if left.iter().all(|part| part.waiver.is_some()) {
                waived.beyond.remove(&number);
                waived.whole.insert(number, left.iter().filter_map(|part| part.waiver.clone()).collect());
            } else if let Some(beyond) = waived.beyond.get_mut(&number) {
                *beyond = space.intersect(*beyond, all)?;
            }
        }
        let published = whole.published.among(scene.net, &edges, spaces)?;
        Ok(Graph::without(Arc::new(edges), waived, published, gone))
    }
}

/// Pieces that are one to whoever edits: a line of the policy by its own name, one line of a text by the first step it makes.
fn same_place(words: &Words, all: &[Vec<Part>]) -> BTreeMap<Piece, Piece> {
    let mut first: BTreeMap<Span, Piece> = BTreeMap::new();
    let mut same = BTreeMap::new();
    for piece in all.iter().flatten().map(|part| part.piece) {
        let is = match piece {
            Piece::Line(_) | Piece::Machine(_) => continue,
            Piece::Text(step) => match words.line(step).origin {
                Some(origin) => Piece::Line(origin),
                None => *first.entry(words.place(piece)).or_insert(piece),
            },
            Piece::Frames(_) => *first.entry(words.place(piece)).or_insert(piece),
        };
        same.insert(piece, is);
    }
    same
}

/// Parts of one piece as one.
fn merge(space: &mut Space, parts: &mut Vec<Part>) -> Result<(), Unclear> {
    let mut merged: Vec<Part> = Vec::new();
    for part in parts.drain(..) {
        match merged.iter_mut().find(|known| known.piece == part.piece) {
            Some(known) => {
                let sets: Vec<PacketSet> = [known.set, part.set].into_iter().flatten().collect();
                known.set = if sets.is_empty() { None } else { Some(space.union_all(&sets)?) };
            }
            None => merged.push(part),
        }
    }
    *parts = merged;
    Ok(())
}

/// Everything that makes one step.
fn behind(
    open: &BTreeMap<(Node, Node), Vec<&Flow>>,
    spaces: &mut Spaces,
    number: usize,
    edge: &Edge,
) -> Result<Vec<Part>, Unclear> {
    let whole = |piece| Ok(vec![Part { piece, set: None, waiver: None }]);
    let (set, space) = match &edge.means {
        Means::Machine(host) => return whole(Piece::Machine(*host)),
        Means::Frames(finding) => return whole(Piece::Frames(*finding)),
        Means::Claimed { .. } => return whole(Piece::Text(number)),
        Means::Packets { set, home, .. } => (*set, spaces.of_mut(*home)),
    };
    let mut parts: Vec<Part> = Vec::new();
    let mut left = unasked(space, edge.to, set)?;
    for flow in open.get(&(edge.from, edge.to)).into_iter().flatten() {
        let asked = asked(space, flow)?;
        let own = space.intersect(set, asked)?;
        if own.is_empty() {
            continue;
        }
        left = space.minus(left, asked)?;
        parts.push(Part { piece: Piece::Line(flow.origin), set: Some(own), waiver: flow.waiver.clone() });
    }
    if !left.is_empty() || parts.is_empty() {
        parts.push(Part { piece: Piece::Text(number), set: Some(left), waiver: None });
    }
    Ok(parts)
}

/// What no line has to ask for is no text's fault: discovery and listener queries, at a gateway.
fn unasked(space: &mut Space, to: Node, set: PacketSet) -> Result<PacketSet, Unclear> {
    if !matches!(to, Node::Gateway(_)) {
        return Ok(set);
    }
    let answers = link_answers(space)?;
    Ok(space.minus(set, answers)?)
}

/// The packets of a flow at its last gateway; by their destination alone where their source is translated.
fn asked(space: &mut Space, flow: &Flow) -> Result<PacketSet, Unclear> {
    let on: Vec<FieldProduct> = flow.services.iter().map(service).collect();
    let mut asked = space.products(&on)?;
    let Some(leg) = flow.legs.last() else { return Ok(space.empty()) };
    if !leg.internet {
        let to = in_nets(space, Field::Dst, &leg.destination)?;
        asked = space.intersect(asked, to)?;
    }
    if flow.legs.iter().all(|leg| leg.translated.is_none() && !leg.from_internet) {
        let from = in_nets(space, Field::Src, &leg.source)?;
        asked = space.intersect(asked, from)?;
    }
    Ok(asked)
}

/// Asks the theorems of some claims again, without some pieces.
struct Questions<'a, 'g> {
    scene: &'a Scene<'a, 'g>,
    pieces: &'a Pieces,
    claims: &'a [(&'a Claim, &'a Vec<usize>)],
    left: usize,
}

impl Questions<'_, '_> {
    /// The path of a claim that still fails; None when all hold.
    fn open(&mut self, spaces: &mut Spaces, without: &BTreeSet<Piece>) -> Result<Option<Vec<usize>>, Unclear> {
        self.left = self.left.saturating_sub(1);
        let graph = self.pieces.graph(self.scene, spaces, without)?;
        let scene = Scene { graph: &graph, relays: self.scene.relays.clone(), ..*self.scene };
        let theorems: BTreeSet<_> = self.claims.iter().map(|(claim, _)| claim.theorem).collect();
        for theorem in theorems {
            let outcomes = theorems::claims_of(theorem, &scene, spaces)?;
            let own = self.claims.iter().filter(|(claim, _)| claim.theorem == theorem);
            for (claim, _) in own {
                if let Some(Outcome::Path(path)) = outcomes.get(claim) {
                    return Ok(Some(path.clone()));
                }
            }
        }
        Ok(None)
    }

    /// A set of at most `most` pieces more that closes everything.
    fn smallest(
        &mut self,
        spaces: &mut Spaces,
        without: &BTreeSet<Piece>,
        most: usize,
    ) -> Result<Option<BTreeSet<Piece>>, Unclear> {
        let Some(path) = self.open(spaces, without)? else { return Ok(Some(without.clone())) };
        let pieces: BTreeSet<Piece> = path.iter().flat_map(|step| self.pieces.of_step(*step)).collect();
        for piece in pieces.difference(without) {
            if most > 0 && self.left > 0 {
                let wider = without.union(&BTreeSet::from([*piece])).copied().collect();
                if let Some(found) = self.smallest(spaces, &wider, most - 1)? {
                    return Ok(Some(found));
                }
            }
        }
        Ok(None)
    }
}

/// The fewest pieces without which the claims hold.
pub(super) fn cut(
    scene: &Scene,
    spaces: &mut Spaces,
    pieces: &Pieces,
    claims: &[(&Claim, &Vec<usize>)],
) -> Result<Cut, Unclear> {
    let mut ask = Questions { scene, pieces, claims, left: MOST_QUESTIONS };
    let first = claims.first().map_or(&[][..], |(_, path)| path);
    let candidates: BTreeSet<Piece> = first.iter().flat_map(|step| pieces.of_step(*step)).collect();
    let mut each = Vec::new();
    for piece in candidates {
        if ask.open(spaces, &BTreeSet::from([piece]))?.is_none() {
            each.push(piece);
        }
    }
    if !each.is_empty() {
        return Ok(Cut::AnyOf(each));
    }
    for most in 2..=MOST_PIECES {
        if let Some(found) = ask.smallest(spaces, &BTreeSet::new(), most)? {
            return Ok(Cut::AllOf(found.into_iter().collect()));
        }
    }
    Ok(Cut::Unknown)
}
