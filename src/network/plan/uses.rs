//! Names and numbers that generated interfaces and accounts share.

use std::collections::{BTreeMap, BTreeSet};

use super::Facts;
use crate::diagnostics::codes::network as codes;
use crate::diagnostics::{At, Diagnostic, Sink, Span};
use crate::network::scope::parts_of;
use crate::network::zone_interface;
use crate::policy::{Name, Parts, ProxyPlace};

/// IFNAMSIZ is 16 with its final zero.
const INTERFACE_BYTES: usize = 15;

/// The trunk's name leaves room for the longest VLAN number.
pub(super) fn interfaces(facts: &Facts, sink: &mut Sink) {
    for site in &facts.net.sites {
        let Some(gateway) = facts.gateway(site) else { continue };
        let zones = site.zones.iter().map(|z| facts.net.zone(*z));
        let names = zones.map(|zone| zone_interface(&site.gateway.lan, zone.vlan));
        let Some(longest) = names.max_by_key(String::len).filter(|name| name.len() > INTERFACE_BYTES) else { continue };
        let says = format!("interface `{longest}` would have {} bytes, {INTERFACE_BYTES} at most", longest.len());
        sink.push(
            Diagnostic::new(&codes::NAME_TOO_LONG, gateway.lan.span, says)
                .help("a VLAN's interface is called after the trunk: give the trunk a shorter name on the gateway"),
        );
    }
}

/// A number is one process's on its gateway: rules know a process by it.
pub(super) fn accounts(facts: &Facts, sink: &mut Sink) {
    let mut told = BTreeSet::new();
    for site in &facts.net.sites {
        let parts = parts_of(facts.policy, &site.name);
        let mut seen: BTreeMap<u32, (&Name, Span)> = BTreeMap::new();
        for (name, uid) in parts.iter().flat_map(|p| processes(p)) {
            match seen.get(&uid.value) {
                Some((first, place)) if told.insert(uid.span) => sink.push(one_uid(first, *place, name, uid)),
                Some(_) => {}
                None => {
                    seen.insert(uid.value, (name, uid.span));
                }
            }
        }
    }
}

/// Processes of the gateway, as they are written.
fn processes(parts: &Parts) -> Vec<(&Name, At<u32>)> {
    let uid = |place: &ProxyPlace| match place {
        ProxyPlace::Gateway { uid, .. } => Some(*uid),
        ProxyPlace::Host { .. } => None,
    };
    let mut all: Vec<_> = parts.proxies.values().filter_map(|p| Some((&p.name.value, uid(&p.place)?))).collect();
    all.sort_by_key(|(_, uid)| uid.span);
    all
}

fn one_uid(first: &Name, place: Span, name: &Name, uid: At<u32>) -> Diagnostic {
    Diagnostic::new(&codes::UID_TWICE, uid.span, format!("`{first}` and `{name}` have one uid on their gateway"))
        .other(place, "also here")
        .help("rules know a process by its uid: give each a number of its own")
}
