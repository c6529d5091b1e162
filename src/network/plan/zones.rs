//! Prefixes of zones: nobody else's, and where their site may have them.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::prefixes::Prefixes;
use super::ranges::special;
use super::special::nobodys;
use super::{Facts, Row, meet, overlaps};
use crate::diagnostics::codes::network as codes;
use crate::diagnostics::{At, Diagnostic, Sink, Span};
use crate::network::model::{Network, Zone};
use crate::policy::{self, Establishment, Uai};

/// A gateway, its network's own two addresses, and some hosts.
const LONGEST4: u8 = 29;
/// Hosts make their own addresses in the last 64 bits (RFC 4862).
const LENGTH6: u8 = 64;

fn label(net: &Network, zone: &Zone) -> String {
    format!("zone `{}` of `{}`", zone.name, net.site(zone.site).name)
}

/// Zones of one site on one VLAN, which is told as such: the VLAN's number makes their IPv6 prefixes one too.
fn shares_vlan(net: &Network, zone: &Zone) -> bool {
    let others = net.site(zone.site).zones.iter().map(|z| net.zone(*z));
    others.filter(|other| other.vlan == zone.vlan).nth(1).is_some()
}

/// No two zones share addresses, a private one only within its site.
pub(super) fn disjoint(facts: &Facts, sink: &mut Sink) {
    let net = facts.net;
    let rows = |zones: &mut dyn Iterator<Item = &Zone>| -> Vec<Row> {
        let nets = |z: &Zone| {
            let mut nets = z.nets();
            nets.retain(|n| matches!(n, IpNet::V4(_)) || !shares_vlan(net, z));
            nets
        };
        zones.flat_map(|z| nets(z).into_iter().map(move |n| (n, facts.place(z), label(net, z)))).collect()
    };
    let help = "give one of them another place in the plan";
    overlaps(rows(&mut net.zones.iter().filter(|z| !z.private)), help, sink);
    for site in net.sites.iter().filter(|s| s.zones.iter().any(|z| net.zone(*z).private)) {
        overlaps(rows(&mut site.zones.iter().map(|z| net.zone(*z))), help, sink);
    }
}

/// Every prefix has a size that works, and lies in the range its site may use, so that guards and unreachable routes
/// cover it.
pub(super) fn placed(facts: &Facts, sink: &mut Sink) {
    let parts =
        facts.policy.blocks().flat_map(|b| parts_of_plan(b.v4, b.v6).into_iter().map(move |part| (b.uai, part)));
    let blocks = parts.enumerate().map(|(order, (uai, (block, place)))| (block, Block { order, uai, place })).collect();
    for zone in &facts.net.zones {
        if let Some(found) =
            wrong_size(facts, zone).or_else(|| misplaced(facts, zone)).or_else(|| in_others_block(facts, &blocks, zone))
        {
            sink.push(found);
        }
    }
}

fn wrong_size(facts: &Facts, zone: &Zone) -> Option<Diagnostic> {
    if zone.v4.prefix_len() > LONGEST4 {
        let says = format!("zone `{}` has {}: too small for a gateway and hosts", zone.name, zone.v4);
        return Some(Diagnostic::new(&codes::ZONE_OUTSIDE_BLOCK, facts.place(zone), says).help("use a /29 or wider"));
    }
    let v6 = zone.v6.filter(|n| n.prefix_len() != LENGTH6)?;
    let says = format!("zone `{}` has {v6}, which is no /64", zone.name);
    Some(
        Diagnostic::new(&codes::ZONE_OUTSIDE_BLOCK, facts.place(zone), says)
            .help("hosts make their own addresses in a /64 (RFC 4862): write one"),
    )
}

fn misplaced(facts: &Facts, zone: &Zone) -> Option<Diagnostic> {
    if let Some((net, whose)) = zone.nets().into_iter().find_map(|n| Some((n, nobodys(&n)?))) {
        return Some(special(net, facts.place(zone), whose));
    }
    let ranges = facts.inside();
    let outside = zone.nets().into_iter().find(|n| !ranges.iter().any(|(range, _)| range.contains(n)))?;
    let says = format!("zone `{}` has {outside}, which is neither in the plan nor in a private range", zone.name);
    Some(
        Diagnostic::new(&codes::ZONE_OUTSIDE_BLOCK, facts.place(zone), says)
            .help("take a part of the plan, or add the range to `private:` in region.yaml"),
    )
}

/// A part of the plan that is somebody's.
struct Block<'p> {
    order: usize,
    uai: &'p Uai,
    place: Span,
}

/// No zone of somebody else lies in an establishment's block.
fn in_others_block(facts: &Facts, blocks: &Prefixes<Block>, zone: &Zone) -> Option<Diagnostic> {
    let site = &facts.net.site(zone.site).name;
    let first = |net: IpNet| {
        let mut others = blocks.meeting(&net).map(|(_, block)| block).filter(|block| block.uai.name() != site);
        others.next().map(|block| (block, net))
    };
    let (Block { uai, place, .. }, net) = zone.nets().into_iter().filter_map(first).min_by_key(|(b, _)| b.order)?;
    let says = format!("zone `{}` has {net}, in the block of `{uai}`", zone.name);
    Some(
        Diagnostic::new(&codes::ZONE_OUTSIDE_BLOCK, facts.place(zone), says)
            .other(*place, format!("the block of `{uai}`"))
            .help("an establishment's block is for its own zones: take another range"),
    )
}

fn blocks_of(school: &Establishment) -> Vec<(IpNet, Span)> {
    parts_of_plan(school.block, school.block6)
}

fn parts_of_plan(v4: At<Ipv4Net>, v6: At<Option<Ipv6Net>>) -> Vec<(IpNet, Span)> {
    let block6 = v6.value.map(|b| (IpNet::V6(b), v6.span));
    std::iter::once((IpNet::V4(v4.value), v4.span)).chain(block6).collect()
}

/// A whole prefix that an establishment writes for a zone of its own lies in its block; `at` cannot leave it.
pub(super) fn own_block(facts: &Facts, sink: &mut Sink) {
    for school in facts.policy.establishments.values() {
        let profile = facts.policy.profiles.get(&school.profile.value);
        let is_filled = |name| profile.is_some_and(|p| p.parts.zones.contains_key(name));
        let own = school.parts.zones.values().filter(|z| !z.private && !is_filled(&z.name.value));
        for (zone, net) in own.flat_map(|z| prefixes(z).into_iter().map(move |net| (z, net))) {
            let same = |block: &&(IpNet, Span)| matches!(block.0, IpNet::V4(_)) == matches!(net.value, IpNet::V4(_));
            let blocks = blocks_of(school);
            let Some((block, place)) = blocks.iter().find(same).filter(|(b, _)| !b.contains(&net.value)) else {
                continue;
            };
            let says = format!("zone `{}` has {}, outside the block of its establishment", zone.name.value, net.value);
            sink.push(
                Diagnostic::new(&codes::ZONE_OUTSIDE_BLOCK, net.span, says)
                    .other(*place, format!("its block is {block}"))
                    .help(
                        "write `at:` with an offset in the block, or `private: true` for a range that is never routed",
                    ),
            );
        }
    }
}

fn prefixes(zone: &policy::Zone) -> Vec<At<IpNet>> {
    zone.ipv4.map(|n| n.map(IpNet::V4)).into_iter().chain(zone.ipv6.map(|n| n.map(IpNet::V6))).collect()
}

/// A prefix that would be forgotten: its establishment forwards no IPv6.
pub(super) fn unforwarded(facts: &Facts, sink: &mut Sink) {
    for school in facts.policy.establishments.values().filter(|s| s.block6.value.is_none()) {
        for (zone, net) in school.parts.zones.values().filter_map(|z| Some((z, z.ipv6?))) {
            let says = format!("zone `{}` has {}, and its establishment forwards no IPv6", zone.name.value, net.value);
            sink.push(
                Diagnostic::new(&codes::ZONE_OUTSIDE_BLOCK, net.span, says)
                    .other(school.block6.span, "no IPv6 here")
                    .help("give the establishment an IPv6 block, or take the prefix out"),
            );
        }
    }
}

/// A private range is nobody else's, and no part of the plan.
pub(super) fn private(facts: &Facts, sink: &mut Sink) {
    let net = facts.net;
    let reached: Prefixes<&Zone> = net.zones.iter().filter(|o| !o.private).map(|o| (IpNet::V4(o.v4), o)).collect();
    for zone in net.zones.iter().filter(|z| z.private) {
        let meets = |v4: &Ipv4Net| meet(&IpNet::V4(*v4), &IpNet::V4(zone.v4));
        let mut others = reached.meeting(&IpNet::V4(zone.v4)).map(|(_, other)| *other);
        let elsewhere = others.find(|other| other.site != zone.site);
        let plan = facts.policy.region.plan4;
        let (with, place, what) = match elsewhere {
            Some(other) => (format!("{} ({})", label(net, other), other.v4), other.span, "a zone that others reach"),
            None if meets(&plan.value) => (format!("the plan ({})", plan.value), plan.span, "the plan"),
            None => continue,
        };
        let says = format!("private zone `{}` ({}) overlaps {with}", zone.name, zone.v4);
        sink.push(
            Diagnostic::new(&codes::OVERLAP, facts.place(zone), says)
                .other(place, what)
                .help("a private range may repeat another private one, never a part of the plan"),
        );
    }
}
