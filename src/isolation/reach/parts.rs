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
//! The steps are then put in the order in which one walk finds them: by opener, and by the gateways crossed.

use std::collections::BTreeMap;

use super::{Crossing, Edge, Means, Node, Region, Walk, far, point};
use crate::config::meaning::Unclear;
use crate::isolation::agree::Passing;
use crate::isolation::spaces::Spaces;
use crate::network::SiteId;
use crate::packets::{Field, PacketSet, Space};

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

/// Every step by packets in one epoch.
pub(in crate::isolation) fn edges(region: &Region, spaces: &mut Spaces, epoch: usize) -> Result<Vec<Edge>, Unclear> {
    let sites = region.parts.group(region.net.site_ids().map(|(site, _)| site));
    let of_part = |part: usize, space: &mut Space| walk(region, space, &sites[part], &sites[0], epoch);
    let mut found: Vec<(Rank, Edge)> = spaces.each_part(of_part)?.into_iter().flatten().collect();
    if region.parts.count() > 1 {
        found.sort_by(|(a, one), (b, other)| a.cmp(b).then_with(|| crossed(one).cmp(crossed(other))));
    }
    let joined = far::joined(region.gates);
    Ok(found.into_iter().map(|(_, edge)| edge).chain(joined).collect())
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
    epoch: usize,
) -> Result<Vec<(Rank, Edge)>, Unclear> {
    let Some(home) = sites.first().copied() else { return Ok(Vec::new()) };
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
        held: BTreeMap::new(),
        found: Vec::new(),
    };
    walk.open_from(sites)?;
    if is_school && !is_whole {
        walk.towards = Towards::School(home);
        walk.open_from(centre)?;
    }
    Ok(walk.found)
}

impl Walk<'_, '_> {
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

    /// What passes a gateway of packets that come in by an interface.
    pub(super) fn passing(&mut self, site: SiteId, enters: u128, trail: &[Crossing]) -> Result<Passing, Unclear> {
        let parts = &self.region.parts;
        let whole = self.gates[&site].passing[self.epoch];
        if parts.of(site) == parts.of(self.home) {
            return Ok(whole);
        }
        let on_its_way = self.is_seen_elsewhere(site, trail);
        if let Some(known) = self.held.get(&(site, enters, on_its_way)) {
            return Ok(*known);
        }
        let settled = &self.region.settled[parts.of(site)];
        let forward = match self.towards {
            Towards::School(school) if on_its_way => {
                self.onward(site, school, whole.forward, &[(Field::In, enters)])?
            }
            _ => self.space.import_at(settled, whole.forward, &[(Field::In, enters)])?,
        };
        let output = match self.towards {
            Towards::School(school) if on_its_way => self.onward(site, school, whole.output, &[])?,
            _ => self.space.import_at(settled, whole.output, &[])?,
        };
        let passing = Passing {
            input: self.space.import_at(settled, whole.input, &[(Field::In, enters)])?,
            forward,
            output,
            leave: self.space.import_at(settled, whole.leave, &[])?,
        };
        self.held.insert((site, enters, on_its_way), passing);
        Ok(passing)
    }

    /// Of what passes a gateway of the centre, what leads on to an establishment: by a tunnel to it or to another site of the
    /// centre, or in clear to one of its addresses.
    fn onward(
        &mut self,
        site: SiteId,
        school: SiteId,
        set: PacketSet,
        pins: &[(Field, u128)],
    ) -> Result<PacketSet, Unclear> {
        let region = self.region;
        let settled = &region.settled[region.parts.of(site)];
        let others = region.net.site_ids().take_while(|(_, facts)| !facts.is_establishment).map(|(id, _)| id);
        let peers = others.filter(|peer| *peer != site).chain([school]);
        let mut ways: Vec<Vec<(Field, u128)>> = peers
            .flat_map(|peer| region.leading(site, peer))
            .map(|interface| pins.iter().copied().chain([(Field::Out, *interface)]).collect())
            .collect();
        let wan = self.gates[&site].wan;
        ways.extend(self.gates[&school].own.iter().map(|address| {
            let there = [(Field::Out, wan), (Field::Dst, point(*address).1)];
            pins.iter().copied().chain(there).collect()
        }));
        let mut sets = Vec::new();
        for pins in ways {
            sets.push(self.space.import_at(settled, set, &pins)?);
        }
        Ok(self.space.union_all(&sets)?)
    }
}
