//! A pivot onto another filter: who reaches a zone that may ask a proxy has that zone's Internet too, which must be no
//! more than its own filter lets through. An establishment's own lists are not counted: what it adds to one filter it
//! decides itself.

use std::collections::BTreeSet;

use super::{Outcome, Scene};
use crate::isolation::reach::Node;
use crate::network::{Name, WebLine, ZoneId};

/// A way from a filtered zone to one that asks a proxy by a laxer filter; `asking` is what may ask some proxy.
pub(super) fn reached(scene: &Scene, zone: ZoneId, asking: &BTreeSet<Node>) -> Option<Outcome> {
    let security = &scene.net.security;
    let own: Vec<&WebLine> = security.filters(scene.net.zone(zone)).collect();
    let is_laxer = |node: Node| match node {
        Node::Zone(other) if other != zone && asking.contains(&node) => {
            let mut theirs = security.filters(scene.net.zone(other));
            theirs.any(|line| !own.iter().any(|own| is_within(line, own)))
        }
        Node::Zone(_) | Node::Process(_) | Node::Gateway(_) | Node::Internet | Node::Far(_) => false,
    };
    scene.separated(Node::Zone(zone), &is_laxer)
}

/// Every URL that one filter lets through, the other does, whichever categories the URL is in.
fn is_within(inner: &WebLine, outer: &WebLine) -> bool {
    if inner.filter == outer.filter {
        return true;
    }
    let refused = |name: &Name| inner.deny.contains(name) || inner.optional.contains(name);
    let denied = outer.deny.iter().all(|name| inner.deny.contains(name)) && outer.optional.iter().all(refused);
    let listed = || inner.only.iter().all(|name| inner.deny.contains(name) || outer.only.contains(name));
    denied && if outer.only.is_empty() { outer.otherwise_allow } else { !inner.only.is_empty() && listed() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::{Sources, Span};

    /// A filter as `deny / filter / only`, with `else: allow` where no white list stands.
    fn line(text: &str) -> WebLine {
        let mut lists = text.split('/').map(|list| list.split_whitespace().map(Name::new).collect::<Vec<_>>());
        let mut next = || lists.next().unwrap_or_default();
        let (deny, optional, only) = (next(), next(), next());
        let otherwise_allow = only.is_empty();
        let span = Span { source: Sources::default().add("", ""), start: 0, end: 0 };
        WebLine { filter: Name::new(text), classes: Vec::new(), deny, optional, only, otherwise_allow, span }
    }

    fn within(inner: &str, outer: &str) -> bool {
        is_within(&line(inner), &line(outer))
    }

    #[test]
    fn a_filter_that_denies_more_is_within() {
        assert!(within("malware adult", "malware"));
        assert!(!within("malware", "malware adult"));
        assert!(!within("malware/adult", "malware adult"), "an establishment may unblock it");
        assert!(within("malware adult", "malware/adult"));
        assert!(within("malware/adult", "malware/adult "));
        assert!(!within("malware", "malware/games"));
    }

    #[test]
    fn a_white_list_is_within_a_longer_one_and_what_it_denies_counts_for_nothing() {
        assert!(within("//pix", "//pix moodle"));
        assert!(!within("//pix moodle", "//pix"));
        assert!(within("moodle//pix moodle", "//pix"));
        assert!(!within("malware", "//pix"));
    }

    #[test]
    fn a_white_list_is_within_an_open_filter_when_it_denies_what_that_denies() {
        assert!(within("malware//pix", "malware"));
        assert!(!within("//pix", "malware"), "one site may be in both lists");
    }

    #[test]
    fn nothing_is_within_a_filter_that_lets_nothing_through() {
        let closed = WebLine { otherwise_allow: false, ..line("malware") };
        assert!(!is_within(&line("malware adult"), &closed));
    }
}
