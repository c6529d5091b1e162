//! Every generated proxy, for real: Squid starts on the very files, unchanged, and decides as the reader says.
//!
//! `squid/serve.sh` gives each device a namespace where its paths are temporary folders; each proxy is started by
//! the command of its unit, as its account and without any right of root; accounts are made by systemd-sysusers. Category slots, which etanche does not write, hold small fictional lists.
//! A line with WARNING, ERROR or FATAL in `squid -k parse` or in a log fails.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::IpAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use etanche::config::WebFilter;
use etanche::config::web::AclTest;
use etanche::config::web_meaning::{Host, ListKey, Request, decide};
use ipnet::IpNet;

use super::lycee::say;
use super::region::{Written, region};

const OUT4: &str = "198.18.5.5";
const OUT6: &str = "3fff::5";
const IN4: &str = "10.128.6.20";
const IN6: &str = "2001:db8:1:11::20";

/// Hosts written as addresses, in forms that a resolver takes for one, and the address each means.
const LITERALS: [(&str, &str); 12] = [
    (OUT4, OUT4),
    (IN4, IN4),
    ("[3fff::5]", OUT6),
    ("[2001:db8:1:11::20]", IN6),
    ("3323069701", OUT4),
    ("0xc6120505", OUT4),
    ("198.18.1285", OUT4),
    ("0x0a.0x80.6.20", IN4),
    ("[::ffff:10.128.6.20]", IN4),
    ("127.0.0.1", "127.0.0.1"),
    ("[::1]", "::1"),
    ("172.17.0.1", "172.17.0.1"),
];

/// Methods and ports: CONNECT or not.
const WAYS: [(bool, u16); 7] =
    [(false, 80), (false, 443), (false, 8080), (false, 22), (true, 443), (true, 80), (true, 22)];

/// A request, and the line that makes ask.py send it.
type Asked = (usize, Request, String);

fn address(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

/// What a category slot holds; each also shares a name with the next one's, and some hold names below the establishments' own.
fn slot(category: &str) -> Vec<String> {
    let own = category.replace('_', "-");
    let mut domains = vec![format!("{own}1.example"), format!("{own}2.example")];
    match category {
        "adult" | "malware" => domains.push("mal.exemple-ent.example".to_owned()),
        "games" | "dating" => domains.push("jeu.exemple-ent.example".to_owned()),
        _ => {}
    }
    domains
}

/// The domains of each list of a filter.
fn lists(filter: &WebFilter) -> Vec<(ListKey, Vec<String>)> {
    let files = filter.lists.iter().map(|list| match &list.category {
        Some(category) => (ListKey::Category(category.clone()), slot(category)),
        None => (ListKey::Domains(list.domains.iter().cloned().collect()), list.domains.clone()),
    });
    let inline = filter.acls.iter().filter_map(|acl| match &acl.test {
        AclTest::Domain(names) => Some((ListKey::Domains(names.iter().cloned().collect()), names.clone())),
        _ => None,
    });
    files.chain(inline).collect()
}

/// Names to ask for: each listed domain, below and beside it, and names in no list, with what each resolves to.
fn names(filter: &WebFilter) -> Vec<(String, Vec<IpAddr>)> {
    let outside = vec![address(OUT4), address(OUT6)];
    let listed: BTreeSet<String> = lists(filter).into_iter().flat_map(|(_, domains)| domains).collect();
    let around = listed.iter().flat_map(|d| [d.clone(), format!("www.{d}"), format!("x{d}")]);
    let mut all: Vec<(String, Vec<IpAddr>)> =
        around.chain(["neutre.example".to_owned()]).map(|name| (name, outside.clone())).collect();
    all.push(("rebond.example".to_owned(), vec![address(IN4)]));
    all.push(("rebond6.example".to_owned(), vec![address(IN6)]));
    all.push(("double-adresse.example".to_owned(), vec![address(OUT4), address(IN4)]));
    all.push(("nulle-part.example".to_owned(), Vec::new()));
    all
}

/// Lists that hold a name.
fn lists_of(filter: &WebFilter, name: &str) -> BTreeSet<ListKey> {
    let covers = |domain: &String| name == domain || name.ends_with(&format!(".{domain}"));
    lists(filter).into_iter().filter(|(_, domains)| domains.iter().any(covers)).map(|(key, _)| key).collect()
}

/// One address of each network that the filter tells apart.
fn clients(filter: &WebFilter) -> BTreeSet<IpAddr> {
    let sources = filter.acls.iter().filter_map(|acl| match &acl.test {
        AclTest::Source(nets) => Some(nets),
        _ => None,
    });
    sources.flatten().map(|net| nth(*net, 10)).collect()
}

/// One address of each zone of the region and of the WAN.
fn everybody() -> BTreeSet<IpAddr> {
    let zones = region().net.zones.iter().flat_map(|zone| zone.nets()).map(|net| nth(net, 77));
    zones.chain([address("198.18.99.9"), address("3fff::99")]).collect()
}

fn nth(net: IpNet, n: u32) -> IpAddr {
    match net {
        IpNet::V4(net) => (u32::from(net.network()) + n).to_be_bytes().into(),
        IpNet::V6(net) => (u128::from(net.network()) + u128::from(n)).to_be_bytes().into(),
    }
}

/// The listener for a client's family.
fn listener(filter: &WebFilter, client: IpAddr) -> Option<String> {
    let (address, port) = filter.listen.iter().find(|(address, _)| address.is_ipv4() == client.is_ipv4())?;
    Some(if address.is_ipv4() { format!("{address}:{port}") } else { format!("[{address}]:{port}") })
}

/// Every host by every way for the filter's clients, a few for everybody else.
fn requests(number: usize, filter: &WebFilter) -> Vec<Asked> {
    let named = names(filter).into_iter().map(|(name, to)| (name.clone(), Host::Name(name, to)));
    let literal = LITERALS.iter().map(|(text, means)| ((*text).to_owned(), Host::Literal(address(means))));
    let hosts: Vec<(String, Host)> = named.chain(literal).collect();
    let own = clients(filter);
    let mut all = Vec::new();
    for client in own.iter().chain(&everybody()).copied().collect::<BTreeSet<_>>() {
        let Some(proxy) = listener(filter, client) else { continue };
        let few = !own.contains(&client);
        for (text, host) in hosts.iter().filter(|(text, _)| !few || text == "neutre.example" || text == OUT4) {
            for (connect, port) in WAYS {
                let request = request(filter, client, host, connect, port);
                let way = if connect { format!("CONNECT {text}:{port}") } else { format!("GET http://{text}:{port}/") };
                all.push((number, request, format!("{client} {proxy} {way}")));
            }
        }
        let mut manager = Request::plain(client, "neutre.example", &[address(OUT4), address(OUT6)]);
        manager.manager = true;
        let way = "GET http://neutre.example/squid-internal-mgr/info";
        all.push((number, manager, format!("{client} {proxy} {way}")));
    }
    all
}

fn request(filter: &WebFilter, client: IpAddr, host: &Host, connect: bool, port: u16) -> Request {
    let lists = match host {
        Host::Name(name, _) => lists_of(filter, name),
        Host::Literal(_) => BTreeSet::new(),
    };
    let proxy_port = filter.listen[0].1;
    Request { client, proxy_port, port, connect, host: host.clone(), lists, manager: false }
}

fn put(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a temporary folder can be filled");
    File::create(path).and_then(|mut file| file.write_all(text.as_bytes())).expect("a temporary file can be written");
}

fn text(path: &Path) -> String {
    let mut text = String::new();
    File::open(path).and_then(|mut file| file.read_to_string(&mut text)).unwrap_or_default();
    text
}

/// The device's files, its slots, names, resolvers and listeners.
fn fill(work: &Path, device: &Written) {
    for (path, text) in &device.files {
        put(&work.join("device").join(path), text);
    }
    let (mut named, mut resolvers, mut listeners) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for filter in &device.bundle.web {
        for list in &filter.lists {
            let below = list.path.strip_prefix("/etc/squid/").expect("lists stand under /etc/squid");
            if let Some(category) = &list.category {
                let lines: String = slot(category).iter().map(|domain| format!(".{domain}\n")).collect();
                put(&work.join("slots").join(below), &lines);
            }
        }
        named.extend(names(filter));
        resolvers.extend(filter.resolvers.iter().map(ToString::to_string));
        listeners.extend(filter.listen.iter().map(|(address, port)| format!("{address} {port}")));
    }
    put(&work.join("slots/ut1/none"), "");
    let line = |(name, to): &(String, Vec<IpAddr>)| {
        let to: Vec<String> = to.iter().map(ToString::to_string).collect();
        format!("{name} {}\n", to.join(" "))
    };
    put(&work.join("names"), &named.iter().filter(|(_, to)| !to.is_empty()).map(line).collect::<String>());
    put(&work.join("resolvers"), &resolvers.into_iter().collect::<Vec<_>>().join("\n"));
    put(&work.join("proxies"), &listeners.into_iter().collect::<Vec<_>>().join("\n"));
}

/// Every address that somebody has: on the namespace's loopback.
fn addresses(device: &Written, asked: &[Asked]) -> Vec<String> {
    let mut all: BTreeSet<IpAddr> = [OUT4, OUT6, IN4, IN6].map(address).into();
    all.extend(asked.iter().map(|(_, request, _)| request.client));
    for filter in &device.bundle.web {
        all.extend(filter.listen.iter().map(|(address, _)| *address));
        all.extend(filter.outgoing.iter().chain(&filter.resolvers));
    }
    all.into_iter().map(|address| format!("{address}/{}", if address.is_ipv4() { 32 } else { 128 })).collect()
}

/// Runs the device and gives the statuses of its answers.
fn ask(work: &Path, addresses: &[String], asked: &[Asked]) -> Vec<String> {
    let tests = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/lab/squid");
    let mut child = Command::new("unshare")
        .args(["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--", "sh"])
        .arg(format!("{tests}/serve.sh"))
        .arg(work)
        .arg(tests)
        .args(addresses)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("unshare starts: `tests/run` installs what the lab needs");
    let lines: String = asked.iter().map(|(_, _, line)| format!("{line}\n")).collect();
    let mut input = child.stdin.take().expect("stdin is piped");
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let done = child.wait_with_output().expect("a child we started can be waited for");
    let written = writer.join().expect("the writer ends");
    let complaints = complaints(work);
    assert_eq!(complaints, [""; 0], "{}", String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success() && written.is_ok(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).lines().map(str::to_owned).collect()
}

/// Lines in which Squid complains, while reading or running.
fn complaints(work: &Path) -> Vec<String> {
    let mut all = text(&work.join("parsed"));
    if let Ok(logs) = fs::read_dir(work.join("log")) {
        let folders: BTreeSet<_> = logs.map(|entry| entry.expect("an entry").path()).collect();
        folders.iter().for_each(|folder| all.push_str(&text(&folder.join("cache.log"))));
    }
    let bad = |line: &&str| ["WARNING", "ERROR", "FATAL"].iter().any(|word| line.contains(word));
    all.lines().filter(bad).map(str::to_owned).collect()
}

/// Proxies go out from their own addresses, as the accounts whose numbers the packet filter knows, and as nobody else.
fn check_process(work: &Path, device: &Written) {
    let filters = &device.bundle.web;
    let peers = text(&work.join("peers"));
    let peers: BTreeSet<&str> = peers.lines().map(|peer| peer.trim_start_matches("::ffff:")).collect();
    let outgoing: BTreeSet<String> = filters.iter().flat_map(|f| &f.outgoing).map(ToString::to_string).collect();
    let users: BTreeSet<u32> = region().net.processes_of(device.site).map(|(_, process)| process.uid).collect();
    if !users.is_empty() {
        assert_eq!(peers, outgoing.iter().map(String::as_str).collect(), "who asked the origin");
        assert_eq!(users_of(&text(&work.join("users"))), users, "as whom");
    }
}

/// The elements of a set, as `nft -n` lists it.
fn users_of(listed: &str) -> BTreeSet<u32> {
    let (_, elements) = listed.split_once("elements = {").expect("something went out");
    elements.split(|c: char| !c.is_ascii_digit()).filter_map(|word| word.parse().ok()).collect()
}

fn rehearse(device: &Written) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let work = folder.path();
    // Squid reads as users of its own.
    fs::set_permissions(work, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("our own folder");
    fill(work, device);
    let numbered = device.bundle.web.iter().enumerate();
    let asked: Vec<Asked> = numbered.flat_map(|(number, filter)| requests(number, filter)).collect();
    let start = Instant::now();
    let answers = ask(work, &addresses(device, &asked), &asked);
    let rate = f64::from(u32::try_from(asked.len()).expect("few")) / start.elapsed().as_secs_f64();
    assert_eq!(answers.len(), asked.len());
    let mut wrong = Vec::new();
    for ((number, request, line), status) in asked.iter().zip(&answers) {
        let known = ["200", "403", "404", "500", "502", "503"].contains(&status.as_str());
        let decided = decide(&device.bundle.web[*number], request);
        if !known || decided.0 != (status != "403") {
            wrong.push(format!("{line}: {status}, but {decided:?}"));
        }
    }
    let allowed = answers.iter().filter(|status| *status != "403").count();
    say(&format!(
        "{}: {} verdicts of Squid, {} disagreements, {rate:.0}/s ({allowed} allowed)",
        device.path,
        asked.len(),
        wrong.len()
    ));
    assert_eq!(wrong.iter().take(20).collect::<Vec<_>>(), [""; 0], "{} of {}", wrong.len(), asked.len());
    assert!(allowed > 20 && allowed < asked.len() / 2, "{allowed} of {}", asked.len());
    check_process(work, device);
}

#[test]
fn every_generated_proxy_starts_unchanged_and_decides_as_its_reader_says() {
    let devices = region().proxies();
    let found: usize = devices.iter().map(|device| device.bundle.web.len()).sum();
    assert_eq!(found, 6, "two at the centre, two in each lycée with a proxy of its own");
    devices.iter().for_each(rehearse);
}
