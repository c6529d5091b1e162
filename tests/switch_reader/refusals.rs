//! Texts that the reader refuses, each with the words it underlines.

use super::{SWITCH, read};

const HEADER: &str = "; JL260A Configuration Editor; Created on release #WC.16.10.0021";

/// Code, text replaced, replacement, what is underlined.
const REFUSED: &[(&str, &str, &str, &str)] = &[
    (
        "unmodelled",
        "no gvrp",
        "dhcp-snooping authorized-server 10.128.0.1",
        "dhcp-snooping authorized-server 10.128.0.1",
    ),
    ("unmodelled", "   voice\n", "   ipv6 address dhcp full\n", "ipv6 address dhcp full"),
    ("incomplete", "   ipv6 enable\n", "", "vlan 99"),
    ("bad-value", "2001:db8:1:99::11/64", "2001:db8:1:99::/64", "2001:db8:1:99::/64"),
    (
        "incomplete",
        HEADER,
        "; JL999A Configuration Editor; Created on release #WC.16.10.0021",
        "; JL999A Configuration Editor; Created on release #WC.16.10.0021",
    ),
    (
        "incomplete",
        HEADER,
        "; JL260A Configuration Editor; Created on release #WC.16.11.0021",
        "; JL260A Configuration Editor; Created on release #WC.16.11.0021",
    ),
    (
        "incomplete",
        HEADER,
        "; JL260A Configuration Editor; Created on release #WB.16.10.0021",
        "; JL260A Configuration Editor; Created on release #WB.16.10.0021",
    ),
    ("incomplete", HEADER, "; sw-rdc-1", "; sw-rdc-1"),
    ("incomplete", "   no untagged 1-52\n   no ip address\n", "   no untagged 1-52\n", "vlan 1"),
    (
        "incomplete",
        "   untagged 48-49\n   no ip address\n   exit\n",
        "   untagged 48-49\n   no ip address\n",
        "vlan 999",
    ),
    ("incomplete", "hostname \"sw-rdc-1\"\n", "", ""),
    ("unknown-statement", "no gvrp", "no gvpr", "no gvpr"),
    ("unknown-statement", "no gvrp", "spaning-tree", "spaning-tree"),
    ("unknown-statement", "no gvrp", "qos type-of-service ip-precedence", "qos type-of-service ip-precedence"),
    ("unknown-statement", "   voice\n", "   voise\n", "voise"),
    ("unknown-statement", "   disable\n", "   shutdown\n", "shutdown"),
    ("unknown-statement", "no gvrp", "   untagged 4", "untagged 4"),
    ("unmodelled", "no gvrp", "trunk 47-48 trk1 trunk", "trunk"),
    ("unmodelled", "   disable\n", "   lacp active\n", "lacp active"),
    ("fails-open", "no gvrp", "trunk 47-48 trk1 lacp", "48"),
    ("unmodelled", "no gvrp", "ip route 0.0.0.0 0.0.0.0 10.128.24.1", "ip route 0.0.0.0 0.0.0.0 10.128.24.1"),
    ("unmodelled", "no gvrp", "device-profile type \"aruba-ap\" enable", "device-profile type \"aruba-ap\" enable"),
    ("unmodelled", "no gvrp", "mirror 1 port 5", "mirror 1 port 5"),
    ("unmodelled", "no gvrp", "vsf enable domain 1", "vsf enable domain 1"),
    ("unmodelled", "   voice\n", "   ip helper-address 10.0.50.10\n", "ip helper-address 10.0.50.10"),
    (
        "unmodelled",
        "   no untagged 1-52\n   no ip address\n",
        "   no untagged 1-52\n   ip address dhcp-bootp\n",
        "ip address dhcp-bootp",
    ),
    ("unmodelled", "   voice\n", "   ipv6 enable\n", "ipv6 enable"),
    ("unmodelled", "   disable\n", "   untagged vlan 10\n", "untagged vlan 10"),
    ("unmodelled", "   untagged 1-20\n", "   no untagged 1-20\n", "no untagged 1-20"),
    (
        "secret",
        "no gvrp",
        "password manager user-name \"admin\" sha1 \"x\"",
        "password manager user-name \"admin\" sha1 \"x\"",
    ),
    (
        "secret",
        "no gvrp",
        "snmp-server community \"lycee\" unrestricted",
        "snmp-server community \"lycee\" unrestricted",
    ),
    (
        "secret",
        "no gvrp",
        "snmpv3 user \"supervision\" auth sha \"x\" priv aes \"y\"",
        "snmpv3 user \"supervision\" auth sha \"x\" priv aes \"y\"",
    ),
    ("secret", "no gvrp", "radius-server host 10.0.50.10 key x", "radius-server host 10.0.50.10 key x"),
    ("secret", "no gvrp", "include-credentials", "include-credentials"),
    ("repeated", "untagged 24-30", "untagged 20-30", "1-20"),
    ("repeated", "no untagged 1-52\n", "no untagged 1-51\n   untagged 51\n", "41-47,50-52"),
    ("repeated", "no untagged 1-52\n", "no untagged 1-51\n   untagged 48,52\n", "48-49"),
    ("repeated", "untagged 48-49", "tagged 48\n   untagged 48-49", "48-49"),
    ("repeated", "tagged 32-33,48", "tagged 32-33,48\n   tagged 48", "48"),
    ("repeated", "vlan 12\n", "vlan 10\n", "vlan 10"),
    ("repeated", "\"Clients legers\"", "\"Pedagogique\"", "name \"Pedagogique\""),
    ("repeated", "no ip routing", "no ip routing\nip routing", "ip routing"),
    ("repeated", "no telnet-server", "no telnet-server\ntelnet-server", "telnet-server"),
    ("repeated", "interface 49\n", "interface 48\n   name \"autre\"\n   exit\ninterface 49\n", "name \"autre\""),
    ("repeated", "management-vlan 99", "management-vlan 99\nmanagement-vlan 10", "management-vlan 10"),
    ("repeated", "arp-protect vlan 10 12 20-22", "arp-protect vlan 10 12 20-22 12", "12"),
    (
        "repeated",
        "   untagged 48-49\n   no ip address",
        "   untagged 48-49\n   ip address 10.128.24.12 255.255.255.0",
        "ip address 10.128.24.12 255.255.255.0",
    ),
    ("unknown-name", "management-vlan 99", "management-vlan 98", "98"),
    ("unknown-name", "dhcp-snooping vlan 10 12", "dhcp-snooping vlan 10 13", "13"),
    ("fails-open", "untagged 41-47,50-52", "untagged 41-47,50-51", "1-52"),
    ("bad-value", "untagged 1-20", "untagged 1-20,53", "1-20,53"),
    ("bad-value", "untagged 1-20", "untagged 20-1", "20-1"),
    ("bad-value", "untagged 1-20", "untagged 1-20,5", "1-20,5"),
    ("bad-value", "untagged 1-20", "untagged 1/1-1/20", "1/1-1/20"),
    ("unknown-name", "untagged 1-20", "untagged Trk1", "Trk1"),
    ("bad-value", "vlan 12\n", "vlan 4095\n", "4095"),
    ("bad-value", "255.255.255.0", "255.0.255.0", "10.128.24.11 255.0.255.0"),
    ("bad-value", "10.128.24.11 255", "10.128.24.0 255", "10.128.24.0 255.255.255.0"),
    ("bad-value", "ip default-gateway 10.128.24.1", "ip default-gateway 224.0.0.1", "224.0.0.1"),
    ("bad-value", "broadcast-limit 5", "broadcast-limit 0", "0"),
    ("bad-value", "hostname \"sw-rdc-1\"", "hostname sw-rdc-1", "sw-rdc-1"),
    ("bad-value", "spanning-tree 49 root-guard", "spanning-tree 49 bpdu-filter", "spanning-tree 49 bpdu-filter"),
    ("bad-value", "module 1 type jl260a", "module 1 type jl259a", "module 1 type jl259a"),
    (
        "bad-value",
        "logging 10.0.242.10",
        "logging 10.0.242.10 control-descr \"x\"",
        "logging 10.0.242.10 control-descr \"x\"",
    ),
    ("stray-byte", "no gvrp", "\tno gvrp", "\t"),
    ("stray-byte", "no gvrp", "  no gvrp", "  "),
    ("stray-byte", "no gvrp", "no gvrp\r", "\r"),
    ("stray-byte", "\"Pedagogique\"", "\"Pédagogique\"", "\""),
    ("stray-byte", "no gvrp", "no gvrp ; said", ";"),
];

#[test]
fn every_refusal_underlines_its_own_words() {
    let mut wrong = Vec::new();
    for (code, from, to, underlined) in REFUSED {
        assert!(SWITCH.contains(from), "{from}");
        let found = read(&SWITCH.replacen(from, to, 1)).err().unwrap_or_default();
        let told: Vec<_> = found.iter().map(|(d, text)| (d.code.name, text.as_str(), &d.message)).collect();
        if !told.iter().any(|t| t.0 == format!("readback/{code}") && t.1 == *underlined) {
            wrong.push(format!("{to:?} should be {code} at {underlined:?}: {told:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
