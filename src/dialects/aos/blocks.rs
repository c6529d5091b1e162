//! Blocks: `interface PORTS … exit` and `vlan N … exit`.

use super::lines::{Line, Word};
use super::{Draft, begins, link, top, values};
use crate::config::vlan::{Port, Vlan};
use crate::diagnostics::codes::readback::{
    READBACK_BAD_VALUE, READBACK_FAILS_OPEN, READBACK_INCOMPLETE, READBACK_REPEATED, READBACK_UNKNOWN_STATEMENT,
    READBACK_UNMODELLED,
};

/// What a block is about.
enum Block {
    Vlan(u16),
    Ports(Vec<u16>),
    /// A link of several ports, by its members.
    Link(Vec<u16>),
    /// Its header was refused: its lines are skipped, for the header is told already.
    Refused,
}

/// Reads all statements, each in its block.
pub(super) fn read_all(draft: &mut Draft<'_, '_>, lines: &[Line<'_>]) {
    let mut open: Option<(&Line<'_>, Block)> = None;
    for line in lines {
        if !line.inner {
            if let Some((header, _)) = open.take() {
                unclosed(draft, header);
            }
            match block(draft, line) {
                None => top::read(draft, line),
                Some(block) => open = Some((line, block)),
            }
            continue;
        }
        match &open {
            Some(_) if line.text() == "exit" => open = None,
            Some((_, Block::Vlan(id))) => in_vlan(draft, line, *id),
            Some((_, Block::Ports(ports))) => in_interface(draft, line, ports),
            Some((_, Block::Link(members))) => link::read(draft, line, members),
            Some(_) => {}
            None => outside(draft, line),
        }
    }
    if let Some((header, _)) = open {
        unclosed(draft, header);
    }
}

fn unclosed(draft: &mut Draft<'_, '_>, header: &Line<'_>) {
    let span = header.span(&draft.file);
    draft.refuse(&READBACK_INCOMPLETE, span, "a block that no `exit` closes");
}

fn outside(draft: &mut Draft<'_, '_>, line: &Line<'_>) {
    let span = line.span(&draft.file);
    draft.refuse(&READBACK_UNKNOWN_STATEMENT, span, "a statement of a block, where none is open");
}

/// The block that a line at the margin opens, if it opens one.
fn block(draft: &mut Draft<'_, '_>, line: &Line<'_>) -> Option<Block> {
    match line.words.as_slice() {
        [word, id] if word.text == "vlan" => Some(open_vlan(draft, line, *id)),
        [first, word] if first.text == "interface" && word.text.starts_with("Trk") => {
            let members = link::members(draft, *word, word.text);
            Some(if members.is_empty() { Block::Refused } else { Block::Link(members) })
        }
        [word, ports] if word.text == "interface" => {
            let ports = draft.single_ports(*ports, ports.text);
            Some(if ports.is_empty() { Block::Refused } else { Block::Ports(ports) })
        }
        _ => None,
    }
}

fn open_vlan(draft: &mut Draft<'_, '_>, line: &Line<'_>, word: Word<'_>) -> Block {
    let Some(id) = draft.value(word, values::vlan(word.text)) else {
        return Block::Refused;
    };
    if !draft.first_time(format!("`vlan {id}`"), line.span(&draft.file)) {
        return Block::Refused;
    }
    let at = draft.file.loc(line.words[0].start);
    draft.table.vlans.insert(id, Vlan { at, ..Vlan::default() });
    Block::Vlan(id)
}

/// Statements of a VLAN that the model does not know.
const VLAN_UNMODELLED: &[(&str, &str)] = &[
    ("forbid", "is about learnt VLANs"),
    ("ip access-group", "filters packets"),
    ("ip address dhcp-bootp", "takes an address that is in no text"),
    ("ip helper-address", "relays DHCP"),
    ("ip igmp", "is about multicast"),
    ("ip proxy-arp", "answers for others"),
    ("ipv6", "asks others for an IPv6 address, or gives one in another way"),
    ("monitor", "copies frames"),
    ("vrrp", "routes packets"),
];

fn in_vlan(draft: &mut Draft<'_, '_>, line: &Line<'_>, id: u16) {
    let words: Vec<&str> = line.words.iter().map(|w| w.text).collect();
    match words.as_slice() {
        ["name", _] => vlan_name(draft, line, id),
        ["untagged", _] => untagged(draft, line.words[1], id),
        ["tagged", _] => tagged(draft, line.words[1], id),
        ["no", "untagged", _] => no_untagged(draft, line, id),
        ["no", "ip", "address"] => addressed(draft, line, id),
        ["ip", "address", "dhcp-bootp"] => unknown(draft, line, VLAN_UNMODELLED),
        ["ip", "address", _, _] => vlan_address(draft, line, id),
        ["ipv6", "enable"] => drop(draft.first_time(format!("IPv6 of VLAN {id}"), line.span(&draft.file))),
        ["ipv6", "address", _] => vlan_address6(draft, line, id),
        ["voice"] => with_vlan(draft, id, |vlan| vlan.voice = true),
        _ => unknown(draft, line, VLAN_UNMODELLED),
    }
}

fn with_vlan(draft: &mut Draft<'_, '_>, id: u16, set: impl FnOnce(&mut Vlan)) {
    if let Some(vlan) = draft.table.vlans.get_mut(&id) {
        set(vlan);
    }
}

pub(super) fn unknown(draft: &mut Draft<'_, '_>, line: &Line<'_>, known: &[(&str, &str)]) {
    let span = line.span(&draft.file);
    match known.iter().find(|(start, _)| begins(line, start)) {
        Some((start, does)) => {
            draft.refuse(&READBACK_UNMODELLED, span, format!("`{start}` {does}, which the model does not know"));
        }
        None => draft.refuse(&READBACK_UNKNOWN_STATEMENT, span, format!("unknown statement `{}`", line.text())),
    }
}

fn vlan_name(draft: &mut Draft<'_, '_>, line: &Line<'_>, id: u16) {
    let word = line.words[1];
    if let Some(name) = draft.value(word, values::name(word.text))
        && draft.first_time(format!("the name of VLAN {id}"), line.span(&draft.file))
    {
        with_vlan(draft, id, |vlan| vlan.name = name);
    }
}

fn addressed(draft: &mut Draft<'_, '_>, line: &Line<'_>, id: u16) {
    if draft.first_time(format!("the address of VLAN {id}"), line.span(&draft.file)) && id == 1 {
        draft.first_vlan_addressed = true;
    }
}

fn vlan_address(draft: &mut Draft<'_, '_>, line: &Line<'_>, id: u16) {
    let (address, mask) = (line.words[2], line.words[3]);
    let span = draft.file.span(address.start, mask.start + mask.text.len());
    match values::interface(address.text, mask.text) {
        Ok(net) => {
            addressed(draft, line, id);
            with_vlan(draft, id, |vlan| vlan.addresses.push(net));
        }
        Err(why) => draft.refuse(&READBACK_BAD_VALUE, span, why),
    }
}

fn vlan_address6(draft: &mut Draft<'_, '_>, line: &Line<'_>, id: u16) {
    let word = line.words[2];
    if let Some(net) = draft.value(word, values::interface6(word.text))
        && draft.first_time(format!("the address {net} of VLAN {id}"), line.span(&draft.file))
    {
        with_vlan(draft, id, |vlan| vlan.addresses.push(net));
    }
}

fn untagged(draft: &mut Draft<'_, '_>, word: Word<'_>, id: u16) {
    let span = word.span(&draft.file);
    for port in draft.ports(word) {
        if let Some((other, _)) = draft.untagged.insert(port, (id, span)) {
            let what = format!("port {port} is untagged in VLAN {other} already: the switch keeps the last");
            draft.refuse(&READBACK_REPEATED, span, what);
        }
        if draft.table.ports[&port].tagged.contains(&id) {
            draft.refuse(&READBACK_REPEATED, span, format!("port {port} is tagged in VLAN {id} already"));
        }
    }
}

fn tagged(draft: &mut Draft<'_, '_>, word: Word<'_>, id: u16) {
    let span = word.span(&draft.file);
    for port in draft.ports(word) {
        let untagged = draft.untagged.get(&port).is_some_and(|u| u.0 == id);
        let Some(entry) = draft.table.ports.get_mut(&port) else {
            continue;
        };
        if !entry.tagged.insert(id) || untagged {
            draft.refuse(&READBACK_REPEATED, span, format!("port {port} is in VLAN {id} already"));
        }
    }
}

fn no_untagged(draft: &mut Draft<'_, '_>, line: &Line<'_>, id: u16) {
    let word = line.words[2];
    let span = word.span(&draft.file);
    if id != 1 {
        let span = line.span(&draft.file);
        draft.refuse(&READBACK_UNMODELLED, span, "`no untagged` outside VLAN 1 takes back what nobody gave");
        return;
    }
    for port in draft.ports(word) {
        if draft.left.insert(port, span).is_some() {
            draft.refuse(&READBACK_REPEATED, span, format!("port {port} is out of VLAN 1 already"));
        }
    }
}

/// Statements of a port that the model does not know.
const PORT_UNMODELLED: &[(&str, &str)] = &[
    ("ip access-group", "filters packets"),
    ("lacp", "joins ports as the neighbour asks"),
    ("monitor", "copies frames"),
    ("routing", "makes the port a router's"),
    ("tagged vlan", "is written in the VLAN's block"),
    ("tunneled-node-server", "sends frames elsewhere"),
    ("untagged vlan", "is written in the VLAN's block"),
];

fn in_interface(draft: &mut Draft<'_, '_>, line: &Line<'_>, ports: &[u16]) {
    let words: Vec<&str> = line.words.iter().map(|w| w.text).collect();
    let member = ports.iter().find_map(|n| Some((n, draft.table.ports[n].link?)));
    if let Some((port, link)) = member.filter(|_| !matches!(words[0], "name" | "enable" | "disable")) {
        let says = format!("port {port} is a member of Trk{link}, which has this in its place: the switch refuses");
        return draft.refuse(&READBACK_FAILS_OPEN, line.span(&draft.file), says);
    }
    match words.as_slice() {
        ["name", _] => port_name(draft, line, ports),
        [state @ ("enable" | "disable")] => {
            let enabled = *state == "enable";
            once_each(draft, line, ports, "the state", |port| port.enabled = enabled);
        }
        ["broadcast-limit", _] => limit(draft, line, line.words[1], ports),
        ["rate-limit", "bcast", "in", "percent", _] => limit(draft, line, line.words[4], ports),
        ["dhcp-snooping" | "arp-protect", "trust"] => each(draft, line, ports, |port| port.trusted = true),
        ["unknown-vlans", "disable" | "block"] => draft.fixed.extend(ports),
        _ => unknown(draft, line, PORT_UNMODELLED),
    }
}

pub(super) fn each(draft: &mut Draft<'_, '_>, line: &Line<'_>, ports: &[u16], set: impl Fn(&mut Port)) {
    let at = draft.file.loc(line.words[0].start);
    for n in ports {
        if let Some(port) = draft.table.ports.get_mut(n) {
            set(port);
            port.at = at;
        }
    }
}

fn once_each(draft: &mut Draft<'_, '_>, line: &Line<'_>, ports: &[u16], what: &str, set: impl Fn(&mut Port)) {
    let span = line.span(&draft.file);
    let mut first = true;
    for n in ports {
        first &= draft.first_time(format!("{what} of port {n}"), span);
    }
    if first {
        each(draft, line, ports, set);
    }
}

fn port_name(draft: &mut Draft<'_, '_>, line: &Line<'_>, ports: &[u16]) {
    let word = line.words[1];
    if let Some(name) = draft.value(word, values::name(word.text)) {
        once_each(draft, line, ports, "the name", |port| port.name.clone_from(&name));
    }
}

fn limit(draft: &mut Draft<'_, '_>, line: &Line<'_>, word: Word<'_>, ports: &[u16]) {
    let read = values::between(word.text, 1, 99);
    if let Some(percent) = draft.value(word, read).and_then(|p| u8::try_from(p).ok()) {
        once_each(draft, line, ports, "the broadcast limit", |port| port.broadcast_limit = Some(percent));
    }
}
