//! What an establishment's own file gives up, taken out of flows by what it means, not by how it is spelled.
//!
//! After a withdrawal nothing of what it names is open. Services are taken out port by port, whatever they are called;
//! an end covers another when it holds all its addresses. Where that cannot be had, because the withdrawal is for a
//! part of the machines a flow is for, and in every word that takes nothing, it is an error: somebody would believe
//! that something is closed.

use std::collections::BTreeSet;

use ipnet::IpNet;

use super::model::{End, GivenUp, Network, SiteId};
use super::plan::meet;
use super::scope::Scopes;
use crate::diagnostics::codes::network as codes;
use crate::diagnostics::{At, Diagnostic, Sink, Span};
use crate::policy::{self, L4, Policy, ServiceRef};

/// How what is withdrawn stands to what a flow is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    All,
    Part,
    Nothing,
}

/// Something that one line names, and whether any flow lost anything by it.
struct Word<T> {
    means: T,
    span: Span,
    takes: bool,
}

/// One line of `withdraw:`.
struct Line {
    span: Span,
    from: Vec<Word<End>>,
    to: Vec<Word<End>>,
    services: Vec<Word<Vec<L4>>>,
    /// Ends that are a part of what a flow is for, with the flow.
    parts: Vec<(Span, Span)>,
    /// The flow that looks most like it, with how much it does.
    nearest: Option<(u8, Span)>,
}

/// All withdrawals of a site.
#[derive(Default)]
pub(super) struct Withdrawals {
    lines: Vec<Line>,
    /// What they took.
    pub(super) given_up: Vec<GivenUp>,
}

/// What is on the wire behind a service as a flow names it.
pub(super) fn items(policy: &Policy, service: &ServiceRef) -> Vec<L4> {
    match service {
        ServiceRef::Inline(item) => vec![*item],
        ServiceRef::Named(name) => {
            policy.services.get(name).into_iter().flat_map(|s| &s.items).map(|i| i.value).collect()
        }
    }
}

impl Withdrawals {
    /// Those of one site.
    pub(super) fn of(policy: &Policy, scopes: &Scopes, net: &Network, site: SiteId) -> Self {
        let name = &net.site(site).name;
        let ends = |ends: &[At<policy::End>]| -> Vec<Word<End>> {
            let known = ends.iter().filter_map(|e| Some((scopes.end(site, &e.value)?, e.span)));
            known.map(|(means, span)| Word { means, span, takes: false }).collect()
        };
        let lines = policy.delegated_to(name).into_iter().flat_map(|d| &d.withdraw);
        let line = |line: &At<policy::FlowExpr>| Line {
            span: line.span,
            from: ends(&line.from),
            to: ends(&line.to),
            services: line
                .services
                .iter()
                .map(|s| Word { means: items(policy, &s.value), span: s.span, takes: false })
                .collect(),
            parts: Vec::new(),
            nearest: None,
        };
        Self { lines: lines.map(line).collect(), given_up: Vec::new() }
    }

    /// What stays of a flow between two ends, written at `flow`.
    pub(super) fn remaining(&mut self, net: &Network, flow: Span, from: &End, to: &End, services: Vec<L4>) -> Vec<L4> {
        let mut left = services;
        for line in &mut self.lines {
            let before = left;
            left = line.take(net, flow, [from, to], before.clone());
            let services: Vec<L4> = left.iter().fold(before, |gone, kept| without(gone, *kept));
            if !services.is_empty() {
                self.given_up.push(GivenUp { by: line.span, flow, from: from.clone(), to: to.clone(), services });
            }
        }
        left
    }

    /// Tells every line that closes less than it says.
    pub(super) fn tell(&self, sink: &mut Sink) {
        for line in &self.lines {
            match line.parts.first() {
                Some((end, flow)) => sink.push(part(*end, *flow)),
                None => line.idle().into_iter().for_each(|span| sink.push(line.nothing(span))),
            }
        }
    }
}

impl Line {
    fn take(&mut self, net: &Network, flow: Span, ends: [&End; 2], services: Vec<L4>) -> Vec<L4> {
        let mut left = services;
        for from in 0..self.from.len() {
            for to in 0..self.to.len() {
                let holds = [holds(net, &self.from[from].means, ends[0]), holds(net, &self.to[to].means, ends[1])];
                self.compare(flow, holds, &left);
                if holds.contains(&Holds::Nothing) || !self.services.iter().any(|s| meets(&s.means, &left)) {
                    continue;
                }
                match holds.iter().position(|h| *h == Holds::Part) {
                    Some(0) => self.parts.push((self.from[from].span, flow)),
                    Some(_) => self.parts.push((self.to[to].span, flow)),
                    None => {
                        (self.from[from].takes, self.to[to].takes) = (true, true);
                        left = self.without(left);
                    }
                }
            }
        }
        left
    }

    /// Remembers the flow that shares most with this line.
    fn compare(&mut self, flow: Span, holds: [Holds; 2], services: &[L4]) {
        let [from, to] = holds.map(|h| u8::from(h != Holds::Nothing));
        let on = u8::from(self.services.iter().any(|s| meets(&s.means, services)));
        let score = 2 * from + 2 * to + on;
        if self.nearest.is_none_or(|(best, _)| score > best) {
            self.nearest = Some((score, flow));
        }
    }

    fn without(&mut self, services: Vec<L4>) -> Vec<L4> {
        for word in &mut self.services {
            word.takes |= meets(&word.means, &services);
        }
        self.services.iter().flat_map(|s| &s.means).fold(services, |left, gone| without(left, *gone))
    }

    /// The smallest words that take nothing: an opener before what it opens to, both before services.
    fn idle(&self) -> Vec<Span> {
        let of = |words: &mut dyn Iterator<Item = (bool, Span)>| {
            let all: Vec<(bool, Span)> = words.collect();
            let idle: BTreeSet<Span> = all.iter().filter(|(takes, _)| !takes).map(|(_, span)| *span).collect();
            if idle.len() == all.len() { vec![self.span] } else { idle.into_iter().collect() }
        };
        let groups = [
            of(&mut self.from.iter().map(|w| (w.takes, w.span))),
            of(&mut self.to.iter().map(|w| (w.takes, w.span))),
            of(&mut self.services.iter().map(|w| (w.takes, w.span))),
        ];
        let idle: BTreeSet<Span> = groups.into_iter().flatten().collect();
        if idle.contains(&self.span) { vec![self.span] } else { idle.into_iter().collect() }
    }

    fn nothing(&self, span: Span) -> Diagnostic {
        let says = "this withdraws nothing: there is no such flow to give up";
        let found = Diagnostic::new(&codes::WITHDRAWS_NOTHING, span, says)
            .help("delete it, or name what the flow is for; any spelling of the same machines and ports will do");
        match self.nearest {
            Some((_, flow)) => found.other(flow, "the nearest flow"),
            None => found,
        }
    }
}

fn part(end: Span, flow: Span) -> Diagnostic {
    Diagnostic::new(
        &codes::WITHDRAWS_PART,
        end,
        "this is a part of what the flow is for: it would stay open for the rest",
    )
    .other(flow, "the flow")
    .help("withdraw it for all that the flow is for, or ask the operator for a narrower flow")
}

/// How much of `whole`, an end of a flow, the withdrawn end is.
fn holds(net: &Network, withdrawn: &End, whole: &End) -> Holds {
    let zone_of = |host: &super::model::HostId| net.hosts[host.index()].zones.first();
    match (withdrawn, whole) {
        (a, b) if a == b => Holds::All,
        (End::Zone(zone), End::Host(host)) if zone_of(host) == Some(zone) => Holds::All,
        (End::Host(host), End::Zone(zone)) if zone_of(host) == Some(zone) => Holds::Part,
        (End::Internet(a), End::Internet(b)) => holds_nets(a, b),
        _ => Holds::Nothing,
    }
}

/// An empty list is the whole Internet.
fn holds_nets(withdrawn: &[IpNet], whole: &[IpNet]) -> Holds {
    let is_in = |net: &IpNet| withdrawn.iter().any(|w| w.contains(net));
    let meets = |net: &IpNet| withdrawn.iter().any(|w| meet(w, net));
    match (withdrawn, whole) {
        ([], _) => Holds::All,
        (_, []) => Holds::Part,
        (_, nets) if nets.iter().all(is_in) => Holds::All,
        (_, nets) if nets.iter().any(meets) => Holds::Part,
        _ => Holds::Nothing,
    }
}

fn meets(a: &[L4], b: &[L4]) -> bool {
    a.iter().any(|a| b.iter().any(|b| a.meets(*b)))
}

/// What stays of services when one is taken out of them.
fn without(services: Vec<L4>, gone: L4) -> Vec<L4> {
    services.into_iter().flat_map(|service| minus(service, gone)).collect()
}

/// The services that stay of one when another is taken out of it.
fn minus(whole: L4, gone: L4) -> Vec<L4> {
    match (whole, gone) {
        (L4::Tcp(a, b), L4::Tcp(c, d)) => ports_left((a, b), (c, d)).map(|(x, y)| L4::Tcp(x, y)).collect(),
        (L4::Udp(a, b), L4::Udp(c, d)) => ports_left((a, b), (c, d)).map(|(x, y)| L4::Udp(x, y)).collect(),
        (a, b) if a == b => Vec::new(),
        _ => vec![whole],
    }
}

fn ports_left((a, b): (u16, u16), (c, d): (u16, u16)) -> impl Iterator<Item = (u16, u16)> {
    let (below, above) =
        if d < a || b < c { (Some((a, b)), None) } else { ((a < c).then(|| (a, c - 1)), (d < b).then(|| (d + 1, b))) };
    below.into_iter().chain(above)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_taken_out_of_a_range_exactly() {
        let tcp = |a, b| L4::Tcp(a, b);
        assert_eq!(minus(tcp(10, 20), tcp(12, 15)), [tcp(10, 11), tcp(16, 20)]);
        assert_eq!(minus(tcp(10, 20), tcp(1, 15)), [tcp(16, 20)]);
        assert_eq!(minus(tcp(10, 20), tcp(20, 65_535)), [tcp(10, 19)]);
        assert_eq!(minus(tcp(10, 20), tcp(1, 65_535)), []);
        assert_eq!(minus(tcp(1, 65_535), tcp(65_535, 65_535)), [tcp(1, 65_534)]);
        assert_eq!(minus(tcp(10, 20), L4::Udp(10, 20)), [tcp(10, 20)]);
        assert_eq!(minus(tcp(10, 20), tcp(21, 30)), [tcp(10, 20)]);
        assert_eq!(minus(L4::Icmp(8), L4::Icmp6(8)), [L4::Icmp(8)]);
    }
}
