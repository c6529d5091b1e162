//! The document of `--format json`, schema `etanche.check/1`: see docs/json.md.

use etanche::against::State;
use etanche::diagnostics::{Diagnostic, Severity, render_json};
use etanche::isolation::Tally;
use etanche::network::{Accepted, Unmanaged};
use serde_json::{Value, json};

use super::known::Known;
use super::{Done, Outcome, outcome_word};

/// The document. It holds no time, so that equal runs are equal bytes.
pub(super) fn document(outcome: &Outcome, written: Option<&Done>) -> Value {
    let mut findings = render_json(&outcome.found, &outcome.run.sources);
    if let Some(known) = &outcome.known {
        let rows = findings["diagnostics"].as_array_mut().into_iter().flatten();
        rows.zip(&known.against.states).for_each(|(row, state)| row["state"] = json!(word(*state)));
    }
    json!({
        "schema": "etanche.check/1",
        "outcome": outcome_word(outcome),
        "diagnostics": findings["diagnostics"].take(),
        "accepted": accepted(outcome),
        "epoch": outcome.epoch(),
        "not_proved": outcome.unmanaged().iter().map(unmanaged).collect::<Vec<_>>(),
        "tally": outcome.tally.as_ref().map(counts),
        "against": outcome.known.as_ref().map(|known| against(known, &outcome.found)),
        "written": written.map(|done| match done {
            Done::Nothing => Value::Null,
            Done::Wrote(written, to) => json!({
                "to": to, "changed": written.changed, "removed": written.removed, "unchanged": written.unchanged,
                "edited": written.edited, "behind": written.behind,
            }),
        }),
    })
}

/// Findings that the policy accepts, each with the reason and where it is written.
fn accepted(outcome: &Outcome) -> Vec<Value> {
    let sources = &outcome.run.sources;
    let one = |accepted: &Accepted| {
        let mut found = render_json(std::slice::from_ref(&accepted.found), sources);
        let finding = found["diagnostics"][0].take();
        json!({ "finding": finding, "because": accepted.because, "at": sources.cite(accepted.at) })
    };
    outcome.run.accepted.iter().map(one).collect()
}

fn unmanaged(school: &Unmanaged) -> Value {
    let blocks: Vec<String> = school.blocks.iter().map(ToString::to_string).collect();
    json!({ "uai": school.name.as_str(), "name": school.title, "blocks": blocks, "supervision": school.supervision })
}

/// The older revision, and errors by whether it had them.
fn against(known: &Known, found: &[Diagnostic]) -> Value {
    let (new, old) = known.split(found, Severity::Error);
    json!({
        "revision": known.revision,
        "new": new.len(),
        "old": old,
        "gone": known.gone_errors(),
        "blind": known.against.blind,
    })
}

fn word(state: State) -> &'static str {
    match state {
        State::New => "new",
        State::Grown => "grown",
        State::Old => "old",
    }
}

fn counts(tally: &Tally) -> Value {
    json!({
        "establishments": tally.establishments,
        "zones": tally.zones,
        "theorems": tally.theorems,
        "strict": tally.strict,
        "shared": tally.shared,
        "relay": tally.relay,
        "waiver": tally.waived,
        "leak": tally.leaks,
        "unknown": tally.unknown,
    })
}
