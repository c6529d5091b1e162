//! Tunnels that exist and whose far end is not ours: each joins one zone of its establishment to what is nobody's here.
//!
//! The kernel's IPsec policies ask for addresses, never for interfaces: a range that two sides claim would take packets
//! of either. What far ends join, and whom that opens to, is the proof's to say.
//!
//! - `peer` who may be at the far end; `selector` what may go through

mod peer;
mod selector;

use super::model::Network;
use crate::diagnostics::codes::network as codes;
use crate::diagnostics::{Diagnostic, Sink, Span};
use crate::policy::Policy;

/// Why a tunnel cannot stand as it is written.
struct Fault {
    says: String,
    help: String,
    other: Option<(Span, String)>,
}

impl Fault {
    fn new(says: impl Into<String>, help: impl Into<String>) -> Self {
        Self { says: says.into(), help: help.into(), other: None }
    }

    /// What it collides with.
    fn beside(self, span: Span, label: impl Into<String>) -> Self {
        Self { other: Some((span, label.into())), ..self }
    }

    fn at(self, span: Span) -> Diagnostic {
        let found = Diagnostic::new(&codes::OLD_TUNNEL, span, self.says).help(self.help);
        match self.other {
            Some((place, label)) => found.other(place, label),
            None => found,
        }
    }
}

/// Every old tunnel of every site; each place is told the first thing that is wrong there.
pub(super) fn check(policy: &Policy, net: &Network, sink: &mut Sink) {
    for (id, site) in net.site_ids() {
        let mut tunnels: Vec<_> = site.old_tunnels.iter().collect();
        tunnels.sort_by_key(|t| t.peer_span);
        peer::check(net, &tunnels, sink);
        selector::check(policy, net, id, &tunnels, sink);
    }
}
