//! The report as one JSON document, schema `etanche.diff/1`: see docs/json.md.

use serde_json::{Value, json};

use super::change::{Change, Way};
use super::report::{DeviceReport, Report, State};
use super::text::FileReport;
use super::told::Told;

/// Its JSON Schema (draft 2020-12).
pub const SCHEMA: &str = include_str!("schema.json");

/// The document; nothing in it is cut.
pub fn json(report: &Report) -> Value {
    json!({
        "schema": "etanche.diff/1",
        "class": report.class().word(),
        "sites": report.sites.iter().map(|site| json!({
            "name": site.name,
            "class": site.class.word(),
            "opened": site.opens,
            "closed": site.closes,
            "settings": site.settings,
            "plan": site.facts,
            "files": site.files,
        })).collect::<Vec<_>>(),
        "changes": report.told.iter().map(told).collect::<Vec<_>>(),
        "plan": report.facts.iter().map(|fact| json!({
            "way": way(fact.way),
            "part": fact.part,
            "line": fact.line,
            "site": fact.site,
        })).collect::<Vec<_>>(),
        "devices": report.devices.iter().map(device).collect::<Vec<_>>(),
        "unread": report.unread.iter().map(|unread| json!({
            "device": unread.device,
            "why": unread.why,
        })).collect::<Vec<_>>(),
    })
}

fn told(told: &Told) -> Value {
    json!({
        "way": way(told.way),
        "kind": told.kind.word(),
        "rule": told.rule(),
        "from": told.from,
        "to": told.to,
        "what": told.what,
        "during": told.during,
        "example": told.example,
        "class": told.class().word(),
        "sites": told.sites,
        "devices": told.devices,
    })
}

fn device(device: &DeviceReport) -> Value {
    let state = match device.state {
        State::Added => "new",
        State::Removed => "gone",
        State::Changed => "changed",
    };
    json!({
        "path": device.path,
        "state": state,
        "same_meaning": device.changes.is_empty(),
        "changes": device.changes.iter().map(change).collect::<Vec<_>>(),
        "files": device.files.iter().map(file).collect::<Vec<_>>(),
    })
}

fn change(change: &Change) -> Value {
    json!({
        "way": way(change.way),
        "kind": change.kind.word(),
        "from": change.from,
        "to": change.to,
        "what": change.what,
        "during": change.during,
        "example": change.example,
    })
}

fn file(file: &FileReport) -> Value {
    let state = match (file.before, file.after) {
        (false, _) => "new",
        (_, false) => "gone",
        _ => "changed",
    };
    let hunks = file.hunks.iter().map(|hunk| json!({ "header": hunk.header, "lines": hunk.lines }));
    json!({ "path": file.path, "state": state, "hunks": hunks.collect::<Vec<_>>() })
}

fn way(way: Way) -> &'static str {
    match way {
        Way::Opens => "opens",
        Way::Closes => "closes",
        Way::Alters => "alters",
    }
}
