//! Time: a text changes its meaning only where the policy does, so that one instant of each epoch speaks for all of it.

use std::collections::BTreeSet;

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
                at(Loc::MADE),
                format!(
                    "this text changes its meaning at {cut} s after 1970, when no line of the policy begins or ends"
                ),
            )
            .help("the template, the program or a hand edit is wrong: nothing is written"),
        );
    }
}
