//! A gateway boots as a host: kernel settings, rules and forwarding, then a real systemd-networkd on the generated `.network` files.
//!
//! This kernel has neither VLAN nor XFRM interfaces: cables of the same names stand for them and the `.netdev` files stay out, so
//! that what those say (VLAN number, `if_id`) is judged by the reader alone. Everything else is the kernel's own account: every
//! address, every route of every table, every setting.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, Permissions, create_dir_all, set_permissions};
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use etanche::config::host::{Link, Route};
use ipnet::IpNet;
use serde_json::Value;

use super::lycee::say;
use super::region::{Written, region};

/// What came of a boot.
struct Booted {
    addresses: Value,
    routes: Vec<Value>,
    /// Settings before the unit that turns forwarding on, and at the end.
    settings: [BTreeMap<String, String>; 2],
}

fn put(path: &Path, text: &str) {
    create_dir_all(path.parent().expect("a folder")).expect("a temporary folder can be filled");
    File::create(path).and_then(|mut file| file.write_all(text.as_bytes())).expect("a temporary file can be written");
}

fn text(path: &Path) -> String {
    let mut text = String::new();
    File::open(path)
        .and_then(|mut file| file.read_to_string(&mut text))
        .unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    text
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&text(path)).expect("JSON of ip")
}

/// The unit's commands; the ruleset stands in the boot's own folder.
fn start(gateway: &Written, work: &Path) -> String {
    let commands = &gateway.bundle.host.as_ref().expect("host files").boot.start;
    let line = |words: &Vec<String>| {
        let here = |word: &String| {
            if word.ends_with(".nft") { format!("{}/etanche.nft", work.display()) } else { word.clone() }
        };
        words.iter().map(here).collect::<Vec<_>>().join(" ") + "\n"
    };
    commands.iter().map(line).collect()
}

fn boot(gateway: &Written) -> Booted {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let work = folder.path();
    // networkd reads as a user of its own.
    set_permissions(work, Permissions::from_mode(0o755)).expect("our own folder");
    for (path, text) in gateway.files.iter().filter(|(path, _)| path.ends_with(".network") || path.ends_with(".conf")) {
        put(&work.join(path), text);
    }
    put(&work.join("etanche.nft"), gateway.nft());
    put(&work.join("start"), &start(gateway, work));
    let done = Command::new("unshare")
        .args(["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--", "sh"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/lab/networkd/boot.sh"))
        .arg(work)
        .args(gateway.links().iter().map(|link| &link.name))
        .output()
        .expect("unshare starts: `tests/run` installs what the lab needs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let list = |name: &str| json(&work.join(name)).as_array().expect("a list").clone();
    Booted {
        addresses: json(&work.join("address")),
        routes: [list("route4"), list("route6")].concat(),
        settings: ["sysctl.before", "sysctl.after"].map(|name| settings(&text(&work.join(name)))),
    }
}

fn settings(listed: &str) -> BTreeMap<String, String> {
    let pairs = listed.lines().filter_map(|line| line.split_once(" = "));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn word<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or("")
}

/// Ours, and not the far ends of the cables.
fn is_own(device: &str) -> bool {
    !device.starts_with("far")
}

fn kernel_addresses(list: &Value) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for link in list.as_array().expect("links").iter().filter(|link| is_own(word(link, "ifname"))) {
        for info in link["addr_info"].as_array().expect("addresses") {
            let near = word(info, "scope") == "link";
            let shown =
                if near { "link-local".to_owned() } else { format!("{}/{}", word(info, "local"), info["prefixlen"]) };
            all.insert(format!("{} {shown}", word(link, "ifname")));
        }
    }
    all
}

fn read_addresses(links: &[Link], ipv6: bool) -> BTreeSet<String> {
    let mut all = BTreeSet::from(["lo 127.0.0.1/8".to_owned()]);
    if ipv6 {
        all.insert("lo ::1/128".to_owned());
    }
    for link in links {
        all.extend(link.addresses.iter().map(|net| format!("{} {net}", link.name)));
        all.extend(link.link_local6.then(|| format!("{} link-local", link.name)));
    }
    all
}

/// A route as a line, the same whoever tells it.
struct Line<'l> {
    kind: &'l str,
    to: String,
    via: String,
    device: &'l str,
    source: String,
    metric: u64,
}

impl Line<'_> {
    fn shown(&self) -> String {
        let device = if self.kind == "unreachable" { "-" } else { self.device };
        let Line { kind, to, via, source, metric, .. } = self;
        format!("{kind} {to} via {via:?} dev {device} source {source:?} metric {metric}")
    }
}

/// A destination with its length, whatever `ip` leaves out.
fn destination(route: &Value) -> String {
    let v6 = !route["pref"].is_null();
    match word(route, "dst") {
        "default" if v6 => "::/0".to_owned(),
        "default" => "0.0.0.0/0".to_owned(),
        net if net.contains('/') => net.to_owned(),
        alone if alone.contains(':') => format!("{alone}/128"),
        alone => format!("{alone}/32"),
    }
}

/// Routes that somebody added: in no table but the main one.
fn kernel_routes(routes: &[Value]) -> BTreeSet<String> {
    let added = routes.iter().filter(|route| word(route, "protocol") != "kernel");
    let line = |route: &Value| {
        assert_eq!(word(route, "table"), "main", "{route}");
        let on_link = route["flags"].as_array().is_some_and(|flags| flags.iter().any(|flag| flag == "onlink"));
        let via = format!("{}{}", word(route, "gateway"), if on_link { " onlink" } else { "" });
        let (kind, device) = (word(route, "type"), word(route, "dev"));
        let (source, metric) = (word(route, "prefsrc").to_owned(), route["metric"].as_u64().unwrap_or(0));
        Line { kind, to: destination(route), via, device, source, metric }.shown()
    };
    added.map(line).collect()
}

fn read_routes(links: &[Link]) -> BTreeSet<String> {
    let all = links.iter().flat_map(|link| link.routes.iter().map(move |route| (link, route)));
    all.map(|(link, route)| read_route(link, route)).collect()
}

fn read_route(link: &Link, route: &Route) -> String {
    let shown = |address: Option<std::net::IpAddr>| address.map_or(String::new(), |address| address.to_string());
    let via = format!("{}{}", shown(route.via), if route.on_link { " onlink" } else { "" });
    let default = if route.to.addr().is_ipv4() { 0 } else { 1024 };
    Line {
        kind: if route.unreachable { "unreachable" } else { "unicast" },
        to: route.to.to_string(),
        via,
        device: &link.name,
        source: shown(route.preferred_source),
        metric: route.metric.map_or(default, u64::from),
    }
    .shown()
}

/// Routes that the kernel made itself, but for broadcast, multicast and anycast: type, destination, link.
fn kernels_own(routes: &[Value]) -> BTreeSet<String> {
    let own = routes.iter().filter(|route| word(route, "protocol") == "kernel" && is_own(word(route, "dev")));
    let leading = own.filter(|route| matches!(word(route, "type"), "unicast" | "local"));
    let line = |route: &Value| {
        let to = destination(route);
        let to = if to.starts_with("fe80:") { "link-local".to_owned() } else { to };
        format!("{} {to} dev {}", word(route, "type"), word(route, "dev"))
    };
    leading.map(line).collect()
}

/// What addresses make the kernel add: the link's prefix, and the address as its own.
fn expected_own(links: &[Link], ipv6: bool) -> BTreeSet<String> {
    let mut all: BTreeSet<String> = ["local 127.0.0.0/8 dev lo", "local 127.0.0.1/32 dev lo"].map(str::to_owned).into();
    if ipv6 {
        all.insert("local ::1/128 dev lo".to_owned());
    }
    for link in links {
        let name = &link.name;
        for net in &link.addresses {
            all.insert(format!("local {} dev {name}", IpNet::from(net.addr())));
            let alone = net.prefix_len() == net.max_prefix_len();
            all.extend((!alone).then(|| format!("unicast {} dev {name}", net.trunc())));
        }
        if link.link_local6 {
            all.insert(format!("unicast link-local dev {name}"));
            all.insert(format!("local link-local dev {name}"));
        }
    }
    all
}

/// What the unit sets once the rules are in: forwarding.
fn set_by_the_unit(gateway: &Written) -> BTreeMap<&str, &str> {
    let commands = &gateway.bundle.host.as_ref().expect("host files").boot.start;
    let sysctl = commands.iter().filter(|words| words[0].ends_with("sysctl"));
    sysctl.filter_map(|words| words.last()?.split_once('=')).collect()
}

/// Every setting of the file, before and after the unit; a parameter that a kernel may lack is marked by a `-`.
fn check_settings(gateway: &Written, booted: &Booted) -> usize {
    let host = gateway.bundle.host.as_ref().expect("host files");
    let late = set_by_the_unit(gateway);
    assert!(late.contains_key("net.ipv4.ip_forward"));
    for (key, value) in &host.sysctl {
        let name = key.trim_start_matches('-');
        for (settings, when) in booted.settings.iter().zip(["before", "after"]) {
            let expected = late.get(name).copied().filter(|_| when == "after").unwrap_or(value);
            match settings.get(name) {
                Some(found) => assert_eq!(found, expected, "{}: {name} {when}", gateway.path),
                None => assert!(key.starts_with('-'), "{}: this kernel has no {name}", gateway.path),
            }
        }
    }
    host.sysctl.len()
}

/// Links on which IPv6 is on at the end.
fn with_ipv6(booted: &Booted, links: &[Link]) -> BTreeSet<String> {
    // `sysctl -a` writes the dots of a name as slashes.
    let on = |link: &&Link| {
        let name = format!("net.ipv6.conf.{}.disable_ipv6", link.name.replace('.', "/"));
        booted.settings[1].get(&name).is_some_and(|value| value == "0")
    };
    links.iter().filter(on).map(|link| link.name.clone()).collect()
}

fn rehearse(site: &str) -> (Written, Booted) {
    let gateway = region().gateway(site);
    let booted = boot(&gateway);
    let links = gateway.links();
    let ipv6 = region().net.site(gateway.site).ipv6;
    assert_eq!(kernel_addresses(&booted.addresses), read_addresses(links, ipv6), "{site}");
    assert_eq!(kernel_routes(&booted.routes), read_routes(links), "{site}");
    assert_eq!(kernels_own(&booted.routes), expected_own(links, ipv6), "{site}");
    let settings = check_settings(&gateway, &booted);
    let (addresses, routes) = (read_addresses(links, ipv6).len(), read_routes(links).len());
    say(&format!("networkd {site}: {addresses} addresses, {routes} routes, {settings} settings, as read"));
    (gateway, booted)
}

#[test]
fn a_lycee_of_cible_2_boots_with_the_addresses_routes_and_settings_that_were_read() {
    let (gateway, booted) = rehearse("0000001B");
    assert_eq!(with_ipv6(&booted, gateway.links()).len(), gateway.links().len());
}

#[test]
fn a_lycee_without_ipv6_boots_with_it_off_on_every_link() {
    let (gateway, booted) = rehearse("0000002C");
    assert_eq!(with_ipv6(&booted, gateway.links()), BTreeSet::new());
}

/// Why the reader's comparison refuses a route of IPv6 there: networkd takes back what the kernel's settings say.
#[test]
fn an_unreachable_route_of_ipv6_turns_ipv6_on_again_at_its_link() {
    let mut gateway = region().gateway("0000002C");
    let wan = gateway.files.get_mut("network/10-eth0.network").expect("a WAN");
    wan.push_str("\n[Route]\nDestination=2001:db8::/32\nType=unreachable\n");
    let booted = boot(&gateway);
    assert_eq!(with_ipv6(&booted, gateway.links()), BTreeSet::from(["eth0".to_owned()]));
}

/// Why each link has lines of its own: the links of a boot are there before the settings are read.
#[test]
fn what_is_said_for_all_and_default_does_not_bind_a_link_that_is_there() {
    let mut gateway = region().gateway("0000001B");
    let settings = gateway.files.get_mut("sysctl.conf").expect("settings");
    let of_all =
        |line: &&str| !line.contains(".conf.") || [".conf.all.", ".conf.default."].iter().any(|s| line.contains(s));
    *settings = settings.lines().filter(of_all).map(|line| format!("{line}\n")).collect();
    let booted = boot(&gateway);
    let before = &booted.settings[0];
    assert_eq!(before.get("net.ipv6.conf.eth0.accept_redirects").map(String::as_str), Some("1"));
    assert_eq!(before.get("net.ipv6.conf.default.accept_redirects").map(String::as_str), Some("0"));
}
