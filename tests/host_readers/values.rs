//! What the files of the gateway say, value by value.

use super::fixture::{bundle, edited, meaning, read};
use serde_json::{Value, json};

fn unreachable(to: &str) -> Value {
    json!({ "to": to, "via": null, "on_link": false, "unreachable": true, "metric": 4096, "preferred_source": null })
}

fn into_tunnel(to: &str, source: Option<&str>) -> Value {
    json!({ "to": to, "via": null, "on_link": false, "unreachable": false, "metric": null, "preferred_source": source })
}

fn link(name: &str, kind: &Value) -> Value {
    json!({
        "name": name, "kind": kind, "addresses": [], "routes": [], "vlans": [], "xfrms": [], "serve": null,
        "link_local6": false, "accept_ra": false, "dhcp_client": false, "mtu": null, "description": null,
    })
}

fn with(mut base: Value, fields: &Value) -> Value {
    let more = fields.as_object().expect("fields").clone();
    base.as_object_mut().expect("a link").extend(more);
    base
}

#[test]
fn links_come_as_cards_vlans_tunnels_with_addresses_routes_and_servers() {
    let host = bundle().host.expect("host files were read");
    let default = json!({
        "to": "0.0.0.0/0", "via": "198.51.100.254", "on_link": true, "unreachable": false, "metric": null,
        "preferred_source": "198.51.100.1",
    });
    let nowhere = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "2001:db8::/32"].map(unreachable);
    let wan_routes: Vec<Value> = std::iter::once(default).chain(nowhere).collect();
    let from_devices = Some("10.128.6.1");
    let expected = json!([
        with(
            link("eth0", &json!("Physical")),
            &json!({
                "addresses": ["198.51.100.1/32"], "routes": wan_routes, "xfrms": ["xf-academy", "xf-csm"],
                "description": "WAN of the region's operator",
            })
        ),
        with(link("eth1", &json!("Physical")), &json!({ "vlans": ["eth1.10", "eth1.20"] })),
        with(
            link("eth1.10", &json!({ "Vlan": { "id": 10 } })),
            &json!({
                "addresses": ["10.128.6.1/24"], "description": "Serveurs de l'administration",
            })
        ),
        with(
            link("eth1.20", &json!({ "Vlan": { "id": 20 } })),
            &json!({
                "addresses": ["10.128.0.1/22", "2001:db8:1:20::1/64"], "link_local6": true,
                "serve": {
                    "dhcp4": true, "ra": true, "pool_offset": 256, "pool_size": 767,
                    "dns": ["10.0.50.10", "2001:db8:0:150::10"], "ntp": ["10.0.242.11"],
                },
            })
        ),
        with(
            link("xf-academy", &json!({ "Xfrm": { "if_id": 0xc000_020a_u32 } })),
            &json!({
                "routes": [into_tunnel("10.0.134.0/24", from_devices)], "mtu": 1400,
            })
        ),
        with(
            link("xf-csm", &json!({ "Xfrm": { "if_id": 0xcb00_710a_u32 } })),
            &json!({
                "routes": [
                    into_tunnel("10.0.16.0/20", from_devices),
                    into_tunnel("10.0.32.0/20", from_devices),
                    into_tunnel("2001:db8:0:132::/64", None),
                ],
                "mtu": 1400,
            })
        ),
    ]);
    assert_eq!(meaning(&host.links), expected);
}

#[test]
fn settings_keep_their_dotted_names_and_boot_keeps_its_order() {
    let host = bundle().host.expect("host files were read");
    let forwarding = |name: &str| json!(["/usr/sbin/sysctl", "-q", "-w", name]);
    assert_eq!(
        meaning(&host.sysctl),
        json!({
            "-net.netfilter.nf_conntrack_helper": "0", "net.ipv4.conf.all.rp_filter": "1",
            "net.ipv4.conf.default.rp_filter": "1", "net.ipv4.conf.eth1/10.log_martians": "1",
            "net.ipv4.conf.eth1/20.log_martians": "1", "net.ipv4.ip_forward": "0",
            "net.ipv4.tcp_rmem": "4096 131072 6291456", "net.ipv6.conf.all.forwarding": "0",
        })
    );
    assert_eq!(
        meaning(&host.boot),
        json!({
            "start": [
                ["/usr/sbin/nft", "-f", "/etc/etanche/etanche.nft"],
                forwarding("net.ipv4.ip_forward=1"), forwarding("net.ipv6.conf.all.forwarding=1"),
            ],
            "before": ["network-pre.target", "shutdown.target"],
            "after": ["systemd-sysctl.service", "local-fs.target"],
            "wants": ["network-pre.target"], "wanted_by": ["sysinit.target"],
        })
    );
}

#[test]
fn the_unit_of_a_proxy_says_what_runs_as_whom_after_what_and_with_which_rights() {
    let services = bundle().services;
    let expected = json!([{
        "name": "etanche-proxy-staff",
        "description": "etanche: web proxy staff",
        "user": "etanche-staff",
        "start": ["/usr/sbin/squid", "--foreground", "-n", "staff", "-f", "/etc/squid/staff.conf"],
        "requires": ["etanche-firewall.service"],
        "after": ["etanche-firewall.service", "network.target"],
        "wanted_by": ["multi-user.target"],
        "needs": ["/etc/squid/ut1/malware/domains"],
        "confined": {
            "AmbientCapabilities": "CAP_NET_BIND_SERVICE",
            "CapabilityBoundingSet": "CAP_NET_BIND_SERVICE",
            "LogsDirectory": "etanche-proxy-staff",
            "NoNewPrivileges": "yes",
            "ProtectProc": "invisible",
            "ProtectSystem": "strict",
            "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
            "RuntimeDirectory": "etanche-proxy-staff",
            "SystemCallFilter": "@system-service",
        },
    }]);
    assert_eq!(meaning(&services), expected);
}

#[test]
fn absent_settings_of_the_daemons_are_their_documented_defaults() {
    let host = bundle().host.expect("host files were read");
    assert_eq!(
        meaning(&host.ike),
        json!({
            "charon.follow_redirects": "yes", "charon.install_routes": "no", "charon.install_virtual_ip": "no",
            "charon.plugins.bypass-lan.load": "no", "charon.retransmit_timeout": "4.0",
        })
    );
    let files = edited("charon.conf", "\tinstall_routes = no\n", "");
    let host = read(&files).expect("it still reads").host.expect("a host");
    assert_eq!(host.ike["charon.install_routes"], "yes");
    let files = edited("networkd.conf", "ManageForeignRoutes=no\n", "");
    let host = read(&files).expect("it still reads").host.expect("a host");
    assert_eq!(host.manager["Network.ManageForeignRoutes"], "yes");
    assert_eq!(host.manager["Network.ManageForeignRoutingPolicyRules"], "no");
}

#[test]
fn the_apply_table_gives_pairs_in_order() {
    let host = bundle().host.expect("host files were read");
    assert_eq!(host.apply.len(), 15);
    let pair = |n: usize| (host.apply[n].0.as_str(), host.apply[n].1.as_str());
    assert_eq!(pair(0), ("swanctl.conf", "/etc/swanctl/conf.d/etanche.conf"));
    assert_eq!(pair(5), ("network/10-eth0.network", "/etc/systemd/network/10-eth0.network"));
}

#[test]
fn tunnels_carry_peers_identities_numbers_and_selectors() {
    let tunnels = bundle().tunnels;
    let local = json!({
        "certificate": true, "id": "0000001B.vpn.exemple.example", "certs": ["0000001B.vpn.exemple.example.pem"],
        "cacerts": [],
    });
    let remote =
        json!({ "certificate": true, "id": "csm.vpn.exemple.example", "certs": [], "cacerts": ["aster-vpn.pem"] });
    let esp = json!(["aes256gcm16-ecp384"]);
    assert_eq!(
        meaning(&tunnels[0]),
        json!({
            "name": "to-csm", "version": 2, "local": "198.51.100.1", "remote": "203.0.113.10",
            "proposals": ["aes256gcm16-prfsha384-ecp384"], "mobike": false, "local_auth": local, "remote_auth": remote,
            "if_id_in": 0xcb00_710a_u32, "if_id_out": 0xcb00_710a_u32, "dpd_seconds": 30, "life_seconds": 15_840,
            "unique": "replace",
            "children": [
                { "name": "admin-servers", "local": ["10.128.6.0/24"], "remote": ["10.0.16.0/20"], "esp": esp, "ah": [],
                  "mode": "tunnel", "start_action": "trap", "dpd_action": "trap", "close_action": "trap",
                  "rekey_seconds": 3600, "life_seconds": 3960 },
                { "name": "pedago", "local": ["10.128.0.0/22", "2001:db8:1:20::/64"],
                  "remote": ["10.0.32.0/20", "2001:db8:0:132::/64"], "esp": esp, "ah": [], "mode": "tunnel",
                  "start_action": "trap", "dpd_action": "restart", "close_action": "start",
                  "rekey_seconds": 3000, "life_seconds": 3600 },
            ],
        })
    );
    let academy = &tunnels[1];
    assert_eq!((academy.unique.as_str(), academy.dpd_seconds), ("no", 0));
    assert_eq!(academy.proposals.len(), 2);
    assert_eq!(academy.children[0].local, ["10.128.6.10/32".parse().expect("a prefix")]);
    assert_eq!((academy.children[0].dpd_action.as_str(), academy.children[0].rekey_seconds), ("clear", 7200));
}

#[test]
fn what_is_read_carries_its_line() {
    let bundle = bundle();
    let csm = &bundle.tunnels[0];
    assert_eq!((csm.at.line, csm.children[1].at.line), (3, 36));
    let links = bundle.host.expect("host files were read").links;
    assert_eq!((links[0].at.line, links[0].routes[1].at.line), (15, 23));
}
