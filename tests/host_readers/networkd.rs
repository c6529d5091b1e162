//! A real systemd-networkd applies the `.network` files: the kernel then has the addresses and routes that were read.
//!
//! This kernel may lack VLAN and XFRM interfaces, so veths of the same names stand for them and `.netdev` files stay
//! out: what those say (VLAN number, `if_id`) is judged by the reader alone, and `if_id` by charon's policies.

use super::fixture::{bundle, gateway};
use super::judge::{folder, judged, put};
use etanche::config::host::{Link, Route};
use serde_json::Value;
use std::collections::BTreeSet;

const SCRIPT: &str = r#"
files=$1
wanted=$2
shift 2
for link in "$@"; do
    ip link add "$link" type veth peer name "far$#"
    ip link set "far$#" up
    shift
done
ip link set lo up
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/netif/links /run/systemd/netif/leases
chown -R systemd-network: /run/systemd/netif
mount --bind "$files" /etc/systemd/network
umount -l /sys
mount -t sysfs -o ro sysfs /sys
/lib/systemd/systemd-networkd >&2 &
daemon=$!
count() { { ip route show proto static; ip -6 route show proto static; } | wc -l; }
tries=0
until [ "$(count)" -ge "$wanted" ] || [ "$tries" -eq 150 ]; do tries=$((tries + 1)); sleep 0.1; done
sleep 0.3
ip -j addr
echo ---
ip -j -d route show proto static
echo ---
ip -j -d -6 route show proto static
kill "$daemon"
wait "$daemon" || :
"#;

/// What the kernel has: its addresses, its IPv4 routes, its IPv6 routes.
fn applied(links: &[Link]) -> [Value; 3] {
    let dir = folder();
    for (path, text) in gateway() {
        if path.ends_with(".network") {
            put(dir.path(), path.trim_start_matches("network/"), &text, 0o644);
        }
    }
    let wanted: usize = links.iter().map(|l| l.routes.len()).sum();
    let wanted = wanted.to_string();
    let mut args = vec![dir.path().to_str().expect("a path of plain letters"), wanted.as_str()];
    args.extend(links.iter().map(|l| l.name.as_str()));
    let out = judged(SCRIPT, dir.path(), &args);
    let parts: Vec<Value> = out.split("---\n").map(|p| serde_json::from_str(p).expect("JSON of ip")).collect();
    parts.try_into().expect("three lists")
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or("")
}

fn kernel_addresses(list: &Value) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for link in list.as_array().expect("links") {
        let name = text(link, "ifname");
        if name == "lo" || name.starts_with("far") {
            continue;
        }
        for info in link["addr_info"].as_array().expect("addresses") {
            let local = text(info, "local");
            let shown = if text(info, "scope") == "link" {
                "link-local".to_owned()
            } else {
                format!("{local}/{}", info["prefixlen"])
            };
            all.insert(format!("{name} {shown}"));
        }
    }
    all
}

fn read_addresses(links: &[Link]) -> BTreeSet<String> {
    let own = |l: &Link| l.addresses.iter().map(|a| format!("{} {a}", l.name)).collect::<Vec<_>>();
    let near = |l: &Link| l.link_local6.then(|| format!("{} link-local", l.name));
    links.iter().flat_map(|l| own(l).into_iter().chain(near(l))).collect()
}

/// One line a route; unreachable ones stand on no link, and IPv6 without a metric has the kernel's 1024.
fn line(link: &str, to: &str, via: &str, rest: (&str, &str, u64)) -> String {
    let (kind, source, metric) = rest;
    let link = if kind == "unreachable" { "-" } else { link };
    format!("{kind} {to} via {via:?} dev {link} source {source:?} metric {metric}")
}

fn kernel_routes(list: &Value, all: &str, host: &str) -> BTreeSet<String> {
    let routes = list.as_array().expect("routes").iter();
    routes
        .map(|r| {
            let to = match text(r, "dst") {
                "default" => all.to_owned(),
                net if net.contains('/') => net.to_owned(),
                alone => format!("{alone}{host}"),
            };
            let kind = if text(r, "type") == "unreachable" { "unreachable" } else { "unicast" };
            let metric = r["metric"].as_u64().unwrap_or(0);
            let on_link = r["flags"].as_array().is_some_and(|f| f.iter().any(|w| w == "onlink"));
            let via = format!("{}{}", text(r, "gateway"), if on_link { " onlink" } else { "" });
            line(text(r, "dev"), &to, &via, (kind, text(r, "prefsrc"), metric))
        })
        .collect()
}

fn read_route(link: &str, route: &Route) -> String {
    let shown = |a: Option<std::net::IpAddr>| a.map_or(String::new(), |a| a.to_string());
    let default = if route.to.addr().is_ipv4() { 0 } else { 1024 };
    let via = format!("{}{}", shown(route.via), if route.on_link { " onlink" } else { "" });
    let kind = if route.unreachable { "unreachable" } else { "unicast" };
    let metric = route.metric.map_or(default, u64::from);
    line(link, &route.to.to_string(), &via, (kind, &shown(route.preferred_source), metric))
}

#[test]
fn networkd_gives_the_kernel_the_addresses_and_routes_that_were_read() {
    let links = bundle().host.expect("host files were read").links;
    let [addresses, four, six] = applied(&links);
    assert_eq!(kernel_addresses(&addresses), read_addresses(&links));
    let mut kernel = kernel_routes(&four, "0.0.0.0/0", "/32");
    kernel.extend(kernel_routes(&six, "::/0", "/128"));
    let read: BTreeSet<String> = links.iter().flat_map(|l| l.routes.iter().map(|r| read_route(&l.name, r))).collect();
    assert_eq!(kernel, read);
}
