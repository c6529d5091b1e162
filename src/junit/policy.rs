//! What is found beside theorems: in what people wrote, and in the texts that were read back.

use quick_junit::{TestCaseStatus, TestSuite};

use super::{Told, case, is_before_proof, skipped, undecided};
use crate::diagnostics::{Diagnostic, Severity};

const POLICY: &str = "policy";
const TEXTS: &str = "texts";

/// A case an error, one a finding that is accepted; warnings are told beside.
pub(super) fn suite(told: &Told<'_>) -> TestSuite {
    let mut suite = TestSuite::new(POLICY);
    let errors = told.errors(is_before_proof);
    if errors.is_empty() && told.run.network.is_some() {
        suite.add_test_case(case(POLICY, "it is read whole", TestCaseStatus::success()));
    } else if errors.is_empty() {
        suite.add_test_case(case(POLICY, "it is read whole", undecided("nobody says why it is not")));
    }
    for error in errors {
        suite.add_test_case(case(POLICY, title(told, error.0), told.failed(&[error])));
    }
    for accepted in &told.run.accepted {
        let why = format!("accepted: {} ({})", accepted.because, told.run.sources.cite(accepted.at));
        let mut status = skipped("accepted", why);
        status.set_description(told.text(&[&accepted.found]));
        suite.add_test_case(case(POLICY, title(told, &accepted.found), status));
    }
    let warnings: Vec<&Diagnostic> = told.found.iter().filter(|found| found.severity == Severity::Warning).collect();
    if !warnings.is_empty() {
        suite.set_system_out(told.text(&warnings));
    }
    suite
}

/// A name that stays when lines move.
fn title(told: &Told<'_>, found: &Diagnostic) -> String {
    format!("{} in {}: {}", found.code.name, told.run.sources.get(found.span.source).path, found.message)
}

/// Whether what was read back is what was meant; errors of the proof that name no claim are about that.
pub(super) fn texts(told: &Told<'_>) -> TestSuite {
    let errors = told.errors(|found| !is_before_proof(found) && found.claims.is_empty());
    let status = match (errors.is_empty(), told.run.decided().is_empty()) {
        (false, _) => told.failed(&errors),
        (true, true) => undecided("no text was read back: the proof did not begin"),
        (true, false) => TestCaseStatus::success(),
    };
    let mut suite = TestSuite::new(TEXTS);
    suite.add_test_case(case(TEXTS, "what was read back is what was meant", status));
    suite
}
