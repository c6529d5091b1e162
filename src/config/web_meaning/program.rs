//! Both sides of a comparison in one form: first-match steps over tests, with the answer when none matches.

use ipnet::IpNet;
use std::collections::BTreeMap;

use super::cells::{Cell, Cells};
use super::function::{ALLOW, DENY, Function, Functions};
use super::{Host, ListKey, Request, WebPolicy};
use crate::config::Loc;
use crate::config::web::{Acl, AclTest, WebFilter};

/// What a condition looks at, resolved: no names left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Test {
    /// Address of the client.
    Source(Vec<IpNet>),
    /// One of the host's addresses.
    Destination(Vec<IpNet>),
    /// Port of the origin.
    Port(Vec<(u16, u16)>),
    /// Port of the proxy.
    ProxyPort(u16),
    /// The method is CONNECT.
    Connect,
    /// Written as an address.
    Literal,
    /// The management page.
    Manager,
    /// Membership of a list.
    List(ListKey),
    /// Always.
    All,
    /// Nobody knows: worst case, so it helps rules that let through and never those that refuse.
    Unknown,
}

/// One rule.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) allow: bool,
    pub(super) when: Vec<(Test, bool)>,
    pub(super) at: Option<Loc>,
}

/// A whole filter or policy.
#[derive(Debug, Clone)]
pub(super) struct Program {
    pub(super) steps: Vec<Step>,
    pub(super) otherwise: bool,
    pub(super) proxy_ports: Vec<u16>,
}

impl Program {
    pub(super) fn of_filter(filter: &WebFilter) -> Self {
        let acls: BTreeMap<&str, &Acl> = filter.acls.iter().map(|a| (a.name.as_str(), a)).collect();
        let test = |name: &str| acls.get(name).map_or(Test::Unknown, |a| resolve(filter, &a.test));
        let steps = filter.rules.iter().map(|rule| Step {
            allow: rule.allow,
            when: rule.when.iter().map(|(name, negated)| (test(name), *negated)).collect(),
            at: Some(rule.at),
        });
        Self {
            steps: steps.collect(),
            otherwise: filter.rules.last().is_some_and(|last| !last.allow),
            proxy_ports: filter.listen.iter().map(|l| l.1).collect(),
        }
    }

    pub(super) fn of_policy(policy: &WebPolicy) -> Self {
        let ports = |set: &std::collections::BTreeSet<u16>| Test::Port(set.iter().map(|p| (*p, *p)).collect());
        let mut steps = vec![
            refuse(vec![(Test::Manager, false)]),
            refuse(vec![(Test::Destination(policy.inside.clone()), false)]),
            refuse(vec![(Test::Connect, false), (ports(&policy.connect_ports), true)]),
            refuse(vec![(Test::Connect, true), (ports(&policy.plain_ports), true)]),
        ];
        for client in &policy.clients {
            let from = || (Test::Source(client.from.clone()), false);
            if !client.literals {
                steps.push(refuse(vec![from(), (Test::Literal, false)]));
            }
            for step in &client.steps {
                let list = |key: &ListKey| vec![from(), (Test::List(key.clone()), false)];
                steps.extend(step.lists.iter().map(|k| rule(step.allow, list(k))));
            }
            steps.push(rule(client.otherwise, vec![from()]));
        }
        Self { steps, otherwise: false, proxy_ports: Vec::new() }
    }

    /// The tests of all steps, in order.
    pub(super) fn tests(&self) -> impl Iterator<Item = &Test> {
        self.steps.iter().flat_map(|s| s.when.iter().map(|(test, _)| test))
    }

    /// Decides one request by looking at each test itself: shares nothing with [`Program::restrict`].
    pub(super) fn decide(&self, request: &Request) -> (bool, Option<Loc>) {
        let matching = self.steps.iter().find(|step| {
            step.when.iter().all(|(test, negated)| match test {
                Test::Unknown => step.allow,
                _ => holds(test, request) != *negated,
            })
        });
        matching.map_or((self.otherwise, None), |step| (step.allow, step.at))
    }

    /// What is left of the program in a cell: a function of the lists.
    pub(super) fn restrict(&self, cells: &Cells, cell: &Cell<'_>, side: usize, arena: &mut Functions) -> Function {
        let mut left = if self.otherwise { ALLOW } else { DENY };
        for n in cells.met(cell, side).iter().rev() {
            let step = &self.steps[*n];
            let Some(lists) = cells.left(cell, side, *n, step) else {
                continue;
            };
            let when = arena.all_of(&lists);
            let then = if step.allow { ALLOW } else { DENY };
            left = arena.choose(when, then, left);
        }
        left
    }
}

fn refuse(when: Vec<(Test, bool)>) -> Step {
    rule(false, when)
}

fn rule(allow: bool, when: Vec<(Test, bool)>) -> Step {
    Step { allow, when, at: None }
}

fn resolve(filter: &WebFilter, test: &AclTest) -> Test {
    match test {
        AclTest::Source(nets) => Test::Source(nets.clone()),
        AclTest::Destination(nets) => Test::Destination(nets.clone()),
        AclTest::Port(ports) => Test::Port(ports.clone()),
        AclTest::Connect => Test::Connect,
        AclTest::Domain(names) => Test::List(ListKey::Domains(names.iter().cloned().collect())),
        AclTest::DomainFile(path) => list_file(filter, path),
        AclTest::Literal => Test::Literal,
        AclTest::ProxyPort(port) => Test::ProxyPort(*port),
        AclTest::Manager => Test::Manager,
        AclTest::All => Test::All,
    }
}

fn list_file(filter: &WebFilter, path: &str) -> Test {
    let list = filter.lists.iter().find(|l| l.path == path);
    list.map_or(Test::Unknown, |list| {
        let own = || ListKey::Domains(list.domains.iter().cloned().collect());
        Test::List(list.category.clone().map_or_else(own, ListKey::Category))
    })
}

fn holds(test: &Test, request: &Request) -> bool {
    let within = |nets: &[IpNet], address| nets.iter().any(|n| n.contains(address));
    match test {
        Test::Source(nets) => within(nets, &request.client),
        Test::Destination(nets) => request.host.addresses().iter().any(|a| within(nets, a)),
        Test::Port(ports) => ports.iter().any(|(a, b)| (*a..=*b).contains(&request.port)),
        Test::ProxyPort(port) => request.proxy_port == *port,
        Test::Connect => request.connect,
        Test::Literal => matches!(request.host, Host::Literal(_)),
        Test::Manager => request.manager,
        Test::List(key) => !matches!(request.host, Host::Literal(_)) && request.lists.contains(key),
        Test::All => true,
        Test::Unknown => false,
    }
}
