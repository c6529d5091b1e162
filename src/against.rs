//! What is new in one run against an older one of the same workspace: for adopting a policy whose failures are known.
//!
//! A finding is an old one if the older run had one with the same words on a line with the same text, that stands for the
//! same claims, made by the same lines or packets. Whatever cannot be told apart from something new is new: a finding of
//! the proof that does not know all it stands for, and a claim that fails now and did not before. A run that decided no
//! claim sees no leak, so unless the texts are equal nothing can be said of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostics::{Diagnostic, Severity, Whole, Words};
use crate::isolation::Verdict;
use crate::pipeline::{Run, Workspace};

/// A run, what it was of, and its findings.
#[derive(Clone, Copy)]
pub struct Judged<'a> {
    /// Every text it depends on.
    pub workspace: &'a Workspace,
    /// The run.
    pub run: &'a Run,
    /// Its findings, sorted.
    pub found: &'a [Diagnostic],
}

/// Whether the older run had a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It had not.
    New,
    /// It had one of the same words, and what makes it so is not the same, or not known.
    Grown,
    /// It had it.
    Old,
}

/// One run against an older one.
#[derive(Debug)]
pub struct Against {
    /// Of each finding, in their order.
    pub states: Vec<State>,
    /// Of each finding that the policy accepts.
    pub accepted: Vec<State>,
    /// Findings of the older run that are gone, by their places there.
    pub gone: Vec<usize>,
    /// Why this run cannot see everything that is new.
    pub blind: Option<&'static str>,
}

/// Compares a run with an older one.
pub fn compare(old: Judged<'_>, new: Judged<'_>) -> Against {
    let is_same = old.workspace.policy == new.workspace.policy && old.workspace.overrides == new.workspace.overrides;
    let mut left = Left::of(old);
    let states: Vec<State> = new.found.iter().map(|found| left.state(found, new, is_same)).collect();
    let accepted = new.run.accepted.iter().map(|accepted| left.state(&accepted.found, new, is_same)).collect();
    let blind = if is_same { None } else { blind(old.run, new, &states) };
    Against { states, accepted, gone: left.gone(old), blind }
}

/// Findings of the older run that none of the new one is yet.
struct Left {
    whole: BTreeMap<Whole, usize>,
    words: BTreeMap<Words, usize>,
}

impl Left {
    fn of(old: Judged<'_>) -> Self {
        let accepted = old.run.accepted.iter().map(|accepted| &accepted.found);
        let mut left = Self { whole: BTreeMap::new(), words: BTreeMap::new() };
        for found in old.found.iter().chain(accepted) {
            let whole = Whole::of(found, &old.run.sources);
            *left.words.entry(whole.words().clone()).or_default() += 1;
            *left.whole.entry(whole).or_default() += 1;
        }
        left
    }

    fn state(&mut self, found: &Diagnostic, new: Judged<'_>, is_same: bool) -> State {
        let whole = Whole::of(found, &new.run.sources);
        let had_words = take(&mut self.words, whole.words());
        let is_known = is_same || found.severity == Severity::Warning || found.extent.is_some() || !is_proofs(found);
        match (is_known && take(&mut self.whole, &whole), had_words) {
            (true, _) => State::Old,
            (false, true) => State::Grown,
            (false, false) => State::New,
        }
    }

    /// What is left, by places among the older findings.
    fn gone(mut self, old: Judged<'_>) -> Vec<usize> {
        let places = old.found.iter().enumerate();
        places.filter(|(_, found)| take(&mut self.words, &Words::of(found, &old.run.sources))).map(|(n, _)| n).collect()
    }
}

/// One of so many, if one is left.
fn take<K: Ord>(left: &mut BTreeMap<K, usize>, key: &K) -> bool {
    match left.get_mut(key) {
        Some(number) if *number > 0 => {
            *number -= 1;
            true
        }
        _ => false,
    }
}

/// Found by what shows one example of many: a finding of the proof or of a reader.
fn is_proofs(found: &Diagnostic) -> bool {
    matches!(found.code.name.split('/').next(), Some("isolation" | "readback"))
}

fn blind(old: &Run, new: Judged<'_>, states: &[State]) -> Option<&'static str> {
    if new.run.decided().is_empty() {
        return Some("no claim is decided before the policy is mended");
    }
    let told: BTreeSet<&String> =
        new.found.iter().zip(states).filter(|(_, state)| **state != State::Old).flat_map(|(f, _)| &f.claims).collect();
    let known = failing(old);
    let is_untold = failing(new.run).iter().any(|claim| !known.contains(claim) && !told.contains(claim));
    is_untold.then_some("a claim fails that did not, and no finding tells it")
}

/// Claims that fail, in words.
fn failing(run: &Run) -> BTreeSet<String> {
    let Some(net) = &run.network else { return BTreeSet::new() };
    let fails = |verdict: &Verdict| matches!(verdict, Verdict::Leak | Verdict::Unknown(_));
    run.decided().iter().filter(|(_, verdict)| fails(verdict)).flat_map(|(claim, _)| claim.words(net)).collect()
}
