//! The running configuration of a switch as it prints it, against the written one.
//!
//! A switch prints more than it was given: a heading, and what its holder filled in, accounts and keys. Those lines are set
//! aside, by the tables below alone, and told; the rest goes to the dialect's own reader, which refuses what it does not
//! know.

use super::live::{Aside, Dump, Live, Reference};
use super::meaning::{self, Meaning, Unread};
use crate::config::vlan::{Port, Vlan, VlanTable};
use crate::config::{Bundle, FileSet, Loc};
use crate::diagnostics::{Sink, Sources};
use crate::dialects;
use crate::diff;

/// Lines that a holder fills in: what they begin with, what they must hold as a word, why they are no part of the policy.
/// HPE *Access Security Guide* 16.10, "Configuring Username and Password Security", "Using SNMPv3"; Cisco *Consolidated
/// Platform Configuration Guide* 15.2(7)E, "Controlling Switch Access with Passwords", "Configuring Secure Shell".
const SLOTS: &[(&str, &str, &str, &str)] = &[
    ("aos-s.cfg", "password manager", "", "an account is its holder's"),
    ("aos-s.cfg", "password operator", "", "an account is its holder's"),
    ("aos-s.cfg", "snmpv3 engineid", "", "the switch numbers itself"),
    ("aos-s.cfg", "snmpv3 group", "user", "an account is its holder's"),
    ("aos-s.cfg", "snmpv3 user", "", "an account is its holder's"),
    ("ios.cfg", "crypto pki certificate chain", "", "a key is its holder's"),
    ("ios.cfg", "crypto pki trustpoint", "", "a key is its holder's"),
    ("ios.cfg", "enable secret", "", "an account is its holder's"),
    ("ios.cfg", "ip domain-name", "", "the key of SSH is named after it"),
    ("ios.cfg", "username", "secret", "an account is its holder's"),
];

/// What stands above a configuration that is printed.
const HEADINGS: [&str; 2] = ["Running configuration:", "Building configuration..."];

/// Whether a file is a switch's whole configuration.
pub(super) fn is_config(path: &str) -> bool {
    SLOTS.iter().any(|(file, ..)| *file == path)
}

/// Compares a running configuration with the written one.
pub(super) fn live(reference: Reference<'_>, path: &str, dump: &Dump, options: &diff::Options) -> Live {
    let (text, aside) = set_aside(path, &dump.text);
    let mut found = Live {
        form: "show running-config",
        aside,
        compared: vec!["VLANs on every port, addresses, management, and every other setting that is read".to_owned()],
        not_compared: vec!["names and texts for people; firmware; what the switch learns while it runs".to_owned()],
        ..Live::default()
    };
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let added = sources.add(dump.name.clone(), text.as_str());
    let files = FileSet::from([(path.to_owned(), text)]);
    let here = dialects::read_added(&files, &[added], &mut sink);
    found.meaning = Some(match (here, meaning::read(reference.device, reference.files)) {
        (None, _) => Meaning::Unread(Unread::new(sink, sources)),
        (_, Err(unread)) => Meaning::Unread(unread),
        (Some(here), Ok(own)) => meaning::compare(reference.device, [&own, &here], reference.facts, options),
    });
    found
}

/// The text with what is not the policy's blank, so that every place in it stays where it was.
fn set_aside(path: &str, text: &str) -> (String, Vec<Aside>) {
    let (mut kept, mut aside) = (String::with_capacity(text.len()), Vec::new());
    let (mut begun, mut block) = (false, false);
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        let is_inner = line.starts_with([' ', '\t']);
        let slot = SLOTS.iter().find(|slot| slot.0 == path && fills(line, slot.1, slot.2));
        let is_heading = !begun && HEADINGS.contains(&line.trim_end());
        begun |= !line.trim().is_empty() && !is_heading;
        block = if is_inner { block } else { slot.is_some() };
        aside.extend(slot.filter(|_| !is_inner).map(|slot| Aside { line: number, begins: slot.1, why: slot.3 }));
        match block || is_heading {
            true => kept.extend(line.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' })),
            false => kept.push_str(line),
        }
    }
    (kept, aside)
}

fn fills(line: &str, begins: &str, holds: &str) -> bool {
    let mut words = line.split_whitespace();
    begins.split(' ').all(|word| words.next() == Some(word)) && (holds.is_empty() || words.any(|word| word == holds))
}

/// Ports and VLANs that are set otherwise, where no frame tells: ports that are shut, or in no VLAN.
pub(super) fn otherwise(bundles: [&Bundle; 2]) -> Vec<String> {
    let none = VlanTable::default();
    let [old, new] = bundles.map(|bundle| bundle.lan.as_ref().unwrap_or(&none));
    let port = |port: &Port| Port { name: String::new(), at: Loc::default(), ..port.clone() };
    let vlan = |vlan: &Vlan| Vlan { name: String::new(), at: Loc::default(), ..vlan.clone() };
    let ports = old.ports.keys().filter(|n| old.ports.get(*n).map(port) != new.ports.get(*n).map(port));
    let vlans = old.vlans.keys().filter(|n| old.vlans.get(*n).map(vlan) != new.vlans.get(*n).map(vlan));
    let ports = ports.map(|n| format!("port {n}, which is shut or in no VLAN, is set otherwise"));
    let vlans = vlans.map(|n| format!("VLAN {n}, which is on no port, is set otherwise"));
    let mut all: Vec<String> = ports.chain(vlans).collect();
    let bare = |table: &VlanTable| VlanTable { ports: Default::default(), vlans: Default::default(), ..table.clone() };
    if bare(old) != bare(new) || old.ports.len() != new.ports.len() || old.vlans.len() != new.vlans.len() {
        all.push("the switch as a whole is set otherwise".to_owned());
    }
    all
}
