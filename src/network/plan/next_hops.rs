//! Next hops: an address of the WAN's operator, none of ours.

use std::net::Ipv4Addr;

use super::{Facts, public};
use crate::diagnostics::codes::network as codes;
use crate::diagnostics::{At, Diagnostic, Sink, Span};
use crate::network::model::Site;

/// The next hop of every site; several sites may share one.
pub(super) fn check(facts: &Facts, sink: &mut Sink) {
    let ours = facts.net.sites.iter().flat_map(|s| public::of_site(facts, s));
    let ours: Vec<public::Public> = ours.chain(public::reserved(facts).map(|(_, public)| public)).collect();
    for site in &facts.net.sites {
        let Some(hop) = facts.gateway(site).map(|g| g.next_hop) else { continue };
        let taken = ours.iter().find(|p| p.address.value == hop.value);
        let why = match taken {
            Some(public) => Some((format!("is the public address for {}", public.what), Some(public.address.span))),
            None => elsewhere(facts, site, hop.value),
        };
        if let Some((why, place)) = why {
            sink.push(wrong(site, hop, &why, place));
        }
    }
}

fn elsewhere(facts: &Facts, site: &Site, hop: Ipv4Addr) -> Option<(String, Option<Span>)> {
    let range = public::range(facts, site)?;
    let why = public::no_machines(range.value, hop)?;
    Some((why, Some(range.span)))
}

fn wrong(site: &Site, hop: At<Ipv4Addr>, why: &str, place: Option<Span>) -> Diagnostic {
    let says = format!("next hop {} of `{}` {why}", hop.value, site.name);
    let found = Diagnostic::new(&codes::NEXT_HOP, hop.span, says).help(
        "write the address of the operator's router on this WAN: everything that leaves in clear is handed to it",
    );
    match place {
        Some(place) => found.other(place, "this one"),
        None => found,
    }
}
