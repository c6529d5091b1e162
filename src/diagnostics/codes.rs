//! The table of codes: one row each, with its page.

use super::{Code, Severity};

/// Every code, sorted by name.
pub static ALL: &[&Code] = &[
    &UNKNOWN_KEY,
    &READBACK_BAD_VALUE,
    &READBACK_FAILS_OPEN,
    &READBACK_INCOMPLETE,
    &READBACK_MISSING_FILE,
    &READBACK_REPEATED,
    &READBACK_SECRET,
    &READBACK_STRAY_BYTE,
    &READBACK_UNKNOWN_NAME,
    &READBACK_UNKNOWN_STATEMENT,
    &READBACK_UNMODELLED,
    &READBACK_UNUSED_FILE,
];

/// A key that the language does not know at this place.
pub static UNKNOWN_KEY: Code = Code {
    name: "policy/unknown-key",
    severity: Severity::Error,
    says: "a key that the language does not know at this place: a typing error here would silently change the policy",
    wrong: "zones:\n  admin: { vlna: 10 }",
    right: "zones:\n  admin: { vlan: 10 }",
    basis: "",
};

/// See its page.
pub static READBACK_BAD_VALUE: Code = Code {
    name: "readback/bad-value",
    severity: Severity::Error,
    says: "a value that the reader does not accept at this place: nothing is guessed, and nothing is shortened",
    wrong: "acl pupils src 10.128.0.1/22",
    right: "acl pupils src 10.128.0.0/22",
    basis: "",
};

/// See its page.
pub static READBACK_FAILS_OPEN: Code = Code {
    name: "readback/fails-open",
    severity: Severity::Error,
    says: "a text that the program only warns about, and then does less than it says: a refusal that vanishes",
    wrong: "acl pupils src 10.128.0.0/24 10.128.0.0/19",
    right: "acl pupils src 10.128.0.0/19",
    basis: "",
};

/// See its page.
pub static READBACK_INCOMPLETE: Code = Code {
    name: "readback/incomplete",
    severity: Severity::Error,
    says: "a statement that the text needs and does not hold: without it the device chooses for itself",
    wrong: "vlan 10\n   untagged 1-8",
    right: "vlan 10\n   untagged 1-8\n   exit",
    basis: "",
};

/// See its page.
pub static READBACK_MISSING_FILE: Code = Code {
    name: "readback/missing-file",
    severity: Severity::Error,
    says: "a file named by the text that is not among the device's files: the list would be empty, and what it refuses would pass",
    wrong: "acl blocked dstdomain \"/etc/squid/lists/gone.txt\"",
    right: "acl blocked dstdomain \"/etc/squid/lists/blocked.txt\"",
    basis: "",
};

/// See its page.
pub static READBACK_REPEATED: Code = Code {
    name: "readback/repeated",
    severity: Severity::Error,
    says: "something said twice where only one can hold: the device keeps one of them, and silently drops the other",
    wrong: "vlan 10\n   untagged 1\n   exit\nvlan 20\n   untagged 1\n   exit",
    right: "vlan 10\n   untagged 1\n   exit\nvlan 20\n   tagged 1\n   exit",
    basis: "",
};

/// See its page.
pub static READBACK_SECRET: Code = Code {
    name: "readback/secret",
    severity: Severity::Error,
    says: "a password, key or community in a generated file: secrets are named slots, filled on the device",
    wrong: "snmp-server community \"lycee\" unrestricted",
    right: "no snmp-server community \"public\"",
    basis: "",
};

/// See its page.
pub static READBACK_STRAY_BYTE: Code = Code {
    name: "readback/stray-byte",
    severity: Severity::Error,
    says: "a character that has no meaning at this place, or another one than it seems to have",
    wrong: "via off # no header",
    right: "# no header\nvia off",
    basis: "",
};

/// See its page.
pub static READBACK_UNKNOWN_NAME: Code = Code {
    name: "readback/unknown-name",
    severity: Severity::Error,
    says: "a name that nothing before this line defines: the program stops, or takes it for something else",
    wrong: "http_access deny gamse",
    right: "acl games dstdomain .games.example\nhttp_access deny games",
    basis: "",
};

/// See its page.
pub static READBACK_UNKNOWN_STATEMENT: Code = Code {
    name: "readback/unknown-statement",
    severity: Severity::Error,
    says: "a statement that the reader does not know: what it does to the device would stay outside the proof",
    wrong: "htpp_access deny all",
    right: "http_access deny all",
    basis: "",
};

/// See its page.
pub static READBACK_UNMODELLED: Code = Code {
    name: "readback/unmodelled",
    severity: Severity::Error,
    says: "a statement that the device knows and the model does not: it could open a path that no proof sees",
    wrong: "cache_peer parent.example parent 3128 0",
    right: "tcp_outgoing_address 203.0.113.31",
    basis: "",
};

/// See its page.
pub static READBACK_UNUSED_FILE: Code = Code {
    name: "readback/unused-file",
    severity: Severity::Error,
    says: "a file of the device that no configuration of it reads: it was meant to do something",
    wrong: "lists/blocked.txt, and no acl that names it",
    right: "acl blocked dstdomain \"/etc/squid/lists/blocked.txt\"",
    basis: "",
};
