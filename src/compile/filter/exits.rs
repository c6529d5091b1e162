//! Addresses that traffic leaves by: public ones of the WAN, and those by which other sites see machines of private zones.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use ipnet::IpNet;

use super::super::permits::Permit;
use super::super::rules::{interface as named, is, net as prefix, number, rule};
use super::{Gate, base};
use crate::config::filter::{Action, Base, Chain, Hook, Key, Kind, Match, Policy};
use crate::network::Port;

/// What decides on a translation, in the order in which they are asked: the narrowest source first.
type Row = (u8, Vec<IpNet>, Port);

/// `srcnat`.
const SRCNAT: i32 = 100;

impl Gate<'_> {
    /// One translation a source and way out; a machine's own comes before its zone's, for the first match decides.
    pub(super) fn exits(&self) -> Chain {
        let mut rows: BTreeMap<Row, (Ipv4Addr, &Permit)> = BTreeMap::new();
        for permit in &self.permits {
            if let Some(exit) = permit.leg.translated {
                let widest = permit.leg.source.iter().map(|n| 32 - n.prefix_len()).max().unwrap_or(0);
                rows.entry((widest, permit.leg.source.clone(), permit.leg.leaves)).or_insert((exit, permit));
            }
        }
        let line = |((_, source, leaves), (exit, permit)): (Row, (Ipv4Addr, &Permit))| {
            let origin = self.net.origin(permit.origin);
            let out = is(Key::Out, [named(&self.interface(leaves))]);
            let mut matches = vec![out, is(Key::Source4, source.into_iter().map(prefix))];
            matches.extend(self.in_clear().filter(|_| leaves == Port::Wan));
            rule(matches, Action::Snat(exit.into())).counted().comment(format!("{} {}", origin.id, origin.cite))
        };
        let rules = rows.into_iter().map(line).collect();
        let hook = Base { kind: Kind::Nat, hook: Hook::Postrouting, priority: SRCNAT, policy: Policy::Accept };
        base("exits", hook, rules, "addresses that traffic leaves by")
    }

    /// A tunnel whose far end is not ours leaves by the WAN too, and must see inside addresses: translated, its packets
    /// would match no selector and leave in clear.
    fn in_clear(&self) -> Option<Match> {
        let shares_the_wan = !self.net.site(self.site).old_tunnels.is_empty();
        shares_the_wan.then(|| is(Key::IpsecOut, [number(0)]))
    }
}
