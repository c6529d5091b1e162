//! Dated permits against the day of the run: which are over, which soon will be.
//!
//! The only part of the program that knows today. It gives findings and nothing else: epochs, texts and proofs are the
//! same on every day.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::epochs;
use super::model::{Network, Window};
use crate::diagnostics::codes::time as codes;
use crate::diagnostics::{At, Diagnostic, Sink, Span};
use crate::policy::{Experiment, Flow, Parts, Policy, Waiver};

/// A permit that ends within so many days is told.
const SOON: i32 = 30;

/// The day of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Today {
    /// A civil day of the region's zone.
    Day(Date),
    /// What a clock shows.
    Now(Timestamp),
}

impl Today {
    /// The civil day in a zone.
    pub fn day(self, zone: &TimeZone) -> Date {
        match self {
            Self::Day(day) => day,
            Self::Now(instant) => zone.to_datetime(instant).date(),
        }
    }
}

/// A permit with a last day.
struct Dated {
    what: String,
    opens: Span,
    until: At<Date>,
    window: Window,
    /// What makes it hold longer.
    again: &'static str,
}

/// Tells every permit that is over, or ends soon. A line of a profile is one permit, however many establishments have it.
pub fn due(policy: &Policy, net: &Network, today: Today, sink: &mut Sink) {
    let today = today.day(&policy.region.timezone.value);
    for permit in dated(policy) {
        let left = today.until(permit.until.value).map_or(i32::MAX, |span| span.get_days());
        let found = match left {
            ..0 => over(&permit),
            0..=SOON => ends_soon(&permit, left),
            _ => continue,
        };
        let during = epochs::within(net, permit.window).join("; ");
        sink.push(found.other(permit.opens, "what it opens").note("epoch", during));
    }
}

fn over(permit: &Dated) -> Diagnostic {
    let says = format!("{} ended on {}", permit.what, permit.until.value);
    let help = format!("delete the entry, which opens nothing any more; or {}", permit.again);
    Diagnostic::new(&codes::OVER, permit.until.span, says).help(help)
}

fn ends_soon(permit: &Dated, left: i32) -> Diagnostic {
    let when = match left {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        days => format!("in {days} days"),
    };
    let says = format!("{} ends {when}, on {}", permit.what, permit.until.value);
    let help = format!("after that day gateways cut what it opens; before, {} if it is still needed", permit.again);
    Diagnostic::new(&codes::ENDS_SOON, permit.until.span, says).help(help)
}

fn dated(policy: &Policy) -> Vec<Dated> {
    let flows = all_parts(policy).flat_map(|parts| &parts.flows).filter(|flow| !flow.is_tried);
    let flows = flows.filter_map(|flow| of_flow(policy, flow));
    let waivers = policy.waivers.iter().map(|waiver| of_waiver(policy, waiver));
    let experiments = policy.experiments.iter().map(|experiment| of_experiment(policy, experiment));
    flows.chain(waivers).chain(experiments).collect()
}

fn of_flow(policy: &Policy, flow: &Flow) -> Option<Dated> {
    let until = flow.until?;
    let window = epochs::window(policy, flow.from.map(|d| d.value), Some(until.value));
    Some(Dated { what: "this flow".to_owned(), opens: flow.allow.span, until, window, again: "give it a new last day" })
}

fn of_waiver(policy: &Policy, waiver: &Waiver) -> Dated {
    let window = epochs::of_waiver(policy, waiver);
    let what = format!("waiver `{}`", waiver.id.value);
    Dated { what, opens: waiver.opens.span, until: waiver.until, window, again: "have it signed again" }
}

fn of_experiment(policy: &Policy, experiment: &Experiment) -> Dated {
    let window = epochs::window(policy, experiment.from.map(|d| d.value), Some(experiment.until.value));
    let what = format!("experiment `{}`", experiment.id.value);
    let opens = experiment.flows.first().map_or(experiment.id.span, |flow| flow.span);
    Dated { what, opens, until: experiment.until, window, again: "have it agreed again by its parties" }
}

/// Everything that holds flows, each file once.
fn all_parts(policy: &Policy) -> impl Iterator<Item = &Parts> {
    let centres = policy.centres.values().map(|c| &c.parts);
    let profiles = policy.profiles.values().map(|p| &p.parts);
    centres.chain(profiles).chain(policy.establishments.values().map(|e| &e.parts))
}
