//! The exact meaning of a web filter: for every request, let through or refused.
//!
//! A request is a client's address, the port it reached the proxy by, the origin's port, CONNECT or not, a host written
//! as a name or as an address, what the name resolves to, and the lists the host is in. Lists and names are adversarial:
//! a host may be in any subset of the lists, a name may resolve to any set of addresses (a destination test holds when
//! one of them is within it). A host written as an address is in no list: lists hold names.
//!
//! Rules are first match; without a match the *opposite of the last rule* is done; without rules all is refused.
//!
//! [`differ`] splits clients, ports and destinations at every boundary of both sides; in each cell both reduce to a
//! function of the lists, kept as a decision diagram: equality is identity. Knows no dialect and no school.

mod apart;
mod canonical;
mod cells;
mod function;
mod policy;
mod program;
mod request;

use ipnet::IpNet;

pub use apart::{Apart, apart};
pub use canonical::{Answers, Block, Canonical, Decision, Groups, Kind, canonical};
pub use policy::{ClientPolicy, WebPolicy, WebStep};
pub use request::{Host, ListKey, Request};

use super::{Loc, WebFilter};
use cells::{Cell, Cells};
use function::{DENY, Function, Functions};
use program::Program;

/// Whether a request is let through, and the rule that decides; no rule when none matches.
#[must_use]
pub fn decide(filter: &WebFilter, request: &Request) -> (bool, Option<Loc>) {
    Program::of_filter(filter).decide(request)
}

/// The first request on which two filters disagree; None when they mean the same.
#[must_use]
pub fn differ(a: &WebFilter, b: &WebFilter) -> Option<Request> {
    differing(&Program::of_filter(a), &Program::of_filter(b))
}

/// The first request on which a filter does not do what a policy says; None when it means exactly the policy.
#[must_use]
pub fn differ_from_policy(filter: &WebFilter, policy: &WebPolicy) -> Option<Request> {
    differing(&Program::of_filter(filter), &Program::of_policy(policy))
}

/// A request that a filter lets through and a ceiling refuses; None when it lets through no more than the ceiling.
#[must_use]
pub fn exceeds(filter: &WebFilter, ceiling: &WebPolicy) -> Option<Request> {
    let (program, ceiling) = (Program::of_filter(filter), Program::of_policy(ceiling));
    let cells = Cells::new(&[&program, &ceiling], &[]);
    let mut arena = Functions::default();
    cells.iter().find_map(|cell| {
        let lets = program.restrict(&cells, &cell, 0, &mut arena);
        let may = ceiling.restrict(&cells, &cell, 1, &mut arena);
        let beyond = arena.choose(may, DENY, lets);
        (beyond != DENY).then(|| example(&cells, &cell, &arena, beyond))
    })
}

/// A request that is let through although its host is, or may resolve to, an address within `nets`.
///
/// A name may resolve to several addresses: that a destination outside is allowed does not keep the proxy from one inside.
#[must_use]
pub fn reaches(filter: &WebFilter, nets: &[IpNet]) -> Option<Request> {
    let program = Program::of_filter(filter);
    let cells = Cells::new(&[&program], nets);
    let mut arena = Functions::default();
    cells.iter().filter(|cell| cells.touches(cell)).find_map(|cell| {
        let allowed = program.restrict(&cells, &cell, 0, &mut arena);
        (allowed != DENY).then(|| example(&cells, &cell, &arena, allowed))
    })
}

fn differing(a: &Program, b: &Program) -> Option<Request> {
    let cells = Cells::new(&[a, b], &[]);
    let mut arena = Functions::default();
    cells.iter().find_map(|cell| {
        let left = a.restrict(&cells, &cell, 0, &mut arena);
        let right = b.restrict(&cells, &cell, 1, &mut arena);
        let apart = arena.differ(left, right);
        (apart != DENY).then(|| example(&cells, &cell, &arena, apart))
    })
}

/// A request of a cell, in as few lists as it takes.
fn example(cells: &Cells, cell: &Cell<'_>, arena: &Functions, of: Function) -> Request {
    let lists = arena.few(of).into_iter().map(|n| cells.list(n).clone());
    cells.request(cell, lists.collect())
}

#[cfg(test)]
mod tests;
