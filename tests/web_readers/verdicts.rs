//! The real Squid against [`decide`]: every client, host, port and method of a table, both proxies.

use std::collections::BTreeSet;
use std::net::IpAddr;

use etanche::config::WebFilter;
use etanche::config::web_meaning::{Host, ListKey, Request, decide};

use super::lab::{Lab, Plan};
use super::{ALLOW, PUPILS, STAFF, category, device, read};

/// Categories as the device would have them.
const CATEGORIES: &[(&str, &str)] = &[
    ("adult", ".adulte1.example\n.adulte2.example\n"),
    ("vpn", ".vpn1.example\n.double.example\n"),
    ("games", ".jeu1.example\n.jeu2.example\n"),
    ("dating", ".rencontres-utiles.example\n.rencontre1.example\n"),
    ("examen_pix", ".pix.example\n"),
    ("malware", ".virus1.example\n"),
    ("phishing", ".faux1.example\n.double.example\n"),
];

const OUT4: &str = "198.18.5.5";
const OUT6: &str = "3fff::5";
const IN4: &str = "10.128.6.20";
const IN6: &str = "2001:db8:1:11::20";

/// Names that resolve outside.
const NAMES: &[&str] = &[
    "neutre.example",
    "www.neutre.example",
    "adulte1.example",
    "www.adulte2.example",
    "notadulte1.example",
    "vpn1.example",
    "jeu1.example",
    "a.b.jeu2.example",
    "rencontres-utiles.example",
    "rencontre1.example",
    "pix.example",
    "app.pix.example",
    "exemple-ent.example",
    "lycee.exemple-ent.example",
    "jeux.example",
    "cours.jeux.example",
    "paris.example",
    "xparis.example",
    "virus1.example",
    "faux1.example",
    "double.example",
    "www.double.example",
];

/// Hosts written as addresses, in every form that a resolver takes for one, and the address each means.
const LITERALS: &[(&str, &str)] = &[
    (OUT4, OUT4),
    (IN4, IN4),
    ("[3fff::5]", OUT6),
    ("[2001:db8:1:11::20]", IN6),
    ("3323069701", OUT4),
    ("0xc6120505", OUT4),
    ("0306.022.5.5", OUT4),
    ("198.18.1285", OUT4),
    ("0x0a.0x80.6.20", IN4),
    ("176162324", IN4),
    ("[::ffff:10.128.6.20]", IN4),
    ("127.0.0.1", "127.0.0.1"),
    ("127.1", "127.0.0.1"),
    ("[::1]", "::1"),
];

/// Reverse names: who owns an address says what it is called, and `dstdomain` without `-n` would believe it.
const REVERSE: &[(&str, &str)] = &[(OUT4, "neutre4.example"), (OUT6, "neutre6.virus1.example")];

struct Asked {
    host: String,
    means: Host,
}

fn address(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

fn hosts() -> Vec<Asked> {
    let outside = [address(OUT4), address(OUT6)];
    let name = |n: &str, to: &[IpAddr]| Asked { host: n.to_owned(), means: Host::Name(n.to_owned(), to.to_vec()) };
    let mut all: Vec<Asked> = NAMES.iter().map(|n| name(n, &outside)).collect();
    all.push(name("rebond.example", &[address(IN4)]));
    all.push(name("double-adresse.example", &[address(OUT4), address(IN4)]));
    all.push(name("rebond6.example", &[address(IN6)]));
    all.extend(
        LITERALS.iter().map(|(host, means)| Asked { host: (*host).to_owned(), means: Host::Literal(address(means)) }),
    );
    all
}

fn hosts_file() -> String {
    let mut text = String::new();
    for asked in hosts() {
        if let Host::Name(name, addresses) = asked.means {
            text.extend(addresses.iter().map(|a| format!("{a} {name}\n")));
        }
    }
    // Squid keeps the last name of an address as its reverse.
    text.extend(REVERSE.iter().map(|(a, name)| format!("{a} {name}\n")));
    text
}

/// Every list of a filter that holds a name.
fn lists_of(filter: &WebFilter, host: &Host) -> BTreeSet<ListKey> {
    let Host::Name(name, _) = host else {
        return BTreeSet::new();
    };
    let covers = |d: &str| name == d || name.ends_with(&format!(".{d}"));
    let mut keys: BTreeSet<ListKey> = BTreeSet::new();
    for (key, domains) in CATEGORIES {
        if domains.lines().any(|d| covers(d.trim_start_matches('.'))) {
            keys.insert(category(key));
        }
    }
    let inline = filter.acls.iter().filter_map(|a| match &a.test {
        etanche::config::web::AclTest::Domain(names) => Some(names.clone()),
        _ => None,
    });
    let own = filter.lists.iter().filter(|l| l.category.is_none()).map(|l| l.domains.clone());
    let holding = inline.chain(own).filter(|names| names.iter().any(|d| covers(d)));
    keys.extend(holding.map(|names| ListKey::Domains(names.into_iter().collect())));
    keys
}

fn requests(filter: &WebFilter, clients: &[&str]) -> Vec<(Request, String)> {
    let ways = [(false, 80), (false, 443), (false, 8080), (false, 22), (true, 443), (true, 80), (true, 22)];
    let mut all = Vec::new();
    for client in clients {
        let client = address(client);
        let proxy = filter.listen.iter().find(|l| l.0.is_ipv4() == client.is_ipv4()).expect("a listener");
        let proxy =
            if client.is_ipv4() { format!("{}:{}", proxy.0, proxy.1) } else { format!("[{}]:{}", proxy.0, proxy.1) };
        for asked in hosts() {
            for (connect, port) in ways {
                let (method, target) = if connect {
                    ("CONNECT", format!("{}:{port}", asked.host))
                } else {
                    ("GET", format!("http://{}:{port}/", asked.host))
                };
                let request = Request {
                    client,
                    proxy_port: 3128,
                    port,
                    connect,
                    host: asked.means.clone(),
                    lists: lists_of(filter, &asked.means),
                    manager: false,
                };
                all.push((request, format!("{client} {proxy} {method} {target}")));
            }
        }
        let mut manager = Request::plain(client, "neutre.example", &[address(OUT4)]);
        manager.manager = true;
        all.push((manager, format!("{client} {proxy} GET http://neutre.example/squid-internal-mgr/info")));
    }
    all
}

/// What was asked of a real Squid with a text, and what it answered.
fn asked(name: &str, filter: &WebFilter, conf: &str, clients: &[&str]) -> Vec<(Request, String, String)> {
    let listen: Vec<String> = filter.listen.iter().map(|l| l.0.to_string()).collect();
    let mut addresses: Vec<&str> = listen.iter().map(String::as_str).collect();
    addresses.extend(clients);
    addresses.extend([OUT4, OUT6, IN4, IN6]);
    let files = CATEGORIES.iter().map(|(c, text)| (*c, (*text).to_owned()));
    let mut files: Vec<(&'static str, String)> =
        files.map(|(c, t)| (Box::leak(format!("ut1/{c}/domains").into_boxed_str()) as &'static str, t)).collect();
    files.push(("lists/0000001B-allow.txt", ALLOW.to_owned()));
    let proxy = format!("{}:3128", listen[0]);
    let plan = Plan { name, conf, addresses: &addresses, proxy: &proxy, hosts: hosts_file(), files };
    let asked = requests(filter, clients);
    let lines: Vec<String> = asked.iter().map(|a| a.1.clone()).collect();
    let answers = Lab::start(&plan).ask(&lines);
    assert_eq!(answers.len(), lines.len());
    asked.into_iter().zip(answers).map(|((request, line), status)| (request, line, status)).collect()
}

/// Answers that are not what a filter decides.
fn wrong(filter: &WebFilter, asked: &[(Request, String, String)]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (request, line, status) in asked {
        let known = ["200", "403", "404", "500", "502", "503"].contains(&status.as_str());
        if !known || decide(filter, request).0 != (status != "403") {
            wrong.push(format!("{line}: {status}, but {:?}", decide(filter, request)));
        }
    }
    wrong
}

fn agree(name: &str, number: usize, conf: &str, clients: &[&str]) {
    let filter = read(&device(PUPILS)).expect("readable").web.remove(number);
    let asked = asked(name, &filter, conf, clients);
    let wrong = wrong(&filter, &asked);
    let allowed = asked.iter().filter(|(_, _, status)| status != "403").count();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), asked.len(), wrong.join("\n"));
    assert!(allowed > 20 && asked.len() > 500, "{allowed} of {}", asked.len());
}

/// Its title, and what it makes of what was read.
type Misreading = (&'static str, fn(&mut WebFilter));

/// What a reader that slips, the same way each time, would have understood.
const MISREADINGS: &[Misreading] = &[
    ("`!` overlooked", |f| f.rules.iter_mut().flat_map(|r| &mut r.when).for_each(|c| c.1 = false)),
    ("the first rule overlooked", |f| drop(f.rules.drain(..2))),
    ("rules in another order", |f| f.rules.reverse()),
    ("`deny` taken for `allow`", |f| f.rules.iter_mut().for_each(|r| r.allow = true)),
    ("the last rule overlooked", |f| drop(f.rules.drain(f.rules.len() - 2..))),
    ("only the first condition of a rule", |f| f.rules.iter_mut().for_each(|r| r.when.truncate(1))),
];

#[test]
fn squid_tells_each_misreading_apart() {
    let right = read(&device(PUPILS)).expect("readable").web.remove(0);
    let clients = ["10.128.0.10", "10.128.27.10", "10.128.4.10"];
    let asked = asked("misread", &right, PUPILS, &clients);
    let mut unseen = Vec::new();
    for (title, misread) in MISREADINGS {
        let mut filter = right.clone();
        misread(&mut filter);
        assert_ne!(filter, right, "{title}");
        if wrong(&filter, &asked).is_empty() {
            unseen.push(*title);
        }
    }
    assert!(unseen.is_empty(), "nobody sees {unseen:?}");
}

#[test]
fn squid_decides_the_pupils_requests_as_the_reader_says() {
    agree(
        "pupils",
        0,
        PUPILS,
        &["10.128.0.10", "10.128.15.200", "10.128.27.10", "10.128.4.10", "2001:db8:1:20::10", "2001:db8:1:21::10"],
    );
}

#[test]
fn squid_decides_the_staff_requests_as_the_reader_says() {
    agree("staff", 1, STAFF, &["10.128.4.10", "10.128.6.200", "10.128.0.10"]);
}
