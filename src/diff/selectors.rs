//! What tunnels carry, newly or no longer: exact sets of addresses on both sides, however the prefixes are cut.
//!
//! Both ends of a tunnel tell a pair in the same words.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Change, Kind, Way};
use super::names::{Names, span_of};
use super::report::site_of;
use crate::config::tunnel::Child;
use crate::config::{Bundle, Tunnel};
use crate::packets::{Field, FieldProduct, IntervalSet, Limits, OverBudget, PacketSet, Space};

/// Most pairs of a tunnel that are told.
const MOST: usize = 1 << 12;

/// What one bundle's tunnels carry and the other's do not.
pub(super) fn selectors(
    device: &str,
    [old, new]: [&Bundle; 2],
    names: &Names,
    limits: Limits,
) -> Result<Vec<Change>, OverBudget> {
    let mut by_name: BTreeMap<&str, [Option<&Tunnel>; 2]> = BTreeMap::new();
    for (side, bundle) in [old, new].into_iter().enumerate() {
        for tunnel in &bundle.tunnels {
            by_name.entry(&tunnel.name).or_default()[side] = Some(tunnel);
        }
    }
    let mut told = BTreeSet::new();
    for (name, tunnels) in by_name {
        if tunnels[0] == tunnels[1] {
            continue;
        }
        let mut space = Space::new(limits);
        for manners in manners(tunnels) {
            let [before, after] = tunnels.map(|tunnel| carried(&mut space, tunnel, manners.as_deref()));
            let (before, after) = (before?, after?);
            for (way, one, other) in [(Way::Closes, before, after), (Way::Opens, after, before)] {
                let only = space.minus(one, other)?;
                for product in space.boxes(only, MOST).0 {
                    let ends = ends(&product, site_of(device), names).into_iter();
                    told.extend(ends.map(|ends| (way, ends, name, manners.clone())));
                }
            }
        }
    }
    let change = |(way, ends, tunnel, manners): (Way, [String; 2], &str, Option<String>)| {
        change(device, way, ends, tunnel, manners, names)
    };
    Ok(told.into_iter().map(change).collect())
}

/// How children protect what they carry; one None where all of each side do it in one manner, which settings tell.
fn manners(tunnels: [Option<&Tunnel>; 2]) -> BTreeSet<Option<String>> {
    let of = |tunnel: Option<&Tunnel>| -> BTreeSet<String> {
        tunnel.iter().flat_map(|tunnel| &tunnel.children).map(manner).collect()
    };
    let [before, after] = tunnels.map(of);
    if before.len() <= 1 && after.len() <= 1 {
        return BTreeSet::from([None]);
    }
    before.into_iter().chain(after).map(Some).collect()
}

/// Everything of a child but what it carries and what it is called.
fn manner(child: &Child) -> String {
    let Child { name: _, local: _, remote: _, esp, ah, mode, start_action, dpd_action, close_action, .. } = child;
    let (rekey, life) = (child.rekey_seconds, child.life_seconds);
    let actions = [start_action, dpd_action, close_action].map(String::as_str).join(", ");
    format!("{mode} by {}{}, {actions}, {rekey} s, {life} s", esp.join(", "), ah.join(", "))
}

/// What a tunnel carries, in one manner or in any.
fn carried(space: &mut Space, tunnel: Option<&Tunnel>, only: Option<&str>) -> Result<PacketSet, OverBudget> {
    let mut products = Vec::new();
    let children = tunnel.iter().flat_map(|tunnel| &tunnel.children);
    for child in children.filter(|child| only.is_none_or(|only| manner(child) == only)) {
        for own in &child.local {
            let family = if own.addr().is_ipv6() { FieldProduct::v6() } else { FieldProduct::v4() };
            let own = family.with(Field::Src, IntervalSet::from(span_of(own)));
            let pair = |theirs| own.clone().with(Field::Dst, IntervalSet::from(span_of(theirs)));
            products.extend(child.remote.iter().map(pair));
        }
    }
    space.products(&products)
}

/// Both sides in words, in one order whichever end tells them.
fn ends(product: &FieldProduct, site: &str, names: &Names) -> Vec<[String; 2]> {
    let words = |field, v6| match product.get(field) {
        Some(values) => names.parts(values, v6, site, None).into_iter().map(|(word, _)| word).collect(),
        None => vec!["any address".to_owned()],
    };
    let mut all = Vec::new();
    for v6 in [false, true] {
        let family = if v6 { FieldProduct::v6() } else { FieldProduct::v4() };
        if product.intersect(&family).is_empty() {
            continue;
        }
        for own in words(Field::Src, v6) {
            all.extend(words(Field::Dst, v6).into_iter().map(|theirs| {
                let mut ends = [own.clone(), theirs];
                ends.sort();
                ends
            }));
        }
    }
    all
}

/// The tunnel is named where bare addresses do not say which it is.
fn change(
    device: &str,
    way: Way,
    [from, to]: [String; 2],
    tunnel: &str,
    manners: Option<String>,
    names: &Names,
) -> Change {
    let is_clear = names.is_known(&from) && names.is_known(&to);
    let tunnel = (!is_clear).then(|| format!("in tunnel {tunnel}"));
    let what = tunnel.into_iter().chain(manners).collect::<Vec<_>>().join(", ");
    Change::new(device, way, Kind::Selectors, what).between(from, to)
}
