//! One device before and after: its files, and everything that its meaning gained or lost.

use std::collections::BTreeSet;

use serde_json::Value;

use super::change::{Change, Kind, Way};
use super::names::Names;
use super::report::{DeviceReport, State};
use super::side::{Side, Unread, read};
use super::summary::plural;
use super::{Options, boxes, browsers, frames, packets, requests, routes, selectors, settings, text};
use crate::config::Bundle;
use crate::config::meaning::Unclear;

/// Compares the files of a device; None when they are the same.
pub(super) fn compare(
    path: &str,
    [old, new]: [&Side; 2],
    names: &Names,
    options: &Options,
) -> Result<Option<DeviceReport>, Unread> {
    let (before, after) = (old.devices.get(path), new.devices.get(path));
    if before == after {
        return Ok(None);
    }
    let bundles = [read(path, before)?, read(path, after)?];
    let state = match (before.is_some(), after.is_some()) {
        (false, _) => State::Added,
        (_, false) => State::Removed,
        _ => State::Changed,
    };
    let files = text::files(before, after);
    let is_there = [before.is_some(), after.is_some()];
    let unclear = |unclear: Unclear| Unread { device: path.to_owned(), why: vec![unclear.to_string()] };
    let mut changes = changes(path, [&bundles[0], &bundles[1]], is_there, names, options).map_err(unclear)?;
    let whole = format!("{path}, {}", plural(files.len(), "file"));
    match state {
        State::Added => changes.push(Change::new(path, Way::Opens, Kind::Devices, whole)),
        State::Removed => changes.push(Change::new(path, Way::Closes, Kind::Devices, whole)),
        State::Changed => {}
    }
    Ok(Some(DeviceReport { path: path.to_owned(), state, files, changes }))
}

/// Everything that one device's meaning gained or lost, however both were read.
///
/// # Errors
/// [`Unclear`] when a filter has no meaning, or its packet sets take too much room.
pub fn between(path: &str, bundles: [&Bundle; 2], facts: &Value, options: &Options) -> Result<Vec<Change>, Unclear> {
    changes(path, bundles, [true; 2], &Names::of([facts, &Value::Null]), options)
}

fn changes(
    path: &str,
    bundles: [&Bundle; 2],
    is_there: [bool; 2],
    names: &Names,
    options: &Options,
) -> Result<Vec<Change>, Unclear> {
    let (mut all, rest) = packets::packets(path, bundles, is_there, names, options)?;
    all.extend(requests::requests(path, bundles, names));
    all.extend(browsers::browsers(path, bundles, names));
    all.extend(frames::frames(path, bundles));
    all.extend(selectors::selectors(path, bundles, names, options.limits)?);
    all.extend(routes::routes(path, bundles, names));
    all.extend(settings::settings(path, bundles));
    // Never the same meaning where a packet tells them apart.
    all.extend(rest.filter(|_| all.is_empty()));
    Ok(without_consequences(all))
}

/// The changes without errors and packets of no connection, of those for whom something else opens or closes: that goes
/// with it.
fn without_consequences(mut all: Vec<Change>) -> Vec<Change> {
    let firm = all.iter().filter(|change| !boxes::is_consequence(&change.what));
    let ends: BTreeSet<(Way, String)> =
        firm.flat_map(|change| [&change.from, &change.to].map(|end| (change.way, end.clone()))).collect();
    all.retain(|change| {
        let is_told = [&change.from, &change.to].iter().any(|end| ends.contains(&(change.way, (*end).clone())));
        !(is_told && boxes::is_consequence(&change.what))
    });
    all
}
