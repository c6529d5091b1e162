//! Squid's text read back: expected values, refusals, mutants, and the real Squid's verdicts.

#[path = "web_readers/lab.rs"]
mod lab;
#[path = "web_readers/mutants.rs"]
mod mutants;
#[path = "web_readers/refusals.rs"]
mod refusals;
#[path = "web_readers/verdicts.rs"]
mod verdicts;

use etanche::config::web::{AclTest, WebFilter};
use etanche::config::web_meaning::{ClientPolicy, ListKey, WebPolicy, WebStep, decide, differ_from_policy, reaches};
use etanche::config::{Bundle, FileSet};
use etanche::diagnostics::{Diagnostic, Sink, Sources};
use etanche::dialects;
use std::collections::BTreeSet;

pub(crate) const PUPILS: &str = include_str!("web_readers/squid-pupils.conf");
pub(crate) const STAFF: &str = include_str!("web_readers/squid-staff.conf");
pub(crate) const ALLOW: &str = include_str!("web_readers/0000001B-allow.txt");
pub(crate) const ALLOW_PATH: &str = "lists/0000001B-allow.txt";

/// The device's files, with the pupils' configuration as given.
pub(crate) fn device(pupils: &str) -> FileSet {
    let files = [("squid-pupils.conf", pupils), ("squid-staff.conf", STAFF), (ALLOW_PATH, ALLOW)];
    files.map(|(path, text)| (path.to_owned(), text.to_owned())).into()
}

/// Reads a device; findings with the text each underlines.
pub(crate) fn read(files: &FileSet) -> Result<Bundle, Vec<(Diagnostic, String)>> {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let bundle = dialects::read(files, "csm/proxies", &mut sources, &mut sink);
    let found = sink.into_sorted();
    let told = found.into_iter().map(|d| (sources.text(d.span).to_owned(), d)).map(|(t, d)| (d, t));
    bundle.ok_or_else(|| told.collect())
}

/// The pupils' filter of a text that must be readable.
pub(crate) fn pupils(text: &str) -> WebFilter {
    let mut bundle = read(&device(text)).unwrap_or_else(|found| panic!("refused: {found:#?}"));
    bundle.web.remove(0)
}

pub(crate) fn category(name: &str) -> ListKey {
    ListKey::Category(name.to_owned())
}

fn nets(texts: &[&str]) -> Vec<ipnet::IpNet> {
    texts.iter().map(|t| t.parse().expect("a prefix")).collect()
}

const INSIDE: &[&str] = &[
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "0.0.0.0/8",
    "::1/128",
    "fc00::/7",
    "fe80::/10",
    "2001:db8::/32",
];

#[test]
fn every_value_of_the_pupils_proxy_is_read() {
    let filter = pupils(PUPILS);
    assert_eq!(filter.name, "pupils");
    assert_eq!(filter.user, "proxy");
    let listen: Vec<String> = filter.listen.iter().map(|(a, p)| format!("{a} {p}")).collect();
    assert_eq!(listen, ["10.0.49.10 3128", "2001:db8:0:149::10 3128"]);
    assert_eq!(filter.outgoing, ["10.0.49.10".parse::<std::net::IpAddr>().expect("an address")]);
    assert_eq!(filter.resolvers, ["10.0.51.10".parse::<std::net::IpAddr>().expect("an address")]);
    let inside = filter.acls.iter().find(|a| a.name == "inside").expect("inside");
    assert_eq!(inside.test, AclTest::Destination(nets(INSIDE)));
    assert_eq!((inside.at.line, filter.rules.len()), (27, 14));
    let rule = filter.rules.iter().find(|r| r.when.iter().any(|w| w.0 == "own_deny")).expect("own_deny");
    assert_eq!(rule.remark.as_deref(), Some("delegated/0000001B.yaml:5"));
    assert_eq!((rule.allow, rule.at.line), (false, 53));
    let lists: Vec<_> = filter.lists.iter().map(|l| (l.category.as_deref(), l.domains.len())).collect();
    let slots = ["adult", "vpn", "games", "dating", "examen_pix"].map(|c| (Some(c), 0));
    assert_eq!(lists, [slots.as_slice(), &[(None, 2)]].concat());
}

#[test]
fn an_absent_line_means_what_squid_does_without_it() {
    let bundle = read(&device(PUPILS)).expect("readable");
    let setting = |n: usize, name: &str| {
        let found = bundle.web[n].settings.iter().find(|s| s.0 == name).expect("a known setting");
        found.1.clone()
    };
    assert_eq!(setting(0, "forwarded_for"), "delete");
    assert_eq!(setting(0, "hosts_file"), "/etc/hosts");
    assert_eq!(setting(1, "icp_port"), "0");
    assert_eq!(setting(1, "httpd_suppress_version_string"), "off");
    let bare = pupils(&PUPILS.replace("forwarded_for delete\n", "").replace("cache deny all\n", ""));
    let of = |name: &str| bare.settings.iter().find(|s| s.0 == name).map(|s| s.1.as_str());
    assert_eq!((of("forwarded_for"), of("cache")), (Some("on"), Some("allow all")));
    assert_eq!(bundle.web[1].user, "proxy");
}

fn step(lists: &[ListKey], allow: bool) -> WebStep {
    WebStep { lists: lists.iter().cloned().collect(), allow }
}

/// What the pupils' proxy should decide, written from the policy and not from its text.
pub(crate) fn pupils_policy() -> WebPolicy {
    let own = |names: &[&str]| ListKey::Domains(names.iter().map(|n| (*n).to_owned()).collect());
    WebPolicy {
        inside: nets(INSIDE),
        plain_ports: BTreeSet::from([80, 443, 8080]),
        connect_ports: BTreeSet::from([443]),
        clients: vec![
            ClientPolicy {
                from: nets(&["10.128.0.0/22", "10.128.8.0/21", "2001:db8:1:20::/64"]),
                literals: false,
                steps: vec![
                    step(&[category("vpn"), category("adult")], false),
                    step(&[own(&["jeux.example", "paris.example"])], false),
                    step(&[own(&["exemple-ent.example", "rencontres-utiles.example"])], true),
                    step(&[category("dating"), category("games")], false),
                ],
                otherwise: true,
            },
            ClientPolicy {
                from: nets(&["10.128.27.0/24"]),
                literals: false,
                steps: vec![step(&[category("examen_pix")], true)],
                otherwise: false,
            },
        ],
    }
}

#[test]
fn the_pupils_text_means_exactly_the_policy() {
    let found = differ_from_policy(&pupils(PUPILS), &pupils_policy());
    assert_eq!(found.map(|r| r.to_string()), None);
}

#[test]
fn a_policy_that_says_less_or_more_is_told_apart() {
    let mut policy = pupils_policy();
    policy.clients[0].steps[0].lists.insert(category("redirector"));
    let found = differ_from_policy(&pupils(PUPILS), &policy).expect("a category is left out");
    assert_eq!(found.to_string(), "http://redirector.example/ from 10.128.0.10 (list redirector)");
    assert!(decide(&pupils(PUPILS), &found).0);
}

#[test]
fn by_no_url_does_a_proxy_reach_anything_inside() {
    let bundle = read(&device(PUPILS)).expect("readable");
    for filter in &bundle.web {
        assert_eq!(reaches(filter, &nets(INSIDE)).map(|r| r.to_string()), None);
    }
    let outside = nets(&["198.18.0.0/16"]);
    assert!(reaches(&bundle.web[0], &outside).is_some());
}

#[test]
fn a_name_with_two_addresses_reaches_the_one_that_no_rule_looks_at() {
    let text = PUPILS.replace("http_access deny inside\n", "").replace(
        "http_access allow pupils\n",
        "acl mirror dst 198.18.5.5\nhttp_access allow pupils mirror\nhttp_access deny pupils\n",
    );
    let found = reaches(&pupils(&text), &nets(&["10.128.6.0/24"])).expect("by a name with both addresses");
    assert!(found.host.addresses().len() == 2 || found.lists.len() == 1, "{found}");
    assert!(decide(&pupils(&text), &found).0);
}
