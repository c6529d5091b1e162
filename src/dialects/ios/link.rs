//! Links of several ports: members that say `channel-group N mode active` (LACP) and the `interface Port-channelN` that
//! has their place.
//!
//! The switch joins a port to a link only while both are configured alike, and keeps it out, carrying nothing, while they
//! are not: a member that is told otherwise than its link is refused, and one that is read is what its link is.

use std::collections::BTreeMap;

use super::Draft;
use super::port::{PortDraft, Which};
use crate::config::Loc;
use crate::config::vlan::Port;
use crate::diagnostics::codes::readback::{READBACK_BAD_VALUE, READBACK_FAILS_OPEN, READBACK_INCOMPLETE};

/// Ports that carry frames at one time in one link; more would wait.
const MOST_MEMBERS: usize = 8;

/// Joins members to their links: each is shut when it is itself, or its link.
pub(super) fn join(draft: &mut Draft<'_, '_>, read: &BTreeMap<Which, PortDraft>, placed: &mut BTreeMap<Which, Port>) {
    let mut members: BTreeMap<u16, usize> = BTreeMap::new();
    for (which, port) in read {
        let Some((link, span)) = port.link else { continue };
        let Some((whole, like)) = read.get(&Which::Link(link)).zip(placed.get(&Which::Link(link)).cloned()) else {
            let says = format!("no `interface Port-channel{link}`: the switch would make one up");
            draft.refuse(&READBACK_INCOMPLETE, span, says);
            continue;
        };
        let Some(member) = placed.get_mut(which) else { continue };
        if whole.mode != port.mode || shared(&like) != shared(member) {
            let says =
                format!("{which} is told otherwise than Port-channel{link}: the switch keeps it out of the link");
            draft.refuse(&READBACK_FAILS_OPEN, span, says);
        }
        member.link = Some(link);
        member.enabled &= like.enabled;
        let count = members.entry(link).or_default();
        *count += 1;
        if *count == MOST_MEMBERS + 1 {
            draft.refuse(&READBACK_BAD_VALUE, span, "more ports than a link has: 8");
        }
    }
    for (which, port) in read {
        if let Which::Link(link) = which
            && !members.contains_key(link)
        {
            draft.refuse(&READBACK_INCOMPLETE, port.header, "no port says `channel-group` of it");
        }
    }
}

/// What a member has in common with its link.
fn shared(port: &Port) -> Port {
    Port { enabled: true, name: String::new(), link: None, at: Loc::default(), ..port.clone() }
}
