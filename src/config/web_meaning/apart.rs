//! Everything on which two filters disagree, in few requests: who, to what lists, in what manner.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::cells::Cells;
use super::function::{DENY, Function, Functions};
use super::program::{Program, Step, Test};
use super::{ListKey, Request, WebFilter};

/// Most requests that are told of one cell.
const MOST: usize = 64;

/// Requests of one kind that one filter lets through and another refuses.
#[derive(Debug, Clone)]
pub struct Apart {
    /// The second filter lets them through; else the first one does.
    pub second: bool,
    /// Addresses of the clients, first and last of each range.
    pub clients: Vec<(IpAddr, IpAddr)>,
    /// The ports of origins that it is so for, first and last of each range.
    pub ports: Vec<(u16, u16)>,
    /// One of them, in as few lists as it takes. It is so for hosts in more lists too, but for those told apart.
    pub request: Request,
}

/// Everything on which two filters disagree, a request of each kind.
///
/// Lists of domains are told apart by what they hold: of a list that gained a domain, that domain alone is told.
#[must_use]
pub fn apart(a: &WebFilter, b: &WebFilter) -> Vec<Apart> {
    let programs = by_atoms([Program::of_filter(a), Program::of_filter(b)]);
    let cells = Cells::new(&[&programs[0], &programs[1]], &[]);
    let mut arena = Functions::default();
    let mut all = Vec::new();
    for cell in cells.iter() {
        let [left, right] = [0, 1].map(|side| programs[side].restrict(&cells, &cell, side, &mut arena));
        let beyond = [(false, arena.choose(right, DENY, left)), (true, arena.choose(left, DENY, right))];
        for (second, only) in beyond {
            for lists in told(&mut arena, only) {
                let request = cells.request(&cell, lists.into_iter().map(|n| cells.list(n).clone()).collect());
                let (clients, ports) = (cells.clients_of(&cell).to_vec(), cells.ports_of(&cell).to_vec());
                all.push(Apart { second, clients, ports, request });
            }
        }
    }
    all
}

/// Lists of hosts for which a function holds, until nothing is left: each with all hosts that are in those lists too, and
/// no lists with all hosts that are in none that matters.
fn told(arena: &mut Functions, of: Function) -> Vec<Vec<usize>> {
    let (mut left, mut all) = (of, Vec::new());
    while left != DENY && all.len() < MOST {
        let lists = arena.fewest(left);
        let same: BTreeMap<usize, bool> = match lists.as_slice() {
            [] => arena.lists(of).into_iter().map(|list| (list, false)).collect(),
            some => some.iter().map(|list| (*list, true)).collect(),
        };
        let same = arena.all_of(&same);
        left = arena.choose(same, DENY, left);
        all.push(lists);
    }
    all
}

/// The same programs over lists that share no domain: two lists that have domains in common become three.
fn by_atoms(programs: [Program; 2]) -> [Program; 2] {
    let tests = programs.iter().flat_map(Program::tests);
    let lists: BTreeSet<BTreeSet<String>> = tests
        .filter_map(|test| match test {
            Test::List(ListKey::Domains(domains)) => Some(domains.clone()),
            _ => None,
        })
        .collect();
    let mut atoms: BTreeMap<Vec<bool>, BTreeSet<String>> = BTreeMap::new();
    for domain in lists.iter().flatten() {
        let within = lists.iter().map(|list| list.contains(domain)).collect();
        atoms.entry(within).or_default().insert(domain.clone());
    }
    let atoms: Vec<BTreeSet<String>> = atoms.into_values().collect();
    programs.map(|program| Program {
        steps: program.steps.iter().flat_map(|step| split(step, &atoms)).collect(),
        ..program
    })
}

/// A step for each way to be in its lists; one that must not be in a list is in none of its atoms.
fn split(step: &Step, atoms: &[BTreeSet<String>]) -> Vec<Step> {
    let mut all = vec![Step { when: Vec::new(), ..step.clone() }];
    for (test, negated) in &step.when {
        let parts: Vec<(Test, bool)> = match test {
            Test::List(ListKey::Domains(domains)) => {
                let own = atoms.iter().filter(|atom| atom.is_subset(domains));
                own.map(|atom| (Test::List(ListKey::Domains(atom.clone())), *negated)).collect()
            }
            other => vec![(other.clone(), *negated)],
        };
        all = match (test, negated) {
            (Test::List(ListKey::Domains(_)), false) => parts.iter().flat_map(|part| with(&all, part)).collect(),
            _ => parts.iter().fold(all, |all, part| with(&all, part)),
        };
    }
    all
}

fn with(steps: &[Step], part: &(Test, bool)) -> Vec<Step> {
    let longer = |step: &Step| {
        let mut step = step.clone();
        step.when.push(part.clone());
        step
    };
    steps.iter().map(longer).collect()
}
