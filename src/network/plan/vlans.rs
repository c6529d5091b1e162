//! VLANs of a site: each zone one of its own, and one zone of devices.

use std::collections::BTreeMap;

use super::Facts;
use crate::diagnostics::codes::network as codes;
use crate::diagnostics::{Diagnostic, Sink};
use crate::network::model::{Network, Zone};
use crate::policy::{Name, VlanId};

/// Numbers that carry no zone, and why.
fn kept(net: &Network, vlan: VlanId) -> Option<(String, &'static str)> {
    let number = vlan.get();
    let dark = [(net.region.dark_unused, "shut ports"), (net.region.dark_native, "the untagged side of trunks")];
    if number == 1 {
        let says = "VLAN 1, where switches put every port by default".to_owned();
        return Some((says, "give the zone another VLAN number (DISA CISC-L2-000220)"));
    }
    let (_, what) = dark.iter().find(|(dark, _)| *dark == vlan)?;
    Some((format!("VLAN {number}, which is kept for {what}"), "give the zone another VLAN number"))
}

/// One VLAN a zone, and none that carries something else. No message names the site: a profile's line is wrong once.
pub(super) fn check(facts: &Facts, sink: &mut Sink) {
    dark(facts, sink);
    for site in &facts.net.sites {
        let mut seen: BTreeMap<VlanId, &Zone> = BTreeMap::new();
        for zone in site.zones.iter().map(|z| facts.net.zone(*z)) {
            if let Some(first) = seen.insert(zone.vlan, zone) {
                sink.push(shared(first, zone));
            }
            if let Some((says, help)) = kept(facts.net, zone.vlan) {
                let says = format!("zone `{}` uses {says}", zone.name);
                sink.push(Diagnostic::new(&codes::VLAN_TWICE, zone.span, says).help(help));
            }
        }
    }
}

/// The two VLANs that carry nothing are two, and not the one where switches put every port.
fn dark(facts: &Facts, sink: &mut Sink) {
    let (unused, native) = (facts.policy.region.dark_unused, facts.policy.region.dark_native);
    if unused.value == native.value {
        let says = format!("VLAN {} is kept for shut ports and for the untagged side of trunks", native.value.get());
        sink.push(
            Diagnostic::new(&codes::VLAN_TWICE, native.span, says)
                .other(unused.span, "for shut ports")
                .help("what comes untagged from a trunk must meet nobody: give each a number of its own"),
        );
    }
    for vlan in [unused, native].into_iter().filter(|v| v.value.get() == 1) {
        let says = "VLAN 1 cannot be kept empty: switches put every port in it by default";
        sink.push(Diagnostic::new(&codes::VLAN_TWICE, vlan.span, says).help("take another number, such as 998"));
    }
}

fn shared(first: &Zone, zone: &Zone) -> Diagnostic {
    let says = format!("`{}` and `{}` share VLAN {}", first.name, zone.name, zone.vlan.get());
    Diagnostic::new(&codes::VLAN_TWICE, zone.span, says)
        .other(first.span, "also on this VLAN")
        .help("give one of them another VLAN number")
}

/// The class of zones that devices are managed in. Any other could be opened to by whoever its own class meets, and T5
/// takes the zone's word for it.
const MANAGEMENT: &str = "management";

/// Devices are managed in one zone of a site, and in one that the security officer knows as such.
pub(super) fn devices_zone(facts: &Facts, sink: &mut Sink) {
    for site in &facts.net.sites {
        let marked: Vec<&Zone> = site.zones.iter().map(|z| facts.net.zone(*z)).filter(|z| z.devices).collect();
        for (zone, class) in marked.iter().filter_map(|zone| Some((zone, zone.class.as_ref()?))) {
            if class.as_str() != MANAGEMENT {
                sink.push(of_another_class(zone, class));
            }
        }
        if let [first, second, ..] = marked[..] {
            let says =
                format!("`{}` and `{}` of `{}` are both marked `devices: true`", first.name, second.name, site.name);
            sink.push(
                Diagnostic::new(&codes::NO_DEVICES_ZONE, second.span, says)
                    .other(first.span, "the first one")
                    .help("gateways and switches are managed in one zone: mark one"),
            );
        }
    }
}

fn of_another_class(zone: &Zone, class: &Name) -> Diagnostic {
    let says = format!("`{}` is marked `devices: true`, and its class is `{class}`", zone.name);
    Diagnostic::new(&codes::DEVICES_CLASS, zone.span, says)
        .help("mark the zone of class `management`, or ask the security officer to put this one in it")
        .note("rule", "T5 (convention, annexe I); PSSIE EXP-SEC-FLUXADMIN")
}
