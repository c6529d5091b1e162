//! Subtle changes that a program would take without a word: each must change what is read, or be refused.

use super::fixture::{bundle, edited, meaning, read};

/// What changes, in which file, from what, to what.
const MUTANTS: &[(&str, &str, &str, &str)] = &[
    ("a selector one bit wider", "swanctl.conf", "remote_ts = 10.0.16.0/20", "remote_ts = 10.0.0.0/19"),
    ("a selector of a neighbour", "swanctl.conf", "local_ts = 10.128.6.0/24", "local_ts = 10.128.7.0/24"),
    ("any identity", "swanctl.conf", "id = \"csm.vpn.exemple.example\"", "id = %any"),
    ("any identity, by a star", "swanctl.conf", "id = \"csm.vpn.exemple.example\"", "id = *"),
    ("a whole domain", "swanctl.conf", "id = \"csm.vpn.exemple.example\"", "id = *.vpn.exemple.example"),
    ("no identity", "swanctl.conf", "\t\t\tid = \"csm.vpn.exemple.example\"\n", ""),
    ("the other tunnel's number", "swanctl.conf", "if_id_out = 0xcb00710a", "if_id_out = 0xc000020a"),
    ("one way without a number", "swanctl.conf", "\t\tif_id_in = 3405803786\n", ""),
    (
        "IKEv1 too",
        "swanctl.conf",
        "\t\tversion = 2\n\t\tlocal_addrs = 198.51.100.1\n\t\tremote_addrs = 192",
        "\t\tlocal_addrs = 198.51.100.1\n\t\tremote_addrs = 192",
    ),
    ("any peer", "swanctl.conf", "\t\tremote_addrs = 203.0.113.10\n", ""),
    ("any authority", "swanctl.conf", "\t\t\tcacerts = aster-vpn.pem\n\t\t}", "\t\t}"),
    ("a shared secret", "swanctl.conf", "remote { auth = pubkey", "remote { auth = psk"),
    ("moving peers", "swanctl.conf", "mobike = no\n\t\tunique", "unique"),
    (
        "no trap",
        "swanctl.conf",
        "\t\t\t\tstart_action = trap\n\t\t\t\tdpd_action = trap\n",
        "\t\t\t\tdpd_action = trap\n",
    ),
    ("a bypass", "swanctl.conf", "mode = tunnel", "mode = pass"),
    ("another cipher", "swanctl.conf", "aes256-sha384-ecp384", "aes256-sha1-modp1024"),
    ("a comment that swallows a key", "swanctl.conf", "unique = replace", "unique = no # replace"),
    (
        "the unreachable route loses to nothing",
        "network/10-eth0.network",
        "Destination=10.0.0.0/8\nType=unreachable\nMetric=4096",
        "Destination=10.0.0.0/8\nType=unreachable\nMetric=0",
    ),
    (
        "the unreachable route leads out",
        "network/10-eth0.network",
        "Destination=10.0.0.0/8\nType=unreachable\n",
        "Destination=10.0.0.0/8\n",
    ),
    ("half of a private range", "network/10-eth0.network", "Destination=172.16.0.0/12", "Destination=172.16.0.0/13"),
    ("another next hop", "network/10-eth0.network", "Gateway=198.51.100.254", "Gateway=198.51.100.253"),
    ("a default route without a source", "network/10-eth0.network", "PreferredSource=198.51.100.1\n", ""),
    ("the whole network as neighbours", "network/10-eth0.network", "198.51.100.1/32", "198.51.100.1/24"),
    ("router advertisements accepted", "network/20-eth1.20.network", "IPv6AcceptRA=no", "IPv6AcceptRA=yes"),
    ("a DHCP client", "network/10-eth0.network", "DHCP=no", "DHCP=yes"),
    ("another VLAN", "network/20-eth1.10.netdev", "Id=10", "Id=11"),
    ("another tunnel's interface", "network/30-xf-csm.netdev", "InterfaceId=3405803786", "InterfaceId=3405803787"),
    (
        "a route into the other tunnel",
        "network/30-xf-academy.network",
        "Destination=10.0.134.0/24",
        "Destination=10.0.16.0/20",
    ),
    (
        "another source of the gateway's own",
        "network/30-xf-academy.network",
        "PreferredSource=10.128.6.1",
        "PreferredSource=10.128.0.1",
    ),
    ("a pool of fixed addresses", "network/20-eth1.20.network", "PoolOffset=256", "PoolOffset=1"),
    ("another resolver", "network/20-eth1.20.network", "DNS=10.0.50.10", "DNS=10.0.50.11"),
    ("forwarding before the rules", "sysctl.conf", "net.ipv4.ip_forward = 0", "net.ipv4.ip_forward = 1"),
    ("loose reverse paths", "sysctl.conf", "net.ipv4.conf.all.rp_filter = 1", "net.ipv4.conf.all.rp_filter = 2"),
    (
        "a setting that a comment hides",
        "sysctl.conf",
        "net.ipv6.conf.all.forwarding = 0",
        "#net.ipv6.conf.all.forwarding = 0",
    ),
    (
        "forwarding before the rules, at boot",
        "etanche-firewall.service",
        "ExecStart=/usr/sbin/nft -f /etc/etanche/etanche.nft\nExecStart=/usr/sbin/sysctl -q -w net.ipv4.ip_forward=1\n",
        "ExecStart=/usr/sbin/sysctl -q -w net.ipv4.ip_forward=1\nExecStart=/usr/sbin/nft -f /etc/etanche/etanche.nft\n",
    ),
    ("an order that nobody pulls in", "etanche-firewall.service", "Wants=network-pre.target\n", ""),
    ("after the network", "etanche-firewall.service", "Before=network-pre.target", "After=network-pre.target"),
    ("a proxy as another", "etanche-proxy-staff.service", "User=etanche-staff", "User=etanche-pupils"),
    ("a proxy as root", "etanche-proxy-staff.service", "User=etanche-staff\n", ""),
    ("a proxy with another's configuration", "etanche-proxy-staff.service", "squid/staff.conf", "squid/pupils.conf"),
    (
        "a proxy without the rules",
        "etanche-proxy-staff.service",
        "Requires=etanche-firewall.service\nAfter=etanche-firewall.service network.target",
        "After=etanche-firewall.service network.target",
    ),
    (
        "a proxy beside the rules",
        "etanche-proxy-staff.service",
        "After=etanche-firewall.service network.target",
        "After=network.target",
    ),
    ("a proxy that may become another", "etanche-proxy-staff.service", "NoNewPrivileges=yes", "NoNewPrivileges=no"),
    (
        "a proxy that makes packets",
        "etanche-proxy-staff.service",
        "AmbientCapabilities=CAP_NET_BIND_SERVICE",
        "AmbientCapabilities=CAP_NET_BIND_SERVICE CAP_NET_RAW",
    ),
    ("a proxy that writes anywhere", "etanche-proxy-staff.service", "ProtectSystem=strict", "ProtectSystem=yes"),
    ("routes of the daemon", "charon.conf", "install_routes = no", "install_routes = yes"),
    ("foreign routes swept away", "networkd.conf", "ManageForeignRoutes=no", "ManageForeignRoutes=yes"),
    ("a file that goes elsewhere", "apply.tsv", "/etc/sysctl.d/90-etanche.conf", "/etc/sysctl.d/00-etanche.conf"),
];

#[test]
fn every_mutant_is_read_differently_or_refused() {
    let original = meaning(&bundle());
    let alive: Vec<&str> = MUTANTS
        .iter()
        .filter(|(_, path, from, to)| read(&edited(path, from, to)).is_ok_and(|b| meaning(&b) == original))
        .map(|(what, ..)| *what)
        .collect();
    assert!(alive.is_empty(), "read as if nothing had changed: {alive:?}");
}

/// Changes that mean nothing: other blanks, quotes, spellings, comments, orders that no program looks at.
const SAME: &[(&str, &str, &str)] = &[
    ("swanctl.conf", "id = \"csm.vpn.exemple.example\"", "id=csm.vpn.exemple.example#x"),
    ("swanctl.conf", "if_id_in = 3405803786", "if_id_in = 0xCB00710A"),
    ("swanctl.conf", "rekey_time = 1h", "rekey_time = \"60m\""),
    ("swanctl.conf", "to-csm {", "to-csm{ # the centre"),
    ("swanctl.conf", "local_ts = 10.128.6.10\n", "local_ts = 10.128.6.10/32\n"),
    ("network/10-eth0.network", "Gateway=198.51.100.254\n", "Destination=0.0.0.0/0\nGateway = 198.51.100.254\n"),
    ("network/11-eth1.network", "VLAN=eth1.10\nVLAN=eth1.20", "VLAN=eth1.10 eth1.20"),
    ("network/30-xf-csm.netdev", "InterfaceId=3405803786", "; the centre\nInterfaceId=0xcb00710a"),
    ("sysctl.conf", "net.ipv4.ip_forward = 0", "net/ipv4/ip_forward=0"),
    ("charon.conf", "install_routes = no", "install_routes = false"),
    (
        "etanche-firewall.service",
        "Before=network-pre.target\nBefore=shutdown.target",
        "Before=network-pre.target shutdown.target",
    ),
    ("etanche-proxy-staff.service", "AF_UNIX AF_INET AF_INET6", "AF_INET6 AF_INET AF_UNIX"),
    ("etanche-proxy-staff.service", "RestartSec=5", "RestartSec=10s"),
];

#[test]
fn changes_that_mean_nothing_read_as_before() {
    let original = meaning(&bundle());
    for (path, from, to) in SAME {
        let again = read(&edited(path, from, to)).unwrap_or_else(|f| panic!("{path}: {to:?} is refused: {f:?}"));
        assert_eq!(meaning(&again), original, "{path}: {from:?} -> {to:?}");
    }
}

#[test]
fn no_truncation_of_a_file_panics_or_passes_unseen() {
    let original = meaning(&bundle());
    for (path, text) in super::fixture::gateway() {
        for cut in (0..text.len()).filter(|n| text.is_char_boundary(*n)).step_by(7) {
            let mut files = super::fixture::gateway();
            files.insert(path.clone(), text[..cut].to_owned());
            let lost = text[cut..].lines().any(|l| !l.trim().is_empty());
            let same = read(&files).is_ok_and(|b| meaning(&b) == original);
            assert!(!(lost && same), "{path} cut at byte {cut} reads as the whole");
        }
    }
}

/// Lines whose absence means the same, by the programs' own defaults, or that decide nothing (what each key's row says).
const IDLE: &[&str] = &[
    "# ",
    "[Address]",
    "LinkLocalAddressing=ipv6",
    "rekey_time = 1h",
    "; ",
    "DHCP=no",
    "encap = no",
    "mode = tunnel",
    "life_time = 1h",
    "RequiredForOnline=carrier",
    "EmitDNS=yes",
    "EmitNTP=yes",
    "Description=etanche",
    "Conflicts=shutdown.target",
    "ExecStop=",
    "StartLimitIntervalSec=0",
    "KillMode=mixed",
    "Restart=on-failure",
    "RestartSec=5",
    "LogsDirectoryMode=0750",
    "UMask=0027",
];

#[test]
fn every_line_that_goes_is_missed() {
    let original = meaning(&bundle());
    let mut unmissed = Vec::new();
    for (path, text) in super::fixture::gateway() {
        for (number, line) in text.split_inclusive('\n').enumerate() {
            let idle = line.trim().is_empty() || IDLE.iter().any(|i| line.trim().starts_with(i));
            let rest: String =
                text.split_inclusive('\n').enumerate().filter(|(n, _)| *n != number).map(|(_, l)| l).collect();
            let mut files = super::fixture::gateway();
            files.insert(path.clone(), rest);
            let same = read(&files).is_ok_and(|b| meaning(&b) == original);
            if same && !idle {
                unmissed.push(format!("{path}: {line:?}"));
            }
        }
    }
    assert!(unmissed.is_empty(), "nobody misses {unmissed:#?}");
}
