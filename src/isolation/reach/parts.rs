//! What each part of the proof walks, so that together they walk what one walk through the whole region does.
//!
//! A walk begins at an opener, with any packet it may send, and goes from gateway to gateway. It is told by the gateways
//! it crosses, in order. Each walk belongs to one part:
//!
//! - it enters an establishment: to the part of the **first establishment it enters**. All walks of an establishment's own
//!   openers begin there; those of the centre and of the Internet that come in are its as well.
//! - it enters none: to the part of the centre.
//!
//! So an establishment's part walks from its own openers wherever they lead, and from each opener of the centre only
//! towards itself: at the centre's gateways it keeps the packets that leave by a tunnel to it or to another site of the
//! centre, or in clear for one of its own addresses; after its own gateway it drops nothing. The centre's part stops at
//! the doors of establishments. No walk is lost, for a walk that enters some establishment enters one first, and up to
//! there it leaves each gateway of the centre by one of these three ways; none is found twice, for it has one first.
//!
//! Sets of other parts' gateways are copied as far as the walk can meet them: a packet comes in by one interface, and on the
//! way of the centre it goes out by one of those that lead on. Every packet of a walk has these values in these fields, so
//! the copy decides on it as the whole set does. What a part costs depends on its establishment and on the centre's share
//! of it, not on how many others there are.
//!
//! In an epoch in which everything that a part met means what it meant in an earlier one, it finds the same steps: they are
//! not walked again.
//!
//! The steps are then put in the order in which one walk finds them: by opener, and by the gateways crossed.

use std::collections::BTreeMap;

use super::{Crossing, Edge, Means, Node, Region, Walk, far, point};
use crate::config::meaning::Unclear;
use crate::isolation::agree::Passing;
use crate::isolation::spaces::Spaces;
use crate::network::SiteId;
use crate::packets::{Field, IntervalSet, OverBudget, PacketSet, Space, iface};

/// Where a walk may go that has entered no establishment yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Towards {
    /// Everywhere.
    All,
    /// To sites of the centre only.
    Centre,
    /// To sites of the centre and to one establishment.
    School(SiteId),
}

/// The place of an opener among all: zones, processes, then what comes from outside, site by site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank(u8, u32, u32);

impl Rank {
    /// The next opener of the same site.
    pub(super) fn next(&mut self) {
        self.2 += 1;
    }
}

/// What a part found in one epoch, and what it met on the way.
#[derive(Clone)]
struct Walked {
    epoch: usize,
    held: Held,
    found: Vec<(Rank, Edge)>,
}

/// What each part found in the epochs so far.
#[derive(Default)]
pub(in crate::isolation) struct Walks {
    of_parts: Vec<Vec<Walked>>,
}

/// Every step by packets in one epoch.
pub(in crate::isolation) fn edges(
    region: &Region,
    spaces: &mut Spaces,
    walks: &mut Walks,
    epoch: usize,
) -> Result<Vec<Edge>, Unclear> {
    let sites = region.parts.group(region.net.site_ids().map(|(site, _)| site));
    walks.of_parts.resize(sites.len(), Vec::new());
    let known = &walks.of_parts;
    let of_part = |part: usize, space: &mut Space| walk(region, space, &sites[part], &sites[0], &known[part], epoch);
    let walked = spaces.each_part(of_part)?;
    let mut found: Vec<(Rank, Edge)> = walked.iter().flat_map(|part| part.found.iter().cloned()).collect();
    walks.of_parts.iter_mut().zip(walked).for_each(|(known, walked)| remember(known, walked));
    if region.parts.count() > 1 {
        found.sort_by(|(a, one), (b, other)| a.cmp(b).then_with(|| crossed(one).cmp(crossed(other))));
    }
    let joined = far::joined(region.gates);
    Ok(found.into_iter().map(|(_, edge)| edge).chain(joined).collect())
}

/// Keeps what was walked, unless it was walked before.
fn remember(known: &mut Vec<Walked>, walked: Walked) {
    if known.iter().all(|other| other.epoch != walked.epoch) {
        known.push(walked);
    }
}

fn crossed(edge: &Edge) -> &[Crossing] {
    match &edge.means {
        Means::Packets { crossings, .. } => crossings,
        Means::Machine(_) | Means::Frames(_) | Means::Claimed { .. } => &[],
    }
}

/// All walks of a part that has some sites; `centre` are those of the first part.
fn walk(
    region: &Region,
    space: &mut Space,
    sites: &[SiteId],
    centre: &[SiteId],
    known: &[Walked],
    epoch: usize,
) -> Result<Walked, Unclear> {
    let Some(home) = sites.first().copied() else {
        return Ok(Walked { epoch, held: Held::new(), found: Vec::new() });
    };
    let is_whole = region.parts.count() == 1;
    let is_school = region.net.site(home).is_establishment;
    let mut walk = Walk {
        region,
        net: region.net,
        gates: region.gates,
        space,
        home,
        towards: if is_whole || is_school { Towards::All } else { Towards::Centre },
        epoch,
        from: Node::Internet,
        rank: Rank(0, 0, 0),
        held: Held::new(),
        found: Vec::new(),
    };
    for before in known {
        if walk.meets_the_same(sites, before)? {
            return Ok(before.clone());
        }
    }
    // What is made on the way is forgotten.
    let mut work = region.settled[region.parts.of(home)].clone();
    let mut walk = Walk { space: &mut work, ..walk };
    walk.open_from(sites)?;
    if is_school && !is_whole {
        walk.towards = Towards::School(home);
        walk.open_from(centre)?;
    }
    let mut walked = Walked { epoch, held: walk.held, found: walk.found };
    walked.bring(&work, space)?;
    Ok(walked)
}

impl Walked {
    /// Moves its sets to another space.
    fn bring(&mut self, from: &Space, to: &mut Space) -> Result<(), OverBudget> {
        let held = self.held.values_mut().flat_map(Passing::sets_mut);
        let found = self.found.iter_mut().filter_map(|(_, edge)| match &mut edge.means {
            Means::Packets { set, .. } => Some(set),
            Means::Machine(_) | Means::Frames(_) | Means::Claimed { .. } => None,
        });
        to.bring(from, held.chain(found))
    }
}

/// What passes gateways of other parts, of packets that come in by an interface, on their way to an establishment or not.
pub(super) type Held = BTreeMap<(SiteId, u128, bool), Passing>;

impl Walk<'_, '_> {
    /// Everything that the part met in an earlier epoch is as it was.
    fn meets_the_same(&mut self, sites: &[SiteId], before: &Walked) -> Result<bool, Unclear> {
        let (gates, epoch) = (self.gates, self.epoch);
        let met = before.held.keys().map(|(site, ..)| site);
        let is_timed = |site: &SiteId| gates[site].translates_by_time;
        let is_same = |site: &SiteId| gates[site].passing[epoch] == gates[site].passing[before.epoch];
        if sites.iter().chain(met).any(is_timed) || !sites.iter().all(is_same) {
            return Ok(false);
        }
        for ((site, enters, on_its_way), passing) in before.held.iter().filter(|((site, ..), _)| !is_same(site)) {
            if self.copied(*site, *enters, *on_its_way)? != *passing {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// From every opener of some sites.
    fn open_from(&mut self, sites: &[SiteId]) -> Result<(), Unclear> {
        let net = self.net;
        for site in sites {
            for zone in &net.site(*site).zones {
                self.begin(Node::Zone(*zone), Rank(0, zone.0, 0));
                self.open_from_zone(*site, *zone)?;
            }
        }
        for site in sites {
            for (process, facts) in net.processes_of(*site) {
                self.begin(Node::Process(process), Rank(1, process.0, 0));
                self.open_from_process(*site, facts.uid)?;
            }
        }
        for site in sites {
            self.begin(Node::Internet, Rank(2, site.0, 0));
            self.open_from_internet(*site)?;
            self.open_from_far_ends(*site)?;
        }
        Ok(())
    }

    fn begin(&mut self, from: Node, rank: Rank) {
        (self.from, self.rank) = (from, rank);
    }

    pub(super) fn add(&mut self, edge: Edge) {
        self.found.push((self.rank, edge));
    }

    fn has_entered(&self, crossings: &[Crossing]) -> bool {
        crossings.iter().any(|crossing| self.net.site(crossing.site).is_establishment)
    }

    /// A walk that has crossed these gateways may come to that of a site.
    pub(super) fn may_enter(&self, site: SiteId, crossings: &[Crossing]) -> bool {
        match self.towards {
            Towards::All => true,
            Towards::Centre => !self.net.site(site).is_establishment,
            Towards::School(school) => {
                site == school || !self.net.site(site).is_establishment || self.has_entered(crossings)
            }
        }
    }

    /// What happens at a site belongs to the part of the centre: the walk is still on its way here.
    pub(super) fn is_seen_elsewhere(&self, site: SiteId, trail: &[Crossing]) -> bool {
        let is_on_its_way = matches!(self.towards, Towards::School(_)) && !self.has_entered(trail);
        is_on_its_way && !self.net.site(site).is_establishment
    }

    /// A step by these gateways belongs to the part of the centre.
    pub(super) fn is_found_elsewhere(&self, crossings: &[Crossing]) -> bool {
        matches!(self.towards, Towards::School(_)) && !self.has_entered(crossings)
    }

    /// Sites that packets meet in clear by their addresses.
    pub(super) fn met_in_clear(&self, site: SiteId, left: PacketSet, crossings: &[Crossing]) -> Vec<SiteId> {
        let met = match self.towards {
            Towards::School(school) if !self.has_entered(crossings) => vec![school],
            _ => self.region.holding(&self.space.values(left, Field::Dst)),
        };
        met.into_iter().filter(|peer| *peer != site && self.may_enter(*peer, crossings)).collect()
    }

    /// What passes a gateway of packets that come in by an interface, or that its processes send when there is none.
    pub(super) fn passing(&mut self, site: SiteId, enters: u128, trail: &[Crossing]) -> Result<Passing, Unclear> {
        let parts = &self.region.parts;
        if parts.of(site) == parts.of(self.home) {
            return Ok(self.gates[&site].passing[self.epoch]);
        }
        let key = (site, enters, self.is_seen_elsewhere(site, trail));
        if let Some(known) = self.held.get(&key) {
            return Ok(*known);
        }
        let passing = self.copied(key.0, key.1, key.2)?;
        self.held.insert(key, passing);
        Ok(passing)
    }

    /// The same, copied from the part of the gateway: what a walk can ask of it there. While it is on its way, that is what
    /// leads on to the establishment of this part: by a tunnel to it or to another site of the centre, or in clear to one of its
    /// addresses.
    fn copied(&mut self, site: SiteId, enters: u128, on_its_way: bool) -> Result<Passing, Unclear> {
        let whole = self.gates[&site].passing[self.epoch];
        let is_sent = enters == iface::NONE;
        let from = (Field::In, IntervalSet::point(enters));
        let (mut input, mut forward, mut output) = (Space::EMPTY, Space::EMPTY, Space::EMPTY);
        if on_its_way {
            *(if is_sent { &mut output } else { &mut forward }) =
                self.onward(site, if is_sent { whole.output } else { whole.forward }, &from)?;
        } else if is_sent {
            output = self.copy(site, whole.output, &[from])?;
        } else {
            forward = self.copy(site, whole.forward, std::slice::from_ref(&from))?;
            input = self.copy(site, whole.input, &[from])?;
        }
        let leave = self.copy(site, whole.leave, &[])?;
        Ok(Passing { input, forward, output, leave })
    }

    fn copy(&mut self, site: SiteId, set: PacketSet, within: &[(Field, IntervalSet)]) -> Result<PacketSet, Unclear> {
        let region = self.region;
        let settled = &region.settled[region.parts.of(site)];
        Ok(self.space.import_within(settled, set, within)?)
    }

    fn onward(&mut self, site: SiteId, set: PacketSet, from: &(Field, IntervalSet)) -> Result<PacketSet, Unclear> {
        let (region, school) = (self.region, self.home);
        let others = region.net.site_ids().take_while(|(_, facts)| !facts.is_establishment).map(|(id, _)| id);
        let peers = others.filter(|peer| *peer != site).chain([school]);
        let tunnels = IntervalSet::points(peers.flat_map(|peer| region.leading(site, peer)).copied());
        let wan = IntervalSet::point(self.gates[&site].wan);
        let own = IntervalSet::points(self.gates[&school].own.iter().map(|address| point(*address).1));
        let protected = self.copy(site, set, &[from.clone(), (Field::Out, tunnels)])?;
        let clear = self.copy(site, set, &[from.clone(), (Field::Out, wan), (Field::Dst, own)])?;
        Ok(self.space.union(protected, clear)?)
    }
}
