//! `etanche diff`: what changed, for each establishment, in meaning first.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;
use clap::ValueEnum;
use clap::builder::PossibleValue;
use etanche::diff::{self, Class};
use etanche::packets::Limits;

use super::exit::{Exit, Stop};
use super::output::Output;
use super::side::{self, Taken};
use super::{day, progress};

/// Show what changed for each establishment: packets, requests, VLANs and selectors newly permitted or no longer.
///
/// Each side is a workspace (a folder with `region.yaml`), an output of `compile` (a folder with `manifest.json`), or a
/// git revision of the workspace. What a text means is read back from it, and compared exactly: a change of text that
/// changes no packet says so. Spans of time that are over are not told.
#[derive(Debug, Args)]
#[command(after_long_help = "Classes, for --fail-on:
  text-only       texts differ, and mean the same
  delegated-list  own lists of an establishment
  narrower        less is permitted
  wider           more is permitted
  mixed           more here and less there, or another setting
  architecture    topology, addressing or VPN: the Region approves

Examples:
  etanche diff main                         the working tree against a branch
  etanche diff HEAD~3 HEAD                  two revisions
  etanche diff out/                         what would change on the devices
  etanche diff main --fail-on wider,architecture")]
pub(crate) struct Arguments {
    /// A workspace, an output folder, or a git revision
    old: String,
    /// The same; the workspace as it is without it
    new: Option<String>,
    /// Answer in a terminal, as a comment on a merge request, or as one JSON document (docs/json.md)
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
    /// Show the lines of text that differ too; JSON always holds them
    #[arg(long)]
    text: bool,
    /// End with 1 for these classes of change alone [default: for any]
    #[arg(long, value_name = "CLASSES", value_delimiter = ',')]
    fail_on: Vec<Gate>,
    #[command(flatten)]
    now: day::Now,
    /// Directory of the policy files [default: `policies/`, here or in the nearest folder above]
    #[arg(short, long, value_name = "DIR")]
    workspace: Option<PathBuf>,
}

/// Form of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a terminal
    Human,
    /// For a comment on a merge request
    Markdown,
    /// One JSON document, schema etanche.diff/1
    Json,
}

/// A class that a gate names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Gate(Class);

impl ValueEnum for Gate {
    fn value_variants<'a>() -> &'a [Self] {
        const ALL: [Gate; 6] = [
            Gate(Class::TextOnly),
            Gate(Class::DelegatedList),
            Gate(Class::Narrower),
            Gate(Class::Wider),
            Gate(Class::Mixed),
            Gate(Class::Architecture),
        ];
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.0.word()))
    }
}

/// Compares two sides.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Stop> {
    let workspace = arguments.workspace.as_deref();
    let old = side::named(&arguments.old, workspace)?;
    let new = match &arguments.new {
        Some(name) => side::named(name, workspace)?,
        None => side::here(workspace)?,
    };
    let [old, new] = side::both([old, new])?;
    let options = options(&old, &new, arguments);
    let report = progress::during("comparing", || diff::compare(&old.side, &new.side, &options));
    output.answer(&match arguments.format {
        Format::Human => output.signed(&diff::human(&report, arguments.text)),
        Format::Markdown => diff::markdown(&report, arguments.text),
        Format::Json => format!("{:#}\n", diff::json(&report)),
    })?;
    let classes: BTreeSet<Class> = report.sites.iter().map(|site| site.class).collect();
    let gates: Vec<Class> = arguments.fail_on.iter().map(|gate| gate.0).collect();
    let is_stopped = classes.iter().any(|class| *class != Class::None && (gates.is_empty() || stops(&gates, *class)));
    Ok(if is_stopped || !report.unread.is_empty() { Exit::Refused } else { Exit::Proved })
}

/// A change that is more here and less there is wider too.
fn stops(gates: &[Class], class: Class) -> bool {
    let is_wider = class == Class::Mixed && gates.contains(&Class::Wider);
    gates.contains(&class) || is_wider
}

fn options(old: &Taken, new: &Taken, arguments: &Arguments) -> diff::Options {
    let known = new.words.as_ref().or(old.words.as_ref());
    let zone = known.map_or(jiff::tz::TimeZone::UTC, |words| words.zone.clone());
    let today = arguments.now.today().day(&zone);
    let instant = zone.to_timestamp(today.at(0, 0, 0, 0)).map_or(0, |instant| instant.as_second());
    diff::Options {
        limits: Limits::default(),
        from: u64::try_from(instant).unwrap_or(0),
        zone,
        services: known.map(|words| words.services.clone()).unwrap_or_default(),
    }
}
