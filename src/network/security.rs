//! What the security policy asks, with its names resolved.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{End, IsolateLine, MayStart, Meeting, Network, PublishLine, SecurityFacts, SiteId, WebLine, ZoneId};
use super::scope::Scopes;
use super::withdrawals::items;
use crate::diagnostics::{At, Span};
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
        meet: meet(security, &zone),
        publish: publish(policy, &zone),
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
        optional: names(&rule.filter),
        only: names(&rule.only),
        otherwise_allow: rule.otherwise_allow,
        span: rule.span,
    }
}

/// Names without their places.
pub(super) fn names(list: &[At<policy::Name>]) -> Vec<policy::Name> {
    list.iter().map(|n| n.value.clone()).collect()
}

fn publish(policy: &Policy, zone: ZoneNamed) -> Vec<PublishLine> {
    let lines = policy.security.publish.iter();
    let line = |line: &At<policy::Publish>| PublishLine {
        classes: names(&line.classes),
        zones: line.zones.iter().filter_map(zone).map(|(id, _)| id).collect(),
        services: line.services.iter().flat_map(|s| items(policy, &s.value)).collect(),
        auth: line.auth.iter().map(|a| a.value).collect(),
        span: line.span,
    };
    lines.map(line).collect()
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

/// Every line that names a zone adds to whom it is for.
fn meet(security: &policy::Security, zone: ZoneNamed) -> BTreeMap<ZoneId, Meeting> {
    let mut all: BTreeMap<ZoneId, Meeting> = BTreeMap::new();
    for line in &security.meet {
        for (id, _) in line.value.zones.iter().filter_map(zone) {
            let known = all.entry(id).or_default();
            known.words.extend(names(&line.value.classes));
            known.through.extend(line.value.through.iter().filter_map(zone).map(|(id, _)| id));
            known.lines.push(line.span);
        }
    }
    all
}
