//! A real charon loads `swanctl.conf`: what it lists, and the policies it asks the kernel for, are what was read.

use super::fixture::{bundle, gateway};
use super::judge::{folder, judged, put};
use etanche::config::Tunnel;
use etanche::config::tunnel::{Auth, Child};
use ipnet::IpNet;
use std::collections::BTreeSet;

/// Certificates by `pki`, a daemon, its lists, the kernel's policies.
const SCRIPT: &str = r#"
cd "$1"
mkdir -p run etc/x509 etc/x509ca etc/private
pki --gen --type ecdsa --size 384 --outform pem >ca.key
pki --self --ca --in ca.key --type ecdsa --dn CN=aster-vpn --outform pem >etc/x509ca/aster-vpn.pem
pki --gen --type ecdsa --size 384 --outform pem >etc/private/own.pem
pki --pub --in etc/private/own.pem --type ecdsa |
    pki --issue --cacert etc/x509ca/aster-vpn.pem --cakey ca.key --dn "CN=$2" --san "$2" --outform pem >"etc/x509/$2.pem"
ip link set lo up
ip addr add 198.51.100.1/32 dev lo
mount --bind run /run
mount --bind etc /etc/swanctl
/usr/lib/ipsec/charon >log 2>&1 &
daemon=$!
tries=0
until swanctl --stats >/dev/null 2>&1 || [ "$tries" -eq 100 ]; do tries=$((tries + 1)); sleep 0.1; done
swanctl --load-all --noprompt >&2
swanctl --list-conns --raw 2>/dev/null | grep '^list-conn event'
echo ---
ip xfrm policy list nosock
kill "$daemon"
wait "$daemon" || :
"#;

fn listed() -> (String, String) {
    let dir = folder();
    put(dir.path(), "etc/swanctl.conf", &gateway()["swanctl.conf"], 0o644);
    let path = dir.path().to_str().expect("a path of plain letters");
    let out = judged(SCRIPT, dir.path(), &[path, "0000001B.vpn.exemple.example"]);
    let (connections, policies) = out.split_once("---\n").expect("two lists");
    (connections.to_owned(), policies.to_owned())
}

/// What follows `key=` up to a blank, or between brackets; "" when the key is not there.
fn after<'a>(text: &'a str, key: &str) -> &'a str {
    let Some(at) = text.find(&format!("{key}=")) else { return "" };
    let rest = &text[at + key.len() + 1..];
    match rest.strip_prefix('[') {
        Some(inside) => &inside[..inside.find(']').expect("a closed list")],
        None => &rest[..rest.find([' ', '}']).unwrap_or(rest.len())],
    }
}

/// The text between the braces of a section.
fn section<'a>(text: &'a str, name: &str) -> &'a str {
    let start = text.find(&format!("{name} {{")).unwrap_or_else(|| panic!("no {name} in {text}")) + name.len() + 2;
    let mut depth = 1;
    for (at, c) in text[start..].char_indices() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        if depth == 0 {
            return &text[start..start + at];
        }
    }
    panic!("{name} is never closed")
}

fn stems(files: &[String]) -> String {
    let names: Vec<String> = files.iter().map(|f| format!("CN={}", f.trim_end_matches(".pem"))).collect();
    names.join(" ")
}

fn agrees_on_auth(listed: &str, read: &Auth) {
    assert_eq!(after(listed, "id"), read.id.as_deref().unwrap_or("%any"));
    assert_eq!(listed.contains("class=public key"), read.certificate);
    assert_eq!(after(listed, "certs"), stems(&read.certs), "{listed}");
    let authorities = listed.split_once("cacerts=").map_or("", |(_, rest)| rest);
    assert_eq!(authorities.trim_start_matches('[').split(']').next(), Some(stems(&read.cacerts).as_str()));
}

fn agrees_on_child(listed: &str, read: &Child) {
    let own = |word: &str| match word {
        "none" => "clear".to_owned(),
        "start" => "restart".to_owned(),
        other => other.to_owned(),
    };
    let nets = |nets: &[IpNet]| nets.iter().map(IpNet::to_string).collect::<Vec<_>>().join(" ");
    assert_eq!(after(listed, "mode").to_lowercase(), read.mode);
    assert_eq!(after(listed, "local-ts"), nets(&read.local));
    assert_eq!(after(listed, "remote-ts"), nets(&read.remote));
    assert_eq!(after(listed, "rekey_time"), read.rekey_seconds.to_string());
    assert_eq!(own(after(listed, "dpd_action")), read.dpd_action);
    assert_eq!(after(listed, "close_action"), read.close_action);
}

fn agrees_on_connection(listed: &str, read: &Tunnel) {
    assert_eq!(after(listed, "local_addrs"), read.local.to_string());
    assert_eq!(after(listed, "remote_addrs"), read.remote.map_or("%any".to_owned(), |a| a.to_string()));
    assert_eq!(after(listed, "version"), ["IKEv1/2", "IKEv1", "IKEv2"][usize::from(read.version)]);
    assert_eq!(after(listed, "unique"), format!("UNIQUE_{}", read.unique.to_uppercase()));
    let renewed: u64 = after(listed, "rekey_time").parse().expect("seconds");
    assert_eq!(read.life_seconds, renewed * 110 / 100, "{listed}");
    let quiet = if read.dpd_seconds == 0 { String::new() } else { read.dpd_seconds.to_string() };
    assert_eq!(after(listed, "dpd_delay"), quiet);
    agrees_on_auth(section(listed, "local-1"), &read.local_auth);
    agrees_on_auth(section(listed, "remote-1"), &read.remote_auth);
    let children = section(listed, "children");
    assert_eq!(children.matches("local-ts=").count(), read.children.len());
    for child in &read.children {
        agrees_on_child(section(children, &child.name), child);
    }
}

/// The policies that trapped children make the kernel hold: one for each pair of selectors of one family and direction.
fn expected_policies(tunnels: &[Tunnel]) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for tunnel in tunnels {
        let peer = tunnel.remote.expect("the gateway's peers have addresses");
        for child in tunnel.children.iter().filter(|c| c.start_action.contains("trap")) {
            for local in &child.local {
                for remote in child.remote.iter().filter(|r| r.addr().is_ipv4() == local.addr().is_ipv4()) {
                    let out = tunnel.if_id_out.unwrap_or_default();
                    let inward = tunnel.if_id_in.unwrap_or_default();
                    all.insert(format!("{local} {remote} out {} {peer} {out}", tunnel.local));
                    all.insert(format!("{remote} {local} in {peer} {} {inward}", tunnel.local));
                    all.insert(format!("{remote} {local} fwd {peer} {} {inward}", tunnel.local));
                }
            }
        }
    }
    all
}

/// The same from `ip xfrm policy`: `src A dst B`, `dir D …`, `tmpl src X dst Y`, `if_id 0xN`.
fn kernel_policies(listed: &str) -> BTreeSet<String> {
    let words: Vec<&str> = listed.split_whitespace().collect();
    let starts: Vec<usize> =
        (0..words.len()).filter(|n| words[*n] == "src" && (*n == 0 || words[*n - 1] != "tmpl")).collect();
    let ends = starts.iter().skip(1).copied().chain([words.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(start, end)| {
            let policy = &words[*start..end];
            let next = |key: &str, nth: usize| {
                let at = policy.iter().enumerate().filter(|(_, w)| **w == key).nth(nth).map(|(n, _)| n + 1);
                at.map_or("", |n| policy[n])
            };
            assert_eq!((next("proto", 0), next("mode", 0)), ("esp", "tunnel"));
            let number = u32::from_str_radix(next("if_id", 0).trim_start_matches("0x"), 16).unwrap_or_default();
            format!(
                "{} {} {} {} {} {number}",
                next("src", 0),
                next("dst", 0),
                next("dir", 0),
                next("src", 1),
                next("dst", 1)
            )
        })
        .collect()
}

fn charon_agrees(connections: &str, policies: &str, tunnels: &[Tunnel]) {
    assert_eq!(connections.lines().count(), tunnels.len(), "{connections}");
    for tunnel in tunnels {
        agrees_on_connection(section(connections, &tunnel.name), tunnel);
    }
    assert_eq!(kernel_policies(policies), expected_policies(tunnels));
}

#[test]
fn charon_lists_the_tunnels_and_the_kernel_holds_the_policies_that_were_read() {
    let (connections, policies) = listed();
    charon_agrees(&connections, &policies, &bundle().tunnels);
}

/// Its title, and what it makes of what was read.
type Misreading = (&'static str, fn(&mut Tunnel));

/// What a reader that slips, the same way each time, would have understood.
const MISREADINGS: &[Misreading] = &[
    ("both ends swapped", |t| t.children.iter_mut().for_each(|c| std::mem::swap(&mut c.local, &mut c.remote))),
    ("one selector of several", |t| drop(t.children.pop())),
    ("a prefix one bit wider", |t| {
        t.children.iter_mut().flat_map(|c| &mut c.local).for_each(|n| *n = n.supernet().expect("a wider prefix"));
    }),
    ("the peer's identity overlooked", |t| t.remote_auth.id = None),
    ("one's own identity taken for the peer's", |t| t.remote_auth.id.clone_from(&t.local_auth.id)),
    ("any authority", |t| t.remote_auth.cacerts.clear()),
    ("a shared key taken for a certificate's", |t| t.remote_auth.certificate = false),
    ("transport taken for tunnel", |t| t.children.iter_mut().for_each(|c| c.mode = "transport".to_owned())),
    ("`trap` overlooked", |t| t.children.iter_mut().for_each(|c| c.start_action = "none".to_owned())),
    ("what happens at the end overlooked", |t| {
        t.children.iter_mut().for_each(|c| c.close_action = "none".to_owned());
    }),
    ("an interface number overlooked", |t| t.if_id_in = None),
    ("IKEv1 taken for IKEv2", |t| t.version = 1),
    ("IKE's keys taken to last for ever", |t| t.life_seconds = 0),
    ("another peer", |t| t.remote = Some(t.local)),
];

#[test]
fn charon_and_the_kernel_tell_each_misreading_apart() {
    let (connections, policies) = listed();
    let mut unseen = Vec::new();
    for (title, misread) in MISREADINGS {
        let mut tunnels = bundle().tunnels;
        tunnels.iter_mut().for_each(misread);
        assert_ne!(tunnels, bundle().tunnels, "{title}");
        if std::panic::catch_unwind(|| charon_agrees(&connections, &policies, &tunnels)).is_ok() {
            unseen.push(*title);
        }
    }
    assert!(unseen.is_empty(), "nobody sees {unseen:?}");
}
