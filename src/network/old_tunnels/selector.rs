//! What may go through: a part of one zone on this side, addresses that nobody here has on the other.

use ipnet::IpNet;

use super::super::model::{Network, OldTunnel, SiteId, Zone};
use super::super::plan::{meet, nobodys};
use super::Fault;
use crate::diagnostics::{Sink, Span};
use crate::policy::Policy;

/// Where a selector stands.
struct Facts<'a> {
    policy: &'a Policy,
    net: &'a Network,
    site: SiteId,
    /// Selectors of the site that are written above it.
    above: &'a [Selector],
}

#[derive(Clone, Copy)]
struct Selector {
    local: IpNet,
    remote: IpNet,
    span: Span,
}

type Rule = fn(&Facts, Selector) -> Option<Fault>;

/// In the order of what helps most: what is said first is mended first.
const RULES: &[Rule] =
    &[family, near_private, near_is_one_zone, far_zone, far_block, far_public, far_special, two_ways];

/// A way out that several rules share.
const FAR_IS_THEIRS: &str = "the prefix on the right is the far side's: name a range that is nobody's here";

/// The selectors of a site's tunnels, in the order they are written.
pub(super) fn check(policy: &Policy, net: &Network, site: SiteId, tunnels: &[&OldTunnel], sink: &mut Sink) {
    let all: Vec<Selector> = tunnels
        .iter()
        .flat_map(|t| &t.selectors)
        .map(|s| Selector { local: s.value.0, remote: s.value.1, span: s.span })
        .collect();
    for (place, selector) in all.iter().enumerate() {
        let facts = Facts { policy, net, site, above: &all[..place] };
        let fault = RULES.iter().find_map(|rule| rule(&facts, *selector));
        fault.into_iter().for_each(|f| sink.push(f.at(selector.span)));
    }
}

impl<'a> Facts<'a> {
    fn own(&self) -> impl Iterator<Item = &'a Zone> + use<'a> {
        let net = self.net;
        net.site(self.site).zones.iter().map(|z| net.zone(*z))
    }

    fn others(&self) -> impl Iterator<Item = &'a Zone> + use<'a> {
        let site = self.site;
        self.net.zones.iter().filter(move |z| z.site != site)
    }

    fn place(&self, zone: &Zone) -> &'a str {
        self.net.site(zone.site).name.as_str()
    }
}

fn meets(zone: &Zone, net: &IpNet) -> bool {
    zone.nets().iter().any(|own| meet(own, net))
}

/// The WAN has IPv4 alone, so that no route leads an IPv6 packet to a tunnel without an interface of its own.
fn family(_: &Facts, Selector { local, remote, .. }: Selector) -> Option<Fault> {
    let v6 = |net: &IpNet| matches!(net, IpNet::V6(_));
    let says = match (v6(&local), v6(&remote)) {
        (false, false) => return None,
        (true, true) => format!("no route leads to {remote}: the WAN has no IPv6"),
        _ => format!("{local} and {remote} are not of one family: no packet goes from one to the other"),
    };
    Some(Fault::new(says, "write IPv4 prefixes on both sides; only the tunnels of `links:` carry IPv6"))
}

/// A private range repeats elsewhere: nobody at the far end could tell whose packet it is (T8).
fn near_private(facts: &Facts, Selector { local, .. }: Selector) -> Option<Fault> {
    let zone = facts.own().find(|z| z.private && meets(z, &local))?;
    let says = format!("{local} is of zone `{}`, which is private to `{}`", zone.name, facts.place(zone));
    let help = format!("no private range enters a tunnel: give `{}` a range of the establishment's block", zone.name);
    Some(Fault::new(says, help).beside(zone.span, "this zone"))
}

fn near_is_one_zone(facts: &Facts, Selector { local, .. }: Selector) -> Option<Fault> {
    if facts.own().any(|z| z.nets().iter().any(|n| n.contains(&local))) {
        return None;
    }
    let site = &facts.net.site(facts.site).name;
    let held = facts.own().find(|z| meets(z, &local));
    let theirs = facts.others().find(|z| !z.private && meets(z, &local));
    Some(match (theirs, held) {
        (Some(zone), _) => {
            let says = format!("{local} holds addresses of zone `{}` of `{}`", zone.name, facts.place(zone));
            let help = "the prefix on the left is this establishment's: name one of its zones, or a part of one";
            Fault::new(says, help).beside(zone.span, "this zone")
        }
        (None, Some(zone)) => {
            let says = format!("{local} is wider than zone `{}`", zone.name);
            let help = "write one selector for each zone that the tunnel is for: no other address is in use";
            Fault::new(says, help).beside(zone.span, "this zone")
        }
        (None, None) => {
            let help = "the prefix on the left is this establishment's: name one of its zones, or a part of one";
            Fault::new(format!("{local} is in no zone of `{site}`"), help)
        }
    })
}

/// What is private to another establishment is another network than the far side's, whatever its numbers.
fn far_zone(facts: &Facts, Selector { remote, .. }: Selector) -> Option<Fault> {
    let zone = facts.own().chain(facts.others().filter(|z| !z.private)).find(|z| meets(z, &remote))?;
    let says = format!("{remote} holds addresses of zone `{}` of `{}`", zone.name, facts.place(zone));
    Some(Fault::new(says, FAR_IS_THEIRS).beside(zone.span, "this zone"))
}

/// Zones may yet come where a block has none.
fn far_block(facts: &Facts, Selector { remote, .. }: Selector) -> Option<Fault> {
    let owner = facts.policy.blocks().find(|b| meet(&IpNet::V4(b.v4.value), &remote))?;
    let says = format!("{remote} holds addresses of the block of `{}`", owner.uai);
    Some(Fault::new(says, FAR_IS_THEIRS).beside(owner.v4.span, "this block"))
}

fn far_public(facts: &Facts, Selector { remote, .. }: Selector) -> Option<Fault> {
    let ours = facts.net.region.public.iter().find(|n| meet(n, &remote))?;
    Some(Fault::new(format!("{remote} holds public addresses of ours, of {ours}"), FAR_IS_THEIRS))
}

fn far_special(_: &Facts, Selector { remote, .. }: Selector) -> Option<Fault> {
    let whose = nobodys(&remote)?;
    Some(Fault::new(format!("addresses of {remote} belong to {whose}"), "name the range of the far side's machines"))
}

/// A packet that two selectors hold would go to whichever the kernel finds first.
fn two_ways(facts: &Facts, Selector { local, remote, .. }: Selector) -> Option<Fault> {
    let first = facts.above.iter().find(|s| meet(&s.local, &local) && meet(&s.remote, &remote))?;
    let says = format!("what goes from {local} to {remote} has two ways");
    Some(Fault::new(says, "write each pair of ranges once, in one tunnel").beside(first.span, "the first one"))
}
