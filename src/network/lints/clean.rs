//! What could go: flows that others cover, names that nothing uses, ports that have a name, services wider than any program.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{Facts, Opening};
use crate::diagnostics::codes::lint as codes;
use crate::diagnostics::{At, Diagnostic, Span};
use crate::network::model::End;
use crate::policy::{Flow, L4, Name, ServiceRef};

/// Lines each pair of which another line opens as well, on all its services and for as long. They are looked at from
/// the last one on, and what was told covers nothing any more: without all of them together, everything stays open.
pub(super) fn redundant(facts: &Facts) -> Vec<Diagnostic> {
    let mut of_line: BTreeMap<Span, Vec<&Opening>> = BTreeMap::new();
    for opening in &facts.openings {
        of_line.entry(opening.flow.allow.span).or_default().push(opening);
    }
    let by_ends = by_ends(facts);
    let (mut gone, mut found) = (BTreeSet::new(), Vec::new());
    for (line, pairs) in of_line.iter().rev() {
        let wider: Option<Vec<Span>> = pairs.iter().map(|pair| by(facts, &by_ends, pair, &gone)).collect();
        if let Some(first) = wider.and_then(|all| all.first().copied()) {
            gone.insert(*line);
            found.push(told(pairs[0].flow, first));
        }
    }
    found
}

/// Openings by their two ends, each with its place among all.
type ByEnds<'f> = BTreeMap<[&'f End; 2], Vec<(usize, &'f Opening<'f>)>>;

fn by_ends<'f>(facts: &'f Facts<'f>) -> ByEnds<'f> {
    let mut all = ByEnds::new();
    for (place, opening) in facts.openings.iter().enumerate() {
        all.entry([&opening.from.value, &opening.to.value]).or_default().push((place, opening));
    }
    all
}

/// Another line that opens the same and stays, when there is one.
fn by(facts: &Facts, all: &ByEnds, opening: &Opening, gone: &BTreeSet<Span>) -> Option<Span> {
    let targets = wider(facts, &opening.to.value);
    let sources = wider(facts, &opening.from.value);
    let to_one = |target: &End| {
        let mut others: Vec<_> = sources.iter().filter_map(|from| all.get(&[from, target])).flatten().collect();
        others.sort_by_key(|(place, _)| *place);
        others.into_iter().map(|(_, other)| *other).filter(|other| covers(other, opening)).collect::<Vec<_>>()
    };
    let mut lines = targets.iter().flat_map(to_one).map(|other| other.flow.allow.span);
    lines.find(|line| *line != opening.flow.allow.span && !gone.contains(line))
}

/// An end itself, and the zones that a machine is in.
fn wider(facts: &Facts, end: &End) -> Vec<End> {
    let zones = match end {
        End::Host(host) => facts.net.hosts[host.index()].zones.as_slice(),
        End::Zone(_) | End::Process(_) | End::Gateway(_) | End::Supervision(_) | End::Internet(_) => &[],
    };
    std::iter::once(end.clone()).chain(zones.iter().take(1).map(|z| End::Zone(*z))).collect()
}

fn covers(wide: &Opening, narrow: &Opening) -> bool {
    let first = wide.flow.from.is_none_or(|w| narrow.flow.from.is_some_and(|n| w.value <= n.value));
    let last = wide.flow.until.is_none_or(|w| narrow.flow.until.is_some_and(|n| n.value <= w.value));
    let all = wide.all();
    first && last && narrow.all().iter().all(|item| all.iter().any(|w| w.holds(*item)))
}

fn told(flow: &Flow, wider: Span) -> Diagnostic {
    Diagnostic::new(&codes::REDUNDANT_FLOW, flow.allow.span, "this flow opens nothing that others do not")
        .other(wider, "opens the same")
        .help("remove it, and say its reason on the other one; or narrow the other one")
}

/// A port written out that one name stands for alone.
pub(super) fn repeated_literal(facts: &Facts) -> Vec<Diagnostic> {
    let named = |item: L4| {
        let mut all = facts.policy.services.values();
        all.find(|s| matches!(s.items.as_slice(), [only] if only.value == item))
    };
    let written = facts.lines().flat_map(|f| &f.allow.value.services).filter_map(|s| match &s.value {
        ServiceRef::Inline(item) => Some((s.span, named(*item)?)),
        ServiceRef::Named(_) => None,
    });
    written
        .map(|(place, service)| {
            let says = format!("this is `{}`, written out", service.name.value);
            Diagnostic::new(&codes::REPEATED_LITERAL, place, says)
                .other(service.name.span, "its name")
                .help(format!("write `{}`", service.name.value))
        })
        .collect()
}

/// As many ports as no program has: half of all.
const WIDE: u32 = 32_768;

/// Ports that say `any`: written in a flow, or under a name.
pub(super) fn wide_service(facts: &Facts) -> Vec<Diagnostic> {
    let inline = facts.lines().flat_map(|f| &f.allow.value.services).filter_map(|s| match &s.value {
        ServiceRef::Inline(item) => Some((s.span, *item)),
        ServiceRef::Named(_) => None,
    });
    let named = facts.policy.services.values().flat_map(|s| &s.items).map(|item| (item.span, item.value));
    let wide = inline.chain(named).filter_map(|(at, item)| match item {
        L4::Tcp(first, last) | L4::Udp(first, last) => Some((at, u32::from(last) - u32::from(first) + 1)),
        _ => None,
    });
    let told = wide.filter(|(_, ports)| *ports >= WIDE).map(|(at, ports)| {
        Diagnostic::new(&codes::WIDE_SERVICE, at, format!("{ports} ports: this means `any`"))
            .help("name the ports that the program has; its maker's documentation lists them")
    });
    told.collect()
}

/// Services, suites and profiles that nothing names.
pub(super) fn unused_name(facts: &Facts) -> Vec<Diagnostic> {
    let policy = facts.policy;
    let services = policy.services.values().map(|s| ("service", &s.name)).filter(|(_, n)| !is_asked(facts, &n.value));
    let links = policy.centres.values().map(|c| &c.links).chain(policy.profiles.values().map(|p| &p.links));
    let suites: Vec<&Name> = links.flat_map(|l| l.values()).map(|l| &l.suite.value).collect();
    let idle_suites = policy.suites.values().map(|s| ("suite", &s.name)).filter(|(_, n)| !suites.contains(&&n.value));
    let is_profile_of_one = |name: &Name| policy.establishments.values().any(|e| e.profile.value == *name);
    let profiles = policy.profiles.values().map(|p| ("profile", &p.name)).filter(|(_, n)| !is_profile_of_one(&n.value));
    services.chain(idle_suites).chain(profiles).map(|(what, name)| idle(what, name)).collect()
}

fn idle(what: &str, name: &At<Name>) -> Diagnostic {
    let says = format!("nothing names {what} `{}`", name.value);
    Diagnostic::new(&codes::UNUSED_NAME, name.span, says).help("delete it: it is in the history when somebody needs it")
}

/// Named by a flow, or a part of what is: a service's items are known, not the words they came from, so that one whose
/// items all are in a service that is asked for counts as a part of it.
fn is_asked(facts: &Facts, name: &Name) -> bool {
    let waivers = facts.policy.waivers.iter().map(|w| &w.opens.value);
    let given_up = facts.policy.delegated.values().flat_map(|d| &d.withdraw).map(|w| &w.value);
    let exprs = facts.lines().map(|f| &f.allow.value).chain(waivers).chain(given_up);
    let asked: Vec<&Name> = exprs
        .flat_map(|e| &e.services)
        .filter_map(|s| match &s.value {
            ServiceRef::Named(name) => Some(name),
            ServiceRef::Inline(_) => None,
        })
        .collect();
    let items = |name: &Name| facts.policy.services.get(name).map_or(&[][..], |s| s.items.as_slice());
    asked.contains(&name) || asked.iter().any(|a| is_part(items(name), items(a)))
}

fn is_part(part: &[At<L4>], whole: &[At<L4>]) -> bool {
    part.len() < whole.len() && part.iter().all(|p| whole.iter().any(|w| w.span == p.span))
}
