//! The gateway as a host.

use crate::{all_told, edit, said, tampered, workspace};

const WAN: &str = "0000001B/gateway/network/10-eth0.network";
const LINK: &str = "isolation/link-differs";
const ROUTE: &str = "isolation/route-differs";
const SETTING: &str = "isolation/setting-differs";
const BOOT: &str = "isolation/boot-differs";

#[test]
fn an_interface_is_exactly_the_intended_one() {
    const ZONE: &str = "0000001B/gateway/network/20-eth1.11.network";
    all_told(&[
        edit(
            ZONE,
            "Address=10.128.6.1/24",
            "Address=10.128.6.2/24",
            LINK,
            "has address 10.128.6.2/24, not 10.128.6.1/24",
        ),
        edit(ZONE, "Address=10.128.6.1/24", "Address=10.128.6.1/23", LINK, "has address 10.128.6.1/23"),
        edit(
            ZONE,
            "[Address]\nAddress=2001:db8:1:11::1/64",
            "",
            LINK,
            "must be one that has address 2001:db8:1:11::1/64",
        ),
        edit(ZONE, "LinkLocalAddressing=ipv6", "LinkLocalAddressing=no", LINK, "does not speak IPv6"),
        edit(ZONE, "DHCP=no", "DHCP=yes", LINK, "takes an address"),
        edit(ZONE, "IPv6AcceptRA=no", "IPv6AcceptRA=yes", LINK, "takes routes"),
        edit(
            ZONE,
            "IPv6SendRA=no",
            "IPv6SendRA=yes\n[IPv6SendRA]\nEmitDNS=no\nEmitDomains=no\n[IPv6Prefix]\nPrefix=2001:db8:1:11::/64",
            LINK,
            "answers router solicitations",
        ),
        edit(WAN, "[Address]\nAddress=198.51.100.129/32", "", LINK, "must be one that has address 198.51.100.129/32"),
        edit(WAN, "LinkLocalAddressing=no", "LinkLocalAddressing=ipv6", LINK, "speaks IPv6"),
    ]);
}

#[test]
fn a_vlan_or_tunnel_interface_has_its_number_and_no_other() {
    let told = |file: &str, from: &str, to: &str, also: &[(&str, &str, &str)]| {
        let edits: Vec<_> = [(file, from, to)].into_iter().chain(also.iter().copied()).collect();
        let run = tampered(&workspace(), &edits);
        let found = run.sink.into_sorted();
        let messages: Vec<_> = found.iter().filter(|d| d.code.name == LINK).map(|d| d.message.clone()).collect();
        messages.join("\n")
    };
    let vlan = told("0000001B/gateway/network/20-eth1.11.netdev", "Id=11", "Id=13", &[]);
    assert!(vlan.contains("`eth1.11` is not VLAN 11 of its trunk"), "{vlan}");
    let tunnel = told("0000001B/gateway/network/30-xf-csm.netdev", "0xcb00710a", "0xcb00710b", &[]);
    assert!(tunnel.contains("`xf-csm` has number 0xcb00710b, and tunnel `to-csm` writes 0xcb00710a"), "{tunnel}");
    let crossed = told(
        "0000001B/gateway/network/30-xf-csm.netdev",
        "0xcb00710a",
        "0xc000020a",
        &[("0000001B/gateway/network/30-xf-academy.netdev", "0xc000020a", "0xcb00710a")],
    );
    assert!(crossed.contains("`xf-csm` has number 0xc000020a, and tunnel `to-csm`"), "{crossed}");
    let parent = told(
        "0000001B/gateway/network/11-eth1.network",
        "VLAN=eth1.11\n",
        "",
        &[("0000001B/gateway/network/10-eth0.network", "Xfrm=xf-csm", "VLAN=eth1.11\nXfrm=xf-csm")],
    );
    assert!(parent.contains("`eth1.11` must stand on `eth1` alone, and stands on eth0"), "{parent}");
}

#[test]
fn what_is_answered_on_a_link_is_what_is_intended() {
    const SERVED: &str = "0000001B/gateway/network/20-eth1.20.network";
    all_told(&[
        edit(
            SERVED,
            "\nDNS=10.0.50.10",
            "\nDNS=10.0.50.11",
            LINK,
            "tells clients of resolver 10.0.50.11, not 10.0.50.10",
        ),
        edit(SERVED, "EmitNTP=no", "EmitNTP=yes\nNTP=10.0.16.1", LINK, "tells clients of time source 10.0.16.1"),
    ]);
}

#[test]
fn every_destination_takes_the_intended_way() {
    const CSM: &str = "0000001B/gateway/network/30-xf-csm.network";
    const ZONE: &str = "0000001B/gateway/network/20-eth1.11.network";
    all_told(&[
        edit(
            WAN,
            "[Route]\nDestination=172.16.0.0/12\nType=unreachable\nMetric=4096",
            "",
            ROUTE,
            "packets to 172.16.0.0 go to `eth0`, and should go nowhere",
        ),
        edit(WAN, "Gateway=198.51.100.254", "Gateway=198.51.100.253", ROUTE, "is 198.51.100.253, not 198.51.100.254"),
        edit(
            WAN,
            "PreferredSource=198.51.100.1",
            "PreferredSource=198.51.100.129",
            ROUTE,
            "leave from 198.51.100.129, not 198.51.100.1",
        ),
        edit(
            WAN,
            "[Route]\nDestination=10.0.0.0/8",
            "[Route]\nDestination=10.0.16.128/25\nGateway=198.51.100.254\nGatewayOnLink=yes\n[Route]\nDestination=10.0.0.0/8",
            ROUTE,
            "packets to 10.0.16.128 go to `eth0`, and should go to `xf-csm`",
        ),
        edit(
            WAN,
            "[Route]\nDestination=10.0.0.0/8",
            "[Route]\nDestination=10.0.16.0/20\nGateway=198.51.100.254\nGatewayOnLink=yes\n[Route]\nDestination=10.0.0.0/8",
            ROUTE,
            "packets to 10.0.16.0 go to `eth0` or to `xf-csm`",
        ),
        edit(
            WAN,
            "[Route]\nDestination=10.0.0.0/8",
            "[Route]\nDestination=10.0.16.0/20\nGateway=198.51.100.254\nGatewayOnLink=yes\nMetric=9\n[Route]\nDestination=10.0.0.0/8",
            ROUTE,
            "with its tunnels down, packets to 10.0.16.0 go to `eth0`",
        ),
        edit(CSM, "PreferredSource=10.128.24.1\n", "PreferredSource=10.128.4.1\n", ROUTE, "leave from 10.128.4.1"),
        edit(
            CSM,
            "Destination=10.0.16.0/20\nPreferredSource=10.128.24.1",
            "Destination=10.0.16.0/20",
            ROUTE,
            "leave from no address",
        ),
        edit(
            ZONE,
            "[Address]\nAddress=10.128.6.1/24",
            "[Address]\nAddress=10.128.6.1/24\n[Route]\nDestination=10.128.6.128/25\nGateway=10.128.6.9",
            ROUTE,
            "only the WAN and tunnels lead further",
        ),
    ]);
}

#[test]
fn a_destination_that_lost_its_route_is_told_where_it_goes_instead() {
    let narrow = ("0000001B/gateway/network/30-xf-csm.network", "Destination=10.0.16.0/20", "Destination=10.0.16.0/21");
    let run = tampered(&workspace(), &[narrow]);
    let found = run.sink.into_sorted();
    let lost = found.iter().find(|d| d.message == "packets to 10.0.24.0 go nowhere, and should go to `xf-csm`");
    let place = lost.map(|d| run.sources.cite(d.span));
    assert_eq!(place.as_deref(), Some("0000001B/gateway/network/10-eth0.network:32"), "{}", said(&found, &run.sources));
}

#[test]
fn settings_that_the_proof_leans_on_stand_with_their_value() {
    const SYSCTL: &str = "0000001B/gateway/sysctl.conf";
    all_told(&[
        edit(SYSCTL, "net.ipv4.conf.all.rp_filter = 1", "net.ipv4.conf.all.rp_filter = 0", SETTING, "is 0, not 1"),
        edit(
            SYSCTL,
            "net.ipv4.conf.default.rp_filter = 1\n",
            "",
            SETTING,
            "`net.ipv4.conf.default.rp_filter = 1` does not stand",
        ),
        edit(
            SYSCTL,
            "net.ipv4.ip_forward = 0",
            "net.ipv4.ip_forward = 1",
            SETTING,
            "`net.ipv4.ip_forward` is 1, not 0",
        ),
        edit(
            SYSCTL,
            "net.ipv4.ip_forward = 0",
            "net.ipv4.ip_forward = 0\nnet.ipv4.conf.eth7.rp_filter = 2",
            SETTING,
            "`net.ipv4.conf.eth7.rp_filter` is 2, against the intended 1",
        ),
        edit(
            SYSCTL,
            "net.ipv4.ip_forward = 0",
            "net.ipv4.ip_forward = 0\nnet.ipv4.conf.all.forwarding = 1",
            SETTING,
            "`net.ipv4.conf.all.forwarding` is 1, against the intended 0",
        ),
        edit(
            SYSCTL,
            "net.ipv4.ip_forward = 0",
            "net.ipv4.ip_forward = 0\nnet.ipv4.conf.eth0.disable_policy = 1",
            SETTING,
            "`net.ipv4.conf.eth0.disable_policy` is 1",
        ),
        edit(
            SYSCTL,
            "-net.netfilter.nf_conntrack_helper = 0",
            "-net.netfilter.nf_conntrack_helper = 1",
            SETTING,
            "`net.netfilter.nf_conntrack_helper` is 1",
        ),
        edit(
            SYSCTL,
            "net.ipv6.conf.all.accept_ra = 0",
            "-net.ipv6.conf.all.accept_ra = 0",
            SETTING,
            "is tried, and may fail without a word",
        ),
        edit(
            "0000001B/gateway/networkd.conf",
            "ManageForeignRoutes=no",
            "ManageForeignRoutes=yes",
            SETTING,
            "`Network.ManageForeignRoutes` is yes, not no",
        ),
        edit("0000001B/gateway/charon.conf", "install_routes = no\n", "", SETTING, "`charon.install_routes` is yes"),
    ]);
}

#[test]
fn each_link_has_the_settings_that_all_and_default_do_not_bind() {
    const SYSCTL: &str = "0000001B/gateway/sysctl.conf";
    all_told(&[
        edit(
            SYSCTL,
            "net.ipv4.conf.eth0.rp_filter = 1\n",
            "",
            SETTING,
            "`net.ipv4.conf.eth0.rp_filter = 1` does not stand",
        ),
        edit(
            SYSCTL,
            "net.ipv6.conf.xf-csm.accept_redirects = 0",
            "net.ipv6.conf.xf-csm.accept_redirects = 1",
            SETTING,
            "`net.ipv6.conf.xf-csm.accept_redirects` is 1, not 0",
        ),
        edit(
            SYSCTL,
            "net.ipv4.conf.eth1/20.send_redirects = 0",
            "net.ipv4.conf.eth1/20.send_redirects = 1",
            SETTING,
            "`net.ipv4.conf.eth1/20.send_redirects` is 1, not 0",
        ),
    ]);
}

/// Each key of the IKE daemon that the proof leans on, and one that nobody asked for.
#[test]
fn the_ike_daemon_has_these_settings_and_no_other() {
    const DAEMON: &str = "0000001B/gateway/charon.conf";
    all_told(&[
        edit(DAEMON, "install_virtual_ip = no\n", "", SETTING, "`charon.install_virtual_ip` is yes, not no"),
        edit(
            DAEMON,
            "bypass-lan {\n\t\t\tload = no",
            "bypass-lan {\n\t\t\tload = yes",
            SETTING,
            "`charon.plugins.bypass-lan.load` is yes, not no",
        ),
        edit(
            DAEMON,
            "\t\tstroke {\n\t\t\tload = no\n\t\t}\n",
            "",
            SETTING,
            "`charon.plugins.stroke.load = no` does not stand",
        ),
        edit(
            DAEMON,
            "install_routes = no",
            "install_routes = no\n\tretransmit_tries = 1",
            SETTING,
            "`charon.retransmit_tries` is set, which the policy does not ask for",
        ),
        edit(
            DAEMON,
            "bypass-lan {",
            "resolve {\n\t\t\tload = yes\n\t\t}\n\t\tbypass-lan {",
            SETTING,
            "`charon.plugins.resolve.load` is set, which the policy does not ask for",
        ),
    ]);
    let lost = ("0000001B/gateway/charon.conf", "\tfollow_redirects = no\n", "");
    assert!(tampered(&workspace(), &[lost]).proven.is_none());
}

#[test]
fn a_proxy_is_started_as_its_account_after_the_rules_and_confined() {
    const UNIT: &str = "0000002C/gateway/etanche-proxy-staff.service";
    const PROXY: &str = "isolation/service-differs";
    all_told(&[
        edit(
            UNIT,
            "User=etanche-staff",
            "User=etanche-pupils",
            PROXY,
            "is started as `etanche-pupils`, not as `etanche-staff`",
        ),
        edit(UNIT, "User=etanche-staff\n", "", PROXY, "is started as root, not as `etanche-staff`"),
        edit(UNIT, "-f /etc/squid/staff.conf", "-f /etc/squid/squid.conf", PROXY, "is not started as `squid"),
        edit(
            UNIT,
            "/usr/sbin/squid --foreground",
            "/usr/sbin/squid --foreground -X",
            PROXY,
            "is not started as `squid",
        ),
        edit(UNIT, "-n staff", "-n pupils", PROXY, "shares its memory with `etanche-proxy-pupils`"),
        edit(
            UNIT,
            "Requires=etanche-firewall.service\n",
            "",
            PROXY,
            "`Requires=etanche-firewall.service` does not stand",
        ),
        edit(UNIT, "After=etanche-firewall.service\n", "", PROXY, "`After=etanche-firewall.service` does not stand"),
        edit(
            UNIT,
            "Requires=etanche-firewall.service",
            "Requires=etanche-firewall.service docker.service",
            PROXY,
            "pulls in `docker.service`",
        ),
        edit(UNIT, "After=network.target", "After=graphical.target", PROXY, "waits for `graphical.target`"),
        edit(
            UNIT,
            "WantedBy=multi-user.target",
            "WantedBy=rescue.target",
            PROXY,
            "is not pulled in by `multi-user.target`",
        ),
        edit(UNIT, "NoNewPrivileges=yes\n", "", PROXY, "`NoNewPrivileges=yes` does not stand"),
        edit(
            UNIT,
            "CapabilityBoundingSet=CAP_NET_BIND_SERVICE",
            "CapabilityBoundingSet=CAP_NET_ADMIN CAP_NET_BIND_SERVICE",
            PROXY,
            "`CapabilityBoundingSet` is CAP_NET_ADMIN CAP_NET_BIND_SERVICE, not CAP_NET_BIND_SERVICE",
        ),
        edit(UNIT, "AF_INET AF_INET6", "AF_INET AF_INET6 AF_PACKET", PROXY, "`RestrictAddressFamilies` is"),
        edit(
            UNIT,
            "AssertFileNotEmpty=/etc/squid/ut1/malware/domains\n",
            "",
            PROXY,
            "would start without its list /etc/squid/ut1/malware/domains",
        ),
    ]);
}

/// Squid's own files: a proxy may write in its folders alone, and would not start.
#[test]
fn a_proxy_writes_in_its_own_folders() {
    const CONF: &str = "0000002C/gateway/squid-staff.conf";
    const PROXY: &str = "isolation/service-differs";
    all_told(&[
        edit(
            CONF,
            "/run/etanche-proxy-staff/",
            "/run/etanche-proxy-others/",
            PROXY,
            "keeps its `pid_filename` outside",
        ),
        edit(
            CONF,
            "cache_log /var/log/etanche-proxy-staff/",
            "cache_log /var/log/squid/",
            PROXY,
            "keeps its `cache_log` outside",
        ),
        edit(
            CONF,
            "stdio:/var/log/etanche-proxy-staff/",
            "stdio:/var/log/etanche-proxy-pupils/",
            PROXY,
            "keeps its `access_log` outside",
        ),
    ]);
    for (from, to) in [
        ("/run/etanche-proxy-staff/pid", "/etc/cron.d/pid"),
        ("cache_log /var/log/etanche-proxy-staff/", "cache_log /etc/squid/lists/"),
        ("stdio:/var/log/etanche-proxy-staff/", "stdio:/etc/squid/ut1/"),
        ("coredump_dir /var/spool/squid", "coredump_dir /etc"),
    ] {
        let run = tampered(&workspace(), &[(CONF, from, to)]);
        assert!(run.proven.is_none(), "{to}");
    }
}

#[test]
fn a_site_without_ipv6_has_no_route_that_turns_it_on_again() {
    all_told(&[edit(
        "0000002C/gateway/network/10-eth0.network",
        "[Route]\nDestination=10.0.0.0/8",
        "[Route]\nDestination=2001:db8::/32\nType=unreachable\n[Route]\nDestination=10.0.0.0/8",
        LINK,
        "the route to 2001:db8::/32 turns IPv6 on again at `eth0`",
    )]);
}

#[test]
fn the_rules_come_before_forwarding_and_both_before_the_network() {
    const UNIT: &str = "0000002C/gateway/etanche-firewall.service";
    const LOAD: &str = "ExecStart=/usr/sbin/nft -f /etc/etanche/etanche.nft\n";
    const TURN: &str = "ExecStart=/usr/sbin/sysctl -q -w net.ipv4.ip_forward=1\n";
    all_told(&[
        edit(
            UNIT,
            LOAD,
            "ExecStart=/usr/sbin/nft -f /etc/nftables.conf\n",
            BOOT,
            "does not load /etc/etanche/etanche.nft",
        ),
        edit(
            UNIT,
            "ExecStart=/usr/sbin/nft -f /etc/etanche/etanche.nft\nExecStart=/usr/sbin/sysctl -q -w net.ipv4.ip_forward=1\n",
            "ExecStart=/usr/sbin/sysctl -q -w net.ipv4.ip_forward=1\nExecStart=/usr/sbin/nft -f /etc/etanche/etanche.nft\n",
            BOOT,
            "does not load",
        ),
        edit(UNIT, TURN, "", BOOT, "nothing sets `net.ipv4.ip_forward=1`"),
        edit(
            UNIT,
            TURN,
            "ExecStart=/usr/sbin/sysctl -q -w net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1\n",
            BOOT,
            "`net.ipv6.conf.all.forwarding=1` is turned on, which the policy does not ask",
        ),
        edit(
            UNIT,
            TURN,
            "ExecStart=/usr/sbin/sysctl -q -w net.ipv4.ip_forward=1\nExecStart=/usr/sbin/nft flush ruleset\n",
            BOOT,
            "is neither the rules nor forwarding",
        ),
        edit(UNIT, "Before=network-pre.target\n", "", BOOT, "not loaded before `network-pre.target`"),
        edit(UNIT, "Wants=network-pre.target\n", "", BOOT, "nothing pulls `network-pre.target` in"),
        edit(
            UNIT,
            "Before=network-pre.target",
            "Before=network-pre.target systemd-sysctl.service",
            BOOT,
            "`systemd-sysctl.service` would wait for the rules: a cycle",
        ),
        edit(
            UNIT,
            "Before=shutdown.target",
            "Before=shutdown.target local-fs.target",
            BOOT,
            "`local-fs.target` would wait for the rules: a cycle",
        ),
        edit(UNIT, "After=local-fs.target", "After=network-online.target", BOOT, "wait for `network-online.target`"),
        edit(UNIT, "After=systemd-sysctl.service\n", "", BOOT, "kernel settings may be written after"),
    ]);
}

#[test]
fn every_file_is_installed_once_where_its_program_reads_it() {
    const TABLE: &str = "0000002C/gateway/apply.tsv";
    all_told(&[
        edit(
            TABLE,
            "etanche.nft\t/etc/etanche/etanche.nft\t0644\n",
            "",
            "isolation/apply-differs",
            "`etanche.nft` is not installed",
        ),
        edit(
            TABLE,
            "/etc/etanche/etanche.nft",
            "/etc/nftables.conf",
            "isolation/apply-differs",
            "goes to /etc/nftables.conf, and its program reads /etc/etanche/etanche.nft",
        ),
        edit(
            TABLE,
            "/etc/squid/staff.conf",
            "/etc/squid/squid.conf",
            "isolation/apply-differs",
            "reads /etc/squid/staff.conf",
        ),
        edit(
            TABLE,
            "squid-pupils.conf\t",
            "squid-others.conf\t",
            "isolation/apply-differs",
            "`squid-others.conf` is installed and is not there",
        ),
    ]);
}

#[test]
fn an_account_has_the_number_that_the_packet_filter_knows() {
    const ACCOUNTS: &str = "0000002C/gateway/sysusers.conf";
    all_told(&[
        edit(
            ACCOUNTS,
            "6001",
            "6003",
            "isolation/account-differs",
            "account `etanche-staff` has number 6003, and the policy says 6001",
        ),
        edit(
            ACCOUNTS,
            "u etanche-staff",
            "u etanche-other",
            "isolation/account-differs",
            "no account `etanche-staff` with number 6001",
        ),
        edit(
            ACCOUNTS,
            "u etanche-staff",
            "u etanche-other",
            "isolation/account-differs",
            "`etanche-other` is of no process",
        ),
    ]);
}
