//! A proxy's rules: inside first, then ports, mandatory categories, establishments' own lists, and the default.

use ipnet::IpNet;

use super::service;
use crate::config::Loc;
use crate::config::web::{Acl, AclTest, DomainList, WebAccess, WebFilter};
use crate::network::Name;
use crate::network::{Network, Proxy, WebClients};

/// Destinations that are never the Internet: special-purpose addresses (RFC 6890, RFC 5735) beside the region's own.
///
/// Not ::ffff:0:0/96: to Squid that is IPv4 (`Ip::Address` holds both so), and the prefix would cover all of it.
const NEVER: [&str; 10] = [
    "0.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "224.0.0.0/3",
    "::/128",
    "::1/128",
    "64:ff9b::/96",
    "fe80::/10",
    "ff00::/8",
];

/// Everything a proxy decides.
pub(super) fn proxy(net: &Network, proxy: &Proxy) -> WebFilter {
    let mut made = Made { net, acls: base_acls(net), rules: base_rules(), lists: Vec::new() };
    for clients in &proxy.clients {
        made.clients(clients);
    }
    made.rule(false, &[("all", false)], Some("everything else"));
    WebFilter {
        name: proxy.name.to_string(),
        listen: proxy.listen.iter().map(|a| (*a, proxy.port)).collect(),
        outgoing: proxy.outgoing.clone(),
        resolvers: proxy.resolvers.clone(),
        user: proxy.user.clone(),
        acls: made.acls,
        rules: made.rules,
        settings: settings(net, proxy),
        lists: made.lists,
    }
}

/// What keeps two proxies of one machine apart, and origins from learning who asks.
fn settings(net: &Network, proxy: &Proxy) -> Vec<(String, String)> {
    let name = &proxy.name;
    let folder = service::name(name.as_str());
    let site = &net.site(proxy.site).name;
    let rows = [
        ("visible_hostname", format!("{name}.{site}.{}", net.region.ike_domain).to_lowercase()),
        ("pid_filename", format!("/run/{folder}/pid")),
        ("access_log", format!("stdio:/var/log/{folder}/access.log squid")),
        ("cache_log", format!("/var/log/{folder}/cache.log")),
        ("coredump_dir", "/var/spool/squid".to_owned()),
        ("hosts_file", "none".to_owned()),
        ("netdb_filename", "none".to_owned()),
        ("cache", "deny all".to_owned()),
        ("forwarded_for", "delete".to_owned()),
        ("httpd_suppress_version_string", "on".to_owned()),
        ("pinger_enable", "off".to_owned()),
        ("shutdown_lifetime", "3 seconds".to_owned()),
    ];
    rows.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn acl(name: &str, test: AclTest) -> Acl {
    Acl { name: name.to_owned(), test, at: Loc::MADE }
}

fn inside(net: &Network) -> Vec<IpNet> {
    let never = NEVER.iter().map(|n| n.parse().expect("a prefix"));
    let mut all = IpNet::aggregate(&net.region.known().chain(never).collect());
    all.sort();
    all
}

fn base_acls(net: &Network) -> Vec<Acl> {
    vec![
        acl("CONNECT", AclTest::Connect),
        acl("inside", AclTest::Destination(inside(net))),
        acl("literal", AclTest::Literal),
        acl("web_ports", AclTest::Port(vec![(80, 80), (443, 443)])),
        acl("tls_port", AclTest::Port(vec![(443, 443)])),
    ]
}

fn access(allow: bool, when: &[(&str, bool)], remark: Option<&str>) -> WebAccess {
    let when = when.iter().map(|(n, negated)| ((*n).to_owned(), *negated)).collect();
    WebAccess { allow, when, remark: remark.map(str::to_owned), at: Loc::MADE }
}

fn base_rules() -> Vec<WebAccess> {
    vec![
        access(false, &[("manager", false)], Some("never the proxy itself, nor anything inside")),
        access(false, &[("inside", false)], None),
        access(false, &[("literal", false)], Some("hosts written as addresses: no list holds them")),
        access(false, &[("web_ports", true)], Some("web ports only; CONNECT to TLS only")),
        access(false, &[("CONNECT", false), ("tls_port", true)], None),
    ]
}

/// Conditions and rules on the way.
struct Made<'n> {
    net: &'n Network,
    acls: Vec<Acl>,
    rules: Vec<WebAccess>,
    lists: Vec<DomainList>,
}

impl Made<'_> {
    fn rule(&mut self, allow: bool, when: &[(&str, bool)], remark: Option<&str>) {
        self.rules.push(access(allow, when, remark));
    }

    fn clients(&mut self, clients: &WebClients) {
        let who = format!("for_{}", clients.filter);
        let zones = clients.zones.iter().flat_map(|z| self.net.zone(*z).nets()).collect();
        self.acls.push(acl(&who, AclTest::Source(sorted(&zones))));
        let remark = format!("filter {}: mandatory categories first", clients.filter);
        for (n, category) in clients.deny.iter().enumerate() {
            let list = self.category(category);
            self.rule(false, &[(&who, false), (&list, false)], (n == 0).then_some(remark.as_str()));
        }
        for own in &clients.own {
            self.own(clients, own);
        }
        for category in &clients.optional {
            let list = self.category(category);
            self.rule(false, &[(&who, false), (&list, false)], None);
        }
        for category in &clients.only {
            let list = self.category(category);
            self.rule(true, &[(&who, false), (&list, false)], Some("white list only"));
        }
        let allow = clients.otherwise_allow && clients.only.is_empty();
        self.rule(allow, &[(&who, false)], None);
    }

    /// An establishment's own lists, for its own zones.
    fn own(&mut self, clients: &WebClients, own: &crate::network::OwnLists) {
        let site = &self.net.site(own.site).name;
        let from = format!("{}_of_{site}", clients.filter);
        let zones = clients.zones.iter().filter(|z| self.net.zone(**z).site == own.site);
        let nets = zones.flat_map(|z| self.net.zone(*z).nets()).collect();
        self.acls.push(acl(&from, AclTest::Source(sorted(&nets))));
        let remark = format!("own lists of {site} (annexe III), below the mandatory categories");
        for (allow, domains) in [(false, &own.deny), (true, &own.allow)] {
            if domains.is_empty() {
                continue;
            }
            let word = if allow { "allow" } else { "deny" };
            let name = format!("{}_{word}_{site}", clients.filter);
            let path = format!("/etc/squid/lists/{site}-{}-{word}.txt", clients.filter);
            self.acls.push(acl(&name, AclTest::DomainFile(path.clone())));
            self.lists.push(DomainList { path, category: None, domains: domains.clone() });
            self.rule(allow, &[(&from, false), (&name, false)], Some(remark.as_str()));
        }
    }

    /// The condition of a UT1 category; its list is a slot of the device (the lists are CC BY-SA and never included).
    fn category(&mut self, category: &Name) -> String {
        let name = format!("ut1_{category}");
        if !self.acls.iter().any(|a| a.name == name) {
            let path = format!("/etc/squid/ut1/{category}/domains");
            self.acls.push(acl(&name, AclTest::DomainFile(path.clone())));
            self.lists.push(DomainList { path, category: Some(category.to_string()), domains: Vec::new() });
        }
        name
    }
}

fn sorted(nets: &Vec<IpNet>) -> Vec<IpNet> {
    let mut nets = IpNet::aggregate(nets);
    nets.sort();
    nets
}
