//! Each check of a proxy, on both sides of the line.

use super::*;
use crate::config::Loc;
use crate::config::web::{Acl, AclTest, DomainList, WebAccess};
use crate::intent::StepIntent;

fn nets(texts: &[&str]) -> Vec<IpNet> {
    texts.iter().map(|t| t.parse().expect("a prefix")).collect()
}

fn names(texts: &[&str]) -> BTreeSet<String> {
    texts.iter().map(|t| (*t).to_owned()).collect()
}

fn acl(name: &str, test: AclTest) -> Acl {
    Acl { name: name.to_owned(), test, at: Loc::MADE }
}

fn rule(allow: bool, when: &[&str]) -> WebAccess {
    let when = when.iter().map(|n| (n.trim_start_matches('!').to_owned(), n.starts_with('!'))).collect();
    WebAccess { allow, when, remark: None, at: Loc::MADE }
}

/// Pupils through a list of refusals of their school; nobody else.
fn read() -> WebFilter {
    let path = "/etc/squid/lists/0000001B-pupils-deny.txt";
    WebFilter {
        name: "pupils".to_owned(),
        listen: vec![([10, 0, 0, 1].into(), 3128)],
        outgoing: vec![[192, 0, 2, 1].into()],
        resolvers: vec![[192, 0, 2, 53].into()],
        user: "etanche-pupils".to_owned(),
        acls: vec![
            acl("manager", AclTest::Manager),
            acl("inside", AclTest::Destination(nets(&["10.0.0.0/8"]))),
            acl("literal", AclTest::Literal),
            acl("CONNECT", AclTest::Connect),
            acl("web", AclTest::Port(vec![(80, 80), (443, 443)])),
            acl("tls", AclTest::Port(vec![(443, 443)])),
            acl("pupils", AclTest::Source(nets(&["10.1.0.0/16"]))),
            acl("own", AclTest::DomainFile(path.to_owned())),
            acl("all", AclTest::All),
        ],
        rules: vec![
            rule(false, &["manager"]),
            rule(false, &["inside"]),
            rule(false, &["literal"]),
            rule(false, &["!web"]),
            rule(false, &["CONNECT", "!tls"]),
            rule(false, &["pupils", "own"]),
            rule(true, &["pupils"]),
            rule(false, &["all"]),
        ],
        settings: Vec::new(),
        lists: vec![DomainList { path: path.to_owned(), category: None, domains: vec!["jeux.example".to_owned()] }],
    }
}

fn wanted() -> WebIntent {
    let step = StepIntent { lists: [ListIntent::Domains(names(&["jeux.example"]))].into(), allow: false };
    WebIntent {
        name: "pupils".to_owned(),
        listen: [([10, 0, 0, 1].into(), 3128)].into(),
        outgoing: vec![[192, 0, 2, 1].into()],
        resolvers: vec![[192, 0, 2, 53].into()],
        user: "etanche-pupils".to_owned(),
        plain_ports: [80, 443].into(),
        connect_ports: [443].into(),
        inside: nets(&["10.0.0.0/8", "::ffff:0:0/96"]),
        clients: vec![ClientIntent { from: nets(&["10.1.0.0/16"]), steps: vec![step], otherwise: true }],
    }
}

#[test]
fn the_intended_proxy_passes() {
    assert!(place(&read(), &wanted()).is_empty());
    assert!(lists(&read(), &wanted()).is_empty());
    assert_eq!(differ_from_policy(&read(), &meant(&wanted())), None);
    assert_eq!(reaches(&read(), &meant(&wanted()).inside), None);
}

#[test]
fn addresses_and_accounts_are_exactly_the_intended_ones() {
    let more = WebFilter { listen: vec![([10, 0, 0, 1].into(), 3128), ([127, 0, 0, 1].into(), 3128)], ..read() };
    assert_eq!(
        place(&more, &wanted()),
        [("http_port", "listens on 127.0.0.1:3128, which the policy does not say".to_owned())]
    );
    let chosen = WebFilter { outgoing: Vec::new(), ..read() };
    assert_eq!(place(&chosen, &wanted()).len(), 1);
    let other = WebFilter { user: "proxy".to_owned(), ..read() };
    assert_eq!(place(&other, &wanted())[0].1, "runs as `proxy`, not as `etanche-pupils`");
}

#[test]
fn the_first_domain_that_only_one_side_lists_is_named() {
    let with = |domains: &[&str]| {
        let mut filter = read();
        filter.lists[0].domains = domains.iter().map(|d| (*d).to_owned()).collect();
        lists(&filter, &wanted()).into_iter().map(|(_, says)| says).collect::<Vec<_>>()
    };
    let file = "(in /etc/squid/lists/0000001B-pupils-deny.txt)";
    assert_eq!(
        with(&["jeux.example", "paris.example"]),
        [format!("lists .paris.example, which the policy does not {file}")]
    );
    assert_eq!(with(&[]), [format!("does not list .jeux.example {file}")]);
}

#[test]
fn another_list_gives_another_decision_too() {
    let mut filter = read();
    filter.lists[0].domains = vec!["paris.example".to_owned()];
    assert!(differ_from_policy(&filter, &meant(&wanted())).is_some());
}

#[test]
fn an_address_inside_is_reached_without_its_refusal() {
    let mut filter = read();
    filter.rules.remove(1);
    let request = reaches(&filter, &meant(&wanted()).inside).expect("a name that resolves inside");
    assert!(request.to_string().contains("resolving to 10."), "{request}");
}
