//! Blocks: `vlan LIST`, `interface NAME`, `line KIND`, each with its lines one space in.

use super::lines::Line;
use super::port::Which;
use super::{Draft, Feature, port, session, svi, top, values};
use crate::config::vlan::Vlan;
use crate::diagnostics::codes::readback::{READBACK_BAD_VALUE, READBACK_UNKNOWN_STATEMENT, READBACK_UNMODELLED};

/// What a block is about.
enum Block {
    Vlans(Vec<u16>),
    Port(Which),
    /// The switch's own interface in a VLAN.
    Own(u16),
    /// The management port beside the others.
    Beside,
    Console,
    /// First and last line of remote sessions.
    Sessions(u16, u16),
    /// Its header was refused: its lines are skipped, for the header is told already.
    Refused,
}

/// Reads all statements, each in its block.
pub(super) fn read_all(draft: &mut Draft<'_, '_>, lines: &[Line<'_>]) {
    let mut open: Option<Block> = None;
    for line in lines {
        if !line.inner {
            open = block(draft, line);
            if open.is_none() {
                top::read(draft, line);
            }
            continue;
        }
        match &open {
            Some(Block::Vlans(ids)) => in_vlan(draft, line, ids),
            Some(Block::Port(which)) => port::read(draft, line, *which),
            Some(Block::Own(id)) => svi::read(draft, line, Some(*id)),
            Some(Block::Beside) => svi::read(draft, line, None),
            Some(Block::Console) => session::console(draft, line),
            Some(Block::Sessions(from, to)) => session::read(draft, line, *from..=*to),
            Some(Block::Refused) => {}
            None => {
                let span = line.span(&draft.file);
                draft.refuse(&READBACK_UNKNOWN_STATEMENT, span, "a statement of a block, where none is open");
            }
        }
    }
}

/// The block that a line at the margin opens, if it opens one.
fn block(draft: &mut Draft<'_, '_>, line: &Line<'_>) -> Option<Block> {
    let words: Vec<&str> = line.words.iter().map(|w| w.text).collect();
    let opened = match words.as_slice() {
        ["vlan", list] if list.starts_with(|c: char| c.is_ascii_digit()) => vlans(draft, line),
        ["interface", name] if name.starts_with("Vlan") => own(draft, line),
        ["interface", "FastEthernet0"] => beside(draft, line),
        ["interface", name] => unmodelled(draft, line, name).or_else(|| switched(draft, line)),
        ["line", "con", "0"] => once(draft, line).then_some(Block::Console),
        ["line", "vty", from, to] => sessions(draft, line, from, to),
        _ => return None,
    };
    Some(opened.unwrap_or(Block::Refused))
}

/// Interfaces that the switch knows and the model does not, by what their names begin with.
const UNMODELLED: &[(&str, &str)] = &[("Loopback", "adds an address"), ("Tunnel", "carries packets elsewhere")];

fn unmodelled(draft: &mut Draft<'_, '_>, line: &Line<'_>, name: &str) -> Option<Block> {
    let (kind, does) = UNMODELLED.iter().find(|(kind, _)| name.starts_with(kind))?;
    let span = line.span(&draft.file);
    draft.refuse(&READBACK_UNMODELLED, span, format!("`interface {kind}` {does}, which the model does not know"));
    Some(Block::Refused)
}

fn once(draft: &mut Draft<'_, '_>, line: &Line<'_>) -> bool {
    draft.first_time(format!("`{}`", line.text()), line.span(&draft.file))
}

/// VLAN 1 is there from the factory, and has no block.
fn vlans(draft: &mut Draft<'_, '_>, line: &Line<'_>) -> Option<Block> {
    let word = line.words[1];
    top::above_interfaces(draft, line);
    let ids = draft.value(word, values::vlans(word.text))?;
    let at = draft.file.loc(line.words[0].start);
    for id in &ids {
        if *id == 1 {
            draft.refuse(&READBACK_BAD_VALUE, word.span(&draft.file), "VLAN 1 has no block: it cannot be changed");
            return None;
        }
        if !draft.first_time(format!("`vlan {id}`"), word.span(&draft.file)) {
            return None;
        }
        draft.table.vlans.insert(*id, Vlan { at, ..Vlan::default() });
    }
    Some(Block::Vlans(ids))
}

fn own(draft: &mut Draft<'_, '_>, line: &Line<'_>) -> Option<Block> {
    let word = line.words[1];
    let id = draft.value(word, values::vlan(word.text.strip_prefix("Vlan").unwrap_or(word.text)))?;
    draft.below_interface = true;
    if !once(draft, line) {
        return None;
    }
    draft.pending.push((Feature::Interface, id, word.span(&draft.file)));
    draft.own.insert(id, svi::Svi::new(line.span(&draft.file)));
    Some(Block::Own(id))
}

fn beside(draft: &mut Draft<'_, '_>, line: &Line<'_>) -> Option<Block> {
    draft.below_interface = true;
    if !once(draft, line) {
        return None;
    }
    draft.beside = Some(svi::Svi::new(line.span(&draft.file)));
    Some(Block::Beside)
}

/// A port, or a link of several.
fn switched(draft: &mut Draft<'_, '_>, line: &Line<'_>) -> Option<Block> {
    let word = line.words[1];
    draft.below_interface = true;
    let which = match word.text.strip_prefix("Port-channel") {
        Some(number) => Which::Link(draft.value(word, values::link(number))?),
        None => Which::Port(draft.value(word, values::port(word.text, draft.model.ports))?),
    };
    if !once(draft, line) {
        return None;
    }
    let at = draft.file.loc(line.words[0].start);
    draft.ports.insert(which, port::PortDraft::new(at, line.span(&draft.file)));
    Some(Block::Port(which))
}

fn sessions(draft: &mut Draft<'_, '_>, line: &Line<'_>, from: &str, to: &str) -> Option<Block> {
    let last = u32::from(super::defaults::SESSIONS) - 1;
    let bound = |draft: &mut Draft<'_, '_>, word: usize, text: &str, least: u32| {
        let read = values::between(text, least, last);
        draft.value(line.words[word], read).and_then(|n| u16::try_from(n).ok())
    };
    let from = bound(draft, 2, from, 0)?;
    let to = bound(draft, 3, to, u32::from(from))?;
    for number in from..=to {
        if !draft.first_time(format!("line {number} of remote sessions"), line.span(&draft.file)) {
            return None;
        }
    }
    Some(Block::Sessions(from, to))
}

fn in_vlan(draft: &mut Draft<'_, '_>, line: &Line<'_>, ids: &[u16]) {
    let (["name", _], [id]) = (line.words.iter().map(|w| w.text).collect::<Vec<_>>().as_slice(), ids) else {
        return draft.unknown(line, VLAN_UNMODELLED, std::iter::once("name"));
    };
    let word = line.words[1];
    if let Some(name) = draft.value(word, values::name(word.text, 32))
        && draft.first_time(format!("the name of VLAN {id}"), line.span(&draft.file))
        && let Some(vlan) = draft.table.vlans.get_mut(id)
    {
        vlan.name = name;
    }
}

/// Statements of a VLAN that the model does not know.
const VLAN_UNMODELLED: &[(&str, &str)] = &[
    ("private-vlan", "parts the VLAN"),
    ("remote-span", "copies frames"),
    ("shutdown", "stops the VLAN on this switch"),
    ("state suspend", "stops the VLAN everywhere"),
];
