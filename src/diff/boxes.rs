//! A set of packets at one hook as short rules: who, to whom, on what, with a packet of each.

use std::collections::BTreeMap;

use super::names::Names;
use crate::config::filter::Hook;
use crate::config::meaning::Interfaces;
use crate::network::L4;
use crate::packets::{
    Field, FieldProduct, Interval, IntervalSet, OverBudget, PacketSet, Space, family, iface, open_on, proto, state,
};

/// A set that takes more products than these is told in the first of them.
const MOST: usize = 1 << 14;

/// Where packets are met, and the words for what they hold.
pub(super) struct Here<'a> {
    /// The device's directory; its first part is the site.
    pub(super) device: &'a str,
    /// Where in the device.
    pub(super) hook: Hook,
    /// Its interfaces.
    pub(super) interfaces: &'a Interfaces,
    /// Zones and machines.
    pub(super) names: &'a Names,
    /// Named services.
    pub(super) services: &'a BTreeMap<String, Vec<L4>>,
    /// Where packets of known connections are told: what is opened at each hook as before.
    pub(super) opened: Option<&'a BTreeMap<Hook, PacketSet>>,
}

/// A part of a set in words.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    /// `0000001B.pedago`.
    pub(super) from: String,
    /// `csm.pupils`.
    pub(super) to: String,
    /// `on proxy`.
    pub(super) what: String,
    /// A packet of it.
    pub(super) example: String,
}

/// What is said of ICMP errors (RFC 792, RFC 4443) about a connection, and of packets that belong to none.
const ERRORS: &str = ", errors about connections that are open";
const STRAY: &str = ", of no connection";

/// The rule is about packets that go with others.
pub(super) fn is_consequence(what: &str) -> bool {
    what.ends_with(ERRORS) || what.ends_with(STRAY)
}

/// Who, to whom, and which connections.
type Pair = (String, String, &'static str);

/// The set in words; the last rule says so when it takes too many.
pub(super) fn rules(space: &mut Space, set: PacketSet, here: &Here<'_>) -> Result<Vec<Rule>, OverBudget> {
    let (products, truncated) = space.boxes(set, MOST);
    let mut pairs: BTreeMap<Pair, [Vec<FieldProduct>; 2]> = BTreeMap::new();
    for product in products {
        if !truncated && !here.may_be(space, &product)? {
            continue;
        }
        for v6 in [false, true] {
            let own = product.intersect(&if v6 { FieldProduct::v6() } else { FieldProduct::v4() });
            if own.is_empty() {
                continue;
            }
            for (from, to, part) in here.pairs(&own, v6) {
                pairs.entry((from, to, which(&part))).or_default()[usize::from(v6)].push(part);
            }
        }
    }
    let mut rules = Vec::new();
    for ((from, to, which), families) in pairs {
        rules.extend(here.rule([from, to], which, &families, space, set)?);
    }
    if truncated {
        let (from, to) = ("and others".to_owned(), "and others".to_owned());
        rules.push(Rule { from, to, what: format!("in more than {MOST} rules"), example: String::new() });
    }
    Ok(rules)
}

/// Which packets of connections these are; nothing to say of those that open one.
fn which(product: &FieldProduct) -> &'static str {
    match product.get(Field::State) {
        Some(states) if states.contains(state::NEW) || states.contains(state::UNTRACKED) => "",
        Some(states) if states.contains(state::ESTABLISHED) => ", of connections that are open",
        Some(states) if states.contains(state::ESTABLISHED_REPLY) => ", in answer to connections that are open",
        Some(states) if states.contains(state::RELATED) || states.contains(state::RELATED_REPLY) => ERRORS,
        Some(_) => STRAY,
        None => "",
    }
}

impl Here<'_> {
    fn site(&self) -> &str {
        self.device.split('/').next().unwrap_or(self.device)
    }

    /// Both families in one rule where they say the same.
    fn rule(
        &self,
        [from, to]: [String; 2],
        which: &str,
        families: &[Vec<FieldProduct>; 2],
        space: &mut Space,
        set: PacketSet,
    ) -> Result<Vec<Rule>, OverBudget> {
        let mut said: Vec<(Vec<String>, String)> = Vec::new();
        for products in families {
            let part = space.products(products)?;
            let part = space.intersect(part, set)?;
            let example = space.witness_preferring(part, &natural(products)).map(|p| p.to_string());
            said.push((self.services(open_on(space, part)?), example.unwrap_or_default()));
        }
        let [(on4, example4), (on6, example6)] = &said[..] else { return Ok(Vec::new()) };
        let rule = |on: &[String], family: &str, example: &str| Rule {
            from: from.clone(),
            to: to.clone(),
            what: format!("on {}{family}{which}", on.join(", ")),
            example: example.to_owned(),
        };
        // A type of ICMP and that of ICMPv6 are one service where they have one name.
        Ok(match (families[0].is_empty(), families[1].is_empty()) {
            (false, true) => vec![rule(on4, " (IPv4)", example4)],
            (true, false) => vec![rule(on6, " (IPv6)", example6)],
            _ if on4 == on6 => vec![rule(on4, "", example4)],
            _ => vec![rule(on4, " (IPv4)", example4), rule(on6, " (IPv6)", example6)],
        })
    }

    /// Names of services where what they open is all there, the widest first; the rest as it is.
    fn services(&self, mut items: Vec<String>) -> Vec<String> {
        let mut known: Vec<(&String, Vec<String>)> =
            self.services.iter().map(|(name, own)| (name, own.iter().map(|l4| written(*l4)).collect())).collect();
        known.sort_by_key(|(name, own)| (std::cmp::Reverse(own.len()), (*name).clone()));
        let mut words = Vec::new();
        for (name, own) in known {
            let own: Vec<String> = own.into_iter().filter(|item| fits(item, &items)).collect();
            if !own.is_empty() && own.iter().all(|item| items.contains(item)) {
                items.retain(|item| !own.contains(item));
                words.push(name.clone());
            }
        }
        words.sort();
        words.extend(items);
        words
    }

    /// A product as one of each sender and receiver that have a word.
    fn pairs(&self, product: &FieldProduct, v6: bool) -> Vec<(String, String, FieldProduct)> {
        let (from, to) = (self.end(product, Field::Src, Field::In, v6), self.end(product, Field::Dst, Field::Out, v6));
        let narrowed = |product: FieldProduct, field, own: &Option<IntervalSet>| match own {
            Some(values) => product.with(field, values.clone()),
            None => product,
        };
        let pair = |(from, src): &(String, Option<IntervalSet>)| {
            let product = narrowed(product.clone(), Field::Src, src);
            let pair = |(to, dst): &(String, Option<IntervalSet>)| {
                (from.clone(), to.clone(), narrowed(product.clone(), Field::Dst, dst))
            };
            to.iter().map(pair).collect::<Vec<_>>()
        };
        from.iter().flat_map(pair).collect()
    }

    /// One side: addresses in words, or the zone behind the interface whatever the address.
    fn end(&self, product: &FieldProduct, address: Field, side: Field, v6: bool) -> Vec<(String, Option<IntervalSet>)> {
        if (self.hook, side) == (Hook::Input, Field::Out) || (self.hook, side) == (Hook::Output, Field::In) {
            return vec![(self.own(product, side), None)];
        }
        let numbers = product.get(side).cloned().unwrap_or_else(|| self.interfaces.existing());
        let links: Vec<&str> =
            numbers.iter().flat_map(|s| (s.lo..=s.hi.min(s.lo + 64)).filter_map(|n| self.interfaces.name(n))).collect();
        let link = if links.len() == 1 { Some(links[0]) } else { None };
        let whole = |word: String| vec![(word, None)];
        match (product.get(address), link) {
            (Some(values), _) => {
                let parts = self.names.parts(values, v6, self.site(), link);
                parts.into_iter().map(|(word, own)| (word, Some(own))).collect()
            }
            (None, Some(link)) => {
                let zone = self.names.zone_at(self.site(), link);
                whole(zone.map_or_else(|| format!("any by {link}"), |zone| format!("{zone} (any address)")))
            }
            (None, None) => whole("any".to_owned()),
        }
    }

    /// The gateway itself, or an account of it.
    fn own(&self, product: &FieldProduct, side: Field) -> String {
        let users = product.get(Field::Uid).filter(|_| side == Field::In);
        let one = users.and_then(|users| users.least().filter(|least| users.greatest() == Some(*least)));
        match one {
            Some(uid) => format!("{}.gateway (account {uid})", self.site()),
            None => format!("{}.gateway", self.site()),
        }
    }

    /// Packets of a known connection are told where something may have opened it.
    fn may_be(&self, space: &mut Space, product: &FieldProduct) -> Result<bool, OverBudget> {
        let Some(opened) = self.opened else { return Ok(true) };
        // Which way a connection goes is not known there, and few filters have rules for it.
        if matches!(self.hook, Hook::Prerouting | Hook::Postrouting) {
            return Ok(true);
        }
        let states = product.get(Field::State).cloned().unwrap_or_else(|| IntervalSet::from(Field::State.domain()));
        if states.contains(state::INVALID) || states.contains(state::RELATED) || states.contains(state::RELATED_REPLY) {
            return Ok(true);
        }
        let opening = product.clone().without(Field::State).with_value(Field::State, state::NEW);
        let (back, hook) = (mirrored(&opening), mirror(self.hook));
        let ways = [(state::ESTABLISHED, opening, self.hook), (state::ESTABLISHED_REPLY, back, hook)];
        for (known, opening, hook) in ways {
            if states.contains(known) {
                let (set, all) = (space.product(&opening)?, opened.get(&hook).copied().unwrap_or(space.empty()));
                if space.overlaps(set, all) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}

fn mirror(hook: Hook) -> Hook {
    match hook {
        Hook::Input => Hook::Output,
        Hook::Output => Hook::Input,
        other => other,
    }
}

/// The packets that those of a product answer to, whatever their ICMP type.
fn mirrored(product: &FieldProduct) -> FieldProduct {
    let pairs = [(Field::Src, Field::Dst), (Field::Sport, Field::Dport), (Field::In, Field::Out)];
    let is_typed = product.get(Field::Proto).is_some_and(|p| proto::WITH_TYPES.iter().any(|t| p.contains(*t)));
    let mut out = product.clone().without(Field::Uid).without(Field::Ipsec);
    for (a, b) in pairs {
        let (first, second) = (product.get(a).cloned(), product.get(b).cloned());
        out = out.without(a).without(b);
        if is_typed && a == Field::Sport {
            continue;
        }
        out = first.into_iter().fold(out, |out, values| out.with(b, values));
        out = second.into_iter().fold(out, |out, values| out.with(a, values));
    }
    out
}

/// A packet that an ordinary machine would send: its address is neither the first of its range nor the last.
fn natural(products: &[FieldProduct]) -> Vec<FieldProduct> {
    let host = |field| FieldProduct::any().with(field, IntervalSet::from(Interval::new(1, field.max())));
    let inner = |field| {
        let spans = products.iter().filter_map(move |product| product.get(field)).flat_map(IntervalSet::iter);
        let roomy = spans.filter(|span| span.hi - span.lo >= 16);
        let inner: IntervalSet = roomy.map(|span| Interval::new(span.lo + 10, span.hi - 1)).collect();
        FieldProduct::any().with(field, inner)
    };
    vec![
        FieldProduct::any().with_value(Field::State, state::NEW),
        FieldProduct::any().with(Field::In, IntervalSet::span(iface::LO, Field::In.max())),
        FieldProduct::any().with(Field::Out, IntervalSet::span(iface::LO, Field::Out.max())),
        FieldProduct::any().with_value(Field::Family, family::V4),
        host(Field::Src),
        host(Field::Dst),
        inner(Field::Src),
        inner(Field::Dst),
    ]
}

fn written(l4: L4) -> String {
    match l4 {
        L4::Icmp(8) => "icmp/echo".to_owned(),
        L4::Icmp6(128) => "icmp6/echo".to_owned(),
        other => crate::network::written(other),
    }
}

/// An item of the family that others are of: a service of both is whole in each.
fn fits(item: &str, items: &[String]) -> bool {
    let v6 = items.iter().any(|i| i.starts_with("icmp6/"));
    let v4 = items.iter().any(|i| i.starts_with("icmp/"));
    !(item.starts_with("icmp6/") && v4 || item.starts_with("icmp/") && v6)
}
