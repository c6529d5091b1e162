//! Addresses at which others find a machine, the Internet its services, other sites the machine itself: the destination
//! becomes the machine's own before routing.

use super::super::rules::{address, interface as named, is};
use super::{Gate, base};
use crate::config::filter::{Action, Base, Chain, Hook, Key, Kind, Policy, Rule};

/// `dstnat`.
const DSTNAT: i32 = -100;

impl Gate<'_> {
    /// One translation a service; None where nothing is led.
    pub(super) fn published(&self) -> Option<Chain> {
        let rules: Vec<Rule> = self.permits.iter().flat_map(|permit| self.published_rules(permit)).collect();
        let hook = Base { kind: Kind::Nat, hook: Hook::Prerouting, priority: DSTNAT, policy: Policy::Accept };
        let chain = base("published", hook, rules, "addresses at which others find machines");
        (!chain.rules.is_empty()).then_some(chain)
    }

    /// Who may come is asked of what is translated, on its way through.
    fn published_rules(&self, permit: &super::Permit) -> Vec<Rule> {
        let Some(met_at) = permit.leg.met_at else { return Vec::new() };
        let Some(machine) = permit.leg.destination.first().map(ipnet::IpNet::addr) else { return Vec::new() };
        let first =
            [is(Key::In, [named(&self.interface(permit.leg.enters))]), is(Key::Destination4, [address(met_at)])];
        let led = |rule: Rule| Rule { action: Action::Dnat(machine, None), ..rule };
        self.reason_above_first(permit, self.service_rules(permit, 4, &first).into_iter().map(led).collect())
    }
}
