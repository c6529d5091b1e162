//! One edit of one file, and the finding it must give: its code and the very text it underlines.

use super::fixture::{Finding, edited, gateway, read};
use etanche::config::FileSet;

/// A file, a text in it, what replaces it, the code of the finding, the text underlined.
type Case = (&'static str, &'static str, &'static str, &'static str, &'static str);

const SWANCTL: &[Case] = &[
    (
        "swanctl.conf",
        "version = 2\n\t\tlocal_addrs = 198.51.100.1\n\t\tremote_addrs = 203",
        "version = 3\n\t\tlocal_addrs = 198.51.100.1\n\t\tremote_addrs = 203",
        "value",
        "3",
    ),
    ("swanctl.conf", "dpd_delay = 30s", "dpd_delays = 30s", "unknown-key", "dpd_delays"),
    ("swanctl.conf", "dpd_delay = 30s", "dpd_delay = 30x", "value", "30x"),
    ("swanctl.conf", "dpd_delay = 30s", "dpd_delay = 30s\n\t\tdpd_delay = 40s", "duplicate", "dpd_delay"),
    ("swanctl.conf", "encap = no", "aggressive = yes", "unmodelled", "yes"),
    ("swanctl.conf", "encap = no", "vips = 0.0.0.0", "unknown-key", "vips"),
    ("swanctl.conf", "encap = no", "Encap = no", "unknown-key", "Encap"),
    ("swanctl.conf", "encap = no", "encap =", "value", "encap"),
    ("swanctl.conf", "encap = no", "include other.conf", "include", "include"),
    ("swanctl.conf", "to-csm {", "to-csm : base {", "include", "to-csm"),
    ("swanctl.conf", "to-csm {", "to-csm [", "syntax", "to-csm"),
    ("swanctl.conf", "to-academy\n\t{", "to-csm\n\t{", "duplicate", "to-csm"),
    (
        "swanctl.conf",
        "remote_addrs = 203.0.113.10",
        "remote_addrs = 203.0.113.10, 203.0.113.11",
        "unmodelled",
        "203.0.113.10, 203.0.113.11",
    ),
    (
        "swanctl.conf",
        "remote_addrs = 203.0.113.10",
        "remote_addrs = vpn.exemple.example",
        "value",
        "vpn.exemple.example",
    ),
    (
        "swanctl.conf",
        "local_addrs = 198.51.100.1\n\t\tremote_addrs = 192.0.2.10",
        "remote_addrs = 192.0.2.10",
        "missing",
        "to-academy",
    ),
    ("swanctl.conf", "if_id_in = 3405803786", "if_id_in = 010", "value", "010"),
    ("swanctl.conf", "if_id_in = 3405803786", "if_id_in = %unique", "unmodelled", "%unique"),
    (
        "swanctl.conf",
        "local_ts = 10.128.6.0/24",
        "local_ts = 10.128.6.0/24[tcp/443]",
        "unmodelled",
        "10.128.6.0/24[tcp/443]",
    ),
    ("swanctl.conf", "local_ts = 10.128.6.0/24", "local_ts = 10.128.6.0/23, dynamic", "unmodelled", "dynamic"),
    ("swanctl.conf", "local_ts = 10.128.6.0/24", "local_ts = 10.128.6.1/24", "value", "10.128.6.1/24"),
    ("swanctl.conf", "local_ts = 10.128.6.0/24", "local_ts = 10.128.6.0/24,", "value", "10.128.6.0/24,"),
    ("swanctl.conf", "local_ts = 10.128.6.0/24", "local_ts = ::ffff:10.0.0.0/104", "value", "::ffff:10.0.0.0/104"),
    ("swanctl.conf", "\t\t\t\tlocal_ts = 10.128.6.0/24\n", "", "missing", "admin-servers"),
    ("swanctl.conf", "mode = tunnel", "mode = tunel", "value", "tunel"),
    ("swanctl.conf", "mode = tunnel", "policies = no", "unmodelled", "no"),
    ("swanctl.conf", "mode = tunnel", "updown = /bin/true", "unknown-key", "updown"),
    ("swanctl.conf", "mode = tunnel", "if_id_in = 7", "unknown-key", "if_id_in"),
    ("swanctl.conf", "mode = tunnel", "replay_window = 0", "unmodelled", "0"),
    ("swanctl.conf", "mode = tunnel", "esp_proposals = aes255", "duplicate", "esp_proposals"),
    ("swanctl.conf", "aes256-sha384-ecp384", "aes255-sha384-ecp384", "value", "aes255"),
    ("swanctl.conf", "local { auth = pubkey\n", "local {\n", "missing", "local"),
    ("swanctl.conf", "local { auth = pubkey\n", "local { auth = magic\n", "value", "magic"),
    ("swanctl.conf", "local { auth = pubkey\n", "local-2 { auth = pubkey\n", "unknown-section", "local-2"),
    ("swanctl.conf", "start_action = trap } }\n", "start_action = trap }\n\t\tx = 1 }\n", "unknown-key", "x"),
    (
        "swanctl.conf",
        "id = \"csm.vpn.exemple.example\"",
        "id = \"csm.vpn.exemple.example",
        "syntax",
        "\"csm.vpn.exemple.example",
    ),
    (
        "swanctl.conf",
        "# The tunnels of one gateway.\n",
        "secrets {\n\tike-csm {\n\t\tsecret = 0x6f\n\t}\n}\n",
        "secret",
        "secret",
    ),
    (
        "swanctl.conf",
        "# The tunnels of one gateway.\n",
        "pools { all { addrs = 10.9.0.0/16 } }\n",
        "unknown-section",
        "pools",
    ),
    ("swanctl.conf", "# The tunnels of one gateway.\n", "loose = yes\n", "unknown-key", "loose"),
    ("swanctl.conf", "# The tunnels of one gateway.\n", "}\n", "syntax", "}"),
    ("swanctl.conf", "# The tunnels of one gateway.\n", "\r\n", "syntax", "\r"),
    ("swanctl.conf", "start_action = trap } }\n\t}\n}\n", "start_action = trap } }\n\t}\n", "syntax", "connections"),
];

const NETWORKD: &[Case] = &[
    ("network/10-eth0.network", "Name=eth0", "Name=eth*", "value", "eth*"),
    ("network/10-eth0.network", "Name=eth0", "Name=eth0 eth2", "value", "eth0 eth2"),
    ("network/10-eth0.network", "Name=eth0", "Type=ether", "unknown-key", "Type"),
    ("network/10-eth0.network", "IPv6AcceptRA=no", "IPForward=yes", "unmodelled", "yes"),
    ("network/10-eth0.network", "IPv6AcceptRA=no", "IPMasquerade=ipv4", "unmodelled", "ipv4"),
    ("network/10-eth0.network", "IPv6AcceptRA=no", "KeepConfiguration=static", "unmodelled", "static"),
    ("network/10-eth0.network", "IPv6AcceptRA=no", "IPv6AcceptRA=no # never", "value", "no # never"),
    ("network/10-eth0.network", "IPv6AcceptRA=no", "IPv6AcceptRa=no", "unknown-key", "IPv6AcceptRa"),
    ("network/10-eth0.network", "DHCP=no", "DHCP=", "value", "DHCP"),
    ("network/10-eth0.network", "DHCP=no", "DHCP=no\nDHCP=yes", "duplicate", "DHCP"),
    ("network/10-eth0.network", "DHCP=no", "DHCP=no \\", "syntax", "DHCP=no \\"),
    ("network/10-eth0.network", "DHCP=no\n", "DHCP=no\nBridge=br0\n", "unknown-key", "Bridge"),
    ("network/10-eth0.network", "LLMNR=no\n", "", "unmodelled", "Network"),
    ("network/10-eth0.network", "LinkLocalAddressing=no", "LinkLocalAddressing=yes", "unmodelled", "yes"),
    ("network/10-eth0.network", "[Address]", "[Adress]", "unknown-section", "Adress"),
    ("network/10-eth0.network", "[Address]", "[Network]", "duplicate", "Network"),
    ("network/10-eth0.network", "198.51.100.1/32", "198.51.100.1", "value", "198.51.100.1"),
    ("network/10-eth0.network", "Destination=10.0.0.0/8", "Destination=10.1.0.0/8", "value", "10.1.0.0/8"),
    (
        "network/10-eth0.network",
        "Destination=10.0.0.0/8\nType=unreachable",
        "Destination=10.0.0.0/8\nType=blackhole",
        "value",
        "blackhole",
    ),
    (
        "network/10-eth0.network",
        "Destination=10.0.0.0/8\nType=unreachable",
        "Destination=10.0.0.0/8\nType=unreachable\nTable=220",
        "unmodelled",
        "220",
    ),
    (
        "network/10-eth0.network",
        "Destination=10.0.0.0/8\nType=unreachable",
        "Destination=10.0.0.0/8\nType=unreachable\nGateway=198.51.100.254",
        "value",
        "Route",
    ),
    (
        "network/10-eth0.network",
        "Destination=fc00::/7\n",
        "Destination=fc00::/7\nPreferredSource=198.51.100.1\n",
        "value",
        "Route",
    ),
    ("network/10-eth0.network", "Gateway=198.51.100.254\n", "", "missing", "Route"),
    ("network/10-eth0.network", "Xfrm=xf-csm\n", "", "links", "xf-csm"),
    (
        "network/10-eth0.network",
        "# The WAN: a /32, a gateway on the link, and nothing private beyond it.\n",
        "DHCP=no\n",
        "syntax",
        "DHCP=no",
    ),
    ("network/11-eth1.network", "VLAN=eth1.20", "VLAN=eth1.30", "links", "eth1.30"),
    ("network/11-eth1.network", "VLAN=eth1.20", "VLAN=eth1.20\nVLAN=eth1.20", "links", "eth1.20"),
    (
        "network/11-eth1.network",
        "LinkLocalAddressing=no\n",
        "LinkLocalAddressing=no\n\n[RoutingPolicyRule]\n",
        "unknown-section",
        "RoutingPolicyRule",
    ),
    (
        "network/11-eth1.network",
        "IPv6AcceptRA=no\nLinkLocalAddressing=no",
        "LinkLocalAddressing=ipv6",
        "missing",
        "eth1",
    ),
    (
        "network/11-eth1.network",
        "VLAN=eth1.20\n",
        "VLAN=eth1.20\n\n[Route]\nDestination=10.9.0.0/16\nType=unreachable\n",
        "links",
        "eth1",
    ),
    ("network/20-eth1.10.network", "Name=eth1.10", "Name=eth1.20", "links", "eth1.20"),
    ("network/20-eth1.10.network", "IPv6AcceptRA=no", "DHCPServer=yes", "missing", "eth1.10"),
    ("network/20-eth1.10.network", "[Address]", "[DHCPServer]\nPoolSize=10\n\n[Address]", "links", "DHCPServer"),
    ("network/20-eth1.20.network", "PoolSize=767", "PoolSize=768", "links", "eth1.20"),
    ("network/20-eth1.20.network", "NTP=10.0.242.11\n", "", "unmodelled", "DHCPServer"),
    ("network/20-eth1.20.network", "NTP=10.0.242.11", "NTP=_server_address", "value", "_server_address"),
    ("network/20-eth1.20.network", "EmitDomains=no\n", "", "unmodelled", "IPv6SendRA"),
    ("network/20-eth1.20.network", "Prefix=2001:db8:1:20::/64", "Prefix=2001:db8:1:21::/64", "links", "IPv6Prefix"),
    ("network/20-eth1.20.netdev", "Id=20", "Id=0", "value", "0"),
    ("network/20-eth1.20.netdev", "Id=20", "Id=10\nGVRP=yes", "unmodelled", "yes"),
    ("network/20-eth1.20.netdev", "Id=20", "Id=10", "links", "eth1.20"),
    ("network/20-eth1.20.netdev", "Kind=vlan", "Kind=macvlan", "value", "macvlan"),
    ("network/20-eth1.20.netdev", "Name=eth1.20", "Name=eth1.20000000000", "value", "eth1.20000000000"),
    ("network/30-xf-csm.netdev", "InterfaceId=3405803786", "InterfaceId=0", "value", "0"),
    ("network/30-xf-csm.netdev", "InterfaceId=3405803786", "InterfaceId=3221225994", "links", "xf-csm"),
    (
        "network/30-xf-csm.netdev",
        "InterfaceId=3405803786",
        "InterfaceId=3405803786\nIndependent=yes",
        "links",
        "xf-csm",
    ),
    ("networkd.conf", "ManageForeignRoutes=no", "ManageForeignRoutes=never", "value", "never"),
    ("networkd.conf", "[Network]", "[DHCPv4]", "unknown-section", "DHCPv4"),
];

const OTHERS: &[Case] = &[
    ("charon.conf", "install_routes = no", "install_route = no", "unknown-key", "install_route"),
    ("charon.conf", "install_routes = no", "install_routes = never", "value", "never"),
    ("charon.conf", "install_routes = no", "port = 501", "unmodelled", "501"),
    ("charon.conf", "install_routes = no", "follow_redirects = yes", "unmodelled", "yes"),
    ("charon.conf", "retransmit_timeout = 4.0", "install_routes = yes", "duplicate", "install_routes"),
    ("charon.conf", "plugins {", "plugin {", "unknown-section", "plugin"),
    ("charon.conf", "charon {", "charon-systemd {", "unknown-section", "charon-systemd"),
    ("sysctl.conf", "net.ipv4.ip_forward = 0", "net.ipv4.ip_forwrad = 0", "unknown-key", "net.ipv4.ip_forwrad"),
    ("sysctl.conf", "net.ipv4.ip_forward = 0", "net.ipv4.ip_forward = 2", "value", "2"),
    ("sysctl.conf", "net.ipv4.ip_forward = 0", "net.ipv4.ip_forward = 00", "value", "00"),
    ("sysctl.conf", "net.ipv4.ip_forward = 0", "net.ipv4.ip_forward", "syntax", "net.ipv4.ip_forward"),
    ("sysctl.conf", "net.ipv4.ip_forward = 0", "-net.ipv4.ip_forward = 0", "unmodelled", "-net.ipv4.ip_forward"),
    (
        "sysctl.conf",
        "net.ipv4.ip_forward = 0",
        "net.ipv4.conf.*.rp_filter = 0",
        "unknown-key",
        "net.ipv4.conf.*.rp_filter",
    ),
    (
        "sysctl.conf",
        "net/ipv4/conf/default/rp_filter",
        "net/ipv4/conf/all/rp_filter",
        "duplicate",
        "net/ipv4/conf/all/rp_filter",
    ),
    ("etanche-firewall.service", "ExecStart=/usr/sbin/nft", "ExecStart=-/usr/sbin/nft", "unmodelled", "-/usr/sbin/nft"),
    ("etanche-firewall.service", "ExecStart=/usr/sbin/nft -f", "ExecStart=/bin/sh -c 'nft -f", "unmodelled", "'nft"),
    (
        "etanche-firewall.service",
        "ip_forward=0",
        "ip_forward=1",
        "unmodelled",
        "/usr/sbin/sysctl -q -w net.ipv4.ip_forward=1",
    ),
    ("etanche-firewall.service", "ExecStop=", "ExecStopPost=", "unknown-key", "ExecStopPost"),
    ("etanche-firewall.service", "Type=oneshot", "Type=simple", "unmodelled", "simple"),
    ("etanche-firewall.service", "Type=oneshot\n", "", "unmodelled", "Service"),
    ("etanche-firewall.service", "RemainAfterExit=yes\n", "", "unmodelled", "Service"),
    (
        "etanche-firewall.service",
        "RemainAfterExit=yes",
        "RemainAfterExit=yes\nEnvironmentFile=/etc/default/x",
        "unknown-key",
        "EnvironmentFile",
    ),
    (
        "etanche-firewall.service",
        "Conflicts=shutdown.target",
        "ConditionPathExists=/etc/on",
        "unknown-key",
        "ConditionPathExists",
    ),
    ("etanche-firewall.service", "DefaultDependencies=no\n", "", "unmodelled", "[Unit]"),
    ("etanche-firewall.service", "WantedBy=sysinit.target\n", "", "missing", "[Unit]"),
    (
        "apply.tsv",
        "swanctl.conf\t/etc/swanctl/conf.d/etanche.conf",
        "swanctl.conf\t/etc/swanctl.d/etanche.conf",
        "value",
        "/etc/swanctl.d/etanche.conf",
    ),
    ("apply.tsv", "/etc/swanctl/conf.d/etanche.conf\t0640", "/etc/swanctl/conf.d/etanche.conf\t0666", "value", "0666"),
    (
        "apply.tsv",
        "/etc/swanctl/conf.d/etanche.conf\t0640",
        "/etc/swanctl/conf.d/etanche.conf",
        "syntax",
        "swanctl.conf\t/etc/swanctl/conf.d/etanche.conf",
    ),
    ("apply.tsv", "charon.conf\t", "../charon.conf\t", "value", "../charon.conf"),
    (
        "apply.tsv",
        "/etc/systemd/network/10-eth0.network",
        "/etc/systemd/network/99-eth0.network",
        "value",
        "/etc/systemd/network/99-eth0.network",
    ),
    (
        "apply.tsv",
        "sysctl.conf\t/etc/sysctl.d/90-etanche.conf",
        "charon.conf\t/etc/strongswan.d/other.conf",
        "duplicate",
        "charon.conf",
    ),
    (
        "apply.tsv",
        "charon.conf\t/etc/strongswan.d/",
        "etanche-proxy-staff.service\t/etc/systemd/system/etanche-proxy-pupils",
        "value",
        "/etc/systemd/system/etanche-proxy-pupilsetanche.conf",
    ),
    ("apply.sh", "conntrack -F 2>/dev/null\n}\n\nenable", ": conntrack\n}\n\nenable", "script", "    : conntrack"),
];

const PROXY: &str = "etanche-proxy-staff.service";
const START: &str = "ExecStart=/usr/sbin/squid";

/// The unit of a proxy: what would run another program, as somebody else, at another time or with more rights.
const UNITS: &[Case] = &[
    (PROXY, "User=etanche-staff", "User=6001", "value", "6001"),
    (PROXY, "User=etanche-staff", "User=%i", "value", "%i"),
    (PROXY, "User=etanche-staff", "DynamicUser=yes", "unknown-key", "DynamicUser"),
    (PROXY, "User=etanche-staff", "User=etanche-staff\nGroup=shadow", "unknown-key", "Group"),
    (PROXY, "User=etanche-staff", "User=etanche-staff\nSupplementaryGroups=disk", "unknown-key", "SupplementaryGroups"),
    (PROXY, "User=etanche-staff", "User=etanche-staff\nUser=root", "duplicate", "User"),
    (PROXY, START, "ExecStart=+/usr/sbin/squid", "unmodelled", "+/usr/sbin/squid"),
    (PROXY, START, "ExecStart=!/usr/sbin/squid", "unmodelled", "!/usr/sbin/squid"),
    (PROXY, START, "ExecStartPre=/bin/true\nExecStart=/usr/sbin/squid", "unknown-key", "ExecStartPre"),
    (PROXY, START, "ExecStart=/bin/true\nExecStart=/usr/sbin/squid", "duplicate", "ExecStart"),
    (PROXY, START, "Environment=SQUID_CONF_DIR=/tmp\nExecStart=/usr/sbin/squid", "unknown-key", "Environment"),
    (PROXY, "-f /etc/squid/staff.conf", "-f /etc/squid/$NAME.conf", "unmodelled", "/etc/squid/$NAME.conf"),
    (PROXY, "Type=notify", "Type=simple", "unmodelled", "simple"),
    (PROXY, "Type=notify\n", "", "unmodelled", "Service"),
    (PROXY, "NotifyAccess=all\n", "", "unmodelled", "Service"),
    (PROXY, "Requires=etanche-firewall.service", "Wants=etanche-firewall.service", "unknown-key", "Wants"),
    (PROXY, "Requires=etanche-firewall.service", "DefaultDependencies=no", "unknown-key", "DefaultDependencies"),
    (PROXY, "AssertFileNotEmpty=/etc", "AssertFileNotEmpty=!/etc", "value", "!/etc/squid/ut1/malware/domains"),
    (PROXY, "AssertFileNotEmpty=/etc", "AssertFileNotEmpty=|/etc", "value", "|/etc/squid/ut1/malware/domains"),
    (PROXY, "AssertFileNotEmpty", "ConditionFileNotEmpty", "unknown-key", "ConditionFileNotEmpty"),
    (PROXY, "AmbientCapabilities=CAP_NET", "AmbientCapabilities=~CAP_NET", "value", "~CAP_NET_BIND_SERVICE"),
    (PROXY, "ProtectSystem=strict", "ProtectSystem=strict\nReadWritePaths=/etc", "unknown-key", "ReadWritePaths"),
    (PROXY, "ProtectSystem=strict", "ProtectSystem=maybe", "value", "maybe"),
    (PROXY, "AF_UNIX AF_INET AF_INET6", "~AF_PACKET", "value", "~AF_PACKET"),
    (PROXY, "@system-service", "@system-service @raw-io", "value", "@system-service @raw-io"),
    (PROXY, "LogsDirectory=etanche-proxy-staff", "LogsDirectory=../etc", "value", "../etc"),
    (PROXY, "UMask=0027", "UMask=0000", "unmodelled", "0000"),
    (PROXY, "WantedBy=multi-user.target\n", "", "missing", "[Unit]"),
    (PROXY, "[Install]", "[Socket]", "unknown-section", "Socket"),
];

/// What the edit gives must hold the finding; others may stand beside it, for one error may show twice.
fn judge(files: &FileSet, code: &str, underlined: &str, what: &str) -> Option<String> {
    let wanted = format!("readback/host-{code}");
    let found: Vec<Finding> = match read(files) {
        Ok(_) => return Some(format!("{what}: reads, and should be {wanted} at {underlined:?}")),
        Err(found) => found,
    };
    let there = found.iter().any(|(name, text)| *name == wanted && text == underlined);
    (!there).then(|| format!("{what}: {found:?}, and should be {wanted} at {underlined:?}"))
}

fn refused(cases: &[Case]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(path, from, to, code, underlined)| {
            judge(&edited(path, from, to), code, underlined, &format!("{path}: {from:?} -> {to:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn tunnels_that_say_something_else_are_refused_where_they_do() {
    refused(SWANCTL);
}

#[test]
fn links_that_say_something_else_are_refused_where_they_do() {
    refused(NETWORKD);
}

#[test]
fn settings_units_and_the_apply_script_are_refused_where_they_differ() {
    refused(OTHERS);
}

#[test]
fn units_of_proxies_are_refused_where_they_run_something_else() {
    refused(UNITS);
}

#[test]
fn a_file_too_many_or_too_few_is_refused() {
    let added = |path: &str, text: &str| {
        let mut files = gateway();
        files.insert(path.to_owned(), text.to_owned());
        files
    };
    let twice = "[Match]\nName=eth0\n\n[Network]\nIPv6AcceptRA=no\nLinkLocalAddressing=no\nLLMNR=no\nLLDP=no\n";
    let lonely = "[NetDev]\nName=xf-old\nKind=xfrm\n\n[Xfrm]\nInterfaceId=9\nIndependent=yes\n";
    let mut without = gateway();
    without.remove("network/20-eth1.20.network");
    let mut tableless = gateway();
    tableless.remove("apply.tsv");
    let cases = [
        (added("network/99-again.network", twice), "links", "eth0"),
        (added("network/99-old.netdev", lonely), "links", "xf-old"),
        (added("network/99-eth0.link", "[Match]\n"), "links", "[Match]"),
        (added("network/99-x.network", "[Network]\nLLMNR=no\n"), "missing", "[Network]"),
        (without, "links", "eth1.20"),
        (tableless, "missing", "#!/bin/sh"),
    ];
    let wrong: Vec<String> =
        cases.iter().filter_map(|(files, code, underlined)| judge(files, code, underlined, underlined)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
