//! A range in which nothing lies of what is written for it: it is the range that is wrong, not each address.

use ipnet::IpNet;

use super::{Facts, public};
use crate::diagnostics::codes::network as codes;
use crate::diagnostics::{At, Code, Diagnostic, Sink, Span};

/// What is written for a range.
struct Expected {
    code: &'static Code,
    /// As one says it after "no": `block of an establishment`.
    what: &'static str,
    /// The range, as one says it.
    range: String,
    place: At<IpNet>,
    /// Where it is written, and whether the range holds it.
    all: Vec<(Span, bool)>,
}

impl Expected {
    /// One alone may be the one that is wrong.
    fn tell(&self, sink: &mut Sink) {
        let [(first, _), _, ..] = self.all[..] else { return };
        if self.all.iter().any(|(_, is_inside)| *is_inside) {
            return;
        }
        let says = format!("no {} is in {} {}", self.what, self.range, self.place.value);
        let found = Diagnostic::new(self.code, self.place.span, says)
            .other(first, format!("the first of {}", self.all.len()))
            .help("correct this range: all of them lie outside it");
        sink.push(found);
    }
}

/// The plan, and the blocks of establishments.
pub(super) fn plan(facts: &Facts, sink: &mut Sink) {
    let region = &facts.policy.region;
    let row = |place, all| Expected {
        code: &codes::BLOCK_OUTSIDE_PLAN,
        what: "block of an establishment",
        range: "the plan".to_owned(),
        place,
        all,
    };
    let blocks4 = facts.policy.blocks().map(|b| (b.v4.span, region.plan4.contains(&b.v4.value)));
    let blocks6 = facts.policy.blocks().filter_map(|b| Some((b.v6.span, region.plan6.contains(&b.v6.value?))));
    row(region.plan4.map(IpNet::V4), blocks4.collect()).tell(sink);
    row(region.plan6.map(IpNet::V6), blocks6.collect()).tell(sink);
}

/// The public range of each WAN, and the public addresses of its sites.
pub(super) fn wans(facts: &Facts, sink: &mut Sink) {
    for wan in facts.policy.region.wans.values() {
        let is_on = |site: &&_| facts.wan(site).is_some_and(|own| own.name.value == wan.name.value);
        let publics = facts.net.sites.iter().filter(is_on).flat_map(|site| public::of_site(facts, site));
        let expected = Expected {
            code: &codes::WAN_RANGE,
            what: "public address of its sites",
            range: format!("the range of WAN `{}`,", wan.name.value),
            place: wan.public,
            all: publics
                .map(|p| (p.address.span, wan.public.contains(&IpNet::from(std::net::IpAddr::V4(p.address.value)))))
                .collect(),
        };
        expected.tell(sink);
    }
}
