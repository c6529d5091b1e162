//! Rules of good practice: what no theorem needs and the sources ask all the same (docs/sources.md says which row of
//! them each decides, and which nobody can decide here).
//!
//! A rule is one row of [`LINTS`] and one function. It takes [`Facts`] and gives findings at the text people wrote. What
//! the policy accepts is set apart, never thrown away.

mod accepted;
mod administration;
mod clean;
mod devices;
mod facts;
mod firewall;
mod grants;
mod internet;
mod machines;
mod mail;
mod ports;
mod reasons;

pub use accepted::Accepted;

use facts::Facts;

use super::model::Network;
use super::scope;
use crate::diagnostics::codes::lint as codes;
use crate::diagnostics::{Code, Diagnostic, Sink};
use crate::policy::Policy;

/// A rule: its page, and what finds where it is not kept.
pub struct Lint {
    /// Its row of the table of codes.
    pub code: &'static Code,
    find: fn(&Facts) -> Vec<Diagnostic>,
}

const fn row(code: &'static Code, find: fn(&Facts) -> Vec<Diagnostic>) -> Lint {
    Lint { code, find }
}

/// Every rule, by code.
pub static LINTS: &[Lint] = &[
    row(&codes::ADMIN_IN_CLEAR, administration::in_clear),
    row(&codes::DEVICE_WITHOUT_CLOCK, devices::without_clock),
    row(&codes::DEVICE_WITHOUT_LOGS, devices::without_logs),
    row(&codes::DIRECTORY_ASKED, internet::directory_asked),
    row(&codes::DIRECT_WEB, internet::direct_web),
    row(&codes::EMPTY_REASON, reasons::empty),
    row(&codes::LONG_WAIVER, reasons::long_waiver),
    row(&codes::MAIL_SOURCE, mail::source),
    row(&codes::MANAGEMENT_INTERNET, administration::internet),
    row(&codes::NO_SWITCH, devices::without_switch),
    row(&codes::ONE_FIREWALL, firewall::one),
    row(&codes::PRINTER_OUTSIDE, machines::printer_outside),
    row(&codes::REDUNDANT_FLOW, clean::redundant),
    row(&codes::REPEATED_LITERAL, clean::repeated_literal),
    row(&codes::SUPERVISION_MIXED, administration::supervision_mixed),
    row(&codes::TOLD_UNREACHABLE, devices::unreachable),
    row(&codes::UNUSED_GRANT, grants::unused),
    row(&codes::UNUSED_NAME, clean::unused_name),
    row(&codes::VIDEO_WITH_BADGES, machines::video_with_badges),
    row(&codes::WEAK_REMOTE_ACCESS, internet::weak_remote_access),
    row(&codes::WIDE_EXCEPTION, internet::wide_exception),
    row(&codes::WIDE_SERVICE, clean::wide_service),
    row(&codes::WIRELESS, machines::wireless),
];

/// Puts into the sink what no `accepts` covers; gives the rest, each with its reason.
pub fn lint(policy: &Policy, net: &Network, sink: &mut Sink) -> Vec<Accepted> {
    let scopes = scope::scopes(policy, net);
    let facts = Facts::of(policy, net, &scopes);
    let mut found = Sink::default();
    LINTS.iter().flat_map(|lint| (lint.find)(&facts)).for_each(|d| found.push(d));
    accepted::apart(policy, found.into_sorted(), sink)
}

#[cfg(test)]
mod tests {
    use super::{LINTS, codes};

    #[test]
    fn every_rule_is_run_and_has_its_page() {
        let run: Vec<&str> = LINTS.iter().map(|l| l.code.name).collect();
        let pages = codes::ALL.iter().filter(|code| !codes::KEPT.contains(code));
        assert_eq!(run, pages.map(|code| code.name).collect::<Vec<_>>());
    }
}
