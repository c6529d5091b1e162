//! One flow as rules: a line for each family and transport, the reason above the first.

use ipnet::IpNet;

use super::super::permits::Permit;
use super::super::rules::{address_keys, is, net as prefix, rule, service_lines, within};
use super::{Gate, is_family};
use crate::config::filter::{Action, Key, Match, Rule, Value};
use crate::network::Window;

/// Prefixes of a family as values.
pub(super) fn of_family(nets: &[IpNet], family: u8) -> Vec<Value> {
    nets.iter().filter(|n| is_family(n, family)).map(|n| prefix(*n)).collect()
}

impl Gate<'_> {
    /// The lines of a flow; `first` are the matches on its interfaces, or on its process.
    pub(super) fn lines(&self, permit: &Permit, first: &[Match]) -> Vec<Rule> {
        let mut rules = Vec::new();
        for family in [4, 6] {
            let (src, dst) = address_keys(family);
            let (source, destination) = (self.source(permit, family, src), self.destination(permit, family, dst));
            if let (Some(from), Some(to)) = (source, destination) {
                let matches = first.iter().cloned().chain(from).chain(to).collect::<Vec<_>>();
                rules.extend(self.service_rules(permit, family, &matches));
            }
        }
        self.reason_above_first(permit, rules)
    }

    /// The reason stands once, above a flow's first line.
    pub(super) fn reason_above_first(&self, permit: &Permit, mut rules: Vec<Rule>) -> Vec<Rule> {
        if let Some(first) = rules.first_mut() {
            first.remark = Some(self.net.origin(permit.origin).because.clone());
        }
        rules
    }

    /// One line a transport, with rule id and source line as comment.
    pub(super) fn service_rules(&self, permit: &Permit, family: u8, first: &[Match]) -> Vec<Rule> {
        let origin = self.net.origin(permit.origin);
        let line = |service| {
            let matches = first.iter().cloned().chain([service]).chain(time(permit.window)).collect();
            rule(matches, Action::Accept).counted().comment(format!("{} {}", origin.id, origin.cite))
        };
        service_lines(permit.services, family).into_iter().map(line).collect()
    }

    /// Source of a flow in one family; None when it has none there.
    fn source(&self, permit: &Permit, family: u8, key: Key) -> Option<Vec<Match>> {
        if permit.leg.from_internet { Some(self.outside(family, key)) } else { one_of(&permit.leg.source, family, key) }
    }

    /// Destination of a flow in one family; None when it has none there.
    fn destination(&self, permit: &Permit, family: u8, key: Key) -> Option<Vec<Match>> {
        if permit.leg.internet { Some(self.outside(family, key)) } else { one_of(&permit.leg.destination, family, key) }
    }

    /// Neither inside nor a public address that the region declares.
    fn outside(&self, family: u8, key: Key) -> Vec<Match> {
        let public = of_family(&self.net.region.public, family);
        let inside = within(&[key], &format!("inside{family}")).not();
        let declared = (!public.is_empty()).then(|| is(key, public).not());
        std::iter::once(inside).chain(declared).collect()
    }
}

/// One of the prefixes of a family; None when there is none.
fn one_of(nets: &[IpNet], family: u8, key: Key) -> Option<Vec<Match>> {
    let nets = of_family(nets, family);
    (!nets.is_empty()).then(|| vec![is(key, nets)])
}

/// Whole seconds from the first to the last; open ends are 0 and the largest number.
fn time(window: Window) -> Option<Match> {
    let second = |s: Option<i64>, open: u64| s.map_or(open, |s| u64::try_from(s).unwrap_or(0));
    let until = window.until.map(|u| u - 1);
    let span = Value::Numbers(second(window.from, 0), second(until, u64::MAX));
    (window != Window::ALWAYS).then(|| is(Key::Time, [span]))
}
