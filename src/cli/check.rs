//! `etanche check`: the whole proof in memory; nothing is written.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use etanche::pipeline::{self, Run, Workspace};

use super::exit::{Exit, Stop};
use super::output::Output;
use super::{day, files, progress, report, revision};

/// Prove that nothing leaks, and write nothing.
///
/// Everything is worked out as `compile` would write it, read back and proved, in memory. Findings show the line of the
/// policy at fault, a packet that gets through and a way out.
///
/// Proved: T1 (the two sides of an establishment), T2 (establishments from each other), T3 (every way to the Internet
/// passes its filter), T4 (the supervision address), T5 (who reaches gateways and devices), T6 (what crosses a WAN in
/// clear), T7 (what an establishment's own file adds), T8 (nobody's addresses but one's own).
#[derive(Debug, Args)]
#[command(after_long_help = "Example:
  etanche check                     the policies/ found here or in a folder above
  etanche check ../north/policies   another workspace
  etanche check --at 2027-06-20     what holds on that day, of the other days nothing
  etanche check --against main      only what fails and did not on that branch stops
  etanche check --format sarif      for code scanning; --format junit for the pages of a CI")]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) named: Named,
    #[command(flatten)]
    pub(crate) at: day::At,
    /// Count errors that this git revision of the workspace has already, and stop for new ones alone
    ///
    /// For a policy whose failures are known: what they stand for is not proved, nor called so. What cannot be told apart
    /// from something new is new. A policy that cannot be judged stops, unless no file differs.
    #[arg(long, value_name = "REVISION")]
    against: Option<String>,
    #[command(flatten)]
    pub(crate) now: day::Now,
    #[command(flatten)]
    pub(crate) report: report::Options,
}

/// Which workspace.
#[derive(Debug, Args)]
pub(crate) struct Named {
    /// Directory of the policy files [default: `policies/`, here or in the nearest folder above]
    ///
    /// Files of `templates/` and `targets/` that stand beside it replace the files of the same names in the program,
    /// which can only make the proof fail, never lie. In this program's own repository they are the same files.
    pub(crate) workspace: Option<PathBuf>,
}

/// Checks a workspace.
pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Exit, Stop> {
    let found = files::open(arguments.named.workspace.as_deref())?;
    let options = pipeline::Options { today: Some(arguments.now.today()), at: arguments.at.at, ..Default::default() };
    let mut outcome = prove(&found.workspace, options).at(&found);
    if let Some(revision) = &arguments.against {
        let workspace = revision::workspace(&found, revision)?;
        outcome = outcome.against(revision, &found.workspace, (prove(&workspace, options), &workspace));
    }
    report::tell(&outcome, None, &arguments.report, output)
}

/// The run, with its time.
pub(crate) fn prove(workspace: &Workspace, options: pipeline::Options) -> report::Outcome {
    let start = Instant::now();
    let run: Run = progress::during("proving", || pipeline::run(workspace, options));
    report::Outcome::of(run, start.elapsed())
}
