//! Cases that go through the whole pipeline: what is found, where planted lines stand, and how each claim ended.

use std::cell::RefCell;
use std::collections::BTreeMap;

use etanche::diagnostics::Diagnostic;
use etanche::isolation::{Claim, Division, Method, Output, Verdict, listed};
use etanche::network::{Network, Today};
use etanche::packets::Limits;
use etanche::pipeline::{self, Options, Run};

use crate::Checked;
use crate::case::Block;
use crate::workspace::{Places, Workspace, edited};

/// Runs a workspace up to the proof; rules of good practice have cases of their own, and say nothing in these.
pub(crate) fn check(workspace: &Workspace) -> Checked {
    let mut checked = check_all(workspace);
    checked.found.retain(|found| !found.code.name.starts_with("lint/"));
    checked
}

/// Runs a workspace up to the proof, with everything that is told; the proof in parts and the proof of the whole say the
/// same of each.
pub(crate) fn check_all(workspace: &Workspace) -> Checked {
    let checked = check_by(workspace, Division::Establishments);
    if workspace.nodes.is_none() {
        let whole = check_by(workspace, Division::Whole);
        assert_eq!(said(&checked), said(&whole), "in parts, and as a whole");
        assert_eq!(checked.verdicts, whole.verdicts, "in parts, and as a whole");
    }
    checked
}

/// The proof in parts alone, for what is tried many times.
pub(crate) fn in_parts(workspace: &Workspace) -> Checked {
    check_by(workspace, Division::Establishments)
}

/// Findings with their places.
fn said(checked: &Checked) -> Vec<(String, &Diagnostic)> {
    checked.found.iter().map(|found| (checked.sources.cite(found.span), found)).collect()
}

fn check_by(workspace: &Workspace, division: Division) -> Checked {
    let given = pipeline::Workspace {
        root: String::new(),
        policy: workspace.files.clone().into_iter().collect(),
        overrides: workspace.overrides.clone(),
    };
    let mut limits = Limits::default();
    limits.nodes = workspace.nodes.unwrap_or(limits.nodes);
    let planted = RefCell::new((Places::new(), Vec::new()));
    let tamper = |outputs: &mut Vec<Output>| {
        for (number, block) in &workspace.plants {
            match plant(outputs, *number, block) {
                Ok(places) => planted.borrow_mut().0.extend(places),
                Err(problem) => planted.borrow_mut().1.push(problem),
            }
        }
    };
    let [today, at] = workspace.days.clone().map(|day| day.map(|d| d.parse().expect("a day is a date")));
    let options = Options { method: Method { limits, division }, today: today.map(Today::Day), at };
    let run = pipeline::run_with(&given, options, &tamper);
    let (places, problems) = planted.into_inner();
    let verdicts = run.network.as_ref().map(|net| verdicts(net, &run)).unwrap_or_default();
    let is_refused = run.sink.has_errors();
    assert_ne!(run.proven.is_some() || run.held.is_some(), is_refused, "proved if and only if no error");
    assert_eq!(run.held.is_some(), !is_refused && at.is_some(), "one epoch is never a proof");
    let mut found = run.sink;
    let warnings = run.proven.as_ref().map(|p| p.found()).or(run.held.as_ref().map(|h| &h.found));
    warnings.into_iter().flat_map(|w| w.iter()).for_each(|warning| found.push(warning.clone()));
    Checked { found: found.into_sorted(), sources: run.sources, places, verdicts, problems }
}

/// Changes one generated text.
fn plant(outputs: &mut [Output], number: usize, block: &Block) -> Result<Places, String> {
    let of = |output: &Output| block.path.strip_prefix(&format!("{}/", output.path)).map(str::to_owned);
    for output in outputs {
        let Some(name) = of(output) else { continue };
        let Some(text) = output.files.get_mut(&name) else { continue };
        let (changed, places) = edited(text, number, block)?;
        *text = changed;
        return Ok(places);
    }
    Err(format!("no device has a file {}", block.path))
}

fn verdicts(net: &Network, run: &Run) -> BTreeMap<String, String> {
    run.decided().iter().map(|(claim, verdict)| (title(net, claim), word(net, verdict))).collect()
}

fn title(net: &Network, claim: &Claim) -> String {
    format!("{} {}", claim.theorem.id(), claim.title(net))
}

/// The verdict in one or two words.
fn word(net: &Network, verdict: &Verdict) -> String {
    match verdict {
        Verdict::Strict => "strict".to_owned(),
        Verdict::Shared(zone) => format!("shared {}", net.zone_label(*zone)),
        Verdict::Relay(how) => format!("relay {how}"),
        Verdict::Waived(waivers) => format!("waiver {}", listed(waivers)),
        Verdict::Leak => "leak".to_owned(),
        Verdict::Unknown(why) => format!("unknown {why}"),
    }
}
