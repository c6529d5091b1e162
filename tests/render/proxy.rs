//! Two proxies: one for adults, one for pupils with mandatory categories and an establishment's own lists.

use etanche::config::host::Service;
use etanche::config::web::{Acl, AclTest, DomainList, WebAccess, WebFilter};
use etanche::config::{Bundle, Loc};

use crate::{ip, nets, texts};

pub(crate) fn bundle() -> Bundle {
    Bundle { web: proxies(), services: services(), ..Bundle::default() }
}

/// The unit of each, with a part of what confines it.
pub(crate) fn services() -> Vec<Service> {
    proxies().iter().map(service).collect()
}

fn service(web: &WebFilter) -> Service {
    let name = format!("etanche-proxy-{}", web.name);
    let configuration = format!("/etc/squid/{}.conf", web.name);
    let confined =
        [("NoNewPrivileges", "yes"), ("RestrictAddressFamilies", "AF_INET AF_UNIX"), ("RuntimeDirectory", &name)];
    Service {
        description: Some(format!("etanche: web proxy {}", web.name)),
        user: Some(web.user.clone()),
        start: texts(&["/usr/sbin/squid", "--foreground", "-n", &web.name, "-f", &configuration]),
        requires: texts(&["etanche-firewall.service"]),
        after: texts(&["etanche-firewall.service", "network.target"]),
        wanted_by: texts(&["multi-user.target"]),
        needs: web.lists.iter().map(|list| list.path.clone()).collect(),
        confined: confined.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
        name,
    }
}

pub(crate) fn proxies() -> Vec<WebFilter> {
    vec![proxy("staff", 3128, "10.128.4.1", &["10.128.4.0/24", "2001:db8:1:10::/64"]), pupils()]
}

fn pupils() -> WebFilter {
    let mut web = proxy("pupils", 3129, "10.128.0.1", &["10.128.0.0/22"]);
    let list = |path: &str, category: Option<&str>, domains: &[&str]| DomainList {
        path: path.to_owned(),
        category: category.map(str::to_owned),
        domains: texts(domains),
    };
    web.lists = vec![
        list("/etc/squid/ut1/adult/domains", Some("adult"), &[]),
        list("/etc/squid/lists/pupils-deny.txt", None, &["jeux.example", "videos.example"]),
    ];
    web.acls.push(acl("adult", AclTest::DomainFile("/etc/squid/ut1/adult/domains".to_owned())));
    web.acls.push(acl("own_deny", AclTest::DomainFile("/etc/squid/lists/pupils-deny.txt".to_owned())));
    web.acls.push(acl("own_allow", AclTest::Domain(texts(&["pix.example", ".education.example"]))));
    web.acls.push(acl("literal", AclTest::Literal));
    web.acls.push(acl("this_port", AclTest::ProxyPort(3129)));
    let end = web.rules.split_off(4);
    web.rules.push(access(false, &["adult"], Some("catégories obligatoires")));
    web.rules.push(access(false, &["literal"], None));
    web.rules.push(access(false, &["own_deny"], Some("listes de l'établissement")));
    web.rules.push(access(true, &["clients", "own_allow", "this_port"], None));
    web.rules.extend(end);
    web
}

fn proxy(name: &str, port: u16, listen: &str, clients: &[&str]) -> WebFilter {
    WebFilter {
        name: name.to_owned(),
        listen: vec![(ip(listen), port)],
        outgoing: vec![ip("198.51.100.2")],
        resolvers: vec![ip("198.18.0.53")],
        user: format!("etanche-{name}"),
        acls: vec![
            acl("clients", AclTest::Source(nets(clients))),
            acl(
                "inside",
                AclTest::Destination(nets(&[
                    "10.0.0.0/8",
                    "127.0.0.0/8",
                    "172.16.0.0/12",
                    "192.168.0.0/16",
                    "fc00::/7",
                ])),
            ),
            acl("web_ports", AclTest::Port(vec![(80, 80), (443, 443), (1025, 65535)])),
            acl("tls_ports", AclTest::Port(vec![(443, 443)])),
            acl("CONNECT", AclTest::Connect),
            acl("manager", AclTest::Manager),
            acl("all", AclTest::All),
        ],
        rules: vec![
            access(false, &["manager"], None),
            access(false, &["inside"], Some("nothing inside, by name or by address")),
            access(false, &["!web_ports"], None),
            access(false, &["CONNECT", "!tls_ports"], None),
            access(true, &["clients"], None),
            access(false, &["all"], None),
        ],
        settings: [
            ("cache", "deny all"),
            ("forwarded_for", "delete"),
            ("httpd_suppress_version_string", "on"),
            ("visible_hostname", "proxy.exemple.example"),
        ]
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .to_vec(),
        lists: Vec::new(),
    }
}

fn acl(name: &str, test: AclTest) -> Acl {
    Acl { name: name.to_owned(), test, at: Loc::MADE }
}

fn access(allow: bool, names: &[&str], remark: Option<&str>) -> WebAccess {
    let when = names.iter().map(|n| (n.trim_start_matches('!').to_owned(), n.starts_with('!'))).collect();
    WebAccess { allow, when, remark: remark.map(str::to_owned), at: Loc::MADE }
}
