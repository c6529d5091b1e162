//! Base chains, and what the kernel can answer at their hooks.
//!
//! `meta ipsec` looks at how a packet arrived and `rt ipsec` at where it goes, users exist for packets of local
//! processes only, translations belong to nat chains (nft(8), "Meta expressions", "Routing expression", "NAT statements").
//! Stricter than the kernel, which loads `rt ipsec missing` at the hook input, where it matches everything, and
//! `meta skuid` at the hook forward, where it matches nothing (measured): a guard there guards nothing.

use std::collections::BTreeSet;

use crate::config::filter::{Action, Base, Chain, Hook, Key, Kind, Policy, Rule};
use crate::diagnostics::{Diagnostic, Sink};

use super::super::Places;
use super::super::codes::{HOOK, MEANING, UNSUPPORTED};
use super::Named;

/// Priority of connection tracking (`NF_IP_PRI_CONNTRACK`).
const CONNTRACK: i32 = -200;

/// Base chains whose order or place makes another device of the same rules.
pub(super) fn bases(read: &Named<'_>, sink: &mut Sink) {
    let (filter, places) = (read.filter, read.places);
    let based: Vec<_> = (0..).zip(&filter.chains).filter_map(based).collect();
    for (at, base) in &based {
        if let Some(message) = alone(base) {
            sink.push(Diagnostic::new(&UNSUPPORTED, places.chains[*at], message));
        }
        let earlier = based.iter().take_while(|(other, _)| other < at);
        for (other, before) in earlier.filter(|(_, b)| b.hook == base.hook) {
            if let Some(message) = together(before, base) {
                sink.push(
                    Diagnostic::new(&MEANING, places.chains[*at], message)
                        .other(places.chains[*other], "the other chain"),
                );
            }
        }
    }
    sides(&based, places, sink);
}

fn based((at, chain): (usize, &Chain)) -> Option<(usize, Base)> {
    chain.base.map(|base| (at, base))
}

fn alone(base: &Base) -> Option<&'static str> {
    match base.kind {
        _ if base.priority <= CONNTRACK => Some("a base chain before connection tracking"),
        Kind::Nat if base.policy == Policy::Drop => Some("a nat chain that drops"),
        Kind::Nat if base.hook == Hook::Forward => Some("a nat chain at the hook forward"),
        _ => None,
    }
}

/// Two filter chains may run in either order: a packet passes when both let it.
fn together(before: &Base, base: &Base) -> Option<&'static str> {
    let nats = before.kind == Kind::Nat && base.kind == Kind::Nat;
    let same = before.priority == base.priority && nats;
    same.then_some("two base chains of one priority: which one runs first depends on their order of loading")
}

/// At one hook all filter chains see the packet before its translation, or all see it after. The kernel translates at a
/// priority of its own, whatever those of the nat chains are.
fn sides(based: &[(usize, Base)], places: &Places, sink: &mut Sink) {
    for (at, base) in based.iter().filter(|(_, base)| base.kind == Kind::Filter) {
        let here = based.iter().filter(|(_, b)| b.hook == base.hook);
        let translates = here.clone().any(|(_, b)| b.kind == Kind::Nat);
        let Some(kernel) = base.hook.translation().filter(|_| translates) else {
            continue;
        };
        if base.priority == kernel {
            let message = "a filter chain at the priority of the kernel's translation: which comes first depends on their order of loading";
            sink.push(Diagnostic::new(&MEANING, places.chains[*at], message).help(aside(kernel)));
            continue;
        }
        let mut filters = here.filter(|(_, b)| b.kind == Kind::Filter);
        if filters.any(|(_, b)| (b.priority > kernel) != (base.priority > kernel)) {
            let message = "filter chains before and after the translations of one hook";
            sink.push(Diagnostic::new(&UNSUPPORTED, places.chains[*at], message).help(aside(kernel)));
        }
    }
}

fn aside(kernel: i32) -> String {
    format!("the kernel translates at {kernel}: give all filter chains of the hook priorities on one side of it")
}

/// Every rule that a base chain reaches can be answered at its hook.
pub(super) fn reached(read: &Named<'_>, sink: &mut Sink) {
    let (filter, places) = (read.filter, read.places);
    for (at, base) in (0..).zip(&filter.chains).filter_map(based) {
        let mut seen = BTreeSet::new();
        reach(read, at, &mut seen);
        for chain in seen {
            for (rule, span) in filter.chains[chain].rules.iter().zip(&places.rules[chain]) {
                if let Some(message) = misplaced(&base, rule) {
                    let hook = format!("reached from the base chain `{}`", filter.chains[at].name);
                    sink.push(Diagnostic::new(&HOOK, *span, message).note("note", hook));
                }
            }
        }
    }
}

fn reach(read: &Named<'_>, at: usize, seen: &mut BTreeSet<usize>) {
    if seen.insert(at) {
        for next in read.called(at) {
            reach(read, next, seen);
        }
    }
}

fn misplaced(base: &Base, rule: &Rule) -> Option<String> {
    let dispatched = match &rule.action {
        Action::Dispatch { keys, .. } | Action::DispatchInline { keys, .. } => keys.as_slice(),
        _ => &[],
    };
    let keys = rule.matches.iter().flat_map(|m| &m.keys).chain(dispatched);
    let wrong = keys.copied().find_map(|key| misplaced_key(base.hook, key));
    let message = wrong.or_else(|| misplaced_action(base, &rule.action))?;
    Some(format!("{message} at this hook"))
}

fn misplaced_key(hook: Hook, key: Key) -> Option<&'static str> {
    use Hook::{Forward, Input, Output, Postrouting, Prerouting};
    let (hooks, message): (&[Hook], _) = match key {
        Key::IpsecIn => (&[Prerouting, Input, Forward], "`meta ipsec` has no answer"),
        Key::IpsecOut => (&[Forward, Output, Postrouting], "`rt ipsec` has no answer"),
        Key::Uid => (&[Output, Postrouting], "no process is known"),
        _ => return None,
    };
    (!hooks.contains(&hook)).then_some(message)
}

fn misplaced_action(base: &Base, action: &Action) -> Option<&'static str> {
    use Hook::{Forward, Input, Output, Postrouting, Prerouting};
    let (kind, hooks, message): (Kind, &[Hook], _) = match action {
        Action::Snat(_) => (Kind::Nat, &[Postrouting, Input], "no source translation"),
        Action::Masquerade => (Kind::Nat, &[Postrouting], "no masquerading"),
        Action::Dnat(..) => (Kind::Nat, &[Prerouting, Output], "no destination translation"),
        Action::Reject => (Kind::Filter, &[Input, Forward, Output], "no rejection"),
        Action::ClampMss => (Kind::Filter, &[Forward, Output, Postrouting], "no clamp"),
        Action::Drop => {
            let nat = base.kind == Kind::Nat;
            return nat.then_some("no dropping in a nat chain");
        }
        _ => return None,
    };
    (base.kind != kind || !hooks.contains(&base.hook)).then_some(message)
}
