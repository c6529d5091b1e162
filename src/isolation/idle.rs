//! Waivers that nothing needs: every theorem would hold if their flow were an ordinary one.
//!
//! Read off the verdicts: a claim that only waivers save names all of them, in every epoch.

use std::collections::{BTreeMap, BTreeSet};

use super::claim::{Claim, Verdict};
use crate::diagnostics::codes::isolation as codes;
use crate::diagnostics::{Diagnostic, Sink};
use crate::network::{End, Flow, Name, Network};

/// Tells each waiver that no claim is decided by.
pub(super) fn tell(net: &Network, claims: &BTreeMap<Claim, Verdict>, sink: &mut Sink) {
    let needed: BTreeSet<&Name> = claims.values().flat_map(by).collect();
    let excused: BTreeSet<&Name> = waivers(net).filter(|(_, f)| excuses_a_meeting(net, f)).map(|(n, _)| n).collect();
    let mut told = BTreeSet::new();
    for (name, flow) in waivers(net) {
        if !needed.contains(name) && !excused.contains(name) && told.insert(name) {
            sink.push(idle(net, name, flow));
        }
    }
}

fn by(verdict: &Verdict) -> &[Name] {
    match verdict {
        Verdict::Waived(names) => names,
        Verdict::Strict | Verdict::Shared(_) | Verdict::Relay(_) | Verdict::Leak | Verdict::Unknown(_) => &[],
    }
}

fn waivers(net: &Network) -> impl Iterator<Item = (&Name, &Flow)> {
    net.flows.iter().filter_map(|f| Some((f.waiver.as_ref()?, f)))
}

/// A flow into a centre zone that `meet` does not say is for its opener may need its waiver for that alone.
fn excuses_a_meeting(net: &Network, flow: &Flow) -> bool {
    let openers: BTreeSet<&str> = match &flow.from {
        End::Gateway(_) => BTreeSet::from(["gateway"]),
        from => net.zones_of(from).iter().filter_map(|z| net.zone(*z).class.as_ref()).map(Name::as_str).collect(),
    };
    let mut centre = net.zones_of(&flow.to).iter().filter(|z| !net.site(net.zone(**z).site).is_establishment);
    centre.any(|z| openers.is_empty() || !openers.iter().all(|word| net.security.is_for(*z, word)))
}

fn idle(net: &Network, name: &Name, flow: &Flow) -> Diagnostic {
    let says = format!("no theorem needs waiver `{name}`: every one holds without it");
    let found = Diagnostic::new(&codes::IDLE_WAIVER, net.origin(flow.origin).span, says);
    let same = net.flows.iter().find(|other| other.waiver.is_none() && holds(other, flow));
    match same {
        Some(other) => found
            .other(net.origin(other.origin).span, "opens the same")
            .help("delete it from the register: what it opens is allowed anyway"),
        None => found.help("write it as an ordinary flow where its ends are described, or delete it from the register"),
    }
}

/// The same ends, and on at least the same services, as long.
fn holds(wide: &Flow, narrow: &Flow) -> bool {
    let all = narrow.services.iter().all(|s| wide.services.contains(s));
    wide.from == narrow.from && wide.to == narrow.to && all && wide.window.covers(narrow.window)
}
