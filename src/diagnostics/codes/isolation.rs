//! Codes of the proof.

super::codes! {
    ACCOUNT_DIFFERS = Error "isolation/account-differs" {
        says: "an account has another number than the packet filter's rules name: a program would have the rights of another one",
        wrong: "u etanche-staff 6002 \"etanche proxy\" /nonexistent /usr/sbin/nologin",
        right: "u etanche-staff 6001 \"etanche proxy\" /nonexistent /usr/sbin/nologin",
        basis: "files, not intentions, are proved (docs/model.md)",
    }
    ADMIN_PEDAGOGIC = Error "isolation/admin-pedagogic" {
        says: "an administrative zone and a pedagogic, open or examination zone of one establishment have a path between them",
        wrong: "- allow: wifi_staff -> admin_servers on https",
        right: "- allow: wifi_staff -> dmz on https            # a meeting zone that opens to nobody",
        basis: "T1 (convention, annexe 0 §I.B); PSSIE RES-CLOIS",
    }
    APPLY_DIFFERS = Error "isolation/apply-differs" {
        says: "the apply table does not put every file of the device, once, where its program reads it: an old one would stay alive",
        wrong: "etanche.nft\t/etc/nftables.conf\t0644",
        right: "etanche.nft\t/etc/etanche/etanche.nft\t0644",
        basis: "files, not intentions, are proved (docs/model.md)",
    }
    BETWEEN_ESTABLISHMENTS = Error "isolation/between-establishments" {
        says: "something in one establishment can reach into another one, directly, through the centre, the academy or the Internet",
        wrong: "- allow: csm.pedago -> pedago_servers on https     # pupils of every school open to csm.pedago",
        right: "- allow: pedago_servers -> csm.pedago on https     # the school pulls",
        basis: "T2 (convention, annexe 0 §I.B); PSSIE RES-INTERCOGEO",
    }
    BEYOND_CEILING = Error "isolation/beyond-ceiling" {
        says: "with an establishment's own file a gateway would let pass what it refuses without it: such a file can only narrow",
        wrong: "iifname \"eth1.42\" oifname \"xf-csm\" tcp dport 22 accept     # in no flow of the policy",
        right: "withdraw:\n  - guest -> csm.pupils on proxy",
        basis: "T7 (convention, annexe I (1), annexe III)",
    }
    BOOT_DIFFERS = Error "isolation/boot-differs" {
        says: "the device could forward packets before its rules are loaded, or forward what it should not",
        wrong: "ExecStart=/usr/sbin/sysctl -q -w net.ipv4.ip_forward=1\nExecStart=/usr/sbin/nft -f /etc/etanche/etanche.nft",
        right: "ExecStart=/usr/sbin/nft -f /etc/etanche/etanche.nft\nExecStart=/usr/sbin/sysctl -q -w net.ipv4.ip_forward=1",
        basis: "ANSSI DAT-NT-006, protection of the firewall",
    }
    CLEAR_TEXT = Error "isolation/clear-text" {
        says: "a WAN would carry in clear what nothing declares, or the two ends of a tunnel do not mirror each other, so that packets meet no child",
        wrong: "iifname \"eth0\" oifname \"eth1.20\" accept",
        right: "nothing that comes in clear is passed on; what is for inside travels in a tunnel",
        basis: "T6 (convention, art. 10); PSSIE RES-PROT",
    }
    DIFFERS = Error "isolation/differs" {
        says: "a generated text that does not mean what the policy intends: a template, a hand edit or this program is wrong, and nothing is written",
        wrong: "ip saddr @inside4 drop                        # the template lost `rt ipsec missing`",
        right: "ip saddr @inside4 rt ipsec missing drop",
        basis: "files, not intentions, are proved (docs/model.md)",
    }
    IDLE_WAIVER = Warning "isolation/idle-waiver" {
        says: "a derogation that no theorem needs, or no longer: the register says that something is excused, and nothing is",
        wrong: "- waiver: D-2027-009\n  opens: pedago@0000001B -> dmz@0000001B on https",
        right: "- allow: pedago -> dmz on https\n  because: serveur de vie scolaire",
        basis: "ANSSI DAT-NT-32, clean-up of firewall policies; convention, art. 13",
    }
    LINK_DIFFERS = Error "isolation/link-differs" {
        says: "an interface is missing, or is not what the policy intends: its VLAN, its tunnel, its addresses, what it answers",
        wrong: "[VLAN]\nId=21",
        right: "[VLAN]\nId=20",
        basis: "files, not intentions, are proved (docs/model.md)",
    }
    JOINED_DIFFERS = Error "isolation/joined-differs" {
        says: "ports of a switch are joined to one (LACP) otherwise than the cables: one was left out, a foreign one is in, or a cable that is alone is joined",
        wrong: "trunk 49 trk1 lacp               # cables: sw-1.49-50 = sw-2.25-26",
        right: "trunk 49-50 trk1 lacp",
        basis: "IEEE 802.1AX; PSSIE RES-CLOIS",
    }
    MANAGEMENT = Error "isolation/management" {
        says: "a gateway's own system, or a zone where devices have their addresses, is reachable from a zone that does not manage them",
        wrong: "- allow: pedago -> gateway on admin_ssh",
        right: "- allow: csm.bastion -> gateway on admin_ssh     # and may_start: - csm.bastion -> management, gateway",
        basis: "T5 (convention, annexe I); PSSIE EXP-SEC-FLUXADMIN",
    }
    MEETING_OPENS = Error "isolation/meeting-opens" {
        says: "a meeting zone opens to somebody: both sides may open to it, so both would reach further by it",
        wrong: "- allow: dmz -> csm.admin on directory",
        right: "- allow: admin -> dmz on https\n- allow: pedago -> dmz on https      # and nothing from dmz",
        basis: "T1 (convention, annexe 0 §I.B)",
    }
    PAST_FILTER = Error "isolation/past-filter" {
        says: "a class of `security.web` reaches the Internet past its filter, a proxy lets through what the security policy refuses, or opens to an establishment",
        wrong: "- allow: byod -> internet on https",
        right: "- allow: byod -> csm.pupils on proxy",
        basis: "T3 (convention, art. 13); ANSSI INTERCO R22, R30",
    }
    PEER_DIFFERS = Error "isolation/peer-differs" {
        says: "a tunnel accepts another peer, or proves itself otherwise, than the policy says: one site's certificate would open another's tunnel",
        wrong: "remote { id = *.vpn.example }",
        right: "remote { id = csm.vpn.example }",
        basis: "convention, annexe 0 §I.B; ANSSI IPsec R9",
    }
    PORT_DIFFERS = Error "isolation/port-differs" {
        says: "a switch port is open, tagged, trusted or unguarded where the policy does not say so: who plugs in there is where nobody expects",
        wrong: "interface 7 without `disable`, of no zone",
        right: "interface 7\n   disable\n   exit",
        basis: "DISA CISC-L2-000130, CISC-L2-000150, CISC-L2-000210; ANSSI DAT-NT-25",
    }
    PROXY_REACHES_INSIDE = Error "isolation/proxy-reaches-inside" {
        says: "by some URL a web proxy opens a connection to an address inside: everybody who may ask it could do so",
        wrong: "http_access allow pupils",
        right: "http_access deny inside\nhttp_access allow pupils",
        basis: "T3 (convention, art. 13); ANSSI INTERCO R22",
    }
    PUBLIC_ADDRESS = Error "isolation/public-address" {
        says: "a public address kept for supervision and tunnels is shared, translated, or open to who is not declared",
        wrong: "- allow: csm.pupils -> supervision on ping",
        right: "- allow: csm.probes -> supervision on ping       # and may_start: - csm.probes -> supervision",
        basis: "T4 (convention, art. 12)",
    }
    PUBLISHED_OPENS = Error "isolation/published-opens" {
        says: "a zone that answers the Internet opens to somebody: whoever takes it over from outside would go on from there",
        wrong: "- allow: dmz -> csm.directory on directory     # and a machine of `dmz` is published",
        right: "- allow: csm.directory -> dmz on https         # the inside opens to it",
        basis: "T2 (convention, annexe 0 §I.B); ANSSI INTERCO R7",
    }
    ROUTE_DIFFERS = Error "isolation/route-differs" {
        says: "packets for some destination take another way than the policy intends, or a way in clear when a tunnel is down",
        wrong: "[Route]\nDestination=10.0.0.0/8\nGateway=198.51.100.254",
        right: "[Route]\nDestination=10.0.0.0/8\nType=unreachable\nMetric=4096",
        basis: "convention, art. 10; PSSIE RES-PROT",
    }
    SEGMENT_DIFFERS = Error "isolation/segment-differs" {
        says: "a broadcast domain does not hold exactly the members of its zone: hosts of two zones would share a segment, or a zone would be in pieces",
        wrong: "vlan 10\n   untagged 1-20            # port 20 is of another zone",
        right: "vlan 10\n   untagged 1-19",
        basis: "T1 (convention, annexe 0 §I.B); PSSIE RES-CLOIS",
    }
    SELECTOR_DIFFERS = Error "isolation/selector-differs" {
        says: "a tunnel protects other pairs of prefixes than the policy says: too wide, it carries what nobody permitted; missing, it carries nothing",
        wrong: "local_ts = 10.128.0.0/16\nremote_ts = 10.0.49.0/24",
        right: "local_ts = 10.128.0.0/22\nremote_ts = 10.0.49.0/24",
        basis: "convention, art. 10; RFC 7296 §2.9",
    }
    PAC_DIFFERS = Error "isolation/pac-differs" {
        says: "browsers are told of another proxy than their zone opens to, or to ask without one what no flow of their zone permits",
        wrong: "var direct = [[\"0.0.0.0\", \"0.0.0.0\"]];",
        right: "var direct = [[\"10.128.25.0\", \"255.255.255.0\"]];",
        basis: "T3 (convention, art. 13); ANSSI INTERCO R30, R31",
    }
    SERVICE_DIFFERS = Error "isolation/service-differs" {
        says: "a program that the boot starts runs as another account, without the rules of its account, or with means to get round them; or the boot does not start it",
        wrong: "ExecStart=/usr/sbin/squid --foreground -n staff -f /etc/squid/staff.conf      # as root",
        right: "User=etanche-staff\nExecStart=/usr/sbin/squid --foreground -n staff -f /etc/squid/staff.conf",
        basis: "a process has rights of its own (docs/model.md)",
    }
    SETTING_DIFFERS = Error "isolation/setting-differs" {
        says: "a setting of the kernel or of a daemon that the proof leans on is absent, or has another value",
        wrong: "net.ipv4.conf.all.rp_filter = 0",
        right: "net.ipv4.conf.all.rp_filter = 1",
        basis: "ANSSI, hardening of GNU/Linux, network settings of the kernel",
    }
    SPOOFED = Error "isolation/spoofed" {
        says: "a gateway takes a source address from a side that does not own it",
        wrong: "iifname != \"eth0\" accept",
        right: "iifname . ip saddr @sources4 return",
        basis: "T8; BCP 38 (RFC 2827)",
    }
    SWITCH_DIFFERS = Error "isolation/switch-differs" {
        says: "a switch is managed from, routes between, or protects other VLANs than the policy intends, or a hardening setting is absent",
        wrong: "ip routing",
        right: "no ip routing",
        basis: "DISA CISC-L2-000130; PSSIE EXP-SEC-FLUXADMIN",
    }
    TECHNICAL_PEDAGOGIC = Error "isolation/technical-pedagogic" {
        says: "a technical or management zone and a pedagogic, open or examination zone of one establishment have a path between them",
        wrong: "brownfield:\n  switches: { sw-1: { routes: [pedago, mgmt] } }      # behind the firewall",
        right: "- allow: csm.bastion -> mgmt on admin_ssh",
        basis: "T1 (convention, annexe 0 §I.B); PSSIE EXP-SEC-FLUXADMIN",
    }
    TRUNK_DIFFERS = Error "isolation/trunk-differs" {
        says: "a cable carries a VLAN without being on a way between two members of its zone, or untagged frames that belong to a zone: frames go where nobody needs them, or hop by double tagging",
        wrong: "vlan 20\n   tagged 48,49             # nobody of VLAN 20 behind port 49",
        right: "vlan 20\n   tagged 48",
        basis: "ANSSI DAT-NT-25; IEEE 802.1Q",
    }
    TUNNEL_DIFFERS = Error "isolation/tunnel-differs" {
        says: "a tunnel is missing, is of nobody, or protects otherwise than the policy says",
        wrong: "version = 0\nmode = transport",
        right: "version = 2\nmode = tunnel",
        basis: "ANSSI IPsec R3, R9; PSSIE RES-PROT",
    }
    UNDECLARED_MEETING = Error "isolation/undeclared-meeting" {
        says: "two zones that are kept apart, or two establishments, may both open to a place where nobody says that they meet",
        wrong: "- allow: admin, pedago -> csm.admin on https       # security.yaml: `administrative -> csm.admin`",
        right: "- allow: admin, pedago -> dmz on https             # of the meeting class, which opens to nobody",
        basis: "T1, T2 (convention, annexe 0 §I.B)",
    }
    UNDECLARED_START = Error "isolation/undeclared-start" {
        says: "a centre zone opens towards establishments and the security policy does not say that it may",
        wrong: "- allow: csm.pedago -> pedago_servers on https     # security.yaml: may_start has no csm.pedago",
        right: "may_start:\n  - csm.vendor -> technical",
        basis: "T2 (convention, annexe 0 §I.B)",
    }
    UNKNOWN = Error "isolation/unknown" {
        says: "not decided: packet sets grew past their budget, or a text has no meaning in the model; never read as proved",
        wrong: "a ruleset of scattered wildcards past the node budget",
        right: "the same flows with prefixes of the plan",
        basis: "what was not decided is never called proved (docs/model.md)",
    }
    VACUOUS = Error "isolation/vacuous" {
        says: "a theorem that would quantify over nothing, so that its proof would say nothing",
        wrong: "profile without any administrative zone",
        right: "has_no: [administrative]",
        basis: "what was not decided is never called proved (docs/model.md)",
    }
    WEB_DIFFERS = Error "isolation/web-differs" {
        says: "a web proxy lets through, or refuses, a request that the policy decides otherwise; or it listens, asks or runs as another",
        wrong: "http_access allow pupils own_allow\nhttp_access deny pupils adult",
        right: "http_access deny pupils adult\nhttp_access allow pupils own_allow",
        basis: "T3 (convention, art. 13)",
    }
}
