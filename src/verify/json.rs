//! The report for programs: schema `etanche.verify/1` (docs/json.md).

use serde_json::{Value, json};

use super::disk::{DeviceState, Disk, FileState};
use super::filters::Apart;
use super::gateway::{Foreign, Touch};
use super::live::{Aside, Live};
use super::meaning::Meaning;
use crate::diagnostics::render_json;
use crate::diff::{Change, Way};

/// An output.
pub fn json_disk(found: &Disk) -> Value {
    let file = |file: &FileState| json!({ "path": file.path, "state": file.state.word(), "detail": file.detail });
    json!({
        "schema": "etanche.verify/1",
        "outcome": outcome(found.is_same()),
        "looked_at": found.looked_at,
        "files": found.files.iter().map(file).collect::<Vec<_>>(),
        "devices": found.devices.iter().map(device).collect::<Vec<_>>(),
    })
}

/// A dump.
pub fn json_live(found: &Live) -> Value {
    let aside = |aside: &Aside| json!({ "line": aside.line, "begins": aside.begins, "why": aside.why });
    json!({
        "schema": "etanche.verify/1",
        "outcome": outcome(found.is_same()),
        "device": found.device,
        "form": found.form,
        "problems": found.problems,
        "meaning": found.meaning.as_ref().map(meaning),
        "foreign": found.foreign.iter().map(foreign).collect::<Vec<_>>(),
        "set_aside": found.aside.iter().map(aside).collect::<Vec<_>>(),
        "compared": found.compared,
        "not_compared": found.not_compared,
    })
}

fn outcome(is_same: bool) -> &'static str {
    if is_same { "same" } else { "differs" }
}

fn device(device: &DeviceState) -> Value {
    json!({
        "device": device.path,
        "unknown_files": device.unknown,
        "meaning": meaning(&device.meaning),
        "without_added": device.without_added.as_ref().map(meaning),
    })
}

fn meaning(found: &Meaning) -> Value {
    match found {
        Meaning::Same => json!({ "verdict": "same" }),
        Meaning::Changed { changes, apart, besides } => json!({
            "verdict": "changed",
            "changes": changes.iter().map(change).collect::<Vec<_>>(),
            "packets": apart.iter().map(packet).collect::<Vec<_>>(),
            "besides": besides,
        }),
        Meaning::Unread(unread) => json!({
            "verdict": "not-understood",
            "diagnostics": render_json(&unread.found, &unread.sources)["diagnostics"],
        }),
        Meaning::Unclear(why) => json!({ "verdict": "not-comparable", "why": why }),
    }
}

fn change(change: &Change) -> Value {
    let way = match change.way {
        Way::Opens => "opens",
        Way::Closes => "closes",
        Way::Alters => "alters",
    };
    let kind = change.kind.word();
    json!({ "kind": kind, "way": way, "rule": change.rule(), "example": change.example, "during": change.during })
}

fn packet(apart: &Apart) -> Value {
    let hook = format!("{:?}", apart.hook).to_lowercase();
    let way = if apart.second { "opens" } else { "closes" };
    json!({ "hook": hook, "way": way, "what": apart.what, "packet": apart.packet, "since": apart.since })
}

fn foreign(foreign: &Foreign) -> Value {
    let (touch, more): (&str, &[String]) = match &foreign.touch {
        Touch::Nothing => ("nothing", &[]),
        Touch::OnlyDrops => ("only-drops", &[]),
        Touch::More(more) => ("more", more),
    };
    json!({
        "table": foreign.table,
        "hooks": foreign.hooks,
        "touch": touch,
        "what": more,
        "named": foreign.named,
        "tolerated": foreign.is_tolerated(),
    })
}
