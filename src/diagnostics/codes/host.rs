//! Codes of the readers of a gateway's host files: networkd, strongSwan, sysctl, units, the apply script.

super::codes! {
    DUPLICATE = Error "readback/host-duplicate" {
        says: "something that may stand once stands twice: the program would take one of the two without a word",
        wrong: "net.ipv4.ip_forward = 0\nnet.ipv4.ip_forward = 1",
        right: "net.ipv4.ip_forward = 0",
        basis: "",
    }
    INCLUDE = Error "readback/host-include" {
        says: "a generated text draws in another file or section: what is proved is of the files read, and of nothing else",
        wrong: "include conf.d/*.conf",
        right: "connections { }",
        basis: "",
    }
    LINKS = Error "readback/host-links" {
        says: "the files that make an interface contradict each other: it would be made twice, by nobody, on the wrong parent, or serve what it has not",
        wrong: "eth1.20.netdev without a `VLAN=eth1.20` in any .network",
        right: "[Network]\nVLAN=eth1.20",
        basis: "",
    }
    MISSING = Error "readback/host-missing" {
        says: "a key or section is absent, and what the program then does depends on something outside the file",
        wrong: "children { admin { remote_ts = 10.0.16.0/20 } }",
        right: "children { admin { local_ts = 10.128.6.0/24\n remote_ts = 10.0.16.0/20 } }",
        basis: "",
    }
    SCRIPT = Error "readback/host-script" {
        says: "a script is one constant body with its data in a table beside it, and this body is another",
        wrong: "#!/bin/sh\nnft flush ruleset",
        right: "templates/gateway/apply.sh, byte for byte",
        basis: "",
    }
    SECRET = Error "readback/host-secret" {
        says: "a secret stands in a generated text: secrets are named slots on the device and are never written here",
        wrong: "secrets { ike-csm { secret = abc } }",
        right: "local { auth = pubkey\n certs = site.pem }",
        basis: "",
    }
    SYNTAX = Error "readback/host-syntax" {
        says: "a generated text is not in the format of its file: the program would refuse it, or read something else",
        wrong: "connections {\n  csm {\n}",
        right: "connections {\n  csm {\n  }\n}",
        basis: "",
    }
    UNKNOWN_KEY = Error "readback/host-unknown-key" {
        says: "a key that the reader does not know at this place: what it does is in no proof, so the file cannot be written",
        wrong: "csm { priority = 1 }",
        right: "csm { mode = tunnel }",
        basis: "",
    }
    UNKNOWN_SECTION = Error "readback/host-unknown-section" {
        says: "a section that the reader does not know at this place: what it does is in no proof, so the file cannot be written",
        wrong: "[RoutingPolicyRule]\nFrom=10.0.0.0/8",
        right: "[Route]\nDestination=10.0.0.0/8",
        basis: "",
    }
    UNMODELLED = Error "readback/host-unmodelled" {
        says: "a value, written or left to its default, that makes the device do something that no proof models",
        wrong: "[Network]\nIPForward=yes",
        right: "[Network]\nIPForward=no",
        basis: "",
    }
    VALUE = Error "readback/host-value" {
        says: "a value that is not one of those its key takes, or not in the one spelling that every program reads alike",
        wrong: "if_id_in = 010",
        right: "if_id_in = 10",
        basis: "",
    }
}
