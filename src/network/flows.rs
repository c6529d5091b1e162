//! Flows: every line of the policy as flows between two ends, each with its path.

use std::collections::BTreeSet;

use ipnet::IpNet;

use super::model::{End, Flow, Network, OriginId, Port, SiteId, Window};
use super::paths::{NoPath, legs};
use super::scope::{Scopes, parts_of};
use super::{epochs, origins};
use crate::diagnostics::codes::network as codes;
use crate::diagnostics::{Diagnostic, Sink, Sources, Span};
use crate::policy::{self, FlowExpr, L4, Name, Policy, ServiceRef};

/// Resolves every flow of every site, then the waivers.
pub(super) fn resolve(policy: &Policy, sources: &Sources, scopes: &Scopes, net: &mut Network, sink: &mut Sink) {
    let mut told = BTreeSet::new();
    for index in 0..net.sites.len() {
        let site = SiteId(u32::try_from(index).expect("fewer than 2^32 sites"));
        let withdrawn = withdrawn(policy, scopes, net, site);
        for flow in parts_of(policy, &net.site(site).name.clone()).iter().flat_map(|p| &p.flows) {
            let origin = origins::add(net, sources, flow.allow.span, &flow.because.value);
            let window = epochs::window(policy, flow.from.map(|d| d.value), flow.until.map(|d| d.value));
            let line = Line { site, expr: &flow.allow.value, origin, window, waiver: None };
            add_line(policy, scopes, net, &line, &withdrawn, &mut told, sink);
        }
    }
    for waiver in &policy.waivers {
        let origin = origins::add(net, sources, waiver.opens.span, &waiver.reason.value);
        let window =
            epochs::window(policy, waiver.from.or(Some(waiver.signed_on)).map(|d| d.value), Some(waiver.until.value));
        let line =
            Line { site: SiteId(0), expr: &waiver.opens.value, origin, window, waiver: Some(waiver.id.value.clone()) };
        add_line(policy, scopes, net, &line, &[], &mut told, sink);
    }
}

/// One `allow:` line, at one site.
struct Line<'p> {
    site: SiteId,
    expr: &'p FlowExpr,
    origin: OriginId,
    window: Window,
    waiver: Option<Name>,
}

/// What an establishment's own file gives up.
struct Withdrawn {
    from: End,
    to: End,
    services: Vec<L4>,
}

fn withdrawn(policy: &Policy, scopes: &Scopes, net: &Network, site: SiteId) -> Vec<Withdrawn> {
    let name = &net.site(site).name;
    let lines = policy.delegated.values().filter(|d| d.uai.value.name() == name).flat_map(|d| &d.withdraw);
    let mut all = Vec::new();
    for line in lines {
        let services = services(policy, line);
        for from in line.from.iter().filter_map(|e| scopes.end(site, &e.value)) {
            for to in line.to.iter().filter_map(|e| scopes.end(site, &e.value)) {
                all.push(Withdrawn { from: from.clone(), to, services: services.clone() });
            }
        }
    }
    all
}

/// A flow's services, each as what it is on the wire.
fn services(policy: &Policy, expr: &FlowExpr) -> Vec<L4> {
    let mut all = BTreeSet::new();
    for service in &expr.services {
        match &service.value {
            ServiceRef::Inline(l4) => {
                all.insert(*l4);
            }
            ServiceRef::Named(name) => {
                all.extend(policy.services.get(name).into_iter().flat_map(|s| &s.items).map(|i| i.value))
            }
        }
    }
    all.into_iter().collect()
}

fn add_line(
    policy: &Policy,
    scopes: &Scopes,
    net: &mut Network,
    line: &Line,
    withdrawn: &[Withdrawn],
    told: &mut BTreeSet<(Span, String)>,
    sink: &mut Sink,
) {
    let all = services(policy, line.expr);
    for from in &line.expr.from {
        for to in &line.expr.to {
            let (Some(a), Some(b)) = (scopes.end(line.site, &from.value), scopes.end(line.site, &to.value)) else {
                continue;
            };
            let services = remaining(&all, &a, &b, withdrawn);
            if services.is_empty() {
                continue;
            }
            match legs(net, &a, &b, line.waiver.is_some()) {
                Ok(legs) if !share_a_family(&legs) => push_once(sink, told, no_family(net, from.span, to.span, &a, &b)),
                Ok(legs) => {
                    let flow = Flow {
                        origin: line.origin,
                        from: a,
                        to: b,
                        services,
                        window: line.window,
                        waiver: line.waiver.clone(),
                        legs,
                    };
                    net.flows.push(flow);
                }
                Err(why) => push_once(sink, told, explain(net, &why, from, to, line)),
            }
        }
    }
}

fn push_once(sink: &mut Sink, told: &mut BTreeSet<(Span, String)>, found: Diagnostic) {
    if told.insert((found.span, found.message.clone())) {
        sink.push(found);
    }
}

fn remaining(all: &[L4], from: &End, to: &End, withdrawn: &[Withdrawn]) -> Vec<L4> {
    let gone: BTreeSet<L4> =
        withdrawn.iter().filter(|w| w.from == *from && w.to == *to).flat_map(|w| w.services.iter().copied()).collect();
    all.iter().filter(|s| !gone.contains(s)).copied().collect()
}

fn share_a_family(legs: &[super::Leg]) -> bool {
    let is4 = |n: &IpNet| matches!(n, IpNet::V4(_));
    legs.iter().all(|leg| {
        leg.internet
            || (leg.source.iter().any(is4) && leg.destination.iter().any(is4))
            || (leg.source.iter().any(|n| !is4(n)) && leg.destination.iter().any(|n| !is4(n)))
    })
}

fn no_family(net: &Network, from: Span, to: Span, a: &End, b: &End) -> Diagnostic {
    let (a, b) = (super::label(net, a), super::label(net, b));
    Diagnostic::new(&codes::FLOW_FAMILY, to, format!("`{a}` and `{b}` share no address family"))
        .other(from, "opens from here")
        .help("give one of them an address of the other's family")
}

fn explain(
    net: &Network,
    why: &NoPath,
    from: &crate::diagnostics::At<policy::End>,
    to: &crate::diagnostics::At<policy::End>,
    line: &Line,
) -> Diagnostic {
    let name = |site: SiteId| net.site(site).name.to_string();
    match why {
        NoPath::SameLink => Diagnostic::new(
            &codes::FLOW_ENDS,
            to.span,
            "both ends are on one link: the gateway never sees their packets",
        )
        .other(from.span, "the other end")
        .help("hosts of one zone reach each other without a flow; remove the line"),
        NoPath::NoLink(a, b) if line.waiver.is_some() => Diagnostic::new(
            &codes::WAIVER_PATH,
            to.span,
            format!("no common centre joins `{}` and `{}`", name(*a), name(*b)),
        )
        .help("both must have a tunnel to one centre"),
        NoPath::NoLink(a, b) => {
            Diagnostic::new(&codes::NO_LINK, to.span, format!("no tunnel joins `{}` and `{}`", name(*a), name(*b)))
                .other(from.span, "opens from here")
                .help(format!("declare a link to `{}` (`links:`), or remove the flow", name(*b)))
        }
        NoPath::NoDevices(site) => Diagnostic::new(
            &codes::NO_DEVICES_ZONE,
            to.span,
            format!("the gateway of `{}` has no zone of devices to be addressed in", name(*site)),
        )
        .help("mark one of its zones `devices: true`"),
        NoPath::NoExit(site) => Diagnostic::new(
            &codes::NO_EXIT,
            from.span,
            format!("`{}` has no public address for this traffic to leave by", name(*site)),
        )
        .other(net.site(*site).span, "declared here")
        .help("write `exit:` with a public address of its WAN, another than `supervision`"),
        NoPath::Private(site) => Diagnostic::new(
            &codes::PRIVATE_IN_TUNNEL,
            from.span,
            format!("a private zone of `{}` would be in a tunnel", name(*site)),
        )
        .other(to.span, "towards another site")
        .help("renumber the zone into the plan, or go through the exit"),
        NoPath::ProcessInTunnel => {
            Diagnostic::new(&codes::PROCESS_IN_TUNNEL, to.span, "a process of the gateway would open into a tunnel")
                .other(from.span, "this process")
                .help("let the zone itself open this flow")
        }
        NoPath::Unsupported(what) => Diagnostic::new(&codes::FLOW_ENDS, from.span, *what).help("remove the flow"),
    }
}

impl super::Leg {
    /// True when the packet is forwarded: neither end is the gateway itself.
    pub fn is_forwarded(&self) -> bool {
        !matches!(self.enters, Port::Local(_)) && !matches!(self.leaves, Port::Local(_))
    }
}
