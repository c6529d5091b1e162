//! Findings and the closing line of `check` and `compile`, for people and for programs.

use std::time::Duration;

use clap::{Args, ValueEnum};
use etanche::diagnostics::{Diagnostic, Severity, render_human, render_json};
use etanche::isolation::{Tally, Written};
use etanche::network::{Accepted, Unmanaged};
use etanche::pipeline::Run;
use serde_json::{Value, json};

use super::exit::{Exit, Stop};
use super::output::Output;
use super::words::{count, seconds};

/// Errors that are shown unless one asks for more.
const MOST_ERRORS: usize = 20;

/// Options of commands that tell findings.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Answer for people, or as one JSON document (docs/json.md)
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
    /// Show this many errors at most; 0 shows all. JSON always holds all
    #[arg(long, value_name = "N", default_value_t = MOST_ERRORS)]
    max_errors: usize,
    /// Show as well the findings that the policy accepts, each with its reason. JSON always holds them
    #[arg(long)]
    accepted: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { format: Format::Human, max_errors: MOST_ERRORS, accepted: false }
    }
}

/// Form of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// One JSON document, schema etanche.check/1
    Json,
}

/// What became of a run.
#[derive(Debug)]
pub(crate) struct Outcome {
    run: Run,
    found: Vec<Diagnostic>,
    tally: Option<Tally>,
    time: Duration,
}

impl Outcome {
    /// Sorts the findings of a run, and counts its claims.
    pub(crate) fn of(mut run: Run, time: Duration) -> Self {
        let mut sink = std::mem::take(&mut run.sink);
        let tally = match (&run.proven, &run.held, &run.network) {
            (Some(proven), ..) => {
                proven.found().iter().for_each(|d| sink.push(d.clone()));
                Some(proven.tally().clone())
            }
            (None, Some(held), _) => {
                held.found.iter().for_each(|d| sink.push(d.clone()));
                Some(held.tally.clone())
            }
            (None, None, Some(net)) if !run.claims.is_empty() => Some(Tally::of(net, &run.claims)),
            (None, None, _) => None,
        };
        Self { run, found: sink.into_sorted(), tally, time }
    }

    /// The run.
    pub(crate) fn run(&self) -> &Run {
        &self.run
    }

    /// What was found.
    pub(crate) fn found(&self) -> &[Diagnostic] {
        &self.found
    }

    /// The span of time that was asked about alone.
    fn epoch(&self) -> Option<&str> {
        let net = self.run.network.as_ref()?;
        self.run.epoch.map(|number| net.epochs[number].title.as_str())
    }

    /// Establishments of which nothing is proved.
    fn unmanaged(&self) -> &[Unmanaged] {
        self.run.network.as_ref().map_or(&[], |net| &net.unmanaged)
    }

    /// How the command ends, as far as findings tell.
    pub(crate) fn exit(&self) -> Exit {
        Exit::of(&self.found)
    }

    /// Findings of one severity.
    pub(crate) fn how_many(&self, severity: Severity) -> usize {
        self.found.iter().filter(|d| d.severity == severity).count()
    }
}

/// Tells what was found and how it ended; `written` is for a command that writes.
///
/// # Errors
/// When standard output takes no more.
pub(crate) fn tell(
    outcome: &Outcome,
    written: Option<&Done>,
    options: &Options,
    output: &Output,
) -> Result<Exit, Stop> {
    match options.format {
        Format::Json => output.answer(&format!("{:#}\n", document(outcome, written)))?,
        Format::Human => tell_people(outcome, written, options, output)?,
    }
    Ok(outcome.exit())
}

/// Tells everything that was found, for a command that has no answer.
///
/// # Errors
/// When standard output takes no more.
pub(crate) fn tell_all(outcome: &Outcome, output: &Output) -> Result<Exit, Stop> {
    tell(outcome, None, &Options::default(), output)
}

/// What a command that writes did.
#[derive(Debug)]
pub(crate) enum Done {
    /// It was refused, so nothing.
    Nothing,
    /// This, to a directory.
    Wrote(Written, String),
}

fn tell_people(outcome: &Outcome, written: Option<&Done>, options: &Options, output: &Output) -> Result<(), Stop> {
    let (mut shown, hidden) = shown(&outcome.found, options.max_errors);
    if options.accepted {
        shown.extend(outcome.run.accepted.iter().map(|accepted| with_reason(accepted, outcome)));
    }
    output.answer(&render_human(&shown, &outcome.run.sources, output.colour()))?;
    if hidden > 0 {
        output.answer(&format!("{} hidden: `--max-errors 0` shows all\n", count(hidden, "more error")))?;
    }
    output.closing(outcome.exit(), &closing(outcome, written))?;
    match written {
        Some(Done::Wrote(written, to)) => output.answer(&format!("{}\n", wrote(written, to))),
        _ => Ok(()),
    }
}

/// Findings to show, and how many errors that leaves out.
fn shown(found: &[Diagnostic], most: usize) -> (Vec<Diagnostic>, usize) {
    let mut errors = 0;
    let mut shown = Vec::new();
    for finding in found {
        let is_error = finding.severity == Severity::Error;
        errors += usize::from(is_error);
        if !is_error || most == 0 || errors <= most {
            shown.push(finding.clone());
        }
    }
    (shown, if most == 0 { 0 } else { errors.saturating_sub(most) })
}

/// A finding that the policy accepts, and why.
fn with_reason(accepted: &Accepted, outcome: &Outcome) -> Diagnostic {
    let cited = outcome.run.sources.cite(accepted.at);
    accepted.found.clone().note("accepted", format!("{} ({cited})", accepted.because))
}

fn closing(outcome: &Outcome, written: Option<&Done>) -> String {
    let warnings = match outcome.how_many(Severity::Warning) {
        0 => String::new(),
        some => format!(", {}", count(some, "warning")),
    };
    match (&outcome.tally, outcome.exit()) {
        (Some(tally), Exit::Proved) => {
            let (time, beside) = (seconds(outcome.time), beside(outcome));
            format!("{} in {time}{warnings}{beside}", proved(tally, outcome.epoch()))
        }
        (tally, _) => {
            let errors = count(outcome.how_many(Severity::Error), "error");
            let leaks = tally.as_ref().and_then(leaks).unwrap_or_default();
            let end = if written.is_some() { "; nothing was written" } else { "" };
            format!("refused: {errors}{warnings}{leaks}{end}")
        }
    }
}

/// What the closing line says of what no proof counts.
fn beside(outcome: &Outcome) -> String {
    let accepted = match outcome.run.accepted.len() {
        0 => String::new(),
        some => format!(", {} accepted", count(some, "finding")),
    };
    let names: Vec<&str> = outcome.unmanaged().iter().map(|u| u.name.as_str()).collect();
    match names.as_slice() {
        [] => accepted,
        some => format!("{accepted}; not proved: {} ({})", count(some.len(), "establishment"), some.join(", ")),
    }
}

fn proved(tally: &Tally, epoch: Option<&str>) -> String {
    let during = epoch.map_or(String::new(), |title| format!(" {title}"));
    format!(
        "{}, {}: {} proved{during} ({} strict, {} shared, {} relay, {} by waiver)",
        count(tally.establishments, "establishment"),
        count(tally.zones, "zone"),
        tally.theorems.join(" "),
        tally.strict,
        tally.shared,
        tally.relay,
        tally.waived,
    )
}

fn leaks(tally: &Tally) -> Option<String> {
    let claims = tally.strict + tally.shared + tally.relay + tally.waived + tally.leaks + tally.unknown;
    (tally.leaks > 0).then(|| format!(" ({} of {} leak)", tally.leaks, count(claims, "claim")))
}

fn wrote(written: &Written, to: &str) -> String {
    let others =
        (written.behind > 0).then(|| format!("{} of other sites behind the policy", count(written.behind, "file")));
    if written.changed == 0 && written.removed == 0 {
        return match others {
            None => format!("nothing to write: {to} is already what was proved"),
            Some(others) => format!("nothing to write: {to} holds it; {others}"),
        };
    }
    let removed = if written.removed == 0 { String::new() } else { format!("removed {}, ", written.removed) };
    let edited = match written.edited {
        0 => String::new(),
        some => format!(" ({} of them replaced what was edited by hand)", some),
    };
    let behind = others.map_or(String::new(), |others| format!("; {others}, left as they were"));
    let (changed, unchanged) = (count(written.changed, "file"), written.unchanged);
    format!("wrote {changed}, {removed}{unchanged} unchanged, to {to}{edited}{behind}")
}

/// The JSON document, schema `etanche.check/1`: see docs/json.md. It holds no time, so that equal runs are equal bytes.
fn document(outcome: &Outcome, written: Option<&Done>) -> Value {
    let mut findings = render_json(&outcome.found, &outcome.run.sources);
    let verdict = if outcome.exit() == Exit::Proved { "proved" } else { "refused" };
    json!({
        "schema": "etanche.check/1",
        "outcome": verdict,
        "diagnostics": findings["diagnostics"].take(),
        "accepted": accepted(outcome),
        "epoch": outcome.epoch(),
        "not_proved": outcome.unmanaged().iter().map(unmanaged).collect::<Vec<_>>(),
        "tally": outcome.tally.as_ref().map(counts),
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
