//! The pivot part of T2 as a rule of the policy: a centre zone that opens towards establishments receives from nobody, on
//! whatever day. The proof asks it of packets, one span of time after the other; what it does not see is told here: who
//! came before and may be there still, and what gateways themselves open.

use super::super::model::{Epoch, Flow, Network, ZoneId};
use super::visits::{GATEWAY, Step, Visitor, Visits};
use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::network as codes;

/// A zone that opens and receives at no one moment, so that no packet would show it; `visits` are those of all days,
/// through relays as well, and a waiver signs for none of them here.
pub(super) fn unseen(net: &Network, visits: &Visits, zone: ZoneId) -> Option<Diagnostic> {
    // Only a centre zone has guests, and few zones are one: what a zone opens is looked for among all flows.
    let (visitor, step) = visits.guests(zone).next()?;
    let opened = visits.opened(zone).next()?;
    (!is_seen(net, zone)).then(|| receives(net, zone, visitor, step, opened))
}

/// At some moment a zone of an establishment may come while this one may open: a path, with its packet.
fn is_seen(net: &Network, zone: ZoneId) -> bool {
    net.epochs.iter().map(Epoch::instant).any(|moment| {
        let visits = Visits::at(net, moment);
        let comes = visits.guests(zone).any(|(visitor, _)| visitor.word.as_str() != GATEWAY);
        comes && visits.opened(zone).any(|flow| flow.window.contains(moment))
    })
}

fn receives(net: &Network, zone: ZoneId, visitor: &Visitor, step: &Step, opened: &Flow) -> Diagnostic {
    let (label, site) = (net.zone_label(zone), &net.site(visitor.site).name);
    let says = format!("`{label}` receives from `{}` of `{site}`, and opens towards establishments", visitor.word);
    Diagnostic::new(&codes::STARTS_AND_RECEIVES, step.at[1], says)
        .label("it receives here")
        .other(opened.at[0], "it opens from here")
        .help("take one of the two away: what comes to this zone, on whatever day, could go on into an establishment")
        .note("rule", "T2 (convention, annexe 0 §I.B)")
}
