//! Texts that the reader refuses, each with the words it underlines.

use super::{SWITCH, read};

/// Code, text replaced, replacement, what is underlined.
const REFUSED: &[(&str, &str, &str, &str)] = &[
    // Another device, release or text than the one described.
    ("incomplete", "version 15.2\n", "", ""),
    ("unknown-statement", "version 15.2\n", "version 17.9\n", "version 17.9"),
    ("incomplete", "switch 1 provision ws-c2960x-24ts-l\n", "", ""),
    ("incomplete", "ws-c2960x-24ts-l", "ws-c2960x-24td-l", "ws-c2960x-24td-l"),
    ("unmodelled", "no setup express", "switch 2 provision ws-c2960x-24ts-l", "switch 2 provision ws-c2960x-24ts-l"),
    ("repeated", "no setup express", "switch 1 provision ws-c2960x-48ts-l", "switch 1 provision ws-c2960x-48ts-l"),
    ("incomplete", "hostname sw-est-2\n", "", ""),
    ("incomplete", "no vstack\nend\n", "no vstack\n", ""),
    ("stray-byte", "no vstack\nend\n", "end\nno vstack\n", "no vstack"),
    // Ranges and abbreviations, which are typed and never printed.
    (
        "unmodelled",
        "interface GigabitEthernet1/0/4\n",
        "interface range GigabitEthernet1/0/4 - 9\n",
        "interface range GigabitEthernet1/0/4 - 9",
    ),
    ("bad-value", "interface GigabitEthernet1/0/4\n", "interface Gi1/0/4\n", "Gi1/0/4"),
    ("bad-value", "interface GigabitEthernet1/0/4\n", "interface GigabitEthernet1/0/29\n", "GigabitEthernet1/0/29"),
    ("bad-value", "interface GigabitEthernet1/0/4\n", "interface GigabitEthernet2/0/4\n", "GigabitEthernet2/0/4"),
    ("bad-value", "interface GigabitEthernet1/0/4\n", "interface GigabitEthernet1/0/04\n", "GigabitEthernet1/0/04"),
    ("unknown-statement", "interface GigabitEthernet1/0/4\n", "int GigabitEthernet1/0/4\n", "int GigabitEthernet1/0/4"),
    ("unknown-statement", " switchport access vlan 998\n", " sw acc vlan 998\n", "sw acc vlan 998"),
    ("unknown-statement", "no ip routing", "no ip rout", "no ip rout"),
    // Ports.
    ("incomplete", " no cdp enable\n", " channel-group 1 mode active\n", "channel-group 1 mode active"),
    ("unmodelled", " no cdp enable\n", " channel-group 1 mode on\n", "channel-group 1 mode on"),
    ("unmodelled", " no cdp enable\n", " no switchport\n", "no switchport"),
    ("bad-value", " no cdp enable\n", " switchport voice vlan dot1p\n", "dot1p"),
    ("unmodelled", " no cdp enable\n", " dot1x pae authenticator\n", "dot1x pae authenticator"),
    ("unmodelled", " no cdp enable\n", " authentication port-control auto\n", "authentication port-control auto"),
    ("unmodelled", " no cdp enable\n", " spanning-tree bpdufilter enable\n", "spanning-tree bpdufilter enable"),
    ("unmodelled", " no cdp enable\n", " ip access-group 10 in\n", "ip access-group 10 in"),
    ("unmodelled", "switchport mode access", "switchport mode dot1q-tunnel", "switchport mode dot1q-tunnel"),
    ("unmodelled", "switchport mode access", "switchport mode private-vlan host", "switchport mode private-vlan host"),
    ("unknown-statement", " no cdp enable\n", " ip ssh version 2\n", "ip ssh version 2"),
    ("fails-open", " switchport mode access\n", "", "switchport nonegotiate"),
    ("fails-open", "switchport mode access", "switchport mode dynamic auto", "switchport nonegotiate"),
    ("repeated", " no cdp enable\n", " switchport access vlan 10\n", "switchport access vlan 10"),
    ("repeated", " no cdp enable\n", " switchport mode trunk\n", "switchport mode trunk"),
    (
        "repeated",
        "interface GigabitEthernet1/0/4\n",
        "interface GigabitEthernet1/0/3\n",
        "interface GigabitEthernet1/0/3",
    ),
    (
        "repeated",
        " shutdown\n!\ninterface GigabitEthernet1/0/27",
        " shutdown\n no shutdown\n!\ninterface GigabitEthernet1/0/27",
        "no shutdown",
    ),
    ("unmodelled", " no cdp enable\n", " switchport trunk native vlan 10\n", "10"),
    ("unmodelled", " no cdp enable\n", " switchport trunk allowed vlan 10\n", "10"),
    ("unmodelled", " description borne\n", " switchport access vlan 10\n", "10"),
    ("unmodelled", " description borne\n", " switchport voice vlan 60\n", "60"),
    ("unmodelled", "allowed vlan 40-42,99\n", "allowed vlan 40-42\n", "99"),
    ("unmodelled", "allowed vlan 40-42,99\n", "allowed vlan none\n", "99"),
    ("unmodelled", "allowed vlan 40-42,99\n", "allowed vlan except 10\n", "switchport trunk allowed vlan except 10"),
    (
        "incomplete",
        " switchport trunk allowed vlan 40-42,99\n",
        " switchport trunk allowed vlan add 40-42,99\n",
        "switchport trunk allowed vlan add 40-42,99",
    ),
    ("unknown-name", "switchport access vlan 20", "switchport access vlan 21", "21"),
    ("unknown-name", "allowed vlan 40-42,99\n", "allowed vlan 40-43,99\n", "40-43,99"),
    ("unknown-name", "native vlan 99\n", "native vlan 98\n", "98"),
    ("bad-value", "switchport access vlan 20", "switchport access vlan 1003", "1003"),
    ("bad-value", "switchport access vlan 20", "switchport access vlan 4095", "4095"),
    ("bad-value", "allowed vlan 40-42,99\n", "allowed vlan 99,40-42\n", "99,40-42"),
    ("bad-value", "allowed vlan 40-42,99\n", "allowed vlan 42-40,99\n", "42-40,99"),
    ("bad-value", "allowed vlan 40-42,99\n", "allowed vlan 40-1005\n", "40-1005"),
    ("bad-value", "level 5.00", "level 5.50", "5.50"),
    ("bad-value", "maximum 32", "maximum 0", "0"),
    // VLANs.
    ("repeated", "vlan 60\n", "vlan 10\n", "10"),
    ("bad-value", "vlan 60\n", "vlan 1\n", "1"),
    ("bad-value", " name voip\n", " name \"voip\"\n", "\"voip\""),
    ("repeated", " name voip\n", " name admin\n", "name admin"),
    ("unmodelled", " name voip\n", " remote-span\n", "remote-span"),
    ("unmodelled", " name voip\n", " shutdown\n", "shutdown"),
    ("unknown-name", "snooping vlan 10,20,40-42", "snooping vlan 10,20-21,40-42", "10,20-21,40-42"),
    ("unmodelled", "no ip domain-lookup", "vlan dot1q tag native", "vlan dot1q tag native"),
    ("unmodelled", "vtp domain exemple", "vtp version 3", "vtp version 3"),
    // The switch itself.
    ("incomplete", "interface FastEthernet0\n no ip address\n no ip route-cache\n shutdown\n", "", ""),
    (
        "incomplete",
        " no ip route-cache\n shutdown\n!\ninterface GigabitEthernet1/0/1\n",
        "!\ninterface GigabitEthernet1/0/1\n",
        "interface FastEthernet0",
    ),
    (
        "unmodelled",
        "interface FastEthernet0\n no ip address\n",
        "interface FastEthernet0\n ip address 10.128.0.1 255.255.255.0\n",
        "ip address 10.128.0.1 255.255.255.0",
    ),
    ("incomplete", "interface Vlan1\n no ip address\n", "interface Vlan1\n", "interface Vlan1"),
    ("unmodelled", "interface Vlan1\n no ip address\n", "interface Vlan1\n ip address dhcp\n", "ip address dhcp"),
    (
        "unmodelled",
        " description gestion\n",
        " ipv6 address 2001:db8:4:99::12/64\n",
        "ipv6 address 2001:db8:4:99::12/64",
    ),
    ("unmodelled", " description gestion\n", " ip helper-address 10.0.50.10\n", "ip helper-address 10.0.50.10"),
    (
        "unmodelled",
        "255.255.255.0\n",
        "255.255.255.0\n ip address 10.128.1.1 255.255.255.0 secondary\n",
        "ip address 10.128.1.1 255.255.255.0 secondary",
    ),
    ("unknown-name", "interface Vlan99\n", "interface Vlan98\n", "Vlan98"),
    ("bad-value", "255.255.255.0", "255.0.255.0", "10.128.113.12 255.0.255.0"),
    ("bad-value", "10.128.113.12 255", "10.128.113.0 255", "10.128.113.0 255.255.255.0"),
    ("fails-open", "no ip routing\n", "", "ip default-gateway 10.128.113.1"),
    ("fails-open", "no ip routing\n", "ip routing\n", "ip default-gateway 10.128.113.1"),
    (
        "fails-open",
        "ip default-gateway 10.128.113.1",
        "ip route 0.0.0.0 0.0.0.0 10.128.113.1",
        "ip route 0.0.0.0 0.0.0.0 10.128.113.1",
    ),
    (
        "unmodelled",
        "ip default-gateway 10.128.113.1",
        "ip route 10.0.0.0 255.0.0.0 10.128.113.1",
        "ip route 10.0.0.0 255.0.0.0 10.128.113.1",
    ),
    ("fails-open", "no vstack\n", "vtp mode off\nno vstack\n", "vtp mode off"),
    ("fails-open", "no vstack\n", "ip dhcp snooping vlan 60\nno vstack\n", "ip dhcp snooping vlan 60"),
    ("repeated", "no ip routing\n", "no ip routing\nip routing\n", "ip routing"),
    ("repeated", "vtp mode transparent\n", "vtp mode transparent\nvtp mode server\n", "vtp mode server"),
    ("unmodelled", "no ip domain-lookup", "monitor session 1 source vlan 10", "monitor session 1 source vlan 10"),
    ("unmodelled", "no ip domain-lookup", "no spanning-tree vlan 10", "no spanning-tree vlan 10"),
    ("incomplete", "no ip domain-lookup", "interface Port-channel1", "interface Port-channel1"),
    ("unmodelled", "no ip domain-lookup", "interface Loopback1", "interface Loopback1"),
    ("unmodelled", "no ip domain-lookup", "aaa new-model", "aaa new-model"),
    ("unmodelled", "no ip domain-lookup", "tftp-server flash:x", "tftp-server flash:x"),
    ("unmodelled", "no ip domain-lookup", "macro auto global processing", "macro auto global processing"),
    ("secret", "no ip domain-lookup", "enable secret 9 x", "enable secret 9 x"),
    ("secret", "no ip domain-lookup", "username u secret 9 x", "username u secret 9 x"),
    ("secret", "no ip domain-lookup", "snmp-server community lycee RO", "snmp-server community lycee RO"),
    ("secret", "no ip domain-lookup", "crypto pki trustpoint x", "crypto pki trustpoint x"),
    ("bad-value", "ntp server 10.0.242.11", "ntp server 10.0.242.11 prefer", "ntp server 10.0.242.11 prefer"),
    // Sessions.
    ("unmodelled", " logging synchronous\n", " no login\n", "no login"),
    ("unmodelled", " logging synchronous\n", " privilege level 15\n", "privilege level 15"),
    ("bad-value", " exec-timeout 5 0\n login", " exec-timeout 0 0\n login", "exec-timeout 0 0"),
    ("repeated", "line vty 5 15", "line vty 4 15", "line vty 4 15"),
    ("bad-value", "line vty 5 15", "line vty 5 16", "16"),
    (
        "unknown-statement",
        " transport input ssh\nline vty 5 15",
        " transport input rlogin\nline vty 5 15",
        "transport input rlogin",
    ),
    // The outer form.
    ("incomplete", "^C\n!\nline con 0", "!\nline con 0", "banner login ^C"),
    ("stray-byte", "^C\n!\nline con 0", "x ^C\n!\nline con 0", "x ^C"),
    ("stray-byte", "reserve ! no", "reserve ^ no", "Acces reserve ^ no ip ssh"),
    ("bad-value", "banner login ^C\nAcces", "banner login ^Cx^C\nAcces", "banner login ^Cx^C"),
    ("bad-value", "banner login ^C\nAcces", "banner login #\nAcces", "banner login #"),
    ("stray-byte", " no cdp enable\n", "  no cdp enable\n", "  "),
    ("unknown-statement", " no cdp enable\n", "no cdp enable\n", "no cdp enable"),
    ("stray-byte", " no cdp enable\n", "\tno cdp enable\n", "\t"),
    ("stray-byte", " no cdp enable\n", " no cdp enable\r\n", "\r"),
    ("stray-byte", "mur nord", "mur élevé", "é"),
    ("unknown-statement", "hostname sw-est-2\n", "hostname sw-est-2\n shutdown\n", "shutdown"),
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
