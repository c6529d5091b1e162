//! Flows: every line of the policy as flows between two ends, each with its path.

use std::collections::BTreeSet;

use ipnet::IpNet;

use super::model::{End, Flow, Leg, Network, OriginId, Port, Published, SiteId, Window};
use super::paths::{self, NoPath, legs};
use super::scope::{Scopes, parts_of};
use super::unlinked::Unlinked;
use super::withdrawals::{self, Withdrawals};
use super::{epochs, origins, refusals};
use crate::diagnostics::{Diagnostic, Sink, Sources, Span};
use crate::policy::{self, FlowExpr, L4, Name, Policy};

/// Resolves every flow of every site, then the waivers.
pub(super) fn resolve(policy: &Policy, sources: &Sources, scopes: &Scopes, net: &mut Network, sink: &mut Sink) {
    let mut told = Refused::default();
    for index in 0..net.sites.len() {
        let site = SiteId(u32::try_from(index).expect("fewer than 2^32 sites"));
        let mut withdrawn = Withdrawals::of(policy, scopes, net, site);
        for flow in parts_of(policy, &net.site(site).name.clone()).iter().flat_map(|p| &p.flows) {
            let origin = origins::add(net, sources, flow.allow.span, &flow.because.value);
            let window = epochs::window(policy, flow.from.map(|d| d.value), flow.until.map(|d| d.value));
            let published = published(flow);
            let line = Line { site, expr: &flow.allow.value, origin, window, waiver: None, published };
            add_line(policy, scopes, net, &line, &mut withdrawn, &mut told, sink);
        }
        withdrawn.tell(sink);
        net.given_up.append(&mut withdrawn.given_up);
    }
    for waiver in &policy.waivers {
        let origin = origins::add(net, sources, waiver.opens.span, &waiver.reason.value);
        let window = epochs::of_waiver(policy, waiver);
        let line = Line {
            site: SiteId(0),
            expr: &waiver.opens.value,
            origin,
            window,
            waiver: Some(waiver.id.value.clone()),
            published: None,
        };
        add_line(policy, scopes, net, &line, &mut Withdrawals::default(), &mut told, sink);
    }
    told.unlinked.tell(sink);
}

/// Flows that cannot be made, so far.
#[derive(Default)]
struct Refused {
    /// What was told: a profile's line is wrong once, whatever number of establishments it is wrong in.
    told: BTreeSet<(Span, String)>,
    /// What one missing link is the cause of.
    unlinked: Unlinked,
}

impl Refused {
    fn tell(&mut self, sink: &mut Sink, found: Diagnostic) {
        if self.told.insert((found.span, found.message.clone())) {
            sink.push(found);
        }
    }
}

/// One `allow:` line, at one site.
struct Line<'p> {
    site: SiteId,
    expr: &'p FlowExpr,
    origin: OriginId,
    window: Window,
    waiver: Option<Name>,
    published: Option<Published>,
}

/// How the policy says that a flow is published.
fn published(flow: &policy::Flow) -> Option<Published> {
    let (at, auth) = (flow.at?, flow.auth?);
    Some(Published { at: at.value, auth: auth.value, span: at.span })
}

impl Line<'_> {
    fn legs(&self, net: &Network, from: &End, to: &End) -> Result<Vec<Leg>, NoPath> {
        match self.published {
            Some(published) => paths::published(net, self.site, [from, to], published),
            None => legs(net, from, to, self.waiver.is_some()),
        }
    }
}

/// A flow's services, each as what it is on the wire.
fn services(policy: &Policy, expr: &FlowExpr) -> Vec<L4> {
    let all: BTreeSet<L4> = expr.services.iter().flat_map(|s| withdrawals::items(policy, &s.value)).collect();
    all.into_iter().collect()
}

fn add_line(
    policy: &Policy,
    scopes: &Scopes,
    net: &mut Network,
    line: &Line,
    withdrawn: &mut Withdrawals,
    refused: &mut Refused,
    sink: &mut Sink,
) {
    let all = services(policy, line.expr);
    for from in &line.expr.from {
        for to in &line.expr.to {
            let (Some(a), Some(b)) = (scopes.end(line.site, &from.value), scopes.end(line.site, &to.value)) else {
                continue;
            };
            let services = withdrawn.remaining(net, net.origin(line.origin).span, &a, &b, all.clone());
            if services.is_empty() {
                continue;
            }
            match line.legs(net, &a, &b) {
                Ok(legs) => {
                    if let Some(found) = unusable(net, [from.span, to.span], [&a, &b], &legs, &services) {
                        refused.tell(sink, found);
                        continue;
                    }
                    let flow = Flow {
                        origin: line.origin,
                        from: a,
                        to: b,
                        at: [from.span, to.span],
                        services,
                        window: line.window,
                        waiver: line.waiver.clone(),
                        published: line.published,
                        legs,
                    };
                    net.flows.push(flow);
                }
                Err(NoPath::NoLink(x, y)) if line.waiver.is_none() => {
                    let flow = net.origin(line.origin).span;
                    refused.unlinked.add(policy, net, line.site, [x, y], [flow, from.span, to.span]);
                }
                Err(why) => refused.tell(sink, refusals::explain(net, &why, &a, [from.span, to.span])),
            }
        }
    }
}

/// Why no packet could use a flow: its ends share no family, or none that its services are of.
fn unusable(net: &Network, at: [Span; 2], [a, b]: [&End; 2], legs: &[Leg], services: &[L4]) -> Option<Diagnostic> {
    match [false, true].map(|v6| legs.iter().all(|leg| leg.is_of(v6))) {
        [false, false] => Some(refusals::no_family(net, at, a, b)),
        [true, true] => None,
        // One alone is shared: IPv6 where the second is true.
        [_, v6] if services.iter().any(|l4| l4.is_carried_by(v6)) => None,
        [_, v6] => Some(refusals::other_family(net, at, [a, b], v6, services)),
    }
}

impl Leg {
    /// Packets of IPv4, or of IPv6, can cross it. None of IPv6 crosses a WAN.
    pub(super) fn is_of(&self, v6: bool) -> bool {
        let has = |nets: &[IpNet]| nets.iter().any(|net| matches!(net, IpNet::V6(_)) == v6);
        (if self.from_internet { !v6 } else { has(&self.source) })
            && (if self.internet { !v6 } else { has(&self.destination) })
    }

    /// True when the packet is forwarded: neither end is the gateway itself.
    pub fn is_forwarded(&self) -> bool {
        !matches!(self.enters, Port::Local(_)) && !matches!(self.leaves, Port::Local(_))
    }
}
