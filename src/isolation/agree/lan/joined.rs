//! Links of several cables: the ports that a text joins to one are exactly those of one line of `cables:`.
//!
//! Both ends are held to the same line: what is joined here is what is joined there, whichever cable is plugged where.

use std::collections::BTreeSet;

use super::super::differences::Differences;
use super::{Lan, OneSwitch};
use crate::diagnostics::Span;
use crate::diagnostics::codes::isolation as codes;
use crate::network::CableEnd;

/// Compares what each port of the switch is joined with.
pub(super) fn joined(told: &mut Differences<'_>, lan: &Lan<'_>, one: &OneSwitch<'_>) {
    for (number, port) in &one.table.ports {
        let wanted = lan.intent.links.get(&(one.index, *number));
        let found = port.link.map(|link| members(one, link));
        if let Some(problem) = problem(*number, wanted, found.as_ref()) {
            let message = format!("port {number} of `{}` {problem}", one.declared.name);
            let line = cable(lan, one.index, *number).unwrap_or_else(|| one.line(*number));
            told.tell_beside(&codes::JOINED_DIFFERS, told.at(port.at), message, Some(line));
        }
    }
}

/// Ports that the text joins to the link of this number.
fn members(one: &OneSwitch<'_>, link: u16) -> BTreeSet<u16> {
    one.table.ports.iter().filter(|(_, p)| p.link == Some(link)).map(|(number, _)| *number).collect()
}

fn problem(port: u16, wanted: Option<&BTreeSet<u16>>, found: Option<&BTreeSet<u16>>) -> Option<String> {
    match (wanted, found) {
        (None, None) => None,
        (Some(wanted), None) => {
            let others = list(wanted.iter().filter(|n| **n != port));
            Some(format!("is joined with no other, and its cable is of one link with port {others}"))
        }
        (None, Some(_)) => {
            Some("is in a link of several cables (LACP), and the policy joins it with no other".to_owned())
        }
        (Some(wanted), Some(found)) => {
            let foreign = found.difference(wanted).next();
            let foreign = foreign.map(|n| format!("is joined with port {n}, which is of another link or of none"));
            foreign.or_else(|| wanted.difference(found).next().map(|n| format!("is not joined with port {n}")))
        }
    }
}

fn list<'a>(ports: impl Iterator<Item = &'a u16>) -> String {
    ports.map(u16::to_string).collect::<Vec<_>>().join(", ")
}

/// The line of the policy about the cable of a port.
fn cable(lan: &Lan<'_>, switch: usize, port: u16) -> Option<Span> {
    let mut cables = lan.net.site(lan.segments.site).cables.iter();
    let here = CableEnd::Switch(switch, port);
    cables.find(|c| c.strands.iter().flatten().any(|end| *end == here)).map(|c| c.span)
}
