//! Codes of the source language.

super::codes! {
    AGEING_SUITE = Warning "policy/ageing-suite" {
        says: "an algorithm that is accepted for some years more, and not after",
        wrong: "esp: aes256gcm16-modp2048",
        right: "esp: aes256gcm16-ecp384",
        basis: "ANSSI, cryptographic mechanisms: modulus of 3072 bits from 2031 on",
    }
    BAD_DATE = Error "policy/bad-date" {
        says: "a date that is not a civil day written year, month, day: a flow dated by mistake would be open on other days than intended",
        wrong: "until: 02/07/2027",
        right: "until: 2027-07-02",
        basis: "",
    }
    BAD_EXPRESSION = Error "policy/bad-expression" {
        says: "an expression that is not of the form its key takes",
        wrong: "- allow: admin => dmz on https",
        right: "- allow: admin -> dmz on https",
        basis: "",
    }
    BAD_INTERFACE = Error "policy/bad-interface" {
        says: "an interface that cannot be a gateway's link: the kernel, systemd-networkd or etanche keeps its name for something else",
        wrong: "gateway: { target: nftables, wan: eth0, lan: eth1.20, next_hop: 198.51.100.254 }",
        right: "gateway: { target: nftables, wan: eth0, lan: eth1, next_hop: 198.51.100.254 }",
        basis: "Linux, IFNAMSIZ; systemd.netdev(5)",
    }
    BAD_NAME = Error "policy/bad-name" {
        says: "a name with other characters than letters, digits, `_` and `-`: it could not be used in generated files",
        wrong: "hosts:\n  serveur n°1: { in: [dmz], ipv4: 10.128.25.11 }",
        right: "hosts:\n  serveur_1: { in: [dmz], ipv4: 10.128.25.11 }",
        basis: "",
    }
    BAD_UAI = Error "policy/bad-uai" {
        says: "a UAI code of a wrong form or with a wrong check letter: a typing error would name another establishment",
        wrong: "uai: 0000001C",
        right: "uai: 0000001B",
        basis: "UAI codes (ex-RNE): seven digits and a check letter",
    }
    CLASS_PRESENT = Error "policy/class-present" {
        says: "a class that is said to be absent although a zone is in it: a theorem would be excused that has something to say",
        wrong: "has_no: [open]\nzones:\n  guest: { vlan: 42, at: 5.0/24 }",
        right: "zones:\n  guest: { vlan: 42, at: 5.0/24 }",
        basis: "convention, annexe 0 §I.B",
    }
    CONTRADICTION = Error "policy/contradiction" {
        says: "two things said beside each other that cannot both hold: one of them would be ignored",
        wrong: "zones:\n  mgmt: { vlan: 99, private: true, devices: true }",
        right: "zones:\n  mgmt: { vlan: 99, at: 1.0/24, devices: true }",
        basis: "T5, T8; T3",
    }
    CONTROL_CHARACTER = Error "policy/control-character" {
        says: "a character that is not shown, or that changes the order of what is shown: what a reviewer sees must be what is read",
        wrong: "name: Lycée\u{7} des Deux-Ponts",
        right: "name: Lycée des Deux-Ponts",
        basis: "CVE-2021-42574",
    }
    DELEGATED_FILTER = Error "policy/delegated-filter" {
        says: "an establishment's own file edits a web filter that the security policy does not delegate",
        wrong: "web:\n  staff: { allow: [exemple.example] }",
        right: "web:\n  pupils: { allow: [exemple.example] }",
        basis: "convention, annexe I (1), III",
    }
    DELEGATED_WITHDRAWAL = Error "policy/delegated-withdrawal" {
        says: "an establishment's own file gives up a flow of a zone that the security policy does not delegate",
        wrong: "withdraw:\n  - admin -> csm.staff on proxy",
        right: "withdraw:\n  - guest -> csm.pupils on proxy",
        basis: "convention, annexe I (1), III",
    }
    DUPLICATE_KEY = Error "policy/duplicate-key" {
        says: "a key that is written twice in the same map: one of the two would be lost",
        wrong: "zones:\n  admin: { vlan: 10 }\n  admin: { vlan: 11 }",
        right: "zones:\n  admin: { vlan: 10 }\n  admin_servers: { vlan: 11 }",
        basis: "",
    }
    FILE_NAME = Error "policy/file-name" {
        says: "a file whose name is not what it says it is about: nobody would find it",
        wrong: "uai: 0000002C  # in establishments/0000001B.yaml",
        right: "uai: 0000001B  # in establishments/0000001B.yaml",
        basis: "",
    }
    HOST_BITS = Error "policy/host-bits" {
        says: "a prefix with bits set past its length: either the address or the length is not what was meant",
        wrong: "block: 10.128.1.0/19",
        right: "block: 10.128.0.0/19",
        basis: "",
    }
    LISTED_TWICE = Error "policy/listed-twice" {
        says: "an item that stands twice in one list",
        wrong: "dhcp: [pedago, pedago]",
        right: "dhcp: [pedago]",
        basis: "",
    }
    MISSING_BECAUSE = Error "policy/missing-because" {
        says: "a flow that does not say why it exists: nobody would dare to remove it",
        wrong: "- allow: admin -> dmz on https",
        right: "- allow: admin -> dmz on https\n  because: serveur de vie scolaire",
        basis: "ANSSI DAT-NT-006",
    }
    LINK = Error "policy/link" {
        says: "cables that cannot be one link (LACP): other numbers of ports at its two ends, more than switches join, or an end on the gateway",
        wrong: "cables:\n  - sw-1.50-51 = sw-examens.50",
        right: "cables:\n  - sw-1.50-51 = sw-examens.50-51",
        basis: "IEEE 802.1AX",
    }
    MISSING_FILE = Error "policy/missing-file" {
        says: "a file that every workspace has and this one has not",
        wrong: "policies/ without security.yaml",
        right: "policies/ with security.yaml",
        basis: "",
    }
    MISSING_KEY = Error "policy/missing-key" {
        says: "a key that is required at this place",
        wrong: "zones:\n  admin: { at: 4.0/24 }",
        right: "zones:\n  admin: { vlan: 10, at: 4.0/24 }",
        basis: "",
    }
    NAME_TOO_LONG = Error "policy/name-too-long" {
        says: "a name with more bytes than what is made of it may have",
        wrong: "switches:\n  commutateur-du-batiment-sud: { target: aruba-aos-s, model: 24g-4sfp, ipv4: 10.128.24.11, ports: {} }",
        right: "switches:\n  sw-sud: { target: aruba-aos-s, model: 24g-4sfp, ipv4: 10.128.24.11, ports: {} }",
        basis: "Linux, IFNAMSIZ; sysusers.d(5); AOS-S host names",
    }
    NAME_TWICE = Error "policy/name-twice" {
        says: "a name given twice in one site, where zones, hosts, proxies and resolvers share one namespace",
        wrong: "zones:\n  names: { vlan: 20, at: 0.0/24 }\nhosts:\n  names: { in: [admin], ipv4: 10.128.4.10 }",
        right: "zones:\n  names: { vlan: 20, at: 0.0/24 }\nhosts:\n  resolver: { in: [admin], ipv4: 10.128.4.10 }",
        basis: "",
    }
    NO_ESTABLISHMENT = Error "policy/no-establishment" {
        says: "a workspace without any establishment: everything would be proved of nobody",
        wrong: "policies/ with region.yaml, security.yaml, services.yaml alone",
        right: "policies/establishments/0000001B.yaml",
        basis: "",
    }
    NOT_ACCEPTABLE = Error "policy/not-acceptable" {
        says: "a finding that its file may not silence: what a theorem or a reader says never, some rules by the security officer alone",
        wrong: "accepts:\n  - { rule: isolation/admin-pedagogic, because: saisie des notes }",
        right: "accepts:\n  - { rule: lint/repeated-literal, because: flux provisoire }",
        basis: "convention, art. 13",
    }
    NOT_DELEGATED = Error "policy/not-delegated" {
        says: "an establishment's own file holds what takes a right that somebody else has",
        wrong: "uai: 0000001B\nflows:\n  - allow: guest -> dmz on https",
        right: "uai: 0000001B\nwithdraw:\n  - guest -> csm.pupils on proxy",
        basis: "convention, annexe I (1), III",
    }
    NOT_MANAGED = Error "policy/not-managed" {
        says: "something is asked of an establishment that says `managed: no`: nothing is compiled there, so that it would not hold",
        wrong: "opens: admin@0000001B -> admin@0000005F on https     # 0000005F says managed: no",
        right: "opens: admin@0000001B -> admin@0000002C on https",
        basis: "convention, art. 6, 7 (Cible 1, socle commun)",
    }
    NOT_ONE_LINE = Error "policy/not-one-line" {
        says: "an expression or a text that is escaped or goes over several lines: its parts would have no exact place",
        wrong: "- allow: >-\n    admin -> dmz\n    on https",
        right: "- allow: admin -> dmz on https",
        basis: "",
    }
    PORT_TWICE = Error "policy/port-twice" {
        says: "a port of a switch that two lines speak of: only one of them can hold",
        wrong: "ports:\n  1-20: pedago\n  20-24: admin",
        right: "ports:\n  1-19: pedago\n  20-24: admin",
        basis: "",
    }
    PROFILE_OVERRIDDEN = Error "policy/profile-overridden" {
        says: "an establishment that redefines what its profile says: a profile means the same everywhere",
        wrong: "zones:\n  admin: { vlan: 11 }",
        right: "profile: another-profile",
        basis: "convention, annexe I",
    }
    PUBLISHED_FLOW = Error "policy/published-flow" {
        says: "`at:` or `auth:` where they mean nothing, or one without the other: a service is published whole, by the Internet alone, in the file of a site",
        wrong: "- allow: internet -> replique on https\n  at: 198.51.100.201\n  because: cahier de textes",
        right: "- allow: internet -> replique on https\n  at: 198.51.100.201\n  auth: otp\n  because: cahier de textes",
        basis: "PSSIE EXP-ACC-DIST",
    }
    RESERVED_NAME = Error "policy/reserved-name" {
        says: "a word of the language used as a name",
        wrong: "zones:\n  internet: { vlan: 20, at: 0.0/24 }",
        right: "zones:\n  internet_cdi: { vlan: 20, at: 0.0/24 }",
        basis: "",
    }
    REVERSED_RANGE = Error "policy/reversed-range" {
        says: "a range whose end comes before its start",
        wrong: "- udp/16484-16384",
        right: "- udp/16384-16484",
        basis: "",
    }
    SERVICE_CYCLE = Error "policy/service-cycle" {
        says: "a service that is made of itself",
        wrong: "services:\n  a: b\n  b: a",
        right: "services:\n  a: b\n  b: tcp/443",
        basis: "",
    }
    SIGNED_LATE = Error "policy/signed-late" {
        says: "a waiver that begins or ends before its signature: it would have opened what nobody had signed for",
        wrong: "from: 2026-07-01\nsigned: { by: rssi, on: 2026-09-01 }",
        right: "from: 2026-09-01\nsigned: { by: rssi, on: 2026-09-01 }",
        basis: "convention, art. 13",
    }
    SUITE_PARTS = Error "policy/suite-parts" {
        says: "a proposal without one of its parts, with two of a kind, or with one that has nothing to do: peers would choose, or never agree",
        wrong: "ike: aes256gcm16-ecp384",
        right: "ike: aes256gcm16-prfsha384-ecp384",
        basis: "ANSSI IPsec R4, R7, R12",
    }
    SYNTAX = Error "policy/syntax" {
        says: "a file that is not YAML",
        wrong: "zones: { admin: { vlan: 10 }",
        right: "zones: { admin: { vlan: 10 } }",
        basis: "YAML 1.2.2",
    }
    TWO_FILTERS = Error "policy/two-filters" {
        says: "a class that two web filters of one proxy are for: which one holds would depend on their order",
        wrong: "filters: [pupils, internat]     # both for: [open]",
        right: "filters: [pupils]",
        basis: "T3; convention, art. 13",
    }
    UNFILLED_ZONE = Error "policy/unfilled-zone" {
        says: "a private zone of the profile whose range the establishment does not give",
        wrong: "profile: lycee-cible1",
        right: "profile: lycee-cible1\nzones:\n  pedago: { ipv4: 172.17.0.0/16 }",
        basis: "",
    }
    UNKNOWN_CATEGORY = Error "policy/unknown-category" {
        says: "a category of web sites that is neither of UT1 nor declared: its list would be absent, and the proxy would not start",
        wrong: "deny: [adlut]",
        right: "deny: [adult]",
        basis: "T3",
    }
    UNKNOWN_CLASS = Error "policy/unknown-class" {
        says: "a class that security.yaml does not define",
        wrong: "isolate:\n  - administrative | pedagogik",
        right: "isolate:\n  - administrative | pedagogic",
        basis: "",
    }
    UNKNOWN_ESTABLISHMENT = Error "policy/unknown-establishment" {
        says: "an establishment that no file describes",
        wrong: "opens: admin@0000009K -> admin@0000001B on https",
        right: "opens: admin@0000002C -> admin@0000001B on https",
        basis: "",
    }
    UNKNOWN_FILE = Error "policy/unknown-file" {
        says: "a file that has no place in a workspace: it would be believed to say something",
        wrong: "policies/establishment/0000001B.yaml",
        right: "policies/establishments/0000001B.yaml",
        basis: "",
    }
    UNKNOWN_FILTER = Error "policy/unknown-filter" {
        says: "a web filter that security.yaml does not define",
        wrong: "filters: [pupil]",
        right: "filters: [pupils]",
        basis: "",
    }
    UNKNOWN_HOST = Error "policy/unknown-host" {
        says: "a host, or an end that a device sends to, that its site does not have",
        wrong: "devices: { logs: csm.log }",
        right: "devices: { logs: csm.logs }",
        basis: "",
    }
    UNKNOWN_KEY = Error "policy/unknown-key" {
        says: "a key that the language does not know at this place: a typing error here would silently change the policy",
        wrong: "zones:\n  admin: { vlna: 10 }",
        right: "zones:\n  admin: { vlan: 10 }",
        basis: "",
    }
    UNKNOWN_PROFILE = Error "policy/unknown-profile" {
        says: "a profile that no file defines",
        wrong: "profile: lycee-cible3",
        right: "profile: lycee-cible2",
        basis: "",
    }
    UNKNOWN_PROTOCOL = Error "policy/unknown-protocol" {
        says: "a protocol that services are not made of",
        wrong: "https: tpc/443",
        right: "https: tcp/443",
        basis: "",
    }
    UNKNOWN_RESOLVER = Error "policy/unknown-resolver" {
        says: "a resolver that the proxy's site does not have",
        wrong: "resolver: resolvr",
        right: "resolver: resolver",
        basis: "",
    }
    UNKNOWN_RULE = Error "policy/unknown-rule" {
        says: "a rule that does not exist: nothing would be silenced",
        wrong: "accepts:\n  - { rule: lint/one-firewal, because: pratique des établissements }",
        right: "accepts:\n  - { rule: lint/one-firewall, because: pratique des établissements }",
        basis: "",
    }
    UNKNOWN_SERVICE = Error "policy/unknown-service" {
        says: "a service that services.yaml does not define",
        wrong: "- allow: admin -> dmz on htps",
        right: "- allow: admin -> dmz on https",
        basis: "",
    }
    UNKNOWN_SITE = Error "policy/unknown-site" {
        says: "a site that no file of centre/ defines",
        wrong: "- allow: admin -> cms.staff on proxy",
        right: "- allow: admin -> csm.staff on proxy",
        basis: "",
    }
    UNKNOWN_SUITE = Error "policy/unknown-suite" {
        says: "a cryptographic suite that services.yaml does not define",
        wrong: "csm: { suite: anssi_2062 }",
        right: "csm: { suite: anssi_2026 }",
        basis: "",
    }
    UNKNOWN_SWITCH = Error "policy/unknown-switch" {
        says: "a switch that the establishment does not have",
        wrong: "- gateway.lan = sw-2.48",
        right: "- gateway.lan = sw-1.48",
        basis: "",
    }
    UNKNOWN_WAN = Error "policy/unknown-wan" {
        says: "a wide-area network that region.yaml does not define",
        wrong: "wan: astre",
        right: "wan: aster",
        basis: "",
    }
    UNKNOWN_ZONE = Error "policy/unknown-zone" {
        says: "a zone, or an end of a flow, that its site does not have",
        wrong: "- allow: pedagoo -> csm.pupils on proxy",
        right: "- allow: pedago -> csm.pupils on proxy",
        basis: "",
    }
    UNTIL_BEFORE_FROM = Error "policy/until-before-from" {
        says: "a last day that comes before the first: the flow would never be open",
        wrong: "from: 2027-07-02\nuntil: 2027-06-14",
        right: "from: 2027-06-14\nuntil: 2027-07-02",
        basis: "",
    }
    UNUSED_CLASS_ZONE = Warning "policy/unused-class-zone" {
        says: "a class that names a zone of no profile and no establishment",
        wrong: "administrative: [admin, secretariat]",
        right: "administrative: [admin]",
        basis: "",
    }
    WEAK_SUITE = Error "policy/weak-suite" {
        says: "an algorithm, or a lifetime of keys, that is not among those judged good enough",
        wrong: "esp: 3des-sha1-modp1024",
        right: "esp: aes256gcm16-ecp384",
        basis: "ANSSI IPsec R12-R16; ANSSI, cryptographic mechanisms",
    }
    WRONG_TYPE = Error "policy/wrong-type" {
        says: "a value that is not what its key takes",
        wrong: "vlan: [10]",
        right: "vlan: 10",
        basis: "",
    }
    YAML_FEATURE = Error "policy/yaml-feature" {
        says: "a part of YAML that the language leaves out: what a file says must stand where one reads it",
        wrong: "admin: &a { vlan: 10 }",
        right: "admin: { vlan: 10 }",
        basis: "",
    }
    ZONE_IN_TWO_CLASSES = Error "policy/zone-in-two-classes" {
        says: "a zone in two classes: classes are a partition of all zones",
        wrong: "administrative: [admin]\nopen: [admin, guest]",
        right: "administrative: [admin]\nopen: [guest]",
        basis: "convention, annexe 0 §I.B",
    }
    ZONE_WITHOUT_CLASS = Error "policy/zone-without-class" {
        says: "a zone in no class: no theorem would speak of it",
        wrong: "administrative: [admin_servers]",
        right: "administrative: [admin, admin_servers]",
        basis: "convention, annexe 0 §I.B",
    }
}
