//! The table of codes: one row each, with its page.

use super::{Code, Severity};

/// Every code, sorted by name.
pub static ALL: &[&Code] = &[
    &BAD_DATE,
    &BAD_EXPRESSION,
    &BAD_NAME,
    &BAD_UAI,
    &CLASS_PRESENT,
    &CONTROL_CHARACTER,
    &DELEGATED_FILTER,
    &DELEGATED_WITHDRAWAL,
    &DUPLICATE_KEY,
    &FILE_NAME,
    &HOST_BITS,
    &LISTED_TWICE,
    &MISSING_BECAUSE,
    &MISSING_FILE,
    &MISSING_KEY,
    &NAME_TWICE,
    &NOT_ONE_LINE,
    &PORT_TWICE,
    &PROFILE_OVERRIDDEN,
    &RESERVED_NAME,
    &REVERSED_RANGE,
    &SERVICE_CYCLE,
    &SYNTAX,
    &UNFILLED_ZONE,
    &UNKNOWN_CLASS,
    &UNKNOWN_ESTABLISHMENT,
    &UNKNOWN_FILE,
    &UNKNOWN_FILTER,
    &UNKNOWN_HOST,
    &UNKNOWN_KEY,
    &UNKNOWN_PROFILE,
    &UNKNOWN_PROTOCOL,
    &UNKNOWN_RESOLVER,
    &UNKNOWN_SERVICE,
    &UNKNOWN_SITE,
    &UNKNOWN_SUITE,
    &UNKNOWN_SWITCH,
    &UNKNOWN_WAN,
    &UNKNOWN_ZONE,
    &UNTIL_BEFORE_FROM,
    &UNUSED_CLASS_ZONE,
    &WITHDRAWS_NOTHING,
    &WRONG_TYPE,
    &YAML_FEATURE,
    &ZONE_IN_TWO_CLASSES,
    &ZONE_WITHOUT_CLASS,
];

/// A date that is not a civil day written year, month, day.
pub static BAD_DATE: Code = Code {
    name: "policy/bad-date",
    severity: Severity::Error,
    says: "a date that is not a civil day written year, month, day: a flow dated by mistake would be open on other days than intended",
    wrong: "until: 02/07/2027",
    right: "until: 2027-07-02",
    basis: "",
};

/// An expression that is not of the form its key takes.
pub static BAD_EXPRESSION: Code = Code {
    name: "policy/bad-expression",
    severity: Severity::Error,
    says: "an expression that is not of the form its key takes",
    wrong: "- allow: admin => dmz on https",
    right: "- allow: admin -> dmz on https",
    basis: "",
};

/// A name with other characters than letters, digits, `_` and `-`.
pub static BAD_NAME: Code = Code {
    name: "policy/bad-name",
    severity: Severity::Error,
    says: "a name with other characters than letters, digits, `_` and `-`: it could not be used in generated files",
    wrong: "hosts:\n  serveur n°1: { in: [dmz], ipv4: 10.128.25.10 }",
    right: "hosts:\n  serveur_1: { in: [dmz], ipv4: 10.128.25.10 }",
    basis: "",
};

/// A UAI code of a wrong form or with a wrong check letter.
pub static BAD_UAI: Code = Code {
    name: "policy/bad-uai",
    severity: Severity::Error,
    says: "a UAI code of a wrong form or with a wrong check letter: a typing error would name another establishment",
    wrong: "uai: 0000001C",
    right: "uai: 0000001B",
    basis: "UAI codes (ex-RNE): seven digits and a check letter",
};

/// A class that is said to be absent although a zone is in it.
pub static CLASS_PRESENT: Code = Code {
    name: "policy/class-present",
    severity: Severity::Error,
    says: "a class that is said to be absent although a zone is in it: a theorem would be excused that has something to say",
    wrong: "has_no: [open]\nzones:\n  guest: { vlan: 42, at: 5.0/24 }",
    right: "zones:\n  guest: { vlan: 42, at: 5.0/24 }",
    basis: "convention, annexe 0 §I.B",
};

/// A character that is not shown, or that changes the order of what is shown.
pub static CONTROL_CHARACTER: Code = Code {
    name: "policy/control-character",
    severity: Severity::Error,
    says: "a character that is not shown, or that changes the order of what is shown: what a reviewer sees must be what is read",
    wrong: "name: Lycée\u{7} des Deux-Ponts",
    right: "name: Lycée des Deux-Ponts",
    basis: "CVE-2021-42574",
};

/// An establishment's own file edits a web filter that the security policy does not delegate.
pub static DELEGATED_FILTER: Code = Code {
    name: "policy/delegated-filter",
    severity: Severity::Error,
    says: "an establishment's own file edits a web filter that the security policy does not delegate",
    wrong: "web:\n  staff: { allow: [exemple.example] }",
    right: "web:\n  pupils: { allow: [exemple.example] }",
    basis: "convention, annexe I (1), III",
};

/// An establishment's own file gives up a flow of a zone that the security policy does not delegate.
pub static DELEGATED_WITHDRAWAL: Code = Code {
    name: "policy/delegated-withdrawal",
    severity: Severity::Error,
    says: "an establishment's own file gives up a flow of a zone that the security policy does not delegate",
    wrong: "withdraw:\n  - admin -> csm.staff on proxy",
    right: "withdraw:\n  - guest -> csm.pupils on proxy",
    basis: "convention, annexe I (1), III",
};

/// A key that is written twice in the same map.
pub static DUPLICATE_KEY: Code = Code {
    name: "policy/duplicate-key",
    severity: Severity::Error,
    says: "a key that is written twice in the same map: one of the two would be lost",
    wrong: "zones:\n  admin: { vlan: 10 }\n  admin: { vlan: 11 }",
    right: "zones:\n  admin: { vlan: 10 }\n  admin_servers: { vlan: 11 }",
    basis: "",
};

/// A file whose name is not what it says it is about.
pub static FILE_NAME: Code = Code {
    name: "policy/file-name",
    severity: Severity::Error,
    says: "a file whose name is not what it says it is about: nobody would find it",
    wrong: "uai: 0000002C  # in establishments/0000001B.yaml",
    right: "uai: 0000001B  # in establishments/0000001B.yaml",
    basis: "",
};

/// A prefix with bits set past its length.
pub static HOST_BITS: Code = Code {
    name: "policy/host-bits",
    severity: Severity::Error,
    says: "a prefix with bits set past its length: either the address or the length is not what was meant",
    wrong: "block: 10.128.1.0/19",
    right: "block: 10.128.0.0/19",
    basis: "",
};

/// An item that stands twice in one list.
pub static LISTED_TWICE: Code = Code {
    name: "policy/listed-twice",
    severity: Severity::Error,
    says: "an item that stands twice in one list",
    wrong: "dhcp: [pedago, pedago]",
    right: "dhcp: [pedago]",
    basis: "",
};

/// A flow that does not say why it exists.
pub static MISSING_BECAUSE: Code = Code {
    name: "policy/missing-because",
    severity: Severity::Error,
    says: "a flow that does not say why it exists: nobody would dare to remove it",
    wrong: "- allow: admin -> dmz on https",
    right: "- allow: admin -> dmz on https\n  because: serveur de vie scolaire",
    basis: "ANSSI DAT-NT-006",
};

/// A file that every workspace has and this one has not.
pub static MISSING_FILE: Code = Code {
    name: "policy/missing-file",
    severity: Severity::Error,
    says: "a file that every workspace has and this one has not",
    wrong: "policies/ without security.yaml",
    right: "policies/ with security.yaml",
    basis: "",
};

/// A key that is required at this place.
pub static MISSING_KEY: Code = Code {
    name: "policy/missing-key",
    severity: Severity::Error,
    says: "a key that is required at this place",
    wrong: "zones:\n  admin: { at: 4.0/24 }",
    right: "zones:\n  admin: { vlan: 10, at: 4.0/24 }",
    basis: "",
};

/// A name given twice in one site, where zones, hosts, proxies and resolvers share one namespace.
pub static NAME_TWICE: Code = Code {
    name: "policy/name-twice",
    severity: Severity::Error,
    says: "a name given twice in one site, where zones, hosts, proxies and resolvers share one namespace",
    wrong: "zones:\n  names: { vlan: 20, at: 0.0/24 }\nhosts:\n  names: { in: [admin], ipv4: 10.128.4.10 }",
    right: "zones:\n  names: { vlan: 20, at: 0.0/24 }\nhosts:\n  resolver: { in: [admin], ipv4: 10.128.4.10 }",
    basis: "",
};

/// An expression or a text that is escaped or goes over several lines.
pub static NOT_ONE_LINE: Code = Code {
    name: "policy/not-one-line",
    severity: Severity::Error,
    says: "an expression or a text that is escaped or goes over several lines: its parts would have no exact place",
    wrong: "- allow: >-\n    admin -> dmz\n    on https",
    right: "- allow: admin -> dmz on https",
    basis: "",
};

/// A port of a switch that two lines speak of.
pub static PORT_TWICE: Code = Code {
    name: "policy/port-twice",
    severity: Severity::Error,
    says: "a port of a switch that two lines speak of: only one of them can hold",
    wrong: "ports:\n  1-20: pedago\n  20-24: admin",
    right: "ports:\n  1-19: pedago\n  20-24: admin",
    basis: "",
};

/// An establishment that redefines what its profile says.
pub static PROFILE_OVERRIDDEN: Code = Code {
    name: "policy/profile-overridden",
    severity: Severity::Error,
    says: "an establishment that redefines what its profile says: a profile means the same everywhere",
    wrong: "zones:\n  admin: { vlan: 11 }",
    right: "profile: another-profile",
    basis: "convention, annexe I",
};

/// A word of the language used as a name.
pub static RESERVED_NAME: Code = Code {
    name: "policy/reserved-name",
    severity: Severity::Error,
    says: "a word of the language used as a name",
    wrong: "zones:\n  internet: { vlan: 20, at: 0.0/24 }",
    right: "zones:\n  internet_cdi: { vlan: 20, at: 0.0/24 }",
    basis: "",
};

/// A range whose end comes before its start.
pub static REVERSED_RANGE: Code = Code {
    name: "policy/reversed-range",
    severity: Severity::Error,
    says: "a range whose end comes before its start",
    wrong: "- udp/16484-16384",
    right: "- udp/16384-16484",
    basis: "",
};

/// A service that is made of itself.
pub static SERVICE_CYCLE: Code = Code {
    name: "policy/service-cycle",
    severity: Severity::Error,
    says: "a service that is made of itself",
    wrong: "services:\n  a: b\n  b: a",
    right: "services:\n  a: b\n  b: tcp/443",
    basis: "",
};

/// A file that is not YAML.
pub static SYNTAX: Code = Code {
    name: "policy/syntax",
    severity: Severity::Error,
    says: "a file that is not YAML",
    wrong: "zones: { admin: { vlan: 10 }",
    right: "zones: { admin: { vlan: 10 } }",
    basis: "YAML 1.2.2",
};

/// A private zone of the profile whose range the establishment does not give.
pub static UNFILLED_ZONE: Code = Code {
    name: "policy/unfilled-zone",
    severity: Severity::Error,
    says: "a private zone of the profile whose range the establishment does not give",
    wrong: "profile: lycee-cible1",
    right: "profile: lycee-cible1\nzones:\n  pedago: { ipv4: 172.17.0.0/16 }",
    basis: "",
};

/// A class that security.yaml does not define.
pub static UNKNOWN_CLASS: Code = Code {
    name: "policy/unknown-class",
    severity: Severity::Error,
    says: "a class that security.yaml does not define",
    wrong: "isolate:\n  - administrative | pedagogik",
    right: "isolate:\n  - administrative | pedagogic",
    basis: "",
};

/// An establishment that no file describes.
pub static UNKNOWN_ESTABLISHMENT: Code = Code {
    name: "policy/unknown-establishment",
    severity: Severity::Error,
    says: "an establishment that no file describes",
    wrong: "opens: admin@0000009K -> admin@0000001B on https",
    right: "opens: admin@0000002C -> admin@0000001B on https",
    basis: "",
};

/// A file that has no place in a workspace.
pub static UNKNOWN_FILE: Code = Code {
    name: "policy/unknown-file",
    severity: Severity::Error,
    says: "a file that has no place in a workspace: it would be believed to say something",
    wrong: "policies/establishment/0000001B.yaml",
    right: "policies/establishments/0000001B.yaml",
    basis: "",
};

/// A web filter that security.yaml does not define.
pub static UNKNOWN_FILTER: Code = Code {
    name: "policy/unknown-filter",
    severity: Severity::Error,
    says: "a web filter that security.yaml does not define",
    wrong: "filters: [pupil]",
    right: "filters: [pupils]",
    basis: "",
};

/// A host, or an end that a device sends to, that its site does not have.
pub static UNKNOWN_HOST: Code = Code {
    name: "policy/unknown-host",
    severity: Severity::Error,
    says: "a host, or an end that a device sends to, that its site does not have",
    wrong: "devices: { logs: csm.log }",
    right: "devices: { logs: csm.logs }",
    basis: "",
};

/// A key that the language does not know at this place.
pub static UNKNOWN_KEY: Code = Code {
    name: "policy/unknown-key",
    severity: Severity::Error,
    says: "a key that the language does not know at this place: a typing error here would silently change the policy",
    wrong: "zones:\n  admin: { vlna: 10 }",
    right: "zones:\n  admin: { vlan: 10 }",
    basis: "",
};

/// A profile that no file defines.
pub static UNKNOWN_PROFILE: Code = Code {
    name: "policy/unknown-profile",
    severity: Severity::Error,
    says: "a profile that no file defines",
    wrong: "profile: lycee-cible3",
    right: "profile: lycee-cible2",
    basis: "",
};

/// A protocol that services are not made of.
pub static UNKNOWN_PROTOCOL: Code = Code {
    name: "policy/unknown-protocol",
    severity: Severity::Error,
    says: "a protocol that services are not made of",
    wrong: "https: tpc/443",
    right: "https: tcp/443",
    basis: "",
};

/// A resolver that the proxy's site does not have.
pub static UNKNOWN_RESOLVER: Code = Code {
    name: "policy/unknown-resolver",
    severity: Severity::Error,
    says: "a resolver that the proxy's site does not have",
    wrong: "resolver: resolvr",
    right: "resolver: resolver",
    basis: "",
};

/// A service that services.yaml does not define.
pub static UNKNOWN_SERVICE: Code = Code {
    name: "policy/unknown-service",
    severity: Severity::Error,
    says: "a service that services.yaml does not define",
    wrong: "- allow: admin -> dmz on htps",
    right: "- allow: admin -> dmz on https",
    basis: "",
};

/// A site that no file of centre/ defines.
pub static UNKNOWN_SITE: Code = Code {
    name: "policy/unknown-site",
    severity: Severity::Error,
    says: "a site that no file of centre/ defines",
    wrong: "- allow: admin -> cms.staff on proxy",
    right: "- allow: admin -> csm.staff on proxy",
    basis: "",
};

/// A cryptographic suite that services.yaml does not define.
pub static UNKNOWN_SUITE: Code = Code {
    name: "policy/unknown-suite",
    severity: Severity::Error,
    says: "a cryptographic suite that services.yaml does not define",
    wrong: "csm: { suite: anssi_2062 }",
    right: "csm: { suite: anssi_2026 }",
    basis: "",
};

/// A switch that the establishment does not have.
pub static UNKNOWN_SWITCH: Code = Code {
    name: "policy/unknown-switch",
    severity: Severity::Error,
    says: "a switch that the establishment does not have",
    wrong: "- gateway.lan = sw-2.48",
    right: "- gateway.lan = sw-1.48",
    basis: "",
};

/// A wide-area network that region.yaml does not define.
pub static UNKNOWN_WAN: Code = Code {
    name: "policy/unknown-wan",
    severity: Severity::Error,
    says: "a wide-area network that region.yaml does not define",
    wrong: "wan: astre",
    right: "wan: aster",
    basis: "",
};

/// A zone, or an end of a flow, that its site does not have.
pub static UNKNOWN_ZONE: Code = Code {
    name: "policy/unknown-zone",
    severity: Severity::Error,
    says: "a zone, or an end of a flow, that its site does not have",
    wrong: "- allow: pedagoo -> csm.pupils on proxy",
    right: "- allow: pedago -> csm.pupils on proxy",
    basis: "",
};

/// A last day that comes before the first.
pub static UNTIL_BEFORE_FROM: Code = Code {
    name: "policy/until-before-from",
    severity: Severity::Error,
    says: "a last day that comes before the first: the flow would never be open",
    wrong: "from: 2027-07-02\nuntil: 2027-06-14",
    right: "from: 2027-06-14\nuntil: 2027-07-02",
    basis: "",
};

/// A class that names a zone of no profile and no establishment.
pub static UNUSED_CLASS_ZONE: Code = Code {
    name: "policy/unused-class-zone",
    severity: Severity::Warning,
    says: "a class that names a zone of no profile and no establishment",
    wrong: "administrative: [admin, secretariat]",
    right: "administrative: [admin]",
    basis: "",
};

/// A withdrawal of a flow that the establishment does not have.
pub static WITHDRAWS_NOTHING: Code = Code {
    name: "policy/withdraws-nothing",
    severity: Severity::Error,
    says: "a withdrawal of a flow that the establishment does not have: it would be believed to close something",
    wrong: "withdraw:\n  - guest -> dmz on https",
    right: "withdraw:\n  - guest -> csm.pupils on proxy",
    basis: "convention, annexe III",
};

/// A value that is not what its key takes.
pub static WRONG_TYPE: Code = Code {
    name: "policy/wrong-type",
    severity: Severity::Error,
    says: "a value that is not what its key takes",
    wrong: "vlan: [10]",
    right: "vlan: 10",
    basis: "",
};

/// A part of YAML that the language leaves out.
pub static YAML_FEATURE: Code = Code {
    name: "policy/yaml-feature",
    severity: Severity::Error,
    says: "a part of YAML that the language leaves out: what a file says must stand where one reads it",
    wrong: "admin: &a { vlan: 10 }",
    right: "admin: { vlan: 10 }",
    basis: "",
};

/// A zone in two classes.
pub static ZONE_IN_TWO_CLASSES: Code = Code {
    name: "policy/zone-in-two-classes",
    severity: Severity::Error,
    says: "a zone in two classes: classes are a partition of all zones",
    wrong: "administrative: [admin]\nopen: [admin, guest]",
    right: "administrative: [admin]\nopen: [guest]",
    basis: "convention, annexe 0 §I.B",
};

/// A zone in no class.
pub static ZONE_WITHOUT_CLASS: Code = Code {
    name: "policy/zone-without-class",
    severity: Severity::Error,
    says: "a zone in no class: no theorem would speak of it",
    wrong: "administrative: [admin_servers]",
    right: "administrative: [admin, admin_servers]",
    basis: "convention, annexe 0 §I.B",
};
