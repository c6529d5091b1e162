//! Protection of the gateway and of the links: clear text, spoofed sources, connection state, noise, final deny.

use super::super::rules::{interface as named, is, number, rule, within};
use super::ended::Stage;
use super::{Gate, base, called, is_family};
use crate::config::filter::{Action, Base, Chain, Hook, Key, Kind, Match, Policy, Rule, Value};

/// Connection states, as [`Key::State`] numbers them.
pub(super) const NEW: u64 = 0;
pub(super) const ESTABLISHED: u64 = 1;
const RELATED: u64 = 2;
const UNTRACKED: u64 = 3;
const INVALID: u64 = 4;

/// NAT of sources runs at 100 (`srcnat`); what checks its result runs after it.
const AFTER_SRCNAT: i32 = 110;

/// ICMP errors that a connection may cause (RFC 792): destination unreachable, time exceeded, parameter problem.
const ERRORS4: [u64; 3] = [3, 11, 12];
/// The same for ICMPv6 (RFC 4443), packet too big among them (RFC 4890 §4.3.1).
const ERRORS6: [u64; 4] = [1, 2, 3, 4];

/// The packet's connection is in one of these states.
pub(super) fn states(values: &[u64]) -> Match {
    is(Key::State, values.iter().map(|v| number(*v)))
}

/// What every link is full of and nobody needs to read about (DAT-NT-006, section 5).
pub(super) fn noise() -> Rule {
    let ports = [(67, 68), (137, 138), (1900, 1900), (5353, 5353), (5355, 5355)];
    let ports = is(Key::UdpDport, ports.map(|(a, b)| Value::Numbers(a, b)));
    rule(vec![ports], Action::Drop).counted().remark("5. noise, not logged")
}

/// Explicit although the policy drops too, and logged (DAT-NT-006, section 6).
pub(super) fn final_deny(prefix: &str) -> Rule {
    rule(Vec::new(), Action::Drop).logged(prefix).counted().remark("6. final deny, logged")
}

impl Gate<'_> {
    pub(super) fn on_wan(&self, side: Key) -> Match {
        is(side, [named(&self.wan)])
    }

    /// Clear text on the WAN that claims to come from inside.
    pub(super) fn guard_in(&self) -> Vec<Rule> {
        let clear = || is(Key::IpsecIn, [number(0)]);
        let line = |key, set| rule(vec![self.on_wan(Key::In), within(&[key], set), clear()], Action::Drop).counted();
        let first = line(Key::Source4, "inside4").remark("3. nothing from inside arrives in clear on the WAN");
        vec![first, line(Key::Source6, "inside6")]
    }

    /// Clear text for inside that would leave by the WAN: what no child covers must not (RFC 4301 §4.4.1).
    pub(super) fn guard_out(&self) -> Vec<Rule> {
        let clear = || is(Key::IpsecOut, [number(0)]);
        let line = |key, set| rule(vec![self.on_wan(Key::Out), within(&[key], set), clear()], Action::Drop).counted();
        let first = line(Key::Destination4, "inside4").remark("3. nothing for inside leaves in clear by the WAN");
        vec![first, line(Key::Destination6, "inside6")]
    }

    /// Every interface but the WAN carries its own sources only.
    pub(super) fn check_source(&self) -> Rule {
        rule(vec![self.on_wan(Key::In).not()], Action::Jump("anti_spoof".into()))
    }

    pub(super) fn anti_spoof(&self) -> Chain {
        let own = |(family, key)| {
            let any = self.sources.values().flatten().any(|n| is_family(n, family));
            any.then(|| rule(vec![within(&[Key::In, key], &format!("sources{family}"))], Action::Return))
        };
        let mut rules: Vec<Rule> = [(4, Key::Source4), (6, Key::Source6)].into_iter().filter_map(own).collect();
        rules.push(rule(Vec::new(), Action::Drop).logged("etanche spoof ").counted());
        called("anti_spoof", rules, "3. an interface carries its own sources only (T8)")
    }

    /// Replies follow those who opened; what belongs to no connection goes no further.
    pub(super) fn connection_state(&self, stage: Stage) -> Vec<Rule> {
        let mut rules = vec![rule(vec![states(&[INVALID, UNTRACKED])], Action::Drop).counted()];
        rules.extend(self.judged_again(stage));
        rules.extend([
            rule(vec![states(&[ESTABLISHED])], Action::Accept).remark("replies follow those who opened"),
            rule(vec![states(&[RELATED])], Action::Goto("related".into())),
        ]);
        rules
    }

    pub(super) fn related(&self) -> Chain {
        let rules = vec![
            rule(vec![is(Key::IcmpType, ERRORS4.map(number))], Action::Accept).counted(),
            rule(vec![is(Key::Icmp6Type, ERRORS6.map(number))], Action::Accept).counted(),
            rule(Vec::new(), Action::Drop).counted(),
        ];
        called("related", rules, "errors about a known connection, and nothing else (RFC 4890 §4.3)")
    }

    /// After translation: no inside source leaves in clear.
    pub(super) fn leave(&self) -> Chain {
        let clear = || is(Key::IpsecOut, [number(0)]);
        let line = |key, set| {
            let matches = vec![self.on_wan(Key::Out), within(&[key], set), clear()];
            rule(matches, Action::Drop).logged("etanche leave ").counted()
        };
        let rules = vec![line(Key::Source4, "inside4"), line(Key::Source6, "inside6")];
        let hook = Base { kind: Kind::Filter, hook: Hook::Postrouting, priority: AFTER_SRCNAT, policy: Policy::Accept };
        base("leave", hook, rules, "3. after translation, nothing leaves by the WAN in clear with an inside source")
    }
}
