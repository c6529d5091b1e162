//! From what was said to what the switch does: defaults, and checks that need the whole text.

use std::collections::BTreeSet;

use super::defaults::HARDENINGS;
use super::{Draft, Feature};
use crate::config::VlanTable;
use crate::config::vlan::{Hardening, Vlan};
use crate::diagnostics::Span;
use crate::diagnostics::codes::readback::{
    READBACK_FAILS_OPEN, READBACK_INCOMPLETE, READBACK_REPEATED, READBACK_UNKNOWN_NAME, READBACK_UNMODELLED,
};

/// The whole table.
pub(super) fn table(mut draft: Draft<'_, '_>) -> VlanTable {
    default_vlan(&mut draft);
    name_vlans(&mut draft);
    place_ports(&mut draft);
    resolve_vlans(&mut draft);
    check_addresses(&mut draft);
    check_ipv6(&mut draft);
    dynamic_vlans(&mut draft);
    if draft.table.hostname.is_empty() {
        let end = end(&draft);
        draft.refuse(&READBACK_INCOMPLETE, end, "no `hostname`");
    }
    draft.table.routing = said(&draft, "ip routing");
    draft.table.hardening = hardening(&draft);
    draft.table
}

fn said(draft: &Draft<'_, '_>, fact: &str) -> bool {
    draft.facts.contains(fact)
}

fn end(draft: &Draft<'_, '_>) -> Span {
    draft.file.span(draft.file.text.len(), draft.file.text.len())
}

fn default_vlan(draft: &mut Draft<'_, '_>) {
    draft.table.vlans.entry(1).or_default();
    if !draft.first_vlan_addressed {
        let span = draft.once.get("`vlan 1`").copied().unwrap_or_else(|| end(draft));
        draft.refuse(&READBACK_INCOMPLETE, span, "VLAN 1 asks for an address by DHCP unless it says `no ip address`");
    }
}

fn name_vlans(draft: &mut Draft<'_, '_>) {
    let unnamed = draft.table.vlans.iter_mut().filter(|(_, vlan)| vlan.name.is_empty());
    for (id, vlan) in unnamed {
        vlan.name = if *id == 1 { "DEFAULT_VLAN".to_owned() } else { format!("VLAN{id}") };
    }
    let mut names = BTreeSet::new();
    let twice: Vec<_> =
        draft.table.vlans.iter().filter(|(_, v)| !names.insert(v.name.clone())).map(|(id, _)| *id).collect();
    for id in twice {
        let span = draft.once.get(&format!("the name of VLAN {id}")).copied().unwrap_or_else(|| end(draft));
        draft.refuse(&READBACK_REPEATED, span, format!("VLAN {id} has another VLAN's name"));
    }
}

/// Untagged where it was put; else nowhere if it was taken out of VLAN 1; else in VLAN 1.
fn place_ports(draft: &mut Draft<'_, '_>) {
    let numbers: Vec<u16> = draft.table.ports.keys().copied().collect();
    for n in numbers {
        let placed = draft.untagged.get(&n).copied();
        let left = draft.left.get(&n).copied();
        let tagged_first = draft.table.ports[&n].tagged.contains(&1);
        let untagged = match (placed, left) {
            (Some((1, span)), Some(_)) => {
                draft.refuse(&READBACK_REPEATED, span, format!("port {n} is both in VLAN 1 and out of it"));
                Some(1)
            }
            (Some((id, _)), _) => Some(id),
            (None, Some(_)) => None,
            (None, None) => (!tagged_first).then_some(1),
        };
        if let (None, Some(span), true) = (untagged, left, draft.table.ports[&n].tagged.is_empty()) {
            let what = format!("port {n} would be in no VLAN: the switch refuses, and keeps it in VLAN 1");
            draft.refuse(&READBACK_FAILS_OPEN, span, what);
        }
        if let Some(port) = draft.table.ports.get_mut(&n) {
            port.untagged = untagged;
        }
    }
}

fn resolve_vlans(draft: &mut Draft<'_, '_>) {
    for (feature, id, span) in std::mem::take(&mut draft.pending) {
        let Some(vlan) = draft.table.vlans.get_mut(&id) else {
            draft.refuse(&READBACK_UNKNOWN_NAME, span, format!("no VLAN {id} on this switch"));
            continue;
        };
        let twice = match feature {
            Feature::DhcpSnooping => std::mem::replace(&mut vlan.dhcp_snooping, true),
            Feature::ArpProtect => std::mem::replace(&mut vlan.arp_protect, true),
            Feature::Management => draft.table.management_vlan.replace(id).is_some(),
            Feature::Primary => false,
        };
        if twice {
            draft.refuse(&READBACK_REPEATED, span, format!("VLAN {id} a second time"));
        }
    }
}

/// Prefixes of two VLANs must not meet: the switch refuses the second, or routes between them.
fn check_addresses(draft: &mut Draft<'_, '_>) {
    let nets = |(id, vlan): (&u16, &Vlan)| {
        let id = *id;
        vlan.addresses.iter().map(move |n| (id, *n)).collect::<Vec<_>>()
    };
    let all: Vec<_> = draft.table.vlans.iter().flat_map(nets).collect();
    for (n, (id, net)) in all.iter().enumerate() {
        let meets = all[..n].iter().find(|(_, other)| other.contains(net) || net.contains(other));
        if let Some((other, _)) = meets {
            let span = draft.once.get(&format!("the address of VLAN {id}")).copied().unwrap_or_else(|| end(draft));
            draft.refuse(&READBACK_REPEATED, span, format!("the prefix of VLAN {other} holds this address too"));
        }
    }
}

/// `ipv6 enable` gives an address of the link alone, which no text holds; an address without it is not in use.
fn check_ipv6(draft: &mut Draft<'_, '_>) {
    let ids: Vec<(u16, bool)> =
        draft.table.vlans.iter().map(|(id, v)| (*id, v.addresses.iter().any(|a| a.addr().is_ipv6()))).collect();
    for (id, has) in ids {
        let on = draft.once.get(&format!("IPv6 of VLAN {id}")).copied();
        match (on, has) {
            (Some(span), false) => {
                draft.refuse(&READBACK_UNMODELLED, span, "IPv6 is on, without an address in the text")
            }
            (None, true) => {
                let span = draft.once.get(&format!("`vlan {id}`")).copied().unwrap_or_else(|| end(draft));
                draft.refuse(&READBACK_INCOMPLETE, span, "an IPv6 address without `ipv6 enable`");
            }
            _ => {}
        }
    }
}

fn dynamic_vlans(draft: &mut Draft<'_, '_>) {
    if said(draft, "gvrp") {
        let open = draft.table.ports.iter_mut().filter(|(n, _)| !draft.fixed.contains(n));
        open.for_each(|(_, port)| port.dynamic_vlans = true);
    }
}

fn hardening(draft: &Draft<'_, '_>) -> BTreeSet<Hardening> {
    let all = |facts: &[&str]| facts.iter().all(|f| said(draft, f));
    let written = HARDENINGS.iter().filter(|(_, facts)| all(facts)).map(|(h, _)| *h);
    let quiet = (!said(draft, "gvrp")).then_some(Hardening::NoGvrp);
    written.chain(quiet).collect()
}
