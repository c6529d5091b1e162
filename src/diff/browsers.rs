//! Where browsers go without their proxy, newly or no longer.

use std::collections::BTreeMap;

use ipnet::IpNet;

use super::change::{Change, Kind, Way};
use super::names::{Names, span_of};
use super::report::site_of;
use crate::config::Bundle;
use crate::config::pac::Pac;
use crate::packets::IntervalSet;

/// Destinations that the browsers of one bundle ask directly, and those of the other by their proxy.
pub(super) fn browsers(device: &str, bundles: [&Bundle; 2], names: &Names) -> Vec<Change> {
    let [before, after] = bundles.map(direct);
    let mut changes = Vec::new();
    for (way, one, other) in [(Way::Closes, &before, &after), (Way::Opens, &after, &before)] {
        for (zone, to) in one {
            let left = other.get(zone).map_or_else(|| to.clone(), |kept| to.intersect(&kept.complement(u128::MAX)));
            let site = site_of(device);
            for (word, _) in names.parts(&left, false, site, None) {
                let change = Change::new(device, way, Kind::Browsers, "without a proxy");
                changes.push(change.between(format!("{site}.{zone}"), word));
            }
        }
    }
    changes
}

fn direct(bundle: &Bundle) -> BTreeMap<&str, IntervalSet> {
    let all = |pac: &Pac| pac.direct.iter().map(|row| span_of(&IpNet::V4(row.net))).collect();
    bundle.pac.iter().map(|pac| (pac.name.as_str(), all(pac))).collect()
}
