//! Reasons that say something, and derogations that come up again.

use jiff::ToSpan as _;

use super::facts::Facts;
use crate::diagnostics::codes::lint as codes;
use crate::diagnostics::{At, Diagnostic};

/// Letters below which nothing was said.
const FEWEST_LETTERS: usize = 3;
/// What people write when they mean to say something later.
const PLACEHOLDERS: &[&str] =
    &["todo", "tbd", "fixme", "xxx", "à compléter", "a completer", "à voir", "divers", "test", "temporaire"];

/// The reasons of flows, and of waivers.
pub(super) fn empty(facts: &Facts) -> Vec<Diagnostic> {
    let flows = facts.lines().map(|flow| &flow.because);
    let waivers = facts.policy.waivers.iter().map(|w| &w.reason);
    flows.chain(waivers).filter(|reason| says_nothing(&reason.value)).map(told).collect()
}

fn says_nothing(reason: &str) -> bool {
    let words = reason.trim().trim_end_matches(['.', '!', '?', '…']).to_lowercase();
    let letters = words.chars().filter(|c| c.is_alphabetic()).count();
    letters < FEWEST_LETTERS || PLACEHOLDERS.contains(&words.as_str()) || words.contains("->")
}

fn told(reason: &At<String>) -> Diagnostic {
    Diagnostic::new(&codes::EMPTY_REASON, reason.span, "this reason says nothing")
        .help("say who needs the flow and for what: it is what decides, in a year, whether it goes")
}

/// More than a year from the first day to the last.
pub(super) fn long_waiver(facts: &Facts) -> Vec<Diagnostic> {
    let long = facts.policy.waivers.iter().filter(|waiver| {
        let first = waiver.from.unwrap_or(waiver.signed_on).value;
        first.checked_add(1.year()).is_ok_and(|year| waiver.until.value > year)
    });
    long.map(|waiver| {
        let says = format!("waiver `{}` holds for more than a year", waiver.id.value);
        Diagnostic::new(&codes::LONG_WAIVER, waiver.until.span, says)
            .other(waiver.from.unwrap_or(waiver.signed_on).span, "from this day on")
            .help("let it end within a year: it can be signed again")
    })
    .collect()
}
