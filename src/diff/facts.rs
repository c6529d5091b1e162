//! Topology, addressing, VPN: what the Region approves when it changes (convention, art. 13), from the facts of both sides;
//! and machines with an address of their own, which explain what else is told.

use std::collections::BTreeSet;

use serde_json::Value;

use super::change::Way;
use super::class::Class;

/// Parts of the facts, and what a change of each is.
const PARTS: [(&str, Class); 6] = [
    ("sites", Class::Architecture),
    ("zones", Class::Architecture),
    ("cables", Class::Architecture),
    ("far_ends", Class::Architecture),
    ("not_managed", Class::Architecture),
    ("machines", Class::TextOnly),
];

/// A line of the facts that came or went, and the site it is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fact {
    /// It came, or it went.
    pub way: Way,
    /// Which part of the facts.
    pub part: &'static str,
    /// The line.
    pub line: String,
    /// Its site.
    pub site: String,
    /// What the change is to those who must approve it.
    pub class: Class,
}

/// Every line that one side has and the other has not.
pub(super) fn apart(old: &Value, new: &Value) -> Vec<Fact> {
    let mut all = Vec::new();
    for (part, class) in PARTS {
        let [before, after] = [old, new].map(|facts| lines(facts, part));
        let fact = |way, line: &&str| Fact {
            way,
            part,
            line: (*line).to_owned(),
            site: line.split([' ', '.']).next().unwrap_or_default().to_owned(),
            class,
        };
        all.extend(before.difference(&after).map(|line| fact(Way::Closes, line)));
        all.extend(after.difference(&before).map(|line| fact(Way::Opens, line)));
    }
    all
}

fn lines<'f>(facts: &'f Value, part: &str) -> BTreeSet<&'f str> {
    facts[part].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}
