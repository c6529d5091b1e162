//! Centre zones where establishments meet: who comes to each, and whom it is for by `meet:` of the security policy.
//!
//! Who opens to a centre zone comes there, and goes on to whatever that zone opens to; a declared relay stops it. A line
//! of `meet` may name, beside classes, the centre zone through which others come.
//!
//! - `starts` a zone that opens towards establishments and receives, on whatever day
//! - `visits` who comes to which centre zone, and by which flow

mod starts;
mod visits;

use std::collections::BTreeSet;

use self::visits::{Opener, Step, Visitor, Visits};
use super::model::{Meeting, Network, SiteId, ZoneId};
use crate::diagnostics::codes::network as codes;
use crate::diagnostics::{Diagnostic, Sink, Span};
use crate::policy::Name;

/// Establishments that a message names before it counts the others.
const MOST_NAMED: usize = 3;

/// Every centre zone is open to those it is for, and one where establishments or sides of `isolate` meet says for whom.
pub(super) fn check(net: &Network, sink: &mut Sink) {
    let visits = Visits::of(net);
    let mut told = BTreeSet::new();
    for step in &visits.steps {
        let Some(meeting) = net.security.meet.get(&step.to) else { continue };
        for word in visits.brought(step).into_iter().filter(|word| !meeting.words.contains(*word)) {
            if told.insert((step.at, word)) {
                sink.push(for_others(net, step, word, meeting));
            }
        }
    }
    let ever = Visits::through_relays(net);
    for (zone, _) in net.zone_ids() {
        let found = if net.security.meet.contains_key(&zone) { None } else { undeclared(net, &visits, zone) };
        found.or_else(|| starts::unseen(net, &ever, zone)).into_iter().for_each(|found| sink.push(found));
    }
}

fn for_others(net: &Network, step: &Step, word: &Name, meeting: &Meeting) -> Diagnostic {
    let zone = net.zone_label(step.to);
    let (says, named) = match &step.from {
        Opener::Establishment(_) => (format!("`{zone}` is not for `{word}`"), word.to_string()),
        Opener::Centre(through) => {
            let through = net.zone_label(*through);
            (format!("`{zone}` is not for `{word}`, which comes through `{through}`"), through)
        }
    };
    let found = Diagnostic::new(&codes::MEET_FOR_OTHERS, step.at[1], says).other(step.at[0], "opens from here");
    let found = meeting.lines.iter().fold(found, |found, line| found.other(*line, "whom the zone is for"));
    found
        .help(format!(
            "open to a zone that is for `{word}`, or ask the security officer for the line `{named} -> {zone}` in `meet:`"
        ))
        .note("rule", "T1, T2 (convention, annexe 0 §I.B)")
}

/// A zone that no line of `meet` names may have visitors of one establishment, and of one side of `isolate`.
fn undeclared(net: &Network, visits: &Visits, zone: ZoneId) -> Option<Diagnostic> {
    let come = visits.come.get(&zone)?;
    let who: Vec<(&Visitor, &Step)> = come.iter().map(|(v, step)| (v, &visits.steps[*step])).collect();
    let (names, places) = several_sites(net, &who).or_else(|| two_sides(net, &who))?;
    let label = net.zone_label(zone);
    let says = format!("{names} meet in `{label}`, which is not declared as a meeting place");
    let way_out = match visits.starts(zone) {
        true => "close one of the two ways: a zone that opens towards establishments receives from nobody".to_owned(),
        false => format!(
            "ask the security officer for the line `{} -> {label}` in `meet:`, or give each of them a zone of its own",
            visits.openers(zone).join(", ")
        ),
    };
    let found = Diagnostic::new(&codes::MEET_UNDECLARED, places[0], says);
    let found = if places[1] == places[0] { found } else { found.other(places[1], "the other comes by this flow") };
    let found = found.other(net.zone(zone).span, "the zone");
    Some(found.help(way_out).note("rule", "T1, T2 (convention, annexe 0 §I.B)"))
}

/// Who meets, and where the flows of two of them are written.
type Meet = (String, [Span; 2]);

fn several_sites(net: &Network, who: &[(&Visitor, &Step)]) -> Option<Meet> {
    let (first, by) = who.first()?;
    let (_, other) = who.iter().find(|(v, _)| v.site != first.site)?;
    let sites: BTreeSet<SiteId> = who.iter().map(|(v, _)| v.site).collect();
    let named: Vec<String> = sites.iter().take(MOST_NAMED).map(|s| format!("`{}`", net.site(*s).name)).collect();
    let names = match sites.len() - named.len() {
        0 => named.join(" and "),
        more => format!("{} and {more} more", named.join(", ")),
    };
    Some((names, [by.at[1], other.at[1]]))
}

fn two_sides(net: &Network, who: &[(&Visitor, &Step)]) -> Option<Meet> {
    let on = |side: &[Name]| who.iter().find(|(v, _)| side.contains(&v.word));
    let sides = net.security.isolate.iter().find_map(|line| Some([on(&line.left)?, on(&line.right)?]));
    let [(a, by), (b, other)] = sides?;
    Some((format!("`{}` and `{}` of `{}`", a.word, b.word, net.site(a.site).name), [by.at[1], other.at[1]]))
}
