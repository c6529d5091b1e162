//! Links of several ports: `trunk 49-50 trk1 lacp`, and `interface Trk1 … exit`.
//!
//! LACP alone is read. A link is a port, and has its members' place in every list: they have left their VLANs, and stand
//! where the link is put. Of a member its own block says its name and whether it is shut.

use super::lines::{Line, Word};
use super::{Draft, blocks, top, values};
use crate::diagnostics::codes::readback::{
    READBACK_BAD_VALUE, READBACK_FAILS_OPEN, READBACK_UNKNOWN_NAME, READBACK_UNMODELLED,
};

/// Ports that carry frames at one time in one link; more would wait.
const MOST_MEMBERS: usize = 8;

/// Joins ports to one, which is a port like others from here on: untagged in VLAN 1 unless it is put elsewhere. What its
/// members were told above would be lost, so nothing above may name them.
pub(super) fn trunk(draft: &mut Draft<'_, '_>, line: &Line<'_>, words: &[Word<'_>]) {
    let [list, name, kind] = words else {
        return top::misshapen(draft, line);
    };
    let span = line.span(&draft.file);
    if kind.text != "lacp" {
        let says = format!("`{}` joins ports in another way than by LACP, which the model does not know", kind.text);
        return draft.refuse(&READBACK_UNMODELLED, kind.span(&draft.file), says);
    }
    let above = draft.named.clone();
    let members = draft.single_ports(*list, list.text);
    let Some(number) = draft.value(*name, values::link(name.text, "trk")) else { return };
    if members.is_empty() || !draft.first_time(format!("`{}`", name.text), span) {
        return;
    }
    if let Some(port) = members.iter().find(|port| above.contains(port)) {
        let says = format!("a line above names port {port}: what it says is lost once the port is joined");
        return draft.refuse(&READBACK_FAILS_OPEN, list.span(&draft.file), says);
    }
    if members.len() > MOST_MEMBERS {
        return draft.refuse(&READBACK_BAD_VALUE, list.span(&draft.file), "more ports than a link has: 8");
    }
    let at = draft.file.loc(line.words[0].start);
    for port in &members {
        let Some(port) = draft.table.ports.get_mut(port) else { continue };
        (port.link, port.at) = (Some(number), at);
    }
    draft.links.insert(number, members);
}

/// Members of a link by its name, which a `trunk` above it makes.
pub(super) fn members(draft: &mut Draft<'_, '_>, word: Word<'_>, name: &str) -> Vec<u16> {
    let found = values::link(name, "Trk").ok().and_then(|number| draft.links.get(&number)).cloned();
    found.unwrap_or_else(|| {
        draft.refuse(&READBACK_UNKNOWN_NAME, word.span(&draft.file), format!("no `trunk` above makes `{name}`"));
        Vec::new()
    })
}

/// What a link has in its members' place.
pub(super) fn read(draft: &mut Draft<'_, '_>, line: &Line<'_>, members: &[u16]) {
    let words: Vec<&str> = line.words.iter().map(|w| w.text).collect();
    match words.as_slice() {
        ["dhcp-snooping" | "arp-protect", "trust"] => blocks::each(draft, line, members, |port| port.trusted = true),
        ["unknown-vlans", "disable" | "block"] => draft.fixed.extend(members),
        _ => blocks::unknown(draft, line, LINK_UNMODELLED),
    }
}

/// Statements of a link that the model does not know.
const LINK_UNMODELLED: &[(&str, &str)] = &[
    ("disable", "shuts a link, which its members say"),
    ("enable", "opens a link, which its members say"),
    ("lacp", "changes how ports are joined"),
    ("monitor", "copies frames"),
    ("name", "names a link, which its members are"),
];
