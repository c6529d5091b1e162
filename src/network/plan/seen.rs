//! Addresses by which other sites meet machines of private zones: each in its establishment's block, and nobody else's.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use super::{Facts, Written};
use crate::diagnostics::codes::network as codes;
use crate::diagnostics::{At, Diagnostic, Sink, Span};
use crate::network::model::Site;
use crate::network::scope::parts_of;
use crate::policy::Host;

/// Every machine with such an address.
pub(super) fn check(facts: &Facts, sink: &mut Sink) {
    let mut taken: BTreeMap<Ipv4Addr, Span> = BTreeMap::new();
    for site in &facts.net.sites {
        let hosts = parts_of(facts.policy, &site.name).into_iter().flat_map(|p| p.hosts.values());
        let mut seen: Vec<_> = hosts.filter_map(|host| Some((host, host.seen_as?))).collect();
        seen.sort_by_key(|(_, seen)| seen.span);
        for (host, seen) in seen {
            let wrong = pointless(facts, site, host, seen).or_else(|| misplaced(facts, site, seen));
            match wrong.or_else(|| twice(&taken, seen)) {
                Some(found) => sink.push(found),
                None => drop(taken.insert(seen.value, seen.span)),
            }
        }
    }
}

/// One address stands for one machine, of a zone that nobody elsewhere could tell apart.
fn pointless(facts: &Facts, site: &Site, host: &Host, seen: At<Ipv4Addr>) -> Option<Diagnostic> {
    let name = &host.name.value;
    let zone = host.zones.first()?;
    let facts = site.zones.iter().map(|z| facts.net.zone(*z)).find(|z| z.name == zone.value)?;
    let (says, place) = if !facts.private {
        (format!("other sites meet `{name}` by its own address: its zone `{}` is not private", facts.name), facts.span)
    } else if host.zones.len() > 1 {
        (
            format!("`{name}` has a foot in {} zones, and one address cannot stand for them all", host.zones.len()),
            zone.span,
        )
    } else if host.ipv4.is_none() || host.ipv6.is_some() {
        (format!("`{name}` has not one IPv4 address that this one could stand for"), host.name.span)
    } else {
        return None;
    };
    let found = Diagnostic::new(&codes::SEEN_AS, seen.span, says).other(place, "this one");
    Some(found.help("write `seen_as:` for a machine with one `ipv4:` in one private zone; take it out elsewhere"))
}

/// In the block, so that it is nobody else's, and in no zone, where a machine could have it. A centre has no private zone.
fn misplaced(facts: &Facts, site: &Site, seen: At<Ipv4Addr>) -> Option<Diagnostic> {
    let (Written::School(school), address) = (facts.written(site)?, seen.value) else { return None };
    let block = school.block;
    let help = format!("take a free address of {}, outside the zones of `{}`", block.value, site.name);
    if !block.value.contains(&address) {
        let says = format!("{address} is not in the block of `{}`", site.name);
        return Some(Diagnostic::new(&codes::SEEN_AS, seen.span, says).other(block.span, "its block").help(help));
    }
    let zone = facts.net.zones.iter().find(|z| z.v4.contains(&address))?;
    let says = format!("{address} is an address of zone `{}`", zone.name);
    Some(Diagnostic::new(&codes::SEEN_AS, seen.span, says).other(zone.span, format!("it is {}", zone.v4)).help(help))
}

fn twice(taken: &BTreeMap<Ipv4Addr, Span>, seen: At<Ipv4Addr>) -> Option<Diagnostic> {
    let first = taken.get(&seen.value).copied()?;
    let says = format!("{} is the address by which another machine is seen too", seen.value);
    let found = Diagnostic::new(&codes::SEEN_AS, seen.span, says).other(first, "first given here");
    Some(found.help("give each machine an address of its own"))
}
