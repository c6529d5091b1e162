//! What an older revision of the workspace had already: counted, and no reason to stop.

use etanche::against::{self, Against, Judged, State};
use etanche::diagnostics::{Diagnostic, Severity};
use etanche::pipeline::Workspace;

use super::Outcome;
use crate::cli::exit::Exit;
use crate::cli::words::count;

/// An older run, and what is new against it.
#[derive(Debug)]
pub(super) struct Known {
    /// The name that the person gave.
    pub(super) revision: String,
    /// The older run.
    pub(super) old: Box<Outcome>,
    /// What is new.
    pub(super) against: Against,
}

impl Known {
    /// Compares two runs.
    pub(super) fn new(revision: &str, old: (Outcome, &Workspace), new: (&Outcome, &Workspace)) -> Self {
        fn judged<'a>((outcome, workspace): (&'a Outcome, &'a Workspace)) -> Judged<'a> {
            Judged { workspace, run: &outcome.run, found: &outcome.found }
        }
        let against = against::compare(judged((&old.0, old.1)), judged(new));
        Self { revision: revision.to_owned(), old: Box::new(old.0), against }
    }

    /// New errors call for the code they always do; so does what nobody can see.
    pub(super) fn exit(&self, found: &[Diagnostic]) -> Exit {
        let new: Vec<Diagnostic> = self.split(found, Severity::Error).0.into_iter().cloned().collect();
        let blind = if self.against.blind.is_some() { Exit::of(found).max(Exit::Refused) } else { Exit::Proved };
        Exit::of(&new).max(blind)
    }

    /// Findings of one severity: new ones, and how many are old.
    pub(super) fn split<'f>(&self, found: &'f [Diagnostic], severity: Severity) -> (Vec<&'f Diagnostic>, usize) {
        let of_it = found.iter().zip(&self.against.states).filter(|(found, _)| found.severity == severity);
        let (old, new): (Vec<_>, Vec<_>) = of_it.partition(|(_, state)| **state == State::Old);
        (new.into_iter().map(|(found, _)| found).collect(), old.len())
    }

    /// Findings to show: new ones; and all when the old ones hide what is new.
    pub(super) fn shown(&self, found: &[Diagnostic]) -> Vec<Diagnostic> {
        let states = found.iter().zip(&self.against.states);
        let wanted = states.filter(|(_, state)| self.against.blind.is_some() || **state != State::Old);
        let with_word = |(found, state): (&Diagnostic, &State)| match state {
            State::Grown => {
                found.clone().note("against", format!("`{}` has it in the same words: {GROWN}", self.revision))
            }
            State::New | State::Old => found.clone(),
        };
        wanted.map(with_word).collect()
    }

    /// How the closing line ends a run that has errors.
    pub(super) fn closing(&self, found: &[Diagnostic]) -> String {
        let (new, old) = self.split(found, Severity::Error);
        let fresh = if new.is_empty() { String::new() } else { count(new.len(), "new error") };
        let standing = match old {
            0 => String::new(),
            some => format!("{} since `{}` (not proved)", stand(some), self.revision),
        };
        let parts: Vec<String> = [fresh, standing].into_iter().filter(|p| !p.is_empty()).collect();
        let blind = self.against.blind.map_or(String::new(), |why| format!("; what is new cannot be told: {why}"));
        match self.exit(found) {
            Exit::Proved => format!("not proved: {} since `{}`, no new one", stand(old), self.revision),
            _ => format!("refused: {}{blind}", parts.join("; ")),
        }
    }

    /// Errors of the older run that are gone.
    pub(super) fn gone_errors(&self) -> usize {
        let gone = self.against.gone.iter().map(|place| &self.old.found[*place]);
        gone.filter(|found| found.severity == Severity::Error).count()
    }

    /// What the closing line adds to a run without errors.
    pub(super) fn gone(&self) -> String {
        match self.gone_errors() {
            0 => String::new(),
            some => format!("; {} of `{}` gone", count(some, "error"), self.revision),
        }
    }
}

/// Why a finding that looks old is a new one.
const GROWN: &str = "what makes it so is not the same, or more may hide behind it than it shows";

fn stand(old: usize) -> String {
    format!("{} {}", count(old, "old error"), if old == 1 { "stands" } else { "stand" })
}

/// The word of SARIF.
pub(super) fn baseline(state: State) -> &'static str {
    match state {
        State::New => "new",
        State::Grown => "updated",
        State::Old => "unchanged",
    }
}
