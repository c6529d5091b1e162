//! Who is in each zone's broadcast domain: exactly its members.

use std::collections::BTreeSet;

use super::Lan;
use crate::config::Loc;
use crate::diagnostics::Span;
use crate::intent::Member;
use crate::isolation::segment::Place;
use crate::network::ZoneId;

/// One difference, at a line of one device.
pub(super) struct Found {
    pub(super) device: Place,
    pub(super) at: Loc,
    pub(super) message: String,
    pub(super) policy: Span,
}

/// The first member too many and the first one missing.
pub(super) fn members(lan: &Lan<'_>, zone: ZoneId, wanted: &BTreeSet<Member>) -> Vec<Found> {
    let spot = lan.segments.gateway_spot(lan.net, zone);
    let Some(domain) = spot.and_then(|s| lan.segments.domain(s)) else {
        let message = format!("the gateway is in no segment of `{}`", lan.net.zone(zone).name);
        return vec![found(lan, zone, &Member::Gateway, message)];
    };
    let read = &domain.members;
    let mut told = Vec::new();
    if let Some(extra) = read.difference(wanted).next() {
        told.push(found(
            lan,
            zone,
            extra,
            format!("{} is in the segment of `{}`", who(lan, extra), lan.net.zone(zone).name),
        ));
    }
    if let Some(missing) = wanted.difference(read).next() {
        let stands = lan.segments.spot(lan.net, zone, missing);
        let where_ = stands.map_or("in none".to_owned(), |(_, vlan)| format!("in VLAN {vlan}"));
        let message = format!(
            "{} is not in the segment of `{}`: it is {where_} that does not reach it",
            who(lan, missing),
            lan.net.zone(zone).name
        );
        told.push(found(lan, zone, missing, message));
    }
    told
}

fn who(lan: &Lan<'_>, member: &Member) -> String {
    let name = |switch: &usize| lan.net.site(lan.segments.site).switches[*switch].name.to_string();
    match member {
        Member::Gateway => "the gateway".to_owned(),
        Member::Untagged(switch, port) => format!("port {port} of `{}`", name(switch)),
        Member::Tagged(switch, port) => format!("port {port} of `{}`, with tagged frames,", name(switch)),
        Member::Switch(switch) => format!("switch `{}` itself", name(switch)),
    }
}

fn found(lan: &Lan<'_>, zone: ZoneId, member: &Member, message: String) -> Found {
    let switches = &lan.net.site(lan.segments.site).switches;
    let policy = |switch: usize, port| {
        let used = switches[switch].ports.get(port).map(|u| u.span);
        used.unwrap_or(lan.net.zone(zone).span)
    };
    match member {
        Member::Untagged(switch, port) | Member::Tagged(switch, port) => {
            let at = lan.segments.port(*switch, *port).map_or(Loc::MADE, |p| p.at);
            Found { device: Place::Switch(*switch), at, message, policy: policy(*switch, port) }
        }
        Member::Switch(switch) => {
            let mut tables = lan.segments.switches().filter(|(index, ..)| index == switch);
            let vlan = tables.next().and_then(|(_, _, t)| t.vlans.values().find(|v| !v.addresses.is_empty()));
            let at = vlan.map_or(Loc::MADE, |v| v.at);
            Found { device: Place::Switch(*switch), at, message, policy: switches[*switch].span }
        }
        Member::Gateway => Found { device: Place::Gateway, at: Loc::MADE, message, policy: lan.net.zone(zone).span },
    }
}
