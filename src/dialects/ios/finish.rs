//! From what was said to what the switch does: defaults, and checks that need the whole text.

use std::collections::{BTreeMap, BTreeSet};

use super::defaults::{BY_DEFAULT, HARDENINGS, RELEASE, SESSIONS};
use super::port::{Mode, PortDraft, Which};
use super::session::Transport;
use super::{Draft, Feature, link};
use crate::config::VlanTable;
use crate::config::vlan::{Hardening, Port, Vlan};
use crate::diagnostics::Span;
use crate::diagnostics::codes::readback::{
    READBACK_FAILS_OPEN, READBACK_INCOMPLETE, READBACK_REPEATED, READBACK_UNKNOWN_NAME, READBACK_UNMODELLED,
};

/// VLAN of what no line puts elsewhere.
const FIRST: u16 = 1;

/// The whole table.
pub(super) fn table(mut draft: Draft<'_, '_>) -> VlanTable {
    draft.table.vlans.insert(FIRST, Vlan { name: "default".to_owned(), ..Vlan::default() });
    needed(&mut draft);
    name_vlans(&mut draft);
    resolve_vlans(&mut draft);
    own_interfaces(&mut draft);
    let read = std::mem::take(&mut draft.ports);
    let mut placed: BTreeMap<Which, Port> = BTreeMap::new();
    for (which, port) in &read {
        let port = place(&mut draft, port);
        placed.insert(*which, port);
    }
    link::join(&mut draft, &read, &mut placed);
    draft.table.ports.extend(placed.into_iter().filter_map(|(which, port)| match which {
        Which::Port(number) => Some((number, port)),
        Which::Link(_) => None,
    }));
    let silent = Port { enabled: true, untagged: Some(FIRST), dynamic_vlans: true, ..Port::default() };
    for number in 1..=draft.model.ports {
        draft.table.ports.entry(number).or_insert_with(|| silent.clone());
    }
    draft.table.routing = !said(&draft, "no ip routing");
    next_hop(&mut draft);
    draft.table.management_vlan = management(&draft.table);
    draft.table.hardening = hardening(&draft);
    draft.table
}

fn said(draft: &Draft<'_, '_>, fact: &str) -> bool {
    draft.facts.contains(fact)
}

fn end(draft: &Draft<'_, '_>) -> Span {
    draft.file.span(draft.file.text.len(), draft.file.text.len())
}

/// What the defaults are described for, and what the switch would choose for itself.
fn needed(draft: &mut Draft<'_, '_>) {
    let end = end(draft);
    if draft.table.hostname.is_empty() {
        draft.refuse(&READBACK_INCOMPLETE, end, "no `hostname`");
    }
    if !said(draft, RELEASE) {
        draft.refuse(&READBACK_INCOMPLETE, end, format!("no `{RELEASE}`: the defaults are described for it alone"));
    }
    let first = draft.own.get(&FIRST).map(|svi| (svi.said, svi.header));
    if !first.is_some_and(|(said, _)| said) {
        let span = first.map_or(end, |f| f.1);
        draft.refuse(
            &READBACK_INCOMPLETE,
            span,
            "`interface Vlan1` asks for an address unless it says `no ip address`",
        );
    }
    let beside = draft.beside.as_ref().map(|svi| (svi.said && svi.shut, svi.header));
    if !beside.is_some_and(|(closed, _)| closed) {
        let span = beside.map_or(end, |b| b.1);
        let says = "`interface FastEthernet0` is a way to manage the switch that no cable describes: it must say `no ip address` and `shutdown`";
        draft.refuse(&READBACK_INCOMPLETE, span, says);
    }
}

fn name_vlans(draft: &mut Draft<'_, '_>) {
    for (id, vlan) in draft.table.vlans.iter_mut().filter(|(_, vlan)| vlan.name.is_empty()) {
        vlan.name = format!("VLAN{id:04}");
    }
    let mut names = BTreeSet::new();
    let twice: Vec<u16> =
        draft.table.vlans.iter().filter(|(_, v)| !names.insert(v.name.clone())).map(|(id, _)| *id).collect();
    for id in twice {
        let span = draft.once.get(&format!("the name of VLAN {id}")).copied().unwrap_or_else(|| end(draft));
        draft.refuse(&READBACK_REPEATED, span, format!("VLAN {id} has another VLAN's name: the switch refuses it"));
    }
}

fn unknown_vlan(draft: &mut Draft<'_, '_>, id: u16, span: Span) {
    draft.refuse(&READBACK_UNKNOWN_NAME, span, format!("no VLAN {id} on this switch"));
}

fn resolve_vlans(draft: &mut Draft<'_, '_>) {
    for (feature, id, span) in std::mem::take(&mut draft.pending) {
        let Some(vlan) = draft.table.vlans.get_mut(&id) else {
            unknown_vlan(draft, id, span);
            continue;
        };
        let twice = match feature {
            Feature::DhcpSnooping => std::mem::replace(&mut vlan.dhcp_snooping, true),
            Feature::ArpProtect => std::mem::replace(&mut vlan.arp_protect, true),
            Feature::Interface => false,
        };
        if twice {
            draft.refuse(&READBACK_REPEATED, span, format!("VLAN {id} a second time"));
        }
    }
}

/// An address of an interface that is not shut; two that meet are refused by the switch.
fn own_interfaces(draft: &mut Draft<'_, '_>) {
    let mut before: Vec<(u16, ipnet::IpNet)> = Vec::new();
    for (id, svi) in std::mem::take(&mut draft.own) {
        let Some(net) = svi.address.filter(|_| !svi.shut) else { continue };
        if let Some((other, _)) = before.iter().find(|(_, n)| n.contains(&net) || net.contains(n)) {
            draft.refuse(&READBACK_REPEATED, svi.header, format!("the prefix of VLAN {other} holds this address too"));
        }
        before.push((id, net));
        let at = draft.file.loc(svi.header.start);
        if let Some(vlan) = draft.table.vlans.get_mut(&id) {
            vlan.addresses.push(net);
            vlan.at = at;
        }
    }
}

/// The VLANs of a port, from its mode.
fn place(draft: &mut Draft<'_, '_>, read: &PortDraft) -> Port {
    check_vlans(draft, read);
    check_mode(draft, read);
    let mut port = read.port.clone();
    port.stations = read.stations.filter(|_| read.limited).or(read.limited.then_some(1));
    port.dynamic_vlans = read.quiet.is_none() || !matches!(read.mode, Some(Mode::Access | Mode::Trunk));
    if read.mode == Some(Mode::Trunk) {
        let native = read.native.map_or(FIRST, |n| n.0);
        port.untagged = Some(native);
        port.tagged = match &read.allowed {
            Some(lists) => lists.iter().flat_map(|(ids, _)| ids.iter().copied()).collect(),
            None => draft.table.vlans.keys().copied().collect(),
        };
        if !port.tagged.remove(&native) {
            let span = read.native.map_or(read.header, |n| n.1);
            let says = format!(
                "native VLAN {native} is not in the allowed list, and what the switch then does with untagged frames is not modelled"
            );
            draft.refuse(&READBACK_UNMODELLED, span, says);
        }
    } else {
        port.untagged = Some(read.access.map_or(FIRST, |a| a.0));
        port.tagged.extend(read.voice.map(|v| v.0).filter(|v| Some(*v) != port.untagged));
    }
    if let Some(vlan) = read.voice.and_then(|v| draft.table.vlans.get_mut(&v.0)) {
        vlan.voice = true;
    }
    port
}

/// A VLAN that no block makes passes nothing, or is made on the fly: told once a list.
fn check_vlans(draft: &mut Draft<'_, '_>, read: &PortDraft) {
    let lists = read.allowed.iter().flatten().cloned();
    let single = [read.access, read.voice, read.native].into_iter().flatten().map(|(id, span)| (vec![id], span));
    for (ids, span) in lists.chain(single) {
        let missing = ids.into_iter().find(|id| !draft.table.vlans.contains_key(id));
        if let Some(id) = missing {
            unknown_vlan(draft, id, span);
        }
    }
}

/// Lines of another mode than the port's do nothing now, and something once the mode changes.
fn check_mode(draft: &mut Draft<'_, '_>, read: &PortDraft) {
    let allowed = read.allowed.iter().flatten().map(|(_, span)| *span).next();
    let idle: Vec<Span> = match read.mode {
        Some(Mode::Access) => [read.native.map(|n| n.1), allowed].into_iter().flatten().collect(),
        Some(Mode::Trunk) => [read.access, read.voice].into_iter().flatten().map(|v| v.1).collect(),
        _ => Vec::new(),
    };
    for span in idle {
        draft.refuse(&READBACK_UNMODELLED, span, "this VLAN is for another mode than the port's");
    }
    if let (None | Some(Mode::Dynamic), Some(span)) = (read.mode, read.quiet) {
        draft.refuse(
            &READBACK_FAILS_OPEN,
            span,
            "the switch refuses it on a port that is neither `access` nor `trunk`",
        );
    }
}

/// A switch that routes has a default route, one that does not a default gateway: each ignores the other.
fn next_hop(draft: &mut Draft<'_, '_>) {
    let asked = draft.once.get("`ip default-gateway`").copied();
    match (draft.table.routing, draft.route, asked) {
        (true, route, None) => draft.table.default_gateway = route.map(|r| r.0),
        (true, _, Some(span)) => {
            draft.refuse(&READBACK_FAILS_OPEN, span, "a switch that routes ignores `ip default-gateway`");
        }
        (false, Some((_, span)), _) => {
            draft.refuse(&READBACK_FAILS_OPEN, span, "a switch that does not route ignores `ip route`");
        }
        (false, None, _) => {}
    }
}

/// A host in one VLAN alone is managed from there, by what the gateway lets through.
fn management(table: &VlanTable) -> Option<u16> {
    let mut homes = table.vlans.iter().filter(|(_, vlan)| !vlan.addresses.is_empty()).map(|(id, _)| *id);
    match (homes.next(), homes.next()) {
        (Some(only), None) if !table.routing => Some(only),
        _ => None,
    }
}

fn hardening(draft: &Draft<'_, '_>) -> BTreeSet<Hardening> {
    let all = |facts: &[&str]| facts.iter().all(|f| said(draft, f));
    let every = |wanted: &[Transport]| {
        (0..SESSIONS).all(|line| draft.sessions.get(&line).is_some_and(|transport| wanted.contains(transport)))
    };
    let rows = [
        (Hardening::ArpProtect, draft.table.vlans.values().any(|v| v.arp_protect)),
        (Hardening::NoTelnet, every(&[Transport::Ssh, Transport::None])),
        (Hardening::Ssh, said(draft, "ip ssh version 2") && every(&[Transport::Ssh])),
    ];
    let written = HARDENINGS.iter().filter(|(_, facts)| all(facts)).map(|(h, _)| *h);
    let found = rows.into_iter().filter(|(_, holds)| *holds).map(|(h, _)| h);
    written.chain(found).chain(BY_DEFAULT.iter().copied()).collect()
}
