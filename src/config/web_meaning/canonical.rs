//! The canonical form: what people read, and what two filters with the same meaning share.
//!
//! It speaks of hosts with a single address; that a name may have several is [`super::differ`]'s and
//! [`super::reaches`]' concern. Equal meaning and equal ports of the proxy give equal forms.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::cells::{Cells, Class};
use super::function::{ALLOW, DENY, Function, Functions};
use super::program::Program;
use super::{ListKey, WebFilter};

/// Clients grouped by what is decided for them; within, ports, kinds and destinations.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Canonical(pub Groups<IpAddr, Answers>);

/// For some clients: ports, kinds of request, destinations, and what is decided.
pub type Answers = Groups<u16, Vec<(Kind, Groups<IpAddr, Decision>)>>;

/// Ranges that share an answer, each range once, sorted.
pub type Groups<T, U> = Vec<(Vec<(T, T)>, U)>;

/// What else tells two requests apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind {
    /// Port of the proxy.
    pub proxy_port: u16,
    /// Method CONNECT.
    pub connect: bool,
    /// Host written as an address.
    pub literal: bool,
    /// The management page.
    pub manager: bool,
}

/// What is left to the lists.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Decision {
    /// First match over single lists, in alternating blocks; then the default.
    Blocks(Vec<Block>, bool),
    /// Anything else: by membership of one list.
    Split(ListKey, Box<Decision>, Box<Decision>),
}

/// Lists that share an answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Block {
    /// Any of these.
    pub lists: Vec<ListKey>,
    /// Lets through, or refuses.
    pub allow: bool,
}

/// The canonical form of a filter.
#[must_use]
pub fn canonical(filter: &WebFilter) -> Canonical {
    let program = Program::of_filter(filter);
    let mut form = Form { cells: Cells::new(&[&program], &[]), program: &program, arena: Functions::default() };
    let all: Vec<usize> = (0..form.cells.list_count()).collect();
    let clients = (0..form.cells.clients.len()).map(|c| (c, form.client(c, &all))).collect();
    Canonical(grouped(&form.cells.clients, clients))
}

struct Form<'a> {
    cells: Cells,
    program: &'a Program,
    arena: Functions,
}

impl Form<'_> {
    fn client(&mut self, client: usize, all: &[usize]) -> Answers {
        let ports: Vec<_> = (0..self.cells.ports.len())
            .map(|port| {
                let kinds = self.cells.kinds().into_iter();
                (port, kinds.map(|kind| (kind, self.kind(client, port, kind, all))).collect())
            })
            .collect();
        grouped(&self.cells.ports, ports)
    }

    fn kind(&mut self, client: usize, port: usize, kind: Kind, all: &[usize]) -> Groups<IpAddr, Decision> {
        let addresses: Vec<_> = (0..self.cells.addresses.len())
            .map(|address| {
                let cell = self.cells.pick(client, port, address, kind);
                let f = self.program.restrict(&self.cells, &cell, 0, &mut self.arena);
                (address, self.decision(f, all))
            })
            .collect();
        grouped(&self.cells.addresses, addresses)
    }

    /// The form of a function, read off the function itself and not off the rules: so it is canonical.
    fn decision(&mut self, mut f: Function, lists: &[usize]) -> Decision {
        let mut blocks = Vec::new();
        while let Some((members, allow)) = self.block(f, lists) {
            for list in &members {
                f = self.arena.given(f, *list, false);
            }
            let lists = members.iter().map(|l| self.cells.list(*l).clone()).collect();
            blocks.push(Block { lists, allow });
        }
        let Some(list) = self.arena.first_list(f) else {
            return Decision::Blocks(blocks, f == ALLOW);
        };
        let rest: Vec<usize> = lists.iter().copied().filter(|l| *l != list).collect();
        let within = self.arena.given(f, list, true);
        let out = self.arena.given(f, list, false);
        let within = Box::new(self.decision(within, &rest));
        let split = Decision::Split(self.cells.list(list).clone(), within, Box::new(self.decision(out, &rest)));
        preceded(&blocks, split)
    }

    /// Every list whose members all get one answer; the same answer for all of them, or two memberships would disagree.
    fn block(&mut self, f: Function, lists: &[usize]) -> Option<(Vec<usize>, bool)> {
        self.arena.first_list(f)?;
        let answers: BTreeMap<usize, Function> = lists.iter().map(|l| (*l, self.arena.given(f, *l, true))).collect();
        let answer = *answers.values().find(|a| **a == ALLOW || **a == DENY)?;
        let members = answers.iter().filter(|(_, a)| **a == answer).map(|(l, _)| *l);
        Some((members.collect(), answer == ALLOW))
    }
}

/// Blocks before a split, as splits on their lists.
fn preceded(blocks: &[Block], rest: Decision) -> Decision {
    let lists = blocks.iter().rev().flat_map(|b| b.lists.iter().rev().map(|l| (l, b.allow)));
    lists.fold(rest, |rest, (list, allow)| {
        Decision::Split(list.clone(), Box::new(Decision::Blocks(Vec::new(), allow)), Box::new(rest))
    })
}

/// Classes with the same answer together, neighbouring pieces joined, sorted by first piece.
fn grouped<T: Line, U: Ord>(classes: &[Class<T>], answers: Vec<(usize, U)>) -> Groups<T, U> {
    let mut by_answer: BTreeMap<U, Vec<(T, T)>> = BTreeMap::new();
    for (class, answer) in answers {
        by_answer.entry(answer).or_default().extend(&classes[class].pieces);
    }
    let mut groups: Groups<T, U> = by_answer.into_iter().map(|(u, pieces)| (joined(pieces), u)).collect();
    groups.sort_by(|a, b| a.0.cmp(&b.0));
    groups
}

fn joined<T: Line>(mut pieces: Vec<(T, T)>) -> Vec<(T, T)> {
    pieces.sort();
    let mut found: Vec<(T, T)> = Vec::new();
    for piece in pieces {
        match found.last_mut() {
            Some(last) if last.1.next() == Some(piece.0) => last.1 = piece.1,
            _ => found.push(piece),
        }
    }
    found
}

/// Values that have a next one.
trait Line: Copy + Ord {
    fn next(self) -> Option<Self>;
}

impl Line for u16 {
    fn next(self) -> Option<Self> {
        self.checked_add(1)
    }
}

impl Line for IpAddr {
    fn next(self) -> Option<Self> {
        match self {
            IpAddr::V4(a) => u32::from(a).checked_add(1).map(|n| IpAddr::V4(n.into())),
            IpAddr::V6(a) => u128::from(a).checked_add(1).map(|n| IpAddr::V6(n.into())),
        }
    }
}
