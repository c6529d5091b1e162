//! Flows between sites that no tunnel joins: one missing link is told once, with the lines that need it.

use std::collections::{BTreeMap, BTreeSet};

use super::model::{Network, SiteId};
use crate::diagnostics::codes::network as codes;
use crate::diagnostics::{Diagnostic, Sink, Span};
use crate::policy::{Name, Policy};

/// Most further lines that are shown; the rest is counted.
const SHOWN: usize = 5;

/// Missing links by the place that would declare them, and the site at the other end.
#[derive(Default)]
pub(super) struct Unlinked(BTreeMap<(Span, Name), Missing>);

/// One missing link.
struct Missing {
    /// What would declare it, as one says it after "of".
    owner: String,
    sites: BTreeSet<Name>,
    /// Each flow that needs it, with its two ends.
    flows: BTreeMap<Span, [Span; 2]>,
}

impl Unlinked {
    /// Adds a flow of a site that needs a link between that one and another.
    pub(super) fn add(&mut self, policy: &Policy, net: &Network, here: SiteId, pair: [SiteId; 2], line: [Span; 3]) {
        let [flow, from, to] = line;
        let [site, peer] = if pair[1] == here { [pair[1], pair[0]] } else { pair };
        let (site, peer) = (net.site(site), net.site(peer));
        let profile = policy.establishment(&site.name).and_then(|s| policy.profiles.get(&s.profile.value));
        let (place, owner) = match profile {
            Some(profile) => (profile.name.span, format!("profile `{}`", profile.name.value)),
            None => (site.span, format!("`{}`", site.name)),
        };
        let missing = self.0.entry((place, peer.name.clone())).or_insert_with(|| Missing {
            owner,
            sites: BTreeSet::new(),
            flows: BTreeMap::new(),
        });
        missing.sites.insert(site.name.clone());
        missing.flows.insert(flow, [from, to]);
    }

    /// Tells each link once.
    pub(super) fn tell(self, sink: &mut Sink) {
        for ((_, peer), missing) in self.0 {
            missing.tell(&peer, sink);
        }
    }
}

impl Missing {
    fn tell(self, peer: &Name, sink: &mut Sink) {
        let Self { owner, sites, flows } = self;
        let who = match (sites.first(), sites.len()) {
            (Some(site), 1) => format!("`{site}`"),
            _ => format!("the establishments of {owner}"),
        };
        let mut lines = flows.into_iter();
        let Some((_, [from, to])) = lines.next() else { return };
        let more: Vec<Span> = lines.map(|(flow, _)| flow).collect();
        let mut found = Diagnostic::new(&codes::NO_LINK, to, format!("no tunnel joins {who} and `{peer}`"))
            .other(from, "opens from here");
        for flow in more.iter().take(SHOWN) {
            found = found.other(*flow, "needs it too");
        }
        if more.len() > SHOWN {
            found = found.note("also", format!("{} more flows need it", more.len() - SHOWN));
        }
        let remove = if more.is_empty() { "remove the flow" } else { "remove the flows" };
        sink.push(found.help(format!("declare a link to `{peer}` under `links:` of {owner}, or {remove}")));
    }
}
