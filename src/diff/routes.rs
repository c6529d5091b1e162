//! Where packets are sent: for every address, the route that is longest; prefixes that say the same are the same.

use std::collections::BTreeMap;

use super::change::{Change, Kind, Way};
use super::class::Class;
use super::names::{Names, span_of};
use super::report::site_of;
use crate::config::Bundle;
use crate::config::host::{LinkKind, Route};
use crate::packets::{Interval, IntervalSet};

/// What is done with packets, in words; whether they only get into a tunnel, whose selectors tell what it may carry, or
/// nowhere; IPv6.
type Hop = (String, bool, bool);
/// Destinations by what is done with them.
type Table = BTreeMap<Hop, IntervalSet>;

/// Destinations that are sent elsewhere than before, or from another own address.
pub(super) fn routes(device: &str, bundles: [&Bundle; 2], names: &Names) -> Vec<Change> {
    let hops = bundles.map(|bundle| table(bundle, hop));
    let sources = bundles.map(|bundle| table(bundle, source));
    let mut changes = apart(device, &hops, None, names);
    changes.extend(apart(device, &sources, Some(&kept(&hops)), names));
    changes.sort_by(|a, b| (a.way, &a.to, &a.what).cmp(&(b.way, &b.to, &b.what)));
    changes.dedup();
    changes
}

/// Destinations with which another thing is done, within some of each family: what was done, and what is.
fn apart(device: &str, [before, after]: &[Table; 2], within: Option<&[IntervalSet; 2]>, names: &Names) -> Vec<Change> {
    let (gone, come) = (left(before, after, within), left(after, before, within));
    let mut changes = Vec::new();
    let mut told = |way, set: &IntervalSet, v6: bool, what: &str, is_harmless: bool| {
        let weight = if is_harmless { Class::TextOnly } else { Class::Mixed };
        for (word, _) in names.parts(set, v6, site_of(device), None) {
            changes.push(Change::new(device, way, Kind::Routes, what).between("", word).weighing(weight));
        }
    };
    for ((old, old_harmless, v6), was) in &gone {
        let mut alone = was.clone();
        for ((new, new_harmless, other), is) in &come {
            let both = was.intersect(is);
            if v6 == other && !both.is_empty() {
                told(Way::Alters, &both, *v6, &format!("{old} -> {new}"), *old_harmless && *new_harmless);
                alone = minus(&alone, &both);
            }
        }
        told(Way::Closes, &alone, *v6, old, *old_harmless);
    }
    for ((new, is_harmless, v6), is) in &come {
        let known = gone.iter().filter(|((.., other), _)| other == v6);
        let alone = known.fold(is.clone(), |left, (_, was)| minus(&left, was));
        told(Way::Opens, &alone, *v6, new, *is_harmless);
    }
    changes
}

/// What one table has and the other has not.
fn left(one: &Table, other: &Table, within: Option<&[IntervalSet; 2]>) -> Table {
    let left = |(hop, to): (&Hop, &IntervalSet)| {
        let left = other.get(hop).map_or_else(|| to.clone(), |kept| minus(to, kept));
        let left = within.map_or_else(|| left.clone(), |within| left.intersect(&within[usize::from(hop.2)]));
        (!left.is_empty()).then(|| (hop.clone(), left))
    };
    one.iter().filter_map(left).collect()
}

/// Destinations of each family with which the same is done as before.
fn kept([before, after]: &[Table; 2]) -> [IntervalSet; 2] {
    [false, true].map(|v6| {
        let own = before.iter().filter(|((.., six), _)| *six == v6);
        let both = own.filter_map(|(hop, to)| Some(to.intersect(after.get(hop)?)));
        both.fold(IntervalSet::empty(), |all, set| all.union(&set))
    })
}

/// For each address, what the longest prefix that holds it says; of one prefix, the route with the lowest metric.
fn table(bundle: &Bundle, word: impl Fn(&Route, &str) -> String) -> Table {
    let mut routes: BTreeMap<(bool, Interval, Option<u32>), Hop> = BTreeMap::new();
    for link in bundle.host.iter().flat_map(|host| &host.links) {
        let is_tunnel = matches!(link.kind, LinkKind::Xfrm { .. });
        for route in &link.routes {
            let v6 = route.to.addr().is_ipv6();
            let hop = (word(route, &link.name), is_tunnel || route.unreachable, v6);
            routes.entry((v6, span_of(&route.to), route.metric)).or_insert(hop);
        }
    }
    let mut spans: BTreeMap<Hop, Vec<Interval>> = BTreeMap::new();
    for family in [false, true] {
        let mut own: Vec<(Interval, &Hop)> =
            routes.iter().filter(|((v6, ..), _)| *v6 == family).map(|((_, span, _), hop)| (*span, hop)).collect();
        own.sort_by_key(|(span, _)| (span.lo, std::cmp::Reverse(span.hi)));
        own.dedup_by_key(|(span, _)| *span);
        for (span, hop) in longest(&own) {
            spans.entry(hop.clone()).or_default().push(span);
        }
    }
    spans.into_iter().map(|(hop, spans)| (hop, spans.into_iter().collect())).collect()
}

/// Of prefixes in the order of their first address, wide ones first, the parts that no longer one holds. Two prefixes are
/// nested or apart.
fn longest<'h>(prefixes: &[(Interval, &'h Hop)]) -> Vec<(Interval, &'h Hop)> {
    let mut parts = Vec::new();
    // Prefixes that hold the place reached, the longest last; None once the last of all addresses is reached.
    let (mut open, mut at): (Vec<(Interval, &Hop)>, Option<u128>) = (Vec::new(), Some(0));
    let mut close = |open: &mut Vec<(Interval, &'h Hop)>, at: &mut Option<u128>, until: Option<u128>| {
        while let Some((span, hop)) = open.last().copied().filter(|(span, _)| until.is_none_or(|lo| span.hi < lo)) {
            parts.extend(at.filter(|at| *at <= span.hi).map(|at| (Interval::new(at, span.hi), hop)));
            *at = span.hi.checked_add(1);
            open.pop();
        }
        if let (Some(lo), Some((_, hop)), Some(from)) = (until, open.last(), *at) {
            parts.extend((from < lo).then(|| (Interval::new(from, lo - 1), *hop)));
        }
    };
    for (span, hop) in prefixes {
        close(&mut open, &mut at, Some(span.lo));
        at = Some(span.lo);
        open.push((*span, hop));
    }
    close(&mut open, &mut at, None);
    parts
}

fn minus(set: &IntervalSet, other: &IntervalSet) -> IntervalSet {
    set.intersect(&other.complement(u128::MAX))
}

fn hop(route: &Route, link: &str) -> String {
    if route.unreachable {
        return "answered as unreachable".to_owned();
    }
    let via = route.via.map(|hop| format!(" through {hop}")).unwrap_or_default();
    let on_link = if route.on_link { " on the link" } else { "" };
    format!("by {link}{via}{on_link}")
}

/// The address that the device's own packets come from.
fn source(route: &Route, link: &str) -> String {
    match route.preferred_source {
        Some(source) => format!("by {link}, own packets from {source}"),
        None => format!("by {link}, own packets from any address of the device"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Prefixes by first and last address, each with what is done.
    fn parts(prefixes: &[(u128, u128, &str)]) -> Vec<(u128, u128, String)> {
        let hops: Vec<(Interval, Hop)> =
            prefixes.iter().map(|(lo, hi, hop)| (Interval::new(*lo, *hi), ((*hop).to_owned(), false, false))).collect();
        let own: Vec<(Interval, &Hop)> = hops.iter().map(|(span, hop)| (*span, hop)).collect();
        longest(&own).into_iter().map(|(span, hop)| (span.lo, span.hi, hop.0.clone())).collect()
    }

    #[test]
    fn the_longest_prefix_decides() {
        let wide = (0, u128::MAX, "default");
        let said = parts(&[wide, (16, 31, "a"), (20, 23, "b"), (24, 27, "c"), (64, 127, "d"), (96, 127, "e")]);
        let words: Vec<(u128, u128, &str)> = said.iter().map(|(lo, hi, hop)| (*lo, *hi, hop.as_str())).collect();
        let wanted = [
            (0, 15, "default"),
            (16, 19, "a"),
            (20, 23, "b"),
            (24, 27, "c"),
            (28, 31, "a"),
            (32, 63, "default"),
            (64, 95, "d"),
            (96, 127, "e"),
            (128, u128::MAX, "default"),
        ];
        assert_eq!(words, wanted);
    }
}
