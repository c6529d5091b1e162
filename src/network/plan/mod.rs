//! The addressing plan: everything about addresses, VLANs and names that must hold before a flow means anything.
//!
//! One table of checks; each takes what people wrote, for its places, and the network made of it.

mod blocks;
mod machines;
mod next_hops;
mod prefixes;
mod public;
mod ranges;
mod seen;
mod special;
mod strayed;
mod uses;
mod vlans;
mod zones;

pub(super) use special::nobodys;

use std::collections::BTreeSet;

use ipnet::IpNet;

use super::model::{Network, Site, Zone};
use crate::diagnostics::codes::network as codes;
use crate::diagnostics::{Diagnostic, Sink, Span};
use crate::policy::{Centre, Establishment, Gateway, Name, Policy, Wan};

/// What checks look at.
struct Facts<'a> {
    policy: &'a Policy,
    net: &'a Network,
}

type Check = fn(&Facts, &mut Sink);

/// Ranges that nothing lies in.
const STRAYED: &[Check] = &[strayed::plan, strayed::wans];

/// What everything else takes its addresses from.
const RANGES: &[Check] = &[ranges::check, blocks::check];

const ADDRESSES: &[Check] = &[
    zones::disjoint,
    zones::placed,
    zones::private,
    zones::own_block,
    zones::unforwarded,
    vlans::check,
    vlans::devices_zone,
    public::check,
    next_hops::check,
    uses::interfaces,
    uses::accounts,
];

/// What stands in zones.
const MACHINES: &[Check] = &[machines::check, seen::check];

/// Runs them all; where ranges themselves are wrong, each address in them would only say so again.
pub(super) fn check(policy: &Policy, net: &Network, sink: &mut Sink) {
    let facts = Facts { policy, net };
    for table in [STRAYED, RANGES, ADDRESSES, MACHINES] {
        let mut found = Sink::default();
        table.iter().for_each(|check| check(&facts, &mut found));
        let failed = found.has_errors();
        sink.append(found);
        if failed {
            return;
        }
    }
}

/// Where a site is written.
enum Written<'a> {
    Centre(&'a Centre),
    School(&'a Establishment),
}

impl<'a> Facts<'a> {
    fn written(&self, site: &Site) -> Option<Written<'a>> {
        let centre = self.policy.centres.get(&site.name).map(Written::Centre);
        centre.or_else(|| self.policy.establishment(&site.name).map(Written::School))
    }

    fn gateway(&self, site: &Site) -> Option<&'a Gateway> {
        Some(match self.written(site)? {
            Written::Centre(centre) => &centre.gateway,
            Written::School(school) => &school.gateway,
        })
    }

    /// The WAN a site is on.
    fn wan(&self, site: &Site) -> Option<&'a Wan> {
        let name: &Name = match self.written(site)? {
            Written::Centre(centre) => &centre.wan.value,
            Written::School(school) => &self.policy.profiles.get(&school.profile.value)?.wan.value,
        };
        self.policy.region.wans.get(name)
    }

    /// Where the range of a zone is at fault: what an establishment fills in, or the zone.
    fn place(&self, zone: &Zone) -> Span {
        let filled = || match self.written(self.net.site(zone.site))? {
            Written::School(school) => Some(school.parts.zones.get(&zone.name)?.ipv4?.span),
            Written::Centre(_) => None,
        };
        filled().unwrap_or(zone.span)
    }

    /// The plan and the private ranges, each where it is written.
    fn inside(&self) -> Vec<(IpNet, Span)> {
        let region = &self.policy.region;
        let plan =
            [(IpNet::V4(region.plan4.value), region.plan4.span), (IpNet::V6(region.plan6.value), region.plan6.span)];
        plan.into_iter().chain(region.private.iter().map(|n| (n.value, n.span))).collect()
    }
}

/// A prefix, where it is written, and what it is.
type Row = (IpNet, Span, String);

/// True when two prefixes share addresses.
pub fn meet(a: &IpNet, b: &IpNet) -> bool {
    a.contains(b) || b.contains(a)
}

/// Tells prefixes that share addresses, two lines once: those of a profile are wrong in every establishment that has it.
/// Sort and sweep: only neighbours in address order can overlap first.
fn overlaps(mut nets: Vec<Row>, help: &str, sink: &mut Sink) {
    nets.sort_by_key(|(n, s, _)| (*n, *s));
    let mut widest: Option<Row> = None;
    let mut told = BTreeSet::new();
    for (net, span, what) in nets {
        if let Some((other, other_span, other_what)) = &widest
            && other.contains(&net)
        {
            if told.insert([*other_span, span]) {
                sink.push(
                    Diagnostic::new(&codes::OVERLAP, span, format!("{what} ({net}) overlaps {other_what} ({other})"))
                        .other(*other_span, other_what.clone())
                        .help(help),
                );
            }
            continue;
        }
        widest = Some((net, span, what));
    }
}
