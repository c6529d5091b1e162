//! Functions from list memberships to a decision, as reduced ordered decision diagrams (Bryant 1986): two functions of
//! one arena are equal exactly when they are the same number.

use std::collections::{BTreeMap, BTreeSet};

/// A function of one arena.
pub(super) type Function = usize;

/// Never.
pub(super) const DENY: Function = 0;
/// Always.
pub(super) const ALLOW: Function = 1;

/// One decision: the list, and what follows when the host is not in it, and when it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Node {
    list: usize,
    out: Function,
    within: Function,
}

/// The arena. Numbers 0 and 1 are the constants; node `n` has number `n + 2`.
#[derive(Debug, Default)]
pub(super) struct Functions {
    nodes: Vec<Node>,
    known: BTreeMap<Node, Function>,
    chosen: BTreeMap<(Function, Function, Function), Function>,
}

impl Functions {
    /// The list a function looks at first; None for a constant.
    pub(super) fn first_list(&self, f: Function) -> Option<usize> {
        f.checked_sub(2).map(|n| self.nodes[n].list)
    }

    fn make(&mut self, node: Node) -> Function {
        if node.out == node.within {
            return node.out;
        }
        if let Some(f) = self.known.get(&node) {
            return *f;
        }
        self.nodes.push(node);
        let f = self.nodes.len() + 1;
        self.known.insert(node, f);
        f
    }

    /// The conjunction of memberships (true) and non-memberships (false).
    pub(super) fn all_of(&mut self, lists: &BTreeMap<usize, bool>) -> Function {
        lists.iter().rev().fold(ALLOW, |rest, (list, member)| {
            let (out, within) = if *member { (DENY, rest) } else { (rest, DENY) };
            self.make(Node { list: *list, out, within })
        })
    }

    /// `f` when the host's membership of `list` is known.
    pub(super) fn given(&mut self, f: Function, list: usize, member: bool) -> Function {
        let Some(node) = f.checked_sub(2).map(|n| self.nodes[n]) else {
            return f;
        };
        if node.list > list {
            return f;
        }
        if node.list == list {
            return if member { node.within } else { node.out };
        }
        let out = self.given(node.out, list, member);
        let within = self.given(node.within, list, member);
        self.make(Node { list: node.list, out, within })
    }

    /// `when`, then `then`, else `otherwise`.
    pub(super) fn choose(&mut self, when: Function, then: Function, otherwise: Function) -> Function {
        match when {
            ALLOW => return then,
            DENY => return otherwise,
            _ if then == otherwise => return then,
            _ => {}
        }
        if let Some(f) = self.chosen.get(&(when, then, otherwise)) {
            return *f;
        }
        let lists = [when, then, otherwise].into_iter().filter_map(|f| self.first_list(f));
        let list = lists.min().unwrap_or(0);
        let half = |arena: &mut Self, member| {
            let [a, b, c] = [when, then, otherwise].map(|f| arena.given(f, list, member));
            arena.choose(a, b, c)
        };
        let out = half(self, false);
        let within = half(self, true);
        let f = self.make(Node { list, out, within });
        self.chosen.insert((when, then, otherwise), f);
        f
    }

    /// Where two functions differ.
    pub(super) fn differ(&mut self, a: Function, b: Function) -> Function {
        let not_b = self.choose(b, DENY, ALLOW);
        self.choose(a, not_b, b)
    }

    /// Lists of a host for which a function holds; `f` must not be [`DENY`]. Avoids lists where it can.
    pub(super) fn few(&self, mut f: Function) -> Vec<usize> {
        let mut lists = Vec::new();
        while let Some(n) = f.checked_sub(2) {
            let node = self.nodes[n];
            if node.out == DENY {
                lists.push(node.list);
                f = node.within;
            } else {
                f = node.out;
            }
        }
        lists
    }

    /// The lists that a function looks at.
    pub(super) fn lists(&self, f: Function) -> BTreeSet<usize> {
        let (mut left, mut seen, mut lists) = (vec![f], BTreeSet::new(), BTreeSet::new());
        while let Some(f) = left.pop() {
            if let Some(node) = f.checked_sub(2).map(|n| self.nodes[n])
                && seen.insert(f)
            {
                lists.insert(node.list);
                left.extend([node.out, node.within]);
            }
        }
        lists
    }

    /// The fewest lists of a host for which a function holds; `f` must not be [`DENY`].
    pub(super) fn fewest(&self, f: Function) -> Vec<usize> {
        self.fewest_of(f, &mut BTreeMap::new()).unwrap_or_default()
    }

    fn fewest_of(&self, f: Function, known: &mut BTreeMap<Function, Option<Vec<usize>>>) -> Option<Vec<usize>> {
        let Some(node) = f.checked_sub(2).map(|n| self.nodes[n]) else { return (f == ALLOW).then(Vec::new) };
        if let Some(lists) = known.get(&f) {
            return lists.clone();
        }
        let out = self.fewest_of(node.out, known);
        let within = self.fewest_of(node.within, known).map(|lists| [vec![node.list], lists].concat());
        let fewest = out.into_iter().chain(within).min_by_key(Vec::len);
        known.insert(f, fewest.clone());
        fewest
    }
}
