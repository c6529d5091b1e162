//! Administration of devices: by protocols that hide their passwords, apart from supervision, away from the Internet.

use super::facts::{Facts, Opening};
use super::ports::{ADMIN, CLEAR_ADMIN, SUPERVISION};
use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::lint as codes;
use crate::network::model::End;

/// Telnet and its like towards devices.
pub(super) fn in_clear(facts: &Facts) -> Vec<Diagnostic> {
    let towards = facts.openings.iter().filter(|o| facts.is_managed(&o.to.value));
    towards.filter_map(|o| Some((o, o.on(CLEAR_ADMIN)?))).map(|(o, place)| clear(o, place)).collect()
}

fn clear(opening: &Opening, place: crate::diagnostics::Span) -> Diagnostic {
    Diagnostic::new(&codes::ADMIN_IN_CLEAR, place, "devices would be administered in clear")
        .other(opening.to.span, "devices")
        .help("administer them by SSH or HTTPS: tcp/22, tcp/443")
}

/// One line for both, whoever the ends are.
pub(super) fn supervision_mixed(facts: &Facts) -> Vec<Diagnostic> {
    let mixed = facts.openings.iter().filter_map(|o| Some((o.on(SUPERVISION)?, o.on(ADMIN)?)));
    mixed
        .map(|(watch, admin)| {
            Diagnostic::new(&codes::SUPERVISION_MIXED, watch, "this flow is for supervision and for administration")
                .other(admin, "administration")
                .help("write two flows, each from the machines that do the one thing")
        })
        .collect()
}

/// Directly, or by a proxy that reaches the Internet.
pub(super) fn internet(facts: &Facts) -> Vec<Diagnostic> {
    let reaches = |end: &End| matches!(end, End::Internet(_)) || facts.is_proxy(end);
    let of = facts.openings.iter().filter(|o| reaches(&o.to.value) && administers(facts, &o.from.value));
    of.map(|o| {
        Diagnostic::new(
            &codes::MANAGEMENT_INTERNET,
            o.to.span,
            "the administration of devices would reach the Internet",
        )
        .other(o.from.span, "this administers devices, or is administered")
        .help("fetch what it needs on another machine, and bring it in by a relay")
    })
    .collect()
}

/// What is managed, and the centre's zones that may open to it.
fn administers(facts: &Facts, end: &End) -> bool {
    if facts.is_managed(end) {
        return true;
    }
    let opens_to_gateways = |zone| {
        let start = facts.net.security.may_start.get(zone);
        start.is_some_and(|s| s.to.iter().any(|word| word.as_str() == "gateway"))
    };
    facts.net.zones_of(end).iter().any(opens_to_gateways)
}
