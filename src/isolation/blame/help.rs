//! The way out of a path: only what would be accepted. A waiver is offered where the same theorem takes one.

use super::Words;
use crate::diagnostics::Sources;
use crate::isolation::claim::{Claim, Source, Theorem};
use crate::isolation::reach::{Edge, Means, Node};
use crate::network::{Flow, Name, OriginId};

/// The way out of a path through a far end: no derogation covers what somebody else's network passes on.
const FAR: &str = "narrow the selectors, so that the far end leads to one side of one establishment";
/// A far end that is a part of the Internet.
const FAR_INTERNET: &str = "name the range of the far side's own machines, /16 at most: so wide a one is the Internet, and no proxy \
                            filters what a tunnel leads to";
/// A path of a waiver and something else.
const BESIDE_A_WAIVER: &str =
    "a waiver covers its own flow alone: choose ends that nobody else opens to and that open no further";
/// A path of several flows.
const LONG: &str = "remove it, or another step of the path: a waiver covers one flow, not a path of several";
/// One flow that opens more than what it ends at.
const ONWARD: &str = "remove it: a waiver would cover this flow alone, not the other paths that it opens";
/// A process, which no waiver can name.
const PROCESS: &str = "remove it, or give each side a proxy of its own: no waiver names a process of a gateway";
/// A filtered zone that goes to the Internet by itself.
const INTERNET: &str =
    "remove it: the way to the Internet is the proxy that filters the class, and no waiver opens another";
/// Packets for a proxy's machine that are not for the proxy.
const BESIDE_A_PROXY: &str = "open to the proxy by its name and on its port; no waiver opens what stands beside it";
/// A proxy that opens into an establishment.
const FROM_A_PROXY: &str = "remove it: what a proxy opens, everybody could ask it for, and no waiver covers that";
/// To a gateway, which no waiver can name.
const GATEWAY: &str = "remove it: gateways are managed from the zones that `may_start` of the security policy names";
/// A switch that passes packets on between the zones it has an address in, its own management among them.
const ROUTING: &str = "let the gateway route: take the zone out of `routes:`; a switch that routes also joins the zone that its \
                       own address is in";
/// No line asks for it.
const NO_LINE: &str = "the text lets pass what no line of the policy asks for: mend the template or undo the edit";

/// It begins or ends at a far end that is not ours.
fn is_far(edge: &Edge) -> bool {
    [edge.from, edge.to].iter().any(|node| matches!(node, Node::Far(_)))
}

/// Path of the register of derogations, there or not: beside the region's file, which every workspace has.
fn register(sources: &Sources) -> String {
    let paths = sources.iter().map(|(_, file)| file.path.as_str());
    let folder = paths.filter_map(|path| path.strip_suffix("region.yaml")).next().unwrap_or_default();
    format!("{folder}waivers.yaml")
}

impl Words<'_, '_> {
    /// The way out of everything that one step explains.
    pub(super) fn way_out(&self, culprit: usize, told: &[(&Claim, &Vec<usize>)]) -> String {
        let edge = &self.graph.edges[culprit];
        match &edge.means {
            Means::Machine(_) => "give the machine one zone, or put a declared relay between the zones".to_owned(),
            Means::Frames(number) if self.frames[*number].routed => ROUTING.to_owned(),
            Means::Frames(_) => {
                "one broadcast domain carries one zone: move the port, or take the address away".to_owned()
            }
            Means::Packets { .. } if self.ends_far_outside(told) => FAR_INTERNET.to_owned(),
            Means::Claimed { .. } => FAR.to_owned(),
            Means::Packets { .. } if is_far(edge) => FAR.to_owned(),
            Means::Packets { .. } => match self.line(culprit).origin {
                None => NO_LINE.to_owned(),
                Some(origin) => match self.waiver_of(origin) {
                    Some(_) if shown(told).0.theorem == Theorem::T3 => self.removal(told),
                    Some(_) => BESIDE_A_WAIVER.to_owned(),
                    None => self.waiver_beside(origin).unwrap_or_else(|| self.removal(told)),
                },
            },
        }
    }

    /// What is shown ends at a far end, past a filter.
    fn ends_far_outside(&self, told: &[(&Claim, &Vec<usize>)]) -> bool {
        let (claim, path) = shown(told);
        claim.theorem == Theorem::T3 && matches!(self.graph.edges[path[path.len() - 1]].to, Node::Far(_))
    }

    /// What the claim that is shown needs; else what a waiver would leave open.
    fn removal(&self, told: &[(&Claim, &Vec<usize>)]) -> String {
        let (claim, path) = shown(told);
        let help = self.unwaivable(claim, path);
        let others = || told.iter().any(|(claim, path)| self.unwaivable(claim, path).is_some());
        match help.or_else(|| others().then_some(ONWARD)) {
            Some(help) => help.to_owned(),
            None => format!("remove it, or ask for a waiver in {}", register(self.sources)),
        }
    }

    /// What helps a claim that no waiver for its one flow would; None where one would.
    fn unwaivable(&self, claim: &Claim, path: &[usize]) -> Option<&'static str> {
        let [first, last] = [self.graph.edges[path[0]].from, self.graph.edges[path[path.len() - 1]].to];
        match (claim.theorem, claim.from, last) {
            (Theorem::T3, Source::Proxy(_), _) => Some(FROM_A_PROXY),
            (Theorem::T3, _, Node::Internet) => Some(INTERNET),
            (Theorem::T3, _, Node::Zone(_)) if path.len() == 1 && !self.is_in_school(last) => Some(BESIDE_A_PROXY),
            _ if path.len() > 1 => Some(LONG),
            (_, _, Node::Gateway(_)) => Some(GATEWAY),
            (_, _, Node::Process(_)) => Some(PROCESS),
            _ if matches!(first, Node::Process(_)) => Some(PROCESS),
            _ => None,
        }
    }

    /// The waiver that a line is.
    fn waiver_of(&self, origin: OriginId) -> Option<&Name> {
        self.net.flows.iter().filter(|flow| flow.origin == origin).find_map(|flow| flow.waiver.as_ref())
    }

    /// What to do about a line whose flows are those of a signed waiver, which makes them by itself.
    fn waiver_beside(&self, origin: OriginId) -> Option<String> {
        let of_line = || self.net.flows.iter().filter(|flow| flow.origin == origin);
        let is_same = |waived: &Flow| {
            of_line().any(|flow| {
                (&flow.from, &flow.to) == (&waived.from, &waived.to)
                    && flow.services.iter().all(|service| waived.services.contains(service))
            })
        };
        let waived = self.net.flows.iter().find(|flow| flow.waiver.is_some() && is_same(flow))?;
        let waiver = waived.waiver.as_ref()?;
        Some(format!("remove it: waiver `{waiver}` makes this flow by itself, on its days, and needs no second line"))
    }
}

/// Of all that one step explains, what is shown.
fn shown<'t>(told: &'t [(&Claim, &Vec<usize>)]) -> (&'t Claim, &'t Vec<usize>) {
    *told.iter().min_by_key(|told| super::first_told(told)).expect("a culprit has a claim")
}
