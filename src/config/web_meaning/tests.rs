//! The meaning against brute force: random filters over a universe small enough to ask every request.

use proptest::prelude::*;
use std::collections::BTreeSet;
use std::net::IpAddr;

use super::*;
use crate::config::web::{Acl, AclTest, DomainList, WebAccess, WebFilter};

const NAMES: [&str; 9] = ["low", "high", "in", "near", "web", "tls", "con", "lit", "man"];

fn net(text: &str) -> ipnet::IpNet {
    text.parse().expect("a prefix")
}

fn acl(name: &str, test: AclTest) -> Acl {
    Acl { name: name.to_owned(), test, at: Loc::MADE }
}

/// Conditions that every random filter may use; `c0`, `c1` and `c2` are lists.
fn acls() -> Vec<Acl> {
    let mut all = vec![
        acl("low", AclTest::Source(vec![net("10.1.0.0/16")])),
        acl("high", AclTest::Source(vec![net("10.0.0.0/8"), net("fd00::/8")])),
        acl("in", AclTest::Destination(vec![net("10.0.0.0/8")])),
        acl("near", AclTest::Destination(vec![net("192.0.2.0/24"), net("10.9.0.0/16")])),
        acl("web", AclTest::Port(vec![(80, 80), (443, 443)])),
        acl("tls", AclTest::Port(vec![(443, 444)])),
        acl("con", AclTest::Connect),
        acl("lit", AclTest::Literal),
        acl("man", AclTest::Manager),
        acl("all", AclTest::All),
    ];
    all.extend(["c0", "c1", "c2"].map(|c| acl(c, AclTest::DomainFile(c.to_owned()))));
    all
}

fn filter(rules: &[(bool, Vec<(usize, bool)>)]) -> WebFilter {
    let names: Vec<String> = acls().into_iter().map(|a| a.name).collect();
    let slot = |c: &str| DomainList { path: c.to_owned(), category: Some(c.to_owned()), domains: Vec::new() };
    WebFilter {
        acls: acls(),
        listen: vec![("10.0.0.1".parse().expect("an address"), 3128)],
        lists: ["c0", "c1", "c2"].map(slot).to_vec(),
        rules: rules
            .iter()
            .map(|(allow, when)| WebAccess {
                allow: *allow,
                when: when.iter().map(|(n, negated)| (names[n % names.len()].clone(), *negated)).collect(),
                remark: None,
                at: Loc::MADE,
            })
            .collect(),
        ..WebFilter::default()
    }
}

fn rules() -> impl Strategy<Value = Vec<(bool, Vec<(usize, bool)>)>> {
    let when = prop::collection::vec((0..13_usize, prop::bool::weighted(0.3)), 1..4);
    prop::collection::vec((any::<bool>(), when), 0..7)
}

fn addresses(texts: &[&str]) -> Vec<IpAddr> {
    texts.iter().map(|t| t.parse().expect("an address")).collect()
}

fn subsets<T: Clone>(of: &[T]) -> Vec<Vec<T>> {
    (0..1_usize << of.len())
        .map(|bits| of.iter().enumerate().filter(|(n, _)| bits >> n & 1 == 1).map(|(_, t)| t.clone()).collect())
        .collect()
}

/// One request of each kind that the conditions above can tell apart.
fn universe() -> Vec<Request> {
    let outside = addresses(&["10.1.0.5", "10.9.0.5", "192.0.2.5", "198.51.100.5"]);
    let mut hosts: Vec<Host> = subsets(&outside).into_iter().map(|a| Host::Name("x.example".into(), a)).collect();
    hosts.extend(outside.iter().map(|a| Host::Literal(*a)));
    let lists = subsets(&["c0", "c1", "c2"].map(|c| ListKey::Category(c.to_owned())));
    let mut all = Vec::new();
    for client in addresses(&["10.1.0.9", "10.2.0.9", "172.16.0.9", "fd00::9"]) {
        for port in [80, 443, 444, 22] {
            for (connect, manager) in [(false, false), (true, false), (false, true), (true, true)] {
                for host in &hosts {
                    let of = |lists: &Vec<ListKey>| lists.iter().cloned().collect::<BTreeSet<_>>();
                    all.extend(lists.iter().map(|l| Request {
                        client,
                        proxy_port: 3128,
                        port,
                        connect,
                        host: host.clone(),
                        lists: of(l),
                        manager,
                    }));
                }
            }
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn two_filters_differ_exactly_when_some_request_shows_it(a in rules(), b in rules(), same in any::<bool>()) {
        let a = filter(&a);
        let b = if same { let mut c = a.clone(); c.rules.retain(|r| r.when.len() < 3); c } else { filter(&b) };
        let apart = universe().into_iter().find(|r| decide(&a, r).0 != decide(&b, r).0);
        let found = differ(&a, &b);
        prop_assert_eq!(found.is_some(), apart.is_some(), "{:?} {:?}", found, apart);
        if let Some(found) = found {
            prop_assert_ne!(decide(&a, &found).0, decide(&b, &found).0);
        } else {
            prop_assert_eq!(canonical(&a), canonical(&b));
        }
    }

    #[test]
    fn an_address_is_reached_exactly_when_some_request_shows_it(a in rules()) {
        let a = filter(&a);
        let inside = net("10.9.0.0/16");
        let hits = |r: &Request| r.host.addresses().iter().any(|x| inside.contains(x)) && decide(&a, r).0;
        let shown = universe().into_iter().find(hits);
        let found = reaches(&a, &[inside]);
        prop_assert_eq!(found.is_some(), shown.is_some(), "{:?} {:?}", found, shown);
        prop_assert!(found.is_none_or(|r| hits(&r)));
    }
}

fn rule(allow: bool, names: &[&str]) -> (bool, Vec<(usize, bool)>) {
    let known: Vec<String> = acls().into_iter().map(|a| a.name).collect();
    let number = |n: &str| known.iter().position(|k| k == n).expect("a known name");
    let when = names.iter().map(|n| (number(n.trim_start_matches('!')), n.starts_with('!')));
    (allow, when.collect())
}

fn only_decision(filter: &WebFilter) -> Decision {
    let Canonical(clients) = canonical(filter);
    assert_eq!(clients.len(), 1);
    clients[0].1[0].1[0].1[0].1.clone()
}

fn block(lists: &[&str], allow: bool) -> Block {
    Block { lists: lists.iter().map(|l| ListKey::Category((*l).to_owned())).collect(), allow }
}

#[test]
fn a_list_already_decided_is_dropped_and_neighbours_share_a_block() {
    let rules =
        [rule(false, &["c2"]), rule(false, &["c0"]), rule(true, &["c1"]), rule(true, &["c0"]), rule(false, &["all"])];
    assert_eq!(
        only_decision(&filter(&rules)),
        Decision::Blocks(vec![block(&["c0", "c2"], false), block(&["c1"], true)], false)
    );
}

#[test]
fn a_trailing_block_that_says_the_default_is_dropped() {
    let rules = [rule(true, &["c1"]), rule(false, &["c0"]), rule(false, &["all"])];
    assert_eq!(only_decision(&filter(&rules)), Decision::Blocks(vec![block(&["c1"], true)], false));
}

#[test]
fn without_a_match_the_opposite_of_the_last_rule_is_done() {
    let open = filter(&[rule(false, &["c0"])]);
    assert_eq!(only_decision(&open), Decision::Blocks(vec![block(&["c0"], false)], true));
    assert_eq!(only_decision(&filter(&[rule(true, &["c0"])])), Decision::Blocks(vec![block(&["c0"], true)], false));
    let request = Request::plain("192.0.2.1".parse().expect("an address"), "x.example", &[]);
    assert_eq!(decide(&filter(&[]), &request), (false, None));
}

#[test]
fn what_no_single_list_decides_is_split() {
    let both = filter(&[rule(false, &["c0", "c1"]), rule(true, &["all"])]);
    let Decision::Split(first, ..) = only_decision(&both) else {
        panic!("one list cannot decide");
    };
    assert_eq!(first, ListKey::Category("c0".to_owned()));
}

#[test]
fn an_unknown_name_helps_only_what_lets_through() {
    let mut gone = filter(&[rule(false, &["c0"]), rule(true, &["c1"])]);
    gone.acls.retain(|a| NAMES.contains(&a.name.as_str()));
    let request = Request::plain("192.0.2.1".parse().expect("an address"), "x.example", &[]);
    assert!(decide(&gone, &request).0);
}

#[test]
fn a_name_that_also_resolves_outside_still_reaches_inside() {
    let rules = [rule(true, &["near"]), rule(false, &["all"])];
    let found = reaches(&filter(&rules), &[net("10.3.0.0/16")]).expect("by a name with two addresses");
    assert_eq!(found.to_string(), "http://neutre.example/ from 0.0.0.10, resolving to 10.3.0.10, 192.0.2.10");
}
