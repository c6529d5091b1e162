//! What is said about a pair beside its packets: lines of the policy, lines that gave it up, claims and how they ended.

use std::collections::{BTreeMap, BTreeSet};

use super::answer::Question;
use super::ends;
use super::walk::Note;
use crate::diagnostics::Sources;
use crate::isolation::{Claim, Source, Target, Verdict, listed};
use crate::network::{End, L4, Network, Published, ZoneId, spans};

impl Question {
    fn asks(&self, l4: L4) -> bool {
        self.service.as_ref().is_none_or(|(_, items)| items.iter().any(|item| item.meets(l4)))
    }
}

/// Lines of the policy that let one end open to the other, in some span of time.
pub(super) fn policy(net: &Network, question: &Question) -> Vec<Note> {
    let mut told = BTreeSet::new();
    let flows = net
        .flows
        .iter()
        .filter(|f| is_between(net, question, [&f.from, &f.to]) && f.services.iter().any(|l4| question.asks(*l4)));
    let lines = flows.filter_map(|flow| {
        let origin = net.origin(flow.origin);
        let open = |n: &usize| flow.window.contains(net.epochs[*n].instant());
        let during: Vec<usize> = (0..net.epochs.len()).filter(open).collect();
        let always = during.len() == net.epochs.len();
        let when = if always { String::new() } else { format!(" ({})", spans(net, &during).join("; ")) };
        let waiver = flow.waiver.as_ref().map_or(String::new(), |w| format!("waiver {w}: "));
        let asks = |p: Published| format!(", published at {}: it asks for `{}`", p.at, p.auth.word());
        let asks = flow.published.map(asks).unwrap_or_default();
        let text = format!("{waiver}{}{asks}{when}", origin.because);
        told.insert((flow.origin, text.clone())).then(|| Note { kind: "policy", at: origin.cite.clone(), text })
    });
    lines.collect()
}

/// Lines by which an establishment gave up what was asked for.
pub(super) fn given_up(net: &Network, sources: &Sources, question: &Question) -> Vec<Note> {
    let taken = net.given_up.iter().filter(|gone| {
        is_between(net, question, [&gone.from, &gone.to]) && gone.services.iter().any(|l4| question.asks(*l4))
    });
    let lines: BTreeSet<(String, String)> =
        taken.map(|gone| (sources.cite(gone.by), sources.cite(gone.flow))).collect();
    let note =
        |(at, flow)| Note { kind: "given up", at, text: format!("what {flow} permits, by the establishment itself") };
    lines.into_iter().map(note).collect()
}

/// Whether a flow's two ends have something in common with those of the question.
fn is_between(net: &Network, question: &Question, [from, to]: [&End; 2]) -> bool {
    ends::overlap(net, from, &question.from) && ends::overlap(net, to, &question.to)
}

/// Claims about the pair.
pub(super) fn claims(net: &Network, question: &Question, decided: &BTreeMap<Claim, Verdict>) -> Vec<String> {
    if question.is_for_nobody(net) {
        return Vec::new();
    }
    let (from, to) = (net.zones_of(&question.from), net.zones_of(&question.to));
    let (start, end) = (ends::site(net, &question.from), ends::site(net, &question.to));
    let leaves = end.is_some_and(|s| net.site(s).is_establishment) && start != end;
    let about = |claim: &Claim| {
        let opens = match claim.from {
            Source::Zone(zone) => from.contains(&zone),
            Source::Process(process) => question.from == End::Process(process),
            Source::Site(..) | Source::Wan(_) | Source::Proxy(_) | Source::Delegated(_) | Source::Internet => false,
        };
        opens
            && match claim.to {
                Target::Zone(zone) => to.contains(&zone),
                Target::OtherEstablishments => leaves,
                Target::Internet => matches!(question.to, End::Internet(_)),
                Target::Establishments
                | Target::BeyondFilter
                | Target::ManagementPlane
                | Target::ForeignAddresses
                | Target::PublicAddress
                | Target::ClearText
                | Target::BeyondCeiling
                | Target::Mirror => false,
            }
    };
    let of_pair = decided.iter().filter(|(claim, _)| about(claim));
    of_pair.map(|(c, v)| format!("{} {}: {}", c.theorem.id(), title(net, c), verdict(net, c.to, v))).collect()
}

/// The pivot part of T2 is a local rule: of a centre zone it claims something else than of an establishment's.
fn title(net: &Network, claim: &Claim) -> String {
    match claim.from {
        Source::Zone(zone) if claim.to == Target::OtherEstablishments => {
            let label = net.zone_label(zone);
            if is_school(net, zone) {
                claim.title(net)
            } else {
                format!("who may open to {label}, which opens to establishments")
            }
        }
        _ => claim.title(net),
    }
}

fn is_school(net: &Network, zone: ZoneId) -> bool {
    net.site(net.zone(zone).site).is_establishment
}

fn verdict(net: &Network, to: Target, verdict: &Verdict) -> String {
    match verdict {
        Verdict::Strict => "strict, no path".to_owned(),
        Verdict::Shared(zone) if to == Target::OtherEstablishments && is_school(net, *zone) => {
            format!("shared, by the Internet alone, to what `{}` publishes", net.zone_label(*zone))
        }
        Verdict::Shared(zone) => format!("shared, no path, but both may open to `{}`", net.zone_label(*zone)),
        Verdict::Relay(how) => format!("relay, only through a declared relay ({how})"),
        Verdict::Waived(waivers) if to == Target::OtherEstablishments => format!(
            "waiver {}, and what its target may open to in its own establishment, never across a line of `isolate`",
            listed(waivers)
        ),
        Verdict::Waived(waivers) => format!("waiver {}, and nothing beside it", listed(waivers)),
        Verdict::Leak => "leak: `etanche check` shows the path".to_owned(),
        Verdict::Unknown(why) => format!("unknown ({why})"),
    }
}
