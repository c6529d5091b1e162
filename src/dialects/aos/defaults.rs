//! What an Aruba AOS-S switch does when a line is absent, and what hardens it.
//!
//! Sources, for firmware 16.10 of the 2920 (WB) and 2930F (WC): HPE *ArubaOS-Switch Management and Configuration Guide*
//! (MCG), *Advanced Traffic Management Guide* (ATMG), *Access Security Guide* (ASG), *Basic Operation Guide* (BOG), by
//! chapter. Where the guides leave a doubt, or where the factory's configuration differs from the firmware's default,
//! the reader takes the less hardened reading and asks for the line: a hardening is credited when it is written.
//!
//! | absent line | means | source |
//! |---|---|---|
//! | `interface N` | the port is enabled, without a limit on broadcasts | MCG "Port Status and Configuration" |
//! | `vlan 1` | it exists, is named `DEFAULT_VLAN`, and is the primary VLAN | ATMG "Static Virtual LANs" |
//! | `no untagged` in `vlan 1` | every port that no other VLAN holds untagged is in it, untagged | ATMG "Static Virtual LANs" |
//! | `ip address` in `vlan 1` | asked by DHCP or Bootp: refused, one of the two forms must be written | BOG "Configuring IP Addressing" |
//! | `ip address` in another VLAN | none | BOG "Configuring IP Addressing" |
//! | `name` of a VLAN | `VLANn` | ATMG "Static Virtual LANs" |
//! | `trunk` | the port is in no link; LACP waits on no port | MCG "Port Trunking" |
//! | VLANs of a link | as of a port: untagged in VLAN 1. Its members have left the VLANs they were in | MCG "Port Trunking" |
//! | `management-vlan` | managed from every VLAN with an address | ATMG "Static Virtual LANs" |
//! | `ip routing` | off | BOG / *Multicast and Routing Guide* "IP Routing Features" |
//! | `gvrp` | off; ports learn no VLAN | ATMG "GVRP" |
//! | `spanning-tree` | off | ATMG "Multiple Instance Spanning-Tree" |
//! | `loop-protect` | off | ATMG "Loop protection" |
//! | `dhcp-snooping`, `arp-protect` | off; no port trusted | ASG "Configuring Advanced Threat Protection" |
//! | `aaa port-access` | off | ASG "Port-Based and User-Based Access Control (802.1X)" |
//! | `no telnet-server` | telnet answers | ASG "Security Overview" |
//! | `no web-management` | plain HTTP answers | ASG "Configuring Secure Socket Layer" |
//! | `ip ssh` | not credited (on in recent trains, off in older ones) | ASG "Configuring Secure Shell" |
//! | `no snmp-server community "public"` | `public`, unrestricted, SNMP v1 and v2c | MCG "Configuring for Network Management Applications" |
//! | `snmpv3 enable`, `snmpv3 only` | off | MCG, same chapter |
//! | `no tftp client`, `no tftp server` | both on | MCG "File Transfers" |
//! | `no front-panel-security …` | the Clear and Reset buttons clear passwords and configuration | ASG "Configuring Username and Password Security" |
//! | `no autorun` | commands are taken from a USB stick | MCG "File Transfers" |
//! | `no dhcp config-file-update`, `no dhcp image-file-update` | configuration and firmware are taken from DHCP options | BOG "DHCP" |
//! | `activate … disable`, `aruba-central disable` | the switch asks Aruba's services for its configuration and firmware | MCG "Zero Touch Provisioning with AirWave and Central" |

use crate::config::vlan::Hardening;

/// A switch model: what its header says, how many ports it numbers from 1, and its firmware train.
pub(super) struct Model {
    pub(super) number: &'static str,
    pub(super) ports: u16,
    pub(super) train: &'static str,
}

const fn model(number: &'static str, ports: u16, train: &'static str) -> Model {
    Model { number, ports, train }
}

/// Models, sorted: 2920 (the last four ports of 24 or 48 are shared with SFP cages), 2930F (four more for SFP).
pub(super) const MODELS: &[Model] = &[
    model("J9726A", 24, "WB"),
    model("J9727A", 24, "WB"),
    model("J9728A", 48, "WB"),
    model("J9729A", 48, "WB"),
    model("JL253A", 28, "WC"),
    model("JL254A", 52, "WC"),
    model("JL255A", 28, "WC"),
    model("JL256A", 52, "WC"),
    model("JL259A", 28, "WC"),
    model("JL260A", 52, "WC"),
    model("JL261A", 28, "WC"),
    model("JL262A", 52, "WC"),
];

/// Firmware that the table above speaks of.
pub(super) const RELEASE: &str = "16.10.";

/// Statements without a value: topic and text. A topic is said once.
pub(super) const FACTS: &[(&str, &str)] = &[
    ("activate provision", "activate provision disable"),
    ("activate software-update", "activate software-update disable"),
    ("arp-protect", "arp-protect"),
    ("arp-protect", "no arp-protect"),
    ("aruba-central", "aruba-central disable"),
    ("autorun", "no autorun"),
    ("cdp", "no cdp run"),
    ("cwmp", "no cwmp enable"),
    ("dhcp config-file-update", "no dhcp config-file-update"),
    ("dhcp image-file-update", "no dhcp image-file-update"),
    ("dhcp tr69-acs-url", "no dhcp tr69-acs-url"),
    ("dhcp-snooping", "dhcp-snooping"),
    ("dhcp-snooping", "no dhcp-snooping"),
    ("dhcp-snooping option", "no dhcp-snooping option 82"),
    ("front-panel factory-reset", "no front-panel-security factory-reset"),
    ("front-panel password-clear", "no front-panel-security password-clear"),
    ("gvrp", "gvrp"),
    ("gvrp", "no gvrp"),
    ("include-credentials", "no include-credentials"),
    ("ip routing", "ip routing"),
    ("ip routing", "no ip routing"),
    ("ip ssh", "ip ssh"),
    ("ip ssh", "no ip ssh"),
    ("ntp", "ntp enable"),
    ("ntp mode", "ntp unicast"),
    ("rest-interface", "no rest-interface"),
    ("snmp-server", "no snmp-server enable"),
    ("snmp-server community", "no snmp-server community \"public\""),
    ("snmpv3", "snmpv3 enable"),
    ("snmpv3 only", "snmpv3 only"),
    ("sntp mode", "sntp unicast"),
    ("spanning-tree", "no spanning-tree"),
    ("spanning-tree", "spanning-tree"),
    ("telnet-server", "no telnet-server"),
    ("telnet-server", "telnet-server"),
    ("tftp client", "no tftp client"),
    ("tftp server", "no tftp server"),
    ("timesync", "timesync ntp"),
    ("timesync", "timesync sntp"),
    ("usb-port", "no usb-port"),
    ("web-management", "no web-management"),
    ("web-management", "no web-management plaintext"),
    ("web-management ssl", "web-management ssl"),
];

/// What each hardening takes: all statements of one of the lines. [`Hardening::NoGvrp`] is the default, and not here.
pub(super) const HARDENINGS: &[(Hardening, &[&str])] = &[
    (Hardening::DhcpSnooping, &["dhcp-snooping"]),
    (Hardening::ArpProtect, &["arp-protect"]),
    (Hardening::SpanningTree, &["spanning-tree"]),
    (Hardening::NoTelnet, &["no telnet-server"]),
    (Hardening::NoPlainWeb, &["no web-management"]),
    (Hardening::NoPlainWeb, &["no web-management plaintext"]),
    (Hardening::Ssh, &["ip ssh"]),
    (Hardening::Snmp3Only, &["no snmp-server enable"]),
    (Hardening::Snmp3Only, &["no snmp-server community \"public\"", "snmpv3 enable", "snmpv3 only"]),
    (
        Hardening::NoAutoConfig,
        &[
            "no autorun",
            "no dhcp config-file-update",
            "no dhcp image-file-update",
            "activate provision disable",
            "activate software-update disable",
            "aruba-central disable",
        ],
    ),
    (
        Hardening::NoFrontPanelClear,
        &["no front-panel-security password-clear", "no front-panel-security factory-reset"],
    ),
    (Hardening::NoTftp, &["no tftp client", "no tftp server"]),
];

/// Statements that the switch knows and the model does not, by their first words, with what they would do.
pub(super) const UNMODELLED: &[(&str, &str)] = &[
    ("class", "sorts packets"),
    ("dhcp-snooping authorized-server", "narrows which DHCP servers are believed"),
    ("dhcp-snooping database", "keeps leases elsewhere"),
    ("device-profile", "gives a port VLANs according to what is plugged in"),
    ("interface loopback", "adds an address"),
    ("ip access-list", "filters packets"),
    ("ip client-tracker", "listens for addresses"),
    ("ip dns", "asks names"),
    ("ip route", "routes packets"),
    ("ip source-lockdown", "filters packets"),
    ("ipv6", "is about IPv6 addresses"),
    ("mirror", "copies frames to another port"),
    ("mirror-port", "copies frames to another port"),
    ("oobm", "adds a management port"),
    ("policy", "sorts packets"),
    ("port-security", "filters stations"),
    ("portvlan-mapping", "translates VLANs"),
    ("qinq", "stacks VLANs"),
    ("router", "routes packets"),
    ("stack", "joins switches"),
    ("stacking", "joins switches"),
    ("static-mac", "places stations"),
    ("tunneled-node-server", "sends frames elsewhere"),
    ("vsf", "joins switches"),
    ("vlan 1 protocol", "sorts frames by protocol"),
];

/// Statements that hold a password, a key or a community.
pub(super) const SECRETS: &[&str] = &[
    "crypto",
    "encrypt-credentials",
    "include-credentials",
    "key-chain",
    "password",
    "radius-server",
    "snmp-server community",
    "snmp-server host",
    "snmpv3 community",
    "snmpv3 targetaddress",
    "snmpv3 user",
    "sntp authentication",
    "ntp authentication",
    "tacacs-server",
];
