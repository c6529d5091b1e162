//! What devices are told: where to send logs, where to take time, and whether they can; devices that nobody describes.

use super::facts::Facts;
use crate::diagnostics::codes::lint as codes;
use crate::diagnostics::{At, Code, Diagnostic};
use crate::network::model::{End, Site, SiteId};
use crate::network::scope::parts_of;
use crate::policy::{self, Devices};

/// Sites whose devices are told no time source.
pub(super) fn without_clock(facts: &Facts) -> Vec<Diagnostic> {
    lacking(facts, &codes::DEVICE_WITHOUT_CLOCK, "are told no time source", "clock", |site| site.clocks.is_empty())
}

/// Sites whose devices are told no collector.
pub(super) fn without_logs(facts: &Facts) -> Vec<Diagnostic> {
    lacking(facts, &codes::DEVICE_WITHOUT_LOGS, "are told no log collector", "logs", |site| site.logs.is_empty())
}

fn lacking(facts: &Facts, code: &'static Code, says: &str, key: &str, is: fn(&Site) -> bool) -> Vec<Diagnostic> {
    let sites = facts.net.sites.iter().filter(|site| is(site));
    let one = |site: &Site| {
        let help =
            format!("write `devices: {{ {key}: ... }}` in its file or in its profile, and the flow that it needs");
        Diagnostic::new(code, site.span, format!("devices of `{}` {says}", site.name)).help(help)
    };
    sites.map(one).collect()
}

/// Establishments whose switches nobody describes: what each VLAN of the gateway joins is assumed, not proved (A9).
pub(super) fn without_switch(facts: &Facts) -> Vec<Diagnostic> {
    let bare = facts.net.sites.iter().filter(|site| site.is_establishment && site.switches.is_empty());
    let one = |site: &Site| {
        let says =
            format!("no switch of `{}` is described: that each VLAN joins hosts of one zone is assumed", site.name);
        Diagnostic::new(&codes::NO_SWITCH, site.span, says)
            .help("describe them in `switches:` and `cables:`, and their configurations are proved and written too")
    };
    bare.map(one).collect()
}

/// Whatever the port: no flow at all joins the devices and what they are told.
pub(super) fn unreachable(facts: &Facts) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (site, place) in facts.net.site_ids() {
        let parts = parts_of(facts.policy, &place.name);
        let told = parts.iter().rev().find_map(|p| p.devices.as_ref()).map(ends).unwrap_or_default();
        found.extend(told.into_iter().filter_map(|(word, end)| in_vain(facts, site, word, end)));
    }
    found
}

fn ends(devices: &Devices) -> Vec<(&'static str, &At<policy::End>)> {
    let both = [("log collector", devices.logs.as_ref()), ("time source", devices.clock.as_ref())];
    both.into_iter().filter_map(|(word, end)| Some((word, end?))).collect()
}

fn in_vain(facts: &Facts, site: SiteId, word: &str, told: &At<policy::End>) -> Option<Diagnostic> {
    let end = facts.scopes.end(site, &told.value)?;
    let senders = std::iter::once(End::Gateway(site)).chain(of_switches(facts, site));
    let reaches = |from: &End| facts.net.flows.at(site).any(|(_, f)| f.from == *from && leads_to(facts, &f.to, &end));
    let silent = senders.into_iter().find(|from| !reaches(from) && !on_one_link(facts, from, &end))?;
    let who = if matches!(silent, End::Gateway(_)) { "gateway" } else { "switches" };
    let says = format!("no flow lets the {who} reach this {word}");
    let help = "write the flow from `gateway`, and from the zone of devices where there are switches";
    Some(Diagnostic::new(&codes::TOLD_UNREACHABLE, told.span, says).help(help))
}

/// Switches send from their address in the zone of devices.
fn of_switches(facts: &Facts, site: SiteId) -> Option<End> {
    let has_switches = !facts.net.site(site).switches.is_empty();
    has_switches.then(|| facts.net.devices_zone(site)).flatten().map(End::Zone)
}

fn leads_to(facts: &Facts, to: &End, told: &End) -> bool {
    let in_zone = |host: &crate::network::HostId, zone| facts.net.hosts[host.index()].zones.contains(zone);
    match (to, told) {
        (End::Zone(zone), End::Host(host)) => in_zone(host, zone),
        (End::Internet(wide), End::Internet(told)) => {
            wide.is_empty() || told.iter().all(|t| wide.iter().any(|w| w.contains(t)))
        }
        _ => to == told,
    }
}

/// A gateway needs no flow of its own to what stands on one of its links, nor a switch in the same zone.
fn on_one_link(facts: &Facts, from: &End, told: &End) -> bool {
    let End::Host(host) = told else { return false };
    let host = &facts.net.hosts[host.index()];
    match from {
        End::Zone(zone) => host.zones.contains(zone),
        _ => false,
    }
}
