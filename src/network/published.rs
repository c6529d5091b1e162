//! Published services: each as the security policy lets it answer, and no port of a public address for two machines.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use super::label;
use super::model::{Flow, Network, Published, ZoneId};
use super::words::written;
use crate::diagnostics::codes::network as codes;
use crate::diagnostics::{Diagnostic, Sink};
use crate::policy::L4;

/// Every published flow.
pub(super) fn check(net: &Network, sink: &mut Sink) {
    let mut known: BTreeMap<Ipv4Addr, Vec<&Flow>> = BTreeMap::new();
    for (flow, published) in net.flows.iter().filter_map(|f| Some((f, f.published?))) {
        let before = known.entry(published.at).or_default();
        if let Some(found) = unreadable(flow).or_else(|| not_declared(net, flow, published)) {
            sink.push(found);
        } else if let Some((first, l4)) = before.iter().find_map(|other| Some((other, twice(other, flow)?))) {
            sink.push(two_machines(net, first, flow, published.at, l4));
        }
        before.push(flow);
    }
}

/// Only what has ports is led to a machine by its port.
fn unreadable(flow: &Flow) -> Option<Diagnostic> {
    let l4 = flow.services.iter().find(|l4| matches!(l4, L4::Icmp(_) | L4::Icmp6(_)))?;
    let says = format!("{} has no port by which the gateway could lead it to a machine", written(*l4));
    let found = Diagnostic::new(&codes::FLOW_ENDS, flow.at[1], says);
    Some(found.help("publish services of TCP and UDP alone"))
}

/// The zone that answers.
fn answers(net: &Network, flow: &Flow) -> Option<ZoneId> {
    net.zones_of(&flow.to).first().copied()
}

fn not_declared(net: &Network, flow: &Flow, published: Published) -> Option<Diagnostic> {
    let id = answers(net, flow)?;
    let (zone, auth) = (net.zone(id), published.auth);
    let l4 = flow.services.iter().find(|l4| !net.security.may_publish(id, zone, **l4, auth))?;
    let what = zone.class.as_ref().map_or_else(|| net.zone_label(id), ToString::to_string);
    let says = format!(
        "no line of `publish` lets `{}` answer the Internet on {} with `{}`",
        net.zone_label(id),
        written(*l4),
        auth.word()
    );
    let found = Diagnostic::new(&codes::NOT_PUBLISHABLE, flow.at[1], says).other(flow.at[0], "from outside");
    let near = net.security.publish.iter().find(|line| line.names(id, zone));
    let found = near.into_iter().fold(found, |found, line| found.other(line.span, format!("what `{what}` may")));
    Some(found.help(format!(
        "ask the academy's security officer, who holds security.yaml (right policy.*), for `{what} on {} with {}` under \
         `publish:`; or publish what a line there lets",
        written(*l4),
        auth.word()
    )))
}

/// A service that two flows of one address have, and lead to two machines.
fn twice(first: &Flow, second: &Flow) -> Option<L4> {
    let mut both = second.services.iter().filter(|l4| first.services.iter().any(|known| known.meets(**l4)));
    both.next().copied().filter(|_| first.to != second.to)
}

fn two_machines(net: &Network, first: &Flow, second: &Flow, at: Ipv4Addr, l4: L4) -> Diagnostic {
    let [one, other] = [first, second].map(|flow| label(net, &flow.to));
    let says = format!("{} at {at} leads to `{one}` and to `{other}`", written(l4));
    Diagnostic::new(&codes::PUBLISHED_TWICE, second.at[1], says)
        .other(first.at[1], format!("`{one}`"))
        .help("publish one of them at another address, or on another port")
}
