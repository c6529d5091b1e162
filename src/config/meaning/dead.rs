//! Rules that no packet meets: each is an error of whoever wrote it, or a rule that another one hides.

use std::collections::BTreeSet;

use crate::config::filter::{Hook, Kind};
use crate::config::{Filter, Loc};
use crate::packets::Space;

use super::flow::Flow;
use super::{Interfaces, Unclear, arriving, bases, time_cuts};

/// The rules that no packet meets at any hook, at any instant. An interface nobody declared counts as one.
///
/// # Errors
/// [`Unclear`] when the filter is not closed (names), or the space is full.
pub fn dead_rules(space: &mut Space, filter: &Filter, interfaces: &Interfaces) -> Result<Vec<Loc>, Unclear> {
    let mut met = BTreeSet::new();
    let instants: BTreeSet<u64> = time_cuts(filter).into_iter().chain([0]).collect();
    for now in instants {
        meet(space, filter, interfaces, now, &mut met)?;
    }
    let chains = filter.chains.iter().enumerate();
    let rules = chains.flat_map(|(at, chain)| (0..).zip(&chain.rules).map(move |(n, r)| (at, n, r)));
    let dead = rules.filter(|(at, nth, _)| !met.contains(&(*at, *nth)));
    Ok(dead.map(|(_, _, rule)| rule.at).collect())
}

fn meet(
    space: &mut Space,
    filter: &Filter,
    interfaces: &Interfaces,
    now: u64,
    met: &mut BTreeSet<(usize, usize)>,
) -> Result<(), Unclear> {
    const HOOKS: [Hook; 5] = [Hook::Prerouting, Hook::Input, Hook::Forward, Hook::Output, Hook::Postrouting];
    for hook in HOOKS {
        let entering = arriving(space, interfaces, hook)?;
        let mut flow = Flow::new(space, filter, interfaces, now);
        for kind in [Kind::Filter, Kind::Nat] {
            let mut left = entering;
            for (at, base) in bases(filter, hook, kind) {
                left = flow.base(at, base.policy, left)?.accepted;
            }
        }
        met.append(&mut flow.met);
    }
    Ok(())
}
