//! Words for claims about one gateway: a packet it lets pass and must not, a fact that was read and is wrong.

use super::{Words, claim_source, code_of};
use crate::config::Loc;
use crate::config::filter::Hook;
use crate::diagnostics::{Diagnostic, unnumbered};
use crate::isolation::agree;
use crate::isolation::certificate::digest;
use crate::isolation::claim::{Claim, Target};
use crate::isolation::gates::place;
use crate::isolation::reach::Crossing;
use crate::isolation::readback::ReadDevice;
use crate::network::SiteId;
use crate::packets::{Field, Packet, PacketSet};

impl Words<'_, '_> {
    /// A gateway lets pass at a hook what it must not: the line of the policy, or of the text when no line asks for it.
    pub(super) fn passes(&self, claim: &Claim, site: SiteId, hook: Hook, set: PacketSet) -> Diagnostic {
        let gate = &self.gates[&site];
        let packet = self.spaces.of(site).witness(set).expect("a set that is not empty has a packet");
        let crossing = Crossing { site, hook, enters: packet.get(Field::In), leaves: packet.get(Field::Out) };
        let (loc, origin) = self.decides(&packet, crossing);
        let text = place(gate.device, loc, self.sources, self.net);
        let says = self.lets(claim, site, hook, &packet);
        let found = match origin.map(|o| self.net.origin(o).span) {
            Some(line) if claim.to != Target::ForeignAddresses => Diagnostic::new(code_of(self.net, claim), line, says)
                .label("this asks for it")
                .other(text, "lets it pass"),
            Some(line) => Diagnostic::new(code_of(self.net, claim), text, says)
                .label("lets it pass")
                .other(line, "nearest line of the policy"),
            None => Diagnostic::new(code_of(self.net, claim), text, says).label("lets it pass"),
        };
        let packets = digest(self.spaces.of(site).shape(set));
        found
            .claims(claim.words(self.net))
            .extent([format!("{} {hook:?} {packets}", gate.device.path), self.texts(gate.device)])
            .note("witness", agree::crossing(&gate.interfaces, &packet))
            .help(way_out(claim, hook, origin.is_some() && !self.is_published(site, hook, &packet)))
            .note("rule", claim.theorem.basis())
    }

    /// It comes through from the WAN: by a line of `publish`, and wider than that.
    fn is_published(&self, site: SiteId, hook: Hook, packet: &Packet) -> bool {
        hook == Hook::Forward && packet.get(Field::In) == self.gates[&site].wan
    }

    fn lets(&self, claim: &Claim, site: SiteId, hook: Hook, packet: &Packet) -> String {
        let name = &self.net.site(site).name;
        let from_wan = packet.get(Field::In) == self.gates[&site].wan;
        match (claim.to, from_wan) {
            (Target::PublicAddress, _) => {
                format!("somebody who is not declared can open a connection to the public address of {name}")
            }
            (Target::ClearText, true) => {
                format!("the gateway of {name} takes from its WAN, in clear, what nothing declares")
            }
            (Target::ClearText, false) => {
                format!("the gateway of {name} sends by its WAN, in clear, what nothing declares")
            }
            (Target::BeyondCeiling, _) if [Hook::Prerouting, Hook::Postrouting].contains(&hook) => {
                format!(
                    "an establishment's own file makes the gateway of {name} give an address that nothing gives without it"
                )
            }
            (Target::BeyondCeiling, _) => {
                format!(
                    "an establishment's own file makes the gateway of {name} let pass what nothing permits without it"
                )
            }
            _ => format!(
                "the gateway of {name} takes from {} a source address that is not its own",
                claim_source(self.net, claim)
            ),
        }
    }

    /// All texts of a device. One packet, at one hook, is shown of what it lets pass: as long as its texts are the same,
    /// nothing else hides behind.
    fn texts(&self, device: &ReadDevice) -> String {
        let texts: Vec<String> = device.places.texts(self.sources).map(unnumbered).collect();
        format!("{} {}", device.path, digest(texts.join("\0")))
    }

    /// Something that was read on a device is wrong.
    pub(super) fn fact(&self, claim: &Claim, device: usize, at: Loc, says: &str) -> Diagnostic {
        let device = &self.devices[device];
        let span = place(device, at, self.sources, self.net);
        Diagnostic::new(code_of(self.net, claim), span, says)
            .claims(claim.words(self.net))
            .extent([self.texts(device)])
            .help("mend the template or undo the edit: nothing is written")
            .note("rule", claim.theorem.basis())
    }
}

/// Whoever is supervised is asked in clear, by those who are declared and whom nobody else could ask to do it.
const SUPERVISION: &str = "remove it, or supervise from a zone that receives from nobody, with the security officer's line in \
                           `may_start:`, such as `csm.probes -> supervision`";

fn way_out(claim: &Claim, hook: Hook, by_policy: bool) -> &'static str {
    match (claim.to, by_policy) {
        (Target::ForeignAddresses, _) => "the text lost an anti-spoofing rule: mend the template or undo the edit",
        (Target::PublicAddress, true) => SUPERVISION,
        (Target::ClearText, true) if hook == Hook::Forward => SUPERVISION,
        (Target::ClearText, true) => "remove it, or let it go through the tunnel: end it at a zone of a site",
        (Target::BeyondCeiling, true) => {
            "an establishment may only withdraw flows, or edit lists that `delegation:` opens"
        }
        (_, _) => "the text lets pass what no line of the policy asks for: mend the template or undo the edit",
    }
}
