//! Codes of reading generated text back: what a reader does not know is an error, never skipped.

super::codes! {
    READBACK_BAD_VALUE = Error "readback/bad-value" {
        says: "a value that the reader does not accept at this place: nothing is guessed, and nothing is shortened",
        wrong: "acl pupils src 10.128.0.1/22",
        right: "acl pupils src 10.128.0.0/22",
        basis: "",
    }
    READBACK_FAILS_OPEN = Error "readback/fails-open" {
        says: "a text that the program only warns about, and then does less than it says: a refusal that vanishes",
        wrong: "acl pupils src 10.128.0.0/24 10.128.0.0/19",
        right: "acl pupils src 10.128.0.0/19",
        basis: "",
    }
    READBACK_INCOMPLETE = Error "readback/incomplete" {
        says: "a statement that the text needs and does not hold: without it the device chooses for itself",
        wrong: "vlan 10\n   untagged 1-8",
        right: "vlan 10\n   untagged 1-8\n   exit",
        basis: "",
    }
    READBACK_MISSING_FILE = Error "readback/missing-file" {
        says: "a file named by the text that is not among the device's files: the list would be empty, and what it refuses would pass",
        wrong: "acl blocked dstdomain \"/etc/squid/lists/gone.txt\"",
        right: "acl blocked dstdomain \"/etc/squid/lists/blocked.txt\"",
        basis: "",
    }
    READBACK_REPEATED = Error "readback/repeated" {
        says: "something said twice where only one can hold: the device keeps one of them, and silently drops the other",
        wrong: "vlan 10\n   untagged 1\n   exit\nvlan 20\n   untagged 1\n   exit",
        right: "vlan 10\n   untagged 1\n   exit\nvlan 20\n   tagged 1\n   exit",
        basis: "",
    }
    READBACK_SECRET = Error "readback/secret" {
        says: "a password, key or community in a generated file: secrets are named slots, filled on the device",
        wrong: "snmp-server community \"lycee\" unrestricted",
        right: "no snmp-server community \"public\"",
        basis: "",
    }
    READBACK_STRAY_BYTE = Error "readback/stray-byte" {
        says: "a character that has no meaning at this place, or another one than it seems to have",
        wrong: "via off # no header",
        right: "# no header\nvia off",
        basis: "",
    }
    READBACK_UNKNOWN_NAME = Error "readback/unknown-name" {
        says: "a name that nothing before this line defines: the program stops, or takes it for something else",
        wrong: "http_access deny gamse",
        right: "acl games dstdomain .games.example\nhttp_access deny games",
        basis: "",
    }
    READBACK_UNKNOWN_STATEMENT = Error "readback/unknown-statement" {
        says: "a statement that the reader does not know: what it does to the device would stay outside the proof",
        wrong: "htpp_access deny all",
        right: "http_access deny all",
        basis: "",
    }
    READBACK_UNMODELLED = Error "readback/unmodelled" {
        says: "a statement that the device knows and the model does not: it could open a path that no proof sees",
        wrong: "cache_peer parent.example parent 3128 0",
        right: "tcp_outgoing_address 203.0.113.31",
        basis: "",
    }
    READBACK_UNUSED_FILE = Error "readback/unused-file" {
        says: "a file of the device that no configuration of it reads: it was meant to do something",
        wrong: "lists/blocked.txt, and no acl that names it",
        right: "acl blocked dstdomain \"/etc/squid/lists/blocked.txt\"",
        basis: "",
    }
}
