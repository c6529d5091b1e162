//! The theorems of one site.

use std::collections::BTreeMap;

use quick_junit::{TestCase, TestCaseStatus, TestSuite};

use super::{Told, case, is_before_proof, skipped, undecided};
use crate::diagnostics::Diagnostic;
use crate::isolation::{Claim, Theorem, Verdict};
use crate::network::{Network, SiteId};
use crate::pipeline::Run;

/// A claim, and how it ended.
type Ended<'a> = (&'a Claim, &'a Verdict);

/// Claims by theorem and site.
pub(super) struct Claims<'a> {
    net: &'a Network,
    here: BTreeMap<(Theorem, SiteId), Vec<Ended<'a>>>,
    everywhere: BTreeMap<Theorem, Vec<Ended<'a>>>,
}

impl<'a> Claims<'a> {
    /// Those of a run.
    pub(super) fn of(run: &'a Run, net: &'a Network) -> Self {
        let mut all = Self { net, here: BTreeMap::new(), everywhere: BTreeMap::new() };
        for ended in run.decided() {
            match ended.0.sites(net) {
                None => all.everywhere.entry(ended.0.theorem).or_default().push(ended),
                Some(sites) => {
                    sites.into_iter().for_each(|site| all.here.entry((ended.0.theorem, site)).or_default().push(ended))
                }
            }
        }
        all
    }

    /// Those about a site.
    fn about(&self, theorem: Theorem, site: SiteId) -> Vec<Ended<'a>> {
        let everywhere = self.everywhere.get(&theorem);
        self.here.get(&(theorem, site)).into_iter().chain(everywhere).flatten().copied().collect()
    }
}

/// Every theorem about a site.
pub(super) fn suite(told: &Told<'_>, claims: &Claims<'_>, site: SiteId) -> TestSuite {
    let name = claims.net.site(site).name.as_str();
    let during = told.epoch.map_or(String::new(), |title| format!(" {title}"));
    let name = format!("{name}{during}");
    let mut suite = TestSuite::new(&name);
    suite.add_test_cases(Theorem::ALL.map(|theorem| one(told, claims, site, theorem, &name)));
    suite
}

/// A site that nobody proves anything of.
pub(super) fn unmanaged(name: &str) -> TestSuite {
    let mut suite = TestSuite::new(name);
    let status = || skipped("unmanaged", "not proved: `managed: no`");
    suite.add_test_cases(Theorem::ALL.map(|theorem| case(name, title(theorem, true), status())));
    suite
}

/// The theorems, when nobody knows of which sites.
pub(super) fn nowhere(told: &Told<'_>) -> TestSuite {
    let mut suite = TestSuite::new("theorems");
    suite
        .add_test_cases(Theorem::ALL.map(|theorem| case("theorems", title(theorem, true), undecided(not_begun(told)))));
    suite
}

fn title(theorem: Theorem, is_establishment: bool) -> String {
    format!("{} {}", theorem.id(), theorem.says(is_establishment))
}

fn not_begun(told: &Told<'_>) -> String {
    format!("not proved: the policy has errors ({} in suite `policy`)", told.errors(is_before_proof).len())
}

fn one(told: &Told<'_>, claims: &Claims<'_>, site: SiteId, theorem: Theorem, suite: &str) -> TestCase {
    let net = claims.net;
    let claims = claims.about(theorem, site);
    let (here, everywhere) = (theorem.about(Some(&net.site(site).name)), theorem.about(None));
    let bears = |found: &Diagnostic| found.claims.iter().any(|c| c.starts_with(&here) || c.starts_with(&everywhere));
    let bearing = told.errors(bears);
    let broken = told.errors(|found| is_before_proof(found) || found.claims.is_empty()).len();
    let status = match () {
        () if !bearing.is_empty() || claims.iter().any(|(_, verdict)| matches!(verdict, Verdict::Leak)) => {
            told.failed(&bearing)
        }
        () if told.run.decided().is_empty() && told.run.texts().is_empty() => undecided(not_begun(told)),
        () if broken > 0 || told.run.decided().is_empty() => {
            undecided(format!("not proved: {broken} errors are not about one theorem (suites `policy` and `texts`)"))
        }
        () if claims.iter().any(|(_, verdict)| matches!(verdict, Verdict::Unknown(_))) => undecided("not decided"),
        () if claims.is_empty() => skipped("vacuous", "nothing to prove here: no claim"),
        () => TestCaseStatus::success(),
    };
    let mut case = case(suite, title(theorem, net.site(site).is_establishment), status);
    if !claims.is_empty() {
        case.set_system_out(counted(&claims));
    }
    case
}

/// `claims: 1 by waiver D-2027-003, 1 shared, 10 strict`.
fn counted(claims: &[Ended<'_>]) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (_, verdict) in claims {
        *counts.entry(word(verdict)).or_default() += 1;
    }
    let counts: Vec<String> = counts.into_iter().map(|(word, number)| format!("{number} {word}")).collect();
    format!("claims: {}", counts.join(", "))
}

fn word(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Strict => "strict".to_owned(),
        Verdict::Shared(_) => "shared".to_owned(),
        Verdict::Relay(how) => format!("by relay ({how})"),
        Verdict::Waived(names) => format!("by waiver {}", crate::isolation::listed(names)),
        Verdict::Leak => "leak".to_owned(),
        Verdict::Unknown(why) => format!("unknown ({why})"),
    }
}
