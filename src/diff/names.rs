//! Addresses and interfaces in words, from the facts of a certificate: `0000001B.pedago`, `csm.clock`, `internet`.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::Value;

use crate::packets::{Interval, IntervalSet};

/// Addresses that have a name, and the name.
#[derive(Debug, Clone)]
struct Named {
    span: Interval,
    word: String,
}

/// A zone, as the facts say it.
#[derive(Debug, Clone)]
struct Zone {
    site: String,
    name: String,
    interface: String,
    nets: Vec<IpNet>,
    is_private: bool,
}

/// What the facts call things.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    /// Zones of each site.
    zones: BTreeMap<String, Vec<Zone>>,
    /// By family, what the whole region calls so: public and planned zones, by their first address, wide ones first.
    everywhere: [Vec<Named>; 2],
    /// The same for machines, and for public addresses of sites.
    single: [Vec<Named>; 2],
}

/// Part of a set of addresses, in a word.
pub(super) type Part = (String, IntervalSet);

/// Addresses that no plan gives (RFC 6890).
const SPECIAL: [(&str, &[&str]); 4] = [
    ("no address yet", &["0.0.0.0/32", "::/128"]),
    ("everybody on the link", &["255.255.255.255/32"]),
    ("link-local", &["fe80::/10"]),
    ("multicast", &["224.0.0.0/4", "ff00::/8"]),
];
/// More addresses than any zone has: the Internet, or most of it.
const MOST: u128 = 1 << 30;
/// Ranges without a name that are written out.
const RANGES: usize = 4;
/// Zones that are named beside the Internet.
const ZONES: usize = 6;

impl Names {
    /// The words of both facts, the first one's before the other's.
    pub(super) fn of(facts: [&Value; 2]) -> Self {
        let mut names = Self::default();
        for facts in facts {
            names.add(facts);
        }
        for (word, nets) in SPECIAL {
            let nets: Vec<IpNet> = nets.iter().filter_map(|net| net.parse().ok()).collect();
            push(&mut names.single, &nets, word);
        }
        for named in names.everywhere.iter_mut().chain(&mut names.single) {
            named.sort_by_key(|named| (named.span.lo, std::cmp::Reverse(named.span.hi)));
        }
        names
    }

    fn add(&mut self, facts: &Value) {
        let lines = |part: &str| facts[part].as_array().into_iter().flatten().filter_map(Value::as_str);
        for zone in lines("zones").filter_map(zone) {
            if !zone.is_private {
                push(&mut self.everywhere, &zone.nets, &format!("{}.{}", zone.site, zone.name));
            }
            self.zones.entry(zone.site.clone()).or_default().push(zone);
        }
        for (word, addresses) in lines("machines").filter_map(machine).chain(lines("sites").filter_map(site)) {
            push(&mut self.single, &addresses, &word);
        }
    }

    /// The zone behind an interface of a site's gateway.
    pub(super) fn zone_at(&self, site: &str, interface: &str) -> Option<String> {
        let found = self.zones.get(site)?.iter().find(|zone| zone.interface == interface)?;
        Some(format!("{}.{}", found.site, found.name))
    }

    /// A word that this calls a zone, a machine or a public address by.
    pub(super) fn is_known(&self, word: &str) -> bool {
        self.everywhere.iter().chain(&self.single).flatten().any(|named| named.word == word)
    }

    /// Addresses of one family in words, as the gateway of a site meets them at an interface: the zones and machines that
    /// they are all of, then what is left.
    pub(super) fn parts(&self, values: &IntervalSet, v6: bool, site: &str, interface: Option<&str>) -> Vec<Part> {
        let own = self.zones.get(site).map_or(&[][..], Vec::as_slice);
        let behind = own.iter().filter(|zone| Some(zone.interface.as_str()) == interface);
        let mut near = [Vec::new(), Vec::new()];
        let mut is_link = false;
        for zone in behind {
            is_link = true;
            push(&mut near, &zone.nets, &format!("{}.{}", zone.site, zone.name));
        }
        if !is_link {
            for zone in own.iter().filter(|zone| zone.is_private) {
                push(&mut near, &zone.nets, &format!("{}.{}", zone.site, zone.name));
            }
        }
        let [near4, near6] = near;
        let mut near = if v6 { near6 } else { near4 };
        near.sort_by_key(|named| (named.span.lo, std::cmp::Reverse(named.span.hi)));
        let family = usize::from(v6);
        let far: &[Named] = if is_link { &[] } else { &self.everywhere[family] };
        let (mut parts, mut left) = (Vec::new(), values.clone());
        for vocabulary in [near.as_slice(), far, &self.single[family]] {
            left = take(&left, vocabulary, &mut parts);
        }
        self.rest(&left, v6, site, &mut parts);
        parts
    }

    /// What no name covers.
    fn rest(&self, left: &IntervalSet, v6: bool, site: &str, parts: &mut Vec<Part>) {
        if size(left) >= MOST {
            let named = parts.len();
            if named <= ZONES {
                parts.push(("internet".to_owned(), left.clone()));
                return;
            }
            let all = parts.drain(..).fold(left.clone(), |all, (_, own)| all.union(&own));
            parts.push((format!("internet and {named} zones"), all));
            return;
        }
        let spans: Vec<Interval> = left.iter().collect();
        let named = if spans.len() > RANGES { RANGES - 1 } else { spans.len() };
        let (named, others) = spans.split_at(named);
        parts.extend(named.iter().map(|span| (self.range(*span, v6, site), IntervalSet::from(*span))));
        if !others.is_empty() {
            parts.push((format!("{} ranges more", others.len()), others.iter().copied().collect()));
        }
    }

    /// `10.128.0.5 (of 0000001B.pedago)`.
    fn range(&self, span: Interval, v6: bool, site: &str) -> String {
        let text = match (address(span.lo, v6), address(span.hi, v6)) {
            (a, b) if a == b => a.to_string(),
            (a, b) => match prefix(span, v6) {
                Some(net) => net.to_string(),
                None => format!("{a}-{b}"),
            },
        };
        let holds = |named: &&Named| named.span.lo <= span.lo && span.hi <= named.span.hi;
        let own = self.zones.get(site).into_iter().flatten().filter(|zone| zone.is_private);
        let own = own.flat_map(|zone| {
            let nets = zone.nets.iter().filter(move |net| is_v6(net) == v6);
            nets.map(|net| Named { span: span_of(net), word: format!("{}.{}", zone.site, zone.name) })
        });
        let own = own.filter(|named| holds(&named)).map(|named| named.word).next();
        let all = &self.everywhere[usize::from(v6)];
        let zone = own.or_else(|| all.iter().find(holds).map(|named| named.word.clone()));
        zone.map_or_else(|| text.clone(), |zone| format!("{text} (of {zone})"))
    }
}

fn push(to: &mut [Vec<Named>; 2], nets: &[IpNet], word: &str) {
    for net in nets {
        to[usize::from(is_v6(net))].push(Named { span: span_of(net), word: word.to_owned() });
    }
}

/// Takes whole names out of a set, wide ones first; gives what is left of it.
fn take(values: &IntervalSet, vocabulary: &[Named], parts: &mut Vec<Part>) -> IntervalSet {
    let mut left = Vec::new();
    for span in values.iter() {
        // None once the last of all addresses is taken.
        let mut from = Some(span.lo);
        let first = vocabulary.partition_point(|named| named.span.lo < span.lo);
        for named in vocabulary[first..].iter().take_while(|named| named.span.lo <= span.hi) {
            let Some(start) = from.filter(|start| *start <= named.span.lo && named.span.hi <= span.hi) else {
                continue;
            };
            if start < named.span.lo {
                left.push(Interval::new(start, named.span.lo - 1));
            }
            parts.push((named.word.clone(), IntervalSet::from(named.span)));
            from = named.span.hi.checked_add(1);
        }
        left.extend(from.filter(|start| *start <= span.hi).map(|start| Interval::new(start, span.hi)));
    }
    left.into_iter().collect()
}

fn size(values: &IntervalSet) -> u128 {
    values.iter().fold(0, |sum: u128, span| sum.saturating_add((span.hi - span.lo).saturating_add(1)))
}

fn is_v6(net: &IpNet) -> bool {
    matches!(net, IpNet::V6(_))
}

/// First and last address of a prefix.
pub(super) fn span_of(net: &IpNet) -> Interval {
    Interval::new(number(net.network()), number(net.broadcast()))
}

/// An address as packet sets number it.
pub(super) fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(a) => u128::from(u32::from(a)),
        IpAddr::V6(a) => u128::from(a),
    }
}

fn address(value: u128, v6: bool) -> IpAddr {
    match u32::try_from(value) {
        Ok(four) if !v6 => IpAddr::V4(four.into()),
        _ => IpAddr::V6(value.into()),
    }
}

/// A range that is exactly one prefix.
fn prefix(span: Interval, v6: bool) -> Option<IpNet> {
    let bits = if v6 { 128 } else { 32 };
    let length = (0..=bits).find(|length| {
        let net = IpNet::new(address(span.lo, v6), *length).map(|net| net.trunc());
        net.is_ok_and(|net| span_of(&net) == span)
    })?;
    IpNet::new(address(span.lo, v6), length).ok()
}

/// `0000001B.pedago eth1.20 vlan 20 10.128.0.0/22 2001:db8:1:20::/64 pedagogic private`.
fn zone(line: &str) -> Option<Zone> {
    let mut words = line.split(' ');
    let (site, name) = words.next()?.split_once('.')?;
    let interface = words.next()?.to_owned();
    let nets = line.split(' ').filter_map(|word| word.parse().ok()).collect();
    let is_private = words.any(|word| word == "private");
    Some(Zone { site: site.to_owned(), name: name.to_owned(), interface, nets, is_private })
}

/// `0000001B.replique 10.128.5.10 in pedago_servers`.
fn machine(line: &str) -> Option<(String, Vec<IpNet>)> {
    Some((line.split(' ').next()?.to_owned(), addresses(line.split(' '))))
}

/// `0000001B establishment wan eth0 198.51.100.1 other 198.51.100.129, 198.51.100.201`.
fn site(line: &str) -> Option<(String, Vec<IpNet>)> {
    Some((format!("{}.public", line.split(' ').next()?), addresses(line.split([' ', ',']))))
}

fn addresses<'l>(words: impl Iterator<Item = &'l str>) -> Vec<IpNet> {
    words.filter_map(|word| word.parse::<IpAddr>().ok()).map(IpNet::from).collect()
}
