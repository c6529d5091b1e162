//! Where two that are kept apart may both open to: a declared meeting place, one that waivers open, or a leak.

use std::collections::{BTreeMap, BTreeSet};

use super::{Outcome, Scene};
use crate::isolation::claim::Verdict;
use crate::isolation::reach::Node;
use crate::network::{Name, ZoneId};

/// Steps by where they end.
pub(super) type Stops = BTreeMap<Node, Vec<usize>>;

impl Scene<'_, '_> {
    /// Zones and processes that a zone opens to directly, with the steps.
    pub(super) fn stops(&self, zone: ZoneId) -> Stops {
        let mut all = Stops::new();
        for (number, edge) in self.graph.leaving(Node::Zone(zone)) {
            if matches!(edge.to, Node::Zone(_) | Node::Process(_)) {
                all.entry(edge.to).or_default().push(number);
            }
        }
        all
    }

    /// How two zones of one establishment that may both open to a place are told apart. What opens further is told by
    /// `meetings_that_open`, or by T2 when it is a centre's; what is kept apart from one of the two, by T1 itself.
    pub(super) fn meet_at(&self, place: Node, between: [ZoneId; 2], steps: [&[usize]; 2]) -> Verdict {
        if let Node::Zone(zone) = place {
            if between.iter().any(|from| self.net.are_apart(zone, *from)) {
                return Verdict::Strict;
            }
            if between.iter().all(|from| self.is_for(zone, *from)) {
                return if self.opens_inside(zone) { Verdict::Strict } else { Verdict::Shared(zone) };
            }
        }
        if let Some(how) = self.relays.get(&place) {
            return Verdict::Relay(how.clone());
        }
        self.waived_by(steps[0]).or_else(|| self.waived_by(steps[1])).map_or(Verdict::Leak, Verdict::Waived)
    }

    /// How a zone of an establishment that opens to a centre zone, as others do, is told apart from them; `visits` are
    /// all steps from establishments into the centre zone.
    pub(super) fn meet_others_at(&self, centre: ZoneId, from: ZoneId, visits: &[usize]) -> Verdict {
        if self.is_for(centre, from) {
            return Verdict::Shared(centre);
        }
        if self.net.is_meeting(from) {
            return Verdict::Strict;
        }
        let site = self.net.zone(from).site;
        let (own, rest): (Vec<usize>, Vec<usize>) =
            visits.iter().partition(|step| self.graph.edges[**step].from == Node::Zone(from));
        if let Some(names) = self.waived_by(&own) {
            return Verdict::Waived(names);
        }
        let is_other = |step: &usize| self.establishment(self.graph.edges[*step].from) != Some(site);
        let others: Vec<usize> = rest.into_iter().filter(is_other).collect();
        match self.net.security.meet.contains_key(&centre) {
            true => Verdict::Leak,
            false => self.waived_by(&others).map_or(Verdict::Leak, Verdict::Waived),
        }
    }

    /// A zone is for another: it is of the meeting class, which opens to nobody (`meetings_that_open` tells one that does), or
    /// `meet` names the other's class for it.
    pub(super) fn is_for(&self, zone: ZoneId, from: ZoneId) -> bool {
        let class = self.net.zone(from).class.as_ref();
        self.net.is_meeting(zone) || class.is_some_and(|class| self.net.security.is_for(zone, class.as_str()))
    }

    /// The waivers of steps all of which exist by waivers alone.
    pub(super) fn waived_by(&self, steps: &[usize]) -> Option<Vec<Name>> {
        let of_each: Option<Vec<&Vec<Name>>> = steps.iter().map(|step| self.graph.waived.get(step)).collect();
        let names: BTreeSet<Name> = of_each?.into_iter().flatten().cloned().collect();
        Some(names.into_iter().collect())
    }

    fn opens_inside(&self, zone: ZoneId) -> bool {
        self.opens_to(zone).iter().any(|z| self.net.site(self.net.zone(*z).site).is_establishment)
    }
}

/// The worst of what meets there, the first of equals: a leak names its place.
pub(super) fn worst(met: impl Iterator<Item = (Verdict, usize)>) -> Outcome {
    let mut known = Verdict::Strict;
    for (verdict, step) in met {
        if verdict == Verdict::Leak {
            return Outcome::Path(vec![step]);
        }
        known = match (known, verdict) {
            (Verdict::Shared(first), Verdict::Shared(_)) => Verdict::Shared(first),
            (known, verdict) => known.worst(verdict),
        };
    }
    Outcome::Settled(known)
}
