//! A reader that misreads, the same way each time: what the kernel says of the ruleset as JSON tells it apart.
//!
//! Each misreading is made on what was read, as a slip in the reader would make it; `tests/mutants/README.md` names the
//! judge of every reader.

use etanche::config::Filter;
use etanche::config::filter::{Action, Hook, Key, Match, Policy, Value, Values};

use crate::common::{GATEWAY, script};
use crate::kernel::{kernel_says, reader_says};

/// Its title, and what it makes of what was read.
type Misreading = (&'static str, fn(&mut Filter));

/// Title, and what the reader would have understood.
const MISREADINGS: &[Misreading] = &[
    ("`!=` read as `==`", |f| each_match(f, |m| m.negated = false)),
    ("source taken for destination", |f| each_key(f, Key::Source4, Key::Destination4)),
    ("`dport` taken for `sport`", |f| each_key(f, Key::UdpDport, Key::UdpSport)),
    ("`meta ipsec` taken for `rt ipsec`", |f| each_key(f, Key::IpsecIn, Key::IpsecOut)),
    ("`missing` taken for `exists`", |f| each_value(f, Key::IpsecIn, &Value::Numbers(1, 1))),
    ("a range read as its first number", |f| each_inline(f, first_of_range)),
    ("a prefix one bit wider", |f| each_set_value(f, wider)),
    ("a match overlooked", |f| each_rule_of(f, |m| !m.keys.contains(&Key::IpsecIn))),
    ("dates overlooked", |f| each_rule_of(f, |m| !m.keys.contains(&Key::Time))),
    ("`jump` taken for `goto`", |f| {
        each_action(f, |a| {
            if let Action::Jump(to) = a {
                *a = Action::Goto(to.clone())
            }
        })
    }),
    ("`return` taken for `accept`", |f| {
        each_action(f, |a| {
            if *a == Action::Return {
                *a = Action::Accept
            }
        })
    }),
    ("`drop` taken for nothing", |f| {
        each_action(f, |a| {
            if *a == Action::Drop {
                *a = Action::Continue
            }
        })
    }),
    ("a closed policy taken for an open one", |f| each_base(f, |b| b.policy = Policy::Accept)),
    ("a hook taken for another", |f| {
        each_base(f, |b| {
            if b.hook == Hook::Forward {
                b.hook = Hook::Input
            }
        })
    }),
    ("the sign of a priority lost", |f| each_base(f, |b| b.priority = 0)),
    ("the last rule overlooked", |f| f.chains.iter_mut().for_each(|c| drop(c.rules.pop()))),
    ("the last element overlooked", |f| f.sets.iter_mut().for_each(|s| drop(s.entries.pop()))),
    ("rules in another order", |f| f.chains.iter_mut().for_each(|c| c.rules.reverse())),
];

#[test]
fn the_kernel_tells_each_misreading_apart() {
    let judge = kernel_says();
    let right = script(GATEWAY).expect("read");
    let mut unseen = Vec::new();
    for (title, misread) in MISREADINGS {
        let mut filter = right.clone();
        misread(&mut filter);
        assert_ne!(filter, right, "{title}: the gateway's ruleset has such a thing");
        if reader_says(&filter) == judge {
            unseen.push(*title);
        }
    }
    assert!(unseen.is_empty(), "nobody sees {unseen:?}");
}

fn each_match(filter: &mut Filter, change: impl Fn(&mut Match)) {
    let rules = filter.chains.iter_mut().flat_map(|c| &mut c.rules);
    rules.flat_map(|r| &mut r.matches).for_each(change);
}

fn each_rule_of(filter: &mut Filter, keep: impl Fn(&Match) -> bool) {
    filter.chains.iter_mut().flat_map(|c| &mut c.rules).for_each(|r| r.matches.retain(&keep));
}

fn each_key(filter: &mut Filter, from: Key, to: Key) {
    each_match(filter, |m| m.keys.iter_mut().filter(|k| **k == from).for_each(|k| *k = to));
}

fn each_inline(filter: &mut Filter, change: impl Fn(&mut Value)) {
    each_match(filter, |m| {
        if let Values::Inline(tuples) = &mut m.values {
            tuples.iter_mut().flatten().for_each(&change);
        }
    });
}

fn each_value(filter: &mut Filter, key: Key, value: &Value) {
    each_match(filter, |m| {
        if m.keys == [key] {
            m.values = Values::Inline(vec![vec![value.clone()]]);
        }
    });
}

fn each_set_value(filter: &mut Filter, change: impl Fn(&mut Value)) {
    filter.sets.iter_mut().flat_map(|s| &mut s.entries).flat_map(|e| &mut e.values).for_each(change);
}

fn each_action(filter: &mut Filter, change: impl Fn(&mut Action)) {
    filter.chains.iter_mut().flat_map(|c| &mut c.rules).for_each(|r| change(&mut r.action));
}

fn each_base(filter: &mut Filter, change: impl Fn(&mut etanche::config::filter::Base)) {
    filter.chains.iter_mut().filter_map(|c| c.base.as_mut()).for_each(change);
}

fn first_of_range(value: &mut Value) {
    if let Value::Numbers(from, to) = value {
        *to = *from;
    }
}

fn wider(value: &mut Value) {
    if let Value::Net(net) = value
        && let Some(wide) = net.supernet()
    {
        *net = wide;
    }
}
