//! The exact meaning of a packet filter: which packets pass each hook, what translation makes of them, which rules one
//! packet meets.
//!
//! Takes a [`Filter`], the numbers of a device's [`Interfaces`], a hook, an instant; gives packet sets of one
//! [`Space`]. It must not know a dialect, nor what a rule is for.
//!
//! - `interfaces` numbers for names, and the packets that can meet a hook
//! - `matches` what a match accepts, with the family and protocol it implies; `flow` sets pushed through chains
//! - `translation` NAT; `trace` one packet, by another road than sets; `instants` when meaning changes; `dead` rules
//!   that nothing meets
//!
//! Two chains of one hook both have their say: an accept ends only its own (nft(8), "Verdict statement").

mod dead;
mod flow;
mod instants;
mod interfaces;
mod matches;
mod trace;
mod translation;

use std::fmt;

use crate::config::filter::{Base, Hook, Kind};
use crate::packets::{ImageError, OverBudget, PacketSet, Space};

use super::Filter;
use flow::Flow;

pub use dead::dead_rules;
pub use instants::{time_cuts, translates_by_time, unchanged_since};
pub use interfaces::{Interfaces, arriving};
pub use trace::{Step, accepted, trace, trace_translation};
pub use translation::{Piece, filters_after_translation, image, pieces, translate};

/// Why something has no meaning here: never read it as "no packet".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unclear {
    /// Packet sets grew past their budget.
    OverBudget(OverBudget),
    /// A rule names an interface that has no number.
    Interface(String),
    /// A rule names a chain or a set that does not exist.
    Name(String),
    /// Calls are nested deeper than the kernel follows, or without end.
    Deep(String),
    /// A chain of the wrong kind translates, or a translation has no address.
    Translation(String),
    /// A translation would make packets that cannot exist.
    Image(ImageError),
}

impl From<OverBudget> for Unclear {
    fn from(over: OverBudget) -> Self {
        Self::OverBudget(over)
    }
}

impl From<ImageError> for Unclear {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::OverBudget(over) => Self::OverBudget(over),
            other @ ImageError::Unsound(_) => Self::Image(other),
        }
    }
}

impl fmt::Display for Unclear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OverBudget(over) => over.fmt(f),
            Self::Interface(name) => write!(f, "the interface `{name}` has no number"),
            Self::Name(name) => write!(f, "there is no chain or set `{name}`"),
            Self::Deep(name) => write!(f, "calls are nested too deep below `{name}`"),
            Self::Translation(what) => write!(f, "{what}"),
            Self::Image(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Unclear {}

/// What becomes of the packets that enter a hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passage {
    /// Accepted by every filter chain.
    pub accepted: PacketSet,
    /// Dropped or rejected by one of them.
    pub dropped: PacketSet,
}

/// Pushes a set through all filter chains of a hook, by rising priority, at an instant (seconds since 1970).
///
/// Where the hook also translates, the headers are those that the filter chains see: see
/// [`filters_after_translation`].
///
/// # Errors
/// [`Unclear`] when the filter is not closed (names), or the space is full.
pub fn pass(
    space: &mut Space,
    filter: &Filter,
    interfaces: &Interfaces,
    hook: Hook,
    entering: PacketSet,
    now: u64,
) -> Result<Passage, Unclear> {
    let mut flow = Flow::new(space, filter, interfaces, now);
    let (mut accepted, mut dropped) = (entering, Vec::new());
    for (at, base) in bases(filter, hook, Kind::Filter) {
        let ends = flow.base(at, base.policy, accepted)?;
        if let Some(first) = ends.translated.first() {
            let line = first.at.line;
            let message = format!("a filter chain translates, at line {line}");
            return Err(Unclear::Translation(message));
        }
        accepted = ends.accepted;
        dropped.push(ends.dropped);
    }
    let dropped = flow.space.union_all(&dropped)?;
    Ok(Passage { accepted, dropped })
}

/// The base chains of a hook, by rising priority.
fn bases(filter: &Filter, hook: Hook, kind: Kind) -> Vec<(usize, Base)> {
    let numbered = filter.chains.iter().enumerate();
    let based = numbered.filter_map(|(at, chain)| Some((at, chain.base?)));
    let mut found: Vec<_> = based.filter(|(_, base)| base.hook == hook && base.kind == kind).collect();
    found.sort_by_key(|(_, base)| base.priority);
    found
}
