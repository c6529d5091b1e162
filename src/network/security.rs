//! What the security policy asks, with its names resolved.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{End, IsolateLine, MayStart, Network, SecurityFacts, SiteId, WebLine, ZoneId};
use super::scope::Scopes;
use crate::diagnostics::codes::network as codes;
use crate::diagnostics::{At, Diagnostic, Sink, Span};
use crate::policy::{self, Policy, SiteName};

/// Resolves `isolate`, `may_start`, `meet`, `relays` and `web`.
pub(super) fn resolve(policy: &Policy, scopes: &Scopes, net: &mut Network) {
    let security = &policy.security;
    let zone = |name: &At<SiteName>| -> Option<(ZoneId, Span)> {
        match scopes.end(scopes.site(&name.site)?, &policy::End::There(name.value.clone()))? {
            End::Zone(z) => Some((z, name.span)),
            _ => None,
        }
    };
    let relays = security.relays.iter().flat_map(|relay| {
        let sites = (0u32..).map(SiteId).take(net.sites.len());
        let ends: BTreeSet<End> = sites.filter_map(|s| scopes.end(s, &relay.zone.value)).collect();
        ends.into_iter().map(|end| (end, relay.breaks.value.clone(), relay.zone.span))
    });
    net.security = SecurityFacts {
        isolate: security
            .isolate
            .iter()
            .map(|line| IsolateLine { left: names(&line.left), right: names(&line.right), span: line.span })
            .collect(),
        may_start: may_start(security, &zone),
        meet: security.meet.iter().filter_map(zone).collect(),
        meeting_class: security.classes.keys().find(|c| c.as_str() == "meeting").cloned(),
        relays: relays.collect(),
        web: security.web.values().map(web_line).collect(),
    };
}

fn web_line(rule: &policy::WebRule) -> WebLine {
    WebLine {
        filter: rule.name.value.clone(),
        classes: names(&rule.classes),
        deny: names(&rule.deny),
        only: names(&rule.only),
        span: rule.span,
    }
}

/// Names without their places.
pub(super) fn names(list: &[At<policy::Name>]) -> Vec<policy::Name> {
    list.iter().map(|n| n.value.clone()).collect()
}

/// The zone that a name stands for, and where it is written.
type ZoneNamed<'a> = &'a dyn Fn(&At<SiteName>) -> Option<(ZoneId, Span)>;

/// Every line that names a zone adds to what it may open to.
fn may_start(security: &policy::Security, zone: ZoneNamed) -> BTreeMap<ZoneId, MayStart> {
    let mut all: BTreeMap<ZoneId, MayStart> = BTreeMap::new();
    for line in &security.may_start {
        for (id, span) in line.from.iter().filter_map(zone) {
            let known = all.entry(id).or_insert_with(|| MayStart { to: BTreeSet::new(), span });
            known.to.extend(line.to.iter().map(|t| t.value.clone()));
        }
    }
    all
}

/// A centre zone that several establishments open to is a meeting place, and must be declared as one.
pub(super) fn check_meetings(net: &Network, sink: &mut Sink) {
    let mut visitors: BTreeMap<ZoneId, BTreeMap<SiteId, Span>> = BTreeMap::new();
    for flow in net.flows.iter().filter(|f| f.waiver.is_none()) {
        let (Some(from), Some(to)) = (super::paths::site_of(net, &flow.from), end_zone(net, &flow.to)) else {
            continue;
        };
        if net.site(from).is_establishment && !net.site(net.zone(to).site).is_establishment {
            visitors.entry(to).or_default().entry(from).or_insert(net.origin(flow.origin).span);
        }
    }
    for (zone, sites) in visitors {
        if sites.len() > 1 && !net.security.meet.contains_key(&zone) {
            let names: Vec<String> = sites.keys().map(|s| format!("`{}`", net.site(*s).name)).collect();
            let span = *sites.values().next().expect("at least two sites");
            sink.push(
                Diagnostic::new(&codes::MEET_UNDECLARED, span, format!("{} meet in `{}`, which is not declared as a meeting place", names.join(" and "), net.zone_label(zone)))
                    .other(net.zone(zone).span, "the zone")
                    .help(format!("add `{}` to `meet:` in security.yaml (it must then open to no establishment), or let one establishment have a zone of its own", net.zone_label(zone)))
                    .note("rule", "T2 (convention, annexe 0 §I.B)"),
            );
        }
    }
}

fn end_zone(net: &Network, end: &End) -> Option<ZoneId> {
    match end {
        End::Zone(z) => Some(*z),
        End::Host(h) => net.hosts[h.index()].zones.first().copied(),
        End::Process(_) | End::Gateway(_) | End::Supervision(_) | End::Internet(_) => None,
    }
}
