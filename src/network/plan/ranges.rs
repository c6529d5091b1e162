//! Ranges of the region: the plan, the private ranges, the public range of each WAN.

use ipnet::IpNet;

use super::special::nobodys;
use super::{Facts, Row, meet};
use crate::diagnostics::codes::network as codes;
use crate::diagnostics::{Diagnostic, Sink};

/// Each is made of addresses that machines can have, and what is public is not also inside.
pub(super) fn check(facts: &Facts, sink: &mut Sink) {
    let wans: Vec<Row> = facts
        .policy
        .region
        .wans
        .values()
        .map(|w| (w.public.value, w.public.span, format!("WAN `{}`", w.name.value)))
        .collect();
    for (net, span) in facts.inside().into_iter().chain(wans.iter().map(|(n, s, _)| (*n, *s))) {
        if let Some(whose) = nobodys(&net) {
            sink.push(special(net, span, whose));
        }
    }
    for (number, wan) in wans.iter().enumerate() {
        outside(facts, wan, sink);
        if let Some(other) = wans[..number].iter().find(|o| meet(&o.0, &wan.0)) {
            let says = format!("{} shares addresses with {}", wan.2, other.2);
            sink.push(
                Diagnostic::new(&codes::WAN_RANGE, wan.1, says)
                    .other(other.1, other.2.clone())
                    .help("give each WAN the range its operator gave the region"),
            );
        }
    }
}

/// A range that no zone can use, wherever it is written.
pub(super) fn special(net: IpNet, span: crate::diagnostics::Span, whose: &str) -> Diagnostic {
    Diagnostic::new(&codes::SPECIAL_RANGE, span, format!("addresses of {net} belong to {whose}"))
        .help("take ranges of addresses that machines can have, such as 10.0.0.0/8 or 2001:db8::/32")
}

fn outside(facts: &Facts, (range, span, what): &Row, sink: &mut Sink) {
    if let Some((inside, place)) = facts.inside().into_iter().find(|(inside, _)| meet(inside, range)) {
        sink.push(
            Diagnostic::new(
                &codes::WAN_RANGE,
                *span,
                format!("{what} shares addresses with {inside}, which is inside"),
            )
            .other(place, "never leaves a WAN interface in clear")
            .help("give the public range that the WAN's operator gave the region"),
        );
    }
}
