//! Time: a text changes its meaning only where the policy does, so that one instant of each epoch speaks for all of it.

use std::collections::BTreeSet;

use crate::config::filter::{Key, Match, Value, Values};
use crate::config::meaning;
use crate::config::{Filter, Loc};
use crate::diagnostics::codes::isolation as codes;
use crate::diagnostics::{Diagnostic, Sink, Span};
use crate::network::Network;

/// Every instant at which a filter changes is one at which an epoch begins.
pub(in crate::isolation) fn time_cuts(net: &Network, filter: &Filter, at: &dyn Fn(Loc) -> Span, sink: &mut Sink) {
    let begins: BTreeSet<u64> = net.epochs.iter().filter_map(|e| u64::try_from(e.window.from?).ok()).collect();
    for cut in meaning::time_cuts(filter).difference(&begins).filter(|cut| **cut != 0) {
        sink.push(
            Diagnostic::new(
                &codes::DIFFERS,
                at(dated(filter, *cut)),
                format!(
                    "this text changes its meaning at {}, when no line of the policy begins or ends",
                    instant(*cut)
                ),
            )
            .help("the template, the program or a hand edit is wrong: nothing is written"),
        );
    }
}

/// An instant as people read it; as the kernel counts it where no calendar reaches.
fn instant(second: u64) -> String {
    let known = i64::try_from(second).ok().and_then(|second| jiff::Timestamp::from_second(second).ok());
    known.map_or_else(|| format!("{second} s after 1970"), |instant| instant.to_string())
}

/// The first rule that begins or ends at an instant.
fn dated(filter: &Filter, cut: u64) -> Loc {
    let says = |m: &Match| match &m.values {
        Values::Inline(tuples) if m.keys == [Key::Time] => tuples.iter().flatten().any(|v| turns(v, cut)),
        Values::Inline(_) | Values::Named(_) => false,
    };
    let mut rules = filter.chains.iter().flat_map(|c| &c.rules);
    rules.find(|r| r.matches.iter().any(says)).map_or(Loc::MADE, |r| r.at)
}

fn turns(value: &Value, cut: u64) -> bool {
    matches!(value, Value::Numbers(from, to) if *from == cut || to.checked_add(1) == Some(cut))
}
