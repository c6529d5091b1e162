//! Packet sets in parts: each establishment has a space of its own, the centre and the academy have one together, so that
//! what an establishment's proof costs does not rise with the number of others, and several are proved at a time.
//!
//! A set belongs to the part it was made in: who holds one knows the site whose part that is. What another part needs is
//! copied there, as much of it as can matter ([`Space::import_within`]).

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::config::meaning::Unclear;
use crate::network::{Network, SiteId};
use crate::packets::{Limits, Space};

/// How the proof is divided.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Division {
    /// A part an establishment, and one for everything else.
    #[default]
    Establishments,
    /// One part for the whole region: the judge of the other way, in tests.
    Whole,
}

/// How a proof is made: it says the same whatever the division, and less where the limits stop it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Method {
    /// Bounds of the packet sets of each part.
    pub limits: Limits,
    /// The parts.
    pub division: Division,
}

/// Which part each site is in; part 0 has the centre.
#[derive(Debug, Clone)]
pub(super) struct Parts {
    of: Vec<usize>,
    count: usize,
}

impl Parts {
    /// Divides a network.
    pub(super) fn new(net: &Network, division: Division) -> Self {
        let mut parts = Self { of: Vec::new(), count: 1 };
        for site in &net.sites {
            let is_own = division == Division::Establishments && site.is_establishment;
            parts.of.push(if is_own { parts.count } else { 0 });
            parts.count += usize::from(is_own);
        }
        parts
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// The part of a site.
    pub(super) fn of(&self, site: SiteId) -> usize {
        self.of[site.index()]
    }

    /// Sites by part, each in its order.
    pub(super) fn group(&self, sites: impl IntoIterator<Item = SiteId>) -> Vec<Vec<SiteId>> {
        let mut groups = vec![Vec::new(); self.count];
        sites.into_iter().for_each(|site| groups[self.of(site)].push(site));
        groups
    }
}

/// The spaces of all parts.
pub(super) struct Spaces {
    parts: Parts,
    own: Vec<Space>,
}

impl Spaces {
    /// One space a part, in their order.
    pub(super) fn new(parts: Parts, own: Vec<Space>) -> Self {
        Self { parts, own }
    }

    /// Copies of all, as they are now.
    pub(super) fn settled(&self) -> Vec<Space> {
        self.own.clone()
    }

    /// The parts.
    pub(super) fn parts(&self) -> &Parts {
        &self.parts
    }

    /// The space of a site's part.
    pub(super) fn of(&self, site: SiteId) -> &Space {
        &self.own[self.parts.of(site)]
    }

    /// The same, to make sets in.
    pub(super) fn of_mut(&mut self, site: SiteId) -> &mut Space {
        &mut self.own[self.parts.of(site)]
    }

    /// Does something for some sites, those of different parts at the same time; gives what came of each, by site.
    pub(super) fn each<T: Send>(
        &mut self,
        sites: impl IntoIterator<Item = SiteId>,
        work: impl Fn(SiteId, &mut Space) -> Result<T, Unclear> + Sync,
    ) -> Result<BTreeMap<SiteId, T>, Unclear> {
        let groups = self.parts.group(sites);
        let of_part = |(space, sites): (&mut Space, Vec<SiteId>)| -> Result<Vec<(SiteId, T)>, Unclear> {
            sites.into_iter().map(|site| Ok((site, work(site, space)?))).collect()
        };
        let done: Vec<Result<Vec<(SiteId, T)>, Unclear>> = self.own.par_iter_mut().zip(groups).map(of_part).collect();
        let mut all = BTreeMap::new();
        for part in done {
            all.extend(part?);
        }
        Ok(all)
    }

    /// Does something for every part at the same time; gives what came of each, in their order.
    pub(super) fn each_part<T: Send>(
        &mut self,
        work: impl Fn(usize, &mut Space) -> Result<T, Unclear> + Sync,
    ) -> Result<Vec<T>, Unclear> {
        let done: Vec<Result<T, Unclear>> =
            self.own.par_iter_mut().enumerate().map(|(part, space)| work(part, space)).collect();
        done.into_iter().collect()
    }
}
