//! Findings and the closing line of `check` and `compile`, for people and for programs.
//!
//! - `json` the document of our own schema; `known` what an older revision had already

mod json;
mod known;

use std::time::Duration;

use clap::{Args, ValueEnum};
use etanche::against::{Against, State};
use etanche::diagnostics::{Diagnostic, SarifRow, SarifRun, Severity, render_human, render_sarif};
use etanche::isolation::{Tally, Written};
use etanche::junit::{self, render_junit};
use etanche::network::{Accepted, Unmanaged};
use etanche::pipeline::{Run, Workspace};
use serde_json::json;

use super::exit::{Exit, Stop};
use super::files::Found;
use super::output::Output;
use super::words::{count, seconds};
use known::Known;

/// Errors that are shown unless one asks for more.
const MOST_ERRORS: usize = 20;

/// Options of commands that tell findings.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Answer for people, or for programs (docs/ci.md)
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
    /// Show this many errors at most; 0 shows all. Programs always get all
    #[arg(long, value_name = "N", default_value_t = MOST_ERRORS)]
    max_errors: usize,
    /// Show as well the findings that the policy accepts, each with its reason. Programs always get them
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
    /// One JSON document, schema etanche.check/1 (docs/json.md)
    Json,
    /// SARIF 2.1.0: findings, for code scanning and reviews
    Sarif,
    /// JUnit XML: a suite a site, a case a theorem
    Junit,
}

/// What became of a run.
#[derive(Debug)]
pub(crate) struct Outcome {
    run: Run,
    found: Vec<Diagnostic>,
    tally: Option<Tally>,
    time: Duration,
    place: Place,
    known: Option<Known>,
}

/// Where the policy stands, for who shows its files.
#[derive(Debug, Default)]
struct Place {
    /// First part of the paths of its files.
    root: String,
    /// What stands before them in the repository, with its slash.
    before: String,
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
        Self { run, found: sink.into_sorted(), tally, time, place: Place::default(), known: None }
    }

    /// Says where the policy stands.
    pub(crate) fn at(mut self, found: &Found) -> Self {
        let root = found.workspace.root.clone();
        let before = found.below_top().strip_suffix(&root).unwrap_or_default().to_owned();
        self.place = Place { root, before };
        self
    }

    /// Sets what an older run of the workspace had already apart.
    pub(crate) fn against(mut self, revision: &str, workspace: &Workspace, old: (Self, &Workspace)) -> Self {
        self.known = Some(Known::new(revision, old, (&self, workspace)));
        self
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
        self.known.as_ref().map_or_else(|| Exit::of(&self.found), |known| known.exit(&self.found))
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
        Format::Json => output.answer(&format!("{:#}\n", json::document(outcome, written)))?,
        Format::Sarif => output.answer(&format!("{:#}\n", sarif(outcome)))?,
        Format::Junit => output.answer(&junit(outcome))?,
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
    let found = outcome.known.as_ref().map_or_else(|| outcome.found.clone(), |known| known.shown(&outcome.found));
    let (mut shown, hidden) = shown(&found, options.max_errors);
    if options.accepted {
        shown.extend(outcome.run.accepted.iter().map(|accepted| with_reason(accepted, outcome)));
    }
    output.answer(&render_human(&shown, &outcome.run.sources, output.colour()))?;
    if hidden > 0 {
        output.answer(&format!("{} hidden: `--max-errors 0` shows all\n", count(hidden, "more error")))?;
    }
    let looks = if outcome.how_many(Severity::Error) == 0 { outcome.exit() } else { Exit::Refused };
    output.closing(looks, &closing(outcome, written))?;
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
    let errors = outcome.how_many(Severity::Error);
    match (&outcome.tally, errors, &outcome.known) {
        (Some(tally), 0, known) if outcome.exit() == Exit::Proved => {
            let (time, beside) = (seconds(outcome.time), beside(outcome));
            let gone = known.as_ref().map(Known::gone).unwrap_or_default();
            format!("{} in {time}{warnings}{beside}{gone}", proved(tally, outcome.epoch()))
        }
        (tally, _, known) => {
            let refused = || format!("refused: {}", count(errors, "error"));
            let says = known.as_ref().map_or_else(refused, |known| known.closing(&outcome.found));
            let leaks = tally.as_ref().and_then(leaks).unwrap_or_default();
            let end = if written.is_some() { "; nothing was written" } else { "" };
            format!("{says}{warnings}{leaks}{end}")
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

/// How it ended, in a word: what stands since an older revision is not proved.
fn outcome_word(outcome: &Outcome) -> &'static str {
    match (outcome.exit(), outcome.how_many(Severity::Error)) {
        (Exit::Proved, 0) => "proved",
        (Exit::Proved, _) => "stands",
        _ => "refused",
    }
}

/// Every finding as SARIF, those that are accepted as suppressed, those that are gone as absent.
fn sarif(outcome: &Outcome) -> serde_json::Value {
    let (run, against) = (&outcome.run, outcome.known.as_ref().map(|known| &known.against));
    let row = |found, accepted, baseline| SarifRow { found, sources: &run.sources, accepted, baseline };
    let state = |of: fn(&Against) -> &[State], number: usize| against.map(|a| known::baseline(of(a)[number]));
    let found = outcome.found.iter().enumerate();
    let found = found.map(|(number, found)| row(found, None, state(|a| &a.states, number)));
    let accepted = run.accepted.iter().enumerate().map(|(number, accepted)| {
        row(&accepted.found, Some((accepted.because.as_str(), accepted.at)), state(|a| &a.accepted, number))
    });
    let gone = outcome.known.iter().flat_map(|known| {
        let gone = known.against.gone.iter().map(|place| &known.old.found[*place]);
        gone.map(|found| SarifRow { found, sources: &known.old.run.sources, accepted: None, baseline: Some("absent") })
    });
    let rows: Vec<SarifRow<'_>> = found.chain(accepted).chain(gone).collect();
    let properties = json!({
        "outcome": outcome_word(outcome),
        "epoch": outcome.epoch(),
        "notProved": outcome.unmanaged().iter().map(|school| school.name.as_str()).collect::<Vec<_>>(),
        "against": outcome.known.as_ref().map(|known| known.revision.as_str()),
        "blind": against.and_then(|a| a.blind),
    });
    let Place { root, before } = &outcome.place;
    render_sarif(&rows, &SarifRun { root, before, exit: outcome.exit() as u8, properties })
}

fn junit(outcome: &Outcome) -> String {
    let against = outcome.known.as_ref().map(|known| (&known.against, known.revision.as_str()));
    render_junit(junit::Told { run: &outcome.run, found: &outcome.found, epoch: outcome.epoch(), against })
}
