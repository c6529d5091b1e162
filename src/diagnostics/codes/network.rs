//! Codes of what is found once profiles are applied to establishments.

super::codes! {
    ACCESS_POINT_ZONE = Error "network/access-point-zone" {
        says: "an access point managed in a zone of hosts: its untagged side would put what carries pupils' radio among them",
        wrong: "ports: { 30: ap byod, guest managed admin }",
        right: "ports: { 30: ap byod, guest managed mgmt }",
        basis: "T1; PSSIE EXP-SEC-FLUXADMIN",
    }
    ADDRESS_MISSING = Error "network/address-missing" {
        says: "a zone without a prefix: nothing gives its hosts an address",
        wrong: "zones:\n  pedago: { vlan: 20, private: true }        # and the establishment says nothing",
        right: "zones:\n  pedago: { ipv4: 172.17.0.0/16 }            # in the establishment",
        basis: "",
    }
    ADDRESS_TAKEN = Error "network/address-taken" {
        says: "a machine with an address that is the gateway's, the whole zone's or another machine's",
        wrong: "hosts:\n  replique: { in: [pedago_servers], ipv4: 10.128.5.1 }",
        right: "hosts:\n  replique: { in: [pedago_servers], ipv4: 10.128.5.10 }",
        basis: "T8",
    }
    BLOCK_OUTSIDE_PLAN = Error "network/block-outside-plan" {
        says: "an establishment's block that is not part of the region's plan",
        wrong: "block: 10.0.32.0/19        # plan 10.128.0.0/9",
        right: "block: 10.128.32.0/19",
        basis: "convention, annexe I (addressing plan)",
    }
    CABLE_TO_ITSELF = Error "network/cable-to-itself" {
        says: "a cable whose two ends are on one switch: its frames would come back",
        wrong: "cables:\n  - sw-1.47 = sw-1.48",
        right: "cables:\n  - sw-1.47 = sw-2.24",
        basis: "",
    }
    CABLE_UNKNOWN = Error "network/cable-unknown" {
        says: "a cable end on a device or port that does not exist here",
        wrong: "cables:\n  - gateway.lan = sw-9.48",
        right: "cables:\n  - gateway.lan = sw-1.48",
        basis: "",
    }
    DEVICES_CLASS = Error "network/devices-class" {
        says: "a zone marked `devices: true` that the security officer does not know as one of management: whoever its class meets would hold the gateway",
        wrong: "pedago: { vlan: 20, at: 0.0/22, title: Pédagogique, devices: true }",
        right: "pedago: { vlan: 20, at: 0.0/22, title: Pédagogique }",
        basis: "T5; PSSIE EXP-SEC-FLUXADMIN",
    }
    EXIT_IS_SUPERVISION = Error "network/exit-is-supervision" {
        says: "the address kept for supervision must not carry other traffic",
        wrong: "supervision: 198.51.100.2\nexit: 198.51.100.2",
        right: "supervision: 198.51.100.2\nexit: 198.51.100.130",
        basis: "T4; convention, art. 12",
    }
    FLOW_ENDS = Error "network/flow-ends" {
        says: "a flow between two ends that no gateway stands between, or that this language cannot make",
        wrong: "- allow: pedago -> pedago on https",
        right: "- allow: pedago -> dmz on https",
        basis: "",
    }
    FLOW_FAMILY = Error "network/flow-family" {
        says: "a flow whose two ends share no address family, or none that its services are of, so that no packet could ever use it",
        wrong: "- allow: replique -> csm.names on ping         # one has only IPv4, the other only IPv6",
        right: "hosts:\n  replique: { in: [pedago_servers], ipv4: 10.128.5.10, ipv6: \"2001:db8:1:30::10\" }",
        basis: "",
    }
    HOST_OUTSIDE_ZONE = Error "network/host-outside-zone" {
        says: "a machine whose address is not in its zone",
        wrong: "hosts:\n  replique: { in: [pedago_servers], ipv4: 10.128.6.10 }",
        right: "hosts:\n  replique: { in: [pedago_servers], ipv4: 10.128.5.10 }",
        basis: "T8",
    }
    MEET_FOR_OTHERS = Error "network/meet-for-others" {
        says: "a centre zone that is for other classes, by the security policy, than one that comes to it, directly or through another centre zone",
        wrong: "- allow: pedago -> csm.admin on directory      # security.yaml: `administrative -> csm.admin`",
        right: "- allow: pedago -> csm.pedago on directory     # security.yaml: `pedagogic -> csm.pedago`",
        basis: "T1, T2; convention, annexe 0 §I.B",
    }
    MEET_UNDECLARED = Error "network/meet-undeclared" {
        says: "a centre zone where several establishments come, or two classes that are kept apart, and that the security policy does not declare as a meeting place",
        wrong: "- allow: admin -> csm.archive on https         # security.yaml: no line of `meet` names csm.archive",
        right: "meet:\n  - administrative -> csm.archive",
        basis: "T1, T2; convention, annexe 0 §I.B",
    }
    MODEL_UNKNOWN = Error "network/model-unknown" {
        says: "a switch model that its target's descriptor does not list, so that neither its ports nor its defaults are known",
        wrong: "model: 48p",
        right: "model: 48g-4sfp",
        basis: "",
    }
    NAME_TOO_LONG = Error "network/name-too-long" {
        says: "an interface name may hold 15 bytes (IFNAMSIZ)",
        wrong: "site: centre-de-services-mutualises",
        right: "site: csm",
        basis: "Linux, IFNAMSIZ",
    }
    NEXT_HOP = Error "network/next-hop" {
        says: "a next hop that is no router of the WAN: what leaves in clear would be handed to one of ours, or to nobody",
        wrong: "supervision: 198.51.100.1\ngateway: { target: nftables, wan: eth0, lan: eth1, next_hop: 198.51.100.1 }",
        right: "supervision: 198.51.100.1\ngateway: { target: nftables, wan: eth0, lan: eth1, next_hop: 198.51.100.254 }",
        basis: "",
    }
    NO_DEVICES_ZONE = Error "network/no-devices-zone" {
        says: "a flow to or from the gateway, but no zone is marked `devices: true`, so that the gateway has no address for it",
        wrong: "zones:\n  mgmt: { vlan: 99, at: 24.0/24 }",
        right: "zones:\n  mgmt: { vlan: 99, at: 24.0/24, devices: true }",
        basis: "PSSIE EXP-SEC-FLUXADMIN",
    }
    NO_EXIT = Error "network/no-exit" {
        says: "traffic for the Internet from inside addresses needs a public address to leave by",
        wrong: "- allow: voip -> internet (198.18.0.0/28) on sip       # and no `exit:`",
        right: "exit: 198.51.100.129",
        basis: "T6; convention, art. 12",
    }
    NO_LINK = Error "network/no-link" {
        says: "a flow between two sites without a tunnel: it could only cross a WAN in clear",
        wrong: "- allow: admin -> academy.apps on https        # links: { csm: … }",
        right: "links:\n  academy: { suite: anssi_2026 }",
        basis: "T6; convention, art. 10",
    }
    NOT_PUBLISHABLE = Error "network/not-publishable" {
        says: "a service that the Internet would open to, and that no line of `publish` lets answer it so",
        wrong: "- allow: internet -> replique on https\n  at: 198.51.100.201\n  auth: none            # publish: meeting on https with otp, password\n  because: cahier de textes",
        right: "- allow: internet -> replique on https\n  at: 198.51.100.201\n  auth: otp\n  because: cahier de textes",
        basis: "convention, art. 13; PSSIE EXP-ACC-DIST, RES-ENTSOR",
    }
    OLD_TUNNEL = Error "network/old-tunnel" {
        says: "a tunnel that exists and joins something else than one zone of its establishment to a range that is nobody's here",
        wrong: "old: { peer: 192.0.2.77, selectors: [10.128.32.0/24 = 10.0.128.0/22] }     # 10.0.128.0/22 is academy.apps",
        right: "old: { peer: 192.0.2.77, selectors: [10.128.32.0/24 = 10.200.0.0/24] }",
        basis: "T2, T6, T8; RFC 7296 §2.9",
    }
    OVERLAP = Error "network/overlap" {
        says: "two prefixes that share addresses: nobody could tell whose packet it is",
        wrong: "zones:\n  a: { vlan: 10, at: 4.0/23 }\n  b: { vlan: 11, at: 5.0/24 }",
        right: "zones:\n  a: { vlan: 10, at: 4.0/24 }\n  b: { vlan: 11, at: 5.0/24 }",
        basis: "T8",
    }
    PORT_BEYOND_MODEL = Error "network/port-beyond-model" {
        says: "a port that the switch's model does not have",
        wrong: "model: 24g-4sfp\nports: { 40: pedago }",
        right: "model: 48g-4sfp\nports: { 40: pedago }",
        basis: "",
    }
    PORT_USE = Error "network/port-use" {
        says: "a port that is used twice: as an access port and as a cable end, or by two cables",
        wrong: "ports: { 48: pedago }\ncables:\n  - gateway.lan = sw-1.48",
        right: "ports: { 47: pedago }\ncables:\n  - gateway.lan = sw-1.48",
        basis: "",
    }
    PRIVATE_IN_TUNNEL = Error "network/private-in-tunnel" {
        says: "a zone marked `private` repeats its addresses elsewhere and may appear in no tunnel",
        wrong: "- allow: pedago -> csm.pedago on https         # pedago: { private: true }",
        right: "- allow: pedago -> pupils on proxy             # behind the exit address",
        basis: "T8",
    }
    PROCESS_IN_TUNNEL = Error "network/process-in-tunnel" {
        says: "a proxy of the gateway opens to the Internet only: in a tunnel it would carry what it is asked to where nobody may go",
        wrong: "- allow: pupils -> csm.pedago on https         # pupils is a proxy on the gateway",
        right: "- allow: pupils -> internet on web",
        basis: "T3; ANSSI INTERCO R22, R30",
    }
    PROXY_PORT = Error "network/proxy-port" {
        says: "a proxy that is asked on two ports, on none it could listen on, or where another one listens",
        wrong: "- allow: pedago -> pupils on proxy, https",
        right: "- allow: pedago -> pupils on proxy",
        basis: "",
    }
    PUBLIC_ADDRESS = Error "network/public-address" {
        says: "a public address outside its WAN's range, or used twice",
        wrong: "supervision: 203.0.113.1        # on a WAN with 198.51.100.0/24",
        right: "supervision: 198.51.100.1",
        basis: "T4; convention, art. 12",
    }
    PUBLISHED_TWICE = Error "network/published-twice" {
        says: "one port of one public address that leads to two machines: only the first would ever answer",
        wrong: "- allow: internet -> replique, blog on https\n  at: 198.51.100.201\n  auth: otp\n  because: cahier de textes",
        right: "- allow: internet -> replique on https\n  at: 198.51.100.201\n  auth: otp\n  because: cahier de textes",
        basis: "",
    }
    SEEN_AS = Error "network/seen-as" {
        says: "an address for other sites that stands for no machine of a private zone alone, or that could be somebody else's",
        wrong: "hosts:\n  cdi: { in: [pedago], ipv4: 172.17.4.10, seen_as: 10.128.64.10 }     # block: 10.128.32.0/19",
        right: "hosts:\n  cdi: { in: [pedago], ipv4: 172.17.4.10, seen_as: 10.128.34.10 }",
        basis: "T8",
    }
    SPECIAL_RANGE = Error "network/special-range" {
        says: "a range whose addresses no zone can have: their meaning is laid down elsewhere",
        wrong: "private: [169.254.0.0/16]",
        right: "private: [172.16.0.0/12]",
        basis: "RFC 6890; RFC 4291",
    }
    STARTS_AND_RECEIVES = Error "network/starts-and-receives" {
        says: "a centre zone that opens towards establishments and receives from one, be it on another day: what comes to it could go on",
        wrong: "- allow: gateway -> csm.bastion on logs        # and csm.bastion opens to gateways",
        right: "- allow: gateway -> csm.collect on logs        # which opens to nobody",
        basis: "T2; convention, annexe 0 §I.B",
    }
    SUITES_DIFFER = Error "network/suites-differ" {
        says: "a tunnel whose two ends name two suites: only one of them could hold",
        wrong: "links: { academy: { suite: anssi_2026 } }    # in csm.yaml\nlinks: { csm: { suite: older } }             # in academy.yaml",
        right: "links: { academy: { suite: anssi_2026 } }    # in csm.yaml alone",
        basis: "ANSSI IPsec R6",
    }
    SWITCH_UNREACHED = Error "network/switch-unreached" {
        says: "a switch that no cable joins to the gateway: nothing on it could reach anything",
        wrong: "switches:\n  sw-2: { target: aruba-aos-s, model: 24g-4sfp, ipv4: 10.128.24.12, ports: { 1: pedago } }",
        right: "cables:\n  - sw-1.49 = sw-2.25",
        basis: "",
    }
    TARGET_UNKNOWN = Error "network/target-unknown" {
        says: "a target that no descriptor describes, or that is another kind of device: nobody knows how to write its files",
        wrong: "gateway: { target: netfilter, wan: eth0, lan: eth1, next_hop: 198.51.100.254 }",
        right: "gateway: { target: nftables, wan: eth0, lan: eth1, next_hop: 198.51.100.254 }",
        basis: "",
    }
    UID_TWICE = Error "network/uid-twice" {
        says: "two processes of a gateway with one uid: a rule for one would be a rule for the other",
        wrong: "staff:  { on: gateway, listen: admin, uid: 6001, target: squid, filters: [staff], resolver: operator }\npupils: { on: gateway, listen: pedago, uid: 6001, target: squid, filters: [pupils], resolver: operator }",
        right: "staff:  { on: gateway, listen: admin, uid: 6001, target: squid, filters: [staff], resolver: operator }\npupils: { on: gateway, listen: pedago, uid: 6002, target: squid, filters: [pupils], resolver: operator }",
        basis: "T3",
    }
    PAC_WITHOUT_PROXY = Error "network/pac-without-proxy" {
        says: "a zone whose browsers are to be told of a proxy, and that opens to none",
        wrong: "pac: { target: pac, for: [printers_pedago] }",
        right: "pac: { target: pac, for: [pedago] }                # - allow: pedago -> csm.pupils on proxy",
        basis: "ANSSI INTERCO R31",
    }
    PROXY_UNFILTERED = Error "network/unfiltered-zone" {
        says: "a zone that may ask a proxy none of whose filters covers its class",
        wrong: "- allow: exam -> pupils on proxy       # filters: [pupils], which is for pedagogic, open",
        right: "filters: [pupils, exam]",
        basis: "T3; convention, art. 13",
    }
    VLAN_TWICE = Error "network/vlan-twice" {
        says: "two zones of one site on the same VLAN would be one broadcast domain",
        wrong: "zones:\n  a: { vlan: 10, at: 4.0/24 }\n  b: { vlan: 10, at: 5.0/24 }",
        right: "zones:\n  a: { vlan: 10, at: 4.0/24 }\n  b: { vlan: 11, at: 5.0/24 }",
        basis: "PSSIE RES-CLOIS",
    }
    WAIVER_PATH = Error "network/waiver-path" {
        says: "a waiver between two sites that no common hub joins",
        wrong: "- waiver: D-1\n  opens: admin@0000001B -> admin@0000002C on https      # one of them has no tunnel to a common centre",
        right: "links: { csm: { suite: anssi_2026 } }    # in both profiles",
        basis: "T2",
    }
    WAN_RANGE = Error "network/wan-range" {
        says: "a public range that is inside too, or another WAN's: nobody could tell what may leave in clear",
        wrong: "aster: { operator: region, public: 10.1.0.0/24, mtu: 1500 }",
        right: "aster: { operator: region, public: 198.51.100.0/24, mtu: 1500 }",
        basis: "T4, T6",
    }
    WITHDRAWS_NOTHING = Error "network/withdraws-nothing" {
        says: "a withdrawal of a flow that the establishment does not have: it would be believed to close something",
        wrong: "withdraw:\n  - guest -> dmz on https",
        right: "withdraw:\n  - guest -> csm.pupils on proxy",
        basis: "convention, annexe III",
    }
    WITHDRAWS_PART = Error "network/withdraws-part" {
        says: "a withdrawal for a part of the machines that a flow is for: the flow would have to stay open for the others",
        wrong: "withdraw:\n  - replique -> csm.pedago on sync      # the flow is for all of pedago_servers",
        right: "withdraw:\n  - pedago_servers -> csm.pedago on sync",
        basis: "convention, annexe III",
    }
    ZONE_OUTSIDE_BLOCK = Error "network/zone-outside-block" {
        says: "a zone whose addresses are not in its establishment's block",
        wrong: "block: 10.128.0.0/19\nzones:\n  admin: { vlan: 10, at: 40.0/24 }",
        right: "block: 10.128.0.0/19\nzones:\n  admin: { vlan: 10, at: 4.0/24 }",
        basis: "T8; convention, annexe I (addressing plan)",
    }
    ZONE_WITHOUT_PORT = Warning "network/zone-without-port" {
        says: "a zone that no port of any switch of its establishment carries",
        wrong: "ports: { 1-20: pedago }        # and no port for guest",
        right: "ports: { 1-20: pedago, 21: guest }",
        basis: "",
    }
}
