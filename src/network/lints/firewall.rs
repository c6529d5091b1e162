//! One gateway for the Internet and the inside: a standing deviation of most schools, which the region decides on.

use super::facts::Facts;
use crate::diagnostics::Diagnostic;
use crate::diagnostics::codes::lint as codes;
use crate::network::model::{End, Flow, Leg, Port, SiteId};

/// Gateways that stand between zones and also meet the Internet in clear.
pub(super) fn one(facts: &Facts) -> Vec<Diagnostic> {
    let both = facts.net.site_ids().filter(|(id, _)| {
        let flows = || facts.net.flows.at(*id).map(|(_, flow)| flow);
        flows().any(|f| meets_internet(f, *id)) && flows().any(|f| is_inside(f, *id))
    });
    both.map(|(_, site)| {
        let says = format!("the gateway of `{}` filters both the Internet and the inside", site.name);
        Diagnostic::new(&codes::ONE_FIREWALL, site.span, says)
            .help("let another gateway meet the Internet; or let the security officer accept it, with the reason, in `accepts:` of security.yaml")
    })
    .collect()
}

fn legs(flow: &Flow, site: SiteId) -> impl Iterator<Item = &Leg> {
    flow.legs.iter().filter(move |leg| leg.site == site)
}

fn meets_internet(flow: &Flow, site: SiteId) -> bool {
    let is_outside = matches!(flow.to, End::Internet(_)) || matches!(flow.from, End::Internet(_));
    is_outside && legs(flow, site).any(|leg| leg.enters == Port::Wan || leg.leaves == Port::Wan)
}

fn is_inside(flow: &Flow, site: SiteId) -> bool {
    let inside = |port: &Port| matches!(port, Port::Zone(_) | Port::Tunnel(_));
    legs(flow, site).any(|leg| inside(&leg.enters) && inside(&leg.leaves))
}
