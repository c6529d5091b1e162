//! What a Catalyst 2960-X does when a line is absent, and what hardens it.
//!
//! Source, for IOS 15.2(7)E: Cisco *Consolidated Platform Configuration Guide, Cisco IOS Release 15.2(7)E (Catalyst
//! 2960-X Switches)* (CG), by chapter, and the *Smart Install Configuration Guide* (SI). Where the guides leave a
//! doubt, the reader takes the less hardened reading and asks for the line: a hardening is credited when it is written.
//!
//! | absent line | means | source |
//! |---|---|---|
//! | `interface GigabitEthernet1/0/N` | the port is open, in VLAN 1, and becomes a trunk when its neighbour asks | CG "Configuring VLAN Trunks" |
//! | `switchport mode` | `dynamic auto`: access or trunk as the neighbour likes | CG "Configuring VLAN Trunks" |
//! | `switchport nonegotiate` | DTP is spoken; read as if its answer were heard | CG "Configuring VLAN Trunks" |
//! | `switchport access vlan` | VLAN 1 | CG "Configuring VLANs" |
//! | `switchport trunk native vlan` | VLAN 1 | CG "Configuring VLAN Trunks" |
//! | `switchport trunk allowed vlan` | all VLANs of the switch | CG "Configuring VLAN Trunks" |
//! | `switchport voice vlan` | none | CG "Configuring Voice VLANs" |
//! | `channel-group` | the port is in no link: its neighbour joins nothing | CG "Configuring EtherChannels" |
//! | `interface Port-channelN` | made up from the first port that names it: refused, its block must be written | CG "Configuring EtherChannels" |
//! | lines of a `Port-channelN` | as of a port; a member that differs is kept out: refused | CG "Configuring EtherChannels", "Configuring Dynamic ARP Inspection" |
//! | `shutdown` | the port is open | CG "Configuring Interface Characteristics" |
//! | `vtp mode` | server: VLANs come from neighbours, and stand in another file | CG "Configuring VTP" |
//! | `name` of a VLAN | `VLANnnnn` | CG "Configuring VLANs" |
//! | `interface Vlan1` | asks for an address when it has no configuration: refused, its block must be written | CG "Performing Switch Setup Configuration" |
//! | `interface FastEthernet0` | a port of its own for management, open: refused, its block must be written | CG "Configuring the Ethernet Management Port" |
//! | `no ip routing` | routes (off on some releases: not credited) | CG "Configuring Static IP Unicast Routing" |
//! | `ip dhcp snooping`, `ip arp inspection vlan` | off; no port trusted | CG "Configuring DHCP", "Configuring Dynamic ARP Inspection" |
//! | `spanning-tree mode` | PVST+, which speaks to other makes in VLAN 1 only: not credited | CG "Configuring Spanning Tree Protocol" |
//! | `spanning-tree bpduguard`, `spanning-tree guard` | off | CG "Configuring Optional Spanning-Tree Features" |
//! | `storm-control`, `switchport port-security` | no limit | CG "Configuring Port-Based Traffic Control" |
//! | `no ip http server`, `no ip http secure-server` | both answer | CG "Configuring Secure Socket Layer HTTP" |
//! | `transport input` of a `line vty` | telnet and SSH answer | CG "Controlling Switch Access with Passwords and Privilege Levels" |
//! | `ip ssh version 2` | version 1 is taken as well | CG "Configuring Secure Shell (SSH)" |
//! | `snmp-server …` | the agent is off | CG "Configuring Simple Network Management Protocol" |
//! | `tftp-server …` | serves nothing | CG "Managing the System Image and Configuration Files" |
//! | `no vstack` | whoever speaks Smart Install replaces configuration and image | SI "Configuring Smart Install" |
//! | `no service password-recovery`, `no setup express` | the Mode button clears passwords and configuration | CG "Recovering from a Lost Password", "Performing Switch Setup Configuration" |

use crate::config::vlan::Hardening;

/// A switch model: the vendor's number, and how many ports it numbers `1/0/1` to this.
pub(super) struct Model {
    pub(super) number: &'static str,
    pub(super) ports: u16,
}

const fn model(number: &'static str, ports: u16) -> Model {
    Model { number, ports }
}

/// Models with four SFP ports after the copper ones, sorted.
pub(super) const MODELS: &[Model] = &[
    model("WS-C2960X-24PS-L", 28),
    model("WS-C2960X-24TS-L", 28),
    model("WS-C2960X-48FPS-L", 52),
    model("WS-C2960X-48LPS-L", 52),
    model("WS-C2960X-48TS-L", 52),
];

/// Release that the table above speaks of, as the text names it.
pub(super) const RELEASE: &str = "version 15.2";

/// Lines of remote sessions that the switch has, from 0.
pub(super) const SESSIONS: u16 = 16;

/// Statements without a value: topic and text. A topic is said once.
pub(super) const FACTS: &[(&str, &str)] = &[
    ("aaa", "no aaa new-model"),
    ("boot end", "boot-end-marker"),
    ("boot start", "boot-start-marker"),
    ("cdp", "no cdp run"),
    ("ip dhcp snooping", "ip dhcp snooping"),
    ("ip dhcp snooping information option", "no ip dhcp snooping information option"),
    ("ip domain-lookup", "no ip domain-lookup"),
    ("ip http secure-server", "ip http secure-server"),
    ("ip http secure-server", "no ip http secure-server"),
    ("ip http server", "ip http server"),
    ("ip http server", "no ip http server"),
    ("ip routing", "ip routing"),
    ("ip routing", "no ip routing"),
    ("ip ssh version", "ip ssh version 2"),
    ("lldp", "no lldp run"),
    ("service config", "no service config"),
    ("service pad", "no service pad"),
    ("service password-encryption", "no service password-encryption"),
    ("service password-encryption", "service password-encryption"),
    ("service password-recovery", "no service password-recovery"),
    ("service timestamps debug", "service timestamps debug datetime msec"),
    ("service timestamps log", "service timestamps log datetime msec"),
    ("setup express", "no setup express"),
    ("snmp-server", "no snmp-server"),
    ("spanning-tree extend", "spanning-tree extend system-id"),
    ("spanning-tree mode", "spanning-tree mode mst"),
    ("system mtu", "system mtu routing 1500"),
    ("version", RELEASE),
    ("vlan internal", "vlan internal allocation policy ascending"),
    ("vstack", "no vstack"),
    ("vtp mode", "vtp mode client"),
    ("vtp mode", "vtp mode off"),
    ("vtp mode", "vtp mode server"),
    ("vtp mode", "vtp mode transparent"),
];

/// What each hardening takes of the statements at the margin: all of one of the lines. The others are in `finish`.
pub(super) const HARDENINGS: &[(Hardening, &[&str])] = &[
    (Hardening::DhcpSnooping, &["ip dhcp snooping"]),
    (Hardening::SpanningTree, &["spanning-tree mode mst"]),
    (Hardening::NoPlainWeb, &["no ip http server", "no ip http secure-server"]),
    (Hardening::NoGvrp, &["vtp mode off"]),
    (Hardening::NoGvrp, &["vtp mode transparent"]),
    (Hardening::NoAutoConfig, &["no vstack"]),
    (Hardening::NoFrontPanelClear, &["no service password-recovery", "no setup express"]),
];

/// Hardenings that hold as long as no statement undoes them, and none that would is read.
pub(super) const BY_DEFAULT: &[Hardening] = &[Hardening::Snmp3Only, Hardening::NoTftp];

/// First words that mean one thing at the margin and another in an interface: below one, the switch would try that first.
pub(super) const BEFORE_INTERFACES: &[&str] = &["ip arp", "ip dhcp", "no ip dhcp", "spanning-tree", "vlan", "vtp"];

/// Statements at the margin that the switch knows and the model does not, with what they would do.
pub(super) const UNMODELLED: &[(&str, &str)] = &[
    ("aaa", "lets a server say who may manage, and into which VLAN a port goes"),
    ("access-list", "filters packets"),
    ("boot host", "takes the configuration from the network"),
    ("dot1x", "assigns VLANs"),
    ("errdisable", "opens ports that a guard shut"),
    ("interface range", "is typed, and never printed: each port has its own block"),
    ("ip access-list", "filters packets"),
    ("ip dhcp pool", "answers DHCP"),
    ("ip source binding", "places stations"),
    ("ipv6", "is about IPv6"),
    ("mac", "places stations"),
    ("macro", "configures ports by what is plugged in"),
    ("monitor", "copies frames"),
    ("no spanning-tree", "stops spanning tree in a VLAN"),
    ("no vlan", "takes VLANs away"),
    ("router", "routes packets"),
    ("service config", "takes the configuration from the network"),
    ("spanning-tree", "changes what spanning tree does"),
    ("switch", "joins switches"),
    ("tftp-server", "serves files"),
    ("vlan access-map", "filters packets"),
    ("vlan dot1q tag native", "tags what trunks send without a tag"),
    ("vlan filter", "filters packets"),
    ("vstack", "lets the network configure the switch"),
    ("vtp", "takes VLANs from neighbours"),
];

/// Statements that hold a password, a key or a community.
pub(super) const SECRETS: &[&str] = &[
    "crypto",
    "enable",
    "key",
    "ntp authentication-key",
    "password",
    "radius",
    "radius-server",
    "snmp-server",
    "tacacs",
    "tacacs-server",
    "username",
    "vtp password",
];
