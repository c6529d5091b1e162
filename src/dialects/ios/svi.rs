//! The switch's own interfaces: `interface VlanN`, and `interface FastEthernet0`, the management port beside the others.

use ipnet::IpNet;

use super::lines::Line;
use super::{Draft, values};
use crate::diagnostics::Span;
use crate::diagnostics::codes::readback::READBACK_BAD_VALUE;

/// One of them while its block is read.
pub(super) struct Svi {
    /// Its header.
    pub(super) header: Span,
    /// It says whether it has an address.
    pub(super) said: bool,
    /// It is shut: its address is not in use.
    pub(super) shut: bool,
    pub(super) address: Option<IpNet>,
}

impl Svi {
    pub(super) fn new(header: Span) -> Self {
        Self { header, said: false, shut: false, address: None }
    }
}

/// Statements that the model does not know.
const UNMODELLED: &[(&str, &str)] = &[
    ("ip access-group", "filters packets"),
    ("ip address", "takes an address that is in no text, or a second one"),
    ("ip helper-address", "relays DHCP"),
    ("ip proxy-arp", "answers for others"),
    ("ip unnumbered", "borrows an address"),
    ("ipv6", "is about IPv6"),
    ("private-vlan", "parts VLANs"),
    ("standby", "shares an address"),
    ("vrrp", "shares an address"),
];

/// Statements whose value decides nothing here, or which the tables below read.
const KNOWN: [&str; 5] = ["ip address", "no ip address", "no ip route-cache", "no shutdown", "shutdown"];

/// Reads one statement of the block; of the management port when there is no VLAN.
pub(super) fn read(draft: &mut Draft<'_, '_>, line: &Line<'_>, vlan: Option<u16>) {
    let words: Vec<&str> = line.words.iter().map(|w| w.text).collect();
    match words.as_slice() {
        ["description", _, ..] => drop(once(draft, line, vlan, "the description")),
        ["no", "ip", "address"] => address(draft, line, vlan, None),
        ["ip", "address", own, mask] if vlan.is_some() && *own != "dhcp" => addressed(draft, line, vlan, own, mask),
        ["no", "ip", "route-cache"] => drop(once(draft, line, vlan, "the route cache")),
        ["shutdown"] | ["no", "shutdown"] => {
            let shut = words.len() == 1;
            if once(draft, line, vlan, "the state") {
                with(draft, vlan, |svi| svi.shut = shut);
            }
        }
        _ => draft.unknown(line, UNMODELLED, KNOWN.into_iter()),
    }
}

fn name(vlan: Option<u16>) -> String {
    vlan.map_or("FastEthernet0".to_owned(), |id| format!("Vlan{id}"))
}

fn once(draft: &mut Draft<'_, '_>, line: &Line<'_>, vlan: Option<u16>, topic: &str) -> bool {
    draft.first_time(format!("{topic} of {}", name(vlan)), line.span(&draft.file))
}

fn with(draft: &mut Draft<'_, '_>, vlan: Option<u16>, set: impl FnOnce(&mut Svi)) {
    let found = match vlan {
        Some(id) => draft.own.get_mut(&id),
        None => draft.beside.as_mut(),
    };
    if let Some(svi) = found {
        set(svi);
    }
}

fn addressed(draft: &mut Draft<'_, '_>, line: &Line<'_>, vlan: Option<u16>, own: &str, mask: &str) {
    let (first, last) = (line.words[2], line.words[3]);
    let span = draft.file.span(first.start, last.start + last.text.len());
    match values::interface(own, mask) {
        Ok(net) => address(draft, line, vlan, Some(net)),
        Err(why) => draft.refuse(&READBACK_BAD_VALUE, span, why),
    }
}

fn address(draft: &mut Draft<'_, '_>, line: &Line<'_>, vlan: Option<u16>, net: Option<IpNet>) {
    if once(draft, line, vlan, "the address") {
        with(draft, vlan, |svi| (svi.said, svi.address) = (true, net));
    }
}
