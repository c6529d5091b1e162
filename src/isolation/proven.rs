//! What a proof gives: the texts, how each claim ended, and the tally.

use std::collections::BTreeMap;

use super::claim::{Claim, Theorem, Verdict};
use super::readback::Output;
use crate::diagnostics::Sink;
use crate::network::Network;

/// Texts that were proved. Only [`super::prove`] makes one.
#[derive(Debug)]
pub struct Proven {
    outputs: Vec<Output>,
    claims: BTreeMap<Claim, Verdict>,
    tally: Tally,
    found: Sink,
}

/// What holds in one epoch, of the others nothing is said. It is no [`Proven`], so that it cannot be written.
#[derive(Debug)]
pub struct Held {
    /// The texts.
    pub outputs: Vec<Output>,
    /// Claims and how they ended.
    pub claims: BTreeMap<Claim, Verdict>,
    /// Claims counted by verdict.
    pub tally: Tally,
    /// Warnings found on the way.
    pub found: Sink,
    /// The epoch, by its place among the network's.
    pub epoch: usize,
}

/// Why nothing may be written.
#[derive(Debug)]
pub struct Refusal {
    /// The texts that were refused, for those who ask why; nobody can write them.
    pub outputs: Vec<Output>,
    /// Every finding.
    pub found: Sink,
    /// Claims and how they ended, as far as they were decided.
    pub claims: BTreeMap<Claim, Verdict>,
}

/// Claims counted by verdict.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Establishments.
    pub establishments: usize,
    /// Zones of all sites.
    pub zones: usize,
    /// Theorems with at least one claim.
    pub theorems: Vec<&'static str>,
    /// Strictly proved.
    pub strict: usize,
    /// Proved, with a declared meeting place.
    pub shared: usize,
    /// Only by a declared relay.
    pub relay: usize,
    /// Only by a waiver.
    pub waived: usize,
    /// Leaks.
    pub leaks: usize,
    /// Not decided.
    pub unknown: usize,
}

impl Tally {
    /// Counts every claim once.
    pub fn of(net: &Network, claims: &BTreeMap<Claim, Verdict>) -> Self {
        let mut tally = Self {
            establishments: net.sites.iter().filter(|s| s.is_establishment).count(),
            zones: net.zones.len(),
            ..Self::default()
        };
        for theorem in Theorem::ALL {
            if claims.keys().any(|c| c.theorem == theorem) {
                tally.theorems.push(theorem.id());
            }
        }
        for verdict in claims.values() {
            *match verdict {
                Verdict::Strict => &mut tally.strict,
                Verdict::Shared(_) => &mut tally.shared,
                Verdict::Relay(_) => &mut tally.relay,
                Verdict::Waived(_) => &mut tally.waived,
                Verdict::Leak => &mut tally.leaks,
                Verdict::Unknown(_) => &mut tally.unknown,
            } += 1;
        }
        tally
    }
}

impl Proven {
    pub(super) fn new(outputs: Vec<Output>, tally: Tally, claims: BTreeMap<Claim, Verdict>, found: Sink) -> Self {
        Self { outputs, claims, tally, found }
    }

    /// Claims counted by verdict.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Claims and how they ended.
    pub fn claims(&self) -> &BTreeMap<Claim, Verdict> {
        &self.claims
    }

    /// Warnings found on the way.
    pub fn found(&self) -> &Sink {
        &self.found
    }

    /// The texts, device by device.
    pub fn outputs(&self) -> &[Output] {
        &self.outputs
    }

    /// Every file that may be written, by path below the output directory.
    pub fn files(&self) -> BTreeMap<String, &str> {
        let mut all = BTreeMap::new();
        for output in &self.outputs {
            for (path, text) in &output.files {
                all.insert(format!("{}/{path}", output.path), text.as_str());
            }
        }
        all
    }
}
