//! Time: civil days of the region's zone as instants, and the spans between them.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::model::{Epoch, Network, Window};
use crate::policy::{Policy, Waiver};

/// From the first second of `from` to the last of `until`, in the region's zone.
pub(super) fn window(policy: &Policy, from: Option<Date>, until: Option<Date>) -> Window {
    let zone = &policy.region.timezone.value;
    let day_after = |d: Date| d.tomorrow().expect("the policy's years end long before the calendar");
    Window { from: from.map(|d| midnight(d, zone)), until: until.map(|d| midnight(day_after(d), zone)) }
}

/// A waiver holds from its first day on, or from its signature.
pub(super) fn of_waiver(policy: &Policy, waiver: &Waiver) -> Window {
    let from = waiver.from.unwrap_or(waiver.signed_on);
    window(policy, Some(from.value), Some(waiver.until.value))
}

/// The epoch that a civil day lies in. Epochs begin and end at midnight, and all of them together are all of time.
pub fn epoch_of(policy: &Policy, net: &Network, day: Date) -> usize {
    let instant = midnight(day, &policy.region.timezone.value);
    net.epochs.iter().position(|e| e.window.contains(instant)).expect("epochs leave no instant out")
}

/// The epochs that a window holds in, as [`spans`] tells them; a permit that the network lost has none.
pub(super) fn within(net: &Network, window: Window) -> Vec<String> {
    let held = net.epochs.iter().enumerate().filter(|(_, e)| window.contains(e.instant()));
    spans(net, &held.map(|(number, _)| number).collect::<Vec<_>>())
}

/// Titles of epochs, those that follow each other as one.
pub fn spans(net: &Network, epochs: &[usize]) -> Vec<String> {
    let runs = epochs.chunk_by(|a, b| a + 1 == *b);
    runs.map(|run| {
        let (first, last) = (&net.epochs[run[0]].title, &net.epochs[run[run.len() - 1]].title);
        let from = first.strip_prefix("from ").and_then(|rest| rest.split(' ').next());
        let until = last.split_once("until ").map(|(_, day)| day);
        match (from, until) {
            (None, None) => "always".to_owned(),
            (Some(from), None) => format!("from {from} on"),
            (None, Some(until)) => format!("until {until}"),
            (Some(from), Some(until)) => format!("from {from} until {until}"),
        }
    })
    .collect()
}

/// A date lost here would leave a permit open for ever, so it is never left out.
fn midnight(day: Date, zone: &TimeZone) -> i64 {
    let instant = zone.to_timestamp(day.at(0, 0, 0, 0)).expect("the policy's years are instants in every zone");
    instant.as_second()
}

/// Cuts time where a permit begins or ends, one that an establishment gave up too: the network and its ceiling are the same
/// all through an epoch. Without dates there is one.
pub(super) fn split(policy: &Policy, net: &mut Network) {
    let networks = std::iter::once(&*net).chain(net.ceiling.as_deref());
    let flows = networks.flat_map(|net| &net.flows);
    let cuts: BTreeSet<i64> = flows.flat_map(|f| [f.window.from, f.window.until]).flatten().collect();
    let starts = std::iter::once(None).chain(cuts.iter().copied().map(Some));
    let ends = cuts.iter().copied().map(Some).chain(std::iter::once(None));
    let zone = &policy.region.timezone.value;
    let epochs: Vec<Epoch> = starts
        .zip(ends)
        .map(|(from, until)| {
            let window = Window { from, until };
            Epoch { window, title: title(window, zone) }
        })
        .collect();
    if let Some(ceiling) = &mut net.ceiling {
        ceiling.epochs.clone_from(&epochs);
    }
    net.epochs = epochs;
}

fn title(window: Window, zone: &TimeZone) -> String {
    let day = |second: i64| jiff::Timestamp::from_second(second).map(|t| zone.to_datetime(t).date());
    let from = window.from.and_then(|s| day(s).ok());
    let until = window.until.and_then(|s| day(s - 1).ok());
    match (from, until) {
        (None, None) => "always".to_owned(),
        (Some(f), None) => format!("from {f} on"),
        (None, Some(u)) => format!("until {u}"),
        (Some(f), Some(u)) => format!("from {f} until {u}"),
    }
}
