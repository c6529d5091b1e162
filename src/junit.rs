//! A run as JUnit XML, for the pages of a CI: a suite a site, a case a theorem.
//!
//! A case passes when claims of its theorem about its site were decided, all of them hold, and no finding bears on them. It
//! fails when one of them does not hold. What was not decided is an error, and what is not ours to prove, or accepted, or
//! known from an older run, is skipped with the reason: none of these passes.
//!
//! - `theorems` the cases of a site; `policy` what is found before a proof

mod policy;
mod theorems;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use theorems::Claims;

use crate::against::{Against, State};
use crate::diagnostics::{Colour, Diagnostic, Severity, render_human};
use crate::network::Network;
use crate::pipeline::Run;

/// What is told.
#[derive(Clone, Copy)]
pub struct Told<'a> {
    /// The run.
    pub run: &'a Run,
    /// Its findings, sorted.
    pub found: &'a [Diagnostic],
    /// The span of time that was judged alone.
    pub epoch: Option<&'a str>,
    /// The same against an older run, and the name of that.
    pub against: Option<(&'a Against, &'a str)>,
}

/// The document.
pub fn render_junit(told: Told<'_>) -> String {
    let mut report = Report::new("etanche");
    report.add_test_suite(policy::suite(&told));
    report.add_test_suite(policy::texts(&told));
    match &told.run.network {
        None => drop(report.add_test_suite(theorems::nowhere(&told))),
        Some(net) => drop(report.add_test_suites(sites(&told, net))),
    }
    let skipped = format!(" skipped=\"{}\"", report.skipped);
    let text = report.to_string().expect("a string takes all that is written to it");
    // The schema of Jenkins has this count in suites and not at the top, where it would come first.
    text.replacen(&skipped, "", 1)
}

fn sites(told: &Told<'_>, net: &Network) -> Vec<TestSuite> {
    let claims = Claims::of(told.run, net);
    let ours = net.site_ids().map(|(site, _)| theorems::suite(told, &claims, site));
    ours.chain(net.unmanaged.iter().map(|school| theorems::unmanaged(school.name.as_str()))).collect()
}

impl Told<'_> {
    /// Errors that some test picks, with whether an older run had them.
    fn errors(&self, wanted: impl Fn(&Diagnostic) -> bool) -> Vec<(&Diagnostic, State)> {
        let numbered =
            self.found.iter().enumerate().filter(|(_, found)| found.severity == Severity::Error && wanted(found));
        numbered.map(|(number, found)| (found, self.against.map_or(State::New, |(a, _)| a.states[number]))).collect()
    }

    /// Findings as people read them.
    fn text(&self, found: &[&Diagnostic]) -> String {
        let found: Vec<Diagnostic> = found.iter().map(|found| (*found).clone()).collect();
        render_human(&found, &self.run.sources, Colour::None)
    }

    /// A case that some errors make fail; those that an older run had already do so no more, and let nothing pass.
    fn failed(&self, errors: &[(&Diagnostic, State)]) -> TestCaseStatus {
        let new: Vec<&Diagnostic> = errors.iter().filter(|(_, state)| *state != State::Old).map(|(f, _)| *f).collect();
        let all: Vec<&Diagnostic> = errors.iter().map(|(found, _)| *found).collect();
        match (new.first(), self.against) {
            (None, Some((against, since))) if !all.is_empty() && against.blind.is_none() => {
                let mut status = skipped("old", format!("not proved: it failed at {since} already"));
                status.set_description(self.text(&all));
                status
            }
            (first, _) => {
                let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                let first = first.or(all.first());
                status.set_message(first.map_or("it does not hold", |found| &found.message));
                status.set_type(first.map_or("leak", |found| found.code.name));
                status.set_description(self.text(if new.is_empty() { &all } else { &new }));
                status
            }
        }
    }
}

/// A case of a suite.
fn case(suite: &str, name: impl Into<String>, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(name.into(), status);
    case.set_classname(suite);
    case
}

fn skipped(kind: &str, why: impl Into<String>) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_type(kind).set_message(why.into());
    status
}

/// Nobody knows.
fn undecided(why: impl Into<String>) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_type("undecided").set_message(why.into());
    status
}

/// Found before a proof could begin: what people wrote is at fault.
fn is_before_proof(found: &Diagnostic) -> bool {
    !matches!(found.code.name.split('/').next(), Some("isolation" | "readback"))
}
